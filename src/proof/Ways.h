//===- Ways.h - The ways out of a function ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Between the text of a function and its flow graph: where a place of the text
/// is in the graph, which jumps its author leaves by, what goes out of scope on
/// a way; and what speaks against any way out, by the form of the code alone.
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
#include <utility>
#include <vector>

namespace clang {
class CallExpr;
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

/// For one registration.
class Ways {
public:
  Ways(const model::FunctionBody &Code, Proof &Judge,
       const clang::CallExpr &Registration, Spot Where);

  /// Those that may stand at the registration, the inner ones first.
  llvm::ArrayRef<Jump> jumps() const { return Jumps; }
  /// Where the statements go; nothing where the function or the registration is
  /// not in the flow graph.
  std::optional<engine::Patch> patchHere() const;
  /// Where the block \p S begins.
  std::optional<engine::Position> beginOf(const clang::Stmt &S) const;
  /// Where the statement \p S begins to be evaluated; nothing where that is in
  /// several places, or not seen.
  std::optional<engine::Position> startOf(const clang::Stmt &S) const;
  /// True when an IRP is sent in \p S.
  bool sends(const clang::Stmt &S) const;
  /// True when something is waited for in \p S.
  bool waitsIn(const clang::Stmt &S) const;
  /// True when something that the IRP would have brought back may be read from
  /// \p From on: a part of its status block but for the status, a variable that
  /// the request was given the address of.
  bool readsWhatComesBack(engine::Position From) const;
  /// True when something is registered in \p S.
  bool registers(const clang::Stmt &S) const;
  /// Adds to \p P the local objects that go out of scope on a way to a place in
  /// \p Until; null: out of the function.
  void leaveScopes(engine::Patch &P, const clang::Stmt *Until) const;
  /// The calls that give back what is like \p What, with their numbers.
  std::vector<std::pair<uint32_t, const clang::CallExpr *>>
  givingBack(const model::Resource &What) const;

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
