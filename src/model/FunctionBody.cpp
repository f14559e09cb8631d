//===- FunctionBody.cpp - The statements of one function ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/FunctionBody.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace wdm::model {

FunctionBody::FunctionBody(const FunctionDecl &Function, ASTContext &Context)
    : Function(Function), Context(Context), Body(Function.getBody()) {
  if (!Body)
    return;
  const SourceManager &Sources = Context.getSourceManager();
  File = Sources.getFileID(Sources.getExpansionLoc(Body->getBeginLoc()));
  Parents = std::make_unique<ParentMap>(const_cast<Stmt *>(Body));
  collect(Body);
}

void FunctionBody::collect(const Stmt *S) {
  if (!S)
    return;
  All.push_back(S);
  if (isa<LambdaExpr>(S))
    return;
  for (const Stmt *Child : S->children())
    collect(Child);
}

const Stmt *FunctionBody::parent(const Stmt *S) const {
  return Parents ? Parents->getParent(S) : nullptr;
}

bool FunctionBody::isInside(const Stmt *S, const Stmt *Outer) const {
  for (; S; S = parent(S))
    if (S == Outer)
      return true;
  return false;
}

unsigned FunctionBody::begin(const Stmt *S) const {
  const SourceManager &Sources = Context.getSourceManager();
  const auto [In, Offset] =
      Sources.getDecomposedLoc(Sources.getExpansionLoc(S->getBeginLoc()));
  return In == File ? Offset : 0;
}

const Expr *bare(const Expr *E) {
  while (E) {
    E = E->IgnoreParenCasts();
    if (const auto *Full = dyn_cast<FullExpr>(E))
      E = Full->getSubExpr();
    else
      break;
  }
  return E;
}

const VarDecl *variableOf(const Expr *E) {
  if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(bare(E)))
    return dyn_cast<VarDecl>(Ref->getDecl());
  return nullptr;
}

std::optional<int64_t> constantOf(const Expr *E, const ASTContext &Context) {
  Expr::EvalResult Result;
  if (!E || E->isValueDependent() ||
      !E->getType()->isIntegralOrEnumerationType() ||
      !E->EvaluateAsInt(Result, Context) ||
      !Result.Val.getInt().isRepresentableByInt64())
    return std::nullopt;
  return Result.Val.getInt().getExtValue();
}

bool isRepeatable(const Expr *E) {
  if (!E)
    return true;
  if (isa<CallExpr, CXXConstructExpr, CXXNewExpr, CXXDeleteExpr, LambdaExpr,
          StmtExpr, CXXThrowExpr, CompoundLiteralExpr>(E))
    return false;
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    if (Unary->isIncrementDecrementOp())
      return false;
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    if (Binary->isAssignmentOp())
      return false;
  for (const Stmt *Child : E->children())
    if (Child && (!isa<Expr>(Child) || !isRepeatable(cast<Expr>(Child))))
      return false;
  return true;
}

} // namespace wdm::model
