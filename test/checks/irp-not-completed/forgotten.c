// RUN: %check_wdm %s wdm-irp-used-after-completion,wdm-pending-irp,wdm-irp-not-completed
//
// The dispatch routine returns with the IRP still in its hands: nobody will ever complete it.
#include "driver.h"

// --- Early returns ---

DRIVER_DISPATCH DispatchLockFails;
NTSTATUS DispatchLockFails(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status))
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
}

DRIVER_DISPATCH DispatchLockFailsCompleted;
NTSTATUS DispatchLockFailsCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
}

DRIVER_DISPATCH DispatchAllocationFails;
NTSTATUS DispatchAllocationFails(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PVOID buffer = ExAllocatePoolWithTag(NonPagedPool, 512, 'tseT');
  if (buffer == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  ext->Buffer = buffer;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchAllocationFailsCompleted;
NTSTATUS DispatchAllocationFailsCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  PVOID buffer = ExAllocatePoolWithTag(NonPagedPool, 512, 'tseT');
  if (buffer == NULL)
    status = STATUS_INSUFFICIENT_RESOURCES;
  else
    ext->Buffer = buffer;
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchChecksItsArguments;
NTSTATUS DispatchChecksItsArguments(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  if (irpSp->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG))
    return STATUS_INVALID_PARAMETER;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchChecksItsArgumentsAndCompletes;
NTSTATUS DispatchChecksItsArgumentsAndCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status = STATUS_SUCCESS;
  if (irpSp->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG))
    status = STATUS_INVALID_PARAMETER;
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// The status was filled in; the IRP was not completed.
DRIVER_DISPATCH DispatchOnlyFillsIn;
NTSTATUS DispatchOnlyFillsIn(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    Irp->IoStatus.Information = 0;
    return STATUS_DEVICE_NOT_READY;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchFillsInAndCompletes;
NTSTATUS DispatchFillsInAndCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

// --- Success without anybody's doing ---

DRIVER_DISPATCH DispatchDoesNothing;
NTSTATUS DispatchDoesNothing(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchOpensAndCloses;
NTSTATUS DispatchOpensAndCloses(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchReturnsWhoKnows;
NTSTATUS DispatchReturnsWhoKnows(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  return Prepare(ext);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchTraces;
NTSTATUS DispatchTraces(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  DbgPrint("%p is not supported\n", Irp);
  return STATUS_NOT_SUPPORTED;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

// Only the stack location and the device went to code that is not visible: nothing was handed on.
NTSTATUS Handle(PDEVICE_OBJECT DeviceObject, PIO_STACK_LOCATION IrpSp);

DRIVER_DISPATCH DispatchGivesTheStackLocation;
NTSTATUS DispatchGivesTheStackLocation(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return Handle(DeviceObject, IoGetCurrentIrpStackLocation(Irp));
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

NTSTATUS HandleIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp);

DRIVER_DISPATCH DispatchGivesTheIrp;
NTSTATUS DispatchGivesTheIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return HandleIrp(DeviceObject, Irp);
}

DRIVER_DISPATCH DispatchGivesTheBuffer;
NTSTATUS DispatchGivesTheBuffer(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  ext->Buffer = Irp->AssociatedIrp.SystemBuffer;
  status = Prepare(ext);
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchStoresTheIrp;
NTSTATUS DispatchStoresTheIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  ext->Irp = Irp;
  status = Prepare(ext);
  return status;
}

// As the tag of a remove lock it is given to nobody.
DRIVER_DISPATCH DispatchOnlyATag;
NTSTATUS DispatchOnlyATag(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (NT_SUCCESS(status))
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

// --- A switch over minor functions ---

DRIVER_DISPATCH DispatchPnp;
NTSTATUS DispatchPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    status = Prepare(ext);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  case IRP_MN_STOP_DEVICE:
    Work(ext);
    return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  case IRP_MN_SURPRISE_REMOVAL:
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
}

DRIVER_DISPATCH DispatchPnpRight;
NTSTATUS DispatchPnpRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    status = Prepare(ext);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  case IRP_MN_STOP_DEVICE:
    Work(ext);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
  case IRP_MN_SURPRISE_REMOVAL:
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
}

DRIVER_DISPATCH DispatchPnpOneReturn;
NTSTATUS DispatchPnpOneReturn(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_NOT_SUPPORTED;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    status = Prepare(ext);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    break;
  case IRP_MN_STOP_DEVICE:
    status = STATUS_SUCCESS;
    break;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(ext->Lower, Irp);
    break;
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchPnpFallsOut;
NTSTATUS DispatchPnpFallsOut(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_NOT_SUPPORTED;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    status = Prepare(ext);
    break;
  case IRP_MN_STOP_DEVICE:
    status = STATUS_SUCCESS;
    break;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchControl;
NTSTATUS DispatchControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status = STATUS_INVALID_DEVICE_REQUEST;
  switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
  case 1:
    if (irpSp->Parameters.DeviceIoControl.InputBufferLength < 4)
      return STATUS_INVALID_PARAMETER;
// CHECK-MESSAGES: :[[@LINE-1]]:7: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
    status = STATUS_SUCCESS;
    break;
  case 2:
    status = STATUS_SUCCESS;
    break;
  default:
    break;
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// --- After a wait, after a synchronous send, the IRP is back ---

static IO_COMPLETION_ROUTINE Keeps;
static NTSTATUS Keeps(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH DispatchWaitsAndForgets;
NTSTATUS DispatchWaitsAndForgets(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchWaitsAndCompletes;
NTSTATUS DispatchWaitsAndCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchForgetsWhatFailedBelow;
NTSTATUS DispatchForgetsWhatFailedBelow(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  if (!NT_SUCCESS(status))
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchForwardsAndForgets;
NTSTATUS DispatchForwardsAndForgets(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!IoForwardIrpSynchronously(ext->Lower, Irp))
    return STATUS_UNSUCCESSFUL;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchForwardsAndCompletes;
NTSTATUS DispatchForwardsAndCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  if (IoForwardIrpSynchronously(ext->Lower, Irp))
    status = Irp->IoStatus.Status;
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchCallsSynchronouslyAndForgets;
NTSTATUS DispatchCallsSynchronouslyAndForgets(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSynchronousCallDriver(ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchCallsSynchronouslyAndCompletes;
NTSTATUS DispatchCallsSynchronouslyAndCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSynchronousCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// Nobody waited: it may come back later, to somebody else.
DRIVER_DISPATCH DispatchRoutineKeepsAndNobodyWaits;
NTSTATUS DispatchRoutineKeepsAndNobodyWaits(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

// --- Flags, loops, goto ---

DRIVER_DISPATCH DispatchFlag;
NTSTATUS DispatchFlag(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  BOOLEAN sent = FALSE;
  NTSTATUS status = STATUS_SUCCESS;
  if (ext->Started) {
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(ext->Lower, Irp);
    sent = TRUE;
  }
  if (!sent) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

DRIVER_DISPATCH DispatchFlagForgotten;
NTSTATUS DispatchFlagForgotten(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  BOOLEAN sent = FALSE;
  NTSTATUS status = STATUS_SUCCESS;
  if (ext->Started) {
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(ext->Lower, Irp);
    sent = TRUE;
  }
  if (!sent && ext->Count != 0) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchLoop;
NTSTATUS DispatchLoop(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  for (ULONG i = 0; i < 8; i++) {
    if (ext->Irps[i] == NULL) {
      IoMarkIrpPending(Irp);
      ext->Irps[i] = Irp;
      return STATUS_PENDING;
    }
  }
  return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchLoopRight;
NTSTATUS DispatchLoopRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  for (ULONG i = 0; i < 8; i++) {
    if (ext->Irps[i] == NULL) {
      IoMarkIrpPending(Irp);
      ext->Irps[i] = Irp;
      return STATUS_PENDING;
    }
  }
  Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_INSUFFICIENT_RESOURCES;
}

DRIVER_DISPATCH DispatchGoto;
NTSTATUS DispatchGoto(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status))
    goto out;
  status = Prepare(ext);
  if (!NT_SUCCESS(status))
    goto unlock;
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
unlock:
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
out:
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchGotoRight;
NTSTATUS DispatchGotoRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status))
    goto out;
  status = Prepare(ext);
  if (!NT_SUCCESS(status))
    goto unlock;
  Work(ext);
unlock:
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
out:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchStatusDecides;
NTSTATUS DispatchStatusDecides(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (NT_SUCCESS(status)) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

DRIVER_DISPATCH DispatchRetries;
NTSTATUS DispatchRetries(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  ULONG i;
  for (i = 0; i < 3; i++) {
    status = Prepare(ext);
    if (NT_SUCCESS(status))
      break;
  }
  if (i == 3)
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchRetriesRight;
NTSTATUS DispatchRetriesRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  ULONG i;
  for (i = 0; i < 3; i++) {
    status = Prepare(ext);
    if (NT_SUCCESS(status))
      break;
  }
  if (i == 3) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

// --- Roles ---

// Whoever calls it ends the IRP.
NTSTATUS noDispatchRoutine(PEXT Ext, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Prepare(Ext);
}

NTSTATUS onlyTheSignature(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UNREFERENCED_PARAMETER(Irp);
  return Prepare(ext);
}

DRIVER_DISPATCH_RAISED DispatchRaised;
NTSTATUS DispatchRaised(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UNREFERENCED_PARAMETER(Irp);
  return Prepare(ext);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

static NTSTATUS NTAPI StoredForAll(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UNREFERENCED_PARAMETER(Irp);
  return Prepare(ext);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

static NTSTATUS NTAPI StoredForAllRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath) {
  UNREFERENCED_PARAMETER(RegistryPath);
  for (ULONG i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
    DriverObject->MajorFunction[i] = StoredForAll;
  DriverObject->MajorFunction[IRP_MJ_PNP] = StoredForAllRight;
  return STATUS_SUCCESS;
}

// --- A routine that could not be set belongs to another check ---

DRIVER_DISPATCH DispatchNoRoutine;
NTSTATUS DispatchNoRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchNoRoutineCompleted;
NTSTATUS DispatchNoRoutineCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

// A path that does not return is no end.
DRIVER_DISPATCH DispatchStops;
NTSTATUS DispatchStops(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started)
    KeBugCheckEx(0xE2, (ULONG_PTR)Irp, 0, 0, 0);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchRaises;
NTSTATUS DispatchRaises(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status))
    ExRaiseStatus(status);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// Two wrong returns are two warnings.
DRIVER_DISPATCH DispatchTwoReturns;
NTSTATUS DispatchTwoReturns(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started)
    return STATUS_DEVICE_NOT_READY;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  if (ext->Count > 8)
    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

// The IRP is told from another one.
DRIVER_DISPATCH DispatchCompletesAnotherIrp;
NTSTATUS DispatchCompletesAnotherIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = ext->Spare;
  irp->IoStatus.Status = STATUS_CANCELLED;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchCompletesACopy;
NTSTATUS DispatchCompletesACopy(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIRP irp = Irp;
  irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// A few bits have few values: all of them are dealt with.
DRIVER_DISPATCH DispatchBothValuesOfABit;
NTSTATUS DispatchBothValuesOfABit(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  switch (ext->Count & 1) {
  case 0:
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
  case 1:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  return STATUS_UNSUCCESSFUL;
}

DRIVER_DISPATCH DispatchThreeValuesOfTwoBits;
NTSTATUS DispatchThreeValuesOfTwoBits(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  switch (ext->Count & 6) {
  case 0:
  case 2:
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
  case 6:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  return STATUS_UNSUCCESSFUL;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchAllValuesOfTwoBits;
NTSTATUS DispatchAllValuesOfTwoBits(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  const ULONG kind = ext->Count & 6;
  if (kind == 0 || kind == 2 || kind == 4) {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
  }
  if (kind == 6) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  return STATUS_UNSUCCESSFUL;
}

// Kept by its routine, and queued when it is back.
static IO_COMPLETION_ROUTINE KeepsIt;
static NTSTATUS KeepsIt(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  UNREFERENCED_PARAMETER(Context);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH DispatchQueuesWhatWasKept;
NTSTATUS DispatchQueuesWhatWasKept(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, KeepsIt, NULL, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status != STATUS_PENDING)
    InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return status;
}

DRIVER_DISPATCH DispatchForgetsWhatWasKept;
NTSTATUS DispatchForgetsWhatWasKept(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, KeepsIt, NULL, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status != STATUS_PENDING)
    ext->Count++;
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

// --- Kinds of devices: nothing is of none of them ---

typedef struct _COMMON {
  ULONG Kind;
  ULONG State;
  PEXT Ext;
} COMMON, *PCOMMON;

#define KIND_FILTER 0x46494c54
#define KIND_BUS 0x42555320
#define KIND_CONTROL 0x4354524c

static NTSTATUS CompleteForKind(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

DRIVER_DISPATCH DispatchByKind;
NTSTATUS DispatchByKind(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PCOMMON common = (PCOMMON)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  if (common->Kind == KIND_FILTER || common->Kind == KIND_BUS)
    status = CompleteForKind(Irp, STATUS_SUCCESS);
  else if (common->Kind == KIND_CONTROL)
    status = CompleteForKind(Irp, STATUS_NOT_SUPPORTED);
  return status;
}

// There is an `else`, so it can be.
DRIVER_DISPATCH DispatchByKindWithAnElse;
NTSTATUS DispatchByKindWithAnElse(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PCOMMON common = (PCOMMON)DeviceObject->DeviceExtension;
  NTSTATUS status;
  if (common->Kind == KIND_FILTER || common->Kind == KIND_BUS)
    status = CompleteForKind(Irp, STATUS_SUCCESS);
  else if (common->Kind == KIND_CONTROL)
    status = CompleteForKind(Irp, STATUS_NOT_SUPPORTED);
  else
    status = STATUS_INVALID_DEVICE_REQUEST;
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

// A guard in front is no list of kinds.
DRIVER_DISPATCH DispatchInTheWrongState;
NTSTATUS DispatchInTheWrongState(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PCOMMON common = (PCOMMON)DeviceObject->DeviceExtension;
  if (common->State != 3 && common->State != 4)
    return STATUS_DEVICE_NOT_READY;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  return CompleteForKind(Irp, STATUS_SUCCESS);
}

// What the caller asks for may be anything.
DRIVER_DISPATCH DispatchByCode;
NTSTATUS DispatchByCode(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  UNREFERENCED_PARAMETER(DeviceObject);
  if (stack->Parameters.DeviceIoControl.IoControlCode == 0x222000)
    status = CompleteForKind(Irp, STATUS_SUCCESS);
  else if (stack->Parameters.DeviceIoControl.IoControlCode == 0x222004)
    status = CompleteForKind(Irp, STATUS_NOT_SUPPORTED);
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
