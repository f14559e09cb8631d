// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A context that holds the IRP is freed.
#include "driver.h"
typedef struct { PIRP Irp; } CTX, *PCTX;
NTSTATUS D11(PEXT e, PIRP Irp) {
  PCTX c = ExAllocatePoolWithTag(0, sizeof *c, 2);
  NTSTATUS s;
  if (!c) return 1;
  c->Irp = Irp;
  s = IoSetCompletionRoutineEx(e->Self, Irp, Done, c, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'IoSetCompletionRoutineEx' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
  if (!NT_SUCCESS(s)) { ExFreePool(c); return s; }
  s = Prepare(e);
  if (!NT_SUCCESS(s)) { ExFreePool(c); return s; }
  return IoCallDriver(e->Lower, Irp);
}
