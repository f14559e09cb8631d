# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""database.py FOLDER FILE... writes FOLDER/compile_commands.json."""

import json
import os
import sys

folder, *files = sys.argv[1:]
folder = os.path.abspath(folder)
entries = [
    {"directory": folder, "file": f, "arguments": ["clang", "-std=c17", "-c", f]}
    for f in files
]
with open(os.path.join(folder, "compile_commands.json"), "w") as out:
    json.dump(entries, out)
