//===- ProgramFacts.cpp - What fixes share --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/ProgramFacts.h"
#include "fixits/FunctionFacts.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include <string>

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

ProgramFacts::ProgramFacts(ASTContext &Context,
                           const model::RoutineTable &Routines,
                           const engine::Program &Whole)
    : Context(Context), Routines(Routines), Whole(Whole) {}

ProgramFacts::~ProgramFacts() = default;

const SourceText *ProgramFacts::textAt(SourceLocation Loc) {
  if (Loc.isInvalid() || Loc.isMacroID())
    return nullptr;
  const FileID File = Context.getSourceManager().getFileID(Loc);
  auto [It, New] = Texts.try_emplace(File);
  if (New)
    if (std::optional<SourceText> Text = SourceText::of(Loc, Context))
      It->second = std::make_unique<SourceText>(std::move(*Text));
  return It->second.get();
}

const FunctionFacts &ProgramFacts::of(const FunctionDecl &Function,
                                      const SourceText &Source) {
  std::unique_ptr<FunctionFacts> &Known = Functions[{&Function, &Source}];
  if (Known)
    return *Known;
  auto New = std::make_unique<FunctionFacts>(Function, *this, Source);
  const FunctionFacts &Result = *New;
  Functions[{&Function, &Source}] = std::move(New);
  return Result;
}

const std::vector<ProgramFacts::CallOf> &
ProgramFacts::callsOf(const FunctionDecl &Function) {
  const FunctionDecl *Canonical = Function.getCanonicalDecl();
  auto [It, New] = Calls.try_emplace(Canonical);
  if (!New)
    return It->second;
  auto Callers = Whole.Callers.find(Canonical);
  if (Callers == Whole.Callers.end())
    return It->second;
  for (const FunctionDecl *Caller : Callers->second) {
    llvm::SmallVector<const Stmt *, 64> Todo{Caller->getBody()};
    while (!Todo.empty()) {
      const Stmt *S = Todo.pop_back_val();
      if (!S)
        continue;
      if (const auto *Call = dyn_cast<CallExpr>(S))
        if (const FunctionDecl *Callee = Call->getDirectCallee())
          if (Callee->getCanonicalDecl() == Canonical)
            It->second.push_back({Caller, Call});
      Todo.append(S->child_begin(), S->child_end());
    }
  }
  return It->second;
}

static std::string keyOf(StringRef Name, StringRef Written) {
  return (Name + llvm::Twine('|') + Written).str();
}

const std::optional<Resource> &ProgramFacts::acquiredBy(StringRef Name,
                                                        StringRef Written) {
  auto [It, New] = Acquired.try_emplace(keyOf(Name, Written));
  if (New)
    It->second = fixits::acquiredBy(Name, Written);
  return It->second;
}

const std::optional<Resource> &ProgramFacts::givenBackBy(StringRef Name,
                                                         StringRef Written) {
  auto [It, New] = GivenBack.try_emplace(keyOf(Name, Written));
  if (New)
    It->second = fixits::givenBackBy(Name, Written);
  return It->second;
}

} // namespace wdm::fixits
