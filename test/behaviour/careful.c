/* Where a way out has to know more than the function shows at a glance. */
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

typedef struct _JOB {
  PEXT Ext;
  IO_REMOVE_LOCK Lock;
  LIST_ENTRY Link;
} JOB, *PJOB;

/* The lock is in the memory: it is released first.
 * want: leave */
static NTSTATUS UnlocksAndFrees(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PJOB job = Context;
  IoReleaseRemoveLock(&job->Lock, Irp);
  ExFreePoolWithTag(job, 'boJC');
  return Passed(Device, Irp, NULL);
}
DRIVER_DISPATCH ReadLockInMemory;
NTSTATUS ReadLockInMemory(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  PJOB job = ExAllocatePoolWithTag(NonPagedPool, sizeof(JOB), 'boJC');
  if (job == NULL) {
    return Refused(Irp, STATUS_INSUFFICIENT_RESOURCES);
  }
  status = IoAcquireRemoveLock(&job->Lock, Irp);
  if (!NT_SUCCESS(status)) {
    ExFreePoolWithTag(job, 'boJC');
    return Refused(Irp, status);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, UnlocksAndFrees, job, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Another variable has the memory by then.
 * want: fall back */
static NTSTATUS Frees(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  ExFreePoolWithTag(Context, 'boJC');
  return Passed(Device, Irp, NULL);
}
DRIVER_DISPATCH ReadHandedOn;
NTSTATUS ReadHandedOn(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PVOID given;
  PVOID made = ExAllocatePoolWithTag(NonPagedPool, 32, 'boJC');
  if (made == NULL) {
    return Refused(Irp, STATUS_INSUFFICIENT_RESOURCES);
  }
  given = made;
  made = NULL;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Frees, given, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* What registers takes the lock as well.
 * want: nothing */
static NTSTATUS UnlocksIt(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  IoReleaseRemoveLock(&((PEXT)Context)->RemoveLock, Irp);
  return Passed(Device, Irp, NULL);
}
static NTSTATUS LocksAndRegisters(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSetCompletionRoutineEx(Ext->Self, Irp, UnlocksIt, Ext, TRUE, TRUE, TRUE);
}
DRIVER_DISPATCH ReadLockedInside;
NTSTATUS ReadLockedInside(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  LocksAndRegisters(ext, Irp);
  return IoCallDriver(ext->Lower, Irp);
}

/* The caller has set a flag that the completion routine takes back.
 * want: fall back */
static NTSTATUS IsIdleAgain(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  ((PEXT)Context)->Started = FALSE;
  return Passed(Device, Irp, NULL);
}
static NTSTATUS SendMarkedBusy(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, IsIdleAgain, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH ReadMarkedBusy;
NTSTATUS ReadMarkedBusy(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (ext->Started) {
    return Refused(Irp, STATUS_UNSUCCESSFUL);
  }
  ext->Started = TRUE;
  return SendMarkedBusy(ext, Irp);
}

/* An entry that was taken out of a list would be lost.
 * want: fall back */
static NTSTATUS PutsBack(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PJOB job = Context;
  InsertTailList(&job->Ext->Queue, &job->Link);
  return Passed(Device, Irp, NULL);
}
DRIVER_DISPATCH ReadTakenOut;
NTSTATUS ReadTakenOut(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PJOB job;
  if (IsListEmpty(&ext->Queue)) {
    return Refused(Irp, STATUS_INSUFFICIENT_RESOURCES);
  }
  job = CONTAINING_RECORD(RemoveHeadList(&ext->Queue), JOB, Link);
  job->Ext = ext;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, PutsBack, job, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The exit that is there is for what has not begun.
 * want: fall back */
BOOLEAN BeginTransfer(PEXT Ext);
DRIVER_DISPATCH ReadBegun;
NTSTATUS ReadBegun(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (!BeginTransfer(ext)) {
    return Refused(Irp, STATUS_UNSUCCESSFUL);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Requests are told apart, and all but one come here.
 * want: fall back
 * major: CLOSE, CLEANUP, WRITE */
DRIVER_DISPATCH AllButRead;
NTSTATUS AllButRead(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_READ) {
    return Refused(Irp, STATUS_UNSUCCESSFUL);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The IRP is a new one: its status is a success until it comes back, so that what
 * follows the wait is no way out.
 * want: leave */
static NTSTATUS AskBelow(PEXT Ext) {
  KEVENT event;
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_READ;
  IoSetCompletionRoutineEx(Ext->Self, irp, Wakes, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  }
  if (NT_SUCCESS(irp->IoStatus.Status)) {
    Ext->Careful = TRUE;
  }
  status = irp->IoStatus.Status;
  IoFreeIrp(irp);
  return status;
}
NTSTATUS AsksBelow(PEXT Ext) { return AskBelow(Ext); }

/* The label is for something else: its status would tell the caller so.
 * want: leave */
DRIVER_DISPATCH ReadOrGone;
NTSTATUS ReadOrGone(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (ext->Removed) {
    goto gone;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
gone:
  return Refused(Irp, STATUS_DELETE_PENDING);
}

/* What another file has made is kept in the driver, and may be given back by the
 * routine of another file.
 * want: fall back */
PVOID MakeObject(PEXT Ext);
NTSTATUS MakeBuffer(PEXT Ext, PVOID *Buffer);
#ifdef BEHAVIOUR
PVOID MakeObject(PEXT Ext) { return Ext; }
NTSTATUS MakeBuffer(PEXT Ext, PVOID *Buffer) {
  *Buffer = Ext;
  return STATUS_SUCCESS;
}
#endif
DRIVER_DISPATCH ReadWithObject;
NTSTATUS ReadWithObject(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  ext->Object = MakeObject(ext);
  if (ext->Object == NULL) {
    return Refused(Irp, STATUS_INSUFFICIENT_RESOURCES);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The same, by an address.
 * want: fall back */
DRIVER_DISPATCH ReadWithBuffer;
NTSTATUS ReadWithBuffer(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = MakeBuffer(ext, &ext->Buffer);
  if (!NT_SUCCESS(status)) {
    return Refused(Irp, status);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The same, in the request.
 * want: fall back */
DRIVER_DISPATCH ReadWithContext;
NTSTATUS ReadWithContext(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PVOID object = MakeObject(ext);
  if (object == NULL) {
    return Refused(Irp, STATUS_INSUFFICIENT_RESOURCES);
  }
  Irp->Tail.Overlay.DriverContext[0] = object;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* A number is taken from by way of a variable.
 * want: fall back */
DRIVER_DISPATCH ReadForCredit;
NTSTATUS ReadForCredit(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  LONG left = ext->Reads;
  left--;
  ext->Reads = left;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The routine counts down what is counted up elsewhere.
 * want: fall back */
static NTSTATUS CountsDown(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  ext->Outstanding--;
  return Passed(Device, Irp, Context);
}
DRIVER_DISPATCH ReadCountedElsewhere;
NTSTATUS ReadCountedElsewhere(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, CountsDown, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* It starts a timer.
 * want: fall back */
static NTSTATUS Idles(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  LARGE_INTEGER due;
  due.QuadPart = -10000;
  KeSetTimer(&ext->Timer, due, &ext->TimerDpc);
  return Passed(Device, Irp, Context);
}
DRIVER_DISPATCH ReadUntilIdle;
NTSTATUS ReadUntilIdle(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Idles, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Numbers of requests that have come back are nobody's to take back.
 * want: leave */
static NTSTATUS Counts(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  if (!NT_SUCCESS(Irp->IoStatus.Status)) {
    ext->Failures++;
  }
  InterlockedIncrement(&ext->Reads);
  return Passed(Device, Irp, Context);
}
DRIVER_DISPATCH ReadForStatistics;
NTSTATUS ReadForStatistics(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Counts, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* What follows the send takes one failure for another: none that the send is left
 * out for.
 * want: fall back */
DRIVER_DISPATCH ReadThatMayBeBusy;
NTSTATUS ReadThatMayBeBusy(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Wakes, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  if (status != STATUS_DEVICE_BUSY) {
    ext->Careful = FALSE;
  }
  return Refused(Irp, status);
}
