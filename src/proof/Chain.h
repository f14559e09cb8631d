//===- Chain.h - Who calls a function ---------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The functions of a translation unit, and of others where these are known,
/// that lead to one function, up to those that are entered from outside. A fix
/// is judged there: who owns the IRP, and what is done when the function fails,
/// is said by its callers.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_PROOF_CHAIN_H
#define WDM_PROOF_CHAIN_H

#include "src/engine/Analysis.h"
#include "src/model/AddressUses.h"

namespace wdm::proof {

/// What enters a function.
enum class Entry : uint8_t {
  Plain,      ///< Somebody in another file.
  Dispatch,   ///< The I/O manager: the IRP is this function's own.
  Completion, ///< The same, when an IRP comes back.
};

struct Chain {
  /// The function, then its callers.
  llvm::SmallVector<const clang::FunctionDecl *, 8> Functions;
  struct Root {
    const clang::FunctionDecl *Function;
    Entry As;
    bool Hidden = false; ///< Others may call it, by its address perhaps.
  };
  llvm::SmallVector<Root, 4> Roots;
  /// Why not all of them are known; null: they are.
  const char *Why = nullptr;
};

/// Up to a few levels and a few dozen functions; more cannot be followed.
Chain chainOf(const clang::FunctionDecl &F, const engine::Program &Whole,
              const model::AddressUses &Addresses);

/// The parameter of \p F that is an IRP, the last one in a dispatch routine;
/// -1: none, or several.
int ownIrp(const clang::FunctionDecl &F);

} // namespace wdm::proof

#endif // WDM_PROOF_CHAIN_H
