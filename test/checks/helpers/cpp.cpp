// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20
//
// Helpers in C++: methods, references, templates, lambdas, overloads, owners.
#include "helpers.h"

namespace drv {

// --- A class that wraps the IRP ---

class Request {
public:
  explicit Request(PIRP Irp) : m_Irp(Irp) {}

  NTSTATUS setRoutine(PEXT Ext) { return IoSetCompletionRoutineEx(Ext->Self, m_Irp, Done, Ext, TRUE, TRUE, TRUE); }
  void setRoutineOrFallBack(PEXT Ext) {
    if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, m_Irp, Done, Ext, TRUE, TRUE, TRUE)))
      IoSetCompletionRoutine(m_Irp, Done, Ext, TRUE, TRUE, TRUE);
  }
  void setRoutineAndForget(PEXT Ext) {
    IoSetCompletionRoutineEx(Ext->Self, m_Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  NTSTATUS send(PEXT Ext) { return IoCallDriver(Ext->Lower, m_Irp); }

private:
  PIRP m_Irp;
};

NTSTATUS methodFallsBack(PEXT Ext, PIRP Irp) {
  Request request(Irp);
  request.setRoutineOrFallBack(Ext);
  return request.send(Ext);
}

NTSTATUS methodWhenChecked(PEXT Ext, PIRP Irp) {
  Request request(Irp);
  NTSTATUS status = request.setRoutine(Ext);
  if (!NT_SUCCESS(status))
    return status;
  return request.send(Ext);
}

// --- A method that takes the IRP ---

class Filter {
public:
  NTSTATUS setRoutine(PIRP Irp) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    return ::IoSetCompletionRoutineEx(m_Self, Irp, Done, this, TRUE, TRUE, TRUE);
  }
  static NTSTATUS setRoutineFor(PDEVICE_OBJECT Self, PIRP Irp) {
    return ::IoSetCompletionRoutineEx(Self, Irp, Done, nullptr, TRUE, TRUE, TRUE);
  }
  NTSTATUS send(PIRP Irp) const { return IoCallDriver(m_Lower, Irp); }

  NTSTATUS forward(PIRP Irp) {
    setRoutine(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'setRoutine' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return send(Irp);
  }
  NTSTATUS forwardWhenChecked(PIRP Irp) {
    if (NTSTATUS status = setRoutine(Irp); !NT_SUCCESS(status))
      return status;
    return send(Irp);
  }
  NTSTATUS forwardByTheStaticOne(PIRP Irp) {
    NTSTATUS status = setRoutineFor(m_Self, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: result of 'setRoutineFor' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    status = send(Irp);
    return status;
  }
  NTSTATUS forwardToTheSame(PIRP Irp) {
    NTSTATUS status = setRoutineFor(m_Lower, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'setRoutineFor' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
    if (!NT_SUCCESS(status))
      return status;
    return send(Irp);
  }

private:
  PDEVICE_OBJECT m_Self;
  PDEVICE_OBJECT m_Lower;
};

NTSTATUS methodOfAnObject(Filter &Filter, PIRP Irp) {
  Filter.setRoutine(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:10: warning: result of 'setRoutine' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return Filter.send(Irp);
}

NTSTATUS methodOfAnObjectWhenChecked(Filter *Filter, PIRP Irp) {
  NTSTATUS status = Filter->setRoutine(Irp);
  return NT_SUCCESS(status) ? Filter->send(Irp) : status;
}

// --- A virtual method: nobody knows which body ---

struct Base {
  virtual NTSTATUS set(PEXT Ext, PIRP Irp) { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }
};

NTSTATUS virtualMethod(Base &Object, PEXT Ext, PIRP Irp) {
  Object.set(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- References ---

static void registerInto(PEXT Ext, PIRP Irp, NTSTATUS &Status) { Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }

NTSTATUS throughAReference(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  registerInto(Ext, Irp, status);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'registerInto' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS throughAReferenceWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  registerInto(Ext, Irp, status);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

static NTSTATUS registerReference(PEXT Ext, IRP &Irp) { return IoSetCompletionRoutineEx(Ext->Self, &Irp, Done, Ext, TRUE, TRUE, TRUE); }

NTSTATUS irpByReference(PEXT Ext, PIRP Irp) {
  registerReference(Ext, *Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'registerReference' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS irpByReferenceWhenChecked(PEXT Ext, PIRP Irp) {
  if (!NT_SUCCESS(registerReference(Ext, *Irp)))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Overloads, default arguments ---

static NTSTATUS set(PEXT Ext, PIRP Irp, PIO_COMPLETION_ROUTINE Routine = Done) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Routine, Ext, TRUE, TRUE, TRUE);
}
static void set(PEXT Ext, int Value) { Ext->Count = Value; }

NTSTATUS overloaded(PEXT Ext, PIRP Irp) {
  set(Ext, 1);
  set(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'set' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS overloadedWhenChecked(PEXT Ext, PIRP Irp) {
  set(Ext, 1);
  if (NT_ERROR(set(Ext, Irp, nullptr)))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Templates ---

template <typename T> NTSTATUS registerFor(T *Ext, PIRP Irp) { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }

NTSTATUS templateHelper(PEXT Ext, PIRP Irp) {
  registerFor(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'registerFor' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS templateHelperWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = registerFor(Ext, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

template <typename T> struct Policy {
  static NTSTATUS set(T *Ext, PIRP Irp) { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); }
};

template <typename P> NTSTATUS byPolicy(PEXT Ext, PIRP Irp) {
  P::set(Ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:6: warning: result of 'set' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

template NTSTATUS byPolicy<Policy<EXT>>(PEXT, PIRP);

// --- Lambdas ---

NTSTATUS lambdaReturnsTheStatus(PEXT Ext, PIRP Irp) {
  auto set = [Ext](PIRP Irp) { return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); };
  NTSTATUS status = set(Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS lambdaSends(PEXT Ext, PIRP Irp) {
  auto send = [Ext](PIRP Irp) { return IoCallDriver(Ext->Lower, Irp); };
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return send(Irp);
}

// --- A result type of the driver's own ---

class Status {
public:
  Status(NTSTATUS Value) : m_Value(Value) {}
  bool ok() const { return NT_SUCCESS(m_Value); }
  explicit operator bool() const { return ok(); }
  operator NTSTATUS() const { return m_Value; }

private:
  NTSTATUS m_Value;
};

NTSTATUS wrappedStatus(PEXT Ext, PIRP Irp) {
  Status status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!status.ok())
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS wrappedStatusConverted(PEXT Ext, PIRP Irp) {
  if (Status status{IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)}; !status)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

} // namespace drv
