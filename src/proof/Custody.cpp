//===- Custody.cpp - Where the IRP is when a fix begins, and ends ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/OwnWords.h"
#include "src/model/Requests.h"
#include "src/proof/Parts.h"
#include "src/proof/Requests.h"
#include "src/proof/Walks.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;
using model::Effect;
using wdm::rules::Doubt;
using wdm::rules::IrpPlace;

namespace {

/// More states at the patch are not asked which request they are for.
constexpr size_t MaxStates = 64;

bool isBehind(const State &S) {
  return S.Life.Place >= static_cast<uint8_t>(IrpPlace::Ours);
}

/// There was no memory for it.
bool isNothing(const Memory &M, const State &S) {
  const Range R = M.rangeOf(S, S.Irp);
  return R.isSingle() && R.Low == 0;
}

/// Faults before the fix: it is not as it came.
bool isBefore(const PathEnd &End) {
  return End.Broken != NoFault &&
         static_cast<Doubt>(End.Broken) <= Doubt::ComesAgain;
}

bool returnsByte(const FunctionDecl &F) {
  const QualType T = F.getReturnType();
  return T->isBooleanType() || T->isCharType();
}

} // namespace

Outcome outcomeOf(const FunctionDecl &F, const Memory &M, const PathEnd &End) {
  if (!End.ReturnsValue)
    return Outcome::Unknown;
  const Range R = M.rangeOf(End.Final, M.settled(End.Final, End.Result));
  if (F.getReturnType()->isPointerType() || returnsByte(F))
    return !R.contains(0)                  ? Outcome::Succeeds
           : R.isSingle() && R.contains(0) ? Outcome::Fails
                                           : Outcome::Unknown;
  if (R.isSingle() && R.contains(model::StatusPending))
    return Outcome::Unknown;
  return model::isFailure(R.Low, R.High) ? Outcome::Fails
         : R.Low >= 0                    ? Outcome::Succeeds
                                         : Outcome::Unknown;
}

bool isFailedBelow(const FlowGraph &G, SymbolTable &Symbols, const Memory &M,
                   const State &S) {
  return llvm::any_of(G.Calls, [&](const FlowCall &Call) {
    if (!Call.Known || Call.Routine.Does != Effect::Send)
      return false;
    const Range R = M.rangeOf(S, Symbols.site(Call.Site, 0));
    return model::isFailure(R.Low, R.High);
  });
}

// --- What is followed -------------------------------------------------------

std::vector<Proof::Subject> Proof::subjectsOf(const Chain &C) {
  std::vector<Subject> All;
  for (const Chain::Root &R : C.Roots)
    for (unsigned I = 0; I != R.Function->getNumParams(); ++I)
      if (model::isIrpPointer(R.Function->getParamDecl(I)->getType())) {
        Subject S{R.Function};
        S.Parameter = static_cast<int>(I);
        S.As = R.As;
        S.Hidden = R.Hidden;
        S.Own = R.As == Entry::Dispatch && S.Parameter == ownIrp(*R.Function);
        All.push_back(S);
      }
  for (const FunctionDecl *F : C.Functions) {
    const FlowGraph *G = graphOf(*F);
    for (uint32_t I = 0; G && I != G->Calls.size(); ++I)
      if (G->Calls[I].Known && G->Calls[I].Routine.Does == Effect::Allocate) {
        Subject S{F};
        S.Made = I;
        All.push_back(S);
      }
  }
  return All;
}

std::unique_ptr<Solution> Proof::follow(const Subject &S) {
  const FlowGraph *G = graphOf(*S.In);
  if (!G)
    return nullptr;
  Task T;
  T.Rule = &wdm::rules::CustodyOfIrp;
  T.Leaves = S.Own ? Happening::LeaveDispatch : Happening::LeaveHelper;
  if (S.Parameter < 0) {
    T.Opening = static_cast<int32_t>(S.Made);
  } else {
    T.In.Irp = Calls.Symbols.initial(Calls.Symbols.variable(
        G->Params[static_cast<size_t>(S.Parameter)], false, true));
    T.In.Life = wdm::rules::CustodyOfIrp.First;
    Range NotNull;
    NotNull.exclude(0);
    Memory(Calls.Symbols, *G).narrow(T.In, T.In.Irp.Sym, NotNull);
  }
  return Calls.run(*S.In, T);
}

std::vector<const Solution::AtPatchTy *>
Proof::arrivalsAt(const FunctionDecl &F, const Solution &Found) {
  std::vector<const Solution::AtPatchTy *> All = Calls.atPatch(F);
  for (const Solution::AtPatchTy &A : Found.AtPatch)
    All.push_back(&A);
  return All;
}

