// RUN: %check_wdm %s 'wdm-*'
//
// IRPs that are taken out of a list one after the other.
#include "driver.h"

BOOLEAN RemoveEntryList(PLIST_ENTRY Entry);

VOID DrainsTheList(PEXT Ext) {
  while (!IsListEmpty(&Ext->Queue)) {
    PLIST_ENTRY entry = Ext->Queue.Flink;
    PIRP irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
    if (IoSetCancelRoutine(irp, NULL)) {
      RemoveEntryList(entry);
      irp->IoStatus.Status = STATUS_CANCELLED;
      IoCompleteRequest(irp, IO_NO_INCREMENT);
    }
  }
}

// The first one stays the first one.
VOID ForgetsToRemove(PEXT Ext) {
  while (!IsListEmpty(&Ext->Queue)) {
    PLIST_ENTRY entry = Ext->Queue.Flink;
    PIRP irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
    irp->IoStatus.Status = STATUS_CANCELLED;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is written here although it was completed at line 27 [wdm-irp-used-after-completion]
    IoCompleteRequest(irp, IO_NO_INCREMENT);
  }
}

VOID TwoFromTheFront(PEXT Ext) {
  PLIST_ENTRY entry = Ext->Queue.Flink;
  PIRP irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
  RemoveEntryList(entry);
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  entry = Ext->Queue.Flink;
  irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
  RemoveEntryList(entry);
  IoCompleteRequest(irp, IO_NO_INCREMENT);
}

VOID CompletedTwiceAllTheSame(PEXT Ext) {
  PLIST_ENTRY entry = Ext->Queue.Flink;
  PIRP irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
  RemoveEntryList(entry);
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  IoCompleteRequest(irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line 46 [wdm-irp-used-after-completion]
}
