//===- DriverRoles.cpp - Which function is what in a driver ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/DriverRoles.h"
#include "src/model/Routines.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Type.h"
#include "llvm/ADT/STLExtras.h"
#include <optional>

using namespace clang;

namespace wdm::model {

namespace {

/// Tables of tables are followed this deep.
constexpr unsigned MaxIndirections = 4;

bool isRole(StringRef Name) {
  return Name.starts_with("DRIVER_DISPATCH") ||
         Name == "EVT_WDFDEVICE_WDM_IRP_PREPROCESS" ||
         Name == "EVT_WDFDEVICE_WDM_IRP_DISPATCH";
}

/// Which argument of a routine becomes a dispatch routine.
struct Registrar {
  StringRef Name;
  unsigned Argument;
};
constexpr Registrar Registrars[] = {
    {"WdfDeviceInitAssignWdmIrpPreprocessCallback", 1},
    {"WdfDeviceConfigureWdmIrpDispatchCallback", 3},
};

/// Routines that are given what a KMDF callback is given, and how many
/// parameters that callback has.
struct Forwarder {
  StringRef Name;
  unsigned Parameters;
};
constexpr Forwarder Forwarders[] = {
    {"WdfDeviceWdmDispatchPreprocessedIrp", 2},
    {"WdfDeviceWdmDispatchIrp", 7},
    {"WdfDeviceWdmDispatchIrpToIoQueue", 7},
};

bool hasRoleType(QualType T, llvm::function_ref<bool(StringRef)> IsRole) {
  while (!T.isNull()) {
    if (const auto *Typedef = T->getAs<TypedefType>()) {
      if (IsRole(Typedef->getDecl()->getName()))
        return true;
      T = Typedef->getDecl()->getUnderlyingType();
      continue;
    }
    return false;
  }
  return false;
}

/// `_Function_class_(DRIVER_DISPATCH)`, `_Dispatch_type_(IRP_MJ_READ)`. A role
/// is announced for functions that look like one only.
bool hasRoleAnnotation(const FunctionDecl &F) {
  if (F.getNumParams() != 2 || irpParameter(F) != 1)
    return false;
  const StringRef Text = textBefore(F);
  if (Text.contains("_Dispatch_type_") || Text.contains("__drv_dispatchType"))
    return true;
  for (StringRef Word : {"_Function_class_", "__drv_functionClass"}) {
    StringRef Rest = Text.split(Word).second.ltrim();
    if (Rest.consume_front("(") && isRole(Rest.ltrim()))
      return true;
  }
  return false;
}

/// True for what a dispatch routine can be kept in: a pointer to such a
/// function, and references, pointers and arrays of it. \p Indirect: for the
/// latter only.
bool mayHold(QualType T, bool Indirect = false) {
  // Most are numbers, records, and pointers to them.
  if (T.isNull())
    return false;
  QualType Plain = T.getCanonicalType();
  if (const auto *Pointer = dyn_cast<PointerType>(Plain))
    Plain = Pointer->getPointeeType();
  if (isa<BuiltinType, RecordType>(Plain))
    return false;
  for (unsigned Depth = 0; !T.isNull() && Depth != MaxIndirections; ++Depth) {
    QualType Inner;
    if (T->isReferenceType())
      Inner = T.getNonReferenceType();
    else if (T->isPointerType())
      Inner = T->getPointeeType();
    else if (const ArrayType *Array = T->getAsArrayTypeUnsafe())
      Inner = Array->getElementType();
    if (Inner.isNull())
      return false;
    if (Inner->isFunctionType()) {
      const auto *Proto = Inner->getAs<FunctionProtoType>();
      return Proto && Proto->getNumParams() >= 2 && (!Indirect || Depth != 0) &&
             llvm::any_of(Proto->param_types(),
                          [](QualType P) { return isIrpPointer(P); });
    }
    T = Inner;
  }
  return false;
}

bool isTable(const ValueDecl &D) {
  return isa<FieldDecl>(D) && D.getDeclName().isIdentifier() &&
         D.getName() == "MajorFunction";
}

const Expr *strip(const Expr *E) {
  while (true) {
    const Expr *Before = E;
    E = E->IgnoreParenCasts();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
      E = Cleanups->getSubExpr();
    else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(E))
      E = Temporary->getSubExpr();
    else if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(E))
      E = Default->getExpr();
    if (E == Before)
      return E;
  }
}

