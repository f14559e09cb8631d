"""What the routines of the stub header do, as the contract of the checks says it.

This table is the oracle's own; it must not be generated from, or compared by machine with, the
table of the module: two readings of one contract are the point of an oracle.
"""

from __future__ import annotations

STATUS = {
    "STATUS_SUCCESS": 0,
    "STATUS_PENDING": 0x103,
    "STATUS_UNSUCCESSFUL": 0xC0000001 - (1 << 32),
    "STATUS_INSUFFICIENT_RESOURCES": 0xC000009A - (1 << 32),
    "STATUS_DEVICE_BUSY": 0x80000011 - (1 << 32),
}
SUCCESS = STATUS["STATUS_SUCCESS"]
REGISTRATION_FAILS = STATUS["STATUS_INSUFFICIENT_RESOURCES"]

# Sends: the device is the first argument, the IRP the second; the type is what they return.
SENDS = {
    "IoCallDriver": "NTSTATUS",
    "IofCallDriver": "NTSTATUS",
    "PoCallDriver": "NTSTATUS",
    "IoSynchronousCallDriver": "NTSTATUS",
    "IoForwardIrpSynchronously": "BOOLEAN",
}

# These end the IRP without sending it; the IRP is the first argument.
COMPLETES = ("IoCompleteRequest", "IofCompleteRequest")
FREES = ("IoFreeIrp",)
REUSES = ("IoReuseIrp",)

# Dealing with the missing routine; the two with an @ are writes to the next stack location.
RECOVERIES = (
    "IoSkipCurrentIrpStackLocation",
    "IoSetCompletionRoutine",
    "@control",
    "@routine",
)

# Neither send nor hand on; True where the call stands for an event in a native trace.
HARMLESS = {
    "IoCopyCurrentIrpStackLocationToNext": "VOID",
    "IoMarkIrpPending": "VOID",
    "IoAcquireRemoveLock": "NTSTATUS",
    "IoReleaseRemoveLock": "VOID",
    "KeWaitForSingleObject": "VOID",
    "DbgPrint": "VOID",
    "KdPrint": "VOID",
    "DbgPrintEx": "VOID",
    "NT_ASSERT": "VOID",
    "ASSERT": "VOID",
}
# The last five see nothing that matters and, the asserts, evaluate nothing in a free build.
TRACES = ("DbgPrint", "KdPrint", "DbgPrintEx")
ASSERTS = ("NT_ASSERT", "ASSERT")

# Functions without a visible body.  What they are given is handed on.
UNKNOWN = {
    "DrvFlag": "BOOLEAN",
    "DrvMode": "ULONG",
    "DrvStart": "NTSTATUS",
    "DrvPrepare": "NTSTATUS",  # (ext)
    "DrvProcess": "VOID",  # (irp)
    "DrvHandle": "NTSTATUS",  # (irp)
    "DrvQueue": "VOID",  # (ext, irp)
    "DrvTakeStatus": "VOID",  # (status)
    "DrvFail": "NTSTATUS",  # (irp, status)
    "DrvSaysOk": "BOOLEAN",  # (status)
    "IoStartPacket": "VOID",  # (device, irp)
}

# Also hands on: the body is in the header, and it links a part of the IRP into a list.
LINKS = ("InsertTailList",)
MOVES = ("IoSetNextIrpStackLocation",)

ALLOCATES = ("IoAllocateIrp",)
POOL = ("ExAllocatePool2",)

NORETURN = ("KeBugCheckEx", "ExRaiseStatus")

# Members of the structures of the stub header.
EXTENSION = {
    "Enabled": "BOOLEAN",
    "State": "ULONG",
    "Lower": "PDEVICE_OBJECT",
    "Self": "PDEVICE_OBJECT",
    "Other": "PDEVICE_OBJECT",
    "Irp": "PIRP",
    "Irps[0]": "PIRP",
    "Irps[1]": "PIRP",
    "Pending": "PIRP",
    "LastStatus": "NTSTATUS",
}
IRP = {
    "IoStatus.Status": "NTSTATUS",
    "IoStatus.Information": "ULONG",
    "Cancel": "BOOLEAN",
    "PendingReturned": "BOOLEAN",
}
CONTEXT = {"Status": "NTSTATUS", "Ok": "BOOLEAN", "Irp": "PIRP"}
GLOBALS = {"g_LastStatus": "NTSTATUS", "g_Irp": "PIRP", "g_Verbose": "BOOLEAN"}
