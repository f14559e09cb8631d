#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares README.md, docs/*.md and the pages of the checks with what the tool does.

usage: check_pages.py --root REPOSITORY --temp FOLDER --flags 'COMPILER FLAGS'
                      [--update] -- clang-tidy --load=PLUGIN

The first words of a code block say what it is:

  ```c wrong            clang-tidy prints exactly what stands in the next block
  ```text               (all warnings and notes of all checks of the module)
  ```c fixed            the whole of the code above after --fix
  ```c fixed KEY=VALUE  the same, with this option of the page's check
  ```c right            the code gives no diagnostic
  ```c silenced         the same, but not without its NOLINT comments
  ```yaml config        the configuration of the blocks below, up to the next
                        heading; without it the tool has to print something else

`cpp` instead of `c` is C++. A wrong block without a fixed one must have no fix;
`c wrong brief` has one that is not shown, which must leave the code silent all
the same. Fixed code parses without a warning of -Wall, and is silent. The blocks
are compiled with test/module/Inputs/pages.h included.

Besides:
  * every check has a page, and every page a check; README.md links it and
    names its SDV rule;
  * a page opens with the rule, in the words of the class comment in checks/*.h;
    README.md has the same words;
  * a page has all the sections in SECTIONS, in that order;
  * the section Options has every option of the check with its default, in a row
    `| `Name` | `default` | ...`, and no other; README.md names each option;
  * every relative link leads to a file; a link whose text is `a name`, to a test,
    leads to a file in which that name occurs;
  * every function in test/known is linked from some page.

With --update, what is printed and what is fixed is written into the pages; read
the difference before you commit it.
Exit status: 0 if all is as it should be, 1 if not (one line says where).
"""

import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys

SECTIONS = [
    "Routines it applies to",
    "At run time",
    "Wrong code",
    "The fix",
    "Definitions",
    "Limits",
    "Silencing",
    "Options",
    "Related rules",
]
MODULE = "src/WdmTidyModule.cpp"
KNOWN = "test/known"
FENCE = re.compile(r"^```(.*)$")
HEADING = re.compile(r"^#+ +(.*)$")
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
DIAGNOSTIC = re.compile(r"^(?:.*[/\\])?(driver\.c(?:pp)?:\d+:\d+: (?:warning|note): .*)$")
ERROR = re.compile(r"^.*: (?:fatal )?error: ", re.M)


def squeezed(text):
    return " ".join(text.split())


class Block:
    def __init__(self, words, line):
        self.language = words[0] if words else ""
        self.role = words[1] if len(words) > 1 else ""
        self.words = words[2:]
        self.line = line
        self.lines = []
        self.config = None

    @property
    def text(self):
        return "".join(l + "\n" for l in self.lines)


class Page:
    """A Markdown file: its blocks, headings, and the text outside of blocks."""

    def __init__(self, root, name):
        self.name = name
        self.folder = os.path.dirname(os.path.join(root, name))
        self.blocks = []
        self.headings = []
        self.sections = {}
        self.prose = []
        self.updates = []
        inside, config, section = None, None, ""
        with open(os.path.join(root, name), encoding="utf-8") as f:
            for number, line in enumerate(f.read().splitlines(), 1):
                fence = FENCE.match(line)
                if inside is not None:
                    if fence:
                        inside = None
                    else:
                        inside.lines.append(line)
                    continue
                if fence:
                    inside = Block(fence.group(1).split(), number)
                    self.blocks.append(inside)
                    if inside.role == "config":
                        config = inside
                    else:
                        inside.config = config
                    continue
                heading = HEADING.match(line)
                if heading:
                    config = None
                    if line.startswith("## "):
                        section = heading.group(1)
                        self.headings.append(section)
                self.sections.setdefault(section, []).append(line)
                self.prose.append((number, line))
        self.text = "\n".join(line for _, line in self.prose)

    def rule(self):
        """The block quote under the title."""
        quote = [l[1:] for l in self.sections.get("", []) if l.startswith(">")]
        return squeezed(" ".join(quote))


