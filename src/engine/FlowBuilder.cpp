//===- FlowBuilder.cpp - From AST to facts --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/FlowBuilder.h"
#include "src/Compat.h"
#include "src/engine/BodyLowering.h"
#include "src/engine/Evaluated.h"
#include "src/engine/OtherUnits.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Analysis/CFG.h"
#include "clang/Basic/Builtins.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/Support/SaveAndRestore.h"
#include <tuple>

using namespace clang;

namespace wdm::engine {

namespace {

/// Operands of operands of operands: decisions further out than this are not
/// taken back when a loop comes round.
constexpr size_t MaxRenewed = 64;

constexpr unsigned MaxNesting = 400;

bool isScalar(QualType T) {
  return !T.isNull() && !T->isDependentType() &&
         (T->isScalarType() || T->isReferenceType());
}

bool holdsPointer(QualType T) {
  return !T.isNull() && (T->isPointerType() || T->isReferenceType());
}

/// Strips what changes neither the value nor the place.
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

/// What a call gives back as it is: LIKELY() and std::move() and their like.
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

/// The constructor that makes the object which \p E initialises, if any.
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

auto partsOf(const FlowExpr &E) {
  return std::tie(E.Kind, E.Operator, E.Bits, E.Signed, E.Number, E.Place,
                  E.Site);
}
auto partsOf(const FlowPlace &P) {
  return std::tie(P.Kind, P.Outlives, P.Pointer, P.Volatile, P.OfRequest,
                  P.Decl, P.Base, P.Key, P.Site, P.Role);
}
llvm::ArrayRef<ExprId> argsOf(const FlowExpr &E) { return E.Args; }
llvm::ArrayRef<ExprId> argsOf(const FlowPlace &) { return {}; }

/// Rows by their hash. Of two with one hash only the first is found.
using RowNumbers = llvm::DenseMap<uint64_t, uint32_t>;

template <typename Row>
uint32_t addOnce(std::vector<Row> &Rows, RowNumbers &Known, Row New) {
  const llvm::ArrayRef<ExprId> Args = argsOf(New);
  const uint64_t Hash = llvm::hash_combine(
      std::apply(
          [](const auto &...Part) { return llvm::hash_combine(Part...); },
          partsOf(New)),
      llvm::hash_combine_range(Args.begin(), Args.end()));
  // A DenseMap keeps the largest numbers for itself.
  auto [It, IsNew] =
      Known.try_emplace(Hash >> 1, static_cast<uint32_t>(Rows.size()));
  if (!IsNew) {
    const Row &Old = Rows[It->second];
    if (partsOf(Old) == partsOf(New) && argsOf(Old) == Args)
      return It->second;
  }
  Rows.push_back(std::move(New));
  return static_cast<uint32_t>(Rows.size() - 1);
}

class Builder {
public:
  Builder(ASTContext &Context, const FunctionDecl &Function,
          const model::RoutineTable &Routines, SiteNumbers &Sites,
          OtherUnits *Others, FlowGraph &Graph)
      : Context(Context), Function(Function), Routines(Routines), Sites(Sites),
        Others(Others), Graph(Graph),
        Lowering(Context, const_cast<FunctionDecl *>(&Function)) {}

  bool run(unsigned MaxBlocks);

private:
  // What may be known in other units.
  const FunctionDecl *withBody(const FunctionDecl &F) const;
  const void *identityOf(const NamedDecl &D) const {
    return Others ? Others->identityOf(D) : &D;
  }

  // Expressions and places: what is equal is there once.
  ExprId add(FlowExpr E) {
    return addOnce(Graph.Exprs, Shared.Exprs, std::move(E));
  }
  PlaceId add(FlowPlace P) { return addOnce(Graph.Places, Shared.Places, P); }
  ExprId constant(int64_t N);
  ExprId load(PlaceId P);
  ExprId addressOf(PlaceId P);
  ExprId binary(Op Operator, ExprId L, ExprId R);
  ExprId negate(ExprId E);
  ExprId opaque(const Expr *E, llvm::ArrayRef<ExprId> Args);
  SiteId siteOf(const Stmt *S);
  PlaceId temporary(SiteId Site, const VarDecl *Named = nullptr);
  PlaceId variable(const VarDecl *Var);
  PlaceId placeOf(const VarDecl *Var);
  PlaceId fieldOf(PlaceId Base, const FieldDecl *Field);
  PlaceId pointee(ExprId Pointer, QualType T);
  PlaceId pseudoPointer(PlaceId Object, const CXXRecordDecl *Class);
  ExprId thisPointer();

  PlaceId place(const Expr *E);
  PlaceId makePlace(const Expr *E);
  ExprId expr(const Expr *E);
  ExprId makeExpr(const Expr *E);
  ExprId makeCast(const CastExpr *E);
  ExprId makeBinary(const BinaryOperator *E);

  // Events.
  void emit(FlowEvent E) { Current->Events.push_back(E); }
  void store(PlaceId To, ExprId V, const Stmt *Origin);
  PlaceId record(const Expr *E, const Stmt *S);
  void initialise(PlaceId To, QualType T, const Expr *Init, const Stmt *S);
  void element(const CFGElement &E);
  void statement(const Stmt *S);
  /// Finds whether a call zeroes what its first argument points to.
  void findZeroed(FlowCall &Call, llvm::ArrayRef<const Expr *> Args);
  void call(const Expr *E, const FunctionDecl *Callee,
            llvm::ArrayRef<const Expr *> Args, ExprId Object, bool IsMethod);
  bool isNothing(const CallExpr &E) const;
  void callExpr(const CallExpr *E);
  void construct(const CXXConstructExpr *E);
  void read(const CastExpr *E);
  void destroy(PlaceId Object, const CXXDestructorDecl *Destructor,
               const Stmt *Origin, SourceLocation Loc);
  void assign(const BinaryOperator *E);
  void giveAway(const Stmt *S, unsigned Depth = 0);
  void capture(const LambdaExpr *E);
  void terminate(const CFGBlock &B, FlowBlock &Block);
  bool isInAssertion(SourceLocation Loc) const;
  bool asksForMajor(ExprId Id) const;
  bool readsLocalNumber(ExprId Id, unsigned Depth = 0) const;
  void noteTargets(const Stmt *S, bool Decides = false);
  void noteOutOfSight(const Expr *E);
  void noteUnevaluated(const Stmt &S);
  void noteDiscarded(const Stmt *S);
  void noteDiscardedIn(const Stmt &S);

  ASTContext &Context;
  const FunctionDecl &Function;
  const model::RoutineTable &Routines;
  SiteNumbers &Sites;
  OtherUnits *Others;
  FlowGraph &Graph;
  BodyLowering Lowering;
  FlowBlock *Current = nullptr;
  unsigned Nesting = 0;

