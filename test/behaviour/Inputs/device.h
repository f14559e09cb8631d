/* The device extension that the drivers of this folder share, and completion routines of another
 * file. What stands under #ifdef BEHAVIOUR is a driver's other file: it is run, the checks do not
 * see it. */
#ifndef TEST_BEHAVIOUR_DEVICE_H
#define TEST_BEHAVIOUR_DEVICE_H

#include "wdmx.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _EXT {
  PDEVICE_OBJECT Self;
  PDEVICE_OBJECT Lower;
  IO_REMOVE_LOCK RemoveLock;
  ERESOURCE Resource;
  FAST_MUTEX FastMutex;
  KMUTEX Mutex;
  EX_RUNDOWN_REF Rundown;
  KSPIN_LOCK SpinLock;
  KEVENT Event;
  KEVENT Idle;
  KSEMAPHORE Slots;
  KTIMER Timer;
  KDPC TimerDpc;
  LIST_ENTRY Queue;
  NPAGED_LOOKASIDE_LIST Contexts;
  LONG Outstanding;
  LONG Reads;
  LONG Failures;
  BOOLEAN Started;
  BOOLEAN Careful;
  BOOLEAN Removed;
  PIRP Held;
  PVOID Buffer;
  PVOID Object;
} EXT, *PEXT;

/* The completion routine of another file. */
IO_COMPLETION_ROUTINE Done;

BOOLEAN Maybe(VOID);
NTSTATUS Prepare(PEXT Ext);
VOID TakeIrp(PEXT Ext, PIRP Irp);

#ifdef __cplusplus
}
#endif

#endif
