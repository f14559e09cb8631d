// RUN: %check_wdm %s wdm-pending-irp
//
// How a warning is silenced.
#include "driver.h"

DRIVER_DISPATCH DispatchHeard;
NTSTATUS DispatchHeard(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchSameLine;
NTSTATUS DispatchSameLine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  return STATUS_PENDING; // NOLINT(wdm-pending-irp)
}

DRIVER_DISPATCH DispatchLineBefore;
NTSTATUS DispatchLineBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  // NOLINTNEXTLINE(wdm-pending-irp)
  return STATUS_SUCCESS;
}
