//===- FlowExprs.cpp - From AST to facts: expressions ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/Compat.h"
#include "src/engine/FunctionBuilder.h"
#include "clang/Basic/Builtins.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace clang;

namespace wdm::engine {

bool isScalar(QualType T) {
  return !T.isNull() && !T->isDependentType() &&
         (T->isScalarType() || T->isReferenceType());
}

bool holdsPointer(QualType T) {
  return !T.isNull() && (T->isPointerType() || T->isReferenceType());
}

const Expr *strip(const Expr *E) {
  while (true) {
    const Expr *Before = E;
    E = E->IgnoreParens();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
      E = Cleanups->getSubExpr();
    else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(E))
      E = Bind->getSubExpr();
    else if (const auto *Constant = dyn_cast<ConstantExpr>(E))
      E = Constant->getSubExpr();
    else if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E))
      E = Default->getExpr();
    else if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(E))
      E = Default->getExpr();
    else if (const auto *Subst = dyn_cast<SubstNonTypeTemplateParmExpr>(E))
      E = Subst->getReplacement();
    else if (const auto *Pseudo = dyn_cast<PseudoObjectExpr>(E))
      E = Pseudo->getResultExpr() ? Pseudo->getResultExpr() : E;
    else if (const auto *Choose = dyn_cast<ChooseExpr>(E))
      E = Choose->isConditionDependent() ? E : Choose->getChosenSubExpr();
    else if (const auto *Generic = dyn_cast<GenericSelectionExpr>(E))
      E = Generic->isResultDependent() ? E : Generic->getResultExpr();
    if (E == Before || !E)
      return Before;
  }
}

const Expr *passedThrough(const CallExpr &E) {
  if (E.getNumArgs() == 0)
    return nullptr;
  switch (E.getBuiltinCallee()) {
  case Builtin::BI__builtin_expect:
  case Builtin::BI__builtin_expect_with_probability:
  case Builtin::BI__builtin_unpredictable:
  case Builtin::BI__builtin_launder:
  case Builtin::BI__builtin_assume_aligned:
  case Builtin::BImove:
  case Builtin::BImove_if_noexcept:
  case Builtin::BIforward:
  case Builtin::BIas_const:
    return E.getArg(0);
  default:
    return nullptr;
  }
}

const CXXConstructExpr *constructorIn(const Expr *E) {
  while (true) {
    E = strip(E);
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(E))
      return Construct;
    const auto *Cast = dyn_cast<CastExpr>(E);
    if (!Cast || (Cast->getCastKind() != CK_ConstructorConversion &&
                  Cast->getCastKind() != CK_NoOp))
      return nullptr;
    E = Cast->getSubExpr();
  }
}

std::optional<Op> operatorOf(BinaryOperatorKind K) {
  switch (K) {
  case BO_Add:
  case BO_AddAssign:
    return Op::Add;
  case BO_Sub:
  case BO_SubAssign:
    return Op::Sub;
  case BO_Mul:
  case BO_MulAssign:
    return Op::Mul;
  case BO_Div:
  case BO_DivAssign:
    return Op::Div;
  case BO_Rem:
  case BO_RemAssign:
    return Op::Rem;
  case BO_And:
  case BO_AndAssign:
    return Op::And;
  case BO_Or:
  case BO_OrAssign:
    return Op::Or;
  case BO_Xor:
  case BO_XorAssign:
    return Op::Xor;
  case BO_Shl:
  case BO_ShlAssign:
    return Op::Shl;
  case BO_Shr:
  case BO_ShrAssign:
    return Op::Shr;
  case BO_EQ:
    return Op::Eq;
  case BO_LT:
    return Op::Lt;
  default:
    return std::nullopt;
  }
}

ExprId FunctionBuilder::constant(int64_t N) {
  FlowExpr E;
  E.Kind = ExprKind::Constant;
  E.Number = N;
  return add(std::move(E));
}

ExprId FunctionBuilder::load(PlaceId P) {
  FlowExpr E;
  E.Kind = ExprKind::Load;
  E.Place = P;
  if (Graph.Places[P].Volatile)
    E.Site = Sites.next();
  return add(std::move(E));
}

ExprId FunctionBuilder::addressOf(PlaceId P) {
  FlowExpr E;
  E.Kind = ExprKind::AddressOf;
  E.Place = P;
  return add(std::move(E));
}

