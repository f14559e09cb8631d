//===- Certain.cpp - What is certain without a path -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Certain.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/STLExtras.h"

namespace wdm::engine {

using model::Effect;

namespace {

enum class Same : uint8_t { No, Maybe, Yes };

/// Tells IRPs apart by the variables they stand in.
class Variables {
public:
  explicit Variables(const FlowGraph &Graph) : G(Graph) {
    for (const FlowExpr &E : G.Exprs)
      if (E.Kind == ExprKind::AddressOf)
        Known.insert(rootOf(E.Place));
    for (const FlowBlock &B : G.Blocks)
      for (const FlowEvent &E : B.Events)
        if (E.Kind == EventKind::Store && variableOf(E.Place))
          uniteWithReads(variableOf(E.Place), E.Value, 0);
  }

  Same compare(ExprId X, ExprId Y) const {
    if (!X || !Y)
      return Same::Maybe;
    if (isEqual(X, Y, 0))
      return Same::Yes;
    const void *A = readBy(X), *B = readBy(Y);
    if (!A || !B || Known.count(A) || Known.count(B))
      return Same::Maybe;
    return Copies.isEquivalent(A, B) ? Same::Maybe : Same::No;
  }

private:
  static constexpr unsigned MaxDepth = 16;

  const void *rootOf(PlaceId P) const {
    while (G.Places[P].Base)
      P = G.Places[P].Base;
    return G.Places[P].Decl;
  }
  /// The local variable that \p P is, or null.
  const void *variableOf(PlaceId P) const {
    const FlowPlace &Place = G.Places[P];
    return Place.Kind == PlaceKind::Variable && !Place.Outlives ? Place.Decl
                                                                : nullptr;
  }
  const FlowExpr &uncast(ExprId E) const {
    while (G.Exprs[E].Kind == ExprKind::Cast)
      E = G.Exprs[E].Args[0];
    return G.Exprs[E];
  }
  const void *readBy(ExprId E) const {
    const FlowExpr &X = uncast(E);
    return X.Kind == ExprKind::Load ? variableOf(X.Place) : nullptr;
  }
  void uniteWithReads(const void *Variable, ExprId E, unsigned Depth) {
    const FlowExpr &X = G.Exprs[E];
    if (Depth > MaxDepth) {
      Known.insert(Variable);
      return;
    }
    if (X.Kind == ExprKind::Load) {
      if (const void *Read = variableOf(X.Place))
        Copies.unionSets(Variable, Read);
      else if (G.Places[X.Place].Kind != PlaceKind::Temporary)
        Known.insert(Variable); // From memory: whose it is nobody knows.
    }
    for (ExprId Arg : X.Args)
      uniteWithReads(Variable, Arg, Depth + 1);
  }
  bool isEqual(ExprId X, ExprId Y, unsigned Depth) const {
    if (X == Y)
      return true;
    const FlowExpr &A = uncast(X), &B = uncast(Y);
    if (Depth > MaxDepth || A.Kind != B.Kind || A.Args.size() != B.Args.size())
      return false;
    switch (A.Kind) {
    case ExprKind::Constant:
      return A.Number == B.Number;
    case ExprKind::Load:
    case ExprKind::AddressOf:
      return isEqualPlace(A.Place, B.Place, Depth + 1);
    case ExprKind::Binary:
      return A.Operator == B.Operator &&
             isEqual(A.Args[0], B.Args[0], Depth + 1) &&
             isEqual(A.Args[1], B.Args[1], Depth + 1);
    default:
      return false;
    }
  }
  bool isEqualPlace(PlaceId X, PlaceId Y, unsigned Depth) const {
    if (X == Y)
      return true;
    const FlowPlace &A = G.Places[X], &B = G.Places[Y];
    return Depth <= MaxDepth && A.Kind == B.Kind && A.Decl == B.Decl &&
           A.Site == B.Site && !A.Volatile && !B.Volatile &&
           (A.Base == B.Base ||
            (A.Base && B.Base && isEqualPlace(A.Base, B.Base, Depth + 1))) &&
           (A.Key == B.Key ||
            (A.Key && B.Key && isEqual(A.Key, B.Key, Depth + 1)));
  }

