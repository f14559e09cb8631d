//===- Place.h - Where lines can go -----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How a call stands in its statement, and the edits that bring lines in
/// around a statement: behind it, in front of it, into a branch of an `if`.
///
/// The answer is edits, or the reason why there are none. Refused are macros,
/// preprocessor directives in between, conditions and other parts of an
/// expression, and layouts in which the lines would get no line of their own.
/// What the lines do, and whether they are right there, is not asked.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_PLACE_H
#define WDM_FIXITS_PLACE_H

#include "fixits/Layout.h"
#include "fixits/Syntax.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace wdm::fixits {

/// How a call stands in its statement.
struct Site {
  const clang::Stmt *Statement = nullptr;     ///< Expression or declaration.
  const clang::Stmt *Outer = nullptr;         ///< With labels.
  const clang::CompoundStmt *Block = nullptr; ///< Its parent, if it is a block.
  const clang::Stmt *Control = nullptr;       ///< Else: whose body it is.
  const clang::Expr *Whole = nullptr;  ///< The expression, casts included.
  const clang::Expr *Stored = nullptr; ///< What it is assigned to.
  const clang::VarDecl *Initialises = nullptr;
  const clang::Expr *VoidCast = nullptr;
  const char *Why = nullptr; ///< Why no edit is possible; the rest is unset.

  /// The result is stored, not discarded.
  bool isKept() const { return Initialises || Stored; }
};

/// Refused, by Site::Why: a call that is part of a condition, of a comma or
/// another expression than plain assignments and casts, of a statement
/// expression.
Site siteOf(const FunctionText &Code, const clang::CallExpr &Call);
/// The site of a whole statement, taken without labels.
Site siteOfStatement(const FunctionText &Code, const clang::Stmt &Statement);

/// Edits, or the reason why there are none.
struct Placed {
  std::vector<TextEdit> Edits;
  const char *Why = nullptr;

  explicit operator bool() const { return !Why; }
};

/// A branch of an `if`.
enum class Arm { Then, Else };
/// The statement of it, or null where there is no `else`.
const clang::Stmt *statementOf(const clang::IfStmt &If, Arm Which);

/// The places of one function, in its author's style.
class Places {
public:
  explicit Places(const FunctionText &Code);

  /// The lines that the statement at \p Where takes, up to its semicolon;
  /// nothing where a macro is in or next to it. \p Where has no Why.
  std::optional<Slot> slotOf(const Site &Where) const;

  using Lines = llvm::ArrayRef<std::string>;
  /// `if (Condition) { Text }` behind \p S, with braces around both where \p S
  /// is a body without.
  Placed guardBehind(const Slot &S, llvm::StringRef Condition,
                     Lines Text) const;
  /// `if (Condition) {` behind \p S, the lines up to \p Last one step further
  /// in, and `}`. Both stand in one block; refused where a comment or a string
  /// takes several lines.
  Placed guardAround(const Slot &S, llvm::StringRef Condition,
                     const clang::Stmt &Last) const;
  /// \p Text at the end of a branch, with braces where it has none; as a new
  /// `else` where there is none.
  Placed appendTo(const clang::IfStmt &If, Arm Which, Lines Text) const;
  /// An `else` behind the braces of \p If. Refused where \p If has one already
  /// or no braces, and where something follows on the line.
  Placed addElse(const clang::IfStmt &If, Lines Text) const;
  /// \p Text in front of \p First, which is the jump at \p Jump or a statement
  /// before it in the same block.
  Placed insertBefore(const Slot &Jump, const clang::Stmt &First,
                      Lines Text) const;

private:
  std::optional<unsigned> endOf(const clang::Stmt &S) const;
  std::string childIndent(const clang::CompoundStmt &Block, unsigned Begin,
                          const clang::Stmt *Except) const;
  Placed appendInside(const clang::CompoundStmt &Block, unsigned If,
                      Lines Text) const;
  Placed wrapBefore(const Slot &Jump, Lines Text) const;

  const FunctionText &Code;
  const SourceText &Source;
  Layout Page;
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_PLACE_H
