// RUN: %check_wdm %s 'wdm-*'
//
// C++: methods, lambdas, objects that complete in their destructor, references.
#include "driver.h"

// --- Methods ---

class Device {
public:
  NTSTATUS complete(PIRP Irp, NTSTATUS Status);
  NTSTATUS read(PIRP Irp);
  NTSTATUS write(PIRP Irp);
  NTSTATUS forward(PIRP Irp);
  VOID completesItsIrp();
  VOID completesItsIrpOnce();

private:
  PDEVICE_OBJECT m_Lower;
  PIRP m_Irp;
  LONG m_Count;
};

NTSTATUS Device::complete(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

NTSTATUS Device::read(PIRP Irp) {
  complete(Irp, STATUS_NOT_SUPPORTED);
  return Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-7]] [wdm-irp-used-after-completion]
}

NTSTATUS Device::write(PIRP Irp) {
  return complete(Irp, STATUS_NOT_SUPPORTED);
}

NTSTATUS Device::forward(PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  NTSTATUS status = IoCallDriver(m_Lower, Irp);
  if (!NT_SUCCESS(status))
    return complete(Irp, status);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: IRP is written here although it was sent at line [[#@LINE-3]] [wdm-irp-used-after-completion]
  return status;
}

VOID Device::completesItsIrp() {
  IoCompleteRequest(m_Irp, IO_NO_INCREMENT);
  m_Count++;
  m_Irp->IoStatus.Information = 0;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-3]] [wdm-irp-used-after-completion]
}

VOID Device::completesItsIrpOnce() {
  IoCompleteRequest(m_Irp, IO_NO_INCREMENT);
  m_Irp = nullptr;
  m_Count++;
}

// --- Lambdas ---

VOID lambdaCompletes(PIRP Irp) {
  auto complete = [&](NTSTATUS Status) {
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  };
  complete(STATUS_NOT_SUPPORTED);
  complete(STATUS_SUCCESS);
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-4]] [wdm-irp-used-after-completion]
}

VOID lambdaCompletesOnce(PIRP Irp) {
  auto complete = [&](NTSTATUS Status) {
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  };
  if (Irp->Cancel)
    complete(STATUS_CANCELLED);
  else
    complete(STATUS_SUCCESS);
}

VOID insideALambda(PIRP Irp) {
  auto twice = [](PIRP TheIrp) {
    IoCompleteRequest(TheIrp, IO_NO_INCREMENT);
    IoCompleteRequest(TheIrp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  };
  twice(Irp);
}

VOID insideALambdaOnce(PIRP Irp) {
  auto once = [](PIRP TheIrp) { IoCompleteRequest(TheIrp, IO_NO_INCREMENT); };
  once(Irp);
}

// --- Objects ---

class Completer {
public:
  explicit Completer(PIRP Irp) : m_Irp(Irp), m_Status(STATUS_UNSUCCESSFUL) {}
  ~Completer() {
    if (m_Irp != nullptr) {
      m_Irp->IoStatus.Status = m_Status;
      IoCompleteRequest(m_Irp, IO_NO_INCREMENT);
    }
  }
  VOID release() { m_Irp = nullptr; }
  VOID set(NTSTATUS Status) { m_Status = Status; }

private:
  PIRP m_Irp;
  NTSTATUS m_Status;
};

VOID completedByTheObjectToo(PIRP Irp) {
  Completer completer(Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]

VOID releasedFirst(PIRP Irp) {
  Completer completer(Irp);
  completer.release();
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID usedAfterTheObject(PEXT Ext, PIRP Irp) {
  {
    Completer completer(Irp);
    Work(Ext);
  }
  Irp->IoStatus.Information = 0;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-29]] [wdm-irp-used-after-completion]
}

VOID usedBeforeTheObject(PEXT Ext, PIRP Irp) {
  Irp->IoStatus.Information = 0;
  {
    Completer completer(Irp);
    Work(Ext);
  }
}

// The object only holds a lock.
class LockHolder {
public:
  LockHolder(PEXT Ext, PIRP Irp) : m_Ext(Ext), m_Irp(Irp) {}
  ~LockHolder() { IoReleaseRemoveLock(&m_Ext->RemoveLock, m_Irp); }

private:
  PEXT m_Ext;
  PIRP m_Irp;
};

DRIVER_DISPATCH DispatchLocked;
NTSTATUS DispatchLocked(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  LockHolder holder(ext, Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// --- References ---

static VOID CompleteByReference(PIRP &Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static VOID CompleteAndClearByReference(PIRP &Irp) {
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  Irp = nullptr;
}

VOID byReference(PIRP Irp) {
  CompleteByReference(Irp);
  Irp->IoStatus.Status = STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-11]] [wdm-irp-used-after-completion]
}

VOID byReferenceCleared(PIRP Irp) {
  CompleteAndClearByReference(Irp);
  if (Irp != nullptr)
    Irp->IoStatus.Status = STATUS_SUCCESS;
}

VOID aReferenceIsTheSameIrp(PIRP Irp) {
  PIRP &same = Irp;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  IoCompleteRequest(same, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

VOID theStatusBlockByReference(PIRP Irp) {
  IO_STATUS_BLOCK &block = Irp->IoStatus;
  block.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  block.Information = 0;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

VOID theStatusBlockByReferenceBefore(PIRP Irp) {
  IO_STATUS_BLOCK &block = Irp->IoStatus;
  block.Status = STATUS_SUCCESS;
  block.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

// --- Dispatch routines as static members and lambdas ---

class Driver {
public:
  static NTSTATUS dispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp);
  static VOID setUp(PDRIVER_OBJECT DriverObject);
};

NTSTATUS Driver::dispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  UNREFERENCED_PARAMETER(DeviceObject);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
}

VOID Driver::setUp(PDRIVER_OBJECT DriverObject) {
  DriverObject->MajorFunction[IRP_MJ_CREATE] = &Driver::dispatchCreate;
  DriverObject->MajorFunction[IRP_MJ_CLOSE] = [](PDEVICE_OBJECT, PIRP Irp) -> NTSTATUS {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  };
  DriverObject->MajorFunction[IRP_MJ_READ] = [](PDEVICE_OBJECT, PIRP Irp) -> NTSTATUS {
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
  };
}

// --- Templates ---

template <typename T> NTSTATUS completeWith(PIRP Irp, T Result) {
  Irp->IoStatus.Status = Result.status();
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  Irp->IoStatus.Information = Result.information();
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is written here although it was completed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_SUCCESS;
}

template <typename T> NTSTATUS completeWithRightly(PIRP Irp, T Result) {
  Irp->IoStatus.Status = Result.status();
  Irp->IoStatus.Information = Result.information();
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

struct Nothing {
  NTSTATUS status() { return STATUS_SUCCESS; }
  ULONG_PTR information() { return 0; }
};

VOID instantiates(PIRP First, PIRP Second) {
  completeWith(First, Nothing());
  completeWithRightly(Second, Nothing());
}
