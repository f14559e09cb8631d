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
//===----------------------------------------------------------------------===//

#ifndef WDM_MODEL_DRIVERROLES_H
#define WDM_MODEL_DRIVERROLES_H

#include "llvm/ADT/DenseSet.h"

namespace clang {
class FunctionDecl;
class Stmt;
} // namespace clang

namespace wdm::model {

class DispatchRoutines {
public:
  /// Remembers the functions that \p S stores in a MajorFunction table.
  void noteStore(const clang::Stmt &S);
  bool contains(const clang::FunctionDecl &F) const;

private:
  llvm::DenseSet<const clang::FunctionDecl *> Stored; ///< Canonical.
};

} // namespace wdm::model

#endif // WDM_MODEL_DRIVERROLES_H
