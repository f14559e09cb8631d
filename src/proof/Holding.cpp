//===- Holding.cpp - What is acquired, and still held behind a fix --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Parts.h"
#include "src/proof/Walks.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;
using wdm::rules::Doubt;
using wdm::rules::Holding;

namespace {

constexpr unsigned MaxDepth = 4;

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

/// What every path of a run has followed, where it is known on entry.
std::optional<Scalar> objectOf(const Solution &Found,
                               const SymbolTable &Symbols) {
  std::optional<Scalar> Object;
  for (const PathEnd &End : Found.Ends) {
    if (End.Final.Life.Known == Knowledge::Idle)
      continue;
    if (Object && *Object != End.Final.Irp)
      return std::nullopt;
    Object = End.Final.Irp;
  }
  return Object && isKnownOnEntry(Symbols, *Object) ? Object : std::nullopt;
}

const Automaton &automatonFor(const model::Resource &What) {
  return What.raisesIrql() ? wdm::rules::HoldingAtDispatch
                           : wdm::rules::HoldingOfThing;
}

/// What the author leaves himself where he fails.
struct LeftTy {
  bool Held = false;
  bool ForOthers = false, ThoughKnown = false; ///< Given back so.
};

/// His own failures give it back in the same way.
bool isUsual(Doubt Broken, const LeftTy &His) {
  return (Broken == Doubt::GivenBackTwice && His.ForOthers) ||
         (Broken == Doubt::GivenBackThoughKnown && His.ThoughKnown);
}

bool isHeldBehind(const State &S) {
  return isAt(S, Holding::HeldBehind) || isAt(S, Holding::MaybeBehind) ||
         isAt(S, Holding::KnownBehind);
}

} // namespace

void kindsOf(Summaries &Calls, const FlowCall &Call, unsigned Depth,
             llvm::SmallVectorImpl<model::Resource> &Kinds) {
  if (Call.Handles && Call.Handles->Acquires &&
      llvm::none_of(Kinds, [&](const model::Resource &K) {
        return K.isSame(*Call.Handles->Acquires);
      }))
    Kinds.push_back(*Call.Handles->Acquires);
  if (Call.Known || !Call.Callee || Depth > MaxDepth)
    return;
  if (const FlowGraph *G = Calls.graphOf(*Call.Callee))
    for (const FlowCall &Inner : G->Calls)
      kindsOf(Calls, Inner, Depth + 1, Kinds);
}

std::unique_ptr<Solution> Proof::follow(const FunctionDecl &F, const Thing &T,
                                        const Chain &Way) {
  use(automatonFor(T.What), Way);
  Calls.setThing(&T.What);
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
  return Calls.run(F, Follow);
}

/// What is acquired in \p F on a way to one of \p To.
std::vector<Proof::Thing> Proof::thingsIn(const FunctionDecl &F,
                                          llvm::ArrayRef<Position> To) {
  std::vector<Thing> Found;
  const FlowGraph *G = graphOf(F);
  if (!G)
    return Found;
  auto All = callsWhere(*G, [](const FlowCall &) { return true; });
  // In the order in which they are come to.
  llvm::sort(All, [&](Position A, Position B) {
    return std::pair(G->Blocks[A.Block].Order, A.Event) <
           std::pair(G->Blocks[B.Block].Order, B.Event);
  });
  for (const Position P : All) {
    if (llvm::none_of(To, [&](Position Goal) {
          return (Goal.Block == P.Block && P.Event < Goal.Event) ||
                 reaches(*G, P.Block, Goal.Block);
        }))
      continue;
    const uint32_t Call = G->Blocks[P.Block].Events[P.Event].Call;
    llvm::SmallVector<model::Resource, 2> Kinds;
    kindsOf(Calls, G->Calls[Call], 0, Kinds);
    for (const model::Resource &What : Kinds)
      Found.push_back({Call, What, std::nullopt});
  }
  return Found;
}

