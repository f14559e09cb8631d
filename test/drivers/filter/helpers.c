/*
 * helpers.c - helpers that several files of the driver share
 *
 * Environment: kernel mode
 */

#include "helpers.h"

/*
 * Wakes the thread that sent the request. The request stays with that thread.
 */
NTSTATUS
LatSignalCompletion(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);

    if (Irp->PendingReturned) {
        KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    }

    return STATUS_MORE_PROCESSING_REQUIRED;
}

/*
 * Gives the remove lock back when the request is done.
 */
NTSTATUS
LatReleaseCompletion(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    PLAT_EXTENSION extension = Context;

    UNREFERENCED_PARAMETER(DeviceObject);

    if (Irp->PendingReturned) {
        IoMarkIrpPending(Irp);
    }

    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return STATUS_CONTINUE_COMPLETION;
}

/*
 * Sends a request down and waits until the lower drivers are done with it. The
 * caller completes it, whatever the status says.
 */
NTSTATUS
LatForwardAndWait(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    )
{
    KEVENT event;
    NTSTATUS status;

    PAGED_CODE();

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoCopyCurrentIrpStackLocationToNext(Irp);

    status = IoSetCompletionRoutineEx(Extension->Self, Irp, LatSignalCompletion,
                                      &event, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    status = IoCallDriver(Extension->LowerDevice, Irp);
    if (status == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = Irp->IoStatus.Status;
    }

    return status;
}

/*
 * Registers a routine for a request that the caller sends.
 */
NTSTATUS
LatRegisterCompletion(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp,
    _In_ PIO_COMPLETION_ROUTINE Routine,
    _In_opt_ PVOID Context
    )
{
    NTSTATUS status;

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = LatCompletionEx(Extension, Irp, Routine, Context);
    return status;
}

/*
 * Sends a request whose next stack location is ready.
 */
NTSTATUS
LatSendIrp(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    )
{
    LatTrace(LAT_TRACE_FLOW, "irp %p to %p\n", Irp, Extension->LowerDevice);
    return IoCallDriver(Extension->LowerDevice, Irp);
}

/*
 * Starts the clock of a request that is about to be sent.
 */
VOID
LatArmTracking(
    _In_ PLAT_TRACK Track,
    _In_ PIRP Irp
    )
{
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Track->Extension->Self, Irp, LatTrackCompletion,
                             Track, TRUE, TRUE, TRUE);
    Track->Start = KeQueryPerformanceCounter(NULL);
}

/*
 * Gives up on measuring a request, which can then be sent as it is.
 */
VOID
LatAbandonTracking(
    _In_ PLAT_TRACK Track,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = Track->Extension;
    KIRQL irql;

    KeAcquireSpinLock(&extension->CounterLock, &irql);
    extension->Counters.Untracked++;
    KeReleaseSpinLock(&extension->CounterLock, irql);

    LatFreeTrack(Track);
    IoSkipCurrentIrpStackLocation(Irp);
}
