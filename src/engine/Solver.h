//===- Solver.h - Property simulation ---------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Follows one subject of an automaton through one FlowGraph. States that
/// differ in anything are kept apart until a block has Limits::Disjuncts of
/// them with the same automaton state; from then on they are joined (State.h),
/// to a fixpoint.
///
/// A verdict that was reached through a join is not believed as it is: the
/// graph is searched for one path to it without joins. None found within the
/// limits: silence.
///
/// The solver knows no routine, no rule and no AST. Calls are described by
/// FlowCall; calls whose code is visible are passed to a CallResolver. What an
/// event does to a state is in Transfer.cpp; of calls, in CallTransfer.cpp.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_SOLVER_H
#define WDM_ENGINE_SOLVER_H

#include "src/engine/Analysis.h"
#include "src/engine/Flow.h"
#include "src/engine/SharedTests.h"
#include "src/engine/State.h"
#include <deque>
#include <memory>
#include <optional>

namespace wdm::engine {

struct Solution;

/// Something on a path that a note may tell.
struct Step {
  enum KindTy : uint8_t {
    Call,       ///< went through Calls[Index] to an end of Inner
    Happened,   ///< What happened to the subject, at Loc
    ReturnStmt, ///< a return statement was passed
  } Kind;
  uint32_t Index = 0;
  Happening What = Happening::Send;
  FaultId Fault = NoFault; ///< Happened: which fault that was.
  clang::SourceLocation Loc;
  const clang::Stmt *Origin = nullptr;
  const Solution *Inner = nullptr;
  uint32_t InnerEnd = 0;
};

/// One way in which a path ends: at a fault, or by leaving the function.
struct PathEnd {
  FaultId Broken = NoFault;
  Happening By = Happening::LeaveHelper; ///< What was the fault.
  State Final;
  Value Result;
  bool ReturnsValue = false;
  uint32_t Node = 0; ///< The node in whose block it ends.
  llvm::SmallVector<Step, 2> Steps;
  clang::SourceLocation Loc;
  const clang::Stmt *At = nullptr;
  bool Merged = false;
  bool Owner = false; ///< The function was responsible for the IRP.
};

struct Node {
  BlockId Block = 0;
  uint32_t From = 0; ///< Event to begin with.
  State In;
  int32_t Previous = -1;            ///< Node
  int32_t Edge = -1;                ///< of the previous node's block
  llvm::SmallVector<Step, 1> Steps; ///< Between the previous node and this.
  bool Merged = false;
};

/// All that one run found.
struct Solution {
  const FlowGraph *Graph = nullptr;
  std::deque<Node> Nodes; ///< Never moved.
  std::vector<PathEnd> Ends;
  /// Blocks in which something happened to the registration.
  llvm::BitVector Eventful;
  /// Blocks whose terminator told success from failure.
  llvm::BitVector Tests;
  bool GaveUp = false;
  uint64_t Steps = 0; ///< That were taken.
  bool Opens = false; ///< It begins with an opening that can fail, at:
  clang::SourceLocation OpeningLoc;
  bool Tested = false; ///< Any branch depended on the status.
  /// Where proposed code begins. Meets: the subject is the IRP that it is
  /// about.
  struct AtPatchTy {
    State S;
    bool Meets;
  };
  std::vector<AtPatchTy> AtPatch;
  /// First place that the status was stored in; 0: none.
  PlaceId StoredIn = 0;
  clang::SourceLocation StoredLoc;
  const clang::Stmt *StoredBy = nullptr;
  /// Or what a called function stored it in: a variable, a field in it, ...
  llvm::SmallVector<const void *, 2> StoredInParts;
};

/// A way in which a called function can come back.
struct CallOutcome {
  State After; ///< In the caller's terms, but for Cells and Facts.
  Value Result;
  llvm::SmallVector<std::pair<CellId, Value>, 4> Writes;
  llvm::SmallVector<std::pair<SymId, Range>, 2> Facts;
  FaultId Broken = NoFault;
  Happening By = Happening::LeaveHelper;
  const Solution *Inner = nullptr;
  uint32_t InnerEnd = 0;
};

class Solver;

class CallResolver {
public:
  virtual ~CallResolver() = default;
  /// True and the outcomes when the call can be followed; no outcome: control
  /// does not come back.
  virtual bool resolve(const Memory &M, const State &Before,
                       const FlowCall &Call,
                       llvm::SmallVectorImpl<CallOutcome> &Outcomes) = 0;
  /// Ways in which a call comes back with a new registration in its caller's
  /// hands; false when it does not register anything.
  virtual bool opens(const Memory &M, const State &Before, const FlowCall &Call,
                     llvm::SmallVectorImpl<CallOutcome> &Outcomes) = 0;
  /// Cheap: may \p Call send or end the IRP in its argument \p Arg?
  virtual bool mayEnd(const FlowCall &Call, unsigned Arg) = 0;
  /// May an exception leave the code that \p Call calls?
  virtual bool raises(const FlowCall &Call) = 0;
  /// Cheap: does the code that \p Call calls name \p Number?
  virtual bool names(const FlowCall &Call, int64_t Number) { return true; }
  /// Cheap: may \p Call be such a call?
  virtual bool mayOpen(const FlowCall &Call) = 0;
  /// True when the fault of \p Outcome is reported in the called function.
  virtual bool isTold(const FlowCall &Call, const CallOutcome &Outcome) {
    return false;
  }
  /// What it means to set \p Routine, a function's declaration, as completion
  /// routine: whether it keeps the IRP.
  virtual Happening kindOfRoutine(const void *Routine) {
    return Happening::SetSomeRoutine;
  }
};

/// What to follow.
struct Task {
  /// Not used where nothing is followed (a look ahead).
  const Automaton *Rule = nullptr;
  /// The call that opens: index into Graph.Calls; -1: none, In is followed
  /// from the beginning (a function that was handed the subject, a summary).
  int32_t Opening = -1;
  /// The argument that is the subject, where the automaton opens at any use.
  int32_t Argument = -1;
  State In; ///< On entry.
  /// What is acquired, where the automaton opens there.
  const model::Resource *Thing = nullptr;
  bool KeepsResults = false; ///< As in Memory.
  /// Keep following settled paths, and report ends instead of leaving.
  bool Summary = false;
  /// The function is a dispatch routine: its device and IRP parameters.
  const void *DispatchDevice = nullptr;
  const void *DispatchIrp = nullptr;
  /// How the function leaves, where that is no matter of the path.
  std::optional<Happening> Leaves;
  /// Not empty: paths that come to one of these calls before the opening are
  /// left out.
  llvm::BitVector Avoided;

