// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// What tells success from failure, and what only looks like it.
#include "driver.h"

// --- The macros and comparisons that separate STATUS_SUCCESS from
// --- STATUS_INSUFFICIENT_RESOURCES ---

NTSTATUS ntSuccess(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS ntError(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_ERROR(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ntWarning(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (NT_WARNING(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ntInformation(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (NT_INFORMATION(status)) {
    Work(Ext);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS notNegative(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status >= 0)
    return IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS negative(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status < 0)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS zeroGreater(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (0 > status)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS greaterThanMinusOne(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status > -1)
    return IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS greaterThanZero(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (status > 0)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS notGreaterThanZero(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (status <= 0) {
    status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS equalsSuccess(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status == STATUS_SUCCESS) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS successEquals(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (STATUS_SUCCESS != status) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS differsFromSuccess(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status != STATUS_SUCCESS) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS insufficientResources(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status == STATUS_INSUFFICIENT_RESOURCES) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS pending(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (status == STATUS_PENDING) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS notPending(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (status != STATUS_PENDING) {
    status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS cancelled(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (status == STATUS_CANCELLED || status == STATUS_DELETE_PENDING) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS successOrPending(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status == STATUS_SUCCESS || status == STATUS_PENDING) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS neitherSuccessNorPending(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status != STATUS_PENDING && status != STATUS_SUCCESS) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bareValue(PEXT Ext, PIRP Irp) {
  NTSTATUS err = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (err)
    return err;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS notBareValue(PEXT Ext, PIRP Irp) {
  NTSTATUS err = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!err)
    return IoCallDriver(Ext->Lower, Irp);
  return err;
}

NTSTATUS signBit(PEXT Ext, PIRP Irp) {
  ULONG status = (ULONG)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (status & 0x80000000) {
    return (NTSTATUS)status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS asHresult(PEXT Ext, PIRP Irp) {
#define FAILED(hr) (((LONG)(hr)) < 0)
  LONG hr = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (FAILED(hr)) {
    return hr;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS comparedWithTrue(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status) == TRUE) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS comparedWithFalse(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (FALSE == NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS doubleNegation(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!!NT_SUCCESS((status))) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

// --- The call or the assignment stands in the condition ---

NTSTATUS callInTheCondition(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS callComparedInTheCondition(PEXT Ext, PIRP Irp) {
  if (IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) != STATUS_SUCCESS)
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS callComparedWithPending(PEXT Ext, PIRP Irp) {
  if (IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) == STATUS_PENDING)
// CHECK-MESSAGES: :[[@LINE-1]]:7: warning: result of 'IoSetCompletionRoutineEx' is never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bareCallInTheCondition(PEXT Ext, PIRP Irp) {
  if (IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS assignmentInTheCondition(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (!NT_SUCCESS(status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS assignmentComparedInTheCondition(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if ((status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) < 0)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bareAssignmentInTheCondition(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if ((status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Other branches than if ---

NTSTATUS bySwitch(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  switch (status) {
  case STATUS_SUCCESS:
    return IoCallDriver(Ext->Lower, Irp);
  default:
    return status;
  }
}

NTSTATUS bySwitchOnTheOtherValue(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  switch (status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) {
  case STATUS_INSUFFICIENT_RESOURCES:
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bySwitchThatCannotSeparate(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  switch (status) {
  case STATUS_PENDING:
  case STATUS_TIMEOUT:
    Work(Ext);
    break;
  default:
    break;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byConditional(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return NT_SUCCESS(status) ? IoCallDriver(Ext->Lower, Irp) : status;
}

NTSTATUS byWhile(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  while (NT_SUCCESS(status)) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS byAnd(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  NT_SUCCESS(status) && (status = IoCallDriver(Ext->Lower, Irp));
  return status;
}

// --- Something computed from it ---

NTSTATUS byVariable(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  BOOLEAN ok = NT_SUCCESS(status);
  if (!ok) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS variableNeverLookedAt(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  BOOLEAN ok = NT_SUCCESS(status);
  DbgPrint("registered: %u\n", ok);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byVariableOnly(PEXT Ext, PIRP Irp) {
  BOOLEAN ok = NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  if (ok == FALSE)
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byNegatedVariable(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  int failed = !NT_SUCCESS(status);
  if (failed) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byVariableOfAConditional(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  BOOLEAN ok = NT_SUCCESS(status) ? TRUE : FALSE;
  if (ok)
    return IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS byFlagSetInOneArm(PEXT Ext, PIRP Irp) {
  BOOLEAN failed = FALSE;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    failed = TRUE;
  }
  Work(Ext);
  if (failed) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byCopy(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  NTSTATUS copy = status;
  status = STATUS_SUCCESS;
  if (!NT_SUCCESS(copy)) {
    return copy;
  }
  Irp->IoStatus.Status = status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byTheOriginalAfterACopy(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  NTSTATUS copy = status;
  copy = Prepare(Ext);
  if (!NT_SUCCESS(status))
    return copy;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byCopyOfACopy(PEXT Ext, PIRP Irp) {
  NTSTATUS a, b, c;
  a = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  b = a;
  c = b;
  if (!NT_SUCCESS(c))
    return a;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byChainedAssignment(PEXT Ext, PIRP Irp) {
  NTSTATUS a, b;
  a = b = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(a))
    return b;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS copyNeverLookedAt(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NTSTATUS copy = status;
  UNREFERENCED_PARAMETER(copy);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS replacedByAConditional(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = NT_SUCCESS(status) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byField(PEXT Ext, PIRP Irp) {
  Ext->LastStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(Ext->LastStatus)) {
    return Ext->LastStatus;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS fieldNeverLookedAt(PEXT Ext, PIRP Irp) {
  Ext->LastStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'Ext->LastStatus' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS otherFieldLookedAt(PEXT Ext, PIRP Irp) {
  Ext->LastStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'Ext->LastStatus' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (!NT_SUCCESS(Irp->IoStatus.Status)) {
    return Irp->IoStatus.Status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byPointer(PEXT Ext, PIRP Irp, PNTSTATUS Status) {
  *Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(*Status)) {
    return STATUS_UNSUCCESSFUL;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS pointedToNeverLookedAt(PEXT Ext, PIRP Irp, PNTSTATUS Status) {
  *Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:13: warning: result of 'IoSetCompletionRoutineEx' is stored in '*Status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byIrp(PEXT Ext, PIRP Irp) {
  Irp->IoStatus.Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(Irp->IoStatus.Status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS inIrpNeverLookedAt(PEXT Ext, PIRP Irp) {
  Irp->IoStatus.Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:26: warning: result of 'IoSetCompletionRoutineEx' is stored in 'Irp->IoStatus.Status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

static NTSTATUS LastStatus;

NTSTATUS byGlobal(PEXT Ext, PIRP Irp) {
  LastStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(LastStatus)) {
    return LastStatus;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS globalNeverLookedAt(PEXT Ext, PIRP Irp) {
  LastStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: result of 'IoSetCompletionRoutineEx' is stored in 'LastStatus' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byStaticLocal(PEXT Ext, PIRP Irp) {
  static NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return STATUS_UNSUCCESSFUL;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byLocalStructure(PEXT Ext, PIRP Irp) {
  IO_STATUS_BLOCK result;
  result.Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(result.Status))
    return result.Status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byArrayElement(PEXT Ext, PIRP Irp) {
  NTSTATUS results[2];
  results[0] = Prepare(Ext);
  results[1] = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(results[1]))
    return results[0];
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byPointerToTheVariable(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  PNTSTATUS where = &status;
  *where = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Predicates ---

static BOOLEAN IsOk(NTSTATUS Status) { return NT_SUCCESS(Status); }

NTSTATUS byVisiblePredicate(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!IsOk(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

static BOOLEAN IsPending(NTSTATUS Status) { return Status == STATUS_PENDING; }

NTSTATUS byVisiblePredicateThatCannotSeparate(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (IsPending(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

static BOOLEAN IsBad(NTSTATUS Status) {
  if (Status >= 0)
    return FALSE;
  DbgPrint("failed: %x\n", Status);
  return TRUE;
}

NTSTATUS byVisiblePredicateWithBranches(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (IsBad(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byHiddenPredicate(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!DriverSaysOk(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byHiddenPredicateAndVariable(PEXT Ext, PIRP Irp) {
  BOOLEAN ok = DriverSaysOk(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  if (!ok) {
    return STATUS_UNSUCCESSFUL;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Not a test ---

NTSTATUS neverTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS printed(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("IoSetCompletionRoutineEx: %x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS printedAndTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  DbgPrint("IoSetCompletionRoutineEx: %x\n", status);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS printedWithALevel(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "registered: %x\n", status);
  KdPrint(("registered: %x\n", status));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS printedAsArgument(PEXT Ext, PIRP Irp) {
  DbgPrint("IoSetCompletionRoutineEx: %x\n", IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-MESSAGES: :[[@LINE-1]]:46: warning: result of 'IoSetCompletionRoutineEx' is never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

// The branch knows which it is, so this one is the other check's.
NTSTATUS printedAsText(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  DbgPrint("registered: %s\n", NT_SUCCESS(status) ? "yes" : "no");
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS traced(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  TraceEvents(1, 2, "registered: %x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}

static VOID LogStatus(PCSTR What, NTSTATUS Status) { DbgPrint("%s: %x\n", What, Status); }

NTSTATUS tracedByTheDriversOwn(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  LogStatus("register", status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS castAway(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  (void)status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS castAwayAndTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  (void)status;
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS unreferenced(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS resultOfTheTestCastAway(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  (void)NT_SUCCESS(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS storedInTheIrp(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  Irp->IoStatus.Status = status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS analysisAssume(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  _Analysis_assume_(NT_SUCCESS(status));
  return IoCallDriver(Ext->Lower, Irp);
}

// --- A test of something else ---

NTSTATUS otherVariable(PEXT Ext, PIRP Irp) {
  NTSTATUS prepared = Prepare(Ext);
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (!NT_SUCCESS(prepared)) {
    return prepared;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedBefore(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedBeforeAndAfter(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedAfterTheSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NTSTATUS sent = IoCallDriver(Ext->Lower, Irp);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return sent;
}

NTSTATUS onlyTheSendTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  if (!NT_SUCCESS(status)) {
    DbgPrint("IoCallDriver: %x\n", status);
  }
  return status;
}

NTSTATUS bothTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    status = IoCallDriver(Ext->Lower, Irp);
    if (!NT_SUCCESS(status)) {
      DbgPrint("IoCallDriver: %x\n", status);
    }
  }
  return status;
}

NTSTATUS shadowed(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Maybe()) {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    KdPrint(("%x", status));
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Overwritten ---

NTSTATUS overwritten(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS overwrittenWhenTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (NT_SUCCESS(status)) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS overwrittenByAConstant(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = STATUS_PENDING;
  IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS overwrittenAfterTheTest(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  status = STATUS_PENDING;
  IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS overwrittenAndQueued(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoMarkIrpPending(Irp);
  TakeIrp(Ext, Irp);
  status = STATUS_PENDING;
  return status;
}

NTSTATUS overwrittenByItself(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = (NTSTATUS)(ULONG)status;
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS overwrittenOnOnePath(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Maybe()) {
    status = STATUS_SUCCESS;
  }
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS secondRegistrationOverwrites(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoSetCompletionRoutineEx(Ext->Self, Other, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    TakeIrp(Ext, Irp);
    return status;
  }
  TakeIrp(Ext, Irp);
  return IoCallDriver(Ext->Lower, Other);
}

NTSTATUS twoRegistrationsTwoTests(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  status = IoSetCompletionRoutineEx(Ext->Self, Other, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    TakeIrp(Ext, Irp);
    return status;
  }
  IoCallDriver(Ext->Lower, Irp);
  return IoCallDriver(Ext->Lower, Other);
}
