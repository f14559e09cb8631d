//===- Makers.cpp - What functions of other files have made ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/OwnWords.h"
#include "src/proof/Parts.h"
#include "src/proof/Walks.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;

/// A function whose body cannot be seen, and that may make something.
static bool mayMake(const FlowCall &Call) {
  return !Call.Known && !Call.Callee && !Call.Name.empty() &&
         !(Call.Handles && Call.Handles->Acquires) &&
         !model::isPlainKernelRoutine(Call.Name) &&
         !model::isPlainQuestion(Call.Name) && !model::asksForOwn(Call.Name);
}

/// The same, by the address of a place that \p Is true of.
static bool lends(const FlowGraph &G, const FlowCall &Call,
                  llvm::function_ref<bool(PlaceId)> Is) {
  return llvm::any_of(Call.Args, [&](ExprId Arg) {
    const FlowExpr &E = G.Exprs[withoutCasts(G, Arg)];
    return E.Kind == ExprKind::AddressOf && Is(E.Place);
  });
}

/// A call that may make what \p Variable holds; null: there is none.
static const FlowCall *makerOf(const FlowGraph &G, const void *Variable) {
  auto IsIt = [&](PlaceId P) { return isVariable(G, P, Variable); };
  for (const FlowBlock &B : G.Blocks)
    for (const FlowEvent &E : B.Events) {
      const FlowCall *Call =
          E.Kind == EventKind::Store && IsIt(E.Place) ? callMaking(G, E.Value)
          : E.Kind == EventKind::CopyRecord && IsIt(E.Place)
              ? callFilling(G, E.Source)
          : E.Kind == EventKind::Call && lends(G, G.Calls[E.Call], IsIt)
              ? &G.Calls[E.Call]
              : nullptr;
      if (Call && mayMake(*Call))
        return Call;
    }
  return nullptr;
}

/// Something is called from the beginning of the patch on that is given what
/// stands in a place that \p Is true of.
static bool isTakenBehind(const FlowGraph &With,
                          llvm::function_ref<bool(PlaceId)> Is) {
  auto Takes = [&](const FlowCall &Call) {
    return !Call.Known && llvm::any_of(Call.Args, [&](ExprId Arg) {
      const FlowExpr &E = With.Exprs[withoutCasts(With, Arg)];
      return E.Kind == ExprKind::Load && Is(E.Place);
    });
  };
  return findsFrom(
      With, {beginOf(With), 0},
      [&](const FlowEvent &Event) {
        return Event.Kind == EventKind::Call && Takes(With.Calls[Event.Call])
                   ? Walk::Found
                   : Walk::GoOn;
      },
      [](const FlowEdge &) { return false; });
}

/// The call of another function of the driver that gives \p F as its parameter
/// number \p I what one of another file has made; null: there is none.
const FlowCall *Proof::makerOfParameter(const FunctionDecl &F, const Chain &Way,
                                        size_t I) {
  for (const FunctionDecl *X : Way.Functions) {
    const FlowGraph *G = graphOf(*X);
    if (!G)
      continue;
    for (const FlowCall &Call : G->Calls) {
      if (Call.Callee != &F || I >= Call.Args.size())
        continue;
      const FlowCall *Maker = callMaking(*G, Call.Args[I]);
      if (Maker && mayMake(*Maker) && !model::soundsAsking(Maker->Name))
        return Maker;
    }
  }
  return nullptr;
}

/// What a function of another file has made, and the completion routine is
/// given, may have to be given back: by the author's way out, if at all.
MaybeObjection Proof::contextOfOthers(const FunctionDecl &F, const Chain &Way,
                                      const FlowGraph &G, const FlowGraph &With,
                                      const Patch &What) {
  const FlowCall &Registration = G.Calls[What.Registration];
  const ExprId Context = contextOf(Registration);
  if (!Context)
    return std::nullopt;
  const FlowCall *Maker = callMaking(G, Context);
  if (Maker && !mayMake(*Maker))
    Maker = nullptr;
  const FlowExpr &E = G.Exprs[withoutCasts(G, Context)];
  PlaceId P = E.Kind == ExprKind::Load ? E.Place : 0;
  while (P && G.Places[P].Kind == PlaceKind::Field)
    P = G.Places[P].Base;
  if (P && G.Places[P].Kind == PlaceKind::Variable && !G.Places[P].Outlives) {
    const void *Variable = G.Places[P].Decl;
    const auto *Parameter = llvm::find(G.Params, Variable);
    Maker =
        Parameter == G.Params.end()
            ? makerOf(G, Variable)
            : makerOfParameter(
                  F, Way, static_cast<size_t>(Parameter - G.Params.begin()));
    if (isTakenBehind(With, [&](PlaceId Taken) {
          while (Taken && With.Places[Taken].Kind == PlaceKind::Field)
            Taken = With.Places[Taken].Base;
          return Taken && isVariable(With, Taken, Variable);
        }))
      return std::nullopt;
  }
  return Maker ? because("something that was acquired before would not be "
                         "given back ('" +
                         Maker->Name + "')")
               : MaybeObjection();
}

/// The call that has made what \p E stores, or what it lends a place for;
/// null: none. \p To: that place.
static const FlowCall *makerAt(const FlowGraph &G, const FlowEvent &E,
                               PlaceId &To) {
  auto IsPart = [&](PlaceId P) {
    return G.Places[P].Kind != PlaceKind::Variable && G.Places[P].Pointer;
  };
  if (E.Kind == EventKind::Call) {
    const FlowCall &Call = G.Calls[E.Call];
    auto Takes = [&](PlaceId P) {
      To = P;
      return IsPart(P);
    };
    return mayMake(Call) && lends(G, Call, Takes) ? &Call : nullptr;
  }
  To = E.Place;
  if (E.Kind != EventKind::Store || G.Places[To].Kind == PlaceKind::Variable)
    return nullptr;
  const FlowExpr &Value = G.Exprs[withoutCasts(G, E.Value)];
  const FlowCall *Call = callMaking(G, E.Value);
  if (!Call && Value.Kind == ExprKind::Load &&
      G.Places[Value.Place].Kind == PlaceKind::Variable &&
      !G.Places[Value.Place].Outlives)
    Call = makerOf(G, G.Places[Value.Place].Decl);
  return Call && mayMake(*Call) && !model::soundsAsking(Call->Name) &&
                 (Call->ReturnsPointer || IsPart(To) ||
                  model::soundsMaking(Call->Name))
             ? Call
             : nullptr;
}

/// The same for what is kept in a field: of the driver, of the request.
MaybeObjection Proof::keptOfOthers(const FlowGraph &G, const FlowGraph &With,
                                   const Patch &What) {
  const Position At{What.Block, What.Event};
  auto Never = [](const FlowEvent &) { return false; };
  for (BlockId B = 0; B != G.Blocks.size(); ++B)
    for (uint32_t I = 0; I != G.Blocks[B].Events.size(); ++I) {
      PlaceId Kept = 0;
      const FlowCall *Maker = makerAt(G, G.Blocks[B].Events[I], Kept);
      // (The places of the graph are the first ones of the patched one.)
      if (Maker && comesTo(G, {B, I}, At, Never) &&
          !isTakenBehind(With, [&](PlaceId P) {
            return P == Kept || (With.Places[P].Kind == PlaceKind::Field &&
                                 With.Places[P].Decl == G.Places[Kept].Decl);
          }))
        return because("something that was acquired before would not be given "
                       "back ('" +
                       Maker->Name + "', " + placeOf(Maker->Loc) + ")");
    }
  return std::nullopt;
}

} // namespace wdm::proof
