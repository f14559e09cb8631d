#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The sample drivers as test objects.

  sample.py copy DRIVER FOLDER LLVM     a copy of test/drivers/DRIVER in FOLDER/src and
                                        a compile_commands.json in FOLDER/build
  sample.py cl FOLDER                   rewrites that database in the style of cl.exe
  sample.py response FOLDER             ... with response files
  sample.py tidy FOLDER TIDY...         runs the command TIDY on all its files
  sample.py compare FOLDER TIDY... < L  fails unless the log L has the findings that the
                                        driver's expected.txt lists; those of checks that
                                        the command TIDY has not are left out
  sample.py fix FOLDER TIDY...          applies the fixes, one file after the other
  sample.py export FOLDER TIDY...       writes them into FOLDER/fixes, one file each
  sample.py fixed FOLDER TIDY...        fails unless something was fixed, and all is well
  sample.py touch FOLDER TIDY...        changes every other line with a finding
  sample.py touched FOLDER < L          fails unless the log has just these findings
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys

DRIVERS = os.path.join(os.path.dirname(__file__), "..", "drivers")
FINDING = re.compile(
    r"^(?P<file>.*?):(?P<line>\d+):\d+: (?:warning|error): (?P<text>.*)"
    r" \[(?P<check>wdm-[a-z-]+)(?:,-warnings-as-errors)?\]$"
)
EXPECTED = re.compile(
    r"^(?P<file>.*?):(?P<line>\d+):(?:\d+:)? warning: (?P<text>.*)"
    r" \[(?P<check>wdm-[a-z-]+)\]$"
)
ERROR = re.compile(r"^(.*:\d+:\d+: )?(fatal )?error: ")


