//===- PendingReturn.cpp - Another value to return ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/PendingReturn.h"
#include "fixits/SafeEdit.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/CharInfo.h"

using namespace clang;

namespace wdm::fixits {

namespace {

bool isKnown(llvm::StringRef Name, ASTContext &Context) {
  IdentifierInfo &Id = Context.Idents.get(Name);
  return Id.hasMacroDefinition() || !Context.getTranslationUnitDecl()
                                         ->lookup(DeclarationName(&Id))
                                         .empty();
}

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
  for (const Stmt *Child : S->children())
    if (isReadElsewhere(Child, Variable, Returned))
      return true;
  return false;
}

} // namespace

ReturnEdit returnInstead(const engine::Finding &F, const engine::Program &Whole,
                         const SourceText *Source, ASTContext &Context) {
  auto No = [](const char *Why) { return ReturnEdit{std::nullopt, Why}; };
  const auto *Return = dyn_cast_or_null<ReturnStmt>(F.FaultAt);
  const engine::FaultKind *Kind = F.Of ? F.Of->faultKind(F.Broken) : nullptr;
  if (!Kind || !Kind->Mend.Return || !Return || !Return->getRetValue())
    return No("only the author knows which end was meant");
  if (!F.ReturnInstead)
    return No("not every path to it marks the IRP pending and gives it away");
  if (!F.Function || F.Function->isTemplateInstantiation())
    return No("it is in a template");
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F.Function);
      Method && Method->getParent()->isLambda())
    return No("it is in a lambda");
  if (Whole.Callers.count(F.Function->getCanonicalDecl()))
    return No("the function is called in this file as well");
  if (const engine::DriverFacts *Facts = Whole.elsewhere(*F.Function);
      Facts && Facts->Called)
    return No("the function is called in another file as well");
  if (!isKnown(F.ReturnInstead, Context))
    return No("the status is not declared");

  const Expr *Returned = Return->getRetValue()->IgnoreImplicit();
  while (const auto *Paren = dyn_cast<ParenExpr>(Returned)) {
    if (Paren->getLParen().isMacroID())
      break;
    Returned = Paren->getSubExpr()->IgnoreImplicit();
  }
  if (Returned->isValueDependent() || Returned->HasSideEffects(Context))
    return No("the returned expression has an effect");
  Expr::EvalResult Result;
  const bool Constant = Returned->EvaluateAsInt(Result, Context);
  if (F.OnlyInsteadOfSuccess &&
      !(Constant && Result.Val.getInt().extOrTrunc(32).isNonNegative()))
    return No("who returns a failure may have kept the IRP");
  if (!Constant) {
    const auto *Ref = dyn_cast<DeclRefExpr>(Returned->IgnoreParenCasts());
    const auto *Variable = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!Variable)
      return No("the returned expression is no constant and no variable");
    if (Variable->isLocalVarDecl() &&
        !isReadElsewhere(F.Function->getBody(), *Variable,
                         *Return->getRetValue()))
      return No("the variable would be left without a use");
  }

  const auto Bytes =
      Source ? Source->bytes(Returned->getSourceRange()) : std::nullopt;
  const auto Begin =
      Source ? Source->offset(Return->getReturnLoc()) : std::nullopt;
  if (!Bytes || !Begin)
    return No("it is in a macro, or a preprocessor directive is in it");
  if (Source->crossesDirective(*Begin, Bytes->second) ||
      Source->hasComment(*Begin, Bytes->second))
    return No("a comment or a preprocessor directive is in the statement");
  std::string Text = F.ReturnInstead;
  const llvm::StringRef Before = Source->text(0, Bytes->first);
  if (!Before.empty() &&
      isAsciiIdentifierContinue(static_cast<unsigned char>(Before.back())))
    Text.insert(0, " ");
  return {Source->hint({Bytes->first, Bytes->second, Text}), ""};
}

} // namespace wdm::fixits
