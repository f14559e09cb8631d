// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// __try, __except and __leave.
#include "driver.h"

NTSTATUS discardedInTry(PEXT Ext, PIRP Irp) {
  __try {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return IoCallDriver(Ext->Lower, Irp);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    return GetExceptionCode();
  }
}

NTSTATUS testedInTry(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      return status;
    return IoCallDriver(Ext->Lower, Irp);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    return GetExceptionCode();
  }
}

NTSTATUS testedBehindTry(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    ProbeForWrite(Irp->UserBuffer, 4, 1);
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS notTestedBehindTry(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    return GetExceptionCode();
  }
  DbgPrint("registered: %x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS tryBeforeTheRegistration(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    ProbeForWrite(Irp->UserBuffer, 4, 1);
    *(volatile ULONG *)Irp->UserBuffer = 0;
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    return GetExceptionCode();
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS tryBetweenCallAndTest(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  __try {
    ProbeForWrite(Irp->UserBuffer, 4, 1);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    DbgPrint("bad buffer\n");
  }
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS tryBetweenCallAndSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  __try {
    ProbeForWrite(Irp->UserBuffer, 4, 1);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    DbgPrint("bad buffer\n");
  }
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS leaves(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      __leave;
    status = IoCallDriver(Ext->Lower, Irp);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
  }
  return status;
}

NTSTATUS leavesBeforeTheTest(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    if (Maybe())
      __leave;
    if (!NT_SUCCESS(status))
      return status;
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    return GetExceptionCode();
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS leavesInALoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  __try {
    while (Maybe()) {
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
      if (!NT_SUCCESS(status))
        __leave;
      status = IoCallDriver(Ext->Lower, Irp);
      __leave;
    }
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
  }
  return status;
}

NTSTATUS nestedTryInnerLeave(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    __try {
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
      __leave;
    } __except (EXCEPTION_CONTINUE_SEARCH) {
      return STATUS_UNSUCCESSFUL;
    }
    status = IoCallDriver(Ext->Lower, Irp);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
  }
  return status;
}

NTSTATUS nestedTryInnerLeaveWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    __try {
      status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
      __leave;
    } __except (EXCEPTION_CONTINUE_SEARCH) {
      return STATUS_UNSUCCESSFUL;
    }
    if (!NT_SUCCESS(status))
      __leave;
    status = IoCallDriver(Ext->Lower, Irp);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
  }
  return status;
}

static int Filter(NTSTATUS Code) {
  return Code == STATUS_INSUFFICIENT_RESOURCES ? EXCEPTION_EXECUTE_HANDLER
                                               : EXCEPTION_CONTINUE_SEARCH;
}

NTSTATUS filterFunction(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      ExRaiseStatus(status);
    status = IoCallDriver(Ext->Lower, Irp);
  } __except (Filter(GetExceptionCode())) {
    status = GetExceptionCode();
  }
  return status;
}

NTSTATUS registeredInTheHandler(PEXT Ext, PIRP Irp) {
  __try {
    Work(Ext);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registeredInTheHandlerWhenChecked(PEXT Ext, PIRP Irp) {
  __try {
    Work(Ext);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      return status;
    }
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// In the way of fastfat: macros for the keywords, one way out of the block.
#define try __try
#define except(Filter) __except (Filter)
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
  } except(EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
  }
  return status;
}

NTSTATUS tryReturnWithoutATest(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  try {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status)) {
      try_return(NOTHING);
    }
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    try_return(status = IoCallDriver(Ext->Lower, Irp));
  try_exit:
    NOTHING;
  } except(EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
  }
  return status;
}
