// Who completes the IRP after a failure, and which functions may leave at all.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes
#include "driver.h"

// --- Callers decide before roles ---

DRIVER_DISPATCH ForwardAndWait, Starts;

NTSTATUS ForwardAndWait(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ForwardAndWait(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, &ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, &ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:    status = Irp->IoStatus.Status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS Starts(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = ForwardAndWait(DeviceObject, Irp);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH SendsForAnother, Forwards;

NTSTATUS SendsForAnother(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS SendsForAnother(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// It only passes the result on.
NTSTATUS Forwards(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return SendsForAnother(DeviceObject, Irp);
}

// The function completes the IRP itself, and its caller does so as well.
static NTSTATUS completesAndIsCompleted(PEXT Ext, PIRP Irp) {
  if (!Ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS completesAndIsCompleted(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  if (!Ext->Started) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH CompletesOnOneStatus;
NTSTATUS CompletesOnOneStatus(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = completesAndIsCompleted((PEXT)DeviceObject->DeviceExtension, Irp);
  if (status == STATUS_INSUFFICIENT_RESOURCES) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

// The caller completes it under another name.
static NTSTATUS completedUnderAnotherName(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS completedUnderAnotherName(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH CompletesACopy;
NTSTATUS CompletesACopy(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIRP request = Irp;
  NTSTATUS status = completedUnderAnotherName((PEXT)DeviceObject->DeviceExtension, Irp);
  if (!NT_SUCCESS(status)) {
    request->IoStatus.Status = status;
    IoCompleteRequest(request, IO_NO_INCREMENT);
  }
  return status;
}

// The caller has a spin lock, under which no IRP is completed.
static NTSTATUS calledUnderALock(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS calledUnderALock(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH CallsUnderALock;
NTSTATUS CallsUnderALock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  KIRQL irql;
  KeAcquireSpinLock(&ext->Lock, &irql);
  status = calledUnderALock(ext, Irp);
  KeReleaseSpinLock(&ext->Lock, irql);
  return status;
}

// --- What the address is taken for ---

typedef NTSTATUS (*HANDLER)(PDEVICE_OBJECT DeviceObject, PIRP Irp);

static NTSTATUS throughATable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS throughATable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

static const HANDLER Handlers[] = {throughATable};

DRIVER_DISPATCH CallsThroughATable;
NTSTATUS CallsThroughATable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return Handlers[0](DeviceObject, Irp);
}

static NTSTATUS dispatchOfATable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS dispatchOfATable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

static const struct {
  ULONG Major;
  PDRIVER_DISPATCH Routine;
} Table[] = {{IRP_MJ_READ, dispatchOfATable}};

VOID fillTable(PDRIVER_OBJECT Driver) {
  Driver->MajorFunction[Table[0].Major] = Table[0].Routine;
}

NTSTATUS setByHand(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS setByHand(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

VOID setOne(PDRIVER_OBJECT Driver) { Driver->MajorFunction[IRP_MJ_POWER] = setByHand; }

// A completion routine, by what it is given to.
NTSTATUS NTAPI TriesAgain(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  PEXT ext = (PEXT)Context;
  NTSTATUS result = STATUS_CONTINUE_COMPLETION;
  UNREFERENCED_PARAMETER(DeviceObject);
  if (ext->Started) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(ext->Self, Irp, TriesAgain, ext, TRUE, TRUE, TRUE);
    result = IoCallDriver(ext->Lower, Irp);
  }
  return result;
}
// CHECK-MESSAGES: :[[@LINE-5]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS NTAPI TriesAgain(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)Context;
// CHECK-FIXES-NEXT:  NTSTATUS result = STATUS_CONTINUE_COMPLETION;
// CHECK-FIXES-NEXT:  UNREFERENCED_PARAMETER(DeviceObject);
// CHECK-FIXES-NEXT:  if (ext->Started) {
// CHECK-FIXES-NEXT:    IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:    result = IoSetCompletionRoutineEx(ext->Self, Irp, TriesAgain, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(result)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, TriesAgain, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    result = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return result;
// CHECK-FIXES-NEXT:}

// --- Looking at the IRP afterwards ---

VOID WaitForDone(PKEVENT Event);

NTSTATUS waitsInAnotherFile(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  WaitForDone(&ext->Event);
  return Irp->IoStatus.Status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS waitsInAnotherFile(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, &ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, &ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  WaitForDone(&ext->Event);
// CHECK-FIXES-NEXT:  return Irp->IoStatus.Status;
// CHECK-FIXES-NEXT:}

// --- Functions that cannot tell ---

VOID NTAPI startIo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:VOID NTAPI startIo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

VOID sendsTheNext(PEXT Ext) {
  PIRP irp = Ext->Irp;
  Ext->Irp = NULL;
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:VOID sendsTheNext(PEXT Ext) {
// CHECK-FIXES-NEXT:  PIRP irp = Ext->Irp;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  Ext->Irp = NULL;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:}

VOID hasALabel(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
Exit:
  Work(Ext);
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:VOID hasALabel(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:}

// The label completes it.
VOID hasALabelThatCompletes(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Fail;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  return;
Fail:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:VOID hasALabelThatCompletes(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Fail;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Fail;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return;
// CHECK-FIXES-NEXT:Fail:
// CHECK-FIXES-NEXT:  Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:}

BOOLEAN hasFailed(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return !NT_SUCCESS(IoCallDriver(Ext->Lower, Irp));
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:BOOLEAN hasFailed(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return !NT_SUCCESS(IoCallDriver(Ext->Lower, Irp));
// CHECK-FIXES-NEXT:}

BOOLEAN isLost(PEXT Ext, PIRP Irp) {
  BOOLEAN result = FALSE;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(IoCallDriver(Ext->Lower, Irp))) {
    result = TRUE;
  }
  return result;
}
// CHECK-MESSAGES: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:BOOLEAN isLost(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  BOOLEAN result = FALSE;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(IoCallDriver(Ext->Lower, Irp))) {
// CHECK-FIXES-NEXT:    result = TRUE;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return result;
// CHECK-FIXES-NEXT:}

// By what it says elsewhere.
BOOLEAN triesLater(PEXT Ext, PIRP Irp) {
  BOOLEAN result = FALSE;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(IoCallDriver(Ext->Lower, Irp))) {
    result = TRUE;
  }
  return result;
}
// CHECK-MESSAGES: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:BOOLEAN triesLater(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  BOOLEAN result = FALSE;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(IoCallDriver(Ext->Lower, Irp))) {
// CHECK-FIXES-NEXT:    result = TRUE;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return result;
// CHECK-FIXES-NEXT:}

BOOLEAN wasSent(PEXT Ext, PIRP Irp) {
  BOOLEAN result = FALSE;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(IoCallDriver(Ext->Lower, Irp))) {
    result = TRUE;
  }
  return result;
}
// CHECK-MESSAGES: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:BOOLEAN wasSent(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  BOOLEAN result = FALSE;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (NT_SUCCESS(IoCallDriver(Ext->Lower, Irp))) {
// CHECK-FIXES-NEXT:    result = TRUE;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return result;
// CHECK-FIXES-NEXT:}

// The flag would stay.
NTSTATUS setsAFlag(PEXT Ext) {
  Ext->Started = FALSE;
  IoReuseIrp(Ext->Irp, STATUS_SUCCESS);
  IoSetCompletionRoutineEx(Ext->Self, Ext->Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Ext->Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS setsAFlag(PEXT Ext) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  Ext->Started = FALSE;
// CHECK-FIXES-NEXT:  IoReuseIrp(Ext->Irp, STATUS_SUCCESS);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Ext->Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Ext->Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Ext->Irp);
// CHECK-FIXES-NEXT:}

// Whoever calls it counts on the IRP being sent.
NTSTATUS passDown(PEXT Ext, PIRP Irp, PIO_COMPLETION_ROUTINE Routine) {
  if (Routine != NULL) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Ext->Self, Irp, Routine, Ext, TRUE, TRUE, TRUE);
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS passDown(PEXT Ext, PIRP Irp, PIO_COMPLETION_ROUTINE Routine) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  if (Routine != NULL) {
// CHECK-FIXES-NEXT:    IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Routine, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Routine, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  } else {
// CHECK-FIXES-NEXT:    IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- What was set before ---

DRIVER_DISPATCH SetsBusy;
NTSTATUS SetsBusy(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Started = TRUE;
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS SetsBusy(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  ext->Started = TRUE;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

typedef struct _NUMBERS { ULONG Requests, Open; } NUMBERS;
NUMBERS Numbers;

DRIVER_DISPATCH CountsRequests, CountsOpenOnes;
NTSTATUS CountsRequests(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Numbers.Requests++;
  ext->LastStatus = 0;
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS CountsRequests(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  Numbers.Requests++;
// CHECK-FIXES-NEXT:  ext->LastStatus = 0;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS CountsOpenOnes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Numbers.Open++;
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS CountsOpenOnes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  Numbers.Open++;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

VOID closeOne(VOID) { --Numbers.Open; }

// --- Callers that do not listen ---

static NTSTATUS resultDropped(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS resultDropped(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

VOID drops(PEXT Ext) { resultDropped(Ext, Ext->Spare); }

static NTSTATUS allocatedByItsCaller(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS allocatedByItsCaller(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS allocatesForIt(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  return irp ? allocatedByItsCaller(Ext, irp) : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS freedByItsCaller(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS freedByItsCaller(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS allocatesAndFrees(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  status = freedByItsCaller(Ext, irp);
  if (status == STATUS_INSUFFICIENT_RESOURCES) {
    IoFreeIrp(irp);
  }
  return status;
}

// As its author fails a request: what it does in any case is among that.
VOID startsTheNext(PEXT Ext, PIRP Irp) {
  if (!Ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    Work(Ext);
    return;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  Work(Ext);
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:VOID startsTheNext(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  if (!Ext->Started) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    Work(Ext);
// CHECK-FIXES-NEXT:    return;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    Work(Ext);
// CHECK-FIXES-NEXT:    return;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:}
