//===- Obligations.cpp - What a way out must not skip ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Obligations.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using model::Effect;

namespace {

constexpr int32_t Failure = static_cast<int32_t>(0xC000009A);

bool isNull(const FunctionFacts &Facts, const Expr *E) {
  std::optional<int64_t> Value = constantOf(bare(E), Facts.Context);
  return Value && *Value == 0;
}

bool isFailureCode(const FunctionFacts &Facts, const Expr *E) {
  std::optional<int64_t> Value = constantOf(E, Facts.Context);
  return Value && static_cast<int32_t>(*Value) < 0;
}

/// A statement's assignment, and to what.
const Expr *assigned(const Stmt &S) {
  if (const auto *Binary = dyn_cast<BinaryOperator>(&S))
    return Binary->isAssignmentOp() ? Binary->getLHS() : nullptr;
  if (const auto *Unary = dyn_cast<UnaryOperator>(&S))
    return Unary->isIncrementDecrementOp() ? Unary->getSubExpr() : nullptr;
  return nullptr;
}

bool isPointerTo(QualType T, std::initializer_list<StringRef> Names) {
  if (T->isArrayType())
    T = T->getAsArrayTypeUnsafe()->getElementType();
  else
    T = T->getPointeeType();
  const RecordDecl *Record = T.isNull() ? nullptr : T->getAsRecordDecl();
  return Record && llvm::is_contained(Names, Record->getName());
}

bool isStackLocation(QualType T) {
  return isPointerTo(T, {"_IO_STACK_LOCATION", "IO_STACK_LOCATION"});
}

StringRef calledName(const CallExpr &Call) {
  return FunctionFacts::nameOf(Call);
}

} // namespace

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

namespace {

using Arguments = llvm::DenseMap<const VarDecl *, std::string>;

std::string keyOf(const FunctionFacts &Facts, const Expr *E,
                  const Arguments *Given, unsigned Depth = 0) {
  E = bare(E);
  if (!E || Depth > 16)
    return "?";
  auto Sub = [&](const Expr *Inner) {
    return keyOf(Facts, Inner, Given, Depth + 1);
  };
  if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
    const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
    if (V && Given)
      if (auto It = Given->find(V); It != Given->end())
        return It->second;
    // Another name of the same thing.
    if (V && V->hasLocalStorage() && !isa<ParmVarDecl>(V) && V->getInit() &&
        V->getType()->isPointerType() && Facts.isConstant(*V)) {
      const Expr *Init = bare(V->getInit());
      const auto *Address = dyn_cast<UnaryOperator>(Init);
      if (isa<DeclRefExpr, MemberExpr>(Init) ||
          (Address && Address->getOpcode() == UO_AddrOf))
        return Sub(Init);
    }
    return "#" + llvm::utohexstr(reinterpret_cast<uintptr_t>(
                     Ref->getDecl()->getCanonicalDecl()));
  }
  if (const auto *Member = dyn_cast<MemberExpr>(E)) {
    const ValueDecl *Field = Member->getMemberDecl();
    if (!Field->getDeclName().isIdentifier() || Field->getName().empty())
      return Sub(Member->getBase());
    return Sub(Member->getBase()) + (Member->isArrow() ? ">" : ".") +
           Field->getName().str();
  }
  if (const auto *Unary = dyn_cast<UnaryOperator>(E)) {
    if (Unary->getOpcode() == UO_AddrOf)
      return Sub(Unary->getSubExpr());
    if (Unary->getOpcode() == UO_Deref)
      return "*" + Sub(Unary->getSubExpr());
  }
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E))
    return Sub(Element->getBase()) + "[" + Sub(Element->getIdx()) + "]";
  if (isa<CXXThisExpr>(E))
    return "this";
  if (std::optional<int64_t> Value = constantOf(E, Facts.Context))
    return "=" + llvm::itostr(*Value);
  return "?" + llvm::utohexstr(reinterpret_cast<uintptr_t>(E));
}

bool isValueKey(StringRef Key) {
  return Key.empty() || Key[0] == '=' || Key[0] == '?';
}

/// What the value of \p E is stored in, or null.
const Expr *storedIn(const FunctionFacts &Facts, const Expr *E,
                     const VarDecl *&Variable) {
  Variable = nullptr;
  const Stmt *S = E;
  const Stmt *Up = Facts.parent(S);
  while (isa_and_nonnull<CastExpr, ParenExpr, FullExpr>(Up)) {
    S = Up;
    Up = Facts.parent(Up);
  }
  if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(Up)) {
    if (Assign->isAssignmentOp() && Assign->getRHS() == S)
      return Assign->getLHS();
  } else if (const auto *Declares = dyn_cast_or_null<DeclStmt>(Up)) {
    for (const Decl *D : Declares->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        if (V->getInit() && Facts.isInside(E, V->getInit()))
          Variable = V;
  }
  return nullptr;
}

std::string resultOf(const FunctionFacts &Facts, const Expr *E) {
  const VarDecl *V = nullptr;
  if (const Expr *To = storedIn(Facts, E, V))
    return keyOf(Facts, To, nullptr);
  if (V)
    return "#" +
           llvm::utohexstr(reinterpret_cast<uintptr_t>(V->getCanonicalDecl()));
  return std::string();
}

bool haveCommon(llvm::ArrayRef<std::string> A, llvm::ArrayRef<std::string> B) {
  if (A.empty() || B.empty())
    return true;
  return llvm::any_of(
      A, [&](const std::string &Key) { return llvm::is_contained(B, Key); });
}

bool isWithin(llvm::ArrayRef<std::string> A, llvm::ArrayRef<std::string> B) {
  return llvm::all_of(
      A, [&](const std::string &Key) { return llvm::is_contained(B, Key); });
}

/// The arguments of \p Call that name something.
std::vector<std::string> argumentKeys(const FunctionFacts &Facts,
                                      const CallExpr &Call,
                                      const Arguments *Given) {
  std::vector<std::string> Keys;
  if (const auto *Method = dyn_cast<CXXMemberCallExpr>(&Call))
    Keys.push_back(keyOf(Facts, Method->getImplicitObjectArgument(), Given));
  for (const Expr *Arg : Call.arguments()) {
    std::string Key = keyOf(Facts, Arg, Given);
    if (!isValueKey(Key))
      Keys.push_back(std::move(Key));
  }
  return Keys;
}

std::vector<std::string> acquiredObjects(const FunctionFacts &Facts,
                                         const CallExpr &Call,
                                         const Resource &What,
                                         const Arguments *Given) {
  std::string Result = Call.getType()->isPointerType() || What.isMemory()
                           ? resultOf(Facts, &Call)
                           : std::string();
  if (!Result.empty() && !isValueKey(Result))
    return {Result};
  if (!What.isKernels())
    return argumentKeys(Facts, Call, Given);
  if (What.isMemory())
    return {};
  std::vector<std::string> Keys;
  for (unsigned I = 0; I != Call.getNumArgs(); ++I) {
    const auto *Address = dyn_cast<UnaryOperator>(bare(Call.getArg(I)));
    if (I == What.objectArgument() ||
        (Address && Address->getOpcode() == UO_AddrOf)) {
      std::string Key = keyOf(Facts, Call.getArg(I), Given);
      if (!isValueKey(Key))
        Keys.push_back(std::move(Key));
    }
  }
  return Keys;
}

