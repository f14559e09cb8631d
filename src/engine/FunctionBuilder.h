//===- FunctionBuilder.h - One function's builder ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the parts of FlowBuilder share. Nothing else includes it: see
/// FlowBuilder.h for what it does.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_FUNCTIONBUILDER_H
#define WDM_ENGINE_FUNCTIONBUILDER_H

#include "src/engine/BodyLowering.h"
#include "src/engine/FlowBuilder.h"
#include "src/engine/OtherUnits.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Analysis/CFG.h"

namespace wdm::engine {

/// Deeper expressions are opaque.
constexpr unsigned MaxNesting = 400;

bool isScalar(clang::QualType T);
bool holdsPointer(clang::QualType T);

/// Strips what changes neither the value nor the place.
const clang::Expr *strip(const clang::Expr *E);

/// What a call gives back as it is: LIKELY() and std::move() and their like.
const clang::Expr *passedThrough(const clang::CallExpr &E);

/// The constructor that makes the object which \p E initialises, if any.
const clang::CXXConstructExpr *constructorIn(const clang::Expr *E);

/// Of an assignment as well, the one that it applies.
std::optional<Op> operatorOf(clang::BinaryOperatorKind K);

/// Builds one graph. By topic in FlowBuilder.cpp (the function), FlowNotes.cpp
/// (what has to be known before), FlowExprs.cpp, FlowPlaces.cpp,
/// FlowEvents.cpp, FlowCalls.cpp and FlowEdges.cpp.
class FunctionBuilder {
public:
  FunctionBuilder(clang::ASTContext &Context,
                  const clang::FunctionDecl &Function,
                  const model::RoutineTable &Routines, SiteNumbers &Sites,
                  OtherUnits *Others, FlowGraph &Graph)
      : Context(Context), Function(Function), Routines(Routines), Sites(Sites),
        Others(Others), Graph(Graph),
        Lowering(Context, const_cast<clang::FunctionDecl *>(&Function)) {}

  bool run(unsigned MaxBlocks);

private:
  // What may be known in other units.
  const clang::FunctionDecl *withBody(const clang::FunctionDecl &F) const;
  const void *identityOf(const clang::NamedDecl &D) const {
    return Others ? Others->identityOf(D) : &D;
  }

  // Expressions and places: what is equal is there once.
  ExprId add(FlowExpr E);
  PlaceId add(const FlowPlace &P);
  ExprId constant(int64_t N);
  ExprId load(PlaceId P);
  ExprId addressOf(PlaceId P);
  ExprId binary(Op Operator, ExprId L, ExprId R);
  ExprId negate(ExprId E);
  /// A BOOLEAN is 0 or 1.
  ExprId bitsOf(const clang::Expr *E, ExprId Id);
  ExprId bitwise(Op Operator, const clang::Expr *L, ExprId Left,
                 const clang::Expr *R, ExprId Right);
  ExprId opaque(const clang::Expr *E, llvm::ArrayRef<ExprId> Args);
  SiteId siteOf(const clang::Stmt *S);
  PlaceId temporary(SiteId Site, const clang::VarDecl *Named = nullptr);
  PlaceId variable(const clang::VarDecl *Var);
  PlaceId placeOf(const clang::VarDecl *Var);
  PlaceId fieldOf(PlaceId Base, const clang::FieldDecl *Field);
  PlaceId pointee(ExprId Pointer, clang::QualType T);
  PlaceId pseudoPointer(PlaceId Object, const clang::CXXRecordDecl *Class);
  ExprId thisPointer();

  PlaceId place(const clang::Expr *E);
  PlaceId makePlace(const clang::Expr *E);
  PlaceId makeName(const clang::DeclRefExpr *E);
  PlaceId makeMember(const clang::MemberExpr *E);
  PlaceId makeElement(const clang::ArraySubscriptExpr *E);
  PlaceId makeUnaryPlace(const clang::UnaryOperator *E);
  PlaceId makeCastPlace(const clang::CastExpr *E);
  PlaceId makeBinaryPlace(const clang::BinaryOperator *E);
  PlaceId makeResult(const clang::CallExpr *E);
  PlaceId makeChosenPlace(const clang::ConditionalOperator *E);
  PlaceId makeTemporary(const clang::MaterializeTemporaryExpr *E);

