//===- Analysis.cpp - Findings of a translation unit ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Analysis.h"
#include "src/engine/Evaluated.h"
#include "src/engine/Summaries.h"
#include "src/engine/Witness.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace clang;

namespace wdm::engine {

namespace {

/// What the functions of a translation unit call.
class CallIndex {
public:
  CallIndex(const model::RoutineTable &Routines, Program &Whole)
      : Routines(Routines), Dispatch(Whole.Dispatch), Callers(Whole.Callers) {}

  void add(const FunctionDecl &F) {
    if (F.isDependentContext() || !F.doesThisDeclarationHaveABody() ||
        !Functions.insert(&F))
      return;
    walk(F, F.getBody());
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
      for (const CXXCtorInitializer *Init : Constructor->inits())
        walk(F, Init->getInit());
  }

  /// Adds what is called by what was added.
  void addCalled() {
    while (!Called.empty())
      add(*Called.pop_back_val());
  }

  /// The functions that register, and those that call one of them.
  llvm::DenseSet<const FunctionDecl *> involved() const {
    llvm::DenseSet<const FunctionDecl *> Result = Registering;
    llvm::SmallVector<const FunctionDecl *, 32> Work(Registering.begin(),
                                                     Registering.end());
    while (!Work.empty()) {
      const FunctionDecl *F = Work.pop_back_val();
      auto It = Callers.find(F->getCanonicalDecl());
      if (It == Callers.end())
        continue;
      for (const FunctionDecl *Caller : It->second)
        if (Result.insert(Caller).second)
          Work.push_back(Caller);
    }
    return Result;
  }

  llvm::DenseSet<const FunctionDecl *> called() const {
    llvm::DenseSet<const FunctionDecl *> Result;
    for (const auto &[F, Of] : Callers)
      Result.insert(F);
    return Result;
  }

  /// The functions (canonical) that may not come back, for they, or what they
  /// call, hold something that never does.
  llvm::DenseSet<const FunctionDecl *> stopping() const {
    return withCallers(Stopping);
  }

  llvm::SetVector<const FunctionDecl *> Functions;

private:
  /// A loop without a condition, a jump back, a `throw`.
  static bool mayGoOnForEver(const Stmt &S) {
    const Expr *Condition = nullptr;
    switch (S.getStmtClass()) {
    case Stmt::CXXThrowExprClass:
      return true;
    case Stmt::GotoStmtClass: {
      const auto &Goto = cast<GotoStmt>(S);
      return Goto.getLabel()->getLocation() < Goto.getGotoLoc();
    }
    case Stmt::ForStmtClass:
      Condition = cast<ForStmt>(S).getCond();
      break;
    case Stmt::WhileStmtClass:
      Condition = cast<WhileStmt>(S).getCond();
      break;
    case Stmt::DoStmtClass:
      Condition = cast<DoStmt>(S).getCond();
      break;
    default:
      return false;
    }
    if (!Condition)
      return true;
    Condition = Condition->IgnoreParenCasts();
    if (const auto *Number = dyn_cast<IntegerLiteral>(Condition))
      return Number->getValue().getBoolValue();
    const auto *Truth = dyn_cast<CXXBoolLiteralExpr>(Condition);
    return Truth && Truth->getValue();
  }

  llvm::DenseSet<const FunctionDecl *>
  withCallers(llvm::DenseSet<const FunctionDecl *> Set) const {
    llvm::SmallVector<const FunctionDecl *, 32> Work(Set.begin(), Set.end());
    while (!Work.empty()) {
      auto It = Callers.find(Work.pop_back_val()->getCanonicalDecl());
      if (It == Callers.end())
        continue;
      for (const FunctionDecl *Caller : It->second)
        if (Set.insert(Caller->getCanonicalDecl()).second)
          Work.push_back(Caller);
    }
    return Set;
  }

