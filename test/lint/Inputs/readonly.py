# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""readonly.py FOLDER COMMAND... runs it there with a.c, and the folder, not to be written."""

import os
import subprocess
import sys

folder, *command = sys.argv[1:]
file = os.path.join(folder, "a.c")
if os.geteuid() == 0:
    print("skipped: root")
    sys.exit(0)
with open(file, "rb") as f:
    before = f.read()
os.chmod(file, 0o444)
try:
    status = subprocess.run(command, cwd=folder).returncode
finally:
    os.chmod(file, 0o644)
with open(file, "rb") as f:
    assert f.read() == before
assert status == 2, status
