// Nothing can be put in here; see no-fix-at-all.test.
#include "driver.h"

#define REGISTER(Ext, Irp) IoSetCompletionRoutineEx((Ext)->Self, (Irp), Done, (Ext), TRUE, TRUE, TRUE)

PVOID MakeContext(PEXT Ext);

NTSTATUS inAMacro(PEXT Ext, PIRP Irp) {
  REGISTER(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS inACommaExpression(PEXT Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), IoCallDriver(Ext->Lower, Irp);
}

VOID withACall(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, MakeContext(Ext), TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Irp);
}
