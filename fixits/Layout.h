//===- Layout.h - Lines in the author's style -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Puts statements, an `if` around them and braces into text, indented and
/// ended as the lines around them.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_LAYOUT_H
#define WDM_FIXITS_LAYOUT_H

#include "fixits/SafeEdit.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace wdm::fixits {

/// A statement's place among its lines.
struct Slot {
  unsigned Begin = 0;      ///< Of the statement, without labels.
  unsigned End = 0;        ///< Behind its semicolon.
  unsigned OuterBegin = 0; ///< With labels.
  bool Labelled = false;
  bool InBlock = false;      ///< A child of a block; else the body of Control.
  unsigned ControlBegin = 0; ///< The `if`, `else` or loop.
  bool IsDo = false;         ///< Control is `do`: `while` follows.
  std::string Sibling;       ///< Indentation of a neighbour in the block.
};

class Layout {
public:
  Layout(const SourceText &Source, unsigned FunctionBegin,
         unsigned FunctionEnd);

  const BraceStyle &style() const { return Style; }

  /// `if (Condition) { Lines }` without the first line's end of line.
  std::string guard(llvm::StringRef Indent, llvm::StringRef Eol,
                    llvm::StringRef Condition,
                    llvm::ArrayRef<std::string> Lines) const;
  /// ` { Lines }`, the braces of a statement that is indented by \p Indent.
  std::string block(llvm::StringRef Indent, llvm::StringRef Eol,
                    llvm::ArrayRef<std::string> Lines) const;
  /// Each line on its own, ended.
  std::string lines(llvm::StringRef Indent, llvm::StringRef Eol,
                    llvm::ArrayRef<std::string> Lines) const;

  /// `if (Condition)`
  std::string condition(llvm::StringRef Condition) const;
  /// One step further in, for a line that is indented by \p Indent.
  std::string step(llvm::StringRef Indent) const;
  /// What a statement at \p S is indented by on a line of its own.
  std::string indentOf(const Slot &S) const;

  /// \name The braces of a statement that is indented by \p Indent
  /// Behind what is on the line before; not ended.
  /// @{
  std::string open(llvm::StringRef Indent, llvm::StringRef Eol) const;
  std::string close(llvm::StringRef Indent, llvm::StringRef Eol) const;
  /// @}

  /// Adds the edits that put \p Behind (lines without the first indentation's
  /// end of line before it) after the statement, and braces around both if it
  /// is no child of a block. False: the place allows none.
  bool append(const Slot &S, llvm::StringRef Behind,
              std::vector<TextEdit> &Edits) const;

private:
  std::string brace(llvm::StringRef Indent) const;
  bool openBefore(const Slot &S, const RawToken &Before,
                  std::vector<TextEdit> &Edits) const;
  void breakLineBefore(const Slot &S, const RawToken &Before,
                       std::vector<TextEdit> &Edits) const;
  bool addBehind(const Slot &S, llvm::StringRef Text,
                 std::vector<TextEdit> &Edits) const;

  const SourceText &Source;
  BraceStyle Style;
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_LAYOUT_H
