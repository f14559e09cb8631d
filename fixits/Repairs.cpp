//===- Repairs.cpp - The fixes of a translation unit
//--------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Repairs.h"
#include "fixits/Place.h"
#include "fixits/Plans.h"
#include "fixits/StatusVariable.h"
#include "src/model/OwnWords.h"
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
          return Other.Lines == Path.Lines && Other.Around == Path.Around;
        }))
      Paths.push_back(Path);
  return Paths;
}

/// The fixes of one function, finding by finding.
class Repairer {
public:
  Repairer(const FunctionText &Code, ProgramText &Program, FailureAction Action)
      : Code(Code), Source(Code.Source), Program(Program), Judge(Program.Judge),
        Page(Code), Variables(Code, Page), Action(Action) {}

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
  RepairSet sharedReturn(const Finding &F, StringRef Value);
  std::vector<const Stmt *> pointsBefore(const ReturnStmt &Return) const;
  const VarDecl *statusIn(const IfStmt &If) const;
  unsigned nextAssignment(const VarDecl &V, const Stmt &S) const;
  bool isFreeBehind(const VarDecl &V, const Stmt &S) const;
  RepairSet deviceArgument(const Finding &F);

  Testable makeTestable(const Finding &F, const Site &Where,
                        Plans &Planner) const;
  Testable keep(const CallExpr &Call, const Site &Where, const Slot &Behind,
                Plans &Planner) const;
  FailurePath fallback(const CallExpr &Call, const Site &Where,
                       const StatusName &Name, Plans &Planner) const;
  FailurePath chosen(const StatusName &Name, const FailurePath &Fallback,
                     Plans &Planner) const;
  bool isHidden(const ParmVarDecl &Device) const;
  bool isOwnDevice(const ParmVarDecl &Device, const Expr &Instead) const;
  bool isOnlyUse(const Expr *Arg) const;
  bool isClear(const Draft &D) const;
  RepairSet finish(std::vector<Draft> Drafts);

  const FunctionText &Code;
  const SourceText &Source;
  ProgramText &Program;
  proof::Proof &Judge;
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
                                  const Slot &Behind, Plans &Planner) const {
  Testable Status;
  Status.Test = Behind;
  Status.Kept = Variables.find(
      Call, Where, Planner.statusOfWayOut(),
      [&](const VarDecl &V) {
        return isFreeBehind(V, Call) && !Planner.isReadOnWayOut(V);
      },
      Taken);
  if (!Status.Kept) {
    Status.Why = "there is no place for a variable";
    return Status;
  }
  Status.Name = {Status.Kept->Name, Status.Kept->Variable, true, true};
  if (auto Store = Variables.storeIn(Where, Call, *Status.Kept))
    Status.Store = std::move(*Store);
  else
    Status.Why = "the statement is too unusual";
  return Status;
}

Repairer::Testable Repairer::makeTestable(const Finding &F, const Site &Where,
                                          Plans &Planner) const {
  auto No = [](const char *Why) {
    Testable Status;
    Status.Why = Why;
    return Status;
  };
  const CallExpr &Call = *F.Registration;
  if (!holdsStatus(Call.getType(), Code.Context))
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
  Testable Status;
  Status.Test = Stored.Test;
  Status.Name = {Stored.Text, Stored.Variable, Stored.Variable != nullptr};
  return Status;
}

