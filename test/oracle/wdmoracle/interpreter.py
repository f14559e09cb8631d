"""Runs a description: every execution of a function, and what the contract says of each.

The interpreter walks the description itself; it knows no control-flow graph.  An unknown (the
outcome of a registration, a parameter, a field, the result of a function without a body) is a
*source* with a finite list of alternatives.  A value that depends on a source is *symbolic*: it
holds one value per alternative.  Only a branch whose truth differs between the alternatives left
forks, and it narrows the source.  So "nothing has told success from failure yet" of the contract
is literally: the source of the registration still has both alternatives.

Verdicts.  A violation found on an execution carries a set of *class* names.  An empty set: the
contract, read to the letter, wants the warning (MUST).  Not empty: the contract leaves it open,
or an execution was needed that a reader may call infeasible; a tool may go either way (MAY), and
the comparer counts such sites apart, by class.

Classes that a violation can carry:
  handed-status-then-sent   the unchecked status went to an unknown function, then the IRP is sent
  recovered-unchecked       a recovery was made before anything told success from failure
  sent-after-end            the IRP was reused or ended between registration and send
  same-call-again           succeeded, and the same call then registers on the same IRP once more
  set-again-open            a routine is set for the same IRP again, which came from memory, was
                            handed on or ended in between, or is set by the same call
  set-again-unchecked       the same, and nothing has told that the first one succeeded
  registered-again          a later registration on the same IRP may stand in for this one
  handed-on-then-sent       after the failure an unknown function had the IRP, then it is sent
  device-after-failure      rule 4 on a path where the registration failed
  device-own-by-caller      rule 4 in a helper on its device parameter
  sent-again                rule 4 on a second send
  field-irp-ended           an IRP from a field: succeeded, then ended (the contract: handed on)
  handed-before             the IRP was handed on before it was registered
  handed-and-ended          the IRP or the status was handed on, and the IRP is then ended
  stored-then-overwritten   the only outward copy of the status was overwritten later
  lost-then-noreturn        the last copy was lost, then the path ends in a call without return
  lost-then-endless         the last copy was lost, and then the path never ends
  seen-in-memory            the status is in memory that an unknown function may have read
  sends-in-dead-code        a registration helper whose sends and ends no execution reaches
  dispatch-never-sends      a dispatch routine that by the letter is a registration helper
  status-in-memory-helper   a helper left the status in a field, not in result or parameter
  helper-at-fault           the helper that made the registration breaks a rule itself
  check-1-open              rule 2 (unchecked, ended) where rule 1 is itself open
Classes of executions, explored only when `open_paths` is set:
  field-reread              a field without a write in between was read with another value
  seh-exception             a routine raised an exception inside a __try
  boolean-2                 a BOOLEAN that is neither TRUE nor FALSE
  abnormal-termination      AbnormalTermination() with the other result
  undocumented-status       the registration returned neither of the two documented values
  helper-constant           a helper that always returns the same value returned another one
  pointer-null              a pointer that was used already (or tested) is NULL all the same, or
                            a NULL IRP does not crash
"""

from __future__ import annotations

import dataclasses
from typing import Dict, FrozenSet, List, Optional, Set, Tuple

from . import library as lib
from .description import (
    HELPER,
    REGISTER,
    Call,
    Case,
    Compare,
    Const,
    Deref,
    Field,
    Function,
    Label,
    Node,
    Test,
    Var,
    walk,
)

CHECKS = {
    1: "wdm-io-set-completion-routine-ex",
    2: "wdm-completion-routine-registered",
    3: "wdm-io-set-completion-ex-complete-irp",
    4: "wdm-io-set-completion-routine-ex-device-object",
}


class Rejected(Exception):
    """The description makes no sense as a driver (reads an uninitialised variable, touches an IRP
    after it was ended, ...).  Such programs are not judged; the generator counts them."""


class Cut(Exception):
    """The loop bound ended this execution."""


class Crash(Exception):
    """The execution would crash (a NULL IRP): it ends without a verdict."""


# ------------------------------------------------------------------------------- control


class BreakOut(Exception):
    pass


class ContinueOn(Exception):
    pass


class GoTo(Exception):
    def __init__(self, label):
        self.label = label


class Returning(Exception):
    def __init__(self, value):
        self.value = value


class Leaving(Exception):
    pass


class Raised(Exception):
    """A structured exception."""


class NoReturn(Exception):
    pass


# -------------------------------------------------------------------------------- values


class Source:
    """An unknown with its remaining alternatives."""

    def __init__(self, name, alternatives, reg=None, examines=(), odd=()):
        self.name = name
        self.all = list(alternatives)
        self.left = list(alternatives)
        self.reg = reg
        self.examines = tuple(examines)
        self.odd = set(odd)

    def chosen(self):
        return self.left[0]


class Sym:
    """A value that depends on one source."""

    __slots__ = ("source", "table")

    def __init__(self, source, table):
        self.source = source
        self.table = table

    def simple(self):
        """Itself, or the plain value when the alternatives left agree."""
        values = [self.table[a] for a in self.source.left]
        if all(same(v, values[0]) for v in values):
            return values[0]
        return self


def same(a, b):
    return a is b or (isinstance(a, int) and isinstance(b, int) and a == b)


class Cell:
    """A place in memory.  `outward`: others see it when the function is over."""

    __slots__ = ("value", "outward", "name", "fresh")

    def __init__(self, value=None, outward=False, name="", fresh=None):
        self.value = value
        self.outward = outward
        self.name = name
        self.fresh = fresh  # makes a new unknown for a re-read, or None once written


class Obj:
    """An object that pointers point to; `origin` is param, alloc, field, global or local."""

    def __init__(self, kind, key, origin, outward=True):
        self.kind = kind
        self.key = key
        self.origin = origin
        self.outward = outward
        self.fields: Dict[str, Cell] = {}
        self.ended = False
        self.own_device = False
        self.handed = False
        self.epoch = 0

    def __repr__(self):
        return self.key


class Pointer:
    """A pointer to a cell (`&status`, an out parameter)."""

    __slots__ = ("cell",)

    def __init__(self, cell):
        self.cell = cell