ExprId FunctionBuilder::binary(Op Operator, ExprId L, ExprId R) {
  FlowExpr E;
  E.Kind = ExprKind::Binary;
  E.Operator = Operator;
  E.Args = {L, R};
  return add(std::move(E));
}

ExprId FunctionBuilder::negate(ExprId Of) {
  FlowExpr E;
  E.Kind = ExprKind::Not;
  E.Args = {Of};
  return add(std::move(E));
}

ExprId FunctionBuilder::opaque(const Expr *Origin,
                               llvm::ArrayRef<ExprId> Args) {
  FlowExpr E;
  E.Kind = ExprKind::Opaque;
  E.Site = siteOf(Origin);
  E.Args.assign(Args.begin(), Args.end());
  return add(std::move(E));
}

SiteId FunctionBuilder::siteOf(const Stmt *S) {
  SiteId &Site = SiteIds[S];
  if (!Site)
    Site = Sites.next();
  return Site;
}

ExprId FunctionBuilder::expr(const Expr *E) {
  E = strip(E);
  auto It = ExprIds.find(E);
  if (It != ExprIds.end())
    return It->second;
  llvm::SaveAndRestore<unsigned> Deeper(Nesting, Nesting + 1);
  ExprId Id = Nesting > MaxNesting ? opaque(E, {}) : makeExpr(E);
  ExprIds[E] = Id;
  return Id;
}

/// Code that did not parse: some function of what is in it.
ExprId FunctionBuilder::makeUnknown(const Expr *E) {
  llvm::SmallVector<ExprId, 3> Args;
  for (const Stmt *Child : E->children())
    if (const auto *Sub = dyn_cast_or_null<Expr>(Child))
      Args.push_back(expr(Sub));
  return opaque(E, Args);
}

/// False: \p E is what a variable holds, or is made of that alone. (Clang finds
/// out, too, but most of what is asked is such.)
static bool mayBeNumber(const Expr *E) {
  bool Holds = E->isGLValue();
  while (true) {
    E = E->IgnoreParens();
    if (const auto *Cast = dyn_cast<CastExpr>(E)) {
      Holds |= Cast->getCastKind() == CK_LValueToRValue;
      E = Cast->getSubExpr();
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
      E = Unary->getSubExpr();
    } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      E = Member->getBase();
    } else {
      break;
    }
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return !Var || !Holds || Var->isConstexpr() ||
         Var->getType()->isReferenceType() || Var->getType()->isArrayType() ||
         Var->getType().isConstQualified();
}

std::optional<int64_t> FunctionBuilder::numberOf(const Expr *E) const {
  if (const auto *Literal = dyn_cast<IntegerLiteral>(E);
      Literal && Literal->getValue().getBitWidth() <= 64)
    return Literal->getType()->isUnsignedIntegerType()
               ? static_cast<int64_t>(Literal->getValue().getZExtValue())
               : Literal->getValue().getSExtValue();
  Expr::EvalResult Result;
  if (E->isValueDependent() || !mayBeNumber(E) ||
      !E->EvaluateAsInt(Result, Context) ||
      Result.Val.getInt().getSignificantBits() > 64)
    return std::nullopt;
  return Result.Val.getInt().getExtValue();
}

/// The status itself is never a constant; other constants are folded.
std::optional<int64_t> FunctionBuilder::evaluated(const Expr *E) const {
  if (!isa<IntegerLiteral, CharacterLiteral, CXXBoolLiteralExpr,
           UnaryExprOrTypeTraitExpr, OffsetOfExpr, DeclRefExpr, CastExpr,
           UnaryOperator, BinaryOperator, ConditionalOperator>(E) ||
      !E->getType()->isIntegralOrEnumerationType())
    return std::nullopt;
  const std::optional<int64_t> N = numberOf(E);
  // Where `long` has 64 bits, a failure is one all the same.
  if (N && isa<CastExpr>(E) && model::isStatusType(E->getType()) &&
      model::isFailure(*N, *N))
    return static_cast<int32_t>(*N);
  return N;
}

