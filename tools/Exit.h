// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WDM_TOOLS_EXIT_H
#define WDM_TOOLS_EXIT_H

#ifdef _WIN32
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#endif

namespace wdm {

/// The last call of a program: the status to return from main().
///
/// On Windows it ends the process at once, whatever other threads do: the
/// destructors of static objects are seen to hang there, where winpthreads
/// deletes a key.
///
/// Wine 8 itself can hang in that call, where a thread that it kills holds a
/// lock of Wine's ntdll (seen in a debugger: NtTerminateProcess, in the handler
/// of SIGQUIT).
inline int exitWith(int Status) {
#ifdef _WIN32
  llvm::outs().flush();
  llvm::errs().flush();
  llvm::sys::Process::Exit(Status, /*NoCleanup=*/true);
#else
  return Status;
#endif
}

} // namespace wdm

#endif // WDM_TOOLS_EXIT_H
