# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random driver functions that are right as long as the registration succeeds.

A function is put together from what drivers do around a request: what they take before (locks, memory,
counters, references, timers, lists, flags), always or under a condition; where they give it back (in the
completion routine, behind the send, before the registration); how they leave when something fails (in
place, by labels, by one label and flags, by __leave, by a loop that runs once); whose the IRP is; how it is
sent. Each combination balances what it takes on every way out, by construction.
"""

import random
import re

HEAD = """#include "device.h"
typedef struct _CTX { PEXT Ext; BOOLEAN Flag; } CTX, *PCTX;
VOID IncIo(PEXT Ext);
VOID DecIo(PEXT Ext);
#ifdef BEHAVIOUR
VOID IncIo(PEXT Ext) { InterlockedIncrement(&Ext->Outstanding); }
VOID DecIo(PEXT Ext) { InterlockedDecrement(&Ext->Outstanding); }
#endif
static BOOLEAN Enter(PEXT Ext, PIRP Irp) { return (BOOLEAN)NT_SUCCESS(IoAcquireRemoveLock(&Ext->RemoveLock, Irp)); }
static VOID Leave(PEXT Ext, PIRP Irp) { IoReleaseRemoveLock(&Ext->RemoveLock, Irp); }
static BOOLEAN EnterBoth(PEXT Ext, PIRP Irp) {
  if (!Enter(Ext, Irp)) {
    return FALSE;
  }
  InterlockedIncrement(&Ext->Failures);
  return TRUE;
}
static VOID LeaveBoth(PEXT Ext, PIRP Irp) {
  InterlockedDecrement(&Ext->Failures);
  Leave(Ext, Irp);
}
static NTSTATUS CompleteIrp(PIRP Irp, NTSTATUS Status) {
  Irp->IoStatus.Status = Status;
  Irp->IoStatus.Information = 0;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return Status;
}
"""


class Thing:
    """Something that is taken and given back."""

    def __init__(self, name, take, give, fails="", status="", routine=True, local=""):
        self.name, self.take, self.give = name, take, give
        # fails: a condition behind take that tells of a failure, and the status then.
        self.fails, self.status = fails, status
        self.routine, self.local = routine, local
        self.where, self.flag, self.when = "after", "", ""


def things():
    return [
        Thing("remove lock", "status = IoAcquireRemoveLock(&ext->RemoveLock, {irp});", "IoReleaseRemoveLock(&ext->RemoveLock, {irp});",
              "!NT_SUCCESS(status)", "status"),
        Thing("wrapped lock", "entered = Enter(ext, {irp});", "Leave(ext, {irp});", "!entered", "STATUS_DELETE_PENDING",
              local="BOOLEAN entered;"),
        Thing("rundown", "safe = ExAcquireRundownProtection(&ext->Rundown);", "ExReleaseRundownProtection(&ext->Rundown);",
              "!safe", "STATUS_DELETE_PENDING", local="BOOLEAN safe;"),
        Thing("fast mutex", "ExAcquireFastMutex(&ext->FastMutex);", "ExReleaseFastMutex(&ext->FastMutex);", routine=False),
        Thing("resource", "got = ExAcquireResourceExclusiveLite(&ext->Resource, FALSE);", "ExReleaseResourceLite(&ext->Resource);",
              "!got", "STATUS_DEVICE_BUSY", routine=False, local="BOOLEAN got;"),
        Thing("region", "KeEnterCriticalRegion();", "KeLeaveCriticalRegion();", routine=False),
        Thing("counter", "InterlockedIncrement(&ext->Outstanding);", "InterlockedDecrement(&ext->Outstanding);"),
        Thing("counter elsewhere", "IncIo(ext);", "DecIo(ext);"),
        Thing("timer", "due.QuadPart = -10000; KeSetTimer(&ext->Timer, due, &ext->TimerDpc);", "KeCancelTimer(&ext->Timer);",
              local="LARGE_INTEGER due;"),
        Thing("reference", "ObReferenceObject(ext->Object);", "ObDereferenceObject(ext->Object);"),
        Thing("field", "ext->Held = {irp};", "ext->Held = NULL;"),
        Thing("busy flag", "was = InterlockedExchange(&ext->Reads, 1);", "InterlockedExchange(&ext->Reads, 0);",
              "was", "STATUS_DEVICE_BUSY", local="LONG was;"),
        Thing("compare and exchange", "was = InterlockedCompareExchange(&ext->Reads, 1, 0);", "InterlockedExchange(&ext->Reads, 0);",
              "was != 0", "STATUS_DEVICE_BUSY", local="LONG was;"),
        Thing("plain flag", "busy = ext->Removed; ext->Removed = TRUE;", "ext->Removed = FALSE;", "busy", "STATUS_DEVICE_BUSY",
              local="BOOLEAN busy;"),
        Thing("helper for two", "entered = EnterBoth(ext, {irp});", "LeaveBoth(ext, {irp});", "!entered", "STATUS_DELETE_PENDING",
              local="BOOLEAN entered;"),
        Thing("slot", "KeWaitForSingleObject(&ext->Slots, Executive, KernelMode, FALSE, NULL);",
              "KeReleaseSemaphore(&ext->Slots, IO_NO_INCREMENT, 1, FALSE);"),
        Thing("work item", "work = IoAllocateWorkItem(ext->Self);", "IoFreeWorkItem(work);", "work == NULL",
              "STATUS_INSUFFICIENT_RESOURCES", routine=False, local="PIO_WORKITEM work = NULL;"),
        Thing("cleared event", "KeClearEvent(&ext->Idle);", "KeSetEvent(&ext->Idle, IO_NO_INCREMENT, FALSE);"),
        Thing("list", "InsertTailList(&ext->Queue, &{irp}->Tail.Overlay.ListEntry);", "RemoveEntryList(&{irp}->Tail.Overlay.ListEntry);"),
        Thing("buffer", "buffer = ExAllocatePoolWithTag(NonPagedPool, 64, 'neGB');", "ExFreePoolWithTag(buffer, 'neGB');",
              "buffer == NULL", "STATUS_INSUFFICIENT_RESOURCES", routine=False, local="PVOID buffer = NULL;"),
        Thing("MDL", "mdl = IoAllocateMdl(ext->Buffer, 64, FALSE, FALSE, NULL);", "IoFreeMdl(mdl);", "mdl == NULL",
              "STATUS_INSUFFICIENT_RESOURCES", routine=False, local="PMDL mdl = NULL;"),
        Thing("mutex", "KeWaitForSingleObject(&ext->Mutex, Executive, KernelMode, FALSE, NULL);", "KeReleaseMutex(&ext->Mutex, FALSE);",
              routine=False),
    ]


class Maker:
    def __init__(self, seed, number):
        self.random = random.Random(f"{seed}:{number}")
        self.n = number

    def chance(self, p):
        return self.random.random() < p

    def make(self):
        r = self.random
        n = self.n
        role = r.choice(["dispatch"] * 5 + ["passed"] * 2 + ["kept"] * 2 + ["preprocess", "own", "own", "alone"])
        style = r.choice(["inline"] * 4 + ["labels"] * 2 + ["flags"] * 2 + ["finally"] * 2 + ["once"])
        send = {"kept": "wait", "alone": r.choice(["plain", "wait"])}.get(role) or r.choice(["plain"] * 4 + ["wait"] * 2 + (["pend"] if role in ("dispatch", "preprocess") else []))
        irp = "own" if role == "own" else "Irp"
        hidden = self.chance(0.2)
        pool = send != "wait" and self.chance(0.2)
        taken = r.sample(things(), r.choice([0, 1, 1, 1, 2, 2, 3]))
        names = {t.name for t in taken}
        for alike in (["remove lock", "wrapped lock", "helper for two"], ["counter", "counter elsewhere"],
                      ["busy flag", "compare and exchange"]):
            for other in alike[1 + next((i for i, a in enumerate(alike) if a in names), 99):]:
                taken = [t for t in taken if t.name != other]
        if role == "own":
            taken = [t for t in taken if t.name not in ("list",)]
        if role in ("kept", "alone"):
            # The caller of a helper would have to find its IRP unlisted; it does.
            pass
        for i, t in enumerate(taken):
            t.take, t.give = t.take.replace("{irp}", irp), t.give.replace("{irp}", irp)
            choices = ["after"] * 2 + (["routine"] * 3 if t.routine and send != "wait" else [])
            if t.name not in ("list", "field"):
                choices.append("before")
            # What hangs on the IRP must be gone before the IRP is.
            if t.name in ("list", "field") and send != "wait":
                choices = ["routine"]
            t.where = r.choice(choices)
            if self.chance(0.25) and not hidden:
                t.when = "ext->Careful"
            if t.when or style in ("flags", "finally", "once"):
                t.flag = f"held{i}"
        out, pre, post = [], [], []

        def give(t, indent):
            code = t.give
            return [f"{indent}if ({t.flag}) {{", f"{indent}  {code}", f"{indent}}}"] if t.flag else [indent + code]

        owner = role in ("dispatch", "passed", "preprocess")
        completer = r.choice(["inline", "call"])

        def complete(status, indent):
            if not owner:
                return []
            if completer == "call":
                return [f"{indent}CompleteIrp(Irp, {status});"]
            return [f"{indent}Irp->IoStatus.Status = {status};", f"{indent}IoCompleteRequest(Irp, IO_NO_INCREMENT);"]

        own = Thing("own", "own = IoAllocateIrp(ext->Lower->StackSize, FALSE);", "IoFreeIrp(own);", "own == NULL",
                    "STATUS_INSUFFICIENT_RESOURCES", local="PIRP own = NULL;")
        context = Thing("context", "context = ExAllocatePoolWithTag(NonPagedPool, sizeof(CTX), 'neGB');", "ExFreePoolWithTag(context, 'neGB');",
                        "context == NULL", "STATUS_INSUFFICIENT_RESOURCES", local="PCTX context = NULL;")
        steps = list(taken)
        if pool:
            context.where = "routine"
            steps.insert(r.randrange(len(steps) + 1), context)
        if role == "own":
            own.where = "after" if send == "wait" else "routine"
            if style in ("flags", "finally", "once"):
                own.flag = "made"
            # Before what is tagged with it.
            steps.insert(0, own)
        if pool and style in ("flags", "finally", "once"):
            context.flag = "allocated"
        gates = []
        if self.chance(0.4):
            gates.append(("", "!ext->Started", "STATUS_DEVICE_NOT_READY"))
        if self.chance(0.35):
            gates.append(("status = Prepare(ext);", "!NT_SUCCESS(status)", "status"))
        for gate in gates:
            steps.insert(r.randrange(len(steps) + 1), gate)

        held, body, ind = [], [], "  "
        if style in ("finally", "once"):
            ind = "    "
        mine_flag = style in ("flags", "finally", "once")
        early_flag = mine_flag and self.chance(0.4)
        labels = []

        def leave(status, indent):
            """The author's way out with what is held now."""
            lines = []
            if style == "inline":
                for t in reversed(held):
                    lines += give(t, indent)
                lines += complete(status, indent)
                lines.append(f"{indent}return {status};")
            else:
                if status != "status":
                    lines.append(f"{indent}status = {status};")
                if style == "labels":
                    label = f"undo{len(held)}"
                    labels.append(len(held))
                    lines.append(f"{indent}goto {label};")
                elif style == "flags":
                    lines.append(f"{indent}goto out;")
                elif style == "finally":
                    lines.append(f"{indent}__leave;")
                else:
                    lines.append(f"{indent}break;")
            return lines

        order = []  # as taken
        for step in steps:
            if isinstance(step, tuple):
                code, condition, status = step
                if code:
                    body.append(ind + code)
                body += [f"{ind}if ({condition}) {{", *leave(status, ind + "  "), f"{ind}}}"]
                continue
            t, i = step, ind
            if t.when:
                body.append(f"{ind}if ({t.when}) {{")
                i = ind + "  "
            body += [i + c.strip() + ";" for c in t.take.rstrip(";").split("; ")]
            if t.fails:
                body += [f"{i}if ({t.fails}) {{", *leave(t.status, i + "  "), f"{i}}}"]
            if t.flag:
                body.append(f"{i}{t.flag} = TRUE;")
            if t.when:
                body.append(f"{ind}}}")
            if t.name == "context":
                body.append(f"{ind}context->Ext = ext;")
            held.append(t)
            order.append(t)
            if t.where == "before" and self.chance(0.6):
                body += self.early(t, ind)
                held.remove(t)
        for t in [t for t in held if t.where == "before"]:
            body += self.early(t, ind)
            held.remove(t)
        routine_name = f"Done{n}"
        argument = "&event" if send == "wait" else "context" if pool else "ext"
        if send == "wait":
            body.append(f"{ind}KeInitializeEvent(&event, NotificationEvent, FALSE);")
        if send == "pend":
            body.append(f"{ind}IoMarkIrpPending(Irp);")
        if early_flag:
            body.append(f"{ind}sent = TRUE;")
        if role != "own":
            body.append(f"{ind}IoCopyCurrentIrpStackLocationToNext(Irp);")
            if self.chance(0.15):
                body.append(f"{ind}IoGetNextIrpStackLocation(Irp)->Parameters.Read.Length = 512;")
        else:
            body.append(f"{ind}IoGetNextIrpStackLocation(own)->MajorFunction = IRP_MJ_DEVICE_CONTROL;")
        device = "Device" if role == "dispatch" else "ext->Self"
        call = f"IoSetCompletionRoutineEx({device}, {irp}, {routine_name}, {argument}, TRUE, TRUE, TRUE)"
        form = r.choice(["discard"] * 4 + ["store"] * 3 + ["other", "careful", "logged"] + (["forgets"] if style == "inline" and owner else []))
        if form == "discard":
            body.append(f"{ind}{call};")
        elif form in ("store", "careful", "logged", "forgets"):
            body.append(f"{ind}status = {call};")
            if form == "careful":
                body += [f"{ind}if (ext->Careful && !NT_SUCCESS(status)) {{", *leave("status", ind + "  "), f"{ind}}}"]
            elif form == "logged":
                body += [f"{ind}if (!NT_SUCCESS(status)) {{", f'{ind}  DbgPrint("%x\\n", status);', f"{ind}}}"]
            elif form == "forgets":
                # The lock is given back, the IRP is not completed.
                forgotten = [l for t in reversed(held) for l in give(t, ind + "  ")]
                body += [f"{ind}if (!NT_SUCCESS(status)) {{", *forgotten, f"{ind}  return status;", f"{ind}}}"]
        else:
            body.append(f"{ind}registered = {call};")
        if mine_flag and not early_flag:
            body.append(f"{ind}sent = TRUE;")
        after = [t for t in held if t.where == "after"]
        result = "STATUS_PENDING" if send == "pend" else "status"
        if send == "pend":
            body.append(f"{ind}IoCallDriver(ext->Lower, Irp);")
            if mine_flag:
                body.append(f"{ind}status = STATUS_PENDING;")
        elif send == "plain" and not after and style in ("inline", "labels") and self.chance(0.7):
            body.append(f"{ind}return IoCallDriver(ext->Lower, {irp});")
            result = ""
        else:
            body.append(f"{ind}status = IoCallDriver(ext->Lower, {irp});")
        if send == "wait":
            test = self.chance(0.6)
            w = ind + ("  " if test else "")
            if test:
                body.append(f"{ind}if (status == STATUS_PENDING) {{")
            body.append(f"{w}KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);")
            if test:
                body.append(f"{ind}}}")
            body.append(f"{ind}status = {irp}->IoStatus.Status;")
        # What the routine has given back is no longer held.
        for t in held:
            if t.where == "routine" and t.flag:
                body.append(f"{ind}{t.flag} = FALSE;")
        finish = []
        if style in ("inline", "labels"):
            for t in reversed(after):
                body += give(t, ind)
            if role == "own" and own.where == "after" and own not in after:
                body += give(own, ind)
            if send == "wait" and owner:
                body.append(f"{ind}IoCompleteRequest(Irp, IO_NO_INCREMENT);")
            if result:
                body.append(f"{ind}return {result};")
            if style == "labels":
                for k in range(len(order), -1, -1):
                    pass
        if style in ("flags", "finally", "once"):
            i = "    " if style == "finally" else "  "
            for t in reversed(order):
                if t.where != "before" or True:
                    finish += give(t, i)
            if owner:
                finish += [f"{i}if (!sent) {{", *complete("status", i + "  "), f"{i}}}"]
                if send == "wait":
                    finish[-1:] = [f"{i}}} else {{", f"{i}  IoCompleteRequest(Irp, IO_NO_INCREMENT);", f"{i}}}"]
        # Early releases make labels a matter of what is held where; only then are they used.
        if style == "labels" and any(t.where == "before" for t in order):
            return None
        signature, first = self.signature(role, n)
        locals_ = sorted({t.local for t in order if t.local})
        out.append(signature + " {")
        if first:
            out.append("  " + first)
        out.append("  NTSTATUS status" + (" = STATUS_SUCCESS;" if self.chance(0.3) or mine_flag else ";"))
        if form == "other":
            out.append("  NTSTATUS registered;")
        out += ["  " + l for l in locals_]
        out += [f"  BOOLEAN {t.flag} = FALSE;" for t in order if t.flag]
        if mine_flag and (owner or True):
            out.append("  BOOLEAN sent = FALSE;")
        if send == "wait":
            out.append("  KEVENT event;")
        if style == "finally":
            out += ["  __try {", *body, "  } __finally {", *(finish or ["    ;"]), "  }", "  return status;"]
        elif style == "once":
            out += ["  do {", *body, "  } while (FALSE);", *finish, "  return status;"]
        elif style == "flags":
            out += [*body, "out:", *finish, "  return status;"] if any("goto out" in l for l in body) else [*body, *finish, "  return status;"]
        elif style == "labels":
            out += body
            used = sorted(set(labels), reverse=True)
            if used:
                for k in range(used[0], -1, -1):
                    if k in used:
                        out.append(f"undo{k}:")
                    if k > 0:
                        out += give(order[k - 1], "  ")
                out += [*complete("status", "  "), "  return status;"]
        else:
            out += body
        out.append("}")
        # The completion routine.
        back = [t for t in held if t.where == "routine"]
        routine = [f"static NTSTATUS {routine_name}(PDEVICE_OBJECT Device, PIRP Irp, PVOID Context) {{"]
        if send == "wait":
            routine += ["  UNREFERENCED_PARAMETER(Device);", "  UNREFERENCED_PARAMETER(Irp);",
                        "  KeSetEvent(Context, IO_NO_INCREMENT, FALSE);", "  return STATUS_MORE_PROCESSING_REQUIRED;", "}"]
        else:
            routine.append("  PEXT ext = " + ("((PCTX)Context)->Ext;" if pool else "Context;"))
            routine.append("  UNREFERENCED_PARAMETER(Device);")
            routine.append("  UNREFERENCED_PARAMETER(ext);")
            for t in reversed(back):
                if t.name in ("own", "context"):
                    continue
                code = re.sub(r"\bown\b", "Irp", t.give) if role == "own" else t.give
                routine += [f"  if ({t.when}) {{", "    " + code, "  }"] if t.when else ["  " + code]
            if pool:
                routine.append("  ExFreePoolWithTag(Context, 'neGB');")
            if role == "own":
                routine += ["  IoFreeIrp(Irp);", "  return STATUS_MORE_PROCESSING_REQUIRED;", "}"]
            else:
                routine += ["  if (Irp->PendingReturned) {", "    IoMarkIrpPending(Irp);", "  }", "  return STATUS_CONTINUE_COMPLETION;", "}"]
        code = ""
        if role == "dispatch" and self.chance(0.25):
            code = r.choice(["IRP_MJ_CLOSE", "IRP_MJ_CLEANUP", "IRP_MJ_CREATE", "IRP_MJ_FLUSH_BUFFERS", "IRP_MJ_SHUTDOWN"])
            routine.append(f"VOID Store{n}(PDRIVER_OBJECT Driver) {{ Driver->MajorFunction[{code}] = F{n}; }}")
            routine.insert(0, f"DRIVER_DISPATCH F{n};")
        if hidden and not code:
            routine[0] = routine[0].replace("static ", "")
            pre = [f"IO_COMPLETION_ROUTINE {routine_name};", "#ifdef BEHAVIOUR", *routine, "#endif"]
        else:
            pre = routine
        post = self.callers(role, n)
        return "\n".join([f"/* {n}: {role}, {style}, {send}: " + ", ".join(t.name + (" (some)" if t.when else "") + " " + t.where for t in taken) + " */",
                          *pre, *out, *post]) + "\n"

    @staticmethod
    def early(t, ind):
        if t.flag:
            return [f"{ind}if ({t.flag}) {{", f"{ind}  {t.give}", f"{ind}  {t.flag} = FALSE;", f"{ind}}}"]
        return [ind + t.give]

    def signature(self, role, n):
        if role == "dispatch":
            return f"DRIVER_DISPATCH F{n};\nNTSTATUS F{n}(PDEVICE_OBJECT Device, PIRP Irp)", "PEXT ext = Device->DeviceExtension;"
        if role == "preprocess":
            return (f"EVT_WDFDEVICE_WDM_IRP_PREPROCESS F{n};\nNTSTATUS F{n}(WDFDEVICE Device, PIRP Irp)",
                    "PEXT ext = WdfDeviceWdmGetDeviceObject(Device)->DeviceExtension;")
        if role == "own":
            return f"NTSTATUS F{n}(PEXT ext)", ""
        if role == "alone":
            return f"NTSTATUS F{n}(PEXT ext, PIRP Irp)", ""
        return f"static NTSTATUS F{n}(PEXT ext, PIRP Irp)", ""

    def callers(self, role, n):
        if role == "passed":
            return [f"DRIVER_DISPATCH Calls{n};", f"NTSTATUS Calls{n}(PDEVICE_OBJECT Device, PIRP Irp) {{",
                    f"  return F{n}(Device->DeviceExtension, Irp);", "}"]
        if role == "kept":
            guard = self.chance(0.3)
            lines = [f"DRIVER_DISPATCH Calls{n};", f"NTSTATUS Calls{n}(PDEVICE_OBJECT Device, PIRP Irp) {{",
                     "  NTSTATUS status;"]
            if guard:
                lines += ["  PEXT ext = Device->DeviceExtension;", "  if (ext->Removed) {", "    return CompleteIrp(Irp, STATUS_DELETE_PENDING);", "  }"]
            lines += [f"  status = F{n}(Device->DeviceExtension, Irp);", "  Irp->IoStatus.Status = status;",
                      "  IoCompleteRequest(Irp, IO_NO_INCREMENT);", "  return status;", "}"]
            return lines
        return []


def generate(seed, first, count):
    """The text of a file with the functions of these numbers."""
    made = [Maker(seed, n).make() for n in range(first, first + count)]
    return HEAD + "\n".join(m for m in made if m)
