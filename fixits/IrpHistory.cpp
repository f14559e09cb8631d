//===- IrpHistory.cpp - What has happened to an IRP so far ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/IrpHistory.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/Support/Regex.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using model::Effect;

namespace {

/// Where \p E begins: the variable, and whether a pointer leads on from it.
struct Root {
  const Expr *Base = nullptr;
  const VarDecl *Variable = nullptr;
  bool ThroughPointer = false;
};

Root rootOf(const Expr *E) {
  Root Result;
  for (E = bare(E); E; E = bare(E)) {
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      Result.ThroughPointer |= Member->isArrow();
      E = Member->getBase();
    } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
      Result.ThroughPointer |=
          !bare(Element->getBase())->getType()->isArrayType();
      E = Element->getBase();
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
      Result.ThroughPointer |= Unary->getOpcode() == UO_Deref;
      E = Unary->getSubExpr();
    } else {
      break;
    }
  }
  Result.Base = E;
  Result.Variable = variableOf(E);
  return Result;
}

bool isNull(const Expr *E) {
  E = bare(E);
  if (isa_and_nonnull<GNUNullExpr, CXXNullPtrLiteralExpr>(E))
    return true;
  const auto *Literal = dyn_cast_or_null<IntegerLiteral>(E);
  return Literal && Literal->getValue() == 0;
}

StringRef nameOfMember(const Expr *E) {
  const auto *Member = dyn_cast_or_null<MemberExpr>(bare(E));
  return Member && Member->getMemberDecl()->getDeclName().isIdentifier()
             ? Member->getMemberDecl()->getName()
             : StringRef();
}

bool isStackLocation(QualType T) {
  const auto *Pointer = T->getAs<PointerType>();
  const RecordDecl *Record =
      Pointer ? Pointer->getPointeeType()->getAsRecordDecl() : nullptr;
  return Record && Record->getName().contains("IO_STACK_LOCATION");
}

/// Every value that \p V is given, and nothing where it is changed unseen.
std::vector<const Expr *> valuesOf(const FunctionFacts &Facts,
                                   const VarDecl &V) {
  std::vector<const Expr *> Values;
  if (V.getInit())
    Values.push_back(V.getInit());
  for (const Stmt *S : Facts.statements()) {
    if (const auto *Assign = dyn_cast<BinaryOperator>(S)) {
      if (Assign->isAssignmentOp() && variableOf(Assign->getLHS()) == &V)
        Values.push_back(Assign->getRHS());
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(S)) {
      if (Unary->getOpcode() == UO_AddrOf &&
          variableOf(Unary->getSubExpr()) == &V)
        return {};
    }
  }
  return Values;
}

bool isFreshMemory(const FunctionFacts &Facts, const VarDecl &V) {
  if (!V.hasLocalStorage() || isa<ParmVarDecl>(V))
    return false;
  std::vector<const Expr *> Values = valuesOf(Facts, V);
  bool Fresh = false;
  for (const Expr *Value : Values) {
    Value = bare(Value);
    if (isNull(Value))
      continue;
    if (const auto *Call = dyn_cast<CallExpr>(Value)) {
      std::optional<Resource> What = Facts.acquires(*Call);
      if (!(What && What->isMemory()) &&
          Facts.effectOf(*Call) != Effect::Allocate)
        return false;
    } else if (const auto *Address = dyn_cast<UnaryOperator>(Value)) {
      Root Of = rootOf(Address->getSubExpr());
      if (Address->getOpcode() != UO_AddrOf || !Of.Variable ||
          !Of.Variable->hasLocalStorage() || Of.ThroughPointer)
        return false;
    } else if (!isa<CXXNewExpr>(Value)) {
      return false;
    }
    Fresh = true;
  }
  return Fresh;
}

} // namespace

//===----------------------------------------------------------------------===//
// Aliases
//===----------------------------------------------------------------------===//

/// True when the object only releases a remove lock with the IRP as its tag.
static bool onlyReleasesRemoveLock(const CXXDestructorDecl &Destructor) {
  const FunctionDecl *Definition = nullptr;
  if (!Destructor.hasBody(Definition))
    return false;
  llvm::SmallVector<const Stmt *, 16> Todo{Definition->getBody()};
  while (!Todo.empty()) {
    const Stmt *S = Todo.pop_back_val();
    if (!S)
      continue;
    if (const auto *Call = dyn_cast<CallExpr>(S))
      if (!FunctionFacts::nameOf(*Call).starts_with("IoReleaseRemoveLock"))
        return false;
    if (const auto *Member = dyn_cast<MemberExpr>(S))
      if (model::isIrpPointer(Member->getBase()->getType()))
        return false;
    Todo.append(S->child_begin(), S->child_end());
  }
  return true;
}

