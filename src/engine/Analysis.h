//===- Analysis.h - Findings of a translation unit --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The engine's face: give it the functions of a translation unit and an
/// automaton, get back what is wrong with each subject of it in them.
///
/// In: function definitions (templates: their instantiations), the table of
/// WDM routines with the user's additions, an automaton, limits.
/// Out: findings in source order: at most one per registration and rule, where
/// the automaton opens at registrations; else one per rule and place.
/// Each has a witness: a path of the control-flow graph that is feasible as
/// far as the analysis can tell, told as notes.
///
/// Approximated: see Symbols.h (memory) and Solver.h (joins, limits). A
/// function that cannot be followed (no graph, a limit reached) yields no
/// finding but what is certain without a path (Certain.h), and is named in
/// Program::NotFollowed. Called functions whose bodies are visible are followed
/// with a summary for each state in which they are entered.
/// Cost: nothing for a translation unit that never names a routine at which the
/// automaton opens (a look-up for each name); otherwise in proportion to the
/// size of the functions that do, and of those they call with the IRP or the
/// status.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_ANALYSIS_H
#define WDM_ENGINE_ANALYSIS_H

#include "src/engine/Automaton.h"
#include "src/engine/OtherUnits.h"
#include "src/model/DriverRoles.h"
#include "src/model/Routines.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clang {
class ASTContext;
class CallExpr;
class Expr;
class FunctionDecl;
class Stmt;
} // namespace clang

