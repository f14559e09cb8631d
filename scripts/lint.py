#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The run behind scripts/lint, which installs and builds first.

usage: scripts/lint [-p DIR] [--fix] [options] [files]

  -p DIR          the folder with compile_commands.json of the driver's tree;
                  without it the sample driver in test/drivers is linted
  --doctor DIR    look whether everything is in place for that tree instead, and
                  say what to do where it is not
  files           only these files of the tree (default: all of them)
  --fix           apply the fixes
  --checks LIST   checks to run (default: wdm-*)
  -j N            files at a time (default: all processors)
  --llvm NN       use this LLVM (default: the newest that is installed)
  --no-setup      install and build nothing, use what is there

exit status: 0 nothing found, 1 findings, 2 could not run, or not on all files
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time

DEFAULT_CHECKS = "wdm-*"
DIAGNOSTIC = re.compile(
    r"^(?P<file>.+?)(?P<place>:\d+:\d+): (?P<kind>warning|error|fatal error|note): "
    r"(?P<text>.*?)(?: \[(?P<checks>[^\]\s]+)\])?$"
)
# One about the command line.
UNPLACED = re.compile(r"^(fatal )?error: .*?(?: \[(?P<checks>[^\]\s]+)\])?$")
# What clang-tidy says on stderr about a run that went well.
CHATTER = re.compile(
    r"^(\d+ (warnings?|errors?)|Suppressed \d+ |Use -header-filter|Use -system-headers"
    r"|Error while processing |Found compiler error|\s*$)"
)
CRASH = re.compile(r"terminated by signal|PLEASE submit a bug report|Stack dump:")


class CannotRun(Exception):
    """What is wrong, and what to do about it."""


def say(text):
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)


def count(number, word):
    return f"{number} {word}{'' if number == 1 else 's'}"


def parse_arguments(argv):
    p = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    p.add_argument("-h", "--help", action="store_true")
    p.add_argument("-p", dest="folder")
    p.add_argument("--doctor", metavar="DIR")
    p.add_argument("--fix", "-fix", action="store_true")
    p.add_argument("--checks", default=DEFAULT_CHECKS)
    p.add_argument("-j", type=int, default=os.cpu_count() or 2)
    p.add_argument("--llvm", default="22")
    p.add_argument("--build", default="")
    p.add_argument("files", nargs="*")
    args = p.parse_args(argv)
    if args.help:
        print(__doc__.partition("\n\n")[2].strip())
        sys.exit(0)
    args.folder = args.folder or args.doctor
    if not args.folder:
        raise CannotRun("-p DIR is missing: the folder with compile_commands.json")
    return args


