//===- AuthorsExit.cpp - How the author fails a request -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/AuthorsExit.h"
#include "fixits/Obligations.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include <algorithm>

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using model::Effect;

namespace {

using Bytes = std::pair<unsigned, unsigned>;

class Copier {
public:
  Copier(const FunctionFacts &Facts, const CallExpr &Registration,
         StringRef Status)
      : Facts(Facts), Registration(Registration), Status(Status) {}

  /// Where \p E is written, even as the argument of a macro.
  std::optional<Bytes> written(const Expr *E) const {
    if (auto Direct = Facts.Source.bytes(E->getSourceRange()))
      return Direct;
    const SourceManager &Sources = Facts.Context.getSourceManager();
    return Facts.Source.bytes(
        SourceRange(Sources.getSpellingLoc(E->getBeginLoc()),
                    Sources.getSpellingLoc(E->getEndLoc())));
  }

  /// True for a status that stands for "it failed": a variable, or a constant
  /// that is called STATUS_*.
  bool isStatus(const Expr *E) const {
    if (const VarDecl *V = variableOf(E))
      return isStatusType(V->getType());
    auto Where = written(E);
    return Where && Facts.Source.text(Where->first, Where->second)
                        .starts_with("STATUS_");
  }

  /// The text of \p S without its semicolon, with \p Statuses replaced.
  std::optional<std::string> copy(const Stmt *S,
                                  llvm::ArrayRef<const Expr *> Statuses) const {
    auto Where = Facts.Source.bytes(S->getSourceRange());
    if (!Where || Facts.Source.hasComment(Where->first, Where->second))
      return std::nullopt;
    std::vector<Bytes> Cuts;
    for (const Expr *E : Statuses) {
      auto Cut = written(E);
      if (!Cut || Cut->first < Where->first || Cut->second > Where->second)
        return std::nullopt;
      Cuts.push_back(*Cut);
    }
    std::sort(Cuts.begin(), Cuts.end());
    std::string Text;
    unsigned At = Where->first;
    for (const Bytes &Cut : Cuts) {
      if (Cut.first < At)
        return std::nullopt;
      Text += Facts.Source.text(At, Cut.first).str() + Status.str();
      At = Cut.second;
    }
    Text += Facts.Source.text(At, Where->second).str();
    // On one line.
    std::string Line;
    for (char C : Text) {
      if (C == '\r' || C == '\n' || C == '\t')
        C = ' ';
      if (C == ' ' && !Line.empty() && Line.back() == ' ')
        continue;
      if (C < ' ' || C > '~')
        return std::nullopt;
      Line += C;
    }
    return Line;
  }

  /// True when everything that \p S names is the same at the registration.
  /// \p Statuses are replaced, and do not matter.
  bool isSameThere(const Stmt *S, const Stmt *Branch,
                   llvm::ArrayRef<const Expr *> Statuses) const {
    if (const auto *E = dyn_cast<Expr>(S))
      if (llvm::is_contained(Statuses, E))
        return true;
    if (isa<LambdaExpr, StmtExpr, DeclStmt>(S))
      return false;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
      // Declared where the registration sees it, and set before both.
      if (!isVisibleAt(Facts, *Ref->getDecl(), &Registration))
        return false;
      const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
      if (V && V->hasLocalStorage() && !isSettled(*V, Branch))
        return false;
    }
    for (const Stmt *Child : S->children())
      if (Child && !isSameThere(Child, Branch, Statuses))
        return false;
    return true;
  }

private:
  /// True when \p V is not assigned between the branch and the registration.
  bool isSettled(const VarDecl &V, const Stmt *Branch) const {
    const unsigned A =
        std::min(Facts.begin(Branch), Facts.begin(&Registration));
    const unsigned B =
        std::max(Facts.begin(Branch), Facts.begin(&Registration));
    for (const Stmt *S : Facts.statements()) {
      const Expr *Changed = nullptr;
      if (const auto *Assign = dyn_cast<BinaryOperator>(S))
        Changed = Assign->isAssignmentOp() ? Assign->getLHS() : nullptr;
      else if (const auto *Unary = dyn_cast<UnaryOperator>(S))
        Changed =
            Unary->isIncrementDecrementOp() || Unary->getOpcode() == UO_AddrOf
                ? Unary->getSubExpr()
                : nullptr;
      if (Changed && variableOf(Changed) == &V && Facts.begin(S) >= A &&
          Facts.begin(S) <= B)
        return false;
    }
    return true;
  }

