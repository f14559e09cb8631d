// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The lower device object from an accessor.
#include "driver.h"
static PDEVICE_OBJECT Lower(PEXT e) { return e->Lower; }
NTSTATUS H01(PEXT e, PIRP i) { NTSTATUS s = IoSetCompletionRoutineEx(e->Lower, i, Done, 0, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:45: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (s) return s; return IoCallDriver(Lower(e), i); }
NTSTATUS H02(PEXT e, PIRP i) { NTSTATUS s = IoSetCompletionRoutineEx(Lower(e), i, Done, 0, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:45: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (s) return s; return IoCallDriver(Lower(e), i); }
