//===- FlowCalls.cpp - From AST to facts: calls ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/FunctionBuilder.h"
#include "clang/AST/Attr.h"

using namespace clang;

namespace wdm::engine {

void FunctionBuilder::findZeroed(FlowCall &Call,
                                 llvm::ArrayRef<const Expr *> Args) {
  const bool Fills = Call.Routine.How == model::Detail::Fills;
  const unsigned Length = Fills ? 2 : 1;
  if ((!Fills && Call.Routine.How != model::Detail::Zeroes) ||
      Args.size() <= Length)
    return;
  auto Number = [&](const Expr *Arg) -> std::optional<llvm::APSInt> {
    Expr::EvalResult Result;
    if (Arg->isValueDependent() || !Arg->EvaluateAsInt(Result, Context))
      return std::nullopt;
    return Result.Val.getInt();
  };
  if (Fills) {
    const std::optional<llvm::APSInt> With = Number(Args[1]);
    if (!With || !With->isZero())
      return;
  }
  const QualType To = Args[0]->IgnoreParenCasts()->getType();
  if (To.isNull())
    return;
  const QualType What = To->isPointerType() ? To->getPointeeType() : To;
  if (To->isPointerType() == To->isArrayType() || What->isDependentType() ||
      What->isIncompleteType() || What->isFunctionType())
    return;
  const std::optional<llvm::APSInt> Bytes = Number(Args[Length]);
  Call.Zeroes =
      Bytes && Bytes->getActiveBits() < 63 &&
      Bytes->getExtValue() >= Context.getTypeSizeInChars(What).getQuantity();
  Call.ZeroesPointer = holdsPointer(What);
}

void FunctionBuilder::describeResult(FlowCall &Call, QualType T) const {
  Call.ReturnsPointer = holdsPointer(T);
  if (T.isNull())
    return;
  Call.ReturnsNumber = T->isIntegralOrEnumerationType();
  Call.ReturnsBool = T->isBooleanType() || T->isCharType() ||
                     (T->isIntegerType() && Context.getIntWidth(T) == 8);
}

/// Which function \p E calls is known only at run time.
static bool isVirtual(const Expr *E, const FunctionDecl &Callee) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  if (!Method || !Method->isVirtual() || Method->hasAttr<FinalAttr>() ||
      Method->getParent()->hasAttr<FinalAttr>() ||
      isa<CXXDestructorDecl>(Method))
    return false;
  const auto *MemberCall = dyn_cast<CXXMemberCallExpr>(E);
  const auto *Member =
      MemberCall ? dyn_cast<MemberExpr>(MemberCall->getCallee()->IgnoreParens())
                 : nullptr;
  if (!Member)
    return true;
  if (Member->hasQualifier())
    return false;
  // Of an object that is named itself, or of a class that is final.
  const Expr *Object = MemberCall->getImplicitObjectArgument();
  const CXXMethodDecl *Certain =
      Object ? Method->getDevirtualizedMethod(Object, /*IsAppleKext=*/false)
             : nullptr;
  return !Certain || Certain->getCanonicalDecl() != Method->getCanonicalDecl();
}

void FunctionBuilder::describeUnknown(FlowCall &Call, const Expr *E,
                                      const FunctionDecl &Callee) {
  if (!isVirtual(E, Callee) && !Callee.isVariadic()) {
    Call.Named = &Callee;
    Call.TakesIrp = model::takesIrp(Callee);
    const FunctionDecl *Definition = withBody(Callee);
    if (Definition && !Definition->isDependentContext())
      Call.Callee = Definition;
  }
  Call.OnlyPrints =
      model::RoutineTable::looksLikePrinting(Callee) && !Call.Callee;
  // What exchanges memory may keep the IRP; other built-ins do not.
  if (Callee.getBuiltinID() &&
      !llvm::StringRef(Call.Name).contains("xchange")) {
    Call.Known = true;
    Call.Routine.Does = model::Effect::Harmless;
  }
}

