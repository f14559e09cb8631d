//===- PendingIrpCheck.cpp
//----------------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/PendingIrpCheck.h"

namespace wdm {

PendingIrpCheck::PendingIrpCheck(llvm::StringRef Name,
                                 clang::tidy::ClangTidyContext *Context)
    : RegistrationCheck(Name, Context, rules::Rule::Pending) {}

} // namespace wdm
