// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// What is parsed and not evaluated neither registers nor tests.
#include "driver.h"

// --- Nothing registers there ---

NTSTATUS namedInNoop(PEXT Ext, PIRP Irp) {
  __noop(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInNoopBehindAnd(PEXT Ext, PIRP Irp) {
  __noop(Maybe() && NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInAssume(PEXT Ext, PIRP Irp) {
  __assume(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInSizeof(PEXT Ext, PIRP Irp) {
  SIZE_T size = sizeof(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  UNREFERENCED_PARAMETER(size);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInAlignof(PEXT Ext, PIRP Irp) {
  SIZE_T size = __alignof(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  UNREFERENCED_PARAMETER(size);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInTypeof(PEXT Ext, PIRP Irp) {
  __typeof__(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) status = 0;
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInGeneric(PEXT Ext, PIRP Irp) {
  int kind = _Generic(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), NTSTATUS : 1, default : 2);
  UNREFERENCED_PARAMETER(kind);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS notChosenInGeneric(PEXT Ext, PIRP Irp) {
  NTSTATUS status = _Generic(Ext, PEXT : 0, default : IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS notChosenByTheBuiltin(PEXT Ext, PIRP Irp) {
  NTSTATUS status = __builtin_choose_expr(0, IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), 0);
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInConstantP(PEXT Ext, PIRP Irp) {
  int known = __builtin_constant_p(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  UNREFERENCED_PARAMETER(known);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInABuiltinAssume(PEXT Ext, PIRP Irp) {
  __builtin_assume(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)));
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Twins: what is chosen does happen ---

NTSTATUS chosenInGeneric(PEXT Ext, PIRP Irp) {
  NTSTATUS status = _Generic(Ext, PEXT : IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), default : 0);
// CHECK-MESSAGES: :[[@LINE-1]]:42: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS chosenByTheBuiltin(PEXT Ext, PIRP Irp) {
  NTSTATUS status = __builtin_choose_expr(1, IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), 0);
// CHECK-MESSAGES: :[[@LINE-1]]:46: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS chosenAndTested(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(_Generic(Ext, PEXT : IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), default : 0)))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Nothing is tested there ---

NTSTATUS testedInNoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  __noop(NT_SUCCESS(status));
  __noop(NT_SUCCESS(status) && Maybe());
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedByTheValueOfNoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (__noop(!NT_SUCCESS(status)))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS givenToNoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  __noop("registered", status, DriverSaysOk(status));
  return IoCallDriver(Ext->Lower, Irp);
}

// The IRP is not completed there, nor the status set to something else.
NTSTATUS doneInNoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    __noop((IoSkipCurrentIrpStackLocation(Irp), 0));
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS setInNoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  __noop(status = STATUS_SUCCESS);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedInAssume(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  __assume(NT_SUCCESS(status));
  __assume(NT_SUCCESS(status) && Ext != NULL);
  __builtin_assume(NT_SUCCESS(status) && Ext != NULL);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedInSizeof(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  (void)sizeof(NT_SUCCESS(status) ? 1 : 2);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedInConstantP(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (__builtin_constant_p(NT_SUCCESS(status) && Maybe()))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// __builtin_expect does evaluate.
NTSTATUS testedUnlikely(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (__builtin_expect(!NT_SUCCESS(status), 0))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedUnpredictable(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (__builtin_unpredictable(!NT_SUCCESS(status)))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- SAL, where its words are functions of the compiler ---

void __analysis_assume(int Condition);
void __pfx_assume(int Condition, const char *Text);

NTSTATUS testedInAnAnalysisAssume(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  __analysis_assume(NT_SUCCESS(status));
  __pfx_assume(NT_SUCCESS(status), "");
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInAnAnalysisAssume(PEXT Ext, PIRP Irp) {
  __analysis_assume(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)));
  return IoCallDriver(Ext->Lower, Irp);
}
