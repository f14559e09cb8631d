//===- FunctionFacts.h - What a repair has to know --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Facts about one function, asked at the place of one registration: whose IRP
/// it is, what the function holds there that a way out must give back, how its
/// author leaves on failure, which local variable may take the status.
///
/// Order is judged on clang's control-flow graph, without regard to conditions
/// ("may come after"). For a function without a graph (`__finally`) the order
/// of the source is taken instead, and answers are the careful ones: held,
/// marked pending, not free.
///
/// Nothing here depends on more than the function and the file it is in, so
/// that a header gives the same answers in each translation unit.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_FUNCTIONFACTS_H
#define WDM_FIXITS_FUNCTIONFACTS_H

#include "fixits/ProgramFacts.h"
#include "fixits/Resources.h"
#include "fixits/Syntax.h"
#include "src/model/Routines.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <memory>
#include <string>
#include <vector>

namespace clang {
class CallExpr;
class CompoundStmt;
class Expr;
class FunctionDecl;
class LabelDecl;
class Stmt;
class ValueDecl;
class VarDecl;
} // namespace clang

namespace wdm::fixits {

/// What the I/O manager, or the driver itself, calls a function as.
enum class Role {
  Other,
  Dispatch,      ///< Declared DRIVER_DISPATCH, or put in MajorFunction[].
  DispatchShape, ///< Takes and returns what a dispatch routine does.
  Framework,     ///< A framework's callback that is given a WDM IRP.
  Completion,    ///< A completion routine: its result means something else.
};

/// Where the IRP of a registration comes from.
enum class IrpOrigin {
  Unknown,
  Parameter, ///< The function's own parameter, or a copy that never changes.
  Allocated, ///< Allocated in this function, by a routine that IoFreeIrp
             ///< undoes.
  Borrowed,  ///< Kept in memory that stays when the function leaves.
  Managed,   ///< A smart pointer frees it.
};

struct IrpFacts {
  IrpOrigin Origin = IrpOrigin::Unknown;
  const clang::VarDecl *Variable = nullptr;
  std::string Text; ///< As written at the registration.
};

/// Something acquired before the registration, and not given back on some path
/// to it.
struct Held {
  const clang::Expr *Acquired = nullptr; ///< A call, or `new`.
  Resource What;
  /// Names of the object, as Obligations.h gives them; none: any.
  std::vector<std::string> Objects;
};

/// How the author leaves the function when something fails.
struct WayOut {
  enum Kind { None, Goto, Leave, Break } How = None;
  const clang::LabelDecl *Label = nullptr;
  /// The variable that the other tests look at.
  const clang::VarDecl *Status = nullptr;
  /// Where control goes to.
  unsigned Target = 0;
  /// One of the author's jumps, where there is one.
  const clang::Stmt *Jump = nullptr;
};

/// What happens to an IRP once control is at a place.
enum class Fate {
  Nothing,
  Read, ///< It is not ended, but looked into.
  Ended,
  Unclear,
};

class FunctionFacts : public FunctionText {
public:
  FunctionFacts(const clang::FunctionDecl &Function, ProgramFacts &Program,
                const SourceText &Source);

  ProgramFacts &Program;

  /// Whether order is judged on a graph.
  bool hasGraph() const { return Graph != nullptr; }

  Role role() const { return FunctionRole; }
  const model::RoutineTable &routines() const { return Routines; }

  /// The calls of this function that its file has, each with the function it is
  /// in. None for a lambda.
  using CallOf = ProgramFacts::CallOf;
  std::vector<CallOf> calls() const;

  IrpFacts irpOf(const clang::CallExpr &Registration) const;
  /// True when \p V may hold an IRP that this function has allocated.
  bool isAllocatedHere(const clang::VarDecl &V) const;
  /// The parameter of a dispatch routine that is its IRP.
  const clang::ParmVarDecl *irpParameter() const;

  /// True when \p Call is given \p Irp; by its text where it is no variable.
  bool isGiven(const clang::CallExpr &Call, const IrpFacts &Irp) const;
  /// True when \p Call is given \p Irp.
  bool takes(const clang::CallExpr &Call, const clang::VarDecl &Irp) const;
  model::Effect effectOf(const clang::CallExpr &Call) const;
  static llvm::StringRef nameOf(const clang::CallExpr &Call);
  /// What stands in the source for it: the macro's name, where it is in one.
  llvm::StringRef writtenNameOf(const clang::CallExpr &Call) const;

