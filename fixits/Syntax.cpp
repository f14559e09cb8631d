//===- Syntax.cpp - One function as it is written -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Syntax.h"
#include "src/model/Routines.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/IdentifierTable.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

FunctionText::FunctionText(const FunctionDecl &Function, ASTContext &Context,
                           const SourceText &Source)
    : Function(Function), Context(Context), Source(Source),
      Body(Function.getBody()) {
  if (!Body)
    return;
  if (auto Bytes = Source.bytes(Body->getSourceRange())) {
    BodyBegin = Bytes->first;
    BodyEnd = Bytes->second;
  } else {
    // A directive inside is nothing unusual for a whole body.
    BodyBegin = Source.offset(Body->getBeginLoc()).value_or(0);
    BodyEnd = Source.offset(Body->getEndLoc()).value_or(0);
  }
  Parents = std::make_unique<ParentMap>(const_cast<Stmt *>(Body));
  collect(Body);
}

void FunctionText::collect(const Stmt *S) {
  if (!S)
    return;
  All.push_back(S);
  if (isa<LambdaExpr>(S))
    return;
  for (const Stmt *Child : S->children())
    collect(Child);
}

const Stmt *FunctionText::parent(const Stmt *S) const {
  return Parents ? Parents->getParent(S) : nullptr;
}

bool FunctionText::isInside(const Stmt *S, const Stmt *Outer) const {
  for (; S; S = parent(S))
    if (S == Outer)
      return true;
  return false;
}

unsigned FunctionText::begin(const Stmt *S) const {
  const SourceManager &Sources = Context.getSourceManager();
  return Source.offset(Sources.getExpansionLoc(S->getBeginLoc())).value_or(0);
}

//===----------------------------------------------------------------------===//
// Expressions and types
//===----------------------------------------------------------------------===//

const Expr *bare(const Expr *E) {
  while (E) {
    E = E->IgnoreParenCasts();
    if (const auto *Full = dyn_cast<FullExpr>(E))
      E = Full->getSubExpr();
    else
      break;
  }
  return E;
}

const VarDecl *variableOf(const Expr *E) {
  if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(bare(E)))
    return dyn_cast<VarDecl>(Ref->getDecl());
  return nullptr;
}

bool isTypedefOf(QualType T, StringRef Name) {
  while (!T.isNull()) {
    const auto *Typedef = T->getAs<TypedefType>();
    if (!Typedef)
      return false;
    if (Typedef->getDecl()->getName() == Name)
      return true;
    T = Typedef->getDecl()->getUnderlyingType();
  }
  return false;
}

bool isStatusType(QualType T) { return isTypedefOf(T, "NTSTATUS"); }

bool isNullOrZero(const Expr *E) {
  E = bare(E);
  if (!E)
    return false;
  if (isa<GNUNullExpr, CXXNullPtrLiteralExpr>(E))
    return true;
  const auto *Literal = dyn_cast<IntegerLiteral>(E);
  return Literal && Literal->getValue() == 0;
}

bool isRepeatable(const Expr *E) {
  if (!E)
    return true;
  if (isa<CallExpr, CXXConstructExpr, CXXNewExpr, CXXDeleteExpr, LambdaExpr,
          StmtExpr, CXXThrowExpr, CompoundLiteralExpr>(E))
    return false;
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    if (Unary->isIncrementDecrementOp())
      return false;
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    if (Binary->isAssignmentOp())
      return false;
  for (const Stmt *Child : E->children())
    if (Child && (!isa<Expr>(Child) || !isRepeatable(cast<Expr>(Child))))
      return false;
  return true;
}

using Values = llvm::function_ref<std::optional<int64_t>(const VarDecl &)>;

/// \p Value as one of type \p T; unchanged where that is no number.
static std::optional<int64_t> converted(int64_t Value, QualType T,
                                        const ASTContext &Context) {
  if (!T->isIntegralOrEnumerationType())
    return Value;
  if (T->isBooleanType())
    return Value != 0;
  llvm::APSInt Bits(llvm::APInt(64, static_cast<uint64_t>(Value)), false);
  Bits = Bits.trunc(Context.getIntWidth(T));
  Bits.setIsUnsigned(T->isUnsignedIntegerOrEnumerationType());
  if (!Bits.isRepresentableByInt64())
    return std::nullopt;
  return Bits.getExtValue();
}

