//===- Rules.h - The rules and their faults ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The list of rules. Each is one check; each fault belongs to one rule. The
/// automata are in files of their own, the sentences in src/report.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_RULES_RULES_H
#define WDM_RULES_RULES_H

#include "src/engine/Automaton.h"

namespace wdm::rules {

/// One check each.
enum class Rule : uint8_t {
  None,
  Check,               ///< IoSetCompletionRoutineExCheck
  Registered,          ///< CompletionRoutineRegistered
  Failure,             ///< IoSetCompletionExCompleteIrp
  Device,              ///< IoSetCompletionRoutineExCheckDeviceObject
  UsedAfterCompletion, ///< DoubleCompletion and others
  Pending,             ///< MarkIrpPending, PendedCompletedRequest
  NotCompleted,        ///< IrpProcessingComplete, LowerDriverReturn
};

/// A rule that is broken, and how.
enum class Verdict : engine::FaultId {
  None = engine::NoFault,
  SentUnchecked,    ///< wdm-io-set-completion-routine-ex (i)
  LostUnchecked,    ///< wdm-io-set-completion-routine-ex (ii)
  LeakAfterSuccess, ///< wdm-completion-routine-registered
  LeakUnchecked,    ///< the same, reported only where rule 1 is silent
  RegisteredTwice,  ///< the same; where nothing told that the first succeeded,
                    ///< as LeakUnchecked
  SentAfterFailure, ///< wdm-io-set-completion-ex-complete-irp
  DispatchDropsIrp, ///< the same, for dispatch routines
  SentToOwnDevice,  ///< wdm-io-set-completion-routine-ex-device-object

  UsedAfterEnd,           ///< wdm-irp-used-after-completion (i)
  EndedWhilePending,      ///< the same (ii)
  EndedAndPassedOn,       ///< the same (iii)
  PendingReturnsOther,    ///< wdm-pending-irp (i)
  ReturnsPendingUnmarked, ///< the same (ii)
  ReturnsHeld,            ///< wdm-irp-not-completed (i)
  ReturnsOtherStatus,     ///< the same (ii)
  ReturnsNotTheSends,     ///< the same (iii)
  CompletedPending,       ///< the same (iv)
};

constexpr engine::FaultId id(Verdict V) {
  return static_cast<engine::FaultId>(V);
}

Rule ruleOf(Verdict V);

/// The automaton with the faults of \p R; a rule belongs to one.
const engine::Automaton &automatonOf(Rule R);

/// The automata: each follows its subjects on its own.
llvm::ArrayRef<const engine::Automaton *> automata();

} // namespace wdm::rules

#endif // WDM_RULES_RULES_H
