//===- Request.cpp - Which request a place deals with ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Request.h"
#include "src/model/Requests.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using model::RequestField;

namespace {

constexpr unsigned MaxDepth = 4;

struct Constant {
  int64_t Value;
  std::string Name;
};

/// What is known of one field.
struct Known {
  bool Limited = false; ///< It is one of Values.
  std::vector<Constant> Values;
  std::vector<Constant> Not;
  bool excludes(int64_t Value) const {
    return llvm::any_of(Not,
                        [&](const Constant &C) { return C.Value == Value; });
  }
};

/// The facts around one place.
class Place {
public:
  Place(const FunctionFacts &Facts, const Stmt *At);

  Known Major, Minor;
  std::optional<bool> Paging;
  /// Jumps by which control may also come here.
  std::vector<const Stmt *> Jumps;

  /// What the field is that \p E reads, or is a copy of.
  RequestField fieldOf(const Expr *E, unsigned Depth = 0) const;
  Constant constant(const Expr *E, int64_t Value) const;

private:
  void note(const Expr *Condition, bool Truth, unsigned Depth = 0);
  void noteSection(const SwitchStmt &Switch, const Stmt *In);
  void limit(Known &K, std::vector<Constant> To);
  bool leaves(const Stmt *S) const;
  std::vector<const Expr *> valuesOf(const VarDecl &V) const;
  std::optional<std::pair<RequestField, Constant>> equality(const Expr *E,
                                                            bool &Equal) const;
  bool alternatives(const Expr *E, RequestField &Field,
                    std::vector<Constant> &Values) const;
  Known *known(RequestField Field) {
    return Field == RequestField::Major   ? &Major
           : Field == RequestField::Minor ? &Minor
                                          : nullptr;
  }

  const FunctionFacts &Facts;
};

std::vector<const Expr *> Place::valuesOf(const VarDecl &V) const {
  std::vector<const Expr *> Values;
  if (V.getInit() && !isa<ParmVarDecl>(V))
    Values.push_back(V.getInit());
  for (const Stmt *S : Facts.statements())
    if (const auto *Assign = dyn_cast<BinaryOperator>(S))
      if (Assign->isAssignmentOp() && variableOf(Assign->getLHS()) == &V)
        Values.push_back(Assign->getRHS());
  return Values;
}

RequestField Place::fieldOf(const Expr *E, unsigned Depth) const {
  E = bare(E);
  if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(E))
    if (Assign->getOpcode() == BO_Assign)
      E = bare(Assign->getRHS());
  if (const auto *Member = dyn_cast_or_null<MemberExpr>(E)) {
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    return Field ? model::roleOfRequestField(*Field) : RequestField::None;
  }
  const VarDecl *V = variableOf(E);
  if (!V || Depth > 3 || !V->getType()->isIntegerType())
    return RequestField::None;
  std::vector<const Expr *> Values = valuesOf(*V);
  if (isa<ParmVarDecl>(V) && Values.empty() &&
      V->getDeclName().isIdentifier()) {
    // The caller's copy.
    if (V->getName().contains_insensitive("minor"))
      return RequestField::Minor;
    return V->getName().contains_insensitive("major") ? RequestField::Major
                                                      : RequestField::None;
  }
  RequestField Field = RequestField::None;
  for (const Expr *Value : Values) {
    RequestField Here = fieldOf(Value, Depth + 1);
    if (Here == RequestField::None)
      continue; // A start value.
    if (Field != RequestField::None && Here != Field)
      return RequestField::None;
    Field = Here;
  }
  return Field;
}

Constant Place::constant(const Expr *E, int64_t Value) const {
  return {Value, macroAround(*E, Facts.Context)};
}

/// `field == C` or `field != C`.
std::optional<std::pair<RequestField, Constant>>
Place::equality(const Expr *E, bool &Equal) const {
  const auto *Compare = dyn_cast_or_null<BinaryOperator>(bare(E));
  if (!Compare || !Compare->isEqualityOp())
    return std::nullopt;
  for (bool Swap : {false, true}) {
    const Expr *Field = Swap ? Compare->getRHS() : Compare->getLHS();
    const Expr *Value = Swap ? Compare->getLHS() : Compare->getRHS();
    const RequestField Is = fieldOf(Field);
    if (Is != RequestField::Major && Is != RequestField::Minor)
      continue;
    std::optional<int64_t> C = constantOf(Value, Facts.Context);
    if (!C)
      continue;
    Equal = Compare->getOpcode() == BO_EQ;
    return std::pair(Is, constant(Value, *C));
  }
  return std::nullopt;
}

