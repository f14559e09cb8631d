//===- Candidates.cpp - What may be done where a registration failed ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/OwnWords.h"
#include "src/model/Routines.h"
#include "src/proof/Branches.h"
#include "src/proof/Names.h"
#include "src/proof/Walks.h"
#include "src/proof/Ways.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/LangOptions.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;
using model::bare;
using model::constantOf;
using model::Effect;
using model::isRepeatable;

namespace {

/// Looks in a flow graph for reads of what an IRP brings back.
class ReadsOfResults {
public:
  explicit ReadsOfResults(const FlowGraph &G) : G(G) {
    for (const FlowBlock &B : G.Blocks)
      for (const FlowEvent &E : B.Events) {
        if (E.Kind == EventKind::Store)
          lend(E.Value);
        if (E.Kind == EventKind::Call && isOfRequest(G.Calls[E.Call]))
          for (ExprId Arg : G.Calls[E.Call].Args)
            lend(Arg);
      }
  }

  bool in(const FlowEvent &E) const {
    if (E.Kind == EventKind::Call)
      return llvm::any_of(G.Calls[E.Call].Args,
                          [&](ExprId Arg) { return reads(Arg); });
    if (E.Kind == EventKind::CopyRecord && isPartOfResult(E.Source))
      return true;
    return E.Value && reads(E.Value);
  }
  bool in(const FlowEdge &E) const {
    return llvm::any_of(
        E.If, [&](const Assumption &A) { return reads(A.Condition); });
  }

private:
  static bool isOfRequest(const FlowCall &C) {
    return C.TakesIrp ||
           (C.Known && (C.Routine.Does == model::Effect::Register ||
                        C.Routine.Does == model::Effect::Allocate));
  }
  const void *variableOf(PlaceId P) const {
    while (P && G.Places[P].Kind != PlaceKind::Variable)
      P = G.Places[P].Base;
    return P ? G.Places[P].Decl : nullptr;
  }
  void lend(ExprId Id) {
    const FlowExpr &E = G.Exprs[Id];
    if (E.Kind == ExprKind::AddressOf)
      if (const void *V = variableOf(E.Place))
        Lent.insert(V);
    for (ExprId Arg : E.Args)
      lend(Arg);
  }
  bool isResult(PlaceId P) const {
    const FlowPlace &Place = G.Places[P];
    if (Place.Kind == PlaceKind::Variable)
      return Lent.count(Place.Decl) != 0;
    const auto *Field = dyn_cast_or_null<FieldDecl>(
        Place.Kind == PlaceKind::Field ? static_cast<const Decl *>(Place.Decl)
                                       : nullptr);
    return Field && Place.OfRequest && model::isResultField(Field->getName());
  }
  bool isPartOfResult(PlaceId P) const {
    for (; P; P = G.Places[P].Base)
      if (isResult(P) || (G.Places[P].Key && reads(G.Places[P].Key)))
        return true;
    return false;
  }
  bool reads(ExprId Id) const {
    return touches(G, Id, [&](const FlowExpr &E, PlaceId P) {
      return E.Kind == ExprKind::Load && isResult(P);
    });
  }

  const FlowGraph &G;
  llvm::DenseSet<const void *> Lent;
};

/// True when a part of \p S is found through an IRP.
bool readsRequest(const Stmt *S) {
  if (!S)
    return false;
  if (const auto *Member = dyn_cast<MemberExpr>(S))
    if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
      if (model::isRequestRecord(*Field->getParent()))
        return true;
  // PFCB *Fcb = (PFCB *)&Irp->Tail.Overlay.DriverContext[0];
  if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
    if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
      if (const auto *Address =
              dyn_cast_or_null<UnaryOperator>(bare(V->getInit())))
        if (V->hasLocalStorage() && Address->getOpcode() == UO_AddrOf &&
            readsRequest(Address->getSubExpr()))
          return true;
  return llvm::any_of(S->children(), readsRequest);
}

bool argumentsReadRequest(const CallExpr &Call) {
  return llvm::any_of(Call.arguments(), readsRequest);
}

/// True when \p E gives the same value a second time, right behind the first:
/// it has no effect, or only asks for it.
bool isSameAgain(const Expr &E) {
  if (isRepeatable(&E))
    return true;
  // Owner.get()
  if (const auto *Method = dyn_cast<CXXMemberCallExpr>(bare(&E)))
    return Method->getNumArgs() == 0 && Method->getMethodDecl() &&
           Method->getMethodDecl()->isConst() &&
           isRepeatable(Method->getImplicitObjectArgument());
  // The current stack location, the next one.
  const auto *Call = dyn_cast<CallExpr>(bare(&E));
  return Call && model::isPlainQuestion(nameOf(*Call)) &&
         llvm::all_of(Call->arguments(), isRepeatable);
}

/// The status that the IRP came back with: `status = Irp->IoStatus.Status;`
bool takesStatusOfIrp(const Stmt &S) {
  const auto *E = dyn_cast<Expr>(&S);
  const auto *Assign =
      E ? dyn_cast<BinaryOperator>(E->IgnoreParens()) : nullptr;
  const auto *From = Assign && Assign->getOpcode() == BO_Assign
                         ? dyn_cast<MemberExpr>(bare(Assign->getRHS()))
                         : nullptr;
  const auto *Field =
      From ? dyn_cast<FieldDecl>(From->getMemberDecl()) : nullptr;
  return Field && model::roleOfField(*Field) == model::FieldRole::Status;
}

} // namespace