  struct {
    RowNumbers Exprs, Places;
  } Shared;
  llvm::DenseMap<const Expr *, ExprId> ExprIds;
  llvm::DenseMap<const Expr *, PlaceId> PlaceIds;
  llvm::DenseMap<const VarDecl *, PlaceId> VariableIds;
  llvm::DenseMap<const Stmt *, SiteId> SiteIds;
  llvm::DenseMap<const Expr *, PlaceId> Targets; ///< Of constructors.
  /// Those whose objects are not followed.
  llvm::DenseSet<const Expr *> OutOfSight;
  llvm::DenseMap<const Stmt *, BlockId> Dispatchers;
  llvm::DenseMap<const Stmt *, const Stmt *> Enclosing; ///< Conditions only.
  llvm::DenseSet<const Stmt *> Unevaluated;
  llvm::DenseSet<const Stmt *> Discarded; ///< Calls only.
  llvm::DenseSet<const Stmt *> Valued;    ///< The blocks of ({...}).
  SiteId AbnormalSite = 0;
};

} // namespace

/// The function with the body of \p F, here or in another unit, or null.
const FunctionDecl *Builder::withBody(const FunctionDecl &F) const {
  const FunctionDecl *Definition = nullptr;
  if (F.hasBody(Definition))
    return Definition;
  const OtherFunction *Other = Others ? Others->find(F) : nullptr;
  return Other ? Other->Function : nullptr;
}

// --- Expressions and places -------------------------------------------------

ExprId Builder::constant(int64_t N) {
  FlowExpr E;
  E.Kind = ExprKind::Constant;
  E.Number = N;
  return add(std::move(E));
}

ExprId Builder::load(PlaceId P) {
  FlowExpr E;
  E.Kind = ExprKind::Load;
  E.Place = P;
  if (Graph.Places[P].Volatile)
    E.Site = Sites.next();
  return add(std::move(E));
}

ExprId Builder::addressOf(PlaceId P) {
  FlowExpr E;
  E.Kind = ExprKind::AddressOf;
  E.Place = P;
  return add(std::move(E));
}

ExprId Builder::binary(Op Operator, ExprId L, ExprId R) {
  FlowExpr E;
  E.Kind = ExprKind::Binary;
  E.Operator = Operator;
  E.Args = {L, R};
  return add(std::move(E));
}

ExprId Builder::negate(ExprId Of) {
  FlowExpr E;
  E.Kind = ExprKind::Not;
  E.Args = {Of};
  return add(std::move(E));
}

ExprId Builder::opaque(const Expr *Origin, llvm::ArrayRef<ExprId> Args) {
  FlowExpr E;
  E.Kind = ExprKind::Opaque;
  E.Site = siteOf(Origin);
  E.Args.assign(Args.begin(), Args.end());
  return add(std::move(E));
}

SiteId Builder::siteOf(const Stmt *S) {
  SiteId &Site = SiteIds[S];
  if (!Site)
    Site = Sites.next();
  return Site;
}

PlaceId Builder::temporary(SiteId Site, const VarDecl *Named) {
  FlowPlace P;
  P.Kind = PlaceKind::Temporary;
  P.Site = Site;
  P.Decl = Named;
  return add(P);
}

PlaceId Builder::variable(const VarDecl *Var) {
  Var = Var->getCanonicalDecl();
  PlaceId &Known = VariableIds[Var];
  if (!Known) {
    FlowPlace P;
    P.Kind = PlaceKind::Variable;
    P.Outlives = !Var->hasLocalStorage();
    P.Decl = P.Outlives ? identityOf(*Var) : Var;
    P.Pointer = holdsPointer(Var->getType());
    P.Volatile = Var->getType().isVolatileQualified();
    // What a lambda captures is its caller's.
    if (!P.Outlives && Var->getDeclContext() == &Function)
      Graph.OwnVariables.insert(Var);
    Known = add(P);
  }
  return Known;
}

PlaceId Builder::placeOf(const VarDecl *Var) {
  PlaceId P = variable(Var);
  if (Var->getType()->isReferenceType())
    return pointee(load(P), Var->getType()->getPointeeType());
  return P;
}

PlaceId Builder::fieldOf(PlaceId Base, const FieldDecl *Field) {
  FlowPlace P;
  P.Kind = PlaceKind::Field;
  P.Base = Base;
  // The numbers and pointers in a union are one.
  if (Field->getParent()->isUnion() && isScalar(Field->getType()))
    P.Decl = identityOf(*Field->getParent()->getCanonicalDecl());
  else
    P.Decl = identityOf(*Field->getCanonicalDecl());
  P.Pointer = holdsPointer(Field->getType());
  P.Volatile = Field->getType().isVolatileQualified();
  P.Role = model::roleOfField(*Field);
  P.OfRequest = model::isRequestRecord(*Field->getParent());
  return add(P);
}

PlaceId Builder::pointee(ExprId Pointer, QualType T) {
  FlowPlace P;
  P.Kind = PlaceKind::Pointee;
  P.Key = Pointer;
  P.Pointer = holdsPointer(T);
  P.Volatile = !T.isNull() && T.isVolatileQualified();
  return add(P);
}

PlaceId Builder::pseudoPointer(PlaceId Object, const CXXRecordDecl *Class) {
  FlowPlace P;
  P.Kind = PlaceKind::Field;
  P.Base = Object;
  P.Decl = identityOf(*Class->getCanonicalDecl());
  P.Pointer = true;
  return add(P);
}

ExprId Builder::thisPointer() {
  Graph.This = Function.getCanonicalDecl();
  FlowPlace P;
  P.Kind = PlaceKind::Variable;
  P.Decl = Graph.This;
  P.Pointer = true;
  return load(add(P));
}

PlaceId Builder::place(const Expr *E) {
  E = strip(E);
  auto It = PlaceIds.find(E);
  if (It != PlaceIds.end())
    return It->second;
  llvm::SaveAndRestore<unsigned> Deeper(Nesting, Nesting + 1);
  PlaceId P = Nesting > MaxNesting ? temporary(siteOf(E)) : makePlace(E);
  PlaceIds[E] = P;
  return P;
}

PlaceId Builder::makePlace(const Expr *E) {
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
      return placeOf(Var);
    if (const auto *Named = dyn_cast<FunctionDecl>(Ref->getDecl())) {
      FlowPlace P;
      P.Kind = PlaceKind::Variable;
      P.Decl = identityOf(*Named->getCanonicalDecl());
      P.Outlives = true;
      return add(P);
    }
    if (const auto *Binding = dyn_cast<BindingDecl>(Ref->getDecl()))
      if (const Expr *Bound = Binding->getBinding())
        return place(Bound);
    return temporary(siteOf(E));
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    if (const auto *Var = dyn_cast<VarDecl>(Member->getMemberDecl()))
      return placeOf(Var);
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (!Field)
      return temporary(siteOf(E));
    PlaceId Base = Member->isArrow()
                       ? pointee(expr(Member->getBase()), QualType())
                       : place(Member->getBase());
    PlaceId P = fieldOf(Base, Field);
    if (Field->getType()->isReferenceType())
      return pointee(load(P), Field->getType()->getPointeeType());
    return P;
  }
  if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
    if (Unary->getOpcode() == UO_Deref)
      return pointee(expr(Unary->getSubExpr()), Unary->getType());
    if (Unary->isIncrementDecrementOp() || Unary->getOpcode() == UO_Extension)
      return place(Unary->getSubExpr());
    return temporary(siteOf(E));
  }
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E)) {
    const Expr *Base = Subscript->getBase();
    const Expr *Array = Base->IgnoreParenImpCasts();
    ExprId Index = expr(Subscript->getIdx());
    FlowPlace P;
    P.Kind = PlaceKind::Element;
    P.Key = Index;
    P.Pointer = holdsPointer(Subscript->getType());
    P.Volatile = Subscript->getType().isVolatileQualified();
    if (!Array->getType().isNull() && Array->getType()->isArrayType()) {
      P.Base = place(Array);
      return add(P);
    }
    ExprId Pointer = expr(Base);
    if (Graph.Exprs[Index].Kind == ExprKind::Constant &&
        Graph.Exprs[Index].Number == 0)
      return pointee(Pointer, Subscript->getType());
    P.Base = pointee(Pointer, QualType());
    return add(P);
  }
  if (const auto *Cast = dyn_cast<CastExpr>(E)) {
    switch (Cast->getCastKind()) {
    case CK_NoOp:
    case CK_LValueBitCast:
    case CK_DerivedToBase:
    case CK_UncheckedDerivedToBase:
    case CK_BaseToDerived:
      return place(Cast->getSubExpr());
    case CK_UserDefinedConversion:
    case CK_ConstructorConversion:
      return place(Cast->getSubExpr());
    case CK_LValueToRValue:
      if (E->getType()->isRecordType())
        return place(Cast->getSubExpr());
      return temporary(siteOf(E));
    default:
      return temporary(siteOf(E));
    }
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
    if (Binary->isAssignmentOp())
      return place(Binary->getLHS());
    if (Binary->getOpcode() == BO_Comma)
      return place(Binary->getRHS());
    return temporary(siteOf(E));
  }
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (const Expr *Same = passedThrough(*Call); Same && Call->isGLValue())
      return place(Same);
    PlaceId Result = temporary(siteOf(E));
    // The result of a function that returns a reference is an address.
    if (Call->isGLValue())
      return pointee(load(Result), Call->getType());
    return Result;
  }
  if (isa<CXXThisExpr>(E))
    return temporary(siteOf(E));
  if (const auto *Conditional = dyn_cast<ConditionalOperator>(E)) {
    if (!E->isGLValue())
      return temporary(siteOf(E));
    FlowExpr Select;
    Select.Kind = ExprKind::Select;
    Select.Site = siteOf(strip(Conditional->getCond()));
    Select.Args = {expr(Conditional->getCond()),
                   addressOf(place(Conditional->getTrueExpr())),
                   addressOf(place(Conditional->getFalseExpr()))};
    return pointee(add(std::move(Select)), E->getType());
  }
  if (isa<CXXConstructExpr>(E)) {
    auto It = Targets.find(E);
    if (It != Targets.end())
      return It->second;
    return temporary(siteOf(E));
  }
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E)) {
    if (!isScalar(E->getType()))
      return place(Temporary->getSubExpr());
    // const T &x = f(): the author knows it as x.
    return temporary(siteOf(E), dyn_cast_or_null<VarDecl>(
                                    Temporary->getExtendingDecl()));
  }
  if (const auto *Block = dyn_cast<StmtExpr>(E)) {
    const auto *Last = dyn_cast_or_null<Expr>(
        Block->getSubStmt()->body_empty() ? nullptr
                                          : Block->getSubStmt()->body_back());
    if (Last)
      return place(Last);
  }
  return temporary(siteOf(E));
}

