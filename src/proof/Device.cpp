//===- Device.cpp - Whose device object a registration is given -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/OwnWords.h"
#include "src/proof/Names.h"
#include "src/proof/Parts.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;
using model::FunctionBody;
using model::variableOf;

/// True when the function reads fields of \p Device, and those that a driver
/// has in its own device object only.
static bool isUsedAsOwn(const FunctionBody &Code, const ParmVarDecl &Device) {
  bool Extension = false;
  for (const Stmt *S : Code.statements()) {
    const auto *Member = dyn_cast<MemberExpr>(S);
    if (!Member || variableOf(Member->getBase()) != &Device)
      continue;
    const model::DeviceField Field =
        model::roleOfDeviceField(*Member->getMemberDecl());
    if (Field == model::DeviceField::Other)
      return false;
    Extension |= Field == model::DeviceField::Extension;
  }
  return Extension;
}

/// True when each caller gives \p F its own device object first.
bool Proof::passOwnDevice(const FunctionDecl &F) {
  const DriverFacts *Facts = Whole.elsewhere(F);
  if (Facts && (Facts->CalledUnseen || Facts->Hidden))
    return false;
  return llvm::all_of(
      Whole.callersOf(*F.getCanonicalDecl()), [&](const FunctionDecl *Caller) {
        const FlowGraph *G = graphOf(*Caller);
        return G && ownIrp(*Caller) > 0 &&
               llvm::all_of(G->Calls, [&](const FlowCall &Call) {
                 if (!Call.Callee ||
                     Call.Callee->getCanonicalDecl() != F.getCanonicalDecl())
                   return true;
                 const FlowExpr &E = G->Exprs[Call.Args.front()];
                 return E.Kind == ExprKind::Load &&
                        G->Places[E.Place].Kind == PlaceKind::Variable &&
                        G->Places[E.Place].Decl == G->Params.front();
               });
      });
}

bool Proof::isOwnDevice(const FunctionBody &Code, const ParmVarDecl &Device,
                        const Expr &Instead) {
  if (!Device.getIdentifier() ||
      !Context.hasSameUnqualifiedType(Device.getType(), Instead.getType()) ||
      isChanged(Code.Function, Device))
    return false;
  if (Whole.Roles.isDispatch(Code.Function))
    return true;
  // A helper of the same shape may be given the lower device object.
  return !model::soundsLower(Device.getName()) &&
         passOwnDevice(Code.Function) && isUsedAsOwn(Code, Device);
}

/// True when \p Arg is a local variable that is read nowhere else.
static bool isOnlyUse(const FunctionBody &Code, const Expr &Arg) {
  const VarDecl *Given = variableOf(&Arg);
  if (!Given || !Given->hasLocalStorage() || isa<ParmVarDecl>(Given))
    return false;
  return llvm::none_of(Code.statements(), [&](const Stmt *S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    const auto *Cast =
        Ref ? dyn_cast_or_null<CastExpr>(Code.parent(Ref)) : nullptr;
    if (!Cast || Ref->getDecl() != Given ||
        Cast->getCastKind() != CK_LValueToRValue)
      return false;
    // The other registrations may be mended as well.
    const Stmt *Up = Cast;
    while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
      Up = Code.parent(Up);
    const auto *User = dyn_cast_or_null<CallExpr>(Up);
    return !User || !model::isRegistrationItself(*User);
  });
}

OwnDevice Proof::deviceInstead(const FunctionBody &Code,
                               const CallExpr &Registration) {
  if (!model::isRegistrationItself(Registration))
    return {nullptr, "not a call of IoSetCompletionRoutineEx itself"};
  if (ownIrp(Code.Function) < 1)
    return {nullptr, "the function is no dispatch routine"};
  const ParmVarDecl *Own = Code.Function.getParamDecl(0);
  const Expr *Arg = Registration.getArg(0);
  if (!isOwnDevice(Code, *Own, *Arg))
    return {nullptr, "the routine's own device object is not evident"};
  if (!model::isRepeatable(Arg) || variableOf(Arg) == Own)
    return {nullptr, "the argument is too unusual"};
  if (!isNamedAt(Code, *Own, Registration))
    return {nullptr, "the routine's own device object is hidden"};
  if (isOnlyUse(Code, *Arg))
    return {nullptr, "its variable would be left without a use"};
  return {Own, nullptr};
}

} // namespace wdm::proof
