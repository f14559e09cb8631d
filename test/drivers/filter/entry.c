/*
 * entry.c - load, attach, unload
 *
 * Environment: kernel mode
 */

#include "helpers.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, LatAddDevice)
#pragma alloc_text(PAGE, LatUnload)
#endif

ULONG LatDebugLevel = LAT_TRACE_ERROR;

/*
 * Reads the trace level; the default stays when there is none.
 */
static VOID
LatReadParameters(
    _In_ PUNICODE_STRING RegistryPath
    )
{
    RTL_QUERY_REGISTRY_TABLE table[3];
    ULONG level = LAT_TRACE_ERROR;

    RtlZeroMemory(table, sizeof(table));
    table[0].Flags = RTL_QUERY_REGISTRY_SUBKEY;
    table[0].Name = L"Parameters";
    table[1].Flags = RTL_QUERY_REGISTRY_DIRECT;
    table[1].Name = L"DebugLevel";
    table[1].EntryContext = &level;
    table[1].DefaultType = REG_DWORD;
    table[1].DefaultData = &level;
    table[1].DefaultLength = sizeof(level);

    if (NT_SUCCESS(RtlQueryRegistryValues(RTL_REGISTRY_ABSOLUTE,
                                          RegistryPath->Buffer, table, NULL, NULL))) {
        LatDebugLevel = level;
    }
}

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    ULONG i;

    LatReadParameters(RegistryPath);

    for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        DriverObject->MajorFunction[i] = LatPassThrough;
    }

    DriverObject->MajorFunction[IRP_MJ_CREATE] = LatCreate;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = LatClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = LatRead;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = LatWrite;
    DriverObject->MajorFunction[IRP_MJ_FLUSH_BUFFERS] = LatFlush;
    DriverObject->MajorFunction[IRP_MJ_SHUTDOWN] = LatShutdown;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = LatDeviceControl;
    DriverObject->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = LatInternalDeviceControl;
    DriverObject->MajorFunction[IRP_MJ_SYSTEM_CONTROL] = LatSystemControl;
    DriverObject->MajorFunction[IRP_MJ_PNP] = LatPnp;
    DriverObject->MajorFunction[IRP_MJ_POWER] = LatPower;

    DriverObject->DriverExtension->AddDevice = LatAddDevice;
    DriverObject->DriverUnload = LatUnload;
    return STATUS_SUCCESS;
}

NTSTATUS
LatAddDevice(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PDEVICE_OBJECT PhysicalDeviceObject
    )
{
    PDEVICE_OBJECT device;
    PLAT_EXTENSION extension;
    NTSTATUS status;

    PAGED_CODE();

    status = IoCreateDevice(DriverObject, sizeof(LAT_EXTENSION), NULL,
                            FILE_DEVICE_DISK, FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        LatTrace(LAT_TRACE_ERROR, "IoCreateDevice %08lx\n", status);
        return status;
    }

    extension = LatExtension(device);
    RtlZeroMemory(extension, sizeof(*extension));
    extension->Self = device;
    extension->PhysicalDevice = PhysicalDeviceObject;
    extension->PnpState = LatNotStarted;
    extension->PowerState = PowerDeviceD0;
    extension->TrackWrites = TRUE;
    extension->SlowMilliseconds = 500;
    extension->SectorSize = 512;

    IoInitializeRemoveLock(&extension->RemoveLock, LAT_TAG_LOCK, 1, 0);
    KeInitializeSpinLock(&extension->CounterLock);

    status = LatInitializeQueue(extension);
    if (!NT_SUCCESS(status)) {
        goto DeleteDevice;
    }

    status = ExInitializeResourceLite(&extension->ConfigLock);
    if (!NT_SUCCESS(status)) {
        goto FreeWorkItem;
    }

    extension->LowerDevice = IoAttachDeviceToDeviceStack(device, PhysicalDeviceObject);
    if (extension->LowerDevice == NULL) {
        status = STATUS_NO_SUCH_DEVICE;
        goto DeleteResource;
    }

    ExInitializeNPagedLookasideList(&extension->TrackList, NULL, NULL, 0,
                                    sizeof(LAT_TRACK), LAT_TAG_TRACK, 0);

    device->DeviceType = extension->LowerDevice->DeviceType;
    device->Characteristics = extension->LowerDevice->Characteristics;
    device->Flags |= extension->LowerDevice->Flags &
                     (DO_BUFFERED_IO | DO_DIRECT_IO | DO_POWER_PAGABLE);
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;

DeleteResource:
    ExDeleteResourceLite(&extension->ConfigLock);
FreeWorkItem:
    IoFreeWorkItem(extension->DrainItem);
DeleteDevice:
    IoDeleteDevice(device);
    return status;
}

VOID
LatUnload(
    _In_ PDRIVER_OBJECT DriverObject
    )
{
    PAGED_CODE();
    UNREFERENCED_PARAMETER(DriverObject);
    LatTrace(LAT_TRACE_FLOW, "unload\n");
}

/*
 * Everything this filter does not care for.
 */
NTSTATUS
LatPassThrough(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    NTSTATUS status;

    status = IoAcquireRemoveLock(&extension->RemoveLock, Irp);
    if (!NT_SUCCESS(status)) {
        return LatCompleteRequest(Irp, status);
    }

    status = LatForward(extension, Irp);
    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return status;
}
