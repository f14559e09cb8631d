// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// A function that is reached in many ways is looked at once: this would take forever
// otherwise (2^30 ways).
#include "driver.h"

#define LEVEL(this, next)                                                                          \
  static NTSTATUS this(PEXT Ext, PIRP Irp) {                                                       \
    return Maybe() ? next(Ext, Irp) : next(Ext, Irp);                                              \
  }

static NTSTATUS L0(PEXT Ext, PIRP Irp) { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }
LEVEL(L1, L0)
LEVEL(L2, L1)
LEVEL(L3, L2)
LEVEL(L4, L3)
LEVEL(L5, L4)
LEVEL(L6, L5)
LEVEL(L7, L6)
LEVEL(L8, L7)
LEVEL(L9, L8)
LEVEL(L10, L9)
LEVEL(L11, L10)
LEVEL(L12, L11)
LEVEL(L13, L12)
LEVEL(L14, L13)
LEVEL(L15, L14)
LEVEL(L16, L15)
LEVEL(L17, L16)
LEVEL(L18, L17)
LEVEL(L19, L18)
LEVEL(L20, L19)
LEVEL(L21, L20)
LEVEL(L22, L21)
LEVEL(L23, L22)
LEVEL(L24, L23)
LEVEL(L25, L24)
LEVEL(L26, L25)
LEVEL(L27, L26)
LEVEL(L28, L27)
LEVEL(L29, L28)
LEVEL(L30, L29)

NTSTATUS checked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = L30(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}