/// Compares what was acquired with what \p Call is given.
bool isSameObject(const FunctionFacts &Facts, const CallExpr &Call,
                  const Held &H, const Arguments *Given) {
  std::vector<std::string> Keys = argumentKeys(Facts, Call, Given);
  if (H.Objects.empty() || Keys.empty())
    return true;
  if (H.What.isKernels()) {
    // Its first argument says what is released.
    if (Call.getNumArgs() == 0 || calledName(Call).contains("RemoveHead") ||
        calledName(Call).contains("RemoveTail") ||
        calledName(Call).contains("PopEntry") ||
        calledName(Call) == "IoSetTopLevelIrp")
      return true;
    return haveCommon(H.Objects, {keyOf(Facts, Call.getArg(0), Given)});
  }
  return isWithin(Keys, H.Objects) || isWithin(H.Objects, Keys);
}

Arguments argumentsOf(const FunctionFacts &Facts, const CallExpr &Call,
                      const FunctionDecl &Definition, const Arguments *Given) {
  Arguments Map;
  for (unsigned I = 0; I != Call.getNumArgs() && I != Definition.getNumParams();
       ++I)
    Map[Definition.getParamDecl(I)] = keyOf(Facts, Call.getArg(I), Given);
  return Map;
}

/// The body of the function of the driver's that \p Call calls, if that is one
/// that can be looked into.
const FunctionDecl *bodyOf(const FunctionFacts &Facts, const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const FunctionDecl *Definition = nullptr;
  if (!Callee || !Callee->hasBody(Definition) ||
      Definition->isDependentContext() || Definition == &Facts.Function ||
      !Facts.Source.offset(Definition->getLocation()))
    return nullptr;
  return Definition;
}

bool releases(const FunctionFacts &Facts, const Stmt &S, const Held &H,
              const Arguments *Given, unsigned Depth) {
  if (const auto *Delete = dyn_cast<CXXDeleteExpr>(&S))
    return H.What.isMemory() &&
           haveCommon(H.Objects, {keyOf(Facts, Delete->getArgument(), Given)});
  const auto *Call = dyn_cast<CallExpr>(&S);
  if (!Call || Call == H.Acquired)
    return false;
  if (Facts.givesBack(*Call, H.What))
    return isSameObject(Facts, *Call, H, Given);
  const FunctionDecl *Body = Depth < 3 ? bodyOf(Facts, *Call) : nullptr;
  if (!Body)
    return false;
  Arguments Inner = argumentsOf(Facts, *Call, *Body, Given);
  const FunctionFacts &There = Facts.Program.of(*Body, Facts.Source);
  return llvm::any_of(There.statements(), [&](const Stmt *In) {
    return releases(There, *In, H, &Inner, Depth + 1);
  });
}

std::vector<Held> acquires(const FunctionFacts &Facts, const Stmt &S,
                           const Arguments *Given, unsigned Depth) {
  if (const auto *New = dyn_cast<CXXNewExpr>(&S)) {
    // Into memory that is there already.
    for (const Expr *Arg : New->placement_arguments())
      if (Arg->getType()->isPointerType())
        return {};
    const VarDecl *V = nullptr;
    const Expr *To = storedIn(Facts, New, V);
    const Stmt *Up = Facts.parent(New);
    while (isa_and_nonnull<CastExpr, ParenExpr, FullExpr>(Up))
      Up = Facts.parent(Up);
    if (const auto *User = dyn_cast_or_null<CallExpr>(Up))
      if (Facts.effectOf(*User) == Effect::Register) {
        Held H;
        H.Acquired = New;
        H.What = Resource::memory();
        H.Objects = {keyOf(Facts, New, nullptr)};
        return {H};
      }
    if ((!To && !V) || (V && !V->getType()->isPointerType()) ||
        (To && (!To->getType()->isPointerType() ||
                memoryOf(Facts, To) == Memory::Lasting)))
      return {};
    Held H;
    H.Acquired = New;
    H.What = Resource::memory();
    H.Objects = {resultOf(Facts, New)};
    return {H};
  }
  const auto *Call = dyn_cast<CallExpr>(&S);
  if (!Call)
    return {};
  if (std::optional<Resource> What = Facts.acquires(*Call)) {
    Held H;
    H.Acquired = Call;
    H.What = *What;
    H.Objects = acquiredObjects(Facts, *Call, *What, Given);
    return {H};
  }
  // A helper that keeps what it acquires.
  const FunctionDecl *Body = Depth < 3 ? bodyOf(Facts, *Call) : nullptr;
  if (!Body || Facts.givesBack(*Call) ||
      Facts.effectOf(*Call) != Effect::HandOn)
    return {};
  Arguments Inner = argumentsOf(Facts, *Call, *Body, Given);
  const FunctionFacts &There = Facts.Program.of(*Body, Facts.Source);
  std::vector<Held> Kept;
  for (const Stmt *In : There.statements())
    for (Held &H : acquires(There, *In, &Inner, Depth + 1)) {
      if (H.What.isMemory() ||
          llvm::any_of(There.statements(), [&](const Stmt *Other) {
            return releases(There, *Other, H, &Inner, Depth + 1) &&
                   There.begin(Other) > There.begin(In);
          }))
        continue;
      H.Acquired = Call;
      Kept.push_back(std::move(H));
    }
  return Kept;
}

} // namespace

std::string objectOf(const FunctionFacts &Facts, const Expr *E) {
  return keyOf(Facts, E, nullptr);
}

Memory memoryOf(const FunctionFacts &Facts, const Expr *E) {
  for (unsigned Depth = 0; Depth != 16; ++Depth) {
    E = bare(E);
    const Expr *Pointer = nullptr;
    if (const auto *Ref = dyn_cast_or_null<DeclRefExpr>(E)) {
      const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
      return V && V->hasLocalStorage() && !V->getType()->isReferenceType()
                 ? Memory::Local
                 : Memory::Lasting;
    }
    if (const auto *Member = dyn_cast_or_null<MemberExpr>(E)) {
      if (!Member->isArrow()) {
        E = Member->getBase();
        continue;
      }
      Pointer = Member->getBase();
    } else if (const auto *Element = dyn_cast_or_null<ArraySubscriptExpr>(E)) {
      if (bare(Element->getBase())->getType()->isArrayType()) {
        E = Element->getBase();
        continue;
      }
      Pointer = Element->getBase();
    } else if (const auto *Unary = dyn_cast_or_null<UnaryOperator>(E)) {
      if (Unary->getOpcode() != UO_Deref)
        return Memory::Lasting;
      Pointer = Unary->getSubExpr();
    } else {
      return Memory::Lasting;
    }
    if (model::isIrpPointer(Pointer->getType()) ||
        isStackLocation(Pointer->getType()))
      return Memory::Irp;
    // A pointer to something of this function.
    const VarDecl *V = variableOf(Pointer);
    const Expr *Init =
        V && V->hasLocalStorage() && !isa<ParmVarDecl>(V) && V->getInit()
            ? bare(V->getInit())
            : nullptr;
    const auto *Address = dyn_cast_or_null<UnaryOperator>(
        Init && Facts.isConstant(*V) ? Init : bare(Pointer));
    if (Address && Address->getOpcode() == UO_AddrOf) {
      E = Address->getSubExpr();
      continue;
    }
    return Memory::Lasting;
  }
  return Memory::Lasting;
}

