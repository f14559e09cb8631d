"""Prints cases as one C or C++ file, and says at which line and column each site stands."""

from __future__ import annotations

import dataclasses
import re
from typing import Dict, List, Tuple

from . import library as lib
from .description import (
    MAJOR,
    METHOD,
    REGISTER,
    ROLE,
    TEMPLATE,
    HANDLER,
    HELPER,
    ROUTINE,
    AddressOf,
    Assign,
    Block,
    Call,
    Case,
    Choose,
    Comma,
    Compare,
    Const,
    Decl,
    Deref,
    Field,
    Function,
    FunctionName,
    Goto,
    If,
    Label,
    Logic,
    Node,
    Not,
    Step,
    Test,
    Var,
    walk,
)

TYPES = {
    "CONTEXT": "CONTEXT_BLOCK",
    "NTSTATUS&": "NTSTATUS &",
    "PNTSTATUS": "PNTSTATUS",
}

# Where a call does not print its arguments just as they are.
CALLS = {
    REGISTER: "{name}({0}, {1}, DrvDone, NULL, TRUE, TRUE, TRUE)",
    "IoCompleteRequest": "{name}({0}, IO_NO_INCREMENT)",
    "IofCompleteRequest": "{name}({0}, IO_NO_INCREMENT)",
    "IoReuseIrp": "{name}({0}, STATUS_SUCCESS)",
    "IoSetCompletionRoutine": "{name}({0}, DrvDone, NULL, TRUE, TRUE, TRUE)",
    "@control": "IoGetNextIrpStackLocation({0})->Control = 0",
    "@routine": "IoGetNextIrpStackLocation({0})->CompletionRoutine = DrvDone",
    "@mark": "IoGetCurrentIrpStackLocation({0})->Control |= SL_PENDING_RETURNED",
    "KeWaitForSingleObject": "{name}(&{0}->Event, 0, 0, FALSE, NULL)",
    "IoCsqInsertIrp": "{name}(&{0}->Csq, {1}, NULL)",
    "IoCsqInsertIrpEx": "{name}(&{0}->Csq, {1}, NULL, NULL)",
    "InsertTailList": "{name}(&{0}->Queue, &{1}->Tail.Overlay.ListEntry)",
    "IoStartPacket": "{name}({0}, {1}, NULL, NULL)",
    "IoAllocateIrp": "{name}({0}->StackSize, FALSE)",
    "IoAcquireRemoveLock": "{name}(&{0}->Lock, {1})",
    "IoReleaseRemoveLock": "{name}(&{0}->Lock, {1})",
    "ExAllocatePool2": "{name}(POOL_FLAG_NON_PAGED, 64, 0x6c63724fu)",
    "KeBugCheckEx": "{name}(0xE2u, 0, 0, 0, 0)",
    "@get": "{0}.get()",
    "@release": "{0}.release()",
}

COMMA, ASSIGN, CHOOSE, OR, AND, EQUAL, RELATION, UNARY, POSTFIX = 1, 2, 3, 4, 5, 8, 9, 14, 15


@dataclasses.dataclass(frozen=True)
class Style:
    indent: str = "  "
    allman: bool = False
    comments: bool = False


MACROS = """\
#define REGISTER(Device, Irp)                                                  \\
  IoSetCompletionRoutineEx((Device), (Irp), DrvDone, NULL, TRUE, TRUE, TRUE)
"""


