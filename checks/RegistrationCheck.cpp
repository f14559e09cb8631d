//===- RegistrationCheck.cpp - What the checks share ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/RegistrationCheck.h"
#include "checks/UnseenFunctions.h"
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

/// Where no edit can be right, none is asked for: says why, or null.
const char *whyNoRepair(const engine::Finding &F,
                        const model::RoutineTable &Routines) {
  if (F.Function && sendsOnTheWayOut(F.Function->getBody(), Routines))
    return "a termination handler would send the IRP";
  const FunctionDecl *Callee = F.Registration->getDirectCallee();
  model::Routine Scratch;
  const model::Routine *R = Callee ? Routines.find(*Callee, Scratch) : nullptr;
  // A helper may have sent the IRP itself before it failed.
  if (engine::ruleOf(F.Broken) == engine::Rule::Failure && !R)
    return "the helper may have sent the IRP before it failed";
  // A variable that only named the wrong device would be left without a use.
  if (engine::ruleOf(F.Broken) == engine::Rule::Device && R && R->Device >= 0 &&
      static_cast<unsigned>(R->Device) < F.Registration->getNumArgs()) {
    const auto *Ref = dyn_cast<DeclRefExpr>(
        F.Registration->getArg(R->Device)->IgnoreParenImpCasts());
    if (Ref && !isa<ParmVarDecl>(Ref->getDecl()) &&
        uses(F.Function->getBody(), *Ref->getDecl()) < 2)
      return "its variable would be left without a use";
  }
  return nullptr;
}

} // namespace

/// What the checks of one translation unit share: its functions, which one
/// matcher collects for all of them, and the findings, for as long as the
/// options are the same.
struct RegistrationCheck::Unit : MatchFinder::MatchCallback {
  explicit Unit(const MatchFinder &Finder) : Finder(&Finder) {}

  void run(const MatchFinder::MatchResult &Result) override {
    Context = Result.Context;
    Functions.push_back(Result.Nodes.getNodeAs<FunctionDecl>("function"));
  }
  void onStartOfTranslationUnit() override {
    Context = nullptr;
    Functions.clear();
    Findings.reset();
  }

  const MatchFinder *Finder;
  ASTContext *Context = nullptr;
  std::vector<const FunctionDecl *> Functions;

  struct Results {
    std::string Options;
    engine::Program Whole;
    std::vector<engine::Finding> All;
    std::unique_ptr<fixits::ProgramFacts> Facts;
  };
  std::shared_ptr<Results> Findings;
};

bool RegistrationCheck::ExplainByDefault = false;
bool RegistrationCheck::ListUnseen = false;

RegistrationCheck::RegistrationCheck(StringRef Name,
                                     tidy::ClangTidyContext *Context,
                                     engine::Rule Rule)
    : ClangTidyCheck(Name, Context), Rule(Rule),
      RegistrationFunctions(
          Options.getLocalOrGlobal("RegistrationFunctions", "")),
      DispatchFunctions(Options.getLocalOrGlobal("DispatchFunctions", "")),
      RecoveryFunctions(Options.getLocalOrGlobal("RecoveryFunctions", "")),
      ExplainMissingFix(
          Options.getLocalOrGlobal("ExplainMissingFix", ExplainByDefault)) {
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
  Options.store(Opts, "ExplainMissingFix", ExplainMissingFix);
}

void RegistrationCheck::registerMatchers(MatchFinder *Finder) {
  // Who matches nothing is not told of the end.
  Finder->addMatcher(translationUnitDecl(), this);
  // clangd builds several ASTs at a time, each in a thread.
  static thread_local std::weak_ptr<Unit> Last;
  Shared = Last.lock();
  if (Shared && Shared->Finder == Finder)
    return;
  Last = Shared = std::make_shared<Unit>(*Finder);
  // Definitions are few. Calls are looked at only in a translation unit that
  // refers to a registration function.
  Finder->addMatcher(functionDecl(isDefinition()).bind("function"),
                     Shared.get());
}

void RegistrationCheck::onEndOfTranslationUnit() {
  ASTContext *Context = Shared ? Shared->Context : nullptr;
  // One check speaks for all.
  if (Context && ListUnseen && Rule == engine::Rule::Check)
    for (const UnseenFunction &F :
         findUnseenFunctions(*Context, Shared->Functions, Routines))
      diag(F.Call->getExprLoc(), "unseen function '%0' %1: %2")
          << F.Name << (F.Option.empty() ? "none" : F.Option) << F.Why;
  if (!Context || !engine::mentionsRegistration(*Context, Routines))
    return;
  const std::string Key = RegistrationFunctions + '\n' + DispatchFunctions +
                          '\n' + RecoveryFunctions;
  if (!Shared->Findings || Shared->Findings->Options != Key) {
    auto New = std::make_shared<Unit::Results>();
    New->Options = Key;
    New->All =
        engine::analyze(*Context, Shared->Functions, Routines, New->Whole);
    New->Facts =
        std::make_unique<fixits::ProgramFacts>(*Context, Routines, New->Whole);
    Shared->Findings = New;
  }
  const std::shared_ptr<Unit::Results> Findings = Shared->Findings;
  fixits::Repairs Repairs(*Findings->Facts, Action, Findings->All);
  for (const engine::Finding &F : Findings->All)
    if (engine::ruleOf(F.Broken) == Rule)
      report(F, Repairs, *Context);
}

void RegistrationCheck::report(const engine::Finding &F, fixits::Repairs &Fixes,
                               ASTContext &Context) {
  const SourceManager &Sources = Context.getSourceManager();
  fixits::RepairSet Repairs;
  if (const char *Why = whyNoRepair(F, Routines))
    Repairs.WhyNot = Why;
  else
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
  if (ExplainMissingFix && !Repairs.Preferred && !Repairs.WhyNot.empty())
    diag(Loc, "no fix: %0", DiagnosticIDs::Note) << Repairs.WhyNot;
}

} // namespace wdm
