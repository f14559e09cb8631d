// RUN: %driver_one
//
// A bus driver in C++: classes whose methods stand in several files, a guard with a
// destructor, a method that never returns.
//--- bus.h
#pragma once
extern "C" {
#include "wdm.h"
}
namespace bus {
class Lock {
public:
  explicit Lock(PKSPIN_LOCK Of);
  ~Lock();
private:
  PKSPIN_LOCK Spin;
  KIRQL Old;
};
class Request {
public:
  explicit Request(PIRP Of) : Irp(Of) {}
  NTSTATUS Complete(NTSTATUS Status);
  NTSTATUS Pend();
  NTSTATUS Hook(PDEVICE_OBJECT Device, PIO_COMPLETION_ROUTINE Routine, PVOID Context);
  NTSTATUS SendTo(PDEVICE_OBJECT Device);
  PIRP Raw() const;
  bool Valid() const { return Irp != nullptr; }
private:
  PIRP Irp;
};
class Device {
public:
  virtual ~Device();
  virtual NTSTATUS Dispatch(PIRP Irp) = 0;
  PDEVICE_OBJECT Self() const;
  PDEVICE_OBJECT Target() const;
  NTSTATUS Forward(PIRP Irp);
  NTSTATUS ForwardWith(PIRP Irp, PIO_COMPLETION_ROUTINE Routine);
  static Device *From(PDEVICE_OBJECT Object);
protected:
  bool Register(PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context = nullptr);
  NTSTATUS Fail(PIRP Irp, NTSTATUS Status);
  [[noreturn]] void Panic(NTSTATUS Status);
  void Halt(NTSTATUS Status);
  PDEVICE_OBJECT Own, Lower;
  KSPIN_LOCK Spin;
  LIST_ENTRY Queue;
  bool Started;
};
class Fdo : public Device {
public:
  NTSTATUS Dispatch(PIRP Irp) override;
  NTSTATUS Start(PIRP Irp);
  NTSTATUS Stop(PIRP Irp);
  NTSTATUS Read(PIRP Irp);
  NTSTATUS Write(PIRP Irp);
  NTSTATUS Control(PIRP Irp);
  NTSTATUS Remove(PIRP Irp);
  NTSTATUS Query(PIRP Irp);
};
class Pdo : public Device {
public:
  NTSTATUS Dispatch(PIRP Irp) override;
  NTSTATUS Queued(PIRP Irp);
};
} // namespace bus
extern "C" IO_COMPLETION_ROUTINE OnPassed, OnKept;
extern "C" DRIVER_INITIALIZE DriverEntry;
extern "C" NTSTATUS BusDispatch(PDEVICE_OBJECT Object, PIRP Irp);
extern "C" NTSTATUS BusRead(PDEVICE_OBJECT Object, PIRP Irp);
extern "C" NTSTATUS BusWrite(PDEVICE_OBJECT Object, PIRP Irp);
extern "C" NTSTATUS BusControl(PDEVICE_OBJECT Object, PIRP Irp);
extern "C" NTSTATUS BusQuery(PDEVICE_OBJECT Object, PIRP Irp);
extern "C" NTSTATUS BusStart(PDEVICE_OBJECT Object, PIRP Irp);
extern "C" NTSTATUS BusStop(PDEVICE_OBJECT Object, PIRP Irp);
extern "C" NTSTATUS BusRemove(PDEVICE_OBJECT Object, PIRP Irp);
extern "C" NTSTATUS BusPdo(PDEVICE_OBJECT Object, PIRP Irp);
//--- request.cpp
#include "bus.h"
namespace bus {
Lock::Lock(PKSPIN_LOCK Of) : Spin(Of) { KeAcquireSpinLock(Spin, &Old); }
Lock::~Lock() { KeReleaseSpinLock(Spin, Old); }
NTSTATUS Request::Complete(NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}
NTSTATUS Request::Pend() {
  IoMarkIrpPending(Irp);
  return STATUS_PENDING;
}
NTSTATUS Request::Hook(PDEVICE_OBJECT Device, PIO_COMPLETION_ROUTINE Routine, PVOID Context) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSetCompletionRoutineEx(Device, Irp, Routine, Context, TRUE, TRUE, TRUE);
}
NTSTATUS Request::SendTo(PDEVICE_OBJECT Device) { return IoCallDriver(Device, Irp); }
PIRP Request::Raw() const { return Irp; }
} // namespace bus
//--- device.cpp
#include "bus.h"
namespace bus {
static bool Ok(NTSTATUS Status) { return NT_SUCCESS(Status); }
Device::~Device() {}
Device *Device::From(PDEVICE_OBJECT Object) { return static_cast<Device *>(Object->DeviceExtension); }
PDEVICE_OBJECT Device::Self() const { return Own; }
PDEVICE_OBJECT Device::Target() const { return Lower; }
NTSTATUS Device::Forward(PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Lower, Irp);
}
NTSTATUS Device::ForwardWith(PIRP Irp, PIO_COMPLETION_ROUTINE Routine) {
  if (!Register(Irp, Routine))
    return Fail(Irp, STATUS_INSUFFICIENT_RESOURCES);
  return IoCallDriver(Lower, Irp);
}
bool Device::Register(PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return Ok(IoSetCompletionRoutineEx(Own, Irp, Routine, Context, TRUE, TRUE, TRUE));
}
NTSTATUS Device::Fail(PIRP Irp, NTSTATUS Status) { return Request(Irp).Complete(Status); }
void Device::Panic(NTSTATUS Status) { KeBugCheckEx(1, (ULONG_PTR)Status, 0, 0, 0); }
void Device::Halt(NTSTATUS Status) {
  for (;;)
    DbgPrint("%x", Status);
}
} // namespace bus
extern "C" NTSTATUS OnPassed(PDEVICE_OBJECT, PIRP Irp, PVOID) {
  if (Irp->PendingReturned)
    IoMarkIrpPending(Irp);
  return STATUS_CONTINUE_COMPLETION;
}
extern "C" NTSTATUS OnKept(PDEVICE_OBJECT, PIRP, PVOID Context) {
  KeSetEvent(static_cast<PKEVENT>(Context), IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
//--- fdo.cpp
#include "bus.h"
namespace bus {
static bool Ok(NTSTATUS Status) { return Status == STATUS_SUCCESS; }
NTSTATUS Fdo::Dispatch(PIRP Irp) { return Forward(Irp); }
NTSTATUS Fdo::Start(PIRP Irp) { // right
  KEVENT Event;
  KeInitializeEvent(&Event, NotificationEvent, FALSE);
  if (!Register(Irp, OnKept, &Event))
    return Fail(Irp, STATUS_INSUFFICIENT_RESOURCES);
  NTSTATUS Status = IoCallDriver(Lower, Irp);
  if (Status == STATUS_PENDING) {
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, nullptr);
    Status = Irp->IoStatus.Status;
  }
  Started = Ok(Status);
  return Fail(Irp, Status);
}
NTSTATUS Fdo::Stop(PIRP Irp) { // wrong: result of Register discarded
  Register(Irp, OnPassed);
// finds: result of 'Register' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Target(), Irp);
}
NTSTATUS Fdo::Read(PIRP Irp) { // wrong: the lower device
  Request R(Irp);
  NTSTATUS Status = R.Hook(Target(), OnPassed, nullptr);
// finds: 'Hook' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(Status))
    return R.Complete(Status);
  return R.SendTo(Lower);
}
NTSTATUS Fdo::Write(PIRP Irp) { // wrong: result discarded in a method call
  Request R(Irp);
  R.Hook(Self(), OnPassed, nullptr);
// finds: result of 'Hook' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return R.SendTo(Lower);
}
NTSTATUS Fdo::Control(PIRP Irp) { // wrong: fails without completing
  Request R(Irp);
  NTSTATUS Status = R.Hook(Self(), OnPassed, nullptr);
  if (!NT_SUCCESS(Status))
    return Status;
  return R.SendTo(Lower);
}
NTSTATUS Fdo::Query(PIRP Irp) { // right: never returns
  Request R(Irp);
  NTSTATUS Status = R.Hook(Self(), OnPassed, nullptr);
  if (!Ok(Status))
    Halt(Status);
  return R.SendTo(Lower);
}
NTSTATUS Fdo::Remove(PIRP Irp) { // wrong: touched
  NTSTATUS Status = Forward(Irp);
  Irp->IoStatus.Information = 0;
// finds: IRP is written here although it was sent at device.cpp:10 [wdm-irp-used-after-completion]
  return Status;
}
} // namespace bus
//--- pdo.cpp
#include "bus.h"
namespace bus {
NTSTATUS Pdo::Dispatch(PIRP Irp) { // wrong: completed twice
  if (!Started)
    Fail(Irp, STATUS_DEVICE_NOT_READY);
  return Fail(Irp, STATUS_SUCCESS);
// finds: IRP is written here although it was completed at request.cpp:8 [wdm-irp-used-after-completion]
}
NTSTATUS Pdo::Queued(PIRP Irp) { // wrong: marked and something else returned
  Request R(Irp);
  {
    Lock Guard(&Spin);
    R.Pend();
    Irp->Tail.Overlay.ListEntry.Flink = Queue.Flink;
    Queue.Flink = &Irp->Tail.Overlay.ListEntry;
  }
  return STATUS_SUCCESS;
}
} // namespace bus
extern "C" NTSTATUS BusPdo(PDEVICE_OBJECT Object, PIRP Irp) {
  bus::Pdo *P = static_cast<bus::Pdo *>(bus::Device::From(Object));
  if (!P)
    return STATUS_UNSUCCESSFUL; // wrong: lost
// finds: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  return P->Queued(Irp);
// finds: dispatch routine returns 'P->Queued(Irp)' for an IRP marked pending; return STATUS_PENDING [wdm-pending-irp]
}
//--- entry.cpp
#include "bus.h"
static bus::Fdo *Of(PDEVICE_OBJECT Object) { return static_cast<bus::Fdo *>(bus::Device::From(Object)); }
NTSTATUS BusDispatch(PDEVICE_OBJECT Object, PIRP Irp) { return bus::Device::From(Object)->Dispatch(Irp); }
NTSTATUS BusRead(PDEVICE_OBJECT Object, PIRP Irp) { return Of(Object)->Read(Irp); }
NTSTATUS BusWrite(PDEVICE_OBJECT Object, PIRP Irp) { return Of(Object)->Write(Irp); }
NTSTATUS BusControl(PDEVICE_OBJECT Object, PIRP Irp) { return Of(Object)->Control(Irp); }
// finds: 'Control' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
NTSTATUS BusQuery(PDEVICE_OBJECT Object, PIRP Irp) { return Of(Object)->Query(Irp); }
NTSTATUS BusStart(PDEVICE_OBJECT Object, PIRP Irp) { return Of(Object)->Start(Irp); }
NTSTATUS BusStop(PDEVICE_OBJECT Object, PIRP Irp) { return Of(Object)->Stop(Irp); }
NTSTATUS BusRemove(PDEVICE_OBJECT Object, PIRP Irp) { return Of(Object)->Remove(Irp); }
static NTSTATUS BusWith(PDEVICE_OBJECT Object, PIRP Irp) {
  bus::Device *D = bus::Device::From(Object);
  return D->ForwardWith(Irp, OnPassed);
}
extern "C" NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING) {
  Driver->MajorFunction[0] = BusDispatch;
  Driver->MajorFunction[1] = BusWith;
  Driver->MajorFunction[IRP_MJ_READ] = BusRead;
  Driver->MajorFunction[IRP_MJ_WRITE] = BusWrite;
  Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = BusControl;
  Driver->MajorFunction[5] = BusQuery;
  Driver->MajorFunction[6] = BusStart;
  Driver->MajorFunction[7] = BusStop;
  Driver->MajorFunction[8] = BusRemove;
  Driver->MajorFunction[9] = BusPdo;
  return STATUS_SUCCESS;
}
