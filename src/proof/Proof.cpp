//===- Proof.cpp - What speaks against a fix ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Proof.h"
#include "src/engine/Written.h"
#include "src/model/OwnWords.h"
#include "src/proof/Requests.h"
#include "src/rules/Doubts.h"
#include "src/rules/Registration.h"
#include "src/rules/Rules.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Path.h"
#include <tuple>

using namespace clang;

namespace wdm::proof {

using namespace engine;
using model::Effect;
using wdm::rules::Doubt;
using wdm::rules::Holding;
using wdm::rules::IrpPlace;

namespace {

/// Steps for all proofs of a translation unit.
constexpr uint64_t MaxSpent = 1000000;

Objection because(const llvm::Twine &Why) { return {Why.str()}; }

/// One that a function's author would make, too: it is judged by his failures.
enum class Outcome : uint8_t { Fails, Succeeds, Unknown };

bool isAt(const State &S, IrpPlace P) {
  return S.Life.Known != Knowledge::Idle &&
         S.Life.Place == static_cast<uint8_t>(P);
}
bool isAt(const State &S, Holding P) {
  return S.Life.Known != Knowledge::Idle &&
         S.Life.Place == static_cast<uint8_t>(P);
}
bool isBehind(const State &S) {
  return S.Life.Place >= static_cast<uint8_t>(IrpPlace::Ours);
}

/// What the result of a path says.
Outcome outcomeOf(const FunctionDecl &F, const Memory &M, const PathEnd &End) {
  if (!End.ReturnsValue)
    return Outcome::Unknown;
  const Range R = M.rangeOf(End.Final, M.settled(End.Final, End.Result));
  const QualType T = F.getReturnType();
  if (T->isPointerType() || T->isBooleanType() || T->isCharType())
    return !R.contains(0)                  ? Outcome::Succeeds
           : R.isSingle() && R.contains(0) ? Outcome::Fails
                                           : Outcome::Unknown;
  if (R.isSingle() && R.contains(model::StatusPending))
    return Outcome::Unknown;
  return model::isFailure(R.Low, R.High) ? Outcome::Fails
         : R.Low >= 0                    ? Outcome::Succeeds
                                         : Outcome::Unknown;
}

/// There was no memory for it.
bool isNothing(const Memory &M, const State &S) {
  const Range R = M.rangeOf(S, S.Irp);
  return R.isSingle() && R.Low == 0;
}

/// A send is known to have failed.
bool isFailedBelow(const FlowGraph &G, SymbolTable &Symbols, const Memory &M,
                   const State &S) {
  return llvm::any_of(G.Calls, [&](const FlowCall &Call) {
    if (!Call.Known || Call.Routine.Does != Effect::Send)
      return false;
    const Range R = M.rangeOf(S, Symbols.site(Call.Site, 0));
    return model::isFailure(R.Low, R.High);
  });
}

bool reaches(const FlowGraph &G, BlockId From, BlockId To) {
  llvm::BitVector Seen(G.Blocks.size());
  llvm::SmallVector<BlockId, 16> Work;
  for (const FlowEdge &E : G.Blocks[From].Edges)
    Work.push_back(E.To);
  while (!Work.empty()) {
    const BlockId B = Work.pop_back_val();
    if (B == To)
      return true;
    if (Seen.test(B))
      continue;
    Seen.set(B);
    for (const FlowEdge &E : G.Blocks[B].Edges)
      Work.push_back(E.To);
  }
  return false;
}

} // namespace

/// What is followed: an IRP that a root was given, or one that is made.
struct Proof::Subject {
  const FunctionDecl *In;
  int Parameter = -1;
  uint32_t Made = 0; ///< Where Parameter is -1: the call.
  Entry As = Entry::Plain;
  bool Own = false;    ///< The IRP of a dispatch routine.
  bool Hidden = false; ///< Others may call the root.
};

/// What the author's own paths do with a subject.
struct Proof::Habit {
  bool Leaves = false; ///< A failing one leaves it alone,
  bool Ends = false;   ///< ... or ends it.
  bool InHand = false; ///< One that does not fail leaves it here.
  bool Gives = false;  ///< One gives it to somebody who may end it.
  /// Zero may be what the function answers where all goes well.
  bool ZeroIsGood = false;
};

struct Proof::Before {
  Chain Way;
  std::vector<Subject> Subjects;
  std::vector<Habit> Habits;
  /// Deeds on the ways of the function that fail: behind the call, where they
  /// come by it, else once it cannot be reached any more.
  std::optional<DeedList> Failing;
  DeedList Arms;
  /// What is done behind the call where the send fails, or on the ways that
  /// fail before it; nothing where no send can be told to fail.
  std::optional<DeedList> Usual;
  /// What a failing way leaves done.
  DeedList Left;
  llvm::SmallVector<
      std::pair<const Automaton *, std::vector<std::pair<FaultId, unsigned>>>,
      2>
      Faults;
  std::map<std::tuple<BlockId, uint32_t, int32_t, bool>, MaybeObjection>
      Standing;
};

Proof::Proof(ASTContext &Context, const Program &Whole)
    : Context(Context), Whole(Whole), Calls(*Whole.Calls), AllDeeds(Calls) {
  Calls.NoteHandled = [this](FlowGraph &G) { noteHandled(G); };
}

Proof::~Proof() = default;

// --- Graphs -----------------------------------------------------------------

void Proof::noteHandled(FlowGraph &G) {
  G.KnowsHandled = true;
  for (FlowCall &Call : G.Calls) {
    if (Call.Name.empty())
      continue;
    CallWords Words;
    if (Call.Words)
      Words = *Call.Words;
    else if (Call.Origin)
      Words = wordsOf(*Call.Origin, Context);
    if (Words.Written.empty())
      Words.Written = Call.Name;
    auto Handles = std::make_shared<Handling>();
    // What can be seen says itself what it acquires.
    if (!Call.Callee) {
      auto [It, New] = Handled.try_emplace(Call.Name + '|' + Words.Written);
      if (New) {
        It->second.Acquires = model::acquiredBy(Call.Name, Words.Written);
        It->second.GivesBack = model::givenBackBy(Call.Name, Words.Written);
      }
      *Handles = It->second;
    }
    if (!Handles->Acquires && !Words.Object.empty())
      Handles->Acquires = model::takenByWaiting(Call.Name, Words.Object);
    const auto *Plain = dyn_cast_or_null<CallExpr>(Call.Origin);
    if (Handles->Acquires && !Handles->Acquires->isKernels())
      Handles->Acquires->AtDispatch =
          model::soundsLikeSpinLock(Call.Name) ||
          (Plain && llvm::any_of(Plain->arguments(), [](const Expr *Arg) {
             const QualType T = Arg->IgnoreParenImpCasts()->getType();
             return model::isTypedefOf(T, "PKIRQL") ||
                    (T->isPointerType() &&
                     model::isTypedefOf(T->getPointeeType(), "KIRQL"));
           }));
    // One routine sets it, and sets it back.
    if (Handles->Acquires && Handles->GivesBack && !Call.Args.empty())
      (Words.OfNothing ? Handles->Acquires : Handles->GivesBack).reset();
    if (Handles->Acquires)
      Handles->ByResult =
          !Call.Discarded && Handles->Acquires->isByResult(Call.Name) &&
          (Call.ReturnsBool || Call.ReturnsPointer || Call.ReturnsNumber);
    if (Handles->Acquires || Handles->GivesBack)
      Call.Handles = std::move(Handles);
    if (model::isAssertion(Words.Written) ||
        (!Call.Known && !Call.Callee && Call.ReturnsNumber &&
         model::soundsAsking(Call.Name)))
      Call.OnlyPrints = true;
    // A routine of the driver's own that completes what it is given.
    if (!Call.Known && !Call.Callee && Words.Irp >= 0 &&
        model::soundsCompleting(Call.Name)) {
      Call.Routine.Irp = Words.Irp;
      Call.StatusArgument = Words.Status;
      Call.Known = Call.Guessed = true;
      Call.Routine.Does = Effect::Complete;
    }
  }
}

const FlowGraph *Proof::graphOf(const FunctionDecl &F) {
  return Calls.graphOf(F);
}

std::optional<uint32_t> Proof::callIn(const FunctionDecl &F, const Expr &E) {
  const FlowGraph *G = graphOf(F);
  for (uint32_t I = 0; G && I != G->Calls.size(); ++I)
    if (G->Calls[I].Origin == &E)
      return I;
  return std::nullopt;
}

bool Proof::isLiveAt(const FunctionDecl &F, const VarDecl &V, Position At) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return true;
  const void *Decl = V.getCanonicalDecl();
  auto Reads = [&](ExprId Root, auto &&Self) -> bool {
    const FlowExpr &E = G->Exprs[Root];
    if ((E.Kind == ExprKind::Load || E.Kind == ExprKind::AddressOf)) {
      for (PlaceId P = E.Place; P;) {
        const FlowPlace &Place = G->Places[P];
        if (Place.Kind == PlaceKind::Variable && Place.Decl == Decl)
          return true;
        if (Place.Key && Self(Place.Key, Self))
          return true;
        P = Place.Base;
      }
    }
    return llvm::any_of(E.Args, [&](ExprId Arg) { return Self(Arg, Self); });
  };
  // Its address may be anywhere.
  for (const FlowExpr &E : G->Exprs)
    if (E.Kind == ExprKind::AddressOf &&
        G->Places[E.Place].Kind == PlaceKind::Variable &&
        G->Places[E.Place].Decl == Decl)
      return true;
  auto Writes = [&](const FlowEvent &E) {
    return (E.Kind == EventKind::Store || E.Kind == EventKind::Unknown) &&
           G->Places[E.Place].Kind == PlaceKind::Variable &&
           G->Places[E.Place].Decl == Decl;
  };
  auto ReadsIn = [&](const FlowEvent &E) {
    switch (E.Kind) {
    case EventKind::Call: {
      const FlowCall &Call = G->Calls[E.Call];
      return llvm::any_of(Call.Args,
                          [&](ExprId Arg) { return Reads(Arg, Reads); });
    }
    case EventKind::StepPlace:
      return G->Places[E.Place].Decl == Decl;
    default:
      break;
    }
    return E.Value && Reads(E.Value, Reads);
  };
  llvm::BitVector Seen(G->Blocks.size());
  llvm::SmallVector<std::pair<BlockId, uint32_t>, 16> Work{
      {At.Block, At.Event}};
  while (!Work.empty()) {
    auto [B, From] = Work.pop_back_val();
    bool Over = false;
    for (uint32_t I = From; I < G->Blocks[B].Events.size() && !Over; ++I) {
      if (ReadsIn(G->Blocks[B].Events[I]))
        return true;
      Over = Writes(G->Blocks[B].Events[I]);
    }
    if (Over)
      continue;
    for (const FlowEdge &E : G->Blocks[B].Edges) {
      for (const Assumption &A : E.If)
        if (Reads(A.Condition, Reads))
          return true;
      if (!Seen.test(E.To)) {
        Seen.set(E.To);
        Work.push_back({E.To, 0});
      }
    }
  }
  return false;
}

