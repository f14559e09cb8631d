"""Runs clang-tidy with the module, and reads what it prints."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
from typing import List, Optional

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
INPUTS = os.path.join(ROOT, "test", "Inputs")

FLAGS = ["--target=x86_64-pc-windows-msvc", "-fms-extensions", "-I" + INPUTS]


class ToolError(Exception):
    """clang-tidy could not do its work (a crash, a file that does not compile)."""


@dataclasses.dataclass
class Warning_:
    line: int
    column: int
    check: str
    message: str
    notes: List[str]

    def text(self) -> str:
        return "\n".join([f"{self.line}:{self.column}: warning: {self.message} [{self.check}]"] + self.notes)


@dataclasses.dataclass
class Tool:
    """Which clang-tidy, and which plugin."""

    tidy: str
    plugin: str
    clang: str
    checks: str = "wdm-*"

    @staticmethod
    def find(llvm: str, plugin: Optional[str], tidy: Optional[str] = None) -> "Tool":
        tidy = tidy or shutil.which(f"clang-tidy-{llvm}")
        if tidy is None:
            raise ToolError(f"no clang-tidy-{llvm}; install the package clang-tidy-{llvm}")
        if plugin is None:
            folder = os.path.join(ROOT, f"build-{llvm}")
            plugin = next(
                (
                    p
                    for p in (
                        os.path.join(folder, "lib", "libclangTidyWdmModule.so"),
                        os.path.join(folder, "libclangTidyWdmModule.so"),
                    )
                    if os.path.exists(p)
                ),
                None,
            )
            if plugin is None:
                raise ToolError(f"no plugin in {folder}; build it, or give --plugin FILE")
        clang = shutil.which(f"clang-{llvm}") or shutil.which("clang")
        return Tool(tidy, plugin, clang)

    def command(self, path: str, lang: str, *options: str) -> List[str]:
        return [
            self.tidy,
            f"--load={self.plugin}",
            f"--checks=-*,{self.checks}",
            "--config={}",
            "--quiet",
            *options,
            path,
            "--",
            *FLAGS,
            "-std=c++17" if lang == "c++" else "-std=c17",
        ]

    def run(self, path: str, lang: str, *options: str, timeout: int = 600) -> List[Warning_]:
        try:
            done = subprocess.run(
                self.command(path, lang, *options), capture_output=True, text=True, timeout=timeout
            )
        except subprocess.TimeoutExpired as e:
            raise ToolError(f"clang-tidy needs more than {timeout} s for {path}") from e
        if done.returncode < 0 or "PLEASE submit a bug report" in done.stderr:
            raise ToolError(f"clang-tidy crashed on {path}:\n{done.stderr[-3000:]}")
        if "Error:" in done.stderr or "No checks enabled" in done.stderr:
            raise ToolError(f"clang-tidy could not work:\n{done.stderr[-2000:]}")
        return self.parse(done.stdout, path)

    @staticmethod
    def parse(output: str, path: str) -> List[Warning_]:
        pattern = re.compile(r"^(.*?):(\d+):(\d+): (warning|error|note): (.*?)(?: \[([\w.,-]+)\])?$")
        found: List[Warning_] = []
        for line in output.split("\n"):
            m = pattern.match(line)
            if m is None:
                continue
            if m.group(4) == "error":
                raise ToolError(f"a generated program does not compile: {line}")
            if m.group(4) == "warning":
                found.append(Warning_(int(m.group(2)), int(m.group(3)), m.group(6) or "", m.group(5), []))
            elif found:
                found[-1].notes.append(f"{m.group(2)}:{m.group(3)}: note: {m.group(5)}")
        return found
