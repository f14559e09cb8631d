// RUN: %check_wdm %s wdm-irp-used-after-completion,wdm-pending-irp,wdm-irp-not-completed
//
// More ways to write it: structures, enumerations, expressions, pointers, lists.
#include "driver.h"

static IO_COMPLETION_ROUTINE Keeps;
static NTSTATUS Keeps(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

typedef struct _OUTCOME { NTSTATUS Status; BOOLEAN Done; } OUTCOME;
DRIVER_DISPATCH DispatchDoneInAStructure;
NTSTATUS DispatchDoneInAStructure(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  OUTCOME o;
  o.Done = FALSE;
  o.Status = STATUS_SUCCESS;
  if (ext->Started) {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    o.Done = TRUE;
  }
  if (!o.Done) {
    Irp->IoStatus.Status = o.Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return o.Status;
}

DRIVER_DISPATCH DispatchDoneInAStructureForgotten;
NTSTATUS DispatchDoneInAStructureForgotten(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  OUTCOME o;
  o.Done = FALSE;
  o.Status = STATUS_SUCCESS;
  if (ext->Started) {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    o.Done = FALSE;
  }
  if (!o.Done) {
    Irp->IoStatus.Status = o.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-5]] [wdm-irp-used-after-completion]
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return o.Status;
}

DRIVER_DISPATCH DispatchByAnEnum;
NTSTATUS DispatchByAnEnum(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  enum { Queue, Send, Fail } what = Fail;
  if (ext->Started)
    what = ext->Count ? Queue : Send;
  switch (what) {
  case Queue:
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    return STATUS_PENDING;
  case Send:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  case Fail:
    break;
  }
  Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_DEVICE_NOT_READY;
}

DRIVER_DISPATCH DispatchLoopsForEver;
NTSTATUS DispatchLoopsForEver(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  for (;;) {
    status = Prepare(ext);
    if (status != STATUS_DEVICE_NOT_READY)
      break;
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchInOneExpression;
NTSTATUS DispatchInOneExpression(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  return NT_SUCCESS(status = Prepare(ext))
             ? (IoSkipCurrentIrpStackLocation(Irp), IoCallDriver(ext->Lower, Irp))
             : (Irp->IoStatus.Status = status, IoCompleteRequest(Irp, IO_NO_INCREMENT), status);
}

DRIVER_DISPATCH DispatchCommaReads;
NTSTATUS DispatchCommaReads(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return (IoCompleteRequest(Irp, IO_NO_INCREMENT), Irp->IoStatus.Status);
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-1]] [wdm-irp-used-after-completion]
}

// Through a pointer to the status that was got before.
DRIVER_DISPATCH DispatchPointerToTheStatus;
NTSTATUS DispatchPointerToTheStatus(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS *status = &Irp->IoStatus.Status;
  *status = STATUS_NOT_SUPPORTED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return *status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

DRIVER_DISPATCH DispatchPointerToTheStatusBefore;
NTSTATUS DispatchPointerToTheStatusBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS *status = &Irp->IoStatus.Status;
  *status = STATUS_NOT_SUPPORTED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_NOT_SUPPORTED;
}

DRIVER_DISPATCH DispatchPointerToAnotherStatus;
NTSTATUS DispatchPointerToAnotherStatus(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS *status = &Irp->IoStatus.Status;
  *status = STATUS_NOT_SUPPORTED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS', but the IRP was completed with another status at line [[#@LINE-2]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchThroughTheExtension;
NTSTATUS DispatchThroughTheExtension(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  ext->Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(ext->Irp, IO_NO_INCREMENT);
  return Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

static NTSTATUS Fail(PEXT Ext, PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoReleaseRemoveLock(&Ext->RemoveLock, Irp);
  return Status;
}

DRIVER_DISPATCH DispatchFailsByAHelper;
NTSTATUS DispatchFailsByAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (!ext->Started)
    return Fail(ext, Irp, STATUS_DEVICE_NOT_READY);
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
}

// Cancelled already, or queued.
DRIVER_DISPATCH DispatchCancelSafe;
NTSTATUS DispatchCancelSafe(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KIRQL irql;
  NTSTATUS status = STATUS_PENDING;
  KeAcquireSpinLock(&ext->Lock, &irql);
  IoSetCancelRoutine(Irp, NULL);
  if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL) {
    KeReleaseSpinLock(&ext->Lock, irql);
    Irp->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_CANCELLED;
  }
  IoMarkIrpPending(Irp);
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  KeReleaseSpinLock(&ext->Lock, irql);
  return status;
}

DRIVER_DISPATCH DispatchCancelledAfterTheMark;
NTSTATUS DispatchCancelledAfterTheMark(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KIRQL irql;
  KeAcquireSpinLock(&ext->Lock, &irql);
  IoMarkIrpPending(Irp);
  if (Irp->Cancel) {
    KeReleaseSpinLock(&ext->Lock, irql);
    Irp->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_CANCELLED;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'STATUS_CANCELLED' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
  }
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  KeReleaseSpinLock(&ext->Lock, irql);
  return STATUS_PENDING;
}

// The master IRP is another one.
VOID usesTheMasterIrp(PEXT Ext, PIRP Irp) {
  PIRP master = Irp->AssociatedIrp.MasterIrp;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  master->IoStatus.Information++;
}

VOID nextStackLocationOfItsCaller(PEXT Ext, PIRP Irp) {
  PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);
  IoCallDriver(Ext->Lower, Irp);
  DbgPrint("%x", next->MinorFunction);
}

