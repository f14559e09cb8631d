"""Short constructors for descriptions, used by the generator and by the unit tests."""

from __future__ import annotations

from . import library as lib
from .description import (
    REGISTER,
    Arm,
    Assign,
    Block,
    Call,
    Compare,
    Const,
    Do,
    Field,
    If,
    Logic,
    Not,
    Return,
    Test,
    Var,
)

TRUE, FALSE = Const("TRUE", 1), Const("FALSE", 0)
NULL = Const("NULL", 0)
SUCCESS = Const("STATUS_SUCCESS", 0)


def status(name):
    return Const("STATUS_" + name, lib.STATUS["STATUS_" + name])


UNSUCCESSFUL = status("UNSUCCESSFUL")
PENDING = status("PENDING")
RESOURCES = status("INSUFFICIENT_RESOURCES")

EXT = Var("Ext")
SELF, LOWER, OTHER = Field(EXT, "Self"), Field(EXT, "Lower"), Field(EXT, "Other")


def num(n):
    return Const(str(n), n)


def block(*statements, braces=True):
    return Block(tuple(statements), braces)


def register(device=SELF, irp=Var("Irp"), form="plain"):
    return Call(REGISTER, (device, irp), None, form)


def call(name, *args):
    return Call(name, tuple(args))


def do(e, cast=""):
    return Do(e, cast)


def let(name, value):
    """name = value;"""
    return Do(Assign(Var(name) if isinstance(name, str) else name, value))


def send(irp=Var("Irp"), device=LOWER, name="IoCallDriver"):
    return Call(name, (device, irp))


def complete(irp=Var("Irp"), name="IoCompleteRequest"):
    return Do(Call(name, (irp,)))


def ret(value=None):
    return Return(value)


def when(condition, *then, otherwise=None):
    return If(condition, Block(tuple(then)), None if otherwise is None else Block(tuple(otherwise)))


def succeeded(e):
    return Test("NT_SUCCESS", e)


def failed(e):
    return Not(Test("NT_SUCCESS", e))


def eq(a, b):
    return Compare("==", a, b)


def ne(a, b):
    return Compare("!=", a, b)


def both(a, b):
    return Logic("&&", a, b)


def either(a, b):
    return Logic("||", a, b)


def arm(labels, *body):
    return Arm(tuple(labels), tuple(body))
