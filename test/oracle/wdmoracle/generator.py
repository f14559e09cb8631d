"""Makes cases at random from a seed.

A case starts from the order that real code has - prologue, registration, test, reaction, send,
way out - with every piece drawn from many spellings and any piece left out, and is then mutated a
few times.  `generate` gives up on what makes no sense (see interpreter.Rejected) and tries the
next sub-seed; the caller is told how often.
"""

from __future__ import annotations

import random
from typing import Callable, List, Optional, Tuple

from . import interpreter
from .build import (
    EXT,
    FALSE,
    LOWER,
    NULL,
    OTHER,
    PENDING,
    RESOURCES,
    SELF,
    SUCCESS,
    TRUE,
    UNSUCCESSFUL,
    arm,
    block,
    both,
    call,
    complete,
    do,
    either,
    eq,
    failed,
    let,
    ne,
    num,
    register,
    ret,
    succeeded,
    when,
)
from .description import (
    HELPER,
    MAJOR,
    METHOD,
    PLAIN,
    REGISTER,
    ROLE,
    TEMPLATE,
    AddressOf,
    Assign,
    Block,
    Break,
    Call,
    Case,
    Choose,
    Comma,
    Compare,
    Continue,
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
    Logic,
    Not,
    Return,
    Step,
    Stmt,
    Switch,
    Test,
    TryExcept,
    TryFinally,
    Var,
    While,
    Const,
    calls,
    children,
    renumber,
    replace,
    size,
    walk,
    walk_places,
)

Statements = List[Stmt]


