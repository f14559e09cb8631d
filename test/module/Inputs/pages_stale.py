"""Makes the pages in the repository copy ARGV[1] wrong, each in another way."""

import os
import sys

os.chdir(sys.argv[1])


def replace(name, old, new):
    with open(name, encoding="utf-8") as f:
        text = f.read()
    if old not in text:
        sys.exit(f"{name} has no '{old}'")
    with open(name, "w", encoding="utf-8") as f:
        f.write(text.replace(old, new))


page = "checks/io-set-completion-routine-ex.md"
replace(page, "' is discarded;", "' is dropped;")
replace("docs/failure-action.md", "    IoSkipCurrentIrpStackLocation(Irp);\n", "")
replace(page, "| `FailureAction` |", "| FailureAction |")
for name in ("checks/io-set-completion-ex-complete-irp.md", "docs/limits.md"):
    replace(name, "`sentByHand`", "by hand")
replace("checks/completion-routine-registered.md", "> Once a completion", "> When a completion")
os.rename("checks/io-set-completion-routine-ex-device-object.md", "checks/other.md")
