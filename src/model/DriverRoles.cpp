//===- DriverRoles.cpp - Which function is what in a driver ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/DriverRoles.h"
#include "src/model/Routines.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Type.h"

using namespace clang;

namespace wdm::model {

namespace {

bool hasRoleType(QualType T, llvm::StringRef Role) {
  while (!T.isNull()) {
    if (const auto *Typedef = T->getAs<TypedefType>()) {
      if (Typedef->getDecl()->getName().starts_with(Role))
        return true;
      T = Typedef->getDecl()->getUnderlyingType();
      continue;
    }
    return false;
  }
  return false;
}

bool isDeclaredAs(const FunctionDecl &F, llvm::StringRef Role) {
  for (const FunctionDecl *D : F.redecls())
    if (hasRoleType(D->getType(), Role))
      return true;
  return false;
}

/// The function whose address \p E is, or null. Of a lambda it is the call
/// operator, which the function that it is converted to calls.
const FunctionDecl *functionIn(const Expr *E) {
  E = E->IgnoreParenCasts();
  if (const auto *Conversion = dyn_cast<CXXMemberCallExpr>(E)) {
    const auto *Class = Conversion->getRecordDecl();
    if (!Class || !Class->isLambda() ||
        !isa_and_nonnull<CXXConversionDecl>(Conversion->getMethodDecl()))
      return nullptr;
    const CXXMethodDecl *Operator = Class->getLambdaCallOperator();
    return Operator ? Operator->getCanonicalDecl() : nullptr;
  }
  if (const auto *Address = dyn_cast<UnaryOperator>(E))
    if (Address->getOpcode() == UO_AddrOf)
      E = Address->getSubExpr()->IgnoreParenCasts();
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *F = Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr;
  return F ? F->getCanonicalDecl() : nullptr;
}

} // namespace

bool DriverRoles::noteStore(const Stmt &S) {
  const auto *Assign = dyn_cast<BinaryOperator>(&S);
  if (!Assign || Assign->getOpcode() != BO_Assign)
    return false;
  const Expr *To = Assign->getLHS()->IgnoreParenImpCasts();
  if (const auto *Member = dyn_cast<MemberExpr>(To)) {
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (Field && roleOfField(*Field) == FieldRole::Completion)
      noteCompletion(*Assign->getRHS());
    return false;
  }
  // MajorFunction[A] = MajorFunction[B] = Routine;
  const auto *Element = dyn_cast<ArraySubscriptExpr>(To);
  if (!Element)
    return false;
  const auto *Table =
      dyn_cast<MemberExpr>(Element->getBase()->IgnoreParenImpCasts());
  if (!Table || !Table->getMemberDecl()->getDeclName().isIdentifier() ||
      Table->getMemberDecl()->getName() != "MajorFunction")
    return false;
  const Expr *Value = Assign->getRHS()->IgnoreParenCasts();
  while (const auto *Chain = dyn_cast<BinaryOperator>(Value)) {
    if (Chain->getOpcode() != BO_Assign)
      return false;
    Value = Chain->getRHS()->IgnoreParenCasts();
  }
  const FunctionDecl *F = functionIn(Value);
  if (F)
    Stored.insert(F);
  return F != nullptr;
}

void DriverRoles::noteCompletion(const Expr &Routine) {
  if (const FunctionDecl *F = functionIn(&Routine))
    Completion.insert(F);
}

void DriverRoles::noteAddress(const FunctionDecl &F) {
  Addressed.insert(F.getCanonicalDecl());
}

bool DriverRoles::isDispatch(const FunctionDecl &F) const {
  return Stored.count(F.getCanonicalDecl()) ||
         isDeclaredAs(F, "DRIVER_DISPATCH");
}

bool DriverRoles::isOnlyDispatch(const FunctionDecl &F, bool Called) const {
  if (Stored.count(F.getCanonicalDecl()))
    return true;
  return !Called && !Addressed.count(F.getCanonicalDecl()) &&
         isDeclaredAs(F, "DRIVER_DISPATCH");
}

bool DriverRoles::isCompletion(const FunctionDecl &F) const {
  return Completion.count(F.getCanonicalDecl()) ||
         isDeclaredAs(F, "IO_COMPLETION_ROUTINE");
}

} // namespace wdm::model