  const FunctionFacts &Facts;
  const CallExpr &Registration;
  StringRef Status;
};

/// \p S->IoStatus.\p Field
bool isIoStatus(const Expr *E, const VarDecl &Irp, StringRef Field) {
  const auto *Last = dyn_cast<MemberExpr>(bare(E));
  if (!Last || !Last->getMemberDecl()->getDeclName().isIdentifier() ||
      Last->getMemberDecl()->getName() != Field)
    return false;
  // Through the anonymous union that Status is in.
  const Expr *Base = bare(Last->getBase());
  while (const auto *Member = dyn_cast<MemberExpr>(Base)) {
    if (Member->getMemberDecl()->getDeclName().isIdentifier() &&
        Member->getMemberDecl()->getName() == "IoStatus")
      return variableOf(Member->getBase()) == &Irp;
    Base = bare(Member->getBase());
  }
  return false;
}

/// The arguments of \p Call that are statuses, or nothing when one cannot be
/// told.
std::vector<const Expr *> statusesOf(const Copier &Copies,
                                     const CallExpr &Call) {
  std::vector<const Expr *> Found;
  for (const Expr *Arg : Call.arguments())
    if (Copies.isStatus(Arg))
      Found.push_back(Arg);
  return Found;
}

bool isZero(const FunctionFacts &Facts, const Expr *E) {
  std::optional<int64_t> Value = constantOf(E, Facts.Context);
  return Value && *Value == 0;
}

/// True when \p Call tells of no more than of \p Status, as far as what it is
/// given shows: numbers beside it are those of a success, unless they are 0 or
/// the status is a failure.
bool saysNothingElse(const FunctionFacts &Facts, const CallExpr &Call,
                     const Expr &Status) {
  std::optional<int64_t> Value = constantOf(&Status, Facts.Context);
  const bool Fails = Value && static_cast<int32_t>(*Value) < 0;
  for (const Expr *Arg : Call.arguments()) {
    if (Arg == &Status || !Arg->getType()->isIntegerType() ||
        isZero(Facts, Arg))
      continue;
    const bool IsConstant = constantOf(Arg, Facts.Context).has_value();
    if (!IsConstant || !Fails)
      return false;
  }
  return true;
}

} // namespace

/// True when the routine's body is visible and does nothing but to complete the
/// IRP: then it is as good to do so here.
static bool isPlain(const FunctionFacts &Facts, const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const FunctionDecl *Definition = nullptr;
  if (!Callee || !Callee->hasBody(Definition))
    return false;
  bool Completes = false;
  llvm::SmallVector<const Stmt *, 32> Todo{Definition->getBody()};
  while (!Todo.empty()) {
    const Stmt *S = Todo.pop_back_val();
    if (!S)
      continue;
    if (const auto *Inner = dyn_cast<CallExpr>(S)) {
      Effect Does = Facts.effectOf(*Inner);
      Completes |= Does == Effect::Complete;
      if (Does != Effect::Complete && Does != Effect::Prints)
        return false;
    }
    Todo.append(S->child_begin(), S->child_end());
  }
  return Completes;
}

bool completesByOwnRoutine(const FunctionFacts &Facts, const VarDecl &Irp) {
  bool Own = false;
  for (const Stmt *S : Facts.statements()) {
    if (!Facts.completes(*S, Irp))
      continue;
    const auto *Call = cast<CallExpr>(S);
    if (Facts.effectOf(*Call) == Effect::Complete || isPlain(Facts, *Call))
      return false;
    Own = true;
  }
  return Own;
}

