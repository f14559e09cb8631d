# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ci_change.py HOW FILE changes a file of the sample driver in its current folder.

  delete   the first test of a status that is right, with its branch
  shift    all lines down
"""

import re
import sys

how, path = sys.argv[1:]
with open(path, "rb") as f:
    text = f.read().decode()
if how == "shift":
    text = "/* more */\r\n" * 20 + text
else:
    right = re.search(
        r"(= IoSetCompletionRoutineEx\([^;]*;\s*\n)    if \(!NT_SUCCESS\(status\)\) \{\r?\n"
        r"(?:        [^\n]*\n)*?        return [^\n]*\n    \}\r?\n", text)
    assert right, path
    text = text[: right.end(1)] + text[right.end() :]
with open(path, "wb") as f:
    f.write(text.encode())