/// Behind the fallback all is as after a success. Where somebody may look at
/// the status still, it has to say so.
FailurePath Repairer::fallback(const CallExpr &Call, const Site &Where,
                               const StatusName &Name, Plans &Planner) const {
  const Stmt *Stores = Where.Statement;
  if (Where.Stored)
    for (Stores = &Call; !isa<BinaryOperator>(Stores);)
      Stores = Code.parent(Stores);
  const bool ReadLater =
      Where.isKept() &&
      (!Name.Variable || !isFreeBehind(*Name.Variable, *Where.Statement));
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
                             Plans &Planner) const {
  switch (Action) {
  case FailureAction::Auto:
    return FailurePath();
  case FailureAction::Complete:
    return Planner.leave(Name, Wish::Complete);
  case FailureAction::Return:
    return Planner.leave(Name, Wish::Return);
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
  const Testable Status = makeTestable(F, Where, Planner);
  if (Status.Why)
    return without(Status.Why);
  const StatusName &Name = Status.Name;

  // The ways, the chosen one first; then leaving, where that is certain; then
  // those that go on.
  const FailurePath Leave = Planner.leave(Name);
  const FailurePath Fallback = fallback(Call, Where, Name, Planner);
  const FailurePath First = chosen(Name, Fallback, Planner);
  if (!First && !Leave && !Fallback)
    return without(Leave, Fallback);
  // Where the status is tested later on, that decides for a skipped IRP, too.
  FailurePath Skip;
  if (!Where.isKept() ||
      (Name.Variable && isFreeBehind(*Name.Variable, *Where.Statement)))
    Skip = Planner.skip(Name);
  std::vector<Draft> Drafts;
  for (const FailurePath &Path :
       distinct({First, Leave ? Leave : Fallback, Skip, Fallback})) {
    const std::string Succeeds = "NT_SUCCESS(" + Name.Text + ")";
    Placed Test =
        Path.Around ? Page.guardAround(Status.Test, Succeeds, *Path.Around)
                    : Page.guardBehind(Status.Test, "!" + Succeeds, Path.Lines);
    // (The lines to be indented may be too unusual.)
    if (!Test && Path.Around && Fallback)
      continue;
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

/// No jump, and no place that control comes to from elsewhere.
bool isPlainBranch(const FunctionText &Code, const Stmt *Branch) {
  return !Branch || (!isa<NullStmt>(Branch) &&
                     llvm::none_of(Code.statements(), [&](const Stmt *S) {
                       return Code.isInside(S, Branch) &&
                              isa<ReturnStmt, GotoStmt, BreakStmt, ContinueStmt,
                                  SEHLeaveStmt, LabelStmt, SwitchCase>(S);
                     }));
}

/// True when \p Branch only prints.
bool onlyReports(const FunctionText &Code, const Stmt *Branch) {
  return llvm::all_of(Code.statements(), [&](const Stmt *S) {
    if (!Branch || !Code.isInside(S, Branch))
      return true;
    if (const auto *Call = dyn_cast<CallExpr>(S)) {
      return isReport(Code, *Call);
    }
    const auto *Assign = dyn_cast<BinaryOperator>(S);
    const auto *Unary = dyn_cast<UnaryOperator>(S);
    return !(Assign && Assign->isAssignmentOp()) &&
           !(Unary && Unary->isIncrementDecrementOp());
  });
}

RepairSet Repairer::failureBranch(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  const proof::Decision Test = Judge.decisionOf(Code.Function, Call);
  const auto *If = dyn_cast_or_null<IfStmt>(Test.At);
  if (!If || If->getIfLoc().isMacroID())
    return without("there is no plain test of the status");
  const Arm Failing = Test.FailsWhen ? Arm::Then : Arm::Else;
  const Stmt *Branch = statementOf(*If, Failing);
  if (!isPlainBranch(Code, Branch))
    return without("the branch of the failure does more than to report it");
  const VarDecl *Status = statusIn(*If);
  if (!Status)
    return without("there is no plain test of the status");
  Plans Planner(Code, Judge, Call, {Spot::EndOf, Branch, If, Test.FailsWhen});
  const StatusName Name{Status->getName().str(), Status, true};
  const FailurePath Leave = Planner.leave(Name);
  FailurePath Fallback = Planner.fallback(Name, !isFreeBehind(*Status, *If));
  // It is right where all goes on then as after a success.
  const Stmt *Other =
      statementOf(*If, Failing == Arm::Then ? Arm::Else : Arm::Then);
  if (Fallback && !(onlyReports(Code, Branch) && onlyReports(Code, Other) &&
                    isPlainBranch(Code, Other))) {
    Fallback.Lines.clear();
    Fallback.WhyNot = "the branches of the test differ in more than reports";
  }
  if (!Leave && !Fallback)
    return without(Leave, Fallback);
  std::vector<FailurePath> Paths{Leave ? Leave : Fallback};
  if (FailurePath Skip = Planner.skip(Name))
    Paths.push_back(std::move(Skip));
  if (Leave && Fallback)
    Paths.push_back(Fallback);

  std::vector<Draft> Drafts;
  for (const FailurePath &Path : Paths) {
    Placed Added = Page.appendTo(*If, Failing, Path.Lines);
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

/// The places in front of \p Return for what completes an IRP: before what is
/// given back last, then behind it.
std::vector<const Stmt *>
Repairer::pointsBefore(const ReturnStmt &Return) const {
  std::vector<const Stmt *> Points{&Return};
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Code.parent(&Return));
  if (!Block)
    return Points;
  llvm::SmallVector<const Stmt *, 8> Before;
  for (const Stmt *S : Block->body()) {
    if (S == &Return)
      break;
    Before.push_back(S);
  }
  for (const Stmt *S : llvm::reverse(Before)) {
    const auto *E = dyn_cast<Expr>(S);
    if (!E || !Judge.givesBack(Code.Function, *bare(E)))
      break;
    Points.insert(Points.begin(), S);
  }
  return Points;
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
  for (const Stmt *Point : pointsBefore(*Return)) {
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

/// The status that a test reads.
const VarDecl *Repairer::statusIn(const IfStmt &If) const {
  for (const Stmt *S : Code.statements())
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      if (Code.isInside(S, If.getCond()))
        if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
          if (V->hasLocalStorage() && isStatusType(V->getType()))
            return V;
  return nullptr;
}

/// Where a statement of the block of \p S assigns to \p V again; the end of
/// the function where none does.
unsigned Repairer::nextAssignment(const VarDecl &V, const Stmt &S) const {
  const Stmt *Child = &S, *Block = Code.parent(&S);
  while (Block && !isa<CompoundStmt>(Block)) {
    Child = Block;
    Block = Code.parent(Block);
  }
  bool Behind = false;
  for (const Stmt *Other : Block ? Block->children() : S.children()) {
    if (isa_and_nonnull<LabelStmt, SwitchCase>(Other) && Behind)
      break; // Others come here as well.
    const auto *E = dyn_cast_or_null<Expr>(Other);
    const auto *Assign =
        E ? dyn_cast<BinaryOperator>(E->IgnoreParens()) : nullptr;
    if (Behind && Assign && Assign->getOpcode() == BO_Assign &&
        variableOf(Assign->getLHS()) == &V)
      return Code.begin(Other);
    Behind |= Other == Child;
  }
  return Code.BodyEnd;
}

/// The value that \p V has is not needed behind \p S.
bool Repairer::isFreeBehind(const VarDecl &V, const Stmt &S) const {
  if (!V.hasLocalStorage() || V.getType().isVolatileQualified() ||
      !Judge.isFreeBehind(Code, V, S))
    return false;
  // In a macro that is nothing in this build it may be read.
  const SourceManager &Sources = Code.Context.getSourceManager();
  // ... as long as it has that value.
  const unsigned From = Code.begin(&S), Until = nextAssignment(V, S);
  auto IsNamed = [&](unsigned At) {
    return llvm::any_of(Code.statements(), [&](const Stmt *Inner) {
      if (const auto *Ref = dyn_cast<DeclRefExpr>(Inner))
        return Source.offset(Sources.getSpellingLoc(Ref->getLocation())) == At;
      const auto *Declares = dyn_cast<DeclStmt>(Inner);
      return Declares && llvm::any_of(Declares->decls(), [&](const Decl *D) {
               return Source.offset(D->getLocation()) == At;
             });
    });
  };
  return llvm::none_of(Source.tokens(), [&](const RawToken &T) {
    return T.Begin > From && T.End < Until && T.Kind == tok::raw_identifier &&
           Source.text(T.Begin, T.End) == V.getName() && !IsNamed(T.Begin);
  });
}

//===----------------------------------------------------------------------===//
// The wrong device object
//===----------------------------------------------------------------------===//

/// True when the function declares the name a second time.
bool Repairer::isHidden(const ParmVarDecl &Device) const {
  return llvm::any_of(Code.statements(), [&](const Stmt *S) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    return Declares && llvm::any_of(Declares->decls(), [&](const Decl *D) {
             const auto *Named = dyn_cast<NamedDecl>(D);
             return Named && Named->getDeclName() == Device.getDeclName();
           });
  });
}

/// True when \p Device is the driver's own, and of the type of \p Instead.
bool Repairer::isOwnDevice(const ParmVarDecl &Device,
                           const Expr &Instead) const {
  if (!Device.getDeclName().isIdentifier() || Device.getName().empty() ||
      !Code.Context.hasSameUnqualifiedType(Device.getType(),
                                           Instead.getType()) ||
      Judge.isChanged(Code.Function, Device))
    return false;
  if (Program.Whole.Roles.isDispatch(Code.Function))
    return true;
  // A helper of the same shape may be given the lower device object.
  if (model::soundsLower(Device.getName()) ||
      !Judge.passOwnDevice(Code.Function))
    return false;
  bool Extension = false;
  for (const Stmt *S : Code.statements())
    if (const auto *Member = dyn_cast<MemberExpr>(S))
      if (variableOf(Member->getBase()) == &Device) {
        const model::DeviceField Field =
            model::roleOfDeviceField(*Member->getMemberDecl());
        if (Field == model::DeviceField::Other)
          return false;
        Extension |= Field == model::DeviceField::Extension;
      }
  return Extension;
}

/// True when \p Arg is a local variable that is read nowhere else.
bool Repairer::isOnlyUse(const Expr *Arg) const {
  const VarDecl *Given = variableOf(Arg);
  if (!Given || !Given->hasLocalStorage() || isa<ParmVarDecl>(Given))
    return false;
  return llvm::none_of(Code.statements(), [&](const Stmt *S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    const auto *Cast =
        Ref ? dyn_cast_or_null<CastExpr>(Code.parent(Ref)) : nullptr;
    if (!Cast || Ref->getDecl() != Given ||
        Cast->getCastKind() != CK_LValueToRValue)
      return false;
    // The other registrations may be mended as well.
    const Stmt *Up = Cast;
    while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
      Up = Code.parent(Up);
    const auto *User = dyn_cast_or_null<CallExpr>(Up);
    return !User || !model::isRegistrationItself(*User);
  });
}

RepairSet Repairer::deviceArgument(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  if (!model::isRegistrationItself(Call))
    return without("not a call of IoSetCompletionRoutineEx itself");
  if (proof::ownIrp(Code.Function) < 1)
    return without("the function is no dispatch routine");
  const ParmVarDecl *Own = Code.Function.getParamDecl(0);
  if (!isOwnDevice(*Own, *Call.getArg(0)))
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
