//===- Registration.h - The life of one registration ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The automaton of the first rule family. One instance follows one
/// *registration*: one call that hands out the NTSTATUS for one IRP. Its place
/// is where the IRP is; its marks say whether the missing routine was dealt
/// with, and whether the status went out to somebody who may still test it.
///
/// Evidence: for warnings. What is not known counts for the code.
///
/// Source of the rules: the Static Driver Verifier pages of
/// IoSetCompletionRoutineExCheck, CompletionRoutineRegistered,
/// IoSetCompletionExCompleteIrp and IoSetCompletionRoutineExCheckDeviceObject,
/// and the WDK page of IoSetCompletionRoutineEx.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_RULES_REGISTRATION_H
#define WDM_RULES_REGISTRATION_H

#include "src/engine/Automaton.h"

namespace wdm::rules {

/// Where the IRP of a registration is.
enum Custody : uint8_t {
  Held,     ///< In this function's hands.
  ToCaller, ///< Returned, or stored where the caller pointed to.
  Stored,   ///< Stored in memory that outlives the function.
  HandedOn, ///< Given to code that cannot be seen.
  Ended,    ///< Completed or freed here.
  Renewed,  ///< Made new with IoReuseIrp: it begins another life.
  Sent,     ///< On its way to the next-lower driver.
};

enum RegistrationMark : uint16_t {
  Recovered = 1,      ///< The missing routine was dealt with.
  StatusOut = 2,      ///< The status is where others may test it.
  StatusToCaller = 4, ///< ... and that is this function's caller.
};

/// What a registration keeps: the device object that it was given.
constexpr unsigned KeptDevice = 0;

extern const engine::Automaton Registration;

} // namespace wdm::rules

#endif // WDM_RULES_REGISTRATION_H
