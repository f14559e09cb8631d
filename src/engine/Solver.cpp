//===- Solver.cpp - Property simulation -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/SolverRun.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace wdm::engine {

using model::Effect;

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

void Solver::enqueue(Run &R, BlockId To, State S, int32_t From, int32_t Edge,
                     llvm::SmallVector<Step, 2> Steps, bool Merged) {
  if (!R.Useful.empty() && !R.Useful.test(To))
    return;
  auto Push = [&](uint32_t N) {
    R.Queued.resize(R.Out.Nodes.size());
    if (R.Queued[N])
      return;
    R.Queued[N] = true;
    if (R.precise())
      R.Stack.push_back(N);
    else
      R.Queue.push({(uint64_t(Graph.Blocks[To].Order) << 32) |
                        (R.Sequence++ & 0xffffffffu),
                    N});
  };
  auto Create = [&](State New, bool IsMerged) -> uint32_t {
    Node N;
    N.Block = To;
    N.In = std::move(New);
    N.Previous = From;
    N.Edge = Edge;
    N.Steps.assign(Steps.begin(), Steps.end());
    N.Merged = IsMerged;
    R.Out.Nodes.push_back(std::move(N));
    return R.Out.Nodes.size() - 1;
  };

  // Each return statement is judged.
  if (To == Graph.Exit && R.T.Leaves && !R.precise()) {
    const uint32_t N = Create(std::move(S), Merged);
    const Step *Return = lastReturn(R.Out, N);
    const clang::Stmt *At = Return ? Return->Origin : nullptr;
    for (uint32_t Old : R.AtExit[At])
      if (R.Out.Nodes[Old].In == R.Out.Nodes[N].In &&
          R.Out.Nodes[Old].Merged <= Merged) {
        R.Out.Nodes.pop_back();
        return;
      }
    R.AtExit[At].push_back(N);
    Push(N);
    return;
  }

  uint64_t Key = mix(S.hash(), To) >> 2;
  auto &Known = R.Seen[Key];
  for (uint32_t N : Known) {
    Node &Old = R.Out.Nodes[N];
    if (Old.Block != To || !(Old.In == S))
      continue;
    return;
  }
  if (R.precise()) {
    // One path is enough; it need not go round a loop many times.
    if (++R.Visits[To] > MaxVisits) {
      R.Out.GaveUp = true;
      return;
    }
    uint32_t N = Create(std::move(S), false);
    R.Seen[Key].push_back(N);
    Push(N);
    return;
  }

  uint64_t GroupKey = mix(S.groupHash(), To) >> 2;
  auto &Bucket = R.Groups[GroupKey];
  Run::Group *Mine = nullptr;
  for (auto &[Example, G] : Bucket)
    if (R.Out.Nodes[Example].Block == To &&
        R.Out.Nodes[Example].In.sameGroup(S))
      Mine = &G;
  if (!Mine || Mine->Count < Bounds.Disjuncts) {
    uint32_t N = Create(std::move(S), Merged);
    Known.push_back(N);
    if (Mine) {
      ++Mine->Count;
    } else {
      Run::Group G;
      G.Count = 1;
      Bucket.push_back({N, G});
    }
    Push(N);
    return;
  }
  if (Mine->Merged < 0) {
    // Joined with every state that is to come; those before stay apart.
    uint32_t N = Create(std::move(S), true);
    Mine->Merged = static_cast<int32_t>(N);
    Push(N);
    return;
  }
  auto N = static_cast<uint32_t>(Mine->Merged);
  if (M.join(R.Out.Nodes[N].In, S, To))
    Push(N);
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

void Solver::execute(Run &R, uint32_t NodeIndex) {
  BlockId Block = R.Out.Nodes[NodeIndex].Block;
  uint32_t From = R.Out.Nodes[NodeIndex].From;
  bool Merged = R.Out.Nodes[NodeIndex].Merged;
  const FlowBlock &B = Graph.Blocks[Block];

  if (Block == Graph.Exit) {
    leave(R, NodeIndex);
    return;
  }

  std::vector<Live> States(1);
  States[0].S = R.Out.Nodes[NodeIndex].In;
  // What a step costs: large states are copied and compared.
  uint64_t Weight =
      1 + (States[0].S.Cells.size() + States[0].S.Facts.size()) / 8;
  R.Steps += Weight * (1 + B.Edges.size() / 8);
  R.Out.Steps = R.Steps;
  for (uint32_t I = From; I != B.Events.size() && !R.Stop; ++I) {
    R.Steps += Weight * States.size();
    R.Out.Steps = R.Steps;
    if (R.Steps > R.MaxSteps) {
      R.Out.GaveUp = true;
      R.Stop = true;
      return;
    }
    runEvent(R, NodeIndex, B.Events[I], States);
    llvm::erase_if(States, [&](const Live &L) {
      return !L.Alive || (R.isSettled(L.S.Life) && !R.T.Summary);
    });
    if (States.empty())
      return;
    if (States.size() > 64 || States.front().S.Cells.size() > MaxCells) {
      R.Out.GaveUp = true;
      R.Stop = true;
      return;
    }
  }

  std::vector<size_t> Order(B.Edges.size());
  for (size_t I = 0; I != Order.size(); ++I)
    Order[I] = I;
  // The stack turns the order round.
  if (R.precise() && Order.size() > 1) {
    std::reverse(Order.begin(), Order.end());
    if (R.Attempt != 0)
      std::rotate(
          Order.begin(),
          Order.begin() +
              static_cast<ptrdiff_t>(
                  (((R.Attempt * 2654435761u) ^ (Block * 2246822519u)) >> 9) %
                  Order.size()),
          Order.end());
  }
  for (const Live &L : States)
    for (size_t I : Order) {
      const FlowEdge &Edge = B.Edges[I];
      Live Next = L;
      for (const Assumption &A : Edge.If) {
        // That a loop goes on because of memory is no fact: other threads may
        // end it.
        if (isForOthers(R, Next.S, Block, A)) {
          Next.Alive = false;
          break;
        }
        Split How = M.assume(Next.S, A.Condition, A.Holds,
                             /*Remember=*/!B.LoopTest || B.Counts || !A.Holds);
        if (How == Split::Infeasible) {
          Next.Alive = false;
          break;
        }
        learn(R, NodeIndex, Next, How);
      }
      if (!Next.Alive)
        continue;
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
              static_cast<int32_t>(I), std::move(Next.Steps), Merged);
    }
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
    for (const FlowEvent &E : Graph.Blocks[B].Events) {
      if (E.Kind == EventKind::Raise)
        Back[E.Call].push_back(B);
      else if (E.Kind == EventKind::Call && Graph.Calls[E.Call].Handler >= 0)
        Back[Graph.Calls[E.Call].Handler].push_back(B);
    }
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

/// True for a parameter that is never changed: its value needs no path.
bool Solver::isFixed(ExprId E) {
  const FlowExpr &Expr = Graph.Exprs[E];
  if (Expr.Kind != ExprKind::Load)
    return false;
  const FlowPlace &Place = Graph.Places[Expr.Place];
  if (Place.Kind != PlaceKind::Variable || Place.Volatile ||
      !llvm::is_contained(Graph.Params, Place.Decl))
    return false;
  if (!Changed) {
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
  return !Changed->count(Place.Decl);
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
  llvm::BitVector Wanted(Graph.Blocks.size());
  auto Ends = [&](ExprId Arg, BlockId B) {
    if (!isFixed(Arg)) {
      Wanted.set(B);
      return;
    }
    std::pair<Scalar, BlockId> Entry{M.settled({}, M.value({}, Arg)), B};
    if (!llvm::is_contained(R.SentOrEnded, Entry))
      R.SentOrEnded.push_back(Entry);
  };
  for (BlockId B = 0; B != Graph.Blocks.size(); ++B) {
    if (!Graph.Blocks[B].Reachable)
      continue;
    for (const FlowEvent &E : Graph.Blocks[B].Events) {
      if (E.Kind != EventKind::Call)
        continue;
      const FlowCall &Call = Graph.Calls[E.Call];
      if (IsOne(E.Call))
        Wanted.set(B);
      if (Call.Known) {
        switch (Call.Routine.Does) {
        case Effect::Send:
        case Effect::Complete:
        case Effect::Free:
        case Effect::Reuse:
          if (Call.Routine.Irp >= 0 &&
              static_cast<size_t>(Call.Routine.Irp) < Call.Args.size())
            Ends(Call.Args[Call.Routine.Irp], B);
          break;
        default:
          break;
        }
      } else if (Call.Callee && Resolver) {
        for (unsigned I = 0; I != Call.Args.size(); ++I)
          if (Resolver->mayEnd(Call, I))
            Ends(Call.Args[I], B);
      }
    }
  }
  R.Useful = leadingTo(Wanted);
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

void Solver::settleLeaves(Run &R) {
  for (const uint32_t Leaving : R.Leaves) {
    if (R.Stop)
      return;
    const Node &N = R.Out.Nodes[Leaving];
    Live L;
    L.S = N.In;
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
