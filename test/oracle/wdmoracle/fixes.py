"""Judges the fix-its of the checks.

Each batch is linted, fixed with `clang-tidy --fix`, and linted again.  A fixed case is right when
  - it compiles with no diagnostic of -Wall -Wextra that it did not have,
  - every warning that came with a fix is gone, and no check warns that was silent.  Counted apart:
    fix-reveals-leak (an IRP that the original does not send either, where the first check spoke
    for the second), fix-of-two-registrations (leaving after the second failed leaks the first),
    fix-of-helper (the fault was a helper's, and its caller has one, too) and fix-open (the
    contract left the verdict on the original open),
  - run natively where every registration succeeds, it does what it did before, event for event,
  - run natively where one fails, it never sends the IRP with nothing done about the routine,
    provided that the case is silent now.
Cases with structured exceptions are not run.
"""

from __future__ import annotations

import collections
import os
import re
import subprocess
from typing import Dict, List

from . import native
from .compare import NUMBERS
from .description import Call, Case, walk
from .printer import print_file
from .tidy import FLAGS, Tool, ToolError

_CASE = re.compile(r"^/\* case (\d+) \*/\r?$", re.M)


def pieces(text: str) -> Dict[int, str]:
    """The text of each case of a printed file."""
    marks = list(_CASE.finditer(text))
    found = {}
    for m, after in zip(marks, marks[1:] + [None]):
        found[int(m.group(1))] = text[m.end() : after.start() if after else len(text)]
    return found


def case_of_line(text: str) -> List[int]:
    """For every line (from 1) the number of its case, -1 before the first."""
    owner, now = [-1], -1
    for line in text.split("\n"):
        m = _CASE.match(line)
        if m:
            now = int(m.group(1))
        owner.append(now)
    return owner


def without(text: str, numbers) -> str:
    """The file without the text of these cases."""
    marks = list(_CASE.finditer(text))
    kept = text[: marks[0].start()]
    for m, after in zip(marks, marks[1:] + [None]):
        kept += m.group(0)
        if int(m.group(1)) not in numbers:
            kept += text[m.end() : after.start() if after else len(text)]
        else:
            kept += "\n"
    return kept


def diagnostics(tool: Tool, path: str, lang: str, text: str) -> collections.Counter:
    command = [tool.clang, "-fsyntax-only", *FLAGS, "-Wall", "-Wextra", "-fno-caret-diagnostics",
               "-ferror-limit=0", "-std=c++17" if lang == "c++" else "-std=c17", path]
    done = subprocess.run(command, capture_output=True, text=True)
    owner = case_of_line(text)
    found: collections.Counter = collections.Counter()
    for m in re.finditer(r"^[^\n]*?:(\d+):\d+: (warning|error): (.*)$", done.stderr, re.M):
        found[(owner[int(m.group(1))], f"{m.group(2)}: {m.group(3)}")] += 1
    return found


def exported(path: str):
    """[(check, offset, has a fix)] of a file of --export-fixes."""
    found = []
    if not os.path.exists(path):
        return found
    with open(path, encoding="utf-8") as f:
        text = f.read()
    for entry in re.split(r"^  - DiagnosticName:", text, flags=re.M)[1:]:
        name = entry.split("\n", 1)[0].strip().strip("'\"")
        main = re.split(r"^    Notes:", entry, flags=re.M)[0]
        offset = re.search(r"FileOffset:\s+(\d+)", main)
        fixed = re.search(r"Replacements:\s*\n\s+- FilePath", main) is not None
        found.append((name, int(offset.group(1)), fixed))
    return found


def violations_of(trace: str, outcomes: str) -> List[str]:
    """IRPs that a native run sends after their registration failed and nothing was done."""
    regs = [r == "1" for r in outcomes.split(",")] if outcomes else []
    failed, bad, n = set(), [], 0
    for event in trace.split("|"):
        words = event.split(" ")
        if words[0] == "register":
            if n < len(regs) and not regs[n]:
                failed.add(words[1])
            else:
                failed.discard(words[1])
            n += 1
        elif words[0] in ("recover", "handon"):
            failed.discard(words[1])
        elif words[0] == "unknown":
            for w in words[2:]:
                failed.discard(w)
        elif words[0] == "send" and words[1] in failed:
            bad.append(words[1])
    return bad