SameIrp::SameIrp(const FunctionFacts &Facts, const VarDecl &Irp)
    : Facts(Facts) {
  Exact.insert(&Irp);
  Pointers.insert(&Irp);
  auto Note = [&](const VarDecl *To, const Expr *Place, const Expr *Value) {
    // The other way round: what the IRP was copied from.
    const VarDecl *From = variableOf(Value);
    if (To && From && Pointers.count(To) && !Pointers.count(From) &&
        model::isIrpPointer(From->getType())) {
      Pointers.insert(From);
      return true;
    }
    if (!refersTo(Value))
      return false;
    if (!To) {
      Root Of = rootOf(Place);
      if (!Of.Variable || !isOwnMemory(Place) || Pointers.count(Of.Variable))
        return false;
      return Holders.insert(Of.Variable).second;
    }
    if (Pointers.count(To) || Holders.count(To))
      return false;
    QualType T = To->getType().getNonReferenceType();
    return (T->isPointerType() ? Pointers : Holders).insert(To).second;
  };
  for (bool Again = true; Again;) {
    Again = false;
    for (const Stmt *S : Facts.statements()) {
      if (const auto *Assign = dyn_cast<BinaryOperator>(S)) {
        if (Assign->isAssignmentOp())
          Again |= Note(variableOf(Assign->getLHS()), Assign->getLHS(),
                        Assign->getRHS());
      } else if (const auto *Declares = dyn_cast<DeclStmt>(S)) {
        for (const Decl *D : Declares->decls())
          if (const auto *V = dyn_cast<VarDecl>(D))
            if (V->getInit())
              Again |= Note(V, nullptr, V->getInit());
      }
    }
  }
  for (bool Again = true; Again;) {
    Again = false;
    for (const VarDecl *V : Pointers) {
      if (!V->hasLocalStorage() || !model::isIrpPointer(V->getType()))
        continue;
      std::vector<const Expr *> Values = valuesOf(Facts, *V);
      if (isa<ParmVarDecl>(V) ? !Values.empty() || !Facts.isConstant(*V)
                              : Values.size() != 1)
        continue;
      const VarDecl *From = Values.empty() ? nullptr : variableOf(Values[0]);
      if (From &&
          (Exact.count(V) ? Pointers.count(From) && Facts.isConstant(*From)
                          : Exact.count(From) != 0))
        Again |= Exact.insert(Exact.count(V) ? From : V).second;
    }
  }
}

bool SameIrp::isOwnMemory(const Expr *E) const {
  Root Of = rootOf(E);
  if (!Of.Variable || !Of.Variable->hasLocalStorage() ||
      Of.Variable->getType()->isReferenceType())
    return false;
  return !Of.ThroughPointer || isFreshMemory(Facts, *Of.Variable);
}

bool SameIrp::isHeldByObject() const {
  return llvm::any_of(Holders, [](const VarDecl *V) {
    const CXXRecordDecl *Class = V->getType()->getAsCXXRecordDecl();
    if (!Class || !Class->hasDefinition() || Class->hasTrivialDestructor())
      return false;
    const CXXDestructorDecl *Destructor = Class->getDestructor();
    return !Destructor || !onlyReleasesRemoveLock(*Destructor);
  });
}

bool SameIrp::isPartOf(const Expr *E) const {
  Root Of = rootOf(E);
  return Of.Variable && Of.ThroughPointer && Pointers.count(Of.Variable);
}

