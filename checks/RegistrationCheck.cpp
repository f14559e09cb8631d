//===- RegistrationCheck.cpp - What the checks share ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/RegistrationCheck.h"
#include "src/report/Reporter.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include "clang/AST/StmtCXX.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include <memory>

using namespace clang;
using namespace clang::ast_matchers;

namespace wdm {

namespace {

/// The findings of the translation unit at hand, shared by the checks whose
/// options are equal. clangd builds several ASTs at a time, each in a thread.
struct SharedFindings {
  const ASTContext *Context = nullptr;
  std::string Options;
  std::shared_ptr<const std::vector<engine::Finding>> Findings;
  std::shared_ptr<const engine::Program> Whole;
  std::shared_ptr<fixits::ProgramFacts> Facts;
};
thread_local SharedFindings Shared;

/// True when \p S or something in it sends an IRP.
bool sends(const Stmt *S, const model::RoutineTable &Routines) {
  if (!S)
    return false;
  if (const auto *Call = dyn_cast<CallExpr>(S))
    if (const FunctionDecl *Callee = Call->getDirectCallee()) {
      model::Routine Scratch;
      const model::Routine *R = Routines.find(*Callee, Scratch);
      if (R && R->Does == model::Effect::Send)
        return true;
    }
  return llvm::any_of(
      S->children(), [&](const Stmt *Child) { return sends(Child, Routines); });
}

unsigned uses(const Stmt *S, const ValueDecl &Variable) {
  if (!S)
    return 0;
  const auto *Ref = dyn_cast<DeclRefExpr>(S);
  unsigned Count = Ref && Ref->getDecl() == &Variable;
  for (const Stmt *Child : S->children())
    Count += uses(Child, Variable);
  return Count;
}

/// True when a termination handler in \p S sends: a way out that is put into
/// its block would not keep the IRP from being sent.
bool sendsOnTheWayOut(const Stmt *S, const model::RoutineTable &Routines) {
  if (!S)
    return false;
  if (const auto *Finally = dyn_cast<SEHFinallyStmt>(S))
    if (sends(Finally->getBlock(), Routines))
      return true;
  return llvm::any_of(S->children(), [&](const Stmt *Child) {
    return sendsOnTheWayOut(Child, Routines);
  });
}

/// Where no edit can be right, none is asked for.
bool mayRepair(const engine::Finding &F, const model::RoutineTable &Routines) {
  if (F.Function && sendsOnTheWayOut(F.Function->getBody(), Routines))
    return false;
  const FunctionDecl *Callee = F.Registration->getDirectCallee();
  model::Routine Scratch;
  const model::Routine *R = Callee ? Routines.find(*Callee, Scratch) : nullptr;
  // A helper may have sent the IRP itself before it failed.
  if (engine::ruleOf(F.Broken) == engine::Rule::Failure)
    return R != nullptr;
  // A variable that only named the wrong device would be left without a use.
  if (engine::ruleOf(F.Broken) == engine::Rule::Device && R && R->Device >= 0 &&
      static_cast<unsigned>(R->Device) < F.Registration->getNumArgs()) {
    const auto *Ref = dyn_cast<DeclRefExpr>(
        F.Registration->getArg(R->Device)->IgnoreParenImpCasts());
    return !Ref || isa<ParmVarDecl>(Ref->getDecl()) ||
           uses(F.Function->getBody(), *Ref->getDecl()) > 1;
  }
  return true;
}

} // namespace

RegistrationCheck::RegistrationCheck(StringRef Name,
                                     tidy::ClangTidyContext *Context,
                                     engine::Rule Rule)
    : ClangTidyCheck(Name, Context), Rule(Rule),
      RegistrationFunctions(
          Options.getLocalOrGlobal("RegistrationFunctions", "")),
      DispatchFunctions(Options.getLocalOrGlobal("DispatchFunctions", "")),
      RecoveryFunctions(Options.getLocalOrGlobal("RecoveryFunctions", "")) {
  addFunctions("RegistrationFunctions", RegistrationFunctions,
               model::Effect::Register);
  addFunctions("DispatchFunctions", DispatchFunctions, model::Effect::Send);
  addFunctions("RecoveryFunctions", RecoveryFunctions, model::Effect::Recover);
}

void RegistrationCheck::addFunctions(StringRef OptionName, StringRef List,
                                     model::Effect Does) {
  std::vector<std::string> Errors;
  Routines.add(model::parseUserList(OptionName, List, Errors), Does);
  for (const std::string &Error : Errors)
    configurationDiag("%0") << Error;
}

void RegistrationCheck::storeOptions(tidy::ClangTidyOptions::OptionMap &Opts) {
  Options.store(Opts, "RegistrationFunctions", RegistrationFunctions);
  Options.store(Opts, "DispatchFunctions", DispatchFunctions);
  Options.store(Opts, "RecoveryFunctions", RecoveryFunctions);
}

void RegistrationCheck::registerMatchers(MatchFinder *Finder) {
  // Definitions are few. Calls are looked at only in a translation unit that
  // refers to a registration function.
  Finder->addMatcher(functionDecl(isDefinition()).bind("function"), this);
}

void RegistrationCheck::onStartOfTranslationUnit() {
  Functions.clear();
  Context = nullptr;
  Concerned = false;
  Shared = SharedFindings();
}

void RegistrationCheck::check(const MatchFinder::MatchResult &Result) {
  if (!Context) {
    Context = Result.Context;
    Concerned = engine::mentionsRegistration(*Context, Routines);
  }
  if (!Concerned)
    return;
  if (const auto *F = Result.Nodes.getNodeAs<FunctionDecl>("function"))
    Functions.push_back(F);
}

void RegistrationCheck::onEndOfTranslationUnit() {
  if (!Context || !Concerned)
    return;
  std::string Key = RegistrationFunctions + '\n' + DispatchFunctions + '\n' +
                    RecoveryFunctions;
  if (Shared.Context != Context || Shared.Options != Key) {
    auto Whole = std::make_shared<engine::Program>();
    auto Findings = std::make_shared<std::vector<engine::Finding>>(
        engine::analyze(*Context, Functions, Routines, *Whole));
    auto Facts =
        std::make_shared<fixits::ProgramFacts>(*Context, Routines, *Whole);
    Shared = {Context, Key, Findings, Whole, Facts};
  }
  const SharedFindings Mine = Shared;
  fixits::Repairs Repairs(*Mine.Facts, Action, *Mine.Findings);
  for (const engine::Finding &F : *Mine.Findings)
    if (engine::ruleOf(F.Broken) == Rule)
      report(F, Repairs, *Context);
  Functions.clear();
}

void RegistrationCheck::report(const engine::Finding &F, fixits::Repairs &Fixes,
                               ASTContext &Context) {
  const SourceManager &Sources = Context.getSourceManager();
  fixits::RepairSet Repairs;
  if (mayRepair(F, Routines))
    Repairs = Fixes.of(F);

  SourceLocation Loc = report::locationOf(F, Sources);
  {
    DiagnosticBuilder Warning = diag(Loc, "%0") << report::messageOf(F);
    if (Repairs.Preferred)
      Warning << Repairs.Preferred->Edits;
  }
  for (const report::Note &N :
       report::notesOf(F, Sources, Context.getLangOpts()))
    diag(N.Loc, "%0", DiagnosticIDs::Note) << N.Text;
  for (const fixits::Repair &Other : Repairs.Alternatives)
    diag(Loc, "%0", DiagnosticIDs::Note) << Other.Title << Other.Edits;
}

} // namespace wdm