namespace wdm::engine {

class Summaries;

/// What became of the status, for the wording of the first rule.
enum class StatusFate : uint8_t {
  Discarded,
  NeverTested,
  Overwritten,
  TestedSometimes,
};

enum class NoteKind : uint8_t {
  OpenedHere,   ///< in a helper
  InCall,       ///< the path enters Name
  Overwritten,  ///< Name is overwritten
  UntestedWhen, ///< Name is not tested when Subject is Truth
  Decision,     ///< Subject is Truth
  Case,         ///< Subject has the value Name; Name empty: no case fits
  Happened,     ///< What; Fault, if it was one
  /// Fault is committed here: at a return statement or a call (Truth), or at
  /// the end of the function.
  Ends,
};

struct PathNote {
  NoteKind Kind;
  clang::SourceLocation Loc;
  const clang::Expr *Subject = nullptr;
  /// Instead of Subject, where that is in another unit (Written.h).
  std::string Text, Macro;
  bool Truth = true;
  std::string Name;
  Happening What = Happening::Send;
  FaultId Fault = NoFault;
};

/// Something that happened to the subject on the way.
struct PastEvent {
  Happening What = Happening::Send;
  clang::SourceLocation Loc;
  std::string Routine; ///< Name of the function called, as in the source.
};

struct Finding {
  FaultId Broken = NoFault;
  const Automaton *Of = nullptr; ///< Whose fault that is.
  uint8_t Rule = 0;
  /// The call that registers, or the call of the helper that returns the
  /// status of one, or what makes the object that keeps it; null where the
  /// automaton opens elsewhere.
  const clang::Expr *At = nullptr;
  /// The same; null where a constructor registers, too.
  const clang::CallExpr *Registration = nullptr;
  /// The function in which the fault is.
  const clang::FunctionDecl *Function = nullptr;
  /// Name of the function called at Registration, as in the source.
  std::string Callee;
  StatusFate Fate = StatusFate::Discarded;
  /// Where the status was stored, as in the source; empty: nowhere.
  std::string StoredIn;
  /// The path from the registration to the fault.
  std::vector<PathNote> Notes;
  /// The call, expression or return statement at which the path ends, if there
  /// is one, and where that is.
  const clang::Stmt *FaultAt = nullptr;
  clang::SourceLocation FaultLoc;
  /// What the fault was: the last thing that happened.
  PastEvent Last;
  /// When the IRP was last sent or ended before, if it was.
  std::optional<PastEvent> Disposed;
  /// FaultAt mends it when it returns this, on every path to it (Mend); null:
  /// not certain.
  const char *ReturnInstead = nullptr;
  bool OnlyInsteadOfSuccess = false;
};

struct Limits {
  /// States kept apart per block and automaton state before they are merged.
  unsigned Disjuncts = 12;
  /// Steps per registration: for each event of the function, for a small one,
  /// and in all. A step is an event in a state of ordinary size.
  unsigned StepsPerEvent = 24;
  unsigned FewSteps = 40000;
  unsigned Steps = 1000000;
  /// Steps for a whole translation unit.
  uint64_t AllSteps = 2000000;
  /// A function with more blocks than this is not followed.
  unsigned Blocks = 200000;
  /// Called functions are followed this deep.
  unsigned CallDepth = 12;
};

/// Those of a proof (proof/Proof.h): what is larger is not mended that way.
inline Limits proofLimits() {
  Limits Small;
  Small.Disjuncts = 8;
  Small.StepsPerEvent = 8;
  Small.FewSteps = 5000;
  Small.Steps = 40000;
  return Small;
}

/// Why something was not followed to its end.
enum class LimitKind : uint8_t {
  Steps,    ///< Limits::Steps, or one of its parts.
  AllSteps, ///< Limits::AllSteps.
  NoGraph,  ///< Limits::Blocks, or clang builds no graph.
};

/// A function that was not followed to its end.
struct LeftOut {
  const clang::FunctionDecl *Function = nullptr;
  LimitKind Reached = LimitKind::Steps;
  /// Registrations and IRPs in it (or in what it calls) that may be wrong
  /// unseen. None: it is only called; its callers were followed as if it were
  /// not visible.
  unsigned Registrations = 0, Irps = 0;
};

/// The translation unit as a whole. Empty where nothing registers.
struct Program {
  /// By canonical declaration: the functions that call it.
  llvm::DenseMap<const clang::FunctionDecl *,
                 llvm::SmallVector<const clang::FunctionDecl *, 2>>
      Callers;
  /// The same of other units, for what registers and those that lead to it.
  llvm::DenseMap<const clang::FunctionDecl *,
                 llvm::SmallVector<const clang::FunctionDecl *, 2>>
      CallersElsewhere;
  /// What other units make of functions; only where they make something of
  /// them.
  llvm::DenseMap<const clang::FunctionDecl *, DriverFacts> Elsewhere;
  /// All that are known to call \p F, which is canonical.
  llvm::SmallVector<const clang::FunctionDecl *, 4>
  callersOf(const clang::FunctionDecl &F) const;
  /// What other units make of \p F; null: nothing.
  const DriverFacts *elsewhere(const clang::FunctionDecl &F) const;
  model::DriverRoles Roles;
  /// The functions that complete an IRP themselves.
  llvm::DenseSet<const clang::FunctionDecl *> Completing;
  /// Those with an opening of a kind, and their callers.
  llvm::DenseSet<const clang::FunctionDecl *> Registering, Ending;
  /// What is known of the functions: kept for the proofs of fixes.
  std::shared_ptr<Summaries> Calls;
  /// At most one entry for each function, in source order.
  std::vector<LeftOut> NotFollowed;
};

/// Analyses \p Functions with each of \p Rules. The order does not matter.
/// \p Others is the rest of the driver, or null: then it is unknown. Nothing
/// is found in functions of other units.
std::vector<Finding>
analyze(clang::ASTContext &Context,
        const std::vector<const clang::FunctionDecl *> &Functions,
        const model::RoutineTable &Routines,
        llvm::ArrayRef<const Automaton *> Rules, Program &Whole,
        OtherUnits *Others = nullptr, const Limits &Bounds = {});

/// True when the translation unit refers to a routine at which an automaton
/// that opens so can open, or has a function that looks like a dispatch
/// routine. Costs one look-up per name.
bool mentionsOpening(clang::ASTContext &Context,
                     const std::vector<const clang::FunctionDecl *> &Functions,
                     const model::RoutineTable &Routines, Opening Opens);

} // namespace wdm::engine

#endif // WDM_ENGINE_ANALYSIS_H