/// The same for what a pointer points to.
static Memory memoryBehind(const FunctionFacts &Facts, const Expr *E) {
  E = bare(E);
  if (model::isIrpPointer(E->getType()) || isStackLocation(E->getType()))
    return Memory::Irp;
  if (const auto *Address = dyn_cast<UnaryOperator>(E))
    if (Address->getOpcode() == UO_AddrOf)
      return memoryOf(Facts, Address->getSubExpr());
  if (E->getType()->isArrayType())
    return memoryOf(Facts, E);
  if (const VarDecl *V = variableOf(E))
    if (V->hasLocalStorage() && !isa<ParmVarDecl>(V) && V->getInit() &&
        Facts.isConstant(*V)) {
      const auto *Address = dyn_cast<UnaryOperator>(bare(V->getInit()));
      if (Address && Address->getOpcode() == UO_AddrOf)
        return memoryOf(Facts, Address->getSubExpr());
    }
  return Memory::Lasting;
}

std::vector<Held> acquiredBy(const FunctionFacts &Facts, const Stmt &S,
                             unsigned Depth) {
  return acquires(Facts, S, nullptr, Depth);
}

bool givesBack(const FunctionFacts &Facts, const Stmt &S, const Held &What) {
  return releases(Facts, S, What, nullptr, 0);
}

//===----------------------------------------------------------------------===//
// What runs
//===----------------------------------------------------------------------===//

Course::Course(const FunctionFacts &Facts, const Stmt *From)
    : Facts(Facts), From(From) {
  const Stmt *Start = From;
  while (Start && !Facts.Positions.count(Start)) {
    const Stmt *Last = nullptr;
    for (const Stmt *Child : Start->children())
      if (Child)
        Last = Child;
    Start = Last;
  }
  if (Start && Facts.Graph) {
    auto It = Facts.Positions.find(Start);
    Block = It->second.Block;
    Index = It->second.Index + 1;
  }
}

Course::Course(const FunctionFacts &Facts, const CallExpr &Registration,
               const WayOut &Out)
    : Facts(Facts), From(&Registration), Failing(true), Status(Out.Status),
      Target(Out.Target) {
  if (Facts.Graph && Out.Jump)
    for (const CFGBlock *B : *Facts.Graph)
      if (B->getTerminatorStmt() == Out.Jump && !B->succ_empty())
        Block = B->succ_begin()->getReachableBlock();
}

std::optional<int64_t> Course::value(const Expr *E) const {
  return evaluate(E, Facts.Context,
                  [&](const VarDecl &V) { return valueOf(V); });
}

void Course::assumeHeld(const Held &H) {
  const VarDecl *Result = nullptr;
  if (const Expr *To = storedIn(Facts, H.Acquired, Result))
    Result = variableOf(To);
  if (Result && Result->getType()->isPointerType())
    Assumed[Result] = 1;
  // locked = TRUE; next to it.
  const Stmt *S = H.Acquired;
  while (S && !isa_and_nonnull<CompoundStmt>(Facts.parent(S)))
    S = Facts.parent(S);
  const auto *Block = S ? cast<CompoundStmt>(Facts.parent(S)) : nullptr;
  if (!Block)
    return;
  bool Behind = false;
  for (const Stmt *Child : Block->body()) {
    if (Child == S) {
      Behind = true;
      continue;
    }
    const auto *Assign = dyn_cast<BinaryOperator>(Child);
    if (!Behind || !Assign || Assign->getOpcode() != BO_Assign ||
        Facts.begin(Child) >= Facts.begin(From))
      continue;
    const VarDecl *V = variableOf(Assign->getLHS());
    std::optional<int64_t> Value = constantOf(Assign->getRHS(), Facts.Context);
    if (!V || !Value || !V->getType()->isIntegerType())
      continue;
    // Nobody takes it back.
    if (llvm::none_of(Facts.statements(), [&](const Stmt *Other) {
          const Expr *To = assigned(*Other);
          return To && variableOf(To) == V && Other != Assign &&
                 Facts.begin(Other) > Facts.begin(Assign);
        }))
      Assumed[V] = *Value;
  }
}

std::optional<int64_t> Course::valueOf(const VarDecl &V) const {
  if (!V.hasLocalStorage() || V.getType()->isReferenceType())
    return std::nullopt;
  if (Failing && &V == Status)
    return Failure;
  if (!Failing) {
    // What is cleaned up is there.
    if (V.getType()->isPointerType())
      return 1;
    return std::nullopt;
  }
  if (auto It = Assumed.find(&V); It != Assumed.end())
    return It->second;
  if (model::isIrpPointer(V.getType()))
    return 1;
  std::vector<const Stmt *> Sets;
  auto AddSet = [&](const Stmt *S) { Sets.push_back(S); };
  if (V.getInit() && !isa<ParmVarDecl>(V))
    AddSet(V.getInit());
  for (const Stmt *S : Facts.statements()) {
    if (const auto *Unary = dyn_cast<UnaryOperator>(S))
      if (Unary->getOpcode() == UO_AddrOf &&
          variableOf(Unary->getSubExpr()) == &V)
        return std::nullopt;
    const Expr *To = assigned(*S);
    if (!To || variableOf(To) != &V)
      continue;
    if (Facts.begin(S) >= Target)
      return std::nullopt;
    AddSet(S);
  }
  std::optional<int64_t> Value;
  for (const Stmt *S : Sets) {
    if (!Facts.mayFollow(S, From, [&](const Stmt &Cut) {
          return &Cut != S && llvm::is_contained(Sets, &Cut);
        }))
      continue;
    const auto *Assign = dyn_cast<BinaryOperator>(S);
    const Expr *Source = S == V.getInit() ? V.getInit()
                         : Assign && Assign->getOpcode() == BO_Assign
                             ? Assign->getRHS()
                             : nullptr;
    if (!Source)
      return std::nullopt;
    std::optional<int64_t> Here = constantOf(Source, Facts.Context);
    if (!Here)
      if (const auto *Call = dyn_cast<CallExpr>(bare(Source)))
        if (!acquiredBy(Facts, *Call).empty())
          Here = isStatusType(V.getType()) ? 0 : 1; // It could be acquired.
    if (!Here && isa<CXXNewExpr>(bare(Source)))
      Here = 1;
    if (!Here || (Value && *Value != *Here))
      return std::nullopt;
    Value = Here;
  }
  return Value;
}

std::optional<bool> Course::decide(const Expr *Condition) const {
  const Expr *E = bare(Condition);
  if (!E)
    return std::nullopt;
  if (std::optional<int64_t> Value = value(Condition))
    return *Value != 0;
  if (const auto *Not = dyn_cast<UnaryOperator>(E)) {
    if (Not->getOpcode() != UO_LNot)
      return std::nullopt;
    std::optional<bool> Inner = decide(Not->getSubExpr());
    return Inner ? std::optional<bool>(!*Inner) : Inner;
  }
  // What is cleaned up is there.
  if (!Failing && E->getType()->isPointerType() && !isa<CallExpr>(E))
    return true;
  if (const auto *Compare = dyn_cast<BinaryOperator>(E))
    if (!Failing && Compare->isEqualityOp() &&
        bare(Compare->getLHS())->getType()->isPointerType() &&
        isNull(Facts, Compare->getRHS()))
      return Compare->getOpcode() == BO_NE;
  if (const auto *Both = dyn_cast<BinaryOperator>(E))
    if (Both->isLogicalOp()) {
      const bool Strong = Both->getOpcode() == BO_LOr;
      std::optional<bool> L = decide(Both->getLHS());
      std::optional<bool> R = decide(Both->getRHS());
      if ((L && *L == Strong) || (R && *R == Strong))
        return Strong;
      return L && R ? std::optional<bool>(!Strong) : std::nullopt;
    }
  if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (Facts.effectOf(*Call) == Effect::Abnormal)
      return false;
    FunctionFacts::Test Test = Facts.asStatusTest(E);
    if (const VarDecl *V = variableOf(Test.Status))
      if (std::optional<int64_t> Value = valueOf(*V))
        return (static_cast<int32_t>(*Value) < 0) == Test.TrueMeansFailed;
  }
  return std::nullopt;
}

