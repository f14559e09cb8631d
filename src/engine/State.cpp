//===- State.cpp - What is known on a path --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/State.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <functional>

namespace wdm::engine {

namespace {

/// Marks the symbol of a volatile read: no fact about it lasts.
constexpr uint8_t VolatileTag = 8;
constexpr uint8_t RetiredTag = 4;
/// Older still.
constexpr uint8_t LostTag = 64;

template <typename Vector, typename Key> auto lowerBound(Vector &V, Key K) {
  return llvm::lower_bound(V, K, [](auto &E, Key X) { return E.first < X; });
}

bool isKnown(LifeState L) {
  return L.Known == Knowledge::Succeeded || L.Known == Knowledge::Failed;
}

int64_t as32(int64_t N) { return static_cast<int32_t>(N); }

} // namespace

uint64_t State::groupHash() const {
  uint64_t H = mix(Life.pack(), Irp.hash());
  for (Scalar X : Kept)
    H = mix(H, X.hash());
  return H;
}

uint64_t State::hash() const {
  uint64_t H = groupHash();
  for (const auto &[C, V] : Cells) {
    H = mix(mix(H, C), V.OnSuccess.hash());
    if (V.tells())
      H = mix(H, V.OnFailure.hash());
  }
  for (const auto &[S, R] : Facts)
    H = mix(mix(mix(H, S), static_cast<uint64_t>(R.Low)),
            static_cast<uint64_t>(R.High) + R.Excluded.size());
  return H;
}

// --- Cells ------------------------------------------------------------------

Value Memory::load(const State &S, CellId Cell) const {
  auto It = lowerBound(S.Cells, Cell);
  if (It != S.Cells.end() && It->first == Cell)
    return It->second;
  // A part of something that was overwritten as a whole.
  for (CellId Base = Symbols.cell(Cell).Base; Base;
       Base = Symbols.cell(Base).Base) {
    auto Whole = lowerBound(S.Cells, Base);
    if (Whole == S.Cells.end() || Whole->first != Base)
      continue;
    // All of it was zeroed.
    if (Whole->second == Value::plain(Scalar::constant(0)))
      return Whole->second;
    return Value::plain(
        Symbols.opaque(0, Whole->second.OnSuccess, Symbols.initial(Cell)));
  }
  return Value::plain(Symbols.initial(Cell));
}

bool Memory::holdsOnEntry(const State &S, CellId Cell, Scalar X) const {
  if (X.isConstant())
    return false;
  const SymInfo &I = Symbols.symbol(X.Sym);
  if (I.Kind != SymKind::Initial || !Symbols.isWithin(I.A, Cell))
    return false;
  const CellId Part = I.A;
  return load(S, Part) == Value::plain(X);
}

void Memory::store(State &S, CellId Cell, Value V) const {
  llvm::erase_if(S.Cells, [&](auto &E) {
    return E.first != Cell && Symbols.cell(E.first).Base &&
           Symbols.isWithin(E.first, Cell);
  });
  auto It = lowerBound(S.Cells, Cell);
  if (It != S.Cells.end() && It->first == Cell)
    It->second = V;
  else
    S.Cells.insert(It, {Cell, V});
}

void Memory::forget(State &S, CellId Cell, Scalar Unknown) const {
  store(S, Cell, Value::plain(Unknown));
}

void Memory::copyRecord(State &S, CellId To, CellId From) const {
  if (To == From)
    return;
  Value Whole = load(S, From);
  llvm::SmallVector<std::pair<CellId, Value>, 8> Parts;
  for (const auto &[C, V] : S.Cells)
    if (C != From && Symbols.isWithin(C, From)) {
      auto NoSymbol = [](SymId) -> std::optional<Scalar> {
        return std::nullopt;
      };
      auto Moved = [&](CellId X) -> std::optional<CellId> {
        return X == From ? std::optional<CellId>(To) : std::nullopt;
      };
      CellId Part = Symbols.rewrite(C, {NoSymbol, Moved});
      Parts.push_back({Part, V});
    }
  store(S, To, Whole);
  for (const auto &[C, V] : Parts)
    store(S, C, V);
}

CellId Memory::cell(const State &S, PlaceId P) const {
  const FlowPlace &Place = Graph.Places[P];
  switch (Place.Kind) {
  case PlaceKind::None:
    return 0;
  case PlaceKind::Variable:
    return Symbols.variable(Place.Decl, Place.Outlives, Place.Pointer);
  case PlaceKind::Temporary:
    return Symbols.temporary(Place.Site);
  case PlaceKind::Field:
    return Symbols.field(cell(S, Place.Base), Place.Decl, Place.Pointer,
                         static_cast<uint8_t>(Place.Role));
  case PlaceKind::Pointee:
    return Symbols.pointee(settled(S, value(S, Place.Key)), Place.Pointer);
  case PlaceKind::Element: {
    CellId Base = cell(S, Place.Base);
    Scalar Index = settled(S, value(S, Place.Key));
    // p[i] where p is the address of an element.
    const CellInfo Info = Symbols.cell(Base);
    if (Graph.Places[Place.Base].Kind == PlaceKind::Pointee &&
        Info.Kind == CellKind::Element) {
      Index = fold(S, Op::Add, Info.Key, Index, false);
      Base = Info.Base;
    }
    return Symbols.element(Base, Index, Place.Pointer);
  }
  }
  return 0;
}

Scalar Memory::settled(const State &S, Value V) const {
  return S.Life.Known == Knowledge::Failed ? V.OnFailure : V.OnSuccess;
}

// --- Facts ------------------------------------------------------------------

const Range *Memory::factOf(const State &S, SymId Symbol) const {
  auto It = lowerBound(S.Facts, Symbol);
  return It != S.Facts.end() && It->first == Symbol ? &It->second : nullptr;
}

std::optional<int64_t> Memory::known(const State &S, Scalar X) const {
  if (X.isConstant())
    return X.Num;
  const Range *R = factOf(S, X.Sym);
  if (R && R->isSingle())
    return R->Low;
  return std::nullopt;
}

std::optional<bool> Memory::truth(const State &S, Scalar X) const {
  if (std::optional<int64_t> N = known(S, X))
    return *N != 0;
  if (Symbols.symbol(X.Sym).Kind == SymKind::Address)
    return true;
  const Range *R = factOf(S, X.Sym);
  if (R && !R->contains(0))
    return true;
  // A bit that is set is set in a wider mask as well; none of a mask's bits
  // being set, none of a narrower one's is.
  const SymInfo &I = Symbols.symbol(X.Sym);
  if (I.Kind == SymKind::Binary && I.Operator == Op::And && I.R.isConstant())
    for (const auto &[Sym, Fact] : S.Facts) {
      const SymInfo &Other = Symbols.symbol(Sym);
      if (Other.Kind != SymKind::Binary || Other.Operator != Op::And ||
          Other.L != I.L || !Other.R.isConstant())
        continue;
      int64_t Common = Other.R.Num & I.R.Num;
      if (Common == Other.R.Num && !Fact.contains(0))
        return true;
      if (Common == I.R.Num && Fact.isSingle() && Fact.Low == 0)
        return false;
    }
  return std::nullopt;
}

Scalar Memory::reduce(const State &S, Scalar X) const {
  if (std::optional<int64_t> N = known(S, X))
    return Scalar::constant(*N);
  return X;
}

bool Memory::hasValueIn(SymId Symbol, const Range &R) const {
  const SymInfo &I = Symbols.symbol(Symbol);
  if (R.isEmpty())
    return false;
  if (Symbols.isBoolean(Scalar::symbol(Symbol)))
    return R.contains(0) || R.contains(1);
  if (I.Kind != SymKind::Binary || I.Operator != Op::And || !I.R.isConstant() ||
      I.R.Num < 0)
    return true;
  // The values of x & Mask are the subsets of its bits. More than can be left
  // out one by one always leave one.
  const uint64_t Mask = static_cast<uint64_t>(I.R.Num);
  uint64_t Part = Mask;
  for (unsigned N = 0; N <= Range::MaxExcluded; ++N) {
    if (R.contains(static_cast<int64_t>(Part)))
      return true;
    if (!Part)
      return false;
    Part = (Part - 1) & Mask;
  }
  return true;
}

bool Memory::narrow(State &S, SymId Symbol, const Range &To) const {
  auto It = lowerBound(S.Facts, Symbol);
  if (It == S.Facts.end() || It->first != Symbol) {
    if (!hasValueIn(Symbol, To))
      return false;
    S.Facts.insert(It, {Symbol, To});
    return true;
  }
  It->second.clamp(To.Low, To.High);
  for (int64_t N : To.Excluded)
    It->second.exclude(N);
  return hasValueIn(Symbol, It->second);
}

Range Memory::rangeOf(const State &S, Scalar X) const {
  if (X.isConstant())
    return Range::exactly(X.Num);
  const Range *Fact = factOf(S, X.Sym);
  return Fact ? *Fact : Range();
}

bool Memory::mayChangeUnseen(Scalar X) const {
  return Symbols.mentions(X, [&](Scalar Part) {
    if (Part.isConstant())
      return false;
    const SymInfo &I = Symbols.symbol(Part.Sym);
    return I.Kind == SymKind::Initial && Symbols.outlives(I.A);
  });
}

bool Memory::assumeScalar(State &S, Scalar C, bool Truth, bool Remember) const {
  C = reduce(S, C);
  if (C.isConstant())
    return (C.Num != 0) == Truth;
  if (std::optional<bool> Is = truth(S, C))
    if (*Is != Truth)
      return false;
  const SymInfo I = Symbols.symbol(C.Sym);
  if (I.Kind == SymKind::Site && (I.Tag & VolatileTag))
    return true;
  if (!Remember && mayChangeUnseen(C))
    return true;

  if (I.Kind == SymKind::Binary && I.Operator == Op::Eq) {
    Scalar L = I.L, R = I.R;
    if (L.isConstant())
      std::swap(L, R);
    if (R.isConstant() && !L.isConstant()) {
      if (R.Num == 0 && Symbols.isBoolean(L))
        return assumeScalar(S, L, !Truth, Remember);
      Range To;
      if (Truth)
        To = Range::exactly(R.Num);
      else
        To.exclude(R.Num);
      if (!narrow(S, L.Sym, To))
        return false;
      // A condition that was negated: x == 0 about a mask, a call, ...
      return true;
    }
  }
  if (I.Kind == SymKind::Binary && I.Operator == Op::Lt) {
    Range To;
    if (I.R.isConstant() && !I.L.isConstant()) {
      if (Truth ? I.R.Num == INT64_MIN : false)
        return false;
      Truth ? To.clamp(INT64_MIN, I.R.Num - 1) : To.clamp(I.R.Num, INT64_MAX);
      return narrow(S, I.L.Sym, To);
    }
    if (I.L.isConstant() && !I.R.isConstant()) {
      if (Truth && I.L.Num == INT64_MAX)
        return false;
      Truth ? To.clamp(I.L.Num + 1, INT64_MAX) : To.clamp(INT64_MIN, I.L.Num);
      return narrow(S, I.R.Sym, To);
    }
  }
  Range To;
  if (!Truth)
    To = Range::exactly(0);
  else if (Symbols.isBoolean(C))
    To = Range::exactly(1);
  else
    To.exclude(0);
  return narrow(S, C.Sym, To);
}

Split Memory::assume(State &S, ExprId Condition, bool Truth,
                     bool Remember) const {
  Value V = value(S, Condition);
  if (!V.tells() || isKnown(S.Life) || S.Life.Known == Knowledge::Idle)
    return assumeScalar(S, settled(S, V), Truth, Remember) ? Split::Plain
                                                           : Split::Infeasible;
  auto Possible = [&](Scalar X) {
    std::optional<bool> Is = truth(S, X);
    return !Is || *Is == Truth;
  };
  bool IfSuccess = Possible(V.OnSuccess), IfFailure = Possible(V.OnFailure);
  if (IfSuccess && IfFailure) {
    bool Decided =
        truth(S, V.OnSuccess).has_value() || truth(S, V.OnFailure).has_value();
    return Decided ? Split::Plain : Split::Unclear;
  }
  if (IfSuccess)
    return assumeScalar(S, V.OnSuccess, Truth, Remember) ? Split::Success
                                                         : Split::Infeasible;
  if (IfFailure)
    return assumeScalar(S, V.OnFailure, Truth, Remember) ? Split::Failure
                                                         : Split::Infeasible;
  return Split::Infeasible;
}

void Memory::settle(State &S, bool Succeeded) const {
  for (auto &[C, V] : S.Cells)
    V = Value::plain(Succeeded ? V.OnSuccess : V.OnFailure);
}

// --- Expressions ------------------------------------------------------------

Scalar Memory::negated(const State &S, Scalar X) const {
  if (std::optional<bool> Is = truth(S, X))
    return Scalar::constant(!*Is);
  const SymInfo &I = Symbols.symbol(X.Sym);
  // !(x == 0) is x where x is a truth value.
  if (I.Kind == SymKind::Binary && I.Operator == Op::Eq && I.R.isConstant() &&
      I.R.Num == 0 && Symbols.isBoolean(I.L))
    return reduce(S, I.L);
  return fold(S, Op::Eq, X, Scalar::constant(0), false);
}

Scalar Memory::fold(const State &S, Op Operator, Scalar L, Scalar R,
                    bool OfStatus) const {
  L = reduce(S, L);
  R = reduce(S, R);
  if (L.isConstant() && R.isConstant()) {
    uint64_t X = static_cast<uint64_t>(L.Num), Y = static_cast<uint64_t>(R.Num);
    switch (Operator) {
    case Op::Add:
      return Scalar::constant(static_cast<int64_t>(X + Y));
    case Op::Sub:
      return Scalar::constant(static_cast<int64_t>(X - Y));
    case Op::Mul:
      return Scalar::constant(static_cast<int64_t>(X * Y));
    case Op::Div:
    case Op::Rem:
      if (R.Num == 0 || (R.Num == -1 && L.Num == INT64_MIN))
        break;
      return Scalar::constant(Operator == Op::Div ? L.Num / R.Num
                                                  : L.Num % R.Num);
    case Op::And:
      return Scalar::constant(static_cast<int64_t>(X & Y));
    case Op::Or:
      return Scalar::constant(static_cast<int64_t>(X | Y));
    case Op::Xor:
      return Scalar::constant(static_cast<int64_t>(X ^ Y));
    case Op::Shl:
      if (Y >= 64)
        break;
      return Scalar::constant(static_cast<int64_t>(X << Y));
    case Op::Shr:
      if (Y >= 64)
        break;
      return Scalar::constant(L.Num >> Y);
    case Op::Eq:
      // A driver may compare the status with a constant of another width.
      if (OfStatus)
        return Scalar::constant(as32(L.Num) == as32(R.Num));
      return Scalar::constant(L.Num == R.Num);
    case Op::Lt:
      return Scalar::constant(L.Num < R.Num);
    case Op::NextStack:
    case Op::CurrentStack:
      break;
    }
    return Symbols.binary(Operator, L, R);
  }

  if (Operator == Op::Eq && Symbols.areDistinct(L, R))
    return Scalar::constant(0);
  if (L == R) {
    switch (Operator) {
    case Op::Eq:
      return Scalar::constant(1);
    case Op::Lt:
    case Op::Sub:
    case Op::Xor:
      return Scalar::constant(0);
    case Op::And:
    case Op::Or:
      return L;
    default:
      break;
    }
  }
  if (L.isConstant() && (Operator == Op::Eq || Operator == Op::Add ||
                         Operator == Op::And || Operator == Op::Or))
    std::swap(L, R);
  if (R.isConstant() && !L.isConstant() &&
      (Operator == Op::And || Operator == Op::Or)) {
    // Bits that were set or cleared here, in a word that is not known.
    const SymInfo I = Symbols.symbol(L.Sym);
    if (I.Kind == SymKind::Binary && I.R.isConstant()) {
      int64_t Inner = I.R.Num, Mask = R.Num;
      if (I.Operator == Operator)
        return fold(
            S, Operator, I.L,
            Scalar::constant(Operator == Op::And ? Inner & Mask : Inner | Mask),
            OfStatus);
      if (Operator == Op::And && I.Operator == Op::Or) {
        if ((Inner & Mask) == Mask)
          return R;
        if ((Inner & Mask) == 0)
          return fold(S, Op::And, I.L, R, OfStatus);
      }
    }
  }
  if (R.isConstant()) {
    switch (Operator) {
    case Op::And:
    case Op::Mul:
      if (R.Num == 0)
        return Scalar::constant(0);
      break;
    case Op::Add:
    case Op::Sub:
    case Op::Or:
    case Op::Xor:
    case Op::Shl:
    case Op::Shr:
      if (R.Num == 0)
        return L;
      break;
    case Op::Eq:
      if (R.Num == 0) {
        if (std::optional<bool> Is = truth(S, L))
          return Scalar::constant(!*Is);
      } else if (R.Num == 1 && Symbols.isBoolean(L)) {
        return L;
      } else if (const Range *Fact = factOf(S, L.Sym)) {
        if (!Fact->contains(R.Num))
          return Scalar::constant(0);
      }
      break;
    case Op::Lt:
      if (const Range *Fact = factOf(S, L.Sym)) {
        if (Fact->High < R.Num)
          return Scalar::constant(1);
        if (Fact->Low >= R.Num)
          return Scalar::constant(0);
      }
      break;
    default:
      break;
    }
  } else if (L.isConstant() && Operator == Op::Lt) {
    if (const Range *Fact = factOf(S, R.Sym)) {
      if (L.Num < Fact->Low)
        return Scalar::constant(1);
      if (L.Num >= Fact->High)
        return Scalar::constant(0);
    }
  }
  return reduce(S, Symbols.binary(Operator, L, R));
}

Value Memory::value(const State &S, ExprId Id) const {
  const FlowExpr &E = Graph.Exprs[Id];
  auto Each = [&](Value V, auto F) {
    Scalar A = F(V.OnSuccess);
    return Value{A, V.tells() ? F(V.OnFailure) : A};
  };
  switch (E.Kind) {
  case ExprKind::None:
    return Value::plain(Symbols.site(0, 0));
  case ExprKind::Constant:
    return Value::constant(E.Number);
  case ExprKind::Load: {
    Value V = load(S, cell(S, E.Place));
    // Another number each time, but a status is taken for what it is.
    if (E.Site && !V.tells() && !isKnown(S.Life))
      return Value::plain(Symbols.site(E.Site, VolatileTag));
    return Each(V, [&](Scalar X) { return reduce(S, X); });
  }
  case ExprKind::AddressOf: {
    CellId C = cell(S, E.Place);
    return Value::plain(C ? Symbols.address(C) : Symbols.site(0, 0));
  }
  case ExprKind::Not:
    return Each(value(S, E.Args[0]), [&](Scalar X) { return negated(S, X); });
  case ExprKind::Cast: {
    Value V = value(S, E.Args[0]);
    bool OfStatus = V.tells();
    return Each(V, [&](Scalar X) {
      if (!X.isConstant())
        return X;
      unsigned Bits = E.Bits;
      // A status has 32 bits, however wide the header's NTSTATUS is.
      if (OfStatus && !E.Signed && Bits > 32)
        Bits = 32;
      if (Bits >= 64 || Bits == 0)
        return X;
      uint64_t N = static_cast<uint64_t>(X.Num) & ((uint64_t(1) << Bits) - 1);
      if (E.Signed && (N >> (Bits - 1)))
        N |= ~((uint64_t(1) << Bits) - 1);
      return Scalar::constant(static_cast<int64_t>(N));
    });
  }
  case ExprKind::Binary: {
    Value L = value(S, E.Args[0]), R = value(S, E.Args[1]);
    bool OfStatus = L.tells() || R.tells();
    if (!OfStatus)
      return Value::plain(fold(S, E.Operator, L.OnSuccess, R.OnSuccess, false));
    return {fold(S, E.Operator, L.OnSuccess, R.OnSuccess, true),
            fold(S, E.Operator, L.OnFailure, R.OnFailure, true)};
  }
  case ExprKind::LogicalAnd:
  case ExprKind::LogicalOr: {
    bool IsAnd = E.Kind == ExprKind::LogicalAnd;
    CellId Decision = Symbols.temporary(E.Site);
    auto It = lowerBound(S.Cells, Decision);
    Value L = It != S.Cells.end() && It->first == Decision
                  ? It->second
                  : value(S, E.Args[0]);
    Value R = value(S, E.Args[1]);
    auto Half = [&](Scalar A, Scalar B) {
      std::optional<bool> Left = truth(S, A), Right = truth(S, B);
      if (Left && *Left != IsAnd)
        return Scalar::constant(!IsAnd);
      if (Right && *Right != IsAnd)
        return Scalar::constant(!IsAnd);
      if (Left && Right)
        return Scalar::constant(IsAnd);
      if (Left)
        return negated(S, negated(S, B));
      if (Right)
        return negated(S, negated(S, A));
      return Symbols.opaque(E.Site, A, B);
    };
    return {Half(L.OnSuccess, R.OnSuccess), Half(L.OnFailure, R.OnFailure)};
  }
  case ExprKind::Select: {
    CellId Decision = Symbols.temporary(E.Site);
    auto It = lowerBound(S.Cells, Decision);
    Value C = It != S.Cells.end() && It->first == Decision
                  ? It->second
                  : value(S, E.Args[0]);
    Value T = value(S, E.Args[1]), F = value(S, E.Args[2]);
    auto Half = [&](Scalar Which, Scalar A, Scalar B) {
      std::optional<bool> Is = truth(S, Which);
      if (Is)
        return *Is ? A : B;
      return A == B ? A : Symbols.opaque(E.Site, A, B);
    };
    return {Half(C.OnSuccess, T.OnSuccess, F.OnSuccess),
            Half(C.OnFailure, T.OnFailure, F.OnFailure)};
  }
  case ExprKind::Opaque: {
    Value Result = Value::plain(Symbols.site(E.Site, 0));
    bool First = true;
    for (ExprId Arg : E.Args) {
      Value V = value(S, Arg);
      auto Mix = [&](Scalar Old, Scalar New) {
        return First ? Symbols.opaque(E.Site, New, Scalar())
                     : Symbols.opaque(E.Site, Old, New);
      };
      Result = {Mix(Result.OnSuccess, V.OnSuccess),
                Mix(Result.OnFailure, V.OnFailure)};
      First = false;
    }
    return Result;
  }
  }
  return Value::plain(Symbols.site(0, 0));
}

// --- Forgetting -------------------------------------------------------------

void Memory::retire(State &S, SiteId Site) const {
  auto IsOfSite = [&](Scalar X) {
    if (X.isConstant())
      return false;
    const SymInfo &I = Symbols.symbol(X.Sym);
    return (I.Kind == SymKind::Site && I.A == Site && !(I.Tag & LostTag)) ||
           (I.Kind == SymKind::Inner && I.A == Site);
  };
  // Nearly always there is nothing to do, and the filter says so.
  auto Mentions = [&](Scalar X) {
    return Symbols.mayMention(X, Site) && Symbols.mentions(X, IsOfSite);
  };
  auto CellMentions = [&](CellId C) {
    if (!Symbols.mayMention(C, Site))
      return false;
    for (; C; C = Symbols.cell(C).Base)
      if (Mentions(Symbols.cell(C).Key))
        return true;
    return false;
  };
  bool Any = Mentions(S.Irp) || llvm::any_of(S.Kept, Mentions);
  for (const auto &[C, V] : S.Cells)
    Any = Any || Mentions(V.OnSuccess) || Mentions(V.OnFailure) ||
          CellMentions(C);
  for (const auto &[Sym, R] : S.Facts)
    Any = Any || Mentions(Scalar::symbol(Sym));
  if (!Any)
    return;

  auto Symbol = [&](SymId Id) -> std::optional<Scalar> {
    Scalar X = Scalar::symbol(Id);
    if (!IsOfSite(X))
      return std::nullopt;
    const SymInfo I = Symbols.symbol(Id);
    if (I.Kind == SymKind::Inner)
      return Symbols.opaque(Site, Scalar::symbol(I.B), Scalar());
    return Symbols.site(Site, I.Tag & RetiredTag ? I.Tag | LostTag
                                                 : I.Tag | RetiredTag);
  };
  auto NoCell = [](CellId) -> std::optional<CellId> { return std::nullopt; };
  SymbolTable::Rewriter How{Symbol, NoCell};
  State New;
  New.Life = S.Life;
  New.Irp = Symbols.rewrite(S.Irp, How);
  for (unsigned I = 0; I != MaxKept; ++I)
    New.Kept[I] = Symbols.rewrite(S.Kept[I], How);
  // What was already an old value of this site is lost: two old ones must not
  // be taken for one.
  for (const auto &[C, V] : S.Cells)
    store(
        New, Symbols.rewrite(C, How),
        {Symbols.rewrite(V.OnSuccess, How), Symbols.rewrite(V.OnFailure, How)});
  for (const auto &[Sym, R] : S.Facts) {
    Scalar X = Symbols.rewrite(Scalar::symbol(Sym), How);
    if (X == Scalar::symbol(Sym) && !X.isConstant())
      narrow(New, X.Sym, R);
    else if (!X.isConstant() && !factOf(New, X.Sym))
      narrow(New, X.Sym, R);
  }
  S = std::move(New);
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

void Memory::prune(State &S, BlockId Block, bool KeepOutliving) const {
  if (Graph.KeepAll || Graph.LiveIn.empty())
    return;
  const llvm::BitVector &Live = Graph.LiveIn[Block];
  auto NameOf = [&](CellId C) -> const void * {
    while (Symbols.cell(C).Kind == CellKind::Element)
      C = Symbols.cell(C).Base;
    const CellInfo &I = Symbols.cell(C);
    if (I.Kind == CellKind::Temporary)
      return reinterpret_cast<const void *>(
          static_cast<uintptr_t>(I.Site) << 1 | 1);
    return I.Decl; // Null behind a pointer.
  };
  auto KeyOf = [&](CellId C) -> int64_t {
    if (Symbols.rootOf(C) == Symbols.returned()) // What is returned.
      return AlwaysKept;
    const void *Name = NameOf(C);
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
      Name = NameOf(C);
      if (!Name)
        return AlwaysKept;
      It = Graph.Keys.find(Name);
    }
    return It == Graph.Keys.end() ? NeverKept : It->second;
  };
  llvm::DenseMap<CellId, int64_t> &Known = KeysOfCells[KeepOutliving];
  auto IsLive = [&](CellId C) {
    auto [It, New] = Known.try_emplace(C);
    if (New)
      It->second = KeyOf(C);
    const int64_t Key = It->second;
    return Key == AlwaysKept ||
           (Key >= 0 && (Live.test(Key) || Graph.AlwaysLive.test(Key)));
  };
  llvm::erase_if(S.Cells, [&](auto &E) {
    if (IsLive(E.first))
      return false;
    if (!KeepOutliving || !Symbols.outlives(E.first))
      return true;
    // A caller can see it; only what it could use is kept.
    const Value &V = E.second;
    if (KeepsStatus && Symbols.cell(E.first).Role ==
                           static_cast<uint8_t>(model::FieldRole::Status))
      return false;
    bool MayBeIrp =
        S.Life.Known == Knowledge::Idle && Symbols.cell(E.first).Pointer;
    return !(V.tells() || V.OnSuccess == S.Irp ||
             (Graph.Called && V.OnSuccess.isConstant()) || MayBeIrp);
  });
  if (S.Facts.empty())
    return;

  // A fact is kept while its symbol can still be met: it is what a live cell
  // held on entry, or some cell holds it.
  llvm::SmallDenseSet<SymId, 32> Met;
  bool Collected = false;
  auto Meet = [&](Scalar Part) {
    if (!Part.isConstant())
      Met.insert(Part.Sym);
    return false;
  };
  auto Held = [&](Scalar X) {
    if (X == S.Irp || llvm::is_contained(S.Kept, X))
      return true;
    if (!Collected)
      for (const auto &[C, V] : S.Cells) {
        Symbols.mentions(V.OnSuccess, Meet);
        if (V.tells())
          Symbols.mentions(V.OnFailure, Meet);
      }
    Collected = true;
    return Met.contains(X.Sym);
  };
  auto Reachable = [&](Scalar X, auto &Again) -> bool {
    if (X.isConstant())
      return true;
    const SymInfo &I = Symbols.symbol(X.Sym);
    switch (I.Kind) {
    case SymKind::Initial:
      if (KeepsRequest && saysRequest(Symbols.cell(I.A)))
        return true;
      // What a caller passed says which of its calls this is.
      if (KeepOutliving && Graph.Called &&
          llvm::is_contained(Graph.Params, Symbols.cell(I.A).Decl))
        return true;
      return IsLive(I.A) || Held(X);
    case SymKind::Site:
      // What routines have returned says how it went.
      return KeepsResults || Held(X);
    case SymKind::Opaque:
      if (KeepsResults)
        return true;
      [[fallthrough]];
    case SymKind::Binary:
      return (Again(I.L, Again) && Again(I.R, Again)) || Held(X);
    default:
      return Held(X);
    }
  };
  llvm::erase_if(S.Facts, [&](auto &E) {
    return !Reachable(Scalar::symbol(E.first), Reachable);
  });
}

bool Memory::join(State &S, const State &With, BlockId Block) const {
  bool Changed = false;
  State New;
  New.Life = S.Life;
  New.Irp = S.Irp;
  New.Kept = S.Kept;
  auto Joined = [&](CellId C) {
    return Value::plain(Symbols.joined(Graph.JoinSite + Block, C));
  };
  for (const auto &[C, V] : S.Cells) {
    Value Other = load(With, C);
    if (V == Other) {
      New.Cells.push_back({C, V});
    } else if (V == Joined(C)) {
      New.Cells.push_back({C, V});
    } else {
      New.Cells.push_back({C, Joined(C)});
      Changed = true;
    }
  }
  for (const auto &[C, V] : With.Cells) {
    auto It = lowerBound(S.Cells, C);
    if (It != S.Cells.end() && It->first == C)
      continue;
    if (load(S, C) == V)
      continue;
    auto At = lowerBound(New.Cells, C);
    New.Cells.insert(At, {C, Joined(C)});
    Changed = true;
  }
  for (const auto &[Sym, R] : S.Facts) {
    const Range *Other = factOf(With, Sym);
    if (Other && *Other == R)
      New.Facts.push_back({Sym, R});
    else
      Changed = true;
  }
  if (Changed)
    S = std::move(New);
  return Changed;
}

} // namespace wdm::engine
