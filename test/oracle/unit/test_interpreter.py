"""Hand-written descriptions with known verdicts: what the oracle thinks of each sentence of the
contract.  Site 1 is the first registration in source order (helpers come first)."""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

from wdmoracle.build import *  # noqa: E402,F403
from wdmoracle.description import *  # noqa: E402,F403
from wdmoracle.interpreter import Rejected, analyse  # noqa: E402

S = Var("status")
IRP = Var("Irp")
DEVICE = Var("DeviceObject")
NTSTATUS = Decl("NTSTATUS", "status")
PARAMS = (("PDEVICE_EXTENSION", "Ext"), ("PIRP", "Irp"), ("BOOLEAN", "Careful"), ("ULONG", "Mode"))
CAREFUL = Var("Careful")


def get(value=None):
    """NTSTATUS status = IoSetCompletionRoutineEx(...)"""
    return Decl("NTSTATUS", "status", value or register())


def helper(name, returns, params, *body):
    return Function(name, HELPER, returns, tuple(params), Block(tuple(body)))


EXT_IRP = (("PDEVICE_EXTENSION", "Ext"), ("PIRP", "Irp"))


class Base(unittest.TestCase):
    def run_case(self, *body, kind=PLAIN, returns="NTSTATUS", params=None, helpers=(), lang="c", **options):
        if params is None:
            params = PARAMS if kind == PLAIN else (("PDEVICE_OBJECT", "DeviceObject"), ("PIRP", "Irp"))
        if kind in (ROLE, MAJOR):
            body = (Decl("PDEVICE_EXTENSION", "Ext", Field(DEVICE, "DeviceExtension")),) + body
        root = Function("F", kind, returns, tuple(params), Block(tuple(body)))
        case = renumber(Case(tuple(helpers) + (root,), lang))
        return analyse(case, **options)

    def verdicts(self, *body, **options):
        """{(function, check): "must" or the classes} of all functions."""
        found = {}
        for name, result in self.run_case(*body, **options).items():
            for (check, _), v in result.verdicts.items():
                # Open beside another verdict; the tests of it ask by name.
                if not v.must and set(v.classes) <= {"set-again-unchecked", "set-again-open"}:
                    continue
                found[(name, check)] = "must" if v.must else set(v.classes)
        return found

    def expect(self, expected, *body, **options):
        self.assertEqual(self.verdicts(*body, **options), expected)

    def warns(self, check, *body, **options):
        self.expect({("F", check): "must"}, *body, **options)

    def silent(self, *body, **options):
        self.expect({}, *body, **options)


