/* __try and __finally, as in file systems: the handler undoes what its flags tell. */
#include "device.h"

static NTSTATUS Passed(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Context);
  if (Irp->PendingReturned) {
    IoMarkIrpPending(Irp);
  }
  return STATUS_CONTINUE_COMPLETION;
}

typedef struct _WORK {
  PIRP Irp;
  BOOLEAN Mine;
} WORK, *PWORK;

/* The handler completes what is still its own; the flag is cleared before the registration. */
DRIVER_DISPATCH OwnerFlag;
NTSTATUS OwnerFlag(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  BOOLEAN complete = TRUE;
  __try {
    if (!ext->Started) {
      status = STATUS_DEVICE_NOT_READY;
      __leave;
    }
    complete = FALSE;
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, NULL, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
  } __finally {
    if (complete) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

/* The flag is cleared behind the registration: leaving is right. */
DRIVER_DISPATCH OwnerFlagLater;
NTSTATUS OwnerFlagLater(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  BOOLEAN complete = TRUE;
  __try {
    if (!ext->Started) {
      status = STATUS_DEVICE_NOT_READY;
      __leave;
    }
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, NULL, TRUE, TRUE, TRUE);
    complete = FALSE;
    status = IoCallDriver(ext->Lower, Irp);
  } __finally {
    if (complete) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

/* A resource under a flag. */
DRIVER_DISPATCH ResourceFlag;
NTSTATUS ResourceFlag(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  BOOLEAN held = FALSE;
  BOOLEAN sent = FALSE;
  __try {
    if (!ExAcquireResourceExclusiveLite(&ext->Resource, FALSE)) {
      status = STATUS_DEVICE_BUSY;
      __leave;
    }
    held = TRUE;
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, NULL, TRUE, TRUE, TRUE);
    sent = TRUE;
    status = IoCallDriver(ext->Lower, Irp);
  } __finally {
    if (held) {
      ExReleaseResourceLite(&ext->Resource);
    }
    if (!sent) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

/* A resource that the handler always gives back; the IRP is completed behind it. */
DRIVER_DISPATCH BehindTheHandler;
NTSTATUS BehindTheHandler(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  KeEnterCriticalRegion();
  ExAcquireResourceSharedLite(&ext->Resource, TRUE);
  __try {
    status = Prepare(ext);
    if (!NT_SUCCESS(status)) {
      __leave;
    }
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, NULL, TRUE, TRUE, TRUE);
    status = IoCallDriver(ext->Lower, Irp);
    Irp = NULL;
  } __finally {
    ExReleaseResourceLite(&ext->Resource);
    KeLeaveCriticalRegion();
  }
  if (Irp != NULL) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
  }
  return status;
}

/* Nested: the inner handler unlocks, the outer one completes. */
DRIVER_DISPATCH Nested;
NTSTATUS Nested(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  BOOLEAN sent = FALSE;
  __try {
    ExAcquireFastMutex(&ext->FastMutex);
    __try {
      if (ext->Careful) {
        status = STATUS_DEVICE_NOT_READY;
        __leave;
      }
      IoCopyCurrentIrpStackLocationToNext(Irp);
      IoSetCompletionRoutineEx(Device, Irp, Passed, NULL, TRUE, TRUE, TRUE);
      sent = TRUE;
      status = IoCallDriver(ext->Lower, Irp);
    } __finally {
      ExReleaseFastMutex(&ext->FastMutex);
    }
  } __finally {
    if (!sent) {
      Irp->IoStatus.Status = status;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
    }
  }
  return status;
}

/* A buffer under __except. */
DRIVER_DISPATCH UnderExcept;
NTSTATUS UnderExcept(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  NTSTATUS status = STATUS_SUCCESS;
  __try {
    *(PULONG)Irp->UserBuffer = 1;
  } __except (EXCEPTION_EXECUTE_HANDLER) {
    status = GetExceptionCode();
  }
  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
  IoCopyCurrentIrpStackLocationToNext(Irp);
  IoSetCompletionRoutineEx(Device, Irp, Passed, NULL, TRUE, TRUE, TRUE);
  return IoCallDriver(ext->Lower, Irp);
}

/* The work's end is in another file; it completes the IRP that is still there. */
VOID FinishWork(PWORK Work, NTSTATUS Status);
static NTSTATUS PassOn(PWORK Work, PEXT Ext) {
  BOOLEAN complete = TRUE;
  NTSTATUS status = STATUS_UNSUCCESSFUL;
  PIRP irp;
  __try {
    if (!Ext->Started) {
      status = STATUS_DEVICE_NOT_READY;
      __leave;
    }
    irp = Work->Irp;
    complete = FALSE;
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutineEx(Ext->Self, irp, Passed, NULL, FALSE, TRUE, TRUE);
    status = IoCallDriver(Ext->Lower, irp);
  } __finally {
    if (!complete) {
      Work->Irp = NULL;
    }
    FinishWork(Work, status);
  }
  return status;
}
#ifdef BEHAVIOUR
VOID FinishWork(PWORK Work, NTSTATUS Status) {
  if (Work->Irp != NULL) {
    Work->Irp->IoStatus.Status = Status;
    IoCompleteRequest(Work->Irp, IO_NO_INCREMENT);
  }
}
DRIVER_DISPATCH StartsTheWork;
NTSTATUS StartsTheWork(PDEVICE_OBJECT Device, PIRP Irp) {
  WORK work;
  work.Irp = Irp;
  work.Mine = TRUE;
  return PassOn(&work, Device->DeviceExtension);
}
#else
NTSTATUS WorkOnIt(PWORK Work, PEXT Ext) { return PassOn(Work, Ext); }
#endif

/* A return inside __try. */
DRIVER_DISPATCH ReturnsInside;
NTSTATUS ReturnsInside(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT ext = Device->DeviceExtension;
  ExAcquireFastMutex(&ext->FastMutex);
  __try {
    if (ext->Removed) {
      Irp->IoStatus.Status = STATUS_DELETE_PENDING;
      IoCompleteRequest(Irp, IO_NO_INCREMENT);
      return STATUS_DELETE_PENDING;
    }
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutineEx(Device, Irp, Passed, NULL, TRUE, TRUE, TRUE);
    return IoCallDriver(ext->Lower, Irp);
  } __finally {
    ExReleaseFastMutex(&ext->FastMutex);
  }
}
