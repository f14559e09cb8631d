# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Driver sources made by rule, for scripts/bench and scripts/torture.

SHAPES maps a name to a function of one number: how much of it. All of them
give a C source that includes test/Inputs/driver.h and parses without a
diagnostic (but for SHAPES["unparsed"]); the same number gives the same text.
driver_source(lines, seed) is a whole driver in which functions of everyday
shapes follow each other.
"""

import random

HEAD = '#include "driver.h"\n\nIO_COMPLETION_ROUTINE Done;\n\n'
REGISTER = "IoSetCompletionRoutineEx(Device, Irp, Done, Ext, TRUE, TRUE, TRUE)"
SEND = "IoCallDriver(Ext->Lower, Irp)"
TEST = """  if (!NT_SUCCESS(status)) {
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
  }
"""
BEGIN = """NTSTATUS Routine(PDEVICE_OBJECT Device, PIRP Irp) {
  PEXT Ext = (PEXT)Device->DeviceExtension;
  NTSTATUS status;
"""
LOCALS = BEGIN.replace("status;", "status = STATUS_SUCCESS;")


def _many(n, text):
    return "".join(text.replace("@", str(i)) for i in range(n))


def branches(n):
    """N branches that have nothing to do with the registration around it."""
    half = n // 2
    return (
        HEAD + BEGIN + _many(half, "  if (Ext->Count == @)\n    Work(Ext);\n")
        + f"  status = {REGISTER};\n"
        + _many(n - half, "  if (Number() == @)\n    Work(Ext);\n")
        + TEST + f"  return {SEND};\n}}\n"
    )


def branches_wrong(n):
    """The same, and the status is never tested."""
    return branches(n).replace(TEST, "")


def decided(n):
    """N branches between the registration and its test that leave a mark."""
    return (
        HEAD + BEGIN + "  ULONG seen = 0;\n" + f"  status = {REGISTER};\n"
        + _many(n, "  if (Number() == @)\n    seen |= @;\n")
        + TEST + "  Ext->Count = seen;\n" + f"  return {SEND};\n}}\n"
    )


def statuses(n):
    """N branches on the status."""
    return (
        HEAD + BEGIN + f"  status = {REGISTER};\n"
        + _many(n, "  if (NT_SUCCESS(status))\n    Work(Ext);\n")
        + TEST + f"  return {SEND};\n}}\n"
    )


def flags(n):
    """N flags, each set in one branch and asked in another."""
    return (
        HEAD + LOCALS + _many(n, "  BOOLEAN flag@ = FALSE;\n")
        + "  BOOLEAN registered = FALSE;\n"
        + _many(n, "  if (Number() == @)\n    flag@ = TRUE;\n")
        + f"  if (Maybe()) {{\n    status = {REGISTER};\n    registered = TRUE;\n  }}\n"
        + _many(n, "  if (flag@)\n    Work(Ext);\n")
        + "  if (registered && !NT_SUCCESS(status)) {\n"
        + "    Irp->IoStatus.Status = status;\n    IoCompleteRequest(Irp, IO_NO_INCREMENT);\n"
        + "    return status;\n  }\n  if (!registered)\n    IoSkipCurrentIrpStackLocation(Irp);\n"
        + f"  return {SEND};\n}}\n"
    )


def flags_decide(n):
    """N flags, all of which decide whether the status is tested."""
    return (
        HEAD + LOCALS + _many(n, "  BOOLEAN flag@ = FALSE;\n")
        + _many(n, "  if (Number() == @)\n    flag@ = TRUE;\n")
        + f"  status = {REGISTER};\n"
        + _many(n, "  if (flag@ && !NT_SUCCESS(status))\n    Work(Ext);\n")
        + TEST + f"  return {SEND};\n}}\n"
    )


def nested_loops(n):
    """Loops in loops, the registration in the innermost."""
    depth = min(n, 120)
    text = HEAD + LOCALS
    for i in range(depth):
        text += f"  for (ULONG i{i} = 0; i{i} < Number(); i{i}++) {{\n"
    text += f"  status = {REGISTER};\n" + TEST + f"  {SEND};\n  Irp = Ext->Irps[Number()];\n"
    return text + "  }\n" * depth + "  return status;\n}\n"


def loops(n):
    """N loops one after the other between the registration and its test."""
    return (
        HEAD + BEGIN + "  ULONG i;\n" + f"  status = {REGISTER};\n"
        + _many(n, "  for (i = 0; i < Ext->Count; i++)\n    if (Number() == i)\n      Work(Ext);\n")
        + TEST + f"  return {SEND};\n}}\n"
    )


def switch(n):
    """A switch with N cases, a registration in one of ten."""
    text = HEAD + LOCALS + "  switch (Number()) {\n"
    for i in range(n):
        if i % 10 == 0:
            text += f"  case {i}:\n    status = {REGISTER};\n    if (!NT_SUCCESS(status))\n      break;\n"
            text += f"    return {SEND};\n"
        else:
            text += f"  case {i}:\n    status = Prepare(Ext);\n    break;\n"
    text += "  default:\n    break;\n  }\n"
    return text + "  IoCompleteRequest(Irp, IO_NO_INCREMENT);\n  return status;\n}\n"


def machine(n):
    """A state machine with N states in a loop."""
    text = HEAD + LOCALS + "  ULONG state = 0;\n  BOOLEAN registered = FALSE;\n"
    text += "  for (;;) {\n    switch (state) {\n"
    for i in range(n):
        text += f"    case {i}:\n"
        if i == n // 2:
            text += f"      status = {REGISTER};\n      registered = TRUE;\n"
        elif i % 7 == 0:
            text += "      Work(Ext);\n"
        text += f"      state = Maybe() ? {(i + 1) % max(n, 1)} : {(i * 7 + 3) % max(n, 1)};\n      break;\n"
    text += "    default:\n      if (registered && !NT_SUCCESS(status)) {\n"
    text += "        IoCompleteRequest(Irp, IO_NO_INCREMENT);\n        return status;\n      }\n"
    text += f"      return {SEND};\n    }}\n    if (Number() == 7)\n      state = {n};\n  }}\n}}\n"
    return text


def registrations(n):
    """N registrations in one function."""
    text = HEAD + LOCALS
    for i in range(n):
        text += f"  Irp = ((PIRP *)Ext->Buffer)[{i}];\n  status = {REGISTER};\n"
        text += f"  if (NT_SUCCESS(status))\n    {SEND};\n"
        text += "  else\n    IoCompleteRequest(Irp, IO_NO_INCREMENT);\n"
    return text + "  return status;\n}\n"


def registrations_wrong(n):
    """N registrations in one function, one in ten of them not tested."""
    text = HEAD + LOCALS
    for i in range(n):
        text += f"  Irp = ((PIRP *)Ext->Buffer)[{i}];\n  status = {REGISTER};\n"
        if i % 10 == 0:
            text += f"  {SEND};\n"
            continue
        text += f"  if (NT_SUCCESS(status))\n    {SEND};\n"
        text += "  else\n    IoCompleteRequest(Irp, IO_NO_INCREMENT);\n"
    return text + "  return status;\n}\n"


def functions(n):
    """N functions, each with a registration."""
    one = (BEGIN + f"  status = {REGISTER};\n" + TEST + f"  return {SEND};\n}}\n\n")
    return HEAD + _many(n, one.replace("Routine(", "Routine@("))


def helpers(n):
    """N helpers, each calling the next with the IRP; the last registers."""
    text = HEAD
    args = "PDEVICE_OBJECT Device, PIRP Irp, PEXT Ext"
    text += f"static NTSTATUS Helper0({args}) {{\n  return {REGISTER};\n}}\n\n"
    for i in range(1, n):
        text += f"static NTSTATUS Helper{i}({args}) {{\n  if (Number() == {i})\n    Work(Ext);\n"
        text += f"  return Helper{i - 1}(Device, Irp, Ext);\n}}\n\n"
    text += BEGIN + f"  status = Helper{max(n, 1) - 1}(Device, Irp, Ext);\n"
    return text + TEST + f"  return {SEND};\n}}\n"


def callers(n):
    """One helper that registers and N functions that call it."""
    text = HEAD + "static NTSTATUS Register(PDEVICE_OBJECT Device, PIRP Irp, PEXT Ext) {\n"
    text += f"  IoCopyCurrentIrpStackLocationToNext(Irp);\n  return {REGISTER};\n}}\n\n"
    one = BEGIN + "  status = Register(Device, Irp, Ext);\n" + TEST + f"  return {SEND};\n}}\n\n"
    return text + _many(n, one.replace("Routine(", "Routine@("))


def many_helpers(n):
    """A function that passes the IRP to N helpers between registration and test."""
    text = HEAD
    for i in range(n):
        text += f"static VOID Look{i}(PEXT Ext, PIRP Irp) {{\n  if (Irp->Flags == {i})\n    Work(Ext);\n}}\n\n"
    text += BEGIN + f"  status = {REGISTER};\n" + _many(n, "  Look@(Ext, Irp);\n")
    return text + TEST + f"  return {SEND};\n}}\n"


def recursive(n):
    """N helpers that call themselves and each other in rings of three."""
    text = HEAD
    n = max(n, 3) // 3 * 3
    args = "PDEVICE_OBJECT Device, PIRP Irp, PEXT Ext, ULONG Depth"
    text += _many(n, f"static NTSTATUS Ring@({args});\n")
    for i in range(n):
        ring, follow = i // 3, i // 3 * 3 + (i + 1) % 3
        text += f"static NTSTATUS Ring{i}({args}) {{\n"
        text += f"  NTSTATUS status;\n  if (Depth == 0)\n    return {REGISTER};\n"
        text += f"  status = Ring{follow}(Device, Irp, Ext, Depth - 1);\n"
        text += "  if (!NT_SUCCESS(status))\n    return status;\n"
        text += f"  if (Maybe())\n    return Ring{i}(Device, Irp, Ext, Depth - 1);\n"
        text += f"  return Ring{(ring * 3 + 3) % n}(Device, Irp, Ext, Depth / 2);\n}}\n\n"
    text += BEGIN + "  status = Ring0(Device, Irp, Ext, Number());\n"
    return text + TEST + f"  return {SEND};\n}}\n"


def else_ifs(n):
    """A chain of N else-ifs, no longer than clang itself can parse."""
    n = min(n, 4000)
    text = HEAD + BEGIN + f"  status = {REGISTER};\n  if (Ext->Count == 100000)\n    Work(Ext);\n"
    text += _many(n, "  else if (Ext->Count == @)\n    Work(Ext);\n")
    return text + TEST + f"  return {SEND};\n}}\n"


def _chain(n, operator, last="NT_SUCCESS(status)"):
    text = HEAD + BEGIN + f"  status = {REGISTER};\n  if ("
    text += _many(n, f"Number() == @ {operator}\n      ")
    return text + f"{last})\n    Work(Ext);\n" + TEST + f"  return {SEND};\n}}\n"


def ands(n):
    """A condition of N operands joined by &&."""
    return _chain(n, "&&")


def ors(n):
    """A condition of N operands joined by ||."""
    return _chain(n, "||")


def conditionals(n):
    """N conditional operators in one another."""
    text = HEAD + BEGIN + f"  status = {REGISTER};\n  Ext->Count =\n"
    text += _many(n, "      Number() == @ ? @ :\n")
    return text + "      NT_SUCCESS(status);\n" + TEST + f"  return {SEND};\n}}\n"


def commas(n):
    """An expression of N operands joined by commas."""
    text = HEAD + BEGIN + f"  status = {REGISTER},\n"
    text += _many(n, "      Ext->Count = @,\n")
    return text + "      Work(Ext);\n" + TEST + f"  return {SEND};\n}}\n"


def sums(n):
    """A long sum that the status is part of."""
    text = HEAD + BEGIN + f"  status = {REGISTER};\n  Ext->Count = status"
    text += _many(n, " + (ULONG)@ * Ext->Count\n     ")
    return text + ";\n" + TEST + f"  return {SEND};\n}}\n"


def copies(n):
    """The status goes through N variables."""
    text = HEAD + BEGIN + f"  NTSTATUS s0;\n  s0 = {REGISTER};\n"
    for i in range(n):
        text += f"  NTSTATUS s{i + 1} = s{i};\n"
    return text + f"  status = s{n};\n" + TEST + f"  return {SEND};\n}}\n"


def blocks(n):
    """Blocks in blocks, as deep as clang allows by default."""
    depth = min(n, 240)
    text = HEAD + BEGIN + f"  status = {REGISTER};\n"
    text += "".join(f"  if (Number() == {i}) {{\n" for i in range(depth)) + TEST
    return text + "  }\n" * depth + TEST + f"  return {SEND};\n}}\n"


def parens(n):
    """Parentheses in parentheses."""
    depth = min(n, 240)
    return (
        HEAD + BEGIN + f"  status = {'(' * depth}{REGISTER}{')' * depth};\n"
        + f"  if ({'!(' * depth}status{')' * depth})\n    Work(Ext);\n"
        + TEST + f"  return {SEND};\n}}\n"
    )


def finallys(n):
    """Nested __try/__finally with N returns in the innermost."""
    depth = min(max(n // 10, 1), 60)
    text = HEAD + LOCALS + "  __try {\n" * depth
    text += f"  status = {REGISTER};\n"
    text += _many(n, "  if (Number() == @)\n    return (NTSTATUS)@;\n")
    text += TEST + f"  status = {SEND};\n"
    for i in range(depth):
        text += f"  }} __finally {{\n    if (Ext->Count == {i})\n      Work(Ext);\n  }}\n"
    return text + "  return status;\n}\n"


def tries(n):
    """N __try/__except blocks one after the other."""
    text = HEAD + BEGIN + f"  status = {REGISTER};\n"
    text += _many(n, "  __try {\n    ProbeForWrite(Ext->Buffer, @, 1);\n"
                     "  } __except (EXCEPTION_EXECUTE_HANDLER) {\n    Work(Ext);\n  }\n")
    return text + TEST + f"  return {SEND};\n}}\n"


def gotos(n):
    """N labels that jump to each other in a fixed disorder."""
    text = HEAD + LOCALS
    order = random.Random(7)
    for i in range(n):
        text += f"L{i}:\n"
        if i == n // 2:
            text += f"  status = {REGISTER};\n"
        text += f"  if (Number() == {i})\n    goto L{order.randrange(n)};\n"
    return text + TEST + f"  return {SEND};\n}}\n"


def irps(n):
    """N IRPs in N variables, one of them registered."""
    text = HEAD + BEGIN + _many(n, "  PIRP irp@ = ((PIRP *)Ext->Buffer)[@];\n")
    text += f"  status = {REGISTER};\n" + _many(n, "  IoCallDriver(Ext->Lower, irp@);\n")
    return text + TEST + f"  return {SEND};\n}}\n"


def fields(n):
    """N fields written and asked between the registration and its test."""
    text = HEAD + "typedef struct _WIDE {\n" + _many(n, "  ULONG F@;\n") + "} WIDE;\n"
    text += BEGIN + f"  WIDE *wide = (WIDE *)Ext->Buffer;\n  status = {REGISTER};\n"
    text += _many(n, "  wide->F@ = Number();\n  if (wide->F@)\n    Work(Ext);\n")
    return text + TEST + f"  return {SEND};\n}}\n"


def statements(n):
    """N statements without a branch."""
    text = HEAD + BEGIN + f"  status = {REGISTER};\n"
    text += _many(n, "  Ext->Count = Number() + @;\n")
    return text + TEST + f"  return {SEND};\n}}\n"


def macros(n):
    """The registration inside macros that expand each other."""
    depth = min(n, 2000)
    text = HEAD + f"#define M0() {REGISTER}\n"
    text += "".join(f"#define M{i}() (M{i - 1}())\n" for i in range(1, min(depth, 200)))
    last = max(min(depth, 200) - 1, 0)
    text += "#define CHECKED(x) if (!NT_SUCCESS(x)) { Work(Ext); }\n"
    text += BEGIN + f"  status = M{last}();\n" + _many(n, "  CHECKED(status)\n")
    return text + TEST + f"  return {SEND};\n}}\n"


def unparsed(n):
    """N statements that do not parse."""
    text = HEAD + BEGIN + f"  status = {REGISTER};\n"
    text += _many(n, "  if (Undeclared@(status)) { Missing@ = status; }\n")
    return text + TEST + f"  return {SEND};\n}}\n"


# The next are no deeper than what clang itself can parse.


def ifs(n):
    """N ifs in one another without braces."""
    n = min(n, 4000)
    text = HEAD + BEGIN + f"  status = {REGISTER};\n" + _many(n, "  if (Number() == @)\n")
    return text + "    Work(Ext);\n" + TEST + f"  return {SEND};\n}}\n"


def dos(n):
    """N loops in one another without braces."""
    n = min(n, 4000)
    text = HEAD + BEGIN + f"  status = {REGISTER};\n" + "  do\n" * n + "    Work(Ext);\n"
    return text + "  while (Maybe());\n" * n + TEST + f"  return {SEND};\n}}\n"


def cases(n):
    """N case labels of one statement."""
    text = HEAD + BEGIN + f"  status = {REGISTER};\n  switch (Number()) {{\n"
    return text + _many(n, "  case @:\n") + "    Work(Ext);\n  }\n" + TEST + f"  return {SEND};\n}}\n"


def labels(n):
    """N labels of one statement."""
    n = min(n, 4000)
    text = HEAD + BEGIN + f"  status = {REGISTER};\n  if (Maybe())\n    goto L0;\n"
    return text + _many(n, "L@:\n") + "  Work(Ext);\n" + TEST + f"  return {SEND};\n}}\n"


def nots(n):
    """The status is tested behind N exclamation marks."""
    n = min(n, 1000)
    return (
        HEAD + BEGIN + f"  status = {REGISTER};\n  if ({'!' * (n // 2 * 2)}NT_SUCCESS(status))\n"
        + "    Work(Ext);\n" + TEST + f"  return {SEND};\n}}\n"
    )


def casts(n):
    """The registration behind N casts."""
    n = min(n, 400)
    text = HEAD + BEGIN + "  status = " + "(NTSTATUS)\n      " * n + f"{REGISTER};\n"
    return text + TEST + f"  return {SEND};\n}}\n"


def assignments(n):
    """The status is stored N times in one expression."""
    n = min(n, 4000)
    text = HEAD + BEGIN + "  status = " + "Ext->LastStatus =\n      " * n + f"{REGISTER};\n"
    return text + TEST + f"  return {SEND};\n}}\n"


def members(n):
    """An IRP at the end of N pointers."""
    n = min(n, 8000)
    text = HEAD + BEGIN + "  Irp = (PIRP)Ext->Queue" + ".Flink" + "->Flink\n      " * n + ";\n"
    return text + f"  status = {REGISTER};\n" + TEST + f"  return {SEND};\n}}\n"


# The next are about how a dispatch routine ends its IRP: nothing is registered.

DISPATCH = "DRIVER_DISPATCH Dispatch@;\nNTSTATUS Dispatch@(PDEVICE_OBJECT Device, PIRP Irp) {\n"
DISPATCH += "  PEXT Ext = (PEXT)Device->DeviceExtension;\n  NTSTATUS status = STATUS_SUCCESS;\n"
COMPLETE = "  Irp->IoStatus.Status = status;\n  IoCompleteRequest(Irp, IO_NO_INCREMENT);\n"


def dispatch_branches(n):
    """A dispatch routine with N branches that have nothing to do with its IRP."""
    return (
        HEAD + DISPATCH.replace("@", "")
        + _many(n, "  if (Number() == @)\n    Work(Ext);\n")
        + COMPLETE + "  return status;\n}\n"
    )


def dispatch_returns(n):
    """A dispatch routine with N early returns, each of which completes the IRP."""
    text = "  if (Number() == @) {\n    status = STATUS_INVALID_PARAMETER;\n" + COMPLETE + "    return status;\n  }\n"
    return (
        HEAD + DISPATCH.replace("@", "") + _many(n, text)
        + "  IoSkipCurrentIrpStackLocation(Irp);\n" + f"  return {SEND};\n}}\n"
    )


def dispatch_forgets(n):
    """The same, and the last of them forgets it."""
    text = dispatch_returns(n)
    at = text.rfind(COMPLETE)
    return text[:at] + text[at + len(COMPLETE):] if at >= 0 else text


def dispatch_switch(n):
    """A switch over N control codes; each stores a status, one in ten forwards."""
    text = HEAD + DISPATCH.replace("@", "") + "  switch (Number()) {\n"
    for i in range(n):
        text += f"  case {i}:\n"
        if i % 10 == 0:
            text += f"    IoSkipCurrentIrpStackLocation(Irp);\n    return {SEND};\n"
        else:
            text += "    status = Prepare(Ext);\n    break;\n"
    return text + "  default:\n    status = STATUS_NOT_SUPPORTED;\n    break;\n  }\n" + COMPLETE + "  return status;\n}\n"


def dispatch_handlers(n):
    """A dispatch routine with N handlers; half of them complete, the others forward."""
    text = HEAD
    for i in range(n):
        text += f"static NTSTATUS Handle{i}(PEXT Ext, PIRP Irp) {{\n"
        if i % 2:
            text += f"  IoSkipCurrentIrpStackLocation(Irp);\n  return {SEND};\n}}\n\n"
        else:
            text += "  NTSTATUS status = Prepare(Ext);\n" + COMPLETE + "  return status;\n}\n\n"
    text += DISPATCH.replace("@", "") + "  switch (Number()) {\n"
    text += _many(n, "  case @:\n    return Handle@(Ext, Irp);\n")
    return text + "  default:\n    break;\n  }\n" + COMPLETE + "  return status;\n}\n"


def dispatches(n):
    """A driver of N dispatch routines in the shapes that drivers have; none is wrong."""
    text = HEAD + KEEPS
    for i in range(n):
        text += (DISPATCH + ENDINGS[i % len(ENDINGS)] + "}\n\n").replace("@", str(i))
    text += "NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) {\n"
    text += "  UNREFERENCED_PARAMETER(Path);\n"
    for i in range(min(n, 28)):
        text += f"  Driver->MajorFunction[{i}] = Dispatch{i};\n"
    return text + "  return STATUS_SUCCESS;\n}\n"


KEEPS = """static IO_COMPLETION_ROUTINE Signal;
static NTSTATUS Signal(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {
  UNREFERENCED_PARAMETER(Device);
  UNREFERENCED_PARAMETER(Irp);
  KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS Fail(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}

"""
LOCKED = """  status = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);
  if (!NT_SUCCESS(status))
    return Fail(Irp, status);
"""
ENDINGS = (
    # completes
    LOCKED + "  status = Prepare(Ext);\n" + COMPLETE
    + "  IoReleaseRemoveLock(&Ext->RemoveLock, Irp);\n  return status;\n",
    # forwards
    LOCKED + "  IoSkipCurrentIrpStackLocation(Irp);\n" + f"  status = {SEND};\n"
    + "  IoReleaseRemoveLock(&Ext->RemoveLock, Irp);\n  return status;\n",
    # queues
    "  KIRQL irql;\n  if (!Ext->Started)\n    return Fail(Irp, STATUS_DEVICE_NOT_READY);\n"
    "  IoMarkIrpPending(Irp);\n  KeAcquireSpinLock(&Ext->Lock, &irql);\n"
    "  InsertTailList(&Ext->Queue, &Irp->Tail.Overlay.ListEntry);\n"
    "  KeReleaseSpinLock(&Ext->Lock, irql);\n  status = STATUS_PENDING;\n  return status;\n",
    # forwards and waits
    "  IoCopyCurrentIrpStackLocationToNext(Irp);\n"
    "  IoSetCompletionRoutine(Irp, Signal, &Ext->Event, TRUE, TRUE, TRUE);\n" + f"  status = {SEND};\n"
    "  if (status == STATUS_PENDING) {\n"
    "    KeWaitForSingleObject(&Ext->Event, Executive, KernelMode, FALSE, NULL);\n"
    "    status = Irp->IoStatus.Status;\n  }\n  if (NT_SUCCESS(status))\n    Work(Ext);\n" + COMPLETE
    + "  return status;\n",
    # device control
    "  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);\n"
    "  switch (stack->Parameters.DeviceIoControl.IoControlCode) {\n"
    "  case 1:\n    if (stack->Parameters.DeviceIoControl.InputBufferLength < 8) {\n"
    "      status = STATUS_INVALID_PARAMETER;\n      break;\n    }\n    Work(Ext);\n    break;\n"
    "  case 2:\n  case 3:\n    status = Prepare(Ext);\n    break;\n"
    "  case 4:\n    IoSkipCurrentIrpStackLocation(Irp);\n" + f"    return {SEND};\n"
    "  default:\n    status = STATUS_INVALID_DEVICE_REQUEST;\n    break;\n  }\n" + COMPLETE
    + "  return status;\n",
)


SHAPES = {
    f.__name__: f
    for f in (
        branches, branches_wrong, decided, statuses, flags, flags_decide,
        nested_loops, loops, switch, machine, registrations,
        registrations_wrong, functions, helpers, callers, many_helpers,
        recursive, else_ifs, ands, ors, conditionals, commas, sums, copies,
        blocks, parens, finallys, tries, gotos, irps, fields, statements,
        macros, unparsed, ifs, dos, cases, labels, nots, casts, assignments,
        members, dispatch_branches, dispatch_returns, dispatch_forgets,
        dispatch_switch, dispatch_handlers, dispatches,
    )
}


# --- A whole driver -----------------------------------------------------------

NOUNS = ("Media Sense Geometry Partition Stripe Buffer Packet Queue Timer Zone Track "
         "Sector Mode Page Log Lock Port Link Lane Frame Cache Region Policy Event").split()
VERBS = ("Query Set Update Start Stop Reset Flush Read Write Verify Build Release "
         "Acquire Check Format Map Probe Resume Save Select").split()


class Driver:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = set()
        self.parts = []
        self.lines = 0

    def name(self, prefix="Cls"):
        while True:
            name = prefix + self.random.choice(VERBS) + self.random.choice(NOUNS)
            name += self.random.choice(["", "Locked", "Async", "Ex", "Worker"])
            if name in self.names:
                name += str(len(self.names))
            if name not in self.names:
                self.names.add(name)
                return name

    def add(self, text):
        self.parts.append(text + "\n")
        self.lines += text.count("\n") + 1

    # Pieces of a body.

    def trace(self):
        r = self.random
        return f'  TraceEvents({r.randrange(5)}, {1 << r.randrange(8)}, "{r.choice(NOUNS)} %p %x\\n", Ext, {r.randrange(4096)});\n'

    def piece(self):
        r = self.random
        k, m = r.randrange(2, 4096), r.randrange(2, 64)
        return r.choice((
            lambda: f"  if (Ext->Count > {k}) {{\n    Ext->Count = {m};\n" + "  " + self.trace() + "  }\n",
            lambda: f"  for (index = 0; index < {m}; index++) {{\n    if (table[index % 16] == {k}) {{\n      found = index;\n      break;\n    }}\n    table[index % 16] += index * {m};\n  }}\n",
            lambda: f"  switch (Ext->Count & 7) {{\n  case 0:\n    value = {k};\n    break;\n  case 1:\n  case 2:\n    value |= {m};\n    break;\n  case 3:\n    Work(Ext);\n    break;\n  default:\n    value = 0;\n    break;\n  }}\n",
            lambda: f"  irql = KeAcquireSpinLockRaiseToDpc(&Ext->Lock);\n  if (Ext->Started) {{\n    Ext->Count += {m};\n    Ext->LastStatus = (NTSTATUS)value;\n  }}\n  KeReleaseSpinLock(&Ext->Lock, irql);\n",
            lambda: f"  buffer = ExAllocatePoolWithTag(NonPagedPoolNx, {k}, 0x{k:08x});\n  if (buffer != NULL) {{\n    ((PUCHAR)buffer)[{m}] = {m};\n    ExFreePoolWithTag(buffer, 0x{k:08x});\n  }}\n",
            lambda: f"  value = (value << {m % 31}) ^ (found + {k}) ^ Number();\n  table[{m % 16}] = value;\n  found = value % {k} ? table[value % 16] : found;\n",
            lambda: f"  while (found != 0 && value < {k}) {{\n    found >>= 1;\n    value += found & {m};\n    if (!Maybe())\n      continue;\n    Work(Ext);\n  }}\n",
            self.trace,
            lambda: f"  /* {' '.join(r.choice(NOUNS).lower() for _ in range(6))}: see the note above. */\n  if (Maybe() && (value & {m}) != 0)\n    found |= {m};\n  else if (value == {k})\n    found = {k};\n",
        ))()

    def body(self, pieces):
        return "".join(self.piece() for _ in range(pieces))

    def locals(self):
        return ("  ULONG table[16] = {0};\n  ULONG index = 0;\n  ULONG found = 0;\n  ULONG value = Number();\n"
                "  PVOID buffer = NULL;\n  KIRQL irql = 0;\n")

    def end(self):
        return ("  UNREFERENCED_PARAMETER(table);\n  UNREFERENCED_PARAMETER(index);\n  UNREFERENCED_PARAMETER(found);\n"
                "  UNREFERENCED_PARAMETER(value);\n  UNREFERENCED_PARAMETER(buffer);\n  UNREFERENCED_PARAMETER(irql);\n")

    def worker(self):
        """A function that has nothing to do with IRPs."""
        name = self.name()
        self.add(f"static ULONG\n{name}(\n  PEXT Ext\n  )\n{{\n{self.locals()}\n"
                 + self.body(self.random.randrange(3, 9)) + self.end() + "  return found + value;\n}\n")
        return name

    def dispatch(self, registers):
        """A dispatch routine that forwards the IRP, or completes it."""
        r = self.random
        name = self.name()
        text = (f"NTSTATUS\n{name}(\n  PDEVICE_OBJECT Device,\n  PIRP Irp\n  )\n{{\n"
                "  PEXT Ext = (PEXT)Device->DeviceExtension;\n"
                "  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);\n"
                f"  NTSTATUS status;\n{self.locals()}\n")
        text += ("  status = IoAcquireRemoveLock(&Ext->RemoveLock, Irp);\n  if (!NT_SUCCESS(status)) {\n"
                 "    Irp->IoStatus.Status = status;\n    IoCompleteRequest(Irp, IO_NO_INCREMENT);\n    return status;\n  }\n")
        text += self.body(r.randrange(1, 5))
        code = r.randrange(1, 4096)
        text += (f"  if (stack->Parameters.DeviceIoControl.IoControlCode == 0x{code:x}) {{\n"
                 "    status = Prepare(Ext);\n    Irp->IoStatus.Status = status;\n    Irp->IoStatus.Information = value;\n"
                 "    IoCompleteRequest(Irp, IO_NO_INCREMENT);\n    IoReleaseRemoveLock(&Ext->RemoveLock, Irp);\n    return status;\n  }\n")
        if not registers:
            text += "  IoSkipCurrentIrpStackLocation(Irp);\n"
        else:
            text += "  IoCopyCurrentIrpStackLocationToNext(Irp);\n" + f"  status = {REGISTER};\n"
            shape = r.randrange(20)
            if shape == 0:
                text += self.trace()
            elif shape < 3:
                text += self.body(1) + "  if (!NT_SUCCESS(status)) {\n" + self.trace() + "    goto Fail;\n  }\n"
            else:
                text += ("  if (!NT_SUCCESS(status)) {\n    Irp->IoStatus.Status = status;\n    Irp->IoStatus.Information = 0;\n"
                         "    IoCompleteRequest(Irp, IO_NO_INCREMENT);\n    IoReleaseRemoveLock(&Ext->RemoveLock, Irp);\n    return status;\n  }\n")
            text += self.body(r.randrange(0, 2))
        text += self.end() + f"  return {SEND};\n"
        if registers and 0 < shape < 3:
            text += ("\nFail:\n  Irp->IoStatus.Status = status;\n  IoCompleteRequest(Irp, IO_NO_INCREMENT);\n"
                     "  IoReleaseRemoveLock(&Ext->RemoveLock, Irp);\n  return status;\n")
        self.add(text + "}\n")

    def own_irp(self, registers):
        """A function that allocates an IRP and waits for it."""
        name = self.name()
        test = ("  if (NT_SUCCESS(status)) {\n    status = IoCallDriver(Ext->Lower, irp);\n"
                "    if (status == STATUS_PENDING) {\n"
                "      KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);\n      status = irp->IoStatus.Status;\n    }\n  }\n")
        text = (f"static NTSTATUS\n{name}(\n  PEXT Ext\n  )\n{{\n  PIRP irp;\n  KEVENT event;\n  NTSTATUS status;\n{self.locals()}\n"
                + self.body(self.random.randrange(1, 4))
                + "  irp = IoAllocateIrp(Ext->Lower->StackSize + 1, FALSE);\n  if (irp == NULL)\n    return STATUS_INSUFFICIENT_RESOURCES;\n"
                "  KeInitializeEvent(&event, NotificationEvent, FALSE);\n")
        if registers:
            text += "  status = IoSetCompletionRoutineEx(Ext->Self, irp, Done, &event, TRUE, TRUE, TRUE);\n"
        else:
            text += "  IoSetCompletionRoutine(irp, Done, &event, TRUE, TRUE, TRUE);\n  status = STATUS_SUCCESS;\n"
        self.add(text + test + self.end() + "  IoFreeIrp(irp);\n  return status;\n}\n")

    def registering_helper(self):
        name = self.name()
        self.add(f"static NTSTATUS\n{name}(\n  PDEVICE_OBJECT Device,\n  PIRP Irp,\n  PEXT Ext\n  )\n{{\n"
                 f"  IoCopyCurrentIrpStackLocationToNext(Irp);\n  return {REGISTER};\n}}\n")
        caller = self.name()
        self.add(f"NTSTATUS\n{caller}(\n  PDEVICE_OBJECT Device,\n  PIRP Irp\n  )\n{{\n  PEXT Ext = (PEXT)Device->DeviceExtension;\n"
                 f"  NTSTATUS status = {name}(Device, Irp, Ext);\n{self.locals()}" + TEST
                 + self.body(1) + self.end() + f"  return {SEND};\n}}\n")

    def make(self, lines, share):
        r = self.random
        while self.lines < lines:
            kind, registers = r.randrange(100), r.random() < share
            if registers and kind < 50:
                self.dispatch(True)
            elif registers and kind < 80:
                self.own_irp(True)
            elif registers:
                self.registering_helper()
            elif kind < 70:
                self.worker()
            elif kind < 95:
                self.dispatch(False)
            else:
                self.own_irp(False)
        return HEAD + "\n".join(self.parts)


def driver_source(lines, seed=1, share=0.03):
    """About that share of the functions registers. In public drivers there is
    one registration in 2,500 lines; 0.03 gives one in 2,000."""
    return Driver(seed).make(lines, share)


def worker_source(lines, seed=1):
    """Functions that have nothing to do with IRPs."""
    driver = Driver(seed)
    while driver.lines < lines:
        driver.worker()
    return HEAD + "\n".join(driver.parts)


def unit(number, units):
    """A small unit of a driver with many: its helpers are used by the one before it."""
    n, m = number, (number + 1) % units
    return HEAD + f"""
NTSTATUS Register{m}(PDEVICE_OBJECT device, PIRP irp, PVOID context);
NTSTATUS Finish{m}(PIRP irp, NTSTATUS status);
BOOLEAN IsReady{m}(PDEVICE_OBJECT device);
PDEVICE_OBJECT Lower{m}(PDEVICE_OBJECT device);
NTSTATUS Passed{n}(PDEVICE_OBJECT device, PIRP irp, PVOID context) {{
  if (irp->PendingReturned)
    IoMarkIrpPending(irp);
  return STATUS_SUCCESS;
}}
NTSTATUS Register{n}(PDEVICE_OBJECT device, PIRP irp, PVOID context) {{
  IoCopyCurrentIrpStackLocationToNext(irp);
  return IoSetCompletionRoutineEx(device, irp, Passed{n}, context, TRUE, TRUE, TRUE);
}}
NTSTATUS Finish{n}(PIRP irp, NTSTATUS status) {{
  irp->IoStatus.Status = status;
  irp->IoStatus.Information = 0;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return status;
}}
BOOLEAN IsReady{n}(PDEVICE_OBJECT device) {{ return device->DeviceExtension != NULL; }}
PDEVICE_OBJECT Lower{n}(PDEVICE_OBJECT device) {{ return (PDEVICE_OBJECT)device->DeviceExtension; }}
NTSTATUS Dispatch{n}(PDEVICE_OBJECT device, PIRP irp) {{
  NTSTATUS status;
  if (!IsReady{m}(device))
    return Finish{m}(irp, STATUS_UNSUCCESSFUL);
  status = Register{m}(device, irp, NULL);
  if (!NT_SUCCESS(status))
    return Finish{m}(irp, status);
  return IoCallDriver(Lower{m}(device), irp);
}}
"""