class RuleOneSent(Base):
    """(i): the IRP is sent while unchecked."""

    def test_discarded(self):
        self.warns(1, do(register()), ret(send()))

    def test_void_cast(self):
        self.warns(1, do(register(), "(void)"), ret(send()))

    def test_stored(self):
        self.warns(1, get(), do(send()), ret(S))

    def test_checked(self):
        self.silent(get(), when(failed(S), complete(), ret(S)), ret(send()))

    def test_every_spelling_of_the_test(self):
        spellings = [
            failed(S), Test("NT_ERROR", S), Compare("<", S, num(0)), Compare(">", num(0), S),
            ne(S, SUCCESS), S, eq(succeeded(S), FALSE), ne(succeeded(S), TRUE), eq(S, RESOURCES),
            Not(Compare(">=", S, num(0))), Not(eq(S, SUCCESS)), Compare("<=", S, num(-1)),
        ]
        for test in spellings:
            with self.subTest(test=test):
                self.silent(get(), when(test, complete(), ret(S)), ret(send()))

    def test_a_test_that_separates_nothing(self):
        for test in [eq(S, PENDING), eq(S, UNSUCCESSFUL), Compare(">", S, num(0)), Compare("<=", S, num(0))]:
            with self.subTest(test=test):
                self.assertEqual(
                    self.verdicts(get(), when(test, do(call("DbgPrint"))), do(send()), ret(S)),
                    {("F", 1): "must"},
                )

    def test_partial(self):
        self.warns(1, get(), when(both(CAREFUL, failed(S)), complete(), ret(S)), ret(send()))

    def test_partial_other_order(self):
        # The status comes first: it is always tested, and a failure may be sent all the same.
        self.warns(3, get(), when(both(failed(S), CAREFUL), complete(), ret(S)), ret(send()))

    def test_correlated_flag(self):
        flag = Var("registered")
        self.silent(
            Decl("NTSTATUS", "status", SUCCESS), Decl("BOOLEAN", "registered", FALSE),
            when(CAREFUL, let("status", register()), let("registered", TRUE)),
            when(both(flag, failed(S)), complete(), ret(S)),
            ret(send()),
        )

    def test_correlated_parameter(self):
        self.silent(
            Decl("NTSTATUS", "status", SUCCESS),
            when(CAREFUL, let("status", register())),
            when(both(CAREFUL, failed(S)), complete(), ret(S)),
            ret(send()),
        )

    def test_wrong_flag(self):
        self.warns(
            1,
            Decl("NTSTATUS", "status", SUCCESS), Decl("BOOLEAN", "registered", FALSE),
            when(CAREFUL, let("status", register())),
            when(both(Var("registered"), failed(S)), complete(), ret(S)),
            ret(send()),
        )

    def test_boolean_ok(self):
        ok = Var("ok")
        self.silent(get(), Decl("BOOLEAN", "ok", succeeded(S)), let("status", SUCCESS),
                    when(Not(ok), complete(), ret(S)), ret(send()))

    def test_flag_set_in_arm(self):
        self.silent(get(), Decl("BOOLEAN", "bad", FALSE), when(failed(S), let("bad", TRUE)),
                    when(Var("bad"), complete(), ret(S)), ret(send()))

    def test_copy_field_and_pointer(self):
        for place, decl in [
            (Var("copy"), Decl("NTSTATUS", "copy")),
            (Field(EXT, "LastStatus"), do(call("DbgPrint"))),
            (Field(IRP, "IoStatus.Status"), do(call("DbgPrint"))),
            (Var("g_LastStatus"), do(call("DbgPrint"))),
            (Field(Var("context"), "Status", True), Decl("CONTEXT", "context")),
        ]:
            with self.subTest(place=place):
                self.silent(get(), decl, let(place, S), let("status", SUCCESS),
                            when(failed(place), complete(), ret(UNSUCCESSFUL)), ret(send()))

    def test_through_pointer(self):
        self.silent(NTSTATUS, Decl("PNTSTATUS", "p", AddressOf(S)), let(Deref(Var("p")), register()),
                    when(failed(S), complete(), ret(S)), ret(send()))

    def test_reference(self):
        self.silent(NTSTATUS, Decl("NTSTATUS&", "r", S), let(Var("r"), register()),
                    when(failed(S), complete(), ret(S)), ret(send()), lang="c++")

    def test_overwritten(self):
        self.warns(1, get(), let("status", SUCCESS), when(failed(S), complete(), ret(S)), ret(send()))

    def test_trace_and_assert_are_no_tests(self):
        for e in [call("DbgPrint", S), call("NT_ASSERT", succeeded(S)), call("KdPrint", S)]:
            with self.subTest(call=e.name):
                self.warns(1, get(), do(e), do(S, "(void)"), do(S, "UNREF"), ret(send()))

    def test_examined(self):
        self.silent(get(), when(Not(call("DrvSaysOk", S)), complete(), ret(S)), ret(send()))

    def test_examined_ignored_all_the_same(self):
        self.silent(get(), when(Not(call("DrvSaysOk", S)), do(call("DbgPrint"))), ret(send()))

    def test_given_away_then_sent(self):
        self.expect({("F", 1): {"handed-status-then-sent"}}, get(), do(call("DrvTakeStatus", S)), ret(send()))

    def test_other_irp(self):
        # Sending another IRP is no send; this one is ended on a failure only, and leaks.
        params = PARAMS + (("PIRP", "Second"),)
        self.expect({("F", 2): "must"}, get(), when(failed(S), complete(), ret(S)),
                    ret(send(Var("Second"))), params=params)

    def test_alias(self):
        self.warns(1, Decl("PIRP", "copy", IRP), get(), ret(send(Var("copy"))))

    def test_condition_assignment(self):
        self.silent(NTSTATUS, when(failed(Assign(S, register())), complete(), ret(S)), ret(send()))

    def test_initialiser_in_condition(self):
        self.silent(If(failed(Var("rc")), block(complete(), ret(Var("rc"))), None,
                       Decl("NTSTATUS", "rc", register())), ret(send()), lang="c++")
        self.silent(If(register(), block(complete(), ret(UNSUCCESSFUL)), None, None, ("NTSTATUS", "rc")),
                    ret(send()), lang="c++")

    def test_ternary(self):
        self.silent(get(), when(failed(S), complete()), ret(Choose(succeeded(S), send(), S)))

    def test_switch(self):
        self.silent(get(), Switch(S, (arm((SUCCESS,), Break()), arm((None,), complete(), ret(S)))), ret(send()))

    def test_switch_that_separates_nothing(self):
        self.warns(1, get(), Switch(S, (arm((PENDING,), ret(S)), arm((None,), Break()))), ret(send()))

    def test_switch_falls_through(self):
        self.warns(3, get(), Switch(S, (arm((RESOURCES,), do(call("DbgPrint"))), arm((SUCCESS,), do(send())))), ret(S))

    def test_first_of_two_is_lost(self):
        self.warns(1, get(), when(CAREFUL, let("status", register())),
                   when(failed(S), complete(), ret(S)), ret(send()))

    def test_loop(self):
        self.expect({("F", 3): {"registered-again"}},
                    NTSTATUS, DoWhile(block(let("status", register())), both(failed(S), CAREFUL)),
                    when(failed(S), complete(), ret(S)), ret(send()))

    def test_loop_loses_it(self):
        self.warns(1, NTSTATUS, DoWhile(block(let("status", register())), call("DrvFlag")),
                   when(failed(S), complete(), ret(S)), ret(send()))

    def test_no_return(self):
        self.silent(get(), when(failed(S), do(call("KeBugCheckEx"))), ret(send()))

    def test_goto(self):
        self.silent(get(), when(failed(S), Goto("Fail")), ret(send()), Label("Fail"), complete(), ret(S))

    def test_goto_back(self):
        self.expect({("F", 3): {"registered-again"}}, NTSTATUS, Label("Again"), let("status", register()),
                    when(failed(S), when(CAREFUL, complete(), ret(S)), when(call("DrvFlag"), Goto("Again")), complete(), ret(S)),
                    ret(send()))


