// RUN: %driver
//
// Records that routines stand in, which MajorFunction[] is filled from in another file.
//
// Two files have records of one name, and mean different ones: what one fills MajorFunction[] from
// says nothing of the handlers in the other.
//--- drv.h
#ifndef DRV_H
#define DRV_H
#include "wdm.h"
typedef NTSTATUS ROUTINE(PDEVICE_OBJECT Device, PIRP Irp);
ROUTINE Create, Ioctl, Query, Change, Pnp;
typedef struct _ENTRY {
  ULONG Major;
  ROUTINE *Routine;
} ENTRY;
extern const ENTRY Entries[1];
VOID SetEntries(PDRIVER_OBJECT Driver, const ENTRY *From, ULONG Count);
#endif
//--- entry.c
#include "drv.h"
struct _CASE {
  ULONG Code;
  ROUTINE *Routine;
};
static const struct _CASE Cases[] = {{IRP_MJ_CREATE, Create}, {IRP_MJ_DEVICE_CONTROL, Ioctl}};
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {
  ULONG I;
  UNREFERENCED_PARAMETER(Path);
  SetEntries(Driver, Entries, 1);
  for (I = 0; I < 2; I++)
    Driver->MajorFunction[Cases[I].Code] = Cases[I].Routine;
  return STATUS_SUCCESS;
}
//--- install.c
#include "drv.h"
VOID SetEntries(PDRIVER_OBJECT Driver, const ENTRY *From, ULONG Count) {
  ULONG I;
  for (I = 0; I < Count; I++)
    Driver->MajorFunction[From[I].Major] = From[I].Routine;
}
//--- table.c
#include "drv.h"
const ENTRY Entries[1] = {{IRP_MJ_PNP, Pnp}};
//--- io.c
#include "drv.h"
NTSTATUS Create(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
NTSTATUS Pnp(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
/* its caller completes */
NTSTATUS Query(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
NTSTATUS Change(PDEVICE_OBJECT Device, PIRP Irp) {
  UNREFERENCED_PARAMETER(Irp);
  return Device->Flags ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
//--- ioctl.c
#include "drv.h"
struct _CASE {
  ULONG Code;
  ROUTINE *Routine;
};
static const struct _CASE Cases[] = {{1, Query}, {2, Change}};
NTSTATUS Ioctl(PDEVICE_OBJECT Device, PIRP Irp) {
  ULONG I;
  NTSTATUS Status = STATUS_NOT_SUPPORTED;
  for (I = 0; I < 2; I++)
    if (Cases[I].Code == IoGetCurrentIrpStackLocation(Irp)->MinorFunction)
      Status = Cases[I].Routine(Device, Irp);
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}
