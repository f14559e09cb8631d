#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A clang-tidy that does not stand every source.

STANDIN says what it does to the third mutant, as long as there is a word in it:
crash, hang, memory or report. All else goes to STANDIN_TIDY, the real one.
"""

import os
import re
import shlex
import signal
import sys

arguments = sys.argv[1:]
for path in arguments[: arguments.index("--")]:
    if re.search(r"-3\.c(pp)?$", path):
        with open(path, "rb") as f:
            found = re.search(rb"\w", f.read())
        how = os.environ["STANDIN"] if found else ""
        if how == "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif how == "hang":
            while True:
                pass
        elif how == "memory":
            hold = b"x" * (900 << 20)
        elif how == "report":
            sys.exit("PLEASE submit a bug report to https://github.com/llvm/llvm-project/issues/")
tidy = shlex.split(os.environ["STANDIN_TIDY"])
os.execv(tidy[0], tidy + arguments)
