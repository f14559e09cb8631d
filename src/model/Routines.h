//===- Routines.h - What WDM routines do to IRPs and statuses ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The WDM routines as a table: what each does to the IRP it is given. This is
/// the only place where a routine is known by its name.
///
/// A routine that is not in the table, and whose body is not visible, is taken
/// to keep any IRP it is given ("handed on"), and to test any status it is
/// given unless its name or its format string says that it only prints.
///
/// The user's lists (RegistrationFunctions, DispatchFunctions,
/// RecoveryFunctions) add rows; they cannot remove one.
///
/// Source: the WDK reference pages of the routines; where a routine is a macro
/// in some header, the function the macro expands to is listed too.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_MODEL_ROUTINES_H
#define WDM_MODEL_ROUTINES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace clang {
class CallExpr;
class FunctionDecl;
class QualType;
class FieldDecl;
class RecordDecl;
class ValueDecl;
} // namespace clang

namespace wdm::model {

enum class Effect : uint16_t {
  Harmless,  ///< Neither keeps nor changes the IRP.
  Prints,    ///< The same, and its arguments are only printed.
  Register,  ///< Registers a completion routine and says whether it could.
  Send,      ///< Sends the IRP to the next-lower driver.
  Recover,   ///< Makes a missing completion routine harmless.
  Complete,  ///< Completes the IRP.
  Free,      ///< Frees the IRP.
  Reuse,     ///< Makes the IRP new.
  HandOn,    ///< Keeps or queues the IRP, or moves its stack location.
  Allocate,  ///< Returns an IRP that the caller owns.
  NextStack, ///< Returns the IRP's next stack location.
  Wait,      ///< Other threads run: memory may have changed.
  Raise,     ///< May raise an exception.
  RaiseAlways,
  NoReturn,   ///< Never returns (but is not always declared so).
  Abnormal,   ///< Says whether a termination handler runs early.
  FreeMemory, ///< Frees the memory in the first argument.
  Pure,       ///< The result is computed from the arguments alone.
  Nothing,    ///< Its arguments are parsed and not evaluated.
};

/// How it does so, where a rule tells it apart.
enum class Detail : uint8_t {
  None,
  WaitsForIrp,   ///< Send: the IRP is back when the call returns.
  ForGood,       ///< Send: the IRP never comes back to its sender.
  Somehow,       ///< Send: by a function of the user's list.
  Skips,         ///< Recover: the lower driver gets this stack location.
  SetsRoutine,   ///< Recover, Register: the next one gets a routine.
  Marks,         ///< Marks the IRP pending.
  MayMark,       ///< Marks it pending, or says that it did not.
  CurrentStack,  ///< Returns the IRP's current stack location.
  CopiesStack,   ///< Copies it to the next one.
  SetsCancel,    ///< Sets the routine that cancels the IRP.
  WaitsForEvent, ///< Wait: for an object, however long.
  Unlinks,       ///< Takes an entry out of a list.
  Zeroes,        ///< Parameter 0: memory to be zeroed; 1: how much of it.
  Fills,         ///< The same; 1: with what; 2: how much.
  Copies,        ///< Parameter 0: memory that becomes something unknown.
};

/// What one routine does. Parameters count from 0; -1: none. A routine with an
/// IRP parameter looks into the IRP.
struct Routine {
  Effect Does = Effect::Harmless;
  int16_t Irp = -1;
  int16_t Device = -1;
  Detail How = Detail::None;
  /// SetsRoutine: the routine. Whether it is wanted after a success, an error
  /// and a cancellation say the parameters that follow its context.
  int16_t Completion = -1;

  /// It sends or ends its IRP.
  bool disposes() const {
    return Does == Effect::Send || Does == Effect::Complete ||
           Does == Effect::Free || Does == Effect::Reuse;
  }
};

/// Reads one entry of a user's list: `Name`, `ns::Class::name`, or either with
/// `:N`, the 1-based position of the IRP parameter.
struct UserEntry {
  std::string Name;
  int IrpPosition = 0; ///< 0: find it by its type.
};

/// Splits \p List at ';'. What cannot be read goes to \p Errors, one sentence
/// each; the entries that can be read are kept.
std::vector<UserEntry> parseUserList(llvm::StringRef OptionName,
                                     llvm::StringRef List,
                                     std::vector<std::string> &Errors);

/// The built-in table with the user's additions.
class RoutineTable {
public:
  RoutineTable();

  /// Adds \p Entries with the effect \p Does (Register, Send or Recover).
  void add(llvm::ArrayRef<UserEntry> Entries, Effect Does);

  /// What \p F does, or null where nothing is known by name. Built-in rows
  /// match functions at global scope only; \p Scratch holds a user's row whose
  /// IRP parameter had to be found by its type.
  const Routine *find(const clang::FunctionDecl &F, Routine &Scratch) const;

  /// Whether the body of a function that has none here is known all the same:
  /// how such a function is declared (isDeclaredAsRegistration) is no matter
  /// then. May be empty.
  std::function<bool(const clang::FunctionDecl &)> HasBodyElsewhere;

  /// Names of all registration functions, for a cheap look whether a
  /// translation unit mentions one at all.
  const std::vector<std::string> &registrationNames() const {
    return Registrations;
  }

  /// True when a call of \p F with these arguments only prints or traces.
  static bool looksLikePrinting(const clang::FunctionDecl &F);
  static bool looksLikePrinting(llvm::StringRef Name);

