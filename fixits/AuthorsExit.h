//===- AuthorsExit.h - How the author fails a request -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Finds a branch of the function that fails the same request while the same
/// things are held, and takes its statements with another status:
///
///     if (!NT_SUCCESS(status)) {
///       CompleteRequest(Context, Irp, status);
///       ReleaseLock(extension);
///       return status;
///     }
///
/// This is the way to leave where something has to be given back that only the
/// author knows how to give back.
///
/// Taken are branches next to the registration's own path that consist of
/// nothing but: setting the IRP's status and information, completing or freeing
/// it, giving back, printing (left out), and a return. Their variables have to
/// be the same at the registration.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_AUTHORSEXIT_H
#define WDM_FIXITS_AUTHORSEXIT_H

#include "fixits/FunctionFacts.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace wdm::fixits {

struct AuthorsExit {
  std::vector<std::string> Lines;
  bool EndsIrp = false;
  bool GivesBack = false; ///< More than the IRP.
  explicit operator bool() const { return !Lines.empty(); }
};

/// The nearest such branch, the ones before \p Registration first. \p Status is
/// what it is to say; \p Irp the IRP that it has to be about; \p MustEnd: it
/// has to complete or free it, else it must not.
AuthorsExit authorsExit(const FunctionFacts &Facts,
                        const clang::CallExpr &Registration,
                        const clang::VarDecl &Irp, llvm::StringRef Status,
                        const clang::VarDecl *Variable, bool MustEnd);

/// The author's own call that completes \p Irp with \p Status, where he never
/// calls IoCompleteRequest himself; empty when there is none, or none that can
/// be repeated.
std::string authorsCompletion(const FunctionFacts &Facts,
                              const clang::CallExpr &Registration,
                              const clang::VarDecl &Irp,
                              llvm::StringRef Status);

/// True when the function completes \p Irp, but only by a routine of the
/// driver's own.
bool completesByOwnRoutine(const FunctionFacts &Facts,
                           const clang::VarDecl &Irp);

} // namespace wdm::fixits

#endif // WDM_FIXITS_AUTHORSEXIT_H
