// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -check-suffixes=,FREE
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -check-suffixes=,CHECKED -- -DDBG=1
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -check-suffixes=,FREE -- -DALWAYS
//
// Macros in the form that the WDK and its tools give them, in free and checked
// builds: some name their argument twice, some have branches of their own.
#include "driver.h"

// --- Assertions ---

#undef NT_ASSERT
#undef NT_ASSERTMSG
#undef NT_VERIFY
#undef ASSERT
#undef ASSERTMSG
#undef PAGED_CODE
#undef KdPrint

VOID RaiseAssertionFailure(VOID);
UCHAR NTAPI KeGetCurrentIrql(VOID);

#if DBG
#define ANALYSIS_ASSUME(e) ((void)0)
#define ASSERT_ACTION(e) ((!(e)) ? (RaiseAssertionFailure(), FALSE) : TRUE)
#define NT_ASSERT(e) (ANALYSIS_ASSUME(e), ASSERT_ACTION(e))
#define NT_ASSERTMSG(m, e) (ANALYSIS_ASSUME(e), (!(e)) ? (DbgPrint("%s", m), RaiseAssertionFailure(), FALSE) : TRUE)
#define NT_VERIFY NT_ASSERT
#define ASSERT(e) ((!(e)) ? (RtlAssert((PVOID)(ULONG_PTR) #e, (PVOID)(ULONG_PTR)__FILE__, __LINE__, NULL), FALSE) : TRUE)
#define ASSERTMSG(m, e) ((!(e)) ? (RtlAssert((PVOID)(ULONG_PTR) #e, (PVOID)(ULONG_PTR)__FILE__, __LINE__, m), FALSE) : TRUE)
#define RTL_VERIFY ASSERT
#define RTL_SOFT_ASSERT(e) ((!(e)) ? (DbgPrint("%s\n", #e), FALSE) : TRUE)
#define RTL_SOFT_VERIFY RTL_SOFT_ASSERT
#define PAGED_ASSERT(e) NT_ASSERT(e)
#define PAGED_CODE() PAGED_ASSERT(KeGetCurrentIrql() <= 1);
#define KdPrint(x) DbgPrint x
#else
#define ANALYSIS_ASSUME(e) __noop(e)
#ifdef ALWAYS
#define NT_ASSERT(e) (ANALYSIS_ASSUME(e), 0)
#define NT_ASSERTMSG(m, e) (ANALYSIS_ASSUME(e), 0)
#else
#define NT_ASSERT(e) ((void)0)
#define NT_ASSERTMSG(m, e) ((void)0)
#endif
#define NT_VERIFY(e) (ANALYSIS_ASSUME(e), ((e) ? TRUE : FALSE))
#define ASSERT(e) ((void)0)
#define ASSERTMSG(m, e) ((void)0)
#define RTL_VERIFY(e) ((e) ? TRUE : FALSE)
#define RTL_SOFT_ASSERT(e) ((void)0)
#define RTL_SOFT_VERIFY(e) ((e) ? TRUE : FALSE)
#define PAGED_CODE() __noop;
#define KdPrint(x)
#endif
#define NT_FRE_ASSERT(e) (ANALYSIS_ASSUME(e), ((!(e)) ? (RaiseAssertionFailure(), FALSE) : TRUE))

