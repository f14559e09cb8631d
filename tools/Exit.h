// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WDM_TOOLS_EXIT_H
#define WDM_TOOLS_EXIT_H

namespace wdm {

/// The last call of a program: the status to return from main().
///
/// On Windows it ends the process at once, whatever other threads do: the
/// destructors of static objects are seen to hang there, where winpthreads
/// deletes a key.
int exitWith(int Status);

#ifdef _WIN32
/// Ends the process in the midst of its work. What other threads have written
/// and not flushed is lost: llvm::outs() may be theirs at this moment.
///
/// Threads that are ending are given time to be gone, since they are suspected
/// where Wine 8 hangs in NtTerminateProcess (docs/windows.md). Those that stay
/// are killed.
[[noreturn]] void endNow(int Status);
#endif

} // namespace wdm

#endif // WDM_TOOLS_EXIT_H
