//===- Reporter.cpp - From a finding to a warning -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/report/Reporter.h"
#include "src/engine/Written.h"
#include "src/rules/Rules.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace wdm::report {

using engine::Finding;
using engine::Happening;
using engine::NoteKind;
using engine::PathNote;
using engine::StatusFate;
using rules::Verdict;

namespace {

/// Longer conditions are cut.
constexpr size_t MaxShown = 60;

std::string quoted(llvm::StringRef Name) { return ("'" + Name + "'").str(); }

std::string shown(const Expr *E, const SourceManager &Sources,
                  const LangOptions &Language) {
  auto [Result, Macro] = engine::writtenAs(*E, Sources, Language);
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

/// The first family says of an IRP that is ended that it was not sent.
std::string happened(const PathNote &N, bool OfRegistration) {
  if (N.Fault == rules::id(Verdict::RegisteredTwice))
    return "a completion routine is set for the same IRP here";
  const char *Missing = OfRegistration ? " without being sent" : "";
  switch (N.What) {
  case Happening::Complete:
    return std::string("IRP completed here") + Missing;
  case Happening::Free:
    return std::string("IRP freed here") + Missing;
  case Happening::Reuse:
    return std::string("IRP reused here") + Missing;
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
    return N.Fault == rules::id(Verdict::SentToOwnDevice)
               ? "IRP sent to the same device object here"
               : "IRP sent here";
  default:
    return N.Name.empty() ? "IRP used here"
                          : "IRP passed to " + quoted(N.Name) + " here";
  }
}

std::string ends(const PathNote &N) {
  const std::string Where = N.Truth ? "function returns here with the "
                                    : "function ends here with the ";
  switch (static_cast<Verdict>(N.Fault)) {
  case Verdict::LostUnchecked:
    return N.What == Happening::OpenAgain
               ? "the next registration comes here with the result unchecked"
               : Where + "result unchecked";
  case Verdict::LeakAfterSuccess:
  case Verdict::LeakUnchecked:
    return Where + "IRP not sent";
  case Verdict::DispatchDropsIrp:
    return Where + "IRP not completed";
  default:
    return {};
  }
}

std::string textOf(const PathNote &N, bool OfRegistration,
                   const SourceManager &Sources, const LangOptions &Language) {
  switch (N.Kind) {
  case NoteKind::OpenedHere:
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
  case NoteKind::Happened:
    return happened(N, OfRegistration);
  case NoteKind::Ends:
    return ends(N);
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

/// "sent at line 12", of the last time that the IRP was sent or ended.
std::string disposed(const Finding &F, const SourceManager &Sources) {
  if (!F.Disposed)
    return "sent";
  const char *Verb = participle(F.Disposed->What);
  return std::string(Verb ? Verb : "ended") + " " +
         place(F.Disposed->Loc, F.FaultLoc, Sources);
}

/// "completed the IRP at line 12"
std::string ended(const Finding &F, const SourceManager &Sources) {
  if (!F.Disposed)
    return "ended the IRP";
  const char *Verb = participle(F.Disposed->What);
  return std::string(Verb ? Verb : "ended") + " the IRP " +
         place(F.Disposed->Loc, F.FaultLoc, Sources);
}

std::string irpMessage(const Finding &F, const SourceManager &Sources,
                       const LangOptions &Language) {
  std::string Returned = "nothing";
  if (const auto *Return = dyn_cast_or_null<ReturnStmt>(F.FaultAt))
    if (const Expr *Result = Return->getRetValue())
      Returned = shown(Result, Sources, Language);
  const std::string Dispatch = "dispatch routine returns " + Returned;
  switch (static_cast<Verdict>(F.Broken)) {
  case Verdict::UsedAfterEnd:
    return "IRP is " + used(F.Last, Sources, Language) +
           " here although it was " + disposed(F, Sources);
  case Verdict::EndedWhilePending:
    return "IRP is " + used(F.Last, Sources, Language) +
           " here although it was " + disposed(F, Sources) +
           " and may still be pending; wait for it first";
  case Verdict::EndedAndPassedOn:
    return "completion routine returns " + Returned + " although it " +
           ended(F, Sources) + "; return STATUS_MORE_PROCESSING_REQUIRED";
  case Verdict::PendingReturnsOther:
    return Dispatch + " for an IRP marked pending; return STATUS_PENDING";
  case Verdict::ReturnsPendingUnmarked:
    return Dispatch + " for an IRP that was neither marked pending nor sent";
  case Verdict::ReturnsHeld:
    return "dispatch routine returns without completing, sending or queueing "
           "the IRP";
  case Verdict::ReturnsOtherStatus:
    return Dispatch + ", but the IRP was completed with another status " +
           (F.Disposed ? place(F.Disposed->Loc, F.FaultLoc, Sources) : "");
  case Verdict::ReturnsNotTheSends: {
    const std::string Routine =
        F.Disposed && !F.Disposed->Routine.empty()
            ? quoted(asWritten(*F.Disposed, Sources, Language))
            : "the next-lower driver";
    return Dispatch + " for an IRP that was " + disposed(F, Sources) +
           "; return what " + Routine + " returned";
  }
  case Verdict::CompletedPending:
    return "IRP is completed with STATUS_PENDING";
  default:
    return {};
  }
}

} // namespace

std::string messageOf(const Finding &F, const SourceManager &Sources,
                      const LangOptions &Language) {
  std::string Name = quoted(F.Callee);
  switch (static_cast<Verdict>(F.Broken)) {
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
  case Verdict::RegisteredTwice:
    return Name + " succeeded, but a completion routine is then set for the "
                  "same IRP again, which leaks memory; send the IRP in "
                  "between, or set one routine";
  case Verdict::SentAfterFailure:
    return Name + " can fail, and the IRP is then sent without a completion "
                  "routine";
  case Verdict::DispatchDropsIrp:
    return Name + " can fail, and the dispatch routine then returns without "
                  "completing the IRP";
  case Verdict::SentToOwnDevice:
    return Name + " is given the device object that the IRP is sent to; pass "
                  "the driver's own device object";
  default:
    return irpMessage(F, Sources, Language);
  }
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
    Notes.push_back({Sources.getFileLoc(N.Loc),
                     textOf(N, F.At != nullptr, Sources, Language)});
  return Notes;
}

} // namespace wdm::report
