#include "driver.h"

/* In other files. */
NTSTATUS HookIrp(PEXT Ext, PIRP Irp);
NTSTATUS WithRoutine(PVOID Ext, PVOID Irp, PIO_COMPLETION_ROUTINE Routine);
NTSTATUS PassOn(PEXT Ext, PIRP Irp);
VOID SendLater(PEXT Ext, PIRP Irp);
VOID ForgetHook(PIRP Irp);
VOID GiveUp(PIRP Irp);
VOID Keep(PVOID Irp);
VOID NotTheIrp(PEXT Ext);
VOID TraceIrp(PIRP Irp, PCSTR Text);
VOID Before(PIRP Irp);
ULONG OtherIrp(PIRP Irp);

static VOID Seen(PIRP Irp) { Irp->IoStatus.Information = 0; }

NTSTATUS Returned(PEXT Ext, PIRP Irp) {
  NTSTATUS status;

  Before(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  Seen(Irp);
  NotTheIrp(Ext);
  TraceIrp(Irp, "sent");
  return PassOn(Ext, Irp);
}

NTSTATUS Recovered(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    ForgetHook(Irp);
  }
  OtherIrp(Other);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS GivenUp(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status < 0) {
    GiveUp(Irp);
    return status;
  }
  SendLater(Ext, Irp);
  return STATUS_PENDING;
}

NTSTATUS Kept(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    Keep(Irp);
    status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS Hooked(PEXT Ext, PIRP Irp) {
  HookIrp(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS HookedWithRoutine(PEXT Ext, PIRP Irp) {
  WithRoutine(Ext, Irp, Done);
  return IoCallDriver(Ext->Lower, Irp);
}
