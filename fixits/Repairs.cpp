//===- Repairs.cpp - The fixes of a translation unit ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Repairs.h"
#include "fixits/Place.h"
#include "fixits/Plans.h"
#include "fixits/StatusVariable.h"
#include "src/proof/Branches.h"
#include "src/proof/Returns.h"
#include "src/rules/Rules.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <memory>

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using engine::Finding;
using rules::Verdict;

namespace {

RepairSet without(StringRef Why) {
  RepairSet Set;
  Set.WhyNot = Why.str();
  return Set;
}

/// The fixes of one function, finding by finding.
class Repairer {
public:
  Repairer(const FunctionText &Code, ProgramText &Program, FailureAction Action)
      : Code(Code), Source(Code.Source), Judge(Program.Judge), Page(Code),
        Variables(Code, Page), Action(Action) {}

  RepairSet repair(const Finding &F);

private:
  /// One way to repair, as edits of the text.
  struct Draft {
    std::string Title;
    std::vector<TextEdit> Edits;
  };
  /// The ways to go on from a failure.
  struct Choice {
    FailurePath First; ///< What the option asks for.
    FailurePath Leave, Skip, Fallback;
  };
  /// The edits of one of them; why there are none.
  using Writer = llvm::function_ref<Placed(const FailurePath &)>;

  RepairSet guard(const Finding &F);
  RepairSet failureBranch(const Finding &F);
  RepairSet droppedIrp(const Finding &F);
  RepairSet sharedReturn(const Finding &F, StringRef Value);
  RepairSet deviceArgument(const Finding &F);

  bool isFreeBehind(const VarDecl &V, const Stmt &S) const;
  FailurePath fallback(const CallExpr &Call, const Site &Where,
                       const StatusName &Name, Plans &Planner) const;
  FailurePath chosen(const StatusName &Name, const FailurePath &Fallback,
                     Plans &Planner) const;
  RepairSet offer(const Choice &Ways, StringRef Title, Writer Write);
  RepairSet finish(std::vector<Draft> Drafts);

