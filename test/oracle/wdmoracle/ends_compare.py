"""Judges the warnings of the second family by the verdicts of `ends.py`, and makes small what
disagrees.  A verdict stands at a line; a warning has to give a reason that holds there, and the
line where the IRP was ended."""

from __future__ import annotations

import dataclasses
import os
import re
from typing import Dict, List, Optional, Tuple

from . import ends, shrink
from .compare import DOUBLE, FALSE_ALARM, MISSED, UNMAPPED, Disagreement, Tally
from .description import REGISTER, Case, Return, walk
from .ends import CHECKS
from .interpreter import Rejected
from .printer import CALLS, Printer, print_file, show
from .tidy import Tool, ToolError, Warning_

NUMBERS = {name: number for number, name in CHECKS.items()}
REASON = "warned for another reason"

RULES = (
    ("K", r"IRP is .* here although it was sent at line (\d+) and may still be pending"),
    ("U", r"IRP is .* here although it was (?:completed|freed|sent) at line (\d+)$"),
    ("C", r"completion routine returns .* although it \w+ the IRP at line (\d+);"),
    ("P1", r"for an IRP marked pending; return STATUS_PENDING()$"),
    ("P2", r"for an IRP that was neither marked pending nor sent()$"),
    ("N1", r"returns without completing, sending or queueing the IRP()$"),
    ("N2", r"the IRP was completed with another status at line (\d+)$"),
    ("N3", r"for an IRP that was sent at line (\d+); return what"),
    ("N4", r"IRP is completed with STATUS_PENDING()$"),
)


class EndsPrinter(Printer):
    """Marks the line of every statement with its site."""

    patterns = {
        **CALLS,
        "IoSetCompletionRoutine": "{name}({0}, {1}, NULL, {2}, {3}, {4})",
        REGISTER: "{name}({0}, {1}, {2}, NULL, {3}, {4}, {5})",
    }

    def __init__(self, case, suffix, style):
        super().__init__(case, suffix, style)
        self.numbers = ends.sites(case)

    def mark(self, node) -> str:
        return f"\x01{self.numbers[id(node)]}\x02" if id(node) in self.numbers else ""

    def statement(self, s, after):
        start = len(self.lines)
        super().statement(s, after)
        if start < len(self.lines):
            text = self.lines[start]
            body = text.lstrip(" \t")
            self.lines[start] = text[: len(text) - len(body)] + self.mark(s) + body

    def do_DoWhile(self, s, after):
        tail = f"{self.mark(s.condition)}while ({self.condition(s.condition)});"
        self.block(s.body, "do", tail, force=True)


def rule_of(message: str) -> Tuple[str, int]:
    for rule, pattern in RULES:
        m = re.search(pattern, message)
        if m is not None:
            return rule, int(m.group(1) or 0)
    return "?", 0


def lint(tool: Tool, cases: List[Case], folder: str, name: str, defines: Dict[str, str]):
    """Per case (site, warning); those at no statement; line -> site per case."""
    lang = cases[0].lang
    printed = print_file(cases, defines, True, 0, EndsPrinter)
    path = os.path.join(folder, name + (".cpp" if lang == "c++" else ".c"))
    with open(path, "w", encoding="utf-8") as f:
        f.write(printed.text)
    at_line = {}
    for (line, _), (index, site) in sorted(printed.sites.items()):
        at_line.setdefault(line, (index, site))
    per_case: List[List[Tuple[int, Warning_]]] = [[] for _ in cases]
    astray = []
    for w in tool.run(path, lang):
        at = at_line.get(w.line)
        if at is None:
            astray.append((printed.case_at(w.line), w))
        else:
            per_case[at[0]].append((at[1], w))
    lines = [{site: line for line, (i, site) in at_line.items() if i == index} for index in range(len(cases))]
    return per_case, astray, lines


