// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A helper that returns the IRP, or NULL.
#include "driver.h"
static PIRP HNull(PEXT Ext, PIRP Irp) { if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE))) return NULL; return Irp; }
NTSTATUS B013(PEXT Ext, PIRP Irp) { if (HNull(Ext, Irp) == NULL) return 1; return IoCallDriver(Ext->Lower, Irp); }
NTSTATUS B014(PEXT Ext, PIRP Irp) { PIRP i = HNull(Ext, Irp); if (!i) return 1; return IoCallDriver(Ext->Lower, i); }
