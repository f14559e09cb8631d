//===- Lasting.cpp - What a fix leaves out, and leaves behind -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/OwnWords.h"
#include "src/proof/Parts.h"
#include "src/proof/Walks.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;
using model::Effect;

namespace {

constexpr char OwnWay[] = "the driver completes its IRPs in a way of its own";

bool does(const FlowCall &Call, Effect What) {
  return Call.Known && Call.Routine.Does == What;
}

/// The same is done once more, elsewhere.
bool isDoneAgain(const DeedList &In, const Deed &D) {
  return llvm::any_of(
      In, [&](const Deed &O) { return O.Key == D.Key && O.Loc != D.Loc; });
}

bool isCall(const Deed &D) { return D.Kind == Deed::Call; }
/// One that is made for what it does alone.
bool isPlainCall(const Deed &D) { return isCall(D) && !D.Tested; }

/// \p Sym is what an IRP is completed with.
bool isStatusOfIrp(const SymbolTable &Symbols, SymId Sym) {
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
llvm::BitVector blocksBehind(const FlowGraph &G, Position At,
                             const Solution &Found, SymbolTable &Symbols) {
  const Memory M(Symbols, G);
  llvm::SmallVector<Scalar, 4> Results;
  for (const FlowCall &Call : G.Calls)
    if (does(Call, Effect::Send) || does(Call, Effect::Register))
      Results.push_back(Symbols.site(Call.Site, 0));
  auto IsGood = [](const Range &R) {
    return R.Low >= 0 && !(R.isSingle() && R.contains(model::StatusPending));
  };
  llvm::BitVector Behind(G.Blocks.size());
  for (const Node &N : Found.Nodes) {
    if (N.Block != At.Block && !reaches(G, At.Block, N.Block))
      continue;
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

/// An IRP is completed on the way by a call that \p Ends is true of, and none
/// is sent.
bool endsUnsent(const Solution &S, const PathEnd &End,
                llvm::function_ref<bool(const FlowCall &)> Ends) {
  bool Completes = false;
  for (const BlockId B : wayTo(S, End))
    for (const FlowEvent &E : S.Graph->Blocks[B].Events) {
      if (E.Kind != EventKind::Call)
        continue;
      const FlowCall &Call = S.Graph->Calls[E.Call];
      Completes |= Ends(Call);
      if (does(Call, Effect::Send) || does(Call, Effect::Register))
        return false;
    }
  return Completes;
}

/// The branches by which failing ways turn away from a place.
class Branches {
public:
  Branches(const FlowGraph &G, BlockId At)
      : G(G), At(At), Arms(G.Blocks.size()), Decisions(G.Blocks.size()) {}

  /// Of one way: once it cannot come there any more.
  void add(const Solution &S, const PathEnd &End) {
    llvm::SmallVector<BlockId, 8> Arm;
    bool Comes = false;
    for (const BlockId Block : wayTo(S, End)) {
      Comes |= Block == At;
      if (!reaches(G, Block, At)) {
        Arm.push_back(Block);
        continue;
      }
      // A switch tells another request from this one.
      if (isa_and_nonnull<SwitchStmt>(G.Blocks[Block].Terminator))
        Arm.clear();
      else
        Decisions.set(Block);
      break;
    }
    if (!Comes)
      for (BlockId Block : Arm)
        Arms.set(Block);
  }

  /// (Of two ways that look alike at their end only one is told.)
  const llvm::BitVector &withTheirLike() {
    for (BlockId Block = 0; Block != G.Blocks.size(); ++Block)
      if (!Arms.test(Block) && G.Blocks[Block].Reachable && Block != At &&
          !reaches(G, Block, At) && !reaches(G, At, Block) &&
          isDecided(Block) && leadsToArm(Block))
        Arms.set(Block);
    return Arms;
  }

private:
  // (The iterator of LLVM 16's set_bits() does not go with llvm::any_of.)
  bool isDecided(BlockId Block) const {
    for (unsigned Decision : Decisions.set_bits())
      for (const FlowEdge &E : G.Blocks[Decision].Edges)
        if (E.To != At && !reaches(G, E.To, At) &&
            (E.To == Block || reaches(G, E.To, Block)))
          return true;
    return false;
  }
  bool leadsToArm(BlockId Block) const {
    for (unsigned Arm : Arms.set_bits())
      if (reaches(G, Block, Arm))
        return true;
    return false;
  }

  const FlowGraph &G;
  const BlockId At;
  llvm::BitVector Arms, Decisions;
};

} // namespace

BlockId beginOf(const FlowGraph &Patched) {
  for (BlockId B = 0; B != Patched.Blocks.size(); ++B)
    if (!Patched.Blocks[B].Events.empty() &&
        Patched.Blocks[B].Events.front().Kind == EventKind::Patched)
      return B;
  return Patched.Exit;
}

std::string Proof::quoted(const Deed &D) const {
  return " ('" + D.Name + "', " + placeOf(D.Loc) + ")";
}

// --- Other requests ---------------------------------------------------------

/// Another registration that comes before \p To, and is not sent between.
bool Proof::comesAfterAnother(const FlowGraph &G, uint32_t Own, Position To) {
  const auto Others = callsWhere(G, [&](const FlowCall &Call) {
    return &Call != &G.Calls[Own] &&
           (Call.Known ? Call.Routine.Does == Effect::Register
                       : Call.Callee && Whole.Registering.count(Call.Callee));
  });
  return llvm::any_of(Others, [&](Position P) {
    return comesTo(G, {P.Block, P.Event + 1}, To, [&](const FlowEvent &E) {
      return E.Kind == EventKind::Call &&
             (does(G.Calls[E.Call], Effect::Send) ||
              does(G.Calls[E.Call], Effect::Reuse));
    });
  });
}

MaybeObjection Proof::waitLeftOut(const FlowGraph &G, const FlowGraph &With,
                                  const Patch &What) {
  auto MayWait = [](const FlowGraph &In, Position From) {
    return llvm::any_of(callsWhere(In, isWait), [&](Position P) {
      return comesTo(In, From, P, [](const FlowEvent &) { return false; });
    });
  };
  const Position At{What.Block, What.Event};
  if (!MayWait(G, At))
    return std::nullopt;
  const auto Sends = callsWhere(
      G, [](const FlowCall &Call) { return does(Call, Effect::Send); });
  const bool Flies = llvm::any_of(Sends, [&](Position P) {
    return comesTo(G, {P.Block, P.Event + 1}, At, [&](const FlowEvent &E) {
      return E.Kind == EventKind::Call && isWait(G.Calls[E.Call]);
    });
  });
  if (!Flies || MayWait(With, {beginOf(With), 0}))
    return std::nullopt;
  return because("another IRP that was sent before is waited for further down");
}

// --- The author's own failures ----------------------------------------------

/// What the author's own failures undo behind \p At: a way out that does more
/// takes back what was never done.
void Proof::findUsual(const FunctionDecl &F, const FlowGraph &G, Position At,
                      const Solution &Found, Before &B) {
  const Memory M(Calls.Symbols, G);
  DeedList Usual;
  bool Fails = false;
  for (const PathEnd &End : Found.Ends) {
    const bool Comes = llvm::is_contained(wayTo(Found, End), At.Block);
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

/// The last call on the way of \p End, of those that \p IsOne is true of, whose
/// result is asked for before a branch; null: there is none.
static const FlowCall *
lastTested(const Solution &Found, const PathEnd &End,
           llvm::function_ref<bool(const FlowCall &)> IsOne) {
  const FlowGraph &G = *Found.Graph;
  bool Branches = false;
  // The way begins with its end.
  for (const BlockId B : wayTo(Found, End)) {
    Branches |= G.Blocks[B].Edges.size() > 1;
    if (!Branches)
      continue;
    for (const FlowEvent &E : llvm::reverse(G.Blocks[B].Events)) {
      if (E.Kind != EventKind::Call)
        continue;
      const FlowCall &Call = G.Calls[E.Call];
      if (!Call.Discarded && !Call.OnlyPrints && IsOne(Call))
        return &Call;
    }
  }
  return nullptr;
}

/// A way of the author's that fails: by what it returns; where it returns
/// nothing, or what a function returns that completes the IRP with a failure,
/// by that it ends it without a send.
bool Proof::failsOnWay(const FunctionDecl &F, const Memory &M,
                       const Solution &Found, const PathEnd &End) const {
  const Outcome How = outcomeOf(F, M, End);
  if (How != Outcome::Unknown)
    return How == Outcome::Fails;
  auto IsFailure = [&](ExprId Arg) {
    const Range R =
        M.rangeOf(End.Final, M.settled(End.Final, M.value(End.Final, Arg)));
    return model::isFailure(R.Low, R.High);
  };
  return endsUnsent(Found, End, [&](const FlowCall &Call) {
    if (Call.Known)
      return !End.ReturnsValue && Call.Routine.Does == Effect::Complete;
    return Call.Callee && Whole.Completing.count(Call.Callee) &&
           (!End.ReturnsValue || llvm::any_of(Call.Args, IsFailure));
  });
}

/// What the function does on its own failing ways.
void Proof::findDeeds(const FunctionDecl &F, const FlowGraph &G, Position At,
                      Before &B) {
  B.Failing.emplace();
  use(wdm::rules::CustodyOfIrp, B.Way);
  const std::unique_ptr<Solution> Found =
      followNothing(F, G, /*KeepsResults=*/true);
  for (unsigned Block : blocksBehind(G, At, *Found, Calls.Symbols).set_bits())
    for (uint32_t I = Block == At.Block ? At.Event : 0;
         I < G.Blocks[Block].Events.size(); ++I)
      AllDeeds.add(G, G.Blocks[Block].Events[I], /*Inside=*/false, *B.Failing);

  findUsual(F, G, At, *Found, B);

  const Memory M(Calls.Symbols, G);
  Branches Away(G, At.Block);
  for (const PathEnd &End : Found->Ends) {
    if (!failsOnWay(F, M, *Found, End))
      continue;
    DeedList All = AllDeeds.onWay(*Found, End, std::nullopt, /*Inside=*/true);
    keepLast(All);
    // What the last call that was tested would have done it has not.
    if (const FlowCall *Tested =
            lastTested(*Found, End, [](const FlowCall &C) { return !C.Known; }))
      llvm::erase_if(All, [&](const Deed &D) { return D.Loc == Tested->Loc; });
    // A flag may be the very reason, unless something was asked for later.
    const FlowCall *Asked =
        lastTested(*Found, End, [](const FlowCall &) { return true; });
    for (Deed &D : All)
      D.Leftover =
          Asked && Context.getSourceManager().isBeforeInTranslationUnit(
                       D.Loc, Asked->Loc);
    llvm::append_range(B.Left, All);
    if (!llvm::is_contained(wayTo(*Found, End), At.Block))
      B.Early.push_back(std::move(All));
    Away.add(*Found, End);
  }
  for (unsigned Block : Away.withTheirLike().set_bits())
    for (const FlowEvent &E : G.Blocks[Block].Events)
      AllDeeds.add(G, E, /*Inside=*/false, B.Arms);
}

bool Proof::failsOtherwise(const FunctionDecl &F, uint32_t Call) {
  const FlowGraph *G = graphOf(F);
  const std::optional<Position> At = G ? positionOf(*G, Call) : std::nullopt;
  if (!At || isSpent())
    return false;
  use(wdm::rules::CustodyOfIrp, before(F).Way);
  const Solved Found = followNothing(F, *G, /*KeepsResults=*/false);
  if (!Found)
    return false;
  const Memory M(Calls.Symbols, *G);
  return llvm::any_of(Found->Ends, [&](const PathEnd &End) {
    return outcomeOf(F, M, End) == Outcome::Fails &&
           !llvm::is_contained(wayTo(*Found, End), At->Block);
  });
}

// --- What a fix leaves out or behind ----------------------------------------

/// What \p D has changed is changed somewhere else as well.
bool Proof::isTakenBack(const Chain &Way, const Deed &D) {
  return llvm::any_of(Way.Functions, [&](const FunctionDecl *F) {
    const FlowGraph *G = graphOf(*F);
    DeedList All;
    for (BlockId B = 0; G && B != G->Blocks.size(); ++B)
      for (const FlowEvent &E : G->Blocks[B].Events)
        // (The functions on the way are looked at themselves.)
        if (E.Kind != EventKind::Call ||
            !llvm::is_contained(Way.Functions, G->Calls[E.Call].Callee))
          AllDeeds.add(*G, E, /*Inside=*/true, All);
    return isDoneAgain(All, D);
  });
}

/// What speaks against leaving \p D as it is, which was done before the
/// registration. \p Seen: the completion routine can be seen. \p Later: what
/// the function does then.
MaybeObjection Proof::staysBehind(const Deed &D, bool Seen,
                                  const DeedList &Later, const Before &B) {
  if (isCall(D)) {
    // What has been begun is ended in a routine that cannot be seen.
    if (Seen || !model::soundsOpening(D.Name))
      return std::nullopt;
    return because("something has been begun before that the completion "
                   "routine may end" +
                   quoted(D));
  }
  // Data: unless the function changes them once more.
  if (D.Kind == Deed::Write && (Seen || !D.Waited) && !isDoneAgain(Later, D))
    return std::nullopt;
  // His own failures leave it, too, and nobody takes it back.
  auto IsLeft = [&](const Deed &O) {
    return O.Key == D.Key && O.Loc == D.Loc && O.Leftover;
  };
  if ((D.Kind == Deed::Step || D.Kind == Deed::Set) &&
      llvm::any_of(B.Left, IsLeft) && !isTakenBack(B.Way, D))
    return std::nullopt;
  return because((D.Kind == Deed::Start
                      ? "something has been started before that goes on"
                      : "something was set before that would stay as it is") +
                 quoted(D));
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

/// The driver has routines that complete an IRP and do more.
bool Proof::completesItsOwnWay(const FunctionDecl &F, const FlowGraph &G) {
  auto CompletesHere = [&](bool Guessed) {
    return llvm::any_of(G.Calls, [&](const FlowCall &C) {
      return does(C, Effect::Complete) && C.Guessed == Guessed;
    });
  };
  if (CompletesHere(true) && !CompletesHere(false))
    return true;
  return !Whole.Completing.empty() && !Whole.Completing.count(&F) &&
         llvm::all_of(Whole.Completing, [&](const FunctionDecl *X) {
           return X->getDeclName().isIdentifier() &&
                  model::soundsCompleting(X->getName()) &&
                  model::irpParameter(*X) >= 0 && isCalledBeside(*X, F) &&
                  !AllDeeds.in(*X).empty();
         });
}

/// The completion routine can be seen, or is given no more than an event that
/// the function waits for.
bool Proof::isRoutineSeen(const FlowGraph &G, const FlowCall &Registration) {
  const ExprId Context = contextOf(Registration);
  if (Context && waits(G)) {
    const FlowExpr &E = G.Exprs[withoutCasts(G, Context)];
    if (E.Kind == ExprKind::AddressOf &&
        G.Places[E.Place].Kind == PlaceKind::Variable &&
        !G.Places[E.Place].Outlives)
      return true;
  }
  return llvm::any_of(Registration.Args, [&](ExprId Arg) {
    const FunctionDecl *Routine = routineAt(Calls, G, Arg);
    return Routine && graphOf(*Routine);
  });
}

/// What a function that registers does besides, and does not undo itself.
DeedList Proof::doneInside(const FlowGraph &G, Position Call) {
  DeedList All, Left;
  AllDeeds.add(G, G.Blocks[Call.Block].Events[Call.Event], /*Inside=*/true,
               All);
  for (const Deed &D : All)
    if (llvm::count_if(All, [&](const Deed &O) { return O.Key == D.Key; }) == 1)
      Left.push_back(D);
  return Left;
}

/// What the function has done before its registration.
MaybeObjection Proof::doneBefore(const FlowGraph &G, const Patch &What,
                                 const Before &B, const DeedList &There,
                                 bool Seen) {
  // (It may stand in several places: the last one counts then.)
  const std::optional<Position> One = positionOf(G, What.Registration);
  const Position Call = One.value_or(Position{What.Block, What.Event});
  const DeedList Later = AllDeeds.from(G, Call.Block);
  DeedList Early = AllDeeds.before(G, Call);
  if (One && G.Calls[What.Registration].Callee)
    llvm::append_range(Early, doneInside(G, *One));
  for (const Deed &D : Early)
    if (!D.Counted && !has(There, D) && !(D.Taken && What.LeavesOutSend) &&
        !isSteppedBack(G, D, Call))
      if (MaybeObjection Why = staysBehind(D, Seen, Later, B))
        return Why;
  return std::nullopt;
}

/// \p D counts up what is counted down again on every way to \p At, or the
/// other way round.
bool Proof::isSteppedBack(const FlowGraph &G, const Deed &D, Position At) {
  if (D.Kind != Deed::Step)
    return false;
  auto Does = [&](const FlowEvent &E, bool Closes) {
    DeedList Done;
    AllDeeds.add(G, E, /*Inside=*/true, Done);
    return llvm::any_of(Done, [&](const Deed &O) {
      return O.Kind == Deed::Step && O.Key == D.Key && O.Closes == Closes;
    });
  };
  bool Found = false;
  auto IsOther = [&](const FlowEvent &E) { return Does(E, !D.Closes); };
  for (BlockId B = 0; B != G.Blocks.size(); ++B)
    for (uint32_t I = 0; I != G.Blocks[B].Events.size(); ++I) {
      if (!Does(G.Blocks[B].Events[I], D.Closes))
        continue;
      Found = true;
      const bool Comes = D.Closes ? comesTo(G, {G.Entry, 0}, {B, I}, IsOther)
                                  : comesTo(G, {B, I + 1}, At, IsOther);
      if (Comes)
        return false;
    }
  return Found;
}

/// The same is done once more behind \p From, whatever happens.
bool Proof::isDoneOnEveryWay(const FlowGraph &G, Position From, const Deed &D) {
  return !comesTo(G, {From.Block, From.Event + 1}, {G.Exit, 0},
                  [&](const FlowEvent &E) {
                    DeedList Done;
                    AllDeeds.add(G, E, /*Inside=*/true, Done);
                    return has(Done, D);
                  });
}

/// One of the ways, the function's own failures, does not do it: so it is left
/// to the caller.
static bool isLeftSomewhere(llvm::ArrayRef<DeedList> Ways, const Deed &D) {
  return llvm::any_of(Ways, [&](const DeedList &Way) { return !has(Way, D); });
}

/// What callers have done on the way to \p F stays behind as well, unless they
/// see to it themselves.
MaybeObjection Proof::doneByCallers(const FunctionDecl &F, const Before &B,
                                    const DeedList &There, bool Seen) {
  for (const FunctionDecl *X : B.Way.Functions) {
    const FlowGraph *G = X != &F ? graphOf(*X) : nullptr;
    if (!G)
      continue;
    const auto Calls = callsWhere(*G, [&](const FlowCall &Call) {
      return Call.Callee && llvm::is_contained(B.Way.Functions, Call.Callee);
    });
    for (const Position P : Calls) {
      const DeedList Later = AllDeeds.from(*G, P.Block);
      for (const Deed &D : AllDeeds.before(*G, P)) {
        if (D.Counted || has(There, D) || isLeftSomewhere(B.Early, D) ||
            (isCall(D) && llvm::any_of(Later, isCall)))
          continue;
        MaybeObjection Why = staysBehind(D, Seen, Later, B);
        // The walk only where it matters.
        if (Why && !isDoneOnEveryWay(*G, P, D))
          return Why;
      }
    }
  }
  return std::nullopt;
}

MaybeObjection Proof::deeds(const FunctionDecl &F, Before &B,
                            const DeedList &There, const Patch &What) {
  const FlowGraph &G = *graphOf(F);
  const Position At{What.Block, What.Event};
  if (comesAfterAnother(G, What.Registration, At))
    return because("another completion routine was registered before");
  if (!B.Failing) {
    const auto Edge = static_cast<size_t>(What.Edge);
    const bool OnEdge = What.Edge >= 0;
    findDeeds(F, G,
              OnEdge ? Position{G.Blocks[What.Block].Edges[Edge].To, 0} : At,
              B);
  }
  // What is told by way of a pointer is not told by his other failures.
  auto IsAnswer = [&](const Deed &D) {
    return D.Kind == Deed::Write && D.Parameter >= 0 &&
           isLeftSomewhere(B.Early, D);
  };
  for (const Deed &D : *B.Failing)
    if (!D.Tested && !D.Counted && !has(There, D) && !IsAnswer(D))
      return because("what the function does in any case would be skipped" +
                     quoted(D));
  if (B.Usual && What.Exit == Patch::Jump && !What.LeavesOutSend)
    for (const Deed &D : There)
      if (D.Kind != Deed::Write && !D.Tested && !D.Counted && !has(*B.Usual, D))
        return because("the way out does more than where the send fails" +
                       quoted(D));
  // What he does once it has failed is his way to deal with it.
  const bool Seen = isRoutineSeen(G, G.Calls[What.Registration]);
  if (MaybeObjection Why = doneBefore(G, What, B, There, Seen))
    return Why;
  if (MaybeObjection Why = doneByCallers(F, B, There, Seen))
    return Why;
  // (What was done already is not done once more.)
  auto IsDone = [&](const Deed &D) {
    return isCall(D) &&
           llvm::any_of(
               callsWhere(G,
                          [&](const FlowCall &C) { return C.Name == D.Name; }),
               [&](Position P) {
                 return comesTo(G, P, At,
                                [](const FlowEvent &) { return false; });
               });
  };
  for (const Deed &D : B.Arms)
    if ((isPlainCall(D) || D.Closes) && !has(There, D) && !IsDone(D))
      return because("another way out of the function does more ('" + D.Name +
                     "')");
  return completes(What) && completesItsOwnWay(F, G) ? because(OwnWay)
                                                     : MaybeObjection();
}

// --- The completion routine -------------------------------------------------

/// The call in \p There by which it gives something back that neither it nor a
/// function on the way has acquired.
const FlowCall *Proof::givesBackForOthers(const FlowGraph &There,
                                          const Chain &Way) {
  for (const FlowCall &Call : There.Calls) {
    if (!Call.Handles || !Call.Handles->GivesBack ||
        Call.Handles->GivesBack->isMemory())
      continue;
    auto Acquires = [&](const FlowGraph *G) {
      llvm::SmallVector<model::Resource, 2> Kinds;
      for (const FlowCall &C : G->Calls)
        kindsOf(Calls, C, 0, Kinds);
      return llvm::any_of(Kinds, [&](const model::Resource &R) {
        return R.isSame(*Call.Handles->GivesBack);
      });
    };
    if (!Acquires(&There) &&
        llvm::none_of(Way.Functions, [&](const FunctionDecl *X) {
          const FlowGraph *G = graphOf(*X);
          return G && Acquires(G);
        }))
      return &Call;
  }
  return nullptr;
}

/// What \p Routine does and \p Instead does not, against what was done before.
MaybeObjection Proof::undoes(const FunctionDecl &Routine, const Chain &Way,
                             const DeedList &Before, const DeedList &Instead) {
  const DeedList &Done = AllDeeds.in(Routine);
  for (const Deed &D : Before)
    if (!isCall(D) && !D.Counted && has(Done, D))
      return because("the completion routine may undo what has been done "
                     "before ('" +
                     D.Name + "')");
  for (const Deed &D : Done)
    if (model::startsNextPacket(D.Name) && !has(Instead, D))
      return because("the completion routine starts the next request ('" +
                     D.Name + "')");
  // Its other half is done by somebody else, or where that is not seen.
  const bool Waits = llvm::any_of(Way.Functions, [&](const FunctionDecl *X) {
    const FlowGraph *G = graphOf(*X);
    return G && waits(*G);
  });
  auto Concerns = [&](const Deed &D) {
    const bool Tells =
        D.Waited && model::isSignal(D.Name) && D.Parameter < 0 && !Waits;
    return D.Closes || D.Kind == Deed::Start || Tells;
  };
  for (const FlowCall &Call : graphOf(Routine)->Calls)
    if (Call.Handles && Call.Handles->Acquires &&
        model::startsSomething(Call.Name))
      return because("the completion routine starts something ('" + Call.Name +
                     "')");
  for (const Deed &D : Done)
    if (Concerns(D) && !has(Instead, D))
      return because("the completion routine does something that others may "
                     "wait for, or have begun ('" +
                     D.Name + "')");
  // Where all that was begun was tested, a signal is for somebody else.
  const bool Begun = llvm::any_of(Before, isPlainCall);
  if (llvm::any_of(Before, isCall) && llvm::any_of(Done, [&](const Deed &D) {
        return isPlainCall(D) && !has(Instead, D) &&
               (Begun || !model::isSignal(D.Name));
      }))
    return because("the completion routine may undo what has been done before");
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
    if (const FlowCall *Call = givesBackForOthers(*There, B.Way))
      return because(
          "the completion routine would have given something back ('" +
          Call->Name + "')");
    if (MaybeObjection Why =
            undoes(*Routine, B.Way,
                   AllDeeds.before(G, {What.Block, What.Event}), Instead))
      return Why;
  }
  return std::nullopt;
}

/// A failure is told from others by \p G behind \p From: what that means for
/// the fix's is not known. \p ButNoMemory: those that the registration itself
/// fails with do not count.
static bool tellsFailuresApart(const FlowGraph &G, Position From,
                               bool ButNoMemory) {
  auto Tells = [&](const FlowExpr &E) {
    return E.Kind == ExprKind::Binary && E.Operator == Op::Eq &&
           llvm::any_of(E.Args, [&](ExprId Arg) {
             const FlowExpr &Value = G.Exprs[withoutCasts(G, Arg)];
             return Value.Kind == ExprKind::Constant &&
                    model::isParticularFailure(Value.Number) &&
                    !(ButNoMemory && model::saysAnyFailure(Value.Number));
           });
  };
  auto In = [&](ExprId Id) { return Id && mentions(G, Id, Tells); };
  return findsFrom(
      G, From,
      [&](const FlowEvent &E) {
        return In(E.Value) ? Walk::Found : Walk::GoOn;
      },
      [&](const FlowEdge &E) {
        return llvm::any_of(
            E.If, [&](const Assumption &A) { return In(A.Condition); });
      });
}

MaybeObjection Proof::toldApart(const FunctionDecl &F, const Chain &Way,
                                const FlowGraph &With) {
  bool Tells = tellsFailuresApart(With, {beginOf(With), 0}, false);
  for (const FunctionDecl *X : Way.Functions) {
    const FlowGraph *G = X != &F ? graphOf(*X) : nullptr;
    if (!G)
      continue;
    for (const Position P : callsWhere(*G, [&](const FlowCall &Call) {
           return Call.Callee && llvm::is_contained(Way.Functions, Call.Callee);
         }))
      Tells |= tellsFailuresApart(*G, {P.Block, P.Event + 1}, true);
  }
  return Tells ? because("one failure is told from others further down")
               : MaybeObjection();
}

/// What the routine would have done has to be done by nobody.
MaybeObjection Proof::skipped(const FunctionDecl &F, const FlowGraph &G,
                              Before &B, const Patch &What) {
  bool Copied = false;
  for (const FlowCall &Call : G.Calls) {
    if (model::startsNextPacket(Call.Name))
      return because("the completion routine may start the next request");
    if (does(Call, Effect::NextStack))
      return because("the next stack location has been filled in");
    if (does(Call, Effect::Wait))
      return because("the IRP is used again after it was sent");
    Copied |= Call.Known && Call.Routine.How == model::Detail::CopiesStack;
  }
  if (!Copied)
    return because("the stack location has not been copied");
  if (MaybeObjection Why = routine(F, B, What, {}))
    return Why;
  for (ExprId Arg : G.Calls[What.Registration].Args)
    if (const FunctionDecl *Routine = routineAt(Calls, G, Arg))
      if (startsNextPowerIrp(graphOf(*Routine)) ||
          llvm::any_of(AllDeeds.in(*Routine), [](const Deed &D) {
            return D.Kind != Deed::Write && !D.Counted;
          }))
        return because("the completion routine may have to undo or to signal "
                       "something");
  if (!AllDeeds.before(G, {What.Block, What.Event}).empty() ||
      !heldAt(F, What).empty())
    return because("the completion routine would have given something back");
  if (isMarkedAt(F, What))
    return because("the IRP is already marked pending");
  return std::nullopt;
}

// --- What a way out reads ---------------------------------------------------

std::unique_ptr<Solution> Proof::followNothing(const FunctionDecl &F,
                                               const FlowGraph &G,
                                               bool KeepsResults) {
  Task T;
  T.Rule = &wdm::rules::CustodyOfIrp;
  T.In.Life = wdm::rules::CustodyOfIrp.First;
  T.In.Irp =
      Calls.Symbols.initial(Calls.Symbols.variable(G.Identity, false, true));
  T.Leaves = Happening::LeaveHelper;
  T.KeepsResults = KeepsResults;
  return Calls.run(F, T);
}

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
  const std::unique_ptr<Solution> Found =
      followNothing(F, With, /*KeepsResults=*/false);
  if (!Found)
    return std::nullopt;
  const Memory M(Calls.Symbols, With);
  auto IsUnset = [&](const VarDecl &V, const void *Decl, SiteId Site) {
    const CellId Cell =
        Calls.Symbols.variable(Decl, false, V.getType()->isPointerType());
    return llvm::any_of(Found->AtPatch, [&](const Solution::AtPatchTy &A) {
      const Scalar X = M.settled(A.S, M.load(A.S, Cell));
      if (X.isConstant())
        return false;
      const SymInfo &I = Calls.Symbols.symbol(X.Sym);
      return I.Kind == SymKind::Opaque && I.A == Site;
    });
  };
  for (const auto &[Decl, Site] : Unknown) {
    const auto *V =
        dyn_cast_or_null<VarDecl>(static_cast<const clang::Decl *>(Decl));
    if (V && isLiveAt(F, *V, {What.Target, What.TargetEvent}) &&
        IsUnset(*V, Decl, Site))
      return because("its way out reads '" + V->getName() +
                     "', which is not set yet");
  }
  return std::nullopt;
}

} // namespace wdm::proof
