//===- Stories.cpp - What happens to the subjects of a function -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/SharedTests.h"
#include "src/engine/Summaries.h"
#include "clang/AST/Decl.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"
#include <tuple>

using namespace clang;

namespace wdm::engine {

namespace {

/// Searches for a path without joins, for one subject.
constexpr unsigned MaxSearches = 3;
constexpr unsigned MaxIrpSearches = 8;

} // namespace

// --- Judging ----------------------------------------------------------------

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

/// Decides which ends of one subject are reported.
class Summaries::Trial {
public:
  Trial(Summaries &Calls, Solver &Solve, const Task &T,
        const Solver::Arrivals &Before, SubjectStory &Subject)
      : Calls(Calls), Rule(*Calls.Rule), Solve(Solve), T(T), Before(Before),
        Subject(Subject), Found(*Subject.Found),
        AtOpening(Rule.Opens == Opening::AtRegistration) {}

  void run();

private:
  std::vector<uint32_t> order() const;
  unsigned decisionsBefore(const PathEnd &End) const;
  bool isReported(const PathEnd &End) const;
  void judge(uint32_t EndIndex);
  void search(const PathEnd &End, const FaultKind &Kind);

  Summaries &Calls;
  const Automaton &Rule;
  Solver &Solve;
  const Task &T;
  const Solver::Arrivals &Before;
  SubjectStory &Subject;
  const Solution &Found;
  const bool AtOpening;
  unsigned Searches = 0;
  /// Of the opening's own fault.
  bool Unsure = false, Certain = false;
};

unsigned Summaries::Trial::decisionsBefore(const PathEnd &End) const {
  unsigned Decisions = 0;
  for (auto N = static_cast<int32_t>(End.Node); N >= 0;
       N = Found.Nodes[N].Previous)
    Decisions += Found.Graph->Blocks[Found.Nodes[N].Block].Edges.size() > 1;
  return Decisions;
}

/// Those that need no search first; where every path is as wrong as the other,
/// the one with the fewest decisions.
std::vector<uint32_t> Summaries::Trial::order() const {
  const bool Discarded =
      AtOpening &&
      Found.Graph->Calls[static_cast<size_t>(Subject.Call)].Discarded;
  std::vector<std::tuple<bool, unsigned, uint32_t>> Keys;
  for (uint32_t I = 0; I != Found.Ends.size(); ++I) {
    const PathEnd &End = Found.Ends[I];
    const bool Counts = Discarded && Calls.isOfOpening(End.Broken);
    Keys.push_back({End.Merged, Counts ? decisionsBefore(End) : 0, I});
  }
  llvm::sort(Keys);
  std::vector<uint32_t> Order;
  for (const auto &[Merged, Decisions, I] : Keys)
    Order.push_back(I);
  return Order;
}

bool Summaries::Trial::isReported(const PathEnd &End) const {
  return llvm::any_of(Subject.Faults, [&](const auto &Fault) {
    const PathEnd &Other = Fault.first->Ends[Fault.second];
    // What is said of an unchecked registration may be dropped later.
    return Other.Broken == End.Broken &&
           Other.Final.Life.Known == End.Final.Life.Known &&
           (AtOpening || (Other.Loc == End.Loc && Other.At == End.At));
  });
}

/// \p End was reached through a join.
void Summaries::Trial::search(const PathEnd &End, const FaultKind &Kind) {
  const bool OfOpening = Calls.isOfOpening(End.Broken);
  if (++Searches > (AtOpening ? MaxSearches : MaxIrpSearches)) {
    Unsure |= OfOpening;
    return;
  }
  std::unique_ptr<Solution> One =
      Solve.confirm(T, Before, End, Found.Nodes[End.Node].Block);
  Calls.Work += One->Steps;
  if (One->Ends.empty()) {
    Unsure |= OfOpening && One->GaveUp;
    return;
  }
  if (Kind.NeedsKind && isOfNoKind(*One, One->Ends.front()))
    return;
  Certain |= OfOpening;
  Subject.Faults.push_back({One.get(), 0});
  Subject.Confirmed.push_back(std::move(One));
}

void Summaries::Trial::judge(uint32_t EndIndex) {
  const PathEnd &End = Found.Ends[EndIndex];
  const FaultKind *Kind = Rule.faultKind(End.Broken);
  // Who is responsible for the IRP is known only when all paths are.
  if (!Kind || (Found.GaveUp && Kind->NeedsAllPaths) || isReported(End))
    return;
  if (End.Merged) {
    search(End, *Kind);
    return;
  }
  if (Kind->NeedsKind && isOfNoKind(Found, End))
    return;
  Certain |= Calls.isOfOpening(End.Broken);
  Subject.Faults.push_back({&Found, EndIndex});
}

void Summaries::Trial::run() {
  for (uint32_t End : order())
    judge(End);
  Subject.Faulty = !Subject.Faults.empty();
  Subject.NotFollowed = Found.GaveUp || (Unsure && !Certain);
}

void Summaries::judge(Solver &Solve, const Task &T,
                      const Solver::Arrivals &Before, SubjectStory &Subject) {
  Trial(*this, Solve, T, Before, Subject).run();
}

// --- Registrations ----------------------------------------------------------

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

void Summaries::followRegistration(const FunctionDecl &F, Solver &Solve,
                                   const Task &T,
                                   const Solver::Arrivals &Before,
                                   FunctionStory &Story) {
  SubjectStory R;
  R.Call = T.Opening;
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
        isLostWithoutPath(*Story.Graph, static_cast<uint32_t>(T.Opening));
    leaveOut(F, StepsAreLeft ? LimitKind::Steps : LimitKind::AllSteps, 1);
  }
  R.Faulty = !R.Faults.empty() || R.LostWithoutPath;
  // Nobody will ask for it again.
  if (R.Faults.empty() && !Story.Graph->Called)
    R.Found.reset();
  Story.Subjects.push_back(std::move(R));
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
    T.Opening = static_cast<int32_t>(Call);
    followRegistration(F, Solve, T, Before, Story);
  }
}

