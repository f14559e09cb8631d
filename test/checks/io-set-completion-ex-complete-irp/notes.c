// RUN: %check_wdm %s wdm-io-set-completion-ex-complete-irp
//
// The notes of the failure path.
#include "driver.h"

NTSTATUS logged(PEXT Ext, PIRP Irp) {
  NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:21: warning: 'IoSetCompletionRoutineEx' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'NT_SUCCESS(status)' is false here
    DbgPrint("%x\n", status);
  }
  return IoCallDriver(Ext->Lower, Irp);
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: IRP sent here
// CHECK-NOTES: :[[@LINE-8]]:{{[0-9]+}}: note: on failure fall back to IoSetCompletionRoutine {{.*}}
}

DRIVER_DISPATCH DispatchRead;
NTSTATUS DispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp) {
  PEXT ext = (PEXT)DeviceObject->DeviceExtension;
  NTSTATUS status;
  IoCopyCurrentIrpStackLocationToNext(Irp);
  status = IoSetCompletionRoutineEx(DeviceObject, Irp, Done, ext, TRUE, TRUE, TRUE);
// CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'IoSetCompletionRoutineEx' can fail, and the dispatch routine then returns without completing the IRP [wdm-io-set-completion-ex-complete-irp]
  if (!NT_SUCCESS(status)) {
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: 'NT_SUCCESS(status)' is false here
    return status;
// CHECK-NOTES: :[[@LINE-1]]:{{[0-9]+}}: note: function returns here with the IRP not completed
  }
  return IoCallDriver(ext->Lower, Irp);
}
