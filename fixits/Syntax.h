//===- Syntax.h - One function as it is written -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The syntax of one function: which statement is in which, where it stands in
/// the file, what an expression is when its casts are taken off, and what a
/// name means at a place.
///
/// Nothing here asks what the code does: there is no order of execution, and
/// no look into a called function.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_SYNTAX_H
#define WDM_FIXITS_SYNTAX_H

#include "fixits/SafeEdit.h"
#include "clang/AST/ParentMap.h"
#include "clang/AST/Type.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace clang {
class ASTContext;
class CallExpr;
class Expr;
class FunctionDecl;
class NamedDecl;
class Stmt;
class VarDecl;
} // namespace clang

namespace wdm::fixits {

/// The statements of one function and their places in a file. Built in one
/// walk over the body; a function without a body has no statements.
class FunctionText {
public:
  /// \p Source is the file of \p Function, or of the one that asks for it.
  FunctionText(const clang::FunctionDecl &Function, clang::ASTContext &Context,
               const SourceText &Source);

  const clang::FunctionDecl &Function;
  clang::ASTContext &Context;
  const SourceText &Source;
  const clang::Stmt *Body;
  /// \name The body's braces and what is between them
  /// Both 0 where the body is in another file or made by a macro.
  /// @{
  unsigned BodyBegin = 0;
  unsigned BodyEnd = 0;
  /// @}

  /// Null for the body, and for what is not part of this function.
  const clang::Stmt *parent(const clang::Stmt *S) const;
  /// True also when the two are one. Costs the depth of \p S.
  bool isInside(const clang::Stmt *S, const clang::Stmt *Outer) const;
  /// Every statement of the function itself, in the order of the text; a lambda
  /// is one, what is in it is none.
  const std::vector<const clang::Stmt *> &statements() const { return All; }

  /// Where \p S begins in the file; for a macro, where it is expanded; 0 when
  /// that is another file.
  unsigned begin(const clang::Stmt *S) const;

private:
  void collect(const clang::Stmt *S);

  std::unique_ptr<clang::ParentMap> Parents;
  std::vector<const clang::Stmt *> All;
};

/// \name Expressions
/// All take null, and answer null, nothing or false for it.
/// @{

/// \p E without parentheses, casts and clean-ups.
const clang::Expr *bare(const clang::Expr *E);
/// The variable that \p E names, or null.
const clang::VarDecl *variableOf(const clang::Expr *E);
/// The value of \p E, as far as \p Known knows its variables. Calls, and
/// arithmetic that no condition on a status is written with, have none.
std::optional<int64_t> evaluate(
    const clang::Expr *E, const clang::ASTContext &Context,
    llvm::function_ref<std::optional<int64_t>(const clang::VarDecl &)> Known);
/// The same where no variable is known.
std::optional<int64_t> constantOf(const clang::Expr *E,
                                  const clang::ASTContext &Context);
/// True for a literal null pointer or 0 in any spelling.
bool isNullOrZero(const clang::Expr *E);
/// True when \p E can be written a second time without a second effect; for
/// null as well, an argument that is not there.
bool isRepeatable(const clang::Expr *E);
/// @}

/// True for a call that only prints, by its name or that of a macro.
bool isReport(const FunctionText &Code, const clang::CallExpr &Call);

/// True when \p T is, or is a typedef of, a typedef called \p Name.
bool isTypedefOf(clang::QualType T, llvm::StringRef Name);
/// True for NTSTATUS in any spelling.
bool isStatusType(clang::QualType T);

/// \name Names
/// @{

/// What the function itself means by \p Name behind \p At; null where that is
/// something outside of it.
const clang::NamedDecl *nameAt(const FunctionText &Code, llvm::StringRef Name,
                               const clang::Stmt *At);
/// True when the name of \p D means \p D behind \p At.
bool isVisibleAt(const FunctionText &Code, const clang::NamedDecl &D,
                 const clang::Stmt *At);
/// True when every name in \p What means the same at \p At.
bool meansTheSameAt(const FunctionText &Code, const clang::Stmt *What,
                    const clang::Stmt *At);
/// True when the name of \p V means another declaration of the function's at
/// \p Point, or \p V has none.
bool isHiddenAt(const FunctionText &Code, const clang::VarDecl &V,
                const clang::Stmt &Point);
/// True when \p Name is a macro or is declared at file scope: a line that uses
/// it compiles.
bool isNameDeclared(llvm::StringRef Name, const clang::ASTContext &Context);
/// @}

} // namespace wdm::fixits

#endif // WDM_FIXITS_SYNTAX_H
