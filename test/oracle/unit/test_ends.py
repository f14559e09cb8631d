"""Hand-written descriptions with known verdicts for the second family: how IRPs are ended."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

from wdmoracle import ends, ends_compare, ends_generator  # noqa: E402
from wdmoracle.build import *  # noqa: E402,F403
from wdmoracle.compare import Tally  # noqa: E402
from wdmoracle.description import *  # noqa: E402,F403
from wdmoracle.tidy import Warning_  # noqa: E402

IRP, S, DEVICE = Var("Irp"), Var("status"), Var("DeviceObject")
MORE, DONE = ends_generator.MORE, ends_generator.DONE
DISPATCH, WITH_EXT, COMPLETION = (
    ends_generator.DISPATCH, ends_generator.WITH_EXT, ends_generator.COMPLETION)
STATUS = Decl("NTSTATUS", "status", call("DrvStart"))


def io(value):
    """Irp->IoStatus.Status = value;"""
    return let(ends_generator.io_status(), value)


def mark():
    return do(call("IoMarkIrpPending", IRP))


def skip():
    return do(call("IoSkipCurrentIrpStackLocation", IRP))


def copied():
    return do(call("IoCopyCurrentIrpStackLocationToNext", IRP))


def routine(name, *flags):
    return do(Call("IoSetCompletionRoutine", (IRP, name) + (flags or (TRUE, TRUE, TRUE))))


def wait():
    return do(call("KeWaitForSingleObject", EXT))


def store():
    return let(Field(EXT, "Irp"), IRP)


def read():
    return do(call("DbgPrint", ends_generator.io_status()))


def helper(name, returns, params, *body):
    return Function(name, HELPER, returns, tuple(params), Block(tuple(body)))


def completion(name, *body):
    return Function(name, ROUTINE, "NTSTATUS", COMPLETION, Block(tuple(body)))


KEEPS = completion("Keeps", ret(MORE))
LETS_GO = completion("LetsGo", ret(SUCCESS))
SOMETIMES = completion("Sometimes", when(call("DrvFlag"), ret(MORE)), ret(SUCCESS))
COMPLETE = helper("Complete", "VOID", (("PIRP", "Irp"), ("NTSTATUS", "Status")),
                  io(Var("Status")), complete())


class Base(unittest.TestCase):
    def case(self, *body, kind=ROLE, helpers=()):
        params = {PLAIN: WITH_EXT, ROUTINE: COMPLETION}.get(kind, DISPATCH)
        if kind in (ROLE, MAJOR, HANDLER):
            body = (Decl("PDEVICE_EXTENSION", "Ext", Field(DEVICE, "DeviceExtension")),) + body
        root = Function("F", kind, "NTSTATUS", params, Block(tuple(body)))
        return ends.distinct(Case(tuple(helpers) + (root,), "c"))

    def verdicts(self, *body, **options):
        """{(function, line within what is printed, rule): "must" or the classes}"""
        case = self.case(*body, **options)
        lines = ends_compare.numbered(case)
        source = ends_compare.text_of(case).split("\n")
        found = {}
        for name, result in ends.analyse(case).items():
            for (_, site), v in result.verdicts.items():
                text = source[lines[site] - 1].strip()
                found[(name, v.witness.rule, text)] = "must" if v.must else set(v.classes)
        return found

    def rules(self, *body, **options):
        return sorted(rule for (_, rule, _), v in self.verdicts(*body, **options).items() if v == "must")

    def warns(self, rule, *body, **options):
        self.assertEqual(self.rules(*body, **options), [rule])

    def silent(self, *body, **options):
        self.assertEqual(self.verdicts(*body, **options), {})


class Used(Base):
    def test_completed_twice(self):
        self.assertEqual(self.verdicts(io(SUCCESS), complete(), complete(), ret(SUCCESS)),
                         {("F", "U", "IoCompleteRequest(Irp, IO_NO_INCREMENT);"): "must"})

    def test_the_path_ends_at_the_use(self):
        self.warns("U", io(SUCCESS), complete(), read(), read(), ret(UNSUCCESSFUL))

    def test_addresses_are_no_use(self):
        self.silent(io(SUCCESS), complete(), do(call("DbgPrint", IRP)), do(call("IoReleaseRemoveLock", EXT, IRP)),
                    ret(SUCCESS))

    def test_given_to_unknown_code_is_no_use(self):
        self.silent(io(SUCCESS), complete(), do(call("DrvProcess", IRP)), ret(SUCCESS))

    def test_routines_that_look(self):
        for name in ("IoMarkIrpPending", "PoStartNextPowerIrp", "IoSkipCurrentIrpStackLocation"):
            self.warns("U", complete(), do(call(name, IRP)), ret(SUCCESS))

    def test_stack_location_got_before(self):
        self.warns("U", Decl("PIO_STACK_LOCATION", "sp", call("IoGetCurrentIrpStackLocation", IRP)), complete(),
                   when(eq(Field(Var("sp"), "MinorFunction"), num(1))), ret(SUCCESS))

    def test_every_function(self):
        self.warns("U", complete(), read(), ret(SUCCESS), kind=PLAIN)

    def test_correlated(self):
        flag = Var("done")
        body = [Decl("BOOLEAN", "done", FALSE), when(call("DrvFlag"), io(SUCCESS), complete(), let("done", TRUE))]
        self.silent(*body, when(Not(flag), io(SUCCESS), complete()), ret(SUCCESS))
        self.warns("U", *body, when(flag, io(SUCCESS)), when(Not(flag), io(SUCCESS), complete()), ret(SUCCESS))

    def test_a_field_after_a_call_may_hold_another(self):
        field = Field(EXT, "Irp")
        twice = [do(call("IoCompleteRequest", field)), do(call("IoCompleteRequest", field)), ret(SUCCESS)]
        self.warns("U", *twice, kind=PLAIN)
        self.silent(twice[0], do(call("DrvPrepare", EXT)), *twice[1:], kind=PLAIN)
        self.silent(twice[0], wait(), *twice[1:], kind=PLAIN)

    def test_the_call_is_to_blame(self):
        found = self.verdicts(io(SUCCESS), complete(), do(call("Complete", IRP, SUCCESS)), ret(SUCCESS),
                              helpers=(COMPLETE,))
        self.assertEqual(found, {("F", "U", "Complete(Irp, STATUS_SUCCESS);"): "must"})

    def test_a_helper_alone(self):
        bad = helper("Bad", "VOID", (("PIRP", "Irp"),), complete(), complete())
        found = self.verdicts(do(call("Bad", IRP)), ret(SUCCESS), helpers=(bad,))
        self.assertEqual({(name, v == "must") for (name, _, _), v in found.items()}, {("Bad", True), ("F", False)})


class Sent(Base):
    def test_skipped(self):
        self.warns("U", skip(), do(send()), read(), ret(call("DrvStart")))

    def test_no_routine_from_the_beginning(self):
        self.warns("U", copied(), do(send()), read(), ret(call("DrvStart")))
        self.silent(copied(), do(send()), read(), ret(call("DrvStart")), kind=PLAIN)

    def test_given_to_unknown_code_before(self):
        self.silent(copied(), do(call("DrvProcess", IRP)), do(send()), read(), ret(call("DrvStart")))

    def test_lets_go(self):
        self.warns("U", copied(), routine(FunctionName("LetsGo"), TRUE, FALSE, FALSE), do(send()), read(),
                   ret(call("DrvStart")), helpers=(LETS_GO,))

    def test_unknown_routines(self):
        for name in (DONE, FunctionName("Sometimes")):
            self.silent(copied(), routine(name), do(send()), read(), complete(), ret(call("DrvStart")),
                        helpers=(SOMETIMES,))

    def test_null_routine(self):
        self.warns("U", copied(), routine(NULL, FALSE, FALSE, FALSE), do(send()), complete(), ret(call("DrvStart")))

    def test_the_last_setup_counts(self):
        self.warns("U", routine(FunctionName("Keeps")), skip(), do(send()), wait(), complete(), ret(SUCCESS),
                   helpers=(KEEPS,))
        self.warns("K", skip(), routine(FunctionName("Keeps")), do(send()), complete(), ret(SUCCESS),
                   helpers=(KEEPS,))

    def test_kept(self):
        start = [STATUS, copied(), routine(FunctionName("Keeps")), let("status", send())]
        options = {"helpers": (KEEPS,)}
        self.warns("K", *start, complete(), ret(SUCCESS), **options)
        self.warns("K", *start, when(succeeded(S), complete(), ret(SUCCESS)), complete(), ret(S), **options)
        self.silent(*start, read(), wait(), complete(), ret(SUCCESS), **options)
        self.silent(*start, when(eq(S, PENDING), wait()), complete(), ret(SUCCESS), **options)
        self.silent(*start, do(call("DrvPrepare", EXT)), complete(), ret(SUCCESS), **options)
        self.silent(*start, ret(S), **options)

    def test_not_in_all_cases(self):
        self.silent(copied(), routine(FunctionName("Keeps"), TRUE, FALSE, TRUE), do(send()), complete(),
                    ret(SUCCESS), helpers=(KEEPS,))

    def test_what_the_caller_did_counts(self):
        forward = helper("Forward", "NTSTATUS", WITH_EXT, ret(send()))
        self.warns("U", skip(), do(call("Forward", EXT, IRP)), read(), ret(call("DrvStart")), helpers=(forward,))

    def test_synchronous(self):
        self.warns("N1", STATUS, let("status", call("IoSynchronousCallDriver", LOWER, IRP)), ret(S))
        self.silent(do(call("IoForwardIrpSynchronously", LOWER, IRP)), read(), complete(), ret(SUCCESS))


    def test_a_registration_that_failed_is_the_first_family_s(self):
        ex = Call(REGISTER, (SELF, IRP, DONE, TRUE, TRUE, TRUE))
        start = [copied(), Decl("NTSTATUS", "status", ex)]
        self.silent(*start, when(failed(S), ret(S)), ret(send()))
        self.warns("N1", *start, when(failed(S), ret(S)), ret(SUCCESS))
        self.warns("N1", *start, when(succeeded(S), ret(S)), io(S), complete(), ret(S))


class CompletionRoutines(Base):
    def test_ended_and_goes_on(self):
        free = do(call("IoFreeIrp", IRP))
        self.warns("C", free, ret(SUCCESS), kind=ROUTINE)
        self.warns("C", complete(), ret(SUCCESS), kind=ROUTINE)
        self.silent(free, ret(MORE), kind=ROUTINE)
        self.silent(Decl("NTSTATUS", "status", ends_generator.io_status()), free, ret(S), kind=ROUTINE)


class Pending(Base):
    def test_marked(self):
        self.warns("P1", mark(), store(), ret(SUCCESS))
        self.silent(mark(), store(), ret(PENDING))
        self.silent(mark(), store(), ret(call("DrvStart")))
        self.warns("P1", do(call("@mark", IRP)), store(), ret(SUCCESS))

    def test_marked_and_completed(self):
        self.silent(mark(), io(SUCCESS), complete(), ret(PENDING))
        self.warns("P1", mark(), io(SUCCESS), complete(), ret(SUCCESS))

    def test_narrowed(self):
        self.warns("P1", STATUS, mark(), store(), when(ne(S, PENDING), ret(S)), ret(PENDING))
        self.warns("P1", STATUS, mark(), store(), when(failed(S), ret(S)), ret(PENDING))
        self.silent(STATUS, mark(), store(), when(succeeded(S), ret(S)), ret(PENDING))

    def test_what_the_send_returned(self):
        self.warns("P1", mark(), skip(), ret(send()))
        self.warns("P1", STATUS, mark(), copied(), routine(DONE), let("status", send()), ret(S))
        self.silent(STATUS, mark(), skip(), let("status", send()), when(eq(S, PENDING), ret(S)), ret(PENDING))

    def test_csq(self):
        self.warns("P1", do(call("IoCsqInsertIrp", EXT, IRP)), ret(SUCCESS))
        for value in (SUCCESS, PENDING):
            self.silent(do(call("IoCsqInsertIrpEx", EXT, IRP)), ret(value))

    def test_not_marked(self):
        for body in ((store(),), (do(call("IoStartPacket", Field(EXT, "Self"), IRP)),),
                     (do(call("InsertTailList", EXT, IRP)),), (io(SUCCESS), complete()), ()):
            self.warns("P2", *body, ret(PENDING))
        self.silent(do(call("DrvProcess", IRP)), ret(PENDING))
        self.silent(store(), do(call("DrvPrepare", EXT)), ret(PENDING))
        self.warns("P2", do(call("DrvPrepare", EXT)), ret(PENDING))
        self.silent(copied(), routine(DONE), do(send()), ret(PENDING))

    def test_only_dispatch_routines(self):
        for kind in (PLAIN,):
            self.silent(store(), ret(PENDING), kind=kind)
            self.silent(mark(), store(), ret(SUCCESS), kind=kind)
        self.warns("P2", store(), ret(PENDING), kind=MAJOR)

    def test_a_handler(self):
        handle = Function("Handle", HANDLER, "NTSTATUS", DISPATCH, Block((mark(), ret(SUCCESS))))
        found = self.verdicts(ret(call("Handle", DEVICE, IRP)), helpers=(handle,))
        self.assertEqual(found, {("F", "P1", "return Handle(DeviceObject, Irp);"): "must"})


class NotCompleted(Base):
    def test_held(self):
        for value in (SUCCESS, UNSUCCESSFUL, call("DrvStart")):
            self.warns("N1", ret(value))
        self.silent(mark(), ret(PENDING))
        self.silent(store(), ret(SUCCESS))
        self.silent(do(call("DrvProcess", IRP)), ret(SUCCESS))

    def test_a_tag_is_nobody(self):
        self.warns("N1", ret(call("IoAcquireRemoveLock", EXT, IRP)))

    def test_two_constants(self):
        self.warns("N2", io(UNSUCCESSFUL), complete(), ret(SUCCESS))
        self.silent(complete(), ret(SUCCESS))
        self.silent(io(call("DrvStart")), complete(), ret(SUCCESS))

    def test_failure_and_success(self):
        self.warns("N2", STATUS, when(failed(S), io(S), complete(), ret(SUCCESS)), io(S), complete(), ret(S))
        self.silent(STATUS, when(failed(S), io(S), complete(), ret(UNSUCCESSFUL)), io(S), complete(), ret(S))

    def test_sent(self):
        self.warns("N3", skip(), do(send()), ret(SUCCESS))
        self.warns("N3", skip(), do(send()), ret(PENDING))
        self.warns("N3", STATUS, skip(), let("status", send()), when(failed(S), ret(S)), ret(SUCCESS))
        self.silent(STATUS, skip(), let("status", send()), when(eq(S, SUCCESS), ret(SUCCESS)), ret(S))
        self.silent(skip(), do(send()), ret(call("DrvStart")))
        self.silent(copied(), routine(DONE), do(send()), ret(SUCCESS))

    def test_status_by_pointer(self):
        by_pointer = helper("CompleteTo", "VOID", (("PIRP", "Irp"), ("PNTSTATUS", "Out")),
                            Do(Assign(Deref(Var("Out")), UNSUCCESSFUL)), io(Deref(Var("Out"))), complete())
        call_it = do(call("CompleteTo", IRP, AddressOf(S)))
        self.silent(STATUS, call_it, ret(S), helpers=(by_pointer,))
        self.warns("N2", STATUS, call_it, ret(SUCCESS), helpers=(by_pointer,))

    def test_a_helper_that_completes_sometimes(self):
        cancelled = helper("Cancelled", "BOOLEAN", (("PIRP", "Irp"),), when(Not(Field(IRP, "Cancel")), ret(FALSE)),
                           io(UNSUCCESSFUL), complete(), ret(TRUE))
        test, rest = call("Cancelled", IRP), [skip(), ret(send())]
        self.silent(when(test, ret(UNSUCCESSFUL)), *rest, helpers=(cancelled,))
        self.warns("U", do(test), *rest, helpers=(cancelled,))
        self.assertEqual(self.rules(when(Not(test), ret(UNSUCCESSFUL)), *rest, helpers=(cancelled,)), ["N1", "U"])

    def test_completed_with_pending(self):
        self.warns("N4", mark(), io(PENDING), complete(), ret(PENDING))
        self.assertEqual(self.rules(io(PENDING), complete(), ret(PENDING)), ["N4", "P2"])
        self.silent(mark(), io(call("DrvStart")), complete(), ret(PENDING))


class Judging(Base):
    """The comparer: misses, false alarms, wrong lines and wrong reasons are told apart."""

    def judged(self, *warnings):
        case = self.case(io(SUCCESS), complete(), complete(), ret(SUCCESS))
        lines = ends_compare.numbered(case)
        at = {line: site for site, line in lines.items()}
        tally = Tally()
        found = ends_compare.judge(
            case, ends.analyse(case),
            [(at[line], Warning_(line, 1, check, message, [])) for line, check, message in warnings],
            tally, {}, lines)
        return [d.kind for d in found]

    # Lines: 2 the head, 4 the status, 5 and 6 the completions, 7 the return.
    CHECK = "wdm-irp-used-after-completion"
    TEXT = "IRP is completed here although it was completed at line {}"

    def test_agrees(self):
        self.assertEqual(self.judged((6, self.CHECK, self.TEXT.format(5))), [])

    def test_missed(self):
        self.assertEqual(self.judged(), ["missed"])

    def test_false_alarm(self):
        self.assertEqual(
            self.judged((6, self.CHECK, self.TEXT.format(5)), (7, self.CHECK, self.TEXT.format(5))),
            ["false alarm"])

    def test_another_line_or_reason(self):
        self.assertEqual(self.judged((6, self.CHECK, self.TEXT.format(4))), ["warned for another reason"])
        self.assertEqual(
            self.judged((6, self.CHECK, "IRP is completed here although it was sent at line 5 and may still "
                                        "be pending; wait for it first")), ["warned for another reason"])


    def test_a_helper_s_own_fault_is_not_its_caller_s(self):
        bad = helper("Bad", "VOID", (("PIRP", "Irp"),), complete(), complete())
        case = self.case(do(call("Bad", IRP)), ret(call("DrvStart")), helpers=(bad,))
        lines = ends_compare.numbered(case)
        found, _ = ends_compare.gather(ends.analyse(case))
        self.assertEqual([(c, lines[s]) for c, s in found], [(1, 3)])

    def test_what_only_the_caller_makes_wrong_may_stand_at_both(self):
        forward = helper("Forward", "VOID", WITH_EXT, do(send()), complete())
        case = self.case(do(call("Forward", EXT, IRP)), ret(call("DrvStart")), helpers=(forward,))
        lines = ends_compare.numbered(case)
        found, _ = ends_compare.gather(ends.analyse(case))
        self.assertEqual(sorted((lines[s], v.must) for (_, s), v in found.items()), [(3, False), (9, False)])


class Generating(unittest.TestCase):
    def test_seeds_repeat(self):
        first, second = (ends_generator.generate("unit:1", "c")[0] for _ in range(2))
        self.assertEqual(ends_compare.text_of(first), ends_compare.text_of(second))

    def test_every_rule_occurs(self):
        rules = set()
        for i in range(400):
            for r in ends_generator.generate(f"unit:{i}", "c")[1].values():
                rules |= {v.witness.rule for v in r.verdicts.values() if v.must}
        self.assertEqual(rules, set(ends.CHECK_OF))


if __name__ == "__main__":
    unittest.main()
