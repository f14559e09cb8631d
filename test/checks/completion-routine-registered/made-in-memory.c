// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// An IRP that is made into memory that outlives the function is where others
// find it: they send it, now or later. It makes no difference who registers,
// and how many helpers lie in between. (The twins keep it to themselves.)
#include "driver.h"

static VOID Register(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
}

static VOID RegisterKept(PEXT Ext) { Register(Ext, Ext->Irp); }
static VOID RegisterDeep(PEXT Ext) { RegisterKept(Ext); }

static VOID RegisterElement(PEXT Ext, ULONG Index) {
  Register(Ext, Ext->Irps[Index]);
}

static NTSTATUS TryToRegister(PEXT Ext) {
  return IoSetCompletionRoutineEx(Ext->Self, Ext->Irp, Done, Ext, TRUE, TRUE, TRUE);
}

// --- Through a helper that reads the field ---

NTSTATUS inAField(PEXT Ext) {
  Ext->Irp = IoAllocateIrp(1, FALSE);
  if (!Ext->Irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  RegisterKept(Ext);
  return STATUS_SUCCESS;
}

NTSTATUS inAFieldDeeper(PEXT Ext) {
  Ext->Irp = IoAllocateIrp(1, FALSE);
  if (!Ext->Irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  RegisterDeep(Ext);
  return STATUS_SUCCESS;
}

NTSTATUS byALocalFirst(PEXT Ext) {
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  Ext->Irp = irp;
  Register(Ext, irp);
  return STATUS_SUCCESS;
}

NTSTATUS storedAfterwards(PEXT Ext) {
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  Register(Ext, irp);
  Ext->Irp = irp;
  return STATUS_SUCCESS;
}

NTSTATUS itsStatusIsTested(PEXT Ext) {
  NTSTATUS status;
  Ext->Irp = IoAllocateIrp(1, FALSE);
  if (!Ext->Irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  status = TryToRegister(Ext);
  if (!NT_SUCCESS(status)) {
    IoFreeIrp(Ext->Irp);
    Ext->Irp = NULL;
  }
  return status;
}

NTSTATUS itsStatusIsPassedOn(PEXT Ext) {
  Ext->Irp = IoAllocateIrp(1, FALSE);
  if (!Ext->Irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  return TryToRegister(Ext);
}

// --- Elements, globals, what a caller points to ---

NTSTATUS inAnArray(PEXT Ext) {
  ULONG i;
  for (i = 0; i < 8; i++) {
    Ext->Irps[i] = IoAllocateIrp(1, FALSE);
    if (!Ext->Irps[i])
      return STATUS_INSUFFICIENT_RESOURCES;
    RegisterElement(Ext, i);
  }
  return STATUS_SUCCESS;
}

static PIRP TheIrp;

NTSTATUS inAGlobal(PEXT Ext) {
  TheIrp = IoAllocateIrp(1, FALSE);
  if (!TheIrp)
    return STATUS_INSUFFICIENT_RESOURCES;
  Register(Ext, TheIrp);
  return STATUS_SUCCESS;
}

NTSTATUS whereTheCallerWantsIt(PEXT Ext, PIRP *Out) {
  *Out = IoAllocateIrp(1, FALSE);
  if (!*Out)
    return STATUS_INSUFFICIENT_RESOURCES;
  Register(Ext, *Out);
  return STATUS_SUCCESS;
}

typedef struct _REQUEST {
  PEXT Ext;
  struct {
    PIRP Irp;
  } Inner;
} REQUEST, *PREQUEST;

static VOID RegisterRequest(PREQUEST R) { Register(R->Ext, R->Inner.Irp); }

NTSTATUS inANestedField(PREQUEST R) {
  R->Inner.Irp = IoAllocateIrp(1, FALSE);
  if (!R->Inner.Irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  RegisterRequest(R);
  return STATUS_SUCCESS;
}

#define SET_DONE(Ext)                                                                              \
  do {                                                                                             \
    RegisterKept(Ext);                                                                             \
  } while (0)

NTSTATUS byAMacro(PEXT Ext) {
  Ext->Irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, Ext->Lower, NULL, 0, NULL, NULL);
  if (!Ext->Irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  SET_DONE(Ext);
  return STATUS_SUCCESS;
}

// --- Twins: nobody else knows the IRP, or it is ended here ---

NTSTATUS inALocal(PEXT Ext) {
  PIRP irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  Register(Ext, irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'Register' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  return STATUS_SUCCESS;
}

NTSTATUS inALocalStructure(PEXT Ext) {
  REQUEST r;
  r.Ext = Ext;
  r.Inner.Irp = IoAllocateIrp(1, FALSE);
  if (!r.Inner.Irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  RegisterRequest(&r);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'RegisterRequest' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  return STATUS_SUCCESS;
}

NTSTATUS storedAndFreed(PEXT Ext) {
  Ext->Irp = IoAllocateIrp(1, FALSE);
  if (!Ext->Irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  RegisterKept(Ext);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'RegisterKept' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (Maybe()) {
    IoFreeIrp(Ext->Irp);
    return STATUS_UNSUCCESSFUL;
  }
  return STATUS_SUCCESS;
}

// Stored, but the status is lost: that is wrong wherever the IRP is.
VOID storedAndForgotten(PEXT Ext) {
  Ext->Irp = IoAllocateIrp(1, FALSE);
  if (!Ext->Irp)
    return;
  TryToRegister(Ext);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'TryToRegister' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
}

// --- A dispatch routine that keeps its IRP ---

DRIVER_DISPATCH keepsItsIrp;
NTSTATUS keepsItsIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  IoMarkIrpPending(Irp);
  ext->Irp = Irp;
  RegisterKept(ext);
  KeSetEvent(&ext->Event, 0, FALSE);
  return STATUS_PENDING;
}
