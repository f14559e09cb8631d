"""The command line of scripts/oracle."""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import dataclasses
import os
import re
import sys
import tempfile
import time
import traceback

from . import compare, ends, ends_compare, ends_generator, fixes, generator, interpreter, native, printer
from . import shrink
from .tidy import Tool, ToolError

BATCH = 80


@dataclasses.dataclass(frozen=True)
class Family:
    """What is different from one family of checks to the other."""

    checks: dict
    generate: callable
    judge: callable
    defines: callable
    shrink: callable
    text: callable
    lines: callable


def lines_of_sites(case):
    numbered = printer.print_file([case], {}, False)
    first = numbered.spans[0][0]
    return {site: line - first + 1 for (line, _), (_, site) in numbered.sites.items()}


FAMILIES = {
    "registrations": Family(interpreter.CHECKS, generator.generate, compare.compare, compare.defines_of,
                            shrink.shrink, printer.show, lines_of_sites),
    "ends": Family(ends.CHECKS, ends_generator.generate, ends_compare.compare, ends_compare.defines_of,
                   ends_compare.make_small, ends_compare.text_of, ends_compare.numbered),
}


@dataclasses.dataclass(frozen=True)
class Job:
    """One file of cases."""

    number: int
    seed: str
    lang: str
    count: int
    tool: Tool
    folder: str
    native: bool
    lint: bool
    fixes: bool
    helpers: bool
    family: str


@dataclasses.dataclass
class Outcome:
    number: int
    tally: compare.Tally
    disagreements: list
    statistics: generator.Statistics
    replays: int = 0
    mismatches: list = dataclasses.field(default_factory=list)
    fix_counts: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    fix_faults: list = dataclasses.field(default_factory=list)
    error: str = ""


def run_job(job: Job) -> Outcome:
    outcome = Outcome(job.number, compare.Tally(), [], generator.Statistics())
    name = f"batch{job.number}"
    family = FAMILIES[job.family]
    try:
        cases, results = [], []
        for i in range(job.count):
            case, result = family.generate(
                f"{job.seed}:{job.number * BATCH + i}", job.lang, outcome.statistics,
                use_helpers=job.helpers,
            )
            cases.append(case)
            results.append(result)
        defines = family.defines(job.number)
        if job.native:
            outcome.replays, found = native.validate(
                cases, results, job.folder, name + "-native", job.tool.clang
            )
            outcome.mismatches = [(printer.show(c), text) for c, text in found[:5]]
        if job.lint:
            outcome.tally, outcome.disagreements = family.judge(
                job.tool, cases, results, job.folder, name, defines
            )
        if job.fixes:
            counts, faults = fixes.check(
                job.tool, cases, results, job.folder, name + "-fixes", defines
            )
            outcome.fix_counts = counts
            outcome.fix_faults = [
                (printer.show(c) if c else "", text, fixed) for c, text, fixed in faults
            ]
    except ToolError as e:
        outcome.error = str(e)
    except Exception:  # a fault of the oracle itself must not look like agreement
        outcome.error = traceback.format_exc()
    return outcome


def run_shrink(arguments):
    family, tool, disagreement, folder, name = arguments
    try:
        return FAMILIES[family].shrink(tool, disagreement, folder, name)
    except Exception:  # better a large program than none
        disagreement.reason += "; shrinking failed: " + traceback.format_exc(limit=-1)
        return disagreement


def shape(text: str) -> str:
    """The program without numbers and device names, to count equal ones once."""
    return re.sub(r"\b(Lower|Other|Self|DeviceObject|Target|lower)\b", "DEV", re.sub(r"\d+", "", text))


def report_disagreement(family: Family, d: compare.Disagreement, times: int) -> str:
    text = [f"== {d.kind}: {family.checks.get(d.check, '?')} ({d.reason}), {times} time(s), seed {d.case.seed}, {d.case.lang}, {' '.join('-D' + k + ('=' + v if v else '') for k, v in d.defines.items())}"]
    sites = family.lines(d.case)
    source = family.text(d.case).rstrip("\n").split("\n")
    for i, line in enumerate(source):
        mark = " <== here" if sites.get(d.site) == i + 1 else ""
        text.append(f"    {line}{mark}")
    text.append("  oracle: " + (" -> ".join(d.events) if d.events else "no execution breaks the rule"))
    text.append("  tool:   " + ("; ".join(w.replace("\n", " / ") for w in d.warnings) if d.warnings else "silent here"))
    return "\n".join(text)


