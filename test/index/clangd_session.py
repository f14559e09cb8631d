# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""clangd_session.py WDM-CLANGD WDM-LINT FOLDER: the index in an editor.

FOLDER is a driver of several files. Its index is made, then a helper changes and
it is made again; the editor has to see both."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "roads"))
import lsp  # noqa: E402

server, lint, folder = sys.argv[1:]
folder = os.path.abspath(folder)


def index():
    subprocess.run([lint, "-p", folder, "--whole-driver", "-q"], cwd=folder,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def ours(document):
    return sorted(d["code"] for d in document.diagnostics()
                  if str(d.get("code", "")).startswith("wdm-"))


with open(os.path.join(folder, ".clang-tidy"), "w") as f:
    f.write("Checks: '-*,wdm-*'\nCheckOptions:\n"
            f"  Index: '{folder}/.wdm-lint-cache/driver.json'\n")
index()
home = os.path.join(folder, "home")
os.makedirs(home, exist_ok=True)
session = lsp.Session([server], folder, os.path.join(folder, "clangd.log"),
                      env={"HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home})
path = os.path.join(folder, "write.c")
document = lsp.Document(session, path)
found = ours(document)
assert found == ["wdm-completion-routine-registered"], found

# The helper sends from now on. As long as the index is of before, nothing of it
# is used.
helpers = os.path.join(folder, "helpers.c")
with open(helpers) as f:
    text = f.read()
with open(helpers, "w") as f:
    f.write(text.replace("IoCompleteRequest(Irp, IO_NO_INCREMENT)", "IoCallDriver(0, Irp)"))
with open(path) as f:
    text = f.read()
document.change("/* one */\n" + text)
found = ours(document)
assert found == ["wdm-io-set-completion-routine-ex"], found
index()
document.change("/* two */\n" + text)
found = ours(document)
assert found == ["wdm-io-set-completion-routine-ex"], found
sent = [d for d in document.diagnostics() if d.get("code") == found[0]][0]
assert "IRP sent here" in str(sent), sent
print("ok")
