//===- IoSetCompletionRoutineExCheck.cpp ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/IoSetCompletionRoutineExCheck.h"

namespace wdm {

IoSetCompletionRoutineExCheck::IoSetCompletionRoutineExCheck(
    llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
    : RegistrationCheck(Name, Context, engine::Rule::Check) {}

} // namespace wdm
