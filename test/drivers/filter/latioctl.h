/*
 * latioctl.h - control codes and structures shared with the user mode tool
 */

#ifndef LATFLT_LATIOCTL_H
#define LATFLT_LATIOCTL_H

#define LAT_DEVICE_TYPE 0x8D17

#define IOCTL_LAT_QUERY_COUNTERS \
    CTL_CODE(LAT_DEVICE_TYPE, 0x801, METHOD_BUFFERED, FILE_READ_ACCESS)
#define IOCTL_LAT_PAUSE \
    CTL_CODE(LAT_DEVICE_TYPE, 0x802, METHOD_BUFFERED, FILE_WRITE_ACCESS)
#define IOCTL_LAT_RESUME \
    CTL_CODE(LAT_DEVICE_TYPE, 0x803, METHOD_BUFFERED, FILE_WRITE_ACCESS)
#define IOCTL_LAT_SET_LIMITS \
    CTL_CODE(LAT_DEVICE_TYPE, 0x804, METHOD_NEITHER, FILE_WRITE_ACCESS)

typedef enum _LAT_OPERATION {
    LatOpRead,
    LatOpWrite,
    LatOpFlush,
    LatOpControl,
    LatOpHeld,
    LatOpMaximum
} LAT_OPERATION;

typedef struct _LAT_COUNTER {
    ULONG64 Requests;
    ULONG64 Failures;
    ULONG64 Ticks;
    ULONG64 SlowRequests;
} LAT_COUNTER, *PLAT_COUNTER;

typedef struct _LAT_COUNTERS {
    LAT_COUNTER Operation[LatOpMaximum];
    ULONG64 TicksPerSecond;
    ULONG64 Untracked;
} LAT_COUNTERS, *PLAT_COUNTERS;

typedef struct _LAT_LIMITS {
    ULONG SlowMilliseconds;
    ULONG Flags;
} LAT_LIMITS, *PLAT_LIMITS;

#define LAT_LIMIT_TRACK_WRITES      0x00000001
#define LAT_LIMIT_TRACK_CONTROL     0x00000002
#define LAT_LIMIT_FAIL_UNTRACKED    0x00000004

#endif
