// The other repairs stand on notes; an editor offers them. A fix that falls back says on a note
// of its own what is given up. Where there is no fix, there are no others either:
// run-clang-tidy -fix takes a note's fix when the warning has none.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex
#include "driver.h"

NTSTATUS passedDown(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  // CHECK-NOTES: :[[@LINE+3]]:10: note: IRP sent here
  // CHECK-NOTES: :[[@LINE-3]]:3: note: check it with NT_SUCCESS; on failure send the IRP without a completion routine (IoSkipCurrentIrpStackLocation)
  // CHECK-NOTES: :[[@LINE-4]]:3: note: check it with NT_SUCCESS; on failure fall back to IoSetCompletionRoutine (the driver is no longer kept loaded until the routine has run)
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS allocated(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  // CHECK-NOTES: :[[@LINE+2]]:10: note: IRP sent here
  // CHECK-NOTES: :[[@LINE-3]]:3: note: check it with NT_SUCCESS; on failure fall back to IoSetCompletionRoutine (the driver is no longer kept loaded until the routine has run)
  return IoCallDriver(Ext->Lower, irp);
}

IO_COMPLETION_ROUTINE SignalDone;

// An argument with a call cannot be written twice.
PVOID MakeContext(PEXT Ext);

NTSTATUS madeInTheCall(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, MakeContext(Ext), TRUE, TRUE, TRUE);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  // CHECK-NOTES: :[[@LINE+1]]:10: note: IRP sent here
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS fallsBack(PEXT Ext, PIRP Irp) {
  PVOID context = ExAllocatePoolWithTag(NonPagedPool, 16, 'tseT');
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, context, TRUE, TRUE, TRUE);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  // CHECK-NOTES: :[[@LINE+2]]:10: note: IRP sent here
  // CHECK-NOTES: :[[@LINE-3]]:3: note: fix: check it with NT_SUCCESS; on failure fall back to IoSetCompletionRoutine (the driver is no longer kept loaded until the routine has run)
  return IoCallDriver(Ext->Lower, Irp);
}

// Nothing can be left behind, and the context cannot be made twice.
VOID noFix(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, SignalDone, MakeContext(Ext), TRUE, TRUE, TRUE);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  // CHECK-NOTES: :[[@LINE+1]]:3: note: IRP sent here
  IoCallDriver(Ext->Lower, Irp);
}

// The routine does something that others wait for: a send without it is no repair.
static NTSTATUS NTAPI SignalDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, 0, FALSE);
  return STATUS_CONTINUE_COMPLETION;
}

NTSTATUS signalled(PEXT Ext, PIRP Irp, PKEVENT Event) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, SignalDone, Event, TRUE, TRUE, TRUE);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  // CHECK-NOTES: :[[@LINE+2]]:10: note: IRP sent here
  // CHECK-NOTES: :[[@LINE-3]]:3: note: check it with NT_SUCCESS; on failure fall back to IoSetCompletionRoutine (the driver is no longer kept loaded until the routine has run)
  return IoCallDriver(Ext->Lower, Irp);
}

// This one only looks.
static NTSTATUS NTAPI LookDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  ((PEXT)Context)->LastStatus = Irp->IoStatus.Status;
  return STATUS_CONTINUE_COMPLETION;
}

NTSTATUS lookedAt(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, LookDone, Ext, TRUE, TRUE, TRUE);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  // CHECK-NOTES: :[[@LINE+3]]:10: note: IRP sent here
  // CHECK-NOTES: :[[@LINE-3]]:3: note: check it with NT_SUCCESS; on failure send the IRP without a completion routine (IoSkipCurrentIrpStackLocation)
  // CHECK-NOTES: :[[@LINE-4]]:3: note: check it with NT_SUCCESS; on failure fall back to IoSetCompletionRoutine (the driver is no longer kept loaded until the routine has run)
  return IoCallDriver(Ext->Lower, Irp);
}

// The routine, wherever it is, may have to count it down again.
DRIVER_DISPATCH Counted;
NTSTATUS Counted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->LastStatus = Number();
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  // CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  // CHECK-NOTES: :[[@LINE+2]]:10: note: IRP sent here
  // CHECK-NOTES: :[[@LINE-3]]:3: note: check it with NT_SUCCESS; on failure fall back to IoSetCompletionRoutine (the driver is no longer kept loaded until the routine has run)
  return IoCallDriver(ext->Lower, Irp);
}