ExprId FunctionBuilder::makeExpr(const Expr *E) {
  const QualType T = E->getType();
  // A call with a bad argument has no type, but it is still that call.
  if (isa<CallExpr>(E) && E->isTypeDependent())
    return load(temporary(siteOf(E)));
  // Something else each time.
  if (isa<RecoveryExpr>(E))
    return load(temporary(siteOf(E)));
  if (T.isNull() || E->isTypeDependent())
    return makeUnknown(E);
  if (std::optional<int64_t> N = evaluated(E))
    return constant(*N);
  if (const auto *Cast = dyn_cast<CastExpr>(E))
    return makeCast(Cast);
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    return makeBinary(Binary);
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    return makeUnary(Unary);
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr, ImplicitValueInitExpr,
          CXXScalarValueInitExpr>(E))
    return constant(0);
  if (isa<CXXThisExpr>(E))
    return thisPointer();
  if (const auto *Conditional = dyn_cast<ConditionalOperator>(E))
    return makeConditional(Conditional);
  if (const auto *Elvis = dyn_cast<BinaryConditionalOperator>(E))
    return makeElvis(Elvis);
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return makeCall(Call);
  if (const auto *Opaque = dyn_cast<OpaqueValueExpr>(E))
    return makeSaved(Opaque);
  if (const auto *Block = dyn_cast<StmtExpr>(E))
    return makeBlock(Block);
  if (const auto *List = dyn_cast<InitListExpr>(E))
    return makeList(List);
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
    return expr(Temporary->getSubExpr());
  if (isa<StringLiteral, PredefinedExpr>(E))
    return opaque(E, {});
  // In C a member of a call's result is a value, in front of LLVM 20.
  if ((E->isGLValue() || isa<MemberExpr>(E)) && isScalar(T))
    return load(place(E));
  return opaque(E, {});
}

ExprId FunctionBuilder::makeUnary(const UnaryOperator *E) {
  const Expr *Sub = E->getSubExpr();
  switch (E->getOpcode()) {
  case UO_LNot:
    return negate(expr(Sub));
  case UO_AddrOf:
    if (Sub->isGLValue() || Sub->getType()->isRecordType())
      return addressOf(place(Sub));
    return opaque(E, {});
  case UO_Plus:
  case UO_Extension:
    return expr(Sub);
  case UO_Minus:
    return binary(Op::Sub, constant(0), expr(Sub));
  case UO_Not:
    return binary(Op::Xor, expr(Sub), constant(-1));
  case UO_PreInc:
  case UO_PreDec:
    return load(place(Sub));
  case UO_PostInc:
  case UO_PostDec:
    return load(temporary(siteOf(E)));
  case UO_Deref:
    return E->getType()->isFunctionType() ? expr(Sub) : load(place(E));
  default:
    return opaque(E, {expr(Sub)});
  }
}

ExprId FunctionBuilder::makeConditional(const ConditionalOperator *E) {
  if (!isScalar(E->getType()))
    return opaque(E, {});
  FlowExpr Select;
  Select.Kind = ExprKind::Select;
  Select.Site = siteOf(strip(E->getCond()));
  Select.Args = {expr(E->getCond()), expr(E->getTrueExpr()),
                 expr(E->getFalseExpr())};
  return add(std::move(Select));
}

ExprId FunctionBuilder::makeElvis(const BinaryConditionalOperator *E) {
  FlowExpr Select;
  Select.Kind = ExprKind::Select;
  Select.Site = siteOf(strip(E->getCommon()));
  ExprId Common = expr(E->getCommon());
  Select.Args = {Common, Common, expr(E->getFalseExpr())};
  return add(std::move(Select));
}

ExprId FunctionBuilder::makeCall(const CallExpr *E) {
  if (isNothing(*E)) {
    const std::optional<int64_t> N = numberOf(E);
    return N ? constant(*N) : opaque(E, {});
  }
  if (const Expr *Same = passedThrough(*E); Same && !E->isGLValue())
    return expr(Same);
  if (E->isGLValue())
    return load(place(E));
  return load(temporary(siteOf(E)));
}

ExprId FunctionBuilder::makeSaved(const OpaqueValueExpr *E) {
  if (Lowering.isSaved(E))
    return load(temporary(siteOf(E)));
  if (E->getSourceExpr())
    return expr(E->getSourceExpr());
  return opaque(E, {});
}

ExprId FunctionBuilder::makeBlock(const StmtExpr *E) {
  if (!E->getSubStmt()->body_empty())
    if (const auto *Last = dyn_cast<Expr>(E->getSubStmt()->body_back()))
      return expr(Last);
  return opaque(E, {});
}

