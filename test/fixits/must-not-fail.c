// IRPs that a driver must not fail: the fix falls back. What says which IRP it is: the table, a
// case label, a test, the callers; each beside one that may fail, and is completed.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes
#include "driver.h"

#ifndef IRP_MJ_CLEANUP
#define IRP_MJ_CLEANUP 0x12
#endif
#ifndef IRP_MN_QUERY_STOP_DEVICE
#define IRP_MN_QUERY_REMOVE_DEVICE 0x01
#define IRP_MN_CANCEL_REMOVE_DEVICE 0x03
#define IRP_MN_QUERY_STOP_DEVICE 0x05
#define IRP_MN_CANCEL_STOP_DEVICE 0x06
#endif
#ifndef IRP_MN_SET_POWER
#define IRP_MN_WAIT_WAKE 0x00
#define IRP_MN_SET_POWER 0x02
#define IRP_MN_QUERY_POWER 0x03
#endif
#ifndef IRP_PAGING_IO
#define IRP_PAGING_IO 0x00000002
#endif
#ifndef _Dispatch_type_
#define _Dispatch_type_(Major)
#endif

// --- The table ---

NTSTATUS ForReads(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ForReads(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS ForTheEnd(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ForTheEnd(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS ForTwo(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ForTwo(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS ForAll(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ForAll(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS ChosenForTheEnd(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ChosenForTheEnd(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

NTSTATUS InARow(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS InARow(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

static const struct {
  ULONG Major;
  PDRIVER_DISPATCH Routine;
} Rows[] = {{IRP_MJ_CLEANUP, InARow}};

VOID SetUp(PDRIVER_OBJECT Driver, BOOLEAN Careful) {
  ULONG i;
  for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
    Driver->MajorFunction[i] = ForAll;
  }
  Driver->MajorFunction[IRP_MJ_READ] = ForReads;
  Driver->MajorFunction[IRP_MJ_CLEANUP] = ForTheEnd;
  Driver->MajorFunction[IRP_MJ_WRITE] = Driver->MajorFunction[IRP_MJ_CLOSE] = ForTwo;
  Driver->MajorFunction[IRP_MJ_CLOSE] = Careful ? ChosenForTheEnd : ForTwo;
}

_Dispatch_type_(IRP_MJ_CLOSE) DRIVER_DISPATCH AnnotatedForTheEnd;
NTSTATUS AnnotatedForTheEnd(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS AnnotatedForTheEnd(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

_Dispatch_type_(IRP_MJ_CREATE) DRIVER_DISPATCH AnnotatedForTheBeginning;
NTSTATUS AnnotatedForTheBeginning(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS AnnotatedForTheBeginning(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- Case labels ---

DRIVER_DISPATCH ByLabels;
NTSTATUS ByLabels(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_START_DEVICE:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    break;
  case IRP_MN_QUERY_REMOVE_DEVICE:
  case IRP_MN_REMOVE_DEVICE:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    break;
  case IRP_MN_STOP_DEVICE:
    ext->Count++;
    /* fall through */
  case IRP_MN_QUERY_STOP_DEVICE:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    break;
  default:
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    break;
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-25]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-20]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-13]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-9]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ByLabels(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
// CHECK-FIXES-NEXT:  case IRP_MN_START_DEVICE:
// CHECK-FIXES-NEXT:    IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:      Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:      IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  case IRP_MN_QUERY_REMOVE_DEVICE:
// CHECK-FIXES-NEXT:  case IRP_MN_REMOVE_DEVICE:
// CHECK-FIXES-NEXT:    IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  case IRP_MN_STOP_DEVICE:
// CHECK-FIXES-NEXT:    ext->Count++;
// CHECK-FIXES-NEXT:    /* fall through */
// CHECK-FIXES-NEXT:  case IRP_MN_QUERY_STOP_DEVICE:
// CHECK-FIXES-NEXT:    IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  default:
// CHECK-FIXES-NEXT:    IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH ByACopyOfTheField;
NTSTATUS ByACopyOfTheField(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  UCHAR which = stack->MinorFunction;
  NTSTATUS status = STATUS_SUCCESS;
  switch (which) {
  case IRP_MN_CANCEL_STOP_DEVICE:
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    break;
  case IRP_MN_QUERY_CAPABILITIES:
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    break;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    status = IoCallDriver(ext->Lower, Irp);
    break;
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-14]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-11]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ByACopyOfTheField(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  UCHAR which = stack->MinorFunction;
// CHECK-FIXES-NEXT:  NTSTATUS status = STATUS_SUCCESS;
// CHECK-FIXES-NEXT:  switch (which) {
// CHECK-FIXES-NEXT:  case IRP_MN_CANCEL_STOP_DEVICE:
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  case IRP_MN_QUERY_CAPABILITIES:
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:      Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:      IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  default:
// CHECK-FIXES-NEXT:    IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:    status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:    break;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH ByAJumpToALabel;
NTSTATUS ByAJumpToALabel(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
  case IRP_MN_SURPRISE_REMOVAL:
    goto forward;
  case IRP_MN_START_DEVICE:
    goto forward;
  default:
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
forward:
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ByAJumpToALabel(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
// CHECK-FIXES-NEXT:  case IRP_MN_SURPRISE_REMOVAL:
// CHECK-FIXES-NEXT:    goto forward;
// CHECK-FIXES-NEXT:  case IRP_MN_START_DEVICE:
// CHECK-FIXES-NEXT:    goto forward;
// CHECK-FIXES-NEXT:  default:
// CHECK-FIXES-NEXT:    IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:    return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:forward:
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- Tests ---

DRIVER_DISPATCH ByAChainOfIfs;
NTSTATUS ByAChainOfIfs(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  if (stack->MinorFunction == IRP_MN_QUERY_POWER) {
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  } else if (IRP_MN_SET_POWER == stack->MinorFunction) {
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-9]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-7]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ByAChainOfIfs(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  if (stack->MinorFunction == IRP_MN_QUERY_POWER) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  } else if (IRP_MN_SET_POWER == stack->MinorFunction) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH ByAnEarlyReturn;
NTSTATUS ByAnEarlyReturn(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  if (stack->MajorFunction != IRP_MJ_CLOSE) {
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(ext->Lower, Irp);
  }
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ByAnEarlyReturn(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (stack->MajorFunction != IRP_MJ_CLOSE) {
// CHECK-FIXES-NEXT:    IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:    return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH ByTwoTests;
NTSTATUS ByTwoTests(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
  if (stack->MajorFunction == IRP_MJ_PNP && (stack->MinorFunction == IRP_MN_START_DEVICE ||
                                             stack->MinorFunction == IRP_MN_CANCEL_REMOVE_DEVICE)) {
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  }
  if (stack->MajorFunction == IRP_MJ_PNP && stack->MinorFunction == IRP_MN_QUERY_CAPABILITIES) {
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-10]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-7]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ByTwoTests(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  if (stack->MajorFunction == IRP_MJ_PNP && (stack->MinorFunction == IRP_MN_START_DEVICE ||
// CHECK-FIXES-NEXT:                                             stack->MinorFunction == IRP_MN_CANCEL_REMOVE_DEVICE)) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  if (stack->MajorFunction == IRP_MJ_PNP && stack->MinorFunction == IRP_MN_QUERY_CAPABILITIES) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:      Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:      IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:      return status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoSkipCurrentIrpStackLocation(Irp);
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

DRIVER_DISPATCH PagesToo;
NTSTATUS PagesToo(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  BOOLEAN paging = (Irp->Flags & IRP_PAGING_IO) != 0;
  if (paging) {
    IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  }
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS PagesToo(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  BOOLEAN paging = (Irp->Flags & IRP_PAGING_IO) != 0;
// CHECK-FIXES-NEXT:  NTSTATUS ntStatus;
// CHECK-FIXES-NEXT:  if (paging) {
// CHECK-FIXES-NEXT:    NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:      IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ntStatus = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(ntStatus)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = ntStatus;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return ntStatus;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

// --- Callers ---

static NTSTATUS calledForTheEnd(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS calledForTheEnd(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

static NTSTATUS calledForTheBeginning(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:static NTSTATUS calledForTheBeginning(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:}

static NTSTATUS goesBetween(PEXT Ext, PIRP Irp) { return calledForTheEnd(Ext, Irp); }

DRIVER_DISPATCH CallsForBoth;
NTSTATUS CallsForBoth(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(Irp)->MajorFunction) {
  case IRP_MJ_CREATE:
    return calledForTheBeginning(ext, Irp);
  case IRP_MJ_CLOSE:
    return goesBetween(ext, Irp);
  }
  IoSkipCurrentIrpStackLocation(Irp);
  return IoCallDriver(ext->Lower, Irp);
}

// --- Only the name ---

DRIVER_DISPATCH FilterPnp;
NTSTATUS FilterPnp(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS FilterPnp(PDEVICE_OBJECT Device, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = Device->DeviceExtension;
// CHECK-FIXES-NEXT:  NTSTATUS status = IoSetCompletionRoutineEx(Device, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  return IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:}
