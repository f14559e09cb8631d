//===- IoSetCompletionRoutineExDeviceObjectCheck.h --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef WDM_CHECKS_IOSETCOMPLETIONROUTINEEXDEVICEOBJECTCHECK_H
#define WDM_CHECKS_IOSETCOMPLETIONROUTINEEXDEVICEOBJECTCHECK_H

#include "checks/RegistrationCheck.h"

namespace wdm {

/// The device object given to IoSetCompletionRoutineEx must be the driver's
/// own, not the one that the IRP is sent to.
///
/// The rule of Static Driver Verifier:
/// IoSetCompletionRoutineExCheckDeviceObject. The user's page:
/// checks/io-set-completion-routine-ex-device-object.md.
class IoSetCompletionRoutineExDeviceObjectCheck : public RegistrationCheck {
public:
  IoSetCompletionRoutineExDeviceObjectCheck(
      llvm::StringRef Name, clang::tidy::ClangTidyContext *Context);
};

} // namespace wdm

#endif // WDM_CHECKS_IOSETCOMPLETIONROUTINEEXDEVICEOBJECTCHECK_H