bool Proof::isFreeBehind(const model::FunctionBody &Code, const VarDecl &V,
                         const Stmt &S) {
  const FlowGraph *G = graphOf(Code.Function);
  bool Found = false;
  for (BlockId B = 0; G && B != G->Blocks.size(); ++B) {
    uint32_t Behind = 0;
    const auto &Events = G->Blocks[B].Events;
    for (uint32_t I = 0; I != Events.size(); ++I)
      if (Events[I].Origin && Code.isInside(Events[I].Origin, &S))
        Behind = I + 1;
    if (!Behind)
      continue;
    Found = true;
    if (isLiveAt(Code.Function, V, {B, Behind}))
      return false;
  }
  return Found;
}

bool Proof::isChanged(const FunctionDecl &F, const VarDecl &V) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return true;
  const void *Decl = V.getCanonicalDecl();
  auto Is = [&](PlaceId P) {
    return G->Places[P].Kind == PlaceKind::Variable &&
           G->Places[P].Decl == Decl;
  };
  for (const FlowExpr &E : G->Exprs)
    if (E.Kind == ExprKind::AddressOf && Is(E.Place))
      return true;
  for (const FlowBlock &B : G->Blocks)
    for (const FlowEvent &E : B.Events)
      if (E.Place && E.Kind != EventKind::Read && Is(E.Place))
        return true;
  return false;
}

Decision Proof::decisionOf(const FunctionDecl &F, const Expr &Registration) {
  Decision D;
  Before &B = before(F);
  use(wdm::rules::Registration, B.Way);
  std::optional<uint32_t> Call = callIn(F, Registration);
  if (!Call)
    return D;
  for (const SubjectStory &S : Calls.storyOf(F).Subjects) {
    if (S.Call != static_cast<int32_t>(*Call) || !S.Found)
      continue;
    // The first that has told on a path of its own.
    for (const Node &N : S.Found->Nodes) {
      if (N.Previous < 0 || N.Edge < 0 || N.In.Life.Known != Knowledge::Failed)
        continue;
      const Node &From = S.Found->Nodes[static_cast<uint32_t>(N.Previous)];
      if (From.In.Life.Known == Knowledge::Failed)
        continue;
      const FlowBlock &Block = S.Found->Graph->Blocks[From.Block];
      const FlowEdge &Edge = Block.Edges[static_cast<size_t>(N.Edge)];
      if (Edge.If.empty())
        continue;
      if (D.At && D.At != Block.Terminator)
        return {};
      D.At = Block.Terminator;
      D.FailsWhen = Edge.If.front().Holds;
    }
  }
  return D;
}

bool Proof::givesBack(const FunctionDecl &F, const Expr &Call) {
  std::optional<uint32_t> Index = callIn(F, Call);
  if (!Index)
    return false;
  const FlowCall &C = graphOf(F)->Calls[*Index];
  return C.Handles && C.Handles->GivesBack && !C.Handles->GivesBack->isMemory();
}

bool Proof::completeWithItsStatus(const FunctionDecl &F) {
  const Chain &Way = before(F).Way;
  return llvm::any_of(Way.Functions, [&](const FunctionDecl *X) {
    const FlowGraph *G = X != &F ? graphOf(*X) : nullptr;
    if (!G || llvm::none_of(G->Calls, [](const FlowCall &Call) {
          return Call.Known && Call.Routine.Does == Effect::Complete;
        }))
      return false;
    return llvm::none_of(G->Blocks, [&](const FlowBlock &B) {
      return llvm::any_of(B.Events, [&](const FlowEvent &E) {
        return E.Kind == EventKind::Store &&
               G->Places[E.Place].Role == model::FieldRole::Status;
      });
    });
  });
}

bool Proof::passOwnDevice(const FunctionDecl &F) {
  const engine::DriverFacts *Facts = Whole.elsewhere(F);
  if (Facts && (Facts->CalledUnseen || Facts->Hidden))
    return false;
  return llvm::all_of(
      Whole.callersOf(*F.getCanonicalDecl()), [&](const FunctionDecl *Caller) {
        const FlowGraph *G = graphOf(*Caller);
        return G && ownIrp(*Caller) > 0 &&
               llvm::all_of(G->Calls, [&](const FlowCall &Call) {
                 if (!Call.Callee ||
                     Call.Callee->getCanonicalDecl() != F.getCanonicalDecl())
                   return true;
                 const FlowExpr &E = G->Exprs[Call.Args.front()];
                 return E.Kind == ExprKind::Load &&
                        G->Places[E.Place].Kind == PlaceKind::Variable &&
                        G->Places[E.Place].Decl == G->Params.front();
               });
      });
}

// --- The functions on the way -----------------------------------------------

void Proof::use(const Automaton &Rule, const Chain &C) {
  Spent += Calls.steps();
  const bool AnyIrp = Rule.Opens == Opening::AtAnyIrp;
  Calls.use(Rule);
  Calls.setThing(nullptr);
  Calls.setAttended(llvm::DenseSet<const FunctionDecl *>(C.Functions.begin(),
                                                         C.Functions.end()));
  Calls.setInvolved(AnyIrp ? Whole.Ending : Whole.Registering);
  Calls.RoleOf = [this, AnyIrp](const FunctionDecl &F) {
    using Role = Summaries::Role;
    if (AnyIrp && Whole.Roles.isCompletion(F))
      return Role::Completion;
    const DriverFacts *Facts = Whole.elsewhere(F);
    const bool IsCalled = Whole.Callers.count(F.getCanonicalDecl()) != 0 ||
                          (Facts && Facts->Called);
    if (AnyIrp ? Whole.Roles.isOnlyDispatch(F, IsCalled)
               : Whole.Roles.isDispatch(F))
      return Role::Dispatch;
    return Role::Plain;
  };
}

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

