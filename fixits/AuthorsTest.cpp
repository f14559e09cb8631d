//===- AuthorsTest.cpp - The test that the author has written -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/AuthorsTest.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/Support/Regex.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using engine::Finding;
using model::Effect;

/// True when \p S is `V = ...`.
static bool assigns(const Stmt &S, const VarDecl &V) {
  const auto *Assign = dyn_cast<BinaryOperator>(&S);
  return Assign && Assign->getOpcode() == BO_Assign &&
         variableOf(Assign->getLHS()) == &V;
}

/// True when control leaves by \p S itself.
static bool isJump(const Stmt *S) {
  return isa_and_nonnull<ReturnStmt, GotoStmt, BreakStmt, SEHLeaveStmt>(S);
}

const Stmt *lastIn(const Stmt *S) {
  while (const auto *Block = dyn_cast_or_null<CompoundStmt>(S))
    S = Block->body_empty() ? nullptr : Block->body_back();
  return S;
}

//===----------------------------------------------------------------------===//
// Which test
//===----------------------------------------------------------------------===//

/// \p S as a test of a variable.
static AuthorsTest asTest(const FunctionFacts &Facts, const Stmt *S) {
  AuthorsTest Test;
  const auto *If = dyn_cast_or_null<IfStmt>(S);
  if (!If || If->getIfLoc().isMacroID())
    return Test;
  const FunctionFacts::Test Read = Facts.asStatusTest(If->getCond());
  Test.Status = variableOf(Read.Status);
  Test.Failing = Read.TrueMeansFailed ? Arm::Then : Arm::Else;
  Test.If = Test.Status ? If : nullptr;
  return Test;
}

/// The same, where it may be one of the status that \p F is about.
static AuthorsTest asTestOf(const FunctionFacts &Facts, const Finding &F,
                            const Stmt *S) {
  AuthorsTest Test = asTest(Facts, S);
  if (Test && !F.StoredIn.empty() && Test.Status->getName() != F.StoredIn)
    Test.If = nullptr;
  return Test;
}

/// What \p S makes \p V: a value, or an expression that hides it.
static const Expr *valueGiven(const Stmt &S, const VarDecl &V) {
  if (const auto *Assign = dyn_cast<BinaryOperator>(&S))
    return Assign->isAssignmentOp() && variableOf(Assign->getLHS()) == &V
               ? Assign->getRHS()
               : nullptr;
  if (const auto *Declares = dyn_cast<DeclStmt>(&S))
    return llvm::is_contained(Declares->decls(), &V) ? V.getInit() : nullptr;
  const auto *Unary = dyn_cast<UnaryOperator>(&S);
  return Unary && Unary->getOpcode() == UO_AddrOf &&
                 variableOf(Unary->getSubExpr()) == &V
             ? Unary
             : nullptr;
}

static bool isSuccess(const Expr &Value, const ASTContext &Context) {
  if (Value.isValueDependent())
    return false;
  std::optional<int64_t> Known = constantOf(&Value, Context);
  return Known && static_cast<int32_t>(*Known) >= 0;
}

bool decidesAlone(const FunctionFacts &Facts, const CallExpr &Registration,
                  const IfStmt &If) {
  if (Facts.isInside(&Registration, If.getCond()))
    return !isa<ConditionalOperator>(Facts.parent(&Registration));
  const Site Where = siteOf(Facts, Registration);
  const VarDecl *Status = variableOf(Facts.asStatusTest(If.getCond()).Status);
  if (Where.Why || !Status)
    return false;
  // Without a graph: what stands before the call, in its own block, is over.
  const bool ByText =
      !Facts.hasGraph() && Where.Block && Facts.isInside(&If, Where.Block);
  return llvm::none_of(Facts.statements(), [&](const Stmt *S) {
    const Expr *Value = valueGiven(*S, *Status);
    if (!Value || Facts.isInside(&Registration, S) ||
        isSuccess(*Value, Facts.Context) ||
        (ByText && Facts.begin(S) < Facts.begin(&Registration)))
      return false;
    return Facts.mayFollow(S, If.getCond(), [&](const Stmt &Cut) {
      return &Cut != S && valueGiven(Cut, *Status);
    });
  });
}

