// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20
//
// The device object in C++.
#include "driver.h"

class Filter {
public:
  NTSTATUS toTheLower(PIRP Irp);
  NTSTATUS toTheLowerFromTheOwn(PIRP Irp);
  NTSTATUS byAccessor(PIRP Irp);
  PDEVICE_OBJECT lower() const { return m_Lower; }

private:
  PDEVICE_OBJECT m_Self;
  PDEVICE_OBJECT m_Lower;
};

NTSTATUS Filter::toTheLower(PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(m_Lower, Irp, Done, this, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(this->m_Lower, Irp);
}

NTSTATUS Filter::toTheLowerFromTheOwn(PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(m_Self, Irp, Done, this, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(m_Lower, Irp);
}

NTSTATUS Filter::byAccessor(PIRP Irp) {
  PDEVICE_OBJECT device = lower();
  NTSTATUS status = IoSetCompletionRoutineEx(device, Irp, Done, this, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(device, Irp);
}

NTSTATUS reference(PDEVICE_OBJECT &Device, PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Device, Irp);
}

template <typename T> NTSTATUS inATemplate(T *Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

struct OTHER_EXT {
  PDEVICE_OBJECT Lower;
};

template NTSTATUS inATemplate<EXT>(EXT *, PIRP);
template NTSTATUS inATemplate<OTHER_EXT>(OTHER_EXT *, PIRP);

NTSTATUS inALambda(PEXT Ext, PIRP Irp) {
  auto send = [=] {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:23: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
    return NT_SUCCESS(status) ? IoCallDriver(Ext->Lower, Irp) : status;
  };
  return send();
}
