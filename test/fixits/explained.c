// ExplainMissingFix: why there is no fix, or why the fix does not leave the function, on a note.
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -global ExplainMissingFix=true
#include "driver.h"

NTSTATUS ReadNow(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-NOTES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-NOTES: :[[@LINE-3]]:10: note: IRP sent here
// CHECK-NOTES: :[[@LINE-5]]:3: note: check it with NT_SUCCESS; on failure fall back to IoSetCompletionRoutine (the driver is no longer kept loaded until the routine has run)

VOID SendAll(PEXT Ext, PIRP *Irps, ULONG Count) {
  for (ULONG i = 0; i < Count; i++) {
    IoSetCompletionRoutineEx(Ext->Self, Irps[i], Done, Ext, TRUE, TRUE, TRUE);
    IoCallDriver(Ext->Lower, Irps[i]);
  }
}
// CHECK-NOTES: :[[@LINE-4]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-NOTES: :[[@LINE-4]]:5: note: IRP sent here
// CHECK-NOTES: :[[@LINE-6]]:5: note: fix: check it with NT_SUCCESS; on failure fall back to IoSetCompletionRoutine (the driver is no longer kept loaded until the routine has run)
// CHECK-NOTES: :[[@LINE-7]]:5: note: the fix does not leave the function: it is in a loop that may send many IRPs

PVOID MakeContext(PEXT Ext);

VOID SendAllWithContexts(PEXT Ext, PIRP *Irps, ULONG Count) {
  for (ULONG i = 0; i < Count; i++) {
    IoSetCompletionRoutineEx(Ext->Self, Irps[i], Done, MakeContext(Ext), TRUE, TRUE, TRUE);
    IoCallDriver(Ext->Lower, Irps[i]);
  }
}
// CHECK-NOTES: :[[@LINE-4]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-NOTES: :[[@LINE-4]]:5: note: IRP sent here
// CHECK-NOTES: :[[@LINE-6]]:5: note: no fix: it is in a loop that may send many IRPs; nor can it fall back: its arguments cannot be repeated

NTSTATUS InAComma(PEXT Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), IoCallDriver(Ext->Lower, Irp);
}
// CHECK-NOTES: :[[@LINE-2]]:10: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-NOTES: :[[@LINE-3]]:81: note: IRP sent here
// CHECK-NOTES: :[[@LINE-4]]:10: note: no fix: it is part of a comma expression
