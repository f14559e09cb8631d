//===- StatusGuard.cpp - Repairs of a registration ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/StatusGuard.h"
#include "fixits/AuthorsTest.h"
#include "fixits/FailurePath.h"
#include "fixits/FunctionFacts.h"
#include "fixits/Place.h"
#include "fixits/SafeEdit.h"
#include "fixits/StatusVariable.h"
#include "src/rules/Rules.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <initializer_list>
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

/// `no way out; nor can it fall back: ...`
RepairSet without(const FailurePath &Leave, const FailurePath &Fallback) {
  return without(Leave.WhyNot + "; nor can it fall back: " + Fallback.WhyNot);
}

/// Those that there are, the first of those that do the same.
std::vector<FailurePath> distinct(std::initializer_list<FailurePath> All) {
  std::vector<FailurePath> Paths;
  for (const FailurePath &Path : All)
    if (Path && llvm::none_of(Paths, [&](const FailurePath &Other) {
          return Other.Lines == Path.Lines;
        }))
      Paths.push_back(Path);
  return Paths;
}

/// The fixes of one function, finding by finding.
class Repairer {
public:
  Repairer(const FunctionFacts &Facts, FailureAction Action)
      : Facts(Facts), Source(Facts.Source), Page(Facts), Variables(Facts, Page),
        Action(Action) {}

  RepairSet repair(const Finding &F);

private:
  /// One way to repair, as edits of the text.
  struct Draft {
    std::string Title;
    std::vector<TextEdit> Edits;
  };
  /// A status that can be tested.
  struct Testable {
    StatusName Name;
    Slot Test;                   ///< The test comes behind it.
    std::vector<TextEdit> Store; ///< What makes it one.
    std::optional<Keeper> Kept;  ///< It was discarded.
    const char *Why = nullptr;   ///< It cannot.
  };

  RepairSet guard(const Finding &F);
  RepairSet failureBranch(const Finding &F);
  RepairSet droppedIrp(const Finding &F);
  RepairSet sharedReturn(const Finding &F, const ReturnStmt &Return);
  RepairSet deviceArgument(const Finding &F);

  Testable makeTestable(const Finding &F, const Site &Where,
                        const FailurePlanner &Planner) const;
  Testable keep(const CallExpr &Call, const Site &Where, const Slot &Behind,
                const FailurePlanner &Planner) const;
  FailurePath fallback(const CallExpr &Call, const Site &Where,
                       const StatusName &Name,
                       const FailurePlanner &Planner) const;
  FailurePath chosen(const StatusName &Name, const FailurePath &Fallback,
                     const FailurePlanner &Planner) const;
  bool isHidden(const ParmVarDecl &Device) const;
  bool isOnlyUse(const Expr *Arg) const;
  bool isClear(const Draft &D) const;
  RepairSet finish(std::vector<Draft> Drafts);

  const FunctionFacts &Facts;
  const SourceText &Source;
  Places Page;
  StatusVariables Variables;
  FailureAction Action;
  std::vector<TextEdit> Taken;
  /// Registrations whose failure is dealt with already.
  llvm::SmallPtrSet<const CallExpr *, 4> Mended;
};

bool Repairer::isClear(const Draft &D) const {
  return llvm::none_of(D.Edits, [&](const TextEdit &Edit) {
    return llvm::any_of(
        Taken, [&](const TextEdit &Other) { return collide(Edit, Other); });
  });
}

