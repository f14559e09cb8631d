//===- FunctionFacts.cpp - What a repair has to know ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/FunctionFacts.h"
#include "fixits/IrpHistory.h"
#include "fixits/Obligations.h"
#include "src/model/Requests.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/Regex.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using model::Effect;

//===----------------------------------------------------------------------===//
// Expressions and types
//===----------------------------------------------------------------------===//

static bool isDeviceObjectPointer(QualType T) {
  const auto *Pointer = T->getAs<PointerType>();
  if (!Pointer)
    return false;
  const RecordDecl *Record = Pointer->getPointeeType()->getAsRecordDecl();
  return Record && (Record->getName() == "_DEVICE_OBJECT" ||
                    Record->getName() == "DEVICE_OBJECT");
}

std::vector<const FunctionDecl *>
routinesGivenTo(const CallExpr &Registration) {
  std::vector<const FunctionDecl *> Found;
  for (const Expr *Arg : Registration.arguments()) {
    const auto *Ref = dyn_cast<DeclRefExpr>(bare(Arg));
    const auto *Routine =
        Ref ? dyn_cast<FunctionDecl>(Ref->getDecl()) : nullptr;
    const FunctionDecl *Definition = nullptr;
    if (Routine && Routine->hasBody(Definition))
      Found.push_back(Definition);
  }
  return Found;
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

FunctionFacts::FunctionFacts(const FunctionDecl &Function,
                             ProgramFacts &Program, const SourceText &Source)
    : FunctionText(Function, Program.Context, Source), Program(Program),
      Routines(Program.Routines) {
  if (!Body)
    return;
  CFG::BuildOptions Options;
  Options.setAllAlwaysAdd();
  Graph = CFG::buildCFG(&Function, const_cast<Stmt *>(Body), &Context, Options);
  if (Graph)
    for (const CFGBlock *Block : *Graph) {
      unsigned Index = 0;
      for (const CFGElement &Element : *Block) {
        if (auto S = Element.getAs<CFGStmt>())
          Positions.try_emplace(S->getStmt(), Position{Block, Index});
        ++Index;
      }
    }
  FunctionRole = findRole();
}

Role FunctionFacts::findRole() const {
  for (const FunctionDecl *F : Function.redecls()) {
    const TypeSourceInfo *Written = F->getTypeSourceInfo();
    if (!Written)
      continue;
    if (isTypedefOf(Written->getType(), "DRIVER_DISPATCH") ||
        isTypedefOf(Written->getType(), "DRIVER_DISPATCH_PAGED"))
      return Role::Dispatch;
    if (isTypedefOf(Written->getType(), "IO_COMPLETION_ROUTINE"))
      return Role::Completion;
  }
  for (const FunctionDecl *F : Function.redecls())
    if (const TypeSourceInfo *Written = F->getTypeSourceInfo())
      if (model::isFrameworkIrpCallback(Written->getType()))
        return Role::Framework;
  // Only such a callback may give its IRP back to the framework.
  if (isStatusType(Function.getReturnType()) && Function.getNumParams() == 2 &&
      model::isIrpPointer(Function.getParamDecl(1)->getType()) &&
      llvm::any_of(statements(), [&](const Stmt *S) {
        const auto *Call = dyn_cast<CallExpr>(S);
        return Call && nameOf(*Call).starts_with("WdfDeviceWdmDispatch") &&
               takes(*Call, *Function.getParamDecl(1)) && Call->getNumArgs() &&
               variableOf(Call->getArg(0)) == Function.getParamDecl(0);
      }))
    return Role::Framework;
  if (!isStatusType(Function.getReturnType()) || Function.getNumParams() < 2 ||
      !isDeviceObjectPointer(Function.getParamDecl(0)->getType()) ||
      !model::isIrpPointer(Function.getParamDecl(1)->getType()))
    return Role::Other;

  if (Function.getNumParams() == 3) {
    if (Program.addressUse(Function, Source) ==
        ProgramFacts::AddressUse::Completion)
      return Role::Completion;
    // STATUS_MORE_PROCESSING_REQUIRED is for completion routines only.
    for (const Stmt *S : statements()) {
      const auto *Value = dyn_cast<Expr>(S);
      if (!Value || Value->isValueDependent() || !Value->isPRValue() ||
          !Value->getType()->isIntegralOrEnumerationType())
        continue;
      Expr::EvalResult Result;
      if (Value->EvaluateAsInt(Result, Context) &&
          static_cast<uint32_t>(
              Result.Val.getInt().extOrTrunc(32).getZExtValue()) == 0xC0000016)
        return Role::Completion;
    }
    return Role::Other;
  }
  if (Function.getNumParams() != 2)
    return Role::Other;

  if (Program.Whole.Roles.isDispatch(Function))
    return Role::Dispatch;
  return Role::DispatchShape;
}

std::vector<FunctionFacts::CallOf> FunctionFacts::calls() const {
  std::vector<CallOf> Found;
  for (const CallOf &Site : Program.callsOf(Function))
    if (Source.offset(Site.Caller->getLocation()))
      Found.push_back(Site);
  return Found;
}

bool FunctionFacts::isAllocatedHere(const VarDecl &V) const {
  auto Allocates = [&](const Expr *Value) {
    const auto *Call = dyn_cast_or_null<CallExpr>(bare(Value));
    return Call && effectOf(*Call) == Effect::Allocate;
  };
  return Allocates(V.getInit()) ||
         llvm::any_of(statements(), [&](const Stmt *S) {
           const auto *Assign = dyn_cast<BinaryOperator>(S);
           return Assign && Assign->isAssignmentOp() &&
                  variableOf(Assign->getLHS()) == &V &&
                  Allocates(Assign->getRHS());
         });
}

const ParmVarDecl *FunctionFacts::irpParameter() const {
  if (FunctionRole != Role::Dispatch && FunctionRole != Role::DispatchShape &&
      FunctionRole != Role::Framework)
    return nullptr;
  return Function.getNumParams() == 2 ? Function.getParamDecl(1) : nullptr;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

StringRef FunctionFacts::nameOf(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->getDeclName().isIdentifier() ? Callee->getName()
                                                        : StringRef();
}

Effect FunctionFacts::effectOf(const CallExpr &Call) const {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return Effect::HandOn;
  model::Routine Scratch;
  if (const model::Routine *R = Routines.find(*Callee, Scratch))
    return R->Does;
  if (model::RoutineTable::looksLikePrinting(*Callee))
    return Effect::Prints;
  return Effect::HandOn;
}

static bool mentions(const Stmt *S, const VarDecl &V) {
  if (!S)
    return false;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    return Ref->getDecl() == &V;
  for (const Stmt *Child : S->children())
    if (mentions(Child, V))
      return true;
  return false;
}

bool FunctionFacts::takes(const CallExpr &Call, const VarDecl &Irp) const {
  for (const Expr *Arg : Call.arguments()) {
    if (variableOf(Arg) == &Irp)
      return true;
    // &Irp->Tail.Overlay.ListEntry, &Irp
    if (const auto *Address = dyn_cast<UnaryOperator>(bare(Arg)))
      if (Address->getOpcode() == UO_AddrOf && mentions(Address, Irp))
        return true;
  }
  return false;
}

bool FunctionFacts::isGiven(const CallExpr &Call, const IrpFacts &Irp) const {
  if (Irp.Variable)
    return takes(Call, *Irp.Variable);
  return llvm::any_of(Call.arguments(), [&](const Expr *Arg) {
    auto Bytes = Source.bytes(Arg->getSourceRange());
    return Bytes && !Irp.Text.empty() &&
           Source.text(Bytes->first, Bytes->second) == Irp.Text;
  });
}

/// True when the body of \p Function completes the IRP that it is given.
static bool bodyCompletes(const FunctionDecl &Function,
                          const model::RoutineTable &Routines, unsigned Depth) {
  const FunctionDecl *Definition = nullptr;
  const int Index = model::irpParameter(Function);
  if (Depth > 3 || Index < 0 || !Function.hasBody(Definition))
    return false;
  const VarDecl *Irp = Definition->getParamDecl(Index);
  llvm::SmallVector<const Stmt *, 32> Todo{Definition->getBody()};
  bool Completes = false;
  while (!Todo.empty()) {
    const Stmt *S = Todo.pop_back_val();
    if (!S)
      continue;
    Todo.append(S->child_begin(), S->child_end());
    const auto *Call = dyn_cast<CallExpr>(S);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    if (!Callee || llvm::none_of(Call->arguments(), [&](const Expr *Arg) {
          return variableOf(Arg) == Irp;
        }))
      continue;
    model::Routine Scratch;
    const model::Routine *R = Routines.find(*Callee, Scratch);
    if (R && R->Does == Effect::Send)
      return false;
    Completes |= R ? R->Does == Effect::Complete
                   : bodyCompletes(*Callee, Routines, Depth + 1);
  }
  return Completes;
}

bool FunctionFacts::completes(const Stmt &S, const VarDecl &Irp) const {
  const auto *Call = dyn_cast<CallExpr>(&S);
  if (!Call || !takes(*Call, Irp))
    return false;
  switch (effectOf(*Call)) {
  case Effect::Complete:
    return true;
  case Effect::HandOn: {
    StringRef Name = nameOf(*Call);
    // The driver's own CompleteRequest(Irp, status).
    if (Name.contains("omplete") && !Name.contains("ompletion"))
      return true;
    const FunctionDecl *Callee = Call->getDirectCallee();
    return Callee && bodyCompletes(*Callee, Routines, 0);
  }
  default:
    return false;
  }
}

bool FunctionFacts::sends(const Stmt &S, const VarDecl &Irp) const {
  const auto *Call = dyn_cast<CallExpr>(&S);
  return Call && effectOf(*Call) == Effect::Send && takes(*Call, Irp);
}

bool FunctionFacts::waits(const Stmt &S) const {
  const auto *Call = dyn_cast<CallExpr>(&S);
  if (!Call)
    return false;
  StringRef Name = nameOf(*Call);
  return effectOf(*Call) == Effect::Wait ||
         Name == "IoForwardIrpSynchronously" ||
         Name == "IoSynchronousCallDriver";
}

bool FunctionFacts::marksPending(const Stmt &S) const {
  if (isWrittenAs(&S, "IoMarkIrpPending"))
    return true;
  if (const auto *Call = dyn_cast<CallExpr>(&S))
    return nameOf(*Call) == "IoMarkIrpPending";
  // irpSp->Control |= SL_PENDING_RETURNED
  const auto *Or = dyn_cast<BinaryOperator>(&S);
  if (!Or || Or->getOpcode() != BO_OrAssign)
    return false;
  const auto *Field = dyn_cast<MemberExpr>(bare(Or->getLHS()));
  const auto *Bits = dyn_cast<IntegerLiteral>(bare(Or->getRHS()));
  return Field && Bits &&
         Field->getMemberDecl()->getDeclName().isIdentifier() &&
         Field->getMemberDecl()->getName() == "Control" &&
         Bits->getValue() == 1;
}

/// True when \p Place, which holds an IRP, outlives the function, and was not
/// filled by it with an IRP of its own.
static bool staysBehind(const FunctionFacts &Facts, const Expr *Place,
                        StringRef Text) {
  for (const Stmt *S : Facts.statements()) {
    const auto *Assign = dyn_cast<BinaryOperator>(S);
    if (!Assign || !Assign->isAssignmentOp() ||
        !model::isIrpPointer(Assign->getType()))
      continue;
    auto Bytes = Facts.Source.bytes(Assign->getLHS()->getSourceRange());
    if (!Bytes || Facts.Source.text(Bytes->first, Bytes->second) == Text)
      return false;
  }
  // `context.Irp`, of a variable that goes away.
  for (;;) {
    Place = bare(Place);
    if (const auto *Member = dyn_cast<MemberExpr>(Place)) {
      if (Member->isArrow())
        return true;
      Place = Member->getBase();
    } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Place)) {
      if (!bare(Element->getBase())->getType()->isArrayType())
        return true;
      Place = Element->getBase();
    } else {
      const VarDecl *V = variableOf(Place);
      return !V || !V->hasLocalStorage() || V->getType()->isReferenceType();
    }
  }
}

