#pragma once
#include <ntddk.h>

typedef struct _GUARDED_EXTENSION {
    PDEVICE_OBJECT Lower;
    FAST_MUTEX Mutex;
} GUARDED_EXTENSION, *PGUARDED_EXTENSION;

DRIVER_DISPATCH GuardedRead;
DRIVER_DISPATCH GuardedControl;
IO_COMPLETION_ROUTINE GuardedDone;