bool SameIrp::refersTo(const Expr *E) const {
  E = bare(E);
  if (!E)
    return false;
  if (const VarDecl *V = variableOf(E))
    return Pointers.count(V) || Holders.count(V);
  if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
    const VarDecl *V = rootOf(Unary->getSubExpr()).Variable;
    return V && Unary->getOpcode() == UO_AddrOf &&
           (Pointers.count(V) || Holders.count(V));
  }
  if (isa<MemberExpr, ArraySubscriptExpr>(E)) {
    const VarDecl *V = rootOf(E).Variable;
    if (!V)
      return false;
    // An array decays; the IRP is taken out again.
    return (Pointers.count(V) && E->getType()->isArrayType()) ||
           (Holders.count(V) && E->getType()->isPointerType());
  }
  if (const auto *Either = dyn_cast<AbstractConditionalOperator>(E))
    return refersTo(Either->getTrueExpr()) || refersTo(Either->getFalseExpr());
  if (const auto *Binary = dyn_cast<BinaryOperator>(E))
    return (Binary->isAssignmentOp() || Binary->getOpcode() == BO_Comma) &&
           refersTo(Binary->getRHS());
  if (isa<InitListExpr, CXXConstructExpr, CXXNewExpr, ParenListExpr,
          DesignatedInitExpr, CompoundLiteralExpr, CXXBindTemporaryExpr>(E))
    for (const Stmt *Child : E->children())
      if (const auto *Part = dyn_cast_or_null<Expr>(Child))
        if (refersTo(Part))
          return true;
  return false;
}

bool SameIrp::isGivenTo(const CallExpr &Call) const {
  return llvm::any_of(Call.arguments(),
                      [&](const Expr *Arg) { return refersTo(Arg); });
}

bool SameIrp::isGivenInsideTo(const CallExpr &Call) const {
  return isGivenTo(Call) &&
         llvm::none_of(Call.arguments(), [&](const Expr *Arg) {
           const VarDecl *V = variableOf(Arg);
           return V && Pointers.count(V);
         });
}

bool SameIrp::isCompletedBy(const Stmt &S) const {
  return llvm::any_of(Exact,
                      [&](const VarDecl *V) { return Facts.completes(S, *V); });
}

bool SameIrp::isUsedBy(const Stmt &S) const {
  if (const auto *Member = dyn_cast<MemberExpr>(&S))
    return Member->isArrow() && Pointers.count(variableOf(Member->getBase()));
  const auto *Call = dyn_cast<CallExpr>(&S);
  if (!Call || !isGivenTo(*Call))
    return false;
  // A remove lock only compares its tag.
  return !FunctionFacts::nameOf(*Call).contains("RemoveLock") &&
         Facts.effectOf(*Call) != Effect::Prints;
}

//===----------------------------------------------------------------------===//
// History
//===----------------------------------------------------------------------===//

