// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Retry loops, then a test of the counter.
#include "driver.h"
#define REG(e,i) IoSetCompletionRoutineEx((e)->Self, (i), Done, (e), TRUE, TRUE, TRUE)
NTSTATUS M6(PEXT e, PIRP i) { ULONG k; NTSTATUS s = 0; for (k = 0; k < 5; ++k) { s = REG(e, i); if (NT_SUCCESS(s)) break; } if (k == 5) return s; return IoCallDriver(e->Lower, i); }
NTSTATUS M3(PEXT e, PIRP i) { ULONG k; NTSTATUS s = 0; for (k = 0; k < e->Count; ++k) { s = REG(e, i); if (NT_SUCCESS(s)) break; } if (k < e->Count) return IoCallDriver(e->Lower, i); return s; }
