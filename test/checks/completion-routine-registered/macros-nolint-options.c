// RUN: %check_wdm %s wdm-completion-routine-registered
// RUN: %check_wdm %s wdm-completion-routine-registered -check-suffixes=,NAMED \
// RUN:   -option "RegistrationFunctions=SetDone" -option "DispatchFunctions=SendDown"
//
// Where the warning stands, how to silence it, and the driver's own routines by name.
#include "driver.h"

#define REGISTER(ext, irp) IoSetCompletionRoutineEx((ext)->Self, irp, Done, ext, TRUE, TRUE, TRUE)

NTSTATUS SetDone(PEXT Ext, PIRP Irp);
NTSTATUS SendDown(PEXT Ext, PIRP Irp);

NTSTATUS inAMacro(PEXT Ext, PIRP Irp) {
  NTSTATUS status = REGISTER(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  if (!Ext->Started)
    return STATUS_DEVICE_NOT_READY;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS silenced(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // NOLINT(wdm-completion-routine-registered)
  if (!NT_SUCCESS(status))
    return status;
  if (!Ext->Started)
    return STATUS_DEVICE_NOT_READY;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS anotherSilenced(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // NOLINT(wdm-io-set-completion-routine-ex)
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  if (!Ext->Started)
    return STATUS_DEVICE_NOT_READY;
  return IoCallDriver(Ext->Lower, Irp);
}

// Not this check's: the status is never looked at.
NTSTATUS neverTested(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedRegistration(PEXT Ext, PIRP Irp) {
  NTSTATUS status = SetDone(Ext, Irp);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:21: warning: 'SetDone' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  if (!Ext->Started)
    return STATUS_DEVICE_NOT_READY;
  return SendDown(Ext, Irp);
}

NTSTATUS namedRegistrationInTheRightOrder(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (!Ext->Started)
    return STATUS_DEVICE_NOT_READY;
  status = SetDone(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return SendDown(Ext, Irp);
}
