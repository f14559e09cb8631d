// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WDM_TOOLS_RESOURCEDIR_H
#define WDM_TOOLS_RESOURCEDIR_H

#include <string>

namespace wdm {

/// Finds clang's own headers (stddef.h, intrin.h, ...) for an executable that
/// is not installed beside them.
///
/// clang looks in ../lib/clang/NN of the running executable. Where nothing is
/// there, the places are: the LLVM that the executable was built with, the one
/// whose libclang-cpp is loaded, and those of clang-NN and clang on the PATH.
/// On Windows there is no other place: the headers are installed together with
/// the executable, and arguments that main() adds are not seen.
///
/// \param Argv0 the first word of the command line
/// \returns the folder to name with -resource-dir; empty if clang finds its
/// headers by itself, or if nobody does, in which case a warning was printed.
std::string findResourceDir(const char *Argv0);

} // namespace wdm

#endif // WDM_TOOLS_RESOURCEDIR_H
