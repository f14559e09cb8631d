// The author's own exits: which of them, in which order, with which status.
// RUN: %check_wdm %s wdm-io-set-completion-routine-ex
#include "driver.h"

static NTSTATUS Wakes(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
VOID Undo(PEXT Ext);

// The status of the exit is replaced as a whole.
DRIVER_DISPATCH ShortName;
NTSTATUS ShortName(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS s;
  if (ext->Started) {
    Undo(ext);
    Irp->IoStatus.Status = s = STATUS_DELETE_PENDING;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return s;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  s = IoCallDriver(ext->Lower, Irp);
  return s;
}
// CHECK-MESSAGES: :[[@LINE-4]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-FIXES:  s = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(s)) {
// CHECK-FIXES-NEXT:    Undo(ext);
// CHECK-FIXES-NEXT:    Irp->IoStatus.Status = s;
// CHECK-FIXES-NEXT:    Irp->IoStatus.Information = 0;
// CHECK-FIXES-NEXT:    IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-FIXES-NEXT:    return s;
// CHECK-FIXES-NEXT:  }

// The label that frees, not the one below it with what it frees in front.
NTSTATUS TwoLabels(PEXT Ext, PULONG Answer) {
  PIRP irp = IoAllocateIrp(Ext->Lower->StackSize, FALSE);
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  KEVENT event;
  if (irp == NULL)
    goto fail1;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoSetCompletionRoutineEx(Ext->Self, irp, Wakes, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(Ext->Lower, irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = irp->IoStatus.Status;
  }
  if (!NT_SUCCESS(status))
    goto fail2;
  *Answer = (ULONG)irp->IoStatus.Information;
  IoFreeIrp(irp);
  return STATUS_SUCCESS;
fail2:
  IoFreeIrp(irp);
fail1:
  return status;
}
// CHECK-MESSAGES: :[[@LINE-16]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-FIXES:  status = IoSetCompletionRoutineEx(Ext->Self, irp, Wakes, &event, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(status)) {
// CHECK-FIXES-NEXT:    goto fail2;
// CHECK-FIXES-NEXT:  }

// A field of the same name is no use of the variable.
DRIVER_DISPATCH FieldOfTheSameName;
NTSTATUS FieldOfTheSameName(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS Status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
  Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  Status = IoCallDriver(ext->Lower, Irp);
  return Status;
}
// CHECK-MESSAGES: :[[@LINE-5]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-FIXES:  NTSTATUS Status;
// CHECK-FIXES:  Status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(Status)) {

// His exit ends in a function that completes.
static NTSTATUS Refused(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}
NTSTATUS EndsInAFunction(PEXT Ext, PIRP Irp) {
  if (Ext->Started) {
    Undo(Ext);
    return Refused(Irp, STATUS_DELETE_PENDING);
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
// CHECK-MESSAGES: :[[@LINE-3]]:3: warning: result of 'IoSetCompletionRoutineEx' is discarded
// CHECK-FIXES:  Status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-FIXES-NEXT:  if (!NT_SUCCESS(Status)) {
// CHECK-FIXES-NEXT:    Undo(Ext);
// CHECK-FIXES-NEXT:    return Refused(Irp, Status);
// CHECK-FIXES-NEXT:  }
