// RUN: %check_wdm %s 'wdm-*'
//
// Known misses in how IRPs are ended: each of these functions is wrong, and none is reported. The
// reason stands above it. Whoever teaches the checks one of them moves it to its catalogue.
#include "driver.h"

// --- wdm-irp-used-after-completion ---

// What the completion routine returns is in another file: it may give the IRP back.
DRIVER_DISPATCH readAfterARoutineOfAnotherFile;
NTSTATUS readAfterARoutineOfAnotherFile(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  ext->Count = (ULONG)Irp->IoStatus.Information; // MISSED: wdm-irp-used-after-completion
  return status;
}

// The routine keeps the IRP on failure only, and only then it is touched; here it is touched in
// the other case. What a routine returns is not weighed against what the send returned.
static IO_COMPLETION_ROUTINE KeepsFailures;
static NTSTATUS KeepsFailures(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  if (!NT_SUCCESS(Irp->IoStatus.Status))
    return STATUS_MORE_PROCESSING_REQUIRED;
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH routineKeepsSometimes;
NTSTATUS routineKeepsSometimes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, KeepsFailures, NULL, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (NT_SUCCESS(status))
    ext->Count = (ULONG)Irp->IoStatus.Information; // MISSED: wdm-irp-used-after-completion
  return status;
}

// A routine that completes the IRP itself may do so at a time that the code knows of.
static IO_COMPLETION_ROUTINE CompletesIt;
static NTSTATUS CompletesIt(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH routineCompletesIt;
NTSTATUS routineCompletesIt(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, CompletesIt, NULL, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT); // MISSED: wdm-irp-used-after-completion
  return status;
}

// The function did not have the IRP from the beginning: its caller may have set a routine.
NTSTATUS callerMayHaveSetARoutine(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoCallDriver(Ext->Lower, Irp);
  Ext->Count = (ULONG)Irp->IoStatus.Information; // MISSED: wdm-irp-used-after-completion
  return status;
}

// It was given to code that is not visible, which may have set one.
DRIVER_DISPATCH otherCodeMayHaveSetARoutine;
NTSTATUS otherCodeMayHaveSetARoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  TakeIrp(ext, Irp);
  status = IoCallDriver(ext->Lower, Irp);
  ext->Count = (ULONG)Irp->IoStatus.Information; // MISSED: wdm-irp-used-after-completion
  return status;
}

// Queued, and then touched without the lock that guards the queue: whether one is held is another
// rule's question.
DRIVER_DISPATCH touchedAfterItWasQueued;
NTSTATUS touchedAfterItWasQueued(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ExInterlockedInsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry, &ext->Lock);
  Irp->IoStatus.Information = 0; // MISSED: wdm-irp-used-after-completion
  return STATUS_PENDING;
}

// The function is in another file: nothing says that it completes the IRP.
DRIVER_DISPATCH completedInAnotherFile;
NTSTATUS completedInAnotherFile(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = FailRequest(Irp, STATUS_NOT_SUPPORTED);
  IoCompleteRequest(Irp, IO_NO_INCREMENT); // MISSED: wdm-irp-used-after-completion
  return status;
}

// The address goes to a function that is not visible, after the IRP is gone. It may only print it.
DRIVER_DISPATCH goneAndGivenAway;
NTSTATUS goneAndGivenAway(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  TakeIrp(ext, Irp); // MISSED: wdm-irp-used-after-completion
  return STATUS_SUCCESS;
}

// A call may have stored another IRP in the field.
VOID fieldAcrossACall(PEXT Ext) {
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  Work(Ext);
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT); // MISSED: wdm-irp-used-after-completion
}

