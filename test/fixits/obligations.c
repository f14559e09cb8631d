// What a way out must not skip, leave held, or pass by: without a fix, beside a twin that
// has one.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes
#include "driver.h"

#ifdef __cplusplus
extern "C" {
#endif
typedef struct _FAST_MUTEX { LONG Count; } FAST_MUTEX;
typedef struct _KSEMAPHORE { LONG Count; } KSEMAPHORE;
typedef struct _KAPC_STATE { LONG Count; } KAPC_STATE;
VOID NTAPI ExAcquireFastMutex(FAST_MUTEX *Mutex);
VOID NTAPI ExReleaseFastMutex(FAST_MUTEX *Mutex);
LONG NTAPI KeReleaseSemaphore(KSEMAPHORE *Semaphore, LONG Increment, LONG Adjustment, BOOLEAN Wait);
VOID NTAPI KeStackAttachProcess(PVOID Process, KAPC_STATE *State);
VOID NTAPI KeUnstackDetachProcess(KAPC_STATE *State);
NTSTATUS NTAPI ZwOpenKey(HANDLE *Key, ULONG Access, PVOID Attributes);
NTSTATUS NTAPI ZwClose(HANDLE Key);
VOID NTAPI KeClearEvent(PKEVENT Event);
LONG InterlockedExchange(LONG volatile *Value, LONG New);
extern FAST_MUTEX OneMutex, OtherMutex;
extern KSEMAPHORE Slots;
extern LONG Busy;
NTSTATUS CompleteIo(PIRP Irp, NTSTATUS Status, ULONG_PTR Information);
#ifdef __cplusplus
}
#endif

// --- Two of one kind ---

