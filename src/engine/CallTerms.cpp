//===- CallTerms.cpp - What crosses a call --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Summaries.h"
#include "clang/AST/Decl.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::engine {

// --- Whether a call matters -------------------------------------------------

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

/// \p C, which holds the subject or the status, lies behind \p X.
static bool isBehind(const SymbolTable &Symbols, CellId C, Scalar X) {
  const CellId Root = Symbols.rootOf(C);
  const SymInfo &I = Symbols.symbol(X.Sym);
  if (I.Kind == SymKind::Address)
    return Symbols.isWithin(C, I.A) || Root == Symbols.rootOf(I.A);
  const CellInfo &Info = Symbols.cell(Root);
  return Info.Kind == CellKind::Pointee &&
         Symbols.mentions(Info.Key, [&](Scalar Part) { return Part == X; });
}

bool Summaries::leadsToSubject(const Memory &M, const State &Before,
                               Scalar X) const {
  if (X.isConstant())
    return false;
  if (X == Before.Irp ||
      Symbols.mentions(Before.Irp, [&](Scalar Part) { return Part == X; }))
    return true;
  const bool Local = Symbols.symbol(X.Sym).Kind == SymKind::Address;
  // The variable that it came in.
  if (Local && M.holdsOnEntry(Before, Symbols.symbol(X.Sym).A, Before.Irp))
    return true;
  if (llvm::any_of(Before.Cells, [&](const auto &E) {
        return (E.second.tells() || E.second.OnSuccess == Before.Irp) &&
               isBehind(Symbols, E.first, X);
      }))
    return true;
  // A part of the IRP: a list entry, a stack location.
  if (Local) {
    const CellInfo &Root =
        Symbols.cell(Symbols.rootOf(Symbols.symbol(X.Sym).A));
    return Root.Kind == CellKind::Pointee && Root.Key == Before.Irp;
  }
  return Symbols.mentions(X, [&](Scalar Part) { return Part == Before.Irp; });
}

bool Summaries::concerns(const Memory &M, const State &Before,
                         const FlowCall &Call) const {
  for (ExprId Arg : Call.Args) {
    Value V = M.value(Before, Arg);
    if (V.tells() || leadsToSubject(M, Before, M.settled(Before, V)))
      return true;
  }
  llvm::DenseSet<CellId> Reachable = reachable(M, Before, Call);
  return !Reachable.empty() && llvm::any_of(Before.Cells, [&](const auto &E) {
    return (E.second.tells() || E.second.OnSuccess == Before.Irp) &&
           Reachable.count(Symbols.rootOf(E.first));
  });
}

// --- Entering ---------------------------------------------------------------

namespace {

/// Calls \p Bind with the variable of the called function and the expression
/// of the caller for all that is passed.
template <typename FnTy>
void forEachPassed(const FlowCall &Call, const FlowGraph &Callee, FnTy Bind) {
  for (size_t I = 0; I != Callee.Params.size() && I != Call.Args.size(); ++I)
    Bind(Callee.Params[I], Call.Args[I]);
  if (Callee.This && Call.This)
    Bind(Callee.This, Call.This);
}

/// The called function's names for what the caller gives it.
class Inward {
public:
  struct Binding {
    Scalar Outside, Inside;
    Value V;
    CellId Cell;
  };

  Inward(SymbolTable &Symbols, const Memory &M, const State &Before,
         const FlowCall &Call, const FlowGraph &Callee)
      : Symbols(Symbols) {
    forEachPassed(Call, Callee, [&](const void *Decl, ExprId Arg) {
      Value V = M.value(Before, Arg);
      CellId Cell = Symbols.variable(Decl, false, true);
      Bound.push_back({M.settled(Before, V), Symbols.initial(Cell), V, Cell});
    });
  }

  Scalar scalar(Scalar X) { return rewritten(X); }
  CellId cell(CellId C) { return rewritten(C); }
  Value value(Value V) {
    if (!V.tells())
      return Value::plain(scalar(V.OnSuccess));
    return {scalar(V.OnSuccess), scalar(V.OnFailure)};
  }

