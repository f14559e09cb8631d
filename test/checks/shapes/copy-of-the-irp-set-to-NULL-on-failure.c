// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A copy of the IRP that is cleared on failure.
#include "driver.h"
NTSTATUS F24(PEXT e, PIRP i) { PIRP x = i; NTSTATUS s = IoSetCompletionRoutineEx(e->Self, x, Done, e, TRUE, TRUE, TRUE); if (!NT_SUCCESS(s)) x = NULL; if (x) return IoCallDriver(e->Lower, x); return s; }
