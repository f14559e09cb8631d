/*
 * ioctl.c - device control: the filter's own codes, and the ones it looks at on
 * their way through
 *
 * Environment: kernel mode
 */

#include "helpers.h"

static IO_COMPLETION_ROUTINE LatGeometryCompletion;

typedef struct _LAT_GEOMETRY_CONTEXT {
    PLAT_EXTENSION Extension;
    PDISK_GEOMETRY Geometry;
} LAT_GEOMETRY_CONTEXT, *PLAT_GEOMETRY_CONTEXT;

static NTSTATUS
LatIoctlQueryCounters(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    )
{
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);

    if (irpSp->Parameters.DeviceIoControl.OutputBufferLength < sizeof(LAT_COUNTERS)) {
        return LatFailRequest(Extension, Irp, STATUS_BUFFER_TOO_SMALL);
    }

    LatReadCounters(Extension, Irp->AssociatedIrp.SystemBuffer);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = sizeof(LAT_COUNTERS);
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    IoReleaseRemoveLock(&Extension->RemoveLock, Irp);
    return STATUS_SUCCESS;
}

/*
 * The caller's buffer may go away at any time.
 */
static NTSTATUS
LatIoctlSetLimits(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    )
{
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    LAT_LIMITS limits = { 0, 0 };
    NTSTATUS status = STATUS_SUCCESS;

    if (irpSp->Parameters.DeviceIoControl.InputBufferLength < sizeof(limits)) {
        return LatFailRequest(Extension, Irp, STATUS_INVALID_PARAMETER);
    }

    __try {
        if (Irp->RequestorMode != KernelMode) {
            ProbeForRead(irpSp->Parameters.DeviceIoControl.Type3InputBuffer,
                         sizeof(limits), sizeof(ULONG));
        }
        RtlCopyMemory(&limits, irpSp->Parameters.DeviceIoControl.Type3InputBuffer,
                      sizeof(limits));
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }

    if (NT_SUCCESS(status)) {
        KeEnterCriticalRegion();
        ExAcquireResourceExclusiveLite(&Extension->ConfigLock, TRUE);
        Extension->SlowMilliseconds = limits.SlowMilliseconds;
        Extension->TrackWrites = (limits.Flags & LAT_LIMIT_TRACK_WRITES) != 0;
        Extension->TrackControl = (limits.Flags & LAT_LIMIT_TRACK_CONTROL) != 0;
        Extension->FailUntracked = (limits.Flags & LAT_LIMIT_FAIL_UNTRACKED) != 0;
        ExReleaseResourceLite(&Extension->ConfigLock);
        KeLeaveCriticalRegion();
    }

    LatCompleteRequest(Irp, status);
    IoReleaseRemoveLock(&Extension->RemoveLock, Irp);
    return status;
}

/*
 * Learns the sector size from an answer that passes by.
 */
static NTSTATUS
LatGeometryCompletion(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    PLAT_GEOMETRY_CONTEXT context = Context;
    PLAT_EXTENSION extension = context->Extension;

    UNREFERENCED_PARAMETER(DeviceObject);

    if (NT_SUCCESS(Irp->IoStatus.Status) &&
        Irp->IoStatus.Information >= sizeof(DISK_GEOMETRY)) {
        extension->SectorSize = context->Geometry->BytesPerSector;
    }

    if (Irp->PendingReturned) {
        IoMarkIrpPending(Irp);
    }

    ExFreePoolWithTag(context, LAT_TAG_BUFFER);
    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS
LatIoctlGeometry(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PLAT_GEOMETRY_CONTEXT context;
    NTSTATUS status;

    context = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*context), LAT_TAG_BUFFER);
    if (context == NULL) {
        return LatFailRequest(extension, Irp, STATUS_INSUFFICIENT_RESOURCES);
    }

    context->Extension = extension;
    context->Geometry = Irp->AssociatedIrp.SystemBuffer;

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatGeometryCompletion,
                                      context, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        ExFreePoolWithTag(context, LAT_TAG_BUFFER);
        return LatFailRequest(extension, Irp, status);
    }

    return IoCallDriver(extension->LowerDevice, Irp);
}

