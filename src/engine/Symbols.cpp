//===- Symbols.cpp - Values, symbols and memory cells ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Symbols.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace wdm::engine {

namespace {

constexpr unsigned MaxDepth = 24;
constexpr unsigned MaxSize = 48;
/// Of the symbol for what is too far away to be named.
constexpr uint8_t FarTag = 32;

uint64_t hashOf(const SymInfo &I) {
  const uint64_t Sort = static_cast<uint64_t>(I.Kind) << 16 |
                        static_cast<uint64_t>(I.Operator) << 8 | I.Tag;
  const uint64_t Parts = static_cast<uint64_t>(I.A) << 32 | I.B;
  return mix(mix(mix(Sort, Parts), I.L.hash()), I.R.hash());
}

uint64_t hashOf(const CellInfo &I) {
  const uint64_t Sort = static_cast<uint64_t>(I.Kind) << 32 | I.Base;
  return mix(mix(mix(Sort, reinterpret_cast<uintptr_t>(I.Decl)), I.Key.hash()),
             I.Site);
}

bool same(const SymInfo &X, const SymInfo &Y) {
  return X.Kind == Y.Kind && X.Operator == Y.Operator && X.Tag == Y.Tag &&
         X.A == Y.A && X.B == Y.B && X.L == Y.L && X.R == Y.R;
}

bool same(const CellInfo &X, const CellInfo &Y) {
  return X.Kind == Y.Kind && X.Decl == Y.Decl && X.Base == Y.Base &&
         X.Key == Y.Key && X.Site == Y.Site;
}

// DenseMap keeps two keys for itself.
uint64_t keyOf(uint64_t Hash) { return Hash >> 2; }

} // namespace

SymbolTable::SymbolTable() {
  Symbols.emplace_back();
  Cells.emplace_back();
  Returned = temporary(0);
}

SymId SymbolTable::intern(const SymInfo &Info) {
  auto &Bucket = SymbolIndex[keyOf(hashOf(Info))];
  for (SymId Id : Bucket)
    if (same(Symbols[Id], Info))
      return Id;
  SymId Id = Symbols.size();
  Symbols.push_back(Info);
  SymInfo &New = Symbols.back();
  auto DepthOf = [&](Scalar S) -> unsigned {
    return S.isConstant() ? 0 : Symbols[S.Sym].Depth;
  };
  unsigned Depth = std::max(DepthOf(Info.L), DepthOf(Info.R));
  if (Info.Kind == SymKind::Initial || Info.Kind == SymKind::Address)
    Depth = Cells[Info.A].Depth;
  if (Info.Kind == SymKind::Inner)
    Depth = Symbols[Info.B].Depth;
  New.Depth = std::min(Depth + 1, 255u);
  auto Absorb = [&](unsigned Size, uint64_t Sites) {
    New.Size = std::min<unsigned>(New.Size + Size, 60000);
    New.Sites |= Sites;
  };
  auto AbsorbScalar = [&](Scalar S) {
    if (!S.isConstant())
      Absorb(Symbols[S.Sym].Size, Symbols[S.Sym].Sites);
  };
  New.Size = 1;
  New.Sites = 0;
  switch (Info.Kind) {
  case SymKind::Initial:
  case SymKind::Address:
    Absorb(Cells[Info.A].Size, Cells[Info.A].Sites);
    break;
  case SymKind::Joined:
    Absorb(Cells[Info.B].Size, Cells[Info.B].Sites);
    break;
  case SymKind::Site:
    Absorb(0, siteBit(Info.A));
    break;
  case SymKind::Inner:
    Absorb(Symbols[Info.B].Size, Symbols[Info.B].Sites | siteBit(Info.A));
    break;
  case SymKind::Binary:
  case SymKind::Opaque:
    AbsorbScalar(Info.L);
    AbsorbScalar(Info.R);
    break;
  case SymKind::None:
    break;
  }
  // Sums of sums of sums: nobody asks what they are made of.
  if (New.Size > MaxSize &&
      (Info.Kind == SymKind::Binary || Info.Kind == SymKind::Opaque)) {
    New.Leaf = true;
    New.Size = 1;
    New.Sites = 0;
  }
  Bucket.push_back(Id);
  return Id;
}

CellId SymbolTable::intern(const CellInfo &Info) {
  auto &Bucket = CellIndex[keyOf(hashOf(Info))];
  for (CellId Id : Bucket)
    if (same(Cells[Id], Info))
      return Id;
  CellId Id = Cells.size();
  Cells.push_back(Info);
  unsigned Depth = Info.Base ? Cells[Info.Base].Depth : 0;
  if (!Info.Key.isConstant())
    Depth = std::max<unsigned>(Depth, Symbols[Info.Key.Sym].Depth);
  CellInfo &New = Cells.back();
  New.Depth = std::min(Depth + 1, 255u);
  unsigned Size = Info.Base ? Cells[Info.Base].Size : 0;
  New.Sites = Info.Base ? Cells[Info.Base].Sites : 0;
  if (!Info.Key.isConstant()) {
    Size += Symbols[Info.Key.Sym].Size;
    New.Sites |= Symbols[Info.Key.Sym].Sites;
  }
  New.Size = std::min(Size, 60000u);
  Bucket.push_back(Id);
  return Id;
}

