/* A small WDM for the programs that scripts/oracle generates.

   ORACLE_CALLDRIVER  0: IoCallDriver is a function; 1: a function-like macro over
                      IofCallDriver; 2: an object-like macro.
   ORACLE_MARK_MACRO  IoMarkIrpPending is a macro.
   ORACLE_DBG         asserts and KdPrint expand as in a checked build.
   ORACLE_NATIVE      the programs are compiled to run against test/oracle/runtime.c. */
#ifndef ORACLE_WDM_H
#define ORACLE_WDM_H

#ifndef ORACLE_CALLDRIVER
#define ORACLE_CALLDRIVER 1
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define VOID void
#define IN
#define OUT
#ifdef ORACLE_NATIVE
#define NTAPI
#define FASTCALL
#else
#define NTAPI __stdcall
#define FASTCALL __fastcall
#endif
#define FORCEINLINE static __inline__ __attribute__((unused))
#define DECLSPEC_NORETURN __attribute__((noreturn))

typedef int LONG, NTSTATUS, *PNTSTATUS;
typedef unsigned int ULONG;
typedef unsigned char UCHAR, BOOLEAN;
typedef signed char CCHAR;
typedef void *PVOID;
typedef __SIZE_TYPE__ ULONG_PTR, SIZE_T;

#define TRUE 1
#define FALSE 0
#ifdef __cplusplus
#define NULL 0
#else
#define NULL ((void *)0)
#endif

#define STATUS_SUCCESS ((NTSTATUS)0x00000000)
#define STATUS_PENDING ((NTSTATUS)0x00000103)
#define STATUS_DEVICE_BUSY ((NTSTATUS)0x80000011)
#define STATUS_UNSUCCESSFUL ((NTSTATUS)0xC0000001)
#define STATUS_INSUFFICIENT_RESOURCES ((NTSTATUS)0xC000009A)
#define STATUS_MORE_PROCESSING_REQUIRED ((NTSTATUS)0xC0000016)

#define NT_SUCCESS(Status) (((NTSTATUS)(Status)) >= 0)
#define NT_ERROR(Status) ((((ULONG)(Status)) >> 30) == 3)
#define UNREFERENCED_PARAMETER(P) ((void)(P))

#define IO_NO_INCREMENT 0
#define SL_PENDING_RETURNED 0x01
#define SL_INVOKE_ON_SUCCESS 0x40
#define IRP_MJ_PNP 0x1b
#define IRP_MJ_MAXIMUM_FUNCTION 0x1b
#define POOL_FLAG_NON_PAGED 0x40ull

