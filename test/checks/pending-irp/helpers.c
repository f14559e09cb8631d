// RUN: %check_wdm %s 'wdm-*'
//
// Helpers that mark, queue and say what to return.
#include "driver.h"

static VOID MarkAndStore(PEXT Ext, PIRP Irp) {
  IoMarkIrpPending(Irp);
  Ext->Irp = Irp;
}

static NTSTATUS Queue(PEXT Ext, PIRP Irp) {
  IoMarkIrpPending(Irp);
  InsertTailList(&Ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return STATUS_PENDING;
}

static NTSTATUS QueueUnmarked(PEXT Ext, PIRP Irp) {
  InsertTailList(&Ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return STATUS_PENDING;
}

static NTSTATUS QueueAndSucceed(PEXT Ext, PIRP Irp) {
  IoMarkIrpPending(Irp);
  InsertTailList(&Ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return STATUS_SUCCESS;
}

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

static NTSTATUS Send(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchMarkedByAHelper;
NTSTATUS DispatchMarkedByAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  MarkAndStore(ext, Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchMarkedByAHelperRight;
NTSTATUS DispatchMarkedByAHelperRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  MarkAndStore(ext, Irp);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchReturnsTheHelper;
NTSTATUS DispatchReturnsTheHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  return QueueAndSucceed(ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'QueueAndSucceed(ext, Irp)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchReturnsTheRightHelper;
NTSTATUS DispatchReturnsTheRightHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  return Queue(ext, Irp);
}

DRIVER_DISPATCH DispatchHelperDoesNotMark;
NTSTATUS DispatchHelperDoesNotMark(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  return QueueUnmarked(ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'QueueUnmarked(ext, Irp)' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchMarksForTheHelper;
NTSTATUS DispatchMarksForTheHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  return QueueUnmarked(ext, Irp);
}

DRIVER_DISPATCH DispatchIgnoresTheHelper;
NTSTATUS DispatchIgnoresTheHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Queue(ext, Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchMarksAndSendsByAHelper;
NTSTATUS DispatchMarksAndSendsByAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  return Send(ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'Send(ext, Irp)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchSendsByAHelper;
NTSTATUS DispatchSendsByAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  return Send(ext, Irp);
}

DRIVER_DISPATCH DispatchMarksAndFailsByAHelper;
NTSTATUS DispatchMarksAndFailsByAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  if (!ext->Started)
    return Complete(Irp, STATUS_DEVICE_NOT_READY);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'Complete(Irp, STATUS_DEVICE_NOT_READY)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
  ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchFailsByAHelper;
NTSTATUS DispatchFailsByAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started)
    return Complete(Irp, STATUS_DEVICE_NOT_READY);
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_PENDING;
}

// --- Handlers: role typed, but called by the dispatch routine of this file ---

static DRIVER_DISPATCH HandleStart;
static NTSTATUS HandleStart(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_SUCCESS;
}

static DRIVER_DISPATCH HandleStop;
static NTSTATUS HandleStop(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchPnp;
NTSTATUS DispatchPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    return HandleStart(DeviceObject, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'HandleStart(DeviceObject, Irp)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
  case IRP_MN_STOP_DEVICE:
    return HandleStop(DeviceObject, Irp);
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
}

// The caller of a handler marks for it.
static DRIVER_DISPATCH HandleLater;
static NTSTATUS HandleLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchMarksForTheHandler;
NTSTATUS DispatchMarksForTheHandler(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  return HandleLater(DeviceObject, Irp);
}

// A handler's address in a table of the driver's own: whoever calls it ends the IRP.
static DRIVER_DISPATCH HandleFromATable;
static NTSTATUS HandleFromATable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  return STATUS_PENDING;
}

static PDRIVER_DISPATCH const Handlers[] = {HandleFromATable};

DRIVER_DISPATCH DispatchByTheTable;
NTSTATUS DispatchByTheTable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return Handlers[Number()](DeviceObject, Irp);
}

// A dispatch routine that another one calls: reported once, where it is wrong.
static NTSTATUS NTAPI DispatchBoth(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchCallsADispatchRoutine;
NTSTATUS DispatchCallsADispatchRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return DispatchBoth(DeviceObject, Irp);
}

VOID setsUp(PDRIVER_OBJECT DriverObject) {
  DriverObject->MajorFunction[IRP_MJ_READ] = DispatchBoth;
}
