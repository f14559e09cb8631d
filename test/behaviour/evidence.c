/* What the author's own failures, and his order, say of a way out; what is opened in
 * ways that do not look like it. */
#include "device.h"

static NTSTATUS Passed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}
static NTSTATUS Wakes(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
static NTSTATUS Refused(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

/* A constant is set by a function that is given it.
 * want: fall back */
static VOID SetStarted(PEXT Ext, BOOLEAN Started) { Ext->Started = Started; }
DRIVER_DISPATCH ReadAsStarted;
NTSTATUS ReadAsStarted(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  SetStarted(ext, TRUE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* ... is chosen.
 * want: fall back */
DRIVER_DISPATCH ReadAsChosen;
NTSTATUS ReadAsChosen(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  LONG state = ext->Careful ? 3 : 4;
  ext->Outstanding = state;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* What follows the wait takes the function's own event out again.
 * want: leave */
DRIVER_DISPATCH ReadWithEventOnStack;
NTSTATUS ReadWithEventOnStack(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  ext->Object = &event;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Wakes, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  ext->Object = NULL;
  return Refused(Irp, status);
}

/* A number is taken from: the author's other failure gives it back.
 * want: leave */
DRIVER_DISPATCH ReadForOneCredit;
NTSTATUS ReadForOneCredit(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  InterlockedDecrement(&ext->Reads);
  if (ext->Removed) {
    InterlockedIncrement(&ext->Reads);
    return Refused(Irp, STATUS_DELETE_PENDING);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* ... nobody shows how.
 * want: fall back */
DRIVER_DISPATCH ReadForACredit;
NTSTATUS ReadForACredit(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  InterlockedDecrement(&ext->Reads);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Something is acquired twice.
 * want: fall back */
DRIVER_DISPATCH ReadCountedTwice;
NTSTATUS ReadCountedTwice(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  InterlockedIncrement(&ext->Outstanding);
  if (ext->Removed) {
    InterlockedDecrement(&ext->Outstanding);
    return Refused(Irp, STATUS_DELETE_PENDING);
  }
  InterlockedIncrement(&ext->Outstanding);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The author's other failure clears what this function has not set.
 * want: leave */
DRIVER_DISPATCH ReadSetElsewhere;
NTSTATUS ReadSetElsewhere(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (ext->Removed) {
    ext->Held = NULL;
    return Refused(Irp, STATUS_DELETE_PENDING);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The author releases before he completes, by way of a label.
 * want: leave */
DRIVER_DISPATCH ReadUnderResource;
NTSTATUS ReadUnderResource(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  KEVENT event;
  PIRP own;
  KeEnterCriticalRegion();
  ExAcquireResourceSharedLite(&ext->Resource, TRUE);
  own = IoAllocateIrp(ext->Lower->StackSize, FALSE);
  if (own == NULL) {
    ExReleaseResourceLite(&ext->Resource);
    KeLeaveCriticalRegion();
    status = STATUS_INSUFFICIENT_RESOURCES;
    goto end;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoGetNextIrpStackLocation(own)->MajorFunction = IRP_MJ_READ;
  IoSetCompletionRoutineEx(Device, own, Wakes, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, own);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = own->IoStatus.Status;
  }
  IoFreeIrp(own);
  ExReleaseResourceLite(&ext->Resource);
  KeLeaveCriticalRegion();
end:
  Irp->IoStatus.Status = status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* What is done after a success alone, by the status that came back.
 * want: leave
 * minor: START_DEVICE */
DRIVER_DISPATCH StartsAfterSuccess;
NTSTATUS StartsAfterSuccess(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  KEVENT event;
  if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction != IRP_MN_START_DEVICE) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Wakes, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  }
  if (NT_SUCCESS(Irp->IoStatus.Status)) {
    ext->Started = TRUE;
  }
  status = Irp->IoStatus.Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* What the author's own failure, for want of an IRP, leaves as it is.
 * want: leave */
static NTSTATUS AskWithState(PEXT Ext) {
  NTSTATUS status;
  KEVENT event;
  PIRP own;
  Ext->Careful = TRUE;
  own = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (own == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoGetNextIrpStackLocation(own)->MajorFunction = IRP_MJ_READ;
  IoSetCompletionRoutineEx(Ext->Self, own, Wakes, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, own);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = own->IoStatus.Status;
  }
  IoFreeIrp(own);
  return status;
}
NTSTATUS AsksWithState(PEXT Ext) { return AskWithState(Ext); }

/* What its caller has set stays with its own failure as well.
 * want: leave */
static NTSTATUS AskForCaller(PEXT Ext) {
  NTSTATUS status;
  KEVENT event;
  PIRP own = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (own == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoGetNextIrpStackLocation(own)->MajorFunction = IRP_MJ_READ;
  IoSetCompletionRoutineEx(Ext->Self, own, Wakes, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, own);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = own->IoStatus.Status;
  }
  IoFreeIrp(own);
  return status;
}
NTSTATUS AsksForCaller(PEXT Ext) {
  Ext->Careful = TRUE;
  return AskForCaller(Ext);
}

/* A flag that is the reason of the author's failure is none of its leftovers.
 * want: fall back */
DRIVER_DISPATCH ReadIfNotBusy;
NTSTATUS ReadIfNotBusy(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  BOOLEAN busy = ext->Started;
  ext->Started = TRUE;
  if (busy) {
    return Refused(Irp, STATUS_DEVICE_BUSY);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Counted up, and down again, before.
 * want: leave */
NTSTATUS CheckVolume(PEXT Ext);
#ifdef BEHAVIOUR
NTSTATUS CheckVolume(PEXT Ext) {
  UNREFERENCED_PARAMETER(Ext);
  return STATUS_SUCCESS;
}
#endif
DRIVER_DISPATCH ReadCountedForAWhile;
NTSTATUS ReadCountedForAWhile(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  ext->Outstanding += 1;
  status = CheckVolume(ext);
  ext->Outstanding -= 1;
  if (!NT_SUCCESS(status)) {
    return Refused(Irp, status);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The routine is given what another file makes there: that cannot be made twice.
 * want: nothing */
PVOID MakeContext(PEXT Ext);
#ifdef BEHAVIOUR
PVOID MakeContext(PEXT Ext) { return Ext; }
#endif
DRIVER_DISPATCH ReadForContext;
NTSTATUS ReadForContext(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, MakeContext(ext), TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
