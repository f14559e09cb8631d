//===- IrpHistory.h - What has happened to an IRP so far --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Who else may know an IRP when its registration fails. To complete or free it
/// is right only while nobody else does, and while it is as it came.
///
/// Harmless before a registration: the routines of the table that leave the IRP
/// where it is, prints, the stack locations, IoStatus, helpers with a visible
/// body that do no more. Anything else, on any path to the registration, is
/// not: a store into memory that outlives the function, a list, a cancel
/// routine, a function of another file, another field of an IRP from above, an
/// object whose destructor takes it, a pending mark that is not understood.
///
/// Memory that the function has just allocated does not outlive it here: it
/// has to be given back on the way out, or there is no fix either.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_IRPHISTORY_H
#define WDM_FIXITS_IRPHISTORY_H

#include "fixits/FunctionFacts.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace wdm::fixits {

/// The variables of one function that stand for one IRP.
class SameIrp {
public:
  SameIrp(const FunctionFacts &Facts, const clang::VarDecl &Irp);

  /// Always this IRP: it, and copies that are never anything else.
  bool isExactly(const clang::VarDecl *V) const {
    return V && Exact.count(V) != 0;
  }
  /// True when \p E may be the IRP, points into it, or has it in it.
  bool refersTo(const clang::Expr *E) const;
  /// True when \p Call is given the IRP in any of these ways.
  bool isGivenTo(const clang::CallExpr &Call) const;
  /// The same, but only by what holds the IRP among other things.
  bool isGivenInsideTo(const clang::CallExpr &Call) const;
  bool isCompletedBy(const clang::Stmt &S) const;
  /// True when \p S looks into the IRP, or writes to it.
  bool isUsedBy(const clang::Stmt &S) const;
  /// True when \p E is reached through the IRP: `Irp->IoStatus.Status`.
  bool isPartOf(const clang::Expr *E) const;
  /// True when the variable at the root of \p E dies with the function, or
  /// points to memory that the function has allocated.
  bool isOwnMemory(const clang::Expr *E) const;
  /// True when a local object has it whose destructor may do something to it.
  bool isHeldByObject() const;

private:
  const FunctionFacts &Facts;
  llvm::SmallPtrSet<const clang::VarDecl *, 4> Exact;
  llvm::SmallPtrSet<const clang::VarDecl *, 4> Pointers;
  llvm::SmallPtrSet<const clang::VarDecl *, 4> Holders;
};

/// Why \p Irp is not the function's alone at \p Point; null when it is.
/// \p Registration itself does not count. \p Foreign: somebody else's IRP,
/// whose fields have to stay as they are.
const char *touchedBefore(const FunctionFacts &Facts,
                          const clang::Stmt &Registration,
                          const clang::Stmt &Point, const clang::VarDecl &Irp,
                          bool Foreign);

/// True when something that outlives the function may have been set, counted or
/// listed on the way to \p Point, IRPs apart. \p Flags: only what is set to a
/// constant, and counters that the file counts down again.
bool changesLastingState(const FunctionFacts &Facts, const clang::Stmt &Point,
                         bool Flags);

/// True when the completion routine of \p Registration, where its body is
/// visible, does something that somebody waits for.
bool routineActsForOthers(const FunctionFacts &Facts,
                          const clang::CallExpr &Registration);

/// True when IoCompleteRequest must not be called at \p Point: a lock may be
/// held there that raises the IRQL.
bool mayHoldSpinLock(const FunctionFacts &Facts,
                     const clang::CallExpr &Registration,
                     const clang::Stmt &Point);

/// True when FALSE does not say that the function has failed.
bool isFalseSuccess(const FunctionFacts &Facts);

} // namespace wdm::fixits

#endif // WDM_FIXITS_IRPHISTORY_H
