//===- FailurePath.cpp - What to do when nothing was registered -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/FailurePath.h"
#include "fixits/AuthorsExit.h"
#include "fixits/Doubts.h"
#include "fixits/IrpHistory.h"
#include "fixits/Obligations.h"
#include "fixits/Request.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/IdentifierTable.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using model::Effect;

FailurePlanner::FailurePlanner(const FunctionFacts &Facts,
                               const CallExpr &Registration, const Stmt *Where)
    : Facts(Facts), Registration(Registration),
      Point(Where ? Where : &Registration), Irp(Facts.irpOf(Registration)),
      Out(Facts.wayOut(Registration)),
      HeldHere(Facts.heldAt(Registration, Point)) {
  // A point behind the registration has been done.
  if (Point != &Registration)
    llvm::erase_if(HeldHere, [&](const Held &H) {
      return llvm::any_of(Facts.statements(), [&](const Stmt *S) {
        return Facts.isInside(S, Point) && givesBack(Facts, *S, H);
      });
    });
  if (Irp.Origin == IrpOrigin::Parameter)
    Own = dutyOf(Facts, *Irp.Variable, &Registration, 0);
  if (Irp.Variable && Irp.Variable->hasLocalStorage())
    Touched = touchedBefore(Facts, Registration, *Point, *Irp.Variable,
                            Irp.Origin != IrpOrigin::Allocated);
  if (const ParmVarDecl *Parameter = Facts.irpParameter();
      Parameter && Irp.Variable != Parameter && !Touched)
    Touched = touchedBefore(Facts, Registration, *Point, *Parameter, true);

  const FunctionDecl &F = Facts.Function;
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (Method && Method->getParent()->isLambda() &&
      Irp.Origin != IrpOrigin::Allocated)
    NoLeave = "the function around the lambda would not learn of the failure";
  if (isa<CXXConstructorDecl, CXXDestructorDecl>(F))
    NoLeave = "a constructor or destructor cannot tell of a failure";
  else if (F.isNoReturn())
    NoLeave = "the function does not return";
  else if (isa_and_nonnull<CoroutineBodyStmt>(Facts.Body))
    NoLeave = "the function is a coroutine";
  else if (Facts.role() == Role::Completion)
    NoLeave = "the result of a completion routine is no status of its IRP";

  HeldByOthers = heldElsewhere();

  // Another registration would be left behind.
  for (const Stmt *S : Facts.statements()) {
    const auto *Other = dyn_cast<CallExpr>(S);
    if (Other && Other != &Registration && mayRegister(Facts, *Other) &&
        Facts.mayFollow(Other, &Registration, [&](const Stmt &Between) {
          const auto *Call = dyn_cast<CallExpr>(&Between);
          return Call && (Facts.effectOf(*Call) == Effect::Send ||
                          Facts.effectOf(*Call) == Effect::Reuse);
        }))
      NoLeave = "another completion routine was registered before";
  }

  // A way out that is put into its block would not keep the IRP from being
  // sent.
  for (const Stmt *S : Facts.statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call || Facts.effectOf(*Call) != Effect::Send)
      continue;
    for (const Stmt *Up = Facts.parent(S); Up; Up = Facts.parent(Up))
      SentByHandler |= isa<SEHFinallyStmt>(Up);
  }
  if (SentByHandler)
    NoLeave = "a termination handler would send the IRP";

  for (const Stmt *S = &Registration, *Up = Facts.parent(S); Up;
       S = Up, Up = Facts.parent(Up)) {
    if (isa<SEHExceptStmt, SEHFinallyStmt, CXXCatchStmt>(Up)) {
      NoLeave = "it is in a handler";
    } else if (isa<StmtExpr>(Up)) {
      Refused = "it is in a statement expression";
    } else if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Up)) {
      if (const auto *Do = dyn_cast<DoStmt>(Up))
        if (const auto *Never = dyn_cast<IntegerLiteral>(bare(Do->getCond())))
          if (Never->getValue() == 0)
            continue;
      // Many IRPs: those before are on their way already.
      const bool OneIrp =
          Irp.Variable && Irp.Variable->hasLocalStorage() &&
          Facts.begin(Up) >
              Facts.Source.offset(Irp.Variable->getLocation()).value_or(~0U) &&
          Facts.isUnchangedIn(*Irp.Variable, Up);
      const bool Others = llvm::any_of(Facts.statements(), [&](const Stmt *In) {
        const auto *Call = dyn_cast<CallExpr>(In);
        if (!Call || Call == &Registration || !Facts.isInside(In, Up))
          return false;
        Effect Does = Facts.effectOf(*Call);
        return (Does == Effect::Register || Does == Effect::Send ||
                Does == Effect::Allocate) &&
               (!Irp.Variable || !Facts.takes(*Call, *Irp.Variable));
      });
      if (!OneIrp || Others)
        NoLeave = "it is in a loop that may send many IRPs";
    }
  }
}

bool FailurePlanner::isMarkedPending() const {
  for (const Stmt *S : Facts.statements())
    if (Facts.marksPending(*S) &&
        ((Point != &Registration && Facts.isInside(S, Point)) ||
         (Facts.begin(S) != Facts.begin(Point) &&
          Facts.mayFollow(S, Point, [](const Stmt &) { return false; }))))
      return true;
  return false;
}

/// True when \p Call stands as a statement, for its effect only.
static bool isResultUnused(const FunctionFacts &Facts, const CallExpr &Call) {
  const Stmt *S = &Call;
  const Stmt *Up = Facts.parent(S);
  while (isa_and_nonnull<CastExpr, ParenExpr, FullExpr>(Up)) {
    S = Up;
    Up = Facts.parent(S);
  }
  if (const auto *If = dyn_cast_or_null<IfStmt>(Up))
    return S == If->getThen() || S == If->getElse();
  return isa_and_nonnull<CompoundStmt, LabelStmt, SwitchCase, ForStmt, DoStmt>(
      Up);
}

/// True when \p S stands in the branch that is taken when \p Result, or the
/// call in the condition, has been a success.
static bool isOnSuccessOf(const FunctionFacts &Facts, const Stmt *S,
                          const CallExpr &Call, const VarDecl *Result) {
  for (const Stmt *Up = Facts.parent(S); Up; S = Up, Up = Facts.parent(Up)) {
    const auto *If = dyn_cast<IfStmt>(Up);
    if (!If || (S != If->getThen() && S != If->getElse()))
      continue;
    FunctionFacts::Test T = Facts.asStatusTest(If->getCond());
    if (!T.Status || (S == If->getThen()) == T.TrueMeansFailed)
      continue;
    if (Facts.isInside(&Call, If->getCond()) ||
        (Result && variableOf(T.Status) == Result))
      return true;
  }
  return false;
}