def parse_arguments(argv):
    p = argparse.ArgumentParser(
        prog="scripts/oracle",
        description="Random driver functions, judged by an interpreter and by the checks.",
        epilog="Exit status: 0 all agree, 1 something disagrees, 2 could not run.",
    )
    p.add_argument("--count", type=int, default=1000, metavar="N", help="how many cases (1000)")
    p.add_argument("--seed", default="1", metavar="S", help="the seed (1)")
    p.add_argument("--llvm", default="22", metavar="NN", help="which clang-tidy (22)")
    p.add_argument("--lang", choices=("c", "c++", "both"), default="both")
    p.add_argument("--family", choices=tuple(FAMILIES), default="registrations",
                   help="of the checks: registrations, or how IRPs are ended (registrations)")
    p.add_argument("--fixes", action="store_true", help="judge the fix-its as well")
    p.add_argument("--native", type=int, default=1, metavar="N",
                   help="replay every Nth batch natively to check the interpreter; 0 never (1)")
    p.add_argument("--no-helpers", action="store_true", help="only one function per case")
    p.add_argument("--no-lint", action="store_true", help="only make, interpret and replay")
    p.add_argument("--plugin", metavar="FILE", help="the plugin (build-NN/lib/...)")
    p.add_argument("--clang-tidy", metavar="FILE", help="the clang-tidy to run")
    p.add_argument("--clang", metavar="FILE", help="the clang for native runs")
    p.add_argument("--jobs", type=int, default=2, metavar="N")
    p.add_argument("--keep", metavar="DIR", help="leave the generated files there")
    p.add_argument("--shrink", type=int, default=12, metavar="N",
                   help="shrink at most N disagreements of a kind and check (12)")
    p.add_argument("--show", metavar="SEED", help="print the case of a seed ('S:number') and its verdicts")
    options = p.parse_args(argv)
    if options.family == "ends":
        if options.fixes:
            p.error("--fixes is about registrations")
        options.native = 0
    return options


def show_case(family: Family, seed: str, langs) -> int:
    for lang in langs:
        case, results = family.generate(seed, lang)
        print(f"/* {lang} */")
        print(family.text(case))
        lines = family.lines(case)
        for name, r in results.items():
            for (check, site), v in sorted(r.verdicts.items()):
                word = "must warn" if v.must else "may warn (" + ", ".join(sorted(v.classes)) + ")"
                print(f"{name}: {family.checks[check]} at line {lines.get(site)}: {word}, rule {v.witness.rule}")
                print("    " + " -> ".join(e.text for e in v.witness.execution.events))
    return 0


