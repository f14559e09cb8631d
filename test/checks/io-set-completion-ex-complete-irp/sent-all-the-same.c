// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The failure was seen, and the IRP is sent with nothing done about the missing routine.
#include "driver.h"

NTSTATUS logged(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    DbgPrint("IoSetCompletionRoutineEx: %x\n", status);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS loggedAndReturned(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    DbgPrint("IoSetCompletionRoutineEx: %x\n", status);
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS loggedAndSkipped(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    DbgPrint("IoSetCompletionRoutineEx: %x\n", status);
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS loggedAndFellBack(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    DbgPrint("IoSetCompletionRoutineEx: %x\n", status);
    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS traced(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (NT_ERROR(status))
    TraceEvents(1, 2, "IoSetCompletionRoutineEx: %x\n", status);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS loggedOnSuccessOnly(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (NT_SUCCESS(status)) {
    DbgPrint("registered\n");
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS storedInTheIrp(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS lockReleased(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status))
    return status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    IoReleaseRemoveLock(&Ext->RemoveLock, Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS flagForgotten(PEXT Ext, PIRP Irp) {
  BOOLEAN failed = FALSE;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    failed = TRUE;
  }
  Ext->Started = failed;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS flagUsed(PEXT Ext, PIRP Irp) {
  BOOLEAN failed = FALSE;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    failed = TRUE;
  }
  Ext->Started = failed;
  if (failed)
    IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS waitsForever(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  KeInitializeEvent(&Ext->Event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (status != STATUS_SUCCESS) {
    KdPrint(("no memory\n"));
  }
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  }
  return status;
}

NTSTATUS breaks(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    DbgBreakPoint();
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS crashes(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    KeBugCheck(0xC4);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS skipsAnother(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    IoSkipCurrentIrpStackLocation(Other);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS skipsOnlySometimes(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (NT_SUCCESS(status)) {
    Work(Ext);
  } else if (Maybe()) {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS completedAndSent(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS completedElseSent(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  } else {
    status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS sentInBothArms(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (NT_SUCCESS(status)) {
    return IoCallDriver(Ext->Lower, Irp);
  } else {
    DbgPrint("without the routine\n");
    return IoCallDriver(Ext->Lower, Irp);
  }
}

NTSTATUS sentInBothArmsWhenSkipped(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    return IoCallDriver(Ext->Lower, Irp);
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(Ext->Lower, Irp);
  }
}

NTSTATUS conditionalOperator(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  Ext->Count = NT_SUCCESS(status) ? 1 : 0;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS emptyIf(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    // TODO: what now?
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS threeTries(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  int i;
  for (i = 0; i < 3; i++) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
    if (NT_SUCCESS(status))
      break;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS threeTriesThenSkip(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  int i;
  for (i = 0; i < 3; i++) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (NT_SUCCESS(status))
      break;
  }
  if (!NT_SUCCESS(status))
    IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bySwitch(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  switch (status) {
  case STATUS_SUCCESS:
    break;
  case STATUS_INSUFFICIENT_RESOURCES:
    DbgPrint("no memory\n");
    break;
  default:
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS overwrittenAfterTheTest(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    status = STATUS_SUCCESS;
  }
  if (NT_SUCCESS(status))
    return IoCallDriver(Ext->Lower, Irp);
  return status;
}

// A test that is not visible: nobody knows which of the two was sent.
NTSTATUS examined(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (DriverSaysOk(status)) {
    Work(Ext);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// The unknown function may have dealt with it.
NTSTATUS handedOn(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return FailRequest(Irp, status);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS writesTheNextLocation(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);
    next->CompletionRoutine = NULL;
    next->Control = 0;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// The current location is not the one that matters.
NTSTATUS writesTheCurrentLocation(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    PIO_STACK_LOCATION current = IoGetCurrentIrpStackLocation(Irp);
    current->Flags = 0;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS harmlessCallsOnly(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    PoStartNextPowerIrp(Irp);
    IoMarkIrpPending(Irp);
  }
  return PoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ownIrp(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    DbgPrint("the IRP will not be freed\n");
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS finallySends(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
    if (!NT_SUCCESS(status))
      __leave;
    Work(Ext);
  } __finally {
    status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS finallySkips(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      __leave;
    Work(Ext);
  } __finally {
    if (!NT_SUCCESS(status))
      IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

// A status that is never looked at is the first check's alone.
NTSTATUS neverTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
