// RUN: %check_wdm %s 'wdm-*'
//
// Structured exception handling: handlers that return, blocks that are left.
#include "driver.h"

VOID NTAPI ProbeForRead(const VOID *Address, SIZE_T Length, ULONG Alignment);

DRIVER_DISPATCH DispatchHandlerReturns;
NTSTATUS DispatchHandlerReturns(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  __try {
    ProbeForRead(ext->Buffer, 4, 4);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    return STATUS_INVALID_PARAMETER;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  }
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchHandlerCompletes;
NTSTATUS DispatchHandlerCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  __try {
    ProbeForRead(ext->Buffer, 4, 4);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    Irp->IoStatus.Status = STATUS_INVALID_PARAMETER;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INVALID_PARAMETER;
  }
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchLeaves;
NTSTATUS DispatchLeaves(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = Prepare(ext);
    if (!NT_SUCCESS(status))
      __leave;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  } __finally {
    Work(ext);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchLeavesAndCompletes;
NTSTATUS DispatchLeavesAndCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = Prepare(ext);
    if (!NT_SUCCESS(status))
      __leave;
    Work(ext);
  } __finally {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

DRIVER_DISPATCH DispatchReturnsPastFinally;
NTSTATUS DispatchReturnsPastFinally(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  __try {
    if (!ext->Started)
      return STATUS_DEVICE_NOT_READY;
// CHECK-MESSAGES: :[[@LINE-1]]:7: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  } __finally {
    Work(ext);
  }
}

DRIVER_DISPATCH DispatchFinallyCompletesWhatIsLeft;
NTSTATUS DispatchFinallyCompletesWhatIsLeft(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  BOOLEAN sent = FALSE;
  NTSTATUS status = STATUS_DEVICE_NOT_READY;
  __try {
    if (!ext->Started)
      __leave;
    IoSkipCurrentIrpStackLocation(Irp);
    sent = TRUE;
    status = IoCallDriver(ext->Lower, Irp);
  } __finally {
    if (!sent) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

DRIVER_DISPATCH DispatchFinallyWithTheWrongStatus;
NTSTATUS DispatchFinallyWithTheWrongStatus(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = Prepare(ext);
    if (!NT_SUCCESS(status))
      __leave;
    Work(ext);
  } __finally {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status', but the IRP was completed with another status at line [[#@LINE-3]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchAbnormal;
NTSTATUS DispatchAbnormal(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_DEVICE_NOT_READY;
  __try {
    if (!ext->Started)
      return status;
    status = STATUS_SUCCESS;
  } __finally {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

// Nothing in the block touches the IRP: wherever it raises, the IRP is still here.
DRIVER_DISPATCH DispatchHandlerOfACall;
NTSTATUS DispatchHandlerOfACall(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  __try {
    Work(ext);
    ext->Count = Irp->IoStatus.Information != 0;
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    return STATUS_INVALID_PARAMETER;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  }
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// It may raise when the IRP is gone already.
DRIVER_DISPATCH DispatchBlockCompletes;
NTSTATUS DispatchBlockCompletes(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  __try {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    Work(ext);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    return STATUS_SUCCESS;
  }
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchBlockGivesItAway;
NTSTATUS DispatchBlockGivesItAway(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    TakeIrp(ext, Irp);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = STATUS_INVALID_PARAMETER;
  }
  return status;
}
