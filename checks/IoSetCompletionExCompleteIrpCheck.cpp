//===- IoSetCompletionExCompleteIrpCheck.cpp
//---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/IoSetCompletionExCompleteIrpCheck.h"

namespace wdm {

IoSetCompletionExCompleteIrpCheck::IoSetCompletionExCompleteIrpCheck(
    llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
    : RegistrationCheck(Name, Context, rules::Rule::Failure) {}

} // namespace wdm