  ExprId expr(const clang::Expr *E);
  ExprId makeExpr(const clang::Expr *E);
  /// The number that \p E is wherever it is evaluated, if it is one.
  std::optional<int64_t> evaluated(const clang::Expr *E) const;
  std::optional<int64_t> numberOf(const clang::Expr *E) const;
  ExprId makeUnknown(const clang::Expr *E);
  ExprId makeCast(const clang::CastExpr *E);
  ExprId makeUnary(const clang::UnaryOperator *E);
  ExprId makeBinary(const clang::BinaryOperator *E);
  ExprId makeLogical(const clang::BinaryOperator *E);
  ExprId makeConditional(const clang::ConditionalOperator *E);
  ExprId makeElvis(const clang::BinaryConditionalOperator *E);
  ExprId makeCall(const clang::CallExpr *E);
  ExprId makeSaved(const clang::OpaqueValueExpr *E);
  ExprId makeBlock(const clang::StmtExpr *E);
  ExprId makeList(const clang::InitListExpr *E);

  // Events.
  void emit(FlowEvent E) { Current->Events.push_back(E); }
  static FlowEvent event(EventKind Kind, const clang::Stmt *Origin);
  void forget(PlaceId Place, const clang::Stmt *Origin);
  void copy(PlaceId To, PlaceId From, const clang::Stmt *Origin);
  void use(ExprId V, const clang::Stmt *Origin);
  void store(PlaceId To, ExprId V, const clang::Stmt *Origin);
  PlaceId record(const clang::Expr *E, const clang::Stmt *S);
  void initialise(PlaceId To, clang::QualType T, const clang::Expr *Init,
                  const clang::Stmt *S);
  void initialiseFields(PlaceId To, const clang::RecordDecl &Record,
                        const clang::InitListExpr &List, const clang::Stmt *S);
  void initialiseElements(PlaceId To, clang::QualType T,
                          const clang::InitListExpr &List,
                          const clang::Stmt *S);
  void initialiseObject(PlaceId To, const clang::Expr *Init,
                        const clang::Stmt *S);
  void element(const clang::CFGElement &E);
  void statement(const clang::Stmt *S);
  /// What BodyLowering put in.
  void marker(const Marker &M, const clang::Stmt *S);
  void step(const clang::UnaryOperator *E);
  void declare(const clang::DeclStmt *S);
  void returned(const clang::ReturnStmt *S);
  SiteId abnormalSite();
  /// AbnormalTermination(): whether a termination handler runs early.
  void askAbnormal(const clang::CallExpr *E);
  void read(const clang::CastExpr *E);
  void assign(const clang::BinaryOperator *E);
  void giveAway(const clang::Stmt *S, unsigned Depth = 0);
  void capture(const clang::LambdaExpr *E);

  // Calls.
  /// Finds whether a call zeroes what its first argument points to.
  void findZeroed(FlowCall &Call, llvm::ArrayRef<const clang::Expr *> Args);
  void call(const clang::Expr *E, const clang::FunctionDecl *Callee,
            llvm::ArrayRef<const clang::Expr *> Args, ExprId Object,
            bool IsMethod);
  void describeResult(FlowCall &Call, clang::QualType T) const;
  void describeCallee(FlowCall &Call, const clang::Expr *E,
                      const clang::FunctionDecl &Callee,
                      llvm::ArrayRef<const clang::Expr *> Args);
  /// \p Callee is in no table.
  void describeUnknown(FlowCall &Call, const clang::Expr *E,
                       const clang::FunctionDecl &Callee);
  void addArguments(FlowCall &Call, const clang::FunctionDecl *Callee,
                    llvm::ArrayRef<const clang::Expr *> Args);
  bool isNothing(const clang::CallExpr &E) const;
  bool isAbnormal(const clang::CallExpr &E) const;
  /// \p E gives back the pointer in an object whose code is not here.
  void getPointer(const clang::CallExpr *E, ExprId Object,
                  const clang::CXXMethodDecl &Method);
  void methodCall(const clang::CXXMemberCallExpr *E);
  void operatorCall(const clang::CXXOperatorCallExpr *E);
  void callExpr(const clang::CallExpr *E);
  void construct(const clang::CXXConstructExpr *E);
  void destroy(PlaceId Object, const clang::CXXDestructorDecl *Destructor,
               const clang::Stmt *Origin, clang::SourceLocation Loc);