  void walk(const FunctionDecl &F, const Stmt *Root) {
    llvm::SmallVector<const Stmt *, 64> Work{Root};
    while (!Work.empty()) {
      const Stmt *S = withoutWrappers(Work.pop_back_val());
      if (!S)
        continue;
      if (const auto *Binary = dyn_cast<BinaryOperator>(S)) {
        if (Binary->isAssignmentOp())
          Dispatch.noteStore(*S);
        Work.push_back(Binary->getLHS());
        Work.push_back(Binary->getRHS());
        continue;
      }
      if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
        if (const CXXMethodDecl *Operator = Lambda->getCallOperator())
          add(*Operator);
        continue;
      }
      if (mayGoOnForEver(*S))
        Stopping.insert(F.getCanonicalDecl());
      if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(S)) {
        Work.push_back(Default->getExpr());
        continue;
      }
      if (const auto *Call = dyn_cast<CallExpr>(S)) {
        if (const FunctionDecl *Callee = Call->getDirectCallee())
          note(F, *Callee);
      } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(S)) {
        note(F, *Construct->getConstructor());
      }
      splitChildren(
          *S, Routines, [&](const Stmt &Child) { Work.push_back(&Child); },
          [](const Stmt &) {});
    }
  }

  /// Most of a tree are casts, members and names: they call nothing. (Nor does
  /// what they are made of, but for one operand.)
  static const Stmt *withoutWrappers(const Stmt *S) {
    while (S) {
      switch (S->getStmtClass()) {
      case Stmt::ImplicitCastExprClass:
      case Stmt::CStyleCastExprClass:
        S = cast<CastExpr>(S)->getSubExpr();
        break;
      case Stmt::ParenExprClass:
        S = cast<ParenExpr>(S)->getSubExpr();
        break;
      case Stmt::MemberExprClass:
        S = cast<MemberExpr>(S)->getBase();
        break;
      case Stmt::UnaryOperatorClass:
        S = cast<UnaryOperator>(S)->getSubExpr();
        break;
      case Stmt::DeclRefExprClass:
      case Stmt::IntegerLiteralClass:
      case Stmt::StringLiteralClass:
      case Stmt::CharacterLiteralClass:
      case Stmt::BreakStmtClass:
      case Stmt::NullStmtClass:
        return nullptr;
      default:
        return S;
      }
    }
    return nullptr;
  }

  void note(const FunctionDecl &F, const FunctionDecl &Callee) {
    model::Routine Scratch;
    if (const model::Routine *R = Routines.find(Callee, Scratch)) {
      if (R->Does == model::Effect::Register)
        Registering.insert(&F);
      if (R->Does == model::Effect::NoReturn ||
          R->Does == model::Effect::RaiseAlways)
        Stopping.insert(F.getCanonicalDecl());
      return;
    }
    if (Callee.isNoReturn())
      Stopping.insert(F.getCanonicalDecl());
    // An editor passes only the functions of the file that is open.
    const FunctionDecl *Definition = nullptr;
    if (Callee.hasBody(Definition) && !Functions.count(Definition))
      Called.push_back(Definition);
    auto &Of = Callers[Callee.getCanonicalDecl()];
    if (Of.empty() || Of.back() != &F)
      Of.push_back(&F);
  }

  const model::RoutineTable &Routines;
  model::DispatchRoutines &Dispatch;
  decltype(Program::Callers) &Callers;
  llvm::DenseSet<const FunctionDecl *> Registering;
  llvm::DenseSet<const FunctionDecl *> Stopping; ///< Canonical.
  llvm::SmallVector<const FunctionDecl *, 32> Called;
};

} // namespace

/// A function that its declaration says to be a registration. Only what is
/// loaded is looked at: what is referred to is.
static bool refersToDeclaredOne(const DeclContext &Scope) {
  for (const Decl *D : Scope.noload_decls()) {
    if (const auto *Linkage = dyn_cast<LinkageSpecDecl>(D)) {
      if (refersToDeclaredOne(*Linkage))
        return true;
    } else if (const auto *F = dyn_cast<FunctionDecl>(D)) {
      if (F->isThisDeclarationADefinition() || F->getNumParams() < 2 ||
          !F->isReferenced())
        continue;
      if (model::isDeclaredAsRegistration(*F))
        return true;
    }
  }
  return false;
}

