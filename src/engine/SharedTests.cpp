//===- SharedTests.cpp - Tests that several values come to ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/SharedTests.h"
#include "llvm/ADT/BitVector.h"

namespace wdm::engine {

/// Statuses that are no failure and more than "success" begin here.
constexpr int32_t SmallestInformation = 0x100;

namespace {

/// What is compared with a number, where \p A is such a comparison.
struct Comparison {
  ExprId What = 0;
  int64_t Number = 0;
  bool Equal = false;
};

std::optional<Comparison> comparison(const FlowGraph &Graph,
                                     const Assumption &A) {
  ExprId Id = A.Condition;
  bool Holds = A.Holds;
  while (Graph.Exprs[Id].Kind == ExprKind::Not) {
    Id = Graph.Exprs[Id].Args[0];
    Holds = !Holds;
  }
  const FlowExpr &E = Graph.Exprs[Id];
  if (E.Kind != ExprKind::Binary || E.Operator != Op::Eq)
    return std::nullopt;
  auto Plain = [&](ExprId X) {
    while (Graph.Exprs[X].Kind == ExprKind::Cast)
      X = Graph.Exprs[X].Args[0];
    return X;
  };
  ExprId Left = Plain(E.Args[0]), Right = Plain(E.Args[1]);
  if (Graph.Exprs[Left].Kind == ExprKind::Constant)
    std::swap(Left, Right);
  if (Graph.Exprs[Left].Kind != ExprKind::Load ||
      Graph.Exprs[Right].Kind != ExprKind::Constant)
    return std::nullopt;
  return Comparison{Left, Graph.Exprs[Right].Number, Holds};
}

} // namespace

std::optional<SharedTests::Equality>
SharedTests::equality(const Assumption &A) const {
  const std::optional<Comparison> Found = comparison(Graph, A);
  if (!Found || !Found->Equal ||
      Graph.Places[Graph.Exprs[Found->What].Place].Kind != PlaceKind::Variable)
    return std::nullopt;
  // Success is what most values are, and small numbers are no status.
  const auto Number = static_cast<int32_t>(Found->Number);
  if (Number >= 0 && Number < SmallestInformation)
    return std::nullopt;
  return Equality{Found->What, Number};
}

SharedTests::Exclusion SharedTests::exclusion(BlockId Block, size_t Edge) {
  const FlowEdge &Taken = Graph.Blocks[Block].Edges[Edge];
  if (Taken.If.size() != 1 || Taken.Default)
    return {};
  const std::optional<Comparison> Found = comparison(Graph, Taken.If.front());
  if (!Found || Found->Equal)
    return {};
  const FlowPlace *Place = &Graph.Places[Graph.Exprs[Found->What].Place];
  if (Place->Kind != PlaceKind::Field)
    return {};
  const void *const Field = Place->Decl;
  for (; Place->Kind == PlaceKind::Field; Place = &Graph.Places[Place->Base])
    if (Place->OfRequest)
      return {};
  connect();
  return {Field, Found->Number, Before[Taken.To].size() > 1};
}

void SharedTests::connect() {
  if (!Before.empty())
    return;
  Before.resize(Graph.Blocks.size());
  for (BlockId B = 0; B != Graph.Blocks.size(); ++B)
    for (const FlowEdge &E : Graph.Blocks[B].Edges)
      Before[E.To].push_back(B);
  for (uint32_t I = 0; I != Graph.Calls.size(); ++I)
    CallAt[Graph.Calls[I].Site] = I;
}

const SharedTests::Definitions &SharedTests::reaching(BlockId Block,
                                                      const void *Variable) {
  auto [It, New] = Known.try_emplace({Block, Variable});
  if (!New)
    return It->second;
  connect();
  Definitions Found;
  llvm::BitVector Seen(Graph.Blocks.size());
  llvm::SmallVector<BlockId, 16> Work{Block};
  while (!Work.empty()) {
    const BlockId B = Work.pop_back_val();
    bool Written = false;
    const auto &Events = Graph.Blocks[B].Events;
    for (size_t I = Events.size(); I-- != 0 && !Written;) {
      const FlowEvent &E = Events[I];
      if (E.Kind != EventKind::Store && E.Kind != EventKind::Unknown)
        continue;
      const FlowPlace &Place = Graph.Places[E.Place];
      Written = Place.Kind == PlaceKind::Variable && Place.Decl == Variable;
      if (Written && E.Kind == EventKind::Store &&
          !llvm::is_contained(Found, E.Value))
        Found.push_back(E.Value);
    }
    if (Written)
      continue;
    for (BlockId P : Before[B])
      if (!Seen.test(P)) {
        Seen.set(P);
        Work.push_back(P);
      }
  }
  return Known[{Block, Variable}] = std::move(Found);
}

/// It is given an IRP.
static bool takesIrp(const FlowCall &Call) {
  if (Call.Known)
    return Call.Routine.Irp >= 0;
  return Call.TakesIrp;
}

bool SharedTests::explains(ExprId Value, int64_t Number, SiteId Own,
                           Names Does) const {
  const FlowExpr &E = Graph.Exprs[Value];
  switch (E.Kind) {
  case ExprKind::Constant:
    return static_cast<int32_t>(E.Number) == static_cast<int32_t>(Number);
  case ExprKind::Cast:
    return explains(E.Args[0], Number, Own, Does);
  case ExprKind::Select:
    return explains(E.Args[1], Number, Own, Does) ||
           explains(E.Args[2], Number, Own, Does);
  case ExprKind::Load: {
    const FlowPlace &Place = Graph.Places[E.Place];
    auto It = Place.Kind == PlaceKind::Temporary ? CallAt.find(Place.Site)
                                                 : CallAt.end();
    if (It == CallAt.end() || Place.Site == Own)
      return false;
    const FlowCall &Call = Graph.Calls[It->second];
    return takesIrp(Call) && (!Call.Callee || Does(Call, Number));
  }
  default:
    return false;
  }
}

bool SharedTests::isExplained(BlockId Block, const Equality &Of, SiteId Own,
                              Names Does) {
  const void *Variable = Graph.Places[Graph.Exprs[Of.Variable].Place].Decl;
  return llvm::any_of(reaching(Block, Variable), [&](ExprId Value) {
    return explains(Value, Of.Number, Own, Does);
  });
}

} // namespace wdm::engine
