//===- IoSetCompletionExCompleteIrpCheck.h ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef WDM_CHECKS_IOSETCOMPLETIONEXCOMPLETEIRPCHECK_H
#define WDM_CHECKS_IOSETCOMPLETIONEXCOMPLETEIRPCHECK_H

#include "checks/RegistrationCheck.h"

namespace wdm {

/// When IoSetCompletionRoutineEx fails, the IRP must not be sent as if it had a
/// completion routine, and a dispatch routine must complete it.
///
/// The rule of Static Driver Verifier: IoSetCompletionExCompleteIrp. The user's
/// page: checks/io-set-completion-ex-complete-irp.md.
class IoSetCompletionExCompleteIrpCheck : public RegistrationCheck {
public:
  IoSetCompletionExCompleteIrpCheck(llvm::StringRef Name,
                                    clang::tidy::ClangTidyContext *Context);
};

} // namespace wdm

#endif // WDM_CHECKS_IOSETCOMPLETIONEXCOMPLETEIRPCHECK_H