ExprId Builder::expr(const Expr *E) {
  E = strip(E);
  auto It = ExprIds.find(E);
  if (It != ExprIds.end())
    return It->second;
  llvm::SaveAndRestore<unsigned> Deeper(Nesting, Nesting + 1);
  ExprId Id = Nesting > MaxNesting ? opaque(E, {}) : makeExpr(E);
  ExprIds[E] = Id;
  return Id;
}

ExprId Builder::makeExpr(const Expr *E) {
  QualType T = E->getType();
  // A call with a bad argument has no type, but it is still that call.
  if (isa<CallExpr>(E) && E->isTypeDependent())
    return load(temporary(siteOf(E)));
  if (T.isNull() || E->isTypeDependent() || isa<RecoveryExpr>(E)) {
    llvm::SmallVector<ExprId, 3> Args;
    for (const Stmt *Child : E->children())
      if (const auto *Sub = dyn_cast_or_null<Expr>(Child))
        Args.push_back(expr(Sub));
    return opaque(E, Args);
  }
  if (isa<IntegerLiteral, CharacterLiteral, CXXBoolLiteralExpr,
          UnaryExprOrTypeTraitExpr, OffsetOfExpr, DeclRefExpr, CastExpr,
          UnaryOperator, BinaryOperator, ConditionalOperator>(E) &&
      T->isIntegralOrEnumerationType() && !E->isValueDependent()) {
    Expr::EvalResult Result;
    // The status itself is never a constant; other constants are folded.
    if (E->EvaluateAsInt(Result, Context) &&
        Result.Val.getInt().getSignificantBits() <= 64) {
      const int64_t N = Result.Val.getInt().getExtValue();
      // Where `long` has 64 bits, a failure is one all the same.
      return constant(isa<CastExpr>(E) && model::isStatusType(T) &&
                              model::isFailure(N, N)
                          ? static_cast<int32_t>(N)
                          : N);
    }
  }
  if (const auto *Cast = dyn_cast<CastExpr>(E))
    return makeCast(Cast);
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    return makeBinary(Binary);
  if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
    const Expr *Sub = Unary->getSubExpr();
    switch (Unary->getOpcode()) {
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
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr, ImplicitValueInitExpr,
          CXXScalarValueInitExpr>(E))
    return constant(0);
  if (isa<CXXThisExpr>(E))
    return thisPointer();
  if (const auto *Conditional = dyn_cast<ConditionalOperator>(E)) {
    if (!isScalar(T))
      return opaque(E, {});
    FlowExpr Select;
    Select.Kind = ExprKind::Select;
    Select.Site = siteOf(strip(Conditional->getCond()));
    Select.Args = {expr(Conditional->getCond()),
                   expr(Conditional->getTrueExpr()),
                   expr(Conditional->getFalseExpr())};
    return add(std::move(Select));
  }
  if (const auto *Elvis = dyn_cast<BinaryConditionalOperator>(E)) {
    FlowExpr Select;
    Select.Kind = ExprKind::Select;
    Select.Site = siteOf(strip(Elvis->getCommon()));
    ExprId Common = expr(Elvis->getCommon());
    Select.Args = {Common, Common, expr(Elvis->getFalseExpr())};
    return add(std::move(Select));
  }
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (isNothing(*Call)) {
      Expr::EvalResult Result;
      if (E->isValueDependent() || !E->EvaluateAsInt(Result, Context) ||
          Result.Val.getInt().getSignificantBits() > 64)
        return opaque(E, {});
      return constant(Result.Val.getInt().getExtValue());
    }
    if (const Expr *Same = passedThrough(*Call); Same && !Call->isGLValue())
      return expr(Same);
    if (Call->isGLValue())
      return load(place(E));
    return load(temporary(siteOf(E)));
  }
  if (const auto *Opaque = dyn_cast<OpaqueValueExpr>(E)) {
    if (Lowering.isSaved(Opaque))
      return load(temporary(siteOf(E)));
    if (Opaque->getSourceExpr())
      return expr(Opaque->getSourceExpr());
    return opaque(E, {});
  }
  if (const auto *Block = dyn_cast<StmtExpr>(E)) {
    if (!Block->getSubStmt()->body_empty())
      if (const auto *Last = dyn_cast<Expr>(Block->getSubStmt()->body_back()))
        return expr(Last);
    return opaque(E, {});
  }
  if (const auto *List = dyn_cast<InitListExpr>(E)) {
    if (isScalar(T) && List->getNumInits() == 1)
      return expr(List->getInit(0));
    if (isScalar(T) && List->getNumInits() == 0)
      return constant(0);
    return opaque(E, {});
  }
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
    return expr(Temporary->getSubExpr());
  if (isa<StringLiteral, PredefinedExpr>(E))
    return opaque(E, {});
  // In C a member of a call's result is a value, in front of LLVM 20.
  if ((E->isGLValue() || isa<MemberExpr>(E)) && isScalar(T))
    return load(place(E));
  return opaque(E, {});
}

