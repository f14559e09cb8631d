//===- NewNames.cpp - Names for new variables -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/NewNames.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/IdentifierTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"
#include <algorithm>
#include <map>

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

/// True when \p Class or a base of it has a member of that name.
static bool hasMember(const CXXRecordDecl &Class, DeclarationName Name) {
  constexpr size_t Most = 64;
  std::vector<const CXXRecordDecl *> Classes{&Class};
  for (size_t I = 0; I != Classes.size() && I < Most; ++I) {
    if (!Classes[I]->lookup(Name).empty())
      return true;
    if (!Classes[I]->hasDefinition())
      continue;
    for (const CXXBaseSpecifier &Base : Classes[I]->bases())
      if (const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl())
        Classes.push_back(B);
  }
  return false;
}

bool NewNames::isTakenIn(const DeclContext &In, StringRef Name) const {
  const DeclarationName Id(&Code.Context.Idents.get(Name));
  if (const auto *Class = dyn_cast<CXXRecordDecl>(&In))
    return hasMember(*Class, Id);
  const auto *F = dyn_cast<FunctionDecl>(&In);
  if (!F)
    return !In.lookup(Id).empty();
  if (llvm::any_of(F->parameters(), [&](const ParmVarDecl *P) {
        return P->getDeclName() == Id;
      }))
    return true;
  if (F == &Code.Function || !F->hasBody())
    return false;
  // A lambda sees the variables of the function around it.
  std::optional<unsigned> Begin = Source.offset(F->getBody()->getBeginLoc());
  std::optional<unsigned> End = Source.offset(F->getBody()->getEndLoc());
  return !Begin || !End || Source.hasIdentifier(Name, *Begin, *End);
}

/// True when the name means something outside of the function's body.
bool NewNames::isTakenOutside(StringRef Name) const {
  if (isNameDeclared(Name, Code.Context))
    return true;
  for (const DeclContext *In = &Code.Function; In; In = In->getLookupParent())
    if (isTakenIn(*In, Name))
      return true;
  return false;
}

/// True when the text of \p Scope has the name, and not as a member's.
bool NewNames::isWrittenIn(StringRef Name, const Stmt *Scope) const {
  std::optional<unsigned> Begin = Source.offset(Scope->getBeginLoc());
  std::optional<unsigned> End = Source.offset(Scope->getEndLoc());
  if (!Begin || !End)
    return true;
  StringRef Previous;
  for (const RawToken &T : Source.tokens()) {
    if (T.isComment())
      continue;
    StringRef Word = Source.text(T.Begin, T.End);
    if (T.Begin >= *Begin && T.Begin <= *End && Word == Name &&
        Previous != "." && Previous != "->")
      return true;
    Previous = Word;
  }
  return false;
}

/// True when a scope around \p Scope declares the name.
bool NewNames::isDeclaredAround(StringRef Name, const Stmt *Scope) const {
  const DeclarationName Id(&Code.Context.Idents.get(Name));
  return llvm::any_of(Code.statements(), [&](const Stmt *S) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    return Declares && llvm::any_of(Declares->decls(), [&](const Decl *D) {
             const auto *Named = dyn_cast<NamedDecl>(D);
             return Named && Named->getDeclName() == Id &&
                    Code.isInside(Scope, Code.parent(S));
           });
  });
}

bool NewNames::isUsable(StringRef Name, const Stmt *Scope) const {
  return !isTakenOutside(Name) && !isWrittenIn(Name, Scope) &&
         !isDeclaredAround(Name, Scope) &&
         llvm::none_of(Reserved, [&](const auto &Other) {
           return Other.first == Name && (Code.isInside(Scope, Other.second) ||
                                          Code.isInside(Other.second, Scope));
         });
}

/// What the file calls its other statuses most often; then what is usual.
std::vector<std::string> NewNames::likelyNames() const {
  static const llvm::Regex Plain("^(nt_?)?(status|st|rc)$",
                                 llvm::Regex::IgnoreCase);
  std::map<std::string, unsigned> Counts;
  StringRef Previous;
  for (const RawToken &T : Source.tokens()) {
    if (T.isComment())
      continue;
    StringRef Word = Source.text(T.Begin, T.End);
    if (Previous == "NTSTATUS" && Plain.match(Word))
      ++Counts[Word.str()];
    Previous = Word;
  }
  std::vector<std::string> Names;
  auto Best = std::max_element(
      Counts.begin(), Counts.end(),
      [](const auto &A, const auto &B) { return A.second < B.second; });
  if (Best != Counts.end())
    Names.push_back(Best->first);
  for (const char *Usual : {"status", "ntStatus", "registerStatus"})
    Names.push_back(Usual);
  return Names;
}

/// A name as the author would choose it; empty when all are taken.
std::string NewNames::choose(const Stmt *Scope) const {
  const std::vector<std::string> Names = likelyNames();
  for (const std::string &Name : Names)
    if (isUsable(Name, Scope))
      return Name;
  for (unsigned I = 2; I != 100; ++I) {
    std::string Name = Names.front() + llvm::utostr(I);
    if (isUsable(Name, Scope))
      return Name;
  }
  return std::string();
}

void NewNames::reserve(StringRef Name, const Stmt *Scope) {
  Reserved.push_back({Name.str(), Scope});
}

} // namespace wdm::fixits