/// What \p E, a place, is a part of or is reached through.
const Expr *outward(const Expr *E) {
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E))
    return Element->getBase();
  if (const auto *Unary = dyn_cast<UnaryOperator>(E))
    return Unary->getSubExpr();
  if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
    if (Binary->isAdditiveOp())
      return Binary->getLHS()->getType()->isIntegerType() ? Binary->getRHS()
                                                          : Binary->getLHS();
    if (Binary->getOpcode() == BO_Comma || Binary->isAssignmentOp())
      return Binary->getRHS();
  }
  return nullptr;
}

/// The field, variable or function (that returns it) which \p E lies in. Other
/// names of an array are followed back to it.
const ValueDecl *holderOf(const Expr *E, unsigned Depth = 0) {
  while (E) {
    E = strip(E);
    if (const auto *Member = dyn_cast<MemberExpr>(E))
      return Member->getMemberDecl();
    if (const auto *Call = dyn_cast<CallExpr>(E))
      return Call->getDirectCallee();
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
      if (!Var)
        return Ref->getDecl();
      if (Depth != MaxIndirections && !isa<ParmVarDecl>(Var) &&
          !Var->getType()->isArrayType() && mayHold(Var->getType(), true))
        if (const Expr *Init = Var->getAnyInitializer())
          if (const ValueDecl *Same = holderOf(Init, Depth + 1))
            return Same;
      return Var->getCanonicalDecl();
    }
    E = outward(E);
  }
  return nullptr;
}

/// The variable that \p E is a part of.
const VarDecl *rootOf(const Expr *E) {
  while (E) {
    E = strip(E);
    if (const auto *Member = dyn_cast<MemberExpr>(E))
      E = Member->getBase();
    else if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      return dyn_cast<VarDecl>(Ref->getDecl());
    else
      E = outward(E);
  }
  return nullptr;
}

const ParmVarDecl *parameterOf(const Expr *E) {
  const auto *Ref = dyn_cast<DeclRefExpr>(strip(E));
  return Ref ? dyn_cast<ParmVarDecl>(Ref->getDecl()) : nullptr;
}

} // namespace

// --- Collecting -------------------------------------------------------------

void DriverRoles::noteStore(const Expr &To, const Expr &Value) {
  if (!To.getType()->isFunctionPointerType() && !mayHold(To.getType()))
    return;
  if (const ValueDecl *Into = holderOf(&To))
    Flows.push_back({Into, &Value});
}

void DriverRoles::noteInitialiser(const FieldDecl &Field, const Expr &Init) {
  if (mayHold(Field.getType()))
    Flows.push_back({&Field, &Init});
}

void DriverRoles::noteForwarding(const FunctionDecl &In, const CallExpr &Call,
                                 const FunctionDecl &Callee) {
  const StringRef Name =
      Callee.getDeclName().isIdentifier() ? Callee.getName() : StringRef();
  for (const Forwarder &R : Forwarders) {
    if (Name != R.Name)
      continue;
    const int Irp = irpParameter(In), Given = irpParameter(Callee);
    if (Given < 1 || static_cast<unsigned>(Given) >= Call.getNumArgs() ||
        Irp < 1 || In.getNumParams() != R.Parameters)
      continue;
    if (parameterOf(Call.getArg(0)) == In.getParamDecl(0) &&
        parameterOf(Call.getArg(Given)) == In.getParamDecl(Irp))
      Forwarding.push_back(&In);
  }
}