IrpFacts FunctionFacts::irpOf(const CallExpr &Registration) const {
  IrpFacts Facts;
  const Expr *Arg = nullptr;
  model::Routine Scratch;
  const FunctionDecl *Callee = Registration.getDirectCallee();
  const model::Routine *R = Callee ? Routines.find(*Callee, Scratch) : nullptr;
  if (R && R->Does == Effect::Register && R->Irp >= 0) {
    if (static_cast<unsigned>(R->Irp) < Registration.getNumArgs())
      Arg = Registration.getArg(R->Irp);
  } else {
    for (const Expr *A : Registration.arguments())
      if (model::isIrpPointer(A->getType())) {
        if (Arg)
          return Facts;
        Arg = A;
      }
  }
  if (!Arg)
    return Facts;
  if (auto Bytes = Source.bytes(Arg->getSourceRange()))
    Facts.Text = Source.text(Bytes->first, Bytes->second).str();

  const Expr *E = bare(Arg);
  if (const auto *Method = dyn_cast<CXXMemberCallExpr>(E)) {
    // Owner.get(), or a conversion of Owner.
    const VarDecl *Owner = variableOf(Method->getImplicitObjectArgument());
    const CXXRecordDecl *Class = Method->getRecordDecl();
    if (Owner && Owner->hasLocalStorage() && !isa<ParmVarDecl>(Owner) &&
        Class && Class->hasDefinition() && !Class->hasTrivialDestructor())
      Facts.Origin = IrpOrigin::Managed;
    return Facts;
  }
  const VarDecl *V = variableOf(E);
  if (!V) {
    if ((isa<MemberExpr, ArraySubscriptExpr>(E) ||
         (isa<UnaryOperator>(E) &&
          cast<UnaryOperator>(E)->getOpcode() == UO_Deref)) &&
        staysBehind(*this, E, Facts.Text))
      Facts.Origin = IrpOrigin::Borrowed;
    return Facts;
  }
  Facts.Variable = V;
  if (!V->hasLocalStorage()) {
    Facts.Origin = IrpOrigin::Borrowed;
    return Facts;
  }
  if (isa<ParmVarDecl>(V)) {
    if (isConstant(*V))
      Facts.Origin = IrpOrigin::Parameter;
    return Facts;
  }

  // A local variable: by all the values it is ever given.
  std::vector<const Expr *> Values;
  if (V->getInit())
    Values.push_back(V->getInit());
  for (const Stmt *S : statements()) {
    if (const auto *Assign = dyn_cast<BinaryOperator>(S)) {
      if (!Assign->isAssignmentOp())
        continue;
      if (variableOf(Assign->getLHS()) == V)
        Values.push_back(Assign->getRHS());
      else if (variableOf(Assign->getRHS()) == V &&
               !variableOf(Assign->getLHS()) &&
               mayFollow(Assign, &Registration,
                         [](const Stmt &) { return false; }))
        return Facts; // Also known elsewhere: nobody's to free here.
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(S)) {
      if (Unary->getOpcode() == UO_AddrOf &&
          variableOf(Unary->getSubExpr()) == V)
        return Facts;
    }
  }
  IrpOrigin Origin = IrpOrigin::Unknown;
  for (const Expr *Value : Values) {
    Value = bare(Value);
    if (isNullOrZero(Value))
      continue;
    IrpOrigin Next = IrpOrigin::Unknown;
    if (const VarDecl *From = variableOf(Value)) {
      if (isa<ParmVarDecl>(From) && isConstant(*From))
        Next = IrpOrigin::Parameter;
    } else if (const auto *Call = dyn_cast<CallExpr>(Value)) {
      StringRef Name = nameOf(*Call);
      if (Name == "IoAllocateIrp" || Name == "IoAllocateIrpEx" ||
          Name == "IoBuildAsynchronousFsdRequest")
        Next = IrpOrigin::Allocated;
    } else if (isa<MemberExpr, ArraySubscriptExpr>(Value)) {
      Next = IrpOrigin::Borrowed;
    }
    if (Next == IrpOrigin::Unknown ||
        (Origin != IrpOrigin::Unknown && Origin != Next))
      return Facts;
    Origin = Next;
  }
  Facts.Origin = Origin;
  return Facts;
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

namespace {
enum Step : int { Go, Cut, Stop };
} // namespace

/// Follows the graph from behind \p From. Returns true when a visit said Stop.
bool FunctionFacts::walk(const Stmt *From,
                         llvm::function_ref<int(const Stmt &)> Visit,
                         bool *ReachesEnd) const {
  auto It = Positions.find(From);
  if (It == Positions.end())
    return false;
  llvm::SmallPtrSet<const CFGBlock *, 32> Seen;
  std::vector<std::pair<const CFGBlock *, unsigned>> Todo;
  Todo.push_back({It->second.Block, It->second.Index + 1});
  while (!Todo.empty()) {
    auto [Block, Index] = Todo.back();
    Todo.pop_back();
    bool Ended = false;
    for (unsigned I = Index, N = Block->size(); I < N && !Ended; ++I)
      if (auto S = (*Block)[I].getAs<CFGStmt>()) {
        int What = Visit(*S->getStmt());
        if (What == Stop)
          return true;
        Ended = What == Cut;
      }
    if (Ended)
      continue;
    if (Block == &Graph->getExit() && ReachesEnd)
      *ReachesEnd = true;
    for (const CFGBlock::AdjacentBlock &Next : Block->succs())
      if (const CFGBlock *B = Next.getReachableBlock())
        if (Seen.insert(B).second)
          Todo.push_back({B, 0});
  }
  return false;
}

bool FunctionFacts::mayFollow(
    const Stmt *From, const Stmt *To,
    llvm::function_ref<bool(const Stmt &)> IsCut) const {
  if (!Graph)
    return begin(From) < begin(To);
  // A macro's outermost node may be no element of the graph.
  const Stmt *Start = From;
  while (Start && !Positions.count(Start)) {
    const Stmt *Child = nullptr;
    for (const Stmt *C : Start->children())
      if (C)
        Child = C;
    Start = Child;
  }
  // `a && b` is none either: its first part is.
  const Stmt *Goal = To;
  while (Goal && !Positions.count(Goal)) {
    const Stmt *First = nullptr;
    for (const Stmt *C : Goal->children())
      if (C && !First)
        First = C;
    Goal = First;
  }
  if (!Start || !Goal)
    return begin(From) < begin(To);
  return walk(Start, [&](const Stmt &S) -> int {
    if (&S == Goal)
      return Stop;
    return IsCut(S) ? Cut : Go;
  });
}

const Stmt *
FunctionFacts::findAfter(const Stmt *From,
                         llvm::function_ref<bool(const Stmt &)> Wanted) const {
  const Stmt *Found = nullptr;
  if (Graph) {
    walk(From, [&](const Stmt &S) -> int {
      if (!Wanted(S))
        return Go;
      Found = &S;
      return Stop;
    });
    return Found;
  }
  for (const Stmt *S : statements())
    if (begin(S) > begin(From) && !isInside(S, From) && Wanted(*S))
      return S;
  return nullptr;
}

std::optional<int64_t> FunctionFacts::initialValue(const VarDecl &V,
                                                   const Stmt *At) const {
  if (!V.hasLocalStorage() || !V.getInit() || isa<ParmVarDecl>(V))
    return std::nullopt;
  for (const Stmt *S : statements()) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    if (!Ref || Ref->getDecl() != &V)
      continue;
    const Stmt *Up = parent(Ref);
    while (isa_and_nonnull<ParenExpr>(Up))
      Up = parent(Up);
    const auto *Cast = dyn_cast_or_null<CastExpr>(Up);
    if (Cast && Cast->getCastKind() == CK_LValueToRValue)
      continue;
    // Changed, or its address is taken: only behind the place is that fine.
    if (begin(Ref) < begin(At) ||
        !isa_and_nonnull<BinaryOperator, UnaryOperator>(Up))
      return std::nullopt;
  }
  for (const Stmt *Up = parent(At); Up; Up = parent(Up))
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Up))
      return std::nullopt;
  return constantOf(V.getInit(), Context);
}

