#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs checks of the wdm module on a test file and compares what they say.

In a test:

  // RUN: %check_wdm %s wdm-io-set-completion-routine-ex
  // RUN: %check_wdm %s CHECKS [options] -- [compiler arguments]

CHECKS is a comma-separated list of check names (globs are fine); everything
else is off. What the run has to print stands in comments of the file:

  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: result of ... [wdm-...]
  // CHECK-NOTES: :[[@LINE-2]]:12: warning: result of ... [wdm-...]
  // CHECK-NOTES: :[[@LINE+3]]:3: note: IRP sent here
  // CHECK-FIXES: status = IoSetCompletionRoutineEx(
  // CHECK-FIXES-NEXT: ...

* Every warning that is not expected is an error. In a file with CHECK-NOTES
  every note that is not expected is one as well. clang-tidy prints the
  warnings of a file from top to bottom, each followed by its notes; the
  expectations stand in that order.
* A file without any expectation has to be silent.
* CHECK-MESSAGES and CHECK-NOTES may be mixed; in such a file all notes count.
* CHECK-FIXES lines are compared with whole lines of the file after --fix,
  blanks at both ends ignored. The fixed file must parse, a second --fix must
  change nothing, and a file with CRLF line ends throughout keeps them.
* A file that does not parse is a failure (but see -expect-clang-errors).
* -NEXT, -SAME, -NOT, -DAG, -EMPTY and -COUNT-<n> work as in FileCheck, and so do
  {{regular expressions}} and [[#@LINE+1]].

Options, before the "--":

  -std=c11,c++17          one run for each; default: c17, or c++17 for .cpp
  -option KEY=VALUE       sets an option of the checks: "RegistrationFunctions=A;B:2"
                          for every check named in CHECKS, or "Global=x" as it is
                          written when KEY holds a dot ("wdm-....Key=x")
  -global KEY=VALUE       the same as a global option (no check's name before it)
  -config JSON_OR_YAML    a whole clang-tidy configuration instead
  -check-suffixes=A,B     CHECK-MESSAGES-A, CHECK-NOTES-B, ... count in this run,
                          those without a suffix only if the list has an empty
                          entry (",A"): several RUN lines on one file
  -expect-clang-errors    the file has errors: they need no expectation, but
                          there must be one; with CHECK-FIXES runs --fix-errors
  -fixed-file FILE        compares the fixed file byte for byte with FILE
  -fixed-silent           the fixed file must give no warning at all
  -no-fix                 ignore CHECK-FIXES in this run
  -strict-fixes           CHECK-FIXES compares the blanks as well
  -tidy-arg ARG           one more argument for clang-tidy

After the "--": compiler arguments. They follow the default ones,
  --target=x86_64-pc-windows-msvc -fms-extensions -fms-compatibility
  -I test/Inputs -std=...
and so win over them (--target=i686-pc-windows-msvc).

The file is copied before it is run, byte for byte except that the text of
the CHECK comments is removed, so line numbers are those of the test file.
Exit status: 0 as expected, 1 not as expected, 2 the test itself is wrong.
"""

import argparse
import difflib
import json
import os
import re
import shutil
import subprocess
import sys

BASES = ("CHECK-MESSAGES", "CHECK-NOTES", "CHECK-FIXES")
DIRECTIVE = r"(?:-NEXT|-SAME|-NOT|-DAG|-EMPTY|-LABEL|-COUNT-\d+)?(?:\{LITERAL\})?:"
COMMENT = re.compile(rb"//[ \t]*CHECK-[A-Z0-9-]+(?:\{LITERAL\})?:[^\r\n]*")
DIAGNOSTIC = re.compile(r"^(?:.*:\d+:\d+: )?(warning|error|fatal error|note): ")
TIMEOUT = 300


class Failure(Exception):
    pass


class BadTest(Exception):
    pass


def parse_arguments(argv):
    compiler = []
    if "--" in argv:
        at = argv.index("--")
        argv, compiler = argv[:at], argv[at + 1 :]
    p = argparse.ArgumentParser(allow_abbrev=False)
    # From lit.cfg.py.
    p.add_argument("--clang-tidy", required=True)
    p.add_argument("--plugin", default="")
    p.add_argument("--filecheck", required=True)
    p.add_argument("--inputs", required=True)
    p.add_argument("--temp", required=True)
    # From the test.
    p.add_argument("source")
    p.add_argument("checks")
    p.add_argument("-std", default="")
    p.add_argument("-option", action="append", default=[])
    p.add_argument("-global", dest="global_option", action="append", default=[])
    p.add_argument("-config", default="")
    p.add_argument("-check-suffixes", "-check-suffix", default="")
    p.add_argument("-expect-clang-errors", action="store_true")
    p.add_argument("-fixed-file", default="")
    p.add_argument("-fixed-silent", action="store_true")
    p.add_argument("-no-fix", action="store_true")
    p.add_argument("-strict-fixes", action="store_true")
    p.add_argument("-tidy-arg", action="append", default=[])
    args = p.parse_args(argv)
    args.compiler = compiler
    if args.config and (args.option or args.global_option):
        raise BadTest("-config and -option exclude each other")
    return args


def split_option(text):
    key, equal, value = text.partition("=")
    if not equal:
        raise BadTest(f"'{text}': KEY=VALUE expected")
    return key, value


def configuration(args):
    if args.config:
        return args.config
    options = {}
    for text in args.option:
        key, value = split_option(text)
        if "." in key:
            options[key] = value
            continue
        for check in args.checks.split(","):
            if "*" in check:
                raise BadTest(f"-option {text} needs the checks by full name")
            options[f"{check}.{key}"] = value
    for text in args.global_option:
        key, value = split_option(text)
        options[key] = value
    return json.dumps({"CheckOptions": options}) if options else "{}"


class Expectations:
    """The prefixes of the test file that count in this run."""

    def __init__(self, args, text):
        for word in re.findall(r"(?<![A-Z-])(CHECK-[A-Z0-9-]+)(?:\{LITERAL\})?:", text):
            if not re.match(r"CHECK-(MESSAGES|NOTES|FIXES)(-|$)", word):
                raise BadTest(f"'{word}:' is no prefix that is looked at")
        suffixes = args.check_suffixes.split(",") if args.check_suffixes else [""]
        self.found = {}
        for base in BASES:
            names = [base + ("-" + s if s else "") for s in suffixes]
            self.found[base] = [
                n for n in names if re.search(re.escape(n) + DIRECTIVE, text)
            ]
        if args.no_fix:
            self.found["CHECK-FIXES"] = []

    def of(self, *bases):
        return [name for base in bases for name in self.found[base]]


def run(command):
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"no end after {TIMEOUT} seconds: {' '.join(command)}")
    return (
        done.returncode,
        done.stdout.decode("utf-8", "replace").replace("\r\n", "\n"),
        done.stderr.decode("utf-8", "replace"),
    )


class Runner:
    def __init__(self, args, std, work):
        self.args = args
        self.copy = os.path.join(work, os.path.basename(args.source))
        self.flags = [
            "--target=x86_64-pc-windows-msvc",
            "-fms-extensions",
            "-fms-compatibility",
            "-I" + args.inputs,
            "-I" + os.path.dirname(os.path.abspath(args.source)),
            "-std=" + std,
            *args.compiler,
        ]

    def write(self, data):
        with open(self.copy, "wb") as f:
            f.write(data)

    def read(self):
        with open(self.copy, "rb") as f:
            return f.read()

    def command(self):
        args = self.args
        load = ["--load=" + args.plugin] if args.plugin else []
        return [
            args.clang_tidy,
            *load,
            "--checks=-*," + args.checks,
            "--config=" + configuration(args),
        ]

    def verify(self):
        """A check or an option that nobody knows would be silent for ever."""
        _, out, err = run([*self.command(), "--verify-config"])
        for what in re.findall(r"unknown check (?:option )?'([^']*)'", out + err):
            # A global option has no check's name before it, and is not known.
            if what.startswith("-") or "." in what or what in self.args.checks:
                raise BadTest(f"clang-tidy does not know '{what}'\n{out}{err}")

    def tidy(self, *more, errors_are_fine=False):
        """Runs clang-tidy; returns the lines with diagnostics, and all output."""
        args = self.args
        command = [*self.command(), *args.tidy_arg, *more, self.copy]
        command += ["--", *self.flags]
        status, out, err = run(command)
        everything = f"$ {' '.join(command)}\n{out}\n{err}"
        if status not in (0, 1):
            raise Failure(f"clang-tidy ended with status {status}\n{everything}")
        lines = [l for l in out.splitlines() if DIAGNOSTIC.match(l)]
        errors = [l for l in lines if re.match(r"^.*?(fatal )?error: ", l)
                  and DIAGNOSTIC.match(l).group(1) in ("error", "fatal error")]
        if errors and not errors_are_fine:
            raise Failure(f"the file does not parse\n{everything}")
        if status != 0 and not errors:
            raise Failure(f"clang-tidy ended with status {status}\n{everything}")
        return lines, errors, everything


def without_errors(lines):
    """Drops the errors of the compiler, each with its notes."""
    kept, dropping = [], False
    for line in lines:
        kind = DIAGNOSTIC.match(line).group(1)
        if kind != "note":
            dropping = kind != "warning"
        if not dropping:
            kept.append(line)
    return kept


def filecheck(args, prefixes, checked, *more):
    status, out, err = run(
        [
            args.filecheck,
            "--input-file=" + checked,
            "--check-prefixes=" + ",".join(prefixes),
            "--allow-empty",
            "--dump-input=never",
            *more,
            args.source,
        ]
    )
    if status != 0:
        raise Failure(out + err)


def check_messages(args, expected, lines, everything, work):
    notes = expected.of("CHECK-NOTES")
    prefixes = notes + expected.of("CHECK-MESSAGES")
    if not notes:
        lines = [l for l in lines if DIAGNOSTIC.match(l).group(1) != "note"]
    if not prefixes:
        if lines:
            raise Failure("expected silence\n" + everything)
        return
    seen = os.path.join(work, "messages.txt")
    with open(seen, "w", encoding="utf-8") as f:
        f.write("".join(l + "\n" for l in lines))
    try:
        filecheck(
            args,
            prefixes,
            seen,
            "--implicit-check-not={{(warning|error|note): }}",
        )
    except Failure as failure:
        raise Failure(f"{failure}\n{everything}")


def check_fixes(args, expected, runner, original, work):
    prefixes = expected.of("CHECK-FIXES")
    wanted = bool(prefixes or args.fixed_file or args.fixed_silent)
    if not wanted or args.no_fix:
        return
    fix = "--fix-errors" if args.expect_clang_errors else "--fix"
    _, _, everything = runner.tidy(fix, errors_are_fine=args.expect_clang_errors)
    fixed = runner.read()
    shown = f"the fixed file is {runner.copy}\n{everything}"
    if prefixes:
        more = ["--match-full-lines"]
        if args.strict_fixes:
            more.append("--strict-whitespace")
        try:
            filecheck(args, prefixes, runner.copy, *more)
        except Failure as failure:
            text = fixed.decode("utf-8", "replace")
            raise Failure(f"{failure}\n{shown}\n--- fixed file\n{text}")
    if args.fixed_file:
        with open(args.fixed_file, "rb") as f:
            right = f.read()
        if fixed != right:
            a = right.decode("utf-8", "replace").splitlines(keepends=True)
            b = fixed.decode("utf-8", "replace").splitlines(keepends=True)
            diff = "\n".join(repr(l) for l in difflib.unified_diff(a, b, "want", "got"))
            raise Failure(f"not the bytes of {args.fixed_file}\n{diff}")
    if b"\r\n" in original and not re.search(rb"(?<!\r)\n", original):
        if re.search(rb"(?<!\r)\n", fixed):
            raise Failure(f"the fix brought LF into a file with CRLF\n{shown}")
    elif b"\r" not in original and b"\r" in fixed:
        raise Failure(f"the fix brought CR into a file without\n{shown}")
    # The fixed file parses (tidy() sees to that), and is at rest.
    lines, _, everything = runner.tidy(fix, errors_are_fine=args.expect_clang_errors)
    if runner.read() != fixed:
        raise Failure(f"a second {fix} changes the file again\n{everything}")
    if args.fixed_silent and without_errors(lines):
        raise Failure(f"the fixed file is not silent\n{everything}")


def main(argv):
    args = parse_arguments(argv)
    with open(args.source, "rb") as f:
        source = f.read()
    # Latin-1 reads any bytes, and the prefixes are ASCII.
    expected = Expectations(args, source.decode("latin-1"))
    original = COMMENT.sub(b"//", source)
    cxx = args.source.endswith((".cpp", ".cc", ".cxx", ".hpp"))
    for std in (args.std or ("c++17" if cxx else "c17")).split(","):
        work = os.path.join(args.temp, std)
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        runner = Runner(args, std, work)
        runner.write(original)
        runner.verify()
        lines, errors, everything = runner.tidy(
            errors_are_fine=args.expect_clang_errors
        )
        if args.expect_clang_errors:
            if not errors:
                raise Failure(f"-expect-clang-errors, but there are none\n{everything}")
            lines = without_errors(lines)
        check_messages(args, expected, lines, everything, work)
        check_fixes(args, expected, runner, original, work)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"check_wdm.py: {failure}", file=sys.stderr)
        sys.exit(1)
    except BadTest as problem:
        print(f"check_wdm.py: the test is wrong: {problem}", file=sys.stderr)
        sys.exit(2)
