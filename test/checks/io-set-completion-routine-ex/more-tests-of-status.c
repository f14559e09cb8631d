// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// More spellings of the test, and of its absence.
#include "driver.h"

NTSTATUS comparedWithZero(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (0 != status)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS atLeastSuccess(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status >= STATUS_SUCCESS)
    return IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS notLess(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!(status < 0))
    return IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS unsignedComparison(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if ((ULONG)status >= 0x80000000UL)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS shifted(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if ((ULONG)status >> 31)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS severityBits(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if ((status & 0xC0000000) == 0xC0000000)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS successIsNotZero(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status) != 0)
    return IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS asInt(PEXT Ext, PIRP Irp) {
  int rc = (int)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (rc < 0)
    return rc;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS asLonglong(PEXT Ext, PIRP Irp) {
  LONGLONG rc = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (rc != 0)
    return (NTSTATUS)rc;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS volatileStatus(PEXT Ext, PIRP Irp) {
  volatile NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS assignedAndSentInOneCondition(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if ((status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) == STATUS_SUCCESS && (status = IoCallDriver(Ext->Lower, Irp)) == STATUS_PENDING)
    Work(Ext);
  return status;
}

NTSTATUS assignedInAConditional(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  return NT_SUCCESS(status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) ? IoCallDriver(Ext->Lower, Irp) : status;
}

NTSTATUS declaredTogetherWithTheSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), sent = IoCallDriver(Ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (!NT_SUCCESS(status))
    return status;
  return sent;
}

NTSTATUS declaredTogetherWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), sent = NT_SUCCESS(status) ? IoCallDriver(Ext->Lower, Irp) : status;
  return sent;
}

NTSTATUS switchWithGoto(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  switch (status) {
  case STATUS_SUCCESS:
    break;
  default:
    goto fail;
  }
  return IoCallDriver(Ext->Lower, Irp);
fail:
  return status;
}

NTSTATUS inTheWhileCondition(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  do {
    Work(Ext);
  } while (status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), !NT_SUCCESS(status));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS arrayElementByIndex(PEXT Ext, PIRP Irp, ULONG I) {
  NTSTATUS results[4];
  results[I] = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(results[I]))
    return results[I];
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS parameterIsReused(PEXT Ext, PIRP Irp, NTSTATUS Status) {
  Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(Status))
    return Status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testOfTheParameterComesFirst(PEXT Ext, PIRP Irp, NTSTATUS Status) {
  if (!NT_SUCCESS(Status))
    return Status;
  Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'Status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%x\n", Status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS twoPointersToOne(PEXT Ext, PIRP Irp, PNTSTATUS Status) {
  PNTSTATUS same = Status;
  *same = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(*Status))
    return STATUS_UNSUCCESSFUL;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS structureCopied(PEXT Ext, PIRP Irp) {
  IO_STATUS_BLOCK first, second;
  first.Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  first.Information = 0;
  second = first;
  if (!NT_SUCCESS(second.Status))
    return second.Status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS onlyTheInformationLookedAt(PEXT Ext, PIRP Irp) {
  IO_STATUS_BLOCK result;
  result.Information = Number();
  result.Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:19: warning: result of 'IoSetCompletionRoutineEx' is stored in 'result.Status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (result.Information == 0)
    return STATUS_UNSUCCESSFUL;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS exclusiveOr(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status ^ STATUS_SUCCESS)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedTwice(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    DbgPrint("no routine\n");
  Work(Ext);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// Reused in rounds: each is tested.
NTSTATUS reusedInRounds(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  ULONG i;
  for (i = 0; i < 4; i++) {
    IoReuseIrp(Irp, STATUS_NOT_SUPPORTED);
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      break;
    if (IoCallDriver(Ext->Lower, Irp) == STATUS_PENDING)
      KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
    if (!NT_SUCCESS(status))
      break;
  }
  return status;
}

NTSTATUS reusedInRoundsUntested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  ULONG i;
  for (i = 0; i < 4; i++) {
    IoReuseIrp(Irp, STATUS_NOT_SUPPORTED);
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    if (IoCallDriver(Ext->Lower, Irp) == STATUS_PENDING)
      KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
    if (!NT_SUCCESS(status))
      break;
  }
  return status;
}

// The IRP comes back and goes down again, with another routine.
NTSTATUS sentTwice(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  IoCallDriver(Ext->Lower, Irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentTwiceOnceChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  IoCallDriver(Ext->Lower, Irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoCallDriver(Ext->Lower, Irp);
  return STATUS_PENDING;
}

// The second is registered in the same stack location: the first one's status was tested.
NTSTATUS registeredTwice(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, TRUE, FALSE, FALSE);
  if (!NT_SUCCESS(status)) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}
