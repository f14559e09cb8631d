//===- Flow.h - The facts of one function -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The form in which the solver sees a function: a graph of blocks, each a
/// list of events, with edges that say under which conditions they are taken.
/// Events speak of places and expressions by number. Clang's AST appears in
/// it only as locations and identities to be shown to the user later.
///
/// FlowBuilder makes it from clang::CFG; tests may write one by hand.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_FLOW_H
#define WDM_ENGINE_FLOW_H

#include "src/engine/Symbols.h"
#include "src/model/Resources.h"
#include "src/model/Routines.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clang {
class Expr;
class FunctionDecl;
class Stmt;
} // namespace clang

namespace wdm::engine {

using ExprId = uint32_t;  ///< 0: no expression.
using PlaceId = uint32_t; ///< 0: no place.
using BlockId = uint32_t;

enum class ExprKind : uint8_t {
  None,
  Constant,   ///< Number
  Load,       ///< Place
  AddressOf,  ///< Place
  Binary,     ///< Operator, Args
  Not,        ///< Args[0] == 0
  Cast,       ///< Args[0] to Bits, Signed
  LogicalAnd, ///< Args; Site remembers how Args[0] was decided
  LogicalOr,  ///< the same
  Select,     ///< Args[0] ? Args[1] : Args[2]; Site as above
  Opaque,     ///< some pure function of Args
};

struct FlowExpr {
  ExprKind Kind = ExprKind::None;
  Op Operator = Op::Add;
  uint8_t Bits = 64;
  bool Signed = true;
  int64_t Number = 0;
  PlaceId Place = 0;
  SiteId Site = 0;
  llvm::SmallVector<ExprId, 3> Args;
};

enum class PlaceKind : uint8_t {
  None,
  Variable,
  Temporary,
  Field,
  Pointee,
  Element
};

struct FlowPlace {
  PlaceKind Kind = PlaceKind::None;
  bool Outlives = false;
  bool Pointer = false;
  bool Volatile = false;
  bool OfRequest = false; ///< A field of an IRP or of its stack locations.
  const void *Decl = nullptr;
  PlaceId Base = 0;
  ExprId Key = 0; ///< Pointee: the pointer; Element: the index.
  SiteId Site = 0;
  model::FieldRole Role = model::FieldRole::None;
};

/// What a call acquires and gives back (Proof.h).
struct Handling {
  std::optional<model::Resource> Acquires, GivesBack;
  bool ByResult = false; ///< Its result says whether it is held.
};

/// What Handling is made from, where the AST is not at hand.
struct CallWords {
  std::string Written;    ///< The name in the source: of a macro, perhaps.
  std::string Object;     ///< The record that the first argument points to.
  bool OfNothing = false; ///< The first argument is a null pointer.
  bool TakesIrql = false; ///< An argument is where an IRQL is kept.
  int16_t Irp = -1, Status = -1; ///< The last arguments of these types.
};

/// One call. Arguments are expressions that are evaluated at the call.
struct FlowCall {
  SiteId Site = 0;
  bool Known = false; ///< Routine is filled in from the table.
  bool OnlyPrints = false;
  model::Routine Routine;
  /// With a body, here or in another unit (OtherUnits.h), or null.
  const clang::FunctionDecl *Callee = nullptr;
  /// The function that is named, whether its body is visible or not; null for
  /// one that is chosen at run time.
  const clang::FunctionDecl *Named = nullptr;
  const clang::Stmt *Origin = nullptr;
  clang::SourceLocation Loc;
  bool TakesIrp = false; ///< A parameter of Named is an IRP.
  std::string Name;
  llvm::SmallVector<ExprId, 6> Args;
  llvm::SmallVector<uint32_t, 6> ByReference; ///< Bound to references.
  ExprId This = 0; ///< Address of the object of a method call.
  bool IsMethod = false;
  bool ReturnsBool = false;
  bool ReturnsPointer = false;
  bool ReturnsNumber = false;
  int32_t Handler = -1;        ///< Block that gets control when it raises.
  bool Guessed = false;        ///< Known by its words (Proof.h).
  int16_t StatusArgument = -1; ///< What it completes an IRP with.
  bool Discarded = false;      ///< Nothing looks at its result, as it stands.
  /// What Args[0] points to, or the array that begins there, is zero after it.
  bool Zeroes = false;
  bool ZeroesPointer = false; ///< That is a pointer.
  /// Filled in where a fix is to be proven; null: it handles nothing.
  std::shared_ptr<const Handling> Handles;
  std::shared_ptr<const CallWords> Words; ///< Of a call in another unit.
};

enum class EventKind : uint8_t {
  Store,      ///< Place = Value
  StepPlace,  ///< Place += Number, old value to Site
  Unknown,    ///< Place becomes unknown
  CopyRecord, ///< Place = Source, all parts
  Read,       ///< Place, a part of an IRP, is read
  Call,       ///< Calls[Call]
  Use,        ///< Value is given to code that cannot be seen; Number: it is
              ///< the operand of `delete`
  Return,     ///< Value, or nothing
  Raise,      ///< control may go to the block Call; Number: no IRP is ended
              ///< or given away where it may come from
  EndPath,    ///< control goes nowhere
  Patched,    ///< code that is only proposed begins here
};

struct FlowEvent {
  EventKind Kind = EventKind::Store;
  PlaceId Place = 0;
  PlaceId Source = 0;
  ExprId Value = 0;
  int64_t Number = 0;
  SiteId Site = 0;
  uint32_t Call = 0;
  clang::SourceLocation Loc;
  const clang::Stmt *Origin = nullptr;
};

struct Assumption {
  ExprId Condition;
  bool Holds;
};

struct FlowEdge {
  BlockId To = 0;
  llvm::SmallVector<Assumption, 1> If; ///< All hold.
  SiteId Decided = 0; ///< Remembers the decision for the whole condition.
  bool Decision = false;
  bool Default = false; ///< The default edge of a switch.
};

/// What a block of another unit's function decides, where its AST is not at
/// hand: as in the source, without the operands that were decided before and
/// without a `!` (Opposite: there was one).
struct Question {
  std::string Text;
  std::string Macro; ///< that Text is a part of, if it is.
  clang::SourceLocation Loc;
  bool Opposite = false;
  bool IsSwitch = false;
};

struct FlowBlock {
  std::vector<FlowEvent> Events;
  llvm::SmallVector<FlowEdge, 2> Edges;
  const clang::Expr *Condition = nullptr; ///< What the terminator decides.
  const clang::Stmt *Terminator = nullptr;
  std::shared_ptr<const Question> Asked; ///< Instead of Condition.
  clang::SourceLocation TerminatorLoc;
  /// Decisions that this one makes out of date: those it is an operand of.
  llvm::SmallVector<SiteId, 2> Renews;
  bool LoopTest = false; ///< The terminator decides whether a loop goes on.
  bool Counts = false;   ///< ... and asks a variable of the function.
  uint32_t Order = 0;    ///< Reverse post-order.
  bool Reachable = true; ///< There is a way to it, whatever the conditions.
};

/// Numbers that stand for what a place can be looked up by: a declaration, or
/// "something behind a pointer".
using KeyId = uint32_t;

struct FlowGraph {
  const clang::FunctionDecl *Function = nullptr; ///< Null for a block literal.
  const void *Identity = nullptr;
  std::vector<FlowExpr> Exprs{1};
  std::vector<FlowPlace> Places{1};
  std::vector<FlowCall> Calls;
  std::vector<FlowBlock> Blocks;
  BlockId Entry = 0;
  BlockId Exit = 0;
  llvm::SmallVector<const void *, 8> Params; ///< Variable declarations.
  llvm::SmallVector<bool, 8> ParamIsReference;
  llvm::SmallVector<bool, 8> ParamIsIrp; ///< IRP* by its type.
  int32_t IrpParam = -1;                 ///< The only one that is.
  /// The sites of this graph are [FirstSite, EndSite); each block has one of
  /// them for the values that are joined there.
  SiteId FirstSite = 0, EndSite = 0, JoinSite = 0;
  SiteId FirstOfPatch = 0, EndOfPatch = 0; ///< More of them.
  bool owns(SiteId Site) const {
    return (Site >= FirstSite && Site < EndSite) ||
           (Site >= FirstOfPatch && Site < EndOfPatch);
  }
  const void *This = nullptr; ///< Stands for the variable `this`, if any.
  clang::SourceLocation EndLoc;
  /// `default:` of a switch that names every value of its enumeration. It has
  /// no way to it, but other numbers come from elsewhere.
  llvm::SmallVector<BlockId, 2> OtherValues;
  /// The translation unit has errors: labels and branches may be missing.
  bool Incomplete = false;
  /// Handles is filled in.
  bool KnowsHandled = false;
  /// Some function of the translation unit calls this one.
  bool Called = false;
  /// The variables that live in this function.
  llvm::DenseSet<const void *> OwnVariables;

  /// Filled in by computeLiveness.
  llvm::DenseMap<const void *, KeyId> Keys;
  std::vector<llvm::BitVector> LiveIn;
  llvm::BitVector AlwaysLive;
  bool KeepAll = false;

  /// Calls \p Do with each block that an exception in \p B may go to.
  template <typename FnTy>
  void forEachHandler(const FlowBlock &B, FnTy Do) const {
    for (const FlowEvent &E : B.Events)
      if (E.Kind == EventKind::Raise)
        Do(BlockId(E.Call));
      else if (E.Kind == EventKind::Call && Calls[E.Call].Handler >= 0)
        Do(static_cast<BlockId>(Calls[E.Call].Handler));
  }

  /// Orders the blocks; unreachable blocks come last.
  void computeOrder();
  /// For each block the keys whose cells may still be read. What is known of
  /// other cells may be forgotten there without loss. Quadratic only in bits:
  /// blocks times the keys that are used more than once.
  void computeLiveness();
};

} // namespace wdm::engine

#endif // WDM_ENGINE_FLOW_H