/*
 * Remembers what the cache was set to, for the dump.
 */
static NTSTATUS
LatIoctlSetCache(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    PDISK_CACHE_INFORMATION snapshot = NULL;
    BOOLEAN sent = FALSE;
    NTSTATUS status = STATUS_SUCCESS;

    if (irpSp->Parameters.DeviceIoControl.InputBufferLength < sizeof(*snapshot)) {
        return LatFailRequest(extension, Irp, STATUS_INVALID_PARAMETER);
    }

    KeEnterCriticalRegion();
    ExAcquireResourceExclusiveLite(&extension->ConfigLock, TRUE);

    __try {
        IoCopyCurrentIrpStackLocationToNext(Irp);
        status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatReleaseCompletion,
                                          extension, TRUE, TRUE, TRUE);
        if (!NT_SUCCESS(status)) {
            __leave;
        }

        snapshot = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*snapshot),
                                         LAT_TAG_SNAPSHOT);
        if (snapshot == NULL) {
            status = STATUS_INSUFFICIENT_RESOURCES;
            __leave;
        }

        RtlCopyMemory(snapshot, Irp->AssociatedIrp.SystemBuffer, sizeof(*snapshot));
        if (extension->CacheSnapshot != NULL) {
            ExFreePoolWithTag(extension->CacheSnapshot, LAT_TAG_SNAPSHOT);
        }
        extension->CacheSnapshot = snapshot;

        sent = TRUE;
        status = IoCallDriver(extension->LowerDevice, Irp);
    } __finally {
        ExReleaseResourceLite(&extension->ConfigLock);
        KeLeaveCriticalRegion();
        if (!sent) {
            LatFailRequest(extension, Irp, status);
        }
    }

    return status;
}

static NTSTATUS
LatIoctlQueryProperty(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PLAT_TRACK track = NULL;
    BOOLEAN sent = FALSE;
    NTSTATUS status = STATUS_SUCCESS;

    KeEnterCriticalRegion();
    ExAcquireResourceSharedLite(&extension->ConfigLock, TRUE);

    __try {
        if (!extension->TrackControl) {
            sent = TRUE;
            status = LatForward(extension, Irp);
            IoReleaseRemoveLock(&extension->RemoveLock, Irp);
            __leave;
        }

        track = LatAllocateTrack(extension, LatOpControl);
        if (track == NULL) {
            status = STATUS_INSUFFICIENT_RESOURCES;
            __leave;
        }

        IoCopyCurrentIrpStackLocationToNext(Irp);
        status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatTrackCompletion,
                                          track, TRUE, TRUE, TRUE);
        if (!NT_SUCCESS(status)) {
            LatFreeTrack(track);
            __leave;
        }

        sent = TRUE;
        status = IoCallDriver(extension->LowerDevice, Irp);
    } __finally {
        ExReleaseResourceLite(&extension->ConfigLock);
        KeLeaveCriticalRegion();
        if (!sent) {
            LatFailRequest(extension, Irp, status);
        }
    }

    return status;
}

/*
 * A reset takes seconds, so the caller never waits for it here.
 */
static NTSTATUS
LatIoctlReset(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    NTSTATUS status;

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatReleaseCompletion,
                                      extension, TRUE, TRUE, TRUE);
    LatTrace(LAT_TRACE_FLOW, "reset: irp %p, completion routine %08lx\n", Irp, status);

    IoMarkIrpPending(Irp);
    IoCallDriver(extension->LowerDevice, Irp);
    return STATUS_PENDING;
}

static NTSTATUS
LatIoctlPassThrough(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PLAT_TRACK track;
    NTSTATUS status;

    track = LatAllocateTrack(extension, LatOpControl);
    if (track == NULL) {
        return LatFailRequest(extension, Irp, STATUS_INSUFFICIENT_RESOURCES);
    }

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatTrackCompletion,
                                      track, TRUE, TRUE, TRUE);
    if (extension->FailUntracked && !NT_SUCCESS(status)) {
        LatFreeTrack(track);
        return LatFailRequest(extension, Irp, status);
    }

    return IoCallDriver(extension->LowerDevice, Irp);
}

