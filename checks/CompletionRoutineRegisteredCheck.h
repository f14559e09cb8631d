//===- CompletionRoutineRegisteredCheck.h -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef WDM_CHECKS_COMPLETIONROUTINEREGISTEREDCHECK_H
#define WDM_CHECKS_COMPLETIONROUTINEREGISTEREDCHECK_H

#include "checks/RegistrationCheck.h"

namespace wdm {

/// Once a completion routine is registered with IoSetCompletionRoutineEx, the
/// IRP must be sent.
///
/// The rule of Static Driver Verifier: CompletionRoutineRegistered. The user's
/// page: checks/completion-routine-registered.md.
class CompletionRoutineRegisteredCheck : public RegistrationCheck {
public:
  CompletionRoutineRegisteredCheck(llvm::StringRef Name,
                                   clang::tidy::ClangTidyContext *Context);
};

} // namespace wdm

#endif // WDM_CHECKS_COMPLETIONROUTINEREGISTEREDCHECK_H
