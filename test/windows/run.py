#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The executables for Windows under Wine, compared with those of Linux.

  run.py --package ZIP --reference DIR --prefix DIR [options] [NAME...]

  --package ZIP    what scripts/windows-build made
  --reference DIR  the folder of wdm-clang-tidy and wdm-clangd for Linux
  --prefix DIR     a folder for Wine (WINEPREFIX); made if it is not there
  --wine FILE      default: wine
  --installer EXE  is installed, tried and removed
  --llvm NN        the LLVM of the reference
  --sessions N     sessions of clangd (default 5)
  --mutants N      spoilt sources (default 96)
  NAME             only the tests whose names contain one of these

Each test runs the same work on Linux and in Wine's drive C:, and compares what
is printed line by line: the paths are cut, nothing else. Ends with the number of tests
and 0, or 1 if one failed.
"""

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import time
import urllib.parse
import zipfile

HERE = os.path.dirname(os.path.realpath(__file__))
TEST = os.path.dirname(HERE)
for folder in ("roads", "torture"):
    sys.path.insert(0, os.path.join(TEST, folder))
import lsp  # noqa: E402
import mutate  # noqa: E402
import sample  # noqa: E402

CHECKS = "--checks=-*,wdm-*"
DDK = ["/usr/share/mingw-w64/include/ddk", "/usr/share/mingw-w64/include"]
FLAGS = [
    *("--target=x86_64-pc-windows-msvc", "-fms-extensions", "-fms-compatibility"),
    "-fgnuc-version=4.2.1",
]
DEFINES = [
    *("_AMD64_", "_WIN32_WINNT=0x0A00", "WINVER=0x0A00", "NTDDI_VERSION=0x0A00000C"),
    *("ALLOC_PRAGMA", "_CLANG_DISABLE_CRT_DEPRECATION_WARNINGS"),
    # In C++ intrin.h and wdm.h both define these two; leave them to wdm.h.
    "__INTRINSIC_DEFINED_InterlockedBitTestAndSet",
    "__INTRINSIC_DEFINED_InterlockedBitTestAndReset",
]
# Blanks, letters of Latin-1 and beyond; a folder of every Windows, too.
FOLDERS = ("driver", "Treiber für Geräte", "драйвер (x86) & 試験")
MEGABYTE = 1 << 20
LARGEST = 65 * MEGABYTE


class Failure(Exception):
    pass


def need(condition, text):
    if not condition:
        raise Failure(text)


def same(linux, windows, what):
    if linux == windows:
        return
    lines = [f"{what} is not the same:"]
    if isinstance(linux, bytes):
        linux, windows = linux.decode("utf-8", "replace"), windows.decode("utf-8", "replace")
    left, right = linux.splitlines(True), windows.splitlines(True)
    for number, (a, b) in enumerate(zip(left + [""] * len(right), right + [""] * len(left))):
        if a != b:
            lines += [f"  line {number + 1}", f"  Linux:   {a!r}", f"  Windows: {b!r}"]
            if len(lines) > 12:
                break
    raise Failure("\n".join(lines))


class Machine:
    """Linux or Wine: where files are, how a program is started."""

    def __init__(self, root, options):
        self.root, self.options = root, options
        self.env = {**os.environ, "LC_ALL": "C.UTF-8"}
        self.env.pop("CLANGD_FLAGS", None)

    def host(self, *names):
        return os.path.join(self.root, *names)

    def run(self, tool, *arguments, cwd="", timeout=300):
        started = time.time()
        done = subprocess.run(
            [*self.command(tool), *arguments],
            cwd=self.host(cwd),
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=timeout,
        )
        done.seconds = time.time() - started
        done.bytes = done.stdout
        for name in ("stdout", "stderr"):
            text = getattr(done, name).decode("utf-8", "replace")
            setattr(done, name, self.plain(text))
        return done


class Linux(Machine):
    name = "Linux"

    def command(self, tool):
        return [os.path.join(self.options.reference, tool)]

    def path(self, *names):
        return self.host(*names)

    def plain(self, text):
        return text.replace(self.root + "/", "")


class Windows(Machine):
    name = "Windows"

    def __init__(self, root, options, drive):
        super().__init__(root, options)
        self.drive = drive
        self.tools = None
        self.env.update(WINEPREFIX=options.prefix, WINEDEBUG="-all")
        # No question about Mono and Gecko.
        self.env["WINEDLLOVERRIDES"] = "mscoree=;mshtml=;winemenubuilder.exe="

    def command(self, tool):
        return [self.options.wine, os.path.join(self.tools, tool + ".exe")]

    def translate(self, host):
        if host.startswith(self.drive):
            return "C:" + host[len(self.drive) :].replace("/", "\\")
        return "Z:" + host.replace("/", "\\")

    def path(self, *names):
        return self.translate(self.host(*names))

    def plain(self, text):
        text = text.replace("\r\n", "\n")
        for folder in DDK:
            text = text.replace(self.translate(folder), folder).replace(
                folder + "\\", folder + "/"
            )
        root = self.translate(self.root)
        for form in (root, root.replace("\\", "/")):
            for separator in "\\/":
                # What follows up to the line number is a path as well.
                text = re.sub(
                    re.escape(form + separator) + r"([^:\n']*)",
                    lambda m: m[1].replace("\\", "/"),
                    text,
                    flags=re.I,
                )
        return text

    def uri(self, path):
        slashed = self.translate(os.path.abspath(path)).replace("\\", "/")
        return "file:///" + urllib.parse.quote(slashed, safe="/:")

    def uri_of_code(self, path):
        """As VS Code writes it."""
        slashed = self.translate(os.path.abspath(path)).replace("\\", "/")
        return "file:///" + urllib.parse.quote(slashed[0].lower() + slashed[1:], safe="/")


def both(test):
    return test.linux, test.windows


# ---- drivers in both places ------------------------------------------------------


def flags_of(machine, style):
    include = [machine.path_of_system(d) for d in DDK]
    if style == "clang":
        return [
            *FLAGS,
            *["-D" + d for d in DEFINES],
            *[w for d in include for w in ("-isystem", d)],
        ]
    return [
        *("/c", "/nologo", "/W3", "/WX-", "/Zi", "/Gm-", "/kernel", "/GS", "/Gy", "/Zp8"),
        "/clang:-fgnuc-version=4.2.1",
        *["/D" + d for d in DEFINES],
        *["/I" + d for d in include],
    ]


Linux.path_of_system = lambda self, d: d
Windows.path_of_system = lambda self, d: self.translate(d)


def quoted(word):
    """A word as Windows splits a command line; backslashes before quotes double."""
    if word and not re.search(r'[\s"&()]', word):
        return word
    return '"' + re.sub(r'(\\*)("|$)', r"\1\1", word).replace('"', '\\"') + '"'


def driver(machine, folder, name="filter", style="clang", change=None):
    """A copy of a sample driver and its compile_commands.json; its sources."""
    shutil.rmtree(machine.host(folder), ignore_errors=True)
    shutil.copytree(os.path.join(TEST, "drivers", name), machine.host(folder, "src"))
    os.makedirs(machine.host(folder, "x64 Debug"))
    with open(machine.host(folder, ".clang-tidy"), "w") as f:
        f.write("Checks: '-*,wdm-*'\nHeaderFilterRegex: '.*'\n")
    names = sorted(
        n for n in os.listdir(machine.host(folder, "src")) if n.endswith((".c", ".cpp"))
    )
    entries = []
    for number, source in enumerate(names):
        file = machine.path(folder, "src", source)
        directory = machine.path(folder, "x64 Debug")
        cpp = source.endswith(".cpp")
        arguments = flags_of(machine, "clang" if style == "clang" else "cl")
        if style == "clang":
            arguments = ["clang", "-std=c++17" if cpp else "-std=gnu11", *arguments]
            arguments += ["-c", file]
            entry = {"arguments": arguments}
        else:
            compiler = "clang-cl" if machine.name == "Linux" else (
                "C:\\Program Files\\Microsoft Visual Studio\\VC\\bin\\cl.exe"
            )
            arguments += ["/TP" if cpp else "/TC", "/Fo" + source + ".obj"]
            if style == "precompiled":
                # What the compiler made is in its own format, or not there at all.
                arguments += ["/Yudriver.h", "/Fplatflt.pch", "/FIdriver.h"]
                arguments += ["/I" + machine.path(folder, "src")]
            if style == "response":
                response = machine.host(folder, f"{number} ä.rsp")
                with open(response, "w", encoding="utf-16", newline="\r\n") as f:
                    f.write("\n".join(map(quoted, arguments)))
                arguments = ["@" + machine.path(folder, f"{number} ä.rsp")]
            arguments = [compiler, *arguments, "--", file]
            if machine.name == "Linux":
                if style == "response":
                    # gnu quoting there
                    arguments = [compiler] + flags_of(machine, "cl")
                    arguments += ["/TP" if cpp else "/TC", "--", file]
                entry = {"arguments": arguments}
            else:
                arguments[-2:] = [file]
                entry = {"command": " ".join(map(quoted, arguments))}
        entries.append({"directory": directory, "file": file, **entry})
    if change:
        change(machine, folder, names)
    with open(machine.host(folder, "x64 Debug", "compile_commands.json"), "w") as f:
        json.dump(entries, f, indent=1)
    return names


def tidy(machine, folder, names, *options):
    files = [machine.path(folder, "src", n) for n in names]
    database = machine.path(folder, "x64 Debug")
    return machine.run("wdm-clang-tidy", "-p", database, *options, *files, cwd=folder)


def agree(test, done, what="stdout"):
    linux, windows = done
    same(linux.stdout, windows.stdout, what)
    same(str(linux.returncode), str(windows.returncode), "the exit status")


def findings(text):
    return len(re.findall(r"warning: .*\[wdm-[a-z-]+\]", text))


def sources(machine, folder):
    return sample.read_sources(machine.host(folder, "src"))


# ---- tests -----------------------------------------------------------------------


def test_package(test):
    """What is in the archive, how large, and what it needs."""
    tools = test.windows.tools
    names = set(zipfile.ZipFile(test.options.package).namelist())
    root = os.path.basename(os.path.dirname(tools))
    for name in ("bin/wdm-clang-tidy.exe", "bin/wdm-clangd.exe", "bin/wdm-lint.exe", "doc/README.md",
                 "doc/docs/windows.md", "doc/checks/io-set-completion-routine-ex.md",
                 "doc/docs/examples/.clang-tidy", "build/native/wdm-tidy.props",
                 "build/native/wdm-tidy.targets", "sample/latflt.vcxproj", "sample/io.c",
                 "licenses/LICENSE", "licenses/LLVM.txt"):
        need(f"{root}/{name}" in names, f"the archive has no {name}")
    need(any(n.endswith("/include/stddef.h") for n in names), "no headers of clang")
    for name in sorted(os.listdir(tools)):
        path = os.path.join(tools, name)
        size = os.path.getsize(path)
        print(f"  {name}: {size / MEGABYTE:.1f} MB")
        need(size < LARGEST, f"{name} is larger than {LARGEST / MEGABYTE:.0f} MB")
        with open(path, "rb") as f:
            data = f.read()
        dlls = imports(data)
        ours = {d for d in dlls if not re.match(r"(?i)(kernel32|advapi32|shell32|ole32|"
                r"psapi|ntdll|msvcrt|ws2_32|version|user32|dbghelp|bcrypt|uuid|api-ms-.*)\.dll$", d)}
        need(not ours, f"{name} needs {ours}")
        for key in ("FileDescription", "ProductVersion", "OriginalFilename"):
            need(key.encode("utf-16-le") in data, f"{name} has no {key}")
        need(name.encode("utf-16-le") in data, f"{name} does not say its name")
        need(b"<longPathAware" in data, f"{name} has no manifest")


def imports(data):
    """The DLLs that an executable of 64 bits names."""
    pe = struct.unpack_from("<I", data, 0x3C)[0]
    count, optional = struct.unpack_from("<H12xH", data, pe + 6)
    table = struct.unpack_from("<I", data, pe + 24 + 112 + 8)[0]
    sections = [
        struct.unpack_from("<8xIIII", data, pe + 24 + optional + 40 * i)
        for i in range(count)
    ]

    def at(address):
        for size, virtual, raw, start in sections:
            if virtual <= address < virtual + max(size, raw):
                return address - virtual + start
        raise Failure("an address is in no section")

    found, entry = set(), at(table)
    while name := struct.unpack_from("<12xI", data, entry)[0]:
        begin = at(name)
        found.add(data[begin : data.index(b"\0", begin)].decode())
        entry += 20
    return found


def test_version_and_checks(test):
    version = test.windows.run("wdm-clang-tidy", "--version")
    need(version.returncode == 0 and "LLVM version" in version.stdout, version.stdout)
    print("  " + " ".join(version.stdout.split()))
    lists = [m.run("wdm-clang-tidy", "--list-checks", CHECKS) for m in both(test)]
    agree(test, lists)
    need("wdm-io-set-completion-routine-ex" in lists[1].stdout, lists[1].stdout)
    everything = test.windows.run("wdm-clang-tidy", "--list-checks", "--checks=*")
    need("bugprone-use-after-move" in everything.stdout, "LLVM's checks are missing")
    clangd = test.windows.run("wdm-clangd", "--version")
    need(clangd.returncode == 0 and "clangd version" in clangd.stdout, clangd.stdout)


def test_sample_c(test):
    """One run for all files, in folders of every kind, in the style of clang."""
    for folder in FOLDERS:
        done = []
        for m in both(test):
            names = driver(m, folder)
            done.append(tidy(m, folder, names))
        agree(test, done)
        need(findings(done[1].stdout) >= 12, done[1].stdout + done[1].stderr)
    print(f"  {findings(done[1].stdout)} findings")


def test_sample_cpp(test):
    done = []
    for m in both(test):
        names = driver(m, FOLDERS[1], "filterpp")
        done.append(tidy(m, FOLDERS[1], names))
    agree(test, done)
    need(findings(done[1].stdout) > 0, done[1].stdout + done[1].stderr)
    need("error:" not in done[1].stdout, done[1].stdout)


def test_cl(test):
    """Commands of cl.exe in one string, with blanks."""
    done = []
    for m in both(test):
        names = driver(m, FOLDERS[1], style="cl")
        done.append(tidy(m, FOLDERS[1], names))
    agree(test, done)
    need(findings(done[1].stdout) >= 12, done[1].stdout + done[1].stderr)


def test_response_files(test):
    """Response files in UTF-16, as MSBuild writes them."""
    done = []
    for m in both(test):
        names = driver(m, FOLDERS[1], style="response")
        done.append(tidy(m, FOLDERS[1], names))
    agree(test, done)
    need(findings(done[1].stdout) >= 12, done[1].stdout + done[1].stderr)


def test_precompiled(test):
    """/Yu with /Fp and /FI: the header is read as text, which is told."""
    done = []
    for m in both(test):
        names = driver(m, FOLDERS[0], style="precompiled")
        done.append(tidy(m, FOLDERS[0], names))
    agree(test, done)
    need(findings(done[1].stdout) >= 12, done[1].stdout + done[1].stderr)
    need("error:" not in done[1].stdout, done[1].stdout)
    for d in done:
        need("precompiled headers are read as text (/Y-)" in d.stderr, d.stderr)


def test_visual_studio(test):
    """The call of Visual Studio: files first, -p and the folder in one word."""
    m = test.windows
    names = driver(m, FOLDERS[1], style="cl")
    files = [m.path(FOLDERS[1], "src", n) for n in names]
    done = m.run("wdm-clang-tidy", *files, "-p=..\\x64 Debug", CHECKS, cwd=FOLDERS[1] + "/src")
    expected = tidy(test.linux, FOLDERS[1], driver(test.linux, FOLDERS[1], style="cl"))
    same(expected.stdout, done.stdout, "stdout")


def test_fix(test):
    """--fix byte for byte, in files with LF and with CRLF."""
    for ends in (b"\n", b"\r\n"):
        def change(machine, folder, names):
            for name in os.listdir(machine.host(folder, "src")):
                path = machine.host(folder, "src", name)
                with open(path, "rb") as f:
                    text = f.read().replace(b"\r\n", b"\n").replace(b"\n", ends)
                with open(path, "wb") as f:
                    f.write(text)
        texts = []
        for m in both(test):
            names = driver(m, FOLDERS[1], change=change)
            before = sources(m, FOLDERS[1])
            for name in names:
                done = tidy(m, FOLDERS[1], [name], "--fix", "-quiet")
                need(done.returncode == 0, done.stdout + done.stderr)
            texts.append(sources(m, FOLDERS[1]))
            need(texts[-1] != before, "nothing was fixed")
        for name in texts[0]:
            same(texts[0][name], texts[1][name], name)


def guarded(machine, folder, encoding="utf-8", ends="\n", spelt=lambda name: name):
    """The source of Inputs as it might be stored; spelt is how commands name it."""
    inputs = os.path.join(HERE, "Inputs")
    shutil.rmtree(machine.host(folder), ignore_errors=True)
    os.makedirs(machine.host(folder, "src", "parts"))
    os.makedirs(machine.host(folder, "x64 Debug"))
    for name, place in (("guarded.c", "src"), ("guarded.h", "src/parts")):
        with open(os.path.join(inputs, name), encoding="utf-8") as f:
            text = f.read()
        with open(machine.host(folder, place, name), "w", encoding=encoding, newline=ends) as f:
            f.write(text)
    with open(machine.host(folder, ".clang-tidy"), "w") as f:
        f.write("Checks: '-*,wdm-*'\n")
    file = spelt(machine.path(folder, "src", "guarded.c"))
    command = ["clang", "-std=gnu11", *flags_of(machine, "clang"), "-c", file]
    with open(machine.host(folder, "x64 Debug", "compile_commands.json"), "w") as f:
        json.dump([{"directory": machine.path(folder), "file": file, "arguments": command}], f)
    return file


def test_sources(test):
    """A byte order mark, CRLF, letters beyond ASCII, __try, pragmas; fixed in place."""
    for encoding in ("utf-8", "utf-8-sig"):
        for ends in ("\n", "\r\n"):
            done, fixed = [], []
            for m in both(test):
                guarded(m, FOLDERS[1], encoding, ends)
                done.append(tidy(m, FOLDERS[1], ["guarded.c"], "--fix"))
                with open(m.host(FOLDERS[1], "src", "guarded.c"), "rb") as f:
                    fixed.append(f.read())
            agree(test, done)
            need(findings(done[1].stdout) == 4, done[1].stdout + done[1].stderr)
            same(*fixed, f"the fixed file ({encoding}, {ends!r})")
            need(fixed[1].count(b"\r\n") == (fixed[1].count(b"\n") if ends == "\r\n" else 0),
                 "line ends are mixed")


def test_utf16(test):
    """A source in UTF-16: an error that says so, from the runner with a way out."""
    done, linted = [], []
    for m in both(test):
        guarded(m, "wide", "utf-16")
        done.append(tidy(m, "wide", ["guarded.c"]))
        linted.append(m.run("wdm-lint", "-p", m.path("wide", "x64 Debug"), cwd="wide"))
    agree(test, done)
    need(done[1].returncode != 0 and "UTF-16" in done[1].stdout + done[1].stderr,
         done[1].stdout + done[1].stderr)
    same(*[str(d.returncode) for d in linted], "the exit status of wdm-lint")
    need(linted[1].returncode == 2 and "iconv" in linted[1].stderr, linted[1].stderr)


def test_case(test):
    """Names in another case than on the disk, which Windows takes for the same."""
    m = test.windows
    guarded(m, FOLDERS[0])
    expected = tidy(m, FOLDERS[0], ["guarded.c"])
    need(findings(expected.stdout) == 4, expected.stdout + expected.stderr)
    guarded(m, FOLDERS[0], spelt=lambda name: "c" + name[1:].upper())
    for name in ("guarded.c", "GUARDED.C", "Guarded.c"):
        done = tidy(m, FOLDERS[0], [name])
        need(findings(done.stdout) == 4, f"{name}: {done.stdout + done.stderr}")
        linted = m.run("wdm-lint", "-p", m.path(FOLDERS[0], "x64 Debug"),
                       m.path(FOLDERS[0], "src", name), cwd=FOLDERS[0])
        need(findings(linted.stdout) == 4, f"wdm-lint {name}: {linted.stdout + linted.stderr}")


def summary(done):
    """What the runner said, without the time it took and the version of LLVM."""
    return re.sub(r" in \d+ s\b| \(LLVM [\d.]+\)", "", done.stderr)


def report(machine, *names):
    """The results of a SARIF report."""
    with open(machine.host(*names), encoding="utf-8") as f:
        (run,) = json.load(f)["runs"]
    return json.dumps({key: run.get(key) for key in ("results", "artifacts")}, indent=1,
                      ensure_ascii=False)


def test_lint(test):
    """The runner: findings, report, baseline, fixes, a file that does not parse."""
    folder = FOLDERS[1]

    def lint(*options):
        return [m.run("wdm-lint", "-p", m.path(folder, "x64 Debug"), *options, cwd=folder)
                for m in both(test)]

    def alike(done, status):
        agree(test, done)
        same(*map(summary, done), "stderr")
        need(done[1].returncode == status, f"{done[1].returncode}: {done[1].stderr}")

    for m in both(test):
        driver(m, folder, style="precompiled")
        os.makedirs(m.host(folder, ".git"))
    done = lint("--sarif", "first.sarif", "-j", "2")
    alike(done, 1)
    need(findings(done[1].stdout) >= 12, done[1].stdout + done[1].stderr)
    same(*[report(m, folder, "first.sarif") for m in both(test)], "the report")
    alike(lint("--baseline", "first.sarif"), 0)
    done = lint("--diff")
    same(*[d.bytes for d in done], "--diff")
    need(done[1].returncode == 1, done[1].stderr)
    alike(lint("--fix"), 1)
    fixed = [sources(m, folder) for m in both(test)]
    for name in fixed[0]:
        same(fixed[0][name], fixed[1][name], name)
    doctor = [m.run("wdm-lint", "--doctor", m.path(folder, "x64 Debug"), cwd=folder)
              for m in both(test)]
    same(*[str(d.returncode) for d in doctor], "the exit status of --doctor")
    need("clang-tidy" in doctor[1].stdout + doctor[1].stderr, doctor[1].stdout)
    for m in both(test):
        with open(m.host(folder, "src", "pnp.c"), "a") as f:
            f.write("undeclared x;\n")
    alike(lint(), 2)
    for m in both(test):
        os.remove(m.host(folder, "x64 Debug", "compile_commands.json"))
    need([d.returncode for d in lint()] == [2, 2], "no database is no error")


def test_export_fixes(test):
    import yaml

    exported = []
    for m in both(test):
        names = driver(m, FOLDERS[1])
        tidy(m, FOLDERS[1], names, "-quiet", "--export-fixes=" + m.path(FOLDERS[1], "f.yaml"))
        with open(m.host(FOLDERS[1], "f.yaml"), encoding="utf-8") as f:
            document = yaml.safe_load(f.read())
        need(document["Diagnostics"], "nothing was exported")
        exported.append(m.plain(json.dumps(document["Diagnostics"], indent=1, ensure_ascii=False).replace("\\\\", "\\")))
    same(*exported, "the exported fixes")


def test_configuration(test):
    """--verify-config, options of the checks, bad ones, exit statuses."""
    for text in (
        "Checks: '-*,wdm-*'\nCheckOptions:\n  RegistrationFunctions: 'HookIrp;HookPacket:2'\n",
        "Checks: '-*,wdm-*'\nCheckOptions:\n  wdm-io-set-completion-routine-ex.FailureAction: 'fallback'\n",
        "Checks: '-*,wdm-*'\nCheckOptions:\n  wdm-io-set-completion-routine-ex.FailureAction: 'perhaps'\n",
        "Checks: '-*,wdm-*,wdm-no-such'\n",
        "Checks: '-*,wdm-*'\nCheckOptions:\n  RegistrationFunctions: 'Hook:x'\n",
    ):
        verified, done = [], []
        for m in both(test):
            names = driver(m, "config")
            with open(m.host("config", ".clang-tidy"), "w") as f:
                f.write(text)
            file = m.path("config", "src", "pnp.c")
            verified.append(m.run("wdm-clang-tidy", "--verify-config", file, "--", cwd="config"))
            done.append(tidy(m, "config", ["pnp.c"]))
        same(*[v.stdout + v.stderr for v in verified], "--verify-config")
        agree(test, verified)
        agree(test, done)


def test_exit_statuses(test):
    for options in (
        ["--warnings-as-errors=*"],
        ["--checks=-*"],
        ["--no-such-option"],
    ):
        done = []
        for m in both(test):
            names = driver(m, "exit")
            done.append(tidy(m, "exit", names[:4], *options))
        same(*[str(d.returncode) for d in done], f"exit status with {options}")
    for m in both(test):
        missing = tidy(m, "exit", ["missing.c"])
        need(missing.returncode != 0, f"a missing file is no error on {m.name}")


def test_catalogue(test):
    """The tests of the checks and the known misses, each line of the output."""
    copies = []
    for m in both(test):
        shutil.rmtree(m.host("catalogue"), ignore_errors=True)
        shutil.copytree(os.path.join(TEST, "Inputs"), m.host("catalogue", "Inputs"))
        copies.append(sorted(
            os.path.join(folder, name)
            for part in ("checks", "known")
            for folder, _, files in os.walk(os.path.join(TEST, part))
            for name in files
            if name.endswith((".c", ".cpp"))
        ))
    warned = 0
    for language in (".c", ".cpp"):
        names = [n for n in copies[0] if n.endswith(language)]
        for begin in range(0, len(names), 16):
            done = []
            for m in both(test):
                files = []
                for n in names[begin : begin + 16]:
                    name = os.path.relpath(n, TEST).replace("/", "-")
                    shutil.copy(n, m.host("catalogue", name))
                    files.append(m.path("catalogue", name))
                done.append(m.run(
                    "wdm-clang-tidy", CHECKS, "--config={}", *files, "--", *FLAGS[:3],
                    "-I" + m.path("catalogue", "Inputs"),
                    "-std=c17" if language == ".c" else "-std=c++17",
                    cwd="catalogue",
                ))
            agree(test, done)
            warned += findings(done[1].stdout)
    print(f"  {len(copies[0])} files, {warned} findings")
    need(warned > 300, f"only {warned} findings")


def test_torture(test):
    """Spoilt sources: no crash, and the same is said."""
    folder = os.path.join(TEST, "drivers", "filter")
    texts = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".c"):
            with open(os.path.join(folder, name), encoding="utf-8", newline="") as f:
                texts.append(f.read().replace("\r\n", "\n"))
    chance = random.Random("windows")
    batch = []
    for number in range(test.options.mutants):
        batch.append(mutate.mutant(chance.choice(texts), texts, chance))
    for begin in range(0, len(batch), 24):
        done = []
        for m in both(test):
            driver(m, "torture")
            files = []
            for number, text in enumerate(batch[begin : begin + 24]):
                name = f"mutant{begin + number}.c"
                with open(m.host("torture", "src", name), "w", encoding="utf-8",
                          errors="surrogateescape") as f:
                    f.write(text)
                files.append(m.path("torture", "src", name))
            done.append(m.run(
                "wdm-clang-tidy", CHECKS, "--config={}", *files, "--", "-std=gnu11",
                *flags_of(m, "clang"), "-I" + m.path("torture", "src"), "-ferror-limit=5",
                cwd="torture",
            ))
        need(done[1].returncode in (0, 1), f"ended with {done[1].returncode}: {done[1].stderr[-2000:]}")
        same(*["\n".join(l for l in d.stdout.splitlines() if "[wdm-" in l) for d in done], "the findings")


def test_long_path(test):
    """More than 260 characters: findings, and fixes by both programs."""
    folder = "/".join(["a folder with a long name " + "x" * 40] * 5)
    done, linted, fixed = [], [], []
    for m in both(test):
        names = driver(m, folder)
        database = m.path(folder, "x64 Debug")
        files = [m.path(folder, "src", n) for n in names]
        before = sources(m, folder)["pnp.c"]
        done.append(m.run("wdm-clang-tidy", "-p", database, *files))
        m.run("wdm-clang-tidy", "-p", database, "--fix", "-quiet", files[names.index("pnp.c")])
        fixed.append([sources(m, folder)])
        need(fixed[-1][0]["pnp.c"] != before, "wdm-clang-tidy fixed nothing")
        linted.append(m.run("wdm-lint", "-p", database, "--fix"))
        fixed[-1].append(sources(m, folder))
    need(len(test.windows.path(folder)) > 300, "not long")
    agree(test, done)
    need(findings(done[1].stdout) >= 12, done[1].stdout + done[1].stderr)
    agree(test, linted)
    same(*map(summary, linted), "stderr of wdm-lint")
    need(fixed[1][0] != fixed[1][1], "wdm-lint fixed nothing")
    for linux, windows in zip(*fixed):
        for name in linux:
            same(linux[name], windows[name], name)


@contextlib.contextmanager
def read_only(path):
    """A file that can neither be written nor be replaced, as one with that attribute
    on Windows. Here a closed folder does that; but not to root, and then it is
    the file that nobody may change. Gives False if this machine cannot do so."""
    folder = os.path.dirname(path)
    root = os.getuid() == 0
    os.chmod(path, 0o444)
    try:
        if root:
            closed = subprocess.run(["chattr", "+i", path], stderr=subprocess.DEVNULL)
            yield closed.returncode == 0
        else:
            os.chmod(folder, 0o555)
            yield True
    finally:
        if root:
            subprocess.run(["chattr", "-i", path], stderr=subprocess.DEVNULL)
        os.chmod(folder, 0o755)
        os.chmod(path, 0o644)


def test_read_only(test):
    """A fix for a file that cannot be written: an error that names it, the file as
    it was, nothing left beside it, and the other files fixed."""
    m = test.windows
    driver(m, "readonly")
    folder = m.host("readonly", "src")
    path = os.path.join(folder, "pnp.c")

    def tried(*command):
        names, before = sorted(os.listdir(folder)), sources(m, "readonly")
        with read_only(path) as closed:
            if not closed:
                return None
            done = m.run(*command, cwd="readonly")
        after = sources(m, "readonly")
        same(before["pnp.c"], after["pnp.c"], "the read-only file")
        same("\n".join(names), "\n".join(sorted(os.listdir(folder))), "the folder")
        done.changed = {name for name in before if before[name] != after[name]}
        return done

    database = m.path("readonly", "x64 Debug")
    files = [m.path("readonly", "src", n) for n in ("pnp.c", "own_irp.c")]
    done = tried("wdm-clang-tidy", "-p", database, "--fix", *files)
    if not done:
        print("  not tried: root may write every file, and chattr does not work here")
        return
    denied = "([Pp]ermission denied|[Oo]peration not permitted)"
    need(re.search(f"unable to overwrite file .*pnp.c: .*{denied}", done.stdout + done.stderr),
         done.stdout + done.stderr)
    need("failed to apply suggested fixes" in done.stderr, done.stderr)
    driver(m, "readonly")
    done = tried("wdm-lint", "-p", database, "--fix")
    need(re.search(f"error: .*pnp.c was not changed: .*{denied}", done.stderr), done.stderr)
    need(done.returncode == 2, f"the exit status is {done.returncode}")
    if os.getuid() == 0:
        need("own_irp.c" in done.changed, "own_irp.c was not fixed")


def test_moved(test):
    """Without lib: a sentence that says what is missing."""
    m = test.windows
    away = m.host("alone", "bin")
    shutil.rmtree(m.host("alone"), ignore_errors=True)
    os.makedirs(away)
    shutil.copy(os.path.join(m.tools, "wdm-clang-tidy.exe"), away)
    tools, m.tools = m.tools, away
    try:
        done = m.run("wdm-clang-tidy", "--list-checks", CHECKS)
    finally:
        m.tools = tools
        shutil.rmtree(m.host("alone"))
    need("the headers of clang" in done.stderr and "lib" in done.stderr, done.stderr)


def test_start_time(test):
    """io.c of the sample driver, and all its files: the best of five. Beside that
    what Wine takes for a program that does nothing, and ours for --version."""
    m = test.windows

    def seconds(*command):
        started = time.time()
        subprocess.run(command, env=m.env, stdin=subprocess.DEVNULL, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        return time.time() - started

    def best_of_five(*runs):
        return [min(times) for times in zip(*[[run() for run in runs] for _ in range(5)])]

    # Wine's own services end with its last program and take a second to start.
    with running_wine(m):
        nothing, version = best_of_five(
            lambda: seconds(test.options.wine, "cmd", "/c", "exit"),
            lambda: seconds(*m.command("wdm-clang-tidy"), "--version"))
        for what, only in (("all files", None), ("io.c", ["io.c"])):
            names = [only or driver(machine, FOLDERS[0]) for machine in both(test)]
            linux, windows = best_of_five(*[
                lambda a=machine, n=n: tidy(a, FOLDERS[0], n).seconds
                for machine, n in zip(both(test), names)])
            print(f"  {what}: Linux {linux:.2f} s, Windows {windows:.2f} s: "
                  f"{windows / linux:.1f} times")
    print(f"  a program that does nothing {nothing:.2f} s, --version {version:.2f} s")

    def first():
        subprocess.run(["wineserver", "-w"], env=m.env, timeout=300)
        return seconds(test.options.wine, "cmd", "/c", "exit")

    print(f"  the first program, which starts Wine: {min(first() for _ in range(3)):.2f} s")


@contextlib.contextmanager
def running_wine(machine):
    """Wine with a program that waits, so that its services go on."""
    waiting = subprocess.Popen([machine.options.wine, "cmd", "/q"], env=machine.env,
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        waiting.stdin.close()
        waiting.wait(timeout=60)


def test_clangd(test):
    """Sessions over LSP: findings, fixes, their pages, and a clean end."""
    m = test.windows
    home = m.host("home")
    os.makedirs(home, exist_ok=True)
    env = {**m.env, "APPDATA": m.translate(home), "LOCALAPPDATA": m.translate(home)}
    slow, hung = [], 0
    for number in range(test.options.sessions):
        folder = FOLDERS[number % len(FOLDERS)]
        lsp.uri = m.uri_of_code if number % 2 else m.uri
        names = driver(m, folder, style=("clang", "precompiled", "cl")[number % 3])
        os.remove(m.host(folder, ".clang-tidy"))
        source = m.host(folder, "src")
        # Where clangd looks by itself.
        shutil.copy(m.host(folder, "x64 Debug", "compile_commands.json"), m.host(folder))
        session = lsp.Session(m.command("wdm-clangd"), source, m.host("clangd.log"), env)
        try:
            found = {}
            for name in names if number < len(FOLDERS) else names[number % len(names)::len(names)]:
                document = lsp.Document(session, os.path.join(source, name))
                found[name] = ([d for d in document.diagnostics()], document)
            errors = [d for ds, _ in found.values() for d in ds if d["severity"] == 1]
            need(not errors, f"errors: {errors[:3]}")
            ours = {
                (name, d["range"]["start"]["line"] + 1, d["code"])
                for name, (ds, _) in found.items()
                for d in ds
                if str(d.get("code", "")).startswith("wdm-")
            }
            wanted = {
                (name, line, check)
                for name, line, _, check in sample.expected(m.host(folder), test.checks)
                if name in found
            }
            need(ours == wanted, f"missing {wanted - ours}, unexpected {ours - wanted}")
            if number < len(FOLDERS):
                fix_in_session(test, found)
            started = time.time()
            status = session.close()
            slow.append(time.time() - started)
            need(status == 0, f"clangd ended with {status}")
        except subprocess.TimeoutExpired:
            # Wine 8 was seen to hang in its own NtTerminateProcess (tools/Exit.h).
            with open(m.host("clangd.log"), encoding="utf-8", errors="replace") as f:
                need(f.read().rstrip().endswith("<-- exit"),
                     f"session {number + 1}: clangd did not end")
            hung += 1
        except lsp.Failure as failure:
            raise Failure(f"session {number + 1}: {failure}")
        finally:
            if session.process.poll() is None:
                session.process.kill()
    print(f"  {len(slow)} sessions ended, {hung} hung in Wine; the longest end took "
          f"{max(slow, default=0):.1f} s")
    need(not hung, f"{hung} sessions did not end")


def fix_in_session(test, found):
    for diagnostics, document in found.values():
        for d in diagnostics:
            if not str(d.get("code", "")).startswith("wdm-") or "available)" not in d["message"]:
                continue
            href = d.get("codeDescription", {}).get("href", "")
            page = os.path.join(os.path.dirname(test.windows.tools), "doc", "checks",
                                d["code"][len("wdm-"):] + ".md")
            same(test.windows.uri(page), href, "the page's address")
            actions = [a for a in document.actions(d) if a["kind"] == "quickfix"]
            need(actions and actions[0].get("isPreferred"), f"no fix: {actions}")
            before = len([x for x in diagnostics if str(x.get("code", "")).startswith("wdm-")])
            document.apply(actions[0])
            after = [x for x in document.diagnostics() if str(x.get("code", "")).startswith("wdm-")]
            need(len(after) == before - 1, f"{before} findings, {len(after)} after a fix")
            return
    raise Failure("no finding can be fixed")


def test_installer(test):
    """A silent installation, a run of what it installed, its removal, and an
    installation where the folder was deleted by hand."""
    m = test.windows
    if not test.options.installer:
        print("  no installer: not tried")
        return
    programs = "C:\\Program Files\\wdm-tidy"
    # NSIS takes /D without quotes only, and so no blanks from here.
    chosen = "C:\\work\\wdm-tidy"

    def run(*command):
        return subprocess.run([test.options.wine, *command], env=m.env, timeout=600,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def host(folder, *names):
        return os.path.join(test.windows.drive, *folder[3:].split("\\"), *names)

    def listed():
        key = "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\wdm-tidy"
        return run("reg", "query", key).returncode == 0

    for folder, options in ((programs, []), (chosen, ["/D=" + chosen])):
        for time_ in ("first", "second"):
            shutil.rmtree(host(folder), ignore_errors=True)
            done = run(test.options.installer, "/S", *options)
            need(done.returncode == 0, f"the installer ended with {done.returncode}")
            need(os.path.exists(host(folder, "bin", "wdm-clang-tidy.exe")),
                 f"nothing is in {folder} after the {time_} installation")
        need(listed(), "Windows does not list it")
        tools, m.tools = m.tools, host(folder, "bin")
        try:
            names = driver(m, "installed")
            done = tidy(m, "installed", names)
            need(findings(done.stdout) >= 12, done.stdout + done.stderr)
        finally:
            m.tools = tools
        # A copy of it goes on in the background; with _? it does not.
        run(host(folder, "Uninstall.exe"), "/S", "_?=" + folder) if " " not in folder else run(
            host(folder, "Uninstall.exe"), "/S")
        for _ in range(60):
            if not listed() and not os.path.exists(host(folder, "bin")):
                break
            time.sleep(1)
        need(not listed(), "Windows still lists it")
        left = [n for n in os.listdir(host(folder)) if n != "Uninstall.exe"] if os.path.exists(
            host(folder)) else []
        need(not left, f"still there: {left}")


class Test:
    def __init__(self, options):
        self.options = options
        work = os.path.join(options.prefix, "linux")
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        self.linux = Linux(work, options)
        drive = os.path.join(options.prefix, "drive_c")
        self.windows = Windows(os.path.join(drive, "work"), options, drive)
        subprocess.run([options.wine, "wineboot", "-i"], env=self.windows.env, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)
        shutil.rmtree(self.windows.root, ignore_errors=True)
        os.makedirs(self.windows.root)
        # Where Windows has its programs, with a blank and more.
        programs = os.path.join(drive, "Program Files", "Prüfer")
        shutil.rmtree(programs, ignore_errors=True)
        with zipfile.ZipFile(options.package) as archive:
            archive.extractall(programs)
        (root,) = os.listdir(programs)
        self.windows.tools = os.path.join(programs, root, "bin")
        self.checks = sample.checks_of([*self.linux.command("wdm-clang-tidy")])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--package", required=True)
    p.add_argument("--reference", required=True)
    p.add_argument("--prefix", required=True)
    p.add_argument("--wine", default="wine")
    p.add_argument("--installer")
    p.add_argument("--sessions", type=int, default=5)
    p.add_argument("--mutants", type=int, default=96)
    p.add_argument("names", nargs="*")
    options = p.parse_args()
    options.prefix = os.path.realpath(options.prefix)
    options.reference = os.path.realpath(options.reference)
    test = Test(options)
    passed = failed = 0
    for name, function in list(globals().items()):
        if not name.startswith("test_"):
            continue
        name = name[len("test_") :]
        if options.names and not any(n in name for n in options.names):
            continue
        started = time.time()
        try:
            function(test)
            passed += 1
            word = "PASS"
        except (Failure, lsp.Failure, OSError, subprocess.SubprocessError) as failure:
            print(f"  {failure}")
            failed += 1
            word = "FAIL"
        print(f"{word}: windows {name} ({time.time() - started:.0f} s)", flush=True)
    subprocess.run(["wineserver", "-k"], env=test.windows.env, stderr=subprocess.DEVNULL)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed != 0 or passed == 0)


main()
