//===- Plans.cpp - What to do when nothing was registered -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Plans.h"
#include "src/model/OwnWords.h"
#include "src/model/Routines.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using engine::Act;
using engine::Patch;

namespace {

/// More candidates are not tried.
constexpr size_t MaxPlans = 16;

StringRef nameOf(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->getDeclName().isIdentifier() ? Callee->getName()
                                                        : StringRef();
}

} // namespace

Plans::Plans(const FunctionText &Code, proof::Proof &Judge,
             const CallExpr &Registration, Spot Where)
    : Code(Code), Judge(Judge), Registration(Registration), Where(Where),
      Ways(Code, Judge, Registration, Where), Irp(Ways.Irp), Own(Ways.Own) {}

const VarDecl *Plans::statusOfWayOut() const {
  for (const proof::Jump &J : Ways.jumps())
    if (J.Status)
      return J.Status;
  return nullptr;
}

bool Plans::isReadOnWayOut(const VarDecl &V) const {
  return llvm::any_of(Ways.jumps(), [&](const proof::Jump &J) {
    return J.Status != &V && Judge.isLiveAt(Code.Function, V, {J.Target, 0});
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

/// What may be done to the IRPs of the function, the likely one first.
std::vector<Plans::Ending> Plans::endings(const StatusName &Status,
                                          Wish W) const {
  std::vector<Ending> All;
  auto Complete = [&](const VarDecl &V, Ending &E) {
    if (isHiddenAt(Code, V, Registration) ||
        !isNameDeclared("IoCompleteRequest", Code.Context) ||
        !isNameDeclared("IO_NO_INCREMENT", Code.Context) || !Status.IsLocal)
      return false;
    completing(V.getName(), Status.Text, E.Lines);
    Act A{Act::Complete};
    A.Decl = V.getCanonicalDecl();
    E.Acts.push_back(A);
    E.Title = "complete the IRP and ";
    return true;
  };
  auto Free = [&](Ending &E) {
    if (!Irp || isHiddenAt(Code, *Irp, Registration) || !Status.IsLocal ||
        !isNameDeclared("IoFreeIrp", Code.Context))
      return false;
    E.Lines.push_back("IoFreeIrp(" + Irp->getName().str() + ");");
    Act A{Act::Free};
    A.Decl = Irp->getCanonicalDecl();
    E.Acts.push_back(A);
    E.Title = "free the IRP and ";
    return true;
  };
  const bool Given = isa_and_nonnull<ParmVarDecl>(Irp);
  Ending Nothing;
  if (Irp && Irp->hasLocalStorage()) {
    if (Given || (Irp->getInit() &&
                  isa_and_nonnull<ParmVarDecl>(variableOf(Irp->getInit())))) {
      Ending E;
      if (Complete(*Irp, E))
        All.push_back(std::move(E));
    } else {
      Ending E;
      if (Free(E)) {
        Ending Both = E;
        if (Own && Complete(*Own, Both)) {
          Both.Title = "free the IRP, complete the own one and ";
          Both.Title = "complete the IRP and ";
          All.push_back(std::move(Both));
        }
        All.push_back(std::move(E));
      }
    }
  }
  if (Own && Irp != Own) {
    Ending E;
    if (Complete(*Own, E))
      All.push_back(std::move(E));
  }
  if (W != Wish::Complete || All.empty())
    All.push_back(std::move(Nothing));
  return All;
}

// --- Candidates -------------------------------------------------------------

void Plans::addJumps(const StatusName &Status, llvm::ArrayRef<Ending> Ends,
                     std::vector<Plan> &To) const {
  for (const proof::Jump &J : Ways.jumps()) {
    // The author's way as it is, first.
    llvm::SmallVector<const Ending *, 4> Order;
    for (const Ending &E : llvm::reverse(Ends))
      if (E.Lines.empty())
        Order.push_back(&E);
    Ending Plain;
    if (Order.empty())
      Order.push_back(&Plain);
    for (const Ending &E : Ends)
      if (!E.Lines.empty())
        Order.push_back(&E);
    for (const Ending *E : Order) {
      Plan P;
      std::optional<Patch> Here = Ways.patchHere();
      if (!Here)
        return;
      P.Does = *Here;
      P.Lines = E->Lines;
      P.Does.Acts.append(E->Acts.begin(), E->Acts.end());
      const VarDecl *Kept = Status.IsNew ? Status.Variable : nullptr;
      if (J.Status && !isVisibleAt(Code, *J.Status, &Registration))
        continue;
      if (J.Status && J.Status != Status.Variable) {
        P.Lines.push_back(J.Status->getName().str() + " = " + Status.Text +
                          ";");
        Act A{Act::Keep};
        A.Decl = J.Status->getCanonicalDecl();
        P.Does.Acts.push_back(A);
      }
      if (Kept) {
        Act A{Act::Keep};
        A.Decl = Kept->getCanonicalDecl();
        P.Does.Acts.push_back(A);
      }
      P.Does.Exit = Patch::Jump;
      P.Does.Target = J.Target;
      Ways.leaveScopes(P.Does, J.Scope);
      switch (J.How) {
      case proof::Jump::Goto:
        P.Lines.push_back("goto " + J.Label->getName().str() + ";");
        P.Title = E->Title + "go to '" + J.Label->getName().str() + "'";
        break;
      case proof::Jump::Leave:
        P.Lines.push_back("__leave;");
        P.Title = E->Title + "leave the __try block";
        break;
      case proof::Jump::Break:
        P.Lines.push_back("break;");
        P.Title = E->Title + "break";
        break;
      }
      To.push_back(std::move(P));
    }
  }
}

/// As the author has written it, macros by their names.
std::optional<std::string> Plans::textOf(const Expr &E) const {
  const SourceManager &Sources = Code.Context.getSourceManager();
  auto Written = [&](SourceLocation Loc) {
    while (Loc.isMacroID() && Sources.isMacroArgExpansion(Loc))
      Loc = Sources.getImmediateSpellingLoc(Loc);
    return Loc;
  };
  SourceRange Range(Written(E.getBeginLoc()), Written(E.getEndLoc()));
  auto Bytes = Code.Source.bytes(Range);
  if (!Bytes || Code.Source.hasComment(Bytes->first, Bytes->second))
    return std::nullopt;
  std::string Text = Code.Source.text(Bytes->first, Bytes->second).str();
  if (StringRef(Text).find_first_of("\r\n") != StringRef::npos)
    return std::nullopt;
  return Text;
}

/// True when nothing but the statement of \p From gives \p V a value; another
/// one may be a null pointer.
bool Plans::isKept(const VarDecl &V, const Expr &From) const {
  return llvm::none_of(Code.statements(), [&](const Stmt *S) {
    const auto *Assign = dyn_cast<BinaryOperator>(S);
    const auto *Unary = dyn_cast<UnaryOperator>(S);
    const Expr *To = Assign && Assign->isAssignmentOp() ? Assign->getLHS()
                     : Unary && Unary->isIncrementDecrementOp()
                         ? Unary->getSubExpr()
                         : nullptr;
    return To && variableOf(To) == &V && !Code.isInside(&From, S) &&
           !(Assign && constantOf(Assign->getRHS(), Code.Context) == 0) &&
           !(Assign && Assign->getRHS()->isNullPointerConstant(
                           Code.Context, Expr::NPC_ValueDependentIsNotNull));
  });
}

/// The statement that gives back what was acquired: as the author writes it,
/// or as the routine's row says.
std::optional<Plans::Release> Plans::release(const proof::Held &H) const {
  if (!H.Always || !H.By || !H.What)
    return std::nullopt;
  const CallExpr *From = H.By;
  auto Usable = [&](const CallExpr &C) {
    return llvm::all_of(C.arguments(), [&](const Expr *Arg) {
      return isRepeatable(Arg) &&
             meansTheSameAt(Code, Arg, Where.At ? Where.At : &Registration);
    });
  };
  StringRef Form = H.What->undo(nameOf(*From));
  if (!Form.empty() && Usable(*From)) {
    std::string Text;
    bool Fits = true;
    for (size_t I = 0; I != Form.size() && Fits; ++I) {
      if (Form[I] != '$') {
        Text += Form[I];
        continue;
      }
      const unsigned N = static_cast<unsigned>(Form[++I] - '0');
      std::optional<std::string> Part;
      if (N == 0) {
        // The variable that has the result.
        const Stmt *Up = Code.parent(From);
        while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
          Up = Code.parent(Up);
        const VarDecl *V = nullptr;
        if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(Up))
          V = variableOf(Assign->getLHS());
        else if (const auto *Declares = dyn_cast_or_null<DeclStmt>(Up))
          V = Declares->isSingleDecl()
                  ? dyn_cast<VarDecl>(Declares->getSingleDecl())
                  : nullptr;
        if (V && isVisibleAt(Code, *V, &Registration) && isKept(*V, *From))
          Part = V->getName().str();
      } else if (N <= From->getNumArgs()) {
        Part = textOf(*From->getArg(N - 1));
      }
      Fits = Part.has_value();
      Text += Part.value_or("");
    }
    if (Fits && isNameDeclared(
                    StringRef(Text).take_until([](char C) { return C == '('; }),
                    Code.Context)) {
      Act A{Act::Undo};
      A.Call = H.Call;
      return Release{Text, A, From};
    }
  }
  for (const auto &[Number, Back] : Ways.givingBack(*H.What)) {
    if (!Usable(*Back))
      continue;
    const Stmt *Up = Code.parent(Back);
    if (!isa_and_nonnull<CompoundStmt, IfStmt, LabelStmt, SwitchCase>(Up))
      continue;
    if (std::optional<std::string> Text = textOf(*Back)) {
      Act A{Act::Repeat};
      A.Call = Number;
      return Release{*Text + ";", A, Back};
    }
  }
  return std::nullopt;
}

/// True when an argument of \p Call is found through an IRP.
static bool readsRequest(const CallExpr &Call) {
  auto IsPart = [](const Stmt *S) {
    const auto *Member = dyn_cast_or_null<MemberExpr>(S);
    const auto *Field =
        Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
    return Field && model::isRequestRecord(*Field->getParent());
  };
  auto Mentions = [&](const Stmt *S, auto &&Self) -> bool {
    if (!S)
      return false;
    if (IsPart(S))
      return true;
    // PFCB *Fcb = (PFCB *)&Irp->Tail.Overlay.DriverContext[0];
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
        if (const auto *Address =
                dyn_cast_or_null<UnaryOperator>(bare(V->getInit())))
          if (V->hasLocalStorage() && Address->getOpcode() == UO_AddrOf &&
              Self(Address->getSubExpr(), Self))
            return true;
    return llvm::any_of(S->children(),
                        [&](const Stmt *Child) { return Self(Child, Self); });
  };
  return llvm::any_of(Call.arguments(),
                      [&](const Expr *Arg) { return Mentions(Arg, Mentions); });
}

/// The return statement; empty where the type has no value for a failure.
std::string Plans::leaveLine(StringRef Status, std::string &Title,
                             Patch::ResultTy &Result) const {
  // Of a template, the pattern: one text serves every instantiation.
  const FunctionDecl *F = Code.Function.getTemplateInstantiationPattern();
  const QualType T = (F ? *F : Code.Function).getReturnType();
  if (T->isDependentType())
    return std::string();
  if (T->isVoidType()) {
    Title = "return";
    Result = Patch::Nothing;
    return "return;";
  }
  const QualType StatusType = Registration.getType();
  const bool Deduced = T->getContainedDeducedType() != nullptr;
  if (isStatusType(T) || (Deduced && isStatusType(StatusType) &&
                          Code.Context.hasSameUnqualifiedType(T, StatusType))) {
    Title = Status == "STATUS_PENDING" ? "return STATUS_PENDING"
                                       : "return the status";
    Result = Status == "STATUS_PENDING" ? Patch::Pending : Patch::Status;
    return ("return " + Status + ";").str();
  }
  auto IsKnown = [&](StringRef Name) {
    return isNameDeclared(Name, Code.Context);
  };
  std::string Value;
  if (T->isBooleanType()) {
    Value = Code.Context.getLangOpts().Bool || IsKnown("false") ? "false"
            : IsKnown("FALSE")                                  ? "FALSE"
                                                                : "0";
  } else if (model::isTypedefOf(T, "BOOLEAN") ||
             model::isTypedefOf(T, "BOOL")) {
    Value = IsKnown("FALSE") ? "FALSE" : "";
  } else if (T->isPointerType()) {
    Value = IsKnown("NULL")                          ? "NULL"
            : Code.Context.getLangOpts().CPlusPlus11 ? "nullptr"
                                                     : "";
  }
  if (Value.empty())
    return std::string();
  Title = "return " + Value;
  Result = Patch::Zero;
  return "return " + Value + ";";
}

void Plans::addReturns(const StatusName &Status, llvm::ArrayRef<Ending> Ends,
                       std::vector<Plan> &To, std::string &Why) {
  if (Ways.returnsThroughHandler()) {
    Why = "a return would pass the termination handler";
    return;
  }
  std::optional<Patch> Here = Ways.patchHere();
  if (!Here)
    return;
  std::string Title;
  Patch::ResultTy Result = Patch::Status;
  std::string Leave = leaveLine(Status.Text, Title, Result);
  if (Leave.empty()) {
    Why = "the return type has no evident value for a failure";
    return;
  }
  std::vector<Release> First, Last;
  for (const proof::Held &H : Judge.heldAt(Code.Function, *Here)) {
    std::optional<Release> Back = release(H);
    if (!Back)
      continue; // The proof says what is left.
    // What is found through the IRP has to be given back before that is gone.
    const bool Early = H.What->raisesIrql() || readsRequest(*Back->Call);
    (Early ? First : Last).push_back(std::move(*Back));
  }
  const bool NeedsStatus = isa_and_nonnull<ParmVarDecl>(Irp) &&
                           !isHiddenAt(Code, *Irp, Registration) &&
                           Judge.completeWithItsStatus(Code.Function);
  const bool Marked = Judge.isMarkedAt(Code.Function, *Here);
  for (const Ending &E : Ends) {
    Plan P;
    P.Does = *Here;
    auto Add = [&](llvm::ArrayRef<Release> All) {
      for (const Release &R : llvm::reverse(All)) {
        P.Lines.push_back(R.Line);
        P.Does.Acts.push_back(R.Does);
      }
    };
    if (!(First.empty() && Last.empty()) && !Status.IsLocal)
      continue;
    Add(First);
    llvm::append_range(P.Lines, E.Lines);
    P.Does.Acts.append(E.Acts.begin(), E.Acts.end());
    if (E.Acts.empty() && NeedsStatus && Status.IsLocal) {
      P.Lines.push_back(Irp->getName().str() +
                        "->IoStatus.Status = " + Status.Text + ";");
      P.Does.SetsStatus = true;
    }
    Add(Last);
    Ways.leaveScopes(P.Does, nullptr);
    P.Does.Exit = Patch::Return;
    P.Does.Result = Result;
    std::string Line = Leave;
    P.Title = E.Title + Title;
    if (Marked && Result == Patch::Status) {
      if (!isNameDeclared("STATUS_PENDING", Code.Context))
        continue;
      Line = leaveLine("STATUS_PENDING", Title, P.Does.Result);
      P.Title = E.Title + "return STATUS_PENDING";
    }
    P.Lines.push_back(std::move(Line));
    To.push_back(std::move(P));
  }
}

/// One statement of the author's, with our status in the place of his. False
/// where it cannot be written here.
bool Plans::armLine(const Stmt &S, const StatusName &Status,
                    const VarDecl *Tested, std::string &Line,
                    bool &Replaces) const {
  const Stmt *At = Where.At ? Where.At : &Registration;
  auto Bytes = Code.Source.bytes(S.getSourceRange());
  if (!Bytes || Code.Source.hasComment(Bytes->first, Bytes->second) ||
      Code.Source.crossesDirective(Bytes->first, Bytes->second))
    return false;
  std::vector<std::pair<unsigned, unsigned>> Statuses;
  for (const Stmt *Inner : Code.statements()) {
    if (!Code.isInside(Inner, &S))
      continue;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Inner)) {
      const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
      if (V && V == Tested) {
        if (std::optional<unsigned> B = Code.Source.offset(Ref->getBeginLoc()))
          Statuses.push_back(
              {*B, *B + static_cast<unsigned>(V->getName().size())});
        else
          return false;
      } else if (!meansTheSameAt(Code, Ref, At)) {
        return false;
      }
    } else if (const auto *E = dyn_cast<Expr>(Inner)) {
      // A status that is written down is ours as well.
      std::optional<int64_t> Value = isStatusType(E->getType())
                                         ? constantOf(E, Code.Context)
                                         : std::nullopt;
      if (Value && static_cast<int32_t>(*Value) < 0) {
        // A part of a macro that has been taken as a whole.
        const unsigned At = Code.begin(E);
        if (llvm::any_of(Statuses, [&](const auto &Known) {
              return At >= Known.first && At < Known.second;
            }))
          continue;
        auto Range = Code.Source.bytes(E->getSourceRange());
        if (!Range)
          return false;
        if (Statuses.empty() || Statuses.back().first != Range->first)
          Statuses.push_back(*Range);
      }
    }
  }
  llvm::sort(Statuses);
  Line.clear();
  unsigned From = Bytes->first;
  for (const auto &[Begin, End] : Statuses) {
    if (Begin < From)
      continue;
    Replaces |= Code.Source.text(Begin, End) != Status.Text;
    Line += Code.Source.text(From, Begin).str() + Status.Text;
    From = End;
  }
  Line += Code.Source.text(From, Bytes->second).str() + ";";
  // `Irp->IoStatus.Status = status = STATUS_DELETE_PENDING;`
  const std::string Self = Status.Text + " = " + Status.Text;
  if (const size_t At = Line.find(Self); At != std::string::npos)
    Line.replace(At, Self.size(), Status.Text);
  if (Line == Status.Text + ";")
    Line.clear();
  return StringRef(Line).find_first_of("\r\n") == StringRef::npos;
}

