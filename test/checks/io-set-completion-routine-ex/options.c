// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -check-suffixes=PLAIN
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -check-suffixes=PLAIN,NAMED \
// RUN:   -option "RegistrationFunctions=SetDone; SetDoneOnPacket:2" \
// RUN:   -option "DispatchFunctions=SendDown;SendPacket:2"
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -check-suffixes=PLAIN,NAMED \
// RUN:   -global "RegistrationFunctions=SetDone;SetDoneOnPacket:2;" \
// RUN:   -global "DispatchFunctions=SendDown;SendPacket:2;"
//
// RegistrationFunctions and DispatchFunctions name the driver's routines in other files.
#include "driver.h"

NTSTATUS SetDone(PEXT Ext, PIRP Irp);
NTSTATUS SetDoneOnPacket(PVOID Packet, PVOID Irp, PVOID Context);
NTSTATUS SendDown(PEXT Ext, PIRP Irp);
NTSTATUS SendPacket(PVOID Packet, PVOID Irp);

NTSTATUS builtIn(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES-PLAIN: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS builtInWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registration(PEXT Ext, PIRP Irp) {
  SetDone(Ext, Irp);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:3: warning: result of 'SetDone' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registrationStored(PEXT Ext, PIRP Irp) {
  NTSTATUS status = SetDone(Ext, Irp);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:21: warning: result of 'SetDone' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS registrationWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = SetDone(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registrationWithAnIndex(PVOID Packet, PEXT Ext, PIRP Irp) {
  SetDoneOnPacket(Packet, Irp, Ext);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:3: warning: result of 'SetDoneOnPacket' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registrationOfAnotherIrp(PVOID Packet, PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status = SetDoneOnPacket(Packet, Irp, Ext);
  IoCallDriver(Ext->Lower, Other);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// Sent before it is tested, if SendDown is known to send.
NTSTATUS dispatch(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NTSTATUS sent = SendDown(Ext, Irp);
  return NT_SUCCESS(status) ? sent : status;
}

NTSTATUS dispatchWithAnIndex(PVOID Packet, PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NTSTATUS sent = SendPacket(Packet, Irp);
  return NT_SUCCESS(status) ? sent : status;
}

NTSTATUS dispatchOfAnotherIrp(PVOID Packet, PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Packet, Done, Ext, TRUE, TRUE, TRUE);
  NTSTATUS sent = SendPacket(Packet, Irp);
  return NT_SUCCESS(status) ? sent : status;
}

NTSTATUS dispatchWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return NT_SUCCESS(status) ? SendDown(Ext, Irp) : status;
}

NTSTATUS bothNamed(PEXT Ext, PIRP Irp) {
  NTSTATUS status = SetDone(Ext, Irp);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:21: warning: result of 'SetDone' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = SendDown(Ext, Irp);
  return status;
}

NTSTATUS bothNamedWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = SetDone(Ext, Irp);
  if (NT_SUCCESS(status))
    status = SendDown(Ext, Irp);
  return status;
}

// A registration hands out its own status: the same rule holds where it only registers.
VOID registersOnly(PEXT Ext, PIRP Irp) {
  SetDone(Ext, Irp);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:3: warning: result of 'SetDone' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
}

NTSTATUS registersOnlyAndTells(PEXT Ext, PIRP Irp) {
  return SetDone(Ext, Irp);
}
