// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++14,c++17,c++20
//
// A constructor that registers: its object keeps the status, and whoever has
// the object can test it.
#include "driver.h"

class Registration {
public:
  Registration(PEXT Ext, PIRP Irp) { status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }
  bool ok() const { return NT_SUCCESS(status); }
  explicit operator bool() const { return ok(); }
  NTSTATUS result() const { return status; }
  NTSTATUS status;
};

// --- In a variable ---

NTSTATUS neverTested(PEXT Ext, PIRP Irp) {
  Registration registration(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: result of 'Registration' is stored in 'registration.status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedByTheField(PEXT Ext, PIRP Irp) {
  Registration registration(Ext, Irp);
  if (!NT_SUCCESS(registration.status))
    return registration.status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedByAMethod(PEXT Ext, PIRP Irp) {
  Registration registration{Ext, Irp};
  if (!registration.ok())
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedByAConversion(PEXT Ext, PIRP Irp) {
  Registration registration = Registration(Ext, Irp);
  if (!registration)
    return registration.result();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS testedInTheCondition(PEXT Ext, PIRP Irp) {
  if (Registration registration{Ext, Irp})
    return IoCallDriver(Ext->Lower, Irp);
  return STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS testedSometimes(PEXT Ext, PIRP Irp) {
  Registration registration(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: result of 'Registration' is stored in 'registration.status' but tested only on some paths; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (Ext->Started && !registration.ok())
    return registration.result();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sentAllTheSame(PEXT Ext, PIRP Irp) {
  Registration registration(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:16: warning: 'Registration' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!registration.ok())
    DbgPrint("%x\n", registration.result());
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS resultPassedOn(PEXT Ext, PIRP Irp) {
  Registration registration(Ext, Irp);
  return registration.result();
}

// --- As a temporary ---

NTSTATUS temporaryTested(PEXT Ext, PIRP Irp) {
  if (!Registration(Ext, Irp).ok())
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS temporaryThrownAway(PEXT Ext, PIRP Irp) {
  Registration(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'Registration' is never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

static bool isFine(const Registration &R) { return R.ok(); }
BOOLEAN IsFineElsewhere(const Registration &R);

NTSTATUS temporaryGivenToAHelper(PEXT Ext, PIRP Irp) {
  if (!isFine(Registration(Ext, Irp)))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS temporaryGivenAway(PEXT Ext, PIRP Irp) {
  if (!IsFineElsewhere(Registration(Ext, Irp)))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS boundToAReference(PEXT Ext, PIRP Irp) {
  const Registration &registration = Registration(Ext, Irp);
  if (!registration.ok())
    return registration.result();
  return IoCallDriver(Ext->Lower, Irp);
}

static Registration make(PEXT Ext, PIRP Irp) { return Registration(Ext, Irp); }

NTSTATUS madeByAFunction(PEXT Ext, PIRP Irp) {
  Registration registration = make(Ext, Irp);
  if (!registration.ok())
    return registration.result();
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Where the object cannot be followed there is no warning ---

NTSTATUS either(PEXT Ext, PIRP Irp, PIRP Other) {
  Registration registration = Ext->Started ? Registration(Ext, Irp) : Registration(Ext, Other);
  if (!registration.ok())
    return registration.result();
  return IoCallDriver(Ext->Lower, Ext->Started ? Irp : Other);
}

void *operator new(SIZE_T, void *Where) noexcept;
void *operator new(SIZE_T);
void operator delete(void *) noexcept;

NTSTATUS onTheHeap(PEXT Ext, PIRP Irp) {
  Registration *registration = new Registration(Ext, Irp);
  if (!registration->ok())
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS inABuffer(PEXT Ext, PIRP Irp) {
  alignas(Registration) UCHAR buffer[sizeof(Registration)];
  Registration *registration = new (buffer) Registration(Ext, Irp);
  if (!registration->ok())
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS inACapture(PEXT Ext, PIRP Irp) {
  auto ok = [registration = Registration(Ext, Irp)] { return registration.ok(); };
  if (!ok())
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS inAStatic(PEXT Ext, PIRP Irp) {
  static Registration registration(Ext, Irp);
  if (!registration.ok())
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Other ways of making it ---

class ByAnInitialiser {
public:
  ByAnInitialiser(PEXT Ext, PIRP Irp) : status(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) {}
  NTSTATUS status;
};

NTSTATUS initialiserNeverTested(PEXT Ext, PIRP Irp) {
  ByAnInitialiser registration(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:19: warning: result of 'ByAnInitialiser' is stored in 'registration.status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS initialiserTested(PEXT Ext, PIRP Irp) {
  ByAnInitialiser registration(Ext, Irp);
  if (!NT_SUCCESS(registration.status))
    return registration.status;
  return IoCallDriver(Ext->Lower, Irp);
}

class ByADefault {
public:
  ByADefault(PEXT E, PIRP I) : ext(E), irp(I) {}
  PEXT ext;
  PIRP irp;
  NTSTATUS status = IoSetCompletionRoutineEx(ext->Self, irp, Done, ext, TRUE, TRUE, TRUE);
};

NTSTATUS defaultNeverTested(PEXT Ext, PIRP Irp) {
  ByADefault registration(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'ByADefault' is stored in 'registration.status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS defaultTested(PEXT Ext, PIRP Irp) {
  ByADefault registration(Ext, Irp);
  if (!NT_SUCCESS(registration.status))
    return registration.status;
  return IoCallDriver(Ext->Lower, Irp);
}

class Derived : public Registration {
public:
  Derived(PEXT Ext, PIRP Irp) : Registration(Ext, Irp) {}
};

NTSTATUS derivedNeverTested(PEXT Ext, PIRP Irp) {
  Derived registration(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:11: warning: result of 'Derived' is stored in 'registration.status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS derivedTested(PEXT Ext, PIRP Irp) {
  Derived registration(Ext, Irp);
  if (!registration.ok())
    return registration.result();
  return IoCallDriver(Ext->Lower, Irp);
}

class Delegating {
public:
  Delegating(PEXT Ext, PIRP Irp, int) { status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }
  Delegating(PEXT Ext, PIRP Irp) : Delegating(Ext, Irp, 1) {}
  NTSTATUS status;
};

NTSTATUS delegatingNeverTested(PEXT Ext, PIRP Irp) {
  Delegating registration(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'Delegating' is stored in 'registration.status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS delegatingTested(PEXT Ext, PIRP Irp) {
  Delegating registration(Ext, Irp);
  if (!NT_SUCCESS(registration.status))
    return registration.status;
  return IoCallDriver(Ext->Lower, Irp);
}

class Holder {
public:
  Holder(PEXT Ext, PIRP Irp) : inner(Ext, Irp) {}
  Registration inner;
};

NTSTATUS memberNeverTested(PEXT Ext, PIRP Irp) {
  Holder holder(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:10: warning: result of 'Holder' is stored in 'holder.inner.status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS memberTested(PEXT Ext, PIRP Irp) {
  Holder holder(Ext, Irp);
  if (!holder.inner.ok())
    return holder.inner.result();
  return IoCallDriver(Ext->Lower, Irp);
}

template <class E> class Generic {
public:
  Generic(E Ext, PIRP Irp) : status(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) {}
  NTSTATUS status;
};

NTSTATUS templateNeverTested(PEXT Ext, PIRP Irp) {
  Generic<PEXT> registration(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:17: warning: result of 'Generic' is stored in 'registration.status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS templateTested(PEXT Ext, PIRP Irp) {
  Generic<PEXT> registration(Ext, Irp);
  if (!NT_SUCCESS(registration.status))
    return registration.status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- The constructor is to blame itself ---

class Careless {
public:
  Careless(PEXT Ext, PIRP Irp) {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
};

class Forgetful {
public:
  Forgetful(PEXT Ext, PIRP Irp) {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    UNREFERENCED_PARAMETER(status);
  }
};

class Sends {
public:
  Sends(PEXT Ext, PIRP Irp) : status(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) { IoCallDriver(Ext->Lower, Irp); }
// CHECK-MESSAGES: :[[@LINE-1]]:38: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NTSTATUS status;
};

class SendsRight {
public:
  SendsRight(PEXT Ext, PIRP Irp) : status(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) {
    if (NT_SUCCESS(status))
      status = IoCallDriver(Ext->Lower, Irp);
  }
  NTSTATUS status;
};

NTSTATUS usesThem(PEXT Ext, PIRP Irp) {
  Careless careless(Ext, Irp);
  Forgetful forgetful(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- A destructor that acts on the result ---

class Scoped {
public:
  Scoped(PEXT E, PIRP I) : ext(E), irp(I), status(IoSetCompletionRoutineEx(E->Self, I, Done, E, TRUE, TRUE, TRUE)) {}
  ~Scoped() {
    if (NT_SUCCESS(status))
      IoCallDriver(ext->Lower, irp);
  }
  PEXT ext;
  PIRP irp;
  NTSTATUS status;
};

VOID sentByTheDestructor(PEXT Ext, PIRP Irp) { Scoped scoped(Ext, Irp); }

class ScopedCareless {
public:
  ScopedCareless(PEXT E, PIRP I) : ext(E), irp(I), status(IoSetCompletionRoutineEx(E->Self, I, Done, E, TRUE, TRUE, TRUE)) {}
  ~ScopedCareless() { IoCallDriver(ext->Lower, irp); }
  PEXT ext;
  PIRP irp;
  NTSTATUS status;
};

VOID sentByTheDestructorUntested(PEXT Ext, PIRP Irp) { ScopedCareless scoped(Ext, Irp); }
// CHECK-MESSAGES: :[[@LINE-1]]:71: warning: result of 'ScopedCareless' is stored in 'scoped.status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]

// --- Success that is not sent ---

class Owner {
public:
  explicit Owner(PEXT Ext) {
    irp = IoAllocateIrp(1, FALSE);
    status = irp ? IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE) : STATUS_INSUFFICIENT_RESOURCES;
  }
  PIRP irp;
  NTSTATUS status;
};

NTSTATUS ownedAndSent(PEXT Ext) {
  Owner owner(Ext);
  if (!NT_SUCCESS(owner.status))
    return owner.status;
  return IoCallDriver(Ext->Lower, owner.irp);
}
