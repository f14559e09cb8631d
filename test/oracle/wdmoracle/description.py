"""The description of a generated program: a small abstract syntax.

A *case* is one function under test (the root, last in the tuple) with the static helper
functions that it calls.  All nodes are frozen and are rebuilt, never changed, so that a shrinker
may share them.  Calls that can hand out a registration (the registration function itself, and
calls of functions of the same case) carry a `site`, a number unique in the case; warnings are
judged per site.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Iterator, Optional, Tuple


@dataclass(frozen=True)
class Node:
    """Base of all nodes; the generic walks below see every field that holds nodes."""


# --------------------------------------------------------------------------- expressions


@dataclass(frozen=True)
class Expr(Node):
    pass


@dataclass(frozen=True)
class Const(Expr):
    """A named or literal constant: TRUE, STATUS_SUCCESS, 2, NULL."""

    text: str
    value: int


@dataclass(frozen=True)
class Var(Expr):
    """A local variable or parameter; a name that starts with `g_` is a global."""

    name: str


@dataclass(frozen=True)
class Field(Expr):
    """`base->name`, or `base.name` when `dot`; the name may be a path ("IoStatus.Status") or an
    element with a constant index ("Irps[0]")."""

    base: Expr
    name: str
    dot: bool = False


@dataclass(frozen=True)
class Deref(Expr):
    pointer: Expr


@dataclass(frozen=True)
class AddressOf(Expr):
    place: Expr


@dataclass(frozen=True)
class Not(Expr):
    value: Expr


@dataclass(frozen=True)
class Compare(Expr):
    """`left op right` with == != < <= > >=."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Logic(Expr):
    """`left && right` and `left || right`: the left side is a branch."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Choose(Expr):
    """`condition ? yes : no`"""

    condition: Expr
    yes: Expr
    no: Expr


@dataclass(frozen=True)
class Comma(Expr):
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Assign(Expr):
    place: Expr
    value: Expr


@dataclass(frozen=True)
class Step(Expr):
    """`place++`, `++place`, `place--`, `--place`"""

    place: Expr
    down: bool = False
    prefix: bool = False


@dataclass(frozen=True)
class Test(Expr):
    """NT_SUCCESS(value) or NT_ERROR(value)"""

    macro: str
    value: Expr


@dataclass(frozen=True)
class Call(Expr):
    """A call.  Of the registration only device and IRP are given; `form` is how it is spelled:
    plain, scoped (`::Name`), blank (`Name (`), paren (`(Name)(`) or macro (through a macro)."""

    name: str
    args: Tuple[Expr, ...] = ()
    site: Optional[int] = None
    form: str = "plain"


@dataclass(frozen=True)
class FunctionName(Expr):
    """A function of the case, not called: a completion routine that is set."""

    name: str


# ---------------------------------------------------------------------------- statements


@dataclass(frozen=True)
class Stmt(Node):
    pass


@dataclass(frozen=True)
class Block(Stmt):
    """A list of statements; `braces` is what the printer does when one statement is enough."""

    body: Tuple[Stmt, ...] = ()
    braces: bool = True


@dataclass(frozen=True)
class Decl(Stmt):
    """A local variable.  Types: see printer.TYPES; `NTSTATUS&` binds, `IRP_HOLDER` owns (C++)."""

    type: str
    name: str
    init: Optional[Expr] = None


@dataclass(frozen=True)
class Do(Stmt):
    """An expression as a statement; `cast` is "", "(void)", "static_cast<void>" or "UNREF"."""

    value: Expr
    cast: str = ""


@dataclass(frozen=True)
class If(Stmt):
    """`init` is C++17's initialiser; `declares` names a variable declared in the condition
    itself (C++: `if (NTSTATUS s = value)`)."""

    condition: Expr
    then: Block
    otherwise: Optional[Block] = None
    init: Optional[Stmt] = None
    declares: Optional[Tuple[str, str]] = None


@dataclass(frozen=True)
class While(Stmt):
    condition: Expr
    body: Block


@dataclass(frozen=True)
class DoWhile(Stmt):
    body: Block
    condition: Expr


@dataclass(frozen=True)
class For(Stmt):
    init: Optional[Expr]
    condition: Optional[Expr]
    step: Optional[Expr]
    body: Block


@dataclass(frozen=True)
class Arm(Node):
    """Labels of a switch (None is `default`) and what follows them, up to the next labels; it
    falls through unless it ends in a jump."""

    labels: Tuple[Optional[Const], ...]
    body: Tuple[Stmt, ...]


@dataclass(frozen=True)
class Switch(Stmt):
    value: Expr
    arms: Tuple[Arm, ...]


@dataclass(frozen=True)
class Break(Stmt):
    pass


@dataclass(frozen=True)
class Continue(Stmt):
    pass


@dataclass(frozen=True)
class Goto(Stmt):
    label: str


@dataclass(frozen=True)
class Label(Stmt):
    name: str


@dataclass(frozen=True)
class Return(Stmt):
    value: Optional[Expr] = None


@dataclass(frozen=True)
class TryExcept(Stmt):
    body: Block
    filter: Expr
    handler: Block


@dataclass(frozen=True)
class TryFinally(Stmt):
    body: Block
    final: Block


@dataclass(frozen=True)
class Leave(Stmt):
    pass


# ------------------------------------------------------------------------------- programs

# The kinds of a function under test.
ROLE = "role"  # a dispatch routine: declared with DRIVER_DISPATCH
MAJOR = "major"  # a dispatch routine: stored in MajorFunction[] in this file
PLAIN = "plain"  # a function with an IRP parameter
METHOD = "method"  # the same as a member of a class (C++)
TEMPLATE = "template"  # the same as an instantiated template (C++)
HELPER = "helper"  # a static function called by others of the case
HANDLER = "handler"  # the same, declared with DRIVER_DISPATCH
ROUTINE = "routine"  # a completion routine: set by others of the case, or the root


@dataclass(frozen=True)
class Function(Node):
    name: str
    kind: str
    returns: str
    params: Tuple[Tuple[str, str], ...]
    body: Block

    @property
    def is_dispatch(self) -> bool:
        return self.kind in (ROLE, MAJOR)


@dataclass(frozen=True)
class Case(Node):
    functions: Tuple[Function, ...]
    lang: str = "c"
    seed: str = ""

    @property
    def root(self) -> Function:
        return self.functions[-1]

    def function(self, name: str) -> Optional[Function]:
        for f in self.functions:
            if f.name == name:
                return f
        return None


# ---------------------------------------------------------------------------------- walks


def children(node: Node) -> Iterator[Tuple[Tuple, Node]]:
    """All direct child nodes with their place: (field,) or (field, index)."""
    for f in dataclasses.fields(node):
        value = getattr(node, f.name)
        if isinstance(value, Node):
            yield (f.name,), value
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                if isinstance(item, Node):
                    yield (f.name, i), item


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in source order."""
    yield node
    for _, child in children(node):
        yield from walk(child)


