"""The second family: how a function ends its IRP, judged on every execution.

The machine of `interpreter.py` runs the description (values, branches, memory); this one says what
the routines do to an IRP, and what the contract of the three checks says at each use, each
completion and each return.  A verdict stands at a statement, so sites are statements here.

Rules (the first letter is the check):
  U   the IRP is used although it was completed, freed or sent
  K   it is completed, freed, reused or sent while its routine keeps it and nobody has waited
  C   a completion routine ended its IRP and lets the completion go on
  P1  marked pending, and something else than STATUS_PENDING returned
  P2  STATUS_PENDING returned, neither marked nor sent
  N1  returned with the IRP in this function's hands
  N2  completed with another status than the one returned
  N3  sent, and a constant returned that is not what the send returned
  N4  completed with STATUS_PENDING

Classes that leave a verdict open, beside those of executions in `interpreter.py`:
  in-helper            the fault lies in a helper alone, but only this caller makes it one: it may stand
                       in the helper or at the call
  pending-in-helper    a helper completes with a STATUS_PENDING that its caller gave it
  handed-then-ended    ended or sent after it was handed on (a lock may be held)
  handed-after-end     handed on after it was ended
  handed-while-kept    handed on while its routine kept it
  second-send          sent again with what was set up for the first send
  copied-after-routine the stack location was copied after the routine was set, or after it was
                       skipped
  kept-table-call      a routine of the table was called while the IRP was kept
  status-across-call   the status in the IRP was written before a call that might change it
  narrowed-to-constant a constant only because a branch made it one
  disjoint             two statuses that cannot be equal, but for no reason the contract names
  registration-result  not STATUS_PENDING only because IoSetCompletionRoutineEx never returns it
  may-be-pending       the returned status differs, but may be STATUS_PENDING
  caller-reported      the callee is a dispatch routine that is reported itself
"""

from __future__ import annotations

import dataclasses
from typing import Dict, FrozenSet, List, Set, Tuple

from . import library as lib
from .description import (
    REGISTER,
    ROUTINE,
    Assign,
    Call,
    Case,
    Const,
    Field,
    Function,
    Node,
    Return,
    Var,
    walk,
)
from .interpreter import (
    Cell,
    Crash,
    Cut,
    Execution,
    Explorer,
    Frame,
    Leaving,
    Machine,
    NoReturn,
    Obj,
    Raised,
    Rejected,
    Returning,
    Source,
    Sym,
    Verdict,
)

CHECKS = {
    1: "wdm-irp-used-after-completion",
    2: "wdm-pending-irp",
    3: "wdm-irp-not-completed",
}
CHECK_OF = {"U": 1, "K": 1, "C": 1, "P1": 2, "P2": 2, "N1": 3, "N2": 3, "N3": 3, "N4": 3}

PENDING = lib.STATUS["STATUS_PENDING"]
MORE_PROCESSING = 0xC0000016 - (1 << 32)

# Sends after which the caller has the IRP back.
SYNCHRONOUS = {"IoSynchronousCallDriver": "NTSTATUS", "IoForwardIrpSynchronously": "BOOLEAN"}
SENDS = ("IoCallDriver", "IofCallDriver", "PoCallDriver")
# Look into the IRP and leave it where it is.
LOOKS = ("IoCopyCurrentIrpStackLocationToNext", "PoStartNextPowerIrp")
MARKS = ("IoMarkIrpPending", "@mark")
# Queue it.
QUEUES = ("IoStartPacket", "InsertTailList", "IoCsqInsertIrp", "IoCsqInsertIrpEx")
IRP_SECOND = QUEUES + (REGISTER,)
# Never touch the IRP: it is only a tag.
TAGS = {"IoAcquireRemoveLock": "NTSTATUS", "IoReleaseRemoveLock": "VOID"}
UNKNOWN = {
    "DrvFlag": "BOOLEAN",
    "DrvMode": "ULONG",
    "DrvStart": "NTSTATUS",
    "DrvPrepare": "NTSTATUS",  # (ext)
    "DrvProcess": "VOID",  # (irp)
    "DrvHandle": "NTSTATUS",  # (irp)
    "DrvQueue": "VOID",  # (ext, irp)
}
# What no program names, so that a branch on success or failure leaves more than one; and what
# a completion routine has to return.
UNNAMED = (0x102, 0x104, 0xC0000005 - (1 << 32), 0xC0000120 - (1 << 32), MORE_PROCESSING)


