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
/// thing that is acquired in the functions on the way, up to a budget for the
/// translation unit: when it is spent, every fix is objected to; nothing where
/// no fix is asked for.
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
#include <memory>
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

/// The device object that a registration should be given.
struct OwnDevice {
  const clang::ParmVarDecl *Device;
  const char *WhyNot; ///< Device is null.
};

/// A branch.
struct Decision {
  const clang::Stmt *At = nullptr; ///< Null: there is none, or several.
  bool FailsWhen = false;          ///< What its condition is then.
};

class Proof {
public:
  struct Thing;
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
  /// The branch that tells the failure of \p Registration from its success.
  Decision decisionOf(const clang::FunctionDecl &F,
                      const clang::Expr &Registration);
  /// True when \p Call gives something back that was acquired.
  bool givesBack(const clang::FunctionDecl &F, const clang::Expr &Call);
  /// True when \p F fails on a way of its author's that does not come by the
  /// call: its callers know of failures.
  bool failsOtherwise(const clang::FunctionDecl &F, uint32_t Call);
  /// True when a caller completes an IRP, and sets no status for it.
  bool completeWithItsStatus(const clang::FunctionDecl &F);
  /// The first parameter of a dispatch routine, or of one of that shape, where
  /// it is the driver's own device object and may stand for the argument.
  OwnDevice deviceInstead(const model::FunctionBody &Code,
                          const clang::CallExpr &Registration);

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
  struct Leaving;
  using Graph = engine::FlowGraph;
  using Solved = std::unique_ptr<engine::Solution>;

  /// \name The order of the questions (Proof.cpp)
  /// @{
  Before &before(const clang::FunctionDecl &F);
  void use(const engine::Automaton &Rule, const Chain &C);
  /// Too much was followed already: what is not known yet stays unknown.
  bool isSpent() const;
  MaybeObjection rules(const clang::FunctionDecl &F, Before &B,
                       bool OnlyRegistrations = false);
  std::vector<std::pair<engine::FaultId, unsigned>>
  faultsIn(const Chain &C, const engine::Automaton &Rule);
  /// `line N`, with the file where it is another one.
  std::string placeOf(clang::SourceLocation Loc) const;
  /// @}

  /// \name What calls acquire, by their words (Handled.cpp)
  /// @{
  void noteHandled(Graph &G);
  engine::Handling handlingOf(const engine::FlowCall &Call,
                              const engine::CallWords &Words);
  /// @}

  /// \name The IRP (Custody.cpp)
  /// @{
  std::vector<Subject> subjectsOf(const Chain &C);
  Habit habitOf(const Subject &S);
  Solved follow(const Subject &S);
  /// The states in which the patch of \p F was entered.
  std::vector<const engine::Solution::AtPatchTy *>
  arrivalsAt(const clang::FunctionDecl &F, const engine::Solution &Found);
  MaybeObjection custody(const clang::FunctionDecl &F, Before &B,
                         const engine::Patch &What, bool OnlyBefore = false);
  /// The IRP is as it came where the patch begins.
  MaybeObjection untouched(const clang::FunctionDecl &F, Before &B);
  MaybeObjection judgeEnds(const Subject &S, const Habit &H,
                           const engine::Solution &Found, bool Concerns,
                           bool OnlyBefore);
  MaybeObjection judgeEnd(const Subject &S, const Habit &H,
                          const engine::Solution &Found,
                          const engine::PathEnd &End);
  MaybeObjection told(const Subject &S, const Habit &H, const Leaving &L) const;
  MaybeObjection endedByWhoShould(const Subject &S, const Habit &H,
                                  const Leaving &L, const Graph &G) const;
  llvm::SmallVector<int64_t, 8> majorsOf(const Chain &C);
  MaybeObjection request(const Chain &C,
                         llvm::ArrayRef<engine::Solution::AtPatchTy> At,
                         bool Waits, bool FailsAny);
  std::string describe(const engine::Solution &S, const engine::PathEnd &End,
                       llvm::StringRef Sentence);
  /// @}

  /// \name What is acquired (Holding.cpp)
  /// @{
  Solved follow(const clang::FunctionDecl &F, const Thing &T, const Chain &Way);
  std::vector<Thing> thingsIn(const clang::FunctionDecl &F,
                              llvm::ArrayRef<engine::Position> To);
  void nameThings(const clang::FunctionDecl &F, std::vector<Thing> &Things,
                  const Chain &Way);
  /// Of what is acquired in \p F and its callers.
  MaybeObjection holding(const clang::FunctionDecl &F, const Chain &Way,
                         uint32_t Registration);
  bool givesBackInside(const clang::FunctionDecl &F,
                       const model::Resource &What);
  /// Of \p T, which is acquired in \p X.
  MaybeObjection holding(const clang::FunctionDecl &X, const Thing &T,
                         const clang::FunctionDecl &F, const Chain &Way,
                         llvm::ArrayRef<engine::Position> To);
  /// @}

