// FailureAction without the check's name counts as well.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -global FailureAction=fallback
#include "driver.h"

NTSTATUS SendRead(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS SendRead(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}
