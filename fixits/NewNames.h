//===- NewNames.h - Names for new variables ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Names for the NTSTATUS variables that fixes bring into one function: what
/// the file calls most of its statuses, else `status` and the like. A name that
/// is given means nothing else in its scope, hides nothing and is hidden by
/// nothing, in any `#if` branch, as a macro, as a member or around a lambda.
///
/// Costs the tokens of the file for each name that is tried, which is one as a
/// rule.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_FIXITS_NEWNAMES_H
#define WDM_FIXITS_NEWNAMES_H

#include "fixits/Syntax.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <utility>
#include <vector>

namespace clang {
class DeclContext;
} // namespace clang

namespace wdm::fixits {

class NewNames {
public:
  explicit NewNames(const FunctionText &Code)
      : Code(Code), Source(Code.Source) {}

  /// A name for a variable of \p Scope; empty when all are taken.
  std::string choose(const clang::Stmt *Scope) const;
  /// From now on no name is given twice where \p Scope could see it.
  void reserve(llvm::StringRef Name, const clang::Stmt *Scope) {
    Reserved.push_back({Name.str(), Scope});
  }

private:
  std::vector<std::string> likelyNames() const;
  bool isUsable(llvm::StringRef Name, const clang::Stmt *Scope) const;
  bool isTakenOutside(llvm::StringRef Name) const;
  bool isTakenIn(const clang::DeclContext &In, llvm::StringRef Name) const;
  bool isWrittenIn(llvm::StringRef Name, const clang::Stmt *Scope) const;

  const FunctionText &Code;
  const SourceText &Source;
  std::vector<std::pair<std::string, const clang::Stmt *>> Reserved;
};

} // namespace wdm::fixits

#endif // WDM_FIXITS_NEWNAMES_H
