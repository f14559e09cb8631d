// RUN: %check_wdm %s 'wdm-*'
//
// Known false alarms: each of these functions is right, and is reported. The reason stands above it.
// Whoever teaches the checks one of them moves it to its catalogue.
#include "driver.h"

// Two bits of one word of which never both are set. Only an assertion says so, and that is nothing
// in a free build.
typedef struct _WORK {
  PIRP Irp;
  ULONG Flags;
} WORK, *PWORK;
NTSTATUS Handle(PWORK Work);
VOID Insert(PWORK Work);

NTSTATUS EitherBit(PWORK Work) {
  NTSTATUS status = Handle(Work);
  BOOLEAN queue = (Work->Flags & 2) != 0;
  BOOLEAN complete = (Work->Flags & 1) != 0;
  if (complete) {
    Work->Irp->IoStatus.Status = status;
    IoCompleteRequest(Work->Irp, IO_NO_INCREMENT);
  }
  if (queue) {
    IoMarkIrpPending(Work->Irp);
    Insert(Work);
    status = STATUS_PENDING;
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-6]]:5: warning: IRP is passed to 'IoMarkIrpPending' here although it was completed

// A helper that a header declares with the role type. Nothing in this file calls it or stores it:
// with --whole-driver its callers are known.
static NTSTATUS Wakes(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}
DRIVER_DISPATCH ForwardAndWait;
NTSTATUS ForwardAndWait(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  KEVENT event;
  NTSTATUS status;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Wakes, &event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING) {
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    status = Irp->IoStatus.Status;
  }
  return status;
}
// CHECK-MESSAGES: :[[@LINE-2]]:3: warning: {{.*}}[wdm-irp-not-completed]
