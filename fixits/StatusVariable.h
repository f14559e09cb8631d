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
/// Whether the value of a local is still needed is a question of what the code
/// does, and is left to the caller.
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

/// True when \p T keeps every NTSTATUS apart.
bool holdsStatus(clang::QualType T, const clang::ASTContext &Context);

/// A status that the author stores.
struct StoredStatus {
  std::string Text; ///< Names it again.
  /// The local variable that it is; null: a field, a global.
  const clang::VarDecl *Variable = nullptr;
  /// Where a test can stand: behind the statement, or behind the declarations
  /// that follow it where these come first.
  Slot Test;
  const char *Why = nullptr; ///< Why it cannot be tested; the rest is unset.
};

/// The variable that takes a status which is discarded so far.
struct Keeper {
  const clang::VarDecl *Variable = nullptr; ///< Null: a new one.
  std::string Name;
  bool InPlace = false;                ///< The new one is declared at the call.
  std::optional<TextEdit> Declaration; ///< Else: here.
  const clang::Stmt *Scope = nullptr;  ///< Of the new one.
};

/// The variables for the statuses of one function.
class StatusVariables {
public:
  StatusVariables(const FunctionText &Code, const Places &Where)
      : Code(Code), Source(Code.Source), Page(Where), Names(Code) {}

  /// For a site that is kept; \p Behind is its slot.
  StoredStatus storedAt(const Site &Where, const Slot &Behind) const;

  /// True when the value that a local has is not needed behind the call.
  using IsFree = llvm::function_ref<bool(const clang::VarDecl &)>;
  /// A variable for a status that \p Call discards: \p Liked where it is in
  /// scope and free, else the nearest free local, else a new one. Nothing where
  /// no place for a declaration is left. \p Taken: edits of other fixes.
  std::optional<Keeper> find(const clang::CallExpr &Call, const Site &Where,
                             const clang::VarDecl *Liked, IsFree Free,
                             llvm::ArrayRef<TextEdit> Taken) const;

  /// The edits that make the statement keep the status in \p Kept, and declare
  /// it: `status = ` in front, a cast to void away, lines that stood under the
  /// first argument moved along. Nothing where its form is too unusual.
  std::optional<std::vector<TextEdit>> storeIn(const Site &Where,
                                               const clang::CallExpr &Call,
                                               const Keeper &Kept) const;

  /// No later variable gets the name of \p Kept where it could be seen.
  void reserve(const Keeper &Kept) {
    if (!Kept.Variable)
      Names.reserve(Kept.Name, Kept.Scope);
  }

private:
  /// Where a declaration may stand among the statements.
  enum class Habit { AsAuthor, AsLanguage };
  bool isDeclarationFirst() const;
  bool mayDeclareHere(const Site &Where, Habit Allowed) const;
  std::optional<TextEdit> declarationIn(const clang::CompoundStmt &Block,
                                        llvm::StringRef Name, unsigned Use,
                                        llvm::ArrayRef<TextEdit> Taken) const;
  std::optional<Keeper> newKeeper(const Site &Where, unsigned Use,
                                  llvm::ArrayRef<TextEdit> Taken) const;
  std::optional<Keeper> keeperInPlace(const Site &Where) const;
  StoredStatus initialised(const Site &Where, const Slot &Behind) const;
  const char *moveBehindDeclarations(const Site &Where, Slot &Test) const;

  const FunctionText &Code;
  const SourceText &Source;
  const Places &Page;
  NewNames Names;
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_STATUSVARIABLE_H
