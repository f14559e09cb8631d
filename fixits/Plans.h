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

#include "fixits/StatusVariable.h"
#include "src/proof/Ways.h"
#include "llvm/ADT/Twine.h"
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace wdm::fixits {

/// What a guard does on failure, as the option FailureAction says. Where the
/// chosen action would be wrong, Auto's is taken.
enum class FailureAction {
  Auto,
  Complete, ///< Complete any IRP that was handed to the function and that it
            ///< sends, and leave.
  Return,   ///< Leave by a return, not by the author's way out.
  Skip,     ///< Send the IRP without a completion routine.
  Fallback, ///< IoSetCompletionRoutine.
};

/// A way to go on from a failure.
struct FailurePath {
  static FailurePath none(const llvm::Twine &Why);

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

class Plans {
public:
  Plans(const FunctionText &Code, proof::Proof &Judge,
        const clang::CallExpr &Registration, Spot Where);

  /// \p Asked: Complete, Return, or Auto.
  FailurePath leave(const StatusName &Status,
                    FailureAction Asked = FailureAction::Auto);
  FailurePath skip(const StatusName &Status);
  /// \p ReadLater: somebody may look at the status behind the registration.
  FailurePath fallback(const StatusName &Status, bool ReadLater);
  /// Only the statements that complete the function's own IRP.
  FailurePath completeOwn(llvm::StringRef Status);

  /// What may be done, as far as the code is concerned.
  const proof::Ways Ways;

private:
  struct Plan {
    engine::Patch Does;
    std::vector<std::string> Lines;
    const clang::Stmt *Around = nullptr;
    std::string Title;
  };
  /// Ends IRPs: lines and acts.
  struct Ending {
    std::vector<std::string> Lines;
    proof::ActList Acts;
    std::string Title;
  };
  /// `return ...;`
  struct Return {
    std::string Line, Title;
  };

  bool areDeclared(std::initializer_list<llvm::StringRef> Names) const;
  std::string whyNowhere() const;
  std::vector<Ending> endings(const StatusName &Status,
                              FailureAction Asked) const;
  std::optional<Ending> ending(llvm::ArrayRef<engine::Act> Acts,
                               const StatusName &Status) const;
  void completing(llvm::StringRef Irp, llvm::StringRef Status,
                  std::vector<std::string> &Lines) const;
  void addJumps(const StatusName &Status, llvm::ArrayRef<Ending> Ends,
                std::vector<Plan> &To) const;
  Plan jumping(const proof::Jump &J, const Ending &E,
               const StatusName &Status) const;
  void addReturns(const StatusName &Status, llvm::ArrayRef<Ending> Ends,
                  std::vector<Plan> &To, std::string &Why) const;
  void addWithoutSend(const StatusName &Status, std::vector<Plan> &To) const;
  void addArms(const StatusName &Status, std::vector<Plan> &To) const;
  std::optional<std::string> armLine(const clang::Stmt &S,
                                     const StatusName &Status,
                                     const clang::VarDecl *Tested,
                                     bool &Replaces) const;
  using Written = std::pair<std::string, engine::Act>;
  void giveBack(std::vector<Written> &Early, std::vector<Written> &Late,
                bool ButOfIrps) const;
  static void add(llvm::ArrayRef<Written> Releases,
                  std::vector<std::string> &Lines, proof::ActList &Acts);
  std::optional<std::string> lineOf(const proof::Release &R) const;
  std::optional<std::string> textOf(const clang::Expr &E) const;
  static Return returning(const proof::FailedResult &Result,
                          llvm::StringRef Status);
  std::string againLine(const StatusName &Status, const char *&Why) const;
  bool isHandledInSomeConfiguration() const;

  const FunctionText &Code;
  proof::Proof &Judge;
  const clang::CallExpr &Registration;
  std::optional<engine::Patch> Here; ///< Where the lines go.
  /// What is held there, once it has been asked for.
  mutable std::optional<llvm::SmallVector<proof::Held, 2>> Held;
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_PLANS_H
