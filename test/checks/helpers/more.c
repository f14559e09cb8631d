// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// More helper shapes, as drivers split their work.
#include "helpers.h"

// --- Parameters in another order, more than one IRP ---

static NTSTATUS RegisterSecond(PIRP Unused, PVOID Context, PIRP Irp, PEXT Ext) {
  UNREFERENCED_PARAMETER(Unused);
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Context, TRUE, TRUE, TRUE);
}

NTSTATUS secondIrpOfTwo(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status = RegisterSecond(Irp, NULL, Other, Ext);
  IoCallDriver(Ext->Lower, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Other);
}

NTSTATUS secondIrpOfTwoUntested(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status = RegisterSecond(Irp, NULL, Other, Ext);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'RegisterSecond' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoCallDriver(Ext->Lower, Other);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

static NTSTATUS RegisterBoth(PEXT Ext, PIRP First, PIRP Second) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, First, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoSetCompletionRoutineEx(Ext->Self, Second, Done, Ext, TRUE, TRUE, TRUE);
}

// When the second one fails, the first is registered, and not sent.
NTSTATUS bothWhenChecked(PEXT Ext, PIRP First, PIRP Second) {
  NTSTATUS status = RegisterBoth(Ext, First, Second);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'RegisterBoth' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (NT_SUCCESS(status)) {
    IoCallDriver(Ext->Lower, First);
    IoCallDriver(Ext->Lower, Second);
  }
  return status;
}

// --- The IRP in a structure ---

typedef struct _CONTEXT {
  PEXT Ext;
  PIRP Irp;
  NTSTATUS Status;
} CONTEXT, *PCONTEXT;

static NTSTATUS RegisterContext(PCONTEXT Context) {
  return IoSetCompletionRoutineEx(Context->Ext->Self, Context->Irp, Done, Context, TRUE, TRUE, TRUE);
}

NTSTATUS irpInAStructureWhenChecked(PCONTEXT Context) {
  NTSTATUS status = RegisterContext(Context);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Context->Ext->Lower, Context->Irp);
}

static VOID RegisterIntoContext(PCONTEXT Context) {
  Context->Status = IoSetCompletionRoutineEx(Context->Ext->Self, Context->Irp, Done, Context, TRUE, TRUE, TRUE);
}

NTSTATUS statusInAStructureWhenChecked(PCONTEXT Context) {
  RegisterIntoContext(Context);
  if (!NT_SUCCESS(Context->Status))
    return Context->Status;
  return IoCallDriver(Context->Ext->Lower, Context->Irp);
}

// --- Allocates and registers ---

static PIRP AllocateRegistered(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == NULL)
    return NULL;
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE))) {
    IoFreeIrp(irp);
    return NULL;
  }
  return irp;
}

NTSTATUS allocatedAndRegistered(PEXT Ext) {
  PIRP irp = AllocateRegistered(Ext);
  if (irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, irp);
}

static NTSTATUS AllocateInto(PEXT Ext, PIRP *Irp) {
  NTSTATUS status;
  *Irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (*Irp == NULL)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = IoSetCompletionRoutineEx(Ext->Self, *Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(*Irp);
    *Irp = NULL;
  }
  return status;
}

NTSTATUS allocatedInto(PEXT Ext) {
  PIRP irp;
  NTSTATUS status = AllocateInto(Ext, &irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, irp);
}

// --- A status that is translated on the way ---

static NTSTATUS RegisterTranslated(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return NT_SUCCESS(status) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

NTSTATUS translatedWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterTranslated(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

static int RegisterInverted(PEXT Ext, PIRP Irp) { return !NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)); }

