// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Pairs and structured bindings.
#include "driver.h"
namespace std { template <class A, class B> struct pair { A first; B second; };
template <class A, class B> pair<A, B> make_pair(A a, B b) { return pair<A, B>{a, b}; } }
NTSTATUS A(PEXT Ext, PIRP Irp) {
  auto [s, i] = std::make_pair(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), Irp);
  if (!NT_SUCCESS(s)) return s;
  return IoCallDriver(Ext->Lower, i);
}
static std::pair<NTSTATUS, PIRP> MakeIrp(PEXT Ext) {
  PIRP irp = IoAllocateIrp(3, FALSE);
  if (!irp) return {STATUS_INSUFFICIENT_RESOURCES, nullptr};
  NTSTATUS s = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
  return {s, irp};
}
NTSTATUS B(PEXT Ext) {
  auto [s, irp] = MakeIrp(Ext);
// CHECK-MESSAGES: :[[@LINE-1]]:19: warning: result of 'MakeIrp' is never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (!irp) return 1;
  return IoCallDriver(Ext->Lower, irp);
}