static std::optional<int64_t> applied(BinaryOperatorKind Operator, int64_t L,
                                      int64_t R) {
  switch (Operator) {
  case BO_EQ:
    return L == R;
  case BO_NE:
    return L != R;
  case BO_LT:
    return L < R;
  case BO_GT:
    return L > R;
  case BO_LE:
    return L <= R;
  case BO_GE:
    return L >= R;
  case BO_And:
    return L & R;
  case BO_Shr:
    if (R >= 0 && R < 63)
      return L >> R;
    return std::nullopt;
  default:
    return std::nullopt;
  }
}

/// One side of `&&` or `||` may be enough: \p Decides is the value that is.
static std::optional<int64_t> joined(std::optional<int64_t> L,
                                     std::optional<int64_t> R, bool Decides) {
  if ((L && (*L != 0) == Decides) || (R && (*R != 0) == Decides))
    return Decides;
  return L && R ? std::optional<int64_t>(!Decides) : std::nullopt;
}

static std::optional<int64_t> valueOf(const BinaryOperator &Binary,
                                      const ASTContext &Context, Values Known) {
  std::optional<int64_t> L = evaluate(Binary.getLHS(), Context, Known);
  std::optional<int64_t> R = evaluate(Binary.getRHS(), Context, Known);
  switch (Binary.getOpcode()) {
  case BO_LAnd:
    return joined(L, R, false);
  case BO_LOr:
    return joined(L, R, true);
  case BO_Assign:
    return R;
  default:
    return L && R ? applied(Binary.getOpcode(), *L, *R) : std::nullopt;
  }
}

/// The value that the compiler finds.
static std::optional<int64_t> compiledValue(const Expr *E,
                                            const ASTContext &Context) {
  Expr::EvalResult Constant;
  if (E->getType()->isIntegralOrEnumerationType() &&
      E->EvaluateAsInt(Constant, Context) &&
      Constant.Val.getInt().isRepresentableByInt64())
    return Constant.Val.getInt().getExtValue();
  if (isNullOrZero(E))
    return 0;
  return std::nullopt;
}

std::optional<int64_t> evaluate(const Expr *E, const ASTContext &Context,
                                Values Known) {
  if (!E || E->isValueDependent())
    return std::nullopt;
  if (const auto *Paren = dyn_cast<ParenExpr>(E))
    return evaluate(Paren->getSubExpr(), Context, Known);
  if (const auto *Full = dyn_cast<FullExpr>(E))
    return evaluate(Full->getSubExpr(), Context, Known);
  if (const auto *Cast = dyn_cast<CastExpr>(E)) {
    std::optional<int64_t> Value = evaluate(Cast->getSubExpr(), Context, Known);
    return Value ? converted(*Value, Cast->getType(), Context) : std::nullopt;
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    return valueOf(*Binary, Context, Known);
  std::optional<int64_t> Value;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      Value = Known(*V);
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
    if (Unary->getOpcode() == UO_LNot || Unary->getOpcode() == UO_Minus)
      Value = evaluate(Unary->getSubExpr(), Context, Known);
    if (Value)
      return Unary->getOpcode() == UO_LNot ? *Value == 0 : -*Value;
  }
  return Value ? Value : compiledValue(E, Context);
}

