//===- PendingIrpCheck.h -------------------------------------------*- C++
//-*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef WDM_CHECKS_PENDINGIRPCHECK_H
#define WDM_CHECKS_PENDINGIRPCHECK_H

#include "checks/RegistrationCheck.h"

namespace wdm {

/// A dispatch routine returns STATUS_PENDING if, and only if, it marked the IRP
/// pending or sent it.
///
/// The rules of Static Driver Verifier: MarkIrpPending, MarkIrpPending2,
/// PendedCompletedRequest. The user's page: checks/pending-irp.md.
class PendingIrpCheck : public RegistrationCheck {
public:
  PendingIrpCheck(llvm::StringRef Name, clang::tidy::ClangTidyContext *Context);
};

} // namespace wdm

#endif // WDM_CHECKS_PENDINGIRPCHECK_H
