// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A flag bit in a word whose other bits are not known.
#include "driver.h"
NTSTATUS F31(PEXT e, PIRP i, ULONG mask) { if (NT_SUCCESS(IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE))) mask |= 4; else mask &= ~4u; if (mask & 4) return IoCallDriver(e->Lower, i); return 1; }
