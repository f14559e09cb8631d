//===- IoSetCompletionRoutineExCheck.h --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef WDM_CHECKS_IOSETCOMPLETIONROUTINEEXCHECK_H
#define WDM_CHECKS_IOSETCOMPLETIONROUTINEEXCHECK_H

#include "checks/RegistrationCheck.h"

namespace wdm {

/// A driver that calls IoSetCompletionRoutineEx must check the NTSTATUS it
/// returns before it sends the IRP.
///
/// The rule of Static Driver Verifier: IoSetCompletionRoutineExCheck. The
/// user's page: checks/io-set-completion-routine-ex.md.
///
/// Option of its own: FailureAction, what the fix does on failure (auto,
/// complete, return, skip, fallback).
class IoSetCompletionRoutineExCheck : public RegistrationCheck {
public:
  IoSetCompletionRoutineExCheck(llvm::StringRef Name,
                                clang::tidy::ClangTidyContext *Context);
  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Opts) override;

private:
  std::string FailureAction;
};

} // namespace wdm

#endif // WDM_CHECKS_IOSETCOMPLETIONROUTINEEXCHECK_H
