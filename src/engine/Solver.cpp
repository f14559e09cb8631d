//===- Solver.cpp - Property simulation -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/SolverRun.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace wdm::engine {

namespace {

/// States with more cells than this are not followed.
constexpr size_t MaxCells = 1024;

/// A search for one path comes to one block this often at the most, begins
/// anew this often.
constexpr unsigned MaxVisits = 24;
constexpr unsigned MaxAttempts = 48;

} // namespace

// --- Bookkeeping ------------------------------------------------------------

namespace {

/// The last return statement before a node.
const Step *lastReturn(const Solution &S, uint32_t NodeIndex) {
  for (int32_t N = static_cast<int32_t>(NodeIndex); N >= 0;
       N = S.Nodes[N].Previous)
    for (const Step &X : llvm::reverse(S.Nodes[N].Steps))
      if (X.Kind == Step::ReturnStmt)
        return &X;
  return nullptr;
}

} // namespace

void Solver::schedule(Run &R, uint32_t NodeIndex) {
  R.Queued.resize(R.Out.Nodes.size());
  if (R.Queued[NodeIndex])
    return;
  R.Queued[NodeIndex] = true;
  if (R.precise()) {
    R.Stack.push_back(NodeIndex);
    return;
  }
  const BlockId Block = R.Out.Nodes[NodeIndex].Block;
  R.Queue.push({(uint64_t(Graph.Blocks[Block].Order) << 32) |
                    (R.Sequence++ & 0xffffffffu),
                NodeIndex});
}

void Solver::enqueueReturn(Run &R, Node New) {
  R.Out.Nodes.push_back(std::move(New));
  const uint32_t N = R.Out.Nodes.size() - 1;
  const Node &Leaving = R.Out.Nodes[N];
  const Step *Return = lastReturn(R.Out, N);
  auto &Others = R.AtExit[Return ? Return->Origin : nullptr];
  if (llvm::any_of(Others, [&](uint32_t Old) {
        return R.Out.Nodes[Old].In == Leaving.In &&
               R.Out.Nodes[Old].Merged <= Leaving.Merged;
      })) {
    R.Out.Nodes.pop_back();
    return;
  }
  Others.push_back(N);
  schedule(R, N);
}

void Solver::enqueueInGroup(Run &R, Node New,
                            llvm::SmallVectorImpl<uint32_t> &Known) {
  const BlockId To = New.Block;
  const auto Next = static_cast<uint32_t>(R.Out.Nodes.size());
  uint64_t GroupKey = mix(New.In.groupHash(), To) >> 2;
  auto &Bucket = R.Groups[GroupKey];
  Run::Group *Mine = nullptr;
  for (auto &[Example, G] : Bucket)
    if (R.Out.Nodes[Example].Block == To &&
        R.Out.Nodes[Example].In.sameGroup(New.In))
      Mine = &G;
  if (!Mine || Mine->Count < Bounds.Disjuncts) {
    R.Out.Nodes.push_back(std::move(New));
    Known.push_back(Next);
    if (Mine) {
      ++Mine->Count;
    } else {
      Run::Group G;
      G.Count = 1;
      Bucket.push_back({Next, G});
    }
    schedule(R, Next);
    return;
  }
  if (Mine->Merged < 0) {
    // Joined with every state that is to come; those before stay apart.
    New.Merged = true;
    R.Out.Nodes.push_back(std::move(New));
    Mine->Merged = static_cast<int32_t>(Next);
    schedule(R, Next);
    return;
  }
  auto N = static_cast<uint32_t>(Mine->Merged);
  if (M.join(R.Out.Nodes[N].In, New.In, To))
    schedule(R, N);
}

void Solver::enqueue(Run &R, BlockId To, State S, int32_t From, int32_t Edge,
                     llvm::SmallVector<Step, 2> Steps, bool Merged) {
  if (!R.Useful.empty() && !R.Useful.test(To))
    return;
  Node New;
  New.Block = To;
  New.In = std::move(S);
  New.Previous = From;
  New.Edge = Edge;
  New.Steps.assign(Steps.begin(), Steps.end());
  New.Merged = Merged && !R.precise();

  // Each return statement is judged.
  if (To == Graph.Exit && R.T.Leaves && !R.precise()) {
    enqueueReturn(R, std::move(New));
    return;
  }

  auto &Known = R.Seen[mix(New.In.hash(), To) >> 2];
  if (llvm::any_of(Known, [&](uint32_t N) {
        return R.Out.Nodes[N].Block == To && R.Out.Nodes[N].In == New.In;
      }))
    return;
  if (!R.precise()) {
    enqueueInGroup(R, std::move(New), Known);
    return;
  }
  // One path is enough; it need not go round a loop many times.
  if (++R.Visits[To] > MaxVisits) {
    R.Out.GaveUp = true;
    return;
  }
  R.Out.Nodes.push_back(std::move(New));
  const uint32_t N = R.Out.Nodes.size() - 1;
  Known.push_back(N);
  schedule(R, N);
}

