//===- State.h - What is known on a path ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The abstract state of property simulation: the automaton's state times what
/// is known of memory.
///
/// Join laws: two states meet only where their automaton states, subjects and
/// what is kept of these are equal. Cells that agree keep their value, others
/// get a symbol of the join; of the facts about symbols those that agree are
/// kept. The result describes every execution that either described (never
/// fewer). How a state was reached is no part of it.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_STATE_H
#define WDM_ENGINE_STATE_H

#include "src/engine/Automaton.h"
#include "src/engine/Flow.h"
#include "src/engine/Symbols.h"

namespace wdm::engine {

struct State {
  LifeState Life;
  Scalar Irp;      ///< The subject.
  KeptValues Kept; ///< What the rule keeps of it.
  /// Cells that hold something else than on entry, sorted.
  llvm::SmallVector<std::pair<CellId, Value>, 8> Cells;
  /// What branches have told about symbols, sorted.
  llvm::SmallVector<std::pair<SymId, Range>, 4> Facts;

  bool sameGroup(const State &O) const {
    return Life == O.Life && Irp == O.Irp && Kept == O.Kept;
  }
  bool operator==(const State &O) const {
    return sameGroup(O) && Cells == O.Cells && Facts == O.Facts;
  }
  uint64_t groupHash() const;
  uint64_t hash() const;
};

/// How a condition came out.
enum class Split : uint8_t {
  Infeasible,
  Plain,   ///< It says nothing about the registration.
  Success, ///< It holds only if the registration succeeded.
  Failure,
  Unclear, ///< It was computed from the status by code that cannot be seen.
};

/// Reads and writes states in the terms of one graph.
class Memory {
public:
  Memory(SymbolTable &Symbols, const FlowGraph &Graph)
      : Symbols(Symbols), Graph(Graph) {}

  Value load(const State &S, CellId Cell) const;
  /// \p X is what \p Cell, or a part of it, held on entry, and holds still.
  bool holdsOnEntry(const State &S, CellId Cell, Scalar X) const;
  /// Stores, and forgets the parts of the cell.
  void store(State &S, CellId Cell, Value V) const;
  /// Whatever \p Cell and its parts hold, it is \p Unknown from now on.
  void forget(State &S, CellId Cell, Scalar Unknown) const;
  void copyRecord(State &S, CellId To, CellId From) const;

  CellId cell(const State &S, PlaceId P) const;
  Value value(const State &S, ExprId E) const;
  /// The half that counts where the outcome is known.
  Scalar settled(const State &S, Value V) const;

  /// Restricts \p S to the executions on which \p Condition is \p Truth.
  /// \p Remember false: the decision is not recorded for memory that others
  /// may write.
  Split assume(State &S, ExprId Condition, bool Truth, bool Remember) const;
  bool assumeScalar(State &S, Scalar C, bool Truth, bool Remember) const;
  /// Narrows what is known of \p Symbol; false when nothing is left.
  bool narrow(State &S, SymId Symbol, const Range &To) const;
  /// False when nothing that \p Symbol may be is in \p R: of a truth value 0
  /// and 1, of a few bits the subsets.
  bool hasValueIn(SymId Symbol, const Range &R) const;

  /// What is known of a number.
  Range rangeOf(const State &S, Scalar X) const;

  /// The outcome is known: values that depended on it no longer do.
  void settle(State &S, bool Succeeded) const;

  /// A site is evaluated again: what it produced before is an old value.
  void retire(State &S, SiteId Site) const;

  /// Drops what is known of cells that \p Block and its successors do not
  /// read. \p KeepOutliving keeps what a caller may see.
  void prune(State &S, BlockId Block, bool KeepOutliving) const;

  /// Joins \p With into \p S; true when \p S changed.
  bool join(State &S, const State &With, BlockId Block) const;

  Scalar fold(const State &S, Op Operator, Scalar L, Scalar R,
              bool OfStatus) const;
  Scalar negated(const State &S, Scalar X) const;

  SymbolTable &Symbols;
  const FlowGraph &Graph;
  /// What was written to the status of an IRP is kept, although only whoever
  /// is told of its completion reads it.
  bool KeepsStatus = false;
  /// What is known of which request it is lasts.
  bool KeepsRequest = false;
  /// What is known of the results of routines lasts.
  bool KeepsResults = false;

private:
  class Pruning;

  std::optional<int64_t> known(const State &S, Scalar X) const;
  std::optional<bool> truth(const State &S, Scalar X) const;
  /// What the other masks of the same word say of \p Mask.
  std::optional<bool> truthOfMask(const State &S, const SymInfo &Mask) const;
  const Range *factOf(const State &S, SymId Symbol) const;
  Scalar reduce(const State &S, Scalar X) const;
  bool mayChangeUnseen(Scalar X) const;

  // As assumeScalar, for a comparison with a constant; nullopt: it is none.
  std::optional<bool> assumeEqual(State &S, const SymInfo &Equality, bool Truth,
                                  bool Remember) const;
  std::optional<bool> assumeLess(State &S, const SymInfo &Less,
                                 bool Truth) const;

  // value(), for each kind of expression that is more than a line.
  Value valueOfLoad(const State &S, const FlowExpr &Load) const;
  Value valueOfCast(const State &S, const FlowExpr &Cast) const;
  Value valueOfBinary(const State &S, const FlowExpr &Binary) const;
  Value valueOfLogical(const State &S, const FlowExpr &Logical) const;
  Value valueOfSelect(const State &S, const FlowExpr &Select) const;
  Value valueOfOpaque(const State &S, const FlowExpr &Opaque) const;
  /// The first operand of \p E, as it came out on the path.
  Value decided(const State &S, const FlowExpr &E) const;

  // fold(), where the right operand is a constant and the left one is none;
  // nullopt: nothing is simpler.
  std::optional<Scalar> foldMasks(const State &S, Op Operator, Scalar L,
                                  Scalar R, bool OfStatus) const;
  std::optional<Scalar> foldConstant(const State &S, Op Operator, Scalar L,
                                     Scalar R) const;
  std::optional<Scalar> foldEqual(const State &S, Scalar L, int64_t R) const;

  /// Which of the graph's keys a cell goes by: the result of a look-up that
  /// never changes. Without and with KeepOutliving.
  static constexpr int64_t AlwaysKept = -1, NeverKept = -2;
  mutable llvm::DenseMap<CellId, int64_t> KeysOfCells[2];
};

} // namespace wdm::engine

#endif // WDM_ENGINE_STATE_H
