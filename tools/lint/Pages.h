// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// The pages of the checks (checks/*.md), which the build puts into the
/// executable, and what a report says of a rule.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_PAGES_H
#define WDM_TOOLS_LINT_PAGES_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace wdm::lint {

struct RuleText {
  std::string Short;    ///< the rule, in a sentence
  std::string Full;     ///< and what happens if it is broken
  std::string Markdown; ///< the whole page, without links to other files of it
  std::string Plain;    ///< the same without Markdown
  std::string Uri;      ///< a page on the web
};

/// What is known of a check, ours or one of LLVM's.
RuleText textOf(llvm::StringRef Check);

/// The parts of \p Page, a page of a check.
RuleText readPage(llvm::StringRef Page);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_PAGES_H
