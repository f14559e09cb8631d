// RUN: %fix_driver
// RUN: %filecheck %s --input-file=%t/io.cpp
//
// What a graph has to say of a function so that fixes in another file are those of its own.
//
// Its caller holds a spin lock of the driver's own: known by the place for the IRQL.
// CHECK: NTSTATUS Raised(
// CHECK: if (!NT_SUCCESS(status)) {
// CHECK-NEXT: IoSetCompletionRoutine(Irp
// It holds a mutex: the IRP may be completed.
// CHECK: NTSTATUS NotRaised(
// CHECK: if (!NT_SUCCESS(status)) {
// CHECK-NEXT: Irp->IoStatus.Status = status;
// What the author drops on another failure, by a function that only deletes it, is dropped.
// CHECK: NTSTATUS Drops(
// CHECK: if (!NT_SUCCESS(status)) {
// CHECK-NEXT: Drop(N);
// CHECK-NEXT: return Fail(Irp, status);
//--- drv.h
#pragma once
extern "C" {
#include "wdm.h"
typedef struct _LOCK *PLOCK;
VOID DrvAcquire(PLOCK Lock, PKIRQL Old);
VOID DrvRelease(PLOCK Lock, KIRQL Old);
VOID DrvAcquireMutex(PLOCK Lock);
VOID DrvReleaseMutex(PLOCK Lock);
}
struct Note {
  PIRP Irp;
};
Note *Last();
bool Ready(PDEVICE_OBJECT Device);
void Drop(Note *N);
NTSTATUS Fail(PIRP Irp, NTSTATUS Status);
extern "C" IO_COMPLETION_ROUTINE Passed;
NTSTATUS UnderLock(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS UnderMutex(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS Raised(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS NotRaised(PDEVICE_OBJECT Device, PIRP Irp);
//--- helpers.cpp
#include "drv.h"
static PLOCK Lock;
extern "C" NTSTATUS Passed(PDEVICE_OBJECT, PIRP Irp, PVOID) {
  if (Irp->PendingReturned)
    IoMarkIrpPending(Irp);
  return STATUS_CONTINUE_COMPLETION;
}
void Drop(Note *N) { delete N; }
NTSTATUS Fail(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}
NTSTATUS UnderLock(PDEVICE_OBJECT Device, PIRP Irp) {
  KIRQL Old;
  DrvAcquire(Lock, &Old);
  const NTSTATUS Status = Raised(Device, Irp);
  DrvRelease(Lock, Old);
  return Status;
}
NTSTATUS UnderMutex(PDEVICE_OBJECT Device, PIRP Irp) {
  DrvAcquireMutex(Lock);
  const NTSTATUS Status = NotRaised(Device, Irp);
  DrvReleaseMutex(Lock);
  return Status;
}
//--- io.cpp
#include "drv.h"
static PDEVICE_OBJECT Lower(PDEVICE_OBJECT Device) {
  return static_cast<PDEVICE_OBJECT>(Device->DeviceExtension);
}
extern "C" DRIVER_DISPATCH Read, Write, Drops;
NTSTATUS Raised(PDEVICE_OBJECT Device, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, nullptr, TRUE, TRUE, TRUE);
  return IoCallDriver(Lower(Device), Irp);
}
NTSTATUS NotRaised(PDEVICE_OBJECT Device, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, nullptr, TRUE, TRUE, TRUE);
  return IoCallDriver(Lower(Device), Irp);
}
NTSTATUS Read(PDEVICE_OBJECT Device, PIRP Irp) { return UnderLock(Device, Irp); }
NTSTATUS Write(PDEVICE_OBJECT Device, PIRP Irp) { return UnderMutex(Device, Irp); }
NTSTATUS Drops(PDEVICE_OBJECT Device, PIRP Irp) {
  Note *N = Last();
  if (!Ready(Device)) {
    Drop(N);
    return Fail(Irp, STATUS_DEVICE_NOT_READY);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, nullptr, TRUE, TRUE, TRUE);
  Drop(N);
  return IoCallDriver(Lower(Device), Irp);
}
