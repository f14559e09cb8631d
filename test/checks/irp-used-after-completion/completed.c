// RUN: %check_wdm %s 'wdm-*'
//
// The IRP is used after it was completed. Completing it again is bug check 0x44; reading or
// writing it touches memory that is free by then.
#include "driver.h"

// --- Completed twice ---

DRIVER_DISPATCH DispatchTwice;
NTSTATUS DispatchTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchOnce;
NTSTATUS DispatchOnce(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// The error path falls into the common one.
DRIVER_DISPATCH DispatchFallsThrough;
NTSTATUS DispatchFallsThrough(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  Irp->IoStatus.Status = status;
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-3]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchReturnsInBetween;
NTSTATUS DispatchReturnsInBetween(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  Irp->IoStatus.Status = status;
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchCleanup;
NTSTATUS DispatchCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    goto cleanup;
  }
  Work(ext);
cleanup:
  Irp->IoStatus.Status = status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-6]] [wdm-irp-used-after-completion]
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchCleanupOnly;
NTSTATUS DispatchCleanupOnly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status))
    goto cleanup;
  Work(ext);
cleanup:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchSwitch;
NTSTATUS DispatchSwitch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = STATUS_NOT_SUPPORTED;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    status = STATUS_SUCCESS;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    break;
  case IRP_MN_STOP_DEVICE:
    status = STATUS_SUCCESS;
    break;
  default:
    break;
  }
  Irp->IoStatus.Information = 0;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-9]] [wdm-irp-used-after-completion]
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchSwitchReturns;
NTSTATUS DispatchSwitchReturns(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = STATUS_NOT_SUPPORTED;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    status = STATUS_SUCCESS;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  case IRP_MN_STOP_DEVICE:
    status = STATUS_SUCCESS;
    break;
  default:
    break;
  }
  Irp->IoStatus.Information = 0;
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// In a loop, the same IRP.
VOID completesInALoop(PEXT Ext, PIRP Irp) {
  for (ULONG i = 0; i < Ext->Count; i++) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is completed here although it was completed at line [[#@LINE-1]] [wdm-irp-used-after-completion]
  }
}

VOID completesOneOfALoop(PEXT Ext, PIRP Irp) {
  for (ULONG i = 0; i < Ext->Count; i++) {
    if (Number() == i) {
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      break;
    }
  }
}

VOID completesEachOfAnArray(PEXT Ext) {
  for (ULONG i = 0; i < 8; i++)
    IoCompleteRequest(Ext->Irps[i], IO_NO_INCREMENT);
}

VOID completesEachOfAList(PEXT Ext) {
  while (!IsListEmpty(&Ext->Queue)) {
    PLIST_ENTRY entry = RemoveHeadList(&Ext->Queue);
    PIRP irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
    irp->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
  }
}

// --- Read and written afterwards ---

DRIVER_DISPATCH DispatchReturnsItsField;
NTSTATUS DispatchReturnsItsField(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

DRIVER_DISPATCH DispatchReturnsACopy;
NTSTATUS DispatchReturnsACopy(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = Irp->IoStatus.Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchWritesLater;
NTSTATUS DispatchWritesLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  Irp->IoStatus.Status = STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchTracesAField;
NTSTATUS DispatchTracesAField(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  DbgPrint("completed with %x\n", Irp->IoStatus.Status);
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchTracesTheAddress;
NTSTATUS DispatchTracesTheAddress(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  DbgPrint("completed %p\n", Irp);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchTracesInACheckedBuild;
NTSTATUS DispatchTracesInACheckedBuild(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  KdPrint(("completed with %x\n", Irp->IoStatus.Status));
  NT_ASSERT(Irp->IoStatus.Status == STATUS_SUCCESS);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchTestsAField;
NTSTATUS DispatchTestsAField(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  if (Irp->Cancel)
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
    DbgPrint("cancelled\n");
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchTestsBefore;
NTSTATUS DispatchTestsBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  BOOLEAN cancelled = Irp->Cancel;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  if (cancelled)
    DbgPrint("cancelled\n");
  return STATUS_SUCCESS;
}

// The whole record is assigned.
DRIVER_DISPATCH DispatchWritesTheRecord;
NTSTATUS DispatchWritesTheRecord(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IO_STATUS_BLOCK block = {{STATUS_SUCCESS}, 0};
  Irp->IoStatus = block;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  Irp->IoStatus = block;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

// --- Through the stack location ---

DRIVER_DISPATCH DispatchStackLocationLater;
NTSTATUS DispatchStackLocationLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:30: warning: IRP is passed to 'IoGetCurrentIrpStackLocation' here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  Work((PEXT)irpSp->Context);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchStackLocationBefore;
NTSTATUS DispatchStackLocationBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  DbgPrint("%x done\n", irpSp->Parameters.DeviceIoControl.IoControlCode);
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchCodeBefore;
NTSTATUS DispatchCodeBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  ULONG code = irpSp->Parameters.DeviceIoControl.IoControlCode;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  DbgPrint("%x done\n", code);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchSwitchesLater;
NTSTATUS DispatchSwitchesLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  switch (irpSp->MinorFunction) {
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  case IRP_MN_REMOVE_DEVICE:
    Work(ext);
    break;
  default:
    break;
  }
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchNoUseOfTheStackLocation;
NTSTATUS DispatchNoUseOfTheStackLocation(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  DbgPrint("%p done\n", irpSp);
  return STATUS_SUCCESS;
}

// --- Passed to a routine that looks into it ---

DRIVER_DISPATCH DispatchMarksLater;
NTSTATUS DispatchMarksLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoMarkIrpPending(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'IoMarkIrpPending' here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchMarksBefore;
NTSTATUS DispatchMarksBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoMarkIrpPending(Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchSendsLater;
NTSTATUS DispatchSendsLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoSkipCurrentIrpStackLocation(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'IoSkipCurrentIrpStackLocation' here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchSendsToo;
NTSTATUS DispatchSendsToo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoSkipCurrentIrpStackLocation(Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return IoCallDriver(ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:10: warning: IRP is sent here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

DRIVER_DISPATCH DispatchSendsOrCompletes;
NTSTATUS DispatchSendsOrCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (ext->Started) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_DEVICE_NOT_READY;
}

DRIVER_DISPATCH DispatchStartsNextPowerIrp;
NTSTATUS DispatchStartsNextPowerIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  PoStartNextPowerIrp(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'PoStartNextPowerIrp' here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchStartsNextPowerIrpFirst;
NTSTATUS DispatchStartsNextPowerIrpFirst(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  PoStartNextPowerIrp(Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchQueuesLater;
NTSTATUS DispatchQueuesLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoStartPacket(DeviceObject, Irp, NULL, NULL);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'IoStartPacket' here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchInsertsLater;
NTSTATUS DispatchInsertsLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCsqInsertIrp(&ext->Csq, Irp, NULL);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'IoCsqInsertIrp' here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchSetsARoutineLater;
NTSTATUS DispatchSetsARoutineLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'IoSetCompletionRoutine' here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchCopiesLater;
NTSTATUS DispatchCopiesLater(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is passed to 'IoCopyCurrentIrpStackLocationToNext' here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

// --- Not a use: only the address ---

DRIVER_DISPATCH DispatchReleasesItsLock;
NTSTATUS DispatchReleasesItsLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchComparesTheAddress;
NTSTATUS DispatchComparesTheAddress(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  if (ext->Irp == Irp)
    ext->Irp = NULL;
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchCopiesTheAddress;
NTSTATUS DispatchCopiesTheAddress(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP last;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  last = Irp;
  ext->Buffer = last;
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchGivesTheAddressAway;
NTSTATUS DispatchGivesTheAddressAway(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  TakeIrp(ext, Irp);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchTakesTheAddressOfAPart;
NTSTATUS DispatchTakesTheAddressOfAPart(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  ext->Buffer = &Irp->Tail.Overlay.ListEntry;
  return STATUS_SUCCESS;
}

// A buffer and an MDL that were read before are other memory.
DRIVER_DISPATCH DispatchUsesTheBuffer;
NTSTATUS DispatchUsesTheBuffer(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PULONG buffer = (PULONG)Irp->AssociatedIrp.SystemBuffer;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  DbgPrint("%x\n", buffer[0]);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchReadsTheBufferLate;
NTSTATUS DispatchReadsTheBufferLate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  DbgPrint("%p\n", Irp->AssociatedIrp.SystemBuffer);
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchUsesTheMdl;
NTSTATUS DispatchUsesTheMdl(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PMDL mdl = Irp->MdlAddress;
  Irp->MdlAddress = NULL;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoFreeMdl(mdl);
  return STATUS_SUCCESS;
}

// --- Copies and fields are the same IRP ---

DRIVER_DISPATCH DispatchCopyOfThePointer;
NTSTATUS DispatchCopyOfThePointer(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIRP irp = Irp;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCompleteRequest(irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchAnotherIrp;
NTSTATUS DispatchAnotherIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  PIRP irp = ext->Spare;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  irp->IoStatus.Status = STATUS_CANCELLED;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchVariableHoldsAnotherIrp;
NTSTATUS DispatchVariableHoldsAnotherIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  Irp = ext->Spare;
  Irp->IoStatus.Status = STATUS_CANCELLED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

VOID completesAField(PEXT Ext) {
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  DbgPrint("%x\n", Ext->Irp->IoStatus.Status);
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

VOID completesAFieldAndForgetsIt(PEXT Ext) {
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  Ext->Irp = NULL;
  if (Ext->Irp != NULL)
    DbgPrint("%x\n", Ext->Irp->IoStatus.Status);
}

VOID fieldHoldsAnotherIrp(PEXT Ext) {
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  Ext->Irp = Ext->Spare;
  Ext->Irp->IoStatus.Status = STATUS_CANCELLED;
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
}

VOID fieldMayHaveChangedInACall(PEXT Ext) {
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  Work(Ext);
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
}

VOID fieldMayHaveChangedInAWait(PEXT Ext) {
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
}

VOID twoFieldsOneIrp(PEXT Ext, PIRP Irp) {
  Ext->Irp = Irp;
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

VOID twoFieldsTwoIrps(PEXT Ext) {
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Ext->Spare, IO_NO_INCREMENT);
}

VOID oneElementTwice(PEXT Ext) {
  IoCompleteRequest(Ext->Irps[1], IO_NO_INCREMENT);
  IoCompleteRequest(Ext->Irps[1], IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

VOID twoElements(PEXT Ext) {
  IoCompleteRequest(Ext->Irps[1], IO_NO_INCREMENT);
  IoCompleteRequest(Ext->Irps[2], IO_NO_INCREMENT);
}

// --- Any function, not only dispatch routines ---

static DRIVER_STARTIO StartIo;
static VOID StartIo(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  if (Irp->IoStatus.Information == 0)
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
    IoStartNextPacket(DeviceObject, FALSE);
}

static DRIVER_CANCEL CancelTwice;
static VOID CancelTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  Irp->IoStatus.Status = STATUS_CANCELLED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  if (Irp->Cancel)
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static DRIVER_CANCEL CancelOnce;
static VOID CancelOnce(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  Irp->IoStatus.Status = STATUS_CANCELLED;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID takenFromAQueue(PEXT Ext) {
  PIRP irp = IoCsqRemoveNextIrp(&Ext->Csq, NULL);
  if (irp != NULL) {
    irp->IoStatus.Status = STATUS_CANCELLED;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    irp->IoStatus.Information = 0;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  }
}

VOID takenFromAQueueOneByOne(PEXT Ext) {
  PIRP irp;
  while ((irp = IoCsqRemoveNextIrp(&Ext->Csq, NULL)) != NULL) {
    irp->IoStatus.Status = STATUS_CANCELLED;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
  }
}

VOID useInBothArms(PEXT Ext, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  if (Maybe())
    Ext->LastStatus = Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-3]] [wdm-irp-used-after-completion]
  else
    Ext->Count = Irp->Flags;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-6]] [wdm-irp-used-after-completion]
}

// --- Correlated branches ---

DRIVER_DISPATCH DispatchFlagSet;
NTSTATUS DispatchFlagSet(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  BOOLEAN completed = FALSE;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  if (ext->Started) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    completed = TRUE;
  }
  if (!completed)
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchFlagInverted;
NTSTATUS DispatchFlagInverted(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  BOOLEAN completed = FALSE;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  if (ext->Started) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    completed = TRUE;
  }
  if (completed)
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is completed here although it was completed at line [[#@LINE-5]] [wdm-irp-used-after-completion]
  else
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchStatusDecides;
NTSTATUS DispatchStatusDecides(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Prepare(ext);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  if (NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

DRIVER_DISPATCH DispatchPendingDecides;
NTSTATUS DispatchPendingDecides(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = ext->Started ? STATUS_PENDING : STATUS_DEVICE_NOT_READY;
  if (status == STATUS_PENDING) {
    IoMarkIrpPending(Irp);
    TakeIrp(ext, Irp);
  }
  if (status != STATUS_PENDING) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

DRIVER_DISPATCH DispatchNullDecides;
NTSTATUS DispatchNullDecides(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIRP irp = Irp;
  Irp->IoStatus.Status = STATUS_SUCCESS;
  if (Maybe()) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    irp = NULL;
  }
  if (irp != NULL)
    IoCompleteRequest(irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchStopsHere;
NTSTATUS DispatchStopsHere(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  if (Maybe()) {
    KeBugCheckEx(0xE2, (ULONG_PTR)Irp, 0, 0, 0);
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return STATUS_SUCCESS;
}

// The path ends at the first use: one warning.
DRIVER_DISPATCH DispatchManyUses;
NTSTATUS DispatchManyUses(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  Irp->IoStatus.Information = 0;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Irp->IoStatus.Status;
}

// Two places of one line are one warning.
DRIVER_DISPATCH DispatchTwoUsesInALine;
NTSTATUS DispatchTwoUsesInALine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  Irp->IoStatus.Information = Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is {{read|written}} here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}
