// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Longer functions in the way drivers are written, a right one beside each wrong one.
#include "driver.h"

// --- A bus filter waits for START_DEVICE ---

static NTSTATUS NTAPI StartCompletion(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  if (Irp->PendingReturned) {
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  }
  return STATUS_MORE_PROCESSING_REQUIRED;
}

NTSTATUS StartDevice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT devExt = (PEXT)DeviceObject->DeviceExtension;
  KEVENT event;
  NTSTATUS status;

  PAGED_CODE();

  status = IoAcquireRemoveLock(&devExt->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }

  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, StartCompletion, &event, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]

  status = IoCallDriver(devExt->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  if (NT_SUCCESS(status)) {
    devExt->Started = TRUE;
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoReleaseRemoveLock(&devExt->RemoveLock, Irp);
  return status;
}

NTSTATUS StartDeviceWhenChecked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT devExt = (PEXT)DeviceObject->DeviceExtension;
  KEVENT event;
  NTSTATUS status;

  PAGED_CODE();

  status = IoAcquireRemoveLock(&devExt->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }

  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, StartCompletion, &event, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    status = IoCallDriver(devExt->Lower, Irp);
    if (status == STATUS_PENDING) {
      KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
      status = Irp->IoStatus.Status;
    }
  }
  if (NT_SUCCESS(status)) {
    devExt->Started = TRUE;
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoReleaseRemoveLock(&devExt->RemoveLock, Irp);
  return status;
}

// --- Read and write: a routine only where somebody wants one ---

NTSTATUS ReadWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT devExt = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  BOOLEAN traced = FALSE;
  NTSTATUS status;

  if (irpSp->MajorFunction == IRP_MJ_WRITE || irpSp->Parameters.Read.Length > 4096) {
    traced = TRUE;
  }

  if (!traced) {
    IoSkipCurrentIrpStackLocation(Irp);
  } else {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, devExt, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      // Nobody will see it: not worth failing the request.
      IoSkipCurrentIrpStackLocation(Irp);
      traced = FALSE;
    }
  }

  status = IoCallDriver(devExt->Lower, Irp);
  if (!traced) {
    IoReleaseRemoveLock(&devExt->RemoveLock, Irp);
  }
  return status;
}

NTSTATUS ReadWriteForgets(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT devExt = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  BOOLEAN traced = FALSE;
  NTSTATUS status = STATUS_SUCCESS;

  if (irpSp->MajorFunction == IRP_MJ_WRITE || irpSp->Parameters.Read.Length > 4096) {
    traced = TRUE;
  }

  if (traced) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, devExt, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
  }

  if (!traced && !NT_SUCCESS(status)) {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(devExt->Lower, Irp);
}

// --- An IRP of its own, sent asynchronously ---

typedef struct _REQUEST {
  PEXT DevExt;
  PVOID Buffer;
  ULONG Length;
} REQUEST, *PREQUEST;

NTSTATUS SendFlush(PEXT DevExt, ULONG Length) {
  PIRP irp = NULL;
  PREQUEST request = NULL;
  PIO_STACK_LOCATION nextSp;
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;

  request = (PREQUEST)ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(REQUEST), 'tseT');
  if (request == NULL) {
    goto Cleanup;
  }
  request->DevExt = DevExt;
  request->Length = Length;
  request->Buffer = ExAllocatePoolWithTag(NonPagedPoolNx, Length, 'tseT');
  if (request->Buffer == NULL) {
    goto Cleanup;
  }

  irp = IoAllocateIrp((CCHAR)(DevExt->Lower->StackSize + 1), FALSE);
  if (irp == NULL) {
    goto Cleanup;
  }
  nextSp = IoGetNextIrpStackLocation(irp);
  nextSp->MajorFunction = IRP_MJ_DEVICE_CONTROL;
  nextSp->Parameters.DeviceIoControl.IoControlCode = 0x220004;
  irp->AssociatedIrp.SystemBuffer = request->Buffer;

  status = IoSetCompletionRoutineEx(DevExt->Self, irp, Done, request, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    goto Cleanup;
  }

  (VOID)IoCallDriver(DevExt->Lower, irp);
  return STATUS_SUCCESS;

Cleanup:
  if (irp != NULL) {
    IoFreeIrp(irp);
  }
  if (request != NULL) {
    if (request->Buffer != NULL) {
      ExFreePoolWithTag(request->Buffer, 'tseT');
    }
    ExFreePoolWithTag(request, 'tseT');
  }
  return status;
}

