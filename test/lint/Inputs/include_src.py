# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""include_src.py FOLDER: /I with the sources, where a forced header is."""

import json
import os
import sys

path = os.path.join(sys.argv[1], "compile_commands.json")
with open(path) as f:
    entries = json.load(f)
for entry in entries:
    entry["arguments"].insert(1, "/I../src")
with open(path, "w") as f:
    json.dump(entries, f)