Proof::Habit Proof::habitOf(const Subject &S) {
  Habit H;
  const std::unique_ptr<Solution> Found = follow(S);
  if (!Found)
    return H;
  const Memory M(Calls.Symbols, *Found->Graph);
  for (const PathEnd &End : Found->Ends) {
    const State &Final = End.Final;
    if (Final.Life.Known == Knowledge::Idle || isNothing(M, Final))
      continue;
    const Outcome How = outcomeOf(*S.In, M, End);
    const bool Here =
        isAt(Final, IrpPlace::AsItCame) || isAt(Final, IrpPlace::Marked);
    H.Gives |= isAt(Final, IrpPlace::Given) || isAt(Final, IrpPlace::Queued) ||
               isAt(Final, IrpPlace::Known);
    H.ZeroIsGood |= isAt(Final, IrpPlace::Sent) && How != Outcome::Succeeds &&
                    !(How == Outcome::Fails &&
                      isFailedBelow(*Found->Graph, Calls.Symbols, M, Final));
    H.Leaves |= How == Outcome::Fails && Here;
    H.FailsAny |= How == Outcome::Fails &&
                  !isOfSomeRequest(Calls.Symbols, Final) &&
                  !isAt(Final, IrpPlace::Sent) &&
                  !isFailedBelow(*Found->Graph, Calls.Symbols, M, Final);
    H.InHand |= How != Outcome::Fails && Here;
    // Who ends it is responsible, whatever the result says.
    H.Ends |= How != Outcome::Succeeds && isAt(Final, IrpPlace::Ended);
  }
  return H;
}

// --- One path ---------------------------------------------------------------

std::string Proof::describe(const Solution &S, const PathEnd &End,
                            llvm::StringRef Sentence) {
  // What happened to it last but for the fix.
  const Step *Last = nullptr;
  auto Look = [&](llvm::ArrayRef<Step> Steps) {
    for (const Step &X : llvm::reverse(Steps))
      if (!Last && X.Kind == Step::Happened && X.Loc.isValid() &&
          X.What != Happening::Propose && X.Origin)
        Last = &X;
  };
  Look(End.Steps);
  for (auto N = static_cast<int32_t>(End.Node); N >= 0 && !Last;
       N = S.Nodes[static_cast<uint32_t>(N)].Previous)
    Look(S.Nodes[static_cast<uint32_t>(N)].Steps);
  if (!Last)
    return Sentence.str();
  std::string Name;
  if (const auto *Call = dyn_cast<CallExpr>(Last->Origin))
    if (const FunctionDecl *Callee = Call->getDirectCallee())
      Name = "'" + Callee->getNameAsString() + "', ";
  return (Sentence + " (" + Name + placeOf(Last->Loc) + ")").str();
}

/// How a path through the fix leaves the function that was entered.
struct Proof::Leaving {
  Outcome How = Outcome::Unknown;
  bool Void = false;
  bool Done = false;       ///< The IRP was ended,
  bool Marked = false;     ///< ... is marked pending,
  bool Pending = false;    ///< ... and STATUS_PENDING returned.
  bool TellsOther = false; ///< A status is returned that means something else.
};

/// Whoever called learns what has become of the IRP.
MaybeObjection Proof::told(const Subject &S, const Habit &H,
                           const Leaving &L) const {
  if (L.Marked && (!L.Done || (!L.Pending && (S.Own || !L.Void))))
    return because("the IRP is already marked pending");
  if (!L.Marked && !L.Void && L.How != Outcome::Fails && S.Parameter >= 0)
    return because("the failure would not be passed on");
  if (L.TellsOther && S.Parameter >= 0)
    return because("its way out tells of another failure");
  if (returnsByte(*S.In) && H.ZeroIsGood)
    return because("the return type has no evident value for a failure");
  return std::nullopt;
}

/// An IRP of another function's: its caller's, and not of a dispatch routine.
MaybeObjection Proof::endedByWhoShould(const Subject &S, const Habit &H,
                                       const Leaving &L,
                                       const FlowGraph &G) const {
  const bool Shape = model::looksLikeDispatch(*S.In) &&
                     model::isDevicePointer(S.In->getParamDecl(0)->getType()) &&
                     !waits(G);
  const bool LikeDispatch = Shape && !H.Leaves && !H.InHand;
  if (L.Done) {
    const bool Usual = H.Ends ? !H.Leaves : LikeDispatch;
    return Usual || (OwnsIrp && !H.InHand)
               ? MaybeObjection()
               : because(sentenceOf(Doubt::NobodyKnown));
  }
  if (S.Hidden)
    return because("who calls it is not known: its address is taken, or a "
                   "caller is in a file that is not known");
  if (L.Void)
    return because(sentenceOf(Doubt::TellsNobody));
  if (H.Ends || LikeDispatch)
    return because(sentenceOf(Doubt::LosesIt));
  if (H.Gives)
    return because("the driver completes its IRPs in a way of its own");
  return std::nullopt;
}

