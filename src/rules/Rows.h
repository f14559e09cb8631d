//===- Rows.h - How rules write their rows ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Words for the tables of the rules: sets, and rows that are built up from
/// left to right: `on(H::Complete).in(Held).to(Completed)`.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_RULES_ROWS_H
#define WDM_RULES_ROWS_H

#include "src/engine/Automaton.h"
#include "src/rules/Rules.h"

namespace wdm::rules {

template <typename... T> constexpr engine::PlaceSet places(T... P) {
  return static_cast<engine::PlaceSet>(((1u << P) | ...));
}
template <typename... T> constexpr engine::HappeningSet when(T... W) {
  return (engine::bit(W) | ...);
}
template <typename... T> constexpr engine::KnowledgeSet known(T... W) {
  return static_cast<engine::KnowledgeSet>((engine::bit(W) | ...));
}

constexpr engine::HappeningSet Leaves =
    when(engine::Happening::LeaveHelper, engine::Happening::LeaveOwner,
         engine::Happening::LeaveDispatch, engine::Happening::LeaveCompletion);

struct MakeRow : engine::Row {
  constexpr MakeRow known(engine::KnowledgeSet Set) const {
    MakeRow R = *this;
    R.Known = Set;
    return R;
  }
  constexpr MakeRow in(engine::PlaceSet Set) const {
    MakeRow R = *this;
    R.In = Set;
    return R;
  }
  /// Marks that are set.
  constexpr MakeRow with(uint16_t Marks) const {
    MakeRow R = *this;
    R.All = Marks;
    return R;
  }
  /// Marks that are not.
  constexpr MakeRow without(uint16_t Marks) const {
    MakeRow R = *this;
    R.None = Marks;
    return R;
  }
  constexpr MakeRow guardedBy(uint8_t Guard) const {
    MakeRow R = *this;
    R.If = Guard;
    return R;
  }
  constexpr MakeRow to(uint8_t Next) const {
    MakeRow R = *this;
    R.Place = Next;
    return R;
  }
  constexpr MakeRow mark(uint16_t Marks) const {
    MakeRow R = *this;
    R.Set = Marks;
    return R;
  }
  constexpr MakeRow unmark(uint16_t Marks) const {
    MakeRow R = *this;
    R.Clear = Marks;
    return R;
  }
  constexpr MakeRow learn(engine::Knowledge Now) const {
    MakeRow R = *this;
    R.Learn = Now;
    return R;
  }
  constexpr MakeRow breaks(Verdict V) const {
    MakeRow R = *this;
    R.Breaks = id(V);
    return R;
  }
  /// The rows behind this one are looked at all the same.
  constexpr MakeRow also() const {
    MakeRow R = *this;
    R.Also = true;
    return R;
  }
};

template <typename... T> constexpr MakeRow on(T... W) {
  MakeRow R;
  R.When = when(W...);
  return R;
}
constexpr MakeRow onAny(engine::HappeningSet Set) {
  MakeRow R;
  R.When = Set;
  return R;
}

} // namespace wdm::rules

#endif // WDM_RULES_ROWS_H
