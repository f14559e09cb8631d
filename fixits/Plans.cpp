//===- Plans.cpp - What to do when nothing was registered -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Plans.h"
#include "src/model/OwnWords.h"
#include "src/model/Routines.h"
#include "src/proof/Branches.h"
#include "src/proof/Names.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using engine::Act;
using engine::Patch;

namespace {

/// More candidates are not tried.
constexpr size_t MaxPlans = 24;

constexpr StringRef Pending = "STATUS_PENDING";

bool isOneLine(StringRef Text) {
  return Text.find_first_of("\r\n") == StringRef::npos;
}

Act act(Act::KindTy Kind, const VarDecl &V) {
  return Act{Kind, V.getCanonicalDecl()};
}

} // namespace

FailurePath FailurePath::none(const llvm::Twine &Why) {
  FailurePath Path;
  Path.WhyNot = Why.str();
  return Path;
}

Plans::Plans(const FunctionText &Code, proof::Proof &Judge,
             const CallExpr &Registration, Spot Where)
    : Ways(Code, Judge, Registration, Where), Code(Code), Judge(Judge),
      Registration(Registration), Here(Ways.patchHere()) {}

bool Plans::areDeclared(std::initializer_list<StringRef> Names) const {
  return llvm::all_of(Names, [&](StringRef Name) {
    return isNameDeclared(Name, Code.Context);
  });
}

// --- Ending IRPs ------------------------------------------------------------

void Plans::completing(StringRef Name, StringRef Status,
                       std::vector<std::string> &Lines) const {
  if (Ways.needsNextPowerIrp())
    Lines.push_back(("PoStartNextPowerIrp(" + Name + ");").str());
  Lines.push_back((Name + "->IoStatus.Status = " + Status + ";").str());
  Lines.push_back((Name + "->IoStatus.Information = 0;").str());
  Lines.push_back(("IoCompleteRequest(" + Name + ", IO_NO_INCREMENT);").str());
}

/// Nothing where one of the IRPs cannot be named there.
std::optional<Plans::Ending> Plans::ending(llvm::ArrayRef<Act> Acts,
                                           const StatusName &Status) const {
  Ending E;
  E.Acts.append(Acts.begin(), Acts.end());
  for (const Act &A : Acts) {
    const auto &V = *cast<VarDecl>(static_cast<const Decl *>(A.Decl));
    const bool Frees = A.Kind == Act::Free;
    if (!Status.IsLocal || !isNamedAt(Code, V, Registration) ||
        !(Frees ? areDeclared({"IoFreeIrp"})
                : areDeclared({"IoCompleteRequest", "IO_NO_INCREMENT"})))
      return std::nullopt;
    if (Frees)
      E.Lines.push_back("IoFreeIrp(" + V.getName().str() + ");");
    else
      completing(V.getName(), Status.Text, E.Lines);
    E.Title = Frees ? "free the IRP and " : "complete the IRP and ";
  }
  return E;
}

/// The likely one first; the last one does nothing.
std::vector<Plans::Ending> Plans::endings(const StatusName &Status,
                                          FailureAction Asked) const {
  std::vector<Ending> All;
  for (const proof::ActList &Acts : Ways.endings())
    if (std::optional<Ending> E = ending(Acts, Status))
      All.push_back(std::move(*E));
  if (Asked != FailureAction::Complete || All.empty())
    All.emplace_back();
  return All;
}

// --- Jumps ------------------------------------------------------------------

Plans::Plan Plans::jumping(const proof::Jump &J, const Ending &E,
                           const StatusName &Status) const {
  std::string Jump = "break;", Title = "break";
  if (J.How == proof::Jump::Leave) {
    Jump = "__leave;";
    Title = "leave the __try block";
  } else if (J.How == proof::Jump::Goto) {
    Jump = "goto " + J.Label->getName().str() + ";";
    Title = "go to '" + J.Label->getName().str() + "'";
  }
  Plan P{*Here, E.Lines, nullptr, E.Title + Title};
  P.Does.Acts.append(E.Acts.begin(), E.Acts.end());
  if (J.Status && J.Status != Status.Variable) {
    P.Lines.push_back(J.Status->getName().str() + " = " + Status.Text + ";");
    P.Does.Acts.push_back(act(Act::Keep, *J.Status));
  }
  if (Status.IsNew && Status.Variable)
    P.Does.Acts.push_back(act(Act::Keep, *Status.Variable));
  P.Does.Exit = Patch::Jump;
  P.Does.Target = J.Target;
  Ways.leaveScopes(P.Does, J.Scope);
  P.Lines.push_back(Jump);
  return P;
}

