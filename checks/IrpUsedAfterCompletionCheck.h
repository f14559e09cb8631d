//===- IrpUsedAfterCompletionCheck.h -------------------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef WDM_CHECKS_IRPUSEDAFTERCOMPLETIONCHECK_H
#define WDM_CHECKS_IRPUSEDAFTERCOMPLETIONCHECK_H

#include "checks/RegistrationCheck.h"

namespace wdm {

/// An IRP that was completed, freed or sent for good must not be touched again.
///
/// The rules of Static Driver Verifier: DoubleCompletion,
/// PendedCompletedRequest2. The user's page:
/// checks/irp-used-after-completion.md.
class IrpUsedAfterCompletionCheck : public RegistrationCheck {
public:
  IrpUsedAfterCompletionCheck(llvm::StringRef Name,
                              clang::tidy::ClangTidyContext *Context);
};

} // namespace wdm

#endif // WDM_CHECKS_IRPUSEDAFTERCOMPLETIONCHECK_H
