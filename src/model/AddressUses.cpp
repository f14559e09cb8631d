//===- AddressUses.cpp - What functions are named for ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/AddressUses.h"
#include "src/model/FunctionBody.h"
#include "src/model/Requests.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::model {

namespace {

/// The name that the constant \p E is written with: of an enumerator, or of the
/// outermost macro that names a request.
std::string nameOfConstant(const Expr &E, const ASTContext &Context) {
  const SourceManager &Sources = Context.getSourceManager();
  const Expr *Bare = bare(&E);
  for (SourceLocation Loc = Bare->getBeginLoc(); Loc.isMacroID();
       Loc = Sources.getImmediateMacroCallerLoc(Loc)) {
    StringRef Name =
        Lexer::getImmediateMacroName(Loc, Sources, Context.getLangOpts());
    if (Name.starts_with("IRP_M"))
      return Name.str();
  }
  const auto *Ref = dyn_cast<DeclRefExpr>(Bare);
  return Ref && Ref->getDecl()->getDeclName().isIdentifier()
             ? Ref->getDecl()->getName().str()
             : std::string();
}

/// Looks for functions that are named without being called.
class AddressFinder : public RecursiveASTVisitor<AddressFinder> {
public:
  using Use = AddressUse;
  AddressFinder(AddressUses::Map &Found, const ASTContext &Context)
      : Found(Found), Context(Context) {}

  bool shouldVisitTemplateInstantiations() const { return true; }