NTSTATUS SendFlushUnchecked(PEXT DevExt, ULONG Length) {
  PIRP irp = NULL;
  PVOID buffer = NULL;
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;

  buffer = ExAllocatePoolWithTag(NonPagedPoolNx, Length, 'tseT');
  if (buffer == NULL) {
    goto Cleanup;
  }
  irp = IoAllocateIrp(DevExt->Lower->StackSize, FALSE);
  if (irp == NULL) {
    goto Cleanup;
  }
  irp->AssociatedIrp.SystemBuffer = buffer;

  status = IoSetCompletionRoutineEx(DevExt->Self, irp, Done, buffer, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = STATUS_SUCCESS;
  (VOID)IoCallDriver(DevExt->Lower, irp);
  return status;

Cleanup:
  if (irp != NULL) {
    IoFreeIrp(irp);
  }
  if (buffer != NULL) {
    ExFreePoolWithTag(buffer, 'tseT');
  }
  return status;
}

// The buffer is allocated after the registration: what the message says to turn round.
NTSTATUS SendFlushInTheWrongOrder(PEXT DevExt, ULONG Length) {
  PIRP irp;
  NTSTATUS status;

  irp = IoAllocateIrp(DevExt->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  status = IoSetCompletionRoutineEx(DevExt->Self, irp, Done, DevExt, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  irp->AssociatedIrp.SystemBuffer = ExAllocatePoolWithTag(NonPagedPoolNx, Length, 'tseT');
  if (irp->AssociatedIrp.SystemBuffer == NULL) {
    IoFreeIrp(irp);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(DevExt->Lower, irp);
}

// --- Power: sent by PoCallDriver, with the lock released in the routine ---

DRIVER_DISPATCH DispatchPower;
NTSTATUS DispatchPower(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT devExt = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status;

  status = IoAcquireRemoveLock(&devExt->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    PoStartNextPowerIrp(Irp);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }

  switch (irpSp->MinorFunction) {
  case 2:
  case 3:
    IoMarkIrpPending(Irp);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, devExt, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      PoStartNextPowerIrp(Irp);
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      IoReleaseRemoveLock(&devExt->RemoveLock, Irp);
      return STATUS_PENDING;
    }
    PoCallDriver(devExt->Lower, Irp);
    return STATUS_PENDING;

  default:
    PoStartNextPowerIrp(Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    status = PoCallDriver(devExt->Lower, Irp);
    IoReleaseRemoveLock(&devExt->RemoveLock, Irp);
    return status;
  }
}

DRIVER_DISPATCH DispatchPowerUnchecked;
NTSTATUS DispatchPowerUnchecked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT devExt = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&devExt->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    PoStartNextPowerIrp(Irp);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, devExt, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  PoCallDriver(devExt->Lower, Irp);
  return STATUS_PENDING;
}

// --- A file system: everything in one try, one way out ---

NTSTATUS CommonDeviceControl(PEXT Vcb, PIRP Irp, BOOLEAN Wait) {
  NTSTATUS Status = STATUS_SUCCESS;
  BOOLEAN CompleteIrp = FALSE;

  __try {
    if (!Vcb->Started) {
      CompleteIrp = TRUE;
      Status = STATUS_DEVICE_NOT_READY;
      __leave;
    }
    if (Wait) {
      KeInitializeEvent(&Vcb->Event, NotificationEvent, FALSE);
    }
    IoCopyCurrentIrpStackLocationToNext(Irp);
    Status = IoSetCompletionRoutineEx(Vcb->Self, Irp, Done, Wait ? &Vcb->Event : NULL, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(Status)) {
      CompleteIrp = TRUE;
      __leave;
    }
    Status = IoCallDriver(Vcb->Lower, Irp);
    if (Status == STATUS_PENDING && Wait) {
      KeWaitForSingleObject(&Vcb->Event, Executive, KernelMode, FALSE, NULL);
      Status = Irp->IoStatus.Status;
    }
  } __finally {
    if (CompleteIrp) {
      Irp->IoStatus.Status = Status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return Status;
}

NTSTATUS CommonDeviceControlOnlyWhenWaiting(PEXT Vcb, PIRP Irp, BOOLEAN Wait) {
  NTSTATUS Status = STATUS_SUCCESS;
  BOOLEAN CompleteIrp = FALSE;

  __try {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    Status = IoSetCompletionRoutineEx(Vcb->Self, Irp, Done, &Vcb->Event, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'Status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    if (Wait && !NT_SUCCESS(Status)) {
      CompleteIrp = TRUE;
      __leave;
    }
    Status = IoCallDriver(Vcb->Lower, Irp);
  } __finally {
    if (CompleteIrp) {
      Irp->IoStatus.Status = Status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return Status;
}

// --- A class driver splits a transfer ---

VOID SplitTransfer(PEXT Ext, PIRP Master, ULONG Pieces) {
  ULONG i;
  NTSTATUS status = STATUS_SUCCESS;

  Master->AssociatedIrp.IrpCount = (LONG)Pieces;
  for (i = 0; i < Pieces; i++) {
    PIRP piece = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
    if (piece == NULL) {
      status = STATUS_INSUFFICIENT_RESOURCES;
      break;
    }
    piece->AssociatedIrp.MasterIrp = Master;
    status = IoSetCompletionRoutineEx(Ext->Self, piece, Done, Master, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      IoFreeIrp(piece);
      break;
    }
    IoCallDriver(Ext->Lower, piece);
  }
  if (!NT_SUCCESS(status)) {
    Master->IoStatus.Status = status;
    IoCompleteRequest(Master, IO_NO_INCREMENT);
  }
}

VOID SplitTransferUnchecked(PEXT Ext, PIRP Master, ULONG Pieces) {
  ULONG i;
  NTSTATUS status = STATUS_SUCCESS;

  for (i = 0; i < Pieces && NT_SUCCESS(status); i++) {
    PIRP piece = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
    if (piece == NULL) {
      break;
    }
    piece->AssociatedIrp.MasterIrp = Master;
    status = IoSetCompletionRoutineEx(Ext->Self, piece, Done, Master, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    status = IoCallDriver(Ext->Lower, piece);
  }
}

// The loop's own condition looks at the status, but only after the send.
VOID SplitTransferTestedTooLate(PEXT Ext, PIRP Master, ULONG Pieces) {
  NTSTATUS status = STATUS_SUCCESS;
  while (Pieces-- > 0 && NT_SUCCESS(status)) {
    PIRP piece = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
    if (piece == NULL) {
      break;
    }
    status = IoSetCompletionRoutineEx(Ext->Self, piece, Done, Master, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    IoCallDriver(Ext->Lower, piece);
  }
}

// --- A flag word remembers what has to be undone ---

#define UNDO_LOCK 0x1
#define UNDO_BUFFER 0x2

NTSTATUS UndoByFlags(PEXT Ext, PIRP Irp) {
  ULONG undo = 0;
  PVOID buffer = NULL;
  NTSTATUS status;

  status = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    goto Done_;
  }
  undo |= UNDO_LOCK;
  buffer = ExAllocatePoolWithTag(NonPagedPoolNx, 512, 'tseT');
  if (buffer == NULL) {
    status = STATUS_INSUFFICIENT_RESOURCES;
    goto Done_;
  }
  undo |= UNDO_BUFFER;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, buffer, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    goto Done_;
  }
  undo = 0;
  status = IoCallDriver(Ext->Lower, Irp);

Done_:
  if (undo & UNDO_BUFFER) {
    ExFreePoolWithTag(buffer, 'tseT');
  }
  if (undo & UNDO_LOCK) {
    IoReleaseRemoveLock(&Ext->RemoveLock, Irp);
  }
  return status;
}

// --- Traces before, between and after ---

NTSTATUS TracedEverywhere(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  TraceEvents(4, 1, "--> %s %p", "TracedEverywhere", Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    TraceEvents(2, 1, "IoSetCompletionRoutineEx failed %x", status);
    goto Exit;
  }
  TraceEvents(4, 1, "registered %x", status);
  status = IoCallDriver(Ext->Lower, Irp);
  TraceEvents(4, 1, "IoCallDriver %x", status);
Exit:
  TraceEvents(4, 1, "<-- %s %x", "TracedEverywhere", status);
  return status;
}

NTSTATUS TracedEverywhereTestedNowhere(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  TraceEvents(4, 1, "--> %s %p", "TracedEverywhereTestedNowhere", Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  TraceEvents(4, 1, "registered %x", status);
  KdPrint(("registered %x\n", status));
  status = IoCallDriver(Ext->Lower, Irp);
  TraceEvents(4, 1, "<-- %s %x", "TracedEverywhereTestedNowhere", status);
  return status;
}

// --- Old C: everything declared first, tabs, the location copied by hand ---

NTSTATUS
OldStyle (
	IN PEXT Ext,
	IN PIRP Irp
	)
{
	NTSTATUS status;
	PIO_STACK_LOCATION next;

	next = IoGetNextIrpStackLocation(Irp);
	*next = *IoGetCurrentIrpStackLocation(Irp);
	status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:11: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
	return (IoCallDriver(Ext->Lower, Irp));
}
