//===- Automaton.h - A protocol over one thing ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What a rule brings to the engine: an automaton. One instance follows one
/// *subject*, an IRP, from where the automaton opens (a call that registers a
/// completion routine, the entry of a function that was handed the IRP, the
/// first call that ends it) to the end of the function.
///
/// A state says what is known of the opening's outcome (Knowledge, where the
/// opening can fail), at which Place of the rule the subject is, and which of
/// the rule's Marks it bears. What happens to a subject is a Happening. Rows
/// say for each what the next state is and which fault, if any, that is. The
/// engine reads the rows and knows no rule; rules are in src/rules.
///
/// A row may ask for more than the state: a Guard, which the rule computes
/// from the values on the path (Moment). Guards are evidence for a warning:
/// each must be false where the answer is not known.
///
/// Cost: one pass over the rows for each event that concerns the subject.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_AUTOMATON_H
#define WDM_ENGINE_AUTOMATON_H

#include "src/engine/Symbols.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <array>
#include <cstdint>
#include <optional>

namespace wdm::engine {

class Memory;
struct State;

/// What is known of the outcome of the opening.
enum class Knowledge : uint8_t {
  Idle,      ///< Not open yet.
  Unchecked, ///< Nothing has told success from failure.
  Examined,  ///< Tested by something that cannot be seen through.
  Succeeded,
  Failed,
  Certain, ///< Open, and the opening cannot fail.
};

/// The state of one subject. What a place and a mark mean is the rule's.
struct LifeState {
  Knowledge Known = Knowledge::Idle;
  uint8_t Place = 0;  ///< Less than MaxPlaces.
  uint16_t Marks = 0; ///< A bit each.

  static constexpr unsigned MaxPlaces = 16;