namespace {

/// True when \p S may run before \p Point. Without a graph in the order of the
/// source, but for branches that leave.
bool mayPrecede(const FunctionFacts &Facts, const Stmt &S, const Stmt &Point) {
  if (!Facts.mayFollow(&S, &Point, [](const Stmt &) { return false; }))
    return false;
  if (Facts.hasGraph())
    return true;
  const Stmt *Up = &S;
  while (Up && !Facts.isInside(&Point, Up)) {
    if (const auto *Block = dyn_cast<CompoundStmt>(Up))
      if (!Block->body_empty() && isa<ReturnStmt>(Block->body_back()))
        return false;
    Up = Facts.parent(Up);
  }
  return true;
}

/// True for an unseen function that by its name only asks.
bool isQuestion(const FunctionDecl &F) {
  if (!F.getDeclName().isIdentifier() ||
      !F.getReturnType()->isIntegralOrEnumerationType() ||
      isStatusType(F.getReturnType()))
    return false;
  static const llvm::Regex Asks("^(Io|Se|Po|Ps|Ke|FsRtl)?(Is|is|Has|has|Can|"
                                "can|Should|should|Needs|needs)[A-Z_]");
  static const llvm::Regex Acts("[Qq]ueue|[Ii]nsert|[Cc]omplete|[Cc]ancel|"
                                "[Pp]end|[Ss]tore|[Kk]eep|[Tt]ake|[Ss]end");
  return Asks.match(F.getName()) && !Acts.match(F.getName());
}

const char *touchOf(const FunctionFacts &Facts, const SameIrp &Same,
                    const Stmt &S, bool Foreign, unsigned Depth,
                    const Stmt *Point);

/// What the body of a function that is given the IRP does to it.
const char *touchInside(const FunctionFacts &Caller, const CallExpr &Call,
                        const SameIrp &Same, bool Foreign, unsigned Depth,
                        bool &ByFailure) {
  static const char *const Unseen =
      "the IRP was given to a function that may keep it";
  const FunctionDecl *Callee = Call.getDirectCallee();
  const FunctionDecl *Definition = nullptr;
  if (Callee && isQuestion(*Callee))
    return nullptr;
  if (!Callee || Depth > 3 ||
      isa<CXXMemberCallExpr, CXXOperatorCallExpr>(Call) ||
      !Callee->hasBody(Definition) || Definition->isDependentContext())
    return Unseen;
  const FunctionFacts &Facts = Caller.Program.of(*Definition, Caller.Source);
  ByFailure = true;
  const char *Why = nullptr;
  for (unsigned I = 0; I != Call.getNumArgs(); ++I) {
    if (!Same.refersTo(Call.getArg(I)))
      continue;
    if (I >= Definition->getNumParams() || !variableOf(Call.getArg(I)))
      return ByFailure = false, Unseen;
    const VarDecl *Parameter = Definition->getParamDecl(I);
    if (!Facts.isConstant(*Parameter))
      return ByFailure = false, Unseen;
    SameIrp Inside(Facts, *Parameter);
    for (const Stmt *S : Facts.statements()) {
      const char *Here =
          Facts.marksPending(*S)
              ? "the IRP is marked pending in another function"
              : touchOf(Facts, Inside, *S, Foreign, Depth + 1, nullptr);
      if (!Here)
        continue;
      Why = Here;
      // `... return STATUS_DEVICE_NOT_READY;`
      const Stmt *Block = S;
      while (Block && !isa<CompoundStmt>(Block))
        Block = Facts.parent(Block);
      const auto *Around = dyn_cast_or_null<CompoundStmt>(Block);
      const auto *Return = Around && !Around->body_empty()
                               ? dyn_cast<ReturnStmt>(Around->body_back())
                               : nullptr;
      bool Fails = false;
      if (Return && isStatusType(Definition->getReturnType())) {
        std::optional<int64_t> Value =
            constantOf(Return->getRetValue(), Facts.Context);
        Fails = Value && static_cast<int32_t>(*Value) < 0;
        const auto *If = dyn_cast_or_null<IfStmt>(Facts.parent(Around));
        if (If && !Fails) {
          FunctionFacts::Test T = Facts.asStatusTest(If->getCond());
          Fails =
              T.Status && variableOf(T.Status) &&
              variableOf(T.Status) == variableOf(Return->getRetValue()) &&
              Around == (T.TrueMeansFailed ? If->getThen() : If->getElse()) &&
              Facts.isUnchangedIn(*variableOf(T.Status), Around);
        }
      }
      ByFailure &= Fails;
    }
  }
  return Why;
}

/// True when \p Point is reached only if \p Call has returned a success.
bool isTestedBefore(const FunctionFacts &Facts, const CallExpr &Call,
                    const Stmt &Point) {
  const VarDecl *Result = nullptr;
  const Stmt *Stores = nullptr;
  for (const Stmt *Up = Facts.parent(&Call); Up; Up = Facts.parent(Up)) {
    if (const auto *Assign = dyn_cast<BinaryOperator>(Up)) {
      Result = variableOf(Assign->getLHS());
      Stores = Up;
      break;
    }
    if (const auto *Declares = dyn_cast<DeclStmt>(Up)) {
      if (Declares->isSingleDecl())
        Result = dyn_cast<VarDecl>(Declares->getSingleDecl());
      Stores = Up;
      break;
    }
    if (!isa<CastExpr, ParenExpr, FullExpr>(Up))
      break;
  }
  for (const Stmt *S : Facts.statements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    if (!If)
      continue;
    FunctionFacts::Test T = Facts.asStatusTest(If->getCond());
    const bool Direct = T.Status && Facts.isInside(&Call, If->getCond());
    if (!Direct &&
        !(T.Status && Result && variableOf(T.Status) == Result &&
          Facts.mayFollow(&Call, If->getCond(), [&](const Stmt &Cut) {
            const auto *Assign = dyn_cast<BinaryOperator>(&Cut);
            return Assign && Assign != Stores && Assign->isAssignmentOp() &&
                   variableOf(Assign->getLHS()) == Result;
          })))
      continue;
    const Stmt *Failed = T.TrueMeansFailed ? If->getThen() : If->getElse();
    const Stmt *Fine = T.TrueMeansFailed ? If->getElse() : If->getThen();
    if (Fine && Facts.isInside(&Point, Fine))
      return true;
    const Stmt *Last = Failed;
    while (const auto *Block = dyn_cast_or_null<CompoundStmt>(Last))
      Last = Block->body_empty() ? nullptr : Block->body_back();
    if (isa_and_nonnull<ReturnStmt, SEHLeaveStmt>(Last))
      return Facts.begin(If) < Facts.begin(&Point);
    if (isa_and_nonnull<GotoStmt>(Last))
      return Facts.begin(If) < Facts.begin(&Point) &&
             !Facts.mayFollow(Last, &Point, [](const Stmt &) { return false; });
  }
  return false;
}

/// Why somebody else knows the IRP once \p S has run; null: nobody does.
const char *touchOf(const FunctionFacts &Facts, const SameIrp &Same,
                    const Stmt &S, bool Foreign, unsigned Depth,
                    const Stmt *Point) {
  if (const auto *Call = dyn_cast<CallExpr>(&S)) {
    const bool OnObject = [&] {
      const auto *Method = dyn_cast<CXXMemberCallExpr>(Call);
      return Method && Same.refersTo(Method->getImplicitObjectArgument());
    }();
    if (!Same.isGivenTo(*Call) && !OnObject)
      return nullptr;
    const StringRef Name = FunctionFacts::nameOf(*Call);
    switch (Facts.effectOf(*Call)) {
    case Effect::Complete:
    case Effect::Free:
      return "the IRP was already completed or freed";
    case Effect::Recover:
      return Name == "IoSkipCurrentIrpStackLocation"
                 ? "the stack location has been skipped"
                 : nullptr;
    case Effect::HandOn:
      if (Name == "IoSetNextIrpStackLocation")
        return Foreign ? "the stack location has been moved" : nullptr;
      break;
    case Effect::Harmless:
      if (Name == "IoSetCancelRoutine")
        return Call->getNumArgs() == 2 && isNull(Call->getArg(1))
                   ? nullptr
                   : "the IRP has a cancel routine";
      if (Name == "IoCancelIrp")
        return "the IRP has been cancelled";
      return nullptr;
    default:
      return nullptr;
    }
    bool ByFailure = false;
    const char *Why =
        touchInside(Facts, *Call, Same, Foreign, Depth, ByFailure);
    if (Why && ByFailure && Point && isTestedBefore(Facts, *Call, *Point))
      return nullptr;
    return Why;
  }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&S)) {
    if (llvm::none_of(Construct->arguments(),
                      [&](const Expr *Arg) { return Same.refersTo(Arg); }))
      return nullptr;
    const CXXConstructorDecl *Constructor = Construct->getConstructor();
    const CXXRecordDecl *Class = Constructor->getParent();
    if (Class->hasDefinition() && !Class->hasTrivialDestructor()) {
      const CXXDestructorDecl *Destructor = Class->getDestructor();
      if (!Destructor || !onlyReleasesRemoveLock(*Destructor))
        return "an object holds the IRP";
      return nullptr;
    }
    const FunctionDecl *Definition = nullptr;
    if (!Constructor->isImplicit() && !Constructor->hasBody(Definition))
      return "the IRP was given to a function that may keep it";
    return nullptr;
  }
  if (const auto *Lambda = dyn_cast<LambdaExpr>(&S)) {
    for (const LambdaCapture &Capture : Lambda->captures())
      if (Capture.capturesVariable())
        if (const auto *V = dyn_cast<VarDecl>(Capture.getCapturedVar()))
          if (Same.isExactly(V))
            return "a lambda holds the IRP";
    return nullptr;
  }
  const Expr *Place = nullptr;
  const Expr *Value = nullptr;
  if (const auto *Assign = dyn_cast<BinaryOperator>(&S)) {
    if (!Assign->isAssignmentOp())
      return nullptr;
    Place = Assign->getLHS();
    Value = Assign->getRHS();
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(&S)) {
    if (!Unary->isIncrementDecrementOp())
      return nullptr;
    Place = Unary->getSubExpr();
  } else {
    return nullptr;
  }
  if (variableOf(Place) && variableOf(Place)->hasLocalStorage())
    return nullptr;
  const Root Of = rootOf(Place);
  if (Same.isPartOf(Place)) {
    if (!Foreign)
      return nullptr;
    // Irp->IoStatus is the driver's own.
    for (const Expr *E = bare(Place); isa<MemberExpr>(E);
         E = bare(cast<MemberExpr>(E)->getBase()))
      if (nameOfMember(E) == "IoStatus")
        return nullptr;
    return "a field of the IRP has been changed";
  }
  // A stack location: only a pending mark matters.
  if (Of.Base && isStackLocation(Of.Base->getType())) {
    if (!Foreign || nameOfMember(Place) != "Control" || Facts.marksPending(S))
      return nullptr;
    // Clearing it, as IoCopyCurrentIrpStackLocationToNext does, marks nothing.
    if (const auto *Assign = dyn_cast<BinaryOperator>(&S)) {
      std::optional<int64_t> Bits = constantOf(Assign->getRHS(), Facts.Context);
      if (Assign->getOpcode() == BO_AndAssign || (Bits && (*Bits & 1) == 0))
        return nullptr;
    }
    for (const Expr *From :
         Of.Variable ? valuesOf(Facts, *Of.Variable) : std::vector{Of.Base}) {
      const auto *Call = dyn_cast<CallExpr>(bare(From));
      if (!Call || Facts.effectOf(*Call) != Effect::NextStack)
        return "the IRP may be marked pending";
    }
    return nullptr;
  }
  if (!Value || !Same.refersTo(Value) || Same.isOwnMemory(Place))
    return nullptr;
  return "the IRP is also known elsewhere";
}

} // namespace

