//===- Ways.cpp - The ways out of a function ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Ways.h"
#include "src/model/OwnWords.h"
#include "src/model/Routines.h"
#include "src/proof/Names.h"
#include "src/proof/Walks.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include <tuple>

using namespace clang;

namespace wdm::proof {

using engine::Act;
using engine::BlockId;
using engine::Patch;
using engine::Position;
using model::bare;
using model::constantOf;
using model::FunctionBody;
using model::isStatusType;
using model::variableOf;

namespace {

const Stmt *innermost(const FunctionBody &Code, const Stmt *S,
                      llvm::function_ref<bool(const Stmt &)> Is) {
  for (const Stmt *Up = Code.parent(S); Up; Up = Code.parent(Up))
    if (Is(*Up))
      return Up;
  return nullptr;
}

bool isLoopOrSwitch(const Stmt &S) {
  return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, SwitchStmt>(S);
}

/// The __try whose guarded block \p S is in.
const SEHTryStmt *tryAround(const FunctionBody &Code, const Stmt *S) {
  for (const Stmt *Up = Code.parent(S); Up; S = Up, Up = Code.parent(Up))
    if (const auto *Try = dyn_cast<SEHTryStmt>(Up))
      if (S == Try->getTryBlock())
        return Try;
  return nullptr;
}

} // namespace

Ways::Ways(const FunctionBody &Code, Proof &Judge, const CallExpr &Registration,
           Spot Where)
    : Code(Code), Judge(Judge), Registration(Registration), Where(Where),
      Graph(Judge.graphOf(Code.Function)),
      Call(Judge.callIn(Code.Function, Registration)) {
  for (const Expr *Arg : Registration.arguments())
    if (!Irp && model::isIrpPointer(Arg->getType()))
      Irp = variableOf(Arg);
  const int Last = ownIrp(Code.Function);
  if (Last >= 0 && (model::irpParameter(Code.Function) >= 0 ||
                    model::looksLikeDispatch(Code.Function)))
    Own = Code.Function.getParamDecl(static_cast<unsigned>(Last));
  if (Graph && Call)
    findJumps();
}

// --- The author's jumps -----------------------------------------------------

/// No jump may pass an initialiser.
bool Ways::mayJumpTo(const Stmt &Label) const {
  if (!Code.Context.getLangOpts().CPlusPlus)
    return true;
  const Stmt *Block = Code.parent(&Label);
  for (const Stmt *S : Code.statements()) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    if (!Declares || Code.parent(S) != Block ||
        Code.begin(S) < Code.begin(&Registration) ||
        Code.begin(S) > Code.begin(&Label))
      continue;
    for (const Decl *D : Declares->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        if (V->hasInit())
          return false;
  }
  return true;
}

/// The status that is read from there on.
const VarDecl *Ways::statusAt(BlockId Target) const {
  const VarDecl *Found = nullptr;
  bool Returned = false;
  for (const Stmt *S : Code.statements()) {
    const VarDecl *V = nullptr;
    bool Returns = false;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S)) {
      V = dyn_cast<VarDecl>(Ref->getDecl());
      const Stmt *Up = Code.parent(S);
      while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
        Up = Code.parent(Up);
      Returns = isa_and_nonnull<ReturnStmt>(Up);
    }
    if (!V || !V->hasLocalStorage() || !isStatusType(V->getType()) ||
        V == Found || (Returned && !Returns) ||
        !Judge.isLiveAt(Code.Function, *V, {Target, 0}))
      continue;
    Found = V;
    Returned = Returns;
  }
  return Found;
}

/// The jump that \p S is, where it may stand at the registration, too. \p Try:
/// the one that is guarded there; \p OnceLoop: the loop around it, if it runs
/// once.
std::optional<Jump> Ways::jumpOf(const Stmt &S, const Stmt *Try,
                                 const Stmt *OnceLoop) const {
  Jump J{};
  if (const auto *Goto = dyn_cast<GotoStmt>(&S)) {
    const LabelStmt *Label = Goto->getLabel()->getStmt();
    // Out of a block with a termination handler: only its author knows.
    if (!Label || Code.begin(Label) < Code.begin(&Registration) ||
        tryAround(Code, Label) != Try || !mayJumpTo(*Label))
      return std::nullopt;
    J.How = Jump::Goto;
    J.Label = Goto->getLabel();
    J.Scope = Code.parent(Label);
    return J;
  }
  if (isa<SEHLeaveStmt>(S) && Try && tryAround(Code, &S) == Try) {
    J.How = Jump::Leave;
    J.Scope = Try;
    return J;
  }
  if (isa<BreakStmt>(S) && OnceLoop &&
      innermost(Code, &S, isLoopOrSwitch) == OnceLoop) {
    J.How = Jump::Break;
    J.Scope = OnceLoop;
    return J;
  }
  return std::nullopt;
}

