//===- Deeds.h - What lasts when a function has left ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Deeds: what a function does that outlives it, IRPs and what is acquired
/// apart. A flag is set, something is counted, a DPC or a thread is started,
/// somebody who waits is told, a routine of the driver's own is called for its
/// effect. A fix must not leave out what the function does whenever its request
/// fails, nor leave what was done before and is undone by others.
///
/// Approximated: against the fix. Memory is told apart by field, not by object;
/// a routine whose body cannot be seen does something unless its name says that
/// it prints or asks, or its result is what it is called for; a body that can
/// be seen does what any of its paths does.
/// Cost: linear in the graph; a called function is looked into once.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_PROOF_DEEDS_H
#define WDM_PROOF_DEEDS_H

#include "src/engine/Patch.h"
#include "src/engine/Summaries.h"
#include <string>
#include <vector>

namespace wdm::proof {

struct Deed {
  enum KindTy : uint8_t {
    Call,  ///< A routine is called for what it does.
    Set,   ///< A constant is stored where it lasts.
    Write, ///< Something else is.
    Step,  ///< Something that lasts is counted up or down.
    Start, ///< Something goes on by itself from now on.
  } Kind = Call;
  std::string Key; ///< The same for what belongs together.
  std::string Name;
  clang::SourceLocation Loc;
  /// What it is done to is what this parameter of the function points to.
  int Parameter = -1;
  bool Waited = false; ///< Somebody may wait for it.
  bool Tested = false; ///< A call whose result is looked at.
  bool Taken = false;  ///< Something was taken out of a list.
  /// A number is counted down, or a flag or a pointer cleared.
  bool Closes = false;
  bool Counted = false; ///< Counted up by a routine: what is held is Holding's.
  bool Leftover = false; ///< A failing way asks for something behind it.
  /// What is stored is what this parameter of the function is.
  int From = -1;
};
using DeedList = llvm::SmallVector<Deed, 4>;

class Deeds {
public:
  explicit Deeds(engine::Summaries &Calls) : Calls(Calls) {}

  /// What \p E does. \p Inside: what the bodies of called functions do, too.
  void add(const engine::FlowGraph &G, const engine::FlowEvent &E, bool Inside,
           DeedList &To);
  /// What may be done in \p F, and in what it calls.
  const DeedList &in(const clang::FunctionDecl &F);
  /// What may be done on a way to \p At.
  DeedList before(const engine::FlowGraph &G, engine::Position At);
  /// What may be done from the beginning of \p From on.
  DeedList from(const engine::FlowGraph &G, engine::BlockId From);
  /// What is done on the way of \p End, from the event \p After on; all of it
  /// where the way does not come by that block.
  DeedList onWay(const engine::Solution &S, const engine::PathEnd &End,
                 std::optional<engine::Position> After, bool Inside = false);

private:
  void addCall(const engine::FlowGraph &G, const engine::FlowCall &Call,
               bool Inside, DeedList &To);
  void addKnown(const engine::FlowGraph &G, const engine::FlowCall &Call,
                Deed D, DeedList &To);
  void addCallee(const engine::FlowGraph &G, const engine::FlowCall &Call,
                 Deed D, bool Inside, DeedList &To);
  bool addTouched(const engine::FlowGraph &G, const engine::FlowCall &Call,
                  Deed D, DeedList &To);
  void addStore(const engine::FlowGraph &G, const engine::FlowEvent &E,
                DeedList &To);
  /// Where something is done: a field or a variable that lasts; null where it
  /// does not.
  struct Lasting {
    const void *Decl = nullptr;
    int Parameter = -1;
  };
  Lasting lasting(const engine::FlowGraph &G, engine::PlaceId P,
                  unsigned Hops = 0);
  /// The same for what \p Pointer points to.
  Lasting lastingPointee(const engine::FlowGraph &G, engine::ExprId Pointer,
                         unsigned Hops);
  void addDoneTo(const engine::FlowGraph &G, const engine::FlowCall &Call,
                 unsigned Argument, Deed D, DeedList &To);

  engine::Summaries &Calls;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<DeedList>> Known;
  unsigned Depth = 0;
};

/// True for a call that waits for an object, however long.
bool isWait(const engine::FlowCall &Call);
/// True when \p G waits for something, however long: it has the IRP back when
/// it leaves.
bool waits(const engine::FlowGraph &G);

/// What is done last of all that belongs together.
void keepLast(DeedList &List);

inline bool has(const DeedList &In, const Deed &Wanted) {
  for (const Deed &D : In)
    if (D.Key == Wanted.Key)
      return true;
  return false;
}

} // namespace wdm::proof

#endif // WDM_PROOF_DEEDS_H
