// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20
//
// The leak in C++: a smart pointer that frees the IRP in its destructor does not send it.
#include "driver.h"

class IrpPtr {
public:
  explicit IrpPtr(PIRP Irp = nullptr) : m_Irp(Irp) {}
  IrpPtr(const IrpPtr &) = delete;
  IrpPtr(IrpPtr &&Other) : m_Irp(Other.release()) {}
  ~IrpPtr() {
    if (m_Irp)
      IoFreeIrp(m_Irp);
  }
  PIRP get() const { return m_Irp; }
  PIRP release() {
    PIRP irp = m_Irp;
    m_Irp = nullptr;
    return irp;
  }
  explicit operator bool() const { return m_Irp != nullptr; }

private:
  PIRP m_Irp;
};

NTSTATUS destructorFrees(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  status = Prepare(Ext);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, irp.release());
}

NTSTATUS destructorFreesWhatFailed(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = Prepare(Ext);
  if (!NT_SUCCESS(status))
    return status;
  status = IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, irp.release());
}

NTSTATUS releasedIntoAField(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  Ext->Irp = irp.release();
  return STATUS_SUCCESS;
}

IrpPtr returnedByValue(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return irp;
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE)))
    return IrpPtr();
  return irp;
}

void take(IrpPtr Irp);

NTSTATUS movedAway(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  take(static_cast<IrpPtr &&>(irp));
  return STATUS_PENDING;
}

class Request {
public:
  NTSTATUS start();
  NTSTATUS startInTheRightOrder();

private:
  PEXT Ext;
  PIRP Irp;
};

// An IRP in a field counts as handed on.
NTSTATUS Request::start() {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  status = Prepare(Ext);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS local(PEXT Ext, PIRP Irp) {
  if (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); !NT_SUCCESS(status))
// CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
    return status;
  if (NTSTATUS status = Prepare(Ext); !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS localInTheRightOrder(PEXT Ext, PIRP Irp) {
  if (NTSTATUS status = Prepare(Ext); !NT_SUCCESS(status))
    return status;
  if (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

void queueWork(void *Context, SIZE_T Size);
template <typename F> void defer(F Callback) { queueWork(&Callback, sizeof(Callback)); }

NTSTATUS capturedByALambda(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  defer([Ext, Irp] { IoCallDriver(Ext->Lower, Irp); });
  return STATUS_PENDING;
}

template <typename T> NTSTATUS inATemplate(T Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(status))
    return status;
  if (!NT_SUCCESS(Prepare(Ext)))
    return STATUS_UNSUCCESSFUL;
  return IoCallDriver(Ext->Lower, Irp);
}

template NTSTATUS inATemplate<PEXT>(PEXT, PIRP);
