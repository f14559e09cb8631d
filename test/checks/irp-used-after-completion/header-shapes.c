// RUN: %check_wdm %s wdm-irp-used-after-completion
// RUN: %check_wdm %s wdm-irp-used-after-completion -- -DWDM_CALLDRIVER_OBJECT_MACRO
// RUN: %check_wdm %s wdm-irp-used-after-completion -- -DWDM_CALLDRIVER_FUNCTION
// RUN: %check_wdm %s wdm-irp-used-after-completion -- -DWDM_STACK_MACROS
// RUN: %check_wdm %s wdm-irp-used-after-completion -- -DWDM_STACK_MACROS -DWDM_CALLDRIVER_OBJECT_MACRO -DDBG=1
// RUN: %check_wdm %s wdm-irp-used-after-completion -- --target=i686-pc-windows-msvc
// RUN: %check_wdm %s wdm-irp-used-after-completion -- --target=x86_64-w64-windows-gnu
//
// The same driver against the headers of the WDK, of older ones and of MinGW-w64. Where a
// routine is a macro, what it does to the IRP is what its expansion reads and writes.
#include "driver.h"

static IO_COMPLETION_ROUTINE Keeps;
static NTSTATUS Keeps(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH DispatchTwice;
NTSTATUS DispatchTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchOnce;
NTSTATUS DispatchOnce(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchSent;
NTSTATUS DispatchSent(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(ext->Lower, Irp);
  return Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

DRIVER_DISPATCH DispatchSentAndReturned;
NTSTATUS DispatchSentAndReturned(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchByTheFastcallNames;
NTSTATUS DispatchByTheFastcallNames(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IofCallDriver(ext->Lower, Irp);
  if (!NT_SUCCESS(status))
    IofCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is completed here although it was sent at line [[#@LINE-3]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchMarksLater;
NTSTATUS DispatchMarksLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoMarkIrpPending(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is {{read|written|passed to 'IoMarkIrpPending'}} here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchMarksBefore;
NTSTATUS DispatchMarksBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchSkipsLater;
NTSTATUS DispatchSkipsLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoSkipCurrentIrpStackLocation(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is {{read|written|passed to 'IoSkipCurrentIrpStackLocation'}} here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchStackLocationLater;
NTSTATUS DispatchStackLocationLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  ext->Count = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is {{read|passed to 'IoGetCurrentIrpStackLocation'}} here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchStackLocationBefore;
NTSTATUS DispatchStackLocationBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Count = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchSetsARoutine;
NTSTATUS DispatchSetsARoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-2]] and may still be pending; wait for it first [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchSetsARoutineAndWaits;
NTSTATUS DispatchSetsARoutineAndWaits(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchCopies;
NTSTATUS DispatchCopies(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchCopiesAndReturns;
NTSTATUS DispatchCopiesAndReturns(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoCallDriver(ext->Lower, Irp);
}