def copy(driver, folder, llvm):
    source, build = os.path.join(folder, "src"), os.path.join(folder, "build")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(DRIVERS, driver), source)
    # Nobody's configuration but the one of the test.
    with open(os.path.join(folder, ".clang-tidy"), "w") as f:
        f.write("Checks: '-*,wdm-*'\nHeaderFilterRegex: '.*'\n")
    compiler = f"/usr/lib/llvm-{llvm}/bin/clang"
    done = subprocess.run(
        [
            "cmake",
            *["-S", source, "-B", build, "-G", "Ninja"],
            f"-DCMAKE_C_COMPILER={compiler}",
            f"-DCMAKE_CXX_COMPILER={compiler}++",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        sys.exit(done.stdout)
    with open(os.path.join(source, "expected.txt")) as f:
        print(f"{driver}: {len(f.readlines())} findings expected")


def database(folder):
    return os.path.join(folder, "build", "compile_commands.json")


def read_database(folder):
    with open(database(folder)) as f:
        return json.load(f)


def write_database(folder, entries):
    with open(database(folder), "w") as f:
        json.dump(entries, f, indent=1)


def words(entry):
    return entry.get("arguments") or shlex.split(entry["command"])


def cl(folder):
    """What a project of Visual Studio gives: cl's options and slashes."""
    entries = []
    for entry in read_database(folder):
        arguments = ["clang-cl", "/c", "/nologo", "/W4", "/WX-", "/Zi", "/Gm-", "/kernel"]
        arguments += ["/GS", "/Gy", "/Zp8", "/Oi", "/d1nodatetime", "/Gz", "/TC"]
        if entry["file"].endswith(".cpp"):
            arguments[-1] = "/TP"
        given = iter(words(entry)[1:])
        for word in given:
            if word.startswith("-D"):
                arguments.append("/D" + word[2:])
            elif word == "-isystem":
                # Before clang's own headers, as in clang's other mode: MinGW's
                # intrin.h and clang's do not agree.
                arguments.append("/I" + next(given))
            elif word.startswith("-I"):
                arguments += ["/I" + word[2:]]
            elif word.startswith("-fgnuc"):
                arguments.append("/clang:" + word)
            elif word.startswith("--target"):
                arguments.append(word)
        output = os.path.basename(entry["file"]) + ".obj"
        # A path from the root may look like an option here: /work is /wo.
        source = os.path.relpath(entry["file"], entry["directory"])
        arguments += [f"/Fo{output}", source]
        entries.append({**entry, "arguments": arguments})
        entries[-1].pop("command", None)
    write_database(folder, entries)


def response(folder):
    entries = []
    for number, entry in enumerate(read_database(folder)):
        compiler, *arguments = words(entry)
        name = os.path.join(folder, "build", f"{number}.rsp")
        with open(name, "w") as f:
            f.write("\n".join(shlex.quote(a) for a in arguments if a != entry["file"]))
        entries.append(
            {**entry, "arguments": [compiler, "@" + name, entry["file"]]}
        )
        entries[-1].pop("command", None)
    write_database(folder, entries)


def checks_of(tidy):
    done = subprocess.run(
        [*tidy, "--list-checks", "--checks=-*,wdm-*", "--config={}"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return {l.strip() for l in done.stdout.splitlines() if l.startswith("    ")}


def expected(folder, checks):
    with open(os.path.join(folder, "src", "expected.txt"), encoding="utf-8") as f:
        lines = [EXPECTED.match(l.rstrip("\r\n")) for l in f if l.strip()]
    assert all(lines), "expected.txt has a line that is no finding"
    return {
        (m["file"], int(m["line"]), m["text"], m["check"])
        for m in lines
        if m["check"] in checks
    }


def found(log):
    findings, errors = set(), []
    for line in log:
        line = line.rstrip("\r\n")
        m = FINDING.match(line)
        if m:
            name = os.path.basename(m["file"])
            findings.add((name, int(m["line"]), m["text"], m["check"]))
        elif ERROR.match(line):
            errors.append(line)
    return findings, errors


def compare(folder, *tidy):
    wanted = expected(folder, checks_of(tidy))
    findings, errors = found(sys.stdin)
    for error in errors:
        print("error in the log:", error)
    for finding in sorted(wanted - findings):
        print("missing:", finding)
    for finding in sorted(findings - wanted):
        print("unexpected:", finding)
    if errors or wanted != findings:
        sys.exit(1)
    if not wanted:
        sys.exit("no finding is expected: this proves nothing")
    print(f"{len(findings)} findings, as expected")


def tidy(folder, *command):
    names = [os.path.join(e["directory"], e["file"]) for e in read_database(folder)]
    build = os.path.join(folder, "build")
    done = subprocess.run([*command, "-p", build, *names], cwd=folder)
    sys.exit(done.returncode)


def fix(folder, *command):
    build = os.path.join(folder, "build")
    for entry in read_database(folder):
        name = os.path.join(entry["directory"], entry["file"])
        subprocess.run(
            [*command, "--fix", "-quiet", "-p", build, name],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def export(folder, *command):
    os.mkdir(os.path.join(folder, "fixes"))
    build = os.path.join(folder, "build")
    for number, entry in enumerate(read_database(folder)):
        name = os.path.join(entry["directory"], entry["file"])
        fixes = os.path.join(folder, "fixes", f"{number}.yaml")
        subprocess.run(
            [*command, f"--export-fixes={fixes}", "-quiet", "-p", build, name],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def read_sources(folder):
    texts = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as f:
            texts[name] = f.read()
    return texts


def fixed(folder, *command):
    source = os.path.join(folder, "src")
    texts = read_sources(source)
    before = read_sources(os.path.join(DRIVERS, "filter"))
    changed = [n for n in texts if texts[n] != before[n]]
    for name in changed:
        lone = re.search(rb"(?<!\r)\n", texts[name])
        if lone and not re.search(rb"(?<!\r)\n", before[name]):
            sys.exit(f"{name} had CRLF only, and has a LF now")
    fix(folder, *command)  # fails if a file does not parse any more
    if read_sources(source) != texts:
        sys.exit("fixing the fixed files changes them again")
    if not changed:
        sys.exit("nothing was fixed: this proves nothing")
    print(f"fixed in {', '.join(changed)}")


def touch(folder, *command):
    """Changes the lines of every other finding, and some without a finding."""
    touched = sorted(expected(folder, checks_of(command)))[::2]
    for name in {finding[0] for finding in touched}:
        path = os.path.join(folder, "src", name)
        with open(path, "rb") as f:
            lines = f.read().split(b"\n")
        for number in [n for file, n, _, _ in touched if file == name] + [1]:
            line = lines[number - 1]
            at = len(line) - line.endswith(b"\r")
            lines[number - 1] = line[:at] + b" " + line[at:]
        with open(path, "wb") as f:
            f.write(b"\n".join(lines))
    with open(os.path.join(folder, "touched.json"), "w") as f:
        json.dump(touched, f)


def touched(folder):
    with open(os.path.join(folder, "touched.json")) as f:
        wanted = {tuple(finding) for finding in json.load(f)}
    findings, errors = found(sys.stdin)
    if errors or findings != wanted or not wanted:
        print("errors:", errors)
        print("missing:", wanted - findings)
        print("unexpected:", findings - wanted)
        sys.exit(1)
    print(f"{len(findings)} findings on changed lines, as expected")


if __name__ == "__main__":
    actions = (copy, cl, response, tidy, compare, fix, export, fixed, touch, touched)
    {action.__name__: action for action in actions}[sys.argv[1]](*sys.argv[2:])
