/*
 * pnp.c - Plug and Play
 *
 * Environment: kernel mode
 */

#include "helpers.h"

static IO_COMPLETION_ROUTINE LatRelationsCompletion;

static NTSTATUS LatPnpStart(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp);
static NTSTATUS LatPnpCapabilities(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp);
static NTSTATUS LatPnpRelations(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp);
static NTSTATUS LatPnpUsage(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp);
static NTSTATUS LatPnpDeviceState(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp);
static NTSTATUS LatPnpCancelStop(_In_ PLAT_EXTENSION Extension, _In_ PIRP Irp);
static NTSTATUS LatPnpRemove(_In_ PDEVICE_OBJECT DeviceObject, _In_ PIRP Irp);

#ifdef ALLOC_PRAGMA
#pragma alloc_text(PAGE, LatPnp)
#pragma alloc_text(PAGE, LatPnpStart)
#pragma alloc_text(PAGE, LatPnpCapabilities)
#pragma alloc_text(PAGE, LatPnpRelations)
#pragma alloc_text(PAGE, LatPnpUsage)
#pragma alloc_text(PAGE, LatPnpDeviceState)
#pragma alloc_text(PAGE, LatPnpCancelStop)
#pragma alloc_text(PAGE, LatPnpRemove)
#endif

NTSTATUS
LatPnp(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status;

    PAGED_CODE();

    status = IoAcquireRemoveLock(&extension->RemoveLock, Irp);
    if (!NT_SUCCESS(status)) {
        return LatCompleteRequest(Irp, status);
    }

    switch (irpSp->MinorFunction) {
    case IRP_MN_START_DEVICE:
        status = LatPnpStart(DeviceObject, Irp);
        break;

    case IRP_MN_QUERY_CAPABILITIES:
        status = LatPnpCapabilities(DeviceObject, Irp);
        break;

    case IRP_MN_QUERY_DEVICE_RELATIONS:
        if (irpSp->Parameters.QueryDeviceRelations.Type == BusRelations) {
            status = LatPnpRelations(DeviceObject, Irp);
        } else {
            status = LatForward(extension, Irp);
        }
        break;

    case IRP_MN_DEVICE_USAGE_NOTIFICATION:
        status = LatPnpUsage(DeviceObject, Irp);
        break;

    case IRP_MN_QUERY_PNP_DEVICE_STATE:
        status = LatPnpDeviceState(DeviceObject, Irp);
        break;

    case IRP_MN_QUERY_STOP_DEVICE:
        LatPauseQueue(extension);
        extension->PnpState = LatStopPending;
        Irp->IoStatus.Status = STATUS_SUCCESS;
        status = LatForward(extension, Irp);
        break;

    case IRP_MN_CANCEL_STOP_DEVICE:
        status = LatPnpCancelStop(extension, Irp);
        break;

    case IRP_MN_STOP_DEVICE:
        LatFlushLower(extension);
        extension->PnpState = LatStopped;
        Irp->IoStatus.Status = STATUS_SUCCESS;
        status = LatForward(extension, Irp);
        break;

    case IRP_MN_SURPRISE_REMOVAL:
        LatCancelQueue(extension);
        Irp->IoStatus.Status = STATUS_SUCCESS;
        status = LatForward(extension, Irp);
        break;

    case IRP_MN_REMOVE_DEVICE:
        return LatPnpRemove(DeviceObject, Irp);

    default:
        status = LatForward(extension, Irp);
        break;
    }

    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return status;
}

/*
 * The device has to be started before anything can be asked of it, so the
 * request is caught on its way up.
 */
static NTSTATUS
LatPnpStart(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    KEVENT event;
    NTSTATUS status;

    PAGED_CODE();

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);

    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatSignalCompletion,
                                      &event, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        LatTrace(LAT_TRACE_ERROR, "start: no completion routine, %08lx\n", status);
        goto Complete;
    }

    status = IoCallDriver(extension->LowerDevice, Irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = Irp->IoStatus.Status;
    }

    if (!NT_SUCCESS(status)) {
        goto Complete;
    }

    if (extension->LowerDevice->Characteristics & FILE_REMOVABLE_MEDIA) {
        DeviceObject->Characteristics |= FILE_REMOVABLE_MEDIA;
    }

    extension->PnpState = LatStarted;
    LatResumeQueue(extension);

    if (!NT_SUCCESS(LatQueryLowerCapabilities(extension)) ||
        !NT_SUCCESS(LatReadBootSector(extension))) {
        LatTrace(LAT_TRACE_WARNING, "start: the device tells little about itself\n");
    }

