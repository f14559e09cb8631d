// RUN: %check_wdm %s 'wdm-*' -global ExplainMissingFix=true
//
// STATUS_PENDING instead of what is returned for an IRP marked pending: only
// where that is right on every path to the return statement.
#include "driver.h"

IO_WORKITEM_ROUTINE HandleLater;

// --- One edit ---

DRIVER_DISPATCH DispatchQueued;
NTSTATUS DispatchQueued(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return STATUS_SUCCESS;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP marked pending here
// CHECK-FIXES: NTSTATUS DispatchQueued(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:   PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:   IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:   InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
// CHECK-FIXES-NEXT:   return STATUS_PENDING;
// CHECK-FIXES-NEXT: }

DRIVER_DISPATCH DispatchQueuedInParentheses;
NTSTATUS DispatchQueuedInParentheses(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return(STATUS_SUCCESS);
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns '(STATUS_SUCCESS)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP marked pending here
// CHECK-FIXES: NTSTATUS DispatchQueuedInParentheses(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:   PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:   IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:   InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
// CHECK-FIXES-NEXT:   return(STATUS_PENDING);
// CHECK-FIXES-NEXT: }

DRIVER_DISPATCH DispatchSent;
NTSTATUS DispatchSent(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (!NT_SUCCESS(status))
    DbgPrint("%x\n", status);
  return status;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-9]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-7]]:12: note: IRP sent here
// CHECK-FIXES: NTSTATUS DispatchSent(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:   PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:   NTSTATUS status;
// CHECK-FIXES-NEXT:   IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:   IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:   IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:   status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:   if (!NT_SUCCESS(status))
// CHECK-FIXES-NEXT:     DbgPrint("%x\n", status);
// CHECK-FIXES-NEXT:   return STATUS_PENDING;
// CHECK-FIXES-NEXT: }

DRIVER_DISPATCH DispatchSentConstant;
NTSTATUS DispatchSentConstant(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoCallDriver(ext->Lower, Irp);
  return 0;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns '0' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-6]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP sent here
// CHECK-FIXES: NTSTATUS DispatchSentConstant(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:   PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:   IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:   IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:   IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:   return STATUS_PENDING;
// CHECK-FIXES-NEXT: }

DRIVER_DISPATCH DispatchOneOfTwo;
NTSTATUS DispatchOneOfTwo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
    return STATUS_SUCCESS;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-NOTES: :[[@LINE-5]]:5: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-9]]:7: note: 'ext->Started' is true here
// CHECK-NOTES: :[[@LINE-9]]:5: note: IRP marked pending here
// CHECK-FIXES: NTSTATUS DispatchOneOfTwo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:   PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:   if (ext->Started) {
// CHECK-FIXES-NEXT:     IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:     InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
// CHECK-FIXES-NEXT:     return STATUS_PENDING;
// CHECK-FIXES-NEXT:   }
// CHECK-FIXES-NEXT:   IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:   return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT: }

