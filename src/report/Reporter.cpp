//===- Reporter.cpp - From a finding to a warning -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/report/Reporter.h"
#include "src/engine/Written.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"
#include <cassert>
#include <optional>

using namespace clang;

namespace wdm::report {

using engine::Finding;
using engine::Happening;
using engine::NoteKind;
using engine::PathNote;
using engine::StatusFate;

namespace {

/// Longer conditions are cut.
constexpr size_t MaxShown = 60;

std::string quoted(llvm::StringRef Name) { return ("'" + Name + "'").str(); }

std::string shown(engine::Written As) {
  auto &[Result, Macro] = As;
  if (Result.empty())
    return "the condition";
  if (Result.size() > MaxShown) {
    Result.resize(MaxShown - 3);
    // Not in the middle of a character.
    while (!Result.empty() && (Result.back() & 0xc0) == 0x80)
      Result.pop_back();
    Result += "...";
  }
  return quoted(Result) + (Macro.empty() ? "" : " in " + quoted(Macro));
}

std::string shown(const Expr *E, const SourceManager &Sources,
                  const LangOptions &Language) {
  return shown(engine::writtenAs(*E, Sources, Language));
}

std::string shown(const PathNote &N, const SourceManager &Sources,
                  const LangOptions &Language) {
  return N.Subject ? shown(N.Subject, Sources, Language)
                   : shown(engine::Written{N.Text, N.Macro});
}

/// Where the name of the function stands that \p Call calls.
SourceLocation calleeLoc(const Stmt *Call, SourceLocation Default) {
  const auto *E = dyn_cast_or_null<CallExpr>(Call);
  if (!E)
    return Default;
  const Expr *Callee = E->getCallee()->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Callee))
    return Ref->getLocation();
  if (const auto *Member = dyn_cast<MemberExpr>(Callee))
    return Member->getMemberLoc();
  return Default;
}

std::string happened(const PathNote &N, const engine::Automaton &Of) {
  if (const engine::FaultKind *Kind = Of.faultKind(N.Fault))
    if (Kind->Note)
      return Kind->Note;
  switch (N.What) {
  case Happening::Complete:
    return std::string("IRP completed here") + Of.WhenEnded;
  case Happening::Free:
    return std::string("IRP freed here") + Of.WhenEnded;
  case Happening::Reuse:
    return std::string("IRP reused here") + Of.WhenEnded;
  case Happening::MarkPending:
    return "IRP marked pending here";
  case Happening::Read:
    return "IRP read here";
  case Happening::Write:
    return "IRP written here";
  case Happening::Send:
  case Happening::SendAndWait:
  case Happening::SendForGood:
  case Happening::SendSomehow:
    return "IRP sent here";
  default:
    return N.Name.empty() ? "IRP used here"
                          : "IRP passed to " + quoted(N.Name) + " here";
  }
}

std::string ends(const PathNote &N, const engine::Automaton &Of) {
  const engine::FaultKind *Kind = Of.faultKind(N.Fault);
  if (!Kind || !Kind->LeftWith)
    return {};
  const char *Where = N.What == Happening::OpenAgain && Of.OpensAgain
                          ? Of.OpensAgain
                      : N.Truth ? "function returns here"
                                : "function ends here";
  return std::string(Where) + " with the " + Kind->LeftWith;
}

std::string textOf(const PathNote &N, const engine::Automaton &Of,
                   const SourceManager &Sources, const LangOptions &Language) {
  switch (N.Kind) {
  case NoteKind::OpenedHere:
    return Of.OpenedHere ? Of.OpenedHere : "";
  case NoteKind::InCall:
    return "in the call to " + quoted(N.Name);
  case NoteKind::Overwritten:
    return quoted(N.Name) + " is overwritten here";
  case NoteKind::UntestedWhen:
    return quoted(N.Name) + " is not tested when " +
           shown(N, Sources, Language) + (N.Truth ? " is true" : " is false");
  case NoteKind::Decision:
    return shown(N, Sources, Language) +
           (N.Truth ? " is true here" : " is false here");
  case NoteKind::Case:
    if (N.Name.empty())
      return shown(N, Sources, Language) + " matches no case here";
    return shown(N, Sources, Language) + " is " + N.Name + " here";
  case NoteKind::Happened:
    return happened(N, Of);
  case NoteKind::Ends:
    return ends(N, Of);
  }
  return {};
}

} // namespace

SourceLocation locationOf(const Finding &F, const SourceManager &Sources) {
  if (!F.At)
    return Sources.getFileLoc(calleeLoc(F.FaultAt, F.FaultLoc));
  return Sources.getFileLoc(calleeLoc(F.At, F.At->getExprLoc()));
}

