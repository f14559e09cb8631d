// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// Known misses in C++.
#include "driver.h"

// A virtual method: which body runs is not visible.
struct Base {
  virtual NTSTATUS set(PEXT Ext, PIRP Irp) { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }
};

NTSTATUS virtualMethod(Base &Object, PEXT Ext, PIRP Irp) {
  Object.set(Ext, Irp); // MISSED: wdm-io-set-completion-routine-ex
  return IoCallDriver(Ext->Lower, Irp);
}

// A template that is never instantiated: its calls are not resolved.
template <typename T> NTSTATUS neverInstantiated(T Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); // MISSED: wdm-io-set-completion-routine-ex
  return IoCallDriver(Ext->Lower, Irp);
}

// A lambda that is stored as a function object: its call is unknown.
struct Callback {
  template <typename F> Callback(F Function);
  NTSTATUS operator()(PEXT Ext, PIRP Irp) const;
};

NTSTATUS functionObject(const Callback &Set, PEXT Ext, PIRP Irp) {
  Set(Ext, Irp); // MISSED: wdm-io-set-completion-routine-ex
  return IoCallDriver(Ext->Lower, Irp);
}

// An object that is made with new: what its constructor stored in it may be
// looked at by whoever has the pointer.
class Request {
public:
  Request(PEXT Extension, PIRP Request) : Ext(Extension), Irp(Request) {
    Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  NTSTATUS send() { return IoCallDriver(Ext->Lower, Irp); }

private:
  PEXT Ext;
  PIRP Irp;
  NTSTATUS Status;
};

void *operator new(SIZE_T Size);

NTSTATUS registeredByNew(PEXT Ext, PIRP Irp) {
  Request *request = new Request(Ext, Irp); // MISSED: wdm-io-set-completion-routine-ex
  return request->send();
}
