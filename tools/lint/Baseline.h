// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Which findings were there before. A finding is known by its fingerprint
/// (check, function, call), which does not depend on lines or on the file's
/// name. Equal ones are told apart by the file, then by the lines next to
/// them, then by their order; one old finding excuses one new one.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_BASELINE_H
#define WDM_TOOLS_LINT_BASELINE_H

#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace wdm::lint {

/// What a finding is known by.
struct Mark {
  std::string Fingerprint;
  std::string Context;
  std::string Uri;
};

struct Comparison {
  std::vector<bool> IsOld; ///< for each of the new ones
  size_t Gone = 0;         ///< old ones that are there no more
};

Comparison compare(llvm::ArrayRef<Mark> Old, llvm::ArrayRef<Mark> New);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_BASELINE_H
