//===- FlowEdges.cpp - From AST to facts: terminators ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/FunctionBuilder.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::engine {

/// Operands of operands of operands: decisions further out than this are not
/// taken back when a loop comes round.
static constexpr size_t MaxRenewed = 64;

/// True for `i < Ext->Count`, false for `!Ext->Done`.
bool FunctionBuilder::readsLocalNumber(ExprId Id, unsigned Depth) const {
  const FlowExpr &E = Graph.Exprs[Id];
  if (E.Kind == ExprKind::Load) {
    const FlowPlace &P = Graph.Places[E.Place];
    return P.Kind == PlaceKind::Variable && !P.Outlives && !P.Pointer;
  }
  return Depth < 16 &&
         llvm::any_of(
             E.Args,
             [&](ExprId Arg) { return readsLocalNumber(Arg, Depth + 1); });
}

/// True for a load of a stack location's MajorFunction.
bool FunctionBuilder::asksForMajor(ExprId Id) const {
  while (Graph.Exprs[Id].Kind == ExprKind::Cast)
    Id = Graph.Exprs[Id].Args[0];
  const FlowExpr &E = Graph.Exprs[Id];
  return E.Kind == ExprKind::Load &&
         Graph.Places[E.Place].Role == model::FieldRole::Major;
}

bool FunctionBuilder::isInAssertion(SourceLocation Loc) const {
  const SourceManager &Sources = Context.getSourceManager();
  while (Loc.isMacroID()) {
    if (model::isAssertion(
            Lexer::getImmediateMacroName(Loc, Sources, Context.getLangOpts())))
      return true;
    Loc = Sources.getImmediateExpansionRange(Loc).getBegin();
  }
  return false;
}

FlowEdge *FunctionBuilder::addEdge(const CFGBlock &B, FlowBlock &Block,
                                   const CFGBlock::AdjacentBlock &To) const {
  const CFGBlock *Target = To.getReachableBlock();
  if (!Target)
    return nullptr;
  FlowEdge E;
  E.To = Target->getBlockID();
  // An exception that no handler takes ends the path.
  if (E.To == Graph.Exit && B.getTerminatorStmt() &&
      isa<SEHTryStmt, CXXTryStmt>(B.getTerminatorStmt()))
    return nullptr;
  Block.Edges.push_back(std::move(E));
  return &Block.Edges.back();
}

// --- Switches ---------------------------------------------------------------

void FunctionBuilder::assumeCase(FlowEdge &Edge, ExprId Of,
                                 const CaseStmt &Case) {
  if (Case.getLHS()->isValueDependent())
    return;
  ExprId Low = expr(Case.getLHS());
  if (const Expr *High = Case.getRHS()) {
    Edge.If.push_back({binary(Op::Lt, Of, Low), false});
    Edge.If.push_back({binary(Op::Lt, expr(High), Of), false});
  } else {
    Edge.If.push_back({binary(Op::Eq, Of, Low), true});
  }
}

void FunctionBuilder::switchTo(const CFGBlock &B, FlowBlock &Block,
                               const SwitchStmt *Switch) {
  ExprId Of = expr(Switch->getCond());
  Block.Condition = Switch->getCond();
  llvm::SmallVector<Assumption, 8> None;
  for (const SwitchCase *Case = Switch->getSwitchCaseList(); Case;
       Case = Case->getNextSwitchCase()) {
    const auto *Plain = dyn_cast<CaseStmt>(Case);
    if (!Plain || Plain->getRHS() || Plain->getLHS()->isValueDependent())
      continue;
    None.push_back({binary(Op::Eq, Of, expr(Plain->getLHS())), false});
  }
  for (const CFGBlock::AdjacentBlock &To : B.succs()) {
    FlowEdge *E = addEdge(B, Block, To);
    if (!E) {
      const CFGBlock *Other = To.getPossiblyUnreachableBlock();
      if (Other && Switch->isAllEnumCasesCovered() &&
          isa_and_nonnull<DefaultStmt>(Other->getLabel()))
        Graph.OtherValues.push_back(Other->getBlockID());
      continue;
    }
    const Stmt *Label = To.getReachableBlock()->getLabel();
    if (const auto *Case = dyn_cast_or_null<CaseStmt>(Label)) {
      assumeCase(*E, Of, *Case);
      continue;
    }
    // A routine is entered for the requests that it is stored for.
    if (!isa_and_nonnull<DefaultStmt>(Label) && asksForMajor(Of)) {
      Block.Edges.pop_back();
      continue;
    }
    E->Default = true;
    E->If.assign(None.begin(), None.end());
  }
}

