// RUN: %check_wdm %s 'wdm-irp-*,wdm-pending*'
//
// Memory that was zeroed is known.
#include "driver.h"

void *__cdecl memset(void *To, int Value, SIZE_T Length);
#define RtlZeroMemory(To, Length) memset((To), 0, (Length))

// A zeroed structure holds zeroes.
DRIVER_DISPATCH DispatchZeroesALocal;
NTSTATUS DispatchZeroesALocal(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IO_STATUS_BLOCK block;
  UNREFERENCED_PARAMETER(DeviceObject);
  RtlZeroMemory(&block, sizeof(block));
  if (block.Information)
    return STATUS_UNSUCCESSFUL;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchFillsALocal;
NTSTATUS DispatchFillsALocal(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IO_STATUS_BLOCK block;
  UNREFERENCED_PARAMETER(DeviceObject);
  memset(&block, 0xff, sizeof(block));
  if (block.Information)
    return STATUS_UNSUCCESSFUL;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchZeroesTheBeginning;
NTSTATUS DispatchZeroesTheBeginning(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IO_STATUS_BLOCK *block = (IO_STATUS_BLOCK *)DeviceObject->DeviceExtension;
  RtlZeroMemory(block, sizeof(ULONG));
  if (block->Information)
    return STATUS_UNSUCCESSFUL;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// Written again behind it.
DRIVER_DISPATCH DispatchWritesBehindIt;
NTSTATUS DispatchWritesBehindIt(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  RtlZeroMemory(ext, sizeof(*ext));
  ext->Count = Number();
  if (ext->Count)
    return STATUS_UNSUCCESSFUL;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  if (ext->Started)
    return STATUS_DEVICE_NOT_READY;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// The status of an IRP is not, where the whole block was written.
DRIVER_DISPATCH DispatchZeroesTheStatus;
NTSTATUS DispatchZeroesTheStatus(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  Irp->IoStatus.Status = STATUS_PENDING;
  RtlZeroMemory(&Irp->IoStatus, sizeof(Irp->IoStatus));
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchZeroesTheStatusAndFails;
NTSTATUS DispatchZeroesTheStatusAndFails(PDEVICE_OBJECT DeviceObject,
                                         PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  RtlZeroMemory(&Irp->IoStatus, sizeof(Irp->IoStatus));
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_UNSUCCESSFUL;
}

// An array that a helper looks into.
static NTSTATUS Queue(PEXT Ext, PIRP Irp) {
  PVOID *words = Irp->Tail.Overlay.DriverContext;
  if (!Ext->Started) {
    if (!words[0]) {
      Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
    return STATUS_DEVICE_NOT_READY;
  }
  IoMarkIrpPending(Irp);
  Ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchZeroesAnArray;
NTSTATUS DispatchZeroesAnArray(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PVOID *words = Irp->Tail.Overlay.DriverContext;
  RtlZeroMemory(words, sizeof(Irp->Tail.Overlay.DriverContext));
  return Queue((PEXT)DeviceObject->DeviceExtension, Irp);
}

DRIVER_DISPATCH DispatchLeavesAnArray;
NTSTATUS DispatchLeavesAnArray(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return Queue((PEXT)DeviceObject->DeviceExtension, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
