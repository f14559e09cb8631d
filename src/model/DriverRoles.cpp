//===- DriverRoles.cpp - Which function is what in a driver ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/DriverRoles.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Type.h"

using namespace clang;

namespace wdm::model {

namespace {

bool hasRoleType(QualType T) {
  while (!T.isNull()) {
    if (const auto *Typedef = T->getAs<TypedefType>()) {
      if (Typedef->getDecl()->getName().starts_with("DRIVER_DISPATCH"))
        return true;
      T = Typedef->getDecl()->getUnderlyingType();
      continue;
    }
    return false;
  }
  return false;
}

} // namespace

void DispatchRoutines::noteStore(const Stmt &S) {
  const auto *Assign = dyn_cast<BinaryOperator>(&S);
  if (!Assign || Assign->getOpcode() != BO_Assign)
    return;
  // MajorFunction[A] = MajorFunction[B] = Routine;
  const auto *Element =
      dyn_cast<ArraySubscriptExpr>(Assign->getLHS()->IgnoreParenImpCasts());
  if (!Element)
    return;
  const auto *Table =
      dyn_cast<MemberExpr>(Element->getBase()->IgnoreParenImpCasts());
  if (!Table || !Table->getMemberDecl()->getDeclName().isIdentifier() ||
      Table->getMemberDecl()->getName() != "MajorFunction")
    return;
  const Expr *Value = Assign->getRHS()->IgnoreParenCasts();
  while (const auto *Chain = dyn_cast<BinaryOperator>(Value)) {
    if (Chain->getOpcode() != BO_Assign)
      return;
    Value = Chain->getRHS()->IgnoreParenCasts();
  }
  if (const auto *Address = dyn_cast<UnaryOperator>(Value))
    if (Address->getOpcode() == UO_AddrOf)
      Value = Address->getSubExpr()->IgnoreParenCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Value))
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      Stored.insert(F->getCanonicalDecl());
}

bool DispatchRoutines::contains(const FunctionDecl &F) const {
  if (Stored.count(F.getCanonicalDecl()))
    return true;
  for (const FunctionDecl *D : F.redecls())
    if (hasRoleType(D->getType()))
      return true;
  return false;
}

} // namespace wdm::model
