/* Shapes of USB and HID drivers. */
#include "device.h"

typedef struct _URB { ULONG Function; ULONG Length; PVOID Buffer; } URB, *PURB;

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

/* do { } while (0) as a way out. */
DRIVER_DISPATCH DoOnce;
NTSTATUS DoOnce(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  PURB urb = NULL;
  BOOLEAN sent = FALSE;
  do {
    urb = ExAllocatePoolWithTag(NonPagedPool, sizeof(URB), 'bsUB');
    if (urb == NULL) {
      status = STATUS_INSUFFICIENT_RESOURCES;
      break;
    }
    urb->Function = 9;
    status = Prepare(ext);
    if (!NT_SUCCESS(status)) {
      break;
    }
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, urb, TRUE, TRUE, TRUE);
    sent = TRUE;
    status = IoCallDriver(ext->Lower, Irp);
  } while (FALSE);
  if (urb != NULL) {
    ExFreePoolWithTag(urb, 'bsUB');
  }
  if (!sent) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

/* A request block that its routine frees, kept in the next location. */
static NTSTATUS UrbDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  ExFreePoolWithTag(Context, 'bsUB');
  return Passed(Device, Irp, Context);
}
DRIVER_DISPATCH SubmitsAUrb;
NTSTATUS SubmitsAUrb(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIO_STACK_LOCATION next;
  PURB urb = ExAllocatePoolWithTag(NonPagedPool, sizeof(URB), 'bsUB');
  if (!urb) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  urb->Buffer = Irp->AssociatedIrp.SystemBuffer;
  next = IoGetNextIrpStackLocation(Irp);
  next->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
  next->Parameters.Others.Argument1 = urb;
  IoSetCompletionRoutineEx(Device, Irp, UrbDone, urb, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* A helper frees it. */
static VOID FreeUrb(PURB Urb) { ExFreePoolWithTag(Urb, 'bsUB'); }
static NTSTATUS UrbDoneByHelper(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  FreeUrb(Context);
  return Passed(Device, Irp, Context);
}
static NTSTATUS SubmitForCaller(PEXT Ext, PIRP Irp, PURB Urb) {
  IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
  IoGetNextIrpStackLocation(Irp)->Parameters.Others.Argument1 = Urb;
  IoSetCompletionRoutineEx(Ext->Self, Irp, UrbDoneByHelper, Urb, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH MakesTheUrb;
NTSTATUS MakesTheUrb(PDEVICE_OBJECT Device, PIRP Irp) {
  PURB urb = ExAllocatePoolWithTag(NonPagedPool, sizeof(URB), 'bsUB');
  if (!urb) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return SubmitForCaller(Device->DeviceExtension, Irp, urb);
}

/* The caller frees what the helper did not send. */
static NTSTATUS SendUrb(PEXT Ext, PIRP Irp, PURB Urb, PKEVENT Event) {
  IoGetNextIrpStackLocation(Irp)->Parameters.Others.Argument1 = Urb;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, Event, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
NTSTATUS GetsADescriptor(PEXT Ext) {
  KEVENT event;
  NTSTATUS status;
  PURB urb = NULL;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    status = STATUS_INSUFFICIENT_RESOURCES;
    goto out;
  }
  urb = ExAllocatePoolWithTag(NonPagedPool, sizeof(URB), 'bsUB');
  if (urb == NULL) {
    status = STATUS_INSUFFICIENT_RESOURCES;
    goto out;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  status = SendUrb(Ext, irp, urb, &event);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = irp->IoStatus.Status;
  }
out:
  if (urb) {
    ExFreePoolWithTag(urb, 'bsUB');
  }
  if (irp) {
    IoFreeIrp(irp);
  }
  return status;
}

/* The pipe's IRP is sent again from its routine. */
static NTSTATUS ReadDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  InterlockedDecrement(&ext->Outstanding);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS StartReader(PEXT Ext) {
  NTSTATUS status;
  if (InterlockedIncrement(&Ext->Outstanding) != 1) {
    InterlockedDecrement(&Ext->Outstanding);
    return STATUS_DEVICE_BUSY;
  }
  IoReuseIrp(Ext->Held, STATUS_SUCCESS);
  IoSetCompletionRoutineEx(Ext->Self, Ext->Held, ReadDone, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Ext->Held);
  return NT_SUCCESS(status) ? STATUS_SUCCESS : status;
}

/* Idle request: callback context, work item. */
static VOID Worker(PDEVICE_OBJECT Device, PVOID Context) {
  PIO_WORKITEM item = *(PIO_WORKITEM *)Context;
  UNREFERENCED_PARAMETER(Device);
  ExFreePoolWithTag(Context, 'bsUB');
  IoFreeWorkItem(item);
}
static NTSTATUS QueuesWorker(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PIO_WORKITEM item = *(PIO_WORKITEM *)Context;
  UNREFERENCED_PARAMETER(Device);
  IoQueueWorkItem(item, Worker, DelayedWorkQueue, Context);
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS SendsIdle(PEXT Ext) {
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  PIO_WORKITEM *context;
  PIRP irp;
  context = ExAllocatePoolWithTag(NonPagedPool, sizeof(*context), 'bsUB');
  if (!context) {
    return status;
  }
  *context = IoAllocateWorkItem(Ext->Self);
  if (!*context) {
    goto free_context;
  }
  irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (!irp) {
    goto free_item;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, QueuesWorker, context, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  return status;
free_item:
  IoFreeWorkItem(*context);
free_context:
  ExFreePoolWithTag(context, 'bsUB');
  return status;
}

/* Reference-counted context with a visible body. */
typedef struct _REQUEST { LONG References; PEXT Ext; } REQUEST, *PREQUEST;
static VOID DropRequest(PREQUEST Request) {
  if (InterlockedDecrement(&Request->References) == 0) {
    ExFreePoolWithTag(Request, 'bsUB');
  }
}
static NTSTATUS DropsRequest(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  DropRequest(Context);
  return Passed(Device, Irp, Context);
}
DRIVER_DISPATCH Counted;
NTSTATUS Counted(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  PREQUEST request = ExAllocatePoolWithTag(NonPagedPool, sizeof(REQUEST), 'bsUB');
  if (!request) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  request->References = 2;
  request->Ext = ext;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, DropsRequest, request, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  DropRequest(request);
  return status;
}

/* One reference, dropped by whoever is last; the failure path of Prepare drops it. */
DRIVER_DISPATCH CountedWithAnExit;
NTSTATUS CountedWithAnExit(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  PREQUEST request = ExAllocatePoolWithTag(NonPagedPool, sizeof(REQUEST), 'bsUB');
  if (!request) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  request->References = 1;
  status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    DropRequest(request);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, DropsRequest, request, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Handlers in a table. */
typedef NTSTATUS HANDLER(PEXT Ext, PIRP Irp);
static NTSTATUS ReadHandler(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
static NTSTATUS FailHandler(PEXT Ext, PIRP Irp) {
  UNREFERENCED_PARAMETER(Ext);
  Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_NOT_SUPPORTED;
}
static HANDLER *const Handlers[] = {ReadHandler, FailHandler};
DRIVER_DISPATCH ByTable;
NTSTATUS ByTable(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  return Handlers[ext->Careful ? 1 : 0](ext, Irp);
}

/* Cancel-safe: a cancel routine is taken off before. */
static VOID CancelIt(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Device);
  Irp->IoStatus.Status = STATUS_CANCELLED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}
DRIVER_DISPATCH WasCancelable;
NTSTATUS WasCancelable(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoSetCancelRoutine(Irp, CancelIt);
  if (IoSetCancelRoutine(Irp, NULL) == NULL) {
    return STATUS_PENDING;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* An array of IRPs: what was made has to be freed. */
NTSTATUS MakesThree(PEXT Ext) {
  PIRP irps[3] = {NULL, NULL, NULL};
  NTSTATUS status = STATUS_SUCCESS;
  ULONG i;
  KEVENT event;
  for (i = 0; i < 3; i++) {
    irps[i] = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
    if (irps[i] == NULL) {
      status = STATUS_INSUFFICIENT_RESOURCES;
      goto out;
    }
  }
  for (i = 0; i < 3; i++) {
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoSetCompletionRoutineEx(Ext->Self, irps[i], Signals, &event, TRUE, TRUE, TRUE);
    IoCallDriver(Ext->Lower, irps[i]);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = irps[i]->IoStatus.Status;
    if (!NT_SUCCESS(status)) {
      goto out;
    }
  }
out:
  for (i = 0; i < 3; i++) {
    if (irps[i]) {
      IoFreeIrp(irps[i]);
    }
  }
  return status;
}

/* A macro of the author's. */
#define RETURN_IF_FAILED(s) do { if (!NT_SUCCESS(s)) { return (s); } } while (0)
NTSTATUS ByAMacro(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  RETURN_IF_FAILED(status);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