class PathEnd(Exception):
    """A use of an IRP that is gone: what follows is judged no more."""


@dataclasses.dataclass
class Violation:
    rule: str
    site: int
    origin: int  # the statement that ended, sent or marked the IRP; 0: none
    classes: FrozenSet[str]
    execution: Execution
    inner: int = 0  # the statement of a helper that is to blame if it is wrong alone

    @property
    def check(self) -> int:
        return CHECK_OF[self.rule]


@dataclasses.dataclass
class Result:
    function: Function
    verdicts: Dict[Tuple[int, int], Verdict]
    rules: Dict[Tuple[int, int], Set[Tuple[str, int]]]  # what may be said, and of which origin
    inner: Dict[Tuple[int, int], Set[int]]  # the statements of helpers that are to blame instead
    cut: bool
    truncated: bool


def distinct(node):
    """A copy in which no node stands twice: sites are told apart by identity."""
    updates = {}
    for f in dataclasses.fields(node):
        value = getattr(node, f.name)
        if isinstance(value, Node):
            updates[f.name] = distinct(value)
        elif isinstance(value, tuple) and any(isinstance(v, Node) for v in value):
            updates[f.name] = tuple(distinct(v) if isinstance(v, Node) else v for v in value)
    return dataclasses.replace(node, **updates)


def sites(case: Case) -> Dict[int, int]:
    """Node by identity -> its number; the case must be distinct."""
    return {id(n): i for i, n in enumerate(walk(case), 1)}


def routine_kind(function: Function) -> str:
    """What a completion routine does with its IRP: keeps, letsgo or unknown."""
    returned = [n.value for n in walk(function.body) if isinstance(n, Return)]
    irp = function.params[1][1]
    touches = any(
        isinstance(n, Call)
        and n.name not in LOOKS + MARKS + tuple(lib.TRACES)
        and any(a == Var(irp) for a in n.args)
        for n in walk(function.body)
    ) or any(isinstance(n, Assign) and n.value == Var(irp) for n in walk(function.body))
    if not all(isinstance(v, Const) for v in returned):
        return "unknown"
    values = {v.value for v in returned}
    if MORE_PROCESSING not in values:
        return "letsgo"
    return "keeps" if values == {MORE_PROCESSING} and not touches else "unknown"


def values(value) -> List[int]:
    """The values that are left on the path."""
    if isinstance(value, Sym):
        return sorted({value.table[a] for a in value.source.left})
    return [value]


