# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_database.py FOLDER INCLUDE FILE... writes FOLDER/compile_commands.json, with the
stubs of the tests in the folder INCLUDE."""

import json
import os
import sys

folder, include, *files = sys.argv[1:]
folder = os.path.abspath(folder)
flags = ["--target=x86_64-pc-windows-msvc", "-fms-extensions", "-fms-compatibility"]
entries = [
    {"directory": folder, "file": f,
     "arguments": ["clang", *flags, "-I" + os.path.abspath(include), "-c", f]}
    for f in files
]
with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as out:
    json.dump(entries, out, ensure_ascii=False)
