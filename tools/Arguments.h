// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WDM_TOOLS_ARGUMENTS_H
#define WDM_TOOLS_ARGUMENTS_H

#include <string>
#include <vector>

namespace wdm {

/// The words of the command line, in UTF-8.
///
/// On Windows main() gets them in the code page of the user, in which many
/// names of files cannot be written. There they come from the system, as LLVM
/// takes them, with wildcards expanded; \p Argv is what they are if that fails.
std::vector<std::string> argumentsOf(int Argc, const char *const *Argv);

} // namespace wdm

#endif // WDM_TOOLS_ARGUMENTS_H
