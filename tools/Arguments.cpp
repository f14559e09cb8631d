// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/Arguments.h"

#ifdef _WIN32
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/Windows/WindowsSupport.h"
#endif

#include <string>
#include <vector>

namespace wdm {

std::vector<std::string> argumentsOf(int Argc, const char *const *Argv) {
#ifdef _WIN32
  llvm::SmallVector<const char *, 32> Words;
  llvm::BumpPtrAllocator Allocator;
  if (!llvm::sys::windows::GetCommandLineArguments(Words, Allocator))
    return {Words.begin(), Words.end()};
#endif
  return {Argv, Argv + Argc};
}

} // namespace wdm
