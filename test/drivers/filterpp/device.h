#ifndef SERTAP_DEVICE_H
#define SERTAP_DEVICE_H

#include "irp.h"
#include <ntddser.h>

namespace sertap {

constexpr ULONG PoolTag = 'paTS';

class Device {
public:
    static DRIVER_ADD_DEVICE addDevice;
    static DRIVER_DISPATCH dispatchPassThrough;
    static DRIVER_DISPATCH dispatchCleanup;
    static DRIVER_DISPATCH dispatchRead;
    static DRIVER_DISPATCH dispatchWrite;
    static DRIVER_DISPATCH dispatchFlush;
    static DRIVER_DISPATCH dispatchControl;
    static DRIVER_DISPATCH dispatchPower;
    static DRIVER_DISPATCH dispatchPnp;

private:
    static IO_COMPLETION_ROUTINE requestDone;
    static IO_COMPLETION_ROUTINE signalDone;
    static IO_COMPLETION_ROUTINE purgeDone;

    static Device *from(PDEVICE_OBJECT object)
    {
        return static_cast<Device *>(object->DeviceExtension);
    }

    NTSTATUS attach(PDEVICE_OBJECT self, PDEVICE_OBJECT physical);

    bool enter(PIRP irp, NTSTATUS &status);
    void leave(PIRP irp) { IoReleaseRemoveLock(&lock_, irp); }

    NTSTATUS complete(PIRP irp, NTSTATUS status);
    NTSTATUS forward(PIRP irp);
    NTSTATUS setCompletion(PIRP irp, PIO_COMPLETION_ROUTINE routine, PVOID context);

    NTSTATUS read(PIRP irp);
    NTSTATUS write(PIRP irp);
    NTSTATUS flush(PIRP irp);
    NTSTATUS control(PIRP irp);
    NTSTATUS start(PIRP irp);
    NTSTATUS remove(PIRP irp);

    NTSTATUS queryTimeouts();
    NTSTATUS queryProperties();
    NTSTATUS purge();

    PDEVICE_OBJECT self_;
    PDEVICE_OBJECT lower_;
    IO_REMOVE_LOCK lock_;
    volatile LONG reads_;
    ULONG readTimeout_;
    ULONG maxBaud_;
};

}

#endif