class Registration:
    """One registration on one execution; see "The life of one registration"."""

    def __init__(self, site, frame, irp, device, number, undocumented=False):
        self.site = site
        self.frame = frame
        self.irp = irp
        self.device = device
        outcomes = (True, False, "pending", "unsuccessful") if undocumented else (True, False)
        self.source = Source(f"registration {number}", outcomes, reg=self, odd=outcomes[2:])
        self.sent = False
        self.ended = False
        self.completed = False
        self.handed_irp = False
        self.handed_before = False
        self.handed_status = False
        self.stored_outward: Set[Frame] = set()
        self.examined = False
        self.recovered = False
        self.recovered_unchecked = False
        self.again = False
        self.same_call_again = False
        self.dead = False
        self.promoted = False
        self.classes: Set[str] = set()

    @property
    def outcome(self) -> Optional[bool]:
        """Told by a branch: both documented outcomes gone is as good as both there."""
        left = self.source.left
        if (True in left) == (False in left):
            return None
        return True in left


class Frame:
    def __init__(self, function: Function, caller: Optional["Frame"]):
        self.function = function
        self.caller = caller
        self.locals: Dict[str, Cell] = {}
        self.holders: List[List[Cell]] = []
        self.label_visits: Dict[str, int] = {}


# ------------------------------------------------------------------------------ verdicts


@dataclasses.dataclass(frozen=True)
class Event:
    """One step of an execution that a reader of a disagreement wants to see."""

    kind: str
    text: str
    site: Optional[int] = None


@dataclasses.dataclass
class Violation:
    rule: str  # "1i", "1ii", "2a", "2b", "2s", "3s", "3r", "4"
    site: int
    classes: FrozenSet[str]
    irp: str
    execution: "Execution"

    @property
    def check(self) -> int:
        return int(self.rule[0])


@dataclasses.dataclass
class Execution:
    events: List[Event]
    violations: List[Violation]
    sources: List[Tuple[str, str, object]]
    end: str = ""
    trace: List[str] = dataclasses.field(default_factory=list)
    regs: list = dataclasses.field(default_factory=list)
    value: object = None
    cut: bool = False
    open: bool = False


@dataclasses.dataclass
class Verdict:
    """MUST warn (`classes` empty) or MAY (the classes of the best open reading)."""

    must: bool
    classes: FrozenSet[str]
    witness: Violation


@dataclasses.dataclass
class Result:
    function: Function
    verdicts: Dict[Tuple[int, int], Verdict]
    executions: List[Execution]
    touched: FrozenSet[str]
    cut: bool
    truncated: bool
    registers: bool = False
    constant: bool = False


# ------------------------------------------------------------------------------- machine


