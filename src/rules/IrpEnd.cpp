//===- IrpEnd.cpp - How an IRP ends in a function -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/rules/IrpEnd.h"
#include "src/engine/State.h"
#include "src/model/Routines.h"
#include "src/rules/Rows.h"

namespace wdm::rules {

using namespace engine;

namespace {

using H = Happening;
using V = Verdict;

enum Place : uint8_t {
  Held,      ///< In this function's hands.
  Completed, ///< IoCompleteRequest
  Freed,     ///< IoFreeIrp
  Gone,      ///< Sent, and nothing of this driver can give it back.
  Kept,      ///< Sent with a routine that keeps it; nobody has waited yet.
  Away,      ///< Sent, and it cannot be told whether it comes back.
  HandedOn,  ///< Queued, stored, given to code that cannot be seen.
};

enum Mark : uint16_t {
  Pending = 1 << 0,       ///< Marked pending.
  MaybePending = 1 << 1,  ///< Perhaps marked pending.
  FromBeginning = 1 << 2, ///< The function had it before anybody else.
  Given = 1 << 3,         ///< Code that cannot be seen had it.
  WasSent = 1 << 4,
  Skipped = 1 << 5, ///< The last thing done to its stack location.
  Keeps = 1 << 6,   ///< The routine that was set last keeps it,
  Passes = 1 << 7,  ///< ... never keeps it,
  Unknown = 1 << 8, ///< ... or it is not known which it is.
  Waited = 1 << 9,  ///< After it was sent and went Away.
};

constexpr uint16_t AnyRoutine = Keeps | Passes | Unknown;
constexpr uint16_t AnyPending = Pending | MaybePending;

/// What is kept: the status that it was completed with, and what its last send
/// and the last registration of a routine returned.
enum { CompletedWith, SendReturned, RegisterReturned };

constexpr PlaceSet Over = places(Completed, Freed, Gone);
constexpr HappeningSet Ends = when(H::Complete, H::Free, H::Reuse) | Sends;
constexpr HappeningSet SetsRoutine =
    when(H::SetNoRoutine, H::SetKeepingRoutine, H::SetPassingRoutine,
         H::SetSomeRoutine);
/// All that looks into an IRP.
constexpr HappeningSet Uses =
    Ends | when(H::Recover, H::Skip, H::CopyStack, H::SetNoRoutine,
                H::SetKeepingRoutine, H::SetPassingRoutine, H::SetSomeRoutine,
                H::MarkPending, H::MayMarkPending, H::HandOn, H::Read, H::Write,
                H::Pass);

enum Guard : uint8_t {
  Always,
  SendIsPending,   ///< The last send may have returned STATUS_PENDING.
  StatusIsPending, ///< It is completed with STATUS_PENDING.
  ReturnsPending,  ///< STATUS_PENDING is returned.
  ReturnsOther,    ///< Another status is, or what the send returned.
  ReturnsAnother,  ///< Another status than it was completed with.
  ReturnsConstant, ///< A constant that is not what the send returned.
  LosesIrp,        ///< Neither STATUS_PENDING nor a failed registration.
  LosesKeptIrp,    ///< The same, and the send is known to be over.
  PassesOn,        ///< A completion routine lets the completion go on.
};

// The first row that fits decides.
constexpr Row Rows[] = {
    // It is used although it is gone.
    onAny(Uses).in(Over).breaks(V::UsedAfterEnd),
    onAny(Ends)
        .in(places(Kept))
        .guardedBy(SendIsPending)
        .breaks(V::EndedWhilePending),

    // How it is prepared. Marking is independent of where it is.
    on(H::Skip).mark(Skipped),
    // Copying takes a routine out of the next location: whoever sets one before
    // has none.
    on(H::CopyStack).with(Keeps).mark(Unknown).unmark(Keeps | Skipped),
    on(H::CopyStack).unmark(Skipped),
    on(H::SetNoRoutine).unmark(AnyRoutine | Skipped),
    on(H::SetKeepingRoutine).mark(Keeps).unmark(Passes | Unknown | Skipped),
    on(H::SetPassingRoutine).mark(Passes).unmark(Keeps | Unknown | Skipped),
    on(H::SetSomeRoutine, H::Recover)
        .mark(Unknown)
        .unmark(Keeps | Passes | Skipped),
    on(H::MarkPending).mark(Pending).unmark(MaybePending),
    // The driver's own code puts it into the queue.
    on(H::MayMarkPending).without(Pending).mark(MaybePending | Given),
    on(H::MayMarkPending).mark(Given),

    on(H::UnmarkPending).unmark(AnyPending),

    // How it is sent.
    on(H::SendForGood).to(Gone).mark(WasSent),
    on(H::SendSomehow).to(Away).mark(WasSent),
    on(H::SendAndWait).to(Held).mark(WasSent),
    on(H::Send).with(Skipped).to(Gone).mark(WasSent),
    on(H::Send).with(Passes).to(Gone).mark(WasSent),
    on(H::Send).with(Keeps).to(Kept).mark(WasSent),
    on(H::Send)
        .with(FromBeginning)
        .without(Given | AnyRoutine)
        .to(Gone)
        .mark(WasSent),
    on(H::Send).to(Away).mark(WasSent),

    // How it comes back.
    on(H::Wait).in(places(Kept)).to(Held),
    on(H::Wait).in(places(Away)).mark(Waited),
    on(H::CallUnseen).in(places(Kept)).to(Away),
    on(H::Reuse).to(Held).unmark(AnyRoutine | Skipped | AnyPending),

    // How it ends here.
    on(H::Complete)
        .guardedBy(StatusIsPending)
        .breaks(V::CompletedPending)
        .also(),
    on(H::Complete).to(Completed),
    on(H::Free).to(Freed),

    // How it leaves this function's hands.
    on(H::Give).in(places(Held)).with(Pending).to(HandedOn).mark(Given),
    on(H::Give).in(places(Held)).to(HandedOn).mark(Given | MaybePending),
    on(H::Give).with(Pending).mark(Given),
    on(H::Give).mark(Given | MaybePending),
    on(H::HandOn, H::HandOnAddress, H::Store, H::ToCaller)
        .in(places(Held, Kept))
        .to(HandedOn),

    // How its function leaves.
    on(H::LeaveCompletion)
        .in(places(Completed, Freed))
        .guardedBy(PassesOn)
        .breaks(V::EndedAndPassedOn),
    on(H::LeaveDispatch)
        .with(Pending)
        .guardedBy(ReturnsOther)
        .breaks(V::PendingReturnsOther),
    on(H::LeaveDispatch)
        .without(AnyPending | WasSent)
        .guardedBy(ReturnsPending)
        .breaks(V::ReturnsPendingUnmarked),
    on(H::LeaveDispatch)
        .in(places(Held))
        .without(AnyPending)
        .guardedBy(LosesIrp)
        .breaks(V::ReturnsHeld),
    on(H::LeaveDispatch)
        .in(places(Kept))
        .without(AnyPending)
        .guardedBy(LosesKeptIrp)
        .breaks(V::ReturnsHeld),
    on(H::LeaveDispatch)
        .in(places(Completed))
        .without(AnyPending)
        .guardedBy(ReturnsAnother)
        .breaks(V::ReturnsOtherStatus),
    on(H::LeaveDispatch)
        .in(places(Gone))
        .without(AnyPending)
        .guardedBy(ReturnsConstant)
        .breaks(V::ReturnsNotTheSends),
};

constexpr FaultKind kind(Verdict Fault, Rule Of, const char *Message,
                         bool EndsPath = true) {
  FaultKind Kind;
  Kind.Message = Message;
  Kind.Id = id(Fault);
  Kind.Rule = static_cast<uint8_t>(Of);
  Kind.EndsPath = EndsPath;
  return Kind;
}

/// The IRP is out of this function's hands on every path to the statement, and
/// whoever has it completes it. Code that cannot be seen may do neither: keep
/// it, nor complete it.
constexpr FaultKind returnsPending(FaultKind Kind) {
  Kind.Mend.In = places(Gone, Away);
  Kind.Mend.InsteadOfSuccess = places(HandedOn);
  Kind.Mend.All = Pending;
  Kind.Mend.None = Waited | Given;
  Kind.Mend.Return = "STATUS_PENDING";
  return Kind;
}

/// That a device is of no kind at all is what its author rules out.
constexpr FaultKind needsKind(FaultKind Kind) {
  Kind.NeedsKind = true;
  return Kind;
}

constexpr FaultKind Faults[] = {
    kind(V::UsedAfterEnd, Rule::UsedAfterCompletion,
         "IRP is {used} here although it was {ended} {there}"),
    kind(V::EndedWhilePending, Rule::UsedAfterCompletion,
         "IRP is {used} here although it was {ended} {there} and may still be "
         "pending; wait for it first"),
    kind(V::EndedAndPassedOn, Rule::UsedAfterCompletion,
         "completion routine returns {returned} although it {ended} the IRP "
         "{there}; return STATUS_MORE_PROCESSING_REQUIRED"),
    returnsPending(
        kind(V::PendingReturnsOther, Rule::Pending,
             "dispatch routine returns {returned} for an IRP marked pending; "
             "return STATUS_PENDING")),
    kind(V::ReturnsPendingUnmarked, Rule::Pending,
         "dispatch routine returns {returned} for an IRP that was neither "
         "marked pending nor sent"),
    needsKind(kind(V::ReturnsHeld, Rule::NotCompleted,
                   "dispatch routine returns without completing, sending or "
                   "queueing the IRP")),
    kind(V::ReturnsOtherStatus, Rule::NotCompleted,
         "dispatch routine returns {returned}, but the IRP was completed with "
         "another status {there}"),
    kind(V::ReturnsNotTheSends, Rule::NotCompleted,
         "dispatch routine returns {returned} for an IRP that was {ended} "
         "{there}; return what {ender} returned"),
    kind(V::CompletedPending, Rule::NotCompleted,
         "IRP is completed with STATUS_PENDING", /*EndsPath=*/false),
};

/// Two different constants, or a failure and a success.
bool differ(const Range &A, const Range &B) {
  if (A.isSingle() && B.isSingle())
    return A.Low != B.Low;
  return (A.High < 0 && B.Low >= 0) || (B.High < 0 && A.Low >= 0);
}

bool isNothing(Scalar X) { return X == Scalar(); }

bool holds(uint8_t Number, const Moment &At) {
  auto Is = [](const Range &R, int64_t N) {
    return R.isSingle() && R.contains(N);
  };
  const KeptValues &Kept = At.S.Kept;
  const Range Send = At.M.rangeOf(At.S, Kept[SendReturned]);
  const bool HasResult = At.Given.has_value();
  const Range Result = HasResult ? At.M.rangeOf(At.S, *At.Given) : Range();
  switch (static_cast<Guard>(Number)) {
  case Always:
    return true;
  case SendIsPending:
    return Send.contains(model::StatusPending);
  case StatusIsPending:
  case ReturnsPending:
    return HasResult && Is(Result, model::StatusPending);
  case ReturnsOther:
    if (!HasResult || Is(Result, model::StatusPending))
      return false;
    return !Result.contains(model::StatusPending) ||
           (!isNothing(Kept[SendReturned]) && *At.Given == Kept[SendReturned]);
  case ReturnsAnother:
    return HasResult && !Result.contains(model::StatusPending) &&
           *At.Given != Kept[CompletedWith] &&
           differ(Result, At.M.rangeOf(At.S, Kept[CompletedWith]));
  case ReturnsConstant:
    return HasResult && Result.isSingle() && *At.Given != Kept[SendReturned] &&
           !(Send.isSingle() && Send.contains(Result.Low));
  case LosesIrp:
  case LosesKeptIrp: {
    if (Number == LosesKeptIrp && Send.contains(model::StatusPending))
      return false;
    // Where a registration failed, the first family speaks.
    const Range Registered = At.M.rangeOf(At.S, Kept[RegisterReturned]);
    const bool Failed =
        !isNothing(Kept[RegisterReturned]) && !Registered.contains(0);
    return !Failed && !(HasResult && Is(Result, model::StatusPending));
  }
  case PassesOn:
    return HasResult && !Result.contains(model::StatusMoreProcessing);
  }
  return false;
}

void keep(KeptValues &Kept, Happening What, const Moment &At,
          std::optional<Scalar> Result) {
  if (What == H::Complete)
    Kept[CompletedWith] = At.Given.value_or(At.M.Symbols.site(0, 0));
  else if ((bit(What) & Sends) && Result)
    Kept[SendReturned] = *Result;
  else if ((bit(What) & SetsRoutine) && Result)
    Kept[RegisterReturned] = *Result;
}

} // namespace

const Automaton IrpEnd = [] {
  Automaton A;
  A.Name = "irp-end";
  A.Opens = Opening::AtAnyIrp;
  A.First.Known = Knowledge::Certain;
  A.FromBeginning = FromBeginning;
  A.AsksRoutines = true;
  A.BelievesTests = true;
  A.FaultsAtCall = Over;
  A.Rows = Rows;
  A.Faults = Faults;
  A.Told = Ends | when(H::MarkPending);
  A.Holds = holds;
  A.Keep = keep;
  return A;
}();

} // namespace wdm::rules
