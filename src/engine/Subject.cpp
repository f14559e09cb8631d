//===- Subject.cpp - What is the subject, and what a part of it -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/SolverRun.h"
#include "llvm/ADT/STLExtras.h"

namespace wdm::engine {

using model::FieldRole;

bool Solver::isIrp(const State &S, Scalar X) const {
  return tracked(S) && !X.isConstant() && X == S.Irp;
}

bool Solver::isPartOfIrp(const State &S, Scalar X) const {
  if (!tracked(S) || X.isConstant())
    return false;
  const SymInfo &I = Symbols.symbol(X.Sym);
  if (I.Kind != SymKind::Address)
    return false;
  const CellInfo &Root = Symbols.cell(Symbols.rootOf(I.A));
  return Root.Kind == CellKind::Pointee && Root.Key == S.Irp;
}

bool Solver::isNextStackPointer(const State &S, Scalar X) const {
  if (!tracked(S) || X.isConstant())
    return false;
  const SymInfo &I = Symbols.symbol(X.Sym);
  return I.is(Op::NextStack) && I.L == S.Irp;
}

namespace {

/// A pointer, and which element behind it.
struct Indexed {
  Scalar Pointer;
  int64_t Offset = 0;
};

/// How \p I is reached from a pointer, if it is and the index is known.
std::optional<Indexed> indexed(const SymbolTable &Symbols, const CellInfo &I) {
  if (I.Kind == CellKind::Pointee)
    return Indexed{I.Key, 0};
  if (I.Kind != CellKind::Element || !I.Key.isConstant())
    return std::nullopt;
  const CellInfo &Base = Symbols.cell(I.Base);
  if (Base.Kind != CellKind::Pointee)
    return std::nullopt;
  return Indexed{Base.Key, I.Key.Num};
}

/// Whether \p At is the stack location of \p Irp that is \p Wanted from the
/// current one; nullopt: it is no stack location by its name.
std::optional<bool> isStackLocation(const SymbolTable &Symbols, Indexed At,
                                    Scalar Irp, int64_t Wanted) {
  if (At.Pointer.isConstant())
    return std::nullopt;
  SymInfo K = Symbols.symbol(At.Pointer.Sym);
  int64_t Offset = At.Offset;
  if (K.is(Op::NextStack))
    return K.L == Irp && Offset - 1 == Wanted;
  if (K.is(Op::CurrentStack))
    return K.L == Irp && Offset == Wanted;
  if ((K.is(Op::Sub) || K.is(Op::Add)) && K.R.isConstant() &&
      !K.L.isConstant()) {
    Offset += K.Operator == Op::Sub ? -K.R.Num : K.R.Num;
    K = Symbols.symbol(K.L.Sym);
    if (K.is(Op::CurrentStack))
      return K.L == Irp && Offset == Wanted;
  }
  // What the IRP's stack pointer held.
  if (Offset != Wanted || K.Kind != SymKind::Initial)
    return std::nullopt;
  const CellInfo &Root = Symbols.cell(Symbols.rootOf(K.A));
  if (Root.Kind == CellKind::Pointee && Root.Key == Irp)
    return true;
  return std::nullopt;
}

} // namespace

/// In one of its spellings: the accessor's result, or what the IRP's stack
/// pointer held, less one for the next.
bool Solver::isInStack(const State &S, CellId C, int64_t Offset) const {
  if (!tracked(S))
    return false;
  for (; C; C = Symbols.cell(C).Base)
    if (std::optional<Indexed> At = indexed(Symbols, Symbols.cell(C)))
      if (std::optional<bool> Is = isStackLocation(Symbols, *At, S.Irp, Offset))
        return *Is;
  return false;
}

bool Solver::isInside(const State &S, CellId C) const {
  if (!tracked(S) || !C)
    return false;
  const CellInfo &Root = Symbols.cell(Symbols.rootOf(C));
  if (Root.Kind != CellKind::Pointee || Root.Key.isConstant())
    return false;
  if (Root.Key == S.Irp)
    return true;
  SymInfo K = Symbols.symbol(Root.Key.Sym);
  if ((K.is(Op::Sub) || K.is(Op::Add)) && !K.L.isConstant())
    K = Symbols.symbol(K.L.Sym);
  if (K.is(Op::NextStack) || K.is(Op::CurrentStack))
    return K.L == S.Irp;
  if (K.Kind != SymKind::Initial ||
      Symbols.cell(K.A).Role != static_cast<uint8_t>(FieldRole::StackPointer))
    return false;
  const CellInfo &Of = Symbols.cell(Symbols.rootOf(K.A));
  return Of.Kind == CellKind::Pointee && Of.Key == S.Irp;
}

/// A part that the driver above does not mind: what the next driver is told,
/// the outcome, what is kept there as long as it is here; where it stands in
/// its stack is told otherwise.
bool Solver::isDrivers(const State &S, CellId C) const {
  if (isInStack(S, C, -1))
    return true;
  for (; C; C = Symbols.cell(C).Base)
    switch (static_cast<FieldRole>(Symbols.cell(C).Role)) {
    case FieldRole::Status:
    case FieldRole::Outcome:
    case FieldRole::Own:
    case FieldRole::StackPosition:
    case FieldRole::StackPointer:
    case FieldRole::Control:
      return true;
    default:
      break;
    }
  return false;
}

bool Solver::isStatusInField(CellId C) const {
  if (Symbols.cell(C).Role != static_cast<uint8_t>(FieldRole::Status))
    return false;
  const CellInfo &Root = Symbols.cell(Symbols.rootOf(C));
  if (Root.Kind != CellKind::Pointee || Root.Key.isConstant())
    return false;
  const SymInfo &From = Symbols.symbol(Root.Key.Sym);
  return From.Kind == SymKind::Initial && Symbols.outlives(From.A);
}

std::optional<Scalar> Solver::statusIn(const State &S) const {
  for (const auto &[C, V] : S.Cells) {
    const CellInfo &I = Symbols.cell(C);
    if (I.Role != static_cast<uint8_t>(FieldRole::Status))
      continue;
    const CellInfo &Root = Symbols.cell(Symbols.rootOf(C));
    if (Root.Kind == CellKind::Pointee && Root.Key == S.Irp)
      return M.settled(S, V);
  }
  return std::nullopt;
}

bool Solver::holdsStatus(const State &S) const {
  return llvm::any_of(S.Cells, [&](const auto &E) {
    return E.second.tells() &&
           Symbols.cell(E.first).Kind != CellKind::Temporary;
  });
}

Scalar Solver::argument(const State &S, const FlowCall &Call,
                        int Position) const {
  if (Position < 0 || static_cast<size_t>(Position) >= Call.Args.size())
    return Scalar();
  return M.settled(S, M.value(S, Call.Args[Position]));
}

/// The bit that says so is set in \p Control.
bool Solver::setsPending(Scalar Control) const {
  if (Control.isConstant())
    return (Control.Num & model::PendingReturned) != 0;
  const SymInfo &I = Symbols.symbol(Control.Sym);
  return I.is(Op::Or) && I.R.isConstant() &&
         (I.R.Num & model::PendingReturned) != 0;
}

/// It is not set in \p Control, for certain.
bool Solver::clearsPending(Scalar Control) const {
  if (Control.isConstant())
    return (Control.Num & model::PendingReturned) == 0;
  const SymInfo &I = Symbols.symbol(Control.Sym);
  return I.is(Op::And) && I.R.isConstant() &&
         (I.R.Num & model::PendingReturned) == 0;
}

} // namespace wdm::engine
