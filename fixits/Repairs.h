//===- Repairs.h - The fixes of a translation unit --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The fix of each finding. A status that nobody tests gets a guard behind the
/// registration; a failure that is seen and not dealt with gets what is missing
/// at the end of its branch; a wrong device object is replaced, and a wrong
/// value at a return statement.
///
/// What is done on a failure is planned and proven elsewhere (Plans.h); where
/// lines go and how they look is in Place.h, the variable that takes the
/// status in StatusVariable.h.
///
/// Refused, with a reason: edits in macros, in conditions and comma
/// expressions, across preprocessor directives, and whatever no plan is right
/// for. Cost: nothing for a unit without a finding.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_REPAIRS_H
#define WDM_FIXITS_REPAIRS_H

#include "fixits/Plans.h"
#include "src/engine/Analysis.h"
#include "src/proof/Proof.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wdm::fixits {

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

/// What the fixes of one translation unit share: each file is lexed once, each
/// function is read once, when it is first asked for.
class ProgramText {
public:
  ProgramText(clang::ASTContext &Context, const engine::Program &Whole)
      : Context(Context), Whole(Whole), Judge(Context, Whole) {}

  clang::ASTContext &Context;
  const engine::Program &Whole;
  proof::Proof Judge;

  /// The file that \p Loc is in; null where no edit may be made.
  const SourceText *textAt(clang::SourceLocation Loc);

private:
  llvm::DenseMap<clang::FileID, std::unique_ptr<SourceText>> Texts;
};

/// The repairs of one check's findings in a translation unit.
class Repairs {
public:
  /// \p All are the findings of every check, in the engine's order; the fixes
  /// of those of one function stay clear of each other.
  Repairs(ProgramText &Program, FailureAction Action,
          llvm::ArrayRef<engine::Finding> All);
  ~Repairs();

  /// To be asked for one finding of \p All after the other, in their order;
  /// those without a registration at any time.
  RepairSet of(const engine::Finding &F);

private:
  struct InFunction;
  ProgramText &Program;
  FailureAction Action;
  llvm::ArrayRef<engine::Finding> All;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<InFunction>>
      Functions;
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_REPAIRS_H
