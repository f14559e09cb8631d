//===- FlowNotes.cpp - What is to be known before the events --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Evaluated.h"
#include "src/engine/FunctionBuilder.h"

using namespace clang;

namespace wdm::engine {

/// \p S stands where nothing looks at its value.
void FunctionBuilder::noteDiscarded(const Stmt *S) {
  while (const auto *E = dyn_cast_or_null<Expr>(S)) {
    E = strip(E);
    if (const auto *Call = dyn_cast<CallExpr>(E)) {
      Discarded.insert(Call);
      S = passedThrough(*Call);
    } else if (const auto *Cast = dyn_cast<CastExpr>(E)) {
      S = Cast->getSubExpr();
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
      S = Unary->isIncrementDecrementOp() ? nullptr : Unary->getSubExpr();
    } else if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
      if (Binary->isAssignmentOp())
        return;
      if (Binary->getOpcode() != BO_Comma && !Binary->isLogicalOp())
        noteDiscarded(Binary->getLHS());
      S = Binary->getRHS();
    } else if (const auto *Select = dyn_cast<ConditionalOperator>(E)) {
      noteDiscarded(Select->getTrueExpr());
      S = Select->getFalseExpr();
    } else if (const auto *Block = dyn_cast<StmtExpr>(E)) {
      S = Block->getSubStmt()->body_empty() ? nullptr
                                            : Block->getSubStmt()->body_back();
    } else {
      return;
    }
  }
}

void FunctionBuilder::noteDiscardedIn(const CompoundStmt &Block) {
  for (auto I = Block.body_begin(); I != Block.body_end(); ++I) {
    auto Next = std::next(I);
    bool Last = Next == Block.body_end();
    const Marker *Before = Last ? nullptr : Lowering.markerOf(*Next);
    // The value of ({...}), or of a `return` that handlers run before.
    if (!(Last && Valued.count(&Block)) &&
        !(Before && Before->Kind == Marker::SavesReturn))
      noteDiscarded(*I);
  }
}

/// The children of \p S whose values nothing looks at.
void FunctionBuilder::noteDiscardedIn(const Stmt &S) {
  if (const auto *Block = dyn_cast<CompoundStmt>(&S)) {
    noteDiscardedIn(*Block);
  } else if (const auto *Inner = dyn_cast<StmtExpr>(&S)) {
    Valued.insert(Inner->getSubStmt());
  } else if (const auto *If = dyn_cast<IfStmt>(&S)) {
    noteDiscarded(If->getThen());
    noteDiscarded(If->getElse());
  } else if (const auto *For = dyn_cast<ForStmt>(&S)) {
    noteDiscarded(For->getInit());
    noteDiscarded(For->getInc());
    noteDiscarded(For->getBody());
  } else if (const auto *While = dyn_cast<WhileStmt>(&S)) {
    noteDiscarded(While->getBody());
  } else if (const auto *Do = dyn_cast<DoStmt>(&S)) {
    noteDiscarded(Do->getBody());
  } else if (const auto *Range = dyn_cast<CXXForRangeStmt>(&S)) {
    noteDiscarded(Range->getBody());
  } else if (const auto *Switch = dyn_cast<SwitchStmt>(&S)) {
    noteDiscarded(Switch->getBody());
  } else if (const auto *Case = dyn_cast<SwitchCase>(&S)) {
    noteDiscarded(Case->getSubStmt());
  } else if (const auto *Label = dyn_cast<LabelStmt>(&S)) {
    noteDiscarded(Label->getSubStmt());
  } else if (const auto *Attributed = dyn_cast<AttributedStmt>(&S)) {
    noteDiscarded(Attributed->getSubStmt());
  } else if (const auto *Binary = dyn_cast<BinaryOperator>(&S)) {
    if (Binary->getOpcode() == BO_Comma)
      noteDiscarded(Binary->getLHS());
  }
}

void FunctionBuilder::noteUnevaluated(const Stmt &S) {
  Unevaluated.insert(&S);
  for (const Stmt *Child : S.children())
    if (Child)
      noteUnevaluated(*Child);
}

/// The object that \p E makes, or the one that it is a copy of (before C++17),
/// is not followed.
void FunctionBuilder::noteOutOfSight(const Expr *E) {
  while (const CXXConstructExpr *Made = E ? constructorIn(E) : nullptr) {
    OutOfSight.insert(Made);
    const Expr *Of = Made->getNumArgs() == 1 ? strip(Made->getArg(0)) : nullptr;
    const auto *Copied = dyn_cast_or_null<MaterializeTemporaryExpr>(Of);
    E = Copied ? Copied->getSubExpr() : nullptr;
  }
}

/// The object that the constructor of \p Var makes is \p Var.
void FunctionBuilder::noteTarget(const VarDecl &Var) {
  if (!Var.getInit() || Var.getType()->isReferenceType())
    return;
  if (const CXXConstructExpr *Init = constructorIn(Var.getInit()))
    Targets[Init] = variable(&Var);
}

void FunctionBuilder::noteTargets(const Stmt *S, bool Decides) {
  // Names and numbers are most of a function, and say nothing here.
  if (!S || isa<BlockExpr, DeclRefExpr, IntegerLiteral, StringLiteral>(S))
    return;
  if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    for (const Expr *Init : Lambda->capture_inits())
      noteOutOfSight(Init);
    return;
  }
  forEachAssumption(*S,
                    [&](const Stmt &Condition) { noteUnevaluated(Condition); });
  noteDiscardedIn(*S);
  if (const auto *Decls = dyn_cast<DeclStmt>(S))
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        noteTarget(*Var);
  // Which of the two objects it is depends on the path.
  if (const auto *Select = dyn_cast<ConditionalOperator>(S)) {
    noteOutOfSight(Select->getTrueExpr());
    noteOutOfSight(Select->getFalseExpr());
  }
  if (const auto *New = dyn_cast<CXXNewExpr>(S))
    noteOutOfSight(New->getConstructExpr());
  const auto *Binary = dyn_cast<BinaryOperator>(S);
  // Decides: S is an operand of what is decided before the whole is.
  const bool Operator =
      isa<AbstractConditionalOperator>(S) || (Binary && Binary->isLogicalOp());
  const bool Inside =
      Operator ||
      (Decides && isa<ParenExpr, CastExpr, UnaryOperator, ExprWithCleanups>(S));
  splitChildren(
      *S, Routines,
      [&](const Stmt &Child) {
        if (Inside)
          Enclosing[&Child] = S;
        noteTargets(&Child, Inside);
      },
      [&](const Stmt &Child) { noteUnevaluated(Child); });
}

void FunctionBuilder::noteInitialisers(const CXXConstructorDecl &Constructor) {
  for (const CXXCtorInitializer *Init : Constructor.inits()) {
    if (!Init->getInit())
      continue;
    noteTargets(Init->getInit());
    const CXXConstructExpr *E = constructorIn(Init->getInit());
    if (!E)
      continue;
    // A base, or the object itself, has no place of its own.
    PlaceId Object = pointee(thisPointer(), QualType());
    Targets[E] =
        Init->getAnyMember() ? fieldOf(Object, Init->getAnyMember()) : Object;
  }
}

} // namespace wdm::engine
