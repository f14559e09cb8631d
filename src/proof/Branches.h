//===- Branches.h - What stands in a branch ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the statements of a branch, or around a return, are: by their form,
/// without following them.
///
/// Cost: one walk over the statements of the function.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_PROOF_BRANCHES_H
#define WDM_PROOF_BRANCHES_H

#include "src/model/FunctionBody.h"
#include "llvm/ADT/SmallVector.h"

namespace clang {
class IfStmt;
class ReturnStmt;
} // namespace clang

namespace wdm::proof {

class Proof;

/// What \p S assigns to, or steps; else null.
const clang::Expr *changedBy(const clang::Stmt &S);

/// No jump, and no place that control comes to from elsewhere. Null is plain.
bool isPlainBranch(const model::FunctionBody &Code, const clang::Stmt *Branch);

/// True when \p Branch only prints. Null does.
bool onlyReports(const model::FunctionBody &Code, const clang::Stmt *Branch);

/// The variables of the type NTSTATUS that \p Condition names, in order.
llvm::SmallVector<const clang::VarDecl *, 2>
statusesIn(const model::FunctionBody &Code, const clang::Expr &Condition);

/// The statuses in \p S: where \p Tested (or null) is named, and failures that
/// are written down; of one in a macro, its parts as well. Nothing where
/// another name of \p S means something else at \p At, or \p Tested is in a
/// macro.
std::optional<std::vector<const clang::Expr *>>
failuresIn(const model::FunctionBody &Code, const clang::Stmt &S,
           const clang::VarDecl *Tested, const clang::Stmt &At);

/// Where a statement of the block of \p S assigns to \p V again; null where
/// none does, or where others come in between.
const clang::Stmt *nextAssignment(const model::FunctionBody &Code,
                                  const clang::VarDecl &V,
                                  const clang::Stmt &S);

/// The places in front of \p Return for what completes an IRP: before what is
/// given back last, then behind it.
llvm::SmallVector<const clang::Stmt *, 4>
pointsBefore(const model::FunctionBody &Code, Proof &Judge,
             const clang::ReturnStmt &Return);

} // namespace wdm::proof

#endif // WDM_PROOF_BRANCHES_H
