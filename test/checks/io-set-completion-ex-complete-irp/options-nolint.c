// RUN: %check_wdm %s wdm-io-set-completion-ex-complete-irp
// RUN: %check_wdm %s wdm-io-set-completion-ex-complete-irp -check-suffixes=,NAMED \
// RUN:   -option "RegistrationFunctions=SetDone" -option "DispatchFunctions=SendDown" \
// RUN:   -option "RecoveryFunctions=ForgetRoutine"
//
// The driver's own routines by name, and how to silence one place.
#include "driver.h"

NTSTATUS SetDone(PEXT Ext, PIRP Irp);
NTSTATUS SendDown(PEXT Ext, PIRP Irp);
VOID ForgetRoutine(PEXT Ext, PIRP Irp);

// Where SendDown is not known to send, this is a known miss.
NTSTATUS namedSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    DbgPrint("%x\n", status);
  }
  return SendDown(Ext, Irp);
}

NTSTATUS namedSendWhenReturned(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    DbgPrint("%x\n", status);
    return status;
  }
  return SendDown(Ext, Irp);
}

NTSTATUS namedRegistration(PEXT Ext, PIRP Irp) {
  NTSTATUS status = SetDone(Ext, Irp);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:21: warning: 'SetDone' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    DbgPrint("%x\n", status);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedRecovery(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    ForgetRoutine(Ext, Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedRecoveryThenNamedSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status = SetDone(Ext, Irp);
  if (!NT_SUCCESS(status)) {
    ForgetRoutine(Ext, Irp);
  }
  return SendDown(Ext, Irp);
}

NTSTATUS silenced(PEXT Ext, PIRP Irp) {
  // NOLINTNEXTLINE(wdm-io-set-completion-ex-complete-irp)
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    DbgPrint("%x\n", status);
  }
  return IoCallDriver(Ext->Lower, Irp);
}
