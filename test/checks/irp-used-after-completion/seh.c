// RUN: %check_wdm %s 'wdm-*'
//
// Structured exception handling: handlers that complete what was completed.
#include "driver.h"

VOID NTAPI ProbeForRead(const VOID *Address, SIZE_T Length, ULONG Alignment);

// --- __finally ---

DRIVER_DISPATCH DispatchFinallyAlways;
NTSTATUS DispatchFinallyAlways(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = Prepare(ext);
    if (!NT_SUCCESS(status)) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      __leave;
    }
    Work(ext);
  } __finally {
    Irp->IoStatus.Status = status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-6]] [wdm-irp-used-after-completion]
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

DRIVER_DISPATCH DispatchFinallyOnly;
NTSTATUS DispatchFinallyOnly(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
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

DRIVER_DISPATCH DispatchFinallyByFlag;
NTSTATUS DispatchFinallyByFlag(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN completed = FALSE;
  __try {
    status = Prepare(ext);
    if (!NT_SUCCESS(status)) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      completed = TRUE;
      __leave;
    }
    Work(ext);
  } __finally {
    if (!completed) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

DRIVER_DISPATCH DispatchFinallyAndThen;
NTSTATUS DispatchFinallyAndThen(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = Prepare(ext);
  } __finally {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-3]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchFinallyAndNoMore;
NTSTATUS DispatchFinallyAndNoMore(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = Prepare(ext);
  } __finally {
    Work(ext);
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchReturnsThroughFinally;
NTSTATUS DispatchReturnsThroughFinally(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    if (!ext->Started) {
      Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      return STATUS_DEVICE_NOT_READY;
    }
    status = Prepare(ext);
  } __finally {
    ext->Count = (ULONG)Irp->IoStatus.Information;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-6]] [wdm-irp-used-after-completion]
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchReturnsThroughAHarmlessFinally;
NTSTATUS DispatchReturnsThroughAHarmlessFinally(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    if (!ext->Started) {
      Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      return STATUS_DEVICE_NOT_READY;
    }
    status = Prepare(ext);
  } __finally {
    ext->Count++;
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// --- __except ---

DRIVER_DISPATCH DispatchExceptAndThen;
NTSTATUS DispatchExceptAndThen(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    ProbeForRead(ext->Buffer, 4, 4);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  Irp->IoStatus.Status = status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-3]] [wdm-irp-used-after-completion]
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchExceptReturns;
NTSTATUS DispatchExceptReturns(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    ProbeForRead(ext->Buffer, 4, 4);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

DRIVER_DISPATCH DispatchExceptFallsThrough;
NTSTATUS DispatchExceptFallsThrough(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    ProbeForRead(ext->Buffer, 4, 4);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// --- __leave ---

DRIVER_DISPATCH DispatchLeaves;
NTSTATUS DispatchLeaves(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    if (!ext->Started) {
      status = STATUS_DEVICE_NOT_READY;
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      __leave;
    }
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  } __finally {
    Work(ext);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-9]] [wdm-irp-used-after-completion]
  return status;
}

DRIVER_DISPATCH DispatchLeavesFirst;
NTSTATUS DispatchLeavesFirst(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    if (!ext->Started) {
      status = STATUS_DEVICE_NOT_READY;
      __leave;
    }
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  } __finally {
    Work(ext);
  }
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
