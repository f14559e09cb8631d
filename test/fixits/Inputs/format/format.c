#include "driver.h"

NTSTATUS formatted(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}
