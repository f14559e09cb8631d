// RUN: %check_wdm %s 'wdm-*'
//
// Helpers of the same file that complete, send or look into the IRP. What went wrong in a helper
// stands at the call in the function that had ended the IRP before.
#include "driver.h"

static VOID CompleteIt(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static NTSTATUS CompleteAndReturn(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

static NTSTATUS Forward(PEXT Ext, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

// It leaves the stack location to its caller.
static NTSTATUS SendOnly(PEXT Ext, PIRP Irp) {
  return IoCallDriver(Ext->Lower, Irp);
}

static ULONG LengthOf(PIRP Irp) {
  return (ULONG)Irp->IoStatus.Information;
}

static BOOLEAN IsLast(PEXT Ext, PIRP Irp) {
  return Ext->Irp == Irp;
}

// --- The helper ends it, the caller uses it ---

DRIVER_DISPATCH DispatchCompletedByAHelper;
NTSTATUS DispatchCompletedByAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  CompleteIt(Irp, STATUS_SUCCESS);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-33]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchCompletedByAHelperOnly;
NTSTATUS DispatchCompletedByAHelperOnly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  CompleteIt(Irp, STATUS_SUCCESS);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchReadsAfterAHelper;
NTSTATUS DispatchReadsAfterAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  CompleteIt(Irp, STATUS_SUCCESS);
  return Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-47]] [wdm-irp-used-after-completion]
}

