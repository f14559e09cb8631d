//===- Analysis.cpp - Findings of a translation unit ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Analysis.h"
#include "src/engine/Evaluated.h"
#include "src/engine/OtherUnits.h"
#include "src/engine/Summaries.h"
#include "src/engine/Witness.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include <iterator>
#include <utility>

using namespace clang;

namespace wdm::engine {

namespace {

/// What the functions of a translation unit call.
class CallIndex {
public:
  CallIndex(const model::RoutineTable &Routines, OtherUnits *Others,
            Program &Whole)
      : Routines(Routines), Others(Others), Whole(Whole),
        Callers(Whole.Callers) {}

  void add(const FunctionDecl &F) {
    if (F.isDependentContext() || !F.doesThisDeclarationHaveABody() ||
        !Functions.insert(&F))
      return;
    walk(&F, F.getBody());
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
      for (const CXXCtorInitializer *Init : Constructor->inits()) {
        walk(&F, Init->getInit());
        if (const FieldDecl *Field = Init->getMember())
          Whole.Roles.noteInitialiser(*Field, *Init->getInit());
      }
  }

  /// Adds what is called by what was added.
  void addCalled() {
    while (!Called.empty())
      add(*Called.pop_back_val());
  }

  /// Adds what is called in other units, and what these call.
  void addOthers() {
    if (!Others)
      return;
    std::vector<const FunctionDecl *> Named;
    for (const auto &[F, Of] : Callers)
      Named.push_back(F);
    Others->setOwn(Functions.getArrayRef(), Named);
    for (const FunctionDecl *F : Named)
      if (!F->hasBody())
        if (const OtherFunction *Other = Others->find(*F))
          addOther(*Other, CalledElsewhere);
    for (const FunctionDecl *F : Functions) {
      DriverFacts Facts = Others->factsOf(*F);
      if (Facts.Called)
        CalledElsewhere.insert(F->getCanonicalDecl());
      if (Facts.isAny())
        Whole.Elsewhere[F->getCanonicalDecl()] = std::move(Facts);
    }
    addCallers();
  }

  /// Adds those of other units that lead to what registers here.
  void addCallers() {
    llvm::SetVector<const FunctionDecl *> Work;
    const auto Add = [&](const FunctionDecl &F) {
      Work.insert(F.getCanonicalDecl());
      if (const auto *Method = dyn_cast<CXXMethodDecl>(&F))
        for (const CXXMethodDecl *Base : Method->overridden_methods())
          Work.insert(Base->getCanonicalDecl());
    };
    for (const FunctionDecl *F : involved(Opening::AtRegistration))
      if (F->hasBody())
        Add(*F);
    for (size_t I = 0; I != Work.size(); ++I) {
      const FunctionDecl *F = Work[I];
      bool Unseen = false;
      std::vector<const FunctionDecl *> Of = Others->callersOf(*F, Unseen);
      if (Unseen)
        Whole.Elsewhere[F].CalledUnseen = true;
      for (const FunctionDecl *Caller : Of) {
        auto &Known = Whole.CallersElsewhere[F];
        if (!llvm::is_contained(Known, Caller))
          Known.push_back(Caller);
        Add(*Caller);
        if (Caller->hasBody())
          continue;
        if (const OtherFunction *Other = Others->find(*Caller))
          addOther(*Other, Leading);
      }
    }
  }

  /// Adds the routines that \p Init, of a variable outside of functions, has
  /// the address of.
  void addInitialiser(const Expr &Init) { walk(nullptr, &Init); }

  /// The functions with an opening of the kind, and those that call one of
  /// them.
  llvm::DenseSet<const FunctionDecl *> involved(Opening Opens) const {
    const auto &Begin = Opens == Opening::AtRegistration ? Registering : Ending;
    llvm::DenseSet<const FunctionDecl *> Result = Begin;
    llvm::SmallVector<const FunctionDecl *, 32> Work(Begin.begin(),
                                                     Begin.end());
    while (!Work.empty()) {
      const FunctionDecl *F = Work.pop_back_val();
      forEachCaller(*F, [&](const FunctionDecl &Caller) {
        if (Result.insert(&Caller).second)
          Work.push_back(&Caller);
      });
    }
    return Result;
  }

