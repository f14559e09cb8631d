//===- Walks.cpp - What leads where in a flow graph -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Walks.h"
#include "src/model/OwnWords.h"
#include "clang/AST/Decl.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;

ExprId withoutCasts(const FlowGraph &G, ExprId E) {
  while (G.Exprs[E].Kind == ExprKind::Cast)
    E = G.Exprs[E].Args[0];
  return E;
}

const FlowCall *callFilling(const FlowGraph &G, PlaceId P) {
  if (G.Places[P].Kind != PlaceKind::Temporary)
    return nullptr;
  const auto Call = llvm::find_if(
      G.Calls, [&](const FlowCall &C) { return C.Site == G.Places[P].Site; });
  return Call == G.Calls.end() ? nullptr : &*Call;
}

ExprId contextOf(const FlowCall &Registration) {
  const auto Context = static_cast<size_t>(Registration.Routine.Completion + 1);
  return Registration.Known && Registration.Routine.Completion >= 0 &&
                 Context < Registration.Args.size()
             ? Registration.Args[Context]
             : 0;
}

const FlowCall *callMaking(const FlowGraph &G, ExprId Value) {
  const FlowExpr &E = G.Exprs[withoutCasts(G, Value)];
  return E.Kind == ExprKind::Load ? callFilling(G, E.Place) : nullptr;
}

bool isVariable(const FlowGraph &G, PlaceId P, const void *Decl) {
  return G.Places[P].Kind == PlaceKind::Variable && G.Places[P].Decl == Decl;
}

bool mentions(const FlowGraph &G, ExprId Id,
              llvm::function_ref<bool(const FlowExpr &)> Is) {
  const FlowExpr &E = G.Exprs[Id];
  return Is(E) ||
         llvm::any_of(E.Args, [&](ExprId Arg) { return mentions(G, Arg, Is); });
}

bool touches(const FlowGraph &G, ExprId Id,
             llvm::function_ref<bool(const FlowExpr &, PlaceId)> Is) {
  return mentions(G, Id, [&](const FlowExpr &E) {
    if (E.Kind != ExprKind::Load && E.Kind != ExprKind::AddressOf)
      return false;
    for (PlaceId P = E.Place; P; P = G.Places[P].Base)
      if (Is(E, P) || (G.Places[P].Key && touches(G, G.Places[P].Key, Is)))
        return true;
    return false;
  });
}

bool startsNextPowerIrp(const FlowGraph *G) {
  return G && llvm::any_of(G->Calls, [](const FlowCall &Call) {
           return model::startsNextPowerIrp(Call.Name);
         });
}

const FunctionDecl *routineAt(const Summaries &Calls, const FlowGraph &G,
                              ExprId Id) {
  const FlowExpr &E = G.Exprs[Id];
  if (E.Kind != ExprKind::AddressOf ||
      G.Places[E.Place].Kind != PlaceKind::Variable)
    return nullptr;
  const auto *Named = dyn_cast_or_null<FunctionDecl>(
      static_cast<const Decl *>(G.Places[E.Place].Decl));
  return Named ? Calls.withBody(*Named) : nullptr;
}

bool reaches(const FlowGraph &G, BlockId From, BlockId To) {
  llvm::BitVector Seen(G.Blocks.size());
  llvm::SmallVector<BlockId, 16> Work;
  for (const FlowEdge &E : G.Blocks[From].Edges)
    Work.push_back(E.To);
  while (!Work.empty()) {
    const BlockId B = Work.pop_back_val();
    if (B == To)
      return true;
    if (Seen.test(B))
      continue;
    Seen.set(B);
    for (const FlowEdge &E : G.Blocks[B].Edges)
      Work.push_back(E.To);
  }
  return false;
}

bool comesTo(const FlowGraph &G, Position From, Position To, IsEvent Over) {
  llvm::BitVector Seen(G.Blocks.size());
  llvm::SmallVector<Position, 16> Work{From};
  while (!Work.empty()) {
    const Position At = Work.pop_back_val();
    const FlowBlock &Block = G.Blocks[At.Block];
    const bool Arrives = At.Block == To.Block && At.Event <= To.Event;
    const size_t End = Arrives ? To.Event : Block.Events.size();
    bool Passes = true;
    for (size_t I = At.Event; I < End && Passes; ++I)
      Passes = !Over(Block.Events[I]);
    if (!Passes)
      continue;
    if (Arrives)
      return true;
    for (const FlowEdge &Edge : Block.Edges)
      if (!Seen.test(Edge.To)) {
        Seen.set(Edge.To);
        Work.push_back({Edge.To, 0});
      }
  }
  return false;
}

bool findsFrom(const FlowGraph &G, Position From,
               llvm::function_ref<Walk(const FlowEvent &)> AtEvent,
               llvm::function_ref<bool(const FlowEdge &)> OnEdge) {
  llvm::BitVector Seen(G.Blocks.size());
  llvm::SmallVector<Position, 16> Work{From};
  while (!Work.empty()) {
    const Position At = Work.pop_back_val();
    const FlowBlock &Block = G.Blocks[At.Block];
    Walk Next = Walk::GoOn;
    for (size_t I = At.Event; I < Block.Events.size() && Next == Walk::GoOn;
         ++I)
      Next = AtEvent(Block.Events[I]);
    if (Next == Walk::Found)
      return true;
    if (Next == Walk::Over)
      continue;
    for (const FlowEdge &E : Block.Edges) {
      if (OnEdge(E))
        return true;
      if (Seen.test(E.To))
        continue;
      Seen.set(E.To);
      Work.push_back({E.To, 0});
    }
  }
  return false;
}

llvm::SmallVector<Position, 8>
callsWhere(const FlowGraph &G, llvm::function_ref<bool(const FlowCall &)> Is) {
  llvm::SmallVector<Position, 8> Found;
  for (BlockId B = 0; B != G.Blocks.size(); ++B)
    for (uint32_t I = 0; I != G.Blocks[B].Events.size(); ++I) {
      const FlowEvent &E = G.Blocks[B].Events[I];
      if (E.Kind == EventKind::Call && Is(G.Calls[E.Call]))
        Found.push_back({B, I});
    }
  return Found;
}

llvm::SmallVector<BlockId, 32> wayTo(const Solution &S, const PathEnd &End) {
  llvm::SmallVector<BlockId, 32> Way;
  for (auto N = static_cast<int32_t>(End.Node); N >= 0;
       N = S.Nodes[static_cast<uint32_t>(N)].Previous)
    Way.push_back(S.Nodes[static_cast<uint32_t>(N)].Block);
  return Way;
}

} // namespace wdm::proof
