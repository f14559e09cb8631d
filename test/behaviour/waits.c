/* Functions that wait for the completion routine: if it was not registered, the wait never ends. */
#include "device.h"

static NTSTATUS Signals(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS SignalsIfPending(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
  }
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH WaitsInTheRoutine;
NTSTATUS WaitsInTheRoutine(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  status = Irp->IoStatus.Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH WaitsIfPending;
NTSTATUS WaitsIfPending(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, SignalsIfPending, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* Everything behind the wait is done in any case. */
DRIVER_DISPATCH DoesMoreBehind;
NTSTATUS DoesMoreBehind(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  if (NT_SUCCESS(status)) {
    ext->Started = TRUE;
  }
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* With a time limit, and a cancel behind it. */
NTSTATUS WithALimit(PEXT Ext) {
  KEVENT event;
  LARGE_INTEGER limit;
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  if (status == STATUS_PENDING) {
    limit.QuadPart = -10000;
    status = KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &limit);
    if (status == STATUS_TIMEOUT) {
      IoCancelIrp(irp);
      KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    }
    status = irp->IoStatus.Status;
  }
  IoFreeIrp(irp);
  return status;
}

/* The event of the extension: whoever comes next must find it cleared. */
NTSTATUS EventOfTheExtension(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  KeClearEvent(&Ext->Event);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &Ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}

/* A slot is taken before, and given back behind. */
DRIVER_DISPATCH TakesASlot;
NTSTATUS TakesASlot(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeWaitForSingleObject(&ext->Slots, Executive, KernelMode, FALSE, NULL);
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  KeReleaseSemaphore(&ext->Slots, IO_NO_INCREMENT, 1, FALSE);
  status = Irp->IoStatus.Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* Waits for its twin through a helper. */
static NTSTATUS SendAndWait(PEXT Ext, PIRP Irp) {
  KEVENT event;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  return Irp->IoStatus.Status;
}
NTSTATUS QueriesAnId(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  status = SendAndWait(Ext, irp);
  IoFreeIrp(irp);
  return status;
}

/* The caller ignores what the helper says, and looks at the IRP. */
DRIVER_DISPATCH LooksAtTheIrp;
NTSTATUS LooksAtTheIrp(PDEVICE_OBJECT Device, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  SendAndWait(Device->DeviceExtension, Irp);
  status = Irp->IoStatus.Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
