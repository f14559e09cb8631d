// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20
//
// A class makes its IRP into a member and registers through a method: other
// methods send it. (The twins keep it to themselves.)
#include "driver.h"

inline void setRoutine(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
}

class Request {
public:
  explicit Request(PEXT E) : ext(E), irp(IoAllocateIrp(1, FALSE)) {
    if (irp)
      registerMine();
  }
  NTSTATUS make() {
    irp = IoAllocateIrp(1, FALSE);
    if (!irp)
      return STATUS_INSUFFICIENT_RESOURCES;
    registerMine();
    return STATUS_SUCCESS;
  }
  NTSTATUS makeByALambda() {
    irp = IoAllocateIrp(1, FALSE);
    if (!irp)
      return STATUS_INSUFFICIENT_RESOURCES;
    [this] { setRoutine(ext, irp); }();
    return STATUS_SUCCESS;
  }
  NTSTATUS makeByAReference() {
    PIRP &mine = irp;
    mine = IoAllocateIrp(1, FALSE);
    if (!mine)
      return STATUS_INSUFFICIENT_RESOURCES;
    setRoutine(ext, mine);
    return STATUS_SUCCESS;
  }
  NTSTATUS makeByATemplate();
  NTSTATUS send() { return IoCallDriver(ext->Lower, irp); }
  ~Request() {
    if (irp)
      IoFreeIrp(irp);
  }

private:
  void registerMine() { setRoutine(ext, irp); }
  PEXT ext;
  PIRP irp;
};

template <class Owner> void registerFor(Owner *, PEXT Ext, PIRP Irp) {
  setRoutine(Ext, Irp);
}

NTSTATUS Request::makeByATemplate() {
  irp = IoAllocateIrp(1, FALSE);
  if (!irp)
    return STATUS_INSUFFICIENT_RESOURCES;
  registerFor(this, ext, irp);
  return STATUS_SUCCESS;
}

NTSTATUS keep(Request &R) { return R.make(); }

NTSTATUS keepAndSend(Request &R) {
  NTSTATUS status = R.make();
  return NT_SUCCESS(status) ? R.send() : status;
}

// An interface between.
struct Sender {
  virtual NTSTATUS send(PIRP Irp) = 0;
};

class Base {
protected:
  PEXT ext;
  PIRP irp;
  void arm() { setRoutine(ext, irp); }
};

class Derived : Base {
public:
  NTSTATUS make() {
    irp = IoAllocateIrp(1, FALSE);
    if (!irp)
      return STATUS_INSUFFICIENT_RESOURCES;
    arm();
    return STATUS_SUCCESS;
  }
};

NTSTATUS use(Derived &D) { return D.make(); }

// --- Twins ---

class Careless {
public:
  static NTSTATUS make(PEXT Ext) {
    PIRP irp = IoAllocateIrp(1, FALSE);
    if (!irp)
      return STATUS_INSUFFICIENT_RESOURCES;
    setRoutine(Ext, irp);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'setRoutine' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
    return STATUS_SUCCESS;
  }
  NTSTATUS remake() {
    irp = IoAllocateIrp(1, FALSE);
    if (!irp)
      return STATUS_INSUFFICIENT_RESOURCES;
    setRoutine(ext, irp);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'setRoutine' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
    if (Maybe()) {
      IoFreeIrp(irp);
      irp = nullptr;
    }
    return STATUS_SUCCESS;
  }

private:
  PEXT ext;
  PIRP irp;
};
