// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A bit implies a wider mask.
#include "driver.h"
NTSTATUS J34(PEXT e, PIRP i, ULONG flags) { NTSTATUS s = 0; if (flags & 1) s = IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE); if ((flags & 3) && s) return s; return IoCallDriver(e->Lower, i); }
