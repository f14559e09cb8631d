// No fix rather than a wrong one: everything here stays as it is. What can fall back stands in fallback.c.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes
#include "driver.h"

// --- The place ---

NTSTATUS inACommaExpression(PEXT Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-2]]:10: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inACommaExpression(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS inACondition(PEXT Ext, PIRP Irp) {
  if (Maybe() && IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) == STATUS_PENDING) {
    Work(Ext);
  }
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-5]]:18: warning: result of 'IoSetCompletionRoutineEx' is never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inACondition(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  if (Maybe() && IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    Work(Ext);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS inAForHeader(PEXT Ext, PIRP Irp) {
  ULONG i;
  for (IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), i = 0; i < 2; i++) {
    Work(Ext);
  }
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-5]]:8: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inAForHeader(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  ULONG i;
// CHECK-FIXES-NEXT:  for (IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), i = 0; i < 2; i++) {
// CHECK-FIXES-NEXT:    Work(Ext);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS inAnArgument(PEXT Ext, PIRP Irp) {
  DbgPrint("%x\n", IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:20: warning: result of 'IoSetCompletionRoutineEx' is never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inAnArgument(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  DbgPrint("%x\n", IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS inAConditional(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  Want ? (void)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) : (void)0;
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:16: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inAConditional(PEXT Ext, PIRP Irp, BOOLEAN Want) {
// CHECK-FIXES-NEXT:  Want ? (void)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) : (void)0;
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- Macros ---

#define REGISTER(Ext, Irp) IoSetCompletionRoutineEx((Ext)->Self, (Irp), Done, (Ext), TRUE, TRUE, TRUE)
#define IGNORE(Call) ((void)(Call))
#define WHEN(Condition) if (Condition)
#define BEGIN {
#define END }

NTSTATUS inAMacroBody(PEXT Ext, PIRP Irp) {
  REGISTER(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inAMacroBody(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  REGISTER(Ext, Irp);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS inAMacroArgument(PEXT Ext, PIRP Irp) {
  IGNORE(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:10: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inAMacroArgument(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  IGNORE(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS bodyOfAMacro(PEXT Ext, PIRP Irp) {
  WHEN(Maybe())
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS bodyOfAMacro(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  WHEN(Maybe())
// CHECK-FIXES-NEXT:    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS functionOfMacros(PEXT Ext, PIRP Irp) BEGIN
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
END
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS functionOfMacros(PEXT Ext, PIRP Irp) BEGIN
// CHECK-FIXES-NEXT:  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:END

// --- Preprocessor directives ---

NTSTATUS directiveInTheCall(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext,
#if DBG
                           FALSE,
#else
                           TRUE,
#endif
                           TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-10]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS directiveInTheCall(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext,
// CHECK-FIXES-NEXT:#if DBG
// CHECK-FIXES-NEXT:                           FALSE,
// CHECK-FIXES-NEXT:#else
// CHECK-FIXES-NEXT:                           TRUE,
// CHECK-FIXES-NEXT:#endif
// CHECK-FIXES-NEXT:                           TRUE, TRUE);
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS directiveInFrontOfTheBody(PEXT Ext, PIRP Irp) {
#if !DBG
  if (Maybe())
#endif
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS directiveInFrontOfTheBody(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:#if !DBG
// CHECK-FIXES-NEXT:  if (Maybe())
// CHECK-FIXES-NEXT:#endif
// CHECK-FIXES-NEXT:    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// After success there is a leak, which the guard would only bring out.
NTSTATUS notSentOnEveryPath(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (Maybe()) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  return STATUS_SUCCESS;
}
// CHECK-MESSAGES: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS notSentOnEveryPath(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (Maybe()) {
// CHECK-FIXES-NEXT:    return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return STATUS_SUCCESS;
// CHECK-FIXES-NEXT:}