void Plans::addJumps(const StatusName &Status, llvm::ArrayRef<Ending> Ends,
                     std::vector<Plan> &To) const {
  // The author's way as it is, first.
  std::vector<Ending> Order(1);
  llvm::copy_if(Ends, std::back_inserter(Order),
                [](const Ending &E) { return !E.Lines.empty(); });
  // Then what the way out does not give back.
  std::vector<Written> First, Last;
  if (!Ways.jumps().empty() && Status.IsLocal)
    giveBack(First, Last, /*ButOfIrps=*/true);
  if (!First.empty() || !Last.empty())
    for (size_t I = 0, N = Order.size(); I != N; ++I) {
      Ending E{{}, {}, Order[I].Title};
      add(First, E.Lines, E.Acts);
      llvm::append_range(E.Lines, Order[I].Lines);
      llvm::append_range(E.Acts, Order[I].Acts);
      add(Last, E.Lines, E.Acts);
      Order.push_back(std::move(E));
    }
  for (const Ending &E : Order)
    for (const proof::Jump &J : Ways.jumps())
      if (!J.Status || isVisibleAt(Code, *J.Status, &Registration))
        To.push_back(jumping(J, E, Status));
}

/// Around the statements that send the IRP and wait for it.
void Plans::addWithoutSend(const StatusName &Status,
                           std::vector<Plan> &To) const {
  std::optional<proof::Detour> Rest = Ways.withoutSend();
  if (!Rest)
    return;
  if (Status.IsNew && Status.Variable)
    Rest->Does.Acts.push_back(act(Act::Keep, *Status.Variable));
  To.push_back({std::move(Rest->Does), {}, Rest->Last, "do not send the IRP"});
}

// --- Returns ----------------------------------------------------------------

/// As the author has written it, macros by their names.
std::optional<std::string> Plans::textOf(const Expr &E) const {
  const SourceManager &Sources = Code.Context.getSourceManager();
  auto Written = [&](SourceLocation Loc) {
    while (Loc.isMacroID() && Sources.isMacroArgExpansion(Loc))
      Loc = Sources.getImmediateSpellingLoc(Loc);
    return Loc;
  };
  const std::optional<StringRef> Text =
      Code.Source.plainText({Written(E.getBeginLoc()), Written(E.getEndLoc())});
  return Text && isOneLine(*Text) ? std::optional(Text->str()) : std::nullopt;
}

/// Nothing where a part of it cannot be written.
std::optional<std::string> Plans::lineOf(const proof::Release &R) const {
  if (R.Form.empty()) {
    std::optional<std::string> Text = textOf(*R.Call);
    return Text ? std::optional(*Text + ";") : std::nullopt;
  }
  std::string Line;
  for (size_t I = 0; I != R.Form.size(); ++I) {
    if (R.Form[I] != '$') {
      Line += R.Form[I];
      continue;
    }
    const unsigned N = static_cast<unsigned>(R.Form[++I] - '0');
    std::optional<std::string> Part;
    if (N > 0 && N <= R.Call->getNumArgs())
      Part = textOf(*R.Call->getArg(N - 1));
    else if (N == 0 && R.Result)
      Part = R.Result->getName().str();
    if (!Part)
      return std::nullopt;
    Line += *Part;
  }
  if (!areDeclared(
          {StringRef(Line).take_until([](char C) { return C == '('; })}))
    return std::nullopt;
  return Line;
}

Plans::Return Plans::returning(const proof::FailedResult &Result,
                               StringRef Status) {
  if (Result.Kind == Patch::Nothing)
    return {"return;", "return"};
  if (Result.Kind == Patch::Zero)
    return {("return " + Result.Zero + ";").str(),
            ("return " + Result.Zero).str()};
  return {("return " + Status + ";").str(),
          Status == Pending ? ("return " + Status).str() : "return the status"};
}

/// What was acquired last is given back first. \p Early: before IRPs are ended.
/// \p ButOfIrps: without what goes with an IRP, which may be found there.
void Plans::giveBack(std::vector<Written> &Early, std::vector<Written> &Late,
                     bool ButOfIrps) const {
  if (!Held)
    Held = Judge.heldAt(Code.Function, *Here);
  for (const proof::Held &H : llvm::reverse(*Held)) {
    if (ButOfIrps && H.By &&
        model::argumentThatKeeps(proof::nameOf(*H.By)) >= 0)
      continue;
    for (const proof::Release &R : Ways.releases(H))
      if (std::optional<std::string> Line = lineOf(R)) {
        (R.Early ? Early : Late).push_back({std::move(*Line), R.Does});
        break; // Of what cannot be given back the proof says that it is left.
      }
  }
}

