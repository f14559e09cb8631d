// RUN: %check_wdm %s 'wdm-*'
//
// The value that a dispatch routine returns is the status that the IRP was completed with, or
// what the lower driver returned; and no IRP is completed with STATUS_PENDING.
#include "driver.h"

// --- Completed with one status, another returned ---

DRIVER_DISPATCH DispatchTwoConstants;
NTSTATUS DispatchTwoConstants(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchOneConstant;
NTSTATUS DispatchOneConstant(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_INVALID_PARAMETER;
}

DRIVER_DISPATCH DispatchTwoFailures;
NTSTATUS DispatchTwoFailures(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_UNSUCCESSFUL;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_UNSUCCESSFUL', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchCompletedWithSuccess;
NTSTATUS DispatchCompletedWithSuccess(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_UNSUCCESSFUL;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_UNSUCCESSFUL', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchVariable;
NTSTATUS DispatchVariable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'status', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchVariableRight;
NTSTATUS DispatchVariableRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  if (!ext->Started)
    status = STATUS_DEVICE_NOT_READY;
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchVariableChangedLater;
NTSTATUS DispatchVariableChangedLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = STATUS_NOT_SUPPORTED;
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  status = STATUS_SUCCESS;
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status', but the IRP was completed with another status at line [[#@LINE-3]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchSetInOneStatement;
NTSTATUS DispatchSetInOneStatement(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// A failure and a success.
DRIVER_DISPATCH DispatchFailureIsSuccess;
NTSTATUS DispatchFailureIsSuccess(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  Irp->IoStatus.Status = status;
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'STATUS_SUCCESS', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchFailureIsFailure;
NTSTATUS DispatchFailureIsFailure(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  Irp->IoStatus.Status = status;
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchSuccessIsFailure;
NTSTATUS DispatchSuccessIsFailure(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'status', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// Which of the failures it is, is not known: they are not told apart.
DRIVER_DISPATCH DispatchSomeFailure;
NTSTATUS DispatchSomeFailure(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_UNSUCCESSFUL;
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// The last status counts.
DRIVER_DISPATCH DispatchWrittenTwice;
NTSTATUS DispatchWrittenTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchWrittenTwiceWrong;
NTSTATUS DispatchWrittenTwiceWrong(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
}

// A status that was never written here came with the IRP.
DRIVER_DISPATCH DispatchNeverWritten;
NTSTATUS DispatchNeverWritten(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchWrittenAsARecord;
NTSTATUS DispatchWrittenAsARecord(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IO_STATUS_BLOCK *block = (IO_STATUS_BLOCK *)ext->Buffer;
  Irp->IoStatus = *block;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchWrittenByAFunctionThatIsNotVisible;
NTSTATUS DispatchWrittenByAFunctionThatIsNotVisible(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
  TakeIrp(ext, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// A field keeps a status until a call may have changed it.
DRIVER_DISPATCH DispatchStatusInAField;
NTSTATUS DispatchStatusInAField(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->LastStatus = STATUS_NOT_SUPPORTED;
  Irp->IoStatus.Status = ext->LastStatus;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchStatusInAFieldReturned;
NTSTATUS DispatchStatusInAFieldReturned(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->LastStatus = STATUS_NOT_SUPPORTED;
  Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return ext->LastStatus;
}

DRIVER_DISPATCH DispatchStatusInAFieldMayHaveChanged;
NTSTATUS DispatchStatusInAFieldMayHaveChanged(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->LastStatus = STATUS_NOT_SUPPORTED;
  Work(ext);
  Irp->IoStatus.Status = ext->LastStatus;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// Marked: the other check's business.
DRIVER_DISPATCH DispatchMarkedAndCompleted;
NTSTATUS DispatchMarkedAndCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchCorrelated;
NTSTATUS DispatchCorrelated(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN bad = FALSE;
  if (ext->Count > 8)
    bad = TRUE;
  if (bad)
    status = STATUS_INVALID_PARAMETER;
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return bad ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

// --- Completed by a helper ---

static VOID CompleteIt(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static NTSTATUS FailIt(PIRP Irp, NTSTATUS Status) {
  CompleteIt(Irp, Status);
  return Status;
}

DRIVER_DISPATCH DispatchHelperWithAnotherStatus;
NTSTATUS DispatchHelperWithAnotherStatus(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  CompleteIt(Irp, STATUS_INVALID_PARAMETER);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS', but the IRP was completed with another status at line [[#@LINE-12]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchHelperWithTheSameStatus;
NTSTATUS DispatchHelperWithTheSameStatus(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  CompleteIt(Irp, STATUS_INVALID_PARAMETER);
  return STATUS_INVALID_PARAMETER;
}

DRIVER_DISPATCH DispatchIgnoresTheHelper;
NTSTATUS DispatchIgnoresTheHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  if (!ext->Started)
    FailIt(Irp, STATUS_DEVICE_NOT_READY);
  else
    FailIt(Irp, status);
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status', but the IRP was completed with another status at line [[#@LINE-30]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchReturnsTheHelper;
NTSTATUS DispatchReturnsTheHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started)
    return FailIt(Irp, STATUS_DEVICE_NOT_READY);
  return FailIt(Irp, STATUS_SUCCESS);
}

// --- Sent: what the lower driver returned ---

DRIVER_DISPATCH DispatchForwardsAndSucceeds;
NTSTATUS DispatchForwardsAndSucceeds(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP that was sent at line [[#@LINE-2]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchForwards;
NTSTATUS DispatchForwards(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchForwardsStored;
NTSTATUS DispatchForwardsStored(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  Work(ext);
  return status;
}

DRIVER_DISPATCH DispatchForwardsAndIgnores;
NTSTATUS DispatchForwardsAndIgnores(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(ext->Lower, Irp);
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP that was sent at line [[#@LINE-2]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchForwardsAndFails;
NTSTATUS DispatchForwardsAndFails(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (!NT_SUCCESS(status))
    return STATUS_UNSUCCESSFUL;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'STATUS_UNSUCCESSFUL' for an IRP that was sent at line [[#@LINE-3]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
  return status;
}

// The lower driver may have returned STATUS_PENDING, which is a success.
DRIVER_DISPATCH DispatchTestsForSuccess;
NTSTATUS DispatchTestsForSuccess(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP that was sent at line [[#@LINE-4]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchKnowsItIsSuccess;
NTSTATUS DispatchKnowsItIsSuccess(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_SUCCESS) {
    ext->Count++;
    return STATUS_SUCCESS;
  }
  return status;
}

DRIVER_DISPATCH DispatchKnowsItIsPending;
NTSTATUS DispatchKnowsItIsPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING)
    return STATUS_PENDING;
  return status;
}

DRIVER_DISPATCH DispatchSwitchesOverIt;
NTSTATUS DispatchSwitchesOverIt(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  switch (status) {
  case STATUS_SUCCESS:
    return STATUS_SUCCESS;
  case STATUS_NOT_SUPPORTED:
    return STATUS_NOT_SUPPORTED;
  default:
    break;
  }
  return status;
}

DRIVER_DISPATCH DispatchSwitchesWrongly;
NTSTATUS DispatchSwitchesWrongly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  switch (status) {
  case STATUS_NOT_SUPPORTED:
    status = STATUS_SUCCESS;
    break;
  default:
    break;
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP that was sent at line [[#@LINE-9]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchSaysPending;
NTSTATUS DispatchSaysPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was sent at line [[#@LINE-2]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchMarkedAndPending;
NTSTATUS DispatchMarkedAndPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}

// Something that is no constant may be what the send returned.
DRIVER_DISPATCH DispatchReturnsAnotherUnknown;
NTSTATUS DispatchReturnsAnotherUnknown(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(ext->Lower, Irp);
  return Prepare(ext);
}

DRIVER_DISPATCH DispatchPower;
NTSTATUS DispatchPower(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PoStartNextPowerIrp(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  PoCallDriver(ext->Lower, Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP that was sent at line [[#@LINE-2]]; return what 'PoCallDriver' returned [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchPowerRight;
NTSTATUS DispatchPowerRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PoStartNextPowerIrp(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  return PoCallDriver(ext->Lower, Irp);
}

// With a routine that is not visible it is not known to be gone.
DRIVER_DISPATCH DispatchRoutineOfAnotherFile;
NTSTATUS DispatchRoutineOfAnotherFile(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_SUCCESS;
}

static IO_COMPLETION_ROUTINE LetsGo;
static NTSTATUS LetsGo(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  Work((PEXT)Context);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchRoutineLetsGo;
NTSTATUS DispatchRoutineLetsGo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, LetsGo, ext, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP that was sent at line [[#@LINE-2]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchRoutineLetsGoReturned;
NTSTATUS DispatchRoutineLetsGoReturned(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, LetsGo, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

static NTSTATUS Forward(PEXT Ext, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchIgnoresTheForward;
NTSTATUS DispatchIgnoresTheForward(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Forward(ext, Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP that was sent at line [[#@LINE-8]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchReturnsTheForward;
NTSTATUS DispatchReturnsTheForward(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  return Forward(ext, Irp);
}

// --- Completed with STATUS_PENDING ---

DRIVER_DISPATCH DispatchCompletesPending;
NTSTATUS DispatchCompletesPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  Irp->IoStatus.Status = STATUS_PENDING;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed with STATUS_PENDING [wdm-irp-not-completed]
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchCompletesPendingUnmarked;
NTSTATUS DispatchCompletesPendingUnmarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_PENDING;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed with STATUS_PENDING [wdm-irp-not-completed]
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchCompletesLater;
NTSTATUS DispatchCompletesLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  Irp->IoStatus.Status = STATUS_PENDING;
  ext->Irp = Irp;
  return STATUS_PENDING;
}

VOID completesPendingAnywhere(PIRP Irp) {
  Irp->IoStatus.Status = STATUS_PENDING;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed with STATUS_PENDING [wdm-irp-not-completed]
}

VOID completesNotPending(PIRP Irp) {
  Irp->IoStatus.Status = STATUS_PENDING;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID completesAStatusThatIsPending(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  Irp->IoStatus.Status = status;
  if (status == STATUS_PENDING) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is completed with STATUS_PENDING [wdm-irp-not-completed]
    return;
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID completesAStatusThatMayBePending(PEXT Ext, PIRP Irp) {
  Irp->IoStatus.Status = Prepare(Ext);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID completesWhatIsInAField(PEXT Ext) {
  Ext->Irp->IoStatus.Status = STATUS_PENDING;
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed with STATUS_PENDING [wdm-irp-not-completed]
}

VOID completesAnotherIrp(PEXT Ext, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_PENDING;
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  TakeIrp(Ext, Irp);
}

DRIVER_DISPATCH DispatchCompletesWhatIsPending;
NTSTATUS DispatchCompletesWhatIsPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_PENDING;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    return status;
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed with STATUS_PENDING [wdm-irp-not-completed]
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}
