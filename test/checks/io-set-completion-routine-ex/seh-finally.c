// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// __try and __finally: everyday code in file system drivers. The block behind __finally
// runs on every way out of the block before it.
#include "driver.h"

// --- The finally block does something else ---

NTSTATUS discarded(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS tested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      __leave;
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS neverTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS returnsFromWithin(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      return status;
    }
    return IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
}

NTSTATUS returnsFromWithinWithoutATest(PEXT Ext, PIRP Irp) {
  __try {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    Ext->LastStatus = status;
    return IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
}

NTSTATUS returnsTheStatusFromWithin(PEXT Ext, PIRP Irp) {
  __try {
    Work(Ext);
    return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } __finally {
    Ext->Count++;
  }
}

NTSTATUS gotoOut(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      goto out;
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
out:
  return status;
}

NTSTATUS gotoOutToTheSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    if (Maybe())
      goto out;
    if (!NT_SUCCESS(status))
      return status;
  } __finally {
    Work(Ext);
  }
out:
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS gotoOutToTheSendWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (NT_SUCCESS(status))
      goto out;
    return status;
  } __finally {
    Work(Ext);
  }
out:
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS leavesBeforeTheTest(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    if (Maybe())
      __leave;
    if (!NT_SUCCESS(status))
      return status;
  } __finally {
    Work(Ext);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Around the registration ---

NTSTATUS testedBehindFinally(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } __finally {
    Work(Ext);
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS notTestedBehindFinally(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  } __finally {
    DbgPrint("registered: %x\n", status);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registeredBeforeTry(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  __try {
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS registeredBeforeTryWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  __try {
    if (NT_SUCCESS(status)) {
      status = IoCallDriver(Ext->Lower, Irp);
    }
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS registeredBehindFinally(PEXT Ext, PIRP Irp) {
  __try {
    Work(Ext);
  } __finally {
    Ext->Count = 0;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registeredBehindFinallyWhenChecked(PEXT Ext, PIRP Irp) {
  __try {
    Work(Ext);
  } __finally {
    Ext->Count = 0;
  }
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

// A __finally that has nothing to do with the registration must not hide it.
NTSTATUS finallyInAnotherBranch(PEXT Ext, PIRP Irp) {
  if (Maybe()) {
    __try {
      Work(Ext);
    } __finally {
      Ext->Count = 0;
    }
    return STATUS_UNSUCCESSFUL;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

// --- The finally block tests, completes, sends, registers ---

NTSTATUS finallyTests(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN send = FALSE;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } __finally {
    if (NT_SUCCESS(status)) {
      send = TRUE;
    }
  }
  if (send)
    return IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS finallyTestsAField(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (NT_SUCCESS(status)) {
      status = IoCallDriver(Ext->Lower, Irp);
      __leave;
    }
    Ext->LastStatus = status;
  } __finally {
    if (Ext->LastStatus != STATUS_SUCCESS) {
      Work(Ext);
    }
  }
  return status;
}

NTSTATUS finallySends(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  } __finally {
    status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS finallySendsWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } __finally {
    if (NT_SUCCESS(status)) {
      status = IoCallDriver(Ext->Lower, Irp);
    }
  }
  return status;
}

NTSTATUS finallySendsOnTheReturn(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    if (Maybe())
      return STATUS_PENDING;
    if (!NT_SUCCESS(status))
      IoSkipCurrentIrpStackLocation(Irp);
  } __finally {
    IoCallDriver(Ext->Lower, Irp);
  }
  return STATUS_PENDING;
}

NTSTATUS finallyRegisters(PEXT Ext, PIRP Irp) {
  __try {
    Work(Ext);
  } __finally {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS finallyRegistersWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    Work(Ext);
  } __finally {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS finallyRecovers(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } __finally {
    if (!NT_SUCCESS(status)) {
      IoSkipCurrentIrpStackLocation(Irp);
    }
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS finallyOverwrites(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  } __finally {
    status = Prepare(Ext);
  }
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS finallyReleases(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  PVOID buffer = NULL;
  __try {
    buffer = ExAllocatePoolWithTag(NonPagedPool, 16, 'tseT');
    if (buffer == NULL) {
      status = STATUS_INSUFFICIENT_RESOURCES;
      __leave;
    }
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, buffer, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      __leave;
    }
    status = IoCallDriver(Ext->Lower, Irp);
    buffer = NULL;
  } __finally {
    if (buffer != NULL) {
      ExFreePoolWithTag(buffer, 'tseT');
    }
  }
  return status;
}

NTSTATUS finallyAsksHowItWasLeft(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (NT_SUCCESS(status)) {
      status = IoCallDriver(Ext->Lower, Irp);
    }
  } __finally {
    if (AbnormalTermination()) {
      DbgPrint("left by an exception\n");
    }
  }
  return status;
}

NTSTATUS finallyAsksHowItWasLeftUntested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    IoCallDriver(Ext->Lower, Irp);
  } __finally {
    if (AbnormalTermination()) {
      DbgPrint("left by an exception: %x\n", status);
    }
  }
  return STATUS_PENDING;
}

// --- Nested ---

NTSTATUS nestedFinally(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    __try {
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
      __leave;
    } __finally {
      Ext->Count++;
    }
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Ext->Count--;
  }
  return status;
}

NTSTATUS nestedFinallyWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    __try {
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
      if (!NT_SUCCESS(status))
        return status;
    } __finally {
      Ext->Count++;
    }
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Ext->Count--;
  }
  return status;
}

NTSTATUS exceptInFinally(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    __try {
      ProbeForWrite(Irp->UserBuffer, 1, 1);
      IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:7: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
      status = IoCallDriver(Ext->Lower, Irp);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
      status = GetExceptionCode();
    }
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS exceptInFinallyWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    __try {
      ProbeForWrite(Irp->UserBuffer, 1, 1);
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
      if (NT_SUCCESS(status)) {
        status = IoCallDriver(Ext->Lower, Irp);
      }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
      status = GetExceptionCode();
    }
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS finallyWithinFinally(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    Work(Ext);
  } __finally {
    __try {
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
      if (!NT_SUCCESS(status))
        __leave;
      status = IoCallDriver(Ext->Lower, Irp);
    } __finally {
      Ext->Count = 0;
    }
  }
  return status;
}

// --- Loops ---

VOID breakOutOfFinally(PEXT Ext) {
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    __try {
      NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[i], Done, Ext, TRUE, TRUE, TRUE);
      if (!NT_SUCCESS(status))
        break;
      IoCallDriver(Ext->Lower, Ext->Irps[i]);
    } __finally {
      Work(Ext);
    }
  }
}

VOID continueOutOfFinally(PEXT Ext) {
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    NTSTATUS status;
    __try {
      status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[i], Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
      if (Maybe())
        continue;
      if (!NT_SUCCESS(status))
        break;
    } __finally {
      Work(Ext);
    }
    IoCallDriver(Ext->Lower, Ext->Irps[i]);
  }
}

VOID continueOutOfFinallyWhenChecked(PEXT Ext) {
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    NTSTATUS status;
    __try {
      status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irps[i], Done, Ext, TRUE, TRUE, TRUE);
      if (!NT_SUCCESS(status))
        continue;
    } __finally {
      Work(Ext);
    }
    IoCallDriver(Ext->Lower, Ext->Irps[i]);
  }
}