std::optional<bool> Course::runs(const Stmt *S) const {
  bool Sure = true;
  for (const Stmt *Up = Facts.parent(S); Up; S = Up, Up = Facts.parent(Up)) {
    if (Failing ? Facts.begin(Up) < Target : Facts.isInside(From, Up))
      break;
    std::optional<bool> Here = true;
    if (const auto *If = dyn_cast<IfStmt>(Up)) {
      if (S == If->getThen() || S == If->getElse()) {
        Here = decide(If->getCond());
        if (Here && S == If->getElse())
          Here = !*Here;
      }
    } else if (isa<ForStmt, WhileStmt, SwitchStmt, ConditionalOperator,
                   CXXForRangeStmt, SEHExceptStmt, CXXCatchStmt>(Up)) {
      Here = std::nullopt;
    } else if (const auto *Logical = dyn_cast<BinaryOperator>(Up)) {
      if (Logical->isLogicalOp() && S == Logical->getRHS())
        Here = std::nullopt;
    }
    if (Here && !*Here)
      return false;
    Sure &= Here.has_value();
  }
  // The other branch of what the place itself is in.
  if (!Failing)
    for (const Stmt *In = From, *Up = Facts.parent(In); Up;
         In = Up, Up = Facts.parent(Up))
      if (const auto *If = dyn_cast<IfStmt>(Up))
        if (If != S && Facts.isInside(S, If) && !Facts.isInside(S, In))
          return false;
  return Sure ? std::optional<bool>(true) : std::nullopt;
}

/// Cut false: finds a statement. Cut true: returns true when the end can be
/// reached without one.
bool Course::follow(Wanted Is, bool Cut, const Stmt **Found) const {
  if (!Block) {
    // In the order of the text.
    for (const Stmt *S : Facts.statements()) {
      if (Failing
              ? Facts.begin(S) < Target
              : Facts.begin(S) <= Facts.begin(From) || Facts.isInside(From, S))
        continue;
      const bool Leaves = isa<ReturnStmt, GotoStmt>(S);
      if (!Leaves && !Is(*S))
        continue;
      std::optional<bool> Runs = runs(S);
      if (Runs && !*Runs)
        continue;
      if (Leaves) {
        bool Inside = false;
        for (const Stmt *Other : Facts.statements())
          if (Facts.isInside(Other, S) && Is(*Other)) {
            if (Found)
              *Found = Other;
            Inside = true;
          }
        if (Inside && (!Cut || Runs))
          return !Cut;
        if (Runs && isa<ReturnStmt>(S))
          return Cut;
        continue;
      }
      if (!Cut) {
        *Found = S;
        return true;
      }
      if (Runs)
        return false;
    }
    return Cut;
  }
  llvm::SmallPtrSet<const CFGBlock *, 32> Seen;
  std::vector<std::pair<const CFGBlock *, unsigned>> Todo{{Block, Index}};
  while (!Todo.empty()) {
    auto [Here, First] = Todo.back();
    Todo.pop_back();
    if (Here == &Facts.Graph->getExit()) {
      if (Cut)
        return true;
      continue;
    }
    bool Ended = false;
    for (unsigned I = First, N = Here->size(); I < N && !Ended; ++I) {
      auto Element = (*Here)[I].getAs<CFGStmt>();
      if (!Element)
        continue;
      const Stmt *S = Element->getStmt();
      if (Is(*S)) {
        if (!Cut) {
          *Found = S;
          return true;
        }
        Ended = true;
      }
      if (const auto *Call = dyn_cast<CallExpr>(S)) {
        Effect Does = Facts.effectOf(*Call);
        Ended |= Does == Effect::NoReturn || Does == Effect::RaiseAlways;
      }
    }
    if (Ended)
      continue;
    std::optional<bool> Decision;
    const auto *Condition =
        dyn_cast_or_null<Expr>(Here->getTerminatorCondition());
    if (Condition && Here->succ_size() == 2 &&
        !isa_and_nonnull<SwitchStmt>(Here->getTerminatorStmt()))
      Decision = decide(Condition);
    unsigned Branch = 0;
    for (const CFGBlock::AdjacentBlock &Next : Here->succs()) {
      const bool Taken = !Decision || *Decision == (Branch == 0);
      ++Branch;
      if (const CFGBlock *B = Taken ? Next.getReachableBlock() : nullptr)
        if (Seen.insert(B).second)
          Todo.push_back({B, 0});
    }
  }
  return false;
}

const Stmt *Course::find(Wanted Is) const {
  const Stmt *Found = nullptr;
  follow(Is, /*Cut=*/false, &Found);
  return Found;
}

bool Course::always(Wanted Is) const {
  return !follow(Is, /*Cut=*/true, nullptr);
}

//===----------------------------------------------------------------------===//
// Failure arms
//===----------------------------------------------------------------------===//

/// A call of a macro or a function that prints.
static bool isPrint(const FunctionFacts &Facts, const Stmt *S) {
  if (const auto *E = dyn_cast<Expr>(S))
    if (const auto *Call = dyn_cast<CallExpr>(bare(E)))
      if (Facts.effectOf(*Call) == Effect::Prints ||
          model::RoutineTable::looksLikePrinting(Facts.writtenNameOf(*Call)))
        return true;
  if (!S->getBeginLoc().isMacroID())
    return false;
  StringRef Name =
      Facts.Source.text().substr(Facts.begin(S)).take_while([](char C) {
        return isalnum(static_cast<unsigned char>(C)) || C == '_';
      });
  return model::RoutineTable::looksLikePrinting(Name) ||
         model::isAssertion(Name);
}

/// `!p` or `p == NULL`.
static bool isNullTest(const FunctionFacts &Facts, const Expr *Condition) {
  const Expr *E = bare(Condition);
  const Expr *Subject = nullptr;
  if (const auto *Not = dyn_cast<UnaryOperator>(E)) {
    if (Not->getOpcode() == UO_LNot)
      Subject = Not->getSubExpr();
  } else if (const auto *Compare = dyn_cast<BinaryOperator>(E)) {
    if (Compare->getOpcode() == BO_EQ)
      Subject = isNull(Facts, Compare->getRHS())   ? Compare->getLHS()
                : isNull(Facts, Compare->getLHS()) ? Compare->getRHS()
                                                   : nullptr;
  }
  Subject = bare(Subject);
  if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(Subject))
    Subject = Assign->getLHS();
  return Subject && Subject->getType()->isPointerType();
}

