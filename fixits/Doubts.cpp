//===- Doubts.cpp - Where leaving is not certain --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Doubts.h"
#include "fixits/IrpHistory.h"
#include "fixits/Obligations.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using model::Effect;

namespace {

bool never(const Stmt &) { return false; }

/// True when \p S is a statement of its own.
bool isStatement(const FunctionFacts &Facts, const Stmt *S) {
  const Stmt *Up = Facts.parent(S);
  while (isa_and_nonnull<CastExpr, ParenExpr, FullExpr>(Up)) {
    S = Up;
    Up = Facts.parent(Up);
  }
  if (const auto *If = dyn_cast_or_null<IfStmt>(Up))
    return S == If->getThen() || S == If->getElse();
  if (const auto *For = dyn_cast_or_null<ForStmt>(Up))
    return S == For->getBody();
  return isa_and_nonnull<CompoundStmt, LabelStmt, SwitchCase, DoStmt,
                         WhileStmt>(Up);
}

bool mentions(const FunctionFacts &Facts, const Stmt *S, const VarDecl *V) {
  return llvm::any_of(Facts.statements(), [&](const Stmt *In) {
    const auto *Ref = dyn_cast<DeclRefExpr>(In);
    return Ref && Ref->getDecl() == V && Facts.isInside(In, S);
  });
}

const Stmt *lastOf(const Stmt *S) {
  while (const auto *Block = dyn_cast_or_null<CompoundStmt>(S))
    S = Block->body_empty() ? nullptr : Block->body_back();
  return S;
}

bool leaves(const Stmt *Branch) {
  return isa_and_nonnull<ReturnStmt, GotoStmt, SEHLeaveStmt, BreakStmt,
                         ContinueStmt>(lastOf(Branch));
}

/// A call of a routine of the driver's own for what it does, whatever that is.
bool isOwnDeed(const FunctionFacts &Facts, const CallExpr &Call) {
  if (Facts.effectOf(Call) != Effect::HandOn || !isStatement(Facts, &Call))
    return false;
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (Callee && Callee->getBuiltinID())
    return false;
  return !model::RoutineTable::looksLikePrinting(Facts.writtenNameOf(Call)) &&
         !model::isAssertion(Facts.writtenNameOf(Call)) &&
         !Facts.Program.acquiredBy(FunctionFacts::nameOf(Call),
                                   Facts.writtenNameOf(Call)) &&
         !model::isPlainKernelRoutine(FunctionFacts::nameOf(Call));
}

bool startsIn(const FunctionFacts &Facts, const CallExpr &Call,
              unsigned Depth) {
  if (model::startsSomething(FunctionFacts::nameOf(Call)) ||
      model::startsSomething(Facts.writtenNameOf(Call)))
    return true;
  const FunctionDecl *Callee = Call.getDirectCallee();
  const FunctionDecl *Definition = nullptr;
  if (!Callee || Depth >= 4 || !Callee->hasBody(Definition) ||
      Definition->isDependentContext() || Definition == &Facts.Function)
    return false;
  const FunctionFacts &There = Facts.Program.of(*Definition, Facts.Source);
  return llvm::any_of(There.statements(), [&](const Stmt *S) {
    const auto *Inner = dyn_cast<CallExpr>(S);
    return Inner && startsIn(There, *Inner, Depth + 1);
  });
}

/// True when the two are on ways that exclude each other: in two sections of
/// one switch, or in the two branches of one if.
bool excludeEachOther(const FunctionFacts &Facts, const Stmt *A,
                      const Stmt *B) {
  return !Facts.mayFollow(A, B, never) && !Facts.mayFollow(B, A, never);
}

/// What the author does where he leaves for a failure, or instead of the send,
/// and the planned way out does not.
std::string doneElsewhere(const FunctionFacts &Facts,
                          const CallExpr &Registration, const IrpFacts &Irp) {
  std::optional<SameIrp> Same;
  if (Irp.Variable)
    Same.emplace(Facts, *Irp.Variable);
  for (const Stmt *S : Facts.statements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    if (!If || Facts.isInside(&Registration, If) ||
        // On the way to the registration, or behind it.
        !Facts.isInside(&Registration, Facts.parent(If)) ||
        excludeEachOther(Facts, If->getCond(), &Registration))
      continue;
    for (const Stmt *Branch : {If->getThen(), If->getElse()}) {
      if (!leaves(Branch))
        continue;
      // It fails the request, or passes it down.
      bool Fails = failureArm(Facts, *If).Failed &&
                   failureArm(Facts, *If).Branch == Branch;
      std::vector<const CallExpr *> Deeds;
      for (const Stmt *In : Facts.statements()) {
        if (!Facts.isInside(In, Branch))
          continue;
        if (const auto *Call = dyn_cast<CallExpr>(In)) {
          const Effect Does = Facts.effectOf(*Call);
          Fails |= Does == Effect::Send;
          if (isOwnDeed(Facts, *Call) &&
              !(Same && (Same->isCompletedBy(*Call) || Same->isGivenTo(*Call))))
            Deeds.push_back(Call);
        } else if (const auto *E = dyn_cast<Expr>(In)) {
          if (isStatusType(E->getType()))
            if (std::optional<int64_t> Value = constantOf(E, Facts.Context))
              Fails |= static_cast<int32_t>(*Value) < 0;
        }
      }
      if (!Fails)
        continue;
      for (const CallExpr *Deed : Deeds) {
        // What is acquired on the way, or given back what was: Held knows.
        if (Facts.givesBack(*Deed) &&
            llvm::any_of(Facts.statements(), [&](const Stmt *Other) {
              return llvm::any_of(
                  acquiredBy(Facts, *Other),
                  [&](const Held &H) { return givesBack(Facts, *Deed, H); });
            }))
          continue;
        return "another way out of the function does more ('" +
               Facts.writtenNameOf(*Deed).str() + "')";
      }
    }
  }
  return std::string();
}

/// True when the completion routine does something of the driver's own, and so
/// has this function before the registration: they may belong together.
bool mayPairWithRoutine(const FunctionFacts &Facts,
                        const CallExpr &Registration) {
  bool Before = false;
  for (const Stmt *S : Facts.statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    Before |= Call && Call != &Registration && isOwnDeed(Facts, *Call) &&
              Facts.mayFollow(Call, &Registration, never);
  }
  if (!Before)
    return false;
  for (const FunctionDecl *Definition : routinesGivenTo(Registration)) {
    const FunctionFacts &There = Facts.Program.of(*Definition, Facts.Source);
    for (const Stmt *S : There.statements()) {
      const auto *Call = dyn_cast<CallExpr>(S);
      if (Call && isOwnDeed(There, *Call))
        return true;
    }
  }
  return false;
}

/// True when a call by which \p S completes an IRP is under no condition.
bool alwaysCompletesIn(const Stmt *S) {
  if (!S || isa<IfStmt, SwitchStmt, ForStmt, WhileStmt, DoStmt>(S))
    return false;
  if (const auto *Call = dyn_cast<CallExpr>(S)) {
    StringRef Name = FunctionFacts::nameOf(*Call);
    if (Name.contains("omplete") && !Name.contains("ompletion"))
      return true;
  }
  return llvm::any_of(S->children(), alwaysCompletesIn);
}
bool alwaysCompletes(const FunctionDecl &F) {
  return alwaysCompletesIn(F.getBody());
}

/// True when the file completes its IRPs by routines of its own, and never by
/// IoCompleteRequest outside of them.
bool fileCompletesByOwnRoutine(const FunctionFacts &Facts) {
  std::vector<std::pair<unsigned, unsigned>> Bodies;
  bool Own = false;
  for (const auto &[Callee, Callers] : Facts.Program.Whole.Callers) {
    if (!Callee->getDeclName().isIdentifier())
      continue;
    const StringRef Name = Callee->getName();
    if (!Name.contains("omplete") || Name.contains("ompletion") ||
        model::irpParameter(*Callee) < 0 || Name == "IoCompleteRequest" ||
        Name == "IofCompleteRequest")
      continue;
    const FunctionDecl *Definition = nullptr;
    if (Callee->hasBody(Definition) && !alwaysCompletes(*Definition))
      continue;
    for (const FunctionDecl *Caller : Callers)
      Own |= Facts.Source.offset(Caller->getLocation()).has_value();
    if (!Definition)
      continue;
    std::optional<unsigned> Begin =
        Facts.Source.offset(Definition->getBody()->getBeginLoc());
    std::optional<unsigned> End =
        Facts.Source.offset(Definition->getBody()->getEndLoc());
    if (Begin && End)
      Bodies.push_back({*Begin, *End});
  }
  if (!Own)
    return false;
  // The text: what functions call that register nothing is not kept.
  for (const RawToken &T : Facts.Source.tokens()) {
    if (T.Kind != tok::raw_identifier || T.Directive)
      continue;
    StringRef Word = Facts.Source.text(T.Begin, T.End);
    if ((Word == "IoCompleteRequest" || Word == "IofCompleteRequest") &&
        llvm::none_of(Bodies, [&](const auto &Body) {
          return T.Begin > Body.first && T.End < Body.second;
        }))
      return false;
  }
  return true;
}

} // namespace

