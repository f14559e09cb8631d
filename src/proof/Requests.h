//===- Requests.h - Which request a fix would fail --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Whether the request that a proposed fix fails may be failed at all, by what
/// the path there knows of its major and minor function, its flags, and by what
/// the functions on the way are entered for (model/Requests.h).
///
//===----------------------------------------------------------------------===//

#ifndef WDM_PROOF_REQUESTS_H
#define WDM_PROOF_REQUESTS_H

#include "src/engine/State.h"
#include "src/proof/Chain.h"
#include <string>

namespace wdm::proof {

struct Failable {
  enum Answer : uint8_t { Yes, No, Unknown } Says = Unknown;
  std::string Why;    ///< No only.
  bool Guess = false; ///< It is one of several that may come there.
};

/// The request that is dealt with in the state \p S. \p Majors: those that the
/// functions on the way are entered for; empty: it is not known.
Failable mayFail(const engine::SymbolTable &Symbols, const engine::State &S,
                 llvm::ArrayRef<int64_t> Majors);

/// True when it is known there that it is one of some requests only.
bool isOfSomeRequest(const engine::SymbolTable &Symbols,
                     const engine::State &S);

/// What the names of \p F, and the requests that it tells apart, say where the
/// path does not.
Failable soundsFailable(const clang::FunctionDecl &F,
                        const engine::FlowGraph &G);

/// The major functions that the declarations of \p F name in SAL.
llvm::SmallVector<int64_t, 4> annotatedMajors(const clang::FunctionDecl &F);

} // namespace wdm::proof

#endif // WDM_PROOF_REQUESTS_H
