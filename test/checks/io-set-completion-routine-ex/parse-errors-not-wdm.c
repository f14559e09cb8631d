// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -expect-clang-errors
//
// The header is missing altogether, or the driver declares the function itself: no crash,
// and nothing is guessed.
#include "no_such_wdm.h"

void withoutAnyHeader(void *Device, void *Irp) {
  IoSetCompletionRoutineEx(Device, Irp, 0, 0, 1, 1, 1);
  IoCallDriver(Device, Irp);
}

long IoSetCompletionRoutineEx();

long ownDeclaration(void *Device, void *Irp) {
  long status = IoSetCompletionRoutineEx(Device, Irp, 0, 0, 1, 1, 1);
  if (status < 0)
    return status;
  return IofCallDriver(Device, Irp);
}
