// RUN: %check_wdm %s 'wdm-*'
//
// Who marks an IRP pending returns STATUS_PENDING, and nothing else.
#include "driver.h"

// --- Marked, and something else returned ---

DRIVER_DISPATCH DispatchReturnsSuccess;
NTSTATUS DispatchReturnsSuccess(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  TakeIrp(ext, Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchReturnsPending;
NTSTATUS DispatchReturnsPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  TakeIrp(ext, Irp);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchReturnsAFailure;
NTSTATUS DispatchReturnsAFailure(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  if (!ext->Started)
    return STATUS_DEVICE_NOT_READY;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'STATUS_DEVICE_NOT_READY' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchFailsBeforeItMarks;
NTSTATUS DispatchFailsBeforeItMarks(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchReturnsAVariable;
NTSTATUS DispatchReturnsAVariable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  IoMarkIrpPending(Irp);
  IoStartPacket(DeviceObject, Irp, NULL, NULL);
  ext->Count++;
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchReturnsAVariableThatIsPending;
NTSTATUS DispatchReturnsAVariableThatIsPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_PENDING;
  IoMarkIrpPending(Irp);
  IoStartPacket(DeviceObject, Irp, NULL, NULL);
  ext->Count++;
  return status;
}

DRIVER_DISPATCH DispatchVariableSetInOneArm;
NTSTATUS DispatchVariableSetInOneArm(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  IoMarkIrpPending(Irp);
  TakeIrp(ext, Irp);
  if (Maybe())
    status = STATUS_PENDING;
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchVariableSetInBothArms;
NTSTATUS DispatchVariableSetInBothArms(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  if (Maybe()) {
    IoMarkIrpPending(Irp);
    TakeIrp(ext, Irp);
    status = STATUS_PENDING;
  } else {
    status = STATUS_NOT_SUPPORTED;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

// A failure is none of STATUS_PENDING, whatever it is.
DRIVER_DISPATCH DispatchReturnsSomeFailure;
NTSTATUS DispatchReturnsSomeFailure(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
  }
  TakeIrp(ext, Irp);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchReturnsPendingForSomeFailure;
NTSTATUS DispatchReturnsPendingForSomeFailure(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_PENDING;
  }
  TakeIrp(ext, Irp);
  return STATUS_PENDING;
}

// What a function that is not visible returns may be STATUS_PENDING.
DRIVER_DISPATCH DispatchReturnsWhoKnows;
NTSTATUS DispatchReturnsWhoKnows(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return Prepare(ext);
}

DRIVER_DISPATCH DispatchReturnsNotPending;
NTSTATUS DispatchReturnsNotPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  status = Prepare(ext);
  if (status == STATUS_PENDING)
    return status;
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchNarrowedToPending;
NTSTATUS DispatchNarrowedToPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  status = Prepare(ext);
  if (status != STATUS_PENDING)
    status = STATUS_PENDING;
  return status;
}

// Completed by whoever was faster: STATUS_PENDING all the same.
DRIVER_DISPATCH DispatchMarkedAndCompleted;
NTSTATUS DispatchMarkedAndCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchMarkedAndCompletedAndPending;
NTSTATUS DispatchMarkedAndCompletedAndPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_PENDING;
}

// --- Marked, and what the send returned ---

DRIVER_DISPATCH DispatchReturnsTheSend;
NTSTATUS DispatchReturnsTheSend(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'IoCallDriver(ext->Lower, Irp)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchSendsAndReturnsPending;
NTSTATUS DispatchSendsAndReturnsPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchNotMarkedReturnsTheSend;
NTSTATUS DispatchNotMarkedReturnsTheSend(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchReturnsTheStoredSend;
NTSTATUS DispatchReturnsTheStoredSend(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (!NT_SUCCESS(status))
    ext->Count++;
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchStoredSendIsPending;
NTSTATUS DispatchStoredSendIsPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING)
    return status;
  ext->Count++;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchPowerDown;
NTSTATUS DispatchPowerDown(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  PoStartNextPowerIrp(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  return PoCallDriver(ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'PoCallDriver(ext->Lower, Irp)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchPowerDownPending;
NTSTATUS DispatchPowerDownPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  PoStartNextPowerIrp(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  PoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}

// Another IRP's send says nothing of this one: its result is as good as unknown.
DRIVER_DISPATCH DispatchReturnsAnotherSend;
NTSTATUS DispatchReturnsAnotherSend(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = ext->Spare;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return IoCallDriver(ext->Lower, irp);
}

// --- Marked in other ways ---

DRIVER_DISPATCH DispatchMarkedByHand;
NTSTATUS DispatchMarkedByHand(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
  TakeIrp(ext, Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchMarkedByHandPending;
NTSTATUS DispatchMarkedByHandPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
  TakeIrp(ext, Irp);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchMarkedThroughAPointer;
NTSTATUS DispatchMarkedThroughAPointer(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  irpSp->Control |= SL_PENDING_RETURNED;
  ext->Irp = Irp;
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchMarkedThroughAPointerPending;
NTSTATUS DispatchMarkedThroughAPointerPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  irpSp->Control |= SL_PENDING_RETURNED;
  ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchMarkedWithAssignment;
NTSTATUS DispatchMarkedWithAssignment(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  irpSp->Control = irpSp->Control | SL_PENDING_RETURNED;
  ext->Irp = Irp;
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

// Other bits are no mark, and the next stack location is another driver's.
DRIVER_DISPATCH DispatchOtherBits;
NTSTATUS DispatchOtherBits(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoGetCurrentIrpStackLocation(Irp)->Control |= SL_ERROR_RETURNED;
  ext->Irp = Irp;
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchNextStackLocation;
NTSTATUS DispatchNextStackLocation(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoGetNextIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchInserts;
NTSTATUS DispatchInserts(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCsqInsertIrp(&ext->Csq, Irp, NULL);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchInsertsPending;
NTSTATUS DispatchInsertsPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCsqInsertIrp(&ext->Csq, Irp, NULL);
  return STATUS_PENDING;
}

// Perhaps marked: the queue's own routine decides.
DRIVER_DISPATCH DispatchInsertsEx;
NTSTATUS DispatchInsertsEx(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoCsqInsertIrpEx(&ext->Csq, Irp, NULL, NULL);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchInsertsExPending;
NTSTATUS DispatchInsertsExPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCsqInsertIrpEx(&ext->Csq, Irp, NULL, NULL);
  return STATUS_PENDING;
}

// Marked for certain, on one path.
DRIVER_DISPATCH DispatchMarksSometimes;
NTSTATUS DispatchMarksSometimes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (ext->Started)
    IoMarkIrpPending(Irp);
  TakeIrp(ext, Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchMarksSometimesPending;
NTSTATUS DispatchMarksSometimesPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_DEVICE_NOT_READY;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    status = STATUS_PENDING;
    TakeIrp(ext, Irp);
  } else {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

// --- Shapes ---

DRIVER_DISPATCH DispatchFlag;
NTSTATUS DispatchFlag(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  BOOLEAN marked = FALSE;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    marked = TRUE;
    ext->Irp = Irp;
  } else {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return marked ? STATUS_PENDING : STATUS_DEVICE_NOT_READY;
}

DRIVER_DISPATCH DispatchFlagInverted;
NTSTATUS DispatchFlagInverted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  BOOLEAN marked = FALSE;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    marked = TRUE;
    ext->Irp = Irp;
  } else {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  if (marked)
    return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchSwitch;
NTSTATUS DispatchSwitch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_NOT_SUPPORTED;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    status = STATUS_PENDING;
    break;
  case IRP_MN_STOP_DEVICE:
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    status = STATUS_SUCCESS;
    break;
  default:
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    break;
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchSwitchRight;
NTSTATUS DispatchSwitchRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_NOT_SUPPORTED;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
  case IRP_MN_STOP_DEVICE:
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    status = STATUS_PENDING;
    break;
  default:
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    break;
  }
  return status;
}

DRIVER_DISPATCH DispatchGoto;
NTSTATUS DispatchGoto(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_PENDING;
  IoMarkIrpPending(Irp);
  if (!ext->Started) {
    status = STATUS_DEVICE_NOT_READY;
    goto fail;
  }
  ext->Irp = Irp;
  return status;
fail:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchGotoRight;
NTSTATUS DispatchGotoRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_PENDING;
  if (!ext->Started) {
    status = STATUS_DEVICE_NOT_READY;
    goto fail;
  }
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return status;
fail:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchLoop;
NTSTATUS DispatchLoop(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  for (ULONG i = 0; i < 8; i++) {
    if (ext->Irps[i] == NULL) {
      IoMarkIrpPending(Irp);
      ext->Irps[i] = Irp;
      return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:7: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
    }
  }
  Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_INSUFFICIENT_RESOURCES;
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

// Only dispatch routines, and only their own IRP.
NTSTATUS noDispatchRoutine(PEXT Ext, PIRP Irp) {
  IoMarkIrpPending(Irp);
  TakeIrp(Ext, Irp);
  return STATUS_SUCCESS;
}

NTSTATUS onlyTheSignature(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  TakeIrp(ext, Irp);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchMarksAnotherIrp;
NTSTATUS DispatchMarksAnotherIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = ext->Spare;
  IoMarkIrpPending(irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// A path that does not return says nothing.
DRIVER_DISPATCH DispatchStops;
NTSTATUS DispatchStops(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  if (!ext->Started)
    KeBugCheckEx(0xE2, 0, 0, 0, 0);
  ext->Irp = Irp;
  return STATUS_PENDING;
}
