// RUN: %driver_one
// RUN: %fix_driver
//
// A filter driver in C: wrappers of registering, sending and completing, a queue, completion
// routines, dispatch routines and their tables in files of their own; static functions
// that have one name.
//--- flt.h
#ifndef FLT_H
#define FLT_H
#include "wdm.h"
LONG InterlockedIncrement(LONG volatile *P);
LONG InterlockedDecrement(LONG volatile *P);
#define FLT_STARTED 1
#define FLT_FAILED 2
typedef struct _FLT_DEVICE {
  PDEVICE_OBJECT Me;
  PDEVICE_OBJECT Below;
  PDEVICE_OBJECT Pdo;
  IO_REMOVE_LOCK Gate;
  KSPIN_LOCK QueueLock;
  LIST_ENTRY Queue;
  ULONG State;
  LONG Outstanding;
  PIRP Current;
  KEVENT Done;
} FLT_DEVICE, *PFLT_DEVICE;
typedef struct _FLT_CONTEXT {
  PFLT_DEVICE Device;
  PIRP Irp;
  NTSTATUS Status;
  KEVENT Event;
} FLT_CONTEXT, *PFLT_CONTEXT;
typedef NTSTATUS (*FLT_HANDLER)(PFLT_DEVICE Device, PIRP Irp);
typedef struct _FLT_ROW {
  ULONG Code;
  FLT_HANDLER Handler;
} FLT_ROW;
extern const FLT_ROW FltTable[];
/* util.c */
NTSTATUS FltHook(PFLT_DEVICE Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context);
NTSTATUS FltHookNow(PDEVICE_OBJECT Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context);
VOID FltHookBlind(PFLT_DEVICE Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine);
BOOLEAN FltHooked(PFLT_DEVICE Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, NTSTATUS *Why);
NTSTATUS FltDown(PFLT_DEVICE Device, PIRP Irp);
NTSTATUS FltSkipDown(PFLT_DEVICE Device, PIRP Irp);
NTSTATUS FltFinish(PIRP Irp, NTSTATUS Status, ULONG_PTR Information);
VOID FltFinishOnly(PIRP Irp);
PFLT_DEVICE FltOf(PDEVICE_OBJECT Device);
PDEVICE_OBJECT FltMe(PFLT_DEVICE Device);
PDEVICE_OBJECT FltBelow(PFLT_DEVICE Device);
BOOLEAN FltIsOk(NTSTATUS Status);
BOOLEAN FltStarted(PFLT_DEVICE Device);
DECLSPEC_NORETURN VOID FltDieDeclared(ULONG Code);
VOID FltDie(ULONG Code);
VOID FltMark(PIRP Irp);
NTSTATUS FltPending(PIRP Irp);
VOID FltTrace(const char *Text, ULONG Number);
/* queue.c */
VOID FltPut(PFLT_DEVICE Device, PIRP Irp);
PIRP FltTake(PFLT_DEVICE Device);
NTSTATUS FltQueueAndMark(PFLT_DEVICE Device, PIRP Irp);
VOID FltDrain(PFLT_DEVICE Device, NTSTATUS Status);
NTSTATUS FltWait(PFLT_DEVICE Device, PIRP Irp);
/* done.c */
IO_COMPLETION_ROUTINE FltPassed, FltKept, FltCounted;
NTSTATUS FltMaybe(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context);
/* dispatch.c */
NTSTATUS FltRead(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FltWrite(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FltControl(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FltCreate(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FltPnp(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FltPower(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS FltHandlerA(PFLT_DEVICE Device, PIRP Irp);
NTSTATUS FltHandlerB(PFLT_DEVICE Device, PIRP Irp);
#endif
//--- util.c
#include "flt.h"
static NTSTATUS Check(NTSTATUS Status) { return NT_SUCCESS(Status) ? STATUS_SUCCESS : Status; }
NTSTATUS FltHook(PFLT_DEVICE Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return Check(IoSetCompletionRoutineEx(Device->Me, Irp, Routine, Context, TRUE, TRUE, TRUE));
}
NTSTATUS FltHookNow(PDEVICE_OBJECT Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context) {
  return IoSetCompletionRoutineEx(Device, Irp, Routine, Context, TRUE, TRUE, TRUE);
}
VOID FltHookBlind(PFLT_DEVICE Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device->Me, Irp, Routine, NULL, TRUE, TRUE, TRUE);
// finds: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
}
BOOLEAN FltHooked(PFLT_DEVICE Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine, NTSTATUS *Why) {
  *Why = IoSetCompletionRoutineEx(Device->Me, Irp, Routine, Device, TRUE, TRUE, TRUE);
  return NT_SUCCESS(*Why);
}
NTSTATUS FltDown(PFLT_DEVICE Device, PIRP Irp) { return IoCallDriver(Device->Below, Irp); }
NTSTATUS FltSkipDown(PFLT_DEVICE Device, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Device->Below, Irp);
}
NTSTATUS FltFinish(PIRP Irp, NTSTATUS Status, ULONG_PTR Information) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = Information;
  FltFinishOnly(Irp);
  return Status;
}
VOID FltFinishOnly(PIRP Irp) { IoCompleteRequest(Irp, IO_NO_INCREMENT); }
PFLT_DEVICE FltOf(PDEVICE_OBJECT Device) { return (PFLT_DEVICE)Device->DeviceExtension; }
PDEVICE_OBJECT FltMe(PFLT_DEVICE Device) { return Device->Me; }
PDEVICE_OBJECT FltBelow(PFLT_DEVICE Device) { return Device->Below; }
BOOLEAN FltIsOk(NTSTATUS Status) { return NT_SUCCESS(Status); }
BOOLEAN FltStarted(PFLT_DEVICE Device) { return Device->State == FLT_STARTED; }
VOID FltDie(ULONG Code) {
  FltTrace("dies", Code);
  KeBugCheckEx(Code, 0, 0, 0, 0);
}
DECLSPEC_NORETURN VOID FltDieDeclared(ULONG Code) { KeBugCheckEx(Code, 0, 0, 0, 0); }
VOID FltMark(PIRP Irp) { IoMarkIrpPending(Irp); }
NTSTATUS FltPending(PIRP Irp) {
  FltMark(Irp);
  return STATUS_PENDING;
}
VOID FltTrace(const char *Text, ULONG Number) { DbgPrint("%s %u\n", Text, Number); }
//--- queue.c
#include "flt.h"
static PIRP Check(LIST_ENTRY *Entry) {
  return CONTAINING_RECORD(Entry, IRP, Tail.Overlay.ListEntry);
}
VOID FltPut(PFLT_DEVICE Device, PIRP Irp) {
  KIRQL Old;
  KeAcquireSpinLock(&Device->QueueLock, &Old);
  Irp->Tail.Overlay.ListEntry.Flink = &Device->Queue;
  Irp->Tail.Overlay.ListEntry.Blink = Device->Queue.Blink;
  Device->Queue.Blink->Flink = &Irp->Tail.Overlay.ListEntry;
  Device->Queue.Blink = &Irp->Tail.Overlay.ListEntry;
  KeReleaseSpinLock(&Device->QueueLock, Old);
}
PIRP FltTake(PFLT_DEVICE Device) {
  PIRP Irp = NULL;
  if (Device->Queue.Flink != &Device->Queue) {
    LIST_ENTRY *Entry = Device->Queue.Flink;
    Device->Queue.Flink = Entry->Flink;
    Irp = Check(Entry);
  }
  return Irp;
}
NTSTATUS FltQueueAndMark(PFLT_DEVICE Device, PIRP Irp) {
  FltMark(Irp);
  FltPut(Device, Irp);
  return STATUS_PENDING;
}
VOID FltDrain(PFLT_DEVICE Device, NTSTATUS Status) {
  PIRP Irp;
  while ((Irp = FltTake(Device)) != NULL)
    FltFinish(Irp, Status, 0);
}
NTSTATUS FltWait(PFLT_DEVICE Device, PIRP Irp) {
  KEVENT Event;
  NTSTATUS Status;
  KeInitializeEvent(&Event, NotificationEvent, FALSE);
  Status = FltHook(Device, Irp, FltKept, &Event);
  if (!FltIsOk(Status))
    return Status;
  Status = FltDown(Device, Irp);
  if (Status == STATUS_PENDING) {
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
    Status = Irp->IoStatus.Status;
  }
  return Status;
}
//--- done.c
#include "flt.h"
NTSTATUS FltPassed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned)
    FltMark(Irp);
  return STATUS_SUCCESS;
}
NTSTATUS FltKept(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS FltCounted(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PFLT_DEVICE Of = (PFLT_DEVICE)Context;
  UNREFERENCED_PARAMETER(Device);
  InterlockedDecrement(&Of->Outstanding);
  FltFinishOnly(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
NTSTATUS FltMaybe(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  if (Context)
    return STATUS_MORE_PROCESSING_REQUIRED;
  if (Irp->PendingReturned)
    FltMark(Irp);
  return STATUS_SUCCESS;
}
//--- dispatch.c
#include "flt.h"
static NTSTATUS Check(PFLT_DEVICE Device, PIRP Irp) {
  if (!FltStarted(Device))
    return FltFinish(Irp, STATUS_DEVICE_NOT_READY, 0);
  return STATUS_SUCCESS;
}
NTSTATUS FltRead(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: result of the helper is discarded */
  PFLT_DEVICE Of = FltOf(Device);
  FltHook(Of, Irp, FltPassed, NULL);
// finds: 'FltHook' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  return FltDown(Of, Irp);
}
NTSTATUS FltWrite(PDEVICE_OBJECT Device, PIRP Irp) { /* right */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Status = FltHook(Of, Irp, FltPassed, NULL);
  if (!FltIsOk(Status))
    return FltFinish(Irp, Status, 0);
  return FltDown(Of, Irp);
}
NTSTATUS FltControl(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: leak after success */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Status = FltHook(Of, Irp, FltPassed, NULL);
// finds: 'FltHook' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!FltIsOk(Status))
    return FltFinish(Irp, Status, 0);
  Status = Check(Of, Irp);
  if (!NT_SUCCESS(Status))
    return Status;
  return FltDown(Of, Irp);
}
NTSTATUS FltCreate(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: lower device */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  Status = IoSetCompletionRoutineEx(FltBelow(Of), Irp, FltPassed, NULL, TRUE, TRUE, TRUE);
// finds: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(Status))
    return FltFinish(Irp, Status, 0);
  return FltDown(Of, Irp);
}
static NTSTATUS Close(PDEVICE_OBJECT Device, PIRP Irp) { /* right: own device by accessor */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  Status = IoSetCompletionRoutineEx(FltMe(Of), Irp, FltPassed, NULL, TRUE, TRUE, TRUE);
  if (!FltIsOk(Status))
    FltDie((ULONG)Status);
  return FltDown(Of, Irp);
}
static NTSTATUS Flush(PDEVICE_OBJECT Device, PIRP Irp) { /* right: never returns, declared */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Why;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  if (!FltHooked(Of, Irp, FltPassed, &Why))
    FltDieDeclared(1);
  return FltDown(Of, Irp);
}
static NTSTATUS Query(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: fails without completing */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Why;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  if (!FltHooked(Of, Irp, FltPassed, &Why))
// finds: 'FltHooked' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
    return Why;
  return FltDown(Of, Irp);
}
static NTSTATUS Set(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: sent whatever it says */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Why;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  if (!FltHooked(Of, Irp, FltPassed, &Why))
// finds: 'FltHooked' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
    FltTrace("not hooked", (ULONG)Why);
  return FltDown(Of, Irp);
}
static NTSTATUS Twice(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: completed twice */
  PFLT_DEVICE Of = FltOf(Device);
  if (Of->State == FLT_FAILED)
    FltFinish(Irp, STATUS_UNSUCCESSFUL, 0);
  return FltFinish(Irp, STATUS_SUCCESS, 0);
// finds: IRP is written here although it was completed at util.c:29 [wdm-irp-used-after-completion]
}
static NTSTATUS Touch(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: touched after it was sent */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Status = FltSkipDown(Of, Irp);
  FltTrace("sent", (ULONG)Irp->IoStatus.Status);
// finds: IRP is read here although it was sent at util.c:21 [wdm-irp-used-after-completion]
  return Status;
}
static NTSTATUS Mark(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: marked, returns success */
  PFLT_DEVICE Of = FltOf(Device);
  FltQueueAndMark(Of, Irp);
  return STATUS_SUCCESS;
// finds: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}
static NTSTATUS MarkRight(PDEVICE_OBJECT Device, PIRP Irp) { return FltQueueAndMark(FltOf(Device), Irp); }
static NTSTATUS Lost(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: never completed */
  PFLT_DEVICE Of = FltOf(Device);
  if (!FltStarted(Of))
    return STATUS_DEVICE_NOT_READY;
// finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  return FltSkipDown(Of, Irp);
}
static NTSTATUS PendingLost(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: pending, never marked */
  FltPut(FltOf(Device), Irp);
  return STATUS_PENDING;
// finds: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}
NTSTATUS FltPnp(PDEVICE_OBJECT Device, PIRP Irp) { /* right: waits and completes */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Status = FltWait(Of, Irp);
  return FltFinish(Irp, Status, 0);
}
NTSTATUS FltPower(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: waited for, never completed */
  PFLT_DEVICE Of = FltOf(Device);
  return FltWait(Of, Irp);
// finds: 'FltWait' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
}
static NTSTATUS Counted(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: kept routine completes, touched */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Status;
  InterlockedIncrement(&Of->Outstanding);
  Status = FltHook(Of, Irp, FltCounted, Of);
  if (!FltIsOk(Status)) {
    InterlockedDecrement(&Of->Outstanding);
    return FltFinish(Irp, Status, 0);
  }
  FltMark(Irp);
  FltDown(Of, Irp);
  return STATUS_PENDING;
}
static NTSTATUS CountedWrong(PDEVICE_OBJECT Device, PIRP Irp) {
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Status = FltHook(Of, Irp, FltCounted, Of);
  if (!FltIsOk(Status))
    return FltFinish(Irp, Status, 0);
  FltMark(Irp);
  return FltDown(Of, Irp);
// finds: dispatch routine returns 'FltDown(Of, Irp)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}
static NTSTATUS Again(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: registered twice */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Status = FltHook(Of, Irp, FltPassed, NULL);
// finds: 'FltHook' succeeded, but a completion routine is then set for the same IRP again, which leaks memory; send the IRP in between, or set one routine [wdm-completion-routine-registered]
  if (!FltIsOk(Status))
    return FltFinish(Irp, Status, 0);
  Status = FltHookNow(Of->Me, Irp, FltPassed, NULL);
  if (!FltIsOk(Status))
    return FltFinish(Irp, Status, 0);
  return FltDown(Of, Irp);
}
static NTSTATUS Lower(PDEVICE_OBJECT Device, PIRP Irp) { /* wrong: the lower device through a helper */
  PFLT_DEVICE Of = FltOf(Device);
  NTSTATUS Status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  Status = FltHookNow(Of->Below, Irp, FltPassed, NULL);
// finds: 'FltHookNow' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!FltIsOk(Status))
    return FltFinish(Irp, Status, 0);
  return FltDown(Of, Irp);
}
static NTSTATUS ByTable(PDEVICE_OBJECT Device, PIRP Irp) {
  PFLT_DEVICE Of = FltOf(Device);
  const FLT_ROW *Row;
  for (Row = FltTable; Row->Handler; ++Row)
    if (Row->Code == Of->State)
      return Row->Handler(Of, Irp);
  return FltFinish(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
}
NTSTATUS FltHandlerA(PFLT_DEVICE Device, PIRP Irp) { /* wrong */
  FltHook(Device, Irp, FltMaybe, NULL);
// finds: 'FltHook' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  return FltDown(Device, Irp);
}
NTSTATUS FltHandlerB(PFLT_DEVICE Device, PIRP Irp) { /* wrong: inside the helper */
  FltHookBlind(Device, Irp, FltPassed);
  return FltDown(Device, Irp);
}
PDRIVER_DISPATCH FltOthers[] = {Close, Flush, Query, Set, Twice, Touch, Mark, MarkRight, Lost,
                                PendingLost, Counted, CountedWrong, Again, Lower, ByTable};
//--- entry.c
#include "flt.h"
extern PDRIVER_DISPATCH FltOthers[15];
const FLT_ROW FltTable[] = {{1, FltHandlerA}, {2, FltHandlerB}, {0, NULL}};
static VOID Unload(PDRIVER_OBJECT Driver) { UNREFERENCED_PARAMETER(Driver); }
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {
  ULONG I;
  UNREFERENCED_PARAMETER(Path);
  for (I = 0; I < 15; ++I)
    Driver->MajorFunction[I] = FltOthers[I];
  Driver->MajorFunction[IRP_MJ_READ] = FltRead;
  Driver->MajorFunction[IRP_MJ_WRITE] = FltWrite;
  Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = FltControl;
  Driver->MajorFunction[IRP_MJ_CREATE] = FltCreate;
  Driver->MajorFunction[IRP_MJ_PNP] = FltPnp;
  Driver->MajorFunction[IRP_MJ_POWER] = FltPower;
  Driver->DriverUnload = Unload;
  return STATUS_SUCCESS;
}
