// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A lambda that writes the captured status.
#include "driver.h"
NTSTATUS H18(PEXT e, PIRP i) {
  NTSTATUS s = 0;
  auto reg = [&] { s = IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE); };
  reg();
  if (!NT_SUCCESS(s)) return s;
  return IoCallDriver(e->Lower, i);
}
template <class F> NTSTATUS Run(PEXT e, PIRP i, F &&f) { f(); return IoCallDriver(e->Lower, i); }
NTSTATUS H17(PEXT e, PIRP i) {
  NTSTATUS s = 0;
  return Run(e, i, [&] { s = IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE); });
// CHECK-MESSAGES: :[[@LINE-1]]:10: warning: result of 'Run' is stored in 's' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
}
