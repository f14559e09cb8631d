#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""database.py FOLDER [FLAGS...]: a compile_commands.json for its C and C++ files."""

import json
import os
import sys

folder, flags = os.path.realpath(sys.argv[1]), sys.argv[2:]
entries = []
for name in sorted(os.listdir(folder)):
    if name.endswith((".c", ".cpp")):
        std = "-std=c++17" if name.endswith(".cpp") else "-std=c17"
        arguments = ["clang", *flags, "-Wno-unused-parameter", std, "-c", name]
        entries.append({"directory": folder, "file": name, "arguments": arguments})
with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as f:
    json.dump(entries, f, indent=1)
