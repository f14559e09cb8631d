//===- Witness.h - Why something is wrong -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Turns the end of a path into a Finding: what became of the status, and the
/// decisions on the path that matter. A decision matters when the other way
/// meets an event of the registration, or leaves the function, before it comes
/// back to the path.
///
/// Runs only for what is reported. Cost: the path's length times the part of
/// the graph that lies beside it.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_WITNESS_H
#define WDM_ENGINE_WITNESS_H

#include "src/engine/Analysis.h"
#include "src/engine/Summaries.h"
#include <optional>

namespace wdm::engine {

/// The end \p End of \p Found as a finding, with the path to it as notes;
/// nothing where the source says otherwise (code that did not parse).
std::optional<Finding> explain(clang::ASTContext &Context,
                               const Automaton &Rule,
                               const FunctionStory &Story,
                               const SubjectStory &Subject,
                               const Solution &Found, uint32_t End);

/// For SubjectStory::LostWithoutPath: a finding without notes.
std::optional<Finding> explainWithoutPath(const Automaton &Rule,
                                          const FunctionStory &Story,
                                          const SubjectStory &Subject);

} // namespace wdm::engine

#endif // WDM_ENGINE_WITNESS_H
