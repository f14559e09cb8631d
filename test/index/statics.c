// RUN: %driver
//
// What belongs to one file only: static functions, also with the same name in two
// files; and one name for two functions, of which nothing is known then.
//--- drv.h
#include "oracle_wdm.h"
NTSTATUS SendA(PDEVICE_EXTENSION Ext, PIRP Irp);
NTSTATUS SendB(PDEVICE_EXTENSION Ext, PIRP Irp);
NTSTATUS Twofold(PDEVICE_EXTENSION Ext, PIRP Irp);
//--- a.c
#include "drv.h"
static ULONG Mode;
static NTSTATUS Finish(PDEVICE_EXTENSION Ext, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}
NTSTATUS SendA(PDEVICE_EXTENSION Ext, PIRP Irp) {
  Mode = 1;
  return Finish(Ext, Irp);
}
NTSTATUS Twofold(PDEVICE_EXTENSION Ext, PIRP Irp) {
  return IoCallDriver(Ext->Lower, Irp);
}
static NTSTATUS Handle(PDEVICE_EXTENSION Ext, PIRP Irp) {
  IoCompleteRequest(Irp, 0);
  return STATUS_SUCCESS;
}
NTSTATUS usesItsOwn(PDEVICE_EXTENSION Ext, PIRP Irp) {
  Handle(Ext, Irp);
  return Irp->IoStatus.Status;
// finds: IRP is read here although it was completed at line 15 [wdm-irp-used-after-completion]
}
//--- b.c
#include "drv.h"
static ULONG Mode;
static NTSTATUS Finish(PDEVICE_EXTENSION Ext, PIRP Irp) {
  IoCompleteRequest(Irp, 0);
  return STATUS_SUCCESS;
}
NTSTATUS SendB(PDEVICE_EXTENSION Ext, PIRP Irp) { return Finish(Ext, Irp); }
NTSTATUS Twofold(PDEVICE_EXTENSION Ext, PIRP Irp) {
  IoCompleteRequest(Irp, 0);
  return STATUS_SUCCESS;
}
NTSTATUS Handle(PDEVICE_EXTENSION Ext, PIRP Irp) { return STATUS_SUCCESS; }
ULONG modeOfAnotherFile(PDEVICE_EXTENSION Ext, PIRP Irp) {
  Mode = 0;
  SendA(Ext, Irp);
  if (Mode == 1)
    IoCompleteRequest(Irp, 0);
  return 0;
}
//--- c.c
#include "drv.h"
NTSTATUS Handle(PDEVICE_EXTENSION Ext, PIRP Irp);
static NTSTATUS Finish(PDEVICE_EXTENSION Ext, PIRP Irp) {
  return STATUS_SUCCESS;
}
NTSTATUS ownFinish(PDEVICE_EXTENSION Ext, PIRP Irp) {
  Finish(Ext, Irp);
  IoCompleteRequest(Irp, 0);
  return STATUS_SUCCESS;
}
NTSTATUS throughA(PDEVICE_EXTENSION Ext, PIRP Irp) {
  SendA(Ext, Irp);
  IoCompleteRequest(Irp, 0);
// finds: IRP is completed here although it was sent at a.c:5 [wdm-irp-used-after-completion]
// note: c.c:12: in the call to 'SendA'
// note: a.c:9: in the call to 'Finish'
// note: a.c:5: IRP sent here
  return STATUS_SUCCESS;
}
NTSTATUS throughB(PDEVICE_EXTENSION Ext, PIRP Irp) {
  SendB(Ext, Irp);
  IoCompleteRequest(Irp, 0);
// finds: IRP is completed here although it was completed at b.c:4 [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}
NTSTATUS twoDefinitions(PDEVICE_EXTENSION Ext, PIRP Irp) {
  Twofold(Ext, Irp);
  IoCompleteRequest(Irp, 0);
  return STATUS_SUCCESS;
}
NTSTATUS notTheStaticOne(PDEVICE_EXTENSION Ext, PIRP Irp) {
  Handle(Ext, Irp);
  IoCompleteRequest(Irp, 0);
  return STATUS_SUCCESS;
}
