// C++: what `new` holds, and variables that a condition declares.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes
#include "driver.h"

void *operator new(decltype(sizeof(0)) Size, POOL_TYPE Type);
void operator delete(void *Memory) noexcept;
void operator delete(void *Memory, decltype(sizeof(0)) Size) noexcept;

struct Request {
  PEXT Ext;
  ULONG Count;
};

NTSTATUS holdsAnObject(PEXT Ext, PIRP Irp) {
  Request *request = new (NonPagedPool) Request{Ext, 0};
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, request, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS holdsAnObject(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  Request *request = new (NonPagedPool) Request{Ext, 0};
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, request, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, request, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS createsItForTheCall(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, new (NonPagedPool) Request{Ext, 0}, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS createsItForTheCall(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, new (NonPagedPool) Request{Ext, 0}, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS deletedBefore(PEXT Ext, PIRP Irp) {
  Request *request = new (NonPagedPool) Request{Ext, 0};
  DbgPrint("%u\n", request->Count);
  delete request;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS deletedBefore(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  Request *request = new (NonPagedPool) Request{Ext, 0};
// CHECK-FIXES-NEXT:  DbgPrint("%u\n", request->Count);
// CHECK-FIXES-NEXT:  delete request;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS deletesInAnyCase(PEXT Ext, PIRP Irp, Request *Given) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  delete Given;
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS deletesInAnyCase(PEXT Ext, PIRP Irp, Request *Given) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  delete Given;
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS labelDeletes(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  Request *request = new (NonPagedPool) Request{Ext, 0};
  status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
Exit:
  delete request;
  return status;
}
// CHECK-MESSAGES: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS labelDeletes(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  Request *request = new (NonPagedPool) Request{Ext, 0};
// CHECK-FIXES-NEXT:  status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  delete request;
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS variableOfACondition(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  NTSTATUS status;
  if (!irp) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  if (NTSTATUS prepared = Prepare(Ext)) {
    status = prepared;
    goto Fail;
  }
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp);
Fail:
  IoFreeIrp(irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS variableOfACondition(PEXT Ext) {
// CHECK-FIXES-NEXT:  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (!irp) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (NTSTATUS prepared = Prepare(Ext)) {
// CHECK-FIXES-NEXT:    status = prepared;
// CHECK-FIXES-NEXT:    goto Fail;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Fail;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:Fail:
// CHECK-FIXES-NEXT:  IoFreeIrp(irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS variableOfAnInitStatement(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  if (auto prepared = Prepare(Ext); !NT_SUCCESS(prepared)) {
    status = prepared;
    goto Exit;
  }
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
Exit:
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS variableOfAnInitStatement(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (auto prepared = Prepare(Ext); !NT_SUCCESS(prepared)) {
// CHECK-FIXES-NEXT:    status = prepared;
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// Inside of the statement the name means another variable.
NTSTATUS hiddenByAnInitStatement(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  if (ULONG status = Ext->Count; status != 0) {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    return IoCallDriver(Ext->Lower, Irp);
  }
Exit:
  Work(Ext);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-7]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS hiddenByAnInitStatement(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = Prepare(Ext);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (ULONG status = Ext->Count; status != 0) {
// CHECK-FIXES-NEXT:    NTSTATUS ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- Objects that give back ---

class SpinGuard {
public:
  explicit SpinGuard(PKSPIN_LOCK Lock) : Lock(Lock) { KeAcquireSpinLock(Lock, &Irql); }
  ~SpinGuard() { KeReleaseSpinLock(Lock, Irql); }

private:
  PKSPIN_LOCK Lock;
  KIRQL Irql;
};

extern "C" DRIVER_DISPATCH UnderAGuard;
NTSTATUS UnderAGuard(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  {
    SpinGuard guard(&ext->Lock);
    IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  }
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS UnderAGuard(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:  {
// CHECK-FIXES-NEXT:    SpinGuard guard(&ext->Lock);
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

extern "C" DRIVER_DISPATCH BehindAGuard;
NTSTATUS BehindAGuard(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  {
    SpinGuard guard(&ext->Lock);
  }
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS BehindAGuard(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:  {
// CHECK-FIXES-NEXT:    SpinGuard guard(&ext->Lock);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}