/// True when \p If asks whether \p H could be acquired at all: it is not held
/// in the branch that says no.
static bool asksFor(const FunctionFacts &Facts, const Held &H,
                    const IfStmt &If) {
  if (Facts.isInside(H.Acquired, &If))
    return true;
  const VarDecl *Result = nullptr;
  const unsigned From = Facts.begin(H.Acquired);
  for (const Stmt *S : Facts.statements()) {
    if (const auto *Assign = dyn_cast<BinaryOperator>(S)) {
      if (!Assign->isAssignmentOp())
        continue;
      if (Facts.isInside(H.Acquired, Assign))
        Result = variableOf(Assign->getLHS());
    } else if (const auto *Declares = dyn_cast<DeclStmt>(S)) {
      if (Facts.isInside(H.Acquired, Declares))
        Result = dyn_cast<VarDecl>(*Declares->decl_begin());
    }
  }
  if (!Result)
    return false;
  bool Asks = false;
  for (const Stmt *S : Facts.statements()) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      Asks |= Ref->getDecl() == Result && Facts.isInside(Ref, If.getCond());
    if (const auto *Assign = dyn_cast<BinaryOperator>(S))
      if (Assign->isAssignmentOp() && variableOf(Assign->getLHS()) == Result &&
          Facts.begin(Assign) > From && !Facts.isInside(H.Acquired, Assign) &&
          Facts.begin(Assign) < Facts.begin(&If))
        return false; // It has another value by then.
  }
  return Asks;
}

/// True when what \p Call calls may have been called on the way to \p
/// Registration already: what it ends may be gone.
static bool isCalledBefore(const FunctionFacts &Facts, const CallExpr &Call,
                           const CallExpr &Registration) {
  return llvm::any_of(Facts.statements(), [&](const Stmt *S) {
    const auto *Other = dyn_cast<CallExpr>(S);
    return Other && Call.getDirectCallee() &&
           Other->getDirectCallee() == Call.getDirectCallee() &&
           Facts.mayFollow(Other, &Registration,
                           [](const Stmt &) { return false; });
  });
}

std::string authorsCompletion(const FunctionFacts &Facts,
                              const CallExpr &Registration, const VarDecl &Irp,
                              StringRef Status) {
  Copier Copies(Facts, Registration, Status);
  std::string Found;
  for (const Stmt *S : Facts.statements()) {
    if (!Facts.completes(*S, Irp))
      continue;
    const auto *Call = cast<CallExpr>(S);
    if (isCalledBefore(Facts, *Call, Registration))
      return std::string();
    // A macro's call may be deep inside what is written.
    std::vector<const Expr *> Statuses = statusesOf(Copies, *Call);
    if (Statuses.size() != 1 || !Copies.isSameThere(Call, Call, Statuses) ||
        !saysNothingElse(Facts, *Call, *Statuses[0]))
      return std::string();
    std::optional<std::string> Text = Copies.copy(Call, Statuses);
    if (!Text || (!Found.empty() && *Text != Found))
      return std::string();
    Found = *Text;
  }
  return Found.empty() ? Found : Found + ";";
}

