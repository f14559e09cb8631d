// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// What wdm-lint can be asked to do. Each gives the status to end with:
/// 0 nothing found, 1 findings, 2 could not do it, or not in whole.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_MODES_H
#define WDM_TOOLS_LINT_MODES_H

#include "tools/lint/Options.h"

namespace wdm::lint {

/// Lints the files of a database.
int lint(const Options &Wanted);
/// Looks whether everything is in place for it.
int doctor(const Options &Wanted);
/// Prints a draft of a .clang-tidy with the driver's own functions.
int suggestOptions(const Options &Wanted);
/// Reports what clang-tidy exported.
int fromYaml(const Options &Wanted);
/// Puts reports together.
int merge(const Options &Wanted);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_MODES_H
