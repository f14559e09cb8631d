/* The declarations that the tests' drivers share. What is declared here and defined nowhere
 * is what a driver has in its other files: the checks cannot see the body. */
#ifndef TEST_INPUTS_DRIVER_H
#define TEST_INPUTS_DRIVER_H

#include "wdm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The device extension of a filter driver. */
typedef struct _EXT {
  PDEVICE_OBJECT Self;  /* the driver's own device object */
  PDEVICE_OBJECT Lower; /* the next lower one */
  IO_REMOVE_LOCK RemoveLock;
  KEVENT Event;
  KSPIN_LOCK Lock;
  LIST_ENTRY Queue;
  PIRP Irp;
  PIRP Spare;
  PIRP Irps[8];
  ULONG Count;
  NTSTATUS LastStatus;
  BOOLEAN Started;
  PVOID Buffer;
  IO_CSQ Csq;
  PIO_WORKITEM WorkItem;
} EXT, *PEXT;

IO_COMPLETION_ROUTINE Done;

/* Nothing is known of their results, and they see no IRP and no status of a registration. */
BOOLEAN Maybe(VOID);
ULONG Number(VOID);
NTSTATUS Prepare(PEXT Ext);
VOID Work(PEXT Ext);

/* They take the IRP over: queue, complete or send it, who knows. */
VOID TakeIrp(PEXT Ext, PIRP Irp);
NTSTATUS FailRequest(PIRP Irp, NTSTATUS Status);

/* Decides by the status, in a way that is not visible. */
BOOLEAN DriverSaysOk(NTSTATUS Status);

/* Prints. */
VOID __cdecl TraceEvents(ULONG Level, ULONG Flags, PCSTR Format, ...);

#ifdef __cplusplus
}
#endif

#endif