/// `field == A || field == B`
bool Place::alternatives(const Expr *E, RequestField &Field,
                         std::vector<Constant> &Values) const {
  const auto *Or = dyn_cast_or_null<BinaryOperator>(bare(E));
  if (Or && Or->getOpcode() == BO_LOr)
    return alternatives(Or->getLHS(), Field, Values) &&
           alternatives(Or->getRHS(), Field, Values);
  // `major == M && minor == A`: the nearer one.
  if (Or && Or->getOpcode() == BO_LAnd)
    return alternatives(Or->getRHS(), Field, Values) ||
           alternatives(Or->getLHS(), Field, Values);
  bool Equal = false;
  auto Found = equality(E, Equal);
  if (!Found || !Equal ||
      (Field != RequestField::None && Field != Found->first))
    return false;
  Field = Found->first;
  Values.push_back(Found->second);
  return true;
}

void Place::limit(Known &K, std::vector<Constant> To) {
  if (K.Limited) {
    // The inner test comes first: what an outer one adds makes it narrower.
    std::vector<Constant> Both;
    for (const Constant &C : K.Values)
      if (llvm::any_of(To, [&](const Constant &Other) {
            return Other.Value == C.Value;
          }))
        Both.push_back(C);
    if (!Both.empty())
      K.Values = std::move(Both);
    return;
  }
  K.Limited = true;
  K.Values = std::move(To);
}

void Place::note(const Expr *Condition, bool Truth, unsigned Depth) {
  const Expr *E = bare(Condition);
  if (!E || Depth > 8)
    return;
  if (const auto *Not = dyn_cast<UnaryOperator>(E)) {
    if (Not->getOpcode() == UO_LNot)
      note(Not->getSubExpr(), !Truth, Depth + 1);
    return;
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(E)) {
    if (Binary->getOpcode() == (Truth ? BO_LAnd : BO_LOr)) {
      note(Binary->getLHS(), Truth, Depth + 1);
      note(Binary->getRHS(), Truth, Depth + 1);
      return;
    }
    if (Binary->getOpcode() == BO_LOr) {
      RequestField Field = RequestField::None;
      std::vector<Constant> Values;
      if (alternatives(E, Field, Values))
        limit(*known(Field), std::move(Values));
      return;
    }
    bool Equal = false;
    if (auto Found = equality(E, Equal)) {
      Known &K = *known(Found->first);
      if (Equal == Truth)
        limit(K, {Found->second});
      else
        K.Not.push_back(Found->second);
      return;
    }
    if (Binary->isEqualityOp()) {
      // (Irp->Flags & IRP_PAGING_IO) != 0
      std::optional<int64_t> Right =
          constantOf(Binary->getRHS(), Facts.Context);
      if (Right)
        note(Binary->getLHS(),
             (Binary->getOpcode() == BO_EQ) == Truth ? *Right != 0
                                                     : *Right == 0,
             Depth + 1);
      return;
    }
    if (Binary->getOpcode() == BO_And) {
      for (bool Swap : {false, true}) {
        const Expr *Field = Swap ? Binary->getRHS() : Binary->getLHS();
        const Expr *Mask = Swap ? Binary->getLHS() : Binary->getRHS();
        std::optional<int64_t> Bits = constantOf(Mask, Facts.Context);
        if (Bits && fieldOf(Field) == RequestField::IrpFlags &&
            model::isPagingFlag(*Bits) && !Paging)
          Paging = Truth;
      }
    }
    return;
  }
  // BOOLEAN paging = ...;
  if (const VarDecl *V = variableOf(E))
    if (V->hasLocalStorage() && !isa<ParmVarDecl>(V)) {
      std::vector<const Expr *> Values = valuesOf(*V);
      if (Values.size() == 1)
        note(Values.front(), Truth, Depth + 1);
    }
}