class Machine:
    """One execution of one function."""

    def __init__(self, case: Case, root: Function, plan: List[int], explorer: "Explorer"):
        self.case = case
        self.root = root
        self.plan = plan
        self.taken: List[Tuple[int, int]] = []
        self.explorer = explorer
        self.regs: List[Registration] = []
        self.classes: Set[str] = set()
        self.events: List[Event] = []
        self.trace: List[str] = []
        self.violations: List[Violation] = []
        self.sources: List[Tuple[str, str, Source]] = []
        self.cells: List[Cell] = []
        self.touched: Set[str] = set()
        self.globals: Dict[str, Cell] = {}
        self.frame: Optional[Frame] = None
        self.allocated = 0
        self.null_irp: Optional[Obj] = None
        self.abnormal: List[bool] = []
        self.active_calls: List[Tuple[Frame, Optional[int]]] = []
        self.try_depth = 0
        self.steps = 0
        self.execution = Execution(self.events, self.violations, [])

    # ---- choices

    def choose(self, count: int) -> int:
        if count == 1:
            return 0
        position = len(self.taken)
        index = self.plan[position] if position < len(self.plan) else 0
        self.taken.append((index, count))
        return index

    def open(self, cls: str) -> bool:
        """A choice that belongs to a named class of executions; False first."""
        if not self.explorer.open_paths or len(self.classes) >= 3:
            return False
        if self.choose(2) == 0:
            return False
        self.classes.add(cls)
        return True

    def note(self, kind: str, text: str, site: Optional[int] = None):
        self.events.append(Event(kind, text, site))

    # ---- sources

    def source(self, kind: str, name: str, type_: str, examines=()) -> Sym:
        domain, odd = self.explorer.domain(type_)
        source = Source(name, domain, examines=examines, odd=odd)
        self.sources.append((kind, name, source))
        return Sym(source, {a: a for a in domain})

    def narrow(self, source: Source, alternatives):
        source.left = [a for a in source.left if a in alternatives]
        if source.odd and all(a in source.odd for a in source.left):
            self.classes.add("undocumented-status" if source.reg else "boolean-2")
        if source.reg is not None:
            outcome = source.reg.outcome
            if outcome is not None:
                word = "succeeded" if outcome else "failed"
                self.note("decide", f"registration {word}", source.reg.site)
        else:
            left = source.left[0] if len(source.left) == 1 else f"one of {source.left}"
            self.note("decide", f"{source.name.split('#')[0]} is {left}")

    def truth(self, value) -> bool:
        """Branches on a value."""
        value = self.plain(value)
        if not isinstance(value, Sym):
            return is_true(value)
        groups = {}
        for a in value.source.left:
            groups.setdefault(is_true(value.table[a]), []).append(a)
        for reg in value.source.examines:
            reg.examined = True
        if len(groups) == 1:
            return next(iter(groups))
        order = [True, False]
        answer = order[self.choose(2)]
        self.narrow(value.source, groups[answer])
        return answer

    def partition(self, value, key):
        """Branches on key(value) for a switch; returns the key."""
        value = self.plain(value)
        if not isinstance(value, Sym):
            return key(value)
        groups = {}
        for a in value.source.left:
            groups.setdefault(key(value.table[a]), []).append(a)
        for reg in value.source.examines:
            reg.examined = True
        order = sorted(groups)
        if len(order) == 1:
            return order[0]
        answer = order[self.choose(len(order))]
        self.narrow(value.source, groups[answer])
        return answer

    def concrete(self, value):
        """Forces a value that must be plain (a pointer, one of two unknowns compared)."""
        value = self.plain(value)
        if not isinstance(value, Sym):
            return value
        if value.source.reg is not None:
            raise Rejected("a registration decides a value that cannot stay symbolic")
        left = list(value.source.left)
        index = self.choose(len(left))
        self.narrow(value.source, [left[index]])
        return value.table[left[index]]

    @staticmethod
    def plain(value):
        return value.simple() if isinstance(value, Sym) else value

    # ---- memory

    def new_cell(self, value=None, outward=False, name="", fresh=None) -> Cell:
        cell = Cell(value, outward, name, fresh)
        if outward:
            self.cells.append(cell)
        return cell

    def input_cell(self, kind: str, name: str, type_: str, epoch: int = 0) -> Cell:
        """An outward cell whose first value is an unknown; `epoch` tells apart the values that
        the lower driver writes."""
        if type_ in ("BOOLEAN", "ULONG", "NTSTATUS"):
            make = lambda: self.source(kind, f"{name}#{epoch}", type_)  # noqa: E731
            return self.new_cell(make(), True, name, make)
        return self.new_cell(self.object_for(type_, name), True, name)

    def object_for(self, type_: str, name: str):
        kind = {"PIRP": "irp", "PDEVICE_OBJECT": "dev", "PDEVICE_EXTENSION": "ext"}[type_]
        return Obj(kind, name, "field" if "->" in name or name.startswith("g_") else "param")

    def member(self, obj, name: str) -> Cell:
        if not isinstance(obj, Obj):
            raise Crash() if obj == 0 else Rejected(f"member {name} of {obj!r}")
        if obj.kind == "stack":
            return self.new_cell(None, True, f"{obj.key}->{name}")
        if name not in obj.fields:
            if obj.kind == "ext":
                type_ = lib.EXTENSION[name]
            elif obj.kind == "irp":
                type_ = lib.IRP[name]
            elif obj.kind == "dev":
                if name != "DeviceExtension":
                    raise Rejected(f"device member {name}")
                type_ = "PDEVICE_EXTENSION"
            elif obj.kind == "context":
                obj.fields[name] = self.new_cell(None, False, f"{obj.key}.{name}")
                return obj.fields[name]
            else:
                raise Rejected(f"member {name} of {obj.kind}")
            key = f"{obj.key}->{name}"
            obj.fields[name] = self.input_cell(
                "field", key, type_, obj.epoch if name.startswith("IoStatus") else 0
            )
        return obj.fields[name]

    def place(self, e) -> Cell:
        if isinstance(e, Var):
            if e.name.startswith("g_"):
                if e.name not in self.globals:
                    self.globals[e.name] = self.input_cell("global", e.name, lib.GLOBALS[e.name])
                return self.globals[e.name]
            cell = self.frame.locals.get(e.name)
            if cell is None:
                raise Rejected(f"no variable {e.name}")
            return cell
        if isinstance(e, Field):
            return self.member(self.concrete(self.value(e.base)), e.name)
        if isinstance(e, Deref):
            pointer = self.concrete(self.value(e.pointer))
            if not isinstance(pointer, Pointer):
                raise Rejected("dereference of no pointer")
            return pointer.cell
        raise Rejected(f"no place: {e}")

    def read(self, cell: Cell):
        if cell.value is None:
            if self.classes:
                return 0
            raise Rejected(f"reads {cell.name} uninitialised")
        if cell.fresh is not None and isinstance(self.plain(cell.value), (int, Sym)):
            source = cell.value.source if isinstance(cell.value, Sym) else None
            if source is not None and len(source.left) < len(source.all):
                # Decided before: a reader may think that it has changed since.
                if self.open("field-reread"):
                    cell.value = cell.fresh()
        return self.plain(cell.value)

    def write(self, cell: Cell, value, target: Optional[Node] = None):
        value = self.plain(value)
        if cell.outward:
            if isinstance(value, Obj) and value.kind == "irp":
                self.hand_on(value, f"IRP stored in {cell.name}")
        for reg in self.regs:
            if carries(value, reg) and not reg.dead:
                reg.stored_outward |= self.frames_behind(cell)
        cell.value = value
        cell.fresh = None

    def frames_behind(self, cell: Cell) -> Set["Frame"]:
        """The frames, from the current one up, that the cell outlives."""
        found: Set[Frame] = set()
        f = self.frame
        while f is not None and (cell.outward or not owns(f, cell)):
            found.add(f)
            f = f.caller
        return found

    # ---- expressions

    def value(self, e):
        method = getattr(self, "value_" + type(e).__name__)
        return method(e)

    def value_Const(self, e):
        return e.value

    def value_Var(self, e):
        cell = self.place(e)
        if isinstance(cell.value, Obj) and cell.value.kind == "context":
            return cell.value
        return self.read(cell)

    def value_Field(self, e):
        return self.read(self.place(e))

    def value_Deref(self, e):
        return self.read(self.place(e))

    def value_AddressOf(self, e):
        return Pointer(self.place(e.place))

    def value_Not(self, e):
        if isinstance(e.value, Var):
            value = self.value(e.value)
            if isinstance(value, Obj) and self.open("pointer-null"):
                return 1
        return self.map(self.value(e.value), lambda v: int(not is_true(v)))

    def value_Test(self, e):
        value = self.value(e.value)
        if e.macro == "NT_SUCCESS":
            return self.map(value, lambda v: int(v >= 0))
        return self.map(value, lambda v: int((v & 0xFFFFFFFF) >> 30 == 3))

    def value_Compare(self, e):
        left, right = self.value(e.left), self.value(e.right)
        left, right = self.plain(left), self.plain(right)
        if isinstance(left, Sym) and isinstance(right, Sym) and left.source is not right.source:
            # Two unknowns: pin the one that is no registration.
            if left.source.reg is None:
                left = self.concrete(left)
            else:
                right = self.concrete(right)
        compare = COMPARE[e.op]
        if isinstance(left, Obj) and right == 0 or isinstance(right, Obj) and left == 0:
            if self.open("pointer-null"):
                return compare(0, 0)
        if isinstance(left, Sym):
            if isinstance(right, Sym):
                table = {a: compare(left.table[a], right.table[a]) for a in left.table}
                return Sym(left.source, table).simple()
            return self.map(left, lambda v: compare(v, right))
        return self.map(right, lambda v: compare(left, v))

    def value_Logic(self, e):
        left = self.truth(self.value(e.left))
        if e.op == "&&" and not left:
            return 0
        if e.op == "||" and left:
            return 1
        return self.map(self.value(e.right), lambda v: int(is_true(v)))

    def value_Choose(self, e):
        return self.value(e.yes if self.truth(self.value(e.condition)) else e.no)

    def value_Comma(self, e):
        self.value(e.left)
        return self.value(e.right)

    def value_Assign(self, e):
        value = self.value(e.value)
        if isinstance(e.place, Field) and not e.place.dot:
            base = self.concrete(self.value(e.place.base))
            if isinstance(base, Obj) and base.kind == "stack":
                if e.place.name in ("CompletionRoutine", "Control"):
                    self.recover(base.fields_irp)
                return value
        self.write(self.place(e.place), value)
        return self.plain(value)

    def value_Step(self, e):
        cell = self.place(e.place)
        old = self.concrete(self.read(cell))
        new = old - 1 if e.down else old + 1
        self.write(cell, new)
        return new if e.prefix else old

    def map(self, value, f):
        value = self.plain(value)
        if not isinstance(value, Sym):
            return f(value)
        return Sym(value.source, {a: f(v) for a, v in value.table.items()}).simple()

    # ---- calls

    def value_Call(self, e):
        name = e.name
        if name in lib.ASSERTS:
            return 0  # gone in a free build: nothing is evaluated
        callee = self.case.function(name)
        if callee is not None:
            return self.call(e, callee, [self.argument(p, a) for p, a in zip(callee.params, e.args)])
        args = [self.plain(self.value(a)) for a in e.args]
        if name == REGISTER:
            return self.register(e, self.pointer(args[0], "dev"), self.pointer(args[1], "irp"))
        if name in lib.SENDS:
            self.send(name, self.pointer(args[0], "dev"), self.pointer(args[1], "irp"))
            return self.unknown_result(name, lib.SENDS[name])
        if name in lib.COMPLETES or name in lib.FREES or name in lib.REUSES:
            self.end(name, self.pointer(args[0], "irp"))
            return 0
        if name in lib.RECOVERIES:
            irp = self.pointer(args[0], "irp")
            if not name.startswith("@"):
                self.trace.append(f"recover {irp.key}")
            if name == "IoSetCompletionRoutine":
                self.set_again(irp)
            self.recover(irp)
            return 0
        if name == "IoGetNextIrpStackLocation":
            irp = self.pointer(args[0], "irp")
            stack = Obj("stack", f"next({irp.key})", "local")
            stack.fields_irp = irp
            return stack
        if name in lib.HARMLESS:
            if name == "IoAcquireRemoveLock":
                return self.unknown_result(name, "NTSTATUS")
            return 0
        if name in lib.MOVES or name in lib.LINKS:
            irp = self.pointer(args[-1], "irp")
            self.trace.append(f"handon {irp.key}")
            self.hand_on(irp, f"IRP given to {name}")
            return 0
        if name in lib.ALLOCATES:
            return self.allocate()
        if name in lib.POOL:
            source = Source("pool", (1, 0))
            self.sources.append(("unknown", name, source))
            return Sym(source, {1: Obj("pool", "pool", "alloc"), 0: 0})
        if name in lib.NORETURN:
            self.note("noreturn", name)
            raise NoReturn()
        if name == "AbnormalTermination":
            if not self.abnormal:
                raise Rejected("AbnormalTermination outside of __finally")
            actual = self.abnormal[-1]
            return int(actual != self.open("abnormal-termination"))
        if name == "GetExceptionCode":
            return lib.STATUS["STATUS_UNSUCCESSFUL"]
        if name == "@release":  # holder.release(): the IRP, and the holder lets go
            cell = self.place(e.args[0])
            irp, cell.value = cell.value, 0
            return irp
        if name == "@get":
            return args[0]
        if name in lib.UNKNOWN:
            return self.unknown(name, args)
        raise Rejected(f"unknown routine {name}")

    def argument(self, param, e):
        if param[0] == "NTSTATUS&":
            return Pointer(self.place(e))
        return self.plain(self.value(e))

    def pointer(self, value, kind: str) -> Obj:
        value = self.concrete(value)
        if value == 0:
            if kind == "irp" and self.open("pointer-null"):
                if self.null_irp is None:
                    self.null_irp = Obj("irp", "NULL", "alloc")
                return self.null_irp
            raise Crash()
        if not isinstance(value, Obj) or value.kind != kind:
            raise Rejected(f"{value!r} is no {kind}")
        return value

    def unknown_result(self, name: str, type_: str, examines=()):
        if type_ == "VOID":
            return 0
        self.explorer.unknown_calls += 1
        return self.source("unknown", name, type_, examines)

    def unknown(self, name, args):
        self.trace.append(
            f"unknown {name}"
            + "".join(f" {a.key}" for a in args if isinstance(a, Obj) and a.kind == "irp")
        )
        examines = []
        if name in ("DrvProcess", "DrvHandle", "DrvQueue", "DrvFail", "IoStartPacket"):
            if not any(isinstance(a, Obj) and a.kind == "irp" for a in args):
                raise Rejected("hands on no IRP")
        for a in args:
            if isinstance(a, Obj) and a.kind == "irp":
                if a.ended:
                    self.nonsense("IRP handed on after it was ended")
                self.hand_on(a, f"IRP given to {name}")
            for reg in self.live():
                if carries(a, reg):
                    reg.handed_status = True
                    examines.append(reg)
                    self.note("hand", f"unchecked status given to {name}", reg.site)
        for reg in self.live():
            if any(carries(c.value, reg) for c in self.cells):
                reg.classes.add("seen-in-memory")
        return self.unknown_result(name, lib.UNKNOWN[name], examines)

    def allocate(self):
        self.allocated += 1
        key = f"alloc{self.allocated}"
        source = Source("IoAllocateIrp", (1, 0))
        self.sources.append(("unknown", "IoAllocateIrp", source))
        irp = Obj("irp", key, "alloc")
        return self.concrete(Sym(source, {1: irp, 0: 0}))

    def call(self, e: Call, callee: Function, args):
        frame = Frame(callee, self.frame)
        depth = 0
        f = self.frame
        while f is not None:
            depth += 1
            f = f.caller
        if depth > 4:
            raise Rejected("too deep")
        for (type_, name), arg in zip(callee.params, args):
            if type_ == "NTSTATUS&":
                frame.locals[name] = arg.cell
            else:
                frame.locals[name] = Cell(arg, False, name)
        saved = self.frame
        saved_try, self.try_depth = self.try_depth, self.try_depth
        self.frame = frame
        self.active_calls.append((saved, e.site))
        try:
            value = self.body(callee)
        finally:
            self.active_calls.pop()
            self.frame = saved
            self.try_depth = saved_try
        value = self.plain(value) if value is not None else 0
        summary = self.explorer.helper(callee)
        for reg in self.regs:
            if reg.frame is not frame:
                continue
            known_as = [
                name for (_, name), a in zip(callee.params, args) if a is reg.irp
            ]
            helper = bool(known_as) and not any(n in summary.touched for n in known_as)
            origin = "param" if known_as else reg.irp.origin
            found = None if reg.dead else self.at_end(reg, value, saved, origin, helper)
            if found is not None:
                if found[1]:
                    reg.classes |= found[1]
                else:
                    reg.dead = True
            if summary.verdicts:
                reg.classes.add("helper-at-fault")
            reg.frame = saved
            reg.site = e.site
            reg.promoted = True
        if summary.constant and settled(value) is not None and callee.returns in ("NTSTATUS", "BOOLEAN"):
            if self.open("helper-constant"):
                return self.source("constant", f"result of {callee.name}", callee.returns)
        return value

    # ---- events of the contract

    def nonsense(self, why: str):
        """No driver does this; on an open path it may only look so."""
        if not self.classes:
            raise Rejected(why)

    def live(self):
        return [r for r in self.regs if not r.dead]

    def register(self, e: Call, device: Obj, irp: Obj):
        if irp.ended:
            self.nonsense("registers on an IRP that was ended")
        self.set_again(irp, (self.frame, e.site))
        for reg in self.live():
            if reg.irp is irp and not reg.sent:
                reg.again = True
                if (reg.frame, reg.site) in self.active_calls + [(self.frame, e.site)]:
                    reg.same_call_again = True
        undocumented = self.explorer.open_paths
        reg = Registration(e.site, self.frame, irp, device, len(self.regs) + 1, undocumented)
        reg.handed_before = irp.handed
        self.regs.append(reg)
        self.trace.append(f"register {irp.key} {device.key}")
        self.note("register", f"registration {len(self.regs)} on {irp.key}", e.site)
        table = {
            True: lib.SUCCESS,
            False: lib.REGISTRATION_FAILS,
            "pending": lib.STATUS["STATUS_PENDING"],
            "unsuccessful": lib.STATUS["STATUS_UNSUCCESSFUL"],
        }
        return Sym(reg.source, table)

    def set_again(self, irp: Obj, call=None):
        """A completion routine takes the place of those that are there."""
        for reg in self.live():
            if reg.irp is not irp or reg.sent or reg.outcome is False or reg.examined:
                continue
            classes = set()
            if reg.outcome is None:
                classes.add("set-again-unchecked")
            if (
                irp.origin in ("field", "global")
                or reg.handed_irp
                or reg.handed_status
                or reg.handed_before
                or reg.ended
                or (reg.frame, reg.site) in self.active_calls + [call]
            ):
                classes.add("set-again-open")
            reg.again = True
            self.violate("2s", reg, *classes)

    def violate(self, rule: str, reg: Registration, *classes: str):
        if reg.frame is not self.root_frame:
            return  # the helper is judged as a root of its own
        self.violations.append(
            Violation(
                rule,
                reg.site,
                frozenset(self.classes | reg.classes | set(classes)),
                reg.irp.key if reg.irp.origin == "param" else "",
                self.execution,
            )
        )
        self.note("violation", f"rule {rule}", reg.site)

    def send(self, name: str, device: Obj, irp: Obj):
        if irp.ended:
            self.nonsense("sends an IRP that was ended")
        self.trace.append(f"send {irp.key} {device.key}")
        self.note("send", f"IRP {irp.key} sent to {device.key}")
        self.touched.add(irp.key)
        for reg in self.live():
            if reg.irp is not irp:
                continue
            if not reg.sent:
                self.judge_send(reg)
                if reg.ended and reg.outcome is not False and not reg.examined:
                    self.violate("2a" if reg.outcome else "2b", reg, "sent-after-end")
            if reg.device is device and not device.own_device:
                self.judge_device(reg)
            reg.sent = True
        # The lower driver writes the result of the request.
        irp.epoch += 1
        irp.fields.pop("IoStatus.Status", None)
        irp.fields.pop("IoStatus.Information", None)

    def judge_send(self, reg: Registration):
        if reg.outcome is None:
            if reg.examined:
                return
            classes = set()
            if reg.handed_status:
                classes.add("handed-status-then-sent")
            if reg.recovered_unchecked:
                classes.add("recovered-unchecked")
            if reg.ended:
                classes.add("sent-after-end")
            self.violate("1i", reg, *classes)
        elif not reg.outcome:
            if reg.recovered:
                return
            classes = set()
            if reg.recovered_unchecked:
                classes.add("recovered-unchecked")
            if reg.ended:
                classes.add("sent-after-end")
            if reg.handed_irp or reg.handed_status:
                classes.add("handed-on-then-sent")
            if reg.again:
                classes.add("registered-again")
            self.violate("3s", reg, *classes)

    def judge_device(self, reg: Registration):
        classes = set()
        if reg.sent:
            classes.add("sent-again")
        if reg.outcome is False:
            classes.add("device-after-failure")
        if reg.ended:
            classes.add("sent-after-end")
        if reg.again:
            classes.add("registered-again")
        if self.root.kind == HELPER and reg.device.origin == "param":
            classes.add("device-own-by-caller")
        self.violate("4", reg, *classes)

    def end(self, name: str, irp: Obj):
        if irp.ended:
            self.nonsense("ends an IRP twice")
        word = "complete" if name in lib.COMPLETES else "free" if name in lib.FREES else "reuse"
        self.trace.append(f"{word} {irp.key}")
        self.note("end", f"{word} {irp.key}")
        if name not in lib.REUSES:
            irp.ended = True
        # A helper that ends the IRP where the registration failed leaves it to its caller
        # otherwise; where a caller can be seen, that is no reason to call it the owner.
        failed = any(r.irp is irp and r.outcome is False for r in self.regs)
        if not (failed and self.root is not self.case.root):
            self.touched.add(irp.key)
        for reg in self.live():
            if reg.irp is irp:
                reg.ended = True
                if name in lib.COMPLETES:
                    reg.completed = True

    def recover(self, irp: Obj):
        if irp.ended:
            self.nonsense("recovers an IRP that was ended")
        self.note("recover", f"recovery on {irp.key}")
        for reg in self.live():
            if reg.irp is irp:
                if reg.outcome is None:
                    reg.recovered_unchecked = True
                elif not reg.outcome:
                    reg.recovered = True

    def hand_on(self, irp: Obj, text: str):
        if irp.ended:
            self.nonsense("hands on an IRP that was ended")
        self.note("hand", text)
        irp.handed = True
        for reg in self.live():
            if reg.irp is irp and not reg.sent:
                reg.handed_irp = True

    def at_end(self, reg: Registration, value, caller: Optional[Frame], origin, helper):
        """The verdict of a function's end on a registration: (rule, classes) or None.  `caller`
        is None at the end of the root; `origin` is where this function has the IRP from;
        `helper` says that it is a registration helper (of a root that is found out later)."""
        if reg.sent:
            return None
        if reg.outcome is None:
            if reg.examined:
                return None
            if reg.ended:
                if reg.handed_irp:
                    # Whoever was given the IRP may have sent it: the status is what is missing.
                    if carries(value, reg) or reg.handed_status:
                        return None
                    return "1ii", {"handed-and-ended"}
                classes = set()
                if reg.handed_status:
                    classes.add("handed-and-ended")
                return "2b", classes
            if carries(value, reg) or reg.handed_status:
                return None
            if any(carries(c.value, reg) for c in self.cells):
                if caller is not None:
                    return "1ii", {"status-in-memory-helper"}
                return None
            f = caller
            while f is not None:
                if any(carries(c.value, reg) for c in f.locals.values()):
                    return None
                for c in f.locals.values():
                    if isinstance(c.value, Obj) and c.value.kind == "context":
                        if any(carries(m.value, reg) for m in c.value.fields.values()):
                            return None
                f = f.caller
            classes = set()
            if reg.frame in reg.stored_outward:
                classes.add("stored-then-overwritten")
            if reg.recovered_unchecked:
                classes.add("recovered-unchecked")
            return "1ii", classes
        if reg.outcome:
            if reg.handed_irp and not reg.ended:
                return None
            if helper:
                return None
            classes = set()
            if reg.handed_status or reg.handed_irp:
                classes.add("handed-and-ended")
            if origin in ("field", "global"):
                if not reg.ended:
                    return None
                classes.add("field-irp-ended")
            if reg.same_call_again:
                classes.add("same-call-again")
            if reg.handed_before:
                classes.add("handed-before")
            if isinstance(value, Obj) and value is reg.irp and not reg.ended:
                return None
            return "2a", classes
        return None

    # ---- statements

    def body(self, function: Function):
        try:
            self.block(function.body.body)
        except Returning as r:
            return r.value
        except GoTo as g:
            raise Rejected(f"no label {g.label}")
        if function.returns != "VOID":
            raise Rejected("falls off the end")
        return None

    def block(self, statements, seek: Optional[str] = None):
        """Runs a list; with `seek`, from that label on.  Smart pointers of the list die with it."""
        holders: List[Cell] = []
        self.frame.holders.append(holders)
        try:
            self.sequence(statements, seek)
        except (NoReturn, Cut, Crash, Rejected):
            self.frame.holders.pop()
            raise
        except BaseException:
            self.frame.holders.pop()
            self.destroy(holders)
            raise
        self.frame.holders.pop()
        self.destroy(holders)

    def destroy(self, holders):
        for cell in reversed(holders):
            if isinstance(cell.value, Obj) and not self.open("pointer-null"):
                self.end("IoFreeIrp", cell.value)

    def sequence(self, statements, seek):
        i = 0
        while i < len(statements):
            statement = statements[i]
            if seek is not None and not has_label(statement, seek):
                i += 1
                continue
            try:
                self.statement(statement, seek)
                seek = None
                i += 1
            except GoTo as jump:
                for k, s in enumerate(statements):
                    if has_label(s, jump.label):
                        break
                else:
                    raise
                visits = self.frame.label_visits
                visits[jump.label] = visits.get(jump.label, 0) + 1
                if visits[jump.label] > self.explorer.bound + 1:
                    raise Cut()
                seek = jump.label
                i = k

    def statement(self, s, seek=None):
        self.steps += 1
        if self.steps > 5000:
            raise Cut()
        if self.try_depth and seek is None:
            self.may_raise()
        getattr(self, "do_" + type(s).__name__)(s, seek)

    def may_raise(self):
        if self.open("seh-exception"):
            self.note("raise", "an exception is raised")
            raise Raised()

    def do_Label(self, s, seek):
        pass

    def do_Block(self, s, seek):
        self.block(s.body, seek)

    def do_Decl(self, s, seek):
        if s.type == "NTSTATUS&":
            self.frame.locals[s.name] = self.place(s.init)
            return
        cell = Cell(None, False, s.name)
        if s.type == "CONTEXT":
            cell.value = Obj("context", s.name, "local", outward=False)
        elif s.init is not None:
            cell.value = self.plain(self.value(s.init))
        self.frame.locals[s.name] = cell
        if s.type == "IRP_HOLDER":
            self.frame.holders[-1].append(cell)

    def do_Do(self, s, seek):
        if s.cast == "UNREF":
            return
        self.value(s.value)

    def do_If(self, s, seek):
        if seek is not None:
            if has_label(s.then, seek):
                self.block(s.then.body, seek)
            else:
                self.block(s.otherwise.body, seek)
            return
        if s.init is not None:
            self.statement(s.init)
        if s.declares is not None:
            cell = Cell(self.plain(self.value(s.condition)), False, s.declares[1])
            self.frame.locals[s.declares[1]] = cell
            condition = self.truth(cell.value)
        else:
            condition = self.truth(self.value(s.condition))
        if condition:
            self.block(s.then.body)
        elif s.otherwise is not None:
            self.block(s.otherwise.body)

    def loop(self, condition, body, step, seek, first_test=True):
        rounds = 0
        skip = seek is not None or not first_test
        while True:
            if not skip and condition is not None and not self.truth(self.value(condition)):
                return
            skip = False
            rounds += 1
            if rounds > self.explorer.bound:
                raise Cut()
            try:
                self.block(body.body, seek)
            except BreakOut:
                return
            except ContinueOn:
                pass
            seek = None
            if step is not None:
                self.value(step)

    def do_While(self, s, seek):
        self.loop(s.condition, s.body, None, seek)

    def do_DoWhile(self, s, seek):
        self.loop(s.condition, s.body, None, seek, first_test=False)

    def do_For(self, s, seek):
        if seek is None and s.init is not None:
            self.value(s.init)
        self.loop(s.condition, s.body, s.step, seek)

    def do_Switch(self, s, seek):
        if seek is None:
            default = None
            labels = {}
            for i, arm in enumerate(s.arms):
                for label in arm.labels:
                    if label is None:
                        default = i
                    else:
                        labels[label.value] = i
            none = len(s.arms)

            def arm_of(v):
                return labels.get(v, none if default is None else default)

            start = self.partition(self.value(s.value), arm_of)
        else:
            start = next(
                i for i, a in enumerate(s.arms) if any(has_label(x, seek) for x in a.body)
            )
        try:
            for arm in s.arms[start:]:
                self.block(arm.body, seek)
                seek = None
        except BreakOut:
            pass

    def do_Break(self, s, seek):
        raise BreakOut()

    def do_Continue(self, s, seek):
        raise ContinueOn()

    def do_Goto(self, s, seek):
        raise GoTo(s.label)

    def do_Return(self, s, seek):
        value = None if s.value is None else self.value(s.value)
        raise Returning(value)

    def do_Leave(self, s, seek):
        raise Leaving()

    def do_TryExcept(self, s, seek):
        self.try_depth += 1
        try:
            self.block(s.body.body, seek)
            self.may_raise()
        except Leaving:
            pass
        except Raised:
            self.try_depth -= 1
            handles = self.concrete(self.value(s.filter))
            self.try_depth += 1
            if handles != 1:
                raise
            self.try_depth -= 1
            try:
                self.block(s.handler.body)
            finally:
                self.try_depth += 1
        finally:
            self.try_depth -= 1

    def do_TryFinally(self, s, seek):
        self.try_depth += 1
        try:
            self.block(s.body.body, seek)
            self.may_raise()
        except Leaving:
            self.try_depth -= 1
        except (Returning, BreakOut, ContinueOn, GoTo, Raised):
            self.try_depth -= 1
            self.final(s.final, True)
            raise
        except BaseException:
            self.try_depth -= 1
            raise
        else:
            self.try_depth -= 1
        self.final(s.final, False)

    def final(self, block, abnormal):
        self.abnormal.append(abnormal)
        try:
            self.block(block.body)
        finally:
            self.abnormal.pop()

    # ---- one run

    def run(self) -> Execution:
        function = self.root
        self.frame = self.root_frame = Frame(function, None)
        for type_, name in function.params:
            self.frame.locals[name] = self.parameter(type_, name)
        x = self.execution
        try:
            value = self.body(function)
            value = self.plain(value) if value is not None else None
            x.end = "return"
            self.note("return", "function returns")
            self.root_end(value)
            x.value = value
        except NoReturn:
            x.end = "noreturn"
            self.lost_at_stop("lost-then-noreturn")
        except Raised:
            x.end = "raise"
        except Crash:
            x.end = "crash"
        except Cut:
            x.end = "cut"
            x.cut = True
            self.lost_at_stop("lost-then-endless")
        except Leaving:
            raise Rejected("__leave outside __try")
        x.open = bool(self.classes)
        x.trace = self.trace
        x.sources = self.sources
        x.regs = self.regs
        return x

    def lost_at_stop(self, cls: str):
        """The execution stops without an end: a status that was lost before is open."""
        frames, f = [], self.frame
        while f is not None:
            frames.append(f)
            f = f.caller
        cells = [c for f in frames for c in f.locals.values()] + self.cells
        for reg in self.live():
            if reg.outcome is None and not reg.sent and not reg.ended and not reg.examined:
                if not reg.handed_status and not any(carries(c.value, reg) for c in cells):
                    self.violate("1ii", reg, cls)

    def parameter(self, type_: str, name: str) -> Cell:
        if type_ in ("BOOLEAN", "ULONG", "NTSTATUS"):
            return Cell(self.source("param", f"{name}#0", type_), False, name)
        if type_ == "PNTSTATUS":
            return Cell(Pointer(self.new_cell(0, True, f"*{name}")), False, name)
        if type_ == "NTSTATUS&":
            return self.new_cell(0, True, name)
        obj = self.object_for(type_, name)
        if type_ == "PDEVICE_OBJECT" and self.root.is_dispatch:
            obj.own_device = True
        return Cell(obj, False, name)

    def root_end(self, value):
        for reg in self.live():
            if reg.frame is not self.root_frame:
                continue
            if isinstance(value, Obj) and value is reg.irp and not reg.sent:
                reg.handed_irp = True
            found = self.at_end(reg, value, None, reg.irp.origin, False)
            if found is not None:
                self.violate(found[0], reg, *found[1])
                if found[0] == "2b" and reg.same_call_again:
                    self.violate("1ii", reg, "same-call-again")
            if (
                self.root.is_dispatch
                and reg.irp.origin == "param"
                and reg.outcome is False
                and not (reg.sent or reg.completed or reg.recovered or reg.handed_irp)
            ):
                classes = set()
                if reg.recovered_unchecked:
                    classes.add("recovered-unchecked")
                if reg.again:
                    classes.add("registered-again")
                if reg.handed_status:
                    classes.add("handed-on-then-sent")
                if reg.handed_before:
                    classes.add("handed-before")
                self.violate("3r", reg, *classes)