class Maker:
    """Builds the root function of one case and the helpers that it asks for."""

    def __init__(self, rng: random.Random, lang: str, use_helpers: bool = True):
        self.rng = rng
        self.use_helpers = use_helpers
        self.lang = lang
        self.helpers: List[Function] = []
        self.seh = rng.random() < 0.22
        self.labels: List[str] = []
        self.uses_goto = rng.random() < 0.25
        self.inline = not self.uses_goto and rng.random() < 0.5
        self.serial = 0
        self.in_try = False
        self.loop_depth = 0
        self.breaking = False
        self.extra_decls: Statements = []

    # ---- chance

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def pick(self, *options):
        return self.rng.choice(options)

    def weighted(self, *pairs):
        """One of (weight, value); a value that is a function is called."""
        total = sum(w for w, _ in pairs)
        x = self.rng.random() * total
        for w, v in pairs:
            x -= w
            if x < 0:
                return v() if callable(v) else v
        v = pairs[-1][1]
        return v() if callable(v) else v

    def name(self, stem: str) -> str:
        self.serial += 1
        return f"{stem}{self.serial}"

    # ---- the frame of the root

    def make(self) -> Case:
        rng = self.rng
        kinds = [(0.25, ROLE), (0.15, MAJOR), (0.45, PLAIN)]
        if self.lang == "c++":
            kinds += [(0.10, METHOD), (0.07, TEMPLATE)]
        self.kind = self.weighted(*kinds)
        dispatch = self.kind in (ROLE, MAJOR)
        params: List[Tuple[str, str]] = []
        decls: Statements = []
        if dispatch:
            params = [("PDEVICE_OBJECT", "DeviceObject"), ("PIRP", "Irp")]
            decls.append(Decl("PDEVICE_EXTENSION", "Ext", Field(Var("DeviceObject"), "DeviceExtension")))
            self.returns = "NTSTATUS"
            self.own_devices = [Var("DeviceObject"), SELF]
            self.lower_devices = [LOWER, OTHER]
            self.source = self.weighted((0.75, "param"), (0.15, "alloc"), (0.10, "field"))
        else:
            params = [("PDEVICE_EXTENSION", "Ext")]
            self.own_devices = [SELF]
            self.lower_devices = [LOWER, OTHER]
            if self.chance(0.3):
                params.append(("PDEVICE_OBJECT", "DeviceObject"))
                self.own_devices.append(Var("DeviceObject"))
            if self.chance(0.3):
                params.append(("PDEVICE_OBJECT", "Target"))
                self.lower_devices.append(Var("Target"))
            self.source = self.weighted((0.6, "param"), (0.22, "alloc"), (0.18, "field"))
            if self.source == "param" or self.chance(0.2):
                params.append(("PIRP", "Irp"))
            self.returns = self.weighted((0.72, "NTSTATUS"), (0.18, "VOID"), (0.10, "BOOLEAN"))
            if self.source == "alloc" and self.chance(0.15):
                self.returns = "PIRP"
        self.holder = self.source == "alloc" and self.lang == "c++" and self.chance(0.25)
        if self.holder:
            self.uses_goto = self.seh = False
        self.flags_in = []
        self.modes_in = [Field(EXT, "State"), call("DrvMode")]
        if not dispatch:
            for n in ("Careful", "Want"):
                if self.chance(0.5):
                    params.append(("BOOLEAN", n))
                    self.flags_in.append(Var(n))
            if self.chance(0.3):
                params.append(("ULONG", "Mode"))
                self.modes_in += [Var("Mode")] * 3
            if self.returns == "VOID" and self.chance(0.4):
                params.append(("NTSTATUS&" if self.lang == "c++" and self.chance(0.4) else "PNTSTATUS", "Out"))
        self.flags_in += [Field(EXT, "Enabled"), call("DrvFlag")]
        if self.chance(0.2):
            self.flags_in.append(Var("g_Verbose"))
        self.params = params
        self.out = next((t for t, n in params if n == "Out"), None)
        self.device = self.weighted(
            (0.72, lambda: rng.choice(self.own_devices)), (0.28, lambda: rng.choice(self.lower_devices))
        )

        # Variables that every statement may use, declared at the top.
        self.status = [Var("status")]
        decls.append(Decl("NTSTATUS", "status", None if self.chance(0.5) else self.pick(SUCCESS, SUCCESS, UNSUCCESSFUL)))
        if self.chance(0.35):
            self.status.append(Var("result"))
            decls.append(Decl("NTSTATUS", "result", SUCCESS))
        self.flags = []
        for n in ("registered", "failed", "done"):
            if self.chance(0.4):
                self.flags.append(Var(n))
                decls.append(Decl("BOOLEAN", n, FALSE if self.chance(0.85) else TRUE))
        self.counter = Var("i")
        decls.append(Decl("ULONG", "i", num(0)))
        if self.chance(0.12):
            decls.append(Decl("PNTSTATUS", "where", AddressOf(Var("status"))))
            self.status.append(Deref(Var("where")))
        elif self.lang == "c++" and self.chance(0.1):
            decls.append(Decl("NTSTATUS&", "alias", Var("status")))
            self.status.append(Var("alias"))
        if self.chance(0.12):
            decls.append(Decl("CONTEXT", "context"))
            self.status.append(Field(Var("context"), "Status", True))
        if self.chance(0.06):
            self.status.append(Field(EXT, "LastStatus"))
        if self.chance(0.03):
            self.status.append(Var("g_LastStatus"))
        if self.chance(0.1):
            decls.append(Decl("PDEVICE_OBJECT", "lower", self.pick(*self.lower_devices)))
            self.lower_devices.append(Var("lower"))
            if self.chance(0.3):
                self.device = Var("lower")

        # The IRPs.
        self.irps: List[Expr] = []
        get: Statements = []
        if self.source == "param":
            self.irps.append(Var("Irp"))
        elif self.source == "field":
            field = Field(EXT, self.pick("Irp", "Irps[0]"))
            if self.chance(0.5):
                decls.append(Decl("PIRP", "request", field))
                self.irps.append(Var("request"))
            else:
                self.irps.append(field)
        elif self.holder:
            decls.append(Decl("IRP_HOLDER", "holder", call("IoAllocateIrp", LOWER)))
            self.irps.append(call("@get", Var("holder")))
            get.append(when(eq(call("@get", Var("holder")), NULL), *self.leave(RESOURCES)))
        else:
            if self.chance(0.7):
                decls.append(Decl("PIRP", "request"))
                get.append(let("request", call("IoAllocateIrp", LOWER)))
            else:
                decls.append(Decl("PIRP", "request", call("IoAllocateIrp", LOWER)))
            test = self.pick(eq(Var("request"), NULL), Not(Var("request")))
            if self.chance(0.95):
                get.append(when(test, *self.leave(RESOURCES)))
            self.irps.append(Var("request"))
        self.copies = []
        if self.chance(0.15) and not self.holder:
            if get:
                decls.append(Decl("PIRP", "copy", NULL))
                get.append(let("copy", self.irps[0]))
            else:
                decls.append(Decl("PIRP", "copy", self.irps[0]))
            self.copies.append(Var("copy"))
        if Field(Var("context"), "Status", True) in self.status and self.chance(0.4) and not self.holder:
            get.append(let(Field(Var("context"), "Irp", True), self.irps[0]))
            self.copies.append(Field(Var("context"), "Irp", True))
        if self.chance(0.12) and not dispatch:
            params.append(("PIRP", "Second"))
            self.irps.append(Var("Second"))
        self.main_irp = self.irps[0]

        middle = self.core()
        if self.labels or self.uses_goto:
            middle += self.label_tail()
        body = self.noise(0.15) + get + middle
        if self.seh and self.chance(0.85):
            body = self.wrap_seh(get + middle)
        body = decls + self.extra_decls + body
        if not (body and isinstance(body[-1], Return)):
            body += self.final_return()
        root = Function("F", self.kind, self.returns, tuple(params), Block(tuple(body)))
        return Case(tuple(self.helpers) + (root,), self.lang)

    # ---- expressions

    def irp(self) -> Expr:
        options = [self.main_irp] * 4 + self.copies * 3
        if len(self.irps) > 1 and self.chance(0.15):
            options = self.irps
        return self.rng.choice(options)

    def flag_in(self) -> Expr:
        """An opaque condition."""
        return self.weighted(
            (5, lambda: self.rng.choice(self.flags_in)),
            (1, lambda: Compare(self.pick("==", "!="), self.rng.choice(self.modes_in), num(self.rng.randrange(3)))),
            (0.7, lambda: eq(self.rng.choice(self.flags_in), self.pick(TRUE, FALSE))),
            (0.7, lambda: Not(self.rng.choice(self.flags_in))),
            (0.7, lambda: self.weighted((1, lambda: failed(call("DrvStart"))), (1, lambda: failed(call("DrvPrepare", EXT))))),
            (0.4, lambda: Logic(self.pick("&&", "||"), self.rng.choice(self.flags_in), self.rng.choice(self.flags_in))),
        )

    def says_ok(self, e: Expr) -> Expr:
        """True when the status e is that of a success."""
        spell = self.rng.randrange(18)
        if spell < 6:
            return succeeded(e)
        return [
            lambda: Not(Test("NT_ERROR", e)),
            lambda: Compare(">=", e, num(0)),
            lambda: Not(Compare("<", e, num(0))),
            lambda: eq(e, SUCCESS),
            lambda: eq(SUCCESS, e),
            lambda: Not(ne(e, SUCCESS)),
            lambda: Not(e),
            lambda: eq(succeeded(e), TRUE),
            lambda: ne(succeeded(e), FALSE),
            lambda: eq(TRUE, succeeded(e)),
            lambda: ne(e, RESOURCES),
            lambda: eq(e, num(0)),
        ][spell - 6]()

    def says_failed(self, e: Expr) -> Expr:
        spell = self.rng.randrange(20)
        if spell < 8:
            return failed(e)
        return [
            lambda: Test("NT_ERROR", e),
            lambda: Compare("<", e, num(0)),
            lambda: Compare(">", num(0), e),
            lambda: ne(e, SUCCESS),
            lambda: ne(SUCCESS, e),
            lambda: e,
            lambda: eq(succeeded(e), FALSE),
            lambda: ne(succeeded(e), TRUE),
            lambda: eq(FALSE, succeeded(e)),
            lambda: eq(e, RESOURCES),
            lambda: Not(Compare(">=", e, SUCCESS)),
            lambda: Not(eq(e, SUCCESS)),
        ][spell - 8]()

    def says_nothing(self, e: Expr) -> Expr:
        """A condition on the status that cannot tell the two apart."""
        return self.pick(eq(e, PENDING), ne(e, PENDING), eq(e, UNSUCCESSFUL), Compare(">", e, num(0)))

    # ---- small statements

    def trace(self) -> Stmt:
        args = self.weighted((2, ()), (3, lambda: (self.rng.choice(self.status[:1]),)))
        return do(Call(self.pick("DbgPrint", "DbgPrint", "KdPrint", "DbgPrintEx"), tuple(args)))

    def noise(self, p: float) -> Statements:
        if not self.chance(p):
            return []
        return self.weighted(
            (3, lambda: [do(call(self.pick("DbgPrint", "KdPrint")))]),
            (2, lambda: [do(call("IoCopyCurrentIrpStackLocationToNext", Var("Irp")))] if ("PIRP", "Irp") in self.params else []),
            (1, lambda: [do(call("IoMarkIrpPending", Var("Irp")))] if ("PIRP", "Irp") in self.params else []),
            (1, lambda: [do(call("DrvStart"))]),
            (1, lambda: [let("i", num(self.rng.randrange(3)))]),
            (1, lambda: [let(self.rng.choice(self.flags), self.pick(TRUE, FALSE))] if self.flags else []),
            (1, lambda: [when(self.flag_in(), do(call("DbgPrint")))]),
            (1, lambda: [when(self.flag_in(), *self.leave(UNSUCCESSFUL))]),
        )

    def finish(self, irp: Optional[Expr] = None) -> Statements:
        """Ends the IRP as its origin wants it."""
        irp = irp or self.main_irp
        if self.holder:
            return []
        if self.source == "alloc" and irp in (self.main_irp, *self.copies):
            return [do(call("IoFreeIrp", irp))]
        return [
            let(Field(irp, "IoStatus.Status"), self.pick(self.status[0], UNSUCCESSFUL)),
        ] * self.chance(0.5) + [complete(irp, self.pick("IoCompleteRequest", "IofCompleteRequest"))]

    def leave(self, value: Optional[Expr] = None) -> Statements:
        """A way out of the function."""
        if value is None:
            value = self.weighted((3, lambda: self.status[0]), (1, UNSUCCESSFUL), (1, SUCCESS))
        if self.returns == "VOID":
            store: Statements = []
            if self.out and self.chance(0.7):
                store = [let(Var("Out") if self.out == "NTSTATUS&" else Deref(Var("Out")), value)]
            return store + [ret()]
        if self.returns == "BOOLEAN":
            if isinstance(value, Const):
                return [ret(TRUE if value.value >= 0 else FALSE)]
            return [ret(self.pick(succeeded(value), TRUE, FALSE))]
        if self.returns == "PIRP":
            return [ret(NULL)]
        return [ret(value)]

    def final_return(self) -> Statements:
        if self.returns == "PIRP" and self.source == "alloc" and not self.holder and self.chance(0.6):
            return [ret(self.main_irp)]
        return self.leave(self.status[0] if self.chance(0.7) else SUCCESS)

    def exit_failure(self, value: Optional[Expr] = None) -> Statements:
        """What a driver does when it must give up: end the IRP or not, then out."""
        ways = [(5, lambda: self.finish() + self.leave(value)), (2.5, lambda: self.leave(value))]
        if self.uses_goto:
            ways.append((6, lambda: [self.jump()]))
        if self.in_try:
            ways.append((6, lambda: [Leave()]))
        if self.loop_depth:
            if self.breaking:
                ways.append((8, lambda: [Break()]))
            ways.append((1.5, lambda: [self.pick(Break(), Continue())]))
        ways.append((0.3, lambda: [do(call("KeBugCheckEx"))]))
        ways.append((0.5, lambda: [do(call("DrvProcess", self.irp()))] + self.leave(value)))
        if self.returns == "NTSTATUS":
            ways.append((0.5, lambda: [ret(call("DrvFail", self.irp(), value or self.status[0]))]))
            if self.use_helpers:
                ways.append((0.7, lambda: self.call_finisher(value)))
        return self.weighted(*ways)

    def jump(self) -> Stmt:
        label = self.weighted((4, "Exit"), (3, "Fail"))
        if label not in self.labels:
            self.labels.append(label)
        return Goto(label)

    def label_tail(self) -> Statements:
        tail: Statements = []
        if "Fail" in self.labels:
            if self.chance(0.8):
                tail += self.leave(self.status[0])
            tail += [Label("Fail")]
            tail += self.finish() if self.chance(0.6) else []
            tail += self.leave() if self.chance(0.6) else []
        if "Exit" in self.labels:
            tail += [Label("Exit")]
            if self.flags and self.chance(0.3):
                tail += [when(Not(self.rng.choice(self.flags)), *self.finish())]
            tail += self.final_return()
        return tail

    # ---- registration

    def spelled(self, irp: Expr) -> Expr:
        form = self.weighted((8, "plain"), (0.6, "blank"), (0.5, "paren"), (0.6, "macro"), (0.8 if self.lang == "c++" else 0, "scoped"))
        return register(self.device, irp, form)

    def registration(self, irp: Expr) -> Expr:
        """An expression whose value is the status of a registration."""
        if not self.use_helpers:
            return self.spelled(irp)
        return self.weighted((7, lambda: self.spelled(irp)), (2.0, lambda: self.via_helper(irp)))

    def core(self) -> Statements:
        count = self.weighted((0.72, 1), (0.22, 2), (0.06, 3))
        return self.stage(count)

    def stage(self, count: int) -> Statements:
        """Registration number `count` and all that follows."""

        def rest() -> Statements:
            if count > 1 and self.chance(0.85):
                return self.stage(count - 1)
            return self.sending()

        irp = self.irp()
        around = self.weighted(
            (6, "none"),
            (1.0, "if"),
            (0.8, "want"),
            (0.8, "loop"),
            (0.4, "retry"),
            (0.5, "switch"),
            (0.25, "else"),
            (0.5, "once"),
            (0.4, "staged"),
        )
        if around == "once":
            return self.once(irp, rest)
        if around == "staged":
            return self.staged(irp, rest)
        if around == "if":
            return [when(self.flag_in(), *self.attempt(irp, rest))] + self.noise(0.2) + (self.sending() if self.chance(0.5) else [])
        if around == "else":
            return [when(self.flag_in(), *self.attempt(irp, rest), otherwise=self.sending())]
        if around == "want":
            return self.wanted(irp, rest)
        if around == "loop":
            return self.looped(irp, rest)
        if around == "retry":
            return self.retried(irp, rest)
        if around == "switch":
            return self.switched(irp, rest)
        return self.attempt(irp, rest)

    def wanted(self, irp, rest) -> Statements:
        """Registered only when wanted, tested later under a correlated condition."""
        status = self.rng.choice(self.status)
        condition = self.rng.choice(self.flags_in)
        if isinstance(condition, Call) or self.chance(0.6):
            flag = Var(self.name("set"))
            self.extra_decls.append(Decl("BOOLEAN", flag.name, FALSE))
            first = when(condition, let(status, self.registration(irp)), let(flag, TRUE))
            second: Expr = flag
        else:
            first = when(condition, let(status, self.registration(irp)))
            second = condition
        test = both(second, self.says_failed(status))
        start = [let(status, SUCCESS)] if self.chance(0.5) else []
        if self.chance(0.2):
            test = self.says_failed(status)
            start = [let(status, SUCCESS)]
        react = self.exit_failure(status)
        return start + [first] + self.noise(0.3) + [when(test, *react)] + rest()

    def once(self, irp, rest) -> Statements:
        """do { ... break; ... } while (FALSE); and the way out behind it."""
        self.loop_depth += 1
        self.breaking = True
        inner = self.attempt(irp, rest)
        self.breaking = False
        self.loop_depth -= 1
        loop = DoWhile(Block(tuple(inner)), FALSE)
        after = self.weighted(
            (2, lambda: [when(self.says_failed(self.status[0]), *self.finish())]),
            (1, lambda: self.finish()),
            (1, lambda: []),
        )
        return [loop] + after

    def staged(self, irp, rest) -> Statements:
        """How far it came is kept in a small number, and decides what is undone."""
        stage = Var(self.name("stage"))
        self.extra_decls.append(Decl("ULONG", stage.name, num(0)))
        status = self.rng.choice(self.status)
        first: Statements = [
            let(status, SUCCESS),
            when(self.flag_in(), let(stage, num(1)), let(status, self.registration(irp))),
        ]
        test = self.pick(
            both(eq(stage, num(1)), self.says_failed(status)),
            both(Compare(">", stage, num(0)), self.says_failed(status)),
            both(ne(stage, num(0)), self.says_failed(status)),
            both(eq(stage, num(2)), self.says_failed(status)),
        )
        if self.chance(0.3):
            react: Statements = [
                Switch(
                    stage,
                    (
                        arm((num(0),), Break()),
                        arm((num(1),), when(self.says_failed(status), *self.exit_failure(status)), Break()),
                    ),
                )
            ]
        else:
            react = [when(test, *self.exit_failure(status))]
        return first + self.noise(0.2) + react + rest()

    def looped(self, irp, rest) -> Statements:
        self.loop_depth += 1
        inner = self.attempt(irp, rest)
        self.loop_depth -= 1
        if self.chance(0.5):
            inner += [Break()]
        limit = num(self.rng.randrange(1, 4))
        i = self.counter
        head = self.rng.randrange(5)
        if head == 0:
            loop: Stmt = For(Assign(i, num(0)), Compare("<", i, limit), Step(i), Block(tuple(inner)))
        elif head == 1:
            loop = While(self.flag_in(), Block(tuple(inner)))
        elif head == 2:
            loop = DoWhile(Block(tuple(inner)), self.flag_in())
        elif head == 3:
            loop = DoWhile(Block(tuple(inner)), FALSE)
        else:
            loop = For(None, None, None, Block(tuple(inner + [Break()])))
        return [loop] + (self.sending() if self.chance(0.3) else [])

    def retried(self, irp, rest) -> Statements:
        status = self.rng.choice(self.status)
        kind = self.rng.randrange(5)
        if kind == 4:
            test = Comma(Assign(status, self.registration(irp)), both(self.says_failed(status), self.flag_in()))
            loop: Stmt = While(test, block(do(call("DbgPrint"))))
        elif kind == 0:
            loop = DoWhile(block(let(status, self.registration(irp))), both(self.says_failed(status), self.flag_in()))
        elif kind == 1:
            loop = While(failed(Assign(status, self.registration(irp))), block(when(self.flag_in(), *self.exit_failure(status))))
        elif kind == 2:
            loop = For(Assign(self.counter, num(0)), Compare("<", self.counter, num(2)), Step(self.counter),
                       block(let(status, self.registration(irp)), when(self.says_ok(status), Break())))
        else:
            loop = DoWhile(block(let(status, self.registration(irp))), self.flag_in())
        test = [when(self.says_failed(status), *self.exit_failure(status))] if self.chance(0.7) else []
        return [loop] + test + rest()

    def switched(self, irp, rest) -> Statements:
        first = self.attempt(irp, rest)
        arms = [arm((num(0),), *(first + ([Break()] if self.chance(0.7) else [])))]
        if self.chance(0.6):
            arms.append(arm((num(1),) if self.chance(0.6) else (num(1), num(2)), *(self.sending() + ([Break()] if self.chance(0.7) else []))))
        if self.chance(0.6):
            arms.append(arm((None,), *(self.exit_failure() if self.chance(0.6) else [Break()])))
        return [Switch(self.rng.choice(self.modes_in), tuple(arms))] + (self.sending() if self.chance(0.2) else [])

    def attempt(self, irp: Expr, rest: Callable[[], Statements]) -> Statements:
        """The registration, its test, the reaction, and the rest behind it."""
        way = self.weighted(
            (10, "stored"),
            (1.2, "discarded"),
            (2.0, "condition"),
            (1.2, "direct"),
            (1.5, "flag"),
            (0.5, "conditional"),
            (0.4, "comma"),
            (0.35, "returned"),
            (0.5, "void-helper"),
            (0.6, "out-helper"),
            (0.3, "nested"),
        )
        status = self.rng.choice(self.status)
        if way == "discarded":
            cast = self.weighted((5, ""), (3, "(void)"), (1 if self.lang == "c++" else 0, "static_cast<void>"))
            return [do(self.registration(irp), cast)] + self.noise(0.2) + rest()
        if way == "returned" and self.returns == "NTSTATUS":
            return [ret(self.registration(irp))]
        if way in ("nested", "void-helper", "out-helper") and not self.use_helpers:
            way = "stored"
        if way == "nested" and self.returns == "NTSTATUS" and not self.holder and self.source != "alloc":
            return self.call_finisher(self.registration(irp))
        if way == "void-helper":
            return [do(self.void_helper(irp))] + self.noise(0.2) + rest()
        if way == "out-helper":
            simple = [s for s in self.status if isinstance(s, Var) and not s.name.startswith("g_")]
            status = self.rng.choice(simple)
            return [do(self.out_helper(irp, status))] + self.tested(status, irp, rest)
        if way == "condition":
            assign = Assign(status, self.registration(irp))
            if self.lang == "c++" and self.chance(0.45):
                return self.in_condition_declared(irp, rest)
            fails = self.pick(failed(assign), ne(assign, SUCCESS), Compare("<", assign, num(0)), assign, eq(succeeded(assign), FALSE), Test("NT_ERROR", assign))
            return self.branch(fails, True, status, rest)
        if way == "direct":
            e = self.registration(irp)
            if self.chance(0.5):
                return self.branch(self.pick(failed(e), ne(e, SUCCESS), e, Test("NT_ERROR", e)), True, UNSUCCESSFUL, rest)
            return self.branch(self.pick(succeeded(e), eq(e, SUCCESS), Not(e)), False, UNSUCCESSFUL, rest)
        if way == "flag":
            flag = Var(self.name("ok"))
            self.extra_decls.append(Decl("BOOLEAN", flag.name, FALSE))
            if self.chance(0.5):
                begin: Statements = [let(flag, succeeded(self.registration(irp)))]
            else:
                begin = [let(status, self.registration(irp)), let(flag, self.pick(succeeded(status), eq(status, SUCCESS), Compare(">=", status, num(0))))]
                if self.chance(0.3):
                    begin.append(let(status, SUCCESS))
            test = self.pick(Not(flag), eq(flag, FALSE), ne(flag, TRUE), Not(flag))
            return begin + self.noise(0.2) + self.branch(test, True, status, rest)
        if way == "conditional":
            value = Choose(self.flag_in(), self.registration(irp), self.pick(SUCCESS, UNSUCCESSFUL))
            return [let(status, value)] + self.tested(status, irp, rest)
        if way == "comma":
            value = Comma(Assign(self.counter, num(1)), self.registration(irp))
            if self.chance(0.3):
                return [do(Comma(self.registration(irp), Assign(self.counter, num(1))))] + rest()
            return [let(status, value)] + self.tested(status, irp, rest)
        if self.inline and self.chance(0.5):
            local = Var(self.name("rc"))
            return [Block(tuple([Decl("NTSTATUS", local.name, self.registration(irp))] + self.tested(local, irp, rest)))]
        return [let(status, self.registration(irp))] + self.tested(status, irp, rest)

    def in_condition_declared(self, irp, rest) -> Statements:
        """C++: the variable is declared in the `if`."""
        name = self.name("rc")
        e = self.registration(irp)
        if self.chance(0.5):
            then = self.exit_failure(Var(name)) if self.chance(0.8) else [do(call("DbgPrint", Var(name)))]
            made: Stmt = If(e, Block(tuple(then)), None, None, ("NTSTATUS", name))
            return [made] + rest()
        test = self.says_failed(Var(name))
        made = If(test, Block(tuple(self.exit_failure(Var(name)))), None, Decl("NTSTATUS", name, e))
        return [made] + rest()

    def tested(self, status: Expr, irp: Expr, rest) -> Statements:
        """From a stored status on."""
        before = self.noise(0.2)
        if self.chance(0.12):
            before.append(self.weighted(
                (2, lambda: do(call(self.pick("DbgPrint", "KdPrint", "DbgPrintEx"), status))),
                (1, lambda: do(call(self.pick("NT_ASSERT", "ASSERT"), succeeded(status)))),
                (0.7, lambda: do(status, self.pick("(void)", "UNREF"))),
                (0.5, lambda: do(call("DrvTakeStatus", status))),
                (0.5, lambda: let(Field(irp, "IoStatus.Status"), status) if not self.holder else do(status, "(void)")),
            ))
        if self.chance(0.05):
            before.append(let(status, self.pick(SUCCESS, call("DrvStart"))))
        if self.chance(0.15) and len(self.status) > 1:
            other = self.rng.choice(self.status)
            if other != status:
                before.append(let(other, status))
                status = other
        way = self.weighted(
            (5, "if-failed"),
            (3, "if-ok"),
            (1.3, "none"),
            (0.9, "partial"),
            (0.7, "switch"),
            (0.5, "nothing"),
            (0.5, "examined"),
            (0.9, "flag-in-arm"),
            (0.8, "checker"),
            (0.7, "predicate"),
            (0.5, "while"),
            (0.4, "arms"),
            (0.35, "ternary"),
            (0.4, "kills"),
        )
        if way == "none":
            return before + rest()
        if way == "if-failed":
            return before + self.branch(self.says_failed(status), True, status, rest)
        if way == "if-ok":
            return before + self.branch(self.says_ok(status), False, status, rest)
        if way == "partial":
            test = self.weighted(
                (3, lambda: both(self.flag_in(), self.says_failed(status))),
                (2, lambda: both(self.says_failed(status), self.flag_in())),
                (1, lambda: either(self.flag_in(), self.says_failed(status))),
                (1, lambda: either(self.says_failed(status), self.flag_in())),
            )
            return before + self.branch(test, True, status, rest)
        if way == "switch":
            good, bad = rest(), self.exit_failure(status)
            arms = self.weighted(
                (2, lambda: (arm((SUCCESS,), *(good + [Break()])), arm((None,), *bad))),
                (2, lambda: (arm((RESOURCES,), *bad), arm((None,), *(good + [Break()])))),
                (1, lambda: (arm((SUCCESS,), *good), arm((RESOURCES,), *bad))),
                (1, lambda: (arm((PENDING,), do(call("DbgPrint")), Break()), arm((None,), *good))),
                (1, lambda: (arm((RESOURCES,), do(call("DbgPrint"))), arm((SUCCESS,), *good))),
                (1, lambda: (arm((TRUE,), *(good + [Break()])), arm((None,), *bad))),
            )
            if arms[0].labels == (TRUE,):
                return before + [Switch(succeeded(status), arms)]
            return before + [Switch(status, arms)]
        if way == "nothing":
            return before + self.branch(self.says_nothing(status), True, status, rest)
        if way == "examined":
            e = call("DrvSaysOk", status)
            return before + self.branch(self.pick(Not(e), e), True, status, rest)
        if way == "flag-in-arm":
            flag = Var(self.name("bad"))
            self.extra_decls.append(Decl("BOOLEAN", flag.name, FALSE))
            first = when(self.says_failed(status), *([self.trace()] * self.chance(0.3) + [let(flag, TRUE)]))
            return before + [first] + self.noise(0.4) + self.branch(self.pick(flag, eq(flag, TRUE), ne(flag, FALSE)), True, status, rest)
        if way in ("checker", "predicate") and not self.use_helpers:
            return before + self.branch(self.says_failed(status), True, status, rest)
        if way == "checker" and not self.holder:
            return before + [when(self.checker(irp, status), *self.leave(status))] + rest()
        if way == "predicate":
            e = self.predicate(status)
            return before + self.branch(Not(e), True, status, rest)
        if way == "while":
            self.loop_depth += 1
            body = rest()
            self.loop_depth -= 1
            return before + [While(self.says_ok(status), Block(tuple(body + [Break()])))] + (self.exit_failure(status) if self.chance(0.5) else [])
        if way == "arms":
            return before + [when(self.says_failed(status), *(self.recovery(irp) if self.chance(0.5) else [self.trace()]), otherwise=self.noise(0.5))] + rest()
        if way == "ternary" and self.returns == "NTSTATUS":
            good = call(self.pick("IoCallDriver", "IofCallDriver", "PoCallDriver"), self.rng.choice(self.lower_devices), self.send_irp())
            return before + [ret(Choose(self.says_ok(status), good, self.pick(status, UNSUCCESSFUL)))]
        if way == "kills":
            return before + [when(self.says_failed(status), do(self.pick(call("KeBugCheckEx"), call("ExRaiseStatus", status))))] + rest()
        return before + rest()

    def branch(self, test: Expr, failing: bool, status: Expr, rest) -> Statements:
        """`test` is true on failure (or on success when not `failing`)."""
        react = self.weighted(
            (6, lambda: self.exit_failure(status)),
            (1.2, lambda: self.recovery(self.irp())),
            (0.8, lambda: [self.trace()]),
            (0.4, lambda: [let(self.rng.choice(self.status), self.pick(SUCCESS, UNSUCCESSFUL))]),
            (0.4, lambda: [let(self.rng.choice(self.flags), TRUE)] if self.flags else []),
            (0.3, lambda: [do(call("DrvProcess", self.irp()))] if not self.holder else []),
        )
        if self.chance(0.2):
            react = [self.trace()] + react
        if failing:
            if self.chance(0.12):
                return [when(test, *react, otherwise=rest())]
            made = when(test, *react)
            if self.chance(0.3):
                made = If(test, Block(tuple(react), False))
            return [made] + self.noise(0.15) + rest()
        good = rest()
        if self.chance(0.6):
            return [when(test, *good, otherwise=react)]
        return [when(test, *good)] + (react if self.chance(0.6) else [])

    def recovery(self, irp: Expr) -> Statements:
        ways = [
            (3, lambda: [do(call("IoSkipCurrentIrpStackLocation", irp))]),
            (2, lambda: [do(call("IoSetCompletionRoutine", irp))]),
            (0.7, lambda: [do(call("@control", irp))]),
            (0.7, lambda: [do(call("@routine", irp))]),
            (0.8 if self.use_helpers else 0, lambda: [do(self.helper_call("recover", irp))]),
        ]
        return self.weighted(*ways)

    # ---- sending and the way out

    def send_irp(self) -> Expr:
        if self.holder and self.chance(0.8):
            return call("@release", Var("holder"))
        return self.irp()

    def sending(self) -> Statements:
        middle: Statements = []
        if self.chance(0.22):
            middle = self.weighted(
                (2, lambda: [when(failed(call("DrvPrepare", EXT)), *self.exit_failure(UNSUCCESSFUL))]),
                (1.5, lambda: [when(eq(call("ExAllocatePool2"), NULL), *self.exit_failure(RESOURCES))]),
                (1.5, lambda: [when(self.flag_in(), *self.exit_failure())]),
                (1, lambda: [when(self.flag_in(), self.trace())]),
            )
        if self.chance(0.06):
            return middle + self.finish() + self.leave()
        device = self.weighted((0.9, lambda: self.rng.choice(self.lower_devices)), (0.1, lambda: self.device))
        status = self.rng.choice(self.status)
        irp = self.send_irp()
        routine = self.pick("IoCallDriver", "IoCallDriver", "IoCallDriver", "IofCallDriver", "PoCallDriver", "IoSynchronousCallDriver")
        e: Expr = call(routine, device, irp)
        if self.use_helpers and self.chance(0.15):
            e = self.helper_call("send", irp)
        elif self.use_helpers and self.chance(0.08):
            e = self.helper_call("send-if", irp)
        way = self.weighted(
            (3, "return"), (3, "store"), (1.5, "drop"), (0.8, "sync"), (0.5, "handed"), (0.4, "condition"), (0.3, "or"), (0.5, "missing")
        )
        if way == "return" and self.returns == "NTSTATUS":
            return middle + [ret(e)]
        if way == "sync" and not self.holder:
            out: Statements = middle
            if self.chance(0.4):
                out = out + [do(call("IoForwardIrpSynchronously", device, irp))]
            else:
                out = out + [let(status, call("IoSynchronousCallDriver", device, irp))]
            if self.chance(0.6):
                out = out + self.finish(irp)
            return out + (self.leave(status) if self.chance(0.6) else [])
        if way == "handed":
            return middle + [self.handing(irp)] + (self.leave() if self.chance(0.5) else [])
        if way == "condition":
            return middle + [when(self.says_failed(Assign(status, e)), self.trace())]
        if way == "or":
            return middle + [when(self.flag_in(), do(e), otherwise=self.exit_failure())]
        if way == "missing":
            return middle
        if way == "drop":
            return middle + [do(e, "(void)" if self.chance(0.4) else "")]
        return middle + [let(status, e)]

    def handing(self, irp: Expr) -> Stmt:
        return self.weighted(
            (2, lambda: do(call("DrvQueue", EXT, irp))),
            (1, lambda: do(call("DrvProcess", irp))),
            (1, lambda: do(call("InsertTailList", EXT, irp))),
            (1, lambda: let(Field(EXT, "Pending"), irp)),
            (0.5, lambda: do(call("IoStartPacket", SELF, irp))),
            (0.5, lambda: do(call("IoSetNextIrpStackLocation", irp))),
            (0.4, lambda: let("g_Irp", irp)),
        )

    def wrap_seh(self, body: Statements) -> Statements:
        """Puts a tail of the body under __try; with __leave in it now and then."""
        self_leave = self.chance(0.5)
        if self_leave:
            body = [turn_leaves(self, s) for s in body]
        body = [s for s in body if not isinstance(s, Label)]
        body = [drop_gotos(s) for s in body]
        if self.chance(0.65):
            flag = self.flags[0] if self.flags else None
            final: Statements = self.weighted(
                (3, lambda: [self.trace()]),
                (2, lambda: [do(call("IoReleaseRemoveLock", EXT, self.main_irp))]),
                (1.5, lambda: [when(call("AbnormalTermination"), do(call("DbgPrint")))]),
                (1.5, lambda: [when(self.flag_in(), *self.finish())]),
                (1.2, lambda: [when(self.says_failed(self.status[0]), *self.finish())]),
                (1.0, lambda: [do(call("IoCallDriver", self.rng.choice(self.lower_devices), self.send_irp()))]),
                (1.0, lambda: [when(flag, *self.finish())] if flag else [self.trace()]),
                (1.0, lambda: [when(self.says_ok(self.status[0]), do(call("IoCallDriver", self.rng.choice(self.lower_devices), self.send_irp())))]),
            )
            made: Stmt = TryFinally(Block(tuple(body)), Block(tuple(final)))
        else:
            handler: Statements = self.weighted(
                (3, lambda: [let("status", call("GetExceptionCode"))]),
                (2, lambda: [self.trace()]),
                (2, lambda: self.finish() + self.leave(UNSUCCESSFUL)),
            )
            made = TryExcept(Block(tuple(body)), Const("EXCEPTION_EXECUTE_HANDLER", 1), Block(tuple(handler)))
        after: Statements = self.sending() if self.chance(0.2) else []
        if self.chance(0.12):
            made = TryFinally(block(made), block(self.trace()))
        return [made] + after

    # ---- helpers

    def add_helper(self, stem, returns, params, body) -> str:
        name = self.name(stem)
        self.helpers.append(Function(name, HELPER, returns, tuple(params), Block(tuple(body))))
        return name

    def helper_call(self, what: str, irp: Expr) -> Expr:
        """A call of a (new) helper that does `what` to the IRP."""
        ext, par = ("PDEVICE_EXTENSION", "Ext"), ("PIRP", "Irp")
        me = Var("Irp")
        args = (EXT, irp)
        if what == "send":
            body = self.weighted(
                (3, lambda: [ret(call(self.pick("IoCallDriver", "IofCallDriver", "PoCallDriver"), LOWER, me))]),
                (1, lambda: [do(call("DbgPrint")), ret(call("IoCallDriver", LOWER, me))]),
                (1, lambda: [Decl("NTSTATUS", "st"), let("st", call("IoSynchronousCallDriver", LOWER, me)), ret(Var("st"))]),
            )
            name = self.add_helper("Send", "NTSTATUS", (ext, par), body)
            if self.chance(0.2):
                name = self.add_helper("Forward", "NTSTATUS", (ext, par), [ret(Call(name, (EXT, me)))])
            return Call(name, args)
        if what == "send-if":
            body = [when(Var("Go"), ret(call("IoCallDriver", LOWER, me))), ret(UNSUCCESSFUL)]
            name = self.add_helper("MaybeSend", "NTSTATUS", (ext, par, ("BOOLEAN", "Go")), body)
            return Call(name, args + (self.pick(TRUE, self.flag_in()),))
        if what == "recover":
            body = self.weighted(
                (1, lambda: [do(call("IoSkipCurrentIrpStackLocation", me))]),
                (1, lambda: [do(call("IoSetCompletionRoutine", me))]),
            )
            return Call(self.add_helper("Recover", "VOID", (par,), body), (irp,))
        raise AssertionError(what)

    def call_finisher(self, value) -> Statements:
        """return Finish(Irp, status); with a helper that completes."""
        if self.holder or self.source == "alloc":
            return self.finish() + self.leave(value)
        me = Var("Irp")
        body = [let(Field(me, "IoStatus.Status"), Var("Status")), complete(me), ret(Var("Status"))]
        name = self.add_helper("Finish", "NTSTATUS", (("PIRP", "Irp"), ("NTSTATUS", "Status")), body)
        return [ret(Call(name, (self.main_irp, value or self.status[0])))]

    def predicate(self, status: Expr) -> Expr:
        s = Var("Status")
        body = self.weighted(
            (2, lambda: [ret(self.pick(succeeded(s), eq(s, SUCCESS), Compare(">=", s, num(0))))]),
            (1, lambda: [when(failed(s), ret(FALSE)), ret(TRUE)]),
            (0.6, lambda: [when(succeeded(s), do(call("DbgPrint")), ret(TRUE)), ret(FALSE)]),
        )
        return Call(self.add_helper("IsOk", "BOOLEAN", (("NTSTATUS", "Status"),), body), (status,))

    def checker(self, irp: Expr, status: Expr) -> Expr:
        """BOOLEAN CheckAndFail(PIRP, NTSTATUS): TRUE when it failed the request."""
        me, s = Var("Irp"), Var("Status")
        end = do(call("IoFreeIrp", me)) if self.source == "alloc" else complete(me)
        body = self.weighted(
            (4, lambda: [when(failed(s), end, ret(TRUE)), ret(FALSE)]),
            (1, lambda: [when(succeeded(s), ret(FALSE)), end, ret(TRUE)]),
            (0.7, lambda: [when(failed(s), ret(TRUE)), ret(FALSE)]),
            (0.7, lambda: [when(failed(s), do(call("IoSkipCurrentIrpStackLocation", me))), ret(FALSE)]),
            (0.5, lambda: [when(failed(s), do(call("KeBugCheckEx"))), ret(FALSE)]),
        )
        return Call(self.add_helper("CheckAndFail", "BOOLEAN", (("PIRP", "Irp"), ("NTSTATUS", "Status")), body), (irp, status))

    def helper_registration(self, me: Expr) -> Expr:
        """The registration inside a helper; the second level now and then."""
        if self.chance(0.2):
            name = self.add_helper("Inner", "NTSTATUS", (("PDEVICE_EXTENSION", "Ext"), ("PIRP", "Irp")), [ret(register(SELF, Var("Irp")))])
            return Call(name, (EXT, me))
        return register(self.pick(SELF, SELF, SELF, LOWER), me)

    def via_helper(self, irp: Expr) -> Expr:
        """A helper whose result is (or stands for) the status."""
        ext, par = ("PDEVICE_EXTENSION", "Ext"), ("PIRP", "Irp")
        me, st = Var("Irp"), Var("st")
        e = self.helper_registration(me)
        end = do(call("IoFreeIrp", me)) if self.source == "alloc" else complete(me)
        body = self.weighted(
            (3, lambda: [ret(e)]),
            (2, lambda: [Decl("NTSTATUS", "st", e), do(call("DbgPrint")), ret(st)]),
            (1, lambda: [Decl("NTSTATUS", "st", e), when(failed(st), do(call("DbgPrint", st))), ret(st)]),
            (1, lambda: [Decl("NTSTATUS", "st", e), when(failed(st), end), ret(st)]),
            (1, lambda: [Decl("NTSTATUS", "st", e), when(failed(st), ret(UNSUCCESSFUL)), ret(SUCCESS)]),
            (0.7, lambda: [Decl("NTSTATUS", "st", e), when(failed(st), do(call("IoSetCompletionRoutine", me)), let("st", SUCCESS)), ret(st)]),
            (0.7, lambda: [Decl("NTSTATUS", "st", e), when(failed(st), ret(st)), ret(call("IoCallDriver", LOWER, me))]),
            (0.5, lambda: [when(Field(EXT, "Enabled"), ret(e)), ret(SUCCESS)]),
            (0.5, lambda: [Decl("NTSTATUS", "st", e), when(failed(st), do(call("KeBugCheckEx"))), ret(st)]),
            (0.4, lambda: [Decl("NTSTATUS", "st", e), when(Field(EXT, "Enabled"), let("st", UNSUCCESSFUL)), ret(st)]),
            (0.3, lambda: [do(e), ret(SUCCESS)]),
        )
        name = self.add_helper("Register", "NTSTATUS", (ext, par), body)
        return Call(name, (EXT, irp))

    def void_helper(self, irp: Expr) -> Expr:
        ext, par = ("PDEVICE_EXTENSION", "Ext"), ("PIRP", "Irp")
        me = Var("Irp")
        e = self.helper_registration(me)
        body = self.weighted(
            (2, lambda: [when(failed(e), do(call("IoSetCompletionRoutine", me)))]),
            (1, lambda: [do(e)]),
            (1, lambda: [Decl("NTSTATUS", "st", e), when(failed(Var("st")), do(call("KeBugCheckEx")))]),
            (1, lambda: [Decl("NTSTATUS", "st", e), when(succeeded(Var("st")), do(call("IoCallDriver", LOWER, me)), otherwise=[complete(me)])]),
        )
        return Call(self.add_helper("Hook", "VOID", (ext, par), body), (EXT, irp))

    def out_helper(self, irp: Expr, status: Expr) -> Expr:
        ext, par = ("PDEVICE_EXTENSION", "Ext"), ("PIRP", "Irp")
        ref = self.lang == "c++" and self.chance(0.4)
        out = Var("Out") if ref else Deref(Var("Out"))
        e = self.helper_registration(Var("Irp"))
        body = self.weighted(
            (3, lambda: [let(out, e)]),
            (1, lambda: [Decl("NTSTATUS", "st", e), let(out, Var("st"))]),
            (1, lambda: [let(out, e), when(failed(out), do(call("DbgPrint")))]),
            (0.5, lambda: [let(out, e), when(Field(EXT, "Enabled"), let(out, SUCCESS))]),
        )
        name = self.add_helper("RegisterInto", "VOID", (ext, par, ("NTSTATUS&" if ref else "PNTSTATUS", "Out")), body)
        return Call(name, (EXT, irp, status if ref else AddressOf(status)))


