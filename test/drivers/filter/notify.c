/*
 * notify.c - the control device: a service waits here for slow requests, and
 * asks questions about the disk below
 *
 * Environment: kernel mode
 */

#include "helpers.h"

typedef struct _LAT_NOTIFY_EXTENSION {
    PLAT_EXTENSION Disk;
    KSPIN_LOCK Lock;
    PIRP Waiting;
    ULONG Events;
    BOOLEAN Open;
} LAT_NOTIFY_EXTENSION, *PLAT_NOTIFY_EXTENSION;

DRIVER_DISPATCH LatNotifyCreate;
DRIVER_DISPATCH LatNotifyCleanup;
DRIVER_DISPATCH LatNotifyRead;
DRIVER_DISPATCH LatNotifyWrite;
DRIVER_DISPATCH LatNotifyDeviceControl;
DRIVER_DISPATCH LatNotifyFlush;
DRIVER_DISPATCH LatNotifySystemControl;

static IO_COMPLETION_ROUTINE LatNotifyKeep;

/*
 * One service at a time.
 */
NTSTATUS
LatNotifyCreate(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_NOTIFY_EXTENSION notify = DeviceObject->DeviceExtension;

    if (notify->Open) {
        LatTrace(LAT_TRACE_WARNING, "the service is there already\n");
        return STATUS_SHARING_VIOLATION;
    }

    notify->Open = TRUE;
    return LatCompleteRequest(Irp, STATUS_SUCCESS);
}

/*
 * The service goes away: what waits is cancelled.
 */
NTSTATUS
LatNotifyCleanup(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_NOTIFY_EXTENSION notify = DeviceObject->DeviceExtension;
    PIRP waiting;
    KIRQL irql;

    KeAcquireSpinLock(&notify->Lock, &irql);
    waiting = notify->Waiting;
    notify->Waiting = NULL;
    KeReleaseSpinLock(&notify->Lock, irql);

    if (waiting != NULL) {
        LatCompleteRequest(waiting, STATUS_CANCELLED);
        if (waiting->IoStatus.Information != 0) {
            notify->Events++;
        }
    }

    notify->Open = FALSE;
    return LatCompleteRequest(Irp, STATUS_SUCCESS);
}

/*
 * Waits for the next event.
 */
NTSTATUS
LatNotifyRead(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_NOTIFY_EXTENSION notify = DeviceObject->DeviceExtension;
    NTSTATUS status = STATUS_SUCCESS;
    KIRQL irql;

    KeAcquireSpinLock(&notify->Lock, &irql);
    if (notify->Waiting != NULL) {
        KeReleaseSpinLock(&notify->Lock, irql);
        return LatCompleteRequest(Irp, STATUS_DEVICE_BUSY);
    }

    if (notify->Events != 0) {
        notify->Events--;
        KeReleaseSpinLock(&notify->Lock, irql);
        return LatCompleteRequest(Irp, STATUS_SUCCESS);
    }

    IoMarkIrpPending(Irp);
    notify->Waiting = Irp;
    KeReleaseSpinLock(&notify->Lock, irql);
    return status;
}

/*
 * The service may put events in itself, to test its own plumbing.
 */
NTSTATUS
LatNotifyWrite(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_NOTIFY_EXTENSION notify = DeviceObject->DeviceExtension;
    NTSTATUS status = STATUS_SUCCESS;
    PIRP waiting = NULL;
    KIRQL irql;

    KeAcquireSpinLock(&notify->Lock, &irql);
    if (notify->Waiting != NULL) {
        waiting = notify->Waiting;
        notify->Waiting = NULL;
    } else if (notify->Events < 16) {
        notify->Events++;
    } else {
        status = STATUS_DEVICE_BUSY;
    }
    KeReleaseSpinLock(&notify->Lock, irql);

    if (waiting != NULL) {
        LatCompleteRequest(waiting, STATUS_SUCCESS);
    }

    LatCompleteRequest(Irp, status);
    return STATUS_SUCCESS;
}

NTSTATUS
LatNotifyDeviceControl(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_NOTIFY_EXTENSION notify = DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS status = STATUS_SUCCESS;

    switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_LAT_QUERY_COUNTERS:
        if (irpSp->Parameters.DeviceIoControl.OutputBufferLength < sizeof(LAT_COUNTERS)) {
            return STATUS_BUFFER_TOO_SMALL;
        }

        LatReadCounters(notify->Disk, Irp->AssociatedIrp.SystemBuffer);
        Irp->IoStatus.Status = STATUS_SUCCESS;
        Irp->IoStatus.Information = sizeof(LAT_COUNTERS);
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return STATUS_SUCCESS;

    case IOCTL_LAT_PAUSE:
        LatPauseQueue(notify->Disk);
        break;

    case IOCTL_LAT_RESUME:
        LatResumeQueue(notify->Disk);
        break;

    default:
        status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }

    return LatCompleteRequest(Irp, status);
}

static NTSTATUS
LatNotifyKeep(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);

    KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/*
 * Flushes the disk on behalf of the service. NT_SUCCESS(STATUS_PENDING) is true.
 */
NTSTATUS
LatNotifyFlush(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_NOTIFY_EXTENSION notify = DeviceObject->DeviceExtension;
    KEVENT event;
    NTSTATUS status;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, LatNotifyKeep, &event, TRUE, TRUE, TRUE);

    status = IoCallDriver(notify->Disk->LowerDevice, Irp);
    if (!NT_SUCCESS(status)) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = Irp->IoStatus.Status;
    }

    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}

/*
 * Not for this device; the one below may know.
 */
NTSTATUS
LatNotifySystemControl(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_NOTIFY_EXTENSION notify = DeviceObject->DeviceExtension;

    LatForward(notify->Disk, Irp);
    return STATUS_SUCCESS;
}
