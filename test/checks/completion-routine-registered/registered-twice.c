// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A second completion routine for an IRP takes the place of the first: what
// IoSetCompletionRoutineEx has allocated for that one is never freed.
#include "driver.h"

IO_COMPLETION_ROUTINE OtherDone;

NTSTATUS twice(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but a completion routine is then set for the same IRP again, which leaks memory; send the IRP in between, or set one routine [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, OtherDone, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS thenTheOneThatCannotFail(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but a completion routine is then set for the same IRP again, which leaks memory; send the IRP in between, or set one routine [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  IoSetCompletionRoutine(Irp, OtherDone, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

// Whatever came of the first: where it succeeded, it leaks.
NTSTATUS alwaysTheOneThatCannotFail(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but a completion routine is then set for the same IRP again, which leaks memory; send the IRP in between, or set one routine [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    DbgPrint("%x\n", status);
  IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

static NTSTATUS Register(PEXT Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}
static VOID SetOther(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutine(Irp, OtherDone, Ext, TRUE, TRUE, TRUE);
}

NTSTATUS byHelpers(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Register(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'Register' succeeded, but a completion routine is then set for the same IRP again, which leaks memory; send the IRP in between, or set one routine [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  SetOther(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byAnotherName(PEXT Ext, PIRP Irp) {
  PIRP same = Irp;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but a completion routine is then set for the same IRP again, which leaks memory; send the IRP in between, or set one routine [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  IoSetCompletionRoutine(same, OtherDone, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS onSomePath(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but a completion routine is then set for the same IRP again, which leaks memory; send the IRP in between, or set one routine [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  if (Ext->Started)
    IoSetCompletionRoutine(Irp, OtherDone, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS inALoop(PEXT Ext, PIRP Irp) {
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but a completion routine is then set for the same IRP again, which leaks memory; send the IRP in between, or set one routine [wdm-completion-routine-registered]
      return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// Nothing tells that the first succeeded, but it may have.
NTSTATUS testedLater(PEXT Ext, PIRP Irp) {
  NTSTATUS first = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:20: warning: 'IoSetCompletionRoutineEx' succeeded, but a completion routine is then set for the same IRP again, which leaks memory; send the IRP in between, or set one routine [wdm-completion-routine-registered]
  IoSetCompletionRoutine(Irp, OtherDone, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(first))
    return first;
  return IoCallDriver(Ext->Lower, Irp);
}

// One warning is enough: the status is lost as well.
NTSTATUS firstThrownAway(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoSetCompletionRoutine(Irp, OtherDone, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Twins ---

NTSTATUS onlyAfterTheFailure(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS triedAgainAfterTheFailure(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS triedUntilItSucceeds(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  ULONG i = 0;
  do {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } while (!NT_SUCCESS(status) && i++ < 3);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS anotherIrp(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  IoSetCompletionRoutine(Other, OtherDone, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Other);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS anotherIrpEachTime(PEXT Ext) {
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    NTSTATUS status;
    PIRP irp = IoAllocateIrp(1, FALSE);
    if (!irp)
      return STATUS_INSUFFICIENT_RESOURCES;
    status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      IoFreeIrp(irp);
      return status;
    }
    Ext->Irps[i] = irp;
  }
  return STATUS_SUCCESS;
}

NTSTATUS sentInBetween(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  if (Ext->Started)
    return IoCallDriver(Ext->Lower, Irp);
  IoForwardIrpSynchronously(Ext->Lower, Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, OtherDone, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// Another stack location: the driver runs the first routine itself.
NTSTATUS theNextStackLocation(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  IoSetNextIrpStackLocation(Irp);
  IoSetCompletionRoutine(Irp, OtherDone, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

// Work may have sent what lies in the extension.
NTSTATUS anIrpInAField(PEXT Ext) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  Work(Ext);
  IoSetCompletionRoutine(Ext->Irp, OtherDone, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Ext->Irp);
}
