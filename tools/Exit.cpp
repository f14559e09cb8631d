// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/Exit.h"

#ifdef _WIN32
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#define WIN32_LEAN_AND_MEAN
#ifndef NOMINMAX
#define NOMINMAX
#endif
// The other header needs it.
#include <windows.h>

#include <tlhelp32.h>
#endif

namespace wdm {

#ifdef _WIN32

namespace {

/// The threads of this process; 0 if Windows does not say.
unsigned threadCount() {
  const HANDLE Snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
  if (Snapshot == INVALID_HANDLE_VALUE)
    return 0;
  const DWORD Process = GetCurrentProcessId();
  unsigned Count = 0;
  THREADENTRY32 Entry = {};
  Entry.dwSize = sizeof(Entry);
  for (BOOL More = Thread32First(Snapshot, &Entry); More;
       More = Thread32Next(Snapshot, &Entry))
    Count += Entry.th32OwnerProcessID == Process;
  CloseHandle(Snapshot);
  return Count;
}

/// Waits until no thread ends any more, but not for ever.
void waitForEndingThreads() {
  const DWORD Step = 10;
  const unsigned Calm = 5;
  const ULONGLONG End = GetTickCount64() + 1000;
  unsigned Last = threadCount();
  unsigned Same = 0;
  while (Same < Calm && Last > 1 && GetTickCount64() < End) {
    Sleep(Step);
    const unsigned Now = threadCount();
    Same = Now == Last ? Same + 1 : 0;
    Last = Now;
  }
}

} // namespace

void endNow(int Status) {
  waitForEndingThreads();
  llvm::sys::Process::Exit(Status, /*NoCleanup=*/true);
}

int exitWith(int Status) {
  llvm::outs().flush();
  llvm::errs().flush();
  llvm::sys::Process::Exit(Status, /*NoCleanup=*/true);
}

#else

int exitWith(int Status) { return Status; }

#endif

} // namespace wdm