  /// True when \p To may be executed after \p From, without \p Cut between.
  bool mayFollow(const clang::Stmt *From, const clang::Stmt *To,
                 llvm::function_ref<bool(const clang::Stmt &)> Cut) const;
  /// The first of the statements after \p From for which \p Wanted holds, on
  /// some path.
  const clang::Stmt *
  findAfter(const clang::Stmt *From,
            llvm::function_ref<bool(const clang::Stmt &)> Wanted) const;

  bool completes(const clang::Stmt &S, const clang::VarDecl &Irp) const;
  bool sends(const clang::Stmt &S, const clang::VarDecl &Irp) const;
  bool waits(const clang::Stmt &S) const;
  bool marksPending(const clang::Stmt &S) const;

  /// True when after the registration has succeeded some path ends without the
  /// IRP sent or handed on: a leak that the missing test hides.
  /// \p Status is where the status will be; a branch that it decides is known.
  bool maySkipSending(const clang::CallExpr &Registration, const IrpFacts &Irp,
                      const clang::VarDecl *Status) const;
  /// The value of \p V at the registration, where it has the one of its
  /// initialiser still.
  std::optional<int64_t> initialValue(const clang::VarDecl &V,
                                      const clang::Stmt *At) const;

  /// What is held at \p Point, the registration or a statement behind it.
  std::vector<Held> heldAt(const clang::CallExpr &Registration,
                           const clang::Stmt *Point) const;
  /// What \p Call acquires, or gives back.
  std::optional<Resource> acquires(const clang::CallExpr &Call) const;
  std::optional<Resource> givesBack(const clang::CallExpr &Call) const;
  bool givesBack(const clang::CallExpr &Call, const Resource &What) const;
  /// What \p Routine gives back, anywhere in its body.
  std::vector<Resource> givenBackIn(const clang::FunctionDecl &Routine) const;
  /// What this function holds at \p Call and never gives back afterwards:
  /// others have to. Memory apart.
  std::vector<Held> heldForOthers(const clang::CallExpr &Call) const;
  /// True when what stands where \p Out leads to gives back what \p H acquired,
  /// on every path from the registration.
  bool isGivenBackFrom(const WayOut &Out, const Held &H,
                       const clang::CallExpr &Registration) const;
  /// What the code from \p Target on does to \p Irp. \p Status is the variable
  /// that a condition may ask about.
  Fate irpFateFrom(unsigned Target, const clang::VarDecl &Irp,
                   const clang::VarDecl *Status,
                   const clang::Stmt *Registration) const;

  WayOut wayOut(const clang::CallExpr &Registration) const;

  /// True when the value of \p V is not needed after \p At.
  bool isFreeAfter(const clang::VarDecl &V, const clang::Stmt *At) const;
  /// True when \p V is never changed after its initialiser.
  bool isConstant(const clang::VarDecl &V) const;
  /// True when nothing assigns to \p V in \p Where.
  bool isUnchangedIn(const clang::VarDecl &V, const clang::Stmt *Where) const;

  /// The variable whose failure makes \p Condition true (\p WhenFailed true) or
  /// false; null when it is no such test. Anything whose written text is \p
  /// Other counts as well, and gives \p Matched.
  struct Test {
    const clang::Expr *Status = nullptr;
    bool TrueMeansFailed = false;
  };
  Test asStatusTest(const clang::Expr *Condition) const;

  /// True when this function, given \p Irp, sends it or hands it on on every
  /// path.
  bool alwaysPassesOn(const clang::VarDecl &Irp, unsigned Depth = 0) const;

  const clang::CFG *graph() const { return Graph.get(); }

private:
  friend class Course;
  bool passesOn(const clang::CallExpr &Call, unsigned Depth) const;
  bool isOfHeldMemory(const clang::Expr *Field) const;
  Role findRole() const;
  bool walk(const clang::Stmt *From,
            llvm::function_ref<int(const clang::Stmt &)> Visit,
            bool *ReachesEnd = nullptr) const;
  bool killsSoon(const clang::VarDecl &V, const clang::Stmt *At) const;
  bool isMentionedUnseen(const clang::VarDecl &V, unsigned From) const;

  const model::RoutineTable &Routines;
  std::unique_ptr<clang::CFG> Graph;
  struct Position {
    const clang::CFGBlock *Block;
    unsigned Index;
  };
  llvm::DenseMap<const clang::Stmt *, Position> Positions;
  Role FunctionRole = Role::Other;
};

/// The functions that \p Registration names as arguments and whose bodies can
/// be seen: its completion routine.
std::vector<const clang::FunctionDecl *>
routinesGivenTo(const clang::CallExpr &Registration);

} // namespace wdm::fixits

#endif // WDM_FIXITS_FUNCTIONFACTS_H
