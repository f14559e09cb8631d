//===- Ways.cpp - The ways out of a function ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Ways.h"
#include "src/model/OwnWords.h"
#include "src/model/Routines.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using engine::Act;
using engine::BlockId;
using engine::FlowCall;
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

void Ways::findJumps() {
  const SEHTryStmt *Try = tryAround(Code, &Registration);
  const Stmt *Loop = innermost(Code, &Registration, isLoopOrSwitch);
  const auto *Do = dyn_cast_or_null<DoStmt>(Loop);
  const bool Once = Do && constantOf(Do->getCond(), Code.Context) == 0;
  for (const Stmt *S : Code.statements()) {
    Jump J{};
    if (const auto *Goto = dyn_cast<GotoStmt>(S)) {
      const LabelStmt *Label = Goto->getLabel()->getStmt();
      // Out of a block with a termination handler: only its author knows.
      if (!Label || Code.begin(Label) < Code.begin(&Registration) ||
          tryAround(Code, Label) != Try || !mayJumpTo(*Label))
        continue;
      J.How = Jump::Goto;
      J.Label = Goto->getLabel();
    } else if (isa<SEHLeaveStmt>(S)) {
      if (!Try || tryAround(Code, S) != Try)
        continue;
      J.How = Jump::Leave;
    } else if (isa<BreakStmt>(S)) {
      if (!Once || innermost(Code, S, isLoopOrSwitch) != Loop)
        continue;
      J.How = Jump::Break;
    } else {
      continue;
    }
    auto Block = llvm::find_if(Graph->Blocks, [&](const auto &B) {
      return B.Terminator && B.TerminatorLoc == S->getBeginLoc() &&
             B.Edges.size() == 1;
    });
    if (Block == Graph->Blocks.end())
      continue;
    J.Target = Block->Edges.front().To;
    if (llvm::any_of(Jumps, [&](const Jump &Other) {
          return Other.How == J.How && Other.Label == J.Label;
        }))
      continue;
    J.Status = statusAt(J.Target);
    if (J.Label)
      J.Scope = Code.parent(J.Label->getStmt());
    else
      J.Scope = J.How == Jump::Leave ? Try : Loop;
    Jumps.push_back(J);
  }
  // The inner way before the one around it.
  llvm::sort(Jumps, [](const Jump &A, const Jump &B) {
    return std::pair(A.How == Jump::Goto, A.Target) <
           std::pair(B.How == Jump::Goto, B.Target);
  });
}

// --- The place --------------------------------------------------------------

std::optional<Patch> Ways::patchHere() const {
  if (!Graph || !Call)
    return std::nullopt;
  Patch P;
  P.Registration = *Call;
  P.Irp = Irp ? Irp->getCanonicalDecl() : nullptr;
  P.OnFailure = Where.Kind == Spot::Behind;
  std::optional<Position> First, Last;
  auto Belongs = [&](const engine::FlowEvent &E) {
    return E.Origin && Code.isInside(E.Origin, Where.At);
  };
  if (Where.Kind == Spot::Behind) {
    std::optional<Position> At = engine::positionOf(*Graph, *Call);
    if (!At)
      return std::nullopt;
    P.Block = At->Block;
    const auto &Events = Graph->Blocks[At->Block].Events;
    P.Event = At->Event + 1;
    while (P.Event < Events.size() && Belongs(Events[P.Event]))
      ++P.Event;
    return P;
  }
  for (BlockId B = 0; Where.At && B != Graph->Blocks.size(); ++B)
    for (uint32_t I = 0; I != Graph->Blocks[B].Events.size(); ++I)
      if (Belongs(Graph->Blocks[B].Events[I])) {
        const unsigned Begin = Code.begin(Graph->Blocks[B].Events[I].Origin);
        auto At = [&](const std::optional<Position> &O) {
          return Code.begin(Graph->Blocks[O->Block].Events[O->Event].Origin);
        };
        if (!First || Begin < At(First))
          First = Position{B, I};
        if (!Last || Begin >= At(Last))
          Last = Position{B, I};
      }
  if (Where.Kind == Spot::InFrontOf) {
    if (!First)
      return std::nullopt;
    P.Block = First->Block;
    P.Event = First->Event;
    return P;
  }
  if (Last) {
    P.Block = Last->Block;
    P.Event = Last->Event + 1;
    return P;
  }
  // An empty branch is an edge.
  for (BlockId B = 0; B != Graph->Blocks.size(); ++B) {
    const engine::FlowBlock &Block = Graph->Blocks[B];
    if (Block.Terminator != Where.If)
      continue;
    for (size_t I = 0; I != Block.Edges.size(); ++I)
      if (!Block.Edges[I].If.empty() &&
          Block.Edges[I].If.front().Holds == Where.Then) {
        P.Block = B;
        P.Event = static_cast<uint32_t>(Block.Events.size());
        P.Edge = static_cast<int32_t>(I);
        return P;
      }
  }
  return std::nullopt;
}

