//===- OwnWords.h - What a driver's own routines say ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A driver's own routines live in other files as a rule; what is left is their
/// names. What is told here is a guess, and is used against a fix only, or for
/// one that does what the author does.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_MODEL_OWNWORDS_H
#define WDM_MODEL_OWNWORDS_H

#include "llvm/ADT/StringRef.h"

namespace wdm::model {

/// `XxxCompleteRequest`: it completes the IRP it is given.
bool soundsCompleting(llvm::StringRef RoutineName);

/// True for a routine that somebody else may wait for, or that lets the next
/// request begin: an event is set, a queue goes on.
bool isSignal(llvm::StringRef RoutineName);

/// PoStartNextPowerIrp: the power manager of old waits for it.
bool startsNextPowerIrp(llvm::StringRef RoutineName);

/// True for a routine that is called for power IRPs only.
bool isOfPower(llvm::StringRef RoutineName);

/// True for a routine that counts something up, or down.
bool countsUp(llvm::StringRef RoutineName);
bool countsDown(llvm::StringRef RoutineName);

/// True for a routine that writes to a port or a register of the hardware.
bool tellsHardware(llvm::StringRef RoutineName);

/// True for a routine that takes an entry out of a list, and returns it.
bool takesOut(llvm::StringRef RoutineName);

/// The argument of a routine that makes something which goes with that IRP; -1:
/// there is none.
int argumentThatKeeps(llvm::StringRef RoutineName);
/// What a routine does goes with the MDLs of an IRP.
bool isForMdl(llvm::StringRef RoutineName);

/// True for a routine that starts the next request of a device's queue: one
/// that is completed without it stalls the queue.
bool startsNextPacket(llvm::StringRef Name);

/// True for a name that says that something is begun which somebody has to end.
bool soundsOpening(llvm::StringRef Name);

/// True for a name that says that its result is somebody's to give back.
bool soundsMaking(llvm::StringRef Name);

/// True for a name that says that a spin lock is taken.
bool soundsLikeSpinLock(llvm::StringRef Name);

/// True for a field of an IRP that says what came back, the status apart.
bool isResultField(llvm::StringRef Name);

/// True for a name that a device object below this driver's has.
bool soundsLower(llvm::StringRef Name);

/// True for a routine that gives what the driver has anyway: the extension of a
/// device.
bool asksForOwn(llvm::StringRef RoutineName);

/// True for a routine whose result is all that it is called for.
bool soundsAsking(llvm::StringRef RoutineName);

} // namespace wdm::model

#endif // WDM_MODEL_OWNWORDS_H