/// True when control may come from \p Call to the test with its status.
static bool isReached(const FunctionFacts &Facts, const CallExpr &Call,
                      const AuthorsTest &Test) {
  const Expr *Condition = Test.If->getCond();
  if (Facts.isInside(&Call, Condition))
    return true;
  return Facts.begin(Test.If) >= Facts.begin(&Call) &&
         Facts.mayFollow(&Call, Condition, [&](const Stmt &Cut) {
           return assigns(Cut, *Test.Status) && !Facts.isInside(&Call, &Cut);
         });
}

/// True when only a success leads to the test.
static bool isBehindSuccess(const FunctionFacts &Facts,
                            const AuthorsTest &Test) {
  constexpr auto Failure = static_cast<int32_t>(0xC000009A);
  auto Known = [&](const VarDecl &V) {
    return &V == Test.Status ? std::optional<int64_t>(Failure) : std::nullopt;
  };
  for (const Stmt *In = Test.If, *Up = Facts.parent(In); Up;
       In = Up, Up = Facts.parent(Up)) {
    const auto *Around = dyn_cast<IfStmt>(Up);
    if (!Around || (In != Around->getThen() && In != Around->getElse()))
      continue;
    std::optional<int64_t> Value =
        evaluate(Around->getCond(), Facts.Context, Known);
    if (Value && (In == Around->getThen()) != (*Value != 0))
      return true;
  }
  return false;
}

AuthorsTest testBehind(const FunctionFacts &Facts, const Finding &F) {
  const CallExpr &Call = *F.Registration;
  for (const Stmt *S : Facts.statements()) {
    AuthorsTest Test = asTestOf(Facts, F, S);
    if (!Test || !Test.Status->hasLocalStorage() ||
        !isReached(Facts, Call, Test) || isBehindSuccess(Facts, Test))
      continue;
    return decidesAlone(Facts, Call, *Test.If) ? Test : AuthorsTest();
  }
  return AuthorsTest();
}

AuthorsTest testAround(const FunctionFacts &Facts, const Finding &F,
                       const ReturnStmt &Return) {
  for (const Stmt *S = &Return, *Up = Facts.parent(S); Up;
       S = Up, Up = Facts.parent(Up)) {
    AuthorsTest Test = asTestOf(Facts, F, Up);
    if (Test && S == Test.failure())
      return Test;
  }
  return AuthorsTest();
}

AuthorsTest testBefore(const FunctionFacts &Facts, const Finding &F,
                       const ReturnStmt &Return) {
  const VarDecl *Status = variableOf(Return.getRetValue());
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Facts.parent(&Return));
  const ParmVarDecl *Own = Facts.irpParameter();
  if (!Status || !Block || !Own)
    return AuthorsTest();
  const unsigned Call = Facts.begin(F.Registration);
  AuthorsTest Only;
  for (const Stmt *S : Block->body()) {
    AuthorsTest Test = asTest(Facts, S);
    if (!Test || Test.Status != Status || Facts.begin(S) < Call)
      continue;
    if (Only || Test.Failing == Arm::Then || Test.If->getElse())
      return AuthorsTest();
    Only = Test;
  }
  // Nothing else happens to the status or to the IRP.
  if (!Only || !decidesAlone(Facts, *F.Registration, *Only.If) ||
      Facts.irpFateFrom(Facts.begin(Only.If), *Own, Status, F.Registration) !=
          Fate::Nothing)
    return AuthorsTest();
  const bool Changed = llvm::any_of(Facts.statements(), [&](const Stmt *S) {
    const auto *Assign = dyn_cast<BinaryOperator>(S);
    return Assign && Assign->isAssignmentOp() &&
           variableOf(Assign->getLHS()) == Status && Facts.begin(S) > Call &&
           !Facts.isInside(S, Only.If->getThen());
  });
  return Changed ? AuthorsTest() : Only;
}

//===----------------------------------------------------------------------===//
// What its branches do
//===----------------------------------------------------------------------===//

/// True when a statement in \p Branch is one of those.
static bool contains(const FunctionFacts &Facts, const Stmt *Branch,
                     llvm::function_ref<bool(const Stmt &)> Is) {
  return Branch && llvm::any_of(Facts.statements(), [&](const Stmt *S) {
           return Facts.isInside(S, Branch) && Is(*S);
         });
}

static bool leavesIrpAlone(Effect Does) {
  return Does == Effect::Harmless || Does == Effect::Prints;
}

