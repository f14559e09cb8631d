/* Requests that a driver must not fail: CLOSE, CLEANUP, REMOVE, SURPRISE_REMOVAL, STOP, the CANCELs, SET_POWER. */
#include "device.h"

static NTSTATUS Signals(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS Passed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}

/* START_DEVICE may fail; REMOVE_DEVICE goes another way. */
static NTSTATUS OnlyTheStart(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  KEVENT event;
  NTSTATUS status;
  switch (stack->MinorFunction) {
  case IRP_MN_START_DEVICE:
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    if (status == STATUS_PENDING) {
      KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
      status = Irp->IoStatus.Status;
    }
    ext->Started = NT_SUCCESS(status);
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
}

/* The same code for all of them. */
static NTSTATUS AnyPnp(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  if (stack->MinorFunction == IRP_MN_REMOVE_DEVICE) {
    ext->Removed = TRUE;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Removal and surprise removal share a case with a query. */
static NTSTATUS SharedCase(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_QUERY_REMOVE_DEVICE:
  case IRP_MN_SURPRISE_REMOVAL:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

/* By an if, and by another name for the code. */
static NTSTATUS ByAnIf(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  UCHAR minor = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
  if (minor != IRP_MN_CANCEL_REMOVE_DEVICE && minor != IRP_MN_CANCEL_STOP_DEVICE) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* In a helper that the routine calls for STOP_DEVICE. */
static NTSTATUS StopHelper(PEXT Ext, PIRP Irp) {
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}
static NTSTATUS CallsTheStopHelper(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_STOP_DEVICE:
    status = StopHelper(ext, Irp);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

/* Power: up and down. */
static NTSTATUS SetPower(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  PoStartNextPowerIrp(Irp);
  if (stack->MinorFunction == IRP_MN_SET_POWER) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
    return PoCallDriver(ext->Lower, Irp);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return PoCallDriver(ext->Lower, Irp);
}

static NTSTATUS WaitWake(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  switch (stack->MinorFunction) {
  case IRP_MN_WAIT_WAKE:
    IoMarkIrpPending(Irp);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
    PoCallDriver(ext->Lower, Irp);
    return STATUS_PENDING;
  case IRP_MN_SET_POWER:
  case IRP_MN_QUERY_POWER:
    break;
  }
  PoStartNextPowerIrp(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  return PoCallDriver(ext->Lower, Irp);
}

/* Stored for CLOSE and CLEANUP. */
static NTSTATUS CloseOrCleanup(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* Stored for CREATE and CLOSE. */
static NTSTATUS CreateAndClose(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_CREATE && ext->Removed) {
    Irp->IoStatus.Status = STATUS_DELETE_PENDING;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DELETE_PENDING;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* For everything: CLOSE is among it. */
static NTSTATUS Everything(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(Irp)->MajorFunction) {
  case IRP_MJ_READ:
  case IRP_MJ_CLEANUP:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
}

/* The removal waits for the lock: a lock that is kept would hang it. */
static NTSTATUS RemovesUnderTheLock(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_REMOVE_DEVICE:
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(ext->Lower, Irp);
    IoReleaseRemoveLockAndWait(&ext->RemoveLock, Irp);
    IoDetachDevice(ext->Lower);
    IoDeleteDevice(Device);
    return status;
  case IRP_MN_QUERY_CAPABILITIES:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
    return status;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
}

static NTSTATUS Flushes(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {
  UNREFERENCED_PARAMETER(Path);
  Driver->MajorFunction[IRP_MJ_PNP] = OnlyTheStart;
  Driver->MajorFunction[IRP_MJ_CLOSE] = CloseOrCleanup;
  Driver->MajorFunction[IRP_MJ_CLEANUP] = CloseOrCleanup;
  Driver->MajorFunction[IRP_MJ_CREATE] = CreateAndClose;
  Driver->MajorFunction[IRP_MJ_POWER] = SetPower;
  Driver->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = Flushes;
  if (Path->Length == 1) {
    Driver->MajorFunction[IRP_MJ_PNP] = AnyPnp;
    Driver->MajorFunction[IRP_MJ_CLOSE] = CreateAndClose;
    Driver->MajorFunction[IRP_MJ_POWER] = WaitWake;
  } else if (Path->Length == 2) {
    Driver->MajorFunction[IRP_MJ_PNP] = SharedCase;
    Driver->MajorFunction[IRP_MJ_READ] = Everything;
    Driver->MajorFunction[IRP_MJ_CLEANUP] = Everything;
  } else if (Path->Length == 3) {
    Driver->MajorFunction[IRP_MJ_PNP] = ByAnIf;
  } else if (Path->Length == 4) {
    Driver->MajorFunction[IRP_MJ_PNP] = CallsTheStopHelper;
  } else {
    Driver->MajorFunction[IRP_MJ_PNP] = RemovesUnderTheLock;
  }
  return STATUS_SUCCESS;
}