class RuleOneLost(Base):
    """(ii): the function ends while unchecked."""

    def test_discarded_and_forgotten(self):
        self.warns(1, do(register()), ret(SUCCESS))

    def test_returned(self):
        self.silent(ret(register()))
        self.silent(get(), ret(S))

    def test_returned_as_boolean(self):
        self.silent(ret(succeeded(register())), returns="BOOLEAN")

    def test_returned_says_nothing(self):
        self.warns(1, get(), ret(eq(S, PENDING)), returns="BOOLEAN")

    def test_stored_outward(self):
        for place in [Field(EXT, "LastStatus"), Var("g_LastStatus"), Field(IRP, "IoStatus.Status"), Deref(Var("Out"))]:
            with self.subTest(place=place):
                self.silent(let(place, register()), ret(), returns="VOID", params=PARAMS + (("PNTSTATUS", "Out"),))

    def test_stored_outward_and_sent(self):
        self.warns(1, let(Field(EXT, "LastStatus"), register()), do(send()), ret(), returns="VOID")

    def test_handed_on_together(self):
        self.silent(get(), ret(call("DrvFail", IRP, S)))

    def test_irp_handed_on_alone(self):
        self.warns(1, get(), do(call("DrvQueue", EXT, IRP)), ret(SUCCESS))
        self.silent(get(), do(call("DrvQueue", EXT, IRP)), when(failed(S), ret(S)), ret(SUCCESS))

    def test_traced_is_not_handed_on(self):
        self.warns(1, get(), do(call("DbgPrint", S)), ret(SUCCESS))

    def test_no_return(self):
        self.silent(get(), do(call("KeBugCheckEx")))
        self.expect({("F", 1): {"lost-then-noreturn"}}, do(register()), do(call("KeBugCheckEx")))

    def test_overwritten_then_ended(self):
        # Nobody sends it: a leak, and the first check is silent.
        self.warns(2, get(), let("status", SUCCESS), complete(), ret(S))


