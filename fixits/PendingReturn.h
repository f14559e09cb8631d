//===- PendingReturn.h - Another value to return ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The fix for a fault at a return statement: another value is returned there.
/// Whether that mends the function is the engine's word, for every path to the
/// statement (engine::Mend); here is whether the text allows it.
///
/// In: a finding. Out: one edit that replaces the returned expression, or why
/// there is none. None in and around macros, for an expression with an effect,
/// where the expression's variable would be left without a use, where this file
/// calls the function, in templates, and where the name is not declared.
/// Approximated: a name counts as declared when the translation unit has it.
/// Cost: one walk through the function, for what is reported only.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_PENDINGRETURN_H
#define WDM_FIXITS_PENDINGRETURN_H

#include "fixits/StatusGuard.h"

namespace wdm::fixits {

RepairSet returnInstead(const engine::Finding &F, ProgramFacts &Program);

} // namespace wdm::fixits

#endif // WDM_FIXITS_PENDINGRETURN_H
