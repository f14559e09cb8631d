// RUN: %check_wdm %s 'wdm-*'
//
// Code that is not visible may change the status in an IRP that it is given.
#include "driver.h"

VOID MayFinish(PEXT Ext, PIRP Irp);

VOID GivenAndCompleted(PEXT Ext, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_PENDING;
  MayFinish(Ext, Irp);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
}

VOID SetAfterwards(PEXT Ext, PIRP Irp) {
  MayFinish(Ext, Irp);
  Irp->IoStatus.Status = STATUS_PENDING;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed with STATUS_PENDING [wdm-irp-not-completed]
}

VOID NotGiven(PEXT Ext, PIRP Irp) {
  Irp->IoStatus.Status = STATUS_PENDING;
  MayFinish(Ext, NULL);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is completed with STATUS_PENDING [wdm-irp-not-completed]
}
