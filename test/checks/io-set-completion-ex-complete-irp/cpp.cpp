// RUN: %check_wdm %s 'wdm-io-*,wdm-completion-*' -std=c++17,c++20
//
// The failure path in C++.
#include "driver.h"

extern "C" DRIVER_DISPATCH DispatchRead;
extern "C" DRIVER_DISPATCH DispatchWrite;

_Use_decl_annotations_ NTSTATUS DispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  auto *ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  if (NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE); !NT_SUCCESS(status)) {
// CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

_Use_decl_annotations_ NTSTATUS DispatchWrite(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  auto *ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  if (NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE); !NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

class Driver {
public:
  static DRIVER_DISPATCH dispatchPower;
  static NTSTATUS NTAPI dispatchPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp);
  static NTSTATUS NTAPI dispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp);
  static NTSTATUS NTAPI forward(PDEVICE_OBJECT DeviceObject, PIRP Irp);
  static void initialise(PDRIVER_OBJECT DriverObject);
};

NTSTATUS Driver::dispatchPower(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  auto *ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  const NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:27: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    return status;
  return PoCallDriver(ext->Lower, Irp);
}

NTSTATUS Driver::dispatchPnp(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  auto *ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  const NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:27: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

NTSTATUS Driver::dispatchCreate(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  auto *ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  const NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  return IoCallDriver(ext->Lower, Irp);
}

// Not a dispatch routine.
NTSTATUS Driver::forward(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  auto *ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
  const NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status))
    return status;
  return IoCallDriver(ext->Lower, Irp);
}

void Driver::initialise(PDRIVER_OBJECT DriverObject) {
  DriverObject->MajorFunction[IRP_MJ_PNP] = &Driver::dispatchPnp;
  DriverObject->MajorFunction[IRP_MJ_CREATE] = dispatchCreate;
  // A lambda without a capture is a function, too.
  DriverObject->MajorFunction[IRP_MJ_CLOSE] = [](PDEVICE_OBJECT DeviceObject, PIRP Irp) -> NTSTATUS {
    auto *ext = static_cast<PEXT>(DeviceObject->DeviceExtension);
    NTSTATUS status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      return status;
    }
    return IoCallDriver(ext->Lower, Irp);
  };
}

NTSTATUS logged(PEXT Ext, PIRP Irp) {
  if (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); !NT_SUCCESS(status))
// CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
    DbgPrint("%x\n", status);
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS loggedAndSkipped(PEXT Ext, PIRP Irp) {
  if (NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE); !NT_SUCCESS(status)) {
    DbgPrint("%x\n", status);
    IoSkipCurrentIrpStackLocation(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

template <bool Log> NTSTATUS loggedInATemplate(PEXT Ext, PIRP Irp) {
  const NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:27: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
    if constexpr (Log)
      DbgPrint("%x\n", status);
  }
  return IoCallDriver(Ext->Lower, Irp);
}

template NTSTATUS loggedInATemplate<true>(PEXT, PIRP);
template NTSTATUS loggedInATemplate<false>(PEXT, PIRP);
