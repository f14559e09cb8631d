/*
 * power.c - power requests
 *
 * PoStartNextPowerIrp is not called: since Windows Vista the power manager does
 * not wait for it.
 *
 * Environment: kernel mode
 */

#include "helpers.h"

static IO_COMPLETION_ROUTINE LatPowerUpCompletion;
static IO_COMPLETION_ROUTINE LatWakeCompletion;

static NTSTATUS
LatPowerForward(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    )
{
    NTSTATUS status;

    IoSkipCurrentIrpStackLocation(Irp);
    status = PoCallDriver(Extension->LowerDevice, Irp);
    IoReleaseRemoveLock(&Extension->RemoveLock, Irp);
    return status;
}

/*
 * The disk has power again: let the held requests go.
 */
static NTSTATUS
LatPowerUpCompletion(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    PLAT_EXTENSION extension = Context;
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);

    if (NT_SUCCESS(Irp->IoStatus.Status)) {
        extension->PowerState = PowerDeviceD0;
        PoSetPowerState(DeviceObject, DevicePowerState, irpSp->Parameters.Power.State);
        LatResumeQueue(extension);
    }

    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return STATUS_CONTINUE_COMPLETION;
}

static NTSTATUS
LatWakeCompletion(
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

    LatTrace(LAT_TRACE_FLOW, "wake: %08lx\n", Irp->IoStatus.Status);
    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return STATUS_CONTINUE_COMPLETION;
}

/*
 * Going down, requests are held from now on. Coming up, they are let go when
 * the lower drivers are done.
 */
static NTSTATUS
LatPowerSetDevice(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    POWER_STATE state = irpSp->Parameters.Power.State;
    NTSTATUS status;

    if (state.DeviceState != PowerDeviceD0) {
        LatPauseQueue(extension);
        extension->PowerState = state.DeviceState;
        PoSetPowerState(DeviceObject, DevicePowerState, state);
        return LatPowerForward(extension, Irp);
    }

    IoCopyCurrentIrpStackLocationToNext(Irp);
    status = LatCompletionEx(extension, Irp, LatPowerUpCompletion, extension);
    if (status != STATUS_SUCCESS) {
        LatTrace(LAT_TRACE_ERROR, "power up: no completion routine, %08lx\n", status);
        return LatFailRequest(extension, Irp, status);
    }

    IoMarkIrpPending(Irp);
    PoCallDriver(extension->LowerDevice, Irp);
    return STATUS_PENDING;
}

/*
 * The lower drivers decide; this one only keeps the remove lock meanwhile.
 */
static NTSTATUS
LatPowerQuery(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    )
{
    IoCopyCurrentIrpStackLocationToNext(Irp);
    LatCompletionEx(Extension, Irp, LatReleaseCompletion, Extension);
    return PoCallDriver(Extension->LowerDevice, Irp);
}

static NTSTATUS
LatPowerWaitWake(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtension(DeviceObject);
    NTSTATUS status;

    IoCopyCurrentIrpStackLocationToNext(Irp);

    if (!NT_SUCCESS(status = IoSetCompletionRoutineEx(DeviceObject, Irp,
                                                      LatWakeCompletion, extension,
                                                      TRUE, TRUE, TRUE))) {
        LatTrace(LAT_TRACE_ERROR, "wake: no completion routine, %08lx\n", status);
        return LatFailRequest(extension, Irp, status);
    }

    return PoCallDriver(extension->LowerDevice, Irp);
}

NTSTATUS
LatPower(
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

    switch (irpSp->MinorFunction) {
    case IRP_MN_SET_POWER:
        if (irpSp->Parameters.Power.Type == DevicePowerState) {
            return LatPowerSetDevice(DeviceObject, Irp);
        }
        break;

    case IRP_MN_QUERY_POWER:
        return LatPowerQuery(extension, Irp);

    case IRP_MN_WAIT_WAKE:
        return LatPowerWaitWake(DeviceObject, Irp);

    default:
        break;
    }

    return LatPowerForward(extension, Irp);
}