// --- Ending IRPs ------------------------------------------------------------

std::vector<ActList> Ways::endings() const {
  auto Complete = [](const VarDecl *V) {
    return Act{Act::Complete, V->getCanonicalDecl()};
  };
  std::vector<ActList> All;
  if (Irp && Irp->hasLocalStorage()) {
    if (isa<ParmVarDecl>(Irp) ||
        isa_and_nonnull<ParmVarDecl>(model::variableOf(Irp->getInit()))) {
      All.push_back({Complete(Irp)});
    } else {
      const Act Free{Act::Free, Irp->getCanonicalDecl()};
      if (Own)
        All.push_back({Free, Complete(Own)});
      All.push_back({Free});
    }
  }
  if (Own && Irp != Own)
    All.push_back({Complete(Own)});
  return All;
}

// --- The author's way out ---------------------------------------------------

const VarDecl *Ways::statusOfWayOut() const {
  for (const Jump &J : Jumps)
    if (J.Status)
      return J.Status;
  return nullptr;
}

bool Ways::isReadOnWayOut(const VarDecl &V) const {
  return llvm::any_of(Jumps, [&](const Jump &J) {
    return J.Status != &V && Judge.isLiveAt(Code.Function, V, {J.Target, 0});
  });
}

// --- Returning --------------------------------------------------------------

/// What stands for a failure in a type that holds no status; empty: nothing.
static llvm::StringRef zeroOf(QualType T, const ASTContext &Context) {
  const LangOptions &Language = Context.getLangOpts();
  auto IsKnown = [&](llvm::StringRef Name) {
    return isNameDeclared(Name, Context);
  };
  if (T->isBooleanType())
    return Language.Bool || IsKnown("false") ? "false"
           : IsKnown("FALSE")                ? "FALSE"
                                             : "0";
  if (model::isTypedefOf(T, "BOOLEAN") || model::isTypedefOf(T, "BOOL"))
    return IsKnown("FALSE") ? "FALSE" : "";
  if (!T->isPointerType())
    return "";
  return IsKnown("NULL") ? "NULL" : Language.CPlusPlus11 ? "nullptr" : "";
}

std::optional<FailedResult> Ways::resultOfFailure() const {
  // Of a template, the pattern: one text serves every instantiation.
  const FunctionDecl *F = Code.Function.getTemplateInstantiationPattern();
  const QualType T = (F ? *F : Code.Function).getReturnType();
  if (T->isDependentType())
    return std::nullopt;
  if (T->isVoidType())
    return FailedResult{Patch::Nothing, ""};
  const QualType Status = Registration.getType();
  if (model::isStatusType(T) ||
      (T->getContainedDeducedType() && model::isStatusType(Status) &&
       Code.Context.hasSameUnqualifiedType(T, Status)))
    return FailedResult{Patch::Status, ""};
  const llvm::StringRef Zero = zeroOf(T, Code.Context);
  if (Zero.empty())
    return std::nullopt;
  return FailedResult{Patch::Zero, Zero};
}

// --- Giving back ------------------------------------------------------------