ExprId Builder::makeCast(const CastExpr *E) {
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

ExprId Builder::makeBinary(const BinaryOperator *E) {
  const Expr *L = E->getLHS(), *R = E->getRHS();
  switch (E->getOpcode()) {
  case BO_Comma:
    return expr(R);
  case BO_LAnd:
  case BO_LOr: {
    FlowExpr Logical;
    Logical.Kind =
        E->getOpcode() == BO_LAnd ? ExprKind::LogicalAnd : ExprKind::LogicalOr;
    Logical.Site = siteOf(strip(L));
    Logical.Args = {expr(L), expr(R)};
    return add(std::move(Logical));
  }
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
    return binary(*Operator, Left, Right);
  return opaque(E, {Left, Right});
}

// --- Events -----------------------------------------------------------------

void Builder::store(PlaceId To, ExprId V, const Stmt *Origin) {
  FlowEvent Event;
  Event.Kind = EventKind::Store;
  Event.Place = To;
  Event.Value = V;
  Event.Site = Sites.next();
  Event.Origin = Origin;
  Event.Loc = Origin->getBeginLoc();
  emit(Event);
}

void Builder::initialise(PlaceId To, QualType T, const Expr *Init,
                         const Stmt *S) {
  Init = strip(Init);
  if (T->isRecordType()) {
    // Result{a, b}, (RESULT){a, b}
    while (true) {
      const Expr *Inner = Init;
      if (const auto *Cast = dyn_cast<CastExpr>(Init);
          Cast && (Cast->getCastKind() == CK_NoOp ||
                   Cast->getCastKind() == CK_LValueToRValue))
        Inner = strip(Cast->getSubExpr());
      else if (const auto *Literal = dyn_cast<CompoundLiteralExpr>(Init))
        Inner = strip(Literal->getInitializer());
      if (!isa<InitListExpr, CastExpr, CompoundLiteralExpr>(Inner) ||
          Inner == Init)
        break;
      Init = Inner;
    }
  }
  if (const auto *List = dyn_cast<InitListExpr>(Init)) {
    if (List->getSemanticForm())
      List = List->getSemanticForm();
    const RecordDecl *Record = T->getAsRecordDecl();
    if (Record && !Record->isUnion()) {
      FlowEvent Event;
      Event.Kind = EventKind::Unknown;
      Event.Place = To;
      Event.Site = siteOf(S);
      Event.Loc = S->getBeginLoc();
      Event.Origin = S;
      emit(Event);
      unsigned I = 0;
      if (const auto *Class = dyn_cast<CXXRecordDecl>(Record))
        I = Class->getNumBases();
      for (const FieldDecl *Field : Record->fields()) {
        if (Field->isBitField() && !Field->getDeclName())
          continue;
        if (I >= List->getNumInits())
          break;
        const Expr *FieldInit = List->getInit(I++);
        if (FieldInit &&
            (isScalar(Field->getType()) || Field->getType()->isRecordType()))
          initialise(fieldOf(To, Field), Field->getType(), FieldInit, S);
      }
      return;
    }
  }
  if (const auto *List = dyn_cast<InitListExpr>(Init))
    if (const ConstantArrayType *Array = Context.getAsConstantArrayType(T)) {
      constexpr unsigned MaxElements = 32;
      QualType ElementType = Array->getElementType();
      FlowEvent Event;
      Event.Kind = EventKind::Unknown;
      Event.Place = To;
      Event.Site = siteOf(S);
      Event.Loc = S->getBeginLoc();
      Event.Origin = S;
      emit(Event);
      if (isScalar(ElementType) || ElementType->isRecordType())
        for (unsigned I = 0; I != List->getNumInits() && I != MaxElements;
             ++I) {
          FlowPlace P;
          P.Kind = PlaceKind::Element;
          P.Base = To;
          P.Key = constant(I);
          P.Pointer = holdsPointer(ElementType);
          initialise(add(P), ElementType, List->getInit(I), S);
        }
      return;
    }
  if (isScalar(T)) {
    if (T->isReferenceType())
      store(To, addressOf(place(Init)), S);
    else
      store(To, expr(Init), S);
    return;
  }
  if (const CXXConstructExpr *Construct = constructorIn(Init))
    if (Targets.count(Construct))
      return; // The constructor works on the place itself.
  FlowEvent Event;
  if (isa<ImplicitValueInitExpr>(Init)) {
    Event.Kind = EventKind::Unknown;
    Event.Site = siteOf(S);
  } else {
    Event.Kind = EventKind::CopyRecord;
    Event.Source = place(Init);
  }
  Event.Place = To;
  Event.Origin = S;
  Event.Loc = S->getBeginLoc();
  emit(Event);
}

/// The place of a record that an expression gives; a list of initialisers
/// becomes one.
PlaceId Builder::record(const Expr *E, const Stmt *S) {
  const Expr *Plain = strip(E);
  while (const auto *Cast = dyn_cast<CastExpr>(Plain)) {
    if (Cast->getCastKind() != CK_NoOp &&
        Cast->getCastKind() != CK_LValueToRValue)
      break;
    Plain = strip(Cast->getSubExpr());
  }
  if (!isa<InitListExpr, CompoundLiteralExpr>(Plain))
    return place(E);
  PlaceId To = temporary(siteOf(Plain));
  initialise(To, E->getType(), Plain, S);
  return To;
}

void Builder::giveAway(const Stmt *S, unsigned Depth) {
  if (!S || Depth > MaxNesting)
    return;
  if (const auto *E = dyn_cast<Expr>(S)) {
    const Expr *Plain = strip(E);
    if (isa<DeclRefExpr, MemberExpr>(Plain)) {
      QualType T = Plain->getType();
      FlowEvent Event;
      Event.Kind = EventKind::Use;
      Event.Value = isScalar(T) && Plain->isGLValue() ? load(place(Plain)) : 0;
      Event.Origin = S;
      Event.Loc = S->getBeginLoc();
      if (Event.Value)
        emit(Event);
    }
  }
  for (const Stmt *Child : S->children())
    giveAway(Child, Depth + 1);
}

void Builder::capture(const LambdaExpr *E) {
  for (const LambdaCapture &Capture : E->captures()) {
    if (!Capture.capturesVariable())
      continue;
    const auto *Var = dyn_cast<VarDecl>(Capture.getCapturedVar());
    if (!Var)
      continue;
    FlowEvent Event;
    Event.Kind = EventKind::Use;
    PlaceId P = placeOf(Var);
    Event.Value =
        Capture.getCaptureKind() == LCK_ByRef ? addressOf(P) : load(P);
    Event.Origin = E;
    Event.Loc = E->getBeginLoc();
    emit(Event);
  }
}

void Builder::findZeroed(FlowCall &Call, llvm::ArrayRef<const Expr *> Args) {
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

void Builder::call(const Expr *E, const FunctionDecl *Callee,
                   llvm::ArrayRef<const Expr *> Args, ExprId Object,
                   bool IsMethod) {
  FlowCall Call;
  // A constructor returns nothing; the site of the expression is its object.
  Call.Site = isa<CXXConstructExpr>(E) ? Sites.next() : siteOf(E);
  Call.Origin = E;
  Call.Loc = E->getExprLoc();
  Call.This = Object;
  Call.IsMethod = IsMethod;
  QualType ResultType = E->getType();
  Call.ReturnsPointer = holdsPointer(ResultType);
  Call.ReturnsNumber =
      !ResultType.isNull() && ResultType->isIntegralOrEnumerationType();
  Call.ReturnsBool =
      !ResultType.isNull() &&
      (ResultType->isBooleanType() || ResultType->isCharType() ||
       (ResultType->isIntegerType() && Context.getIntWidth(ResultType) == 8));

  if (Callee) {
    Call.Name = Callee->getNameAsString();
    if (const model::Routine *R = Routines.find(*Callee, Call.Routine)) {
      Call.Known = true;
      Call.Routine = *R;
      Call.OnlyPrints = R->Does == model::Effect::Prints;
      // Known by its declaration only: its body would be better.
      if (R->Does == model::Effect::Register &&
          model::isDeclaredAsRegistration(*Callee))
        Call.Named = Callee;
      findZeroed(Call, Args);
    } else {
      const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
      bool Virtual = Method && Method->isVirtual() &&
                     !Method->hasAttr<FinalAttr>() &&
                     !Method->getParent()->hasAttr<FinalAttr>() &&
                     !isa<CXXDestructorDecl>(Method);
      if (Virtual)
        if (const auto *MemberCall = dyn_cast<CXXMemberCallExpr>(E))
          if (const auto *Member =
                  dyn_cast<MemberExpr>(MemberCall->getCallee()->IgnoreParens()))
            Virtual = !Member->hasQualifier();
      if (!Virtual && !Callee->isVariadic()) {
        Call.Named = Callee;
        Call.TakesIrp = model::takesIrp(*Callee);
        const FunctionDecl *Definition = withBody(*Callee);
        if (Definition && !Definition->isDependentContext())
          Call.Callee = Definition;
      }
      Call.OnlyPrints =
          model::RoutineTable::looksLikePrinting(*Callee) && !Call.Callee;
      if (unsigned Builtin = Callee->getBuiltinID()) {
        (void)Builtin;
        // What exchanges memory may keep the IRP; other built-ins do not.
        if (!llvm::StringRef(Call.Name).contains("xchange")) {
          Call.Known = true;
          Call.Routine.Does = model::Effect::Harmless;
        }
      }
    }
  }
  for (unsigned I = 0; I != Args.size(); ++I) {
    const Expr *Arg = Args[I];
    bool Reference = false;
    if (Callee && I < Callee->getNumParams())
      Reference = Callee->getParamDecl(I)->getType()->isReferenceType();
    if (Reference) {
      Call.ByReference.push_back(I);
      Call.Args.push_back(addressOf(place(Arg)));
    } else if (Arg->getType().isNull() || isScalar(Arg->getType()) ||
               Arg->isTypeDependent()) {
      Call.Args.push_back(expr(Arg));
      // An unknown function with a literal text is a trace as a rule.
      if (!Call.Known && !Call.Callee &&
          isa<StringLiteral>(Arg->IgnoreParenImpCasts()) && Callee &&
          Callee->isVariadic())
        Call.OnlyPrints = true;
    } else {
      // A record by value: what matters is what is in it.
      Call.ByReference.push_back(I);
      Call.Args.push_back(addressOf(place(Arg)));
    }
  }
  FlowEvent Event;
  Event.Kind = EventKind::Call;
  Event.Origin = E;
  Event.Loc = Call.Loc;

  if (const auto *Plain = dyn_cast<CallExpr>(E)) {
    if (const Stmt *Try = Lowering.handlerOf(Plain)) {
      auto It = Dispatchers.find(Try);
      if (It != Dispatchers.end())
        Call.Handler = static_cast<int32_t>(It->second);
    }
  }
  Call.Discarded = Discarded.count(E);
  Graph.Calls.push_back(std::move(Call));
  Event.Call = Graph.Calls.size() - 1;
  emit(Event);
}

bool Builder::isNothing(const CallExpr &E) const {
  const FunctionDecl *Callee = E.getDirectCallee();
  model::Routine Scratch;
  const model::Routine *R = Callee ? Routines.find(*Callee, Scratch) : nullptr;
  return R && R->Does == model::Effect::Nothing;
}

void Builder::callExpr(const CallExpr *E) {
  if (passedThrough(*E) || isNothing(*E))
    return;
  const FunctionDecl *Callee = E->getDirectCallee();
  llvm::SmallVector<const Expr *, 8> Args(E->arg_begin(), E->arg_end());
  ExprId Object = 0;
  bool IsMethod = false;

  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(E)) {
    const auto *Method =
        dyn_cast_or_null<CXXMethodDecl>(Member->getMethodDecl());
    const Expr *Implicit = Member->getImplicitObjectArgument();
    if (Implicit && Method && !Method->isStatic()) {
      IsMethod = true;
      Object = Implicit->getType()->isPointerType()
                   ? expr(Implicit)
                   : addressOf(place(Implicit));
      // A getter of a smart pointer whose code is not here.
      bool Getter = Method->getDeclName().isIdentifier() &&
                    (Method->getName().equals_insensitive("get") ||
                     Method->getName().equals_insensitive("release") ||
                     Method->getName().equals_insensitive("detach"));
      if (Getter && E->getNumArgs() == 0 && !withBody(*Method) &&
          holdsPointer(E->getType())) {
        PlaceId P =
            pseudoPointer(pointee(Object, QualType()), Method->getParent());
        store(temporary(siteOf(E)), load(P), E);
        return;
      }
    }
    Callee = Method;
  } else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
    if (Method && !Method->isStatic() && !Args.empty()) {
      IsMethod = true;
      Object = addressOf(place(Args.front()));
      Args.erase(Args.begin());
      if (Operator->getOperator() == OO_Arrow && !withBody(*Method)) {
        PlaceId P =
            pseudoPointer(pointee(Object, QualType()), Method->getParent());
        store(temporary(siteOf(E)), load(P), E);
        return;
      }
    }
  }
  call(E, Callee, Args, Object, IsMethod);
}

void Builder::construct(const CXXConstructExpr *E) {
  const CXXConstructorDecl *Constructor = E->getConstructor();
  PlaceId Target = place(E);
  if (Constructor->isCopyOrMoveConstructor() && E->getNumArgs() >= 1 &&
      (Constructor->isTrivial() || Constructor->isImplicit() ||
       Constructor->isDefaulted())) {
    FlowEvent Event;
    Event.Kind = EventKind::CopyRecord;
    Event.Place = Target;
    Event.Source = place(E->getArg(0));
    Event.Origin = E;
    Event.Loc = E->getBeginLoc();
    emit(Event);
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
  if (!OutOfSight.count(E))
    return;
  FlowEvent Event;
  Event.Kind = EventKind::Use;
  Event.Value = addressOf(Target);
  Event.Origin = E;
  Event.Loc = E->getBeginLoc();
  emit(Event);
}

void Builder::destroy(PlaceId Object, const CXXDestructorDecl *Destructor,
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

namespace {

/// True when \p E names a part of an IRP or of a stack location.
bool isInRequest(const Expr *E) {
  while (true) {
    E = strip(E);
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      QualType Object = Member->getBase()->getType();
      if (Member->isArrow())
        Object = Object->getPointeeType();
      const RecordDecl *Record =
          Object.isNull() ? nullptr : Object->getAsRecordDecl();
      if (Record && model::isRequestRecord(*Record))
        return true;
      if (Member->isArrow())
        return false;
      E = Member->getBase();
    } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Element->getBase()->IgnoreParenImpCasts();
      if (!E->getType()->isArrayType())
        return false;
    } else {
      return false;
    }
  }
}

} // namespace

void Builder::read(const CastExpr *E) {
  if (E->getCastKind() != CK_LValueToRValue || !isScalar(E->getType()))
    return;
  const auto *Unary = dyn_cast<UnaryOperator>(strip(E->getSubExpr()));
  const bool Deref = Unary && Unary->getOpcode() == UO_Deref;
  if (!Deref && !isInRequest(E->getSubExpr()))
    return;
  FlowEvent Event;
  Event.Kind = EventKind::Read;
  Event.Place = place(E->getSubExpr());
  Event.Origin = E;
  Event.Loc = E->getBeginLoc();
  emit(Event);
}

void Builder::assign(const BinaryOperator *E) {
  const Expr *L = E->getLHS();
  if (E->getOpcode() == BO_Assign) {
    if (isScalar(L->getType())) {
      store(place(L), expr(E->getRHS()), E);
      return;
    }
    FlowEvent Event;
    Event.Kind = EventKind::CopyRecord;
    Event.Place = place(L);
    Event.Source = place(E->getRHS());
    Event.Origin = E;
    Event.Loc = E->getBeginLoc();
    emit(Event);
    return;
  }
  PlaceId To = place(L);
  ExprId Old = load(To);
  std::optional<Op> Operator = operatorOf(E->getOpcode());
  store(To,
        Operator ? binary(*Operator, Old, expr(E->getRHS()))
                 : opaque(E, {Old, expr(E->getRHS())}),
        E);
}

/// An IRP in \p S is no more than looked into: nothing else gets it.
static bool keepsIrps(const Stmt &S) {
  const Stmt *Inside = nullptr;
  if (const auto *Member = dyn_cast<MemberExpr>(&S))
    Inside = Member->getBase()->IgnoreParenImpCasts();
  for (const Stmt *Child : S.children()) {
    if (!Child)
      continue;
    const auto *E = dyn_cast<Expr>(Child);
    if (E && Inside && E->IgnoreParenImpCasts() == Inside) {
      if (isa<DeclRefExpr>(Inside))
        continue;
    } else if (E && model::isIrpPointer(E->getType())) {
      return false;
    }
    if (!keepsIrps(*Child))
      return false;
  }
  return true;
}

void Builder::statement(const Stmt *S) {
  if (Unevaluated.count(S))
    return;
  if (const Marker *M = Lowering.markerOf(S)) {
    FlowEvent Event;
    Event.Origin = M->Statement;
    Event.Loc = S->getBeginLoc();
    switch (M->Kind) {
    case Marker::EntersTry: {
      auto It = Dispatchers.find(M->Statement);
      if (It == Dispatchers.end())
        return;
      Event.Kind = EventKind::Raise;
      Event.Call = It->second;
      if (const auto *Try = dyn_cast<SEHTryStmt>(M->Statement))
        Event.Number = keepsIrps(*Try->getTryBlock());
      emit(Event);
      return;
    }
    case Marker::SavesReturn:
      Event.Kind = EventKind::Store;
      Event.Place = temporary(siteOf(M->Saved));
      Event.Value = expr(M->Saved->getSourceExpr());
      emit(Event);
      return;
    case Marker::RunsHandler:
      if (!AbnormalSite)
        AbnormalSite = Sites.next();
      Event.Kind = EventKind::Store;
      Event.Place = temporary(AbnormalSite);
      Event.Value = constant(M->Early);
      emit(Event);
      return;
    }
  }

  if (const auto *Call = dyn_cast<CallExpr>(S)) {
    if (const FunctionDecl *Callee = Call->getDirectCallee()) {
      model::Routine Scratch;
      const model::Routine *R = Routines.find(*Callee, Scratch);
      if (R && R->Does == model::Effect::Abnormal) {
        if (!AbnormalSite)
          AbnormalSite = Sites.next();
        store(temporary(siteOf(Call)), load(temporary(AbnormalSite)), S);
        return;
      }
    }
    callExpr(Call);
    return;
  }
  if (const auto *Cast = dyn_cast<ImplicitCastExpr>(S)) {
    read(Cast);
    return;
  }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(S)) {
    construct(Construct);
    return;
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(S)) {
    if (Binary->isAssignmentOp())
      assign(Binary);
    return;
  }
  if (const auto *Unary = dyn_cast<UnaryOperator>(S)) {
    if (!Unary->isIncrementDecrementOp())
      return;
    FlowEvent Event;
    Event.Kind = EventKind::StepPlace;
    Event.Place = place(Unary->getSubExpr());
    Event.Number = Unary->isIncrementOp() ? 1 : -1;
    Event.Site = siteOf(Unary);
    Event.Origin = S;
    Event.Loc = S->getBeginLoc();
    emit(Event);
    return;
  }
  if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : Decls->decls()) {
      const auto *Var = dyn_cast<VarDecl>(D);
      if (!Var || !Var->hasLocalStorage())
        continue;
      if (const Expr *Init = Var->getInit()) {
        initialise(variable(Var), Var->getType(), Init, S);
        continue;
      }
      FlowEvent Event;
      Event.Kind = EventKind::Unknown;
      Event.Place = variable(Var);
      Event.Site = siteOf(S);
      Event.Origin = S;
      Event.Loc = S->getBeginLoc();
      emit(Event);
    }
    return;
  }
  if (const auto *Return = dyn_cast<ReturnStmt>(S)) {
    FlowEvent Event;
    Event.Kind = EventKind::Return;
    if (const Expr *Result = Return->getRetValue()) {
      if (Function.getReturnType()->isReferenceType())
        Event.Value = addressOf(place(Result));
      else if (isScalar(Result->getType()) || Result->isTypeDependent())
        Event.Value = expr(Result);
      else if (Result->getType()->isRecordType()) {
        Event.Source = record(Result, S);
        Event.Value = addressOf(Event.Source);
      }
    }
    Event.Origin = S;
    Event.Loc = Return->getReturnLoc();
    emit(Event);
    return;
  }
  if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    capture(Lambda);
    return;
  }
  if (isa<CXXThrowExpr>(S)) {
    FlowEvent Event;
    Event.Kind = EventKind::EndPath;
    Event.Origin = S;
    Event.Loc = S->getBeginLoc();
    emit(Event);
    return;
  }
  if (isa<RecoveryExpr, BlockExpr, CXXDeleteExpr, CXXNewExpr, GCCAsmStmt>(S)) {
    giveAway(S);
    if (!isa<CXXDeleteExpr>(S))
      return;
    FlowEvent Event;
    Event.Kind = EventKind::Use;
    Event.Value = constant(0);
    Event.Origin = S;
    Event.Loc = S->getBeginLoc();
    emit(Event);
    return;
  }
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(S))
    if (isScalar(Temporary->getType()))
      store(place(Temporary), expr(Temporary->getSubExpr()), S);
}

