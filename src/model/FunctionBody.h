//===- FunctionBody.h - The statements of one function ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The statements of one function: which is in which, and where it stands in
/// the file; and what an expression is when its casts are taken off.
///
/// Nothing here asks what the code does: there is no order of execution, and
/// no look into a called function.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_MODEL_FUNCTIONBODY_H
#define WDM_MODEL_FUNCTIONBODY_H

#include "clang/AST/ParentMap.h"
#include "clang/AST/Type.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace clang {
class ASTContext;
class Expr;
class FunctionDecl;
class Stmt;
class VarDecl;
} // namespace clang

namespace wdm::model {

/// Built in one walk over the body; a function without a body has no
/// statements.
class FunctionBody {
public:
  FunctionBody(const clang::FunctionDecl &Function, clang::ASTContext &Context);

  const clang::FunctionDecl &Function;
  clang::ASTContext &Context;
  const clang::Stmt *Body;

  /// Null for the body, and for what is not part of this function.
  const clang::Stmt *parent(const clang::Stmt *S) const;
  /// True also when the two are one. Costs the depth of \p S.
  bool isInside(const clang::Stmt *S, const clang::Stmt *Outer) const;
  /// Every statement of the function itself, in the order of the text; a lambda
  /// is one, what is in it is none.
  const std::vector<const clang::Stmt *> &statements() const { return All; }

  /// Where \p S begins in the file of the body; for a macro, where it is
  /// expanded; 0 when that is another file.
  unsigned begin(const clang::Stmt *S) const;

private:
  void collect(const clang::Stmt *S);

  std::unique_ptr<clang::ParentMap> Parents;
  std::vector<const clang::Stmt *> All;
  clang::FileID File;
};

/// \name Expressions
/// All take null, and answer null, nothing or false for it.
/// @{

/// \p E without parentheses, casts and clean-ups.
const clang::Expr *bare(const clang::Expr *E);
/// The variable that \p E names, or null.
const clang::VarDecl *variableOf(const clang::Expr *E);
/// The number that the compiler finds for \p E.
std::optional<int64_t> constantOf(const clang::Expr *E,
                                  const clang::ASTContext &Context);
/// True when \p E can be written a second time without a second effect; for
/// null as well, an argument that is not there.
bool isRepeatable(const clang::Expr *E);
/// @}

} // namespace wdm::model

#endif // WDM_MODEL_FUNCTIONBODY_H
