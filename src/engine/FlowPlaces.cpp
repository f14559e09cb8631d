//===- FlowPlaces.cpp - From AST to facts: places -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/FunctionBuilder.h"
#include "llvm/Support/SaveAndRestore.h"
#include <tuple>

using namespace clang;

namespace wdm::engine {

namespace {

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

uint64_t numberFor(const void *Part) {
  return reinterpret_cast<uintptr_t>(Part);
}
template <typename Part> uint64_t numberFor(const Part &P) {
  return static_cast<uint64_t>(P);
}

template <typename Row>
uint32_t addOnce(std::vector<Row> &Rows,
                 llvm::DenseMap<uint64_t, uint32_t> &Known, Row New) {
  const llvm::ArrayRef<ExprId> Args = argsOf(New);
  uint64_t Hash = std::apply(
      [](const auto &...Part) {
        uint64_t All = 0;
        ((All = mix(All, numberFor(Part))), ...);
        return All;
      },
      partsOf(New));
  for (ExprId Arg : Args)
    Hash = mix(Hash, Arg);
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

} // namespace

ExprId FunctionBuilder::add(FlowExpr E) {
  return addOnce(Graph.Exprs, ExprRows, std::move(E));
}

PlaceId FunctionBuilder::add(const FlowPlace &P) {
  return addOnce(Graph.Places, PlaceRows, P);
}

PlaceId FunctionBuilder::temporary(SiteId Site, const VarDecl *Named) {
  FlowPlace P;
  P.Kind = PlaceKind::Temporary;
  P.Site = Site;
  P.Decl = Named;
  return add(P);
}

PlaceId FunctionBuilder::variable(const VarDecl *Var) {
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

PlaceId FunctionBuilder::placeOf(const VarDecl *Var) {
  PlaceId P = variable(Var);
  if (Var->getType()->isReferenceType())
    return pointee(load(P), Var->getType()->getPointeeType());
  return P;
}

PlaceId FunctionBuilder::fieldOf(PlaceId Base, const FieldDecl *Field) {
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

PlaceId FunctionBuilder::pointee(ExprId Pointer, QualType T) {
  FlowPlace P;
  P.Kind = PlaceKind::Pointee;
  P.Key = Pointer;
  P.Pointer = holdsPointer(T);
  P.Volatile = !T.isNull() && T.isVolatileQualified();
  return add(P);
}

PlaceId FunctionBuilder::pseudoPointer(PlaceId Object,
                                       const CXXRecordDecl *Class) {
  FlowPlace P;
  P.Kind = PlaceKind::Field;
  P.Base = Object;
  P.Decl = identityOf(*Class->getCanonicalDecl());
  P.Pointer = true;
  return add(P);
}

ExprId FunctionBuilder::thisPointer() {
  Graph.This = Function.getCanonicalDecl();
  FlowPlace P;
  P.Kind = PlaceKind::Variable;
  P.Decl = Graph.This;
  P.Pointer = true;
  return load(add(P));
}

PlaceId FunctionBuilder::place(const Expr *E) {
  E = strip(E);
  auto It = PlaceIds.find(E);
  if (It != PlaceIds.end())
    return It->second;
  llvm::SaveAndRestore<unsigned> Deeper(Nesting, Nesting + 1);
  PlaceId P = Nesting > MaxNesting ? temporary(siteOf(E)) : makePlace(E);
  PlaceIds[E] = P;
  return P;
}

PlaceId FunctionBuilder::makePlace(const Expr *E) {
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    return makeName(Ref);
  if (const auto *Member = dyn_cast<MemberExpr>(E))
    return makeMember(Member);
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    return makeUnaryPlace(Unary);
  if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
    return makeElement(Subscript);
  if (const auto *Cast = dyn_cast<CastExpr>(E))
    return makeCastPlace(Cast);
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    return makeBinaryPlace(Binary);
  if (const auto *Call = dyn_cast<CallExpr>(E))
    return makeResult(Call);
  if (const auto *Conditional = dyn_cast<ConditionalOperator>(E))
    return makeChosenPlace(Conditional);
  if (isa<CXXConstructExpr>(E)) {
    auto It = Targets.find(E);
    if (It != Targets.end())
      return It->second;
  }
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
    return makeTemporary(Temporary);
  if (const auto *Block = dyn_cast<StmtExpr>(E))
    if (!Block->getSubStmt()->body_empty())
      if (const auto *Last = dyn_cast<Expr>(Block->getSubStmt()->body_back()))
        return place(Last);
  return temporary(siteOf(E));
}

PlaceId FunctionBuilder::makeName(const DeclRefExpr *E) {
  if (const auto *Var = dyn_cast<VarDecl>(E->getDecl()))
    return placeOf(Var);
  if (const auto *Named = dyn_cast<FunctionDecl>(E->getDecl())) {
    FlowPlace P;
    P.Kind = PlaceKind::Variable;
    P.Decl = identityOf(*Named->getCanonicalDecl());
    P.Outlives = true;
    return add(P);
  }
  if (const auto *Binding = dyn_cast<BindingDecl>(E->getDecl()))
    if (const Expr *Bound = Binding->getBinding())
      return place(Bound);
  return temporary(siteOf(E));
}

PlaceId FunctionBuilder::makeMember(const MemberExpr *E) {
  if (const auto *Var = dyn_cast<VarDecl>(E->getMemberDecl()))
    return placeOf(Var);
  const auto *Field = dyn_cast<FieldDecl>(E->getMemberDecl());
  if (!Field)
    return temporary(siteOf(E));
  PlaceId Base = E->isArrow() ? pointee(expr(E->getBase()), QualType())
                              : place(E->getBase());
  PlaceId P = fieldOf(Base, Field);
  if (Field->getType()->isReferenceType())
    return pointee(load(P), Field->getType()->getPointeeType());
  return P;
}

PlaceId FunctionBuilder::makeUnaryPlace(const UnaryOperator *E) {
  if (E->getOpcode() == UO_Deref)
    return pointee(expr(E->getSubExpr()), E->getType());
  if (E->isIncrementDecrementOp() || E->getOpcode() == UO_Extension)
    return place(E->getSubExpr());
  return temporary(siteOf(E));
}

PlaceId FunctionBuilder::makeElement(const ArraySubscriptExpr *E) {
  const Expr *Base = E->getBase();
  const Expr *Array = Base->IgnoreParenImpCasts();
  ExprId Index = expr(E->getIdx());
  FlowPlace P;
  P.Kind = PlaceKind::Element;
  P.Key = Index;
  P.Pointer = holdsPointer(E->getType());
  P.Volatile = E->getType().isVolatileQualified();
  if (!Array->getType().isNull() && Array->getType()->isArrayType()) {
    P.Base = place(Array);
    return add(P);
  }
  ExprId Pointer = expr(Base);
  if (Graph.Exprs[Index].Kind == ExprKind::Constant &&
      Graph.Exprs[Index].Number == 0)
    return pointee(Pointer, E->getType());
  P.Base = pointee(Pointer, QualType());
  return add(P);
}

PlaceId FunctionBuilder::makeCastPlace(const CastExpr *E) {
  switch (E->getCastKind()) {
  case CK_NoOp:
  case CK_LValueBitCast:
  case CK_DerivedToBase:
  case CK_UncheckedDerivedToBase:
  case CK_BaseToDerived:
  case CK_UserDefinedConversion:
  case CK_ConstructorConversion:
    return place(E->getSubExpr());
  case CK_LValueToRValue:
    if (E->getType()->isRecordType())
      return place(E->getSubExpr());
    return temporary(siteOf(E));
  default:
    return temporary(siteOf(E));
  }
}

PlaceId FunctionBuilder::makeBinaryPlace(const BinaryOperator *E) {
  if (E->isAssignmentOp())
    return place(E->getLHS());
  if (E->getOpcode() == BO_Comma)
    return place(E->getRHS());
  return temporary(siteOf(E));
}

PlaceId FunctionBuilder::makeResult(const CallExpr *E) {
  if (const Expr *Same = passedThrough(*E); Same && E->isGLValue())
    return place(Same);
  PlaceId Result = temporary(siteOf(E));
  // The result of a function that returns a reference is an address.
  if (E->isGLValue())
    return pointee(load(Result), E->getType());
  return Result;
}

PlaceId FunctionBuilder::makeChosenPlace(const ConditionalOperator *E) {
  if (!E->isGLValue())
    return temporary(siteOf(E));
  FlowExpr Select;
  Select.Kind = ExprKind::Select;
  Select.Site = siteOf(strip(E->getCond()));
  Select.Args = {expr(E->getCond()), addressOf(place(E->getTrueExpr())),
                 addressOf(place(E->getFalseExpr()))};
  return pointee(add(std::move(Select)), E->getType());
}

PlaceId FunctionBuilder::makeTemporary(const MaterializeTemporaryExpr *E) {
  if (!isScalar(E->getType()))
    return place(E->getSubExpr());
  // const T &x = f(): the author knows it as x.
  return temporary(siteOf(E), dyn_cast_or_null<VarDecl>(E->getExtendingDecl()));
}

} // namespace wdm::engine
