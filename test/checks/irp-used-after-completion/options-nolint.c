// RUN: %check_wdm %s wdm-irp-used-after-completion
//
// How a warning is silenced.
#include "driver.h"

DRIVER_DISPATCH DispatchHeard;
NTSTATUS DispatchHeard(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchSameLine;
NTSTATUS DispatchSameLine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Irp, IO_NO_INCREMENT); // NOLINT(wdm-irp-used-after-completion)
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchLineBefore;
NTSTATUS DispatchLineBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  // NOLINTNEXTLINE(wdm-irp-*)
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// NOLINTBEGIN(wdm-irp-used-after-completion)
DRIVER_DISPATCH DispatchRegion;
NTSTATUS DispatchRegion(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}
// NOLINTEND(wdm-irp-used-after-completion)

// The name of another check silences nothing here.
DRIVER_DISPATCH DispatchAnotherName;
NTSTATUS DispatchAnotherName(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Irp, IO_NO_INCREMENT); // NOLINT(wdm-irp-not-completed)
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}
