// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Helpers of this file that never come back, called once the status is known
// or before: the path ends there. (The twins do come back, sometimes.)
#include "driver.h"

static VOID Stop(VOID) { KeBugCheckEx(1, 0, 0, 0, 0); }
static VOID StopDeeper(VOID) { Stop(); }
static VOID Panic(NTSTATUS Status) {
  DbgPrint("%x\n", Status);
  KeBugCheckEx(1, (ULONG_PTR)Status, 0, 0, 0);
}
static VOID StopFor(PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  KeBugCheckEx(1, 0, 0, 0, 0);
}
static VOID Hang(VOID) {
  for (;;)
    ;
}
static VOID HangWaiting(PEXT Ext) {
  while (TRUE)
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
}
static VOID HangByGoto(PEXT Ext) {
again:
  Work(Ext);
  goto again;
}
static VOID HangInADo(PEXT Ext) {
  do {
    Work(Ext);
  } while (1);
}
static NTSTATUS Raise(NTSTATUS Status) {
  ExRaiseStatus(Status);
  return Status;
}
static VOID FailFast(ULONG Code) { __fastfail(Code); }
DECLSPEC_NORETURN VOID DriverPanic(NTSTATUS Status);
static VOID PanicElsewhere(NTSTATUS Status) { DriverPanic(Status); }
static VOID StopEitherWay(PEXT Ext) {
  if (Ext->Started)
    KeBugCheck(1);
  else
    Hang();
}
static VOID StopAfterMuch(PEXT Ext) {
  if (Ext->Started)
    Work(Ext);
  if (Ext->Count > 1)
    Work(Ext);
  if (Ext->Count > 2)
    Work(Ext);
  if (Ext->Count > 3)
    Work(Ext);
  if (Ext->Count > 4)
    Work(Ext);
  if (Ext->Count > 5)
    Work(Ext);
  if (Ext->Count > 6)
    Work(Ext);
  if (Ext->Count > 7)
    Work(Ext);
  if (Ext->Count > 8)
    Work(Ext);
  if (Ext->Count > 9)
    Work(Ext);
  if (Ext->Count > 10)
    Work(Ext);
  KeBugCheck(1);
}

NTSTATUS stops(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    Stop();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS stopsDeeper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    StopDeeper();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS panics(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    Panic(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS isGivenTheIrp(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    StopFor(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS hangs(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    Hang();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS hangsWaiting(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    HangWaiting(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS hangsByGoto(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    HangByGoto(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS hangsInADo(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    HangInADo(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS raises(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    Raise(STATUS_UNSUCCESSFUL);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS failsFast(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    FailFast(7);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS panicsElsewhere(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    PanicElsewhere(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS stopsEitherWay(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    StopEitherWay(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS stopsAfterMuch(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    StopAfterMuch(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

#define MUST(Condition)                                                                            \
  do {                                                                                             \
    if (!(Condition))                                                                              \
      Stop();                                                                                      \
  } while (0)

NTSTATUS byAMacro(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  MUST(NT_SUCCESS(status));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS inAConditional(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  NT_SUCCESS(status) ? (void)0 : Stop();
  return IoCallDriver(Ext->Lower, Irp);
}

// Before anything is tested.
VOID alwaysStops(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  Stop();
}

NTSTATUS stopsForAnotherReason(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (!Ext->Started)
    Stop();
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

// Nobody waits for the IRP, or leaks it, when the machine has stopped.
NTSTATUS stopsAfterTheSuccess(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  if (!Ext->Started)
    Stop();
  return IoCallDriver(Ext->Lower, irp);
}

// --- Some come back, by what they are given or by what they find ---

static VOID StopIf(BOOLEAN Bad) {
  if (Bad)
    KeBugCheckEx(1, 0, 0, 0, 0);
}
static VOID Check(NTSTATUS Status) {
  if (!NT_SUCCESS(Status))
    KeBugCheckEx(1, 0, 0, 0, 0);
}
static VOID StopWhenStarted(PEXT Ext) {
  if (Ext->Started)
    KeBugCheckEx(1, 0, 0, 0, 0);
}
static VOID HangUntil(PEXT Ext) {
  while (TRUE) {
    if (Ext->Count)
      break;
    Work(Ext);
  }
}

NTSTATUS checksTwice(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    DbgPrint("%x\n", status);
  Check(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS stopsByAnArgument(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  BOOLEAN bad = FALSE;
  if (!NT_SUCCESS(status))
    bad = TRUE;
  StopIf(bad);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS doesNotStopByItsArgument(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    StopIf(FALSE);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS stopsOnlyWhenStarted(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    StopWhenStarted(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS hangsNotForEver(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    HangUntil(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

// What is raised may be caught, and the path goes on in the handler.
NTSTATUS raisesAndIsCaught(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
    if (!NT_SUCCESS(status))
      Raise(status);
  } __except (1) {
    DbgPrint("caught\n");
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS raisesAndIsCaughtRight(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      Raise(status);
  } __except (1) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// A bug check is not caught.
NTSTATUS stopsInATry(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      Stop();
  } __except (1) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// The helper catches what it raises.
static VOID RaiseAndCatch(NTSTATUS Status) {
  __try {
    ExRaiseStatus(Status);
  } __except (1) {
    DbgPrint("caught\n");
  }
}

NTSTATUS comesBackFromItsOwnException(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    RaiseAndCatch(status);
  return IoCallDriver(Ext->Lower, Irp);
}

// Helpers that call each other and never come to an end.
static VOID Ping(PEXT Ext);
static VOID Pong(PEXT Ext) {
  Work(Ext);
  Ping(Ext);
  KeBugCheck(2);
}
static VOID Ping(PEXT Ext) {
  if (Ext->Started)
    Pong(Ext);
  KeBugCheck(1);
}

NTSTATUS stopsInARing(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    Ping(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}
