/*
 * helpers.h - small helpers around one IRP
 *
 * The inline ones are used on every path of the driver; the others live in
 * helpers.c.
 */

#ifndef LATFLT_HELPERS_H
#define LATFLT_HELPERS_H

#include "driver.h"

IO_COMPLETION_ROUTINE LatSignalCompletion;
IO_COMPLETION_ROUTINE LatReleaseCompletion;

/*
 * Completes a request and gives its status back, so that a dispatch routine
 * can return it.
 */
static __inline NTSTATUS
LatCompleteRequest(
    _In_ PIRP Irp,
    _In_ NTSTATUS Status
    )
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/*
 * The same for a request that holds the remove lock.
 */
static __inline NTSTATUS
LatFailRequest(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp,
    _In_ NTSTATUS Status
    )
{
    LatTrace(LAT_TRACE_WARNING, "request failed here, %08lx\n", Status);
    LatCompleteRequest(Irp, Status);
    IoReleaseRemoveLock(&Extension->RemoveLock, Irp);
    return Status;
}

/*
 * Sends a request down and forgets it.
 */
static __inline NTSTATUS
LatForward(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    )
{
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(Extension->LowerDevice, Irp);
}

/*
 * Registers a routine that has to run whatever happens. The driver cannot go
 * away while a PnP request waits for it, so the plain registration will do
 * where memory is short.
 */
static __inline VOID
LatSetCompletion(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PIO_COMPLETION_ROUTINE Routine,
    _In_opt_ PVOID Context
    )
{
    NTSTATUS status;

    status = IoSetCompletionRoutineEx(DeviceObject, Irp, Routine, Context,
                                      TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        IoSetCompletionRoutine(Irp, Routine, Context, TRUE, TRUE, TRUE);
    }
}

/*
 * Copies the stack location and registers a routine for every outcome.
 */
static __inline NTSTATUS
LatRegister(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PIO_COMPLETION_ROUTINE Routine,
    _In_opt_ PVOID Context
    )
{
    IoCopyCurrentIrpStackLocationToNext(Irp);
    return IoSetCompletionRoutineEx(DeviceObject, Irp, Routine, Context,
                                    TRUE, TRUE, TRUE);
}

/*
 * Tells whether a registration went well; fails the request when it did not.
 */
static __inline BOOLEAN
LatRegistered(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp,
    _In_ NTSTATUS Status
    )
{
    if (NT_SUCCESS(Status)) {
        return TRUE;
    }

    LatFailRequest(Extension, Irp, Status);
    return FALSE;
}

/* helpers.c */

NTSTATUS
LatForwardAndWait(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    );

NTSTATUS
LatRegisterCompletion(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp,
    _In_ PIO_COMPLETION_ROUTINE Routine,
    _In_opt_ PVOID Context
    );

NTSTATUS
LatSendIrp(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    );

VOID
LatArmTracking(
    _In_ PLAT_TRACK Track,
    _In_ PIRP Irp
    );

VOID
LatAbandonTracking(
    _In_ PLAT_TRACK Track,
    _In_ PIRP Irp
    );

#endif
