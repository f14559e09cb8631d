//===- Names.cpp - What a name means at a place ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Names.h"
#include "src/engine/Written.h"
#include "src/model/Routines.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/IdentifierTable.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::proof {

using model::FunctionBody;

namespace {

/// \p D, where its name is \p Name.
const NamedDecl *named(const Decl *D, StringRef Name) {
  const auto *Named = dyn_cast_or_null<NamedDecl>(D);
  return Named && Named->getDeclName().isIdentifier() &&
                 Named->getName() == Name
             ? Named
             : nullptr;
}

const NamedDecl *declaredBy(const Stmt *S, StringRef Name) {
  if (const auto *Declares = dyn_cast_or_null<DeclStmt>(S))
    for (const Decl *D : Declares->decls())
      if (const NamedDecl *Found = named(D, Name))
        return Found;
  return nullptr;
}

/// What the head of a statement declares: `for (Init; ...)`, a condition's
/// variable.
const NamedDecl *inHead(const Stmt *Init, const VarDecl *Variable,
                        StringRef Name) {
  const NamedDecl *Found = named(Variable, Name);
  return Found ? Found : declaredBy(Init, Name);
}

/// What \p Scope, the parent of \p Child, declares for what is behind it.
const NamedDecl *declaredFor(const Stmt *Scope, const Stmt *Child,
                             StringRef Name) {
  if (const auto *Block = dyn_cast<CompoundStmt>(Scope)) {
    const NamedDecl *Last = nullptr;
    for (const Stmt *S : Block->body()) {
      if (const NamedDecl *Found = declaredBy(S, Name))
        Last = Found;
      if (S == Child)
        break;
    }
    return Last;
  }
  if (const auto *If = dyn_cast<IfStmt>(Scope))
    return inHead(If->getInit(), If->getConditionVariable(), Name);
  if (const auto *Switch = dyn_cast<SwitchStmt>(Scope))
    return inHead(Switch->getInit(), Switch->getConditionVariable(), Name);
  if (const auto *While = dyn_cast<WhileStmt>(Scope))
    return named(While->getConditionVariable(), Name);
  if (const auto *For = dyn_cast<ForStmt>(Scope))
    return inHead(For->getInit(), For->getConditionVariable(), Name);
  if (const auto *Range = dyn_cast<CXXForRangeStmt>(Scope))
    return inHead(Range->getInit(), Range->getLoopVariable(), Name);
  if (const auto *Catch = dyn_cast<CXXCatchStmt>(Scope))
    return named(Catch->getExceptionDecl(), Name);
  return nullptr;
}

} // namespace

const NamedDecl *nameAt(const FunctionBody &Code, StringRef Name,
                        const Stmt *At) {
  for (const Stmt *S = At, *Up = Code.parent(S); Up;
       S = Up, Up = Code.parent(Up))
    if (const NamedDecl *Found = declaredFor(Up, S, Name))
      return Found;
  for (const ParmVarDecl *P : Code.Function.parameters())
    if (const NamedDecl *Found = named(P, Name))
      return Found;
  return nullptr;
}

bool isVisibleAt(const FunctionBody &Code, const NamedDecl &D, const Stmt *At) {
  if (!D.getDeclName().isIdentifier())
    return true;
  const NamedDecl *Found = nameAt(Code, D.getName(), At);
  if (Found)
    return Found->getCanonicalDecl() == D.getCanonicalDecl();
  // A lambda sees what is around it.
  return D.getDeclContext() != &Code.Function;
}

bool isNamedAt(const FunctionBody &Code, const VarDecl &V, const Stmt &At) {
  return V.getIdentifier() && isVisibleAt(Code, V, &At);
}

bool meansTheSameAt(const FunctionBody &Code, const Stmt *What,
                    const Stmt *At) {
  if (const auto *Ref = dyn_cast<DeclRefExpr>(What))
    if (!isVisibleAt(Code, *Ref->getDecl(), At))
      return false;
  for (const Stmt *Child : What->children())
    if (Child && !meansTheSameAt(Code, Child, At))
      return false;
  return true;
}

bool isNameDeclared(StringRef Name, const ASTContext &Context) {
  IdentifierInfo &Id = Context.Idents.get(Name);
  return Id.hasMacroDefinition() || !Context.getTranslationUnitDecl()
                                         ->lookup(DeclarationName(&Id))
                                         .empty();
}

bool names(const FunctionBody &Code, const Stmt &S, const VarDecl &V) {
  return llvm::any_of(Code.statements(), [&](const Stmt *Inner) {
    const auto *Ref = dyn_cast<DeclRefExpr>(Inner);
    return Ref && Ref->getDecl() == &V && Code.isInside(Ref, &S);
  });
}

StringRef nameOf(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->getDeclName().isIdentifier() ? Callee->getName()
                                                        : StringRef();
}

bool isReport(const CallExpr &Call, const ASTContext &Context) {
  using model::RoutineTable;
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (Callee && RoutineTable::looksLikePrinting(*Callee))
    return true;
  const std::string Macro =
      engine::macroOf(Call, Context.getSourceManager(), Context.getLangOpts());
  return !Macro.empty() &&
         (RoutineTable::looksLikePrinting(Macro) || model::isAssertion(Macro));
}

} // namespace wdm::proof