bool FunctionFacts::passesOn(const CallExpr &Call, unsigned Depth) const {
  if (effectOf(Call) == Effect::Send)
    return true;
  const FunctionDecl *Callee = Call.getDirectCallee();
  const FunctionDecl *Definition = nullptr;
  const int Index = Callee ? model::irpParameter(*Callee) : -1;
  if (Index < 0 || Depth > 3 || !Callee->hasBody(Definition) ||
      Definition->isDependentContext())
    return true; // Into the unknown.
  return Program.of(*Definition, Source)
      .alwaysPassesOn(*Definition->getParamDecl(Index), Depth + 1);
}

bool FunctionFacts::alwaysPassesOn(const VarDecl &Irp, unsigned Depth) const {
  if (!Graph)
    return true;
  llvm::SmallPtrSet<const CFGBlock *, 32> Seen;
  std::vector<const CFGBlock *> Todo{&Graph->getEntry()};
  while (!Todo.empty()) {
    const CFGBlock *Block = Todo.back();
    Todo.pop_back();
    if (Block == &Graph->getExit())
      return false;
    bool Ended = false;
    for (const CFGElement &Element : *Block)
      if (auto S = Element.getAs<CFGStmt>()) {
        if (const auto *Call = dyn_cast<CallExpr>(S->getStmt())) {
          const Effect Does = effectOf(*Call);
          Ended |= Does == Effect::NoReturn || Does == Effect::RaiseAlways ||
                   ((Does == Effect::Send || Does == Effect::HandOn) &&
                    takes(*Call, Irp) && passesOn(*Call, Depth));
        } else if (const auto *Assign =
                       dyn_cast<BinaryOperator>(S->getStmt())) {
          Ended |=
              Assign->isAssignmentOp() && variableOf(Assign->getRHS()) == &Irp;
        }
      }
    if (Ended)
      continue;
    for (const CFGBlock::AdjacentBlock &Next : Block->succs())
      if (const CFGBlock *B = Next.getReachableBlock())
        if (Seen.insert(B).second)
          Todo.push_back(B);
  }
  return true;
}

