// RUN: %check_wdm %s 'wdm-*'
//
// Handlers and helpers that forget the IRP: the dispatch routine's return is to blame.
#include "driver.h"

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

static NTSTATUS Forward(PEXT Ext, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

static BOOLEAN IsOurs(PEXT Ext, PIRP Irp) {
  return Ext->Irp == Irp;
}

static NTSTATUS Check(PIRP Irp) {
  if (Irp->AssociatedIrp.SystemBuffer == NULL)
    return STATUS_INVALID_PARAMETER;
  return STATUS_SUCCESS;
}

static NTSTATUS CompleteOnFailure(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

// --- Helpers that only look ---

DRIVER_DISPATCH DispatchAsksAHelper;
NTSTATUS DispatchAsksAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!IsOurs(ext, Irp))
    return STATUS_NOT_SUPPORTED;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  return Complete(Irp, STATUS_SUCCESS);
}

DRIVER_DISPATCH DispatchAsksAHelperAndForwards;
NTSTATUS DispatchAsksAHelperAndForwards(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!IsOurs(ext, Irp))
    return Forward(ext, Irp);
  return Complete(Irp, STATUS_SUCCESS);
}

DRIVER_DISPATCH DispatchCheckFails;
NTSTATUS DispatchCheckFails(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = Check(Irp);
  if (!NT_SUCCESS(status))
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  return Complete(Irp, STATUS_SUCCESS);
}

DRIVER_DISPATCH DispatchCheckFailsAndCompletes;
NTSTATUS DispatchCheckFailsAndCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = Check(Irp);
  if (!NT_SUCCESS(status))
    return Complete(Irp, status);
  return Complete(Irp, STATUS_SUCCESS);
}

// --- Helpers that complete sometimes ---

DRIVER_DISPATCH DispatchForgetsTheSuccess;
NTSTATUS DispatchForgetsTheSuccess(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = CompleteOnFailure(ext, Irp);
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchCompletesTheSuccess;
NTSTATUS DispatchCompletesTheSuccess(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = CompleteOnFailure(ext, Irp);
  if (NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

DRIVER_DISPATCH DispatchForgetsByTheWrongTest;
NTSTATUS DispatchForgetsByTheWrongTest(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = CompleteOnFailure(ext, Irp);
  if (NT_SUCCESS(status))
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  return status;
}

// --- Handlers of a dispatch routine ---

static DRIVER_DISPATCH HandleStart;
static NTSTATUS HandleStart(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status))
    return status;
  return Forward(ext, Irp);
}

static DRIVER_DISPATCH HandleStop;
static NTSTATUS HandleStop(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status))
    return Complete(Irp, status);
  return Forward(ext, Irp);
}

// Its caller completes the IRP.
static DRIVER_DISPATCH HandleQuery;
static NTSTATUS HandleQuery(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UNREFERENCED_PARAMETER(Irp);
  return Prepare(ext);
}

DRIVER_DISPATCH DispatchPnp;
NTSTATUS DispatchPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    return HandleStart(DeviceObject, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  case IRP_MN_STOP_DEVICE:
    return HandleStop(DeviceObject, Irp);
  case IRP_MN_QUERY_CAPABILITIES:
    status = HandleQuery(DeviceObject, Irp);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  default:
    return Forward(ext, Irp);
  }
}

// Its address goes elsewhere: somebody else calls it.
static DRIVER_DISPATCH HandleByATable;
static NTSTATUS HandleByATable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UNREFERENCED_PARAMETER(Irp);
  return Prepare(ext);
}

typedef struct _HANDLERS {
  PDRIVER_DISPATCH Handle;
} HANDLERS;

HANDLERS TheHandlers = {HandleByATable};

static DRIVER_DISPATCH HandleByAVariable;
static NTSTATUS HandleByAVariable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UNREFERENCED_PARAMETER(Irp);
  return Prepare(ext);
}

VOID Remember(PDRIVER_DISPATCH Handler);

VOID remembers(VOID) {
  Remember(HandleByAVariable);
}

// Stored in MajorFunction[], and called as well: it stays a dispatch routine.
static NTSTATUS NTAPI DispatchBoth(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UNREFERENCED_PARAMETER(Irp);
  return Prepare(ext);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchCallsADispatchRoutine;
NTSTATUS DispatchCallsADispatchRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return DispatchBoth(DeviceObject, Irp);
}

VOID setsUp(PDRIVER_OBJECT DriverObject) {
  DriverObject->MajorFunction[IRP_MJ_READ] = DispatchBoth;
}

// --- The status by a pointer ---

static VOID CompleteWith(PIRP Irp, NTSTATUS *Status) {
  *Status = STATUS_INVALID_PARAMETER;
  Irp->IoStatus.Status = *Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

DRIVER_DISPATCH DispatchStatusByPointer;
NTSTATUS DispatchStatusByPointer(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  CompleteWith(Irp, &status);
  return status;
}

DRIVER_DISPATCH DispatchStatusByPointerIgnored;
NTSTATUS DispatchStatusByPointerIgnored(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  CompleteWith(Irp, &status);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS', but the IRP was completed with another status at line [[#@LINE-15]] [wdm-irp-not-completed]
}
