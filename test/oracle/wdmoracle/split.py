"""A generated file as a driver of several files: its functions are dealt out at random, lines stay
where they are, and `wdm-lint --whole-driver` looks at all.  The verdicts are those of one file."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import re
import subprocess
from typing import List, Tuple

from .tidy import FLAGS, Tool, ToolError, Warning_

INCLUDE = '#include "oracle_wdm.h"'


def chunks(lines: List[str]) -> List[Tuple[int, int]]:
    """(first line, behind the last) of what stands at the outermost level; macros are none."""
    found, i = [], 0
    while i < len(lines):
        line = lines[i]
        if not re.match(r"[A-Za-z_]", line):
            i += 1
            continue
        first = i
        if not line.rstrip().endswith(";"):
            while lines[i] not in ("}", "};"):
                i += 1
        i += 1
        found.append((first, i))
    return found


def deal(text: str, parts: int, seed: str) -> Tuple[str, List[str]]:
    """The header with the prototypes, and the files.  A static function is the driver's from then
    on; classes and templates are in all files."""
    rng = random.Random(seed)
    lines = text.split("\n")
    files = [list(lines) for _ in range(parts)]
    prototypes, with_role = [], set()
    for first, end in chunks(lines):
        head = lines[first]
        plain = re.sub(r"^static ", "", head)
        for f in files:
            f[first] = plain
        role = re.match(r"(?:static )?[A-Z_]+ (\w+);", head)
        if role is not None:
            # The first declaration decides whether the role is part of the type.
            prototypes.append(plain)
            with_role.add(role.group(1))
        if head.startswith(("class ", "template ", "typedef ")) or end == first + 1:
            continue
        if "::" not in head and re.search(r"(\w+)\(", head).group(1) not in with_role:
            prototypes.append(plain.rstrip().removesuffix("{").rstrip() + ";")
        owner = rng.randrange(parts)
        for number, f in enumerate(files):
            if number != owner:
                f[first:end] = [""] * (end - first)
    return "\n".join([INCLUDE, *prototypes, ""]), ["\n".join(f) for f in files]


@dataclasses.dataclass
class SplitTool(Tool):
    """Lints what it is given in up to `parts` files."""

    lint: str = ""
    parts: int = 4

    @staticmethod
    def of(tool: Tool, lint: str) -> "SplitTool":
        if not os.path.exists(lint):
            raise ToolError(f"there is no {lint}; build it")
        return SplitTool(tool.tidy, tool.plugin, tool.clang, tool.checks, lint)

    def run(self, path: str, lang: str, *options: str, timeout: int = 600) -> List[Warning_]:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        name, extension = os.path.splitext(os.path.basename(path))
        folder = os.path.join(os.path.dirname(path), name + "-split")
        os.makedirs(folder, exist_ok=True)
        rng = random.Random(name)
        header, files = deal(text, rng.randint(2, self.parts), name)
        with open(os.path.join(folder, "split.h"), "w", encoding="utf-8") as f:
            f.write(header)
        database = []
        for number, part in enumerate(files):
            file = os.path.join(folder, f"part{number}{extension}")
            with open(file, "w", encoding="utf-8") as f:
                f.write(part.replace(INCLUDE, '#include "split.h"', 1))
            standard = "-std=c++17" if lang == "c++" else "-std=c17"
            database.append({"directory": folder, "file": file,
                             "arguments": [self.clang, *FLAGS, standard, "-c", file]})
        with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as f:
            json.dump(database, f)
        command = [self.lint, "-p", folder, "--whole-driver", "--all-files", "-j", "1", "--quiet",
                   f"--checks={self.checks}", *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=folder)
        if done.returncode not in (0, 1):
            raise ToolError(f"wdm-lint could not work:\n{done.stdout[-1000:]}\n{done.stderr[-2000:]}")
        found, known = self.parse(done.stdout, path), set()
        result = []
        for w in found:
            # Lines are where they were.
            w.message = re.sub(r"\bat part\d+\.\w+:(\d+)", r"at line \1", w.message)
            # What is in all files is found in all.
            key = (w.line, w.column, w.check, w.message)
            if key not in known:
                known.add(key)
                result.append(w)
        return result