/// The local objects that go out of scope on a way to a place in \p Until.
void Ways::leaveScopes(Patch &P, const Stmt *Until) const {
  if (!Code.Context.getLangOpts().CPlusPlus)
    return;
  for (const Stmt *S = &Registration, *Up = Code.parent(S); Up && Up != Until;
       S = Up, Up = Code.parent(Up)) {
    const auto *Block = dyn_cast<CompoundStmt>(Up);
    if (!Block)
      continue;
    llvm::SmallVector<const VarDecl *, 4> Objects;
    for (const Stmt *Child : Block->body()) {
      if (Child == S)
        break;
      if (const auto *Declares = dyn_cast<DeclStmt>(Child))
        for (const Decl *D : Declares->decls())
          if (const auto *V = dyn_cast<VarDecl>(D))
            if (V->hasLocalStorage() &&
                V->needsDestruction(Code.Context) != QualType::DK_none)
              Objects.push_back(V);
    }
    for (const VarDecl *V : llvm::reverse(Objects)) {
      Act A{Act::Destroy};
      A.Decl = V->getCanonicalDecl();
      P.Acts.push_back(A);
    }
  }
}

std::vector<std::pair<uint32_t, const CallExpr *>>
Ways::givingBack(const model::Resource &What) const {
  std::vector<std::pair<uint32_t, const CallExpr *>> Found;
  for (uint32_t I = 0; I != Graph->Calls.size(); ++I) {
    const FlowCall &C = Graph->Calls[I];
    const auto *Back = dyn_cast_or_null<CallExpr>(C.Origin);
    if (Back && C.Handles && C.Handles->GivesBack &&
        C.Handles->GivesBack->isSame(What))
      Found.push_back({I, Back});
  }
  return Found;
}

std::optional<Position> Ways::beginOf(const Stmt &S) const {
  for (BlockId B = 0; B != Graph->Blocks.size(); ++B)
    for (uint32_t I = 0; I != Graph->Blocks[B].Events.size(); ++I) {
      const engine::FlowEvent &Event = Graph->Blocks[B].Events[I];
      if (Event.Origin && Code.isInside(Event.Origin, &S))
        return Position{B, I};
    }
  return std::nullopt;
}

std::optional<Position> Ways::startOf(const Stmt &S) const {
  const auto *If = dyn_cast<IfStmt>(&S);
  if (!isa<Expr, ReturnStmt, IfStmt>(S))
    return std::nullopt;
  const Stmt *Evaluated = If ? If->getCond() : &S;
  std::optional<Position> First;
  for (BlockId B = 0; B != Graph->Blocks.size(); ++B)
    for (uint32_t I = 0; I != Graph->Blocks[B].Events.size(); ++I) {
      const engine::FlowEvent &Event = Graph->Blocks[B].Events[I];
      if (!Event.Origin || !Code.isInside(Event.Origin, Evaluated))
        continue;
      if (First && First->Block != B)
        return std::nullopt;
      if (!First)
        First = Position{B, I};
    }
  if (First || !If)
    return First;
  // A condition that only reads variables.
  for (BlockId B = 0; B != Graph->Blocks.size(); ++B)
    if (Graph->Blocks[B].Terminator == If) {
      if (First)
        return std::nullopt;
      First =
          Position{B, static_cast<uint32_t>(Graph->Blocks[B].Events.size())};
    }
  return First;
}

