// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The result was not looked at, and this function ends the IRP without sending it: nobody
// sends without a routine, but where there is one, it leaks.
#include "driver.h"

NTSTATUS discardedAndCompleted(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

NTSTATUS discardedAndFreed(PEXT Ext) {
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  IoFreeIrp(irp);
  return STATUS_UNSUCCESSFUL;
}

NTSTATUS storedAndFreed(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  IoFreeIrp(irp);
  return status;
}

NTSTATUS storedAndCompletedOnOnePath(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!Ext->Started) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedTooLateInTheCondition(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(Prepare(Ext)) || !NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_UNSUCCESSFUL;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedFirstInTheCondition(PEXT Ext, PIRP Irp) {
  NTSTATUS prepared = Prepare(Ext);
  NTSTATUS status;
  if (!NT_SUCCESS(prepared) || !NT_SUCCESS(status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_UNSUCCESSFUL;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// The other path sends unchecked: that is the first check's, and only its.
NTSTATUS completedOrSent(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (!Ext->Started) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

// Completed when it failed, and sent when not.
NTSTATUS completedWhenItFailed(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bothEnded(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    DbgPrint("no routine: %x\n", status);
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