  /// What the parameters hold. Two may be bound to one thing; the first name is
  /// used for both.
  void storeParams(const Memory &M, State &In) {
    for (const Binding &B : Bound) {
      if (B.V.tells()) {
        M.store(In, B.Cell, value(B.V));
      } else if (B.Outside.isConstant()) {
        M.store(In, B.Cell, B.V);
      } else {
        Scalar First = *nameOf(B.Outside.Sym);
        if (First != B.Inside)
          M.store(In, B.Cell, Value::plain(First));
      }
    }
  }
  /// What is known of them.
  void narrowParams(const Memory &M, const State &Before, State &In) const {
    for (const Binding &B : Bound) {
      if (B.Outside.isConstant() || B.Inside.isConstant())
        continue;
      for (const auto &[Sym, R] : Before.Facts)
        if (Sym == B.Outside.Sym)
          M.narrow(In, B.Inside.Sym, R);
    }
  }

private:
  std::optional<Scalar> nameOf(SymId Id) const {
    for (const Binding &B : Bound)
      if (!B.Outside.isConstant() && B.Outside.Sym == Id)
        return B.Inside;
    return std::nullopt;
  }
  /// What lies behind a pointer that is passed, or inside an object whose
  /// address is.
  std::optional<CellId> cellOf(CellId C) {
    for (const Binding &B : Bound)
      if (!B.Outside.isConstant() &&
          Symbols.symbol(B.Outside.Sym).Kind == SymKind::Address &&
          Symbols.symbol(B.Outside.Sym).A == C)
        return Symbols.pointee(B.Inside, Symbols.cell(C).Pointer);
    return std::nullopt;
  }
  template <typename T> T rewritten(T X) {
    auto Symbol = [this](SymId Id) { return nameOf(Id); };
    auto Cell = [this](CellId C) { return cellOf(C); };
    return Symbols.rewrite(X, SymbolTable::Rewriter{Symbol, Cell});
  }

  SymbolTable &Symbols;
  llvm::SmallVector<Binding, 8> Bound;
};

} // namespace

State Summaries::enter(const Memory &M, const State &Before,
                       const FlowCall &Call, const FlowGraph &Callee) {
  State In;
  In.Life = Before.Life;
  In.Life.Marks &= ~Rule->CallerMarks;
  Inward Inside(Symbols, M, Before, Call, Callee);
  Inside.storeParams(M, In);
  llvm::DenseSet<CellId> Reachable = reachable(M, Before, Call);
  for (const auto &[C, V] : Before.Cells) {
    CellId New = Inside.cell(C);
    // Others it can only reach by an address that is kept somewhere.
    if (New == C &&
        !(Reachable.count(Symbols.rootOf(C)) &&
          Symbols.cell(Symbols.rootOf(C)).Kind == CellKind::Variable))
      continue;
    M.store(In, New, Inside.value(V));
  }
  if (Before.Life.Known != Knowledge::Idle) {
    In.Irp = Inside.scalar(Before.Irp);
    for (unsigned I = 0; I != MaxKept; ++I)
      In.Kept[I] = Inside.scalar(Before.Kept[I]);
  }
  for (const auto &[Sym, R] : Before.Facts)
    for (unsigned I = 0; I != MaxKept; ++I)
      if (Before.Kept[I] == Scalar::symbol(Sym) && !In.Kept[I].isConstant())
        M.narrow(In, In.Kept[I].Sym, R);
  // What is known of memory behind what is passed.
  if (Attended.count(Call.Callee))
    for (const auto &[Sym, R] : Before.Facts)
      if (Scalar X = Inside.scalar(Scalar::symbol(Sym));
          X != Scalar::symbol(Sym) && !X.isConstant())
        M.narrow(In, X.Sym, R);
  Inside.narrowParams(M, Before, In);
  return In;
}

// --- Coming back ------------------------------------------------------------

namespace {

/// The caller's names for what a called function leaves.
class Outward {
public:
  /// \p NewSubject: the caller does not know the subject yet.
  Outward(SymbolTable &Symbols, const Memory &M, const State &Before,
          const FlowCall &Call, const FlowGraph &Callee, const PathEnd &End,
          bool NewSubject)
      : Symbols(Symbols), M(M), Before(Before), Call(Call), Callee(Callee),
        End(End), NewSubject(NewSubject) {
    forEachPassed(Call, Callee, [&](const void *Decl, ExprId Arg) {
      Scalar Inside = Symbols.initial(Symbols.variable(Decl, false, true));
      Bound.push_back({Inside.Sym, M.settled(Before, M.value(Before, Arg))});
    });
  }