  /// \name What functions of other files have made (Makers.cpp)
  /// @{
  const engine::FlowCall *makerOfParameter(const clang::FunctionDecl &F,
                                           const Chain &Way, size_t I);
  MaybeObjection contextOfOthers(const clang::FunctionDecl &F, const Chain &Way,
                                 const Graph &G, const Graph &With,
                                 const engine::Patch &What);
  MaybeObjection keptOfOthers(const Graph &G, const Graph &With,
                              const engine::Patch &What);
  /// @}

  /// \name What is done besides (Lasting.cpp)
  /// @{
  bool comesAfterAnother(const Graph &G, uint32_t Own, engine::Position To);
  bool isCalledBeside(const clang::FunctionDecl &X,
                      const clang::FunctionDecl &F);
  bool completesItsOwnWay(const clang::FunctionDecl &F, const Graph &G);
  /// The paths of \p F, whatever is followed on them.
  Solved followNothing(const clang::FunctionDecl &F, const Graph &G,
                       bool KeepsResults);
  void findDeeds(const clang::FunctionDecl &F, const Graph &G,
                 engine::Position At, Before &B);
  bool failsOnWay(const clang::FunctionDecl &F, const engine::Memory &M,
                  const engine::Solution &Found,
                  const engine::PathEnd &End) const;
  void findUsual(const clang::FunctionDecl &F, const Graph &G,
                 engine::Position At, const engine::Solution &Found, Before &B);
  bool isTakenBack(const Chain &Way, const Deed &D);
  /// \p There: what is done from the patch on.
  MaybeObjection deeds(const clang::FunctionDecl &F, Before &B,
                       const DeedList &There, const engine::Patch &What);
  bool isRoutineSeen(const Graph &G, const engine::FlowCall &Registration);
  MaybeObjection doneBefore(const Graph &G, const engine::Patch &What,
                            const Before &B, const DeedList &There, bool Seen);
  bool isDoneOnEveryWay(const Graph &G, engine::Position From, const Deed &D);
  bool isSteppedBack(const Graph &G, const Deed &D, engine::Position At);
  DeedList doneInside(const Graph &G, engine::Position Call);
  MaybeObjection doneByCallers(const clang::FunctionDecl &F, const Before &B,
                               const DeedList &There, bool Seen);
  MaybeObjection toldApart(const clang::FunctionDecl &F, const Chain &Way,
                           const Graph &With);
  MaybeObjection staysBehind(const Deed &D, bool Seen, const DeedList &Later,
                             const Before &B);
  /// What the completion routine would have done.
  MaybeObjection routine(const clang::FunctionDecl &F, Before &B,
                         const engine::Patch &What, const DeedList &Instead);
  MaybeObjection undoes(const clang::FunctionDecl &Routine, const Chain &Way,
                        const DeedList &Before, const DeedList &Instead);
  const engine::FlowCall *givesBackForOthers(const Graph &There,
                                             const Chain &Way);
  MaybeObjection skipped(const clang::FunctionDecl &F, const Graph &G,
                         Before &B, const engine::Patch &What);
  /// An IRP of the function's is on its way where the fix leaves, and the wait
  /// for it is left out: it would come back to a frame that is gone.
  MaybeObjection waitLeftOut(const Graph &G, const Graph &With,
                             const engine::Patch &What);
  /// A variable that is read behind the patch has to have a value there.
  MaybeObjection unset(const clang::FunctionDecl &F, const Graph &With,
                       const engine::Patch &What);
  std::string quoted(const Deed &D) const;
  /// @}

  /// \name The device object (Device.cpp)
  /// @{
  /// True when something assigns to \p V, or may.
  bool isChanged(const clang::FunctionDecl &F, const clang::VarDecl &V);
  bool passOwnDevice(const clang::FunctionDecl &F);
  bool isOwnDevice(const model::FunctionBody &Code,
                   const clang::ParmVarDecl &Device,
                   const clang::Expr &Instead);
  /// @}

  clang::ASTContext &Context;
  const engine::Program &Whole;
  engine::Summaries &Calls;
  std::optional<model::AddressUses> Addresses;
  Deeds AllDeeds;
  uint64_t Spent = 0;   ///< Steps.
  bool OwnsIrp = false; ///< Of the patch that is looked at.
  /// It leaves out that the IRP is sent and waited for.
  bool ComesBack = false;
  bool Jumps = false; ///< To what the author has written.
  /// By the names of a call.
  llvm::StringMap<engine::Handling> Handled;
  std::map<const clang::FunctionDecl *, std::unique_ptr<Before>> Known;
  std::unique_ptr<Graph> Patched; ///< The one that is looked at.
};

} // namespace wdm::proof

#endif // WDM_PROOF_PROOF_H
