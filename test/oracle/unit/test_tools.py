"""The parts around the interpreter: printer, generator, comparer, shrinker (with a fake tool)."""

import os
import stat
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

from wdmoracle import compare, fixes, generator, interpreter, printer, shrink  # noqa: E402
from wdmoracle.build import *  # noqa: E402,F403
from wdmoracle.description import *  # noqa: E402,F403
from wdmoracle.tidy import Tool, ToolError, Warning_  # noqa: E402

PARAMS = (("PDEVICE_EXTENSION", "Ext"), ("PIRP", "Irp"))
S = Var("status")

# Warns by rule 1 at every line that registers and does not say `status =`.
FAKE = r"""#!{python}
import re, sys
path = next(a for a in sys.argv[1:] if a.endswith((".c", ".cpp")))
for n, line in enumerate(open(path), 1):
    m = re.search(r"(?<!define )\bIoSetCompletionRoutineEx", line)
    if m and "Device), (Irp)" not in line and {condition}:
        print(f"{{path}}:{{n}}:{{m.start() + 1}}: warning: told you so [wdm-io-set-completion-routine-ex]")
"""


def case_of(*body, helpers=(), returns="NTSTATUS", lang="c"):
    root = Function("F", PLAIN, returns, PARAMS, Block(tuple(body)))
    return renumber(Case(tuple(helpers) + (root,), lang, "test"))


class Printing(unittest.TestCase):
    def test_sites_stand_at_the_names(self):
        case = case_of(
            Decl("NTSTATUS", "status"),
            If(failed(Assign(S, register(form="scoped"))), block(ret(S))),
            do(register(form="macro")),
            do(register(form="paren")),
            do(register(form="blank")),
            ret(SUCCESS),
            lang="c++",
        )
        printed = printer.print_file([case], {})
        lines = printed.text.split("\n")
        found = {s: lines[l - 1][c - 1 :] for (l, c), (_, s) in printed.sites.items()}
        self.assertEqual(len(found), 4)
        self.assertTrue(found[1].startswith("IoSetCompletionRoutineEx("))
        self.assertTrue(found[2].startswith("REGISTER("))
        self.assertTrue(found[3].startswith("IoSetCompletionRoutineEx)("))
        self.assertTrue(found[4].startswith("IoSetCompletionRoutineEx ("))

    def test_no_marker_is_left(self):
        for i in range(60):
            case, _ = generator.generate(f"print:{i}", "c++")
            self.assertNotRegex(printer.print_file([case], {}, True).text, "[\x01\x02]")

    def test_precedence(self):
        show = printer.Printer(case_of(ret(SUCCESS)), "", printer.Style()).expr
        a, b, c = Var("a"), Var("b"), Var("c")
        self.assertEqual(show(Not(eq(a, b))), "!(a == b)")
        self.assertEqual(show(both(either(a, b), c)), "(a || b) && c")
        self.assertEqual(show(either(both(a, b), c)), "(a && b) || c")
        self.assertEqual(show(Assign(a, Comma(b, c))), "a = (b, c)")
        self.assertEqual(show(call("f", Comma(a, b))), "f((a, b))")
        self.assertEqual(show(eq(Assign(a, b), c)), "(a = b) == c")
        self.assertEqual(show(Choose(a, b, Choose(a, b, c))), "a ? b : a ? b : c")
        self.assertEqual(show(Field(Deref(a), "x")), "(*a)->x")


class Generating(unittest.TestCase):
    def test_same_seed_same_case(self):
        for lang in ("c", "c++"):
            self.assertEqual(generator.generate("x:1", lang)[0], generator.generate("x:1", lang)[0])

    def test_every_construct_turns_up(self):
        wanted = {While, DoWhile, For, Switch, Goto, Label, TryFinally, TryExcept, Leave, Choose, Comma,
                  Logic, Deref, AddressOf, Break, Continue, If, Block}
        kinds, names = set(), set()
        for i in range(400):
            case, _ = generator.generate(f"all:{i}", "c++" if i % 2 else "c")
            for n in walk(case):
                wanted.discard(type(n))
                if isinstance(n, Call):
                    names.add(n.name)
            kinds.add(case.root.kind)
        self.assertEqual(wanted, set())
        self.assertEqual(kinds, {ROLE, MAJOR, PLAIN, METHOD, TEMPLATE})
        self.assertLessEqual({"IoCallDriver", "IofCallDriver", "PoCallDriver", "IoFreeIrp", "IoCompleteRequest",
                              "IoSkipCurrentIrpStackLocation", "IoSetCompletionRoutine", "DrvQueue",
                              "KeBugCheckEx", "IoAllocateIrp", "NT_ASSERT", "DrvSaysOk"}, names)

    def test_both_verdicts_of_every_check(self):
        must, silent = set(), set()
        for i in range(150):
            case, results = generator.generate(f"verdicts:{i}", "c")
            verdicts = {k: v for r in results.values() for k, v in r.verdicts.items()}
            for _, site in compare.sites_of(results, case):
                for check in interpreter.CHECKS:
                    v = verdicts.get((check, site))
                    (must if v is not None and v.must else silent).add(check)
        self.assertEqual((must, silent), ({1, 2, 3, 4}, {1, 2, 3, 4}))