  Scalar scalar(Scalar X) {
    if (!NewSubject && X == End.Final.Irp && !X.isConstant())
      return Before.Irp;
    return rewritten(X);
  }
  Value value(Value V) {
    if (!V.tells())
      return Value::plain(scalar(V.OnSuccess));
    return {scalar(V.OnSuccess), scalar(V.OnFailure)};
  }
  CellId cell(CellId C) { return rewritten(C); }

  /// A variable of a function further out, met through a reference.
  bool isCallers(CellId Root) const {
    const CellInfo &I = Symbols.cell(Root);
    return I.Kind == CellKind::Variable && !I.Outlives &&
           !Callee.OwnVariables.count(I.Decl) && I.Decl != Callee.This &&
           !llvm::is_contained(Callee.Params, I.Decl);
  }
  /// The called function knows which call this was by what it knows of \p Sym:
  /// of what it was given, and of what it gives back.
  bool matters(SymId Sym) const {
    const SymInfo &I = Symbols.symbol(Sym);
    if (I.Kind == SymKind::Initial && !isForeign(Symbols.rootOf(I.A)))
      return true;
    return llvm::any_of(Bound, [&](const auto &B) { return B.first == Sym; }) ||
           isGiven(Sym);
  }

private:
  std::optional<Scalar> nameOf(SymId Id);
  /// What has no name outside.
  bool isForeign(CellId Root) const {
    const CellInfo &I = Symbols.cell(Root);
    return I.Kind == CellKind::Temporary ||
           (I.Kind == CellKind::Variable && !I.Outlives && !isCallers(Root));
  }
  bool isGiven(SymId Sym) const;
  template <typename T> T rewritten(T X) {
    auto Symbol = [this](SymId Id) { return nameOf(Id); };
    auto NoCell = [](CellId) -> std::optional<CellId> { return std::nullopt; };
    return Symbols.rewrite(X, SymbolTable::Rewriter{Symbol, NoCell});
  }

  SymbolTable &Symbols;
  const Memory &M;
  const State &Before;
  const FlowCall &Call;
  const FlowGraph &Callee;
  const PathEnd &End;
  const bool NewSubject;
  llvm::SmallVector<std::pair<SymId, Scalar>, 8> Bound;
};

} // namespace

std::optional<Scalar> Outward::nameOf(SymId Id) {
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
  case SymKind::Initial:
    if (isForeign(Symbols.rootOf(I.A)))
      return Symbols.inner(Call.Site, Id);
    // Memory behind what was passed: as the caller left it.
    return M.settled(Before, M.load(Before, cell(I.A)));
  case SymKind::Address:
    if (isForeign(Symbols.rootOf(I.A)))
      return Symbols.inner(Call.Site, Id);
    return std::nullopt;
  case SymKind::None:
  case SymKind::Binary:
    return std::nullopt;
  }
  return std::nullopt;
}

/// It is in what the called function gives back.
bool Outward::isGiven(SymId Sym) const {
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

  Outward Outside(Symbols, M, Before, Call, Callee, End, NewSubject);
  Out.After.Irp = NewSubject ? Outside.scalar(End.Final.Irp) : Before.Irp;
  for (unsigned I = 0; I != MaxKept; ++I)
    Out.After.Kept[I] = In && End.Final.Kept[I] == In->Kept[I]
                            ? Before.Kept[I]
                            : Outside.scalar(End.Final.Kept[I]);
  Out.Result = End.ReturnsValue ? Outside.value(End.Result)
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
          {Symbols.rewrite(C, {NoSymbol, ToResult}), Outside.value(V)});
    else if (Symbols.outlives(C) || Outside.isCallers(Root))
      Out.Writes.push_back({Outside.cell(C), Outside.value(V)});
  }
  for (const auto &[Sym, R] : End.Final.Facts) {
    if (!Outside.matters(Sym))
      continue;
    Scalar X = Outside.scalar(Scalar::symbol(Sym));
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

} // namespace wdm::engine