/// What one call of the function says. Callers that complete or send the IRP
/// afterwards keep it; a dispatch routine that just returns what it is told
/// does not.
FailurePlanner::Duty FailurePlanner::dutyByCall(const FunctionFacts &Caller,
                                                const CallExpr &Call,
                                                const VarDecl *Given,
                                                unsigned Depth) {
  auto Unclear = [](const char *Why) { return Duty{Duty::Unclear, Why}; };
  auto Never = [](const Stmt &) { return false; };
  if (!Given || !Given->hasLocalStorage())
    return isResultUnused(Caller, Call)
               ? Unclear("a caller does not look at the result")
               : Duty{Duty::Keep};
  const SameIrp Same(Caller, *Given);
  const ParmVarDecl *Foreign = nullptr;
  for (const ParmVarDecl *P : Caller.Function.parameters())
    if (Same.isExactly(P))
      Foreign = P;
  auto Ends = [&](const Stmt &S) {
    const auto *Other = dyn_cast<CallExpr>(&S);
    return Other && Other != &Call &&
           (Same.isCompletedBy(S) || (Same.isGivenTo(*Other) &&
                                      Caller.effectOf(*Other) == Effect::Free));
  };
  const Stmt *After = Caller.findAfter(&Call, [&](const Stmt &S) {
    const auto *Other = dyn_cast<CallExpr>(&S);
    if (!Other || !Same.isGivenTo(*Other))
      return false;
    Effect Does = Caller.effectOf(*Other);
    return Does == Effect::Complete || Does == Effect::Free ||
           Does == Effect::Send || Does == Effect::HandOn;
  });
  // Where the result goes.
  const VarDecl *Result = nullptr;
  for (const Stmt *Up = Caller.parent(&Call); Up; Up = Caller.parent(Up)) {
    if (const auto *Assign = dyn_cast<BinaryOperator>(Up)) {
      if (Assign->isAssignmentOp())
        Result = variableOf(Assign->getLHS());
      break;
    }
    if (const auto *Declares = dyn_cast<DeclStmt>(Up)) {
      if (Declares->isSingleDecl())
        Result = dyn_cast<VarDecl>(Declares->getSingleDecl());
      break;
    }
    if (isa<CompoundStmt, ReturnStmt>(Up))
      break;
  }
  if (isResultUnused(Caller, Call))
    return Unclear("a caller does not look at the result");

  // `if (status != STATUS_PENDING) IoCompleteRequest(...)` ends it in time.
  llvm::SmallPtrSet<const Stmt *, 4> EndsOnFailure;
  for (const Stmt *S : Caller.statements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    if (!If || !Result)
      continue;
    std::optional<int64_t> Value =
        evaluate(If->getCond(), Caller.Context,
                 [&](const VarDecl &V) -> std::optional<int64_t> {
                   if (&V != Result)
                     return std::nullopt;
                   return static_cast<int32_t>(0xC000009A);
                 });
    FunctionFacts::Test T = Caller.asStatusTest(If->getCond());
    if (!Value && T.Status && variableOf(T.Status) == Result)
      Value = T.TrueMeansFailed;
    if (!Value)
      continue;
    const Stmt *Taken = *Value ? If->getThen() : If->getElse();
    if (Taken && llvm::any_of(Caller.statements(), [&](const Stmt *In) {
          if (!Ends(*In) || !Caller.isInside(In, Taken))
            return false;
          for (const Stmt *Up = In; Up != Taken; Up = Caller.parent(Up))
            if (isa<IfStmt, SwitchStmt, ForStmt, WhileStmt>(Up))
              return false;
          return true;
        }))
      for (const Expr *E = If->getCond(); E;) {
        EndsOnFailure.insert(E);
        const Expr *Next = bare(E);
        E = Next != E ? Next : nullptr;
      }
  }
  auto IsEnd = [&](const Stmt &S) {
    return Ends(S) || EndsOnFailure.count(&S) != 0;
  };

  // The ways out of the caller on which a failure is not dealt with.
  bool Passes = false;
  bool Hides = false;
  for (const Stmt *S : Caller.statements()) {
    const auto *Return = dyn_cast<ReturnStmt>(S);
    if (!Return || isOnSuccessOf(Caller, Return, Call, Result))
      continue;
    const Expr *Value = Return->getRetValue();
    const bool IsCall = Value && Caller.isInside(&Call, Return);
    if (!IsCall && !Caller.mayFollow(&Call, Return, IsEnd))
      continue;
    // `return Complete(Irp, status);`
    if (!IsCall && llvm::any_of(Caller.statements(), [&](const Stmt *In) {
          return Caller.isInside(In, Return) && Ends(*In);
        }))
      continue;
    Passes = true;
    std::optional<int64_t> Known = Value && !Value->isValueDependent()
                                       ? constantOf(Value, Caller.Context)
                                       : std::nullopt;
    if (!IsCall && !(Result && Value && variableOf(Value) == Result) &&
        !(Known && static_cast<int32_t>(*Known) < 0))
      Hides = true;
  }
  if (After && !Passes)
    return {Duty::Keep};
  if (After)
    return Caller.effectOf(*cast<CallExpr>(After)) == Effect::Send &&
                   !llvm::any_of(Caller.statements(),
                                 [&](const Stmt *S) { return Ends(*S); })
               ? Duty{Duty::Keep}
               : Unclear("a caller completes the IRP on some paths only");

  const bool Marked = llvm::any_of(Caller.statements(), [&](const Stmt *S) {
    return Caller.marksPending(*S) && (Caller.mayFollow(S, &Call, Never) ||
                                       Caller.mayFollow(&Call, S, Never));
  });
  if (Marked)
    return Unclear("a caller marks the IRP pending");
  if (!Foreign)
    return isa<ParmVarDecl>(Given) || Caller.isAllocatedHere(*Given)
               ? Unclear("a caller would lose the IRP")
               : Duty{Duty::Keep};
  if (Hides && !Caller.Function.getReturnType()->isVoidType())
    return Unclear("a caller does not pass the failure on");
  if (startsSomething(Caller, Call))
    return Unclear("a caller has started something that goes on");
  Duty Here = dutyOf(Caller, *Foreign, &Call, Depth + 1);
  if (Here.Who == Duty::Complete) {
    if (mayHoldSpinLock(Caller, Call, Call))
      return Unclear("a caller holds a spin lock");
    if (const char *Why =
            touchedBefore(Caller, Call, Call, *Foreign, /*Foreign=*/true))
      return Unclear(Why);
  }
  return Here;
}

