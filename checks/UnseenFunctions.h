//===- UnseenFunctions.h - Functions for the options ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The functions of other files that a user might have to name in an option:
/// those that are given the IRP after its registration, and those that look as
/// if they registered. For a draft to be read by a person (`wdm-lint
/// --suggest-options`), not for a verdict: a guess with its reason.
///
/// Approximated: "after" is the order of the source; a failure branch is one
/// whose condition compares the status of the registration with 0.
/// Cost: one walk over the functions, only when asked for.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_CHECKS_UNSEENFUNCTIONS_H
#define WDM_CHECKS_UNSEENFUNCTIONS_H

#include "src/model/Routines.h"
#include <string>
#include <vector>

namespace clang {
class ASTContext;
class CallExpr;
class FunctionDecl;
} // namespace clang

namespace wdm {

struct UnseenFunction {
  const clang::CallExpr *Call = nullptr;
  std::string Name;   ///< as an option names it, with `:N` where that is needed
  std::string Option; ///< that it may belong in; empty: none is evident
  std::string Why;
};

std::vector<UnseenFunction>
findUnseenFunctions(clang::ASTContext &Context,
                    const std::vector<const clang::FunctionDecl *> &Functions,
                    const model::RoutineTable &Routines);

} // namespace wdm

#endif // WDM_CHECKS_UNSEENFUNCTIONS_H
