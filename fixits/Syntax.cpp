//===- Syntax.cpp - One function as it is written -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Syntax.h"
#include "src/model/Routines.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/IdentifierTable.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

FunctionText::FunctionText(const FunctionDecl &Function, ASTContext &Context,
                           const SourceText &Source)
    : FunctionBody(Function, Context), Source(Source) {
  if (!Body)
    return;
  if (auto Bytes = Source.bytes(Body->getSourceRange())) {
    BodyBegin = Bytes->first;
    BodyEnd = Bytes->second;
  } else {
    // A directive inside is nothing unusual for a whole body.
    BodyBegin = Source.offset(Body->getBeginLoc()).value_or(0);
    BodyEnd = Source.offset(Body->getEndLoc()).value_or(0);
  }
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// \p D, where its name is \p Name.
static const NamedDecl *named(const Decl *D, StringRef Name) {
  const auto *Named = dyn_cast_or_null<NamedDecl>(D);
  return Named && Named->getDeclName().isIdentifier() &&
                 Named->getName() == Name
             ? Named
             : nullptr;
}

static const NamedDecl *declaredBy(const Stmt *S, StringRef Name) {
  if (const auto *Declares = dyn_cast_or_null<DeclStmt>(S))
    for (const Decl *D : Declares->decls())
      if (const NamedDecl *Found = named(D, Name))
        return Found;
  return nullptr;
}

/// What the head of a statement declares: `for (Init; ...)`, a condition's
/// variable.
static const NamedDecl *inHead(const Stmt *Init, const VarDecl *Variable,
                               StringRef Name) {
  const NamedDecl *Found = named(Variable, Name);
  return Found ? Found : declaredBy(Init, Name);
}

/// What \p Scope, the parent of \p Child, declares for what is behind it.
static const NamedDecl *declaredFor(const Stmt *Scope, const Stmt *Child,
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

const NamedDecl *nameAt(const FunctionText &Code, StringRef Name,
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

bool isVisibleAt(const FunctionText &Code, const NamedDecl &D, const Stmt *At) {
  if (!D.getDeclName().isIdentifier())
    return true;
  const NamedDecl *Found = nameAt(Code, D.getName(), At);
  if (Found)
    return Found->getCanonicalDecl() == D.getCanonicalDecl();
  // A lambda sees what is around it.
  return D.getDeclContext() != &Code.Function;
}

bool meansTheSameAt(const FunctionText &Code, const Stmt *What,
                    const Stmt *At) {
  if (const auto *Ref = dyn_cast<DeclRefExpr>(What))
    if (!isVisibleAt(Code, *Ref->getDecl(), At))
      return false;
  for (const Stmt *Child : What->children())
    if (Child && !meansTheSameAt(Code, Child, At))
      return false;
  return true;
}

bool isHiddenAt(const FunctionText &Code, const VarDecl &V, const Stmt &Point) {
  if (!V.getDeclName().isIdentifier())
    return true;
  for (const Stmt *S : Code.statements()) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    if (!Declares || Code.begin(S) > Code.begin(&Point) ||
        !Code.isInside(&Point, Code.parent(S)))
      continue;
    for (const Decl *D : Declares->decls())
      if (const auto *Other = dyn_cast<NamedDecl>(D))
        if (Other != &V && Other->getDeclName().isIdentifier() &&
            Other->getName() == V.getName() &&
            Code.Source.offset(Other->getLocation()).value_or(0) >
                Code.Source.offset(V.getLocation()).value_or(0))
          return true;
  }
  return false;
}

bool isNameDeclared(StringRef Name, const ASTContext &Context) {
  IdentifierInfo &Id = Context.Idents.get(Name);
  return Id.hasMacroDefinition() || !Context.getTranslationUnitDecl()
                                         ->lookup(DeclarationName(&Id))
                                         .empty();
}

bool isReport(const FunctionText &Code, const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (Callee && model::RoutineTable::looksLikePrinting(*Callee))
    return true;
  if (!Call.getBeginLoc().isMacroID())
    return false;
  const StringRef Written =
      Code.Source.text().substr(Code.begin(&Call)).take_while([](char C) {
        return isalnum(static_cast<unsigned char>(C)) || C == '_';
      });
  return model::RoutineTable::looksLikePrinting(Written) ||
         model::isAssertion(Written);
}

} // namespace wdm::fixits
