/* What the drivers of this folder need of wdm.h, ntifs.h and wdf.h beyond test/Inputs/wdm.h, with
 * the real names and shapes. The fake kernel (kernel.c) implements all of it. */
#ifndef TEST_BEHAVIOUR_WDMX_H
#define TEST_BEHAVIOUR_WDMX_H

#include "wdm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --- Codes ---------------------------------------------------------------------------- */

#ifndef IRP_MJ_CLEANUP
#define IRP_MJ_CLEANUP 0x12
#endif
#ifndef IRP_MJ_SHUTDOWN
#define IRP_MJ_SHUTDOWN 0x10
#endif
#ifndef IRP_MJ_FLUSH_BUFFERS
#define IRP_MJ_FLUSH_BUFFERS 0x09
#endif
#ifndef IRP_MJ_INTERNAL_DEVICE_CONTROL
#define IRP_MJ_INTERNAL_DEVICE_CONTROL 0x0f
#endif
#ifndef IRP_MJ_SYSTEM_CONTROL
#define IRP_MJ_SYSTEM_CONTROL 0x17
#endif
#ifndef IRP_MN_QUERY_REMOVE_DEVICE
#define IRP_MN_QUERY_REMOVE_DEVICE 0x01
#endif
#ifndef IRP_MN_CANCEL_REMOVE_DEVICE
#define IRP_MN_CANCEL_REMOVE_DEVICE 0x03
#endif
#ifndef IRP_MN_QUERY_STOP_DEVICE
#define IRP_MN_QUERY_STOP_DEVICE 0x05
#endif
#ifndef IRP_MN_CANCEL_STOP_DEVICE
#define IRP_MN_CANCEL_STOP_DEVICE 0x06
#endif
#ifndef IRP_MN_QUERY_DEVICE_RELATIONS
#define IRP_MN_QUERY_DEVICE_RELATIONS 0x07
#endif
#ifndef IRP_MN_QUERY_ID
#define IRP_MN_QUERY_ID 0x13
#endif
#ifndef IRP_MN_DEVICE_USAGE_NOTIFICATION
#define IRP_MN_DEVICE_USAGE_NOTIFICATION 0x16
#endif
#ifndef IRP_MN_WAIT_WAKE
#define IRP_MN_WAIT_WAKE 0x00
#endif
#ifndef STATUS_DEVICE_BUSY
#define STATUS_DEVICE_BUSY ((NTSTATUS)0x80000011L)
#endif
#ifndef IRP_NOCACHE
#define IRP_NOCACHE 0x00000001
#define IRP_PAGING_IO 0x00000002
#endif

/* --- Locks ---------------------------------------------------------------------------- */

typedef struct _ERESOURCE {
  LONG Held;
} ERESOURCE, *PERESOURCE;
typedef struct _FAST_MUTEX {
  LONG Held;
} FAST_MUTEX, *PFAST_MUTEX;
typedef struct _KMUTEX {
  LONG Held;
} KMUTEX, *PKMUTEX, *PRKMUTEX;
typedef struct _KSEMAPHORE {
  LONG Count;
} KSEMAPHORE, *PKSEMAPHORE, *PRKSEMAPHORE;
typedef struct _EX_RUNDOWN_REF {
  ULONG_PTR Count;
} EX_RUNDOWN_REF, *PEX_RUNDOWN_REF;

NTKERNELAPI BOOLEAN NTAPI ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait);
NTKERNELAPI BOOLEAN NTAPI ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait);
NTKERNELAPI VOID FASTCALL ExReleaseResourceLite(PERESOURCE Resource);
NTKERNELAPI VOID NTAPI KeEnterCriticalRegion(VOID);
NTKERNELAPI VOID NTAPI KeLeaveCriticalRegion(VOID);
NTKERNELAPI VOID FASTCALL ExAcquireFastMutex(PFAST_MUTEX FastMutex);
NTKERNELAPI VOID FASTCALL ExReleaseFastMutex(PFAST_MUTEX FastMutex);
NTKERNELAPI BOOLEAN FASTCALL ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex);
NTKERNELAPI LONG NTAPI KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait);
NTKERNELAPI LONG NTAPI KeReleaseSemaphore(PRKSEMAPHORE Semaphore, LONG Increment, LONG Adjustment,
                                          BOOLEAN Wait);
NTKERNELAPI BOOLEAN FASTCALL ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef);
NTKERNELAPI VOID FASTCALL ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef);
NTKERNELAPI VOID FASTCALL KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PVOID LockHandle);