Scalar SymbolTable::initial(CellId Cell) {
  // p->next->next->next->...: somewhere.
  if (Cells[Cell].Depth > MaxDepth)
    return site(0, FarTag);
  SymInfo I;
  I.Kind = SymKind::Initial;
  I.A = Cell;
  return Scalar::symbol(intern(I));
}

Scalar SymbolTable::site(SiteId Site, uint8_t Tag) {
  SymInfo I;
  I.Kind = SymKind::Site;
  I.A = Site;
  I.Tag = Tag;
  return Scalar::symbol(intern(I));
}

Scalar SymbolTable::joined(SiteId Site, CellId Cell) {
  SymInfo I;
  I.Kind = SymKind::Joined;
  I.A = Site;
  I.B = Cell;
  return Scalar::symbol(intern(I));
}

Scalar SymbolTable::address(CellId Cell) {
  // &*p is p.
  const CellInfo &Info = Cells[Cell];
  if (Info.Kind == CellKind::Pointee)
    return Info.Key;
  SymInfo I;
  I.Kind = SymKind::Address;
  I.A = Cell;
  return Scalar::symbol(intern(I));
}

Scalar SymbolTable::inner(SiteId Call, SymId Callee) {
  if (Symbols[Callee].Depth >= MaxDepth)
    return site(Call, 0);
  SymInfo I;
  I.Kind = SymKind::Inner;
  I.A = Call;
  I.B = Callee;
  return Scalar::symbol(intern(I));
}

Scalar SymbolTable::opaque(SiteId Site, Scalar L, Scalar R) {
  SymInfo I;
  I.Kind = SymKind::Opaque;
  I.A = Site;
  I.L = L;
  I.R = R;
  return Scalar::symbol(intern(I));
}

Scalar SymbolTable::binary(Op Operator, Scalar L, Scalar R) {
  SymInfo I;
  I.Kind = SymKind::Binary;
  I.Operator = Operator;
  I.L = L;
  I.R = R;
  return Scalar::symbol(intern(I));
}

CellId SymbolTable::variable(const void *Decl, bool Outlives, bool Pointer) {
  CellInfo I;
  I.Kind = CellKind::Variable;
  I.Decl = Decl;
  I.Outlives = Outlives;
  I.Pointer = Pointer;
  return intern(I);
}

CellId SymbolTable::field(CellId Base, const void *Decl, bool Pointer,
                          uint8_t Role) {
  CellInfo I;
  I.Kind = CellKind::Field;
  I.Base = Base;
  I.Decl = Decl;
  I.Pointer = Pointer;
  CellId C = intern(I);
  if (Role)
    Cells[C].Role = Role;
  return C;
}

CellId SymbolTable::pointee(Scalar Pointer, bool HoldsPointer) {
  if (!Pointer.isConstant() && Symbols[Pointer.Sym].Kind == SymKind::Address)
    return Symbols[Pointer.Sym].A;
  CellInfo I;
  I.Kind = CellKind::Pointee;
  I.Key = Pointer;
  I.Pointer = HoldsPointer;
  return intern(I);
}

CellId SymbolTable::element(CellId Base, Scalar Index, bool Pointer) {
  CellInfo I;
  I.Kind = CellKind::Element;
  I.Base = Base;
  I.Key = Index;
  I.Pointer = Pointer;
  return intern(I);
}

CellId SymbolTable::temporary(SiteId Site) {
  CellInfo I;
  I.Kind = CellKind::Temporary;
  I.Site = Site;
  return intern(I);
}

bool SymbolTable::isBoolean(Scalar S) const {
  if (S.isConstant())
    return S.Num == 0 || S.Num == 1;
  const SymInfo &I = Symbols[S.Sym];
  return I.Kind == SymKind::Binary &&
         (I.Operator == Op::Eq || I.Operator == Op::Lt);
}

bool SymbolTable::areDistinct(Scalar L, Scalar R) const {
  if (L.isConstant() || R.isConstant() || L == R)
    return false;
  const SymInfo &A = Symbols[L.Sym], &B = Symbols[R.Sym];
  return A.Kind == SymKind::Address && B.Kind == SymKind::Address &&
         Cells[A.A].Kind == CellKind::Variable &&
         Cells[B.A].Kind == CellKind::Variable;
}

