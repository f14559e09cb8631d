//===- Transfer.cpp - What an event does to a state -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/SolverRun.h"
#include "llvm/ADT/STLExtras.h"

namespace wdm::engine {

using model::Detail;
using model::Effect;
using model::FieldRole;

namespace {

/// States kept before one call; more are joined.
constexpr unsigned MaxArrivals = 48;

/// Constants that a counting loop may produce before it is taken as unknown.
constexpr int64_t MaxCounted = 6;

bool tracked(const State &S) { return S.Life.Known != Knowledge::Idle; }

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

// --- What is what -----------------------------------------------------------

bool Solver::isIrp(const State &S, Scalar X) const {
  return tracked(S) && !X.isConstant() && X == S.Irp;
}

bool Solver::isPartOfIrp(const State &S, Scalar X) const {
  if (!tracked(S) || X.isConstant())
    return false;
  const SymInfo &I = Symbols.symbol(X.Sym);
  if (I.Kind != SymKind::Address)
    return false;
  const CellInfo &Root = Symbols.cell(Symbols.rootOf(I.A));
  return Root.Kind == CellKind::Pointee && Root.Key == S.Irp;
}

bool Solver::isNextStackPointer(const State &S, Scalar X) const {
  if (!tracked(S) || X.isConstant())
    return false;
  const SymInfo &I = Symbols.symbol(X.Sym);
  return I.is(Op::NextStack) && I.L == S.Irp;
}

namespace {

/// A pointer, and which element behind it.
struct Indexed {
  Scalar Pointer;
  int64_t Offset = 0;
};

/// How \p I is reached from a pointer, if it is and the index is known.
std::optional<Indexed> indexed(const SymbolTable &Symbols, const CellInfo &I) {
  if (I.Kind == CellKind::Pointee)
    return Indexed{I.Key, 0};
  if (I.Kind != CellKind::Element || !I.Key.isConstant())
    return std::nullopt;
  const CellInfo &Base = Symbols.cell(I.Base);
  if (Base.Kind != CellKind::Pointee)
    return std::nullopt;
  return Indexed{Base.Key, I.Key.Num};
}

/// Whether \p At is the stack location of \p Irp that is \p Wanted from the
/// current one; nullopt: it is no stack location by its name.
std::optional<bool> isStackLocation(const SymbolTable &Symbols, Indexed At,
                                    Scalar Irp, int64_t Wanted) {
  if (At.Pointer.isConstant())
    return std::nullopt;
  SymInfo K = Symbols.symbol(At.Pointer.Sym);
  int64_t Offset = At.Offset;
  if (K.is(Op::NextStack))
    return K.L == Irp && Offset - 1 == Wanted;
  if (K.is(Op::CurrentStack))
    return K.L == Irp && Offset == Wanted;
  if ((K.is(Op::Sub) || K.is(Op::Add)) && K.R.isConstant() &&
      !K.L.isConstant()) {
    Offset += K.Operator == Op::Sub ? -K.R.Num : K.R.Num;
    K = Symbols.symbol(K.L.Sym);
    if (K.is(Op::CurrentStack))
      return K.L == Irp && Offset == Wanted;
  }
  // What the IRP's stack pointer held.
  if (Offset != Wanted || K.Kind != SymKind::Initial)
    return std::nullopt;
  const CellInfo &Root = Symbols.cell(Symbols.rootOf(K.A));
  if (Root.Kind == CellKind::Pointee && Root.Key == Irp)
    return true;
  return std::nullopt;
}

} // namespace

/// In one of its spellings: the accessor's result, or what the IRP's stack
/// pointer held, less one for the next.
bool Solver::isInStack(const State &S, CellId C, int64_t Offset) const {
  if (!tracked(S))
    return false;
  for (; C; C = Symbols.cell(C).Base)
    if (std::optional<Indexed> At = indexed(Symbols, Symbols.cell(C)))
      if (std::optional<bool> Is = isStackLocation(Symbols, *At, S.Irp, Offset))
        return *Is;
  return false;
}

bool Solver::isInside(const State &S, CellId C) const {
  if (!tracked(S) || !C)
    return false;
  const CellInfo &Root = Symbols.cell(Symbols.rootOf(C));
  if (Root.Kind != CellKind::Pointee || Root.Key.isConstant())
    return false;
  if (Root.Key == S.Irp)
    return true;
  SymInfo K = Symbols.symbol(Root.Key.Sym);
  if ((K.is(Op::Sub) || K.is(Op::Add)) && !K.L.isConstant())
    K = Symbols.symbol(K.L.Sym);
  if (K.is(Op::NextStack) || K.is(Op::CurrentStack))
    return K.L == S.Irp;
  if (K.Kind != SymKind::Initial ||
      Symbols.cell(K.A).Role != static_cast<uint8_t>(FieldRole::StackPointer))
    return false;
  const CellInfo &Of = Symbols.cell(Symbols.rootOf(K.A));
  return Of.Kind == CellKind::Pointee && Of.Key == S.Irp;
}

/// A part that the driver above does not mind: what the next driver is told,
/// the outcome, what is kept there as long as it is here; where it stands in
/// its stack is told otherwise.
bool Solver::isDrivers(const State &S, CellId C) const {
  if (isInStack(S, C, -1))
    return true;
  for (; C; C = Symbols.cell(C).Base)
    switch (static_cast<FieldRole>(Symbols.cell(C).Role)) {
    case FieldRole::Status:
    case FieldRole::Outcome:
    case FieldRole::Own:
    case FieldRole::StackPosition:
    case FieldRole::StackPointer:
    case FieldRole::Control:
      return true;
    default:
      break;
    }
  return false;
}

bool Solver::isStatusInField(CellId C) const {
  if (Symbols.cell(C).Role != static_cast<uint8_t>(FieldRole::Status))
    return false;
  const CellInfo &Root = Symbols.cell(Symbols.rootOf(C));
  if (Root.Kind != CellKind::Pointee || Root.Key.isConstant())
    return false;
  const SymInfo &From = Symbols.symbol(Root.Key.Sym);
  return From.Kind == SymKind::Initial && Symbols.outlives(From.A);
}

std::optional<Scalar> Solver::statusIn(const State &S) const {
  for (const auto &[C, V] : S.Cells) {
    const CellInfo &I = Symbols.cell(C);
    if (I.Role != static_cast<uint8_t>(FieldRole::Status))
      continue;
    const CellInfo &Root = Symbols.cell(Symbols.rootOf(C));
    if (Root.Kind == CellKind::Pointee && Root.Key == S.Irp)
      return M.settled(S, V);
  }
  return std::nullopt;
}

bool Solver::holdsStatus(const State &S) const {
  return llvm::any_of(S.Cells, [&](const auto &E) {
    return E.second.tells() &&
           Symbols.cell(E.first).Kind != CellKind::Temporary;
  });
}

Scalar Solver::argument(const State &S, const FlowCall &Call,
                        int Position) const {
  if (Position < 0 || static_cast<size_t>(Position) >= Call.Args.size())
    return Scalar();
  return M.settled(S, M.value(S, Call.Args[Position]));
}

// --- What happens to the subject --------------------------------------------

void Solver::happen(Run &R, uint32_t NodeIndex, Live &L, Happening What,
                    const FlowEvent &E, std::optional<Scalar> Given,
                    std::optional<Scalar> Result) {
  if (!tracked(L.S) || !L.Alive)
    return;
  const LifeState Before = L.S.Life;
  if (bit(What) & Disposes) {
    R.SawEnd = true;
    R.OnlyFailed &= Before.Known == Knowledge::Failed && !(bit(What) & Sends);
  }
  if (bit(What) & R.T.Rule->Told) {
    Step S;
    S.Kind = Step::Happened;
    S.What = What;
    S.Loc = E.Loc;
    S.Origin = E.Origin;
    L.Steps.push_back(S);
  }
  if (!(bit(What) & R.Wants))
    return;

  std::optional<Scalar> OwnDevice;
  if (R.T.DispatchDevice)
    OwnDevice =
        Symbols.initial(Symbols.variable(R.T.DispatchDevice, false, true));
  Moment Now{M, L.S, Given, OwnDevice};
  LifeState After = Before;
  llvm::SmallVector<FaultId, 2> Broken;
  const bool GoesOn = R.T.Rule->step(
      After, What, &Now, [&](FaultId Fault) { Broken.push_back(Fault); });
  if (R.T.Rule->Keep)
    R.T.Rule->Keep(L.S.Kept, What, Now, Result);
  L.S.Life = After;
  if (After != Before)
    R.Out.Eventful.set(R.Out.Nodes[NodeIndex].Block);
  for (FaultId Fault : Broken) {
    Live Copy = L;
    if (!(bit(What) & R.T.Rule->Told) && What != Happening::OpenAgain) {
      Copy.Steps.emplace_back();
      Copy.Steps.back().Kind = Step::Happened;
      Copy.Steps.back().What = What;
      Copy.Steps.back().Loc = E.Loc;
      Copy.Steps.back().Origin = E.Origin;
    }
    if (What != Happening::OpenAgain)
      Copy.Steps.back().Fault = Fault;
    finish(R, NodeIndex, Copy, Fault, What, E.Loc, E.Origin);
    if (R.Stop)
      return;
  }
  L.Alive = GoesOn;
}

/// A part of a stack location.
static bool isInStackLocation(const SymbolTable &Symbols,
                              const CellInfo &Root) {
  if (Root.Kind != CellKind::Pointee || Root.Key.isConstant())
    return false;
  const SymInfo &I = Symbols.symbol(Root.Key.Sym);
  return I.is(Op::NextStack) || I.is(Op::CurrentStack);
}

bool Solver::isCallers(const CellInfo &Root) const {
  return Root.Kind == CellKind::Variable && !Root.Outlives &&
         !Graph.OwnVariables.count(Root.Decl) &&
         !llvm::is_contained(Graph.Params, Root.Decl);
}

bool Solver::isPassed(Scalar Pointer) const {
  return Symbols.mentions(Pointer, [&](Scalar X) {
    if (X.isConstant())
      return false;
    const SymInfo &I = Symbols.symbol(X.Sym);
    if (I.Kind != SymKind::Initial)
      return false;
    const CellInfo &C = Symbols.cell(I.A);
    return C.Kind == CellKind::Variable &&
           (llvm::is_contained(Graph.Params, C.Decl) || C.Decl == Graph.This);
  });
}

void Solver::storeTo(Run &R, uint32_t NodeIndex, Live &L, CellId To, Value V,
                     const FlowEvent &E) {
  if (!To)
    return;
  M.store(L.S, To, V);
  if (!tracked(L.S))
    return;
  // In an array under an index that is not known it is out of sight.
  if (V.tells())
    for (CellId C = To; C; C = Symbols.cell(C).Base)
      if (Symbols.cell(C).Kind == CellKind::Element &&
          !Symbols.cell(C).Key.isConstant())
        happen(R, NodeIndex, L, Happening::StatusOut, E);
  const CellId Root = Symbols.rootOf(To);
  const CellInfo &RootInfo = Symbols.cell(Root);
  const bool Callers = isCallers(RootInfo);
  const bool Behind = RootInfo.Kind == CellKind::Pointee;
  if (!Symbols.outlives(To) && !Callers)
    return;
  bool InIrp =
      Behind && (RootInfo.Key == L.S.Irp || isPartOfIrp(L.S, RootInfo.Key) ||
                 isNextStackPointer(L.S, RootInfo.Key));
  bool ForCaller = Callers || (Behind && isPassed(RootInfo.Key));
  if (V.tells())
    happen(R, NodeIndex, L,
           ForCaller && !InIrp ? Happening::StatusToCaller
                               : Happening::StatusOut,
           E);
  Scalar X = M.settled(L.S, V);
  // Of another thing, only what the caller is given directly is his; a request
  // that carries it is followed itself.
  if (R.T.Thing) {
    ForCaller &= To == Root;
    InIrp |= isInStackLocation(Symbols, RootInfo);
  }
  if (!InIrp &&
      (isIrp(L.S, X) || isPartOfIrp(L.S, X) || isNextStackPointer(L.S, X)))
    happen(R, NodeIndex, L, ForCaller ? Happening::ToCaller : Happening::Store,
           E);
}

/// Forgets what is known of the numbers that cells, those that \p IsOne says,
/// held on entry.
template <typename FnTy>
static void forgetNumbers(const SymbolTable &Symbols, State &S, FnTy IsOne) {
  llvm::erase_if(S.Facts, [&](auto &F) {
    return Symbols.mentions(Scalar::symbol(F.first), [&](Scalar Part) {
      if (Part.isConstant())
        return false;
      const SymInfo &I = Symbols.symbol(Part.Sym);
      return I.Kind == SymKind::Initial && IsOne(I.A) &&
             !Symbols.cell(I.A).Pointer;
    });
  });
}

Scalar Solver::unknownIn(CellId C, SiteId Site) const {
  return Symbols.opaque(Site, Symbols.site(Site, 0), Symbols.initial(C));
}

void Solver::give(Run &R, uint32_t NodeIndex, Live &L, Value V, Happening How,
                  const FlowEvent &E, SiteId Site) {
  if (tracked(L.S) && V.tells())
    happen(R, NodeIndex, L, Happening::Examine, E);
  Scalar X = M.settled(L.S, V);
  if (X.isConstant())
    return;
  if (isIrp(L.S, X) || isPartOfIrp(L.S, X))
    happen(R, NodeIndex, L, How, E);
  else if (isNextStackPointer(L.S, X))
    happen(R, NodeIndex, L, Happening::GiveStack, E);
  else
    giveTarget(R, NodeIndex, L, X, How, E, Site);
}

/// What the pointer leads to.
void Solver::giveTarget(Run &R, uint32_t NodeIndex, Live &L, Scalar Pointer,
                        Happening How, const FlowEvent &E, SiteId Site) {
  CellId Target = Symbols.pointee(Pointer, false);
  if (Symbols.cell(Target).Kind == CellKind::Element)
    Target = Symbols.cell(Target).Base; // All of the array.
  bool Local = Symbols.symbol(Pointer.Sym).Kind == SymKind::Address;
  bool GivesStatus = false;
  bool GivesIrp = tracked(L.S) && Local && M.holdsOnEntry(L.S, Target, L.S.Irp);
  llvm::SmallVector<CellId, 8> Touched;
  for (const auto &[C, CellValue] : L.S.Cells) {
    if (!Symbols.isWithin(C, Target))
      continue;
    if (tracked(L.S) && CellValue.tells())
      GivesStatus = true;
    if (isIrp(L.S, M.settled(L.S, CellValue)))
      GivesIrp = true;
    else if (!Symbols.cell(C).Pointer)
      Touched.push_back(C);
  }
  if (GivesStatus)
    happen(R, NodeIndex, L, Happening::Examine, E);
  if (GivesIrp)
    happen(R, NodeIndex, L, How, E);
  if (!Site)
    return;
  // Whoever is told where a variable is may put another IRP there.
  if (Local &&
      (!GivesIrp || (R.T.Rule && R.T.Rule->Opens == Opening::AtAnyIrp))) {
    M.forget(L.S, Target, unknownIn(Target, Site));
    return;
  }
  for (CellId C : Touched)
    M.store(L.S, C, Value::plain(unknownIn(C, Site)));
  forgetNumbers(Symbols, L.S,
                [&](CellId C) { return Symbols.isWithin(C, Target); });
}

/// Memory is freed: an IRP that was stored nowhere else is in this function's
/// hands again.
void Solver::takeBack(Run &R, uint32_t NodeIndex, Live &L, Scalar Freed,
                      const FlowEvent &E) {
  bool There = false, Elsewhere = false;
  for (const auto &[C, V] : L.S.Cells) {
    if (!isIrp(L.S, M.settled(L.S, V)) || !Symbols.outlives(C))
      continue;
    const CellInfo &Root = Symbols.cell(Symbols.rootOf(C));
    (Root.Kind == CellKind::Pointee && Root.Key == Freed ? There : Elsewhere) =
        true;
  }
  if (There && !Elsewhere)
    happen(R, NodeIndex, L, Happening::TakeBack, E);
}

/// Others have run: what they can reach may have changed.
void Solver::othersHaveRun(State &S, SiteId Site) const {
  forgetNumbers(Symbols, S, [&](CellId C) { return Symbols.outlives(C); });
  for (auto &[C, V] : S.Cells)
    if (Symbols.outlives(C) && !Symbols.cell(C).Pointer && !V.tells())
      V = Value::plain(unknownIn(C, Site));
}

void Solver::forgetStatus(State &S, SiteId Site) const {
  if (!M.KeepsStatus)
    return;
  for (auto &[C, V] : S.Cells)
    if (Symbols.cell(C).Role == static_cast<uint8_t>(FieldRole::Status) &&
        Symbols.cell(Symbols.rootOf(C)).Key == S.Irp)
      V = Value::plain(unknownIn(C, Site));
}

void Solver::forgetWhereItIs(const Run &R, State &S, SiteId Site) const {
  if (!tracked(S)) {
    // An IRP in a field: its status with it.
    if (M.KeepsStatus)
      llvm::erase_if(S.Cells, [&](const auto &Cell) {
        return isStatusInField(Cell.first);
      });
    return;
  }
  if (R.T.Rule->Opens != Opening::AtAnyIrp || S.Irp.isConstant())
    return;
  for (auto &[C, V] : S.Cells)
    if (Symbols.outlives(C) && isIrp(S, M.settled(S, V)))
      V = Value::plain(unknownIn(C, Site));
  for (const CellId From : whereItWas(S))
    M.store(S, From, Value::plain(unknownIn(From, Site)));
}

llvm::SmallVector<CellId, 2> Solver::whereItWas(const State &S) const {
  llvm::SmallVector<CellId, 2> Cells;
  Symbols.mentions(S.Irp, [&](Scalar Part) {
    if (Part.isConstant())
      return false;
    const SymInfo &I = Symbols.symbol(Part.Sym);
    if (I.Kind == SymKind::Initial && Symbols.outlives(I.A) &&
        M.load(S, I.A) == Value::plain(Part))
      Cells.push_back(I.A);
    // What a loop or a call left there.
    for (const auto &[C, V] : S.Cells)
      if (V == Value::plain(Part) && Symbols.outlives(C) &&
          Symbols.cell(C).Pointer)
        Cells.push_back(C);
    return false;
  });
  return Cells;
}

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

// --- Other events -----------------------------------------------------------

/// x = x + y: some number. Loops would never come to an end of sums.
Value Solver::widened(State &S, CellId To, Value V, SiteId Site) const {
  if (!Site || V.tells() || V.OnSuccess.isConstant())
    return V;
  const SymInfo Sum = Symbols.symbol(V.OnSuccess.Sym); // May move.
  Scalar Old = M.settled(S, M.load(S, To));
  const bool SetsBits =
      (Sum.is(Op::And) || Sum.is(Op::Or)) && Sum.R.isConstant();
  if ((Sum.Kind != SymKind::Binary && Sum.Kind != SymKind::Opaque) ||
      SetsBits || Old.isConstant() || V.OnSuccess == Old ||
      !Symbols.mentions(V.OnSuccess, [&](Scalar Part) { return Part == Old; }))
    return V;
  M.retire(S, Site);
  return Value::plain(Symbols.site(Site, 0));
}

void Solver::noteStatusStored(Run &R, const FlowEvent &E) const {
  const FlowPlace &Place = Graph.Places[E.Place];
  if (Place.Kind == PlaceKind::Temporary) {
    if (Place.Decl && R.Out.StoredInParts.empty())
      R.Out.StoredInParts = {Place.Decl};
  } else if (!R.Out.StoredIn) {
    R.Out.StoredIn = E.Place;
    R.Out.StoredLoc = E.Loc;
    R.Out.StoredBy = E.Origin;
  }
}

void Solver::wroteTo(Run &R, uint32_t NodeIndex, Live &L, CellId To,
                     const FlowEvent &E) {
  if (!isInside(L.S, To))
    return;
  happen(R, NodeIndex, L, Happening::Write, E);
  if (!isDrivers(L.S, To))
    happen(R, NodeIndex, L, Happening::Alter, E);
}

void Solver::wroteField(Run &R, uint32_t NodeIndex, Live &L, CellId To, Value V,
                        const FlowEvent &E) {
  const FieldRole Role = Graph.Places[E.Place].Role;
  if (Role == FieldRole::Completion && isInStack(L.S, To, -1))
    happen(R, NodeIndex, L, routineSet(R, M.settled(L.S, V)), E);
  if (Role != FieldRole::Control)
    return;
  if (isInStack(L.S, To, -1))
    happen(R, NodeIndex, L, Happening::WriteNext, E);
  else if (isInStack(L.S, To, 0) && setsPending(M.settled(L.S, V)))
    happen(R, NodeIndex, L, Happening::MarkPending, E);
  else if (isInStack(L.S, To, 0) && clearsPending(M.settled(L.S, V)))
    happen(R, NodeIndex, L, Happening::UnmarkPending, E);
}

void Solver::runStore(Run &R, uint32_t NodeIndex, Live &L, const FlowEvent &E) {
  Value V = M.value(L.S, E.Value);
  CellId To = M.cell(L.S, E.Place);
  V = widened(L.S, To, V, E.Site);
  if (!tracked(L.S)) {
    storeTo(R, NodeIndex, L, To, V, E);
    return;
  }

  if (V.tells())
    noteStatusStored(R, E);
  wroteTo(R, NodeIndex, L, To, E);
  wroteField(R, NodeIndex, L, To, V, E);
  if (!L.Alive)
    return;
  bool Held = holdsStatus(L.S);
  storeTo(R, NodeIndex, L, To, V, E);
  // The same registration has been made again, and its status takes the
  // place of the last copy of this one's.
  if (Held && R.T.Opening >= 0 && !V.tells() &&
      V.OnSuccess == Symbols.site(Graph.Calls[R.T.Opening].Site, 0) &&
      !holdsStatus(L.S)) {
    FlowEvent Again = E;
    Again.Origin = Graph.Calls[R.T.Opening].Origin;
    happen(R, NodeIndex, L, Happening::OpenAgain, Again);
    L.Alive = false;
  }
}

/// The bit that says so is set in \p Control.
bool Solver::setsPending(Scalar Control) const {
  if (Control.isConstant())
    return (Control.Num & model::PendingReturned) != 0;
  const SymInfo &I = Symbols.symbol(Control.Sym);
  return I.is(Op::Or) && I.R.isConstant() &&
         (I.R.Num & model::PendingReturned) != 0;
}

/// It is not set in \p Control, for certain.
bool Solver::clearsPending(Scalar Control) const {
  if (Control.isConstant())
    return (Control.Num & model::PendingReturned) == 0;
  const SymInfo &I = Symbols.symbol(Control.Sym);
  return I.is(Op::And) && I.R.isConstant() &&
         (I.R.Num & model::PendingReturned) == 0;
}

/// One more than what was below a bound is at the bound at the most. The other
/// end stays, so that loops come to an end.
static Range stepped(const Range &Before, int64_t By) {
  Range After;
  if (By > 0)
    After.clamp(Before.Low, Before.High == INT64_MAX || Before.isSingle()
                                ? INT64_MAX
                                : Before.High + By);
  else
    After.clamp(Before.Low == INT64_MIN || Before.isSingle() ? INT64_MIN
                                                             : Before.Low + By,
                Before.High);
  return After;
}

void Solver::runStep(Run &R, uint32_t NodeIndex, Live &L, const FlowEvent &E) {
  CellId To = M.cell(L.S, E.Place);
  const FlowPlace &Place = Graph.Places[E.Place];
  if (tracked(L.S)) {
    const CellInfo &Root = Symbols.cell(Symbols.rootOf(To));
    wroteTo(R, NodeIndex, L, To, E);
    if ((Place.Role == FieldRole::StackPosition ||
         Place.Role == FieldRole::StackPointer) &&
        Root.Kind == CellKind::Pointee && Root.Key == L.S.Irp)
      happen(R, NodeIndex, L,
             E.Number > 0 ? Happening::Skip : Happening::HandOn, E);
    if (!L.Alive)
      return;
  }
  M.retire(L.S, E.Site);
  To = M.cell(L.S, E.Place);
  Value Old = M.load(L.S, To);
  auto Stepped = [&](Scalar X) {
    X = M.fold(L.S, Op::Add, X, Scalar::constant(0), false);
    if (X.isConstant() && X.Num + E.Number <= MaxCounted &&
        X.Num + E.Number >= -MaxCounted)
      return Scalar::constant(X.Num + E.Number);
    return Symbols.site(E.Site, 0);
  };
  Range Interval = M.rangeOf(L.S, M.settled(L.S, Old));
  Scalar New = Stepped(M.settled(L.S, Old));
  M.store(L.S, Symbols.temporary(E.Site), Old);
  M.store(L.S, To, Value::plain(New));
  if (New.isConstant())
    return;
  const Range After = stepped(Interval, E.Number);
  if (After.Low != INT64_MIN || After.High != INT64_MAX)
    M.narrow(L.S, New.Sym, After);
}

void Solver::runCopy(Run &R, uint32_t NodeIndex, Live &L, const FlowEvent &E) {
  CellId To = M.cell(L.S, E.Place), From = M.cell(L.S, E.Source);
  const bool IntoIrp = isInside(L.S, To);
  if (isInside(L.S, From))
    happen(R, NodeIndex, L, Happening::Read, E);
  wroteTo(R, NodeIndex, L, To, E);
  if (!L.Alive)
    return;
  M.copyRecord(L.S, To, From);
  if (!tracked(L.S) || !Symbols.outlives(To))
    return;
  // As a part of a record the status is anything.
  if (IntoIrp)
    for (auto &[C, V] : L.S.Cells)
      if (Symbols.isWithin(C, To) &&
          Symbols.cell(C).Role == static_cast<uint8_t>(FieldRole::Status))
        V = Value::plain(Symbols.opaque(Graph.JoinSite, Symbols.initial(C),
                                        M.settled(L.S, V)));
  llvm::SmallVector<std::pair<CellId, Value>, 4> Parts;
  for (const auto &[C, V] : L.S.Cells)
    if (Symbols.isWithin(C, To))
      Parts.push_back({C, V});
  for (const auto &[C, V] : Parts)
    storeTo(R, NodeIndex, L, C, V, E);
}

void Solver::runReturn(Run &R, uint32_t NodeIndex, Live &L,
                       const FlowEvent &E) {
  Step S;
  S.Kind = Step::ReturnStmt;
  S.Loc = E.Loc;
  S.Origin = E.Origin;
  L.Steps.push_back(S);
  if (!E.Value)
    return;
  Value V = M.value(L.S, E.Value);
  if (R.T.tracks()) {
    M.store(L.S, Symbols.returned(), V);
    if (E.Source) // A record: what is in it.
      M.copyRecord(L.S, Symbols.returned(), M.cell(L.S, E.Source));
  }
  if (!tracked(L.S))
    return;
  if (V.tells())
    happen(R, NodeIndex, L, Happening::StatusToCaller, E);
  Scalar X = M.settled(L.S, V);
  if (isIrp(L.S, X))
    happen(R, NodeIndex, L, Happening::ToCaller, E);
  if (X.isConstant() || Symbols.symbol(X.Sym).Kind != SymKind::Address)
    return;
  bool Tells = false, Irp = false;
  for (const auto &[C, Held] : L.S.Cells)
    if (Symbols.isWithin(C, Symbols.symbol(X.Sym).A)) {
      Tells |= Held.tells();
      Irp |= isIrp(L.S, M.settled(L.S, Held));
    }
  if (Tells)
    happen(R, NodeIndex, L, Happening::StatusToCaller, E);
  if (Irp)
    happen(R, NodeIndex, L, Happening::ToCaller, E);
}

void Solver::runEvent(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                      std::vector<Live> &States) {
  if (E.Kind == EventKind::Call) {
    runCall(R, NodeIndex, E, States);
    return;
  }
  if (E.Kind == EventKind::Read && !(R.Wants & bit(Happening::Read)))
    return;
  for (Live &L : States) {
    switch (E.Kind) {
    case EventKind::Store:
      runStore(R, NodeIndex, L, E);
      break;
    case EventKind::StepPlace:
      runStep(R, NodeIndex, L, E);
      break;
    case EventKind::Unknown: {
      CellId To = M.cell(L.S, E.Place);
      M.retire(L.S, E.Site);
      M.forget(L.S, To, unknownIn(To, E.Site));
      break;
    }
    case EventKind::CopyRecord:
      runCopy(R, NodeIndex, L, E);
      break;
    case EventKind::Read:
      if (isInside(L.S, M.cell(L.S, E.Place)))
        happen(R, NodeIndex, L, Happening::Read, E);
      break;
    case EventKind::Use:
      give(R, NodeIndex, L, M.value(L.S, E.Value), Happening::Give, E, 0);
      break;
    case EventKind::Return:
      runReturn(R, NodeIndex, L, E);
      break;
    case EventKind::Raise: {
      // That anything may raise is no evidence of what was done before; but
      // where nothing is done it does not matter what raises.
      if (R.T.Rule && R.T.Rule->Opens == Opening::AtAnyIrp && E.Number == 0)
        break;
      State S = L.S;
      M.prune(S, E.Call, R.T.Summary);
      enqueue(R, E.Call, std::move(S), static_cast<int32_t>(NodeIndex), -1,
              L.Steps, R.Out.Nodes[NodeIndex].Merged);
      break;
    }
    case EventKind::EndPath:
      L.Alive = false;
      break;
    case EventKind::Patched:
      R.Out.AtPatch.push_back(
          {L.S, isIrp(L.S, M.settled(L.S, M.value(L.S, E.Value)))});
      happen(R, NodeIndex, L, Happening::Propose, E);
      if (E.Number != 0 && R.Out.AtPatch.back().Meets)
        happen(R, NodeIndex, L, Happening::SetStatus, E);
      break;
    case EventKind::Call:
      break;
    }
    if (R.Stop)
      return;
  }
}

} // namespace wdm::engine
