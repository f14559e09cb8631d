// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Known misses that are limits of cost: what lies behind them is not looked at.
#include "driver.h"

// The IRP is sent by a helper of a helper, and so on, 14 deep. Calls are followed about ten deep.
#define LEVEL(this, next)                                                                          \
  static NTSTATUS this(PEXT Ext, PIRP Irp) { return next(Ext, Irp); }

static NTSTATUS L0(PEXT Ext, PIRP Irp) { return IoCallDriver(Ext->Lower, Irp); }
LEVEL(L1, L0)
LEVEL(L2, L1)
LEVEL(L3, L2)
LEVEL(L4, L3)
LEVEL(L5, L4)
LEVEL(L6, L5)
LEVEL(L7, L6)
LEVEL(L8, L7)
LEVEL(L9, L8)
LEVEL(L10, L9)
LEVEL(L11, L10)
LEVEL(L12, L11)
LEVEL(L13, L12)

NTSTATUS sentFarBelow(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // MISSED: wdm-io-set-completion-routine-ex
  NTSTATUS sent = L13(Ext, Irp);
  return NT_SUCCESS(status) ? sent : status;
}
