//===- Symbols.h - Values, symbols and memory cells -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The value domain of the flow analysis.
///
/// A *scalar* is a constant or a symbol: an unknown but fixed number, such as
/// "what parameter Irp held on entry". Two scalars that compare equal are the
/// same number on every execution of the path; two that differ may still be
/// equal at run time.
///
/// A *value* is a pair of scalars: what the expression is when the tracked
/// registration succeeded, and what it is when it failed. The NTSTATUS of the
/// registration is the pair (0, 0xC000009A), NT_SUCCESS of it is (1, 0), a
/// value that has nothing to do with the registration has two equal halves.
/// Every operator is applied to the two halves apart, so "computed from the
/// status alone" needs no list of spellings.
///
/// A *cell* is a place in memory: a variable, a field of a cell, what a scalar
/// points to, an element of a cell. Cells and symbols are interned: equal ids
/// are equal things, and ids are dense.
///
/// Approximations: distinct cells are assumed not to overlap (no alias
/// analysis beyond following copies of pointers); integers are 64 bits wide
/// and signed, with casts to narrower types applied to constants only.
/// Cost: one hash look-up per operation. Nothing here is ever freed before the
/// table itself.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_SYMBOLS_H
#define WDM_ENGINE_SYMBOLS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/FunctionExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace wdm::engine {

using SymId = uint32_t;
using CellId = uint32_t;
using SiteId = uint32_t;

/// Adds \p Part to the hash \p H.
inline uint64_t mix(uint64_t H, uint64_t Part) {
  H = (H ^ Part) * 0x9E3779B97F4A7C15u;
  return H ^ (H >> 32);
}

/// A constant (`Sym == 0`) or a symbol.
struct Scalar {
  int64_t Num = 0;
  SymId Sym = 0;

  static Scalar constant(int64_t N) { return {N, 0}; }
  static Scalar symbol(SymId S) { return {0, S}; }
  bool isConstant() const { return Sym == 0; }
  bool operator==(const Scalar &O) const {
    return Num == O.Num && Sym == O.Sym;
  }
  bool operator!=(const Scalar &O) const { return !(*this == O); }
  uint64_t hash() const { return mix(static_cast<uint64_t>(Num) + 1, Sym); }
};

/// A scalar for each outcome of the tracked registration.
struct Value {
  Scalar OnSuccess;
  Scalar OnFailure;

  static Value plain(Scalar S) { return {S, S}; }
  static Value constant(int64_t N) { return plain(Scalar::constant(N)); }
  /// True when knowing this value may tell success from failure.
  bool tells() const { return OnSuccess != OnFailure; }
  bool operator==(const Value &O) const {
    return OnSuccess == O.OnSuccess && OnFailure == O.OnFailure;
  }
  bool operator!=(const Value &O) const { return !(*this == O); }
};

/// What IoSetCompletionRoutineEx and its like return when they fail,
/// sign-extended as NTSTATUS is.
constexpr int64_t FailureStatus = static_cast<int32_t>(0xC000009Au);

/// The operators that are understood. The comparisons that are missing are
/// written with Lt and Eq.
enum class Op : uint8_t {
  Add,
  Sub,
  Mul,
  Div,
  Rem,
  And,
  Or,
  Xor,
  Shl,
  Shr,
  Eq,
  Lt,
  NextStack,    ///< The next stack location of the IRP in the first operand.
  CurrentStack, ///< Its current one.
};

enum class SymKind : uint8_t {
  None,
  Initial, ///< What a cell held when the function was entered.
  Site,    ///< What the last evaluation of an expression produced.
  Joined,  ///< What a cell holds after paths with different values met.
  Address, ///< The address of a cell.
  Binary,  ///< An operator applied to two scalars.
  Inner,   ///< A symbol of a called function, as seen by its caller.
  Opaque,  ///< Some pure function, named by its site, of two scalars.
};

/// On what a routine returns that allocates IRPs.
constexpr uint8_t AllocatedTag = 16;

struct SymInfo {
  SymKind Kind = SymKind::None;
  Op Operator = Op::Add;
  uint8_t Tag = 0;
  uint8_t Depth = 0;
  uint16_t Size = 1;  ///< Symbols that it is made of.
  bool Leaf = false;  ///< Too large to be taken apart again.
  uint64_t Sites = 0; ///< Filter of the sites that it is made from.
  uint32_t A = 0;     ///< Cell or site.
  uint32_t B = 0;     ///< Cell (Joined) or symbol (Inner).
  Scalar L, R;        ///< Operands.

  bool is(Op O) const { return Kind == SymKind::Binary && Operator == O; }
};

enum class CellKind : uint8_t {
  None,
  Variable,
  Field,
  Pointee,
  Element,
  Temporary
};