  bool isCalled(const FunctionDecl &F) const {
    const FunctionDecl *Key = F.getCanonicalDecl();
    return Callers.count(Key) || CalledElsewhere.count(Key);
  }

  llvm::DenseSet<const FunctionDecl *> called() const {
    llvm::DenseSet<const FunctionDecl *> Result = CalledElsewhere;
    for (const auto &[F, Of] : Callers)
      Result.insert(F);
    return Result;
  }

  /// The functions (canonical) that may not come back, for they, or what they
  /// call, hold something that never does.
  llvm::DenseSet<const FunctionDecl *> stopping() const {
    return withCallers(Stopping);
  }
  /// Those that hold such a thing themselves.
  const llvm::DenseSet<const FunctionDecl *> &stoppingItself() const {
    return Stopping;
  }

  /// All functions with a body, of the others those that are called from here,
  /// and those that lead here.
  std::vector<const FunctionDecl *> known() const {
    std::vector<const FunctionDecl *> Result(Functions.begin(),
                                             Functions.end());
    for (const auto *Set : {&CalledElsewhere, &Leading})
      for (const FunctionDecl *F : *Set)
        if (!F->hasBody())
          Result.push_back(F);
    return Result;
  }

  /// Those that give an IRP to what has no body here.
  llvm::DenseSet<const FunctionDecl *> Passing;

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
      forEachCaller(*Work.pop_back_val(), [&](const FunctionDecl &Caller) {
        if (Set.insert(Caller.getCanonicalDecl()).second)
          Work.push_back(&Caller);
      });
    }
    return Set;
  }

  void forEachCaller(const FunctionDecl &F,
                     llvm::function_ref<void(const FunctionDecl &)> Do) const {
    for (const auto *Map : {&std::as_const(Callers), &OtherCallers}) {
      auto It = Map->find(F.getCanonicalDecl());
      if (It != Map->end())
        for (const FunctionDecl *Caller : It->second)
          Do(*Caller);
    }
  }

  /// \p First and what it calls, to \p Known.
  void addOther(const OtherFunction &First,
                llvm::DenseSet<const FunctionDecl *> &Known) {
    llvm::SmallVector<const OtherFunction *, 32> Work{&First};
    while (!Work.empty()) {
      const OtherFunction &Other = *Work.pop_back_val();
      const FunctionDecl *F = Other.Function;
      if (CalledElsewhere.count(F) || !Known.insert(F).second)
        continue;
      if (Other.Registers)
        Registering.insert(F);
      if (Other.Ends)
        Ending.insert(F);
      if (Other.Stops)
        Stopping.insert(F);
      for (const FunctionDecl *Callee : Other.Calls) {
        OtherCallers[Callee->getCanonicalDecl()].push_back(F);
        if (!Callee->hasBody())
          if (const OtherFunction *Next = Others->find(*Callee))
            Work.push_back(Next);
      }
    }
  }

  /// \p F is null outside of functions.
  void walk(const FunctionDecl *F, const Stmt *Root) {
    llvm::SmallVector<const Stmt *, 64> Work{Root};
    while (!Work.empty())
      if (const Stmt *S = withoutWrappers(Work.pop_back_val()))
        visit(F, *S, Work);
  }

  using WorkList = llvm::SmallVectorImpl<const Stmt *>;