Complete:
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

/*
 * A disk under this filter may be pulled without asking.
 */
static NTSTATUS
LatPnpCapabilities(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    PDEVICE_CAPABILITIES capabilities = irpSp->Parameters.DeviceCapabilities.Capabilities;
    KEVENT event;
    NTSTATUS status;

    PAGED_CODE();

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);

    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatSignalCompletion,
                                      &event, TRUE, TRUE, TRUE);

    status = IoCallDriver(extension->LowerDevice, Irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = Irp->IoStatus.Status;
    }

    if (NT_SUCCESS(status) && capabilities->Removable) {
        capabilities->SurpriseRemovalOK = TRUE;
    }

    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

/*
 * Counts the children of the device. The count is for the trace only.
 */
static NTSTATUS
LatRelationsCompletion(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    PLAT_EXTENSION extension = Context;
    PDEVICE_RELATIONS relations = (PDEVICE_RELATIONS)Irp->IoStatus.Information;

    UNREFERENCED_PARAMETER(DeviceObject);

    if (relations != NULL) {
        InterlockedExchange(&extension->ChildCount, (LONG)relations->Count);
    }

    if (Irp->PendingReturned) {
        IoMarkIrpPending(Irp);
    }

    return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS
LatPnpRelations(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    NTSTATUS status;

    PAGED_CODE();

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatRelationsCompletion,
                                      extension, TRUE, FALSE, FALSE);
    if (!NT_SUCCESS(status)) {
        /* Nobody waits for the count. */
        IoSkipCurrentIrpStackLocation(Irp);
    }

    return IoCallDriver(extension->LowerDevice, Irp);
}

/*
 * While a paging file is on the disk, the filter must not be pageable.
 */
static NTSTATUS
LatPnpUsage(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    BOOLEAN inPath = irpSp->Parameters.UsageNotification.InPath;
    KEVENT event;
    NTSTATUS status;

    PAGED_CODE();

    if (irpSp->Parameters.UsageNotification.Type != DeviceUsageTypePaging) {
        return LatForward(extension, Irp);
    }

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);

    status = IoSetCompletionRoutineEx(DeviceObject, Irp, LatSignalCompletion,
                                      &event, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        LatTrace(LAT_TRACE_ERROR, "usage: no completion routine, %08lx\n", status);
    }

    status = IoCallDriver(extension->LowerDevice, Irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = Irp->IoStatus.Status;
    }

    if (NT_SUCCESS(status)) {
        IoAdjustPagingPathCount(&extension->PagingPathCount, inPath);
        if (extension->PagingPathCount == 1 && inPath) {
            DeviceObject->Flags &= ~DO_POWER_PAGABLE;
        }
    }

    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS
LatPnpDeviceState(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    KEVENT event;
    NTSTATUS status;

    PAGED_CODE();

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    LatSetCompletion(DeviceObject, Irp, LatSignalCompletion, &event);

    status = IoCallDriver(extension->LowerDevice, Irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = Irp->IoStatus.Status;
    }

    if (NT_SUCCESS(status) && extension->PagingPathCount != 0) {
        Irp->IoStatus.Information |= PNP_DEVICE_NOT_DISABLEABLE;
    }

    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

/*
 * The lower drivers go back to work first.
 */
static NTSTATUS
LatPnpCancelStop(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    )
{
    NTSTATUS status;

    PAGED_CODE();

    Irp->IoStatus.Status = STATUS_SUCCESS;
    status = LatForwardAndWait(Extension, Irp);
    if (NT_SUCCESS(status)) {
        Extension->PnpState = LatStarted;
        LatResumeQueue(Extension);
    }

    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

/*
 * Waits until no request is under way, then takes the device apart.
 */
static NTSTATUS
LatPnpRemove(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    NTSTATUS status;

    PAGED_CODE();

    extension->PnpState = LatRemoved;
    LatCancelQueue(extension);
    IoReleaseRemoveLockAndWait(&extension->RemoveLock, Irp);

    Irp->IoStatus.Status = STATUS_SUCCESS;
    status = LatForward(extension, Irp);

    IoDetachDevice(extension->LowerDevice);
    IoFreeWorkItem(extension->DrainItem);
    ExDeleteNPagedLookasideList(&extension->TrackList);
    ExDeleteResourceLite(&extension->ConfigLock);
    if (extension->CacheSnapshot != NULL) {
        ExFreePoolWithTag(extension->CacheSnapshot, LAT_TAG_SNAPSHOT);
    }

    IoDeleteDevice(DeviceObject);
    return status;
}