/// What the calls of the function in its file say.
FailurePlanner::Duty FailurePlanner::dutyByCallers(const FunctionFacts &Facts,
                                                   const VarDecl &Irp,
                                                   unsigned Depth) {
  // (A lambda may have captured the parameter of another function.)
  const auto *Parameter = dyn_cast<ParmVarDecl>(&Irp);
  if (!Parameter || Parameter->getDeclContext() != &Facts.Function)
    return {};
  const unsigned Index = Parameter->getFunctionScopeIndex();
  Duty Agreed;
  for (const FunctionFacts::CallOf &Site : Facts.calls()) {
    if (Depth >= 4 || Site.Caller == &Facts.Function ||
        isa<CXXOperatorCallExpr>(Site.Call) || Index >= Site.Call->getNumArgs())
      return {Duty::Unclear, "its callers are too many to follow"};
    Duty Here =
        dutyByCall(Facts.Program.of(*Site.Caller, Facts.Source), *Site.Call,
                   variableOf(Site.Call->getArg(Index)), Depth);
    if (Here.Who == Duty::Unclear)
      return Here;
    if (Here.Who == Duty::None)
      Here.Who = Duty::Passed;
    if (Agreed.Who != Duty::None && Agreed.Who != Here.Who)
      return {Duty::Unclear,
              "the function's callers do not agree who completes the IRP"};
    Agreed = Here;
  }
  return Agreed;
}

/// Callers decide; where there is none to be seen, or they pass it on, the
/// function itself.
FailurePlanner::Duty FailurePlanner::dutyOf(const FunctionFacts &Facts,
                                            const VarDecl &Irp,
                                            const Stmt *Point, unsigned Depth) {
  const SameIrp Same(Facts, Irp);
  const bool Completes = llvm::any_of(Facts.statements(), [&](const Stmt *S) {
    return Same.isCompletedBy(*S);
  });
  const bool IsRole =
      Facts.role() == Role::Dispatch || Facts.role() == Role::Framework;
  // Whoever calls it from elsewhere, it ends the IRP itself.
  if (Facts.Program.addressUse(Facts.Function, Facts.Source) ==
          ProgramFacts::AddressUse::Unclear &&
      !(Completes && mayFail(Facts, Point).Says == MayFail::Yes))
    return {Duty::Unclear, "its address is taken: who calls it is not known"};
  const Duty Callers = dutyByCallers(Facts, Irp, Depth);
  if (Callers.Who == Duty::Unclear)
    return Callers;

  // Whoever waits for the IRP, or looks into it once it was sent, has it still.
  const Stmt *Sent =
      Depth > 0 ? Point : Facts.findAfter(Point, [&](const Stmt &S) {
        const auto *Call = dyn_cast<CallExpr>(&S);
        return Call && Facts.effectOf(*Call) == Effect::Send &&
               Same.isGivenTo(*Call);
      });
  const bool Returns =
      Facts.findAfter(Point, [&](const Stmt &S) { return Facts.waits(S); }) ||
      (Sent && Facts.findAfter(Sent, [&](const Stmt &S) {
        return Same.isUsedBy(S) && !Facts.isInside(&S, Sent);
      }));

  if (IsRole || Completes) {
    if (Callers.Who == Duty::Keep)
      return {Duty::Unclear, "a caller completes the IRP as well"};
    if (Returns && !Completes)
      return {Duty::Unclear, "it is not evident who completes the IRP"};
    return {Duty::Complete};
  }
  const bool Uses = Depth > 0 || Facts.findAfter(Point, [&](const Stmt &S) {
    const auto *Call = dyn_cast<CallExpr>(&S);
    if (!Call || !Same.isGivenTo(*Call))
      return false;
    Effect Does = Facts.effectOf(*Call);
    return Does == Effect::Send || Does == Effect::HandOn;
  });
  if (!Uses)
    return {Duty::Keep}; // It only registers.
  if (Callers.Who != Duty::None)
    return Callers;
  if (Facts.role() != Role::DispatchShape || Returns)
    return {Duty::None};
  return {Duty::Complete};
}

/// Why nobody would have the IRP any more after a plain return; null: somebody
/// has.
const char *FailurePlanner::whyReturnLosesIrp() const {
  if (Irp.Origin == IrpOrigin::Managed)
    return nullptr;
  if (Facts.Function.getReturnType()->isVoidType())
    return "the function cannot tell its caller of the failure";
  if (changesLastingState(Facts, Registration, /*Flags=*/true))
    return "something was set before that would stay as it is";
  if (Irp.Origin != IrpOrigin::Parameter || Own.Who == Duty::Complete)
    return nullptr;
  // One that is told which routine to register, and else sends the IRP without
  // one, is given every IRP for good.
  if (llvm::any_of(Registration.arguments(),
                   [](const Expr *Arg) {
                     const VarDecl *V = variableOf(Arg);
                     return V && isa<ParmVarDecl>(V) &&
                            V->getType()->isFunctionPointerType();
                   }) &&
      dutyByCallers(Facts, *Irp.Variable, 0).Who == Duty::None &&
      llvm::any_of(Facts.statements(), [&](const Stmt *S) {
        const auto *Call = dyn_cast<CallExpr>(S);
        return Call &&
               FunctionFacts::nameOf(*Call) ==
                   "IoSkipCurrentIrpStackLocation" &&
               Facts.takes(*Call, *Irp.Variable) &&
               !Facts.mayFollow(&Registration, Call,
                                [](const Stmt &) { return false; });
      }))
    return "the function sends every IRP: its callers count on that";
  return nullptr;
}

/// True when \p S stands in a branch that excludes the one of \p Other: the
/// other branch of an if, another section of a switch.
static bool isOnOtherBranch(const FunctionFacts &Facts, const Stmt *S,
                            const Stmt *Other) {
  const Stmt *Up = Facts.parent(S);
  while (Up && !Facts.isInside(Other, Up)) {
    S = Up;
    Up = Facts.parent(Up);
  }
  if (const auto *If = dyn_cast_or_null<IfStmt>(Up))
    return S != If->getCond() && !Facts.isInside(Other, If->getCond());
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Up);
  if (!Block || !isa_and_nonnull<SwitchStmt>(Facts.parent(Block)))
    return false;
  auto Never = [](const Stmt &) { return false; };
  if (Facts.mayFollow(S, Other, Never) || Facts.mayFollow(Other, S, Never))
    return false;
  // A label between them begins another section.
  bool Between = false;
  for (const Stmt *Child : Block->body()) {
    const bool IsOne = Child == S || Facts.isInside(Other, Child);
    if (Between && isa<SwitchCase>(Child))
      return true;
    if (IsOne && Between)
      return false;
    Between |= IsOne;
  }
  return false;
}

