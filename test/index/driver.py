#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A driver of several files in one test file.

  driver.py [-one] TEST FOLDER LINT INPUTS    lints it with LINT --whole-driver
  driver.py -split TEST FOLDER INPUTS         only writes its files and a database
  driver.py -fix TEST FOLDER LINT INPUTS      applies the fixes: those of the units as one

Parts begin with a line `//--- NAME`; those whose name ends in .c or .cpp are the
units. What has to be found stands behind the line that it is found in, in lines that
are no part of the file (places in them are counted without):

  // finds: result of 'HlpRegister' is discarded; ... [wdm-io-set-completion-routine-ex]
  // note: helpers.c:4: completion routine is registered here

Everything else that is found is an error; notes are compared where a finding has
some. -one: the units compiled as one have to give the same findings.
"""

import difflib
import json
import os
import re
import subprocess
import sys

FINDING = re.compile(
    r"^(?P<file>[^\s:][^:]*):(?P<line>\d+):\d+: (?P<kind>warning|note|error): (?P<text>.*)$"
)
FLAGS = ["--target=x86_64-pc-windows-msvc", "-fms-extensions"]


def split(test):
    """The parts, and what is expected in them."""
    parts, expected, name = {}, [], None
    with open(test, encoding="utf-8") as f:
        for line in f:
            part = re.match(r"//--- (\S+)", line)
            wanted = re.match(r"\s*// (finds|note): (.*)", line)
            if part:
                name = part.group(1)
                parts[name] = []
            elif wanted and wanted.group(1) == "finds":
                expected.append((name, len(parts[name]), wanted.group(2).strip(), []))
            elif wanted:
                expected[-1][3].append(wanted.group(2).strip())
            elif name:
                parts[name].append(line)
    return parts, expected


def write(folder, parts, flags):
    os.makedirs(folder, exist_ok=True)
    # Nobody's configuration but the one of the test.
    with open(os.path.join(folder, ".clang-tidy"), "w") as f:
        f.write("Checks: '-*,wdm-*'\nHeaderFilterRegex: '.*'\n")
    units = []
    for name, lines in parts.items():
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(lines)
        if name.endswith((".c", ".cpp")):
            units.append(path)
    database(folder, folder, units, flags)
    return units


def database(folder, place, units, flags):
    os.makedirs(place, exist_ok=True)
    entries = []
    for unit in units:
        cpp = unit.endswith(".cpp")
        compiler = ["clang++", "-std=c++17"] if cpp else ["clang", "-std=c17"]
        arguments = [*compiler, *FLAGS, *flags, "-c", unit]
        entries.append({"directory": folder, "file": unit, "arguments": arguments})
    with open(os.path.join(place, "compile_commands.json"), "w") as f:
        json.dump(entries, f)


def lint(command, folder, place, *more):
    done = subprocess.run(
        [command, "-p", place, "--all-files", "--color=never", "-q", *more],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"wdm-lint ends with {done.returncode}:\n{done.stdout}")
    found = []
    for line in done.stdout.splitlines():
        m = FINDING.match(line)
        if not m:
            continue
        name = os.path.basename(m["file"])
        if m["kind"] == "warning":
            found.append((name, int(m["line"]), m["text"], []))
        elif m["kind"] == "note" and found:
            found[-1][3].append(f"{name}:{m['line']}: {m['text']}")
    return found


def compare(wanted, found, what):
    left, wrong = list(found), False
    for w in wanted:
        fits = [f for f in left if f[:3] == w[:3] and (not w[3] or w[3] == f[3][: len(w[3])])]
        if fits:
            left.remove(fits[0])
            continue
        wrong = True
        near = [f for f in found if f[:3] == w[:3]]
        print(f"{what}: missing:", *w[:3], *(["; its notes:", *near[0][3]] if near else []), sep="  ")
    for f in left:
        wrong = True
        print(f"{what}: not expected:", *f[:3], sep="  ")
    return wrong


def one_unit(folder, units, flags):
    """The units compiled as one."""
    place = os.path.join(folder, "one")
    os.makedirs(place, exist_ok=True)
    name = os.path.join(place, "all" + os.path.splitext(units[0])[1])
    static = {}
    for unit in units:
        with open(unit, encoding="utf-8") as f:
            for function in set(re.findall(r"^static [\w\s*]*?(\w+)\(", f.read(), re.M)):
                static.setdefault(function, []).append(unit)
    with open(name, "w") as f:
        for number, unit in enumerate(units):
            # Static functions of several units with one name.
            twice = sorted(n for n, of in static.items() if len(of) > 1 and unit in of)
            f.writelines(f"#define {n} {n}{number}\n" for n in twice)
            f.write(f'#include "{unit}"\n')
            f.writelines(f"#undef {n}\n" for n in twice)
    database(folder, place, [name], flags)
    return place


def fix(test, folder, command, inputs):
    parts, _ = split(test)
    flags, texts = ["-I" + inputs], []
    for one in (True, False):
        units = write(folder, parts, flags)
        place = one_unit(folder, units, flags) if one else folder
        lint(command, folder, place, "--fix", *([] if one else ["--whole-driver"]))
        texts.append({n: open(os.path.join(folder, n), encoding="utf-8").read() for n in parts})
    if all(texts[1][n] == "".join(lines) for n, lines in parts.items()):
        sys.exit("nothing is fixed: this proves nothing")
    for name in parts:
        if texts[0][name] != texts[1][name]:
            sys.stdout.writelines(difflib.unified_diff(
                texts[0][name].splitlines(True), texts[1][name].splitlines(True),
                name + " in one unit", name + " of the whole driver"))
            sys.exit(1)


def main(test, folder, command, inputs, one=False):
    parts, wanted = split(test)
    units = write(folder, parts, ["-I" + inputs])
    wrong = compare(wanted, lint(command, folder, folder, "--whole-driver"), "whole driver")
    if one:
        place = one_unit(folder, units, ["-I" + inputs])
        wrong |= compare(wanted, lint(command, folder, place), "one unit")
    if not wanted:
        sys.exit("nothing is expected: this proves nothing")
    if wrong:
        sys.exit(1)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[0] == "-split":
        _, test, folder, inputs = arguments
        write(os.path.abspath(folder), split(test)[0], ["-I" + inputs])
        sys.exit(0)
    if arguments[0] == "-fix":
        fix(*arguments[1:])
        sys.exit(0)
    one = "-one" in arguments
    main(*[a for a in arguments if a != "-one"], one=one)
