//===- Proof.h - What speaks against a fix ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The judge of fixes. A fix is a patch of the flow graph (engine/Patch.h). The
/// function is followed with it, and so are its callers in the translation
/// unit, by the automata of the rules and by those of rules/Doubts.h. What goes
/// wrong on a path through the patch, and did not before, is an objection.
///
/// Evidence is the other way round than for a warning: what cannot be known
/// (a limit, code that cannot be seen, a join) speaks against the fix. A habit
/// of the author's does not: what his own failing exits leave behind, a fix may
/// leave behind too.
///
/// Approximated: callers of which nothing is known (in other files, without an
/// index) are taken to be like those that can be seen; where there are none, an
/// IRP that is left alone is theirs. Two different pointers of unknown origin
/// may be one thing. Cost: some runs of the solver for each patch and each
/// thing that is acquired in the functions on the way; nothing where no fix is
/// asked for.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_PROOF_PROOF_H
#define WDM_PROOF_PROOF_H

#include "src/engine/Patch.h"
#include "src/engine/Summaries.h"
#include "src/model/FunctionBody.h"
#include "src/proof/Chain.h"
#include "src/proof/Deeds.h"
#include "llvm/ADT/StringMap.h"
#include <map>
#include <optional>
#include <string>

namespace clang {
class CallExpr;
} // namespace clang

namespace wdm::proof {

struct Objection {
  std::string Why;
};
using MaybeObjection = std::optional<Objection>;

/// Something acquired in the function, as it is where a patch would go.
struct Held {
  uint32_t Call = 0;                     ///< Index into Graph.Calls.
  const clang::CallExpr *By = nullptr;   ///< The same, if it is a plain call,
  const model::Resource *What = nullptr; ///< ... and acquires this itself.
  bool Always = false;                   ///< On every path that comes there.
};

/// A branch.
struct Decision {
  const clang::Stmt *At = nullptr; ///< Null: there is none, or several.
  bool FailsWhen = false;          ///< What its condition is then.
};

class Proof {
public:
  Proof(clang::ASTContext &Context, const engine::Program &Whole);
  ~Proof();

  /// The function with the body of \p F, here or in another unit, or null.
  const clang::FunctionDecl *withBody(const clang::FunctionDecl &F) {
    return Calls.withBody(F);
  }
  /// Null for a function that cannot be followed.
  const engine::FlowGraph *graphOf(const clang::FunctionDecl &F);
  /// The call \p E in the graph of \p F.
  std::optional<uint32_t> callIn(const clang::FunctionDecl &F,
                                 const clang::Expr &E);
  /// True when the value of \p V may still be read at \p At.
  bool isLiveAt(const clang::FunctionDecl &F, const clang::VarDecl &V,
                engine::Position At);

  /// The same behind the statement \p S of \p Code; false where that is not
  /// in the graph.
  bool isFreeBehind(const model::FunctionBody &Code, const clang::VarDecl &V,
                    const clang::Stmt &S);
  /// True when something assigns to \p V, or may.
  bool isChanged(const clang::FunctionDecl &F, const clang::VarDecl &V);
  /// The branch that tells the failure of \p Registration from its success.
  Decision decisionOf(const clang::FunctionDecl &F,
                      const clang::Expr &Registration);
  /// True when \p Call gives something back that was acquired.
  bool givesBack(const clang::FunctionDecl &F, const clang::Expr &Call);
  /// True when a caller completes an IRP, and sets no status for it.
  bool completeWithItsStatus(const clang::FunctionDecl &F);
  /// True when each caller gives \p F its own device object first.
  bool passOwnDevice(const clang::FunctionDecl &F);

  /// What \p F has acquired, and may hold where \p Where begins.
  llvm::SmallVector<Held, 2> heldAt(const clang::FunctionDecl &F,
                                    const engine::Patch &Where);
  /// The IRP is marked pending there on every path.
  bool isMarkedAt(const clang::FunctionDecl &F, const engine::Patch &Where);