/// The first draft is the preferred one.
RepairSet Repairer::finish(std::vector<Draft> Drafts) {
  RepairSet Set;
  for (Draft &D : Drafts) {
    if (!settle(D.Edits, Source))
      return without("its edits would touch each other");
    if (!isClear(D)) {
      if (!Set.Preferred)
        return without("it would touch the fix of another warning");
      continue;
    }
    Repair R;
    R.Title = D.Title;
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
    Taken.insert(Taken.end(), Drafts.front().Edits.begin(),
                 Drafts.front().Edits.end());
  return Set;
}

//===----------------------------------------------------------------------===//
// A status that nobody tests
//===----------------------------------------------------------------------===//

/// A variable for a status that is discarded.
Repairer::Testable Repairer::keep(const CallExpr &Call, const Site &Where,
                                  const Slot &Behind,
                                  const FailurePlanner &Planner) const {
  Testable Status;
  Status.Test = Behind;
  Status.Kept = Variables.find(
      Call, Where, Planner.statusOfWayOut(),
      [&](const VarDecl &V) {
        return Facts.isFreeAfter(V, &Call) && !Planner.isReadOnWayOut(V);
      },
      Taken);
  if (!Status.Kept) {
    Status.Why = "there is no place for a variable";
    return Status;
  }
  Status.Name = {Status.Kept->Name, Status.Kept->Variable, true};
  if (auto Store = Variables.storeIn(Where, Call, *Status.Kept))
    Status.Store = std::move(*Store);
  else
    Status.Why = "the statement is too unusual";
  return Status;
}

Repairer::Testable Repairer::makeTestable(const Finding &F, const Site &Where,
                                          const FailurePlanner &Planner) const {
  auto No = [](const char *Why) {
    Testable Status;
    Status.Why = Why;
    return Status;
  };
  const CallExpr &Call = *F.Registration;
  if (!holdsStatus(Call.getType(), Facts.Context))
    return No("its result is no NTSTATUS");
  std::optional<Slot> Behind = Page.slotOf(Where);
  if (!Behind)
    return No("it is next to a macro");
  if (Source.crossesDirective(Behind->OuterBegin, Behind->End))
    return No("a preprocessor directive is in the statement");
  if (!Where.isKept())
    return keep(Call, Where, *Behind, Planner);
  const StoredStatus Stored = Variables.storedAt(Where, *Behind);
  if (Stored.Why)
    return No(Stored.Why);
  if (Stored.Variable &&
      isCuredLater(Facts, F, *Stored.Variable, Stored.Test.End))
    return No("the failure is dealt with in another way later on");
  Testable Status;
  Status.Test = Stored.Test;
  Status.Name = {Stored.Text, Stored.Variable, Stored.Variable != nullptr};
  return Status;
}

/// Behind the fallback all is as after a success. Where somebody may look at
/// the status still, it has to say so.
FailurePath Repairer::fallback(const CallExpr &Call, const Site &Where,
                               const StatusName &Name,
                               const FailurePlanner &Planner) const {
  const Stmt *Stores = Where.Statement;
  if (Where.Stored)
    for (Stores = &Call; !isa<BinaryOperator>(Stores);)
      Stores = Facts.parent(Stores);
  const bool ReadLater =
      Where.isKept() &&
      (!Name.Variable || !Facts.isFreeAfter(*Name.Variable, Stores));
  FailurePath Path = Planner.fallback(Name, ReadLater);
  // `a = b = ...`
  if (ReadLater && Where.Stored && bare(Where.Whole) != Stores) {
    Path.Lines.clear();
    Path.WhyNot = "its result is stored twice";
  }
  return Path;
}

/// What the option asks for; none where that is Auto, or would be wrong.
FailurePath Repairer::chosen(const StatusName &Name,
                             const FailurePath &Fallback,
                             const FailurePlanner &Planner) const {
  switch (Action) {
  case FailureAction::Auto:
    return FailurePath();
  case FailureAction::Complete:
    return Planner.leave(Name, FailurePlanner::Leaving::Completing);
  case FailureAction::Return:
    return Planner.leave(Name, FailurePlanner::Leaving::ByReturn);
  case FailureAction::Skip:
    return Planner.skip();
  case FailureAction::Fallback:
    return Fallback;
  }
  return FailurePath();
}

RepairSet Repairer::guard(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  if (!Source.offset(Call.getBeginLoc()) || !Source.offset(Call.getEndLoc()))
    return without("it is in a macro");
  const Site Where = siteOf(Facts, Call);
  if (Where.Why)
    return without(Where.Why);
  FailurePlanner Planner(Facts, Call);
  const Testable Status = makeTestable(F, Where, Planner);
  if (Status.Why)
    return without(Status.Why);
  const StatusName &Name = Status.Name;
  if (Facts.maySkipSending(Call, Facts.irpOf(Call), Name.Variable))
    return without("after success the IRP is not sent on every path");

  // The ways, the chosen one first; then leaving, where that is certain; then
  // those that go on.
  const FailurePath Leave = Planner.leave(Name);
  const FailurePath Fallback = fallback(Call, Where, Name, Planner);
  const FailurePath First = chosen(Name, Fallback, Planner);
  if (!First && !Leave && !Fallback)
    return without(Leave, Fallback);
  std::vector<Draft> Drafts;
  for (const FailurePath &Path :
       distinct({First, Leave ? Leave : Fallback, Planner.skip(), Fallback})) {
    Placed Test = Page.guardBehind(
        Status.Test, "!NT_SUCCESS(" + Name.Text + ")", Path.Lines);
    if (!Test)
      return without(Test.Why);
    Draft D{"check it with NT_SUCCESS; on failure " + Path.Title, Status.Store};
    D.Edits.insert(D.Edits.end(), Test.Edits.begin(), Test.Edits.end());
    Drafts.push_back(std::move(D));
  }
  RepairSet Set = finish(std::move(Drafts));
  if (Set.Preferred && Status.Kept)
    Variables.reserve(*Status.Kept);
  if (Set.Preferred && !First && !Leave)
    Set.WhyNotLeft = Leave.WhyNot;
  return Set;
}

//===----------------------------------------------------------------------===//
// A failure that is seen, and not dealt with
//===----------------------------------------------------------------------===//

RepairSet Repairer::failureBranch(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  if (mayHaveSent(Facts, Call))
    return without("a helper registers, and may have sent the IRP itself");
  const AuthorsTest Test = testBehind(Facts, F);
  if (!Test)
    return without("there is no plain test of the status");
  const IrpFacts Irp = Facts.irpOf(Call);
  if (const char *Why = whyNotAppended(Facts, Test, Irp))
    return without(Why);
  // A later test of the same status decides otherwise.
  const Stmt *Point = lastIn(Test.failure());
  if (!Point)
    Point = Test.If->getCond();
  FailurePlanner Planner(Facts, Call, Point);
  const StatusName Name{Test.Status->getName().str(), Test.Status, true};
  const FailurePath Leave = Planner.leave(Name);
  FailurePath Fallback =
      Planner.fallback(Name, !Facts.isFreeAfter(*Test.Status, Point));
  // It is right where all goes on then as after a success.
  if (Fallback && !differsInReportsOnly(Facts, Test, Irp)) {
    Fallback.Lines.clear();
    Fallback.WhyNot = "the branches of the test differ in more than reports";
  }
  if (!Leave && !Fallback)
    return without(Leave, Fallback);
  std::vector<FailurePath> Paths{Leave ? Leave : Fallback};
  if (FailurePath Skip = Planner.skip())
    Paths.push_back(std::move(Skip));
  if (Leave && Fallback)
    Paths.push_back(Fallback);

  std::vector<Draft> Drafts;
  for (const FailurePath &Path : Paths) {
    Placed Added = Page.appendTo(*Test.If, Test.Failing, Path.Lines);
    if (!Added)
      return without(Added.Why);
    Drafts.push_back({"on failure " + Path.Title, std::move(Added.Edits)});
  }
  RepairSet Set = finish(std::move(Drafts));
  if (!Leave && Set.Preferred)
    Set.WhyNotLeft = Leave.WhyNot;
  return Set;
}

/// `if (NT_SUCCESS(status)) { ... } return status;`: an else completes the IRP.
RepairSet Repairer::sharedReturn(const Finding &F, const ReturnStmt &Return) {
  const AuthorsTest Test = testBefore(Facts, F, Return);
  if (!Test)
    return without("other paths come to the same return");
  FailurePlanner Planner(Facts, *F.Registration, Test.If->getCond());
  FailurePath Path = Planner.completeOwn(Test.Status->getName());
  if (!Path)
    return without(Path.WhyNot);
  Placed Else = Page.addElse(*Test.If, Path.Lines);
  if (!Else)
    return without(Else.Why);
  return finish({{"on failure complete the IRP", std::move(Else.Edits)}});
}

RepairSet Repairer::droppedIrp(const Finding &F) {
  if (mayHaveSent(Facts, *F.Registration))
    return without("a helper registers, and may have sent the IRP itself");
  const auto *Return = dyn_cast_or_null<ReturnStmt>(F.FaultAt);
  if (!Return || Return->getBeginLoc().isMacroID())
    return without("no return statement of its own");
  const Expr *Value = Return->getRetValue();
  auto Bytes = Value && isRepeatable(Value)
                   ? Source.bytes(Value->getSourceRange())
                   : std::nullopt;
  if (!Bytes)
    return without("the returned value cannot be named again");

  // Only the failure comes to this return.
  const AuthorsTest Test = testAround(Facts, F, *Return);
  if (!Test)
    return sharedReturn(F, *Return);
  if (!decidesAlone(Facts, *F.Registration, *Test.If))
    return without("there is no plain test of the status");
  if (const char *Why =
          whyNotCompleted(Facts, Test, Facts.irpOf(*F.Registration), *Return))
    return without(Why);
  std::optional<Slot> Jump = Page.slotOf(siteOfStatement(Facts, *Return));
  if (!Jump)
    return without("the return is next to a macro");
  const Stmt &Point = completionPoint(Facts, *Return);
  FailurePlanner Planner(Facts, *F.Registration, &Point);
  FailurePath Path =
      Planner.completeOwn(Source.text(Bytes->first, Bytes->second));
  if (!Path)
    return without(Path.WhyNot);
  Placed Added = Page.insertBefore(*Jump, Point, Path.Lines);
  if (!Added)
    return without(Added.Why);
  return finish({{"on failure complete the IRP", std::move(Added.Edits)}});
}

//===----------------------------------------------------------------------===//
// The wrong device object
//===----------------------------------------------------------------------===//

/// True when the function declares the name a second time.
bool Repairer::isHidden(const ParmVarDecl &Device) const {
  return llvm::any_of(Facts.statements(), [&](const Stmt *S) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    return Declares && llvm::any_of(Declares->decls(), [&](const Decl *D) {
             const auto *Named = dyn_cast<NamedDecl>(D);
             return Named && Named->getDeclName() == Device.getDeclName();
           });
  });
}