void Plans::add(llvm::ArrayRef<Written> Releases,
                std::vector<std::string> &Lines, proof::ActList &Acts) {
  for (const auto &[Line, Does] : Releases) {
    Lines.push_back(Line);
    Acts.push_back(Does);
  }
}

void Plans::addReturns(const StatusName &Status, llvm::ArrayRef<Ending> Ends,
                       std::vector<Plan> &To, std::string &Why) const {
  if (Ways.returnsThroughHandler()) {
    Why = "a return would pass the termination handler";
    return;
  }
  std::optional<proof::FailedResult> Result = Ways.resultOfFailure();
  if (!Result) {
    Why = "the return type has no evident value for a failure";
    return;
  }
  std::vector<Written> First, Last;
  giveBack(First, Last, /*ButOfIrps=*/false);
  if (!(First.empty() && Last.empty()) && !Status.IsLocal)
    return;
  const bool NeedsStatus = isa_and_nonnull<ParmVarDecl>(Ways.Irp) &&
                           Status.IsLocal &&
                           isNamedAt(Code, *Ways.Irp, Registration) &&
                           Judge.completeWithItsStatus(Code.Function);
  StringRef Value = Status.Text;
  if (Result->Kind == Patch::Status && Judge.isMarkedAt(Code.Function, *Here)) {
    if (!areDeclared({Pending}))
      return;
    Value = Pending;
  }
  const Return Leave = returning(*Result, Value);
  if (Value == Pending)
    Result->Kind = Patch::Pending;
  for (const Ending &E : Ends) {
    Plan P{*Here, {}, nullptr, E.Title + Leave.Title};
    add(First, P.Lines, P.Does.Acts);
    llvm::append_range(P.Lines, E.Lines);
    P.Does.Acts.append(E.Acts.begin(), E.Acts.end());
    if (E.Acts.empty() && NeedsStatus) {
      P.Lines.push_back(Ways.Irp->getName().str() +
                        "->IoStatus.Status = " + Status.Text + ";");
      P.Does.SetsStatus = true;
    }
    add(Last, P.Lines, P.Does.Acts);
    Ways.leaveScopes(P.Does, nullptr);
    P.Does.Exit = Patch::Return;
    P.Does.Result = Result->Kind;
    P.Lines.push_back(Leave.Line);
    To.push_back(std::move(P));
  }
}

// --- What the author does on other failures ---------------------------------

/// One statement of the author's, with our status in the place of his: empty
/// where that says nothing. Nothing where it cannot be written here.
std::optional<std::string> Plans::armLine(const Stmt &S,
                                          const StatusName &Status,
                                          const VarDecl *Tested,
                                          bool &Replaces) const {
  const SourceText &Source = Code.Source;
  const auto Range = Source.bytes(S.getSourceRange());
  if (!Range || !Source.plainText(S.getSourceRange()))
    return std::nullopt;
  const auto Statuses = proof::failuresIn(Code, S, Tested, Ways.place());
  if (!Statuses)
    return std::nullopt;
  std::vector<std::pair<unsigned, unsigned>> Places;
  for (const Expr *E : *Statuses) {
    const auto Place = Source.bytes(E->getSourceRange());
    // A part of a macro may have been taken as a whole.
    const unsigned At = Code.begin(E);
    if (llvm::any_of(Places, [&](const auto &Known) {
          return At >= Known.first && At < Known.second;
        }))
      continue;
    if (!Place)
      return std::nullopt;
    Places.push_back(*Place);
  }
  llvm::sort(Places);
  std::string Line;
  unsigned From = Range->first;
  for (const auto &[Begin, End] : Places) {
    if (Begin < From)
      continue;
    Replaces |= Source.text(Begin, End) != Status.Text;
    Line += Source.text(From, Begin).str() + Status.Text;
    From = End;
  }
  Line += Source.text(From, Range->second).str() + ";";
  // `Irp->IoStatus.Status = status = STATUS_DELETE_PENDING;`
  const std::string Self = Status.Text + " = " + Status.Text;
  // (Not the end of another name.)
  auto IsName = [&](size_t At) {
    return At != 0 && (isAsciiIdentifierContinue(
                           static_cast<unsigned char>(Line[At - 1])) ||
                       Line[At - 1] == '.' || Line[At - 1] == '>');
  };
  size_t At = Line.find(Self);
  while (At != std::string::npos && IsName(At))
    At = Line.find(Self, At + 1);
  if (At != std::string::npos)
    Line.replace(At, Self.size(), Status.Text);
  if (Line == Status.Text + ";")
    return std::string();
  return isOneLine(Line) ? std::optional(Line) : std::nullopt;
}