/// True when \p V may have got another value between the call \p From, whose
/// result it may have, and the registration.
bool Ways::changesBetween(const VarDecl &V, uint32_t From) const {
  const FlowGraph &G = *Graph;
  const std::optional<Position> Begin = positionOf(G, From);
  const std::optional<Position> End =
      Call ? positionOf(G, *Call) : std::nullopt;
  if (!Begin || !End)
    return true;
  auto IsResult = [&](const FlowEvent &E) {
    return E.Kind == EventKind::Store &&
           callMaking(G, E.Value) == &G.Calls[From];
  };
  auto Never = [](const FlowEvent &) { return false; };
  auto Again = [&](const FlowEvent &E) {
    return E.Kind == EventKind::Call && E.Call == From;
  };
  for (BlockId B = 0; B != G.Blocks.size(); ++B)
    for (uint32_t I = 0; I != G.Blocks[B].Events.size(); ++I) {
      const FlowEvent &E = G.Blocks[B].Events[I];
      if (E.Place && E.Kind != EventKind::Read &&
          isVariable(G, E.Place, V.getCanonicalDecl()) && !IsResult(E) &&
          comesTo(G, {Begin->Block, Begin->Event + 1}, {B, I}, Never) &&
          comesTo(G, {B, I + 1}, *End, Again))
        return true;
    }
  return false;
}

/// True when the arguments of \p Release are where the lines go what they were
/// at the call \p From.
bool Ways::isRepeatableHere(const CallExpr &Release, uint32_t From) const {
  return llvm::all_of(Release.arguments(), [&](const Expr *Arg) {
    return isRepeatable(Arg) && meansTheSameAt(Code, Arg, &place()) &&
           llvm::none_of(Code.statements(), [&](const Stmt *S) {
             const auto *Ref = dyn_cast<DeclRefExpr>(S);
             const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
             return V && V->hasLocalStorage() && Code.isInside(S, Arg) &&
                    changesBetween(*V, From);
           });
  });
}

/// True when nothing but the statement of \p From gives \p V a value; another
/// one may be a null pointer.
bool Ways::isKept(const VarDecl &V, const Expr &From) const {
  return llvm::none_of(Code.statements(), [&](const Stmt *S) {
    const Expr *To = changedBy(*S);
    if (!To || model::variableOf(To) != &V || Code.isInside(&From, S))
      return false;
    const auto *Assign = dyn_cast<BinaryOperator>(S);
    return !Assign || (constantOf(Assign->getRHS(), Code.Context) != 0 &&
                       !Assign->getRHS()->isNullPointerConstant(
                           Code.Context, Expr::NPC_ValueDependentIsNotNull));
  });
}

/// The variable that has the result of \p H where the lines go.
const VarDecl *Ways::resultOf(const Held &H) const {
  const CallExpr &Call = *H.By;
  const Stmt *Up = Code.parent(&Call);
  while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
    Up = Code.parent(Up);
  const VarDecl *V = nullptr;
  if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(Up))
    V = model::variableOf(Assign->getLHS());
  else if (const auto *Declares = dyn_cast_or_null<DeclStmt>(Up))
    V = Declares->isSingleDecl() ? dyn_cast<VarDecl>(Declares->getSingleDecl())
                                 : nullptr;
  return V && isVisibleAt(Code, *V, &Registration) && isKept(*V, Call) &&
                 !changesBetween(*V, H.Call)
             ? V
             : nullptr;
}

/// The author gives such things back before IRPs are completed, wherever he
/// does both; where he does not show it, locks that are held by a thread.
bool Ways::isGivenBackFirst(const model::Resource &What) const {
  const FlowGraph &G = *Graph;
  auto IsRelease = [&](const FlowCall &C) {
    return C.Handles && C.Handles->GivesBack &&
           C.Handles->GivesBack->isSame(What);
  };
  auto Acquires = [&](const FlowEvent &E) {
    return E.Kind == EventKind::Call && G.Calls[E.Call].Handles &&
           G.Calls[E.Call].Handles->Acquires;
  };
  const auto Releases = callsWhere(G, IsRelease);
  const auto Ends = callsWhere(G, [](const FlowCall &C) {
    return C.Known && C.Routine.Does == Effect::Complete;
  });
  auto Comes = [&](llvm::ArrayRef<Position> From, llvm::ArrayRef<Position> To) {
    return llvm::any_of(From, [&](Position A) {
      return llvm::any_of(To, [&](Position B) {
        return comesTo(G, {A.Block, A.Event + 1}, B, Acquires);
      });
    });
  };
  const bool Before = Comes(Releases, Ends), After = Comes(Ends, Releases);
  return Before == After ? What.isLock() : Before;
}