def settled(value) -> Optional[int]:
    """A plain number, or what a status is by its documented outcomes when they agree."""
    if isinstance(value, Sym) and value.source.reg is not None:
        values = {value.table[a] for a in value.source.left if isinstance(a, bool)}
        return values.pop() if len(values) == 1 else None
    return value if isinstance(value, int) else None


def is_true(value) -> bool:
    return value != 0 if isinstance(value, int) else True


def compare_equal(a, b):
    return int(same(a, b))


COMPARE = {
    "==": compare_equal,
    "!=": lambda a, b: int(not same(a, b)),
    "<": lambda a, b: int(a < b),
    "<=": lambda a, b: int(a <= b),
    ">": lambda a, b: int(a > b),
    ">=": lambda a, b: int(a >= b),
}


def carries(value, reg: Registration) -> bool:
    """Does this value still tell the outcome of the registration?"""
    if not isinstance(value, Sym) or value.source is not reg.source:
        return False
    return not same(value.table[True], value.table[False])


def owns(frame: Frame, cell: Cell) -> bool:
    for name, c in frame.locals.items():
        if c is cell and not c.outward and not is_reference(frame, name):
            return True
        if isinstance(c.value, Obj) and c.value.kind == "context":
            if any(m is cell for m in c.value.fields.values()):
                return True
    return False