def turn_leaves(maker: Maker, s: Stmt) -> Stmt:
    """Some of the returns below `s` become __leave."""
    for place, node in list(walk_places(s)):
        if isinstance(node, Return) and place and maker.chance(0.5):
            s = replace(s, place, Leave())
    return s


def drop_gotos(s: Stmt) -> Stmt:
    for place, node in list(walk_places(s)):
        if isinstance(node, Goto) and place:
            s = replace(s, place, Leave())
    return s


# ------------------------------------------------------------------------------ mutation


def statement_places(function: Function, kind=None):
    """Places of the statements that stand in a list."""
    found = []
    for place, node in walk_places(function.body, ()):
        if place and len(place[-1]) == 2 and place[-1][0] == "body" and isinstance(node, Stmt):
            if kind is None or isinstance(node, kind):
                found.append((place, node))
    return found


def mutate(maker: Maker, function: Function, helper: bool = False) -> Function:
    """One random change.  In a helper only those that need no variable of the root."""
    rng = maker.rng
    places = statement_places(function)
    movable = [(p, n) for p, n in places if not isinstance(n, (Decl, Label))]
    if not movable:
        return function
    place, node = rng.choice(movable)
    body = function.body
    way = rng.choice((0, 2, 3, 4, 5, 6)) if helper else rng.randrange(10)
    if way == 0:
        body = replace(body, place, ())
    elif way == 1:
        body = replace(body, place, (when(maker.flag_in(), node),))
    elif way == 2:
        ifs = [(p, n) for p, n in places if isinstance(n, If) and n.declares is None]
        if ifs:
            p, n = rng.choice(ifs)
            c = n.condition.value if isinstance(n.condition, Not) else Not(n.condition)
            body = replace(body, p, If(c, n.then, n.otherwise, n.init))
    elif way == 3:
        ifs = [(p, n) for p, n in places if isinstance(n, If) and n.otherwise is not None and n.declares is None]
        if ifs:
            p, n = rng.choice(ifs)
            body = replace(body, p, If(n.condition, n.otherwise, n.then, n.init))
    elif way == 4:
        body = replace(body, place, (DoWhile(block(node), FALSE),))
    elif way == 5 and not isinstance(node, (Return, Goto, Break, Continue, Leave)):
        body = replace(body, place, (node, node))
    elif way == 6:
        parent = place[:-1]
        siblings = [(p, n) for p, n in movable if p[:-1] == parent and abs(p[-1][1] - place[-1][1]) == 1]
        if siblings:
            p, n = rng.choice(siblings)
            body = replace(body, place, n)
            body = replace(body, p, node)
    else:
        extra = maker.weighted(
            (2, lambda: maker.noise(1.0)),
            (1.5, lambda: [let(rng.choice(maker.status), maker.pick(SUCCESS, UNSUCCESSFUL, call("DrvStart")))]),
            (1, lambda: [do(call("IoCallDriver", rng.choice(maker.lower_devices), maker.irp()))]),
            (1, lambda: maker.recovery(maker.irp())),
            (1, lambda: [maker.handing(maker.irp())]),
            (1, lambda: [when(maker.flag_in(), *maker.exit_failure())]),
            (1, lambda: [when(maker.says_failed(maker.status[0]), *maker.exit_failure())]),
            (0.7, lambda: [let(maker.status[0], maker.spelled(maker.irp()))]),
            (0.5, lambda: maker.finish()),
            (0.3, lambda: [do(call("IoReuseIrp", maker.irp()))] if maker.source == "alloc" and not maker.holder else []),
            (0.4, lambda: [While(eq(call("IoCallDriver", rng.choice(maker.lower_devices), maker.irp()), PENDING), block())]),
            (0.5, lambda: [when(maker.says_ok(maker.status[0]), maker.trace())]),
            (0.5, lambda: [Switch(rng.choice(maker.modes_in), (arm((num(1),), *maker.noise(1.0), Break()), arm((None,), node)))] if not isinstance(node, (Break, Continue)) else []),
        )
        after = rng.random() < 0.5 and not isinstance(node, (Return, Goto, Break, Continue, Leave))
        body = replace(body, place, tuple([node] + extra) if after else tuple(extra + [node]))
    return Function(function.name, function.kind, function.returns, function.params, body)