const char *touchedBefore(const FunctionFacts &Facts, const Stmt &Registration,
                          const Stmt &Point, const VarDecl &Irp, bool Foreign) {
  SameIrp Same(Facts, Irp);
  if (Same.isHeldByObject())
    return "an object holds the IRP";
  for (const Stmt *S : Facts.statements()) {
    if (S == &Registration || S == &Point || Facts.isInside(S, &Registration))
      continue;
    const char *Why = touchOf(Facts, Same, *S, Foreign, 0, &Point);
    if (Why && mayPrecede(Facts, *S, Point))
      return Why;
  }
  return nullptr;
}

/// True when the file counts \p Place down somewhere; else it is a statistic.
static bool isCountedDown(const FunctionFacts &Facts, const Expr *Place) {
  const VarDecl *V = variableOf(Place);
  const StringRef Name = V ? V->getName() : nameOfMember(Place);
  if (Name.empty())
    return true;
  llvm::ArrayRef<RawToken> Tokens = Facts.Source.tokens();
  auto Text = [&](size_t I) {
    return Facts.Source.text(Tokens[I].Begin, Tokens[I].End);
  };
  for (size_t I = 0; I < Tokens.size(); ++I) {
    if (Text(I) != Name)
      continue;
    if (I + 1 < Tokens.size() && (Text(I + 1) == "--" || Text(I + 1) == "-="))
      return true;
    for (size_t Back = 1; Back <= I && Back < 12; ++Back) {
      const size_t J = I - Back;
      if (Text(J) == ";" || Text(J) == "{" || Text(J) == "}")
        break;
      if (Text(J) == "--" || Text(J).contains("Decrement"))
        return true;
    }
  }
  return false;
}

