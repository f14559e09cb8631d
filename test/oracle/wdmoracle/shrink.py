"""Makes a disagreement small: delta debugging on the description."""

from __future__ import annotations

import dataclasses
from typing import Dict, Iterator, List, Optional, Tuple

from . import interpreter
from .build import SUCCESS, TRUE, failed, num, register, succeeded
from .compare import Disagreement, Tally, judge, lint, UNMAPPED, NUMBERS
from .description import (
    HELPER,
    PLAIN,
    REGISTER,
    Arm,
    Block,
    Break,
    Call,
    Case,
    Choose,
    Comma,
    Const,
    Compare,
    Decl,
    Do,
    DoWhile,
    Expr,
    For,
    Function,
    If,
    Logic,
    Node,
    Not,
    Return,
    Stmt,
    Switch,
    Test,
    TryExcept,
    TryFinally,
    Var,
    While,
    renumber,
    replace,
    size,
    walk,
    walk_places,
)
from .generator import drop_unused, valid
from .tidy import Tool, ToolError


def lists(function: Function):
    """Places of everything that holds a list of statements, with the list."""
    for place, node in walk_places(function):
        if isinstance(node, (Block, Arm)):
            yield place, node


def statement_edits(function: Function) -> Iterator[Function]:
    # Pieces of lists, the large ones first.
    pieces = []
    for place, node in lists(function):
        n = len(node.body)
        for width in {n // 2, n // 4, 2, 1}:
            if width < 1 or width > n or (width == n and width > 1 and not place):
                continue
            for start in range(0, n - width + 1, max(1, width // 2)):
                pieces.append((width, place, node, start))
    pieces.sort(key=lambda p: -p[0])
    for width, place, node, start in pieces:
        body = node.body[:start] + node.body[start + width :]
        new = dataclasses.replace(node, body=body)
        yield replace(function, place, new) if place else new

    for place, node in walk_places(function):
        if not place:
            continue
        for new in simpler_statement(node):
            yield replace(function, place, new)


def simpler_statement(node: Node):
    """Tuples of statements that could stand for the statement."""
    if isinstance(node, If):
        if node.init is None and node.declares is None:
            yield node.then.body
            if node.otherwise is not None:
                yield node.otherwise.body
            yield (Do(node.condition),) + node.then.body
        if node.otherwise is not None:
            yield (dataclasses.replace(node, otherwise=None),)
            yield (dataclasses.replace(node, then=Block(()),),)
        if not node.then.braces:
            yield (dataclasses.replace(node, then=Block(node.then.body)),)
        if node.declares is not None:
            d = Decl(node.declares[0], node.declares[1], node.condition)
            yield (Block((d, If(Var(node.declares[1]), node.then, node.otherwise))),)
        if node.init is not None:
            yield (Block((node.init, If(node.condition, node.then, node.otherwise))),)
    elif isinstance(node, (While, DoWhile, For)):
        yield node.body.body
        if node.body.body and isinstance(node.body.body[-1], Break):
            yield node.body.body[:-1]
        if isinstance(node, For):
            yield (While(node.condition or TRUE, node.body),)
    elif isinstance(node, Switch):
        for arm in node.arms:
            body = arm.body
            yield body[:-1] if body and isinstance(body[-1], Break) else body
        if len(node.arms) > 1:
            for i in range(len(node.arms)):
                yield (Switch(node.value, node.arms[:i] + node.arms[i + 1 :]),)
    elif isinstance(node, TryFinally):
        yield node.body.body + node.final.body
        yield node.body.body
    elif isinstance(node, TryExcept):
        yield node.body.body
    elif isinstance(node, Block):
        pass
    elif isinstance(node, Return) and node.value is not None:
        if not isinstance(node.value, (Const, Var)):
            yield (Do(node.value), Return(SUCCESS))
        if node.value != SUCCESS:
            yield (Return(SUCCESS),)
    elif isinstance(node, Do) and node.cast:
        yield (Do(node.value),)
    elif isinstance(node, Decl) and node.init is not None and not isinstance(node.init, Const):
        if node.type in ("NTSTATUS", "BOOLEAN", "ULONG"):
            yield (Decl(node.type, node.name), Do(node.init))


def flatten(function: Function) -> Iterator[Function]:
    for place, node in walk_places(function):
        if place and isinstance(node, Block) and place[-1][0] == "body" and len(place[-1]) == 2:
            yield replace(function, place, node.body)


def expression_edits(function: Function) -> Iterator[Function]:
    for place, node in walk_places(function):
        if place and isinstance(node, Expr):
            for new in simpler_expression(node):
                yield replace(function, place, new)


def simpler_expression(node: Expr):
    if isinstance(node, Logic):
        yield node.left
        yield node.right
    elif isinstance(node, Choose):
        yield node.yes
        yield node.no
    elif isinstance(node, Comma):
        yield node.right
        yield node.left
    elif isinstance(node, Not):
        if isinstance(node.value, (Compare, Not)):
            inner = node.value
            yield inner
            if isinstance(inner, Not):
                yield inner.value
    elif isinstance(node, Compare):
        if isinstance(node.right, Const) and node.right.text in ("TRUE", "FALSE"):
            positive = (node.op == "==") == (node.right.text == "TRUE")
            yield node.left if positive else Not(node.left)
        elif isinstance(node.left, Const) and node.left.text in ("TRUE", "FALSE"):
            yield Compare(node.op, node.right, node.left)
    elif isinstance(node, Test) and node.macro == "NT_ERROR":
        yield failed(node.value)
    elif isinstance(node, Call):
        if node.form != "plain":
            yield dataclasses.replace(node, form="plain")
        if node.name in ("DrvFlag", "DrvStart", "DrvMode", "DrvPrepare"):
            yield TRUE
            if node.name != "DrvFlag":
                yield Call("DrvFlag")
        if node.name in ("IofCallDriver", "PoCallDriver", "IoSynchronousCallDriver"):
            yield dataclasses.replace(node, name="IoCallDriver")


def inline_helpers(case: Case) -> Iterator[Case]:
    """A call of a helper becomes a registration or a send."""
    names = {f.name for f in case.functions}
    for place, node in walk_places(case):
        if isinstance(node, Call) and node.name in names and len(node.args) >= 2:
            callee = case.function(node.name)
            if callee.returns == "NTSTATUS" and callee.params[1][0] == "PIRP":
                from .build import send

                for new in (register(irp=node.args[1]), send(node.args[1])):
                    yield replace(case, place, new)


def candidates(case: Case) -> Iterator[Case]:
    for i, f in enumerate(case.functions):
        for edit in statement_edits(f):
            yield with_function(case, i, edit)
    yield from inline_helpers(case)
    for i, f in enumerate(case.functions):
        for edit in flatten(f):
            yield with_function(case, i, edit)
        for edit in expression_edits(f):
            yield with_function(case, i, edit)
    root = case.root
    if root.kind != PLAIN and root.kind != HELPER:
        yield with_function(case, len(case.functions) - 1, dataclasses.replace(root, kind=PLAIN))
    if root.returns == "BOOLEAN":
        yield with_function(case, len(case.functions) - 1, dataclasses.replace(root, returns="NTSTATUS"))
    used = {n.name for n in walk(root.body) if isinstance(n, Var)}
    if not root.is_dispatch:
        kept = tuple(p for p in root.params if p[1] in used)
        if kept != root.params:
            yield with_function(case, len(case.functions) - 1, dataclasses.replace(root, params=kept))
    if case.lang == "c++":
        yield dataclasses.replace(case, lang="c")


def with_function(case: Case, index: int, function: Function) -> Case:
    functions = case.functions[:index] + (function,) + case.functions[index + 1 :]
    return dataclasses.replace(case, functions=functions)


def tidy_up(case: Case) -> Case:
    return renumber(dataclasses.replace(case, functions=tuple(drop_unused(list(case.functions)))))


def shrink(tool: Tool, disagreement: Disagreement, folder: str, name: str, rounds: int = 40) -> Disagreement:
    """The smallest case found that still disagrees in kind and check."""
    best = disagreement
    for _ in range(rounds):
        pool: List[Tuple[int, Case, Dict]] = []
        seen = set()
        for c in candidates(best.case):
            try:
                c = tidy_up(c)
                if c in seen or cost(c) >= cost(best.case) or not compiles(c):
                    continue
                seen.add(c)
                results = interpreter.analyse(c, budget=2000)
            except (interpreter.Rejected, RecursionError, KeyError, TypeError, AttributeError):
                continue
            pool.append((cost(c), c, results))
        pool.sort(key=lambda p: p[0])
        better = None
        for start in range(0, len(pool), 60):
            better = first_disagreeing(tool, pool[start : start + 60], best, folder, name)
            if better is not None:
                break
        if better is None:
            return best
        best = better
    return best


def cost(case: Case) -> Tuple[int, int]:
    """Size first; plain spellings break ties."""
    fancy = sum(
        1
        for n in walk(case)
        if (isinstance(n, Call) and n.form != "plain")
        or (isinstance(n, Do) and n.cast)
        or (isinstance(n, Call) and n.name in ("IofCallDriver", "PoCallDriver", "DrvStart", "DrvMode", "DrvPrepare"))
        or (isinstance(n, Test) and n.macro == "NT_ERROR")
        or isinstance(n, For)
    )
    fancy += (case.lang == "c++") + (case.root.kind != PLAIN) + len(case.root.params)
    fancy += case.root.returns == "BOOLEAN"
    return size(case), fancy


def compiles(case: Case) -> bool:
    """valid() of the generator, and types that fit."""
    if not valid(case) or not any(isinstance(n, Call) and n.name == REGISTER for n in walk(case)):
        return False
    if case.lang == "c":
        for n in walk(case):
            if isinstance(n, Decl) and n.type in ("NTSTATUS&", "IRP_HOLDER"):
                return False
            if isinstance(n, If) and (n.init is not None or n.declares is not None):
                return False
            if isinstance(n, Call) and n.form == "scoped":
                return False
        for f in case.functions:
            if f.kind in ("method", "template") or any(t == "NTSTATUS&" for t, _ in f.params):
                return False
    for f in case.functions:
        if f.returns != "VOID" and not (f.body.body and isinstance(f.body.body[-1], Return)):
            return False
        for n in walk(f.body):
            if isinstance(n, Return) and (n.value is None) != (f.returns == "VOID"):
                return False
    return True


def first_disagreeing(tool, pool, target: Disagreement, folder, name) -> Optional[Disagreement]:
    """The cheapest case of the pool that disagrees as the target does."""
    for lang in ("c", "c++"):
        part = [(k, c, r) for k, c, r in pool if c.lang == lang]
        if not part:
            continue
        try:
            _, per_case, astray = lint(tool, [c for _, c, _ in part], folder, name, target.defines)
        except ToolError:
            # One that does not compile spoils the batch: one by one then.
            if len(part) == 1:
                continue
            for half in (part[: len(part) // 2], part[len(part) // 2 :]):
                found = first_disagreeing(tool, half, target, folder, name)
                if found is not None:
                    return found
            continue
        for i, (_, c, r) in enumerate(part):
            if target.kind == UNMAPPED:
                for index, w in astray:
                    if index == i and NUMBERS.get(w.check) == target.check:
                        return dataclasses.replace(target, case=c, warnings=[w.text()])
                continue
            for d in judge(c, r, per_case[i], Tally(), target.defines):
                if d.key == target.key:
                    return d
    return None
