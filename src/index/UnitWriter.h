//===- UnitWriter.h - The summary of a translation unit ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The first pass: what the functions of a translation unit do that other units
/// can call, and what the unit makes of the functions of others (sets them as
/// dispatch or completion routines, calls them, takes their address).
///
/// Written are the functions with external linkage that are not inline (those
/// every unit has itself), and the others that they call. Cost: a graph for
/// each; nothing is followed.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_INDEX_UNITWRITER_H
#define WDM_INDEX_UNITWRITER_H

#include "src/index/IndexFile.h"
#include "src/model/Routines.h"
#include <vector>

namespace clang {
class ASTContext;
class FunctionDecl;
} // namespace clang

namespace wdm::index {

/// \p Functions are the definitions of the unit.
UnitSummary summarise(clang::ASTContext &Context,
                      const std::vector<const clang::FunctionDecl *> &Functions,
                      const model::RoutineTable &Routines,
                      llvm::StringRef Options, llvm::StringRef Key);

} // namespace wdm::index

#endif // WDM_INDEX_UNITWRITER_H