bool mentionsRegistration(ASTContext &Context,
                          const model::RoutineTable &Routines) {
  for (const std::string &Name : Routines.registrationNames()) {
    // Qualified names are looked for by their last part, in any scope.
    llvm::StringRef Last(Name);
    size_t Colon = Last.rfind(':');
    bool Qualified = Colon != llvm::StringRef::npos;
    if (Qualified)
      Last = Last.drop_front(Colon + 1);
    auto It = Context.Idents.find(Last);
    if (It == Context.Idents.end())
      continue;
    if (Qualified)
      return true;
    DeclContext::lookup_result Found = Context.getTranslationUnitDecl()->lookup(
        DeclarationName(It->getValue()));
    for (const NamedDecl *D : Found)
      if (D->isReferenced() || D->isUsed(false))
        return true;
  }
  return refersToDeclaredOne(*Context.getTranslationUnitDecl());
}

std::vector<Finding> analyze(ASTContext &Context,
                             const std::vector<const FunctionDecl *> &Functions,
                             const model::RoutineTable &Routines,
                             Program &Whole, const Limits &Bounds) {
  std::vector<Finding> Findings;
  CallIndex Index(Routines, Whole);
  for (const FunctionDecl *F : Functions)
    Index.add(*F);
  Index.addCalled();
  llvm::DenseSet<const FunctionDecl *> Involved = Index.involved();
  if (Involved.empty())
    return Findings;

  Summaries Calls(Context, Routines, Bounds);
  Calls.setInvolved(Involved);
  Calls.setCalled(Index.called());
  Calls.setStopping(Index.stopping());
  auto IsDispatch = [&](const FunctionDecl &F) {
    return Whole.Dispatch.contains(F);
  };
  Calls.IsDispatch = IsDispatch;

  for (const FunctionDecl *F : Index.Functions) {
    if (!Involved.count(F))
      continue;
    const FunctionStory &Story = Calls.storyOf(*F);
    for (const RegistrationStory &R : Story.Registrations) {
      bool RuleOne = R.LostWithoutPath;
      if (R.LostWithoutPath)
        if (std::optional<Finding> New = explainWithoutPath(Story, R))
          Findings.push_back(std::move(*New));
      for (const auto &[Found, End] : R.Faults) {
        Verdict V = Found->Ends[End].Broken;
        RuleOne |= V == Verdict::SentUnchecked || V == Verdict::LostUnchecked;
      }
      for (const auto &[Found, End] : R.Faults) {
        Verdict V = Found->Ends[End].Broken;
        if (V == Verdict::LeakUnchecked && RuleOne)
          continue;
        // One warning for each rule.
        bool Again = llvm::any_of(Findings, [&](const Finding &X) {
          return X.At == Story.Graph->Calls[R.Call].Origin &&
                 ruleOf(X.Broken) == ruleOf(V);
        });
        if (Again)
          continue;
        if (std::optional<Finding> New =
                explain(Context, Story, R, *Found, End))
          Findings.push_back(std::move(*New));
      }
    }
  }

  const SourceManager &Sources = Context.getSourceManager();
  for (const auto &[F, Left] : Calls.NotFollowed)
    Whole.NotFollowed.push_back(Left);
  llvm::sort(Whole.NotFollowed, [&](const LeftOut &X, const LeftOut &Y) {
    return Sources.isBeforeInTranslationUnit(X.Function->getLocation(),
                                             Y.Function->getLocation());
  });
  llvm::sort(Findings, [&](const Finding &X, const Finding &Y) {
    SourceLocation A = X.At->getExprLoc(), B = Y.At->getExprLoc();
    if (A != B)
      return Sources.isBeforeInTranslationUnit(A, B);
    return X.Broken < Y.Broken;
  });
  // Instantiations of one template have one source.
  std::vector<Finding> Unique;
  for (Finding &F : Findings) {
    bool Known = llvm::any_of(Unique, [&](const Finding &X) {
      return X.At->getExprLoc() == F.At->getExprLoc() &&
             ruleOf(X.Broken) == ruleOf(F.Broken);
    });
    if (!Known)
      Unique.push_back(std::move(F));
  }
  return Unique;
}

} // namespace wdm::engine