void Solver::explore(Run &R) {
  while (!R.Stop) {
    uint32_t N;
    if (R.precise()) {
      if (R.Stack.empty())
        return;
      N = R.Stack.back();
      R.Stack.pop_back();
    } else {
      if (R.Queue.empty())
        return;
      N = R.Queue.top().second;
      R.Queue.pop();
    }
    R.Queued[N] = false;
    if (R.Steps > R.MaxSteps) {
      R.Out.GaveUp = true;
      return;
    }
    execute(R, N);
  }
}

bool Solver::runEvents(Run &R, uint32_t NodeIndex, std::vector<Live> &States) {
  const Node &N = R.Out.Nodes[NodeIndex];
  const FlowBlock &B = Graph.Blocks[N.Block];
  auto GiveUp = [&] {
    R.Out.GaveUp = true;
    R.Stop = true;
    return false;
  };
  // What a step costs: large states are copied and compared.
  const uint64_t Weight =
      1 + (States[0].S.Cells.size() + States[0].S.Facts.size()) / 8;
  R.Steps += Weight * (1 + B.Edges.size() / 8);
  R.Out.Steps = R.Steps;
  for (uint32_t I = N.From; I != B.Events.size() && !R.Stop; ++I) {
    R.Steps += Weight * States.size();
    R.Out.Steps = R.Steps;
    if (R.Steps > R.MaxSteps)
      return GiveUp();
    runEvent(R, NodeIndex, B.Events[I], States);
    llvm::erase_if(States, [&](const Live &L) {
      return !L.Alive || (R.isSettled(L.S.Life) && !R.T.Summary);
    });
    if (States.empty())
      return false;
    if (States.size() > 64 || States.front().S.Cells.size() > MaxCells)
      return GiveUp();
  }
  return true;
}

bool Solver::assumeEdge(Run &R, uint32_t NodeIndex, const FlowEdge &Edge,
                        Live &L) {
  const BlockId Block = R.Out.Nodes[NodeIndex].Block;
  const FlowBlock &B = Graph.Blocks[Block];
  for (const Assumption &A : Edge.If) {
    if (isForOthers(R, L.S, Block, A))
      return false;
    // That a loop goes on because of memory is no fact: other threads may end
    // it.
    Split How = M.assume(L.S, A.Condition, A.Holds,
                         /*Remember=*/!B.LoopTest || B.Counts || !A.Holds);
    if (How == Split::Infeasible)
      return false;
    learn(R, NodeIndex, L, How);
  }
  return L.Alive;
}

void Solver::takeEdge(Run &R, uint32_t NodeIndex, size_t Index, Live Next) {
  const Node &From = R.Out.Nodes[NodeIndex];
  const FlowBlock &B = Graph.Blocks[From.Block];
  const FlowEdge &Edge = B.Edges[Index];
  if (!assumeEdge(R, NodeIndex, Edge, Next))
    return;
  if (!B.Renews.empty())
    llvm::erase_if(Next.S.Cells, [&](const auto &E) {
      const CellInfo &I = Symbols.cell(E.first);
      return I.Kind == CellKind::Temporary &&
             llvm::is_contained(B.Renews, I.Site);
    });
  if (Edge.Decided)
    M.store(Next.S, Symbols.temporary(Edge.Decided),
            Value::constant(Edge.Decision));
  M.prune(Next.S, Edge.To, R.LookAhead || R.T.tracks());
  enqueue(R, Edge.To, std::move(Next.S), static_cast<int32_t>(NodeIndex),
          static_cast<int32_t>(Index), std::move(Next.Steps), From.Merged);
}