class Printer:
    patterns = CALLS

    def __init__(self, case: Case, suffix: str, style: Style):
        self.case = case
        self.suffix = suffix
        self.style = style
        self.names = {f.name for f in case.functions}
        self.lines: List[str] = []
        self.depth = 0
        self.function: Function = case.root
        self.members = False

    # ---- expressions

    def expr(self, e, level: int = 0) -> str:
        text, own = getattr(self, "expr_" + type(e).__name__)(e)
        return f"({text})" if own < level else text

    def expr_Const(self, e):
        return e.text, POSTFIX

    def expr_Var(self, e):
        if self.function.kind == METHOD and e.name == "Ext":
            return "m_Ext", POSTFIX
        return e.name, POSTFIX

    def expr_FunctionName(self, e):
        return e.name + self.suffix, POSTFIX

    def expr_Field(self, e):
        if self.members and e.base == Var("Ext"):
            return "m_" + e.name, POSTFIX
        if e.name == "DeviceExtension":
            return f"(PDEVICE_EXTENSION){self.expr(e.base, POSTFIX)}->DeviceExtension", UNARY
        return f"{self.expr(e.base, POSTFIX)}{'.' if e.dot else '->'}{e.name}", POSTFIX

    def expr_Deref(self, e):
        return f"*{self.expr(e.pointer, UNARY)}", UNARY

    def expr_AddressOf(self, e):
        return f"&{self.expr(e.place, UNARY)}", UNARY

    def expr_Not(self, e):
        return f"!{self.expr(e.value, UNARY)}", UNARY

    def expr_Compare(self, e):
        level = EQUAL if e.op in ("==", "!=") else RELATION
        return f"{self.expr(e.left, level + 1)} {e.op} {self.expr(e.right, level + 1)}", level

    def expr_Logic(self, e):
        if e.op == "&&":
            return f"{self.expr(e.left, AND)} && {self.expr(e.right, AND)}", AND
        # && inside || gets its parentheses, as compilers advise.
        return f"{self.expr(e.left, AND + 1)} || {self.expr(e.right, AND + 1)}", OR

    def expr_Choose(self, e):
        return (
            f"{self.expr(e.condition, OR)} ? {self.expr(e.yes, CHOOSE)} : {self.expr(e.no, CHOOSE)}",
            CHOOSE,
        )

    def expr_Comma(self, e):
        return f"{self.expr(e.left, COMMA)}, {self.expr(e.right, ASSIGN)}", COMMA

    def expr_Assign(self, e):
        return f"{self.expr(e.place, UNARY)} = {self.expr(e.value, ASSIGN)}", ASSIGN

    def expr_Step(self, e):
        op = "--" if e.down else "++"
        if e.prefix:
            return f"{op}{self.expr(e.place, UNARY)}", UNARY
        return f"{self.expr(e.place, POSTFIX)}{op}", POSTFIX

    def expr_Test(self, e):
        return f"{e.macro}({self.expr(e.value, ASSIGN)})", POSTFIX

    def expr_Call(self, e):
        mark = f"\x01{e.site}\x02" if e.site is not None else ""
        args = [self.expr(a, ASSIGN) for a in e.args]
        if e.name in self.names:
            callee = self.case.function(e.name)
            # An out parameter that is a reference is given the variable itself.
            return f"{mark}{e.name}{self.suffix}({', '.join(args)})", POSTFIX
        if e.name in lib.TRACES:
            text = ", ".join(['"trace %x\\n"' if args else '"trace\\n"'] + args)
            if e.name == "KdPrint":
                return f"KdPrint(({text}))", POSTFIX
            if e.name == "DbgPrintEx":
                return f"DbgPrintEx(0, 0, {text})", POSTFIX
            return f"DbgPrint({text})", POSTFIX
        if e.name == REGISTER and e.form == "macro":
            return f"{mark}REGISTER({args[0]}, {args[1]})", POSTFIX
        name = mark + e.name
        if e.form == "scoped":
            name = "::" + name
        elif e.form == "blank":
            name = name + " "
        elif e.form == "paren":
            name = f"({name})"
        pattern = self.patterns.get(e.name)
        if pattern is not None:
            pieces = [self.expr(a, POSTFIX) if "->" in pattern else args[i]
                      for i, a in enumerate(e.args)]
            text = pattern.format(*pieces, name=name)
            return text, ASSIGN if e.name in ("@control", "@routine", "@mark") else POSTFIX
        return f"{name}({', '.join(args)})", POSTFIX

    # ---- statements

    def line(self, text: str):
        self.lines.append((self.style.indent * self.depth + text) if text else "")

    def block(self, block: Block, head: str, tail: str = "", force=False):
        """`head { body } tail`, in the style's layout."""
        body = block.body
        bare = (
            not force
            and not block.braces
            and len(body) == 1
            and not isinstance(body[0], (Decl, If, Label, Block))
        )
        if bare:
            self.line(head)
            self.depth += 1
            self.statement(body[0], ())
            self.depth -= 1
            if tail:
                self.line(tail)
            return
        if self.style.allman:
            self.line(head)
            self.line("{")
        else:
            self.line(head + " {")
        self.depth += 1
        self.statements(body)
        self.depth -= 1
        self.line("}" + (" " + tail if tail else ""))

    def statements(self, body):
        for i, s in enumerate(body):
            self.statement(s, body[i + 1 :])

    def statement(self, s, after):
        getattr(self, "do_" + type(s).__name__)(s, after)

    def do_Block(self, s, after):
        if self.style.allman:
            self.line("{")
        else:
            self.line("{")
        self.depth += 1
        self.statements(s.body)
        self.depth -= 1
        self.line("}")

    def do_Decl(self, s, after):
        self.line(self.declaration(s) + ";")

    def declaration(self, s):
        type_ = TYPES.get(s.type, s.type)
        if s.type == "IRP_HOLDER":
            return f"IRP_HOLDER {s.name}({self.expr(s.init, ASSIGN)})"
        name = type_ + s.name if type_.endswith("&") else f"{type_} {s.name}"
        if s.init is None:
            return name
        return f"{name} = {self.expr(s.init, ASSIGN)}"

    def do_Do(self, s, after):
        if s.cast == "UNREF":
            self.line(f"UNREFERENCED_PARAMETER({self.expr(s.value, ASSIGN)});")
        elif s.cast == "static_cast<void>":
            self.line(f"static_cast<void>({self.expr(s.value, COMMA)});")
        elif s.cast == "(void)":
            self.line(f"(void){self.expr(s.value, UNARY)};")
        else:
            self.line(self.expr(s.value) + ";")

    def condition(self, e):
        text = self.expr(e)
        # The parentheses that say: an assignment is meant.
        return f"({text})" if isinstance(e, Assign) else text

    def do_If(self, s, after):
        if s.declares is not None:
            head = f"{s.declares[0]} {s.declares[1]} = {self.expr(s.condition, ASSIGN)}"
        else:
            head = self.condition(s.condition)
        if s.init is not None:
            if isinstance(s.init, Decl):
                head = f"{self.declaration(s.init)}; {head}"
            else:
                head = f"{self.expr(s.init.value)}; {head}"
        self.block(s.then, f"if ({head})")
        if s.otherwise is None:
            return
        other = s.otherwise
        if len(other.body) == 1 and isinstance(other.body[0], If) and not other.braces:
            inner = other.body[0]
            start = len(self.lines)
            self.do_If(inner, ())
            self.lines[start] = self.style.indent * self.depth + "else " + self.lines[start].lstrip()
            return
        self.block(other, "else")

    def do_While(self, s, after):
        self.block(s.body, f"while ({self.condition(s.condition)})")

    def do_DoWhile(self, s, after):
        self.block(s.body, "do", f"while ({self.condition(s.condition)});", force=True)

    def do_For(self, s, after):
        parts = [self.expr(p) if p is not None else "" for p in (s.init, s.condition, s.step)]
        self.block(s.body, f"for ({parts[0]}; {parts[1]}; {parts[2]})")

    def do_Switch(self, s, after):
        self.line(f"switch ({self.expr(s.value)}) {{")
        for arm in s.arms:
            for label in arm.labels:
                self.line("default:" if label is None else f"case {label.text}:")
            wrap = any(isinstance(x, Decl) for x in arm.body)
            self.depth += 1
            if wrap:
                self.do_Block(Block(arm.body), ())
            elif arm.body:
                self.statements(arm.body)
            else:
                self.line(";")
            self.depth -= 1
        self.line("}")

    def do_Break(self, s, after):
        self.line("break;")

    def do_Continue(self, s, after):
        self.line("continue;")

    def do_Goto(self, s, after):
        self.line(f"goto {s.label};")

    def do_Label(self, s, after):
        needs = not after or isinstance(after[0], Decl)
        depth, self.depth = self.depth, max(0, self.depth - 1)
        self.line(f"{s.name}:" + (";" if needs else ""))
        self.depth = depth

    def do_Return(self, s, after):
        self.line("return;" if s.value is None else f"return {self.expr(s.value)};")

    def do_Leave(self, s, after):
        self.line("__leave;")

    def do_TryExcept(self, s, after):
        self.block(s.body, "__try", force=True)
        self.block(s.handler, f"__except ({self.expr(s.filter)})", force=True)

    def do_TryFinally(self, s, after):
        self.block(s.body, "__try", force=True)
        self.block(s.final, "__finally", force=True)

    # ---- functions

    def define(self, f: Function):
        self.function = f
        uses = [n for n in walk(f.body) if n == Var("Ext")]
        fields = [n for n in walk(f.body) if isinstance(n, Field) and n.base == Var("Ext")]
        self.members = f.kind == METHOD and len(uses) == len(fields)
        returns = TYPES.get(f.returns, f.returns)
        params = [(t, n) for t, n in f.params if not (f.kind == METHOD and n == "Ext")]

        def spell(type_, name):
            t = TYPES.get(type_, type_)
            return t + name if t.endswith("&") else f"{t} {name}"

        inside = ", ".join(spell(t, n) for t, n in params) or ("VOID" if self.case.lang == "c" else "")
        name = f.name + self.suffix
        if f.kind == METHOD:
            self.line(f"class Device{name} {{")
            self.line("public:")
            self.line(f"  {returns} {name}({inside});")
            self.line("private:")
            self.line("  PDEVICE_EXTENSION m_Ext;")
            for member, type_ in lib.EXTENSION.items():
                if member == "Irps[1]":
                    continue
                self.line(f"  {type_} m_{'Irps[2]' if member == 'Irps[0]' else member};")
            self.line("};")
            head = f"{returns} Device{name}::{name}({inside})"
        elif f.kind == TEMPLATE:
            self.line("template <typename T>")
            head = f"{returns} {name}({inside})"
        elif f.kind in (HELPER, HANDLER, ROUTINE):
            if f.kind != HELPER:
                type_ = "DRIVER_DISPATCH" if f.kind == HANDLER else "IO_COMPLETION_ROUTINE"
                self.line(f"static {type_} {name};")
            head = f"static {returns} {name}({inside})"
        else:
            if f.kind == ROLE:
                self.line(f"DRIVER_DISPATCH {name};")
            head = f"{returns} {name}({inside})"
        self.block(f.body, head, force=True)
        if f.kind == MAJOR:
            self.line(f"VOID Setup{name}(PDRIVER_OBJECT DriverObject) {{")
            self.line(f"  DriverObject->MajorFunction[IRP_MJ_PNP] = {name};")
            self.line("}")
        if f.kind == TEMPLATE:
            self.line(f"template {returns} {name}<int>({inside});")
        self.line("")

    def text(self) -> List[str]:
        for f in self.case.functions:
            self.define(f)
        return self.lines


