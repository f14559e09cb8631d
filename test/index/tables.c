// RUN: %driver_one
//
// Dispatch routines that go through parameters of functions in other files, alone and in tables.
//
// What one file no longer does with a table is forgotten in those that the routines are in.
// RUN: %python -c "import sys; p = sys.argv[1]; s = open(p).read(); open(p, 'w').write(s.replace('[IRP_MJ_READ + I] = From[I]', '[I] = NULL'))" %t/install.c
// RUN: cd %t && (%lint -p . --whole-driver --all-files --color=never > log 2>&1 || test $? = 1)
// RUN: %filecheck %s --check-prefix=LESS --input-file=%t/log
// LESS: entry.c:4:3: warning: dispatch routine returns without
// LESS-NOT: entry.c:8:
// LESS: io.c:8:3: warning: dispatch routine returns without
// LESS-NOT: io.c:12:
// LESS-NOT: io.c:16:
// LESS: io.c:20:3: warning: dispatch routine returns without
// LESS: {{^}}1 of 5 units were read anew
//--- drv.h
#ifndef DRV_H
#define DRV_H
#include "wdm.h"
typedef NTSTATUS ROUTINE(PDEVICE_OBJECT Device, PIRP Irp);
ROUTINE One, Two, Three, Four, Six, Seven, Eight, Kept;
extern ROUTINE *const Table[2];
VOID SetOne(PDRIVER_OBJECT Driver, ULONG Major, ROUTINE *Routine);
VOID SetSoon(PDRIVER_OBJECT Driver, ULONG Major, ROUTINE *Routine);
VOID SetAll(PDRIVER_OBJECT Driver, ROUTINE *const *From, ULONG Count);
VOID FillIn(PDRIVER_DISPATCH *Major);
ROUTINE *Choose(ULONG Major);
VOID Keep(ROUTINE *Routine);
extern ROUTINE *Handler;
#endif
//--- entry.c
#include "drv.h"
static NTSTATUS Own(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
static NTSTATUS InATable(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
static ROUTINE *const OwnTable[1] = {InATable};
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {
  UNREFERENCED_PARAMETER(Path);
  SetOne(Driver, IRP_MJ_CREATE, One);
  SetSoon(Driver, IRP_MJ_CLOSE, &Two);
  SetAll(Driver, Table, 2);
  FillIn(Driver->MajorFunction);
  SetOne(Driver, IRP_MJ_DEVICE_CONTROL, Own);
  SetAll(Driver, OwnTable, 1);
  Driver->MajorFunction[IRP_MJ_WRITE] = Choose(IRP_MJ_WRITE);
  Keep(Kept);
  return STATUS_SUCCESS;
}
//--- install.c
#include "drv.h"
ROUTINE *Handler;
VOID SetOne(PDRIVER_OBJECT Driver, ULONG Major, ROUTINE *Routine) {
  Driver->MajorFunction[Major] = Routine;
}
VOID SetAll(PDRIVER_OBJECT Driver, ROUTINE *const *From, ULONG Count) {
  ULONG I;
  for (I = 0; I < Count; I++)
    Driver->MajorFunction[IRP_MJ_READ + I] = From[I];
}
/* for somebody else */
VOID Keep(ROUTINE *Routine) { Handler = Routine; }
//--- more.c
#include "drv.h"
VOID SetSoon(PDRIVER_OBJECT Driver, ULONG Major, ROUTINE *Routine) {
  SetOne(Driver, Major, Routine);
}
VOID FillIn(PDRIVER_DISPATCH *Major) { Major[IRP_MJ_POWER] = Six; }
//--- table.c
#include "drv.h"
ROUTINE *Choose(ULONG Major) { return Major == IRP_MJ_WRITE ? Eight : NULL; }
ROUTINE *const Table[2] = {Three, Four};
//--- io.c
#include "drv.h"
NTSTATUS One(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
NTSTATUS Two(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
NTSTATUS Three(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
NTSTATUS Four(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
NTSTATUS Six(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
NTSTATUS Eight(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
/* nobody sets it */
NTSTATUS Seven(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
NTSTATUS Kept(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
