"""Judges warnings by the interpreter's verdicts."""

from __future__ import annotations

import collections
import dataclasses
import os
from typing import Dict, FrozenSet, List, Optional, Tuple

from . import interpreter
from .description import HELPER, Case
from .interpreter import CHECKS, Rejected, Result
from .printer import Printed, print_file
from .tidy import Tool, ToolError, Warning_

NUMBERS = {name: number for number, name in CHECKS.items()}

MISSED = "missed"
FALSE_ALARM = "false alarm"
DOUBLE = "warned twice"
UNMAPPED = "warned where nothing is registered"


@dataclasses.dataclass
class Disagreement:
    kind: str
    check: int
    site: int
    case: Case
    reason: str  # the rule or the message
    warnings: List[str]
    events: List[str]
    defines: Dict[str, str]

    @property
    def key(self):
        return self.kind, self.check


class Tally:
    """The counts of a run; they add up."""

    def __init__(self):
        self.functions = 0
        self.sites = 0
        self.agreed = collections.Counter()  # check -> warned rightly
        self.silent = collections.Counter()  # check -> silent rightly
        self.missed = collections.Counter()
        self.false = collections.Counter()
        self.open = collections.Counter()  # (check, classes, warned) -> count
        self.other = collections.Counter()

    def add(self, other: "Tally"):
        self.functions += other.functions
        self.sites += other.sites
        for name in ("agreed", "silent", "missed", "false", "open", "other"):
            getattr(self, name).update(getattr(other, name))


def sites_of(results: Dict[str, Result], case: Case) -> List[Tuple[str, int]]:
    """(function, site) of all calls that may hand out a registration."""
    from .description import REGISTER, Call, walk

    found = []
    names = {f.name for f in case.functions}
    for f in case.functions:
        for n in walk(f.body):
            if isinstance(n, Call) and (n.name == REGISTER or n.name in names):
                found.append((f.name, n.site))
    return found


def open_verdict(case: Case, key: Tuple[int, int], cut: bool) -> Optional[FrozenSet[str]]:
    """The classes that allow a warning which no execution of the first look demands."""
    for bound, budget, open_paths in ((3, 20000, True), (6, 20000, False)):
        if bound > 3 and not cut:
            continue
        try:
            results = interpreter.analyse(case, bound=bound, budget=budget, open_paths=open_paths)
        except (Rejected, RecursionError):
            return frozenset({"rejected-open-paths"})
        for r in results.values():
            v = r.verdicts.get(key)
            if v is not None:
                return (v.classes or {"only-with-open-paths"}) | ({"loop-bound"} if bound > 3 else set())
            if r.truncated:
                return frozenset({"too-many-executions"})
    return None


def judge(case: Case, results: Dict[str, Result], warnings: List[Tuple[int, Warning_]],
          tally: Tally, defines: Dict[str, str]) -> List[Disagreement]:
    """Compares the warnings of one case (site, warning) with the verdicts."""
    verdicts = {}
    for r in results.values():
        verdicts.update(r.verdicts)
    warned: Dict[Tuple[int, int], Warning_] = {}
    found: List[Disagreement] = []
    cut = any(r.cut for r in results.values())

    def disagree(kind, check, site, reason, warning, events=()):
        texts = [warning.text()] if warning is not None else [
            w.text() for s, w in warnings if s == site
        ]
        found.append(Disagreement(kind, check, site, case, reason, texts, list(events), defines))

    for site, w in warnings:
        check = NUMBERS.get(w.check)
        if check is None:
            raise ToolError(f"unknown check {w.check}")
        if (check, site) in warned:
            tally.other[DOUBLE] += 1
            disagree(DOUBLE, check, site, w.message, w)
        warned[(check, site)] = w

    places = sites_of(results, case)
    tally.functions += len(case.functions)
    tally.sites += len(places)
    for _, site in places:
        first_warned = (1, site) in warned
        for check in CHECKS:
            key = (check, site)
            v = verdicts.get(key)
            w = warned.pop(key, None)
            if v is not None and v.must:
                if w is not None:
                    tally.agreed[check] += 1
                elif v.witness.rule == "2b" and first_warned:
                    # Only if the first check is silent, and the tool's was not; whether that was
                    # right has been judged above.
                    tally.open[(check, ("check-1-open",), False)] += 1
                else:
                    tally.missed[check] += 1
                    disagree(MISSED, check, site, v.witness.rule, None,
                             [e.text for e in v.witness.execution.events])
            elif v is not None:
                tally.open[(check, tuple(sorted(v.classes)), w is not None)] += 1
            elif w is None:
                tally.silent[check] += 1
            else:
                classes = open_verdict(case, key, cut)
                if classes is not None:
                    tally.open[(check, tuple(sorted(classes)), True)] += 1
                else:
                    tally.false[check] += 1
                    disagree(FALSE_ALARM, check, site, w.message, w)
    return found


def defines_of(number: int) -> Dict[str, str]:
    """The header variants take turns."""
    defines = {"ORACLE_CALLDRIVER": str(number % 3)}
    if number % 4 == 3:
        defines["ORACLE_DBG"] = ""
    return defines


def lint(tool: Tool, cases: List[Case], folder: str, name: str, defines: Dict[str, str],
         styles: bool = True) -> Tuple[Printed, List[List[Tuple[int, Warning_]]], List[Tuple[int, Warning_]]]:
    """Prints the cases of one language to a file and lints it: per case (site, warning), and the
    warnings that stand at no site with the index of their case."""
    lang = cases[0].lang
    printed = print_file(cases, defines, styles)
    path = os.path.join(folder, name + (".cpp" if lang == "c++" else ".c"))
    with open(path, "w", encoding="utf-8") as f:
        f.write(printed.text)
    per_case: List[List[Tuple[int, Warning_]]] = [[] for _ in cases]
    astray = []
    for w in tool.run(path, lang):
        at = printed.sites.get((w.line, w.column))
        if at is None:
            astray.append((printed.case_at(w.line), w))
        else:
            per_case[at[0]].append((at[1], w))
    return printed, per_case, astray


def compare(tool: Tool, cases: List[Case], results, folder: str, name: str,
            defines: Dict[str, str]) -> Tuple[Tally, List[Disagreement]]:
    tally = Tally()
    _, per_case, astray = lint(tool, cases, folder, name, defines)
    found: List[Disagreement] = []
    for case, result, warnings in zip(cases, results, per_case):
        found += judge(case, result, warnings, tally, defines)
    for index, w in astray:
        tally.other[UNMAPPED] += 1
        if index is not None:
            found.append(Disagreement(UNMAPPED, NUMBERS.get(w.check, 0), 0, cases[index], w.message,
                                      [w.text()], [], defines))
        else:
            raise ToolError(f"a warning outside of every function: {w.text()}")
    return tally, found
