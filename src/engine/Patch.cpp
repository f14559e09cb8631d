//===- Patch.cpp - Code that might be added -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Patch.h"
#include "llvm/ADT/STLExtras.h"

namespace wdm::engine {

namespace {

/// Writes one patch into a copy of a graph.
class Writer {
public:
  Writer(FlowGraph &G, const Patch &P, SiteNumbers &Sites)
      : G(G), P(P), Sites(Sites) {}

  bool write();

private:
  ExprId add(FlowExpr E) {
    G.Exprs.push_back(std::move(E));
    return G.Exprs.size() - 1;
  }
  PlaceId add(const FlowPlace &Place) {
    G.Places.push_back(Place);
    return G.Places.size() - 1;
  }
  ExprId constant(int64_t N) {
    FlowExpr E;
    E.Kind = ExprKind::Constant;
    E.Number = N;
    return add(std::move(E));
  }
  ExprId resultOf(const FlowCall &Call) {
    FlowPlace Place;
    Place.Kind = PlaceKind::Temporary;
    Place.Site = Call.Site;
    FlowExpr E;
    E.Kind = ExprKind::Load;
    E.Place = add(Place);
    return add(std::move(E));
  }
  ExprId failed();
  ExprId irpOf(const Act &A);
  BlockId split(BlockId Block, uint32_t Event);
  BlockId target(BlockId Next);
  void call(FlowBlock &Into, FlowCall Call);
  bool act(FlowBlock &Into, const Act &A);
  bool undo(FlowBlock &Into, const FlowCall &Acquired);
  bool destroy(FlowBlock &Into, const void *Decl);
  void leave(FlowBlock &Into, BlockId Next);