typedef struct _LIST_ENTRY {
  struct _LIST_ENTRY *Flink, *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _DEVICE_OBJECT *PDEVICE_OBJECT;
typedef struct _IRP *PIRP;
typedef struct _DRIVER_OBJECT *PDRIVER_OBJECT;

typedef NTSTATUS NTAPI IO_COMPLETION_ROUTINE(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context);
typedef IO_COMPLETION_ROUTINE *PIO_COMPLETION_ROUTINE;
typedef NTSTATUS NTAPI DRIVER_DISPATCH(PDEVICE_OBJECT DeviceObject, PIRP Irp);
typedef DRIVER_DISPATCH *PDRIVER_DISPATCH;

typedef struct _IO_STATUS_BLOCK {
  union {
    NTSTATUS Status;
    PVOID Pointer;
  };
  ULONG_PTR Information;
} IO_STATUS_BLOCK;

typedef struct _IO_STACK_LOCATION {
  UCHAR MajorFunction, MinorFunction, Flags, Control;
  PDEVICE_OBJECT DeviceObject;
  PIO_COMPLETION_ROUTINE CompletionRoutine;
  PVOID Context;
} IO_STACK_LOCATION, *PIO_STACK_LOCATION;

typedef struct _IRP {
  IO_STATUS_BLOCK IoStatus;
  BOOLEAN PendingReturned;
  BOOLEAN Cancel;
  CCHAR CurrentLocation;
  struct {
    struct {
      LIST_ENTRY ListEntry;
      PIO_STACK_LOCATION CurrentStackLocation;
    } Overlay;
  } Tail;
  const char *OracleName;
} IRP;

typedef struct _DEVICE_OBJECT {
  PVOID DeviceExtension;
  CCHAR StackSize;
  const char *OracleName;
} DEVICE_OBJECT;

typedef struct _DRIVER_OBJECT {
  PDRIVER_DISPATCH MajorFunction[IRP_MJ_MAXIMUM_FUNCTION + 1];
} DRIVER_OBJECT;

typedef struct _IO_REMOVE_LOCK {
  LONG Count;
} IO_REMOVE_LOCK, *PIO_REMOVE_LOCK;

typedef struct _KEVENT {
  LONG State;
} KEVENT, *PKEVENT;

typedef struct _IO_CSQ {
  PVOID Insert, Remove;
} IO_CSQ, *PIO_CSQ;

typedef struct _DEVICE_EXTENSION {
  PDEVICE_OBJECT Self;
  PDEVICE_OBJECT Lower;
  PDEVICE_OBJECT Other;
  IO_REMOVE_LOCK Lock;
  LIST_ENTRY Queue;
  BOOLEAN Enabled;
  ULONG State;
  PIRP Irp;
  PIRP Irps[2];
  PIRP Pending;
  NTSTATUS LastStatus;
  KEVENT Event;
  IO_CSQ Csq;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

/* Where a generated function keeps a status in a structure of its own. */
typedef struct _CONTEXT_BLOCK {
  NTSTATUS Status;
  BOOLEAN Ok;
  PIRP Irp;
} CONTEXT_BLOCK;

extern NTSTATUS g_LastStatus;
extern PIRP g_Irp;
extern BOOLEAN g_Verbose;

NTSTATUS NTAPI IoSetCompletionRoutineEx(PDEVICE_OBJECT DeviceObject, PIRP Irp,
                                        PIO_COMPLETION_ROUTINE CompletionRoutine, PVOID Context,
                                        BOOLEAN InvokeOnSuccess, BOOLEAN InvokeOnError,
                                        BOOLEAN InvokeOnCancel);

NTSTATUS FASTCALL IofCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);
VOID FASTCALL IofCompleteRequest(PIRP Irp, CCHAR PriorityBoost);
#if ORACLE_CALLDRIVER == 0
NTSTATUS IoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);
VOID IoCompleteRequest(PIRP Irp, CCHAR PriorityBoost);
#elif ORACLE_CALLDRIVER == 1
#define IoCallDriver(a, b) IofCallDriver(a, b)
#define IoCompleteRequest(a, b) IofCompleteRequest(a, b)
#else
#define IoCallDriver IofCallDriver
#define IoCompleteRequest IofCompleteRequest
#endif
NTSTATUS NTAPI PoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS NTAPI IoSynchronousCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);
BOOLEAN NTAPI IoForwardIrpSynchronously(PDEVICE_OBJECT DeviceObject, PIRP Irp);

PIRP NTAPI IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota);
VOID NTAPI IoFreeIrp(PIRP Irp);
VOID NTAPI IoReuseIrp(PIRP Irp, NTSTATUS Status);
NTSTATUS NTAPI IoAcquireRemoveLock(PIO_REMOVE_LOCK Lock, PVOID Tag);
VOID NTAPI IoReleaseRemoveLock(PIO_REMOVE_LOCK Lock, PVOID Tag);
NTSTATUS NTAPI KeWaitForSingleObject(PVOID Object, int Reason, CCHAR Mode, BOOLEAN Alertable,
                                     PVOID Timeout);
PVOID NTAPI ExAllocatePool2(unsigned long long Flags, SIZE_T NumberOfBytes, ULONG Tag);
VOID NTAPI IoStartPacket(PDEVICE_OBJECT DeviceObject, PIRP Irp, ULONG *Key, PVOID CancelFunction);
VOID NTAPI IoCsqInsertIrp(PIO_CSQ Csq, PIRP Irp, PVOID Context);
NTSTATUS NTAPI IoCsqInsertIrpEx(PIO_CSQ Csq, PIRP Irp, PVOID Context, PVOID InsertContext);
VOID NTAPI PoStartNextPowerIrp(PIRP Irp);
DECLSPEC_NORETURN VOID NTAPI KeBugCheckEx(ULONG Code, ULONG_PTR P1, ULONG_PTR P2, ULONG_PTR P3,
                                          ULONG_PTR P4);
DECLSPEC_NORETURN VOID NTAPI ExRaiseStatus(NTSTATUS Status);
ULONG DbgPrint(const char *Format, ...);
ULONG DbgPrintEx(ULONG Component, ULONG Level, const char *Format, ...);
VOID NTAPI RtlAssert(PVOID Assertion, PVOID File, ULONG Line, char *Message);

