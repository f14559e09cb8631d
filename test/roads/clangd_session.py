# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""clangd_session.py WDM-CLANGD LLVM PAGES

Opens every file of the sample driver in the server, and expects the findings
of expected.txt; then fixes one and breaks it again."""

import os
import re
import sys
import tempfile

import lsp
import sample

server, llvm, pages = sys.argv[1:]
# Away from this repository, whose .clang-tidy would count.
temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
folder = os.path.join(temporary.name, "driver")
sample.copy("filter", folder, llvm)
source = os.path.join(folder, "src")


def ours(diagnostics):
    return [d for d in diagnostics if str(d.get("code", "")).startswith("wdm-")]


def plain(message):
    """clangd writes the first letter large and adds what it knows of fixes; the
    notes are in relatedInformation, or in the text where a client has none."""
    text = re.sub(r" \((fix|fixes) available\)$", "", message.split("\n")[0])
    return text[0].lower() + text[1:]


# Nothing of the user's own counts, and nothing is named: no .clang-tidy (the
# one in FOLDER goes), no .clangd, no flag.
os.remove(os.path.join(folder, ".clang-tidy"))
home = os.path.join(folder, "home")
os.makedirs(home)
session = lsp.Session(
    [server],
    source,
    os.path.join(folder, "clangd.log"),
    env={"HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home},
)

findings, errors, files = set(), [], sorted(sample.read_sources(source))
for name in files:
    if not name.endswith(".c"):
        continue
    document = lsp.Document(session, os.path.join(source, name))
    for d in document.diagnostics():
        if d["severity"] == 1:
            errors.append((name, d["message"]))
    for d in ours(document.diagnostics()):
        line = d["range"]["start"]["line"] + 1
        findings.add((name, line, plain(d["message"]), d["code"]))
assert not errors, errors[:5]

# The session sees the checks that the executable beside it has.
tidy = os.path.join(os.path.dirname(server), "wdm-clang-tidy")
wanted = {f for f in sample.expected(folder, sample.checks_of([tidy]))}
# A finding in a header is shown in the header.
# clangd begins a message with a capital letter, plain() with a small one.
wanted = {
    (name, line, text[0].lower() + text[1:], code)
    for name, line, text, code in wanted
    if name.endswith(".c")
}
assert findings == wanted and wanted, (
    f"missing: {wanted - findings}\nunexpected: {findings - wanted}"
)
print(f"{len(findings)} findings, as expected")

# One finding that can be fixed: its note, its fixes, its page.
for name in files:
    if not name.endswith(".c"):
        continue
    document = lsp.Document(session, os.path.join(source, name))
    before = ours(document.diagnostics())
    fixable = [d for d in before if "available)" in d["message"]]
    if fixable:
        break
else:
    sys.exit("no finding can be fixed: this proves nothing")
finding = fixable[0]
print(f"{name}: {finding['message']}")
assert finding["source"] == "clang-tidy"
related = [i["message"] for i in finding.get("relatedInformation", [])]
assert related, "the notes are missing"
print("notes:", related)

page = finding["code"][len("wdm-") :] + ".md"
href = finding.get("codeDescription", {}).get("href", "")
if os.path.exists(os.path.join(pages, page)):
    assert href.startswith("file://") and href.endswith(page), href
else:
    assert not href, href

actions = [a for a in document.actions(finding) if a["kind"] == "quickfix"]
print("fixes:", [a["title"] for a in actions])
preferred = [a for a in actions if a.get("isPreferred")]
assert len(preferred) == 1 and preferred[0] is actions[0], actions
assert not re.match(r"insert '|change '|remove '", actions[0]["title"]), actions
assert len({a["title"] for a in actions}) == len(actions), "two with one title"

# Each fix makes the finding go, and the text back brings it back.
key = {(plain(d["message"]), d["code"]) for d in before}
text = document.text
for action in actions:
    document.apply(action)
    assert document.text != text
    after = document.diagnostics()
    assert not [d for d in after if d["severity"] == 1], after
    left = ours(after)
    assert len(left) == len(before) - 1, f"{action['title']}: {left}"
    document.change(text)
    again = {(plain(d["message"]), d["code"]) for d in ours(document.diagnostics())}
    assert again == key, again

# Line ends as they were.
document.apply(preferred[0])
document.diagnostics()
if "\r\n" in text and not re.search(r"(?<!\r)\n", text):
    assert not re.search(r"(?<!\r)\n", document.text), "the fix brought a LF"

# The refactorings of clangd are there.
small = os.path.join(source, "small.c")
with open(small, "w") as f:
    f.write("int f(int a) { return f(a + 3); }\n")
document = lsp.Document(session, small)
document.diagnostics()
tweaks = session.request(
    "textDocument/codeAction",
    {
        "textDocument": {"uri": document.uri},
        "range": {
            "start": {"line": 0, "character": 24},
            "end": {"line": 0, "character": 29},
        },
        "context": {"diagnostics": []},
    },
)
assert "Extract subexpression to variable" in [a["title"] for a in tweaks], tweaks
assert session.close() == 0


def findings_with(files):
    """How many findings pnp.c has in a session with these files in the tree."""
    for file, text in files.items():
        with open(os.path.join(folder, file), "w") as f:
            f.write(text)
    session = lsp.Session(
        [server],
        source,
        os.path.join(folder, "clangd.log"),
        env={"HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home},
    )
    document = lsp.Document(session, os.path.join(source, "pnp.c"))
    found = ours(document.diagnostics())
    assert session.close() == 0
    for file in files:
        os.remove(os.path.join(folder, file))
    return len(found)


# What the user configures counts as in any clangd.
all_of_them = len([f for f in wanted if f[0] == "pnp.c"])
assert all_of_them != 0
for files, number in (
    ({".clang-tidy": "Checks: '-*,wdm-*'\n"}, all_of_them),
    ({".clang-tidy": "Checks: '-*,bugprone-*'\n"}, 0),
    ({".clangd": "Diagnostics: {ClangTidy: {Add: 'wdm-*'}}\n"}, all_of_them),
    ({".clangd": "Diagnostics: {ClangTidy: {Remove: 'wdm-*'}}\n"}, 0),
    ({".clangd": "Diagnostics: {Suppress: 'wdm-*'}\n"}, all_of_them),
    (
        {
            ".clang-tidy": "Checks: '-*,wdm-*'\n",
            ".clangd": "Diagnostics: {ClangTidy: {FastCheckFilter: Loose}}\n",
        },
        all_of_them,
    ),
):
    got = findings_with(files)
    assert got == number, f"{files}: {got} findings, not {number}"