class Tools:
    """The programs of one LLVM, and the plugin built for it."""

    def __init__(self, args):
        self.version = args.llvm
        self.tidy = self.find("clang-tidy")
        self.runner = self.find("run-clang-tidy")
        self.apply = self.find("clang-apply-replacements")
        self.plugin = os.path.join(args.build, "lib", "libclangTidyWdmModule.so")

    def find(self, name):
        for path in (
            shutil.which(f"{name}-{self.version}"),
            f"/usr/lib/llvm-{self.version}/bin/{name}",
        ):
            if path and os.path.exists(path):
                return path
        raise CannotRun(
            f"{name}-{self.version} is not installed\n"
            f"  apt-get install clang-tidy-{self.version} clang-tools-{self.version}"
        )

    def list_checks(self, checks):
        """The checks that this clang-tidy has with the plugin loaded."""
        rebuild = (
            f"  build it again: rm -rf build-{self.version} && "
            f"scripts/lint --llvm {self.version}"
        )
        if not os.path.exists(self.plugin):
            raise CannotRun(f"the plugin {self.plugin} is not there\n{rebuild}")
        done = subprocess.run(
            [
                self.tidy,
                f"--load={self.plugin}",
                "--list-checks",
                f"--checks=-*,{checks}",
                "--config={}",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        names = [l.strip() for l in done.stdout.splitlines() if l.startswith("    ")]
        if "No checks enabled" in done.stderr and checks != DEFAULT_CHECKS:
            raise CannotRun(f"no check matches --checks={checks}")
        # A plugin that could not be loaded is only mentioned by clang-tidy, which
        # goes on without it.
        if done.returncode or not names or "load request ignored" in done.stderr:
            raise CannotRun(
                f"{self.tidy} could not load {self.plugin}:\n"
                f"{indent(done.stderr.strip())}\n{rebuild}"
            )
        return names


def short(path):
    """A path as it is seen from here."""
    here = os.path.relpath(path)
    return path if here.startswith("..") else here


def is_error(kind, checks):
    """Whether it keeps clang from understanding the file, whatever
    WarningsAsErrors makes of mere warnings."""
    return "error" in kind and not any(
        c.startswith("clang-diagnostic") and c != "clang-diagnostic-error"
        for c in checks
    )


def indent(text):
    return "\n".join("    " + line for line in text.splitlines())


HOW_TO_GET_A_DATABASE = """\
  With CMake (Ninja or Makefiles): cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON ...
  With MSBuild (.vcxproj): see docs/compile-commands.md"""


class Database:
    """compile_commands.json, read and checked."""

    def __init__(self, folder):
        if os.path.basename(folder) == "compile_commands.json":
            folder = os.path.dirname(folder) or "."
        self.folder = os.path.abspath(folder)
        self.path = os.path.join(self.folder, "compile_commands.json")
        if not os.path.isdir(self.folder):
            raise CannotRun(f"there is no folder {self.folder}")
        if not os.path.exists(self.path):
            raise CannotRun(
                f"there is no compile_commands.json in {self.folder}\n"
                + HOW_TO_GET_A_DATABASE
            )
        try:
            with open(self.path, encoding="utf-8-sig") as f:
                entries = json.load(f)
            self.files = {}
            for entry in entries:
                name = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
                self.files.setdefault(name, []).append(entry)
        except (ValueError, KeyError, TypeError, OSError) as problem:
            raise CannotRun(
                f"{self.path} cannot be read: {type(problem).__name__}: {problem}\n"
                "  generate it again\n" + HOW_TO_GET_A_DATABASE
            )
        if not self.files:
            raise CannotRun(
                f"{self.path} is empty: it lists no file\n"
                "  was it written before anything was configured or built?\n"
                + HOW_TO_GET_A_DATABASE
            )

    def select(self, names):
        """The files to lint; all of them if no names are given."""
        if not names:
            return sorted(self.files)
        real = {os.path.realpath(f): f for f in self.files}
        selected, unknown = set(), []
        for name in names:
            path = os.path.realpath(name)
            inside = [f for r, f in real.items() if r.startswith(path + os.sep)]
            if path in real:
                selected.add(real[path])
            elif inside and os.path.isdir(path):
                selected.update(inside)
            else:
                unknown.append(name)
        if unknown:
            raise CannotRun(
                f"not in {self.path}: {', '.join(unknown)}\n"
                "  name source files (not headers) that are listed there, "
                f"such as {next(iter(self.files))}"
            )
        return sorted(selected)


class Progress:
    """One line that changes on a terminal, one line per file elsewhere."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.terminal = sys.stderr.isatty()

    def clear(self):
        if self.terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, name):
        self.done += 1
        width = len(str(self.total))
        line = f"[{self.done:{width}}/{self.total}] {short(name)}"
        if self.terminal:
            columns = shutil.get_terminal_size().columns
            sys.stderr.write("\r\x1b[K" + line[: columns - 1])
            sys.stderr.flush()
        else:
            say(line)


class Outcome:
    """What a run over some files found."""

    def __init__(self):
        self.findings = {}  # the line of the warning -> file of the run
        self.errors = {}  # file of the run -> first error
        self.crashed = []
        self.seen = set()
        self.complaints = []
        self.status = 0


class Run:
    """One run of run-clang-tidy over the given files."""

    def __init__(self, args, tools, database, files):
        self.args, self.tools = args, tools
        self.database, self.files = database, files

    def command(self, fix):
        command = [
            sys.executable,
            self.tools.runner,
            f"-clang-tidy-binary={self.tools.tidy}",
            f"-clang-apply-replacements-binary={self.tools.apply}",
            f"-p={self.database.folder}",
            f"-load={self.tools.plugin}",
            f"-checks=-*,{self.args.checks}",
            "-header-filter=.*",
            "-quiet",
            f"-j{self.args.j}",
        ]
        if fix:
            command.append("-fix")
        if len(self.files) < len(self.database.files):
            command += ["^" + re.escape(f) + "$" for f in self.files]
        return command

    def start(self, fix, quiet, progress=False):
        outcome = Outcome()
        # run-clang-tidy compares the paths as it makes them.
        process = subprocess.Popen(
            self.command(fix),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
        )
        errors = []
        reader = threading.Thread(
            target=lambda: errors.extend(process.stderr.read().splitlines())
        )
        reader.start()
        self.read(process.stdout, outcome, quiet, progress or not quiet)
        reader.join()
        outcome.status = process.wait()
        for line in errors:
            self.complain(line.decode("utf-8", "replace"), outcome)
        return outcome

    def complain(self, line, outcome):
        crashed = re.match(r"(.*): terminated by signal", line)
        if crashed:
            outcome.crashed.append(crashed.group(1))
        elif not CHATTER.match(line):
            outcome.complaints.append(line)

    def file_of(self, invocation):
        """The file that a command line of clang-tidy ends with."""
        words = invocation.split(" ")
        for at in range(len(words) - 1, 0, -1):
            name = " ".join(words[at:])
            if name in self.database.files:
                return name
        return words[-1]

    def shown(self, name, current):
        """A path as the user can use it: clang's is relative to the folder of the
        compile command."""
        for entry in self.database.files.get(current, []):
            path = os.path.normpath(os.path.join(entry["directory"], name))
            if os.path.exists(path):
                return short(path)
        return name

    def read(self, stream, outcome, quiet, visible):
        """Prints each finding once, a header's too, and shows the progress."""
        progress = Progress(len(self.files))
        current, printing, known = None, False, set()
        for raw in stream:
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            if f"-load={self.tools.plugin}" in line and self.tools.tidy in line:
                current = self.file_of(line)
                outcome.seen.add(current)
                if visible:
                    progress.show(current)
                printing = False
                continue
            found = DIAGNOSTIC.match(line)
            if found:
                line = self.shown(found["file"], current) + line[found.end("file") :]
            if found and found["kind"] != "note":
                checks = (found["checks"] or "").split(",")
                ours = [c for c in checks if not c.startswith(("clang-diagnostic", "-"))]
                key = line
                if ours:
                    printing = key not in known and not quiet
                    outcome.findings.setdefault(key, current)
                elif is_error(found["kind"], checks):
                    outcome.errors.setdefault(current, line)
                    printing = False
                else:
                    printing = False
                known.add(key)
                if printing:
                    progress.clear()
            elif not found and not line.startswith(" ") and not printing:
                # Not part of a diagnostic that is left out.
                error = UNPLACED.match(line)
                if error and current:
                    if is_error("error", (error["checks"] or "").split(",")):
                        outcome.errors.setdefault(current, line)
                elif error or CRASH.search(line):
                    self.complain(line, outcome)
                continue
            if printing:
                print(line, flush=True)
        progress.clear()


REMEDIES = [
    (
        r"'[^']*' file not found",
        "the compiler does not find a header: is the tree built, are the WDK's "
        "include folders in the\n  compile commands, and can this machine see them? "
        "(On Linux: package mingw-w64-common; docs/compile-commands.md)",
    ),
    (
        r"UTF-16|UTF-32|byte order mark",
        "clang reads UTF-8 only: convert the file, "
        "iconv -f UTF-16 -t UTF-8 FILE > NEW",
    ),
    (
        r"unknown argument|unsupported option|no input files|unable to handle compilation"
        r"|error reading|no such file",
        "the compile command is not one that clang understands, or names a file "
        "that is not there: generate compile_commands.json again",
    ),
]


def remedy(error):
    for pattern, text in REMEDIES:
        if re.search(pattern, error, re.IGNORECASE):
            return text
    return (
        "clang does not accept the code as it is compiled there: compare the compile "
        "command with that of\n  the real build (defines, include folders, "
        "-fms-extensions, --target); docs/compile-commands.md"
    )


def report_problems(files, outcome):
    """Says which files were not analysed as they should. True if there are any."""
    missing = [f for f in files if not os.path.exists(f)]
    bad = [f for f in outcome.errors if f not in missing]
    skipped = [f for f in files if f not in outcome.seen and f not in missing]
    if missing:
        say(
            f"error: {count(len(missing), 'file')} of compile_commands.json "
            f"{'does' if len(missing) == 1 else 'do'} not exist, such as {missing[0]}\n"
            "  generate compile_commands.json again"
        )
    if bad:
        say(
            f"error: {count(len(bad), 'file')} could not be parsed without errors; "
            "findings may be missing there:"
        )
        for name in bad[:20]:
            say(f"    {short(name)}\n        {outcome.errors[name]}")
        if len(bad) > 20:
            say(f"    ... and {len(bad) - 20} more")
        for text in dict.fromkeys(remedy(outcome.errors[f]) for f in bad):
            say("  " + text)
    if outcome.crashed:
        say(
            "error: clang-tidy crashed on "
            + ", ".join(outcome.crashed)
            + "\n  please report it, with the file if you can"
        )
    if skipped:
        say(
            f"error: {count(len(skipped), 'file')} not reached, such as {skipped[0]}"
        )
    known = bool(missing or bad or outcome.crashed)
    if (outcome.status != 0 and not known and not outcome.findings) or skipped:
        say("error: run-clang-tidy failed" + (":" if outcome.complaints else ""))
    if outcome.complaints:
        say(indent("\n".join(outcome.complaints[:40])))
        known = known or outcome.status != 0
    return bool(known or skipped or (outcome.status != 0 and not outcome.findings))


def lint(args):
    database = Database(args.folder)
    files = database.select(args.files)
    tools = Tools(args)
    checks = tools.list_checks(args.checks)
    say(
        f"Running {count(len(checks), 'check')} on {count(len(files), 'file')} "
        f"with clang-tidy {tools.version}"
    )
    started = time.time()
    outcome = Run(args, tools, database, files).start(fix=False, quiet=False)
    found = len(outcome.findings)
    broken = report_problems(files, outcome)
    parsed = len(files) - len(outcome.errors)
    summary = f"{count(parsed, 'file')} checked in {time.time() - started:.0f} s: "

    if args.fix and found:
        # Only where the code parses: the compiler's own guesses at what a
        # misspelt name could have been are fixes too.
        fixable = {f for f in outcome.findings.values() if f not in outcome.errors}
        files = [f for f in files if f in fixable]
        if files:
            say(f"Applying the fixes in {count(len(files), 'file')}")
            Run(args, tools, database, files).start(fix=True, quiet=True)
            after = Run(args, tools, database, files).start(fix=False, quiet=True)
            if after.errors:
                broken = True
                say("error: no longer parses after the fix; please report it:")
                for name, error in after.errors.items():
                    say(f"    {short(name)}\n        {error}")
            left = len(after.findings) + sum(
                f not in fixable for f in outcome.findings.values()
            )
        else:
            left = found
        summary += f"{count(found, 'finding')}, {left} left after the fixes"
        found = left
    elif found:
        summary += count(found, "finding")
    elif broken:
        summary += "no findings in the part that could be analysed"
    else:
        summary += "no findings"
    say(summary)
    if broken:
        return 2
    return 1 if found else 0


# What a tree of a driver mentions if there is something for the checks to see.
REGISTRATION = re.compile(rb"\bIoSetCompletionRoutineEx\b")
OTHER_REGISTRATION = re.compile(rb"\bIoSetCompletionRoutine\b")
PROBE = """#include <wdm.h>
NTSTATUS Probe(PDEVICE_OBJECT Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine) {
  return IoSetCompletionRoutineEx(Device, Irp, Routine, NULL, TRUE, TRUE, TRUE);
}
"""


class Doctor:
    """Looks at one thing after the other, says what it sees, and goes on."""

    def __init__(self, args):
        self.args = args
        self.problems = 0

    def good(self, text):
        print(f"  ok       {text}", flush=True)

    def bad(self, text, remedy):
        self.problems += 1
        print(f"  PROBLEM  {text}", flush=True)
        for line in remedy.strip("\n").splitlines():
            print(f"             {line.strip()}", flush=True)

    def note(self, text):
        print(f"  note     {text}", flush=True)

    def run(self):
        tools = self.tools()
        database = self.database()
        if database:
            self.mentions(database)
            if tools:
                self.parses(tools, database)
        if self.problems:
            print(f"{count(self.problems, 'problem')} to solve")
            return 2
        print("all is well")
        return 0

    def tools(self):
        try:
            tools = Tools(self.args)
            checks = tools.list_checks(DEFAULT_CHECKS)
        except CannotRun as problem:
            what, _, remedy = str(problem).partition("\n")
            self.bad(what, remedy)
            return None
        version = subprocess.run(
            [tools.tidy, "--version"], stdout=subprocess.PIPE, text=True
        ).stdout
        number = re.search(r"version (\S+)", version)
        self.good(
            f"{tools.tidy} {number[1] if number else ''} with {count(len(checks), 'check')}"
            f" of the wdm module: {', '.join(checks)}"
        )
        return tools

    def database(self):
        try:
            database = Database(self.args.folder)
        except CannotRun as problem:
            what, _, remedy = str(problem).partition("\n")
            self.bad(what, remedy)
            return None
        entries = sum(len(e) for e in database.files.values())
        self.good(
            f"{database.path}: {count(len(database.files), 'file')}, "
            f"{count(entries, 'compile command')}"
        )
        missing = [f for f in database.files if not os.path.exists(f)]
        if missing:
            self.bad(
                f"{count(len(missing), 'file')} of it {'does' if len(missing) == 1 else 'do'} not exist here, such as "
                f"{missing[0]}",
                "generate compile_commands.json again, on this machine"
                + (
                    "; the paths are those of a Windows machine"
                    if re.match(r"[A-Za-z]:[\\/]", os.path.basename(missing[0]))
                    or "\\" in missing[0]
                    else ""
                ),
            )
        return database

    def mentions(self, database):
        with_ex, with_plain, strange = [], 0, []
        for name in database.files:
            try:
                with open(name, "rb") as f:
                    text = f.read()
            except OSError:
                continue
            if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
                strange.append(name)
            if REGISTRATION.search(text):
                with_ex.append(name)
            elif OTHER_REGISTRATION.search(text):
                with_plain += 1
        if strange:
            self.bad(
                f"{count(len(strange), 'file')} in UTF-16, such as {strange[0]}",
                "clang reads UTF-8 only: iconv -f UTF-16 -t UTF-8 FILE > NEW",
            )
        if with_ex:
            self.good(
                f"{count(len(with_ex), 'file')} of {len(database.files)} "
                f"mention{'s' if len(with_ex) == 1 else ''} IoSetCompletionRoutineEx"
            )
        else:
            self.note(
                "no file mentions IoSetCompletionRoutineEx: there is nothing to find "
                "(calls through macros and wrappers of headers are seen all the same; "
                "wrappers in libraries can be named, option RegistrationFunctions)"
            )
        if with_plain:
            self.note(
                f"{count(with_plain, 'more file')} with IoSetCompletionRoutine, which "
                "cannot fail and is not looked at"
            )

    def parses(self, tools, database):
        """Whether the headers resolve, and every file parses."""
        files = [f for f in database.files if os.path.exists(f)]
        if not files:
            return
        say(f"  ...      parsing {count(len(files), 'file')}")
        outcome = Run(self.args, tools, database, files).start(False, True, True)
        if not outcome.errors and not outcome.crashed:
            self.good(f"{count(len(files), 'file')} parsed without errors")
        else:
            lost = {}
            for name, error in outcome.errors.items():
                lost.setdefault(remedy(error), []).append((name, error))
            for text, some in lost.items():
                self.bad(
                    f"{count(len(some), 'file')} of {len(files)} not parsed without "
                    f"errors, such as {short(some[0][0])}:\n"
                    f"             {some[0][1]}",
                    text,
                )
            for name in outcome.crashed:
                self.bad(f"clang-tidy crashed on {name}", "please report it")
        self.header(tools, database, files)

    def header(self, tools, database, files):
        """Which wdm.h the compile command of a file leads to."""
        name = files[0]
        entry = database.files[name][0]
        words = entry.get("arguments") or shlex.split(entry.get("command", ""))
        given = {entry["file"], name, "-c", "/c"}
        words = [w for w in words if w not in given and not w.startswith("/Fo")]
        words = [w for i, w in enumerate(words) if w != "-o" and words[i - 1] != "-o"]
        clang = f"/usr/lib/llvm-{tools.version}/bin/clang"
        cl = re.search(r"(^|[\\/])(clang-)?cl(\.exe)?$", words[0], re.IGNORECASE)
        with tempfile.TemporaryDirectory() as folder:
            probe = os.path.join(folder, "probe.c")
            with open(probe, "w") as f:
                f.write(PROBE)
            command = [clang, *(["--driver-mode=cl"] if cl else []), *words[1:]]
            command += ["/Zs", "/showIncludes", "/TC"] if cl else ["-fsyntax-only", "-H"]
            command += ["-Wno-everything", "--", probe]
            done = subprocess.run(
                command,
                cwd=entry["directory"],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            )
        found = re.search(r"^(?:\.+|Note: including file:) *(.*wdm\.h)$", done.stdout, re.M)
        if found and done.returncode == 0:
            kind = "the WDK's or another's"
            if "mingw" in found[1].lower():
                kind = "MinGW-w64's"
            self.good(f"wdm.h is {found[1]} ({kind}) and has IoSetCompletionRoutineEx")
        elif found:
            error = re.search(r"^.*error: .*$", done.stdout, re.M)
            self.bad(
                f"{found[1]} is found, but does not compile: "
                f"{error[0] if error else done.stdout.strip()}",
                "is NTDDI_VERSION set (at least 0x05020000 for IoSetCompletionRoutineEx)? "
                "MinGW's headers need\n-fgnuc-version=4.2.1; "
                "docs/compile-commands.md has all flags",
            )
        else:
            self.bad(
                f"the compile command of {short(name)} does not lead to a wdm.h",
                "on Windows: install the WDK; elsewhere: apt-get install mingw-w64-common, "
                "and\n-isystem /usr/share/mingw-w64/include/ddk "
                "-isystem /usr/share/mingw-w64/include",
            )


def main(argv):
    try:
        args = parse_arguments(argv)
        return Doctor(args).run() if args.doctor else lint(args)
    except CannotRun as problem:
        say(f"error: {problem}")
        return 2
    except KeyboardInterrupt:
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