  bool operator==(const LifeState &O) const { return pack() == O.pack(); }
  bool operator!=(const LifeState &O) const { return !(*this == O); }
  unsigned pack() const {
    return static_cast<unsigned>(Known) | static_cast<unsigned>(Place) << 3 |
           static_cast<unsigned>(Marks) << 7;
  }
};
static_assert(static_cast<unsigned>(Knowledge::Certain) < 8,
              "pack() has three bits for it");

/// What can happen to a subject, as far as any rule tells it apart.
enum class Happening : uint8_t {
  LearnSuccess, ///< A branch has established the success of the opening.
  LearnFailure,
  Examine,      ///< A test of unknown polarity was made.
  Send,         ///< It goes to the next-lower driver.
  SendAndWait,  ///< The same, and it is back when the call returns.
  SendForGood,  ///< The same, and it never comes back.
  SendSomehow,  ///< Sent by a function of the user's list.
  Recover,      ///< A missing routine is made harmless in some other way.
  Skip,         ///< The current stack location is given to the lower driver.
  CopyStack,    ///< It is copied to the next one.
  SetNoRoutine, ///< The next stack location gets no completion routine.
  SetKeepingRoutine, ///< ... one that always keeps the IRP for this driver.
  SetPassingRoutine, ///< ... one that never keeps it.
  SetSomeRoutine,    ///< ... one of which it is not known.
  WriteNext,         ///< Control of the next stack location is written.
  MarkPending,
  MayMarkPending,
  UnmarkPending,
  Complete,
  Free,
  Reuse,
  HandOn,        ///< It is queued.
  HandOnAddress, ///< It becomes the context of something.
  Give,          ///< It is given to code that cannot be seen.
  GiveStack,     ///< A pointer to its next stack location is.
  Store,         ///< It is stored in memory that outlives the function.
  TakeBack,      ///< What it was stored in is freed.
  ToCaller,      ///< It is returned or stored for the caller.
  StatusOut,     ///< The status is stored in memory that outlives the function.
  StatusToCaller,  ///< The status is returned or stored for the caller.
  OpenAgain,       ///< The same opening is made once more.
  Read,            ///< A part of it is read.
  Write,           ///< A part of it is written.
  Pass,            ///< It is passed to a routine that looks into it.
  Wait,            ///< The thread has waited for something.
  CallUnseen,      ///< Any function is called that cannot be seen.
  Alter,           ///< A part of it that is not this driver's is written.
  Lend,            ///< It is the context of a registration.
  Acquire,         ///< It is acquired.
  GiveBack,        ///< What was acquired is given back.
  MayGiveBack,     ///< The same is done to what may be the same thing.
  EndAny,          ///< Some IRP is completed.
  SetStatus,       ///< Its status is set by what is proposed.
  Propose,         ///< Code that is only proposed begins here.
  LeaveHelper,     ///< The function returns; the subject is somebody else's.
  LeaveOwner,      ///< The function returns; it was responsible for it.
  LeaveDispatch,   ///< A dispatch routine returns; the subject was its own.
  LeaveCompletion, ///< A completion routine returns; likewise.
};

/// Sets of happenings, of outcomes, of places.
using HappeningSet = uint64_t;
using KnowledgeSet = uint8_t;
using PlaceSet = uint16_t;
constexpr HappeningSet bit(Happening H) {
  return HappeningSet(1) << static_cast<unsigned>(H);
}
constexpr KnowledgeSet bit(Knowledge K) {
  return static_cast<KnowledgeSet>(1u << static_cast<unsigned>(K));
}
static_assert(static_cast<unsigned>(Happening::LeaveCompletion) < 64);

/// The ways in which it is sent, and in which a function disposes of it.
constexpr HappeningSet Sends =
    bit(Happening::Send) | bit(Happening::SendAndWait) |
    bit(Happening::SendForGood) | bit(Happening::SendSomehow);
constexpr HappeningSet Disposes = Sends | bit(Happening::Complete) |
                                  bit(Happening::Free) | bit(Happening::Reuse);

/// A fault of the rule: numbered by the rules, unique among all of them.
using FaultId = uint8_t;
constexpr FaultId NoFault = 0;

/// Values that are kept with a subject, besides memory. What they are is the
/// rule's.
constexpr unsigned MaxKept = 3;
using KeptValues = std::array<Scalar, MaxKept>;

/// The moment at which a guard is asked.
struct Moment {
  const Memory &M;
  const State &S; ///< Before the happening.
  /// What comes with the happening. Leave: the value returned. Send: the
  /// device object. Complete: the status in the IRP, if one was written here.
  std::optional<Scalar> Given;
  /// The device parameter of a dispatch routine.
  std::optional<Scalar> OwnDevice;
};

/// First row that fits decides; no row: nothing changes. A row that says Also
/// reports its fault, and the rows behind it are looked at all the same.
struct Row {
  HappeningSet When = 0;
  KnowledgeSet Known = 0xff;
  PlaceSet In = 0xffff;
  uint16_t All = 0;  ///< Marks that are set.
  uint16_t None = 0; ///< Marks that are not.
  uint8_t If = 0;    ///< Number of a guard, 0: none.

  static constexpr uint8_t Same = 0xff;
  uint8_t Place = Same; ///< The next one.
  uint16_t Set = 0;     ///< Marks.
  uint16_t Clear = 0;
  Knowledge Learn = Knowledge::Idle; ///< Idle: it stays.
  FaultId Breaks = NoFault;
  bool Also = false;
};

/// Where a fault at a return statement is mended by returning something else:
/// the function was left from there by these states only. Evidence: for a fix,
/// each path to the statement has to fit.
struct Mend {
  PlaceSet In = 0;
  /// At these places only instead of a constant that is a success: who returns
  /// a failure may have meant to keep the subject.
  PlaceSet InsteadOfSuccess = 0;
  uint16_t All = 0;
  uint16_t None = 0;
  const char *Return = nullptr; ///< What to return; null: no such mend.

