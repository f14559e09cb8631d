//===- Analysis.h - Findings of a translation unit --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The engine's face: give it the functions of a translation unit, get back
/// what is wrong with each registration in them.
///
/// In: function definitions (templates: their instantiations), the table of
/// WDM routines with the user's additions, limits.
/// Out: findings, at most one per registration and verdict, in source order.
/// Each has a witness: a path of the control-flow graph that is feasible as
/// far as the analysis can tell, told as notes.
///
/// Approximated: see Symbols.h (memory) and Solver.h (joins, limits). A
/// function that cannot be followed (no graph, a limit reached) yields no
/// finding but what is certain without a path (Certain.h), and is named in
/// Program::NotFollowed. Called functions whose bodies are visible are followed with a
/// summary for each state in which they are entered.
/// Cost: nothing for a translation unit that never calls a registration
/// function (one name look-up); otherwise in proportion to the size of the
/// functions that register, and of those they call with the IRP or the status.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_ANALYSIS_H
#define WDM_ENGINE_ANALYSIS_H

#include "src/engine/Lifecycle.h"
#include "src/model/DriverRoles.h"
#include "src/model/Routines.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
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

/// What became of the status, for the wording of the first rule.
enum class StatusFate : uint8_t {
  Discarded,
  NeverTested,
  Overwritten,
  TestedSometimes,
};

enum class NoteKind : uint8_t {
  RegisteredHere, ///< in a helper
  InCall,         ///< the path enters Name
  Overwritten,    ///< Name is overwritten
  UntestedWhen,   ///< Name is not tested when Subject is Truth
  Decision,       ///< Subject is Truth
  Case,           ///< Subject has the value Name; Name empty: no case fits
  Sent,
  SentToOwnDevice,
  Completed,
  Freed,
  Reused,
  ReturnsUnchecked, ///< `return`, or the end of the function (Truth false)
  ReturnsUnsent,
  ReturnsUncompleted,
  RegisteredAgain,
};

struct PathNote {
  NoteKind Kind;
  clang::SourceLocation Loc;
  const clang::Expr *Subject = nullptr;
  bool Truth = true;
  std::string Name;
};

struct Finding {
  Verdict Broken = Verdict::None;
  /// The call that registers, or the call of the helper that returns the
  /// status of one, or what makes the object that keeps it.
  const clang::Expr *At = nullptr;
  /// The same; null where a constructor registers.
  const clang::CallExpr *Registration = nullptr;
  /// The function that contains At.
  const clang::FunctionDecl *Function = nullptr;
  /// Name of the function called, as in the source.
  std::string Callee;
  StatusFate Fate = StatusFate::Discarded;
  /// Where the status was stored, as in the source; empty: nowhere.
  std::string StoredIn;
  /// The path from the registration to the fault.
  std::vector<PathNote> Notes;
  /// The call or return statement at which the path ends, if there is one.
  const clang::Stmt *FaultAt = nullptr;
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
  /// Registrations in it (or in what it calls) that may be wrong unseen. 0: it
  /// is only called; its callers were followed as if it were not visible.
  unsigned Registrations = 0;
};

/// The translation unit as a whole. Empty where nothing registers.
struct Program {
  /// By canonical declaration: the functions that call it.
  llvm::DenseMap<const clang::FunctionDecl *,
                 llvm::SmallVector<const clang::FunctionDecl *, 2>>
      Callers;
  model::DispatchRoutines Dispatch;
  /// At most one entry for each function, in source order.
  std::vector<LeftOut> NotFollowed;
};

/// Analyses \p Functions. The order does not matter.
std::vector<Finding>
analyze(clang::ASTContext &Context,
        const std::vector<const clang::FunctionDecl *> &Functions,
        const model::RoutineTable &Routines, Program &Whole,
        const Limits &Bounds = {});

/// True when the translation unit refers to one of the registration functions
/// at all. Costs one look-up per name.
bool mentionsRegistration(clang::ASTContext &Context,
                          const model::RoutineTable &Routines);

} // namespace wdm::engine

#endif // WDM_ENGINE_ANALYSIS_H