/// True when \p S leads away, or may be led to from elsewhere, or does
/// something to \p Irp.
static bool isMore(const FunctionFacts &Facts, const Stmt &S,
                   const VarDecl *Irp) {
  if (isJump(&S) || isa<ContinueStmt, LabelStmt, SwitchCase>(S))
    return true;
  const auto *Call = dyn_cast<CallExpr>(&S);
  if (!Call)
    return false;
  const Effect Does = Facts.effectOf(*Call);
  return Does == Effect::RaiseAlways || Does == Effect::NoReturn ||
         (Irp && Facts.takes(*Call, *Irp) && !leavesIrpAlone(Does));
}

const char *whyNotAppended(const FunctionFacts &Facts, const AuthorsTest &Test,
                           const IrpFacts &Irp) {
  const Stmt *Branch = Test.failure();
  if (!Branch)
    return nullptr;
  if (!Facts.isUnchangedIn(*Test.Status, Branch) ||
      contains(Facts, Branch,
               [&](const Stmt &S) { return isMore(Facts, S, Irp.Variable); }))
    return "the branch of the failure does more than to report it";
  // An IRP that is no variable is known by its text only.
  if (contains(Facts, Branch, [&](const Stmt &S) {
        const auto *Call = dyn_cast<CallExpr>(&S);
        const Effect Does = Call ? Facts.effectOf(*Call) : Effect::Harmless;
        return Does == Effect::Send ||
               (Call && Facts.isGiven(*Call, Irp) && !leavesIrpAlone(Does));
      }))
    return "the branch of the failure does more with the IRP";
  if (isa<NullStmt>(Branch))
    return "the branch of the failure is empty";
  return nullptr;
}

const char *whyNotCompleted(const FunctionFacts &Facts, const AuthorsTest &Test,
                            const IrpFacts &Irp, const ReturnStmt &Return) {
  const Stmt *Branch = Test.failure();
  if (contains(Facts, Branch,
               [](const Stmt &S) { return isa<LabelStmt, SwitchCase>(S); }))
    return "other paths come to the same return";
  const ParmVarDecl *Own = Facts.irpParameter();
  if (!Own || Irp.Origin != IrpOrigin::Parameter)
    return "the function is no dispatch routine";
  if (contains(Facts, Branch, [&](const Stmt &S) {
        const auto *Call = dyn_cast<CallExpr>(&S);
        return Call && Facts.begin(&S) < Facts.begin(&Return) &&
               Facts.takes(*Call, *Own) && !Facts.givesBack(*Call) &&
               !leavesIrpAlone(Facts.effectOf(*Call));
      }))
    return "the branch of the failure does more with the IRP";
  return nullptr;
}

const Stmt &completionPoint(const FunctionFacts &Facts,
                            const ReturnStmt &Return) {
  static const llvm::Regex Raises("SpinLock|Irql|[Uu]nlock|Mutex");
  const Stmt *Point = &Return;
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Facts.parent(&Return));
  if (!Block)
    return Return;
  for (const Stmt *S : Block->body()) {
    if (S == &Return)
      break;
    const auto *Call = dyn_cast<CallExpr>(S);
    std::optional<Resource> Back = Call ? Facts.givesBack(*Call) : std::nullopt;
    if (!Back || Back->isMemory())
      continue;
    if (Raises.match(FunctionFacts::nameOf(*Call)))
      Point = &Return;
    else if (Point == &Return)
      Point = S;
  }
  return *Point;
}

/// True when \p S changes something else than what is printed.
static bool isNoReport(const FunctionFacts &Facts, const Stmt &S) {
  if (const auto *Call = dyn_cast<CallExpr>(&S)) {
    const Effect Does = Facts.effectOf(*Call);
    return Does != Effect::Prints && Does != Effect::Pure &&
           !model::RoutineTable::looksLikePrinting(Facts.writtenNameOf(*Call));
  }
  const auto *Assign = dyn_cast<BinaryOperator>(&S);
  const auto *Unary = dyn_cast<UnaryOperator>(&S);
  return (Assign && Assign->isAssignmentOp()) ||
         (Unary && Unary->isIncrementDecrementOp());
}

bool differsInReportsOnly(const FunctionFacts &Facts, const AuthorsTest &Test,
                          const IrpFacts &Irp) {
  return !contains(Facts, Test.failure(), [&](const Stmt &S) {
    return isNoReport(Facts, S);
  }) && !contains(Facts, Test.success(), [&](const Stmt &S) {
    const auto *Call = dyn_cast<CallExpr>(&S);
    return isJump(&S) || isa<ContinueStmt>(S) ||
           (Call && Facts.isGiven(*Call, Irp) &&
            Facts.effectOf(*Call) != Effect::Prints);
  });
}

