// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A dispatch routine returns after the failure, and nobody completes its IRP.
#include "driver.h"

// --- Declared with the role type ---

DRIVER_DISPATCH DispatchRead;
NTSTATUS DispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchWrite;
NTSTATUS DispatchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

static DRIVER_DISPATCH DispatchStatic;
static NTSTATUS DispatchStatic(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE))) {
// CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchPending;
NTSTATUS DispatchPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  IoMarkIrpPending(Irp);
  if (NT_SUCCESS(status)) {
    IoCallDriver(ext->Lower, Irp);
  }
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchStatusOnly;
NTSTATUS DispatchStatusOnly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchCopy;
NTSTATUS DispatchCopy(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = Irp;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  return NT_SUCCESS(status) ? IoCallDriver(ext->Lower, irp) : status;
}

DRIVER_DISPATCH DispatchCopyCompleted;
NTSTATUS DispatchCopyCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = Irp;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status))
    return IoCallDriver(ext->Lower, irp);
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchGoto;
NTSTATUS DispatchGoto(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status))
    goto complete;
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    goto unlock;
  return IoCallDriver(ext->Lower, Irp);
unlock:
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
complete:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchGotoComplete;
NTSTATUS DispatchGotoComplete(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status))
    goto complete;
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    goto unlock;
  return IoCallDriver(ext->Lower, Irp);
unlock:
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
complete:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchPnp;
NTSTATUS DispatchPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
    if (NT_SUCCESS(status)) {
      return IoCallDriver(ext->Lower, Irp);
    }
    break;
  case IRP_MN_STOP_DEVICE:
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
    if (NT_SUCCESS(status)) {
      return IoCallDriver(ext->Lower, Irp);
    }
    return status;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchCompletedOnOnePath;
NTSTATUS DispatchCompletedOnOnePath(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    if (Maybe()) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchSkips;
NTSTATUS DispatchSkips(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE)))
    IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchQueues;
NTSTATUS DispatchQueues(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoMarkIrpPending(Irp);
    InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
    return STATUS_PENDING;
  }
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchHandsOn;
NTSTATUS DispatchHandsOn(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return FailRequest(Irp, status);
  }
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchCrashes;
NTSTATUS DispatchCrashes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    KeBugCheckEx(0xC4, (ULONG_PTR)status, 0, 0, 0);
  }
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchFinally;
NTSTATUS DispatchFinally(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
    if (!NT_SUCCESS(status))
      return status;
    status = IoCallDriver(ext->Lower, Irp);
  } __finally {
    Work(ext);
  }
  return status;
}

DRIVER_DISPATCH DispatchFinallyCompletes;
NTSTATUS DispatchFinallyCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN complete = TRUE;
  __try {
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      return status;
    complete = FALSE;
    status = IoCallDriver(ext->Lower, Irp);
  } __finally {
    if (complete) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

// An IRP of its own: the failure of its registration is none of the given one.
DRIVER_DISPATCH DispatchOwnIrp;
NTSTATUS DispatchOwnIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  PIRP own = IoAllocateIrp(ext->Lower->StackSize, FALSE);
  if (own != NULL) {
    status = IoSetCompletionRoutineEx(DeviceObject, own, Done, ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      IoFreeIrp(own);
      return status;
    }
    IoCallDriver(ext->Lower, own);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

// Both: sent without the routine on one path, not completed on another.
DRIVER_DISPATCH DispatchBoth;
NTSTATUS DispatchBoth(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the {{IRP is then sent without a completion routine|dispatch routine then returns without completing the IRP}} [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    if (Maybe()) {
      return status;
    }
    DbgPrint("without the routine\n");
  }
  return IoCallDriver(ext->Lower, Irp);
}

// --- Stored in MajorFunction[] ---

NTSTATUS StoredRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

NTSTATUS StoredWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

static NTSTATUS StoredForAll(PDEVICE_OBJECT Device, PIRP Request) {
  PEXT ext = (PEXT)Device->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(Device, Request, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Request);
}

NTSTATUS StoredByAddress(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

// The same shape, but nobody stored it: its caller completes.
NTSTATUS NotStored(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
  ULONG i;
  UNREFERENCED_PARAMETER(RegistryPath);
  for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
    DriverObject->MajorFunction[i] = StoredForAll;
  }
  DriverObject->MajorFunction[IRP_MJ_READ] = StoredRead;
  DriverObject->MajorFunction[IRP_MJ_WRITE] = (PDRIVER_DISPATCH)StoredWrite;
  DriverObject->MajorFunction[IRP_MJ_CREATE] = DriverObject->MajorFunction[IRP_MJ_CLOSE] =
      &StoredByAddress;
  return STATUS_SUCCESS;
}

// --- Through other names of MajorFunction[], and tables ---

NTSTATUS DispatchThroughAPointer(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

static NTSTATUS DispatchInATable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

static NTSTATUS DispatchInAnotherTable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

static const struct {
  UCHAR Major;
  PDRIVER_DISPATCH Routine;
} Routines[] = {{IRP_MJ_PNP, DispatchInATable}}, OtherRoutines[] = {{IRP_MJ_PNP, DispatchInAnotherTable}};

VOID fillTheTable(PDRIVER_OBJECT DriverObject) {
  ULONG i;
  PDRIVER_DISPATCH *table = DriverObject->MajorFunction;
  table[IRP_MJ_PNP] = DispatchThroughAPointer;
  for (i = 0; i != sizeof(Routines) / sizeof(Routines[0]); ++i)
    DriverObject->MajorFunction[Routines[i].Major] = Routines[i].Routine;
  Work((PEXT)OtherRoutines);
}
