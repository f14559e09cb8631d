// RUN: %driver_one
//
// Files in C and in C++: one function, field or record has one name. Templates that another file
// instantiates.
//--- mix.h
#ifndef MIX_H
#define MIX_H
#ifdef __cplusplus
extern "C" {
#endif
#include "wdm.h"
typedef struct _MIX {
  PDEVICE_OBJECT Self;
  union {
    PDEVICE_OBJECT Lower;
    PVOID Any;
  };
  struct _LAST {
    union {
      NTSTATUS Status;
      ULONG Raw;
    };
    BOOLEAN Hooked;
  } Last;
} MIX, *PMIX;
NTSTATUS MixHook(PMIX Mix, PIRP Irp);
VOID MixHookInto(PMIX Mix, PIRP Irp);
NTSTATUS MixSend(PMIX Mix, PIRP Irp);
NTSTATUS MixEnd(PIRP Irp, NTSTATUS Status);
BOOLEAN MixOk(PMIX Mix);
IO_COMPLETION_ROUTINE MixDone;
NTSTATUS MixRead(PDEVICE_OBJECT Device, PIRP Irp);
NTSTATUS MixWrite(PDEVICE_OBJECT Device, PIRP Irp);
#ifdef __cplusplus
}
template <typename T> NTSTATUS hookAs(T *Mix, PIRP Irp);
template <typename T> struct Sender {
  static NTSTATUS send(T *Mix, PIRP Irp);
};
extern template struct Sender<MIX>;
NTSTATUS overloaded(PIRP Irp, int);
NTSTATUS overloaded(PIRP Irp, long);
#endif
#endif
//--- hook.cpp
#include "mix.h"
extern "C" NTSTATUS MixHook(PMIX Mix, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSetCompletionRoutineEx(Mix->Self, Irp, MixDone, Mix, TRUE, TRUE, TRUE);
}
extern "C" VOID MixHookInto(PMIX Mix, PIRP Irp) {
  Mix->Last.Status = MixHook(Mix, Irp);
  Mix->Last.Hooked = NT_SUCCESS(Mix->Last.Status);
}
extern "C" BOOLEAN MixOk(PMIX Mix) { return Mix->Last.Hooked; }
template <typename T> NTSTATUS hookAs(T *Mix, PIRP Irp) { return MixHook(Mix, Irp); }
template NTSTATUS hookAs<MIX>(MIX *, PIRP);
template <typename T> NTSTATUS Sender<T>::send(T *Mix, PIRP Irp) { return MixSend(Mix, Irp); }
template struct Sender<MIX>;
NTSTATUS overloaded(PIRP Irp, int) { return MixEnd(Irp, STATUS_SUCCESS); }
NTSTATUS overloaded(PIRP Irp, long) {
  Irp->IoStatus.Information = 0;
  return STATUS_SUCCESS;
}
//--- read.cpp
#include "mix.h"
extern "C" NTSTATUS MixRead(PDEVICE_OBJECT Device, PIRP Irp) {
  PMIX Mix = (PMIX)Device->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case 0:
    hookAs(Mix, Irp);
  // finds: result of 'hookAs' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return Sender<MIX>::send(Mix, Irp);
  case 1: {
    NTSTATUS Status = hookAs(Mix, Irp);
    if (!NT_SUCCESS(Status))
      return MixEnd(Irp, Status);
    return Sender<MIX>::send(Mix, Irp);
  }
  case 2:
    overloaded(Irp, 1);
    Irp->IoStatus.Information = 0;
  // finds: IRP is written here although it was completed at io.c:5 [wdm-irp-used-after-completion]
    return STATUS_SUCCESS;
  case 3:
    overloaded(Irp, 1L);
    return STATUS_SUCCESS;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  case 4:
    MixHookInto(Mix, Irp);
    if (!NT_SUCCESS(Mix->Last.Status))
      return MixEnd(Irp, Mix->Last.Status);
    return MixSend(Mix, Irp);
  case 5:
    Mix->Last.Status = STATUS_SUCCESS;
    Mix->Last.Status = MixHook(Mix, Irp);
  // finds: 'MixHook' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
    if (!NT_SUCCESS(Mix->Last.Status))
      return Mix->Last.Status;
    return MixSend(Mix, Irp);
  }
  return MixEnd(Irp, STATUS_NOT_SUPPORTED);
}
//--- entry.c
#include "mix.h"
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {
  UNREFERENCED_PARAMETER(Path);
  Driver->MajorFunction[IRP_MJ_READ] = MixRead;
  Driver->MajorFunction[IRP_MJ_WRITE] = MixWrite;
  return STATUS_SUCCESS;
}
NTSTATUS MixWrite(PDEVICE_OBJECT Device, PIRP Irp) {
  PMIX Mix = (PMIX)Device->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case 0:
    MixHookInto(Mix, Irp);
    if (!MixOk(Mix))
      return MixEnd(Irp, Mix->Last.Status);
    return MixSend(Mix, Irp);
  case 1:
    MixHookInto(Mix, Irp);
    if (!NT_SUCCESS(Mix->Last.Status))
      return MixEnd(Irp, Mix->Last.Status);
    return MixSend(Mix, Irp);
  case 2:
    MixHookInto(Mix, Irp);
  // finds: 'MixHookInto' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
    if (!Mix->Last.Hooked)
      DbgPrint("failed\n");
    return MixSend(Mix, Irp);
  case 3:
    MixHook(Mix, Irp);
  // finds: result of 'MixHook' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return MixSend(Mix, Irp);
  }
  return STATUS_SUCCESS;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
//--- io.c
#include "mix.h"
NTSTATUS MixSend(PMIX Mix, PIRP Irp) { return IoCallDriver(Mix->Lower, Irp); }
NTSTATUS MixEnd(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}
NTSTATUS MixDone(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned)
    IoMarkIrpPending(Irp);
  return STATUS_SUCCESS;
}
