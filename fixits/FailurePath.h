//===- FailurePath.h - What to do when nothing was registered ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The statements that deal with a failed registration, in the function it was
/// made in.
///
/// Leaving the function, in this order:
///   1. its own IRP, in a dispatch routine (or where the function completes
///      that IRP elsewhere): complete it with the failure;
///   2. an IRP that was allocated here: free it;
///   3. the author's way out (`goto`, `__leave`, `break` from a do-once loop),
///      where what stands there fits;
///   4. else return: the status, nothing, FALSE or NULL.
/// A remove lock that was acquired before is released. An IRP that is already
/// marked pending is completed, and STATUS_PENDING returned.
///
/// Not leaving it: send the IRP without a routine, or register with
/// IoSetCompletionRoutine, which cannot fail.
///
/// Leaving is refused, with a reason, wherever it might be wrong: the request
/// must not fail (Request.h), something else is held, the IRP's owner is not
/// evident, somebody else knows the IRP already (IrpHistory.h), a return would
/// lose it, many IRPs in a loop, a lambda, a completion routine, a handler, a
/// return type that has no failure value; and where nothing of the kind is
/// known, but may be (Doubts.h). The fallback is refused only where the
/// registration cannot be written a second time.
///
/// Who completes the IRP is said by the callers where they are visible, by the
/// function's role and its other paths where they are not. Where the two
/// contradict each other, or where the function's address goes somewhere else
/// than into a dispatch table, nothing is done.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_FAILUREPATH_H
#define WDM_FIXITS_FAILUREPATH_H

#include "fixits/FunctionFacts.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace wdm::fixits {

/// How the status is named where the failure is known.
struct StatusName {
  std::string Text;
  /// The variable it is, where the function has it already.
  const clang::VarDecl *Variable = nullptr;
  /// A local variable: it is still there when the IRP is not.
  bool IsLocal = false;
};

struct FailurePath {
  /// The statements, without indentation; empty: there is no such path.
  std::vector<std::string> Lines;
  std::string Title;
  std::string WhyNot;

  explicit operator bool() const { return !Lines.empty(); }
};

class FailurePlanner {
public:
  /// \p Point: where the failure is known, for what is held there; the
  /// registration itself, or a statement behind it.
  FailurePlanner(const FunctionFacts &Facts,
                 const clang::CallExpr &Registration,
                 const clang::Stmt *Point = nullptr);

  /// The variable that the author's way out looks at, or null.
  const clang::VarDecl *statusOfWayOut() const { return Out.Status; }

  /// True when the author's way out needs the value that \p V has.
  bool isReadOnWayOut(const clang::VarDecl &V) const;

  /// How to leave the function.
  enum class Leaving {
    Evidently,  ///< By the author's way out; the IRP is completed where that is
                ///< evidently this function's.
    Completing, ///< The IRP is completed where it is not evident, too.
    ByReturn,   ///< Not by the author's way out.
  };
  FailurePath leave(const StatusName &Status,
                    Leaving Which = Leaving::Evidently) const;
  FailurePath skip() const;
  /// \p ReadLater: somebody may look at the status behind the registration.
  FailurePath fallback(const StatusName &Status, bool ReadLater) const;

  /// Only the statements that complete the function's own IRP.
  FailurePath completeOwn(llvm::StringRef Status) const;

private:
  /// Who completes the function's own IRP after a failure.
  struct Duty {
    enum Owner {
      None,     ///< Nobody can be seen who says so.
      Keep,     ///< The caller.
      Passed,   ///< The callers only pass on what they are told.
      Complete, ///< The function.
      Unclear,
    } Who = None;
    const char *Why = nullptr; ///< Unclear only.
  };
  static Duty dutyOf(const FunctionFacts &Facts, const clang::VarDecl &Irp,
                     const clang::Stmt *Point, unsigned Depth);
  static Duty dutyByCallers(const FunctionFacts &Facts,
                            const clang::VarDecl &Irp, unsigned Depth);
  static Duty dutyByCall(const FunctionFacts &Caller,
                         const clang::CallExpr &Call,
                         const clang::VarDecl *Given, unsigned Depth);
  const char *whyReturnLosesIrp() const;
  void completing(llvm::StringRef Irp, llvm::StringRef Status,
                  std::vector<std::string> &Lines) const;
  std::string leaveLine(llvm::StringRef Status, std::string &Title) const;
  std::string releaseOf(const Held &H) const;
  bool hasSameValueAt(const clang::Expr &Arg) const;
  bool isMarkedPending() const;
  bool isContextOwn() const;
  bool needsNextPowerIrp() const;
  bool heldElsewhere() const;
  bool needsStatus() const;
  bool hasIrpBack() const;

  const FunctionFacts &Facts;
  const clang::CallExpr &Registration;
  const clang::Stmt *Point;
  IrpFacts Irp;
  Duty Own;
  /// Why the IRPs are not as they came; null: they are.
  const char *Touched = nullptr;
  WayOut Out;
  std::vector<Held> HeldHere;
  std::string Refused;        ///< Why this place allows no path at all.
  bool SentByHandler = false; ///< A termination handler sends.
  bool HeldByOthers = false;  ///< The routine gives back what callers hold.
  std::string NoLeave;        ///< Why control cannot leave from here.
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_FAILUREPATH_H
