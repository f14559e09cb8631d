//===- IoSetCompletionRoutineExCheck.cpp ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/IoSetCompletionRoutineExCheck.h"
#include "llvm/ADT/StringSwitch.h"
#include <optional>

namespace wdm {

IoSetCompletionRoutineExCheck::IoSetCompletionRoutineExCheck(
    llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
    : RegistrationCheck(Name, Context, rules::Rule::Check),
      FailureAction(Options.getLocalOrGlobal("FailureAction", "auto")) {
  using Value = std::optional<fixits::FailureAction>;
  Value Chosen = llvm::StringSwitch<Value>(FailureAction)
                     .Case("auto", fixits::FailureAction::Auto)
                     .Case("complete", fixits::FailureAction::Complete)
                     .Case("return", fixits::FailureAction::Return)
                     .Case("skip", fixits::FailureAction::Skip)
                     .Case("fallback", fixits::FailureAction::Fallback)
                     .Default(std::nullopt);
  if (Chosen)
    Action = *Chosen;
  else
    configurationDiag("option 'FailureAction': '%0' is not understood; write "
                      "auto, complete, return, skip or fallback")
        << FailureAction;
}

void IoSetCompletionRoutineExCheck::storeOptions(
    clang::tidy::ClangTidyOptions::OptionMap &Opts) {
  RegistrationCheck::storeOptions(Opts);
  Options.store(Opts, "FailureAction", FailureAction);
}

} // namespace wdm