  bool VisitCallExpr(CallExpr *Call) {
    Seen.insert(nameIn(Call->getCallee()));
    const FunctionDecl *Callee = Call->getDirectCallee();
    for (unsigned I = 0; I != Call->getNumArgs(); ++I)
      if (Callee && I < Callee->getNumParams())
        store(Callee->getParamDecl(I)->getType(), Call->getArg(I));
    noteMajors(Call->arguments());
    return true;
  }
  bool VisitInitListExpr(InitListExpr *List) {
    noteMajors(List->inits());
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *Assign) {
    if (!Assign->isAssignmentOp())
      return true;
    store(Assign->getLHS()->getType(), Assign->getRHS());
    // MajorFunction[A] = MajorFunction[B] = Routine;
    const auto *Element = dyn_cast<ArraySubscriptExpr>(bare(Assign->getLHS()));
    const Expr *Value = Assign->getRHS();
    while (const auto *Chain = dyn_cast<BinaryOperator>(bare(Value))) {
      if (!Chain->isAssignmentOp())
        break;
      Value = Chain->getRHS();
    }
    if (Element && useAs(Assign->getLHS()->getType()) == Use::Dispatch)
      for (const Expr *Each : {alternative(Value, true), //
                               alternative(Value, false)})
        if (const DeclRefExpr *Ref = nameIn(Each))
          if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
            stored(*F, constantOf(Element->getIdx(), Context));
    return true;
  }
  bool VisitVarDecl(VarDecl *V) {
    if (V->getInit())
      store(V->getType(), V->getInit());
    return true;
  }
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (isa<FunctionDecl>(Ref->getDecl()))
      All.push_back(Ref);
    return true;
  }
  void finish() {
    for (const DeclRefExpr *Ref : All)
      if (!Seen.count(Ref))
        note(*Ref, Use::Unclear);
  }

private:
  static const Expr *alternative(const Expr *E, bool First) {
    if (const auto *Either = dyn_cast<ConditionalOperator>(bare(E)))
      return First ? Either->getTrueExpr() : Either->getFalseExpr();
    return E;
  }
  static const DeclRefExpr *nameIn(const Expr *E) {
    E = bare(E);
    if (const auto *Address = dyn_cast_or_null<UnaryOperator>(E))
      if (Address->getOpcode() == UO_AddrOf)
        E = bare(Address->getSubExpr());
    return dyn_cast_or_null<DeclRefExpr>(E);
  }
  static Use useAs(QualType T) {
    if (isFrameworkIrpCallback(T))
      return Use::Dispatch;
    while (!T.isNull()) {
      if (const auto *Typedef = T->getAs<TypedefType>()) {
        StringRef Name = Typedef->getDecl()->getName();
        Name.consume_front("P");
        if (Name.starts_with("DRIVER_DISPATCH"))
          return Use::Dispatch;
        if (Name.starts_with("IO_COMPLETION_ROUTINE"))
          return Use::Completion;
        T = Typedef->getDecl()->getUnderlyingType();
      } else if (const auto *Pointer = T->getAs<PointerType>()) {
        T = Pointer->getPointeeType();
      } else {
        break;
      }
    }
    return Use::Unclear;
  }
  void store(QualType Place, const Expr *Value) {
    if (const auto *List = dyn_cast<InitListExpr>(Value)) {
      const auto *Array =
          Place.isNull() ? nullptr : Place->getAsArrayTypeUnsafe();
      const RecordDecl *Record =
          Place.isNull() ? nullptr : Place->getAsRecordDecl();
      llvm::SmallVector<QualType, 8> Fields;
      if (Record)
        for (const FieldDecl *F : Record->fields())
          Fields.push_back(F->getType());
      for (unsigned I = 0; I != List->getNumInits(); ++I)
        store(Array               ? Array->getElementType()
              : I < Fields.size() ? Fields[I]
                                  : QualType(),
              List->getInit(I));
      return;
    }
    const DeclRefExpr *Ref = nameIn(Value);
    if (!Ref || !isa<FunctionDecl>(Ref->getDecl()))
      return;
    Seen.insert(Ref);
    note(*Ref, useAs(Place));
  }
  void note(const DeclRefExpr &Ref, Use What) {
    Use &Known =
        Found[cast<FunctionDecl>(Ref.getDecl())->getCanonicalDecl()].As;
    if (Known == Use::None || What == Use::Unclear)
      Known = What;
    else if (Known != What)
      Known = Use::Unclear;
  }
  /// Stored for \p Major, or for any.
  void stored(const FunctionDecl &F, std::optional<int64_t> Major) {
    std::vector<int64_t> &Majors = Found[F.getCanonicalDecl()].Majors;
    if (Major)
      Majors.push_back(*Major);
    else
      llvm::append_range(Majors, majorsThatMustNotFail());
  }
  /// `{IRP_MJ_READ, Routine}`, `Register(Routine, IRP_MJ_READ)`
  template <typename Range> void noteMajors(const Range &Parts) {
    std::optional<int64_t> Major;
    for (const Stmt *Part : Parts)
      if (const auto *E = dyn_cast_or_null<Expr>(Part))
        if (E->getType()->isIntegerType() &&
            majorByName(nameOfConstant(*E, Context)))
          Major = constantOf(E, Context);
    if (!Major)
      return;
    for (const Stmt *Part : Parts)
      if (const auto *E = dyn_cast_or_null<Expr>(Part))
        if (const DeclRefExpr *Ref = nameIn(E))
          if (const auto *F = dyn_cast<FunctionDecl>(Ref->getDecl()))
            stored(*F, Major);
  }

  AddressUses::Map &Found;
  const ASTContext &Context;
  llvm::DenseSet<const DeclRefExpr *> Seen;
  llvm::SmallVector<const DeclRefExpr *, 32> All;
};

} // namespace

AddressUses::AddressUses(ASTContext &Context) {
  AddressFinder Finder(Found, Context);
  const SourceManager &Sources = Context.getSourceManager();
  llvm::SmallVector<const DeclContext *, 4> Todo{
      Context.getTranslationUnitDecl()};
  while (!Todo.empty())
    for (Decl *D : Todo.pop_back_val()->noload_decls()) {
      if (isa<LinkageSpecDecl>(D))
        Todo.push_back(cast<LinkageSpecDecl>(D));
      else if (!Sources.isInSystemHeader(D->getLocation()))
        Finder.TraverseDecl(D);
    }
  Finder.finish();
}

AddressUse AddressUses::useOf(const FunctionDecl &F) const {
  auto It = Found.find(F.getCanonicalDecl());
  return It == Found.end() ? AddressUse::None : It->second.As;
}

llvm::ArrayRef<int64_t> AddressUses::majorsOf(const FunctionDecl &F) const {
  auto It = Found.find(F.getCanonicalDecl());
  return It == Found.end() ? llvm::ArrayRef<int64_t>()
                           : llvm::ArrayRef<int64_t>(It->second.Majors);
}

} // namespace wdm::model