MaybeObjection Proof::judgeEnd(const Subject &S, const Habit &H,
                               const Solution &Found, const PathEnd &End) {
  if (End.Broken != NoFault)
    return because(
        describe(Found, End, sentenceOf(static_cast<Doubt>(End.Broken))));
  const State &Final = End.Final;
  if (Final.Life.Known == Knowledge::Idle || !isBehind(Final))
    return std::nullopt;
  const Memory M(Calls.Symbols, *Found.Graph);
  if (isNothing(M, Final))
    return std::nullopt;
  Leaving L;
  L.How = outcomeOf(*S.In, M, End);
  L.Void = S.In->getReturnType()->isVoidType();
  L.Done = isAt(Final, IrpPlace::Done) || isAt(Final, IrpPlace::DoneMarked);
  L.Marked =
      isAt(Final, IrpPlace::OursMarked) || isAt(Final, IrpPlace::DoneMarked);
  if (End.ReturnsValue) {
    const Range R = M.rangeOf(Final, M.settled(Final, End.Result));
    L.Pending = R.isSingle() && R.contains(model::StatusPending);
    L.TellsOther = Jumps && L.How == Outcome::Fails &&
                   model::isStatusType(S.In->getReturnType()) && R.isSingle() &&
                   !model::saysAnyFailure(R.Low);
  }
  if (MaybeObjection Why = told(S, H, L))
    return Why;
  // One that was made here.
  if (S.Parameter < 0)
    return L.Done || H.Leaves ? MaybeObjection()
                              : because(sentenceOf(Doubt::LosesIt));
  if (S.As == Entry::Completion)
    return because(
        "the result of a completion routine is no status of its IRP");
  // The IRP is where it is when it has come back: the rest is the author's.
  if (ComesBack && (L.Done || (!S.Own && !L.Void && L.How == Outcome::Fails)))
    return std::nullopt;
  if (S.Own)
    return L.Done ? MaybeObjection() : because(sentenceOf(Doubt::LosesIt));
  return endedByWhoShould(S, H, L, *Found.Graph);
}

// --- The request ------------------------------------------------------------

/// The requests that the functions on the way are entered for.
llvm::SmallVector<int64_t, 8> Proof::majorsOf(const Chain &C) {
  llvm::SmallVector<int64_t, 8> Majors;
  for (const Chain::Root &R : C.Roots) {
    llvm::append_range(Majors, annotatedMajors(*R.Function));
    llvm::append_range(Majors, Addresses->majorsOf(*R.Function));
    if (const DriverFacts *Facts = Whole.elsewhere(*R.Function))
      llvm::append_range(Majors, Facts->Majors);
  }
  if (!Majors.empty())
    return Majors;
  for (const FunctionDecl *F : C.Functions)
    if (const FlowGraph *G = graphOf(*F))
      if (llvm::any_of(G->Calls, [](const FlowCall &Call) {
            return model::isOfPower(Call.Name);
          }))
        return {model::MajorPower};
  return Majors;
}

MaybeObjection Proof::request(const Chain &C,
                              llvm::ArrayRef<Solution::AtPatchTy> At,
                              bool Waits, bool FailsAny) {
  const llvm::SmallVector<int64_t, 8> Majors = majorsOf(C);
  bool Unknown = At.empty();
  for (const Solution::AtPatchTy &Arrival : At) {
    const Failable F = mayFail(Calls.Symbols, Arrival.S, Majors);
    if (F.Says == Failable::No && !(F.Guess && FailsAny))
      return because(F.Why);
    Unknown |= F.Says == Failable::Unknown;
  }
  if (!Unknown)
    return std::nullopt;
  bool Yes = false;
  for (const FunctionDecl *F : C.Functions) {
    const FlowGraph *G = graphOf(*F);
    const Failable Sounds = G ? soundsFailable(*F, *G) : Failable();
    if (Sounds.Says == Failable::No && !(Sounds.Guess && FailsAny))
      return because(Sounds.Why);
    Yes |= Sounds.Says == Failable::Yes;
  }
  // Those that are passed down and waited for are PnP's and power's.
  if (!Yes && Waits)
    return because("it is not known for which requests it is called");
  return std::nullopt;
}

// --- All paths --------------------------------------------------------------

