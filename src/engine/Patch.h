//===- Patch.h - Code that might be added -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A fix in the terms of the flow graph: where it goes, what it does, how
/// control goes on. A graph with a patch is followed like any other; its first
/// event is EventKind::Patched, so that an automaton sees where it begins.
///
/// Approximated: what an act evaluates is evaluated where the patch is; the
/// arguments of a call that is repeated are those of the call it repeats.
/// Cost: a copy of the graph, its order and liveness anew.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_PATCH_H
#define WDM_ENGINE_PATCH_H

#include "src/engine/Flow.h"
#include "src/engine/FlowBuilder.h"
#include <memory>

namespace wdm::engine {

struct Act {
  enum KindTy : uint8_t {
    Complete, ///< The IRP Decl
    Free,     ///< The same
    Keep,     ///< The status is stored in the variable Decl.
    Undo,     ///< What Calls[Call] acquired is given back.
    Repeat,   ///< Calls[Call] is made once more.
    Destroy,  ///< The local object Decl.
    Skip, ///< The IRP is to be sent without a stack location of this driver's.
    Register, ///< Calls[Call] is made again by a routine that cannot fail.
  } Kind;
  const void *Decl = nullptr; ///< Of an IRP: null is the registration's.
  uint32_t Call = 0;
};

struct Patch {
  uint32_t Registration = 0; ///< Index into Graph.Calls.
  /// The variable that is the IRP; null: the registration's argument.
  const void *Irp = nullptr;
  /// In front of this event of the block; or on an edge of it.
  BlockId Block = 0;
  uint32_t Event = 0;
  int32_t Edge = -1;
  /// Only where the registration has failed; else wherever control comes here.
  bool OnFailure = true;
  bool OwnsIrp = false; ///< The user says that the function completes its IRPs.
  bool Asked = false;   ///< The user wants to leave where nothing forbids it.
  /// Jump: where it leads to, another status stands in the place of this one.
  bool OtherStatus = false;
  bool SetsStatus = false; ///< The status is written to the IRP.
  llvm::SmallVector<Act, 4> Acts;
  enum ExitTy : uint8_t { GoOn, Jump, Return } Exit = Return;
  BlockId Target = 0;       ///< Jump: to this block,
  uint32_t TargetEvent = 0; ///< ... in front of this event of it.
  /// Jump: only the send is left out; what follows it is done all the same.
  bool LeavesOutSend = false;
  /// What is returned.
  enum ResultTy : uint8_t { Status, Pending, Zero, Nothing } Result = Status;
};

/// The patched graph; null where an act cannot be expressed in it.
std::unique_ptr<FlowGraph> withPatch(const FlowGraph &Graph, const Patch &What,
                                     SiteNumbers &Sites);

struct Position {
  BlockId Block = 0;
  uint32_t Event = 0;
};
/// Where Calls[\p Call] is made; nothing for a call that is made nowhere, or in
/// several copies.
std::optional<Position> positionOf(const FlowGraph &Graph, uint32_t Call);

} // namespace wdm::engine

#endif // WDM_ENGINE_PATCH_H
