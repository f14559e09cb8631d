// RUN: %fix_driver
// RUN: %filecheck %s --input-file=%t/helpers.c
// RUN: %filecheck %s --check-prefix=READ --input-file=%t/read.c
//
// What a fix may do is decided by who calls the function, what these hold, what the
// completion routine does, and which requests come here, in whatever file that stands.
// The fixes are those of the units compiled as one.
//
// Its caller hands on what it returns.
// CHECK: NTSTATUS SendA(
// CHECK: if (!NT_SUCCESS(Status)) {
// CHECK-NEXT: Irp->IoStatus.Status = Status;
// CHECK-NEXT: Irp->IoStatus.Information = 0;
// CHECK-NEXT: IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-NEXT: return Status;
// Its caller completes what fails.
// CHECK: NTSTATUS SendB(
// CHECK: if (!NT_SUCCESS(Status)) {
// CHECK-NEXT: return Status;
// Its caller holds a spin lock.
// CHECK: NTSTATUS SendC(
// CHECK: if (!NT_SUCCESS(Status)) {
// CHECK-NEXT: IoSetCompletionRoutine(Irp
// Its caller holds what the completion routine gives back.
// CHECK: NTSTATUS SendD(
// CHECK: if (!NT_SUCCESS(Status)) {
// CHECK-NEXT: IoSetCompletionRoutine(Irp
// One caller completes, another does not.
// CHECK: NTSTATUS SendE(
// CHECK: if (!NT_SUCCESS(Status)) {
// CHECK-NEXT: IoSetCompletionRoutine(Irp
// It holds something itself.
// CHECK: NTSTATUS SendF(
// CHECK: if (!NT_SUCCESS(Status)) {
// CHECK-NEXT: IoSetCompletionRoutine(Irp
// Its address stands in a table.
// CHECK: NTSTATUS SendH(
// CHECK: if (!NT_SUCCESS(Status)) {
// CHECK-NEXT: IoSetCompletionRoutine(Irp
// A static function calls it.
// CHECK: NTSTATUS SendJ(
// CHECK: if (!NT_SUCCESS(Status)) {
// CHECK-NEXT: Irp->IoStatus.Status = Status;
// It has counted something, by a function of another file.
// CHECK: NTSTATUS SendN(
// CHECK: if (!NT_SUCCESS(Status)) {
// CHECK-NEXT: IoSetCompletionRoutine(Irp
// The caller's device is its own.
// CHECK: NTSTATUS SendO(
// CHECK: IoSetCompletionRoutineEx(Device, Irp
// For requests that must not fail.
// CHECK: NTSTATUS SendP(
// CHECK: if (!NT_SUCCESS(Status)) {
// CHECK-NEXT: IoSetCompletionRoutine(Irp
//
// It is stored for such a request in another file.
// READ: NTSTATUS Six(
// READ: if (!NT_SUCCESS(Status)) {
// READ-NEXT: IoSetCompletionRoutine(Irp
//--- drv.h
#pragma once
#include "wdm.h"
#ifndef IRP_MJ_FLUSH_BUFFERS
#define IRP_MJ_FLUSH_BUFFERS 0x09
#endif
#ifndef IRP_MJ_CLEANUP
#define IRP_MJ_CLEANUP 0x12
#endif
#ifndef IRP_MJ_CLOSE
#define IRP_MJ_CLOSE 0x02
#endif
typedef struct _EXT {
  PDEVICE_OBJECT Self;
  PDEVICE_OBJECT Lower;
  IO_REMOVE_LOCK Lock;
  KSPIN_LOCK Spin;
  KEVENT Event;
  LONG Count;
  BOOLEAN Busy;
  PVOID Buffer;
} EXT, *PEXT;
typedef NTSTATUS HANDLER(PEXT Ext, PIRP Irp);
extern HANDLER *Handlers[2];
/* helpers.c */
NTSTATUS SendA(PEXT Ext, PIRP Irp);
NTSTATUS SendB(PEXT Ext, PIRP Irp);
NTSTATUS SendC(PEXT Ext, PIRP Irp);
NTSTATUS SendD(PEXT Ext, PIRP Irp);
NTSTATUS SendE(PEXT Ext, PIRP Irp);
NTSTATUS SendF(PEXT Ext, PIRP Irp);
NTSTATUS SendH(PEXT Ext, PIRP Irp);
NTSTATUS SendJ(PEXT Ext, PIRP Irp);
NTSTATUS SendN(PEXT Ext, PIRP Irp);
NTSTATUS SendO(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS SendP(PEXT Ext, PIRP Irp);
VOID SendV(PEXT Ext, PIRP Irp);
/* util.c */
NTSTATUS Begin(PEXT Ext, PIRP Irp);
VOID Finish(PEXT Ext, PIRP Irp);
VOID Grab(PKEVENT Semaphore);
NTSTATUS Done(PIRP Irp, NTSTATUS Status);
VOID Note(PEXT Ext);
VOID Unnote(PEXT Ext);
VOID Print(const char *Text);
PIRP Make(PEXT Ext);
VOID Unmake(PIRP Irp);
IO_COMPLETION_ROUTINE PassOn, KeepIt, Release;
/* read.c */
NTSTATUS One(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS Two(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS Three(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS Four(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS Five(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS Six(PDEVICE_OBJECT Device, PIRP Irp);
//--- util.c
#include "drv.h"
NTSTATUS Begin(PEXT Ext, PIRP Irp) { return IoAcquireRemoveLock(&Ext->Lock, Irp); }
VOID Finish(PEXT Ext, PIRP Irp) { IoReleaseRemoveLock(&Ext->Lock, Irp); }
NTSTATUS Done(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}
VOID Note(PEXT Ext) { Ext->Count++; }
VOID Unnote(PEXT Ext) { Ext->Count--; }
VOID Print(const char *Text) { DbgPrint("%s", Text); }
PIRP Make(PEXT Ext) { return IoAllocateIrp(Ext->Lower->StackSize, FALSE); }
VOID Unmake(PIRP Irp) { IoFreeIrp(Irp); }
NTSTATUS PassOn(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned)
    IoMarkIrpPending(Irp);
  return STATUS_SUCCESS;
}
NTSTATUS KeepIt(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS Release(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT Ext = (PEXT)Context;
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned)
    IoMarkIrpPending(Irp);
  Finish(Ext, Irp);
  return STATUS_SUCCESS;
}
//--- helpers.c
#include "drv.h"
/* the caller hands its result on: whoever fails here completes */
NTSTATUS SendA(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
/* the caller completes what fails before it is sent */
NTSTATUS SendB(PEXT Ext, PIRP Irp) {
  if (Ext->Busy)
    return STATUS_DEVICE_NOT_READY;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  return STATUS_PENDING;
}
/* under the caller's spin lock */
NTSTATUS SendC(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
/* the caller holds a remove lock that the routine gives back */
NTSTATUS SendD(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Release, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
/* two callers that do not agree */
NTSTATUS SendE(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
/* acquires itself, by helpers of another file */
NTSTATUS SendF(PEXT Ext, PIRP Irp) {
  NTSTATUS Status = Begin(Ext, Irp);
  if (!NT_SUCCESS(Status))
    return Done(Irp, Status);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Release, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
/* in a table of another file */
NTSTATUS SendH(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
/* by way of a static function of another file */
NTSTATUS SendJ(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
/* the caller has counted, and nobody takes it back when it fails */
NTSTATUS SendN(PEXT Ext, PIRP Irp) {
  Note(Ext);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
/* the device of the caller */
NTSTATUS SendO(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT Ext = (PEXT)Device->DeviceExtension;
  NTSTATUS Status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  Status = IoSetCompletionRoutineEx(Ext->Lower, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(Status))
    return Done(Irp, Status);
  return IoCallDriver(Ext->Lower, Irp);
}
NTSTATUS SendP(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
VOID SendV(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
}
//--- read.c
#include "drv.h"
NTSTATUS One(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT Ext = (PEXT)Device->DeviceExtension;
  Print("one");
  return SendA(Ext, Irp);
}
NTSTATUS Two(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT Ext = (PEXT)Device->DeviceExtension;
  NTSTATUS Status = SendB(Ext, Irp);
  if (!NT_SUCCESS(Status)) {
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return Status;
}
NTSTATUS Three(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT Ext = (PEXT)Device->DeviceExtension;
  KIRQL Old;
  NTSTATUS Status;
  KeAcquireSpinLock(&Ext->Spin, &Old);
  Status = SendC(Ext, Irp);
  KeReleaseSpinLock(&Ext->Spin, Old);
  return Status;
}
NTSTATUS Four(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT Ext = (PEXT)Device->DeviceExtension;
  NTSTATUS Status = Begin(Ext, Irp);
  if (!NT_SUCCESS(Status))
    return Done(Irp, Status);
  return SendD(Ext, Irp);
}
NTSTATUS Five(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT Ext = (PEXT)Device->DeviceExtension;
  NTSTATUS Status = SendE(Ext, Irp);
  if (!NT_SUCCESS(Status))
    return Done(Irp, Status);
  return Status;
}
NTSTATUS Six(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT Ext = (PEXT)Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, PassOn, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
//--- entry.c
#include "drv.h"
HANDLER *Handlers[2] = {SendH, NULL};
static NTSTATUS Middle(PEXT Ext, PIRP Irp) {
  NTSTATUS Status = SendJ(Ext, Irp);
  if (Status == STATUS_PENDING)
    return Status;
  return Status;
}
static NTSTATUS Local(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT Ext = (PEXT)Device->DeviceExtension;
  return Middle(Ext, Irp);
}
static NTSTATUS LocalE(PDEVICE_OBJECT Device, PIRP Irp) {
  return SendE((PEXT)Device->DeviceExtension, Irp);
}
static NTSTATUS LocalN(PDEVICE_OBJECT Device, PIRP Irp) {
  return SendN((PEXT)Device->DeviceExtension, Irp);
}
static NTSTATUS LocalO(PDEVICE_OBJECT Device, PIRP Irp) {
  return SendO(Device, Irp);
}
static NTSTATUS LocalV(PDEVICE_OBJECT Device, PIRP Irp) {
  IoMarkIrpPending(Irp);
  SendV((PEXT)Device->DeviceExtension, Irp);
  return STATUS_PENDING;
}
static NTSTATUS LocalP(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT Ext = (PEXT)Device->DeviceExtension;
  Handlers[0](Ext, Irp);
  return SendF(Ext, Irp);
}
static NTSTATUS LocalQ(PDEVICE_OBJECT Device, PIRP Irp) {
  return SendP((PEXT)Device->DeviceExtension, Irp);
}
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {
  UNREFERENCED_PARAMETER(Path);
  Driver->MajorFunction[IRP_MJ_READ] = One;
  Driver->MajorFunction[IRP_MJ_WRITE] = Two;
  Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Three;
  Driver->MajorFunction[IRP_MJ_CREATE] = Four;
  Driver->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = Five;
  Driver->MajorFunction[IRP_MJ_CLEANUP] = Six;
  Driver->MajorFunction[IRP_MJ_CLOSE] = LocalQ;
  Driver->MajorFunction[IRP_MJ_READ] = Local;
  Driver->MajorFunction[IRP_MJ_WRITE] = LocalE;
  Driver->MajorFunction[IRP_MJ_READ] = LocalN;
  Driver->MajorFunction[IRP_MJ_READ] = LocalO;
  Driver->MajorFunction[IRP_MJ_READ] = LocalV;
  Driver->MajorFunction[IRP_MJ_READ] = LocalP;
  return STATUS_SUCCESS;
}
