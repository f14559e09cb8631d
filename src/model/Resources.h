//===- Resources.h - What is acquired and given back ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Which routines acquire something that must be given back, and which give it
/// back: locks, references, memory, counters. The kernel's are known by name;
/// a driver's own are told by their words (`LatAllocateTrack` and
/// `LatFreeTrack`), since most of them live in other files.
///
/// Approximated to the careful side: what looks like an acquisition is one
/// until its counterpart is seen. A thing held too many costs a fix, one too
/// few would leak.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_MODEL_RESOURCES_H
#define WDM_MODEL_RESOURCES_H

#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>

namespace wdm::model {

/// A kind of thing; of a driver's own also what its names share.
struct Resource {
  unsigned Kind = 0;
  std::string Stem;
  /// The call that acquires it says so: by its name, by a PKIRQL that it takes.
  bool AtDispatch = false;

  /// Which argument of a call says what is meant.
  enum : int { Result = -1, Nothing = -2 };

  bool isMemory() const;
  bool isKernels() const; ///< Known by name.
  bool isLock() const;    ///< Of the kernel's, one that a thread holds.
  /// Which argument of the call that acquires it, and of the one that gives it
  /// back, says what it is.
  int acquiredArgument() const;
  int givenBackArgument() const;
  /// The result of the call that acquires it says whether it is held.
  bool isByResult(llvm::StringRef Name) const;
  /// Whether an IRP may be completed while it is held.
  bool raisesIrql() const;
  bool isSame(const Resource &O) const;
  /// What undoes it, with $1.. for the arguments of the call that acquired it
  /// and $0 for its result; empty: its author has to say.
  llvm::StringRef undo(llvm::StringRef Name) const;

  static Resource memory();
  static Resource mutex();
  static Resource semaphore();
};

/// What a call acquires. \p Name is that of the function, \p Written what
/// stands in the source, a macro's name perhaps.
std::optional<Resource> acquiredBy(llvm::StringRef Name,
                                   llvm::StringRef Written);

/// What waiting for an object of the type \p RecordName takes.
std::optional<Resource> takenByWaiting(llvm::StringRef RoutineName,
                                       llvm::StringRef RecordName);

/// True when such a call gives \p What back.
bool givesBack(llvm::StringRef Name, llvm::StringRef Written,
               const Resource &What);

/// What such a call gives back, as far as that can be told without knowing what
/// was acquired.
std::optional<Resource> givenBackBy(llvm::StringRef Name,
                                    llvm::StringRef Written);

/// True where one routine acquires it, and gives it back when it is given
/// nothing.
bool setsAndSetsBack(llvm::StringRef Name);

} // namespace wdm::model

#endif // WDM_MODEL_RESOURCES_H
