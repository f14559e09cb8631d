// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The status through other lvalues.
#include "driver.h"
NTSTATUS D32(PEXT e, PIRP i) { NTSTATUS s[1]; s[0] = IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE); if (!NT_SUCCESS(*s)) return *s; return IoCallDriver(e->Lower, i); }
NTSTATUS D33(PEXT e, PIRP i) { union { NTSTATUS s; ULONG u; } x; x.s = IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE); if (x.u & 0x80000000) return x.s; return IoCallDriver(e->Lower, i); }
NTSTATUS D39(PEXT e, PIRP i) { NTSTATUS s = IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE); NTSTATUS results[2] = {STATUS_SUCCESS, s}; if (!NT_SUCCESS(results[1])) return s; return IoCallDriver(e->Lower, i); }
typedef struct { NTSTATUS *pStatus; } CTX, *PCTX;
static BOOLEAN PCtxOk(PCTX c) { return NT_SUCCESS(*c->pStatus); }
NTSTATUS E02(PEXT e, PIRP i) { CTX c; NTSTATUS s; c.pStatus = &s; s = IoSetCompletionRoutineEx(e->Self, i, Done, e, TRUE, TRUE, TRUE); if (!PCtxOk(&c)) return 1; return IoCallDriver(e->Lower, i); }