void DriverRoles::noteArguments(const CallExpr &Call,
                                const FunctionDecl &Definition,
                                std::vector<Flow> &To) {
  // A method's operator has its object as the first argument.
  const auto *Method = dyn_cast<CXXMethodDecl>(&Definition);
  const unsigned Skipped =
      isa<CXXOperatorCallExpr>(Call) && Method && !Method->isStatic() ? 1 : 0;
  for (unsigned I = 0, N = Definition.getNumParams(); I != N; ++I)
    if (I + Skipped < Call.getNumArgs() &&
        mayHold(Definition.getParamDecl(I)->getType()))
      To.push_back({Definition.getParamDecl(I), Call.getArg(I + Skipped)});
}

/// RtlCopyMemory(Driver->MajorFunction, Table, sizeof(Table))
void DriverRoles::noteCopy(const CallExpr &Call) {
  if (Call.getNumArgs() < 2)
    return;
  const Expr *To = strip(Call.getArg(0));
  while (const Expr *Out = outward(To))
    To = strip(Out);
  if (!isa<MemberExpr, DeclRefExpr>(To))
    return;
  const ValueDecl *Into = holderOf(To);
  if (!Into || !mayHold(Into->getType()))
    return;
  for (unsigned I = 1; I != Call.getNumArgs(); ++I)
    Flows.push_back({Into, Call.getArg(I)});
}

void DriverRoles::noteCall(const FunctionDecl &In, const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return;
  const StringRef Name =
      Callee->getDeclName().isIdentifier() ? Callee->getName() : StringRef();
  for (const Registrar &R : Registrars)
    if (Name == R.Name && R.Argument < Call.getNumArgs())
      Flows.push_back({nullptr, Call.getArg(R.Argument)});
  noteForwarding(In, Call, *Callee);
  const FunctionDecl *Definition = nullptr;
  if (Callee->hasBody(Definition)) {
    noteArguments(Call, *Definition, Flows);
    return;
  }
  noteCopy(Call);
  noteArguments(Call, *Callee, Given);
}

void DriverRoles::noteAssignment(const Expr &To, const Expr &Value) {
  noteStore(To, Value);
  const auto *Member = dyn_cast<MemberExpr>(strip(&To));
  const auto *Field =
      Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
  if (Field && roleOfField(*Field) == FieldRole::Completion)
    noteCompletion(Value);
}

