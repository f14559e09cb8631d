// A guard looks as its function does.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -fixed-silent
#include "driver.h"

// --- Braces ---

NTSTATUS bracesOnTheLine(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (!Ext->Started) {
    return STATUS_DEVICE_NOT_READY;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS bracesOnTheLine(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (!Ext->Started) {
// CHECK-FIXES-NEXT:    return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS
bracesOfTheirOwn(PEXT Ext, PIRP Irp)
{
    NTSTATUS status;
    if (!Ext->Started)
    {
        return STATUS_DEVICE_NOT_READY;
    }
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, Irp);
    return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS
// CHECK-FIXES-NEXT:bracesOfTheirOwn(PEXT Ext, PIRP Irp)
// CHECK-FIXES-NEXT:{
// CHECK-FIXES-NEXT:    NTSTATUS status;
// CHECK-FIXES-NEXT:    if (!Ext->Started)
// CHECK-FIXES-NEXT:    {
// CHECK-FIXES-NEXT:        return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status))
// CHECK-FIXES-NEXT:    {
// CHECK-FIXES-NEXT:        return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:}

NTSTATUS
whitesmiths(PEXT Ext, PIRP Irp)
    {
    NTSTATUS status;
    if (!Ext->Started)
        {
        return STATUS_DEVICE_NOT_READY;
        }
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, Irp);
    return status;
    }
// CHECK-MESSAGES: :[[@LINE-4]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS
// CHECK-FIXES-NEXT:whitesmiths(PEXT Ext, PIRP Irp)
// CHECK-FIXES-NEXT:    {
// CHECK-FIXES-NEXT:    NTSTATUS status;
// CHECK-FIXES-NEXT:    if (!Ext->Started)
// CHECK-FIXES-NEXT:        {
// CHECK-FIXES-NEXT:        return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:        }
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status))
// CHECK-FIXES-NEXT:        {
// CHECK-FIXES-NEXT:        return status;
// CHECK-FIXES-NEXT:        }
// CHECK-FIXES-NEXT:    status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:    }

NTSTATUS
gnu(PEXT Ext, PIRP Irp)
{
  NTSTATUS status;
  if (!Ext->Started)
    {
      return STATUS_DEVICE_NOT_READY;
    }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS
// CHECK-FIXES-NEXT:gnu(PEXT Ext, PIRP Irp)
// CHECK-FIXES-NEXT:{
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (!Ext->Started)
// CHECK-FIXES-NEXT:    {
// CHECK-FIXES-NEXT:      return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status))
// CHECK-FIXES-NEXT:    {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS
noBlankBehindIf(PEXT Ext, PIRP Irp)
{
	NTSTATUS status;
	if(!Ext->Started) {
		return STATUS_DEVICE_NOT_READY;
	}
	IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
	status = IoCallDriver(Ext->Lower, Irp);
	return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:2: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS
// CHECK-FIXES-NEXT:noBlankBehindIf(PEXT Ext, PIRP Irp)
// CHECK-FIXES-NEXT:{
// CHECK-FIXES-NEXT:	NTSTATUS status;
// CHECK-FIXES-NEXT:	if(!Ext->Started) {
// CHECK-FIXES-NEXT:		return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:	}
// CHECK-FIXES-NEXT:	status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:	if(!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:		return status;
// CHECK-FIXES-NEXT:	}
// CHECK-FIXES-NEXT:	status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:	return status;
// CHECK-FIXES-NEXT:}

// --- Bodies without braces get them ---

NTSTATUS bodyOfAnIf(PEXT Ext, PIRP Irp) {
  if (Maybe())
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS bodyOfAnIf(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  if (Maybe()) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS bodyOfAnIfWithElse(PEXT Ext, PIRP Irp) {
  if (Maybe())
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  else
    IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-5]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS bodyOfAnIfWithElse(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  if (Maybe()) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  } else
// CHECK-FIXES-NEXT:    IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS bodyOfAnElseIf(PEXT Ext, PIRP Irp, ULONG Kind) {
  if (Kind == 0) {
    IoSkipCurrentIrpStackLocation(Irp);
  } else if (Kind == 1)
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  else
    Work(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-5]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS bodyOfAnElseIf(PEXT Ext, PIRP Irp, ULONG Kind) {
// CHECK-FIXES-NEXT:  if (Kind == 0) {
// CHECK-FIXES-NEXT:    IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  } else if (Kind == 1) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  } else
// CHECK-FIXES-NEXT:    Work(Ext);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS bodyOfAnElse(PEXT Ext, PIRP Irp)
{
    if (Maybe())
    {
        IoSkipCurrentIrpStackLocation(Irp);
    }
    else
        IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:9: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS bodyOfAnElse(PEXT Ext, PIRP Irp)
// CHECK-FIXES-NEXT:{
// CHECK-FIXES-NEXT:    if (Maybe())
// CHECK-FIXES-NEXT:    {
// CHECK-FIXES-NEXT:        IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    else
// CHECK-FIXES-NEXT:    {
// CHECK-FIXES-NEXT:        NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:        if (!NT_SUCCESS(status))
// CHECK-FIXES-NEXT:        {
// CHECK-FIXES-NEXT:            return status;
// CHECK-FIXES-NEXT:        }
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS bodyWithComments(PEXT Ext, PIRP Irp)
{
    if (Maybe()) // now?
        /* yes, now */
        IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // done
    return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:9: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS bodyWithComments(PEXT Ext, PIRP Irp)
// CHECK-FIXES-NEXT:{
// CHECK-FIXES-NEXT:    if (Maybe()) { // now?
// CHECK-FIXES-NEXT:        /* yes, now */
// CHECK-FIXES-NEXT:        NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // done
// CHECK-FIXES-NEXT:        if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:            return status;
// CHECK-FIXES-NEXT:        }
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS bodyOnTheSameLine(PEXT Ext, PIRP Irp) {
  if (Maybe()) IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:16: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS bodyOnTheSameLine(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  if (Maybe()) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS allOnOneLine(PEXT Ext, PIRP Irp) {
  if (Maybe()) IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); else Work(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:16: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS allOnOneLine(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  if (Maybe()) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  } else Work(Ext);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS inBracesOnOneLine(PEXT Ext, PIRP Irp) {
  if (Maybe()) { IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:18: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inBracesOnOneLine(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  if (Maybe()) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS bodyOfADo(PEXT Ext, PIRP Irp) {
  do
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  while (0);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS bodyOfADo(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  do {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  } while (0);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- The statement ---

NTSTATUS castToVoid(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  (VOID)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:9: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS castToVoid(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS argumentsUnderTheParenthesis(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, // the device
                           Irp, Done,
                           Ext,
                           TRUE, /* on success */
                           TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS argumentsUnderTheParenthesis(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, // the device
// CHECK-FIXES-NEXT:                                    Irp, Done,
// CHECK-FIXES-NEXT:                                    Ext,
// CHECK-FIXES-NEXT:                                    TRUE, /* on success */
// CHECK-FIXES-NEXT:                                    TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS castAndArgumentsUnderTheParenthesis(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  (void) IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext,
                                  TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:10: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS castAndArgumentsUnderTheParenthesis(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext,
// CHECK-FIXES-NEXT:                                    TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS argumentsIndented(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(
      Ext->Self, Irp, Done,
      Ext, TRUE, TRUE, TRUE
      );
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS argumentsIndented(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(
// CHECK-FIXES-NEXT:      Ext->Self, Irp, Done,
// CHECK-FIXES-NEXT:      Ext, TRUE, TRUE, TRUE
// CHECK-FIXES-NEXT:      );
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS commentsStay(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  // before
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) /* between */; // behind
  // after
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS commentsStay(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  // before
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) /* between */; // behind
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  // after
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS longComment(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); /* one
                                                                            two */
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS longComment(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); /* one
// CHECK-FIXES-NEXT:                                                                            two */
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS twoStatementsOnALine(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS twoStatementsOnALine(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS labelOnTheSameLine(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (Maybe())
    goto Send;
  Work(Ext);
Send: IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:7: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS labelOnTheSameLine(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (Maybe())
// CHECK-FIXES-NEXT:    goto Send;
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:Send: status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS behindADirective(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
#if DBG
  Work(Ext);
#endif
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
#if DBG
  Work(Ext);
#endif
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS behindADirective(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:#if DBG
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:#endif
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:#if DBG
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:#endif
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS onlyStatement(PEXT Ext, PIRP Irp) { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }

BOOLEAN wholeFunctionOnOneLine(PEXT Ext, PIRP Irp) { IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); return TRUE; }
// CHECK-MESSAGES: :[[@LINE-1]]:54: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:BOOLEAN wholeFunctionOnOneLine(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return FALSE;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return TRUE; }
