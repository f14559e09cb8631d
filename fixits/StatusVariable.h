//===- StatusVariable.h - What a status is kept in --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// How the status of a registration can be named where it is tested: by what
/// the author stores it in, by a local of his that is free, or by a new
/// variable, called and declared as he would.
///
/// A new one is declared in place of the statement where the function has
/// declarations among its statements, and where no jump would pass it; else
/// behind the declarations of the innermost block that has some, in their
/// column.
///
/// The statement is made to keep the status: `status = ` in front, a cast to
/// void away, lines that stood under the first argument moved along. Whether
/// the value of a local is still needed is a question of what the code does,
/// and is left to the caller.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_STATUSVARIABLE_H
#define WDM_FIXITS_STATUSVARIABLE_H

#include "fixits/NewNames.h"
#include "fixits/Place.h"
#include "fixits/Syntax.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace wdm::fixits {

/// How the status is named where the failure is known.
struct StatusName {
  std::string Text;
  /// The variable it is, where the function has it already.
  const clang::VarDecl *Variable = nullptr;
  /// A local variable: it is still there when the IRP is not.
  bool IsLocal = false;
  /// It is stored there by the fix.
  bool IsNew = false;
};

/// A status that can be tested.
struct Testable {
  StatusName Name;
  /// Where a test can stand: behind the statement, or behind the declarations
  /// that follow it where these come first.
  Slot Test;
  std::vector<TextEdit> Store;           ///< What makes it one.
  const clang::Stmt *NewScope = nullptr; ///< Of a new variable.
  const char *Why = nullptr; ///< Why it cannot be tested; the rest is unset.
};

/// The variables for the statuses of one function.
class StatusVariables {
public:
  StatusVariables(const FunctionText &Code, const Places &Where)
      : Code(Code), Source(Code.Source), Page(Where), Names(Code) {}

  /// True when the value that a local has is not needed behind the call.
  using IsFree = llvm::function_ref<bool(const clang::VarDecl &)>;
  /// The status of \p Call: what the author stores it in; where he discards
  /// it, \p Liked if it is in scope and free, else the nearest free local, else
  /// a new one. \p Taken: edits of other fixes.
  Testable testable(const clang::CallExpr &Call, const Site &Where,
                    const clang::VarDecl *Liked, IsFree Free,
                    llvm::ArrayRef<TextEdit> Taken) const;

  /// No later variable gets the name of \p Status where it could be seen.
  void reserve(const Testable &Status) {
    if (Status.NewScope)
      Names.reserve(Status.Name.Text, Status.NewScope);
  }

private:
  /// Where a declaration may stand among the statements.
  enum class Habit { AsAuthor, AsLanguage };
  bool isDeclarationFirst() const;
  bool mayDeclareHere(const Site &Where, Habit Allowed) const;
  std::optional<TextEdit> declarationIn(const clang::CompoundStmt &Block,
                                        llvm::StringRef Name, unsigned Use,
                                        llvm::ArrayRef<TextEdit> Taken) const;
  /// The variable that takes a status which is discarded so far.
  struct Keeper {
    std::string Name;
    const clang::VarDecl *Variable = nullptr; ///< Null: a new one,
    const clang::Stmt *Scope = nullptr;       ///< ... of this block,
    std::optional<TextEdit> Declaration; ///< ... declared here, or at the call.
  };
  std::optional<Keeper> keeper(const clang::CallExpr &Call, const Site &Where,
                               const clang::VarDecl *Liked, IsFree Free,
                               llvm::ArrayRef<TextEdit> Taken) const;
  std::optional<Keeper> newKeeper(const Site &Where, unsigned Use,
                                  llvm::ArrayRef<TextEdit> Taken) const;
  std::optional<Keeper> keeperInPlace(const Site &Where) const;
  std::optional<std::vector<TextEdit>> storeIn(const Site &Where,
                                               const clang::CallExpr &Call,
                                               const Keeper &Kept) const;
  const char *nameStored(const Site &Where, Testable &Status) const;
  const char *nameInitialised(const Site &Where, Testable &Status) const;
  const char *moveBehindDeclarations(const Site &Where, Slot &Test) const;

  const FunctionText &Code;
  const SourceText &Source;
  const Places &Page;
  NewNames Names;
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_STATUSVARIABLE_H
