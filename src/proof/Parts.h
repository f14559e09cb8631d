//===- Parts.h - What the parts of the proof share --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// For the sources of the class Proof alone, of which each has a topic: Proof
/// (the order of the questions, the budget), Handled (what calls acquire, by
/// their words), Questions (about one function), Custody (the IRP), Holding
/// (what is acquired), Makers (what others have made for it), Lasting (what is
/// done besides), Device (whose it is).
///
//===----------------------------------------------------------------------===//

#ifndef WDM_PROOF_PARTS_H
#define WDM_PROOF_PARTS_H

#include "src/proof/Proof.h"
#include "src/rules/Doubts.h"
#include "llvm/ADT/Twine.h"
#include <map>
#include <tuple>

namespace wdm::proof {

inline Objection because(const llvm::Twine &Why) { return {Why.str()}; }

/// A patch that completes the IRP itself.
bool completes(const engine::Patch &What);

/// Where the patch begins in a graph that has it.
engine::BlockId beginOf(const engine::FlowGraph &Patched);

/// \name The end of a path
/// @{

/// One that a function's author would make, too: it is judged by his failures.
enum class Outcome : uint8_t { Fails, Succeeds, Unknown };
/// What the result of a path says.
Outcome outcomeOf(const clang::FunctionDecl &F, const engine::Memory &M,
                  const engine::PathEnd &End);
/// A send is known to have failed.
bool isFailedBelow(const engine::FlowGraph &G, engine::SymbolTable &Symbols,
                   const engine::Memory &M, const engine::State &S);

template <typename Place> bool isAt(const engine::State &S, Place P) {
  return S.Life.Known != engine::Knowledge::Idle &&
         S.Life.Place == static_cast<uint8_t>(P);
}
/// @}

/// While it lives, a function has another graph.
class Pretending {
public:
  Pretending(engine::Summaries &Calls, const clang::FunctionDecl &F,
             const engine::FlowGraph *With)
      : Calls(Calls), F(F) {
    Calls.pretend(F, With);
  }
  ~Pretending() { Calls.pretend(F, nullptr); }
  Pretending(const Pretending &) = delete;
  Pretending &operator=(const Pretending &) = delete;

private:
  engine::Summaries &Calls;
  const clang::FunctionDecl &F;
};

/// What is followed: an IRP that a root was given, or one that is made.
struct Proof::Subject {
  const clang::FunctionDecl *In;
  int Parameter = -1;
  uint32_t Made = 0; ///< Where Parameter is -1: the call.
  Entry As = Entry::Plain;
  bool Own = false;    ///< The IRP of a dispatch routine.
  bool Hidden = false; ///< Others may call the root.
};

/// What the author's own paths do with a subject.
struct Proof::Habit {
  bool Leaves = false;   ///< A failing one leaves it alone,
  bool Ends = false;     ///< ... or ends it.
  bool FailsAny = false; ///< ... whichever request it is.
  bool InHand = false;   ///< One that does not fail leaves it here.
  bool Gives = false;    ///< One gives it to somebody who may end it.
  /// Zero may be what the function answers where all goes well.
  bool ZeroIsGood = false;
};

struct Proof::Before {
  Chain Way;
  std::vector<Subject> Subjects;
  std::vector<Habit> Habits;
  /// Deeds on the ways of the function that fail: behind the call, where they
  /// come by it, else once it cannot be reached any more.
  std::optional<DeedList> Failing;
  DeedList Arms;
  /// What is done behind the call where the send fails, or on the ways that
  /// fail before it; nothing where no send can be told to fail.
  std::optional<DeedList> Usual;
  /// What a failing way leaves done.
  DeedList Left;
  /// The same, of each that does not come by the call.
  std::vector<DeedList> Early;
  llvm::SmallVector<
      std::pair<const engine::Automaton *,
                std::vector<std::pair<engine::FaultId, unsigned>>>,
      2>
      Faults;
  std::map<std::tuple<engine::BlockId, uint32_t, int32_t, bool>, MaybeObjection>
      Standing;
};

/// What is acquired, and perhaps not given back.
struct Proof::Thing {
  uint32_t Call = 0;
  model::Resource What;
  /// What it is, where that can be said on entry.
  std::optional<engine::Scalar> Object;
  bool Twice = false; ///< It may be acquired once more while it is held.
};

/// The kinds that a call acquires, or what it calls does.
void kindsOf(engine::Summaries &Calls, const engine::FlowCall &Call,
             unsigned Depth, llvm::SmallVectorImpl<model::Resource> &Kinds);

} // namespace wdm::proof

#endif // WDM_PROOF_PARTS_H
