//===- Registration.cpp - The life of one registration --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/rules/Registration.h"
#include "src/engine/State.h"
#include "src/rules/Rows.h"

namespace wdm::rules {

using namespace engine;

namespace {

using H = Happening;
using K = Knowledge;

constexpr KnowledgeSet Open =
    known(K::Unchecked, K::Examined, K::Succeeded, K::Failed);
constexpr KnowledgeSet Undecided = known(K::Unchecked, K::Examined);
constexpr PlaceSet InSight = places(Held, ToCaller, Stored);
constexpr PlaceSet Alive = InSight | places(HandedOn);
constexpr PlaceSet Over = places(Ended, Renewed);
constexpr uint16_t Kept = StatusOut | StatusToCaller;

enum : uint8_t { Always, ToItsOwnDevice, IsOwnIrp };

constexpr HappeningSet SetsRoutine =
    when(H::SetNoRoutine, H::SetKeepingRoutine, H::SetPassingRoutine,
         H::SetSomeRoutine);

constexpr Row Rows[] = {
    on(H::LearnSuccess).known(Undecided).learn(K::Succeeded),
    on(H::LearnFailure).known(Undecided).learn(K::Failed),
    on(H::Examine).known(known(K::Unchecked)).learn(K::Examined),

    // An IRP that was made new and is sent then is not this one.
    onAny(Sends)
        .known(Open)
        .in(static_cast<PlaceSet>(~places(Renewed, Sent)))
        .guardedBy(ToItsOwnDevice)
        .breaks(Verdict::SentToOwnDevice)
        .also(),
    onAny(Sends)
        .known(known(K::Unchecked))
        .in(Alive | places(Ended))
        .to(Sent)
        .breaks(Verdict::SentUnchecked),
    onAny(Sends)
        .known(known(K::Failed))
        .in(InSight | places(Ended))
        .without(Recovered)
        .to(Sent)
        .breaks(Verdict::SentAfterFailure),
    onAny(Sends).known(Open).in(Alive | places(Ended)).to(Sent),

    // The first routine will never run. What follows is judged for the status
    // only.
    onAny(SetsRoutine)
        .known(known(K::Unchecked))
        .in(InSight)
        .guardedBy(IsOwnIrp)
        .breaks(Verdict::RegisteredTwice)
        .also(),
    onAny(SetsRoutine)
        .known(known(K::Succeeded))
        .in(InSight)
        .guardedBy(IsOwnIrp)
        .to(Sent)
        .breaks(Verdict::RegisteredTwice),
    onAny(SetsRoutine | when(H::Recover, H::Skip, H::WriteNext))
        .known(known(K::Failed))
        .mark(Recovered),
    // Whoever was given the IRP may have sent it, or seen to it that its
    // completion runs the routine; then it is waited for and freed here.
    on(H::Complete, H::Free).known(Open).in(InSight).to(Ended),
    on(H::Reuse).known(Open).in(InSight).to(Renewed),
    on(H::HandOn, H::HandOnAddress, H::Give, H::GiveStack)
        .known(Open)
        .in(InSight)
        .to(HandedOn),
    on(H::Store).known(Open).in(places(Held, ToCaller)).to(Stored),
    on(H::TakeBack).known(Open).in(places(Stored)).to(Held),
    on(H::ToCaller).known(Open).in(places(Held)).to(ToCaller),
    on(H::StatusOut).known(known(K::Unchecked)).mark(StatusOut),
    on(H::StatusToCaller).known(known(K::Unchecked)).mark(StatusToCaller),

    // Nobody can test the status any more.
    onAny(when(H::OpenAgain) | Leaves)
        .known(known(K::Unchecked))
        .in(Alive)
        .without(Kept)
        .breaks(Verdict::LostUnchecked),

    // The routine will never run.
    onAny(Leaves)
        .known(known(K::Unchecked))
        .in(Over)
        .breaks(Verdict::LeakUnchecked),
    on(H::LeaveHelper)
        .known(known(K::Succeeded))
        .in(Over)
        .breaks(Verdict::LeakAfterSuccess),
    on(H::LeaveOwner, H::LeaveDispatch)
        .known(known(K::Succeeded))
        .in(places(Held) | Over)
        .breaks(Verdict::LeakAfterSuccess),

    on(H::LeaveDispatch)
        .known(known(K::Failed))
        .in(places(Held))
        .without(Recovered)
        .breaks(Verdict::DispatchDropsIrp),
};

constexpr FaultKind kind(Verdict V, Rule R) {
  FaultKind Kind;
  Kind.Id = id(V);
  Kind.Rule = static_cast<uint8_t>(R);
  Kind.TellsOverwrite = R == Rule::Check;
  Kind.EndsPath = R != Rule::Device && V != Verdict::RegisteredTwice;
  // Who is responsible for the IRP is known only when all paths are.
  Kind.NeedsAllPaths = Kind.SaidByLastDisposal = R == Rule::Registered;
  if (V == Verdict::LeakUnchecked || V == Verdict::RegisteredTwice)
    Kind.UnlessRules = 1u << static_cast<unsigned>(Rule::Check);
  return Kind;
}

constexpr FaultKind Faults[] = {
    kind(Verdict::SentUnchecked, Rule::Check),
    kind(Verdict::LostUnchecked, Rule::Check),
    kind(Verdict::LeakAfterSuccess, Rule::Registered),
    kind(Verdict::LeakUnchecked, Rule::Registered),
    kind(Verdict::RegisteredTwice, Rule::Registered),
    kind(Verdict::SentAfterFailure, Rule::Failure),
    kind(Verdict::DispatchDropsIrp, Rule::Failure),
    kind(Verdict::SentToOwnDevice, Rule::Device),
};

/// Nobody but this function and its callers knows to send it: a parameter, or
/// an IRP that was made here. What was read from memory may have been sent by
/// whoever put it there.
bool isOwnIrp(const Moment &At) {
  // A field that is written by hand may be prepared for later.
  if (!At.Given || At.S.Irp.isConstant())
    return false;
  const SymbolTable &Symbols = At.M.Symbols;
  const SymInfo &I = Symbols.symbol(At.S.Irp.Sym);
  return I.Kind == SymKind::Site
             ? (I.Tag & AllocatedTag) != 0
             : I.Kind == SymKind::Initial && !Symbols.outlives(I.A) &&
                   Symbols.cell(I.A).Kind == CellKind::Variable;
}

/// A dispatch routine may send to its own device object.
bool isSentToItsDevice(const Moment &At) {
  return At.Given && !At.Given->isConstant() &&
         *At.Given == At.S.Kept[KeptDevice] && At.Given != At.OwnDevice;
}

bool holds(uint8_t Number, const Moment &At) {
  return Number == IsOwnIrp ? isOwnIrp(At) : isSentToItsDevice(At);
}

bool mayBreakInCaller(const LifeState &L) {
  if (L.Known == K::Examined || L.Place == HandedOn || L.Place == Sent)
    return false;
  if (L.Known == K::Unchecked && !(L.Marks & StatusToCaller))
    return false;
  return L.Known != K::Succeeded ||
         !(places(Ended, Renewed, Stored) >> L.Place & 1);
}

} // namespace

const Automaton Registration = [] {
  Automaton A;
  A.Name = "registration";
  A.First.Known = K::Unchecked;
  A.Rows = Rows;
  A.Faults = Faults;
  A.Settled = places(Sent);
  A.Over = places(Sent) | Over;
  A.ToCaller = ToCaller;
  A.Held = Held;
  A.CallerMarks = StatusToCaller;
  A.WhenDiscarded = id(Verdict::LostUnchecked);
  A.ResultIsKnown = StatusOut;
  A.Told = Sends | when(H::Complete, H::Free, H::Reuse);
  A.MayBreakInCaller = mayBreakInCaller;
  A.Holds = holds;
  return A;
}();

} // namespace wdm::rules