void FunctionBuilder::describeCallee(FlowCall &Call, const Expr *E,
                                     const FunctionDecl &Callee,
                                     llvm::ArrayRef<const Expr *> Args) {
  Call.Name = Callee.getNameAsString();
  const model::Routine *R = Routines.find(Callee, Call.Routine);
  if (!R) {
    describeUnknown(Call, E, Callee);
    return;
  }
  Call.Known = true;
  Call.Routine = *R;
  Call.OnlyPrints = R->Does == model::Effect::Prints;
  // Known by its declaration only: its body would be better.
  if (R->Does == model::Effect::Register &&
      model::isDeclaredAsRegistration(Callee))
    Call.Named = &Callee;
  findZeroed(Call, Args);
}

void FunctionBuilder::addArguments(FlowCall &Call, const FunctionDecl *Callee,
                                   llvm::ArrayRef<const Expr *> Args) {
  for (unsigned I = 0; I != Args.size(); ++I) {
    const Expr *Arg = Args[I];
    const QualType T = Arg->getType();
    const bool Reference =
        Callee && I < Callee->getNumParams() &&
        Callee->getParamDecl(I)->getType()->isReferenceType();
    if (Reference || !(T.isNull() || isScalar(T) || Arg->isTypeDependent())) {
      // A record by value: what matters is what is in it.
      Call.ByReference.push_back(I);
      Call.Args.push_back(addressOf(place(Arg)));
      continue;
    }
    Call.Args.push_back(expr(Arg));
    // An unknown function with a literal text is a trace as a rule.
    if (!Call.Known && !Call.Callee &&
        isa<StringLiteral>(Arg->IgnoreParenImpCasts()) && Callee &&
        Callee->isVariadic())
      Call.OnlyPrints = true;
  }
}

void FunctionBuilder::call(const Expr *E, const FunctionDecl *Callee,
                           llvm::ArrayRef<const Expr *> Args, ExprId Object,
                           bool IsMethod) {
  FlowCall Call;
  // A constructor returns nothing; the site of the expression is its object.
  Call.Site = isa<CXXConstructExpr>(E) ? Sites.next() : siteOf(E);
  Call.Origin = E;
  Call.Loc = E->getExprLoc();
  Call.This = Object;
  Call.IsMethod = IsMethod;
  describeResult(Call, E->getType());
  if (Callee)
    describeCallee(Call, E, *Callee, Args);
  addArguments(Call, Callee, Args);
  if (const auto *Plain = dyn_cast<CallExpr>(E))
    if (const Stmt *Try = Lowering.handlerOf(Plain)) {
      auto It = Dispatchers.find(Try);
      if (It != Dispatchers.end())
        Call.Handler = static_cast<int32_t>(It->second);
    }
  Call.Discarded = Discarded.count(E);

  FlowEvent Event = event(EventKind::Call, E);
  Event.Loc = Call.Loc;
  Graph.Calls.push_back(std::move(Call));
  Event.Call = Graph.Calls.size() - 1;
  emit(Event);
}

bool FunctionBuilder::isNothing(const CallExpr &E) const {
  const FunctionDecl *Callee = E.getDirectCallee();
  model::Routine Scratch;
  const model::Routine *R = Callee ? Routines.find(*Callee, Scratch) : nullptr;
  return R && R->Does == model::Effect::Nothing;
}

bool FunctionBuilder::isAbnormal(const CallExpr &E) const {
  const FunctionDecl *Callee = E.getDirectCallee();
  model::Routine Scratch;
  const model::Routine *R = Callee ? Routines.find(*Callee, Scratch) : nullptr;
  return R && R->Does == model::Effect::Abnormal;
}

void FunctionBuilder::getPointer(const CallExpr *E, ExprId Object,
                                 const CXXMethodDecl &Method) {
  PlaceId P = pseudoPointer(pointee(Object, QualType()), Method.getParent());
  store(temporary(siteOf(E)), load(P), E);
}

static bool isNamedAsGetter(const CXXMethodDecl &Method) {
  return Method.getDeclName().isIdentifier() &&
         (Method.getName().equals_insensitive("get") ||
          Method.getName().equals_insensitive("release") ||
          Method.getName().equals_insensitive("detach"));
}

