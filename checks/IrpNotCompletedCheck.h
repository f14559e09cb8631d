//===- IrpNotCompletedCheck.h --------------------------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef WDM_CHECKS_IRPNOTCOMPLETEDCHECK_H
#define WDM_CHECKS_IRPNOTCOMPLETEDCHECK_H

#include "checks/RegistrationCheck.h"

namespace wdm {

/// A dispatch routine must complete, send or queue its IRP, and return the
/// status that the IRP ends with.
///
/// The rules of Static Driver Verifier: IrpProcessingComplete,
/// LowerDriverReturn, CompleteRequestStatusCheck. The user's page:
/// checks/irp-not-completed.md.
class IrpNotCompletedCheck : public RegistrationCheck {
public:
  IrpNotCompletedCheck(llvm::StringRef Name,
                       clang::tidy::ClangTidyContext *Context);
};

} // namespace wdm

#endif // WDM_CHECKS_IRPNOTCOMPLETEDCHECK_H
