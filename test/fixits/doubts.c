// Leaving would do all that is known to be due, and yet it is not certain: the fix falls back. Each
// beside one that leaves.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes
#include "driver.h"

typedef struct _TIMED {
  EXT Ext;
  KEVENT Timer;
  BOOLEAN Careful;
  LONG Count;
} TIMED, *PTIMED;

#ifndef STATUS_DEVICE_BUSY
#define STATUS_DEVICE_BUSY ((NTSTATUS)0x80000011L)
#endif

BOOLEAN NTAPI KeSetTimer(PVOID Timer, LONGLONG DueTime, PVOID Dpc);
LONG InterlockedExchange(LONG volatile *Target, LONG Value);
LONG InterlockedCompareExchange(LONG volatile *Target, LONG Value, LONG Comparand);
VOID Begin(PTIMED Ext);
VOID End(PTIMED Ext);
BOOLEAN Filter(PIRP Irp);
PVOID NTAPI ObReferenceMine(PVOID Object);

// --- A lock that may not be held ---

DRIVER_DISPATCH LockedOrNot;
NTSTATUS LockedOrNot(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  BOOLEAN locked = (BOOLEAN)NT_SUCCESS(IoAcquireRemoveLock(&ext->RemoveLock, Irp));
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (locked) {
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS LockedOrNot(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  BOOLEAN locked = (BOOLEAN)NT_SUCCESS(IoAcquireRemoveLock(&ext->RemoveLock, Irp));
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (locked) {
// CHECK-FIXES-NEXT:    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH UnlockedSometimes;
NTSTATUS UnlockedSometimes(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (ext->Started) {
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  }
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS UnlockedSometimes(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (ext->Started) {
// CHECK-FIXES-NEXT:    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH LockedForCertain;
NTSTATUS LockedForCertain(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS LockedForCertain(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- What another way out does ---

DRIVER_DISPATCH EndsElsewhere;
NTSTATUS EndsElsewhere(PDEVICE_OBJECT Device, PIRP Irp) {
  PTIMED ext = Device->DeviceExtension;
  Begin(ext);
  if (ext->Careful) {
    End(ext);
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Ext.Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS EndsElsewhere(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PTIMED ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  Begin(ext);
// CHECK-FIXES-NEXT:  if (ext->Careful) {
// CHECK-FIXES-NEXT:    End(ext);
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Ext.Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH EndsForAnotherRequest;
NTSTATUS EndsForAnotherRequest(PDEVICE_OBJECT Device, PIRP Irp) {
  PTIMED ext = Device->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(Irp)->MajorFunction) {
  case IRP_MJ_CREATE:
    if (ext->Careful) {
      End(ext);
      Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      return STATUS_DEVICE_NOT_READY;
    }
    break;
  case IRP_MJ_READ:
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Ext.Lower, Irp);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Ext.Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS EndsForAnotherRequest(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PTIMED ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  switch (IoGetCurrentIrpStackLocation(Irp)->MajorFunction) {
// CHECK-FIXES-NEXT:  case IRP_MJ_CREATE:
// CHECK-FIXES-NEXT:    if (ext->Careful) {
// CHECK-FIXES-NEXT:      End(ext);
// CHECK-FIXES-NEXT:      Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:      IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:      return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  case IRP_MJ_READ:
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:      Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:      IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(ext->Ext.Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Ext.Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- What the completion routine does ---

static NTSTATUS Ended(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  End((PTIMED)Context);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH EndsInTheRoutine;
NTSTATUS EndsInTheRoutine(PDEVICE_OBJECT Device, PIRP Irp) {
  PTIMED ext = Device->DeviceExtension;
  Begin(ext);
  IoSetCompletionRoutineEx(Device, Irp, Ended, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Ext.Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS EndsInTheRoutine(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PTIMED ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  Begin(ext);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Ended, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Ended, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Ext.Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH BeginsNothing;
NTSTATUS BeginsNothing(PDEVICE_OBJECT Device, PIRP Irp) {
  PTIMED ext = Device->DeviceExtension;
  IoSetCompletionRoutineEx(Device, Irp, Ended, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Ext.Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS BeginsNothing(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PTIMED ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Ended, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Ext.Lower, Irp);
// CHECK-FIXES-NEXT:}

// The early way out leaves before the IRP is counted.
static ULONG UnderWay;
static NTSTATUS CountedDown(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  UnderWay--;
  return Irp->IoStatus.Status;
}

DRIVER_DISPATCH Counts;
NTSTATUS Counts(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  if (!ext->Started) {
    status = STATUS_DEVICE_NOT_READY;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  UnderWay++;
  IoSetCompletionRoutineEx(Device, Irp, CountedDown, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS Counts(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  if (!ext->Started) {
// CHECK-FIXES-NEXT:    status = STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  UnderWay++;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, CountedDown, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, CountedDown, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// A flag that is tested and set in one go is a lock, wherever the author's other ways lead.
static LONG Busy;
static NTSTATUS NoLongerBusy(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  UNREFERENCED_PARAMETER(Context);
  InterlockedExchange(&Busy, 0);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH BusyWithALabel;
NTSTATUS BusyWithALabel(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    goto complete;
  }
  if (InterlockedExchange(&Busy, 1)) {
    status = STATUS_DEVICE_BUSY;
    goto unlock;
  }
  IoSetCompletionRoutineEx(Device, Irp, NoLongerBusy, NULL, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
unlock:
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
complete:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-11]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS BusyWithALabel(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto complete;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (InterlockedExchange(&Busy, 1)) {
// CHECK-FIXES-NEXT:    status = STATUS_DEVICE_BUSY;
// CHECK-FIXES-NEXT:    goto unlock;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, NoLongerBusy, NULL, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, NoLongerBusy, NULL, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:unlock:
// CHECK-FIXES-NEXT:  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:complete:
// CHECK-FIXES-NEXT:  Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH BusyInTwoSteps;
NTSTATUS BusyInTwoSteps(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  BOOLEAN busy = ext->Started;
  ext->Started = TRUE;
  if (busy) {
    Irp->IoStatus.Status = STATUS_DEVICE_BUSY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_BUSY;
  }
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS BusyInTwoSteps(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  BOOLEAN busy = ext->Started;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  ext->Started = TRUE;
// CHECK-FIXES-NEXT:  if (busy) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = STATUS_DEVICE_BUSY;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return STATUS_DEVICE_BUSY;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

static BOOLEAN tryEnter(VOID) { return InterlockedCompareExchange(&Busy, 1, 0) == 0; }

DRIVER_DISPATCH BusyInAHelper;
NTSTATUS BusyInAHelper(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (!tryEnter()) {
    Irp->IoStatus.Status = STATUS_DEVICE_BUSY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_BUSY;
  }
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS BusyInAHelper(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (!tryEnter()) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = STATUS_DEVICE_BUSY;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return STATUS_DEVICE_BUSY;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// Every way passes what stands under the flag.
DRIVER_DISPATCH EndsByAFlag;
NTSTATUS EndsByAFlag(PDEVICE_OBJECT Device, PIRP Irp) {
  PTIMED ext = Device->DeviceExtension;
  BOOLEAN begun = FALSE;
  NTSTATUS status;
  do {
    Begin(ext);
    begun = TRUE;
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Ext.Lower, Irp);
  } while (FALSE);
  if (begun) {
    End(ext);
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS EndsByAFlag(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PTIMED ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  BOOLEAN begun = FALSE;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  do {
// CHECK-FIXES-NEXT:    Begin(ext);
// CHECK-FIXES-NEXT:    begun = TRUE;
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(ext->Ext.Lower, Irp);
// CHECK-FIXES-NEXT:  } while (FALSE);
// CHECK-FIXES-NEXT:  if (begun) {
// CHECK-FIXES-NEXT:    End(ext);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- What goes on by itself ---

static VOID watch(PTIMED Ext) { KeSetTimer(&Ext->Timer, -10000000, NULL); }

DRIVER_DISPATCH Armed;
NTSTATUS Armed(PDEVICE_OBJECT Device, PIRP Irp) {
  PTIMED ext = Device->DeviceExtension;
  watch(ext);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Ext.Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS Armed(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PTIMED ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  watch(ext);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Ext.Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH ArmedForAnother;
NTSTATUS ArmedForAnother(PDEVICE_OBJECT Device, PIRP Irp) {
  PTIMED ext = Device->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(Irp)->MajorFunction) {
  case IRP_MJ_WRITE:
    watch(ext);
    break;
  case IRP_MJ_READ:
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Ext.Lower, Irp);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Ext.Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ArmedForAnother(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PTIMED ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  switch (IoGetCurrentIrpStackLocation(Irp)->MajorFunction) {
// CHECK-FIXES-NEXT:  case IRP_MJ_WRITE:
// CHECK-FIXES-NEXT:    watch(ext);
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  case IRP_MJ_READ:
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:      Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:      IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(ext->Ext.Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Ext.Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- Another IRP ---

NTSTATUS twoOfItsOwn(PEXT Ext) {
  PIRP first = IoAllocateIrp(Ext->Lower->StackSize, FALSE), second;
  if (!first) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  second = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (!second) {
    IoFreeIrp(first);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, first, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, first);
  return IoCallDriver(Ext->Lower, second);
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS twoOfItsOwn(PEXT Ext) {
// CHECK-FIXES-NEXT:  PIRP first = IoAllocateIrp(Ext->Lower->StackSize, FALSE), second;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (!first) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  second = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:  if (!second) {
// CHECK-FIXES-NEXT:    IoFreeIrp(first);
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, first, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(first, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, first);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, second);
// CHECK-FIXES-NEXT:}

// --- A flag that the way out asks ---

NTSTATUS ReadThatIsNotItsOwn(PEXT Ext, PIRP Irp) {
  BOOLEAN complete = TRUE;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  __try {
    if (!Ext->Started) {
      status = STATUS_DEVICE_NOT_READY;
      __leave;
    }
    complete = FALSE;
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    if (complete) {
      FailRequest(Irp, status);
    }
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-9]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ReadThatIsNotItsOwn(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  BOOLEAN complete = TRUE;
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_UNSUCCESSFUL;
// CHECK-FIXES-NEXT:  __try {
// CHECK-FIXES-NEXT:    if (!Ext->Started) {
// CHECK-FIXES-NEXT:      status = STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:      __leave;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    complete = FALSE;
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, NULL, FALSE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  } __finally {
// CHECK-FIXES-NEXT:    if (complete) {
// CHECK-FIXES-NEXT:      FailRequest(Irp, status);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- Marked pending ---

static NTSTATUS markedByItsCaller(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS markedByItsCaller(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS marks(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  status = markedByItsCaller(Ext, Irp);
  DbgPrint("%x\n", status);
  return status;
}

DRIVER_DISPATCH PendsSometimes;
NTSTATUS PendsSometimes(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  BOOLEAN pended = FALSE;
  NTSTATUS status;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    pended = TRUE;
  }
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return pended ? STATUS_PENDING : status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS PendsSometimes(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  BOOLEAN pended = FALSE;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (ext->Started) {
// CHECK-FIXES-NEXT:    IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:    pended = TRUE;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return pended ? STATUS_PENDING : status;
// CHECK-FIXES-NEXT:}

// --- Callers ---

static NTSTATUS nobodyLooks(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS nobodyLooks(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS doesNotLook(PEXT Ext, PIRP Irp) {
  nobodyLooks(Ext, Irp);
  return STATUS_SUCCESS;
}

// It waits: the caller completes the IRP, with the status that the lower drivers would have set.
// Its name says that the request may fail.
static NTSTATUS Signals(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS waitsForIt(PEXT Ext, PIRP Irp) {
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS waitsForIt(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:    status = Irp->IoStatus.Status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS QueryAsItIs(PEXT Ext, PIRP Irp) {
  NTSTATUS status = waitsForIt(Ext, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// What a caller has made and keeps is no debt of the helper.
static NTSTATUS waitsToo(PEXT Ext, PIRP Irp) {
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS waitsToo(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:    status = Irp->IoStatus.Status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS QueryWithAReference(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  ObReferenceMine(Ext->Self);
  status = waitsToo(Ext, Irp);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// For which requests?
static NTSTATUS waitsForAny(PEXT Ext, PIRP Irp) {
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS waitsForAny(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:    status = Irp->IoStatus.Status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS handle(PEXT Ext, PIRP Irp) {
  NTSTATUS status = waitsForAny(Ext, Irp);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// What the author ends his requests with has been called already.
typedef struct _CONTEXT {
  PEXT Ext;
} CONTEXT, *PCONTEXT;

static NTSTATUS CompleteContext(PCONTEXT Context, PIRP Irp, NTSTATUS Status) {
  if (Irp != NULL) {
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  ExFreePoolWithTag(Context, 'tseT');
  return Status;
}

NTSTATUS ReadWithoutContext(PCONTEXT Context, PIRP Irp) {
  PEXT ext = Context->Ext;
  if (!ext->Started) {
    return CompleteContext(Context, Irp, STATUS_DEVICE_NOT_READY);
  }
  CompleteContext(Context, NULL, STATUS_SUCCESS);
  IoSetCompletionRoutineEx(ext->Self, Irp, Done, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ReadWithoutContext(PCONTEXT Context, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Context->Ext;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (!ext->Started) {
// CHECK-FIXES-NEXT:    return CompleteContext(Context, Irp, STATUS_DEVICE_NOT_READY);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  CompleteContext(Context, NULL, STATUS_SUCCESS);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(ext->Self, Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- A status that is there still ---

NTSTATUS returnsTheFirstStatus(PEXT Ext, PIRP *Irps) {
  NTSTATUS status = STATUS_SUCCESS;
  ULONG i;
  for (i = 0; i < 2; i++) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irps[i], Done, Ext, TRUE, TRUE, TRUE);
    IoCallDriver(Ext->Lower, Irps[i]);
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS returnsTheFirstStatus(PEXT Ext, PIRP *Irps) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  ULONG i;
// CHECK-FIXES-NEXT:  for (i = 0; i < 2; i++) {
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irps[i], Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irps[i], Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:      status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    IoCallDriver(Ext->Lower, Irps[i]);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

VOID givesTheStatusToTheRoutine(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, (PVOID)(ULONG_PTR)status, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:VOID givesTheStatusToTheRoutine(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, (PVOID)(ULONG_PTR)status, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, (PVOID)(ULONG_PTR)status, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}