/// The order in which the edges of \p Block are taken; \p Attempt: as in Run.
static llvm::SmallVector<size_t, 4>
orderOfEdges(size_t Edges, BlockId Block, bool Precise, unsigned Attempt) {
  llvm::SmallVector<size_t, 4> Order;
  for (size_t I = 0; I != Edges; ++I)
    Order.push_back(I);
  if (!Precise || Edges <= 1)
    return Order;
  // The stack turns the order round.
  std::reverse(Order.begin(), Order.end());
  if (Attempt != 0)
    std::rotate(
        Order.begin(),
        Order.begin() +
            static_cast<ptrdiff_t>(
                (((Attempt * 2654435761u) ^ (Block * 2246822519u)) >> 9) %
                Edges),
        Order.end());
  return Order;
}

void Solver::execute(Run &R, uint32_t NodeIndex) {
  const BlockId Block = R.Out.Nodes[NodeIndex].Block;
  if (Block == Graph.Exit) {
    leave(R, NodeIndex);
    return;
  }
  std::vector<Live> States(1);
  States[0].S = R.Out.Nodes[NodeIndex].In;
  if (!runEvents(R, NodeIndex, States))
    return;
  const auto Order = orderOfEdges(Graph.Blocks[Block].Edges.size(), Block,
                                  R.precise(), R.Attempt);
  for (const Live &L : States)
    for (size_t Edge : Order)
      takeEdge(R, NodeIndex, Edge, L);
}

bool Solver::isForOthers(const Run &R, const State &S, BlockId Block,
                         const Assumption &A) {
  if (!R.T.Rule || !R.T.Rule->BelievesTests)
    return false;
  if (!Tests)
    Tests.emplace(Graph);
  const std::optional<SharedTests::Equality> Of = Tests->equality(A);
  if (!Of)
    return false;
  const Scalar X = M.settled(S, M.value(S, Of->Variable));
  if (X.isConstant() || M.rangeOf(S, X).isSingle())
    return false;
  // What the rule itself has kept is asked for, but where it only decides
  // whether to begin again.
  if (!Graph.Blocks[Block].LoopTest && llvm::is_contained(S.Kept, X))
    return false;
  const SymInfo &I = Symbols.symbol(X.Sym);
  return Tests->isExplained(Block, *Of, I.Kind == SymKind::Site ? I.A : 0,
                            [&](const FlowCall &Call, int64_t Number) {
                              return Resolver && Resolver->names(Call, Number);
                            });
}

void Solver::learn(Run &R, uint32_t NodeIndex, Live &L, Split How) {
  if (How == Split::Plain || How == Split::Infeasible)
    return;
  BlockId Block = R.Out.Nodes[NodeIndex].Block;
  R.Out.Tested = true;
  R.Out.Tests.set(Block);
  R.Out.Eventful.set(Block);
  const Happening What = How == Split::Success   ? Happening::LearnSuccess
                         : How == Split::Failure ? Happening::LearnFailure
                                                 : Happening::Examine;
  R.T.Rule->step(L.S.Life, What, nullptr, [](FaultId) {});
  if (How != Split::Unclear)
    M.settle(L.S, How == Split::Success);
}

void Solver::finish(Run &R, uint32_t NodeIndex, const Live &L, FaultId Broken,
                    Happening By, clang::SourceLocation Loc,
                    const clang::Stmt *At) {
  R.Out.Eventful.set(R.Out.Nodes[NodeIndex].Block);
  if (R.Wanted && (R.Wanted->Broken != Broken || R.Wanted->At != At ||
                   R.Wanted->Loc != Loc))
    return;
  PathEnd End;
  End.Broken = Broken;
  End.By = By;
  End.Final = L.S;
  End.Node = NodeIndex;
  End.Steps.assign(L.Steps.begin(), L.Steps.end());
  End.Loc = Loc;
  End.At = At;
  End.Merged = R.Out.Nodes[NodeIndex].Merged;
  R.Out.Ends.push_back(std::move(End));
  if (R.Wanted)
    R.Stop = true;
}

/// Who is responsible for the IRP when the function returns.
Happening Solver::howItLeaves(const Run &R, const State &S) const {
  if (R.T.Leaves)
    return *R.T.Leaves;
  if (R.T.DispatchIrp &&
      S.Irp == Symbols.initial(Symbols.variable(R.T.DispatchIrp, false, true)))
    return Happening::LeaveDispatch;
  if (S.Irp.isConstant())
    return Happening::LeaveHelper;
  const SymInfo &I = Symbols.symbol(S.Irp.Sym);
  if (I.Kind == SymKind::Site)
    return I.Tag & AllocatedTag ? Happening::LeaveOwner
                                : Happening::LeaveHelper;
  if (I.Kind == SymKind::Initial &&
      Symbols.cell(I.A).Kind == CellKind::Variable && !Symbols.outlives(I.A)) {
    // A helper that ends the IRP where the registration failed leaves it to
    // its caller otherwise; that can be seen where there is a caller.
    bool Elsewhere = llvm::any_of(R.SentOrEnded, [&](const auto &E) {
      return E.first == S.Irp &&
             (!Graph.Called || R.Bypass.empty() || R.Bypass.test(E.second));
    });
    bool Here = R.SawEnd && !(Graph.Called && R.OnlyFailed);
    return Here || Elsewhere ? Happening::LeaveOwner : Happening::LeaveHelper;
  }
  return Happening::LeaveHelper;
}

