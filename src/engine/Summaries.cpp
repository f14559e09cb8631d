//===- Summaries.cpp - Called functions -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Summaries.h"
#include "src/engine/OtherUnits.h"
#include "src/engine/SharedTests.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"
#include <algorithm>
#include <functional>
#include <tuple>

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
/// Searches for a path without joins, for one subject.
constexpr unsigned MaxSearches = 3;
constexpr unsigned MaxIrpSearches = 8;
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

/// The variables that a called function may come to: what it is given the
/// address of, what that holds the address of, and so on. A method (a lambda,
/// a guard) may know any whose address was ever taken.
llvm::DenseSet<CellId> Summaries::reachable(const Memory &M,
                                            const State &Before,
                                            const FlowCall &Call) const {
  llvm::DenseSet<CellId> Result;
  auto Add = [&](Scalar X) {
    if (X.isConstant() || Symbols.symbol(X.Sym).Kind != SymKind::Address)
      return false;
    return Result.insert(Symbols.rootOf(Symbols.symbol(X.Sym).A)).second;
  };
  for (ExprId Arg : Call.Args)
    Add(M.settled(Before, M.value(Before, Arg)));
  if (Call.This)
    Add(M.settled(Before, M.value(Before, Call.This)));
  if (Call.IsMethod)
    for (const auto &[C, V] : Before.Cells)
      if (Symbols.cell(Symbols.rootOf(C)).Kind == CellKind::Variable)
        Result.insert(Symbols.rootOf(C));
  bool More = true;
  while (More) {
    More = false;
    for (const auto &[C, V] : Before.Cells)
      if (Result.count(Symbols.rootOf(C)))
        More |= Add(M.settled(Before, V));
  }
  return Result;
}

Summaries::Interest Summaries::interest(const Memory &M, const State &Before,
                                        const FlowCall &Call) const {
  if ((Before.Life.Known != Knowledge::Idle && concerns(M, Before, Call)) ||
      Attended.count(Call.Callee))
    return Interest::Strong;
  // An object's method, an accessor, what may end the path, a predicate of
  // something that is known.
  if (Call.IsMethod || Call.ReturnsPointer ||
      Stopping.count(Call.Callee->getCanonicalDecl()))
    return Interest::Light;
  if (Call.ReturnsNumber)
    for (ExprId Arg : Call.Args) {
      Scalar X = M.settled(Before, M.value(Before, Arg));
      if (X.isConstant() ? M.Graph.Exprs[Arg].Kind != ExprKind::Constant
                         : llvm::any_of(Before.Facts, [&](const auto &F) {
                             return F.first == X.Sym;
                           }))
        return Interest::Light;
    }
  return Interest::None;
}

bool Summaries::concerns(const Memory &M, const State &Before,
                         const FlowCall &Call) const {
  auto Leads = [&](Scalar X) {
    if (X.isConstant())
      return false;
    if (X == Before.Irp)
      return true;
    auto IsX = [&](Scalar Part) { return Part == X; };
    if (Symbols.mentions(Before.Irp, IsX))
      return true;
    bool Local = Symbols.symbol(X.Sym).Kind == SymKind::Address;
    // The variable that it came in.
    if (Local && M.holdsOnEntry(Before, Symbols.symbol(X.Sym).A, Before.Irp))
      return true;
    for (const auto &[C, V] : Before.Cells) {
      if (!V.tells() && !(V.OnSuccess == Before.Irp))
        continue;
      CellId Root = Symbols.rootOf(C);
      const CellInfo &Info = Symbols.cell(Root);
      if (Local ? Symbols.isWithin(C, Symbols.symbol(X.Sym).A) ||
                      Root == Symbols.rootOf(Symbols.symbol(X.Sym).A)
                : Info.Kind == CellKind::Pointee &&
                      Symbols.mentions(Info.Key, IsX))
        return true;
    }
    // A part of the IRP: a list entry, a stack location.
    if (Local) {
      const CellInfo &Root =
          Symbols.cell(Symbols.rootOf(Symbols.symbol(X.Sym).A));
      return Root.Kind == CellKind::Pointee && Root.Key == Before.Irp;
    }
    return Symbols.mentions(X, [&](Scalar Part) { return Part == Before.Irp; });
  };
  for (ExprId Arg : Call.Args) {
    Value V = M.value(Before, Arg);
    if (V.tells() || Leads(M.settled(Before, V)))
      return true;
  }
  llvm::DenseSet<CellId> Reachable = reachable(M, Before, Call);
  return !Reachable.empty() && llvm::any_of(Before.Cells, [&](const auto &E) {
    return (E.second.tells() || E.second.OnSuccess == Before.Irp) &&
           Reachable.count(Symbols.rootOf(E.first));
  });
}

