//===- Plans.cpp - What to do when nothing was registered -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Plans.h"
#include "src/model/OwnWords.h"
#include "src/model/Routines.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using engine::Act;
using engine::BlockId;
using engine::FlowCall;
using engine::Patch;
using engine::Position;

namespace {

/// More candidates are not tried.
constexpr size_t MaxPlans = 12;

StringRef nameOf(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->getDeclName().isIdentifier() ? Callee->getName()
                                                        : StringRef();
}

const Stmt *innermost(const FunctionText &Code, const Stmt *S,
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
const SEHTryStmt *tryAround(const FunctionText &Code, const Stmt *S) {
  for (const Stmt *Up = Code.parent(S); Up; S = Up, Up = Code.parent(Up))
    if (const auto *Try = dyn_cast<SEHTryStmt>(Up))
      if (S == Try->getTryBlock())
        return Try;
  return nullptr;
}

} // namespace

Plans::Plans(const FunctionText &Code, proof::Proof &Judge,
             const CallExpr &Registration, Spot Where)
    : Code(Code), Judge(Judge), Registration(Registration), Where(Where),
      Graph(Judge.graphOf(Code.Function)),
      Call(Judge.callIn(Code.Function, Registration)) {
  for (const Expr *Arg : Registration.arguments())
    if (!Irp && model::isIrpPointer(Arg->getType()))
      Irp = variableOf(Arg);
  const int Last = proof::ownIrp(Code.Function);
  if (Last >= 0 && (model::irpParameter(Code.Function) >= 0 ||
                    model::looksLikeDispatch(Code.Function)))
    Own = Code.Function.getParamDecl(static_cast<unsigned>(Last));
  if (Graph && Call)
    findJumps();
}

// --- The author's jumps -----------------------------------------------------

/// No jump may pass an initialiser.
bool Plans::mayJumpTo(const Stmt &Label) const {
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
const VarDecl *Plans::statusAt(BlockId Target) const {
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

void Plans::findJumps() {
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
    Jumps.push_back(J);
  }
  // The inner way before the one around it.
  llvm::sort(Jumps, [](const Jump &A, const Jump &B) {
    return std::pair(A.How == Jump::Goto, A.Target) <
           std::pair(B.How == Jump::Goto, B.Target);
  });
}

const VarDecl *Plans::statusOfWayOut() const {
  for (const Jump &J : Jumps)
    if (J.Status)
      return J.Status;
  return nullptr;
}

bool Plans::isReadOnWayOut(const VarDecl &V) const {
  return llvm::any_of(Jumps, [&](const Jump &J) {
    return J.Status != &V && Judge.isLiveAt(Code.Function, V, {J.Target, 0});
  });
}

// --- The place --------------------------------------------------------------

std::optional<Patch> Plans::patchHere() const {
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
void Plans::destroyLocals(Patch &P, const Stmt *Until) const {
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

// --- Ending IRPs ------------------------------------------------------------

/// Power IRPs of old: the power manager waits for the call, which the
/// completion routine would have made.
bool Plans::needsNextPowerIrp() const {
  auto Names = [](const engine::FlowGraph *G) {
    return G && llvm::any_of(G->Calls, [](const FlowCall &C) {
             return model::startsNextPowerIrp(C.Name);
           });
  };
  if (Names(Graph))
    return llvm::none_of(Code.statements(), [&](const Stmt *S) {
      const auto *C = dyn_cast<CallExpr>(S);
      return C && model::startsNextPowerIrp(nameOf(*C)) &&
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

void Plans::completing(StringRef Name, StringRef Status,
                       std::vector<std::string> &Lines) const {
  if (needsNextPowerIrp())
    Lines.push_back(("PoStartNextPowerIrp(" + Name + ");").str());
  Lines.push_back((Name + "->IoStatus.Status = " + Status + ";").str());
  Lines.push_back((Name + "->IoStatus.Information = 0;").str());
  Lines.push_back(("IoCompleteRequest(" + Name + ", IO_NO_INCREMENT);").str());
}

/// What may be done to the IRPs of the function, the likely one first.
std::vector<Plans::Ending> Plans::endings(const StatusName &Status,
                                          Wish W) const {
  std::vector<Ending> All;
  auto Complete = [&](const VarDecl &V, Ending &E) {
    if (isHiddenAt(Code, V, Registration) ||
        !isNameDeclared("IoCompleteRequest", Code.Context) ||
        !isNameDeclared("IO_NO_INCREMENT", Code.Context) || !Status.IsLocal)
      return false;
    completing(V.getName(), Status.Text, E.Lines);
    Act A{Act::Complete};
    A.Decl = V.getCanonicalDecl();
    E.Acts.push_back(A);
    E.Title = "complete the IRP and ";
    return true;
  };
  auto Free = [&](Ending &E) {
    if (!Irp || isHiddenAt(Code, *Irp, Registration) || !Status.IsLocal ||
        !isNameDeclared("IoFreeIrp", Code.Context))
      return false;
    E.Lines.push_back("IoFreeIrp(" + Irp->getName().str() + ");");
    Act A{Act::Free};
    A.Decl = Irp->getCanonicalDecl();
    E.Acts.push_back(A);
    E.Title = "free the IRP and ";
    return true;
  };
  const bool Given = isa_and_nonnull<ParmVarDecl>(Irp);
  Ending Nothing;
  if (Irp && Irp->hasLocalStorage()) {
    if (Given || (Irp->getInit() &&
                  isa_and_nonnull<ParmVarDecl>(variableOf(Irp->getInit())))) {
      Ending E;
      if (Complete(*Irp, E))
        All.push_back(std::move(E));
    } else {
      Ending E;
      if (Free(E)) {
        Ending Both = E;
        if (Own && Complete(*Own, Both)) {
          Both.Title = "free the IRP, complete the own one and ";
          Both.Title = "complete the IRP and ";
          All.push_back(std::move(Both));
        }
        All.push_back(std::move(E));
      }
    }
  }
  if (Own && Irp != Own) {
    Ending E;
    if (Complete(*Own, E))
      All.push_back(std::move(E));
  }
  if (W != Wish::Complete || All.empty())
    All.push_back(std::move(Nothing));
  return All;
}

// --- Candidates -------------------------------------------------------------

void Plans::addJumps(const StatusName &Status, llvm::ArrayRef<Ending> Ends,
                     std::vector<Plan> &To) const {
  for (const Jump &J : Jumps) {
    // The author's way as it is, first.
    llvm::SmallVector<const Ending *, 4> Order;
    for (const Ending &E : llvm::reverse(Ends))
      if (E.Lines.empty())
        Order.push_back(&E);
    Ending Plain;
    if (Order.empty())
      Order.push_back(&Plain);
    for (const Ending &E : Ends)
      if (!E.Lines.empty())
        Order.push_back(&E);
    for (const Ending *E : Order) {
      Plan P;
      std::optional<Patch> Here = patchHere();
      if (!Here)
        return;
      P.Does = *Here;
      P.Lines = E->Lines;
      P.Does.Acts.append(E->Acts.begin(), E->Acts.end());
      const VarDecl *Kept = Status.IsNew ? Status.Variable : nullptr;
      if (J.Status && !isVisibleAt(Code, *J.Status, &Registration))
        continue;
      if (J.Status && J.Status != Status.Variable) {
        P.Lines.push_back(J.Status->getName().str() + " = " + Status.Text +
                          ";");
        Act A{Act::Keep};
        A.Decl = J.Status->getCanonicalDecl();
        P.Does.Acts.push_back(A);
      }
      if (Kept) {
        Act A{Act::Keep};
        A.Decl = Kept->getCanonicalDecl();
        P.Does.Acts.push_back(A);
      }
      P.Does.Exit = Patch::Jump;
      P.Does.Target = J.Target;
      const Stmt *Scope = J.Label ? Code.parent(J.Label->getStmt()) : nullptr;
      if (J.How != Jump::Goto)
        Scope = J.How == Jump::Leave
                    ? static_cast<const Stmt *>(tryAround(Code, &Registration))
                    : innermost(Code, &Registration, isLoopOrSwitch);
      destroyLocals(P.Does, Scope);
      switch (J.How) {
      case Jump::Goto:
        P.Lines.push_back("goto " + J.Label->getName().str() + ";");
        P.Title = E->Title + "go to '" + J.Label->getName().str() + "'";
        break;
      case Jump::Leave:
        P.Lines.push_back("__leave;");
        P.Title = E->Title + "leave the __try block";
        break;
      case Jump::Break:
        P.Lines.push_back("break;");
        P.Title = E->Title + "break";
        break;
      }
      To.push_back(std::move(P));
    }
  }
}

std::optional<std::string> Plans::textOf(const Expr &E) const {
  const SourceManager &Sources = Code.Context.getSourceManager();
  SourceRange Written(Sources.getSpellingLoc(E.getBeginLoc()),
                      Sources.getSpellingLoc(E.getEndLoc()));
  auto Bytes = Code.Source.bytes(Written);
  if (!Bytes || Code.Source.hasComment(Bytes->first, Bytes->second))
    return std::nullopt;
  std::string Text = Code.Source.text(Bytes->first, Bytes->second).str();
  if (StringRef(Text).find_first_of("\r\n") != StringRef::npos)
    return std::nullopt;
  return Text;
}

/// The statement that gives back what was acquired: as the author writes it,
/// or as the routine's row says.
std::optional<std::pair<std::string, Act>>
Plans::release(const proof::Held &H) const {
  const FlowCall &Acquired = Graph->Calls[H.Call];
  const auto *From = dyn_cast_or_null<CallExpr>(Acquired.Origin);
  if (!H.Always || !Acquired.Handles || !Acquired.Handles->Acquires || !From)
    return std::nullopt;
  const model::Resource &What = *Acquired.Handles->Acquires;
  auto Usable = [&](const CallExpr &C) {
    return llvm::all_of(C.arguments(), [&](const Expr *Arg) {
      return isRepeatable(Arg) &&
             meansTheSameAt(Code, Arg, Where.At ? Where.At : &Registration);
    });
  };
  StringRef Form = What.undo(nameOf(*From));
  if (!Form.empty() && Usable(*From)) {
    std::string Text;
    bool Fits = true;
    for (size_t I = 0; I != Form.size() && Fits; ++I) {
      if (Form[I] != '$') {
        Text += Form[I];
        continue;
      }
      const unsigned N = static_cast<unsigned>(Form[++I] - '0');
      std::optional<std::string> Part;
      if (N == 0) {
        // The variable that has the result.
        const Stmt *Up = Code.parent(From);
        while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
          Up = Code.parent(Up);
        const VarDecl *V = nullptr;
        if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(Up))
          V = variableOf(Assign->getLHS());
        else if (const auto *Declares = dyn_cast_or_null<DeclStmt>(Up))
          V = Declares->isSingleDecl()
                  ? dyn_cast<VarDecl>(Declares->getSingleDecl())
                  : nullptr;
        if (V && isVisibleAt(Code, *V, &Registration))
          Part = V->getName().str();
      } else if (N <= From->getNumArgs()) {
        Part = textOf(*From->getArg(N - 1));
      }
      Fits = Part.has_value();
      Text += Part.value_or("");
    }
    if (Fits && isNameDeclared(
                    StringRef(Text).take_until([](char C) { return C == '('; }),
                    Code.Context)) {
      Act A{Act::Undo};
      A.Call = H.Call;
      return std::pair(Text, A);
    }
  }
  for (uint32_t I = 0; I != Graph->Calls.size(); ++I) {
    const FlowCall &C = Graph->Calls[I];
    const auto *Back = dyn_cast_or_null<CallExpr>(C.Origin);
    if (!Back || !C.Handles || !C.Handles->GivesBack ||
        !C.Handles->GivesBack->isSame(What) || !Usable(*Back))
      continue;
    const Stmt *Up = Code.parent(Back);
    if (!isa_and_nonnull<CompoundStmt, IfStmt, LabelStmt, SwitchCase>(Up))
      continue;
    if (std::optional<std::string> Text = textOf(*Back)) {
      Act A{Act::Repeat};
      A.Call = I;
      return std::pair(*Text + ";", A);
    }
  }
  return std::nullopt;
}

/// The return statement; empty where the type has no value for a failure.
std::string Plans::leaveLine(StringRef Status, std::string &Title,
                             Patch::ResultTy &Result) const {
  // Of a template, the pattern: one text serves every instantiation.
  const FunctionDecl *F = Code.Function.getTemplateInstantiationPattern();
  const QualType T = (F ? *F : Code.Function).getReturnType();
  if (T->isDependentType())
    return std::string();
  if (T->isVoidType()) {
    Title = "return";
    Result = Patch::Nothing;
    return "return;";
  }
  const QualType StatusType = Registration.getType();
  const bool Deduced = T->getContainedDeducedType() != nullptr;
  if (isStatusType(T) || (Deduced && isStatusType(StatusType) &&
                          Code.Context.hasSameUnqualifiedType(T, StatusType))) {
    Title = Status == "STATUS_PENDING" ? "return STATUS_PENDING"
                                       : "return the status";
    Result = Status == "STATUS_PENDING" ? Patch::Pending : Patch::Status;
    return ("return " + Status + ";").str();
  }
  auto IsKnown = [&](StringRef Name) {
    return isNameDeclared(Name, Code.Context);
  };
  std::string Value;
  if (T->isBooleanType()) {
    Value = Code.Context.getLangOpts().Bool || IsKnown("false") ? "false"
            : IsKnown("FALSE")                                  ? "FALSE"
                                                                : "0";
  } else if (isTypedefOf(T, "BOOLEAN") || isTypedefOf(T, "BOOL")) {
    Value = IsKnown("FALSE") ? "FALSE" : "";
  } else if (T->isPointerType()) {
    Value = IsKnown("NULL")                          ? "NULL"
            : Code.Context.getLangOpts().CPlusPlus11 ? "nullptr"
                                                     : "";
  }
  if (Value.empty())
    return std::string();
  Title = "return " + Value;
  Result = Patch::Zero;
  return "return " + Value + ";";
}

/// In a block with a termination handler: it would run, and might take the
/// return for an exception.
bool Plans::returnsThroughHandler() const {
  for (const Stmt *S = &Registration, *Up = Code.parent(S); Up;
       S = Up, Up = Code.parent(Up)) {
    const auto *Try = dyn_cast<SEHTryStmt>(Up);
    if (Try && S == Try->getTryBlock() && Try->getFinallyHandler())
      return true;
  }
  return false;
}

void Plans::addReturns(const StatusName &Status, llvm::ArrayRef<Ending> Ends,
                       std::vector<Plan> &To, std::string &Why) {
  if (returnsThroughHandler()) {
    Why = "a return would pass the termination handler";
    return;
  }
  std::optional<Patch> Here = patchHere();
  if (!Here)
    return;
  std::string Title;
  Patch::ResultTy Result = Patch::Status;
  std::string Leave = leaveLine(Status.Text, Title, Result);
  if (Leave.empty()) {
    Why = "the return type has no evident value for a failure";
    return;
  }
  std::vector<std::pair<std::string, Act>> First, Last;
  for (const proof::Held &H : Judge.heldAt(Code.Function, *Here)) {
    std::optional<std::pair<std::string, Act>> Back = release(H);
    if (!Back)
      continue; // The proof says what is left.
    const model::Resource &What = *Graph->Calls[H.Call].Handles->Acquires;
    (What.raisesIrql() ? First : Last).push_back(std::move(*Back));
  }
  const bool NeedsStatus = isa_and_nonnull<ParmVarDecl>(Irp) &&
                           !isHiddenAt(Code, *Irp, Registration) &&
                           Judge.completeWithItsStatus(Code.Function);
  const bool Marked = Judge.isMarkedAt(Code.Function, *Here);
  for (const Ending &E : Ends) {
    Plan P;
    P.Does = *Here;
    auto Add = [&](llvm::ArrayRef<std::pair<std::string, Act>> All) {
      for (const auto &[Line, What] : llvm::reverse(All)) {
        P.Lines.push_back(Line);
        P.Does.Acts.push_back(What);
      }
    };
    if (!(First.empty() && Last.empty()) && !Status.IsLocal)
      continue;
    Add(First);
    llvm::append_range(P.Lines, E.Lines);
    P.Does.Acts.append(E.Acts.begin(), E.Acts.end());
    if (E.Acts.empty() && NeedsStatus && Status.IsLocal) {
      P.Lines.push_back(Irp->getName().str() +
                        "->IoStatus.Status = " + Status.Text + ";");
      P.Does.SetsStatus = true;
    }
    Add(Last);
    destroyLocals(P.Does, nullptr);
    P.Does.Exit = Patch::Return;
    P.Does.Result = Result;
    std::string Line = Leave;
    P.Title = E.Title + Title;
    if (Marked && Result == Patch::Status) {
      if (!isNameDeclared("STATUS_PENDING", Code.Context))
        continue;
      Line = leaveLine("STATUS_PENDING", Title, P.Does.Result);
      P.Title = E.Title + "return STATUS_PENDING";
    }
    P.Lines.push_back(std::move(Line));
    To.push_back(std::move(P));
  }
}

/// One statement of the author's, with our status in the place of his. False
/// where it cannot be written here.
bool Plans::armLine(const Stmt &S, const StatusName &Status,
                    const VarDecl *Tested, std::string &Line) const {
  const Stmt *At = Where.At ? Where.At : &Registration;
  auto Bytes = Code.Source.bytes(S.getSourceRange());
  if (!Bytes || Code.Source.hasComment(Bytes->first, Bytes->second) ||
      Code.Source.crossesDirective(Bytes->first, Bytes->second))
    return false;
  std::vector<std::pair<unsigned, unsigned>> Statuses;
  for (const Stmt *Inner : Code.statements()) {
    if (!Code.isInside(Inner, &S))
      continue;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(Inner)) {
      const auto *V = dyn_cast<VarDecl>(Ref->getDecl());
      if (V && V == Tested) {
        if (std::optional<unsigned> B = Code.Source.offset(Ref->getBeginLoc()))
          Statuses.push_back(
              {*B, *B + static_cast<unsigned>(V->getName().size())});
        else
          return false;
      } else if (!meansTheSameAt(Code, Ref, At)) {
        return false;
      }
    } else if (const auto *E = dyn_cast<Expr>(Inner)) {
      // A status that is written down is ours as well.
      std::optional<int64_t> Value = isStatusType(E->getType())
                                         ? constantOf(E, Code.Context)
                                         : std::nullopt;
      if (Value && static_cast<int32_t>(*Value) < 0) {
        auto Range = Code.Source.bytes(E->getSourceRange());
        if (!Range)
          return false;
        if (Statuses.empty() || Statuses.back().first != Range->first)
          Statuses.push_back(*Range);
      }
    }
  }
  llvm::sort(Statuses);
  Line.clear();
  unsigned From = Bytes->first;
  for (const auto &[Begin, End] : Statuses) {
    if (Begin < From)
      continue;
    Line += Code.Source.text(From, Begin).str() + Status.Text;
    From = End;
  }
  Line += Code.Source.text(From, Bytes->second).str() + ";";
  return StringRef(Line).find_first_of("\r\n") == StringRef::npos;
}

/// The statements of a branch in which the author fails a request.
void Plans::addArms(const StatusName &Status, std::vector<Plan> &To) const {
  if (!Status.IsLocal || returnsThroughHandler())
    return;
  for (const Stmt *S : Code.statements()) {
    const auto *If = dyn_cast<IfStmt>(S);
    const auto *Block = If ? dyn_cast<CompoundStmt>(If->getThen()) : nullptr;
    if (!Block || Block->body_empty() || !isa<ReturnStmt>(Block->body_back()) ||
        Code.isInside(&Registration, If))
      continue;
    const VarDecl *Tested = nullptr;
    for (const Stmt *In : Code.statements())
      if (const auto *Ref = dyn_cast<DeclRefExpr>(In))
        if (Code.isInside(In, If->getCond()))
          if (const auto *V = dyn_cast<VarDecl>(Ref->getDecl()))
            if (isStatusType(V->getType()))
              Tested = V;
    Plan P;
    std::optional<Patch> Here = patchHere();
    if (!Here)
      return;
    P.Does = *Here;
    bool Fits = true;
    for (const Stmt *Child : Block->body()) {
      const auto *E = dyn_cast<Expr>(Child);
      const auto *C = E ? dyn_cast_or_null<CallExpr>(bare(E)) : nullptr;
      if (C && isReport(Code, *C))
        continue; // What he reports is about another failure.
      std::string Line;
      Fits = (E || isa<ReturnStmt>(Child)) &&
             armLine(*Child, Status, Tested, Line);
      if (!Fits)
        break;
      P.Lines.push_back(std::move(Line));
    }
    if (!Fits || P.Lines.size() < 2)
      continue;
    // Where the branch begins in the graph.
    std::optional<Position> First;
    for (BlockId B = 0; B != Graph->Blocks.size() && !First; ++B)
      for (uint32_t I = 0; I != Graph->Blocks[B].Events.size(); ++I) {
        const engine::FlowEvent &Event = Graph->Blocks[B].Events[I];
        if (Event.Origin && Code.isInside(Event.Origin, Block)) {
          First = Position{B, I};
          break;
        }
      }
    if (!First || First->Event != 0)
      continue;
    if (Tested) {
      Act A{Act::Keep};
      A.Decl = Tested->getCanonicalDecl();
      P.Does.Acts.push_back(A);
    }
    P.Does.Exit = Patch::Jump;
    P.Does.Target = First->Block;
    P.Title = "do what the function does on other failures";
    To.push_back(std::move(P));
  }
}

// --- Ways -------------------------------------------------------------------

std::string Plans::whyNowhere(Wish W) const {
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
  if (!isNameDeclared("NT_SUCCESS", Code.Context))
    return "NT_SUCCESS is not declared";
  for (const Expr *Arg : Registration.arguments())
    if (isa_and_nonnull<ParmVarDecl>(variableOf(Arg)) &&
        Arg->getType()->isFunctionPointerType())
      return "the function sends every IRP: its callers count on that";
  if (isHeldByObject())
    return "an object holds the IRP";
  if (isHandledInSomeConfiguration())
    return "something is acquired or given back in one configuration only";
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
  return std::string();
}

/// An object that was given the IRP may end it when it goes.
bool Plans::isHeldByObject() const {
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

/// What the compiler has not seen here it sees elsewhere.
bool Plans::isHandledInSomeConfiguration() const {
  const unsigned Here = Code.begin(&Registration);
  llvm::ArrayRef<RawToken> Tokens = Code.Source.tokens();
  for (size_t I = 0; I + 1 < Tokens.size(); ++I) {
    const RawToken &T = Tokens[I];
    if (T.Begin < Code.BodyBegin || T.End > Code.BodyEnd || T.Directive ||
        T.Kind != tok::raw_identifier || Tokens[I + 1].Kind != tok::l_paren ||
        Code.Source.isSeenWherever(T.Begin, Here))
      continue;
    const StringRef Name = Code.Source.text(T.Begin, T.End);
    if (model::acquiredBy(Name, Name) || model::givenBackBy(Name, Name))
      return true;
  }
  return false;
}

FailurePath Plans::leave(const StatusName &Status, Wish W) {
  FailurePath Path;
  Path.WhyNot = whyNowhere(W);
  if (!Path.WhyNot.empty())
    return Path;
  if (std::optional<Patch> Here = patchHere()) {
    Here->Exit = Patch::GoOn;
    if (proof::MaybeObjection Why =
            Judge.standingObjection(Code.Function, *Here)) {
      Path.WhyNot = Why->Why;
      return Path;
    }
  }
  const std::vector<Ending> Ends = endings(Status, W);
  std::vector<Plan> All;
  std::string NoReturn;
  if (W != Wish::Return)
    addJumps(Status, Ends, All);
  addReturns(Status, Ends, All, NoReturn);
  addArms(Status, All);
  std::string First;
  for (size_t I = 0; I != All.size() && I != MaxPlans; ++I) {
    All[I].Does.OwnsIrp = W == Wish::Complete;
    proof::MaybeObjection Why = Judge.objectionTo(Code.Function, All[I].Does);
    if (!Why) {
      Path.Lines = std::move(All[I].Lines);
      Path.Title = std::move(All[I].Title);
      return Path;
    }
    if (First.empty())
      First = Why->Why;
  }
  Path.WhyNot = !First.empty()      ? First
                : !NoReturn.empty() ? NoReturn
                                    : "there is no way out";
  return Path;
}

FailurePath Plans::completeOwn(StringRef Status) {
  FailurePath Path;
  Path.Title = "complete the IRP";
  std::optional<Patch> Here = patchHere();
  if (!Own || !Here) {
    Path.WhyNot = "the function is no dispatch routine";
    return Path;
  }
  if (isHiddenAt(Code, *Own, Registration)) {
    Path.WhyNot = "the name of the IRP means another one here";
    return Path;
  }
  if (!isNameDeclared("IoCompleteRequest", Code.Context) ||
      !isNameDeclared("IO_NO_INCREMENT", Code.Context)) {
    Path.WhyNot = "IoCompleteRequest is not declared";
    return Path;
  }
  Act A{Act::Complete};
  A.Decl = Own->getCanonicalDecl();
  Here->Acts.push_back(A);
  Here->Exit = Patch::GoOn;
  if (proof::MaybeObjection Why = Judge.objectionTo(Code.Function, *Here)) {
    Path.WhyNot = Why->Why;
    return Path;
  }
  completing(Own->getName(), Status, Path.Lines);
  return Path;
}

FailurePath Plans::skip(const StatusName &Status) {
  FailurePath Path;
  Path.WhyNot = "the IRP is not one that was handed to this function";
  std::optional<Patch> Here = patchHere();
  if (!Here || !isa_and_nonnull<ParmVarDecl>(Irp))
    return Path;
  if (!isNameDeclared("NT_SUCCESS", Code.Context) ||
      !isNameDeclared("IoSkipCurrentIrpStackLocation", Code.Context)) {
    Path.WhyNot = "IoSkipCurrentIrpStackLocation is not declared";
    return Path;
  }
  Act A{Act::Skip};
  A.Decl = Irp->getCanonicalDecl();
  Here->Acts.push_back(A);
  Here->Exit = Patch::GoOn;
  if (proof::MaybeObjection Why =
          Judge.objectionToSkipping(Code.Function, *Here)) {
    Path.WhyNot = Why->Why;
    return Path;
  }
  Path.WhyNot.clear();
  Path.Lines.push_back("IoSkipCurrentIrpStackLocation(" + Irp->getName().str() +
                       ");");
  Path.Title = "send the IRP without a completion routine "
               "(IoSkipCurrentIrpStackLocation)";
  return Path;
}

/// True when \p E gives the same value a second time, right behind the first:
/// it has no effect, or only asks for it.
static bool isSameAgain(const Expr *E) {
  if (isRepeatable(E))
    return true;
  // Owner.get()
  if (const auto *Method = dyn_cast<CXXMemberCallExpr>(bare(E)))
    return Method->getNumArgs() == 0 && Method->getMethodDecl() &&
           Method->getMethodDecl()->isConst() &&
           isRepeatable(Method->getImplicitObjectArgument());
  // The current stack location, the next one.
  const auto *Call = dyn_cast<CallExpr>(bare(E));
  return Call && model::isPlainQuestion(nameOf(*Call)) &&
         llvm::all_of(Call->arguments(), isRepeatable);
}

FailurePath Plans::fallback(const StatusName &Status, bool ReadLater) {
  FailurePath Path;
  auto No = [&](StringRef Why) {
    Path.Lines.clear();
    Path.WhyNot = Why.str();
    return Path;
  };
  for (const Stmt *Up = Code.parent(&Registration); Up; Up = Code.parent(Up))
    if (isa<StmtExpr>(Up))
      return No("it is in a statement expression");
  if (!model::isRegistrationItself(Registration))
    return No("not a call of IoSetCompletionRoutineEx itself");
  if (!isNameDeclared("NT_SUCCESS", Code.Context) ||
      !isNameDeclared("IoSetCompletionRoutine", Code.Context))
    return No("IoSetCompletionRoutine is not declared");
  std::string Text = "IoSetCompletionRoutine(";
  for (unsigned I = 1; I != Registration.getNumArgs(); ++I) {
    const Expr *Arg = Registration.getArg(I);
    auto Bytes = Code.Source.bytes(Arg->getSourceRange());
    if (!Bytes || !isSameAgain(Arg) ||
        Code.Source.hasComment(Bytes->first, Bytes->second))
      return No("its arguments cannot be repeated");
    if (Where.Kind != Spot::Behind && !isSameAt(*Arg))
      return No("its arguments may have changed");
    // On one line.
    std::string Written;
    for (char C : Code.Source.text(Bytes->first, Bytes->second)) {
      if (C == ' ' || C == '\t' || C == '\r' || C == '\n') {
        if (!StringRef(Written).ends_with(" "))
          Written += ' ';
        continue;
      }
      if (C < ' ' || C > '~' || C == '\\')
        return No("its arguments cannot be repeated");
      Written += C;
    }
    // What takes the status is another one by now.
    if (Status.Variable
            ? llvm::any_of(Code.statements(),
                           [&](const Stmt *S) {
                             const auto *Ref = dyn_cast<DeclRefExpr>(S);
                             return Ref && Ref->getDecl() == Status.Variable &&
                                    Code.isInside(Ref, Arg);
                           })
            : StringRef(Written).contains(Status.Text))
      return No("its arguments may have changed");
    Text += (I > 1 ? ", " : "") + Written;
  }
  Path.Lines.push_back(Text + ");");
  if (ReadLater) {
    if (Status.Variable && Status.Variable->getType().isConstQualified())
      return No("the variable is constant");
    if (!isNameDeclared("STATUS_SUCCESS", Code.Context))
      return No("STATUS_SUCCESS is not declared");
    Path.Lines.push_back(Status.Text + " = STATUS_SUCCESS;");
  }
  Path.Title = "fall back to IoSetCompletionRoutine (the driver is no longer "
               "kept loaded until the routine has run)";
  if (std::optional<Patch> Here = patchHere()) {
    Here->Acts.push_back({Act::Register});
    Here->Exit = Patch::GoOn;
    if (proof::MaybeObjection Why =
            Judge.objectionToGoingOn(Code.Function, *Here))
      return No(Why->Why);
  }
  return Path;
}

/// True when \p Arg means and is the same where the lines go.
bool Plans::isSameAt(const Expr &Arg) const {
  const Stmt *At = Where.At ? Where.At : Where.If->getCond();
  if (!meansTheSameAt(Code, &Arg, At))
    return false;
  // Nothing in between assigns to one of its variables.
  for (const Stmt *S : Code.statements()) {
    const auto *Ref = dyn_cast<DeclRefExpr>(S);
    const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!V || !Code.isInside(Ref, &Arg))
      continue;
    for (const Stmt *Other : Code.statements()) {
      const auto *Assign = dyn_cast<BinaryOperator>(Other);
      const auto *Unary = dyn_cast<UnaryOperator>(Other);
      const Expr *To = Assign && Assign->isAssignmentOp() ? Assign->getLHS()
                       : Unary && (Unary->isIncrementDecrementOp() ||
                                   Unary->getOpcode() == UO_AddrOf)
                           ? Unary->getSubExpr()
                           : nullptr;
      if (To && variableOf(To) == V && !Code.isInside(Other, &Registration) &&
          Code.begin(Other) > Code.begin(&Registration) &&
          Code.begin(Other) <= Code.begin(At))
        return false;
    }
  }
  return true;
}

} // namespace wdm::fixits
