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

std::optional<Finding> explain(clang::ASTContext &Context,
                               const FunctionStory &Story,
                               const RegistrationStory &Registration,
                               const Solution &Found, uint32_t End);

/// For RegistrationStory::LostWithoutPath: a finding without notes.
std::optional<Finding>
explainWithoutPath(const FunctionStory &Story,
                   const RegistrationStory &Registration);

} // namespace wdm::engine

#endif // WDM_ENGINE_WITNESS_H
