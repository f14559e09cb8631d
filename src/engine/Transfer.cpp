//===- Transfer.cpp - What an event does to a state -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/SolverRun.h"
#include "llvm/ADT/STLExtras.h"

namespace wdm::engine {

using model::FieldRole;

namespace {

/// Constants that a counting loop may produce before it is taken as unknown.
constexpr int64_t MaxCounted = 6;

} // namespace

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
