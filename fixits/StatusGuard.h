//===- StatusGuard.h - Repairs of a registration ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Fixes for what the engine finds:
///   * a status that nobody tests gets an NT_SUCCESS guard behind the call;
///   * a failure after which the IRP is sent all the same, or dropped by a
///     dispatch routine, gets the missing statements in its branch;
///   * the device object of the lower driver becomes the routine's own.
/// A leak has no fix: the registration has to be moved by its author.
///
/// What is done on failure: see FailurePath.h. The success path keeps its
/// tokens, except for a `(void)` that goes away and a variable that takes the
/// status. A fix is complete in itself: it compiles whether or not the fixes
/// of other findings are applied, and shares no place with them.
///
/// Where leaving the function is not certain the guard falls back to
/// IoSetCompletionRoutine, and all goes on as after a success. A status that
/// may be looked at behind it becomes STATUS_SUCCESS.
///
/// There is no fix rather than a wrong one: in and around macros, across
/// preprocessor directives, in conditions and comma expressions, wherever
/// FailurePath refuses both, and where the guard would only bring out that the
/// IRP is not sent on some path after success.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_STATUSGUARD_H
#define WDM_FIXITS_STATUSGUARD_H

#include "fixits/ProgramFacts.h"
#include "src/engine/Analysis.h"
#include "clang/Basic/Diagnostic.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wdm::fixits {

/// What a guard does on failure, as the option FailureAction says. Where the
/// chosen action would be wrong, Auto's is taken.
enum class FailureAction {
  Auto,
  Complete, ///< Complete any IRP that was handed to the function and that it
            ///< sends, and leave.
  Return,   ///< Leave by a return, not by the author's way out.
  Skip,     ///< Send the IRP without a completion routine.
  Fallback, ///< IoSetCompletionRoutine.
};

struct Repair {
  std::string Title; ///< What an editor shows.
  std::vector<clang::FixItHint> Edits;
};

struct RepairSet {
  std::optional<Repair> Preferred;
  /// Other ways, to be shown on notes. Only where there is a preferred one:
  /// tools that apply exported fixes take a note's when the warning has none.
  std::vector<Repair> Alternatives;
  /// Why there is no preferred one.
  std::string WhyNot;
  /// Why the preferred one goes on where leaving was asked for; empty: it was
  /// not, or it leaves.
  std::string WhyNotLeft;
};

/// The repairs of one check's findings in a translation unit.
class Repairs {
public:
  /// \p All are the findings of every check, in the engine's order; the fixes
  /// of those of one function stay clear of each other.
  Repairs(ProgramFacts &Program, FailureAction Action,
          llvm::ArrayRef<engine::Finding> All);
  ~Repairs();

  /// To be asked for one finding of \p All after the other, in their order.
  RepairSet of(const engine::Finding &F);

private:
  struct InFunction;
  ProgramFacts &Program;
  FailureAction Action;
  llvm::ArrayRef<engine::Finding> All;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<InFunction>>
      Functions;
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_STATUSGUARD_H