NTSTATUS invertedWhenChecked(PEXT Ext, PIRP Irp) {
  if (RegisterInverted(Ext, Irp))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS invertedTestedTheWrongWayRound(PEXT Ext, PIRP Irp) {
  if (!RegisterInverted(Ext, Irp)) {
// CHECK-MESSAGES-DAG: :[[@LINE-1]]:8: warning: 'RegisterInverted' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
// CHECK-MESSAGES-DAG: :[[@LINE-2]]:8: warning: 'RegisterInverted' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- The helper prepares and registers: its failure may be either ---

static NTSTATUS PrepareAndRegister(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status))
    return status;
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

NTSTATUS preparedWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = PrepareAndRegister(Ext, Irp);
  if (!NT_SUCCESS(status))
    return HeaderComplete(Irp, status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS preparedUntested(PEXT Ext, PIRP Irp) {
  PrepareAndRegister(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'PrepareAndRegister' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

// Registers first, and then something fails: the leak is the helper's caller's, who cannot know.
static NTSTATUS RegisterAndPrepare(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return Prepare(Ext);
}

NTSTATUS registeredThenPrepared(PEXT Ext, PIRP Irp) {
  NTSTATUS status = RegisterAndPrepare(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'RegisterAndPrepare' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Registers, checks and sends; FALSE: the caller still has the IRP ---

static BOOLEAN TrySend(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
    return FALSE;
  IoCallDriver(Ext->Lower, Irp);
  return TRUE;
}

DRIVER_DISPATCH DispatchTrySend;
NTSTATUS DispatchTrySend(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!TrySend(ext, Irp))
    return HeaderComplete(Irp, STATUS_INSUFFICIENT_RESOURCES);
  return STATUS_PENDING;
}

DRIVER_DISPATCH DispatchTrySendForgets;
NTSTATUS DispatchTrySendForgets(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  if (!TrySend(ext, Irp))
// CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'TrySend' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
    return STATUS_INSUFFICIENT_RESOURCES;
  return STATUS_PENDING;
}

// --- A dispatch routine that is all helper ---

static NTSTATUS PassDown(PEXT Ext, PIRP Irp) {
  NTSTATUS status = HeaderSetDone(Ext, Irp);
  if (!NT_SUCCESS(status))
    return HeaderComplete(Irp, status);
  return IoCallDriver(Ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchPassDown;
NTSTATUS DispatchPassDown(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return PassDown((PEXT)DeviceObject->DeviceExtension, Irp);
}

static NTSTATUS PassDownForgets(PEXT Ext, PIRP Irp) {
  NTSTATUS status = HeaderSetDone(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'HeaderSetDone' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

DRIVER_DISPATCH DispatchPassDownForgets;
NTSTATUS DispatchPassDownForgets(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  return PassDownForgets((PEXT)DeviceObject->DeviceExtension, Irp);
}

// --- The send is a callback parameter of a helper: unknown ---

typedef NTSTATUS (*SENDER)(PEXT Ext, PIRP Irp);

static NTSTATUS SendWith(SENDER Sender, PEXT Ext, PIRP Irp) { return Sender(Ext, Irp); }

NTSTATUS sentByACallback(PEXT Ext, PIRP Irp, SENDER Sender) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return SendWith(Sender, Ext, Irp);
}

// --- Constant arguments choose the path in the helper ---

static NTSTATUS MaybeSend(PEXT Ext, PIRP Irp, BOOLEAN Send) {
  if (!Send)
    return STATUS_SUCCESS;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentLater(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  MaybeSend(Ext, Irp, FALSE);
  if (!NT_SUCCESS(status))
    return status;
  return MaybeSend(Ext, Irp, TRUE);
}

// --- The helper is never called with a registration ---

static NTSTATUS OnlyForOthers(PEXT Ext, PIRP Irp) { return IoCallDriver(Ext->Lower, Irp); }

NTSTATUS noRegistration(PEXT Ext, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  return OnlyForOthers(Ext, Irp);
}

// --- A helper of the test, two levels, by a macro ---

#define FAILED_(s) IsFailure(s)
static BOOLEAN IsFailure(NTSTATUS Status) {
  switch (Status) {
  case STATUS_SUCCESS:
  case STATUS_PENDING:
    return FALSE;
  default:
    return TRUE;
  }
}

NTSTATUS testedByASwitchInAHelper(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (FAILED_(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- A recovery in a helper that decides itself ---

static VOID RecoverIfFailed(PIRP Irp, NTSTATUS Status) {
  if (!NT_SUCCESS(Status))
    IoSkipCurrentIrpStackLocation(Irp);
}

NTSTATUS recoveredIfFailed(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  RecoverIfFailed(Irp, status);
  return IoCallDriver(Ext->Lower, Irp);
}