DRIVER_DISPATCH DispatchToAWorkItem;
NTSTATUS DispatchToAWorkItem(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoQueueWorkItem(ext->WorkItem, HandleLater, DelayedWorkQueue, Irp);
  return STATUS_SUCCESS;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP marked pending here
// CHECK-FIXES: NTSTATUS DispatchToAWorkItem(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:   PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:   IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:   IoQueueWorkItem(ext->WorkItem, HandleLater, DelayedWorkQueue, Irp);
// CHECK-FIXES-NEXT:   return STATUS_PENDING;
// CHECK-FIXES-NEXT: }

DRIVER_DISPATCH DispatchStarted;
NTSTATUS DispatchStarted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  IoStartPacket(DeviceObject, Irp, NULL, NULL);
  return STATUS_SUCCESS;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP marked pending here
// CHECK-FIXES: NTSTATUS DispatchStarted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:   IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:   IoStartPacket(DeviceObject, Irp, NULL, NULL);
// CHECK-FIXES-NEXT:   return STATUS_PENDING;
// CHECK-FIXES-NEXT: }

// --- None ---

// The same return statement serves an IRP that was not marked.
DRIVER_DISPATCH DispatchShared;
NTSTATUS DispatchShared(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (ext->Started) {
    IoMarkIrpPending(Irp);
    InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  } else {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return STATUS_SUCCESS;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-10]]:7: note: 'ext->Started' is true here
// CHECK-NOTES: :[[@LINE-10]]:5: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-5]]:3: note: no fix: not every path to it marks the IRP pending and gives it away

// The mark may be what is wrong.
DRIVER_DISPATCH DispatchCompleted;
NTSTATUS DispatchCompleted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  IoMarkIrpPending(Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-6]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP completed here
// CHECK-NOTES: :[[@LINE-5]]:3: note: no fix: not every path to it marks the IRP pending and gives it away

// Nobody has it: STATUS_PENDING would hang.
DRIVER_DISPATCH DispatchHeld;
NTSTATUS DispatchHeld(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  IoMarkIrpPending(Irp);
  return STATUS_SUCCESS;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-4]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-4]]:3: note: no fix: not every path to it marks the IRP pending and gives it away

// Code that cannot be seen may neither keep nor complete it.
DRIVER_DISPATCH DispatchGiven;
NTSTATUS DispatchGiven(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  TakeIrp(ext, Irp);
  return STATUS_SUCCESS;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-4]]:3: note: no fix: not every path to it marks the IRP pending and gives it away

// The failure may mean that the IRP is not kept.
DRIVER_DISPATCH DispatchFails;
NTSTATUS DispatchFails(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoQueueWorkItem(ext->WorkItem, HandleLater, DelayedWorkQueue, Irp);
  return STATUS_UNSUCCESSFUL;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_UNSUCCESSFUL' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-4]]:3: note: no fix: who returns a failure may have kept the IRP

// The variable would be set for nothing.
DRIVER_DISPATCH DispatchOnlyUse;
NTSTATUS DispatchOnlyUse(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-6]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-5]]:12: note: IRP sent here
// CHECK-NOTES: :[[@LINE-5]]:3: note: no fix: the variable would be left without a use

// The call has to stay.
DRIVER_DISPATCH DispatchReturnsTheCall;
NTSTATUS DispatchReturnsTheCall(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'IoCallDriver(ext->Lower, Irp)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-4]]:10: note: IRP sent here
// CHECK-NOTES: :[[@LINE-5]]:3: note: no fix: the returned expression has an effect

#define DONE return STATUS_SUCCESS

DRIVER_DISPATCH DispatchInAMacro;
NTSTATUS DispatchInAMacro(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  DONE;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' in 'DONE' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-4]]:3: note: no fix: it is in a macro, or a preprocessor directive is in it

// Waited for, and perhaps back again.
DRIVER_DISPATCH DispatchWaits;
NTSTATUS DispatchWaits(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  return STATUS_SUCCESS;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-8]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-6]]:3: note: IRP sent here
// CHECK-NOTES: :[[@LINE-5]]:3: note: no fix: not every path to it marks the IRP pending and gives it away

// Another function goes by what this one returns.
DRIVER_DISPATCH DispatchCalled;
NTSTATUS DispatchCalled(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  return STATUS_SUCCESS;
}
// CHECK-NOTES: :[[@LINE-2]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
// CHECK-NOTES: :[[@LINE-5]]:3: note: IRP marked pending here
// CHECK-NOTES: :[[@LINE-4]]:3: note: no fix: the function is called in this file as well

VOID CallsIt(PDRIVER_OBJECT DriverObject, PDEVICE_OBJECT DeviceObject,
             PIRP Irp) {
  DriverObject->MajorFunction[IRP_MJ_READ] = DispatchCalled;
  if (DispatchCalled(DeviceObject, Irp) == STATUS_SUCCESS)
    DbgPrint("done\n");
}
