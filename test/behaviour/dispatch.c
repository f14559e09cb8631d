/* Dispatch routines: they own their IRP. What is held when the registration fails differs. */
#include "device.h"

static NTSTATUS Passed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS Unlocks(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return STATUS_CONTINUE_COMPLETION;
}

/* want: leave */
DRIVER_DISPATCH Plain;
NTSTATUS Plain(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* want: leave */
DRIVER_DISPATCH Stored;
NTSTATUS Stored(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}

DRIVER_DISPATCH LockAlways;
NTSTATUS LockAlways(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Unlocks, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH LockForCarefulOnes;
NTSTATUS LockForCarefulOnes(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN careful = ext->Careful;
  if (careful) {
    status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
    if (!NT_SUCCESS(status)) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      return status;
    }
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (careful) {
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  }
  return status;
}

DRIVER_DISPATCH LockResultIgnored;
NTSTATUS LockResultIgnored(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  NTSTATUS locked = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (NT_SUCCESS(locked)) {
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  }
  return status;
}

DRIVER_DISPATCH LockGivenBackEarly;
NTSTATUS LockGivenBackEarly(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (!ext->Started) {
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (ext->Started) {
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  }
  return status;
}

/* A lock with a tag of its own. */
DRIVER_DISPATCH LockTaggedByDevice;
NTSTATUS LockTaggedByDevice(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Device);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  IoReleaseRemoveLock(&ext->RemoveLock, Device);
  return status;
}

DRIVER_DISPATCH TwoLocks;
NTSTATUS TwoLocks(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  KeEnterCriticalRegion();
  ExAcquireResourceSharedLite(&ext->Resource, TRUE);
  if (!ext->Started) {
    ExReleaseResourceLite(&ext->Resource);
    KeLeaveCriticalRegion();
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Unlocks, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  ExReleaseResourceLite(&ext->Resource);
  KeLeaveCriticalRegion();
  return status;
}

DRIVER_DISPATCH ResourceWithoutWaiting;
NTSTATUS ResourceWithoutWaiting(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  BOOLEAN held = ExAcquireResourceExclusiveLite(&ext->Resource, FALSE);
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (held) {
    ExReleaseResourceLite(&ext->Resource);
  }
  return status;
}

DRIVER_DISPATCH RundownHeld;
NTSTATUS RundownHeld(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  if (!ExAcquireRundownProtection(&ext->Rundown)) {
    Irp->IoStatus.Status = STATUS_DELETE_PENDING;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DELETE_PENDING;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  ExReleaseRundownProtection(&ext->Rundown);
  return status;
}

DRIVER_DISPATCH MutexByAWait;
NTSTATUS MutexByAWait(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  KeWaitForSingleObject(&ext->Mutex, Executive, KernelMode, FALSE, NULL);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  KeReleaseMutex(&ext->Mutex, FALSE);
  return status;
}

DRIVER_DISPATCH TriesAFastMutex;
NTSTATUS TriesAFastMutex(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  BOOLEAN mine = ExTryToAcquireFastMutex(&ext->FastMutex);
  if (!mine && ext->Careful) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  if (mine) {
    ExReleaseFastMutex(&ext->FastMutex);
  }
  return IoCallDriver(ext->Lower, Irp);
}

/* Marked pending: STATUS_PENDING has to be returned. */
DRIVER_DISPATCH Pends;
NTSTATUS Pends(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}

DRIVER_DISPATCH PendsForSome;
NTSTATUS PendsForSome(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  BOOLEAN pended = FALSE;
  if (ext->Careful) {
    IoMarkIrpPending(Irp);
    pended = TRUE;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return pended ? STATUS_PENDING : status;
}

/* The author's own label. */
DRIVER_DISPATCH ByTheLabel;
NTSTATUS ByTheLabel(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    goto complete;
  }
  status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    goto unlock;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Unlocks, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
unlock:
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
complete:
  Irp->IoStatus.Status = status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* The label is behind a second acquisition that this path has not made. */
DRIVER_DISPATCH LabelsInOrder;
NTSTATUS LabelsInOrder(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  PVOID buffer = NULL;
  if (!NT_SUCCESS(status)) {
    goto fail1;
  }
  if (ext->Careful) {
    buffer = ExAllocatePoolWithTag(NonPagedPool, 64, 'veDB');
    if (buffer == NULL) {
      status = STATUS_INSUFFICIENT_RESOURCES;
      goto fail2;
    }
    status = Prepare(ext);
    if (!NT_SUCCESS(status)) {
      goto fail3;
    }
    ExFreePoolWithTag(buffer, 'veDB');
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Unlocks, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
fail3:
  ExFreePoolWithTag(buffer, 'veDB');
fail2:
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
fail1:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* A spin lock must not be held while an IRP is completed. */
DRIVER_DISPATCH UnderASpinLock;
NTSTATUS UnderASpinLock(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KIRQL irql;
  KeAcquireSpinLock(&ext->SpinLock, &irql);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  KeReleaseSpinLock(&ext->SpinLock, irql);
  return IoCallDriver(ext->Lower, Irp);
}

/* It is in the driver's list when the registration fails: a cancel or a cleanup may take it. */
DRIVER_DISPATCH ListedBefore;
NTSTATUS ListedBefore(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}

static NTSTATUS Unlists(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}

DRIVER_DISPATCH ListedUntilDone;
NTSTATUS ListedUntilDone(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Unlists, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The next stack location has been changed: the lower driver must see that. */
DRIVER_DISPATCH ChangesTheRequest;
NTSTATUS ChangesTheRequest(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIO_STACK_LOCATION next;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  next = IoGetNextIrpStackLocation(Irp);
  next->MajorFunction = IRP_MJ_WRITE;
  next->Parameters.Read.Length = 512;
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* In a loop that tries again. */
DRIVER_DISPATCH TriesAgain;
NTSTATUS TriesAgain(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  ULONG tries;
  for (tries = 0; tries < 2; tries++) {
    if (NT_SUCCESS(Prepare(ext))) {
      IoCopyCurrentIrpStackLocationToNext(Irp);
      IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
      return IoCallDriver(ext->Lower, Irp);
    }
  }
  Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_DEVICE_NOT_READY;
}

/* The result is tested on one path only. */
DRIVER_DISPATCH TestedIfCareful;
NTSTATUS TestedIfCareful(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  if (ext->Careful && !NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

/* The failure path forgets to complete: the second check's case. */
DRIVER_DISPATCH ForgetsToComplete;
NTSTATUS ForgetsToComplete(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Unlocks, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

/* The failure path gives the lock back, and sends all the same. */
DRIVER_DISPATCH ReleasesAndSends;
NTSTATUS ReleasesAndSends(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Unlocks, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  }
  return IoCallDriver(ext->Lower, Irp);
}
