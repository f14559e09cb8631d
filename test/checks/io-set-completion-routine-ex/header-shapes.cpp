// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- -DWDM_CALLDRIVER_OBJECT_MACRO
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- -DWDM_CALLDRIVER_FUNCTION
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- --target=i686-pc-windows-msvc -DWDM_CALLDRIVER_FUNCTION
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- --target=i686-pc-windows-msvc -mrtd
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- --target=aarch64-pc-windows-msvc -DDBG=1
//
// A driver in C++ with the annotations of the WDK, in its calling conventions.
#include "driver.h"

extern "C" {
_Dispatch_type_(IRP_MJ_READ) DRIVER_DISPATCH DispatchRead;
_Dispatch_type_(IRP_MJ_WRITE) DRIVER_DISPATCH DispatchWrite;
IO_COMPLETION_ROUTINE OnRead;
}

_Use_decl_annotations_ NTSTATUS DispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, OnRead, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES: if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT: Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT: Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT: IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT: return status;
  return IoCallDriver(ext->Lower, Irp);
}

_Use_decl_annotations_ NTSTATUS DispatchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, OnRead, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

static NTSTATUS __fastcall SendFast(_In_ PEXT Ext, _Inout_ PIRP Irp) {
  return IoCallDriver(Ext->Lower, Irp);
}

_Must_inspect_result_ static NTSTATUS __stdcall HookStd(_In_ PEXT Ext, _In_ PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, OnRead, Ext, TRUE, TRUE, TRUE);
}

NTSTATUS __cdecl throughHelpers(PEXT Ext, PIRP Irp) {
  HookStd(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'HookStd' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return SendFast(Ext, Irp);
}

NTSTATUS __cdecl throughHelpersWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = HookStd(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return SendFast(Ext, Irp);
}
