//===- UnseenFunctions.cpp - Functions for the options --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checks/UnseenFunctions.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm {

namespace {

/// What a call stands in.
struct Surroundings {
  bool OnFailure = false;   ///< of the registration
  bool LeavesThere = false; ///< that branch leaves the function
  bool IsReturned = false;  ///< `return call(...)`
  const VarDecl *Stored = nullptr;
};

struct Met {
  const CallExpr *Call;
  Surroundings In;
};

const VarDecl *variableIn(const Expr *E) {
  const auto *Ref =
      dyn_cast_or_null<DeclRefExpr>(E ? E->IgnoreParenImpCasts() : nullptr);
  return Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
}

bool isSameObject(const Expr *A, const Expr *B) {
  A = A->IgnoreParenCasts();
  B = B->IgnoreParenCasts();
  if (const VarDecl *V = variableIn(A))
    return V == variableIn(B);
  const auto *M = dyn_cast<MemberExpr>(A);
  const auto *N = dyn_cast<MemberExpr>(B);
  return M && N && M->getMemberDecl() == N->getMemberDecl() &&
         isSameObject(M->getBase(), N->getBase());
}

bool leaves(const Stmt *S) {
  if (!S)
    return false;
  if (isa<ReturnStmt, GotoStmt, SEHLeaveStmt>(S))
    return true;
  return llvm::any_of(S->children(), leaves);
}

/// Calls in the order of the source, with what they stand in.
class Walker {
public:
  explicit Walker(const model::RoutineTable &Routines) : Routines(Routines) {}

  void walk(const Stmt *S, Surroundings In) {
    if (!S)
      return;
    if (const auto *If = dyn_cast<IfStmt>(S))
      return walkIf(*If, In);
    if (const auto *Decls = dyn_cast<DeclStmt>(S))
      return walkDeclarations(*Decls, In);
    if (const auto *Call = dyn_cast<CallExpr>(S))
      return walkCall(*Call, In);
    if (const auto *Return = dyn_cast<ReturnStmt>(S)) {
      if (const VarDecl *V = variableIn(Return->getRetValue()))
        Returned.push_back(V);
      In.IsReturned = true;
    } else if (const auto *Store = dyn_cast<BinaryOperator>(S);
               Store && Store->getOpcode() == BO_Assign) {
      In.Stored = variableIn(Store->getLHS());
    }
    const bool Passes = isa<ReturnStmt, ParenExpr, CastExpr>(S) ||
                        (isa<BinaryOperator>(S) && In.Stored);
    walkChildren(*S, Passes ? In : within(In));
  }

  std::vector<Met> Calls;
  std::vector<const VarDecl *> Returned;

private:
  /// For what is only a part of what is returned or stored.
  static Surroundings within(Surroundings In) {
    In.IsReturned = false;
    In.Stored = nullptr;
    return In;
  }

  void walkChildren(const Stmt &S, const Surroundings &In) {
    for (const Stmt *Child : S.children())
      walk(Child, In);
  }

  void walkIf(const IfStmt &If, const Surroundings &In) {
    walk(If.getInit(), In);
    walk(If.getCond(), In);
    const int Sense = failureIf(If.getCond());
    walk(If.getThen(), below(In, Sense > 0, If.getThen()));
    walk(If.getElse(), below(In, Sense < 0, If.getElse()));
  }

  void walkDeclarations(const DeclStmt &Decls, Surroundings In) {
    for (const Decl *D : Decls.decls())
      if (const auto *V = dyn_cast<VarDecl>(D)) {
        In.Stored = V;
        walk(V->getInit(), In);
      }
  }

  void walkCall(const CallExpr &Call, const Surroundings &In) {
    walkChildren(Call, within(In));
    if (!Call.getDirectCallee())
      return;
    Calls.push_back({&Call, In});
    if (In.Stored && registers(Call))
      Statuses.push_back(In.Stored);
  }

  bool registers(const CallExpr &Call) const {
    const FunctionDecl *Callee = Call.getDirectCallee();
    model::Routine Scratch;
    const model::Routine *R =
        Callee ? Routines.find(*Callee, Scratch) : nullptr;
    return R && R->Does == model::Effect::Register;
  }

  static Surroundings below(Surroundings In, bool Failure, const Stmt *Branch) {
    if (Failure) {
      In.OnFailure = true;
      In.LeavesThere = leaves(Branch);
    }
    return In;
  }

  /// 1: true means that the registration failed; -1: that it did not; 0: it
  /// says nothing.
  int failureIf(const Expr *Condition) const {
    Condition = Condition->IgnoreParenImpCasts();
    if (const auto *Not = dyn_cast<UnaryOperator>(Condition);
        Not && Not->getOpcode() == UO_LNot)
      return -failureIf(Not->getSubExpr());
    const auto *Compare = dyn_cast<BinaryOperator>(Condition);
    if (!Compare || !isStatus(Compare->getLHS()))
      return 0;
    switch (Compare->getOpcode()) {
    case BO_GE:
    case BO_EQ:
      return -1;
    case BO_LT:
    case BO_NE:
      return 1;
    default:
      return 0;
    }
  }

  bool isStatus(const Expr *E) const {
    E = E->IgnoreParenCasts();
    if (const auto *Store = dyn_cast<BinaryOperator>(E);
        Store && Store->getOpcode() == BO_Assign)
      return isStatus(Store->getLHS()) || isStatus(Store->getRHS());
    if (const auto *Call = dyn_cast<CallExpr>(E))
      return registers(*Call);
    return llvm::is_contained(Statuses, variableIn(E));
  }

