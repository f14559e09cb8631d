// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Recursion, function pointers, bodies that are not visible: what is not certain is unknown,
// and unknown is silent.
#include "driver.h"

// --- Function pointers ---

static NTSTATUS Register(PEXT Ext, PIRP Irp) { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }

NTSTATUS throughAPointer(PEXT Ext, PIRP Irp, NTSTATUS (*Set)(PEXT, PIRP)) {
  Set(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

typedef struct _OPERATIONS {
  NTSTATUS (*Set)(PEXT Ext, PIRP Irp);
  NTSTATUS (*Send)(PEXT Ext, PIRP Irp);
} OPERATIONS;

static OPERATIONS Operations = {Register, NULL};

NTSTATUS throughATable(PEXT Ext, PIRP Irp) {
  Operations.Set(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentThroughATable(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    DbgPrint("%x\n", status);
  return Operations.Send(Ext, Irp);
}

// --- Recursion ---

static NTSTATUS RegisterRetrying(PEXT Ext, PIRP Irp, int Tries) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status) && Tries > 0)
    return RegisterRetrying(Ext, Irp, Tries - 1);
  return status;
}

NTSTATUS recursiveWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterRetrying(Ext, Irp, 3);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

static NTSTATUS Even(PEXT Ext, PIRP Irp, ULONG N);
static NTSTATUS Odd(PEXT Ext, PIRP Irp, ULONG N) {
  return N == 0 ? STATUS_SUCCESS : Even(Ext, Irp, N - 1);
}
static NTSTATUS Even(PEXT Ext, PIRP Irp, ULONG N) {
  return N == 0 ? IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) : Odd(Ext, Irp, N - 1);
}

NTSTATUS mutualRecursionWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Even(Ext, Irp, 4);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

static VOID SendRecursively(PEXT Ext, PIRP Irp, ULONG N) {
  if (N > 0) {
    SendRecursively(Ext, Irp, N - 1);
    return;
  }
  IoCallDriver(Ext->Lower, Irp);
}

VOID recursiveSendWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status))
    SendRecursively(Ext, Irp, 3);
}

static NTSTATUS Endless(PEXT Ext, PIRP Irp) { return Endless(Ext, Irp); }

NTSTATUS endlessRecursion(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return Endless(Ext, Irp);
}

// --- Not visible ---

NTSTATUS ElsewhereSetDone(PEXT Ext, PIRP Irp);
NTSTATUS ElsewhereSend(PEXT Ext, PIRP Irp);

NTSTATUS registeredElsewhere(PEXT Ext, PIRP Irp) {
  ElsewhereSetDone(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS failureGoesElsewhere(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return ElsewhereSend(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

// Visible, but it hands the IRP to something that is not.
static VOID ForwardElsewhere(PEXT Ext, PIRP Irp) { ElsewhereSend(Ext, Irp); }

NTSTATUS failureGoesElsewhereByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    ForwardElsewhere(Ext, Irp);
    return STATUS_PENDING;
  }
  ForwardElsewhere(Ext, Irp);
  return status;
}

// Variable arguments.
static VOID Vararg(PEXT Ext, ...);
static VOID Vararg(PEXT Ext, ...) { Work(Ext); }

NTSTATUS throughVariableArguments(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  Vararg(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}