Proof::Before &Proof::before(const FunctionDecl &F) {
  std::unique_ptr<Before> &B = Known[&F];
  if (B)
    return *B;
  B = std::make_unique<Before>();
  if (!Addresses)
    Addresses.emplace(Context);
  B->Way = chainOf(F, Whole, *Addresses);
  use(wdm::rules::CustodyOfIrp, B->Way);
  B->Subjects = subjectsOf(B->Way);
  for (const Subject &S : B->Subjects) {
    Habit H;
    if (std::unique_ptr<Solution> Found = follow(S)) {
      const Memory M(Calls.Symbols, *Found->Graph);
      for (const PathEnd &End : Found->Ends) {
        if (End.Final.Life.Known == Knowledge::Idle || isNothing(M, End.Final))
          continue;
        const Outcome How = outcomeOf(*S.In, M, End);
        const bool Here = isAt(End.Final, IrpPlace::AsItCame) ||
                          isAt(End.Final, IrpPlace::Marked);
        H.Gives |= isAt(End.Final, IrpPlace::Given) ||
                   isAt(End.Final, IrpPlace::Queued) ||
                   isAt(End.Final, IrpPlace::Known);
        H.ZeroIsGood |=
            isAt(End.Final, IrpPlace::Sent) && How != Outcome::Succeeds &&
            !(How == Outcome::Fails &&
              isFailedBelow(*Found->Graph, Calls.Symbols, M, End.Final));
        if (How == Outcome::Fails) {
          H.Leaves |= Here;
          H.Ends |= isAt(End.Final, IrpPlace::Ended);
        } else {
          H.InHand |= Here;
          // Who ends it is responsible, whatever the result says.
          H.Ends |= How == Outcome::Unknown && isAt(End.Final, IrpPlace::Ended);
        }
      }
    }
    B->Habits.push_back(H);
  }
  return *B;
}

// --- Custody ----------------------------------------------------------------

/// `line N`, with the file where it is another one.
std::string Proof::placeOf(SourceLocation Loc) const {
  const SourceManager &Sources = Context.getSourceManager();
  const FileID File = Sources.getFileID(Sources.getExpansionLoc(Loc));
  std::string Line =
      "line " + std::to_string(Sources.getExpansionLineNumber(Loc));
  // Other units' files are not included.
  if (File == Sources.getMainFileID() || Sources.getIncludeLoc(File).isValid())
    return Line;
  return Line + " of " +
         llvm::sys::path::filename(
             Sources.getFilename(Sources.getExpansionLoc(Loc)))
             .str();
}

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

MaybeObjection Proof::judgeEnd(const Subject &S, const Habit &H,
                               const Solution &Found, const PathEnd &End) {
  if (End.Broken != NoFault)
    return because(
        describe(Found, End, sentenceOf(static_cast<Doubt>(End.Broken))));
  if (End.Final.Life.Known == Knowledge::Idle || !isBehind(End.Final))
    return std::nullopt;
  const Memory M(Calls.Symbols, *Found.Graph);
  if (isNothing(M, End.Final))
    return std::nullopt;
  const Outcome How = outcomeOf(*S.In, M, End);
  const bool Void = S.In->getReturnType()->isVoidType();
  const bool Done =
      isAt(End.Final, IrpPlace::Done) || isAt(End.Final, IrpPlace::DoneMarked);
  const bool Marked = isAt(End.Final, IrpPlace::OursMarked) ||
                      isAt(End.Final, IrpPlace::DoneMarked);
  const bool Pending =
      End.ReturnsValue &&
      M.rangeOf(End.Final, M.settled(End.Final, End.Result)).isSingle() &&
      M.rangeOf(End.Final, M.settled(End.Final, End.Result))
          .contains(model::StatusPending);
  if (Marked && (S.Own || !Void) && !Pending)
    return because("the IRP is already marked pending");
  if (Marked && !Done)
    return because("the IRP is already marked pending");
  if (!Marked && !Void && How != Outcome::Fails && (S.Own || S.Parameter >= 0))
    return because("the failure would not be passed on");
  const QualType T = S.In->getReturnType();
  if ((T->isBooleanType() || T->isCharType()) && H.ZeroIsGood)
    return because("the return type has no evident value for a failure");
  if (S.Parameter < 0) {
    // One that was made here.
    if (Done || H.Leaves)
      return std::nullopt;
    return because(sentenceOf(Doubt::LosesIt));
  }
  if (S.As == Entry::Completion)
    return because(
        "the result of a completion routine is no status of its IRP");
  // The IRP is where it is when it has come back: the rest is the author's.
  if (ComesBack && (Done || (!S.Own && !Void && How == Outcome::Fails)))
    return std::nullopt;
  if (S.Own)
    return Done ? MaybeObjection() : because(sentenceOf(Doubt::LosesIt));
  const bool Shape = model::looksLikeDispatch(*S.In) &&
                     model::isDevicePointer(S.In->getParamDecl(0)->getType()) &&
                     !waits(*Found.Graph);
  if (Done) {
    if ((OwnsIrp && !H.InHand) ||
        (H.Ends ? !H.Leaves : Shape && !H.Leaves && !H.InHand))
      return std::nullopt;
    return because(sentenceOf(Doubt::NobodyKnown));
  }
  if (S.Hidden)
    return because("who calls it is not known: its address is taken, or a "
                   "caller is in a file that is not known");
  if (Void)
    return because(sentenceOf(Doubt::TellsNobody));
  if (H.Ends || (Shape && !H.Leaves && !H.InHand))
    return because(sentenceOf(Doubt::LosesIt));
  if (H.Gives)
    return because("the driver completes its IRPs in a way of its own");
  return std::nullopt;
}

MaybeObjection Proof::request(const Chain &C,
                              llvm::ArrayRef<const Solution::AtPatchTy *> At,
                              bool Waits) {
  llvm::SmallVector<int64_t, 8> Majors;
  bool AllKnown = true;
  for (const Chain::Root &R : C.Roots) {
    llvm::SmallVector<int64_t, 4> Here = annotatedMajors(*R.Function);
    llvm::append_range(Here, Addresses->majorsOf(*R.Function));
    if (const DriverFacts *Facts = Whole.elsewhere(*R.Function))
      llvm::append_range(Here, Facts->Majors);
    AllKnown &= !Here.empty();
    llvm::append_range(Majors, Here);
  }
  bool Unknown = At.empty();
  for (const Solution::AtPatchTy *Arrival : At) {
    const Failable F = mayFail(Calls.Symbols, Arrival->S, Majors);
    if (F.Says == Failable::No)
      return because(F.Why);
    Unknown |= F.Says == Failable::Unknown;
  }
  if (!Unknown && (AllKnown || !Majors.empty()))
    return std::nullopt;
  if (!Unknown)
    return std::nullopt;
  bool Yes = false;
  for (const FunctionDecl *F : C.Functions) {
    const FlowGraph *G = graphOf(*F);
    if (!G)
      continue;
    const Failable Sounds = soundsFailable(*F, *G);
    if (Sounds.Says == Failable::No)
      return because(Sounds.Why);
    Yes |= Sounds.Says == Failable::Yes;
  }
  // Those that are passed down and waited for are PnP's and power's.
  if (!Yes && Waits)
    return because("it is not known for which requests it is called");
  return std::nullopt;
}

