//===- Summaries.h - Called functions ---------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Follows calls of functions whose bodies are visible. A summary belongs to a
/// function and the state in which it is entered, as far as the function can
/// see it: the automaton's state, which argument (or memory behind one) is the
/// subject, which is the status or made from it, which are constants. It lists
/// the ways in which the function can come back. Each is computed once.
///
/// Also answers which calls leave a new registration in their caller's hands:
/// those of functions that register and neither settle nor lose the status.
///
/// Recursion, a limit reached, too many ways to come back: the call is treated
/// as one of a function that cannot be seen, but for one thing: that control
/// never comes back from it, where the graph alone says so.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_SUMMARIES_H
#define WDM_ENGINE_SUMMARIES_H

#include "src/engine/Certain.h"
#include "src/engine/FlowBuilder.h"
#include "src/engine/Solver.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include <functional>
#include <map>

namespace wdm::engine {

/// One subject in one function, and all that is known of it.
struct SubjectStory {
  int32_t Call = -1; ///< The opening: index into Graph->Calls; -1: the entry.
  int32_t Argument = -1; ///< As in Task.
  std::unique_ptr<Solution> Found;
  std::vector<std::unique_ptr<Solution>> Confirmed;
  /// The ends that are reported: solution and index.
  std::vector<std::pair<const Solution *, uint32_t>> Faults;
  /// Through helpers: something is wrong already there.
  bool Faulty = false;
  bool NotFollowed = false; ///< Not on every path.
  /// Its paths were not all followed, but its status is lost for certain.
  bool LostWithoutPath = false;
};

struct FunctionStory {
  const FlowGraph *Graph = nullptr;
  std::vector<SubjectStory> Subjects;
};

class Summaries : public CallResolver {
public:
  Summaries(clang::ASTContext &Context, const model::RoutineTable &Routines,
            OtherUnits *Others, const Limits &Bounds);

  /// What a function is in the driver.
  enum class Role : uint8_t { Plain, Dispatch, Completion };
  std::function<Role(const clang::FunctionDecl &)> RoleOf;

  /// From now on subjects of \p Automaton are followed. Graphs and symbols are
  /// kept, stories and summaries are not.
  void use(const Automaton &Automaton);

  const FlowGraph *graphOf(const clang::FunctionDecl &F);
  /// The function with the body of \p F, here or in another unit, or null.
  const clang::FunctionDecl *withBody(const clang::FunctionDecl &F) const;
  /// Follows every subject of \p F, those that its helpers open included.
  const FunctionStory &storyOf(const clang::FunctionDecl &F);
  /// From now on \p F has the graph \p With; null: its own again.
  void pretend(const clang::FunctionDecl &F, const FlowGraph *With);
  /// Calls of these are followed whatever they are given, and what is known of
  /// the memory behind their arguments counts there.
  void setAttended(llvm::DenseSet<const clang::FunctionDecl *> Functions) {
    Attended = std::move(Functions);
    LostSight = false;
  }
  /// A call of one of them could not be followed since then.
  bool LostSight = false;
  /// The states in which proposed code was entered in a call of \p F.
  std::vector<const Solution::AtPatchTy *>
  atPatch(const clang::FunctionDecl &F) const;
  /// Of the automaton in use.
  void setThing(const model::Resource *T) { Thing = T; }
  SiteNumbers &sites() { return Sites; }
  /// Steps that were taken since the automaton is in use.
  uint64_t steps() const { return Work; }
  /// Runs \p T in the graph of \p F.
  std::unique_ptr<Solution> run(const clang::FunctionDecl &F, const Task &T);
  /// Fills in what calls acquire and give back.
  std::function<void(FlowGraph &)> NoteHandled;

  /// Functions that contain a registration, or call one that does.
  void setInvolved(llvm::DenseSet<const clang::FunctionDecl *> Functions) {
    Involved = std::move(Functions);
  }

  /// Functions (canonical) that are called at all.
  void setCalled(llvm::DenseSet<const clang::FunctionDecl *> Functions) {
    Called = std::move(Functions);
  }

  /// Functions (canonical) that may not come back.
  void setStopping(llvm::DenseSet<const clang::FunctionDecl *> Functions) {
    Stopping = std::move(Functions);
  }

  bool resolve(const Memory &M, const State &Before, const FlowCall &Call,
               llvm::SmallVectorImpl<CallOutcome> &Outcomes) override;
  bool opens(const Memory &M, const State &Before, const FlowCall &Call,
             llvm::SmallVectorImpl<CallOutcome> &Outcomes) override;
  bool mayEnd(const FlowCall &Call, unsigned Arg) override;
  bool raises(const FlowCall &Call) override;
  bool names(const FlowCall &Call, int64_t Number) override;
  bool mayOpen(const FlowCall &Call) override;
  Happening kindOfRoutine(const void *Routine) override;
  bool isTold(const FlowCall &Call, const CallOutcome &Outcome) override;

  /// What was left out so far, by function.
  llvm::MapVector<const clang::FunctionDecl *, LeftOut> NotFollowed;

  SymbolTable Symbols;

private:
  struct Entry {
    const clang::FunctionDecl *Callee;
    State In;
    std::unique_ptr<Solution> Found;
    bool Running = false;
  };

