// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Registered with success, and then the function changes its mind.
#include "driver.h"

// --- Something else fails after the registration ---

NTSTATUS allocatesAfterwards(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    return status;
  }
  Ext->Buffer = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
  if (Ext->Buffer == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS allocatesBefore(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  Ext->Buffer = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
  if (Ext->Buffer == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    ExFreePoolWithTag(Ext->Buffer, 'tseT');
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS preparesAfterwardsAndCompletes(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (NT_SUCCESS(status)) {
    status = Prepare(Ext);
    if (NT_SUCCESS(status)) {
      return IoCallDriver(Ext->Lower, Irp);
    }
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

NTSTATUS preparesBeforeAndCompletes(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (NT_SUCCESS(status)) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (NT_SUCCESS(status)) {
      return IoCallDriver(Ext->Lower, Irp);
    }
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

NTSTATUS acquiresTheRemoveLockAfterwards(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  status = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS looksAtTheStateAfterwards(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    goto fail;
  if (!Ext->Started) {
    status = STATUS_DEVICE_NOT_READY;
    goto fail;
  }
  return IoCallDriver(Ext->Lower, Irp);
fail:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

NTSTATUS looksAtTheStateBefore(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (!Ext->Started) {
    status = STATUS_DEVICE_NOT_READY;
    goto fail;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    goto fail;
  return IoCallDriver(Ext->Lower, Irp);
fail:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

NTSTATUS looksAtTheStateInTheSameCondition(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (NT_SUCCESS(status) && Ext->Started) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_UNSUCCESSFUL;
}

NTSTATUS looksAtTheStateFirstInTheSameCondition(PEXT Ext, PIRP Irp) {
  if (Ext->Started && NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_UNSUCCESSFUL;
}

NTSTATUS cancelled(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (Irp->Cancel) {
    Irp->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_CANCELLED;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS oneCaseDoesNotSend(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  switch (Kind) {
  case IRP_MN_START_DEVICE:
    status = IoCallDriver(Ext->Lower, Irp);
    break;
  case IRP_MN_STOP_DEVICE:
    status = PoCallDriver(Ext->Lower, Irp);
    break;
  default:
    break;
  }
  return status;
}

NTSTATUS eachCaseSends(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  switch (Kind) {
  case IRP_MN_START_DEVICE:
    status = IoCallDriver(Ext->Lower, Irp);
    break;
  case IRP_MN_STOP_DEVICE:
    status = PoCallDriver(Ext->Lower, Irp);
    break;
  default:
    status = IoCallDriver(Ext->Lower, Irp);
    break;
  }
  return status;
}

NTSTATUS theWrongWayRound(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES-DAG: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
// CHECK-MESSAGES-DAG: :[[@LINE-2]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sendsOnlyInALoop(PEXT Ext, PIRP Irp, ULONG N) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  while (N-- > 0) {
    if (Maybe())
      return IoCallDriver(Ext->Lower, Irp);
  }
  return STATUS_TIMEOUT;
}

NTSTATUS waitsInALoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  while (!Maybe())
    Work(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- The driver's own IRP ---

NTSTATUS ownIrpFreed(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (NT_SUCCESS(status)) {
    status = Prepare(Ext);
  }
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS ownIrpFreedWhenNotRegistered(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = Prepare(Ext);
  if (NT_SUCCESS(status)) {
    status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS ownIrpFreedThoughRegistered(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  if (!Ext->Started) {
    IoFreeIrp(irp);
    return STATUS_DEVICE_NOT_READY;
  }
  IoCallDriver(Ext->Lower, irp);
  return STATUS_PENDING;
}

NTSTATUS ownIrpForgotten(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
  }
  return status;
}

NTSTATUS ownIrpReused(PEXT Ext) {
  NTSTATUS status = STATUS_SUCCESS;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  if (Maybe()) {
    IoReuseIrp(irp, STATUS_SUCCESS);
    IoFreeIrp(irp);
    return STATUS_CANCELLED;
  }
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS ownIrpSentThenFreed(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    if (IoCallDriver(Ext->Lower, irp) == STATUS_PENDING) {
      KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    }
    status = irp->IoStatus.Status;
  }
  IoFreeIrp(irp);
  return status;
}

// Another IRP is sent, this one is not.
NTSTATUS anotherOneSent(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- A dispatch routine ---

DRIVER_DISPATCH DispatchCreate;
NTSTATUS DispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DELETE_PENDING;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DELETE_PENDING;
  }
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchClose;
NTSTATUS DispatchClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DELETE_PENDING;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DELETE_PENDING;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

// Marked pending, and nobody has it.
DRIVER_DISPATCH DispatchDeviceControl;
NTSTATUS DispatchDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (Maybe()) {
    IoMarkIrpPending(Irp);
    return STATUS_PENDING;
  }
  return IoCallDriver(ext->Lower, Irp);
}

// --- Correlated ---

NTSTATUS flagSaysSent(PEXT Ext, PIRP Irp) {
  BOOLEAN send = Ext->Started;
  NTSTATUS status = STATUS_DEVICE_NOT_READY;
  if (send) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      send = FALSE;
  }
  if (send)
    return IoCallDriver(Ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

NTSTATUS flagSaysSentOtherwise(PEXT Ext, PIRP Irp) {
  BOOLEAN send = FALSE;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (NT_SUCCESS(status) && Maybe()) {
    send = TRUE;
  }
  if (send)
    return IoCallDriver(Ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

NTSTATUS registeredOnlyWhenWanted(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      return status;
  }
  if (!Want) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Ends without a verdict ---

NTSTATUS bugChecks(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  if (!Ext->Started)
    KeBugCheck(0xC4);
  return IoCallDriver(Ext->Lower, Irp);
}

// A test of unknown polarity: nobody knows whether there is a registration.
NTSTATUS examined(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!DriverSaysOk(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}
