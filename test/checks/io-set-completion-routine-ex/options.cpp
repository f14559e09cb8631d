// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -check-suffixes=PLAIN
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -check-suffixes=PLAIN,NAMED \
// RUN:   -option "RegistrationFunctions=drv::Request::setDone;drv::setDone;Request2::setDone:1" \
// RUN:   -option "DispatchFunctions=drv::Queue::send"
//
// Options that name functions in namespaces, and methods.
#include "driver.h"

namespace drv {
NTSTATUS setDone(PEXT Ext, PIRP Irp);

class Request {
public:
  NTSTATUS setDone(PIRP Irp);
  NTSTATUS setDoneToo(PIRP Irp);
};

class Queue {
public:
  NTSTATUS send(PIRP Irp);
};
} // namespace drv

struct Request2 {
  static NTSTATUS setDone(PVOID Irp, PVOID Context);
};

// The same name elsewhere.
NTSTATUS setDone(PEXT Ext, PIRP Irp);

NTSTATUS builtIn(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES-PLAIN: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS inANamespace(PEXT Ext, PIRP Irp) {
  drv::setDone(Ext, Irp);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:8: warning: result of 'setDone' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS inANamespaceWhenChecked(PEXT Ext, PIRP Irp) {
  if (NTSTATUS status = drv::setDone(Ext, Irp); !NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS notInTheNamespace(PEXT Ext, PIRP Irp) {
  ::setDone(Ext, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS method(drv::Request &Request, PEXT Ext, PIRP Irp) {
  Request.setDone(Irp);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:11: warning: result of 'setDone' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS methodWhenChecked(drv::Request *Request, PEXT Ext, PIRP Irp) {
  NTSTATUS status = Request->setDone(Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS otherMethod(drv::Request &Request, PEXT Ext, PIRP Irp) {
  Request.setDoneToo(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS staticMethod(PEXT Ext, PIRP Irp) {
  Request2::setDone(Irp, Ext);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:13: warning: result of 'setDone' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS sendingMethod(drv::Queue &Queue, PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES-NAMED: :[[@LINE-1]]:21: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but {{never tested|tested only on some paths|overwritten before it is tested}}; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
  NTSTATUS sent = Queue.send(Irp);
  return NT_SUCCESS(status) ? sent : status;
}
