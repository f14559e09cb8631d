// RUN: %check_wdm %s wdm-pending-irp
//
// The notes: where the IRP was marked, completed or stored, and the decisions on the path.
#include "driver.h"

DRIVER_DISPATCH DispatchMarked;
NTSTATUS DispatchMarked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_SUCCESS;
// CHECK-NOTES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-4]]:3: note: IRP marked pending here
}

DRIVER_DISPATCH DispatchMarkedWhenStarted;
NTSTATUS DispatchMarkedWhenStarted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_DEVICE_NOT_READY;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
  } else {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
// CHECK-NOTES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-9]]:{{[0-9]+}}: note: 'ext->Started' is true here
// CHECK-NOTES: :[[@LINE-9]]:5: note: IRP marked pending here
}

static VOID MarkAndStore(PEXT Ext, PIRP Irp) {
  IoMarkIrpPending(Irp);
  Ext->Irp = Irp;
}

DRIVER_DISPATCH DispatchMarkedInAHelper;
NTSTATUS DispatchMarkedInAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  MarkAndStore(ext, Irp);
  return STATUS_SUCCESS;
// CHECK-NOTES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-3]]:{{[0-9]+}}: note: in the call to 'MarkAndStore'
// CHECK-NOTES: :[[@LINE-11]]:3: note: IRP marked pending here
}

DRIVER_DISPATCH DispatchCompletedAndPending;
NTSTATUS DispatchCompletedAndPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_PENDING;
// CHECK-NOTES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-3]]:3: note: IRP completed here
}
