//===- EngineTest.cpp - Joins, loops, correlated branches, limits ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The engine on graphs written by hand, without a source and without clang's
// AST: what the table of the life cycle says, how values are computed for both
// outcomes, what a join keeps, and how the solver merges, ends and gives up.
//
//===----------------------------------------------------------------------===//

#include "src/engine/Solver.h"
#include "src/rules/Registration.h"
#include "src/rules/Rules.h"
#include "gtest/gtest.h"

using namespace wdm;
using namespace wdm::engine;
using rules::Verdict;

namespace {

/// A function under construction. Variables are named by characters.
class GraphMaker {
public:
  FlowGraph G;

  explicit GraphMaker(unsigned Blocks) {
    G.Blocks.resize(Blocks);
    G.Entry = 0;
    G.Exit = Blocks - 1;
    G.JoinSite = 100000;
  }

  PlaceId var(const char *Name) {
    FlowPlace P;
    P.Kind = PlaceKind::Variable;
    P.Decl = Name;
    G.OwnVariables.insert(Name);
    G.Places.push_back(P);
    return G.Places.size() - 1;
  }
  ExprId add(FlowExpr E) {
    G.Exprs.push_back(std::move(E));
    return G.Exprs.size() - 1;
  }
  ExprId load(PlaceId P) {
    FlowExpr E;
    E.Kind = ExprKind::Load;
    E.Place = P;
    return add(E);
  }
  ExprId load(const char *Name) { return load(var(Name)); }
  ExprId num(int64_t N) {
    FlowExpr E;
    E.Kind = ExprKind::Constant;
    E.Number = N;
    return add(E);
  }
  ExprId op(Op Operator, ExprId L, ExprId R) {
    FlowExpr E;
    E.Kind = ExprKind::Binary;
    E.Operator = Operator;
    E.Args = {L, R};
    return add(E);
  }
  ExprId negate(ExprId X) {
    FlowExpr E;
    E.Kind = ExprKind::Not;
    E.Args = {X};
    return add(E);
  }
  ExprId succeeded(const char *Status) {
    return negate(op(Op::Lt, load(Status), num(0)));
  }
  void set(BlockId B, const char *Name, ExprId V) {
    FlowEvent E;
    E.Kind = EventKind::Store;
    E.Place = var(Name);
    E.Value = V;
    E.Site = ++Site;
    G.Blocks[B].Events.push_back(E);
  }
  void increment(BlockId B, const char *Name) {
    FlowEvent E;
    E.Kind = EventKind::StepPlace;
    E.Place = var(Name);
    E.Number = 1;
    E.Site = ++Site;
    G.Blocks[B].Events.push_back(E);
  }
  uint32_t call(BlockId B, model::Effect Does, const char *Device,
                const char *Irp, const char *ResultIn = nullptr) {
    FlowCall C;
    C.Site = ++Site;
    C.Known = true;
    C.Routine = {Does, 1, 0};
    C.Args = {load(Device), load(Irp)};
    G.Calls.push_back(C);
    FlowEvent E;
    E.Kind = EventKind::Call;
    E.Call = G.Calls.size() - 1;
    G.Blocks[B].Events.push_back(E);
    if (ResultIn) {
      FlowPlace P;
      P.Kind = PlaceKind::Temporary;
      P.Site = C.Site;
      G.Places.push_back(P);
      set(B, ResultIn, load(G.Places.size() - 1));
    }
    return G.Calls.size() - 1;
  }
  void go(BlockId From, BlockId To) {
    FlowEdge E;
    E.To = To;
    G.Blocks[From].Edges.push_back(E);
  }
  void branch(BlockId From, ExprId If, BlockId Then, BlockId Else) {
    for (bool Holds : {true, false}) {
      FlowEdge E;
      E.To = Holds ? Then : Else;
      E.If.push_back({If, Holds});
      G.Blocks[From].Edges.push_back(E);
    }
  }
  void finish() {
    G.computeOrder();
    G.computeLiveness();
  }

private:
  SiteId Site = 0;
};

/// What is wrong with the registration Call, as verdicts.
std::vector<Verdict> verdicts(GraphMaker &Maker, uint32_t Call,
                              const Limits &Bounds, bool *Merged = nullptr,
                              bool *GaveUp = nullptr) {
  SymbolTable Symbols;
  Solver S(Symbols, Maker.G, nullptr, Bounds);
  Solver::Arrivals Before = S.lookAhead([&](uint32_t C) { return C == Call; });
  Task T;
  T.Rule = &rules::Registration;
  T.Opening = static_cast<int32_t>(Call);
  std::unique_ptr<Solution> Found = S.follow(T, Before);
  std::vector<Verdict> Result;
  if (GaveUp)
    *GaveUp = Found->GaveUp;
  for (const PathEnd &End : Found->Ends) {
    if (End.Broken == NoFault)
      continue;
    if (Merged)
      *Merged |= End.Merged;
    if (End.Merged) {
      std::unique_ptr<Solution> One =
          S.confirm(T, Before, End, Found->Nodes[End.Node].Block);
      if (One->Ends.empty())
        continue;
    }
    const auto Broken = static_cast<Verdict>(End.Broken);
    if (std::find(Result.begin(), Result.end(), Broken) == Result.end())
      Result.push_back(Broken);
  }
  return Result;
}

using Verdicts = std::vector<Verdict>;

// --- The table --------------------------------------------------------------

Verdict step(LifeState &L, Happening What) {
  Verdict Broken = Verdict::None;
  rules::Registration.step(L, What, nullptr, [&](FaultId Fault) {
    Broken = static_cast<Verdict>(Fault);
  });
  return Broken;
}

bool isSettled(const LifeState &L) {
  return rules::Registration.Settled >> L.Place & 1;
}

TEST(Lifecycle, SendingUncheckedBreaksTheFirstRule) {
  LifeState L;
  L.Known = Knowledge::Unchecked;
  EXPECT_EQ(step(L, Happening::Send), Verdict::SentUnchecked);
  EXPECT_TRUE(isSettled(L));
}

TEST(Lifecycle, SuccessIsNoFault) {
  LifeState L;
  L.Known = Knowledge::Unchecked;
  EXPECT_EQ(step(L, Happening::LearnSuccess), Verdict::None);
  EXPECT_EQ(step(L, Happening::Send), Verdict::None);
}

TEST(Lifecycle, FailureNeedsRecovery) {
  LifeState Sent, Recovered;
  Sent.Known = Recovered.Known = Knowledge::Failed;
  EXPECT_EQ(step(Sent, Happening::Send), Verdict::SentAfterFailure);
  EXPECT_EQ(step(Recovered, Happening::Recover), Verdict::None);
  EXPECT_EQ(step(Recovered, Happening::Send), Verdict::None);
}

TEST(Lifecycle, RecoveryBeforeTheTestIsNone) {
  LifeState L;
  L.Known = Knowledge::Unchecked;
  step(L, Happening::Recover);
  EXPECT_EQ(L.Marks & rules::Recovered, 0);
  EXPECT_EQ(step(L, Happening::Send), Verdict::SentUnchecked);
}

TEST(Lifecycle, HandingTheIrpOnDoesNotExcuseTheStatus) {
  LifeState L;
  L.Known = Knowledge::Unchecked;
  step(L, Happening::HandOn);
  EXPECT_EQ(step(L, Happening::LeaveHelper), Verdict::LostUnchecked);
}

TEST(Lifecycle, StatusThatWentOutIsNotLost) {
  LifeState L;
  L.Known = Knowledge::Unchecked;
  step(L, Happening::StatusOut);
  EXPECT_EQ(step(L, Happening::LeaveHelper), Verdict::None);
  EXPECT_EQ(step(L, Happening::Send), Verdict::SentUnchecked);
}

TEST(Lifecycle, AHelperDoesNotLeak) {
  LifeState L;
  L.Known = Knowledge::Succeeded;
  EXPECT_EQ(step(L, Happening::LeaveHelper), Verdict::None);
  EXPECT_EQ(step(L, Happening::LeaveOwner), Verdict::LeakAfterSuccess);
}

TEST(Lifecycle, AReusedIrpBeginsAnotherLife) {
  LifeState L;
  L.Known = Knowledge::Failed;
  step(L, Happening::Reuse);
  EXPECT_EQ(step(L, Happening::Send), Verdict::None);
}

// --- Symbols and ranges -----------------------------------------------------

TEST(Symbols, EqualThingsHaveOneName) {
  SymbolTable T;
  const char A = 0;
  CellId C = T.variable(&A, false, true);
  EXPECT_EQ(T.initial(C), T.initial(T.variable(&A, false, true)));
  EXPECT_EQ(T.pointee(T.address(C), false), C);
  CellId P = T.pointee(T.initial(C), false);
  EXPECT_EQ(T.address(P), T.initial(C));
}

TEST(Symbols, RewritingReachesIntoCells) {
  SymbolTable T;
  const char A = 0, B = 0, F = 0;
  Scalar X = T.initial(T.variable(&A, false, true));
  Scalar Y = T.initial(T.variable(&B, false, true));
  Scalar InX = T.initial(T.field(T.pointee(X, false), &F, false));
  auto Map = [&](SymId S) -> std::optional<Scalar> {
    return S == X.Sym ? std::optional(Y) : std::nullopt;
  };
  auto None = [](CellId) -> std::optional<CellId> { return std::nullopt; };
  EXPECT_EQ(T.rewrite(InX, {Map, None}),
            T.initial(T.field(T.pointee(Y, false), &F, false)));
}

TEST(Symbols, SumsOfSumsStaySmall) {
  SymbolTable T;
  const char A = 0;
  Scalar X = T.initial(T.variable(&A, false, false));
  for (int I = 0; I != 200; ++I)
    X = T.binary(Op::Add, X, X);
  unsigned Looked = 0;
  T.mentions(X, [&](Scalar) {
    ++Looked;
    return false;
  });
  EXPECT_LT(Looked, 200u);
}

TEST(Ranges, EndsMoveAndHolesAreKept) {
  Range R;
  R.clamp(0, 10);
  R.exclude(10);
  R.exclude(5);
  EXPECT_EQ(R.High, 9);
  EXPECT_FALSE(R.contains(5));
  R.clamp(5, 5);
  EXPECT_TRUE(R.isEmpty());
}

TEST(Ranges, TooManyHolesOnlyWiden) {
  Range R;
  R.clamp(0, 1000);
  for (int64_t N = 1; N != 100; ++N)
    R.exclude(N * 3);
  EXPECT_TRUE(R.contains(1));
  EXPECT_FALSE(R.isEmpty());
}

// --- Values under both outcomes ---------------------------------------------

struct Values : testing::Test {
  GraphMaker Maker{1};
  SymbolTable Symbols;
  State S;
  Value status() {
    return {Scalar::constant(0), Scalar::constant(FailureStatus)};
  }
  Memory memory() { return Memory(Symbols, Maker.G); }
  void put(const char *Name, Value V) {
    memory().store(S, memory().cell(S, Maker.var(Name)), V);
  }
  Values() {
    S.Life.Known = Knowledge::Unchecked;
    S.Irp = Scalar();
  }
};

constexpr char Status[] = "status", Copy[] = "copy", Flag[] = "flag",
               Irp[] = "irp", Device[] = "device", Lower[] = "lower",
               Other[] = "other";

TEST_F(Values, NtSuccessSeparates) {
  put(Status, status());
  ExprId E = Maker.succeeded(Status);
  State T = S, F = S;
  EXPECT_EQ(memory().assume(T, E, true, true), Split::Success);
  EXPECT_EQ(memory().assume(F, E, false, true), Split::Failure);
}

TEST_F(Values, PendingCannotHappen) {
  put(Status, status());
  ExprId E = Maker.op(Op::Eq, Maker.load(Status), Maker.num(0x103));
  State T = S, F = S;
  EXPECT_EQ(memory().assume(T, E, true, true), Split::Infeasible);
  EXPECT_EQ(memory().assume(F, E, false, true), Split::Plain);
}

TEST_F(Values, WidthOfTheConstantDoesNotMatter) {
  put(Status, status());
  ExprId E = Maker.op(Op::Eq, Maker.load(Status), Maker.num(0xC000009A));
  State T = S;
  EXPECT_EQ(memory().assume(T, E, true, true), Split::Failure);
}

TEST_F(Values, WhatIsMixedWithAnUnknownStaysPlain) {
  put(Status, status());
  // NT_SUCCESS(status) & flag: when it holds, the registration succeeded.
  ExprId E = Maker.op(Op::And, Maker.succeeded(Status), Maker.load(Flag));
  State T = S, F = S;
  EXPECT_EQ(memory().assume(T, E, true, true), Split::Success);
  EXPECT_EQ(memory().assume(F, E, false, true), Split::Plain);
}

TEST_F(Values, UnknownFunctionsOfTheStatusAreUnclear) {
  put(Status, status());
  FlowExpr Opaque;
  Opaque.Kind = ExprKind::Opaque;
  Opaque.Site = 77;
  Opaque.Args = {Maker.load(Status)};
  ExprId E = Maker.add(Opaque);
  State T = S;
  EXPECT_EQ(memory().assume(T, E, true, true), Split::Unclear);
}

TEST_F(Values, ComparisonsOfOnePlaceAgree) {
  ExprId Less = Maker.op(Op::Lt, Maker.load(Flag), Maker.num(3));
  ExprId Five = Maker.op(Op::Eq, Maker.load(Flag), Maker.num(5));
  ASSERT_EQ(memory().assume(S, Less, true, true), Split::Plain);
  EXPECT_EQ(memory().assume(S, Five, true, true), Split::Infeasible);
}

TEST_F(Values, SettlingCollapsesCopies) {
  put(Status, status());
  put(Copy, status());
  memory().settle(S, false);
  ExprId E = Maker.op(Op::Eq, Maker.load(Copy), Maker.num(FailureStatus));
  State T = S;
  EXPECT_EQ(memory().assume(T, E, false, true), Split::Infeasible);
}

TEST_F(Values, StoringAWholeForgetsItsParts) {
  const char Field = 0;
  CellId Whole = memory().cell(S, Maker.var(Flag));
  CellId Part = Symbols.field(Whole, &Field, false);
  memory().store(S, Part, Value::constant(1));
  memory().forget(S, Whole, Symbols.site(5, 0));
  EXPECT_FALSE(memory().load(S, Part).OnSuccess.isConstant());
  EXPECT_NE(memory().load(S, Part).OnSuccess, Symbols.initial(Part));
}

TEST_F(Values, RetiringKeepsOldAndNewApart) {
  put(Copy, Value::plain(Symbols.site(9, 0)));
  memory().retire(S, 9);
  put(Flag, Value::plain(Symbols.site(9, 0)));
  ExprId E = Maker.op(Op::Eq, Maker.load(Copy), Maker.load(Flag));
  State T = S;
  EXPECT_EQ(memory().assume(T, E, false, true), Split::Plain);
}

// --- Joins ------------------------------------------------------------------

TEST_F(Values, AJoinKeepsWhatAgrees) {
  put(Status, status());
  State T = S;
  put(Flag, Value::constant(1));
  memory().store(T, memory().cell(T, Maker.var(Flag)), Value::constant(0));
  EXPECT_TRUE(memory().join(S, T, 0));
  EXPECT_TRUE(memory().load(S, memory().cell(S, Maker.var(Status))).tells());
  Value Joined = memory().load(S, memory().cell(S, Maker.var(Flag)));
  EXPECT_FALSE(Joined.OnSuccess.isConstant());
}

TEST_F(Values, AJoinIsAFixpoint) {
  State T = S;
  put(Flag, Value::constant(1));
  memory().store(T, memory().cell(T, Maker.var(Flag)), Value::constant(0));
  ASSERT_TRUE(memory().join(S, T, 0));
  EXPECT_FALSE(memory().join(S, T, 0));
  EXPECT_FALSE(memory().join(S, S, 0));
}

TEST_F(Values, AJoinForgetsFactsOfOneSide) {
  State T = S;
  ASSERT_EQ(memory().assume(S, Maker.load(Flag), true, true), Split::Plain);
  EXPECT_TRUE(memory().join(S, T, 0));
  EXPECT_TRUE(S.Facts.empty());
}

// --- The solver -------------------------------------------------------------

TEST(Solve, SentUnchecked) {
  GraphMaker M(3);
  uint32_t R = M.call(0, model::Effect::Register, Device, Irp, Status);
  M.go(0, 1);
  M.call(1, model::Effect::Send, Lower, Irp);
  M.go(1, 2);
  M.finish();
  EXPECT_EQ(verdicts(M, R, {}), Verdicts{Verdict::SentUnchecked});
}

TEST(Solve, AnotherIrpIsAnotherIrp) {
  GraphMaker M(3);
  uint32_t R = M.call(0, model::Effect::Register, Device, Irp, Status);
  M.go(0, 1);
  M.call(1, model::Effect::Send, Lower, Other);
  M.go(1, 2);
  M.finish();
  EXPECT_EQ(verdicts(M, R, {}), Verdicts{Verdict::LostUnchecked});
}

TEST(Solve, ACopyIsTheSameIrp) {
  GraphMaker M(3);
  M.set(0, Copy, M.load(Irp));
  uint32_t R = M.call(0, model::Effect::Register, Device, Irp, Status);
  M.go(0, 1);
  M.call(1, model::Effect::Send, Lower, Copy);
  M.go(1, 2);
  M.finish();
  EXPECT_EQ(verdicts(M, R, {}), Verdicts{Verdict::SentUnchecked});
}

/// if (flag) status = register(); [flag2 = ...]; if (flag && failed) return;
/// send();  with Same false the second test asks another flag.
GraphMaker correlated(bool Same, uint32_t &R) {
  GraphMaker M(7);
  M.branch(0, M.load(Flag), 1, 2);
  R = M.call(1, model::Effect::Register, Device, Irp, Status);
  M.go(1, 2);
  M.branch(2, M.load(Same ? Flag : Other), 3, 5);
  M.branch(3, M.succeeded(Status), 5, 4);
  M.go(4, 6); // return
  M.call(5, model::Effect::Send, Lower, Irp);
  M.go(5, 6);
  M.finish();
  return M;
}

TEST(Solve, CorrelatedBranchesAreFollowed) {
  uint32_t R = 0;
  GraphMaker M = correlated(true, R);
  EXPECT_EQ(verdicts(M, R, {}), Verdicts{});
}

TEST(Solve, AnotherFlagIsNoExcuse) {
  uint32_t R = 0;
  GraphMaker M = correlated(false, R);
  EXPECT_EQ(verdicts(M, R, {}), Verdicts{Verdict::SentUnchecked});
}

/// N flags that are set by unknown conditions before the registration, and
/// asked again after it. The status is tested when the first flag is set. When
/// it is not, it is tested as well (Complete), or never: where the second flag
/// is set the IRP is sent, else the function returns.
GraphMaker manyFlags(unsigned N, bool Complete, uint32_t &R,
                     std::vector<std::string> &Names) {
  // Names are identities: they must not move.
  Names.resize(size_t{2} * N);
  for (unsigned I = 0; I != 2 * N; ++I)
    Names[I] = "f" + std::to_string(I);
  unsigned Per = 4;
  GraphMaker M(2 * Per * N + 6);
  BlockId At = 0;
  auto Diamond = [&](const char *If, const char *Set) {
    M.branch(At, M.load(If), At + 1, At + 2);
    if (Set) {
      M.set(At + 1, Set, M.num(1));
      M.set(At + 2, Set, M.num(0));
    }
    M.go(At + 1, At + 3);
    M.go(At + 2, At + 3);
    At += 3;
  };
  for (unsigned I = 0; I != N; ++I)
    Diamond(Names[N + I].c_str(), Names[I].c_str());
  R = M.call(At, model::Effect::Register, Device, Irp, Status);
  M.go(At, At + 1);
  ++At;
  for (unsigned I = 1; I != N; ++I)
    Diamond(Names[I].c_str(), nullptr);
  BlockId Test = At + 1, Again = At + 2, Fail = At + 3, Send = At + 4;
  M.branch(At, M.load(Names[0].c_str()), Test, Again);
  M.branch(Test, M.succeeded(Status), Send, Fail);
  if (Complete)
    M.branch(Again, M.succeeded(Status), Send, Fail);
  else
    M.branch(Again, M.load(Names[1].c_str()), Send, Fail);
  M.go(Fail, M.G.Exit);
  M.call(Send, model::Effect::Send, Lower, Irp);
  M.go(Send, M.G.Exit);
  M.finish();
  return M;
}

TEST(Solve, MoreFlagsThanStatesAreMergedAndConfirmed) {
  uint32_t R = 0;
  std::vector<std::string> Names;
  GraphMaker M = manyFlags(24, false, R, Names);
  bool Merged = false, GaveUp = true;
  EXPECT_EQ(verdicts(M, R, {}, &Merged, &GaveUp),
            (Verdicts{Verdict::SentUnchecked, Verdict::LostUnchecked}));
  EXPECT_FALSE(GaveUp);
  // The states that stay apart differ in the last flags. With a limit of one
  // the first is the one with all flags alike.
  Limits One;
  One.Disjuncts = 1;
  EXPECT_EQ(verdicts(M, R, One, &Merged, &GaveUp),
            (Verdicts{Verdict::SentUnchecked, Verdict::LostUnchecked}));
  EXPECT_TRUE(Merged);
  EXPECT_FALSE(GaveUp);
}

TEST(Solve, MergingInventsNoFault) {
  uint32_t R = 0;
  std::vector<std::string> Names;
  GraphMaker M = manyFlags(24, true, R, Names);
  EXPECT_EQ(verdicts(M, R, {}), Verdicts{});
}

TEST(Solve, ALimitReachedMeansSilence) {
  uint32_t R = 0;
  std::vector<std::string> Names;
  GraphMaker M = manyFlags(24, false, R, Names);
  Limits Small;
  Small.Steps = 10;
  bool GaveUp = false;
  EXPECT_EQ(verdicts(M, R, Small, nullptr, &GaveUp), Verdicts{});
  EXPECT_TRUE(GaveUp);
}

/// while (flag) { body }, with the registration before it.
TEST(Solve, LoopsReachAFixpoint) {
  GraphMaker M(6);
  M.set(0, Other, M.num(0));
  uint32_t R = M.call(0, model::Effect::Register, Device, Irp, Status);
  M.go(0, 1);
  M.branch(1, M.op(Op::Lt, M.load(Other), M.load(Flag)), 2, 3);
  M.increment(2, Other);
  M.set(2, Copy, M.op(Op::Add, M.load(Copy), M.load(Other)));
  M.go(2, 1);
  M.branch(3, M.succeeded(Status), 4, 5);
  M.call(4, model::Effect::Send, Lower, Irp);
  M.go(4, 5);
  M.finish();
  bool GaveUp = true;
  EXPECT_EQ(verdicts(M, R, {}, nullptr, &GaveUp), Verdicts{});
  EXPECT_FALSE(GaveUp);
}

TEST(Solve, ARegistrationInALoopIsLostWhenItComesRound) {
  GraphMaker M(4);
  M.go(0, 1);
  uint32_t R = M.call(1, model::Effect::Register, Device, Irp, Status);
  M.branch(1, M.load(Flag), 1, 2);
  M.branch(2, M.succeeded(Status), 3, 3);
  M.finish();
  EXPECT_EQ(verdicts(M, R, {}), Verdicts{Verdict::LostUnchecked});
}

TEST(Solve, EndlessLoopsEnd) {
  GraphMaker M(3);
  uint32_t R = M.call(0, model::Effect::Register, Device, Irp, Status);
  M.go(0, 1);
  M.increment(1, Other);
  M.go(1, 1);
  M.finish();
  bool GaveUp = true;
  EXPECT_EQ(verdicts(M, R, {}, nullptr, &GaveUp), Verdicts{});
  EXPECT_FALSE(GaveUp);
}

TEST(Solve, TheSameDeviceIsASecondFault) {
  GraphMaker M(4);
  uint32_t R = M.call(0, model::Effect::Register, Lower, Irp, Status);
  M.branch(0, M.succeeded(Status), 1, 3);
  M.call(1, model::Effect::Send, Lower, Irp);
  M.go(1, 3);
  M.finish();
  EXPECT_EQ(verdicts(M, R, {}), Verdicts{Verdict::SentToOwnDevice});
}

// --- Liveness ---------------------------------------------------------------

TEST(Liveness, WhatIsNotReadAgainIsDropped) {
  GraphMaker M(4);
  M.branch(0, M.load(Flag), 1, 1);
  M.branch(1, M.load(Other), 2, 2);
  M.go(2, 3);
  M.finish();
  auto Live = [&](BlockId B, const void *Name) {
    return M.G.LiveIn[B].test(M.G.Keys.lookup(Name));
  };
  EXPECT_TRUE(Live(0, Flag));
  EXPECT_FALSE(Live(1, Flag));
  EXPECT_TRUE(Live(1, Other));
  EXPECT_FALSE(Live(2, Other));
}

TEST(Liveness, AStoreEndsALife) {
  GraphMaker M(3);
  M.set(0, Flag, M.num(1));
  M.branch(0, M.load(Flag), 1, 1);
  M.go(1, 2);
  M.finish();
  EXPECT_FALSE(M.G.LiveIn[0].test(M.G.Keys.lookup(Flag)));
}

} // namespace
