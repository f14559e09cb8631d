// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WDM_CHECKS_IOSETCOMPLETIONROUTINEEXCHECK_H
#define WDM_CHECKS_IOSETCOMPLETIONROUTINEEXCHECK_H

#include "clang-tidy/ClangTidyCheck.h"

namespace wdm {

/// Placeholder: registered, finds nothing yet.
class IoSetCompletionRoutineExCheck : public clang::tidy::ClangTidyCheck {
public:
  IoSetCompletionRoutineExCheck(llvm::StringRef Name,
                                clang::tidy::ClangTidyContext *Context);
  void registerMatchers(clang::ast_matchers::MatchFinder *Finder) override;
  void
  check(const clang::ast_matchers::MatchFinder::MatchResult &Result) override;
};

} // namespace wdm

#endif // WDM_CHECKS_IOSETCOMPLETIONROUTINEEXCHECK_H