bool FunctionFacts::maySkipSending(const CallExpr &Registration,
                                   const IrpFacts &Irp,
                                   const VarDecl *Status) const {
  if (!Graph || (!Irp.Variable && Irp.Text.empty()))
    return false;
  // Plain copies are the same IRP; a variable that only may be one is not.
  llvm::SmallPtrSet<const VarDecl *, 4> Same;
  llvm::SmallPtrSet<const VarDecl *, 4> Perhaps;
  if (Irp.Variable)
    Same.insert(Irp.Variable);
  auto Copied = [&](const VarDecl *To, const Expr *From) {
    if (!To || !From || Same.count(To))
      return;
    const VarDecl *V = variableOf(From);
    if (V && Same.count(V))
      Same.insert(To);
    else if (isa<AbstractConditionalOperator>(bare(From)))
      for (const VarDecl *S : Same)
        if (mentions(From, *S)) {
          Perhaps.insert(To);
          break;
        }
  };
  for (const Stmt *S : statements()) {
    if (const auto *Assign = dyn_cast<BinaryOperator>(S)) {
      if (Assign->getOpcode() == BO_Assign &&
          model::isIrpPointer(Assign->getType()))
        Copied(variableOf(Assign->getLHS()), Assign->getRHS());
    } else if (const auto *Declares = dyn_cast<DeclStmt>(S)) {
      for (const Decl *D : Declares->decls())
        if (const auto *V = dyn_cast<VarDecl>(D))
          if (model::isIrpPointer(V->getType()))
            Copied(V, V->getInit());
    }
  }
  auto IsIrp = [&](const Expr *E) {
    if (Irp.Variable)
      return Same.count(variableOf(E)) != 0;
    auto Bytes = Source.bytes(E->getSourceRange());
    return Bytes && Source.text(Bytes->first, Bytes->second) == Irp.Text;
  };
  auto Given = [&](const CallExpr &Call) {
    return (Irp.Variable && takes(Call, *Irp.Variable)) ||
           llvm::any_of(Call.arguments(), IsIrp);
  };
  if (!Perhaps.empty())
    return true;
  if (!findAfter(&Registration, [&](const Stmt &S) {
        const auto *Call = dyn_cast<CallExpr>(&S);
        return Call && effectOf(*Call) == Effect::Send && Given(*Call);
      }))
    return false;

  // What is known all along: the conditions that the registration is under.
  llvm::SmallPtrSet<const VarDecl *, 4> True;
  for (const Stmt *S = &Registration, *Up = parent(S); Up;
       S = Up, Up = parent(Up))
    if (const auto *If = dyn_cast<IfStmt>(Up))
      if (S == If->getThen())
        if (const VarDecl *V = variableOf(If->getCond()))
          if (V->hasLocalStorage() && isConstant(*V))
            True.insert(V);

  // Status is 0 until something is assigned to it.
  struct At {
    const CFGBlock *Block;
    unsigned Index;
    bool Known;
  };
  auto Start = Positions.find(&Registration);
  if (Start == Positions.end())
    return false;
  const Stmt *Stores = parent(&Registration);
  while (Stores && !isa<BinaryOperator, DeclStmt>(Stores))
    Stores = parent(Stores);
  llvm::DenseSet<std::pair<const CFGBlock *, unsigned>> Seen;
  std::vector<At> Todo{{Start->second.Block, Start->second.Index + 1, true}};
  while (!Todo.empty()) {
    At Here = Todo.back();
    Todo.pop_back();
    bool Ended = false;
    for (unsigned I = Here.Index, N = Here.Block->size(); I < N && !Ended;
         ++I) {
      auto Element = (*Here.Block)[I].getAs<CFGStmt>();
      if (!Element)
        continue;
      const Stmt *S = Element->getStmt();
      if (const auto *Call = dyn_cast<CallExpr>(S)) {
        Effect Does = effectOf(*Call);
        if (Does == Effect::NoReturn || Does == Effect::RaiseAlways)
          Ended = true;
        else if (Does == Effect::Register && Given(*Call))
          return true; // The first one is lost.
        else if ((Does == Effect::Send || Does == Effect::HandOn) &&
                 Given(*Call) && passesOn(*Call, 0) &&
                 !(Irp.Variable && completes(*S, *Irp.Variable)))
          Ended = true;
        else if (Status && takes(*Call, *Status))
          Here.Known = Here.Known && variableOf(Call->getArg(0)) == Status;
      } else if (const auto *Assign = dyn_cast<BinaryOperator>(S)) {
        if (Assign->isAssignmentOp() && IsIrp(Assign->getRHS()))
          Ended = true;
        else if (Assign->isAssignmentOp() && Assign != Stores &&
                 variableOf(Assign->getLHS()) == Status)
          Here.Known = false;
      }
    }
    if (Ended)
      continue;
    if (Here.Block == &Graph->getExit())
      return true;
    std::optional<int64_t> Decision;
    const auto *Condition =
        dyn_cast_or_null<Expr>(Here.Block->getTerminatorCondition());
    if (Condition && Here.Block->succ_size() == 2 &&
        !isa_and_nonnull<SwitchStmt>(Here.Block->getTerminatorStmt()))
      Decision = evaluate(Condition, Context,
                          [&](const VarDecl &V) -> std::optional<int64_t> {
                            if (&V == Status && Here.Known)
                              return 0;
                            if (True.count(&V))
                              return 1;
                            return std::nullopt;
                          });
    unsigned Branch = 0;
    for (const CFGBlock::AdjacentBlock &Next : Here.Block->succs()) {
      const bool Taken = !Decision || (*Decision != 0) == (Branch == 0);
      ++Branch;
      if (const CFGBlock *B = Taken ? Next.getReachableBlock() : nullptr)
        if (Seen.insert({B, Here.Known}).second)
          Todo.push_back({B, 0, Here.Known});
    }
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Things held
//===----------------------------------------------------------------------===//

StringRef FunctionFacts::writtenNameOf(const CallExpr &Call) const {
  if (!Call.getBeginLoc().isMacroID())
    return nameOf(Call);
  return Source.text().substr(begin(&Call)).take_while([](char C) {
    return isalnum(static_cast<unsigned char>(C)) || C == '_';
  });
}

/// False for a call that has an acquiring routine's name, and leaves nothing
/// that the function would have to give back.
static bool isHeldBehind(const FunctionFacts &Facts, const CallExpr &Call,
                         const Resource &What) {
  StringRef Name = FunctionFacts::nameOf(Call);
  auto Arg = [&](unsigned I) {
    return I < Call.getNumArgs() ? bare(Call.getArg(I)) : nullptr;
  };
  auto IsLocal = [&](const Expr *E) {
    const auto *Address = dyn_cast_or_null<UnaryOperator>(E);
    return Address && Address->getOpcode() == UO_AddrOf &&
           memoryOf(Facts, Address->getSubExpr()) == Memory::Local;
  };
  if (Name.starts_with("KeSetTimer"))
    return IsLocal(Arg(0));
  if (Name == "IoSetTopLevelIrp")
    return Arg(0) && !isNullOrZero(Arg(0));
  if (Name.contains("InsertHeadList") || Name.contains("InsertTailList") ||
      Name.contains("PushEntryList"))
    return !What.isKernels() || !IsLocal(Arg(0));
  // A handle or a device that is kept in lasting memory.
  static const llvm::Regex ByAddress(
      "^(Zw|Nt)(Open|Create|Duplicate)|CreateFile|^ObOpenObjectBy|"
      "^PsCreateSystemThread|^IoOpenDevice|CreateDevice");
  if (ByAddress.match(Name))
    return llvm::any_of(Call.arguments(), [&](const Expr *E) {
      return IsLocal(bare(E)) || variableOf(E);
    });
  return true;
}

/// True for a field of memory that this function has allocated.
bool FunctionFacts::isOfHeldMemory(const Expr *Field) const {
  const auto *Member = dyn_cast<MemberExpr>(bare(Field));
  const VarDecl *Owner = Member ? variableOf(Member->getBase()) : nullptr;
  if (!Owner || !Owner->hasLocalStorage() || isa<ParmVarDecl>(Owner))
    return false;
  for (const Stmt *S : statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call)
      continue;
    std::optional<Resource> What =
        Program.acquiredBy(nameOf(*Call), writtenNameOf(*Call));
    if (!What || !What->isMemory())
      continue;
    const Stmt *Up = parent(Call);
    while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
      Up = parent(Up);
    if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(Up)) {
      if (variableOf(Assign->getLHS()) == Owner)
        return true;
    } else if (Owner->getInit() && isInside(Call, Owner->getInit())) {
      return true;
    }
  }
  return false;
}