  bool tracks() const {
    return Summary || Opening >= 0 || In.Life.Known != Knowledge::Idle;
  }
};

class Solver {
public:
  Solver(SymbolTable &Symbols, const FlowGraph &Graph, CallResolver *Resolver,
         const Limits &Bounds, bool KeepsStatus = false)
      : M(Symbols, Graph), Graph(Graph), Symbols(Symbols), Resolver(Resolver),
        Bounds(Bounds) {
    M.KeepsStatus = KeepsStatus;
  }

  /// The states before each registration: Calls index -> states. \p IsOne
  /// says which calls count.
  struct Arrivals {
    struct One {
      State S;
      bool Merged = false; ///< Reached through a join.
    };
    llvm::DenseMap<uint32_t, std::vector<One>> Before;
    /// IRPs that are sent or ended somewhere in the function.
    llvm::SmallVector<std::pair<Scalar, BlockId>, 8> SentOrEnded;
    bool GaveUp = false;
  };
  Arrivals lookAhead(llvm::function_ref<bool(uint32_t)> IsOne,
                     const llvm::BitVector &Avoided = {});

  /// Follows Task.Opening from \p Before it.
  std::unique_ptr<Solution> follow(const Task &T, const Arrivals &Before);
  /// Runs the whole function from Task.In.
  std::unique_ptr<Solution> run(const Task &T);
  /// Looks for one path without joins from the function's entry to an end
  /// like \p Wanted; the solution has exactly that end, or none. None, and it
  /// has not given up: there is no such path.
  std::unique_ptr<Solution> confirm(const Task &T, const Arrivals &Before,
                                    const PathEnd &Wanted, BlockId Where);

private:
  struct Live {
    State S;
    llvm::SmallVector<Step, 2> Steps;
    bool Returned = false;
    bool Alive = true;
  };
  struct Run;

  // Solver.cpp: from block to block.
  void explore(Run &R);
  void execute(Run &R, uint32_t NodeIndex);
  void enqueue(Run &R, BlockId To, State S, int32_t From, int32_t Edge,
               llvm::SmallVector<Step, 2> Steps, bool Merged);
  /// At the exit of a function whose return statements are judged each.
  void enqueueReturn(Run &R, Node New);
  /// Kept apart, or joined with those that are like it.
  void enqueueInGroup(Run &R, Node New, llvm::SmallVectorImpl<uint32_t> &Known);
  void schedule(Run &R, uint32_t NodeIndex);
  /// Takes \p States through the events of the node's block; false when none
  /// comes to its end.
  bool runEvents(Run &R, uint32_t NodeIndex, std::vector<Live> &States);
  void takeEdge(Run &R, uint32_t NodeIndex, size_t Edge, Live Next);
  /// Restricts \p L to what the edge says; false when nothing is left.
  bool assumeEdge(Run &R, uint32_t NodeIndex, const FlowEdge &Edge, Live &L);
  void leave(Run &R, uint32_t NodeIndex);
  /// What is left to do when all paths are known: judge those that leave.
  void settleLeaves(Run &R);
  void settleLeaf(Run &R, uint32_t Leaving);
  Happening howItLeaves(const Run &R, const State &S) const;
  void finish(Run &R, uint32_t NodeIndex, const Live &L, FaultId Broken,
              Happening By, clang::SourceLocation Loc, const clang::Stmt *At);
  void learn(Run &R, uint32_t NodeIndex, Live &L, Split How);
  void noteEnd(Run &R, uint32_t NodeIndex, Scalar Irp);
  llvm::BitVector bypass(uint32_t Opening) const;
  llvm::BitVector leadingTo(const llvm::BitVector &Wanted) const;
  /// For a look ahead: the blocks that are worth a visit for their calls. IRPs
  /// that are sent or ended and can be told without a path are noted.
  llvm::BitVector worthAVisit(Run &R);
  /// Calls \p Ends with each argument that \p Call may send or end.
  void forEachEnded(const FlowCall &Call,
                    llvm::function_ref<void(ExprId)> Ends) const;
  bool isFixed(ExprId E);
  void findChanged();

  // Transfer.cpp, CallTransfer.cpp: events. Each may end the path (L.Alive).
  void runEvent(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                std::vector<Live> &States);
  void runStore(Run &R, uint32_t NodeIndex, Live &L, const FlowEvent &E);
  void runStep(Run &R, uint32_t NodeIndex, Live &L, const FlowEvent &E);
  void runCopy(Run &R, uint32_t NodeIndex, Live &L, const FlowEvent &E);
  void runReturn(Run &R, uint32_t NodeIndex, Live &L, const FlowEvent &E);
  void runCall(Run &R, uint32_t NodeIndex, const FlowEvent &E,
               std::vector<Live> &States);
  void called(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live L,
              std::vector<Live> &Out);
  void arrive(Run &R, uint32_t NodeIndex, const FlowEvent &E, const Live &L);
  void known(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live L,
             std::vector<Live> &Out);
  void handle(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live &L);
  void openAcquired(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live L,
                    std::vector<Live> &Out);
  /// What the call of \p Out has acquired, and the ways in which it has not.
  void acquired(const FlowCall &Call, std::vector<Live> &Returned,
                llvm::function_ref<void(Live &)> Is, std::vector<Live> &Out);
  /// What a call acquires or gives back: its argument, or its object.
  Scalar handled(const State &S, const FlowCall &Call, int Argument) const;
  /// They are not the same thing.
  bool areApart(Scalar X, Scalar Y) const;
  void followed(Run &R, uint32_t NodeIndex, const FlowEvent &E, const Live &L,
                llvm::ArrayRef<CallOutcome> Outcomes, std::vector<Live> &Out);
  /// The subject is in the state that \p Outcome leaves it in.
  void enterOutcome(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live &L,
                    const CallOutcome &Outcome);
  bool narrowAll(State &S, llvm::ArrayRef<std::pair<SymId, Range>> Facts) const;
  void unseen(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live &L);
  /// What the call of a known routine does to the subject; false: it does not
  /// return.
  bool affect(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live &L,
              Scalar Result);
  /// False when control does not come back from the call of a known routine.
  bool comesBack(Run &R, uint32_t NodeIndex, const FlowCall &Call,
                 const Live &L);
  /// What comes with the disposal of an IRP, see Moment.
  std::optional<Scalar> givenWith(const State &S, const FlowCall &Call) const;
  /// \p Call takes an entry out of a list: what was first is not any more.
  void unlink(const Run &R, State &S, const FlowCall &Call) const;
  /// The subject is the IRP of the call.
  void affectSubject(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live &L,
                     std::optional<Scalar> Given, Scalar Result);
  /// Another IRP is, and keeps what it is given.
  void handOn(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live &L);
  /// What a known routine writes through pointers that it is given.
  void writeThrough(State &S, const FlowCall &Call) const;
  Value resultOf(const State &S, const FlowCall &Call) const;
  void open(Run &R, uint32_t NodeIndex, const FlowEvent &E, Live L,
            std::vector<Live> &Out);
  void openInHelper(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                    const Live &L, std::vector<Live> &Out);
  void openRegistration(const FlowCall &Call, Live &L) const;
  bool openArgument(const Run &R, const FlowCall &Call, Live &L) const;
  /// A called function stored the status in \p Cell: names it where it can be.
  void noteStoredIn(Run &R, CellId Cell) const;
  /// \p Call raises in the state \p L.
  void enterHandler(Run &R, uint32_t NodeIndex, const Live &L,
                    const FlowCall &Call);
  /// A subject that is made, stored and then opened is where others find it.
  void noteStored(Run &R, uint32_t NodeIndex, Live &L, const FlowEvent &E);
  /// The opening comes once more; true when this one can still be followed.
  bool comesAgain(Run &R, uint32_t NodeIndex, Live &L, const FlowEvent &E);
  /// \p Given comes with it, see Moment; \p Result is the call's.
  void happen(Run &R, uint32_t NodeIndex, Live &L, Happening What,
              const FlowEvent &E, std::optional<Scalar> Given = std::nullopt,
              std::optional<Scalar> Result = std::nullopt);
  void storeTo(Run &R, uint32_t NodeIndex, Live &L, CellId To, Value V,
               const FlowEvent &E);
  /// \p To is written: what that is for the subject, if it is a part of it.
  void wroteTo(Run &R, uint32_t NodeIndex, Live &L, CellId To,
               const FlowEvent &E);
  /// The same for \p V in a field of a stack location.
  void wroteField(Run &R, uint32_t NodeIndex, Live &L, CellId To, Value V,
                  const FlowEvent &E);
  /// Names where the status is stored for the first time.
  void noteStatusStored(Run &R, const FlowEvent &E) const;
  /// What a store of \p V to \p To stores: some number, where that is made
  /// from what \p To held.
  Value widened(State &S, CellId To, Value V, SiteId Site) const;
  /// \p V is given away, and what it points to.
  void give(Run &R, uint32_t NodeIndex, Live &L, Value V, Happening How,
            const FlowEvent &E, SiteId Site);
  void giveTarget(Run &R, uint32_t NodeIndex, Live &L, Scalar Pointer,
                  Happening How, const FlowEvent &E, SiteId Site);
  Happening routineSet(const Run &R, const State &S,
                       const FlowCall &Call) const;
  Happening routineSet(const Run &R, Scalar Routine) const;
  void othersHaveRun(State &S, SiteId Site) const;
  /// The memory that outlives the function in which the IRP, or what leads to
  /// it, was found and still is.
  llvm::SmallVector<CellId, 2> whereItWas(const State &S) const;
  /// What \p C holds after \p Site, which may have changed it.
  Scalar unknownIn(CellId C, SiteId Site) const;
  /// A variable of a function further out, met through a reference.
  bool isCallers(const CellInfo &Root) const;
  /// \p Pointer is made from what the function was passed.
  bool isPassed(Scalar Pointer) const;
  /// Somebody else may write the status in the IRP.
  void forgetStatus(State &S, SiteId Site) const;
  /// Memory that others may write may hold another IRP by now.
  void forgetWhereItIs(const Run &R, State &S, SiteId Site) const;
  void takeBack(Run &R, uint32_t NodeIndex, Live &L, Scalar Freed,
                const FlowEvent &E);
  Scalar argument(const State &S, const FlowCall &Call, int Position) const;
  /// True while the status, or something made from it, is kept somewhere.
  bool holdsStatus(const State &S) const;
  bool isIrp(const State &S, Scalar X) const;
  bool isPartOfIrp(const State &S, Scalar X) const;
  bool isNextStackPointer(const State &S, Scalar X) const;
  bool setsPending(Scalar Control) const;
  bool clearsPending(Scalar Control) const;
  /// \p A says what is in a variable, but is asked for the sake of what other
  /// ways put there (SharedTests.h).
  bool isForOthers(const Run &R, const State &S, BlockId Block,
                   const Assumption &A);
  /// \p C lies in the IRP or in one of its stack locations.
  bool isInside(const State &S, CellId C) const;
  /// \p C lies in the stack location that is \p Offset from the current one.
  bool isInStack(const State &S, CellId C, int64_t Offset) const;
  /// \p C is a part of the IRP that this driver may change.
  bool isDrivers(const State &S, CellId C) const;
  /// \p C is the status of an IRP that others may find, in a field.
  bool isStatusInField(CellId C) const;
  std::optional<Scalar> statusIn(const State &S) const;

  Memory M;
  const FlowGraph &Graph;
  SymbolTable &Symbols;
  CallResolver *Resolver;
  const Limits &Bounds;
  std::optional<SharedTests> Tests;
  /// Variables that are changed somewhere, or whose address is taken.
  std::optional<llvm::DenseSet<const void *>> Changed;
};

} // namespace wdm::engine

#endif // WDM_ENGINE_SOLVER_H
