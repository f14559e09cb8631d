/* Shapes of file systems and their filters, and of bus drivers. */
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

/* An IRP context that every way out has to free; the handler does. */
typedef struct _CONTEXT { PIRP Irp; PEXT Ext; BOOLEAN Wait; } CONTEXT, *PCONTEXT;
static PCONTEXT CreateContext(PEXT Ext, PIRP Irp) {
  PCONTEXT context = ExAllocatePoolWithTag(NonPagedPool, sizeof(CONTEXT), 'sFyM');
  if (context) {
    context->Irp = Irp;
    context->Ext = Ext;
    context->Wait = TRUE;
  }
  return context;
}
static NTSTATUS CompleteContext(PCONTEXT Context, PIRP Irp, NTSTATUS Status) {
  if (Irp) {
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  if (Context) {
    ExFreePoolWithTag(Context, 'sFyM');
  }
  return Status;
}

static NTSTATUS CommonControl(PCONTEXT Context, PIRP Irp) {
  NTSTATUS status;
  PEXT ext = Context->Ext;
  if (!ext->Started) {
    return CompleteContext(Context, Irp, STATUS_DEVICE_NOT_READY);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(ext->Self, Irp, Passed, NULL, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  CompleteContext(Context, NULL, STATUS_SUCCESS);
  return status;
}
DRIVER_DISPATCH FsdControl;
NTSTATUS FsdControl(PDEVICE_OBJECT Device, PIRP Irp) {
  PCONTEXT context = CreateContext(Device->DeviceExtension, Irp);
  if (context == NULL) {
    return CompleteContext(NULL, Irp, STATUS_INSUFFICIENT_RESOURCES);
  }
  return CommonControl(context, Irp);
}

/* The context is gone before the registration. */
static NTSTATUS ContextGone(PCONTEXT Context, PIRP Irp) {
  PEXT ext = Context->Ext;
  if (!ext->Started) {
    return CompleteContext(Context, Irp, STATUS_DEVICE_NOT_READY);
  }
  CompleteContext(Context, NULL, STATUS_SUCCESS);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(ext->Self, Irp, Passed, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
DRIVER_DISPATCH FsdGone;
NTSTATUS FsdGone(PDEVICE_OBJECT Device, PIRP Irp) {
  PCONTEXT context = CreateContext(Device->DeviceExtension, Irp);
  if (context == NULL) {
    return CompleteContext(NULL, Irp, STATUS_INSUFFICIENT_RESOURCES);
  }
  return ContextGone(context, Irp);
}

/* Two resources in order, undone by flags in __finally; completes behind. */
DRIVER_DISPATCH TwoResources;
NTSTATUS TwoResources(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  BOOLEAN vcb = FALSE, fcb = FALSE, post = FALSE;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    if (!ExAcquireResourceSharedLite(&ext->Resource, FALSE)) {
      post = TRUE;
      status = STATUS_PENDING;
      __leave;
    }
    vcb = TRUE;
    ExAcquireFastMutex(&ext->FastMutex);
    fcb = TRUE;
    if (ext->Removed) {
      status = STATUS_DELETE_PENDING;
      __leave;
    }
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, NULL, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    Irp = NULL;
  } __finally {
    if (fcb) {
      ExReleaseFastMutex(&ext->FastMutex);
    }
    if (vcb) {
      ExReleaseResourceLite(&ext->Resource);
    }
    if (post) {
      IoMarkIrpPending(Irp);
      TakeIrp(ext, Irp);
    } else if (Irp) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

/* Query for an id, as Xen's bus driver writes it: labels with numbers. */
static NTSTATUS Queries(PEXT Ext, PVOID *Id) {
  KEVENT event;
  PDEVICE_OBJECT top = IoGetAttachedDeviceReference(Ext->Lower);
  PIRP irp;
  NTSTATUS status;
  irp = IoAllocateIrp(top->StackSize, FALSE);
  status = STATUS_INSUFFICIENT_RESOURCES;
  if (irp == NULL)
    goto fail1;
  irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_PNP;
  IoGetNextIrpStackLocation(irp)->MinorFunction = IRP_MN_QUERY_ID;
  IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(top, irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = irp->IoStatus.Status;
  }
  if (!NT_SUCCESS(status))
    goto fail2;
  *Id = (PVOID)irp->IoStatus.Information;
  IoFreeIrp(irp);
  ObDereferenceObject(top);
  return STATUS_SUCCESS;
fail2:
  IoFreeIrp(irp);
fail1:
  ObDereferenceObject(top);
  return status;
}
#ifdef BEHAVIOUR
NTSTATUS Asks(PEXT Ext) {
  PVOID id;
  return Queries(Ext, &id);
}
#else
NTSTATUS Asks2(PEXT Ext, PVOID *Id) { return Queries(Ext, Id); }
#endif

/* The Xen driver's helper that locks, forwards, and whose fail label completes. */
static NTSTATUS Unlocked(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return Passed(Device, Irp, Context);
}
static NTSTATUS QueryStop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status))
    goto fail1;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Unlocked, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
fail1:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
static NTSTATUS DispatchPnp(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_QUERY_STOP_DEVICE:
    return QueryStop(ext, Irp);
  case IRP_MN_CANCEL_STOP_DEVICE:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  default:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  }
}
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {
  UNREFERENCED_PARAMETER(Path);
  Driver->MajorFunction[IRP_MJ_PNP] = DispatchPnp;
  return STATUS_SUCCESS;
}

/* Bus relations: a list in pool that the lower drivers get. */
DRIVER_DISPATCH Relations;
NTSTATUS Relations(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PVOID relations;
  if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction != IRP_MN_QUERY_DEVICE_RELATIONS) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  relations = ExAllocatePoolWithTag(PagedPool, 64, 'sFyM');
  if (relations == NULL) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  ObReferenceObject(ext->Object);
  ext->Buffer = relations;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  Irp->IoStatus.Information = (ULONG_PTR)relations;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* SET_POWER down: the device is put to sleep first, by the function's own fields. */
static NTSTATUS PowerDown(PEXT Ext, PIRP Irp) {
  Ext->Started = FALSE;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return PoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH PowerSwitch;
NTSTATUS PowerSwitch(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PoStartNextPowerIrp(Irp);
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_QUERY_POWER:
  case IRP_MN_SET_POWER:
    return PowerDown(ext, Irp);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return PoCallDriver(ext->Lower, Irp);
}

/* Paging I/O must not be failed. */
DRIVER_DISPATCH PagingRead;
NTSTATUS PagingRead(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (Irp->Flags & IRP_PAGING_IO) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

/* Close decides by its file object; stored by a table of pairs. */
static NTSTATUS TableClose(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  InterlockedDecrement(&ext->Reads);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
typedef struct { UCHAR Major; PDRIVER_DISPATCH Routine; } ENTRY;
static const ENTRY Table[] = {{IRP_MJ_CLOSE, TableClose}};
VOID Fill(PDRIVER_OBJECT Driver) {
  ULONG i;
  for (i = 0; i < sizeof(Table) / sizeof(Table[0]); i++) {
    Driver->MajorFunction[Table[i].Major] = Table[i].Routine;
  }
}
