"""Compiles generated programs and runs them, to validate the interpreter.

Every execution that the interpreter found is replayed: the same inputs, the same results of
unknown functions, the same outcomes.  An outcome that the interpreter left undecided (nothing
told success from failure) is replayed both ways, which checks the laziness too.  The trace of
events must be equal.  Structured exceptions cannot be compiled on Linux, so programs with them
are left out, as are executions that were cut, crash, or need an exception.
"""

from __future__ import annotations

import itertools
import os
import subprocess
from typing import Dict, List, Optional, Tuple

from . import library as lib
from .description import (
    METHOD,
    TEMPLATE,
    Case,
    TryExcept,
    TryFinally,
    walk,
)
from .interpreter import Execution, Sym
from .printer import TYPES, print_file

HERE = os.path.dirname(os.path.abspath(__file__))
RUNTIME = os.path.join(HERE, "..", "runtime.c")
INPUTS = os.path.join(HERE, "..", "..", "Inputs")


class Mismatch(Exception):
    pass


def can_run(case: Case) -> bool:
    return not any(isinstance(n, (TryExcept, TryFinally)) for n in walk(case))


def glue(cases: List[Case], members: Dict[int, bool], suffixes: List[int]) -> str:
    """The function that calls case number so-and-so with the inputs of the run; its functions
    have the suffix that the list says."""
    lines = ['extern "C" {' if cases and cases[0].lang == "c++" else ""]
    lines += [
        "void Oracle_Event(const char *Format, ...);",
        "long Oracle_Input(const char *Name);",
        "PIRP Oracle_Irp(const char *Name);",
        "PDEVICE_EXTENSION Oracle_Extension(const char *Name);",
        "PDEVICE_OBJECT Oracle_Device(const char *Name);",
        "void Oracle_Case(int Index);",
    ]
    lines += ["}" if cases and cases[0].lang == "c++" else ""]
    lines.append("void Oracle_Case(int Index) {")
    for i, case in enumerate(cases):
        root = case.root
        lines.append(f"  if (Index == {i}) {{")
        args = []
        for type_, name in root.params:
            if type_ == "PIRP":
                value = f'Oracle_Irp("{name}")'
            elif type_ == "PDEVICE_OBJECT":
                value = f'Oracle_Device("{name}")'
            elif type_ == "PDEVICE_EXTENSION":
                value = f'Oracle_Extension("{name}")'
            elif type_ in ("PNTSTATUS", "NTSTATUS&"):
                lines.append(f"    NTSTATUS {name} = 0;")
                args.append(("&" if type_ == "PNTSTATUS" else "") + name)
                continue
            else:
                value = f'({type_})Oracle_Input("{name}#0")'
            lines.append(f"    {type_} {name} = {value};")
            args.append(name)
        callee = f"F{suffixes[i]}"
        if root.kind == METHOD:
            lines.append(f"    DeviceF{suffixes[i]} Object;")
            if members[i]:
                for member, _ in lib.EXTENSION.items():
                    lines.append(f"    Object.m_{member} = Ext->{member};")
            lines.append("    Object.m_Ext = Ext;")
            callee = f"Object.F{suffixes[i]}"
            args = [a for a in args if a != "Ext"]
        elif root.kind == TEMPLATE:
            callee = f"F{suffixes[i]}<int>"
        call = f"{callee}({', '.join(args)})"
        if root.returns == "VOID":
            lines.append(f"    {call};")
            lines.append('    Oracle_Event("return");')
        elif root.returns == "PIRP":
            lines.append(f"    PIRP Returned = {call};")
            lines.append('    Oracle_Event("return %s", Returned ? Returned->OracleName : "0");')
        else:
            lines.append(f"    {TYPES.get(root.returns, root.returns)} Returned = {call};")
            lines.append('    Oracle_Event("return %d", (int)Returned);')
        lines.append("  }")
    lines.append("}")
    return "\n".join(lines) + "\n"


def uses_members(case: Case) -> bool:
    from .description import Field, Var

    uses = [n for n in walk(case.root.body) if n == Var("Ext")]
    fields = [n for n in walk(case.root.body) if isinstance(n, Field) and n.base == Var("Ext")]
    return len(uses) == len(fields)