#ifdef ORACLE_DBG
#define KdPrint(Args) DbgPrint Args
#define NT_ASSERT(Condition)                                                                       \
  ((!(Condition)) ? (RtlAssert((PVOID) #Condition, (PVOID)__FILE__, __LINE__, (char *)NULL),       \
                     FALSE)                                                                        \
                  : TRUE)
#define ASSERT(Condition)                                                                          \
  ((!(Condition)) ? RtlAssert((PVOID) #Condition, (PVOID)__FILE__, __LINE__, (char *)NULL)         \
                  : (void)0)
#else
#define KdPrint(Args)
#define NT_ASSERT(Condition) ((void)0)
#define ASSERT(Condition) ((void)0)
#endif

FORCEINLINE PIO_STACK_LOCATION IoGetCurrentIrpStackLocation(PIRP Irp) {
  return Irp->Tail.Overlay.CurrentStackLocation;
}
FORCEINLINE PIO_STACK_LOCATION IoGetNextIrpStackLocation(PIRP Irp) {
  return Irp->Tail.Overlay.CurrentStackLocation - 1;
}
#ifdef ORACLE_NATIVE
VOID IoSkipCurrentIrpStackLocation(PIRP Irp);
VOID IoSetNextIrpStackLocation(PIRP Irp);
VOID IoCopyCurrentIrpStackLocationToNext(PIRP Irp);
VOID IoMarkIrpPending(PIRP Irp);
VOID IoSetCompletionRoutine(PIRP Irp, PIO_COMPLETION_ROUTINE CompletionRoutine, PVOID Context,
                            BOOLEAN OnSuccess, BOOLEAN OnError, BOOLEAN OnCancel);
VOID InsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry);
#else
FORCEINLINE VOID IoSkipCurrentIrpStackLocation(PIRP Irp) {
  Irp->CurrentLocation++;
  Irp->Tail.Overlay.CurrentStackLocation++;
}
FORCEINLINE VOID IoSetNextIrpStackLocation(PIRP Irp) {
  Irp->CurrentLocation--;
  Irp->Tail.Overlay.CurrentStackLocation--;
}
FORCEINLINE VOID IoCopyCurrentIrpStackLocationToNext(PIRP Irp) {
  PIO_STACK_LOCATION Next = IoGetNextIrpStackLocation(Irp);
  *Next = *IoGetCurrentIrpStackLocation(Irp);
  Next->CompletionRoutine = NULL;
  Next->Control = 0;
}
#ifdef ORACLE_MARK_MACRO
#define IoMarkIrpPending(Irp) (IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED)
#else
FORCEINLINE VOID IoMarkIrpPending(PIRP Irp) {
  IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
}
#endif
FORCEINLINE VOID IoSetCompletionRoutine(PIRP Irp, PIO_COMPLETION_ROUTINE CompletionRoutine,
                                        PVOID Context, BOOLEAN OnSuccess, BOOLEAN OnError,
                                        BOOLEAN OnCancel) {
  PIO_STACK_LOCATION Next = IoGetNextIrpStackLocation(Irp);
  Next->CompletionRoutine = CompletionRoutine;
  Next->Context = Context;
  Next->Control = 0;
  if (OnSuccess)
    Next->Control = SL_INVOKE_ON_SUCCESS;
  if (OnError)
    Next->Control |= 0x80;
  if (OnCancel)
    Next->Control |= 0x20;
}
FORCEINLINE VOID InsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry) {
  Entry->Flink = Head;
  Entry->Blink = Head->Blink;
  Head->Blink->Flink = Entry;
  Head->Blink = Entry;
}
#endif

#if !defined(ORACLE_NATIVE)
unsigned long __cdecl _exception_code(void);
int __cdecl _abnormal_termination(void);
#define GetExceptionCode() ((NTSTATUS)_exception_code())
#define AbnormalTermination() _abnormal_termination()
#define EXCEPTION_EXECUTE_HANDLER 1
#endif

/* Functions of "another file" of the driver: nothing is known of them. */
BOOLEAN DrvFlag(VOID);
ULONG DrvMode(VOID);
NTSTATUS DrvStart(VOID);
NTSTATUS DrvPrepare(PDEVICE_EXTENSION Extension);
VOID DrvProcess(PIRP Irp);
NTSTATUS DrvHandle(PIRP Irp);
VOID DrvQueue(PDEVICE_EXTENSION Extension, PIRP Irp);
VOID DrvTakeStatus(NTSTATUS Status);
NTSTATUS DrvFail(PIRP Irp, NTSTATUS Status);
BOOLEAN DrvSaysOk(NTSTATUS Status);
IO_COMPLETION_ROUTINE DrvDone;

#ifdef __cplusplus
}

/* Owns an IRP, as drivers in C++ write it. */
class IRP_HOLDER {
public:
  explicit IRP_HOLDER(PIRP Irp) : m_Irp(Irp) {}
  ~IRP_HOLDER() {
    if (m_Irp != nullptr)
      IoFreeIrp(m_Irp);
  }
  IRP_HOLDER(const IRP_HOLDER &) = delete;
  IRP_HOLDER &operator=(const IRP_HOLDER &) = delete;
  PIRP get() const { return m_Irp; }
  PIRP release() {
    PIRP Irp = m_Irp;
    m_Irp = nullptr;
    return Irp;
  }

private:
  PIRP m_Irp;
};
#endif

#endif /* ORACLE_WDM_H */