FailureArm failureArm(const FunctionFacts &Facts, const IfStmt &If) {
  FailureArm Arm;
  FunctionFacts::Test Test = Facts.asStatusTest(If.getCond());
  Arm.If = &If;
  Arm.Tested = variableOf(Test.Status);
  // A condition may test more: `wanted && !NT_SUCCESS(status)`.
  const Expr *Part = bare(If.getCond());
  while (const auto *Both = dyn_cast_or_null<BinaryOperator>(Part)) {
    if (Both->getOpcode() != BO_LAnd || Arm.Tested)
      break;
    for (const Expr *Side : {Both->getLHS(), Both->getRHS()}) {
      FunctionFacts::Test T = Facts.asStatusTest(Side);
      if (T.Status && T.TrueMeansFailed) {
        Test = T;
        Arm.Tested = variableOf(T.Status);
      }
    }
    Part = bare(Both->getLHS());
  }
  Arm.Branch =
      !Arm.Tested || Test.TrueMeansFailed ? If.getThen() : If.getElse();
  if (!Arm.Branch)
    return Arm;
  std::vector<const Stmt *> Body{Arm.Branch};
  while (const auto *Block = dyn_cast_or_null<CompoundStmt>(
             Body.empty() ? nullptr : Body.back())) {
    Body.pop_back();
    Body.insert(Body.end(), Block->body_begin(), Block->body_end());
  }
  if (Body.empty())
    return Arm;
  Arm.Jump = Body.back();
  Body.pop_back();
  Arm.Failed = Arm.Tested || isNullTest(Facts, If.getCond());
  Arm.Plain = true;
  for (const Stmt *S : Body) {
    if (isa<NullStmt>(S) || isPrint(Facts, S))
      continue;
    const auto *E = dyn_cast<Expr>(S);
    const Expr *Core = E ? bare(E) : nullptr;
    if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(Core)) {
      const VarDecl *V = variableOf(Assign->getLHS());
      if (Assign->getOpcode() == BO_Assign && V && V->hasLocalStorage() &&
          isStatusType(V->getType())) {
        const VarDecl *From = variableOf(Assign->getRHS());
        const bool Fails = isFailureCode(Facts, Assign->getRHS()) ||
                           (From && From == Arm.Tested);
        Arm.Assigned = V;
        Arm.Failed = Fails;
        if (Fails)
          continue;
      }
    } else if (const auto *Call = dyn_cast_or_null<CallExpr>(Core)) {
      // Of something that this function has acquired.
      if (llvm::any_of(Facts.statements(), [&](const Stmt *Other) {
            return llvm::any_of(acquiredBy(Facts, *Other), [&](const Held &H) {
              return givesBack(Facts, *Call, H);
            });
          }))
        continue;
    }
    Arm.Plain = false;
  }
  return Arm;
}

bool isReadFrom(const FunctionFacts &Facts, const CallExpr &Registration,
                const WayOut &Out, const VarDecl &V) {
  Course There(Facts, Registration, Out);
  bool Set = false;
  return There.find([&](const Stmt &S) {
    const auto *Ref = dyn_cast<DeclRefExpr>(&S);
    if (!Ref || Ref->getDecl() != &V || Set)
      return false;
    const Stmt *Up = Facts.parent(Ref);
    while (isa_and_nonnull<ParenExpr>(Up))
      Up = Facts.parent(Up);
    const auto *Assign = dyn_cast_or_null<BinaryOperator>(Up);
    return !(Assign && Assign->getOpcode() == BO_Assign &&
             Assign->getLHS()->IgnoreParens() == Ref);
  }) != nullptr;
}

/// True when \p V has a value wherever control comes to \p At.
static bool isSetAt(const FunctionFacts &Facts, const VarDecl &V,
                    const Stmt *At) {
  if (!V.hasLocalStorage() || isa<ParmVarDecl>(V) || V.hasInit() ||
      V.getType()->isRecordType() || V.getType()->isArrayType())
    return true;
  // By any statement before it that control cannot pass by.
  for (const Stmt *S : Facts.statements()) {
    if (Facts.begin(S) >= Facts.begin(At))
      continue;
    const Expr *To = assigned(*S);
    const auto *Address = dyn_cast<UnaryOperator>(S);
    if (Address && Address->getOpcode() == UO_AddrOf)
      To = Address->getSubExpr();
    if (!To || variableOf(To) != &V)
      continue;
    bool Always = true;
    for (const Stmt *In = S, *Up = Facts.parent(S); Up;
         In = Up, Up = Facts.parent(Up)) {
      if (Facts.isInside(At, Up)) {
        if (const auto *If = dyn_cast<IfStmt>(Up))
          Always &= In == If->getCond() || Facts.isInside(At, In);
        break;
      }
      if (const auto *If = dyn_cast<IfStmt>(Up))
        Always &= In == If->getCond();
      else if (isa<ForStmt, WhileStmt, SwitchStmt, ConditionalOperator,
                   LabelStmt, SEHExceptStmt, CXXCatchStmt>(Up))
        Always = false;
      else if (const auto *Logical = dyn_cast<BinaryOperator>(Up))
        if (Logical->isLogicalOp())
          Always = false;
    }
    if (Always)
      return true;
  }
  return false;
}

bool leadsWell(const FunctionFacts &Facts, const CallExpr &Registration,
               const WayOut &Out) {
  if (Out.Status && !isVisibleAt(Facts, *Out.Status, &Registration))
    return false;
  Course There(Facts, Registration, Out);
  const QualType Result = Facts.Function.getReturnType();
  auto Mentions = [&](const Stmt *S, const VarDecl *V) {
    return llvm::any_of(Facts.statements(), [&](const Stmt *In) {
      const auto *Ref = dyn_cast<DeclRefExpr>(In);
      return Ref && Ref->getDecl() == V && Facts.isInside(In, S);
    });
  };
  const std::vector<Held> Here = Facts.heldAt(Registration, &Registration);
  std::vector<std::pair<std::string, const Stmt *>> SetLater;
  for (const Stmt *S : Facts.statements()) {
    const Expr *To = assigned(*S);
    if (!To || Facts.begin(S) < Facts.begin(&Registration) ||
        Facts.begin(S) >= Out.Target || variableOf(To) == Out.Status)
      continue;
    std::string Key = objectOf(Facts, To);
    // Only those that nobody sets before.
    if (!isValueKey(Key) &&
        llvm::none_of(Facts.statements(), [&](const Stmt *Other) {
          const Expr *Before = assigned(*Other);
          return Before && Facts.begin(Other) < Facts.begin(&Registration) &&
                 objectOf(Facts, Before) == Key;
        }))
      SetLater.push_back({std::move(Key), S});
  }
  const bool JumpedBefore =
      Out.Jump && Facts.begin(Out.Jump) < Facts.begin(&Registration);

  return !There.find([&](const Stmt &S) {
    const auto *Called = dyn_cast<CallExpr>(&S);
    if (Facts.waits(S) || (Called && calledName(*Called).contains("Wait")))
      return true;
    // A failure that tells of bytes.
    if (const auto *Assign = dyn_cast<BinaryOperator>(&S))
      if (const auto *Field = dyn_cast<MemberExpr>(bare(Assign->getLHS())))
        if (Assign->getOpcode() == BO_Assign &&
            Field->getMemberDecl()->getDeclName().isIdentifier() &&
            Field->getMemberDecl()->getName() == "Information" &&
            There.value(Assign->getRHS()).value_or(1) != 0)
          return true;
    if (const auto *Call = dyn_cast<CallExpr>(&S))
      if (llvm::any_of(Call->arguments(), [](const Expr *Arg) {
            return model::isIrpPointer(Arg->getType());
          }))
        for (const Expr *Arg : Call->arguments())
          if (Arg->getType()->isIntegerType() &&
              !isStatusType(Arg->getType()) && variableOf(Arg) != Out.Status &&
              !constantOf(Arg, Facts.Context) &&
              There.value(Arg).value_or(1) != 0)
            return true;
    if (const Expr *To = assigned(S))
      if (Out.Status && variableOf(To) == Out.Status) {
        const auto *Assign = dyn_cast<BinaryOperator>(&S);
        if (!Assign || Assign->getOpcode() != BO_Assign ||
            !isFailureCode(Facts, Assign->getRHS()))
          return true;
      }
    if (const auto *Return = dyn_cast<ReturnStmt>(&S)) {
      const Expr *Value = Return->getRetValue();
      if (!Value || Result->isVoidType())
        return false;
      if (Out.Status && Mentions(Value, Out.Status))
        return false;
      if (isStatusType(Result))
        return !isFailureCode(Facts, Value);
      return !isNull(Facts, Value);
    }
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S)) {
      const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
      if (V && V != Out.Status && !isSetAt(Facts, *V, &Registration) &&
          isReadFrom(Facts, Registration, Out, *V))
        return true;
    }
    // What is made later only.
    if (!JumpedBefore)
      if (const auto *E = dyn_cast<Expr>(&S))
        if (isa<DeclRefExpr, MemberExpr>(E) && !SetLater.empty()) {
          std::string Key = objectOf(Facts, E);
          const Stmt *Up = Facts.parent(E);
          const auto *Assign = dyn_cast_or_null<BinaryOperator>(Up);
          if (!(Assign && Assign->getOpcode() == BO_Assign &&
                Assign->getLHS() == E))
            for (const auto &[Later, Set] : SetLater)
              if (Later == Key)
                return true;
        }
    // What is not held would be given back.
    if (isa<CallExpr, CXXDeleteExpr>(&S)) {
      bool Ours = false;
      for (const Stmt *Other : Facts.statements())
        for (const Held &H : acquiredBy(Facts, *Other))
          if (givesBack(Facts, S, H)) {
            Ours = true;
            for (const Held &Now : Here)
              if (Now.Acquired == H.Acquired)
                return false;
          }
      return Ours;
    }
    return false;
  });
}

