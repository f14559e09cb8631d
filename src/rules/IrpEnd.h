//===- IrpEnd.h - How an IRP ends in a function -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The automaton of the second rule family. One instance follows one IRP in one
/// function: the IRP of a dispatch or completion routine, and other parameters,
/// from the entry; IRPs that are allocated here from there; any other from the
/// first call that prepares, sends or ends it.
///
/// Evidence: for warnings. A routine whose code cannot be seen may keep the IRP
/// (Away), code that cannot be seen may have taken it over (HandedOn) and
/// marked it pending: both are silent.
///
/// Approximated: a completion routine is judged by all its ways out at once;
/// one that is set by writing the next stack location's field is never taken
/// for one that keeps the IRP.
///
/// Source of the rules: the Static Driver Verifier pages of DoubleCompletion,
/// MarkIrpPending(2), PendedCompletedRequest(2), IrpProcessingComplete,
/// LowerDriverReturn and CompleteRequestStatusCheck, and the WDK pages of
/// IoMarkIrpPending, IoCompleteRequest and IofCallDriver.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_RULES_IRPEND_H
#define WDM_RULES_IRPEND_H

#include "src/engine/Automaton.h"

namespace wdm::rules {

extern const engine::Automaton IrpEnd;

} // namespace wdm::rules

#endif // WDM_RULES_IRPEND_H
