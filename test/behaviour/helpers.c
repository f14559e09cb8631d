/* Functions that are given the IRP: who completes it after a failure is their callers' habit. */
#include "device.h"

static NTSTATUS Passed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}

/* No caller in sight. */
NTSTATUS NobodyCalls(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

/* No caller in sight, but its own failures complete the IRP. */
NTSTATUS CompletesItself(PEXT Ext, PIRP Irp) {
  if (!Ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

/* No caller in sight; its own failures leave the IRP to them. */
NTSTATUS LeavesItToTheCaller(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

/* Has no result: the caller cannot know. */
VOID CannotTell(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
}

/* The caller passes the result on: then the helper has to complete. */
static NTSTATUS PassedOnByTheCaller(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH PassesOn;
NTSTATUS PassesOn(PDEVICE_OBJECT Device, PIRP Irp) {
  return PassedOnByTheCaller(Device->DeviceExtension, Irp);
}

/* The caller completes what fails. A lower driver's failure comes back completed, so it tells them
 * apart by an argument. */
static NTSTATUS CallerCompletes(PEXT Ext, PIRP Irp, BOOLEAN *Sent) {
  *Sent = FALSE;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  *Sent = TRUE;
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH CompletesWhatFails;
NTSTATUS CompletesWhatFails(PDEVICE_OBJECT Device, PIRP Irp) {
  BOOLEAN sent;
  NTSTATUS status = CallerCompletes(Device->DeviceExtension, Irp, &sent);
  if (!sent) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

static NTSTATUS Signals(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

/* The caller always completes. */
static NTSTATUS SendsAndWaits(PEXT Ext, PIRP Irp) {
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
DRIVER_DISPATCH WaitsAndCompletes;
NTSTATUS WaitsAndCompletes(PDEVICE_OBJECT Device, PIRP Irp) {
  NTSTATUS status = SendsAndWaits(Device->DeviceExtension, Irp);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

/* The same, but the caller has marked it pending. */
static NTSTATUS AfterTheMark(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH MarksAndCalls;
NTSTATUS MarksAndCalls(PDEVICE_OBJECT Device, PIRP Irp) {
  IoMarkIrpPending(Irp);
  AfterTheMark(Device->DeviceExtension, Irp);
  return STATUS_PENDING;
}

/* The caller ignores the result, and has its own idea of it. */
static NTSTATUS ResultIgnored(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH IgnoresTheResult;
NTSTATUS IgnoresTheResult(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  ResultIgnored(ext, Irp);
  return STATUS_SUCCESS;
}

/* The caller holds the remove lock and gives it back itself. */
static NTSTATUS UnderTheCallersLock(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH HoldsTheLock;
NTSTATUS HoldsTheLock(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  status = UnderTheCallersLock(ext, Irp);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
}

/* The routine gives back the lock that the caller took; on failure the caller does. */
static NTSTATUS Unlocks(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  UNREFERENCED_PARAMETER(Device);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return STATUS_CONTINUE_COMPLETION;
}
static NTSTATUS RoutineUnlocks(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Unlocks, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH LocksForTheRoutine;
NTSTATUS LocksForTheRoutine(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return RoutineUnlocks(ext, Irp);
}

/* Two callers that do not agree: one completes, one passes on. */
static NTSTATUS TwoCallers(PEXT Ext, PIRP Irp) {
  KEVENT event;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
  if (IoCallDriver(Ext->Lower, Irp) == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  }
  return Irp->IoStatus.Status;
}
DRIVER_DISPATCH FirstCaller, SecondCaller;
NTSTATUS FirstCaller(PDEVICE_OBJECT Device, PIRP Irp) {
  NTSTATUS status = TwoCallers(Device->DeviceExtension, Irp);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
NTSTATUS SecondCaller(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = TwoCallers(ext, Irp);
  if (NT_SUCCESS(status)) {
    ext->Started = TRUE;
  }
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

/* The status stays in the variable that the helper returns, behind the send. */
NTSTATUS StatusOfTheRegistration(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  return status;
}

/* The registration in a helper of its own. */
static NTSTATUS Registers(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
}
DRIVER_DISPATCH RegistersByAHelper;
NTSTATUS RegistersByAHelper(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  Registers(ext, Irp);
  return IoCallDriver(ext->Lower, Irp);
}

/* Callers in another file, which complete what fails before it is sent. */
NTSTATUS CalledFromElsewhere(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &Ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  KeClearEvent(&Ext->Event);
  return Irp->IoStatus.Status;
}
#ifdef BEHAVIOUR
DRIVER_DISPATCH Elsewhere;
NTSTATUS Elsewhere(PDEVICE_OBJECT Device, PIRP Irp) {
  NTSTATUS status = CalledFromElsewhere(Device->DeviceExtension, Irp);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
#endif

/* TRUE if it was sent. */
static BOOLEAN SaysTrueIfSent(PEXT Ext, PIRP Irp) {
  if (!Ext->Started) {
    return FALSE;
  }
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  return TRUE;
}
DRIVER_DISPATCH SendsOrFails;
NTSTATUS SendsOrFails(PDEVICE_OBJECT Device, PIRP Irp) {
  if (SaysTrueIfSent(Device->DeviceExtension, Irp)) {
    return STATUS_PENDING;
  }
  Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_DEVICE_NOT_READY;
}
