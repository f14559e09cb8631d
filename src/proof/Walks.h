//===- Walks.h - What leads where in a flow graph ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Walks over a flow graph, whatever the conditions on its edges say: what may
/// come behind what, what is evaluated from a place on, and which blocks a path
/// of a solution comes through.
///
/// Cost: linear in the graph, or in the path.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_PROOF_WALKS_H
#define WDM_PROOF_WALKS_H

#include "src/engine/Patch.h"
#include "src/engine/Summaries.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace wdm::proof {

engine::ExprId withoutCasts(const engine::FlowGraph &G, engine::ExprId E);

/// The call whose result stands in \p P, or null.
const engine::FlowCall *callFilling(const engine::FlowGraph &G,
                                    engine::PlaceId P);

/// What \p Registration gives the completion routine; 0: not known.
engine::ExprId contextOf(const engine::FlowCall &Registration);

/// The call whose result \p Value is, or null.
const engine::FlowCall *callMaking(const engine::FlowGraph &G,
                                   engine::ExprId Value);

/// True when \p P is the variable that \p Decl declares.
bool isVariable(const engine::FlowGraph &G, engine::PlaceId P,
                const void *Decl);

/// True when \p Is holds for \p Id or for an operand in it.
bool mentions(const engine::FlowGraph &G, engine::ExprId Id,
              llvm::function_ref<bool(const engine::FlowExpr &)> Is);

/// True when \p Is holds for a place that \p Id loads from, or has the address
/// of, for one that it is a part of, or that is read to find it.
bool touches(
    const engine::FlowGraph &G, engine::ExprId Id,
    llvm::function_ref<bool(const engine::FlowExpr &, engine::PlaceId)> Is);

/// True when \p G, which may be null, calls PoStartNextPowerIrp.
bool startsNextPowerIrp(const engine::FlowGraph *G);

/// The function with a body whose address \p Id is, or null.
const clang::FunctionDecl *routineAt(const engine::Summaries &Calls,
                                     const engine::FlowGraph &G,
                                     engine::ExprId Id);

/// True when control may come from the end of \p From to \p To.
bool reaches(const engine::FlowGraph &G, engine::BlockId From,
             engine::BlockId To);

using IsEvent = llvm::function_ref<bool(const engine::FlowEvent &)>;

/// True when control may come from \p From to \p To without an event that is
/// \p Over.
bool comesTo(const engine::FlowGraph &G, engine::Position From,
             engine::Position To, IsEvent Over);

/// What a walk does behind an event.
enum class Walk : uint8_t {
  GoOn,
  Over, ///< Not further on this way.
  Found,
};
/// True when a walk from \p From on finds something at an event or on an edge.
bool findsFrom(const engine::FlowGraph &G, engine::Position From,
               llvm::function_ref<Walk(const engine::FlowEvent &)> AtEvent,
               llvm::function_ref<bool(const engine::FlowEdge &)> OnEdge);

/// The calls of which \p Is is true.
llvm::SmallVector<engine::Position, 8>
callsWhere(const engine::FlowGraph &G,
           llvm::function_ref<bool(const engine::FlowCall &)> Is);

/// The blocks that the path to \p End comes through, the last one first.
llvm::SmallVector<engine::BlockId, 32> wayTo(const engine::Solution &S,
                                             const engine::PathEnd &End);

} // namespace wdm::proof

#endif // WDM_PROOF_WALKS_H