void Builder::element(const CFGElement &E) {
  if (std::optional<CFGStmt> S = E.getAs<CFGStmt>()) {
    statement(S->getStmt());
    return;
  }
  if (std::optional<CFGAutomaticObjDtor> D = E.getAs<CFGAutomaticObjDtor>()) {
    destroy(placeOf(D->getVarDecl()), D->getDestructorDecl(Context),
            D->getTriggerStmt(), D->getTriggerStmt()->getEndLoc());
    return;
  }
  if (std::optional<CFGMemberDtor> D = E.getAs<CFGMemberDtor>()) {
    const FieldDecl *Field = D->getFieldDecl();
    if (!Field->getType()->isRecordType())
      return;
    destroy(fieldOf(pointee(thisPointer(), QualType()), Field),
            D->getDestructorDecl(Context), nullptr, Graph.EndLoc);
    return;
  }
  if (std::optional<CFGTemporaryDtor> D = E.getAs<CFGTemporaryDtor>()) {
    const CXXBindTemporaryExpr *Bind = D->getBindTemporaryExpr();
    destroy(place(Bind), D->getDestructorDecl(Context), Bind,
            Bind->getEndLoc());
    return;
  }
  if (std::optional<CFGInitializer> I = E.getAs<CFGInitializer>()) {
    const CXXCtorInitializer *Init = I->getInitializer();
    const FieldDecl *Field = Init->getAnyMember();
    if (!Field || !Init->getInit())
      return;
    initialise(fieldOf(pointee(thisPointer(), QualType()), Field),
               Field->getType(), Init->getInit(), Init->getInit());
  }
}

