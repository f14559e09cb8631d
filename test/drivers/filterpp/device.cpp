#include "device.h"

namespace sertap {

NTSTATUS Device::addDevice(PDRIVER_OBJECT driver, PDEVICE_OBJECT physical)
{
    PDEVICE_OBJECT self = nullptr;
    NTSTATUS status = IoCreateDevice(driver, sizeof(Device), nullptr, FILE_DEVICE_SERIAL_PORT,
                                     FILE_DEVICE_SECURE_OPEN, FALSE, &self);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    status = from(self)->attach(self, physical);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(self);
    }

    return status;
}

NTSTATUS Device::attach(PDEVICE_OBJECT self, PDEVICE_OBJECT physical)
{
    self_ = self;
    IoInitializeRemoveLock(&lock_, PoolTag, 1, 0);

    lower_ = IoAttachDeviceToDeviceStack(self, physical);
    if (lower_ == nullptr) {
        return STATUS_NO_SUCH_DEVICE;
    }

    self->Flags |= lower_->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO | DO_POWER_PAGABLE);
    self->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

NTSTATUS Device::requestDone(PDEVICE_OBJECT, PIRP irp, PVOID context)
{
    auto *device = static_cast<Device *>(context);

    if (irp->PendingReturned) {
        IoMarkIrpPending(irp);
    }

    device->leave(irp);
    return STATUS_CONTINUE_COMPLETION;
}

NTSTATUS Device::signalDone(PDEVICE_OBJECT, PIRP, PVOID context)
{
    static_cast<Event *>(context)->set();
    return STATUS_MORE_PROCESSING_REQUIRED;
}

bool Device::enter(PIRP irp, NTSTATUS &status)
{
    status = IoAcquireRemoveLock(&lock_, irp);
    if (NT_SUCCESS(status)) {
        return true;
    }

    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return false;
}

NTSTATUS Device::complete(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    leave(irp);
    return status;
}

NTSTATUS Device::forward(PIRP irp)
{
    IoSkipCurrentIrpStackLocation(irp);
    NTSTATUS status = IoCallDriver(lower_, irp);
    leave(irp);
    return status;
}

NTSTATUS Device::setCompletion(PIRP irp, PIO_COMPLETION_ROUTINE routine, PVOID context)
{
    IoCopyCurrentIrpStackLocationToNext(irp);
    return ::IoSetCompletionRoutineEx(self_, irp, routine, context, TRUE, TRUE, TRUE);
}

NTSTATUS Device::read(PIRP irp)
{
    if (NTSTATUS status = setCompletion(irp, requestDone, this); !NT_SUCCESS(status)) {
        return complete(irp, status);
    }

    InterlockedIncrement(&reads_);
    return IoCallDriver(lower_, irp);
}

NTSTATUS Device::write(PIRP irp)
{
    setCompletion(irp, requestDone, this);
    return IoCallDriver(lower_, irp);
}

NTSTATUS Device::flush(PIRP irp)
{
    IoCopyCurrentIrpStackLocationToNext(irp);

    const NTSTATUS status =
        IoSetCompletionRoutineEx(self_, irp, requestDone, this, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        DbgPrint("sertap: flush: %08lx\n", status);
    }

    return IoCallDriver(lower_, irp);
}

NTSTATUS Device::control(PIRP irp)
{
    IoCopyCurrentIrpStackLocationToNext(irp);

    NTSTATUS status =
        IoSetCompletionRoutineEx(lower_, irp, requestDone, this, TRUE, TRUE, TRUE);
    if (status < 0) {
        return complete(irp, status);
    }

    return IoCallDriver(lower_, irp);
}

NTSTATUS Device::start(PIRP irp)
{
    Event done;

    IoCopyCurrentIrpStackLocationToNext(irp);

    NTSTATUS status =
        ::IoSetCompletionRoutineEx (self_, irp, signalDone, &done, TRUE, TRUE, TRUE);
    const bool registered = NT_SUCCESS(status);

    if (registered) {
        IoCallDriver(lower_, irp);
        done.wait();
        status = irp->IoStatus.Status;
    }

    if (NT_SUCCESS(status)) {
        queryTimeouts();
        queryProperties();
        purge();
    }

    irp->IoStatus.Status = status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    leave(irp);
    return status;
}

NTSTATUS Device::remove(PIRP irp)
{
    IoReleaseRemoveLockAndWait(&lock_, irp);

    irp->IoStatus.Status = STATUS_SUCCESS;
    IoSkipCurrentIrpStackLocation(irp);
    NTSTATUS status = IoCallDriver(lower_, irp);

    IoDetachDevice(lower_);
    IoDeleteDevice(self_);
    return status;
}

NTSTATUS Device::dispatchPassThrough(PDEVICE_OBJECT object, PIRP irp)
{
    NTSTATUS status;
    return from(object)->enter(irp, status) ? from(object)->forward(irp) : status;
}

NTSTATUS Device::dispatchCleanup(PDEVICE_OBJECT object, PIRP irp)
{
    Device *device = from(object);
    NTSTATUS status;

    if (!device->enter(irp, status)) {
        return status;
    }

    status = device->setCompletion(irp, requestDone, device);
    if (!NT_SUCCESS(status)) {
        device->leave(irp);
        return status;
    }

    return IoCallDriver(device->lower_, irp);
}

NTSTATUS Device::dispatchRead(PDEVICE_OBJECT object, PIRP irp)
{
    NTSTATUS status;
    return from(object)->enter(irp, status) ? from(object)->read(irp) : status;
}

NTSTATUS Device::dispatchWrite(PDEVICE_OBJECT object, PIRP irp)
{
    NTSTATUS status;
    return from(object)->enter(irp, status) ? from(object)->write(irp) : status;
}

NTSTATUS Device::dispatchFlush(PDEVICE_OBJECT object, PIRP irp)
{
    NTSTATUS status;
    return from(object)->enter(irp, status) ? from(object)->flush(irp) : status;
}

NTSTATUS Device::dispatchControl(PDEVICE_OBJECT object, PIRP irp)
{
    NTSTATUS status;
    return from(object)->enter(irp, status) ? from(object)->control(irp) : status;
}

NTSTATUS Device::dispatchPower(PDEVICE_OBJECT object, PIRP irp)
{
    Device *device = from(object);
    NTSTATUS status;

    if (!device->enter(irp, status)) {
        return status;
    }

    IoCopyCurrentIrpStackLocationToNext(irp);
    status = IoSetCompletionRoutineEx(object, irp, requestDone, device, TRUE, TRUE, TRUE);
    if (NT_ERROR(status)) {
        IoSetCompletionRoutine(irp, requestDone, device, TRUE, TRUE, TRUE);
    }

    return PoCallDriver(device->lower_, irp);
}

NTSTATUS Device::dispatchPnp(PDEVICE_OBJECT object, PIRP irp)
{
    Device *device = from(object);
    NTSTATUS status;

    if (!device->enter(irp, status)) {
        return status;
    }

    switch (IoGetCurrentIrpStackLocation(irp)->MinorFunction) {
    case IRP_MN_START_DEVICE:
        return device->start(irp);

    case IRP_MN_REMOVE_DEVICE:
        return device->remove(irp);

    default:
        return device->forward(irp);
    }
}

}