/// Whether something has to be given back that this function has not acquired:
/// its completion routine does so, or its other ways out, or a caller holds it.
bool FailurePlanner::heldElsewhere() const {
  if (isUndoneByRoutine(Facts, Registration))
    return true;
  std::vector<Resource> Owed;
  for (const FunctionDecl *Definition : routinesGivenTo(Registration)) {
    if (Facts.Source.offset(Definition->getLocation()))
      for (const Resource &R : Facts.givenBackIn(*Definition))
        // An IRP is freed by whoever allocated it, its buffers with it.
        if (Irp.Origin != IrpOrigin::Allocated || !R.isMemory())
          Owed.push_back(R);
  }
  for (const Stmt *S : Facts.statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    std::optional<Resource> What = Call ? Facts.givesBack(*Call) : std::nullopt;
    // Memory may come from anywhere; a lock is the caller's. What is given back
    // for another request is no debt of this one.
    if (What && !What->isMemory() && !isa<CXXMemberCallExpr>(Call) &&
        !isOnOtherBranch(Facts, Call, &Registration) &&
        llvm::none_of(Facts.statements(), [&](const Stmt *Other) {
          const auto *Earlier = dyn_cast<CallExpr>(Other);
          std::optional<Resource> Had =
              Earlier ? Facts.acquires(*Earlier) : std::nullopt;
          return Had && Facts.givesBack(*Call, *Had);
        }))
      Owed.push_back(*What);
  }
  for (const Resource &R : Owed)
    if (llvm::none_of(HeldHere,
                      [&](const Held &H) { return H.What.Kind == R.Kind; }))
      return true;
  // What a caller holds and leaves to others matters where those may be here:
  // in this function, or in a routine that cannot be seen.
  const std::vector<const FunctionDecl *> Routines =
      routinesGivenTo(Registration);
  auto IsGivenBackHere = [&](const Held &H) {
    return Routines.empty() ||
           llvm::any_of(Facts.statements(),
                        [&](const Stmt *S) {
                          const auto *Call = dyn_cast<CallExpr>(S);
                          return Call && Facts.givesBack(*Call, H.What);
                        }) ||
           llvm::any_of(Routines, [&](const FunctionDecl *Routine) {
             return llvm::any_of(
                 Facts.givenBackIn(*Routine),
                 [&](const Resource &R) { return R.Kind == H.What.Kind; });
           });
  };
  for (const FunctionFacts::CallOf &Site : Facts.calls()) {
    if (Site.Caller == &Facts.Function)
      continue;
    const FunctionFacts &Caller = Facts.Program.of(*Site.Caller, Facts.Source);
    if (llvm::any_of(Caller.heldForOthers(*Site.Call), IsGivenBackHere))
      return true;
  }
  return false;
}

/// True when a caller completes the IRP with the status that it has by then,
/// which the lower drivers would have set.
bool FailurePlanner::needsStatus() const {
  const auto *Parameter = dyn_cast<ParmVarDecl>(Irp.Variable);
  if (!Parameter || Parameter->getDeclContext() != &Facts.Function)
    return false;
  const unsigned Index = Parameter->getFunctionScopeIndex();
  for (const FunctionFacts::CallOf &Site : Facts.calls()) {
    const FunctionFacts &Caller = Facts.Program.of(*Site.Caller, Facts.Source);
    const VarDecl *Given = Index < Site.Call->getNumArgs()
                               ? variableOf(Site.Call->getArg(Index))
                               : nullptr;
    if (!Given || !Given->hasLocalStorage())
      continue;
    const SameIrp Same(Caller, *Given);
    auto Sets = [&](const Stmt &S) {
      const auto *Assign = dyn_cast<BinaryOperator>(&S);
      const auto *Field = Assign && Assign->getOpcode() == BO_Assign
                              ? dyn_cast<MemberExpr>(bare(Assign->getLHS()))
                              : nullptr;
      return Field && Field->getMemberDecl()->getDeclName().isIdentifier() &&
             Field->getMemberDecl()->getName() == "Status" &&
             Same.isPartOf(Field);
    };
    for (const Stmt *S : Caller.statements()) {
      const auto *Call = dyn_cast<CallExpr>(S);
      if (Call && Caller.effectOf(*Call) == Effect::Complete &&
          Same.isCompletedBy(*Call) && Caller.mayFollow(Site.Call, Call, Sets))
        return true;
    }
  }
  return false;
}

/// True when the function waits for the IRP, or looks into it once it was sent.
bool FailurePlanner::hasIrpBack() const {
  const SameIrp Same(Facts, *Irp.Variable);
  const Stmt *Sent = Facts.findAfter(&Registration, [&](const Stmt &S) {
    const auto *Call = dyn_cast<CallExpr>(&S);
    return Call && Facts.effectOf(*Call) == Effect::Send &&
           Same.isGivenTo(*Call);
  });
  return Facts.findAfter(&Registration, [&](const Stmt &S) {
    return Facts.waits(S);
  }) || (Sent && Facts.findAfter(Sent, [&](const Stmt &S) {
           return Same.isUsedBy(S) && !Facts.isInside(&S, Sent);
         }));
}

bool FailurePlanner::isReadOnWayOut(const VarDecl &V) const {
  return Out.How != WayOut::None && &V != Out.Status &&
         isReadFrom(Facts, Registration, Out, V);
}

/// Power IRPs of old: the power manager waits for the call, which the
/// completion routine would have made.
bool FailurePlanner::needsNextPowerIrp() const {
  bool Mentioned = false;
  for (const Stmt *S : Facts.statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call || FunctionFacts::nameOf(*Call) != "PoStartNextPowerIrp")
      continue;
    Mentioned = true;
    if (Facts.mayFollow(Call, Point, [](const Stmt &) { return false; }))
      return false;
  }
  if (Mentioned)
    return true;
  // The routine itself, where it is in this file.
  for (const FunctionDecl *Definition : routinesGivenTo(Registration)) {
    std::optional<unsigned> Begin =
        Facts.Source.offset(Definition->getBody()->getBeginLoc());
    std::optional<unsigned> End =
        Facts.Source.offset(Definition->getBody()->getEndLoc());
    if (Begin && End &&
        Facts.Source.hasIdentifier("PoStartNextPowerIrp", *Begin, *End))
      return true;
  }
  return false;
}

void FailurePlanner::completing(StringRef Name, StringRef Status,
                                std::vector<std::string> &Lines) const {
  if (needsNextPowerIrp())
    Lines.push_back(("PoStartNextPowerIrp(" + Name + ");").str());
  Lines.push_back((Name + "->IoStatus.Status = " + Status + ";").str());
  Lines.push_back((Name + "->IoStatus.Information = 0;").str());
  Lines.push_back(("IoCompleteRequest(" + Name + ", IO_NO_INCREMENT);").str());
}