// The wait may be for something else; which event belongs to which IRP is not followed.
static IO_COMPLETION_ROUTINE Signals;
static NTSTATUS Signals(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH waitsForAnotherEvent;
NTSTATUS waitsForAnotherEvent(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KEVENT event;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  IoCompleteRequest(Irp, IO_NO_INCREMENT); // MISSED: wdm-irp-used-after-completion
  return STATUS_SUCCESS;
}

// A function that is not visible may have waited.
DRIVER_DISPATCH otherCodeMayHaveWaited;
NTSTATUS otherCodeMayHaveWaited(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Signals, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  Work(ext);
  IoCompleteRequest(Irp, IO_NO_INCREMENT); // MISSED: wdm-irp-used-after-completion
  return STATUS_SUCCESS;
}

// Copying the stack location takes the routine out again: nobody gives this IRP back. The routine
// counts as unknown then.
DRIVER_DISPATCH routineSetBeforeTheCopy;
NTSTATUS routineSetBeforeTheCopy(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KEVENT event;
  IoSetCompletionRoutine(Irp, Signals, &event, TRUE, TRUE, TRUE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  IoCompleteRequest(Irp, IO_NO_INCREMENT); // MISSED: wdm-irp-used-after-completion
  return STATUS_SUCCESS;
}

// --- wdm-pending-irp ---

// Marked and then forgotten: an interrupt or a timer may find it by other ways.
DRIVER_DISPATCH markedAndForgotten;
NTSTATUS markedAndForgotten(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp); // MISSED: wdm-pending-irp
  return STATUS_PENDING;
}

// Given to code that is not visible: that may have marked it.
DRIVER_DISPATCH perhapsMarkedElsewhere;
NTSTATUS perhapsMarkedElsewhere(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  TakeIrp(ext, Irp);
  return STATUS_PENDING; // MISSED: wdm-pending-irp
}

// Whatever the function returns, it is hardly STATUS_PENDING; but nothing says so.
DRIVER_DISPATCH markedAndWhoKnows;
NTSTATUS markedAndWhoKnows(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return Prepare(ext); // MISSED: wdm-pending-irp
}

// The block that raises has marked the IRP; it may have raised before that as well.
DRIVER_DISPATCH markedInABlockThatRaises;
NTSTATUS markedInABlockThatRaises(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  __try {
    IoMarkIrpPending(Irp);
    Work(ext);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INVALID_PARAMETER; // MISSED: wdm-pending-irp
  }
  ext->Irp = Irp;
  return STATUS_PENDING;
}

// The test is explained by the other way (STATUS_PENDING is set there): that the call returns it,
// too, is not taken for granted.
DRIVER_DISPATCH testOfTwoValues;
NTSTATUS testOfTwoValues(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  if (Maybe()) {
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    status = STATUS_PENDING;
  } else {
    status = Prepare(ext);
  }
  if (status == STATUS_PENDING)
    return status; // MISSED: wdm-pending-irp
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// --- wdm-irp-not-completed ---

// A constant, and a status of which nothing is known.
DRIVER_DISPATCH unknownAgainstAConstant;
NTSTATUS unknownAgainstAConstant(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = Prepare(ext);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS; // MISSED: wdm-irp-not-completed
}

// Two statuses of which nothing is known.
DRIVER_DISPATCH twoUnknownStatuses;
NTSTATUS twoUnknownStatuses(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = Prepare(ext);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Prepare(ext); // MISSED: wdm-irp-not-completed
}

// Two failures that may be the same.
DRIVER_DISPATCH someFailureAgainstAnother;
NTSTATUS someFailureAgainstAnother(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  Irp->IoStatus.Status = status;
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_UNSUCCESSFUL; // MISSED: wdm-irp-not-completed
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// The status that an IRP arrives with is not known.
DRIVER_DISPATCH statusThatItCameWith;
NTSTATUS statusThatItCameWith(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_UNSUCCESSFUL; // MISSED: wdm-irp-not-completed
}

// The whole record was assigned.
DRIVER_DISPATCH statusInARecord;
NTSTATUS statusInARecord(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IO_STATUS_BLOCK block;
  block.Status = STATUS_UNSUCCESSFUL;
  block.Information = 0;
  Irp->IoStatus = block;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS; // MISSED: wdm-irp-not-completed
}

// The routine gives the IRP back, but nobody waits: somebody else may take it over.
DRIVER_DISPATCH keptAndNobodyWaits;
NTSTATUS keptAndNobodyWaits(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Signals, &ext->Event, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp); // MISSED: wdm-irp-not-completed
}

// A dispatch routine without the role type that is stored in MajorFunction[] in another file.
NTSTATUS forgottenInADispatchRoutineOfAnotherFile(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UNREFERENCED_PARAMETER(Irp);
  return Prepare(ext); // MISSED: wdm-irp-not-completed
}

// Role typed, but its address is in a table of the driver's own: who calls it may end the IRP.
DRIVER_DISPATCH handlerInATable;
NTSTATUS handlerInATable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UNREFERENCED_PARAMETER(Irp);
  return Prepare(ext); // MISSED: wdm-irp-not-completed
}

PDRIVER_DISPATCH const TheHandlers[] = {handlerInATable};

// Given to code that is not visible: that may have completed it.
DRIVER_DISPATCH perhapsCompletedElsewhere;
NTSTATUS perhapsCompletedElsewhere(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  TakeIrp(ext, Irp);
  return STATUS_SUCCESS; // MISSED: wdm-irp-not-completed
}

// A mode that is none of those asked for, without an `else`: devices are of some kind, and are asked
// in the same way.
DRIVER_DISPATCH neitherOfTheModes;
NTSTATUS neitherOfTheModes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  if (ext->Count == 1) {
    status = Prepare(ext);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  } else if (ext->Count == 2) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status; // MISSED: wdm-irp-not-completed
}