void Ways::findJumps() {
  const SEHTryStmt *Try = tryAround(Code, &Registration);
  const auto *Do =
      dyn_cast_or_null<DoStmt>(innermost(Code, &Registration, isLoopOrSwitch));
  const bool Once = Do && constantOf(Do->getCond(), Code.Context) == 0;
  for (const Stmt *S : Code.statements()) {
    std::optional<Jump> J = jumpOf(*S, Try, Once ? Do : nullptr);
    if (!J)
      continue;
    auto Block = llvm::find_if(Graph->Blocks, [&](const auto &B) {
      return B.Terminator && B.TerminatorLoc == S->getBeginLoc() &&
             B.Edges.size() == 1;
    });
    if (Block == Graph->Blocks.end() ||
        llvm::any_of(Jumps, [&](const Jump &Other) {
          return Other.How == J->How && Other.Label == J->Label;
        }))
      continue;
    J->Target = Block->Edges.front().To;
    J->Status = statusAt(J->Target);
    Jumps.push_back(*J);
  }
  // The inner way before the one around it.
  llvm::sort(Jumps, [](const Jump &A, const Jump &B) {
    return std::pair(A.How == Jump::Goto, A.Target) <
           std::pair(B.How == Jump::Goto, B.Target);
  });
}

// --- The place --------------------------------------------------------------

const Stmt &Ways::place() const { return Where.At ? *Where.At : Registration; }

/// Behind the call, and what its statement does with the result.
std::optional<Position> Ways::behindCall() const {
  std::optional<Position> At = engine::positionOf(*Graph, *Call);
  if (!At)
    return std::nullopt;
  const auto &Events = Graph->Blocks[At->Block].Events;
  ++At->Event;
  while (At->Event < Events.size() && Events[At->Event].Origin &&
         Code.isInside(Events[At->Event].Origin, Where.At))
    ++At->Event;
  return At;
}

/// An empty branch is an edge.
std::optional<Position> Ways::edgeOfBranch(int32_t &Edge) const {
  for (BlockId B = 0; B != Graph->Blocks.size(); ++B) {
    const engine::FlowBlock &Block = Graph->Blocks[B];
    if (Block.Terminator != Where.If)
      continue;
    for (size_t I = 0; I != Block.Edges.size(); ++I)
      if (!Block.Edges[I].If.empty() &&
          Block.Edges[I].If.front().Holds == Where.Then) {
        Edge = static_cast<int32_t>(I);
        return Position{B, static_cast<uint32_t>(Block.Events.size())};
      }
  }
  return std::nullopt;
}

/// The events of \p S that stand first and last in the text.
static std::pair<std::optional<Position>, std::optional<Position>>
endsOf(const FunctionBody &Code, const engine::FlowGraph &G, const Stmt &S) {
  std::optional<Position> First, Last;
  unsigned FirstAt = 0, LastAt = 0;
  for (BlockId B = 0; B != G.Blocks.size(); ++B)
    for (uint32_t I = 0; I != G.Blocks[B].Events.size(); ++I) {
      const Stmt *Origin = G.Blocks[B].Events[I].Origin;
      if (!Origin || !Code.isInside(Origin, &S))
        continue;
      const unsigned At = Code.begin(Origin);
      if (!First || At < FirstAt) {
        First = Position{B, I};
        FirstAt = At;
      }
      if (!Last || At >= LastAt) {
        Last = Position{B, I};
        LastAt = At;
      }
    }
  return {First, Last};
}

std::optional<Patch> Ways::patchHere() const {
  if (!Graph || !Call)
    return std::nullopt;
  Patch P;
  P.Registration = *Call;
  P.Irp = Irp ? Irp->getCanonicalDecl() : nullptr;
  P.OnFailure = Where.Kind == Spot::Behind;
  std::optional<Position> At;
  if (Where.Kind == Spot::Behind) {
    At = behindCall();
  } else {
    std::optional<Position> Last;
    if (Where.At)
      std::tie(At, Last) = endsOf(Code, *Graph, *Where.At);
    if (Where.Kind == Spot::EndOf)
      At = Last ? Position{Last->Block, Last->Event + 1} : edgeOfBranch(P.Edge);
  }
  if (!At)
    return std::nullopt;
  P.Block = At->Block;
  P.Event = At->Event;
  return P;
}