def is_reference(frame: Frame, name: str) -> bool:
    return ("NTSTATUS&", name) in frame.function.params


def has_label(node, label: str) -> bool:
    cache = _labels.get(id(node))
    if cache is None or cache[0] is not node:
        names = frozenset(n.name for n in walk(node) if isinstance(n, Label))
        cache = (node, names)
        if len(_labels) > 20000:
            _labels.clear()
        _labels[id(node)] = cache
    return label in cache[1]


_labels: Dict[int, Tuple[Node, FrozenSet[str]]] = {}


# ------------------------------------------------------------------------------ explorer


class Explorer:
    """Enumerates the executions of the functions of one case."""

    def __init__(self, case: Case, bound: int = 3, budget: int = 3000, open_paths: bool = False):
        self.case = case
        self.bound = bound
        self.budget = budget
        self.open_paths = open_paths
        self.unknown_calls = 0
        self.results: Dict[str, Result] = {}
        self.exploring: Set[str] = set()
        self.domains = self.find_domains()

    def find_domains(self):
        mentioned = {n.text for n in walk(self.case) if isinstance(n, Const)}
        status = [0, lib.STATUS["STATUS_UNSUCCESSFUL"], lib.STATUS["STATUS_PENDING"]]
        if "STATUS_INSUFFICIENT_RESOURCES" in mentioned:
            status.append(lib.REGISTRATION_FAILS)
        if any(isinstance(n, Test) and n.macro == "NT_ERROR" for n in walk(self.case)):
            status.append(lib.STATUS["STATUS_DEVICE_BUSY"])
        boolean, odd = [1, 0], []
        if self.open_paths and any(
            isinstance(n, Compare)
            and any(isinstance(x, Const) and x.text in ("TRUE", "FALSE") for x in (n.left, n.right))
            for n in walk(self.case)
        ):
            boolean, odd = [1, 0, 2], [2]
        return {"BOOLEAN": (boolean, odd), "ULONG": ([0, 1, 2, 3], []), "NTSTATUS": (status, [])}

    def domain(self, type_: str):
        return self.domains[type_]

    def helper(self, function: Function) -> Result:
        if function.name not in self.results:
            if function.name in self.exploring:
                raise Rejected("recursion")
            self.exploring.add(function.name)
            self.results[function.name] = self.explore(function)
        return self.results[function.name]

    def explore(self, function: Function) -> Result:
        plan: List[int] = []
        executions: List[Execution] = []
        touched: Set[str] = set()
        cut = truncated = registers = False
        while True:
            machine = Machine(self.case, function, plan, self)
            try:
                execution = machine.run()
            except Rejected:
                if not machine.classes:
                    raise
                execution = machine.execution  # nonsense, but only on an open path
                execution.violations.clear()
            if execution.end == "crash" and not self.open_paths:
                raise Rejected("NULL IRP is used")
            executions.append(execution)
            touched |= machine.touched
            cut = cut or execution.cut
            registers = registers or bool(machine.regs)
            taken = machine.taken
            while taken and taken[-1][0] + 1 >= taken[-1][1]:
                taken.pop()
            if not taken:
                break
            plan = [i for i, _ in taken]
            plan[-1] += 1
            if len(executions) >= self.budget:
                truncated = True
                break
        verdicts = self.judge(function, executions, touched)
        values = {
            settled(x.value)
            for x in executions
            if x.end == "return" and not x.open
        }
        constant = len(values) == 1 and None not in values
        return Result(
            function, verdicts, executions, frozenset(touched), cut, truncated, registers, constant
        )

    def judge(self, function, executions, touched):
        found: Dict[Tuple[int, int], List[Violation]] = {}
        unchecked_ends: List[Violation] = []
        for x in executions:
            for v in x.violations:
                if v.rule == "2a" and v.irp and v.irp not in touched:
                    if self.could_touch(function):
                        v = dataclasses.replace(v, classes=v.classes | {"sends-in-dead-code"})
                    elif not function.is_dispatch:
                        continue
                    else:
                        v = dataclasses.replace(v, classes=v.classes | {"dispatch-never-sends"})
                if v.rule == "2b":
                    unchecked_ends.append(v)
                    continue
                found.setdefault((v.check, v.site), []).append(v)
        verdicts = {key: best(list_) for key, list_ in found.items()}
        for v in unchecked_ends:
            first = verdicts.get((1, v.site))
            if first is not None and first.must:
                continue
            if first is not None:
                v = dataclasses.replace(v, classes=v.classes | {"check-1-open"})
            key = (2, v.site)
            old = verdicts.get(key)
            if old is None or (not old.must and len(v.classes) < len(old.classes)):
                verdicts[key] = Verdict(not v.classes, v.classes, v)
        return verdicts


    def could_touch(self, function: Function) -> bool:
        """Is a send or an end written anywhere, feasible or not?"""
        for n in walk(function.body):
            if isinstance(n, Call):
                if n.name in lib.SENDS or n.name in lib.COMPLETES + lib.FREES + lib.REUSES:
                    return True
                callee = self.case.function(n.name)
                if callee is not None and self.could_touch(callee):
                    return True
        return False


def best(violations: List[Violation]) -> Verdict:
    v = min(violations, key=lambda v: (len(v.classes), len(v.execution.events)))
    return Verdict(not v.classes, v.classes, v)


def analyse(case: Case, bound: int = 3, budget: int = 3000, open_paths: bool = False):
    """All functions of a case: name -> Result."""
    explorer = Explorer(case, bound, budget, open_paths)
    return {f.name: explorer.helper(f) for f in case.functions}
