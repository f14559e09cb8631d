/* Fixes written by hand, most of them wrong: lines that begin with "//+" are the fix. The comment above a function
 * says what its run must end with. */
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
static NTSTATUS Unlocks(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  PEXT ext = Context;
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return Passed(Device, Irp, Context);
}
static NTSTATUS FreesIt(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
static NTSTATUS FreesBoth(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  ExFreePoolWithTag(Context, 'krMB');
  return FreesIt(Device, Irp, NULL);
}
static NTSTATUS CountsDown(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  InterlockedDecrement(&((PEXT)Context)->Outstanding);
  return Passed(Device, Irp, Context);
}
static NTSTATUS StopsTheTimer(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  KeCancelTimer(&((PEXT)Context)->Timer);
  return Passed(Device, Irp, Context);
}
static NTSTATUS Dereferences(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  ObDereferenceObject(Context);
  return Passed(Device, Irp, Context);
}

/* The head of a dispatch routine with nothing but the IRP. */
#define HEAD(Routine)                                                                              \
  PEXT ext = Device->DeviceExtension;                                                              \
  NTSTATUS status;                                                                                 \
  IoCopyCurrentIrpStackLocationToNext(Irp);                                                        \
  status = IoSetCompletionRoutineEx(Device, Irp, Routine, ext, TRUE, TRUE, TRUE);

#define LOCKED(Routine)                                                                            \
  PEXT ext = Device->DeviceExtension;                                                              \
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);                                    \
  if (!NT_SUCCESS(status)) {                                                                       \
    Irp->IoStatus.Status = status;                                                                 \
    IoCompleteRequest(Irp, IO_NO_INCREMENT);                                                       \
    return status;                                                                                 \
  }                                                                                                \
  IoCopyCurrentIrpStackLocationToNext(Irp);                                                        \
  status = IoSetCompletionRoutineEx(Device, Irp, Routine, ext, TRUE, TRUE, TRUE);

#define COMPLETE(Irp, How) ((Irp)->IoStatus.Status = (How), IoCompleteRequest((Irp), IO_NO_INCREMENT))

