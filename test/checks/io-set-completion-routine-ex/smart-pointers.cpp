// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20
//
// Smart pointers that own an IRP: get() and release() give the same one.
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
  PIRP operator->() const { return m_Irp; }
  PIRP release() {
    PIRP irp = m_Irp;
    m_Irp = nullptr;
    return irp;
  }
  void reset(PIRP Irp = nullptr) {
    if (m_Irp)
      IoFreeIrp(m_Irp);
    m_Irp = Irp;
  }
  explicit operator bool() const { return m_Irp != nullptr; }

private:
  PIRP m_Irp;
};

NTSTATUS released(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, irp.release());
}

NTSTATUS releasedWhenChecked(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status; // the destructor frees it, and nothing was registered
  return IoCallDriver(Ext->Lower, irp.release());
}

NTSTATUS gotTwice(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, irp.get());
  irp.release();
  return status;
}

NTSTATUS rawBefore(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  PIRP raw = irp.get();
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, raw, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, irp.release());
  return status;
}

NTSTATUS rawBeforeWhenChecked(PEXT Ext) {
  IrpPtr irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  PIRP raw = irp.get();
  if (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, raw, Done, Ext, TRUE, TRUE, TRUE); !NT_SUCCESS(status))
    return status;
  irp.release();
  return IoCallDriver(Ext->Lower, raw);
}

NTSTATUS twoPointers(PEXT Ext) {
  IrpPtr first(IoAllocateIrp(1, FALSE));
  IrpPtr second(IoAllocateIrp(1, FALSE));
  if (!first || !second)
    return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, first.get(), Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, second.release());
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, first.release());
}

template <typename T, typename Deleter> class UniquePtr {
public:
  explicit UniquePtr(T *P) : m_P(P) {}
  UniquePtr(const UniquePtr &) = delete;
  ~UniquePtr() {
    if (m_P)
      Deleter()(m_P);
  }
  T *get() const { return m_P; }
  T *release() {
    T *p = m_P;
    m_P = nullptr;
    return p;
  }
  explicit operator bool() const { return m_P != nullptr; }

private:
  T *m_P;
};

struct FreeIrp {
  void operator()(PIRP Irp) const { IoFreeIrp(Irp); }
};

NTSTATUS uniqueReleased(PEXT Ext) {
  UniquePtr<IRP, FreeIrp> irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%x\n", status);
  return IoCallDriver(Ext->Lower, irp.release());
}

NTSTATUS uniqueReleasedWhenChecked(PEXT Ext) {
  UniquePtr<IRP, FreeIrp> irp(IoAllocateIrp(1, FALSE));
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp.get(), Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, irp.release());
}
