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
#include <map>

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

bool NewNames::isTakenIn(const DeclContext &In, StringRef Name) const {
  const DeclarationName Id(&Code.Context.Idents.get(Name));
  if (const auto *Class = dyn_cast<CXXRecordDecl>(&In))
    return !Class->lookup(Id).empty() ||
           (Class->hasDefinition() &&
            !Class->forallBases([&](const CXXRecordDecl *Base) {
              return Base->lookup(Id).empty();
            }));
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
  return isWrittenIn(Name, F->getBody());
}

/// True when the text of \p S has the name, and not as a member's.
bool NewNames::isWrittenIn(StringRef Name, const Stmt *S) const {
  std::optional<unsigned> Begin = Source.offset(S->getBeginLoc());
  std::optional<unsigned> End = Source.offset(S->getEndLoc());
  // (The end is where its last token begins.)
  return !Begin || !End ||
         Source.hasIdentifier(Name, *Begin, *End + Name.size());
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

bool NewNames::isUsable(StringRef Name, const Stmt *Scope) const {
  return !isTakenOutside(Name) && !isWrittenIn(Name, Scope) &&
         !proof::nameAt(Code, Name, Scope) &&
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
    StringRef Word = Source.text(T);
    if (Previous == "NTSTATUS" && Plain.match(Word))
      ++Counts[Word.str()];
    Previous = Word;
  }
  std::vector<std::string> Names;
  if (!Counts.empty())
    Names.push_back(mostFrequent(Counts));
  Names.insert(Names.end(), {"status", "ntStatus", "registerStatus"});
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

} // namespace wdm::fixits