DRIVER_DISPATCH TwoLocks;
NTSTATUS TwoLocks(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  ExAcquireFastMutex(&OneMutex);
  ExAcquireFastMutex(&OtherMutex);
  ExReleaseFastMutex(&OtherMutex);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  ExReleaseFastMutex(&OneMutex);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS TwoLocks(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OtherMutex);
// CHECK-FIXES-NEXT:  ExReleaseFastMutex(&OtherMutex);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH LockGivenBack;
NTSTATUS LockGivenBack(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  ExAcquireFastMutex(&OneMutex);
  ExReleaseFastMutex(&OneMutex);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS LockGivenBack(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS labelFreesTheOther(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  PVOID kept;
  PVOID given;
  kept = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
  if (kept == NULL) {
    return status;
  }
  given = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
  if (given == NULL) {
    goto Free;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, given, TRUE, TRUE, TRUE);
  ExFreePoolWithTag(kept, 'tseT');
  return IoCallDriver(Ext->Lower, Irp);
Free:
  ExFreePoolWithTag(kept, 'tseT');
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS labelFreesTheOther(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  PVOID kept;
// CHECK-FIXES-NEXT:  PVOID given;
// CHECK-FIXES-NEXT:  kept = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
// CHECK-FIXES-NEXT:  if (kept == NULL) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  given = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
// CHECK-FIXES-NEXT:  if (given == NULL) {
// CHECK-FIXES-NEXT:    goto Free;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, given, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    ExFreePoolWithTag(given, 'tseT');
// CHECK-FIXES-NEXT:    ExFreePoolWithTag(kept, 'tseT');
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ExFreePoolWithTag(kept, 'tseT');
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Free:
// CHECK-FIXES-NEXT:  ExFreePoolWithTag(kept, 'tseT');
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS labelFreesIt(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  PVOID kept;
  kept = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
  if (kept == NULL) {
    return status;
  }
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Free;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  ExFreePoolWithTag(kept, 'tseT');
  return IoCallDriver(Ext->Lower, Irp);
Free:
  ExFreePoolWithTag(kept, 'tseT');
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS labelFreesIt(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  PVOID kept;
// CHECK-FIXES-NEXT:  kept = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
// CHECK-FIXES-NEXT:  if (kept == NULL) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Free;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Free;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ExFreePoolWithTag(kept, 'tseT');
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Free:
// CHECK-FIXES-NEXT:  ExFreePoolWithTag(kept, 'tseT');
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- Other things that are held ---

DRIVER_DISPATCH HoldsASlot;
NTSTATUS HoldsASlot(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  KeWaitForSingleObject(&Slots, Executive, KernelMode, FALSE, NULL);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS HoldsASlot(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeWaitForSingleObject(&Slots, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// The event that was set before may be waited for.
DRIVER_DISPATCH WaitsUntilStarted;
NTSTATUS WaitsUntilStarted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS WaitsUntilStarted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH EventAsALock;
NTSTATUS EventAsALock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  KeSetEvent(&ext->Event, 0, FALSE);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS EventAsALock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  KeSetEvent(&ext->Event, 0, FALSE);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

static VOID Begin(PEXT Ext) {
  KeAcquireSpinLock(&Ext->Lock, (PKIRQL)&Ext->Count);
}

static VOID End(PEXT Ext) {
  KeReleaseSpinLock(&Ext->Lock, (KIRQL)Ext->Count);
}

NTSTATUS heldByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  Begin(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  End(Ext);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS heldByAHelper(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  Begin(Ext);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  End(Ext);
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS givenBackByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  Begin(Ext);
  End(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS givenBackByAHelper(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  Begin(Ext);
// CHECK-FIXES-NEXT:  End(Ext);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS attached(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  KAPC_STATE state;
  KeStackAttachProcess(Ext->Buffer, &state);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  KeUnstackDetachProcess(&state);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS attached(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KAPC_STATE state;
// CHECK-FIXES-NEXT:  KeStackAttachProcess(Ext->Buffer, &state);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    KeUnstackDetachProcess(&state);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  KeUnstackDetachProcess(&state);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS opened(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  HANDLE key;
  status = ZwOpenKey(&key, 1, NULL);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  if (!Ext->Started) {
    status = STATUS_DEVICE_NOT_READY;
    goto Close;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  ZwClose(key);
  return IoCallDriver(Ext->Lower, Irp);
Close:
  ZwClose(key);
Exit:
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS opened(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  HANDLE key;
// CHECK-FIXES-NEXT:  status = ZwOpenKey(&key, 1, NULL);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (!Ext->Started) {
// CHECK-FIXES-NEXT:    status = STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    goto Close;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ZwClose(key);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Close:
// CHECK-FIXES-NEXT:  ZwClose(key);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS memoryOfTheIrp(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  irp->AssociatedIrp.SystemBuffer = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS memoryOfTheIrp(PEXT Ext) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  irp->AssociatedIrp.SystemBuffer = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS builtWithABuffer(PEXT Ext, PVOID Buffer) {
  NTSTATUS status;
  PIRP irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Ext->Lower, Buffer, 512, NULL, NULL);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS builtWithABuffer(PEXT Ext, PVOID Buffer) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Ext->Lower, Buffer, 512, NULL, NULL);
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// A configuration with the lock would leave with it.
NTSTATUS lockOfAnotherConfiguration(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
#ifdef USE_LOCK
  ExAcquireFastMutex(&OneMutex);
#endif
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
#ifdef USE_LOCK
  ExReleaseFastMutex(&OneMutex);
#endif
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS lockOfAnotherConfiguration(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:#ifdef USE_LOCK
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:#endif
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:#ifdef USE_LOCK
// CHECK-FIXES-NEXT:  ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:#endif
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS conditionOfAnotherConfiguration(PEXT Ext, PIRP Irp) {
#ifdef ONLY_WHEN_STARTED
  if (Ext->Started)
#endif
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS conditionOfAnotherConfiguration(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:#ifdef ONLY_WHEN_STARTED
// CHECK-FIXES-NEXT:  if (Ext->Started)
// CHECK-FIXES-NEXT:#endif
// CHECK-FIXES-NEXT:    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS printOfAnotherConfiguration(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
#ifdef VERBOSE
  DbgPrint("sent soon\n");
#endif
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS printOfAnotherConfiguration(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:#ifdef VERBOSE
// CHECK-FIXES-NEXT:  DbgPrint("sent soon\n");
// CHECK-FIXES-NEXT:#endif
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- What the function does in any case ---

NTSTATUS countsDown(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  Ext->Count--;
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS countsDown(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  Ext->Count--;
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS countsWhatWasSent(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  Ext->Count++;
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS countsWhatWasSent(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  Ext->Count++;
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS isNotBusyAnyMore(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  InterlockedExchange(&Busy, 0);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS isNotBusyAnyMore(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  InterlockedExchange(&Busy, 0);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS freesWhatItWasGiven(PEXT Ext, PIRP Irp, PVOID Buffer) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  ExFreePoolWithTag(Buffer, 'tseT');
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS freesWhatItWasGiven(PEXT Ext, PIRP Irp, PVOID Buffer) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  ExFreePoolWithTag(Buffer, 'tseT');
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// Only a success later on does it.
NTSTATUS onSuccessOnly(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  if (NT_SUCCESS(status)) {
    Ext->Started = TRUE;
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-11]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS onSuccessOnly(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:    status = Irp->IoStatus.Status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Ext->Started = TRUE;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

VOID signalsItsEnd(PEXT Ext, PIRP Irp) {
  if (!Ext->Started) {
    goto Exit;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
Exit:
  KeSetEvent(&Ext->Event, 0, FALSE);
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:VOID signalsItsEnd(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  if (!Ext->Started) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  KeSetEvent(&Ext->Event, 0, FALSE);
// CHECK-FIXES-NEXT:}

// A pointer that is tested first is there.
NTSTATUS freesWhatItMayHaveBeenGiven(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (Ext->Buffer != NULL) {
    ExFreePoolWithTag(Ext->Buffer, 'tseT');
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS freesWhatItMayHaveBeenGiven(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (Ext->Buffer != NULL) {
// CHECK-FIXES-NEXT:    ExFreePoolWithTag(Ext->Buffer, 'tseT');
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// A step that may fail is not begun.
NTSTATUS nextStepMayFail(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    DbgPrint("not prepared\n");
  }
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-7]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but overwritten before it is tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS nextStepMayFail(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    DbgPrint("not prepared\n");
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

static NTSTATUS sendAndReset(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoCallDriver(Ext->Lower, Irp);
  Ext->Started = FALSE;
  return status;
}

NTSTATUS sendsByAHelper(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return sendAndReset(Ext, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS sendsByAHelper(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return sendAndReset(Ext, Irp);
// CHECK-FIXES-NEXT:}

// --- What its author undoes when something fails ---

NTSTATUS restoresAFlag(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  Ext->Started = FALSE;
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    Ext->Started = TRUE;
    return status;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS restoresAFlag(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  Ext->Started = FALSE;
// CHECK-FIXES-NEXT:  status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Ext->Started = TRUE;
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Ext->Started = TRUE;
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS undoesBehindALabel(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  KeClearEvent(&Ext->Event);
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Fail;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
Fail:
  KeSetEvent(&Ext->Event, 0, FALSE);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS undoesBehindALabel(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeClearEvent(&Ext->Event);
// CHECK-FIXES-NEXT:  status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Fail;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Fail;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Fail:
// CHECK-FIXES-NEXT:  KeSetEvent(&Ext->Event, 0, FALSE);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS freesWhatACallerGets(PEXT Ext, PIRP Irp, PVOID *Out) {
  NTSTATUS status;
  *Out = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (!NT_SUCCESS(status)) {
    ExFreePoolWithTag(*Out, 'tseT');
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS freesWhatACallerGets(PEXT Ext, PIRP Irp, PVOID *Out) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  *Out = ExAllocatePoolWithTag(NonPagedPool, 64, 'tseT');
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    ExFreePoolWithTag(*Out, 'tseT');
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS CountedDone(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  ((PEXT)Context)->Count--;
  return STATUS_SUCCESS;
}

NTSTATUS routineCountsDown(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  Ext->Count++;
  IoSetCompletionRoutineEx(Ext->Self, Irp, CountedDone, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS routineCountsDown(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  Ext->Count++;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, CountedDone, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, CountedDone, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS countsUpBehindIt(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, CountedDone, Ext, TRUE, TRUE, TRUE);
  Ext->Count++;
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS countsUpBehindIt(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, CountedDone, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, CountedDone, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  Ext->Count++;
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// Somebody has to open the gate again.
NTSTATUS passesAGate(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (Ext->Started) {
    return STATUS_DEVICE_NOT_READY;
  }
  Ext->Started = TRUE;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS passesAGate(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (Ext->Started) {
// CHECK-FIXES-NEXT:    return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  Ext->Started = TRUE;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS asksOnly(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (Ext->Started) {
    return STATUS_DEVICE_NOT_READY;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS asksOnly(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (Ext->Started) {
// CHECK-FIXES-NEXT:    return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- Ways out ---

NTSTATUS memoryThatMayBeThere(PEXT Ext, PIRP Irp, ULONG Length) {
  NTSTATUS status = STATUS_SUCCESS;
  PVOID buffer = NULL;
  if (Length != 0) {
    buffer = ExAllocatePoolWithTag(NonPagedPool, Length, 'tseT');
    if (buffer == NULL) {
      status = STATUS_INSUFFICIENT_RESOURCES;
      goto Exit;
    }
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
Exit:
  if (buffer != NULL) {
    ExFreePoolWithTag(buffer, 'tseT');
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS memoryThatMayBeThere(PEXT Ext, PIRP Irp, ULONG Length) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  PVOID buffer = NULL;
// CHECK-FIXES-NEXT:  if (Length != 0) {
// CHECK-FIXES-NEXT:    buffer = ExAllocatePoolWithTag(NonPagedPool, Length, 'tseT');
// CHECK-FIXES-NEXT:    if (buffer == NULL) {
// CHECK-FIXES-NEXT:      status = STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:      goto Exit;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  if (buffer != NULL) {
// CHECK-FIXES-NEXT:    ExFreePoolWithTag(buffer, 'tseT');
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// The label releases the spin lock; completing the IRP in front of it would be wrong.
DRIVER_DISPATCH UnderASpinLock;
NTSTATUS UnderASpinLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  KIRQL irql;
  KeAcquireSpinLock(&ext->Lock, &irql);
  status = ext->LastStatus;
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  KeReleaseSpinLock(&ext->Lock, irql);
  return IoCallDriver(ext->Lower, Irp);
Exit:
  KeReleaseSpinLock(&ext->Lock, irql);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS UnderASpinLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KIRQL irql;
// CHECK-FIXES-NEXT:  KeAcquireSpinLock(&ext->Lock, &irql);
// CHECK-FIXES-NEXT:  status = ext->LastStatus;
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    KeReleaseSpinLock(&ext->Lock, irql);
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  KeReleaseSpinLock(&ext->Lock, irql);
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  KeReleaseSpinLock(&ext->Lock, irql);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH CompletesBehindTheSpinLock;
NTSTATUS CompletesBehindTheSpinLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  KIRQL irql;
  KeAcquireSpinLock(&ext->Lock, &irql);
  status = ext->LastStatus;
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  KeReleaseSpinLock(&ext->Lock, irql);
  return IoCallDriver(ext->Lower, Irp);
Exit:
  KeReleaseSpinLock(&ext->Lock, irql);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-9]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS CompletesBehindTheSpinLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KIRQL irql;
// CHECK-FIXES-NEXT:  KeAcquireSpinLock(&ext->Lock, &irql);
// CHECK-FIXES-NEXT:  status = ext->LastStatus;
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  KeReleaseSpinLock(&ext->Lock, irql);
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  KeReleaseSpinLock(&ext->Lock, irql);
// CHECK-FIXES-NEXT:  Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS waitsBehindTheLabel(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    goto Wait;
  }
  return status;
Wait:
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-10]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS waitsBehindTheLabel(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    goto Wait;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:Wait:
// CHECK-FIXES-NEXT:  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS waitsBehindTheLoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  do {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status)) {
      KeSetEvent(&Ext->Event, 0, FALSE);
      break;
    }
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, Irp);
  } while (0);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS waitsBehindTheLoop(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  do {
// CHECK-FIXES-NEXT:    status = Prepare(Ext);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      KeSetEvent(&Ext->Event, 0, FALSE);
// CHECK-FIXES-NEXT:      break;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  } while (0);
// CHECK-FIXES-NEXT:  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS labelOfASuccess(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Ignore;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
Ignore:
  status = STATUS_SUCCESS;
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS labelOfASuccess(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Ignore;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:Ignore:
// CHECK-FIXES-NEXT:  status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// The label tells of bytes; a failure has none.
DRIVER_DISPATCH BytesAtTheLabel;
NTSTATUS BytesAtTheLabel(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ULONG_PTR bytes = 0;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  bytes = sizeof(ULONG);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
Exit:
  Irp->IoStatus.Status = status;
  Irp->IoStatus.Information = bytes;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS BytesAtTheLabel(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  ULONG_PTR bytes = 0;
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  bytes = sizeof(ULONG);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:  Irp->IoStatus.Information = bytes;
// CHECK-FIXES-NEXT:  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS anotherLabelUnlocks(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Fail;
  }
  ExAcquireFastMutex(&OneMutex);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  goto Unlock;
Fail:
  return status;
Unlock:
  ExReleaseFastMutex(&OneMutex);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-9]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS anotherLabelUnlocks(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Fail;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Unlock;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  goto Unlock;
// CHECK-FIXES-NEXT:Fail:
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:Unlock:
// CHECK-FIXES-NEXT:  ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS flagIsSetLater(PEXT Ext, PIRP Irp) {
  BOOLEAN locked = FALSE;
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  ExAcquireFastMutex(&OneMutex);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  locked = TRUE;
  status = IoCallDriver(Ext->Lower, Irp);
Exit:
  if (locked) {
    ExReleaseFastMutex(&OneMutex);
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-9]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS flagIsSetLater(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  BOOLEAN locked = FALSE;
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  locked = TRUE;
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  if (locked) {
// CHECK-FIXES-NEXT:    ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS flagIsSetBefore(PEXT Ext, PIRP Irp) {
  BOOLEAN locked = FALSE;
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  ExAcquireFastMutex(&OneMutex);
  locked = TRUE;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
Exit:
  if (locked) {
    ExReleaseFastMutex(&OneMutex);
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS flagIsSetBefore(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  BOOLEAN locked = FALSE;
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  locked = TRUE;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  if (locked) {
// CHECK-FIXES-NEXT:    ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS onlyWhenAbnormal(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  ExAcquireFastMutex(&OneMutex);
  __try {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, Irp);
    ExReleaseFastMutex(&OneMutex);
  } __finally {
    if (AbnormalTermination()) {
      ExReleaseFastMutex(&OneMutex);
    }
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-10]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS onlyWhenAbnormal(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  __try {
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:    ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  } __finally {
// CHECK-FIXES-NEXT:    if (AbnormalTermination()) {
// CHECK-FIXES-NEXT:      ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS whateverTheTermination(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  ExAcquireFastMutex(&OneMutex);
  __try {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    ExReleaseFastMutex(&OneMutex);
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS whateverTheTermination(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  __try {
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  } __finally {
// CHECK-FIXES-NEXT:    ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// The label's variable is the one that the arms set.
NTSTATUS anotherVariableIsRead(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  NTSTATUS result = STATUS_SUCCESS;
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    result = STATUS_UNSUCCESSFUL;
    goto Exit;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  DbgPrint("%x\n", status);
Exit:
  return result;
}
// CHECK-MESSAGES: :[[@LINE-6]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS anotherVariableIsRead(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  NTSTATUS result = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    result = STATUS_UNSUCCESSFUL;
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    result = status;
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  DbgPrint("%x\n", status);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  return result;
// CHECK-FIXES-NEXT:}

// The label needs the value of the other one.
NTSTATUS valueIsNeededAtTheLabel(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_PENDING;
  NTSTATUS acquired = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
  if (!NT_SUCCESS(acquired)) {
    status = acquired;
    goto Exit;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  return status;
Exit:
  if (NT_SUCCESS(acquired)) {
    IoReleaseRemoveLock(&Ext->RemoveLock, Irp);
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-9]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS valueIsNeededAtTheLabel(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_PENDING;
// CHECK-FIXES-NEXT:  NTSTATUS acquired = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus;
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(acquired)) {
// CHECK-FIXES-NEXT:    status = acquired;
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    status = ntStatus;
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  if (NT_SUCCESS(acquired)) {
// CHECK-FIXES-NEXT:    IoReleaseRemoveLock(&Ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS labelOfTheEnd(PEXT Ext, PIRP Irp, PULONG Length) {
  NTSTATUS status;
  ULONG length;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  length = Ext->Count;
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  status = Prepare(Ext);
Exit:
  *Length = length;
  return status;
}
// CHECK-MESSAGES: :[[@LINE-11]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS labelOfTheEnd(PEXT Ext, PIRP Irp, PULONG Length) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  ULONG length;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  length = Ext->Count;
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = Prepare(Ext);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  *Length = length;
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- Names ---

NTSTATUS variableOfABlock(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  if (Ext->Started) {
    NTSTATUS result = Prepare(Ext);
    if (!NT_SUCCESS(result)) {
      status = result;
      goto Exit;
    }
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
Exit:
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS variableOfABlock(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  if (Ext->Started) {
// CHECK-FIXES-NEXT:    NTSTATUS result = Prepare(Ext);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(result)) {
// CHECK-FIXES-NEXT:      status = result;
// CHECK-FIXES-NEXT:      goto Exit;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH HiddenLock;
NTSTATUS HiddenLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  {
    PEXT lower = (PEXT)ext->Lower->DeviceExtension;
    PEXT ext = lower;
    IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  }
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS HiddenLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  {
// CHECK-FIXES-NEXT:    PEXT lower = (PEXT)ext->Lower->DeviceExtension;
// CHECK-FIXES-NEXT:    PEXT ext = lower;
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS hiddenStatus(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  {
    ULONG status = Ext->Count;
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    DbgPrint("%u\n", status);
  }
  return IoCallDriver(Ext->Lower, Irp);
Exit:
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS hiddenStatus(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  {
// CHECK-FIXES-NEXT:    ULONG status = Ext->Count;
// CHECK-FIXES-NEXT:    NTSTATUS ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:      return ntStatus;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    DbgPrint("%u\n", status);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- The author's own words ---

// TRUE is no failure here.
BOOLEAN trueIsASuccess(PEXT Ext, PIRP Irp) {
  ExAcquireFastMutex(&OneMutex);
  if (Ext->Started) {
    ExReleaseFastMutex(&OneMutex);
    return TRUE;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  ExReleaseFastMutex(&OneMutex);
  return TRUE;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:BOOLEAN trueIsASuccess(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  if (Ext->Started) {
// CHECK-FIXES-NEXT:    ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:    return TRUE;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:    return FALSE;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  return TRUE;
// CHECK-FIXES-NEXT:}

BOOLEAN falseIsAFailure(PEXT Ext, PIRP Irp) {
  ExAcquireFastMutex(&OneMutex);
  if (Ext->Started) {
    ExReleaseFastMutex(&OneMutex);
    return FALSE;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  ExReleaseFastMutex(&OneMutex);
  return TRUE;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:BOOLEAN falseIsAFailure(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  ExAcquireFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  if (Ext->Started) {
// CHECK-FIXES-NEXT:    ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:    return FALSE;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:    return FALSE;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  ExReleaseFastMutex(&OneMutex);
// CHECK-FIXES-NEXT:  return TRUE;
// CHECK-FIXES-NEXT:}

// The number is that of a success.
NTSTATUS finishesWithANumber(PEXT Ext, PIRP Irp) {
  if (Ext->Started) {
    return CompleteIo(Irp, STATUS_SUCCESS, sizeof(ULONG));
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS finishesWithANumber(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  if (Ext->Started) {
// CHECK-FIXES-NEXT:    return CompleteIo(Irp, STATUS_SUCCESS, sizeof(ULONG));
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}