/// The call \p Again may acquire \p T while it is held already.
static bool isAcquiredAgain(const FlowGraph &G, const Proof::Thing &T,
                            uint32_t Again) {
  const std::optional<Position> From = positionOf(G, T.Call);
  const std::optional<Position> To = positionOf(G, Again);
  auto GivesBack = [&](const FlowEvent &E) {
    const FlowCall *Call =
        E.Kind == EventKind::Call ? &G.Calls[E.Call] : nullptr;
    return Call && Call->Handles && Call->Handles->GivesBack &&
           Call->Handles->GivesBack->isSame(T.What);
  };
  return From && To &&
         comesTo(G, {From->Block, From->Event + 1}, *To, GivesBack);
}

/// Says what each is, where that is known on entry; one entry for one thing.
void Proof::nameThings(const FunctionDecl &F, std::vector<Thing> &Things,
                       const Chain &Way) {
  std::vector<Thing> Named;
  for (Thing &T : Things) {
    if (const std::unique_ptr<Solution> Found = follow(F, T, Way))
      T.Object = objectOf(*Found, Calls.Symbols);
    const auto Other = llvm::find_if(Named, [&](const Thing &O) {
      return T.Object && O.Object == T.Object && O.What.isSame(T.What);
    });
    if (Other != Named.end()) {
      Other->Twice |= isAcquiredAgain(*graphOf(F), *Other, T.Call);
      continue;
    }
    Named.push_back(T);
  }
  Things = std::move(Named);
}

llvm::SmallVector<Held, 2> Proof::heldAt(const FunctionDecl &F,
                                         const Patch &Where) {
  llvm::SmallVector<Held, 2> Result;
  const FlowGraph *G = graphOf(F);
  const Chain &Way = before(F).Way;
  const std::unique_ptr<FlowGraph> With = withPatch(*G, Where, Calls.sites());
  if (!With)
    return Result;
  std::vector<Thing> Things = thingsIn(F, {{Where.Block, Where.Event}});
  nameThings(F, Things, Way);
  const Pretending There(Calls, F, With.get());
  for (const Thing &T : Things) {
    const std::unique_ptr<Solution> Found = follow(F, T, Way);
    if (!Found)
      continue;
    bool Some = false, All = true;
    for (const Solution::AtPatchTy &A : Found->AtPatch) {
      const bool Here = isAt(A.S, Holding::Held) || isAt(A.S, Holding::Lent);
      Some |=
          Here || isAt(A.S, Holding::Maybe) || isAt(A.S, Holding::Elsewhere);
      All &= Here;
    }
    if (!Some)
      continue;
    const FlowCall &By = G->Calls[T.Call];
    Result.push_back(
        {T.Call, dyn_cast_or_null<CallExpr>(By.Origin),
         By.Handles && By.Handles->Acquires ? &*By.Handles->Acquires : nullptr,
         All && !Found->GaveUp});
  }
  return Result;
}

/// The way of \p End comes by one of \p To: what becomes of the thing there is
/// seen to behind it.
static bool comesBy(const Solution &Found, const PathEnd &End,
                    llvm::ArrayRef<Position> To) {
  return llvm::any_of(wayTo(Found, End), [&](BlockId B) {
    return llvm::any_of(To, [&](Position P) { return P.Block == B; });
  });
}