# ---------------------------------------------------------------------------- validity


def valid(case: Case) -> bool:
    """Would a compiler take it?"""
    used = set()
    names = {f.name for f in case.functions}
    defined = set()
    for f in case.functions:
        # No helper is declared before it is defined.
        defined.add(f.name)
        if not {n.name for n in walk(f.body) if isinstance(n, Call)} & names <= defined:
            return False
        labels = [n.name for n in walk(f.body) if isinstance(n, Label)]
        gotos = {n.label for n in walk(f.body) if isinstance(n, Goto)}
        if len(labels) != len(set(labels)) or not gotos <= set(labels):
            return False
        if f is case.root and gotos and case.lang == "c++":
            inner = f.body.body
            first = next((i for i, s in enumerate(inner) if not isinstance(s, Decl)), len(inner))
            if any(isinstance(s, Decl) for s in inner[first:]):
                return False
        if not placed(f.body, loop=False, switch=False, seh=False, final=False, handler=False):
            return False
        used |= {n.name for n in walk(f.body) if isinstance(n, Call)}
        for n in walk(f.body):
            if isinstance(n, Decl) and n.type == "IRP_HOLDER" and any(
                isinstance(x, (TryExcept, TryFinally)) for x in walk(f.body)
            ):
                return False
        if not scoped(f):
            return False
        used |= {n.name for n in walk(f.body) if isinstance(n, FunctionName)}
    helpers = case.functions[:-1]
    return all(h.name in used for h in helpers)