//===----------------------------------------------------------------------===//
// Effects
//===----------------------------------------------------------------------===//

namespace {

/// Names an effect that lasts; nothing where \p S has none.
class Effects {
public:
  explicit Effects(const FunctionFacts &Facts) : Facts(Facts) {}

  std::optional<std::string> of(const Stmt &S, unsigned Depth = 0) const {
    if (const Expr *To = assigned(S)) {
      const auto *Unary = dyn_cast<UnaryOperator>(&S);
      if (Unary && Unary->isIncrementOp())
        return std::nullopt; // Acquired, or a statistic.
      if (memoryOf(Facts, To) != Memory::Lasting)
        return std::nullopt;
      return "write " + objectOf(Facts, To);
    }
    if (const auto *Delete = dyn_cast<CXXDeleteExpr>(&S))
      return "free " + objectOf(Facts, Delete->getArgument());
    const auto *Call = dyn_cast<CallExpr>(&S);
    if (!Call || isPrint(Facts, Call))
      return std::nullopt;
    StringRef Name = calledName(*Call);
    auto First = [&] {
      return Call->getNumArgs() ? objectOf(Facts, Call->getArg(0))
                                : std::string();
    };
    if (llvm::any_of(Call->arguments(),
                     [&](const Expr *Arg) {
                       return model::isIrpPointer(Arg->getType()) &&
                              !isNull(Facts, Arg);
                     }) &&
        !Facts.givesBack(*Call) && !hasBodyWithEffect(*Call, Depth, true))
      return std::nullopt; // It is about an IRP.
    if (model::isIrpPointer(Call->getType()))
      return std::nullopt; // It hands one out.
    if (!acquiredBy(Facts, *Call).empty())
      return std::nullopt;
    if (Facts.givesBack(*Call))
      return ("release " + Name + " ").str() + First();
    switch (Facts.effectOf(*Call)) {
    case Effect::FreeMemory:
      return "release " + First();
    case Effect::Harmless: {
      static const llvm::Regex Signals(
          "^(KeSetEvent|KePulseEvent|KeReleaseSemaphore|Remove.*List|"
          "PopEntryList|ExInterlocked|_?Interlocked|PoSetPowerState|"
          "memset|memcpy|memmove|Rtl(Zero|Copy|Move|Fill)Memory)");
      if (!Signals.match(Name) || Name.contains("Increment") ||
          Call->getNumArgs() == 0 ||
          memoryBehind(Facts, Call->getArg(0)) != Memory::Lasting)
        return std::nullopt;
      return ("call " + Name + " ").str() + First();
    }
    case Effect::HandOn:
      break;
    default:
      return std::nullopt;
    }
    // A question changes nothing.
    static const llvm::Regex Asks(
        "(^|[a-z_])(Is|Has|Get|Query|Check|Find|Lookup|Convert|Compute|"
        "Initialize|Init|Validate|Assert|Wait)([A-Z_]|$)");
    if (Asks.match(Name))
      return std::nullopt;
    if (Call->getType()->isIntegerType() && !isStatusType(Call->getType()) &&
        !isa<CXXMemberCallExpr>(Call) && Call->getDirectCallee() &&
        llvm::none_of(Call->arguments(), [](const Expr *Arg) {
          return Arg->getType()->isPointerType();
        }))
      return std::nullopt;
    if (const auto *Method = dyn_cast<CXXMemberCallExpr>(Call))
      if (const CXXMethodDecl *D = Method->getMethodDecl())
        if (D->isConst())
          return std::nullopt;
    if (isa<CXXOperatorCallExpr>(Call))
      return std::nullopt;
    // The kernel's change what they are given.
    static const llvm::Regex Kernel(
        "^(Ke|Ex|Rtl|Io|Mm|Ob|Ps|Se|_?Interlocked)[A-Z]");
    if (Kernel.match(Name) && Call->getNumArgs() &&
        llvm::all_of(Call->arguments(), [&](const Expr *Arg) {
          return !Arg->getType()->isPointerType() || isNull(Facts, Arg) ||
                 memoryBehind(Facts, Arg) != Memory::Lasting;
        }))
      return std::nullopt;
    if (bodyOf(Facts, *Call) && !hasBodyWithEffect(*Call, Depth, false))
      return std::nullopt;
    const FunctionDecl *Callee = Call->getDirectCallee();
    return "call " + Name.str() + " " +
           llvm::utohexstr(reinterpret_cast<uintptr_t>(Callee));
  }

private:
  /// True when the visible body of what \p Call calls has an effect; \p Sure:
  /// in any case.
  bool hasBodyWithEffect(const CallExpr &Call, unsigned Depth,
                         bool Sure) const {
    const FunctionDecl *Body = bodyOf(Facts, Call);
    if (!Body)
      return false;
    if (Depth >= 3)
      return !Sure;
    const FunctionFacts &There = Facts.Program.of(*Body, Facts.Source);
    Effects Inner(There);
    return llvm::any_of(There.statements(), [&](const Stmt *In) {
      if (!Inner.of(*In, Depth + 1))
        return false;
      // It gives back what it has acquired itself.
      if (llvm::any_of(There.statements(), [&](const Stmt *Other) {
            return llvm::any_of(acquiredBy(There, *Other), [&](const Held &H) {
              return givesBack(There, *In, H);
            });
          }))
        return false;
      if (Sure)
        for (const Stmt *S = In, *Up = There.parent(S); Up;
             S = Up, Up = There.parent(Up))
          if (isa<IfStmt, ForStmt, WhileStmt, SwitchStmt, ConditionalOperator,
                  CXXForRangeStmt, SEHExceptStmt, CXXCatchStmt>(Up))
            return false;
      return true;
    });
  }