/// The statement that releases what \p H acquired; empty when that is not
/// certain. Remove locks only: their release takes the same arguments.
std::string FailurePlanner::releaseOf(const Held &H) const {
  const auto *Acquired = dyn_cast<CallExpr>(H.Acquired);
  if (!Acquired)
    return std::string();
  const CallExpr &Call = *Acquired;
  if (!FunctionFacts::nameOf(Call).starts_with("IoAcquireRemoveLock") ||
      Call.getNumArgs() < 2 ||
      !isNameDeclared("IoReleaseRemoveLock", Facts.Context))
    return std::string();
  if (!isHeldForCertain(Facts, H, *Point))
    return std::string();

  std::string Args[2];
  for (unsigned I = 0; I != 2; ++I) {
    const Expr *Arg = Call.getArg(I);
    if (!isRepeatable(Arg) || !meansTheSameAt(Facts, Arg, Point))
      return std::string();
    for (const Stmt *S : Facts.statements())
      if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
        if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
          if (Facts.isInside(Ref, Arg) && !Facts.isConstant(*V)) {
            // Assigned once, before the lock is acquired, is as good.
            for (const Stmt *Other : Facts.statements())
              if (const auto *Assign = dyn_cast<BinaryOperator>(Other))
                if (Assign->isAssignmentOp() &&
                    variableOf(Assign->getLHS()) == V &&
                    Facts.begin(Assign) > Facts.begin(&Call))
                  return std::string();
          }
    const SourceManager &Sources = Facts.Context.getSourceManager();
    SourceRange Written(Sources.getSpellingLoc(Arg->getBeginLoc()),
                        Sources.getSpellingLoc(Arg->getEndLoc()));
    auto Bytes = Facts.Source.bytes(Written);
    if (!Bytes || Facts.Source.hasComment(Bytes->first, Bytes->second))
      return std::string();
    Args[I] = Facts.Source.text(Bytes->first, Bytes->second).str();
    if (StringRef(Args[I]).find_first_of("\r\n") != StringRef::npos)
      return std::string();
  }
  return "IoReleaseRemoveLock(" + Args[0] + ", " + Args[1] + ");";
}

/// The return statement; empty where the type has no value for a failure.
std::string FailurePlanner::leaveLine(StringRef Status,
                                      std::string &Title) const {
  // Of a template, the pattern: one text serves every instantiation.
  const FunctionDecl *F = Facts.Function.getTemplateInstantiationPattern();
  QualType T = (F ? *F : Facts.Function).getReturnType();
  if (T->isDependentType())
    return std::string();
  if (T->isVoidType()) {
    Title = "return";
    return "return;";
  }
  QualType StatusType = Registration.getType();
  const bool Deduced = T->getContainedDeducedType() != nullptr;
  if (isStatusType(T) ||
      (Deduced && isStatusType(StatusType) &&
       Facts.Context.hasSameUnqualifiedType(T, StatusType))) {
    Title = Status == "STATUS_PENDING" ? "return STATUS_PENDING"
                                       : "return the status";
    return ("return " + Status + ";").str();
  }
  std::string Value;
  if (!T->isPointerType() && isFalseSuccess(Facts))
    return std::string();
  if (T->isBooleanType()) {
    Value = Facts.Context.getLangOpts().Bool ||
                    isNameDeclared("false", Facts.Context)
                ? "false"
            : isNameDeclared("FALSE", Facts.Context) ? "FALSE"
                                                     : "0";
  } else if (const auto *Typedef = T->getAs<TypedefType>()) {
    StringRef Name = Typedef->getDecl()->getName();
    if ((Name == "BOOLEAN" || Name == "BOOL") &&
        isNameDeclared("FALSE", Facts.Context))
      Value = "FALSE";
  }
  if (Value.empty() && T->isPointerType()) {
    if (isNameDeclared("NULL", Facts.Context))
      Value = "NULL";
    else if (Facts.Context.getLangOpts().CPlusPlus11)
      Value = "nullptr";
  }
  if (Value.empty())
    return std::string();
  Title = "return " + Value;
  return "return " + Value + ";";
}

