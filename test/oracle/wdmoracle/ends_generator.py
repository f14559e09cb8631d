"""Makes cases of the second family at random from a seed.

A function starts as one of the ways in which drivers deal with an IRP - complete it, queue it,
forward it, forward it and wait, complete it in a completion routine - with every piece drawn from
several spellings, and any piece may be left out, doubled, moved or replaced.
"""

from __future__ import annotations

import random
from typing import List, Optional

from . import ends
from .build import (
    EXT,
    FALSE,
    LOWER,
    NULL,
    PENDING,
    RESOURCES,
    SUCCESS,
    TRUE,
    UNSUCCESSFUL,
    arm,
    call,
    complete,
    do,
    eq,
    failed,
    let,
    ne,
    num,
    ret,
    send,
    succeeded,
    when,
)
from .description import (
    HANDLER,
    HELPER,
    MAJOR,
    PLAIN,
    REGISTER,
    ROLE,
    ROUTINE,
    AddressOf,
    Assign,
    Block,
    Break,
    Call,
    Case,
    Choose,
    Const,
    Decl,
    Deref,
    Do,
    DoWhile,
    Expr,
    Field,
    For,
    Function,
    FunctionName,
    Goto,
    If,
    Label,
    Leave,
    Not,
    Return,
    Step,
    Stmt,
    Switch,
    TryExcept,
    TryFinally,
    Var,
    Compare,
    replace,
    size,
    walk,
    walk_places,
)
from .generator import Statistics, drop_unused, drop_unused_locals, statement_places, valid
from .interpreter import Rejected

Statements = List[Stmt]

IRP = Var("Irp")
STATUS = Var("status")
DEVICE = Var("DeviceObject")
MORE = Const("STATUS_MORE_PROCESSING_REQUIRED", ends.MORE_PROCESSING)
BUSY = Const("STATUS_DEVICE_BUSY", -0x7FFFFFEF)

DONE = Const("DrvDone", 1)  # a routine of another file

DISPATCH = (("PDEVICE_OBJECT", "DeviceObject"), ("PIRP", "Irp"))
WITH_EXT = (("PDEVICE_EXTENSION", "Ext"), ("PIRP", "Irp"))
COMPLETION = (("PDEVICE_OBJECT", "DeviceObject"), ("PIRP", "Irp"), ("PVOID", "Context"))


def io_status(irp: Expr = IRP) -> Field:
    return Field(irp, "IoStatus.Status")