class EndsMachine(Machine):
    """One execution of one function."""

    def __init__(self, case, root, plan, explorer):
        super().__init__(case, root, plan, explorer)
        self.irps: List[Obj] = []
        self.extensions: List[Obj] = []
        self.returned_at = 0
        self.stale = {}  # fields that may have changed since they were written or read
        self.return_expression = None
        self.epoch = 0

    # ---- IRPs

    def object_for(self, type_: str, name: str):
        obj = super().object_for(type_, f"{name}@{self.epoch}" if self.epoch else name)
        if obj.kind == "irp":
            self.begin(obj, False)
        elif obj.kind == "ext":
            self.extensions.append(obj)
        return obj

    def parameter(self, type_: str, name: str):
        return Cell(0, False, name) if type_ == "PVOID" else super().parameter(type_, name)

    def begin(self, irp: Obj, from_start: bool):
        irp.place = "held"
        irp.marked = "no"
        irp.marked_at = 0
        irp.sent = False
        irp.last_send = None
        irp.setup = None
        irp.setup_fresh = True
        irp.given = False
        irp.from_start = from_start
        irp.ended_frames = []
        irp.ended_at = 0
        irp.completed_with = None
        irp.status_written = False
        irp.stack = None
        irp.registration = None
        irp.classes = set()
        irp.status_classes = set()
        self.irps.append(irp)

    def place_of(self, irp: Obj) -> str:
        if irp.place == "kept" and PENDING not in irp.last_send.left:
            return "held"
        return irp.place

    def frames(self) -> List[Frame]:
        found, f = [], self.frame
        while f is not None:
            found.append(f)
            f = f.caller
        return found[::-1]

    def here(self) -> int:
        return self.explorer.sites.get(id(self.frame.at), 0)

    def violate_at(self, rule: str, frame: Frame, origin: int, *classes: str):
        self.violation(rule, self.explorer.sites.get(id(frame.at), 0), origin, *classes)

    def violation(self, rule: str, site: int, origin: int, *classes: str):
        self.violations.append(
            Violation(rule, site, origin, frozenset(self.classes | set(classes)), self.execution)
        )
        self.note("violation", f"rule {rule}", site)

    def blame(self, rule: str, irp: Obj, since: List[Frame]):
        """The call in the function that ended the IRP before."""
        now = self.frames()
        common = [a for a, b in zip(now, since) if a is b]
        frame = common[-1]
        classes = set(irp.classes)
        if frame is not self.root_frame:
            classes.add("in-helper")
            self.violate_at(rule, self.root_frame, irp.ended_at, *classes)
            self.violations[-1].inner = self.explorer.sites.get(id(frame.at), 0)
        self.violate_at(rule, frame, irp.ended_at, *classes)
        if rule == "K" and "handed-while-kept" in irp.classes:
            # Whoever says nothing here goes on.
            self.classes.add("handed-while-kept")
            return
        raise PathEnd()

    def use(self, irp: Obj):
        if irp.place in ("completed", "freed", "gone"):
            self.blame("U", irp, irp.ended_frames)

    def claim(self, irp: Obj):
        """A use that needs the IRP back."""
        self.use(irp)
        if self.place_of(irp) == "kept":
            self.blame("K", irp, irp.ended_frames)

    def ended(self, irp: Obj, place: str):
        if irp.place == "handedon":
            irp.classes.add("handed-then-ended")
        irp.place = place
        irp.ended_frames = self.frames()
        irp.ended_at = self.here()

    def complete(self, irp: Obj):
        self.claim(irp)
        status = irp.fields.get("IoStatus.Status")
        value = self.plain(status.value) if status is not None else None
        if value is not None and irp.status_written and values(value) == [PENDING]:
            classes = irp.classes | irp.status_classes
            if len(self.frames()) > 1:
                self.violate_at("N4", self.root_frame, 0, "pending-in-helper", *classes)
                classes.add("pending-in-helper")
            self.violate_at("N4", self.frame, 0, *classes)
        irp.completed_with = value if irp.status_written else None
        irp.completed_classes = set(irp.status_classes)
        self.ended(irp, "completed")
        self.note("end", f"complete {irp.key}")

    def free(self, irp: Obj):
        self.claim(irp)
        self.ended(irp, "freed")
        self.note("end", f"free {irp.key}")

    def reuse(self, irp: Obj):
        self.claim(irp)
        irp.place, irp.setup, irp.setup_fresh = "held", None, True
        self.forget_fields(irp)

    def forget_fields(self, irp: Obj):
        irp.epoch += 1
        irp.fields.pop("IoStatus.Status", None)
        irp.fields.pop("IoStatus.Information", None)
        irp.status_written = False
        irp.status_classes.clear()

    def send_down(self, name: str, irp: Obj):
        self.claim(irp)
        if irp.sent and not irp.setup_fresh:
            irp.classes.add("second-send")
        if irp.setup == "skip" or irp.setup == "letsgo":
            place = "gone"
        elif irp.setup in (None, "null"):
            place = "gone" if irp.from_start and not irp.given else "away"
        else:
            place = "kept" if irp.setup == "keeps" else "away"
        result = self.sent_result(name, "NTSTATUS", irp)
        self.ended(irp, place)
        irp.setup_fresh = False
        self.note("send", f"IRP {irp.key} sent: {place}")
        return result

    def send_and_wait(self, name: str, irp: Obj):
        self.claim(irp)
        if irp.place == "handedon":
            irp.classes.add("handed-then-ended")
        result = self.sent_result(name, SYNCHRONOUS[name], irp)
        irp.place, irp.setup_fresh = "held", False
        self.note("send", f"IRP {irp.key} sent by {name}")
        self.waited()
        return result

    def sent_result(self, name: str, type_: str, irp: Obj) -> Sym:
        result = self.source("unknown", name, type_)
        result.source.send_of = irp if type_ == "NTSTATUS" else None
        irp.last_send = result.source
        irp.sent = True
        self.forget_fields(irp)
        return result

    def mark(self, irp: Obj, how: str):
        if how == "yes" or irp.marked == "no":
            irp.marked = how
        if how == "yes":
            irp.marked_at = self.here()

    def hand_on(self, irp: Obj, text: str):
        self.note("hand", text)
        if irp.place in ("completed", "freed", "gone"):
            irp.classes.add("handed-after-end")
        elif self.place_of(irp) == "held":
            irp.place = "handedon"
        elif irp.place == "kept":
            irp.classes.add("handed-while-kept")

    def setup(self, irp: Obj, what: str):
        self.use(irp)
        irp.setup, irp.setup_fresh = what, True
        irp.classes.discard("copied-after-routine")

    # ---- what a call may have changed

    def waited(self):
        for irp in self.irps:
            if irp.place == "kept":
                irp.place = "held"
        self.changed()

    def not_visible(self):
        for irp in self.irps:
            if irp.place == "kept":
                irp.place = "away"
        self.changed()

    def changed(self):
        """Fields may hold another IRP and another status by now."""
        self.epoch += 1
        for ext in self.extensions:
            for name in list(ext.fields):
                type_ = lib.EXTENSION[name]
                if type_ in ("PIRP", "NTSTATUS"):
                    del ext.fields[name]
                elif type_ in ("BOOLEAN", "ULONG"):
                    cell = ext.fields[name]
                    self.stale[id(cell)] = (cell, f"{ext.key}->{name}", type_)
        self.globals.pop("g_LastStatus", None)
        self.globals.pop("g_Irp", None)
        for irp in self.irps:
            if irp.status_written:
                irp.status_classes.add("status-across-call")

    def table_call(self):
        for irp in self.irps:
            if self.place_of(irp) == "kept":
                irp.classes.add("kept-table-call")

    # ---- memory and expressions

    def read(self, cell):
        if id(cell) in self.stale and self.open("field-reread"):
            _, name, type_ = self.stale.pop(id(cell))
            cell.value = self.source("field", name, type_)
        return super().read(cell)

    def write(self, cell, value, target=None):
        self.stale.pop(id(cell), None)
        super().write(cell, value, target)

    def member(self, obj, name: str):
        if isinstance(obj, Obj) and obj.kind == "irp":
            self.use(obj)
        if isinstance(obj, Obj) and obj.kind == "stack":
            self.use(obj.of)
            if name not in obj.fields:
                obj.fields[name] = self.input_cell("field", f"{obj.key}->{name}", "ULONG")
            return obj.fields[name]
        return super().member(obj, name)

    def value_Assign(self, e):
        value = self.value(e.value)
        cell = self.place(e.place)
        self.write(cell, value, e.place)
        if isinstance(e.place, Field) and e.place.name == "IoStatus.Status":
            irp = self.concrete(self.value(e.place.base))
            irp.status_written = True
            irp.status_classes.clear()
        return self.plain(value)

    def value_FunctionName(self, e):
        return self.case.function(e.name)

    def value_Call(self, e):
        name = e.name
        if name in lib.ASSERTS or name == "KdPrint":
            return 0  # gone in a free build
        callee = self.case.function(name)
        if callee is not None:
            return self.call(e, callee, [self.argument(p, a) for p, a in zip(callee.params, e.args)])
        args = [self.plain(self.value(a)) for a in e.args]
        if name in lib.TRACES:
            return 0
        if name in SENDS:
            return self.send_down(name, self.pointer(args[1], "irp"))
        if name in SYNCHRONOUS:
            return self.send_and_wait(name, self.pointer(args[1], "irp"))
        if name in lib.NORETURN:
            raise NoReturn()
        if name == "KeWaitForSingleObject":
            self.note("wait", "waits")
            self.waited()
            return 0
        if name in TAGS:
            self.table_call()
            return self.unknown_result(name, TAGS[name])
        if name in UNKNOWN:
            return self.unknown(name, args)
        if name == "IoAllocateIrp":
            irp = self.allocate()
            if isinstance(irp, Obj):
                self.begin(irp, True)
            return irp
        if name == "GetExceptionCode":
            return self.source("unknown", name, "NTSTATUS")
        return self.routine(name, self.pointer(args[name in IRP_SECOND], "irp"), args)

    def routine(self, name: str, irp: Obj, args):
        if name in lib.COMPLETES:
            self.complete(irp)
        elif name in lib.FREES:
            self.free(irp)
        elif name in lib.REUSES:
            self.reuse(irp)
        elif name in LOOKS:
            self.use(irp)
            if name == LOOKS[0] and irp.setup == "keeps":
                irp.setup = "unknown"
            elif name == LOOKS[0] and irp.setup is not None:
                irp.classes.add("copied-after-routine")
        elif name in MARKS:
            self.use(irp)
            self.mark(irp, "yes")
        elif name == "IoSkipCurrentIrpStackLocation":
            self.setup(irp, "skip")
        elif name == "@routine":
            self.setup(irp, "unknown")
        elif name == "IoSetCompletionRoutine":
            self.setup(irp, self.kind_of(args[1:]))
        elif name == REGISTER:
            self.setup(irp, self.kind_of(args[2:]))
            failures = [v for v in UNNAMED if v < 0] + [lib.REGISTRATION_FAILS]
            odd = [PENDING] if self.explorer.open_paths else []
            irp.registration = Source(name, [lib.SUCCESS] + failures + odd, odd=odd)
            self.sources.append(("unknown", name, irp.registration))
            return Sym(irp.registration, {a: a for a in irp.registration.all})
        elif name == "IoGetCurrentIrpStackLocation":
            self.use(irp)
            if irp.stack is None:
                irp.stack = Obj("stack", f"current({irp.key})", "local")
                irp.stack.of = irp
            return irp.stack
        elif name in QUEUES:
            self.use(irp)
            if name == "IoCsqInsertIrp":
                self.mark(irp, "yes")
            if name == "IoCsqInsertIrpEx":
                self.mark(irp, "perhaps")
                irp.given = True
            self.hand_on(irp, f"IRP given to {name}")
            if name == "IoCsqInsertIrpEx":
                return self.source("unknown", name, "NTSTATUS")
        else:
            raise Rejected(f"unknown routine {name}")
        return 0

    def kind_of(self, args) -> str:
        routine, flags = args[0], args[1:]
        if routine == 0:
            return "null"
        if not isinstance(routine, Function):
            return "unknown"
        kind = routine_kind(routine)
        return "unknown" if kind == "keeps" and list(flags) != [1, 1, 1] else kind

    def unknown(self, name, args):
        given = [a for a in args if isinstance(a, Obj) and a.kind == "irp"]
        # With an extension goes what is stored in it.
        for a in args:
            if isinstance(a, Obj) and a.kind == "ext":
                stored = [self.plain(c.value) for n, c in a.fields.items() if lib.EXTENSION[n] == "PIRP"]
                given += [v for v in stored if isinstance(v, Obj) and v not in given]
        for irp in given:
            self.hand_on(irp, f"IRP given to {name}")
            self.mark(irp, "perhaps")
            irp.given = True
        self.not_visible()
        for irp in given:
            self.forget_fields(irp)
        return self.unknown_result(name, UNKNOWN[name])

    def call(self, e, callee, args):
        if len(self.frames()) > 4:
            raise Rejected("too deep")
        frame = Frame(callee, self.frame)
        frame.at = None
        for (_, name), arg in zip(callee.params, args):
            frame.locals[name] = Cell(arg, False, name)
        saved, saved_try = self.frame, self.try_depth
        self.frame = frame
        try:
            value = self.body(callee)
        finally:
            self.frame, self.try_depth = saved, saved_try
        return self.plain(value) if value is not None else 0

    # ---- statements

    def statement(self, s, seek=None):
        before = self.frame.at
        frame = self.frame
        frame.at = s
        try:
            super().statement(s, seek)
        finally:
            frame.at = before

    def do_DoWhile(self, s, seek):
        self.frame.at = s.condition  # it has a line of its own, the last
        super().do_DoWhile(s, seek)

    def do_Return(self, s, seek):
        value = None if s.value is None else self.value(s.value)
        if self.frame is self.root_frame:
            self.returned_at = self.explorer.sites.get(id(s), 0)
            self.return_expression = s.value
        raise Returning(value)

    # ---- one run

    def run(self) -> Execution:
        function = self.root
        self.frame = self.root_frame = Frame(function, None)
        self.frame.at = None
        own = None
        for type_, name in function.params:
            cell = self.frame.locals[name] = self.parameter(type_, name)
            if type_ == "PIRP":
                own = cell.value
        if own is not None:
            own.from_start = function.is_dispatch
        x = self.execution
        try:
            value = self.body(function)
            x.end = "return"
            self.at_return(own, self.plain(value) if value is not None else None)
        except PathEnd:
            x.end = "used"
        except NoReturn:
            x.end = "noreturn"
        except Raised:
            x.end = "raise"
        except Crash:
            x.end = "crash"
        except Cut:
            x.end, x.cut = "cut", True
        except Leaving:
            raise Rejected("__leave outside __try")
        x.open = bool(self.classes)
        return x

    # ---- the verdicts at the end

    def at_return(self, irp, value):
        if irp is None or value is None:
            return
        left = values(value)
        if self.root.kind == ROUTINE and irp.place in ("completed", "freed"):
            if MORE_PROCESSING not in left:
                self.violation("C", self.returned_at, irp.ended_at, *irp.classes)
        if not self.root.is_dispatch:
            return
        if irp.marked == "yes":
            result = (
                isinstance(value, Sym)
                and getattr(value.source, "send_of", None) is irp
                and all(value.table[a] == a for a in value.source.left)
            )
            if PENDING not in left or (result and left != [PENDING]):
                # What IoSetCompletionRoutineEx returns is never STATUS_PENDING, but no branch says so.
                unasked = isinstance(value, Sym) and len(value.source.left) == len(value.source.all)
                classes = ("registration-result",) if unasked and not result else ()
                self.violation("P1", self.returned_at, irp.marked_at, *classes)
        if irp.marked != "no":
            return
        place = self.place_of(irp)
        if left == [PENDING]:
            if not irp.sent:
                self.violation("P2", self.returned_at, 0)
            elif place == "gone":
                self.constant_after_send(irp, left[0])
            return
        failed = irp.registration is not None and all(v < 0 for v in irp.registration.left)
        if place == "held" and failed:
            return  # the first family's
        if place == "held":
            open_classes = irp.classes & {"kept-table-call", "handed-while-kept"}
            self.violation("N1", self.returned_at, 0, *open_classes)
        elif place == "completed" and irp.completed_with is not None:
            self.two_statuses(irp, value, left)
        elif place == "gone" and len(left) == 1:
            self.constant_after_send(irp, left[0])

    def constant_after_send(self, irp, constant):
        if irp.last_send.left == [constant]:
            return
        classes = set(irp.classes)
        if not isinstance(self.return_expression, Const) and any(
            s is not irp.last_send and s.left == [constant] and len(s.all) > 1
            for _, _, s in self.sources
        ):
            classes.add("narrowed-to-constant")
        self.violation("N3", self.returned_at, irp.ended_at, *classes)

    def two_statuses(self, irp, value, left):
        other = self.plain(irp.completed_with)
        with_ = values(other)
        classes = irp.classes | irp.completed_classes
        if PENDING in left:
            classes.add("may-be-pending")
        if isinstance(value, Sym) and isinstance(other, Sym) and value.source is other.source:
            if any(value.table[a] == other.table[a] for a in value.source.left):
                return
        elif set(left) & set(with_):
            return
        success = [all(v >= 0 for v in s) for s in (left, with_)]
        failure = [all(v < 0 for v in s) for s in (left, with_)]
        certain = (len(left) == 1 and len(with_) == 1) or (success[0] and failure[1]) or (
            success[1] and failure[0]
        )
        if not certain:
            classes.add("disjoint")
        self.violation("N2", self.returned_at, irp.ended_at, *classes)


