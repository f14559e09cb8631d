// The variable that takes a status which was discarded.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -fixed-silent -std=c89,c17
#include "driver.h"

/* --- One of the author's that is free --- */

NTSTATUS free_(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS free_(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS freeOnEveryPath(PEXT Ext, PIRP Irp) {
  NTSTATUS ntStatus = Prepare(Ext);
  if (!NT_SUCCESS(ntStatus))
    return ntStatus;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (Maybe())
    ntStatus = IoCallDriver(Ext->Lower, Irp);
  else
    ntStatus = IoCallDriver(Ext->Lower, Irp);
  return ntStatus;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS freeOnEveryPath(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus))
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (Maybe())
// CHECK-FIXES-NEXT:    ntStatus = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  else
// CHECK-FIXES-NEXT:    ntStatus = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return ntStatus;
// CHECK-FIXES-NEXT:}

NTSTATUS nearestFirst(PEXT Ext, PIRP Irp) {
  NTSTATUS outer = STATUS_SUCCESS;
  if (Maybe()) {
    NTSTATUS inner;
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    inner = IoCallDriver(Ext->Lower, Irp);
    return inner;
  }
  outer = IoCallDriver(Ext->Lower, Irp);
  return outer;
}
// CHECK-MESSAGES: :[[@LINE-7]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS nearestFirst(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS outer = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  if (Maybe()) {
// CHECK-FIXES-NEXT:    NTSTATUS inner;
// CHECK-FIXES-NEXT:    inner = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(inner)) {
// CHECK-FIXES-NEXT:      return inner;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    inner = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:    return inner;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  outer = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return outer;
// CHECK-FIXES-NEXT:}

/* --- None of these is free --- */

NTSTATUS readLater(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS readLater(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS readOnOnePath(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (Maybe())
    status = STATUS_SUCCESS;
  IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS readOnOnePath(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (Maybe())
// CHECK-FIXES-NEXT:    status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS addressTaken(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  PNTSTATUS pointer = &status;
  Work(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  return *pointer;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS addressTaken(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  PNTSTATUS pointer = &status;
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus;
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return *pointer;
// CHECK-FIXES-NEXT:}

NTSTATUS aParameter(PEXT Ext, PIRP Irp, NTSTATUS Status) {
  Work(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  Status = IoCallDriver(Ext->Lower, Irp);
  return Status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS aParameter(PEXT Ext, PIRP Irp, NTSTATUS Status) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  Status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return Status;
// CHECK-FIXES-NEXT:}

NTSTATUS anotherType(PEXT Ext, PIRP Irp) {
  ULONG status;
  Work(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = (ULONG)IoCallDriver(Ext->Lower, Irp);
  return (NTSTATUS)status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS anotherType(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  ULONG status;
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus;
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = (ULONG)IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return (NTSTATUS)status;
// CHECK-FIXES-NEXT:}

NTSTATUS volatileVariable(PEXT Ext, PIRP Irp) {
  volatile NTSTATUS status;
  Work(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS volatileVariable(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  volatile NTSTATUS status;
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus;
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

/* A trace that is gone in this build reads the old value. */
NTSTATUS readByATrace(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  KdPrint(("prepared: %x\n", status));
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS readByATrace(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  KdPrint(("prepared: %x\n", status));
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

/* In the other branch of an #if it is not there. */
NTSTATUS declaredInOneConfiguration(PEXT Ext, PIRP Irp) {
#ifndef NO_STATUS
  NTSTATUS status = STATUS_SUCCESS;
#endif
  Work(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  DbgPrint("%x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS declaredInOneConfiguration(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus;
// CHECK-FIXES-NEXT:#ifndef NO_STATUS
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:#endif
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  DbgPrint("%x\n", status);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

/* --- A new one, where the function declares --- */

NTSTATUS behindTheDeclarations(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT lower = Ext->Lower; /* the next one */
  ULONG count = Ext->Count;          /* of what? */

  Work(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &count, TRUE, TRUE, TRUE);
  return IoCallDriver(lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS behindTheDeclarations(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  PDEVICE_OBJECT lower = Ext->Lower; /* the next one */
// CHECK-FIXES-NEXT:  ULONG count = Ext->Count;          /* of what? */
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &count, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS noDeclarationYet(PEXT Ext, PIRP Irp) {
  Work(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS noDeclarationYet(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS firstStatement(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT lower = Ext->Lower;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS firstStatement(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  PDEVICE_OBJECT lower = Ext->Lower;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS inTheBlockThatDeclares(PEXT Ext, PIRP Irp) {
  if (Maybe()) {
    PDEVICE_OBJECT lower = Ext->Lower;
    Work(Ext);
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    return IoCallDriver(lower, Irp);
  }
  return STATUS_SUCCESS;
}
// CHECK-MESSAGES: :[[@LINE-5]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inTheBlockThatDeclares(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  if (Maybe()) {
// CHECK-FIXES-NEXT:    PDEVICE_OBJECT lower = Ext->Lower;
// CHECK-FIXES-NEXT:    NTSTATUS status;
// CHECK-FIXES-NEXT:    Work(Ext);
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return STATUS_SUCCESS;
// CHECK-FIXES-NEXT:}

NTSTATUS behindALabel(PEXT Ext, PIRP Irp) {
  if (Maybe())
    goto Send;
  Work(Ext);
Send:
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS behindALabel(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  if (Maybe())
// CHECK-FIXES-NEXT:    goto Send;
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:Send:
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS behindACase(PEXT Ext, PIRP Irp, ULONG Kind) {
  switch (Kind) {
  case 0:
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    return IoCallDriver(Ext->Lower, Irp);
  default:
    return STATUS_NOT_SUPPORTED;
  }
}
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS behindACase(PEXT Ext, PIRP Irp, ULONG Kind) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  switch (Kind) {
// CHECK-FIXES-NEXT:  case 0:
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  default:
// CHECK-FIXES-NEXT:    return STATUS_NOT_SUPPORTED;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:}

/* --- A name that is not there yet --- */

NTSTATUS nameTaken(PEXT Ext, PIRP Irp) {
  ULONG status = Ext->Count;
  Work(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  DbgPrint("%u\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS nameTaken(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  ULONG status = Ext->Count;
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus;
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  DbgPrint("%u\n", status);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS nameOfAMacro(PEXT Ext, PIRP Irp) {
  Work(Ext);
#define status (Ext->LastStatus)
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
#undef status
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS nameOfAMacro(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:#define status (Ext->LastStatus)
// CHECK-FIXES-NEXT:  ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:#undef status
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}