  const FunctionFacts &Facts;
};

/// True when \p S gives back something that was acquired behind \p From only,
/// or that \p Here has.
bool isAccountedFor(const FunctionFacts &Facts, const Stmt &S, const Stmt *From,
                    llvm::ArrayRef<Held> Here) {
  for (const Held &H : Here)
    if (givesBack(Facts, S, H))
      return true;
  auto Never = [](const Stmt &) { return false; };
  for (const Stmt *Other : Facts.statements()) {
    if (Other == &S)
      continue;
    for (const Held &H : acquiredBy(Facts, *Other))
      if (givesBack(Facts, S, H) && Facts.mayFollow(From, H.Acquired, Never))
        return true;
  }
  // `n++` behind the place, and `n--`.
  if (const auto *Unary = dyn_cast<UnaryOperator>(&S))
    if (Unary->isDecrementOp())
      for (const Stmt *Other : Facts.statements()) {
        const auto *Up = dyn_cast<UnaryOperator>(Other);
        if (Up && Up->isIncrementOp() &&
            objectOf(Facts, Up->getSubExpr()) ==
                objectOf(Facts, Unary->getSubExpr()) &&
            Facts.mayFollow(From, Up, Never) &&
            !Facts.mayFollow(Up, From, Never))
          return true;
      }
  return false;
}

} // namespace

const char *whyNotLeave(const FunctionFacts &Facts,
                        const CallExpr &Registration, const Stmt *Point,
                        const WayOut &Out, llvm::ArrayRef<Held> HeldHere) {
  if (isHeldInSomeConfiguration(Facts, &Registration))
    return "something is acquired or given back in one configuration only";
  Effects Lasting(Facts);
  auto Never = [](const Stmt &) { return false; };
  const Stmt *Send = Facts.findAfter(&Registration, [&](const Stmt &S) {
    const auto *Call = dyn_cast<CallExpr>(&S);
    return Call && Facts.effectOf(*Call) == Effect::Send;
  });
  // Another step that may fail, on the way to the send: it is not begun.
  auto IsStep = [&](const Stmt &S) {
    const auto *Call = dyn_cast<CallExpr>(&S);
    const VarDecl *V = nullptr;
    return Call && Send && isStatusType(Call->getType()) &&
           !Facts.givesBack(*Call) && (storedIn(Facts, Call, V) || V) &&
           Facts.mayFollow(Call, Send, Never);
  };
  llvm::DenseMap<const Stmt *, std::string> Keys;
  auto KeyOf = [&](const Stmt &S) -> const std::string & {
    auto [It, New] = Keys.try_emplace(&S);
    if (New)
      if (std::optional<std::string> Key = Lasting.of(S))
        if (!Facts.isInside(&S, &Registration) &&
            !Facts.isInside(&Registration, &S) && !IsStep(S) &&
            !isAccountedFor(Facts, S, Point, HeldHere))
          It->second = *Key;
    return It->second;
  };
  std::optional<Course> There;
  if (Out.How != WayOut::None)
    There.emplace(Facts, Registration, Out);
  auto IsDoneThere = [&](const std::string &Key) {
    return There &&
           There->always([&](const Stmt &S) { return KeyOf(S) == Key; });
  };

  // 1. What the function does in any case.
  Course Normal(Facts, Point);
  auto Any = [&](const Stmt &S) { return !KeyOf(S).empty(); };
  if (Normal.find(Any) && Normal.always(Any)) {
    if (!There || !There->always(Any))
      return "what the function does in any case would be skipped";
    for (const Stmt *S : Facts.statements()) {
      const std::string Key = KeyOf(*S);
      if (!Key.empty() &&
          Normal.always([&](const Stmt &O) { return KeyOf(O) == Key; }) &&
          !IsDoneThere(Key))
        return "what the function does in any case would be skipped";
    }
  }

  // What is given back on a condition of its own: a status is none.
  auto IsGivenBack = [&](const Stmt &S) {
    StringRef Key = KeyOf(S);
    if (!Key.starts_with("release ") && !Key.starts_with("free "))
      return false;
    for (const Stmt *In = &S, *Up = Facts.parent(In);
         Up && !Facts.isInside(Point, Up); In = Up, Up = Facts.parent(Up))
      if (const auto *If = dyn_cast<IfStmt>(Up)) {
        FunctionFacts::Test Test = Facts.asStatusTest(If->getCond());
        if (Test.Status && isStatusType(Test.Status->getType()))
          return false;
      }
    return true;
  };
  if (const Stmt *Back = Normal.find(IsGivenBack)) {
    const std::string Key = KeyOf(*Back);
    if (!There || !There->find([&](const Stmt &S) { return KeyOf(S) == Key; }))
      return "what the function gives back later on would stay";
  }

  // 2. What its author undoes when something fails.
  for (const Stmt *S : Facts.statements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    if (!If || Facts.isInside(Point, If) || Facts.isInside(&Registration, If))
      continue;
    FailureArm Arm = failureArm(Facts, *If);
    const bool Leaves =
        Arm.Jump &&
        isa<ReturnStmt, GotoStmt, SEHLeaveStmt, BreakStmt>(Arm.Jump);
    if (!Arm.Failed || !Arm.Branch || (!Leaves && !Arm.Tested))
      continue;
    const bool Before = Facts.begin(If) < Facts.begin(&Registration);
    const bool Same =
        !Before && (!Send || !Facts.mayFollow(Send, If->getCond(), Never));
    std::vector<const Stmt *> Undone;
    for (const Stmt *In : Facts.statements())
      if (Facts.isInside(In, Arm.Branch) && Lasting.of(*In))
        Undone.push_back(In);
    if (Before && Leaves)
      if (const auto *Goto = dyn_cast<GotoStmt>(Arm.Jump))
        if (Goto->getLabel()->getStmt() && Goto->getLabel() != Out.Label) {
          WayOut Way;
          Way.How = WayOut::Goto;
          Way.Jump = Goto;
          Way.Status = Arm.Assigned ? Arm.Assigned : Arm.Tested;
          Way.Target = Facts.begin(Goto->getLabel()->getStmt());
          Course After(Facts, Registration, Way);
          for (const Stmt *In : Facts.statements())
            if (Lasting.of(*In) &&
                After.always([&](const Stmt &O) { return &O == In; }))
              Undone.push_back(In);
        }
    for (const Stmt *Undo : Undone) {
      const std::string Key = *Lasting.of(*Undo);
      // Something acquired: held here, or given back by now.
      if (isa<CallExpr, CXXDeleteExpr>(Undo) &&
          llvm::any_of(Facts.statements(), [&](const Stmt *Other) {
            return llvm::any_of(acquiredBy(Facts, *Other), [&](const Held &H) {
              return givesBack(Facts, *Undo, H);
            });
          }))
        continue;
      if (IsDoneThere(Key))
        continue;
      bool Changed = Same;
      if (const Expr *To = assigned(*Undo)) {
        const std::string Object = objectOf(Facts, To);
        for (const Stmt *Other : Facts.statements()) {
          const Expr *Earlier = assigned(*Other);
          Changed |= Earlier && Other != Undo &&
                     objectOf(Facts, Earlier) == Object &&
                     !Facts.isInside(Other, Arm.Branch) &&
                     Facts.mayFollow(Other, &Registration, Never);
        }
      } else {
        Changed |= Before && Leaves;
        // Memory that the function has made, and keeps elsewhere.
        if (const auto *Call = dyn_cast<CallExpr>(Undo))
          for (const Expr *Arg : Call->arguments())
            for (const Stmt *Other : Facts.statements()) {
              const Expr *Earlier = assigned(*Other);
              Changed |= Earlier && Arg->getType()->isPointerType() &&
                         memoryOf(Facts, Earlier) == Memory::Lasting &&
                         objectOf(Facts, Earlier) == objectOf(Facts, Arg) &&
                         Facts.mayFollow(Other, &Registration, Never);
            }
      }
      if (Changed)
        return "what the function undoes on other failures would stay";
    }
  }
  return nullptr;
}

