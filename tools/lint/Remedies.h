// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WDM_TOOLS_LINT_REMEDIES_H
#define WDM_TOOLS_LINT_REMEDIES_H

#include "llvm/ADT/StringRef.h"

namespace wdm::lint {

/// What to do about an error of the compiler, in a sentence or two.
llvm::StringRef remedyFor(llvm::StringRef Error);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_REMEDIES_H
