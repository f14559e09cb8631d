// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// What stands in macros: a condition is shown as its author knows it, and a
// routine that the line does not name is shown where the macro names it.
#include "driver.h"

#define LOG_IF_FAILED(s)                                                                           \
  do {                                                                                             \
    if (!NT_SUCCESS(s))                                                                            \
      DbgPrint("failed: %x\n", s);                                                                 \
  } while (0)
#define FAILED(s) (!NT_SUCCESS(s))
#define IS_BAD(Ext, s) ((Ext)->Started && (s) < 0)
#define REGISTER(Ext, Irp) IoSetCompletionRoutineEx((Ext)->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)
#define REGISTER_AND_SEND(Ext, Irp)                                                                \
  do {                                                                                             \
    REGISTER(Ext, Irp);                                                                            \
    IoCallDriver((Ext)->Lower, Irp);                                                               \
  } while (0)
#define SetRoutine IoSetCompletionRoutineEx
#define CALL(Routine, ...) Routine(__VA_ARGS__)

// --- Conditions ---

NTSTATUS aPartOfAMacro(PEXT Ext, PIRP Irp) {
  NTSTATUS status = REGISTER(Ext, Irp);
// CHECK-NOTES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
// CHECK-NOTES: :14:28: note: 'IoSetCompletionRoutineEx' is called in the macro 'REGISTER' here
// CHECK-NOTES: :[[@LINE+2]]:3: note: 'NT_SUCCESS(s)' in 'LOG_IF_FAILED' is false here
// CHECK-NOTES: :[[@LINE+2]]:10: note: IRP sent here
  LOG_IF_FAILED(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS aWholeMacro(PEXT Ext, PIRP Irp) {
  NTSTATUS status = REGISTER(Ext, Irp);
// CHECK-NOTES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
// CHECK-NOTES: :14:28: note: 'IoSetCompletionRoutineEx' is called in the macro 'REGISTER' here
// CHECK-NOTES: :[[@LINE+2]]:7: note: 'FAILED(status)' is true here
// CHECK-NOTES: :[[@LINE+3]]:10: note: IRP sent here
  if (FAILED(status))
    DbgPrint("%x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS notAWholeMacro(PEXT Ext, PIRP Irp) {
  NTSTATUS status = REGISTER(Ext, Irp);
// CHECK-NOTES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
// CHECK-NOTES: :14:28: note: 'IoSetCompletionRoutineEx' is called in the macro 'REGISTER' here
// CHECK-NOTES: :[[@LINE+2]]:8: note: 'NT_SUCCESS(status)' is false here
// CHECK-NOTES: :[[@LINE+3]]:10: note: IRP sent here
  if (!NT_SUCCESS(status))
    DbgPrint("%x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS operandsInAMacro(PEXT Ext, PIRP Irp) {
  NTSTATUS status = REGISTER(Ext, Irp);
// CHECK-NOTES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-NOTES: :14:28: note: 'IoSetCompletionRoutineEx' is called in the macro 'REGISTER' here
// CHECK-NOTES: :[[@LINE+2]]:7: note: 'status' is not tested when '(Ext)->Started' in 'IS_BAD' is false
// CHECK-NOTES: :[[@LINE+3]]:10: note: IRP sent here
  if (IS_BAD(Ext, status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

#define MUST(Condition)                                                                            \
  if (!(Condition))                                                                                \
  return STATUS_UNSUCCESSFUL

NTSTATUS anArgument(PEXT Ext, PIRP Irp) {
  NTSTATUS status = REGISTER(Ext, Irp);
// CHECK-NOTES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-NOTES: :14:28: note: 'IoSetCompletionRoutineEx' is called in the macro 'REGISTER' here
// CHECK-NOTES: :[[@LINE+2]]:8: note: 'Ext->Started' is true here
// CHECK-NOTES: :[[@LINE+3]]:10: note: IRP sent here
  MUST(Ext->Started);
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}


// --- Routines ---

NTSTATUS namedByAMacro(PEXT Ext, PIRP Irp) {
  REGISTER(Ext, Irp);
// CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-NOTES: :14:28: note: 'IoSetCompletionRoutineEx' is called in the macro 'REGISTER' here
// CHECK-NOTES: :[[@LINE+1]]:10: note: IRP sent here
  return IoCallDriver(Ext->Lower, Irp);
}

VOID namedByAnInnerMacro(PEXT Ext, PIRP Irp) {
  REGISTER_AND_SEND(Ext, Irp);
// CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-NOTES: :14:28: note: 'IoSetCompletionRoutineEx' is called in the macro 'REGISTER' here
// CHECK-NOTES: :[[@LINE-3]]:3: note: IRP sent here
}

NTSTATUS anotherName(PEXT Ext, PIRP Irp) {
  SetRoutine(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-NOTES: :20:20: note: 'IoSetCompletionRoutineEx' is called in the macro 'SetRoutine' here
// CHECK-NOTES: :[[@LINE+1]]:10: note: IRP sent here
  return IoCallDriver(Ext->Lower, Irp);
}

// The line names it.
NTSTATUS asAnArgument(PEXT Ext, PIRP Irp) {
  CALL(IoSetCompletionRoutineEx, Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-NOTES: :[[@LINE-1]]:8: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-NOTES: :[[@LINE+1]]:10: note: IRP sent here
  return IoCallDriver(Ext->Lower, Irp);
}

#define IGNORE(Call) ((void)(Call))

NTSTATUS theCallAsAnArgument(PEXT Ext, PIRP Irp) {
  IGNORE(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-NOTES: :[[@LINE-1]]:10: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-NOTES: :[[@LINE+1]]:10: note: IRP sent here
  return IoCallDriver(Ext->Lower, Irp);
}
