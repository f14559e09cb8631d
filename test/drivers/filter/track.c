/*
 * track.c - the clock of one request, and the counters
 *
 * Environment: kernel mode
 */

#include "helpers.h"

PLAT_TRACK
LatAllocateTrack(
    _In_ PLAT_EXTENSION Extension,
    _In_ LAT_OPERATION Operation
    )
{
    PLAT_TRACK track;

    track = ExAllocateFromNPagedLookasideList(&Extension->TrackList);
    if (track == NULL) {
        LatTrace(LAT_TRACE_WARNING, "no memory to track operation %d\n", Operation);
        return NULL;
    }

    track->Extension = Extension;
    track->Operation = Operation;
    track->Start = KeQueryPerformanceCounter(NULL);
    return track;
}

VOID
LatFreeTrack(
    _In_ PLAT_TRACK Track
    )
{
    ExFreeToNPagedLookasideList(&Track->Extension->TrackList, Track);
}

/*
 * Stops the clock, and gives back the remove lock that the request holds.
 */
NTSTATUS
LatTrackCompletion(
    _In_ PDEVICE_OBJECT DeviceObject,
    _In_ PIRP Irp,
    _In_ PVOID Context
    )
{
    PLAT_TRACK track = Context;
    PLAT_EXTENSION extension = track->Extension;
    PLAT_COUNTER counter = &extension->Counters.Operation[track->Operation];
    LARGE_INTEGER frequency;
    LARGE_INTEGER now;
    ULONG64 ticks;
    KIRQL irql;

    UNREFERENCED_PARAMETER(DeviceObject);

    now = KeQueryPerformanceCounter(&frequency);
    ticks = (ULONG64)(now.QuadPart - track->Start.QuadPart);

    KeAcquireSpinLock(&extension->CounterLock, &irql);
    counter->Requests++;
    counter->Ticks += ticks;
    if (!NT_SUCCESS(Irp->IoStatus.Status)) {
        counter->Failures++;
    }
    if (ticks * 1000 / (ULONG64)frequency.QuadPart > extension->SlowMilliseconds) {
        counter->SlowRequests++;
    }
    KeReleaseSpinLock(&extension->CounterLock, irql);

    if (Irp->PendingReturned) {
        IoMarkIrpPending(Irp);
    }

    LatFreeTrack(track);
    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return STATUS_CONTINUE_COMPLETION;
}

VOID
LatReadCounters(
    _In_ PLAT_EXTENSION Extension,
    _Out_ PLAT_COUNTERS Counters
    )
{
    LARGE_INTEGER frequency;
    KIRQL irql;

    KeQueryPerformanceCounter(&frequency);

    KeAcquireSpinLock(&Extension->CounterLock, &irql);
    *Counters = Extension->Counters;
    KeReleaseSpinLock(&Extension->CounterLock, irql);

    Counters->TicksPerSecond = (ULONG64)frequency.QuadPart;
}
