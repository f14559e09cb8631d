/*
 * own_irp.c - requests that the filter sends on its own account
 *
 * All of them wait, and are freed by the thread that sent them.
 *
 * Environment: kernel mode, PASSIVE_LEVEL
 */

#include "helpers.h"

static IO_COMPLETION_ROUTINE LatOwnIrpCompletion;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(PAGE, LatQueryLowerCapabilities)
#pragma alloc_text(PAGE, LatReadBootSector)
#pragma alloc_text(PAGE, LatFlushLower)
#endif

static NTSTATUS
LatOwnIrpCompletion(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);

    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/*
 * Frees a request of IoBuildAsynchronousFsdRequest with what hangs on it.
 */
static VOID
LatFreeOwnIrp(
    _In_ PIRP Irp
    )
{
    PMDL mdl;
    PMDL next;

    for (mdl = Irp->MdlAddress; mdl != NULL; mdl = next) {
        next = mdl->Next;
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
    }

    Irp->MdlAddress = NULL;
    IoFreeIrp(Irp);
}

/*
 * Asks the lower drivers what the device can do.
 */
NTSTATUS
LatQueryLowerCapabilities(
    _Inout_ PLAT_EXTENSION Extension
    )
{
    PIO_STACK_LOCATION irpSp;
    IO_STATUS_BLOCK ioStatus;
    KEVENT event;
    NTSTATUS status;
    PIRP irp;

    PAGED_CODE();

    irp = IoAllocateIrp(Extension->LowerDevice->StackSize, FALSE);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    RtlZeroMemory(&Extension->Capabilities, sizeof(Extension->Capabilities));
    Extension->Capabilities.Size = sizeof(Extension->Capabilities);
    Extension->Capabilities.Version = 1;
    Extension->Capabilities.Address = (ULONG)-1;
    Extension->Capabilities.UINumber = (ULONG)-1;

    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    irpSp = IoGetNextIrpStackLocation(irp);
    irpSp->MajorFunction = IRP_MJ_PNP;
    irpSp->MinorFunction = IRP_MN_QUERY_CAPABILITIES;
    irpSp->Parameters.DeviceCapabilities.Capabilities = &Extension->Capabilities;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    status = IoSetCompletionRoutineEx(Extension->Self, irp, LatOwnIrpCompletion,
                                      &event, TRUE, TRUE, TRUE);
    NT_ASSERT(NT_SUCCESS(status));
    UNREFERENCED_PARAMETER(status);

    IoCallDriver(Extension->LowerDevice, irp);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);

    ioStatus = irp->IoStatus;
    IoFreeIrp(irp);
    return ioStatus.Status;
}

/*
 * Reads the first sector and keeps its signature.
 */
NTSTATUS
LatReadBootSector(
    _Inout_ PLAT_EXTENSION Extension
    )
{
    PDEVICE_OBJECT lower = Extension->LowerDevice;
    IO_STATUS_BLOCK ioStatus;
    LARGE_INTEGER offset;
    KEVENT event;
    NTSTATUS status;
    PUCHAR buffer;
    PIRP irp;

    PAGED_CODE();

    buffer = ExAllocatePoolWithTag(NonPagedPoolNx, Extension->SectorSize, LAT_TAG_BUFFER);
    if (buffer == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    offset.QuadPart = 0;
    irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, lower, buffer, Extension->SectorSize,
                                        &offset, &ioStatus);
    if (irp == NULL) {
        ExFreePoolWithTag(buffer, LAT_TAG_BUFFER);
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    status = IoSetCompletionRoutineEx(lower, irp, LatOwnIrpCompletion, &event,
                                      TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        LatFreeOwnIrp(irp);
        ExFreePoolWithTag(buffer, LAT_TAG_BUFFER);
        return status;
    }

    IoCallDriver(lower, irp);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);

    status = irp->IoStatus.Status;
    if (NT_SUCCESS(status)) {
        RtlCopyMemory(&Extension->BootSignature, buffer + 510, sizeof(USHORT));
    }

    LatFreeOwnIrp(irp);
    ExFreePoolWithTag(buffer, LAT_TAG_BUFFER);
    return status;
}

/*
 * Empties the cache of the disk before it stops, which is worth more than one
 * attempt.
 */
NTSTATUS
LatFlushLower(
    _In_ PLAT_EXTENSION Extension
    )
{
    LARGE_INTEGER delay;
    KEVENT event;
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    ULONG attempt;
    PIRP irp;

    PAGED_CODE();

    irp = IoAllocateIrp(Extension->LowerDevice->StackSize, FALSE);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    IoGetNextIrpStackLocation(irp)->MajorFunction = IRP_MJ_FLUSH_BUFFERS;
    irp->Tail.Overlay.Thread = PsGetCurrentThread();

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    delay.QuadPart = LAT_RETRY_DELAY;

    for (attempt = 0; attempt < LAT_REGISTER_ATTEMPTS; attempt++) {
        status = IoSetCompletionRoutineEx(Extension->Self, irp, LatOwnIrpCompletion,
                                          &event, TRUE, TRUE, TRUE);
        if (NT_SUCCESS(status)) {
            break;
        }

        KeDelayExecutionThread(KernelMode, FALSE, &delay);
    }

    if (!NT_SUCCESS(status)) {
        LatTrace(LAT_TRACE_ERROR, "flush: gave up, %08lx\n", status);
        IoFreeIrp(irp);
        return status;
    }

    IoCallDriver(Extension->LowerDevice, irp);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);

    status = irp->IoStatus.Status;
    IoFreeIrp(irp);
    return status;
}