// ends with: none
DRIVER_DISPATCH Right;
NTSTATUS Right(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: none
DRIVER_DISPATCH RightWithALock;
NTSTATUS RightWithALock(PDEVICE_OBJECT Device, PIRP Irp) {
  LOCKED(Unlocks)
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); IoReleaseRemoveLock(&ext->RemoveLock, Irp); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: none
DRIVER_DISPATCH RightFallback;
NTSTATUS RightFallback(PDEVICE_OBJECT Device, PIRP Irp) {
  LOCKED(Unlocks)
  //+ if (!NT_SUCCESS(status)) { IoSetCompletionRoutine(Irp, Unlocks, ext, TRUE, TRUE, TRUE); }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: lost
DRIVER_DISPATCH Lost;
NTSTATUS Lost(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: lost
VOID LostInAVoidFunction(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { return; }
  IoCallDriver(Ext->Lower, Irp);
}

// ends with: complete-dead
DRIVER_DISPATCH CompletedTwice;
NTSTATUS CompletedTwice(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); IoCompleteRequest(Irp, IO_NO_INCREMENT); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: touch-dead
DRIVER_DISPATCH TouchedWhenGone;
NTSTATUS TouchedWhenGone(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return Irp->IoStatus.Status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: send-dead
DRIVER_DISPATCH SentWhenGone;
NTSTATUS SentWhenGone(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: sent-without-routine
DRIVER_DISPATCH SentAllTheSame;
NTSTATUS SentAllTheSame(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { DbgPrint("no routine\n"); }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: held remove lock
DRIVER_DISPATCH LockKept;
NTSTATUS LockKept(PDEVICE_OBJECT Device, PIRP Irp) {
  LOCKED(Unlocks)
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: held remove lock
DRIVER_DISPATCH SkippedWithTheLock;
NTSTATUS SkippedWithTheLock(PDEVICE_OBJECT Device, PIRP Irp) {
  LOCKED(Unlocks)
  //+ if (!NT_SUCCESS(status)) { IoSkipCurrentIrpStackLocation(Irp); }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: release-not-held remove lock
DRIVER_DISPATCH LockNotHeld;
NTSTATUS LockNotHeld(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); IoReleaseRemoveLock(&ext->RemoveLock, Irp); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: completed-under-spin-lock
DRIVER_DISPATCH UnderASpinLock;
NTSTATUS UnderASpinLock(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  KIRQL irql;
  KeAcquireSpinLock(&ext->SpinLock, &irql);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); KeReleaseSpinLock(&ext->SpinLock, irql); return status; }
  KeReleaseSpinLock(&ext->SpinLock, irql);
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: held spin lock
DRIVER_DISPATCH SpinLockKept;
NTSTATUS SpinLockKept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  KIRQL irql;
  KeAcquireSpinLock(&ext->SpinLock, &irql);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  KeReleaseSpinLock(&ext->SpinLock, irql);
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: held critical region
// ends with: held resource
DRIVER_DISPATCH ResourceKept;
NTSTATUS ResourceKept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  KeEnterCriticalRegion();
  ExAcquireResourceSharedLite(&ext->Resource, TRUE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  ExReleaseResourceLite(&ext->Resource);
  KeLeaveCriticalRegion();
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: held fast mutex
DRIVER_DISPATCH MutexKept;
NTSTATUS MutexKept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  ExAcquireFastMutex(&ext->FastMutex);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  ExReleaseFastMutex(&ext->FastMutex);
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: acquired-twice fast mutex
DRIVER_DISPATCH MutexTakenTwice;
NTSTATUS MutexTakenTwice(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  ExAcquireFastMutex(&ext->FastMutex);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { ExAcquireFastMutex(&ext->FastMutex); }
  ExReleaseFastMutex(&ext->FastMutex);
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: held rundown protection
DRIVER_DISPATCH RundownKept;
NTSTATUS RundownKept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  if (!ExAcquireRundownProtection(&ext->Rundown)) {
    COMPLETE(Irp, STATUS_DELETE_PENDING);
    return STATUS_DELETE_PENDING;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  status = IoCallDriver(ext->Lower, Irp);
  ExReleaseRundownProtection(&ext->Rundown);
  return status;
}

// ends with: held mutex
DRIVER_DISPATCH WaitedForMutexKept;
NTSTATUS WaitedForMutexKept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  KeWaitForSingleObject(&ext->Mutex, Executive, KernelMode, FALSE, NULL);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  status = IoCallDriver(ext->Lower, Irp);
  KeReleaseMutex(&ext->Mutex, FALSE);
  return status;
}

// ends with: held semaphore
DRIVER_DISPATCH SlotKept;
NTSTATUS SlotKept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  KeWaitForSingleObject(&ext->Slots, Executive, KernelMode, FALSE, NULL);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  status = IoCallDriver(ext->Lower, Irp);
  KeReleaseSemaphore(&ext->Slots, IO_NO_INCREMENT, 1, FALSE);
  return status;
}

// ends with: held reference
DRIVER_DISPATCH ReferenceKept;
NTSTATUS ReferenceKept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  ObReferenceObject(ext->Object);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Dereferences, ext->Object, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: irp-not-freed
NTSTATUS IrpKept(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, irp, FreesIt, NULL, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { return status; }
  return IoCallDriver(Ext->Lower, irp);
}

// ends with: let-go
NTSTATUS OwnIrpLetGo(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, irp, FreesIt, NULL, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { IoSetCompletionRoutine(irp, Passed, NULL, TRUE, TRUE, TRUE); }
  return IoCallDriver(Ext->Lower, irp);
}

// ends with: not-freed: pool memory
NTSTATUS MemoryKept(PEXT Ext) {
  NTSTATUS status;
  PVOID context;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  context = ExAllocatePoolWithTag(NonPagedPool, 64, 'krMB');
  if (context == NULL) {
    IoFreeIrp(irp);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, irp, FreesBoth, context, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { IoFreeIrp(irp); return status; }
  return IoCallDriver(Ext->Lower, irp);
}

// ends with: free-dead p
NTSTATUS MemoryFreedTwice(PEXT Ext) {
  NTSTATUS status;
  PVOID context;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  context = ExAllocatePoolWithTag(NonPagedPool, 64, 'krMB');
  if (context == NULL) {
    IoFreeIrp(irp);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, irp, FreesIt, NULL, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { ExFreePoolWithTag(context, 'krMB'); ExFreePoolWithTag(context, 'krMB'); IoFreeIrp(irp); return status; }
  ExFreePoolWithTag(context, 'krMB');
  return IoCallDriver(Ext->Lower, irp);
}

// ends with: not-freed: an MDL
// ends with: not-freed: a work item
// ends with: not-freed: lookaside memory
NTSTATUS OthersKept(PEXT Ext, PVOID Buffer) {
  NTSTATUS status;
  PIO_WORKITEM work = IoAllocateWorkItem(Ext->Self);
  PMDL mdl = IoAllocateMdl(Buffer, 64, FALSE, FALSE, NULL);
  PVOID context = ExAllocateFromNPagedLookasideList(&Ext->Contexts);
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (work == NULL || mdl == NULL || context == NULL || irp == NULL) {
    if (work) IoFreeWorkItem(work);
    if (mdl) IoFreeMdl(mdl);
    if (context) ExFreeToNPagedLookasideList(&Ext->Contexts, context);
    if (irp) IoFreeIrp(irp);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, irp, FreesIt, NULL, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { IoFreeIrp(irp); return status; }
  IoFreeWorkItem(work);
  IoFreeMdl(mdl);
  ExFreeToNPagedLookasideList(&Ext->Contexts, context);
  return IoCallDriver(Ext->Lower, irp);
}

// ends with: freed-of-others
DRIVER_DISPATCH FreesWhatIsNotItsOwn;
NTSTATUS FreesWhatIsNotItsOwn(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { IoFreeIrp(Irp); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: own-irp-freed
NTSTATUS FreesTheSpare(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = Ext->Held;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &Ext->Event, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { IoFreeIrp(irp); return status; }
  return IoCallDriver(Ext->Lower, irp);
}

// major: CLOSE
// ends with: must-not-fail
DRIVER_DISPATCH FailsAClose;
NTSTATUS FailsAClose(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: must-not-fail
DRIVER_DISPATCH FailsARemoval;
NTSTATUS FailsARemoval(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction == IRP_MN_SURPRISE_REMOVAL) {
    status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
    //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: pending-not-returned
DRIVER_DISPATCH MarkedAndFailed;
NTSTATUS MarkedAndFailed(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}

// ends with: pending-not-marked
DRIVER_DISPATCH PendingNotMarked;
NTSTATUS PendingNotMarked(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return STATUS_PENDING; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: pending-marked-and-failed
NTSTATUS MarkedAndLeft(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { return status; }
  IoCallDriver(Ext->Lower, Irp);
  return STATUS_PENDING;
}

// ends with: other-status-returned
DRIVER_DISPATCH SaysOtherwise;
NTSTATUS SaysOtherwise(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { IoCompleteRequest(Irp, IO_NO_INCREMENT); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: completed-with-pending
DRIVER_DISPATCH CompletesWithPending;
NTSTATUS CompletesWithPending(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, STATUS_PENDING); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: never-ends
DRIVER_DISPATCH WaitsForNobody;
NTSTATUS WaitsForNobody(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { IoSkipCurrentIrpStackLocation(Irp); }
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  status = Irp->IoStatus.Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// ends with: never-ends
DRIVER_DISPATCH TriesForEver;
NTSTATUS TriesForEver(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ while (!NT_SUCCESS(status)) { }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: dead-local
DRIVER_DISPATCH LeavesItsEvent;
NTSTATUS LeavesItsEvent(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Signals, &event, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { IoSetCompletionRoutine(Irp, Signals, &event, TRUE, TRUE, TRUE); return IoCallDriver(ext->Lower, Irp); }
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  status = Irp->IoStatus.Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// ends with: timer-armed
DRIVER_DISPATCH TimerKept;
NTSTATUS TimerKept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  LARGE_INTEGER due;
  NTSTATUS status;
  due.QuadPart = -1;
  KeSetTimer(&ext->Timer, due, &ext->TimerDpc);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, StopsTheTimer, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: counted +1
DRIVER_DISPATCH CountKept;
NTSTATUS CountKept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  InterlockedIncrement(&ext->Outstanding);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, CountsDown, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: registered-not-sent
// ends with: irp-not-freed
NTSTATUS SecondFails(PEXT Ext) {
  NTSTATUS status;
  PIRP first = IoAllocateIrp(Ext->Lower->StackSize, FALSE), second;
  if (first == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  second = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (second == NULL) {
    IoFreeIrp(first);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, first, FreesIt, NULL, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { IoFreeIrp(first); IoFreeIrp(second); return status; }
  status = IoSetCompletionRoutineEx(Ext->Self, second, FreesIt, NULL, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { IoFreeIrp(second); return status; }
  IoCallDriver(Ext->Lower, first);
  return IoCallDriver(Ext->Lower, second);
}

// ends with: the lower driver sees another request
DRIVER_DISPATCH SkipsTheChange;
NTSTATUS SkipsTheChange(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoGetNextIrpStackLocation(Irp)->Parameters.Read.Length = 512;
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { IoSkipCurrentIrpStackLocation(Irp); }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: left to the caller, where its own exits complete it
NTSTATUS LeavesWhatItCompletes(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (!Ext->Started) {
    COMPLETE(Irp, STATUS_DEVICE_NOT_READY);
    return STATUS_DEVICE_NOT_READY;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { return status; }
  return IoCallDriver(Ext->Lower, Irp);
}

// ends with: completed, where its own exits leave it to the caller
NTSTATUS CompletesWhatItLeaves(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  return IoCallDriver(Ext->Lower, Irp);
}

// ends with: complete-dead
static NTSTATUS CompletedByBoth(PEXT Ext, PIRP Irp) {
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  if (IoCallDriver(Ext->Lower, Irp) == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  }
  return STATUS_SUCCESS;
}
DRIVER_DISPATCH ItsCaller;
NTSTATUS ItsCaller(PDEVICE_OBJECT Device, PIRP Irp) {
  NTSTATUS status = CompletedByBoth(Device->DeviceExtension, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// ends with: differs where the registration succeeds
DRIVER_DISPATCH TestedTheWrongWay;
NTSTATUS TestedTheWrongWay(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

VOID IncIo(PEXT Ext);
VOID DecIo(PEXT Ext);
// ends with: calls 'IncIo' but not 'DecIo'
DRIVER_DISPATCH HalfOfAPair;
NTSTATUS HalfOfAPair(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  IncIo(ext);
  if (ext->Careful) {
    DecIo(ext);
    COMPLETE(Irp, STATUS_DEVICE_NOT_READY);
    return STATUS_DEVICE_NOT_READY;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: returns a failure, but has sent the IRP
NTSTATUS FailsAfterTheFallback(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { IoSetCompletionRoutine(Irp, Passed, Ext, TRUE, TRUE, TRUE); }
  IoCallDriver(Ext->Lower, Irp);
  return status;
}

// ends with: ends otherwise than after a success
DRIVER_DISPATCH FallsBackToAnother;
NTSTATUS FallsBackToAnother(PDEVICE_OBJECT Device, PIRP Irp) {
  LOCKED(Unlocks)
  //+ if (!NT_SUCCESS(status)) { IoSetCompletionRoutine(Irp, Passed, ext, TRUE, TRUE, TRUE); }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: stale
DRIVER_DISPATCH LeavesAPointer;
static NTSTATUS Forgets(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  ((PEXT)Context)->Held = NULL;
  return Passed(Device, Irp, Context);
}
NTSTATUS LeavesAPointer(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  ext->Held = Irp;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Forgets, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: event-cleared
DRIVER_DISPATCH EventKept;
NTSTATUS EventKept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  KeClearEvent(&ext->Event);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { COMPLETE(Irp, status); return status; }
  status = IoCallDriver(ext->Lower, Irp);
  KeSetEvent(&ext->Event, IO_NO_INCREMENT, FALSE);
  return status;
}

// ends with: lost
DRIVER_DISPATCH LeftByTheHandler;
NTSTATUS LeftByTheHandler(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN mine = TRUE;
  __try {
    mine = FALSE;
    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
    //+ if (!NT_SUCCESS(status)) { __leave; }
    status = IoCallDriver(ext->Lower, Irp);
  } __finally {
    if (mine) {
      COMPLETE(Irp, STATUS_UNSUCCESSFUL);
    }
  }
  return status;
}

// ends with: crash
DRIVER_DISPATCH UsesNull;
NTSTATUS UsesNull(PDEVICE_OBJECT Device, PIRP Irp) {
  HEAD(Passed)
  //+ if (!NT_SUCCESS(status)) { Irp->MdlAddress = *(PMDL *)(ULONG_PTR)(status == 0); }
  return IoCallDriver(ext->Lower, Irp);
}

// ends with: lost
EVT_WDFDEVICE_WDM_IRP_PREPROCESS LostByPreprocess;
NTSTATUS LostByPreprocess(WDFDEVICE Device, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Passed, NULL, TRUE, TRUE, TRUE);
  //+ if (!NT_SUCCESS(status)) { return status; }
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}
