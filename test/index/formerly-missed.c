// RUN: %driver_one
//
// What test/known/known-misses.c and known-misses-irp-end.c say is not seen in one file alone: it
// is seen in a whole driver. Behind each fault its silent twin.
//--- drv.h
#include "oracle_wdm.h"
NTSTATUS SendLater(PDEVICE_EXTENSION Ext, PIRP Irp);
NTSTATUS SetDoneElsewhere(PDEVICE_EXTENSION Ext, PIRP Irp);
BOOLEAN DriverSaysOk(NTSTATUS Status);
VOID Inspect(PNTSTATUS Status);
VOID InspectAndStop(PNTSTATUS Status);
NTSTATUS DispatchOfAnotherFile(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NobodysRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp);
VOID CompleteElsewhere(PIRP Irp);
VOID LookElsewhere(PIRP Irp);
//--- elsewhere.c
#include "drv.h"
NTSTATUS SendLater(PDEVICE_EXTENSION Ext, PIRP Irp) { return IoCallDriver(Ext->Lower, Irp); }
NTSTATUS SetDoneElsewhere(PDEVICE_EXTENSION Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, DrvDone, NULL, TRUE, TRUE, TRUE);
}
BOOLEAN DriverSaysOk(NTSTATUS Status) { return NT_SUCCESS(Status); }
VOID Inspect(PNTSTATUS Status) { DbgPrint("%x", *Status); }
VOID InspectAndStop(PNTSTATUS Status) {
  if (!NT_SUCCESS(*Status))
    KeBugCheckEx(1, 0, 0, 0, 0);
}
VOID CompleteElsewhere(PIRP Irp) { IoCompleteRequest(Irp, IO_NO_INCREMENT); }
VOID LookElsewhere(PIRP Irp) { DbgPrint("%p", Irp); }
VOID Set(PDRIVER_OBJECT Driver) { Driver->MajorFunction[IRP_MJ_PNP] = DispatchOfAnotherFile; }
//--- here.c
#include "drv.h"
#define REGISTER IoSetCompletionRoutineEx(Ext->Self, Irp, DrvDone, NULL, TRUE, TRUE, TRUE)

NTSTATUS loggedAndGivenToAnUnknownFunction(PDEVICE_EXTENSION Ext, PIRP Irp) {
  NTSTATUS status = REGISTER;
// finds: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    DbgPrint("no routine: %x\n", status);
  return SendLater(Ext, Irp);
}
NTSTATUS returnedAndGivenToIt(PDEVICE_EXTENSION Ext, PIRP Irp) {
  NTSTATUS status = REGISTER;
  if (!NT_SUCCESS(status))
    return status;
  return SendLater(Ext, Irp);
}

NTSTATUS helperInAnotherFile(PDEVICE_EXTENSION Ext, PIRP Irp) {
  SetDoneElsewhere(Ext, Irp);
// finds: result of 'SetDoneElsewhere' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}
NTSTATUS helperThatIsChecked(PDEVICE_EXTENSION Ext, PIRP Irp) {
  NTSTATUS status = SetDoneElsewhere(Ext, Irp);
  return NT_SUCCESS(status) ? IoCallDriver(Ext->Lower, Irp) : status;
}

NTSTATUS examinedAndIgnored(PDEVICE_EXTENSION Ext, PIRP Irp) {
  NTSTATUS status = REGISTER;
// finds: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!DriverSaysOk(status)) {
    Ext->State++;
  }
  return IoCallDriver(Ext->Lower, Irp);
}
NTSTATUS examinedAndReturned(PDEVICE_EXTENSION Ext, PIRP Irp) {
  NTSTATUS status = REGISTER;
  if (!DriverSaysOk(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS addressOfTheStatusGivenAway(PDEVICE_EXTENSION Ext, PIRP Irp) {
  NTSTATUS status = REGISTER;
// finds: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  Inspect(&status);
  return IoCallDriver(Ext->Lower, Irp);
}
NTSTATUS addressGivenToATest(PDEVICE_EXTENSION Ext, PIRP Irp) {
  NTSTATUS status = REGISTER;
  InspectAndStop(&status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS DispatchOfAnotherFile(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PDEVICE_EXTENSION Ext = (PDEVICE_EXTENSION)DeviceObject->DeviceExtension;
  NTSTATUS status = REGISTER;
// finds: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}
NTSTATUS NobodysRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PDEVICE_EXTENSION Ext = (PDEVICE_EXTENSION)DeviceObject->DeviceExtension;
  NTSTATUS status = REGISTER;
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS completedInAnotherFile(PIRP Irp) {
  CompleteElsewhere(Irp);
  return Irp->IoStatus.Status;
// finds: IRP is read here although it was completed at elsewhere.c:12 [wdm-irp-used-after-completion]
}
NTSTATUS lookedAtInAnotherFile(PIRP Irp) {
  LookElsewhere(Irp);
  return Irp->IoStatus.Status;
}
