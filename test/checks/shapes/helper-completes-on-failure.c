// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A helper that completes the IRP on failure.
#include "driver.h"
static NTSTATUS SetOrComplete(PEXT Ext, PIRP Irp) {
  NTSTATUS s = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(s)) { Irp->IoStatus.Status = s; IoCompleteRequest(Irp, 0); }
  return s;
}
DRIVER_DISPATCH B020;
NTSTATUS B020(PDEVICE_OBJECT D, PIRP Irp) {
  PEXT Ext = D->DeviceExtension;
  NTSTATUS s = SetOrComplete(Ext, Irp);
  if (!NT_SUCCESS(s)) return s;
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH B021;
NTSTATUS B021(PDEVICE_OBJECT D, PIRP Irp) {
  PEXT Ext = D->DeviceExtension;
  SetOrComplete(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'SetOrComplete' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  return IoCallDriver(Ext->Lower, Irp);
}
