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

/// What a function of another file has made, and the completion routine is
/// given, may have to be given back: by the author's way out, if at all.
MaybeObjection Proof::contextOfOthers(const FlowGraph &G, const FlowGraph &With,
                                      const Patch &What) {
  const FlowCall &Registration = G.Calls[What.Registration];
  const auto Context = static_cast<size_t>(Registration.Routine.Completion + 1);
  if (!Registration.Known || Registration.Routine.Completion < 0 ||
      Context >= Registration.Args.size())
    return std::nullopt;
  const FlowExpr &E = G.Exprs[withoutCasts(G, Registration.Args[Context])];
  if (E.Kind != ExprKind::Load ||
      G.Places[E.Place].Kind != PlaceKind::Variable ||
      G.Places[E.Place].Outlives)
    return std::nullopt;
  const void *Variable = G.Places[E.Place].Decl;
  const FlowCall *Maker = makerOf(G, Variable);
  if (!Maker || isTakenBehind(With, [&](PlaceId P) {
        return isVariable(With, P, Variable);
      }))
    return std::nullopt;
  return because("something that was acquired before would not be given "
                 "back ('" +
                 Maker->Name + "')");
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
