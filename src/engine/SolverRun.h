//===- SolverRun.h - One run of the solver ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What Solver.cpp, Transfer.cpp, CallTransfer.cpp and Subject.cpp share while
/// a graph is walked.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_SOLVERRUN_H
#define WDM_ENGINE_SOLVERRUN_H

#include "src/engine/Solver.h"
#include <queue>

namespace wdm::engine {

struct Solver::Run {
  Run(const Task &T, Solution &Out)
      : T(T), Out(Out), Wants(T.Rule ? T.Rule->wants() : 0) {}

  const Task &T;
  Solution &Out;
  const HappeningSet Wants; ///< What the rule has rows for.
  Arrivals *LookAhead = nullptr;
  llvm::function_ref<bool(uint32_t)> IsOne;
  const PathEnd *Wanted = nullptr;
  /// Not empty: the only blocks worth a visit.
  llvm::BitVector Useful;
  llvm::SmallVector<std::pair<Scalar, BlockId>, 8> SentOrEnded;
  bool SawEnd = false;    ///< The subject is sent or ended on some path.
  bool OnlyFailed = true; ///< ... but only where its opening failed.
  uint64_t Steps = 0;
  uint64_t MaxSteps = 0;
  bool Stop = false;
  llvm::DenseMap<BlockId, unsigned> Visits;
  unsigned Attempt = 0; ///< Of a search: which order of decisions is tried.

  using Item = std::pair<uint64_t, uint32_t>; ///< Order and number, node.
  std::priority_queue<Item, std::vector<Item>, std::greater<Item>> Queue;
  std::vector<uint32_t> Stack;
  uint64_t Sequence = 0;
  std::vector<bool> Queued;

  llvm::DenseMap<uint64_t, llvm::SmallVector<uint32_t, 1>> Seen;
  struct Group {
    unsigned Count = 0;
    int32_t Merged = -1;
  };
  llvm::DenseMap<uint64_t, llvm::SmallVector<std::pair<uint32_t, Group>, 1>>
      Groups;
  /// Blocks that can be reached without the opening.
  llvm::BitVector Bypass;
  std::vector<uint32_t> Leaves; ///< Nodes at the exit.
  /// The same by return statement.
  llvm::DenseMap<const clang::Stmt *, llvm::SmallVector<uint32_t, 4>> AtExit;

  bool precise() const { return Wanted != nullptr; }
  /// Nothing that may still happen can break a rule.
  bool isSettled(const LifeState &Life) const {
    return Life.Known != Knowledge::Idle && T.Rule &&
           (T.Rule->Settled >> Life.Place & 1);
  }
};

/// The subject is known.
inline bool tracked(const State &S) { return S.Life.Known != Knowledge::Idle; }

} // namespace wdm::engine

#endif // WDM_ENGINE_SOLVERRUN_H