  llvm::DenseSet<CellId> reachable(const Memory &M, const State &Before,
                                   const FlowCall &Call) const;
  /// How much a call has to do with the registration.
  enum class Interest : uint8_t { None, Light, Strong };
  Interest interest(const Memory &M, const State &Before,
                    const FlowCall &Call) const;
  /// The call can come to the IRP or the status.
  bool concerns(const Memory &M, const State &Before,
                const FlowCall &Call) const;
  /// \p X, or what lies behind it, is the subject or the status.
  bool leadsToSubject(const Memory &M, const State &Before, Scalar X) const;
  State enter(const Memory &M, const State &Before, const FlowCall &Call,
              const FlowGraph &Callee);
  void leaveOut(const clang::FunctionDecl &F, LimitKind Why,
                unsigned Subjects = 0);
  bool summarise(const Memory &M, const State &Before, const FlowCall &Call,
                 llvm::SmallVectorImpl<CallOutcome> &Outcomes);
  /// True when control never comes back from \p Call, whatever it is given.
  bool neverReturns(const FlowCall &Call);
  /// True when some IRP may be ended in \p Call.
  bool mayEndAny(const FlowCall &Call);
  bool isLostWithoutPath(const FlowGraph &Graph, uint32_t Call);
  void comeBack(const Memory &M, const State &Before, const FlowCall &Call,
                const FlowGraph &Callee, const Solution &S, uint32_t End,
                const State *In, CallOutcome &Out);
  bool keepsStatus() const { return Rule->Opens == Opening::AtAnyIrp; }
  bool isToldOfItself(const clang::FunctionDecl &Callee);
  void followRegistrations(const clang::FunctionDecl &F, Solver &Solve,
                           FunctionStory &Story);
  void followRegistration(const clang::FunctionDecl &F, Solver &Solve,
                          const Task &T, const Solver::Arrivals &Before,
                          FunctionStory &Story);
  void followIrps(const clang::FunctionDecl &F, Solver &Solve,
                  FunctionStory &Story);
  /// Where an IRP is met that the function was not handed: calls, and which
  /// argument it is; -1: the result. Ends: some IRP is sent or ended.
  struct IrpOpenings {
    std::vector<std::pair<uint32_t, int32_t>> At;
    bool Ends = false;
  };
  IrpOpenings irpOpenings(const FlowGraph &Graph);
  void noteOpening(const FlowGraph &Graph, uint32_t Call, IrpOpenings &Out);
  /// An IRP that was handed in; \p Own: the function is responsible for it.
  Task entryWith(const FlowGraph &Graph, unsigned Param, bool Own, Role What);
  bool followParams(const clang::FunctionDecl &F, Solver &Solve, bool Ends,
                    FunctionStory &Story);
  /// Follows one IRP; false when no steps are left.
  bool followIrp(const clang::FunctionDecl &F, Solver &Solve, const Task &T,
                 const Solver::Arrivals &Before, FunctionStory &Story);
  void followAcquisitions(const clang::FunctionDecl &F, FunctionStory &Story);
  /// What \p F, or what it calls, acquires may be the thing.
  bool mayAcquire(const clang::FunctionDecl &F);
  /// Decides which ends of \p Subject are reported; those that a join made up
  /// only where a search for one path confirms them.
  void judge(Solver &Solve, const Task &T, const Solver::Arrivals &Before,
             SubjectStory &Subject);
  class Trial;
  void dropFollowUps(Solver &Solve, FunctionStory &Story);
  /// The rule of the opening's own fault (WhenDiscarded) is broken by \p Fault.
  bool isOfOpening(FaultId Fault) const;
  Happening findKindOfRoutine(const clang::FunctionDecl &Routine);
  bool isElsewhere(const clang::FunctionDecl &F) const;

  clang::ASTContext &Context;
  const model::RoutineTable &Routines;
  OtherUnits *Others;
  const Limits Bounds, Proofs = proofLimits();
  const Limits &bounds() const { return Attended.empty() ? Bounds : Proofs; }
  const Automaton *Rule = nullptr;
  SiteNumbers Sites;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<FlowGraph>>
      Graphs;
  llvm::DenseMap<const clang::FunctionDecl *, const FlowGraph *> Pretended;
  llvm::DenseSet<const clang::FunctionDecl *> Attended;
  const model::Resource *Thing = nullptr;
  llvm::DenseMap<uint64_t, std::vector<std::unique_ptr<Entry>>> Cache;
  std::map<const clang::FunctionDecl *, FunctionStory> Stories;
  llvm::DenseMap<const void *, Happening> RoutineKinds;
  llvm::DenseMap<std::pair<const clang::FunctionDecl *, unsigned>, bool> Ending;
  llvm::DenseMap<const clang::FunctionDecl *, bool> EndingAny, Endless, Raising;
  llvm::DenseMap<const clang::FunctionDecl *, bool> Acquiring;
  llvm::DenseSet<const clang::FunctionDecl *> Telling; ///< Being followed.
  llvm::DenseSet<const clang::FunctionDecl *> Involved, Called, Stopping;
  unsigned Depth = 0;
  uint64_t Runs = 0;
  uint64_t Work = 0; ///< Steps so far.
};

} // namespace wdm::engine

#endif // WDM_ENGINE_SUMMARIES_H
