// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// A source file as text: lines, columns, and what a fingerprint needs to
/// know of the place of a finding. Nothing here parses C++: the function
/// around a place is found by its braces, which conditional compilation can
/// mislead; a wrong name then is the same wrong name the next time.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_SOURCETEXT_H
#define WDM_TOOLS_LINT_SOURCETEXT_H

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>
#include <vector>

namespace wdm::lint {

/// Counted from 1, as clang counts.
struct LineColumn {
  unsigned Line = 0;
  unsigned Column = 0;      ///< in bytes
  unsigned Utf16Column = 0; ///< in code units of UTF-16, as reports count
};

class SourceText {
public:
  explicit SourceText(std::string Text);

  llvm::StringRef text() const { return Text; }
  LineColumn place(unsigned Offset) const;
  /// Without its end.
  llvm::StringRef line(unsigned Line) const;
  unsigned lines() const { return static_cast<unsigned>(Starts.size()); }
  /// Where line \p Line begins; past the end: the end.
  unsigned startOf(unsigned Line) const;
  /// The end of the name that stands at \p Offset, or one more.
  unsigned endOfName(unsigned Offset) const;
  /// The call that stands at \p Offset, name and arguments, without comments
  /// and without blanks that mean nothing.
  std::string callAt(unsigned Offset) const;
  /// The name of the function whose body is around \p Offset, with its classes
  /// and namespaces; empty if it is in none.
  std::string functionAt(unsigned Offset) const;
  /// The nearest lines with code before and behind that of \p Offset, without
  /// blanks.
  std::string around(unsigned Offset) const;

private:
  std::string Text;
  std::vector<unsigned> Starts;
};

/// The files of a run, each read once.
class SourceTexts {
public:
  /// Null if it cannot be read.
  const SourceText *get(llvm::StringRef Path);
  /// Reads it again the next time.
  void forget(llvm::StringRef Path) { Files.erase(Path); }

private:
  llvm::StringMap<std::unique_ptr<SourceText>> Files;
};

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_SOURCETEXT_H