def main(argv=None) -> int:
    options = parse_arguments(argv)
    langs = ["c", "c++"] if options.lang == "both" else [options.lang]
    if options.show:
        return show_case(FAMILIES[options.family], options.show, langs)
    try:
        if options.no_lint:
            tool = Tool("", "", f"clang-{options.llvm}")
        else:
            tool = Tool.find(options.llvm, options.plugin, options.clang_tidy)
        tool = dataclasses.replace(
            tool,
            clang=options.clang or tool.clang,
            checks=",".join(FAMILIES[options.family].checks.values()),
        )
    except ToolError as e:
        print(f"error: {e}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="oracle-") as temporary:
        folder = options.keep or temporary
        os.makedirs(folder, exist_ok=True)
        return run(options, langs, tool, folder)


def run(options, langs, tool, folder) -> int:
    started = time.time()
    family = FAMILIES[options.family]
    jobs = []
    left, number = options.count, 0
    while left > 0:
        count = min(BATCH, left)
        left -= count
        jobs.append(
            Job(number, options.seed, langs[number % len(langs)], count, tool, folder,
                bool(options.native) and number % options.native == 0, not options.no_lint, options.fixes, not options.no_helpers,
                options.family)
        )
        number += 1

    tally, statistics = compare.Tally(), generator.Statistics()
    disagreements, mismatches, faults, errors = [], [], [], []
    fix_counts: collections.Counter = collections.Counter()
    replays = 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for done, outcome in enumerate(pool.map(run_job, jobs), 1):
            tally.add(outcome.tally)
            statistics.tries += outcome.statistics.tries
            statistics.invalid += outcome.statistics.invalid
            statistics.large += outcome.statistics.large
            for k, v in outcome.statistics.rejected.items():
                statistics.rejected[k] = statistics.rejected.get(k, 0) + v
            disagreements += outcome.disagreements
            mismatches += outcome.mismatches
            faults += outcome.fix_faults
            fix_counts.update(outcome.fix_counts)
            replays += outcome.replays
            if outcome.error:
                errors.append(f"batch {outcome.number}: {outcome.error}")
            if sys.stderr.isatty():
                print(f"\r{done}/{len(jobs)} files, {len(disagreements)} disagreements", end="", file=sys.stderr)
        if sys.stderr.isatty():
            print(file=sys.stderr)

        shown = []
        by_key = collections.defaultdict(list)
        for d in disagreements:
            by_key[d.key].append(d)
        work = []
        for key, group in sorted(by_key.items()):
            group.sort(key=lambda d: shrink.cost(d.case))
            work += [(options.family, tool, d, folder, f"shrink-{i}-{key[1]}-{key[0][0]}") for i, d in enumerate(group[: options.shrink])]
        shapes = collections.OrderedDict()
        for d in pool.map(run_shrink, work):
            shapes.setdefault((d.key, shape(family.text(d.case))), []).append(d)
        shown = [report_disagreement(family, group[0], len(group)) for group in shapes.values()]

    for text in errors:
        print(f"error: {text}")
    for case, text in mismatches[:10]:
        print(f"== the interpreter is wrong: a native run differs\n{case}\n{text}")
    for text in shown:
        print(text)
    by_text = collections.OrderedDict()
    for case, text, fixed in faults:
        by_text.setdefault(re.sub(r"\d+", "N", text.split("\n")[0]), []).append((case, text, fixed))
    for group in by_text.values():
        for case, text, fixed in group[:3]:
            print(f"== a fix is wrong ({len(group)} alike): {text}\n-- before\n{case}\n-- after\n{fixed}")
    summary(options, tally, statistics, replays, fix_counts, faults, mismatches, errors, time.time() - started)
    if errors:
        return 2
    return 1 if disagreements or mismatches or faults else 0


def summary(options, tally, statistics, replays, fix_counts, faults, mismatches, errors, seconds):
    rejected = ", ".join(f"{v} {k}" for k, v in sorted(statistics.rejected.items()))
    print(f"cases {options.count}, functions {tally.functions}, sites {tally.sites}, {seconds:.0f} s")
    print(f"thrown away while generating: {statistics.invalid} would not compile, {statistics.large} too many executions, nonsense: {rejected or 'none'}")
    if replays:
        print(f"native replays {replays}, {len(mismatches)} differ from the interpreter")
    if not options.no_lint:
        print(f"{'check':46} {'warned':>8} {'silent':>8} {'missed':>8} {'false':>8}")
        for number, name in FAMILIES[options.family].checks.items():
            print(f"{name:46} {tally.agreed[number]:8} {tally.silent[number]:8} {tally.missed[number]:8} {tally.false[number]:8}")
        for text, n in sorted(tally.other.items()):
            print(f"{text}: {n}")
        if tally.open:
            print("left open by the contract (class, check: warned / silent):")
        groups = collections.defaultdict(lambda: [0, 0])
        for (check, classes, warned), n in tally.open.items():
            groups[(classes, check)][0 if warned else 1] += n
        for (classes, check), (warned, silent) in sorted(groups.items()):
            print(f"  {' + '.join(classes)}, check {check}: {warned} / {silent}")
    if options.fixes:
        print("fixes: " + ", ".join(f"{' '.join(k) if isinstance(k, tuple) else k}: {v}" for k, v in sorted(fix_counts.items(), key=str)))
        print(f"fixes that are wrong: {len(faults)}")
    print("could not run" if errors else "disagreements: " + str(sum(tally.missed.values()) + sum(tally.false.values()) + sum(tally.other.values())))
