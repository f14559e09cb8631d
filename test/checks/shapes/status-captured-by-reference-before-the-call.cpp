// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Guards and lambdas that hold a reference to the status.
#include "driver.h"
template <class F> struct G1 { F f; explicit G1(F g) : f(g) {} ~G1() { f(); } };
NTSTATUS M2(PEXT Ext, PIRP Irp) {
  NTSTATUS s = 0;
  auto send = [&] { if (NT_SUCCESS(s)) IoCallDriver(Ext->Lower, Irp); };
  s = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  send();
  return s;
}
NTSTATUS M1(PEXT Ext, PIRP Irp) {
  NTSTATUS s = 0;
  G1 send([&] { if (NT_SUCCESS(s)) IoCallDriver(Ext->Lower, Irp); });
  s = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return s;
}
struct G2 { NTSTATUS &s; PEXT e; PIRP i; ~G2() { if (NT_SUCCESS(s)) IoCallDriver(e->Lower, i); } };
NTSTATUS M4(PEXT Ext, PIRP Irp) {
  NTSTATUS s = 0;
  G2 g{s, Ext, Irp};
  s = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return s;
}
struct G4 { NTSTATUS *s; PEXT e; PIRP i; ~G4() { if (NT_SUCCESS(*s)) IoCallDriver(e->Lower, i); } };
NTSTATUS M6(PEXT Ext, PIRP Irp) {
  NTSTATUS s = 0;
  G4 g{&s, Ext, Irp};
  s = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return s;
}
DRIVER_DISPATCH M9;
NTSTATUS M9(PDEVICE_OBJECT D, PIRP Irp) {
  PEXT Ext = (PEXT)D->DeviceExtension;
  NTSTATUS s = 0;
  G1 fail([&] { if (!NT_SUCCESS(s)) { Irp->IoStatus.Status = s; IoCompleteRequest(Irp, 0); } });
  s = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(s))
    return s;
  return IoCallDriver(Ext->Lower, Irp);
}
