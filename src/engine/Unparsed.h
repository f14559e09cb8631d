//===- Unparsed.h - Code that did not make it into the AST ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Where the parser meets an error it may drop a statement, and with it the
/// test of a status. The AST does not say so; the source text does.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_UNPARSED_H
#define WDM_ENGINE_UNPARSED_H

#include "llvm/ADT/StringRef.h"

namespace clang {
class ASTContext;
class FunctionDecl;
class Stmt;
} // namespace clang

namespace wdm::engine {

/// True when the translation unit has errors and \p Function mentions the
/// variable \p Name, in its text, where the AST knows of no mention. What is
/// given to a macro that prints or asserts does not count: such macros expand
/// to nothing in a free build. Cost: one pass over the function's tokens and
/// its AST, and only in translation units with errors.
bool hasUnparsedMention(clang::ASTContext &Context,
                        const clang::FunctionDecl &Function,
                        llvm::StringRef Name);

/// The same for the IRPs that \p At, which may be null, names, and for those
/// that are parameters: one may have got another value, or been given away.
bool hasUnparsedIrp(clang::ASTContext &Context,
                    const clang::FunctionDecl &Function, const clang::Stmt *At);

} // namespace wdm::engine

#endif // WDM_ENGINE_UNPARSED_H
