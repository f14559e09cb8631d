// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "checks/IoSetCompletionRoutineExCheck.h"

namespace wdm {

IoSetCompletionRoutineExCheck::IoSetCompletionRoutineExCheck(
    llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
    : ClangTidyCheck(Name, Context) {}

void IoSetCompletionRoutineExCheck::registerMatchers(
    clang::ast_matchers::MatchFinder *Finder) {}

void IoSetCompletionRoutineExCheck::check(
    const clang::ast_matchers::MatchFinder::MatchResult &Result) {}

} // namespace wdm