namespace {

/// "at line 12", or "at helper.h:12" where that is another file.
std::string place(SourceLocation Loc, SourceLocation From,
                  const SourceManager &Sources) {
  Loc = Sources.getFileLoc(Loc);
  From = Sources.getFileLoc(From);
  const std::string Line = std::to_string(Sources.getSpellingLineNumber(Loc));
  if (Sources.getFileID(Loc) == Sources.getFileID(From))
    return "at line " + Line;
  return ("at " + llvm::sys::path::filename(Sources.getFilename(Loc)) + ":" +
          Line)
      .str();
}

/// The routine, or the macro that stands for it.
std::string asWritten(const engine::PastEvent &Event,
                      const SourceManager &Sources,
                      const LangOptions &Language) {
  if (!Event.Loc.isMacroID())
    return Event.Routine;
  llvm::SmallString<32> Buffer;
  llvm::StringRef Token = Lexer::getSpelling(Sources.getFileLoc(Event.Loc),
                                             Buffer, Sources, Language);
  return Token.empty() ? Event.Routine : Token.str();
}

const char *participle(Happening What) {
  switch (What) {
  case Happening::Complete:
    return "completed";
  case Happening::Free:
    return "freed";
  case Happening::Reuse:
    return "reused";
  case Happening::Read:
    return "read";
  case Happening::Write:
    return "written";
  case Happening::Send:
  case Happening::SendAndWait:
  case Happening::SendForGood:
  case Happening::SendSomehow:
    return "sent";
  default:
    return nullptr;
  }
}

std::string used(const engine::PastEvent &Event, const SourceManager &Sources,
                 const LangOptions &Language) {
  if (const char *Verb = participle(Event.What))
    return Verb;
  return Event.Routine.empty()
             ? "used"
             : "passed to " + quoted(asWritten(Event, Sources, Language));
}

std::string fate(const Finding &F) {
  const std::string Stored =
      F.StoredIn.empty() ? "" : "stored in " + quoted(F.StoredIn) + " but ";
  switch (F.Fate) {
  case StatusFate::Discarded:
    return "discarded";
  case StatusFate::NeverTested:
    return Stored + "never tested";
  case StatusFate::Overwritten:
    return Stored + "overwritten before it is tested";
  case StatusFate::TestedSometimes:
    return Stored + "tested only on some paths";
  }
  return {};
}

/// What stands for the placeholder \p Name; nothing: there is none of that
/// name.
std::optional<std::string> valueOf(llvm::StringRef Name, const Finding &F,
                                   const SourceManager &Sources,
                                   const LangOptions &Language) {
  if (Name == "callee")
    return quoted(F.Callee);
  if (Name == "fate")
    return fate(F);
  if (Name == "used")
    return used(F.Last, Sources, Language);
  if (Name == "ended") {
    const char *Verb = F.Disposed ? participle(F.Disposed->What) : nullptr;
    return Verb ? Verb : "ended";
  }
  if (Name == "there")
    return F.Disposed ? place(F.Disposed->Loc, F.FaultLoc, Sources) : "";
  if (Name == "ender")
    return F.Disposed && !F.Disposed->Routine.empty()
               ? quoted(asWritten(*F.Disposed, Sources, Language))
               : "the next-lower driver";
  if (Name == "returned") {
    if (const auto *Return = dyn_cast_or_null<ReturnStmt>(F.FaultAt))
      if (const Expr *Result = Return->getRetValue())
        return shown(Result, Sources, Language);
    return "nothing";
  }
  return std::nullopt;
}

} // namespace

std::string messageOf(const Finding &F, const SourceManager &Sources,
                      const LangOptions &Language) {
  const engine::FaultKind *Kind = F.Of ? F.Of->faultKind(F.Broken) : nullptr;
  llvm::StringRef Rest = Kind && Kind->Message ? Kind->Message : "";
  std::string Text;
  while (!Rest.empty()) {
    auto [Before, From] = Rest.split('{');
    Text += Before;
    if (From.empty())
      break;
    auto [Name, After] = From.split('}');
    const std::optional<std::string> Value =
        valueOf(Name, F, Sources, Language);
    assert(Value && "no such placeholder");
    if (Value)
      Text += *Value;
    // No blank for what is not known.
    if (Value && Value->empty() && llvm::StringRef(Text).ends_with(" "))
      Text.pop_back();
    Rest = After;
  }
  return Text;
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
  if (Left.Registrations + Left.Irps == 0)
    return Text + "; its callers were followed as if it were not visible";
  const bool Irps = Left.Registrations == 0;
  const unsigned Count = Irps ? Left.Irps : Left.Registrations;
  return Text + "; " + std::to_string(Count) +
         (Irps ? " IRP" : " registration") +
         (Count == 1 ? " in it was" : "s in it were") + " judged only in part";
}

/// The macro in whose body the routine is named, where the line of the warning
/// does not name it.
static std::optional<Note> macroNote(const Finding &F,
                                     const SourceManager &Sources,
                                     const LangOptions &Language) {
  const SourceLocation Loc = calleeLoc(F.At, F.At->getExprLoc()),
                       Spelled = Sources.getSpellingLoc(Loc);
  if (Loc.isFileID() || Sources.getFileLoc(Loc) == Spelled ||
      Sources.isWrittenInScratchSpace(Spelled) ||
      Sources.isWrittenInBuiltinFile(Spelled) ||
      Sources.isWrittenInCommandLineFile(Spelled))
    return std::nullopt;
  return Note{Spelled,
              quoted(F.Callee) + " is called in the macro " +
                  quoted(Lexer::getImmediateMacroName(Loc, Sources, Language)) +
                  " here"};
}

std::vector<Note> notesOf(const Finding &F, const SourceManager &Sources,
                          const LangOptions &Language) {
  std::vector<Note> Notes;
  if (F.At)
    if (std::optional<Note> Macro = macroNote(F, Sources, Language))
      Notes.push_back(std::move(*Macro));
  for (const PathNote &N : F.Notes)
    Notes.push_back(
        {Sources.getFileLoc(N.Loc), textOf(N, *F.Of, Sources, Language)});
  return Notes;
}

} // namespace wdm::report