void Solver::leave(Run &R, uint32_t NodeIndex) {
  if (R.Out.Nodes[NodeIndex].In.Life.Known == Knowledge::Idle && !R.T.Summary)
    return;
  R.Leaves.push_back(NodeIndex);
  // A search for one path need not wait for the others.
  if (R.precise()) {
    settleLeaves(R);
    R.Leaves.clear();
  }
}

void Solver::noteEnd(Run &R, uint32_t NodeIndex, Scalar Irp) {
  std::pair<Scalar, BlockId> Entry{Irp, R.Out.Nodes[NodeIndex].Block};
  if (R.LookAhead && !llvm::is_contained(R.SentOrEnded, Entry))
    R.SentOrEnded.push_back(Entry);
}

// --- Runs -------------------------------------------------------------------

namespace {

uint64_t stepLimit(const Limits &Bounds, const FlowGraph &Graph) {
  uint64_t Size = 0;
  for (const FlowBlock &B : Graph.Blocks)
    Size += 1 + B.Events.size();
  return std::min<uint64_t>(Bounds.Steps,
                            Bounds.StepsPerEvent * Size + Bounds.FewSteps);
}

} // namespace

/// The blocks from which one of \p Wanted can be reached, those included.
llvm::BitVector Solver::leadingTo(const llvm::BitVector &Wanted) const {
  std::vector<llvm::SmallVector<BlockId, 2>> Back(Graph.Blocks.size());
  for (BlockId B = 0; B != Graph.Blocks.size(); ++B) {
    for (const FlowEdge &E : Graph.Blocks[B].Edges)
      Back[E.To].push_back(B);
    Graph.forEachHandler(Graph.Blocks[B],
                         [&](BlockId H) { Back[H].push_back(B); });
  }
  llvm::BitVector Leading = Wanted;
  std::vector<BlockId> Work;
  for (unsigned B : Wanted.set_bits())
    Work.push_back(B);
  while (!Work.empty()) {
    BlockId B = Work.back();
    Work.pop_back();
    for (BlockId P : Back[B])
      if (!Leading.test(P)) {
        Leading.set(P);
        Work.push_back(P);
      }
  }
  return Leading;
}

void Solver::findChanged() {
  Changed.emplace();
  auto Note = [&](PlaceId P) {
    while (Graph.Places[P].Base)
      P = Graph.Places[P].Base;
    if (Graph.Places[P].Kind == PlaceKind::Variable)
      Changed->insert(Graph.Places[P].Decl);
  };
  for (const FlowExpr &X : Graph.Exprs)
    if (X.Kind == ExprKind::AddressOf)
      Note(X.Place);
  for (const FlowBlock &B : Graph.Blocks)
    for (const FlowEvent &X : B.Events)
      if (X.Place)
        Note(X.Place);
}

/// True for a parameter that is never changed: its value needs no path.
bool Solver::isFixed(ExprId E) {
  const FlowExpr &Expr = Graph.Exprs[E];
  if (Expr.Kind != ExprKind::Load)
    return false;
  const FlowPlace &Place = Graph.Places[Expr.Place];
  if (Place.Kind != PlaceKind::Variable || Place.Volatile ||
      !llvm::is_contained(Graph.Params, Place.Decl))
    return false;
  if (!Changed)
    findChanged();
  return !Changed->count(Place.Decl);
}

void Solver::forEachEnded(const FlowCall &Call,
                          llvm::function_ref<void(ExprId)> Ends) const {
  if (Call.Known) {
    const int Irp = Call.Routine.Irp;
    if (Call.Routine.disposes() && Irp >= 0 &&
        static_cast<size_t>(Irp) < Call.Args.size())
      Ends(Call.Args[Irp]);
    return;
  }
  if (!Call.Callee || !Resolver)
    return;
  for (unsigned I = 0; I != Call.Args.size(); ++I)
    if (Resolver->mayEnd(Call, I))
      Ends(Call.Args[I]);
}