def placed(node, loop, switch, seh, final, handler) -> bool:
    """Jumps, and the intrinsics of structured exceptions, stand where they may."""
    if isinstance(node, Break):
        return loop or switch
    if isinstance(node, Continue):
        return loop
    if isinstance(node, Leave):
        return seh
    if isinstance(node, Goto) and final:
        return False
    if isinstance(node, Return) and final:
        return False
    if isinstance(node, TryFinally):
        return placed(
            node.body, loop and not final, switch and not final, True, final, handler
        ) and placed(node.final, False, False, False, True, handler)
    if isinstance(node, TryExcept):
        return placed(
            node.body, loop and not final, switch and not final, True, final, handler
        ) and placed(node.handler, loop, switch, seh, final, True)
    if isinstance(node, Label):
        return not seh and not final
    if isinstance(node, (While, DoWhile, For)):
        loop = switch = True
    elif isinstance(node, Switch):
        switch = True
    elif isinstance(node, Expr):
        for n in walk(node):
            if isinstance(n, Call):
                if n.name == "AbnormalTermination" and not final:
                    return False
                if n.name == "GetExceptionCode" and not handler:
                    return False
        return True
    return all(placed(c, loop, switch, seh, final, handler) for _, c in children(node))


def scoped(f: Function) -> bool:
    """Every variable is declared before it is used, in a block that is still open."""
    names = [{n for _, n in f.params}]

    def expression(e) -> bool:
        return all(
            not isinstance(n, Var) or n.name.startswith("g_") or any(n.name in s for s in names)
            for n in walk(e)
        )

    def statements(body) -> bool:
        names.append(set())
        fine = all(statement(s) for s in body)
        names.pop()
        return fine

    def statement(s) -> bool:
        if isinstance(s, Decl):
            if s.init is not None and not expression(s.init):
                return False
            if s.name in names[-1]:
                return False
            names[-1].add(s.name)
            return True
        if isinstance(s, If):
            names.append(set())
            fine = s.init is None or statement(s.init)
            fine = fine and expression(s.condition)
            if s.declares is not None:
                names[-1].add(s.declares[1])
            fine = fine and statements(s.then.body)
            fine = fine and (s.otherwise is None or statements(s.otherwise.body))
            names.pop()
            return fine
        if isinstance(s, Block):
            return statements(s.body)
        for _, c in children(s):
            if isinstance(c, Expr):
                if not expression(c):
                    return False
            elif isinstance(c, Block):
                if not statements(c.body):
                    return False
            elif isinstance(c, Stmt):
                if not statement(c):
                    return False
            else:  # an arm
                if not statements(c.body):
                    return False
        return True

    return statements(f.body.body)


