// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Loops: bodies that may not run, retries, many IRPs.
#include "driver.h"

// --- Retry until it succeeds ---

NTSTATUS untilItSucceeds(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  do {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } while (!NT_SUCCESS(status));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS untilMaybe(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  do {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  } while (Maybe());
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS forThreeTimes(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  int i;
  for (i = 0; i < 3; i++) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (NT_SUCCESS(status)) {
      break;
    }
    Work(Ext);
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS foreverUntilItSucceeds(PEXT Ext, PIRP Irp) {
  for (;;) {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (NT_SUCCESS(status))
      break;
    Work(Ext);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS whileTrueReturnsFromWithin(PEXT Ext, PIRP Irp) {
  while (TRUE) {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (NT_SUCCESS(status)) {
      return IoCallDriver(Ext->Lower, Irp);
    }
    if (Maybe()) {
      return status;
    }
  }
}

NTSTATUS callInTheLoopsCondition(PEXT Ext, PIRP Irp) {
  ULONG tries = 0;
  while (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
    if (++tries == 3) {
      return STATUS_INSUFFICIENT_RESOURCES;
    }
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS callInTheForStatement(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  for (status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); !NT_SUCCESS(status); status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))
    Work(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS callInTheForStatementOnly(PEXT Ext, PIRP Irp) {
  for (IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); Maybe();)
// CHECK-MESSAGES: :[[@LINE-1]]:8: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    Work(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- do { ... } while (FALSE): the poor man's goto ---

NTSTATUS doOnce(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  do {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status))
      break;
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      break;
    status = IoCallDriver(Ext->Lower, Irp);
  } while (FALSE);
  return status;
}

NTSTATUS doOnceWithoutTheTest(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  do {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status))
      break;
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    status = IoCallDriver(Ext->Lower, Irp);
    if (!NT_SUCCESS(status))
      break;
    Work(Ext);
  } while (FALSE);
  return status;
}

NTSTATUS doOnceSentBehind(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  do {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    if (Maybe())
      break;
    if (!NT_SUCCESS(status))
      return status;
  } while (0);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- The test stands in a loop ---

NTSTATUS testInALoopThatMayNotRun(PEXT Ext, PIRP Irp, ULONG N) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  while (N-- > 0) {
    if (!NT_SUCCESS(status)) {
      return status;
    }
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testInALoopThatRuns(PEXT Ext, PIRP Irp) {
  int i;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  for (i = 0; i < 2; i++) {
    if (!NT_SUCCESS(status)) {
      return status;
    }
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testInADoLoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  do {
    if (!NT_SUCCESS(status)) {
      return status;
    }
  } while (Maybe());
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testBehindALoop(PEXT Ext, PIRP Irp, ULONG N) {
  ULONG i;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  for (i = 0; i < N; ++i) {
    Work(Ext);
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS loopInsteadOfATest(PEXT Ext, PIRP Irp, ULONG N) {
  ULONG i;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  for (i = 0; i < N; ++i) {
    Work(Ext);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS loopLeftBeforeTheTest(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  while (Maybe()) {
    if (Maybe())
      break;
    if (!NT_SUCCESS(status))
      return status;
    return IoCallDriver(Ext->Lower, Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Registered in the loop, tested behind it ---

NTSTATUS registeredAtMostOnce(PEXT Ext, PIRP Irp, ULONG N) {
  NTSTATUS status = STATUS_SUCCESS;
  while (N-- > 0) {
    if (Maybe()) {
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
      break;
    }
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registeredAtMostOnceUntested(PEXT Ext, PIRP Irp, ULONG N) {
  NTSTATUS status = STATUS_SUCCESS;
  while (N-- > 0) {
    if (Maybe()) {
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
      break;
    }
  }
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS nestedLoopsAndAFlag(PEXT Ext, PIRP Irp, ULONG N) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN done = FALSE;
  ULONG i, j;
  for (i = 0; i < N && !done; i++) {
    for (j = 0; j < i; j++) {
      if (Maybe()) {
        status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
        done = TRUE;
        break;
      }
    }
  }
  if (done && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Many IRPs ---

VOID eachElement(PEXT Ext) {
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[i], Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    IoCallDriver(Ext->Lower, Ext->Irps[i]);
  }
}

VOID eachElementWhenChecked(PEXT Ext) {
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[i], Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      continue;
    }
    IoCallDriver(Ext->Lower, Ext->Irps[i]);
  }
}

VOID eachElementContinuesTheWrongWay(PEXT Ext) {
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[i], Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    if (Maybe()) {
      IoCallDriver(Ext->Lower, Ext->Irps[i]);
      continue;
    }
    if (NT_SUCCESS(status)) {
      IoCallDriver(Ext->Lower, Ext->Irps[i]);
    }
  }
}

NTSTATUS onlyTheLastIsTested(PEXT Ext) {
  NTSTATUS status = STATUS_SUCCESS;
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[i], Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  return status;
}

NTSTATUS eachIsTested(PEXT Ext) {
  NTSTATUS status = STATUS_SUCCESS;
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[i], Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      break;
    }
  }
  return status;
}

VOID eachAllocated(PEXT Ext, ULONG N) {
  while (N-- != 0) {
    PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
    if (!irp)
      break;
    IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    IoCallDriver(Ext->Lower, irp);
  }
}

VOID eachAllocatedWhenChecked(PEXT Ext, ULONG N) {
  while (N-- != 0) {
    PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
    if (!irp)
      break;
    if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE))) {
      IoFreeIrp(irp);
      break;
    }
    IoCallDriver(Ext->Lower, irp);
  }
}

// The IRP is sent at the start of the next round.
NTSTATUS sentInTheNextRound(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN registered = FALSE;
  for (;;) {
    if (registered) {
      return IoCallDriver(Ext->Lower, Irp);
    }
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    registered = TRUE;
  }
}

NTSTATUS sentInTheNextRoundWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN registered = FALSE;
  for (;;) {
    if (registered) {
      return IoCallDriver(Ext->Lower, Irp);
    }
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      return status;
    }
    registered = TRUE;
  }
}

// A state machine.
NTSTATUS stateMachine(PEXT Ext, PIRP Irp) {
  enum { Start, Registered, Failed, Finished } state = Start;
  NTSTATUS status = STATUS_SUCCESS;
  while (state != Finished) {
    switch (state) {
    case Start:
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
      state = NT_SUCCESS(status) ? Registered : Failed;
      break;
    case Registered:
      status = IoCallDriver(Ext->Lower, Irp);
      state = Finished;
      break;
    case Failed:
    default:
      state = Finished;
      break;
    }
  }
  return status;
}

NTSTATUS stateMachineWithoutFailure(PEXT Ext, PIRP Irp) {
  enum { Start, Registered, Finished } state = Start;
  NTSTATUS status = STATUS_SUCCESS;
  while (state != Finished) {
    switch (state) {
    case Start:
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
      state = Registered;
      break;
    case Registered:
      status = IoCallDriver(Ext->Lower, Irp);
      state = Finished;
      break;
    default:
      break;
    }
  }
  return status;
}
