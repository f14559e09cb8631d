// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WDM_TOOLS_EXIT_H
#define WDM_TOOLS_EXIT_H

#ifdef _WIN32
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdio>
#endif

namespace wdm {

/// The last call of a program: the status to return from main().
///
/// On Windows it ends the process at once, whatever other threads do. The
/// destructors of static objects would now and then hang: winpthreads deletes a
/// key there, under a lock that a thread which has ended still seems to hold.
inline int exitWith(int Status) {
#ifdef _WIN32
  llvm::outs().flush();
  llvm::errs().flush();
  std::fflush(nullptr);
  llvm::sys::Process::Exit(Status, /*NoCleanup=*/true);
#else
  return Status;
#endif
}

} // namespace wdm

#endif // WDM_TOOLS_EXIT_H