VOID nextStackLocationOfItsOwn(PEXT Ext) {
  PIRP irp = IoAllocateIrp(1, FALSE);
  PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
  next->MajorFunction = IRP_MJ_READ;
  IoCallDriver(Ext->Lower, irp);
  DbgPrint("%x", next->MinorFunction);
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

DRIVER_DISPATCH DispatchHasTwoIrps;
NTSTATUS DispatchHasTwoIrps(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = IoAllocateIrp(1, FALSE);
  NTSTATUS status;
  if (irp == NULL) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutine(irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, irp);
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  status = irp->IoStatus.Status;
  IoFreeIrp(irp);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchHasTwoIrpsWrongly;
NTSTATUS DispatchHasTwoIrpsWrongly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  IoSetCompletionRoutine(irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, irp);
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  Irp->IoStatus.Status = irp->IoStatus.Status;
  IoFreeIrp(irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was freed at line [[#@LINE-3]] [wdm-irp-used-after-completion]
}

DRIVER_DISPATCH DispatchTestsTwice;
NTSTATUS DispatchTestsTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (NT_SUCCESS(status) && status != STATUS_PENDING) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (status == STATUS_PENDING)
    KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Prepare(ext);
}

DRIVER_DISPATCH DispatchPendingInAFlag;
NTSTATUS DispatchPendingInAFlag(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  BOOLEAN pending;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  pending = status == STATUS_PENDING;
  if (pending)
    KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchAsserts;
NTSTATUS DispatchAsserts(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  NT_ASSERT(Irp->IoStatus.Status == status);
  return status;
}

// Taken off the queue under the lock, completed outside of it.
VOID drainsIntoALocalList(PEXT Ext) {
  LIST_ENTRY local;
  PLIST_ENTRY entry;
  KIRQL irql;
  local.Flink = local.Blink = &local;
  KeAcquireSpinLock(&Ext->Lock, &irql);
  while (!IsListEmpty(&Ext->Queue)) {
    entry = RemoveHeadList(&Ext->Queue);
    InsertTailList(&local, entry);
  }
  KeReleaseSpinLock(&Ext->Lock, irql);
  for (entry = local.Flink; entry != &local; entry = local.Flink) {
    PIRP irp = CONTAINING_RECORD(RemoveHeadList(&local), IRP, Tail.Overlay.ListEntry);
    irp->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
  }
}

VOID swaps(PIRP First, PIRP Second) {
  PIRP temporary = First;
  First = Second;
  Second = temporary;
  IoCompleteRequest(First, IO_NO_INCREMENT);
  IoCompleteRequest(Second, IO_NO_INCREMENT);
}

VOID swapsWrongly(PIRP First, PIRP Second) {
  PIRP temporary = First;
  First = Second;
  IoCompleteRequest(First, IO_NO_INCREMENT);
  IoCompleteRequest(Second, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  IoCompleteRequest(temporary, IO_NO_INCREMENT);
}

VOID completesAllOfAnArray(PEXT Ext) {
  ULONG i;
  for (i = 0; i < 8; i++) {
    PIRP irp = Ext->Irps[i];
    if (irp == NULL)
      continue;
    Ext->Irps[i] = NULL;
    irp->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
  }
}

VOID pointerMovesInTheCall(PIRP *Irps, ULONG Count) {
  while (Count-- > 0) {
    (*Irps)->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(*Irps++, IO_NO_INCREMENT);
  }
}

VOID pointerMovesInTheLoop(PIRP *Irps, ULONG Count) {
  for (; Count > 0; Count--, Irps++)
    IoCompleteRequest(*Irps, IO_NO_INCREMENT);
}

// Each entry has an IRP of its own.
typedef struct _REQ { struct _REQ *Next; PIRP Irp; } REQ;
VOID listOfRequests(REQ *List) {
  REQ *next;
  for (; List != NULL; List = next) {
    next = List->Next;
    IoCompleteRequest(List->Irp, IO_NO_INCREMENT);
    ExFreePool(List);
  }
}

VOID nextRequest(REQ *List) {
  IoCompleteRequest(List->Irp, IO_NO_INCREMENT);
  List = List->Next;
  IoCompleteRequest(List->Irp, IO_NO_INCREMENT);
}

DRIVER_DISPATCH DispatchForgetsInOneArm;
NTSTATUS DispatchForgetsInOneArm(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  return ext->Started ? Fail(ext, Irp, STATUS_DEVICE_NOT_READY) : Prepare(ext);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchMarksTwice;
NTSTATUS DispatchMarksTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchPendingDecides;
NTSTATUS DispatchPendingDecides(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  if (ext->Started) {
    IoCsqInsertIrp(&ext->Csq, Irp, NULL);
    status = STATUS_PENDING;
  }
  if (status != STATUS_PENDING) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

DRIVER_DISPATCH DispatchPendingForgotten;
NTSTATUS DispatchPendingForgotten(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  if (ext->Started) {
    IoCsqInsertIrp(&ext->Csq, Irp, NULL);
  } else {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchFirstCall;
NTSTATUS DispatchFirstCall(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  static ULONG calls;
  if (calls++ == 0)
    return STATUS_UNSUCCESSFUL;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// What was copied over the field that holds it may be another IRP.
void *__cdecl memcpy(void *To, const void *From, SIZE_T Length);

VOID CompletesAndCopiesOver(PEXT Ext, PEXT Other) {
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  memcpy(Ext, Other, sizeof(*Ext));
  Ext->Irp->IoStatus.Information = 0;
}

VOID CompletesAndCopiesElsewhere(PEXT Ext, PEXT Other) {
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  memcpy(Other->Buffer, Ext->Buffer, Ext->Count);
  Ext->Irp->IoStatus.Information = 0;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is written here although it was completed at line [[#@LINE-3]] [wdm-irp-used-after-completion]
}
