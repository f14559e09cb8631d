// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -expect-clang-errors
//
// Translation units that do not parse completely are normal on real trees: what parsed is
// judged, what did not is left alone, and nothing crashes.
#include "driver.h"

NTSTATUS judgedAllTheSame(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS judgedAllTheSameWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- The call itself is broken ---

NTSTATUS unknownArgument(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  Ext->Buffer = UndeclaredBuffer;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS unknownArgumentOfTheCall(PEXT Ext, PIRP Irp) {
  NTSTATUS status =
      IoSetCompletionRoutineEx(Ext->Self, Irp, UndeclaredRoutine, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS tooFewArguments(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS tooManyArguments(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE, TRUE);
  return NT_SUCCESS(status) ? IoCallDriver(Ext->Lower, Irp) : status;
}

NTSTATUS noArguments(VOID) {
  return IoSetCompletionRoutineEx();
}

NTSTATUS unknownMember(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Nowhere, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS unknownIrp(PEXT Ext) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, UndeclaredIrp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, UndeclaredIrp);
}

// --- What stands around it is broken ---

NTSTATUS unknownFunctionBetween(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  UNDECLARED_TRACE(("registered %x", status);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS unknownTypeOfTheStatus(PEXT Ext, PIRP Irp) {
  NT_STATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS unknownCondition(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS missingSemicolon(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS unknownLabel(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    goto nowhere;
  return IoCallDriver(Ext->Lower, Irp);
}

UNKNOWN_RETURN_TYPE unknownReturnType(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

VOID onlyHalfOfIt(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return;
  IoCallDriver(Ext->Lower, Irp);
