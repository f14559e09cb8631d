// RUN: %check_wdm %s 'wdm-*'
//
// C++: static members, lambdas, objects.
#include "driver.h"

class Request {
public:
  explicit Request(PIRP Irp) : m_Irp(Irp) {}
  NTSTATUS complete(NTSTATUS Status) {
    m_Irp->IoStatus.Status = Status;
    IoCompleteRequest(m_Irp, IO_NO_INCREMENT);
    return Status;
  }

private:
  PIRP m_Irp;
};

class Completer {
public:
  explicit Completer(PIRP Irp) : m_Irp(Irp) {}
  ~Completer() { IoCompleteRequest(m_Irp, IO_NO_INCREMENT); }

private:
  PIRP m_Irp;
};

class Driver {
public:
  static NTSTATUS dispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp);
  static NTSTATUS dispatchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp);
  static VOID setUp(PDRIVER_OBJECT DriverObject);
};

NTSTATUS Driver::dispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!ext->Started)
    return STATUS_DEVICE_NOT_READY;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

NTSTATUS Driver::dispatchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Request request(Irp);
  if (!ext->Started)
    return request.complete(STATUS_DEVICE_NOT_READY);
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

VOID Driver::setUp(PDRIVER_OBJECT DriverObject) {
  DriverObject->MajorFunction[IRP_MJ_READ] = &Driver::dispatchRead;
  DriverObject->MajorFunction[IRP_MJ_WRITE] = Driver::dispatchWrite;
  DriverObject->MajorFunction[IRP_MJ_CREATE] = [](PDEVICE_OBJECT, PIRP) -> NTSTATUS {
    return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  };
  DriverObject->MajorFunction[IRP_MJ_CLOSE] = [](PDEVICE_OBJECT, PIRP Irp) -> NTSTATUS {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
  };
}

DRIVER_DISPATCH DispatchLambda;
NTSTATUS DispatchLambda(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  auto fail = [Irp](NTSTATUS Status) {
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
  };
  if (!ext->Started)
    return fail(STATUS_DEVICE_NOT_READY);
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchObject;
NTSTATUS DispatchObject(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Completer completer(Irp);
  if (!ext->Started) {
    Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
    return STATUS_DEVICE_NOT_READY;
  }
  Irp->IoStatus.Status = STATUS_SUCCESS;
  return STATUS_SUCCESS;
}

DRIVER_DISPATCH DispatchObjectInAScope;
NTSTATUS DispatchObjectInAScope(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (ext->Started) {
    Completer completer(Irp);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    return STATUS_SUCCESS;
  }
  return STATUS_DEVICE_NOT_READY;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchInitStatement;
NTSTATUS DispatchInitStatement(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (NTSTATUS status = Prepare(ext); !NT_SUCCESS(status))
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchInitStatementRight;
NTSTATUS DispatchInitStatementRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (NTSTATUS status = Prepare(ext); !NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchStatusOfAnObject;
NTSTATUS DispatchStatusOfAnObject(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Request request(Irp);
  request.complete(STATUS_INVALID_PARAMETER);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS', but the IRP was completed with another status at line [[#@LINE-121]] [wdm-irp-not-completed]
}

DRIVER_DISPATCH DispatchStatusOfAnObjectRight;
NTSTATUS DispatchStatusOfAnObjectRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Request request(Irp);
  return request.complete(STATUS_INVALID_PARAMETER);
}
