// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*'
//
// WDM callbacks of KMDF must complete their IRP before they return an error.
// They are known by their type, by who they are given to, and by what they do.
#include "driver.h"
#include "wdf.h"

typedef struct WDFDEVICE_INIT *PWDFDEVICE_INIT;
typedef struct WDFDRIVER__ *WDFDRIVER;
typedef NTSTATUS EVT_WDFDEVICE_WDM_IRP_PREPROCESS(WDFDEVICE Device, PIRP Irp);
typedef EVT_WDFDEVICE_WDM_IRP_PREPROCESS *PFN_WDFDEVICE_WDM_IRP_PREPROCESS;
typedef NTSTATUS EVT_WDFDEVICE_WDM_IRP_DISPATCH(WDFDEVICE Device, UCHAR Major, UCHAR Minor, ULONG Code,
                                                WDFCONTEXT DriverContext, PIRP Irp,
                                                WDFCONTEXT DispatchContext);
NTSTATUS WdfDeviceInitAssignWdmIrpPreprocessCallback(PWDFDEVICE_INIT Init,
                                                     PFN_WDFDEVICE_WDM_IRP_PREPROCESS Callback,
                                                     UCHAR Major, PUCHAR Minors, ULONG Count);
NTSTATUS WdfDeviceConfigureWdmIrpDispatchCallback(WDFDEVICE Device, WDFDRIVER Driver, UCHAR Major,
                                                  EVT_WDFDEVICE_WDM_IRP_DISPATCH *Callback,
                                                  WDFCONTEXT Context);
PDEVICE_OBJECT WdfDeviceWdmGetDeviceObject(WDFDEVICE Device);

// --- By its type ---

EVT_WDFDEVICE_WDM_IRP_PREPROCESS Preprocess;
NTSTATUS Preprocess(WDFDEVICE Device, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

EVT_WDFDEVICE_WDM_IRP_PREPROCESS PreprocessRight;
NTSTATUS PreprocessRight(WDFDEVICE Device, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Done, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

EVT_WDFDEVICE_WDM_IRP_DISPATCH Dispatch;
NTSTATUS Dispatch(WDFDEVICE Device, UCHAR Major, UCHAR Minor, ULONG Code, WDFCONTEXT DriverContext, PIRP Irp,
                  WDFCONTEXT DispatchContext) {
  NTSTATUS status = IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return WdfDeviceWdmDispatchIrp(Device, Irp, DispatchContext);
}

// --- By who it is given to ---

static NTSTATUS Given(WDFDEVICE Device, PIRP Irp) {
  PEXT ext = (PEXT)WdfDeviceWdmGetDeviceObject(Device)->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(ext->Self, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

static NTSTATUS GivenByAVariable(WDFDEVICE Device, PIRP Irp) {
  PEXT ext = (PEXT)WdfDeviceWdmGetDeviceObject(Device)->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(ext->Self, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

static NTSTATUS GivenForDispatch(WDFDEVICE Device, UCHAR Major, UCHAR Minor, ULONG Code, WDFCONTEXT DriverContext,
                                 PIRP Irp, WDFCONTEXT DispatchContext) {
  PEXT ext = (PEXT)WdfDeviceWdmGetDeviceObject(Device)->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(ext->Self, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

static NTSTATUS NotGiven(WDFDEVICE Device, PIRP Irp) {
  PEXT ext = (PEXT)WdfDeviceWdmGetDeviceObject(Device)->DeviceExtension;
  NTSTATUS status = IoSetCompletionRoutineEx(ext->Self, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

NTSTATUS AddDevice(PWDFDEVICE_INIT Init, WDFDEVICE Device, WDFDRIVER Driver) {
  PFN_WDFDEVICE_WDM_IRP_PREPROCESS callback = GivenByAVariable;
  NTSTATUS status = WdfDeviceInitAssignWdmIrpPreprocessCallback(Init, Given, IRP_MJ_PNP, NULL, 0);
  if (NT_SUCCESS(status))
    status = WdfDeviceInitAssignWdmIrpPreprocessCallback(Init, callback, IRP_MJ_CREATE, NULL, 0);
  if (NT_SUCCESS(status))
    status = WdfDeviceConfigureWdmIrpDispatchCallback(Device, Driver, IRP_MJ_READ, GivenForDispatch, NULL);
  return status;
}

// --- By what it does: it gives back what it was given ---

NTSTATUS Forwards(WDFDEVICE Device, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Done, NULL, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

// A helper: its caller completes the IRP.
static NTSTATUS ForwardsForAnother(WDFDEVICE Device, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Done, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
  return STATUS_SUCCESS;
}

NTSTATUS CallsIt(WDFDEVICE Device, PIRP Irp) {
  NTSTATUS status = ForwardsForAnother(Device, Irp);
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

// Not what such a callback is given.
NTSTATUS ForwardsAnother(WDFDEVICE Device, PIRP Irp, PIRP Other) {
  NTSTATUS status = IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Other, Done, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Other);
}