MaybeObjection Proof::custody(const FunctionDecl &F, Before &B,
                              const Patch &What, bool OnlyBefore) {
  use(wdm::rules::CustodyOfIrp, B.Way);
  // Who waits for the IRP has it back, and his caller ends it.
  ComesBack = What.LeavesOutSend;
  OwnsIrp = What.OwnsIrp && !waits(*graphOf(F));
  bool Met = false, Foreign = false;
  std::vector<Solution::AtPatchTy> States;
  for (size_t I = 0; I != B.Subjects.size(); ++I) {
    const Subject &S = B.Subjects[I];
    std::unique_ptr<Solution> Found = follow(S);
    if (!Found || Found->GaveUp)
      return because("the function is too large to be sure");
    std::vector<const Solution::AtPatchTy *> Arrivals = Calls.atPatch(F);
    if (S.In == &F)
      for (const Solution::AtPatchTy &A : Found->AtPatch)
        Arrivals.push_back(&A);
    // Another IRP of a caller's is no matter of this one, unless the author
    // ends it as well.
    const bool Concerns =
        S.Own || S.Parameter < 0 || B.Habits[I].Ends ||
        llvm::any_of(Arrivals, [](const auto *A) { return A->Meets; });
    for (const PathEnd &End : Found->Ends) {
      if (OnlyBefore && static_cast<Doubt>(End.Broken) > Doubt::ComesAgain)
        continue;
      if (OnlyBefore && End.Broken == NoFault)
        continue;
      if (!Concerns && isAt(End.Final, IrpPlace::Done))
        return because(sentenceOf(Doubt::NobodyKnown));
      if (Concerns)
        if (MaybeObjection Why = judgeEnd(S, B.Habits[I], *Found, End))
          return Why;
    }
    if (Calls.LostSight)
      return because("a caller cannot be followed");
    if (S.Parameter < 0 &&
        llvm::any_of(
            What.Acts, [](const Act &A) { return A.Kind == Act::Free; }))
      for (const Solution::AtPatchTy *A : Arrivals)
        if (A->Meets &&
            !model::isFreedAlone(graphOf(*S.In)->Calls[S.Made].Name))
          return because("the IRP's buffers would have to be freed as well");
    for (const Solution::AtPatchTy *A : Arrivals) {
      Met |= A->Meets;
      if (S.Parameter >= 0) {
        Foreign = true;
        if (States.size() < 64)
          States.push_back(*A);
      }
    }
  }
  if (!Met)
    return because(sentenceOf(Doubt::NobodyKnown));
  if (!Foreign)
    return std::nullopt;
  const FlowGraph *G = graphOf(F);
  const bool Waits = waits(*G);
  const bool Completes = llvm::any_of(
      What.Acts, [](const Act &A) { return A.Kind == Act::Complete; });
  std::vector<const Solution::AtPatchTy *> At;
  for (const Solution::AtPatchTy &S : States)
    At.push_back(&S);
  return request(B.Way, At, Waits && !Completes && !What.Asked);
}

MaybeObjection Proof::untouched(const FunctionDecl &F, Before &B) {
  use(wdm::rules::CustodyOfIrp, B.Way);
  bool Met = false;
  for (const Subject &S : B.Subjects) {
    std::unique_ptr<Solution> Found = follow(S);
    if (!Found || Found->GaveUp)
      return because("the function is too large to be sure");
    for (const PathEnd &End : Found->Ends)
      if (End.Broken != NoFault &&
          static_cast<Doubt>(End.Broken) <= Doubt::ComesAgain)
        return because(
            describe(*Found, End, sentenceOf(static_cast<Doubt>(End.Broken))));
    // The stack location that is marked would be another driver's.
    if (llvm::any_of(Found->Ends, [](const PathEnd &End) {
          return isAt(End.Final, IrpPlace::OursMarked);
        }))
      return because("the IRP is marked pending further down");
    Met |=
        llvm::any_of(Found->AtPatch, [](const auto &A) { return A.Meets; }) ||
        llvm::any_of(Calls.atPatch(F), [](const auto *A) { return A->Meets; });
  }
  return Met ? MaybeObjection() : because(sentenceOf(Doubt::NobodyKnown));
}

bool Proof::isMarkedAt(const FunctionDecl &F, const Patch &Where) {
  const FlowGraph *G = graphOf(F);
  Before &B = before(F);
  std::unique_ptr<FlowGraph> With = withPatch(*G, Where, Calls.sites());
  if (!With)
    return false;
  Calls.pretend(F, With.get());
  use(wdm::rules::CustodyOfIrp, B.Way);
  bool Marked = false;
  for (const Subject &S : B.Subjects)
    if (std::unique_ptr<Solution> Found = follow(S)) {
      std::vector<const Solution::AtPatchTy *> Arrivals = Calls.atPatch(F);
      for (const Solution::AtPatchTy &A : Found->AtPatch)
        Arrivals.push_back(&A);
      for (const Solution::AtPatchTy *A : Arrivals)
        Marked |= A->Meets && isAt(A->S, IrpPlace::Marked);
    }
  Calls.pretend(F, nullptr);
  return Marked;
}

// --- Holding ----------------------------------------------------------------

namespace {

struct Thing {
  uint32_t Call = 0;
  model::Resource What;
  /// What it is, where that can be said on entry.
  std::optional<Scalar> Object;
};

/// It is made of what the function was given, or is a variable.
bool isKnownOnEntry(const SymbolTable &Symbols, Scalar X) {
  return !Symbols.mentions(X, [&](Scalar Part) {
    if (Part.isConstant())
      return false;
    switch (Symbols.symbol(Part.Sym).Kind) {
    case SymKind::Site:
    case SymKind::Joined:
    case SymKind::Inner:
    case SymKind::Opaque:
      return true;
    default:
      return false;
    }
  });
}

/// The kinds that a call acquires, or what it calls does.
void kindsOf(Summaries &Calls, const FlowCall &Call, unsigned Depth,
             llvm::SmallVectorImpl<model::Resource> &Kinds) {
  auto Add = [&](const model::Resource &R) {
    if (llvm::none_of(Kinds, [&](const auto &K) { return K.isSame(R); }))
      Kinds.push_back(R);
  };
  if (Call.Handles && Call.Handles->Acquires)
    Add(*Call.Handles->Acquires);
  if (Call.Known || !Call.Callee || Depth > 4)
    return;
  if (const FlowGraph *G = Calls.graphOf(*Call.Callee))
    for (const FlowCall &Inner : G->Calls)
      kindsOf(Calls, Inner, Depth + 1, Kinds);
}

const Automaton &automatonFor(const model::Resource &What) {
  return What.raisesIrql() ? wdm::rules::HoldingAtDispatch
                           : wdm::rules::HoldingOfThing;
}

Task taskFor(const Thing &T) {
  Task Follow;
  Follow.Rule = &automatonFor(T.What);
  Follow.Thing = &T.What;
  Follow.Leaves = Happening::LeaveHelper;
  if (T.Object) {
    Follow.In.Irp = *T.Object;
    Follow.In.Life.Known = Knowledge::Certain;
    Follow.In.Life.Place = static_cast<uint8_t>(Holding::NotHeld);
  } else {
    Follow.Opening = static_cast<int32_t>(T.Call);
  }
  return Follow;
}

} // namespace

/// What is acquired in \p F on a way to one of \p To.
static std::vector<Thing> thingsIn(Summaries &Calls, const FunctionDecl &F,
                                   llvm::ArrayRef<Position> To) {
  std::vector<Thing> Found;
  const FlowGraph *G = Calls.graphOf(F);
  if (!G)
    return Found;
  for (BlockId B = 0; B != G->Blocks.size(); ++B)
    for (uint32_t I = 0; I != G->Blocks[B].Events.size(); ++I) {
      const FlowEvent &E = G->Blocks[B].Events[I];
      if (E.Kind != EventKind::Call)
        continue;
      if (llvm::none_of(To, [&](Position P) {
            return (P.Block == B && I < P.Event) || reaches(*G, B, P.Block);
          }))
        continue;
      llvm::SmallVector<model::Resource, 2> Kinds;
      kindsOf(Calls, G->Calls[E.Call], 0, Kinds);
      for (const model::Resource &What : Kinds)
        Found.push_back({E.Call, What, std::nullopt});
    }
  return Found;
}

/// Says what each is, where that is known on entry; one entry for one thing.
static void nameThings(Summaries &Calls, const FunctionDecl &F,
                       std::vector<Thing> &Things,
                       llvm::function_ref<void(const Thing &)> Use) {
  std::vector<Thing> Named;
  for (Thing &T : Things) {
    Use(T);
    std::unique_ptr<Solution> Found = Calls.run(F, taskFor(T));
    std::optional<Scalar> Object;
    bool Several = false;
    if (Found)
      for (const PathEnd &End : Found->Ends)
        if (End.Final.Life.Known != Knowledge::Idle) {
          Several |= Object && *Object != End.Final.Irp;
          Object = End.Final.Irp;
        }
    if (Object && !Several && isKnownOnEntry(Calls.Symbols, *Object))
      T.Object = Object;
    if (T.Object && llvm::any_of(Named, [&](const Thing &O) {
          return O.Object == T.Object && O.What.isSame(T.What);
        }))
      continue;
    Named.push_back(T);
  }
  Things = std::move(Named);
}

