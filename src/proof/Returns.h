//===- Returns.h - Whether another value may be returned --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Whether a function may return another value where a finding says that it
/// returns the wrong one. That it mends the paths there is the engine's word
/// (engine::Mend); here is what else depends on the value: callers, other
/// instances, what the returned expression does.
///
/// Cost: one walk through the function.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_PROOF_RETURNS_H
#define WDM_PROOF_RETURNS_H

#include "src/engine/Analysis.h"

namespace wdm::proof {

/// The returned expression, without parentheses of the author's.
const clang::Expr *returnedBy(const clang::ReturnStmt &Return);

/// Why the value that \p F asks for may not be returned there; null: it may,
/// and the finding is at a return statement with a value.
const char *whyNotReturned(const engine::Finding &F,
                           const engine::Program &Whole,
                           const clang::ASTContext &Context);

} // namespace wdm::proof

#endif // WDM_PROOF_RETURNS_H
