//===- Doubts.h - What speaks against a fix ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The automata that judge a proposed fix, as data (engine/Proof.h). Their
/// evidence is the other way round than a rule's: what is not known counts
/// against the fix. They follow a subject to where the proposed code begins
/// (Happening::Propose), and on from there.
///
///   Custody  an IRP: is it as it came when the fix begins, and in whose hands
///            is it when the function, and its callers, have left?
///   Holding  something acquired: is it held where the fix begins, and given
///            back behind it?
///
//===----------------------------------------------------------------------===//

#ifndef WDM_RULES_DOUBTS_H
#define WDM_RULES_DOUBTS_H

#include "src/engine/Automaton.h"
#include "llvm/ADT/StringRef.h"

namespace wdm::rules {

enum class Doubt : engine::FaultId {
  KnownElsewhere = 64, ///< Before the fix: the IRP is not as it came.
  GivenAway,
  Queued,
  Altered,
  Moved,
  OutOfHands,
  AlreadyEnded,
  MarkedSometimes,
  ComesAgain,
  OtherStatus, ///< Behind it.
  NotFreed,
  WaitedFor,
  EndedTwice,
  UsedAfterEnd,
  SentAllTheSame,
  GivenOnFailure,
  CompletedAtDispatch,
  GivenBackTwice,
  GivenBackThoughKnown,
  LeavesIt, ///< In the end.
  LosesIt,
  TellsNobody,
  NobodyKnown,
};

/// What it says in words. %0 is the name of a routine or a thing.
llvm::StringRef sentenceOf(Doubt D);

constexpr engine::FaultId id(Doubt D) {
  return static_cast<engine::FaultId>(D);
}

/// \name Custody
/// @{
enum class IrpPlace : uint8_t {
  AsItCame,
  Known, ///< Stored where others find it.
  Given, ///< Given to code that cannot be seen.
  Queued,
  Altered, ///< A part that is not this driver's was written.
  Moved,   ///< Its stack location was.
  Sent,
  Ended,
  ToCaller,    ///< The function's caller knows where it is.
  Lent,        ///< The context of the registration.
  Marked,      ///< Marked pending,
  MaybeMarked, ///< ... or perhaps.
  Ours,        ///< The fix has begun, and it is still here.
  OursMarked,  ///< The same, marked pending.
  Done,        ///< It was ended behind that.
  DoneMarked,
};
extern const engine::Automaton CustodyOfIrp;
/// @}

/// \name Holding
/// @{
enum class Holding : uint8_t {
  NotHeld,
  Held,
  Lent,        ///< The context of the registration.
  Elsewhere,   ///< Stored, or queued: somebody else gives it back.
  Maybe,       ///< Perhaps given back.
  HeldBehind,  ///< The fix has begun, and it is held,
  MaybeBehind, ///< ... perhaps,
  KnownBehind, ///< ... and known elsewhere,
  FreeBehind,  ///< ... or not.
};
/// The mark of a thing that was given back although it was not acquired here.
constexpr uint16_t GivenBackForOthers = 1;
/// The mark of a thing that was given back where others know it, too.
constexpr uint16_t GivenBackThoughKnown = 2;
extern const engine::Automaton HoldingOfThing;
/// The same for what raises the IRQL: no IRP may be completed under it.
extern const engine::Automaton HoldingAtDispatch;
/// @}

} // namespace wdm::rules

#endif // WDM_RULES_DOUBTS_H
