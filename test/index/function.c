// RUN: %driver_one
// RUN: %fix_driver
//
// A function driver with a queue, a remove lock behind functions of another file, IRPs of
// its own.
//--- fun.h
#ifndef FUN_H
#define FUN_H
#include "wdm.h"
typedef struct _FUN {
  PDEVICE_OBJECT Fdo;
  PDEVICE_OBJECT Next;
  KSPIN_LOCK Lock;
  LIST_ENTRY Waiting;
  PIRP Active;
  IO_REMOVE_LOCK RemoveLock;
  BOOLEAN Stopped;
  BOOLEAN Opened;
  LONG Refs;
} FUN, *PFUN;
struct _FUN_OPS;
typedef struct _FUN_OPS {
  NTSTATUS (*Register)(PFUN Fun, PIRP Irp);
  NTSTATUS (*Send)(PFUN Fun, PIRP Irp);
} FUN_OPS;
extern const FUN_OPS FunOps;
NTSTATUS FunEnqueue(PFUN Fun, PIRP Irp);
PIRP FunDequeue(PFUN Fun);
VOID FunCancel(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FunStartIo(PFUN Fun, PIRP Irp);
NTSTATUS FunAcquire(PFUN Fun, PIRP Irp);
VOID FunRelease(PFUN Fun, PIRP Irp);
NTSTATUS FunComplete(PFUN Fun, PIRP Irp, NTSTATUS Status);
VOID FunCompleteUnlocked(PIRP Irp, NTSTATUS Status, ULONG_PTR Info);
NTSTATUS FunRegister(PFUN Fun, PIRP Irp);
NTSTATUS FunSend(PFUN Fun, PIRP Irp);
NTSTATUS FunRegisterAndSend(PFUN Fun, PIRP Irp);
NTSTATUS FunForwardAndWait(PFUN Fun, PIRP Irp);
BOOLEAN FunTryComplete(PFUN Fun, PIRP Irp);
PFUN FunGet(PDEVICE_OBJECT Device);
PIRP FunMakeIrp(PFUN Fun);
NTSTATUS FunIoctl(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FunRead(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FunWrite(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FunDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context);
NTSTATUS FunWaitDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context);
NTSTATUS FunFreeDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context);
DRIVER_DISPATCH FunPnp, FunPower, FunClose, FunCreate, FunInternal, FunSystem;
#endif
//--- lock.c
#include "fun.h"
static LONG Count(PFUN Fun, LONG By) { return Fun->Refs + By; }
NTSTATUS FunAcquire(PFUN Fun, PIRP Irp) {
  (void)Count(Fun, 1);
  return IoAcquireRemoveLock(&Fun->RemoveLock, Irp);
}
VOID FunRelease(PFUN Fun, PIRP Irp) {
  (void)Count(Fun, -1);
  IoReleaseRemoveLock(&Fun->RemoveLock, Irp);
}
//--- queue.c
#include "fun.h"
static VOID Count(PIRP Irp) { Irp->IoStatus.Information = 0; }
NTSTATUS FunEnqueue(PFUN Fun, PIRP Irp) {
  KIRQL Old;
  KeAcquireSpinLock(&Fun->Lock, &Old);
  if (Fun->Stopped) {
    KeReleaseSpinLock(&Fun->Lock, Old);
    return FunComplete(Fun, Irp, STATUS_DEVICE_NOT_READY);
  }
  IoMarkIrpPending(Irp);
  IoSetCancelRoutine(Irp, FunCancel);
  Irp->Tail.Overlay.ListEntry.Flink = Fun->Waiting.Flink;
  Fun->Waiting.Flink = &Irp->Tail.Overlay.ListEntry;
  KeReleaseSpinLock(&Fun->Lock, Old);
  return STATUS_PENDING;
}
PIRP FunDequeue(PFUN Fun) {
  LIST_ENTRY *Entry = Fun->Waiting.Flink;
  if (Entry == &Fun->Waiting)
    return NULL;
  Fun->Waiting.Flink = Entry->Flink;
  return CONTAINING_RECORD(Entry, IRP, Tail.Overlay.ListEntry);
}
VOID FunCancel(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Device);
  Count(Irp);
  FunCompleteUnlocked(Irp, STATUS_CANCELLED, 0);
}
NTSTATUS FunStartIo(PFUN Fun, PIRP Irp) {
  if (Fun->Active)
    return FunEnqueue(Fun, Irp);
  Fun->Active = Irp;
  IoMarkIrpPending(Irp);
  FunSend(Fun, Irp);
  return STATUS_PENDING;
}
//--- io.c
#include "fun.h"
VOID FunCompleteUnlocked(PIRP Irp, NTSTATUS Status, ULONG_PTR Info) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = Info;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}
NTSTATUS FunComplete(PFUN Fun, PIRP Irp, NTSTATUS Status) {
  FunCompleteUnlocked(Irp, Status, 0);
  FunRelease(Fun, Irp);
  return Status;
}
NTSTATUS FunRegister(PFUN Fun, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSetCompletionRoutineEx(Fun->Fdo, Irp, FunDone, Fun, TRUE, TRUE, TRUE);
}
NTSTATUS FunSend(PFUN Fun, PIRP Irp) { return IoCallDriver(Fun->Next, Irp); }
NTSTATUS FunRegisterAndSend(PFUN Fun, PIRP Irp) {
  NTSTATUS Status = FunRegister(Fun, Irp);
  if (!NT_SUCCESS(Status))
    return Status;
  return FunSend(Fun, Irp);
}
BOOLEAN FunTryComplete(PFUN Fun, PIRP Irp) {
  if (Fun->Stopped) {
    FunComplete(Fun, Irp, STATUS_DELETE_PENDING);
    return TRUE;
  }
  return FALSE;
}
NTSTATUS FunForwardAndWait(PFUN Fun, PIRP Irp) {
  KEVENT Event;
  NTSTATUS Status;
  KeInitializeEvent(&Event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  Status = IoSetCompletionRoutineEx(Fun->Fdo, Irp, FunWaitDone, &Event, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(Status))
    return Status;
  Status = FunSend(Fun, Irp);
  if (Status == STATUS_PENDING)
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
  return Irp->IoStatus.Status;
}
PFUN FunGet(PDEVICE_OBJECT Device) { return (PFUN)Device->DeviceExtension; }
PIRP FunMakeIrp(PFUN Fun) { return IoAllocateIrp(Fun->Next->StackSize, FALSE); }
const FUN_OPS FunOps = {FunRegister, FunSend};
//--- done.c
#include "fun.h"
NTSTATUS FunDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PFUN Fun = (PFUN)Context;
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned)
    IoMarkIrpPending(Irp);
  FunRelease(Fun, Irp);
  return STATUS_SUCCESS;
}
NTSTATUS FunWaitDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS FunFreeDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
//--- main.c
#include "fun.h"
static NTSTATUS Enter(PDEVICE_OBJECT Device, PIRP Irp) {
  return FunAcquire(FunGet(Device), Irp);
}
NTSTATUS FunRead(PDEVICE_OBJECT Device, PIRP Irp) { /* right */
  PFUN Fun = FunGet(Device);
  NTSTATUS Status = Enter(Device, Irp);
  if (!NT_SUCCESS(Status)) {
    FunCompleteUnlocked(Irp, Status, 0);
    return Status;
  }
  if (FunTryComplete(Fun, Irp))
    return STATUS_DELETE_PENDING;
  Status = FunRegister(Fun, Irp);
  if (!NT_SUCCESS(Status))
    return FunComplete(Fun, Irp, Status);
  return FunSend(Fun, Irp);
}
NTSTATUS FunIoctl(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: discarded, and the lock is held */
  PFUN Fun = FunGet(Device);
  NTSTATUS Status = FunAcquire(Fun, Irp);
  if (!NT_SUCCESS(Status)) {
    FunCompleteUnlocked(Irp, Status, 0);
    return Status;
  }
  FunRegister(Fun, Irp);
// finds: result of 'FunRegister' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return FunSend(Fun, Irp);
}
NTSTATUS FunPnp(PDEVICE_OBJECT Device, PIRP Irp) { /* right */
  PFUN Fun = FunGet(Device);
  NTSTATUS Status = FunAcquire(Fun, Irp);
  if (!NT_SUCCESS(Status)) {
    FunCompleteUnlocked(Irp, Status, 0);
    return Status;
  }
  Status = FunForwardAndWait(Fun, Irp);
  return FunComplete(Fun, Irp, Status);
}
NTSTATUS FunPower(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: touched after FunTryComplete */
  PFUN Fun = FunGet(Device);
  NTSTATUS Status = FunAcquire(Fun, Irp);
  if (!NT_SUCCESS(Status)) {
    FunCompleteUnlocked(Irp, Status, 0);
    return Status;
  }
  FunTryComplete(Fun, Irp);
  Irp->IoStatus.Information = 1;
// finds: IRP is written here although it was completed at io.c:5 [wdm-irp-used-after-completion]
  return FunRegisterAndSend(Fun, Irp); /* wrong: fails without completing */
// finds: 'FunRegisterAndSend' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
}
NTSTATUS FunClose(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: the queue may complete it; then completes */
  PFUN Fun = FunGet(Device);
  NTSTATUS Status = FunStartIo(Fun, Irp);
  if (!NT_SUCCESS(Status))
    FunCompleteUnlocked(Irp, Status, 0);
// finds: IRP is written here although it was completed at io.c:5 [wdm-irp-used-after-completion]
  return Status;
}
NTSTATUS FunCreate(PDEVICE_OBJECT Device, PIRP Irp) { return FunStartIo(FunGet(Device), Irp); }
NTSTATUS FunWrite(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: discarded */
  PFUN Fun = FunGet(Device);
  NTSTATUS Status = FunAcquire(Fun, Irp);
  if (!NT_SUCCESS(Status)) {
    FunCompleteUnlocked(Irp, Status, 0);
    return Status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, FunDone, Fun, TRUE, TRUE, TRUE);
// finds: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return FunSend(Fun, Irp);
}
NTSTATUS FunInternal(PDEVICE_OBJECT Device, PIRP Irp) { /* through a table of another file */
  PFUN Fun = FunGet(Device);
  NTSTATUS Status = FunOps.Register(Fun, Irp);
  UNREFERENCED_PARAMETER(Status);
  return FunOps.Send(Fun, Irp);
}
NTSTATUS FunSystem(PDEVICE_OBJECT Device, PIRP Irp) {
  PFUN Fun = FunGet(Device);
  PIRP Mine = FunMakeIrp(Fun);
  NTSTATUS Status;
  if (!Mine) {
    FunCompleteUnlocked(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  Status = IoSetCompletionRoutineEx(Fun->Fdo, Mine, FunFreeDone, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(Status)) { /* wrong? Mine leaks, Irp is lost */
    return Status;
// finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  }
  IoCallDriver(Fun->Next, Mine);
  FunCompleteUnlocked(Irp, STATUS_SUCCESS, 0);
  return STATUS_SUCCESS;
}
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {
  UNREFERENCED_PARAMETER(Path);
  Driver->MajorFunction[IRP_MJ_PNP] = FunPnp;
  Driver->MajorFunction[IRP_MJ_POWER] = FunPower;
  Driver->MajorFunction[IRP_MJ_CLOSE] = FunClose;
  Driver->MajorFunction[IRP_MJ_CREATE] = FunCreate;
  Driver->MajorFunction[IRP_MJ_READ] = FunRead;
  Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = FunIoctl;
  Driver->MajorFunction[0x0f] = FunInternal;
  Driver->MajorFunction[0x17] = FunSystem;
  return STATUS_SUCCESS;
}
