//===- FlowBuilder.cpp - From AST to facts --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/FunctionBuilder.h"
#include "clang/Basic/Diagnostic.h"

using namespace clang;

namespace wdm::engine {

/// The function with the body of \p F, here or in another unit, or null.
const FunctionDecl *FunctionBuilder::withBody(const FunctionDecl &F) const {
  const FunctionDecl *Definition = nullptr;
  if (F.hasBody(Definition))
    return Definition;
  const OtherFunction *Other = Others ? Others->find(F) : nullptr;
  return Other ? Other->Function : nullptr;
}

void FunctionBuilder::element(const CFGElement &E) {
  if (std::optional<CFGStmt> S = E.getAs<CFGStmt>()) {
    statement(S->getStmt());
    return;
  }
  if (std::optional<CFGAutomaticObjDtor> D = E.getAs<CFGAutomaticObjDtor>()) {
    destroy(placeOf(D->getVarDecl()), D->getDestructorDecl(Context),
            D->getTriggerStmt(), D->getTriggerStmt()->getEndLoc());
    return;
  }
  if (std::optional<CFGMemberDtor> D = E.getAs<CFGMemberDtor>()) {
    const FieldDecl *Field = D->getFieldDecl();
    if (!Field->getType()->isRecordType())
      return;
    destroy(fieldOf(pointee(thisPointer(), QualType()), Field),
            D->getDestructorDecl(Context), nullptr, Graph.EndLoc);
    return;
  }
  if (std::optional<CFGTemporaryDtor> D = E.getAs<CFGTemporaryDtor>()) {
    const CXXBindTemporaryExpr *Bind = D->getBindTemporaryExpr();
    destroy(place(Bind), D->getDestructorDecl(Context), Bind,
            Bind->getEndLoc());
    return;
  }
  if (std::optional<CFGInitializer> I = E.getAs<CFGInitializer>()) {
    const CXXCtorInitializer *Init = I->getInitializer();
    const FieldDecl *Field = Init->getAnyMember();
    if (!Field || !Init->getInit())
      return;
    initialise(fieldOf(pointee(thisPointer(), QualType()), Field),
               Field->getType(), Init->getInit(), Init->getInit());
  }
}

void FunctionBuilder::describeFunction(const Stmt &Body) {
  Graph.Function = &Function;
  Graph.Identity = &Function;
  Graph.EndLoc = Body.getEndLoc();
  Graph.Incomplete = Context.getDiagnostics().hasErrorOccurred();
  for (const ParmVarDecl *Param : Function.parameters()) {
    Graph.Params.push_back(Param->getCanonicalDecl());
    Graph.ParamIsReference.push_back(Param->getType()->isReferenceType());
    Graph.ParamIsIrp.push_back(model::isIrpPointer(Param->getType()));
  }
  Graph.IrpParam = model::irpParameter(Function);
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&Function))
    if (!Method->isStatic())
      Graph.This = Function.getCanonicalDecl();
}

bool FunctionBuilder::run(unsigned MaxBlocks) {
  if (Function.isDependentContext() || !Function.hasBody())
    return false;
  Stmt *Body = Function.getBody();
  if (!Body)
    return false;
  Stmt *Lowered = Lowering.lower(Body);

  CFG::BuildOptions Options;
  Options.AddImplicitDtors = true;
  Options.AddTemporaryDtors = true;
  Options.AddInitializers = true;
  Options.AddCXXDefaultInitExprInCtors = true;
  Options.setAllAlwaysAdd();
  std::unique_ptr<CFG> Cfg =
      CFG::buildCFG(&Function, Lowered, &Context, Options);
  if (!Cfg || Cfg->getNumBlockIDs() > MaxBlocks)
    return false;

  describeFunction(*Body);
  Graph.Blocks.resize(Cfg->getNumBlockIDs());
  Graph.Entry = Cfg->getEntry().getBlockID();
  Graph.Exit = Cfg->getExit().getBlockID();

  for (const CFGBlock *B : *Cfg)
    if (const Stmt *T = B->getTerminatorStmt())
      if (isa<SEHTryStmt, CXXTryStmt>(T))
        Dispatchers[T] = B->getBlockID();
  noteTargets(Lowered);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Function))
    noteInitialisers(*Constructor);

  for (const CFGBlock *B : *Cfg) {
    FlowBlock &Block = Graph.Blocks[B->getBlockID()];
    Current = &Block;
    for (const CFGElement &E : *B)
      element(E);
    if (B->hasNoReturnElement()) {
      FlowEvent Event;
      Event.Kind = EventKind::EndPath;
      emit(Event);
      continue;
    }
    terminate(*B, Block);
  }
  return true;
}

std::unique_ptr<FlowGraph> describeFlow(ASTContext &Context,
                                        const FunctionDecl &Function,
                                        const model::RoutineTable &Routines,
                                        SiteNumbers &Sites, unsigned MaxBlocks,
                                        OtherUnits *Others) {
  auto Graph = std::make_unique<FlowGraph>();
  Graph->FirstSite = Sites.last() + 1;
  if (!FunctionBuilder(Context, Function, Routines, Sites, Others, *Graph)
           .run(MaxBlocks))
    return nullptr;
  Graph->JoinSite = Sites.reserve(Graph->Blocks.size());
  Graph->EndSite = Sites.last() + 1;
  return Graph;
}

std::unique_ptr<FlowGraph> buildFlow(ASTContext &Context,
                                     const FunctionDecl &Function,
                                     const model::RoutineTable &Routines,
                                     SiteNumbers &Sites, unsigned MaxBlocks,
                                     OtherUnits *Others) {
  std::unique_ptr<FlowGraph> Graph =
      describeFlow(Context, Function, Routines, Sites, MaxBlocks, Others);
  if (Graph) {
    Graph->computeOrder();
    Graph->computeLiveness();
  }
  return Graph;
}

} // namespace wdm::engine
