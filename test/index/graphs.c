// RUN: %driver_one
//
// What a graph has to say of a function so that it is judged in another file as in its own.
//--- drv.h
#ifndef DRV_H
#define DRV_H
#include "wdm.h"
typedef struct _EXT {
  PDEVICE_OBJECT Lower;
  LONG Count;
  PIRP Irp;
} EXT, *PEXT;
ULONG Number(VOID);
NTSTATUS Prepare(PEXT Ext);
VOID Work(PEXT Ext);
NTSTATUS TakeIrp(PEXT Ext, PIRP Irp);
NTSTATUS Guarded(PEXT Ext, PIRP Irp);
NTSTATUS GivesAway(PEXT Ext, PIRP Irp);
NTSTATUS OneTestForAll(PEXT Ext, PIRP Irp);
NTSTATUS OneTestForItself(PEXT Ext, PIRP Irp);
#endif
//--- helpers.c
#include "drv.h"
/* nothing in the block touches the IRP: wherever it raises, the IRP is still here */
NTSTATUS Guarded(PEXT Ext, PIRP Irp) {
  __try {
    Work(Ext);
    Ext->Count = Irp->IoStatus.Information != 0;
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    return STATUS_INVALID_PARAMETER;
  }
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}
/* it may raise when the IRP is gone already */
NTSTATUS GivesAway(PEXT Ext, PIRP Irp) {
  __try {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    Work(Ext);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    return STATUS_SUCCESS;
  }
  return STATUS_SUCCESS;
}
/* what takes the IRP may have marked it and says so: what the other case got is another matter */
NTSTATUS OneTestForAll(PEXT Ext, PIRP Irp) {
  NTSTATUS Status;
  if (Number() == 1)
    Status = TakeIrp(Ext, Irp);
  else
    Status = Prepare(Ext);
  if (Status != STATUS_PENDING) {
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return Status;
}
/* nothing explains the test but the call itself */
NTSTATUS OneTestForItself(PEXT Ext, PIRP Irp) {
  NTSTATUS Status;
  if (Number() == 1)
    Status = Prepare(Ext);
  else
    Status = STATUS_NOT_SUPPORTED;
  if (Status != STATUS_PENDING) {
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return Status;
}
//--- dispatch.c
#include "drv.h"
DRIVER_DISPATCH Read, Write, Ioctl, Power;
NTSTATUS Read(PDEVICE_OBJECT Device, PIRP Irp) {
  return Guarded(Device->DeviceExtension, Irp);
  // finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
NTSTATUS Write(PDEVICE_OBJECT Device, PIRP Irp) {
  return GivesAway(Device->DeviceExtension, Irp);
}
NTSTATUS Ioctl(PDEVICE_OBJECT Device, PIRP Irp) {
  return OneTestForAll(Device->DeviceExtension, Irp);
}
NTSTATUS Power(PDEVICE_OBJECT Device, PIRP Irp) {
  return OneTestForItself(Device->DeviceExtension, Irp);
  // finds: dispatch routine returns 'OneTestForItself(Device->DeviceExtension, Irp)' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}
