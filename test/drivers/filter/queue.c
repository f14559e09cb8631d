/*
 * queue.c - requests that are held while the device is paused or asleep
 *
 * A cancel-safe queue holds them; a work item lets them go.
 *
 * Environment: kernel mode
 */

#include "helpers.h"

static IO_WORKITEM_ROUTINE LatDrainWorker;

#define LatExtensionOfQueue(_Csq) CONTAINING_RECORD((_Csq), LAT_EXTENSION, HeldQueue)

static VOID NTAPI
LatCsqInsert(
    _In_ PIO_CSQ Csq,
    _In_ PIRP Irp
    )
{
    PLAT_EXTENSION extension = LatExtensionOfQueue(Csq);

    InsertTailList(&extension->HeldList, &Irp->Tail.Overlay.ListEntry);
}

static VOID NTAPI
LatCsqRemove(
    _In_ PIO_CSQ Csq,
    _In_ PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(Csq);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
}

static PIRP NTAPI
LatCsqPeek(
    _In_ PIO_CSQ Csq,
    _In_opt_ PIRP Irp,
    _In_opt_ PVOID PeekContext
    )
{
    PLAT_EXTENSION extension = LatExtensionOfQueue(Csq);
    PLIST_ENTRY entry;

    UNREFERENCED_PARAMETER(PeekContext);

    entry = (Irp == NULL) ? extension->HeldList.Flink : Irp->Tail.Overlay.ListEntry.Flink;
    if (entry == &extension->HeldList) {
        return NULL;
    }

    return CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
}

static VOID NTAPI
LatCsqAcquire(
    _In_ PIO_CSQ Csq,
    _Out_ PKIRQL Irql
    )
{
    KeAcquireSpinLock(&LatExtensionOfQueue(Csq)->HeldLock, Irql);
}

static VOID NTAPI
LatCsqRelease(
    _In_ PIO_CSQ Csq,
    _In_ KIRQL Irql
    )
{
    KeReleaseSpinLock(&LatExtensionOfQueue(Csq)->HeldLock, Irql);
}

static VOID NTAPI
LatCsqCanceled(
    _In_ PIO_CSQ Csq,
    _In_ PIRP Irp
    )
{
    LatFailRequest(LatExtensionOfQueue(Csq), Irp, STATUS_CANCELLED);
}

NTSTATUS
LatInitializeQueue(
    _Inout_ PLAT_EXTENSION Extension
    )
{
    NTSTATUS status;

    InitializeListHead(&Extension->HeldList);
    KeInitializeSpinLock(&Extension->HeldLock);

    status = IoCsqInitialize(&Extension->HeldQueue, LatCsqInsert, LatCsqRemove, LatCsqPeek,
                             LatCsqAcquire, LatCsqRelease, LatCsqCanceled);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    Extension->DrainItem = IoAllocateWorkItem(Extension->Self);
    return (Extension->DrainItem != NULL) ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

/*
 * Takes a request that cannot go down now. It keeps its remove lock.
 */
BOOLEAN
LatHoldRequest(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    )
{
    if (!Extension->Paused) {
        return FALSE;
    }

    IoCsqInsertIrp(&Extension->HeldQueue, Irp, NULL);
    if (!Extension->Paused) {
        LatResumeQueue(Extension);
    }

    return TRUE;
}

VOID
LatPauseQueue(
    _In_ PLAT_EXTENSION Extension
    )
{
    InterlockedExchange(&Extension->Paused, TRUE);
}

VOID
LatResumeQueue(
    _In_ PLAT_EXTENSION Extension
    )
{
    InterlockedExchange(&Extension->Paused, FALSE);
    if (InterlockedExchange(&Extension->DrainQueued, TRUE) == FALSE) {
        IoQueueWorkItem(Extension->DrainItem, LatDrainWorker, DelayedWorkQueue, Extension);
    }
}

VOID
LatCancelQueue(
    _In_ PLAT_EXTENSION Extension
    )
{
    PIRP irp;

    while ((irp = IoCsqRemoveNextIrp(&Extension->HeldQueue, NULL)) != NULL) {
        LatFailRequest(Extension, irp, STATUS_NO_SUCH_DEVICE);
    }
}

/*
 * Sends what was held, oldest first. The lower device has rested, so the wait
 * in the queue is not counted.
 */
static VOID
LatDrainWorker(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PVOID Context
    )
{
    PLAT_EXTENSION extension = Context;
    PLAT_TRACK track;
    NTSTATUS status;
    PIRP irp;

    InterlockedExchange(&extension->DrainQueued, FALSE);

    while ((irp = IoCsqRemoveNextIrp(&extension->HeldQueue, NULL)) != NULL) {
        track = LatAllocateTrack(extension, LatOpHeld);
        if (track == NULL) {
            LatForward(extension, irp);
            IoReleaseRemoveLock(&extension->RemoveLock, irp);
            continue;
        }

        IoCopyCurrentIrpStackLocationToNext(irp);
        status = IoSetCompletionRoutineEx(DeviceObject, irp, LatTrackCompletion,
                                          track, TRUE, TRUE, TRUE);
        switch (status) {
        case STATUS_SUCCESS:
            IoCallDriver(extension->LowerDevice, irp);
            break;

        default:
            LatFreeTrack(track);
            LatFailRequest(extension, irp, status);
            break;
        }
    }
}