NTSTATUS ntVerify(PEXT Ext, PIRP Irp) {
  PAGED_CODE();
  if (!NT_VERIFY(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ntVerifyOfTheVariable(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_VERIFY(NT_SUCCESS(status)))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ntVerifyOfTwo(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_VERIFY(Ext != NULL && NT_SUCCESS(status)))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ntVerifyInABoolean(PEXT Ext, PIRP Irp) {
  BOOLEAN ok = NT_VERIFY(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)));
  if (!ok)
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ntVerifyOnly(PEXT Ext, PIRP Irp) {
  NT_VERIFY(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)));
// CHECK-MESSAGES-CHECKED: :[[@LINE-1]]:24: warning: result of 'IoSetCompletionRoutineEx' is never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES-FREE: :[[@LINE-2]]:24: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS rtlVerify(PEXT Ext, PIRP Irp) {
  if (!RTL_VERIFY(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS rtlSoftVerify(PEXT Ext, PIRP Irp) {
  if (!RTL_SOFT_VERIFY(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS asserted(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NT_ASSERT(NT_SUCCESS(status));
  NT_ASSERT(NT_SUCCESS(status) && Ext->Started);
  NT_ASSERTMSG("no memory", NT_SUCCESS(status));
  ASSERT(NT_SUCCESS(status));
  ASSERTMSG("no memory", NT_SUCCESS(status) || Ext->Started);
  RTL_SOFT_ASSERT(NT_SUCCESS(status));
  NT_FRE_ASSERT(NT_SUCCESS(status));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS assertedAndTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  NT_ASSERT(NT_SUCCESS(status));
  NT_ASSERT(NT_SUCCESS(status) && Ext->Started);
  NT_ASSERTMSG("no memory", NT_SUCCESS(status));
  ASSERT(NT_SUCCESS(status));
  ASSERTMSG("no memory", NT_SUCCESS(status) || Ext->Started);
  RTL_SOFT_ASSERT(NT_SUCCESS(status));
  NT_FRE_ASSERT(NT_SUCCESS(status));
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// Nothing registers in a free build, and then nothing can fail.
NTSTATUS registeredInAnAssertion(PEXT Ext, PIRP Irp) {
  ASSERT(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)));
// CHECK-MESSAGES-CHECKED: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Prints ---

NTSTATUS printed(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  KdPrint(("registered: %x\n", status));
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS printedAndTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  KdPrint(("registered: %x\n", status));
  if (!NT_SUCCESS(status)) {
    KdPrint(("not registered: %x\n", status));
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- WPP: levels and flags are asked for, values are handed to a function of
// the generated header ---

typedef struct _CONTROL {
  ULONG Level, Flags[1];
  ULONGLONG Logger;
} CONTROL, *PCONTROL;
extern PCONTROL Control;
VOID NTAPI WmiTraceMessage(ULONGLONG Logger, ULONG Flags, PVOID Guid, USHORT Number, ...);

FORCEINLINE VOID WPP_SF_d(ULONGLONG Logger, USHORT Id, int A1) {
  WmiTraceMessage(Logger, 43, NULL, Id, &A1, sizeof(A1), (void *)0);
}
#define WPP_ON(Level_, Flag) ((Control->Flags[0] & (Flag)) && Control->Level >= (Level_))
#define DoTraceMessage(Flag, Text, A1)                                                             \
  (WPP_ON(4, Flag) ? (void)(WPP_SF_d(Control->Logger, 10, A1), 1) : (void)0)
#define TraceEvents2(Level_, Flag, Text, A1)                                                        \
  do {                                                                                             \
    if (WPP_ON(Level_, Flag)) {                                                                    \
      WPP_SF_d(Control->Logger, 11, A1);                                                           \
    }                                                                                              \
  } while (0)

NTSTATUS traced(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DoTraceMessage(1, "registered: %!STATUS!", status);
  TraceEvents2(4, 1, "registered: %!STATUS!", status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS tracedAndTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  DoTraceMessage(1, "registered: %!STATUS!", status);
  if (!NT_SUCCESS(status)) {
    TraceEvents2(2, 1, "not registered: %!STATUS!", status);
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS tracedAfterTheFailure(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    TraceEvents2(2, 1, "not registered: %!STATUS!", status);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- ETW: a macro of the message compiler, and its template ---

typedef struct _DESCRIPTOR {
  ULONGLONG Ptr;
  ULONG Size, Reserved;
} DESCRIPTOR;
typedef struct _CONTEXT_ {
  ULONGLONG Handle;
  BOOLEAN Enabled[1];
} CONTEXT_;
extern CONTEXT_ DriverContext;
NTSTATUS NTAPI EtwWriteTransfer(ULONGLONG Handle, const void * Event, const void * Activity, const void * Related,
                                ULONG Count, DESCRIPTOR *Data);

FORCEINLINE VOID CreateDescriptor(DESCRIPTOR *D, const void *Data, ULONG Size) {
  D->Ptr = (ULONGLONG)(ULONG_PTR)Data;
  D->Size = Size;
  D->Reserved = 0;
}
FORCEINLINE NTSTATUS McTemplateK0d_EtwWriteTransfer(CONTEXT_ *Context, const void *Event,
                                                    const signed int Arg0) {
  DESCRIPTOR data[2];
  CreateDescriptor(&data[1], &Arg0, sizeof(const signed int));
  return EtwWriteTransfer(Context->Handle, Event, NULL, NULL, 2, data);
}
#define EventWriteRegistered(Status)                                                               \
  (DriverContext.Enabled[0] & 1) ? McTemplateK0d_EtwWriteTransfer(&DriverContext, NULL, Status) : 0

NTSTATUS written(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  EventWriteRegistered(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS writtenAndTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  EventWriteRegistered(status);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- TraceLogging: a block of its own, sizes, a copy of the value ---

#define TraceLoggingWrite(Provider, Name, Value)                                                   \
  do {                                                                                             \
    static const struct {                                                                          \
      UCHAR Type;                                                                                  \
      char Text[sizeof(Name)];                                                                     \
    } _meta = {4, Name};                                                                           \
    PCONTROL _p = (Provider);                                                                      \
    if (5 < _p->Level && (_p->Flags[0] & 1)) {                                                     \
      DESCRIPTOR _d[3];                                                                            \
      NTSTATUS _v = (Value);                                                                       \
      CreateDescriptor(&_d[2], &_v, sizeof(_v) + 0 * sizeof(Value));                               \
      EtwWriteTransfer(_p->Logger, &_meta, NULL, NULL, 3, _d);                                     \
    }                                                                                              \
  } while ((void)0, 0)

NTSTATUS logged(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  TraceLoggingWrite(Control, "Registered", status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS loggedAndTested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  TraceLoggingWrite(Control, "Registered", status);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}
