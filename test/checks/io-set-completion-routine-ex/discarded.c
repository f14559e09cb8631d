// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The result is not looked at: nothing holds it, or nobody ever can.
#include "driver.h"
#include "wdf.h"

// --- The plain case, and each way to send the IRP ---

NTSTATUS sent(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS castToVoid(PEXT Ext, PIRP Irp) {
  (void)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:9: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS castToVoidTwice(PEXT Ext, PIRP Irp) {
  (VOID)(NTSTATUS)(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-MESSAGES: :[[@LINE-1]]:20: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentByTheFastcallName(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IofCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentByTheFastcallNameWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IofCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentToThePowerManager(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  PoStartNextPowerIrp(Irp);
  return PoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentToThePowerManagerWhenChecked(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  PoStartNextPowerIrp(Irp);
  return PoCallDriver(Ext->Lower, Irp);
}

BOOLEAN forwarded(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoForwardIrpSynchronously(Ext->Lower, Irp);
}

BOOLEAN forwardedAndCaught(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoForwardAndCatchIrp(Ext->Lower, Irp);
}

NTSTATUS sentStackSafe(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriverStackSafeDefault(Ext->Lower, Irp);
}

NTSTATUS sentSynchronously(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoSynchronousCallDriver(Ext->Lower, Irp);
}

NTSTATUS backToTheFramework(WDFDEVICE Device, PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

NTSTATUS backToTheFrameworkWhenChecked(WDFDEVICE Device, PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

NTSTATUS dispatchedByTheFramework(WDFDEVICE Device, PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return WdfDeviceWdmDispatchIrp(Device, Irp, NULL);
}

NTSTATUS queuedByTheFramework(WDFDEVICE Device, WDFQUEUE Queue, PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return WdfDeviceWdmDispatchIrpToIoQueue(Device, Irp, Queue, 0);
}

// --- Where the send stands ---

VOID sendDiscardedToo(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentAndWaitedFor(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  KeInitializeEvent(&Ext->Event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}

NTSTATUS sentAndWaitedForWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  KeInitializeEvent(&Ext->Event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    status = IoCallDriver(Ext->Lower, Irp);
    if (status == STATUS_PENDING) {
      KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
      status = Irp->IoStatus.Status;
    }
  }
  return status;
}

NTSTATUS sentInACondition(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (IoCallDriver(Ext->Lower, Irp) == STATUS_PENDING) {
    Work(Ext);
  }
  return STATUS_PENDING;
}

NTSTATUS sentInAnArgument(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("sent: %x\n", IoCallDriver(Ext->Lower, Irp));
  return STATUS_PENDING;
}

NTSTATUS sentOnOnePath(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe()) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

NTSTATUS sentOnEachPath(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe()) {
    PoStartNextPowerIrp(Irp);
    return PoCallDriver(Ext->Lower, Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registeredOnOnePath(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  if (Want) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registeredOnOnePathWhenChecked(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status;
  if (Want) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      return status;
    }
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registeredOnBothPaths(PEXT Ext, PIRP Irp, BOOLEAN OnError) {
  if (OnError) {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, FALSE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  } else {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registeredTwiceOnceChecked(PEXT Ext, PIRP Irp, BOOLEAN OnError) {
  NTSTATUS status;
  if (OnError) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, FALSE);
    if (NT_ERROR(status))
      return status;
  } else {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Nothing is sent here: nobody can check it any more all the same ---

VOID onlyRegisters(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
}

NTSTATUS onlyRegistersAndTells(PEXT Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

VOID onlyRegistersAndStoresOutward(PEXT Ext, PIRP Irp, PNTSTATUS Status) {
  *Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

NTSTATUS onlyRegistersAndSaysSuccess(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return STATUS_SUCCESS;
}

NTSTATUS queued(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoMarkIrpPending(Irp);
  InsertTailList(&Ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return STATUS_PENDING;
}

NTSTATUS queuedWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoMarkIrpPending(Irp);
  InsertTailList(&Ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return STATUS_PENDING;
}

NTSTATUS givenAway(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  TakeIrp(Ext, Irp);
  return STATUS_PENDING;
}

NTSTATUS givenAwayWhenChecked(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  TakeIrp(Ext, Irp);
  return STATUS_PENDING;
}

// --- An IRP of the driver's own ---

NTSTATUS ownIrp(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_PNP;
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS ownIrpWhenChecked(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_PNP;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS keptForLater(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  Ext->Irp = irp;
  return STATUS_SUCCESS;
}

// --- A dispatch routine ---

DRIVER_DISPATCH DispatchRead;
NTSTATUS DispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchWrite;
NTSTATUS DispatchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

// --- Spellings of the call ---

NTSTATUS blankBeforeTheParenthesis(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx (Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver (Ext->Lower, Irp);
}

NTSTATUS oneArgumentPerLine(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(
      Ext->Self,
      Irp,
      Done,
      Ext,
      TRUE,
      TRUE,
      TRUE
      );
// CHECK-MESSAGES: :[[@LINE-9]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS nameAndParenthesisOnTwoLines(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status =
      IoSetCompletionRoutineEx
          (Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-2]]:7: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS calleeInParentheses(PEXT Ext, PIRP Irp) {
  (IoSetCompletionRoutineEx)(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:4: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS calleeInParenthesesWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = (IoSetCompletionRoutineEx)(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return NT_SUCCESS(status) ? (IofCallDriver)(Ext->Lower, Irp) : status;
}

NTSTATUS asLeftOperandOfAComma(PEXT Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), IoCallDriver(Ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:10: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
}

NTSTATUS asLeftOperandOfACommaWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  return status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), NT_SUCCESS(status) ? IoCallDriver(Ext->Lower, Irp) : status;
}

NTSTATUS asBodyOfAnIf(PEXT Ext, PIRP Irp) {
  if (Maybe())
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS asArmOfAConditional(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  Want ? (void)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) : IoSkipCurrentIrpStackLocation(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS behindALabel(PEXT Ext, PIRP Irp) {
  if (Maybe())
    goto doit;
  Work(Ext);
doit:
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

// --- No call at all ---

NTSTATUS sizeOfTheResult(PEXT Ext, PIRP Irp) {
  Ext->Count = sizeof(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS neverReached(PEXT Ext, PIRP Irp) {
  if (0) {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS behindTheReturn(PEXT Ext, PIRP Irp) {
  return IoCallDriver(Ext->Lower, Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

NTSTATUS onlyItsAddress(PEXT Ext, PIRP Irp) {
  Ext->Buffer = (PVOID)IoSetCompletionRoutineEx;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS theInlineThatCannotFail(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