class Maker:
    """Builds the root function of one case and the functions that it asks for."""

    def __init__(self, rng: random.Random, lang: str, use_helpers: bool):
        self.rng = rng
        self.lang = lang
        self.use_helpers = use_helpers
        self.functions: List[Function] = []
        self.serial = 0
        self.has_ext = True
        self.uses_label = False
        self.wild = rng.random() < 0.5  # how often pieces go wrong

    # ---- chance

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def pick(self, *options):
        return self.rng.choice(options)

    def weighted(self, *pairs):
        """(weight, thunk or value)"""
        total = self.rng.random() * sum(w for w, _ in pairs)
        for w, option in pairs:
            total -= w
            if total <= 0:
                break
        return option() if callable(option) else option

    def slip(self, p: float = 0.1) -> bool:
        return self.chance(p if self.wild else p / 3)

    def name(self, stem: str) -> str:
        self.serial += 1
        return f"{stem}{self.serial}"

    # ---- values

    def constant(self) -> Const:
        return self.weighted((4, SUCCESS), (4, UNSUCCESSFUL), (2, RESOURCES), (1, BUSY), (0.4, PENDING))

    def error(self) -> Const:
        return self.pick(UNSUCCESSFUL, UNSUCCESSFUL, RESOURCES, BUSY)

    def unknown_status(self) -> Expr:
        options = [lambda: call("DrvStart")]
        if self.has_ext:
            options += [lambda: call("DrvPrepare", EXT), lambda: call("IoAcquireRemoveLock", EXT, IRP)]
        return self.rng.choice(options)()

    def condition(self) -> Expr:
        options = [lambda: call("DrvFlag"), lambda: eq(call("DrvMode"), num(self.rng.randrange(3)))]
        if self.has_ext:
            options += [lambda: Field(EXT, "Enabled"), lambda: ne(Field(EXT, "State"), num(1))]
        e = self.rng.choice(options)()
        return Not(e) if self.chance(0.3) and not isinstance(e, Compare) else e

    def says(self, e: Expr) -> Expr:
        """A test of a status."""
        return self.weighted(
            (4, lambda: failed(e)), (3, lambda: succeeded(e)), (2, lambda: eq(e, PENDING)),
            (2, lambda: ne(e, PENDING)), (1, lambda: eq(e, SUCCESS)), (1, lambda: ne(e, SUCCESS)),
        )

    # ---- pieces

    def noise(self) -> Statements:
        options = [
            lambda: do(call("DbgPrint")),
            lambda: do(call("DbgPrint", IRP)),
            lambda: let(Field(IRP, "IoStatus.Information"), num(0)),
            lambda: do(call("DrvFlag")),
        ]
        if self.has_ext:
            options += [lambda: do(call("IoReleaseRemoveLock", EXT, IRP)),
                        lambda: let(Field(EXT, "State"), num(2)),
                        lambda: do(call("DrvPrepare", EXT))]
        return [self.rng.choice(options)()]

    def look(self) -> Statements:
        """Something that needs the IRP."""
        return self.weighted(
            (3, lambda: [do(call("DbgPrint", io_status()))]),
            (2, lambda: [let(Field(IRP, "IoStatus.Information"), num(1))]),
            (2, lambda: [when(Field(IRP, "Cancel"), do(call("DbgPrint")))]),
            (2, lambda: [when(eq(Field(call("IoGetCurrentIrpStackLocation", IRP), "MinorFunction"), num(2)),
                              do(call("DbgPrint")))]),
            (1, lambda: [do(call("PoStartNextPowerIrp", IRP))]),
            (1.5, lambda: [do(self.looker())]),
            (1, lambda: [let(io_status(), self.constant())]),
        )

    def marking(self) -> Statements:
        return [do(self.weighted((4, lambda: call("IoMarkIrpPending", IRP)), (1, lambda: call("@mark", IRP))))]

    def queueing(self) -> Statements:
        return self.weighted(
            (3, lambda: [let(Field(EXT, self.pick("Irp", "Pending")), IRP)]),
            (2, lambda: [do(call("InsertTailList", EXT, IRP))]),
            (2, lambda: [do(call("IoStartPacket", Field(EXT, "Self"), IRP))]),
            (2, lambda: [do(call("IoCsqInsertIrp", EXT, IRP))]),
            (1, lambda: [do(call("IoCsqInsertIrpEx", EXT, IRP))]),
            (1, lambda: [do(call("DrvProcess", IRP))]),
            (1, lambda: [do(call("DrvQueue", EXT, IRP))]),
        )

    def completing(self, status: Expr) -> Statements:
        if self.chance(0.3) and self.use_helpers:
            return [do(call(self.completer(), IRP, status))]
        body: Statements = []
        if not self.slip():
            body.append(let(io_status(), status))
        if self.chance(0.3):
            body.append(let(Field(IRP, "IoStatus.Information"), num(0)))
        if not self.slip():
            body.append(complete(IRP, self.pick("IoCompleteRequest", "IofCompleteRequest")))
        if self.slip(0.08):
            body += self.look()
        return body

    def finish(self, status: Optional[Expr] = None) -> Statements:
        """Completed and returned."""
        if status is None:
            status = self.weighted((3, self.constant), (2, STATUS))
        if self.chance(0.15) and self.use_helpers:
            return [ret(call(self.failer(), IRP, status))]
        if self.chance(0.05) and self.use_helpers:
            return [do(call(self.by_pointer(), IRP, AddressOf(STATUS))), ret(self.pick(STATUS, STATUS, SUCCESS))]
        before: Statements = []
        if self.chance(0.3) and status != STATUS:
            before, status = [let("status", status)], STATUS
        returned = status
        if self.slip(0.15):
            returned = self.pick(SUCCESS, UNSUCCESSFUL, STATUS, PENDING, io_status())
        return before + self.completing(status) + [ret(returned)]

    def pend(self) -> Statements:
        body: Statements = []
        if not self.slip(0.25):
            body += self.marking()
        if not self.slip(0.2):
            body += self.queueing()
        if self.chance(0.15):
            self.rng.shuffle(body)
        if self.chance(0.2):
            body += self.noise()
        if self.slip(0.08):
            body += self.look()
        returned = PENDING
        if self.slip(0.3):
            returned = self.pick(SUCCESS, STATUS, UNSUCCESSFUL, call("DrvStart"))
        elif self.chance(0.2):
            return body + [let("status", PENDING), ret(STATUS)]
        return body + [ret(returned)]

    def routine_set(self, name: Expr, all_cases: bool = True) -> Stmt:
        flags = (TRUE, TRUE, TRUE) if all_cases else (TRUE, FALSE, TRUE)
        return do(Call("IoSetCompletionRoutine", (IRP, name) + flags))

    def set_up(self, keeps: bool = False) -> Statements:
        copy = do(call("IoCopyCurrentIrpStackLocationToNext", IRP))
        if keeps and self.chance(0.15):
            return [copy] + self.registered("keeps")
        if keeps:
            return [copy, self.routine_set(self.routine("keeps"), not self.slip(0.15))]
        return self.weighted(
            (5, lambda: [do(call("IoSkipCurrentIrpStackLocation", IRP))]),
            (3, lambda: [copy]),
            (0.7, lambda: []),
            (2, lambda: [copy, self.routine_set(DONE)]),
            (2, lambda: [copy, self.routine_set(self.routine("letsgo"), self.chance(0.7))]),
            (1, lambda: [copy, self.routine_set(self.routine("sometimes"))]),
            (1, lambda: [copy, self.routine_set(self.routine("completes"))]),
            (0.5, lambda: [copy, self.routine_set(NULL, False)]),
            (0.5, lambda: [copy, do(call("@routine", IRP))]),
            (1, lambda: [copy] + self.registered(self.pick(DONE, "letsgo"))),
            (0.5, lambda: [copy, self.routine_set(self.routine("keeps")),
                           do(call("IoSkipCurrentIrpStackLocation", IRP))]),
        )

    def registered(self, routine) -> Statements:
        """IoSetCompletionRoutineEx and its test; the first family judges what is wrong with that."""
        name = self.routine(routine) if isinstance(routine, str) else routine
        ex = Call(REGISTER, (Field(EXT, "Self"), IRP, name, TRUE, TRUE, TRUE))
        out = self.finish(STATUS) if self.chance(0.7) else [ret(STATUS)]
        return [let("status", ex), when(failed(STATUS), *out)]

    def sender(self) -> Expr:
        if self.use_helpers and self.chance(0.15):
            return call(self.forwarder(), EXT, IRP)
        return send(IRP, LOWER, self.pick("IoCallDriver", "IoCallDriver", "IofCallDriver", "PoCallDriver"))

    def forward(self) -> Statements:
        body: Statements = []
        if self.chance(0.15):
            body += self.marking()
        body += self.set_up()
        if self.chance(0.4):
            if self.slip(0.25):
                return body + [do(self.sender()), ret(self.pick(SUCCESS, PENDING, STATUS))]
            return body + [ret(self.sender())]
        body.append(let("status", self.sender()))
        body += self.weighted(
            (4, lambda: []),
            (2, self.noise),
            (1.5, lambda: [when(self.says(STATUS), *self.noise())]),
            (1.5, lambda: [when(self.says(STATUS), ret(self.pick(STATUS, STATUS, SUCCESS, PENDING, UNSUCCESSFUL)))]),
            (1, lambda: [when(self.says(STATUS), *self.completing(STATUS))]),
            (1, lambda: [when(self.says(STATUS), *self.look())]),
            (0.5, lambda: [do(call("KeWaitForSingleObject", EXT))]),
        )
        return body + [ret(self.weighted((6, STATUS), (1, SUCCESS), (1, PENDING), (0.5, UNSUCCESSFUL),
                                         (0.7, lambda: Choose(self.says(STATUS), STATUS, SUCCESS))))]

    def waiting(self) -> Statements:
        wait = do(call("KeWaitForSingleObject", EXT))
        after = let("status", io_status())
        return self.weighted(
            (4, lambda: [when(eq(STATUS, PENDING), wait, after)]),
            (2, lambda: [wait]),
            (1, lambda: [when(self.says(STATUS), wait)]),
            (1, lambda: [do(call("DrvPrepare", EXT)), wait]),
            (1, lambda: []),
        )

    def forward_and_wait(self) -> Statements:
        body = self.set_up(keeps=True)
        body.append(let("status", send(IRP, LOWER)))
        body += self.waiting()
        if self.chance(0.2):
            body += self.look()
        if self.chance(0.15):
            return body + [do(call("IoSkipCurrentIrpStackLocation", IRP)), ret(send(IRP, LOWER))]
        if not self.slip(0.2):
            body += self.completing(STATUS) if self.chance(0.5) else [complete(IRP)]
        return body + [ret(STATUS)]

    def synchronous(self) -> Statements:
        if self.chance(0.5):
            body = [let("status", call("IoSynchronousCallDriver", LOWER, IRP))]
        else:
            body = [let("status", UNSUCCESSFUL),
                    when(call("IoForwardIrpSynchronously", LOWER, IRP), let("status", io_status()))]
        if not self.slip(0.25):
            body += self.completing(STATUS) if self.chance(0.5) else [complete(IRP)]
        return body + [ret(STATUS)]

    def ending(self) -> Statements:
        """One whole way to deal with the IRP, a return at its end."""
        ways = [(5, self.finish)]
        if self.has_ext:
            ways += [(4, self.pend), (5, self.forward), (2.5, self.forward_and_wait), (1.2, self.synchronous)]
            if self.use_helpers:
                ways.append((1, lambda: [ret(call(self.handler(), DEVICE, IRP))]))
        return self.weighted(*ways)

    def early(self) -> Statements:
        """A way out before the rest."""
        if self.use_helpers and self.chance(0.1):
            test = call(self.maybe_completer(), IRP)
            return [do(test)] if self.slip(0.2) else [when(test, ret(UNSUCCESSFUL))]
        if self.chance(0.5):
            test = self.weighted((3, lambda: failed(STATUS)), (1, lambda: ne(STATUS, SUCCESS)))
            out = self.weighted(
                (4, lambda: self.finish(STATUS)), (1.5, lambda: [ret(STATUS)]),
                (1, lambda: self.finish(self.error())),
                (0.7, lambda: self.completing(STATUS)),  # and goes on
            )
            return [let("status", self.unknown_status()), when(test, *out)]
        out = self.weighted(
            (4, lambda: self.finish(self.error())), (1.5, lambda: [ret(self.error())]),
            (0.7, lambda: self.completing(self.error())), (0.5, self.marking),
        )
        return [when(self.condition(), *out)]

    def flagged(self) -> Statements:
        """A flag remembers what was done."""
        flag = Var("done")
        first = self.weighted(
            (3, lambda: self.completing(STATUS)),
            (2, lambda: self.marking() + self.queueing() + [let("status", PENDING)]),
            (2, lambda: [do(call("IoSkipCurrentIrpStackLocation", IRP)), let("status", self.sender())]),
        )
        test = Not(flag) if not self.slip(0.2) else flag
        rest = self.completing(STATUS) if not self.slip(0.15) else self.noise()
        return [Decl("BOOLEAN", "done", FALSE), when(self.condition(), *first, let("done", TRUE)),
                when(test, *rest), ret(STATUS)]

    def switched(self) -> Statements:
        arms = []
        for value in range(self.rng.randrange(1, 4)):
            if self.chance(0.4):
                body = [let("status", self.weighted((2, self.constant), (1, self.unknown_status))), Break()]
            elif self.chance(0.3):
                body = self.completing(STATUS) + [Break()]
            else:
                body = self.ending()
            arms.append(arm((num(value),), *body))
        arms.append(arm((None,), *([Break()] if self.chance(0.5) else self.ending())))
        tail = self.finish(STATUS) if not self.slip(0.2) else [ret(STATUS)]
        return [Switch(call("DrvMode"), tuple(arms))] + tail

    def looped(self) -> Statements:
        step = Var("i")
        inside = self.weighted(
            (3, lambda: [when(self.condition(), *self.ending())]),
            (1.5, lambda: [let("status", self.unknown_status()), when(succeeded(STATUS), Break())]),
            (1, lambda: [when(self.condition(), *self.completing(STATUS), Break())]),
            (0.6, lambda: [when(self.condition(), complete(IRP))]),
        )
        return [Decl("ULONG", "i"), For(let("i", num(0)).value, Compare("<", step, num(2)), Step(step),
                                        Block(tuple(inside)))] + self.finish(STATUS)

    def cleaned(self) -> Statements:
        """goto out"""
        self.uses_label = True
        body: Statements = []
        for _ in range(self.rng.randrange(1, 3)):
            jump = [let("status", self.error())] if self.chance(0.5) else []
            if self.chance(0.2):
                jump += self.completing(STATUS)
            body.append(when(self.condition(), *jump, Goto("out")))
        if self.chance(0.5):
            body += self.marking() + self.queueing() + [ret(PENDING)]
        else:
            body += self.noise()
        tail = self.finish(STATUS) if not self.slip(0.2) else [ret(STATUS)]
        return body + [Label("out")] + tail

    def guarded(self) -> Statements:
        """__try, __finally, __except"""
        if self.chance(0.4):
            handler = self.finish(self.error()) if self.chance(0.6) else [let("status", UNSUCCESSFUL)]
            return [TryExcept(Block(tuple(self.noise() + [let("status", self.unknown_status())])), TRUE,
                              Block(tuple(handler)))] + self.ending()
        inside: Statements = [let("status", self.unknown_status()), when(failed(STATUS), Leave())]
        if self.chance(0.5):
            inside += self.completing(STATUS)
        final = self.completing(STATUS) if self.chance(0.5) else self.noise()
        return [TryFinally(Block(tuple(inside)), Block(tuple(final)))] + (
            [ret(STATUS)] if self.chance(0.6) else self.finish(STATUS))

    # ---- helpers

    def add(self, name: str, kind: str, returns: str, params, body: Statements) -> str:
        self.functions.append(Function(name, kind, returns, tuple(params), Block(tuple(body))))
        return name

    def completer(self) -> str:
        body = [let(io_status(), Var("Status"))] if not self.slip(0.1) else []
        body.append(complete(IRP))
        if self.slip(0.06):
            body += self.look_alone()
        return self.add(self.name("Complete"), HELPER, "VOID", (("PIRP", "Irp"), ("NTSTATUS", "Status")), body)

    def failer(self) -> str:
        body = [let(io_status(), Var("Status")), complete(IRP)]
        if self.slip(0.06):
            body += self.look_alone()
        returned = Var("Status") if not self.slip(0.1) else SUCCESS
        return self.add(self.name("Fail"), HELPER, "NTSTATUS", (("PIRP", "Irp"), ("NTSTATUS", "Status")),
                        body + [ret(returned)])

    def look_alone(self) -> Statements:
        return [do(call("DbgPrint", io_status()))]

    def looker(self) -> Expr:
        if not self.use_helpers:
            return call("PoStartNextPowerIrp", IRP)
        body = self.weighted(
            (3, lambda: [ret(Field(IRP, "Cancel"))]),
            (1, lambda: [ret(eq(IRP, IRP))]),
        )
        return call(self.add(self.name("Look"), HELPER, "BOOLEAN", (("PIRP", "Irp"),), body), IRP)

    def forwarder(self) -> str:
        body: Statements = self.weighted(
            (3, lambda: [do(call("IoSkipCurrentIrpStackLocation", IRP))]),
            (1, lambda: [do(call("IoCopyCurrentIrpStackLocationToNext", IRP))]),
            (1, lambda: []),
        )
        return self.add(self.name("Forward"), HELPER, "NTSTATUS", WITH_EXT, body + [ret(send(IRP, LOWER))])

    def maybe_completer(self) -> str:
        """Completes sometimes, and says so."""
        body = [when(Not(Field(IRP, "Cancel")), ret(FALSE)), let(io_status(), UNSUCCESSFUL), complete(IRP)]
        return self.add(self.name("Cancelled"), HELPER, "BOOLEAN", (("PIRP", "Irp"),), body + [ret(TRUE)])

    def by_pointer(self) -> str:
        """Completes, and writes the status through a pointer."""
        out = Deref(Var("Out"))
        body = [Do(Assign(out, self.error() if self.chance(0.5) else call("DrvStart"))), let(io_status(), out)]
        return self.add(self.name("CompleteTo"), HELPER, "VOID", (("PIRP", "Irp"), ("PNTSTATUS", "Out")),
                        body + [complete(IRP)])

    def handler(self) -> str:
        saved, self.uses_label = self.uses_label, False
        helpers, self.use_helpers = self.use_helpers, False
        body = self.prologue() + (self.early() if self.chance(0.5) else []) + self.ending()
        self.use_helpers, self.uses_label = helpers, saved
        return self.add(self.name("Handle"), HANDLER, "NTSTATUS", DISPATCH, body)

    def routine(self, what: str) -> FunctionName:
        """A completion routine with a body."""
        for f in self.functions:
            if f.kind == ROUTINE and f.name.lower().startswith(what):
                return FunctionName(f.name)
        trace = [do(call("DbgPrint"))] if self.chance(0.5) else []
        bodies = {
            "keeps": trace + [ret(MORE)],
            "letsgo": trace + [when(Field(IRP, "PendingReturned"), do(call("IoMarkIrpPending", IRP)))] * (
                self.chance(0.5)) + [ret(SUCCESS)],
            "sometimes": [when(call("DrvFlag"), ret(MORE)), ret(SUCCESS)],
            "completes": [complete(IRP), ret(MORE)],
        }
        name = self.name({"keeps": "Keeps", "letsgo": "LetsGo"}.get(what, what.capitalize()))
        self.add(name, ROUTINE, "NTSTATUS", COMPLETION, bodies[what])
        return FunctionName(name)

    # ---- roots

    def prologue(self) -> Statements:
        initial = self.weighted((4, SUCCESS), (2, UNSUCCESSFUL), (1, PENDING), (2, self.unknown_start))
        return [Decl("PDEVICE_EXTENSION", "Ext", Field(DEVICE, "DeviceExtension")),
                Decl("NTSTATUS", "status", initial)]

    def unknown_start(self) -> Expr:
        return call("DrvStart")

    def story(self) -> Statements:
        body: Statements = []
        for _ in range(self.weighted((4, 0), (3, 1), (1, 2))):
            body += self.early()
        if self.chance(0.2):
            body += self.noise()
        return body + self.weighted(
            (8, self.ending), (2, self.flagged), (2, self.switched), (1, self.looped),
            (1.2, self.cleaned), (1, self.guarded),
            (1.5, lambda: [when(self.condition(), *self.ending())] + self.ending()),
        )

    def stack_pointer(self, body: Statements) -> Statements:
        """Through a pointer to the stack location that was got before."""
        at = self.rng.randrange(len(body))
        use = when(eq(Field(Var("sp"), "MinorFunction"), num(2)), *self.noise())
        return [Decl("PIO_STACK_LOCATION", "sp", call("IoGetCurrentIrpStackLocation", IRP))] + (
            body[:at] + [use] + body[at:])

    def dispatch(self) -> Function:
        kind = ROLE if self.chance(0.75) else MAJOR
        story = self.story()
        if self.chance(0.12) and not self.uses_label:
            story = self.stack_pointer(story)
        return Function("Dispatch", kind, "NTSTATUS", DISPATCH, Block(tuple(self.prologue() + story)))

    def plain(self) -> Function:
        body = [Decl("NTSTATUS", "status", SUCCESS)]
        if self.chance(0.25):
            return Function("F", PLAIN, "NTSTATUS", (("PDEVICE_EXTENSION", "Ext"),),
                            Block(tuple(body + self.in_a_field())))
        if self.chance(0.4):
            return Function("F", PLAIN, "NTSTATUS", (("PDEVICE_EXTENSION", "Ext"),),
                            Block(tuple(body + self.allocated())))
        has, self.use_helpers = self.use_helpers, self.use_helpers
        story = self.weighted((1, self.finish), (1, self.forward), (1, self.forward_and_wait),
                              (0.5, self.pend), (0.5, self.synchronous))
        self.use_helpers = has
        return Function("F", PLAIN, "NTSTATUS", WITH_EXT, Block(tuple(body + story)))

    def in_a_field(self) -> Statements:
        """An IRP that was stored."""
        field = Field(EXT, "Irp")
        body: Statements = []
        for _ in range(self.rng.randrange(1, 4)):
            body += self.weighted(
                (3, lambda: [complete(field)]),
                (1.5, lambda: [let(io_status(field), self.constant())]),
                (1, lambda: [do(call("DbgPrint", io_status(field)))]),
                (1, lambda: [let(field, self.pick(NULL, Field(EXT, "Pending")))]),
                (1, lambda: [when(self.condition(), complete(field))]),
                (0.7, lambda: [do(call("DrvPrepare", EXT))]),
                (0.4, lambda: [do(call("KeWaitForSingleObject", EXT))]),
            )
        return body + [ret(STATUS)]

    def allocated(self) -> Statements:
        """An IRP of the driver's own."""
        body: Statements = [Decl("PIRP", "Irp", call("IoAllocateIrp", LOWER)), when(eq(IRP, NULL), ret(UNSUCCESSFUL))]
        if self.chance(0.6):
            what = self.pick("keeps", "keeps", "keeps", "letsgo", "sometimes")
            body.append(self.routine_set(self.routine(what)))
        if self.chance(0.2):
            body.append(let("status", call("IoSynchronousCallDriver", LOWER, IRP)))
        else:
            body.append(let("status", send(IRP, LOWER)))
            body += self.waiting()
        if self.chance(0.2):
            body += self.look()
        if self.chance(0.15):
            body.append(do(call("IoReuseIrp", IRP)))
        if not self.slip(0.2):
            body.append(do(call("IoFreeIrp", IRP)))
        if self.slip(0.2):
            body += self.look()
        return body + [ret(STATUS)]

    def completion(self) -> Function:
        self.has_ext = False
        end = do(call("IoFreeIrp", IRP)) if self.chance(0.7) else complete(IRP)
        body: Statements = [Decl("NTSTATUS", "status", self.pick(SUCCESS, MORE, io_status()))]
        if self.chance(0.5):
            body += self.look() if self.chance(0.4) else self.noise()
        body += [end] if self.chance(0.6) else [when(self.condition(), end, *(
            [let("status", MORE)] if self.chance(0.5) else []))]
        if self.slip(0.15):
            body += self.look()
        body.append(ret(self.weighted((3, MORE), (2, SUCCESS), (3, STATUS))))
        return Function("Done", ROUTINE, "NTSTATUS", COMPLETION, Block(tuple(body)))

    def make(self) -> Case:
        root = self.weighted((8, self.dispatch), (1.7, self.plain), (1, self.completion))
        return Case(tuple(self.functions) + (root,), self.lang)

    # ---- mutation

    def mutate(self, function: Function) -> Function:
        places = [(p, n) for p, n in statement_places(function) if not isinstance(n, (Decl, Label))]
        if not places:
            return function
        place, node = self.rng.choice(places)
        jump = isinstance(node, (Return, Goto, Break, Leave))
        body = function.body
        way = self.rng.randrange(8)
        if way == 0 and not jump:
            body = replace(body, place, ())
        elif way == 1 and not jump:
            body = replace(body, place, (node, node))
        elif way == 2:
            ifs = [(p, n) for p, n in places if isinstance(n, If)]
            if ifs:
                p, n = self.rng.choice(ifs)
                c = n.condition.value if isinstance(n.condition, Not) else Not(n.condition)
                body = replace(body, p, If(c, n.then, n.otherwise))
        elif way == 3:
            near = [(p, n) for p, n in places
                    if p[:-1] == place[:-1] and abs(p[-1][1] - place[-1][1]) == 1]
            if near:
                p, n = self.rng.choice(near)
                body = replace(replace(body, place, n), p, node)
        elif way == 4 and not jump:
            body = replace(body, place, (DoWhile(Block((node,)), FALSE) if self.chance(0.3) else
                                         when(self.condition(), node),))
        elif way == 5:
            returns = [(p, n) for p, n in places if isinstance(n, Return)]
            if returns and function.returns == "NTSTATUS":
                p, n = self.rng.choice(returns)
                body = replace(body, p, ret(self.pick(SUCCESS, PENDING, UNSUCCESSFUL)))
        elif self.has_ext and function.kind in (ROLE, MAJOR):
            extra = self.weighted(
                (2, self.look), (1, self.marking), (1, self.queueing), (1, lambda: [complete(IRP)]),
                (1, self.noise), (1, lambda: [do(call("KeWaitForSingleObject", EXT))]),
                (1, lambda: [let("status", self.constant())]),
            )
            body = replace(body, place, tuple(extra + [node]))
        return Function(function.name, function.kind, function.returns, function.params, body)