struct CellInfo {
  CellKind Kind = CellKind::None;
  bool Outlives = false; ///< Variable: it is not a local of the function.
  bool Pointer = false;  ///< It holds a pointer.
  uint8_t Depth = 0;
  uint8_t Role = 0; ///< Field: a model::FieldRole, no part of its identity.
  uint16_t Size = 0;
  uint64_t Sites = 0;
  const void *Decl = nullptr; ///< Variable or field declaration.
  CellId Base = 0;            ///< Field, Element.
  Scalar Key;                 ///< Pointee: the pointer; Element: the index.
  SiteId Site = 0;            ///< Temporary.
};

/// Interns symbols and cells. One table serves a whole translation unit, so
/// that scalars of a caller and its callees can be compared.
class SymbolTable {
public:
  SymbolTable();

  Scalar initial(CellId Cell);
  /// Tag tells apart: 0 independent of the registration, 1 after success,
  /// 2 after failure; 4 is added once the site has been evaluated again.
  Scalar site(SiteId Site, uint8_t Tag);
  Scalar joined(SiteId Site, CellId Cell);
  Scalar address(CellId Cell);
  Scalar inner(SiteId Call, SymId Callee);
  Scalar opaque(SiteId Site, Scalar L, Scalar R);
  /// Interns `L Operator R` without simplifying it.
  Scalar binary(Op Operator, Scalar L, Scalar R);

  CellId variable(const void *Decl, bool Outlives, bool Pointer);
  CellId field(CellId Base, const void *Decl, bool Pointer, uint8_t Role = 0);
  /// The pointee of an address is the cell itself.
  CellId pointee(Scalar Pointer, bool HoldsPointer);
  CellId element(CellId Base, Scalar Index, bool Pointer);
  CellId temporary(SiteId Site);
  /// What the function returns.
  CellId returned() const { return Returned; }

  const SymInfo &symbol(SymId S) const { return Symbols[S]; }
  const CellInfo &cell(CellId C) const { return Cells[C]; }

  /// True for symbols that can only be 0 or 1.
  bool isBoolean(Scalar S) const;

  /// True for the addresses of two variables or functions.
  bool areDistinct(Scalar L, Scalar R) const;

  /// True when \p Cell is \p Root or lies inside it.
  bool isWithin(CellId Cell, CellId Root) const;
  /// The variable, temporary or pointee that \p Cell lies inside.
  CellId rootOf(CellId Cell) const;
  /// True when \p Cell is still there after the function has returned.
  bool outlives(CellId Cell) const;
  /// True when \p S is made from \p Part in any way.
  bool mentions(Scalar S, llvm::function_ref<bool(Scalar)> IsPart) const;

  /// Rebuilds \p S bottom-up. \p MapSymbol may replace a symbol before its
  /// parts are looked at, \p MapCell a cell; nothing returned means "rebuild
  /// from the parts". Gives up with an Inner symbol of \p Site when the result
  /// would get too deep.
  struct Rewriter {
    llvm::function_ref<std::optional<Scalar>(SymId)> MapSymbol;
    llvm::function_ref<std::optional<CellId>(CellId)> MapCell;
  };
  Scalar rewrite(Scalar S, const Rewriter &How);
  CellId rewrite(CellId C, const Rewriter &How);

  /// False only when neither is made from \p Site.
  bool mayMention(Scalar S, SiteId Site) const {
    return !S.isConstant() && (Symbols[S.Sym].Sites & siteBit(Site));
  }
  bool mayMention(CellId C, SiteId Site) const {
    return Cells[C].Sites & siteBit(Site);
  }

  size_t size() const { return Symbols.size() + Cells.size(); }

private:
  static uint64_t siteBit(SiteId Site) {
    return uint64_t(1) << (Site * 2654435761u >> 26);
  }
  SymId intern(const SymInfo &Info);
  CellId intern(const CellInfo &Info);

  CellId Returned = 0;
  std::vector<SymInfo> Symbols;
  std::vector<CellInfo> Cells;
  llvm::DenseMap<uint64_t, llvm::SmallVector<SymId, 1>> SymbolIndex;
  llvm::DenseMap<uint64_t, llvm::SmallVector<CellId, 1>> CellIndex;
};

/// What is known of a symbol: an interval less a few numbers.
struct Range {
  int64_t Low = INT64_MIN;
  int64_t High = INT64_MAX;
  llvm::SmallVector<int64_t, 2> Excluded; ///< Sorted, at most MaxExcluded.

  static constexpr unsigned MaxExcluded = 8;

  static Range exactly(int64_t N) { return {N, N, {}}; }
  bool operator==(const Range &O) const {
    return Low == O.Low && High == O.High && Excluded == O.Excluded;
  }
  bool isSingle() const { return Low == High; }
  bool contains(int64_t N) const;
  bool isEmpty() const { return Low > High; }
  /// Leaves out \p N. An exclusion too many is forgotten: the range only
  /// becomes larger than it could be.
  void exclude(int64_t N);
  void clamp(int64_t NewLow, int64_t NewHigh);

private:
  void tidy();
};

} // namespace wdm::engine

#endif // WDM_ENGINE_SYMBOLS_H
