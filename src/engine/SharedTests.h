//===- SharedTests.h - Tests that several values come to --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// `if (status != STATUS_PENDING)` at the end of a switch is there for the
/// cases that have set STATUS_PENDING. That it is asked of what another case
/// has got from elsewhere says nothing of that value.
///
/// `if (Kind == Fdo) ... else if (Kind == Pdo) ...` without an `else` is there
/// because nothing is of another kind.
///
/// In: a graph, the edge of a test `variable == number`. Out: whether the
/// number is explained by a value that reaches the test on some other way: the
/// number itself, or the result of a call that is given the IRP (whose code is
/// not visible, or names the number); what an edge excludes of a field.
///
/// Approximated: only variables of the function, and numbers that may be a
/// status other than success; copies are not followed.
/// Cost: once for each test, a walk back to where the variable is written.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_SHAREDTESTS_H
#define WDM_ENGINE_SHAREDTESTS_H

#include "src/engine/Flow.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace wdm::engine {

class SharedTests {
public:
  /// Says whether the code of a called function names a number.
  using Names = llvm::function_ref<bool(const FlowCall &, int64_t)>;

  explicit SharedTests(const FlowGraph &Graph) : Graph(Graph) {}

  /// The variable (an expression that loads it) and the number, where \p A
  /// says that the one is the other.
  struct Equality {
    ExprId Variable = 0;
    int64_t Number = 0;
  };
  std::optional<Equality> equality(const Assumption &A) const;

  /// \p Edge of \p Block says that a field is not some number. The field (null
  /// where it lies in an IRP, or the edge says something else) and the number.
  struct Exclusion {
    const void *Field = nullptr;
    int64_t Number = 0;
    bool Skips = false; ///< The edge leads to where other ways meet it.
  };
  Exclusion exclusion(BlockId Block, size_t Edge);

  /// \p Own: the site of the call whose result is asked here; 0: none.
  bool isExplained(BlockId Block, const Equality &Of, SiteId Own, Names Does);

private:
  void connect();
  /// What may be in a variable: the value that was stored there.
  using Definitions = llvm::SmallVector<ExprId, 4>;
  const Definitions &reaching(BlockId Block, const void *Variable);
  bool explains(ExprId Value, int64_t Number, SiteId Own, Names Does) const;

  const FlowGraph &Graph;
  std::vector<llvm::SmallVector<BlockId, 2>> Before;
  llvm::DenseMap<SiteId, uint32_t> CallAt;
  llvm::DenseMap<std::pair<BlockId, const void *>, Definitions> Known;
};

} // namespace wdm::engine

#endif // WDM_ENGINE_SHAREDTESTS_H