def walk_places(node: Node, place: Tuple = ()) -> Iterator[Tuple[Tuple, Node]]:
    """Like walk, with the path of each node for `replace`."""
    yield place, node
    for step, child in children(node):
        yield from walk_places(child, place + (step,))


def replace(node: Node, place: Tuple, new) -> Node:
    """A copy of the tree with the node at `place` exchanged.  `new` is a node, or, for an item
    of a list, a tuple of nodes that takes its position (an empty one removes it)."""
    if not place:
        return new
    step = place[0]
    value = getattr(node, step[0])
    if len(step) == 1:
        changed = replace(value, place[1:], new) if len(place) > 1 else new
    else:
        i = step[1]
        if len(place) > 1:
            middle = (replace(value[i], place[1:], new),)
        else:
            middle = new if isinstance(new, tuple) else (new,)
        changed = value[:i] + middle + value[i + 1 :]
    return dataclasses.replace(node, **{step[0]: changed})


def calls(node: Node, name: str) -> Iterator[Call]:
    for n in walk(node):
        if isinstance(n, Call) and n.name == name:
            yield n


def size(node: Node) -> int:
    return sum(1 for _ in walk(node))


REGISTER = "IoSetCompletionRoutineEx"


def renumber(case: Case) -> Case:
    """Gives every call that needs one a fresh site."""
    names = {f.name for f in case.functions}
    counter = [0]

    def visit(node):
        updates = {}
        for f in dataclasses.fields(node):
            value = getattr(node, f.name)
            if isinstance(value, Node):
                updates[f.name] = visit(value)
            elif isinstance(value, tuple) and any(isinstance(v, Node) for v in value):
                updates[f.name] = tuple(visit(v) if isinstance(v, Node) else v for v in value)
        if isinstance(node, Call) and (node.name == REGISTER or node.name in names):
            counter[0] += 1
            updates["site"] = counter[0]
        return dataclasses.replace(node, **updates) if updates else node

    return visit(case)