std::optional<Resource> FunctionFacts::acquires(const CallExpr &Call) const {
  std::optional<Resource> What =
      Program.acquiredBy(nameOf(Call), writtenNameOf(Call));
  // Waiting for a mutex or a semaphore takes it.
  if (!What && nameOf(Call) == "KeWaitForSingleObject" && Call.getNumArgs()) {
    QualType T = bare(Call.getArg(0))->getType();
    if (T->isPointerType())
      T = T->getPointeeType();
    if (const RecordDecl *Record = T->getAsRecordDecl())
      What = Record->getName().contains("SEMAPHORE")
                 ? std::optional(Resource::semaphore())
             : Record->getName().contains("KMUTEX") ||
                     Record->getName().contains("KMUTANT")
                 ? std::optional(Resource::mutex())
                 : std::nullopt;
  }
  if (!What || !isHeldBehind(*this, Call, *What))
    return std::nullopt;
  // What is kept in lasting memory is not lost when the function leaves.
  const Stmt *Up = parent(&Call);
  while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
    Up = parent(Up);
  // (An IRP does not keep the MDL when it is freed.)
  if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(Up))
    if (What->isMemory() && Assign->isAssignmentOp() &&
        !variableOf(Assign->getLHS()) &&
        memoryOf(*this, Assign->getLHS()) == Memory::Lasting &&
        !isOfHeldMemory(Assign->getLHS()))
      return std::nullopt;
  if (!What->isCounter())
    return What;
  // A counter that nobody in the file ever counts down is a statistic.
  const Expr *Arg = Call.getNumArgs() ? bare(Call.getArg(0)) : nullptr;
  if (const auto *Address = dyn_cast_or_null<UnaryOperator>(Arg))
    Arg = bare(Address->getSubExpr());
  StringRef Field;
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(Arg)) {
    if (Member->getMemberDecl()->getDeclName().isIdentifier())
      Field = Member->getMemberDecl()->getName();
  } else if (const VarDecl *V = variableOf(Arg)) {
    Field = V->getName();
  }
  if (Field.empty())
    return What;
  llvm::ArrayRef<RawToken> Tokens = Source.tokens();
  for (size_t I = 0; I < Tokens.size(); ++I)
    if (Source.text(Tokens[I].Begin, Tokens[I].End)
            .contains("InterlockedDecrement"))
      for (size_t J = I + 1; J < Tokens.size() && J < I + 16; ++J)
        if (Source.text(Tokens[J].Begin, Tokens[J].End) == Field)
          return What;
  return std::nullopt;
}

std::optional<Resource> FunctionFacts::givesBack(const CallExpr &Call) const {
  return Program.givenBackBy(nameOf(Call), writtenNameOf(Call));
}

bool FunctionFacts::givesBack(const CallExpr &Call,
                              const Resource &What) const {
  return fixits::givesBack(nameOf(Call), writtenNameOf(Call), What);
}

std::vector<Held> FunctionFacts::heldAt(const CallExpr &Registration,
                                        const Stmt *Point) const {
  std::vector<Held> Result;
  for (const Stmt *S : statements()) {
    if (S == &Registration || !isa<CallExpr, CXXNewExpr>(S))
      continue;
    const bool IsArgument = isInside(S, &Registration);
    for (Held &H : acquiredBy(*this, *S))
      if (IsArgument ? H.What.isMemory()
                     : mayFollow(S, Point, [&](const Stmt &Other) {
                         return fixits::givesBack(*this, Other, H);
                       }))
        Result.push_back(std::move(H));
  }
  return Result;
}

std::vector<Resource>
FunctionFacts::givenBackIn(const FunctionDecl &Routine) const {
  std::vector<Resource> Result;
  llvm::SmallVector<const Stmt *, 64> Todo{Routine.getBody()};
  while (!Todo.empty()) {
    const Stmt *S = Todo.pop_back_val();
    if (!S)
      continue;
    if (const auto *Call = dyn_cast<CallExpr>(S))
      if (std::optional<Resource> What = givesBack(*Call))
        Result.push_back(*What);
    Todo.append(S->child_begin(), S->child_end());
  }
  return Result;
}

std::vector<Held> FunctionFacts::heldForOthers(const CallExpr &Call) const {
  std::vector<Held> Result;
  for (Held &H : heldAt(Call, &Call))
    if (!H.What.isMemory() && !findAfter(&Call, [&](const Stmt &S) {
          return fixits::givesBack(*this, S, H);
        }))
      Result.push_back(std::move(H));
  return Result;
}

bool FunctionFacts::isGivenBackFrom(const WayOut &Out, const Held &H,
                                    const CallExpr &Registration) const {
  Course There(*this, Registration, Out);
  There.assumeHeld(H);
  return There.always(
      [&](const Stmt &S) { return fixits::givesBack(*this, S, H); });
}