void Plans::addArms(const StatusName &Status, std::vector<Plan> &To) const {
  if (!Status.IsLocal || Ways.returnsThroughHandler())
    return;
  for (const proof::FailingBranch &Arm : Ways.failingBranches()) {
    Plan P{*Here, {}, nullptr, "do what the function does on other failures"};
    auto Add = [&](const Stmt *Child) {
      const auto *E = dyn_cast<Expr>(Child);
      const auto *C = dyn_cast_or_null<CallExpr>(bare(E));
      if (C && isReport(*C, Code.Context))
        return true; // What he reports is about another failure.
      std::optional<std::string> Line;
      if (E || isa<ReturnStmt>(Child))
        Line = armLine(*Child, Status, Arm.Tested, P.Does.OtherStatus);
      if (Line && !Line->empty())
        P.Lines.push_back(*Line);
      return Line.has_value();
    };
    if (!llvm::all_of(Arm.Block->body(), Add) || P.Lines.size() < 2)
      continue;
    if (Arm.Tested)
      P.Does.Acts.push_back(act(Act::Keep, *Arm.Tested));
    P.Does.Exit = Patch::Jump;
    P.Does.Target = Arm.Begin;
    To.push_back(std::move(P));
  }
}

// --- Ways -------------------------------------------------------------------

/// What the compiler has not seen here it sees elsewhere.
bool Plans::isHandledInSomeConfiguration() const {
  const unsigned At = Code.begin(&Registration);
  const llvm::ArrayRef<RawToken> Tokens =
      Code.Source.within(Code.BodyBegin, Code.BodyEnd);
  for (size_t I = 0; I + 1 < Tokens.size(); ++I) {
    const RawToken &T = Tokens[I];
    if (T.Directive || T.Kind != tok::raw_identifier ||
        Tokens[I + 1].Kind != tok::l_paren ||
        Code.Source.isSeenWherever(T.Begin, At))
      continue;
    const StringRef Name = Code.Source.text(T);
    if (model::acquiredBy(Name, Name) || model::givenBackBy(Name, Name))
      return true;
  }
  return false;
}

std::string Plans::whyNowhere() const {
  if (const char *Why = Ways.whyNone())
    return Why;
  if (!areDeclared({"NT_SUCCESS"}))
    return "NT_SUCCESS is not declared";
  if (isHandledInSomeConfiguration())
    return "something is acquired or given back in one configuration only";
  return "";
}

FailurePath Plans::leave(const StatusName &Status, FailureAction Asked) {
  if (std::string Why = whyNowhere(); !Why.empty())
    return FailurePath::none(Why);
  if (!Here)
    return FailurePath::none("there is no way out");
  Patch Stay = *Here;
  Stay.Exit = Patch::GoOn;
  Stay.Asked = Asked != FailureAction::Auto;
  if (auto Why = Judge.standingObjection(Code.Function, Stay))
    return FailurePath::none(Why->Why);
  const std::vector<Ending> Ends = endings(Status, Asked);
  std::vector<Plan> All;
  std::string NoReturn = "there is no way out";
  if (Asked != FailureAction::Return)
    addJumps(Status, Ends, All);
  addReturns(Status, Ends, All, NoReturn);
  addArms(Status, All);
  if (Asked == FailureAction::Auto)
    addWithoutSend(Status, All);
  if (All.size() > MaxPlans)
    All.resize(MaxPlans);
  std::string First;
  for (Plan &P : All) {
    P.Does.OwnsIrp = Asked == FailureAction::Complete;
    P.Does.Asked = Asked != FailureAction::Auto;
    const auto Why = Judge.objectionTo(Code.Function, P.Does);
    if (!Why)
      return {std::move(P.Lines), P.Around, std::move(P.Title), {}};
    if (First.empty())
      First = Why->Why;
  }
  return FailurePath::none(First.empty() ? NoReturn : First);
}

