//===- BodyLowering.cpp - Termination handlers for clang::CFG -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/BodyLowering.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace wdm::engine {

/// The jumps out of one guarded block.
struct BodyLowering::Exits {
  Stmt *Handler;
  LabelDecl *End;
  bool Leaves = false;
  llvm::DenseSet<const LabelDecl *> Inside;
  llvm::DenseSet<const Stmt *> Seen;
};

namespace {

bool opensFunction(const Stmt *S) { return isa<LambdaExpr, BlockExpr>(S); }

void collectLabels(const Stmt *S, llvm::DenseSet<const LabelDecl *> &Labels) {
  if (!S || opensFunction(S))
    return;
  if (const auto *Label = dyn_cast<LabelStmt>(S))
    Labels.insert(Label->getDecl());
  for (const Stmt *Child : S->children())
    collectLabels(Child, Labels);
}

bool isLoop(const Stmt *S) {
  return isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt>(S);
}

} // namespace

BodyLowering::~BodyLowering() {
  for (auto &[Slot, Old] : llvm::reverse(Exchanged))
    *Slot = Old;
}

void BodyLowering::exchange(Stmt *&Slot, Stmt *New) {
  Exchanged.push_back({&Slot, Slot});
  Slot = New;
}

CompoundStmt *BodyLowering::compound(llvm::ArrayRef<Stmt *> Body,
                                     SourceLocation Loc) {
  return CompoundStmt::Create(Context, Body, FPOptionsOverride(), Loc, Loc);
}

Stmt *BodyLowering::mark(Marker M, SourceLocation Loc) {
  Stmt *S = IntegerLiteral::Create(
      Context, llvm::APInt(Context.getIntWidth(Context.IntTy), 0),
      Context.IntTy, Loc);
  Markers[S] = M;
  return S;
}

Stmt *BodyLowering::lower(Stmt *Body) {
  Stmt *Root = Body;
  walk(Root, nullptr);
  // The root's own slot is a local variable.
  llvm::erase_if(Exchanged, [&](auto &E) { return E.first == &Root; });
  return Root;
}

void BodyLowering::walk(Stmt *&Slot, const Stmt *Handler) {
  Stmt *S = Slot;
  if (!S || opensFunction(S))
    return;
  if (const auto *Call = dyn_cast<CallExpr>(S))
    if (Handler)
      Handlers[Call] = Handler;

  auto *Seh = dyn_cast<SEHTryStmt>(S);
  auto *Cxx = dyn_cast<CXXTryStmt>(S);
  if (!Seh && !Cxx) {
    for (Stmt *&Child : S->children())
      walk(Child, Handler);
    return;
  }

  bool HasHandler = Cxx || Seh->getExceptHandler();
  bool First = true;
  Stmt **Guarded = nullptr;
  for (Stmt *&Child : S->children()) {
    // Calls in a block that only has a termination handler raise past it.
    walk(Child, !First ? Handler : HasHandler ? S : nullptr);
    if (First)
      Guarded = &Child;
    First = false;
  }
  if (HasHandler) {
    if (Guarded && *Guarded) {
      SourceLocation Loc = (*Guarded)->getBeginLoc();
      Stmt *Enter = mark({Marker::EntersTry, S, nullptr, false}, Loc);
      exchange(*Guarded, compound({Enter, *Guarded}, Loc));
    }
    return;
  }
  exchange(Slot, flatten(Seh));
}

Stmt *BodyLowering::flatten(SEHTryStmt *Try) {
  Stmt *Handler = Try->getFinallyHandler()->getBlock();
  SourceLocation Loc = Try->getTryLoc();
  Exits Of;
  Of.Handler = Handler;
  Of.End = LabelDecl::Create(Context, Owner, Loc, &Context.Idents.get(""));
  collectLabels(Try->getTryBlock(), Of.Inside);
  for (Stmt *&Child : Try->children()) {
    if (Child == Try->getTryBlock())
      divert(Child, Of, false, false, false);
    break;
  }
  llvm::SmallVector<Stmt *, 4> Parts{*Try->children().begin()};
  if (Of.Leaves)
    Parts.push_back(new (Context)
                        LabelStmt(Loc, Of.End, new (Context) NullStmt(Loc)));
  Parts.push_back(mark({Marker::RunsHandler, nullptr, nullptr, false}, Loc));
  Parts.push_back(Handler);
  return compound(Parts, Loc);
}

void BodyLowering::divert(Stmt *&Slot, Exits &Of, bool InLoop, bool InSwitch,
                          bool InTry) {
  Stmt *S = Slot;
  // Handlers of inner blocks stand in several places but are one statement.
  if (!S || opensFunction(S) || !Of.Seen.insert(S).second)
    return;

  SourceLocation Loc = S->getBeginLoc();
  auto ViaHandler = [&](llvm::ArrayRef<Stmt *> Before, Stmt *Jump) {
    llvm::SmallVector<Stmt *, 5> Parts(Before.begin(), Before.end());
    Parts.push_back(mark({Marker::RunsHandler, nullptr, nullptr, true}, Loc));
    Parts.push_back(Of.Handler);
    Parts.push_back(Jump);
    Stmt *New = compound(Parts, Loc);
    Of.Seen.insert(New);
    exchange(Slot, New);
  };

  if (auto *Return = dyn_cast<ReturnStmt>(S)) {
    Expr *Result = Return->getRetValue();
    if (!Result || isa<OpaqueValueExpr>(Result) || Result->isTypeDependent())
      return ViaHandler({}, Return);
    auto *Kept = new (Context)
        OpaqueValueExpr(Loc, Result->getType(), Result->getValueKind(),
                        Result->getObjectKind(), Result);
    Saved.insert(Kept);
    Stmt *Save = mark({Marker::SavesReturn, Return, Kept, false}, Loc);
    Stmt *New = ReturnStmt::Create(Context, Loc, Kept, nullptr);
    return ViaHandler({Result, Save}, New);
  }
  if (isa<SEHLeaveStmt>(S)) {
    if (InTry)
      return;
    Of.Leaves = true;
    return exchange(Slot, new (Context) GotoStmt(Of.End, Loc, Loc));
  }
  if (auto *Goto = dyn_cast<GotoStmt>(S)) {
    if (!Of.Inside.count(Goto->getLabel()) && Goto->getLabel() != Of.End &&
        Goto->getLabel()->getIdentifier() &&
        !Goto->getLabel()->getName().empty())
      ViaHandler({}, Goto);
    return;
  }
  if (isa<BreakStmt>(S) && !InLoop && !InSwitch)
    return ViaHandler({}, S);
  if (isa<ContinueStmt>(S) && !InLoop)
    return ViaHandler({}, S);

  // A `__leave` binds to the innermost guarded block; those with termination
  // handlers are gone by now.
  const auto *Inner = dyn_cast<SEHTryStmt>(S);
  for (Stmt *&Child : S->children())
    divert(Child, Of, InLoop || isLoop(S), InSwitch || isa<SwitchStmt>(S),
           InTry || (Inner && Child == Inner->getTryBlock()));
}

} // namespace wdm::engine