  const model::RoutineTable &Routines;
  std::vector<const VarDecl *> Statuses;
};

bool hasWord(llvm::StringRef Name, std::initializer_list<const char *> Words) {
  return llvm::any_of(
      Words, [&](const char *Word) { return Name.contains_insensitive(Word); });
}

bool takesCompletionRoutine(const FunctionDecl &F) {
  return llvm::any_of(F.parameters(), [](const ParmVarDecl *P) {
    const QualType T = P->getType();
    const auto *Typedef = T->getAs<TypedefType>();
    return Typedef &&
           Typedef->getDecl()->getName().contains("IO_COMPLETION_ROUTINE");
  });
}

/// The position of the IRP among the arguments, or -1.
int irpArgument(const CallExpr &Call) {
  for (unsigned I = 0; I < Call.getNumArgs(); ++I)
    if (model::isIrpPointer(Call.getArg(I)->IgnoreParenImpCasts()->getType()))
      return static_cast<int>(I);
  return -1;
}

std::string nameOf(const FunctionDecl &Callee, int Irp) {
  std::string Name = Callee.getQualifiedNameAsString();
  if (model::irpParameter(Callee) < 0)
    Name += ":" + std::to_string(Irp + 1);
  return Name;
}

class Finder {
public:
  explicit Finder(const model::RoutineTable &Routines) : Routines(Routines) {}

  void look(const FunctionDecl &F) {
    Walker W(Routines);
    W.walk(F.getBody(), {});
    const Expr *Registered = nullptr;
    for (size_t I = 0; I < W.Calls.size(); ++I) {
      const CallExpr &Call = *W.Calls[I].Call;
      const FunctionDecl &Callee = *Call.getDirectCallee();
      model::Routine Scratch;
      if (const model::Routine *R = Routines.find(Callee, Scratch)) {
        if (R->Does == model::Effect::Register && R->Irp >= 0 &&
            static_cast<unsigned>(R->Irp) < Call.getNumArgs())
          Registered = Call.getArg(R->Irp);
        continue;
      }
      const int Irp = irpArgument(Call);
      if (Irp < 0 || !isUnseen(Callee))
        continue;
      if (const char *Why = whyRegistration(Callee)) {
        add(Call, Irp, "RegistrationFunctions", Why);
        Registered = Call.getArg(Irp);
      } else if (Registered && isSameObject(Registered, Call.getArg(Irp))) {
        judge(W, I, Irp);
      }
    }
  }

  std::vector<UnseenFunction> Found;

private:
  static bool isUnseen(const FunctionDecl &Callee) {
    return !Callee.hasBody() && !Callee.getBuiltinID() &&
           Callee.getDeclName().isIdentifier() &&
           !model::RoutineTable::looksLikePrinting(Callee);
  }

  static const char *whyRegistration(const FunctionDecl &Callee) {
    if (!Callee.getReturnType()->isIntegralOrEnumerationType())
      return nullptr;
    if (takesCompletionRoutine(Callee))
      return "it takes an IRP and a completion routine, and returns a number";
    if (hasWord(Callee.getName(),
                {"hook", "setcompletion", "registercompletion",
                 "completionroutine", "registerirp"}))
      return "its name speaks of a completion routine, and it returns a number";
    return nullptr;
  }

  void judge(const Walker &W, size_t Index, int Irp) {
    const auto &[Call, In] = W.Calls[Index];
    const FunctionDecl &Callee = *Call->getDirectCallee();
    const bool Number = Callee.getReturnType()->isIntegralOrEnumerationType();
    if (In.OnFailure) {
      if (In.LeavesThere)
        add(*Call, Irp, "",
            "it is given the IRP where the registration failed, and the "
            "function leaves: it should complete the IRP");
      else
        add(*Call, Irp, "RecoveryFunctions",
            "it is given the IRP where the registration failed, before the "
            "function goes on");
      return;
    }
    const bool Passed =
        Number && (In.IsReturned ||
                   (In.Stored && llvm::is_contained(W.Returned, In.Stored)));
    if (Passed && !sendsLater(W, Index))
      add(*Call, Irp, "DispatchFunctions",
          "it is given the IRP after the registration, and what it returns is "
          "what the function returns");
    else if (hasWord(Callee.getName(), {"send", "forward", "calldriver",
                                        "passdown", "dispatch", "submit"}))
      add(*Call, Irp, "DispatchFunctions",
          "it is given the IRP after the registration, and its name speaks of "
          "sending");
    else
      add(*Call, Irp, "",
          "it is given the IRP after the registration; nothing says what it "
          "does with it");
  }

  bool sendsLater(const Walker &W, size_t Index) const {
    for (size_t I = Index + 1; I < W.Calls.size(); ++I) {
      model::Routine Scratch;
      const model::Routine *R =
          Routines.find(*W.Calls[I].Call->getDirectCallee(), Scratch);
      if (R && R->Does == model::Effect::Send)
        return true;
    }
    return false;
  }

  void add(const CallExpr &Call, int Irp, const char *Option, const char *Why) {
    Found.push_back({&Call, nameOf(*Call.getDirectCallee(), Irp), Option, Why});
  }

  const model::RoutineTable &Routines;
};

} // namespace

std::vector<UnseenFunction>
findUnseenFunctions(ASTContext &Context,
                    const std::vector<const FunctionDecl *> &Functions,
                    const model::RoutineTable &Routines) {
  Finder Look(Routines);
  for (const FunctionDecl *F : Functions)
    if (!F->isDependentContext() && F->doesThisDeclarationHaveABody())
      Look.look(*F);
  return std::move(Look.Found);
}

} // namespace wdm
