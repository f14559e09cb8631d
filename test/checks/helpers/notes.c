// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The notes enter the helper, so that the path can be followed.
#include "driver.h"

static NTSTATUS Register(PEXT Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

static NTSTATUS Forward(PEXT Ext, PIRP Irp) {
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS registeredThere(PEXT Ext, PIRP Irp) {
  Register(Ext, Irp);
// CHECK-NOTES: :[[@LINE-1]]:3: warning: result of 'Register' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-NOTES: :[[@LINE-2]]:{{[0-9]+}}: note: in the call to 'Register'
// CHECK-NOTES: :[[@LINE-11]]:{{[0-9]+}}: note: completion routine is registered here
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
}

NTSTATUS sentThere(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return Forward(Ext, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: in the call to 'Forward'
// CHECK-NOTES: :[[@LINE-17]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-5]]:{{[0-9]+}}: note: {{.*}}on failure {{.*}}
}
