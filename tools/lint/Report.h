// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Findings as text, as comments of GitHub on a change, and as GitLab's code
/// quality report.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_REPORT_H
#define WDM_TOOLS_LINT_REPORT_H

#include "tools/lint/Finding.h"
#include "llvm/Support/raw_ostream.h"

namespace wdm::lint {

/// The lines of clang-tidy, and one on the fix.
void printFinding(llvm::raw_ostream &Out, const Finding &F, SourceTexts &Texts);

/// `::warning file=...`
void printAnnotation(llvm::raw_ostream &Out, const Finding &F,
                     llvm::StringRef Root);

std::string codeQuality(llvm::ArrayRef<Finding> All, llvm::StringRef Root);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_REPORT_H
