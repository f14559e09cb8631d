//===- Request.h - Which request a place deals with -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Whether the request that is at hand at a place of the driver may be
/// completed with a failure (model/Requests.h says which may not).
///
/// What says which request it is: a case label or a test of the major or minor
/// function around the place, or one that left before it; a local copy of the
/// field counts as the field. Else the table that the routine is stored in, and
/// its `_Dispatch_type_`. Else the callers in the file, at their calls. Where
/// nothing does, a function that knows of requests which must not fail, or is
/// named after one, is taken to be about them; one that is named after requests
/// that may, to be about those.
///
/// Judged by the structure of the source; a label that is jumped to is asked at
/// each of its jumps. Errs to the side of "must not".
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_REQUEST_H
#define WDM_FIXITS_REQUEST_H

#include "fixits/FunctionFacts.h"
#include <string>

namespace wdm::fixits {

struct MayFail {
  enum Answer { Unknown, Yes, No } Says = Unknown;
  std::string Why; ///< Why not.
};

/// Whether the request at \p Place may fail.
MayFail mayFail(const FunctionFacts &Facts, const clang::Stmt *Place);

} // namespace wdm::fixits

#endif // WDM_FIXITS_REQUEST_H