/// \p S stands where nothing looks at its value.
void Builder::noteDiscarded(const Stmt *S) {
  while (const auto *E = dyn_cast_or_null<Expr>(S)) {
    E = strip(E);
    if (const auto *Call = dyn_cast<CallExpr>(E)) {
      Discarded.insert(Call);
      S = passedThrough(*Call);
    } else if (const auto *Cast = dyn_cast<CastExpr>(E)) {
      S = Cast->getSubExpr();
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
      S = Unary->isIncrementDecrementOp() ? nullptr : Unary->getSubExpr();
    } else if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
      if (Binary->isAssignmentOp())
        return;
      if (Binary->getOpcode() != BO_Comma && !Binary->isLogicalOp())
        noteDiscarded(Binary->getLHS());
      S = Binary->getRHS();
    } else if (const auto *Select = dyn_cast<ConditionalOperator>(E)) {
      noteDiscarded(Select->getTrueExpr());
      S = Select->getFalseExpr();
    } else if (const auto *Block = dyn_cast<StmtExpr>(E)) {
      S = Block->getSubStmt()->body_empty() ? nullptr
                                            : Block->getSubStmt()->body_back();
    } else {
      return;
    }
  }
}

/// The children of \p S whose values nothing looks at.
void Builder::noteDiscardedIn(const Stmt &S) {
  if (const auto *Block = dyn_cast<CompoundStmt>(&S)) {
    for (auto I = Block->body_begin(); I != Block->body_end(); ++I) {
      auto Next = std::next(I);
      bool Last = Next == Block->body_end();
      const Marker *Before = Last ? nullptr : Lowering.markerOf(*Next);
      // The value of ({...}), or of a `return` that handlers run before.
      if (!(Last && Valued.count(&S)) &&
          !(Before && Before->Kind == Marker::SavesReturn))
        noteDiscarded(*I);
    }
  } else if (const auto *Inner = dyn_cast<StmtExpr>(&S)) {
    Valued.insert(Inner->getSubStmt());
  } else if (const auto *If = dyn_cast<IfStmt>(&S)) {
    noteDiscarded(If->getThen());
    noteDiscarded(If->getElse());
  } else if (const auto *For = dyn_cast<ForStmt>(&S)) {
    noteDiscarded(For->getInit());
    noteDiscarded(For->getInc());
    noteDiscarded(For->getBody());
  } else if (const auto *While = dyn_cast<WhileStmt>(&S)) {
    noteDiscarded(While->getBody());
  } else if (const auto *Do = dyn_cast<DoStmt>(&S)) {
    noteDiscarded(Do->getBody());
  } else if (const auto *Range = dyn_cast<CXXForRangeStmt>(&S)) {
    noteDiscarded(Range->getBody());
  } else if (const auto *Switch = dyn_cast<SwitchStmt>(&S)) {
    noteDiscarded(Switch->getBody());
  } else if (const auto *Case = dyn_cast<SwitchCase>(&S)) {
    noteDiscarded(Case->getSubStmt());
  } else if (const auto *Label = dyn_cast<LabelStmt>(&S)) {
    noteDiscarded(Label->getSubStmt());
  } else if (const auto *Attributed = dyn_cast<AttributedStmt>(&S)) {
    noteDiscarded(Attributed->getSubStmt());
  } else if (const auto *Binary = dyn_cast<BinaryOperator>(&S)) {
    if (Binary->getOpcode() == BO_Comma)
      noteDiscarded(Binary->getLHS());
  }
}

