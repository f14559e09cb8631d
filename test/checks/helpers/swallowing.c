// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A helper that drops the status is itself at fault: one warning there, none at its callers.
#include "helpers.h"

static VOID Register(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
}

NTSTATUS firstCaller(PEXT Ext, PIRP Irp) {
  Register(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS secondCaller(PEXT Ext, PIRP Irp) {
  Register(Ext, Irp);
  return PoCallDriver(Ext->Lower, Irp);
}

static NTSTATUS RegisterAndSaySuccess(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%x\n", status);
  return STATUS_SUCCESS;
}

NTSTATUS callerThatTestsInVain(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterAndSaySuccess(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// The wrapper that everybody writes: it cannot fail.
static VOID RegisterOrFallBack(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
}

NTSTATUS callerOfTheFallBack(PEXT Ext, PIRP Irp) {
  RegisterOrFallBack(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchFallBack;
NTSTATUS DispatchFallBack(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  RegisterOrFallBack(ext, Irp);
  return IoCallDriver(ext->Lower, Irp);
}

// Falls back in another helper.
static VOID RegisterOrFallBackThere(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
    HeaderFallBack(Ext, Irp);
}

NTSTATUS callerOfTheFallBackThere(PEXT Ext, PIRP Irp) {
  RegisterOrFallBackThere(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

// Logs the failure and goes on: the send is in the caller.
static VOID RegisterAndLog(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    DbgPrint("no routine: %x\n", status);
}

NTSTATUS callerOfTheLoggingOne(PEXT Ext, PIRP Irp) {
  RegisterAndLog(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'RegisterAndLog' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  return IoCallDriver(Ext->Lower, Irp);
}

// Crashes when it fails.
static VOID RegisterOrCrash(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    KeBugCheckEx(0xC4, (ULONG_PTR)status, 0, 0, 0);
}

NTSTATUS callerOfTheCrashingOne(PEXT Ext, PIRP Irp) {
  RegisterOrCrash(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS callerOfTheCrashingOneThatLeaks(PEXT Ext, PIRP Irp) {
  RegisterOrCrash(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'RegisterOrCrash' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!Ext->Started) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// Registers and sends: all of it is the helper's own affair.
static NTSTATUS ForwardAndWait(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  KeInitializeEvent(&Ext->Event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}

DRIVER_DISPATCH DispatchPnp;
NTSTATUS DispatchPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = ForwardAndWait((PEXT)DeviceObject->DeviceExtension, Irp);
  return HeaderComplete(Irp, status);
}

static NTSTATUS ForwardAndWaitWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  KeInitializeEvent(&Ext->Event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}

DRIVER_DISPATCH DispatchPnpWhenChecked;
NTSTATUS DispatchPnpWhenChecked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = ForwardAndWaitWhenChecked((PEXT)DeviceObject->DeviceExtension, Irp);
  return HeaderComplete(Irp, status);
}