bool SymbolTable::isWithin(CellId Cell, CellId Root) const {
  for (; Cell; Cell = Cells[Cell].Base)
    if (Cell == Root)
      return true;
  return false;
}

CellId SymbolTable::rootOf(CellId Cell) const {
  while (Cells[Cell].Base)
    Cell = Cells[Cell].Base;
  return Cell;
}

bool SymbolTable::outlives(CellId Cell) const {
  const CellInfo &Root = Cells[rootOf(Cell)];
  return Root.Kind == CellKind::Pointee ||
         (Root.Kind == CellKind::Variable && Root.Outlives);
}

bool SymbolTable::mentions(Scalar S,
                           llvm::function_ref<bool(Scalar)> IsPart) const {
  if (IsPart(S))
    return true;
  if (S.isConstant())
    return false;
  const SymInfo &I = Symbols[S.Sym];
  if (I.Leaf)
    return false;
  auto InCell = [&](CellId Cell) {
    for (; Cell; Cell = Cells[Cell].Base)
      if (!Cells[Cell].Key.isConstant() && mentions(Cells[Cell].Key, IsPart))
        return true;
    return false;
  };
  switch (I.Kind) {
  case SymKind::Initial:
  case SymKind::Address:
    return InCell(I.A);
  case SymKind::Joined:
    return InCell(I.B);
  case SymKind::Binary:
  case SymKind::Opaque:
    return mentions(I.L, IsPart) || mentions(I.R, IsPart);
  case SymKind::Inner:
    return mentions(Scalar::symbol(I.B), IsPart);
  case SymKind::None:
  case SymKind::Site:
    return false;
  }
  return false;
}

Scalar SymbolTable::rewrite(Scalar S, const Rewriter &How) {
  if (S.isConstant())
    return S;
  if (std::optional<Scalar> New = How.MapSymbol(S.Sym))
    return *New;
  // A copy: interning below may move the table.
  const SymInfo I = Symbols[S.Sym];
  if (I.Leaf)
    return S;
  switch (I.Kind) {
  case SymKind::Initial: {
    CellId C = rewrite(I.A, How);
    return C == I.A ? S : initial(C);
  }
  case SymKind::Address: {
    CellId C = rewrite(I.A, How);
    return C == I.A ? S : address(C);
  }
  case SymKind::Binary: {
    Scalar L = rewrite(I.L, How), R = rewrite(I.R, How);
    return L == I.L && R == I.R ? S : binary(I.Operator, L, R);
  }
  case SymKind::Opaque: {
    Scalar L = rewrite(I.L, How), R = rewrite(I.R, How);
    return L == I.L && R == I.R ? S : opaque(I.A, L, R);
  }
  case SymKind::None:
  case SymKind::Site:
  case SymKind::Joined:
  case SymKind::Inner:
    return S;
  }
  return S;
}

CellId SymbolTable::rewrite(CellId C, const Rewriter &How) {
  if (std::optional<CellId> New = How.MapCell(C))
    return *New;
  const CellInfo I = Cells[C];
  switch (I.Kind) {
  case CellKind::Field: {
    CellId Base = rewrite(I.Base, How);
    return Base == I.Base ? C : field(Base, I.Decl, I.Pointer, I.Role);
  }
  case CellKind::Element: {
    CellId Base = rewrite(I.Base, How);
    Scalar Key = rewrite(I.Key, How);
    return Base == I.Base && Key == I.Key ? C : element(Base, Key, I.Pointer);
  }
  case CellKind::Pointee: {
    Scalar Key = rewrite(I.Key, How);
    return Key == I.Key ? C : pointee(Key, I.Pointer);
  }
  case CellKind::None:
  case CellKind::Variable:
  case CellKind::Temporary:
    return C;
  }
  return C;
}

bool Range::contains(int64_t N) const {
  return N >= Low && N <= High && !llvm::is_contained(Excluded, N);
}

void Range::exclude(int64_t N) {
  if (!contains(N))
    return;
  if (N == Low && N == High) {
    Low = 1;
    High = 0;
    return;
  }
  if (N == Low)
    ++Low;
  else if (N == High)
    --High;
  else if (Excluded.size() < MaxExcluded)
    Excluded.insert(llvm::lower_bound(Excluded, N), N);
  tidy();
}

void Range::clamp(int64_t NewLow, int64_t NewHigh) {
  Low = std::max(Low, NewLow);
  High = std::min(High, NewHigh);
  tidy();
}

void Range::tidy() {
  while (!isEmpty() && llvm::is_contained(Excluded, Low))
    ++Low;
  while (!isEmpty() && llvm::is_contained(Excluded, High))
    --High;
  llvm::erase_if(Excluded, [&](int64_t N) { return N < Low || N > High; });
}

} // namespace wdm::engine