void Builder::noteUnevaluated(const Stmt &S) {
  Unevaluated.insert(&S);
  for (const Stmt *Child : S.children())
    if (Child)
      noteUnevaluated(*Child);
}

/// The object that \p E makes, or the one that it is a copy of (before C++17),
/// is not followed.
void Builder::noteOutOfSight(const Expr *E) {
  while (const CXXConstructExpr *Made = E ? constructorIn(E) : nullptr) {
    OutOfSight.insert(Made);
    const Expr *Of = Made->getNumArgs() == 1 ? strip(Made->getArg(0)) : nullptr;
    const auto *Copied = dyn_cast_or_null<MaterializeTemporaryExpr>(Of);
    E = Copied ? Copied->getSubExpr() : nullptr;
  }
}

void Builder::noteTargets(const Stmt *S, bool Decides) {
  if (!S || isa<BlockExpr>(S))
    return;
  if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    for (const Expr *Init : Lambda->capture_inits())
      noteOutOfSight(Init);
    return;
  }
  forEachAssumption(*S,
                    [&](const Stmt &Condition) { noteUnevaluated(Condition); });
  noteDiscardedIn(*S);
  if (const auto *Decls = dyn_cast<DeclStmt>(S))
    for (const Decl *D : Decls->decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        if (Var->getInit() && !Var->getType()->isReferenceType()) {
          if (const CXXConstructExpr *Init = constructorIn(Var->getInit()))
            Targets[Init] = variable(Var);
        }
  // Which of the two objects it is depends on the path.
  if (const auto *Select = dyn_cast<ConditionalOperator>(S)) {
    noteOutOfSight(Select->getTrueExpr());
    noteOutOfSight(Select->getFalseExpr());
  }
  if (const auto *New = dyn_cast<CXXNewExpr>(S))
    noteOutOfSight(New->getConstructExpr());
  const auto *Binary = dyn_cast<BinaryOperator>(S);
  // Decides: S is an operand of what is decided before the whole is.
  const bool Operator =
      isa<AbstractConditionalOperator>(S) || (Binary && Binary->isLogicalOp());
  const bool Inside =
      Operator ||
      (Decides && isa<ParenExpr, CastExpr, UnaryOperator, ExprWithCleanups>(S));
  splitChildren(
      *S, Routines,
      [&](const Stmt &Child) {
        if (Inside)
          Enclosing[&Child] = S;
        noteTargets(&Child, Inside);
      },
      [&](const Stmt &Child) { noteUnevaluated(Child); });
}

/// True for `i < Ext->Count`, false for `!Ext->Done`.
bool Builder::readsLocalNumber(ExprId Id, unsigned Depth) const {
  const FlowExpr &E = Graph.Exprs[Id];
  if (E.Kind == ExprKind::Load) {
    const FlowPlace &P = Graph.Places[E.Place];
    return P.Kind == PlaceKind::Variable && !P.Outlives && !P.Pointer;
  }
  return Depth < 16 &&
         llvm::any_of(
             E.Args,
             [&](ExprId Arg) { return readsLocalNumber(Arg, Depth + 1); });
}

/// True for a load of a stack location's MajorFunction.
bool Builder::asksForMajor(ExprId Id) const {
  while (Graph.Exprs[Id].Kind == ExprKind::Cast)
    Id = Graph.Exprs[Id].Args[0];
  const FlowExpr &E = Graph.Exprs[Id];
  return E.Kind == ExprKind::Load &&
         Graph.Places[E.Place].Role == model::FieldRole::Major;
}

bool Builder::isInAssertion(SourceLocation Loc) const {
  const SourceManager &Sources = Context.getSourceManager();
  while (Loc.isMacroID()) {
    if (model::isAssertion(
            Lexer::getImmediateMacroName(Loc, Sources, Context.getLangOpts())))
      return true;
    Loc = Sources.getImmediateExpansionRange(Loc).getBegin();
  }
  return false;
}