class RuleTwo(Base):
    """A registration that succeeded is not sent."""

    def test_leak(self):
        self.warns(2, get(), when(failed(S), complete(), ret(S)),
                   when(CAREFUL, complete(), ret(UNSUCCESSFUL)), ret(send()))

    def test_leak_without_end(self):
        self.warns(2, get(), when(failed(S), complete(), ret(S)),
                   when(CAREFUL, ret(UNSUCCESSFUL)), ret(send()))

    def test_registration_helper(self):
        self.silent(get(), when(failed(S), do(call("DbgPrint"))), ret(SUCCESS))
        self.silent(get(), when(failed(S), do(call("IoSetCompletionRoutine", IRP))), ret(SUCCESS))

    def test_helper_that_ends_elsewhere_is_none(self):
        self.warns(2, when(CAREFUL, complete(), ret(SUCCESS)), get(), when(failed(S), ret(S)), ret(SUCCESS))

    def test_allocated(self):
        request = Var("request")
        params = (("PDEVICE_EXTENSION", "Ext"), ("BOOLEAN", "Careful"))
        start = (Decl("PIRP", "request", call("IoAllocateIrp", LOWER)), when(eq(request, NULL), ret(RESOURCES)),
                 get(register(SELF, request)), when(failed(S), do(call("IoFreeIrp", request)), ret(S)))
        self.warns(2, *start, when(CAREFUL, do(call("IoFreeIrp", request)), ret(UNSUCCESSFUL)), ret(send(request)), params=params)
        self.warns(2, *start, ret(SUCCESS), params=params)
        self.silent(*start, ret(send(request)), params=params)

    def test_handed_on(self):
        for e in [do(call("DrvQueue", EXT, IRP)), do(call("InsertTailList", EXT, IRP)), let(Field(EXT, "Pending"), IRP),
                  let("g_Irp", IRP), do(call("IoSetNextIrpStackLocation", IRP))]:
            with self.subTest(e=e):
                self.silent(get(), when(failed(S), complete(), ret(S)), when(CAREFUL, e, ret(SUCCESS)), ret(send()))

    def test_harmless(self):
        for e in [do(call("IoMarkIrpPending", IRP)), do(call("IoReleaseRemoveLock", EXT, IRP)), do(call("IoCopyCurrentIrpStackLocationToNext", IRP))]:
            with self.subTest(e=e):
                self.warns(2, get(), when(failed(S), complete(), ret(S)), when(CAREFUL, e, ret(SUCCESS)), ret(send()))

    def test_returned_irp(self):
        request = Var("request")
        self.silent(Decl("PIRP", "request", call("IoAllocateIrp", LOWER)), when(eq(request, NULL), ret(NULL)),
                    get(register(SELF, request)), when(failed(S), do(call("IoFreeIrp", request)), ret(NULL)), ret(request),
                    returns="PIRP", params=PARAMS[:1])

    def test_unchecked_and_ended(self):
        self.warns(2, get(), complete(), ret(S))
        self.warns(2, do(register()), complete(), ret(SUCCESS))

    def test_only_if_the_first_check_is_silent(self):
        self.warns(1, get(), when(CAREFUL, complete(), ret(S)), ret(send()))

    def test_field_is_handed_on_at_the_end(self):
        irp = Field(EXT, "Irp")
        self.silent(get(register(SELF, irp)), when(failed(S), ret(S)), when(CAREFUL, ret(SUCCESS)), ret(send(irp)))
        self.expect({("F", 2): {"field-irp-ended"}}, get(register(SELF, irp)), when(failed(S), ret(S)),
                    when(CAREFUL, complete(irp), ret(SUCCESS)), ret(send(irp)))

    def test_smart_pointer(self):
        holder = Decl("IRP_HOLDER", "h", call("IoAllocateIrp", LOWER))
        irp = call("@get", Var("h"))
        start = (holder, when(eq(irp, NULL), ret(RESOURCES)), get(register(SELF, irp)), when(failed(S), ret(S)))
        self.warns(2, *start, when(CAREFUL, ret(SUCCESS)), ret(send(call("@release", Var("h")))), lang="c++")
        self.silent(*start, ret(send(call("@release", Var("h")))), lang="c++")


