// RUN: %check_wdm %s wdm-irp-not-completed
//
// The notes: the decisions on the path, and where the IRP was completed or sent.
#include "driver.h"

DRIVER_DISPATCH DispatchNotStarted;
NTSTATUS DispatchNotStarted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started)
    return STATUS_DEVICE_NOT_READY;
// CHECK-NOTES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
// CHECK-NOTES: :[[@LINE-3]]:{{[0-9]+}}: note: '{{!?}}ext->Started' is {{true|false}} here
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchWrongStatus;
NTSTATUS DispatchWrongStatus(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
// CHECK-NOTES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
// CHECK-NOTES: :[[@LINE-3]]:3: note: IRP completed here
}

DRIVER_DISPATCH DispatchSent;
NTSTATUS DispatchSent(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_SUCCESS;
// CHECK-NOTES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP that was sent at line [[#@LINE-2]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
// CHECK-NOTES: :[[@LINE-3]]:3: note: IRP sent here
}

DRIVER_DISPATCH DispatchLockFails;
NTSTATUS DispatchLockFails(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    return status;
// CHECK-NOTES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
// CHECK-NOTES: :[[@LINE-3]]:{{[0-9]+}}: note: 'NT_SUCCESS(status)' is false here
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}
