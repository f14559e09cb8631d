// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// switch with its falls through, goto in both directions.
#include "driver.h"

// --- switch ---

NTSTATUS oneCaseSkipsTheTest(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  switch (Kind) {
  case 0:
    if (!NT_SUCCESS(status))
      return status;
    break;
  case 1:
    break;
  default:
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS eachCaseTests(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  switch (Kind) {
  case 0:
    if (!NT_SUCCESS(status))
      return status;
    break;
  case 1:
    if (NT_ERROR(status))
      return status;
    break;
  default:
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS noDefault(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  switch (Kind) {
  case 0:
  case 1:
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS fallsThroughIntoTheTest(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  switch (Kind) {
  case 0:
    Work(Ext);
    /* fall through */
  case 1:
  default:
    if (!NT_SUCCESS(status))
      return status;
    break;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS fallsThroughBehindTheTest(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  switch (Kind) {
  case 0:
    if (!NT_SUCCESS(status))
      return status;
    /* fall through */
  case 1:
    return IoCallDriver(Ext->Lower, Irp);
  default:
    break;
  }
  return status;
}

NTSTATUS fallsThroughIntoTheSend(PEXT Ext, PIRP Irp, PIO_STACK_LOCATION Sp) {
  NTSTATUS status = STATUS_SUCCESS;
  switch (Sp->MinorFunction) {
  case IRP_MN_START_DEVICE:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    /* fall through */
  case IRP_MN_QUERY_CAPABILITIES:
    status = IoCallDriver(Ext->Lower, Irp);
    break;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(Ext->Lower, Irp);
    break;
  }
  return status;
}

NTSTATUS fallsThroughIntoTheSendWhenChecked(PEXT Ext, PIRP Irp, PIO_STACK_LOCATION Sp) {
  NTSTATUS status = STATUS_SUCCESS;
  switch (Sp->MinorFunction) {
  case IRP_MN_START_DEVICE:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      break;
    }
    /* fall through */
  case IRP_MN_QUERY_CAPABILITIES:
    status = IoCallDriver(Ext->Lower, Irp);
    break;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(Ext->Lower, Irp);
    break;
  }
  return status;
}

DRIVER_DISPATCH DispatchPnp;
NTSTATUS DispatchPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status;

  switch (sp->MinorFunction) {
  case IRP_MN_START_DEVICE:
    KeInitializeEvent(&ext->Event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, &ext->Event, TRUE, TRUE, TRUE);
    if (NT_SUCCESS(status)) {
      status = IoCallDriver(ext->Lower, Irp);
      if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
        status = Irp->IoStatus.Status;
      }
    }
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;

  case IRP_MN_QUERY_CAPABILITIES:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    break;

  case IRP_MN_REMOVE_DEVICE:
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoSkipCurrentIrpStackLocation(Irp);
    break;

  default:
    IoSkipCurrentIrpStackLocation(Irp);
    break;
  }
  return IoCallDriver(ext->Lower, Irp);
}

NTSTATUS switchOnAnEnumerationOnlyRegisteringCase(PEXT Ext, PIRP Irp, EVENT_TYPE Type) {
  switch (Type) {
  case NotificationEvent:
    if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
      return STATUS_INSUFFICIENT_RESOURCES;
    break;
  case SynchronizationEvent:
    IoSkipCurrentIrpStackLocation(Irp);
    break;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS switchOnSuccess(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  int ok = NT_SUCCESS(status);
  switch (ok) {
  case FALSE:
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// The if itself is never reached.
NTSTATUS jumpIntoABlockOfASwitch(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  switch (Kind)
    if (!NT_SUCCESS(status)) {
      return status;
    } else {
    case 7:
      Work(Ext);
      return IoCallDriver(Ext->Lower, Irp);
    }
  return status;
}

// --- goto ---

NTSTATUS gotoFail(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status))
    goto fail;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    goto fail;
  return IoCallDriver(Ext->Lower, Irp);
fail:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

NTSTATUS gotoSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe())
    goto send;
  if (!NT_SUCCESS(status))
    return status;
send:
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS gotoSendWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status))
    goto send;
  return status;
send:
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS gotoExitInStages(PEXT Ext, PIRP Irp) {
  PVOID buffer = NULL;
  NTSTATUS status = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status))
    goto exit;
  buffer = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
  if (!buffer) {
    status = STATUS_INSUFFICIENT_RESOURCES;
    goto unlock;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, buffer, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    goto release;
  return IoCallDriver(Ext->Lower, Irp);
release:
  ExFreePoolWithTag(buffer, 'tseT');
unlock:
  IoReleaseRemoveLock(&Ext->RemoveLock, Irp);
exit:
  return status;
}

NTSTATUS gotoExitWithoutATest(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status))
    goto exit;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
exit:
  return status;
}

NTSTATUS gotoBackwardRetries(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  ULONG tries = 0;
again:
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    if (++tries < 3)
      goto again;
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS gotoBackwardToTheSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  goto start;
send:
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
start:
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  goto send;
}

NTSTATUS gotoBackwardToTheSendWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  goto start;
send:
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
start:
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status))
    goto send;
  return status;
}

NTSTATUS gotoOverTheRegistration(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Maybe()) {
    IoSkipCurrentIrpStackLocation(Irp);
    goto send;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    goto done;
send:
  status = IoCallDriver(Ext->Lower, Irp);
done:
  return status;
}

NTSTATUS gotoIntoTheLoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe())
    goto inside;
  if (!NT_SUCCESS(status))
    return status;
  while (Maybe()) {
    Work(Ext);
  inside:
    Ext->Count++;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// The common exit tests the status again: which way was taken is in the status.
NTSTATUS commonExit(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto exit;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
exit:
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS addressOfALabel(PEXT Ext, PIRP Irp) {
  void *where = &&send;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe())
    goto *where;
  if (!NT_SUCCESS(status))
    return status;
send:
  return IoCallDriver(Ext->Lower, Irp);
}
