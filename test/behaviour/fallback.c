/* Where falling back to IoSetCompletionRoutine might go wrong. */
#include "device.h"

static NTSTATUS Passed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}
static NTSTATUS Signals(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
static NTSTATUS FreesContext(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  if (Context) {
    ExFreePoolWithTag(Context, 'kcaB');
  }
  return Passed(Device, Irp, Context);
}

/* The failure branch frees the context and goes on. */
DRIVER_DISPATCH FreesAndSends;
NTSTATUS FreesAndSends(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  PVOID context = ExAllocatePoolWithTag(NonPagedPool, 64, 'kcaB');
  if (context == NULL) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, FreesContext, context, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    ExFreePoolWithTag(context, 'kcaB');
  }
  return IoCallDriver(ext->Lower, Irp);
}

/* The failure branch says that nobody will wait. */
DRIVER_DISPATCH DoesNotWait;
NTSTATUS DoesNotWait(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  BOOLEAN wait = TRUE;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    wait = FALSE;
  }
  status = IoCallDriver(ext->Lower, Irp);
  if (wait) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

/* A result that decides later. */
DRIVER_DISPATCH DecidesLater;
NTSTATUS DecidesLater(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status, registered;
  InterlockedIncrement(&ext->Outstanding);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  registered = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (!NT_SUCCESS(registered)) {
    InterlockedIncrement(&ext->Failures);
  }
  InterlockedDecrement(&ext->Outstanding);
  return status;
}

/* The routine counts down; so does the failure branch behind the send. */
static NTSTATUS CountsDown(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  InterlockedDecrement(&((PEXT)Context)->Outstanding);
  return Passed(Device, Irp, Context);
}
DRIVER_DISPATCH CountsDownBehind;
NTSTATUS CountsDownBehind(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status, registered;
  InterlockedIncrement(&ext->Outstanding);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  registered = IoSetCompletionRoutineEx(Device, Irp, CountsDown, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (!NT_SUCCESS(registered)) {
    InterlockedDecrement(&ext->Outstanding);
  }
  return status;
}

/* Kept in a field for somebody else. */
DRIVER_DISPATCH InAField;
NTSTATUS InAField(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  Irp->IoStatus.Status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* As a condition's value. */
DRIVER_DISPATCH AsABoolean;
NTSTATUS AsABoolean(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  BOOLEAN registered;
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  registered = (BOOLEAN)NT_SUCCESS(IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE));
  status = IoCallDriver(ext->Lower, Irp);
  if (registered) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

/* Two registrations on one way. */
DRIVER_DISPATCH OneOrTheOther;
NTSTATUS OneOrTheOther(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  if (ext->Careful) {
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
  } else {
    IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  }
  status = IoCallDriver(ext->Lower, Irp);
  if (ext->Careful) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

/* The routine and its context are chosen. */
DRIVER_DISPATCH ChosenRoutine;
NTSTATUS ChosenRoutine(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PVOID context = ext->Careful ? ExAllocatePoolWithTag(NonPagedPool, 16, 'kcaB') : NULL;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, context ? FreesContext : Passed, context, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* A status that was there before and is returned later. */
DRIVER_DISPATCH StatusOfBefore;
NTSTATUS StatusOfBefore(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = STATUS_PENDING;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  return status;
}

/* The variable of the status means something else in between. */
DRIVER_DISPATCH StatusIsTheResult;
NTSTATUS StatusIsTheResult(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    InterlockedIncrement(&ext->Failures);
  }
  return IoCallDriver(ext->Lower, Irp);
}

/* In a loop with a second try. */
DRIVER_DISPATCH TwoTries;
NTSTATUS TwoTries(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  ULONG i;
  for (i = 0; i < 2 && !NT_SUCCESS(status); i++) {
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    if (status == STATUS_PENDING) {
      KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
      status = Irp->IoStatus.Status;
    }
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* By a parameter of the out kind. */
static VOID RegistersFor(PEXT Ext, PIRP Irp, PKEVENT Event, NTSTATUS *Status) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  *Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, Event, TRUE, TRUE, TRUE);
}
DRIVER_DISPATCH ByAnOutParameter;
NTSTATUS ByAnOutParameter(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  RegistersFor(ext, Irp, &event, &status);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  status = Irp->IoStatus.Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* Only for success: the routine is not called on errors. */
DRIVER_DISPATCH OnlyOnSuccess;
NTSTATUS OnlyOnSuccess(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, FALSE, FALSE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The location is made by hand before: IoSetCompletionRoutine writes the next one. */
NTSTATUS LocationOfItsOwn(PEXT Ext) {
  PIRP irp = IoAllocateIrp(3, FALSE);
  NTSTATUS status;
  KEVENT event;
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetNextIrpStackLocation(irp);
  IoGetCurrentIrpStackLocation(irp)->DeviceObject = Ext->Self;
  IoCopyCurrentIrpStackLocationToNext(irp);
  IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  status = irp->IoStatus.Status;
  IoFreeIrp(irp);
  return status;
}

/* From within a completion routine: what it returns is no status. */
static NTSTATUS SecondStage(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  return Passed(Device, Irp, Context);
}
static NTSTATUS FirstStage(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  UNREFERENCED_PARAMETER(Device);
  if (!NT_SUCCESS(Irp->IoStatus.Status)) {
    return Passed(Device, Irp, Context);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(ext->Self, Irp, SecondStage, ext, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
DRIVER_DISPATCH Staged;
NTSTATUS Staged(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, FirstStage, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_PENDING;
  }
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}