static bool isBitField(const Expr *Place) {
  const auto *Member = dyn_cast<MemberExpr>(Place->IgnoreParens());
  const auto *Field =
      Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
  return Field && Field->isBitField();
}

/// True when \p S sets, counts or lists something that outlives the function.
static bool isLastingChange(const FunctionFacts &Facts, const Stmt &S,
                            bool Flags, unsigned Depth) {
  const Expr *Place = nullptr;
  if (const auto *Assign = dyn_cast<BinaryOperator>(&S)) {
    if (!Assign->isAssignmentOp())
      return false;
    Place = Assign->getLHS();
    if (Flags && Assign->getOpcode() == BO_Assign &&
        !constantOf(Assign->getRHS(), Facts.Context))
      return false;
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(&S)) {
    if (!Unary->isIncrementDecrementOp())
      return false;
    Place = Unary->getSubExpr();
  } else if (const auto *Call = dyn_cast<CallExpr>(&S)) {
    if (Flags)
      return false;
    StringRef Name = FunctionFacts::nameOf(*Call);
    if (Name.contains("Interlocked") ||
        (Name.contains("List") &&
         (Name.contains("Insert") || Name.contains("Push"))) ||
        Name == "KeClearEvent" || Name == "KeResetEvent")
      return true;
    const FunctionDecl *Callee = Call->getDirectCallee();
    const FunctionDecl *Definition = nullptr;
    model::Routine Scratch;
    if (!Callee || Depth > 2 || Facts.routines().find(*Callee, Scratch) ||
        !Callee->hasBody(Definition) || Definition->isDependentContext())
      return false;
    const FunctionFacts &Inside = Facts.Program.of(*Definition, Facts.Source);
    return llvm::any_of(Inside.statements(), [&](const Stmt *Inner) {
      return isLastingChange(Inside, *Inner, Flags, Depth + 1);
    });
  } else {
    return false;
  }
  const auto *Step = dyn_cast<BinaryOperator>(&S);
  if (Flags && (!Step || Step->getOpcode() == BO_AddAssign) &&
      !isCountedDown(Facts, Place))
    return false;
  // A number of some width is a size or a version, no flag.
  if (const auto *Assign = dyn_cast<BinaryOperator>(&S);
      Assign && Flags && Assign->getOpcode() == BO_Assign &&
      Place->getType()->isIntegerType() &&
      !Place->getType()->isEnumeralType() && !isBitField(Place) &&
      Facts.Context.getTypeSize(Place->getType()) > 8)
    return false;
  Root Of = rootOf(Place);
  if (Of.Base && (isStackLocation(Of.Base->getType()) ||
                  model::isIrpPointer(Of.Base->getType())))
    return false;
  if (!Of.Variable)
    return Of.ThroughPointer;
  if (!Of.Variable->hasLocalStorage())
    return true;
  return Of.ThroughPointer && !isFreshMemory(Facts, *Of.Variable);
}

