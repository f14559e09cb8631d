//===- Flow.cpp - The facts of one function -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Flow.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace wdm::engine {

void FlowGraph::computeOrder() {
  std::vector<BlockId> PostOrder;
  llvm::BitVector Seen(Blocks.size());
  auto Visit = [&](BlockId Root) {
    if (Seen.test(Root))
      return;
    // Without recursion: driver functions are long, generated ones longer.
    std::vector<std::pair<BlockId, unsigned>> Stack{{Root, 0}};
    Seen.set(Root);
    while (!Stack.empty()) {
      auto &[Block, Next] = Stack.back();
      if (Next < Blocks[Block].Edges.size()) {
        BlockId To = Blocks[Block].Edges[Next++].To;
        if (!Seen.test(To)) {
          Seen.set(To);
          Stack.push_back({To, 0});
        }
        continue;
      }
      PostOrder.push_back(Block);
      Stack.pop_back();
    }
  };
  // Handlers of exceptions have no edge to them.
  std::vector<BlockId> Handlers;
  for (const FlowBlock &B : Blocks)
    forEachHandler(B, [&](BlockId H) { Handlers.push_back(H); });
  for (BlockId H : Handlers)
    Visit(H);
  Visit(Entry);
  uint32_t Order = 0;
  for (BlockId B : llvm::reverse(PostOrder))
    Blocks[B].Order = Order++;
  for (BlockId B = 0; B != Blocks.size(); ++B)
    if (!Seen.test(B)) {
      Blocks[B].Order = Order++;
      Blocks[B].Reachable = false;
    }
}

namespace {

/// Finds what a graph reads and writes, as keys.
class Liveness {
public:
  explicit Liveness(FlowGraph &G) : G(G), Of(G.Blocks.size()) {}
  void run();

private:
  /// What one block does. Expressions are shared between events, and a state
  /// that is split in an event needs what the event reads: a block's reads
  /// before its own writes.
  struct Sets {
    llvm::SmallVector<KeyId, 8> Gen, Kill, Decided;
    bool All = false;
  };

  static const void *behindPointers() {
    static const char Key = 0;
    return &Key;
  }
  static const void *temporaryKey(SiteId Site) {
    return reinterpret_cast<const void *>(static_cast<uintptr_t>(Site) << 1 |
                                          1);
  }
  const void *nameOf(PlaceId P) const {
    const FlowPlace &Place = G.Places[P];
    switch (Place.Kind) {
    case PlaceKind::Variable:
    case PlaceKind::Field:
      return Place.Decl;
    case PlaceKind::Temporary:
      return temporaryKey(Place.Site);
    case PlaceKind::Pointee:
      return behindPointers();
    case PlaceKind::Element:
      return nameOf(Place.Base);
    case PlaceKind::None:
      break;
    }
    return nullptr;
  }
  KeyId keyOf(const void *Name) {
    return G.Keys.try_emplace(Name, G.Keys.size()).first->second;
  }

  /// Calls \p Read with the name of everything that evaluating reads.
  template <typename Fn> void reads(ExprId E, Fn Read);
  template <typename Fn> void readsOfAddress(PlaceId P, Fn Read);
  /// Calls \p Read and \p Write in the order of the event.
  template <typename R, typename W, typename T, typename A>
  void visit(const FlowEvent &E, R Read, W Write, T Evaluate, A ReadsAll);

  llvm::SmallVector<KeyId, 16> pinned();
  void nameTemporaries();
  void findUses(BlockId B);
  void findDecided(BlockId B);
  llvm::BitVector transfer(BlockId B, const llvm::BitVector &Everything) const;
  /// False when that takes too long.
  bool solve();

