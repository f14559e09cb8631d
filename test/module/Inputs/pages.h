/* What the examples of README.md and of checks/*.md leave out. They are compiled with this
 * header included. */
#ifndef TEST_MODULE_INPUTS_PAGES_H
#define TEST_MODULE_INPUTS_PAGES_H

#include <wdm.h>

typedef struct _DEVICE_EXTENSION {
  PDEVICE_OBJECT Self;  /* the driver's own device object */
  PDEVICE_OBJECT Lower; /* the next lower one */
  BOOLEAN Careful;
  IO_REMOVE_LOCK RemoveLock;
  KEVENT Event;
  NTSTATUS LastStatus;
  PIRP Pending; /* one request waits here for the interrupt */
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

DRIVER_DISPATCH DispatchRead;
DRIVER_DISPATCH DispatchWrite;
IO_COMPLETION_ROUTINE ReadDone;

#endif
