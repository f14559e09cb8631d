#include "device.h"

using sertap::Device;

extern "C" DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD unload;

static void unload(PDRIVER_OBJECT)
{
}

extern "C" NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING)
{
    for (auto &routine : driver->MajorFunction) {
        routine = Device::dispatchPassThrough;
    }

    driver->MajorFunction[IRP_MJ_CLEANUP] = Device::dispatchCleanup;
    driver->MajorFunction[IRP_MJ_READ] = Device::dispatchRead;
    driver->MajorFunction[IRP_MJ_WRITE] = Device::dispatchWrite;
    driver->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = Device::dispatchFlush;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Device::dispatchControl;
    driver->MajorFunction[IRP_MJ_POWER] = Device::dispatchPower;
    driver->MajorFunction[IRP_MJ_PNP] = Device::dispatchPnp;

    driver->DriverExtension->AddDevice = Device::addDevice;
    driver->DriverUnload = unload;
    return STATUS_SUCCESS;
}
