// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// What the user wants.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_OPTIONS_H
#define WDM_TOOLS_LINT_OPTIONS_H

#include "tools/lint/Console.h"
#include <string>
#include <vector>

namespace wdm::lint {

enum class Mode { Lint, Doctor, SuggestOptions, FromYaml, Merge };

struct Options {
  Mode What = Mode::Lint;
  std::string Folder; ///< with compile_commands.json
  std::vector<std::string> Names;
  bool Fix = false;
  bool Diff = false;
  std::string Sarif;
  std::string CodeQuality;
  std::string Baseline;
  std::string Checks;
  std::string ConfigFile;
  unsigned Jobs = 0;  ///< 0: one for each processor
  unsigned Shard = 0; ///< from 1 on; 0: the files are not divided
  unsigned Shards = 0;
  bool AllFiles = false;
  unsigned Timeout = 600;
  std::string Overlay;
  std::vector<std::string> ExtraArguments;
  std::string ClangTidy;
  Colors Color = Colors::Auto;
  bool Quiet = false;
};

/// Reads a command line. Prints what is wrong with it.
/// \returns the status to end with, or -1 to go on.
int readOptions(int Count, const char *const *Words, Options &Result);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_OPTIONS_H