void FunctionBuilder::methodCall(const CXXMemberCallExpr *E) {
  llvm::SmallVector<const Expr *, 8> Args(E->arg_begin(), E->arg_end());
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(E->getMethodDecl());
  const Expr *Implicit = E->getImplicitObjectArgument();
  if (!Implicit || !Method || Method->isStatic()) {
    call(E, Method, Args, 0, false);
    return;
  }
  const ExprId Object = Implicit->getType()->isPointerType()
                            ? expr(Implicit)
                            : addressOf(place(Implicit));
  // A getter of a smart pointer whose code is not here.
  if (isNamedAsGetter(*Method) && E->getNumArgs() == 0 && !withBody(*Method) &&
      holdsPointer(E->getType())) {
    getPointer(E, Object, *Method);
    return;
  }
  call(E, Method, Args, Object, true);
}

void FunctionBuilder::operatorCall(const CXXOperatorCallExpr *E) {
  llvm::SmallVector<const Expr *, 8> Args(E->arg_begin(), E->arg_end());
  const FunctionDecl *Callee = E->getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  if (!Method || Method->isStatic() || Args.empty()) {
    call(E, Callee, Args, 0, false);
    return;
  }
  const ExprId Object = addressOf(place(Args.front()));
  Args.erase(Args.begin());
  if (E->getOperator() == OO_Arrow && !withBody(*Method)) {
    getPointer(E, Object, *Method);
    return;
  }
  call(E, Callee, Args, Object, true);
}

void FunctionBuilder::callExpr(const CallExpr *E) {
  if (passedThrough(*E) || isNothing(*E))
    return;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E)) {
    methodCall(Member);
    return;
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
    operatorCall(Operator);
    return;
  }
  llvm::SmallVector<const Expr *, 8> Args(E->arg_begin(), E->arg_end());
  call(E, E->getDirectCallee(), Args, 0, false);
}

void FunctionBuilder::construct(const CXXConstructExpr *E) {
  const CXXConstructorDecl *Constructor = E->getConstructor();
  PlaceId Target = place(E);
  if (Constructor->isCopyOrMoveConstructor() && E->getNumArgs() >= 1 &&
      (Constructor->isTrivial() || Constructor->isImplicit() ||
       Constructor->isDefaulted())) {
    copy(Target, place(E->getArg(0)), E);
    return;
  }
  if (Constructor->isTrivial())
    return;
  // A smart pointer whose code is not here, made from a plain pointer.
  if (!withBody(*Constructor) && E->getNumArgs() == 1 &&
      model::isIrpPointer(E->getArg(0)->getType())) {
    store(pseudoPointer(Target, Constructor->getParent()), expr(E->getArg(0)),
          E);
    return;
  }
  llvm::SmallVector<const Expr *, 4> Args(E->arg_begin(), E->arg_end());
  call(E, Constructor, Args, addressOf(Target), true);
  if (OutOfSight.count(E))
    use(addressOf(Target), E);
}

void FunctionBuilder::destroy(PlaceId Object,
                              const CXXDestructorDecl *Destructor,
                              const Stmt *Origin, SourceLocation Loc) {
  if (!Destructor || Destructor->isTrivial())
    return;
  FlowCall Call;
  Call.Site = Sites.next();
  Call.Loc = Loc;
  Call.Name = Destructor->getNameAsString();
  Call.IsMethod = true;
  Call.This = addressOf(Object);
  Call.Named = Destructor;
  const FunctionDecl *Definition = withBody(*Destructor);
  if (Definition && !Definition->isDependentContext())
    Call.Callee = Definition;
  Graph.Calls.push_back(std::move(Call));
  FlowEvent Event;
  Event.Kind = EventKind::Call;
  Event.Call = Graph.Calls.size() - 1;
  Event.Origin = Origin;
  Event.Loc = Loc;
  emit(Event);
}

} // namespace wdm::engine