//===----------------------------------------------------------------------===//
// Ways out
//===----------------------------------------------------------------------===//

FunctionFacts::Test FunctionFacts::asStatusTest(const Expr *Condition) const {
  Test Result;
  const Expr *E = bare(Condition);
  if (!E)
    return Result;
  if (const auto *Not = dyn_cast<UnaryOperator>(E)) {
    if (Not->getOpcode() == UO_LNot) {
      Result = asStatusTest(Not->getSubExpr());
      Result.TrueMeansFailed = !Result.TrueMeansFailed;
    }
    return Result;
  }
  auto Subject = [](const Expr *Side) {
    Side = bare(Side);
    if (const auto *Assign = dyn_cast<BinaryOperator>(Side))
      if (Assign->getOpcode() == BO_Assign)
        return bare(Assign->getLHS());
    return Side;
  };
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    StringRef Name = nameOf(*Call);
    if (Call->getNumArgs() == 1 &&
        (Name == "NT_SUCCESS" || Name == "NT_ERROR")) {
      Result.Status = Subject(Call->getArg(0));
      Result.TrueMeansFailed = Name == "NT_ERROR";
    }
    return Result;
  }
  const auto *Compare = dyn_cast<BinaryOperator>(E);
  if (!Compare || !Compare->isComparisonOp()) {
    // if (status)
    const Expr *Value = Subject(E);
    if (const VarDecl *V = variableOf(Value))
      if (isStatusType(V->getType())) {
        Result.Status = Value;
        Result.TrueMeansFailed = true;
      }
    return Result;
  }
  const Expr *Left = Compare->getLHS();
  const Expr *Right = Compare->getRHS();
  BinaryOperatorKind Op = Compare->getOpcode();
  if (isNullOrZero(Left) && !isNullOrZero(Right)) {
    std::swap(Left, Right);
    Op = BinaryOperator::reverseComparisonOp(Op);
  }
  if (isNullOrZero(Right)) {
    if ((Op != BO_GE && Op != BO_LT && Op != BO_EQ && Op != BO_NE) ||
        !Subject(Left)->getType()->isIntegerType())
      return Result;
    Result.Status = Subject(Left);
    Result.TrueMeansFailed = Op == BO_LT || Op == BO_NE;
    return Result;
  }
  // NT_ERROR: ((ULONG)s >> 30) == 3
  const auto *Shift = dyn_cast<BinaryOperator>(bare(Left));
  const auto *Three = dyn_cast<IntegerLiteral>(bare(Right));
  if (Op == BO_EQ && Shift && Shift->getOpcode() == BO_Shr && Three &&
      Three->getValue() == 3) {
    Result.Status = Subject(Shift->getLHS());
    Result.TrueMeansFailed = true;
  }
  return Result;
}

namespace {

enum class Answer { No, Yes, Unknown };

Answer invert(Answer A) {
  return A == Answer::Unknown ? A : A == Answer::Yes ? Answer::No : Answer::Yes;
}

/// What \p E says when the registration has just failed.
Answer holdsOnFailure(const FunctionFacts &Facts, const Expr *E,
                      const VarDecl *Irp, const VarDecl *Status,
                      const Stmt *Registration) {
  // A flag that nobody has touched before, and the status.
  if (std::optional<int64_t> Value =
          evaluate(E, Facts.Context, [&](const VarDecl &V) {
            std::optional<int64_t> Known;
            if (&V == Status)
              Known = static_cast<int32_t>(0xC000009A);
            else
              Known = Facts.initialValue(V, Registration);
            return Known;
          }))
    return *Value ? Answer::Yes : Answer::No;
  E = bare(E);
  if (!E)
    return Answer::Unknown;
  if (const auto *Not = dyn_cast<UnaryOperator>(E))
    if (Not->getOpcode() == UO_LNot)
      return invert(
          holdsOnFailure(Facts, Not->getSubExpr(), Irp, Status, Registration));
  if (const auto *Both = dyn_cast<BinaryOperator>(E)) {
    if (Both->isLogicalOp()) {
      Answer L =
          holdsOnFailure(Facts, Both->getLHS(), Irp, Status, Registration);
      Answer R =
          holdsOnFailure(Facts, Both->getRHS(), Irp, Status, Registration);
      Answer Strong = Both->getOpcode() == BO_LAnd ? Answer::No : Answer::Yes;
      if (L == Strong || R == Strong)
        return Strong;
      return L == R ? L : Answer::Unknown;
    }
  }
  if (const auto *Call = dyn_cast<CallExpr>(E))
    if (Facts.effectOf(*Call) == Effect::Abnormal)
      return Answer::No;
  if (Irp) {
    if (variableOf(E) == Irp)
      return Answer::Yes;
    if (const auto *Compare = dyn_cast<BinaryOperator>(E))
      if (Compare->isEqualityOp() && variableOf(Compare->getLHS()) == Irp &&
          isNullOrZero(Compare->getRHS()))
        return Compare->getOpcode() == BO_NE ? Answer::Yes : Answer::No;
  }
  return Answer::Unknown;
}

/// Whether \p S runs when control comes to \p Target with the failure.
Answer runsOnFailure(const FunctionFacts &Facts, const Stmt *S, unsigned Target,
                     const VarDecl *Irp, const VarDecl *Status,
                     const Stmt *Registration) {
  Answer Result = Answer::Yes;
  for (const Stmt *Up = Facts.parent(S); Up && Facts.begin(Up) >= Target;
       S = Up, Up = Facts.parent(Up)) {
    Answer Here = Answer::Yes;
    if (const auto *If = dyn_cast<IfStmt>(Up)) {
      if (S == If->getThen() || S == If->getElse()) {
        Here = holdsOnFailure(Facts, If->getCond(), Irp, Status, Registration);
        if (S == If->getElse())
          Here = invert(Here);
      }
    } else if (isa<ForStmt, WhileStmt, SwitchStmt, ConditionalOperator,
                   CXXForRangeStmt, SEHExceptStmt, CXXCatchStmt>(Up)) {
      Here = Answer::Unknown;
    } else if (const auto *Logical = dyn_cast<BinaryOperator>(Up)) {
      if (Logical->isLogicalOp())
        Here = Answer::Unknown;
    }
    if (Here == Answer::No)
      return Answer::No;
    if (Here == Answer::Unknown)
      Result = Answer::Unknown;
  }
  return Result;
}

} // namespace

