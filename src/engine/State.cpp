//===- State.cpp - What is known on a path --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/State.h"
#include "llvm/ADT/STLExtras.h"

namespace wdm::engine {

namespace {

/// Marks the symbol of a volatile read: no fact about it lasts.
constexpr uint8_t VolatileTag = 8;

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
  const SymInfo &I = Symbols.symbol(X.Sym);
  return I.is(Op::And) && I.R.isConstant() ? truthOfMask(S, I) : std::nullopt;
}

/// A bit that is set is set in a wider mask as well; none of a mask's bits
/// being set, none of a narrower one's is.
std::optional<bool> Memory::truthOfMask(const State &S,
                                        const SymInfo &Mask) const {
  for (const auto &[Sym, Fact] : S.Facts) {
    const SymInfo &Other = Symbols.symbol(Sym);
    if (!Other.is(Op::And) || Other.L != Mask.L || !Other.R.isConstant())
      continue;
    int64_t Common = Other.R.Num & Mask.R.Num;
    if (Common == Other.R.Num && !Fact.contains(0))
      return true;
    if (Common == Mask.R.Num && Fact.isSingle() && Fact.Low == 0)
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
  if (!I.is(Op::And) || !I.R.isConstant() || I.R.Num < 0)
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

std::optional<bool> Memory::assumeEqual(State &S, const SymInfo &Equality,
                                        bool Truth, bool Remember) const {
  Scalar L = Equality.L, R = Equality.R;
  if (L.isConstant())
    std::swap(L, R);
  if (!R.isConstant() || L.isConstant())
    return std::nullopt;
  if (R.Num == 0 && Symbols.isBoolean(L))
    return assumeScalar(S, L, !Truth, Remember);
  Range To;
  if (Truth)
    To = Range::exactly(R.Num);
  else
    To.exclude(R.Num);
  return narrow(S, L.Sym, To);
}

std::optional<bool> Memory::assumeLess(State &S, const SymInfo &Less,
                                       bool Truth) const {
  const Scalar L = Less.L, R = Less.R;
  Range To;
  if (R.isConstant() && !L.isConstant()) {
    if (Truth && R.Num == INT64_MIN)
      return false;
    Truth ? To.clamp(INT64_MIN, R.Num - 1) : To.clamp(R.Num, INT64_MAX);
    return narrow(S, L.Sym, To);
  }
  if (L.isConstant() && !R.isConstant()) {
    if (Truth && L.Num == INT64_MAX)
      return false;
    Truth ? To.clamp(L.Num + 1, INT64_MAX) : To.clamp(INT64_MIN, L.Num);
    return narrow(S, R.Sym, To);
  }
  return std::nullopt;
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

  if (I.is(Op::Eq))
    if (std::optional<bool> Is = assumeEqual(S, I, Truth, Remember))
      return *Is;
  if (I.is(Op::Lt))
    if (std::optional<bool> Is = assumeLess(S, I, Truth))
      return *Is;
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
  if (I.is(Op::Eq) && I.R.isConstant() && I.R.Num == 0 &&
      Symbols.isBoolean(I.L))
    return reduce(S, I.L);
  return fold(S, Op::Eq, X, Scalar::constant(0), false);
}

/// \p L \p Operator \p R in 64 bits, where that is defined.
static std::optional<int64_t> compute(Op Operator, int64_t L, int64_t R,
                                      bool OfStatus) {
  const auto X = static_cast<uint64_t>(L), Y = static_cast<uint64_t>(R);
  switch (Operator) {
  case Op::Add:
    return static_cast<int64_t>(X + Y);
  case Op::Sub:
    return static_cast<int64_t>(X - Y);
  case Op::Mul:
    return static_cast<int64_t>(X * Y);
  case Op::Div:
  case Op::Rem:
    if (R == 0 || (R == -1 && L == INT64_MIN))
      return std::nullopt;
    return Operator == Op::Div ? L / R : L % R;
  case Op::And:
    return static_cast<int64_t>(X & Y);
  case Op::Or:
    return static_cast<int64_t>(X | Y);
  case Op::Xor:
    return static_cast<int64_t>(X ^ Y);
  case Op::Shl:
    if (Y >= 64)
      return std::nullopt;
    return static_cast<int64_t>(X << Y);
  case Op::Shr:
    if (Y >= 64)
      return std::nullopt;
    return L >> Y;
  case Op::Eq:
    // A driver may compare the status with a constant of another width.
    return OfStatus ? as32(L) == as32(R) : L == R;
  case Op::Lt:
    return L < R;
  case Op::NextStack:
  case Op::CurrentStack:
    return std::nullopt;
  }
  return std::nullopt;
}

/// \p X \p Operator \p X, where that is simpler.
static std::optional<Scalar> foldSame(Op Operator, Scalar X) {
  switch (Operator) {
  case Op::Eq:
    return Scalar::constant(1);
  case Op::Lt:
  case Op::Sub:
  case Op::Xor:
    return Scalar::constant(0);
  case Op::And:
  case Op::Or:
    return X;
  default:
    return std::nullopt;
  }
}

/// \p X < \p Y.
static std::optional<Scalar> foldLess(const Range &X, const Range &Y) {
  if (X.High < Y.Low)
    return Scalar::constant(1);
  if (X.Low >= Y.High)
    return Scalar::constant(0);
  return std::nullopt;
}

/// Bits that were set or cleared here, in a word that is not known.
std::optional<Scalar> Memory::foldMasks(const State &S, Op Operator, Scalar L,
                                        Scalar R, bool OfStatus) const {
  const SymInfo I = Symbols.symbol(L.Sym);
  if (I.Kind != SymKind::Binary || !I.R.isConstant())
    return std::nullopt;
  const int64_t Inner = I.R.Num, Mask = R.Num;
  if (I.Operator == Operator)
    return fold(
        S, Operator, I.L,
        Scalar::constant(Operator == Op::And ? Inner & Mask : Inner | Mask),
        OfStatus);
  if (Operator != Op::And || I.Operator != Op::Or)
    return std::nullopt;
  if ((Inner & Mask) == Mask)
    return R;
  if ((Inner & Mask) == 0)
    return fold(S, Op::And, I.L, R, OfStatus);
  return std::nullopt;
}

std::optional<Scalar> Memory::foldEqual(const State &S, Scalar L,
                                        int64_t R) const {
  if (R == 0) {
    if (std::optional<bool> Is = truth(S, L))
      return Scalar::constant(!*Is);
    return std::nullopt;
  }
  if (R == 1 && Symbols.isBoolean(L))
    return L;
  const Range *Fact = factOf(S, L.Sym);
  if (Fact && !Fact->contains(R))
    return Scalar::constant(0);
  return std::nullopt;
}

std::optional<Scalar> Memory::foldConstant(const State &S, Op Operator,
                                           Scalar L, Scalar R) const {
  switch (Operator) {
  case Op::And:
  case Op::Mul:
    return R.Num == 0 ? std::optional(Scalar::constant(0)) : std::nullopt;
  case Op::Add:
  case Op::Sub:
  case Op::Or:
  case Op::Xor:
  case Op::Shl:
  case Op::Shr:
    return R.Num == 0 ? std::optional(L) : std::nullopt;
  case Op::Eq:
    return foldEqual(S, L, R.Num);
  case Op::Lt:
    if (const Range *Fact = factOf(S, L.Sym))
      return foldLess(*Fact, Range::exactly(R.Num));
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

Scalar Memory::fold(const State &S, Op Operator, Scalar L, Scalar R,
                    bool OfStatus) const {
  L = reduce(S, L);
  R = reduce(S, R);
  if (L.isConstant() && R.isConstant()) {
    std::optional<int64_t> N = compute(Operator, L.Num, R.Num, OfStatus);
    return N ? Scalar::constant(*N) : Symbols.binary(Operator, L, R);
  }

  if (Operator == Op::Eq && Symbols.areDistinct(L, R))
    return Scalar::constant(0);
  const bool IsMask = Operator == Op::And || Operator == Op::Or;
  std::optional<Scalar> Simpler;
  if (L == R)
    Simpler = foldSame(Operator, L);
  if (L.isConstant() && (Operator == Op::Eq || Operator == Op::Add || IsMask))
    std::swap(L, R);
  if (!Simpler && R.isConstant() && IsMask)
    Simpler = foldMasks(S, Operator, L, R, OfStatus);
  if (!Simpler && R.isConstant())
    Simpler = foldConstant(S, Operator, L, R);
  else if (L.isConstant() && Operator == Op::Lt)
    if (const Range *Fact = factOf(S, R.Sym))
      Simpler = foldLess(Range::exactly(L.Num), *Fact);
  return Simpler ? *Simpler : reduce(S, Symbols.binary(Operator, L, R));
}

namespace {

/// Applies \p F to the halves of \p V: once where they are one.
template <typename FnTy> Value each(Value V, FnTy F) {
  Scalar A = F(V.OnSuccess);
  return Value{A, V.tells() ? F(V.OnFailure) : A};
}

/// The lowest bits of \p N, as a number.
int64_t truncated(int64_t N, unsigned Bits, bool Signed) {
  if (Bits >= 64 || Bits == 0)
    return N;
  const uint64_t Mask = (uint64_t(1) << Bits) - 1;
  uint64_t Low = static_cast<uint64_t>(N) & Mask;
  if (Signed && (Low >> (Bits - 1)))
    Low |= ~Mask;
  return static_cast<int64_t>(Low);
}

} // namespace

Value Memory::valueOfLoad(const State &S, const FlowExpr &Load) const {
  Value V = load(S, cell(S, Load.Place));
  // Another number each time, but a status is taken for what it is.
  if (Load.Site && !V.tells() && !isKnown(S.Life))
    return Value::plain(Symbols.site(Load.Site, VolatileTag));
  return each(V, [&](Scalar X) { return reduce(S, X); });
}

Value Memory::valueOfCast(const State &S, const FlowExpr &Cast) const {
  Value V = value(S, Cast.Args[0]);
  // A status has 32 bits, however wide the header's NTSTATUS is.
  const unsigned Bits = V.tells() && !Cast.Signed && Cast.Bits > 32
                            ? 32
                            : static_cast<unsigned>(Cast.Bits);
  return each(V, [&](Scalar X) {
    return X.isConstant()
               ? Scalar::constant(truncated(X.Num, Bits, Cast.Signed))
               : X;
  });
}

Value Memory::valueOfBinary(const State &S, const FlowExpr &Binary) const {
  Value L = value(S, Binary.Args[0]), R = value(S, Binary.Args[1]);
  bool OfStatus = L.tells() || R.tells();
  if (!OfStatus)
    return Value::plain(
        fold(S, Binary.Operator, L.OnSuccess, R.OnSuccess, false));
  return {fold(S, Binary.Operator, L.OnSuccess, R.OnSuccess, true),
          fold(S, Binary.Operator, L.OnFailure, R.OnFailure, true)};
}

Value Memory::decided(const State &S, const FlowExpr &E) const {
  CellId Decision = Symbols.temporary(E.Site);
  auto It = lowerBound(S.Cells, Decision);
  return It != S.Cells.end() && It->first == Decision ? It->second
                                                      : value(S, E.Args[0]);
}

Value Memory::valueOfLogical(const State &S, const FlowExpr &Logical) const {
  const bool IsAnd = Logical.Kind == ExprKind::LogicalAnd;
  Value L = decided(S, Logical);
  Value R = value(S, Logical.Args[1]);
  auto Half = [&](Scalar A, Scalar B) {
    std::optional<bool> Left = truth(S, A), Right = truth(S, B);
    if ((Left && *Left != IsAnd) || (Right && *Right != IsAnd))
      return Scalar::constant(!IsAnd);
    if (Left && Right)
      return Scalar::constant(IsAnd);
    if (Left)
      return negated(S, negated(S, B));
    if (Right)
      return negated(S, negated(S, A));
    return Symbols.opaque(Logical.Site, A, B);
  };
  return {Half(L.OnSuccess, R.OnSuccess), Half(L.OnFailure, R.OnFailure)};
}

Value Memory::valueOfSelect(const State &S, const FlowExpr &Select) const {
  Value C = decided(S, Select);
  Value T = value(S, Select.Args[1]), F = value(S, Select.Args[2]);
  auto Half = [&](Scalar Which, Scalar A, Scalar B) {
    std::optional<bool> Is = truth(S, Which);
    if (Is)
      return *Is ? A : B;
    return A == B ? A : Symbols.opaque(Select.Site, A, B);
  };
  return {Half(C.OnSuccess, T.OnSuccess, F.OnSuccess),
          Half(C.OnFailure, T.OnFailure, F.OnFailure)};
}

Value Memory::valueOfOpaque(const State &S, const FlowExpr &Opaque) const {
  Value Result = Value::plain(Symbols.site(Opaque.Site, 0));
  bool First = true;
  for (ExprId Arg : Opaque.Args) {
    Value V = value(S, Arg);
    auto Mix = [&](Scalar Old, Scalar New) {
      return First ? Symbols.opaque(Opaque.Site, New, Scalar())
                   : Symbols.opaque(Opaque.Site, Old, New);
    };
    Result = {Mix(Result.OnSuccess, V.OnSuccess),
              Mix(Result.OnFailure, V.OnFailure)};
    First = false;
  }
  return Result;
}

Value Memory::value(const State &S, ExprId Id) const {
  const FlowExpr &E = Graph.Exprs[Id];
  switch (E.Kind) {
  case ExprKind::None:
    break;
  case ExprKind::Constant:
    return Value::constant(E.Number);
  case ExprKind::Load:
    return valueOfLoad(S, E);
  case ExprKind::AddressOf: {
    CellId C = cell(S, E.Place);
    return Value::plain(C ? Symbols.address(C) : Symbols.site(0, 0));
  }
  case ExprKind::Not:
    return each(value(S, E.Args[0]), [&](Scalar X) { return negated(S, X); });
  case ExprKind::Cast:
    return valueOfCast(S, E);
  case ExprKind::Binary:
    return valueOfBinary(S, E);
  case ExprKind::LogicalAnd:
  case ExprKind::LogicalOr:
    return valueOfLogical(S, E);
  case ExprKind::Select:
    return valueOfSelect(S, E);
  case ExprKind::Opaque:
    return valueOfOpaque(S, E);
  }
  return Value::plain(Symbols.site(0, 0));
}

// --- Joining ----------------------------------------------------------------

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
