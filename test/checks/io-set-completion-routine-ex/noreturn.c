// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A path that ends in a call that does not return has no verdict.
#include "driver.h"

NTSTATUS bugCheck(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    KeBugCheckEx(0xC4, (ULONG_PTR)status, 0, 0, 0);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bugCheckForAnotherReason(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (!Ext->Started) {
    KeBugCheckEx(0xC4, 0, 0, 0, 0);
  }
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bugCheckBeforeTheTest(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!Ext->Started) {
    KeBugCheck(0xC4);
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS raises(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    ExRaiseStatus(status);
  return IoCallDriver(Ext->Lower, Irp);
}

VOID unchecked(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  KeBugCheck(0xC4);
}

VOID uncheckedOnTheWayThatReturns(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe()) {
    KeBugCheck(0xC4);
  }
}

DECLSPEC_NORETURN VOID DriverPanic(NTSTATUS Status);

NTSTATUS ownPanic(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status)
    DriverPanic(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ownPanicInAConditional(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  NT_SUCCESS(status) ? (void)0 : DriverPanic(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ownPanicBehindOr(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  (void)(NT_SUCCESS(status) || (DriverPanic(status), 0));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS fastFail(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    __fastfail(5);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS hangs(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    for (;;)
      Work(Ext);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS panicsOnlySometimes(PEXT Ext, PIRP Irp, BOOLEAN Strict) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Strict && !NT_SUCCESS(status)) {
    KeBugCheck(0xC4);
  }
  return IoCallDriver(Ext->Lower, Irp);
}
