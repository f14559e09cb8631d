// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -global ReportLimits=true -check-suffixes=,LIMITS
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex,wdm-completion-routine-registered -option ReportLimits=true -check-suffixes=,LIMITS
//
// Functions whose paths are too many to be followed. A result that is discarded
// as it stands can be tested by nobody: that is said without a path. What is
// left out is counted when that is asked for.
#include "driver.h"

#define TEN(M, d) M(d, 0) M(d, 1) M(d, 2) M(d, 3) M(d, 4) M(d, 5) M(d, 6) M(d, 7) M(d, 8) M(d, 9)
#define EIGHTY(M) TEN(M, 1) TEN(M, 2) TEN(M, 3) TEN(M, 4) TEN(M, 5) TEN(M, 6) TEN(M, 7) TEN(M, 8)
#define FLAG(d, u) ULONG f##d##u = 0;
#define CHANGED(d, u)                                                                              \
  if (Number() == d##u)                                                                            \
    f##d##u = i + Number();                                                                        \
  else if (f##d##u > u)                                                                            \
    f##d##u++;
#define ASKED(d, u)                                                                                \
  if (f##d##u == u + 3)                                                                            \
    Work(Ext);
#define MANY_FLAGS EIGHTY(FLAG) ULONG i;
#define MANY_CHANGES                                                                               \
  for (i = 0; i < Number(); i++) {                                                                 \
    EIGHTY(CHANGED)                                                                                \
  }
#define MANY_QUESTIONS EIGHTY(ASKED)

// --- Discarded: nobody can test it ---

NTSTATUS discardedInALoop(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:10: warning: limit reached: not every path of 'discardedInALoop' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  for (i = 0; i < Number(); i++) {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    EIGHTY(CHANGED)
  }
  MANY_QUESTIONS
  return IoCallDriver(Ext->Lower, Irp);
}

VOID castToVoid(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'castToVoid' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  for (i = 0; i < Number(); i++) {
    (void)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:11: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    EIGHTY(CHANGED)
  }
  MANY_QUESTIONS
}

VOID beforeAComma(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'beforeAComma' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  for (i = 0; IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), i < Number(); i++) {
// CHECK-MESSAGES: :[[@LINE-1]]:15: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    EIGHTY(CHANGED)
  }
  MANY_QUESTIONS
}

VOID asAStep(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'asAStep' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  for (i = 0; i < Number(); IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) {
// CHECK-MESSAGES: :[[@LINE-1]]:29: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    EIGHTY(CHANGED)
  }
  MANY_QUESTIONS
}

#define SET_DONE(Ext, Irp)                                                                         \
  do {                                                                                             \
    IoCopyCurrentIrpStackLocationToNext(Irp);                                                      \
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);                                                                                  \
  } while (0)

VOID inAMacro(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'inAMacro' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  for (i = 0; i < Number(); i++) {
    SET_DONE(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    EIGHTY(CHANGED)
  }
  MANY_QUESTIONS
}

static NTSTATUS Register(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

VOID ofAHelper(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'ofAHelper' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  for (i = 0; i < Number(); i++) {
    Register(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'Register' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    EIGHTY(CHANGED)
  }
  MANY_QUESTIONS
}

VOID anotherIrpIsFreed(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'anotherIrpIsFreed' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  PIRP other = IoAllocateIrp(1, FALSE);
  MANY_FLAGS
  for (i = 0; i < Number(); i++) {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    EIGHTY(CHANGED)
    if (i > 1)
      break;
  }
  MANY_QUESTIONS
  IoFreeIrp(other);
}

// --- Twins: what the path would have to tell ---

// The IRP is ended here: that is the other check's, and needs a path.
VOID ended(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'ended' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  MANY_CHANGES
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  MANY_QUESTIONS
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

static VOID End(PEXT Ext, PIRP Irp) {
  if (Irp)
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  Work(Ext);
}
static VOID EndDeeper(PEXT Ext, PIRP Irp) { End(Ext, Irp); }

VOID endedByAHelper(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'endedByAHelper' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  MANY_CHANGES
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  MANY_QUESTIONS
  EndDeeper(Ext, Irp);
}

VOID endedByAnotherName(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'endedByAnotherName' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  PIRP mine = Irp;
  MANY_FLAGS
  MANY_CHANGES
  IoSetCompletionRoutineEx(Ext->Self, mine, Done, Ext, TRUE, TRUE, TRUE);
  MANY_QUESTIONS
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID endedInAField(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'endedInAField' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  Ext->Irp = Irp;
  MANY_CHANGES
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  MANY_QUESTIONS
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
}

VOID neverGoesOn(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:6: warning: limit reached: not every path of 'neverGoesOn' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  MANY_CHANGES
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  MANY_QUESTIONS
  KeBugCheckEx(1, 0, 0, 0, 0);
}

NTSTATUS tested(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:10: warning: limit reached: not every path of 'tested' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  NTSTATUS status;
  MANY_FLAGS
  MANY_CHANGES
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  MANY_QUESTIONS
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS valueOfABlock(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:10: warning: limit reached: not every path of 'valueOfABlock' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  MANY_CHANGES
  if (!NT_SUCCESS(({
        IoCopyCurrentIrpStackLocationToNext(Irp);
        IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
      })))
    return STATUS_INSUFFICIENT_RESOURCES;
  MANY_QUESTIONS
  return IoCallDriver(Ext->Lower, Irp);
}

// A `return` out of a guarded block gives the value to the caller.
static NTSTATUS returnedFromATry(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:17: warning: limit reached: not every path of 'returnedFromATry' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  MANY_FLAGS
  MANY_CHANGES
  __try {
    return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  } __finally {
    MANY_QUESTIONS
  }
}

// It says that a test is there, though not where all paths lead.
NTSTATUS testedWithAFlag(PEXT Ext, PIRP Irp) {
// CHECK-MESSAGES-LIMITS: :[[@LINE-1]]:10: warning: limit reached: not every path of 'testedWithAFlag' was followed; 1 registration in it was judged only in part [wdm-{{.*}}]
  NTSTATUS status;
  MANY_FLAGS
  MANY_CHANGES
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  MANY_QUESTIONS
  if (f11 == 7 && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}
