//===- Forgetting.cpp - What is no longer known on a path -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/State.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

namespace wdm::engine {

// --- Old values -------------------------------------------------------------

namespace {

constexpr uint8_t RetiredTag = 4;
/// Older still.
constexpr uint8_t LostTag = 64;

/// What one site has produced, and what is made from that.
class Product {
public:
  Product(SymbolTable &Symbols, SiteId Site) : Symbols(Symbols), Site(Site) {}

  bool isIn(const State &S) const {
    return isIn(S.Irp) ||
           llvm::any_of(S.Kept, [&](Scalar X) { return isIn(X); }) ||
           llvm::any_of(S.Cells,
                        [&](const auto &E) {
                          return isIn(E.second.OnSuccess) ||
                                 isIn(E.second.OnFailure) || names(E.first);
                        }) ||
           llvm::any_of(S.Facts, [&](const auto &E) {
             return isIn(Scalar::symbol(E.first));
           });
  }

  /// What \p Id, where the site has produced it, is once the site is evaluated
  /// again. What was already an old value of this site is lost: two old ones
  /// must not be taken for one.
  std::optional<Scalar> aged(SymId Id) const {
    if (!is(Scalar::symbol(Id)))
      return std::nullopt;
    const SymInfo I = Symbols.symbol(Id);
    if (I.Kind == SymKind::Inner)
      return Symbols.opaque(Site, Scalar::symbol(I.B), Scalar());
    return Symbols.site(Site, I.Tag & RetiredTag ? I.Tag | LostTag
                                                 : I.Tag | RetiredTag);
  }

private:
  bool is(Scalar X) const {
    if (X.isConstant())
      return false;
    const SymInfo &I = Symbols.symbol(X.Sym);
    return (I.Kind == SymKind::Site && I.A == Site && !(I.Tag & LostTag)) ||
           (I.Kind == SymKind::Inner && I.A == Site);
  }
  // Nearly always there is nothing to do, and the filter says so.
  bool isIn(Scalar X) const {
    return Symbols.mayMention(X, Site) &&
           Symbols.mentions(X, [&](Scalar Part) { return is(Part); });
  }
  /// The cell goes by it.
  bool names(CellId C) const {
    if (!Symbols.mayMention(C, Site))
      return false;
    for (; C; C = Symbols.cell(C).Base)
      if (isIn(Symbols.cell(C).Key))
        return true;
    return false;
  }

  SymbolTable &Symbols;
  const SiteId Site;
};

} // namespace

void Memory::retire(State &S, SiteId Site) const {
  const Product Of(Symbols, Site);
  if (!Of.isIn(S))
    return;

  auto Symbol = [&](SymId Id) { return Of.aged(Id); };
  auto NoCell = [](CellId) -> std::optional<CellId> { return std::nullopt; };
  SymbolTable::Rewriter How{Symbol, NoCell};
  State New;
  New.Life = S.Life;
  New.Irp = Symbols.rewrite(S.Irp, How);
  for (unsigned I = 0; I != MaxKept; ++I)
    New.Kept[I] = Symbols.rewrite(S.Kept[I], How);
  for (const auto &[C, V] : S.Cells)
    store(
        New, Symbols.rewrite(C, How),
        {Symbols.rewrite(V.OnSuccess, How), Symbols.rewrite(V.OnFailure, How)});
  for (const auto &[Sym, R] : S.Facts) {
    Scalar X = Symbols.rewrite(Scalar::symbol(Sym), How);
    if (!X.isConstant() && (X == Scalar::symbol(Sym) || !factOf(New, X.Sym)))
      narrow(New, X.Sym, R);
  }
  S = std::move(New);
}

// --- What nothing reads any more --------------------------------------------

/// What of a state is of use in one block and behind it.
class Memory::Pruning {
public:
  Pruning(const Memory &M, State &S, BlockId Block, bool KeepOutliving)
      : M(M), Symbols(M.Symbols), Graph(M.Graph), S(S),
        Live(M.Graph.LiveIn[Block]), KeepOutliving(KeepOutliving),
        Known(M.KeysOfCells[KeepOutliving]) {}

  void pruneCells() {
    llvm::erase_if(S.Cells, [&](const auto &E) {
      return !isLive(E.first) && !isOfUseToCaller(E.first, E.second);
    });
  }
  /// A fact is kept while its symbol can still be met: it is what a live cell
  /// held on entry, or some cell holds it.
  void pruneFacts() {
    llvm::erase_if(S.Facts, [&](const auto &E) {
      return !mayBeMet(Scalar::symbol(E.first));
    });
  }

private:
  const void *nameOf(CellId C) const;
  int64_t keyOf(CellId C) const;
  bool isLive(CellId C);
  bool isOfUseToCaller(CellId C, const Value &V) const;
  bool isHeld(Scalar X);
  bool mayBeMet(Scalar X);
  bool mayBeMet(const SymInfo &Initial, Scalar X);