  const FlowGraph &G;
  llvm::EquivalenceClasses<const void *> Copies;
  /// Others may write them, or know what they hold.
  llvm::DenseSet<const void *> Known;
};

enum class Passes : uint8_t { On, Stops, Lost };

/// The IRP of a known routine's call; 0: none.
ExprId irpOf(const FlowCall &Call) {
  auto Position = static_cast<size_t>(Call.Routine.Irp);
  return Call.Known && Call.Routine.Irp >= 0 && Position < Call.Args.size()
             ? Call.Args[Position]
             : 0;
}

/// What events are for the registration of one call.
class WaysBehind {
public:
  WaysBehind(const FlowGraph &Graph, uint32_t Registration,
             llvm::function_ref<bool(const FlowCall &)> MayEnd)
      : Graph(Graph), Registration(Registration), MayEnd(MayEnd), Irps(Graph),
        Irp(irpOf(Graph.Calls[Registration])) {}

  /// Those of \p Block from \p First on.
  Passes judge(const FlowBlock &Block, uint32_t First) const {
    Passes How = Passes::On;
    for (uint32_t I = First; I < Block.Events.size() && How == Passes::On; ++I)
      How = judge(Block.Events[I]);
    return How;
  }

private:
  Passes judge(const FlowEvent &E) const {
    if (E.Kind == EventKind::EndPath)
      return Passes::Stops;
    if (E.Kind != EventKind::Call)
      return Passes::On;
    if (E.Call == Registration)
      return Passes::Lost;
    const FlowCall &Call = Graph.Calls[E.Call];
    if (!Call.Known)
      return Call.Callee && MayEnd(Call) ? Passes::Stops : Passes::On;
    switch (Call.Routine.Does) {
    case Effect::NoReturn:
    case Effect::RaiseAlways:
      return Passes::Stops;
    case Effect::Send:
      return Irps.compare(irpOf(Call), Irp) == Same::Yes ? Passes::Lost
                                                         : Passes::On;
    case Effect::Complete:
    case Effect::Free:
    case Effect::Reuse:
      return Irps.compare(irpOf(Call), Irp) == Same::No ? Passes::On
                                                        : Passes::Stops;
    default:
      return Passes::On;
    }
  }

  const FlowGraph &Graph;
  const uint32_t Registration;
  llvm::function_ref<bool(const FlowCall &)> MayEnd;
  const Variables Irps;
  const ExprId Irp;
};

/// Where the call stands: blocks, and the events behind it. (A termination
/// handler may have been copied.)
std::vector<std::pair<BlockId, uint32_t>> behind(const FlowGraph &Graph,
                                                 uint32_t Call) {
  std::vector<std::pair<BlockId, uint32_t>> Places;
  for (BlockId B = 0; B != Graph.Blocks.size(); ++B) {
    const FlowBlock &Block = Graph.Blocks[B];
    for (uint32_t I = 0; Block.Reachable && I != Block.Events.size(); ++I)
      if (Block.Events[I].Kind == EventKind::Call &&
          Block.Events[I].Call == Call)
        Places.push_back({B, I + 1});
  }
  return Places;
}

} // namespace

bool isLostOnSomeWay(const FlowGraph &Graph, uint32_t Registration,
                     llvm::function_ref<bool(const FlowCall &)> MayEnd) {
  const WaysBehind All(Graph, Registration, MayEnd);
  llvm::BitVector Seen(Graph.Blocks.size());
  std::vector<std::pair<BlockId, uint32_t>> Work = behind(Graph, Registration);
  while (!Work.empty()) {
    auto [B, First] = Work.back();
    Work.pop_back();
    if (B == Graph.Exit)
      return true;
    const FlowBlock &Block = Graph.Blocks[B];
    const Passes How = All.judge(Block, First);
    if (How == Passes::Lost)
      return true;
    if (How == Passes::Stops)
      continue;
    for (const FlowEdge &E : Block.Edges)
      if (!Seen.test(E.To)) {
        Seen.set(E.To);
        Work.push_back({E.To, 0});
      }
  }
  return false;
}

} // namespace wdm::engine
