//===- Obligations.h - What a way out must not skip -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Three questions about a jump or a return that is put in at a registration:
///   * what do the names in its text mean there;
///   * which thing is held, object by object, and who gives it back;
///   * what would the function have done in any case, or has its author undone
///     where he fails, that the new way out would leave undone.
///
/// An effect counts when it lasts: a call that may change something, a write
/// to memory that stays, something freed or released. Sending, waiting,
/// completing, printing, and what is done to the IRP itself do not count.
///
/// Approximated to the careful side: what is not known is an effect, and an
/// effect too many costs a fix only.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_OBLIGATIONS_H
#define WDM_FIXITS_OBLIGATIONS_H

#include "fixits/FunctionFacts.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace wdm::fixits {

/// \name Objects
/// @{
/// A name of the object that \p E designates, or that it is the address of; the
/// same for the same object, whatever macro or cast it is written with.
std::string objectOf(const FunctionFacts &Facts, const clang::Expr *E);
/// Where the memory is that \p E names.
enum class Memory { Local, Irp, Lasting };
Memory memoryOf(const FunctionFacts &Facts, const clang::Expr *E);

/// What \p S acquires, a visible helper's body included.
std::vector<Held> acquiredBy(const FunctionFacts &Facts, const clang::Stmt &S,
                             unsigned Depth = 0);
/// True when \p S gives back \p What, a visible helper's body included.
bool givesBack(const FunctionFacts &Facts, const clang::Stmt &S,
               const Held &What);
/// @}

/// What runs from a place on, as far as the conditions tell.
class Course {
public:
  /// Behind \p From, when everything goes well.
  Course(const FunctionFacts &Facts, const clang::Stmt *From);
  /// From where \p Out's jump leads to, with a failure, from \p Registration.
  Course(const FunctionFacts &Facts, const clang::CallExpr &Registration,
         const WayOut &Out);

  /// What \p E is, as far as its variables are known there.
  std::optional<int64_t> value(const clang::Expr *E) const;
  /// What \p H acquired is there, and what says so is set.
  void assumeHeld(const Held &H);

  using Wanted = llvm::function_ref<bool(const clang::Stmt &)>;
  /// A statement that may run for which \p Is holds.
  const clang::Stmt *find(Wanted Is) const;
  /// True when on each path something runs for which \p Is holds.
  bool always(Wanted Is) const;

private:
  std::optional<bool> decide(const clang::Expr *Condition) const;
  std::optional<int64_t> valueOf(const clang::VarDecl &V) const;
  /// Yes, no, or nothing: perhaps.
  std::optional<bool> runs(const clang::Stmt *S) const;
  bool follow(Wanted Is, bool Cut, const clang::Stmt **Found) const;

  const FunctionFacts &Facts;
  const clang::Stmt *From;
  bool Failing = false;
  const clang::VarDecl *Status = nullptr;
  llvm::DenseMap<const clang::VarDecl *, int64_t> Assumed;
  unsigned Target = 0;
  const clang::CFGBlock *Block = nullptr;
  unsigned Index = 0;
};

/// A branch of the author's that leaves because something failed.
struct FailureArm {
  const clang::IfStmt *If = nullptr;
  const clang::Stmt *Branch = nullptr;
  const clang::Stmt *Jump = nullptr; ///< The last statement.
  const clang::VarDecl *Tested = nullptr;
  const clang::VarDecl *Assigned = nullptr; ///< It takes the failure.
  bool Failed = false;                      ///< It is a failure, beyond doubt.
  bool Plain = false; ///< Nothing but the status, prints and the jump.
};
FailureArm failureArm(const FunctionFacts &Facts, const clang::IfStmt &If);

/// True when control may come by \p Out from \p Registration: what stands
/// there neither waits nor makes a success of it, and uses what is set.
bool leadsWell(const FunctionFacts &Facts, const clang::CallExpr &Registration,
               const WayOut &Out);
/// True when \p V is read behind the jump before it is set.
bool isReadFrom(const FunctionFacts &Facts, const clang::CallExpr &Registration,
                const WayOut &Out, const clang::VarDecl &V);

/// Why control must not leave at \p Point by \p Out, or by a return where that
/// has none; null when it may.
const char *whyNotLeave(const FunctionFacts &Facts,
                        const clang::CallExpr &Registration,
                        const clang::Stmt *Point, const WayOut &Out,
                        llvm::ArrayRef<Held> HeldHere);

/// True when \p Irp was built with a buffer: with a locked MDL or a copy, which
/// IoFreeIrp leaves behind.
bool bringsBuffers(const FunctionFacts &Facts, const clang::VarDecl &Irp);

/// True when a lock is taken or given back under an `#if` that \p At is not
/// under: what is held there depends on the configuration.
bool isHeldInSomeConfiguration(const FunctionFacts &Facts,
                               const clang::Stmt *At);

/// True when the completion routine, as far as it is visible, undoes what this
/// function has done before \p Registration; or when that was to pass a gate,
/// and somebody has to open it again.
bool isUndoneByRoutine(const FunctionFacts &Facts,
                       const clang::CallExpr &Registration);

/// True when before \p Registration the function has set a flag that keeps
/// others out, or has counted up what somebody counts down, and has not taken
/// it back by then.
bool hasPassedGate(const FunctionFacts &Facts,
                   const clang::CallExpr &Registration);

} // namespace wdm::fixits

#endif // WDM_FIXITS_OBLIGATIONS_H