class Judging(unittest.TestCase):
    def judge(self, case, *warnings):
        tally = compare.Tally()
        found = compare.judge(case, interpreter.analyse(case),
                              [(s, Warning_(1, 1, interpreter.CHECKS[c], "w", [])) for c, s in warnings], tally, {})
        return tally, [(d.kind, d.check, d.site) for d in found]

    wrong = case_of(do(register()), ret(send()))
    right = case_of(Decl("NTSTATUS", "status", register()), when(failed(S), ret(S)), ret(send()))

    def test_agreed(self):
        tally, found = self.judge(self.wrong, (1, 1))
        self.assertEqual((found, tally.agreed[1], tally.silent[2]), ([], 1, 1))

    def test_missed(self):
        self.assertEqual(self.judge(self.wrong)[1], [(compare.MISSED, 1, 1)])

    def test_false_alarm(self):
        self.assertEqual(self.judge(self.right, (2, 1))[1], [(compare.FALSE_ALARM, 2, 1)])

    def test_twice(self):
        self.assertEqual(self.judge(self.wrong, (1, 1), (1, 1))[1], [(compare.DOUBLE, 1, 1)])

    def test_open_is_counted(self):
        case = case_of(Decl("NTSTATUS", "status", register()), do(call("DrvTakeStatus", S)), ret(send()))
        for warnings in [(), ((1, 1),)]:
            tally, found = self.judge(case, *warnings)
            self.assertEqual(found, [])
            self.assertEqual(tally.open[(1, ("handed-status-then-sent",), bool(warnings))], 1)

    def test_open_paths_are_looked_at(self):
        enabled = Field(EXT, "Enabled")
        case = case_of(Decl("NTSTATUS", "status", SUCCESS), when(enabled, let("status", register())),
                       when(both(enabled, failed(S)), complete(), ret(S)), ret(send()))
        tally, found = self.judge(case, (1, 1))
        self.assertEqual(found, [])
        self.assertEqual(tally.open[(1, ("field-reread",), True)], 1)


class WithFakeTool(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def tool(self, condition):
        path = os.path.join(self.folder.name, "tidy")
        with open(path, "w") as f:
            f.write(FAKE.format(python=sys.executable, condition=condition))
        os.chmod(path, stat.S_IRWXU)
        return Tool(path, "none", "clang")

    def test_compare_and_shrink(self):
        tool = self.tool("'status =' not in line")
        body = (
            Decl("NTSTATUS", "status", SUCCESS), do(call("DbgPrint")),
            when(call("DrvFlag"), do(call("DbgPrint")), let("status", register()), do(call("DbgPrint"))),
            when(call("DrvFlag"), complete(), ret(UNSUCCESSFUL)), do(send()), do(call("DbgPrint")), ret(S),
        )
        case = case_of(*body)
        tally, found = compare.compare(tool, [case], [interpreter.analyse(case)], self.folder.name, "x", {})
        self.assertEqual([d.key for d in found], [(compare.MISSED, 1)])
        small = shrink.shrink(tool, found[0], self.folder.name, "s")
        self.assertLess(size(small.case), size(case) * 2 / 3)
        self.assertIn("status =", printer.show(small.case))
        self.assertNotIn("DbgPrint", printer.show(small.case))

    def test_a_warning_somewhere_else(self):
        tool = self.tool("True")
        with open(tool.tidy) as f:
            text = f.read().replace("m.start() + 1", "m.start() + 2")
        with open(tool.tidy, "w") as f:
            f.write(text)
        case = case_of(do(register()), ret(send()))
        _, found = compare.compare(tool, [case], [interpreter.analyse(case)], self.folder.name, "x", {})
        self.assertEqual([d.kind for d in found], [compare.MISSED, compare.UNMAPPED])

    def test_errors_are_no_agreement(self):
        with self.assertRaises(ToolError):
            Tool.parse("x.c:1:2: error: no such thing [clang-diagnostic-error]\n", "x.c")


class Fixing(unittest.TestCase):
    def test_trace_of_a_failure(self):
        self.assertEqual(fixes.violations_of("register Irp D|send Irp L|return 0|", "0"), ["Irp"])
        self.assertEqual(fixes.violations_of("register Irp D|send Irp L|return 0|", "1"), [])
        self.assertEqual(fixes.violations_of("register Irp D|recover Irp|send Irp L|", "0"), [])
        self.assertEqual(fixes.violations_of("register Irp D|register Irp D|send Irp L|", "0,1"), [])
        self.assertEqual(fixes.violations_of("register A D|send B L|", "0"), [])

    def test_pieces(self):
        self.assertEqual(fixes.pieces("head\n/* case 0 */\na\n/* case 1 */\nb\n"), {0: "\na\n", 1: "\nb\n"})
        self.assertEqual(fixes.case_of_line("h\n/* case 0 */\na\n/* case 1 */\nb")[1:], [-1, 0, 0, 1, 1])


if __name__ == "__main__":
    unittest.main()
