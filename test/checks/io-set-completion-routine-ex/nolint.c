// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Silencing one place.
#include "driver.h"

NTSTATUS notSilenced(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS anyCheck(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // NOLINT
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS thisCheck(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // NOLINT(wdm-io-set-completion-routine-ex): the caller waits anyway
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS thisModule(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // NOLINT(wdm-*)
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS anotherCheck(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // NOLINT(wdm-completion-routine-registered)
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS nextLine(PEXT Ext, PIRP Irp) {
  // NOLINTNEXTLINE(wdm-io-set-completion-routine-ex)
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS nextLineIsAnother(PEXT Ext, PIRP Irp) {
  // NOLINTNEXTLINE(wdm-io-set-completion-routine-ex)
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

// The warning stands at the registration, so the comment at the send does nothing.
NTSTATUS atTheSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp); // NOLINT(wdm-io-set-completion-routine-ex)
}

// NOLINTBEGIN(wdm-io-set-completion-routine-ex)
NTSTATUS inABlock(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// NOLINTEND(wdm-io-set-completion-routine-ex)

NTSTATUS behindTheBlock(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