FailurePath FailurePlanner::leave(const StatusName &Name, Leaving Which) const {
  const bool Complete = Which == Leaving::Completing;
  const bool ByReturn = Which == Leaving::ByReturn;
  const StringRef Status = Name.Text;
  FailurePath Path;
  auto No = [&](StringRef Why) {
    Path.Lines.clear();
    Path.WhyNot = Why.str();
    return Path;
  };
  if (!Refused.empty())
    return No(Refused);
  if (!NoLeave.empty())
    return No(NoLeave);
  if (!isNameDeclared("NT_SUCCESS", Facts.Context))
    return No("NT_SUCCESS is not declared");
  if (Touched)
    return No(Touched);
  bool IsKnown = false;
  if (Irp.Origin != IrpOrigin::Allocated || Facts.irpParameter()) {
    MayFail M = mayFail(Facts, &Registration);
    if (M.Says == MayFail::No)
      return No(M.Why);
    IsKnown = M.Says == MayFail::Yes;
  }

  // 1. Whose IRP is it, and what has to be done to it?
  const ParmVarDecl *OwnParameter = Facts.irpParameter();
  bool CompleteIt = Own.Who == Duty::Complete;
  if (Irp.Origin == IrpOrigin::Parameter) {
    if (Own.Who == Duty::Unclear)
      return No(Own.Why);
    // Requests that are passed down and waited for are PnP's and power's.
    if (Own.Who != Duty::Complete && !IsKnown && !Complete && !ByReturn &&
        hasIrpBack())
      return No("it is not known for which requests it is called");
    // Whoever sends the IRP may as well complete it; whoever waits for it, or
    // leaves the sending to its caller, may not.
    CompleteIt |=
        Complete && dutyByCallers(Facts, *Irp.Variable, 0).Who == Duty::None &&
        !Facts.findAfter(&Registration,
                         [&](const Stmt &S) { return Facts.waits(S); }) &&
        Facts.findAfter(&Registration, [&](const Stmt &S) {
          return Facts.sends(S, *Irp.Variable);
        });
  }
  const VarDecl *Completed = CompleteIt ? Irp.Variable : nullptr;
  const VarDecl *Freed =
      Irp.Origin == IrpOrigin::Allocated ? Irp.Variable : nullptr;
  if (OwnParameter && Irp.Origin != IrpOrigin::Parameter) {
    // A dispatch routine with an IRP of another kind has its own one too.
    bool DoneBefore = false;
    bool CompletesIt = false;
    for (const Stmt *S : Facts.statements()) {
      const auto *Call = dyn_cast<CallExpr>(S);
      if (!Call || !Facts.takes(*Call, *OwnParameter))
        continue;
      Effect Does = Facts.effectOf(*Call);
      CompletesIt |= Facts.completes(*S, *OwnParameter);
      if ((Does == Effect::Send || Does == Effect::HandOn ||
           Does == Effect::Complete) &&
          Facts.mayFollow(Call, Point, [](const Stmt &) { return false; }))
        DoneBefore = true;
    }
    if (DoneBefore)
      return No("the routine's own IRP is already out of its hands");
    if (Duty Callers = dutyByCallers(Facts, *OwnParameter, 0);
        Callers.Who != Duty::None && Callers.Who != Duty::Complete)
      return No("a caller has the routine's own IRP");
    if (Facts.role() == Role::Dispatch || Facts.role() == Role::Framework ||
        CompletesIt)
      Completed = OwnParameter;
  }
  for (const VarDecl *V : {Completed, Freed})
    if (V && isHiddenAt(Facts, *V, *Point))
      return No("the name of the IRP means another one here");
  if (Irp.Origin == IrpOrigin::Unknown && (Out.How == WayOut::None || ByReturn))
    return No("it is not evident who owns the IRP");

  const bool Pending = isMarkedPending();
  if (Pending && (!Completed || Freed))
    return No("the IRP is already marked pending");
  if (Pending && llvm::none_of(Facts.statements(), [&](const Stmt *S) {
        return Facts.marksPending(*S) && isPassedBefore(Facts, *S, *Point);
      }))
    return No("the IRP is marked pending on some paths only");

  if (Completed &&
      (!isNameDeclared("IoCompleteRequest", Facts.Context) ||
       !isNameDeclared("IO_NO_INCREMENT", Facts.Context) ||
       (Pending && !isNameDeclared("STATUS_PENDING", Facts.Context))))
    return No("IoCompleteRequest is not declared");
  if (Freed && !isNameDeclared("IoFreeIrp", Facts.Context))
    return No("IoFreeIrp is not declared");
  if (Freed && bringsBuffers(Facts, *Freed))
    return No("the IRP's buffers would have to be freed as well");
  // The status must survive the IRP.
  if ((Completed || Freed || !HeldHere.empty()) && !Name.IsLocal)
    return No("the status is not kept in a variable of this function");

  if (std::string Why =
          whyDoubtful(Facts, Registration, Irp,
                      Completed && !completesByOwnRoutine(Facts, *Completed));
      !Why.empty())
    return No(Why);

  auto FreeLine = [&] { return "IoFreeIrp(" + Freed->getName().str() + ");"; };

  // 2. The author's way out.
  if (Out.How != WayOut::None && !Pending && !ByReturn) {
    bool Fits = !isDueByFlag(Facts, Registration, Out.Target);
    for (const Held &H : HeldHere)
      Fits &= Facts.isGivenBackFrom(Out, H, Registration) &&
              (H.What.isMemory() || isHeldForCertain(Facts, H, *Point));
    if (const char *Why = whyOtherState(Facts, Registration, Out))
      return No(Why);
    Fits = Fits && !whyNotLeave(Facts, Registration, Point, Out, HeldHere);
    Fate OfCompleted = Completed ? Facts.irpFateFrom(Out.Target, *Completed,
                                                     Out.Status, &Registration)
                                 : Fate::Nothing;
    const VarDecl *Other = Irp.Variable != Completed ? Irp.Variable : nullptr;
    Fate OfOther =
        Other ? Facts.irpFateFrom(Out.Target, *Other, Out.Status, &Registration)
              : Fate::Nothing;
    if (OfCompleted == Fate::Unclear || OfOther == Fate::Unclear)
      Fits = false;
    // There the author ends it in a way of his own.
    if (OfCompleted == Fate::Unclear)
      return No("the function's own way out does more with the IRP");
    // What is ended here must not be looked into there.
    if (OfCompleted == Fate::Read || (Freed && OfOther == Fate::Read))
      Fits = false;
    if (Completed && OfCompleted == Fate::Nothing &&
        mayHoldSpinLock(Facts, Registration, *Point))
      Fits = false;
    // What a return would lose is lost behind a label as well.
    if (!Completed && !Freed && OfOther != Fate::Ended &&
        Irp.Origin != IrpOrigin::Managed &&
        Facts.Function.getReturnType()->isVoidType())
      Fits = false;
    // An IRP of unknown origin is right only where the author ends it there.
    if (Irp.Origin == IrpOrigin::Unknown && OfOther != Fate::Ended)
      Fits = false;
    if (Fits) {
      std::vector<std::string> &Lines = Path.Lines;
      std::string Before;
      if (Freed && OfOther == Fate::Nothing) {
        Lines.push_back(FreeLine());
        Before = "free the IRP and ";
      }
      if (Completed && OfCompleted == Fate::Nothing) {
        completing(Completed->getName(), Status, Lines);
        Before = "complete the IRP and ";
      }
      if (Out.Status && Out.Status != Name.Variable)
        Lines.push_back(Out.Status->getName().str() + " = " + Status.str() +
                        ";");
      switch (Out.How) {
      case WayOut::Goto: {
        std::string Label = Out.Label->getName().str();
        Lines.push_back("goto " + Label + ";");
        Path.Title = Before + "go to '" + Label + "'";
        break;
      }
      case WayOut::Leave:
        Lines.push_back("__leave;");
        Path.Title = Before + "leave the __try block";
        break;
      case WayOut::Break:
      case WayOut::None:
        Lines.push_back("break;");
        Path.Title = Before + "break";
        break;
      }
      return Path;
    }
    if (Irp.Origin == IrpOrigin::Unknown)
      return No("the function's own way out does not fit here");
  }

  if (const char *Why =
          whyNotLeave(Facts, Registration, Point, WayOut(), HeldHere))
    return No(Why);

  if (isDueByFlag(Facts, Registration, ~0U))
    return No("what a flag says is due later on would be skipped");

  // 3. Return, as the author does it where something has to be given back.
  if (!Completed && !Freed) {
    if (const char *Why = whyReturnLosesIrp())
      return No(Why);
    if (Irp.Origin == IrpOrigin::Parameter && needsStatus())
      Path.Lines.push_back(Irp.Variable->getName().str() +
                           "->IoStatus.Status = " + Status.str() + ";");
  }
  const bool OwnRoutine = Completed && completesByOwnRoutine(Facts, *Completed);
  std::vector<std::string> Releases;
  for (const Held &H : HeldHere) {
    std::string Line = HeldHere.size() == 1 ? releaseOf(H) : std::string();
    Releases.push_back(std::move(Line));
  }
  const bool CannotRelease =
      llvm::any_of(Releases, [](const std::string &L) { return L.empty(); });
  if ((HeldByOthers || OwnRoutine || CannotRelease) && !Pending &&
      Irp.Variable && (!Completed || Completed == Irp.Variable))
    if (AuthorsExit Exit =
            authorsExit(Facts, Registration, *Irp.Variable, Status,
                        Name.Variable, Completed || Freed);
        Exit && (Exit.GivesBack || !HeldByOthers)) {
      Path.Lines = Exit.Lines;
      Path.Title = "do what the function does on other failures";
      return Path;
    }
  if (HeldByOthers)
    return No("the completion routine would have given something back");
  if (CannotRelease)
    return No("something that was acquired before would not be given back");
  for (const Stmt *S = &Registration, *Up = Facts.parent(S); Up;
       S = Up, Up = Facts.parent(Up)) {
    const auto *Try = dyn_cast<SEHTryStmt>(Up);
    if (!Try || S != Try->getTryBlock() || !Try->getFinallyHandler())
      continue;
    // The handler runs, and may take it for an exception; unless the author
    // returns from there as well.
    const bool Usual = llvm::any_of(Facts.statements(), [&](const Stmt *R) {
      return isa<ReturnStmt>(R) && Facts.isInside(R, S);
    });
    if (!Usual)
      return No("a return would pass the termination handler");
  }
  if (changesLastingState(Facts, Registration, /*Flags=*/true))
    return No("something was set before that would stay as it is");
  // What follows is not only about the IRP, and nobody is told to do without.
  if (Completed && Facts.Function.getReturnType()->isVoidType() &&
      Facts.findAfter(&Registration, [&](const Stmt &S) {
        const auto *Call = dyn_cast<CallExpr>(&S);
        return Call && Facts.effectOf(*Call) == Effect::HandOn &&
               !Facts.isGiven(*Call, Irp);
      }))
    return No("the function does more than to send the IRP");
  if (Completed && mayHoldSpinLock(Facts, Registration, *Point))
    return No("a spin lock is held where the IRP would be completed");

  std::string How;
  std::string Leave = leaveLine(Pending ? "STATUS_PENDING" : Status, How);
  if (Leave.empty())
    return No("the return type has no evident value for a failure");
  std::string Before;
  if (Freed) {
    Path.Lines.push_back(FreeLine());
    Before = "free the IRP and ";
  }
  if (Completed) {
    if (OwnRoutine) {
      std::string Call =
          authorsCompletion(Facts, Registration, *Completed, Status);
      if (Call.empty() || Pending || needsNextPowerIrp())
        return No("the driver completes its IRPs in a way of its own");
      Path.Lines.push_back(std::move(Call));
    } else {
      completing(Completed->getName(), Status, Path.Lines);
    }
    Before = "complete the IRP and ";
  }
  for (std::string &Line : Releases)
    Path.Lines.push_back(std::move(Line));
  Path.Lines.push_back(std::move(Leave));
  Path.Title = Before + How;
  return Path;
}

