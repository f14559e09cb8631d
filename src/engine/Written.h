//===- Written.h - How an expression stands in the source -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The text of an expression as its author knows it: what a macro was given
/// rather than what it made of it, a use of a macro rather than its expansion.
/// An expression that is only a part of a macro's body is shown as it stands
/// there, with the macro's name: the use of the macro would name something
/// else.
///
/// In: an expression of the AST. Out: its text on one line; empty where it is
/// not in one file. Approximated: parameters of the macro keep their names.
/// Cost: as long as the text and the macros around it.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_WRITTEN_H
#define WDM_ENGINE_WRITTEN_H

#include "src/engine/Flow.h"
#include <string>

namespace clang {
class ASTContext;
class Expr;
class LangOptions;
class SourceManager;
class Stmt;
} // namespace clang

namespace wdm::engine {

struct Written {
  std::string Text;
  std::string Macro; ///< In whose body it is a part; empty: in none.
};

Written writtenAs(const clang::Expr &E, const clang::SourceManager &Sources,
                  const clang::LangOptions &Language);

/// What a condition decides last: the others of its operands were decided
/// before. Opposite: a `!` was taken off.
struct Decided {
  const clang::Expr *Subject;
  bool Opposite;
};
Decided lastDecided(const clang::Expr &Condition,
                    const clang::SourceManager &Sources,
                    const clang::LangOptions &Language);

/// The name of what is called at \p Call: of the outermost macro that makes the
/// call, or empty.
std::string macroOf(const clang::Stmt &Call,
                    const clang::SourceManager &Sources,
                    const clang::LangOptions &Language);

CallWords wordsOf(const clang::Stmt &Call, clang::ASTContext &Context);

} // namespace wdm::engine

#endif // WDM_ENGINE_WRITTEN_H
