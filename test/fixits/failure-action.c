// The option FailureAction chooses among the repairs; where the chosen one would be wrong,
// the usual one is taken.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -check-suffixes=,AUTO
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -check-suffixes=,COMPLETE -option FailureAction=complete
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -check-suffixes=,RETURN -option FailureAction=return
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -check-suffixes=,SKIP -option FailureAction=skip
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -check-suffixes=,FALLBACK -option FailureAction=fallback
#include "driver.h"

NTSTATUS passedDown(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-FIXES:NTSTATUS passedDown(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-AUTO-NEXT:    return status;
// CHECK-FIXES-RETURN-NEXT:    return status;
// CHECK-FIXES-COMPLETE-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-COMPLETE-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-COMPLETE-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-COMPLETE-NEXT:    return status;
// CHECK-FIXES-SKIP-NEXT:    IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-FALLBACK-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);

// A dispatch routine never returns with its IRP neither sent nor completed.
DRIVER_DISPATCH Dispatch;
NTSTATUS Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-FIXES:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-AUTO-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-COMPLETE-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-RETURN-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-RETURN-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-RETURN-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-RETURN-NEXT:    return status;
// CHECK-FIXES-SKIP-NEXT:    IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-FALLBACK-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);

// An IRP of the driver's own has no stack location to skip, and nobody to complete it for.
NTSTATUS allocated(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-FIXES:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-AUTO-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-COMPLETE-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-RETURN-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-SKIP-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-FALLBACK-NEXT:    IoSetCompletionRoutine(irp, Done, Ext, TRUE, TRUE, TRUE);

// The IRP is looked at after the send: without the routine it would be gone. For which requests it
// is called nobody says but the option; its caller has the IRP in hand afterwards and completes it.
NTSTATUS waitsForIt(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-FIXES:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-AUTO-NEXT:    IoSetCompletionRoutine(Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-COMPLETE-NEXT:    IoSetCompletionRoutine(Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-RETURN-NEXT:    return status;
// CHECK-FIXES-SKIP-NEXT:    IoSetCompletionRoutine(Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-FALLBACK-NEXT:    IoSetCompletionRoutine(Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);

// The caller completes what has failed: whatever the option says, this function does not.
static NTSTATUS completedByItsCaller(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-FIXES:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-AUTO-NEXT:    return status;
// CHECK-FIXES-COMPLETE-NEXT:    return status;
// CHECK-FIXES-RETURN-NEXT:    return status;
// CHECK-FIXES-SKIP-NEXT:    return status;
// CHECK-FIXES-FALLBACK-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);

DRIVER_DISPATCH CompletesWhatFailed;
NTSTATUS CompletesWhatFailed(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = completedByItsCaller((PEXT)DeviceObject->DeviceExtension, Irp);
  if (status == STATUS_INSUFFICIENT_RESOURCES) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}
