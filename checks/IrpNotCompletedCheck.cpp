//===- IrpNotCompletedCheck.cpp
//-----------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/IrpNotCompletedCheck.h"

namespace wdm {

IrpNotCompletedCheck::IrpNotCompletedCheck(
    llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
    : RegistrationCheck(Name, Context, rules::Rule::NotCompleted) {}

} // namespace wdm
