// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// More branches that belong together, in less common spellings.
#include "driver.h"

typedef enum _STEP { StepNone, StepPrepared, StepRegistered, StepSent } STEP;

NTSTATUS comparedWithFalse(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Want != FALSE) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  if (Want && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS comparedWithTrueOnce(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Want == TRUE) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  if (Want) {
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS atLeast(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  STEP step = StepPrepared;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    step = StepRegistered;
  }
  if (step >= StepRegistered && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS moreThan(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  STEP step = StepPrepared;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    step = StepRegistered;
  }
  if (step > StepRegistered && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sumOfConstants(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  int count = 1;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    count = count + 1;
  }
  if (count == 2 && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS conjunctionInAFlag(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN both = Want && Ext->Started;
  if (both) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  if (both && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS negatedFlag(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN plain = !Want;
  if (!plain) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  if (Want && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS flagOfTheOutcome(PEXT Ext, PIRP Irp) {
  enum { Good, Bad } outcome;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  outcome = NT_SUCCESS(status) ? Good : Bad;
  Work(Ext);
  if (outcome == Bad)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS accumulatedByAnd(PEXT Ext, PIRP Irp) {
  BOOLEAN ok = NT_SUCCESS(Prepare(Ext));
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  if (ok) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    ok = ok && NT_SUCCESS(status);
  }
  if (!ok)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS accumulatedByOr(PEXT Ext, PIRP Irp) {
  BOOLEAN failed = FALSE;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  failed = failed || !NT_SUCCESS(status);
  if (failed)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS accumulatedByBits(PEXT Ext, PIRP Irp) {
  BOOLEAN failed = FALSE;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  failed |= !NT_SUCCESS(status);
  if (failed)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS loopThatRunsOnce(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN done = FALSE;
  while (!done) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    done = TRUE;
  }
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS gotoWithAFlag(PEXT Ext, PIRP Irp, BOOLEAN Fast) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN have = FALSE;
  if (Fast)
    goto send;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  have = TRUE;
send:
  if (have && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS gotoWithAFlagUntested(PEXT Ext, PIRP Irp, BOOLEAN Fast) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN have = FALSE;
  if (Fast)
    goto send;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
send:
  if (have && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS statusOfAFailureIsTheFlag(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  if (!Ext->Started)
    status = STATUS_DEVICE_NOT_READY;
  if (NT_SUCCESS(status))
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status))
    status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS elseIfOnTheStatus(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status == STATUS_INSUFFICIENT_RESOURCES) {
    DbgPrint("no memory\n");
  } else if (status == STATUS_SUCCESS) {
    status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS caseRange(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = STATUS_SUCCESS;
  switch (Kind) {
  case 1 ... 3:
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    break;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
  }
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// Both are set together, in two places.
NTSTATUS twoFlags(PEXT Ext, PIRP Irp, BOOLEAN A, BOOLEAN B) {
  NTSTATUS first = STATUS_SUCCESS, second = STATUS_SUCCESS;
  BOOLEAN registeredA = FALSE, registeredB = FALSE;
  if (A) {
    first = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, TRUE, FALSE, FALSE);
    registeredA = TRUE;
  } else if (B) {
    second = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, TRUE);
    registeredB = TRUE;
  }
  if (registeredA && !NT_SUCCESS(first))
    return first;
  if (registeredB && !NT_SUCCESS(second))
    return second;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS twoFlagsMixedUp(PEXT Ext, PIRP Irp, BOOLEAN A, BOOLEAN B) {
  NTSTATUS first = STATUS_SUCCESS, second = STATUS_SUCCESS;
  BOOLEAN registeredA = FALSE, registeredB = FALSE;
  if (A) {
    first = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, TRUE, FALSE, FALSE);
// CHECK-MESSAGES: :[[@LINE-1]]:13: warning: result of 'IoSetCompletionRoutineEx' is stored in 'first' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    registeredA = TRUE;
  } else if (B) {
    second = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'second' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    registeredB = TRUE;
  }
  if (registeredB && !NT_SUCCESS(first))
    return first;
  if (registeredA && !NT_SUCCESS(second))
    return second;
  return IoCallDriver(Ext->Lower, Irp);
}

// Sixteen flags that have nothing to do with it, and one that has.
NTSTATUS seventeenFlags(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN f[1], registered = FALSE;
  int a = 0, b = 0, c = 0, d = 0, e = 0, g = 0, h = 0, i = 0;
  int j = 0, k = 0, l = 0, m = 0, n = 0, o = 0, p = 0;
  f[0] = FALSE;
  if (Maybe()) a = 1;
  if (Maybe()) b = 1;
  if (Maybe()) c = 1;
  if (Maybe()) d = 1;
  if (Maybe()) e = 1;
  if (Maybe()) f[0] = TRUE;
  if (Maybe()) g = 1;
  if (Maybe()) h = 1;
  if (Maybe()) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    registered = TRUE;
  }
  if (Maybe()) i = 1;
  if (Maybe()) j = 1;
  if (Maybe()) k = 1;
  if (Maybe()) l = 1;
  if (Maybe()) m = 1;
  if (Maybe()) n = 1;
  if (Maybe()) o = 1;
  if (Maybe()) p = 1;
  if (a + b + c + d + e + f[0] + g + h + i + j + k + l + m + n + o + p > 7)
    Work(Ext);
  if (registered && !NT_SUCCESS(status))
    return status;
  if (a) Work(Ext);
  if (b) Work(Ext);
  if (c) Work(Ext);
  if (i) Work(Ext);
  if (p) Work(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

// A field decides twice.
NTSTATUS fieldDecidesTwice(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(Irp);
  if (sp->MinorFunction == IRP_MN_START_DEVICE) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  if (sp->MinorFunction == IRP_MN_START_DEVICE && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}
