// A source as they come from Windows: backslashes in includes, pragmas and
// exception handling of its compiler, letters beyond ASCII before a finding.
#include "parts\guarded.h"
#pragma warning(push)
#pragma warning(disable : 4100 4201)
#pragma region registration

NTSTATUS GuardedRead(PDEVICE_OBJECT Device, PIRP Irp)
{
    PGUARDED_EXTENSION Extension = (PGUARDED_EXTENSION)Device->DeviceExtension;
    NTSTATUS Status = STATUS_SUCCESS;

    __try {
        ExAcquireFastMutex(&Extension->Mutex);
        IoCopyCurrentIrpStackLocationToNext(Irp);
        /* größer: 試験 */ IoSetCompletionRoutineEx(Device, Irp, GuardedDone, NULL, TRUE, TRUE, TRUE);
        Status = IoCallDriver(Extension->Lower, Irp);
    } __finally {
        ExReleaseFastMutex(&Extension->Mutex);
    }
    return Status;
}

NTSTATUS GuardedControl(PDEVICE_OBJECT Device, PIRP Irp)
{
    PGUARDED_EXTENSION Extension = (PGUARDED_EXTENSION)Device->DeviceExtension;
    NTSTATUS Status;

    __try {
        ProbeForRead(Irp->UserBuffer, 4, 1);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Irp->IoStatus.Status = GetExceptionCode();
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return Irp->IoStatus.Status;
    }
    IoCopyCurrentIrpStackLocationToNext(Irp);
    Status = IoSetCompletionRoutineEx(Extension->Lower, Irp, GuardedDone, NULL, TRUE, TRUE, TRUE);
    if (!NT_SUCCESS(Status)) {
        DbgPrint("größer: %x\n", Status);
    }
    return IoCallDriver(Extension->Lower, Irp);
}

#pragma endregion
#pragma warning(pop)
