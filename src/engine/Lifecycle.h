//===- Lifecycle.h - The life of one registration ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The automaton of the rule family. One instance follows one *registration*:
/// one call that hands out the NTSTATUS for one IRP.
///
/// A state says what is known of the outcome, where the IRP is, and whether
/// the status went out to somebody who may still test it. What happens to a
/// registration is a Happening; the table in Lifecycle.cpp says for each what
/// the next state is and which rule, if any, is broken. A new rule is a new
/// Verdict and a row or two; the solver reads the table and knows no rule.
///
/// Source of the rules: the Static Driver Verifier pages of
/// IoSetCompletionRoutineExCheck, CompletionRoutineRegistered,
/// IoSetCompletionExCompleteIrp and IoSetCompletionRoutineExCheckDeviceObject,
/// and the WDK page of IoSetCompletionRoutineEx.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_LIFECYCLE_H
#define WDM_ENGINE_LIFECYCLE_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

namespace wdm::engine {

/// What is known of the outcome of the registration.
enum class Knowledge : uint8_t {
  Idle,      ///< Not registered yet.
  Unchecked, ///< Nothing has told success from failure.
  Examined,  ///< Tested by something that cannot be seen through.
  Succeeded,
  Failed,
};

/// Where the IRP is.
enum class Custody : uint8_t {
  Held,     ///< In this function's hands.
  ToCaller, ///< Returned, or stored where the caller pointed to.
  Stored,   ///< Stored in memory that outlives the function.
  HandedOn, ///< Given to code that cannot be seen.
  Ended,    ///< Completed or freed here.
  Renewed,  ///< Made new with IoReuseIrp: it begins another life.
  Sent,     ///< On its way to the next-lower driver.
};

struct LifeState {
  Knowledge Known = Knowledge::Idle;
  Custody Irp = Custody::Held;
  bool Recovered = false;      ///< The missing routine was dealt with.
  bool StatusOut = false;      ///< The status is where others may test it.
  bool StatusToCaller = false; ///< ... and that is this function's caller.

  bool operator==(const LifeState &O) const { return pack() == O.pack(); }
  bool operator!=(const LifeState &O) const { return !(*this == O); }
  unsigned pack() const {
    return static_cast<unsigned>(Known) | static_cast<unsigned>(Irp) << 3 |
           Recovered << 6 | StatusOut << 7 | StatusToCaller << 8;
  }
};

enum class Happening : uint8_t {
  LearnSuccess, ///< A branch has established success.
  LearnFailure, ///< A branch has established failure.
  Examine,      ///< A test of unknown polarity was made.
  Send,         ///< The IRP goes to the next-lower driver.
  Recover,      ///< The next stack location's routine is dealt with.
  EndIrp,       ///< The IRP is completed or freed.
  RenewIrp,     ///< The IRP is reused.
  HandOn,       ///< The IRP is given to code that cannot be seen.
  StoreIrp,     ///< The IRP is stored in memory that outlives the function.
  TakeBack,     ///< What the IRP was stored in is freed.
  IrpToCaller,  ///< The IRP is returned or stored for the caller.
  StatusOut,    ///< The status is stored in memory that outlives the function.
  StatusToCaller, ///< The status is returned or stored for the caller.
  RegisterAgain,  ///< The same registration is made once more.
  LeaveHelper,    ///< The function returns; the IRP is somebody else's.
  LeaveOwner,     ///< The function returns; it was responsible for the IRP.
  LeaveDispatch,  ///< A dispatch routine returns; the IRP was its own.
};

/// A rule that is broken, and how.
enum class Verdict : uint8_t {
  None,
  SentUnchecked,    ///< wdm-io-set-completion-routine-ex (i)
  LostUnchecked,    ///< wdm-io-set-completion-routine-ex (ii)
  LeakAfterSuccess, ///< wdm-completion-routine-registered
  LeakUnchecked,    ///< the same, reported only where rule 1 is silent
  SentAfterFailure, ///< wdm-io-set-completion-ex-complete-irp
  DispatchDropsIrp, ///< the same, for dispatch routines
  SentToOwnDevice,  ///< wdm-io-set-completion-routine-ex-device-object; not
                    ///< in the table: it depends on the devices alone
};

/// The four rules, each of which is one check.
enum class Rule : uint8_t {
  None,
  Check,      ///< IoSetCompletionRoutineExCheck
  Registered, ///< CompletionRoutineRegistered
  Failure,    ///< IoSetCompletionExCompleteIrp
  Device,     ///< IoSetCompletionRoutineExCheckDeviceObject
};

Rule ruleOf(Verdict V);

/// Applies \p What to \p State and says which rule this breaks. What no row
/// of the table speaks of leaves the state as it is.
Verdict step(LifeState &State, Happening What);

/// True when nothing that may still happen can break a rule.
bool isSettled(const LifeState &State);

} // namespace wdm::engine

#endif // WDM_ENGINE_LIFECYCLE_H