  /// What speaks against any failure there: the IRP is not as it came, or the
  /// request must not fail.
  MaybeObjection standingObjection(const clang::FunctionDecl &F,
                                   const engine::Patch &Where);
  /// What speaks against \p What; nothing: it is right.
  MaybeObjection objectionTo(const clang::FunctionDecl &F,
                             const engine::Patch &What);
  /// The same for a patch behind which all goes on as after a success: only
  /// what the rules say.
  MaybeObjection objectionToGoingOn(const clang::FunctionDecl &F,
                                    const engine::Patch &What);

  /// The same for an IRP that is sent without a stack location of this
  /// driver's.
  MaybeObjection objectionToSkipping(const clang::FunctionDecl &F,
                                     const engine::Patch &What);

private:
  struct Habit;
  struct Subject;
  struct Before;
  using Graph = engine::FlowGraph;

  Before &before(const clang::FunctionDecl &F);
  void use(const engine::Automaton &Rule, const Chain &C);
  std::vector<Subject> subjectsOf(const Chain &C);
  std::unique_ptr<engine::Solution> follow(const Subject &S);
  MaybeObjection custody(const clang::FunctionDecl &F, Before &B,
                         const engine::Patch &What, bool OnlyBefore = false);
  /// The IRP is as it came where the patch begins.
  MaybeObjection untouched(const clang::FunctionDecl &F, Before &B);
  MaybeObjection judgeEnd(const Subject &S, const Habit &H,
                          const engine::Solution &Found,
                          const engine::PathEnd &End);
  MaybeObjection request(const Chain &C,
                         llvm::ArrayRef<const engine::Solution::AtPatchTy *> At,
                         bool Waits);
  MaybeObjection holding(const clang::FunctionDecl &F, Before &B);
  bool comesAfterAnother(const Graph &G, uint32_t Own, engine::Position To);
  bool isCalledBeside(const clang::FunctionDecl &X,
                      const clang::FunctionDecl &F);
  void findDeeds(const clang::FunctionDecl &F, const Graph &G,
                 engine::Position At, Before &B);
  void findUsual(const clang::FunctionDecl &F, const Graph &G,
                 engine::Position At, const engine::Solution &Found, Before &B);
  bool isTakenBack(const Chain &Way, const Deed &D);
  MaybeObjection deeds(const clang::FunctionDecl &F, Before &B,
                       const DeedList &There, const engine::Patch &What);
  MaybeObjection routine(const clang::FunctionDecl &F, Before &B,
                         const engine::Patch &What, const DeedList &Instead);
  MaybeObjection waitLeftOut(const Graph &G, const Graph &With,
                             const engine::Patch &What);
  MaybeObjection unset(const clang::FunctionDecl &F, const Graph &Patched,
                       const engine::Patch &What);
  MaybeObjection rules(const clang::FunctionDecl &F, Before &B,
                       bool OnlyRegistrations = false);
  std::vector<std::pair<engine::FaultId, unsigned>>
  faultsIn(const Chain &C, const engine::Automaton &Rule);
  void noteHandled(Graph &G);
  std::string placeOf(clang::SourceLocation Loc) const;
  std::string describe(const engine::Solution &S, const engine::PathEnd &End,
                       llvm::StringRef Sentence);

  clang::ASTContext &Context;
  const engine::Program &Whole;
  engine::Summaries &Calls;
  std::optional<model::AddressUses> Addresses;
  Deeds AllDeeds;
  uint64_t Spent = 0;   ///< Steps.
  bool OwnsIrp = false; ///< Of the patch that is looked at.
  bool ComesBack =
      false; ///< It leaves out that the IRP is sent and waited for.
  /// By the names of a call.
  llvm::StringMap<engine::Handling> Handled;
  std::map<const clang::FunctionDecl *, std::unique_ptr<Before>> Known;
  std::unique_ptr<Graph> Patched; ///< The one that is looked at.
};

} // namespace wdm::proof

#endif // WDM_PROOF_PROOF_H