def generate(seed: str, lang: str, statistics: Optional[Statistics] = None, budget: int = 1500,
             use_helpers: bool = True):
    """The case of a seed, and the results of the interpreter for it."""
    statistics = statistics or Statistics()
    for attempt in range(1000):
        statistics.tries += 1
        maker = Maker(random.Random(f"ends {seed}/{attempt}"), lang, use_helpers)
        functions = list(maker.make().functions)
        for _ in range(maker.weighted((4, 0), (3, 1), (2, 2), (1, 4))):
            functions[-1] = maker.mutate(functions[-1])
        functions = list(maker.functions) + [functions[-1]]
        functions = drop_unused(functions)
        functions[-1] = drop_unused_locals(functions[-1])
        case = ends.distinct(Case(tuple(functions), lang, seed))
        if size(case) > 420 or not valid(case) or not returns_everywhere(case):
            statistics.invalid += 1
            continue
        try:
            results = ends.analyse(case, budget=budget)
        except Rejected as r:
            key = str(r).split(" ")[0]
            statistics.rejected[key] = statistics.rejected.get(key, 0) + 1
            continue
        if any(r.truncated for r in results.values()):
            statistics.large += 1
            continue
        return case, results
    raise RuntimeError(f"no case for seed {seed}")


def returns_everywhere(case: Case) -> bool:
    """Every list of the outermost level ends in a return; C++ forbids a jump past a declaration."""
    for f in case.functions:
        if f.returns != "VOID" and not isinstance(f.body.body[-1], Return):
            return False
    return True