bool changesLastingState(const FunctionFacts &Facts, const Stmt &Point,
                         bool Flags) {
  return llvm::any_of(Facts.statements(), [&](const Stmt *S) {
    return S != &Point && !Facts.isInside(S, &Point) &&
           isLastingChange(Facts, *S, Flags, 0) && mayPrecede(Facts, *S, Point);
  });
}

bool routineActsForOthers(const FunctionFacts &Facts,
                          const CallExpr &Registration) {
  for (const FunctionDecl *Definition : routinesGivenTo(Registration)) {
    const FunctionFacts &Inside = Facts.Program.of(*Definition, Facts.Source);
    for (const Stmt *S : Inside.statements()) {
      if (isLastingChange(Inside, *S, /*Flags=*/true, 0))
        return true;
      const auto *Call = dyn_cast<CallExpr>(S);
      if (!Call)
        continue;
      StringRef Name = FunctionFacts::nameOf(*Call);
      if (Inside.effectOf(*Call) == Effect::Prints ||
          Name == "IoMarkIrpPending" || Name == "IoGetCurrentIrpStackLocation")
        continue;
      return true;
    }
  }
  return false;
}

bool mayHoldSpinLock(const FunctionFacts &Facts, const CallExpr &Registration,
                     const Stmt &Point) {
  static const llvm::Regex Spins("SpinLock|RaiseIrql");
  for (const Held &H : Facts.heldAt(Registration, &Point)) {
    const auto *Call = dyn_cast<CallExpr>(H.Acquired);
    if (H.What.isSpinLock())
      return true;
    if (!Call)
      continue;
    StringRef Name = FunctionFacts::nameOf(*Call);
    // The driver's own locks may be of any kind.
    if (Spins.match(Name) ||
        (!H.What.isMemory() && !H.What.isCounter() &&
         !Call->getBeginLoc().isMacroID() && Call->getDirectCallee() &&
         Name.contains_insensitive("lock") && !Name.starts_with("Io") &&
         !Name.starts_with("Ex") && !Name.starts_with("Ke")))
      return true;
  }
  // Objects that hold a lock while they live.
  for (const Stmt *S : Facts.statements()) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    if (!Declares || Facts.begin(S) > Facts.begin(&Point) ||
        !Facts.isInside(&Point, Facts.parent(S)))
      continue;
    for (const Decl *D : Declares->decls()) {
      const auto *V = dyn_cast<VarDecl>(D);
      const CXXRecordDecl *Class =
          V ? V->getType()->getAsCXXRecordDecl() : nullptr;
      if (!Class || !Class->hasDefinition() || Class->hasTrivialDestructor())
        continue;
      const CXXDestructorDecl *Destructor = Class->getDestructor();
      const FunctionDecl *Definition = nullptr;
      if (!Destructor || !Destructor->hasBody(Definition)) {
        static const llvm::Regex Locks("[Ll]ock|[Gg]uard|[Ss]pin|[Ii]rql");
        if (Locks.match(Class->getName()))
          return true;
        continue;
      }
      llvm::SmallVector<const Stmt *, 16> Todo{Definition->getBody()};
      while (!Todo.empty()) {
        const Stmt *Inner = Todo.pop_back_val();
        if (!Inner)
          continue;
        if (const auto *Call = dyn_cast<CallExpr>(Inner)) {
          StringRef Name = FunctionFacts::nameOf(*Call);
          if (Spins.match(Name) || Name.contains("LowerIrql") ||
              (Name.contains_insensitive("unlock") ||
               (Name.contains_insensitive("release") &&
                !Name.starts_with("IoReleaseRemoveLock") &&
                !Name.starts_with("Ex"))))
            return true;
        }
        Todo.append(Inner->child_begin(), Inner->child_end());
      }
    }
  }
  return false;
}