/// The statements of a branch in which the author fails a request.
void Plans::addArms(const StatusName &Status, std::vector<Plan> &To) const {
  if (!Status.IsLocal || Ways.returnsThroughHandler())
    return;
  for (const Stmt *S : Code.statements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    const auto *Block = If ? dyn_cast<CompoundStmt>(If->getThen()) : nullptr;
    if (!Block || Block->body_empty() || !isa<ReturnStmt>(Block->body_back()) ||
        Code.isInside(&Registration, If))
      continue;
    const VarDecl *Tested = nullptr;
    for (const Stmt *In : Code.statements())
      if (const auto *Ref = dyn_cast<DeclRefExpr>(In))
        if (Code.isInside(In, If->getCond()))
          if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
            if (isStatusType(V->getType()))
              Tested = V;
    Plan P;
    std::optional<Patch> Here = Ways.patchHere();
    if (!Here)
      return;
    P.Does = *Here;
    bool Fits = true;
    for (const Stmt *Child : Block->body()) {
      const auto *E = dyn_cast<Expr>(Child);
      const auto *C = E ? dyn_cast_or_null<CallExpr>(bare(E)) : nullptr;
      if (C && isReport(Code, *C))
        continue; // What he reports is about another failure.
      std::string Line;
      Fits = (E || isa<ReturnStmt>(Child)) &&
             armLine(*Child, Status, Tested, Line, P.Does.OtherStatus);
      if (!Fits)
        break;
      if (!Line.empty())
        P.Lines.push_back(std::move(Line));
    }
    if (!Fits || P.Lines.size() < 2)
      continue;
    // Where the branch begins in the graph.
    const std::optional<engine::Position> First = Ways.beginOf(*Block);
    if (!First || First->Event != 0)
      continue;
    if (Tested) {
      Act A{Act::Keep};
      A.Decl = Tested->getCanonicalDecl();
      P.Does.Acts.push_back(A);
    }
    P.Does.Exit = Patch::Jump;
    P.Does.Target = First->Block;
    P.Title = "do what the function does on other failures";
    To.push_back(std::move(P));
  }
}