llvm::SmallVector<Held, 2> Proof::heldAt(const FunctionDecl &F,
                                         const Patch &Where) {
  llvm::SmallVector<Held, 2> Result;
  const FlowGraph *G = graphOf(F);
  Before &B = before(F);
  std::unique_ptr<FlowGraph> With = withPatch(*G, Where, Calls.sites());
  if (!With)
    return Result;
  std::vector<Thing> Things = thingsIn(Calls, F, {{Where.Block, Where.Event}});
  auto Use = [&](const Thing &T) {
    use(automatonFor(T.What), B.Way);
    Calls.setThing(&T.What);
  };
  nameThings(Calls, F, Things, Use);
  Calls.pretend(F, With.get());
  for (const Thing &T : Things) {
    Use(T);
    std::unique_ptr<Solution> Found = Calls.run(F, taskFor(T));
    if (!Found)
      continue;
    bool Some = false, All = true;
    for (const Solution::AtPatchTy &A : Found->AtPatch) {
      const bool Here = isAt(A.S, Holding::Held) || isAt(A.S, Holding::Lent);
      Some |=
          Here || isAt(A.S, Holding::Maybe) || isAt(A.S, Holding::Elsewhere);
      All &= Here;
    }
    if (Some) {
      const FlowCall &By = G->Calls[T.Call];
      Result.push_back({T.Call, dyn_cast_or_null<CallExpr>(By.Origin),
                        By.Handles && By.Handles->Acquires
                            ? &*By.Handles->Acquires
                            : nullptr,
                        All && !Found->GaveUp});
    }
  }
  Calls.pretend(F, nullptr);
  return Result;
}

MaybeObjection Proof::holding(const FunctionDecl &F, Before &B) {
  const FlowGraph *With = Patched.get();
  for (const FunctionDecl *X : B.Way.Functions) {
    Calls.pretend(F, nullptr);
    const FlowGraph *G = graphOf(*X);
    if (!G)
      return because("a caller is too large to be sure");
    // Where it leads to the fix.
    llvm::SmallVector<Position, 2> To;
    for (BlockId Block = 0; Block != G->Blocks.size(); ++Block)
      for (uint32_t I = 0; I != G->Blocks[Block].Events.size(); ++I) {
        const FlowEvent &E = G->Blocks[Block].Events[I];
        if (E.Kind != EventKind::Call)
          continue;
        const FlowCall &Call = G->Calls[E.Call];
        if (X == &F ? Call.Known && Call.Routine.Does == Effect::Register
                    : Call.Callee &&
                          llvm::is_contained(B.Way.Functions, Call.Callee))
          To.push_back({Block, I});
      }
    std::vector<Thing> Things = thingsIn(Calls, *X, To);
    auto Use = [&](const Thing &T) {
      use(automatonFor(T.What), B.Way);
      Calls.setThing(&T.What);
    };
    nameThings(Calls, *X, Things, Use);
    for (const Thing &T : Things) {
      // What he leaves himself where he fails.
      Calls.pretend(F, nullptr);
      Use(T);
      bool Leaves = false, ForOthers = false, ThoughKnown = false;
      if (std::unique_ptr<Solution> Old = Calls.run(*X, taskFor(T))) {
        const Memory M(Calls.Symbols, *Old->Graph);
        for (const PathEnd &End : Old->Ends) {
          if (outcomeOf(*X, M, End) != Outcome::Fails)
            continue;
          Leaves |= isAt(End.Final, Holding::Held) ||
                    isAt(End.Final, Holding::Elsewhere);
          ForOthers |=
              (End.Final.Life.Marks & wdm::rules::GivenBackForOthers) != 0;
          ThoughKnown |=
              (End.Final.Life.Marks & wdm::rules::GivenBackThoughKnown) != 0;
        }
      }
      Calls.pretend(F, With);
      Use(T);
      std::unique_ptr<Solution> New = Calls.run(*X, taskFor(T));
      if (!New || New->GaveUp || Calls.LostSight)
        return because("the function is too large to be sure");
      for (const PathEnd &End : New->Ends) {
        const auto Broken = static_cast<Doubt>(End.Broken);
        if (End.Broken != NoFault &&
            !(Broken == Doubt::GivenBackTwice && ForOthers) &&
            !(Broken == Doubt::GivenBackThoughKnown && ThoughKnown))
          return because(sentenceOf(Broken));
        if (Leaves)
          continue;
        if (isAt(End.Final, Holding::HeldBehind) ||
            isAt(End.Final, Holding::MaybeBehind) ||
            isAt(End.Final, Holding::KnownBehind)) {
          const FlowCall &Call = G->Calls[T.Call];
          return because(llvm::Twine(sentenceOf(Doubt::LeavesIt)) + " ('" +
                         Call.Name + "', " + placeOf(Call.Loc) + ")");
        }
      }
    }
  }
  return std::nullopt;
}

// --- Deeds ------------------------------------------------------------------

static BlockId beginOf(const FlowGraph &Patched) {
  for (BlockId B = 0; B != Patched.Blocks.size(); ++B)
    if (!Patched.Blocks[B].Events.empty() &&
        Patched.Blocks[B].Events.front().Kind == EventKind::Patched)
      return B;
  return Patched.Exit;
}

/// True when control may come from \p From to \p To without an event that is
/// \p Over.
static bool comesTo(const FlowGraph &G, Position From, Position To,
                    llvm::function_ref<bool(const FlowEvent &)> Over) {
  llvm::BitVector Seen(G.Blocks.size());
  llvm::SmallVector<Position, 16> Work{From};
  // In the block of To, or at its end.
  auto Passes = [&](Position At) {
    const auto &Events = G.Blocks[At.Block].Events;
    const bool There = At.Block == To.Block && At.Event <= To.Event;
    const size_t End = There ? To.Event : Events.size();
    for (size_t I = At.Event; I < End; ++I)
      if (Over(Events[I]))
        return std::pair(false, false);
    return std::pair(There, true);
  };
  while (!Work.empty()) {
    const Position At = Work.pop_back_val();
    const auto [Arrives, GoesOn] = Passes(At);
    if (Arrives)
      return true;
    if (!GoesOn)
      continue;
    for (const FlowEdge &Edge : G.Blocks[At.Block].Edges)
      if (!Seen.test(Edge.To)) {
        Seen.set(Edge.To);
        Work.push_back({Edge.To, 0});
      }
  }
  return false;
}

/// The events that are calls of which \p Is is true.
static llvm::SmallVector<Position, 8>
callsIn(const FlowGraph &G, llvm::function_ref<bool(uint32_t)> Is) {
  llvm::SmallVector<Position, 8> Found;
  for (BlockId B = 0; B != G.Blocks.size(); ++B)
    for (uint32_t I = 0; I != G.Blocks[B].Events.size(); ++I)
      if (G.Blocks[B].Events[I].Kind == EventKind::Call &&
          Is(G.Blocks[B].Events[I].Call))
        Found.push_back({B, I});
  return Found;
}

/// Another registration that comes before \p To, and is not sent between.
bool Proof::comesAfterAnother(const FlowGraph &G, uint32_t Own, Position To) {
  auto Ends = [&](const FlowEvent &E) {
    return E.Kind == EventKind::Call && G.Calls[E.Call].Known &&
           (G.Calls[E.Call].Routine.Does == Effect::Send ||
            G.Calls[E.Call].Routine.Does == Effect::Reuse);
  };
  auto Others = callsIn(G, [&](uint32_t I) {
    const FlowCall &Call = G.Calls[I];
    return I != Own &&
           (Call.Known ? Call.Routine.Does == Effect::Register
                       : Call.Callee && Whole.Registering.count(Call.Callee));
  });
  return llvm::any_of(Others, [&](Position P) {
    return comesTo(G, {P.Block, P.Event + 1}, To, Ends);
  });
}

