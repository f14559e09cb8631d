//===- Lifecycle.cpp - The life of one registration -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Lifecycle.h"

namespace wdm::engine {

namespace {

using K = Knowledge;
using C = Custody;
using H = Happening;

constexpr unsigned bit(K X) { return 1u << static_cast<unsigned>(X); }
constexpr unsigned bit(C X) { return 1u << static_cast<unsigned>(X); }

constexpr unsigned Registered =
    bit(K::Unchecked) | bit(K::Examined) | bit(K::Succeeded) | bit(K::Failed);
constexpr unsigned InSight = bit(C::Held) | bit(C::ToCaller) | bit(C::Stored);
constexpr unsigned Alive = InSight | bit(C::HandedOn);
constexpr unsigned Over = bit(C::Ended) | bit(C::Renewed);

enum class Need : uint8_t {
  Nothing,
  NotRecovered,
  StatusKept, ///< The status went to nobody.
};

enum class Change : uint8_t {
  Nothing,
  Succeed,
  Fail,
  Examine,
  Recover,
  StatusOut,
  StatusToCaller,
  ToCaller,
  Store,
  HandOn,
  End,
  Renew,
  TakeBack,
  Send,
};

struct Row {
  H When;
  unsigned In;    ///< Knowledge
  unsigned While; ///< Custody
  Need If;
  Change Then;
  Verdict Breaks;
};

// The first row that fits decides.
constexpr Row Table[] = {
    {H::LearnSuccess, bit(K::Unchecked) | bit(K::Examined), ~0u, Need::Nothing,
     Change::Succeed, Verdict::None},
    {H::LearnFailure, bit(K::Unchecked) | bit(K::Examined), ~0u, Need::Nothing,
     Change::Fail, Verdict::None},
    {H::Examine, bit(K::Unchecked), ~0u, Need::Nothing, Change::Examine,
     Verdict::None},

    // An IRP that was made new and is sent then is not this one.
    {H::Send, bit(K::Unchecked), Alive | bit(C::Ended), Need::Nothing,
     Change::Send, Verdict::SentUnchecked},
    {H::Send, bit(K::Failed), InSight | bit(C::Ended), Need::NotRecovered,
     Change::Send, Verdict::SentAfterFailure},
    {H::Send, Registered, Alive | bit(C::Ended), Need::Nothing, Change::Send,
     Verdict::None},

    {H::Recover, bit(K::Failed), ~0u, Need::Nothing, Change::Recover,
     Verdict::None},
    // Whoever was given the IRP may have sent it, or seen to it that its
    // completion runs the routine; then it is waited for and freed here.
    {H::EndIrp, Registered, InSight, Need::Nothing, Change::End, Verdict::None},
    {H::RenewIrp, Registered, InSight, Need::Nothing, Change::Renew,
     Verdict::None},
    {H::HandOn, Registered, InSight, Need::Nothing, Change::HandOn,
     Verdict::None},
    {H::StoreIrp, Registered, bit(C::Held) | bit(C::ToCaller), Need::Nothing,
     Change::Store, Verdict::None},
    {H::TakeBack, Registered, bit(C::Stored), Need::Nothing, Change::TakeBack,
     Verdict::None},
    {H::IrpToCaller, Registered, bit(C::Held), Need::Nothing, Change::ToCaller,
     Verdict::None},
    {H::StatusOut, bit(K::Unchecked), ~0u, Need::Nothing, Change::StatusOut,
     Verdict::None},
    {H::StatusToCaller, bit(K::Unchecked), ~0u, Need::Nothing,
     Change::StatusToCaller, Verdict::None},

    // Nobody can test the status any more.
    {H::RegisterAgain, bit(K::Unchecked), Alive, Need::StatusKept,
     Change::Nothing, Verdict::LostUnchecked},
    {H::LeaveHelper, bit(K::Unchecked), Alive, Need::StatusKept,
     Change::Nothing, Verdict::LostUnchecked},
    {H::LeaveOwner, bit(K::Unchecked), Alive, Need::StatusKept, Change::Nothing,
     Verdict::LostUnchecked},
    {H::LeaveDispatch, bit(K::Unchecked), Alive, Need::StatusKept,
     Change::Nothing, Verdict::LostUnchecked},

    // The routine will never run.
    {H::LeaveHelper, bit(K::Unchecked), Over, Need::Nothing, Change::Nothing,
     Verdict::LeakUnchecked},
    {H::LeaveOwner, bit(K::Unchecked), Over, Need::Nothing, Change::Nothing,
     Verdict::LeakUnchecked},
    {H::LeaveDispatch, bit(K::Unchecked), Over, Need::Nothing, Change::Nothing,
     Verdict::LeakUnchecked},
    {H::LeaveHelper, bit(K::Succeeded), Over, Need::Nothing, Change::Nothing,
     Verdict::LeakAfterSuccess},
    {H::LeaveOwner, bit(K::Succeeded), bit(C::Held) | Over, Need::Nothing,
     Change::Nothing, Verdict::LeakAfterSuccess},
    {H::LeaveDispatch, bit(K::Succeeded), bit(C::Held) | Over, Need::Nothing,
     Change::Nothing, Verdict::LeakAfterSuccess},

    {H::LeaveDispatch, bit(K::Failed), bit(C::Held), Need::NotRecovered,
     Change::Nothing, Verdict::DispatchDropsIrp},
};

bool holds(Need If, const LifeState &S) {
  switch (If) {
  case Need::Nothing:
    return true;
  case Need::NotRecovered:
    return !S.Recovered;
  case Need::StatusKept:
    return !S.StatusOut && !S.StatusToCaller;
  }
  return false;
}

void apply(Change Then, LifeState &S) {
  switch (Then) {
  case Change::Nothing:
    return;
  case Change::Succeed:
    S.Known = K::Succeeded;
    return;
  case Change::Fail:
    S.Known = K::Failed;
    return;
  case Change::Examine:
    S.Known = K::Examined;
    return;
  case Change::Recover:
    S.Recovered = true;
    return;
  case Change::StatusOut:
    S.StatusOut = true;
    return;
  case Change::StatusToCaller:
    S.StatusToCaller = true;
    return;
  case Change::ToCaller:
    S.Irp = C::ToCaller;
    return;
  case Change::Store:
    S.Irp = C::Stored;
    return;
  case Change::HandOn:
    S.Irp = C::HandedOn;
    return;
  case Change::End:
    S.Irp = C::Ended;
    return;
  case Change::Renew:
    S.Irp = C::Renewed;
    return;
  case Change::TakeBack:
    S.Irp = C::Held;
    return;
  case Change::Send:
    S.Irp = C::Sent;
    return;
  }
}

} // namespace

Verdict step(LifeState &State, Happening What) {
  for (const Row &R : Table) {
    if (R.When != What || !(R.In & bit(State.Known)) ||
        !(R.While & bit(State.Irp)) || !holds(R.If, State))
      continue;
    apply(R.Then, State);
    return R.Breaks;
  }
  return Verdict::None;
}

Rule ruleOf(Verdict V) {
  switch (V) {
  case Verdict::None:
    return Rule::None;
  case Verdict::SentUnchecked:
  case Verdict::LostUnchecked:
    return Rule::Check;
  case Verdict::LeakAfterSuccess:
  case Verdict::LeakUnchecked:
    return Rule::Registered;
  case Verdict::SentAfterFailure:
  case Verdict::DispatchDropsIrp:
    return Rule::Failure;
  case Verdict::SentToOwnDevice:
    return Rule::Device;
  }
  return Rule::None;
}

bool isSettled(const LifeState &State) { return State.Irp == Custody::Sent; }

} // namespace wdm::engine
