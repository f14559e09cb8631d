/*
 * io.c - create, close, read, write, flush, shutdown, SCSI requests
 *
 * A request that is measured keeps the remove lock until its completion routine
 * has run; any other gives it back as soon as it was sent.
 *
 * Environment: kernel mode
 */

#include "helpers.h"

static IO_COMPLETION_ROUTINE LatOpenCompletion;
static IO_COMPLETION_ROUTINE LatScsiCompletion;

/*
 * Counts the handles that were really opened.
 */
static NTSTATUS
LatOpenCompletion(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    PLAT_EXTENSION extension = Context;

    UNREFERENCED_PARAMETER(DeviceObject);

    if (NT_SUCCESS(Irp->IoStatus.Status)) {
        InterlockedIncrement(&extension->OpenCount);
    }

    if (Irp->PendingReturned) {
        IoMarkIrpPending(Irp);
    }

    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return STATUS_CONTINUE_COMPLETION;
}

/*
 * Says which SCSI requests came back with an error.
 */
static NTSTATUS
LatScsiCompletion(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    PLAT_EXTENSION extension = Context;

    UNREFERENCED_PARAMETER(DeviceObject);

    if (!NT_SUCCESS(Irp->IoStatus.Status)) {
        LatTrace(LAT_TRACE_WARNING, "scsi request failed, %08lx\n", Irp->IoStatus.Status);
    }

    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return STATUS_CONTINUE_COMPLETION;
}

NTSTATUS
LatCreate(
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

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatOpenCompletion,
                                      extension, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        LatTrace(LAT_TRACE_WARNING, "create: not counted, %08lx\n", status);
    }

    return LatSendIrp(extension, Irp);
}

NTSTATUS
LatClose(
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

    InterlockedDecrement(&extension->OpenCount);

    status = LatRegisterCompletion(extension, Irp, LatReleaseCompletion, extension);
    if (!NT_SUCCESS(status)) {
        return LatFailRequest(extension, Irp, status);
    }

    return LatSendIrp(extension, Irp);
}

NTSTATUS
LatRead(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PLAT_TRACK track;
    NTSTATUS status;

    status = IoAcquireRemoveLock(&extension->RemoveLock, Irp);
    if (!NT_SUCCESS(status)) {
        return LatCompleteRequest(Irp, status);
    }

    if (LatHoldRequest(extension, Irp)) {
        return STATUS_PENDING;
    }

    track = LatAllocateTrack(extension, LatOpRead);
    if (track == NULL) {
        status = LatForward(extension, Irp);
        IoReleaseRemoveLock(&extension->RemoveLock, Irp);
        return status;
    }

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatTrackCompletion,
                                      track, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        LatFreeTrack(track);
        Irp->IoStatus.Status = status;
        Irp->IoStatus.Information = 0;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        IoReleaseRemoveLock(&extension->RemoveLock, Irp);
        return status;
    }

    return IoCallDriver(extension->LowerDevice, Irp);
}

/*
 * Writes are measured only where that was asked for.
 */
NTSTATUS
LatWrite(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PLAT_TRACK track = NULL;
    BOOLEAN tracked = FALSE;
    NTSTATUS status;

    status = IoAcquireRemoveLock(&extension->RemoveLock, Irp);
    if (!NT_SUCCESS(status)) {
        return LatCompleteRequest(Irp, status);
    }

    if (LatHoldRequest(extension, Irp)) {
        return STATUS_PENDING;
    }

    if (extension->TrackWrites) {
        track = LatAllocateTrack(extension, LatOpWrite);
    }

    IoCopyCurrentIrpStackLocationToNext(Irp);
    if (track != NULL) {
        status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatTrackCompletion,
                                          track, TRUE, TRUE, TRUE);
        tracked = TRUE;
    }

    if (tracked && !NT_SUCCESS(status)) {
        LatFreeTrack(track);
        return LatFailRequest(extension, Irp, status);
    }

    status = IoCallDriver(extension->LowerDevice, Irp);
    if (!tracked) {
        IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    }

    return status;
}

NTSTATUS
LatFlush(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PLAT_TRACK track;
    NTSTATUS status;

    status = IoAcquireRemoveLock(&extension->RemoveLock, Irp);
    if (!NT_SUCCESS(status)) {
        return LatCompleteRequest(Irp, status);
    }

    track = LatAllocateTrack(extension, LatOpFlush);
    if (track == NULL) {
        status = LatForward(extension, Irp);
        IoReleaseRemoveLock(&extension->RemoveLock, Irp);
        return status;
    }

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatTrackCompletion,
                                      track, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        LatTrace(LAT_TRACE_ERROR, "flush: no completion routine, %08lx\n", status);
        LatFreeTrack(track);
        IoReleaseRemoveLock(&extension->RemoveLock, Irp);
        return status;
    }

    return IoCallDriver(extension->LowerDevice, Irp);
}

NTSTATUS
LatShutdown(
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

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatReleaseCompletion,
                                      extension, TRUE, TRUE, TRUE);

    return NT_SUCCESS(status) ? IoCallDriver(extension->LowerDevice, Irp)
                              : LatFailRequest(extension, Irp, status);
}

/*
 * SCSI requests from the class driver above. They are never completed at once.
 */
NTSTATUS
LatInternalDeviceControl(
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

    status = LatRegister(DeviceObject, Irp, LatScsiCompletion, extension);

    IoMarkIrpPending(Irp);
    IoCallDriver(extension->LowerDevice, Irp);
    return STATUS_PENDING;
}