/// An IRP of the function's is on its way where the fix leaves, and the wait
/// for it is left out: it would come back to a frame that is gone.
MaybeObjection Proof::waitLeftOut(const FlowGraph &G, const FlowGraph &With,
                                  const Patch &What) {
  const Position At{What.Block, What.Event};
  const auto Waits = callsIn(G, [&](uint32_t I) { return isWait(G.Calls[I]); });
  auto Never = [](const FlowEvent &) { return false; };
  const bool WouldWait =
      llvm::any_of(Waits, [&](Position P) { return comesTo(G, At, P, Never); });
  if (!WouldWait)
    return std::nullopt;
  const auto Sends = callsIn(G, [&](uint32_t I) {
    return G.Calls[I].Known && G.Calls[I].Routine.Does == Effect::Send;
  });
  const bool Flies = llvm::any_of(Sends, [&](Position P) {
    return comesTo(G, {P.Block, P.Event + 1}, At, [&](const FlowEvent &E) {
      return E.Kind == EventKind::Call && isWait(G.Calls[E.Call]);
    });
  });
  if (!Flies)
    return std::nullopt;
  const Position Begin{beginOf(With), 0};
  if (llvm::any_of(
          callsIn(With, [&](uint32_t I) { return isWait(With.Calls[I]); }),
          [&](Position P) { return comesTo(With, Begin, P, Never); }))
    return std::nullopt;
  return because("another IRP that was sent before is waited for further down");
}

/// In the file of \p F.
bool Proof::isCalledBeside(const FunctionDecl &X, const FunctionDecl &F) {
  auto It = Whole.Callers.find(X.getCanonicalDecl());
  return It != Whole.Callers.end() &&
         llvm::any_of(It->second, [&](const FunctionDecl *Caller) {
           return Context.getSourceManager().isWrittenInSameFile(
               Caller->getLocation(), F.getLocation());
         });
}

static bool isAt(const DeedList &In, const Deed &D) {
  return llvm::any_of(
      In, [&](const Deed &O) { return O.Key == D.Key && O.Loc == D.Loc; });
}

/// What \p D has changed is changed somewhere else as well.
bool Proof::isTakenBack(const Chain &Way, const Deed &D) {
  return llvm::any_of(Way.Functions, [&](const FunctionDecl *F) {
    const FlowGraph *G = graphOf(*F);
    DeedList All;
    for (BlockId B = 0; G && B != G->Blocks.size(); ++B)
      for (const FlowEvent &E : G->Blocks[B].Events)
        AllDeeds.add(*G, E, /*Inside=*/true, All);
    return llvm::any_of(
        All, [&](const Deed &O) { return O.Key == D.Key && O.Loc != D.Loc; });
  });
}

/// \p Sym is what an IRP is completed with.
static bool isStatusOfIrp(const SymbolTable &Symbols, SymId Sym) {
  return Symbols.mentions(Scalar::symbol(Sym), [&](Scalar Part) {
    if (Part.isConstant())
      return false;
    const SymInfo &I = Symbols.symbol(Part.Sym);
    return I.Kind == SymKind::Initial &&
           Symbols.cell(I.A).Role ==
               static_cast<uint8_t>(model::FieldRole::Status);
  });
}

/// The blocks that are behind \p At where the request was not a success below.
static llvm::BitVector blocksBehind(const FlowGraph &G, Position At,
                                    const Solution &Found,
                                    SymbolTable &Symbols) {
  const Memory M(Symbols, G);
  llvm::SmallVector<Scalar, 4> Results;
  for (const FlowCall &Call : G.Calls)
    if (Call.Known && (Call.Routine.Does == Effect::Send ||
                       Call.Routine.Does == Effect::Register))
      Results.push_back(Symbols.site(Call.Site, 0));
  llvm::BitVector Behind(G.Blocks.size());
  for (const Node &N : Found.Nodes) {
    if (N.Block != At.Block && !reaches(G, At.Block, N.Block))
      continue;
    auto IsGood = [](const Range &R) {
      return R.Low >= 0 && !(R.isSingle() && R.contains(model::StatusPending));
    };
    // By what a routine has returned, or by what stands in the IRP then.
    const bool Succeeds =
        llvm::any_of(
            Results,
            [&](Scalar Result) { return IsGood(M.rangeOf(N.In, Result)); }) ||
        llvm::any_of(N.In.Facts, [&](const auto &Fact) {
          return IsGood(Fact.second) && isStatusOfIrp(Symbols, Fact.first);
        });
    if (!Succeeds)
      Behind.set(N.Block);
  }
  return Behind;
}

/// An IRP is completed on the way, and none is sent: of a function without a
/// result, a failure.
static bool endsUnsent(const Solution &S, const PathEnd &End) {
  bool Completes = false;
  for (auto N = static_cast<int32_t>(End.Node); N >= 0;
       N = S.Nodes[static_cast<uint32_t>(N)].Previous)
    for (const FlowEvent &E :
         S.Graph->Blocks[S.Nodes[static_cast<uint32_t>(N)].Block].Events) {
      if (E.Kind != EventKind::Call || !S.Graph->Calls[E.Call].Known)
        continue;
      const Effect Does = S.Graph->Calls[E.Call].Routine.Does;
      Completes |= Does == Effect::Complete;
      if (Does == Effect::Send || Does == Effect::Register)
        return false;
    }
  return Completes;
}

/// What the author's own failures undo behind \p At: a way out that does more
/// takes back what was never done.
void Proof::findUsual(const FunctionDecl &F, const FlowGraph &G, Position At,
                      const Solution &Found, Before &B) {
  const Memory M(Calls.Symbols, G);
  DeedList Usual;
  bool Fails = false;
  for (const PathEnd &End : Found.Ends) {
    bool Comes = false;
    for (auto N = static_cast<int32_t>(End.Node); N >= 0;
         N = Found.Nodes[static_cast<uint32_t>(N)].Previous)
      Comes |= Found.Nodes[static_cast<uint32_t>(N)].Block == At.Block;
    if (Comes ? !isFailedBelow(G, Calls.Symbols, M, End.Final)
              : outcomeOf(F, M, End) != Outcome::Fails)
      continue;
    Fails |= Comes;
    const std::optional<Position> After =
        Comes ? std::optional<Position>(At) : std::nullopt;
    for (bool Inside : {false, true})
      llvm::append_range(Usual, AllDeeds.onWay(Found, End, After, Inside));
  }
  if (Fails)
    B.Usual = std::move(Usual);
}

/// What the function does on its own failing ways.
void Proof::findDeeds(const FunctionDecl &F, const FlowGraph &G, Position At,
                      Before &B) {
  B.Failing.emplace();
  // The paths, whatever is followed on them.
  use(wdm::rules::CustodyOfIrp, B.Way);
  Task T;
  T.Rule = &wdm::rules::CustodyOfIrp;
  T.In.Life = wdm::rules::CustodyOfIrp.First;
  T.In.Irp =
      Calls.Symbols.initial(Calls.Symbols.variable(G.Identity, false, true));
  T.Leaves = Happening::LeaveHelper;
  T.KeepsResults = true;
  std::unique_ptr<Solution> Found = Calls.run(F, T);
  const llvm::BitVector Behind = blocksBehind(G, At, *Found, Calls.Symbols);
  for (unsigned Block : Behind.set_bits())
    for (uint32_t I = Block == At.Block ? At.Event : 0;
         I < G.Blocks[Block].Events.size(); ++I)
      AllDeeds.add(G, G.Blocks[Block].Events[I], /*Inside=*/false, *B.Failing);

  findUsual(F, G, At, *Found, B);

  const Memory M(Calls.Symbols, G);
  llvm::BitVector Arms(G.Blocks.size()), Decisions(G.Blocks.size());
  for (const PathEnd &End : Found->Ends) {
    const bool Fails = End.ReturnsValue ? outcomeOf(F, M, End) == Outcome::Fails
                                        : endsUnsent(*Found, End);
    if (!Fails)
      continue;
    DeedList All = AllDeeds.onWay(*Found, End, std::nullopt, /*Inside=*/true);
    keepLast(All);
    llvm::append_range(B.Left, All);
    // Once it cannot come there any more.
    bool Comes = false;
    llvm::SmallVector<BlockId, 8> Arm;
    for (auto N = static_cast<int32_t>(End.Node); N >= 0;
         N = Found->Nodes[static_cast<uint32_t>(N)].Previous) {
      const BlockId Block = Found->Nodes[static_cast<uint32_t>(N)].Block;
      Comes |= Block == At.Block;
      if (reaches(G, Block, At.Block)) {
        // A switch tells another request from this one.
        if (isa_and_nonnull<SwitchStmt>(G.Blocks[Block].Terminator))
          Arm.clear();
        else
          Decisions.set(Block);
        break;
      }
      Arm.push_back(Block);
    }
    if (!Comes)
      for (BlockId Block : Arm)
        Arms.set(Block);
  }
  // (The iterator of LLVM 16's set_bits() does not go with llvm::any_of.)
  const auto IsDecided = [&](BlockId Block) {
    for (unsigned Decision : Decisions.set_bits())
      for (const FlowEdge &E : G.Blocks[Decision].Edges)
        if (E.To != At.Block && !reaches(G, E.To, At.Block) &&
            (E.To == Block || reaches(G, E.To, Block)))
          return true;
    return false;
  };
  // (Of two ways that look alike at their end only one is told.)
  for (BlockId Block = 0; Block != G.Blocks.size(); ++Block)
    if (!Arms.test(Block) && G.Blocks[Block].Reachable && Block != At.Block &&
        !reaches(G, Block, At.Block) && !reaches(G, At.Block, Block) &&
        IsDecided(Block))
      for (unsigned Arm : Arms.set_bits())
        if (reaches(G, Block, Arm)) {
          Arms.set(Block);
          break;
        }
  for (unsigned Block : Arms.set_bits())
    for (const FlowEvent &E : G.Blocks[Block].Events)
      AllDeeds.add(G, E, /*Inside=*/false, B.Arms);
}

