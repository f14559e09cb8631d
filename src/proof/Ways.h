//===- Ways.h - The ways out of a function ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Between the text of a function and its flow graph: where a place of the text
/// is in the graph, which jumps its author leaves by, what goes out of scope on
/// a way; what may be done at a place (Candidates.cpp): end an IRP, give
/// something back, what the author does on other failures; and what speaks
/// against any way out, by the form of the code alone.
///
/// Whether a way is right is not asked here (Proof.h).
/// Cost: some walks over the statements of the function.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_PROOF_WAYS_H
#define WDM_PROOF_WAYS_H

#include "src/engine/Patch.h"
#include "src/model/FunctionBody.h"
#include "src/proof/Proof.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <utility>
#include <vector>

namespace clang {
class CallExpr;
class CompoundStmt;
class IfStmt;
class LabelDecl;
class ParmVarDecl;
} // namespace clang

namespace wdm::proof {

/// Where the statements of a fix go.
struct Spot {
  enum KindTy : uint8_t {
    Behind,    ///< Behind At, where the registration has failed.
    EndOf,     ///< At the end of the branch At of If, which is taken then.
    InFrontOf, ///< In front of At, to which only the failure leads.
  } Kind = Behind;
  const clang::Stmt *At = nullptr;
  const clang::IfStmt *If = nullptr;
  bool Then = true; ///< EndOf: the branch is the first one.
};

/// A jump by which the author leaves the function.
struct Jump {
  enum KindTy : uint8_t { Goto, Leave, Break } How;
  const clang::LabelDecl *Label = nullptr;
  engine::BlockId Target = 0;
  /// The status that is read from there on, or null.
  const clang::VarDecl *Status = nullptr;
  /// What is left by it; null: everything.
  const clang::Stmt *Scope = nullptr;
};

/// A branch in which the author fails a request.
struct FailingBranch {
  const clang::CompoundStmt *Block;
  const clang::VarDecl *Tested; ///< The status that it is for, or null.
  engine::BlockId Begin;
};

/// What a function returns when it fails.
struct FailedResult {
  engine::Patch::ResultTy Kind; ///< The status, nothing, or:
  llvm::StringRef Zero;
};

/// The rest of a block without the send.
struct Detour {
  engine::Patch Does;
  const clang::Stmt *Last; ///< Of the statements that are left out.
};

/// A way to give back what is held.
struct Release {
  engine::Act Does;
  /// The call that is undone, or the author's that is made once more.
  const clang::CallExpr *Call;
  /// How it is undone (Resource::undo); empty: the call is made once more.
  llvm::StringRef Form;
  const clang::VarDecl *Result; ///< What has the result of Call, or null.
  bool Early;                   ///< Before an IRP is ended.
};

using ActList = llvm::SmallVector<engine::Act, 4>;

/// For one registration.
class Ways {
public:
  Ways(const model::FunctionBody &Code, Proof &Judge,
       const clang::CallExpr &Registration, Spot Where);

  /// Those that may stand at the registration, the inner ones first.
  llvm::ArrayRef<Jump> jumps() const { return Jumps; }
  /// The variable that the author's way out returns, or null.
  const clang::VarDecl *statusOfWayOut() const;
  /// True when the author's way out needs the value that \p V has.
  bool isReadOnWayOut(const clang::VarDecl &V) const;
  /// Where the statements go; nothing where the function or the registration is
  /// not in the flow graph.
  std::optional<engine::Patch> patchHere() const;
  /// Adds to \p P the local objects that go out of scope on a way to a place in
  /// \p Until; null: out of the function.
  void leaveScopes(engine::Patch &P, const clang::Stmt *Until) const;
  /// The statement behind which, or in front of which, the lines go; the
  /// registration where there is none.
  const clang::Stmt &place() const;

  /// \name What may be done
  /// @{
  /// To the IRPs of the function, the likely one first: they are completed or
  /// freed, which leaves the others alone.
  std::vector<ActList> endings() const;
  /// Nothing where the type of the function has no evident value for a failure.
  std::optional<FailedResult> resultOfFailure() const;
  /// The ways to give \p H back, the better ones first.
  std::vector<Release> releases(const Held &H) const;
  /// Branches that end in a return, and begin where the graph can be entered.
  std::vector<FailingBranch> failingBranches() const;
  /// To go on behind the statements that send the IRP and wait for it; only
  /// where nothing that the IRP brings back is read then.
  std::optional<Detour> withoutSend() const;
  /// Why the argument \p Arg of the registration cannot be evaluated once more
  /// where the lines go; null: it is the same there.
  const char *whyNotAgain(const clang::Expr &Arg) const;
  /// @}

  /// Why the function may not be left at all; null: it may.
  const char *whyNone() const;
  /// True in a block with a termination handler: it would run, and might take a
  /// return for an exception.
  bool returnsThroughHandler() const;
  /// Power IRPs of old: the power manager waits for the call, which the
  /// completion routine would have made.
  bool needsNextPowerIrp() const;

  const clang::VarDecl *Irp = nullptr;     ///< Of the registration.
  const clang::ParmVarDecl *Own = nullptr; ///< Of a dispatch routine.

private:
  void findJumps();
  std::optional<Jump> jumpOf(const clang::Stmt &S, const clang::Stmt *Try,
                             const clang::Stmt *OnceLoop) const;
  std::optional<engine::Position> behindCall() const;
  std::optional<engine::Position> edgeOfBranch(int32_t &Edge) const;
  const char *whyNotAround() const;
  std::optional<engine::Position> beginOf(const clang::Stmt &S) const;
  std::optional<engine::Position> startOf(const clang::Stmt &S) const;
  bool makesCall(const clang::Stmt &S,
                 llvm::function_ref<bool(const engine::FlowCall &)> Is) const;
  bool changesBetween(const clang::VarDecl &V, uint32_t From) const;
  bool isRepeatableHere(const clang::CallExpr &Release, uint32_t From) const;
  const clang::VarDecl *resultOf(const Held &H) const;
  bool isGivenBackFirst(const model::Resource &What) const;
  bool isKept(const clang::VarDecl &V, const clang::Expr &From) const;
  bool isUnchanged(const clang::Expr &Arg) const;
  bool leavesOrEnters(const clang::Stmt &S) const;
  bool readsWhatComesBack(engine::Position From) const;
  bool readsStatus(engine::Position From) const;
  const clang::VarDecl *statusAt(engine::BlockId Target) const;
  bool mayJumpTo(const clang::Stmt &Label) const;
  bool isHeldByObject() const;

  const model::FunctionBody &Code;
  Proof &Judge;
  const clang::CallExpr &Registration;
  Spot Where;
  const engine::FlowGraph *Graph;
  std::optional<uint32_t> Call;
  std::vector<Jump> Jumps;
};

} // namespace wdm::proof

#endif // WDM_PROOF_WAYS_H
