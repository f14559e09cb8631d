//===- FlowBuilder.h - From AST to facts ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The one place that reads the AST. Turns a function into a FlowGraph: builds
/// its clang::CFG (with every expression as an element, implicit destructors
/// and initialisers), and each element into events.
///
/// Gives up (returns null) when clang builds no graph, the function is
/// dependent, or the graph has more blocks than the limit.
///
/// Approximated: expressions that are not understood are opaque functions of
/// their operands; code that did not parse (RecoveryExpr) gives the variables
/// in it to code that cannot be seen; the handler of an exception is reached
/// from the beginning of its block and from routines that are known to raise.
/// Cost: linear in the function, plus clang's own cost for the graph.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_FLOWBUILDER_H
#define WDM_ENGINE_FLOWBUILDER_H

#include "src/engine/Flow.h"
#include <memory>

namespace clang {
class ASTContext;
} // namespace clang

namespace wdm::engine {

class OtherUnits;

class SiteNumbers {
public:
  SiteId next() { return ++Last; }
  SiteId last() const { return Last; }
  SiteId reserve(unsigned Count) {
    Last += Count;
    return Last - Count + 1;
  }

private:
  SiteId Last = 0;
};

/// Without what only a solver asks: the order of the blocks and what lives in
/// them.
std::unique_ptr<FlowGraph> describeFlow(clang::ASTContext &Context,
                                        const clang::FunctionDecl &Function,
                                        const model::RoutineTable &Routines,
                                        SiteNumbers &Sites, unsigned MaxBlocks,
                                        OtherUnits *Others = nullptr);

/// \p Others: the rest of the driver, or null.
std::unique_ptr<FlowGraph> buildFlow(clang::ASTContext &Context,
                                     const clang::FunctionDecl &Function,
                                     const model::RoutineTable &Routines,
                                     SiteNumbers &Sites, unsigned MaxBlocks,
                                     OtherUnits *Others = nullptr);

} // namespace wdm::engine

#endif // WDM_ENGINE_FLOWBUILDER_H
