//===- Certain.h - What is certain without a path ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// For functions that are too large to be followed: a status that is discarded
/// as it stands can be tested by nobody, whatever the path. What may still
/// excuse it is that this function ends the IRP itself, so only that has to be
/// looked for, in the graph alone.
///
/// In: a graph, a call in it that registers, and whether a called function may
/// end an IRP. Out: true when control can go on from the call to the end of
/// the function, to a routine that sends this IRP, or to the call again, past
/// nothing that may end the IRP.
///
/// Approximated: conditions are not looked at. Two IRPs are two where they
/// stand in different local variables that are never copied into each other;
/// otherwise an end may be that of this IRP. Whatever may not return is taken
/// to return, unless the graph says so.
/// Cost: linear in the graph. Source of the rule: see src/rules/Registration.h.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_CERTAIN_H
#define WDM_ENGINE_CERTAIN_H

#include "src/engine/Flow.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace wdm::engine {

bool isLostOnSomeWay(const FlowGraph &Graph, uint32_t Registration,
                     llvm::function_ref<bool(const FlowCall &)> MayEnd);

} // namespace wdm::engine

#endif // WDM_ENGINE_CERTAIN_H
