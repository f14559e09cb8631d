// Several registrations in one function: fixes that compile alone and together.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -fixed-silent
#include "driver.h"

NTSTATUS twoInTwoBlocks(PEXT Ext, PIRP Irp) {
  if (Maybe()) {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } else {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, TRUE);
  }
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-5]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS twoInTwoBlocks(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  if (Maybe()) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  } else {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS twoUnbraced(PEXT Ext, PIRP Irp) {
  if (Maybe())
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  else
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-5]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-4]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS twoUnbraced(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  if (Maybe()) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  } else {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, NULL, FALSE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS twoInOneBlock(PEXT Ext, PIRP First, PIRP Second) {
  Work(Ext);
  IoSetCompletionRoutineEx(Ext->Self, First, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, First);
  IoSetCompletionRoutineEx(Ext->Self, Second, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Second);
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS twoInOneBlock(PEXT Ext, PIRP First, PIRP Second) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, First, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, First);
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus = IoSetCompletionRoutineEx(Ext->Self, Second, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Second);
// CHECK-FIXES-NEXT:}

NTSTATUS twoShareTheAuthorsVariable(PEXT Ext, PIRP First, PIRP Second) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, First, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, First);
  DbgPrint("%x\n", status);
  IoSetCompletionRoutineEx(Ext->Self, Second, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Second);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS twoShareTheAuthorsVariable(PEXT Ext, PIRP First, PIRP Second) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, First, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, First);
// CHECK-FIXES-NEXT:  DbgPrint("%x\n", status);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Second, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Second);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}