def check(tool: Tool, cases: List[Case], results, folder: str, name: str, defines):
    """Returns (counts, list of (case, what is wrong, fixed text))."""
    counts: collections.Counter = collections.Counter()
    wrong = []
    lang = cases[0].lang
    end = ".cpp" if lang == "c++" else ".c"
    printed = print_file(cases, defines, styles=True)
    path = os.path.join(folder, name + end)
    fixed_path = os.path.join(folder, name + "-fixed" + end)
    yaml = os.path.join(folder, name + ".yaml")
    for p in (path, fixed_path):
        with open(p, "w", encoding="utf-8") as f:
            f.write(printed.text)
    if os.path.exists(yaml):
        os.remove(yaml)
    before = tool.run(path, lang, f"--export-fixes={yaml}")
    tool.run(fixed_path, lang, "--fix")
    with open(fixed_path, encoding="utf-8") as f:
        fixed_text = f.read()
    try:
        after = tool.run(fixed_path, lang)
    except ToolError as e:
        after = []
        if "does not compile" not in str(e):
            raise

    old_pieces, new_pieces = pieces(printed.text), pieces(fixed_text)
    if old_pieces.keys() != new_pieces.keys():
        wrong.append((None, "a fix changed something outside of its function", ""))
        return counts, wrong
    line_starts = [0]
    for line in printed.text.encode().split(b"\n"):
        line_starts.append(line_starts[-1] + len(line) + 1)
    owner_old, owner_new = case_of_line(printed.text), case_of_line(fixed_text)

    def line_of(offset):
        import bisect

        return bisect.bisect_right(line_starts, offset)

    unfixed: collections.Counter = collections.Counter()
    offered: collections.Counter = collections.Counter()
    for check_name, offset, has_fix in exported(yaml):
        i = owner_old[line_of(offset)]
        counts[(check_name, "fixed" if has_fix else "no fix")] += 1
        (offered if has_fix else unfixed)[(i, check_name)] += 1
    was = collections.Counter((owner_old[w.line], w.check) for w in before)
    now = collections.Counter((owner_new[w.line], w.check) for w in after)

    old_diagnostics = diagnostics(tool, path, lang, printed.text)
    new_diagnostics = diagnostics(tool, fixed_path, lang, fixed_text)
    for (i, text), n in (new_diagnostics - old_diagnostics).items():
        wrong.append((cases[i] if i >= 0 else None, f"new diagnostic: {text}", new_pieces.get(i, "")))

    broken = {i for i, text in new_diagnostics if text.startswith("error")}
    if broken:
        # The others still deserve their judgement.
        counts["cases broken by a fix"] += len(broken)
        fixed_text = without(fixed_text, broken)
        with open(fixed_path, "w", encoding="utf-8") as f:
            f.write(fixed_text)
        after = tool.run(fixed_path, lang)
        owner_new = case_of_line(fixed_text)
        now = collections.Counter((owner_new[w.line], w.check) for w in after)
    changed = [i for i in old_pieces if old_pieces[i] != new_pieces[i] and i not in broken]
    counts["cases changed"] += len(changed)
    for i in changed:
        if not any(offered[(i, c)] for c in NUMBERS):
            wrong.append((cases[i], "changed, but no fix was offered", new_pieces[i]))
    for (i, c), n in offered.items():
        if i in broken:
            continue
        left = now[(i, c)]
        if left > was[(i, c)] - n:
            told = f"{c}: {n} of {was[(i, c)]} fixed, but {left} left"
            excuse(counts, wrong, cases[i], results[i], c, told, new_pieces[i])
    for i in changed:
        for c in NUMBERS:
            if now[(i, c)] > was[(i, c)] and not offered[(i, c)]:
                told = f"{c} warns after the fix and did not before"
                excuse(counts, wrong, cases[i], results[i], c, told, new_pieces[i])

    wrong += run_both(tool, cases, results, changed, printed.text, fixed_text, folder, name, counts, now)
    return counts, wrong