/* --- Timers, DPCs ------------------------------------------------------------ */

struct _KDPC;
typedef VOID NTAPI KDEFERRED_ROUTINE(struct _KDPC *Dpc, PVOID Context, PVOID Argument1,
                                     PVOID Argument2);
typedef struct _KDPC {
  KDEFERRED_ROUTINE *Routine;
  PVOID Context;
} KDPC, *PKDPC;
typedef struct _KTIMER {
  LONG Armed;
} KTIMER, *PKTIMER;

NTKERNELAPI BOOLEAN NTAPI KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc);
NTKERNELAPI BOOLEAN NTAPI KeCancelTimer(PKTIMER Timer);

/* --- Memory --------------------------------------------------------------------------- */

typedef struct _NPAGED_LOOKASIDE_LIST {
  LONG Depth;
} NPAGED_LOOKASIDE_LIST, *PNPAGED_LOOKASIDE_LIST;
NTKERNELAPI PVOID NTAPI ExAllocatePool2(ULONGLONG Flags, SIZE_T NumberOfBytes, ULONG Tag);
/* Inline in the real headers. */
PVOID FakeAllocateFromList(PVOID Lookaside);
VOID FakeFreeToList(PVOID Lookaside, PVOID Entry);
FORCEINLINE PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside) {
  return FakeAllocateFromList(Lookaside);
}
FORCEINLINE VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry) {
  FakeFreeToList(Lookaside, Entry);
}
NTKERNELAPI PMDL NTAPI IoAllocateMdl(PVOID Va, ULONG Length, BOOLEAN Secondary, BOOLEAN Quota,
                                     PIRP Irp);
NTKERNELAPI VOID NTAPI MmBuildMdlForNonPagedPool(PMDL Mdl);
#define POOL_FLAG_NON_PAGED 0x40ULL
void *__cdecl memset(void *To, int Value, SIZE_T Length);
void *__cdecl memcpy(void *To, const void *From, SIZE_T Length);
#define RtlZeroMemory(To, Length) memset((To), 0, (Length))
#define RtlCopyMemory(To, From, Length) memcpy((To), (From), (Length))

/* --- References, events, lists, counters ----------------------------------------------- */

NTKERNELAPI LONG FASTCALL ObfReferenceObject(PVOID Object);
#define ObReferenceObject(Object) ObfReferenceObject(Object)
NTKERNELAPI VOID NTAPI KeClearEvent(PKEVENT Event);

LONG _InterlockedIncrement(LONG volatile *Addend);
LONG _InterlockedDecrement(LONG volatile *Addend);
LONG _InterlockedExchange(LONG volatile *Target, LONG Value);
#define InterlockedIncrement _InterlockedIncrement
#define InterlockedDecrement _InterlockedDecrement
#define InterlockedExchange _InterlockedExchange
LONG _InterlockedCompareExchange(LONG volatile *Target, LONG Value, LONG Comparand);
#define InterlockedCompareExchange _InterlockedCompareExchange

FORCEINLINE VOID InitializeListHead(PLIST_ENTRY ListHead) {
  ListHead->Flink = ListHead->Blink = ListHead;
}
FORCEINLINE BOOLEAN RemoveEntryList(PLIST_ENTRY Entry) {
  Entry->Blink->Flink = Entry->Flink;
  Entry->Flink->Blink = Entry->Blink;
  return (BOOLEAN)(Entry->Flink == Entry->Blink);
}

/* --- More about IRPs ------------------------------------------------------------------- */

NTKERNELAPI VOID NTAPI IoDetachDevice(PDEVICE_OBJECT TargetDevice);
NTKERNELAPI VOID NTAPI IoDeleteDevice(PDEVICE_OBJECT DeviceObject);

/* --- KMDF --------------------------------------------------------------------------- */

typedef struct WDFDEVICE__ *WDFDEVICE;
typedef NTSTATUS EVT_WDFDEVICE_WDM_IRP_PREPROCESS(WDFDEVICE Device, PIRP Irp);
NTSTATUS WdfDeviceWdmDispatchPreprocessedIrp(WDFDEVICE Device, PIRP Irp);
PDEVICE_OBJECT WdfDeviceWdmGetDeviceObject(WDFDEVICE Device);
PDEVICE_OBJECT WdfDeviceWdmGetAttachedDevice(WDFDEVICE Device);

#ifdef __cplusplus
}
#endif

#endif
