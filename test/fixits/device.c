// The device object of the lower driver becomes the routine's own.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex-device-object -strict-fixes
#include "driver.h"

DRIVER_DISPATCH ByRoleType;
NTSTATUS ByRoleType(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(ext->Lower, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-8]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
// CHECK-FIXES:NTSTATUS ByRoleType(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS bySignature(PDEVICE_OBJECT Filter, PIRP Irp) {
  PEXT ext = (PEXT)Filter->DeviceExtension;
  PDEVICE_OBJECT lower = ext->Lower;
  NTSTATUS status = IoSetCompletionRoutineEx(lower, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-6]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
// CHECK-FIXES:NTSTATUS bySignature(PDEVICE_OBJECT Filter, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)Filter->DeviceExtension;
// CHECK-FIXES-NEXT:  PDEVICE_OBJECT lower = ext->Lower;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Filter, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(lower, Irp);
// CHECK-FIXES-NEXT:}

// Which object is the driver's own is not evident.
NTSTATUS noDispatchRoutine(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-6]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
// CHECK-FIXES:NTSTATUS noDispatchRoutine(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS givenTheLowerOne(PDEVICE_OBJECT LowerDevice, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(LowerDevice, Irp, Done, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(LowerDevice, Irp);
}
// CHECK-MESSAGES: :[[@LINE-6]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
// CHECK-FIXES:NTSTATUS givenTheLowerOne(PDEVICE_OBJECT LowerDevice, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(LowerDevice, Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(LowerDevice, Irp);
// CHECK-FIXES-NEXT:}

#define LOWER(Ext) ((Ext)->Lower)

DRIVER_DISPATCH ArgumentIsAMacro;
NTSTATUS ArgumentIsAMacro(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(LOWER(ext), Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(LOWER(ext), Irp);
}
// CHECK-MESSAGES: :[[@LINE-8]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
// CHECK-FIXES:NTSTATUS ArgumentIsAMacro(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(LOWER(ext), Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(LOWER(ext), Irp);
// CHECK-FIXES-NEXT:}

// The device is a way to another one.
NTSTATUS sendsToItsStack(PDEVICE_OBJECT Device, PIRP Irp) {
  PDEVICE_OBJECT top = Device->AttachedDevice;
  NTSTATUS status = IoSetCompletionRoutineEx(top, Irp, Done, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(top, Irp);
}
// CHECK-MESSAGES: :[[@LINE-6]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
// CHECK-FIXES:NTSTATUS sendsToItsStack(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PDEVICE_OBJECT top = Device->AttachedDevice;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(top, Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(top, Irp);
// CHECK-FIXES-NEXT:}