  // Terminators.
  void terminate(const clang::CFGBlock &B, FlowBlock &Block);
  FlowEdge *addEdge(const clang::CFGBlock &B, FlowBlock &Block,
                    const clang::CFGBlock::AdjacentBlock &To) const;
  void switchTo(const clang::CFGBlock &B, FlowBlock &Block,
                const clang::SwitchStmt *Switch);
  /// \p Of is in the range of \p Case.
  void assumeCase(FlowEdge &Edge, ExprId Of, const clang::CaseStmt &Case);
  /// What the terminator decides and can be believed.
  const clang::Expr *conditionOf(const clang::CFGBlock &B, FlowBlock &Block);
  bool isCounting(const clang::Expr *Condition);
  void noteRenewed(FlowBlock &Block, const clang::Expr *Condition);
  bool isInAssertion(clang::SourceLocation Loc) const;
  bool asksForMajor(ExprId Id) const;
  bool readsLocalNumber(ExprId Id, unsigned Depth = 0) const;

  // Before the events.
  void describeFunction(const clang::Stmt &Body);
  void noteInitialisers(const clang::CXXConstructorDecl &Constructor);
  void noteTargets(const clang::Stmt *S, bool Decides = false);
  void noteTarget(const clang::VarDecl &Var);
  void noteOutOfSight(const clang::Expr *E);
  void noteUnevaluated(const clang::Stmt &S);
  void noteDiscarded(const clang::Stmt *S);
  void noteDiscardedIn(const clang::Stmt &S);
  void noteDiscardedIn(const clang::CompoundStmt &Block);

  clang::ASTContext &Context;
  const clang::FunctionDecl &Function;
  const model::RoutineTable &Routines;
  SiteNumbers &Sites;
  OtherUnits *Others;
  FlowGraph &Graph;
  BodyLowering Lowering;
  FlowBlock *Current = nullptr;
  unsigned Nesting = 0;

  /// Rows by their hash. Of two with one hash only the first is found.
  llvm::DenseMap<uint64_t, uint32_t> ExprRows, PlaceRows;
  llvm::DenseMap<const clang::Expr *, ExprId> ExprIds;
  llvm::DenseMap<const clang::Expr *, PlaceId> PlaceIds;
  llvm::DenseMap<const clang::VarDecl *, PlaceId> VariableIds;
  llvm::DenseMap<const clang::Stmt *, SiteId> SiteIds;
  llvm::DenseMap<const clang::Expr *, PlaceId> Targets; ///< Of constructors.
  /// Those whose objects are not followed.
  llvm::DenseSet<const clang::Expr *> OutOfSight;
  llvm::DenseMap<const clang::Stmt *, BlockId> Dispatchers;
  /// Conditions only.
  llvm::DenseMap<const clang::Stmt *, const clang::Stmt *> Enclosing;
  llvm::DenseSet<const clang::Stmt *> Unevaluated;
  llvm::DenseSet<const clang::Stmt *> Discarded; ///< Calls only.
  llvm::DenseSet<const clang::Stmt *> Valued;    ///< The blocks of ({...}).
  SiteId AbnormalSite = 0;
};

} // namespace wdm::engine

#endif // WDM_ENGINE_FUNCTIONBUILDER_H