MaybeObjection Proof::judgeEnds(const Subject &S, const Habit &H,
                                const Solution &Found, bool Concerns,
                                bool OnlyBefore) {
  for (const PathEnd &End : Found.Ends) {
    if (OnlyBefore && !isBefore(End))
      continue;
    if (!Concerns && isAt(End.Final, IrpPlace::Done))
      return because(sentenceOf(Doubt::NobodyKnown));
    if (!Concerns)
      continue;
    if (MaybeObjection Why = judgeEnd(S, H, Found, End))
      return Why;
  }
  return std::nullopt;
}

MaybeObjection Proof::custody(const FunctionDecl &F, Before &B,
                              const Patch &What, bool OnlyBefore) {
  use(wdm::rules::CustodyOfIrp, B.Way);
  const bool Waits = waits(*graphOf(F));
  // Who waits for the IRP has it back, and his caller ends it.
  ComesBack = What.LeavesOutSend;
  Jumps = What.Exit == Patch::Jump && !What.OtherStatus;
  OwnsIrp = What.OwnsIrp && !Waits;
  const bool Frees =
      llvm::any_of(What.Acts, [](const Act &A) { return A.Kind == Act::Free; });
  bool Met = false, Foreign = false;
  std::vector<Solution::AtPatchTy> States;
  for (size_t I = 0; I != B.Subjects.size(); ++I) {
    const Subject &S = B.Subjects[I];
    const std::unique_ptr<Solution> Found = follow(S);
    if (!Found || Found->GaveUp)
      return because("the function is too large to be sure");
    const auto Arrivals = arrivalsAt(F, *Found);
    const bool Meets =
        llvm::any_of(Arrivals, [](const auto *A) { return A->Meets; });
    // Another IRP of a caller's is no matter of this one, unless the author
    // ends it as well.
    const bool Concerns = S.Own || S.Parameter < 0 || B.Habits[I].Ends || Meets;
    if (MaybeObjection Why =
            judgeEnds(S, B.Habits[I], *Found, Concerns, OnlyBefore))
      return Why;
    if (Calls.LostSight)
      return because("a caller cannot be followed");
    if (Frees && S.Parameter < 0 && Meets &&
        !model::isFreedAlone(graphOf(*S.In)->Calls[S.Made].Name))
      return because("the IRP's buffers would have to be freed as well");
    Met |= Meets;
    if (S.Parameter < 0)
      continue;
    Foreign |= !Arrivals.empty();
    for (const Solution::AtPatchTy *A : Arrivals)
      if (States.size() < MaxStates)
        States.push_back(*A);
  }
  if (!Met)
    return because(sentenceOf(Doubt::NobodyKnown));
  if (!Foreign)
    return std::nullopt;
  const bool FailsAny =
      llvm::any_of(B.Habits, [](const Habit &H) { return H.FailsAny; });
  return request(B.Way, States, Waits && !completes(What) && !What.Asked,
                 FailsAny);
}

MaybeObjection Proof::untouched(const FunctionDecl &F, Before &B) {
  use(wdm::rules::CustodyOfIrp, B.Way);
  bool Met = false;
  for (const Subject &S : B.Subjects) {
    const std::unique_ptr<Solution> Found = follow(S);
    if (!Found || Found->GaveUp)
      return because("the function is too large to be sure");
    for (const PathEnd &End : Found->Ends)
      if (isBefore(End))
        return because(
            describe(*Found, End, sentenceOf(static_cast<Doubt>(End.Broken))));
    // The stack location that is marked would be another driver's.
    if (llvm::any_of(Found->Ends, [](const PathEnd &End) {
          return isAt(End.Final, IrpPlace::OursMarked);
        }))
      return because("the IRP is marked pending further down");
    Met |= llvm::any_of(arrivalsAt(F, *Found),
                        [](const auto *A) { return A->Meets; });
  }
  return Met ? MaybeObjection() : because(sentenceOf(Doubt::NobodyKnown));
}

bool Proof::isMarkedAt(const FunctionDecl &F, const Patch &Where) {
  Before &B = before(F);
  const std::unique_ptr<FlowGraph> With =
      withPatch(*graphOf(F), Where, Calls.sites());
  if (!With)
    return false;
  const Pretending There(Calls, F, With.get());
  use(wdm::rules::CustodyOfIrp, B.Way);
  return llvm::any_of(B.Subjects, [&](const Subject &S) {
    const std::unique_ptr<Solution> Found = follow(S);
    return Found && llvm::any_of(arrivalsAt(F, *Found), [](const auto *A) {
             return A->Meets && isAt(A->S, IrpPlace::Marked);
           });
  });
}

} // namespace wdm::proof