void DriverRoles::note(const FunctionDecl &In, const Stmt &S) {
  switch (S.getStmtClass()) {
  case Stmt::BinaryOperatorClass: {
    const auto &Assign = cast<BinaryOperator>(S);
    if (Assign.getOpcode() == BO_Assign)
      noteAssignment(*Assign.getLHS(), *Assign.getRHS());
    return;
  }
  case Stmt::DeclStmtClass:
    for (const Decl *D : cast<DeclStmt>(S).decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        if (Var->getInit() && mayHold(Var->getType()))
          Flows.push_back({Var->getCanonicalDecl(), Var->getInit()});
    return;
  case Stmt::ReturnStmtClass:
    if (const Expr *Value = cast<ReturnStmt>(S).getRetValue())
      if (mayHold(In.getReturnType()))
        Flows.push_back({In.getCanonicalDecl(), Value});
    return;
  case Stmt::CallExprClass:
  case Stmt::CXXMemberCallExprClass:
  case Stmt::CXXOperatorCallExprClass:
    noteCall(In, cast<CallExpr>(S));
    return;
  default:
    return;
  }
}

/// The fields of \p T, a record or an array of them, that hold routines.
static llvm::SmallVector<const FieldDecl *, 4> holdingFields(QualType T) {
  llvm::SmallVector<const FieldDecl *, 4> Fields;
  while (const ArrayType *Array = T->getAsArrayTypeUnsafe())
    T = Array->getElementType();
  if (const RecordDecl *Record = T->getAsRecordDecl())
    for (const FieldDecl *Field : Record->fields())
      if (mayHold(Field->getType()))
        Fields.push_back(Field);
  return Fields;
}

void DriverRoles::noteGlobal(const VarDecl &Var) {
  if (mayHold(Var.getType()) || !holdingFields(Var.getType()).empty())
    Globals.push_back(&Var);
}

llvm::SmallVector<const ValueDecl *, 8> DriverRoles::tables() const {
  llvm::SmallVector<const ValueDecl *, 8> Found;
  const auto Add = [&](const ValueDecl &D) {
    if ((isa<FieldDecl>(D) || D.isExternallyVisible()) &&
        !llvm::is_contained(Found, &D))
      Found.push_back(&D);
  };
  for (const VarDecl *Var : Globals) {
    if (mayHold(Var->getType()))
      Add(*Var->getCanonicalDecl());
    for (const FieldDecl *Field : holdingFields(Var->getType()))
      Add(*Field);
  }
  for (const Flow &F : Flows)
    if (F.Into && !isa<ParmVarDecl>(F.Into) && !isTable(*F.Into))
      Add(*F.Into);
  return Found;
}

void DriverRoles::noteTable(const ValueDecl &Table) {
  Holders.insert(&Table);
  for (const VarDecl *Var : Globals) {
    if (Var->getCanonicalDecl() == &Table)
      take(Var->getInit());
    for (const FieldDecl *Field : holdingFields(Var->getType()))
      if (Field == &Table)
        take(Var->getInit(), Field);
  }
}

// --- Following --------------------------------------------------------------

static bool mayBeDispatch(const FunctionDecl &F) {
  return F.getNumParams() >= 2 && irpParameter(F) >= 0;
}

/// Not a place for one.
static bool isRoutine(const ValueDecl &D) {
  const auto *F = dyn_cast<FunctionDecl>(&D);
  return F && mayBeDispatch(*F);
}

void DriverRoles::take(const FunctionDecl &F) {
  if (!mayBeDispatch(F))
    return;
  Stored.insert(F.getCanonicalDecl());
  if (TakesForKmdf)
    OfKmdf.insert(F.getCanonicalDecl());
}

/// \p Only: of a structure's initialiser, what initialises this field.
void DriverRoles::take(const ValueDecl &Holder, const FieldDecl *Only) {
  const auto *Var = dyn_cast<VarDecl>(&Holder);
  const auto *Key = Var ? Var->getCanonicalDecl() : &Holder;
  if (!Holders.insert(Key).second && !Only)
    return;
  if (Var)
    if (const Expr *Init = Var->getAnyInitializer())
      take(Init, Only);
}

bool DriverRoles::takeClosure(const Expr &E) {
  if (const auto *Lambda = dyn_cast<LambdaExpr>(&E)) {
    take(*Lambda->getCallOperator());
    return true;
  }
  // The closure's own conversion to a pointer.
  const CXXRecordDecl *Class =
      E.getType().isNull() ? nullptr : E.getType()->getAsCXXRecordDecl();
  if (!Class || !Class->isLambda())
    return false;
  if (const CXXMethodDecl *Operator = Class->getLambdaCallOperator())
    take(*Operator);
  return true;
}

void DriverRoles::takeMember(const MemberExpr &E) {
  const auto *Field = dyn_cast<FieldDecl>(E.getMemberDecl());
  take(*E.getMemberDecl());
  if (const VarDecl *Root = rootOf(E.getBase()))
    take(*Root, Field);
}

/// \p List initialises an object of the record that \p Field is in.
static bool isOfRecordOf(const InitListExpr &List, const FieldDecl *Field) {
  const RecordDecl *Record = List.getType()->getAsRecordDecl();
  return Field && Record &&
         Record->getCanonicalDecl() == Field->getParent()->getCanonicalDecl();
}

void DriverRoles::take(const Expr &E, const FieldDecl *Only, WorkList &Work) {
  if (takeClosure(E) || E.getType().isNull())
    return;
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&E);
      Member && isa_and_nonnull<CXXConversionDecl>(Member->getMethodDecl())) {
    Work.push_back(Member->getImplicitObjectArgument());
  } else if (const auto *Ref = dyn_cast<DeclRefExpr>(&E)) {
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      take(*F);
    else
      take(*Ref->getDecl(), Only);
  } else if (const auto *Member = dyn_cast<MemberExpr>(&E)) {
    takeMember(*Member);
  } else if (const auto *Select = dyn_cast<AbstractConditionalOperator>(&E)) {
    Work.push_back(Select->getTrueExpr());
    Work.push_back(Select->getFalseExpr());
  } else if (const auto *Opaque = dyn_cast<OpaqueValueExpr>(&E)) {
    Work.push_back(Opaque->getSourceExpr());
  } else if (const auto *List = dyn_cast<InitListExpr>(&E)) {
    if (const InitListExpr *Semantic = List->getSemanticForm())
      List = Semantic;
    if (!isOfRecordOf(*List, Only))
      Work.append(List->inits().begin(), List->inits().end());
    else if (Only->getFieldIndex() < List->getNumInits())
      Work.push_back(List->getInit(Only->getFieldIndex()));
  } else if (const auto *Call = dyn_cast<CallExpr>(&E)) {
    if (const FunctionDecl *Callee = Call->getDirectCallee())
      Holders.insert(Callee->getCanonicalDecl());
  } else {
    Work.push_back(outward(&E));
  }
}