bool bringsBuffers(const FunctionFacts &Facts, const VarDecl &Irp) {
  for (const Stmt *S : Facts.statements()) {
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call || calledName(*Call) != "IoBuildAsynchronousFsdRequest" ||
        Call->getNumArgs() < 3)
      continue;
    const VarDecl *V = nullptr;
    if (const Expr *To = storedIn(Facts, Call, V))
      V = variableOf(To);
    if (V == &Irp && !isNull(Facts, Call->getArg(2)))
      return true;
  }
  return false;
}

bool isHeldInSomeConfiguration(const FunctionFacts &Facts, const Stmt *At) {
  const SourceText &Source = Facts.Source;
  const unsigned Here = Facts.begin(At);
  llvm::ArrayRef<RawToken> Tokens = Source.tokens();
  for (size_t I = 0; I + 1 < Tokens.size(); ++I) {
    const RawToken &T = Tokens[I];
    if (T.Begin < Facts.BodyBegin || T.End > Facts.BodyEnd || T.Directive ||
        T.Kind != tok::raw_identifier || Tokens[I + 1].Kind != tok::l_paren ||
        Source.isSeenWherever(T.Begin, Here))
      continue;
    StringRef Name = Source.text(T.Begin, T.End);
    if (Facts.Program.acquiredBy(Name, Name) ||
        Facts.Program.givenBackBy(Name, Name))
      return true;
  }
  return false;
}

/// The field or the variable that \p E, or what it is the address of, names.
static const ValueDecl *fieldOf(const Expr *E) {
  E = bare(E);
  if (const auto *Address = dyn_cast_or_null<UnaryOperator>(E))
    if (Address->getOpcode() == UO_AddrOf)
      E = bare(Address->getSubExpr());
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(E))
    return Member->getMemberDecl();
  const VarDecl *V = variableOf(E);
  return V && !V->hasLocalStorage() ? V : nullptr;
}

/// True when something in the file counts \p Field down.
static bool isCountedDown(const SourceText &Source, StringRef Field) {
  llvm::ArrayRef<RawToken> Tokens = Source.tokens();
  for (size_t I = 0; I < Tokens.size(); ++I) {
    if (Tokens[I].Kind != tok::raw_identifier ||
        Source.text(Tokens[I].Begin, Tokens[I].End) != Field)
      continue;
    if (I + 1 < Tokens.size() && (Tokens[I + 1].Kind == tok::minusminus ||
                                  Tokens[I + 1].Kind == tok::minusequal))
      return true;
    for (size_t J = I; J > 0 && I - J < 8; --J) {
      tok::TokenKind Kind = Tokens[J - 1].Kind;
      if (Kind == tok::minusminus)
        return true;
      if (Kind == tok::semi || Kind == tok::l_brace || Kind == tok::r_brace)
        break;
    }
  }
  return false;
}

bool hasPassedGate(const FunctionFacts &Facts, const CallExpr &Registration) {
  for (const Stmt *S : Facts.statements()) {
    const Expr *Object = nullptr;
    bool Gate = false;
    if (const auto *Call = dyn_cast<CallExpr>(S)) {
      StringRef Name = calledName(*Call);
      if (Call->getNumArgs() < 2)
        continue;
      const bool Exchanges = Name.contains("InterlockedCompareExchange") ||
                             Name.contains("InterlockedExchange");
      if (Exchanges ? !isNull(Facts, Call->getArg(1)) &&
                          constantOf(Call->getArg(1), Facts.Context)
                    : Name.contains("InterlockedBitTestAndSet"))
        Object = Call->getArg(0);
      if (!Object || memoryBehind(Facts, Object) != Memory::Lasting)
        continue;
      Gate = true;
    } else if (const Expr *To = assigned(*S)) {
      if (memoryOf(Facts, To) != Memory::Lasting)
        continue;
      Object = To;
      const ValueDecl *Field = fieldOf(To);
      if (!Field || !Field->getDeclName().isIdentifier())
        continue;
      if (const auto *Unary = dyn_cast<UnaryOperator>(S)) {
        Gate = Unary->isIncrementOp() &&
               isCountedDown(Facts.Source, Field->getName());
      } else {
        // if (ext->Busy) return ...; ext->Busy = TRUE;
        // busy = ext->Busy; ext->Busy = TRUE; if (busy) return ...;
        const auto *Assign = cast<BinaryOperator>(S);
        std::optional<int64_t> Value =
            constantOf(Assign->getRHS(), Facts.Context);
        Gate = Value && *Value != 0 &&
               llvm::any_of(Facts.statements(), [&](const Stmt *Other) {
                 const auto *Read = dyn_cast<Expr>(Other);
                 return Read && isa<MemberExpr, DeclRefExpr>(Read) &&
                        fieldOf(Read) == Field &&
                        Facts.begin(Read) < Facts.begin(S);
               });
      }
    }
    if (!Gate)
      continue;
    const ValueDecl *Field = fieldOf(Object);
    if (Facts.mayFollow(S, &Registration, [&](const Stmt &Other) {
          if (&Other == S)
            return false;
          const auto *Call = dyn_cast<CallExpr>(&Other);
          const Expr *To = assigned(Other);
          if (Call && Call->getNumArgs() &&
              calledName(*Call).contains("Interlocked"))
            To = Call->getArg(0);
          return To && fieldOf(To) == Field;
        }))
      return true;
  }
  return false;
}

bool isUndoneByRoutine(const FunctionFacts &Facts,
                       const CallExpr &Registration) {
  auto Never = [](const Stmt &) { return false; };
  if (hasPassedGate(Facts, Registration))
    return true;
  for (const FunctionDecl *Definition : routinesGivenTo(Registration)) {
    if (!Facts.Source.offset(Definition->getLocation()))
      continue;
    const FunctionFacts &There = Facts.Program.of(*Definition, Facts.Source);
    for (const Stmt *S : There.statements()) {
      const ValueDecl *Field = nullptr;
      bool Decrements = false;
      bool Signals = false;
      if (const Expr *To = assigned(*S)) {
        if (memoryOf(There, To) != Memory::Lasting)
          continue;
        Field = fieldOf(To);
        const auto *Unary = dyn_cast<UnaryOperator>(S);
        const auto *Binary = dyn_cast<BinaryOperator>(S);
        Decrements = (Unary && Unary->isDecrementOp()) ||
                     (Binary && Binary->getOpcode() == BO_SubAssign);
      } else if (const auto *Call = dyn_cast<CallExpr>(S)) {
        StringRef Name = calledName(*Call);
        Signals = Name == "KeSetEvent" || Name == "KeReleaseSemaphore" ||
                  Name.starts_with("KeReleaseMut");
        if (Call->getNumArgs() &&
            (Signals || Name.contains("InterlockedExchange") ||
             Name.contains("InterlockedAnd")))
          Field = fieldOf(Call->getArg(0));
      }
      if (!Field)
        continue;
      bool ChangedHere = false;
      for (const Stmt *Own : Facts.statements()) {
        const Expr *To = assigned(*Own);
        const auto *Call = dyn_cast<CallExpr>(Own);
        if (Call && Call != &Registration && Call->getNumArgs() &&
            (Signals ? Facts.waits(*Call)
                     : calledName(*Call).contains("Interlocked")))
          To = Call->getArg(0);
        if (!To || fieldOf(To) != Field)
          continue;
        ChangedHere = true;
        if (Facts.mayFollow(Own, &Registration, Never))
          return true;
      }
      if (Decrements && !ChangedHere)
        return true; // A caller has counted up.
    }
  }
  return false;
}

} // namespace wdm::fixits
