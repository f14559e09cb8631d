// RUN: %check_wdm %s wdm-io-set-completion-routine-ex
//
// Wrappers of other files whose declarations say that the result must be looked
// at; SAL expands to nothing here, as in most headers.
#include "driver.h"
#define _Must_inspect_result_
#define _Check_return_
_Must_inspect_result_
NTSTATUS
SetIt(PDEVICE_OBJECT d, PIRP Irp, PIO_COMPLETION_ROUTINE r, PVOID c);
__attribute__((warn_unused_result)) NTSTATUS SetIt2(PDEVICE_OBJECT d, PIRP Irp, PIO_COMPLETION_ROUTINE r, PVOID c);
NTSTATUS SetIt3(PDEVICE_OBJECT d, PIRP Irp, PIO_COMPLETION_ROUTINE r, PVOID c);

_Check_return_ NTSTATUS NotAboutIrps(PEXT Ext, PIRP Irp);

NTSTATUS discarded(PEXT Ext, PIRP Irp) {
  SetIt(Ext->Self, Irp, Done, Ext);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'SetIt' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS stored(PEXT Ext, PIRP Irp) {
  NTSTATUS status = SetIt2(Ext->Self, Irp, Done, Ext);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'SetIt2' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS checked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = SetIt(Ext->Self, Irp, Done, Ext);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// Nothing says that its result matters.
NTSTATUS notAnnotated(PEXT Ext, PIRP Irp) {
  SetIt3(Ext->Self, Irp, Done, Ext);
  return IoCallDriver(Ext->Lower, Irp);
}

// No completion routine: another kind of function.
NTSTATUS anotherKind(PEXT Ext, PIRP Irp) {
  NTSTATUS status = NotAboutIrps(Ext, Irp);
  DbgPrint("%x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}