/// One of the calls that are made in \p S is what \p Is says.
template <typename T>
static bool callsIn(const FunctionBody &Code, const engine::FlowGraph &Graph,
                    const Stmt &S, T Is) {
  return llvm::any_of(Graph.Calls, [&](const FlowCall &C) {
    return C.Known && C.Origin && Code.isInside(C.Origin, &S) && Is(C);
  });
}

bool Ways::sends(const Stmt &S) const {
  return callsIn(Code, *Graph, S, [](const FlowCall &C) {
    return C.Routine.Does == model::Effect::Send;
  });
}

bool Ways::registers(const Stmt &S) const {
  return callsIn(Code, *Graph, S, [](const FlowCall &C) {
    return C.Routine.Does == model::Effect::Register;
  });
}

bool Ways::waitsIn(const Stmt &S) const {
  return callsIn(Code, *Graph, S, isWait);
}

namespace {

/// Looks in a flow graph for reads of what an IRP brings back.
class ReadsOfResults {
public:
  explicit ReadsOfResults(const engine::FlowGraph &G) : G(G) {
    for (const engine::FlowBlock &B : G.Blocks)
      for (const engine::FlowEvent &E : B.Events) {
        if (E.Kind == engine::EventKind::Store)
          lend(E.Value);
        if (E.Kind == engine::EventKind::Call && isOfRequest(G.Calls[E.Call]))
          for (engine::ExprId Arg : G.Calls[E.Call].Args)
            lend(Arg);
      }
  }

  bool in(const engine::FlowEvent &E) const {
    if (E.Kind == engine::EventKind::Call)
      return llvm::any_of(G.Calls[E.Call].Args,
                          [&](engine::ExprId Arg) { return reads(Arg); });
    if (E.Kind == engine::EventKind::CopyRecord && isResult(E.Source))
      return true;
    return E.Value && reads(E.Value);
  }
  bool in(const engine::FlowEdge &E) const {
    return llvm::any_of(
        E.If, [&](const engine::Assumption &A) { return reads(A.Condition); });
  }

private:
  static bool isOfRequest(const FlowCall &C) {
    return C.TakesIrp ||
           (C.Known && (C.Routine.Does == model::Effect::Register ||
                        C.Routine.Does == model::Effect::Allocate));
  }
  const void *variableOf(engine::PlaceId P) const {
    while (P && G.Places[P].Kind != engine::PlaceKind::Variable)
      P = G.Places[P].Base;
    return P ? G.Places[P].Decl : nullptr;
  }
  void lend(engine::ExprId Id) {
    const engine::FlowExpr &E = G.Exprs[Id];
    if (E.Kind == engine::ExprKind::AddressOf)
      if (const void *V = variableOf(E.Place))
        Lent.insert(V);
    for (engine::ExprId Arg : E.Args)
      lend(Arg);
  }
  bool isResult(engine::PlaceId P) const {
    for (; P; P = G.Places[P].Base) {
      const engine::FlowPlace &Place = G.Places[P];
      if (Place.Kind == engine::PlaceKind::Variable)
        return Lent.count(Place.Decl) != 0;
      const auto *Field = dyn_cast_or_null<FieldDecl>(
          Place.Kind == engine::PlaceKind::Field
              ? static_cast<const Decl *>(Place.Decl)
              : nullptr);
      if (Field && model::isRequestRecord(*Field->getParent()) &&
          model::isResultField(Field->getName()))
        return true;
      if (Place.Key && reads(Place.Key))
        return true;
    }
    return false;
  }
  bool reads(engine::ExprId Id) const {
    const engine::FlowExpr &E = G.Exprs[Id];
    if (E.Kind == engine::ExprKind::Load && isResult(E.Place))
      return true;
    return llvm::any_of(E.Args, [&](engine::ExprId Arg) { return reads(Arg); });
  }

