# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""scenario.py FOLDER WDM_LINT INCLUDE plays a change to a driver in git, once for each
kind of change, as docs/ci.md has it: a report of the target branch, then the branch
with that report as baseline. Fails unless just what is expected counts as new.
"""

import json
import os
import re
import shutil
import subprocess
import sys

folder, lint, include = sys.argv[1:]

HEADER = """#include "driver.h"

static inline BOOLEAN Failed(NTSTATUS Status) {
  return !NT_SUCCESS(Status);
}

static inline NTSTATUS Hook(PEXT Ext, PIRP Irp) {
  return IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
}
"""
READ = """#include "hook.h"

NTSTATUS Read(PEXT Ext, PIRP Irp) {
  NTSTATUS status;

  status = IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  if (!NT_SUCCESS(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS ReadForgotten(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
"""
WRITE = """#include "hook.h"

NTSTATUS Write(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Hook(Ext, Irp);
  if (Failed(status)) {
    return status;
  }
  return IoCallDriver(Ext->Lower, Irp);
}

NTSTATUS WriteForgotten(PEXT Ext, PIRP Irp) {
  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);
  return IoCallDriver(Ext->Lower, Irp);
}
"""
FLUSH = """#include "hook.h"

static void Forget(PIRP Irp) {
  IoSkipCurrentIrpStackLocation(Irp);
}
""" + "/* ... */\n" * 300 + """
NTSTATUS Flush(PEXT Ext, PIRP Irp) {
  NTSTATUS status = Hook(Ext, Irp);
  if (!NT_SUCCESS(status)) {
    Forget(Irp);
  }
  return IoCallDriver(Ext->Lower, Irp);
}
"""
OTHER = """#include "driver.h"

ULONG Other(ULONG X) {
  return X + 1;
}
"""
FILES = {
    "inc/hook.h": HEADER,
    "src/read.c": READ,
    "src/write.c": WRITE,
    "src/flush.c": FLUSH,
    "src/other.c": OTHER,
}


def git(*words):
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@t", *words],
        cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def write(name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def edit(name, old, new, count=1):
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        text = f.read()
    if old not in text:
        sys.exit(f"{name} has no {old!r}")
    write(name, text.replace(old, new, count))


def database():
    """What the build system would write for the files that there are."""
    entries = []
    for name in sorted(os.listdir(os.path.join(folder, "src"))):
        entries.append({
            "directory": os.path.join(folder, "build"),
            "file": os.path.join("..", "src", name),
            "arguments": ["clang", "--target=x86_64-pc-windows-msvc", "-fms-extensions",
                          "-fms-compatibility", "-I../inc", "-I" + include, "-c",
                          os.path.join("..", "src", name)],
        })
    os.makedirs(os.path.join(folder, "build"), exist_ok=True)
    with open(os.path.join(folder, "build", "compile_commands.json"), "w") as f:
        json.dump(entries, f)


def run(*words):
    database()
    done = subprocess.run([lint, "-p", "build", *words], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    found = re.findall(r"^(\S+?):\d+:\d+: warning: .* \[([a-z-]+)\]$", done.stdout, re.M)
    return done.returncode, found, done.stderr


CHECK = "  if (!NT_SUCCESS(status)) {\n    return status;\n  }\n"
LOOK, FAIL = "wdm-io-set-completion-routine-ex", "wdm-io-set-completion-ex-complete-irp"


def only_delete():
    edit("src/read.c", CHECK, "")
    return [("src/read.c", LOOK)]


def only_a_header():
    edit("inc/hook.h", "return !NT_SUCCESS(Status)", "return Status == STATUS_PENDING")
    return [("src/write.c", LOOK)]


def only_a_helper_far_away():
    edit("src/flush.c", "  IoSkipCurrentIrpStackLocation(Irp);\n", "")
    return [("src/flush.c", FAIL)]


def rename_a_file():
    git("mv", "src/read.c", "src/aa_reader.c")
    return []


def rename_and_break():
    git("mv", "src/read.c", "src/zz_reader.c")
    edit("src/zz_reader.c", CHECK, "")
    return [("src/zz_reader.c", LOOK)]


def shift_lines():
    for name in FILES:
        edit(name, "#include", "/* more */\n" * 40 + "#include")
    return []


def reformat():
    edit("src/write.c", "Ext->Self, Irp, Done, Ext,", "Ext->Self,\n\t\tIrp, Done,\n\t\tExt,")
    return []


def once_more_in_the_same_function():
    call = "  IoSetCompletionRoutineEx(Ext->Self, Irp, Done, Ext, TRUE, TRUE, TRUE);\n"
    edit("src/read.c", "ReadForgotten(PEXT Ext, PIRP Irp) {\n",
         "ReadForgotten(PEXT Ext, PIRP Irp) {\n" + call + "  IoCallDriver(Ext->Lower, Irp);\n")
    return [("src/read.c", LOOK)]


def one_mended_another_broken():
    """The same call in the same file: a count of findings would not see it."""
    edit("src/read.c", CHECK, "")
    edit("src/read.c", "Irp) {\n  IoSetC", "Irp) {\n  if (!NT_SUCCESS(IoSetC")
    edit("src/read.c", "PIRP Irp) {\n  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, "
         "Irp, Done, Ext, TRUE, TRUE, TRUE);",
         "PIRP Irp) {\n  if (!NT_SUCCESS(IoSetCompletionRoutineEx(Ext->Self, Irp, Done, "
         "Ext, TRUE, TRUE, TRUE)))\n    return STATUS_INSUFFICIENT_RESOURCES;")
    return [("src/read.c", LOOK)]


def copy_a_file():
    with open(os.path.join(folder, "src", "write.c"), encoding="utf-8") as f:
        write("src/write2.c", f.read())
    return [("src/write2.c", LOOK)]


def silence():
    edit("src/read.c", "  IoSetC", "  // NOLINTNEXTLINE(wdm-io-set-completion-routine-ex)\n"
         "  IoSetC")
    return []


def touch_nothing_of_it():
    edit("src/other.c", "X + 1", "X + 2")
    return []


shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
git("init", "-q", "-b", "main", ".")
write(".gitignore", "build\n*.sarif\n")
write(".clang-tidy", "Checks: '-*,wdm-*'\n")
for name, text in FILES.items():
    write(name, text)
git("add", ".")
git("commit", "-q", "-m", "base")
status, found, said = run("--sarif", "base.sarif")
assert (status, len(found)) == (1, 2), (status, found, said)

for change in (only_delete, only_a_header, only_a_helper_far_away, rename_a_file,
               rename_and_break, shift_lines, reformat, once_more_in_the_same_function,
               one_mended_another_broken, copy_a_file, silence, touch_nothing_of_it):
    git("checkout", "-q", "-B", "change", "main")
    wanted = change()
    git("add", ".")
    git("commit", "-q", "-m", change.__name__)
    status, found, said = run("--baseline", "base.sarif", "--sarif", "new.sarif")
    with open(os.path.join(folder, "new.sarif"), encoding="utf-8") as f:
        results = json.load(f)["runs"][0]["results"]
    marked = [r for r in results if r["baselineState"] == "new"]
    last = said.strip().splitlines()[-1 if "not parsed" not in said else -2]
    print(f"{change.__name__}: {last}")
    if found != wanted or len(marked) != len(wanted) or status != (1 if wanted else 0):
        sys.exit(f"{change.__name__}: status {status}, new {found}, expected {wanted}\n{said}")
