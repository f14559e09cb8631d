// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A helper that registers only when it is told to.
#include "driver.h"
static NTSTATUS RegIf(PEXT e, PIRP i, BOOLEAN want) {
  if (want) return IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE);
  IoSkipCurrentIrpStackLocation(i);
  return STATUS_SUCCESS;
}
NTSTATUS E19(PEXT e, PIRP i) { RegIf(e, i, FALSE); return IoCallDriver(e->Lower, i); }
NTSTATUS E21(PEXT e, PIRP i, BOOLEAN w) {
  NTSTATUS s = RegIf(e, i, w);
  if (w && !NT_SUCCESS(s)) return s;
  return IoCallDriver(e->Lower, i);
}