  bool fits(const LifeState &L) const {
    return ((In | InsteadOfSuccess) >> L.Place & 1) && (L.Marks & All) == All &&
           !(L.Marks & None);
  }
};

/// What a fault is, for those who collect faults.
struct FaultKind {
  FaultId Id = NoFault;
  uint8_t Rule = 0; ///< The check that reports it.
  /// Nothing that happens behind it on the path is looked at.
  bool EndsPath = true;
  /// It is certain only when all paths have been followed.
  bool NeedsAllPaths = false;
  /// Not said of a path on which a thing of the driver's is of none of the
  /// kinds that are asked for one after the other, without an `else`.
  bool NeedsKind = false;
  /// Not said where one of these rules is broken for the same opening.
  uint32_t UnlessRules = 0;
  /// In a note: where the status is overwritten.
  bool TellsOverwrite = false;
  /// That the IRP was ended here says enough of how the path ends.
  bool SaidByLastDisposal = false;
  /// The warning, with placeholders; src/report/Reporter.h says which.
  const char *Message = nullptr;
  /// The note at what broke the rule; null: what happened, in its own words.
  const char *Note = nullptr;
  /// For a note where the function is left: with the what?
  const char *LeftWith = nullptr;
  engine::Mend Mend;
};

/// Where an automaton opens.
enum class Opening : uint8_t {
  /// At a call that registers a completion routine, or that comes back with a
  /// registration: its result is a value for each outcome.
  AtRegistration,
  /// Where a function has an IRP: at the entry, for what it was handed; where
  /// it is allocated; else at the first call that ends it.
  AtAnyIrp,
  /// At a call that acquires something; the subject is what it acquires.
  AtAcquisition,
};

struct Automaton {
  const char *Name = nullptr;
  Opening Opens = Opening::AtRegistration;
  LifeState First; ///< The state after the opening.
  /// Marks of an IRP that the function had from its beginning: its own as a
  /// dispatch routine, or one that it allocated.
  uint16_t FromBeginning = 0;
  /// It matters whether a completion routine keeps the IRP.
  bool AsksRoutines = false;
  /// For warnings: a test that other ways explain says nothing of a value
  /// (SharedTests.h).
  bool BelievesTests = false;
  /// A fault in a called function is told of the caller where the subject was
  /// at one of these places before the call; elsewhere it is the called
  /// function's own.
  PlaceSet FaultsAtCall = 0xffff;
  /// Asks which request it is.
  bool AsksRequest = false;
  llvm::ArrayRef<Row> Rows;
  llvm::ArrayRef<FaultKind> Faults;
  /// Where nothing can go wrong any more.
  PlaceSet Settled = 0;
  /// Where the IRP was sent or ended: its function was responsible for it.
  PlaceSet Over = 0;
  /// Given to the caller: this place, and these marks, are relative to the
  /// function. Held is where the subject is then for the caller.
  uint8_t ToCaller = Row::Same;
  uint8_t Held = 0;
  uint16_t CallerMarks = 0;
  /// The fault of an opening whose result is discarded as it stands, where the
  /// paths could not be followed (Certain.h); and the marks of a result that
  /// somebody else has.
  FaultId WhenDiscarded = NoFault;
  uint16_t ResultIsKnown = 0;
  /// Happenings that are told as notes.
  HappeningSet Told = 0;
  /// Words of the notes: for an opening in a called function; for the next
  /// opening, when the path comes to it; what a note on an IRP that was ended
  /// adds.
  const char *OpenedHere = nullptr;
  const char *OpensAgain = nullptr;
  const char *WhenEnded = "";
  /// Whether a path that ended without a fault leaves something that the
  /// caller can still get wrong; null: an opening never passes to the caller.
  bool (*MayBreakInCaller)(const LifeState &) = nullptr;
  /// Whether the guard \p Number holds.
  bool (*Holds)(uint8_t Number, const Moment &) = nullptr;
  /// What is kept with the subject, from now on, after \p What happened; \p
  /// Result is what the call returned.
  void (*Keep)(KeptValues &, Happening What, const Moment &,
               std::optional<Scalar> Result) = nullptr;

  /// All happenings that some row speaks of.
  HappeningSet wants() const;
  const FaultKind *faultKind(FaultId Id) const;

  /// Applies \p What to \p State. Each fault goes to \p OnFault; false when
  /// one of them ends the path.
  bool step(LifeState &State, Happening What, const Moment *At,
            llvm::function_ref<void(FaultId)> OnFault) const;
};

} // namespace wdm::engine

#endif // WDM_ENGINE_AUTOMATON_H
