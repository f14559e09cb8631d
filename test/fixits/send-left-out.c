// An IRP that is waited for is sent only after a success, where what follows is right after a
// failure, too: it gives back what is held, completes, returns the status.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex -strict-fixes
#include "driver.h"

static NTSTATUS Signals(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH QueryAndComplete;
NTSTATUS QueryAndComplete(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    // It is on its way.
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  ext->LastStatus = status;
  Irp->IoStatus.Status = status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-12]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS QueryAndComplete(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
// CHECK-FIXES-NEXT:  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    status = IoCallDriver(ext->Lower, Irp);
// CHECK-FIXES-NEXT:    if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:      // It is on its way.
// CHECK-FIXES-NEXT:      KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:      status = Irp->IoStatus.Status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  ext->LastStatus = status;
// CHECK-FIXES-NEXT:  Irp->IoStatus.Status = status;
// CHECK-FIXES-NEXT:  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// The braces of the author; a comment between; the status is taken in any case.
NTSTATUS AskBelow(PEXT Ext)
{
    KEVENT event;
    NTSTATUS status;
    PIRP irp;

    irp = IoAllocateIrp(4, FALSE);
    if (irp == NULL)
    {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    status = IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &event,
                                      TRUE, TRUE, TRUE);

    // Sent, and waited for.
    IoCallDriver(Ext->Lower, irp);
    KeWaitForSingleObject(&event,
                          Executive, KernelMode, FALSE, NULL);
    status = irp->IoStatus.Status;

    Ext->LastStatus = status;
    IoFreeIrp(irp);
    return status;
}
// CHECK-MESSAGES: :[[@LINE-13]]:14: warning: result of 'IoSetCompletionRoutineEx' is stored in 'status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS AskBelow(PEXT Ext)
// CHECK-FIXES-NEXT:{
// CHECK-FIXES-NEXT:    KEVENT event;
// CHECK-FIXES-NEXT:    NTSTATUS status;
// CHECK-FIXES-NEXT:    PIRP irp;
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:    irp = IoAllocateIrp(4, FALSE);
// CHECK-FIXES-NEXT:    if (irp == NULL)
// CHECK-FIXES-NEXT:    {
// CHECK-FIXES-NEXT:        return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-NEXT:    KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:    status = IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &event,
// CHECK-FIXES-NEXT:                                      TRUE, TRUE, TRUE);
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:    if (NT_SUCCESS(status))
// CHECK-FIXES-NEXT:    {
// CHECK-FIXES-NEXT:        // Sent, and waited for.
// CHECK-FIXES-NEXT:        IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:        KeWaitForSingleObject(&event,
// CHECK-FIXES-NEXT:                              Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:        status = irp->IoStatus.Status;
// CHECK-FIXES-NEXT:    }
// CHECK-FIXES-EMPTY:
// CHECK-FIXES-NEXT:    Ext->LastStatus = status;
// CHECK-FIXES-NEXT:    IoFreeIrp(irp);
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:}

// It looks at the IRP afterwards, which says nothing then.
NTSTATUS LooksAtTheIrp(PEXT Ext) {
  KEVENT event;
  PIRP irp = IoAllocateIrp(4, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &event, TRUE, TRUE, TRUE);
  IoCallDriver(Ext->Lower, irp);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  Ext->LastStatus = irp->IoStatus.Status;
  Ext->Count = (ULONG)irp->IoStatus.Information;
  IoFreeIrp(irp);
  return Ext->LastStatus;
}
// CHECK-MESSAGES: :[[@LINE-8]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS LooksAtTheIrp(PEXT Ext) {
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  PIRP irp = IoAllocateIrp(4, FALSE);
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  Ext->LastStatus = irp->IoStatus.Status;
// CHECK-FIXES-NEXT:  Ext->Count = (ULONG)irp->IoStatus.Information;
// CHECK-FIXES-NEXT:  IoFreeIrp(irp);
// CHECK-FIXES-NEXT:  return Ext->LastStatus;
// CHECK-FIXES-NEXT:}

// A way out of the lines that would be indented.
NTSTATUS LeavesBetween(PEXT Ext, PIRP Irp) {
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status != STATUS_PENDING) {
    Ext->LastStatus = status;
    return status;
  }
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  status = Irp->IoStatus.Status;
  Ext->LastStatus = status;
  return status;
}
// CHECK-MESSAGES: :[[@LINE-11]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS LeavesBetween(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (status != STATUS_PENDING) {
// CHECK-FIXES-NEXT:    Ext->LastStatus = status;
// CHECK-FIXES-NEXT:    return status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:  status = Irp->IoStatus.Status;
// CHECK-FIXES-NEXT:  Ext->LastStatus = status;
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// The lines are another configuration's, too.
NTSTATUS InConfigurations(PEXT Ext) {
  KEVENT event;
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(4, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &event, TRUE, TRUE, TRUE);
#if 1
  status = IoCallDriver(Ext->Lower, irp);
#endif
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = irp->IoStatus.Status;
  }
  Ext->LastStatus = status;
  IoFreeIrp(irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-12]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS InConfigurations(PEXT Ext) {
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp = IoAllocateIrp(4, FALSE);
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:#if 1
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:#endif
// CHECK-FIXES-NEXT:  if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:    status = irp->IoStatus.Status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  Ext->LastStatus = status;
// CHECK-FIXES-NEXT:  IoFreeIrp(irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

// What the IRP would have brought back is read whatever the status says.
NTSTATUS ReadsTheLength(PEXT Ext, PIRP Irp) {
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  Ext->Count = (ULONG)Irp->IoStatus.Information;
  Ext->LastStatus = status;
  return status;
}
// CHECK-MESSAGES: :[[@LINE-10]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ReadsTheLength(PEXT Ext, PIRP Irp) {
// CHECK-FIXES-NEXT:  KEVENT event;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  KeInitializeEvent(&event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  IoCopyCurrentIrpStackLocationToNext(Irp);
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(Irp, Signals, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, Irp);
// CHECK-FIXES-NEXT:  if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:    status = Irp->IoStatus.Status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  Ext->Count = (ULONG)Irp->IoStatus.Information;
// CHECK-FIXES-NEXT:  Ext->LastStatus = status;
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}