  /// Names of all routines that complete, free or send an IRP.
  const std::vector<std::string> &endingNames() const { return Endings; }

private:
  llvm::StringMap<Routine> BuiltIn;
  llvm::StringMap<Routine> User; ///< Irp is -1 where it goes by type.
  std::vector<std::string> Registrations, Endings;
};

/// True for a function of another file that is declared in the manner of
/// IoSetCompletionRoutineEx: it takes an IRP and a completion routine and
/// returns a number that, by its declaration, must be looked at
/// (_Must_inspect_result_, _Check_return_, warn_unused_result, nodiscard).
bool isDeclaredAsRegistration(const clang::FunctionDecl &F);

/// True for a call of IoSetCompletionRoutineEx, and of nothing like it.
bool isRegistrationItself(const clang::CallExpr &Call);

/// True for a routine whose IRPs are undone by IoFreeIrp, and by that alone.
bool isFreedAlone(llvm::StringRef RoutineName);

/// True for a macro by which a driver states what it believes: it is gone in a
/// free build.
bool isAssertion(llvm::StringRef Macro);

/// True for a routine behind which something goes on by itself, or waits for
/// what will not come: a timer, a DPC, a work item, a thread, an event that is
/// made to wait for.
bool startsSomething(llvm::StringRef RoutineName);
/// What a routine does to the memory that an argument points to, where that is
/// its purpose: it sets or clears a flag, an event, bits, a queue.
struct Touch {
  unsigned Argument = 0;
  bool Copies = false; ///< It fills the memory with data.
  bool Makes = false;  ///< It makes what somebody waits for.
  bool Fills = false;  ///< With one value.
};
std::optional<Touch> touchedBy(llvm::StringRef RoutineName);
/// True for a routine whose result is the same each time: it asks for a part of
/// its argument.
bool isPlainQuestion(llvm::StringRef RoutineName);
/// True for a routine of the kernel's that keeps nothing of what it is given.
bool isPlainKernelRoutine(llvm::StringRef RoutineName);

/// What a direct access to a field of an IRP or of a stack location means.
enum class FieldRole : uint16_t {
  None,
  StackPosition, ///< ++ skips, -- moves to the next stack location.
  StackPointer,  ///< The same; less one it is the next stack location.
  Completion,    ///< In the next stack location: sets the routine.
  Control,       ///< In the next stack location: recovers; in the current one a
                 ///< bit of it marks the IRP pending.
  Status,        ///< In an IRP: what it is completed with.
  Major,         ///< In a stack location: which request it is.
  Minor,         ///< The same, in detail.
  Flags,         ///< In an IRP: what kind of request it is.
  Outcome,       ///< In an IRP: all that it is completed with.
  Own,           ///< In an IRP: for the driver that has it.
};

/// The bit of Control that marks an IRP pending.
constexpr int64_t PendingReturned = 1;
/// STATUS_PENDING and STATUS_MORE_PROCESSING_REQUIRED.
constexpr int64_t StatusPending = 0x103;
/// True for a status that says no more than that something has failed, or that
/// there was no memory.
constexpr bool saysAnyFailure(int64_t Status) {
  const auto Bits = static_cast<uint32_t>(Status);
  return Bits == 0xC0000001 || Bits == 0xC000009A || Bits == 0xC0000017;
}
constexpr int64_t StatusMoreProcessing = static_cast<int32_t>(0xC0000016u);

/// True for a status by which one failure is told from others: not the one that
/// says that nobody below has dealt with the request.
constexpr bool isParticularFailure(int64_t Status) {
  const auto Bits = static_cast<uint32_t>(Status);
  return (Bits >> 28 == 0xC || Bits >> 28 == 0x8) && Bits != 0xC00000BB &&
         Status != StatusMoreProcessing;
}

/// True when each NTSTATUS from \p Low to \p High is a failure, in a type of 32
/// bits or of more.
constexpr bool isFailure(int64_t Low, int64_t High) {
  return High < 0 || (Low >= 0x80000000 && High <= 0xffffffff);
}

/// True for the records that are gone with an IRP: it, its stack locations, its
/// status block.
bool isRequestRecord(const clang::RecordDecl &Record);

FieldRole roleOfField(const clang::FieldDecl &F);

/// What stands in the source between the end of what is declared before \p F
/// and its name: there are the words of SAL, which expand to nothing in most
/// headers. Empty where that is not in one file.
llvm::StringRef textBefore(const clang::FunctionDecl &F);

/// True when \p T is, or is a typedef of, a typedef called \p Name.
bool isTypedefOf(clang::QualType T, llvm::StringRef Name);

/// True for NTSTATUS in any spelling.
bool isStatusType(clang::QualType T);

/// The type of `&OldIrql`, as in a call that takes a spin lock.
bool isIrqlPointer(clang::QualType T);

/// True for IRP* in any spelling.
bool isIrpPointer(clang::QualType T);

/// True for DEVICE_OBJECT* in any spelling.
bool isDevicePointer(clang::QualType T);

/// True for a function with the signature of a dispatch routine. Whether it is
/// one is another question (DriverRoles.h).
bool looksLikeDispatch(const clang::FunctionDecl &F);

/// What reading a field of a device object says of that.
enum class DeviceField : uint8_t {
  None,
  Extension, ///< It is the driver's own.
  Other,     ///< It is a way to other devices.
};
DeviceField roleOfDeviceField(const clang::ValueDecl &Field);

/// True when \p F is given an IRP, or several.
bool takesIrp(const clang::FunctionDecl &F);

/// The position of the one parameter of type PIRP, or -1.
int irpParameter(const clang::FunctionDecl &F);

} // namespace wdm::model

#endif // WDM_MODEL_ROUTINES_H