/// True when \p Arg is a local variable that is read nowhere else.
bool Repairer::isOnlyUse(const Expr *Arg) const {
  const VarDecl *Given = variableOf(Arg);
  if (!Given || !Given->hasLocalStorage() || isa<ParmVarDecl>(Given))
    return false;
  return llvm::none_of(Facts.statements(), [&](const Stmt *S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    const auto *Cast =
        Ref ? dyn_cast_or_null<CastExpr>(Facts.parent(Ref)) : nullptr;
    if (!Cast || Ref->getDecl() != Given ||
        Cast->getCastKind() != CK_LValueToRValue)
      return false;
    // The other registrations may be mended as well.
    const Stmt *Up = Cast;
    while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
      Up = Facts.parent(Up);
    const auto *User = dyn_cast_or_null<CallExpr>(Up);
    return !User || Facts.effectOf(*User) != model::Effect::Register;
  });
}

RepairSet Repairer::deviceArgument(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  if (FunctionFacts::nameOf(Call) != "IoSetCompletionRoutineEx" ||
      Call.getNumArgs() != 7)
    return without("not a call of IoSetCompletionRoutineEx itself");
  if (!Facts.irpParameter() || Facts.role() == Role::Framework)
    return without("the function is no dispatch routine");
  const ParmVarDecl *Own = Facts.Function.getParamDecl(0);
  if (!isOwnDevice(Facts, *Own))
    return without("the routine's own device object is not evident");
  const Expr *Arg = Call.getArg(0);
  if (!isRepeatable(Arg) || variableOf(Arg) == Own)
    return without("the argument is too unusual");
  if (isHidden(*Own))
    return without("the routine's own device object is hidden");
  if (isOnlyUse(Arg))
    return without("its variable would be left without a use");
  auto Bytes = Source.bytes(Arg->getSourceRange());
  if (!Bytes || !Source.offset(Arg->getBeginLoc()) ||
      !Source.offset(Call.getBeginLoc()) ||
      Source.hasComment(Bytes->first, Bytes->second))
    return without("it is in a macro");
  const std::string Name = Own->getName().str();
  return finish(
      {{"pass '" + Name + "'", {{Bytes->first, Bytes->second, Name}}}});
}

