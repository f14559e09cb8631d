// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Fixes of many translation units, put together: one physical file is edited
/// once, the fix of a finding is taken whole or not at all, and of two that
/// would touch each other the first in the file wins.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_FIXES_H
#define WDM_TOOLS_LINT_FIXES_H

#include "tools/lint/Finding.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <map>
#include <string>
#include <vector>

namespace wdm::lint {

struct FixPlan {
  /// By file: edits in the order of their places, none of which overlap.
  std::map<std::string, Edits> Files;
  /// Which findings are fixed by it.
  std::vector<size_t> Fixed;
  /// Which have a fix that is left out, since it meets another one.
  std::vector<size_t> Overlapping;
};

/// Plans the preferred fixes of \p All, sorted findings.
/// \p Allowed says whether a finding's fix may be applied.
FixPlan planFixes(llvm::ArrayRef<Finding> All,
                  llvm::function_ref<bool(const Finding &)> Allowed);

/// \p Text after \p Changes.
std::string edited(llvm::StringRef Text, const Edits &Changes);

/// What \p Changes do to a file, as a unified diff that `git apply` and
/// `patch` take.
/// \p Name stands behind `a/` and `b/`.
std::string unifiedDiff(llvm::StringRef Name, llvm::StringRef Text,
                        const Edits &Changes);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_FIXES_H