void DriverRoles::take(const Expr *E, const FieldDecl *Only) {
  llvm::SmallVector<const Expr *, 8> Work{E};
  while (!Work.empty())
    if (const Expr *Next = Work.pop_back_val())
      take(*strip(Next), Only, Work);
}

void DriverRoles::settle(
    llvm::function_ref<bool(const FunctionDecl &)> IsCalled) {
  std::vector<bool> Done(Flows.size());
  auto IsHolder = [&](const ValueDecl *D) {
    return D && (isTable(*D) || Holders.count(D));
  };
  for (bool More = true; More;) {
    More = false;
    for (size_t I = 0; I != Flows.size(); ++I) {
      if (Done[I])
        continue;
      const Flow &F = Flows[I];
      if (!F.Into || IsHolder(F.Into)) {
        TakesForKmdf = !F.Into;
        take(F.Value);
        TakesForKmdf = false;
        Done[I] = More = true;
        continue;
      }
      // Another name of the table.
      const ValueDecl *Of =
          mayHold(F.Into->getType(), true) || isa<FunctionDecl>(F.Into)
              ? holderOf(F.Value)
              : nullptr;
      if (IsHolder(Of)) {
        Holders.insert(F.Into);
        More = true;
      }
    }
  }
  for (const FunctionDecl *F : Forwarding)
    if (!IsCalled(*F)) {
      Stored.insert(F->getCanonicalDecl());
      OfKmdf.insert(F->getCanonicalDecl());
    }
  findPassages();
  Flows.clear();
  Given.clear();
}

/// A place on the way of routines that other translation units may have a part
/// in.
static bool isOnTheWay(const ValueDecl *D) {
  if (const auto *Param = dyn_cast_or_null<ParmVarDecl>(D)) {
    const auto *F = dyn_cast<FunctionDecl>(Param->getDeclContext());
    return F && F->isExternallyVisible();
  }
  return D && !isTable(*D) && isa<FieldDecl, VarDecl, FunctionDecl>(D);
}

/// The routines in \p Init, of \p Into or of its fields.
static void addRoutinesIn(const Expr *Init, const ValueDecl *Into,
                          std::vector<DriverRoles::Passage> &To) {
  if (!Init)
    return;
  const Expr *E = strip(Init);
  if (const auto *Address = dyn_cast<UnaryOperator>(E))
    E = strip(Address->getSubExpr());
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl());
    if (F && mayBeDispatch(*F) && isOnTheWay(Into))
      To.push_back({F, Into});
    return;
  }
  if (const auto *Select = dyn_cast<AbstractConditionalOperator>(E)) {
    addRoutinesIn(Select->getTrueExpr(), Into, To);
    addRoutinesIn(Select->getFalseExpr(), Into, To);
    return;
  }
  const auto *List = dyn_cast<InitListExpr>(E);
  if (!List)
    return;
  if (const InitListExpr *Semantic = List->getSemanticForm())
    List = Semantic;
  const RecordDecl *Record = List->getType()->getAsRecordDecl();
  if (Record && !Record->isUnion()) {
    for (const FieldDecl *Field : Record->fields())
      if (Field->getFieldIndex() < List->getNumInits())
        addRoutinesIn(List->getInit(Field->getFieldIndex()), Field, To);
    return;
  }
  for (const Expr *Part : List->inits())
    addRoutinesIn(Part, Into, To);
}

