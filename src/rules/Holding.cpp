//===- Holding.cpp - What is acquired, and given back ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/rules/Doubts.h"
#include "src/rules/Rows.h"
#include <array>
#include <iterator>

namespace wdm::rules {

using namespace engine;

namespace {

using H = Happening;
using T = Holding;

template <typename... P> constexpr PlaceSet in(P... At) {
  return places(static_cast<unsigned>(At)...);
}
constexpr uint8_t at(T P) { return static_cast<uint8_t>(P); }
constexpr MakeRow doubt(MakeRow R, Doubt What) {
  R.Breaks = id(What);
  return R;
}

constexpr uint16_t OfOthers = 1, ThoughKnown = 2;

constexpr PlaceSet Here = in(T::Held, T::Lent);
constexpr PlaceSet MaybeHere = in(T::Maybe, T::Elsewhere);
constexpr PlaceSet HereBehind =
    in(T::HeldBehind, T::MaybeBehind, T::KnownBehind);

constexpr Row Rows[] = {
    on(H::Propose).in(Here).to(at(T::HeldBehind)),
    on(H::Propose).in(in(T::Maybe)).to(at(T::MaybeBehind)),
    on(H::Propose).in(in(T::Elsewhere)).to(at(T::KnownBehind)),
    on(H::Propose).in(in(T::NotHeld)).to(at(T::FreeBehind)),

    on(H::Acquire).in(in(T::NotHeld)).to(at(T::Held)),
    on(H::Acquire).in(in(T::FreeBehind)).to(at(T::HeldBehind)),

    on(H::GiveBack).in(in(T::Elsewhere)).mark(ThoughKnown),
    on(H::GiveBack).in(Here | MaybeHere).to(at(T::NotHeld)),
    on(H::GiveBack).in(in(T::NotHeld)).mark(OfOthers),
    on(H::MayGiveBack).in(Here).to(at(T::Maybe)),
    doubt(on(H::GiveBack).in(in(T::KnownBehind)), Doubt::GivenBackThoughKnown),
    on(H::GiveBack).in(HereBehind).to(at(T::FreeBehind)),
    on(H::MayGiveBack).in(in(T::HeldBehind)).to(at(T::MaybeBehind)),
    doubt(on(H::GiveBack).in(in(T::FreeBehind)), Doubt::GivenBackTwice),

    on(H::Lend).in(in(T::Held)).to(at(T::Lent)),
    on(H::Store, H::HandOn, H::HandOnAddress).in(Here).to(at(T::Elsewhere)),
};

constexpr auto AtDispatch = [] {
  constexpr size_t N = std::size(Rows);
  std::array<Row, N + 1> All{};
  All[0] = doubt(on(H::EndAny).in(HereBehind), Doubt::CompletedAtDispatch);
  for (size_t I = 0; I != N; ++I)
    All[I + 1] = Rows[I];
  return All;
}();

bool mayBreakInCaller(const LifeState &L) {
  return L.Place == at(T::Held) || L.Place == at(T::Maybe);
}

Automaton automaton(llvm::ArrayRef<Row> Of) {
  Automaton A;
  A.Name = "holding";
  A.Opens = Opening::AtAcquisition;
  A.First.Known = Knowledge::Certain;
  A.First.Place = at(T::Held);
  A.Rows = Of;
  A.MayBreakInCaller = mayBreakInCaller;
  return A;
}

} // namespace

const Automaton HoldingOfThing = automaton(Rows);
const Automaton HoldingAtDispatch = automaton(AtDispatch);

} // namespace wdm::rules
