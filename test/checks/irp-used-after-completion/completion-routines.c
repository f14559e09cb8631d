// RUN: %check_wdm %s wdm-irp-used-after-completion,wdm-pending-irp,wdm-irp-not-completed
//
// A completion routine that completes or frees the IRP has to say so: the I/O manager goes on
// with an IRP of which it is told anything but STATUS_MORE_PROCESSING_REQUIRED.
#include "driver.h"

// --- Freed ---

IO_COMPLETION_ROUTINE FreesAndGoesOn;
NTSTATUS FreesAndGoesOn(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: completion routine returns 'STATUS_SUCCESS' although it freed the IRP at line [[#@LINE-2]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
}

IO_COMPLETION_ROUTINE FreesAndKeeps;
NTSTATUS FreesAndKeeps(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static IO_COMPLETION_ROUTINE FreesAndContinues;
static NTSTATUS FreesAndContinues(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  Work((PEXT)Context);
  IoFreeIrp(Irp);
  return STATUS_CONTINUE_COMPLETION;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: completion routine returns 'STATUS_CONTINUE_COMPLETION' although it freed the IRP at line [[#@LINE-2]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
}

static IO_COMPLETION_ROUTINE FreesSometimes;
static NTSTATUS FreesSometimes(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  if (Context == NULL) {
    IoFreeIrp(Irp);
  } else {
    Work((PEXT)Context);
  }
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: completion routine returns 'STATUS_SUCCESS' although it freed the IRP at line [[#@LINE-5]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
}

static IO_COMPLETION_ROUTINE FreesSometimesRightly;
static NTSTATUS FreesSometimesRightly(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  if (Context == NULL) {
    IoFreeIrp(Irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
  }
  Work((PEXT)Context);
  return STATUS_SUCCESS;
}

static IO_COMPLETION_ROUTINE ReturnsAVariable;
static NTSTATUS ReturnsAVariable(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  NTSTATUS status = STATUS_SUCCESS;
  if (Context != NULL) {
    IoFreeIrp(Irp);
  }
  return status;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: completion routine returns 'status' although it freed the IRP at line [[#@LINE-3]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
}

static IO_COMPLETION_ROUTINE ReturnsAVariableRightly;
static NTSTATUS ReturnsAVariableRightly(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  NTSTATUS status = STATUS_SUCCESS;
  if (Context != NULL) {
    IoFreeIrp(Irp);
    status = STATUS_MORE_PROCESSING_REQUIRED;
  }
  return status;
}

static IO_COMPLETION_ROUTINE ReturnsTheStatusOfTheIrp;
static NTSTATUS ReturnsTheStatusOfTheIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  NTSTATUS status = Irp->IoStatus.Status;
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return status;
}

static IO_COMPLETION_ROUTINE ReturnsASuccess;
static NTSTATUS ReturnsASuccess(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  NTSTATUS status = Irp->IoStatus.Status;
  if (NT_SUCCESS(status)) {
    Work((PEXT)Context);
    IoFreeIrp(Irp);
    return status;
// CHECK-MESSAGES: :[[@LINE-1]]:5: warning: completion routine returns 'status' although it freed the IRP at line [[#@LINE-2]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
  }
  return STATUS_SUCCESS;
}

static IO_COMPLETION_ROUTINE FreesAnotherIrp;
static NTSTATUS FreesAnotherIrp(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  IoFreeIrp((PIRP)Context);
  if (Irp->PendingReturned)
    IoMarkIrpPending(Irp);
  return STATUS_SUCCESS;
}

static IO_COMPLETION_ROUTINE FreesTwice;
static NTSTATUS FreesTwice(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  IoFreeIrp(Irp);
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: IRP is freed here although it was freed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static IO_COMPLETION_ROUTINE ReadsWhatItFreed;
static NTSTATUS ReadsWhatItFreed(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  PEXT ext = (PEXT)Context;
  IoFreeIrp(Irp);
  ext->LastStatus = Irp->IoStatus.Status;
// CHECK-MESSAGES: :[[@LINE-1]]:{{[0-9]+}}: warning: IRP is read here although it was freed at line [[#@LINE-2]] [wdm-irp-used-after-completion]
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static IO_COMPLETION_ROUTINE ReadsBeforeItFrees;
static NTSTATUS ReadsBeforeItFrees(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  PEXT ext = (PEXT)Context;
  ext->LastStatus = Irp->IoStatus.Status;
  IoFreeIrp(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

// --- Completed ---

static IO_COMPLETION_ROUTINE CompletesAndGoesOn;
static NTSTATUS CompletesAndGoesOn(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  Work((PEXT)Context);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: completion routine returns 'STATUS_SUCCESS' although it completed the IRP at line [[#@LINE-2]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
}

static IO_COMPLETION_ROUTINE CompletesAndKeeps;
static NTSTATUS CompletesAndKeeps(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  Work((PEXT)Context);
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID FreeWithItsMdl(PIRP Irp) {
  IoFreeMdl(Irp->MdlAddress);
  IoFreeIrp(Irp);
}

static IO_COMPLETION_ROUTINE FreesInAHelper;
static NTSTATUS FreesInAHelper(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  FreeWithItsMdl(Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: completion routine returns 'STATUS_SUCCESS' although it freed the IRP at line [[#@LINE-9]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
}

static IO_COMPLETION_ROUTINE FreesInAHelperRightly;
static NTSTATUS FreesInAHelperRightly(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  FreeWithItsMdl(Irp);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

// --- No role type, but set as a routine in this file ---

static NTSTATUS NTAPI SetBelow(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: completion routine returns 'STATUS_SUCCESS' although it freed the IRP at line [[#@LINE-2]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
}

static NTSTATUS NTAPI SetBelowByEx(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: completion routine returns 'STATUS_SUCCESS' although it freed the IRP at line [[#@LINE-2]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
}

static NTSTATUS NTAPI WrittenBelow(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return STATUS_SUCCESS;
// CHECK-MESSAGES: :[[@LINE-1]]:3: warning: completion routine returns 'STATUS_SUCCESS' although it freed the IRP at line [[#@LINE-2]]; return STATUS_MORE_PROCESSING_REQUIRED [wdm-irp-used-after-completion]
}

// Only the signature is that of a routine: who calls it decides what its result means.
NTSTATUS NTAPI neverSet(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(DeviceObject);
  UNREFERENCED_PARAMETER(Context);
  IoFreeIrp(Irp);
  return STATUS_SUCCESS;
}

NTSTATUS sets(PEXT Ext, PIRP Irp) {
  IoCopyCurrentIrpStackLocationToNext(Irp);
  if (Ext->Started) {
    IoSetCompletionRoutine(Irp, SetBelow, Ext, TRUE, TRUE, TRUE);
  } else if (Ext->Count == 0) {
    IoGetNextIrpStackLocation(Irp)->CompletionRoutine = WrittenBelow;
  } else {
    NTSTATUS status = IoSetCompletionRoutineEx(Ext->Self, Irp, SetBelowByEx, Ext, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(status))
      return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}