MaybeObjection Proof::holding(const FunctionDecl &X, const Thing &T,
                              const FunctionDecl &F, const Chain &Way,
                              llvm::ArrayRef<Position> To) {
  LeftTy His;
  bool GivesBack = false;
  Calls.pretend(F, nullptr);
  if (const std::unique_ptr<Solution> Old = follow(X, T, Way)) {
    const Memory M(Calls.Symbols, *Old->Graph);
    for (const PathEnd &End : Old->Ends) {
      if (outcomeOf(X, M, End) != Outcome::Fails)
        continue;
      const uint16_t Marks = End.Final.Life.Marks;
      // (It may be known elsewhere still: in an IRP that is freed next.)
      const bool Back = (Marks & wdm::rules::GivenBackThoughKnown) != 0;
      His.Held |= (isAt(End.Final, Holding::Held) ||
                   isAt(End.Final, Holding::Elsewhere)) &&
                  !Back &&
                  (X.getCanonicalDecl() == F.getCanonicalDecl() ||
                   !comesBy(*Old, End, To));
      GivesBack |= !T.Object && (Back || isAt(End.Final, Holding::NotHeld));
      His.ForOthers |= (Marks & wdm::rules::GivenBackForOthers) != 0;
      His.ThoughKnown |= (Marks & wdm::rules::GivenBackThoughKnown) != 0;
    }
  }
  // Where one of his failures gives it back, the others did not have it.
  His.Held &= !GivesBack;
  Calls.pretend(F, Patched.get());
  const std::unique_ptr<Solution> New = follow(X, T, Way);
  if (!New || New->GaveUp || Calls.LostSight)
    return because("the function is too large to be sure");
  // Memory that a function has acquired, and kept where that is not followed.
  const FlowCall &By = graphOf(X)->Calls[T.Call];
  if (T.What.isMemory() && By.Callee && !By.ReturnsPointer &&
      !(By.Handles && By.Handles->Acquires) &&
      !givesBackInside(*By.Callee, T.What) &&
      llvm::all_of(New->Ends, [](const PathEnd &End) {
        return End.Final.Life.Known == Knowledge::Idle;
      }))
    return because(llvm::Twine(sentenceOf(Doubt::LeavesIt)) + " ('" + By.Name +
                   "', " + placeOf(By.Loc) + ")");
  for (const PathEnd &End : New->Ends) {
    const auto Broken = static_cast<Doubt>(End.Broken);
    if (End.Broken != NoFault && !isUsual(Broken, His))
      return because(sentenceOf(Broken));
    if (His.Held || !isHeldBehind(End.Final))
      continue;
    Calls.pretend(F, nullptr);
    const FlowCall &Call = graphOf(X)->Calls[T.Call];
    return because(llvm::Twine(sentenceOf(Doubt::LeavesIt)) + " ('" +
                   Call.Name + "', " + placeOf(Call.Loc) + ")");
  }
  return std::nullopt;
}

bool Proof::givesBackInside(const FunctionDecl &F,
                            const model::Resource &What) {
  const FlowGraph *G = graphOf(F);
  return G && llvm::any_of(G->Calls, [&](const FlowCall &Call) {
           return Call.Handles && Call.Handles->GivesBack &&
                  Call.Handles->GivesBack->isSame(What);
         });
}

MaybeObjection Proof::holding(const FunctionDecl &F, const Chain &Way,
                              uint32_t Registration) {
  for (const FunctionDecl *X : Way.Functions) {
    Calls.pretend(F, nullptr);
    const FlowGraph *G = graphOf(*X);
    if (!G)
      return because("a caller is too large to be sure");
    // Where it leads to the fix; what registers may acquire something, too.
    auto To = callsWhere(*G, [&](const FlowCall &Call) {
      return X == &F ? &Call == &G->Calls[Registration]
                     : Call.Callee &&
                           llvm::is_contained(Way.Functions, Call.Callee);
    });
    if (X == &F)
      for (Position &P : To)
        ++P.Event;
    std::vector<Thing> Things = thingsIn(*X, To);
    nameThings(*X, Things, Way);
    for (const Thing &T : Things) {
      const FlowCall &Call = G->Calls[T.Call];
      if (T.Twice)
        return because(llvm::Twine("it was acquired twice before ('") +
                       Call.Name + "', " + placeOf(Call.Loc) + ")");
      if (X == &F && T.Call == Registration && !T.Object && Call.Callee &&
          !givesBackInside(*Call.Callee, T.What))
        return because(llvm::Twine(sentenceOf(Doubt::LeavesIt)) + " ('" +
                       Call.Name + "', " + placeOf(Call.Loc) + ")");
      if (MaybeObjection Why = holding(*X, T, F, Way, To))
        return Why;
    }
  }
  return std::nullopt;
}

} // namespace wdm::proof
