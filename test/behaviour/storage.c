/* Shapes of storage filters and class drivers. */
#include "device.h"

static NTSTATUS Passed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}
static NTSTATUS Signals(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

/* The class driver's own lock routines. */
static BOOLEAN ClassAcquire(PEXT Ext, PIRP Irp) {
  return NT_SUCCESS(IoAcquireRemoveLock(&Ext->RemoveLock, Irp));
}
static VOID ClassRelease(PEXT Ext, PIRP Irp) { IoReleaseRemoveLock(&Ext->RemoveLock, Irp); }
static NTSTATUS ClassComplete(PEXT Ext, PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  ClassRelease(Ext, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}
static NTSTATUS ClassDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  ClassRelease(Context, Irp);
  return Passed(Device, Irp, Context);
}

/* The author's completer releases the lock; it is held here. */
DRIVER_DISPATCH ClassRead;
NTSTATUS ClassRead(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (!ClassAcquire(ext, Irp)) {
    Irp->IoStatus.Status = STATUS_DELETE_PENDING;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DELETE_PENDING;
  }
  if (!ext->Started) {
    return ClassComplete(ext, Irp, STATUS_DEVICE_NOT_READY);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, ClassDone, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The author's completer releases the lock; it is no longer held here. */
DRIVER_DISPATCH ClassReadUnlocked;
NTSTATUS ClassReadUnlocked(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (!ClassAcquire(ext, Irp)) {
    Irp->IoStatus.Status = STATUS_DELETE_PENDING;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DELETE_PENDING;
  }
  if (!ext->Started) {
    return ClassComplete(ext, Irp, STATUS_DEVICE_NOT_READY);
  }
  ClassRelease(ext, Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Paging path: counted up before, down again if the lower driver fails it. */
DRIVER_DISPATCH Usage;
NTSTATUS Usage(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction != IRP_MN_DEVICE_USAGE_NOTIFICATION) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  InterlockedIncrement(&ext->Outstanding);
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  if (!NT_SUCCESS(status)) {
    InterlockedDecrement(&ext->Outstanding);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* An event as a gate around the request. */
DRIVER_DISPATCH Gate;
NTSTATUS Gate(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeWaitForSingleObject(&ext->Idle, Executive, KernelMode, FALSE, NULL);
  KeClearEvent(&ext->Idle);
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  KeSetEvent(&ext->Idle, IO_NO_INCREMENT, FALSE);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* A state that a failure has to take back. */
DRIVER_DISPATCH State;
NTSTATUS State(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction != IRP_MN_START_DEVICE) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  ext->Reads = 7;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  status = Irp->IoStatus.Status;
  ext->Reads = NT_SUCCESS(status) ? 8 : 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* A flag for the label, which is set before the registration. */
DRIVER_DISPATCH FlagForTheLabel;
NTSTATUS FlagForTheLabel(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  BOOLEAN locked = FALSE, mine = TRUE;
  NTSTATUS status;
  if (ext->Careful) {
    status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
    if (!NT_SUCCESS(status)) {
      goto out;
    }
    locked = TRUE;
  }
  status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    goto out;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  mine = FALSE;
  status = IoCallDriver(ext->Lower, Irp);
out:
  if (locked) {
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  }
  if (mine) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

/* The same, but the flag goes before the registration. */
DRIVER_DISPATCH FlagTooEarly;
NTSTATUS FlagTooEarly(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  BOOLEAN mine = TRUE;
  NTSTATUS status;
  status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    goto out;
  }
  mine = FALSE;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
out:
  if (mine) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

/* The label frees what this path has freed already. */
DRIVER_DISPATCH FreedBefore;
NTSTATUS FreedBefore(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  PVOID buffer = ExAllocatePoolWithTag(NonPagedPool, 64, 'rotS');
  if (buffer == NULL) {
    status = STATUS_INSUFFICIENT_RESOURCES;
    goto complete;
  }
  status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    goto free;
  }
  ExFreePoolWithTag(buffer, 'rotS');
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
free:
  ExFreePoolWithTag(buffer, 'rotS');
complete:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* The label's status is another variable. */
DRIVER_DISPATCH OtherVariable;
NTSTATUS OtherVariable(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS result = STATUS_SUCCESS, status;
  if (ext->Removed) {
    result = STATUS_DELETE_PENDING;
    goto fail;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
fail:
  Irp->IoStatus.Status = result;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return result;
}

/* A bounce buffer that the routine copies and frees. */
typedef struct _BOUNCE { PVOID Old; PVOID New; } BOUNCE, *PBOUNCE;
static NTSTATUS Bounced(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PBOUNCE bounce = Context;
  Irp->AssociatedIrp.SystemBuffer = bounce->Old;
  ExFreePoolWithTag(bounce->New, 'rotS');
  ExFreePoolWithTag(bounce, 'rotS');
  return Passed(Device, Irp, NULL);
}
DRIVER_DISPATCH Bounces;
NTSTATUS Bounces(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PBOUNCE bounce = ExAllocatePoolWithTag(NonPagedPool, sizeof(BOUNCE), 'rotS');
  if (bounce == NULL) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  bounce->New = ExAllocatePoolWithTag(NonPagedPool, 512, 'rotS');
  if (bounce->New == NULL) {
    ExFreePoolWithTag(bounce, 'rotS');
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  bounce->Old = Irp->AssociatedIrp.SystemBuffer;
  Irp->AssociatedIrp.SystemBuffer = bounce->New;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Bounced, bounce, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* StartIo: the next packet has to be started on every way out. */
VOID StartIo(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (ext->Removed) {
    Irp->IoStatus.Status = STATUS_DELETE_PENDING;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    IoStartNextPacket(Device, FALSE);
    return;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  IoStartNextPacket(Device, FALSE);
}

/* From a queue, in a loop: the IRP of others, without a parameter. */
VOID Drains(PEXT Ext) {
  while (!IsListEmpty(&Ext->Queue)) {
    PIRP irp = CONTAINING_RECORD(RemoveHeadList(&Ext->Queue), IRP, Tail.Overlay.ListEntry);
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutineEx(Ext->Self, irp, Passed, Ext, TRUE, TRUE, TRUE);
    IoCallDriver(Ext->Lower, irp);
  }
}
#ifdef BEHAVIOUR
DRIVER_DISPATCH QueuesAndDrains;
NTSTATUS QueuesAndDrains(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoMarkIrpPending(Irp);
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  Drains(ext);
  return STATUS_PENDING;
}
#endif

/* The same dispatch for all codes, by a loop over the table. */
static NTSTATUS AnyCode(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
/* By the caller's parameter: called for START and for REMOVE. */
static NTSTATUS ForwardSync(PEXT Ext, PIRP Irp) {
  KEVENT event;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  return Irp->IoStatus.Status;
}
static NTSTATUS StartAndRemove(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    status = ForwardSync(ext, Irp);
    if (NT_SUCCESS(status)) {
      ext->Started = TRUE;
    }
    break;
  case IRP_MN_REMOVE_DEVICE:
    status = ForwardSync(ext, Irp);
    ext->Removed = TRUE;
    break;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {
  ULONG i;
  UNREFERENCED_PARAMETER(Path);
  for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
    Driver->MajorFunction[i] = AnyCode;
  }
  Driver->MajorFunction[IRP_MJ_PNP] = StartAndRemove;
  return STATUS_SUCCESS;
}

/* TRUE: the request was taken; FALSE: the caller sends it. */
static BOOLEAN TookIt(PEXT Ext, PIRP Irp) {
  if (!Ext->Careful) {
    return FALSE;
  }
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  return TRUE;
}
DRIVER_DISPATCH SendsWhatIsNotTaken;
NTSTATUS SendsWhatIsNotTaken(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (TookIt(ext, Irp)) {
    return STATUS_PENDING;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

/* The caller looks for one status. */
static NTSTATUS Handles(PEXT Ext, PIRP Irp) {
  if (!Ext->Careful) {
    return STATUS_NOT_SUPPORTED;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH HandlesOrFails;
NTSTATUS HandlesOrFails(PDEVICE_OBJECT Device, PIRP Irp) {
  NTSTATUS status = Handles(Device->DeviceExtension, Irp);
  if (status == STATUS_NOT_SUPPORTED) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

/* Under the caller's spin lock. */
static NTSTATUS UnderTheirLock(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
}
DRIVER_DISPATCH LocksAround;
NTSTATUS LocksAround(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KIRQL irql;
  KeAcquireSpinLock(&ext->SpinLock, &irql);
  UnderTheirLock(ext, Irp);
  KeReleaseSpinLock(&ext->SpinLock, irql);
  return IoCallDriver(ext->Lower, Irp);
}

/* A second name for the IRP, then the name means another. */
DRIVER_DISPATCH NameChanges;
NTSTATUS NameChanges(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIRP master = Irp;
  Irp = IoAllocateIrp(ext->Lower->StackSize, FALSE);
  if (Irp == NULL) {
    master->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(master, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoFreeIrp(Irp);
  Irp = master;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Its own IRP below the name of a parameter. */
static NTSTATUS OwnDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PIRP master = Context;
  UNREFERENCED_PARAMETER(Device);
  master->IoStatus = Irp->IoStatus;
  IoCompleteRequest(master, IO_NO_INCREMENT);
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
DRIVER_DISPATCH Replaces;
NTSTATUS Replaces(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIRP master = Irp;
  Irp = IoAllocateIrp(ext->Lower->StackSize, FALSE);
  if (Irp == NULL) {
    master->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(master, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoMarkIrpPending(master);
  IoSetCompletionRoutineEx(Device, Irp, OwnDone, master, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}