  const engine::FlowGraph &G;
  llvm::DenseSet<const void *> Lent;
};

} // namespace

bool Ways::readsWhatComesBack(Position From) const {
  const ReadsOfResults Reads(*Graph);
  llvm::BitVector Seen(Graph->Blocks.size());
  llvm::SmallVector<Position, 16> Work{From};
  while (!Work.empty()) {
    const Position At = Work.pop_back_val();
    const engine::FlowBlock &Block = Graph->Blocks[At.Block];
    for (size_t I = At.Event; I < Block.Events.size(); ++I)
      if (Reads.in(Block.Events[I]))
        return true;
    for (const engine::FlowEdge &E : Block.Edges) {
      if (Reads.in(E))
        return true;
      if (!Seen.test(E.To)) {
        Seen.set(E.To);
        Work.push_back({E.To, 0});
      }
    }
  }
  return false;
}

// --- What speaks against every way ---------------------------------------

static bool startsNextPowerIrp(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->getDeclName().isIdentifier() &&
         model::startsNextPowerIrp(Callee->getName());
}

bool Ways::needsNextPowerIrp() const {
  auto Names = [](const engine::FlowGraph *G) {
    return G && llvm::any_of(G->Calls, [](const FlowCall &C) {
             return model::startsNextPowerIrp(C.Name);
           });
  };
  if (Names(Graph))
    return llvm::none_of(Code.statements(), [&](const Stmt *S) {
      const auto *C = dyn_cast<CallExpr>(S);
      return C && startsNextPowerIrp(*C) &&
             Code.begin(C) < Code.begin(&Registration) &&
             Code.isInside(&Registration, Code.parent(Code.parent(C)));
    });
  for (const Expr *Arg : Registration.arguments())
    if (const auto *Ref = dyn_cast<DeclRefExpr>(bare(Arg)))
      if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl())) {
        const FunctionDecl *Routine = Judge.withBody(*F);
        if (Routine && Names(Judge.graphOf(*Routine)))
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
        Arg->getType()->isFunctionPointerType())
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
  for (const Stmt *S = &Registration, *Up = Code.parent(S); Up;
       S = Up, Up = Code.parent(Up)) {
    if (isa<SEHExceptStmt, SEHFinallyStmt, CXXCatchStmt>(Up))
      return "it is in a handler";
    if (isa<StmtExpr>(Up))
      return "it is in a statement expression";
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(Up)) {
      if (const auto *Do = dyn_cast<DoStmt>(Up))
        if (constantOf(Do->getCond(), Code.Context) == 0)
          continue;
      // Those before are on their way already.
      if (!Irp || !isa<ParmVarDecl>(Irp))
        return "it is in a loop that may send many IRPs";
    }
  }
  return nullptr;
}

/// An object that was given the IRP may end it when it goes.
bool Ways::isHeldByObject() const {
  return llvm::any_of(Code.statements(), [&](const Stmt *S) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    if (!Declares || Code.begin(S) > Code.begin(&Registration))
      return false;
    return llvm::any_of(Declares->decls(), [&](const Decl *D) {
      const auto *V = dyn_cast<VarDecl>(D);
      const CXXRecordDecl *Class =
          V && V->hasInit() ? V->getType()->getAsCXXRecordDecl() : nullptr;
      const CXXDestructorDecl *Destructor =
          Class && Class->hasDefinition() ? Class->getDestructor() : nullptr;
      if (!Destructor || Destructor->isTrivial() || Destructor->hasBody())
        return false;
      return llvm::any_of(Code.statements(), [&](const Stmt *Inner) {
        const auto *Ref = dyn_cast<DeclRefExpr>(Inner);
        return Ref && Irp && Ref->getDecl() == Irp &&
               Code.isInside(Ref, V->getInit());
      });
    });
  });
}

} // namespace wdm::proof
