// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A queue of IRPs that is flushed with RemoveHeadList.
#include "driver.h"
VOID FlushQueue(PEXT Ext) {
  while (Ext->Queue.Flink != &Ext->Queue) {
    PLIST_ENTRY e = RemoveHeadList(&Ext->Queue);
    PIRP irp = CONTAINING_RECORD(e, IRP, Tail.Overlay.ListEntry);
    IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    IoCallDriver(Ext->Lower, irp);
  }
}
VOID LoggedOnly(PEXT Ext) {
  while (Maybe()) {
    PIRP irp = (PIRP)RemoveHeadList(&Ext->Queue);
    NTSTATUS s = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
    if (!NT_SUCCESS(s)) DbgPrint("x");
    IoCallDriver(Ext->Lower, irp);
  }
}
