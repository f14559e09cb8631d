//===- Custody.cpp - In whose hands an IRP is -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/State.h"
#include "src/model/Routines.h"
#include "src/rules/Doubts.h"
#include "src/rules/Rows.h"

namespace wdm::rules {

using namespace engine;

namespace {

using H = Happening;
using D = Doubt;
using C = IrpPlace;

template <typename... T> constexpr PlaceSet in(T... P) {
  return places(static_cast<unsigned>(P)...);
}
constexpr uint8_t at(C P) { return static_cast<uint8_t>(P); }

constexpr uint16_t MadeHere = 1, HasStatus = 2;

enum : uint8_t { Always, NoFailure };

constexpr PlaceSet Untouched = in(C::AsItCame, C::Marked, C::MaybeMarked);
constexpr PlaceSet Changed = in(C::Altered, C::Moved, C::ToCaller, C::Lent);
constexpr PlaceSet Behind = in(C::Ours, C::OursMarked);
constexpr PlaceSet Over = in(C::Done, C::DoneMarked);
constexpr HappeningSet Sets = when(H::SetNoRoutine, H::SetKeepingRoutine,
                                   H::SetPassingRoutine, H::SetSomeRoutine);
constexpr HappeningSet Uses =
    Sets | Sends |
    when(H::Recover, H::Skip, H::CopyStack, H::WriteNext, H::MarkPending,
         H::MayMarkPending, H::Reuse, H::HandOn, H::HandOnAddress, H::Give,
         H::GiveStack, H::Store, H::Read, H::Write, H::Pass);

constexpr MakeRow doubt(MakeRow R, D What) {
  R.Breaks = id(What);
  return R;
}

constexpr Row Rows[] = {
    // The fix begins.
    on(H::Propose).in(in(C::AsItCame, C::Lent)).to(at(C::Ours)),
    on(H::Propose).in(in(C::Marked)).to(at(C::OursMarked)),
    doubt(on(H::Propose).in(in(C::Known, C::ToCaller)), D::KnownElsewhere),
    doubt(on(H::Propose).in(in(C::Given)), D::GivenAway),
    doubt(on(H::Propose).in(in(C::Queued)), D::Queued),
    doubt(on(H::Propose).in(in(C::Altered)), D::Altered),
    doubt(on(H::Propose).in(in(C::Moved)), D::Moved),
    doubt(on(H::Propose).in(in(C::Sent)).without(MadeHere), D::OutOfHands),
    doubt(on(H::Propose).in(in(C::Ended)).without(MadeHere), D::AlreadyEnded),
    doubt(on(H::Propose).in(in(C::MaybeMarked)), D::MarkedSometimes),
    doubt(on(H::Propose).in(Behind | Over), D::ComesAgain),

    // Behind it.
    doubt(on(H::Complete).in(Behind).with(MadeHere), D::NotFreed),
    on(H::SetStatus).in(Behind).mark(HasStatus),
    doubt(on(H::Complete).in(Behind).without(HasStatus).guardedBy(NoFailure),
          D::OtherStatus),
    // Nobody will signal that it is back.
    doubt(on(H::Wait).in(Behind | Over), D::WaitedFor),
    on(H::Complete, H::Free).in(in(C::Ours)).to(at(C::Done)),
    on(H::Complete, H::Free).in(in(C::OursMarked)).to(at(C::DoneMarked)),
    doubt(on(H::Complete, H::Free).in(Over), D::EndedTwice),
    doubt(onAny(Sends).in(Behind), D::SentAllTheSame),
    doubt(onAny(Uses).in(Over), D::UsedAfterEnd),
    doubt(on(H::Give, H::GiveStack, H::HandOn, H::HandOnAddress, H::Store)
              .in(Behind),
          D::GivenOnFailure),
    on(H::MarkPending, H::MayMarkPending).in(in(C::Ours)).to(at(C::OursMarked)),

    // Before it. What was done first is what is told.
    onAny(Sends).in(Untouched | Changed).to(at(C::Sent)),
    on(H::Complete, H::Free).in(Untouched | Changed).to(at(C::Ended)),
    on(H::Reuse).to(at(C::AsItCame)),
    on(H::Give, H::GiveStack, H::HandOnAddress).in(Untouched).to(at(C::Given)),
    on(H::Store).in(Untouched | in(C::ToCaller, C::Lent)).to(at(C::Known)),
    on(H::ToCaller).in(Untouched).to(at(C::ToCaller)),
    on(H::Lend).in(in(C::AsItCame)).to(at(C::Lent)),
    on(H::HandOn).in(Untouched).without(MadeHere).to(at(C::Queued)),
    on(H::Skip).in(Untouched).to(at(C::Moved)),
    on(H::Alter).in(Untouched).without(MadeHere).to(at(C::Altered)),
    on(H::MarkPending).in(in(C::AsItCame, C::MaybeMarked)).to(at(C::Marked)),
    on(H::MayMarkPending).in(in(C::AsItCame)).to(at(C::MaybeMarked)),
};

/// It may be completed with something else than a failure.
bool holds(uint8_t, const Moment &At) {
  if (!At.Given)
    return true;
  const Range R = At.M.rangeOf(At.S, *At.Given);
  return !model::isFailure(R.Low, R.High);
}

} // namespace

const Automaton CustodyOfIrp = [] {
  Automaton A;
  A.Name = "custody";
  A.Opens = Opening::AtAnyIrp;
  A.First.Known = Knowledge::Certain;
  A.FromBeginning = MadeHere;
  A.AsksRequest = true;
  A.ToCaller = at(C::ToCaller);
  A.Held = at(C::AsItCame);
  A.Rows = Rows;
  A.Holds = holds;
  A.Told = Sends | when(H::Give, H::GiveStack, H::HandOn, H::HandOnAddress,
                        H::Store, H::ToCaller, H::Alter, H::Skip, H::Complete,
                        H::Free, H::MarkPending, H::MayMarkPending);
  return A;
}();

llvm::StringRef sentenceOf(Doubt What) {
  switch (What) {
  case D::KnownElsewhere:
    return "the IRP is also known elsewhere";
  case D::GivenAway:
    return "the IRP was given to a function that may keep it";
  case D::Queued:
    return "the IRP has been queued, or its stack location moved";
  case D::Altered:
    return "a field of the IRP has been changed";
  case D::Moved:
    return "the stack location has been skipped";
  case D::OutOfHands:
    return "the IRP is already out of this function's hands";
  case D::AlreadyEnded:
    return "the IRP is already completed";
  case D::MarkedSometimes:
    return "the IRP is marked pending on some paths only";
  case D::ComesAgain:
    return "it is in a loop";
  case D::EndedTwice:
    return "a caller completes the IRP as well";
  case D::UsedAfterEnd:
    return "the IRP is used again after it was completed";
  case D::OtherStatus:
    return "the IRP would be completed with another status";
  case D::WaitedFor:
    return "the function would wait for an IRP that was not sent";
  case D::NotFreed:
    return "an IRP that was allocated is freed, not completed";
  case D::SentAllTheSame:
    return "the IRP would be sent all the same";
  case D::GivenOnFailure:
    return "the IRP is handed on after a failure";
  case D::CompletedAtDispatch:
    return "a spin lock is held where the IRP would be completed";
  case D::GivenBackTwice:
    return "something would be given back that is not held";
  case D::GivenBackThoughKnown:
    return "something that others know would be given back";
  case D::LeavesIt:
    return "something that was acquired before would not be given back";
  case D::LosesIt:
    return "nobody would complete the IRP";
  case D::TellsNobody:
    return "the function cannot tell its caller of the failure";
  case D::NobodyKnown:
    return "it is not evident who owns the IRP";
  }
  return {};
}

} // namespace wdm::rules
