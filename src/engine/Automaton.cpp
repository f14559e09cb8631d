//===- Automaton.cpp - A protocol over one thing --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Automaton.h"
#include "llvm/ADT/STLExtras.h"

namespace wdm::engine {

HappeningSet Automaton::wants() const {
  HappeningSet All = 0;
  for (const Row &R : Rows)
    All |= R.When;
  return All;
}

const FaultKind *Automaton::faultKind(FaultId Id) const {
  const auto *It = llvm::find_if(
      Faults, [Id](const FaultKind &Kind) { return Kind.Id == Id; });
  return It == Faults.end() ? nullptr : It;
}

bool Automaton::step(LifeState &State, Happening What, const Moment *At,
                     llvm::function_ref<void(FaultId)> OnFault) const {
  const LifeState Before = State;
  bool GoesOn = true;
  for (const Row &R : Rows) {
    if (!(R.When & bit(What)) || !(R.Known & bit(Before.Known)) ||
        !(R.In >> Before.Place & 1) || (Before.Marks & R.All) != R.All ||
        (Before.Marks & R.None) != 0)
      continue;
    if (R.If && !(At && Holds && Holds(R.If, *At)))
      continue;
    if (R.Breaks != NoFault) {
      OnFault(R.Breaks);
      const FaultKind *Kind = faultKind(R.Breaks);
      GoesOn = GoesOn && Kind && !Kind->EndsPath;
    }
    if (R.Also)
      continue;
    if (R.Learn != Knowledge::Idle)
      State.Known = R.Learn;
    if (R.Place != Row::Same)
      State.Place = R.Place;
    State.Marks = (State.Marks | R.Set) & ~R.Clear;
    break;
  }
  return GoesOn;
}

} // namespace wdm::engine
