//===- RegistrationCheck.h - What the checks share --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Base of the checks: collects the functions of the translation unit,
/// has the engine analyse them once for all checks with the same options, and
/// reports the findings of its own rule.
///
/// Options, local or global: RegistrationFunctions, DispatchFunctions,
/// RecoveryFunctions (see Routines.h for their form). Index is the file that
/// says what the driver's other units do (src/index); what is wrong with it is
/// a configuration error, too. With Summaries, a folder, the unit's own summary
/// is written there for such an index, and nothing is looked for. What cannot
/// be read is reported as a configuration error. With ExplainMissingFix a note
/// says why a warning has no fix, or why its fix does not leave the function.
/// With ReportLimits each function that was not followed to its end is named,
/// by one of the checks.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_CHECKS_REGISTRATIONCHECK_H
#define WDM_CHECKS_REGISTRATIONCHECK_H

#include "clang-tidy/ClangTidyCheck.h"
#include "fixits/Repairs.h"
#include "src/engine/Analysis.h"
#include "src/model/Routines.h"
#include "src/rules/Rules.h"
#include <memory>

namespace wdm {

class RegistrationCheck : public clang::tidy::ClangTidyCheck {
public:
  RegistrationCheck(llvm::StringRef Name,
                    clang::tidy::ClangTidyContext *Context, rules::Rule Rule);

  void registerMatchers(clang::ast_matchers::MatchFinder *Finder) override;
  void onEndOfTranslationUnit() override;
  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Opts) override;

  /// For an executable with the module inside, before the checks are made:
  /// what ExplainMissingFix is where no configuration says it.
  static bool ExplainByDefault;
  /// ... and ReportLimits.
  static bool LimitsByDefault;
  /// ... and Index, and Summaries; the key is copied to each summary.
  static std::string IndexByDefault, SummariesByDefault, SummaryKey;
  /// The same: besides its findings the first check lists the functions that
  /// no option names and nobody can see into (UnseenFunctions.h).
  static bool ListUnseen;

protected:
  /// What the fixes of this check do on failure.
  fixits::FailureAction Action = fixits::FailureAction::Auto;

private:
  void report(const engine::Finding &F, fixits::Repairs &Fixes,
              clang::ASTContext &Context);
  std::string optionsKey() const;
  void writeSummary(clang::ASTContext &Context);
  void analyse(clang::ASTContext &Context);
  void addFunctions(llvm::StringRef OptionName, llvm::StringRef List,
                    model::Effect Does);

  const rules::Rule Rule;
  const std::string RegistrationFunctions;
  const std::string DispatchFunctions;
  const std::string RecoveryFunctions;
  const std::string Index;
  const std::string Summaries;
  const bool ExplainMissingFix;
  const bool ReportLimits;
  model::RoutineTable Routines;
  struct Unit;
  std::shared_ptr<Unit> Shared;
};

} // namespace wdm

#endif // WDM_CHECKS_REGISTRATIONCHECK_H