def run_both(tool, cases, results, changed, old_text, new_text, folder, name, counts, now):
    """Native runs of the changed cases, before and after."""
    wrong = []
    subset = [i for i in changed if native.can_run(cases[i])]
    if not subset:
        return wrong
    old_pieces, new_pieces = pieces(old_text), pieces(new_text)
    head = old_text[: _CASE.search(old_text).start()]

    def text_of(parts):
        return head + "".join(parts[i] for i in subset)

    try:
        binaries = [
            native.build([cases[i] for i in subset], folder, f"{name}-{word}", tool.clang,
                         text_of(parts), subset)
            for word, parts in (("old", old_pieces), ("new", new_pieces))
        ]
    except subprocess.CalledProcessError as e:
        return [(None, f"does not build natively: {e}", "")]
    lines, owners = [], []
    for k, i in enumerate(subset):
        root = results[i][cases[i].root.name]
        for x in root.executions[:100]:
            if x.end not in ("return", "noreturn"):
                continue
            for outcomes in native.outcomes_of(x, 8):
                lines.append(native.script(k, x, outcomes))
                owners.append(i)
    old_runs, new_runs = (native.replay(b, lines) for b in binaries)
    told = set()
    for line, i, old, new in zip(lines, owners, old_runs, new_runs):
        counts["native runs"] += 1
        outcomes = line.rsplit(";", 1)[1]
        if i in told:
            continue
        if "0" not in outcomes.split(","):
            if not outcomes:
                # No registration, no promise: a way out that the fix shares may now complete.
                counts["differs where nothing registers"] += without_device(old) != without_device(new)
            elif without_device(old) != without_device(new):
                told.add(i)
                wrong.append((cases[i], f"behaves differently where registration succeeds\nrun    {line}\nbefore {old}\nafter  {new}", new_pieces[i]))
        elif (
            not any(now[(i, c)] for c in NUMBERS)
            and not writes_stack_location(cases[i])
            and violations_of(new, outcomes)
        ):
            told.add(i)
            if violations_of(old, outcomes) and not_judged(results[i]):
                counts["open before the fix"] += 1
            else:
                wrong.append((cases[i], f"sends after a failure all the same\nrun    {line}\nafter  {new}", new_pieces[i]))
    return wrong


def leaks(results) -> bool:
    """Is there an execution where a registration may succeed and the IRP is never sent?"""
    return any(
        reg.outcome is not False and not reg.sent
        for r in results.values()
        for x in r.executions
        if x.end == "return"
        for reg in x.regs
    )


def excuse(counts, wrong, case: Case, results, check_name: str, told: str, text: str):
    """Counts a warning that the fix left or brought under its class, or reports it."""
    number = NUMBERS[check_name]
    if number == 2 and leaks(results):
        counts["fix-reveals-leak"] += 1
    elif registers_twice(results):
        counts["fix-of-two-registrations"] += 1
    elif any(results[f.name].verdicts for f in case.functions[:-1]):
        counts["fix-of-helper"] += 1
    elif any(c == number and not v.must for r in results.values() for (c, _), v in r.verdicts.items()):
        counts["fix-open"] += 1
    else:
        wrong.append((case, told, text))


def writes_stack_location(case: Case) -> bool:
    """Recoveries that no native run can see."""
    return any(isinstance(n, Call) and n.name in ("@control", "@routine") for n in walk(case))


def without_device(trace: str) -> str:
    """The device of a registration is what the fix of the fourth check changes."""
    return re.sub(r"(register [^ |]+) [^|]*", r"\1", trace)


def registers_twice(results) -> bool:
    """Two registrations on one IRP: leaving after the second failed leaks the first."""
    return any(
        a is not b and a.irp is b.irp
        for r in results.values()
        for x in r.executions
        for a in x.regs
        for b in x.regs
    )


def not_judged(results) -> bool:
    """Was something of this case left open by the contract (an unknown test, a class)?"""
    return any(not v.must for r in results.values() for v in r.verdicts.values()) or any(
        reg.examined or reg.handed_irp or reg.handed_status
        for r in results.values()
        for x in r.executions
        for reg in x.regs
    )
