// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The IRP leaves the function in another way: somebody else may send it.
#include "driver.h"

static PIRP PendingIrp;

NTSTATUS storedInAField(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  Ext->Irp = irp;
  return STATUS_SUCCESS;
}

NTSTATUS storedInALocalOnly(PEXT Ext) {
  NTSTATUS status;
  PIRP keep;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  keep = irp;
  DbgPrint("%p\n", keep);
  return STATUS_SUCCESS;
}

NTSTATUS storedInAGlobal(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  PendingIrp = irp;
  return STATUS_SUCCESS;
}

NTSTATUS storedInAnElement(PEXT Ext, ULONG I) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  Ext->Irps[I] = irp;
  return STATUS_SUCCESS;
}

NTSTATUS storedThroughAPointer(PEXT Ext, PIRP *Irp) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    *Irp = irp;
  } else {
    IoFreeIrp(irp);
  }
  return status;
}

NTSTATUS storedBeforeTheRegistration(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  Ext->Irp = irp;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Ext->Irp = NULL;
    IoFreeIrp(irp);
    return status;
  }
  return STATUS_SUCCESS;
}

PIRP returned(PEXT Ext) {
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return NULL;
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE))) {
    IoFreeIrp(irp);
    return NULL;
  }
  return irp;
}

PIRP returnedOnOnePath(PEXT Ext) {
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return NULL;
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE))) {
// CHECK-MESSAGES: :[[@LINE-1]]:19: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
    IoFreeIrp(irp);
    return NULL;
  }
  if (!NT_SUCCESS(Prepare(Ext))) {
    IoFreeIrp(irp);
    return NULL;
  }
  return irp;
}

NTSTATUS queued(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoMarkIrpPending(Irp);
  InsertTailList(&Ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return STATUS_PENDING;
}

NTSTATUS startPacket(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoMarkIrpPending(Irp);
  IoStartPacket(Ext->Self, Irp, NULL, NULL);
  return STATUS_PENDING;
}

NTSTATUS givenToAnUnknownFunction(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  TakeIrp(Ext, Irp);
  return STATUS_PENDING;
}

NTSTATUS givenToAnUnknownFunctionOnOnePath(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (Maybe()) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_CANCELLED;
  }
  TakeIrp(Ext, Irp);
  return STATUS_PENDING;
}

NTSTATUS givenInAStructure(PEXT Ext, PIRP Irp) {
  struct _CONTEXT {
    PIRP Irp;
    PEXT Ext;
  } context;
  VOID StartThread(PVOID Context);
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  context.Irp = Irp;
  context.Ext = Ext;
  StartThread(&context);
  return STATUS_PENDING;
}

NTSTATUS itsAddressIsGivenAway(PEXT Ext) {
  VOID SendIt(PIRP * Irp);
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  SendIt(&irp);
  return STATUS_PENDING;
}

NTSTATUS throughAFunctionPointer(PEXT Ext, PIRP Irp, NTSTATUS (*Send)(PEXT, PIRP)) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return Send(Ext, Irp);
}

// The driver's routines call each other through the dispatch table.
NTSTATUS throughTheDispatchTable(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return Ext->Lower->DriverObject->MajorFunction[IRP_MJ_READ](Ext->Lower, Irp);
}

// --- Only the harmless calls: nobody has got it ---

NTSTATUS onlyHarmlessCalls(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (Maybe()) {
    IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
    IoMarkIrpPending(Irp);
    IoReleaseRemoveLock(&Ext->RemoveLock, Irp);
    DbgPrint("%p\n", Irp);
    return STATUS_PENDING;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- The stack location was moved: completing the IRP runs the routine ---

NTSTATUS movedToTheNextLocation(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoSetNextIrpStackLocation(Irp);
  if (!Ext->Started) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- An IRP that was read from memory that outlives the function ---

NTSTATUS fromAField(PEXT Ext) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  if (!Ext->Started)
    return STATUS_DEVICE_NOT_READY;
  return IoCallDriver(Ext->Lower, Ext->Irp);
}

NTSTATUS fromAFieldByACopy(PEXT Ext) {
  PIRP irp = Ext->Irp;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  if (!Ext->Started)
    return STATUS_DEVICE_NOT_READY;
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS fromAnElement(PEXT Ext, ULONG I) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[I], Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  if (!Ext->Started)
    return STATUS_DEVICE_NOT_READY;
  return IoCallDriver(Ext->Lower, Ext->Irps[I]);
}

// --- A registration helper: it takes the IRP from its caller, and neither sends nor ends it ---

NTSTATUS helper(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    DbgPrint("no routine: %x\n", status);
  }
  return status;
}

VOID helperThatFallsBack(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
}

BOOLEAN helperThatTells(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return FALSE;
  Ext->Count++;
  return TRUE;
}

// It sends on another path, so it is none.
NTSTATUS noHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  if (Maybe())
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}
