// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Branches that belong together: a path that the flags exclude is not followed.
#include "driver.h"

typedef enum _STEP { StepNone, StepRegistered, StepSent } STEP;
#define DO_REGISTER 0x1
#define DO_TRACE 0x2

// --- A flag says that a routine has been registered ---

NTSTATUS flag(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN registered = FALSE;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    registered = TRUE;
  }
  Work(Ext);
  if (registered && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS flagNeverSet(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN registered = FALSE;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  Work(Ext);
  if (registered && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS flagTheWrongWayRound(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN registered = FALSE;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    registered = TRUE;
  }
  if (!registered && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS flagNested(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  int registered = 0;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    registered = 1;
  }
  if (registered) {
    if (status != STATUS_SUCCESS) {
      return status;
    }
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS flagSetInBothArms(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN plain;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    plain = FALSE;
  } else {
    plain = TRUE;
  }
  if (!plain) {
    if (!NT_SUCCESS(status))
      return status;
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS flagInAnotherFlag(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN registered = FALSE;
  BOOLEAN test;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    registered = TRUE;
  }
  test = registered;
  if (test && NT_ERROR(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS flagClearedAgain(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  BOOLEAN registered;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  registered = TRUE;
  registered = FALSE;
  if (registered && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// A local variable is initialised by a call, and is not changed.
NTSTATUS localDecidesTwice(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN want = Maybe();
  if (want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  Work(Ext);
  if (want && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- A parameter that is not changed decides twice ---

NTSTATUS parameter(PEXT Ext, PIRP Irp, BOOLEAN Wait) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Wait) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  if (Wait && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS parameterNegated(PEXT Ext, PIRP Irp, BOOLEAN Skip) {
  NTSTATUS status;
  if (!Skip) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  if (Skip)
    IoSkipCurrentIrpStackLocation(Irp);
  else if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS parameterTheOtherWayRound(PEXT Ext, PIRP Irp, BOOLEAN Wait) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Wait) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  if (!Wait && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS parameterChangedBetween(PEXT Ext, PIRP Irp, BOOLEAN Wait) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Wait) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  Wait = Maybe();
  if (Wait && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS otherParameter(PEXT Ext, PIRP Irp, BOOLEAN Wait, BOOLEAN Careful) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Wait) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  if (Careful && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS parameterComparedTwice(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Kind == 2) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  if (Kind == 2) {
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS parameterComparedWithAnotherValue(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Kind == 2) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  if (Kind == 3) {
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS parameterSwitchedOnTwice(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = STATUS_SUCCESS;
  switch (Kind) {
  case IRP_MN_START_DEVICE:
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    break;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    break;
  }
  switch (Kind) {
  case IRP_MN_START_DEVICE:
    if (!NT_SUCCESS(status))
      return status;
    break;
  default:
    break;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Enumerations, small constants, bits, pointers ---

NTSTATUS enumeration(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  STEP step = StepNone;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    step = StepRegistered;
  }
  if (step == StepRegistered && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS enumerationWrong(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  STEP step = StepNone;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    step = StepRegistered;
  }
  if (step == StepSent && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS enumerationInASwitch(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  STEP step = StepNone;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    step = StepRegistered;
  }
  switch (step) {
  case StepRegistered:
    if (!NT_SUCCESS(status))
      return status;
    break;
  case StepNone:
    break;
  default:
    return STATUS_UNSUCCESSFUL;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bits(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  ULONG todo = 0;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    todo |= DO_REGISTER;
  }
  if (Maybe()) {
    todo |= DO_TRACE;
  }
  if ((todo & DO_REGISTER) && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bitsWrong(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  ULONG todo = 0;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    todo |= DO_REGISTER;
  }
  if ((todo & DO_TRACE) && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS pointer(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  PIO_COMPLETION_ROUTINE routine = NULL;
  if (Want) {
    routine = Done;
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, routine, Ext, TRUE, TRUE, TRUE);
  }
  if (routine != NULL && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS pointerInIf(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  PKEVENT event = NULL;
  if (Maybe()) {
    event = &Ext->Event;
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, event, TRUE, TRUE, TRUE);
  }
  if (event) {
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS counter(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  int registrations = 0;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    registrations++;
  }
  if (registrations > 0 && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- The status itself is the flag ---

NTSTATUS statusInitialisedWithSuccess(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Want) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS statusTestedBehindTheJoin(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (Maybe()) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, FALSE, FALSE);
  } else {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, TRUE);
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS failureRemembered(PEXT Ext, PIRP Irp) {
  NTSTATUS result = STATUS_SUCCESS;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    result = status;
  }
  Work(Ext);
  if (NT_SUCCESS(result)) {
    result = IoCallDriver(Ext->Lower, Irp);
  }
  return result;
}

NTSTATUS successRemembered(PEXT Ext, PIRP Irp) {
  BOOLEAN send = FALSE;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    send = TRUE;
  }
  Work(Ext);
  if (send) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS sendDecidedWithoutTheStatus(PEXT Ext, PIRP Irp) {
  BOOLEAN send = FALSE;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe()) {
    send = TRUE;
  }
  if (send) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS failureForgottenInTheSecondHalf(PEXT Ext, PIRP Irp) {
  BOOLEAN test = FALSE;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe()) {
    test = TRUE;
  }
  Work(Ext);
  if (test) {
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS allocationAndRegistration(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  PVOID buffer = ExAllocatePoolWithTag(NonPagedPool, 16, 'tseT');
  if (buffer == NULL) {
    status = STATUS_INSUFFICIENT_RESOURCES;
  }
  if (NT_SUCCESS(status)) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, buffer, TRUE, TRUE, TRUE);
  }
  if (NT_SUCCESS(status)) {
    status = IoCallDriver(Ext->Lower, Irp);
  } else if (buffer != NULL) {
    ExFreePoolWithTag(buffer, 'tseT');
  }
  return status;
}

// Four flags, one of them about the registration.
NTSTATUS manyFlags(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN a = FALSE, b = FALSE, c = FALSE, registered = FALSE;
  if (Maybe())
    a = TRUE;
  if (Maybe())
    b = TRUE;
  if (Maybe()) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    registered = TRUE;
  }
  if (Maybe())
    c = TRUE;
  if (a)
    Work(Ext);
  if (b)
    Work(Ext);
  if (registered && !NT_SUCCESS(status))
    return status;
  if (c)
    Work(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}