std::optional<int64_t> constantOf(const Expr *E, const ASTContext &Context) {
  return evaluate(E, Context,
                  [](const VarDecl &) { return std::optional<int64_t>(); });
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// \p D, where its name is \p Name.
static const NamedDecl *named(const Decl *D, StringRef Name) {
  const auto *Named = dyn_cast_or_null<NamedDecl>(D);
  return Named && Named->getDeclName().isIdentifier() &&
                 Named->getName() == Name
             ? Named
             : nullptr;
}

static const NamedDecl *declaredBy(const Stmt *S, StringRef Name) {
  if (const auto *Declares = dyn_cast_or_null<DeclStmt>(S))
    for (const Decl *D : Declares->decls())
      if (const NamedDecl *Found = named(D, Name))
        return Found;
  return nullptr;
}

/// What the head of a statement declares: `for (Init; ...)`, a condition's
/// variable.
static const NamedDecl *inHead(const Stmt *Init, const VarDecl *Variable,
                               StringRef Name) {
  const NamedDecl *Found = named(Variable, Name);
  return Found ? Found : declaredBy(Init, Name);
}

/// What \p Scope, the parent of \p Child, declares for what is behind it.
static const NamedDecl *declaredFor(const Stmt *Scope, const Stmt *Child,
                                    StringRef Name) {
  if (const auto *Block = dyn_cast<CompoundStmt>(Scope)) {
    const NamedDecl *Last = nullptr;
    for (const Stmt *S : Block->body()) {
      if (const NamedDecl *Found = declaredBy(S, Name))
        Last = Found;
      if (S == Child)
        break;
    }
    return Last;
  }
  if (const auto *If = dyn_cast<IfStmt>(Scope))
    return inHead(If->getInit(), If->getConditionVariable(), Name);
  if (const auto *Switch = dyn_cast<SwitchStmt>(Scope))
    return inHead(Switch->getInit(), Switch->getConditionVariable(), Name);
  if (const auto *While = dyn_cast<WhileStmt>(Scope))
    return named(While->getConditionVariable(), Name);
  if (const auto *For = dyn_cast<ForStmt>(Scope))
    return inHead(For->getInit(), For->getConditionVariable(), Name);
  if (const auto *Range = dyn_cast<CXXForRangeStmt>(Scope))
    return inHead(Range->getInit(), Range->getLoopVariable(), Name);
  if (const auto *Catch = dyn_cast<CXXCatchStmt>(Scope))
    return named(Catch->getExceptionDecl(), Name);
  return nullptr;
}

const NamedDecl *nameAt(const FunctionText &Code, StringRef Name,
                        const Stmt *At) {
  for (const Stmt *S = At, *Up = Code.parent(S); Up;
       S = Up, Up = Code.parent(Up))
    if (const NamedDecl *Found = declaredFor(Up, S, Name))
      return Found;
  for (const ParmVarDecl *P : Code.Function.parameters())
    if (const NamedDecl *Found = named(P, Name))
      return Found;
  return nullptr;
}

bool isVisibleAt(const FunctionText &Code, const NamedDecl &D, const Stmt *At) {
  if (!D.getDeclName().isIdentifier())
    return true;
  const NamedDecl *Found = nameAt(Code, D.getName(), At);
  if (Found)
    return Found->getCanonicalDecl() == D.getCanonicalDecl();
  // A lambda sees what is around it.
  return D.getDeclContext() != &Code.Function;
}

bool meansTheSameAt(const FunctionText &Code, const Stmt *What,
                    const Stmt *At) {
  if (const auto *Ref = dyn_cast<DeclRefExpr>(What))
    if (!isVisibleAt(Code, *Ref->getDecl(), At))
      return false;
  for (const Stmt *Child : What->children())
    if (Child && !meansTheSameAt(Code, Child, At))
      return false;
  return true;
}

bool isHiddenAt(const FunctionText &Code, const VarDecl &V, const Stmt &Point) {
  if (!V.getDeclName().isIdentifier())
    return true;
  for (const Stmt *S : Code.statements()) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    if (!Declares || Code.begin(S) > Code.begin(&Point) ||
        !Code.isInside(&Point, Code.parent(S)))
      continue;
    for (const Decl *D : Declares->decls())
      if (const auto *Other = dyn_cast<NamedDecl>(D))
        if (Other != &V && Other->getDeclName().isIdentifier() &&
            Other->getName() == V.getName() &&
            Code.Source.offset(Other->getLocation()).value_or(0) >
                Code.Source.offset(V.getLocation()).value_or(0))
          return true;
  }
  return false;
}

bool isNameDeclared(StringRef Name, const ASTContext &Context) {
  IdentifierInfo &Id = Context.Idents.get(Name);
  return Id.hasMacroDefinition() || !Context.getTranslationUnitDecl()
                                         ->lookup(DeclarationName(&Id))
                                         .empty();
}

bool isReport(const FunctionText &Code, const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (Callee && model::RoutineTable::looksLikePrinting(*Callee))
    return true;
  if (!Call.getBeginLoc().isMacroID())
    return false;
  const StringRef Written =
      Code.Source.text().substr(Code.begin(&Call)).take_while([](char C) {
        return isalnum(static_cast<unsigned char>(C)) || C == '_';
      });
  return model::RoutineTable::looksLikePrinting(Written) ||
         model::isAssertion(Written);
}

} // namespace wdm::fixits