def gather(results) -> Tuple[Dict, Dict]:
    """The verdicts of all functions.  What a helper does wrong alone is not said of its callers."""
    verdicts, rules = {}, {}
    wrong = {key for r in results.values() for key, v in r.verdicts.items() if v.must}
    for r in results.values():
        for key, v in r.verdicts.items():
            if not v.must and all((key[0], site) in wrong for site in r.inner[key]):
                continue
            old = verdicts.get(key)
            if old is None or (v.must and not old.must):
                verdicts[key] = v
            rules.setdefault(key, set()).update(r.rules[key])
    return verdicts, rules


def open_verdict(case: Case, key, cut: bool):
    """What allows a warning that no execution of the first look demands."""
    for bound, budget, open_paths in ((3, 20000, True), (6, 20000, False)):
        if bound > 3 and not cut:
            continue
        try:
            results = ends.analyse(case, bound=bound, budget=budget, open_paths=open_paths)
        except (Rejected, RecursionError):
            return frozenset({"rejected-open-paths"})
        verdicts, _ = gather(results)
        if key in verdicts:
            return verdicts[key].classes or frozenset({"only-with-open-paths"})
        if any(r.truncated for r in results.values()):
            return frozenset({"too-many-executions"})
    return None


def reasons(rules, lines) -> set:
    """(rule, line of where the IRP was ended; 0 where none is said)"""
    return {(r, lines.get(o, 0) if r in ("U", "K", "C", "N2", "N3") else 0) for r, o in rules}


def fits(said: Tuple[str, int], right) -> bool:
    return said in right or (said[0], 0) in right


def open_rules(case: Case, key) -> set:
    """The reasons of executions of open kinds."""
    try:
        return gather(ends.analyse(case, budget=20000, open_paths=True))[1].get(key, set())
    except (Rejected, RecursionError):
        return set()


def judge(case: Case, results, warnings, tally: Tally, defines, lines) -> List[Disagreement]:
    verdicts, rules = gather(results)
    found: List[Disagreement] = []
    warned: Dict[Tuple[int, int], Warning_] = {}
    cut = any(r.cut for r in results.values())

    def disagree(kind, check, site, reason, texts, events=()):
        found.append(Disagreement(kind, check, site, case, reason, list(texts), list(events), defines))

    for site, w in warnings:
        check = NUMBERS.get(w.check)
        if check is None:
            continue  # the first family has an opinion too
        if (check, site) in warned:
            tally.other[DOUBLE] += 1
            disagree(DOUBLE, check, site, w.message, [w.text()])
        warned[(check, site)] = w

    tally.functions += len(case.functions)
    tally.sites += len(lines)
    for key in sorted(set(verdicts) | set(warned)):
        check, site = key
        v, w = verdicts.get(key), warned.get(key)
        if v is not None and w is not None:
            said = rule_of(w.message)
            right = reasons(rules[key], lines)
            if not fits(said, right):
                right |= reasons(open_rules(case, key), lines)
            if fits(said, right):
                if v.must:
                    tally.agreed[check] += 1
                else:
                    tally.open[(check, tuple(sorted(v.classes)), True)] += 1
            else:
                tally.other[REASON] += 1
                disagree(REASON, check, site, f"{w.message}: not one of {sorted(right)}", [w.text()],
                         [e.text for e in v.witness.execution.events])
        elif v is not None:
            if v.must:
                tally.missed[check] += 1
                disagree(MISSED, check, site, v.witness.rule, [],
                         [e.text for e in v.witness.execution.events])
            else:
                tally.open[(check, tuple(sorted(v.classes)), False)] += 1
        else:
            classes = open_verdict(case, key, cut)
            if classes is not None:
                tally.open[(check, tuple(sorted(classes)), True)] += 1
            else:
                tally.false[check] += 1
                disagree(FALSE_ALARM, check, site, w.message, [w.text()])
    for check in CHECKS:
        at = {s for c, s in set(verdicts) | set(warned) if c == check}
        tally.silent[check] += sum(
            1 for n in walk(case) if isinstance(n, Return) and ends_site(case, n) not in at
        )
    return found


_sites: Dict[int, Tuple[Case, Dict[int, int]]] = {}


