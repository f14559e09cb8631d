//===- Evaluated.cpp - What is parsed but never happens -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Evaluated.h"
#include "src/Compat.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include <optional>

using namespace clang;

namespace wdm::engine {

/// The one child of \p S that is evaluated, or none; nothing: all of them are.
static std::optional<const Stmt *>
onlyEvaluated(const Stmt &S, const model::RoutineTable &Routines) {
  switch (S.getStmtClass()) {
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::CXXNoexceptExprClass:
  case Stmt::CXXUuidofExprClass:
  case Stmt::OffsetOfExprClass:
    return nullptr;
  case Stmt::CXXTypeidExprClass:
    if (cast<CXXTypeidExpr>(S).isPotentiallyEvaluated())
      return std::nullopt;
    return nullptr;
  case Stmt::GenericSelectionExprClass: {
    const auto &Generic = cast<GenericSelectionExpr>(S);
    if (Generic.isResultDependent())
      return std::nullopt;
    return Generic.getResultExpr();
  }
  case Stmt::ChooseExprClass: {
    const auto &Choose = cast<ChooseExpr>(S);
    if (Choose.isConditionDependent())
      return std::nullopt;
    return Choose.getChosenSubExpr();
  }
  case Stmt::CallExprClass: {
    const FunctionDecl *Callee = cast<CallExpr>(S).getDirectCallee();
    model::Routine Scratch;
    const model::Routine *R =
        Callee ? Routines.find(*Callee, Scratch) : nullptr;
    if (R && R->Does == model::Effect::Nothing)
      return nullptr;
    return std::nullopt;
  }
  default:
    return std::nullopt;
  }
}

void splitChildren(const Stmt &S, const model::RoutineTable &Routines,
                   llvm::function_ref<void(const Stmt &)> Happens,
                   llvm::function_ref<void(const Stmt &)> Never) {
  std::optional<const Stmt *> Only = onlyEvaluated(S, Routines);
  for (const Stmt *Child : S.children()) {
    if (!Child)
      continue;
    if (!Only || *Only == Child)
      Happens(*Child);
    else
      Never(*Child);
  }
}

void forEachAssumption(const Stmt &S,
                       llvm::function_ref<void(const Stmt &)> Visit) {
  const auto *Attributed = dyn_cast<AttributedStmt>(&S);
  if (!Attributed)
    return;
  for (const Attr *A : Attributed->getAttrs())
    if (const Expr *Condition = assumedBy(*A))
      Visit(*Condition);
}

} // namespace wdm::engine
