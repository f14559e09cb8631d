//===- Solver.cpp - Property simulation -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Solver.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <queue>

namespace wdm::engine {

using model::Effect;
using model::FieldRole;

namespace {

/// On the result of a routine that allocates IRPs.
constexpr uint8_t AllocatedTag = 16;

/// States kept before one call; more are joined.
constexpr unsigned MaxArrivals = 48;

/// States with more cells than this are not followed.
constexpr size_t MaxCells = 1024;

/// A search for one path comes to one block this often at the most, begins
/// anew this often.
constexpr unsigned MaxVisits = 24;
constexpr unsigned MaxAttempts = 48;

/// Constants that a counting loop may produce before it is taken as unknown.
constexpr int64_t MaxCounted = 6;

} // namespace

struct Solver::Run {
  Run(const Task &T, Solution &Out) : T(T), Out(Out) {}

  const Task &T;
  Solution &Out;
  Arrivals *LookAhead = nullptr;
  llvm::function_ref<bool(uint32_t)> IsOne;
  const PathEnd *Wanted = nullptr;
  /// Not empty: the only blocks worth a visit.
  llvm::BitVector Useful;
  llvm::SmallVector<std::pair<Scalar, BlockId>, 8> SentOrEnded;
  bool SawEnd = false;    ///< The tracked IRP is sent or ended on some path.
  bool OnlyFailed = true; ///< ... but only where its registration failed.
  uint64_t Steps = 0;
  uint64_t MaxSteps = 0;
  bool Stop = false;
  llvm::DenseMap<BlockId, unsigned> Visits;
  unsigned Attempt = 0; ///< Of a search: which order of decisions is tried.

  using Item = std::pair<uint64_t, uint32_t>; ///< Order and number, node.
  std::priority_queue<Item, std::vector<Item>, std::greater<Item>> Queue;
  std::vector<uint32_t> Stack;
  uint64_t Sequence = 0;
  std::vector<bool> Queued;

  llvm::DenseMap<uint64_t, llvm::SmallVector<uint32_t, 1>> Seen;
  struct Group {
    unsigned Count = 0;
    int32_t Merged = -1;
  };
  llvm::DenseMap<uint64_t, llvm::SmallVector<std::pair<uint32_t, Group>, 1>>
      Groups;
  /// Blocks that can be reached without the registration.
  llvm::BitVector Bypass;
  struct Leaving {
    uint32_t Node;
  };
  std::vector<Leaving> Leaves;

