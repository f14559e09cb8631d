// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- -DDBG=1
//
// An assertion is gone in a free build, so it is no test in a checked build either.
#include "driver.h"

NTSTATUS ntAssert(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NT_ASSERT(NT_SUCCESS(status));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ntAssertAndTest(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  NT_ASSERT(NT_SUCCESS(status));
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS oldAssert(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  ASSERT(NT_SUCCESS(status));
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS oldAssertOnEquality(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  ASSERT(status == STATUS_SUCCESS);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS assertWithText(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  ASSERTMSG("no memory", NT_SUCCESS(status));
  NT_ASSERTMSG("no memory", NT_SUCCESS(status));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS assertOfSomethingElse(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  ASSERT(Ext->Started);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  NT_ASSERT(Irp->StackCount > 1);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS assertOnOnePathTestOnTheOther(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe()) {
    NT_ASSERT(NT_SUCCESS(status));
  } else if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS assertOfTheVariable(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  BOOLEAN ok = NT_SUCCESS(status);
  ASSERT(ok);
  UNREFERENCED_PARAMETER(ok);
  return IoCallDriver(Ext->Lower, Irp);
}

// KdPrint prints in a checked build and is gone in a free one.
NTSTATUS onlyPrintedInACheckedBuild(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  KdPrint(("registered: %x\n", status));
  KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "registered: %x\n", status));
  return IoCallDriver(Ext->Lower, Irp);
}

// Nothing that is given to __noop is evaluated: nothing is registered here.
NTSTATUS notEvaluated(PEXT Ext, PIRP Irp) {
  __noop(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  return IoCallDriver(Ext->Lower, Irp);
}

// NT_VERIFY stays in a free build, and its value can be looked at. It names its argument twice,
// once in a __noop.
NTSTATUS verified(PEXT Ext, PIRP Irp) {
  if (!NT_VERIFY(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}