class RuleThree(Base):
    def test_logged_and_sent(self):
        self.warns(3, get(), when(failed(S), do(call("DbgPrint", S))), ret(send()))

    def test_recovered(self):
        for e in ["IoSkipCurrentIrpStackLocation", "IoSetCompletionRoutine", "@control", "@routine"]:
            with self.subTest(e=e):
                self.silent(get(), when(failed(S), do(call(e, IRP))), ret(send()))

    def test_recovered_by_a_variable(self):
        self.silent(get(), when(failed(S), let(Field(call("IoGetNextIrpStackLocation", IRP), "Control"), num(0))), ret(send()))

    def test_recovered_on_some_paths(self):
        self.warns(3, get(), when(failed(S), when(CAREFUL, do(call("IoSkipCurrentIrpStackLocation", IRP)))), ret(send()))

    def test_recovered_unchecked_is_open(self):
        self.expect({("F", 1): {"recovered-unchecked"}}, get(), do(call("IoSetCompletionRoutine", IRP)), ret(send()))

    def test_handed_on(self):
        self.silent(get(), when(failed(S), do(call("DrvProcess", IRP)), ret(S)), ret(send()))
        self.expect({("F", 3): {"handed-on-then-sent"}}, get(), when(failed(S), do(call("DrvProcess", IRP))), ret(send()))

    def test_dispatch(self):
        for kind in (ROLE, MAJOR):
            self.warns(3, get(), when(failed(S), ret(S)), ret(send()), kind=kind)
            self.silent(get(), when(failed(S), complete(), ret(S)), ret(send()), kind=kind)
            self.silent(get(), when(failed(S), do(call("DrvProcess", IRP)), ret(S)), ret(send()), kind=kind)
            self.silent(get(), ret(S), kind=kind)
        self.silent(get(), when(failed(S), ret(S)), ret(send()))

    def test_dispatch_other_irp(self):
        request = Var("request")
        self.silent(Decl("PIRP", "request", call("IoAllocateIrp", LOWER)), when(eq(request, NULL), ret(RESOURCES)),
                    get(register(SELF, request)), when(failed(S), do(call("IoFreeIrp", request)), ret(S)), ret(send(request)), kind=ROLE)

    def test_registered_again(self):
        self.expect({("F", 3): {"registered-again"}}, get(), when(failed(S), let("status", register())),
                    when(failed(S), complete(), ret(S)), ret(send()))


class RuleFour(Base):
    def test_same_field(self):
        self.warns(4, get(register(LOWER)), when(failed(S), complete(), ret(S)), ret(send()))

    def test_copy(self):
        self.warns(4, Decl("PDEVICE_OBJECT", "lower", LOWER), get(register(Var("lower"))),
                   when(failed(S), complete(), ret(S)), ret(send(IRP, LOWER)))

    def test_parameter(self):
        params = PARAMS + (("PDEVICE_OBJECT", "Target"),)
        self.warns(4, get(register(Var("Target"))), when(failed(S), complete(), ret(S)), ret(send(IRP, Var("Target"))), params=params)

    def test_own_device_of_a_dispatch_routine(self):
        self.silent(get(register(DEVICE)), when(failed(S), complete(), ret(S)), ret(send(IRP, DEVICE)), kind=ROLE)
        self.warns(4, get(register(LOWER)), when(failed(S), complete(), ret(S)), ret(send(IRP, LOWER)), kind=ROLE)

    def test_two_rules(self):
        self.expect({("F", 1): "must", ("F", 4): "must"}, do(register(LOWER)), ret(send()))

    def test_other_device(self):
        self.silent(get(register(LOWER)), when(failed(S), complete(), ret(S)), ret(send(IRP, OTHER)))