def ends_site(case: Case, node) -> int:
    cached = _sites.get(id(case))
    if cached is None or cached[0] is not case:
        _sites.clear()
        cached = _sites[id(case)] = (case, ends.sites(case))
    return cached[1].get(id(node), 0)


def defines_of(number: int) -> Dict[str, str]:
    defines = {"ORACLE_CALLDRIVER": str(number % 3)}
    if number % 4 == 3:
        defines["ORACLE_DBG"] = ""
    if number % 5 == 2:
        defines["ORACLE_MARK_MACRO"] = ""
    return defines


def compare(tool: Tool, cases: List[Case], results, folder: str, name: str, defines):
    tally = Tally()
    per_case, astray, lines = lint(tool, cases, folder, name, defines)
    found: List[Disagreement] = []
    for case, result, warnings, at in zip(cases, results, per_case, lines):
        found += judge(case, result, warnings, tally, defines, at)
    for index, w in astray:
        if w.check not in NUMBERS:
            continue
        tally.other[UNMAPPED] += 1
        if index is None:
            raise ToolError(f"a warning outside of every function: {w.text()}")
        found.append(Disagreement(UNMAPPED, NUMBERS[w.check], 0, cases[index], w.message, [w.text()],
                                  [], defines))
    return tally, found


# ------------------------------------------------------------------------------ shrinking


def compiles(case: Case) -> bool:
    from .generator import valid

    if not valid(case):
        return False
    for f in case.functions:
        if f.returns != "VOID" and not (f.body.body and isinstance(f.body.body[-1], Return)):
            return False
        for n in walk(f.body):
            if isinstance(n, Return) and (n.value is None) != (f.returns == "VOID"):
                return False
    return True


def candidates(case: Case):
    """Edits of statements and expressions; the kind of the root stays."""
    for i, f in enumerate(case.functions):
        for edits in (shrink.statement_edits, shrink.flatten, shrink.expression_edits):
            for edit in edits(f):
                yield shrink.with_function(case, i, edit)


def make_small(tool: Tool, disagreement: Disagreement, folder: str, name: str, rounds: int = 30):
    """The smallest case found that still disagrees in kind and check."""
    best = disagreement
    for _ in range(rounds):
        pool, seen = [], set()
        for c in candidates(best.case):
            try:
                c = dataclasses.replace(c, functions=tuple(shrink.drop_unused(list(c.functions))))
                if c in seen or shrink.cost(c) >= shrink.cost(best.case) or not compiles(c):
                    continue
                seen.add(c)
                c = ends.distinct(c)
                pool.append((shrink.cost(c), c, ends.analyse(c, budget=2000)))
            except (Rejected, RecursionError, KeyError, TypeError, AttributeError):
                continue
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


def first_disagreeing(tool, pool, target: Disagreement, folder, name) -> Optional[Disagreement]:
    if not pool:
        return None
    try:
        per_case, astray, lines = lint(tool, [c for _, c, _ in pool], folder, name, target.defines)
    except ToolError:
        if len(pool) == 1:
            return None
        for half in (pool[: len(pool) // 2], pool[len(pool) // 2 :]):
            found = first_disagreeing(tool, half, target, folder, name)
            if found is not None:
                return found
        return None
    for i, (_, c, r) in enumerate(pool):
        if target.kind == UNMAPPED:
            for index, w in astray:
                if index == i and NUMBERS.get(w.check) == target.check:
                    return dataclasses.replace(target, case=c, warnings=[w.text()])
            continue
        for d in judge(c, r, per_case[i], Tally(), target.defines, lines[i]):
            if d.key == target.key:
                return d
    return None


def numbered(case: Case) -> Dict[int, int]:
    """site -> line in what `show` prints."""
    found = {}
    printed = print_file([case], {}, False, 0, EndsPrinter)
    first = printed.spans[0][0]
    for (line, _), (_, site) in printed.sites.items():
        found.setdefault(site, line - first + 1)
    return found


def text_of(case: Case) -> str:
    return show(case, EndsPrinter)