std::vector<Release> Ways::releases(const Held &H) const {
  std::vector<Release> Found;
  if (!H.Always || !H.By || !H.What)
    return Found;
  auto Add = [&](Act::KindTy Kind, uint32_t Number, const CallExpr &Call,
                 llvm::StringRef Form, const VarDecl *Result) {
    // What is found through the IRP has to be given back before that is gone.
    const bool Early = H.What->raisesIrql() || argumentsReadRequest(Call) ||
                       isGivenBackFirst(*H.What);
    Found.push_back({Act{Kind, nullptr, Number}, &Call, Form, Result, Early});
  };
  const llvm::StringRef Form = H.What->undo(nameOf(*H.By));
  if (!Form.empty() && isRepeatableHere(*H.By, H.Call))
    Add(Act::Undo, H.Call, *H.By, Form, resultOf(H));
  for (uint32_t I = 0; I != Graph->Calls.size(); ++I) {
    const FlowCall &C = Graph->Calls[I];
    const auto *Back = dyn_cast_or_null<CallExpr>(C.Origin);
    if (Back && C.Handles && C.Handles->GivesBack &&
        C.Handles->GivesBack->isSame(*H.What) &&
        isRepeatableHere(*Back, H.Call) &&
        isa_and_nonnull<CompoundStmt, IfStmt, LabelStmt, SwitchCase>(
            Code.parent(Back)))
      Add(Act::Repeat, I, *Back, {}, nullptr);
  }
  return Found;
}

// --- What the author does on other failures ---------------------------------

std::vector<FailingBranch> Ways::failingBranches() const {
  std::vector<FailingBranch> Found;
  if (!Graph)
    return Found;
  for (const Stmt *S : Code.statements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    const auto *Block = If ? dyn_cast<CompoundStmt>(If->getThen()) : nullptr;
    if (!Block || Block->body_empty() || !isa<ReturnStmt>(Block->body_back()) ||
        Code.isInside(&Registration, If))
      continue;
    const std::optional<Position> Begin = beginOf(*Block);
    if (!Begin || Begin->Event != 0)
      continue;
    const auto Tested = statusesIn(Code, *If->getCond());
    Found.push_back(
        {Block, Tested.empty() ? nullptr : Tested.back(), Begin->Block});
  }
  return Found;
}

std::optional<Position> Ways::beginOf(const Stmt &S) const {
  for (BlockId B = 0; B != Graph->Blocks.size(); ++B)
    for (uint32_t I = 0; I != Graph->Blocks[B].Events.size(); ++I) {
      const FlowEvent &Event = Graph->Blocks[B].Events[I];
      if (Event.Origin && Code.isInside(Event.Origin, &S))
        return Position{B, I};
    }
  return std::nullopt;
}

// --- Without the send -------------------------------------------------------

/// Where the statement \p S begins to be evaluated; nothing where that is in
/// several places, or not seen.
std::optional<Position> Ways::startOf(const Stmt &S) const {
  const auto *If = dyn_cast<IfStmt>(&S);
  if (!isa<Expr, ReturnStmt, IfStmt>(S))
    return std::nullopt;
  const Stmt *Evaluated = If ? If->getCond() : &S;
  std::optional<Position> First;
  for (BlockId B = 0; B != Graph->Blocks.size(); ++B) {
    const FlowBlock &Block = Graph->Blocks[B];
    const auto Event = llvm::find_if(Block.Events, [&](const FlowEvent &E) {
      return E.Origin && Code.isInside(E.Origin, Evaluated);
    });
    if (Event == Block.Events.end())
      continue;
    if (First)
      return std::nullopt;
    First = Position{B, static_cast<uint32_t>(Event - Block.Events.begin())};
  }
  if (First || !If)
    return First;
  // A condition that only reads variables.
  for (BlockId B = 0; B != Graph->Blocks.size(); ++B) {
    if (Graph->Blocks[B].Terminator != If)
      continue;
    if (First)
      return std::nullopt;
    First = Position{B, static_cast<uint32_t>(Graph->Blocks[B].Events.size())};
  }
  return First;
}

/// One of the calls that are made in \p S is what \p Is says.
bool Ways::makesCall(const Stmt &S,
                     llvm::function_ref<bool(const FlowCall &)> Is) const {
  return llvm::any_of(Graph->Calls, [&](const FlowCall &C) {
    return C.Known && C.Origin && Code.isInside(C.Origin, &S) && Is(C);
  });
}

bool Ways::leavesOrEnters(const Stmt &Outer) const {
  return llvm::any_of(Code.statements(), [&](const Stmt *S) {
    return isa<ReturnStmt, GotoStmt, BreakStmt, ContinueStmt, SEHLeaveStmt,
               SEHTryStmt, CXXTryStmt, LabelStmt, SwitchCase, DeclStmt>(S) &&
           Code.isInside(S, &Outer);
  });
}

