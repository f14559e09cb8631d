// A header that several translation units include.
#include "driver.h"

static __inline NTSTATUS Forward(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}

static __inline NTSTATUS ForwardTwo(PEXT Ext, PIRP First, PIRP Second) {
  Work(Ext);
  if (Maybe())
    IoSetCompletionRoutineEx(Ext->Self, First, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, First);
  IoSetCompletionRoutineEx(Ext->Self, Second, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Second);
}