class Checker:
    def __init__(self, args):
        self.args = args
        self.root = args.root
        self.problems = []
        self.runs = 0

    def say(self, page, line, text):
        self.problems.append(f"{page.name}:{line}: {text}")

    def read(self, name):
        with open(os.path.join(self.root, name), encoding="utf-8") as f:
            return f.read()

    # --- Running the tool ---

    def tidy(self, *more):
        done = subprocess.run(
            [*self.args.command, *more], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
        )
        return done.returncode, done.stdout, done.stderr

    def run(self, language, code, config, *more, warnings=False):
        """Returns the lines with diagnostics, the file afterwards, and errors."""
        self.runs += 1
        folder = os.path.join(self.args.temp, str(self.runs))
        os.makedirs(folder)
        file = os.path.join(folder, "driver." + language)
        with open(file, "w", encoding="utf-8", newline="") as f:
            f.write(code)
        checks = "-*,wdm-*" + (",clang-diagnostic-*" if warnings else "")
        flags = [*self.args.flags.split(), "-include", self.args.prelude]
        flags.append("-std=c++17" if language == "cpp" else "-std=c17")
        if warnings:
            flags.append("-Wall")
        status, out, err = self.tidy(
            f"--checks={checks}", f"--config={config}", *more, file, "--", *flags
        )
        found = [m.group(1) for m in map(DIAGNOSTIC.match, out.splitlines()) if m]
        with open(file, encoding="utf-8", newline="") as f:
            after = f.read()
        wrong = ERROR.search(out + err) or status != 0
        return found, after, (out + err) if wrong else ""

    @staticmethod
    def config(block, options=()):
        text = "\n".join(block.config.lines) if block.config else ""
        # An earlier line says Checks; the command line wins.
        if options:
            if "CheckOptions" in text:
                raise SystemExit("an option beside a config block is not supported")
            pairs = ", ".join(f"{key}: '{value}'" for key, value in options)
            text = f"CheckOptions: {{{pairs}}}"
        return text or "{}"

    # --- The blocks ---

    def check_blocks(self, page, check):
        blocks = page.blocks
        for i, block in enumerate(blocks):
            if block.role == "config":
                self.check_config(page, block)
                continue
            if block.language not in ("c", "cpp"):
                continue
            if block.role == "wrong":
                text = blocks[i + 1] if i + 1 < len(blocks) else None
                if text is None or text.language != "text":
                    self.say(page, block.line, "no ```text block with what is printed")
                    continue
                fixed = []
                for later in blocks[i + 2 :]:
                    if later.role != "fixed":
                        break
                    fixed.append(later)
                self.check_wrong(page, check, block, text, fixed)
            elif block.role in ("right", "silenced"):
                self.check_right(page, block)
            elif block.role != "fixed":
                self.say(page, block.line, f"what is '```{block.language}"
                         f"{' ' + block.role if block.role else ''}'? See {__file__}")

    def check_wrong(self, page, check, block, text, fixed):
        config = self.config(block)
        found, _, errors = self.run(block.language, block.text, config)
        if errors:
            return self.say(page, block.line, "the code does not parse\n" + errors)
        if not found:
            self.say(page, block.line, "the code is silent")
        self.compare(page, text, found, "what is printed")
        if block.config:
            without, _, _ = self.run(block.language, block.text, "{}")
            if without == found:
                self.say(page, block.config.line, "the configuration changes nothing")
        if not fixed:
            self.check_fix(page, block, config, None)
        for one in fixed:
            options = [tuple(word.split("=", 1)) for word in one.words]
            if options:
                options = [(f"{check}.{key}", value) for key, value in options]
            self.check_fix(page, block, self.config(block, options), one)

    def check_fix(self, page, block, config, fixed):
        _, after, errors = self.run(block.language, block.text, config, "--fix")
        if errors:
            return self.say(page, block.line, "--fix: the code does not parse\n" + errors)
        line = fixed.line if fixed else block.line
        if fixed:
            self.compare(page, fixed, after.splitlines(), "the fixed code")
        elif "brief" not in block.words:
            if after != block.text:
                self.say(page, line, "there is a fix, which is not shown\n" + after)
            return
        if after == block.text:
            self.say(page, line, "there is no fix")
        found, _, errors = self.run(block.language, after, config, warnings=True)
        if errors or found:
            self.say(page, line, "the fixed code is not silent\n"
                     + "\n".join(found) + errors)

    def check_right(self, page, block):
        config = self.config(block)
        found, _, errors = self.run(block.language, block.text, config, warnings=True)
        if errors or found:
            self.say(page, block.line, "the code is not silent\n"
                     + "\n".join(found) + errors)
        if block.role == "silenced":
            heard, _, _ = self.run(
                block.language, block.text.replace("NOLINT", "NO-LINT"), config)
            comments = len(re.findall(r"NOLINT(?!END)", block.text))
            warnings = [l for l in heard if ": warning: " in l]
            if len(warnings) != comments:
                self.say(page, block.line, f"{comments} NOLINT comments, but without "
                         f"them {len(warnings)} warnings")

    def check_config(self, page, block):
        status, out, err = self.tidy(
            "--checks=-*,wdm-*", "--config=" + "\n".join(block.lines), "--verify-config")
        said = out + err
        # A global option has no check's name before it, and is not known.
        for option in re.findall(r"unknown check option '([^']*)'", said):
            if "." not in option and option in self.options:
                said = re.sub(rf".*unknown check option '{re.escape(option)}'.*\n", "", said)
        if re.search(r"unknown check|error:", said):
            self.say(page, block.line, "not a configuration\n" + said)

    def compare(self, page, block, real, what):
        if block.lines == real:
            return
        if self.args.update:
            page.updates.append((block, real))
            return
        diff = difflib.unified_diff(
            block.lines, real, page.name, "the tool", lineterm="")
        self.say(page, block.line, f"{what} is not what stands here\n" + "\n".join(diff))

    def update(self, page):
        """Writes the blocks that differ, from the last to the first."""
        name = os.path.join(self.root, page.name)
        with open(name, encoding="utf-8") as f:
            lines = f.read().splitlines()
        for block, real in sorted(page.updates, key=lambda u: -u[0].line):
            lines[block.line : block.line + len(block.lines)] = real
        with open(name, "w", encoding="utf-8", newline="") as f:
            f.write("".join(l + "\n" for l in lines))

    # --- Checks, rules, options ---

    def find_checks(self):
        """Name -> class, from the module's registration; the tool must agree."""
        pairs = re.findall(r'registerCheck<(\w+)>\(\s*"([^"]+)"', self.read(MODULE))
        checks = {name: cls for cls, name in pairs}
        _, out, _ = self.tidy("--checks=-*,wdm-*", "--config={}", "--list-checks")
        listed = {l.strip() for l in out.splitlines() if l.strip().startswith("wdm-")}
        if not listed or listed != set(checks):
            raise SystemExit(f"{MODULE} registers {sorted(checks)}, but the tool "
                             f"lists {sorted(listed)}")
        return checks

    def find_options(self, checks):
        _, out, _ = self.tidy("--checks=-*,wdm-*", "--config={}", "--dump-config")
        options = {name: {} for name in checks}
        for check, key, value in re.findall(
                r"^\s+(wdm-[\w-]+)\.(\w+):[ \t]*(.*?)\s*$", out, re.M):
            options[check][key] = value.strip("'\"")
        if not any(options.values()):
            raise SystemExit("--dump-config shows no options\n" + out)
        return options

    def rule_of(self, cls):
        text = self.read(f"checks/{cls}.h")
        found = re.search(r"((?:^///.*\n)+)class " + cls + r"\b", text, re.M)
        if not found:
            return ""
        comment = re.sub(r"^/// ?", "", found.group(1), flags=re.M)
        return squeezed(comment.split("\n\n")[0])

    def check_options(self, page, options):
        rows = {}
        for line in page.sections.get("Options", []):
            row = re.match(r"^\| `(\w+)` \| (?:`([^`]*)`|(empty)) \|", line)
            if row:
                rows[row.group(1)] = row.group(2) or ""
        for name, default in sorted(options.items()):
            if name not in rows:
                self.say(page, 1, f"the option {name} has no row in the section Options")
            elif rows[name] != default:
                self.say(page, 1, f"the default of {name} is '{default}', "
                         f"not '{rows[name]}'")
        for name in sorted(set(rows) - set(options)):
            self.say(page, 1, f"there is no option {name}")

    def check_page(self, page, check, cls, readme):
        if not page.text.startswith(f"# {check}\n"):
            self.say(page, 1, f"the title is not '# {check}'")
        rule = self.rule_of(cls)
        if not rule or page.rule() != rule:
            self.say(page, 1, f"the rule is not that of checks/{cls}.h:\n"
                     f"  page: {page.rule()}\n  class: {rule}")
        if rule not in squeezed(readme.text):
            self.say(readme, 1, f"the rule of {check} is missing: {rule}")
        if f"]({page.name})" not in readme.text:
            self.say(readme, 1, f"no link to {page.name}")
        sdv = re.search(r"The rule of Static Driver Verifier: (\w+)",
                        squeezed(re.sub(r"^///", "", self.read(f"checks/{cls}.h"),
                                        flags=re.M)))
        for where in (page, readme):
            if sdv and not re.search(rf"\b{sdv.group(1)}\b", where.text):
                self.say(where, 1, f"the SDV rule {sdv.group(1)} is not named")
        if page.headings != SECTIONS:
            self.say(page, 1, "the sections are not those of test/check_pages.py: "
                     + "; ".join(page.headings))
        self.check_options(page, self.options_of[check])
        roles = [b.role for b in page.blocks]
        if "wrong" not in roles or not {"fixed", "right"} & set(roles):
            self.say(page, 1, "no wrong code with its fix")

    # --- Links ---

    def check_links(self, page):
        linked = set()
        for number, line in page.prose:
            for text, target in LINK.findall(line):
                if re.match(r"^[a-z]+:|^#", target):
                    continue
                path = os.path.normpath(
                    os.path.join(page.folder, target.partition("#")[0]))
                if not os.path.exists(path):
                    self.say(page, number, f"{target} does not exist")
                    continue
                name = re.fullmatch(r"`([\w.]+)`", text)
                relative = os.path.relpath(path, self.root)
                if not name or not relative.startswith("test" + os.sep):
                    continue
                if not os.path.isfile(path):
                    continue
                if not re.search(rf"\b{re.escape(name.group(1))}\b",
                                 self.read(relative)):
                    self.say(page, number, f"{relative} has no '{name.group(1)}'")
                linked.add((relative, name.group(1)))
        return linked

    def check_known(self, page, linked):
        for file in sorted(os.listdir(os.path.join(self.root, KNOWN))):
            if not file.endswith((".c", ".cpp")):
                continue
            file = f"{KNOWN}/{file}"
            names = re.findall(
                r"^(?:template <[^>]*> )?(?:NTSTATUS|VOID|BOOLEAN|PIRP) (\w+)\("
                r"[^;{]*\) \{", self.read(file), re.M)
            if not names:
                raise SystemExit(f"no function found in {file}")
            for name in names:
                if (file, name) not in linked:
                    self.say(page, 1, f"{file}: no page has this limit: {name}")

    def main(self):
        checks = self.find_checks()
        self.options_of = self.find_options(checks)
        self.options = {o for of in self.options_of.values() for o in of}
        readme = Page(self.root, "README.md")
        names = {check: "checks/" + check[len("wdm-") :] + ".md" for check in checks}
        linked = set()
        docs = sorted(os.listdir(os.path.join(self.root, "docs")))
        for page in [readme, *(Page(self.root, "docs/" + f) for f in docs
                               if f.endswith(".md"))]:
            linked |= self.check_links(page)
            self.check_blocks(page, "wdm-io-set-completion-routine-ex")
            if page.updates:
                self.update(page)
        for file in sorted(os.listdir(os.path.join(self.root, "checks"))):
            if file.endswith(".md") and "checks/" + file not in names.values():
                self.problems.append(f"checks/{file}: a page without a check")
        for check, cls in checks.items():
            if not os.path.exists(os.path.join(self.root, names[check])):
                self.problems.append(f"{names[check]}: missing, the page of {check}")
                continue
            page = Page(self.root, names[check])
            self.check_page(page, check, cls, readme)
            self.check_blocks(page, check)
            if page.updates:
                self.update(page)
            linked |= self.check_links(page)
        for option in sorted(self.options):
            if f"`{option}`" not in readme.text:
                self.say(readme, 1, f"the option {option} is not named")
        self.check_known(readme, linked)
        for problem in self.problems:
            print(problem)
        if self.problems:
            print(f"{len(self.problems)} problems")
        return 1 if self.problems else 0


def main(argv):
    command = []
    if "--" in argv:
        at = argv.index("--")
        argv, command = argv[:at], argv[at + 1 :]
    p = argparse.ArgumentParser(allow_abbrev=False)
    p.add_argument("--root", required=True)
    p.add_argument("--temp", required=True)
    p.add_argument("--flags", required=True)
    p.add_argument("--update", action="store_true")
    args = p.parse_args(argv)
    if not command:
        p.error("no clang-tidy after --")
    args.command = command
    args.prelude = os.path.join(args.root, "test/module/Inputs/pages.h")
    shutil.rmtree(args.temp, ignore_errors=True)
    os.makedirs(args.temp)
    return Checker(args).main()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
