// RUN: %check_wdm %s wdm-io-set-completion-routine-ex-device-object
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex-device-object \
// RUN:   -option "RegistrationFunctions=SetDone" -option "DispatchFunctions=SendDown"
//
// The note shows the send; the driver's own routines by name; silencing one place.
#include "driver.h"

NTSTATUS SetDone(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTSTATUS SendDown(PDEVICE_OBJECT DeviceObject, PIRP Irp);

NTSTATUS plain(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'NT_SUCCESS(status)' is true here
    return status;
  Work(Ext);
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent to the same device object here
}

// What the driver's own routine does with the device object is not known.
NTSTATUS namedRegistration(PEXT Ext, PIRP Irp) {
  NTSTATUS status = SetDone(Ext->Lower, Irp);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// Such a routine often takes the driver's own device object, and sends to the one below.
NTSTATUS namedSend(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return SendDown(Ext->Lower, Irp);
}

NTSTATUS silenced(PEXT Ext, PIRP Irp) {
  // NOLINTNEXTLINE(wdm-io-set-completion-routine-ex-device-object)
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}
