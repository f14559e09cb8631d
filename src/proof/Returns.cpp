//===- Returns.cpp - Whether another value may be returned ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Returns.h"
#include "src/proof/Names.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

namespace {

/// \p Variable is read somewhere in \p S, except by \p Returned: compilers
/// warn of one that is only set.
bool isReadElsewhere(const Stmt *S, const VarDecl &Variable,
                     const Expr &Returned) {
  if (!S || S == &Returned)
    return false;
  auto IsIt = [&](const Expr *E) {
    const auto *Ref = dyn_cast<DeclRefExpr>(E->IgnoreParens());
    return Ref && Ref->getDecl() == &Variable;
  };
  if (const auto *E = dyn_cast<Expr>(S); E && IsIt(E))
    return true;
  if (const auto *Assign = dyn_cast<BinaryOperator>(S);
      Assign && Assign->isAssignmentOp() && IsIt(Assign->getLHS()))
    return isReadElsewhere(Assign->getRHS(), Variable, Returned);
  if (const auto *Step = dyn_cast<UnaryOperator>(S);
      Step && Step->isIncrementDecrementOp() && IsIt(Step->getSubExpr()))
    return false;
  return llvm::any_of(S->children(), [&](const Stmt *Child) {
    return isReadElsewhere(Child, Variable, Returned);
  });
}

/// Others have a say in what \p F returns.
const char *whyNotAlone(const FunctionDecl &F, const engine::Program &Whole) {
  if (F.isTemplateInstantiation())
    return "it is in a template";
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&F);
      Method && Method->getParent()->isLambda())
    return "it is in a lambda";
  if (Whole.Callers.count(F.getCanonicalDecl()))
    return "the function is called in this file as well";
  if (const engine::DriverFacts *Facts = Whole.elsewhere(F);
      Facts && Facts->Called)
    return "the function is called in another file as well";
  return nullptr;
}

const char *whyNotInsteadOf(const ReturnStmt &Return, const engine::Finding &F,
                            const ASTContext &Context) {
  const Expr *Returned = returnedBy(Return);
  if (Returned->isValueDependent() || Returned->HasSideEffects(Context))
    return "the returned expression has an effect";
  Expr::EvalResult Result;
  const bool Constant = Returned->EvaluateAsInt(Result, Context);
  if (F.OnlyInsteadOfSuccess &&
      !(Constant && Result.Val.getInt().extOrTrunc(32).isNonNegative()))
    return "who returns a failure may have kept the IRP";
  if (Constant)
    return nullptr;
  const auto *Ref = dyn_cast<DeclRefExpr>(Returned->IgnoreParenCasts());
  const auto *Variable = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Variable)
    return "the returned expression is no constant and no variable";
  if (Variable->isLocalVarDecl() &&
      !isReadElsewhere(F.Function->getBody(), *Variable, *Return.getRetValue()))
    return "the variable would be left without a use";
  return nullptr;
}

} // namespace

const Expr *returnedBy(const ReturnStmt &Return) {
  const Expr *Returned = Return.getRetValue()->IgnoreImplicit();
  while (const auto *Paren = dyn_cast<ParenExpr>(Returned)) {
    if (Paren->getLParen().isMacroID())
      break;
    Returned = Paren->getSubExpr()->IgnoreImplicit();
  }
  return Returned;
}

const char *whyNotReturned(const engine::Finding &F,
                           const engine::Program &Whole,
                           const ASTContext &Context) {
  const auto *Return = dyn_cast_or_null<ReturnStmt>(F.FaultAt);
  const engine::FaultKind *Kind = F.Of ? F.Of->faultKind(F.Broken) : nullptr;
  if (!Kind || !Kind->Mend.Return || !Return || !Return->getRetValue())
    return "only the author knows which end was meant";
  if (!F.ReturnInstead)
    return "not every path to it marks the IRP pending and gives it away";
  // (A block literal has no declaration.)
  if (!F.Function)
    return "it is in a template";
  if (const char *Why = whyNotAlone(*F.Function, Whole))
    return Why;
  if (!isNameDeclared(F.ReturnInstead, Context))
    return "the status is not declared";
  return whyNotInsteadOf(*Return, F, Context);
}

} // namespace wdm::proof
