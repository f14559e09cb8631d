// RUN: %check_wdm %s wdm-completion-routine-registered
//
// The notes lead to the exit where the IRP is not sent.
#include "driver.h"

NTSTATUS returns(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'NT_SUCCESS(status)' is true here
    return status;
  if (Irp->Cancel)
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'Irp->Cancel' is true here
    return STATUS_CANCELLED;
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: function returns here with the IRP not sent
  return IoCallDriver(Ext->Lower, Irp);
}

VOID ends(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'NT_SUCCESS(status)' is true here
    return;
  if (Ext->Started)
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'Ext->Started' is false here
    IoCallDriver(Ext->Lower, Irp);
}
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: function ends here with the IRP not sent

NTSTATUS completes(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'NT_SUCCESS(status)' is true here
    return status;
  if (Irp->Cancel) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'Irp->Cancel' is true here
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP completed here without being sent
    return STATUS_CANCELLED;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS frees(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'NT_SUCCESS(status)' is true here
    IoFreeIrp(irp);
    return status;
  }
  Ext->Buffer = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
  if (Ext->Buffer == NULL) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'Ext->Buffer == NULL' is true here
    IoFreeIrp(irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP freed here without being sent
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS discardedAndCompleted(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP completed here without being sent
  return STATUS_SUCCESS;
}
