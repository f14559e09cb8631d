//===- Syntax.h - One function as it is written -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The text of one function: its statements with their places in a file, and
/// what a name means at a place.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_SYNTAX_H
#define WDM_FIXITS_SYNTAX_H

#include "fixits/SafeEdit.h"
#include "src/model/FunctionBody.h"
#include "src/model/Routines.h"
#include "llvm/ADT/StringRef.h"

namespace clang {
class ASTContext;
class CallExpr;
class FunctionDecl;
class NamedDecl;
class Stmt;
class VarDecl;
} // namespace clang

namespace wdm::fixits {

using model::bare;
using model::constantOf;
using model::isRepeatable;
using model::isStatusType;
using model::variableOf;

/// The statements of one function and their places in a file.
class FunctionText : public model::FunctionBody {
public:
  /// \p Source is the file of \p Function, or of the one that asks for it.
  FunctionText(const clang::FunctionDecl &Function, clang::ASTContext &Context,
               const SourceText &Source);

  const SourceText &Source;
  /// \name The body's braces and what is between them
  /// Both 0 where the body is in another file or made by a macro.
  /// @{
  unsigned BodyBegin = 0;
  unsigned BodyEnd = 0;
  /// @}
};

/// True for a call that only prints, by its name or that of a macro.
bool isReport(const FunctionText &Code, const clang::CallExpr &Call);

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