/// True when an if does no more than to give something back: `if (locked)
/// Unlock();`. What is held knows about it.
static bool onlyGivesBack(const FunctionFacts &Facts, const Stmt &S) {
  const auto *If = dyn_cast<IfStmt>(&S);
  if (!If || If->getElse())
    return false;
  std::vector<const Stmt *> Parts{If->getThen()};
  while (const auto *Block = dyn_cast_or_null<CompoundStmt>(
             Parts.empty() ? nullptr : Parts.back())) {
    Parts.pop_back();
    Parts.insert(Parts.end(), Block->body_begin(), Block->body_end());
  }
  return llvm::all_of(Parts, [&](const Stmt *Part) {
    const auto *E = dyn_cast<Expr>(Part);
    const auto *Call = dyn_cast_or_null<CallExpr>(bare(E));
    return Call &&
           (Facts.givesBack(*Call) || Facts.effectOf(*Call) == Effect::Prints);
  });
}

bool startsSomething(const FunctionFacts &Facts, const Stmt &Point) {
  return llvm::any_of(Facts.statements(), [&](const Stmt *S) {
    const auto *Call = dyn_cast<CallExpr>(S);
    return Call && Call != &Point && startsIn(Facts, *Call, 0) &&
           Facts.mayFollow(Call, &Point, never);
  });
}

