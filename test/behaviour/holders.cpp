// C++ class drivers.
#include "device.h"

static NTSTATUS Passed(PDEVICE_OBJECT, PIRP Irp, PVOID) {
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}
static NTSTATUS Signals(PDEVICE_OBJECT, PIRP, PVOID Context) {
  KeSetEvent(static_cast<PKEVENT>(Context), IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
static NTSTATUS FreesIt(PDEVICE_OBJECT, PIRP Irp, PVOID) {
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

template <typename F> class ScopeExit {
public:
  explicit ScopeExit(F Function) : function(Function), armed(true) {}
  ~ScopeExit() {
    if (armed) {
      function();
    }
  }
  ScopeExit(ScopeExit &&Other) : function(Other.function), armed(Other.armed) { Other.armed = false; }
  void dismiss() { armed = false; }

private:
  F function;
  bool armed;
};
template <typename F> ScopeExit<F> onExit(F Function) { return ScopeExit<F>(Function); }

// A lambda completes the request unless it is dismissed.
DRIVER_DISPATCH Guarded;
NTSTATUS Guarded(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  auto complete = onExit([&] {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  });
  if (!ext->Started) {
    status = STATUS_DEVICE_NOT_READY;
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  complete.dismiss();
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}

// Dismissed before the registration.
DRIVER_DISPATCH Dismissed;
NTSTATUS Dismissed(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  auto complete = onExit([&] {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  });
  if (!ext->Started) {
    status = STATUS_DEVICE_NOT_READY;
    return status;
  }
  complete.dismiss();
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  return status;
}

// Only unlocks.
DRIVER_DISPATCH UnlockedByALambda;
NTSTATUS UnlockedByALambda(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  ExAcquireFastMutex(&ext->FastMutex);
  auto unlock = onExit([ext] { ExReleaseFastMutex(&ext->FastMutex); });
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

// A base class that dispatches to virtual methods.
class Port {
public:
  explicit Port(PEXT Ext) : ext(Ext) {}
  virtual ~Port() {}
  virtual NTSTATUS write(PIRP Irp) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  NTSTATUS finish(PIRP Irp, NTSTATUS Status) {
    Irp->IoStatus.Status = Status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
  }

protected:
  PEXT ext;
};
class SerialPort : public Port {
public:
  explicit SerialPort(PEXT Ext) : Port(Ext) {}
  NTSTATUS write(PIRP Irp) override {
    if (ext->Careful) {
      return finish(Irp, STATUS_DEVICE_BUSY);
    }
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(ext->Self, Irp, Passed, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  }
};
DRIVER_DISPATCH ByAVirtualMethod;
NTSTATUS ByAVirtualMethod(PDEVICE_OBJECT Device, PIRP Irp) {
  SerialPort port(static_cast<PEXT>(Device->DeviceExtension));
  Port &base = port;
  return base.write(Irp);
}

// A static method as the dispatch routine, a singleton behind it.
struct Driver {
  static NTSTATUS NTAPI read(PDEVICE_OBJECT Device, PIRP Irp);
  static NTSTATUS send(PEXT Ext, PIRP Irp) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Ext->Self, Irp, Passed, Ext, TRUE, TRUE, TRUE);
    return IoCallDriver(Ext->Lower, Irp);
  }
};
NTSTATUS Driver::read(PDEVICE_OBJECT Device, PIRP Irp) { return send(static_cast<PEXT>(Device->DeviceExtension), Irp); }
DRIVER_DISPATCH CallsTheStaticOne;
NTSTATUS CallsTheStaticOne(PDEVICE_OBJECT Device, PIRP Irp) { return Driver::read(Device, Irp); }

// A unique pointer for an IRP.
struct IrpDeleter {
  void operator()(PIRP Irp) const { IoFreeIrp(Irp); }
};
template <typename T, typename D> class Unique {
public:
  explicit Unique(T *P) : p(P) {}
  ~Unique() {
    if (p) {
      D()(p);
    }
  }
  T *get() const { return p; }
  T *release() {
    T *was = p;
    p = nullptr;
    return was;
  }
  explicit operator bool() const { return p != nullptr; }

private:
  T *p;
};
NTSTATUS ReleasedInTheCall(PEXT Ext) {
  Unique<IRP, IrpDeleter> irp(IoAllocateIrp(Ext->Lower->StackSize, FALSE));
  if (!irp) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp.get(), FreesIt, nullptr, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp.release());
}
NTSTATUS ReleasedBefore(PEXT Ext) {
  Unique<IRP, IrpDeleter> holder(IoAllocateIrp(Ext->Lower->StackSize, FALSE));
  if (!holder) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  PIRP irp = holder.release();
  IoSetCompletionRoutineEx(Ext->Self, irp, FreesIt, nullptr, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp);
}
NTSTATUS WaitsWithAHolder(PEXT Ext) {
  Unique<IRP, IrpDeleter> irp(IoAllocateIrp(Ext->Lower->StackSize, FALSE));
  if (!irp) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KEVENT event;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, irp.get(), Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp.get());
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, nullptr);
  return irp.get()->IoStatus.Status;
}

// const and if-with-initialiser.
DRIVER_DISPATCH ConstStatus;
NTSTATUS ConstStatus(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  const auto status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  const auto sent = IoCallDriver(ext->Lower, Irp);
  return sent == STATUS_PENDING ? sent : NT_SUCCESS(sent) ? sent : status < 0 ? sent : sent;
}
DRIVER_DISPATCH IfWithAnInit;
NTSTATUS IfWithAnInit(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  if (const NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE); !NT_SUCCESS(status)) {
    DbgPrint("%x\n", status);
  }
  return IoCallDriver(ext->Lower, Irp);
}
// The failure is only logged.
DRIVER_DISPATCH Logged;
NTSTATUS Logged(PDEVICE_OBJECT Device, PIRP Irp) {
  auto *ext = static_cast<PEXT>(Device->DeviceExtension);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  const NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Passed, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    DbgPrint("%x\n", status);
  }
  return IoCallDriver(ext->Lower, Irp);
}
