/* IRPs that the driver makes itself: nobody else will free them. */
#include "device.h"

static NTSTATUS FreesIt(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS FreesItAndTheContext(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  ExFreePoolWithTag(Context, 'nwoB');
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS Signals(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

NTSTATUS One(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_DEVICE_CONTROL;
  IoSetCompletionRoutineEx(Ext->Self, irp, FreesIt, NULL, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  return STATUS_SUCCESS;
}

NTSTATUS WithAContext(PEXT Ext) {
  PVOID context;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  context = ExAllocatePoolWithTag(NonPagedPool, 64, 'nwoB');
  if (context == NULL) {
    IoFreeIrp(irp);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, FreesItAndTheContext, context, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS ByLabels(PEXT Ext) {
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  PVOID context = ExAllocatePoolWithTag(NonPagedPool, 64, 'nwoB');
  PIRP irp;
  if (context == NULL) {
    goto out;
  }
  irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    goto free_context;
  }
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto free_irp;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, FreesItAndTheContext, context, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  return STATUS_SUCCESS;
free_irp:
  IoFreeIrp(irp);
free_context:
  ExFreePoolWithTag(context, 'nwoB');
out:
  return status;
}

NTSTATUS TwoAtOnce(PEXT Ext) {
  PIRP first = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  PIRP second;
  if (first == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  second = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (second == NULL) {
    IoFreeIrp(first);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, first, FreesIt, NULL, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, first);
  IoSetCompletionRoutineEx(Ext->Self, second, FreesIt, NULL, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, second);
  return STATUS_SUCCESS;
}

/* Waits, and frees it itself. */
NTSTATUS WaitsAndFrees(PEXT Ext) {
  KEVENT event;
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  status = irp->IoStatus.Status;
  IoFreeIrp(irp);
  return status;
}

/* An MDL and a buffer hang on it. */
static NTSTATUS FreesAll(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  IoFreeMdl(Irp->MdlAddress);
  ExFreePoolWithTag(Context, 'nwoB');
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS WithAnMdl(PEXT Ext) {
  PVOID buffer;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  buffer = ExAllocatePoolWithTag(NonPagedPool, 512, 'nwoB');
  if (buffer == NULL) {
    IoFreeIrp(irp);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  irp->MdlAddress = IoAllocateMdl(buffer, 512, FALSE, FALSE, NULL);
  if (irp->MdlAddress == NULL) {
    ExFreePoolWithTag(buffer, 'nwoB');
    IoFreeIrp(irp);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  MmBuildMdlForNonPagedPool(irp->MdlAddress);
  IoSetCompletionRoutineEx(Ext->Self, irp, FreesAll, buffer, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp);
}

/* A threaded IRP must not be freed by the driver. */
NTSTATUS Threaded(PEXT Ext) {
  KEVENT event;
  IO_STATUS_BLOCK iosb;
  NTSTATUS status;
  PIRP irp;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  irp = IoBuildDeviceIoControlRequest(0x220003, Ext->Lower, NULL, 0, NULL, 0, TRUE, &event, &iosb);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = iosb.Status;
  }
  return status;
}

/* Not threaded: its routine has to free it. */
NTSTATUS Asynchronous(PEXT Ext, PVOID Buffer) {
  LARGE_INTEGER offset;
  PIRP irp;
  offset.QuadPart = 0;
  irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Ext->Lower, Buffer, 512, &offset, NULL);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, FreesIt, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp);
}

/* Kept in the extension before it is registered. */
static NTSTATUS Forgets(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  UNREFERENCED_PARAMETER(Device);
  ext->Held = NULL;
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS KeptInTheExtension(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  Ext->Held = irp;
  IoSetCompletionRoutineEx(Ext->Self, irp, Forgets, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp);
}

/* Beside the request of another: both need an end. */
static NTSTATUS CompletesTheParent(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PIRP parent = Context;
  UNREFERENCED_PARAMETER(Device);
  parent->IoStatus = Irp->IoStatus;
  IoFreeIrp(Irp);
  IoCompleteRequest(parent, IO_NO_INCREMENT);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
DRIVER_DISPATCH ByAnIrpOfItsOwn;
NTSTATUS ByAnIrpOfItsOwn(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIRP own = IoAllocateIrp(ext->Lower->StackSize, FALSE);
  if (own == NULL) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoMarkIrpPending(Irp);
  IoSetCompletionRoutineEx(Device, own, CompletesTheParent, Irp, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, own);
  return STATUS_PENDING;
}

/* A read in two halves: the second registration fails when the first half is on its way. */
NTSTATUS InALoop(PEXT Ext) {
  ULONG i;
  for (i = 0; i < 2; i++) {
    PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
    if (irp == NULL) {
      return STATUS_INSUFFICIENT_RESOURCES;
    }
    IoSetCompletionRoutineEx(Ext->Self, irp, FreesIt, NULL, TRUE, TRUE, TRUE);
    IoCallDriver(Ext->Lower, irp);
  }
  return STATUS_SUCCESS;
}

/* From a lookaside list, with a work item. */
static NTSTATUS FreesTheWork(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  IoFreeWorkItem(Context);
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS WithAWorkItem(PEXT Ext) {
  PIO_WORKITEM work = IoAllocateWorkItem(Ext->Self);
  PIRP irp;
  if (work == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    IoFreeWorkItem(work);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, FreesTheWork, work, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp);
}

/* Made by a helper, freed by its twin. */
static PIRP MakeIrp(PEXT Ext) { return IoAllocateIrp(Ext->Lower->StackSize, FALSE); }
static VOID DropIrp(PIRP Irp) { IoFreeIrp(Irp); }
NTSTATUS ByATwin(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = MakeIrp(Ext);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    DropIrp(irp);
    return status;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, FreesIt, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp);
}

/* The IRP of the extension is used again and again: it is not this function's to free. */
NTSTATUS UsesTheSpare(PEXT Ext) {
  PIRP irp = Ext->Held;
  IoReuseIrp(irp, STATUS_SUCCESS);
  IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &Ext->Event, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp);
}