  const Memory &M;
  const SymbolTable &Symbols;
  const FlowGraph &Graph;
  State &S;
  const llvm::BitVector &Live;
  const bool KeepOutliving;
  llvm::DenseMap<CellId, int64_t> &Known;
  /// What cells hold, once it has been asked for.
  llvm::SmallDenseSet<SymId, 32> Met;
  bool Collected = false;
};

const void *Memory::Pruning::nameOf(CellId C) const {
  while (Symbols.cell(C).Kind == CellKind::Element)
    C = Symbols.cell(C).Base;
  const CellInfo &I = Symbols.cell(C);
  if (I.Kind == CellKind::Temporary)
    return reinterpret_cast<const void *>(static_cast<uintptr_t>(I.Site) << 1 |
                                          1);
  return I.Decl; // Null behind a pointer.
}

int64_t Memory::Pruning::keyOf(CellId C) const {
  if (Symbols.rootOf(C) == Symbols.returned()) // What is returned.
    return AlwaysKept;
  const void *Name = nameOf(C);
  if (!Name)
    return AlwaysKept;
  // A variable of a function further out.
  const CellInfo &Root = Symbols.cell(Symbols.rootOf(C));
  if (Root.Kind == CellKind::Variable && !Root.Outlives && KeepOutliving &&
      !Graph.OwnVariables.count(Root.Decl) && Root.Decl != Graph.This)
    return AlwaysKept;
  auto It = Graph.Keys.find(Name);
  // A field that only called functions know lives as long as its object.
  while (It == Graph.Keys.end() && Symbols.cell(C).Base) {
    C = Symbols.cell(C).Base;
    Name = nameOf(C);
    if (!Name)
      return AlwaysKept;
    It = Graph.Keys.find(Name);
  }
  return It == Graph.Keys.end() ? NeverKept : It->second;
}

bool Memory::Pruning::isLive(CellId C) {
  auto [It, New] = Known.try_emplace(C);
  if (New)
    It->second = keyOf(C);
  const int64_t Key = It->second;
  return Key == AlwaysKept ||
         (Key >= 0 && (Live.test(Key) || Graph.AlwaysLive.test(Key)));
}

/// A caller can see it, and could use it.
bool Memory::Pruning::isOfUseToCaller(CellId C, const Value &V) const {
  if (!KeepOutliving || !Symbols.outlives(C))
    return false;
  if (M.KeepsStatus &&
      Symbols.cell(C).Role == static_cast<uint8_t>(model::FieldRole::Status))
    return true;
  const bool MayBeIrp =
      S.Life.Known == Knowledge::Idle && Symbols.cell(C).Pointer;
  return V.tells() || V.OnSuccess == S.Irp ||
         (Graph.Called && V.OnSuccess.isConstant()) || MayBeIrp;
}

bool Memory::Pruning::isHeld(Scalar X) {
  if (X == S.Irp || llvm::is_contained(S.Kept, X))
    return true;
  auto Meet = [&](Scalar Part) {
    if (!Part.isConstant())
      Met.insert(Part.Sym);
    return false;
  };
  if (!Collected)
    for (const auto &[C, V] : S.Cells) {
      Symbols.mentions(V.OnSuccess, Meet);
      if (V.tells())
        Symbols.mentions(V.OnFailure, Meet);
    }
  Collected = true;
  return Met.contains(X.Sym);
}

static bool saysRequest(const CellInfo &Cell) {
  switch (static_cast<model::FieldRole>(Cell.Role)) {
  case model::FieldRole::Major:
  case model::FieldRole::Minor:
  case model::FieldRole::Flags:
    return true;
  default:
    return false;
  }
}

bool Memory::Pruning::mayBeMet(const SymInfo &Initial, Scalar X) {
  const CellInfo &Cell = Symbols.cell(Initial.A);
  if (M.KeepsRequest && saysRequest(Cell))
    return true;
  if (M.KeepsResults &&
      Cell.Role == static_cast<uint8_t>(model::FieldRole::Status))
    return true;
  // What a caller passed says which of its calls this is.
  if (KeepOutliving && Graph.Called &&
      llvm::is_contained(Graph.Params, Cell.Decl))
    return true;
  return isLive(Initial.A) || isHeld(X);
}

bool Memory::Pruning::mayBeMet(Scalar X) {
  if (X.isConstant())
    return true;
  const SymInfo &I = Symbols.symbol(X.Sym);
  switch (I.Kind) {
  case SymKind::Initial:
    return mayBeMet(I, X);
  case SymKind::Site:
    // What routines have returned says how it went.
    return M.KeepsResults || isHeld(X);
  case SymKind::Opaque:
    if (M.KeepsResults)
      return true;
    [[fallthrough]];
  case SymKind::Binary:
    return (mayBeMet(I.L) && mayBeMet(I.R)) || isHeld(X);
  default:
    return isHeld(X);
  }
}

void Memory::prune(State &S, BlockId Block, bool KeepOutliving) const {
  if (Graph.KeepAll || Graph.LiveIn.empty())
    return;
  Pruning Unread(*this, S, Block, KeepOutliving);
  Unread.pruneCells();
  if (!S.Facts.empty())
    Unread.pruneFacts();
}

} // namespace wdm::engine
