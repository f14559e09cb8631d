// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The IRP is handed on, waited for, and reused or freed.
#include "driver.h"
typedef struct { NTSTATUS (*WskCloseSocket)(PVOID, PIRP); } DISPATCH;
typedef struct { PVOID Socket; DISPATCH *Dispatch; } SOCK;
NTSTATUS Provider(PVOID, PIRP);

VOID A(SOCK *S, PIRP irp) {
  KEVENT ev;
  KeInitializeEvent(&ev, SynchronizationEvent, FALSE);
  IoReuseIrp(irp, STATUS_UNSUCCESSFUL);
  IoSetCompletionRoutineEx(S->Socket, irp, Done, &ev, TRUE, TRUE, TRUE); /* A */
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  S->Dispatch->WskCloseSocket(S->Socket, irp);
  KeWaitForSingleObject(&ev, Executive, KernelMode, FALSE, NULL);
  IoReuseIrp(irp, STATUS_UNSUCCESSFUL);
}

NTSTATUS B(SOCK *S) {
  KEVENT ev;
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  KeInitializeEvent(&ev, SynchronizationEvent, FALSE);
  IoSetCompletionRoutineEx(S->Socket, irp, Done, &ev, TRUE, TRUE, TRUE); /* B */
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = Provider(S->Socket, irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&ev, Executive, KernelMode, FALSE, NULL);
    status = irp->IoStatus.Status;
  }
  IoFreeIrp(irp);
  return status;
}

NTSTATUS C(SOCK *S) { /* the same, tested: must be silent in all four checks */
  KEVENT ev;
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  KeInitializeEvent(&ev, SynchronizationEvent, FALSE);
  status = IoSetCompletionRoutineEx(S->Socket, irp, Done, &ev, TRUE, TRUE, TRUE); /* C */
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  status = Provider(S->Socket, irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&ev, Executive, KernelMode, FALSE, NULL);
    status = irp->IoStatus.Status;
  }
  IoFreeIrp(irp);
  return status;
}
