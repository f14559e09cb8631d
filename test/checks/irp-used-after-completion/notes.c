// RUN: %check_wdm %s wdm-irp-used-after-completion
//
// The notes: the decisions on the path, and where the IRP was ended.
#include "driver.h"

DRIVER_DISPATCH DispatchTwice;
NTSTATUS DispatchTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-NOTES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
// CHECK-NOTES: :[[@LINE-3]]:3: note: IRP completed here
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchOnFailure;
NTSTATUS DispatchOnFailure(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  Irp->IoStatus.Status = status;
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-NOTES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-3]] [wdm-irp-used-after-completion]
// CHECK-NOTES: :[[@LINE-5]]:{{[0-9]+}}: note: 'NT_SUCCESS(status)' is false here
// CHECK-NOTES: :[[@LINE-5]]:5: note: IRP completed here
  return status;
}

DRIVER_DISPATCH DispatchSent;
NTSTATUS DispatchSent(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(ext->Lower, Irp);
  return Irp->IoStatus.Status;
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
// CHECK-NOTES: :[[@LINE-3]]:{{[0-9]+}}: note: IRP sent here
}

VOID freed(PIRP Irp) {
  IoFreeIrp(Irp);
  IoFreeIrp(Irp);
// CHECK-NOTES: :[[@LINE-1]]:3: warning: IRP is freed here although it was freed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
// CHECK-NOTES: :[[@LINE-3]]:3: note: IRP freed here
}

DRIVER_DISPATCH DispatchStarted;
NTSTATUS DispatchStarted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (ext->Started) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-NOTES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-3]] [wdm-irp-used-after-completion]
// CHECK-NOTES: :[[@LINE-5]]:{{[0-9]+}}: note: 'ext->Started' is true here
// CHECK-NOTES: :[[@LINE-5]]:5: note: IRP completed here
  return STATUS_SUCCESS;
}

static VOID CompleteIt(PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

DRIVER_DISPATCH DispatchInAHelper;
NTSTATUS DispatchInAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  CompleteIt(Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-NOTES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-7]] [wdm-irp-used-after-completion]
// CHECK-NOTES: :[[@LINE-3]]:{{[0-9]+}}: note: in the call to 'CompleteIt'
// CHECK-NOTES: :[[@LINE-9]]:3: note: IRP completed here
  return STATUS_SUCCESS;
}

static IO_COMPLETION_ROUTINE Keeps;
static NTSTATUS Keeps(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH DispatchTooEarly;
NTSTATUS DispatchTooEarly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-NOTES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-2]] and may still be pending; wait for it first [wdm-irp-used-after-completion]
// CHECK-NOTES: :[[@LINE-3]]:3: note: IRP sent here
  return STATUS_SUCCESS;
}

static IO_COMPLETION_ROUTINE FreesAndGoesOn;
static NTSTATUS FreesAndGoesOn(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return STATUS_SUCCESS;
// CHECK-NOTES: :[[@LINE-1]]:3: warning: completion routine returns 'STATUS_SUCCESS' although it freed the IRP at line [[#@LINE-2]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
// CHECK-NOTES: :[[@LINE-3]]:3: note: IRP freed here
}
