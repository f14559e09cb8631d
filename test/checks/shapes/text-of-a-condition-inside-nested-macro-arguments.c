// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- -DDBG=1
//
// The text of conditions inside nested macros.
#include "driver.h"
NTSTATUS F09(PEXT e, PIRP i) { NTSTATUS s = IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:45: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  KdPrint(("%s %x\n", NT_SUCCESS(s) ? "ok" : "bad", s));
  return IoCallDriver(e->Lower, i); }
NTSTATUS F03(PEXT e, PIRP i) { NTSTATUS s = IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:45: warning: result of 'IoSetCompletionRoutineEx' is stored in 's' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NT_VERIFY(NT_SUCCESS(s));
  return IoCallDriver(e->Lower, i); }
