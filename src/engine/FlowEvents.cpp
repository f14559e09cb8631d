//===- FlowEvents.cpp - From AST to facts: events -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/FunctionBuilder.h"

using namespace clang;

namespace wdm::engine {

FlowEvent FunctionBuilder::event(EventKind Kind, const Stmt *Origin) {
  FlowEvent Event;
  Event.Kind = Kind;
  Event.Origin = Origin;
  Event.Loc = Origin->getBeginLoc();
  return Event;
}

void FunctionBuilder::store(PlaceId To, ExprId V, const Stmt *Origin) {
  FlowEvent Event = event(EventKind::Store, Origin);
  Event.Place = To;
  Event.Value = V;
  Event.Site = Sites.next();
  emit(Event);
}

void FunctionBuilder::forget(PlaceId Place, const Stmt *Origin) {
  FlowEvent Event = event(EventKind::Unknown, Origin);
  Event.Place = Place;
  Event.Site = siteOf(Origin);
  emit(Event);
}

void FunctionBuilder::copy(PlaceId To, PlaceId From, const Stmt *Origin) {
  FlowEvent Event = event(EventKind::CopyRecord, Origin);
  Event.Place = To;
  Event.Source = From;
  emit(Event);
}

void FunctionBuilder::use(ExprId V, const Stmt *Origin) {
  FlowEvent Event = event(EventKind::Use, Origin);
  Event.Value = V;
  emit(Event);
}

// --- Initialisers -----------------------------------------------------------

static bool keepsRecord(const CastExpr &Cast) {
  return Cast.getCastKind() == CK_NoOp ||
         Cast.getCastKind() == CK_LValueToRValue;
}

/// The list in Result{a, b} or (RESULT){a, b}, where that is what \p Init is.
static const Expr *initialiserOfRecord(const Expr *Init) {
  while (true) {
    const Expr *Inner = Init;
    if (const auto *Cast = dyn_cast<CastExpr>(Init); Cast && keepsRecord(*Cast))
      Inner = strip(Cast->getSubExpr());
    else if (const auto *Literal = dyn_cast<CompoundLiteralExpr>(Init))
      Inner = strip(Literal->getInitializer());
    if (!isa<InitListExpr, CastExpr, CompoundLiteralExpr>(Inner) ||
        Inner == Init)
      return Init;
    Init = Inner;
  }
}

void FunctionBuilder::initialiseFields(PlaceId To, const RecordDecl &Record,
                                       const InitListExpr &List,
                                       const Stmt *S) {
  forget(To, S);
  unsigned I = 0;
  if (const auto *Class = dyn_cast<CXXRecordDecl>(&Record))
    I = Class->getNumBases();
  for (const FieldDecl *Field : Record.fields()) {
    if (Field->isBitField() && !Field->getDeclName())
      continue;
    if (I >= List.getNumInits())
      break;
    const Expr *Init = List.getInit(I++);
    const QualType T = Field->getType();
    if (Init && (isScalar(T) || T->isRecordType()))
      initialise(fieldOf(To, Field), T, Init, S);
  }
}

void FunctionBuilder::initialiseElements(PlaceId To, QualType T,
                                         const InitListExpr &List,
                                         const Stmt *S) {
  constexpr unsigned MaxElements = 32;
  forget(To, S);
  if (!isScalar(T) && !T->isRecordType())
    return;
  for (unsigned I = 0; I != List.getNumInits() && I != MaxElements; ++I) {
    FlowPlace P;
    P.Kind = PlaceKind::Element;
    P.Base = To;
    P.Key = constant(I);
    P.Pointer = holdsPointer(T);
    initialise(add(P), T, List.getInit(I), S);
  }
}

void FunctionBuilder::initialiseObject(PlaceId To, const Expr *Init,
                                       const Stmt *S) {
  const CXXConstructExpr *Construct = constructorIn(Init);
  if (Construct && Targets.count(Construct))
    return; // The constructor works on the place itself.
  if (isa<ImplicitValueInitExpr>(Init))
    forget(To, S);
  else
    copy(To, place(Init), S);
}

void FunctionBuilder::initialise(PlaceId To, QualType T, const Expr *Init,
                                 const Stmt *S) {
  Init = strip(Init);
  if (T->isRecordType())
    Init = initialiserOfRecord(Init);
  if (const auto *List = dyn_cast<InitListExpr>(Init)) {
    const RecordDecl *Record = T->getAsRecordDecl();
    if (Record && !Record->isUnion()) {
      initialiseFields(
          To, *Record,
          List->getSemanticForm() ? *List->getSemanticForm() : *List, S);
      return;
    }
    if (const ConstantArrayType *Array = Context.getAsConstantArrayType(T)) {
      initialiseElements(To, Array->getElementType(), *List, S);
      return;
    }
  }
  if (!isScalar(T))
    initialiseObject(To, Init, S);
  else if (T->isReferenceType())
    store(To, addressOf(place(Init)), S);
  else
    store(To, expr(Init), S);
}

/// The place of a record that an expression gives; a list of initialisers
/// becomes one.
PlaceId FunctionBuilder::record(const Expr *E, const Stmt *S) {
  const Expr *Plain = strip(E);
  while (const auto *Cast = dyn_cast<CastExpr>(Plain)) {
    if (!keepsRecord(*Cast))
      break;
    Plain = strip(Cast->getSubExpr());
  }
  if (!isa<InitListExpr, CompoundLiteralExpr>(Plain))
    return place(E);
  PlaceId To = temporary(siteOf(Plain));
  initialise(To, E->getType(), Plain, S);
  return To;
}

// --- What leaves sight ------------------------------------------------------

void FunctionBuilder::giveAway(const Stmt *S, unsigned Depth) {
  if (!S || Depth > MaxNesting)
    return;
  if (const auto *E = dyn_cast<Expr>(S)) {
    const Expr *Plain = strip(E);
    if (isa<DeclRefExpr, MemberExpr>(Plain) && isScalar(Plain->getType()) &&
        Plain->isGLValue())
      use(load(place(Plain)), S);
  }
  for (const Stmt *Child : S->children())
    giveAway(Child, Depth + 1);
  if (isa<RecoveryExpr>(S))
    forget(temporary(siteOf(S)), S);
}

void FunctionBuilder::capture(const LambdaExpr *E) {
  for (const LambdaCapture &Capture : E->captures()) {
    if (!Capture.capturesVariable())
      continue;
    const auto *Var = dyn_cast<VarDecl>(Capture.getCapturedVar());
    if (!Var)
      continue;
    PlaceId P = placeOf(Var);
    use(Capture.getCaptureKind() == LCK_ByRef ? addressOf(P) : load(P), E);
  }
}

// --- Statements -------------------------------------------------------------

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

void FunctionBuilder::read(const CastExpr *E) {
  if (E->getCastKind() != CK_LValueToRValue || !isScalar(E->getType()))
    return;
  const auto *Unary = dyn_cast<UnaryOperator>(strip(E->getSubExpr()));
  const bool Deref = Unary && Unary->getOpcode() == UO_Deref;
  if (!Deref && !isInRequest(E->getSubExpr()))
    return;
  FlowEvent Event = event(EventKind::Read, E);
  Event.Place = place(E->getSubExpr());
  emit(Event);
}

void FunctionBuilder::assign(const BinaryOperator *E) {
  const Expr *L = E->getLHS();
  if (E->getOpcode() == BO_Assign) {
    if (isScalar(L->getType())) {
      store(place(L), expr(E->getRHS()), E);
      return;
    }
    const PlaceId To = place(L);
    copy(To, place(E->getRHS()), E);
    return;
  }
  PlaceId To = place(L);
  ExprId Old = load(To);
  std::optional<Op> Operator = operatorOf(E->getOpcode());
  store(To,
        Operator ? bitwise(*Operator, L, Old, E->getRHS(), expr(E->getRHS()))
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

SiteId FunctionBuilder::abnormalSite() {
  if (!AbnormalSite)
    AbnormalSite = Sites.next();
  return AbnormalSite;
}

void FunctionBuilder::askAbnormal(const CallExpr *E) {
  const SiteId Abnormal = abnormalSite();
  store(temporary(siteOf(E)), load(temporary(Abnormal)), E);
}

void FunctionBuilder::marker(const Marker &M, const Stmt *S) {
  FlowEvent Event;
  Event.Origin = M.Statement;
  Event.Loc = S->getBeginLoc();
  switch (M.Kind) {
  case Marker::EntersTry: {
    auto It = Dispatchers.find(M.Statement);
    if (It == Dispatchers.end())
      return;
    Event.Kind = EventKind::Raise;
    Event.Call = It->second;
    if (const auto *Try = dyn_cast<SEHTryStmt>(M.Statement))
      Event.Number = keepsIrps(*Try->getTryBlock());
    break;
  }
  case Marker::SavesReturn:
    Event.Kind = EventKind::Store;
    Event.Place = temporary(siteOf(M.Saved));
    Event.Value = expr(M.Saved->getSourceExpr());
    break;
  case Marker::RunsHandler:
    Event.Kind = EventKind::Store;
    Event.Place = temporary(abnormalSite());
    Event.Value = constant(M.Early);
    break;
  }
  emit(Event);
}

void FunctionBuilder::step(const UnaryOperator *E) {
  FlowEvent Event = event(EventKind::StepPlace, E);
  Event.Place = place(E->getSubExpr());
  Event.Number = E->isIncrementOp() ? 1 : -1;
  Event.Site = siteOf(E);
  emit(Event);
}

void FunctionBuilder::declare(const DeclStmt *S) {
  for (const Decl *D : S->decls()) {
    const auto *Var = dyn_cast<VarDecl>(D);
    if (!Var || !Var->hasLocalStorage())
      continue;
    if (const Expr *Init = Var->getInit())
      initialise(variable(Var), Var->getType(), Init, S);
    else
      forget(variable(Var), S);
  }
}

void FunctionBuilder::returned(const ReturnStmt *S) {
  FlowEvent Event = event(EventKind::Return, S);
  Event.Loc = S->getReturnLoc();
  if (const Expr *Result = S->getRetValue()) {
    if (Function.getReturnType()->isReferenceType()) {
      Event.Value = addressOf(place(Result));
    } else if (isScalar(Result->getType()) || Result->isTypeDependent()) {
      Event.Value = expr(Result);
    } else if (Result->getType()->isRecordType()) {
      Event.Source = record(Result, S);
      Event.Value = addressOf(Event.Source);
    }
  }
  emit(Event);
}

void FunctionBuilder::statement(const Stmt *S) {
  if (Unevaluated.count(S))
    return;
  if (const Marker *M = Lowering.markerOf(S)) {
    marker(*M, S);
  } else if (const auto *Call = dyn_cast<CallExpr>(S)) {
    if (isAbnormal(*Call))
      askAbnormal(Call);
    else
      callExpr(Call);
  } else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(S)) {
    read(Cast);
  } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(S)) {
    construct(Construct);
  } else if (const auto *Binary = dyn_cast<BinaryOperator>(S)) {
    if (Binary->isAssignmentOp())
      assign(Binary);
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(S)) {
    if (Unary->isIncrementDecrementOp())
      step(Unary);
  } else if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
    declare(Decls);
  } else if (const auto *Return = dyn_cast<ReturnStmt>(S)) {
    returned(Return);
  } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
    capture(Lambda);
  } else if (isa<CXXThrowExpr>(S)) {
    emit(event(EventKind::EndPath, S));
  } else if (isa<RecoveryExpr, BlockExpr, CXXDeleteExpr, CXXNewExpr,
                 GCCAsmStmt>(S)) {
    giveAway(S);
    if (isa<CXXDeleteExpr>(S)) {
      FlowEvent Event = event(EventKind::Use, S);
      Event.Value = constant(0);
      Event.Number = 1;
      emit(Event);
    }
  } else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(S)) {
    if (isScalar(Temporary->getType()))
      store(place(Temporary), expr(Temporary->getSubExpr()), S);
  }
}

} // namespace wdm::engine
