// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Helpers that send, complete, free, recover, hand on: their calls count as what they do.
#include "helpers.h"

// --- Sends ---

static NTSTATUS Forward(PEXT Ext, PIRP Irp) { return IoCallDriver(Ext->Lower, Irp); }

NTSTATUS sentByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS sent, status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:27: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  sent = Forward(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return sent;
}

NTSTATUS sentByAHelperDiscarded(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return Forward(Ext, Irp);
}

NTSTATUS sentByAHelperWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return Forward(Ext, Irp);
}

NTSTATUS sentByAHelperAllTheSame(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    DbgPrint("%x\n", status);
  return Forward(Ext, Irp);
}

static NTSTATUS ForwardTwice(PEXT Ext, PIRP Irp) {
  Work(Ext);
  return Forward(Ext, Irp);
}

NTSTATUS sentTwoLevelsDown(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    DbgPrint("%x\n", status);
  return ForwardTwice(Ext, Irp);
}

// The helper sends, so nothing leaks.
NTSTATUS successGoesToAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status))
    return ForwardTwice(Ext, Irp);
  return status;
}

static NTSTATUS ForwardAnother(PEXT Ext, PIRP Irp, PIRP Other) {
  UNREFERENCED_PARAMETER(Irp);
  return IoCallDriver(Ext->Lower, Other);
}

NTSTATUS helperSendsAnother(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS sent, status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  sent = ForwardAnother(Ext, Irp, Other);
  if (!NT_SUCCESS(status))
    return sent;
  return IoCallDriver(Ext->Lower, Irp);
}

// Skips and sends: without a routine of its own it is no fault to send.
NTSTATUS skippedAndSentByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return HeaderForward(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Sends on some outcomes only ---

static BOOLEAN ForwardIfStarted(PEXT Ext, PIRP Irp) {
  if (!Ext->Started)
    return FALSE;
  IoCallDriver(Ext->Lower, Irp);
  return TRUE;
}

NTSTATUS restIsCompleted(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (!ForwardIfStarted(Ext, Irp)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  return STATUS_PENDING;
}

NTSTATUS restIsSent(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (!ForwardIfStarted(Ext, Irp)) {
    return PoCallDriver(Ext->Lower, Irp);
  }
  return STATUS_PENDING;
}

// --- Completes ---

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

DRIVER_DISPATCH DispatchRead;
NTSTATUS DispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return Complete(Irp, status);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchWrite;
NTSTATUS DispatchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return Complete(Irp, status);
  if (!ext->Started)
    return Complete(Irp, STATUS_DEVICE_NOT_READY);
  return IoCallDriver(ext->Lower, Irp);
}

static NTSTATUS SetStatusOnly(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  return Status;
}

DRIVER_DISPATCH DispatchDeviceControl;
NTSTATUS DispatchDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    return SetStatusOnly(Irp, status);
  return IoCallDriver(ext->Lower, Irp);
}

// Tests and completes: TRUE means that it failed.
static BOOLEAN CheckAndFail(PIRP Irp, NTSTATUS Status) {
  if (NT_SUCCESS(Status))
    return FALSE;
  Complete(Irp, Status);
  return TRUE;
}

DRIVER_DISPATCH DispatchCreate;
NTSTATUS DispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (CheckAndFail(Irp, status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchClose;
NTSTATUS DispatchClose(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (CheckAndFail(Irp, status) || !ext->Started)
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

// --- Frees ---

static VOID Free(PEXT Ext, PIRP Irp) {
  Ext->Count--;
  IoFreeIrp(Irp);
}

NTSTATUS freedByAHelper(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status) || !Ext->Started) {
    Free(Ext, irp);
    return STATUS_UNSUCCESSFUL;
  }
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS freedByAHelperWhenItFailed(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Free(Ext, irp);
    return STATUS_UNSUCCESSFUL;
  }
  return IoCallDriver(Ext->Lower, irp);
}

// --- Allocates ---

static PIRP Allocate(PEXT Ext) { return IoAllocateIrp(Ext->Lower->StackSize, FALSE); }

NTSTATUS allocatedByAHelper(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = Allocate(Ext);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  return IoCallDriver(Ext->Lower, irp);
}

// --- Recovers ---

static VOID Skip(PIRP Irp) { IoSkipCurrentIrpStackLocation(Irp); }

NTSTATUS recoveredByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    Skip(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS recoveredByAHeader(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    HeaderFallBack(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

static VOID Note(PIRP Irp, NTSTATUS Status) { DbgPrint("%p: %x\n", Irp, Status); }

NTSTATUS notedByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    Note(Irp, status);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Tests ---

static BOOLEAN Ok(NTSTATUS Status) { return NT_SUCCESS(Status); }
static BOOLEAN OkAgain(NTSTATUS Status) { return Ok(Status); }
static NTSTATUS Check(NTSTATUS Status) {
  if (!NT_SUCCESS(Status))
    DbgPrint("%x\n", Status);
  return Status;
}
static VOID Must(NTSTATUS Status) {
  if (!NT_SUCCESS(Status))
    KeBugCheck(0xC4);
}
static VOID MustNot(NTSTATUS Status) {
  if (!NT_SUCCESS(Status))
    DbgBreakPoint();
}

NTSTATUS testedByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!OkAgain(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS passedThroughAHelper(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(Check(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS crashedByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  Must(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS crashedByAHelperAtOnce(PEXT Ext, PIRP Irp) {
  Must(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  return IoCallDriver(Ext->Lower, Irp);
}

// Stops in the debugger, and goes on.
NTSTATUS stoppedByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  MustNot(status);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Hands on ---

static VOID Queue(PEXT Ext, PIRP Irp) {
  IoMarkIrpPending(Irp);
  InsertTailList(&Ext->Queue, &Irp->Tail.Overlay.ListEntry);
}

NTSTATUS queuedByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  Queue(Ext, Irp);
  return STATUS_PENDING;
}

static VOID Remember(PEXT Ext, PIRP Irp) { Ext->Irp = Irp; }

NTSTATUS rememberedByAHelper(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(irp);
    return status;
  }
  Remember(Ext, irp);
  return STATUS_SUCCESS;
}

// --- Leaves alone ---

static ULONG Minor(PIRP Irp) { return IoGetCurrentIrpStackLocation(Irp)->MinorFunction; }

NTSTATUS leftAloneByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  if (Minor(Irp) == IRP_MN_START_DEVICE)
    return IoCallDriver(Ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// --- The same device object, sent to in a helper ---

static NTSTATUS SendTo(PDEVICE_OBJECT Device, PIRP Irp) { return IoCallDriver(Device, Irp); }

NTSTATUS sentToTheSameByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return SendTo(Ext->Lower, Irp);
}

NTSTATUS sentToAnotherByAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return SendTo(Ext->Lower, Irp);
}