/// The status that the IRP came back with: `status = Irp->IoStatus.Status;`
static bool takesStatusOfIrp(const Stmt &S) {
  const auto *E = dyn_cast<Expr>(&S);
  const auto *Assign =
      E ? dyn_cast<BinaryOperator>(E->IgnoreParens()) : nullptr;
  const auto *From = Assign && Assign->getOpcode() == BO_Assign
                         ? dyn_cast<MemberExpr>(bare(Assign->getRHS()))
                         : nullptr;
  const auto *Field =
      From ? dyn_cast<FieldDecl>(From->getMemberDecl()) : nullptr;
  return Field && model::roleOfField(*Field) == model::FieldRole::Status;
}

/// Around the statements that send the IRP and wait for it: what follows them
/// is done after a failure, too.
void Plans::addWithoutSend(const StatusName &Status,
                           std::vector<Plan> &To) const {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Code.parent(Where.At));
  if (Where.Kind != Spot::Behind || !Block)
    return;
  auto LeavesOrEnters = [&](const Stmt *Outer) {
    return llvm::any_of(Code.statements(), [&](const Stmt *S) {
      return Code.isInside(S, Outer) &&
             isa<ReturnStmt, GotoStmt, BreakStmt, ContinueStmt, SEHLeaveStmt,
                 SEHTryStmt, CXXTryStmt, LabelStmt, SwitchCase, DeclStmt>(S);
    });
  };
  const Stmt *Last = nullptr, *Next = nullptr;
  bool Behind = false, Waits = false;
  for (const Stmt *S : Block->body()) {
    if (!Behind) {
      Behind = S == Where.At;
      continue;
    }
    if (Last && !Next)
      Next = S;
    if (LeavesOrEnters(S) || Ways.registers(*S))
      break;
    Waits |= Ways.waitsIn(*S);
    if (Ways.sends(*S) || Ways.waitsIn(*S) ||
        (Last && Next == S && takesStatusOfIrp(*S))) {
      Last = S;
      Next = nullptr;
    }
  }
  std::optional<Patch> Here = Ways.patchHere();
  const std::optional<engine::Position> Goal =
      Last && Next ? Ways.startOf(*Next) : std::nullopt;
  if (!Here || !Goal || !Waits || Ways.readsWhatComesBack(*Goal))
    return;
  Plan P;
  P.Does = *Here;
  if (Status.IsNew && Status.Variable) {
    Act A{Act::Keep};
    A.Decl = Status.Variable->getCanonicalDecl();
    P.Does.Acts.push_back(A);
  }
  P.Does.Exit = Patch::Jump;
  P.Does.Target = Goal->Block;
  P.Does.TargetEvent = Goal->Event;
  P.Does.LeavesOutSend = true;
  P.Around = Last;
  P.Title = "do not send the IRP";
  To.push_back(std::move(P));
}

