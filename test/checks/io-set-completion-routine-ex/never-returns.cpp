// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -- -fcxx-exceptions
//
// Methods, lambdas and templates that never come back.
#include "driver.h"

struct Stopper {
  static void now() { KeBugCheckEx(1, 0, 0, 0, 0); }
  void forThat(NTSTATUS Status) const {
    DbgPrint("%x\n", Status);
    KeBugCheckEx(code, 0, 0, 0, 0);
  }
  void later() const {
    while (true)
      ;
  }
  ULONG code;
};

template <class T> void stopWith(const T &What) { What.forThat(STATUS_UNSUCCESSFUL); }
namespace driver {
void throws() { throw 1; }
} // namespace driver

struct Bomb {
  Bomb() { KeBugCheck(1); }
};

NTSTATUS byAStaticMethod(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    Stopper::now();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byAMethod(PEXT Ext, PIRP Irp, const Stopper &S) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    S.forThat(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byALoop(PEXT Ext, PIRP Irp, const Stopper &S) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    S.later();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byATemplate(PEXT Ext, PIRP Irp, const Stopper &S) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    stopWith(S);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byALambda(PEXT Ext, PIRP Irp) {
  auto stop = [] { KeBugCheck(1); };
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    stop();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byAnException(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    driver::throws();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS byAConstructor(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    Bomb();
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Twins ---

struct Maybe_ {
  void stop() const {
    if (armed)
      KeBugCheck(1);
  }
  bool armed;
};

NTSTATUS onlyWhenArmed(PEXT Ext, PIRP Irp, const Maybe_ &M) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    M.stop();
  return IoCallDriver(Ext->Lower, Irp);
}

struct Overridden {
  virtual void stop() { KeBugCheck(1); }
};

NTSTATUS byWhoeverOverridesIt(PEXT Ext, PIRP Irp, Overridden &O) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    O.stop();
  return IoCallDriver(Ext->Lower, Irp);
}