static NTSTATUS
LatIoctlVerify(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);

    IoCopyCurrentIrpStackLocationToNext(Irp);
    (VOID)IoSetCompletionRoutineEx(DeviceObject, Irp, LatReleaseCompletion,
                                   extension, TRUE, TRUE, TRUE);
    return IoCallDriver(extension->LowerDevice, Irp);
}

static NTSTATUS
LatIoctlEject(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    NTSTATUS status;

    status = LatRegister(DeviceObject, Irp, LatReleaseCompletion, extension);
    if (!LatRegistered(extension, Irp, status)) {
        return status;
    }

    return IoCallDriver(extension->LowerDevice, Irp);
}

static NTSTATUS
LatIoctlReassign(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PLAT_TRACK track;
    NTSTATUS status;

    track = LatAllocateTrack(extension, LatOpControl);
    if (track == NULL) {
        return LatFailRequest(extension, Irp, STATUS_INSUFFICIENT_RESOURCES);
    }

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatTrackCompletion,
                                      track, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        LatAbandonTracking(track, Irp);
        status = IoCallDriver(extension->LowerDevice, Irp);
        IoReleaseRemoveLock(&extension->RemoveLock, Irp);
        return status;
    }

    return IoCallDriver(extension->LowerDevice, Irp);
}

static NTSTATUS
LatIoctlFormat(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    )
{
    PLAT_TRACK track;

    track = LatAllocateTrack(Extension, LatOpControl);
    if (track == NULL) {
        return LatFailRequest(Extension, Irp, STATUS_INSUFFICIENT_RESOURCES);
    }

    LatArmTracking(track, Irp);
    return IoCallDriver(Extension->LowerDevice, Irp);
}

NTSTATUS
LatDeviceControl(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status;

    status = IoAcquireRemoveLock(&extension->RemoveLock, Irp);
    if (!NT_SUCCESS(status)) {
        return LatCompleteRequest(Irp, status);
    }

    switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_LAT_QUERY_COUNTERS:
        return LatIoctlQueryCounters(extension, Irp);

    case IOCTL_LAT_SET_LIMITS:
        return LatIoctlSetLimits(extension, Irp);

    case IOCTL_LAT_PAUSE:
        LatPauseQueue(extension);
        status = LatCompleteRequest(Irp, STATUS_SUCCESS);
        break;

    case IOCTL_LAT_RESUME:
        LatResumeQueue(extension);
        status = LatCompleteRequest(Irp, STATUS_SUCCESS);
        break;

    case IOCTL_DISK_GET_DRIVE_GEOMETRY:
        return LatIoctlGeometry(DeviceObject, Irp);

    case IOCTL_DISK_SET_CACHE_INFORMATION:
        return LatIoctlSetCache(DeviceObject, Irp);

    case IOCTL_DISK_REASSIGN_BLOCKS:
        return LatIoctlReassign(DeviceObject, Irp);

    case IOCTL_DISK_FORMAT_TRACKS:
        return LatIoctlFormat(extension, Irp);

    case IOCTL_DISK_VERIFY:
        return LatIoctlVerify(DeviceObject, Irp);

    case IOCTL_STORAGE_QUERY_PROPERTY:
        return LatIoctlQueryProperty(DeviceObject, Irp);

    case IOCTL_STORAGE_RESET_DEVICE:
    case IOCTL_STORAGE_RESET_BUS:
        return LatIoctlReset(DeviceObject, Irp);

    case IOCTL_STORAGE_EJECT_MEDIA:
        return LatIoctlEject(DeviceObject, Irp);

    case IOCTL_SCSI_PASS_THROUGH:
    case IOCTL_SCSI_PASS_THROUGH_DIRECT:
        return LatIoctlPassThrough(DeviceObject, Irp);

    default:
        status = LatForward(extension, Irp);
        break;
    }

    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return status;
}