// --- Ways -------------------------------------------------------------------

/// What the compiler has not seen here it sees elsewhere.
bool Plans::isHandledInSomeConfiguration() const {
  const unsigned Here = Code.begin(&Registration);
  llvm::ArrayRef<RawToken> Tokens = Code.Source.tokens();
  for (size_t I = 0; I + 1 < Tokens.size(); ++I) {
    const RawToken &T = Tokens[I];
    if (T.Begin < Code.BodyBegin || T.End > Code.BodyEnd || T.Directive ||
        T.Kind != tok::raw_identifier || Tokens[I + 1].Kind != tok::l_paren ||
        Code.Source.isSeenWherever(T.Begin, Here))
      continue;
    const StringRef Name = Code.Source.text(T.Begin, T.End);
    if (model::acquiredBy(Name, Name) || model::givenBackBy(Name, Name))
      return true;
  }
  return false;
}

const char *Plans::whyNowhere() const {
  if (const char *Why = Ways.whyNone())
    return Why;
  if (!isNameDeclared("NT_SUCCESS", Code.Context))
    return "NT_SUCCESS is not declared";
  if (isHandledInSomeConfiguration())
    return "something is acquired or given back in one configuration only";
  return nullptr;
}

FailurePath Plans::leave(const StatusName &Status, Wish W) {
  FailurePath Path;
  if (const char *Why = whyNowhere()) {
    Path.WhyNot = Why;
    return Path;
  }
  if (std::optional<Patch> Here = Ways.patchHere()) {
    Here->Exit = Patch::GoOn;
    Here->Asked = W != Wish::None;
    if (proof::MaybeObjection Why =
            Judge.standingObjection(Code.Function, *Here)) {
      Path.WhyNot = Why->Why;
      return Path;
    }
  }
  const std::vector<Ending> Ends = endings(Status, W);
  std::vector<Plan> All;
  std::string NoReturn;
  if (W != Wish::Return)
    addJumps(Status, Ends, All);
  addReturns(Status, Ends, All, NoReturn);
  addArms(Status, All);
  if (W == Wish::None)
    addWithoutSend(Status, All);
  std::string First;
  for (size_t I = 0; I != All.size() && I != MaxPlans; ++I) {
    All[I].Does.OwnsIrp = W == Wish::Complete;
    All[I].Does.Asked = W != Wish::None;
    proof::MaybeObjection Why = Judge.objectionTo(Code.Function, All[I].Does);
    if (!Why) {
      Path.Lines = std::move(All[I].Lines);
      Path.Around = All[I].Around;
      Path.Title = std::move(All[I].Title);
      return Path;
    }
    if (First.empty())
      First = Why->Why;
  }
  Path.WhyNot = !First.empty()      ? First
                : !NoReturn.empty() ? NoReturn
                                    : "there is no way out";
  return Path;
}

