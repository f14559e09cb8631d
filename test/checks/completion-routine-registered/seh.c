// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The leak, with structured exception handling.
#include "driver.h"

NTSTATUS leavesAfterwards(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
    if (!NT_SUCCESS(status))
      __leave;
    status = Prepare(Ext);
    if (!NT_SUCCESS(status))
      __leave;
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS leavesBefore(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status))
      __leave;
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      __leave;
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS finallyCompletes(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  BOOLEAN complete = TRUE;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
    if (!NT_SUCCESS(status))
      __leave;
    status = Prepare(Ext);
    if (!NT_SUCCESS(status))
      __leave;
    complete = FALSE;
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    if (complete) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

NTSTATUS finallyCompletesOnlyTheFailed(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  BOOLEAN complete = TRUE;
  __try {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status))
      __leave;
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      __leave;
    complete = FALSE;
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    if (complete) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

NTSTATUS finallyFreesTheOwnIrp(PEXT Ext) {
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  PIRP irp = NULL;
  __try {
    irp = IoAllocateIrp(1, FALSE);
    if (irp == NULL)
      __leave;
    status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
    if (!NT_SUCCESS(status))
      __leave;
    if (!Ext->Started) {
      status = STATUS_DEVICE_NOT_READY;
      return status;
    }
    status = IoCallDriver(Ext->Lower, irp);
    irp = NULL;
  } __finally {
    if (irp != NULL)
      IoFreeIrp(irp);
  }
  return status;
}

NTSTATUS finallySends(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      __leave;
    Work(Ext);
  } __finally {
    if (NT_SUCCESS(status))
      status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

// ProbeForWrite raises, and the handler completes what was registered.
NTSTATUS exceptAfterwards(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
    if (!NT_SUCCESS(status)) {
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      return status;
    }
    ProbeForWrite(Irp->UserBuffer, 4, 1);
    return IoCallDriver(Ext->Lower, Irp);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

NTSTATUS exceptBefore(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    ProbeForWrite(Irp->UserBuffer, 4, 1);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}
