// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20
//
// Templates: judged in their instantiations, reported once.
#include "driver.h"

template <typename T> NTSTATUS instantiatedTwice(T Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

template <typename T> NTSTATUS instantiatedTwiceWhenChecked(T Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

struct OTHER_EXT {
  PDEVICE_OBJECT Self;
  PDEVICE_OBJECT Lower;
};

NTSTATUS instantiate(PEXT Ext, OTHER_EXT *Other, PIRP Irp) {
  if (Maybe())
    return instantiatedTwice(Ext, Irp);
  if (Maybe())
    return instantiatedTwiceWhenChecked(Other, Irp);
  if (Maybe())
    return instantiatedTwiceWhenChecked(Ext, Irp);
  return instantiatedTwice(Other, Irp);
}

// Nothing depends on the parameter.
template <int N> NTSTATUS nothingDependent(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  for (int i = 0; i < N; i++)
    Work(Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

template NTSTATUS nothingDependent<1>(PEXT, PIRP);
template NTSTATUS nothingDependent<2>(PEXT, PIRP);

// if constexpr: only the instantiation knows.
template <bool Careful> NTSTATUS onlyWhenCareful(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if constexpr (Careful) {
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

template NTSTATUS onlyWhenCareful<true>(PEXT, PIRP);
template NTSTATUS onlyWhenCareful<false>(PEXT, PIRP);

template <bool Careful> NTSTATUS alwaysCareful(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if constexpr (Careful) {
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

template NTSTATUS alwaysCareful<true>(PEXT, PIRP);

NTSTATUS ifConstexpr(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if constexpr (sizeof(PVOID) == 8) {
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ifConstexprSwitchesItOff(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if constexpr (sizeof(PVOID) == 4) {
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

// A class template.
template <typename Traits> class Sender {
public:
  NTSTATUS send(PEXT Ext, PIRP Irp) {
    (void)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:11: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return IoCallDriver(Ext->Lower, Irp);
  }
  NTSTATUS sendWhenChecked(PEXT Ext, PIRP Irp) {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Traits::routine(), Ext, TRUE, TRUE, TRUE);
    return NT_SUCCESS(status) ? IoCallDriver(Ext->Lower, Irp) : status;
  }
  static NTSTATUS sendStatic(PEXT Ext, PIRP Irp) {
    auto status = IoSetCompletionRoutineEx(Ext->Self, Irp, Traits::routine(), Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:19: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    status = IoCallDriver(Ext->Lower, Irp);
    return status;
  }
};

struct TraitsA {
  static PIO_COMPLETION_ROUTINE routine() { return Done; }
};
struct TraitsB {
  static PIO_COMPLETION_ROUTINE routine() { return nullptr; }
};

NTSTATUS senders(PEXT Ext, PIRP Irp) {
  Sender<TraitsA> a;
  Sender<TraitsB> b;
  switch (Number()) {
  case 0:
    return a.send(Ext, Irp);
  case 1:
    return b.send(Ext, Irp);
  case 2:
    return a.sendWhenChecked(Ext, Irp);
  case 3:
    return b.sendWhenChecked(Ext, Irp);
  case 4:
    return Sender<TraitsA>::sendStatic(Ext, Irp);
  default:
    return Sender<TraitsB>::sendStatic(Ext, Irp);
  }
}

// A predicate that is a template.
template <typename S> bool ok(S Status) { return Status >= 0; }

NTSTATUS byTemplatePredicate(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!ok(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// A lambda inside a template.
template <typename T> NTSTATUS lambdaInATemplate(T Ext, PIRP Irp) {
  auto send = [&] {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return IoCallDriver(Ext->Lower, Irp);
  };
  return send();
}

template NTSTATUS lambdaInATemplate<PEXT>(PEXT, PIRP);
template NTSTATUS lambdaInATemplate<OTHER_EXT *>(OTHER_EXT *, PIRP);
