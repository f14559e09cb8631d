// RUN: %check_wdm %s wdm-irp-not-completed
//
// How a warning is silenced.
#include "driver.h"

DRIVER_DISPATCH DispatchHeard;
NTSTATUS DispatchHeard(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchSameLine;
NTSTATUS DispatchSameLine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  return STATUS_SUCCESS; // NOLINT(wdm-irp-not-completed)
}

DRIVER_DISPATCH DispatchLineBefore;
NTSTATUS DispatchLineBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  IoMarkIrpPending(Irp);
  Irp->IoStatus.Status = STATUS_PENDING;
  // NOLINTNEXTLINE(wdm-irp-not-completed)
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_PENDING;
}