bool isCuredLater(const FunctionFacts &Facts, const Finding &F,
                  const VarDecl &Status, unsigned Behind) {
  if (F.Fate != engine::StatusFate::TestedSometimes)
    return false;
  return llvm::any_of(Facts.statements(), [&](const Stmt *S) {
    const auto *If = dyn_cast<IfStmt>(S);
    if (!If || Facts.begin(If) < Behind)
      return false;
    const FunctionFacts::Test Test = Facts.asStatusTest(If->getCond());
    return Test.TrueMeansFailed && variableOf(Test.Status) == &Status &&
           !isJump(lastIn(If->getThen())) &&
           Facts.mayFollow(F.Registration, If->getCond(), [&](const Stmt &Cut) {
             return assigns(Cut, Status);
           });
  });
}

//===----------------------------------------------------------------------===//
// Helpers and callers
//===----------------------------------------------------------------------===//

static bool isPreparation(Effect Does) {
  return Does == Effect::Register || Does == Effect::NextStack ||
         Does == Effect::Pure || leavesIrpAlone(Does);
}

bool mayHaveSent(const FunctionFacts &Facts, const CallExpr &Registration) {
  if (Facts.effectOf(Registration) == Effect::Register)
    return false;
  const FunctionDecl *Callee = Registration.getDirectCallee();
  const FunctionDecl *Definition = nullptr;
  if (!Callee || !Callee->hasBody(Definition))
    return true;
  llvm::SmallVector<const Stmt *, 32> Todo{Definition->getBody()};
  while (!Todo.empty()) {
    const Stmt *S = Todo.pop_back_val();
    if (!S)
      continue;
    Todo.append(S->child_begin(), S->child_end());
    const auto *Call = dyn_cast<CallExpr>(S);
    if (Call && !isPreparation(Facts.effectOf(*Call)))
      return true;
  }
  return false;
}

/// The field of \p Device that \p S reads; empty: none.
static StringRef fieldRead(const Stmt *S, const ParmVarDecl &Device) {
  const auto *Member = dyn_cast<MemberExpr>(S);
  return Member && variableOf(Member->getBase()) == &Device &&
                 Member->getMemberDecl()->getDeclName().isIdentifier()
             ? Member->getMemberDecl()->getName()
             : StringRef();
}

/// True when \p Device is used by its extension, not as a way to other devices.
static bool isUsedAsOwn(const FunctionFacts &Facts, const ParmVarDecl &Device) {
  bool Extension = false;
  for (const Stmt *S : Facts.statements()) {
    StringRef Field = fieldRead(S, Device);
    const auto *Call = dyn_cast<CallExpr>(S);
    if (Field == "AttachedDevice" || Field == "NextDevice" || Field == "Vpb" ||
        (Call && Facts.takes(*Call, Device) &&
         FunctionFacts::nameOf(*Call).starts_with("IoGet")))
      return false;
    Extension |= Field == "DeviceExtension";
  }
  return Extension;
}

/// True when the callers in the file pass their own one.
static bool isOwnOfCallers(const FunctionFacts &Facts) {
  return llvm::all_of(Facts.calls(), [&](const FunctionFacts::CallOf &Site) {
    const FunctionFacts &Caller = Facts.Program.of(*Site.Caller, Facts.Source);
    const auto *Given =
        Site.Call->getNumArgs()
            ? dyn_cast_or_null<ParmVarDecl>(variableOf(Site.Call->getArg(0)))
            : nullptr;
    return Given && Given->getFunctionScopeIndex() == 0 &&
           Caller.irpParameter() && Caller.isConstant(*Given);
  });
}

bool isOwnDevice(const FunctionFacts &Facts, const ParmVarDecl &Device) {
  if (!Device.getDeclName().isIdentifier() || Device.getName().empty() ||
      !Facts.isConstant(Device))
    return false;
  if (Facts.role() == Role::Dispatch)
    return true;
  // A helper of the same shape may be given the lower device object.
  static const llvm::Regex Lower("lower|next|target|attached|under|below|pdo|"
                                 "physical|top",
                                 llvm::Regex::IgnoreCase);
  return !Lower.match(Device.getName()) && isUsedAsOwn(Facts, Device) &&
         isOwnOfCallers(Facts);
}

} // namespace wdm::fixits
