// What a guard does on failure: complete, free, the author's way out, return.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes
#include "driver.h"

NTSTATUS SetByTable(PDEVICE_OBJECT DeviceObject, PIRP Irp);

VOID fillTable(PDRIVER_OBJECT Driver) {
  Driver->MajorFunction[IRP_MJ_READ] = Driver->MajorFunction[IRP_MJ_WRITE] = SetByTable;
}

// --- 1. A dispatch routine completes its own IRP ---

DRIVER_DISPATCH ByRoleType;
NTSTATUS ByRoleType(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ByRoleType(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
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
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS SetByTable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS SetByTable(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
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

NTSTATUS bySignature(PDEVICE_OBJECT Device, PIRP Request) {
  PEXT ext = (PEXT)Device->DeviceExtension;
  NTSTATUS status;
  IoSetCompletionRoutineEx(Device, Request, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Request);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS bySignature(PDEVICE_OBJECT Device, PIRP Request) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Request, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Request->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Request->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Request, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Request);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// It waits and does not complete the IRP: its caller does.
NTSTATUS forwardAndWait(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
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
// CHECK-FIXES:NTSTATUS forwardAndWait(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
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

// The signature is another one, but the function completes the IRP elsewhere.
NTSTATUS completesElsewhere(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (!Ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_DEVICE_NOT_READY;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS completesElsewhere(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (!Ext->Started) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

static NTSTATUS calledByADispatchRoutine(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS calledByADispatchRoutine(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH Calls;
NTSTATUS Calls(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return calledByADispatchRoutine((PEXT)DeviceObject->DeviceExtension, Irp);
}

static NTSTATUS callerCompletes(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
  }
  return Irp->IoStatus.Status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS callerCompletes(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, &Ext->Event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return Irp->IoStatus.Status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH CallsAndCompletes;
NTSTATUS CallsAndCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = callerCompletes((PEXT)DeviceObject->DeviceExtension, Irp);
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// A marked IRP is completed, and STATUS_PENDING returned.
DRIVER_DISPATCH MarkedBefore;
NTSTATUS MarkedBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoMarkIrpPending(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  DbgPrint("%x\n", status);
  return STATUS_PENDING;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS MarkedBefore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return STATUS_PENDING;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  DbgPrint("%x\n", status);
// CHECK-FIXES-NEXT:  return STATUS_PENDING;
// CHECK-FIXES-NEXT:}

// The power manager of old waits for PoStartNextPowerIrp.
DRIVER_DISPATCH OldPower;
NTSTATUS OldPower(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  PoStartNextPowerIrp(Irp);
  status = PoCallDriver(ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS OldPower(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  PoStartNextPowerIrp(Irp);
// CHECK-FIXES-NEXT:  status = PoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// The remove lock is released with the arguments it was acquired with.
DRIVER_DISPATCH HoldsTheRemoveLock;
NTSTATUS HoldsTheRemoveLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS HoldsTheRemoveLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoAcquireRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    IoReleaseRemoveLock(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- 2. An IRP of its own is freed ---

NTSTATUS allocated(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS allocated(PEXT Ext) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS built(PEXT Ext) {
  NTSTATUS status;
  PIRP irp;
  irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Ext->Lower, NULL, 0, NULL, NULL);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS built(PEXT Ext) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp;
// CHECK-FIXES-NEXT:  irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Ext->Lower, NULL, 0, NULL, NULL);
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

// Another IRP than the routine's own, which it completes as well.
DRIVER_DISPATCH OwnAndAllocated;
NTSTATUS OwnAndAllocated(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(DeviceObject, irp, Done, Irp, TRUE, TRUE, TRUE);
  IoMarkIrpPending(Irp);
  status = IoCallDriver(ext->Lower, irp);
  DbgPrint("%x\n", status);
  return STATUS_PENDING;
}
// CHECK-MESSAGES: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS OwnAndAllocated(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp = IoAllocateIrp(ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, irp, Done, Irp, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoMarkIrpPending(Irp);
// CHECK-FIXES-NEXT:  status = IoCallDriver(ext->Lower, irp);
// CHECK-FIXES-NEXT:  DbgPrint("%x\n", status);
// CHECK-FIXES-NEXT:  return STATUS_PENDING;
// CHECK-FIXES-NEXT:}

// Its thread owns such an IRP; IoFreeIrp would be wrong.
NTSTATUS threadsIrp(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoBuildDeviceIoControlRequest(1, Ext->Lower, NULL, 0, NULL, 0, FALSE, &Ext->Event, NULL);
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS threadsIrp(PEXT Ext) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp = IoBuildDeviceIoControlRequest(1, Ext->Lower, NULL, 0, NULL, 0, FALSE, &Ext->Event, NULL);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- 3. The author's way out ---

NTSTATUS usesGoto(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = NULL;
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    status = STATUS_INSUFFICIENT_RESOURCES;
    goto Exit;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  irp = NULL;
Exit:
  if (irp != NULL) {
    IoFreeIrp(irp);
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-9]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS usesGoto(PEXT Ext) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp = NULL;
// CHECK-FIXES-NEXT:  status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    status = STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:  irp = NULL;
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  if (irp != NULL) {
// CHECK-FIXES-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// What stands at the label does not free the IRP.
NTSTATUS freesAndGoes(PEXT Ext) {
  NTSTATUS status;
  PIRP irp;
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    status = STATUS_INSUFFICIENT_RESOURCES;
    goto Exit;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
Exit:
  Work(Ext);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS freesAndGoes(PEXT Ext) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp;
// CHECK-FIXES-NEXT:  status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    status = STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH GoesToTheCompletion;
NTSTATUS GoesToTheCompletion(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&ext->Event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  if (!NT_SUCCESS(status)) {
    goto Complete;
  }
  ext->Started = TRUE;
Complete:
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-15]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS GoesToTheCompletion(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
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
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Complete;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ext->Started = TRUE;
// CHECK-FIXES-NEXT:Complete:
// CHECK-FIXES-NEXT:  Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS leavesTheTry(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status)) {
      __leave;
    }
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS leavesTheTry(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  __try {
// CHECK-FIXES-NEXT:    status = Prepare(Ext);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      __leave;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      __leave;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  } __finally {
// CHECK-FIXES-NEXT:    Work(Ext);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS breaksOut(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  do {
    status = Prepare(Ext);
    if (!NT_SUCCESS(status)) {
      break;
    }
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, Irp);
  } while (0);
  Work(Ext);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS breaksOut(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  do {
// CHECK-FIXES-NEXT:    status = Prepare(Ext);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      break;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      break;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  } while (0);
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// The label's variable is needed later, so the status goes there on failure only.
NTSTATUS statusOfTheLabel(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  NTSTATUS result;
  result = Prepare(Ext);
  if (!NT_SUCCESS(result)) {
    goto Exit;
  }
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  DbgPrint("%x\n", status);
Exit:
  Work(Ext);
  return result;
}
// CHECK-MESSAGES: :[[@LINE-7]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS statusOfTheLabel(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  NTSTATUS result;
// CHECK-FIXES-NEXT:  result = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(result)) {
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
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  return result;
// CHECK-FIXES-NEXT:}

// The labels differ, and nothing is held: a return will do.
NTSTATUS severalLabels(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto First;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (!NT_SUCCESS(status)) {
    goto Second;
  }
  return status;
Second:
  Work(Ext);
First:
  return status;
}
// CHECK-MESSAGES: :[[@LINE-11]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS severalLabels(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto First;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Second;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Second;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:Second:
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:First:
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- The author's own words, where something has to be given back ---

PVOID TrackAllocate(PEXT Ext);
VOID TrackFree(PVOID Track);
NTSTATUS CompleteIrp(PEXT Ext, PIRP Irp, NTSTATUS Status);

NTSTATUS takesItsOtherExit(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
  NTSTATUS status;
  PVOID track = TrackAllocate(Ext);
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, track, TRUE, TRUE, TRUE);
  if (Careful && !NT_SUCCESS(status)) {
    DbgPrint("failed: %x\n", status);
    TrackFree(track);
    return CompleteIrp(Ext, Irp, status);
  }
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-9]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS takesItsOtherExit(PEXT Ext, PIRP Irp, BOOLEAN Careful) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PVOID track = TrackAllocate(Ext);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, track, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, track, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (Careful && !NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    DbgPrint("failed: %x\n", status);
// CHECK-FIXES-NEXT:    TrackFree(track);
// CHECK-FIXES-NEXT:    return CompleteIrp(Ext, Irp, status);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS completesByARoutineOfItsOwn(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (!Ext->Started) {
    CompleteIrp(Ext, Irp, STATUS_DEVICE_NOT_READY);
    return STATUS_DEVICE_NOT_READY;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS completesByARoutineOfItsOwn(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (!Ext->Started) {
// CHECK-FIXES-NEXT:    CompleteIrp(Ext, Irp, STATUS_DEVICE_NOT_READY);
// CHECK-FIXES-NEXT:    return STATUS_DEVICE_NOT_READY;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    CompleteIrp(Ext, Irp, status);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- 4. The value that says so ---

NTSTATUS returnsTheStatus(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS returnsTheStatus(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

VOID returnsNothing(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  DbgPrint("%x\n", status);
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:VOID returnsNothing(PEXT Ext) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    return;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-NEXT:    return;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:  DbgPrint("%x\n", status);
// CHECK-FIXES-NEXT:}

BOOLEAN returnsFalse(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status == STATUS_PENDING;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:BOOLEAN returnsFalse(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status == STATUS_PENDING;
// CHECK-FIXES-NEXT:}

PIRP returnsNull(PEXT Ext) {
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL) {
    return NULL;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  DbgPrint("%x\n", status);
  return irp;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:PIRP returnsNull(PEXT Ext) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    return NULL;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-NEXT:    return NULL;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:  DbgPrint("%x\n", status);
// CHECK-FIXES-NEXT:  return irp;
// CHECK-FIXES-NEXT:}

// Zero may be anything.
ULONG returnsANumber(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  DbgPrint("%x\n", status);
  return 1;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:ULONG returnsANumber(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  DbgPrint("%x\n", status);
// CHECK-FIXES-NEXT:  return 1;
// CHECK-FIXES-NEXT:}