FailurePath FailurePlanner::completeOwn(StringRef Status) const {
  FailurePath Path;
  const ParmVarDecl *Own = Facts.irpParameter();
  if (!Own)
    Path.WhyNot = "the function is no dispatch routine";
  else if (isMarkedPending())
    Path.WhyNot = "the IRP is already marked pending";
  else if (SentByHandler)
    Path.WhyNot = "a termination handler would send the IRP";
  else if (Touched)
    Path.WhyNot = Touched;
  else if (Duty Callers = dutyByCallers(Facts, *Own, 0);
           Callers.Who != Duty::None && Callers.Who != Duty::Complete)
    Path.WhyNot = "a caller has the routine's own IRP";
  else if (MayFail M = mayFail(Facts, &Registration); M.Says == MayFail::No)
    Path.WhyNot = M.Why;
  else if (isHiddenAt(Facts, *Own, *Point))
    Path.WhyNot = "the name of the IRP means another one here";
  else if (mayHoldSpinLock(Facts, Registration, *Point))
    Path.WhyNot = "a spin lock is held where the IRP would be completed";
  else if (!isNameDeclared("IoCompleteRequest", Facts.Context) ||
           !isNameDeclared("IO_NO_INCREMENT", Facts.Context))
    Path.WhyNot = "IoCompleteRequest is not declared";
  else
    completing(Own->getName(), Status, Path.Lines);
  Path.Title = "complete the IRP";
  return Path;
}

/// True when the routine's context was made here, or put somewhere: it is the
/// routine that has to do away with it.
bool FailurePlanner::isContextOwn() const {
  for (const Expr *Arg : Registration.arguments()) {
    const VarDecl *Context = variableOf(Arg);
    if (!Context || !Context->hasLocalStorage() || Context == Irp.Variable ||
        !Context->getType()->isPointerType())
      continue;
    for (const Stmt *S : Facts.statements()) {
      const Expr *Value = nullptr;
      if (const auto *Assign = dyn_cast<BinaryOperator>(S)) {
        if (Assign->isAssignmentOp() && variableOf(Assign->getLHS()) == Context)
          Value = bare(Assign->getRHS());
      } else if (const auto *Declares = dyn_cast<DeclStmt>(S)) {
        if (llvm::is_contained(Declares->decls(), Context))
          Value = bare(Context->getInit());
      } else if (const auto *Call = dyn_cast<CallExpr>(S)) {
        if (Call != &Registration && Facts.takes(*Call, *Context) &&
            Facts.effectOf(*Call) == Effect::HandOn &&
            FunctionFacts::nameOf(*Call).contains("List") &&
            Facts.mayFollow(Call, &Registration,
                            [](const Stmt &) { return false; }))
          return true;
      }
      if (isa_and_nonnull<CXXNewExpr>(Value))
        return true;
      if (const auto *Call = dyn_cast_or_null<CallExpr>(Value))
        if (std::optional<Resource> What = Facts.acquires(*Call);
            What && What->isMemory())
          return true;
    }
  }
  return false;
}

