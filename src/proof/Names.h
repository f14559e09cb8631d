//===- Names.h - What a name means at a place -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the names of a function mean at a place in it: whether a line that uses
/// one means by it what is meant elsewhere. Of the scopes of the AST; what the
/// preprocessor left out is not seen.
///
/// Cost: the declarations of the scopes around the place.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_PROOF_NAMES_H
#define WDM_PROOF_NAMES_H

#include "src/model/FunctionBody.h"

namespace clang {
class CallExpr;
class NamedDecl;
} // namespace clang

namespace wdm::proof {

/// What the function itself means by \p Name behind \p At; null where that is
/// something outside of it.
const clang::NamedDecl *nameAt(const model::FunctionBody &Code,
                               llvm::StringRef Name, const clang::Stmt *At);
/// True when the name of \p D means \p D behind \p At; also of what has no
/// plain name.
bool isVisibleAt(const model::FunctionBody &Code, const clang::NamedDecl &D,
                 const clang::Stmt *At);
/// The same; false for what has no name.
bool isNamedAt(const model::FunctionBody &Code, const clang::VarDecl &V,
               const clang::Stmt &At);
/// True when every name in \p What means the same at \p At.
bool meansTheSameAt(const model::FunctionBody &Code, const clang::Stmt *What,
                    const clang::Stmt *At);
/// True when \p Name is a macro or is declared at file scope: a line that uses
/// it compiles.
bool isNameDeclared(llvm::StringRef Name, const clang::ASTContext &Context);
/// True when a part of \p S names \p V.
bool names(const model::FunctionBody &Code, const clang::Stmt &S,
           const clang::VarDecl &V);
/// The name of what is called; empty where that has no plain name.
llvm::StringRef nameOf(const clang::CallExpr &Call);
/// True for a call that only prints, by its name or that of a macro.
bool isReport(const clang::CallExpr &Call, const clang::ASTContext &Context);

} // namespace wdm::proof

#endif // WDM_PROOF_NAMES_H
