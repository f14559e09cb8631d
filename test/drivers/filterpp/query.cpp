#include "device.h"

namespace sertap {

namespace {

template <typename T>
class PoolPtr {
public:
    PoolPtr()
        : pointer_(static_cast<T *>(ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(T), PoolTag)))
    {
    }

    PoolPtr(const PoolPtr &) = delete;
    PoolPtr &operator=(const PoolPtr &) = delete;

    ~PoolPtr()
    {
        if (pointer_ != nullptr) {
            ExFreePoolWithTag(pointer_, PoolTag);
        }
    }

    explicit operator bool() const { return pointer_ != nullptr; }
    T *get() const { return pointer_; }
    T *operator->() const { return pointer_; }

private:
    T *pointer_;
};

void prepareControl(PIRP irp, ULONG code, PVOID buffer, ULONG inLength, ULONG outLength)
{
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);

    irp->AssociatedIrp.SystemBuffer = buffer;
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    next->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    next->Parameters.DeviceIoControl.IoControlCode = code;
    next->Parameters.DeviceIoControl.InputBufferLength = inLength;
    next->Parameters.DeviceIoControl.OutputBufferLength = outLength;
}

}

NTSTATUS Device::purgeDone(PDEVICE_OBJECT, PIRP irp, PVOID context)
{
    IoFreeIrp(irp);
    ExFreePoolWithTag(context, PoolTag);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

NTSTATUS Device::queryTimeouts()
{
    IrpPtr irp(IoAllocateIrp(lower_->StackSize, FALSE));
    if (!irp) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    Event done;
    NTSTATUS status =
        IoSetCompletionRoutineEx(self_, irp.get(), signalDone, &done, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    PoolPtr<SERIAL_TIMEOUTS> timeouts;
    if (!timeouts) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    prepareControl(irp.get(), IOCTL_SERIAL_GET_TIMEOUTS, timeouts.get(), 0,
                   sizeof(SERIAL_TIMEOUTS));
    IoCallDriver(lower_, irp.get());
    done.wait();

    status = irp->IoStatus.Status;
    if (NT_SUCCESS(status)) {
        readTimeout_ = timeouts->ReadTotalTimeoutConstant;
    }

    return status;
}

NTSTATUS Device::queryProperties()
{
    PoolPtr<SERIAL_COMMPROP> properties;
    IrpPtr irp(IoAllocateIrp(lower_->StackSize, FALSE));
    if (!properties || !irp) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    prepareControl(irp.get(), IOCTL_SERIAL_GET_PROPERTIES, properties.get(), 0,
                   sizeof(SERIAL_COMMPROP));

    Event done;
    NTSTATUS status =
        IoSetCompletionRoutineEx(self_, irp.get(), signalDone, &done, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    IoCallDriver(lower_, irp.get());
    done.wait();

    status = irp->IoStatus.Status;
    if (NT_SUCCESS(status)) {
        maxBaud_ = properties->MaxBaud;
    }

    return status;
}

NTSTATUS Device::purge()
{
    auto *mask = static_cast<PULONG>(
        ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(ULONG), PoolTag));
    if (mask == nullptr) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    IrpPtr irp(IoAllocateIrp(lower_->StackSize, FALSE));
    if (!irp) {
        ExFreePoolWithTag(mask, PoolTag);
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    *mask = SERIAL_PURGE_RXCLEAR | SERIAL_PURGE_TXCLEAR;
    prepareControl(irp.get(), IOCTL_SERIAL_PURGE, mask, sizeof(ULONG), 0);

    if (NTSTATUS status =
            IoSetCompletionRoutineEx(self_, irp.get(), purgeDone, mask, TRUE, TRUE, TRUE);
        status != STATUS_SUCCESS) {
        ExFreePoolWithTag(mask, PoolTag);
        return status;
    }

    return IoCallDriver(lower_, irp.release());
}

}
