//===- Evaluated.h - What is parsed but never happens -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Operands that the compiler parses and does not evaluate: those of sizeof,
/// noexcept, typeid, __uuidof, the associations of _Generic that are not
/// chosen, the arguments of __noop and its like. What stands there neither
/// happens nor tests anything, though it is in the AST and, in part, in
/// clang::CFG.
///
/// In: a statement. Out: its children, in two groups. Approximated: `typeid`
/// follows clang's own answer; the size of a variable length array counts as
/// not evaluated. Cost: a switch; for a call one look-up in the table.
/// Source: the C and C++ standards; Microsoft's pages of __noop and __assume.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_EVALUATED_H
#define WDM_ENGINE_EVALUATED_H

#include "src/model/Routines.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace clang {
class Stmt;
} // namespace clang

namespace wdm::engine {

/// Calls \p Happens for each child of \p S that may be evaluated when \p S is,
/// \p Never for the others.
void splitChildren(const clang::Stmt &S, const model::RoutineTable &Routines,
                   llvm::function_ref<void(const clang::Stmt &)> Happens,
                   llvm::function_ref<void(const clang::Stmt &)> Never);

/// Calls \p Visit for the conditions of `[[assume(...)]]` on \p S: they are
/// no children, but clang::CFG looks at them.
void forEachAssumption(const clang::Stmt &S,
                       llvm::function_ref<void(const clang::Stmt &)> Visit);

} // namespace wdm::engine

#endif // WDM_ENGINE_EVALUATED_H
