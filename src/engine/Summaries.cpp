//===- Summaries.cpp - Called functions -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Summaries.h"
#include "src/engine/OtherUnits.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace clang;

namespace wdm::engine {

namespace {

/// More ways to come back than this, and the function is not followed.
constexpr unsigned MaxOutcomes = 24;
constexpr unsigned MaxProofOutcomes = 48;
/// A function that has nothing to do with the registration is looked into only
/// when it is this small.
constexpr size_t MaxLightBlocks = 20;
/// Summary runs for one translation unit.
constexpr uint64_t MaxSummaries = 20000;
/// Functions that are asked for a number.
constexpr unsigned MaxAsked = 16;

} // namespace

Summaries::Summaries(ASTContext &Context, const model::RoutineTable &Routines,
                     OtherUnits *Others, const Limits &Bounds)
    : Context(Context), Routines(Routines), Others(Others), Bounds(Bounds) {}

bool Summaries::isElsewhere(const FunctionDecl &F) const {
  return Others && !F.hasBody();
}

const FunctionDecl *Summaries::withBody(const FunctionDecl &F) const {
  const FunctionDecl *Definition = nullptr;
  if (F.hasBody(Definition) || !Others)
    return Definition;
  const OtherFunction *Other = Others->find(F);
  return Other ? Other->Function : nullptr;
}

void Summaries::use(const Automaton &Automaton) {
  Rule = &Automaton;
  Cache.clear();
  Stories.clear();
  RoutineKinds.clear();
  Acquiring.clear();
  Runs = Work = 0;
}

void Summaries::pretend(const FunctionDecl &F, const FlowGraph *With) {
  if (With)
    Pretended[&F] = With;
  else
    Pretended.erase(&F);
}

std::vector<const Solution::AtPatchTy *>
Summaries::atPatch(const FunctionDecl &F) const {
  std::vector<const Solution::AtPatchTy *> States;
  for (const auto &[Key, Entries] : Cache)
    for (const std::unique_ptr<Entry> &E : Entries)
      if (E->Callee == &F && E->Found)
        for (const Solution::AtPatchTy &S : E->Found->AtPatch)
          States.push_back(&S);
  return States;
}

std::unique_ptr<Solution> Summaries::run(const FunctionDecl &F, const Task &T) {
  const FlowGraph *Graph = graphOf(F);
  if (!Graph)
    return nullptr;
  llvm::SaveAndRestore<unsigned> Deeper(Depth, Depth + 1);
  std::unique_ptr<Solution> Found =
      Solver(Symbols, *Graph, this, bounds(), keepsStatus()).run(T);
  Work += Found->Steps;
  return Found;
}

const FlowGraph *Summaries::graphOf(const FunctionDecl &F) {
  if (const FlowGraph *Other = Pretended.lookup(&F))
    return Other;
  auto It = Graphs.find(&F);
  if (It != Graphs.end()) {
    if (NoteHandled && It->second && !It->second->KnowsHandled)
      NoteHandled(*It->second);
    return It->second.get();
  }
  std::unique_ptr<FlowGraph> G =
      isElsewhere(F)
          ? Others->graphOf(F, Sites)
          : buildFlow(Context, F, Routines, Sites, Bounds.Blocks, Others);
  if (G)
    G->Called = Called.count(F.getCanonicalDecl());
  if (G && NoteHandled)
    NoteHandled(*G);
  return (Graphs[&F] = std::move(G)).get();
}

// --- Resolving --------------------------------------------------------------

bool Summaries::resolve(const Memory &M, const State &Before,
                        const FlowCall &Call,
                        llvm::SmallVectorImpl<CallOutcome> &Outcomes) {
  // Nothing comes back then, and there are no outcomes.
  if (summarise(M, Before, Call, Outcomes) || neverReturns(Call))
    return true;
  LostSight |= Attended.count(Call.Callee) != 0;
  return false;
}

bool Summaries::summarise(const Memory &M, const State &Before,
                          const FlowCall &Call,
                          llvm::SmallVectorImpl<CallOutcome> &Outcomes) {
  if (!Call.Callee || Depth >= Bounds.CallDepth || Runs >= MaxSummaries ||
      Work > Bounds.AllSteps)
    return false;
  Interest How = interest(M, Before, Call);
  if (How == Interest::None || isToldOfItself(*Call.Callee))
    return false;
  const FlowGraph *Callee = graphOf(*Call.Callee);
  if (!Callee ||
      (How == Interest::Light && Callee->Blocks.size() > MaxLightBlocks))
    return false;
  State In = enter(M, Before, Call, *Callee);
  uint64_t Key = mix(In.hash(), reinterpret_cast<uintptr_t>(Call.Callee)) >> 2;
  Entry *Mine = nullptr;
  for (auto &E : Cache[Key])
    if (E->Callee == Call.Callee && E->In == In)
      Mine = E.get();
  if (!Mine) {
    auto New = std::make_unique<Entry>();
    New->Callee = Call.Callee;
    New->In = In;
    Mine = New.get();
    Cache[Key].push_back(std::move(New));
    llvm::SaveAndRestore<unsigned> Deeper(Depth, Depth + 1);
    Mine->Running = true;
    ++Runs;
    Task T;
    T.Rule = Rule;
    T.In = In;
    T.Thing = Thing;
    T.Summary = true;
    Mine->Found =
        Solver(Symbols, *Callee, this, bounds(), keepsStatus()).run(T);
    Work += Mine->Found->Steps;
    Mine->Running = false;
  }
  if (Mine->Running)
    return false;
  if (Mine->Found->GaveUp) {
    leaveOut(*Call.Callee, LimitKind::Steps);
    return false;
  }

  const Solution &S = *Mine->Found;
  for (uint32_t I = 0; I != S.Ends.size(); ++I) {
    // What a join made up is not known for certain.
    if (S.Ends[I].Merged && Attended.empty()) {
      Outcomes.clear();
      return false;
    }
    CallOutcome O;
    comeBack(M, Before, Call, *Callee, S, I, &Mine->In, O);
    bool Known = llvm::any_of(Outcomes, [&](const CallOutcome &X) {
      return X.After.Life == O.After.Life && X.Broken == O.Broken &&
             X.After.Kept == O.After.Kept && X.Result == O.Result &&
             X.Writes == O.Writes && X.Facts == O.Facts;
    });
    if (!Known)
      Outcomes.push_back(std::move(O));
    if (Outcomes.size() > (Attended.empty() ? MaxOutcomes : MaxProofOutcomes)) {
      Outcomes.clear();
      return false;
    }
  }
  return true;
}

/// A dispatch routine that is reported itself: its callers are not to blame.
bool Summaries::isToldOfItself(const FunctionDecl &Callee) {
  if (Rule->Opens != Opening::AtAnyIrp || RoleOf(Callee) != Role::Dispatch ||
      Telling.count(&Callee))
    return false;
  return llvm::any_of(storyOf(Callee).Subjects,
                      [](const SubjectStory &S) { return S.Faulty; });
}

bool Summaries::mayEnd(const FlowCall &Call, unsigned Arg) {
  if (!Call.Callee)
    return false;
  // Recursion: an answer that is being looked for is "no".
  auto [It, New] = Ending.try_emplace({Call.Callee, Arg}, false);
  if (!New)
    return It->second;
  const FlowGraph *Callee = graphOf(*Call.Callee);
  if (!Callee || Arg >= Callee->Params.size())
    return false;
  const void *Param = Callee->Params[Arg];
  auto IsParam = [&](ExprId Id) {
    const FlowExpr &E = Callee->Exprs[Id];
    return E.Kind == ExprKind::Load &&
           Callee->Places[E.Place].Kind == PlaceKind::Variable &&
           Callee->Places[E.Place].Decl == Param;
  };
  bool Ends = false;
  for (const FlowCall &Inner : Callee->Calls) {
    for (unsigned I = 0; I != Inner.Args.size() && !Ends; ++I) {
      if (!IsParam(Inner.Args[I]))
        continue;
      if (Inner.Known)
        Ends = static_cast<int>(I) == Inner.Routine.Irp &&
               Inner.Routine.disposes();
      else
        Ends = mayEnd(Inner, I);
    }
    if (Ends)
      break;
  }
  return Ending[{Call.Callee, Arg}] = Ends;
}

bool Summaries::neverReturns(const FlowCall &Call) {
  if (!Call.Callee || !Stopping.count(Call.Callee->getCanonicalDecl()))
    return false;
  // Recursion: an answer that is being looked for is "it does".
  auto [It, New] = Endless.try_emplace(Call.Callee, false);
  if (!New)
    return It->second;
  const FlowGraph *Callee = graphOf(*Call.Callee);
  if (!Callee)
    return false;
  llvm::BitVector Seen(Callee->Blocks.size());
  llvm::SmallVector<BlockId, 16> Blocks{Callee->Entry};
  auto Enter = [&](BlockId B) {
    if (!Seen.test(B))
      Blocks.push_back(B);
    Seen.set(B);
  };
  Enter(Callee->Entry);
  while (!Blocks.empty()) {
    const FlowBlock &B = Callee->Blocks[Blocks.pop_back_val()];
    const bool Stops = llvm::any_of(B.Events, [&](const FlowEvent &E) {
      if (E.Kind == EventKind::Raise)
        Enter(E.Call);
      if (E.Kind != EventKind::Call)
        return E.Kind == EventKind::EndPath;
      const FlowCall &Inner = Callee->Calls[E.Call];
      if (Inner.Handler >= 0)
        Enter(static_cast<BlockId>(Inner.Handler));
      return Inner.Known ? Inner.Routine.Does == model::Effect::NoReturn ||
                               Inner.Routine.Does == model::Effect::RaiseAlways
                         : neverReturns(Inner);
    });
    if (!Stops)
      for (const FlowEdge &E : B.Edges)
        Enter(E.To);
  }
  return Endless[Call.Callee] = !Seen.test(Callee->Exit);
}

bool Summaries::raises(const FlowCall &Call) {
  if (!Call.Callee || !Stopping.count(Call.Callee->getCanonicalDecl()))
    return false;
  auto [It, New] = Raising.try_emplace(Call.Callee, false);
  if (!New)
    return It->second;
  const FlowGraph *Callee = graphOf(*Call.Callee);
  const bool Raises =
      Callee && llvm::any_of(Callee->Calls, [&](const FlowCall &Inner) {
        if (Inner.Handler >= 0)
          return false;
        return Inner.Known
                   ? Inner.Routine.Does == model::Effect::Raise ||
                         Inner.Routine.Does == model::Effect::RaiseAlways
                   : raises(Inner);
      });
  return Raising[Call.Callee] = Raises;
}

bool Summaries::mayEndAny(const FlowCall &Call) {
  if (!Call.Callee)
    return false;
  // Recursion: an answer that is being looked for is "no".
  auto [It, New] = EndingAny.try_emplace(Call.Callee, false);
  if (!New)
    return It->second;
  const FlowGraph *Callee = graphOf(*Call.Callee);
  const bool Ends =
      !Callee || llvm::any_of(Callee->Calls, [&](const FlowCall &Inner) {
        return Inner.Known ? Inner.Routine.Does == model::Effect::Complete ||
                                 Inner.Routine.Does == model::Effect::Free ||
                                 Inner.Routine.Does == model::Effect::Reuse
                           : mayEndAny(Inner);
      });
  return EndingAny[Call.Callee] = Ends;
}

bool Summaries::isLostWithoutPath(const FlowGraph &Graph, uint32_t Index) {
  const FlowCall &Call = Graph.Calls[Index];
  if (!Call.Discarded || Rule->WhenDiscarded == NoFault)
    return false;
  if (!Call.Known) {
    // A helper that gives the status to its caller, and to nobody else.
    llvm::SmallVector<CallOutcome, 8> Outcomes;
    const Memory M(Symbols, Graph);
    opens(M, State(), Call, Outcomes);
    if (llvm::none_of(Outcomes, [&](const CallOutcome &O) {
          return O.After.Life.Known == Knowledge::Unchecked &&
                 O.Result.tells() &&
                 !(O.After.Life.Marks & Rule->ResultIsKnown) &&
                 llvm::none_of(O.Writes, [](const auto &Write) {
                   return Write.second.tells();
                 });
        }))
      return false;
  }
  return isLostOnSomeWay(Graph, Index, [&](const FlowCall &Inner) {
    return mayEndAny(Inner) || neverReturns(Inner);
  });
}

void Summaries::leaveOut(const FunctionDecl &F, LimitKind Why,
                         unsigned Subjects) {
  // The run on its own unit says it.
  if (isElsewhere(F))
    return;
  LeftOut &Entry = NotFollowed[&F];
  if (!Entry.Function)
    Entry = {&F, Why, 0, 0};
  (Rule->Opens == Opening::AtRegistration ? Entry.Registrations : Entry.Irps) +=
      Subjects;
}

bool Summaries::mayAcquire(const FunctionDecl &F) {
  // Recursion: an answer that is being looked for is "no".
  auto [It, New] = Acquiring.try_emplace(&F, false);
  if (!New)
    return It->second;
  const FlowGraph *Graph = graphOf(F);
  const bool Acquires =
      Graph && llvm::any_of(Graph->Calls, [&](const FlowCall &Call) {
        return (Call.Handles && Call.Handles->Acquires &&
                Call.Handles->Acquires->isSame(*Thing)) ||
               (!Call.Known && Call.Callee && mayAcquire(*Call.Callee));
      });
  return Acquiring[&F] = Acquires;
}

bool Summaries::names(const FlowCall &Call, int64_t Number) {
  llvm::SmallVector<const FunctionDecl *, 8> Work{Call.Callee};
  llvm::DenseSet<const FunctionDecl *> Seen{Call.Callee};
  while (!Work.empty()) {
    const FlowGraph *Graph = graphOf(*Work.pop_back_val());
    if (!Graph)
      return true;
    for (const FlowExpr &E : Graph->Exprs)
      if (E.Kind == ExprKind::Constant &&
          static_cast<int32_t>(E.Number) == static_cast<int32_t>(Number))
        return true;
    for (const FlowCall &Inner : Graph->Calls)
      if (Inner.Callee && Seen.size() < MaxAsked &&
          Seen.insert(Inner.Callee).second)
        Work.push_back(Inner.Callee);
  }
  return false;
}

bool Summaries::mayOpen(const FlowCall &Call) {
  if (Rule->Opens == Opening::AtAcquisition)
    return Thing && Call.Callee && !Call.Known && mayAcquire(*Call.Callee);
  return Rule->MayBreakInCaller && Call.Callee && !Call.Known &&
         Involved.count(Call.Callee);
}

bool Summaries::opens(const Memory &M, const State &Before,
                      const FlowCall &Call,
                      llvm::SmallVectorImpl<CallOutcome> &Outcomes) {
  if (!mayOpen(Call) || Telling.count(Call.Callee) || Depth >= Bounds.CallDepth)
    return false;
  const FunctionStory &Story = storyOf(*Call.Callee);
  for (const SubjectStory &R : Story.Subjects) {
    if (R.Faulty || !R.Found || R.Found->GaveUp)
      continue;
    for (uint32_t I = 0; I != R.Found->Ends.size(); ++I) {
      const PathEnd &End = R.Found->Ends[I];
      if (End.Broken != NoFault || End.Merged ||
          !Rule->MayBreakInCaller(End.Final.Life))
        continue;
      CallOutcome O;
      comeBack(M, Before, Call, *Story.Graph, *R.Found, I, nullptr, O);
      Outcomes.push_back(std::move(O));
      if (Outcomes.size() > MaxOutcomes) {
        Outcomes.clear();
        return false;
      }
    }
  }
  return !Outcomes.empty();
}

// --- Completion routines ----------------------------------------------------

Happening Summaries::kindOfRoutine(const void *Routine) {
  // Recursion: nothing is known of it.
  auto [It, New] = RoutineKinds.try_emplace(Routine, Happening::SetSomeRoutine);
  if (!New)
    return It->second;
  const auto *F = static_cast<const Decl *>(Routine);
  const auto *Function = dyn_cast<FunctionDecl>(F);
  const FunctionDecl *Definition = Function ? withBody(*Function) : nullptr;
  if (!Definition || Depth >= Bounds.CallDepth)
    return Happening::SetSomeRoutine;
  Happening Kind = findKindOfRoutine(*Definition);
  return RoutineKinds[Routine] = Kind;
}

/// Every way out of it is looked at, with nothing known of what it is given.
Happening Summaries::findKindOfRoutine(const FunctionDecl &Routine) {
  const FlowGraph *Graph = graphOf(Routine);
  if (!Graph || Graph->IrpParam < 0)
    return Happening::SetSomeRoutine;
  llvm::SaveAndRestore<unsigned> Deeper(Depth, Depth + 1);
  Task T;
  T.Rule = Rule;
  T.Summary = true;
  T.In.Life = Rule->First;
  T.In.Irp = Symbols.initial(Symbols.variable(
      Graph->Params[static_cast<size_t>(Graph->IrpParam)], false, true));
  std::unique_ptr<Solution> Found =
      Solver(Symbols, *Graph, this, Bounds, keepsStatus()).run(T);
  Work += Found->Steps;
  if (Found->GaveUp || Found->Ends.empty())
    return Happening::SetSomeRoutine;
  const Memory M(Symbols, *Graph);
  bool Keeps = true, Passes = true;
  for (const PathEnd &End : Found->Ends) {
    if (!End.ReturnsValue)
      return Happening::SetSomeRoutine;
    const Range Result = M.rangeOf(End.Final, M.settled(End.Final, End.Result));
    const bool Always =
        Result.isSingle() && Result.contains(model::StatusMoreProcessing);
    Keeps = Keeps && Always && End.Final.Life.Place == Rule->First.Place;
    Passes = Passes && !Result.contains(model::StatusMoreProcessing);
  }
  return Keeps    ? Happening::SetKeepingRoutine
         : Passes ? Happening::SetPassingRoutine
                  : Happening::SetSomeRoutine;
}

} // namespace wdm::engine
