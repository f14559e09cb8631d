/* Helpers as drivers keep them in a header of their own. */
#ifndef TEST_INPUTS_HELPERS_H
#define TEST_INPUTS_HELPERS_H

#include "driver.h"

FORCEINLINE NTSTATUS HeaderSetDone(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

FORCEINLINE NTSTATUS HeaderForward(PEXT Ext, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

FORCEINLINE NTSTATUS HeaderComplete(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

FORCEINLINE VOID HeaderFallBack(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
}

#endif
