// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// The device object of the registration is the one that the IRP is sent to.
#include "driver.h"

NTSTATUS lowerDevice(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ownDevice(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS noDevice(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(NULL, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

// --- The same object under two names ---

NTSTATUS localVariable(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT lower = Ext->Lower;
  NTSTATUS status = IoSetCompletionRoutineEx(lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(lower, Irp);
}

NTSTATUS localVariableAndField(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT lower = Ext->Lower;
  NTSTATUS status = IoSetCompletionRoutineEx(lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS copiedVariable(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT lower = Ext->Lower;
  PDEVICE_OBJECT target = lower;
  NTSTATUS status = IoSetCompletionRoutineEx(lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(target, Irp);
}

NTSTATUS parameter(PDEVICE_OBJECT Target, PIRP Irp, PVOID Context) {
  NTSTATUS status = IoSetCompletionRoutineEx(Target, Irp, Done, Context, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Target, Irp);
}

NTSTATUS twoParameters(PDEVICE_OBJECT Self, PDEVICE_OBJECT Target, PIRP Irp, PVOID Context) {
  NTSTATUS status = IoSetCompletionRoutineEx(Self, Irp, Done, Context, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Target, Irp);
}

NTSTATUS topOfTheStack(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT top = IoGetAttachedDeviceReference(Ext->Lower);
  NTSTATUS status = IoSetCompletionRoutineEx(top, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (NT_SUCCESS(status)) {
    status = IoCallDriver(top, Irp);
  }
  ObDereferenceObject(top);
  return status;
}

NTSTATUS topOfTheStackFromTheOwn(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT top = IoGetAttachedDeviceReference(Ext->Lower);
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (NT_SUCCESS(status)) {
    status = IoCallDriver(top, Irp);
  }
  ObDereferenceObject(top);
  return status;
}

NTSTATUS throughTheExtension(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(((PEXT)DeviceObject->DeviceExtension)->Lower, Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(((PEXT)DeviceObject->DeviceExtension)->Lower, Irp);
}

NTSTATUS inParentheses(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx((Ext->Lower), Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver((PDEVICE_OBJECT)Ext->Lower, Irp);
}

// --- Another object ---

NTSTATUS fieldOfAnotherExtension(PEXT Ext, PEXT Peer, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Peer->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS variableChanged(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT device = Ext->Self;
  NTSTATUS status = IoSetCompletionRoutineEx(device, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  device = Ext->Lower;
  return IoCallDriver(device, Irp);
}

NTSTATUS variableChangedTheWrongWay(PEXT Ext, PIRP Irp) {
  PDEVICE_OBJECT device = Ext->Self;
  NTSTATUS status;
  device = Ext->Lower;
  status = IoSetCompletionRoutineEx(device, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(device, Irp);
}

NTSTATUS anotherIrpGoesThere(PEXT Ext, PIRP Irp, PIRP Other, PDEVICE_OBJECT Target) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, Other);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Target, Irp);
}

NTSTATUS sentBefore(PEXT Ext, PIRP Irp, PIRP Other) {
  NTSTATUS status;
  IoCallDriver(Ext->Lower, Irp);
  status = IoSetCompletionRoutineEx(Ext->Lower, Other, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(Ext->Self, Other);
}

// --- On one path only ---

NTSTATUS onOnePath(PEXT Ext, PIRP Irp, PDEVICE_OBJECT Other) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  if (Maybe())
    return IoCallDriver(Other, Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS chosenFirst(PEXT Ext, PIRP Irp, PDEVICE_OBJECT Other, BOOLEAN Low) {
  PDEVICE_OBJECT device = Low ? Ext->Lower : Other;
  NTSTATUS status = IoSetCompletionRoutineEx(device, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(device, Irp);
}

// --- Each way to send that names a device ---

NTSTATUS power(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return PoCallDriver(Ext->Lower, Irp);
}

NTSTATUS fastcallName(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IofCallDriver(Ext->Lower, Irp);
}

BOOLEAN forwarded(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return FALSE;
  return IoForwardIrpSynchronously(Ext->Lower, Irp);
}

NTSTATUS synchronous(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status))
    return status;
  return IoSynchronousCallDriver(Ext->Lower, Irp);
}

// --- A driver may send to itself ---

DRIVER_DISPATCH DispatchToItself;
NTSTATUS DispatchToItself(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(DeviceObject, Irp);
}

DRIVER_DISPATCH DispatchToItselfByACopy;
NTSTATUS DispatchToItselfByACopy(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PDEVICE_OBJECT self = DeviceObject;
  NTSTATUS status = IoSetCompletionRoutineEx(self, Irp, Done, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(DeviceObject, Irp);
}

DRIVER_DISPATCH DispatchOwnIrpToItself;
NTSTATUS DispatchOwnIrpToItself(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PIRP own = IoAllocateIrp(DeviceObject->StackSize, FALSE);
  if (own != NULL) {
    if (NT_SUCCESS(IoSetCompletionRoutineEx(DeviceObject, own, Done, Irp, TRUE, TRUE, TRUE))) {
      IoMarkIrpPending(Irp);
      IoCallDriver(DeviceObject, own);
      return STATUS_PENDING;
    }
    IoFreeIrp(own);
  }
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_INSUFFICIENT_RESOURCES;
}

DRIVER_DISPATCH DispatchToTheLower;
NTSTATUS DispatchToTheLower(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(ext->Lower, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

NTSTATUS Stored(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(DeviceObject, Irp);
}

VOID Initialise(PDRIVER_OBJECT DriverObject) {
  DriverObject->MajorFunction[IRP_MJ_READ] = Stored;
}

// --- Two faults, two warnings ---

NTSTATUS uncheckedAndLower(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES-DAG: :[[@LINE-1]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES-DAG: :[[@LINE-2]]:3: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
  return IoCallDriver(Ext->Lower, Irp);
}

// --- Loops, __finally ---

VOID eachIrp(PEXT Ext) {
  ULONG i;
  for (i = 0; i < Ext->Count; i++) {
    if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Lower, Ext->Irps[i], Done, Ext, TRUE, TRUE, TRUE)))
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
      continue;
    IoCallDriver(Ext->Lower, Ext->Irps[i]);
  }
}

NTSTATUS finallyRuns(PEXT Ext, PIRP Irp) {
  NTSTATUS status;
  __try {
    status = IoSetCompletionRoutineEx(Ext->Lower, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
    if (NT_SUCCESS(status))
      status = IoCallDriver(Ext->Lower, Irp);
  } __finally {
    Work(Ext);
  }
  return status;
}