llvm::BitVector Solver::worthAVisit(Run &R) {
  llvm::BitVector Wanted(Graph.Blocks.size());
  for (BlockId B = 0; B != Graph.Blocks.size(); ++B) {
    if (!Graph.Blocks[B].Reachable)
      continue;
    auto Ends = [&](ExprId Arg) {
      if (!isFixed(Arg)) {
        Wanted.set(B);
        return;
      }
      std::pair<Scalar, BlockId> Entry{M.settled({}, M.value({}, Arg)), B};
      if (!llvm::is_contained(R.SentOrEnded, Entry))
        R.SentOrEnded.push_back(Entry);
    };
    for (const FlowEvent &E : Graph.Blocks[B].Events) {
      if (E.Kind != EventKind::Call)
        continue;
      if (R.IsOne(E.Call))
        Wanted.set(B);
      forEachEnded(Graph.Calls[E.Call], Ends);
    }
  }
  return Wanted;
}

Solver::Arrivals Solver::lookAhead(llvm::function_ref<bool(uint32_t)> IsOne,
                                   const llvm::BitVector &Avoided) {
  Arrivals Result;
  Solution Scratch;
  Scratch.Graph = &Graph;
  Scratch.Eventful.resize(Graph.Blocks.size());
  Scratch.Tests.resize(Graph.Blocks.size());
  Task T;
  T.Avoided = Avoided;
  Run R(T, Scratch);
  R.LookAhead = &Result;
  R.IsOne = IsOne;
  R.MaxSteps = stepLimit(Bounds, Graph);

  // Only what leads to a registration is followed. Ends of IRPs elsewhere
  // count as well; most can be told without a path.
  R.Useful = leadingTo(worthAVisit(R));
  enqueue(R, Graph.Entry, State(), -1, -1, {}, false);
  explore(R);
  Result.GaveUp = Scratch.GaveUp;
  Result.SentOrEnded = std::move(R.SentOrEnded);
  return Result;
}

llvm::BitVector Solver::bypass(uint32_t Opening) const {
  llvm::BitVector Reached(Graph.Blocks.size());
  // A block that is left for good is not entered again.
  std::vector<BlockId> Work{Graph.Entry};
  Reached.set(Graph.Entry);
  while (!Work.empty()) {
    const FlowBlock &B = Graph.Blocks[Work.back()];
    BlockId Block = Work.back();
    Work.pop_back();
    if (llvm::any_of(B.Events, [&](const FlowEvent &E) {
          return E.Kind == EventKind::Call && E.Call == Opening;
        })) {
      Reached.reset(Block);
      continue;
    }
    for (const FlowEdge &E : B.Edges)
      if (!Reached.test(E.To)) {
        Reached.set(E.To);
        Work.push_back(E.To);
      }
  }
  return Reached;
}

std::unique_ptr<Solution> Solver::follow(const Task &T,
                                         const Arrivals &Before) {
  auto Out = std::make_unique<Solution>();
  Out->Graph = &Graph;
  Out->Eventful.resize(Graph.Blocks.size());
  Out->Tests.resize(Graph.Blocks.size());
  Run R(T, *Out);
  R.MaxSteps = stepLimit(Bounds, Graph);
  R.SentOrEnded = Before.SentOrEnded;
  R.Bypass = bypass(static_cast<uint32_t>(T.Opening));
  Out->GaveUp = Before.GaveUp;

  Out->Opens = T.Rule->Opens == Opening::AtRegistration;
  Out->OpeningLoc = Graph.Calls[T.Opening].Loc;

  // Find the event; a call stands in exactly one block unless a termination
  // handler was copied.
  auto It = Before.Before.find(static_cast<uint32_t>(T.Opening));
  if (It == Before.Before.end())
    return Out;
  for (BlockId B = 0; B != Graph.Blocks.size(); ++B)
    for (uint32_t I = 0; I != Graph.Blocks[B].Events.size(); ++I) {
      const FlowEvent &E = Graph.Blocks[B].Events[I];
      if (E.Kind != EventKind::Call ||
          E.Call != static_cast<uint32_t>(T.Opening))
        continue;
      for (const Arrivals::One &Arrival : It->second) {
        Node N;
        N.Block = B;
        N.From = I;
        N.In = Arrival.S;
        N.Merged = Arrival.Merged;
        Out->Nodes.push_back(std::move(N));
        R.Queued.push_back(true);
        R.Queue.push({(uint64_t(Graph.Blocks[B].Order) << 32) | R.Sequence++,
                      static_cast<uint32_t>(Out->Nodes.size() - 1)});
      }
    }
  explore(R);
  R.Stop = false;
  settleLeaves(R);
  // What is true of all paths is not known then.
  Out->GaveUp |= Before.GaveUp;
  return Out;
}

