// What does not parse may have given the variable another IRP, or given the IRP away.
// RUN: %check_wdm %s wdm-irp-used-after-completion,wdm-pending-irp,wdm-irp-not-completed -expect-clang-errors
#include "driver.h"

VOID Rundown(PLIST_ENTRY First) {
  PLIST_ENTRY current = First;
  PIRP irp = NULL;
  do {
    PUNKNOWN_PACKET Packet = (PUNKNOWN_PACKET)current;
    current = current->Flink;
    irp = UnknownIrpOf(Packet);
    IoFreeIrp(irp);
  } while (First != current);
}

VOID RundownWithoutTheStatement(PLIST_ENTRY First) {
  PLIST_ENTRY current = First;
  PIRP irp = NULL;
  do {
    current = current->Flink;
    irp = CONTAINING_RECORD(current, UNKNOWN_IRP_BLOCK, Link);
    IoFreeIrp(irp);
  } while (First != current);
}

VOID FreesTwice(PIRP Irp) {
  IoFreeIrp(Irp);
  IoFreeIrp(Irp);
}
// CHECK-MESSAGES: :[[@LINE-2]]:3: warning: IRP is freed here although it was freed at line