def build(cases: List[Case], folder: str, name: str, clang: str, text: str = "",
          suffixes: Optional[List[int]] = None) -> str:
    """Compiles the cases (or `text`, a changed print of them) to an executable."""
    lang = cases[0].lang
    if not text:
        text = print_file(cases, {"ORACLE_CALLDRIVER": "1"}, styles=True).text
    members = {i: uses_members(c) for i, c in enumerate(cases)}
    text = text.replace("\nprivate:\n", "\n") + glue(
        cases, members, suffixes or list(range(len(cases)))
    )
    source = os.path.join(folder, name + (".c" if lang == "c" else ".cpp"))
    with open(source, "w", encoding="utf-8") as f:
        f.write(text)
    runtime = os.path.join(folder, f"runtime-{os.getpid()}.o")
    common = ["-fno-exceptions", "-DORACLE_NATIVE", "-I" + INPUTS, "-w", "-O0"]
    if not os.path.exists(runtime):
        subprocess.run(
            [clang, "-c", "-fms-extensions", *common, RUNTIME, "-o", runtime], check=True
        )
    out = os.path.join(folder, name)
    language = ["-x", "c++", "-std=c++17"] if lang == "c++" else ["-x", "c", "-std=c17"]
    subprocess.run(
        [clang, "-fms-extensions", *common, *language, source, "-x", "none", runtime, "-o", out],
        check=True,
    )
    return out


def script(index: int, x: Execution, outcomes: Tuple[bool, ...]) -> str:
    names, unknowns = [], []
    for kind, name, source in x.sources:
        if kind == "unknown":
            unknowns.append(str(int(source.chosen())))
        else:
            names.append(f"{name}={int(source.chosen())}")
    regs = ",".join(str(int(o)) for o in outcomes)
    return f"{index};{','.join(names)};{','.join(unknowns)};{regs}"


def outcomes_of(x: Execution, limit: int = 4):
    """The outcomes of the registrations: decided ones as decided, others both ways."""
    choices = [[r.outcome] if r.outcome is not None else [True, False] for r in x.regs]
    return itertools.islice(itertools.product(*choices), limit)


def expected(x: Execution, outcomes: Tuple[bool, ...], returns: str) -> str:
    trace = list(x.trace)
    if x.end == "noreturn":
        trace.append("noreturn")
    elif returns == "VOID":
        trace.append("return")
    else:
        value = x.value
        if isinstance(value, Sym):
            if value.source.reg is not None:
                value = value.table[outcomes[x.regs.index(value.source.reg)]]
            else:
                value = value.table[value.source.chosen()]
        trace.append(f"return {value}")
    return "".join(t + "|" for t in trace)


def replay(binary: str, lines: List[str]) -> List[str]:
    run = subprocess.run(
        [binary], input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=120
    )
    if run.returncode != 0:
        raise Mismatch(f"{binary} ended with {run.returncode}")
    return run.stdout.split("\n")[:-1]


def validate(cases: List[Case], results, folder: str, name: str, clang: str, limit: int = 200):
    """Replays the executions of all cases (of one language); returns (number of replays, list of
    mismatches as text)."""
    pairs = [(c, r) for c, r in zip(cases, results) if can_run(c)]
    if not pairs:
        return 0, []
    binary = build([c for c, _ in pairs], folder, name, clang)
    lines, wanted, owner = [], [], []
    for i, (case, result) in enumerate(pairs):
        root = result[case.root.name]
        for x in root.executions[:limit]:
            if x.end not in ("return", "noreturn"):
                continue
            for outcomes in outcomes_of(x):
                lines.append(script(i, x, outcomes))
                wanted.append(expected(x, outcomes, case.root.returns))
                owner.append(case)
    mismatches = []
    for case, line, want, have in zip(owner, lines, wanted, replay(binary, lines)):
        if want != have:
            mismatches.append((case, f"run    {line}\nwanted {want}\nhad    {have}"))
    return len(lines), mismatches