/// True when \p Call takes a flag in a helper whose body is visible.
static bool passesGateInside(const FunctionFacts &Facts, const CallExpr &Call,
                             unsigned Depth) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const FunctionDecl *Definition = nullptr;
  if (!Callee || Depth >= 4 || !Callee->hasBody(Definition) ||
      Definition->isDependentContext() || Definition == &Facts.Function)
    return false;
  const FunctionFacts &There = Facts.Program.of(*Definition, Facts.Source);
  return llvm::any_of(There.statements(), [&](const Stmt *S) {
    const auto *Inner = dyn_cast<CallExpr>(S);
    if (!Inner)
      return false;
    if (model::isTestAndSet(FunctionFacts::nameOf(*Inner)))
      return Inner->getNumArgs() > 1 &&
             constantOf(Inner->getArg(1), There.Context).value_or(1) != 0;
    return passesGateInside(There, *Inner, Depth + 1);
  });
}

static bool takesFlag(const FunctionFacts &Facts,
                      const CallExpr &Registration) {
  return hasPassedGate(Facts, Registration) ||
         llvm::any_of(Facts.statements(), [&](const Stmt *S) {
           const auto *Call = dyn_cast<CallExpr>(S);
           return Call && Call != &Registration &&
                  passesGateInside(Facts, *Call, 0) &&
                  Facts.mayFollow(Call, &Registration, never);
         });
}

bool hasDoneSomething(const FunctionFacts &Facts,
                      const CallExpr &Registration) {
  return startsSomething(Facts, Registration) ||
         takesFlag(Facts, Registration) ||
         llvm::any_of(Facts.statements(), [&](const Stmt *S) {
           const auto *Call = dyn_cast<CallExpr>(S);
           return Call && Call != &Registration && isOwnDeed(Facts, *Call) &&
                  Facts.mayFollow(Call, &Registration, never);
         });
}

bool isDueByFlag(const FunctionFacts &Facts, const CallExpr &Registration,
                 unsigned End) {
  for (const Stmt *S : Facts.statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call || !isOwnDeed(Facts, *Call) || Facts.begin(Call) >= End ||
        Facts.begin(Call) < Facts.begin(&Registration) ||
        !Facts.mayFollow(&Registration, Call, never))
      continue;
    for (const Stmt *In = Call, *Up = Facts.parent(In);
         Up && !Facts.isInside(&Registration, Up);
         In = Up, Up = Facts.parent(Up)) {
      const auto *If = dyn_cast<IfStmt>(Up);
      if (!If || In == If->getCond())
        continue;
      for (const Stmt *Set : Facts.statements()) {
        const auto *Assign = dyn_cast<BinaryOperator>(Set);
        const VarDecl *V = Assign && Assign->isAssignmentOp()
                               ? variableOf(Assign->getLHS())
                               : nullptr;
        if (V && V->getType()->isIntegralOrEnumerationType() &&
            !isStatusType(V->getType()) && mentions(Facts, If->getCond(), V) &&
            Facts.mayFollow(Assign, &Registration, never))
          return true;
      }
    }
  }
  return false;
}