Fate FunctionFacts::irpFateFrom(unsigned Target, const VarDecl &Irp,
                                const VarDecl *Status,
                                const Stmt *Registration) const {
  bool Ended = false;
  bool Read = false;
  const SameIrp Same(*this, Irp);
  for (const Stmt *S : statements()) {
    if (begin(S) < Target)
      continue;
    const auto *Call = dyn_cast<CallExpr>(S);
    bool Leaves = isa<ReturnStmt, GotoStmt>(S);
    if (!Ended && Same.isUsedBy(*S) &&
        runsOnFailure(*this, S, Target, &Irp, Status, Registration) !=
            Answer::No)
      Read = true;
    if (!Leaves && !(Call && (takes(*Call, Irp) || Same.isGivenTo(*Call))))
      continue;
    Answer Runs = runsOnFailure(*this, S, Target, &Irp, Status, Registration);
    if (Runs == Answer::No)
      continue;
    if (Leaves) {
      // `return CompleteRequest(Irp, status);`: the call comes later in All.
      bool Completes = false;
      if (const auto *Return = dyn_cast<ReturnStmt>(S))
        if (const Expr *Value = Return->getRetValue())
          Completes = mentions(Value, Irp);
      if (Completes && Runs == Answer::Yes)
        continue;
      if (Runs == Answer::Yes || Ended)
        break;
      return Fate::Unclear;
    }
    switch (effectOf(*Call)) {
    case Effect::Harmless:
    case Effect::Prints:
    case Effect::NextStack:
      continue;
    case Effect::Complete:
    case Effect::Free:
      // What only may be the IRP is none.
      if (llvm::none_of(Call->arguments(), [&](const Expr *Arg) {
            return Same.isExactly(variableOf(Arg));
          }))
        return Fate::Unclear;
      break;
    default:
      if (Same.isGivenInsideTo(*Call) &&
          (effectOf(*Call) == Effect::FreeMemory || givesBack(*Call)))
        continue;
      if (!Same.isCompletedBy(*S))
        return Fate::Unclear;
    }
    if (Runs == Answer::Unknown)
      return Fate::Unclear;
    Ended = true;
  }
  return Ended ? Fate::Ended : Read ? Fate::Read : Fate::Nothing;
}

/// The statement that control leaves \p S by, when it is a jump.
static const Stmt *lastOf(const Stmt *S) {
  while (const auto *Block = dyn_cast_or_null<CompoundStmt>(S))
    S = Block->body_empty() ? nullptr : Block->body_back();
  return S;
}

WayOut FunctionFacts::wayOut(const CallExpr &Registration) const {
  const unsigned Here = begin(&Registration);

  // What the registration is in.
  const SEHTryStmt *Try = nullptr;
  const DoStmt *Once = nullptr;
  const Stmt *Breakable = nullptr;
  for (const Stmt *S = &Registration, *Up = parent(S); Up;
       S = Up, Up = parent(Up)) {
    if (const auto *T = dyn_cast<SEHTryStmt>(Up))
      if (!Try && S == T->getTryBlock())
        Try = T;
    if (!Breakable &&
        isa<ForStmt, WhileStmt, DoStmt, SwitchStmt, CXXForRangeStmt>(Up)) {
      Breakable = Up;
      if (const auto *Do = dyn_cast<DoStmt>(Up))
        if (isNullOrZero(Do->getCond()))
          Once = Do;
    }
  }
  auto BreakableOf = [&](const Stmt *S) -> const Stmt * {
    for (S = parent(S); S; S = parent(S))
      if (isa<ForStmt, WhileStmt, DoStmt, SwitchStmt, CXXForRangeStmt>(S))
        return S;
    return nullptr;
  };
  auto TryOf = [&](const Stmt *S) -> const SEHTryStmt * {
    for (const Stmt *Up = parent(S); Up; S = Up, Up = parent(Up))
      if (const auto *T = dyn_cast<SEHTryStmt>(Up))
        if (S == T->getTryBlock())
          return T;
    return nullptr;
  };

  // The variable that is returned behind a label.
  auto ReturnedFrom = [&](unsigned Target) -> const VarDecl * {
    for (const Stmt *S : statements())
      if (const auto *Return = dyn_cast<ReturnStmt>(S))
        if (begin(Return) >= Target)
          return variableOf(Return->getRetValue());
    return nullptr;
  };

  WayOut Before;
  WayOut After;
  WayOut Result;
  std::vector<WayOut> Unfit; // Those whose arms do more than to go there.
  for (const Stmt *S : statements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    if (!If || isInside(&Registration, If))
      continue;
    const FailureArm Arm = failureArm(*this, *If);
    const Stmt *Jump = lastOf(Arm.Branch);
    if (!Jump || !Arm.Failed)
      continue;
    const VarDecl *Status = Arm.Assigned ? Arm.Assigned : Arm.Tested;
    if (const auto *Goto = dyn_cast<GotoStmt>(Jump))
      if (!Status && Goto->getLabel()->getStmt())
        Status = ReturnedFrom(begin(Goto->getLabel()->getStmt()));
    if (!Status || !Status->hasLocalStorage() || isa<ParmVarDecl>(Status) ||
        !isStatusType(Status->getType()))
      continue;
    WayOut Found;
    Found.Status = Status;
    Found.Jump = Jump;
    if (const auto *Goto = dyn_cast<GotoStmt>(Jump)) {
      const LabelStmt *Label = Goto->getLabel()->getStmt();
      if (!Label || Jump->getBeginLoc().isMacroID() || begin(Label) < Here ||
          TryOf(Label) != Try || TryOf(Jump) != Try ||
          !Source.isSeenWherever(begin(Label), Here))
        continue;
      Found.How = WayOut::Goto;
      Found.Label = Goto->getLabel();
      Found.Target = begin(Label);
    } else if (isa<SEHLeaveStmt>(Jump)) {
      if (!Try || TryOf(Jump) != Try || Jump->getBeginLoc().isMacroID())
        continue;
      Found.How = WayOut::Leave;
      Found.Target = Try->getFinallyHandler()
                         ? begin(Try->getFinallyHandler())
                         : Source.offset(Try->getEndLoc()).value_or(BodyEnd);
    } else if (isa<BreakStmt>(Jump)) {
      if (!Once || BreakableOf(Jump) != Once || TryOf(Jump) != Try ||
          Jump->getBeginLoc().isMacroID())
        continue;
      Found.How = WayOut::Break;
      Found.Target = Source.offset(Once->getEndLoc()).value_or(BodyEnd);
    } else {
      continue;
    }
    if (!Arm.Plain)
      Unfit.push_back(Found);
    if (begin(If) < Here)
      Before = Found;
    else if (After.How == WayOut::None)
      After = Found;
  }
  // The author's labels may undo more and more: they have to agree.
  if (Before.How != WayOut::None && After.How != WayOut::None) {
    if (Before.How == After.How && Before.Target == After.Target &&
        Before.Status == After.Status)
      Result = Before;
  } else {
    Result = Before.How != WayOut::None ? Before : After;
  }
  for (const WayOut &Other : Unfit)
    if (Other.How == Result.How && Other.Target == Result.Target)
      return WayOut();

  // `__try { ... } __finally { ... } return status;`: __leave does it.
  if (Result.How == WayOut::None && Try && Try->getFinallyHandler()) {
    const auto *Block = dyn_cast_or_null<CompoundStmt>(parent(Try));
    if (Block) {
      const Stmt *Next = nullptr;
      for (auto It = Block->body_begin(); It != Block->body_end(); ++It)
        if (*It == Try && std::next(It) != Block->body_end())
          Next = *std::next(It);
      if (const auto *Return = dyn_cast_or_null<ReturnStmt>(Next)) {
        const VarDecl *Status = variableOf(Return->getRetValue());
        if (Status && Status->hasLocalStorage() &&
            isStatusType(Status->getType()) && !isa<ParmVarDecl>(Status)) {
          Result.How = WayOut::Leave;
          Result.Status = Status;
          Result.Target = begin(Try->getFinallyHandler());
        }
      }
    }
  }

  // A jump must not pass an initialiser in C++.
  if (Result.How == WayOut::Goto && Context.getLangOpts().CPlusPlus) {
    const LabelStmt *Label = Result.Label->getStmt();
    for (const Stmt *S : statements()) {
      const auto *Declares = dyn_cast<DeclStmt>(S);
      if (!Declares || begin(S) < Here || begin(S) > Result.Target ||
          !isInside(Label, parent(S)))
        continue;
      for (const Decl *D : Declares->decls())
        if (const auto *V = dyn_cast<VarDecl>(D))
          if (V->hasInit() || !V->getType().isPODType(Context))
            return WayOut();
    }
  }
  if (Result.How != WayOut::None && !leadsWell(*this, Registration, Result))
    return WayOut();
  return Result;
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

bool FunctionFacts::isConstant(const VarDecl &V) const {
  return isUnchangedIn(V, Body);
}

bool FunctionFacts::isUnchangedIn(const VarDecl &V, const Stmt *Where) const {
  for (const Stmt *S : statements()) {
    const Expr *Changed = nullptr;
    if (const auto *Binary = dyn_cast<BinaryOperator>(S)) {
      if (Binary->isAssignmentOp())
        Changed = Binary->getLHS();
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(S)) {
      if (Unary->isIncrementDecrementOp() || Unary->getOpcode() == UO_AddrOf)
        Changed = Unary->getSubExpr();
    } else if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() && Capture.getCapturedVar() == &V &&
            Capture.getCaptureKind() == LCK_ByRef && isInside(S, Where))
          return false;
    }
    if (!Changed || variableOf(Changed) != &V || !isInside(S, Where))
      continue;
    // UNREFERENCED_PARAMETER of some headers: (P) = (P).
    if (const auto *Binary = dyn_cast<BinaryOperator>(S))
      if (variableOf(Binary->getRHS()) == &V)
        continue;
    return false;
  }
  return true;
}

