//===- AuthorsTest.h - The test that the author has written -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What a repair asks about the code around a registration whose failure its
/// author has seen: which `if` tells the failure, whether nothing else does,
/// and what the branches do; and whose device object a routine was given.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_AUTHORSTEST_H
#define WDM_FIXITS_AUTHORSTEST_H

#include "fixits/FunctionFacts.h"
#include "fixits/Place.h"
#include "src/engine/Analysis.h"

namespace clang {
class IfStmt;
class ParmVarDecl;
class ReturnStmt;
} // namespace clang

namespace wdm::fixits {

/// A test of a status; If is null: there is none.
struct AuthorsTest {
  const clang::IfStmt *If = nullptr;
  Arm Failing = Arm::Then;
  const clang::VarDecl *Status = nullptr;

  explicit operator bool() const { return If; }
  const clang::Stmt *failure() const { return statementOf(*If, Failing); }
  const clang::Stmt *success() const {
    return statementOf(*If, Failing == Arm::Then ? Arm::Else : Arm::Then);
  }
};

/// The last statement of a block, or \p S itself; null where there is none.
const clang::Stmt *lastIn(const clang::Stmt *S);

/// The first test behind the registration that its failure comes to, if no
/// other failure decides it.
AuthorsTest testBehind(const FunctionFacts &Facts, const engine::Finding &F);
/// The innermost test around \p Return whose failure leads there.
AuthorsTest testAround(const FunctionFacts &Facts, const engine::Finding &F,
                       const clang::ReturnStmt &Return);
/// `if (NT_SUCCESS(status)) { ... } return status;`: the only test of what
/// \p Return returns, if on its failure nothing happens to the status and to
/// the routine's IRP in between.
AuthorsTest testBefore(const FunctionFacts &Facts, const engine::Finding &F,
                       const clang::ReturnStmt &Return);
/// True when the branch of \p If is taken on nothing but the outcome of
/// \p Registration.
bool decidesAlone(const FunctionFacts &Facts,
                  const clang::CallExpr &Registration, const clang::IfStmt &If);

/// Why nothing may be added at the end of the failing branch; null: it may.
const char *whyNotAppended(const FunctionFacts &Facts, const AuthorsTest &Test,
                           const IrpFacts &Irp);
/// Why the routine's IRP may not be completed in the failing branch in front of
/// \p Return; null: it may.
const char *whyNotCompleted(const FunctionFacts &Facts, const AuthorsTest &Test,
                            const IrpFacts &Irp,
                            const clang::ReturnStmt &Return);
/// Where to complete the IRP: in front of \p Return and of a remove lock's
/// release before it, but behind that of a lock which raises the IRQL.
const clang::Stmt &completionPoint(const FunctionFacts &Facts,
                                   const clang::ReturnStmt &Return);
/// True when after a failure all goes on as after a success, but for reports.
bool differsInReportsOnly(const FunctionFacts &Facts, const AuthorsTest &Test,
                          const IrpFacts &Irp);
/// True when a test behind \p Behind, which some paths come by, cures the
/// failure in \p Status in a way of its own.
bool isCuredLater(const FunctionFacts &Facts, const engine::Finding &F,
                  const clang::VarDecl &Status, unsigned Behind);

/// True when \p Registration is the call of a helper that may have done more
/// with the IRP before it failed.
bool mayHaveSent(const FunctionFacts &Facts,
                 const clang::CallExpr &Registration);

/// True when \p Device, the routine's first parameter, is evidently the
/// driver's own device object.
bool isOwnDevice(const FunctionFacts &Facts, const clang::ParmVarDecl &Device);

} // namespace wdm::fixits

#endif // WDM_FIXITS_AUTHORSTEST_H