  FlowGraph &G;
  const Patch &P;
  SiteNumbers &Sites;
};

ExprId Writer::failed() {
  const FlowCall &Call = G.Calls[P.Registration];
  FlowExpr E;
  if (Call.ReturnsBool) {
    E.Kind = ExprKind::Not;
    E.Args = {resultOf(Call)};
  } else {
    E.Kind = ExprKind::Binary;
    E.Operator = Op::Lt;
    E.Args = {resultOf(Call), constant(0)};
  }
  return add(std::move(E));
}

ExprId Writer::irpOf(const Act &A) {
  if (const void *Decl = A.Decl ? A.Decl : P.Irp) {
    FlowPlace Place;
    Place.Kind = PlaceKind::Variable;
    Place.Decl = Decl;
    Place.Pointer = true;
    FlowExpr E;
    E.Kind = ExprKind::Load;
    E.Place = add(Place);
    return add(std::move(E));
  }
  const FlowCall &Call = G.Calls[P.Registration];
  if (!Call.Known)
    return 0;
  return Call.Routine.Irp >= 0 &&
                 static_cast<size_t>(Call.Routine.Irp) < Call.Args.size()
             ? Call.Args[static_cast<size_t>(Call.Routine.Irp)]
             : 0;
}

/// Leaves in \p Block what is in front of \p Event, without an edge; what is
/// behind it is the block that is answered.
BlockId Writer::split(BlockId Block, uint32_t Event) {
  const auto New = static_cast<BlockId>(G.Blocks.size());
  G.Blocks.emplace_back();
  FlowBlock &Before = G.Blocks[Block], &Behind = G.Blocks[New];
  const auto At = Before.Events.begin() +
                  static_cast<std::ptrdiff_t>(
                      std::min<size_t>(Event, Before.Events.size()));
  Behind = Before;
  Behind.Events.assign(At, Before.Events.end());
  Before.Events.erase(At, Before.Events.end());
  Before.Edges.clear();
  Before.Renews.clear();
  Before.Condition = nullptr;
  Before.Terminator = nullptr;
  Before.LoopTest = Before.Counts = false;
  return New;
}

/// The block that is jumped to. \p Next is what is behind the patch.
BlockId Writer::target(BlockId Next) {
  if (P.TargetEvent == 0)
    return P.Target;
  BlockId At = P.Target;
  uint32_t Event = P.TargetEvent;
  if (At == P.Block && P.Edge < 0 && Event >= P.Event) {
    At = Next;
    Event -= P.Event;
  }
  const BlockId New = split(At, Event);
  FlowEdge E;
  E.To = New;
  G.Blocks[At].Edges = {E};
  return New;
}

void Writer::call(FlowBlock &Into, FlowCall Call) {
  Call.Site = Sites.next();
  Call.Origin = nullptr;
  Call.Handler = -1;
  G.Calls.push_back(std::move(Call));
  FlowEvent E;
  E.Kind = EventKind::Call;
  E.Call = static_cast<uint32_t>(G.Calls.size() - 1);
  E.Loc = G.Calls[P.Registration].Loc;
  Into.Events.push_back(E);
}

bool Writer::undo(FlowBlock &Into, const FlowCall &Acquired) {
  if (!Acquired.Handles || !Acquired.Handles->Acquires)
    return false;
  const model::Resource &What = *Acquired.Handles->Acquires;
  FlowCall Call;
  Call.Known = true;
  Call.Loc = Acquired.Loc;
  auto Handles = std::make_shared<Handling>();
  Handles->GivesBack = What;
  Call.Handles = std::move(Handles);
  if (What.acquiredArgument() == model::Resource::Result)
    Call.Args.push_back(resultOf(Acquired));
  else
    Call.Args = Acquired.Args;
  call(Into, std::move(Call));
  return true;
}

/// As it is destroyed elsewhere in the function.
bool Writer::destroy(FlowBlock &Into, const void *Decl) {
  for (const FlowCall &Call : G.Calls) {
    const FlowExpr &This = G.Exprs[Call.This];
    if (!Call.IsMethod || Call.Origin || This.Kind != ExprKind::AddressOf ||
        G.Places[This.Place].Kind != PlaceKind::Variable ||
        G.Places[This.Place].Decl != Decl)
      continue;
    call(Into, Call);
    return true;
  }
  return false;
}

bool Writer::act(FlowBlock &Into, const Act &A) {
  using model::Effect;
  FlowCall Call;
  Call.Known = true;
  switch (A.Kind) {
  case Act::Complete:
  case Act::Free:
  case Act::Skip:
    Call.Routine.Does = A.Kind == Act::Complete ? Effect::Complete
                        : A.Kind == Act::Free   ? Effect::Free
                                                : Effect::Recover;
    if (A.Kind == Act::Skip)
      Call.Routine.How = model::Detail::Skips;
    Call.Routine.Irp = 0;
    Call.Args.push_back(irpOf(A));
    if (!Call.Args[0])
      return false;
    if (A.Kind == Act::Complete) { // The status that it gets before.
      Call.StatusArgument = 1;
      Call.Args.push_back(resultOf(G.Calls[P.Registration]));
    }
    call(Into, std::move(Call));
    return true;
  case Act::Register: {
    const FlowCall &Old = G.Calls[P.Registration];
    Call.Routine = Old.Routine;
    Call.Routine.Does = Effect::Recover;
    Call.Args = Old.Args;
    call(Into, std::move(Call));
    return true;
  }
  case Act::Keep: {
    FlowPlace Place;
    Place.Kind = PlaceKind::Variable;
    Place.Decl = A.Decl;
    FlowEvent E;
    E.Kind = EventKind::Store;
    E.Place = add(Place);
    E.Value = resultOf(G.Calls[P.Registration]);
    E.Site = Sites.next();
    E.Loc = G.Calls[P.Registration].Loc;
    Into.Events.push_back(E);
    return true;
  }
  case Act::Undo:
    return undo(Into, FlowCall(G.Calls[A.Call]));
  case Act::Repeat:
    call(Into, G.Calls[A.Call]);
    return true;
  case Act::Destroy:
    return destroy(Into, A.Decl);
  }
  return false;
}

void Writer::leave(FlowBlock &Into, BlockId Next) {
  FlowEdge E;
  switch (P.Exit) {
  case Patch::GoOn:
    E.To = Next;
    break;
  case Patch::Jump:
    E.To = target(Next);
    break;
  case Patch::Return: {
    FlowEvent Return;
    Return.Kind = EventKind::Return;
    Return.Loc = G.Calls[P.Registration].Loc;
    if (P.Result == Patch::Status)
      Return.Value = resultOf(G.Calls[P.Registration]);
    else if (P.Result != Patch::Nothing)
      Return.Value =
          constant(P.Result == Patch::Pending ? model::StatusPending : 0);
    Into.Events.push_back(Return);
    E.To = G.Exit;
    break;
  }
  }
  Into.Edges.push_back(std::move(E));
}

bool Writer::write() {
  BlockId Next = 0;
  FlowBlock New;
  if (P.Edge < 0) {
    Next = split(P.Block, P.Event);
  } else {
    Next = G.Blocks[P.Block].Edges[static_cast<size_t>(P.Edge)].To;
  }
  FlowEvent Begin;
  Begin.Kind = EventKind::Patched;
  Begin.Loc = G.Calls[P.Registration].Loc;
  Begin.Value = irpOf({});
  Begin.Number = P.SetsStatus;
  New.Events.push_back(Begin);
  for (const Act &A : P.Acts)
    if (!act(New, A))
      return false;
  leave(New, Next);
  const auto Id = static_cast<BlockId>(G.Blocks.size());
  G.Blocks.push_back(std::move(New));
  if (P.Edge >= 0) {
    G.Blocks[P.Block].Edges[static_cast<size_t>(P.Edge)].To = Id;
    return true;
  }
  FlowEdge Failing, Other;
  Failing.To = Id;
  Other.To = Next;
  if (P.OnFailure) {
    const ExprId Condition = failed();
    Failing.If.push_back({Condition, true});
    Other.If.push_back({Condition, false});
    const FlowCall &Call = G.Calls[P.Registration];
    if (Call.Known && !Call.ReturnsBool) { // There is one failure.
      FlowExpr Is;
      Is.Kind = ExprKind::Binary;
      Is.Operator = Op::Eq;
      Is.Args = {resultOf(Call), constant(FailureStatus)};
      Failing.If.push_back({add(std::move(Is)), true});
    }
    G.Blocks[P.Block].Edges = {Failing, Other};
  } else {
    G.Blocks[P.Block].Edges = {Failing};
  }
  return true;
}

} // namespace

std::unique_ptr<FlowGraph> withPatch(const FlowGraph &Graph, const Patch &What,
                                     SiteNumbers &Sites) {
  auto New = std::make_unique<FlowGraph>(Graph);
  New->FirstOfPatch = Sites.last() + 1;
  if (!Writer(*New, What, Sites).write())
    return nullptr;
  New->JoinSite = Sites.reserve(New->Blocks.size());
  New->EndOfPatch = Sites.last() + 1;
  for (FlowBlock &B : New->Blocks)
    B.Reachable = true;
  New->computeOrder();
  New->Keys.clear();
  New->LiveIn.clear();
  New->AlwaysLive.clear();
  New->KeepAll = false;
  New->computeLiveness();
  return New;
}

std::optional<Position> positionOf(const FlowGraph &Graph, uint32_t Call) {
  std::optional<Position> Found;
  for (BlockId B = 0; B != Graph.Blocks.size(); ++B)
    for (uint32_t I = 0; I != Graph.Blocks[B].Events.size(); ++I) {
      const FlowEvent &E = Graph.Blocks[B].Events[I];
      if (E.Kind != EventKind::Call || E.Call != Call)
        continue;
      if (Found)
        return std::nullopt;
      Found = {B, I};
    }
  return Found;
}

} // namespace wdm::engine
