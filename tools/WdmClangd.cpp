// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// clangd with the wdm module inside; what it does differently from clangd is in
// ClangdHooks.cpp.

#include "tools/Exit.h"
#include "tools/ResourceDir.h"

#ifdef WDM_TRIMMED_LLVM
#include "clang/Tooling/CompilationDatabase.h"
#endif
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

// clangd's headers are not packaged: its names once more.
// NOLINTBEGIN(misc-use-internal-linkage)
namespace clang::clangd {

int clangdMain(int argc, char *argv[]);

class SymbolIndex {
public:
  virtual ~SymbolIndex();
};

namespace remote {

/// The remote index without gRPC: there is none.
std::unique_ptr<SymbolIndex> getClient(llvm::StringRef Address,
                                       llvm::StringRef ProjectRoot) {
  return nullptr;
}

} // namespace remote

#ifdef WDM_TRIMMED_LLVM
class ThreadsafeFS;
class ProjectModules {
public:
  virtual ~ProjectModules() = default;
};

/// clangd without --experimental-modules-support: the scanner for C++20 modules
/// would bring a code generator in.
std::unique_ptr<ProjectModules>
scanningProjectModules(std::shared_ptr<const tooling::CompilationDatabase> Cdb,
                       const ThreadsafeFS &Files) {
  return nullptr;
}
#endif

} // namespace clang::clangd
// NOLINTEND(misc-use-internal-linkage)

int main(int argc, char **argv) {
  std::vector<char *> Arguments(argv, argv + argc);
  bool Named = false;
  for (const llvm::StringRef Argument :
       llvm::ArrayRef(Arguments).drop_front()) {
    Named |= Argument.ltrim('-').starts_with("resource-dir");
    if (Argument == "--version" || Argument == "-version")
      llvm::outs() << "wdm-tidy " WDM_VERSION "\n";
  }
  if (const char *Flags = std::getenv("CLANGD_FLAGS"))
    Named |= llvm::StringRef(Flags).contains("-resource-dir");
  std::string Option;
  if (!Named) {
    Option = wdm::findResourceDir(argv[0]);
    // For files whose compile command has no -resource-dir of its own.
    if (!Option.empty()) {
      Option.insert(0, "--resource-dir=");
      Arguments.push_back(Option.data());
    }
  }
  const int Count = static_cast<int>(Arguments.size());
  Arguments.push_back(nullptr);
  return wdm::exitWith(clang::clangd::clangdMain(Count, Arguments.data()));
}
