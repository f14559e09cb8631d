// RUN: %check_wdm %s 'wdm-*'
//
// A mark that is taken back before the IRP is completed: whatever it is completed with may be
// returned then.
#include "driver.h"

#define UNMARK(Stack) ((Stack)->Control &= (UCHAR)~SL_PENDING_RETURNED)

DRIVER_DISPATCH DispatchTakesTheMarkBack;
NTSTATUS DispatchTakesTheMarkBack(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  status = FailRequest(Irp, STATUS_SUCCESS);
  if (status != STATUS_PENDING) {
    stack->Control &= ~SL_PENDING_RETURNED;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  ext->Count++;
  return status;
}

DRIVER_DISPATCH DispatchForgetsToTakeItBack;
NTSTATUS DispatchForgetsToTakeItBack(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  status = FailRequest(Irp, STATUS_SUCCESS);
  if (status != STATUS_PENDING) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  ext->Count++;
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchTakesItBackByAMacro;
NTSTATUS DispatchTakesItBackByAMacro(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  UNREFERENCED_PARAMETER(DeviceObject);
  IoMarkIrpPending(Irp);
  if (Maybe()) {
    UNMARK(stack);
    Irp->IoStatus.Status = STATUS_UNSUCCESSFUL;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_UNSUCCESSFUL;
  }
  IoStartPacket(DeviceObject, Irp, NULL, NULL);
  return STATUS_PENDING;
}

// Another bit is cleared.
DRIVER_DISPATCH DispatchClearsAnotherBit;
NTSTATUS DispatchClearsAnotherBit(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  UNREFERENCED_PARAMETER(DeviceObject);
  IoMarkIrpPending(Irp);
  stack->Control &= ~SL_INVOKE_ON_CANCEL;
  Irp->IoStatus.Status = STATUS_UNSUCCESSFUL;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_UNSUCCESSFUL;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_UNSUCCESSFUL' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

// Once it is taken back, the IRP is not marked.
DRIVER_DISPATCH DispatchTakesItBackAndReturnsPending;
NTSTATUS DispatchTakesItBackAndReturnsPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  UNREFERENCED_PARAMETER(DeviceObject);
  IoMarkIrpPending(Irp);
  stack->Control &= ~SL_PENDING_RETURNED;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}
