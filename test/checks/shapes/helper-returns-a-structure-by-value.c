// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A helper that returns the status in a structure.
#include "driver.h"
struct SI { NTSTATUS s; PIRP i; };
static struct SI Make(PEXT Ext, PIRP i) { struct SI r; r.s = IoSetCompletionRoutineEx(Ext->Self, i, Done, Ext, TRUE, TRUE, TRUE); r.i = i; return r; }
static struct SI MakeAtOnce(PEXT Ext, PIRP i) { return (struct SI){IoSetCompletionRoutineEx(Ext->Self, i, Done, Ext, TRUE, TRUE, TRUE), i}; }
NTSTATUS P6(PEXT Ext, PIRP Irp) { struct SI p = Make(Ext, Irp); if (!NT_SUCCESS(p.s)) return p.s; return IoCallDriver(Ext->Lower, p.i); }
NTSTATUS P8(PEXT Ext, PIRP Irp) { if (NT_SUCCESS(Make(Ext, Irp).s)) return IoCallDriver(Ext->Lower, Irp); return 1; }
NTSTATUS P5(PEXT Ext, PIRP Irp) { struct SI p = MakeAtOnce(Ext, Irp); if (!NT_SUCCESS(p.s)) return p.s; return IoCallDriver(Ext->Lower, p.i); }
static struct SI mk(NTSTATUS s, PIRP i) { struct SI r = {s, i}; return r; }
NTSTATUS P3(PEXT Ext, PIRP Irp) { struct SI p = mk(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), Irp); if (!NT_SUCCESS(p.s)) return p.s; return IoCallDriver(Ext->Lower, p.i); }