FailurePath Plans::completeOwn(StringRef Status) {
  const ParmVarDecl *Own = Ways.Own;
  if (!Own || !Here)
    return FailurePath::none("the function is no dispatch routine");
  if (!isNamedAt(Code, *Own, Registration))
    return FailurePath::none("the name of the IRP means another one here");
  if (!areDeclared({"IoCompleteRequest", "IO_NO_INCREMENT"}))
    return FailurePath::none("IoCompleteRequest is not declared");
  Patch What = *Here;
  What.Acts.push_back(act(Act::Complete, *Own));
  What.Exit = Patch::GoOn;
  if (auto Why = Judge.objectionTo(Code.Function, What))
    return FailurePath::none(Why->Why);
  FailurePath Path;
  Path.Title = "complete the IRP";
  completing(Own->getName(), Status, Path.Lines);
  return Path;
}

FailurePath Plans::skip(const StatusName &Status) {
  if (!Here || !isa_and_nonnull<ParmVarDecl>(Ways.Irp))
    return FailurePath::none("the IRP is not one that was handed to this "
                             "function");
  if (!areDeclared({"NT_SUCCESS", "IoSkipCurrentIrpStackLocation"}))
    return FailurePath::none("IoSkipCurrentIrpStackLocation is not declared");
  Patch What = *Here;
  What.Acts.push_back(act(Act::Skip, *Ways.Irp));
  What.Exit = Patch::GoOn;
  if (auto Why = Judge.objectionToSkipping(Code.Function, What))
    return FailurePath::none(Why->Why);
  return {{"IoSkipCurrentIrpStackLocation(" + Ways.Irp->getName().str() + ");"},
          nullptr,
          "send the IRP without a completion routine "
          "(IoSkipCurrentIrpStackLocation)",
          {}};
}

/// \p Text with one blank for each gap; nothing where it has more than ASCII.
static std::optional<std::string> onOneLine(StringRef Text) {
  std::string Line;
  for (char C : Text) {
    const bool Blank = C == ' ' || C == '\t' || C == '\r' || C == '\n';
    if (!Blank && (C < ' ' || C > '~' || C == '\\'))
      return std::nullopt;
    if (!Blank)
      Line += C;
    else if (!StringRef(Line).ends_with(" "))
      Line += ' ';
  }
  return Line;
}

/// The registration by the routine that cannot fail.
std::string Plans::againLine(const StatusName &Status, const char *&Why) const {
  std::string Line;
  for (const Expr *Arg : llvm::drop_begin(Registration.arguments())) {
    const std::optional<StringRef> Text =
        Code.Source.plainText(Arg->getSourceRange());
    const auto Written = Text ? onOneLine(*Text) : std::nullopt;
    if (!Written) {
      Why = "its arguments cannot be repeated";
      return Line;
    }
    if ((Why = Ways.whyNotAgain(*Arg)))
      return Line;
    // What takes the status is another one by now.
    if (Status.Variable ? proof::names(Code, *Arg, *Status.Variable)
                        : StringRef(*Written).contains(Status.Text)) {
      Why = "its arguments may have changed";
      return Line;
    }
    Line += (Line.empty() ? "IoSetCompletionRoutine(" : ", ") + *Written;
  }
  return Line + ");";
}

FailurePath Plans::fallback(const StatusName &Status, bool ReadLater) {
  for (const Stmt *Up = Code.parent(&Registration); Up; Up = Code.parent(Up))
    if (isa<StmtExpr>(Up))
      return FailurePath::none("it is in a statement expression");
  if (!model::isRegistrationItself(Registration))
    return FailurePath::none("not a call of IoSetCompletionRoutineEx itself");
  if (!areDeclared({"NT_SUCCESS", "IoSetCompletionRoutine"}))
    return FailurePath::none("IoSetCompletionRoutine is not declared");
  const char *Why = nullptr;
  FailurePath Path;
  Path.Lines.push_back(againLine(Status, Why));
  if (Why)
    return FailurePath::none(Why);
  if (ReadLater) {
    if (Status.Variable && Status.Variable->getType().isConstQualified())
      return FailurePath::none("the variable is constant");
    if (!areDeclared({"STATUS_SUCCESS"}))
      return FailurePath::none("STATUS_SUCCESS is not declared");
    Path.Lines.push_back(Status.Text + " = STATUS_SUCCESS;");
  }
  Path.Title = "fall back to IoSetCompletionRoutine (the driver is no longer "
               "kept loaded until the routine has run)";
  if (!Here)
    return Path;
  Patch What = *Here;
  What.Acts.push_back({Act::Register});
  What.Exit = Patch::GoOn;
  if (auto Objection = Judge.objectionToGoingOn(Code.Function, What))
    return FailurePath::none(Objection->Why);
  return Path;
}

} // namespace wdm::fixits