// --- The flag that says whether the IRP is still to be completed ---

NTSTATUS completesInFinally(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN sent = FALSE;
  __try {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status)) {
      __leave;
    }
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      __leave;
    }
    sent = TRUE;
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    if (!sent) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

NTSTATUS completesInFinallyWithoutATest(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN sent = FALSE;
  __try {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status)) {
      __leave;
    }
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    sent = TRUE;
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    if (!sent) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

DRIVER_DISPATCH DispatchRead;
NTSTATUS DispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  BOOLEAN complete = TRUE;
  __try {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      __leave;
    }
    complete = FALSE;
    status = IoCallDriver(ext->Lower, Irp);
  } __finally {
    if (complete) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

// In the way of fastfat: macros for the keywords, one way out of the block.
#define try __try
#define finally __finally
#define try_return(S)                                                                              \
  {                                                                                                \
    S;                                                                                             \
    goto try_exit;                                                                                 \
  }

NTSTATUS tryReturn(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  try {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status)) {
      try_return(NOTHING);
    }
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      try_return(status = STATUS_UNSUCCESSFUL);
    }
    status = IoCallDriver(Ext->Lower, Irp);
  try_exit:
    NOTHING;
  } finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS tryReturnWithoutATest(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    try_return(status = IoCallDriver(Ext->Lower, Irp));
  try_exit:
    NOTHING;
  } finally {
    Work(Ext);
  }
  return status;
}
