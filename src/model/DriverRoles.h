//===- DriverRoles.h - Which function is what in a driver -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Dispatch routines: functions declared with the role type DRIVER_DISPATCH
/// (or one of its variants), and those that are stored in MajorFunction[] in
/// this translation unit. A function that only has the signature is none.
///
/// Completion routines: functions declared with the role type
/// IO_COMPLETION_ROUTINE, and those that this translation unit sets as one.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_MODEL_DRIVERROLES_H
#define WDM_MODEL_DRIVERROLES_H

#include "llvm/ADT/DenseSet.h"

namespace clang {
class Expr;
class FunctionDecl;
class Stmt;
} // namespace clang

namespace wdm::model {

class DriverRoles {
public:
  /// Remembers the functions that \p S stores in a MajorFunction table; false
  /// when \p S is no such store. Also what is stored as the completion routine
  /// of a stack location.
  bool noteStore(const clang::Stmt &S);
  /// \p Routine is set as completion routine.
  void noteCompletion(const clang::Expr &Routine);
  /// The address of \p F is taken, and not for a MajorFunction table.
  void noteAddress(const clang::FunctionDecl &F);

  bool isDispatch(const clang::FunctionDecl &F) const;
  /// The same, and nothing but the I/O manager enters it: one that is only
  /// declared so and called here, or whose address is kept elsewhere, is a
  /// handler that somebody else's dispatch routine calls.
  bool isOnlyDispatch(const clang::FunctionDecl &F, bool Called) const;
  bool isCompletion(const clang::FunctionDecl &F) const;

private:
  // Canonical.
  llvm::DenseSet<const clang::FunctionDecl *> Stored, Completion, Addressed;
};

} // namespace wdm::model

#endif // WDM_MODEL_DRIVERROLES_H