  FlowGraph &G;
  std::vector<Sets> Of; ///< By block.
};

bool remembersDecision(const FlowExpr &E) {
  return E.Kind == ExprKind::LogicalAnd || E.Kind == ExprKind::LogicalOr ||
         E.Kind == ExprKind::Select;
}

template <typename Fn> void Liveness::readsOfAddress(PlaceId P, Fn Read) {
  while (P) {
    const FlowPlace &Place = G.Places[P];
    if (Place.Key)
      reads(Place.Key, Read);
    P = Place.Base;
  }
}

template <typename Fn> void Liveness::reads(ExprId Id, Fn Read) {
  const FlowExpr &E = G.Exprs[Id];
  if (E.Kind == ExprKind::Load) {
    Read(nameOf(E.Place));
    readsOfAddress(E.Place, Read);
    return;
  }
  if (E.Kind == ExprKind::AddressOf) {
    readsOfAddress(E.Place, Read);
    return;
  }
  if (remembersDecision(E))
    Read(temporaryKey(E.Site));
  for (ExprId Arg : E.Args)
    reads(Arg, Read);
}

template <typename R, typename W, typename T, typename A>
void Liveness::visit(const FlowEvent &E, R Read, W Write, T Evaluate,
                     A ReadsAll) {
  switch (E.Kind) {
  case EventKind::Store:
    reads(E.Value, Read);
    readsOfAddress(E.Place, Read);
    Write(E.Place);
    return;
  case EventKind::StepPlace:
    Read(nameOf(E.Place));
    readsOfAddress(E.Place, Read);
    Write(E.Place);
    Evaluate(E.Site);
    return;
  case EventKind::Unknown:
    readsOfAddress(E.Place, Read);
    Write(E.Place);
    return;
  case EventKind::CopyRecord:
    readsOfAddress(E.Place, Read);
    readsOfAddress(E.Source, Read);
    Read(nameOf(E.Source));
    ReadsAll();
    return;
  case EventKind::Call: {
    const FlowCall &Call = G.Calls[E.Call];
    for (ExprId Arg : Call.Args)
      reads(Arg, Read);
    if (Call.This)
      reads(Call.This, Read);
    if (Call.Callee)
      ReadsAll();
    else
      Evaluate(Call.Site);
    return;
  }
  case EventKind::Read:
    readsOfAddress(E.Place, Read);
    return;
  case EventKind::Use:
    reads(E.Value, Read);
    ReadsAll();
    return;
  case EventKind::Return:
    if (E.Value)
      reads(E.Value, Read);
    return;
  case EventKind::Raise:
  case EventKind::EndPath:
  case EventKind::Patched:
    return;
  }
}

/// Addresses that are taken keep their variables alive.
llvm::SmallVector<KeyId, 16> Liveness::pinned() {
  llvm::SmallVector<KeyId, 16> Pinned;
  for (const FlowExpr &E : G.Exprs) {
    if (E.Kind != ExprKind::AddressOf)
      continue;
    PlaceId P = E.Place;
    while (G.Places[P].Base)
      P = G.Places[P].Base;
    if (const void *Name = nameOf(P))
      Pinned.push_back(keyOf(Name));
  }
  return Pinned;
}

/// The temporaries that are read at all.
void Liveness::nameTemporaries() {
  for (const FlowExpr &E : G.Exprs)
    if (E.Kind == ExprKind::Load &&
        G.Places[E.Place].Kind == PlaceKind::Temporary)
      keyOf(nameOf(E.Place));
    else if (remembersDecision(E))
      keyOf(temporaryKey(E.Site));
}

void Liveness::findUses(BlockId B) {
  Sets &S = Of[B];
  llvm::DenseSet<KeyId> Written;
  auto Read = [&](const void *Name) {
    if (!Name)
      return;
    KeyId K = keyOf(Name);
    if (!Written.count(K))
      S.Gen.push_back(K);
  };
  auto Write = [&](PlaceId P) {
    const FlowPlace &Place = G.Places[P];
    const void *Name = nameOf(P);
    if (!Name)
      return;
    KeyId K = keyOf(Name);
    if (Place.Kind != PlaceKind::Variable && Place.Kind != PlaceKind::Temporary)
      return;
    if (Written.insert(K).second)
      S.Kill.push_back(K);
  };
  auto Evaluate = [&](SiteId Site) {
    auto It = G.Keys.find(temporaryKey(Site));
    if (It != G.Keys.end() && Written.insert(It->second).second)
      S.Kill.push_back(It->second);
  };
  auto ReadsAll = [&] { S.All = true; };
  for (const FlowEvent &E : G.Blocks[B].Events)
    visit(E, Read, Write, Evaluate, ReadsAll);
  for (const FlowEdge &Edge : G.Blocks[B].Edges)
    for (const Assumption &A : Edge.If)
      reads(A.Condition, Read);
}

void Liveness::findDecided(BlockId B) {
  const FlowBlock &Block = G.Blocks[B];
  const SiteId Site = Block.Edges.empty() ? 0 : Block.Edges[0].Decided;
  auto It = Site ? G.Keys.find(temporaryKey(Site)) : G.Keys.end();
  if (It != G.Keys.end() && llvm::all_of(Block.Edges, [&](const auto &Edge) {
        return Edge.Decided == Site;
      }))
    Of[B].Decided.push_back(It->second);
}

/// What is live at the beginning of \p B, from what is at its ends.
llvm::BitVector Liveness::transfer(BlockId B,
                                   const llvm::BitVector &Everything) const {
  const FlowBlock &Block = G.Blocks[B];
  const Sets &S = Of[B];
  llvm::BitVector Live(Everything.size());
  for (const FlowEdge &Edge : Block.Edges)
    Live |= G.LiveIn[Edge.To];
  // A decision that is taken here says nothing of the one before.
  for (KeyId K : S.Decided)
    Live.reset(K);
  for (KeyId K : S.Kill)
    Live.reset(K);
  for (KeyId K : S.Gen)
    Live.set(K);
  if (S.All)
    Live |= Everything;
  G.forEachHandler(Block, [&](BlockId H) { Live |= G.LiveIn[H]; });
  return Live;
}

bool Liveness::solve() {
  // What is used once can be correlated with nothing; it still has to reach
  // its use.
  llvm::BitVector Everything(G.Keys.size());
  for (auto &[Name, K] : G.Keys)
    if ((reinterpret_cast<uintptr_t>(Name) & 1) == 0)
      Everything.set(K);

  G.LiveIn.assign(G.Blocks.size(), llvm::BitVector(G.Keys.size()));
  std::vector<BlockId> ByOrder(G.Blocks.size());
  for (BlockId B = 0; B != G.Blocks.size(); ++B)
    ByOrder[B] = B;
  llvm::sort(ByOrder, [&](BlockId X, BlockId Y) {
    return G.Blocks[X].Order > G.Blocks[Y].Order;
  });
  bool Changed = true;
  for (unsigned Round = 0; Changed && Round < 64; ++Round) {
    Changed = false;
    for (BlockId B : ByOrder) {
      llvm::BitVector Live = transfer(B, Everything);
      if (Live != G.LiveIn[B]) {
        G.LiveIn[B] = std::move(Live);
        Changed = true;
      }
    }
  }
  return !Changed;
}

void Liveness::run() {
  const llvm::SmallVector<KeyId, 16> Pinned = pinned();
  keyOf(behindPointers());
  nameTemporaries();
  for (BlockId B = 0; B != G.Blocks.size(); ++B)
    findUses(B);
  for (BlockId B = 0; B != G.Blocks.size(); ++B)
    findDecided(B);

  const size_t Keys = G.Keys.size();
  constexpr size_t MaxBits = size_t(1) << 30;
  if (Keys * G.Blocks.size() > MaxBits) {
    G.KeepAll = true;
    return;
  }
  G.AlwaysLive.resize(Keys);
  for (KeyId K : Pinned)
    G.AlwaysLive.set(K);
  if (!solve())
    G.KeepAll = true;
}

} // namespace

void FlowGraph::computeLiveness() { Liveness(*this).run(); }

} // namespace wdm::engine
