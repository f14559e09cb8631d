/*
 * wmi.c - system control; the filter provides no data of its own
 *
 * Environment: kernel mode
 */

#include "helpers.h"

static IO_COMPLETION_ROUTINE LatWmiCompletion;

static NTSTATUS
LatWmiCompletion(
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

    LatTrace(LAT_TRACE_FLOW, "wmi: %08lx\n", Irp->IoStatus.Status);
    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return STATUS_CONTINUE_COMPLETION;
}

NTSTATUS
LatSystemControl(
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

    LatRegisterCompletion(extension, Irp, LatWmiCompletion, extension);
    return IoCallDriver(extension->LowerDevice, Irp);
}
