// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20
//
// C++: initialisers in conditions, lambdas, methods, scopes, references, casts.
#include "driver.h"

extern "C" DRIVER_DISPATCH DispatchRead;

namespace {

// --- Initialisers ---

NTSTATUS ifInitialiser(PEXT Ext, PIRP Irp) {
  if (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); !NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ifInitialiserTestsAnother(PEXT Ext, PIRP Irp) {
  if (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); Maybe()) {
// CHECK-MESSAGES: :[[@LINE-1]]:25: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS declarationInTheCondition(PEXT Ext, PIRP Irp) {
  if (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS switchInitialiser(PEXT Ext, PIRP Irp) {
  switch (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); status) {
  case STATUS_SUCCESS:
    return IoCallDriver(Ext->Lower, Irp);
  default:
    return status;
  }
}

NTSTATUS declarationInTheLoopsCondition(PEXT Ext, PIRP Irp) {
  while (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) {
    if (Maybe())
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS constVariable(PEXT Ext, PIRP Irp) {
  const NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS constVariableUntested(PEXT Ext, PIRP Irp) {
  const auto status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS bracedInitialiser(PEXT Ext, PIRP Irp) {
  NTSTATUS status{IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)};
  if (status != STATUS_SUCCESS)
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS parenthesisedInitialiser(PEXT Ext, PIRP Irp) {
  NTSTATUS status(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-MESSAGES: :[[@LINE-1]]:19: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS maybeUnused(PEXT Ext, PIRP Irp) {
  [[maybe_unused]] NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:38: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS boolVariable(PEXT Ext, PIRP Irp) {
  const bool ok = NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  if (not ok)
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS boolFromTheBareValue(PEXT Ext, PIRP Irp) {
  bool failed = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return failed ? STATUS_INSUFFICIENT_RESOURCES : IoCallDriver(Ext->Lower, Irp);
}

// --- Casts ---

NTSTATUS staticCastToVoid(PEXT Ext, PIRP Irp) {
  static_cast<void>(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS functionalCastToVoid(PEXT Ext, PIRP Irp) {
  void(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
// CHECK-MESSAGES: :[[@LINE-1]]:8: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS castInTheTest(PEXT Ext, PIRP Irp) {
  auto status = static_cast<ULONG>(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE));
  if (static_cast<NTSTATUS>(status) < 0)
    return static_cast<NTSTATUS>(status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS irpThroughReinterpretCast(PEXT Ext, PVOID Context) {
  auto *irp = static_cast<PIRP>(Context);
  IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, reinterpret_cast<PIRP>(Context));
}

// --- The global name ---

NTSTATUS globalName(PEXT Ext, PIRP Irp) {
  ::IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return ::IofCallDriver(Ext->Lower, Irp);
}

NTSTATUS globalNameWhenChecked(PEXT Ext, PIRP Irp) {
  const NTSTATUS status = ::IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return ::IofCallDriver(Ext->Lower, Irp);
}

// A function of the same name elsewhere is another function.
namespace mine {
NTSTATUS IoSetCompletionRoutineEx(PDEVICE_OBJECT, PIRP, PIO_COMPLETION_ROUTINE, PVOID, BOOLEAN,
                                  BOOLEAN, BOOLEAN) {
  return STATUS_SUCCESS;
}

NTSTATUS otherFunction(PEXT Ext, PIRP Irp) {
  mine::IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
} // namespace mine

class FxIrp {
public:
  explicit FxIrp(PIRP Irp) : m_Irp(Irp) {}

  // Named like the global ones.
  NTSTATUS SetCompletionRoutineEx(PDEVICE_OBJECT Device, PIO_COMPLETION_ROUTINE Routine,
                                  PVOID Context) {
    return ::IoSetCompletionRoutineEx(Device, m_Irp, Routine, Context, TRUE, TRUE, TRUE);
  }
  NTSTATUS IoSetCompletionRoutineEx(PIO_COMPLETION_ROUTINE) { return STATUS_SUCCESS; }

  void otherMember() { IoSetCompletionRoutineEx(Done); }

private:
  PIRP m_Irp;
};

NTSTATUS memberOfTheSameName(FxIrp &Fx, PEXT Ext, PIRP Irp) {
  Fx.IoSetCompletionRoutineEx(Done);
  return IoCallDriver(Ext->Lower, Irp);
}

// --- References ---

NTSTATUS statusByReference(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  NTSTATUS &alias = status;
  alias = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return alias;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS statusByReferenceUntested(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  NTSTATUS &alias = status;
  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  DbgPrint("%x\n", alias);
  return IoCallDriver(Ext->Lower, Irp);
}

void statusIntoAReferenceParameter(PEXT Ext, PIRP Irp, NTSTATUS &Status) {
  Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}

NTSTATUS irpByReference(PEXT &Ext, PIRP &Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS irpByReferenceToALocal(PEXT Ext, PIRP Irp) {
  PIRP &same = Irp;
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, same);
  return status;
}

NTSTATUS irpObjectByReference(PEXT Ext, IRP &Irp) {
  IoSetCompletionRoutineEx(Ext->Self, &Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, &Irp);
}

NTSTATUS irpObjectByReferenceWhenChecked(PEXT Ext, IRP &Irp) {
  if (const auto status = IoSetCompletionRoutineEx(Ext->Self, &Irp, Done, Ext, TRUE, TRUE, TRUE); NT_ERROR(status))
    return status;
  return IoCallDriver(Ext->Lower, &Irp);
}

// --- Lambdas ---

NTSTATUS insideALambda(PEXT Ext, PIRP Irp) {
  auto send = [&]() {
    IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return IoCallDriver(Ext->Lower, Irp);
  };
  return send();
}

NTSTATUS insideALambdaWhenChecked(PEXT Ext, PIRP Irp) {
  auto send = [=]() -> NTSTATUS {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      return status;
    return IoCallDriver(Ext->Lower, Irp);
  };
  return send();
}

NTSTATUS lambdaElsewhere(PEXT Ext, PIRP Irp) {
  auto count = [Ext] { Ext->Count++; };
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  count();
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS lambdaCalledAtOnce(PEXT Ext, PIRP Irp) {
  return [&] {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    return NT_SUCCESS(status) ? IoCallDriver(Ext->Lower, Irp) : status;
  }();
}

NTSTATUS genericLambda(PEXT Ext, PIRP Irp) {
  auto send = [Ext](auto irp) {
    IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    return IoCallDriver(Ext->Lower, irp);
  };
  return send(Irp);
}

// --- Classes ---

class Device {
public:
  Device(PEXT Ext, PIRP Irp);
  ~Device();
  NTSTATUS send();
  NTSTATUS sendWhenChecked();
  static NTSTATUS sendStatic(PEXT Ext, PIRP Irp);
  virtual NTSTATUS sendVirtual();
  NTSTATUS operator()(PIRP Irp);
  NTSTATUS sendField();
  NTSTATUS sendFieldWhenChecked();

private:
  PEXT Ext;
  PIRP Irp;
  NTSTATUS Status = STATUS_SUCCESS;
};

// In the body of a constructor.
Device::Device(PEXT Ext, PIRP Irp) : Ext(Ext), Irp(Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  IoCallDriver(Ext->Lower, Irp);
}

Device::~Device() {
  if (NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
    IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS Device::send() {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS Device::sendWhenChecked() {
  NTSTATUS status = IoSetCompletionRoutineEx(this->Ext->Self, this->Irp, Done, this, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS Device::sendStatic(PEXT Ext, PIRP Irp) {
  (void)IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:9: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS Device::sendVirtual() {
  auto status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:17: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

NTSTATUS Device::operator()(PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS Device::sendField() {
  Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of 'IoSetCompletionRoutineEx' is stored in '{{(this->)?}}Status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS Device::sendFieldWhenChecked() {
  Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(Status))
    return Status;
  return IoCallDriver(Ext->Lower, Irp);
}

struct InitialisesWithIt {
  InitialisesWithIt(PEXT Ext, PIRP Irp) : Status(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)) {
    if (NT_SUCCESS(Status)) {
      IoCallDriver(Ext->Lower, Irp);
    }
  }
  NTSTATUS Status;
};

struct LocalClass {
  static NTSTATUS run(PEXT Ext, PIRP Irp) {
    struct Inner {
      static NTSTATUS send(PEXT Ext, PIRP Irp) {
        IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:9: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
        return IoCallDriver(Ext->Lower, Irp);
      }
    };
    return Inner::send(Ext, Irp);
  }
};

// --- Scopes, loops, jumps ---

struct Guard {
  explicit Guard(PEXT Ext) : Ext(Ext) { Work(Ext); }
  ~Guard() { Work(Ext); }
  PEXT Ext;
};

NTSTATUS guarded(PEXT Ext, PIRP Irp) {
  Guard guard(Ext);
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS guardedUntested(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  {
    Guard guard(Ext);
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  }
  status = IoCallDriver(Ext->Lower, Irp);
  return status;
}

void rangeFor(PEXT Ext) {
  for (PIRP irp : Ext->Irps) {
    IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    IoCallDriver(Ext->Lower, irp);
  }
}

void rangeForWhenChecked(PEXT Ext) {
  for (PIRP irp : Ext->Irps) {
    if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE)))
      continue;
    IoCallDriver(Ext->Lower, irp);
  }
}

void rangeForByReference(PEXT Ext) {
  for (auto &irp : Ext->Irps) {
    const NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      return;
    IoCallDriver(Ext->Lower, irp);
  }
}

NTSTATUS structuredBinding(PEXT Ext, PIRP Irp) {
  struct Result {
    NTSTATUS status;
    PIRP irp;
  };
  auto [status, irp] = Result{IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE), Irp};
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, irp);
}

NTSTATUS likelyAttribute(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (__builtin_expect(!NT_SUCCESS(status), 0)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

enum class Step { None, Registered };

NTSTATUS scopedEnumeration(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  auto step = Step::None;
  if (Maybe()) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    step = Step::Registered;
  }
  if (step == Step::Registered && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS boolFlag(PEXT Ext, PIRP Irp, bool Want) {
  NTSTATUS status = STATUS_SUCCESS;
  bool registered = false;
  if (Want) {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    registered = true;
  }
  if (registered && !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS tryInCpp(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
  return status;
}

NTSTATUS tryInCppWhenChecked(PEXT Ext, PIRP Irp) {
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      __leave;
    status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
  return status;
}

inline bool succeeded(NTSTATUS Status) noexcept { return Status >= 0; }

NTSTATUS byInlinePredicate(PEXT Ext, PIRP Irp) {
  if (!succeeded(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)))
    return STATUS_INSUFFICIENT_RESOURCES;
  return IoCallDriver(Ext->Lower, Irp);
}

constexpr bool isPending(NTSTATUS Status) { return Status == STATUS_PENDING; }

NTSTATUS byConstexprPredicateThatCannotSeparate(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  if (isPending(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS aggregateInitialiser(PEXT Ext, PIRP Irp) {
  struct Context {
    PIRP Irp;
    NTSTATUS Status;
  } context = {Irp, IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE)};
  if (!NT_SUCCESS(context.Status))
    return context.Status;
  return IoCallDriver(Ext->Lower, context.Irp);
}

} // namespace

NTSTATUS DispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  auto *ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(ext->Lower, Irp);
}
