#include "shared.h"

NTSTATUS one(PEXT Ext, PIRP Irp) {
  (VOID)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS oneCalls(PEXT Ext, PIRP First, PIRP Second) {
  NTSTATUS status = Forward(Ext, First);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return ForwardTwo(Ext, First, Second);
}
