// RUN: %check_wdm %s wdm-irp-used-after-completion,wdm-pending-irp,wdm-irp-not-completed
//
// Shapes of everyday driver code: each wrong one beside the right one.
#include "driver.h"
#include "wdf.h"

#define IOCTL_READ_REGISTERS 0x222000
#define IOCTL_WAIT_FOR_EVENT 0x222004
#define IOCTL_RESET 0x222008

static IO_COMPLETION_ROUTINE Signal;
static NTSTATUS Signal(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  if (Irp->PendingReturned)
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

// --- Forward and wait, as everybody has it ---

static NTSTATUS ForwardAndWait(PEXT Ext, PIRP Irp) {
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Signal, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}

DRIVER_DISPATCH DispatchStart;
NTSTATUS DispatchStart(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = ForwardAndWait(ext, Irp);
  if (NT_SUCCESS(status))
    status = Prepare(ext);
  Irp->IoStatus.Status = status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchStartForgets;
NTSTATUS DispatchStartForgets(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = ForwardAndWait(ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  status = Prepare(ext);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchStartTwice;
NTSTATUS DispatchStartTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = ForwardAndWait(ext, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  status = Prepare(ext);
  Irp->IoStatus.Status = status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-4]] [wdm-irp-used-after-completion]
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchStartSkipsAfterwards;
NTSTATUS DispatchStartSkipsAfterwards(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = ForwardAndWait(ext, Irp);
  if (NT_SUCCESS(status)) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// --- Power ---

DRIVER_DISPATCH DispatchPower;
NTSTATUS DispatchPower(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    PoStartNextPowerIrp(Irp);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (irpSp->MinorFunction == IRP_MN_SET_POWER)
    Work(ext);
  PoStartNextPowerIrp(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  status = PoCallDriver(ext->Lower, Irp);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
}

DRIVER_DISPATCH DispatchPowerTooLate;
NTSTATUS DispatchPowerTooLate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    PoStartNextPowerIrp(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is passed to 'PoStartNextPowerIrp' here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
    return status;
  }
  PoStartNextPowerIrp(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  status = PoCallDriver(ext->Lower, Irp);
  if (irpSp->MinorFunction == IRP_MN_SET_POWER)
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
    Work(ext);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
}

// --- Device control ---

DRIVER_DISPATCH DispatchControl;
NTSTATUS DispatchControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  PULONG buffer = (PULONG)Irp->AssociatedIrp.SystemBuffer;
  ULONG_PTR information = 0;
  NTSTATUS status;
  switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
  case IOCTL_READ_REGISTERS:
    if (irpSp->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG)) {
      status = STATUS_INVALID_PARAMETER;
      break;
    }
    buffer[0] = ext->Count;
    information = sizeof(ULONG);
    status = STATUS_SUCCESS;
    break;
  case IOCTL_WAIT_FOR_EVENT:
    IoMarkIrpPending(Irp);
    IoCsqInsertIrp(&ext->Csq, Irp, NULL);
    return STATUS_PENDING;
  case IOCTL_RESET:
    status = Prepare(ext);
    break;
  default:
    status = STATUS_INVALID_DEVICE_REQUEST;
    break;
  }
  Irp->IoStatus.Status = status;
  Irp->IoStatus.Information = information;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// break instead of return: the queued IRP is completed, and something else returned.
DRIVER_DISPATCH DispatchControlBreaks;
NTSTATUS DispatchControlBreaks(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status = STATUS_SUCCESS;
  switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
  case IOCTL_WAIT_FOR_EVENT:
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    break;
  case IOCTL_RESET:
    status = Prepare(ext);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    break;
  default:
    status = STATUS_INVALID_DEVICE_REQUEST;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    break;
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

// A case falls through into the next.
DRIVER_DISPATCH DispatchControlFallsThrough;
NTSTATUS DispatchControlFallsThrough(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status = STATUS_SUCCESS;
  switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
  case IOCTL_RESET:
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  default:
    status = STATUS_INVALID_DEVICE_REQUEST;
    Irp->IoStatus.Status = status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-4]] [wdm-irp-used-after-completion]
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    break;
  }
  ext->Count++;
  return status;
}

// --- Queues and their DPC ---

static VOID NTAPI Dpc(PVOID Object, PVOID Context, PVOID First, PVOID Second) {
  PEXT ext = (PEXT)Context;
  PIRP irp = ext->Irp;
  UNREFERENCED_PARAMETER(Object);
  UNREFERENCED_PARAMETER(First);
  UNREFERENCED_PARAMETER(Second);
  ext->Irp = NULL;
  if (irp != NULL) {
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
  }
}

static VOID NTAPI DpcCountsLater(PVOID Object, PVOID Context, PVOID First, PVOID Second) {
  PEXT ext = (PEXT)Context;
  PIRP irp = ext->Irp;
  UNREFERENCED_PARAMETER(Object);
  UNREFERENCED_PARAMETER(First);
  UNREFERENCED_PARAMETER(Second);
  ext->Irp = NULL;
  if (irp != NULL) {
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    ext->Count += (ULONG)irp->IoStatus.Information;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  }
}

VOID startsTheNextPacket(PDEVICE_OBJECT DeviceObject) {
  PIRP irp = DeviceObject->CurrentIrp;
  irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  IoStartNextPacket(DeviceObject, TRUE);
}

VOID drains(PEXT Ext) {
  LIST_ENTRY *entry;
  KIRQL irql;
  KeAcquireSpinLock(&Ext->Lock, &irql);
  while (!IsListEmpty(&Ext->Queue)) {
    PIRP irp;
    entry = RemoveHeadList(&Ext->Queue);
    irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
    if (IoSetCancelRoutine(irp, NULL) == NULL)
      continue;
    KeReleaseSpinLock(&Ext->Lock, irql);
    irp->IoStatus.Status = STATUS_CANCELLED;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    KeAcquireSpinLock(&Ext->Lock, &irql);
  }
  KeReleaseSpinLock(&Ext->Lock, irql);
}

// The list goes on from an IRP that is completed.
VOID walksAlong(PEXT Ext) {
  LIST_ENTRY *entry = Ext->Queue.Flink;
  while (entry != &Ext->Queue) {
    PIRP irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
    irp->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    entry = irp->Tail.Overlay.ListEntry.Flink;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  }
}

VOID walksAlongRightly(PEXT Ext) {
  LIST_ENTRY *entry = Ext->Queue.Flink;
  while (entry != &Ext->Queue) {
    PIRP irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
    entry = irp->Tail.Overlay.ListEntry.Flink;
    irp->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
  }
}

// --- IRPs of the driver's own ---

static IO_COMPLETION_ROUTINE FreesItsOwn;
static NTSTATUS FreesItsOwn(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  PEXT ext = (PEXT)Context;
  ext->LastStatus = Irp->IoStatus.Status;
  KeSetEvent(&ext->Event, IO_NO_INCREMENT, FALSE);
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

NTSTATUS asksBelow(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  PIO_STACK_LOCATION next;
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  next = IoGetNextIrpStackLocation(irp);
  next->MajorFunction = IRP_MJ_PNP;
  next->MinorFunction = IRP_MN_QUERY_CAPABILITIES;
  irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  IoSetCompletionRoutine(irp, FreesItsOwn, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  return Ext->LastStatus;
}

NTSTATUS asksBelowAndReads(PEXT Ext) {
  IO_STATUS_BLOCK block;
  KEVENT event;
  NTSTATUS status;
  PIRP irp;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  irp = IoBuildDeviceIoControlRequest(IOCTL_RESET, Ext->Lower, NULL, 0, NULL, 0, TRUE, &event, &block);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoCallDriver(Ext->Lower, irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-4]] [wdm-irp-used-after-completion]
  }
  return status;
}

NTSTATUS asksBelowAndReadsTheBlock(PEXT Ext) {
  IO_STATUS_BLOCK block;
  KEVENT event;
  NTSTATUS status;
  PIRP irp;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  irp = IoBuildDeviceIoControlRequest(IOCTL_RESET, Ext->Lower, NULL, 0, NULL, 0, TRUE, &event, &block);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoCallDriver(Ext->Lower, irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = block.Status;
  }
  return status;
}

// Gone with a time limit: the IRP is cancelled, and waited for again.
NTSTATUS asksWithATimeLimit(PEXT Ext) {
  LARGE_INTEGER limit;
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  limit.QuadPart = -10000000;
  IoSetCompletionRoutine(irp, Signal, &Ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  if (status == STATUS_PENDING) {
    status = KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, &limit);
    if (status == STATUS_TIMEOUT) {
      IoCancelIrp(irp);
      KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    }
  }
  status = irp->IoStatus.Status;
  IoFreeIrp(irp);
  return status;
}

// The same IRP again and again.
NTSTATUS asksAgainAndAgain(PEXT Ext) {
  NTSTATUS status = STATUS_SUCCESS;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  for (ULONG i = 0; i < Ext->Count && NT_SUCCESS(status); i++) {
    IoReuseIrp(irp, STATUS_NOT_SUPPORTED);
    IoSetCompletionRoutine(irp, Signal, &Ext->Event, TRUE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, irp);
    if (status == STATUS_PENDING) {
      KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
      status = irp->IoStatus.Status;
    }
  }
  IoFreeIrp(irp);
  return status;
}

NTSTATUS asksAgainTooEarly(PEXT Ext) {
  NTSTATUS status = STATUS_SUCCESS;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  for (ULONG i = 0; i < 4; i++) {
    IoReuseIrp(irp, STATUS_NOT_SUPPORTED);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is reused here although it was sent at line [[#@LINE+2]] and may still be pending; wait for it first [wdm-irp-used-after-completion]
    IoSetCompletionRoutine(irp, Signal, &Ext->Event, TRUE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, irp);
  }
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoFreeIrp(irp);
  return status;
}

// --- KMDF ---

NTSTATUS preprocess(WDFDEVICE Device, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

NTSTATUS preprocessAndRead(WDFDEVICE Device, PIRP Irp) {
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
  DbgPrint("%x\n", Irp->IoStatus.Status);
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return status;
}

NTSTATUS preprocessAndTrace(WDFDEVICE Device, PIRP Irp) {
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
  DbgPrint("%p %x\n", Irp, status);
  return status;
}

NTSTATUS toAQueueAndComplete(WDFDEVICE Device, WDFQUEUE Queue, PIRP Irp) {
  NTSTATUS status = WdfDeviceWdmDispatchIrpToIoQueue(Device, Irp, Queue, 0);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was sent at line [[#@LINE-3]] [wdm-irp-used-after-completion]
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

// --- The result of the send, used in a condition ---

DRIVER_DISPATCH DispatchSendsInACondition;
NTSTATUS DispatchSendsInACondition(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  if (IoCallDriver(ext->Lower, Irp) == STATUS_PENDING)
    return STATUS_PENDING;
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP that was sent at line [[#@LINE-3]]; return what 'IoCallDriver' returned [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchSendsInAnAssignment;
NTSTATUS DispatchSendsInAnAssignment(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  if (!NT_SUCCESS(status = IoCallDriver(ext->Lower, Irp)))
    DbgPrint("failed\n");
  return status;
}

// --- A routine that releases the lock, and the release that is one too many is another matter ---

static IO_COMPLETION_ROUTINE Release;
static NTSTATUS Release(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  PEXT ext = (PEXT)Context;
  if (Irp->PendingReturned)
    IoMarkIrpPending(Irp);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return STATUS_CONTINUE_COMPLETION;
}

DRIVER_DISPATCH DispatchReadsTheResultOfWhatItLetGo;
NTSTATUS DispatchReadsTheResultOfWhatItLetGo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Release, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (NT_SUCCESS(status))
    status = Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-3]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchReturnsTheResultOfWhatItLetGo;
NTSTATUS DispatchReturnsTheResultOfWhatItLetGo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Release, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

// --- Parameters of an IRP that were read before ---

DRIVER_DISPATCH DispatchRemove;
NTSTATUS DispatchRemove(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UCHAR minor = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
  NTSTATUS status;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (minor == IRP_MN_REMOVE_DEVICE) {
    IoReleaseRemoveLockAndWait(&ext->RemoveLock, Irp);
    Work(ext);
  }
  return status;
}
