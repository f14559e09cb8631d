//===- Syntax.h - One function as it is written -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The text of one function: its statements with their places in a file.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_SYNTAX_H
#define WDM_FIXITS_SYNTAX_H

#include "fixits/SafeEdit.h"
#include "src/model/FunctionBody.h"
#include "src/model/Routines.h"
#include "src/proof/Names.h"
#include "clang/AST/Stmt.h"

namespace wdm::fixits {

using model::bare;
using model::constantOf;
using model::isRepeatable;
using model::isStatusType;
using model::variableOf;
using proof::isNamedAt;
using proof::isNameDeclared;
using proof::isReport;
using proof::isVisibleAt;
using proof::meansTheSameAt;

/// The statements of one function and their places in a file.
class FunctionText : public model::FunctionBody {
public:
  /// \p Source is the file of \p Function, or of the one that asks for it.
  FunctionText(const clang::FunctionDecl &Function, clang::ASTContext &Context,
               const SourceText &Source)
      : FunctionBody(Function, Context), Source(Source) {
    if (!Body)
      return;
    BodyBegin = Source.offset(Body->getBeginLoc()).value_or(0);
    BodyEnd = Source.offset(Body->getEndLoc()).value_or(0);
  }

  const SourceText &Source;
  /// \name The body's braces and what is between them
  /// Both 0 where the body is in another file or made by a macro.
  /// @{
  unsigned BodyBegin = 0;
  unsigned BodyEnd = 0;
  /// @}
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_SYNTAX_H
