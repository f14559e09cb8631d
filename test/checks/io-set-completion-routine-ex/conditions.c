// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Conditions: && || ! ?: the comma and statement expressions.
#include "driver.h"

// --- The test is one operand of several ---

NTSTATUS onlyWhenCareful(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Careful && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS unlessCareless(PEXT Ext, PIRP Irp, BOOLEAN Careless) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Careless || NT_SUCCESS(status)) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS successAndReady(PEXT Ext, PIRP Irp, BOOLEAN Ready) {
  NTSTATUS status = Ready ? STATUS_SUCCESS : STATUS_DEVICE_NOT_READY;
  if (Ready && NT_SUCCESS(status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
    status = IoCallDriver(Ext->Lower, Irp);
  }
  return status;
}

NTSTATUS failedOrBusy(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status) || IoCallDriver(Ext->Lower, Irp) != STATUS_PENDING) {
    Work(Ext);
  }
  return status;
}

NTSTATUS busyOrFailed(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (IoCallDriver(Ext->Lower, Irp) != STATUS_PENDING || !NT_SUCCESS(status)) {
    Work(Ext);
  }
  return STATUS_PENDING;
}

NTSTATUS successAndSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status) && NT_SUCCESS(status = IoCallDriver(Ext->Lower, Irp))) {
    Work(Ext);
  }
  return status;
}

NTSTATUS callAndSendInOneCondition(PEXT Ext, PIRP Irp) {
  return NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) && NT_SUCCESS(IoCallDriver(Ext->Lower, Irp)) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

NTSTATUS callOrSendInOneCondition(PEXT Ext, PIRP Irp) {
  return NT_ERROR(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) || NT_ERROR(IoCallDriver(Ext->Lower, Irp)) ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
}

NTSTATUS registeredInTheSecondOperand(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  if (Want && !NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registeredInTheSecondOperandUntested(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  if (Want && IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) == STATUS_PENDING) {
// CHECK-MESSAGES: :[[@LINE-1]]:15: warning: result of 'IoSetCompletionRoutineEx' is never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return STATUS_PENDING;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS threeOperands(PEXT Ext, PIRP Irp, BOOLEAN A, BOOLEAN B) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if ((A && B) && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sendsOnlyWhenReady(PEXT Ext, PIRP Irp, BOOLEAN Ready) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status) || !Ready) {
    TakeIrp(Ext, Irp);
    return STATUS_PENDING;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS negatedConjunction(PEXT Ext, PIRP Irp, BOOLEAN Ready) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!(NT_SUCCESS(status) && Ready)) {
    TakeIrp(Ext, Irp);
    return STATUS_PENDING;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS negatedDisjunction(PEXT Ext, PIRP Irp, BOOLEAN Busy) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!(NT_ERROR(status) || Busy)) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  TakeIrp(Ext, Irp);
  return STATUS_PENDING;
}

NTSTATUS eitherTested(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (Careful ? !NT_SUCCESS(status) : status != STATUS_SUCCESS) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS oneArmTested(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Careful ? !NT_SUCCESS(status) : FALSE) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS conjunctionInAVariable(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  BOOLEAN stop = Careful && !NT_SUCCESS(status);
  if (stop) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS conjunctionInAVariableWhenChecked(PEXT Ext, PIRP Irp, BOOLEAN Ready) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  BOOLEAN go = NT_SUCCESS(status) && Ready;
  if (go) {
    return IoCallDriver(Ext->Lower, Irp);
  }
  TakeIrp(Ext, Irp);
  return STATUS_PENDING;
}

// --- The conditional operator ---

NTSTATUS sendInAnArm(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return status == STATUS_SUCCESS ? IoCallDriver(Ext->Lower, Irp) : status;
}

NTSTATUS sendInAnArmOfAnotherCondition(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return Want ? IoCallDriver(Ext->Lower, Irp) : status;
}

NTSTATUS callInAnArm(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = Want ? IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) : STATUS_SUCCESS;
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS callInAnArmUntested(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = Want ? IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) : STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:28: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS callInBothArms(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = Want ? IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)
                         : IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS callAsCondition(PEXT Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE) == STATUS_SUCCESS ? IoCallDriver(Ext->Lower, Irp) : STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS nested(PEXT Ext, PIRP Irp, BOOLEAN Want) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return Want ? NT_SUCCESS(status) ? IoCallDriver(Ext->Lower, Irp) : status : status;
}

NTSTATUS elvis(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return status ?: IoCallDriver(Ext->Lower, Irp);
}

// --- The comma ---

NTSTATUS commaInACondition(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS commaInAConditionTestsAnother(PEXT Ext, PIRP Irp) {
  NTSTATUS status, prepared = Prepare(Ext);
  if (status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), !NT_SUCCESS(prepared)) {
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS commaInAStatement(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), Work(Ext);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS commaSends(PEXT Ext, PIRP Irp) {
  NTSTATUS status, sent;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), sent = IoCallDriver(Ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return NT_SUCCESS(status) ? sent : status;
}

NTSTATUS resultOfACommaTested(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS((Work(Ext), IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS resultOfACommaDropped(PEXT Ext, PIRP Irp) {
  if ((void)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), Maybe()) {
// CHECK-MESSAGES: :[[@LINE-1]]:13: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Statement expressions ---

NTSTATUS statementExpression(PEXT Ext, PIRP Irp) {
  NTSTATUS status = ({
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  });
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS statementExpressionUntested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = ({
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  });
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS statementExpressionInACondition(PEXT Ext, PIRP Irp) {
  if (({
        NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
        !NT_SUCCESS(status);
      })) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS statementExpressionDropped(PEXT Ext, PIRP Irp) {
  (void)({
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  });
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS statementExpressionReturns(PEXT Ext, PIRP Irp) {
  return ({
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      return status;
    IoCallDriver(Ext->Lower, Irp);
  });
}

// --- if ... else if ---

NTSTATUS elseIfTests(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Kind == 1) {
    Work(Ext);
  } else if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS elseIfTestsWhenEachDoes(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (Kind == 1) {
    if (status < 0)
      return status;
    Work(Ext);
  } else if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS elseOfTheInnerIf(PEXT Ext, PIRP Irp, ULONG Kind) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Kind == 1) {
    if (!NT_SUCCESS(status))
      return status;
    else
      Work(Ext);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS emptyThen(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status))
    ;
  else
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS constantCondition(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (TRUE && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS constantConditionSwitchesTheTestOff(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (FALSE && !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedInBothWaysBeforeTheSend(PEXT Ext, PIRP Irp, BOOLEAN Log) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (Log) {
    DbgPrint("%x\n", status);
  }
  if (status != STATUS_SUCCESS) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}