typedef struct _ANSWER {
  KEVENT Event;
  IO_STATUS_BLOCK Block;
} ANSWER;

NTSTATUS ReadsItsOwnBlock(PEXT Ext) {
  ANSWER answer;
  NTSTATUS status;
  PIRP irp = IoAllocateIrp(4, FALSE);
  if (irp == NULL) {
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  KeInitializeEvent(&answer.Event, NotificationEvent, FALSE);
  irp->UserIosb = &answer.Block;
  IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &answer, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&answer.Event, Executive, KernelMode, FALSE, NULL);
    status = irp->IoStatus.Status;
  }
  Ext->Count = (ULONG)answer.Block.Information;
  Ext->LastStatus = status;
  IoFreeIrp(irp);
  return status;
}
// CHECK-MESSAGES: :[[@LINE-11]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// CHECK-FIXES:NTSTATUS ReadsItsOwnBlock(PEXT Ext) {
// CHECK-FIXES-NEXT:  ANSWER answer;
// CHECK-FIXES-NEXT:  NTSTATUS status;
// CHECK-FIXES-NEXT:  PIRP irp = IoAllocateIrp(4, FALSE);
// CHECK-FIXES-NEXT:  if (irp == NULL) {
// CHECK-FIXES-NEXT:    return STATUS_INSUFFICIENT_RESOURCES;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  KeInitializeEvent(&answer.Event, NotificationEvent, FALSE);
// CHECK-FIXES-NEXT:  irp->UserIosb = &answer.Block;
// CHECK-FIXES-NEXT:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Signals, &answer, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    IoSetCompletionRoutine(irp, Signals, &answer, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  status = IoCallDriver(Ext->Lower, irp);
// CHECK-FIXES-NEXT:  if (status == STATUS_PENDING) {
// CHECK-FIXES-NEXT:    KeWaitForSingleObject(&answer.Event, Executive, KernelMode, FALSE, NULL);
// CHECK-FIXES-NEXT:    status = irp->IoStatus.Status;
// CHECK-FIXES-NEXT:  }
// CHECK-FIXES-NEXT:  Ext->Count = (ULONG)answer.Block.Information;
// CHECK-FIXES-NEXT:  Ext->LastStatus = status;
// CHECK-FIXES-NEXT:  IoFreeIrp(irp);
// CHECK-FIXES-NEXT:  return status;
// CHECK-FIXES-NEXT:}
