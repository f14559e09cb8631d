/* What a driver counts, queues, references and arms around a request. */
#include "device.h"

static NTSTATUS CountsDown(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  if (InterlockedDecrement(&ext->Outstanding) == 0) {
    KeSetEvent(&ext->Idle, IO_NO_INCREMENT, FALSE);
  }
  return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS Passed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}

/* Counted up here, down in the routine. */
DRIVER_DISPATCH Outstanding;
NTSTATUS Outstanding(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  InterlockedIncrement(&ext->Outstanding);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, CountsDown, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Its other exit counts down. */
DRIVER_DISPATCH OutstandingWithAnExit;
NTSTATUS OutstandingWithAnExit(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  InterlockedIncrement(&ext->Outstanding);
  if (!ext->Started) {
    InterlockedDecrement(&ext->Outstanding);
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, CountsDown, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* By helpers in another file, of which only the names are known. */
VOID IncIo(PEXT Ext);
VOID DecIo(PEXT Ext);
#ifdef BEHAVIOUR
VOID IncIo(PEXT Ext) { InterlockedIncrement(&Ext->Outstanding); }
VOID DecIo(PEXT Ext) { InterlockedDecrement(&Ext->Outstanding); }
#endif
static NTSTATUS CountsDownElsewhere(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  DecIo(Context);
  return STATUS_CONTINUE_COMPLETION;
}
DRIVER_DISPATCH ByHelpersElsewhere;
NTSTATUS ByHelpersElsewhere(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IncIo(ext);
  if (ext->Careful) {
    DecIo(ext);
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, CountsDownElsewhere, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Counted where the driver completes: the routine of its own that does it. */
static NTSTATUS CompleteCounted(PEXT Ext, PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  InterlockedDecrement(&Ext->Outstanding);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}
DRIVER_DISPATCH ByItsOwnCompleter;
NTSTATUS ByItsOwnCompleter(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  InterlockedIncrement(&ext->Outstanding);
  if (ext->Removed) {
    return CompleteCounted(ext, Irp, STATUS_DELETE_PENDING);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, CountsDown, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* A statistic: nobody counts it down. */
DRIVER_DISPATCH Statistic;
NTSTATUS Statistic(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  InterlockedIncrement(&ext->Reads);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* A timer that the routine stops. */
static NTSTATUS StopsTheTimer(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  KeCancelTimer(&ext->Timer);
  return STATUS_CONTINUE_COMPLETION;
}
DRIVER_DISPATCH WithATimer;
NTSTATUS WithATimer(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  LARGE_INTEGER due;
  due.QuadPart = -10000000;
  KeSetTimer(&ext->Timer, due, &ext->TimerDpc);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, StopsTheTimer, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* A reference that the routine drops. */
static NTSTATUS Dereferences(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  ObDereferenceObject(Context);
  return STATUS_CONTINUE_COMPLETION;
}
DRIVER_DISPATCH WithAReference;
NTSTATUS WithAReference(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  ObReferenceObject(ext->Object);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Dereferences, ext->Object, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The device on top, referenced for the send. */
NTSTATUS ToTheTop(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT top = IoGetAttachedDeviceReference(Ext->Lower);
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(top, Irp);
  ObDereferenceObject(top);
  return status;
}

/* Memory that the routine frees, from a lookaside list. */
typedef struct _CONTEXT { PEXT Ext; ULONG Started; } CONTEXT, *PCONTEXT;
static NTSTATUS FreesTheContext(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PCONTEXT context = Context;
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  ExFreeToNPagedLookasideList(&context->Ext->Contexts, context);
  return STATUS_CONTINUE_COMPLETION;
}
DRIVER_DISPATCH FromALookasideList;
NTSTATUS FromALookasideList(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PCONTEXT context = ExAllocateFromNPagedLookasideList(&ext->Contexts);
  if (context == NULL) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  context->Ext = ext;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, FreesTheContext, context, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Memory is there for careful requests only. */
static NTSTATUS FreesIfThere(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  if (Context != NULL) {
    ExFreePoolWithTag(Context, 'tnuC');
  }
  return STATUS_CONTINUE_COMPLETION;
}
DRIVER_DISPATCH MemoryForSome;
NTSTATUS MemoryForSome(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PVOID context = NULL;
  if (ext->Careful) {
    context = ExAllocatePoolWithTag(NonPagedPool, 32, 'tnuC');
    if (context == NULL) {
      Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      return STATUS_INSUFFICIENT_RESOURCES;
    }
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, FreesIfThere, context, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The driver's one request at a time, in its extension. */
static NTSTATUS ClearsTheField(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  ext->Held = NULL;
  return STATUS_CONTINUE_COMPLETION;
}
DRIVER_DISPATCH OneAtATime;
NTSTATUS OneAtATime(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (ext->Removed) {
    Irp->IoStatus.Status = STATUS_DEVICE_BUSY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_BUSY;
  }
  ext->Held = Irp;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, ClearsTheField, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* A flag "busy" that the routine clears. */
static LONG Busy;
static NTSTATUS NoLongerBusy(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  InterlockedExchange(&Busy, 0);
  return STATUS_CONTINUE_COMPLETION;
}
DRIVER_DISPATCH BusyFlag;
NTSTATUS BusyFlag(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (InterlockedExchange(&Busy, 1)) {
    Irp->IoStatus.Status = STATUS_DEVICE_BUSY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_BUSY;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, NoLongerBusy, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The idle event is cleared for the first request and set by the last. */
DRIVER_DISPATCH IdleEvent;
NTSTATUS IdleEvent(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (InterlockedIncrement(&ext->Outstanding) == 1) {
    KeClearEvent(&ext->Idle);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, CountsDown, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* A flag that is tested and set in one go is a lock; here the label gives back what was taken before it, not it. */
DRIVER_DISPATCH BusyFlagAndALabel;
NTSTATUS BusyFlagAndALabel(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    goto complete;
  }
  if (InterlockedExchange(&Busy, 1)) {
    status = STATUS_DEVICE_BUSY;
    goto unlock;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
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

/* The same through a variable, and each way out in place. */
DRIVER_DISPATCH BusyFlagInAVariable;
NTSTATUS BusyFlagInAVariable(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  LONG was = InterlockedExchange(&Busy, 1);
  if (was) {
    Irp->IoStatus.Status = STATUS_DEVICE_BUSY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_BUSY;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, NoLongerBusy, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* A pair of another file; its second half stands behind a flag, where every way comes by. */
DRIVER_DISPATCH PairBehindAFlag;
NTSTATUS PairBehindAFlag(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  BOOLEAN counted = FALSE;
  do {
    IncIo(ext);
    counted = TRUE;
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
  } while (FALSE);
  if (counted) {
    DecIo(ext);
  }
  return status;
}