bool Place::leaves(const Stmt *S) const {
  while (S) {
    if (const auto *Block = dyn_cast<CompoundStmt>(S))
      S = Block->body_empty() ? nullptr : Block->body_back();
    else if (const auto *Label = dyn_cast<LabelStmt>(S))
      S = Label->getSubStmt();
    else if (const auto *Case = dyn_cast<SwitchCase>(S))
      S = Case->getSubStmt();
    else
      break;
  }
  if (isa_and_nonnull<ReturnStmt, GotoStmt, BreakStmt, ContinueStmt,
                      SEHLeaveStmt>(S))
    return true;
  if (const auto *If = dyn_cast_or_null<IfStmt>(S))
    return If->getElse() && leaves(If->getThen()) && leaves(If->getElse());
  const auto *E = dyn_cast_or_null<Expr>(S);
  const auto *Call = dyn_cast_or_null<CallExpr>(bare(E));
  return Call && (Facts.effectOf(*Call) == model::Effect::NoReturn ||
                  Facts.effectOf(*Call) == model::Effect::RaiseAlways);
}

/// The labels by which control comes to \p In, a part of the switch's body.
void Place::noteSection(const SwitchStmt &Switch, const Stmt *In) {
  Known *K = known(fieldOf(Switch.getCond()));
  const auto *Body = dyn_cast<CompoundStmt>(Switch.getBody());
  if (!K || !Body)
    return;
  std::vector<const Stmt *> Children(Body->body_begin(), Body->body_end());
  size_t At = 0;
  while (At != Children.size() && !Facts.isInside(In, Children[At]))
    ++At;
  if (At == Children.size())
    return;
  std::vector<Constant> Here;
  llvm::SmallPtrSet<const SwitchCase *, 8> Taken;
  bool Default = false;
  for (size_t I = At + 1; I-- > 0;) {
    bool Labelled = false;
    for (const Stmt *S = Children[I];;) {
      const auto *Case = dyn_cast<SwitchCase>(S);
      if (!Case)
        break;
      // A label inside what the place is in does not lead past it.
      Labelled = true;
      Taken.insert(Case);
      if (const auto *Value = dyn_cast<CaseStmt>(Case)) {
        if (std::optional<int64_t> C =
                constantOf(Value->getLHS(), Facts.Context))
          Here.push_back(constant(Value->getLHS(), *C));
      } else {
        Default = true;
      }
      S = Case->getSubStmt();
    }
    if (Labelled && (I == 0 || leaves(Children[I - 1])))
      break;
    // (Without a label of its own it is the one before's.)
  }
  for (const SwitchCase *Case = Switch.getSwitchCaseList(); Case;
       Case = Case->getNextSwitchCase()) {
    // Deeper in: any of them.
    bool Own = false;
    for (const Stmt *Up = Facts.parent(Case); Up; Up = Facts.parent(Up)) {
      if (Up == Body) {
        Own = true;
        break;
      }
      if (!isa<SwitchCase>(Up))
        break;
    }
    if (!Own)
      return;
    if (Default && !Taken.count(Case))
      if (const auto *Value = dyn_cast<CaseStmt>(Case))
        if (std::optional<int64_t> C =
                constantOf(Value->getLHS(), Facts.Context))
          K->Not.push_back(constant(Value->getLHS(), *C));
  }
  if (!Default && !Here.empty())
    limit(*K, std::move(Here));
}

Place::Place(const FunctionFacts &Facts, const Stmt *At) : Facts(Facts) {
  std::vector<const LabelStmt *> Labels;
  for (const Stmt *S = At, *Up = Facts.parent(At); Up;
       S = Up, Up = Facts.parent(Up)) {
    if (const auto *If = dyn_cast<IfStmt>(Up)) {
      if (S == If->getThen() || S == If->getElse())
        note(If->getCond(), S == If->getThen());
    } else if (const auto *Switch = dyn_cast<SwitchStmt>(Up)) {
      if (S == Switch->getBody())
        noteSection(*Switch, At);
    } else if (const auto *Either = dyn_cast<ConditionalOperator>(Up)) {
      if (S == Either->getTrueExpr() || S == Either->getFalseExpr())
        note(Either->getCond(), S == Either->getTrueExpr());
    } else if (const auto *Logical = dyn_cast<BinaryOperator>(Up)) {
      if (Logical->isLogicalOp() && S == Logical->getRHS())
        note(Logical->getLHS(), Logical->getOpcode() == BO_LAnd);
    } else if (const auto *Label = dyn_cast<LabelStmt>(Up)) {
      Labels.push_back(Label);
    } else if (const auto *Block = dyn_cast<CompoundStmt>(Up)) {
      for (const Stmt *Child : Block->body()) {
        if (Child == S)
          break;
        if (const auto *Label = dyn_cast<LabelStmt>(Child))
          Labels.push_back(Label);
        const auto *If = dyn_cast<IfStmt>(Child);
        if (!If)
          continue;
        if (leaves(If->getThen()))
          note(If->getCond(), false);
        else if (If->getElse() && leaves(If->getElse()))
          note(If->getCond(), true);
      }
    }
  }
  for (const Stmt *S : Facts.statements())
    if (const auto *Goto = dyn_cast<GotoStmt>(S))
      for (const LabelStmt *Label : Labels)
        if (Goto->getLabel() == Label->getDecl() &&
            Facts.begin(Goto) < Facts.begin(Label))
          Jumps.push_back(Goto);
}