void Solver::settleLeaf(Run &R, uint32_t Leaving) {
  Live L;
  L.S = R.Out.Nodes[Leaving].In;
  const Step *Return = lastReturn(R.Out, Leaving);
  clang::SourceLocation Loc = Return ? Return->Loc : Graph.EndLoc;
  const clang::Stmt *At = Return ? Return->Origin : nullptr;
  std::optional<Scalar> Returned;
  std::optional<Value> Result;
  for (const auto &[C, V] : L.S.Cells)
    if (C == Symbols.returned()) {
      Result = V;
      Returned = M.settled(L.S, V);
    }

  const bool Judged =
      !R.T.Summary && L.S.Life.Known != Knowledge::Idle && R.T.Rule;
  const Happening How = Judged ? howItLeaves(R, L.S) : Happening::LeaveHelper;
  llvm::SmallVector<FaultId, 2> Broken;
  if (Judged) {
    LifeState Life = L.S.Life;
    const Moment Now{M, L.S, Returned, std::nullopt};
    R.T.Rule->step(Life, How, &Now,
                   [&](FaultId Fault) { Broken.push_back(Fault); });
  }
  if (Broken.empty())
    Broken.push_back(NoFault);
  for (FaultId Fault : Broken) {
    const size_t Before = R.Out.Ends.size();
    finish(R, Leaving, L, Fault, How, Loc, At);
    if (R.Out.Ends.size() == Before)
      continue;
    PathEnd &End = R.Out.Ends.back();
    End.Owner = How == Happening::LeaveOwner;
    End.ReturnsValue = Result.has_value();
    if (Result)
      End.Result = *Result;
  }
}

void Solver::settleLeaves(Run &R) {
  for (const uint32_t Leaving : R.Leaves) {
    if (R.Stop)
      return;
    settleLeaf(R, Leaving);
  }
}

std::unique_ptr<Solution> Solver::run(const Task &T) {
  M.KeepsRequest = T.Rule && T.Rule->AsksRequest;
  M.KeepsResults = T.KeepsResults;
  auto Out = std::make_unique<Solution>();
  Out->Graph = &Graph;
  Out->Eventful.resize(Graph.Blocks.size());
  Out->Tests.resize(Graph.Blocks.size());
  Run R(T, *Out);
  R.MaxSteps = stepLimit(Bounds, Graph);
  enqueue(R, Graph.Entry, T.In, -1, -1, {}, false);
  explore(R);
  settleLeaves(R);
  return Out;
}

std::unique_ptr<Solution> Solver::confirm(const Task &T, const Arrivals &Before,
                                          const PathEnd &Wanted,
                                          BlockId Where) {
  // Only blocks from which the end can be reached.
  llvm::BitVector End(Graph.Blocks.size());
  End.set(Where);
  const llvm::BitVector Useful = leadingTo(End);

  // Going back over the last decisions does not help where an early one was
  // wrong; starting afresh with others does.
  uint64_t Size = Graph.Blocks.size();
  uint64_t Left = stepLimit(Bounds, Graph) / 2;
  std::unique_ptr<Solution> Out;
  for (unsigned Attempt = 0; Attempt != MaxAttempts && Left != 0; ++Attempt) {
    Out = std::make_unique<Solution>();
    Out->Graph = &Graph;
    Out->Eventful.resize(Size);
    Out->Tests.resize(Size);
    Run R(T, *Out);
    R.MaxSteps = std::max<uint64_t>(Left / 6, std::min<uint64_t>(Left, 4096));
    R.Wanted = &Wanted;
    R.SentOrEnded = Before.SentOrEnded;
    R.SawEnd = Wanted.Owner;
    R.OnlyFailed = false;
    R.Bypass = llvm::BitVector(Size);
    R.Useful = Useful;
    R.Attempt = Attempt;
    enqueue(R, Graph.Entry, T.In, -1, -1, {}, false);
    explore(R);
    // Every path has been tried, or the one is found.
    if (!Out->Ends.empty() || !Out->GaveUp)
      break;
    Left -= std::min(Left, R.Steps);
  }
  return Out;
}

} // namespace wdm::engine