bool mayRegister(const FunctionFacts &Facts, const CallExpr &Call,
                 unsigned Depth) {
  if (Facts.effectOf(Call) == Effect::Register)
    return true;
  const FunctionDecl *Callee = Call.getDirectCallee();
  const FunctionDecl *Definition = nullptr;
  if (!Callee || Depth >= 4 || Facts.effectOf(Call) != Effect::HandOn ||
      !Callee->hasBody(Definition) || Definition->isDependentContext() ||
      Definition == &Facts.Function)
    return false;
  const FunctionFacts &There = Facts.Program.of(*Definition, Facts.Source);
  return llvm::any_of(There.statements(), [&](const Stmt *S) {
    const auto *Inner = dyn_cast<CallExpr>(S);
    return Inner && mayRegister(There, *Inner, Depth + 1);
  });
}

std::string whyDoubtful(const FunctionFacts &Facts,
                        const CallExpr &Registration, const IrpFacts &Irp,
                        bool Completes) {
  if (startsSomething(Facts, Registration))
    return "something has been started before that goes on";
  if (takesFlag(Facts, Registration))
    return "a flag or a counter has been set before that somebody waits for";
  // IRPs of its own.
  for (const Stmt *S : Facts.statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call || !model::isIrpPointer(Call->getType()) ||
        Facts.effectOf(*Call) == Effect::Harmless ||
        Facts.isInside(Call, &Registration))
      continue;
    const Stmt *Up = Facts.parent(Call);
    while (isa_and_nonnull<CastExpr, ParenExpr, FullExpr, CXXConstructExpr,
                           MaterializeTemporaryExpr, InitListExpr>(Up))
      Up = Facts.parent(Up);
    const VarDecl *To = nullptr;
    if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(Up))
      To = Assign->isAssignmentOp() ? variableOf(Assign->getLHS()) : nullptr;
    else if (const auto *Declares = dyn_cast_or_null<DeclStmt>(Up))
      for (const Decl *D : Declares->decls())
        if (const auto *V = dyn_cast<VarDecl>(D))
          if (V->getInit() && Facts.isInside(Call, V->getInit()))
            To = V;
    if (To && (To == Irp.Variable || !model::isIrpPointer(To->getType())))
      continue; // (An object gives it back by itself.)
    if (Facts.mayFollow(Call, &Registration, never))
      return "the function has another IRP of its own";
  }
  if (std::string Why = doneElsewhere(Facts, Registration, Irp); !Why.empty())
    return Why;
  if (mayPairWithRoutine(Facts, Registration))
    return "the completion routine may undo what has been done before";
  if (Completes && fileCompletesByOwnRoutine(Facts))
    return "the driver completes its IRPs in a way of its own";
  return std::string();
}

const char *whyOtherState(const FunctionFacts &Facts,
                          const CallExpr &Registration, const WayOut &Out) {
  const unsigned Here = Facts.begin(&Registration);
  // Only what has been set since the author's own jump is new to it.
  const unsigned Since =
      Out.Jump && Facts.begin(Out.Jump) < Here ? Facts.begin(Out.Jump) : 0;
  for (const Stmt *S : Facts.statements()) {
    const Expr *To = nullptr;
    if (const auto *Assign = dyn_cast<BinaryOperator>(S))
      To = Assign->isAssignmentOp() ? Assign->getLHS() : nullptr;
    else if (const auto *Unary = dyn_cast<UnaryOperator>(S))
      To = Unary->isIncrementDecrementOp() ? Unary->getSubExpr() : nullptr;
    const VarDecl *V = variableOf(To);
    if (!V || !V->hasLocalStorage() || V == Out.Status ||
        !V->getType()->isIntegralOrEnumerationType() ||
        Facts.begin(S) >= Here || Facts.begin(S) < Since ||
        !Facts.mayFollow(S, &Registration, never))
      continue;
    // Asked where the way out leads to.
    for (const Stmt *Other : Facts.statements()) {
      const Expr *Condition = nullptr;
      if (const auto *If = dyn_cast<IfStmt>(Other))
        Condition = If->getCond();
      else if (const auto *Either = dyn_cast<ConditionalOperator>(Other))
        Condition = Either->getCond();
      else if (const auto *Switch = dyn_cast<SwitchStmt>(Other))
        Condition = Switch->getCond();
      if (Condition && Facts.begin(Other) >= Out.Target &&
          mentions(Facts, Condition, V) && !onlyGivesBack(Facts, *Other))
        return "a flag that its way out asks has been set before";
    }
  }
  return nullptr;
}

