// What was done before the registration, and lasts when the function leaves: the fix undoes it as
// the author does, or goes on without leaving.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes
#include "driver.h"

typedef struct _NDIS_SPIN_LOCK {
  KSPIN_LOCK Lock;
  KIRQL Irql;
} NDIS_SPIN_LOCK, *PNDIS_SPIN_LOCK;
VOID NTAPI NdisAcquireSpinLock(PNDIS_SPIN_LOCK Lock);
VOID NTAPI NdisReleaseSpinLock(PNDIS_SPIN_LOCK Lock);
LONG NTAPI KeResetEvent(PKEVENT Event);
VOID NTAPI RtlSetBits(PVOID Bitmap, ULONG Index, ULONG Count);
PVOID NTAPI PsGetCurrentThread(VOID);
VOID NTAPI PoFxActivateComponent(PVOID Handle, ULONG Component, ULONG Flags);
VOID NTAPI PoFxIdleComponent(PVOID Handle, ULONG Component, ULONG Flags);
VOID QueueLock(PEXT Ext, PKIRQL Irql);
VOID QueueUnlock(PEXT Ext, KIRQL Irql);
PIRP TakeFirst(PEXT Ext);
extern NDIS_SPIN_LOCK TableLock;

static NTSTATUS Signals(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
static NTSTATUS Idles(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  PEXT ext = (PEXT)Context;
  KeSetEvent(&ext->Event, IO_NO_INCREMENT, FALSE);
  return STATUS_CONTINUE_COMPLETION;
}
static NTSTATUS Forgets(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  PEXT ext = (PEXT)Context;
  ext->Buffer = NULL;
  ext->Count = 0;
  return STATUS_CONTINUE_COMPLETION;
}
static NTSTATUS Counts(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  PEXT ext = (PEXT)Context;
  ext->Count += 1;
  return STATUS_CONTINUE_COMPLETION;
}
static NTSTATUS StartsNext(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  IoStartNextPacket((PDEVICE_OBJECT)Context, FALSE);
  return STATUS_CONTINUE_COMPLETION;
}
static NTSTATUS FreesContext(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  ExFreePoolWithTag(Context, 'txtC');
  return STATUS_CONTINUE_COMPLETION;
}

// --- Another IRP is on its way ---

// It would come back to an event that is gone.
NTSTATUS ReadsBoth(PEXT Ext, PIRP First, PIRP Second) {
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutine(First, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, First);
  IoCopyCurrentIrpStackLocationToNext(Second);
  status = IoSetCompletionRoutineEx(Ext->Self, Second, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Second);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ReadsBoth(PEXT Ext, PIRP First, PIRP Second) {
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  IoSetCompletionRoutine(First, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, First);
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Second);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Second, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Second, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Second);
// CHECK-FIXES-NEXT:  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// It is back already.
NTSTATUS ReadsOneAfterTheOther(PEXT Ext) {
  KEVENT event;
  NTSTATUS status;
  PIRP first = IoAllocateIrp(4, FALSE);
  PIRP second;
  if (first == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutine(first, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, first);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  IoFreeIrp(first);
  second = IoAllocateIrp(4, FALSE);
  if (second == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  status = IoSetCompletionRoutineEx(Ext->Self, second, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, second);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  status = second->IoStatus.Status;
  IoFreeIrp(second);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ReadsOneAfterTheOther(PEXT Ext) {
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP first = IoAllocateIrp(4, FALSE);
// CHECK-FIXES-NEXT:  PIRP second;
// CHECK-FIXES-NEXT:  if (first == NULL) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  IoSetCompletionRoutine(first, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, first);
// CHECK-FIXES-NEXT:  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  IoFreeIrp(first);
// CHECK-FIXES-NEXT:  second = IoAllocateIrp(4, FALSE);
// CHECK-FIXES-NEXT:  if (second == NULL) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, second, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoFreeIrp(second);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, second);
// CHECK-FIXES-NEXT:  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  status = second->IoStatus.Status;
// CHECK-FIXES-NEXT:  IoFreeIrp(second);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- Another IRP is in hand ---

VOID NextRead(PEXT Ext) {
  PIRP irp = TakeFirst(Ext);
  PIRP own;
  KEVENT event;
  NTSTATUS status;
  if (irp == NULL) {
    return;
  }
  own = IoAllocateIrp(4, FALSE);
  if (own == NULL) {
    irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, own, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, own);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  status = own->IoStatus.Status;
  IoFreeIrp(own);
  irp->IoStatus.Status = status;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:VOID NextRead(PEXT Ext) {
// CHECK-FIXES-NEXT:  PIRP irp = TakeFirst(Ext);
// CHECK-FIXES-NEXT:  PIRP own;
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    return;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  own = IoAllocateIrp(4, FALSE);
// CHECK-FIXES-NEXT:  if (own == NULL) {
// CHECK-FIXES-NEXT:    irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:    IoCompleteRequest(irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, own, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoCallDriver(Ext->Lower, own);
// CHECK-FIXES-NEXT:    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:    status = own->IoStatus.Status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoFreeIrp(own);
// CHECK-FIXES-NEXT:  irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:  IoCompleteRequest(irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:}

// --- What is found through the IRP is given back before that is gone ---

DRIVER_DISPATCH LockOfItsDevice;
NTSTATUS LockOfItsDevice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status = IoAcquireRemoveLock(&((PEXT)stack->DeviceObject->DeviceExtension)->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, NULL, TRUE, TRUE, TRUE);
  status = IoCallDriver(((PEXT)DeviceObject->DeviceExtension)->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS LockOfItsDevice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  NTSTATUS status = IoAcquireRemoveLock(&((PEXT)stack->DeviceObject->DeviceExtension)->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoReleaseRemoveLock(&((PEXT)stack->DeviceObject->DeviceExtension)->RemoveLock, Irp);
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(((PEXT)DeviceObject->DeviceExtension)->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH UnderALockOfNdis;
NTSTATUS UnderALockOfNdis(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  NdisAcquireSpinLock(&TableLock);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  NdisReleaseSpinLock(&TableLock);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS UnderALockOfNdis(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  NdisAcquireSpinLock(&TableLock);
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    NdisReleaseSpinLock(&TableLock);
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  NdisReleaseSpinLock(&TableLock);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// A lock of the driver's own, which raises the IRQL.
DRIVER_DISPATCH UnderItsOwnLock;
NTSTATUS UnderItsOwnLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KIRQL irql;
  NTSTATUS status;
  QueueLock(ext, &irql);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  QueueUnlock(ext, irql);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS UnderItsOwnLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  KIRQL irql;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  QueueLock(ext, &irql);
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    QueueUnlock(ext, irql);
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  QueueUnlock(ext, irql);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- The queue of the device goes on in the completion routine ---

VOID NTAPI StartIo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    IoStartNextPacket(DeviceObject, FALSE);
    return;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, StartsNext, DeviceObject, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:VOID NTAPI StartIo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (!ext->Started) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    IoStartNextPacket(DeviceObject, FALSE);
// CHECK-FIXES-NEXT:    return;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, StartsNext, DeviceObject, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    IoStartNextPacket(DeviceObject, FALSE);
// CHECK-FIXES-NEXT:    return;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- Memory that others know ---

DRIVER_DISPATCH Publishes;
NTSTATUS Publishes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  PVOID table = ExAllocatePoolWithTag(NonPagedPool, 64, 'txtC');
  if (table == NULL) {
    goto fail;
  }
  ext->Buffer = table;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, FreesContext, table, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
fail:
  if (table != NULL) {
    ExFreePoolWithTag(table, 'txtC');
  }
  Irp->IoStatus.Status = status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-11]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS Publishes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  PVOID table = ExAllocatePoolWithTag(NonPagedPool, 64, 'txtC');
// CHECK-FIXES-NEXT:  if (table == NULL) {
// CHECK-FIXES-NEXT:    goto fail;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ext->Buffer = table;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, FreesContext, table, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, FreesContext, table, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:fail:
// CHECK-FIXES-NEXT:  if (table != NULL) {
// CHECK-FIXES-NEXT:    ExFreePoolWithTag(table, 'txtC');
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:  Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH KeepsItToItself;
NTSTATUS KeepsItToItself(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  PVOID table = ExAllocatePoolWithTag(NonPagedPool, 64, 'txtC');
  if (table == NULL) {
    goto fail;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, FreesContext, table, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
fail:
  if (table != NULL) {
    ExFreePoolWithTag(table, 'txtC');
  }
  Irp->IoStatus.Status = status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-11]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS KeepsItToItself(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  PVOID table = ExAllocatePoolWithTag(NonPagedPool, 64, 'txtC');
// CHECK-FIXES-NEXT:  if (table == NULL) {
// CHECK-FIXES-NEXT:    goto fail;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, FreesContext, table, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto fail;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:fail:
// CHECK-FIXES-NEXT:  if (table != NULL) {
// CHECK-FIXES-NEXT:    ExFreePoolWithTag(table, 'txtC');
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:  Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// In the next stack location it is known to the driver below alone, which is not called.
NTSTATUS GivesItDown(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  PVOID block = ExAllocatePoolWithTag(NonPagedPool, 64, 'txtC');
  PIRP own;
  if (block == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  own = IoAllocateIrp(4, FALSE);
  if (own == NULL) {
    ExFreePoolWithTag(block, 'txtC');
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoGetNextIrpStackLocation(own)->Parameters.Others.Argument1 = block;
  IoSetCompletionRoutineEx(Ext->Self, own, FreesContext, block, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, own);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS GivesItDown(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PVOID block = ExAllocatePoolWithTag(NonPagedPool, 64, 'txtC');
// CHECK-FIXES-NEXT:  PIRP own;
// CHECK-FIXES-NEXT:  if (block == NULL) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  own = IoAllocateIrp(4, FALSE);
// CHECK-FIXES-NEXT:  if (own == NULL) {
// CHECK-FIXES-NEXT:    ExFreePoolWithTag(block, 'txtC');
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoGetNextIrpStackLocation(own)->Parameters.Others.Argument1 = block;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, own, FreesContext, block, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoFreeIrp(own);
// CHECK-FIXES-NEXT:    ExFreePoolWithTag(block, 'txtC');
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, own);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// The pointer has been moved on since.
DRIVER_DISPATCH MovedOn;
NTSTATUS MovedOn(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PUCHAR block = (PUCHAR)ExAllocatePoolWithTag(NonPagedPool, 64, 'txtC');
  if (block == NULL) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  block += 16;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, block, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS MovedOn(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  PUCHAR block = (PUCHAR)ExAllocatePoolWithTag(NonPagedPool, 64, 'txtC');
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (block == NULL) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  block += 16;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, block, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, block, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- What is changed by a routine, or through a pointer ---

DRIVER_DISPATCH ResetsAnEvent;
NTSTATUS ResetsAnEvent(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KeResetEvent(&ext->Event);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Idles, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ResetsAnEvent(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeResetEvent(&ext->Event);
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Idles, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Idles, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH SetsBits;
NTSTATUS SetsBits(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  RtlSetBits(ext->Buffer, 3, 1);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS SetsBits(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  RtlSetBits(ext->Buffer, 3, 1);
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH SetsAnOwner;
NTSTATUS SetsAnOwner(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Buffer = PsGetCurrentThread();
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Forgets, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS SetsAnOwner(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  ext->Buffer = PsGetCurrentThread();
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Forgets, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Forgets, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH CountsThroughAPointer;
NTSTATUS CountsThroughAPointer(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ULONG *count = &ext->Count;
  *count += 1;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Forgets, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS CountsThroughAPointer(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  ULONG *count = &ext->Count;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  *count += 1;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Forgets, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Forgets, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH CountsInAVariable;
NTSTATUS CountsInAVariable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ULONG local = 0;
  ULONG *count = &local;
  *count += 1;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Counts, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS CountsInAVariable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  ULONG local = 0;
// CHECK-FIXES-NEXT:  ULONG *count = &local;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  *count += 1;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Counts, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- The completion routine is in another file ---

DRIVER_DISPATCH KeepsItAwake;
NTSTATUS KeepsItAwake(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PoFxActivateComponent(ext->Buffer, 0, 1);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS KeepsItAwake(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PoFxActivateComponent(ext->Buffer, 0, 1);
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- Without a stack location of this driver's ---

// It would mark that of the driver above.
DRIVER_DISPATCH MarksBehind;
NTSTATUS MarksBehind(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, NULL, TRUE, TRUE, TRUE);
  IoMarkIrpPending(Irp);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS MarksBehind(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:  IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return STATUS_PENDING;
// CHECK-FIXES-NEXT:}

// --- As the author fails a request himself ---

LONG CountUp(PEXT Ext);
LONG CountDown(PEXT Ext);
static NTSTATUS CountsDown(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  CountDown((PEXT)Context);
  return STATUS_CONTINUE_COMPLETION;
}
DRIVER_DISPATCH CountsAsItsOwnExit;
NTSTATUS CountsAsItsOwnExit(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  CountUp(ext);
  if (!ext->Started) {
    Irp->IoStatus.Status = status = STATUS_DEVICE_NOT_READY;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    CountDown(ext);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, CountsDown, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS CountsAsItsOwnExit(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  CountUp(ext);
// CHECK-FIXES-NEXT:  if (!ext->Started) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status = STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    CountDown(ext);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, CountsDown, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    CountDown(ext);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}
