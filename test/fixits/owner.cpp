// Objects that take the IRP, or a lock: nothing is ended that they end, or under them.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -std=c++17,c++20
#include "driver.h"

struct Completer {
  PIRP Irp;
  explicit Completer(PIRP Irp) : Irp(Irp) {}
  ~Completer() {
    if (Irp)
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
};

struct Owner {
  PIRP Irp;
  explicit Owner(PIRP Irp) : Irp(Irp) {}
  ~Owner() {
    if (Irp)
      IoFreeIrp(Irp);
  }
};

struct Unseen {
  explicit Unseen(PIRP Irp);
  ~Unseen();
};

struct RemoveLockHolder {
  PIO_REMOVE_LOCK Lock;
  PIRP Tag;
  RemoveLockHolder(PIO_REMOVE_LOCK Lock, PIRP Tag) : Lock(Lock), Tag(Tag) {}
  ~RemoveLockHolder() { IoReleaseRemoveLock(Lock, Tag); }
};

struct SpinHolder {
  PKSPIN_LOCK Lock;
  KIRQL Irql;
  explicit SpinHolder(PKSPIN_LOCK Lock) : Lock(Lock) { Irql = KeAcquireSpinLockRaiseToDpc(Lock); }
  ~SpinHolder() { KeReleaseSpinLock(Lock, Irql); }
};

struct Plain {
  PIRP Irp;
  ~Plain() {
    if (Irp)
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
};

struct Trivial {
  PIRP Irp;
};

extern "C" {
DRIVER_DISPATCH InAnAggregate;
DRIVER_DISPATCH InATrivialAggregate;
DRIVER_DISPATCH CompletedByAnObject;
DRIVER_DISPATCH SeenByAnObject;
DRIVER_DISPATCH TagOfAnObject;
DRIVER_DISPATCH UnderASpinLock;
DRIVER_DISPATCH BehindASpinLock;
DRIVER_DISPATCH HasALambda;
}

NTSTATUS NTAPI CompletedByAnObject(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  Completer completer(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  completer.Irp = nullptr;
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS NTAPI CompletedByAnObject(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:  Completer completer(Irp);
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  completer.Irp = nullptr;
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS NTAPI SeenByAnObject(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  Unseen unseen{Irp};
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS NTAPI SeenByAnObject(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:  Unseen unseen{Irp};
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS NTAPI InAnAggregate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  Plain plain{};
  plain.Irp = Irp;
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  plain.Irp = nullptr;
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS NTAPI InAnAggregate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:  Plain plain{};
// CHECK-FIXES-NEXT:  plain.Irp = Irp;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  plain.Irp = nullptr;
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS NTAPI InATrivialAggregate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  Trivial trivial{Irp};
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, trivial.Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS NTAPI InATrivialAggregate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:  Trivial trivial{Irp};
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, trivial.Irp);
// CHECK-FIXES-NEXT:}

// The lock only compares its tag.
NTSTATUS NTAPI TagOfAnObject(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  RemoveLockHolder holder(&ext->RemoveLock, Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS NTAPI TagOfAnObject(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:  RemoveLockHolder holder(&ext->RemoveLock, Irp);
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS freedByAnObject(PEXT Ext) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  if (irp == nullptr)
    return STATUS_INSUFFICIENT_RESOURCES;
  Owner own(irp);
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  own.Irp = nullptr;
  return IoCallDriver(Ext->Lower, irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS freedByAnObject(PEXT Ext) {
// CHECK-FIXES-NEXT:  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:  if (irp == nullptr)
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  Owner own(irp);
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  own.Irp = nullptr;
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:}

NTSTATUS NTAPI UnderASpinLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  {
    SpinHolder holder(&ext->Lock);
    IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  }
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS NTAPI UnderASpinLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:  {
// CHECK-FIXES-NEXT:    SpinHolder holder(&ext->Lock);
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS NTAPI BehindASpinLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  {
    SpinHolder holder(&ext->Lock);
    Work(ext);
  }
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS NTAPI BehindASpinLock(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:  {
// CHECK-FIXES-NEXT:    SpinHolder holder(&ext->Lock);
// CHECK-FIXES-NEXT:    Work(ext);
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

NTSTATUS NTAPI HasALambda(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  auto send = [&] {
    IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
    IoCallDriver(ext->Lower, Irp);
  };
  send();
  return STATUS_PENDING;
}
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS NTAPI HasALambda(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:  auto send = [&] {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  };
// CHECK-FIXES-NEXT:  send();
// CHECK-FIXES-NEXT:  return STATUS_PENDING;
// CHECK-FIXES-NEXT:}
