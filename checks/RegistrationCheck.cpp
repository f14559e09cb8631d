//===- RegistrationCheck.cpp - What the checks share ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/RegistrationCheck.h"
#include "checks/UnseenFunctions.h"
#include "src/index/DriverIndex.h"
#include "src/index/UnitWriter.h"
#include "src/report/Reporter.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include "clang/AST/StmtCXX.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"
#include <memory>
#include <optional>
#include <utility>

using namespace clang;
using namespace clang::ast_matchers;

namespace wdm {

namespace {

unsigned uses(const Stmt *S, const ValueDecl &Variable) {
  if (!S)
    return 0;
  const auto *Ref = dyn_cast<DeclRefExpr>(S);
  unsigned Count = Ref && Ref->getDecl() == &Variable;
  for (const Stmt *Child : S->children())
    Count += uses(Child, Variable);
  return Count;
}

rules::Rule ruleOf(const engine::Finding &F) {
  return static_cast<rules::Rule>(F.Rule);
}

/// Where no edit can be right, none is asked for: says why, or null.
const char *whyNoRepair(const engine::Finding &F,
                        const model::RoutineTable &Routines) {
  if (!F.Registration)
    return nullptr;
  const FunctionDecl *Callee = F.Registration->getDirectCallee();
  model::Routine Scratch;
  const model::Routine *R = Callee ? Routines.find(*Callee, Scratch) : nullptr;
  // A helper may have sent the IRP itself before it failed.
  if (ruleOf(F) == rules::Rule::Failure && !R)
    return "the helper may have sent the IRP before it failed";
  // A variable that only named the wrong device would be left without a use.
  if (ruleOf(F) == rules::Rule::Device && R && R->Device >= 0 &&
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
    SummaryWritten = false;
    Functions.clear();
    Findings.reset();
  }

  const MatchFinder *Finder;
  bool SummaryWritten = false;
  ASTContext *Context = nullptr;
  std::vector<const FunctionDecl *> Functions;

  struct Results {
    std::string Options;
    std::optional<index::DriverIndex> Others; ///< Outlives what asks it.
    engine::Program Whole;
    std::vector<engine::Finding> All;
    std::unique_ptr<fixits::ProgramText> Facts;
    bool LimitsReported = false; ///< By one of the checks.
  };
  std::shared_ptr<Results> Findings;
  /// Of all checks that are on.
  llvm::SmallPtrSet<const engine::Automaton *, 4> Automata;
};

bool RegistrationCheck::ExplainByDefault = false;
bool RegistrationCheck::LimitsByDefault = false;
bool RegistrationCheck::ListUnseen = false;
std::string RegistrationCheck::IndexByDefault;
std::string RegistrationCheck::SummariesByDefault;
std::string RegistrationCheck::SummaryKey;

RegistrationCheck::RegistrationCheck(StringRef Name,
                                     tidy::ClangTidyContext *Context,
                                     rules::Rule Rule)
    : ClangTidyCheck(Name, Context), Rule(Rule),
      RegistrationFunctions(
          Options.getLocalOrGlobal("RegistrationFunctions", "")),
      DispatchFunctions(Options.getLocalOrGlobal("DispatchFunctions", "")),
      RecoveryFunctions(Options.getLocalOrGlobal("RecoveryFunctions", "")),
      Index(Options.getLocalOrGlobal("Index", IndexByDefault)),
      Summaries(Options.getLocalOrGlobal("Summaries", SummariesByDefault)),
      ExplainMissingFix(
          Options.getLocalOrGlobal("ExplainMissingFix", ExplainByDefault)),
      ReportLimits(Options.getLocalOrGlobal("ReportLimits", LimitsByDefault)) {
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
  Options.store(Opts, "Index", Index);
  Options.store(Opts, "Summaries", Summaries);
  Options.store(Opts, "ExplainMissingFix", ExplainMissingFix);
  Options.store(Opts, "ReportLimits", ReportLimits);
}

void RegistrationCheck::registerMatchers(MatchFinder *Finder) {
  // Who matches nothing is not told of the end.
  Finder->addMatcher(translationUnitDecl(), this);
  // clangd builds several ASTs at a time, each in a thread.
  static thread_local std::weak_ptr<Unit> Last;
  Shared = Last.lock();
  const bool Known = Shared && Shared->Finder == Finder;
  if (!Known)
    Last = Shared = std::make_shared<Unit>(*Finder);
  Shared->Automata.insert(&rules::automatonOf(Rule));
  if (Known)
    return;
  // Definitions are few. Calls are looked at only in a translation unit that
  // refers to a registration function.
  Finder->addMatcher(functionDecl(isDefinition()).bind("function"),
                     Shared.get());
}

void RegistrationCheck::onEndOfTranslationUnit() {
  ASTContext *Context = Shared ? Shared->Context : nullptr;
  // One check speaks for all.
  if (Context && ListUnseen && Rule == rules::Rule::Check)
    for (const UnseenFunction &F :
         findUnseenFunctions(*Context, Shared->Functions, Routines))
      diag(F.Call->getExprLoc(), "unseen function '%0' %1: %2")
          << F.Name << (F.Option.empty() ? "none" : F.Option) << F.Why;
  if (Context && !Summaries.empty()) {
    if (!std::exchange(Shared->SummaryWritten, true))
      writeSummary(*Context);
    return;
  }
  // Whether there is anything to find in a unit that names no routine only the
  // rest of the driver can tell.
  if (!Context || (Index.empty() && !engine::mentionsOpening(
                                        *Context, Shared->Functions, Routines,
                                        rules::automatonOf(Rule).Opens)))
    return;
  if (!Shared->Findings || Shared->Findings->Options != optionsKey() + Index)
    analyse(*Context);
  const std::shared_ptr<Unit::Results> Findings = Shared->Findings;
  fixits::Repairs Repairs(*Findings->Facts, Action, Findings->All);
  for (const engine::Finding &F : Findings->All)
    if (ruleOf(F) == Rule)
      report(F, Repairs, *Context);
  if (!ReportLimits || std::exchange(Findings->LimitsReported, true))
    return;
  for (const engine::LeftOut &Left : Findings->Whole.NotFollowed)
    diag(Context->getSourceManager().getFileLoc(Left.Function->getLocation()),
         "%0")
        << report::messageOf(Left);
}

std::string RegistrationCheck::optionsKey() const {
  return RegistrationFunctions + '\n' + DispatchFunctions + '\n' +
         RecoveryFunctions + '\n';
}

void RegistrationCheck::writeSummary(ASTContext &Context) {
  const index::UnitSummary Summary =
      index::summarise(Context, Shared->Functions, Routines,
                       index::hashOf(optionsKey()), SummaryKey);
  llvm::SmallString<256> Path(Summaries);
  llvm::sys::path::append(Path, index::summaryName(Summary.File));
  if (llvm::Error Failed = index::writeWhole(Path, Summary.text()))
    configurationDiag("option 'Summaries': %0")
        << llvm::toString(std::move(Failed));
}

void RegistrationCheck::analyse(ASTContext &Context) {
  auto New = std::make_shared<Unit::Results>();
  New->Options = optionsKey() + Index;
  std::optional<index::DriverIndex> &Others = New->Others;
  if (!Index.empty()) {
    llvm::Expected<std::shared_ptr<index::IndexFile>> File =
        index::openIndex(Index);
    if (File)
      Others.emplace(*File, Context, index::hashOf(optionsKey()), Index);
    else
      configurationDiag("option 'Index': %0")
          << llvm::toString(File.takeError());
  }
  llvm::SmallVector<const engine::Automaton *, 4> Automata;
  for (const engine::Automaton *A : rules::automata())
    if (Shared->Automata.count(A) &&
        (Others || engine::mentionsOpening(Context, Shared->Functions, Routines,
                                           A->Opens)))
      Automata.push_back(A);
  if (Others)
    Routines.HasBodyElsewhere = [&](const FunctionDecl &F) {
      return Others->find(F) != nullptr;
    };
  New->All = engine::analyze(Context, Shared->Functions, Routines, Automata,
                             New->Whole, Others ? &*Others : nullptr);
  Routines.HasBodyElsewhere = nullptr;
  if (Others)
    for (const std::string &Complaint : Others->complaints())
      configurationDiag("option 'Index': %0") << Complaint;
  New->Facts = std::make_unique<fixits::ProgramText>(Context, New->Whole);
  Shared->Findings = New;
}

void RegistrationCheck::report(const engine::Finding &F, fixits::Repairs &Fixes,
                               ASTContext &Context) {
  const SourceManager &Sources = Context.getSourceManager();
  fixits::RepairSet Repairs;
  if (F.At && !F.Registration)
    Repairs.WhyNot = "a constructor registers";
  else if (const char *Why = whyNoRepair(F, Routines))
    Repairs.WhyNot = Why;
  else
    Repairs = Fixes.of(F);

  SourceLocation Loc = report::locationOf(F, Sources);
  {
    DiagnosticBuilder Warning =
        diag(Loc, "%0") << report::messageOf(F, Sources, Context.getLangOpts());
    if (Repairs.Preferred)
      Warning << Repairs.Preferred->Edits;
  }
  for (const report::Note &N :
       report::notesOf(F, Sources, Context.getLangOpts()))
    diag(N.Loc, "%0", DiagnosticIDs::Note) << N.Text;
  // What the fix gives up has to be said where it is applied.
  if (!Repairs.WhyNotLeft.empty())
    diag(Loc, "%0", DiagnosticIDs::Note) << "fix: " + Repairs.Preferred->Title;
  for (const fixits::Repair &Other : Repairs.Alternatives)
    diag(Loc, "%0", DiagnosticIDs::Note) << Other.Title << Other.Edits;
  if (!ExplainMissingFix)
    return;
  if (!Repairs.WhyNotLeft.empty())
    diag(Loc, "the fix does not leave the function: %0", DiagnosticIDs::Note)
        << Repairs.WhyNotLeft;
  else if (!Repairs.Preferred && !Repairs.WhyNot.empty())
    diag(Loc, "no fix: %0", DiagnosticIDs::Note) << Repairs.WhyNot;
}

} // namespace wdm
