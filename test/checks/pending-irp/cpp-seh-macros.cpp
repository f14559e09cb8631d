// RUN: %check_wdm %s 'wdm-*'
// RUN: %check_wdm %s 'wdm-*' -- -DWDM_STACK_MACROS
// RUN: %check_wdm %s 'wdm-*' -- -DWDM_CALLDRIVER_FUNCTION
// RUN: %check_wdm %s 'wdm-*' -- -DWDM_STACK_MACROS -DWDM_CALLDRIVER_OBJECT_MACRO
//
// C++, structured exception handling, and IoMarkIrpPending as a function and as a macro that
// writes Control |= SL_PENDING_RETURNED.
#include "driver.h"

DRIVER_DISPATCH DispatchMarks;
NTSTATUS DispatchMarks(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchMarksRight;
NTSTATUS DispatchMarksRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchSends;
NTSTATUS DispatchSends(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoCallDriver(ext->Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'IoCallDriver(ext->Lower, Irp)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchSendsRight;
NTSTATUS DispatchSendsRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoCallDriver(ext->Lower, Irp);
  return STATUS_PENDING;
}

// --- A driver's own macros ---

#define MARK_AND_RETURN(Request, Result)                                                           \
  do {                                                                                             \
    IoMarkIrpPending(Request);                                                                     \
    return (Result);                                                                               \
  } while (0)

DRIVER_DISPATCH DispatchOwnMacro;
NTSTATUS DispatchOwnMacro(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  ext->Irp = Irp;
  MARK_AND_RETURN(Irp, STATUS_PENDING);
}

#define MARK(Request) IoGetCurrentIrpStackLocation(Request)->Control |= SL_PENDING_RETURNED

DRIVER_DISPATCH DispatchOwnMark;
NTSTATUS DispatchOwnMark(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  MARK(Irp);
  ext->Irp = Irp;
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchOwnMarkRight;
NTSTATUS DispatchOwnMarkRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  MARK(Irp);
  ext->Irp = Irp;
  return STATUS_PENDING;
}

// --- C++ ---

class Queue {
public:
  NTSTATUS insert(PIRP Irp) {
    IoMarkIrpPending(Irp);
    m_Irp = Irp;
    return STATUS_PENDING;
  }
  VOID keep(PIRP Irp) {
    IoMarkIrpPending(Irp);
    m_Irp = Irp;
  }

private:
  PIRP m_Irp;
};

class Marker {
public:
  explicit Marker(PIRP Irp) { IoMarkIrpPending(Irp); }
};

class Driver {
public:
  static NTSTATUS dispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp);
  static NTSTATUS dispatchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp);
  static VOID setUp(PDRIVER_OBJECT DriverObject);
};

NTSTATUS Driver::dispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  auto *queue = static_cast<Queue *>(DeviceObject->DeviceExtension);
  queue->keep(Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

NTSTATUS Driver::dispatchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  auto *queue = static_cast<Queue *>(DeviceObject->DeviceExtension);
  return queue->insert(Irp);
}

VOID Driver::setUp(PDRIVER_OBJECT DriverObject) {
  DriverObject->MajorFunction[IRP_MJ_READ] = &Driver::dispatchRead;
  DriverObject->MajorFunction[IRP_MJ_WRITE] = Driver::dispatchWrite;
  DriverObject->MajorFunction[IRP_MJ_CREATE] = [](PDEVICE_OBJECT DeviceObject, PIRP Irp) -> NTSTATUS {
    PEXT ext = (PEXT)DeviceObject->DeviceExtension;
    ext->Irp = Irp;
    return STATUS_PENDING;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'STATUS_PENDING' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
  };
}

DRIVER_DISPATCH DispatchLambdaMarks;
NTSTATUS DispatchLambdaMarks(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  auto mark = [Irp] { IoMarkIrpPending(Irp); };
  mark();
  ext->Irp = Irp;
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchLambdaMarksRight;
NTSTATUS DispatchLambdaMarksRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  auto mark = [Irp] { IoMarkIrpPending(Irp); };
  mark();
  ext->Irp = Irp;
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchConstructorMarks;
NTSTATUS DispatchConstructorMarks(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Marker marker(Irp);
  ext->Irp = Irp;
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchConstructorMarksRight;
NTSTATUS DispatchConstructorMarksRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  Marker marker(Irp);
  ext->Irp = Irp;
  return STATUS_PENDING;
}

// --- Structured exception handling ---

DRIVER_DISPATCH DispatchFinally;
NTSTATUS DispatchFinally(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  IoMarkIrpPending(Irp);
  __try {
    if (!ext->Started)
      __leave;
    ext->Irp = Irp;
    status = STATUS_PENDING;
  } __finally {
    Work(ext);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchFinallyRight;
NTSTATUS DispatchFinallyRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_DEVICE_NOT_READY;
  __try {
    if (!ext->Started)
      __leave;
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    status = STATUS_PENDING;
  } __finally {
    if (status != STATUS_PENDING) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

DRIVER_DISPATCH DispatchReturnsInATry;
NTSTATUS DispatchReturnsInATry(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  __try {
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns 'STATUS_SUCCESS' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
  } __finally {
    Work(ext);
  }
}

DRIVER_DISPATCH DispatchReturnsInATryRight;
NTSTATUS DispatchReturnsInATryRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  __try {
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    return STATUS_PENDING;
  } __finally {
    Work(ext);
  }
}

DRIVER_DISPATCH DispatchExcept;
NTSTATUS DispatchExcept(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_PENDING;
  IoMarkIrpPending(Irp);
  __try {
    ProbeForWrite(ext->Buffer, 4, 4);
    ext->Irp = Irp;
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = STATUS_INVALID_PARAMETER;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}

DRIVER_DISPATCH DispatchExceptRight;
NTSTATUS DispatchExceptRight(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_PENDING;
  __try {
    ProbeForWrite(ext->Buffer, 4, 4);
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = STATUS_INVALID_PARAMETER;
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  return status;
}
