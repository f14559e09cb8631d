// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Known misses: each of these functions is wrong, and none is reported. The reason stands
// above it. Whoever teaches the checks one of them moves it to its catalogue.
#include "driver.h"

// The function is called through a pointer: any function of the type may be behind it. Drivers
// that have to run on old systems look the address up.
typedef NTSTATUS(NTAPI *SET_ROUTINE)(PDEVICE_OBJECT, PIRP, PIO_COMPLETION_ROUTINE, PVOID, BOOLEAN,
                                     BOOLEAN, BOOLEAN);

NTSTATUS registeredThroughALookedUpPointer(PEXT Ext, PIRP Irp, PUNICODE_STRING Name) {
  SET_ROUTINE set = (SET_ROUTINE)MmGetSystemRoutineAddress(Name);
  if (set == NULL)
    return STATUS_NOT_SUPPORTED;
  set(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // MISSED: wdm-io-set-completion-routine-ex
  return IoCallDriver(Ext->Lower, Irp);
}

// The IRP is sent through the dispatch table of the lower driver, by hand. Whether that is a send
// is not visible; it counts as handed on.
NTSTATUS sentByHand(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // MISSED: wdm-io-set-completion-ex-complete-irp
  if (!NT_SUCCESS(status))
    DbgPrint("no routine: %x\n", status);
  IoSetNextIrpStackLocation(Irp);
  return Ext->Lower->DriverObject->MajorFunction[IRP_MJ_READ](Ext->Lower, Irp);
}

// A logged failure, and then the IRP goes to a function that is not visible: it may do what it
// wants. DispatchFunctions can name it.
NTSTATUS Elsewhere(PEXT Ext, PIRP Irp);

NTSTATUS loggedAndGivenToAnUnknownFunction(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // MISSED: wdm-io-set-completion-ex-complete-irp
  if (!NT_SUCCESS(status))
    DbgPrint("no routine: %x\n", status);
  return Elsewhere(Ext, Irp);
}

// The helper is in another file: nothing says that it registers. RegistrationFunctions can.
NTSTATUS SetDoneElsewhere(PEXT Ext, PIRP Irp);

NTSTATUS helperInAnotherFile(PEXT Ext, PIRP Irp) {
  SetDoneElsewhere(Ext, Irp); // MISSED: wdm-io-set-completion-routine-ex
  return IoCallDriver(Ext->Lower, Irp);
}

// The predicate is in another file: which of its answers means success is not visible, so
// nothing is said about the path that ignores them both.
NTSTATUS examinedAndIgnored(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // MISSED: wdm-io-set-completion-ex-complete-irp
  if (!DriverSaysOk(status)) {
    Ext->Count++;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// The address of the status goes to a function that is not visible: it may have tested it.
VOID Inspect(PNTSTATUS Status);

NTSTATUS addressOfTheStatusGivenAway(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // MISSED: wdm-io-set-completion-routine-ex
  Inspect(&status);
  return IoCallDriver(Ext->Lower, Irp);
}

// An IRP that was read from a field counts as handed on at the end: who stored it there may
// send it later.
NTSTATUS leakOfAnIrpInAField(PEXT Ext) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irp, Done, Ext, TRUE, TRUE, TRUE); // MISSED: wdm-completion-routine-registered
  if (!NT_SUCCESS(status))
    return status;
  if (!Ext->Started)
    return STATUS_DEVICE_NOT_READY;
  return IoCallDriver(Ext->Lower, Ext->Irp);
}

// A dispatch routine without its role type, that DriverEntry stores in another file.
NTSTATUS DispatchOfAnotherFile(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE); // MISSED: wdm-io-set-completion-ex-complete-irp
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

// Whether it is the driver's own is known of the dispatch routine's parameter only; NULL, or a
// device object from who knows where, is not looked into.
NTSTATUS noDeviceObject(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(NULL, Irp, Done, Ext, TRUE, TRUE, TRUE); // MISSED: wdm-io-set-completion-routine-ex-device-object
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}
