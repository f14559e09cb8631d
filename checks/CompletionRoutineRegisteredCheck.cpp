//===- CompletionRoutineRegisteredCheck.cpp
//---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/CompletionRoutineRegisteredCheck.h"

namespace wdm {

CompletionRoutineRegisteredCheck::CompletionRoutineRegisteredCheck(
    llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
    : RegistrationCheck(Name, Context, rules::Rule::Registered) {}

} // namespace wdm
