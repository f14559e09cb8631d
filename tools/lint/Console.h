// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// What the user sees: findings on stdout, all else on stderr.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_CONSOLE_H
#define WDM_TOOLS_LINT_CONSOLE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace wdm::lint {

enum class Colors { Auto, Always, Never };

/// Whether colours are shown on stdout and stderr from now on. Auto: on a
/// terminal, unless NO_COLOR is set.
void chooseColors(Colors Choice);

/// A line on stderr.
void say(const llvm::Twine &Text);
/// The same behind `error: `, `warning: ` or `note: `.
void sayError(const llvm::Twine &Text);
void sayWarning(const llvm::Twine &Text);
void sayNote(const llvm::Twine &Text);

/// \p Text with each of its lines moved to the right.
std::string indented(llvm::StringRef Text, unsigned By = 4);

/// Writes \p Text in \p Color, if there are colours on \p Out.
void colored(llvm::raw_ostream &Out, llvm::raw_ostream::Colors Color,
             const llvm::Twine &Text);

/// How far a run is: one line that changes on a terminal, nothing elsewhere.
class Progress {
public:
  /// \p Quiet: nothing anywhere.
  Progress(size_t Total, bool Quiet);
  ~Progress() { clear(); }
  /// \p Name is done.
  void step(llvm::StringRef Name);
  void clear();

private:
  const size_t Total;
  size_t Done = 0;
  const bool Terminal;
  bool Shown = false;
};

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_CONSOLE_H
