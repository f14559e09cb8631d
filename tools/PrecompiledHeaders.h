// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WDM_TOOLS_PRECOMPILEDHEADERS_H
#define WDM_TOOLS_PRECOMPILEDHEADERS_H

#include "llvm/ADT/ArrayRef.h"
#include <string>

namespace wdm {

/// What has to be added to a command line of clang-tidy so that files that use
/// a precompiled header of cl.exe (`/Yu`, `/Fp`) can be read: clang knows no
/// such header, `/Y-` makes it read the header as text.
///
/// \param Arguments the command line; its `-p` and files lead to the compile
/// commands, or they stand behind `--`
/// \returns an argument of clang-tidy, or one to stand behind `--`; empty if
/// nothing is to be added. A database that cannot be read is for clang-tidy to
/// complain of.
std::string
argumentForPrecompiledHeaders(llvm::ArrayRef<const char *> Arguments);

} // namespace wdm

#endif // WDM_TOOLS_PRECOMPILEDHEADERS_H