/// The function with a body whose address \p E is.
static const FunctionDecl *routineAt(Summaries &Calls, const FlowGraph &G,
                                     ExprId Id) {
  const FlowExpr &E = G.Exprs[Id];
  if (E.Kind != ExprKind::AddressOf ||
      G.Places[E.Place].Kind != PlaceKind::Variable)
    return nullptr;
  const auto *Named = dyn_cast_or_null<FunctionDecl>(
      static_cast<const Decl *>(G.Places[E.Place].Decl));
  return Named ? Calls.withBody(*Named) : nullptr;
}

MaybeObjection Proof::deeds(const FunctionDecl &F, Before &B,
                            const DeedList &There, const Patch &What) {
  const FlowGraph &G = *graphOf(F);
  const Position At{What.Block, What.Event};
  if (comesAfterAnother(G, What.Registration, At))
    return because("another completion routine was registered before");
  if (!B.Failing)
    findDeeds(F, G,
              What.Edge < 0
                  ? At
                  : Position{G.Blocks[What.Block]
                                 .Edges[static_cast<size_t>(What.Edge)]
                                 .To,
                             0},
              B);
  for (const Deed &D : *B.Failing)
    if (!has(There, D))
      return because("what the function does in any case would be skipped ('" +
                     llvm::Twine(D.Name) + "', " + placeOf(D.Loc) + ")");
  if (B.Usual && What.Exit == Patch::Jump && !What.LeavesOutSend)
    for (const Deed &D : There)
      if (D.Kind != Deed::Write && !has(*B.Usual, D))
        return because("the way out does more than where the send fails ('" +
                       llvm::Twine(D.Name) + "', " + placeOf(D.Loc) + ")");
  // What he does once it has failed is his way to deal with it.
  const std::optional<Position> Call = positionOf(G, What.Registration);
  const DeedList Later = AllDeeds.from(G, Call.value_or(At).Block);
  const bool Seen =
      llvm::any_of(G.Calls[What.Registration].Args, [&](ExprId Arg) {
        const FunctionDecl *Routine = routineAt(Calls, G, Arg);
        return Routine && graphOf(*Routine);
      });
  for (const Deed &D : AllDeeds.before(G, Call.value_or(At))) {
    if (has(There, D))
      continue;
    if (D.Kind == Deed::Call) {
      // What has been begun is ended in a routine that cannot be seen.
      if (!Seen && model::soundsOpening(D.Name))
        return because("something has been begun before that the completion "
                       "routine may end ('" +
                       llvm::Twine(D.Name) + "', " + placeOf(D.Loc) + ")");
      continue;
    }
    // Data: unless the function changes them once more.
    if (D.Kind == Deed::Write && (Seen || !D.Waited) &&
        llvm::none_of(Later, [&](const Deed &O) {
          return O.Key == D.Key && O.Loc != D.Loc;
        }))
      continue;
    // A number: his own failures leave it, too, and nobody takes it back.
    if (D.Kind == Deed::Step && isAt(B.Left, D) && !isTakenBack(B.Way, D))
      continue;
    return because(
        (D.Kind == Deed::Start
             ? "something has been started before that goes on ('"
             : "something was set before that would stay as it is ('") +
        llvm::Twine(D.Name) + "', " + placeOf(D.Loc) + ")");
  }
  for (const Deed &D : B.Arms)
    if (D.Kind == Deed::Call && !has(There, D))
      return because("another way out of the function does more ('" +
                     llvm::Twine(D.Name) + "')");
  // The driver has its own way to complete.
  const bool Completes = llvm::any_of(
      What.Acts, [](const Act &A) { return A.Kind == Act::Complete; });
  auto CompletesHere = [&](bool Guessed) {
    return llvm::any_of(G.Calls, [&](const FlowCall &C) {
      return C.Known && C.Routine.Does == Effect::Complete &&
             C.Guessed == Guessed;
    });
  };
  if (Completes && CompletesHere(true) && !CompletesHere(false))
    return because("the driver completes its IRPs in a way of its own");
  if (Completes && !Whole.Completing.empty() && !Whole.Completing.count(&F) &&
      llvm::all_of(Whole.Completing, [&](const FunctionDecl *X) {
        return X->getDeclName().isIdentifier() &&
               model::soundsCompleting(X->getName()) &&
               model::irpParameter(*X) >= 0 && isCalledBeside(*X, F) &&
               !AllDeeds.in(*X).empty();
      }))
    return because("the driver completes its IRPs in a way of its own");
  return std::nullopt;
}

MaybeObjection Proof::routine(const FunctionDecl &F, Before &B,
                              const Patch &What, const DeedList &Instead) {
  const FlowGraph &G = *graphOf(F);
  for (ExprId Arg : G.Calls[What.Registration].Args) {
    const FunctionDecl *Routine = routineAt(Calls, G, Arg);
    const FlowGraph *There = Routine ? graphOf(*Routine) : nullptr;
    if (!There)
      continue;
    // It gives something back that nobody here has acquired.
    for (const FlowCall &Call : There->Calls) {
      if (!Call.Handles || !Call.Handles->GivesBack ||
          Call.Handles->GivesBack->isMemory())
        continue;
      const model::Resource &Back = *Call.Handles->GivesBack;
      auto Acquires = [&](const FlowGraph *X) {
        llvm::SmallVector<model::Resource, 2> Kinds;
        for (const FlowCall &C : X->Calls)
          kindsOf(Calls, C, 0, Kinds);
        return llvm::any_of(
            Kinds, [&](const model::Resource &R) { return R.isSame(Back); });
      };
      const bool Here =
          Acquires(There) ||
          llvm::any_of(B.Way.Functions, [&](const FunctionDecl *X) {
            const FlowGraph *Of = graphOf(*X);
            return Of && Acquires(Of);
          });
      if (!Here)
        return because(
            "the completion routine would have given something back ('" +
            llvm::Twine(Call.Name) + "')");
    }
    const DeedList &Done = AllDeeds.in(*Routine);
    DeedList Before = AllDeeds.before(G, {What.Block, What.Event});
    for (const Deed &D : Before)
      if (D.Kind != Deed::Call && has(Done, D))
        return because("the completion routine may undo what has been done "
                       "before ('" +
                       llvm::Twine(D.Name) + "')");
    for (const Deed &D : Done)
      if (model::startsNextPacket(D.Name) && !has(Instead, D))
        return because("the completion routine starts the next request ('" +
                       llvm::Twine(D.Name) + "')");
    auto IsCall = [](const Deed &D) { return D.Kind == Deed::Call; };
    if (llvm::any_of(Before, IsCall) && llvm::any_of(Done, [&](const Deed &D) {
          return IsCall(D) && !has(Instead, D);
        }))
      return because(
          "the completion routine may undo what has been done before");
  }
  return std::nullopt;
}

