# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_kit_database.py FOLDER WORD...

Writes FOLDER/driver/compile_commands.json with a command of cl.exe. A WORD is a
folder of the kit in FOLDER, or an option."""

import json
import os
import sys

folder, *words = sys.argv[1:]
kit = os.path.join(folder, "Kits 10", "Include", "10.0.22621.0")
arguments = ["cl.exe", "/c", "/nologo"]
arguments += [w if w.startswith("/") else "/I" + os.path.join(kit, w) for w in words]
directory = os.path.join(folder, "driver")
entry = {"directory": directory, "file": "a.c", "arguments": [*arguments, "a.c"]}
with open(os.path.join(directory, "compile_commands.json"), "w") as f:
    json.dump([entry], f)