/// What the tests around \p S say of a status: 1 that it failed, -1 that it did
/// not, 0 nothing.
static int failureAround(const FunctionFacts &Facts, const Stmt *S) {
  for (const Stmt *Up = Facts.parent(S); Up; S = Up, Up = Facts.parent(Up)) {
    const auto *If = dyn_cast<IfStmt>(Up);
    if (!If || (S != If->getThen() && S != If->getElse()))
      continue;
    FunctionFacts::Test T = Facts.asStatusTest(If->getCond());
    // `if (!NT_SUCCESS(IoCallDriver(...)))` is one as well.
    if (T.Status)
      return (S == If->getThen()) == T.TrueMeansFailed ? 1 : -1;
  }
  return 0;
}

bool isFalseSuccess(const FunctionFacts &Facts) {
  static const llvm::Regex Negative(
      "[Ff]ail|FAIL|[Ee]rr(or|ed|s)?([A-Z_]|$)|[Ii]nvalid|[Rr]eject|[Bb]usy|"
      "[Dd]enied|[Aa]bort|[Cc]ancel|[Bb]roken|[Dd]ead|[Gg]one|[Mm]issing|"
      "[Rr]efuse|[Bb]ad[A-Z_]|[Ll]ost|(Is|Was|Has|_)[Nn]ot([A-Z_]|$)");
  const DeclarationName Name = Facts.Function.getDeclName();
  if (Name.isIdentifier() && Negative.match(Facts.Function.getName()))
    return true;
  bool Other = false;
  bool False = false;
  auto Contradicts = [&](const Stmt *S, const Expr *Value) {
    if (Value->isValueDependent())
      return false;
    std::optional<int64_t> Known = constantOf(Value, Facts.Context);
    const int Failed = failureAround(Facts, S);
    return Known && (*Known ? Failed > 0 : Failed < 0);
  };
  for (const Stmt *S : Facts.statements()) {
    const auto *Return = dyn_cast<ReturnStmt>(S);
    if (!Return || !Return->getRetValue())
      continue;
    const Expr *Value = Return->getRetValue();
    if (Contradicts(Return, Value))
      return true;
    if (const VarDecl *V = variableOf(Value)) {
      if (V->getDeclName().isIdentifier() && Negative.match(V->getName()))
        return true;
      for (const Stmt *Other : Facts.statements())
        if (const auto *Assign = dyn_cast<BinaryOperator>(Other))
          if (Assign->getOpcode() == BO_Assign &&
              variableOf(Assign->getLHS()) == V) {
            FunctionFacts::Test T = Facts.asStatusTest(Assign->getRHS());
            if (Contradicts(Assign, Assign->getRHS()) ||
                (T.Status && T.TrueMeansFailed))
              return true;
          }
    }
    FunctionFacts::Test T = Facts.asStatusTest(Value);
    if (T.Status && T.TrueMeansFailed)
      return true;
    std::optional<int64_t> Known = Value->isValueDependent()
                                       ? std::nullopt
                                       : constantOf(Value, Facts.Context);
    (Known && *Known == 0 ? False : Other) = true;
  }
  // Nothing but FALSE: it says nothing.
  return False && !Other;
}

} // namespace wdm::fixits
