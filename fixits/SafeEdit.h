//===- SafeEdit.h - The text around an edit ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What has to be known of a file's text before a piece of it may be changed:
/// its raw tokens, its lines, which `#if` branch a place is in, and the habits
/// of its author (end of line, indentation, braces).
///
/// Everything is told from the text as it stands in the file. Places are byte
/// offsets, so the encoding and a byte order mark do not matter; edits bring
/// in ASCII and pieces of the file's own text only.
///
/// Refused: places inside macro expansions and macro arguments, in files that
/// are no user code, and edits that reach across a preprocessor directive. The
/// functions here only answer; callers make no edit where an answer is no.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_SAFEEDIT_H
#define WDM_FIXITS_SAFEEDIT_H

#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceLocation.h"
#include "clang/Basic/TokenKinds.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace clang {
class ASTContext;
class LangOptions;
class SourceManager;
} // namespace clang

namespace wdm::fixits {

/// One token of the file as written; comments are tokens too.
struct RawToken {
  unsigned Begin = 0;
  unsigned End = 0;
  clang::tok::TokenKind Kind = clang::tok::unknown;
  bool Directive = false; ///< Part of a preprocessor directive.

  bool isComment() const { return Kind == clang::tok::comment; }
};

/// Where a function's author puts the braces of `if` and of loops.
struct BraceStyle {
  bool OwnLine = false;     ///< `{` starts a line.
  std::string BraceIndent;  ///< What `{` is indented by, against the `if`.
  std::string BodyIndent;   ///< What the body is indented by, against the `if`.
  bool BlankAfterIf = true; ///< `if (` rather than `if(`.
};

/// Replaces the bytes from Begin to End.
struct TextEdit {
  unsigned Begin;
  unsigned End;
  std::string Text;
};

class SourceText {
public:
  /// The file that \p Loc is in, or nothing where no edit may be made: a macro,
  /// a system header, a file that cannot be read.
  static std::optional<SourceText> of(clang::SourceLocation Loc,
                                      const clang::ASTContext &Context);

  llvm::StringRef text() const { return Text; }
  llvm::StringRef text(unsigned Begin, unsigned End) const {
    return Text.slice(Begin, End);
  }
  llvm::StringRef text(const RawToken &T) const { return text(T.Begin, T.End); }

  /// The offset of \p Loc; nothing when it is in a macro or another file.
  std::optional<unsigned> offset(clang::SourceLocation Loc) const;

  /// The bytes of \p Range; nothing when an end is in a macro (an end that is a
  /// whole macro expansion is fine), in another file, or a directive is
  /// between them.
  std::optional<std::pair<unsigned, unsigned>>
  bytes(clang::SourceRange Range) const;
  /// The text of these bytes; nothing where a comment is in it, too.
  std::optional<llvm::StringRef> plainText(clang::SourceRange Range) const;

  /// \name Lines
  /// @{
  unsigned lineStart(unsigned At) const;
  unsigned lineEnd(unsigned At) const; ///< The place of the line's end.
  llvm::StringRef indentation(unsigned At) const;
  bool isFirstOnLine(unsigned At) const;
  llvm::StringRef endOfLine(unsigned At) const; ///< "\n" or "\r\n".
  /// True when nothing but blanks is between the two, or up to the line's end.
  bool isBlank(unsigned Begin, unsigned End) const;
  bool isBlankToEnd(unsigned At) const { return isBlank(At, lineEnd(At)); }
  /// The width of \p Blanks, with tabs of 8.
  unsigned columns(llvm::StringRef Blanks) const;
  /// @}

  /// \name Tokens
  /// @{
  llvm::ArrayRef<RawToken> tokens() const { return Tokens; }
  /// The tokens that have a part between the two offsets.
  llvm::ArrayRef<RawToken> within(unsigned Begin, unsigned End) const;
  /// The first token that begins at \p At or after; comments are skipped.
  const RawToken *tokenFrom(unsigned At) const;
  /// The last token that ends at \p At or before; comments are skipped.
  const RawToken *tokenBefore(unsigned At) const;
  bool hasComment(unsigned Begin, unsigned End) const;
  /// True when \p Word is an identifier of the range, and not a member's.
  bool hasIdentifier(llvm::StringRef Word, unsigned Begin, unsigned End) const;
  /// The end of the comments that follow \p At on its line, or \p At. The line
  /// meant is the one on which the last such comment ends.
  unsigned skipTrailingComments(unsigned At) const;
  /// @}

  /// \name Directives
  /// @{
  bool crossesDirective(unsigned Begin, unsigned End) const;
  /// True when in every configuration a statement may begin at \p At: what an
  /// `#if` group in front of it ends with is complete.
  bool startsStatement(unsigned At) const;
  /// True when every configuration that sees \p Inner sees \p Outer too.
  bool isSeenWherever(unsigned Outer, unsigned Inner) const;
  /// @}

  /// The habits of the code between the two offsets; where it has none, those
  /// of the file.
  BraceStyle braceStyle(unsigned Begin, unsigned End) const;
  /// One step of indentation, as between the two offsets.
  std::string indentUnit(unsigned Begin, unsigned End) const;

  clang::FixItHint hint(const TextEdit &Edit) const;

private:
  SourceText(clang::SourceLocation Start, llvm::StringRef Text,
             const clang::SourceManager &Sources,
             const clang::LangOptions &Language);
  void lex(const clang::LangOptions &Language);
  void enter(llvm::StringRef Directive, unsigned Hash, unsigned &Groups);
  std::optional<BraceStyle> habits(unsigned Begin, unsigned End) const;

  clang::SourceLocation Start;
  llvm::StringRef Text;
  const clang::SourceManager *Sources;
  const clang::LangOptions *Language;
  std::vector<RawToken> Tokens;
  /// From each offset on: the `#if` groups around it and the branch in each.
  struct Condition {
    unsigned From;
    std::vector<std::pair<unsigned, unsigned>> Path;
  };
  std::vector<Condition> Conditions;
};

/// The most frequent key, the first one of several; empty: there is none.
std::string mostFrequent(const std::map<std::string, unsigned> &Counts);

/// Joins edits that touch each other, in the order of the text, and sees to it
/// that no new text ends in blanks or a line's end: some YAML readers lose
/// those (clang-apply-replacements 16). False when two edits overlap.
bool settle(std::vector<TextEdit> &Edits, const SourceText &Source);

/// True when \p Edit touches one of \p Others, so that the result would depend
/// on their order.
bool collides(const TextEdit &Edit, llvm::ArrayRef<TextEdit> Others);

} // namespace wdm::fixits

#endif // WDM_FIXITS_SAFEEDIT_H