  const FunctionText &Code;
  const SourceText &Source;
  proof::Proof &Judge;
  Places Page;
  StatusVariables Variables;
  FailureAction Action;
  std::vector<TextEdit> Taken;
  /// Registrations whose failure is dealt with already.
  llvm::SmallPtrSet<const CallExpr *, 4> Mended;
};

/// The first draft is the preferred one.
RepairSet Repairer::finish(std::vector<Draft> Drafts) {
  RepairSet Set;
  for (Draft &D : Drafts) {
    if (!settle(D.Edits, Source))
      return without("its edits would touch each other");
    if (llvm::any_of(D.Edits, [&](const TextEdit &Edit) {
          return collides(Edit, Taken);
        })) {
      if (!Set.Preferred)
        return without("it would touch the fix of another warning");
      continue;
    }
    Repair R{D.Title, {}};
    for (const TextEdit &Edit : D.Edits)
      R.Edits.push_back(Source.hint(Edit));
    if (Set.Preferred)
      Set.Alternatives.push_back(std::move(R));
    else
      Set.Preferred = std::move(R);
  }
  // Where the preferred edits are, no other fix goes. The alternatives edit the
  // same places.
  if (!Drafts.empty())
    llvm::append_range(Taken, Drafts.front().Edits);
  return Set;
}

/// The chosen way first; then leaving, where that is certain; then those that
/// go on.
RepairSet Repairer::offer(const Choice &Ways, StringRef Title, Writer Write) {
  if (!Ways.First && !Ways.Leave && !Ways.Fallback)
    return without(Ways.Leave.WhyNot +
                   "; nor can it fall back: " + Ways.Fallback.WhyNot);
  llvm::SmallVector<const FailurePath *, 4> Order;
  for (const FailurePath *Path :
       {&Ways.First, Ways.Leave ? &Ways.Leave : &Ways.Fallback, &Ways.Skip,
        &Ways.Fallback})
    if (*Path && llvm::none_of(Order, [&](const FailurePath *Other) {
          return Other->Lines == Path->Lines && Other->Around == Path->Around;
        }))
      Order.push_back(Path);
  std::vector<Draft> Drafts;
  for (const FailurePath *Path : Order) {
    Placed Written = Write(*Path);
    // (The lines to be indented may be too unusual.)
    if (!Written && Path->Around && Ways.Fallback)
      continue;
    if (!Written)
      return without(Written.Why);
    Drafts.push_back({(Title + Path->Title).str(), std::move(Written.Edits)});
  }
  RepairSet Set = finish(std::move(Drafts));
  if (Set.Preferred && !Ways.First && !Ways.Leave)
    Set.WhyNotLeft = Ways.Leave.WhyNot;
  return Set;
}

/// The value that \p V has is not needed behind \p S, nor in a macro that is
/// nothing in this build, as long as it has that value.
bool Repairer::isFreeBehind(const VarDecl &V, const Stmt &S) const {
  if (!V.hasLocalStorage() || V.getType().isVolatileQualified() ||
      !Judge.isFreeBehind(Code, V, S))
    return false;
  const SourceManager &Sources = Code.Context.getSourceManager();
  const Stmt *Next = proof::nextAssignment(Code, V, S);
  const unsigned From = Code.begin(&S),
                 Until = Next ? Code.begin(Next) : Code.BodyEnd;
  auto IsNamed = [&](unsigned At) {
    return llvm::any_of(Code.statements(), [&](const Stmt *Inner) {
      if (const auto *Ref = dyn_cast<DeclRefExpr>(Inner))
        return Source.offset(Sources.getSpellingLoc(Ref->getLocation())) == At;
      if (const auto *Member = dyn_cast<MemberExpr>(Inner))
        return Source.offset(Member->getMemberLoc()) == At;
      const auto *Declares = dyn_cast<DeclStmt>(Inner);
      return Declares && llvm::any_of(Declares->decls(), [&](const Decl *D) {
               return Source.offset(D->getLocation()) == At;
             });
    });
  };
  return llvm::none_of(Source.tokens(), [&](const RawToken &T) {
    return T.Begin > From && T.End < Until && T.Kind == tok::raw_identifier &&
           Source.text(T) == V.getName() && !IsNamed(T.Begin);
  });
}

//===----------------------------------------------------------------------===//
// A status that nobody tests
//===----------------------------------------------------------------------===//

/// Behind the fallback all is as after a success. Where somebody may look at
/// the status still, it has to say so.
FailurePath Repairer::fallback(const CallExpr &Call, const Site &Where,
                               const StatusName &Name, Plans &Planner) const {
  const bool ReadLater =
      Where.isKept() &&
      (!Name.Variable || !isFreeBehind(*Name.Variable, *Where.Statement));
  if (ReadLater && Where.Stored) {
    const Stmt *Stores = &Call;
    while (!isa<BinaryOperator>(Stores))
      Stores = Code.parent(Stores);
    // `a = b = ...`
    if (bare(Where.Whole) != Stores)
      return FailurePath::none("its result is stored twice");
  }
  return Planner.fallback(Name, ReadLater);
}

/// What the option asks for; none where that is Auto, or would be wrong.
FailurePath Repairer::chosen(const StatusName &Name,
                             const FailurePath &Fallback,
                             Plans &Planner) const {
  switch (Action) {
  case FailureAction::Auto:
    break;
  case FailureAction::Complete:
  case FailureAction::Return:
    return Planner.leave(Name, Action);
  case FailureAction::Skip:
    return Planner.skip(Name);
  case FailureAction::Fallback:
    return Fallback;
  }
  return FailurePath();
}

RepairSet Repairer::guard(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  if (!Source.offset(Call.getBeginLoc()) || !Source.offset(Call.getEndLoc()))
    return without("it is in a macro");
  const Site Where = siteOf(Code, Call);
  if (Where.Why)
    return without(Where.Why);
  Plans Planner(Code, Judge, Call, {Spot::Behind, Where.Statement});
  const Testable Status = Variables.testable(
      Call, Where, Planner.Ways.statusOfWayOut(),
      [&](const VarDecl &V) {
        return isFreeBehind(V, Call) && !Planner.Ways.isReadOnWayOut(V);
      },
      Taken);
  if (Status.Why)
    return without(Status.Why);
  const StatusName &Name = Status.Name;
  Choice Ways;
  Ways.Leave = Planner.leave(Name);
  Ways.Fallback = fallback(Call, Where, Name, Planner);
  Ways.First = chosen(Name, Ways.Fallback, Planner);
  // Where the status is tested later on, that decides for a skipped IRP, too.
  if ((Ways.First || Ways.Leave || Ways.Fallback) &&
      (!Where.isKept() ||
       (Name.Variable && isFreeBehind(*Name.Variable, *Where.Statement))))
    Ways.Skip = Planner.skip(Name);
  RepairSet Set = offer(
      Ways, "check it with NT_SUCCESS; on failure ",
      [&](const FailurePath &Path) {
        const std::string Succeeds = "NT_SUCCESS(" + Name.Text + ")";
        Placed Test =
            Path.Around
                ? Page.guardAround(Status.Test, Succeeds, *Path.Around)
                : Page.guardBehind(Status.Test, "!" + Succeeds, Path.Lines);
        Test.Edits.insert(Test.Edits.begin(), Status.Store.begin(),
                          Status.Store.end());
        return Test;
      });
  if (Set.Preferred)
    Variables.reserve(Status);
  return Set;
}

//===----------------------------------------------------------------------===//
// A failure that is seen, and not dealt with
//===----------------------------------------------------------------------===//

RepairSet Repairer::failureBranch(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  const proof::Decision Test = Judge.decisionOf(Code.Function, Call);
  const auto *If = dyn_cast_or_null<IfStmt>(Test.At);
  if (!If || If->getIfLoc().isMacroID())
    return without("there is no plain test of the status");
  const Arm Failing = Test.FailsWhen ? Arm::Then : Arm::Else;
  const Stmt *Branch = statementOf(*If, Failing);
  if (!proof::isPlainBranch(Code, Branch))
    return without("the branch of the failure does more than to report it");
  const auto Statuses = proof::statusesIn(Code, *If->getCond());
  const auto *Found = llvm::find_if(
      Statuses, [](const VarDecl *V) { return V->hasLocalStorage(); });
  if (Found == Statuses.end())
    return without("there is no plain test of the status");
  const VarDecl &Status = **Found;
  Plans Planner(Code, Judge, Call, {Spot::EndOf, Branch, If, Test.FailsWhen});
  const StatusName Name{Status.getName().str(), &Status, true};
  Choice Ways;
  Ways.Leave = Planner.leave(Name);
  Ways.Fallback = Planner.fallback(Name, !isFreeBehind(Status, *If));
  // It is right where all goes on then as after a success.
  const Stmt *Other = statementOf(*If, Test.FailsWhen ? Arm::Else : Arm::Then);
  if (Ways.Fallback &&
      !(proof::onlyReports(Code, Branch) && proof::onlyReports(Code, Other) &&
        proof::isPlainBranch(Code, Other)))
    Ways.Fallback = FailurePath::none(
        "the branches of the test differ in more than reports");
  if (Ways.Leave || Ways.Fallback)
    Ways.Skip = Planner.skip(Name);
  return offer(Ways, "on failure ", [&](const FailurePath &Path) {
    return Page.appendTo(*If, Failing, Path.Lines);
  });
}

/// `if (NT_SUCCESS(status)) { ... } return status;`: an else completes the IRP.
RepairSet Repairer::sharedReturn(const Finding &F, StringRef Value) {
  const proof::Decision Test = Judge.decisionOf(Code.Function, *F.Registration);
  const auto *If = dyn_cast_or_null<IfStmt>(Test.At);
  if (!If || If->getIfLoc().isMacroID() || If->getElse() || Test.FailsWhen)
    return without("other paths come to the same return");
  Plans Planner(Code, Judge, *F.Registration,
                {Spot::EndOf, nullptr, If, false});
  FailurePath Path = Planner.completeOwn(Value);
  if (!Path)
    return without(Path.WhyNot);
  Placed Else = Page.addElse(*If, Path.Lines);
  if (!Else)
    return without(Else.Why);
  return finish({{"on failure complete the IRP", std::move(Else.Edits)}});
}

RepairSet Repairer::droppedIrp(const Finding &F) {
  const auto *Return = dyn_cast_or_null<ReturnStmt>(F.FaultAt);
  if (!Return || !Code.parent(Return) || Return->getBeginLoc().isMacroID())
    return without("no return statement of its own");
  const Expr *Value = Return->getRetValue();
  auto Bytes = Value && isRepeatable(Value)
                   ? Source.bytes(Value->getSourceRange())
                   : std::nullopt;
  if (!Bytes)
    return without("the returned value cannot be named again");
  const StringRef Text = Source.text(Bytes->first, Bytes->second);
  std::optional<Slot> Jump = Page.slotOf(siteOfStatement(Code, *Return));
  if (!Jump)
    return without("the return is next to a macro");
  std::string Why;
  for (const Stmt *Point : proof::pointsBefore(Code, Judge, *Return)) {
    Plans Planner(Code, Judge, *F.Registration, {Spot::InFrontOf, Point});
    FailurePath Path = Planner.completeOwn(Text);
    if (!Path) {
      if (Why.empty())
        Why = Path.WhyNot;
      continue;
    }
    Placed Added = Page.insertBefore(*Jump, *Point, Path.Lines);
    if (!Added)
      return without(Added.Why);
    return finish({{"on failure complete the IRP", std::move(Added.Edits)}});
  }
  // Others come to this return as well.
  RepairSet Shared = sharedReturn(F, Text);
  return Shared.Preferred ? Shared : without(Why);
}

//===----------------------------------------------------------------------===//
// A wrong argument, a wrong value
//===----------------------------------------------------------------------===//

RepairSet Repairer::deviceArgument(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  const proof::OwnDevice Own = Judge.deviceInstead(Code, Call);
  if (!Own.Device)
    return without(Own.WhyNot);
  const SourceRange Range = Call.getArg(0)->getSourceRange();
  const auto Bytes = Source.bytes(Range);
  if (!Source.plainText(Range) || !Source.offset(Range.getBegin()) ||
      !Source.offset(Call.getBeginLoc()))
    return without("it is in a macro");
  const std::string Name = Own.Device->getName().str();
  return finish(
      {{"pass '" + Name + "'", {{Bytes->first, Bytes->second, Name}}}});
}

/// Another value at a return statement. \p Source: its file, or null.
RepairSet returnInstead(const Finding &F, ProgramText &Program) {
  if (const char *Why =
          proof::whyNotReturned(F, Program.Whole, Program.Context))
    return without(Why);
  const auto &Return = *cast<ReturnStmt>(F.FaultAt);
  const SourceText *Source = Program.textAt(Return.getBeginLoc());
  const auto Bytes =
      Source ? Source->bytes(proof::returnedBy(Return)->getSourceRange())
             : std::nullopt;
  const auto Begin =
      Source ? Source->offset(Return.getReturnLoc()) : std::nullopt;
  if (!Bytes || !Begin)
    return without("it is in a macro, or a preprocessor directive is in it");
  if (Source->crossesDirective(*Begin, Bytes->second) ||
      Source->hasComment(*Begin, Bytes->second))
    return without("a comment or a preprocessor directive is in the statement");
  std::string Text = F.ReturnInstead;
  const StringRef Before = Source->text(0, Bytes->first);
  if (!Before.empty() &&
      isAsciiIdentifierContinue(static_cast<unsigned char>(Before.back())))
    Text.insert(0, " ");
  RepairSet Set;
  Set.Preferred = Repair{std::string("return ") + F.ReturnInstead,
                         {Source->hint({Bytes->first, Bytes->second, Text})}};
  return Set;
}

RepairSet Repairer::repair(const Finding &F) {
  // One cure is enough: behind it the other would never be reached.
  const bool Again = Mended.count(F.Registration) != 0;
  RepairSet Result;
  switch (static_cast<Verdict>(F.Broken)) {
  case Verdict::SentUnchecked:
  case Verdict::LostUnchecked:
    Result = Again ? without("another fix deals with it") : guard(F);
    break;
  case Verdict::SentAfterFailure:
    Result = Again ? without("another fix deals with it") : failureBranch(F);
    break;
  case Verdict::DispatchDropsIrp:
    return droppedIrp(F);
  case Verdict::SentToOwnDevice:
    return deviceArgument(F);
  case Verdict::LeakAfterSuccess:
  case Verdict::LeakUnchecked:
  case Verdict::RegisteredTwice:
    return without("the registration has to be moved by its author");
  default:
    return without("nothing is wrong");
  }
  if (Result.Preferred)
    Mended.insert(F.Registration);
  return Result;
}

} // namespace