FailurePath FailurePlanner::skip() const {
  FailurePath Path;
  auto No = [&](const char *Why) {
    Path.WhyNot = Why;
    return Path;
  };
  if (!Refused.empty())
    return No(Refused.c_str());
  if (!isNameDeclared("NT_SUCCESS", Facts.Context) ||
      !isNameDeclared("IoSkipCurrentIrpStackLocation", Facts.Context))
    return No("IoSkipCurrentIrpStackLocation is not declared");
  // Only an IRP from above has a stack location to skip.
  if (Irp.Origin != IrpOrigin::Parameter)
    return No("the IRP is not one that was handed to this function");
  if (!HeldHere.empty() || HeldByOthers || Facts.role() == Role::Completion ||
      Own.Who == Duty::Unclear || hasDoneSomething(Facts, Registration))
    return No("the completion routine would have given something back");
  // Once it is sent like that, nobody here may touch it.
  if (dutyByCallers(Facts, *Irp.Variable, 0).Who == Duty::Keep)
    return No("a caller ends the IRP where this function fails");
  if (Touched)
    return No(Touched);
  if (routineActsForOthers(Facts, Registration) ||
      changesLastingState(Facts, Registration, /*Flags=*/false) ||
      isContextOwn())
    return No("the completion routine may have to undo or to signal something");
  const VarDecl &V = *Irp.Variable;

  // The next stack location is a mere copy, and nobody looks at the IRP after
  // the routine was registered, except to send it once.
  bool Copied = false;
  for (const Stmt *S : Facts.statements()) {
    if (Facts.isWrittenAs(S, "IoCopyCurrentIrpStackLocationToNext") &&
        Facts.begin(S) < Facts.begin(&Registration))
      Copied = true;
    if (Facts.isWrittenAs(S, "IoGetNextIrpStackLocation") ||
        Facts.isWrittenAs(S, "IoSetNextIrpStackLocation"))
      return No("the next stack location has been filled in");
  }
  if (!Copied)
    return No("the stack location has not been copied");
  if (isMarkedPending())
    return No("the IRP is already marked pending");
  const Stmt *Send = Facts.findAfter(
      &Registration, [&](const Stmt &S) { return Facts.sends(S, V); });
  if (!Send)
    return No("the IRP is not sent here");
  const Stmt *Other = Facts.findAfter(&Registration, [&](const Stmt &S) {
    if (Facts.waits(S) || Facts.marksPending(S))
      return true;
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    if (!Ref || Ref->getDecl() != &V)
      return false;
    const Stmt *Up = Facts.parent(Ref);
    while (isa_and_nonnull<ParenExpr, CastExpr>(Up))
      Up = Facts.parent(Up);
    const auto *Call = dyn_cast_or_null<CallExpr>(Up);
    return !Call || (!Facts.sends(*Call, V) &&
                     FunctionFacts::nameOf(*Call) != "PoStartNextPowerIrp");
  });
  if (Other)
    return No("the IRP is used again after it was sent");
  Path.Lines.push_back("IoSkipCurrentIrpStackLocation(" + V.getName().str() +
                       ");");
  Path.Title = "send the IRP without a completion routine "
               "(IoSkipCurrentIrpStackLocation)";
  return Path;
}

static bool mentionsVariable(const FunctionFacts &Facts, const Expr &E,
                             const VarDecl &V) {
  return llvm::any_of(Facts.statements(), [&](const Stmt *S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    return Ref && Ref->getDecl() == &V && Facts.isInside(Ref, &E);
  });
}

/// True when \p E gives the same value a second time, right behind the first:
/// it has no effect, or only asks for it.
static bool isSameAgain(const Expr *E) {
  if (isRepeatable(E))
    return true;
  // Owner.get()
  if (const auto *Method = dyn_cast<CXXMemberCallExpr>(bare(E)))
    return Method->getNumArgs() == 0 && Method->getMethodDecl() &&
           Method->getMethodDecl()->isConst() &&
           isRepeatable(Method->getImplicitObjectArgument());
  // The current stack location, the next one.
  const auto *Call = dyn_cast<CallExpr>(bare(E));
  return Call && model::isPlainQuestion(FunctionFacts::nameOf(*Call)) &&
         llvm::all_of(Call->arguments(), isRepeatable);
}

/// True when \p Arg means and is the same at the point as at the registration.
bool FailurePlanner::hasSameValueAt(const Expr &Arg) const {
  auto Never = [](const Stmt &) { return false; };
  return meansTheSameAt(Facts, &Arg, Point) &&
         llvm::none_of(Facts.statements(), [&](const Stmt *S) {
           const auto *Ref = dyn_cast<DeclRefExpr>(S);
           const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
           if (!V || !Facts.isInside(Ref, &Arg))
             return false;
           return llvm::any_of(Facts.statements(), [&](const Stmt *Other) {
             const auto *Assign = dyn_cast<BinaryOperator>(Other);
             const auto *Unary = dyn_cast<UnaryOperator>(Other);
             const Expr *To = Assign && Assign->isAssignmentOp()
                                  ? Assign->getLHS()
                              : Unary && (Unary->isIncrementDecrementOp() ||
                                          Unary->getOpcode() == UO_AddrOf)
                                  ? Unary->getSubExpr()
                                  : nullptr;
             return To && variableOf(To) == V &&
                    !Facts.isInside(Other, &Registration) &&
                    Facts.mayFollow(&Registration, Other, Never) &&
                    (Facts.isInside(Other, Point) ||
                     Facts.mayFollow(Other, Point, Never));
           });
         });
}

FailurePath FailurePlanner::fallback(const StatusName &Status,
                                     bool ReadLater) const {
  FailurePath Path;
  auto No = [&](const char *Why) {
    Path.WhyNot = Why;
    return Path;
  };
  if (!Refused.empty())
    return No(Refused.c_str());
  if (FunctionFacts::nameOf(Registration) != "IoSetCompletionRoutineEx" ||
      Registration.getNumArgs() != 7)
    return No("not a call of IoSetCompletionRoutineEx itself");
  if (!isNameDeclared("NT_SUCCESS", Facts.Context) ||
      !isNameDeclared("IoSetCompletionRoutine", Facts.Context))
    return No("IoSetCompletionRoutine is not declared");
  std::string Text = "IoSetCompletionRoutine(";
  for (unsigned I = 1; I != 7; ++I) {
    const Expr *Arg = Registration.getArg(I);
    auto Bytes = Facts.Source.bytes(Arg->getSourceRange());
    if (!Bytes || !isSameAgain(Arg) ||
        Facts.Source.hasComment(Bytes->first, Bytes->second))
      return No("its arguments cannot be repeated");
    if (Point != &Registration && !hasSameValueAt(*Arg))
      return No("its arguments may have changed");
    // On one line.
    std::string Written;
    for (char C : Facts.Source.text(Bytes->first, Bytes->second)) {
      if (C == ' ' || C == '\t' || C == '\r' || C == '\n') {
        if (!StringRef(Written).ends_with(" "))
          Written += ' ';
        continue;
      }
      if (C < ' ' || C > '~' || C == '\\')
        return No("its arguments cannot be repeated");
      Written += C;
    }
    // What takes the status is another one by now.
    if (Status.Variable ? mentionsVariable(Facts, *Arg, *Status.Variable)
                        : StringRef(Written).contains(Status.Text))
      return No("its arguments may have changed");
    Text += (I > 1 ? ", " : "") + Written;
  }
  Path.Lines.push_back(Text + ");");
  if (ReadLater) {
    if (Status.Variable && Status.Variable->getType().isConstQualified())
      return No("the variable is constant");
    if (!isNameDeclared("STATUS_SUCCESS", Facts.Context))
      return No("STATUS_SUCCESS is not declared");
    Path.Lines.push_back(Status.Text + " = STATUS_SUCCESS;");
  }
  Path.Title = "fall back to IoSetCompletionRoutine (the driver is no longer "
               "kept loaded until the routine has run)";
  return Path;
}

} // namespace wdm::fixits
