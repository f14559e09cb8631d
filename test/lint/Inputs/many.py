# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""many.py FOLDER N: N small files in three folders, and their compile_commands.json."""

import json
import os
import sys

folder, number = os.path.abspath(sys.argv[1]), int(sys.argv[2])
entries = []
for i in range(number):
    name = os.path.join(("", "a", "a/b")[i % 3], f"f{i}.c")
    with open(os.path.join(folder, name), "w") as f:
        f.write("int RoutineEx;\n")
    entries.append({"directory": folder, "file": name, "arguments": ["clang", "-c", name]})
with open(os.path.join(folder, "compile_commands.json"), "w") as f:
    json.dump(entries, f)
