// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Which send sends the IRP of the registration.
#include "driver.h"

// --- The same one ---

NTSTATUS copied(PEXT Ext, PIRP Irp) {
  PIRP irp = Irp;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS copiedWhenChecked(PEXT Ext, PIRP Irp) {
  PIRP irp = Irp;
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS copiedAfterwards(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  PIRP irp;
  irp = Irp;
  status = IoCallDriver(Ext->Lower, irp);
  return status;
}

NTSTATUS registeredByTheCopy(PEXT Ext, PIRP Irp) {
  PIRP irp = Irp;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  irp = NULL;
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS throughAVoidPointer(PEXT Ext, PVOID Context) {
  PIRP irp = (PIRP)Context;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, (PIRP)Context);
  return status;
}

NTSTATUS oneOfTwo(PEXT Ext, PIRP Irp, PIRP Other) {
  PIRP irp = Maybe() ? Irp : Other;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS field(PEXT Ext) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Ext->Irp);
  return status;
}

NTSTATUS fieldWhenChecked(PEXT Ext) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status))
    status = IoCallDriver(Ext->Lower, Ext->Irp);
  return status;
}

NTSTATUS fieldCopied(PEXT Ext) {
  PIRP irp = Ext->Irp;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Ext->Irp);
  return status;
}

NTSTATUS storedInAFieldAndSentFromThere(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  Ext->Irp = Irp;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Ext->Irp);
  return status;
}

NTSTATUS arrayElement(PEXT Ext, ULONG I) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[I], Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Ext->Irps[I]);
  return status;
}

NTSTATUS arrayElementWithAConstant(PEXT Ext) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[1], Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Ext->Irps[1]);
  return status;
}

NTSTATUS pointedTo(PEXT Ext, PIRP *Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, *Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, *Irp);
  return status;
}

NTSTATUS localStructure(PEXT Ext, PIRP Irp) {
  struct {
    PIRP Irp;
    ULONG Tag;
  } context = {Irp, 0};
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, context.Irp);
  return status;
}

NTSTATUS localArray(PEXT Ext, PIRP Irp) {
  PIRP irps[2];
  NTSTATUS status;
  irps[0] = Irp;
  irps[1] = NULL;
  status = IoSetCompletionRoutineEx(Ext->Self, irps[0], Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, irps[0]);
  return status;
}

NTSTATUS inParentheses(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, (Irp), Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, ((Irp)));
  return status;
}

NTSTATUS throughAContext(PEXT Ext, PVOID Context) {
  PIRP irp = ((PEXT)Context)->Irp;
  PIRP same = irp;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoReuseIrp(same, status);
    return status;
  }
  return IoCallDriver(Ext->Lower, same);
}

// --- Another one: its send is none of this registration ---

NTSTATUS anotherIrp(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Other);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS anotherIrpNeverTested(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoCallDriver(Ext->Lower, Other);
  IoCallDriver(Ext->Lower, Irp);
  return STATUS_PENDING;
}

NTSTATUS anotherField(PEXT Ext) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Ext->Spare);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Ext->Irp);
}

NTSTATUS fieldOfAnotherObject(PEXT Ext, PEXT Peer) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Peer->Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Ext->Irp);
}

NTSTATUS anotherElement(PEXT Ext) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[0], Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Ext->Irps[1]);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Ext->Irps[0]);
}

NTSTATUS newIrpAndGivenIrp(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  PIRP own = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (own == NULL) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(Ext->Lower, Irp);
  }
  status = IoSetCompletionRoutineEx(Ext->Self, own, Done, Ext, TRUE, TRUE, TRUE);
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(Ext->Lower, Irp);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(own);
    return status;
  }
  return IoCallDriver(Ext->Lower, own);
}

NTSTATUS bothRegisteredOneTested(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS first = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  NTSTATUS second = IoSetCompletionRoutineEx(Ext->Self, Other, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'second' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (!NT_SUCCESS(first)) {
    IoCallDriver(Ext->Lower, Other);
    return first;
  }
  IoCallDriver(Ext->Lower, Other);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS variableReused(PEXT Ext, PIRP Irp, PIRP Other) {
  PIRP irp = Irp;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  irp = Other;
  IoCallDriver(Ext->Lower, irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS variableReusedNeverTested(PEXT Ext, PIRP Irp, PIRP Other) {
  PIRP irp = Other;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoCallDriver(Ext->Lower, Irp);
  irp = Irp;
  IoCallDriver(Ext->Lower, Other);
  return STATUS_PENDING;
}

// --- What is harmless, and ends nothing ---

NTSTATUS harmlessCalls(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(Irp);
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%p: %u\n", Irp, sp->MinorFunction);
  IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
  PoStartNextPowerIrp(Irp);
  Ext->Count = Irp->StackCount;
  status = IoCallDriver(Ext->Lower, Irp);
  IoReleaseRemoveLock(&Ext->RemoveLock, Irp);
  return status;
}

NTSTATUS harmlessCallsWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoReleaseRemoveLock(&Ext->RemoveLock, Irp);
    return status;
  }
  DbgPrint("%p\n", Irp);
  return IoCallDriver(Ext->Lower, Irp);
}
