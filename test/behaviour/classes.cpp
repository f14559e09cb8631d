// C++ drivers: holders that give back in their destructors, classes that own an IRP, templates.
#include "device.h"

static NTSTATUS Passed(PDEVICE_OBJECT, PIRP Irp, PVOID) {
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS FreesIt(PDEVICE_OBJECT, PIRP Irp, PVOID) {
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS Unlocks(PDEVICE_OBJECT, PIRP Irp, PVOID Context) {
  auto *ext = static_cast<PEXT>(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  IoReleaseRemoveLock(&ext->RemoveLock, Irp);
  return STATUS_CONTINUE_COMPLETION;
}

class RemoveLockHolder {
public:
  RemoveLockHolder(PIO_REMOVE_LOCK Lock, PVOID Tag) : lock(Lock), tag(Tag) {
    status = IoAcquireRemoveLock(Lock, Tag);
  }
  ~RemoveLockHolder() {
    if (NT_SUCCESS(status)) {
      IoReleaseRemoveLock(lock, tag);
    }
  }
  NTSTATUS held() const { return status; }
  void keep() { status = STATUS_UNSUCCESSFUL; }

private:
  PIO_REMOVE_LOCK lock;
  PVOID tag;
  NTSTATUS status;
};

class MutexHolder {
public:
  explicit MutexHolder(PFAST_MUTEX Mutex) : mutex(Mutex) { ExAcquireFastMutex(mutex); }
  ~MutexHolder() { ExReleaseFastMutex(mutex); }

private:
  PFAST_MUTEX mutex;
};

// The holder gives back on every way out.
DRIVER_DISPATCH Held;
NTSTATUS Held(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  RemoveLockHolder lock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(lock.held())) {
    NTSTATUS status = lock.held();
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

// The holder lets go; the routine gives back.
DRIVER_DISPATCH LetGo;
NTSTATUS LetGo(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  RemoveLockHolder lock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(lock.held())) {
    NTSTATUS status = lock.held();
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  lock.keep();
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Unlocks, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

// Lets go behind the registration.
DRIVER_DISPATCH LetGoLater;
NTSTATUS LetGoLater(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  RemoveLockHolder lock(&ext->RemoveLock, Irp);
  if (!NT_SUCCESS(lock.held())) {
    NTSTATUS status = lock.held();
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Unlocks, ext, TRUE, TRUE, TRUE);
  lock.keep();
  return IoCallDriver(ext->Lower, Irp);
}

DRIVER_DISPATCH InAScope;
NTSTATUS InAScope(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  {
    MutexHolder mutex(&ext->FastMutex);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  }
  return IoCallDriver(ext->Lower, Irp);
}

// Completes the request in its destructor, unless it was sent.
class Request {
public:
  explicit Request(PIRP Irp) : irp(Irp), status(STATUS_UNSUCCESSFUL) {}
  ~Request() {
    if (irp) {
      irp->IoStatus.Status = status;
      IoCompleteRequest(irp, IO_NO_INCREMENT);
    }
  }
  NTSTATUS fail(NTSTATUS Status) { return status = Status; }
  PIRP release() {
    PIRP was = irp;
    irp = nullptr;
    return was;
  }
  PIRP get() const { return irp; }

private:
  PIRP irp;
  NTSTATUS status;
};

DRIVER_DISPATCH CompletedByItsObject;
NTSTATUS CompletedByItsObject(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  Request request(Irp);
  if (!ext->Started) {
    return request.fail(STATUS_DEVICE_NOT_READY);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, request.release());
}

DRIVER_DISPATCH ReleasedBefore;
NTSTATUS ReleasedBefore(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  Request request(Irp);
  if (!ext->Started) {
    return request.fail(STATUS_DEVICE_NOT_READY);
  }
  PIRP irp = request.release();
  IoCopyCurrentIrpStackLocationToNext(irp);
  IoSetCompletionRoutineEx(Device, irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, irp);
}

// Owns an IRP of the driver's own.
class OwnIrp {
public:
  explicit OwnIrp(PDEVICE_OBJECT Lower) : irp(IoAllocateIrp(Lower->StackSize, FALSE)) {}
  ~OwnIrp() {
    if (irp) {
      IoFreeIrp(irp);
    }
  }
  PIRP irp;
};

NTSTATUS FreedByItsObject(PEXT Ext) {
  OwnIrp own(Ext->Lower);
  if (!own.irp) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, own.irp, FreesIt, nullptr, TRUE, TRUE, TRUE);
  PIRP irp = own.irp;
  own.irp = nullptr;
  return IoCallDriver(Ext->Lower, irp);
}

// In a template, and through a lambda.
template <typename Extension> static NTSTATUS forward(Extension *Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH ByATemplate;
NTSTATUS ByATemplate(PDEVICE_OBJECT Device, PIRP Irp) {
  return forward(static_cast<PEXT>(Device->DeviceExtension), Irp);
}

// A class with the device inside.
class Device {
public:
  explicit Device(PEXT Ext) : ext(Ext) {}
  NTSTATUS read(PIRP Irp) {
    if (!ext->Started) {
      return complete(Irp, STATUS_DEVICE_NOT_READY);
    }
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(ext->Self, Irp, Passed, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  }

private:
  NTSTATUS complete(PIRP Irp, NTSTATUS Status) {
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
  }
  PEXT ext;
};
DRIVER_DISPATCH ByAMethod;
NTSTATUS ByAMethod(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  Device device(static_cast<PEXT>(DeviceObject->DeviceExtension));
  return device.read(Irp);
}

// A holder made in a helper, held by the caller.
static NTSTATUS underTheHolder(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
DRIVER_DISPATCH HolderInTheCaller;
NTSTATUS HolderInTheCaller(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  MutexHolder mutex(&ext->FastMutex);
  return underTheHolder(ext, Irp);
}

// bool instead of a status.
static bool sendIt(PEXT Ext, PIRP Irp) {
  if (!Ext->Started) {
    return false;
  }
  IoMarkIrpPending(Irp);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
  return true;
}
DRIVER_DISPATCH ByABool;
NTSTATUS ByABool(PDEVICE_OBJECT Device, PIRP Irp) {
  if (sendIt(static_cast<PEXT>(Device->DeviceExtension), Irp)) {
    return STATUS_PENDING;
  }
  Irp->IoStatus.Status = STATUS_DEVICE_NOT_READY;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_DEVICE_NOT_READY;
}
