// RUN: %check_wdm %s 'wdm-*'
//
// Who returns STATUS_PENDING has marked the IRP pending, or has passed it down.
#include "driver.h"

static VOID NTAPI Worker(PDEVICE_OBJECT DeviceObject, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
}

// --- Completed ---

DRIVER_DISPATCH DispatchCompletedAndPending;
NTSTATUS DispatchCompletedAndPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchCompletedAndReturned;
NTSTATUS DispatchCompletedAndReturned(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchPendingFromTheBeginning;
NTSTATUS DispatchPendingFromTheBeginning(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_PENDING;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
  } else {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchPendingWhereItIs;
NTSTATUS DispatchPendingWhereItIs(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_PENDING;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
  } else {
    status = STATUS_DEVICE_NOT_READY;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

// --- Still held ---

DRIVER_DISPATCH DispatchForgotten;
NTSTATUS DispatchForgotten(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Work(ext);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchForgottenOnOnePath;
NTSTATUS DispatchForgottenOnOnePath(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
  }
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchWaitsForTheDevice;
NTSTATUS DispatchWaitsForTheDevice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  Work(ext);
  return STATUS_PENDING;
}

// Narrowed by a branch.
DRIVER_DISPATCH DispatchNarrowed;
NTSTATUS DispatchNarrowed(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (status == STATUS_PENDING)
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'status' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchNarrowedAndMarked;
NTSTATUS DispatchNarrowedAndMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (status == STATUS_PENDING) {
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    return status;
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// --- Queued by routines that do not mark ---

DRIVER_DISPATCH DispatchStartsAPacket;
NTSTATUS DispatchStartsAPacket(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoStartPacket(DeviceObject, Irp, NULL, NULL);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchStartsAPacketMarked;
NTSTATUS DispatchStartsAPacketMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  IoStartPacket(DeviceObject, Irp, NULL, NULL);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchInsertsIntoAList;
NTSTATUS DispatchInsertsIntoAList(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KIRQL irql;
  KeAcquireSpinLock(&ext->Lock, &irql);
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  KeReleaseSpinLock(&ext->Lock, irql);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchInsertsIntoAListMarked;
NTSTATUS DispatchInsertsIntoAListMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KIRQL irql;
  IoMarkIrpPending(Irp);
  KeAcquireSpinLock(&ext->Lock, &irql);
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  KeReleaseSpinLock(&ext->Lock, irql);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchInsertsAtTheHead;
NTSTATUS DispatchInsertsAtTheHead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  InsertHeadList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchInsertsInterlocked;
NTSTATUS DispatchInsertsInterlocked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ExInterlockedInsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry, &ext->Lock);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchInsertsInterlockedMarked;
NTSTATUS DispatchInsertsInterlockedMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ExInterlockedInsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry, &ext->Lock);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchQueuesAWorkItem;
NTSTATUS DispatchQueuesAWorkItem(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  IoQueueWorkItem(ext->WorkItem, Worker, DelayedWorkQueue, ext);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchQueuesAWorkItemMarked;
NTSTATUS DispatchQueuesAWorkItemMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  IoMarkIrpPending(Irp);
  IoQueueWorkItem(ext->WorkItem, Worker, DelayedWorkQueue, ext);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchIsTheContextOfAWorkItem;
NTSTATUS DispatchIsTheContextOfAWorkItem(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoQueueWorkItem(ext->WorkItem, Worker, DelayedWorkQueue, Irp);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchIsTheContextOfAWorkItemMarked;
NTSTATUS DispatchIsTheContextOfAWorkItemMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoQueueWorkItem(ext->WorkItem, Worker, DelayedWorkQueue, Irp);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchStored;
NTSTATUS DispatchStored(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchStoredMarked;
NTSTATUS DispatchStoredMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  IoMarkIrpPending(Irp);
  return STATUS_PENDING;
}

// IoCsqInsertIrp marks; the one with Ex may.
DRIVER_DISPATCH DispatchInsertsIntoACsq;
NTSTATUS DispatchInsertsIntoACsq(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCsqInsertIrp(&ext->Csq, Irp, NULL);
  return STATUS_PENDING;
}

// --- Marked elsewhere, perhaps ---

DRIVER_DISPATCH DispatchGivenToCodeThatIsNotVisible;
NTSTATUS DispatchGivenToCodeThatIsNotVisible(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  TakeIrp(ext, Irp);
  return STATUS_PENDING;
}

// But not when it was only given a buffer, or the extension.
VOID Transfer(PEXT Ext, PVOID Buffer);

DRIVER_DISPATCH DispatchOnlyTheBufferIsGiven;
NTSTATUS DispatchOnlyTheBufferIsGiven(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Transfer(ext, Irp->AssociatedIrp.SystemBuffer);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchTheBufferIsGivenAndMarked;
NTSTATUS DispatchTheBufferIsGivenAndMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  Transfer(ext, Irp->AssociatedIrp.SystemBuffer);
  return STATUS_PENDING;
}

// --- Passed down ---

DRIVER_DISPATCH DispatchSentAndPending;
NTSTATUS DispatchSentAndPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}

// A send of another IRP does not count.
DRIVER_DISPATCH DispatchSentAnotherAndPending;
NTSTATUS DispatchSentAnotherAndPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = ext->Spare;
  IoCallDriver(ext->Lower, irp);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchSentAnotherAndMarked;
NTSTATUS DispatchSentAnotherAndMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = ext->Spare;
  IoMarkIrpPending(Irp);
  IoSetCompletionRoutine(irp, Done, Irp, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, irp);
  return STATUS_PENDING;
}

// As the context of another IRP's routine it is handed on, but not marked.
DRIVER_DISPATCH DispatchContextOfAnotherIrp;
NTSTATUS DispatchContextOfAnotherIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = ext->Spare;
  IoSetCompletionRoutine(irp, Done, Irp, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, irp);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

static REQUEST_POWER_COMPLETE PowerDone;
static VOID PowerDone(PDEVICE_OBJECT DeviceObject, UCHAR MinorFunction, POWER_STATE PowerState,
                      PVOID Context, PIO_STATUS_BLOCK IoStatus) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(MinorFunction);
  UNREFERENCED_PARAMETER(PowerState);
  UNREFERENCED_PARAMETER(IoStatus);
  IoCompleteRequest((PIRP)Context, IO_NO_INCREMENT);
}

DRIVER_DISPATCH DispatchRequestsPower;
NTSTATUS DispatchRequestsPower(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  POWER_STATE state;
  state.DeviceState = 1;
  PoRequestPowerIrp(ext->Self, IRP_MN_SET_POWER, state, PowerDone, Irp, NULL);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchRequestsPowerMarked;
NTSTATUS DispatchRequestsPowerMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  POWER_STATE state;
  state.DeviceState = 1;
  IoMarkIrpPending(Irp);
  PoRequestPowerIrp(ext->Self, IRP_MN_SET_POWER, state, PowerDone, Irp, NULL);
  return STATUS_PENDING;
}

// --- Roles ---

// Only the signature.
NTSTATUS onlyTheSignature(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH_PAGED DispatchPaged;
NTSTATUS DispatchPaged(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

static NTSTATUS NTAPI Stored(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

static NTSTATUS NTAPI StoredRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_PENDING;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
  UNREFERENCED_PARAMETER(RegistryPath);
  DriverObject->MajorFunction[IRP_MJ_READ] = Stored;
  DriverObject->MajorFunction[IRP_MJ_WRITE] = StoredRight;
  return STATUS_SUCCESS;
}
