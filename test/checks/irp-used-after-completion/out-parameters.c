// RUN: %check_wdm %s 'wdm-*'
//
// A function that is told where the variable is may put another IRP there.
#include "driver.h"

NTSTATUS NextIrp(PEXT Ext, PIRP *Irp);
typedef NTSTATUS (NTAPI *PNEXT)(PVOID Context, PIRP *Irp);

VOID eachOfThem(PEXT Ext) {
  PIRP irp;
  while (NT_SUCCESS(NextIrp(Ext, &irp))) {
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
  }
}

VOID eachByAPointer(PEXT Ext, PNEXT Next) {
  PIRP irp = NULL;
  ULONG i;
  for (i = 0; i != Ext->Count; ++i)
    if (Next(Ext, &irp) == STATUS_MORE_PROCESSING_REQUIRED) {
      irp->IoStatus.Status = STATUS_SUCCESS;
      IoCompleteRequest(irp, IO_NO_INCREMENT);
    }
}

VOID oneThatIsCompletedInALoop(PEXT Ext) {
  PIRP irp;
  if (!NT_SUCCESS(NextIrp(Ext, &irp)))
    return;
  while (Maybe())
    IoCompleteRequest(irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: IRP is completed here although it was completed at line {{[0-9]+}} [wdm-irp-used-after-completion]
}

// --- What was told of once, and the ways that do not come from there ---

VOID completedTwiceOnBothWays(PEXT Ext) {
  if (Maybe())
    IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line {{[0-9]+}} [wdm-irp-used-after-completion]
  Ext->Irp->IoStatus.Information = 0;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is written here although it was completed at line {{[0-9]+}} [wdm-irp-used-after-completion]
}

VOID toldOfOnce(PEXT Ext) {
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
  IoCompleteRequest(Ext->Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed here although it was completed at line {{[0-9]+}} [wdm-irp-used-after-completion]
  Ext->Irp->IoStatus.Information = 0;
}

// --- A routine that the copy takes out again; code that queues may have set one ---

static IO_COMPLETION_ROUTINE Keeps;
static NTSTATUS Keeps(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

DRIVER_DISPATCH DispatchCopiesAfterTheRoutine;
NTSTATUS DispatchCopiesAfterTheRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING)
    return status;
  return status;
}

DRIVER_DISPATCH DispatchCopiesBeforeTheRoutine;
NTSTATUS DispatchCopiesBeforeTheRoutine(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutine(Irp, Keeps, &ext->Event, TRUE, TRUE, TRUE);
  status = IoCallDriver(ext->Lower, Irp);
  if (status == STATUS_PENDING)
    return status;
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: dispatch routine returns without completing, sending or queueing the IRP [wdm-irp-not-completed]
}