class Helpers(Base):
    register_ = helper("H", "NTSTATUS", EXT_IRP, ret(register()))
    use = Call("H", (EXT, IRP))

    def test_caller_holds_the_registration(self):
        self.warns(1, do(self.use), ret(send()), helpers=(self.register_,))
        self.silent(get(self.use), when(failed(S), complete(), ret(S)), ret(send()), helpers=(self.register_,))
        self.warns(2, get(self.use), when(failed(S), complete(), ret(S)), when(CAREFUL, complete(), ret(S)), ret(send()), helpers=(self.register_,))
        self.warns(3, get(self.use), when(failed(S), do(call("DbgPrint"))), ret(send()), helpers=(self.register_,))

    def test_two_levels(self):
        second = helper("H2", "NTSTATUS", EXT_IRP, ret(Call("H", (EXT, IRP))))
        use = Call("H2", (EXT, IRP))
        self.warns(1, do(use), ret(send()), helpers=(self.register_, second))
        self.silent(get(use), when(failed(S), complete(), ret(S)), ret(send()), helpers=(self.register_, second))

    def test_out_parameter(self):
        h = helper("H", "VOID", EXT_IRP + (("PNTSTATUS", "Out"),), let(Deref(Var("Out")), register()))
        use = do(Call("H", (EXT, IRP, AddressOf(S))))
        self.warns(1, NTSTATUS, use, ret(send()), helpers=(h,))
        self.silent(NTSTATUS, use, when(failed(S), complete(), ret(S)), ret(send()), helpers=(h,))

    def test_helper_that_discards_is_at_fault_itself(self):
        h = helper("H", "VOID", EXT_IRP, do(register()))
        self.expect({("H", 1): "must"}, do(self.use), ret(send()), helpers=(h,))

    def test_helper_that_falls_back(self):
        h = helper("H", "VOID", EXT_IRP, when(failed(register()), do(call("IoSetCompletionRoutine", IRP))))
        self.silent(do(self.use), ret(send()), helpers=(h,))

    def test_state_the_helper_left(self):
        # The helper has told failure from success; the caller does not listen.
        h = helper("H", "NTSTATUS", EXT_IRP, get(), when(failed(S), ret(UNSUCCESSFUL)), ret(SUCCESS))
        self.warns(3, do(self.use), ret(send()), helpers=(h,))
        self.silent(get(self.use), when(failed(S), complete(), ret(S)), ret(send()), helpers=(h,))

    def test_sender(self):
        h = helper("H", "NTSTATUS", EXT_IRP, ret(send()))
        self.warns(1, do(register()), ret(self.use), helpers=(h,))
        self.silent(get(), when(failed(S), complete(), ret(S)), ret(self.use), helpers=(h,))

    def test_predicate(self):
        h = helper("H", "BOOLEAN", (("NTSTATUS", "Status"),), ret(succeeded(Var("Status"))))
        self.silent(get(), when(Not(Call("H", (S,))), complete(), ret(S)), ret(send()), helpers=(h,))

    def test_check_and_fail(self):
        h = helper("H", "BOOLEAN", (("PIRP", "Irp"), ("NTSTATUS", "Status")),
                   when(failed(Var("Status")), complete(), ret(TRUE)), ret(FALSE))
        self.silent(get(), when(Call("H", (IRP, S)), ret(S)), ret(send()), helpers=(h,))
        self.silent(get(), when(Call("H", (IRP, S)), ret(S)), ret(send()), helpers=(h,), kind=ROLE)

    def test_wrapper_at_fault_on_its_own_send(self):
        h = helper("H", "NTSTATUS", EXT_IRP, do(register()), ret(send()))
        self.expect({("H", 1): "must"}, ret(self.use), helpers=(h,))