FailurePath Plans::completeOwn(StringRef Status) {
  FailurePath Path;
  Path.Title = "complete the IRP";
  std::optional<Patch> Here = Ways.patchHere();
  if (!Own || !Here) {
    Path.WhyNot = "the function is no dispatch routine";
    return Path;
  }
  if (isHiddenAt(Code, *Own, Registration)) {
    Path.WhyNot = "the name of the IRP means another one here";
    return Path;
  }
  if (!isNameDeclared("IoCompleteRequest", Code.Context) ||
      !isNameDeclared("IO_NO_INCREMENT", Code.Context)) {
    Path.WhyNot = "IoCompleteRequest is not declared";
    return Path;
  }
  Act A{Act::Complete};
  A.Decl = Own->getCanonicalDecl();
  Here->Acts.push_back(A);
  Here->Exit = Patch::GoOn;
  if (proof::MaybeObjection Why = Judge.objectionTo(Code.Function, *Here)) {
    Path.WhyNot = Why->Why;
    return Path;
  }
  completing(Own->getName(), Status, Path.Lines);
  return Path;
}

FailurePath Plans::skip(const StatusName &Status) {
  FailurePath Path;
  Path.WhyNot = "the IRP is not one that was handed to this function";
  std::optional<Patch> Here = Ways.patchHere();
  if (!Here || !isa_and_nonnull<ParmVarDecl>(Irp))
    return Path;
  if (!isNameDeclared("NT_SUCCESS", Code.Context) ||
      !isNameDeclared("IoSkipCurrentIrpStackLocation", Code.Context)) {
    Path.WhyNot = "IoSkipCurrentIrpStackLocation is not declared";
    return Path;
  }
  Act A{Act::Skip};
  A.Decl = Irp->getCanonicalDecl();
  Here->Acts.push_back(A);
  Here->Exit = Patch::GoOn;
  if (proof::MaybeObjection Why =
          Judge.objectionToSkipping(Code.Function, *Here)) {
    Path.WhyNot = Why->Why;
    return Path;
  }
  Path.WhyNot.clear();
  Path.Lines.push_back("IoSkipCurrentIrpStackLocation(" + Irp->getName().str() +
                       ");");
  Path.Title = "send the IRP without a completion routine "
               "(IoSkipCurrentIrpStackLocation)";
  return Path;
}