void Builder::terminate(const CFGBlock &B, FlowBlock &Block) {
  auto Edge = [&](const CFGBlock::AdjacentBlock &To) -> FlowEdge * {
    const CFGBlock *Target = To.getReachableBlock();
    if (!Target)
      return nullptr;
    FlowEdge E;
    E.To = Target->getBlockID();
    // An exception that no handler takes ends the path.
    if (E.To == Graph.Exit && B.getTerminatorStmt() &&
        isa<SEHTryStmt, CXXTryStmt>(B.getTerminatorStmt()))
      return nullptr;
    Block.Edges.push_back(std::move(E));
    return &Block.Edges.back();
  };

  const Stmt *T = B.getTerminatorStmt();
  Block.Terminator = T;
  if (T)
    Block.TerminatorLoc = T->getBeginLoc();

  if (const auto *Switch = dyn_cast_or_null<SwitchStmt>(T)) {
    ExprId Of = expr(Switch->getCond());
    Block.Condition = Switch->getCond();
    llvm::SmallVector<Assumption, 8> None;
    for (const SwitchCase *Case = Switch->getSwitchCaseList(); Case;
         Case = Case->getNextSwitchCase()) {
      const auto *Plain = dyn_cast<CaseStmt>(Case);
      if (!Plain || Plain->getRHS() || Plain->getLHS()->isValueDependent())
        continue;
      None.push_back({binary(Op::Eq, Of, expr(Plain->getLHS())), false});
    }
    for (const CFGBlock::AdjacentBlock &To : B.succs()) {
      FlowEdge *E = Edge(To);
      if (!E) {
        const CFGBlock *Other = To.getPossiblyUnreachableBlock();
        if (Other && Switch->isAllEnumCasesCovered() &&
            isa_and_nonnull<DefaultStmt>(Other->getLabel()))
          Graph.OtherValues.push_back(Other->getBlockID());
        continue;
      }
      const Stmt *Label = To.getReachableBlock()->getLabel();
      const auto *Case = dyn_cast_or_null<CaseStmt>(Label);
      // A routine is entered for the requests that it is stored for.
      if (!Case && !isa_and_nonnull<DefaultStmt>(Label) && asksForMajor(Of)) {
        Block.Edges.pop_back();
        continue;
      }
      if (!Case) {
        E->Default = true;
        E->If.assign(None.begin(), None.end());
        continue;
      }
      if (Case->getLHS()->isValueDependent())
        continue;
      ExprId Low = expr(Case->getLHS());
      if (const Expr *High = Case->getRHS()) {
        E->If.push_back({binary(Op::Lt, Of, Low), false});
        E->If.push_back({binary(Op::Lt, expr(High), Of), false});
      } else {
        E->If.push_back({binary(Op::Eq, Of, Low), true});
      }
    }
    return;
  }

  const Expr *Condition = nullptr;
  if (T && B.succ_size() == 2 &&
      B.getTerminator().getKind() == CFGTerminator::StmtBranch) {
    if (const auto *If = dyn_cast<IfStmt>(T))
      Condition = If->getCond();
    else if (const auto *While = dyn_cast<WhileStmt>(T))
      Condition = While->getCond();
    else if (const auto *Do = dyn_cast<DoStmt>(T))
      Condition = Do->getCond();
    else if (const auto *For = dyn_cast<ForStmt>(T))
      Condition = For->getCond();
    else if (const auto *Range = dyn_cast<CXXForRangeStmt>(T))
      Condition = Range->getCond();
    else if (const auto *Logical = dyn_cast<BinaryOperator>(T))
      Condition = Logical->isLogicalOp() ? Logical->getLHS() : nullptr;
    else if (const auto *Select = dyn_cast<ConditionalOperator>(T))
      Condition = Select->getCond();
    else if (const auto *Elvis = dyn_cast<BinaryConditionalOperator>(T))
      Condition = Elvis->getCommon();
    if (isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt>(T)) {
      Block.LoopTest = true;
      const Expr *Last = Condition ? strip(Condition) : nullptr;
      while (const auto *Logical = dyn_cast_or_null<BinaryOperator>(Last)) {
        if (!Logical->isLogicalOp())
          break;
        Last = strip(Logical->getRHS());
      }
      Block.Counts = Last && readsLocalNumber(expr(Last));
    }
    // Never evaluated, or gone in a free build: nothing can be concluded.
    if (Condition &&
        (Unevaluated.count(Condition) || isInAssertion(T->getBeginLoc())))
      Condition = nullptr;
  }
  if (Condition && !isa<IfStmt>(T) && !Block.LoopTest)
    for (const Stmt *Up = Enclosing.lookup(Condition);
         Up && Block.Renews.size() < MaxRenewed; Up = Enclosing.lookup(Up))
      if (const auto *Whole = dyn_cast<Expr>(Up))
        Block.Renews.push_back(siteOf(strip(Whole)));
  bool Truth = true;
  for (const CFGBlock::AdjacentBlock &To : B.succs()) {
    FlowEdge *E = Edge(To);
    if (E && Condition) {
      E->If.push_back({expr(Condition), Truth});
      if (!Block.LoopTest && !isa<IfStmt>(T)) {
        E->Decided = siteOf(strip(Condition));
        E->Decision = Truth;
      }
    }
    Truth = false;
  }
  Block.Condition = Condition;
}

bool Builder::run(unsigned MaxBlocks) {
  if (Function.isDependentContext() || !Function.hasBody())
    return false;
  Stmt *Body = Function.getBody();
  if (!Body)
    return false;
  Stmt *Lowered = Lowering.lower(Body);

  CFG::BuildOptions Options;
  Options.AddImplicitDtors = true;
  Options.AddTemporaryDtors = true;
  Options.AddInitializers = true;
  Options.AddCXXDefaultInitExprInCtors = true;
  Options.setAllAlwaysAdd();
  std::unique_ptr<CFG> Cfg =
      CFG::buildCFG(&Function, Lowered, &Context, Options);
  if (!Cfg || Cfg->getNumBlockIDs() > MaxBlocks)
    return false;

  Graph.Function = &Function;
  Graph.Identity = &Function;
  Graph.EndLoc = Body->getEndLoc();
  Graph.Incomplete = Context.getDiagnostics().hasErrorOccurred();
  for (const ParmVarDecl *Param : Function.parameters()) {
    Graph.Params.push_back(Param->getCanonicalDecl());
    Graph.ParamIsReference.push_back(Param->getType()->isReferenceType());
    Graph.ParamIsIrp.push_back(model::isIrpPointer(Param->getType()));
  }
  Graph.IrpParam = model::irpParameter(Function);
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&Function))
    if (!Method->isStatic())
      Graph.This = Function.getCanonicalDecl();
  Graph.Blocks.resize(Cfg->getNumBlockIDs());
  Graph.Entry = Cfg->getEntry().getBlockID();
  Graph.Exit = Cfg->getExit().getBlockID();

  for (const CFGBlock *B : *Cfg)
    if (const Stmt *T = B->getTerminatorStmt())
      if (isa<SEHTryStmt, CXXTryStmt>(T))
        Dispatchers[T] = B->getBlockID();
  noteTargets(Lowered);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Function))
    for (const CXXCtorInitializer *Init : Constructor->inits())
      if (Init->getInit()) {
        noteTargets(Init->getInit());
        const CXXConstructExpr *E = constructorIn(Init->getInit());
        if (!E)
          continue;
        // A base, or the object itself, has no place of its own.
        PlaceId Object = pointee(thisPointer(), QualType());
        Targets[E] = Init->getAnyMember()
                         ? fieldOf(Object, Init->getAnyMember())
                         : Object;
      }

  for (const CFGBlock *B : *Cfg) {
    FlowBlock &Block = Graph.Blocks[B->getBlockID()];
    Current = &Block;
    for (const CFGElement &E : *B)
      element(E);
    if (B->hasNoReturnElement()) {
      FlowEvent Event;
      Event.Kind = EventKind::EndPath;
      emit(Event);
      continue;
    }
    terminate(*B, Block);
  }
  return true;
}

std::unique_ptr<FlowGraph> buildFlow(ASTContext &Context,
                                     const FunctionDecl &Function,
                                     const model::RoutineTable &Routines,
                                     SiteNumbers &Sites, unsigned MaxBlocks,
                                     OtherUnits *Others) {
  auto Graph = std::make_unique<FlowGraph>();
  Graph->FirstSite = Sites.last() + 1;
  if (!Builder(Context, Function, Routines, Sites, Others, *Graph)
           .run(MaxBlocks))
    return nullptr;
  Graph->JoinSite = Sites.reserve(Graph->Blocks.size());
  Graph->EndSite = Sites.last() + 1;
  Graph->computeOrder();
  Graph->computeLiveness();
  return Graph;
}

} // namespace wdm::engine
