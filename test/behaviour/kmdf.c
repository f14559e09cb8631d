/* KMDF preprocess callbacks own their IRP. */
#include "device.h"

static NTSTATUS Passed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}

EVT_WDFDEVICE_WDM_IRP_PREPROCESS Preprocess;
NTSTATUS Preprocess(WDFDEVICE Device, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Passed, NULL, TRUE, TRUE, TRUE);
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

/* By hand, to the device below. */
EVT_WDFDEVICE_WDM_IRP_PREPROCESS ToTheLower;
NTSTATUS ToTheLower(WDFDEVICE Device, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Passed, NULL, TRUE, TRUE, TRUE);
  if (status == STATUS_PENDING) {
    DbgPrint("odd\n");
  }
  return IoCallDriver(WdfDeviceWdmGetAttachedDevice(Device), Irp);
}

/* Returns the failure without completing. */
EVT_WDFDEVICE_WDM_IRP_PREPROCESS Loses;
NTSTATUS Loses(WDFDEVICE Device, PIRP Irp) {
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Passed, NULL, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

/* The callback's helper. */
static NTSTATUS HelpsThePreprocess(WDFDEVICE Device, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Passed, NULL, TRUE, TRUE, TRUE);
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}
EVT_WDFDEVICE_WDM_IRP_PREPROCESS CallsAHelper;
NTSTATUS CallsAHelper(WDFDEVICE Device, PIRP Irp) {
  if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction == IRP_MN_QUERY_ID) {
    return HelpsThePreprocess(Device, Irp);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}

/* For SET_POWER. */
EVT_WDFDEVICE_WDM_IRP_PREPROCESS Power;
NTSTATUS Power(WDFDEVICE Device, PIRP Irp) {
  if (IoGetCurrentIrpStackLocation(Irp)->MinorFunction == IRP_MN_SET_POWER) {
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(WdfDeviceWdmGetDeviceObject(Device), Irp, Passed, NULL, TRUE, TRUE, TRUE);
  } else {
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return WdfDeviceWdmDispatchPreprocessedIrp(Device, Irp);
}
