//===- ProgramFacts.h - What fixes share ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the fixes of one translation unit share: each file is lexed once, each
/// function is read once, and its calls are looked for in its callers only.
/// Everything is found out when it is first asked for, and stays valid as long
/// as the object; a translation unit without a finding costs nothing.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_PROGRAMFACTS_H
#define WDM_FIXITS_PROGRAMFACTS_H

#include "fixits/Resources.h"
#include "fixits/SafeEdit.h"
#include "src/engine/Analysis.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <memory>
#include <optional>
#include <vector>

namespace clang {
class ASTContext;
class CallExpr;
class FunctionDecl;
} // namespace clang

namespace wdm::fixits {

class FunctionFacts;

class ProgramFacts {
public:
  ProgramFacts(clang::ASTContext &Context, const model::RoutineTable &Routines,
               const engine::Program &Whole);
  ~ProgramFacts();

  clang::ASTContext &Context;
  const model::RoutineTable &Routines;
  const engine::Program &Whole;

  /// The file that \p Loc is in; null where no edit may be made.
  const SourceText *textAt(clang::SourceLocation Loc);

  /// \p Source is the file of \p Function, or of the one that asks for it.
  const FunctionFacts &of(const clang::FunctionDecl &Function,
                          const SourceText &Source);

  /// The calls of a function, each with the function it is in. None for a
  /// lambda.
  struct CallOf {
    const clang::FunctionDecl *Caller;
    const clang::CallExpr *Call;
  };
  const std::vector<CallOf> &callsOf(const clang::FunctionDecl &Function);

  /// What the address of a function is taken for, apart from calling it, in
  /// the file \p Source. Uses as a dispatch routine, by the type of the place
  /// it is stored in, are none of the others.
  enum class AddressUse { None, Dispatch, Completion, Unclear };
  AddressUse addressUse(const clang::FunctionDecl &Function,
                        const SourceText &Source);

  /// The major functions that a function is stored or registered for in the
  /// file \p Source: in MajorFunction[], or beside an IRP_MJ_* constant in a
  /// table or a call. One that is stored for any has those that must not fail.
  std::vector<int64_t> majorsOf(const clang::FunctionDecl &Function,
                                const SourceText &Source);

  /// As in Resources.h.
  const std::optional<Resource> &acquiredBy(llvm::StringRef Name,
                                            llvm::StringRef Written);
  const std::optional<Resource> &givenBackBy(llvm::StringRef Name,
                                             llvm::StringRef Written);

private:
  using Rows = llvm::StringMap<std::optional<Resource>>;
  Rows Acquired, GivenBack;
  llvm::DenseMap<clang::FileID, std::unique_ptr<SourceText>> Texts;
  llvm::DenseMap<std::pair<const clang::FunctionDecl *, const SourceText *>,
                 std::unique_ptr<FunctionFacts>>
      Functions;
  llvm::DenseMap<const clang::FunctionDecl *, std::vector<CallOf>> Calls;
  struct Use {
    AddressUse As = AddressUse::None;
    std::vector<int64_t> Majors;
  };
  using Uses = llvm::DenseMap<const clang::FunctionDecl *, Use>;
  const Uses &usesIn(const SourceText &Source);
  llvm::DenseMap<const SourceText *, std::unique_ptr<Uses>> Addresses;
  friend class AddressFinder;
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_PROGRAMFACTS_H
