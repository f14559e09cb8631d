// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Calls in macros. A call that a macro's body holds is reported where the macro is used.
#include "driver.h"

#define REGISTER(ext, irp)                                                                         \
  IoSetCompletionRoutineEx((ext)->Self, (irp), Done, (ext), TRUE, TRUE, TRUE)
#define SEND(ext, irp) IoCallDriver((ext)->Lower, (irp))

NTSTATUS callInTheBody(PEXT Ext, PIRP Irp) {
  REGISTER(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return SEND(Ext, Irp);
}

NTSTATUS callInTheBodyWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = REGISTER(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return SEND(Ext, Irp);
}

NTSTATUS callInTheBodyStored(PEXT Ext, PIRP Irp) {
  NTSTATUS status = REGISTER(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = SEND(Ext, Irp);
  return status;
}

NTSTATUS callInTheBodyTwice(PEXT Ext, PIRP Irp, PIRP Other) {
  REGISTER(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  REGISTER(Ext, Other);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  SEND(Ext, Other);
  return SEND(Ext, Irp);
}

#define REGISTER_AGAIN(ext, irp) REGISTER(ext, irp)

NTSTATUS callInTheBodyOfAnInnerMacro(PEXT Ext, PIRP Irp) {
  REGISTER_AGAIN(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return SEND(Ext, Irp);
}

// The whole statement, and more.
#define REGISTER_AND_SEND(ext, irp)                                                                \
  do {                                                                                             \
    IoCopyCurrentIrpStackLocationToNext(irp);                                                      \
    REGISTER(ext, irp);                                                                            \
    SEND(ext, irp);                                                                                \
  } while (0)

VOID wholeStatement(PEXT Ext, PIRP Irp) {
  REGISTER_AND_SEND(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
}

#define REGISTER_OR_RETURN(ext, irp)                                                               \
  do {                                                                                             \
    NTSTATUS status_ = REGISTER(ext, irp);                                                         \
    if (!NT_SUCCESS(status_))                                                                      \
      return status_;                                                                              \
  } while (0)

NTSTATUS wholeStatementThatTests(PEXT Ext, PIRP Irp) {
  REGISTER_OR_RETURN(Ext, Irp);
  return SEND(Ext, Irp);
}

// The call is an argument: it stands where it is written.
#define RETURN_IF_FAILED(call)                                                                     \
  do {                                                                                             \
    NTSTATUS status_ = (call);                                                                     \
    if (!NT_SUCCESS(status_))                                                                      \
      return status_;                                                                              \
  } while (0)
#define IGNORE_RESULT(call) ((void)(call))
#define TRACED(call) (DbgPrint("%s\n", #call), (call))

NTSTATUS argumentOfATestingMacro(PEXT Ext, PIRP Irp) {
  RETURN_IF_FAILED(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS argumentOfAnIgnoringMacro(PEXT Ext, PIRP Irp) {
  IGNORE_RESULT(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-MESSAGES: :[[@LINE-1]]:{{3|17}}: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS argumentOfATracingMacro(PEXT Ext, PIRP Irp) {
  NTSTATUS status = TRACED(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-MESSAGES: :[[@LINE-1]]:{{21|28}}: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS argumentOfATracingMacroWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = TRACED(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// NT_SUCCESS is a macro too.
NTSTATUS argumentOfNtSuccess(PEXT Ext, PIRP Irp) {
  BOOLEAN ok = NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-MESSAGES: :[[@LINE-1]]:{{16|27}}: warning: result of 'IoSetCompletionRoutineEx' is{{( stored in 'ok' but)?}} never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

// The name only.
#define SET_ROUTINE IoSetCompletionRoutineEx

NTSTATUS nameInTheBody(PEXT Ext, PIRP Irp) {
  SET_ROUTINE(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS nameInTheBodyWhenChecked(PEXT Ext, PIRP Irp) {
  return NT_SUCCESS(SET_ROUTINE(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) ? IoCallDriver(Ext->Lower, Irp) : STATUS_UNSUCCESSFUL;
}

// The arguments only.
#define ROUTINE Done
#define ALWAYS TRUE, TRUE, TRUE

NTSTATUS argumentsFromMacros(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, ROUTINE, NULL, ALWAYS);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

// A status macro of the driver's own.
#define SUCCEEDED_OR_PENDING(s) (NT_SUCCESS(s) || (s) == STATUS_PENDING)
#define IF_FAILED_GOTO(s, label)                                                                   \
  if (!NT_SUCCESS(s))                                                                              \
  goto label

NTSTATUS testInAMacro(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!SUCCEEDED_OR_PENDING(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS gotoInAMacro(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IF_FAILED_GOTO(status, out);
  return IoCallDriver(Ext->Lower, Irp);
out:
  return status;
}

// A macro that looks like a function definition.
#define DEFINE_SENDER(name)                                                                        \
  NTSTATUS name(PEXT Ext, PIRP Irp) {                                                              \
    (void)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);                   \
    return IoCallDriver(Ext->Lower, Irp);                                                          \
  }

DEFINE_SENDER(definedByAMacro)
// CHECK-MESSAGES: :[[@LINE-1]]:1: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]

// Conditional compilation.
NTSTATUS testCompiledOut(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
#ifdef CHECK_EVERYTHING
  if (!NT_SUCCESS(status)) {
    return status;
  }
#endif
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS testCompiledIn(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
#ifndef CHECK_EVERYTHING
  if (!NT_SUCCESS(status)) {
    return status;
  }
#endif
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
