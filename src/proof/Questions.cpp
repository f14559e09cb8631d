//===- Questions.cpp - What a function does without a fix -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Parts.h"
#include "src/proof/Walks.h"
#include "src/rules/Registration.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;
using model::Effect;

namespace {

/// Where a graph reads and writes one variable.
class UsesOf {
public:
  UsesOf(const FlowGraph &G, const VarDecl &V)
      : G(G), Decl(V.getCanonicalDecl()) {}

  bool is(PlaceId P) const { return isVariable(G, P, Decl); }

  bool isLent() const {
    return llvm::any_of(G.Exprs, [&](const FlowExpr &E) {
      return E.Kind == ExprKind::AddressOf && is(E.Place);
    });
  }

  bool isWritten(const FlowEvent &E) const {
    return (E.Kind == EventKind::Store || E.Kind == EventKind::Unknown) &&
           is(E.Place);
  }

  bool isRead(const FlowEvent &E) const {
    if (E.Kind == EventKind::Call)
      return llvm::any_of(G.Calls[E.Call].Args,
                          [&](ExprId Arg) { return isRead(Arg); });
    if (E.Kind == EventKind::StepPlace)
      return G.Places[E.Place].Decl == Decl;
    return E.Value && isRead(E.Value);
  }

  bool isRead(const FlowEdge &E) const {
    return llvm::any_of(
        E.If, [&](const Assumption &A) { return isRead(A.Condition); });
  }

private:
  bool isRead(ExprId Id) const {
    return touches(G, Id, [&](const FlowExpr &, PlaceId P) { return is(P); });
  }

  const FlowGraph &G;
  const void *Decl;
};

} // namespace

const FlowGraph *Proof::graphOf(const FunctionDecl &F) {
  return Calls.graphOf(F);
}

std::optional<uint32_t> Proof::callIn(const FunctionDecl &F, const Expr &E) {
  const FlowGraph *G = graphOf(F);
  for (uint32_t I = 0; G && I != G->Calls.size(); ++I)
    if (G->Calls[I].Origin == &E)
      return I;
  return std::nullopt;
}

bool Proof::isLiveAt(const FunctionDecl &F, const VarDecl &V, Position At) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return true;
  const UsesOf Uses(*G, V);
  // Its address may be anywhere.
  return Uses.isLent() ||
         findsFrom(
             *G, At,
             [&](const FlowEvent &E) {
               return Uses.isRead(E)      ? Walk::Found
                      : Uses.isWritten(E) ? Walk::Over
                                          : Walk::GoOn;
             },
             [&](const FlowEdge &E) { return Uses.isRead(E); });
}

bool Proof::isFreeBehind(const model::FunctionBody &Code, const VarDecl &V,
                         const Stmt &S) {
  const FlowGraph *G = graphOf(Code.Function);
  bool Found = false;
  for (BlockId B = 0; G && B != G->Blocks.size(); ++B) {
    uint32_t Behind = 0;
    const auto &Events = G->Blocks[B].Events;
    for (uint32_t I = 0; I != Events.size(); ++I)
      if (Events[I].Origin && Code.isInside(Events[I].Origin, &S))
        Behind = I + 1;
    if (!Behind)
      continue;
    Found = true;
    if (isLiveAt(Code.Function, V, {B, Behind}))
      return false;
  }
  return Found;
}

bool Proof::isChanged(const FunctionDecl &F, const VarDecl &V) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return true;
  const UsesOf Uses(*G, V);
  return Uses.isLent() || llvm::any_of(G->Blocks, [&](const FlowBlock &B) {
           return llvm::any_of(B.Events, [&](const FlowEvent &E) {
             return E.Place && E.Kind != EventKind::Read && Uses.is(E.Place);
           });
         });
}

/// Where a path that comes to \p N has learned just then that the registration
/// has failed: the edge; else null.
static const FlowEdge *edgeOfFailure(const Solution &Found, const Node &N,
                                     const FlowBlock *&Of) {
  if (N.Previous < 0 || N.Edge < 0 || N.In.Life.Known != Knowledge::Failed)
    return nullptr;
  const Node &From = Found.Nodes[static_cast<uint32_t>(N.Previous)];
  if (From.In.Life.Known == Knowledge::Failed)
    return nullptr;
  Of = &Found.Graph->Blocks[From.Block];
  const FlowEdge &Edge = Of->Edges[static_cast<size_t>(N.Edge)];
  return Edge.If.empty() ? nullptr : &Edge;
}

Decision Proof::decisionOf(const FunctionDecl &F, const Expr &Registration) {
  Decision D;
  use(wdm::rules::Registration, before(F).Way);
  const std::optional<uint32_t> Call = callIn(F, Registration);
  if (!Call)
    return D;
  for (const SubjectStory &S : Calls.storyOf(F).Subjects) {
    if (S.Call != static_cast<int32_t>(*Call) || !S.Found)
      continue;
    for (const Node &N : S.Found->Nodes) {
      const FlowBlock *Of = nullptr;
      const FlowEdge *Edge = edgeOfFailure(*S.Found, N, Of);
      if (!Edge)
        continue;
      if (D.At && D.At != Of->Terminator)
        return {};
      D.At = Of->Terminator;
      D.FailsWhen = Edge->If.front().Holds;
    }
  }
  return D;
}

bool Proof::givesBack(const FunctionDecl &F, const Expr &Call) {
  std::optional<uint32_t> Index = callIn(F, Call);
  if (!Index)
    return false;
  const FlowCall &C = graphOf(F)->Calls[*Index];
  return C.Handles && C.Handles->GivesBack && !C.Handles->GivesBack->isMemory();
}

bool Proof::completeWithItsStatus(const FunctionDecl &F) {
  auto Completes = [](const FlowCall &Call) {
    return Call.Known && Call.Routine.Does == Effect::Complete;
  };
  const Chain &Way = before(F).Way;
  return llvm::any_of(Way.Functions, [&](const FunctionDecl *X) {
    const FlowGraph *G = X != &F ? graphOf(*X) : nullptr;
    if (!G || llvm::none_of(G->Calls, Completes))
      return false;
    return llvm::none_of(G->Blocks, [&](const FlowBlock &B) {
      return llvm::any_of(B.Events, [&](const FlowEvent &E) {
        return E.Kind == EventKind::Store &&
               G->Places[E.Place].Role == model::FieldRole::Status;
      });
    });
  });
}

} // namespace wdm::proof
