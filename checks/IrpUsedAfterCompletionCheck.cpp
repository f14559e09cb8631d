//===- IrpUsedAfterCompletionCheck.cpp
//----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/IrpUsedAfterCompletionCheck.h"

namespace wdm {

IrpUsedAfterCompletionCheck::IrpUsedAfterCompletionCheck(
    llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
    : RegistrationCheck(Name, Context, rules::Rule::UsedAfterCompletion) {}

} // namespace wdm