# ---------------------------------------------------------------------------- generate


class Statistics:
    def __init__(self):
        self.tries = 0
        self.invalid = 0
        self.rejected = {}
        self.large = 0


def generate(seed: str, lang: str, statistics: Optional[Statistics] = None, budget: int = 1500,
             use_helpers: bool = True):
    """The case of a seed, and the results of the interpreter for it."""
    statistics = statistics or Statistics()
    for attempt in range(1000):
        statistics.tries += 1
        rng = random.Random(f"{seed}/{attempt}")
        maker = Maker(rng, lang, use_helpers)
        case = maker.make()
        functions = list(case.functions)
        for _ in range(maker.weighted((3, 0), (3, 1), (3, 2), (2, 4), (1, 7))):
            functions[-1] = mutate(maker, functions[-1])
        # A mutation may have asked for helpers.
        functions = [
            mutate(maker, h, True) if maker.chance(0.12) else h for h in maker.helpers
        ] + [functions[-1]]
        functions = drop_unused(functions)
        functions[-1] = drop_unused_locals(functions[-1])
        case = renumber(Case(tuple(functions), lang, seed))
        if not any(True for _ in calls(case, REGISTER)) or size(case) > 420 or not valid(case):
            statistics.invalid += 1
            continue
        try:
            results = interpreter.analyse(case, budget=budget)
        except interpreter.Rejected as r:
            key = str(r).split(" ")[0]
            statistics.rejected[key] = statistics.rejected.get(key, 0) + 1
            continue
        if any(r.truncated for r in results.values()):
            statistics.large += 1
            continue
        return case, results
    raise RuntimeError(f"no case for seed {seed}")


def drop_unused_locals(function: Function) -> Function:
    """Declarations of names that nothing mentions, unless their initialiser does something."""
    while True:
        used = {n.name for n in walk(function.body) if isinstance(n, Var)}
        for place, node in walk_places(function.body):
            if isinstance(node, Decl) and node.name not in used and len(place[-1:]) == 1:
                if any(isinstance(n, Call) for n in walk(node)) or place[-1][0] != "body":
                    continue
                body = replace(function.body, place, ())
                function = Function(function.name, function.kind, function.returns, function.params, body)
                break
        else:
            return function


def drop_unused(functions):
    """Helpers that nothing calls (any more)."""
    while True:
        used = {n.name for f in functions for n in walk(f.body) if isinstance(n, (Call, FunctionName))}
        kept = [f for f in functions[:-1] if f.name in used] + [functions[-1]]
        if len(kept) == len(functions):
            return kept
        functions = kept