RepairSet Repairer::repair(const Finding &F) {
  RepairSet Result;
  // One cure is enough: behind it the other would never be reached.
  const bool Again = Mended.count(F.Registration) != 0;
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

struct Repairs::InFunction {
  InFunction(const FunctionFacts &Facts, FailureAction Action)
      : Fixes(Facts, Action) {}
  Repairer Fixes;
  size_t Next = 0; ///< The first finding that has not been repaired.
};

Repairs::Repairs(ProgramFacts &Program, FailureAction Action,
                 llvm::ArrayRef<Finding> All)
    : Program(Program), Action(Action), All(All) {}

Repairs::~Repairs() = default;

RepairSet Repairs::of(const Finding &F) {
  if (!F.Registration || !F.Function || !F.Function->getBody())
    return without("there is no body");
  const SourceText *Source = Program.textAt(F.Registration->getBeginLoc());
  if (!Source)
    return without("it is in a macro, or in no file of the user's");
  if (!Source->offset(F.Function->getBody()->getBeginLoc()) ||
      !Source->offset(F.Function->getBody()->getEndLoc()))
    return without("the function is made by a macro");
  std::unique_ptr<InFunction> &Here = Functions[F.Function];
  if (!Here)
    Here =
        std::make_unique<InFunction>(Program.of(*F.Function, *Source), Action);
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