// --- Branches ---------------------------------------------------------------

/// What \p T, which has two ways on, asks for.
static const Expr *conditionIn(const Stmt *T) {
  if (const auto *If = dyn_cast<IfStmt>(T))
    return If->getCond();
  if (const auto *While = dyn_cast<WhileStmt>(T))
    return While->getCond();
  if (const auto *Do = dyn_cast<DoStmt>(T))
    return Do->getCond();
  if (const auto *For = dyn_cast<ForStmt>(T))
    return For->getCond();
  if (const auto *Range = dyn_cast<CXXForRangeStmt>(T))
    return Range->getCond();
  if (const auto *Logical = dyn_cast<BinaryOperator>(T))
    return Logical->isLogicalOp() ? Logical->getLHS() : nullptr;
  if (const auto *Select = dyn_cast<ConditionalOperator>(T))
    return Select->getCond();
  if (const auto *Elvis = dyn_cast<BinaryConditionalOperator>(T))
    return Elvis->getCommon();
  return nullptr;
}

/// The last operand of a loop's condition asks a variable of the function.
bool FunctionBuilder::isCounting(const Expr *Condition) {
  const Expr *Last = Condition ? strip(Condition) : nullptr;
  while (const auto *Logical = dyn_cast_or_null<BinaryOperator>(Last)) {
    if (!Logical->isLogicalOp())
      break;
    Last = strip(Logical->getRHS());
  }
  return Last && readsLocalNumber(expr(Last));
}

const Expr *FunctionBuilder::conditionOf(const CFGBlock &B, FlowBlock &Block) {
  const Stmt *T = Block.Terminator;
  if (!T || B.succ_size() != 2 ||
      B.getTerminator().getKind() != CFGTerminator::StmtBranch)
    return nullptr;
  const Expr *Condition = conditionIn(T);
  if (isa<WhileStmt, DoStmt, ForStmt, CXXForRangeStmt>(T)) {
    Block.LoopTest = true;
    Block.Counts = isCounting(Condition);
  }
  // Never evaluated, or gone in a free build: nothing can be concluded.
  if (Condition &&
      (Unevaluated.count(Condition) || isInAssertion(T->getBeginLoc())))
    return nullptr;
  return Condition;
}

void FunctionBuilder::noteRenewed(FlowBlock &Block, const Expr *Condition) {
  for (const Stmt *Up = Enclosing.lookup(Condition);
       Up && Block.Renews.size() < MaxRenewed; Up = Enclosing.lookup(Up))
    if (const auto *Whole = dyn_cast<Expr>(Up))
      Block.Renews.push_back(siteOf(strip(Whole)));
}

void FunctionBuilder::terminate(const CFGBlock &B, FlowBlock &Block) {
  const Stmt *T = B.getTerminatorStmt();
  Block.Terminator = T;
  if (T)
    Block.TerminatorLoc = T->getBeginLoc();
  if (const auto *Switch = dyn_cast_or_null<SwitchStmt>(T)) {
    switchTo(B, Block, Switch);
    return;
  }

  const Expr *Condition = conditionOf(B, Block);
  // An operator decides for the sake of what it is an operand of.
  const bool IsOperand = Condition && !isa<IfStmt>(T) && !Block.LoopTest;
  if (IsOperand)
    noteRenewed(Block, Condition);
  bool Truth = true;
  for (const CFGBlock::AdjacentBlock &To : B.succs()) {
    FlowEdge *E = addEdge(B, Block, To);
    if (E && Condition)
      E->If.push_back({expr(Condition), Truth});
    if (E && IsOperand) {
      E->Decided = siteOf(strip(Condition));
      E->Decision = Truth;
    }
    Truth = false;
  }
  Block.Condition = Condition;
}

} // namespace wdm::engine