class EndsExplorer(Explorer):
    """All executions of the functions of one case."""

    def __init__(self, case: Case, bound: int = 3, budget: int = 3000, open_paths: bool = False):
        self.sites = sites(case)
        super().__init__(case, bound, budget, open_paths)

    def find_domains(self):
        domains = super().find_domains()
        boolean, ulong = domains["BOOLEAN"], domains["ULONG"]
        status = {0, PENDING, *UNNAMED}
        status |= {n.value for n in walk(self.case) if isinstance(n, Const) and n.text.startswith("STATUS_")}
        return {"BOOLEAN": boolean, "ULONG": ulong, "NTSTATUS": (sorted(status), [])}

    def explore(self, function: Function) -> Result:
        plan: List[int] = []
        found: Dict[Tuple[int, int], List[Violation]] = {}
        runs = 0
        cut = truncated = False
        while True:
            machine = EndsMachine(self.case, function, plan, self)
            try:
                execution = machine.run()
            except Rejected:
                if not machine.classes:
                    raise
                execution = machine.execution
                execution.violations.clear()
            runs += 1
            cut = cut or execution.cut
            for v in execution.violations:
                found.setdefault((v.check, v.site), []).append(v)
            taken = machine.taken
            while taken and taken[-1][0] + 1 >= taken[-1][1]:
                taken.pop()
            if not taken:
                break
            plan = [i for i, _ in taken]
            plan[-1] += 1
            if runs >= self.budget:
                truncated = True
                break
        verdicts, rules, inner = {}, {}, {}
        for key, violations in found.items():
            best = min(violations, key=lambda v: (len(v.classes), len(v.execution.events)))
            verdicts[key] = Verdict(not best.classes, best.classes, best)
            rules[key] = {(v.rule, v.origin) for v in violations}
            inner[key] = {v.inner for v in violations}
        return Result(function, verdicts, rules, inner, cut, truncated)


def analyse(case: Case, bound: int = 3, budget: int = 3000, open_paths: bool = False):
    """All functions of a case, each as a root: name -> Result."""
    explorer = EndsExplorer(case, bound, budget, open_paths)
    return {f.name: explorer.explore(f) for f in case.functions}