/// The major functions that a declaration names in `_Dispatch_type_`.
std::vector<int64_t> annotatedMajors(const FunctionDecl &F) {
  std::vector<int64_t> Found;
  const SourceManager &Sources = F.getASTContext().getSourceManager();
  for (const FunctionDecl *D : F.redecls()) {
    SourceLocation Name = Sources.getFileLoc(D->getLocation());
    bool Invalid = false;
    StringRef Text = Sources.getBufferData(Sources.getFileID(Name), &Invalid);
    if (Invalid || Name.isInvalid())
      continue;
    constexpr size_t MaxBefore = 600;
    const size_t To = Sources.getFileOffset(Name);
    size_t From = To;
    const size_t Stop = To > MaxBefore ? To - MaxBefore : 0;
    while (From > Stop && Text[From - 1] != ';' && Text[From - 1] != '}')
      --From;
    StringRef Declaration = Text.slice(From, To);
    constexpr StringRef Words[] = {"_Dispatch_type_", "__drv_dispatchType"};
    for (StringRef Word : Words) {
      StringRef Rest = Declaration;
      for (size_t At; (At = Rest.find(Word)) != StringRef::npos;) {
        Rest = Rest.drop_front(At + Word.size()).ltrim();
        if (!Rest.consume_front("("))
          continue;
        StringRef Major = Rest.take_until([](char C) { return C == ')'; });
        if (std::optional<int64_t> Value = model::majorByName(Major.trim()))
          Found.push_back(*Value);
      }
    }
  }
  return Found;
}

/// True when the function tells a request that must not fail from others.
bool knowsOfUnfailable(const FunctionFacts &Facts, const Place &Here) {
  for (const Stmt *S : Facts.statements()) {
    const Expr *Label = nullptr;
    RequestField Field = RequestField::None;
    if (const auto *Case = dyn_cast<CaseStmt>(S)) {
      const Stmt *Up = Case;
      while (Up && !isa<SwitchStmt>(Up))
        Up = Facts.parent(Up);
      if (Up)
        Field = Here.fieldOf(cast<SwitchStmt>(Up)->getCond());
      Label = Case->getLHS();
    } else if (const auto *Compare = dyn_cast<BinaryOperator>(S)) {
      if (Compare->isEqualityOp()) {
        Field = Here.fieldOf(Compare->getLHS());
        Label = Compare->getRHS();
      }
    }
    if (!Label ||
        (Field != RequestField::Major && Field != RequestField::Minor))
      continue;
    std::optional<int64_t> Value = constantOf(Label, Facts.Context);
    if (!Value)
      continue;
    if (Field == RequestField::Major
            ? model::mayFailMajor(*Value) != model::MayFail::Yes
            : !model::mayFailMinor(*Value, Here.constant(Label, *Value).Name,
                                   -1))
      return true;
  }
  return false;
}

bool asksForPaging(const FunctionFacts &Facts, const Place &Here) {
  return llvm::any_of(Facts.statements(), [&](const Stmt *S) {
    const auto *And = dyn_cast<BinaryOperator>(S);
    if (!And || And->getOpcode() != BO_And)
      return false;
    std::optional<int64_t> Bits = constantOf(And->getRHS(), Facts.Context);
    return Bits && model::isPagingFlag(*Bits) &&
           Here.fieldOf(And->getLHS()) == RequestField::IrpFlags;
  });
}

MayFail no(const llvm::Twine &Why) { return {MayFail::No, Why.str()}; }
MayFail yes() { return {MayFail::Yes, std::string()}; }

constexpr char MayBe[] = "it may be a request that must not fail";

