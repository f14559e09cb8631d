// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -check-suffixes=INDEX \
// RUN:   -option "RegistrationFunctions=SetDone:zero"
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -check-suffixes=ZERO \
// RUN:   -option "DispatchFunctions=SendDown:0"
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -check-suffixes=NAME \
// RUN:   -option "RecoveryFunctions=Not A Name"
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -check-suffixes=ACTION \
// RUN:   -option "FailureAction=sometimes"
//
// A bad value of an option is reported, and the built-in names still count.
#include "driver.h"

NTSTATUS sent(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES-INDEX-DAG: warning: {{.*}}RegistrationFunctions{{.*}}SetDone:zero{{.*}}[clang-tidy-config]
// CHECK-MESSAGES-INDEX-DAG: :[[@LINE-2]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-MESSAGES-ZERO-DAG: warning: {{.*}}DispatchFunctions{{.*}}SendDown:0{{.*}}[clang-tidy-config]
// CHECK-MESSAGES-ZERO-DAG: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-MESSAGES-NAME-DAG: warning: {{.*}}RecoveryFunctions{{.*}}Not A Name{{.*}}[clang-tidy-config]
// CHECK-MESSAGES-NAME-DAG: :[[@LINE-6]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-MESSAGES-ACTION-DAG: warning: {{.*}}FailureAction{{.*}}sometimes{{.*}}[clang-tidy-config]
// CHECK-MESSAGES-ACTION-DAG: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
  return IoCallDriver(Ext->Lower, Irp);
}
