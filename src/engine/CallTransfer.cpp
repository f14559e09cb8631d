//===- CallTransfer.cpp - What a call does to a state ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/SolverRun.h"
#include "llvm/ADT/STLExtras.h"

namespace wdm::engine {

using model::Detail;
using model::Effect;

namespace {

/// States kept before one call; more are joined.
constexpr unsigned MaxArrivals = 48;

/// What the call of a routine is for the IRP that is its argument.
Happening happeningOf(const model::Routine &Routine) {
  switch (Routine.Does) {
  case Effect::Send:
    return Routine.How == Detail::WaitsForIrp ? Happening::SendAndWait
           : Routine.How == Detail::ForGood   ? Happening::SendForGood
           : Routine.How == Detail::Somehow   ? Happening::SendSomehow
                                              : Happening::Send;
  case Effect::Complete:
    return Happening::Complete;
  case Effect::Free:
    return Happening::Free;
  case Effect::Reuse:
    return Happening::Reuse;
  case Effect::Recover:
    return Routine.How == Detail::Skips ? Happening::Skip : Happening::Recover;
  case Effect::HandOn:
    return Happening::HandOn;
  default:
    break;
  }
  switch (Routine.How) {
  case Detail::Marks:
    return Happening::MarkPending;
  case Detail::MayMark:
    return Happening::MayMarkPending;
  case Detail::CopiesStack:
    return Happening::CopyStack;
  default:
    return Happening::Pass;
  }
}

} // namespace

// --- Openings ---------------------------------------------------------------

void Solver::openRegistration(const FlowCall &Call, Live &L) const {
  auto Arg = [&](int Position) {
    Scalar X;
    if (Position >= 0 && static_cast<size_t>(Position) < Call.Args.size())
      X = argument(L.S, Call, Position);
    return X.isConstant()
               ? Symbols.opaque(Call.Site, Scalar::constant(Position), X)
               : X;
  };
  Scalar Irp = Arg(Call.Routine.Irp), Device = Arg(Call.Routine.Device);
  M.retire(L.S, Call.Site);
  L.S.Irp = Irp;
  L.S.Kept = {Device};
  // The routine reads the IRP: it is one.
  if (!Irp.isConstant()) {
    Range NotNull;
    NotNull.exclude(0);
    M.narrow(L.S, Irp.Sym, NotNull);
  }
  // Status values are 0 and a failure; truth values the other way round.
  M.store(L.S, Symbols.temporary(Call.Site),
          Call.ReturnsBool
              ? Value{Scalar::constant(1), Scalar::constant(0)}
              : Value{Scalar::constant(0), Scalar::constant(FailureStatus)});
}

/// False where the argument is no IRP, or one that is followed from the
/// function's entry.
bool Solver::openArgument(const Run &R, const FlowCall &Call, Live &L) const {
  Scalar Irp = argument(L.S, Call, R.T.Argument);
  if (Irp.isConstant())
    return false;
  // Far away in a list: the next one has the same name.
  if (Symbols.mentions(Irp, [&](Scalar Part) {
        return !Part.isConstant() &&
               Symbols.symbol(Part.Sym).Kind == SymKind::Site &&
               Symbols.symbol(Part.Sym).A == 0;
      }))
    return false;
  const SymInfo &I = Symbols.symbol(Irp.Sym);
  if (I.Kind == SymKind::Initial &&
      Symbols.cell(I.A).Kind == CellKind::Variable &&
      llvm::is_contained(Graph.Params, Symbols.cell(I.A).Decl))
    return false;
  // Nor one that was allocated here.
  if (I.Kind == SymKind::Site && (I.Tag & AllocatedTag))
    return false;
  L.S.Irp = Irp;
  L.S.Life = R.T.Rule->First;
  return true;
}

void Solver::open(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live L,
                  std::vector<Live> &Out) {
  const FlowCall &Call = Graph.Calls[E.Call];
  R.Out.Eventful.set(R.Out.Nodes[NodeIndex].Block);
  if (R.T.Rule->Opens == Opening::AtAcquisition && Call.Handles &&
      Call.Handles->Acquires) {
    openAcquired(R, NodeIndex, E, std::move(L), Out);
    return;
  }
  if (R.T.Rule->Opens == Opening::AtAnyIrp) {
    if (R.T.Argument >= 0) {
      if (openArgument(R, Call, L))
        called(R, NodeIndex, E, std::move(L), Out);
      return;
    }
    // An IRP that is allocated: it is what the call returns.
    std::vector<Live> Returned;
    called(R, NodeIndex, E, std::move(L), Returned);
    for (Live &New : Returned) {
      New.S.Irp = M.settled(New.S, M.load(New.S, Symbols.temporary(Call.Site)));
      New.S.Life = R.T.Rule->First;
      New.S.Life.Marks |= R.T.Rule->FromBeginning;
      Out.push_back(std::move(New));
    }
    return;
  }
  if (Call.Known && Call.Routine.Does == Effect::Register) {
    openRegistration(Call, L);
    L.S.Life = R.T.Rule->First;
    noteStored(R, NodeIndex, L, E);
    Out.push_back(std::move(L));
    return;
  }
  openInHelper(R, NodeIndex, E, L, Out);
}

bool Solver::narrowAll(State &S,
                       llvm::ArrayRef<std::pair<SymId, Range>> Facts) const {
  return llvm::all_of(Facts, [&](const auto &Fact) {
    return M.narrow(S, Fact.first, Fact.second);
  });
}

void Solver::openInHelper(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                          const Live &L, std::vector<Live> &Out) {
  const FlowCall &Call = Graph.Calls[E.Call];
  llvm::SmallVector<CallOutcome, 8> Outcomes;
  if (!Resolver || !Resolver->opens(M, L.S, Call, Outcomes))
    return;
  for (CallOutcome &O : Outcomes) {
    Live New = L;
    M.retire(New.S, Call.Site);
    New.S.Life = O.After.Life;
    New.S.Irp = O.After.Irp;
    New.S.Kept = O.After.Kept;
    if (!narrowAll(New.S, O.Facts))
      continue;
    M.store(New.S, Symbols.temporary(Call.Site), O.Result);
    for (const auto &[Cell, V] : O.Writes) {
      storeTo(R, NodeIndex, New, Cell, V, E);
      if (V.tells())
        noteStoredIn(R, Cell);
    }
    noteStored(R, NodeIndex, New, E);
    Step S;
    S.Kind = Step::Call;
    S.Loc = Call.Loc;
    S.Inner = O.Inner;
    S.InnerEnd = O.InnerEnd;
    New.Steps.push_back(S);
    Out.push_back(std::move(New));
  }
}

void Solver::noteStoredIn(Run &R, CellId Cell) const {
  llvm::SmallVector<const void *, 2> Parts;
  for (; Cell; Cell = Symbols.cell(Cell).Base) {
    const CellInfo &I = Symbols.cell(Cell);
    if (I.Kind != CellKind::Variable && I.Kind != CellKind::Field)
      return;
    Parts.insert(Parts.begin(), I.Decl);
  }
  R.Out.StoredInParts = std::move(Parts);
}

void Solver::enterHandler(Run &R, uint32_t NodeIndex, const Live &L,
                          const FlowCall &Call) {
  State S = L.S;
  M.prune(S, Call.Handler, R.T.Summary);
  enqueue(R, Call.Handler, std::move(S), static_cast<int32_t>(NodeIndex), -1,
          L.Steps, R.Out.Nodes[NodeIndex].Merged);
}

void Solver::noteStored(Run &R, uint32_t NodeIndex, Live &L,
                        const FlowEvent &E) {
  const bool Stored =
      !L.S.Irp.isConstant() && llvm::any_of(L.S.Cells, [&](const auto &Cell) {
        const CellInfo &Root = Symbols.cell(Symbols.rootOf(Cell.first));
        return Cell.second.OnSuccess == L.S.Irp &&
               Symbols.outlives(Cell.first) &&
               !(Root.Kind == CellKind::Pointee && Root.Key == L.S.Irp);
      });
  if (Stored)
    happen(R, NodeIndex, L, Happening::Store, E);
}

bool Solver::comesAgain(Run &R, uint32_t NodeIndex, Live &L,
                        const FlowEvent &E) {
  const FlowCall &Call = Graph.Calls[E.Call];
  if (L.S.Life.Known == Knowledge::Unchecked) {
    if (holdsStatus(L.S))
      return true; // In another variable, or another element of an array.
    happen(R, NodeIndex, L, Happening::OpenAgain, E);
    return false;
  }
  // Another try for the same IRP settles this one.
  int Irp = static_cast<int>(Call.Routine.Irp);
  if (!Call.Known || Irp < 0 || static_cast<size_t>(Irp) >= Call.Args.size())
    return false;
  if (!isIrp(L.S, argument(L.S, Call, Irp)))
    return true;
  if (Call.Routine.How == Detail::SetsRoutine)
    happen(R, NodeIndex, L, routineSet(R, L.S, Call), E, L.S.Irp);
  return false;
}

// --- Calls ------------------------------------------------------------------

void Solver::runCall(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                     std::vector<Live> &States) {
  const FlowCall &Call = Graph.Calls[E.Call];
  const bool Opens =
      R.T.Opening >= 0 && E.Call == static_cast<uint32_t>(R.T.Opening);
  std::vector<Live> Next;
  for (Live &L : States) {
    if (!R.T.Avoided.empty() && R.T.Avoided.test(E.Call) && !tracked(L.S))
      continue;
    if (Opens && !tracked(L.S)) {
      open(R, NodeIndex, E, L, Next);
      // Looking for a path from the entry, this may not be the round.
      if (!R.precise())
        continue;
    } else if (Opens && R.T.Rule->Opens == Opening::AtRegistration) {
      if (!comesAgain(R, NodeIndex, L, E))
        continue;
      M.retire(L.S, Call.Site);
      M.store(L.S, Symbols.temporary(Call.Site),
              Value::plain(Symbols.site(Call.Site, 0)));
      Next.push_back(std::move(L));
      continue;
    } else if (R.LookAhead && R.IsOne(E.Call)) {
      arrive(R, NodeIndex, E, L);
    }
    if (tracked(L.S) && R.T.Thing && Call.Handles && Call.Handles->Acquires &&
        R.T.Thing->isSame(*Call.Handles->Acquires) &&
        handled(L.S, Call, Call.Handles->Acquires->acquiredArgument()) ==
            L.S.Irp) {
      std::vector<Live> Returned;
      called(R, NodeIndex, E, std::move(L), Returned);
      acquired(
          Call, Returned,
          [&](Live &New) { happen(R, NodeIndex, New, Happening::Acquire, E); },
          Next);
    } else {
      called(R, NodeIndex, E, std::move(L), Next);
    }
    if (R.Stop)
      return;
  }
  States = std::move(Next);
}

void Solver::arrive(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                    const Live &L) {
  auto &Before = R.LookAhead->Before[E.Call];
  const bool Merged = R.Out.Nodes[NodeIndex].Merged;
  auto Known =
      llvm::find_if(Before, [&](const Arrivals::One &X) { return X.S == L.S; });
  if (Known != Before.end()) {
    Known->Merged &= Merged;
  } else if (Before.size() < MaxArrivals) {
    Before.push_back({L.S, Merged});
  } else {
    M.join(Before.back().S, L.S, R.Out.Nodes[NodeIndex].Block);
    Before.back().Merged = true;
  }
}

/// One field, or one variable, is not another.
bool Solver::areApart(Scalar X, Scalar Y) const {
  if (X.isConstant() || Y.isConstant())
    return X.isConstant() && Y.isConstant() && X != Y;
  if (Symbols.areDistinct(X, Y))
    return true;
  const SymInfo &A = Symbols.symbol(X.Sym), &B = Symbols.symbol(Y.Sym);
  if (A.Kind != SymKind::Address || B.Kind != SymKind::Address)
    return false;
  const CellInfo &Left = Symbols.cell(A.A), &Right = Symbols.cell(B.A);
  return Left.Decl != Right.Decl &&
         (Left.Kind == CellKind::Field || Left.Kind == CellKind::Variable) &&
         (Right.Kind == CellKind::Field || Right.Kind == CellKind::Variable);
}

Scalar Solver::handled(const State &S, const FlowCall &Call,
                       int Argument) const {
  if (Argument == model::Resource::Nothing ||
      Argument == model::Resource::Result)
    return Scalar::constant(0);
  const size_t I = static_cast<size_t>(Argument);
  if (I < Call.Args.size())
    return argument(S, Call, Argument);
  return Call.This ? M.settled(S, M.value(S, Call.This)) : Scalar::constant(0);
}

void Solver::handle(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live &L) {
  const FlowCall &Call = Graph.Calls[E.Call];
  if (!tracked(L.S) || !R.T.Thing)
    return;
  if (Call.Known && Call.Routine.Does == Effect::Complete)
    happen(R, NodeIndex, L, Happening::EndAny, E);
  if (!Call.Handles || !Call.Handles->GivesBack ||
      !R.T.Thing->isSame(*Call.Handles->GivesBack))
    return;
  const Scalar X =
      handled(L.S, Call, Call.Handles->GivesBack->givenBackArgument());
  if (X == L.S.Irp) // (Of some there is only one.)
    happen(R, NodeIndex, L, Happening::GiveBack, E);
  else if (!areApart(X, L.S.Irp))
    happen(R, NodeIndex, L, Happening::MayGiveBack, E);
}

void Solver::acquired(const FlowCall &Call, std::vector<Live> &Returned,
                      llvm::function_ref<void(Live &)> Is,
                      std::vector<Live> &Out) {
  for (Live &New : Returned) {
    const Scalar Result =
        M.settled(New.S, M.load(New.S, Symbols.temporary(Call.Site)));
    bool May = true;
    if (Call.Handles->ByResult) {
      Range Yes, No;
      if (Call.ReturnsBool || Call.ReturnsPointer) {
        Yes.exclude(0);
        No = Range::exactly(0);
      } else {
        Yes.clamp(0, INT64_MAX);
        No.clamp(INT64_MIN, -1);
      }
      Live Not = New;
      if (Result.isConstant() ? No.contains(Result.Num)
                              : M.narrow(Not.S, Result.Sym, No))
        Out.push_back(std::move(Not));
      May = Result.isConstant() ? Yes.contains(Result.Num)
                                : M.narrow(New.S, Result.Sym, Yes);
    }
    if (!May)
      continue;
    Is(New);
    if (New.Alive)
      Out.push_back(std::move(New));
  }
}

void Solver::openAcquired(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                          Live L, std::vector<Live> &Out) {
  const FlowCall &Call = Graph.Calls[E.Call];
  const int Argument = Call.Handles->Acquires->acquiredArgument();
  const bool IsResult = Argument == model::Resource::Result;
  const Scalar Thing = IsResult ? Scalar() : handled(L.S, Call, Argument);
  std::vector<Live> Returned;
  called(R, NodeIndex, E, std::move(L), Returned);
  acquired(
      Call, Returned,
      [&](Live &New) {
        New.S.Irp =
            IsResult
                ? M.settled(New.S, M.load(New.S, Symbols.temporary(Call.Site)))
                : Thing;
        New.S.Life = R.T.Rule->First;
      },
      Out);
}

void Solver::called(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live L,
                    std::vector<Live> &Out) {
  const FlowCall &Call = Graph.Calls[E.Call];
  handle(R, NodeIndex, E, L);
  if (!L.Alive || R.Stop)
    return;
  if (Call.Known) {
    known(R, NodeIndex, E, std::move(L), Out);
    return;
  }
  if (R.LookAhead && Call.Callee && Resolver)
    for (unsigned I = 0; I != Call.Args.size(); ++I)
      if (Resolver->mayEnd(Call, I))
        noteEnd(R, NodeIndex, argument(L.S, Call, static_cast<int>(I)));
  llvm::SmallVector<CallOutcome, 8> Outcomes;
  if (Call.Callee && Resolver && Resolver->resolve(M, L.S, Call, Outcomes)) {
    if (Outcomes.empty() && Call.Handler >= 0 && Resolver->raises(Call))
      enterHandler(R, NodeIndex, L, Call);
    followed(R, NodeIndex, E, L, Outcomes, Out);
    return;
  }
  unseen(R, NodeIndex, E, L);
  if (!R.Stop && L.Alive)
    Out.push_back(std::move(L));
}

Value Solver::resultOf(const State &S, const FlowCall &Call) const {
  switch (Call.Routine.Does) {
  case Effect::Allocate:
    return Value::plain(Symbols.site(Call.Site, AllocatedTag));
  case Effect::NextStack:
    return Value::plain(Symbols.binary(Op::NextStack,
                                       argument(S, Call, Call.Routine.Irp),
                                       Scalar::constant(0)));
  case Effect::Pure: {
    Value Result;
    for (ExprId Arg : Call.Args) {
      Value V = M.value(S, Arg);
      Result = {Symbols.opaque(Call.Site, Result.OnSuccess, V.OnSuccess),
                Symbols.opaque(Call.Site, Result.OnFailure, V.OnFailure)};
    }
    return Result;
  }
  default:
    break;
  }
  if (Call.Routine.How == Detail::CurrentStack)
    return Value::plain(Symbols.binary(Op::CurrentStack,
                                       argument(S, Call, Call.Routine.Irp),
                                       Scalar::constant(0)));
  return Value::plain(Symbols.site(Call.Site, 0));
}

Happening Solver::routineSet(const Run &R, Scalar Routine) const {
  if (Routine.isConstant())
    return Routine.Num == 0 ? Happening::SetNoRoutine
                            : Happening::SetSomeRoutine;
  const SymInfo &I = Symbols.symbol(Routine.Sym);
  if (!R.T.Rule->AsksRoutines || !Resolver || I.Kind != SymKind::Address ||
      Symbols.cell(I.A).Kind != CellKind::Variable)
    return Happening::SetSomeRoutine;
  return Resolver->kindOfRoutine(Symbols.cell(I.A).Decl);
}

/// A routine that is not asked for in all cases does not keep the IRP in all.
Happening Solver::routineSet(const Run &R, const State &S,
                             const FlowCall &Call) const {
  const int Routine = Call.Routine.Completion;
  if (Routine < 0)
    return Happening::SetSomeRoutine;
  const Happening Kind = routineSet(R, argument(S, Call, Routine));
  if (Kind != Happening::SetKeepingRoutine)
    return Kind;
  constexpr int Context = 1, Cases = 3;
  for (int I = 1; I <= Cases; ++I) {
    Scalar Wanted = argument(S, Call, Routine + Context + I);
    if (!Wanted.isConstant() || Wanted.Num == 0)
      return Happening::SetSomeRoutine;
  }
  return Kind;
}

bool Solver::comesBack(Run &R, uint32_t NodeIndex, const FlowCall &Call,
                       const Live &L) {
  switch (Call.Routine.Does) {
  case Effect::Raise:
  case Effect::RaiseAlways:
    if (Call.Handler >= 0)
      enterHandler(R, NodeIndex, L, Call);
    return Call.Routine.Does == Effect::Raise;
  case Effect::NoReturn:
    return false;
  case Effect::Register:
    // A second try after a failure deals with the failure.
    return L.S.Life.Known != Knowledge::Failed ||
           !isIrp(L.S, argument(L.S, Call, Call.Routine.Irp));
  default:
    return true;
  }
}

std::optional<Scalar> Solver::givenWith(const State &S,
                                        const FlowCall &Call) const {
  const model::Routine &Routine = Call.Routine;
  if (Routine.Does == Effect::Send && Routine.Device >= 0)
    return argument(S, Call, Routine.Device);
  if (Routine.Does != Effect::Complete)
    return std::nullopt;
  if (Call.StatusArgument >= 0)
    return argument(S, Call, Call.StatusArgument);
  return statusIn(S);
}

void Solver::unlink(const Run &R, State &S, const FlowCall &Call) const {
  forgetWhereItIs(R, S, Call.Site);
  State Entry = S;
  Entry.Irp = argument(S, Call, 0);
  if (Entry.Irp.isConstant())
    return;
  for (const CellId From : whereItWas(Entry))
    M.store(S, From, Value::plain(unknownIn(From, Call.Site)));
}

void Solver::affectSubject(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                           Live &L, std::optional<Scalar> Given,
                           Scalar Result) {
  const FlowCall &Call = Graph.Calls[E.Call];
  const model::Routine &Routine = Call.Routine;
  if (Routine.How == Detail::SetsRoutine)
    happen(R, NodeIndex, L, routineSet(R, L.S, Call), E, L.S.Irp, Result);
  else
    happen(R, NodeIndex, L, happeningOf(Routine), E, Given, Result);
  // A cancel routine finds it from now on.
  if (Routine.How == Detail::SetsCancel && M.KeepsStatus &&
      argument(L.S, Call, 1) != Scalar::constant(0))
    happen(R, NodeIndex, L, Happening::Give, E);
  // Whoever completes it writes what it is completed with.
  if (Routine.Does == Effect::Send)
    forgetStatus(L.S, Call.Site);
  // A queue may mark what it takes.
  if (Routine.Does == Effect::HandOn && Routine.How != Detail::None)
    happen(R, NodeIndex, L,
           Routine.How == Detail::Marks ? Happening::MarkPending
                                        : Happening::MayMarkPending,
           E);
}

/// Also as the context of another IRP's routine.
void Solver::handOn(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live &L) {
  const FlowCall &Call = Graph.Calls[E.Call];
  const bool Lends =
      Call.Routine.Does == Effect::Register && (R.Wants & bit(Happening::Lend));
  for (ExprId Arg : Call.Args) {
    const Value V = M.value(L.S, Arg);
    if (Lends && isIrp(L.S, M.settled(L.S, V))) {
      happen(R, NodeIndex, L, Happening::Lend, E);
      continue;
    }
    give(R, NodeIndex, L, V,
         isPartOfIrp(L.S, M.settled(L.S, V)) ? Happening::HandOn
                                             : Happening::HandOnAddress,
         E, 0);
  }
}

bool Solver::affect(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live &L,
                    Scalar Result) {
  const FlowCall &Call = Graph.Calls[E.Call];
  const model::Routine &Routine = Call.Routine;
  const Scalar Irp = argument(L.S, Call, Routine.Irp);
  const bool Mine = isIrp(L.S, Irp);
  if (!comesBack(R, NodeIndex, Call, L))
    return false;
  if (Routine.disposes())
    noteEnd(R, NodeIndex, Irp);
  const std::optional<Scalar> Given = givenWith(L.S, Call);
  if (Routine.Does == Effect::FreeMemory) {
    takeBack(R, NodeIndex, L, argument(L.S, Call, 0), E);
  } else if (Routine.Does == Effect::Wait) {
    othersHaveRun(L.S, Call.Site);
    forgetWhereItIs(R, L.S, Call.Site);
    happen(R, NodeIndex, L,
           Routine.How == Detail::WaitsForEvent ? Happening::Wait
                                                : Happening::CallUnseen,
           E);
  }
  if (Routine.How == Detail::Unlinks && M.KeepsStatus)
    unlink(R, L.S, Call);
  if (Mine)
    affectSubject(R, NodeIndex, E, L, Given, Result);
  else if (Routine.Does == Effect::HandOn || Routine.How == Detail::SetsRoutine)
    handOn(R, NodeIndex, E, L);
  return true;
}

void Solver::writeThrough(State &S, const FlowCall &Call) const {
  if (Call.Routine.Does != Effect::Prints)
    for (ExprId Arg : Call.Args) {
      // Results through pointers to locals.
      Scalar X = M.settled(S, M.value(S, Arg));
      if (X.isConstant() || Symbols.symbol(X.Sym).Kind != SymKind::Address)
        continue;
      CellId C = Symbols.symbol(X.Sym).A;
      bool Keep = false;
      for (const auto &[Part, V] : S.Cells)
        if (Symbols.isWithin(Part, C))
          Keep |= V.tells() || isIrp(S, M.settled(S, V));
      if (!Keep && !Symbols.outlives(C))
        M.forget(S, C, unknownIn(C, Call.Site));
    }
  const Detail How = Call.Routine.How;
  if (!Call.Zeroes && (How == Detail::Zeroes || How == Detail::Fills ||
                       How == Detail::Copies)) {
    // A local was dealt with above.
    const CellId To = Symbols.pointee(argument(S, Call, 0), false);
    if (Symbols.outlives(To))
      M.forget(S, To, unknownIn(To, Call.Site));
  }
  if (Call.Zeroes)
    M.store(S, Symbols.pointee(argument(S, Call, 0), Call.ZeroesPointer),
            Value::plain(Scalar::constant(0)));
}

void Solver::known(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live L,
                   std::vector<Live> &Out) {
  const FlowCall &Call = Graph.Calls[E.Call];
  M.retire(L.S, Call.Site);
  const Value Result = resultOf(L.S, Call);
  if (!affect(R, NodeIndex, E, L, M.settled(L.S, Result)) || R.Stop || !L.Alive)
    return;
  writeThrough(L.S, Call);
  M.store(L.S, Symbols.temporary(Call.Site), Result);
  // A registration has two results. (The first family holds them apart.)
  if (Call.Routine.Does == Effect::Register && tracked(L.S) &&
      R.T.Rule->Opens == Opening::AtAnyIrp && !Result.OnSuccess.isConstant()) {
    Range Documented;
    Documented.clamp(FailureStatus, 0);
    M.narrow(L.S, Result.OnSuccess.Sym, Documented);
  }
  Out.push_back(std::move(L));
}

void Solver::enterOutcome(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                          Live &L, const CallOutcome &Outcome) {
  const FlowCall &Call = Graph.Calls[E.Call];
  const BlockId Block = R.Out.Nodes[NodeIndex].Block;
  const LifeState &Was = L.S.Life, &Is = Outcome.After.Life;
  M.retire(L.S, Call.Site);
  Step S;
  S.Kind = Step::Call;
  S.Loc = Call.Loc;
  S.Index = E.Call;
  S.Inner = Outcome.Inner;
  S.InnerEnd = Outcome.InnerEnd;
  L.Steps.push_back(S);
  if (Is != Was)
    R.Out.Eventful.set(Block);
  if (R.T.Rule && (R.T.Rule->Over >> Is.Place & 1)) {
    R.SawEnd = true;
    R.OnlyFailed &=
        Was.Known == Knowledge::Failed || Is.Known == Knowledge::Failed;
  }
  if (Is.Known != Was.Known) {
    R.Out.Tested = true;
    R.Out.Tests.set(Block);
  }
  L.S.Life = Is;
  L.S.Kept = Outcome.After.Kept;
}

void Solver::followed(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                      const Live &L, llvm::ArrayRef<CallOutcome> Outcomes,
                      std::vector<Live> &Out) {
  const FlowCall &Call = Graph.Calls[E.Call];
  auto IsKnown = [](Knowledge K) {
    return K == Knowledge::Succeeded || K == Knowledge::Failed;
  };
  const LifeState Was = L.S.Life;
  for (const CallOutcome &O : Outcomes) {
    Live New = L;
    enterOutcome(R, NodeIndex, E, New, O);
    if (O.Broken != NoFault) {
      if ((R.T.Rule->FaultsAtCall >> Was.Place & 1) ||
          !Resolver->isTold(Call, O))
        finish(R, NodeIndex, New, O.Broken, O.By, E.Loc, E.Origin);
      if (R.Stop)
        return;
      continue;
    }
    if (Was.Known != New.S.Life.Known && IsKnown(New.S.Life.Known))
      M.settle(New.S, New.S.Life.Known == Knowledge::Succeeded);
    if (!narrowAll(New.S, O.Facts))
      continue;
    M.store(New.S, Symbols.temporary(Call.Site), O.Result);
    for (const auto &[Cell, V] : O.Writes)
      storeTo(R, NodeIndex, New, Cell, V, E);
    Out.push_back(std::move(New));
  }
}

void Solver::unseen(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live &L) {
  const FlowCall &Call = Graph.Calls[E.Call];
  bool Tells = false;
  llvm::SmallVector<Value, 8> Args;
  for (ExprId Arg : Call.Args)
    Args.push_back(M.value(L.S, Arg));
  if (Call.This)
    Args.push_back(M.value(L.S, Call.This));
  M.retire(L.S, Call.Site);
  for (const Value &V : Args) {
    Tells |= V.tells();
    if (Call.OnlyPrints)
      continue;
    give(R, NodeIndex, L, V, Happening::Give, E, Call.Site);
    // It may be completed with another one by now.
    if (const Scalar X = M.settled(L.S, V);
        tracked(L.S) && !X.isConstant() &&
        (isIrp(L.S, X) || isPartOfIrp(L.S, X)))
      forgetStatus(L.S, Call.Site);
  }
  if (!Call.OnlyPrints) {
    happen(R, NodeIndex, L, Happening::CallUnseen, E);
    forgetWhereItIs(R, L.S, Call.Site);
  }
  M.store(L.S, Symbols.temporary(Call.Site),
          Tells ? Value{Symbols.site(Call.Site, 1), Symbols.site(Call.Site, 2)}
                : Value::plain(Symbols.site(Call.Site, 0)));
}

} // namespace wdm::engine
