//===- Doubts.h - Where leaving is not certain ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What speaks against leaving the function, though nothing known would be left
/// undone: something goes on by itself, the author's other ways out do more,
/// the driver ends its IRPs in a way of its own, a flag that the author's way
/// out asks has changed. Where one of these holds the fix does not leave, but
/// falls back.
///
/// All of them are judged by the structure of the source and by what may come
/// before what; none follows a path. They err to the side of doubt.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_DOUBTS_H
#define WDM_FIXITS_DOUBTS_H

#include "fixits/FunctionFacts.h"
#include <string>

namespace wdm::fixits {

/// True when a timer, a DPC, a work item or the like may have been started
/// before \p Point, here or in a helper whose body is visible.
bool startsSomething(const FunctionFacts &Facts, const clang::Stmt &Point);

/// True when something may have been done before \p Registration that the
/// completion routine, which is not visible, may have to undo.
bool hasDoneSomething(const FunctionFacts &Facts,
                      const clang::CallExpr &Registration);

/// True when behind \p Registration, before \p End of the file, something is
/// done under a flag that has been set before.
bool isDueByFlag(const FunctionFacts &Facts,
                 const clang::CallExpr &Registration, unsigned End);

/// True when \p Call may register a completion routine, itself or in a helper
/// whose body is visible.
bool mayRegister(const FunctionFacts &Facts, const clang::CallExpr &Call,
                 unsigned Depth = 0);

/// Why control should not leave at \p Registration; empty: nothing speaks
/// against it. \p Irp is the one that is registered for; \p Completes: it would
/// be completed by IoCompleteRequest.
std::string whyDoubtful(const FunctionFacts &Facts,
                        const clang::CallExpr &Registration,
                        const IrpFacts &Irp, bool Completes);

/// Why the author's way out \p Out is not the one for \p Registration, though
/// it would do everything; null: it is.
const char *whyOtherState(const FunctionFacts &Facts,
                          const clang::CallExpr &Registration,
                          const WayOut &Out);

/// True when control cannot come to \p Point without \p S before.
bool isPassedBefore(const FunctionFacts &Facts, const clang::Stmt &S,
                    const clang::Stmt &Point);

/// True when what \p H acquired is held wherever control comes to \p Point: the
/// acquisition cannot be passed by, its failure has left, and nothing gave it
/// back in between. Not asked of memory, which may be tested for.
bool isHeldForCertain(const FunctionFacts &Facts, const Held &H,
                      const clang::Stmt &Point);

} // namespace wdm::fixits

#endif // WDM_FIXITS_DOUBTS_H