/// True when \p E gives the same value a second time, right behind the first:
/// it has no effect, or only asks for it.
static bool isSameAgain(const Expr *E) {
  if (isRepeatable(E))
    return true;
  // Owner.get()
  if (const auto *Method = dyn_cast<CXXMemberCallExpr>(bare(E)))
    return Method->getNumArgs() == 0 && Method->getMethodDecl() &&
           Method->getMethodDecl()->isConst() &&
           isRepeatable(Method->getImplicitObjectArgument());
  // The current stack location, the next one.
  const auto *Call = dyn_cast<CallExpr>(bare(E));
  return Call && model::isPlainQuestion(nameOf(*Call)) &&
         llvm::all_of(Call->arguments(), isRepeatable);
}

FailurePath Plans::fallback(const StatusName &Status, bool ReadLater) {
  FailurePath Path;
  auto No = [&](StringRef Why) {
    Path.Lines.clear();
    Path.WhyNot = Why.str();
    return Path;
  };
  for (const Stmt *Up = Code.parent(&Registration); Up; Up = Code.parent(Up))
    if (isa<StmtExpr>(Up))
      return No("it is in a statement expression");
  if (!model::isRegistrationItself(Registration))
    return No("not a call of IoSetCompletionRoutineEx itself");
  if (!isNameDeclared("NT_SUCCESS", Code.Context) ||
      !isNameDeclared("IoSetCompletionRoutine", Code.Context))
    return No("IoSetCompletionRoutine is not declared");
  std::string Text = "IoSetCompletionRoutine(";
  for (unsigned I = 1; I != Registration.getNumArgs(); ++I) {
    const Expr *Arg = Registration.getArg(I);
    auto Bytes = Code.Source.bytes(Arg->getSourceRange());
    if (!Bytes || !isSameAgain(Arg) ||
        Code.Source.hasComment(Bytes->first, Bytes->second))
      return No("its arguments cannot be repeated");
    if (Where.Kind != Spot::Behind && !isSameAt(*Arg))
      return No("its arguments may have changed");
    // On one line.
    std::string Written;
    for (char C : Code.Source.text(Bytes->first, Bytes->second)) {
      if (C == ' ' || C == '\t' || C == '\r' || C == '\n') {
        if (!StringRef(Written).ends_with(" "))
          Written += ' ';
        continue;
      }
      if (C < ' ' || C > '~' || C == '\\')
        return No("its arguments cannot be repeated");
      Written += C;
    }
    // What takes the status is another one by now.
    if (Status.Variable
            ? llvm::any_of(Code.statements(),
                           [&](const Stmt *S) {
                             const auto *Ref = dyn_cast<DeclRefExpr>(S);
                             return Ref && Ref->getDecl() == Status.Variable &&
                                    Code.isInside(Ref, Arg);
                           })
            : StringRef(Written).contains(Status.Text))
      return No("its arguments may have changed");
    Text += (I > 1 ? ", " : "") + Written;
  }
  Path.Lines.push_back(Text + ");");
  if (ReadLater) {
    if (Status.Variable && Status.Variable->getType().isConstQualified())
      return No("the variable is constant");
    if (!isNameDeclared("STATUS_SUCCESS", Code.Context))
      return No("STATUS_SUCCESS is not declared");
    Path.Lines.push_back(Status.Text + " = STATUS_SUCCESS;");
  }
  Path.Title = "fall back to IoSetCompletionRoutine (the driver is no longer "
               "kept loaded until the routine has run)";
  if (std::optional<Patch> Here = Ways.patchHere()) {
    Here->Acts.push_back({Act::Register});
    Here->Exit = Patch::GoOn;
    if (proof::MaybeObjection Why =
            Judge.objectionToGoingOn(Code.Function, *Here))
      return No(Why->Why);
  }
  return Path;
}

/// True when \p Arg means and is the same where the lines go.
bool Plans::isSameAt(const Expr &Arg) const {
  const Stmt *At = Where.At ? Where.At : Where.If->getCond();
  if (!meansTheSameAt(Code, &Arg, At))
    return false;
  // Nothing in between assigns to one of its variables.
  for (const Stmt *S : Code.statements()) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!V || !Code.isInside(Ref, &Arg))
      continue;
    for (const Stmt *Other : Code.statements()) {
      const auto *Assign = dyn_cast<BinaryOperator>(Other);
      const auto *Unary = dyn_cast<UnaryOperator>(Other);
      const Expr *To = Assign && Assign->isAssignmentOp() ? Assign->getLHS()
                       : Unary && (Unary->isIncrementDecrementOp() ||
                                   Unary->getOpcode() == UO_AddrOf)
                           ? Unary->getSubExpr()
                           : nullptr;
      if (To && variableOf(To) == V && !Code.isInside(Other, &Registration) &&
          Code.begin(Other) > Code.begin(&Registration) &&
          Code.begin(Other) <= Code.begin(At))
        return false;
    }
  }
  return true;
}

} // namespace wdm::fixits