DRIVER_DISPATCH DispatchSentByAHelper;
NTSTATUS DispatchSentByAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Forward(ext, Irp);
  if (!NT_SUCCESS(status))
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is completed here although it was sent at line [[#@LINE-45]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchSentByAHelperOnly;
NTSTATUS DispatchSentByAHelperOnly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Forward(ext, Irp);
  if (!NT_SUCCESS(status))
    ext->Count++;
  return status;
}

// --- The caller ends it, the helper uses it: the call is to blame ---

DRIVER_DISPATCH DispatchHelperReads;
NTSTATUS DispatchHelperReads(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  ext->Count = LengthOf(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchHelperReadsInTime;
NTSTATUS DispatchHelperReadsInTime(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  ext->Count = LengthOf(Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchHelperCompares;
NTSTATUS DispatchHelperCompares(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  if (IsLast(ext, Irp))
    ext->Irp = NULL;
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchHelperCompletesAgain;
NTSTATUS DispatchHelperCompletesAgain(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return CompleteAndReturn(Irp, STATUS_SUCCESS);
// CHECK-MESSAGES: :[[@LINE-1]]:10: warning: IRP is written here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

DRIVER_DISPATCH DispatchHelperCompletes;
NTSTATUS DispatchHelperCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  if (Maybe())
    return CompleteAndReturn(Irp, STATUS_NOT_SUPPORTED);
  return CompleteAndReturn(Irp, STATUS_SUCCESS);
}

DRIVER_DISPATCH DispatchHelperSends;
NTSTATUS DispatchHelperSends(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Forward(ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:10: warning: IRP is passed to 'IoSkipCurrentIrpStackLocation' here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

// --- Two helpers ---

DRIVER_DISPATCH DispatchTwoHelpers;
NTSTATUS DispatchTwoHelpers(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Forward(ext, Irp);
  if (!NT_SUCCESS(status))
    CompleteIt(Irp, status);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is written here although it was sent at line [[#@LINE-121]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchOneOfTwoHelpers;
NTSTATUS DispatchOneOfTwoHelpers(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (ext->Started)
    return Forward(ext, Irp);
  return CompleteAndReturn(Irp, STATUS_DEVICE_NOT_READY);
}

DRIVER_DISPATCH DispatchHelperTwice;
NTSTATUS DispatchHelperTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  CompleteIt(Irp, STATUS_NOT_SUPPORTED);
  CompleteIt(Irp, STATUS_SUCCESS);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is written here although it was completed at line [[#@LINE-148]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

// --- What the caller did counts in the helper ---

DRIVER_DISPATCH DispatchSkipsForTheHelper;
NTSTATUS DispatchSkipsForTheHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = SendOnly(ext, Irp);
  if (!NT_SUCCESS(status))
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is completed here although it was sent at line [[#@LINE-146]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchSetsARoutineForTheHelper;
NTSTATUS DispatchSetsARoutineForTheHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
  status = SendOnly(ext, Irp);
  if (!NT_SUCCESS(status))
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// The helper is looked at alone as well.
static VOID CompletesTwice(PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

static VOID CompletesOnce(PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID callsThem(PIRP First, PIRP Second) {
  CompletesTwice(First);
  CompletesOnce(Second);
}

// --- Only sometimes ---

static BOOLEAN CompleteIfCancelled(PIRP Irp) {
  if (!Irp->Cancel)
    return FALSE;
  Irp->IoStatus.Status = STATUS_CANCELLED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return TRUE;
}

DRIVER_DISPATCH DispatchIgnoresTheAnswer;
NTSTATUS DispatchIgnoresTheAnswer(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  CompleteIfCancelled(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'IoSkipCurrentIrpStackLocation' here although it was completed at line [[#@LINE-9]] [wdm-irp-used-after-completion]
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchAsksTheAnswer;
NTSTATUS DispatchAsksTheAnswer(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (CompleteIfCancelled(Irp))
    return STATUS_CANCELLED;
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchAsksTheWrongWay;
NTSTATUS DispatchAsksTheWrongWay(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!CompleteIfCancelled(Irp))
    return STATUS_CANCELLED;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  IoSkipCurrentIrpStackLocation(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'IoSkipCurrentIrpStackLocation' here although it was completed at line [[#@LINE-29]] [wdm-irp-used-after-completion]
  return IoCallDriver(ext->Lower, Irp);
}

static NTSTATUS CompleteOnFailure(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

DRIVER_DISPATCH DispatchCompletesTheFailureAgain;
NTSTATUS DispatchCompletesTheFailureAgain(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = CompleteOnFailure(ext, Irp);
  Irp->IoStatus.Status = status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-10]] [wdm-irp-used-after-completion]
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchReturnsTheFailure;
NTSTATUS DispatchReturnsTheFailure(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = CompleteOnFailure(ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

// The helper takes the IRP's address and forgets the IRP.
static VOID CompleteAndClear(PIRP *Irp) {
  IoCompleteRequest(*Irp, IO_NO_INCREMENT);
  *Irp = NULL;
}

VOID clearedByTheHelper(PIRP Irp) {
  CompleteAndClear(&Irp);
  if (Irp != NULL)
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID copyOfWhatTheHelperCleared(PIRP Irp) {
  PIRP copy = Irp;
  CompleteAndClear(&Irp);
  if (copy != NULL)
    IoCompleteRequest(copy, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is completed here although it was completed at line [[#@LINE-15]] [wdm-irp-used-after-completion]
}

// --- Three deep ---

static VOID EndIt(PIRP Irp, NTSTATUS Status) { CompleteIt(Irp, Status); }
static NTSTATUS FailIt(PIRP Irp) {
  EndIt(Irp, STATUS_UNSUCCESSFUL);
  return STATUS_UNSUCCESSFUL;
}

DRIVER_DISPATCH DispatchDeep;
NTSTATUS DispatchDeep(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status))
    status = FailIt(Irp);
  Irp->IoStatus.Status = status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-297]] [wdm-irp-used-after-completion]
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchDeepReturns;
NTSTATUS DispatchDeepReturns(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status))
    return FailIt(Irp);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// --- A macro that completes ---

#define FAIL(Request, Error)                                                                       \
  ((Request)->IoStatus.Status = (Error), IoCompleteRequest((Request), IO_NO_INCREMENT))

DRIVER_DISPATCH DispatchMacroTwice;
NTSTATUS DispatchMacroTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  FAIL(Irp, STATUS_NOT_SUPPORTED);
  FAIL(Irp, STATUS_NOT_SUPPORTED);
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_NOT_SUPPORTED;
}

DRIVER_DISPATCH DispatchMacroOnce;
NTSTATUS DispatchMacroOnce(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  FAIL(Irp, STATUS_NOT_SUPPORTED);
  return STATUS_NOT_SUPPORTED;
}