// --- Entering and leaving ---------------------------------------------------

State Summaries::enter(const Memory &M, const State &Before,
                       const FlowCall &Call, const FlowGraph &Callee) {
  // The callee's names for what the caller gives it.
  struct Binding {
    Scalar Outside, Inside;
    Value V;
    CellId Cell;
  };
  llvm::SmallVector<Binding, 8> Bound;
  State In;
  In.Life = Before.Life;
  In.Life.Marks &= ~Rule->CallerMarks;
  auto Bind = [&](const void *Decl, ExprId Arg) {
    Value V = M.value(Before, Arg);
    CellId Cell = Symbols.variable(Decl, false, true);
    Bound.push_back({M.settled(Before, V), Symbols.initial(Cell), V, Cell});
  };
  for (size_t I = 0; I != Callee.Params.size() && I != Call.Args.size(); ++I)
    Bind(Callee.Params[I], Call.Args[I]);
  if (Callee.This && Call.This)
    Bind(Callee.This, Call.This);

  auto Inward = [&](SymId Id) -> std::optional<Scalar> {
    for (const Binding &B : Bound)
      if (!B.Outside.isConstant() && B.Outside.Sym == Id)
        return B.Inside;
    return std::nullopt;
  };
  // What lies behind a pointer that is passed, or inside an object whose
  // address is.
  auto CellInward = [&](CellId C) -> std::optional<CellId> {
    for (const Binding &B : Bound)
      if (!B.Outside.isConstant() &&
          Symbols.symbol(B.Outside.Sym).Kind == SymKind::Address &&
          Symbols.symbol(B.Outside.Sym).A == C)
        return Symbols.pointee(B.Inside, Symbols.cell(C).Pointer);
    return std::nullopt;
  };
  SymbolTable::Rewriter How{Inward, CellInward};

  bool Tracked = Before.Life.Known != Knowledge::Idle;
  auto Translate = [&](Value V) -> Value {
    if (V.tells()) {
      auto Half = [&](Scalar X) { return Symbols.rewrite(X, How); };
      return {Half(V.OnSuccess), Half(V.OnFailure)};
    }
    return Value::plain(Symbols.rewrite(V.OnSuccess, How));
  };
  // Two parameters may be bound to one thing; the first name is used for both.
  for (const Binding &B : Bound) {
    if (B.V.tells()) {
      M.store(In, B.Cell, Translate(B.V));
    } else if (B.Outside.isConstant()) {
      M.store(In, B.Cell, B.V);
    } else {
      Scalar First = *Inward(B.Outside.Sym);
      if (First != B.Inside)
        M.store(In, B.Cell, Value::plain(First));
    }
  }
  llvm::DenseSet<CellId> Reachable = reachable(M, Before, Call);
  for (const auto &[C, V] : Before.Cells) {
    CellId Inside = Symbols.rewrite(C, How);
    // Others it can only reach by an address that is kept somewhere.
    if (Inside == C &&
        !(Reachable.count(Symbols.rootOf(C)) &&
          Symbols.cell(Symbols.rootOf(C)).Kind == CellKind::Variable))
      continue;
    Value New = Translate(V);
    M.store(In, Inside, New);
  }
  if (Tracked) {
    In.Irp = Symbols.rewrite(Before.Irp, How);
    for (unsigned I = 0; I != MaxKept; ++I)
      In.Kept[I] = Symbols.rewrite(Before.Kept[I], How);
  }
  for (const auto &[Sym, R] : Before.Facts)
    for (unsigned I = 0; I != MaxKept; ++I)
      if (Before.Kept[I] == Scalar::symbol(Sym) && !In.Kept[I].isConstant())
        M.narrow(In, In.Kept[I].Sym, R);
  // What is known of memory behind what is passed.
  if (Attended.count(Call.Callee))
    for (const auto &[Sym, R] : Before.Facts)
      if (Scalar X = Symbols.rewrite(Scalar::symbol(Sym), How);
          X != Scalar::symbol(Sym) && !X.isConstant())
        M.narrow(In, X.Sym, R);
  for (const Binding &B : Bound)
    if (!B.Outside.isConstant())
      for (const auto &[Sym, R] : Before.Facts)
        if (Sym == B.Outside.Sym && !B.Inside.isConstant())
          M.narrow(In, B.Inside.Sym, R);
  return In;
}

