// C++: methods, lambdas, templates, jumps past initialisers.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes -std=c++17,c++20
#include "driver.h"

// --- Where a variable may be declared ---

NTSTATUS amongTheStatements(PEXT Ext, PIRP Irp) {
  Work(Ext);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS amongTheStatements(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS inTheOldWay(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT lower;
  lower = Ext->Lower;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inTheOldWay(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  PDEVICE_OBJECT lower;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  lower = Ext->Lower;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(lower, Irp);
// CHECK-FIXES-NEXT:}

// A jump must not pass the initialiser.
NTSTATUS aLabelFollows(PEXT Ext, PIRP Irp) {
  if (Maybe())
    goto Send;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
Send:
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS aLabelFollows(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  if (Maybe())
// CHECK-FIXES-NEXT:    goto Send;
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:Send:
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS aCaseFollows(PEXT Ext, PIRP Irp, ULONG Kind) {
  switch (Kind) {
  case 0:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    break;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    break;
  }
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-8]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS aCaseFollows(PEXT Ext, PIRP Irp, ULONG Kind) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  switch (Kind) {
// CHECK-FIXES-NEXT:  case 0:
// CHECK-FIXES-NEXT:    IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  default:
// CHECK-FIXES-NEXT:    IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// goto Exit would pass the initialiser of lower, so the guard returns.
NTSTATUS gotoPastAnInitialiser(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  PDEVICE_OBJECT lower = Ext->Lower;
  status = IoCallDriver(lower, Irp);
  if (!NT_SUCCESS(status)) {
    goto Exit;
  }
  Work(Ext);
Exit:
  return status;
}
// CHECK-MESSAGES: :[[@LINE-10]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS gotoPastAnInitialiser(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  PDEVICE_OBJECT lower = Ext->Lower;
// CHECK-FIXES-NEXT:  status = IoCallDriver(lower, Irp);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto Exit;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  Work(Ext);
// CHECK-FIXES-NEXT:Exit:
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- Spellings ---

NTSTATUS spelledGlobal(PEXT Ext, PIRP Irp) {
  ::IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS spelledGlobal(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = ::IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS staticCast(PEXT Ext, PIRP Irp) {
  static_cast<void>(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:21: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS staticCast(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS functionalCast(PEXT Ext, PIRP Irp) {
  void(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:8: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS functionalCast(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS automatic(PEXT Ext, PIRP Irp) {
  auto status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:17: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS automatic(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  auto status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

NTSTATUS listInitialised(PEXT Ext, PIRP Irp) {
  NTSTATUS status{IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)};
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-4]]:19: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS listInitialised(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status{IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)};
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

bool returnsBool(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp) == STATUS_PENDING;
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:bool returnsBool(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp) == STATUS_PENDING;
// CHECK-FIXES-NEXT:}

NTSTATUS initStatement(PEXT Ext, PIRP Irp) {
  if (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); Maybe()) {
    DbgPrint("%x\n", status);
  }
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-5]]:25: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS initStatement(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  if (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); Maybe()) {
// CHECK-FIXES-NEXT:    DbgPrint("%x\n", status);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- Methods ---

struct Device {
  PDEVICE_OBJECT Self;
  PDEVICE_OBJECT Lower;
  NTSTATUS status;

  NTSTATUS method(PIRP Irp) {
    IoSetCompletionRoutineEx(Self, Irp, Done, this, TRUE, TRUE, TRUE);
    return IoCallDriver(Lower, Irp);
  }

  static NTSTATUS dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
    auto *device = static_cast<Device *>(DeviceObject->DeviceExtension);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(device->Self, Irp, Done, device, TRUE, TRUE, TRUE);
    return IoCallDriver(device->Lower, Irp);
  }

  // A constructor has nobody to tell.
  Device(PDEVICE_OBJECT Self, PDEVICE_OBJECT Lower, PIRP Irp) : Self(Self), Lower(Lower), status(0) {
    IoSetCompletionRoutineEx(Self, Irp, Done, this, TRUE, TRUE, TRUE);
    IoCallDriver(Lower, Irp);
  }
};
// CHECK-MESSAGES: :[[@LINE-17]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-11]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:struct Device {
// CHECK-FIXES-NEXT:  PDEVICE_OBJECT Self;
// CHECK-FIXES-NEXT:  PDEVICE_OBJECT Lower;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  NTSTATUS method(PIRP Irp) {
// CHECK-FIXES-NEXT:    NTSTATUS ntStatus = IoSetCompletionRoutineEx(Self, Irp, Done, this, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:      return ntStatus;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  static NTSTATUS dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:    auto *device = static_cast<Device *>(DeviceObject->DeviceExtension);
// CHECK-FIXES-NEXT:    IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:    NTSTATUS ntStatus = IoSetCompletionRoutineEx(device->Self, Irp, Done, device, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:      Irp->IoStatus.Status = ntStatus;
// CHECK-FIXES-NEXT:      Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:      IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:      return ntStatus;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(device->Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:  // A constructor has nobody to tell.
// CHECK-FIXES-NEXT:  Device(PDEVICE_OBJECT Self, PDEVICE_OBJECT Lower, PIRP Irp) : Self(Self), Lower(Lower), status(0) {
// CHECK-FIXES-NEXT:    NTSTATUS ntStatus = IoSetCompletionRoutineEx(Self, Irp, Done, this, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, this, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    IoCallDriver(Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:};

// --- Lambdas ---

// What the lambda returns says nothing of the IRP that it has captured.
NTSTATUS inALambda(PEXT Ext, PIRP Irp) {
  auto send = [Ext, Irp] {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    return IoCallDriver(Ext->Lower, Irp);
  };
  return send();
}
// CHECK-MESSAGES: :[[@LINE-5]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS inALambda(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  auto send = [Ext, Irp] {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  };
// CHECK-FIXES-NEXT:  return send();
// CHECK-FIXES-NEXT:}

NTSTATUS allocatedInALambda(PEXT Ext) {
  auto send = [Ext]() -> NTSTATUS {
    PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
    if (irp == nullptr)
      return STATUS_INSUFFICIENT_RESOURCES;
    IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
    return IoCallDriver(Ext->Lower, irp);
  };
  return send();
}
// CHECK-MESSAGES: :[[@LINE-5]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS allocatedInALambda(PEXT Ext) {
// CHECK-FIXES-NEXT:  auto send = [Ext]() -> NTSTATUS {
// CHECK-FIXES-NEXT:    PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
// CHECK-FIXES-NEXT:    if (irp == nullptr)
// CHECK-FIXES-NEXT:      return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoFreeIrp(irp);
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:  };
// CHECK-FIXES-NEXT:  return send();
// CHECK-FIXES-NEXT:}

NTSTATUS besideALambda(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  auto trace = [&status] { DbgPrint("%x\n", status); };
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  trace();
  return status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS besideALambda(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  auto trace = [&status] { DbgPrint("%x\n", status); };
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  trace();
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// --- Templates: one fix, in the pattern ---

template <typename Extension> NTSTATUS pattern(Extension *Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:template <typename Extension> NTSTATUS pattern(Extension *Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

struct OtherExt {
  PDEVICE_OBJECT Self;
  PDEVICE_OBJECT Lower;
};

NTSTATUS instantiate(PEXT Ext, OtherExt *Other, PIRP Irp) {
  return Maybe() ? pattern(Ext, Irp) : pattern(Other, Irp);
}

// What the result means is the template argument's.
template <typename Result> Result anyResult(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return Result(IoCallDriver(Ext->Lower, Irp));
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:template <typename Result> Result anyResult(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return Result(IoCallDriver(Ext->Lower, Irp));
// CHECK-FIXES-NEXT:}

LONG instantiateResult(PEXT Ext, PIRP Irp) { return anyResult<LONG>(Ext, Irp); }

// --- A smart pointer frees the IRP ---

struct IrpPtr {
  PIRP Irp;
  explicit IrpPtr(PIRP Irp) : Irp(Irp) {}
  ~IrpPtr() {
    if (Irp)
      IoFreeIrp(Irp);
  }
  PIRP get() const { return Irp; }
  PIRP release() {
    PIRP irp = Irp;
    Irp = nullptr;
    return irp;
  }
};

NTSTATUS smartPointer(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(Ext->Lower->StackSize, FALSE));
  IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, irp.release());
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS smartPointer(PEXT Ext) {
// CHECK-FIXES-NEXT:  IrpPtr irp(IoAllocateIrp(Ext->Lower->StackSize, FALSE));
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(irp.get(), Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, irp.release());
// CHECK-FIXES-NEXT:}

// --- A declaration that is the body of an `if` ---

NTSTATUS declaredInABody(PEXT Ext, PIRP Irp, bool Wanted) {
  NTSTATUS result;
  if (Wanted)
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  result = IoCallDriver(Ext->Lower, Irp);
  return result;
}
// CHECK-MESSAGES: :[[@LINE-4]]:23: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS declaredInABody(PEXT Ext, PIRP Irp, bool Wanted) {
// CHECK-FIXES-NEXT:  NTSTATUS result;
// CHECK-FIXES-NEXT:  if (Wanted) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  result = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  return result;
// CHECK-FIXES-NEXT:}
