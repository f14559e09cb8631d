// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A counter in a do loop.
#include "driver.h"
NTSTATUS A021(PEXT Ext, PIRP Irp) {
  int attempts = 0; NTSTATUS status;
  do {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
    attempts++;
  } while (!NT_SUCCESS(status) && attempts < 3);
  if (attempts == 3) return STATUS_UNSUCCESSFUL;
  return IoCallDriver(Ext->Lower, Irp);
}
