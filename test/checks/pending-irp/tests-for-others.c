// RUN: %check_wdm %s 'wdm-*'
//
// One test of a status for several cases: that it asks for STATUS_PENDING is explained by the case
// that sets it, and says nothing of what another case has got from elsewhere.
#include "driver.h"

DRIVER_DISPATCH DispatchOneTestForAll;
NTSTATUS DispatchOneTestForAll(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  switch (Number()) {
  case 1:
    IoMarkIrpPending(Irp);
    ext->Irp = Irp;
    status = STATUS_PENDING;
    break;
  case 2:
    status = Prepare(ext);
    break;
  default:
    status = STATUS_INVALID_DEVICE_REQUEST;
  }
  if (status != STATUS_PENDING) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

// The case that sets it is wrong itself.
DRIVER_DISPATCH DispatchOneCaseIsWrong;
NTSTATUS DispatchOneCaseIsWrong(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  switch (Number()) {
  case 1:
    ext->Irp = Irp;
    status = STATUS_PENDING;
    break;
  case 2:
    status = Prepare(ext);
    break;
  default:
    status = STATUS_INVALID_DEVICE_REQUEST;
  }
  if (status != STATUS_PENDING) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

// No other way comes to the test: it is there for what the call may return.
DRIVER_DISPATCH DispatchTheTestIsForTheCall;
NTSTATUS DispatchTheTestIsForTheCall(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_PENDING;
  status = Prepare(ext);
  if (status != STATUS_PENDING) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

// One case gives the IRP to a function that is not visible: that may have queued it.
DRIVER_DISPATCH DispatchOneCaseGivesItAway;
NTSTATUS DispatchOneCaseGivesItAway(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  if (Maybe())
    status = FailRequest(Irp, STATUS_NOT_SUPPORTED);
  else
    status = Prepare(ext);
  if (status != STATUS_PENDING) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

// The cases stand in a helper.
static NTSTATUS Control(PEXT Ext, PIRP Irp) {
  if (Maybe()) {
    IoMarkIrpPending(Irp);
    Ext->Irp = Irp;
    return STATUS_PENDING;
  }
  return Prepare(Ext);
}

DRIVER_DISPATCH DispatchHelperHasTheCases;
NTSTATUS DispatchHelperHasTheCases(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = Control(ext, Irp);
  if (status != STATUS_PENDING) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

static NTSTATUS ControlUnmarked(PEXT Ext, PIRP Irp) {
  if (Maybe()) {
    Ext->Irp = Irp;
    return STATUS_PENDING;
  }
  return Prepare(Ext);
}

DRIVER_DISPATCH DispatchHelperHasAWrongCase;
NTSTATUS DispatchHelperHasAWrongCase(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = ControlUnmarked(ext, Irp);
  if (status != STATUS_PENDING) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns 'status' for an IRP that was neither marked pending nor sent [wdm-pending-irp]
}

// Success and small numbers explain nothing.
DRIVER_DISPATCH DispatchSuccessIsNoExplanation;
NTSTATUS DispatchSuccessIsNoExplanation(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  if (Maybe())
    status = Prepare(ext);
  if (status == STATUS_SUCCESS)
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}

// A loop that begins again for what its handler returns: nothing says that the lower driver
// returns that, too.
static NTSTATUS Lower(PEXT Ext, PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(Ext->Lower, Irp);
}

VOID NTAPI ProbeForRead(const VOID *Address, SIZE_T Length, ULONG Alignment);

DRIVER_DISPATCH DispatchBeginsAgain;
NTSTATUS DispatchBeginsAgain(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  do {
    __try {
      ProbeForRead(ext->Buffer, 4, 4);
      status = Lower(ext, Irp);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
      status = FailRequest(Irp, STATUS_UNSUCCESSFUL);
    }
  } while (status == STATUS_DEVICE_NOT_READY);
  return status;
}

DRIVER_DISPATCH DispatchSendsAgain;
NTSTATUS DispatchSendsAgain(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  do {
    status = Lower(ext, Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:14: warning: IRP is {{.*}} here although it was sent at line {{[0-9]+}} [wdm-irp-used-after-completion]
  } while (status == STATUS_DEVICE_NOT_READY);
  return status;
}
