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

DRIVER_DISPATCH DispatchForgets;
NTSTATUS DispatchForgets(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started)
    return STATUS_DEVICE_NOT_READY;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchCompletes;
NTSTATUS DispatchCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchWrongStatus;
NTSTATUS DispatchWrongStatus(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchSentAndSucceeds;
NTSTATUS DispatchSentAndSucceeds(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP that was sent at line [[#@LINE-2]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchCompletesPending;
NTSTATUS DispatchCompletesPending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  Irp->IoStatus.Status = STATUS_PENDING;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed with STATUS_PENDING [wdm-irp-not-completed]
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchMarks;
NTSTATUS DispatchMarks(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_PENDING;
}
