/*
 * driver.h - latflt, an upper filter that measures the latency of a disk
 *
 * Environment: kernel mode
 */

#ifndef LATFLT_DRIVER_H
#define LATFLT_DRIVER_H

#include <ntddk.h>
#include <sal.h>
#include <ntdddisk.h>
#include <ntddscsi.h>
#include <ntddstor.h>

#include "latioctl.h"

#define LAT_TAG_TRACK       'rTaL'
#define LAT_TAG_BUFFER      'fBaL'
#define LAT_TAG_LOCK        'kLaL'
#define LAT_TAG_SNAPSHOT    'nSaL'

#define LAT_REGISTER_ATTEMPTS   3
#define LAT_RETRY_DELAY         (-10 * 1000 * 10)   /* 10 ms, in 100 ns units */

/*
 * Trace levels. LatDebugLevel is read from the service's Parameters key.
 */
#define LAT_TRACE_ERROR     1
#define LAT_TRACE_WARNING   2
#define LAT_TRACE_FLOW      3

extern ULONG LatDebugLevel;

#define LatTrace(_Level, ...)                                                   \
    do {                                                                        \
        if (LatDebugLevel >= (_Level)) {                                        \
            DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL,                 \
                       "latflt: " __VA_ARGS__);                                 \
        }                                                                       \
    } while (0)

typedef enum _LAT_PNP_STATE {
    LatNotStarted,
    LatStarted,
    LatStopPending,
    LatStopped,
    LatRemoved
} LAT_PNP_STATE;

typedef struct _LAT_EXTENSION {
    PDEVICE_OBJECT Self;
    PDEVICE_OBJECT LowerDevice;
    PDEVICE_OBJECT PhysicalDevice;

    IO_REMOVE_LOCK RemoveLock;
    LAT_PNP_STATE PnpState;
    DEVICE_POWER_STATE PowerState;
    volatile LONG PagingPathCount;
    volatile LONG OpenCount;
    volatile LONG ChildCount;

    BOOLEAN TrackWrites;
    BOOLEAN TrackControl;
    BOOLEAN FailUntracked;
    ULONG SlowMilliseconds;
    ULONG SectorSize;
    USHORT BootSignature;
    DEVICE_CAPABILITIES Capabilities;

    /* Requests held while the device is paused or asleep. */
    IO_CSQ HeldQueue;
    LIST_ENTRY HeldList;
    KSPIN_LOCK HeldLock;
    PIO_WORKITEM DrainItem;
    volatile LONG DrainQueued;
    volatile LONG Paused;

    KSPIN_LOCK CounterLock;
    LAT_COUNTERS Counters;
    NPAGED_LOOKASIDE_LIST TrackList;

    /* Guards CacheSnapshot and the tracking flags. */
    ERESOURCE ConfigLock;
    PVOID CacheSnapshot;
} LAT_EXTENSION, *PLAT_EXTENSION;

typedef struct _LAT_TRACK {
    PLAT_EXTENSION Extension;
    LAT_OPERATION Operation;
    LARGE_INTEGER Start;
} LAT_TRACK, *PLAT_TRACK;

#define LatExtension(_DeviceObject) ((PLAT_EXTENSION)(_DeviceObject)->DeviceExtension)

/*
 * Registers a routine for every outcome, on behalf of the filter's own device.
 */
#define LatCompletionEx(_Extension, _Irp, _Routine, _Context)                   \
    IoSetCompletionRoutineEx((_Extension)->Self, (_Irp), (_Routine),            \
                             (_Context), TRUE, TRUE, TRUE)

/* entry.c */
DRIVER_INITIALIZE DriverEntry;
DRIVER_ADD_DEVICE LatAddDevice;
DRIVER_UNLOAD LatUnload;
DRIVER_DISPATCH LatPassThrough;

/* pnp.c */
DRIVER_DISPATCH LatPnp;

/* power.c */
DRIVER_DISPATCH LatPower;

/* io.c */
DRIVER_DISPATCH LatCreate;
DRIVER_DISPATCH LatClose;
DRIVER_DISPATCH LatRead;
DRIVER_DISPATCH LatWrite;
DRIVER_DISPATCH LatFlush;
DRIVER_DISPATCH LatShutdown;
DRIVER_DISPATCH LatInternalDeviceControl;

/* ioctl.c */
DRIVER_DISPATCH LatDeviceControl;

/* wmi.c */
DRIVER_DISPATCH LatSystemControl;

/* own_irp.c */
NTSTATUS
LatQueryLowerCapabilities(
    _Inout_ PLAT_EXTENSION Extension
    );

NTSTATUS
LatReadBootSector(
    _Inout_ PLAT_EXTENSION Extension
    );

NTSTATUS
LatFlushLower(
    _In_ PLAT_EXTENSION Extension
    );

/* queue.c */
NTSTATUS
LatInitializeQueue(
    _Inout_ PLAT_EXTENSION Extension
    );

BOOLEAN
LatHoldRequest(
    _In_ PLAT_EXTENSION Extension,
    _In_ PIRP Irp
    );

VOID
LatPauseQueue(
    _In_ PLAT_EXTENSION Extension
    );

VOID
LatResumeQueue(
    _In_ PLAT_EXTENSION Extension
    );

VOID
LatCancelQueue(
    _In_ PLAT_EXTENSION Extension
    );

/* track.c */
IO_COMPLETION_ROUTINE LatTrackCompletion;

PLAT_TRACK
LatAllocateTrack(
    _In_ PLAT_EXTENSION Extension,
    _In_ LAT_OPERATION Operation
    );

VOID
LatFreeTrack(
    _In_ PLAT_TRACK Track
    );

VOID
LatReadCounters(
    _In_ PLAT_EXTENSION Extension,
    _Out_ PLAT_COUNTERS Counters
    );

#endif
