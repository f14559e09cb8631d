//===- Reporter.cpp - From a finding to a warning -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/report/Reporter.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace wdm::report {

using engine::Finding;
using engine::NoteKind;
using engine::PathNote;
using engine::StatusFate;
using engine::Verdict;

namespace {

/// Longer conditions are cut.
constexpr size_t MaxShown = 60;

std::string shown(const Expr *E, const SourceManager &Sources,
                  const LangOptions &Language) {
  // As it was written: a macro by its name and arguments.
  auto InFile = [&](SourceLocation Loc, bool End) {
    while (Loc.isMacroID()) {
      if (Sources.isMacroArgExpansion(Loc)) {
        Loc = Sources.getImmediateSpellingLoc(Loc);
        continue;
      }
      CharSourceRange Use = Sources.getImmediateExpansionRange(Loc);
      Loc = End ? Use.getEnd() : Use.getBegin();
    }
    return Loc;
  };
  CharSourceRange Range = CharSourceRange::getTokenRange(
      InFile(E->getBeginLoc(), false), InFile(E->getEndLoc(), true));
  bool Invalid = false;
  llvm::StringRef Text =
      Lexer::getSourceText(Range, Sources, Language, &Invalid);
  std::string Result;
  bool Space = false;
  for (char C : Text) {
    if (C == ' ' || C == '\t' || C == '\r' || C == '\n') {
      Space = !Result.empty();
      continue;
    }
    if (Space)
      Result += ' ';
    Space = false;
    Result += C;
  }
  if (Invalid || Result.empty())
    return "the condition";
  if (Result.size() > MaxShown) {
    Result.resize(MaxShown - 3);
    // Not in the middle of a character.
    while (!Result.empty() && (Result.back() & 0xc0) == 0x80)
      Result.pop_back();
    Result += "...";
  }
  return "'" + Result + "'";
}

std::string quoted(llvm::StringRef Name) { return ("'" + Name + "'").str(); }

std::string textOf(const PathNote &N, const SourceManager &Sources,
                   const LangOptions &Language) {
  switch (N.Kind) {
  case NoteKind::RegisteredHere:
    return "completion routine is registered here";
  case NoteKind::InCall:
    return "in the call to " + quoted(N.Name);
  case NoteKind::Overwritten:
    return quoted(N.Name) + " is overwritten here";
  case NoteKind::UntestedWhen:
    return quoted(N.Name) + " is not tested when " +
           shown(N.Subject, Sources, Language) +
           (N.Truth ? " is true" : " is false");
  case NoteKind::Decision:
    return shown(N.Subject, Sources, Language) +
           (N.Truth ? " is true here" : " is false here");
  case NoteKind::Case:
    if (N.Name.empty())
      return shown(N.Subject, Sources, Language) + " matches no case here";
    return shown(N.Subject, Sources, Language) + " is " + N.Name + " here";
  case NoteKind::Sent:
    return "IRP sent here";
  case NoteKind::SentToOwnDevice:
    return "IRP sent to the same device object here";
  case NoteKind::Completed:
    return "IRP completed here without being sent";
  case NoteKind::Freed:
    return "IRP freed here without being sent";
  case NoteKind::Reused:
    return "IRP reused here without being sent";
  case NoteKind::ReturnsUnchecked:
    return N.Truth ? "function returns here with the result unchecked"
                   : "function ends here with the result unchecked";
  case NoteKind::ReturnsUnsent:
    return N.Truth ? "function returns here with the IRP not sent"
                   : "function ends here with the IRP not sent";
  case NoteKind::ReturnsUncompleted:
    return N.Truth ? "function returns here with the IRP not completed"
                   : "function ends here with the IRP not completed";
  case NoteKind::RegisteredAgain:
    return "the next registration comes here with the result unchecked";
  }
  return {};
}

} // namespace

SourceLocation locationOf(const Finding &F, const SourceManager &Sources) {
  SourceLocation Loc = F.At->getExprLoc();
  const Expr *Callee =
      F.Registration ? F.Registration->getCallee()->IgnoreParenImpCasts() : F.At;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Callee))
    Loc = Ref->getLocation();
  else if (const auto *Member = dyn_cast<MemberExpr>(Callee))
    Loc = Member->getMemberLoc();
  return Sources.getFileLoc(Loc);
}

std::string messageOf(const Finding &F) {
  std::string Name = quoted(F.Callee);
  switch (F.Broken) {
  case Verdict::SentUnchecked:
  case Verdict::LostUnchecked: {
    std::string Text = "result of " + Name + " is ";
    std::string Stored =
        F.StoredIn.empty() ? "" : "stored in " + quoted(F.StoredIn) + " but ";
    switch (F.Fate) {
    case StatusFate::Discarded:
      Text += "discarded";
      break;
    case StatusFate::NeverTested:
      Text += Stored + "never tested";
      break;
    case StatusFate::Overwritten:
      Text += Stored + "overwritten before it is tested";
      break;
    case StatusFate::TestedSometimes:
      Text += Stored + "tested only on some paths";
      break;
    }
    return Text + "; check it with NT_SUCCESS before the IRP is sent";
  }
  case Verdict::LeakAfterSuccess:
  case Verdict::LeakUnchecked:
    return Name + " succeeded, but the IRP is not sent on every path, which "
                  "leaks memory; register the completion routine last, when "
                  "nothing can fail any more";
  case Verdict::SentAfterFailure:
    return Name + " can fail, and the IRP is then sent without a completion "
                  "routine";
  case Verdict::DispatchDropsIrp:
    return Name + " can fail, and the dispatch routine then returns without "
                  "completing the IRP";
  case Verdict::SentToOwnDevice:
    return Name + " is given the device object that the IRP is sent to; pass "
                  "the driver's own device object";
  case Verdict::None:
    break;
  }
  return {};
}

std::string messageOf(const engine::LeftOut &Left) {
  const std::string Name = quoted(Left.Function->getNameAsString());
  std::string Text = "limit reached: ";
  switch (Left.Reached) {
  case engine::LimitKind::Steps:
    Text += "not every path of " + Name + " was followed";
    break;
  case engine::LimitKind::AllSteps:
    Text += Name + " was not followed, there is too much code before it";
    break;
  case engine::LimitKind::NoGraph:
    return Text + Name + " was not followed, it is too large or too unusual";
  }
  if (Left.Registrations == 0)
    return Text + "; its callers were followed as if it were not visible";
  return Text + "; " + std::to_string(Left.Registrations) +
         (Left.Registrations == 1 ? " registration in it was"
                                  : " registrations in it were") +
         " judged only in part";
}

std::vector<Note> notesOf(const Finding &F, const SourceManager &Sources,
                          const LangOptions &Language) {
  std::vector<Note> Notes;
  for (const PathNote &N : F.Notes)
    Notes.push_back({Sources.getFileLoc(N.Loc), textOf(N, Sources, Language)});
  return Notes;
}

} // namespace wdm::report
