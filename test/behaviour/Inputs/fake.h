/* The fake kernel as the harness of a driver sees it. Linked to every driver; see kernel.c. */
#ifndef TEST_BEHAVIOUR_FAKE_H
#define TEST_BEHAVIOUR_FAKE_H

#include "wdm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One of 0..Count-1: each is tried. What names the choice in the report. */
int K_Choose(int Count, const char *What);
/* Something that the driver is given: memory that lives as long as the run, with a name. */
void *K_Memory(SIZE_T Size, const char *Name);
/* A part of it, for the report. Kind: 'c' a number: what a run leaves in it is compared; 'e' an
 * event, 'm' a mutex, 's' a semaphore, '-' anything else. */
void K_Name(void *At, SIZE_T Size, const char *Name, char Kind);
/* A variable of the driver: put back before every run. */
void K_Global(void *At, SIZE_T Size, const char *Name, char Kind);
PDEVICE_OBJECT K_Device(const char *Name);
/* A request of somebody else, with the driver's stack location on top. */
PIRP K_Irp(const char *Name, int Major, int Minor);
/* An IRP that the driver keeps for itself. */
PIRP K_OwnIrp(const char *Name);
/* Sends Irp down with Routine, as if the driver had done so before; it is completed at once. */
void K_CompleteInto(PIRP Irp, PIO_COMPLETION_ROUTINE Routine, PVOID Context);
/* Everything is chosen; what the variables hold now is compared with the end. */
void K_Start(void);
/* The driver's own device object; K_Irp's stack location names it. */
PDEVICE_OBJECT K_OwnDevice(void);
/* A line of the run's story. */
void K_Event(const char *What, const void *Object, long Number);
/* The function returned. Kind: 'N' an NTSTATUS, 'B' a BOOLEAN, 'P' a pointer, 'V' nothing, '?'
 * else; Role: 'd' a dispatch routine, 'p' a KMDF preprocess callback, 'h' the callers are in
 * another file, 'c' a completion routine, 'o' a function without an IRP of others. */
void K_Returned(char Role, char Kind, long long Value);
/* What functions of other files do. */
long K_Unknown(const char *Name, char Kind);
void K_CompletesIrp(const char *Name, PIRP Irp, NTSTATUS Status, int HasStatus);
void K_GivenIrp(const char *Name, PIRP Irp);
void *K_UnknownPointer(const char *Name);

#ifdef __cplusplus
}
#endif

#endif