void Summaries::comeBack(const Memory &M, const State &Before,
                         const FlowCall &Call, const FlowGraph &Callee,
                         const Solution &S, uint32_t EndIndex, const State *In,
                         CallOutcome &Out) {
  const PathEnd &End = S.Ends[EndIndex];
  const bool NewSubject = !In;
  Out.Inner = &S;
  Out.InnerEnd = EndIndex;
  Out.Broken = End.Broken;
  Out.After = State();
  Out.After.Life = End.Final.Life;
  Out.By = End.By;
  Out.After.Life.Marks = (End.Final.Life.Marks & ~Rule->CallerMarks) |
                         (Before.Life.Marks & Rule->CallerMarks);
  if (Out.After.Life.Place == Rule->ToCaller)
    Out.After.Life.Place = NewSubject ? Rule->Held : Before.Life.Place;

  llvm::SmallVector<std::pair<SymId, Scalar>, 8> Bound;
  auto Bind = [&](const void *Decl, ExprId Arg) {
    Scalar Inside = Symbols.initial(Symbols.variable(Decl, false, true));
    Bound.push_back({Inside.Sym, M.settled(Before, M.value(Before, Arg))});
  };
  for (size_t I = 0; I != Callee.Params.size() && I != Call.Args.size(); ++I)
    Bind(Callee.Params[I], Call.Args[I]);
  if (Callee.This && Call.This)
    Bind(Callee.This, Call.This);

  // A variable of a function further out, met through a reference.
  auto IsCallers = [&](CellId Root) {
    const CellInfo &I = Symbols.cell(Root);
    return I.Kind == CellKind::Variable && !I.Outlives &&
           !Callee.OwnVariables.count(I.Decl) && I.Decl != Callee.This &&
           !llvm::is_contained(Callee.Params, I.Decl);
  };
  // What a cell of the callee is called outside, if it can be.
  auto IsForeign = [&](CellId Root) {
    const CellInfo &I = Symbols.cell(Root);
    return I.Kind == CellKind::Temporary ||
           (I.Kind == CellKind::Variable && !I.Outlives && !IsCallers(Root));
  };
  auto NoCell = [](CellId) -> std::optional<CellId> { return std::nullopt; };
  std::function<std::optional<Scalar>(SymId)> Outward =
      [&](SymId Id) -> std::optional<Scalar> {
    for (const auto &[Inside, Outside] : Bound)
      if (Inside == Id)
        return Outside;
    if (!NewSubject && !Before.Irp.isConstant() && Id == Before.Irp.Sym)
      return Before.Irp;
    const SymInfo I = Symbols.symbol(Id);
    switch (I.Kind) {
    case SymKind::Site:
    case SymKind::Joined:
    case SymKind::Inner:
    case SymKind::Opaque:
      // What the caller made itself and gave away comes back as it was.
      if (Callee.owns(I.A))
        return Symbols.inner(Call.Site, Id);
      return I.Kind == SymKind::Opaque ? std::nullopt
                                       : std::optional(Scalar::symbol(Id));
    case SymKind::Initial: {
      if (IsForeign(Symbols.rootOf(I.A)))
        return Symbols.inner(Call.Site, Id);
      // Memory behind what was passed: as the caller left it.
      CellId C = Symbols.rewrite(I.A, {Outward, NoCell});
      return M.settled(Before, M.load(Before, C));
    }
    case SymKind::Address:
      if (IsForeign(Symbols.rootOf(I.A)))
        return Symbols.inner(Call.Site, Id);
      return std::nullopt;
    case SymKind::None:
    case SymKind::Binary:
      return std::nullopt;
    }
    return std::nullopt;
  };
  SymbolTable::Rewriter How{Outward, NoCell};
  auto OutwardScalar = [&](Scalar X) -> Scalar {
    if (!NewSubject && X == End.Final.Irp && !X.isConstant())
      return Before.Irp;
    return Symbols.rewrite(X, How);
  };
  auto OutwardValue = [&](Value V) -> Value {
    if (!V.tells())
      return Value::plain(OutwardScalar(V.OnSuccess));
    return {OutwardScalar(V.OnSuccess), OutwardScalar(V.OnFailure)};
  };

  if (NewSubject) {
    Out.After.Irp = OutwardScalar(End.Final.Irp);
  } else {
    Out.After.Irp = Before.Irp;
  }
  for (unsigned I = 0; I != MaxKept; ++I)
    Out.After.Kept[I] = In && End.Final.Kept[I] == In->Kept[I]
                            ? Before.Kept[I]
                            : OutwardScalar(End.Final.Kept[I]);
  Out.Result = End.ReturnsValue ? OutwardValue(End.Result)
                                : Value::plain(Symbols.site(Call.Site, 0));
  CellId Returned = Symbols.returned(), Here = Symbols.temporary(Call.Site);
  auto NoSymbol = [](SymId) -> std::optional<Scalar> { return std::nullopt; };
  auto ToResult = [&](CellId C) -> std::optional<CellId> {
    return C == Returned ? std::optional(Here) : std::nullopt;
  };
  for (const auto &[C, V] : End.Final.Cells) {
    CellId Root = Symbols.rootOf(C);
    if (Root == Returned && C != Returned)
      Out.Writes.push_back(
          {Symbols.rewrite(C, {NoSymbol, ToResult}), OutwardValue(V)});
    else if (Symbols.outlives(C) || IsCallers(Root))
      Out.Writes.push_back({Symbols.rewrite(C, How), OutwardValue(V)});
  }
  // Which call this was: what it knows of what it was given, and of what it
  // gives back.
  auto IsGiven = [&](SymId Sym) {
    auto IsSym = [Sym](Scalar Part) { return Part == Scalar::symbol(Sym); };
    auto InValue = [&](const Value &V) {
      return Symbols.mentions(V.OnSuccess, IsSym) ||
             (V.tells() && Symbols.mentions(V.OnFailure, IsSym));
    };
    return (End.ReturnsValue && InValue(End.Result)) ||
           llvm::any_of(End.Final.Kept,
                        [&](Scalar X) { return Symbols.mentions(X, IsSym); }) ||
           llvm::any_of(End.Final.Cells, [&](const auto &Cell) {
             return Symbols.outlives(Cell.first) && InValue(Cell.second);
           });
  };
  for (const auto &[Sym, R] : End.Final.Facts) {
    const SymInfo &I = Symbols.symbol(Sym);
    if (I.Kind != SymKind::Initial || IsForeign(Symbols.rootOf(I.A))) {
      SymId Known = Sym;
      bool Param = llvm::any_of(
          Bound, [Known](const auto &B) { return B.first == Known; });
      if (!Param && !IsGiven(Sym))
        continue;
    }
    Scalar X = OutwardScalar(Scalar::symbol(Sym));
    if (!X.isConstant()) {
      Out.Facts.push_back({X.Sym, R});
    } else if (!R.contains(X.Num)) {
      // Cannot happen with these arguments.
      Range Never;
      Never.clamp(1, 0);
      Out.Facts.push_back({1, Never});
    }
  }
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
               (Inner.Routine.Does == model::Effect::Send ||
                Inner.Routine.Does == model::Effect::Complete ||
                Inner.Routine.Does == model::Effect::Free ||
                Inner.Routine.Does == model::Effect::Reuse);
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

// --- Stories ----------------------------------------------------------------

bool Summaries::isOfOpening(FaultId Fault) const {
  const FaultKind *Kind = Rule->faultKind(Fault);
  const FaultKind *Own = Rule->faultKind(Rule->WhenDiscarded);
  return Kind && Own && Kind->Rule == Own->Rule;
}

/// On the way to \p End a field is asked for one number after the other, is
/// none of them, and there is no `else`.
static bool isOfNoKind(const Solution &Found, const PathEnd &End) {
  SharedTests Tests(*Found.Graph);
  llvm::SmallVector<std::pair<const void *, int64_t>, 8> Seen;
  const void *Last = nullptr;
  for (auto N = static_cast<int32_t>(End.Node); Found.Nodes[N].Previous >= 0;
       N = Found.Nodes[N].Previous) {
    const Node &To = Found.Nodes[N];
    if (To.Edge < 0)
      continue;
    const SharedTests::Exclusion Not = Tests.exclusion(
        Found.Nodes[To.Previous].Block, static_cast<size_t>(To.Edge));
    if (!Not.Field)
      continue;
    if (Not.Skips && !Last)
      Last = Not.Field;
    if (Not.Field != Last)
      continue;
    if (llvm::any_of(Seen, [&](const auto &Other) {
          return Other.second != Not.Number;
        }))
      return true;
    Seen.push_back({Not.Field, Not.Number});
  }
  return false;
}

void Summaries::judge(Solver &Solve, const Task &T,
                      const Solver::Arrivals &Before, SubjectStory &Subject) {
  const bool AtOpening = Rule->Opens == Opening::AtRegistration;
  const Solution &Found = *Subject.Found;
  const bool Discarded =
      AtOpening &&
      Found.Graph->Calls[static_cast<size_t>(Subject.Call)].Discarded;
  unsigned Searches = 0;
  bool Unsure = false, Certain = false;
  // Those that need no search first; where every path is as wrong as the
  // other, the one with the fewest decisions.
  auto Length = [&](const PathEnd &End) {
    unsigned Decisions = 0;
    if (Discarded && isOfOpening(End.Broken))
      for (auto N = static_cast<int32_t>(End.Node); N >= 0;
           N = Found.Nodes[N].Previous)
        Decisions += Found.Graph->Blocks[Found.Nodes[N].Block].Edges.size() > 1;
    return Decisions;
  };
  std::vector<std::tuple<bool, unsigned, uint32_t>> Order;
  for (uint32_t I = 0; I != Found.Ends.size(); ++I)
    Order.push_back({Found.Ends[I].Merged, Length(Found.Ends[I]), I});
  llvm::sort(Order);
  for (const auto &[Merged, Decisions, I] : Order) {
    const PathEnd &End = Found.Ends[I];
    const FaultKind *Kind = Rule->faultKind(End.Broken);
    // Who is responsible for the IRP is known only when all paths are.
    if (!Kind || (Found.GaveUp && Kind->NeedsAllPaths))
      continue;
    bool Known = llvm::any_of(Subject.Faults, [&](auto &Fault) {
      const PathEnd &Other = Fault.first->Ends[Fault.second];
      // What is said of an unchecked registration may be dropped later.
      return Other.Broken == End.Broken &&
             Other.Final.Life.Known == End.Final.Life.Known &&
             (AtOpening || (Other.Loc == End.Loc && Other.At == End.At));
    });
    if (Known)
      continue;
    const bool OfOpening = isOfOpening(End.Broken);
    if (!Merged && Kind->NeedsKind && isOfNoKind(Found, End))
      continue;
    if (!Merged) {
      Certain |= OfOpening;
      Subject.Faults.push_back({Subject.Found.get(), I});
      continue;
    }
    if (++Searches > (AtOpening ? MaxSearches : MaxIrpSearches)) {
      Unsure |= OfOpening;
      continue;
    }
    std::unique_ptr<Solution> One =
        Solve.confirm(T, Before, End, Found.Nodes[End.Node].Block);
    Work += One->Steps;
    if (One->Ends.empty()) {
      Unsure |= OfOpening && One->GaveUp;
      continue;
    }
    if (Kind->NeedsKind && isOfNoKind(*One, One->Ends.front()))
      continue;
    Certain |= OfOpening;
    Subject.Faults.push_back({One.get(), 0});
    Subject.Confirmed.push_back(std::move(One));
  }
  Subject.Faulty = !Subject.Faults.empty();
  Subject.NotFollowed = Found.GaveUp || (Unsure && !Certain);
}

/// The calls that only FlowGraph::OtherValues lead to.
static llvm::DenseSet<uint32_t> callsBehind(const FlowGraph &Graph) {
  llvm::DenseSet<uint32_t> Calls;
  llvm::SmallVector<BlockId, 8> Work(Graph.OtherValues.begin(),
                                     Graph.OtherValues.end());
  llvm::BitVector Seen(Graph.Blocks.size());
  while (!Work.empty()) {
    const BlockId B = Work.pop_back_val();
    if (Seen.test(B) || Graph.Blocks[B].Reachable)
      continue;
    Seen.set(B);
    for (const FlowEvent &E : Graph.Blocks[B].Events)
      if (E.Kind == EventKind::Call)
        Calls.insert(E.Call);
    for (const FlowEdge &E : Graph.Blocks[B].Edges)
      Work.push_back(E.To);
  }
  return Calls;
}

void Summaries::followRegistrations(const FunctionDecl &F, Solver &Solve,
                                    FunctionStory &Story) {
  const FlowGraph &Graph = *Story.Graph;
  std::vector<uint32_t> Calls;
  llvm::BitVector Marked(Graph.Calls.size());
  for (uint32_t I = 0; I != Graph.Calls.size(); ++I) {
    const FlowCall &Call = Graph.Calls[I];
    bool Direct = Call.Known && Call.Routine.Does == model::Effect::Register;
    if (Direct || (mayOpen(Call) && Call.Callee != &F))
      Calls.push_back(I);
  }
  for (uint32_t Call : Calls)
    Marked.set(Call);
  Solver::Arrivals Before =
      Solve.lookAhead([&](uint32_t Call) { return Marked.test(Call); });

  Task T;
  T.Rule = Rule;
  if (RoleOf(F) == Role::Dispatch && Graph.Params.size() >= 2) {
    T.DispatchDevice = Graph.Params.front();
    T.DispatchIrp = Graph.IrpParam < 0
                        ? Graph.Params.back()
                        : Graph.Params[static_cast<size_t>(Graph.IrpParam)];
  }
  const llvm::DenseSet<uint32_t> Others = callsBehind(Graph);
  for (uint32_t Call : Calls) {
    // A case label that did not parse leaves its code without a way to it; so
    // does one that is a `default:` for no value of the enumeration.
    if ((Graph.Incomplete || Others.count(Call)) && !Before.Before.count(Call))
      Before.Before[Call].emplace_back();
    SubjectStory R;
    R.Call = static_cast<int32_t>(Call);
    T.Opening = R.Call;
    const bool StepsAreLeft = Work <= Bounds.AllSteps;
    if (StepsAreLeft) {
      R.Found = Solve.follow(T, Before);
      Work += R.Found->Steps;
      judge(Solve, T, Before, R);
    }
    if (!StepsAreLeft || R.NotFollowed) {
      R.LostWithoutPath =
          llvm::none_of(R.Faults,
                        [&](const auto &Fault) {
                          return isOfOpening(
                              Fault.first->Ends[Fault.second].Broken);
                        }) &&
          isLostWithoutPath(Graph, Call);
      leaveOut(F, StepsAreLeft ? LimitKind::Steps : LimitKind::AllSteps, 1);
    }
    R.Faulty = !R.Faults.empty() || R.LostWithoutPath;
    // Nobody will ask for it again.
    if (R.Faults.empty() && !Graph.Called)
      R.Found.reset();
    Story.Subjects.push_back(std::move(R));
  }
}

/// What is used although it is gone is told of once; the next use is not
/// another fault, but where the subject comes to its opening by ways that do
/// not pass the opening of the one that was told of.
void Summaries::dropFollowUps(Solver &Solve, FunctionStory &Story) {
  llvm::DenseMap<const Stmt *, llvm::SmallVector<int32_t, 2>> Faulty;
  for (const SubjectStory &S : Story.Subjects)
    for (const auto &[Found, End] : S.Faults)
      if (Rule->faultKind(Found->Ends[End].Broken)->EndsPath)
        Faulty[Found->Ends[End].At].push_back(S.Call);
  for (SubjectStory &S : Story.Subjects) {
    if (S.Call < 0)
      continue;
    auto It =
        Faulty.find(Story.Graph->Calls[static_cast<size_t>(S.Call)].Origin);
    if (It == Faulty.end())
      continue;
    // In a loop it may be its own.
    llvm::SmallVector<int32_t, 2> Others;
    llvm::copy_if(It->second, std::back_inserter(Others),
                  [&](int32_t Call) { return Call != S.Call; });
    if (Others.empty())
      continue;
    const bool Told = !S.Faults.empty();
    S.Faults.clear();
    S.Faulty = false;
    if (!Told || Work > Bounds.AllSteps || llvm::is_contained(Others, -1))
      continue;
    Task Use;
    Use.Rule = Rule;
    Use.Opening = S.Call;
    Use.Argument = S.Argument;
    Use.Leaves = Happening::LeaveHelper;
    Use.Avoided.resize(Story.Graph->Calls.size());
    for (int32_t Call : Others)
      Use.Avoided.set(static_cast<unsigned>(Call));
    const Solver::Arrivals Before = Solve.lookAhead(
        [&](uint32_t Call) { return static_cast<int32_t>(Call) == S.Call; },
        Use.Avoided);
    S.Confirmed.clear();
    S.Found = Solve.follow(Use, Before);
    Work += S.Found->Steps;
    judge(Solve, Use, Before, S);
  }
}

bool Summaries::isTold(const FlowCall &Call, const CallOutcome &Outcome) {
  if (!Call.Callee || Telling.count(Call.Callee))
    return true;
  const PathEnd &Fault = Outcome.Inner->Ends[Outcome.InnerEnd];
  for (const SubjectStory &S : storyOf(*Call.Callee).Subjects)
    for (const auto &[Found, End] : S.Faults)
      if (Found->Ends[End].Loc == Fault.Loc &&
          Found->Ends[End].Broken == Fault.Broken)
        return true;
  return false;
}

void Summaries::followIrps(const FunctionDecl &F, Solver &Solve,
                           FunctionStory &Story) {
  const FlowGraph &Graph = *Story.Graph;
  using model::Detail;
  using model::Effect;
  /// The opening, and which argument is the IRP; -1: the result.
  std::vector<std::pair<uint32_t, int32_t>> Openings;
  bool Ends = false;
  auto IsParam = [&](ExprId Id) {
    const FlowExpr &E = Graph.Exprs[Id];
    return E.Kind == ExprKind::Load &&
           Graph.Places[E.Place].Kind == PlaceKind::Variable &&
           llvm::is_contained(Graph.Params, Graph.Places[E.Place].Decl);
  };
  for (uint32_t I = 0; I != Graph.Calls.size(); ++I) {
    const FlowCall &Call = Graph.Calls[I];
    if (!Call.Known) {
      Ends = Ends || (Call.Callee && Involved.count(Call.Callee));
      for (unsigned Arg = 0; Call.Callee && Arg != Call.Args.size(); ++Arg)
        if (mayEnd(Call, Arg)) {
          Ends = true;
          if (!IsParam(Call.Args[Arg]))
            Openings.push_back({I, static_cast<int32_t>(Arg)});
        }
      continue;
    }
    const model::Routine &Routine = Call.Routine;
    if (Routine.Does == Effect::Allocate) {
      Openings.push_back({I, -1});
      continue;
    }
    const bool Ending =
        Routine.Does == Effect::Send || Routine.Does == Effect::Complete ||
        Routine.Does == Effect::Free || Routine.Does == Effect::Reuse;
    Ends = Ends || Ending;
    if ((Ending || Routine.Does == Effect::Recover ||
         Routine.Does == Effect::Register) &&
        Routine.Irp >= 0 &&
        static_cast<size_t>(Routine.Irp) < Call.Args.size() &&
        !IsParam(Call.Args[static_cast<size_t>(Routine.Irp)]))
      Openings.push_back({I, Routine.Irp});
  }

  const Role What = RoleOf(F);
  Task T;
  T.Rule = Rule;
  const Solver::Arrivals Nothing;
  for (unsigned I = 0; I != Graph.Params.size(); ++I) {
    const bool Last = I + 1 == Graph.Params.size();
    const bool Own = (What == Role::Dispatch && Last && I != 0) ||
                     (What == Role::Completion && I == 1);
    if ((!Own && !Ends) || !Graph.ParamIsIrp[I])
      continue;
    Task Entry = T;
    Entry.In.Irp =
        Symbols.initial(Symbols.variable(Graph.Params[I], false, true));
    Entry.In.Life = Rule->First;
    Entry.Leaves = Happening::LeaveHelper;
    if (Own) {
      Entry.Leaves = What == Role::Dispatch ? Happening::LeaveDispatch
                                            : Happening::LeaveCompletion;
      Range NotNull;
      NotNull.exclude(0);
      Memory(Symbols, Graph).narrow(Entry.In, Entry.In.Irp.Sym, NotNull);
      if (What == Role::Dispatch)
        Entry.In.Life.Marks |= Rule->FromBeginning;
    }
    if (Work > Bounds.AllSteps) {
      leaveOut(F, LimitKind::AllSteps, 1);
      return;
    }
    SubjectStory R;
    R.Found = Solve.run(Entry);
    Work += R.Found->Steps;
    judge(Solve, Entry, Nothing, R);
    if (R.NotFollowed)
      leaveOut(F, LimitKind::Steps, 1);
    Story.Subjects.push_back(std::move(R));
  }
  if (!Ends || Openings.empty())
    return;
  llvm::BitVector Marked(Graph.Calls.size());
  for (const auto &[Call, Argument] : Openings)
    Marked.set(Call);
  Solver::Arrivals Before =
      Solve.lookAhead([&](uint32_t Call) { return Marked.test(Call); });
  for (const auto &[Call, Argument] : Openings) {
    if (Work > Bounds.AllSteps) {
      leaveOut(F, LimitKind::AllSteps, 1);
      return;
    }
    Task Use = T;
    Use.Opening = static_cast<int32_t>(Call);
    Use.Argument = Argument;
    Use.Leaves = Happening::LeaveHelper;
    SubjectStory R;
    R.Call = Use.Opening;
    R.Argument = Argument;
    R.Found = Solve.follow(Use, Before);
    Work += R.Found->Steps;
    judge(Solve, Use, Before, R);
    if (R.NotFollowed)
      leaveOut(F, LimitKind::Steps, 1);
    Story.Subjects.push_back(std::move(R));
  }
  dropFollowUps(Solve, Story);
}

void Summaries::followAcquisitions(const FunctionDecl &F,
                                   FunctionStory &Story) {
  for (uint32_t I = 0; I != Story.Graph->Calls.size(); ++I) {
    const FlowCall &Call = Story.Graph->Calls[I];
    const bool Direct = Call.Handles && Call.Handles->Acquires &&
                        Call.Handles->Acquires->isSame(*Thing);
    if (!Direct && !mayOpen(Call))
      continue;
    Task T;
    T.Rule = Rule;
    T.Thing = Thing;
    T.Opening = static_cast<int32_t>(I);
    T.Leaves = Happening::LeaveHelper;
    SubjectStory R;
    R.Call = T.Opening;
    R.Found = run(F, T);
    Story.Subjects.push_back(std::move(R));
  }
}

const FunctionStory &Summaries::storyOf(const FunctionDecl &F) {
  auto It = Stories.find(&F);
  if (It != Stories.end())
    return It->second;
  FunctionStory Story;
  Telling.insert(&F);
  llvm::SaveAndRestore<unsigned> Deeper(Depth, Depth + 1);
  if (const FlowGraph *Graph = graphOf(F)) {
    Story.Graph = Graph;
    Solver Solve(Symbols, *Graph, this, bounds(), keepsStatus());
    if (Rule->Opens == Opening::AtAcquisition)
      followAcquisitions(F, Story);
    else if (Rule->Opens == Opening::AtRegistration)
      followRegistrations(F, Solve, Story);
    else
      followIrps(F, Solve, Story);
  } else {
    leaveOut(F, LimitKind::NoGraph, 1);
  }
  Telling.erase(&F);
  return Stories[&F] = std::move(Story);
}

} // namespace wdm::engine
