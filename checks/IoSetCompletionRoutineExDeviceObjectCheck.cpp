//===- IoSetCompletionRoutineExDeviceObjectCheck.cpp
//---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/IoSetCompletionRoutineExDeviceObjectCheck.h"

namespace wdm {

IoSetCompletionRoutineExDeviceObjectCheck::
    IoSetCompletionRoutineExDeviceObjectCheck(
        llvm::StringRef Name, clang::tidy::ClangTidyContext *Context)
    : RegistrationCheck(Name, Context, rules::Rule::Device) {}

} // namespace wdm
