// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- -DWDM_CALLDRIVER_OBJECT_MACRO
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- -DWDM_CALLDRIVER_FUNCTION
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- -DWDM_STACK_MACROS
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- -DWDM_STACK_MACROS -DWDM_CALLDRIVER_OBJECT_MACRO -DDBG=1
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- --target=i686-pc-windows-msvc
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- --target=aarch64-pc-windows-msvc
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- --target=x86_64-w64-windows-gnu
//
// The same driver against the headers of the WDK, of older ones and of MinGW-w64.
#include "driver.h"

NTSTATUS sent(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS skips(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS fallsBack(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS marksPending(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoMarkIrpPending(Irp);
  IoCallDriver(Ext->Lower, Irp);
  return STATUS_PENDING;
}

NTSTATUS marksPendingWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  IoMarkIrpPending(Irp);
  IoCallDriver(Ext->Lower, Irp);
  return STATUS_PENDING;
}

NTSTATUS asserts(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NT_ASSERT(NT_SUCCESS(status));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS plainRoutine(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchPower;
NTSTATUS DispatchPower(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  PoStartNextPowerIrp(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = PoCallDriver(ext->Lower, Irp);
  return status;
}
