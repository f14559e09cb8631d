// RUN: %check_wdm %s 'wdm-*'
// RUN: %check_wdm %s 'wdm-*' -- -DWDM_CALLDRIVER_OBJECT_MACRO
// RUN: %check_wdm %s 'wdm-*' -- -DWDM_CALLDRIVER_FUNCTION
// RUN: %check_wdm %s 'wdm-*' -- -DWDM_STACK_MACROS
// RUN: %check_wdm %s 'wdm-*' -- -DWDM_STACK_MACROS -DWDM_CALLDRIVER_OBJECT_MACRO -DDBG=1
// RUN: %check_wdm %s 'wdm-*' -- --target=i686-pc-windows-msvc
// RUN: %check_wdm %s 'wdm-*' -- --target=aarch64-pc-windows-msvc
// RUN: %check_wdm %s 'wdm-*' -- --target=x86_64-w64-windows-gnu
//
// The same driver against the headers of the WDK, of older ones and of MinGW-w64.
#include "driver.h"

DRIVER_DISPATCH DispatchMarks;
NTSTATUS DispatchMarks(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchWritesTheBit;
NTSTATUS DispatchWritesTheBit(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
  ext->Irp = Irp;
  if (!ext->Started)
    return STATUS_DEVICE_NOT_READY;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'STATUS_DEVICE_NOT_READY' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchTakesTheBitBack;
NTSTATUS DispatchTakesTheBitBack(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  if (!ext->Started) {
    IoGetCurrentIrpStackLocation(Irp)->Control &= ~SL_PENDING_RETURNED;
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchDoesNotMark;
NTSTATUS DispatchDoesNotMark(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ExInterlockedInsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry, &ext->Lock);
  return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchPassesItOn;
NTSTATUS DispatchPassesItOn(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoCallDriver(ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'IoCallDriver({{.*}})' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}
