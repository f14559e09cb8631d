// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The registration is in a helper that lets its caller check: the call of the helper is
// the registration, and the warning stands there.
#include "helpers.h"

// --- Returns the status ---

static NTSTATUS Register(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

NTSTATUS discarded(PEXT Ext, PIRP Irp) {
  Register(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'Register' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS castToVoid(PEXT Ext, PIRP Irp) {
  (void)Register(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:9: warning: result of 'Register' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS neverTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Register(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'Register' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS testedOnOnePath(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status = Register(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'Register' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Careful && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS overwritten(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Register(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'Register' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = Prepare(Ext);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS tested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Register(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedInTheCondition(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(Register(Ext, Irp)))
    IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS anotherIrp(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status = Register(Ext, Other);
  IoCallDriver(Ext->Lower, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Other);
}

NTSTATUS leaks(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Register(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'Register' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  if (!Ext->Started)
    return STATUS_DEVICE_NOT_READY;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sendsAllTheSame(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Register(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'Register' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    DbgPrint("%x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Returns it through a local, after printing it ---

static NTSTATUS RegisterAndLog(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    DbgPrint("no routine: %x\n", status);
  return status;
}

// The helper has told success from failure, so this one is the failure path's.
NTSTATUS loggedByTheHelperOnly(PEXT Ext, PIRP Irp) {
  RegisterAndLog(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'RegisterAndLog' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS loggedByTheHelperAndTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterAndLog(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Two levels ---

static NTSTATUS RegisterWith(PEXT Ext, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Routine, Context, TRUE, TRUE, TRUE);
}

static NTSTATUS RegisterDone(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = RegisterWith(Ext, Irp, Done, Ext);
  return status;
}

static NTSTATUS RegisterThird(PEXT Ext, PIRP Irp) { return RegisterDone(Ext, Irp); }

NTSTATUS twoLevels(PEXT Ext, PIRP Irp) {
  RegisterDone(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'RegisterDone' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS threeLevels(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterThird(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'RegisterThird' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS threeLevelsWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterThird(Ext, Irp);
  if (NT_SUCCESS(status))
    status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

// The middle one drops it: it is at fault, and the callers are not.
static VOID RegisterAndForget(PEXT Ext, PIRP Irp) {
  RegisterWith(Ext, Irp, Done, NULL);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'RegisterWith' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
}

NTSTATUS callerOfTheMiddleOne(PEXT Ext, PIRP Irp) {
  RegisterAndForget(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- A callback that is passed through ---

NTSTATUS callbackPassedThrough(PEXT Ext, PIRP Irp, PIO_COMPLETION_ROUTINE Routine) {
  RegisterWith(Ext, Irp, Routine, NULL);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'RegisterWith' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS callbackPassedThroughWhenChecked(PEXT Ext, PIRP Irp, PIO_COMPLETION_ROUTINE Routine) {
  if (NT_ERROR(RegisterWith(Ext, Irp, Routine, NULL)))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Tells it as a BOOLEAN ---

static BOOLEAN TryRegister(PEXT Ext, PIRP Irp) { return NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)); }

NTSTATUS booleanDiscarded(PEXT Ext, PIRP Irp) {
  TryRegister(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'TryRegister' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS booleanTested(PEXT Ext, PIRP Irp) {
  if (!TryRegister(Ext, Irp))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS booleanTestedTheWrongWayRound(PEXT Ext, PIRP Irp) {
  if (TryRegister(Ext, Irp)) {
// CHECK-MESSAGES-DAG: :[[@LINE-1]]:7: warning: 'TryRegister' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
// CHECK-MESSAGES-DAG: :[[@LINE-2]]:7: warning: 'TryRegister' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

static BOOLEAN TryRegisterWithBranches(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    DbgPrint("%x\n", status);
    return FALSE;
  }
  return TRUE;
}

NTSTATUS branchesTested(PEXT Ext, PIRP Irp) {
  BOOLEAN ok = TryRegisterWithBranches(Ext, Irp);
  if (!ok)
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS branchesDiscarded(PEXT Ext, PIRP Irp) {
  TryRegisterWithBranches(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'TryRegisterWithBranches' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Stores it through a pointer ---

static VOID RegisterInto(PEXT Ext, PIRP Irp, PNTSTATUS Status) { *Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }

NTSTATUS throughAPointer(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  RegisterInto(Ext, Irp, &status);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'RegisterInto' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS throughAPointerWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  RegisterInto(Ext, Irp, &status);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS throughAPointerPassedOn(PEXT Ext, PIRP Irp, PNTSTATUS Status) {
  RegisterInto(Ext, Irp, Status);
  if (!NT_SUCCESS(*Status))
    return *Status;
  return IoCallDriver(Ext->Lower, Irp);
}

static VOID RegisterIntoTheExtension(PEXT Ext, PIRP Irp) { Ext->LastStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }

NTSTATUS throughAFieldWhenChecked(PEXT Ext, PIRP Irp) {
  RegisterIntoTheExtension(Ext, Irp);
  if (!NT_SUCCESS(Ext->LastStatus))
    return Ext->LastStatus;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- In a header ---

NTSTATUS fromAHeader(PEXT Ext, PIRP Irp) {
  HeaderSetDone(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'HeaderSetDone' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS fromAHeaderWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = HeaderSetDone(Ext, Irp);
  if (!NT_SUCCESS(status))
    return HeaderComplete(Irp, status);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Called before it is defined ---

NTSTATUS RegisterLater(PEXT Ext, PIRP Irp);

NTSTATUS definedLater(PEXT Ext, PIRP Irp) {
  RegisterLater(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'RegisterLater' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS definedLaterWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterLater(Ext, Irp);
  return NT_SUCCESS(status) ? IoCallDriver(Ext->Lower, Irp) : status;
}

NTSTATUS RegisterLater(PEXT Ext, PIRP Irp) { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }

// --- Registers on one path only, and says so ---

static NTSTATUS RegisterIfWanted(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  if (!Want) {
    IoSkipCurrentIrpStackLocation(Irp);
    return STATUS_SUCCESS;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

NTSTATUS ifWanted(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  RegisterIfWanted(Ext, Irp, Want);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'RegisterIfWanted' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ifWantedWhenChecked(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = RegisterIfWanted(Ext, Irp, Want);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- With __finally ---

static NTSTATUS RegisterInTry(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS helperWithFinally(PEXT Ext, PIRP Irp) {
  RegisterInTry(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'RegisterInTry' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS helperWithFinallyWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterInTry(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- The device object goes through the helper ---

static NTSTATUS RegisterFor(PDEVICE_OBJECT Device, PIRP Irp) {
  return IoSetCompletionRoutineEx(Device, Irp, Done, NULL, TRUE, TRUE, TRUE);
}

NTSTATUS lowerDeviceThroughTheHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterFor(Ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'RegisterFor' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ownDeviceThroughTheHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterFor(Ext->Self, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Nobody calls it: its callers are in other files ---

NTSTATUS ForOtherFiles(PEXT Ext, PIRP Irp) { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }
