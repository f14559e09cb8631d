//===- Solver.h - Property simulation ---------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Follows one registration through one FlowGraph. States that differ in
/// anything are kept apart until a block has Limits::Disjuncts of them with
/// the same automaton state; from then on they are joined (State.h), to a
/// fixpoint.
///
/// A verdict that was reached through a join is not believed as it is: the
/// graph is searched for one path to it without joins. None found within the
/// limits: silence.
///
/// The solver knows no routine, no rule and no AST. Calls are described by
/// FlowCall; calls whose code is visible are passed to a CallResolver.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_SOLVER_H
#define WDM_ENGINE_SOLVER_H

#include "src/engine/Analysis.h"
#include "src/engine/Flow.h"
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
    Overwrite,  ///< the last copy of the status in Place is overwritten
    Note,       ///< what happened to the IRP: Note, at Loc
    ReturnStmt, ///< a return statement was passed
  } Kind;
  uint32_t Index = 0;
  PlaceId Place = 0;
  NoteKind What = NoteKind::Sent;
  clang::SourceLocation Loc;
  const clang::Stmt *Origin = nullptr;
  const Solution *Inner = nullptr;
  uint32_t InnerEnd = 0;
};

/// One way in which a path ends: at a verdict, or by leaving the function.
struct PathEnd {
  Verdict Broken = Verdict::None;
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
  uint64_t Steps = 0;     ///< That were taken.
  bool Registers = false; ///< It begins with a registration, at:
  clang::SourceLocation RegistrationLoc;
  bool Tested = false; ///< Any branch depended on the status.
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
  Verdict Broken = Verdict::None;
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
  /// Cheap: may \p Call be such a call?
  virtual bool mayOpen(const FlowCall &Call) = 0;
};

/// Who is responsible for the IRP when the function returns.
enum class Responsibility : uint8_t { Helper, Owner, Dispatch };

struct Task {
  /// The call to follow: index into Graph.Calls; -1: none, In is tracked from
  /// the beginning (a summary) or nothing is (a look ahead).
  int32_t Registration = -1;
  State In; ///< On entry.
  /// Keep following settled paths, and report ends instead of leaving.
  bool Summary = false;
  /// The function is a dispatch routine: its device and IRP parameters.
  const void *DispatchDevice = nullptr;
  const void *DispatchIrp = nullptr;
};

class Solver {
public:
  Solver(SymbolTable &Symbols, const FlowGraph &Graph, CallResolver *Resolver,
         const Limits &Bounds)
      : M(Symbols, Graph), Graph(Graph), Symbols(Symbols), Resolver(Resolver),
        Bounds(Bounds) {}

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
  Arrivals lookAhead(llvm::function_ref<bool(uint32_t)> IsOne);

  /// Follows Task.Registration from \p Before it.
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

  void explore(Run &R);
  void execute(Run &R, uint32_t NodeIndex);
  void runEvent(Run &R, uint32_t NodeIndex, const FlowEvent &E, uint32_t Index,
                std::vector<Live> &States);
  void runCall(Run &R, uint32_t NodeIndex, const FlowEvent &E,
               std::vector<Live> &States);
  void begin(Run &R, uint32_t NodeIndex, const FlowCall &Call, Live L,
             std::vector<Live> &Out);
  bool happen(Run &R, uint32_t NodeIndex, Live &L, Happening What,
              NoteKind Note, const FlowEvent &E);
  void finish(Run &R, uint32_t NodeIndex, Live &L, Verdict Broken,
              clang::SourceLocation Loc, const clang::Stmt *At);
  void leave(Run &R, uint32_t NodeIndex);
  /// What is left to do when all paths are known: judge those that leave.
  void settleLeaves(Run &R);
  void storeTo(Run &R, uint32_t NodeIndex, Live &L, CellId To, Value V,
               const FlowEvent &E);
  void unknownCall(Run &R, uint32_t NodeIndex, Live &L, const FlowCall &Call,
                   const FlowEvent &E);
  void giveToUnknown(Run &R, uint32_t NodeIndex, Live &L, Value V,
                     const FlowEvent &E, bool OnlyPrints, SiteId Site);
  void learn(Run &R, uint32_t NodeIndex, Live &L, Split How);
  void enqueue(Run &R, BlockId To, State S, int32_t From, int32_t Edge,
               llvm::SmallVector<Step, 2> Steps, bool Merged);
  /// The tracked registration is made once more; true when this one can still
  /// be followed.
  void noteEnd(Run &R, uint32_t NodeIndex, Scalar Irp);
  void noteStoredIn(Run &R, CellId Cell) const;
  void enterHandler(Run &R, uint32_t NodeIndex, const Live &L,
                    const FlowCall &Call);
  void takeBack(State &S, Scalar Freed) const;
  void noteStored(State &S) const;
  llvm::BitVector bypass(uint32_t Registration) const;
  llvm::BitVector leadingTo(const llvm::BitVector &Wanted) const;
  bool isFixed(ExprId E);
  bool comesAgain(Run &R, uint32_t NodeIndex, Live &L, const FlowCall &Call,
                  const FlowEvent &E);
  /// True while the status, or something made from it, is kept somewhere.
  bool holdsStatus(const State &S) const;
  bool isIrp(const State &S, Scalar X) const;
  bool isPartOfIrp(const State &S, Scalar X) const;
  bool isNextStack(const State &S, CellId C) const;
  Responsibility responsibility(const Run &R, const State &S) const;

  Memory M;
  const FlowGraph &Graph;
  SymbolTable &Symbols;
  CallResolver *Resolver;
  const Limits &Bounds;
  /// Variables that are changed somewhere, or whose address is taken.
  std::optional<llvm::DenseSet<const void *>> Changed;
};

} // namespace wdm::engine

#endif // WDM_ENGINE_SOLVER_H