  /// What is still to be looked at in \p S goes to \p Work.
  void visit(const FunctionDecl *F, const Stmt &S, WorkList &Work) {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S)) {
      if (const auto *Named = dyn_cast<FunctionDecl>(Ref->getDecl()))
        Whole.Roles.noteAddress(*Named);
      return;
    }
    if (const auto *Binary = dyn_cast<BinaryOperator>(&S)) {
      if (F && Binary->isAssignmentOp())
        Whole.Roles.note(*F, S);
      Work.push_back(Binary->getLHS());
      Work.push_back(Binary->getRHS());
      return;
    }
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&S)) {
      if (const CXXMethodDecl *Operator = Lambda->getCallOperator())
        add(*Operator);
      return;
    }
    if (F)
      Whole.Roles.note(*F, S);
    if (F && mayGoOnForEver(S))
      Stopping.insert(F->getCanonicalDecl());
    if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(&S)) {
      Work.push_back(Default->getExpr());
      return;
    }
    const auto *Call = dyn_cast<CallExpr>(&S);
    if (Call && visitCall(F, *Call, Work))
      return;
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(&S); Construct && F)
      noteObject(*F, *Construct->getConstructor());
    splitChildren(
        S, Routines, [&](const Stmt &Child) { Work.push_back(&Child); },
        [](const Stmt &) {});
  }

  /// True where only the arguments are left: the function is named.
  bool visitCall(const FunctionDecl *F, const CallExpr &Call, WorkList &Work) {
    const FunctionDecl *Callee = Call.getDirectCallee();
    if (Callee && F)
      note(*F, Call, *Callee);
    if (!Callee || !isa<DeclRefExpr>(Call.getCallee()->IgnoreParenCasts()))
      return false;
    for (const Expr *Arg : Call.arguments())
      Work.push_back(Arg);
    return true;
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

  void note(const FunctionDecl &F, const CallExpr &Call,
            const FunctionDecl &Callee) {
    model::Routine Scratch;
    const model::Routine *R = Routines.find(Callee, Scratch);
    if (!R) {
      noteCallee(F, Callee);
      if (!Callee.hasBody() &&
          llvm::any_of(Call.arguments(), [](const Expr *Arg) {
            return model::isIrpPointer(Arg->IgnoreParenImpCasts()->getType());
          }))
        Passing.insert(&F);
      return;
    }
    switch (R->Does) {
    case model::Effect::Register:
      Registering.insert(&F);
      break;
    case model::Effect::Complete:
      Whole.Completing.insert(&F);
      Ending.insert(&F);
      break;
    case model::Effect::Send:
    case model::Effect::Free:
    case model::Effect::Reuse:
      Ending.insert(&F);
      break;
    case model::Effect::NoReturn:
    case model::Effect::RaiseAlways:
      Stopping.insert(F.getCanonicalDecl());
      break;
    default:
      break;
    }
    if (R->How == model::Detail::SetsRoutine &&
        static_cast<unsigned>(R->Completion) < Call.getNumArgs())
      Whole.Roles.noteCompletion(*Call.getArg(R->Completion));
  }

  /// What is made is destroyed as a rule, in the same function.
  void noteObject(const FunctionDecl &F, const CXXConstructorDecl &Made) {
    noteCallee(F, Made);
    if (const CXXDestructorDecl *Destructor = Made.getParent()->getDestructor())
      if (!Destructor->isTrivial())
        noteCallee(F, *Destructor);
  }

  void noteCallee(const FunctionDecl &F, const FunctionDecl &Callee) {
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
  OtherUnits *Others;
  Program &Whole;
  decltype(Program::Callers) &Callers;
  /// The same, of functions of other units, which call.
  std::remove_reference_t<decltype(Callers)> OtherCallers;
  llvm::DenseSet<const FunctionDecl *> CalledElsewhere; ///< Canonical.
  /// Those that lead here from other units, and what they call.
  llvm::DenseSet<const FunctionDecl *> Leading;
  llvm::DenseSet<const FunctionDecl *> Registering, Ending;
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

bool mentionsOpening(ASTContext &Context,
                     const std::vector<const FunctionDecl *> &Functions,
                     const model::RoutineTable &Routines, Opening Opens) {
  for (const std::string &Name : Opens == Opening::AtRegistration
                                     ? Routines.registrationNames()
                                     : Routines.endingNames()) {
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
  if (Opens == Opening::AtAnyIrp)
    return llvm::any_of(Functions, [](const FunctionDecl *F) {
      return model::looksLikeDispatch(*F);
    });
  return refersToDeclaredOne(*Context.getTranslationUnitDecl());
}

namespace {

void noteRoles(const FunctionDecl &F, const DriverFacts &Facts,
               model::DriverRoles &Roles) {
  if (Facts.Dispatch)
    Roles.noteDispatch(F, Facts.OfKmdf);
  if (Facts.Declared || Facts.DeclaredWdm)
    Roles.noteDeclared(F, Facts.DeclaredWdm);
  if (Facts.Completion)
    Roles.noteCompletion(F);
  if (Facts.Addressed)
    Roles.noteAddress(F);
}

/// The findings of one automaton.
class Collector {
public:
  Collector(ASTContext &Context, const Automaton &Rule, Summaries &Calls)
      : Context(Context), Rule(Rule), Calls(Calls) {}

  void collect(const FunctionDecl &F) {
    const FunctionStory &Story = Calls.storyOf(F);
    for (const SubjectStory &Subject : Story.Subjects)
      collect(Story, Subject);
  }

  std::vector<Finding> Findings;

private:
  void collect(const FunctionStory &Story, const SubjectStory &Subject) {
    const uint32_t Broken = brokenRules(Subject);
    if (Subject.LostWithoutPath)
      add(explainWithoutPath(Rule, Story, Subject));
    for (const auto &[Found, End] : Subject.Faults) {
      const FaultKind *Kind = Rule.faultKind(Found->Ends[End].Broken);
      const bool Unchecked =
          Found->Ends[End].Final.Life.Known == Knowledge::Unchecked;
      if (Kind && !(Unchecked && (Kind->UnlessRules & Broken) != 0))
        add(explain(Context, Rule, Story, Subject, *Found, End));
    }
  }

  uint32_t brokenRules(const SubjectStory &Subject) const {
    uint32_t Broken = 0;
    if (Subject.LostWithoutPath)
      Broken |= 1u << Rule.faultKind(Rule.WhenDiscarded)->Rule;
    for (const auto &[Found, End] : Subject.Faults)
      if (const FaultKind *Kind = Rule.faultKind(Found->Ends[End].Broken))
        Broken |= 1u << Kind->Rule;
    return Broken;
  }

  void add(std::optional<Finding> New) {
    if (New && !isKnown(*New))
      Findings.push_back(std::move(*New));
  }

  /// One warning for each rule, at a registration or on a line. Instantiations
  /// of one template have one source.
  bool isKnown(const Finding &New) const {
    const SourceManager &Sources = Context.getSourceManager();
    return llvm::any_of(Findings, [&](const Finding &Old) {
      if (Old.Rule != New.Rule)
        return false;
      if (New.At)
        return Old.At->getExprLoc() == New.At->getExprLoc();
      SourceLocation A = Sources.getExpansionLoc(Old.FaultLoc),
                     B = Sources.getExpansionLoc(New.FaultLoc);
      return Sources.getFileID(A) == Sources.getFileID(B) &&
             Sources.getExpansionLineNumber(A) ==
                 Sources.getExpansionLineNumber(B);
    });
  }

  ASTContext &Context;
  const Automaton &Rule;
  Summaries &Calls;
};

void addGlobals(const DeclContext &Scope, CallIndex &Index,
                model::DriverRoles &Roles) {
  for (const Decl *D : Scope.noload_decls()) {
    if (const auto *Inner = dyn_cast<LinkageSpecDecl>(D))
      addGlobals(*Inner, Index, Roles);
    else if (const auto *Inner = dyn_cast<NamespaceDecl>(D))
      addGlobals(*Inner, Index, Roles);
    else if (const auto *Var = dyn_cast<VarDecl>(D))
      if (const Expr *Init = Var->getInit()) {
        Index.addInitialiser(*Init);
        Roles.noteGlobal(*Var);
      }
  }
}

} // namespace

llvm::SmallVector<const FunctionDecl *, 4>
Program::callersOf(const FunctionDecl &F) const {
  llvm::SmallVector<const FunctionDecl *, 4> Result;
  for (const auto *Map : {&Callers, &CallersElsewhere}) {
    auto It = Map->find(&F);
    if (It != Map->end())
      for (const FunctionDecl *Caller : It->second)
        if (!llvm::is_contained(Result, Caller))
          Result.push_back(Caller);
  }
  return Result;
}

const DriverFacts *Program::elsewhere(const FunctionDecl &F) const {
  auto It = Elsewhere.find(F.getCanonicalDecl());
  return It == Elsewhere.end() ? nullptr : &It->second;
}

UnitFacts factsOf(ASTContext &Context,
                  const std::vector<const FunctionDecl *> &Functions,
                  const model::RoutineTable &Routines) {
  Program Whole;
  CallIndex Index(Routines, nullptr, Whole);
  for (const FunctionDecl *F : Functions)
    Index.add(*F);
  Index.addCalled();
  addGlobals(*Context.getTranslationUnitDecl(), Index, Whole.Roles);
  const auto Asked = Whole.Roles.tables();
  // What only seems to be a dispatch routine as long as nothing calls it the
  // other units cannot decide.
  Whole.Roles.settle([](const FunctionDecl &) { return true; });
  UnitFacts Result;
  Result.Functions.assign(Index.Functions.begin(), Index.Functions.end());
  Result.Stopping = Index.stoppingItself();
  Result.Passing = std::move(Index.Passing);
  const auto Note = [&](const llvm::DenseSet<const FunctionDecl *> &Of,
                        bool DriverFacts::*Fact) {
    for (const FunctionDecl *F : Of)
      Result.Facts[F].*Fact = true;
  };
  for (const auto &[F, Callers] : Whole.Callers)
    Result.Facts[F].Called = true;
  Note(Whole.Roles.stored(), &DriverFacts::Dispatch);
  Note(Whole.Roles.ofKmdf(), &DriverFacts::OfKmdf);
  Note(Whole.Roles.completion(), &DriverFacts::Completion);
  Note(Whole.Roles.addressed(), &DriverFacts::Addressed);
  for (const ValueDecl *Table : Asked)
    Result.Tables[Table] = false;
  for (const ValueDecl *Table : Whole.Roles.holders())
    if (isa<FieldDecl>(Table) || Table->isExternallyVisible())
      Result.Tables[Table] = true;
  Result.Passages = Whole.Roles.passages();
  Result.Callers = std::move(Whole.Callers);
  return Result;
}

/// What the units together know of the roles of functions.
static void takeRoles(const CallIndex &Index, OtherUnits &Others,
                      Program &Whole) {
  for (const FunctionDecl *F : Index.known()) {
    DriverFacts Facts = Others.factsOf(*F);
    noteRoles(*F, Facts, Whole.Roles);
    if (!F->hasBody() && Facts.isAny()) {
      const bool Unseen = Whole.Elsewhere[F].CalledUnseen;
      Facts.CalledUnseen |= Unseen;
      Whole.Elsewhere[F] = std::move(Facts);
    }
  }
}

static void findRoles(ASTContext &Context, CallIndex &Index,
                      llvm::ArrayRef<const Automaton *> Rules,
                      OtherUnits *Others, Program &Whole) {
  // Which addresses are taken only the second kind of opening asks.
  if (Others || llvm::any_of(Rules, [](const Automaton *Rule) {
        return Rule->Opens == Opening::AtAnyIrp;
      }))
    addGlobals(*Context.getTranslationUnitDecl(), Index, Whole.Roles);
  if (Others)
    for (const ValueDecl *Table : Whole.Roles.tables())
      if (Others->isTable(*Table))
        Whole.Roles.noteTable(*Table);
  Whole.Roles.settle([&](const FunctionDecl &F) { return Index.isCalled(F); });
  if (Others)
    takeRoles(Index, *Others, Whole);
}

/// What \p Rule finds in the functions that have to do with it.
static std::vector<Finding> follow(ASTContext &Context, const Automaton &Rule,
                                   const CallIndex &Index,
                                   const Program &Whole) {
  Summaries &Calls = *Whole.Calls;
  const bool AnyIrp = Rule.Opens == Opening::AtAnyIrp;
  const llvm::DenseSet<const FunctionDecl *> &Involved =
      AnyIrp ? Whole.Ending : Whole.Registering;
  auto RoleOf = [&Index, &Whole, AnyIrp](const FunctionDecl &F) {
    using Role = Summaries::Role;
    if (AnyIrp && Whole.Roles.isCompletion(F))
      return Role::Completion;
    if (AnyIrp ? Whole.Roles.isOnlyDispatch(F, Index.isCalled(F))
               : Whole.Roles.isDispatch(F))
      return Role::Dispatch;
    return Role::Plain;
  };
  Calls.use(Rule);
  Calls.RoleOf = RoleOf;
  Calls.setInvolved(Involved);
  Collector All(Context, Rule, Calls);
  for (const FunctionDecl *F : Index.Functions)
    if (Involved.count(F) ||
        (AnyIrp && RoleOf(*F) == Summaries::Role::Dispatch))
      All.collect(*F);
  return std::move(All.Findings);
}

/// In the order of the source.
static void sortBySource(std::vector<Finding> &Findings,
                         std::vector<LeftOut> &NotFollowed,
                         const SourceManager &Sources) {
  llvm::sort(NotFollowed, [&](const LeftOut &X, const LeftOut &Y) {
    return Sources.isBeforeInTranslationUnit(X.Function->getLocation(),
                                             Y.Function->getLocation());
  });
  auto Place = [](const Finding &F) {
    return F.At ? F.At->getExprLoc() : F.FaultLoc;
  };
  llvm::sort(Findings, [&](const Finding &X, const Finding &Y) {
    SourceLocation A = Place(X), B = Place(Y);
    if (A != B)
      return Sources.isBeforeInTranslationUnit(A, B);
    return X.Broken < Y.Broken;
  });
}

std::vector<Finding> analyze(ASTContext &Context,
                             const std::vector<const FunctionDecl *> &Functions,
                             const model::RoutineTable &Routines,
                             llvm::ArrayRef<const Automaton *> Rules,
                             Program &Whole, OtherUnits *Others,
                             const Limits &Bounds) {
  CallIndex Index(Routines, Others, Whole);
  for (const FunctionDecl *F : Functions)
    Index.add(*F);
  Index.addCalled();
  Index.addOthers();
  findRoles(Context, Index, Rules, Others, Whole);

  std::vector<Finding> Findings;
  Whole.Calls = std::make_shared<Summaries>(Context, Routines, Others, Bounds);
  Summaries &Calls = *Whole.Calls;
  Calls.setCalled(Index.called());
  Calls.setStopping(Index.stopping());
  Whole.Registering = Index.involved(Opening::AtRegistration);
  Whole.Ending = Index.involved(Opening::AtAnyIrp);
  for (const Automaton *Rule : Rules)
    llvm::move(follow(Context, *Rule, Index, Whole),
               std::back_inserter(Findings));
  for (const auto &[F, Left] : Calls.NotFollowed)
    Whole.NotFollowed.push_back(Left);
  sortBySource(Findings, Whole.NotFollowed, Context.getSourceManager());
  return Findings;
}

} // namespace wdm::engine