/// What the minor function says; \p Major: what is known of the major one, or
/// -1.
MayFail byMinor(const Known &Minor, int64_t Major) {
  if (Minor.Limited) {
    for (const Constant &C : Minor.Values)
      if (!model::mayFailMinor(C.Value, C.Name, Major))
        return C.Name.empty() ? no(MayBe)
                              : no(C.Name + llvm::Twine(" must not fail"));
    return yes();
  }
  if (Major < 0)
    return {};
  if (llvm::all_of(model::minorsThatMustNotFail(Major),
                   [&](int64_t Value) { return Minor.excludes(Value); }))
    return yes();
  return no(MayBe);
}

MayFail ask(const FunctionFacts &Facts, const Stmt *At, unsigned Depth);

/// The calls of the function, and those of the virtual methods it overrides.
std::vector<FunctionFacts::CallOf> callsOf(const FunctionFacts &Facts) {
  std::vector<FunctionFacts::CallOf> Calls = Facts.calls();
  llvm::SmallVector<const CXXMethodDecl *, 4> Todo;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&Facts.Function))
    Todo.push_back(Method);
  while (!Todo.empty())
    for (const CXXMethodDecl *Base :
         Todo.pop_back_val()->overridden_methods()) {
      Todo.push_back(Base);
      for (const FunctionFacts::CallOf &Site : Facts.Program.callsOf(*Base))
        if (Facts.Source.offset(Site.Caller->getLocation()))
          Calls.push_back(Site);
    }
  return Calls;
}

MayFail askHere(const FunctionFacts &Facts, const Place &Here, unsigned Depth) {
  if (Here.Paging == true || (!Here.Paging && asksForPaging(Facts, Here)))
    return no("paging I/O must not fail");
  auto ByMajor = [&](int64_t Major) -> MayFail {
    switch (model::mayFailMajor(Major)) {
    case model::MayFail::Yes:
      return yes();
    case model::MayFail::No:
      return no(model::nameOfMajor(Major) + " must not fail");
    case model::MayFail::ByMinor:
      return byMinor(Here.Minor, Major);
    }
    return {};
  };
  if (Here.Major.Limited) {
    for (const Constant &C : Here.Major.Values)
      if (MayFail M = ByMajor(C.Value); M.Says == MayFail::No)
        return M;
    return yes();
  }
  if (Here.Minor.Limited)
    return byMinor(Here.Minor, -1);

  std::vector<int64_t> Stored = annotatedMajors(Facts.Function);
  for (int64_t Major : Facts.Program.majorsOf(Facts.Function, Facts.Source))
    Stored.push_back(Major);
  MayFail Result;
  for (int64_t Major : Stored) {
    if (Here.Major.excludes(Major))
      continue;
    MayFail M = ByMajor(Major);
    if (M.Says == MayFail::No)
      return M;
    Result = M;
  }
  if (Depth < MaxDepth) {
    bool First = Stored.empty();
    for (const FunctionFacts::CallOf &Site : callsOf(Facts)) {
      if (Site.Caller == &Facts.Function)
        continue;
      MayFail M = ask(Facts.Program.of(*Site.Caller, Facts.Source), Site.Call,
                      Depth + 1);
      if (M.Says == MayFail::No)
        return M;
      if (First || M.Says == MayFail::Unknown)
        Result = M;
      First = false;
    }
  }
  if (Result.Says != MayFail::Unknown)
    return Result;
  if (knowsOfUnfailable(Facts, Here))
    return no(MayBe);
  const DeclarationName Name = Facts.Function.getDeclName();
  if (Name.isIdentifier() && model::soundsUnfailable(Name.getAsString()))
    return no(MayBe);
  if (Name.isIdentifier() && model::soundsFailable(Name.getAsString()))
    return yes();
  return {};
}

MayFail ask(const FunctionFacts &Facts, const Stmt *At, unsigned Depth) {
  const Place Here(Facts, At);
  MayFail Result = askHere(Facts, Here, Depth);
  for (const Stmt *Jump : Here.Jumps) {
    if (Result.Says == MayFail::No || Depth >= MaxDepth)
      break;
    MayFail M = ask(Facts, Jump, Depth + 1);
    if (M.Says != MayFail::Yes)
      Result = std::move(M);
  }
  return Result;
}

} // namespace

MayFail mayFail(const FunctionFacts &Facts, const Stmt *Place) {
  return ask(Facts, Place, 0);
}

} // namespace wdm::fixits
