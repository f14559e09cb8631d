// RUN: %check_wdm %s wdm-io-set-completion-routine-ex
//
// The whole sequence of notes: where the test is missed, and where the path ends.
#include "driver.h"

// --- Where it ends ---

NTSTATUS discarded(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-4]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS stored(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("sent soon\n");
  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-5]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
  return status;
}

NTSTATUS sentByTheFastcallName(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IofCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-4]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS sentToThePowerManager(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return PoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-4]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

VOID ends(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
}
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: function ends here with the result unchecked
// CHECK-NOTES: :[[@LINE-4]]:{{[0-9]+}}: note: fix: {{.*}}on failure {{.*}}

NTSTATUS returns(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%x\n", status);
  return STATUS_SUCCESS;
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: function returns here with the result unchecked
// CHECK-NOTES: :[[@LINE-5]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS queued(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoMarkIrpPending(Irp);
  TakeIrp(Ext, Irp);
  return STATUS_PENDING;
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: function returns here with the result unchecked
// CHECK-NOTES: :[[@LINE-6]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

// --- Where the test is missed ---

NTSTATUS onlyWhenCareful(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Careful && !NT_SUCCESS(status)) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is not tested when 'Careful' is false
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-8]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS unlessCareless(PEXT Ext, PIRP Irp, BOOLEAN Careless) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Careless || NT_SUCCESS(status)) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is not tested when 'Careless' is true
    return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
  }
  return status;
// CHECK-NOTES: :[[@LINE-8]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS nestedIf(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Careful) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is not tested when 'Careful' is false
    if (!NT_SUCCESS(status)) {
      return status;
    }
  }
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-10]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS jumpsOver(PEXT Ext, PIRP Irp, BOOLEAN Fast) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Fast)
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is not tested when 'Fast' is true
    goto send;
  if (!NT_SUCCESS(status))
    return status;
send:
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-10]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS conditionIsACall(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe() && !NT_SUCCESS(status))
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is not tested when 'Maybe()' is false
    return status;
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-7]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS conditionIsAField(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Ext->Started) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is not tested when 'Ext->Started' is false
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-9]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS conditionIsAComparison(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Kind == IRP_MN_START_DEVICE && NT_ERROR(status))
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is not tested when 'Kind == IRP_MN_START_DEVICE' is false
    return status;
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-7]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS loopMayNotRun(PEXT Ext, PIRP Irp, ULONG N) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  while (N > 0) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is not tested when 'N > 0' is false
    if (!NT_SUCCESS(status))
      return status;
    N--;
  }
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-10]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

NTSTATUS conditionalOperator(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Careful ? !NT_SUCCESS(status) : FALSE)
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'Careful ? !NT_SUCCESS(status) : FALSE' is false here
    return status;
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-7]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

// A branch that has nothing to do with it needs no note.
NTSTATUS unrelatedBranch(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Ext->Started) {
    Work(Ext);
  }
  if (Careful && !NT_SUCCESS(status)) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is not tested when 'Careful' is false
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-11]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}

// --- Where it is overwritten ---

NTSTATUS overwritten(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = Prepare(Ext);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is overwritten here
  if (!NT_SUCCESS(status))
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'NT_SUCCESS(status)' is true here
    return status;
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
}

NTSTATUS overwrittenByAConstant(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = STATUS_PENDING;
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is overwritten here
  IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-6]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
  return status;
}

// --- Macros: the note stands where the macro is used ---

#define SEND_DOWN(ext, irp) IoCallDriver((ext)->Lower, (irp))
#define RETURN_IF_BAD(s)                                                                           \
  do {                                                                                             \
    if (!NT_SUCCESS(s))                                                                            \
      return s;                                                                                    \
  } while (0)

NTSTATUS sendInAMacro(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Careful)
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'status' is not tested when 'Careful' is false
    RETURN_IF_BAD(status);
  return SEND_DOWN(Ext, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-7]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}