  bool precise() const { return Wanted != nullptr; }
};

// --- Bookkeeping ------------------------------------------------------------

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
    runEvent(R, NodeIndex, B.Events[I], I, States);
    llvm::erase_if(States, [&](const Live &L) {
      return !L.Alive || (isSettled(L.S.Life) && !R.T.Summary);
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
      M.prune(Next.S, Edge.To,
              R.LookAhead || R.T.Summary || R.T.Registration >= 0);
      enqueue(R, Edge.To, std::move(Next.S), static_cast<int32_t>(NodeIndex),
              static_cast<int32_t>(I), std::move(Next.Steps), Merged);
    }
}

void Solver::learn(Run &R, uint32_t NodeIndex, Live &L, Split How) {
  if (How == Split::Plain)
    return;
  BlockId Block = R.Out.Nodes[NodeIndex].Block;
  R.Out.Tested = true;
  R.Out.Tests.set(Block);
  R.Out.Eventful.set(Block);
  switch (How) {
  case Split::Success:
    step(L.S.Life, Happening::LearnSuccess);
    M.settle(L.S, true);
    return;
  case Split::Failure:
    step(L.S.Life, Happening::LearnFailure);
    M.settle(L.S, false);
    return;
  case Split::Unclear:
    step(L.S.Life, Happening::Examine);
    return;
  case Split::Infeasible:
  case Split::Plain:
    return;
  }
}

void Solver::finish(Run &R, uint32_t NodeIndex, Live &L, Verdict Broken,
                    clang::SourceLocation Loc, const clang::Stmt *At) {
  R.Out.Eventful.set(R.Out.Nodes[NodeIndex].Block);
  if (R.Wanted && (R.Wanted->Broken != Broken || R.Wanted->At != At ||
                   R.Wanted->Loc != Loc))
    return;
  PathEnd End;
  End.Broken = Broken;
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

bool Solver::happen(Run &R, uint32_t NodeIndex, Live &L, Happening What,
                    NoteKind Note, const FlowEvent &E) {
  LifeState Before = L.S.Life;
  Verdict V = step(L.S.Life, What);
  if (L.S.Life != Before)
    R.Out.Eventful.set(R.Out.Nodes[NodeIndex].Block);
  if (What == Happening::Send || What == Happening::EndIrp ||
      What == Happening::RenewIrp) {
    R.SawEnd = true;
    R.OnlyFailed &=
        Before.Known == Knowledge::Failed && What != Happening::Send;
    Step S;
    S.Kind = Step::Note;
    S.What = Note;
    S.Loc = E.Loc;
    S.Origin = E.Origin;
    L.Steps.push_back(S);
  }
  if (V == Verdict::None)
    return false;
  finish(R, NodeIndex, L, V, E.Loc, E.Origin);
  if (!R.T.Summary)
    L.Alive = false;
  else if (V != Verdict::None && What == Happening::Send)
    L.Alive = false; // The caller is told of the verdict, not of the path.
  return true;
}

Responsibility Solver::responsibility(const Run &R, const State &S) const {
  if (R.T.DispatchIrp &&
      S.Irp == Symbols.initial(Symbols.variable(R.T.DispatchIrp, false, true)))
    return Responsibility::Dispatch;
  if (S.Irp.isConstant())
    return Responsibility::Helper;
  const SymInfo &I = Symbols.symbol(S.Irp.Sym);
  if (I.Kind == SymKind::Site)
    return I.Tag & AllocatedTag ? Responsibility::Owner
                                : Responsibility::Helper;
  if (I.Kind == SymKind::Initial &&
      Symbols.cell(I.A).Kind == CellKind::Variable && !Symbols.outlives(I.A)) {
    // A helper that ends the IRP where the registration failed leaves it to
    // its caller otherwise; that can be seen where there is a caller.
    bool Elsewhere = llvm::any_of(R.SentOrEnded, [&](const auto &E) {
      return E.first == S.Irp &&
             (!Graph.Called || R.Bypass.empty() || R.Bypass.test(E.second));
    });
    bool Here = R.SawEnd && !(Graph.Called && R.OnlyFailed);
    return Here || Elsewhere ? Responsibility::Owner : Responsibility::Helper;
  }
  return Responsibility::Helper;
}

void Solver::leave(Run &R, uint32_t NodeIndex) {
  if (R.Out.Nodes[NodeIndex].In.Life.Known == Knowledge::Idle && !R.T.Summary)
    return;
  R.Leaves.push_back({NodeIndex});
  // A search for one path need not wait for the others.
  if (R.precise()) {
    settleLeaves(R);
    R.Leaves.clear();
  }
}

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

// --- Events -----------------------------------------------------------------

bool Solver::isIrp(const State &S, Scalar X) const {
  return S.Life.Known != Knowledge::Idle && !X.isConstant() && X == S.Irp;
}

bool Solver::isPartOfIrp(const State &S, Scalar X) const {
  if (S.Life.Known == Knowledge::Idle || X.isConstant())
    return false;
  const SymInfo &I = Symbols.symbol(X.Sym);
  if (I.Kind == SymKind::Binary && I.Operator == Op::NextStack)
    return I.L == S.Irp;
  if (I.Kind != SymKind::Address)
    return false;
  const CellInfo &Root = Symbols.cell(Symbols.rootOf(I.A));
  return Root.Kind == CellKind::Pointee && Root.Key == S.Irp;
}

/// \p C lies in the next stack location of the IRP, in one of its spellings:
/// the accessor's result, or the current location less one.
bool Solver::isNextStack(const State &S, CellId C) const {
  if (S.Life.Known == Knowledge::Idle)
    return false;
  for (; C; C = Symbols.cell(C).Base) {
    const CellInfo &I = Symbols.cell(C);
    Scalar Key = I.Key;
    int64_t Offset = 0;
    if (I.Kind == CellKind::Element) {
      if (!I.Key.isConstant())
        continue;
      Offset = I.Key.Num;
      if (Symbols.cell(I.Base).Kind != CellKind::Pointee)
        continue;
      Key = Symbols.cell(I.Base).Key;
    } else if (I.Kind != CellKind::Pointee) {
      continue;
    }
    if (Key.isConstant())
      continue;
    SymInfo K = Symbols.symbol(Key.Sym);
    if (K.Kind == SymKind::Binary && K.Operator == Op::NextStack)
      return K.L == S.Irp && Offset == 0;
    if (K.Kind == SymKind::Binary &&
        (K.Operator == Op::Sub || K.Operator == Op::Add) && K.R.isConstant() &&
        !K.L.isConstant()) {
      Offset += K.Operator == Op::Sub ? -K.R.Num : K.R.Num;
      K = Symbols.symbol(K.L.Sym);
    }
    // What the IRP's stack pointer held.
    if (Offset != -1 || K.Kind != SymKind::Initial)
      continue;
    const CellInfo &Root = Symbols.cell(Symbols.rootOf(K.A));
    if (Root.Kind == CellKind::Pointee && Root.Key == S.Irp)
      return true;
  }
  return false;
}

void Solver::storeTo(Run &R, uint32_t NodeIndex, Live &L, CellId To, Value V,
                     const FlowEvent &E) {
  if (!To)
    return;
  M.store(L.S, To, V);
  if (L.S.Life.Known == Knowledge::Idle)
    return;
  // In an array under an index that is not known it is out of sight.
  if (V.tells())
    for (CellId C = To; C; C = Symbols.cell(C).Base)
      if (Symbols.cell(C).Kind == CellKind::Element &&
          !Symbols.cell(C).Key.isConstant())
        happen(R, NodeIndex, L, Happening::StatusOut, NoteKind::Sent, E);
  CellId Root = Symbols.rootOf(To);
  const CellInfo &RootInfo = Symbols.cell(Root);
  bool Callers = RootInfo.Kind == CellKind::Variable && !RootInfo.Outlives &&
                 !Graph.OwnVariables.count(RootInfo.Decl) &&
                 !llvm::is_contained(Graph.Params, RootInfo.Decl);
  if (!Symbols.outlives(To) && !Callers)
    return;
  bool InIrp = RootInfo.Kind == CellKind::Pointee &&
               (RootInfo.Key == L.S.Irp || isPartOfIrp(L.S, RootInfo.Key));
  bool ForCaller =
      Callers || (RootInfo.Kind == CellKind::Pointee &&
                  Symbols.mentions(RootInfo.Key, [&](Scalar X) {
                    if (X.isConstant())
                      return false;
                    const SymInfo &I = Symbols.symbol(X.Sym);
                    if (I.Kind != SymKind::Initial)
                      return false;
                    const CellInfo &C = Symbols.cell(I.A);
                    return C.Kind == CellKind::Variable &&
                           (llvm::is_contained(Graph.Params, C.Decl) ||
                            C.Decl == Graph.This);
                  }));
  if (V.tells())
    happen(R, NodeIndex, L,
           ForCaller && !InIrp ? Happening::StatusToCaller
                               : Happening::StatusOut,
           NoteKind::Sent, E);
  if (!InIrp &&
      (isIrp(L.S, M.settled(L.S, V)) || isPartOfIrp(L.S, M.settled(L.S, V))))
    happen(R, NodeIndex, L,
           ForCaller ? Happening::IrpToCaller : Happening::StoreIrp,
           NoteKind::Sent, E);
}

void Solver::giveToUnknown(Run &R, uint32_t NodeIndex, Live &L, Value V,
                           const FlowEvent &E, bool OnlyPrints, SiteId Site) {
  if (OnlyPrints)
    return;
  bool Tracked = L.S.Life.Known != Knowledge::Idle;
  if (Tracked && V.tells())
    happen(R, NodeIndex, L, Happening::Examine, NoteKind::Sent, E);
  Scalar X = M.settled(L.S, V);
  if (X.isConstant())
    return;
  if (isIrp(L.S, X) || isPartOfIrp(L.S, X)) {
    happen(R, NodeIndex, L, Happening::HandOn, NoteKind::Sent, E);
    return;
  }

  // What the pointer leads to.
  CellId Target = Symbols.pointee(X, false);
  if (Symbols.cell(Target).Kind == CellKind::Element)
    Target = Symbols.cell(Target).Base; // All of the array.
  bool Local = Symbols.symbol(X.Sym).Kind == SymKind::Address;
  bool GivesIrp = false, GivesStatus = false;
  llvm::SmallVector<CellId, 8> Touched;
  for (const auto &[C, CellValue] : L.S.Cells) {
    if (!Symbols.isWithin(C, Target))
      continue;
    if (Tracked && CellValue.tells())
      GivesStatus = true;
    if (isIrp(L.S, M.settled(L.S, CellValue)))
      GivesIrp = true;
    else if (!Symbols.cell(C).Pointer)
      Touched.push_back(C);
  }
  if (GivesStatus)
    happen(R, NodeIndex, L, Happening::Examine, NoteKind::Sent, E);
  if (GivesIrp)
    happen(R, NodeIndex, L, Happening::HandOn, NoteKind::Sent, E);
  if (!Site)
    return;
  auto New = [&](CellId C) {
    return Symbols.opaque(Site, Symbols.site(Site, 0), Symbols.initial(C));
  };
  if (Local && !GivesIrp) {
    M.forget(L.S, Target, New(Target));
    return;
  }
  for (CellId C : Touched)
    M.store(L.S, C, Value::plain(New(C)));
  llvm::erase_if(L.S.Facts, [&](auto &F) {
    return Symbols.mentions(Scalar::symbol(F.first), [&](Scalar Part) {
      if (Part.isConstant())
        return false;
      const SymInfo &I = Symbols.symbol(Part.Sym);
      return I.Kind == SymKind::Initial && Symbols.isWithin(I.A, Target) &&
             !Symbols.cell(I.A).Pointer;
    });
  });
}

void Solver::unknownCall(Run &R, uint32_t NodeIndex, Live &L,
                         const FlowCall &Call, const FlowEvent &E) {
  bool Tells = false;
  llvm::SmallVector<Value, 8> Args;
  for (ExprId Arg : Call.Args)
    Args.push_back(M.value(L.S, Arg));
  if (Call.This)
    Args.push_back(M.value(L.S, Call.This));
  M.retire(L.S, Call.Site);
  for (const Value &V : Args) {
    Tells |= V.tells();
    giveToUnknown(R, NodeIndex, L, V, E, Call.OnlyPrints, Call.Site);
  }
  M.store(L.S, Symbols.temporary(Call.Site),
          Tells ? Value{Symbols.site(Call.Site, 1), Symbols.site(Call.Site, 2)}
                : Value::plain(Symbols.site(Call.Site, 0)));
}

void Solver::begin(Run &R, uint32_t NodeIndex, const FlowCall &Call, Live L,
                   std::vector<Live> &Out) {
  R.Out.Eventful.set(R.Out.Nodes[NodeIndex].Block);
  CellId Result = Symbols.temporary(Call.Site);
  if (Call.Known && Call.Routine.Does == Effect::Register) {
    auto Arg = [&](int Position) {
      if (Position < 0 || static_cast<size_t>(Position) >= Call.Args.size())
        return Symbols.opaque(Call.Site, Scalar::constant(Position), Scalar());
      Scalar X = M.settled(L.S, M.value(L.S, Call.Args[Position]));
      return X.isConstant()
                 ? Symbols.opaque(Call.Site, Scalar::constant(Position), X)
                 : X;
    };
    Scalar Irp = Arg(Call.Routine.Irp), Device = Arg(Call.Routine.Device);
    M.retire(L.S, Call.Site);
    L.S.Irp = Irp;
    L.S.Device = Device;
    L.S.Life = LifeState();
    L.S.Life.Known = Knowledge::Unchecked;
    noteStored(L.S);
    // The routine reads the IRP: it is one.
    if (!Irp.isConstant()) {
      Range NotNull;
      NotNull.exclude(0);
      M.narrow(L.S, Irp.Sym, NotNull);
    }
    // Status values are 0 and a failure; truth values the other way round.
    M.store(L.S, Result,
            Call.ReturnsBool
                ? Value{Scalar::constant(1), Scalar::constant(0)}
                : Value{Scalar::constant(0), Scalar::constant(FailureStatus)});
    Out.push_back(std::move(L));
    return;
  }
  llvm::SmallVector<CallOutcome, 8> Outcomes;
  if (!Resolver || !Resolver->opens(M, L.S, Call, Outcomes))
    return;
  for (CallOutcome &O : Outcomes) {
    Live New = L;
    M.retire(New.S, Call.Site);
    New.S.Life = O.After.Life;
    New.S.Irp = O.After.Irp;
    New.S.Device = O.After.Device;
    bool Feasible = true;
    for (const auto &[Sym, Fact] : O.Facts)
      Feasible = Feasible && M.narrow(New.S, Sym, Fact);
    if (!Feasible)
      continue;
    FlowEvent E;
    E.Loc = Call.Loc;
    E.Origin = reinterpret_cast<const clang::Stmt *>(Call.Origin);
    M.store(New.S, Result, O.Result);
    for (const auto &[Cell, V] : O.Writes) {
      storeTo(R, NodeIndex, New, Cell, V, E);
      if (V.tells())
        noteStoredIn(R, Cell);
    }
    noteStored(New.S);
    Step S;
    S.Kind = Step::Call;
    S.Loc = Call.Loc;
    S.Inner = O.Inner;
    S.InnerEnd = O.InnerEnd;
    New.Steps.push_back(S);
    Out.push_back(std::move(New));
  }
}

/// An IRP that is made, stored and then registered is where others find it.
void Solver::noteStored(State &S) const {
  if (S.Irp.isConstant())
    return;
  for (const auto &[C, V] : S.Cells) {
    const CellInfo &Root = Symbols.cell(Symbols.rootOf(C));
    if (V.OnSuccess == S.Irp && Symbols.outlives(C) &&
        !(Root.Kind == CellKind::Pointee && Root.Key == S.Irp))
      step(S.Life, Happening::StoreIrp);
  }
}

/// A called function stored the status in \p Cell: names it where it can be.
void Solver::noteStoredIn(Run &R, CellId Cell) const {
  llvm::SmallVector<const void *, 2> Parts;
  for (; Cell; Cell = Symbols.cell(Cell).Base) {
    const CellInfo &I = Symbols.cell(Cell);
    if (I.Kind != CellKind::Variable && I.Kind != CellKind::Field)
      return;
    Parts.insert(Parts.begin(), I.Decl);
  }
  R.Out.StoredInParts = std::move(Parts);
}

/// \p Call raises in the state \p L.
void Solver::enterHandler(Run &R, uint32_t NodeIndex, const Live &L,
                          const FlowCall &Call) {
  State S = L.S;
  M.prune(S, Call.Handler, R.T.Summary);
  enqueue(R, Call.Handler, std::move(S), static_cast<int32_t>(NodeIndex), -1,
          L.Steps, R.Out.Nodes[NodeIndex].Merged);
}

/// Memory is freed: an IRP that was stored nowhere else is in this function's
/// hands again.
void Solver::takeBack(State &S, Scalar Freed) const {
  bool There = false, Elsewhere = false;
  for (const auto &[C, V] : S.Cells) {
    if (!isIrp(S, M.settled(S, V)) || !Symbols.outlives(C))
      continue;
    const CellInfo &Root = Symbols.cell(Symbols.rootOf(C));
    (Root.Kind == CellKind::Pointee && Root.Key == Freed ? There : Elsewhere) =
        true;
  }
  if (There && !Elsewhere)
    step(S.Life, Happening::TakeBack);
}

void Solver::noteEnd(Run &R, uint32_t NodeIndex, Scalar Irp) {
  std::pair<Scalar, BlockId> Entry{Irp, R.Out.Nodes[NodeIndex].Block};
  if (R.LookAhead && !llvm::is_contained(R.SentOrEnded, Entry))
    R.SentOrEnded.push_back(Entry);
}

bool Solver::comesAgain(Run &R, uint32_t NodeIndex, Live &L,
                        const FlowCall &Call, const FlowEvent &E) {
  if (L.S.Life.Known == Knowledge::Unchecked) {
    if (holdsStatus(L.S))
      return true; // In another variable, or another element of an array.
    happen(R, NodeIndex, L, Happening::RegisterAgain, NoteKind::RegisteredAgain,
           E);
    return false;
  }
  // Another try for the same IRP settles this one.
  int Irp = static_cast<int>(Call.Routine.Irp);
  return Call.Known && Irp >= 0 &&
         static_cast<size_t>(Irp) < Call.Args.size() &&
         !isIrp(L.S, M.settled(L.S, M.value(L.S, Call.Args[Irp])));
}

bool Solver::holdsStatus(const State &S) const {
  return llvm::any_of(S.Cells, [&](const auto &E) {
    return E.second.tells() &&
           Symbols.cell(E.first).Kind != CellKind::Temporary;
  });
}

void Solver::runCall(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                     std::vector<Live> &States) {
  const FlowCall &Call = Graph.Calls[E.Call];
  bool IsRegistration = R.T.Registration >= 0 &&
                        E.Call == static_cast<uint32_t>(R.T.Registration);
  std::vector<Live> Next;

  for (Live &L : States) {
    bool Tracked = L.S.Life.Known != Knowledge::Idle;

    if (IsRegistration) {
      if (Tracked) {
        if (!comesAgain(R, NodeIndex, L, Call, E))
          continue;
        M.retire(L.S, Call.Site);
        M.store(L.S, Symbols.temporary(Call.Site),
                Value::plain(Symbols.site(Call.Site, 0)));
        Next.push_back(std::move(L));
        continue;
      }
      begin(R, NodeIndex, Call, L, Next);
      if (!R.precise())
        continue;
      // Looking for a path from the entry, this may not be the round.
    } else if (R.LookAhead && R.IsOne(E.Call)) {
      auto &Before = R.LookAhead->Before[E.Call];
      const bool Merged = R.Out.Nodes[NodeIndex].Merged;
      auto Known = llvm::find_if(
          Before, [&](const Arrivals::One &X) { return X.S == L.S; });
      if (Known != Before.end()) {
        Known->Merged &= Merged;
      } else if (Before.size() < MaxArrivals) {
        Before.push_back({L.S, Merged});
      } else {
        M.join(Before.back().S, L.S, R.Out.Nodes[NodeIndex].Block);
        Before.back().Merged = true;
      }
    }

    if (Call.Known) {
      const model::Routine &Routine = Call.Routine;
      auto ArgScalar = [&](int Position) -> Scalar {
        if (Position < 0 || static_cast<size_t>(Position) >= Call.Args.size())
          return Scalar();
        return M.settled(L.S, M.value(L.S, Call.Args[Position]));
      };
      Scalar Irp = ArgScalar(Routine.Irp);
      Scalar Device = ArgScalar(Routine.Device);
      bool Mine = isIrp(L.S, Irp);
      Value Result = Value::plain(Symbols.site(Call.Site, 0));
      bool Returns = true;

      switch (Routine.Does) {
      case Effect::Raise:
      case Effect::RaiseAlways:
        if (Call.Handler >= 0)
          enterHandler(R, NodeIndex, L, Call);
        Returns = Routine.Does == Effect::Raise;
        break;
      case Effect::NoReturn:
        Returns = false;
        break;
      case Effect::Register:
        // A second try after a failure deals with the failure.
        if (Mine && L.S.Life.Known == Knowledge::Failed)
          Returns = false;
        break;
      case Effect::Send:
        noteEnd(R, NodeIndex, Irp);
        if (!Mine)
          break;
        if (Routine.Device >= 0 && Device == L.S.Device &&
            !Device.isConstant() && L.S.Life.Irp != Custody::Renewed &&
            !(R.T.DispatchDevice &&
              Device == Symbols.initial(Symbols.variable(R.T.DispatchDevice,
                                                         false, true)))) {
          Live Copy = L;
          Step S;
          S.Kind = Step::Note;
          S.What = NoteKind::SentToOwnDevice;
          S.Loc = E.Loc;
          S.Origin = E.Origin;
          Copy.Steps.push_back(S);
          finish(R, NodeIndex, Copy, Verdict::SentToOwnDevice, E.Loc, E.Origin);
          if (R.Stop)
            return;
        }
        happen(R, NodeIndex, L, Happening::Send, NoteKind::Sent, E);
        break;
      case Effect::Recover:
        if (Mine)
          happen(R, NodeIndex, L, Happening::Recover, NoteKind::Sent, E);
        break;
      case Effect::Complete:
      case Effect::Free:
      case Effect::Reuse:
        noteEnd(R, NodeIndex, Irp);
        if (Mine)
          happen(R, NodeIndex, L,
                 Routine.Does == Effect::Reuse ? Happening::RenewIrp
                                               : Happening::EndIrp,
                 Routine.Does == Effect::Complete ? NoteKind::Completed
                 : Routine.Does == Effect::Free   ? NoteKind::Freed
                                                  : NoteKind::Reused,
                 E);
        break;
      case Effect::HandOn:
        for (ExprId Arg : Call.Args) {
          Scalar X = M.settled(L.S, M.value(L.S, Arg));
          if (isIrp(L.S, X) || isPartOfIrp(L.S, X))
            happen(R, NodeIndex, L, Happening::HandOn, NoteKind::Sent, E);
        }
        break;
      case Effect::FreeMemory:
        takeBack(L.S, ArgScalar(0));
        break;
      case Effect::Allocate:
        Result = Value::plain(Symbols.site(Call.Site, AllocatedTag));
        break;
      case Effect::NextStack:
        Result = Value::plain(
            Symbols.binary(Op::NextStack, Irp, Scalar::constant(0)));
        break;
      case Effect::Pure: {
        Scalar S, F;
        for (ExprId Arg : Call.Args) {
          Value V = M.value(L.S, Arg);
          S = Symbols.opaque(Call.Site, S, V.OnSuccess);
          F = Symbols.opaque(Call.Site, F, V.OnFailure);
        }
        Result = {S, F};
        break;
      }
      case Effect::Wait: {
        // Others have run: what they can reach may have changed.
        llvm::erase_if(L.S.Facts, [&](auto &F) {
          return Symbols.mentions(Scalar::symbol(F.first), [&](Scalar Part) {
            if (Part.isConstant())
              return false;
            const SymInfo &I = Symbols.symbol(Part.Sym);
            return I.Kind == SymKind::Initial && Symbols.outlives(I.A) &&
                   !Symbols.cell(I.A).Pointer;
          });
        });
        for (auto &[C, V] : L.S.Cells)
          if (Symbols.outlives(C) && !Symbols.cell(C).Pointer && !V.tells())
            V = Value::plain(Symbols.opaque(
                Call.Site, Symbols.site(Call.Site, 0), Symbols.initial(C)));
        break;
      }
      case Effect::Harmless:
      case Effect::Prints:
      case Effect::Nothing:
      case Effect::Abnormal:
        break;
      }
      if (R.Stop)
        return;
      if (!Returns || !L.Alive)
        continue;
      M.retire(L.S, Call.Site);
      if (Routine.Does != Effect::Prints)
        for (ExprId Arg : Call.Args) {
          // Results through pointers to locals.
          Scalar X = M.settled(L.S, M.value(L.S, Arg));
          if (X.isConstant() || Symbols.symbol(X.Sym).Kind != SymKind::Address)
            continue;
          CellId C = Symbols.symbol(X.Sym).A;
          bool Keep = false;
          for (const auto &[Part, V] : L.S.Cells)
            if (Symbols.isWithin(Part, C))
              Keep |= V.tells() || isIrp(L.S, M.settled(L.S, V));
          if (!Keep && !Symbols.outlives(C))
            M.forget(L.S, C,
                     Symbols.opaque(Call.Site, Symbols.site(Call.Site, 0),
                                    Symbols.initial(C)));
        }
      M.store(L.S, Symbols.temporary(Call.Site), Result);
      Next.push_back(std::move(L));
      continue;
    }

    if (R.LookAhead && Call.Callee && Resolver)
      for (unsigned I = 0; I != Call.Args.size(); ++I)
        if (Resolver->mayEnd(Call, I)) {
          noteEnd(R, NodeIndex, M.settled(L.S, M.value(L.S, Call.Args[I])));
        }

    llvm::SmallVector<CallOutcome, 8> Outcomes;
    if (Call.Callee && Resolver && Resolver->resolve(M, L.S, Call, Outcomes)) {
      if (Outcomes.empty() && Call.Handler >= 0 && Resolver->raises(Call))
        enterHandler(R, NodeIndex, L, Call);
      for (CallOutcome &O : Outcomes) {
        Live New = L;
        M.retire(New.S, Call.Site);
        Step S;
        S.Kind = Step::Call;
        S.Loc = Call.Loc;
        S.Index = E.Call;
        S.Inner = O.Inner;
        S.InnerEnd = O.InnerEnd;
        New.Steps.push_back(S);
        if (O.After.Life != New.S.Life)
          R.Out.Eventful.set(R.Out.Nodes[NodeIndex].Block);
        if (O.After.Life.Irp == Custody::Sent ||
            O.After.Life.Irp == Custody::Ended ||
            O.After.Life.Irp == Custody::Renewed) {
          R.SawEnd = true;
          R.OnlyFailed &= New.S.Life.Known == Knowledge::Failed ||
                          O.After.Life.Known == Knowledge::Failed;
        }
        if (O.After.Life.Known != New.S.Life.Known) {
          R.Out.Tested = true;
          R.Out.Tests.set(R.Out.Nodes[NodeIndex].Block);
        }
        Knowledge Was = New.S.Life.Known;
        New.S.Life = O.After.Life;
        if (O.Broken != Verdict::None) {
          finish(R, NodeIndex, New, O.Broken, E.Loc, E.Origin);
          if (R.Stop)
            return;
          continue;
        }
        if (Was != New.S.Life.Known &&
            (New.S.Life.Known == Knowledge::Succeeded ||
             New.S.Life.Known == Knowledge::Failed))
          M.settle(New.S, New.S.Life.Known == Knowledge::Succeeded);
        bool Feasible = true;
        for (const auto &[Sym, Fact] : O.Facts)
          Feasible = Feasible && M.narrow(New.S, Sym, Fact);
        if (!Feasible)
          continue;
        M.store(New.S, Symbols.temporary(Call.Site), O.Result);
        for (const auto &[Cell, V] : O.Writes)
          storeTo(R, NodeIndex, New, Cell, V, E);
        Next.push_back(std::move(New));
      }
      continue;
    }
    unknownCall(R, NodeIndex, L, Call, E);
    if (R.Stop)
      return;
    Next.push_back(std::move(L));
  }
  States = std::move(Next);
}

void Solver::runEvent(Run &R, uint32_t NodeIndex, const FlowEvent &E,
                      uint32_t Index, std::vector<Live> &States) {
  if (E.Kind == EventKind::Call) {
    runCall(R, NodeIndex, E, States);
    return;
  }
  for (Live &L : States) {
    bool Tracked = L.S.Life.Known != Knowledge::Idle;
    switch (E.Kind) {
    case EventKind::Store: {
      Value V = M.value(L.S, E.Value);
      CellId To = M.cell(L.S, E.Place);
      const FlowPlace &Place = Graph.Places[E.Place];
      if (E.Site && !V.tells() && !V.OnSuccess.isConstant()) {
        // x = x + y: some number. Loops would never come to an end of sums.
        SymKind Kind = Symbols.symbol(V.OnSuccess.Sym).Kind;
        Scalar Old = M.settled(L.S, M.load(L.S, To));
        const SymInfo &Sum = Symbols.symbol(V.OnSuccess.Sym);
        bool SetsBits = Kind == SymKind::Binary && Sum.R.isConstant() &&
                        (Sum.Operator == Op::And || Sum.Operator == Op::Or);
        if ((Kind == SymKind::Binary || Kind == SymKind::Opaque) && !SetsBits &&
            !Old.isConstant() && V.OnSuccess != Old &&
            Symbols.mentions(V.OnSuccess,
                             [&](Scalar Part) { return Part == Old; })) {
          M.retire(L.S, E.Site);
          V = Value::plain(Symbols.site(E.Site, 0));
        }
      }
      if (Tracked && V.tells() && Place.Kind == PlaceKind::Temporary &&
          Place.Decl && R.Out.StoredInParts.empty())
        R.Out.StoredInParts = {Place.Decl};
      if (Tracked && V.tells() && Place.Kind != PlaceKind::Temporary &&
          !R.Out.StoredIn) {
        R.Out.StoredIn = E.Place;
        R.Out.StoredLoc = E.Loc;
        R.Out.StoredBy = E.Origin;
      }
      if (Tracked && Place.Role == FieldRole::RoutineOrControl &&
          isNextStack(L.S, To))
        happen(R, NodeIndex, L, Happening::Recover, NoteKind::Sent, E);
      bool Held = Tracked && holdsStatus(L.S);
      storeTo(R, NodeIndex, L, To, V, E);
      // The same registration has been made again, and its status takes the
      // place of the last copy of this one's.
      if (Held && R.T.Registration >= 0 && !V.tells() &&
          V.OnSuccess == Symbols.site(Graph.Calls[R.T.Registration].Site, 0) &&
          !holdsStatus(L.S)) {
        FlowEvent Again = E;
        Again.Origin = reinterpret_cast<const clang::Stmt *>(
            Graph.Calls[R.T.Registration].Origin);
        happen(R, NodeIndex, L, Happening::RegisterAgain,
               NoteKind::RegisteredAgain, Again);
        L.Alive = false;
      }
      break;
    }
    case EventKind::StepPlace: {
      CellId To = M.cell(L.S, E.Place);
      Value Old = M.load(L.S, To);
      const FlowPlace &Place = Graph.Places[E.Place];
      if (Tracked && (Place.Role == FieldRole::StackPosition ||
                      Place.Role == FieldRole::StackPointer)) {
        const CellInfo &Root = Symbols.cell(Symbols.rootOf(To));
        if (Root.Kind == CellKind::Pointee && Root.Key == L.S.Irp)
          happen(R, NodeIndex, L,
                 E.Number > 0 ? Happening::Recover : Happening::HandOn,
                 NoteKind::Sent, E);
      }
      M.retire(L.S, E.Site);
      auto Stepped = [&](Scalar X) {
        X = M.fold(L.S, Op::Add, X, Scalar::constant(0), false);
        if (X.isConstant() && X.Num + E.Number <= MaxCounted &&
            X.Num + E.Number >= -MaxCounted)
          return Scalar::constant(X.Num + E.Number);
        return Symbols.site(E.Site, 0);
      };
      Range Interval = M.rangeOf(L.S, M.settled(L.S, Old));
      Scalar New = Stepped(M.settled(L.S, Old));
      M.store(L.S, Symbols.temporary(E.Site), Old);
      M.store(L.S, To, Value::plain(New));
      // One more than what was below a bound is at the bound at the most. The
      // other end stays, so that loops come to an end.
      if (!New.isConstant()) {
        Range After;
        if (E.Number > 0)
          After.clamp(Interval.Low,
                      Interval.High == INT64_MAX || Interval.isSingle()
                          ? INT64_MAX
                          : Interval.High + E.Number);
        else
          After.clamp(Interval.Low == INT64_MIN || Interval.isSingle()
                          ? INT64_MIN
                          : Interval.Low + E.Number,
                      Interval.High);
        if (After.Low != INT64_MIN || After.High != INT64_MAX)
          M.narrow(L.S, New.Sym, After);
      }
      break;
    }
    case EventKind::Unknown: {
      CellId To = M.cell(L.S, E.Place);
      M.retire(L.S, E.Site);
      M.forget(
          L.S, To,
          Symbols.opaque(E.Site, Symbols.site(E.Site, 0), Symbols.initial(To)));
      break;
    }
    case EventKind::CopyRecord: {
      CellId To = M.cell(L.S, E.Place), From = M.cell(L.S, E.Source);
      M.copyRecord(L.S, To, From);
      if (!Tracked || !Symbols.outlives(To))
        break;
      llvm::SmallVector<std::pair<CellId, Value>, 4> Parts;
      for (const auto &[C, V] : L.S.Cells)
        if (Symbols.isWithin(C, To))
          Parts.push_back({C, V});
      for (const auto &[C, V] : Parts)
        storeTo(R, NodeIndex, L, C, V, E);
      break;
    }
    case EventKind::Use:
      giveToUnknown(R, NodeIndex, L, M.value(L.S, E.Value), E, false, 0);
      break;
    case EventKind::Return: {
      Step S;
      S.Kind = Step::ReturnStmt;
      S.Loc = E.Loc;
      S.Origin = E.Origin;
      L.Steps.push_back(S);
      if (!E.Value)
        break;
      Value V = M.value(L.S, E.Value);
      if (R.T.Summary || R.T.Registration >= 0) {
        M.store(L.S, Symbols.returned(), V);
        if (E.Source) // A record: what is in it.
          M.copyRecord(L.S, Symbols.returned(), M.cell(L.S, E.Source));
      }
      if (!Tracked)
        break;
      if (V.tells())
        happen(R, NodeIndex, L, Happening::StatusToCaller, NoteKind::Sent, E);
      Scalar X = M.settled(L.S, V);
      if (isIrp(L.S, X))
        happen(R, NodeIndex, L, Happening::IrpToCaller, NoteKind::Sent, E);
      if (!X.isConstant() && Symbols.symbol(X.Sym).Kind == SymKind::Address) {
        bool Tells = false, Irp = false;
        for (const auto &[C, Held] : L.S.Cells)
          if (Symbols.isWithin(C, Symbols.symbol(X.Sym).A)) {
            Tells |= Held.tells();
            Irp |= isIrp(L.S, M.settled(L.S, Held));
          }
        if (Tells)
          happen(R, NodeIndex, L, Happening::StatusToCaller, NoteKind::Sent, E);
        if (Irp)
          happen(R, NodeIndex, L, Happening::IrpToCaller, NoteKind::Sent, E);
      }
      break;
    }
    case EventKind::Raise: {
      State S = L.S;
      M.prune(S, E.Call, R.T.Summary);
      enqueue(R, E.Call, std::move(S), static_cast<int32_t>(NodeIndex), -1,
              L.Steps, R.Out.Nodes[NodeIndex].Merged);
      break;
    }
    case EventKind::EndPath:
      L.Alive = false;
      break;
    case EventKind::Call:
      break;
    }
    if (R.Stop)
      return;
  }
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

Solver::Arrivals Solver::lookAhead(llvm::function_ref<bool(uint32_t)> IsOne) {
  Arrivals Result;
  Solution Scratch;
  Scratch.Graph = &Graph;
  Scratch.Eventful.resize(Graph.Blocks.size());
  Scratch.Tests.resize(Graph.Blocks.size());
  Task T;
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

llvm::BitVector Solver::bypass(uint32_t Registration) const {
  llvm::BitVector Reached(Graph.Blocks.size());
  // A block that is left for good is not entered again.
  std::vector<BlockId> Work{Graph.Entry};
  Reached.set(Graph.Entry);
  while (!Work.empty()) {
    const FlowBlock &B = Graph.Blocks[Work.back()];
    BlockId Block = Work.back();
    Work.pop_back();
    if (llvm::any_of(B.Events, [&](const FlowEvent &E) {
          return E.Kind == EventKind::Call && E.Call == Registration;
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
  R.Bypass = bypass(static_cast<uint32_t>(T.Registration));
  Out->GaveUp = Before.GaveUp;

  Out->Registers = true;
  Out->RegistrationLoc = Graph.Calls[T.Registration].Loc;

  // Find the event; a call stands in exactly one block unless a termination
  // handler was copied.
  auto It = Before.Before.find(static_cast<uint32_t>(T.Registration));
  if (It == Before.Before.end())
    return Out;
  for (BlockId B = 0; B != Graph.Blocks.size(); ++B)
    for (uint32_t I = 0; I != Graph.Blocks[B].Events.size(); ++I) {
      const FlowEvent &E = Graph.Blocks[B].Events[I];
      if (E.Kind != EventKind::Call ||
          E.Call != static_cast<uint32_t>(T.Registration))
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
  for (const Run::Leaving &Leaving : R.Leaves) {
    if (R.Stop)
      return;
    const Node &N = R.Out.Nodes[Leaving.Node];
    Live L;
    L.S = N.In;
    const Step *Return = lastReturn(R.Out, Leaving.Node);
    clang::SourceLocation Loc = Return ? Return->Loc : Graph.EndLoc;
    const clang::Stmt *At = Return ? Return->Origin : nullptr;
    Verdict Broken = Verdict::None;
    Responsibility Owner = Responsibility::Helper;
    if (!R.T.Summary && L.S.Life.Known != Knowledge::Idle) {
      LifeState Life = L.S.Life;
      Owner = responsibility(R, L.S);
      switch (Owner) {
      case Responsibility::Helper:
        Broken = step(Life, Happening::LeaveHelper);
        break;
      case Responsibility::Owner:
        Broken = step(Life, Happening::LeaveOwner);
        break;
      case Responsibility::Dispatch:
        Broken = step(Life, Happening::LeaveDispatch);
        break;
      }
    }
    finish(R, Leaving.Node, L, Broken, Loc, At);
    if (R.Out.Ends.empty())
      continue;
    PathEnd &End = R.Out.Ends.back();
    if (End.Node != Leaving.Node)
      continue;
    End.Owner = Owner == Responsibility::Owner;
    for (const auto &[C, V] : L.S.Cells)
      if (C == Symbols.returned()) {
        End.Result = V;
        End.ReturnsValue = true;
      }
  }
}

std::unique_ptr<Solution> Solver::run(const Task &T) {
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
