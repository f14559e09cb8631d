// RUN: %fix_driver
// RUN: %filecheck %s --input-file=%t/fdo.cpp
//
// Virtual methods that another file calls by their base class: such calls are not followed,
// so who completes is not known. (Alone, the file has nobody who might.)
//
// CHECK: Fdo::Handle(
// CHECK: if (!NT_SUCCESS(status)) {
// CHECK-NEXT: IoSetCompletionRoutine(Irp
// CHECK: Fdo::Quiet(
// CHECK: if (!NT_SUCCESS(status)) {
// CHECK-NEXT: IoSetCompletionRoutine(Irp
//--- drv.h
#pragma once
extern "C" {
#include "wdm.h"
}
class Device {
public:
  virtual NTSTATUS Handle(PIRP Irp) = 0;
  virtual NTSTATUS Quiet(PIRP Irp);
  static Device *Of(PDEVICE_OBJECT Object);
protected:
  PDEVICE_OBJECT Self, Lower;
};
class Fdo : public Device {
public:
  NTSTATUS Handle(PIRP Irp) override;
  NTSTATUS Quiet(PIRP Irp) override;
};
extern "C" IO_COMPLETION_ROUTINE Passed;
//--- device.cpp
#include "drv.h"
Device *Device::Of(PDEVICE_OBJECT Object) { return static_cast<Device *>(Object->DeviceExtension); }
NTSTATUS Device::Quiet(PIRP) { return STATUS_NOT_SUPPORTED; }
extern "C" NTSTATUS Passed(PDEVICE_OBJECT, PIRP Irp, PVOID) {
  if (Irp->PendingReturned)
    IoMarkIrpPending(Irp);
  return STATUS_CONTINUE_COMPLETION;
}
//--- fdo.cpp
#include "drv.h"
NTSTATUS Fdo::Handle(PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Self, Irp, Passed, nullptr, TRUE, TRUE, TRUE);
  return IoCallDriver(Lower, Irp);
}
NTSTATUS Fdo::Quiet(PIRP Irp) {
  if (!Lower)
    return STATUS_NOT_SUPPORTED;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Self, Irp, Passed, nullptr, TRUE, TRUE, TRUE);
  return IoCallDriver(Lower, Irp);
}
//--- entry.cpp
#include "drv.h"
static NTSTATUS Read(PDEVICE_OBJECT Object, PIRP Irp) { return Device::Of(Object)->Handle(Irp); }
static NTSTATUS Write(PDEVICE_OBJECT Object, PIRP Irp) {
  NTSTATUS Status = Device::Of(Object)->Quiet(Irp);
  if (!NT_SUCCESS(Status)) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return Status;
}
extern "C" NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING) {
  Driver->MajorFunction[IRP_MJ_READ] = Read;
  Driver->MajorFunction[IRP_MJ_WRITE] = Write;
  return STATUS_SUCCESS;
}