void DriverRoles::findPassages() {
  const auto Add = [&](const Flow &F) {
    if (!isOnTheWay(F.Into))
      return;
    const ValueDecl *From = holderOf(F.Value);
    if (!From || isa<FunctionDecl>(From))
      addRoutinesIn(F.Value, F.Into, Passages);
    if (!From)
      return;
    if (isTable(*From) || Holders.count(From))
      Passages.push_back({F.Into, nullptr});
    if (isOnTheWay(From) && !isRoutine(*From))
      Passages.push_back({From, F.Into});
  };
  for (const Flow &F : Given)
    Add(F);
  for (const Flow &F : Flows)
    Add(F);
  for (const VarDecl *Var : Globals)
    addRoutinesIn(Var->getInit(), Var->getCanonicalDecl(), Passages);
  for (const ValueDecl *Holder : Holders)
    if (isOnTheWay(Holder))
      Passages.push_back({Holder, nullptr});
}

bool DriverRoles::isDeclaredDispatch(const FunctionDecl &F) {
  return llvm::any_of(F.redecls(), [](const FunctionDecl *D) {
    return hasRoleType(D->getType(), isRole) || hasRoleAnnotation(*D);
  });
}

bool DriverRoles::isDeclaredWdmDispatch(const FunctionDecl &F) {
  return llvm::any_of(F.redecls(), [](const FunctionDecl *D) {
    return hasRoleType(D->getType(), [](StringRef Name) {
      return Name.starts_with("DRIVER_DISPATCH");
    });
  });
}

bool DriverRoles::isDeclaredCompletion(const FunctionDecl &F) {
  return llvm::any_of(F.redecls(), [](const FunctionDecl *D) {
    return hasRoleType(D->getType(), [](StringRef Name) {
      return Name.starts_with("IO_COMPLETION_ROUTINE");
    });
  });
}

bool DriverRoles::isDispatch(const FunctionDecl &F) const {
  const FunctionDecl *Key = F.getCanonicalDecl();
  return Stored.count(Key) || Declared.count(Key) || isDeclaredDispatch(F);
}

bool DriverRoles::isOnlyDispatch(const FunctionDecl &F, bool Called) const {
  const FunctionDecl *Key = F.getCanonicalDecl();
  if (OfKmdf.count(Key))
    return false;
  if (Stored.count(Key))
    return true;
  return !Called && !Addressed.count(Key) &&
         (DeclaredWdm.count(Key) || isDeclaredWdmDispatch(F));
}

void DriverRoles::noteDeclared(const FunctionDecl &F, bool Wdm) {
  (Wdm ? DeclaredWdm : Declared).insert(F.getCanonicalDecl());
}

void DriverRoles::noteDispatch(const FunctionDecl &F, bool Kmdf) {
  Stored.insert(F.getCanonicalDecl());
  if (Kmdf)
    OfKmdf.insert(F.getCanonicalDecl());
}

void DriverRoles::noteCompletion(const FunctionDecl &F) {
  Completion.insert(F.getCanonicalDecl());
}

void DriverRoles::noteCompletion(const Expr &Routine) {
  const Expr *E = strip(&Routine);
  if (const auto *Address = dyn_cast<UnaryOperator>(E))
    if (Address->getOpcode() == UO_AddrOf)
      E = strip(Address->getSubExpr());
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
    if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
      Completion.insert(F->getCanonicalDecl());
}

void DriverRoles::noteAddress(const FunctionDecl &F) {
  Addressed.insert(F.getCanonicalDecl());
}

bool DriverRoles::isCompletion(const FunctionDecl &F) const {
  return Completion.count(F.getCanonicalDecl()) || isDeclaredCompletion(F);
}

} // namespace wdm::model