/// The statement that \p S is in, in its block; with labels.
static const Stmt *inBlock(const FunctionFacts &Facts, const Stmt *S,
                           const CompoundStmt *&Block) {
  for (const Stmt *Up = Facts.parent(S); Up; S = Up, Up = Facts.parent(Up))
    if ((Block = dyn_cast<CompoundStmt>(Up)))
      return S;
  Block = nullptr;
  return nullptr;
}

/// True when the statements after \p At's, in its own block, assign to \p V
/// before anything reads it or control can go elsewhere.
bool FunctionFacts::killsSoon(const VarDecl &V, const Stmt *At) const {
  const CompoundStmt *Block = nullptr;
  const Stmt *Here = inBlock(*this, At, Block);
  if (!Here)
    return false;
  bool Behind = false;
  for (const Stmt *S : Block->body()) {
    if (S == Here) {
      Behind = true;
      continue;
    }
    if (!Behind)
      continue;
    if (S->getBeginLoc().isMacroID())
      return false;
    auto Bytes = Source.bytes(S->getSourceRange());
    if (!Bytes)
      return false;
    const auto *Value = dyn_cast<Expr>(S);
    const auto *Assign = dyn_cast_or_null<BinaryOperator>(
        Value ? Value->IgnoreParens() : nullptr);
    if (Assign && Assign->getOpcode() == BO_Assign &&
        variableOf(Assign->getLHS()) == &V)
      return !mentions(Assign->getRHS(), V);
    if (!isa<Expr, DeclStmt>(S) ||
        Source.hasIdentifier(V.getName(), Bytes->first, Bytes->second) ||
        mentions(S, V))
      return false;
  }
  return false;
}

/// True when the text after \p From has \p V's name where the compiler saw no
/// variable: in a macro that came to nothing, or in another `#if` branch.
bool FunctionFacts::isMentionedUnseen(const VarDecl &V, unsigned From) const {
  const SourceManager &Sources = Context.getSourceManager();
  llvm::SmallPtrSet<void *, 0> Unused;
  std::vector<unsigned> SeenAt;
  for (const Stmt *S : statements())
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      if (auto At = Source.offset(Sources.getSpellingLoc(Ref->getLocation())))
        SeenAt.push_back(*At);
  StringRef Previous;
  for (const RawToken &T : Source.tokens()) {
    if (T.isComment())
      continue;
    StringRef Word = Source.text(T.Begin, T.End);
    if (T.Begin >= From && T.End <= BodyEnd && T.Kind == tok::raw_identifier &&
        Word == V.getName() && Previous != "." && Previous != "->" &&
        !llvm::is_contained(SeenAt, T.Begin))
      return true;
    Previous = Word;
  }
  return false;
}

bool FunctionFacts::isFreeAfter(const VarDecl &V, const Stmt *At) const {
  if (!V.hasLocalStorage() || V.getType().isConstQualified() ||
      V.getType().isVolatileQualified() || V.getType()->isReferenceType())
    return false;
  // Every use has to be a plain read or a plain assignment.
  llvm::SmallPtrSet<const Stmt *, 16> Targets;
  for (const Stmt *S : statements()) {
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S)) {
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() && Capture.getCapturedVar() == &V)
          return false;
    } else if (const auto *Assign = dyn_cast<BinaryOperator>(S)) {
      if (Assign->getOpcode() == BO_Assign &&
          variableOf(Assign->getLHS()) == &V)
        Targets.insert(Assign->getLHS()->IgnoreParens());
    }
  }
  for (const Stmt *S : statements()) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    if (!Ref || Ref->getDecl() != &V || Targets.count(Ref))
      continue;
    const Stmt *Up = parent(Ref);
    while (Up && isa<ParenExpr>(Up))
      Up = parent(Up);
    const auto *Cast = dyn_cast_or_null<CastExpr>(Up);
    if (!Cast || (Cast->getCastKind() != CK_LValueToRValue &&
                  Cast->getCastKind() != CK_ToVoid))
      return false;
  }
  if (killsSoon(V, At))
    return true;
  if (!Graph || !Positions.count(At) || isMentionedUnseen(V, begin(At)))
    return false;
  // A handler may read what is assigned in its __try or try.
  for (const Stmt *S = At, *Up = parent(S); Up; S = Up, Up = parent(Up)) {
    if (const auto *Try = dyn_cast<SEHTryStmt>(Up)) {
      if (S == Try->getTryBlock() && mentions(Try->getHandler(), V))
        return false;
    } else if (const auto *Try = dyn_cast<CXXTryStmt>(Up)) {
      for (unsigned I = 0; I != Try->getNumHandlers(); ++I)
        if (mentions(Try->getHandler(I), V))
          return false;
    }
  }
  const bool Read = walk(At, [&](const Stmt &S) -> int {
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
      return Ref->getDecl() == &V && !Targets.count(Ref) ? Stop : Go;
    if (const auto *Assign = dyn_cast<BinaryOperator>(&S))
      return Assign->getOpcode() == BO_Assign &&
                     variableOf(Assign->getLHS()) == &V
                 ? Cut
                 : Go;
    if (const auto *Declares = dyn_cast<DeclStmt>(&S))
      return llvm::is_contained(Declares->decls(), &V) ? Cut : Go;
    return Go;
  });
  return !Read;
}

} // namespace wdm::fixits