_MARK = re.compile("\x01(\\d+)\x02")


@dataclasses.dataclass
class Printed:
    text: str
    # (line, column) -> (index of the case, site)
    sites: Dict[Tuple[int, int], Tuple[int, int]]
    # index of the case -> (first line, last line)
    spans: Dict[int, Tuple[int, int]]

    def case_at(self, line: int):
        for i, (a, b) in self.spans.items():
            if a <= line <= b:
                return i
        return None

    def source_of(self, index: int) -> str:
        a, b = self.spans[index]
        return "\n".join(self.text.split("\n")[a - 1 : b]).rstrip() + "\n"


def style_of(case: Case) -> Style:
    """A layout that only depends on the case."""
    n = sum(ord(c) * (i + 1) for i, c in enumerate(case.seed))
    return Style(("  ", "    ", "\t")[n % 3], n % 2 == 1)


def print_file(cases: List[Case], defines: Dict[str, str], styles: bool = False,
               first: int = 0, printer=Printer) -> Printed:
    """All cases in one file; functions of case i carry the suffix i (counted from `first`)."""
    lines = [f"#define {k} {v}".rstrip() for k, v in defines.items()]
    lines += ['#include "oracle_wdm.h"', ""]
    lines += MACROS.rstrip("\n").split("\n") + [""]
    sites, spans = {}, {}
    for i, case in enumerate(cases):
        style = style_of(case) if styles else Style()
        lines.append(f"/* case {i + first} */")
        start = len(lines) + 1
        for raw in printer(case, str(i + first), style).text():
            text, column = "", 0
            position = 0
            for m in _MARK.finditer(raw):
                text += raw[position : m.start()]
                position = m.end()
                sites[(len(lines) + 1, len(text.encode()) + 1)] = (i, int(m.group(1)))
            text += raw[position:]
            lines.append(text)
        spans[i] = (start, len(lines))
    return Printed("\n".join(lines) + "\n", sites, spans)


def show(case: Case, printer=Printer) -> str:
    """The case alone, for a reader."""
    lines = []
    for raw in printer(case, "", Style()).text():
        lines.append(_MARK.sub("", raw))
    return "\n".join(lines).rstrip() + "\n"