ExprId FunctionBuilder::makeList(const InitListExpr *E) {
  if (isScalar(E->getType()) && E->getNumInits() == 1)
    return expr(E->getInit(0));
  if (isScalar(E->getType()) && E->getNumInits() == 0)
    return constant(0);
  return opaque(E, {});
}

ExprId FunctionBuilder::makeCast(const CastExpr *E) {
  const Expr *Sub = E->getSubExpr();
  switch (E->getCastKind()) {
  case CK_LValueToRValue:
  case CK_NonAtomicToAtomic:
  case CK_AtomicToNonAtomic:
    return load(place(Sub));
  case CK_ArrayToPointerDecay: {
    // The address of the first element.
    FlowPlace First;
    First.Kind = PlaceKind::Element;
    First.Base = place(Sub);
    First.Key = constant(0);
    First.Pointer = holdsPointer(E->getType()->getPointeeType());
    return addressOf(add(First));
  }
  case CK_NullToPointer:
    return constant(0);
  case CK_PointerToBoolean:
  case CK_IntegralToBoolean:
    return negate(negate(expr(Sub)));
  case CK_IntegralCast: {
    FlowExpr Cast;
    Cast.Kind = ExprKind::Cast;
    Cast.Bits = std::min<uint64_t>(Context.getIntWidth(E->getType()), 64);
    Cast.Signed = E->getType()->isSignedIntegerOrEnumerationType();
    Cast.Args = {expr(Sub)};
    return add(std::move(Cast));
  }
  case CK_NoOp:
  case CK_BitCast:
  case CK_IntegralToPointer:
  case CK_PointerToIntegral:
  case CK_BaseToDerived:
  case CK_DerivedToBase:
  case CK_UncheckedDerivedToBase:
  case CK_BooleanToSignedIntegral:
  case CK_UserDefinedConversion:
  case CK_Dynamic:
  case CK_AddressSpaceConversion:
    return Sub->isGLValue() && !E->isGLValue() ? load(place(Sub)) : expr(Sub);
  case CK_FunctionToPointerDecay:
    return isa<DeclRefExpr>(strip(Sub)) ? addressOf(place(Sub)) : expr(Sub);
  case CK_BuiltinFnToFnPtr:
    return opaque(E, {});
  case CK_ToVoid:
    return expr(Sub);
  default:
    return opaque(E, {expr(Sub)});
  }
}

ExprId FunctionBuilder::makeLogical(const BinaryOperator *E) {
  const Expr *L = E->getLHS(), *R = E->getRHS();
  FlowExpr Logical;
  Logical.Kind =
      E->getOpcode() == BO_LAnd ? ExprKind::LogicalAnd : ExprKind::LogicalOr;
  Logical.Site = siteOf(strip(L));
  Logical.Args = {expr(L), expr(R)};
  return add(std::move(Logical));
}

ExprId FunctionBuilder::bitsOf(const Expr *E, ExprId Id) {
  return model::isTypedefOf(E->IgnoreParenImpCasts()->getType(), "BOOLEAN")
             ? negate(negate(Id))
             : Id;
}

ExprId FunctionBuilder::bitwise(Op Operator, const Expr *L, ExprId Left,
                                const Expr *R, ExprId Right) {
  if (Operator == Op::And || Operator == Op::Or)
    return binary(Operator, bitsOf(L, Left), bitsOf(R, Right));
  return binary(Operator, Left, Right);
}

ExprId FunctionBuilder::makeBinary(const BinaryOperator *E) {
  const Expr *L = E->getLHS(), *R = E->getRHS();
  switch (E->getOpcode()) {
  case BO_Comma:
    return expr(R);
  case BO_LAnd:
  case BO_LOr:
    return makeLogical(E);
  case BO_NE:
    return negate(binary(Op::Eq, expr(L), expr(R)));
  case BO_GT:
    return binary(Op::Lt, expr(R), expr(L));
  case BO_GE:
    return negate(binary(Op::Lt, expr(L), expr(R)));
  case BO_LE:
    return negate(binary(Op::Lt, expr(R), expr(L)));
  default:
    break;
  }
  if (E->isAssignmentOp())
    return load(place(L));
  ExprId Left = expr(L), Right = expr(R);
  if (std::optional<Op> Operator = operatorOf(E->getOpcode()))
    return bitwise(*Operator, L, Left, R, Right);
  return opaque(E, {Left, Right});
}

} // namespace wdm::engine
