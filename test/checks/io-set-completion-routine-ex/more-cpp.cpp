// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20
//
// More C++: scope guards, captures, conversions.
#include "driver.h"

template <typename F> class ScopeGuard {
public:
  explicit ScopeGuard(F Function) : m_Function(Function) {}
  ScopeGuard(ScopeGuard &&) = delete;
  ~ScopeGuard() {
    if (m_Armed)
      m_Function();
  }
  void dismiss() { m_Armed = false; }

private:
  F m_Function;
  bool m_Armed = true;
};

NTSTATUS guardReleases(PEXT Ext, PIRP Irp) {
  ScopeGuard guard([&] { IoReleaseRemoveLock(&Ext->RemoveLock, Irp); });
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  guard.dismiss();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS guardReleasesUntested(PEXT Ext, PIRP Irp) {
  ScopeGuard guard([&] { IoReleaseRemoveLock(&Ext->RemoveLock, Irp); });
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  guard.dismiss();
  return IoCallDriver(Ext->Lower, Irp);
}

extern "C" DRIVER_DISPATCH DispatchGuarded;

// The guard completes what was not sent.
NTSTATUS DispatchGuarded(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  auto *ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  NTSTATUS status = STATUS_SUCCESS;
  ScopeGuard guard([&] {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  });
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  guard.dismiss();
  return IoCallDriver(ext->Lower, Irp);
}

NTSTATUS testedInALambda(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  auto failed = [&] { return !NT_SUCCESS(status); };
  if (failed())
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS constReference(PEXT Ext, PIRP Irp) {
  const NTSTATUS &status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS constReferenceUntested(PEXT Ext, PIRP Irp) {
  const NTSTATUS &status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:28: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}

class IrpHolder {
public:
  explicit IrpHolder(PIRP Irp) : m_Irp(Irp) {}
  operator PIRP() const { return m_Irp; }
  PIRP operator->() const { return m_Irp; }

private:
  PIRP m_Irp;
};

NTSTATUS implicitConversion(PEXT Ext, PIRP Irp) {
  IrpHolder holder(Irp);
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, holder, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, holder);
}

NTSTATUS implicitConversionDiscarded(PEXT Ext, PIRP Irp) {
  IrpHolder holder(Irp);
  IoSetCompletionRoutineEx(Ext->Self, holder, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, holder);
}

NTSTATUS initialisedInASwitch(PEXT Ext, PIRP Irp) {
  switch (const int ok = NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)); ok) {
  case 1:
    return IoCallDriver(Ext->Lower, Irp);
  default:
    return STATUS_INSUFFICIENT_RESOURCES;
  }
}

NTSTATUS inAForRange(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  const BOOLEAN choices[] = {TRUE, FALSE};
  for (BOOLEAN onError : choices) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, onError, TRUE);
    if (NT_SUCCESS(status))
      break;
  }
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

enum class [[nodiscard]] Result { Ok, NoMemory };

static Result toResult(NTSTATUS Status) { return NT_SUCCESS(Status) ? Result::Ok : Result::NoMemory; }

NTSTATUS ownResultType(PEXT Ext, PIRP Irp) {
  const Result result = toResult(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  if (result != Result::Ok)
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ownResultTypeInASwitch(PEXT Ext, PIRP Irp) {
  switch (toResult(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) {
  case Result::Ok:
    return IoCallDriver(Ext->Lower, Irp);
  case Result::NoMemory:
    break;
  }
  return STATUS_INSUFFICIENT_RESOURCES;
}

// noexcept, inline, constexpr and a trailing return type change nothing.
inline auto trailingReturnType(PEXT Ext, PIRP Irp) noexcept -> NTSTATUS {
  (void)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:9: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

// Both branches of a constexpr if, in one function template.
template <bool Power> NTSTATUS sendBy(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  if constexpr (Power)
    return PoCallDriver(Ext->Lower, Irp);
  else
    return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byTemplate(PEXT Ext, PIRP Irp) {
  return Maybe() ? sendBy<true>(Ext, Irp) : sendBy<false>(Ext, Irp);
}

// A member function template, an operator, a conversion function.
struct Sender {
  PEXT Ext;
  template <typename T> NTSTATUS send(T Irp) {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return IoCallDriver(Ext->Lower, Irp);
  }
  NTSTATUS operator<<(PIRP Irp) {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    Ext->Count++;
    return IoCallDriver(Ext->Lower, Irp);
  }
  NTSTATUS operator>>(PIRP Irp) {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (status < 0)
      return status;
    return IoCallDriver(Ext->Lower, Irp);
  }
};

NTSTATUS sender(PEXT Ext, PIRP Irp) {
  Sender sender{Ext};
  return Maybe() ? sender.send(Irp) : Maybe() ? sender << Irp : sender >> Irp;
}
