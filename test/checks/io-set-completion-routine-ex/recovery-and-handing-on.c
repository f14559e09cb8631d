// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// What is done about a missing routine, and who else may check the status.
#include "driver.h"

// --- The failure was seen, and the IRP goes without this driver's routine ---

NTSTATUS skips(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS skipsOnlyWhenCareful(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Careful && !NT_SUCCESS(status)) {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS fallsBack(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS fallsBackForAnotherIrp(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (!NT_SUCCESS(Prepare(Ext))) {
    IoSetCompletionRoutine(Other, Done, Ext, TRUE, TRUE, TRUE);
  }
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

VOID voidWrapperThatFallsBack(PEXT Ext, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Routine, Context, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoSetCompletionRoutine(Irp, Routine, Context, TRUE, TRUE, TRUE);
  }
}

VOID voidWrapperThatDoesNot(PEXT Ext, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Routine, Context, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  UNREFERENCED_PARAMETER(status);
}

NTSTATUS writesTheNextLocationsRoutine(PEXT Ext, PIRP Irp) {
  PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    next->CompletionRoutine = Done;
    next->Context = Ext;
    next->Control = SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS clearsTheNextLocationsControl(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoGetNextIrpStackLocation(Irp)->Control = 0;
    Work(Ext);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS recoversBeforeTheCommonSend(PEXT Ext, PIRP Irp) {
  BOOLEAN wait = TRUE;
  NTSTATUS status;
  KeInitializeEvent(&Ext->Event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoSkipCurrentIrpStackLocation(Irp);
    wait = FALSE;
  }
  status = IoCallDriver(Ext->Lower, Irp);
  if (wait && status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  }
  return status;
}

NTSTATUS freesItsOwn(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  return IoCallDriver(Ext->Lower, irp);
}

// --- Handing on the IRP does not excuse the status ---

NTSTATUS handedOnThenTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  TakeIrp(Ext, Irp);
  if (!NT_SUCCESS(status)) {
    DbgPrint("no routine: %x\n", status);
  }
  return STATUS_PENDING;
}

NTSTATUS handedOnNeverTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  TakeIrp(Ext, Irp);
  UNREFERENCED_PARAMETER(status);
  return STATUS_PENDING;
}

NTSTATUS handedOnTestedOnOnePath(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  TakeIrp(Ext, Irp);
  if (Maybe() && !NT_SUCCESS(status)) {
    DbgPrint("no routine: %x\n", status);
  }
  return STATUS_PENDING;
}

VOID startPacket(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoMarkIrpPending(Irp);
  IoStartPacket(Ext->Self, Irp, NULL, NULL);
}

VOID startPacketWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return;
  }
  IoMarkIrpPending(Irp);
  IoStartPacket(Ext->Self, Irp, NULL, NULL);
}

VOID storedForLater(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%x\n", status);
  Ext->Irp = Irp;
}

VOID storedForLaterWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    Ext->Irp = Irp;
  }
}

// --- Handing on the status together with the IRP does ---

NTSTATUS bothHandedOn(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return FailRequest(Irp, status);
}

NTSTATUS bothHandedOnAtOnce(PEXT Ext, PIRP Irp) {
  return FailRequest(Irp, IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
}

NTSTATUS bothHandedOnOrSent(PEXT Ext, PIRP Irp, BOOLEAN Busy) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Busy) {
    return FailRequest(Irp, status);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bothHandedOnOrSentWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return FailRequest(Irp, status);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Storing the status where others can see it, and not sending here, does ---

VOID statusStoredInTheExtension(PEXT Ext, PIRP Irp) {
  Ext->LastStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

VOID statusStoredInTheExtensionLater(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  Work(Ext);
  Ext->LastStatus = status;
}

VOID statusStoredInTheIrp(PEXT Ext, PIRP Irp) {
  Irp->IoStatus.Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

BOOLEAN statusStoredThroughAPointer(PEXT Ext, PIRP Irp, PNTSTATUS Status) {
  *Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return TRUE;
}

BOOLEAN statusStoredThroughAPointerOnOnePath(PEXT Ext, PIRP Irp, PNTSTATUS Status) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Status != NULL) {
    *Status = status;
  }
  return TRUE;
}

VOID statusStoredAndSent(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  Ext->LastStatus = status;
  IoCallDriver(Ext->Lower, Irp);
}

VOID statusStoredAndSentWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  Ext->LastStatus = status;
  if (NT_SUCCESS(Ext->LastStatus)) {
    IoCallDriver(Ext->Lower, Irp);
  }
}

// --- Returning the status ---

NTSTATUS returned(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return status;
}

NTSTATUS returnedOnOnePath(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe()) {
    return status;
  }
  return STATUS_SUCCESS;
}

BOOLEAN returnedAsBoolean(PEXT Ext, PIRP Irp) {
  return NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
}

BOOLEAN returnedAsBooleanVariable(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  BOOLEAN ok = NT_SUCCESS(status);
  DbgPrint("%x\n", status);
  return ok;
}

BOOLEAN returnsTrue(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%x\n", status);
  return TRUE;
}

NTSTATUS returnedWhenTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    DbgPrint("%x\n", status);
  return status;
}

NTSTATUS returnedByTheCopy(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  NTSTATUS result = status;
  status = STATUS_SUCCESS;
  Ext->LastStatus = status;
  return result;
}

NTSTATUS sentAndReturned(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoCallDriver(Ext->Lower, Irp);
  return status;
}