class Exceptions(Base):
    def test_finally_runs_on_return(self):
        self.warns(1, get(), TryFinally(block(ret(S)), block(do(send()))))

    def test_leave(self):
        self.silent(NTSTATUS, TryFinally(block(let("status", register()), when(failed(S), Leave()), do(send())),
                                         block(when(failed(S), complete()))), ret(S))

    def test_leave_without_completion(self):
        self.warns(3, NTSTATUS, TryFinally(block(let("status", register()), when(failed(S), Leave()), do(send())),
                                           block(do(call("DbgPrint")))), ret(S), kind=ROLE)

    def test_finally_sends(self):
        self.silent(NTSTATUS, TryFinally(block(let("status", register())), block(when(succeeded(S), do(send()), otherwise=[complete()]))), ret(S))

    def test_exception_is_a_class_of_its_own(self):
        body = (get(), TryExcept(block(do(call("DrvStart")), when(failed(S), complete(), ret(S)), do(send())),
                                 Const("EXCEPTION_EXECUTE_HANDLER", 1), block(do(send()))), ret(SUCCESS))
        self.silent(*body)
        self.expect({("F", 1): {"seh-exception"}, ("F", 3): {"seh-exception"}}, *body, open_paths=True)

    def test_abnormal_termination(self):
        final = block(when(call("AbnormalTermination"), complete()))
        self.silent(get(), TryFinally(block(when(failed(S), ret(S)), do(send())), final), ret(S))
        self.warns(2, get(), TryFinally(block(when(failed(S), ret(S)), when(CAREFUL, ret(S)), do(send())), final), ret(S))


class Paths(Base):
    def test_field_read_twice(self):
        enabled = Field(EXT, "Enabled")
        body = (Decl("NTSTATUS", "status", SUCCESS), when(enabled, let("status", register())),
                when(both(enabled, failed(S)), complete(), ret(S)), ret(send()))
        self.silent(*body)
        self.expect({("F", 1): {"field-reread"}}, *body, open_paths=True)

    def test_counted_loop(self):
        # Two rounds are certain, so the status of the first is lost.
        loop = For(Assign(Var("i"), num(0)), Compare("<", Var("i"), num(2)), Step(Var("i")), block(let("status", register())))
        self.warns(1, NTSTATUS, Decl("ULONG", "i"), loop, when(failed(S), complete(), ret(S)), ret(send()))

    def test_counted_loop_of_one_round(self):
        loop = For(Assign(Var("i"), num(0)), Compare("<", Var("i"), num(1)), Step(Var("i")), block(let("status", register())))
        self.silent(NTSTATUS, Decl("ULONG", "i"), loop, when(failed(S), complete(), ret(S)), ret(send()))

    def test_endless_loop_is_cut(self):
        result = self.run_case(get(), While(CAREFUL, block(do(call("DbgPrint")))), ret(S))["F"]
        self.assertTrue(result.cut)
        self.assertEqual(result.verdicts, {})

    def test_null_irp_is_nonsense(self):
        request = Var("request")
        with self.assertRaises(Rejected):
            self.run_case(Decl("PIRP", "request", call("IoAllocateIrp", LOWER)), do(register(SELF, request)),
                          ret(send(request)), params=PARAMS[:1])

    def test_reused_then_sent_is_open(self):
        request = Var("request")
        self.expect({("F", 2): {"sent-after-end"}}, Decl("PIRP", "request", call("IoAllocateIrp", LOWER)),
                    when(eq(request, NULL), ret(RESOURCES)), get(register(SELF, request)),
                    when(failed(S), do(call("IoFreeIrp", request)), ret(S)),
                    do(call("IoReuseIrp", request)), ret(send(request)), params=PARAMS[:1])

    def test_nonsense_is_rejected(self):
        for body in [(NTSTATUS, ret(S)), (complete(), complete(), ret(SUCCESS)), (complete(), ret(send())), (do(call("DbgPrint")),)]:
            with self.assertRaises(Rejected):
                self.run_case(*body)

    def test_executions_are_complete(self):
        # careful x mode (0, 1, other) where both matter; the registration never forks.
        result = self.run_case(do(register()), when(CAREFUL, do(call("DbgPrint"))),
                               Switch(Var("Mode"), (arm((num(0),), Break()), arm((num(1),), Break()))), ret(SUCCESS))["F"]
        self.assertEqual(len(result.executions), 6)


if __name__ == "__main__":
    unittest.main()
