# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ci_hook.py PAGE prints the git hook that stands in docs/ci.md."""

import sys
import textwrap

with open(sys.argv[1]) as page:
    lines = page.read().split("\n")
first = lines.index("    #!/bin/sh")
last = first
while last < len(lines) and lines[last].startswith("    "):
    last += 1
print(textwrap.dedent("\n".join(lines[first:last])))