/// A variable that is read behind the patch has to have a value there.
MaybeObjection Proof::unset(const FunctionDecl &F, const FlowGraph &With,
                            const Patch &What) {
  if (What.Exit != Patch::Jump)
    return std::nullopt;
  llvm::DenseMap<const void *, SiteId> Unknown;
  for (const FlowBlock &B : With.Blocks)
    for (const FlowEvent &E : B.Events)
      if (E.Kind == EventKind::Unknown &&
          With.Places[E.Place].Kind == PlaceKind::Variable)
        Unknown[With.Places[E.Place].Decl] = E.Site;
  if (Unknown.empty())
    return std::nullopt;
  Task T;
  T.Rule = &wdm::rules::CustodyOfIrp;
  T.In.Life = wdm::rules::CustodyOfIrp.First;
  T.In.Irp =
      Calls.Symbols.initial(Calls.Symbols.variable(With.Identity, false, true));
  std::unique_ptr<Solution> Found = Calls.run(F, T);
  if (!Found)
    return std::nullopt;
  const Memory M(Calls.Symbols, With);
  for (const auto &[Decl, Site] : Unknown) {
    const auto *V =
        dyn_cast_or_null<VarDecl>(static_cast<const clang::Decl *>(Decl));
    if (!V || !isLiveAt(F, *V, {What.Target, What.TargetEvent}))
      continue;
    for (const Solution::AtPatchTy &A : Found->AtPatch) {
      const Scalar X = M.settled(
          A.S, M.load(A.S, Calls.Symbols.variable(
                               Decl, false, V->getType()->isPointerType())));
      if (X.isConstant())
        continue;
      const SymInfo &I = Calls.Symbols.symbol(X.Sym);
      if (I.Kind == SymKind::Opaque && I.A == Site)
        return because("its way out reads '" + V->getName() +
                       "', which is not set yet");
    }
  }
  return std::nullopt;
}

// --- The rules --------------------------------------------------------------

std::vector<std::pair<FaultId, unsigned>>
Proof::faultsIn(const Chain &C, const Automaton &Rule) {
  std::vector<std::pair<FaultId, unsigned>> All;
  use(Rule, C);
  // Where it registers, the callers are not asked.
  llvm::ArrayRef<const FunctionDecl *> Functions = C.Functions;
  if (Rule.Opens == Opening::AtRegistration)
    Functions = Functions.take_front(1);
  for (const FunctionDecl *F : Functions)
    for (const SubjectStory &S : Calls.storyOf(*F).Subjects)
      for (const auto &[Found, End] : S.Faults) {
        const PathEnd &E = Found->Ends[End];
        // At a registration it is where that is that counts.
        const SourceLocation At =
            S.Call >= 0 && Rule.Opens == Opening::AtRegistration
                ? Found->OpeningLoc
                : E.Loc;
        All.push_back({E.Broken, At.getRawEncoding()});
      }
  return All;
}

MaybeObjection Proof::rules(const FunctionDecl &F, Before &B,
                            bool OnlyRegistrations) {
  for (const Automaton *Rule : wdm::rules::automata()) {
    if (OnlyRegistrations && Rule->Opens != Opening::AtRegistration)
      continue;
    auto Old = llvm::find_if(
        B.Faults, [&](const auto &Entry) { return Entry.first == Rule; });
    if (Old == B.Faults.end()) {
      Calls.pretend(F, nullptr);
      B.Faults.push_back({Rule, faultsIn(B.Way, *Rule)});
      Old = B.Faults.end() - 1;
    }
    Calls.pretend(F, Patched.get());
    for (const auto &Fault : faultsIn(B.Way, *Rule)) {
      if (llvm::is_contained(Old->second, Fault))
        continue;
      if (Fault.first == id(wdm::rules::Verdict::LeakAfterSuccess))
        return because("after success the IRP is not sent on every path");
      if (Fault.first == id(wdm::rules::Verdict::RegisteredTwice))
        return because("another completion routine was registered before");
      return because("the checks would warn of it");
    }
  }
  return std::nullopt;
}

MaybeObjection Proof::standingObjection(const FunctionDecl &F,
                                        const Patch &Where) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return because("the function cannot be followed");
  Before &B = before(F);
  if (B.Way.Why)
    return because(B.Way.Why);
  const auto Key =
      std::tuple(Where.Block, Where.Event, Where.Edge, Where.Asked);
  auto [It, New] = B.Standing.try_emplace(Key);
  if (!New)
    return It->second;
  Patched = withPatch(*G, Where, Calls.sites());
  if (!Patched)
    return It->second = because("the way out is too unusual");
  Calls.pretend(F, Patched.get());
  MaybeObjection Why = custody(F, B, Where, /*OnlyBefore=*/true);
  Calls.pretend(F, nullptr);
  return B.Standing[Key] = Why;
}

MaybeObjection Proof::objectionTo(const FunctionDecl &F, const Patch &What) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return because("the function cannot be followed");
  Before &B = before(F);
  if (Spent > MaxSpent)
    return because("the file is too large to be sure");
  if (B.Way.Why)
    return because(B.Way.Why);
  if (llvm::any_of(B.Way.Roots, [&](const Chain::Root &R) {
        return R.Function == &F && R.As == Entry::Completion;
      }))
    return because(
        "the result of a completion routine is no status of its IRP");
  // What callers do with the status is not seen then.
  if (What.OtherStatus && B.Way.Functions.size() > 1)
    return because("its callers may tell the status from others");
  Patched = withPatch(*G, What, Calls.sites());
  if (!Patched)
    return because("the way out is too unusual");
  const DeedList Instead = AllDeeds.from(*Patched, beginOf(*Patched));
  MaybeObjection Why = deeds(F, B, Instead, What);
  if (!Why)
    Why = routine(F, B, What, Instead);
  if (!Why)
    Why = waitLeftOut(*G, *Patched, What);
  if (!Why) {
    Calls.pretend(F, Patched.get());
    Why = custody(F, B, What);
    if (!Why)
      Why = unset(F, *Patched, What);
    if (!Why)
      Why = holding(F, B);
    if (!Why)
      Why = rules(F, B);
  }
  Calls.pretend(F, nullptr);
  return Why;
}

MaybeObjection Proof::objectionToGoingOn(const FunctionDecl &F,
                                         const Patch &What) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return std::nullopt; // All goes on as before.
  Before &B = before(F);
  Patched = withPatch(*G, What, Calls.sites());
  if (!Patched)
    return std::nullopt;
  MaybeObjection Why = rules(F, B, /*OnlyRegistrations=*/true);
  Calls.pretend(F, nullptr);
  return Why;
}

/// What the routine would have done has to be done by nobody.
MaybeObjection Proof::objectionToSkipping(const FunctionDecl &F,
                                          const Patch &What) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return because("the function cannot be followed");
  Before &B = before(F);
  if (B.Way.Why)
    return because(B.Way.Why);
  bool Copied = false;
  for (const FlowCall &Call : G->Calls) {
    if (model::startsNextPacket(Call.Name))
      return because("the completion routine may start the next request");
    if (!Call.Known)
      continue;
    Copied |= Call.Routine.How == model::Detail::CopiesStack;
    if (Call.Routine.Does == Effect::NextStack)
      return because("the next stack location has been filled in");
    if (Call.Routine.Does == Effect::Wait)
      return because("the IRP is used again after it was sent");
  }
  if (!Copied)
    return because("the stack location has not been copied");
  if (MaybeObjection Why = routine(F, B, What, {}))
    return Why;
  for (ExprId Arg : G->Calls[What.Registration].Args)
    if (const FunctionDecl *Routine = routineAt(Calls, *G, Arg))
      if (llvm::any_of(AllDeeds.in(*Routine),
                       [](const Deed &D) { return D.Kind != Deed::Write; }))
        return because("the completion routine may have to undo or to signal "
                       "something");
  if (!AllDeeds.before(*G, {What.Block, What.Event}).empty() ||
      !heldAt(F, What).empty())
    return because("the completion routine would have given something back");
  if (isMarkedAt(F, What))
    return because("the IRP is already marked pending");
  Patched = withPatch(*G, What, Calls.sites());
  if (!Patched)
    return because("the way out is too unusual");
  Calls.pretend(F, Patched.get());
  MaybeObjection Why = untouched(F, B);
  if (!Why)
    Why = rules(F, B);
  Calls.pretend(F, nullptr);
  return Why;
}

} // namespace wdm::proof