/// True when something that the IRP would have brought back may be read from
/// \p From on: a part of its status block but for the status, a variable that
/// the request was given the address of.
bool Ways::readsWhatComesBack(Position From) const {
  const ReadsOfResults Reads(*Graph);
  return findsFrom(
      *Graph, From,
      [&](const FlowEvent &E) {
        return Reads.in(E) ? Walk::Found : Walk::GoOn;
      },
      [&](const FlowEdge &E) { return Reads.in(E); });
}

/// True when the status of an IRP may be read from \p From on that nobody has
/// set by then.
bool Ways::readsStatus(Position From) const {
  auto IsStatus = [&](PlaceId P) {
    return Graph->Places[P].Role == model::FieldRole::Status;
  };
  auto Reads = [&](ExprId Id) {
    return mentions(*Graph, Id, [&](const FlowExpr &E) {
      return E.Kind == ExprKind::Load && IsStatus(E.Place);
    });
  };
  return findsFrom(
      *Graph, From,
      [&](const FlowEvent &E) {
        if (E.Kind == EventKind::CopyRecord &&
            Graph->Places[E.Source].Role == model::FieldRole::Outcome)
          return Walk::Found;
        if (E.Kind == EventKind::Call &&
            llvm::any_of(Graph->Calls[E.Call].Args, Reads))
          return Walk::Found;
        if (E.Value && Reads(E.Value))
          return Walk::Found;
        return E.Kind == EventKind::Store && IsStatus(E.Place) ? Walk::Over
                                                               : Walk::GoOn;
      },
      [&](const FlowEdge &E) {
        return llvm::any_of(
            E.If, [&](const Assumption &A) { return Reads(A.Condition); });
      });
}

std::optional<Detour> Ways::withoutSend() const {
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Code.parent(Where.At));
  std::optional<Patch> Here = patchHere();
  if (Where.Kind != Spot::Behind || !Block || !Here)
    return std::nullopt;
  const Stmt *Last = nullptr, *Next = nullptr;
  bool Waits = false;
  for (auto *I = std::next(llvm::find(Block->body(), Where.At));
       I != Block->body_end(); ++I) {
    const Stmt &S = **I;
    if (Last && !Next)
      Next = &S;
    if (leavesOrEnters(S) || makesCall(S, [](const FlowCall &C) {
          return C.Routine.Does == Effect::Register;
        }))
      break;
    const bool WaitsHere = makesCall(S, isWait);
    Waits |= WaitsHere;
    if (WaitsHere ||
        makesCall(
            S,
            [](const FlowCall &C) { return C.Routine.Does == Effect::Send; }) ||
        (Next == &S && takesStatusOfIrp(S))) {
      Last = &S;
      Next = nullptr;
    }
  }
  const std::optional<Position> Goal =
      Last && Next ? startOf(*Next) : std::nullopt;
  if (!Goal || !Waits || readsWhatComesBack(*Goal) || readsStatus(*Goal))
    return std::nullopt;
  Here->Exit = Patch::Jump;
  Here->Target = Goal->Block;
  Here->TargetEvent = Goal->Event;
  Here->LeavesOutSend = true;
  return Detour{std::move(*Here), Last};
}

// --- The arguments once more ------------------------------------------------

/// True when nothing between the registration and the lines assigns to a
/// variable in \p Arg, or lends it.
bool Ways::isUnchanged(const Expr &Arg) const {
  const Stmt *At = Where.At ? Where.At : Where.If->getCond();
  return meansTheSameAt(Code, &Arg, At) &&
         llvm::none_of(Code.statements(), [&](const Stmt *S) {
           const auto *Unary = dyn_cast<UnaryOperator>(S);
           const Expr *To = Unary && Unary->getOpcode() == UO_AddrOf
                                ? Unary->getSubExpr()
                                : changedBy(*S);
           const VarDecl *V = model::variableOf(To);
           return V && Code.begin(S) > Code.begin(&Registration) &&
                  Code.begin(S) <= Code.begin(At) &&
                  !Code.isInside(S, &Registration) && names(Code, Arg, *V);
         });
}

const char *Ways::whyNotAgain(const Expr &Arg) const {
  if (!isSameAgain(Arg))
    return "its arguments cannot be repeated";
  if (Where.Kind != Spot::Behind && !isUnchanged(Arg))
    return "its arguments may have changed";
  return nullptr;
}

} // namespace wdm::proof