const SourceText *ProgramText::textAt(SourceLocation Loc) {
  if (Loc.isInvalid() || Loc.isMacroID())
    return nullptr;
  const FileID File = Context.getSourceManager().getFileID(Loc);
  auto [It, New] = Texts.try_emplace(File);
  if (New)
    if (std::optional<SourceText> Text = SourceText::of(Loc, Context))
      It->second = std::make_unique<SourceText>(std::move(*Text));
  return It->second.get();
}

struct Repairs::InFunction {
  InFunction(const FunctionDecl &F, ProgramText &Program,
             const SourceText &Source, FailureAction Action)
      : Code(F, Program.Context, Source), Fixes(Code, Program, Action) {}
  FunctionText Code;
  Repairer Fixes;
  size_t Next = 0; ///< The first finding that has not been repaired.
};

Repairs::Repairs(ProgramText &Program, FailureAction Action,
                 llvm::ArrayRef<Finding> All)
    : Program(Program), Action(Action), All(All) {}

Repairs::~Repairs() = default;

RepairSet Repairs::of(const Finding &F) {
  if (!F.Registration)
    return returnInstead(F, Program);
  if (!F.Function || !F.Function->getBody())
    return without("there is no body");
  const SourceText *Source = Program.textAt(F.Registration->getBeginLoc());
  if (!Source)
    return without("it is in a macro, or in no file of the user's");
  if (!Source->offset(F.Function->getBody()->getBeginLoc()) ||
      !Source->offset(F.Function->getBody()->getEndLoc()))
    return without("the function is made by a macro");
  std::unique_ptr<InFunction> &Here = Functions[F.Function];
  if (!Here)
    Here = std::make_unique<InFunction>(*F.Function, Program, *Source, Action);
  // The fixes of the findings before this one come first, as they will then.
  RepairSet Result;
  for (; Here->Next != All.size(); ++Here->Next) {
    const Finding &Other = All[Here->Next];
    if (Other.Function != F.Function || !Other.Registration)
      continue;
    Result = Here->Fixes.repair(Other);
    if (&Other == &F) {
      ++Here->Next;
      return Result;
    }
  }
  return without("it is none of the findings, or not the next");
}

} // namespace wdm::fixits
