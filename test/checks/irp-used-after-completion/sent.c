// RUN: %check_wdm %s wdm-irp-used-after-completion,wdm-pending-irp,wdm-irp-not-completed
//
// The IRP is used after it was sent. It belongs to the lower drivers then, unless a completion
// routine of this driver gives it back.
#include "driver.h"

// Gives the IRP back, always; whoever sent it waits for the event.
static IO_COMPLETION_ROUTINE Keeps;
static NTSTATUS Keeps(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

// The IRP goes on to whoever sent it.
static IO_COMPLETION_ROUTINE LetsGo;
static NTSTATUS LetsGo(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  if (Irp->PendingReturned)
    IoMarkIrpPending(Irp);
  Work((PEXT)Context);
  return STATUS_SUCCESS;
}

// --- Skipped: it is gone ---

DRIVER_DISPATCH DispatchReadsLater;
NTSTATUS DispatchReadsLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(ext->Lower, Irp);
  return Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

DRIVER_DISPATCH DispatchReturnsTheResult;
NTSTATUS DispatchReturnsTheResult(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchCompletesWhatFailed;
NTSTATUS DispatchCompletesWhatFailed(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was sent at line [[#@LINE-3]] [wdm-irp-used-after-completion]
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

DRIVER_DISPATCH DispatchCountsWhatFailed;
NTSTATUS DispatchCountsWhatFailed(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (!NT_SUCCESS(status))
    ext->Count++;
  return status;
}

DRIVER_DISPATCH DispatchCompletesWhatWasSent;
NTSTATUS DispatchCompletesWhatWasSent(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchSendsTwice;
NTSTATUS DispatchSendsTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_DEVICE_NOT_READY)
    status = IoCallDriver(ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: IRP is sent here although it was sent at line [[#@LINE-3]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchSendsAgainInALoop;
NTSTATUS DispatchSendsAgainInALoop(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  do {
    status = IoCallDriver(ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: IRP is sent here although it was sent at line [[#@LINE-1]] [wdm-irp-used-after-completion]
  } while (status == STATUS_DEVICE_NOT_READY);
  return status;
}

DRIVER_DISPATCH DispatchSendsToOneOfMany;
NTSTATUS DispatchSendsToOneOfMany(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  for (ULONG i = 0; i < 8; i++) {
    if (Number() == i) {
      IoSkipCurrentIrpStackLocation(Irp);
      return IoCallDriver(ext->Lower, Irp);
    }
  }
  Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_INVALID_PARAMETER;
}

DRIVER_DISPATCH DispatchStackLocationAfterwards;
NTSTATUS DispatchStackLocationAfterwards(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (irpSp->MinorFunction == IRP_MN_REMOVE_DEVICE)
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
    Work(ext);
  return status;
}

DRIVER_DISPATCH DispatchMinorFunctionBefore;
NTSTATUS DispatchMinorFunctionBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  UCHAR minor = IoGetCurrentIrpStackLocation(Irp)->MinorFunction;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (minor == IRP_MN_REMOVE_DEVICE)
    Work(ext);
  return status;
}

DRIVER_DISPATCH DispatchPowerAfterwards;
NTSTATUS DispatchPowerAfterwards(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = PoCallDriver(ext->Lower, Irp);
  PoStartNextPowerIrp(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'PoStartNextPowerIrp' here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchPowerBefore;
NTSTATUS DispatchPowerBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PoStartNextPowerIrp(Irp);
  IoSkipCurrentIrpStackLocation(Irp);
  return PoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchMarksAfterwards;
NTSTATUS DispatchMarksAfterwards(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(ext->Lower, Irp);
  IoMarkIrpPending(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'IoMarkIrpPending' here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchReleasesAndTraces;
NTSTATUS DispatchReleasesAndTraces(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  DbgPrint("%p sent: %x\n", Irp, status);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return status;
}

VOID cancelsWhatItSent(PEXT Ext, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(Ext->Lower, Irp);
  IoCancelIrp(Irp);
}

VOID tracesTheResult(PEXT Ext, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(Ext->Lower, Irp);
  DbgPrint("%x\n", Irp->IoStatus.Status);
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

VOID tracesTheAddress(PEXT Ext, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  IoCallDriver(Ext->Lower, Irp);
  DbgPrint("%p\n", Irp);
}

// A wait does not bring back what was skipped.
VOID waitsForWhatIsGone(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-4]] [wdm-irp-used-after-completion]
  }
  Ext->LastStatus = status;
}

VOID waitsForItsRoutine(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &Ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  Ext->LastStatus = status;
}

// --- No routine was set ---

DRIVER_DISPATCH DispatchCopiedOnly;
NTSTATUS DispatchCopiedOnly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  Irp->IoStatus.Status = status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchCopiedAndReturned;
NTSTATUS DispatchCopiedAndReturned(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

// Whoever gave it the IRP may have set a routine.
NTSTATUS sendsForItsCaller(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoCallDriver(Ext->Lower, Irp);
  Ext->LastStatus = Irp->IoStatus.Status;
  return status;
}

// So may a function that is not visible.
DRIVER_DISPATCH DispatchPreparedElsewhere;
NTSTATUS DispatchPreparedElsewhere(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  TakeIrp(ext, Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING)
    status = Irp->IoStatus.Status;
  return status;
}

DRIVER_DISPATCH DispatchNullRoutine;
NTSTATUS DispatchNullRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, NULL, NULL, FALSE, FALSE, FALSE);
  status = IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return status;
}

VOID allocatedAndSent(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_PNP;
  IoCallDriver(Ext->Lower, irp);
  IoFreeIrp(irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is freed here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

VOID allocatedAndFreed(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_PNP;
  IoFreeIrp(irp);
}

VOID builtAndRead(PEXT Ext) {
  IO_STATUS_BLOCK block;
  PIRP irp = IoBuildDeviceIoControlRequest(1, Ext->Lower, NULL, 0, NULL, 0, FALSE, &Ext->Event,
                                           &block);
  if (irp == NULL)
    return;
  if (IoCallDriver(Ext->Lower, irp) == STATUS_PENDING)
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  Ext->LastStatus = irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-3]] [wdm-irp-used-after-completion]
}

VOID builtAndItsBlockRead(PEXT Ext) {
  IO_STATUS_BLOCK block;
  PIRP irp = IoBuildDeviceIoControlRequest(1, Ext->Lower, NULL, 0, NULL, 0, FALSE, &Ext->Event,
                                           &block);
  if (irp == NULL)
    return;
  if (IoCallDriver(Ext->Lower, irp) == STATUS_PENDING)
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  Ext->LastStatus = block.Status;
}

VOID builtAndFreed(PEXT Ext) {
  IO_STATUS_BLOCK block;
  PIRP irp = IoBuildSynchronousFsdRequest(IRP_MJ_READ, Ext->Lower, Ext->Buffer, 512, NULL,
                                          &Ext->Event, &block);
  if (irp == NULL)
    return;
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoFreeIrp(irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is freed here although it was sent at line [[#@LINE-3]] [wdm-irp-used-after-completion]
}

VOID builtAndLeftToTheSystem(PEXT Ext) {
  IO_STATUS_BLOCK block;
  PIRP irp = IoBuildSynchronousFsdRequest(IRP_MJ_READ, Ext->Lower, Ext->Buffer, 512, NULL,
                                          &Ext->Event, &block);
  if (irp == NULL)
    return;
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
}

VOID builtAsynchronousAndFreed(PEXT Ext) {
  PIRP irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Ext->Lower, Ext->Buffer, 512, NULL, NULL);
  if (irp == NULL)
    return;
  IoCallDriver(Ext->Lower, irp);
  IoFreeIrp(irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is freed here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

VOID builtAsynchronousWithARoutine(PEXT Ext) {
  PIRP irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Ext->Lower, Ext->Buffer, 512, NULL, NULL);
  if (irp == NULL)
    return;
  IoSetCompletionRoutine(irp, Keeps, &Ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoFreeIrp(irp);
}

// --- A routine that lets go ---

DRIVER_DISPATCH DispatchRoutineLetsGo;
NTSTATUS DispatchRoutineLetsGo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, LetsGo, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (NT_SUCCESS(status))
    ext->Count = (ULONG)Irp->IoStatus.Information;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was sent at line [[#@LINE-3]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchRoutineLetsGoAndNoMore;
NTSTATUS DispatchRoutineLetsGoAndNoMore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, LetsGo, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (NT_SUCCESS(status))
    ext->Count++;
  return status;
}

DRIVER_DISPATCH DispatchRoutineLetsGoOnSuccess;
NTSTATUS DispatchRoutineLetsGoOnSuccess(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, LetsGo, ext, TRUE, FALSE, FALSE);
  status = IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchSkippedAfterTheRoutine;
NTSTATUS DispatchSkippedAfterTheRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoSkipCurrentIrpStackLocation(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return status;
}

// The last routine counts.
DRIVER_DISPATCH DispatchTwoRoutines;
NTSTATUS DispatchTwoRoutines(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoSetCompletionRoutine(Irp, LetsGo, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-3]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchTwoRoutinesTheLastKeeps;
NTSTATUS DispatchTwoRoutinesTheLastKeeps(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, LetsGo, ext, TRUE, TRUE, TRUE);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchWrittenRoutine;
NTSTATUS DispatchWrittenRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  next->CompletionRoutine = LetsGo;
  next->Context = ext;
  next->Control = SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_ERROR | SL_INVOKE_ON_CANCEL;
  status = IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return status;
}

// --- Not known what the routine does ---

DRIVER_DISPATCH DispatchRoutineOfAnotherFile;
NTSTATUS DispatchRoutineOfAnotherFile(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

static IO_COMPLETION_ROUTINE KeepsSometimes;
static NTSTATUS KeepsSometimes(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  if (!NT_SUCCESS(Irp->IoStatus.Status))
    return STATUS_MORE_PROCESSING_REQUIRED;
  Work((PEXT)Context);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchRoutineKeepsSometimes;
NTSTATUS DispatchRoutineKeepsSometimes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, KeepsSometimes, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (!NT_SUCCESS(status))
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

static IO_COMPLETION_ROUTINE CompletesItself;
static NTSTATUS CompletesItself(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH DispatchRoutineCompletesItself;
NTSTATUS DispatchRoutineCompletesItself(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, CompletesItself, NULL, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status != STATUS_PENDING)
    DbgPrint("%x\n", Irp->IoStatus.Status);
  return status;
}

static IO_COMPLETION_ROUTINE HandsOn;
static NTSTATUS HandsOn(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  TakeIrp((PEXT)Context, Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH DispatchRoutineHandsOn;
NTSTATUS DispatchRoutineHandsOn(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, HandsOn, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchNotInAllCases;
NTSTATUS DispatchNotInAllCases(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, FALSE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchRoutineFromAVariable;
NTSTATUS DispatchRoutineFromAVariable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_COMPLETION_ROUTINE routine = Maybe() ? LetsGo : Done;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, routine, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (routine == Done)
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// --- A routine that keeps: wait first ---

DRIVER_DISPATCH DispatchDoesNotWait;
NTSTATUS DispatchDoesNotWait(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-3]] and may still be pending; wait for it first [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchWaits;
NTSTATUS DispatchWaits(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchWaitsForPendingOnly;
NTSTATUS DispatchWaitsForPendingOnly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchTestsTheWrongWay;
NTSTATUS DispatchTestsTheWrongWay(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status != STATUS_PENDING) {
    KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was sent at line [[#@LINE-5]] and may still be pending; wait for it first [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

// STATUS_PENDING is a success.
DRIVER_DISPATCH DispatchTestsForSuccess;
NTSTATUS DispatchTestsForSuccess(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (NT_SUCCESS(status)) {
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is completed here although it was sent at line [[#@LINE-4]] and may still be pending; wait for it first [wdm-irp-used-after-completion]
    return STATUS_SUCCESS;
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchWaitsWithATimeLimit;
NTSTATUS DispatchWaitsWithATimeLimit(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  LARGE_INTEGER limit;
  limit.QuadPart = -10000;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, &limit);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchWaitsForMany;
NTSTATUS DispatchWaitsForMany(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PVOID objects[2];
  objects[0] = &ext->Event;
  objects[1] = ext->Buffer;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForMultipleObjects(2, objects, 1, Executive, KernelMode, FALSE, NULL, NULL);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// Who knows what it waits for.
VOID WaitForTheDevice(PEXT Ext);

DRIVER_DISPATCH DispatchWaitsElsewhere;
NTSTATUS DispatchWaitsElsewhere(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  WaitForTheDevice(ext);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchSendsAgainTooEarly;
NTSTATUS DispatchSendsAgainTooEarly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  return IoCallDriver(ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:10: warning: IRP is sent here although it was sent at line [[#@LINE-2]] and may still be pending; wait for it first [wdm-irp-used-after-completion]
}

DRIVER_DISPATCH DispatchSendsAgain;
NTSTATUS DispatchSendsAgain(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

VOID freesTooEarly(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  IoSetCompletionRoutine(irp, Keeps, &Ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  IoFreeIrp(irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is freed here although it was sent at line [[#@LINE-2]] and may still be pending; wait for it first [wdm-irp-used-after-completion]
}

VOID freesInTime(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  IoSetCompletionRoutine(irp, Keeps, &Ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoFreeIrp(irp);
}

VOID reusesTooEarly(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  IoSetCompletionRoutine(irp, Keeps, &Ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  IoReuseIrp(irp, STATUS_SUCCESS);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is reused here although it was sent at line [[#@LINE-2]] and may still be pending; wait for it first [wdm-irp-used-after-completion]
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoFreeIrp(irp);
}

VOID reusesInTime(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  IoSetCompletionRoutine(irp, Keeps, &Ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoReuseIrp(irp, STATUS_SUCCESS);
  IoSetCompletionRoutine(irp, Keeps, &Ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoFreeIrp(irp);
}

// Reading while it may be pending is a race at worst; the check asks for completing and the like.
DRIVER_DISPATCH DispatchReadsWhilePending;
NTSTATUS DispatchReadsWhilePending(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCallDriver(ext->Lower, Irp);
  ext->Count = Irp->Flags;
  KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// IoSetCompletionRoutineEx sets the routine as well.
VOID registersAndFreesTooEarly(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, irp, Keeps, &Ext->Event, TRUE, TRUE, TRUE))) {
    IoFreeIrp(irp);
    return;
  }
  IoCallDriver(Ext->Lower, irp);
  IoFreeIrp(irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is freed here although it was sent at line [[#@LINE-2]] and may still be pending; wait for it first [wdm-irp-used-after-completion]
}

VOID registersAndWaits(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, irp, Keeps, &Ext->Event, TRUE, TRUE, TRUE))) {
    IoFreeIrp(irp);
    return;
  }
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoFreeIrp(irp);
}

// --- Sends that come back with the IRP ---

DRIVER_DISPATCH DispatchForwardsSynchronously;
NTSTATUS DispatchForwardsSynchronously(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  if (IoForwardIrpSynchronously(ext->Lower, Irp))
    status = Irp->IoStatus.Status;
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchCatches;
NTSTATUS DispatchCatches(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  if (!IoForwardAndCatchIrp(ext->Lower, Irp)) {
    status = STATUS_UNSUCCESSFUL;
    Irp->IoStatus.Status = status;
  } else {
    status = Irp->IoStatus.Status;
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

VOID callsSynchronously(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  Ext->LastStatus = IoSynchronousCallDriver(Ext->Lower, irp);
  IoFreeIrp(irp);
}

VOID callsSynchronouslyAndFreesTwice(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  Ext->LastStatus = IoSynchronousCallDriver(Ext->Lower, irp);
  if (!NT_SUCCESS(Ext->LastStatus))
    IoFreeIrp(irp);
  IoFreeIrp(irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is freed here although it was freed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

// --- Freed ---

VOID readsWhatItFreed(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  Ext->LastStatus = IoSynchronousCallDriver(Ext->Lower, irp);
  IoFreeIrp(irp);
  Ext->Count = (ULONG)irp->IoStatus.Information;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was freed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

VOID readsBeforeItFrees(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  Ext->LastStatus = IoSynchronousCallDriver(Ext->Lower, irp);
  Ext->Count = (ULONG)irp->IoStatus.Information;
  IoFreeIrp(irp);
}

VOID freesAndAllocatesAgain(PEXT Ext) {
  PIRP irp;
  for (ULONG i = 0; i < 3; i++) {
    irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
    if (irp == NULL)
      break;
    Ext->LastStatus = IoSynchronousCallDriver(Ext->Lower, irp);
    IoFreeIrp(irp);
  }
}

VOID freesInTheLoop(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return;
  for (ULONG i = 0; i < Ext->Count; i++) {
    Ext->LastStatus = IoSynchronousCallDriver(Ext->Lower, irp);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: IRP is sent here although it was freed at line [[#@LINE+1]] [wdm-irp-used-after-completion]
    IoFreeIrp(irp);
  }
}

VOID freesAnIrpOfAField(PEXT Ext) {
  IoFreeIrp(Ext->Irp);
  Ext->Irp = NULL;
}

VOID freesAnIrpOfAFieldTwice(PEXT Ext) {
  if (Ext->Started)
    IoFreeIrp(Ext->Irp);
  IoFreeIrp(Ext->Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is freed here although it was freed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

// --- Handed on: it may be safe under a lock ---

DRIVER_DISPATCH DispatchTouchesWhatItQueued;
NTSTATUS DispatchTouchesWhatItQueued(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KIRQL irql;
  IoMarkIrpPending(Irp);
  KeAcquireSpinLock(&ext->Lock, &irql);
  InsertTailList(&ext->Queue, &Irp->Tail.Overlay.ListEntry);
  IoSetCancelRoutine(Irp, NULL);
  KeReleaseSpinLock(&ext->Lock, irql);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchCompletesWhatItStored;
NTSTATUS DispatchCompletesWhatItStored(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}