// --- IRPs -------------------------------------------------------------------

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

/// \p E reads a parameter.
static bool isParam(const FlowGraph &Graph, ExprId Id) {
  const FlowExpr &E = Graph.Exprs[Id];
  return E.Kind == ExprKind::Load &&
         Graph.Places[E.Place].Kind == PlaceKind::Variable &&
         llvm::is_contained(Graph.Params, Graph.Places[E.Place].Decl);
}

void Summaries::noteOpening(const FlowGraph &Graph, uint32_t Index,
                            IrpOpenings &Out) {
  const FlowCall &Call = Graph.Calls[Index];
  if (!Call.Known) {
    Out.Ends = Out.Ends || (Call.Callee && Involved.count(Call.Callee));
    for (unsigned Arg = 0; Call.Callee && Arg != Call.Args.size(); ++Arg)
      if (mayEnd(Call, Arg)) {
        Out.Ends = true;
        if (!isParam(Graph, Call.Args[Arg]))
          Out.At.push_back({Index, static_cast<int32_t>(Arg)});
      }
    return;
  }
  const model::Routine &Routine = Call.Routine;
  if (Routine.Does == model::Effect::Allocate) {
    Out.At.push_back({Index, -1});
    return;
  }
  Out.Ends = Out.Ends || Routine.disposes();
  if ((Routine.disposes() || Routine.Does == model::Effect::Recover ||
       Routine.Does == model::Effect::Register) &&
      Routine.Irp >= 0 && static_cast<size_t>(Routine.Irp) < Call.Args.size() &&
      !isParam(Graph, Call.Args[static_cast<size_t>(Routine.Irp)]))
    Out.At.push_back({Index, Routine.Irp});
}

Summaries::IrpOpenings Summaries::irpOpenings(const FlowGraph &Graph) {
  IrpOpenings Result;
  for (uint32_t I = 0; I != Graph.Calls.size(); ++I)
    noteOpening(Graph, I, Result);
  return Result;
}

Task Summaries::entryWith(const FlowGraph &Graph, unsigned Param, bool Own,
                          Role What) {
  Task Entry;
  Entry.Rule = Rule;
  Entry.In.Irp =
      Symbols.initial(Symbols.variable(Graph.Params[Param], false, true));
  Entry.In.Life = Rule->First;
  Entry.Leaves = Happening::LeaveHelper;
  if (!Own)
    return Entry;
  Entry.Leaves = What == Role::Dispatch ? Happening::LeaveDispatch
                                        : Happening::LeaveCompletion;
  Range NotNull;
  NotNull.exclude(0);
  Memory(Symbols, Graph).narrow(Entry.In, Entry.In.Irp.Sym, NotNull);
  if (What == Role::Dispatch)
    Entry.In.Life.Marks |= Rule->FromBeginning;
  return Entry;
}

bool Summaries::followIrp(const FunctionDecl &F, Solver &Solve, const Task &T,
                          const Solver::Arrivals &Before,
                          FunctionStory &Story) {
  if (Work > Bounds.AllSteps) {
    leaveOut(F, LimitKind::AllSteps, 1);
    return false;
  }
  SubjectStory R;
  R.Call = T.Opening;
  R.Argument = T.Argument;
  R.Found = T.Opening < 0 ? Solve.run(T) : Solve.follow(T, Before);
  Work += R.Found->Steps;
  judge(Solve, T, Before, R);
  if (R.NotFollowed)
    leaveOut(F, LimitKind::Steps, 1);
  Story.Subjects.push_back(std::move(R));
  return true;
}

bool Summaries::followParams(const FunctionDecl &F, Solver &Solve, bool Ends,
                             FunctionStory &Story) {
  const FlowGraph &Graph = *Story.Graph;
  const Role What = RoleOf(F);
  const Solver::Arrivals Nothing;
  for (unsigned I = 0; I != Graph.Params.size(); ++I) {
    const bool Last = I + 1 == Graph.Params.size();
    const bool Own = (What == Role::Dispatch && Last && I != 0) ||
                     (What == Role::Completion && I == 1);
    if ((!Own && !Ends) || !Graph.ParamIsIrp[I])
      continue;
    if (!followIrp(F, Solve, entryWith(Graph, I, Own, What), Nothing, Story))
      return false;
  }
  return true;
}

void Summaries::followIrps(const FunctionDecl &F, Solver &Solve,
                           FunctionStory &Story) {
  const IrpOpenings Openings = irpOpenings(*Story.Graph);
  if (!followParams(F, Solve, Openings.Ends, Story) || !Openings.Ends ||
      Openings.At.empty())
    return;
  llvm::BitVector Marked(Story.Graph->Calls.size());
  for (const auto &[Call, Argument] : Openings.At)
    Marked.set(Call);
  Solver::Arrivals Before =
      Solve.lookAhead([&](uint32_t Call) { return Marked.test(Call); });
  for (const auto &[Call, Argument] : Openings.At) {
    Task Use;
    Use.Rule = Rule;
    Use.Opening = static_cast<int32_t>(Call);
    Use.Argument = Argument;
    Use.Leaves = Happening::LeaveHelper;
    if (!followIrp(F, Solve, Use, Before, Story))
      return;
  }
  dropFollowUps(Solve, Story);
}

// --- Other things -----------------------------------------------------------

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

// --- Functions --------------------------------------------------------------

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
