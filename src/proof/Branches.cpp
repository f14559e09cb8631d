//===- Branches.cpp - What stands in a branch -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Branches.h"
#include "src/model/Routines.h"
#include "src/proof/Names.h"
#include "src/proof/Proof.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using model::bare;
using model::FunctionBody;
using model::variableOf;

const Expr *changedBy(const Stmt &S) {
  if (const auto *Assign = dyn_cast<BinaryOperator>(&S))
    return Assign->isAssignmentOp() ? Assign->getLHS() : nullptr;
  const auto *Unary = dyn_cast<UnaryOperator>(&S);
  return Unary && Unary->isIncrementDecrementOp() ? Unary->getSubExpr()
                                                  : nullptr;
}

bool isPlainBranch(const FunctionBody &Code, const Stmt *Branch) {
  return !Branch || (!isa<NullStmt>(Branch) &&
                     llvm::none_of(Code.statements(), [&](const Stmt *S) {
                       return Code.isInside(S, Branch) &&
                              isa<ReturnStmt, GotoStmt, BreakStmt, ContinueStmt,
                                  SEHLeaveStmt, LabelStmt, SwitchCase>(S);
                     }));
}

bool onlyReports(const FunctionBody &Code, const Stmt *Branch) {
  return !Branch || llvm::all_of(Code.statements(), [&](const Stmt *S) {
    if (!Code.isInside(S, Branch))
      return true;
    if (const auto *Call = dyn_cast<CallExpr>(S))
      return isReport(*Call, Code.Context);
    return !changedBy(*S);
  });
}

llvm::SmallVector<const VarDecl *, 2> statusesIn(const FunctionBody &Code,
                                                 const Expr &Condition) {
  llvm::SmallVector<const VarDecl *, 2> Found;
  for (const Stmt *S : Code.statements())
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
        if (model::isStatusType(V->getType()) && Code.isInside(S, &Condition))
          Found.push_back(V);
  return Found;
}

std::optional<std::vector<const Expr *>> failuresIn(const FunctionBody &Code,
                                                    const Stmt &S,
                                                    const VarDecl *Tested,
                                                    const Stmt &At) {
  std::vector<const Expr *> Found;
  for (const Stmt *Inner : Code.statements()) {
    const auto *E = dyn_cast<Expr>(Inner);
    if (!E || !Code.isInside(E, &S))
      continue;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const bool Is = Tested && Ref->getDecl() == Tested;
      if (Is ? Ref->getBeginLoc().isMacroID() : !meansTheSameAt(Code, Ref, &At))
        return std::nullopt;
      if (Is)
        Found.push_back(E);
      continue;
    }
    const std::optional<int64_t> Value =
        model::isStatusType(E->getType()) ? model::constantOf(E, Code.Context)
                                          : std::nullopt;
    if (Value && static_cast<int32_t>(*Value) < 0)
      Found.push_back(E);
  }
  return Found;
}

const Stmt *nextAssignment(const FunctionBody &Code, const VarDecl &V,
                           const Stmt &S) {
  const Stmt *Child = &S, *Block = Code.parent(&S);
  while (Block && !isa<CompoundStmt>(Block)) {
    Child = Block;
    Block = Code.parent(Block);
  }
  bool Behind = false;
  for (const Stmt *Other : Block ? Block->children() : S.children()) {
    if (Behind && isa_and_nonnull<LabelStmt, SwitchCase>(Other))
      return nullptr; // Others come here as well.
    const auto *E = dyn_cast_or_null<Expr>(Other);
    const auto *Assign =
        E ? dyn_cast<BinaryOperator>(E->IgnoreParens()) : nullptr;
    if (Behind && Assign && Assign->getOpcode() == BO_Assign &&
        variableOf(Assign->getLHS()) == &V)
      return Other;
    Behind |= Other == Child;
  }
  return nullptr;
}

llvm::SmallVector<const Stmt *, 4>
pointsBefore(const FunctionBody &Code, Proof &Judge, const ReturnStmt &Return) {
  llvm::SmallVector<const Stmt *, 4> Points;
  if (const auto *Block = dyn_cast_or_null<CompoundStmt>(Code.parent(&Return)))
    for (const Stmt *S : Block->body()) {
      if (S == &Return)
        break;
      // All of those that stand right before it.
      const auto *E = dyn_cast<Expr>(S);
      if (E && Judge.givesBack(Code.Function, *bare(E)))
        Points.push_back(S);
      else
        Points.clear();
    }
  Points.push_back(&Return);
  return Points;
}

} // namespace wdm::proof
