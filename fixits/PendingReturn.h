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
/// In: a finding, the program it is of, and the file of its return statement,
/// null where no edit may be made. Out: one edit that replaces the returned
/// expression, or why there is none. None in and around macros, for an
/// expression with an effect, where the expression's variable would be left
/// without a use, where this file calls the function, in templates, and where
/// the name is not declared. Approximated: a name counts as declared when the
/// translation unit has it. Cost: one walk through the function, for what is
/// reported only.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_PENDINGRETURN_H
#define WDM_FIXITS_PENDINGRETURN_H

#include "src/engine/Analysis.h"
#include "clang/Basic/Diagnostic.h"
#include <optional>

namespace clang {
class ASTContext;
} // namespace clang

namespace wdm::fixits {

class SourceText;

struct ReturnEdit {
  std::optional<clang::FixItHint> Edit;
  const char *WhyNot = ""; ///< There is no edit.
};

ReturnEdit returnInstead(const engine::Finding &F, const engine::Program &Whole,
                         const SourceText *Source, clang::ASTContext &Context);

} // namespace wdm::fixits

#endif // WDM_FIXITS_PENDINGRETURN_H
