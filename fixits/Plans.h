//===- Plans.h - What to do when nothing was registered ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The candidates for a fix, as code and as a patch of the flow graph. Which of
/// them is right is not decided here: the proof is asked (proof/Proof.h), and
/// what it says against the best one is why there is no fix.
///
/// Leaving the function, in this order: the author's own jump (`goto`,
/// `__leave`, `break` from a do-once loop), as it is, or with the IRP ended
/// before it; then ending the IRP, giving back what is held, and returning;
/// then the statements with which the author himself fails a request; last,
/// sending the IRP only after a success, where it is waited for.
/// Not leaving it: sending the IRP without a routine, or registering with
/// IoSetCompletionRoutine, which cannot fail.
///
/// Cost: a proof for each candidate until one is right.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_PLANS_H
#define WDM_FIXITS_PLANS_H

#include "fixits/Syntax.h"
#include "src/proof/Ways.h"
#include <string>
#include <vector>

namespace clang {
class CallExpr;
} // namespace clang

namespace wdm::fixits {

/// How the status is named where the failure is known.
struct StatusName {
  std::string Text;
  /// The variable it is, where the function has it already.
  const clang::VarDecl *Variable = nullptr;
  /// A local variable: it is still there when the IRP is not.
  bool IsLocal = false;
  /// It is stored there by the fix.
  bool IsNew = false;
};

/// A way to go on from a failure.
struct FailurePath {
  /// The statements, without indentation; empty: there is no such path.
  std::vector<std::string> Lines;
  /// Instead of statements for a failure: those up to this one are for a
  /// success alone.
  const clang::Stmt *Around = nullptr;
  std::string Title;
  std::string WhyNot;

  explicit operator bool() const { return !Lines.empty() || Around; }
};

using proof::Spot;

/// What the user wants, where several ways are right.
enum class Wish : uint8_t { None, Complete, Return };

class Plans {
public:
  Plans(const FunctionText &Code, proof::Proof &Judge,
        const clang::CallExpr &Registration, Spot Where);

  /// The variable that the author's way out returns, or null.
  const clang::VarDecl *statusOfWayOut() const;
  /// True when the author's way out needs the value that \p V has.
  bool isReadOnWayOut(const clang::VarDecl &V) const;

  FailurePath leave(const StatusName &Status, Wish W = Wish::None);
  FailurePath skip(const StatusName &Status);
  /// \p ReadLater: somebody may look at the status behind the registration.
  FailurePath fallback(const StatusName &Status, bool ReadLater);
  /// Only the statements that complete the function's own IRP.
  FailurePath completeOwn(llvm::StringRef Status);

private:
  struct Plan {
    engine::Patch Does;
    std::vector<std::string> Lines;
    const clang::Stmt *Around = nullptr;
    std::string Title;
  };
  /// Gives something back, as \p Call does or undoes it.
  struct Release {
    std::string Line;
    engine::Act Does;
    const clang::CallExpr *Call;
  };
  /// Ends IRPs: lines and acts.
  struct Ending {
    std::vector<std::string> Lines;
    llvm::SmallVector<engine::Act, 4> Acts;
    std::string Title;
  };

  const char *whyNowhere() const;
  std::vector<Ending> endings(const StatusName &Status, Wish W) const;
  void completing(llvm::StringRef Irp, llvm::StringRef Status,
                  std::vector<std::string> &Lines) const;
  void addJumps(const StatusName &Status, llvm::ArrayRef<Ending> Ends,
                std::vector<Plan> &To) const;
  void addReturns(const StatusName &Status, llvm::ArrayRef<Ending> Ends,
                  std::vector<Plan> &To, std::string &Why);
  void addWithoutSend(const StatusName &Status, std::vector<Plan> &To) const;
  void addArms(const StatusName &Status, std::vector<Plan> &To) const;
  bool armLine(const clang::Stmt &S, const StatusName &Status,
               const clang::VarDecl *Tested, std::string &Line,
               bool &Replaces) const;
  bool isKept(const clang::VarDecl &V, const clang::Expr &From) const;
  std::optional<Release> release(const proof::Held &H) const;
  std::optional<std::string> textOf(const clang::Expr &E) const;
  std::string leaveLine(llvm::StringRef Status, std::string &Title,
                        engine::Patch::ResultTy &Result) const;
  bool isHandledInSomeConfiguration() const;
  bool isSameAt(const clang::Expr &Arg) const;

  const FunctionText &Code;
  proof::Proof &Judge;
  const clang::CallExpr &Registration;
  Spot Where;
  proof::Ways Ways;
  const clang::VarDecl *Irp = nullptr;     ///< Of the registration.
  const clang::ParmVarDecl *Own = nullptr; ///< Of a dispatch routine.
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_PLANS_H
