// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -global ReportLimits=true -check-suffixes=,LIMITS
//
// The steps for a whole translation unit have run out when the last functions
// come: what is certain without a path is still said.
#include "driver.h"

#define TEN(M, d) M(d, 0) M(d, 1) M(d, 2) M(d, 3) M(d, 4) M(d, 5) M(d, 6) M(d, 7) M(d, 8) M(d, 9)
#define EIGHTY(M) TEN(M, 1) TEN(M, 2) TEN(M, 3) TEN(M, 4) TEN(M, 5) TEN(M, 6) TEN(M, 7) TEN(M, 8)
#define FUNCTIONS(M, d)                                                                            \
  M(d, 0) M(d, 1) M(d, 2) M(d, 3) M(d, 4) M(d, 5) M(d, 6) M(d, 7) M(d, 8) M(d, 9)
#define FLAG(d, u) ULONG f##d##u = 0;
#define CHANGED(d, u)                                                                              \
  if (Number() == d##u)                                                                            \
    f##d##u = i + Number();                                                                        \
  else if (f##d##u > u)                                                                            \
    f##d##u++;
#define ASKED(d, u)                                                                                \
  if (f##d##u == u + 3)                                                                            \
    Work(Ext);

#define LARGE(d, u)                                                                                \
  static NTSTATUS large##d##u(PEXT Ext, PIRP Irp) {                                                \
    NTSTATUS status;                                                                               \
    EIGHTY(FLAG)                                                                                   \
    ULONG i;                                                                                       \
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);                                                                         \
    if (!NT_SUCCESS(status))                                                                       \
      return status;                                                                               \
    for (i = 0; i < Number(); i++) {                                                               \
      EIGHTY(CHANGED)                                                                              \
    }                                                                                              \
    EIGHTY(ASKED)                                                                                  \
    return IoCallDriver(Ext->Lower, Irp);                                                          \
  }
FUNCTIONS(LARGE, 1)
// CHECK-MESSAGES-LIMITS-COUNT-10: :[[@LINE-1]]:11: warning: limit reached: {{.*}}'large1{{.}}' was {{.*}}1 registration in it was judged only in part [wdm-{{.*}}]
FUNCTIONS(LARGE, 2)
// CHECK-MESSAGES-LIMITS-COUNT-10: :[[@LINE-1]]:11: warning: limit reached: {{.*}}'large2{{.}}' was {{.*}}1 registration in it was judged only in part [wdm-{{.*}}]
FUNCTIONS(LARGE, 3)
// CHECK-MESSAGES-LIMITS-COUNT-10: :[[@LINE-1]]:11: warning: limit reached: {{.*}}'large3{{.}}' was {{.*}}1 registration in it was judged only in part [wdm-{{.*}}]
FUNCTIONS(LARGE, 4)
// CHECK-MESSAGES-LIMITS-COUNT-10: :[[@LINE-1]]:11: warning: limit reached: {{.*}}'large4{{.}}' was {{.*}}1 registration in it was judged only in part [wdm-{{.*}}]
FUNCTIONS(LARGE, 5)
// CHECK-MESSAGES-LIMITS-COUNT-10: :[[@LINE-1]]:11: warning: limit reached: {{.*}}'large5{{.}}' was {{.*}}1 registration in it was judged only in part [wdm-{{.*}}]
FUNCTIONS(LARGE, 6)
// CHECK-MESSAGES-LIMITS-COUNT-10: :[[@LINE-1]]:11: warning: limit reached: {{.*}}'large6{{.}}' was {{.*}}1 registration in it was judged only in part [wdm-{{.*}}]

NTSTATUS discarded(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:10: warning: limit reached: 'discarded' was not followed, there is too much code before it; 1 registration in it was judged only in part [wdm-{{.*}}]
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS tested(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:10: warning: limit reached: 'tested' was not followed, there is too much code before it; 1 registration in it was judged only in part [wdm-{{.*}}]
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

VOID completed(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: 'completed' was not followed, there is too much code before it; 1 registration in it was judged only in part [wdm-{{.*}}]
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

NTSTATUS twice(PEXT Ext, PIRP Irp, PIRP Other) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:10: warning: limit reached: 'twice' was not followed, there is too much code before it; 2 registrations in it were judged only in part [wdm-{{.*}}]
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoSetCompletionRoutineEx(Ext->Self, Other, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoCallDriver(Ext->Lower, Other);
  return IoCallDriver(Ext->Lower, Irp);
}
