// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20 -- -Wno-everything
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++2b -check-suffixes=,NEW -- -Wno-everything
//
// What is parsed and not evaluated neither registers nor tests: C++.
#include "driver.h"

namespace std {
class type_info;
}
typedef struct _GUID {
  unsigned long Data;
} GUID;
struct __declspec(uuid("00000000-0000-0000-c000-000000000046")) Known {};
Known &knownFor(NTSTATUS Status);

struct Plain {};
Plain &plainFor(NTSTATUS Status);
struct Shape {
  virtual void draw();
};
Shape &shapeFor(NTSTATUS Status);

// --- Nothing registers there ---

NTSTATUS namedInNoexcept(PEXT Ext, PIRP Irp) {
  (void)noexcept(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  (void)noexcept(NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) && Maybe());
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInDecltype(PEXT Ext, PIRP Irp) {
  decltype(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) status = 0;
  UNREFERENCED_PARAMETER(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInTypeid(PEXT Ext, PIRP Irp) {
  (void)typeid(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  (void)typeid(plainFor(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInUuidof(PEXT Ext, PIRP Irp) {
  (void)__uuidof(knownFor(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)));
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS namedInNoop(PEXT Ext, PIRP Irp) {
  __noop(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  __noop([=] { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); });
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS behindIfConstexpr(PEXT Ext, PIRP Irp) {
  if constexpr (sizeof(PVOID) == 1)
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

template <class T> NTSTATUS namedInATemplate(PEXT Ext, T *Irp) {
  (void)noexcept(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  __noop(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  return IoCallDriver(Ext->Lower, Irp);
}
template NTSTATUS namedInATemplate(PEXT, IRP *);

#if __cplusplus > 201703L
NTSTATUS namedInRequires(PEXT Ext, PIRP Irp) {
  (void)requires { IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); };
  return IoCallDriver(Ext->Lower, Irp);
}
#endif

// --- Twins ---

// The operand of typeid is evaluated when it may be of a derived class.
NTSTATUS happensInTypeid(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  (void)typeid(shapeFor(status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)));
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS happensInTypeidUntested(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  (void)typeid(shapeFor((status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), 0)));
// CHECK-MESSAGES: :[[@LINE-1]]:35: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

template <class T> NTSTATUS happensInATemplate(PEXT Ext, T *Irp) {
  (void)noexcept(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}
template NTSTATUS happensInATemplate(PEXT, IRP *);

// --- Nothing is tested there ---

NTSTATUS testedInNoexcept(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  (void)noexcept(NT_SUCCESS(status) && Maybe());
  (void)noexcept(NT_SUCCESS(status) ? 1 : 2);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedInTypeid(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  (void)typeid(NT_SUCCESS(status) && Maybe());
  return IoCallDriver(Ext->Lower, Irp);
}

#if __cplusplus > 202002L
NTSTATUS testedInAnAssumption(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES-NEW: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  [[assume(NT_SUCCESS(status) && status != 1)]];
  return IoCallDriver(Ext->Lower, Irp);
}
#endif

NTSTATUS testedInNoop(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  __noop([&] { return NT_SUCCESS(status); });
  return IoCallDriver(Ext->Lower, Irp);
}

// std::move and its like pass on what they are given.
namespace std {
template <class T> struct remove_reference {
  using type = T;
};
template <class T> struct remove_reference<T &> {
  using type = T;
};
template <class T> typename remove_reference<T>::type &&move(T &&X) noexcept {
  return static_cast<typename remove_reference<T>::type &&>(X);
}
} // namespace std

NTSTATUS testedAsItIsMoved(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(std::move(status)))
    return status;
  return IoCallDriver(Ext->Lower, std::move(Irp));
}

NTSTATUS movedUntested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NTSTATUS kept = std::move(status);
  UNREFERENCED_PARAMETER(kept);
  return IoCallDriver(Ext->Lower, std::move(Irp));
}

NTSTATUS testedAfterNoexcept(PEXT Ext, PIRP Irp) noexcept(noexcept(Work(Ext))) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  (void)noexcept(NT_SUCCESS(status) && Maybe());
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}