AuthorsExit authorsExit(const FunctionFacts &Facts,
                        const CallExpr &Registration, const VarDecl &Irp,
                        StringRef Status, const VarDecl *Variable,
                        bool MustEnd) {
  Copier Copies(Facts, Registration, Status);
  const std::vector<Held> Here = Facts.heldAt(Registration, &Registration);

  // \p Fails: the branch is one of a failure.
  auto Try = [&](const Stmt *Branch, const Expr *Condition,
                 bool Fails) -> AuthorsExit {
    AuthorsExit Exit;
    std::vector<const Stmt *> Body;
    if (const auto *Block = dyn_cast<CompoundStmt>(Branch))
      Body.assign(Block->body_begin(), Block->body_end());
    else
      Body.push_back(Branch);
    if (Body.empty() || !isa<ReturnStmt>(Body.back()))
      return AuthorsExit();
    // The same things are held.
    std::vector<Held> There = Facts.heldAt(Registration, Condition);
    if (There.size() != Here.size() ||
        !std::equal(Here.begin(), Here.end(), There.begin(),
                    [](const Held &A, const Held &B) {
                      return A.Acquired == B.Acquired;
                    }))
      return AuthorsExit();

    bool SetsStatus = false;
    bool SetsInformation = false;
    for (const Stmt *S : Facts.statements()) {
      const auto *Call = dyn_cast<CallExpr>(S);
      if (Call && Facts.isInside(Call, Branch) &&
          Facts.effectOf(*Call) != Effect::Prints &&
          isCalledBefore(Facts, *Call, Registration))
        return AuthorsExit();
    }
    for (const Stmt *S : Body) {
      std::vector<const Expr *> Statuses;
      const auto *E = dyn_cast<Expr>(S);
      const Expr *Core = E ? bare(E) : nullptr;
      if (isa<NullStmt>(S))
        continue;
      if (const auto *Return = dyn_cast<ReturnStmt>(S)) {
        const Expr *Value = Return->getRetValue();
        const Expr *Inner = Value ? bare(Value) : nullptr;
        if (const auto *Call = dyn_cast_or_null<CallExpr>(Inner)) {
          if (!Facts.completes(*Call, Irp))
            return AuthorsExit();
          Exit.EndsIrp = true;
          Exit.GivesBack |= Facts.effectOf(*Call) == Effect::HandOn;
          Statuses = statusesOf(Copies, *Call);
          if (Statuses.size() != 1 ||
              (!Fails && !saysNothingElse(Facts, *Call, *Statuses[0])))
            return AuthorsExit();
        } else if (Value && isStatusType(Facts.Function.getReturnType())) {
          if (!Copies.isStatus(Value))
            return AuthorsExit();
          Statuses.push_back(Value->IgnoreParenImpCasts());
        } else if (Value && (!isRepeatable(Value) ||
                             (!Fails && !isZero(Facts, Value)))) {
          return AuthorsExit();
        }
      } else if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(Core)) {
        if (Assign->getOpcode() != BO_Assign)
          return AuthorsExit();
        if (isIoStatus(Assign->getLHS(), Irp, "Status")) {
          if (!Copies.isStatus(Assign->getRHS()))
            return AuthorsExit();
          Statuses.push_back(Assign->getRHS()->IgnoreParenImpCasts());
          SetsStatus = true;
        } else if (isIoStatus(Assign->getLHS(), Irp, "Information")) {
          if (!Fails && !isZero(Facts, Assign->getRHS()))
            return AuthorsExit();
          SetsInformation = true;
        } else if (const VarDecl *V = variableOf(Assign->getLHS())) {
          // status = STATUS_...; in front of its use.
          if (!isStatusType(V->getType()) || !Copies.isStatus(Assign->getRHS()))
            return AuthorsExit();
          continue;
        } else {
          return AuthorsExit();
        }
      } else if (const auto *Call = dyn_cast_or_null<CallExpr>(Core)) {
        Effect Does = Facts.effectOf(*Call);
        if (Facts.completes(*Call, Irp) ||
            (Does == Effect::Free && Facts.takes(*Call, Irp))) {
          Exit.EndsIrp = true;
          Exit.GivesBack |= Does == Effect::HandOn;
          Statuses = statusesOf(Copies, *Call);
          if (!Fails && Statuses.size() == 1 &&
              !saysNothingElse(Facts, *Call, *Statuses[0]))
            return AuthorsExit();
        } else if (Does == Effect::Prints ||
                   model::RoutineTable::looksLikePrinting(
                       Facts.writtenNameOf(*Call))) {
          continue;
        } else if (!Facts.givesBack(*Call)) {
          return AuthorsExit();
        } else {
          Exit.GivesBack = true;
        }
      } else if (isa<DoStmt, IfStmt, CompoundStmt>(S) &&
                 S->getBeginLoc().isMacroID() &&
                 model::RoutineTable::looksLikePrinting(
                     Facts.Source.text()
                         .substr(Facts.begin(S))
                         .take_while([](char C) {
                           return isalnum(static_cast<unsigned char>(C)) ||
                                  C == '_';
                         }))) {
        continue; // A macro that prints.
      } else {
        return AuthorsExit();
      }
      if (!Copies.isSameThere(S, Branch, Statuses))
        return AuthorsExit();
      std::optional<std::string> Text = Copies.copy(S, Statuses);
      if (!Text)
        return AuthorsExit();
      Exit.Lines.push_back(*Text + ";");
      if (SetsStatus && !SetsInformation && Exit.EndsIrp) {
        // In front of what completes it.
        Exit.Lines.insert(Exit.Lines.end() - 1,
                          Irp.getName().str() + "->IoStatus.Information = 0;");
        SetsInformation = true;
      }
    }
    if (Exit.EndsIrp != MustEnd)
      return AuthorsExit();
    return Exit;
  };

  std::vector<std::pair<unsigned, const IfStmt *>> Candidates;
  for (const Stmt *S : Facts.statements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    if (!If || If->getIfLoc().isMacroID() || Facts.isInside(&Registration, If))
      continue;
    const unsigned At = Facts.begin(If);
    const unsigned Call = Facts.begin(&Registration);
    // Those beside the registration's path first, of these the ones before it.
    unsigned Rank = At < Call ? Call - At : (1U << 29) + (At - Call);
    if (!Facts.isInside(&Registration, Facts.parent(If)))
      Rank += 1U << 30;
    Candidates.push_back({Rank, If});
  }
  std::sort(Candidates.begin(), Candidates.end());
  for (const auto &[Distance, If] : Candidates) {
    // Behind it only the branch of a failure will do.
    FunctionFacts::Test Test = Facts.asStatusTest(If->getCond());
    const Expr *Part = If->getCond();
    while (const auto *Both = dyn_cast<BinaryOperator>(bare(Part))) {
      if (Both->getOpcode() != BO_LAnd)
        break;
      // A part of `wanted && !NT_SUCCESS(status)`.
      if (FunctionFacts::Test T = Facts.asStatusTest(Both->getRHS()); T.Status)
        Test = T;
      if (FunctionFacts::Test T = Facts.asStatusTest(Both->getLHS()); T.Status)
        Test = T;
      Part = Both->getLHS();
    }
    const bool Before = Facts.begin(If) < Facts.begin(&Registration);
    const bool Beside = Facts.isInside(&Registration, Facts.parent(If));
    // Elsewhere only what speaks of parameters alone says enough.
    if (!Beside &&
        llvm::any_of(Facts.statements(), [&, If = If](const Stmt *S) {
          const auto *Ref = dyn_cast<DeclRefExpr>(S);
          const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
          return V && Facts.isInside(Ref, If) && V->hasLocalStorage() &&
                 !(isa<ParmVarDecl>(V) && Facts.isConstant(*V)) &&
                 !isStatusType(V->getType());
        }))
      continue;
    if (llvm::any_of(Here, [&, If = If](const Held &H) {
          return asksFor(Facts, H, *If);
        }))
      continue;
    for (const Stmt *Branch : {If->getThen(), If->getElse()}) {
      if (!Branch)
        continue;
      if (Beside && (!Before || Test.Status)) {
        if (!Test.Status || (Branch == If->getThen()) != Test.TrueMeansFailed)
          continue;
      }
      const FailureArm Arm = failureArm(Facts, *If);
      if (AuthorsExit Exit =
              Try(Branch, If->getCond(), Arm.Failed && Arm.Branch == Branch))
        return Exit;
    }
  }
  return AuthorsExit();
}

} // namespace wdm::fixits