/// The variables that \p Scope, the parent of \p Child, has for it and that
/// are destroyed when it is left.
static llvm::SmallVector<const VarDecl *, 4>
objectsOf(const CompoundStmt &Scope, const Stmt *Child,
          const ASTContext &Context) {
  llvm::SmallVector<const VarDecl *, 4> Objects;
  for (const Stmt *S : Scope.body()) {
    if (S == Child)
      break;
    const auto *Declares = dyn_cast<DeclStmt>(S);
    if (!Declares)
      continue;
    for (const Decl *D : Declares->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        if (V->hasLocalStorage() &&
            V->needsDestruction(Context) != QualType::DK_none)
          Objects.push_back(V);
  }
  return Objects;
}

void Ways::leaveScopes(Patch &P, const Stmt *Until) const {
  if (!Code.Context.getLangOpts().CPlusPlus)
    return;
  for (const Stmt *S = &Registration, *Up = Code.parent(S); Up && Up != Until;
       S = Up, Up = Code.parent(Up))
    if (const auto *Block = dyn_cast<CompoundStmt>(Up))
      for (const VarDecl *V : llvm::reverse(objectsOf(*Block, S, Code.Context)))
        P.Acts.push_back({Act::Destroy, V->getCanonicalDecl()});
}

// --- What speaks against every way ---------------------------------------

bool Ways::needsNextPowerIrp() const {
  const std::optional<Position> At =
      Graph && Call ? positionOf(*Graph, *Call) : std::nullopt;
  if (At && startsNextPowerIrp(Graph))
    return comesTo(
        *Graph, {Graph->Entry, 0}, *At, [&](const engine::FlowEvent &E) {
          return E.Kind == engine::EventKind::Call &&
                 model::startsNextPowerIrp(Graph->Calls[E.Call].Name);
        });
  for (const Expr *Arg : Registration.arguments())
    if (const auto *Ref = dyn_cast<DeclRefExpr>(bare(Arg)))
      if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl())) {
        const FunctionDecl *Routine = Judge.withBody(*F);
        if (Routine && startsNextPowerIrp(Judge.graphOf(*Routine)))
          return true;
      }
  return false;
}

bool Ways::returnsThroughHandler() const {
  for (const Stmt *S = &Registration, *Up = Code.parent(S); Up;
       S = Up, Up = Code.parent(Up)) {
    const auto *Try = dyn_cast<SEHTryStmt>(Up);
    if (Try && S == Try->getTryBlock() && Try->getFinallyHandler())
      return true;
  }
  return false;
}

const char *Ways::whyNone() const {
  if (!Graph || !Call)
    return "the function cannot be followed";
  const FunctionDecl &F = Code.Function;
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  if (Method && Method->getParent()->isLambda() &&
      (!Irp || isa<ParmVarDecl>(Irp) || Irp->getDeclContext() != &F))
    return "the function around the lambda would not learn of the failure";
  if (isa<CXXConstructorDecl, CXXDestructorDecl>(F))
    return "a constructor or destructor cannot tell of a failure";
  if (F.isNoReturn())
    return "the function does not return";
  if (isa_and_nonnull<CoroutineBodyStmt>(Code.Body))
    return "the function is a coroutine";
  for (const Expr *Arg : Registration.arguments())
    if (isa_and_nonnull<ParmVarDecl>(variableOf(Arg)) &&
        Arg->getType()->isFunctionPointerType() &&
        !Judge.failsOtherwise(F, *Call))
      return "the function sends every IRP: its callers count on that";
  if (isHeldByObject())
    return "an object holds the IRP";
  if (llvm::any_of(Code.statements(), [&](const Stmt *S) {
        return isa<CXXNewExpr>(S) &&
               (Code.begin(S) < Code.begin(&Registration) ||
                Code.isInside(S, &Registration));
      }))
    return "something that was acquired before would not be given back "
           "('new')";
  return whyNotAround();
}

/// The same, by the statements around the registration.
const char *Ways::whyNotAround() const {
  for (const Stmt *Up = Code.parent(&Registration); Up; Up = Code.parent(Up)) {
    if (isa<SEHExceptStmt, SEHFinallyStmt, CXXCatchStmt>(Up))
      return "it is in a handler";
    if (isa<StmtExpr>(Up))
      return "it is in a statement expression";
    if (!isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Up))
      continue;
    const auto *Do = dyn_cast<DoStmt>(Up);
    if (Do && constantOf(Do->getCond(), Code.Context) == 0)
      continue;
    // Those before are on their way already.
    if (!isa_and_nonnull<ParmVarDecl>(Irp))
      return "it is in a loop that may send many IRPs";
  }
  return nullptr;
}

/// \p V is an object whose destructor may do more than can be seen.
static bool hasHiddenEnd(const VarDecl &V) {
  const CXXRecordDecl *Class = V.getType()->getAsCXXRecordDecl();
  const CXXDestructorDecl *Destructor =
      Class && Class->hasDefinition() ? Class->getDestructor() : nullptr;
  return Destructor && !Destructor->isTrivial() && !Destructor->hasBody();
}

/// An object that was given the IRP may end it when it goes.
bool Ways::isHeldByObject() const {
  return llvm::any_of(Code.statements(), [&](const Stmt *S) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    if (!Declares || Code.begin(S) > Code.begin(&Registration))
      return false;
    return llvm::any_of(Declares->decls(), [&](const Decl *D) {
      const auto *V = dyn_cast<VarDecl>(D);
      return V && V->hasInit() && Irp && hasHiddenEnd(*V) &&
             names(Code, *V->getInit(), *Irp);
    });
  });
}

} // namespace wdm::proof