/// The statement of \p S in a block around \p Point, which control cannot pass
/// by on its way there; null: it may.
static const Stmt *blockStatement(const FunctionFacts &Facts, const Stmt &S,
                                  const Stmt &Point,
                                  const CompoundStmt *&Block) {
  const Stmt *Statement = &S;
  while (Statement && !isa_and_nonnull<CompoundStmt>(Facts.parent(Statement))) {
    const Stmt *Up = Facts.parent(Statement);
    if (const auto *If = dyn_cast_or_null<IfStmt>(Up)) {
      if (Statement != If->getCond())
        return nullptr;
    } else if (const auto *Logical = dyn_cast_or_null<BinaryOperator>(Up)) {
      if (Logical->isLogicalOp() && Statement != Logical->getLHS())
        return nullptr;
    } else if (isa_and_nonnull<ForStmt, WhileStmt, SwitchStmt,
                               ConditionalOperator, SwitchCase, LabelStmt,
                               CXXForRangeStmt>(Up)) {
      return nullptr;
    }
    Statement = Up;
  }
  Block = Statement ? cast<CompoundStmt>(Facts.parent(Statement)) : nullptr;
  if (!Block || !Facts.isInside(&Point, Block) ||
      Facts.begin(Statement) > Facts.begin(&Point) ||
      isa_and_nonnull<SwitchStmt>(Facts.parent(Block)))
    return nullptr;
  // Nothing jumps past it.
  for (const Stmt *Other : Facts.statements()) {
    const auto *Label = dyn_cast<LabelStmt>(Other);
    if (!Label || Facts.begin(Label) < Facts.begin(&S) ||
        Facts.begin(Label) > Facts.begin(&Point))
      continue;
    for (const Stmt *Jump : Facts.statements())
      if (const auto *Goto = dyn_cast<GotoStmt>(Jump))
        if (Goto->getLabel() == Label->getDecl() &&
            Facts.begin(Goto) < Facts.begin(&S))
          return nullptr;
  }
  return Statement;
}

bool isPassedBefore(const FunctionFacts &Facts, const Stmt &S,
                    const Stmt &Point) {
  const CompoundStmt *Block = nullptr;
  return blockStatement(Facts, S, Point, Block) != nullptr;
}

bool isHeldForCertain(const FunctionFacts &Facts, const Held &H,
                      const Stmt &Point) {
  const auto *Call = dyn_cast<CallExpr>(H.Acquired);
  if (!Call)
    return false;
  // Nothing may have given it back by now.
  for (const Stmt *S : Facts.statements())
    if (S != Call && givesBack(Facts, *S, H) &&
        Facts.mayFollow(Call, S, never) && Facts.mayFollow(S, &Point, never))
      return false;
  const CompoundStmt *Block = nullptr;
  const Stmt *Statement = blockStatement(Facts, *Call, Point, Block);
  if (!Statement)
    return false;

  // Whether it was acquired at all.
  const bool MayFail =
      !H.What.isSpinLock() || FunctionFacts::nameOf(*Call).contains("Try");
  if (!MayFail || isStatement(Facts, Call))
    return true; // Or the author does not ask.
  auto LeavesOn = [&](const IfStmt &If) {
    const auto *Both = dyn_cast<BinaryOperator>(bare(If.getCond()));
    return !(Both && Both->getOpcode() == BO_LAnd) && leaves(If.getThen());
  };
  if (const auto *If = dyn_cast<IfStmt>(Statement))
    return LeavesOn(*If);
  const VarDecl *Result = nullptr;
  const Expr *Value = nullptr;
  if (const auto *Declares = dyn_cast<DeclStmt>(Statement)) {
    for (const Decl *D : Declares->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        if (V->getInit() && Facts.isInside(Call, V->getInit())) {
          Result = V;
          Value = V->getInit();
        }
  } else if (const auto *E = dyn_cast<Expr>(Statement)) {
    if (const auto *Assign = dyn_cast<BinaryOperator>(bare(E)))
      if (Assign->getOpcode() == BO_Assign) {
        Result = variableOf(Assign->getLHS());
        Value = Assign->getRHS();
      }
  }
  // A test of the result kept in a flag is none yet.
  if (!Result || bare(Value) != Call)
    return false;
  bool Behind = false;
  for (const Stmt *Child : Block->body()) {
    if (Child == Statement) {
      Behind = true;
      continue;
    }
    if (!Behind)
      continue;
    if (Facts.isInside(&Point, Child))
      return false;
    if (const auto *If = dyn_cast<IfStmt>(Child))
      if (mentions(Facts, If->getCond(), Result))
        return LeavesOn(*If);
    if (!Facts.isUnchangedIn(*Result, Child))
      return false;
  }
  return false;
}

} // namespace wdm::fixits
