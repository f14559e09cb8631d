//===- StatusGuard.cpp - Repairs of a registration ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/StatusGuard.h"
#include "fixits/FailurePath.h"
#include "fixits/FunctionFacts.h"
#include "fixits/IrpHistory.h"
#include "fixits/Layout.h"
#include "fixits/Obligations.h"
#include "fixits/SafeEdit.h"
#include "src/rules/Rules.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/IdentifierTable.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"
#include <algorithm>
#include <map>

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

using engine::Finding;
using rules::Verdict;

namespace {

/// How the call stands in its statement.
struct Site {
  const Stmt *Statement = nullptr;     ///< Expression or declaration.
  const Stmt *Outer = nullptr;         ///< With labels.
  const CompoundStmt *Block = nullptr; ///< Its parent, if it is a block.
  const Stmt *Control = nullptr;       ///< Else: whose body it is.
  const Expr *Whole = nullptr;         ///< The expression, casts included.
  const Expr *Stored = nullptr;        ///< What it is assigned to.
  const VarDecl *Initialises = nullptr;
  const Expr *VoidCast = nullptr;
  const char *Why = nullptr; ///< Why no edit is possible.
};

Site siteOf(const FunctionFacts &Facts, const CallExpr &Call) {
  Site Result;
  auto No = [&](const char *Why) {
    Result.Why = Why;
    return Result;
  };
  const Stmt *S = &Call;
  Result.Whole = &Call;
  for (;;) {
    const Stmt *Up = Facts.parent(S);
    if (!Up)
      return No("it is no part of a statement");
    if (const auto *Cast = dyn_cast<ExplicitCastExpr>(Up)) {
      if (Cast->getType()->isVoidType() && !Result.Stored)
        Result.VoidCast = Cast;
      Result.Whole = Cast;
    } else if (isa<ParenExpr, ImplicitCastExpr, FullExpr>(Up)) {
      if (!isa<FullExpr>(Up))
        Result.Whole = cast<Expr>(Up);
    } else if (const auto *Assign = dyn_cast<BinaryOperator>(Up)) {
      if (Assign->getOpcode() == BO_Comma)
        return No("it is part of a comma expression");
      if (Assign->getOpcode() != BO_Assign || Assign->getRHS() != S ||
          Result.VoidCast)
        return No("it is part of an expression");
      if (!Result.Stored)
        Result.Stored = Assign->getLHS();
      Result.Whole = Assign;
    } else if (isa<InitListExpr>(Up)) {
      // NTSTATUS status{...};
    } else if (const auto *Declares = dyn_cast<DeclStmt>(Up)) {
      for (const Decl *D : Declares->decls())
        if (const auto *V = dyn_cast<VarDecl>(D))
          if (V->getInit() && Facts.isInside(&Call, V->getInit()))
            Result.Initialises = V;
      if (!Result.Initialises)
        return No("it is no plain initialiser");
      Result.Statement = Declares;
      break;
    } else if (isa<Expr>(Up)) {
      return No("it is part of an expression");
    } else {
      Result.Statement = S;
      break;
    }
    S = Up;
  }
  S = Result.Statement;
  const Stmt *Up = Facts.parent(S);
  while (isa_and_nonnull<LabelStmt, SwitchCase, AttributedStmt>(Up)) {
    if (const auto *Case = dyn_cast<CaseStmt>(Up))
      if (Case->getSubStmt() != S)
        return No("it is part of an expression");
    S = Up;
    Up = Facts.parent(Up);
  }
  Result.Outer = S;
  if ((Result.Block = dyn_cast_or_null<CompoundStmt>(Up))) {
    if (isa_and_nonnull<StmtExpr>(Facts.parent(Up)))
      return No("it is in a statement expression");
    return Result;
  }
  Result.Control = Up;
  bool IsBody = false;
  if (const auto *If = dyn_cast_or_null<IfStmt>(Up))
    IsBody = S == If->getThen() || S == If->getElse();
  else if (const auto *For = dyn_cast_or_null<ForStmt>(Up))
    IsBody = S == For->getBody();
  else if (const auto *While = dyn_cast_or_null<WhileStmt>(Up))
    IsBody = S == While->getBody();
  else if (const auto *Do = dyn_cast_or_null<DoStmt>(Up))
    IsBody = S == Do->getBody();
  else if (const auto *Range = dyn_cast_or_null<CXXForRangeStmt>(Up))
    IsBody = S == Range->getBody();
  if (!IsBody)
    return No("it is part of a condition");
  return Result;
}

/// The fixes of one function, finding by finding.
class Repairer {
public:
  Repairer(const FunctionFacts &Facts, FailureAction Action)
      : Facts(Facts), Source(Facts.Source),
        Page(Source, Facts.BodyBegin, Facts.BodyEnd), Action(Action) {}

  RepairSet repair(const Finding &F);

private:
  /// One way to repair, as edits of the text.
  struct Draft {
    std::string Title;
    std::vector<TextEdit> Edits;
    explicit operator bool() const { return !Edits.empty(); }
  };
  /// The variable that takes a status which is discarded so far.
  struct Keeper {
    const VarDecl *Variable = nullptr; ///< Null: a new one.
    std::string Name;
    bool InPlace = false; ///< The new one is declared at the call.
    std::optional<TextEdit> Declaration;
    const Stmt *Scope = nullptr;
  };

  RepairSet guard(const Finding &F);
  RepairSet failureBranch(const Finding &F);
  RepairSet droppedIrp(const Finding &F);
  RepairSet sharedReturn(const Finding &F, const ReturnStmt &Return);
  RepairSet deviceArgument(const Finding &F);

  std::optional<Slot> slotOf(const Site &Where) const;
  std::optional<Slot> slotOfBody(const Stmt *Body, const Stmt *Control) const;
  std::optional<Keeper> findKeeper(const Finding &F, const Site &Where,
                                   const FailurePlanner &Planner);
  std::optional<TextEdit> declarationIn(const CompoundStmt &Block,
                                        StringRef Name, unsigned Use) const;
  std::string gapBefore(const VarDecl &V, unsigned Begin) const;
  bool isDeclarationFirst() const;
  bool mayDeclareHere(const Site &Where, bool AnyPlace) const;
  std::string newName(const Stmt *Scope) const;
  bool isUsable(StringRef Name, const Stmt *Scope) const;
  bool storeIn(const Site &Where, const CallExpr &Call, const Keeper &Kept,
               std::vector<TextEdit> &Edits) const;
  bool decidesAlone(const CallExpr &Registration, const IfStmt &If) const;
  bool onlyReports(const Stmt *Branch) const;
  bool goesOn(const Stmt *Branch, const IrpFacts &Irp) const;
  bool mayHaveSent(const CallExpr &Registration) const;
  bool isOwnDevice(const ParmVarDecl &Device) const;
  bool addElse(const IfStmt &If, const std::vector<std::string> &Lines,
               std::vector<TextEdit> &Edits) const;
  bool stateAfter(const Stmt *Branch, const VarDecl &Status,
                  const VarDecl *Irp) const;
  bool isClear(const Draft &D) const;
  std::optional<Draft> draft(const Slot &S, const FailurePath &Path,
                             StringRef Status,
                             const std::vector<TextEdit> &Before) const;
  RepairSet finish(std::vector<Draft> Drafts, const Keeper *Kept);

  const FunctionFacts &Facts;
  const SourceText &Source;
  Layout Page;
  FailureAction Action;
  std::vector<TextEdit> Taken;
  std::vector<std::pair<std::string, const Stmt *>> Declared;
  /// Registrations whose failure is dealt with already.
  llvm::SmallPtrSet<const CallExpr *, 4> Mended;
};

RepairSet without(StringRef Why) {
  RepairSet Set;
  Set.WhyNot = Why.str();
  return Set;
}

bool Repairer::isClear(const Draft &D) const {
  for (const TextEdit &Edit : D.Edits)
    for (const TextEdit &Other : Taken)
      if (collide(Edit, Other))
        return false;
  return true;
}

/// The first draft is the preferred one.
RepairSet Repairer::finish(std::vector<Draft> Drafts, const Keeper *Kept) {
  RepairSet Set;
  for (Draft &D : Drafts) {
    if (!settle(D.Edits, Source))
      return without("its edits would touch each other");
    if (!isClear(D)) {
      if (!Set.Preferred)
        return without("it would touch the fix of another warning");
      continue;
    }
    Repair R;
    R.Title = D.Title;
    for (const TextEdit &Edit : D.Edits)
      R.Edits.push_back(Source.hint(Edit));
    if (Set.Preferred)
      Set.Alternatives.push_back(std::move(R));
    else
      Set.Preferred = std::move(R);
  }
  if (!Drafts.empty()) {
    // Where the preferred edits are, no other fix goes. The alternatives edit
    // the same places.
    Taken.insert(Taken.end(), Drafts.front().Edits.begin(),
                 Drafts.front().Edits.end());
    if (Kept && !Kept->Variable)
      Declared.push_back({Kept->Name, Kept->Scope});
  }
  return Set;
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

std::optional<Slot> Repairer::slotOf(const Site &Where) const {
  Slot S;
  std::optional<unsigned> Begin = Source.offset(Where.Statement->getBeginLoc());
  std::optional<unsigned> Outer = Source.offset(Where.Outer->getBeginLoc());
  auto Whole = Source.bytes(Where.Statement->getSourceRange());
  if (!Begin || !Outer || !Whole)
    return std::nullopt;
  // A declaration has its semicolon.
  const RawToken *End = isa<DeclStmt>(Where.Statement)
                            ? Source.tokenBefore(Whole->second)
                            : Source.tokenFrom(Whole->second);
  if (!End || End->Kind != tok::semi)
    return std::nullopt;
  S.Begin = *Begin;
  S.OuterBegin = *Outer;
  S.End = End->End;
  S.Labelled = Where.Outer != Where.Statement;
  S.InBlock = Where.Block != nullptr;
  if (Where.Control) {
    S.ControlBegin = Facts.begin(Where.Control);
    S.IsDo = isa<DoStmt>(Where.Control);
    if (Where.Control->getBeginLoc().isMacroID())
      return std::nullopt;
    if (const auto *If = dyn_cast<IfStmt>(Where.Control))
      if (Where.Outer == If->getElse()) {
        std::optional<unsigned> Else = Source.offset(If->getElseLoc());
        if (!Else)
          return std::nullopt;
        S.ControlBegin = *Else;
      }
  } else {
    for (const Stmt *Other : Where.Block->body()) {
      if (isa<LabelStmt, SwitchCase>(Other) || Other == Where.Outer)
        continue;
      std::optional<unsigned> At = Source.offset(Other->getBeginLoc());
      if (!At || !Source.isFirstOnLine(*At))
        continue;
      S.Sibling = Source.indentation(*At).str();
      if (*At > S.Begin)
        break;
    }
  }
  return S;
}

std::optional<Repairer::Draft>
Repairer::draft(const Slot &S, const FailurePath &Path, StringRef Status,
                const std::vector<TextEdit> &Before) const {
  Draft D;
  D.Title = Path.Title;
  D.Edits = Before;
  std::string Text =
      Page.guard(Page.indentOf(S), Source.endOfLine(S.Begin),
                 ("!NT_SUCCESS(" + Status + ")").str(), Path.Lines);
  if (!Page.append(S, Text, D.Edits))
    return std::nullopt;
  return D;
}

//===----------------------------------------------------------------------===//
// A variable for the status
//===----------------------------------------------------------------------===//

/// True when the function keeps its declarations in front of the statements of
/// each block, or has none and is C.
bool Repairer::isDeclarationFirst() const {
  bool LeadingUninitialised = false;
  for (const Stmt *S : Facts.statements()) {
    const auto *Block = dyn_cast<CompoundStmt>(S);
    if (!Block)
      continue;
    bool Leading = true;
    for (const Stmt *Child : Block->body()) {
      if (!isa<DeclStmt>(Child)) {
        Leading = false;
        continue;
      }
      if (!Leading)
        return false;
      for (const Decl *D : cast<DeclStmt>(Child)->decls())
        if (const auto *V = dyn_cast<VarDecl>(D))
          LeadingUninitialised |= !V->hasInit();
    }
  }
  return !Facts.Context.getLangOpts().CPlusPlus || LeadingUninitialised;
}

/// True when a declaration may stand in place of the statement. \p AnyPlace:
/// even where the author has none among the statements.
bool Repairer::mayDeclareHere(const Site &Where, bool AnyPlace) const {
  if (Where.Outer != Where.Statement)
    return false; // Behind a label.
  if (!Where.Block)
    return true; // In braces of its own.
  // No jump may pass the initialiser.
  bool Behind = false;
  bool First = true;
  for (const Stmt *S : Where.Block->body()) {
    if (S == Where.Outer) {
      Behind = true;
      continue;
    }
    if (!Behind) {
      First &= isa<DeclStmt>(S);
      continue;
    }
    for (const Stmt *Inner : Facts.statements()) {
      if (!Facts.isInside(Inner, S))
        continue;
      if (isa<LabelStmt>(Inner))
        return false;
      if (isa<SwitchCase>(Inner)) {
        const Stmt *Up = Inner;
        while (Up && !isa<SwitchStmt>(Up))
          Up = Facts.parent(Up);
        if (!Up || !Facts.isInside(Up, S))
          return false;
      }
    }
  }
  const LangOptions &Language = Facts.Context.getLangOpts();
  return First || !isDeclarationFirst() ||
         (AnyPlace && (Language.C99 || Language.CPlusPlus));
}

bool Repairer::isUsable(StringRef Name, const Stmt *Scope) const {
  ASTContext &Context = Facts.Context;
  IdentifierInfo &Id = Context.Idents.get(Name);
  if (Id.hasMacroDefinition() ||
      !Context.getTranslationUnitDecl()->lookup(DeclarationName(&Id)).empty())
    return false;
  for (const DeclContext *In = &Facts.Function; In;
       In = In->getLookupParent()) {
    if (const auto *F = dyn_cast<FunctionDecl>(In)) {
      for (const ParmVarDecl *P : F->parameters())
        if (P->getDeclName().isIdentifier() && P->getName() == Name)
          return false;
      // A lambda sees the variables of the function around it.
      if (F != &Facts.Function && F->hasBody()) {
        std::optional<unsigned> Begin =
            Source.offset(F->getBody()->getBeginLoc());
        std::optional<unsigned> End = Source.offset(F->getBody()->getEndLoc());
        if (!Begin || !End || Source.hasIdentifier(Name, *Begin, *End))
          return false;
      }
    } else if (const auto *Class = dyn_cast<CXXRecordDecl>(In)) {
      std::vector<const CXXRecordDecl *> Classes{Class};
      for (size_t I = 0; I != Classes.size() && I < 64; ++I) {
        if (!Classes[I]->lookup(DeclarationName(&Id)).empty())
          return false;
        if (Classes[I]->hasDefinition())
          for (const CXXBaseSpecifier &Base : Classes[I]->bases())
            if (const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl())
              Classes.push_back(B);
      }
    } else if (!In->lookup(DeclarationName(&Id)).empty()) {
      return false;
    }
  }

  // Nothing in the scope has the name, and it hides nothing around.
  std::optional<unsigned> Begin = Source.offset(Scope->getBeginLoc());
  std::optional<unsigned> End = Source.offset(Scope->getEndLoc());
  if (!Begin || !End)
    return false;
  StringRef Previous;
  for (const RawToken &T : Source.tokens()) {
    if (T.isComment())
      continue;
    StringRef Word = Source.text(T.Begin, T.End);
    if (T.Begin >= *Begin && T.Begin <= *End && Word == Name &&
        Previous != "." && Previous != "->")
      return false;
    Previous = Word;
  }
  for (const Stmt *S : Facts.statements()) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    if (!Declares)
      continue;
    for (const Decl *D : Declares->decls())
      if (const auto *Named = dyn_cast<NamedDecl>(D))
        if (Named->getDeclName().isIdentifier() && Named->getName() == Name &&
            Facts.isInside(Scope, Facts.parent(S)))
          return false;
  }
  for (const auto &Other : Declared)
    if (Other.first == Name && (Facts.isInside(Scope, Other.second) ||
                                Facts.isInside(Other.second, Scope)))
      return false;
  return true;
}

/// A name as the author would choose it; empty when all are taken.
std::string Repairer::newName(const Stmt *Scope) const {
  std::vector<std::string> Names;
  // What the file calls its other statuses.
  static const llvm::Regex Plain("^(nt_?)?(status|st|rc)$",
                                 llvm::Regex::IgnoreCase);
  std::map<std::string, unsigned> Counts;
  StringRef Previous;
  for (const RawToken &T : Source.tokens()) {
    if (T.isComment())
      continue;
    StringRef Word = Source.text(T.Begin, T.End);
    if (Previous == "NTSTATUS" && Plain.match(Word))
      ++Counts[Word.str()];
    Previous = Word;
  }
  const std::pair<const std::string, unsigned> *Best = nullptr;
  for (const auto &Entry : Counts)
    if (!Best || Entry.second > Best->second)
      Best = &Entry;
  if (Best)
    Names.push_back(Best->first);
  Names.push_back("status");
  Names.push_back("ntStatus");
  Names.push_back("registerStatus");
  for (const std::string &Name : Names)
    if (isUsable(Name, Scope))
      return Name;
  for (unsigned I = 2; I != 100; ++I) {
    std::string Name = Names.front() + llvm::utostr(I);
    if (isUsable(Name, Scope))
      return Name;
  }
  return std::string();
}

/// What stands between NTSTATUS and a name, when the names stand in a column as
/// that of \p V, whose declaration begins at \p Begin.
std::string Repairer::gapBefore(const VarDecl &V, unsigned Begin) const {
  constexpr unsigned TypeWidth = 8;
  std::optional<unsigned> At = Source.offset(V.getLocation());
  if (!At || Source.lineStart(*At) != Source.lineStart(Begin))
    return " ";
  StringRef Before = Source.text(Source.lineStart(*At), *At);
  StringRef Gap = Before.take_back(Before.size() - Before.rtrim(" \t").size());
  if (Gap.size() < 2 && !Gap.contains('\t'))
    return " ";
  const unsigned Column = Source.columns(Before);
  unsigned Here = Source.columns(Source.indentation(Begin)) + TypeWidth;
  if (Column <= Here)
    return " ";
  if (!Gap.contains('\t'))
    return std::string(Column - Here, ' ');
  std::string Tabs;
  for (; Here < Column; Here = (Here / 8 + 1) * 8)
    Tabs += '\t';
  return Tabs;
}

/// `NTSTATUS Name;` behind the declarations at the start of \p Block, at a
/// place that no other fix uses.
std::optional<TextEdit> Repairer::declarationIn(const CompoundStmt &Block,
                                                StringRef Name,
                                                unsigned Use) const {
  std::vector<const Stmt *> Leading;
  for (const Stmt *S : Block.body()) {
    if (!isa<DeclStmt>(S) || !Source.offset(S->getBeginLoc()) ||
        !Source.offset(S->getEndLoc()))
      break;
    Leading.push_back(S);
  }
  const std::string Eol = Source.endOfLine(Use).str();
  auto Fits = [&](unsigned At) {
    TextEdit Edit{At, At, std::string()};
    return At < Use && Source.isSeenWherever(At, Use) &&
           Source.isSeenWherever(Use, At) &&
           llvm::none_of(
               Taken,
               [&](const TextEdit &Other) { return collide(Edit, Other); });
  };
  for (const Stmt *S : llvm::reverse(Leading)) {
    unsigned Begin = *Source.offset(S->getBeginLoc());
    const RawToken *Semi = Source.tokenFrom(*Source.offset(S->getEndLoc()));
    if (!Semi || Semi->Kind != tok::semi || !Source.isFirstOnLine(Begin))
      continue;
    unsigned At = Source.skipTrailingComments(Semi->End);
    if (!Source.text(At, Source.lineEnd(At)).trim(" \t").empty())
      continue;
    At = Source.lineEnd(At);
    if (!Fits(At))
      continue;
    std::string Gap(1, ' ');
    if (const auto *V = dyn_cast<VarDecl>(*cast<DeclStmt>(S)->decl_begin()))
      Gap = gapBefore(*V, Begin);
    return TextEdit{At, At,
                    Eol + Source.indentation(Begin).str() + "NTSTATUS" + Gap +
                        Name.str() + ";"};
  }
  // In front of everything.
  std::optional<unsigned> Brace = Source.offset(Block.getLBracLoc());
  if (!Brace || Block.body_empty())
    return std::nullopt;
  unsigned At = Source.skipTrailingComments(*Brace + 1);
  if (!Source.text(At, Source.lineEnd(At)).trim(" \t").empty())
    return std::nullopt;
  At = Source.lineEnd(At);
  if (!Fits(At))
    return std::nullopt;
  std::string Indent;
  const RawToken *First = Source.tokenFrom(*Brace + 1);
  if (First && !First->Directive && Source.isFirstOnLine(First->Begin))
    Indent = Source.indentation(First->Begin).str();
  else
    Indent = Source.indentation(*Brace).str() +
             Source.indentUnit(Facts.BodyBegin, Facts.BodyEnd);
  return TextEdit{At, At,
                  Eol + Indent + "NTSTATUS " + Name.str() + ";" +
                      (Leading.empty() ? Eol : std::string())};
}

std::optional<Repairer::Keeper>
Repairer::findKeeper(const Finding &F, const Site &Where,
                     const FailurePlanner &Planner) {
  const VarDecl *Liked = Planner.statusOfWayOut();
  Keeper Kept;
  const unsigned Use = Facts.begin(F.Registration);

  // A local of the author's that is free: that of the way out, else the
  // nearest.
  std::vector<const VarDecl *> InScope;
  std::vector<StringRef> Hidden;
  for (const Stmt *S = Where.Outer, *Up = Facts.parent(S); Up;
       S = Up, Up = Facts.parent(Up)) {
    std::vector<const VarDecl *> Here;
    if (const auto *Block = dyn_cast<CompoundStmt>(Up)) {
      for (const Stmt *Child : Block->body()) {
        if (Child == S)
          break;
        if (const auto *Declares = dyn_cast<DeclStmt>(Child))
          for (const Decl *D : Declares->decls())
            if (const auto *V = dyn_cast<VarDecl>(D))
              Here.push_back(V);
      }
    } else if (const auto *If = dyn_cast<IfStmt>(Up)) {
      if (const VarDecl *V = If->getConditionVariable())
        Here.push_back(V);
    }
    for (const VarDecl *V : llvm::reverse(Here))
      if (V->getDeclName().isIdentifier() &&
          !llvm::is_contained(Hidden, V->getName())) {
        InScope.push_back(V);
        Hidden.push_back(V->getName());
      }
  }
  auto IsFree = [&](const VarDecl *V) {
    std::optional<unsigned> At = Source.offset(V->getLocation());
    return At && !V->getType().isConstQualified() &&
           isStatusType(V->getType()) && Source.isSeenWherever(*At, Use) &&
           isVisibleAt(Facts, *V, F.Registration) &&
           // The registration may be written a second time.
           llvm::none_of(Facts.statements(),
                         [&](const Stmt *S) {
                           const auto *Ref = dyn_cast<DeclRefExpr>(S);
                           return Ref && Ref->getDecl() == V &&
                                  Facts.isInside(Ref, F.Registration);
                         }) &&
           Facts.isFreeAfter(*V, F.Registration) && !Planner.isReadOnWayOut(*V);
  };
  if (Liked && llvm::is_contained(InScope, Liked) && IsFree(Liked))
    Kept.Variable = Liked;
  for (const VarDecl *V : InScope)
    if (!Kept.Variable && IsFree(V))
      Kept.Variable = V;
  if (Kept.Variable) {
    Kept.Name = Kept.Variable->getName().str();
    return Kept;
  }

  // A new one.
  IdentifierInfo &Type = Facts.Context.Idents.get("NTSTATUS");
  if (Facts.Context.getTranslationUnitDecl()
          ->lookup(DeclarationName(&Type))
          .empty() &&
      !Type.hasMacroDefinition())
    return std::nullopt;
  auto InPlace = [&]() -> std::optional<Keeper> {
    Kept.InPlace = true;
    Kept.Declaration.reset();
    Kept.Scope =
        Where.Block ? static_cast<const Stmt *>(Where.Block) : Where.Outer;
    Kept.Name = newName(Kept.Scope);
    if (Kept.Name.empty())
      return std::nullopt;
    return Kept;
  };
  if (mayDeclareHere(Where, /*AnyPlace=*/false))
    return InPlace();
  // The innermost block that has declarations; else the function's.
  std::vector<const CompoundStmt *> Blocks;
  const CompoundStmt *Outermost = nullptr;
  for (const Stmt *Up = Facts.parent(Where.Outer); Up; Up = Facts.parent(Up))
    if (const auto *Block = dyn_cast<CompoundStmt>(Up)) {
      Outermost = Block;
      // The block of a switch has no place in front of its first label.
      if (!isa_and_nonnull<SwitchStmt>(Facts.parent(Block)) &&
          !Block->body_empty() && isa<DeclStmt>(Block->body_front()))
        Blocks.push_back(Block);
    }
  if (Outermost && !llvm::is_contained(Blocks, Outermost))
    Blocks.push_back(Outermost);
  for (const CompoundStmt *Block : Blocks) {
    Kept.Scope = Block;
    Kept.Name = newName(Block);
    if (Kept.Name.empty())
      continue;
    Kept.Declaration = declarationIn(*Block, Kept.Name, Use);
    if (Kept.Declaration)
      return Kept;
  }
  // Another fix declares there already.
  if (mayDeclareHere(Where, /*AnyPlace=*/true))
    return InPlace();
  return std::nullopt;
}

/// The edits that make the statement keep the status: `status = ` in front, a
/// cast to void away, lines that stood under the first argument moved along.
bool Repairer::storeIn(const Site &Where, const CallExpr &Call,
                       const Keeper &Kept, std::vector<TextEdit> &Edits) const {
  std::string Front = (Kept.InPlace ? "NTSTATUS " : "") + Kept.Name + " = ";
  auto WholeBytes = Source.bytes(Where.Whole->getSourceRange());
  std::optional<unsigned> CallBegin = Source.offset(Call.getBeginLoc());
  std::optional<unsigned> CallEnd = Source.offset(Call.getEndLoc());
  if (!WholeBytes || !CallBegin || !CallEnd)
    return false;
  unsigned Begin = WholeBytes->first;
  int Shift = static_cast<int>(Front.size());
  if (Where.VoidCast) {
    const auto *Cast = cast<ExplicitCastExpr>(Where.VoidCast);
    if (Cast != Where.Whole)
      return false; // More around the cast.
    auto Inner = Source.bytes(Cast->getSubExprAsWritten()->getSourceRange());
    if (!Inner || Source.hasComment(Begin, Inner->first))
      return false;
    if (isa<CStyleCastExpr>(Cast)) {
      if (Inner->second != WholeBytes->second)
        return false;
    } else {
      // static_cast<void>(...) and void(...)
      const RawToken *Close = Source.tokenFrom(Inner->second);
      if (!Close || Close->Kind != tok::r_paren ||
          Close->End != WholeBytes->second)
        return false;
      Edits.push_back({Inner->second, Close->End, std::string()});
    }
    Edits.push_back({Begin, Inner->first, Front});
    Shift -= static_cast<int>(Inner->first - Begin);
  } else {
    Edits.push_back({Begin, Begin, Front});
  }
  if (Kept.Declaration)
    Edits.push_back(*Kept.Declaration);

  // Lines under the parenthesis, where only blanks indent them.
  const RawToken *Paren = nullptr;
  for (const RawToken &T : Source.tokens())
    if (T.Begin >= *CallBegin && T.Kind == tok::l_paren) {
      Paren = &T;
      break;
    }
  if (!Paren || Shift == 0 ||
      Source.lineStart(*CallBegin) != Source.lineStart(Paren->Begin))
    return true;
  StringRef Base = Source.indentation(*CallBegin);
  const unsigned Column =
      Source.columns(Base) +
      (Paren->End - Source.lineStart(*CallBegin) - Base.size());
  std::vector<TextEdit> Moves;
  unsigned Line = Source.lineStart(Paren->Begin);
  for (const RawToken &T : Source.tokens()) {
    if (T.Begin <= Paren->Begin || T.Begin > *CallEnd)
      continue;
    if (T.Directive)
      return false;
    if (Source.lineStart(T.Begin) == Line)
      continue;
    Line = Source.lineStart(T.Begin);
    if (!Source.isFirstOnLine(T.Begin))
      continue; // Inside a comment that began before.
    StringRef Indent = Source.indentation(T.Begin);
    if (Source.columns(Indent) < Column)
      return true; // Not under the parenthesis: they stay.
    if (Shift > 0) {
      // Tabs for the columns cannot take any number of blanks.
      if (Indent.drop_front(std::min(Base.size(), Indent.size()))
              .contains('\t'))
        return true;
      Moves.push_back({T.Begin, T.Begin, std::string(Shift, ' ')});
    } else {
      unsigned Less = static_cast<unsigned>(-Shift);
      if (Indent.size() < Less || Indent.take_back(Less).contains('\t'))
        return true;
      Moves.push_back({T.Begin - Less, T.Begin, std::string()});
    }
  }
  Edits.insert(Edits.end(), Moves.begin(), Moves.end());
  return true;
}

//===----------------------------------------------------------------------===//
// A status that nobody tests
//===----------------------------------------------------------------------===//

/// True when \p T keeps every NTSTATUS apart.
bool holdsStatus(QualType T, const ASTContext &Context) {
  return T->isIntegerType() && !T->isBooleanType() && !T->isEnumeralType() &&
         Context.getTypeSize(T) >= 32;
}

RepairSet Repairer::guard(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  if (!Source.offset(Call.getBeginLoc()) || !Source.offset(Call.getEndLoc()))
    return without("it is in a macro");
  Site Where = siteOf(Facts, Call);
  if (Where.Why)
    return without(Where.Why);
  if (!holdsStatus(Call.getType(), Facts.Context))
    return without("its result is no NTSTATUS");
  std::optional<Slot> Place = slotOf(Where);
  if (!Place)
    return without("it is next to a macro");
  if (Source.crossesDirective(Place->OuterBegin, Place->End))
    return without("a preprocessor directive is in the statement");
  FailurePlanner Planner(Facts, Call);
  std::vector<TextEdit> Store;
  Keeper Kept;
  StatusName Name;
  std::string &Status = Name.Text;
  const VarDecl *&Variable = Name.Variable;
  if (Where.Initialises || Where.Stored) {
    QualType T;
    if (Where.Initialises) {
      Variable = Where.Initialises;
      Status = Variable->getName().str();
      T = Variable->getType();
      if (!Variable->hasLocalStorage())
        return without("the variable is static");
      bool Later = false;
      for (const Decl *D : cast<DeclStmt>(Where.Statement)->decls()) {
        const auto *V = dyn_cast<VarDecl>(D);
        if (Later && V && V->getInit() && !isRepeatable(V->getInit()))
          return without("a declaration with a call follows");
        Later |= V == Variable;
      }
      // C before C99: a test must not stand among the declarations.
      if (isDeclarationFirst() || !Facts.Context.getLangOpts().C99) {
        const auto *Block = Where.Block;
        bool Behind = false;
        const Stmt *LastDeclaration = nullptr;
        for (const Stmt *S : Block->body()) {
          if (Behind && !isa<DeclStmt>(S))
            break;
          if (Behind)
            LastDeclaration = S;
          Behind |= S == Where.Outer;
        }
        if (LastDeclaration) {
          bool Plain = true;
          for (const Stmt *S : Facts.statements())
            if (isa<CallExpr, CXXConstructExpr>(S) &&
                Facts.begin(S) > Place->End &&
                Facts.begin(S) <= Facts.begin(LastDeclaration) &&
                !Facts.isInside(S, Where.Statement))
              Plain = false;
          for (const Stmt *S : Facts.statements())
            if (isa<CallExpr, CXXConstructExpr>(S) &&
                Facts.isInside(S, LastDeclaration))
              Plain = false;
          if (!Plain) {
            if (!Facts.Context.getLangOpts().CPlusPlus &&
                !Facts.Context.getLangOpts().C99)
              return without("a declaration with a call follows");
          } else {
            Site Last = Where;
            Last.Statement = Last.Outer = LastDeclaration;
            std::optional<Slot> After = slotOf(Last);
            if (!After || Source.crossesDirective(Place->End, After->End))
              return without("a preprocessor directive is in between");
            Place = After;
          }
        }
      }
    } else {
      auto Bytes = Source.bytes(Where.Stored->getSourceRange());
      if (!Bytes || !isRepeatable(Where.Stored) ||
          Source.hasComment(Bytes->first, Bytes->second))
        return without("what it is stored in cannot be named again");
      Status = Source.text(Bytes->first, Bytes->second).str();
      if (StringRef(Status).find_first_of("\r\n") != StringRef::npos)
        return without("what it is stored in cannot be named again");
      Variable = variableOf(Where.Stored);
      if (Variable && !Variable->hasLocalStorage())
        Variable = nullptr;
      T = Where.Stored->getType();
    }
    if (T.isVolatileQualified())
      return without("the variable is volatile");
    if (!holdsStatus(T.getNonReferenceType(), Facts.Context))
      return without("it is stored in something that cannot hold a status");
    // Another test that only some paths come by: what it does must be no other
    // cure than the guard's.
    if (F.Fate == engine::StatusFate::TestedSometimes && Variable)
      for (const Stmt *S : Facts.statements()) {
        const auto *If = dyn_cast<IfStmt>(S);
        if (!If || Facts.begin(If) < Place->End)
          continue;
        FunctionFacts::Test Test = Facts.asStatusTest(If->getCond());
        if (!Test.Status || variableOf(Test.Status) != Variable ||
            !Facts.mayFollow(&Call, If->getCond(), [&](const Stmt &Cut) {
              const auto *Assign = dyn_cast<BinaryOperator>(&Cut);
              return Assign && Assign->getOpcode() == BO_Assign &&
                     variableOf(Assign->getLHS()) == Variable;
            }))
          continue;
        const Stmt *Branch =
            Test.TrueMeansFailed ? If->getThen() : If->getElse();
        while (const auto *Block = dyn_cast_or_null<CompoundStmt>(Branch))
          Branch = Block->body_empty() ? nullptr : Block->body_back();
        if (Test.TrueMeansFailed &&
            !isa_and_nonnull<ReturnStmt, GotoStmt, SEHLeaveStmt, BreakStmt>(
                Branch))
          return without("the failure is dealt with in another way later on");
      }
  } else {
    std::optional<Keeper> Found = findKeeper(F, Where, Planner);
    if (!Found)
      return without("there is no place for a variable");
    Kept = *Found;
    Status = Kept.Name;
    Variable = Kept.Variable;
    if (!storeIn(Where, Call, Kept, Store))
      return without("the statement is too unusual");
  }

  Name.IsLocal = Variable || !Where.Stored;
  if (Facts.maySkipSending(Call, Facts.irpOf(Call), Variable))
    return without("after success the IRP is not sent on every path");

  // Behind the fallback all is as after a success. Where somebody may look at
  // the status still, it has to say so.
  const bool Stored = Where.Initialises || Where.Stored;
  const Stmt *Stores = Where.Statement;
  if (Where.Stored)
    for (Stores = &Call; !isa<BinaryOperator>(Stores);)
      Stores = Facts.parent(Stores);
  const bool ReadLater =
      Stored && (!Variable || !Facts.isFreeAfter(*Variable, Stores));
  // `a = b = ...`
  const bool StoredTwice =
      Where.Stored && bare(Where.Whole) != cast<Expr>(Stores);

  // The ways, the chosen one first; then leaving, where that is certain; then
  // those that go on.
  const FailurePath Leave = Planner.leave(Name);
  FailurePath Fallback = Planner.fallback(Name, ReadLater);
  if (ReadLater && StoredTwice) {
    Fallback.Lines.clear();
    Fallback.WhyNot = "its result is stored twice";
  }
  std::vector<FailurePath> Paths;
  auto Add = [&](FailurePath Path) {
    if (!Path)
      return;
    for (const FailurePath &Other : Paths)
      if (Other.Lines == Path.Lines)
        return;
    Paths.push_back(std::move(Path));
  };
  switch (Action) {
  case FailureAction::Auto:
    break;
  case FailureAction::Complete:
    Add(Planner.leave(Name, /*Complete=*/true));
    break;
  case FailureAction::Return:
    Add(Planner.leave(Name, /*Complete=*/false, /*ByReturn=*/true));
    break;
  case FailureAction::Skip:
    Add(Planner.skip());
    break;
  case FailureAction::Fallback:
    Add(Fallback);
    break;
  }
  if (Paths.empty() && !Leave && !Fallback)
    return without(Leave.WhyNot + "; nor can it fall back: " + Fallback.WhyNot);
  const bool FallsBack = Paths.empty() && !Leave;
  Add(Leave);
  if (!Leave)
    Add(Fallback);
  Add(Planner.skip());
  Add(Fallback);

  std::vector<Draft> Drafts;
  for (const FailurePath &Path : Paths)
    if (std::optional<Draft> D = draft(*Place, Path, Status, Store)) {
      D->Title = "check it with NT_SUCCESS; on failure " + D->Title;
      Drafts.push_back(std::move(*D));
    } else {
      return without("there is no place for the test");
    }
  RepairSet Set = finish(std::move(Drafts), Stored ? nullptr : &Kept);
  if (FallsBack && Set.Preferred)
    Set.WhyNotLeft = Leave.WhyNot;
  return Set;
}

//===----------------------------------------------------------------------===//
// A failure that is seen, and not dealt with
//===----------------------------------------------------------------------===//

const Stmt *lastIn(const Stmt *S) {
  while (const auto *Block = dyn_cast_or_null<CompoundStmt>(S))
    S = Block->body_empty() ? nullptr : Block->body_back();
  return S;
}

/// True when at the end of \p Branch the status and the IRP are as they were.
bool Repairer::stateAfter(const Stmt *Branch, const VarDecl &Status,
                          const VarDecl *Irp) const {
  if (!Facts.isUnchangedIn(Status, Branch))
    return false;
  for (const Stmt *S : Facts.statements()) {
    if (!Facts.isInside(S, Branch))
      continue;
    if (isa<ReturnStmt, GotoStmt, BreakStmt, ContinueStmt, SEHLeaveStmt,
            LabelStmt, SwitchCase>(S))
      return false;
    if (const auto *Call = dyn_cast<CallExpr>(S)) {
      const model::Effect Does = Facts.effectOf(*Call);
      if (Does == model::Effect::RaiseAlways ||
          Does == model::Effect::NoReturn ||
          (Irp && Facts.takes(*Call, *Irp) && Does != model::Effect::Harmless &&
           Does != model::Effect::Prints))
        return false;
    }
  }
  return true;
}

/// True when \p Branch does nothing but print.
bool Repairer::onlyReports(const Stmt *Branch) const {
  return llvm::none_of(Facts.statements(), [&](const Stmt *S) {
    if (!Branch || !Facts.isInside(S, Branch))
      return false;
    if (const auto *Call = dyn_cast<CallExpr>(S))
      return Facts.effectOf(*Call) != model::Effect::Prints &&
             Facts.effectOf(*Call) != model::Effect::Pure &&
             !model::RoutineTable::looksLikePrinting(
                 Facts.writtenNameOf(*Call));
    const auto *Assign = dyn_cast<BinaryOperator>(S);
    const auto *Unary = dyn_cast<UnaryOperator>(S);
    return (Assign && Assign->isAssignmentOp()) ||
           (Unary && Unary->isIncrementDecrementOp());
  });
}

/// True when control comes to the end of \p Branch, and the IRP is as before.
bool Repairer::goesOn(const Stmt *Branch, const IrpFacts &Irp) const {
  return llvm::none_of(Facts.statements(), [&](const Stmt *S) {
    if (!Branch || !Facts.isInside(S, Branch))
      return false;
    const auto *Call = dyn_cast<CallExpr>(S);
    return isa<ReturnStmt, GotoStmt, BreakStmt, ContinueStmt, SEHLeaveStmt>(
               S) ||
           (Call && Facts.isGiven(*Call, Irp) &&
            Facts.effectOf(*Call) != model::Effect::Prints);
  });
}

/// True when the branch of \p If is taken on nothing but the outcome of \p
/// Registration: it is what the variable holds, or is in the condition itself,
/// and no other failure comes there.
bool Repairer::decidesAlone(const CallExpr &Registration,
                            const IfStmt &If) const {
  if (Facts.isInside(&Registration, If.getCond()))
    return !isa<ConditionalOperator>(Facts.parent(&Registration));
  if (siteOf(Facts, Registration).Why)
    return false;
  const VarDecl *Status = variableOf(Facts.asStatusTest(If.getCond()).Status);
  if (!Status)
    return false;
  // What gives the variable another value.
  auto Assigned = [&](const Stmt &S) -> const Expr * {
    if (const auto *Assign = dyn_cast<BinaryOperator>(&S)) {
      if (Assign->isAssignmentOp() && variableOf(Assign->getLHS()) == Status)
        return Assign->getRHS();
    } else if (const auto *Declares = dyn_cast<DeclStmt>(&S)) {
      if (llvm::is_contained(Declares->decls(), Status))
        return Status->getInit();
    } else if (const auto *Unary = dyn_cast<UnaryOperator>(&S)) {
      if (Unary->getOpcode() == UO_AddrOf &&
          variableOf(Unary->getSubExpr()) == Status)
        return Unary;
    }
    return nullptr;
  };
  for (const Stmt *S : Facts.statements()) {
    const Expr *Value = Assigned(*S);
    if (!Value || Facts.isInside(&Registration, S))
      continue;
    if (!Value->isValueDependent()) {
      std::optional<int64_t> Known = constantOf(Value, Facts.Context);
      if (Known && static_cast<int32_t>(*Known) >= 0)
        continue; // No failure.
    }
    // Without a graph: what stands before the call, in its own block.
    if (!Facts.hasGraph() && Facts.begin(S) < Facts.begin(&Registration) &&
        Facts.isInside(&If, Facts.parent(siteOf(Facts, Registration).Outer)) &&
        isa<CompoundStmt>(Facts.parent(siteOf(Facts, Registration).Outer)))
      continue;
    if (Facts.mayFollow(S, If.getCond(), [&](const Stmt &Cut) {
          return &Cut != S && Assigned(Cut);
        }))
      return false;
  }
  return true;
}

/// An `else` with \p Lines behind the braces of \p If, which has none yet.
bool Repairer::addElse(const IfStmt &If, const std::vector<std::string> &Lines,
                       std::vector<TextEdit> &Edits) const {
  const auto *Then = dyn_cast<CompoundStmt>(If.getThen());
  std::optional<unsigned> Brace =
      Then ? Source.offset(Then->getRBracLoc()) : std::nullopt;
  if (!Brace || If.getElse())
    return false;
  const unsigned At = *Brace + 1;
  if (!Source.text(At, Source.lineEnd(At)).trim(" \t").empty())
    return false;
  const std::string Eol = Source.endOfLine(At).str();
  const std::string Indent = Source.indentation(Facts.begin(&If)).str();
  const BraceStyle &Style = Page.style();
  std::string Text;
  if (Style.OwnLine)
    Text = Eol + Indent + "else" + Eol + Indent + Style.BraceIndent + "{";
  else
    Text = " else {";
  Text += Eol + Page.lines(Indent + Style.BodyIndent, Eol, Lines) + Indent +
          Style.BraceIndent + "}";
  Edits.push_back({At, At, Text});
  return true;
}

RepairSet Repairer::failureBranch(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  if (mayHaveSent(Call))
    return without("a helper registers, and may have sent the IRP itself");
  const IrpFacts Irp = Facts.irpOf(Call);

  // The test that the path goes through: the first one behind the call.
  const IfStmt *If = nullptr;
  FunctionFacts::Test Test;
  const VarDecl *Status = nullptr;
  for (const Stmt *S : Facts.statements()) {
    const auto *Candidate = dyn_cast<IfStmt>(S);
    if (!Candidate || Candidate->getIfLoc().isMacroID())
      continue;
    FunctionFacts::Test T = Facts.asStatusTest(Candidate->getCond());
    const VarDecl *V = variableOf(T.Status);
    if (!V || !V->hasLocalStorage() ||
        (!F.StoredIn.empty() && V->getName() != F.StoredIn))
      continue;
    const bool Around = Facts.isInside(&Call, Candidate->getCond());
    if (!Around &&
        (Facts.begin(Candidate) < Facts.begin(&Call) ||
         !Facts.mayFollow(&Call, Candidate->getCond(), [&](const Stmt &Cut) {
           const auto *Assign = dyn_cast<BinaryOperator>(&Cut);
           return Assign && Assign->getOpcode() == BO_Assign &&
                  variableOf(Assign->getLHS()) == V &&
                  !Facts.isInside(&Call, Assign);
         })))
      continue;
    // The failure does not come to a test that only a success leads to.
    bool Comes = true;
    for (const Stmt *In = Candidate, *Up = Facts.parent(In); Up;
         In = Up, Up = Facts.parent(Up)) {
      const auto *Around = dyn_cast<IfStmt>(Up);
      if (!Around || (In != Around->getThen() && In != Around->getElse()))
        continue;
      std::optional<int64_t> Value =
          evaluate(Around->getCond(), Facts.Context,
                   [&](const VarDecl &Known) -> std::optional<int64_t> {
                     if (&Known != V)
                       return std::nullopt;
                     return static_cast<int32_t>(0xC000009A);
                   });
      Comes &= !Value || (In == Around->getThen()) == (*Value != 0);
    }
    if (!Comes)
      continue;
    If = Candidate;
    Test = T;
    Status = V;
    break;
  }
  if (!If || !decidesAlone(Call, *If))
    return without("there is no plain test of the status");
  const Stmt *Branch = Test.TrueMeansFailed ? If->getThen() : If->getElse();
  const Stmt *Last = lastIn(Branch);
  if (Branch && !stateAfter(Branch, *Status, Irp.Variable))
    return without("the branch of the failure does more than to report it");
  // An IRP that is no variable is known by its text only.
  for (const Stmt *S : Facts.statements())
    if (const auto *Inner = dyn_cast<CallExpr>(S))
      if (Branch && Facts.isInside(Inner, Branch)) {
        const model::Effect Does = Facts.effectOf(*Inner);
        if (Does == model::Effect::Send ||
            (Facts.isGiven(*Inner, Irp) && Does != model::Effect::Harmless &&
             Does != model::Effect::Prints))
          return without("the branch of the failure does more with the IRP");
      }
  if (isa_and_nonnull<NullStmt>(Branch))
    return without("the branch of the failure is empty");
  // A later test of the same status decides otherwise.
  FailurePlanner Planner(Facts, Call, Last ? Last : If->getCond());
  const StatusName Name{Status->getName().str(), Status, true};
  const FailurePath Leave = Planner.leave(Name);
  FailurePath Fallback = Planner.fallback(
      Name, !Facts.isFreeAfter(*Status, Last ? Last : If->getCond()));
  // It is right where all goes on then as after a success.
  if (Fallback &&
      !(onlyReports(Branch) &&
        goesOn(Test.TrueMeansFailed ? If->getElse() : If->getThen(), Irp))) {
    Fallback.Lines.clear();
    Fallback.WhyNot = "the branches of the test differ in more than reports";
  }
  if (!Leave && !Fallback)
    return without(Leave.WhyNot + "; nor can it fall back: " + Fallback.WhyNot);
  std::vector<FailurePath> Paths{Leave ? Leave : Fallback};
  if (FailurePath Skip = Planner.skip())
    Paths.push_back(std::move(Skip));
  if (Leave && Fallback)
    Paths.push_back(Fallback);

  std::vector<Draft> Drafts;
  for (const FailurePath &Path : Paths) {
    Draft D;
    D.Title = "on failure " + Path.Title;
    const unsigned IfAt = Facts.begin(If);
    const std::string Eol = Source.endOfLine(IfAt).str();
    if (const auto *Block = dyn_cast_or_null<CompoundStmt>(Branch)) {
      std::optional<unsigned> Brace = Source.offset(Block->getRBracLoc());
      std::optional<unsigned> Open = Source.offset(Block->getLBracLoc());
      if (!Brace || !Open)
        return without("the branch of the failure is in a macro");
      std::string Indent;
      for (const Stmt *Child : Block->body())
        if (auto At = Source.offset(Child->getBeginLoc()))
          if (Source.isFirstOnLine(*At))
            Indent = Source.indentation(*At).str();
      if (Indent.empty())
        Indent = Source.indentation(IfAt).str() + Page.style().BodyIndent;
      if (Source.isFirstOnLine(*Brace)) {
        unsigned At = Source.lineStart(*Brace);
        D.Edits.push_back({At, At, Page.lines(Indent, Eol, Path.Lines)});
      } else {
        const RawToken *Before = Source.tokenBefore(*Brace);
        if (!Before || !Source.text(Before->End, *Brace).trim(" \t").empty())
          return without("the branch of the failure is too unusual");
        D.Edits.push_back({Before->End, *Brace,
                           Eol + Page.lines(Indent, Eol, Path.Lines) +
                               Source.indentation(IfAt).str()});
      }
    } else if (Branch) {
      Site Where;
      Where.Statement = Where.Outer = Branch;
      Where.Control = If;
      if (!isa<Expr>(Branch))
        return without("the branch of the failure is too unusual");
      std::optional<Slot> Place = slotOf(Where);
      if (!Place)
        return without("the branch of the failure is in a macro");
      std::string Text = Page.lines(Page.indentOf(*Place), Eol, Path.Lines);
      Text.resize(Text.size() - Eol.size());
      if (!Page.append(*Place, Text, D.Edits))
        return without("there is no place for the braces");
    } else {
      if (Test.TrueMeansFailed || !addElse(*If, Path.Lines, D.Edits))
        return without("there is no place for an else");
    }
    Drafts.push_back(std::move(D));
  }
  RepairSet Set = finish(std::move(Drafts), nullptr);
  if (!Leave && Set.Preferred)
    Set.WhyNotLeft = Leave.WhyNot;
  return Set;
}

/// True when \p Registration is the call of a helper that may have done more
/// with the IRP before it failed.
bool Repairer::mayHaveSent(const CallExpr &Registration) const {
  if (Facts.effectOf(Registration) == model::Effect::Register)
    return false;
  const FunctionDecl *Callee = Registration.getDirectCallee();
  const FunctionDecl *Definition = nullptr;
  if (!Callee || !Callee->hasBody(Definition))
    return true;
  llvm::SmallVector<const Stmt *, 32> Todo{Definition->getBody()};
  while (!Todo.empty()) {
    const Stmt *S = Todo.pop_back_val();
    if (!S)
      continue;
    Todo.append(S->child_begin(), S->child_end());
    const auto *Call = dyn_cast<CallExpr>(S);
    if (!Call)
      continue;
    switch (Facts.effectOf(*Call)) {
    case model::Effect::Register:
    case model::Effect::Harmless:
    case model::Effect::Prints:
    case model::Effect::NextStack:
    case model::Effect::Pure:
      continue;
    default:
      return true;
    }
  }
  return false;
}

/// `if (NT_SUCCESS(status)) { ... } return status;`: an else completes the IRP.
RepairSet Repairer::sharedReturn(const Finding &F, const ReturnStmt &Return) {
  const char *Why = "other paths come to the same return";
  const VarDecl *Status = variableOf(Return.getRetValue());
  const auto *Block = dyn_cast_or_null<CompoundStmt>(Facts.parent(&Return));
  const ParmVarDecl *Own = Facts.irpParameter();
  if (!Status || !Block || !Own)
    return without(Why);
  const IfStmt *If = nullptr;
  for (const Stmt *S : Block->body()) {
    const auto *Candidate = dyn_cast<IfStmt>(S);
    if (!Candidate || Candidate->getIfLoc().isMacroID() ||
        Facts.begin(Candidate) < Facts.begin(F.Registration))
      continue;
    FunctionFacts::Test T = Facts.asStatusTest(Candidate->getCond());
    if (!T.Status || variableOf(T.Status) != Status)
      continue;
    if (If || T.TrueMeansFailed || Candidate->getElse())
      return without(Why);
    If = Candidate;
  }
  // Nothing else happens to the status or to the IRP.
  if (!If || !decidesAlone(*F.Registration, *If) ||
      Facts.irpFateFrom(Facts.begin(If), *Own, Status, F.Registration) !=
          Fate::Nothing)
    return without(Why);
  const unsigned Call = Facts.begin(F.Registration);
  for (const Stmt *S : Facts.statements())
    if (const auto *Assign = dyn_cast<BinaryOperator>(S))
      if (Assign->isAssignmentOp() && variableOf(Assign->getLHS()) == Status &&
          Facts.begin(S) > Call && !Facts.isInside(S, If->getThen()))
        return without(Why);
  FailurePlanner Planner(Facts, *F.Registration, If->getCond());
  FailurePath Path = Planner.completeOwn(Status->getName());
  if (!Path)
    return without(Path.WhyNot);
  Draft D;
  D.Title = "on failure complete the IRP";
  if (!addElse(*If, Path.Lines, D.Edits))
    return without("there is no place for an else");
  return finish({std::move(D)}, nullptr);
}

RepairSet Repairer::droppedIrp(const Finding &F) {
  if (mayHaveSent(*F.Registration))
    return without("a helper registers, and may have sent the IRP itself");
  const auto *Return = dyn_cast_or_null<ReturnStmt>(F.FaultAt);
  if (!Return || Return->getBeginLoc().isMacroID())
    return without("no return statement of its own");
  const Expr *Value = Return->getRetValue();
  if (!Value || !isRepeatable(Value))
    return without("the returned value cannot be named again");
  auto Bytes = Source.bytes(Value->getSourceRange());
  if (!Bytes)
    return without("the returned value cannot be named again");

  // Only the failure comes to this return.
  const IfStmt *If = nullptr;
  const Stmt *Branch = nullptr;
  const VarDecl *Status = nullptr;
  for (const Stmt *S = Return, *Up = Facts.parent(S); Up && !If;
       S = Up, Up = Facts.parent(Up)) {
    const auto *Candidate = dyn_cast<IfStmt>(Up);
    if (!Candidate || Candidate->getIfLoc().isMacroID() ||
        (S != Candidate->getThen() && S != Candidate->getElse()))
      continue;
    FunctionFacts::Test T = Facts.asStatusTest(Candidate->getCond());
    Status = variableOf(T.Status);
    const Stmt *Failing =
        T.TrueMeansFailed ? Candidate->getThen() : Candidate->getElse();
    if (!Status || S != Failing ||
        (!F.StoredIn.empty() && Status->getName() != F.StoredIn))
      continue;
    If = Candidate;
    Branch = S;
  }
  if (!If)
    return sharedReturn(F, *Return);
  if (!decidesAlone(*F.Registration, *If))
    return without("there is no plain test of the status");
  for (const Stmt *S : Facts.statements())
    if (Facts.isInside(S, Branch) && isa<LabelStmt, SwitchCase>(S))
      return without("other paths come to the same return");
  const ParmVarDecl *Own = Facts.irpParameter();
  const IrpFacts Irp = Facts.irpOf(*F.Registration);
  if (!Own || Irp.Origin != IrpOrigin::Parameter)
    return without("the function is no dispatch routine");
  for (const Stmt *S : Facts.statements())
    if (Facts.isInside(S, Branch) && Facts.begin(S) < Facts.begin(Return))
      if (const auto *Call = dyn_cast<CallExpr>(S))
        if (Facts.takes(*Call, *Own) && !Facts.givesBack(*Call) &&
            Facts.effectOf(*Call) != model::Effect::Harmless &&
            Facts.effectOf(*Call) != model::Effect::Prints)
          return without("the branch of the failure does more with the IRP");

  // In front of the return, and of a remove lock's release before it; but
  // behind that of a lock which raises the IRQL.
  Site Where;
  Where.Statement = Where.Outer = Return;
  Where.Block = dyn_cast_or_null<CompoundStmt>(Facts.parent(Return));
  if (!Where.Block)
    Where.Control = Facts.parent(Return);
  std::optional<Slot> Place = slotOf(Where);
  if (!Place)
    return without("the return is next to a macro");
  unsigned At = Place->Begin;
  const Stmt *Before = Return;
  if (Where.Block)
    for (const Stmt *S : Where.Block->body()) {
      if (S == Return)
        break;
      const auto *Call = dyn_cast<CallExpr>(S);
      std::optional<Resource> Back =
          Call ? Facts.givesBack(*Call) : std::nullopt;
      if (!Back || Back->isMemory())
        continue;
      static const llvm::Regex Raises("SpinLock|Irql|[Uu]nlock|Mutex");
      if (Raises.match(FunctionFacts::nameOf(*Call))) {
        At = Place->Begin;
        Before = Return;
      } else if (Before == Return) {
        At = Facts.begin(S);
        Before = S;
      }
    }
  FailurePlanner Planner(Facts, *F.Registration, Before);
  FailurePath Path =
      Planner.completeOwn(Source.text(Bytes->first, Bytes->second));
  if (!Path)
    return without(Path.WhyNot);
  const std::string Eol = Source.endOfLine(At).str();
  Draft D;
  D.Title = "on failure complete the IRP";
  if (Where.Block && Source.isFirstOnLine(At)) {
    unsigned Line = Source.lineStart(At);
    D.Edits.push_back(
        {Line, Line, Page.lines(Source.indentation(At), Eol, Path.Lines)});
  } else if (!Where.Block) {
    // `if (failed) return status;`: braces around both.
    const RawToken *Before = Source.tokenBefore(Place->Begin);
    if (!Before || Before->Kind != tok::r_paren ||
        Source.crossesDirective(Before->Begin, Place->End) ||
        Source.hasComment(Before->End, Place->Begin))
      return without("there is no place for the braces");
    std::string Text = Page.lines(Page.indentOf(*Place), Eol, Path.Lines);
    const std::string Base = Source.indentation(Place->ControlBegin).str();
    const BraceStyle &Style = Page.style();
    std::string Open = Style.OwnLine ? Eol + Base + Style.BraceIndent + "{"
                                     : std::string(" {");
    unsigned End = Source.lineEnd(Source.skipTrailingComments(Place->End));
    if (!Source.text(Source.skipTrailingComments(Place->End), End)
             .trim(" \t")
             .empty())
      return without("there is no place for the braces");
    D.Edits.push_back(
        {Before->End, Place->Begin, Open + Eol + Text + Page.indentOf(*Place)});
    D.Edits.push_back({End, End, Eol + Base + Style.BraceIndent + "}"});
  } else {
    return without("there is no line of its own");
  }
  return finish({std::move(D)}, nullptr);
}

//===----------------------------------------------------------------------===//
// The wrong device object
//===----------------------------------------------------------------------===//

/// True when \p Device is used as the driver's own: by its extension, not as a
/// way to other devices; and the callers in the file pass their own one.
bool Repairer::isOwnDevice(const ParmVarDecl &Device) const {
  bool Extension = false;
  for (const Stmt *S : Facts.statements()) {
    if (const auto *Member = dyn_cast<MemberExpr>(S)) {
      if (variableOf(Member->getBase()) != &Device ||
          !Member->getMemberDecl()->getDeclName().isIdentifier())
        continue;
      StringRef Name = Member->getMemberDecl()->getName();
      if (Name == "AttachedDevice" || Name == "NextDevice" || Name == "Vpb")
        return false;
      Extension |= Name == "DeviceExtension";
    } else if (const auto *Call = dyn_cast<CallExpr>(S)) {
      if (Facts.takes(*Call, Device) &&
          FunctionFacts::nameOf(*Call).starts_with("IoGet"))
        return false;
    }
  }
  for (const FunctionFacts::CallOf &Site : Facts.calls()) {
    const FunctionFacts &Caller = Facts.Program.of(*Site.Caller, Source);
    const auto *Given =
        Site.Call->getNumArgs()
            ? dyn_cast_or_null<ParmVarDecl>(variableOf(Site.Call->getArg(0)))
            : nullptr;
    if (!Given || Given->getFunctionScopeIndex() != 0 ||
        !Caller.irpParameter() || !Caller.isConstant(*Given))
      return false;
  }
  return Extension;
}

RepairSet Repairer::deviceArgument(const Finding &F) {
  const CallExpr &Call = *F.Registration;
  if (FunctionFacts::nameOf(Call) != "IoSetCompletionRoutineEx" ||
      Call.getNumArgs() != 7)
    return without("not a call of IoSetCompletionRoutineEx itself");
  if (!Facts.irpParameter() || Facts.role() == Role::Framework)
    return without("the function is no dispatch routine");
  const ParmVarDecl *Own = Facts.Function.getParamDecl(0);
  if (!Own->getDeclName().isIdentifier() || Own->getName().empty() ||
      !Facts.isConstant(*Own))
    return without("the routine's own device object is not evident");
  // A helper of the same shape may be given the lower device object.
  static const llvm::Regex Lower("lower|next|target|attached|under|below|pdo|"
                                 "physical|top",
                                 llvm::Regex::IgnoreCase);
  if (Facts.role() != Role::Dispatch && Lower.match(Own->getName()))
    return without("the routine's own device object is not evident");
  if (Facts.role() != Role::Dispatch && !isOwnDevice(*Own))
    return without("the routine's own device object is not evident");
  const Expr *Arg = Call.getArg(0);
  if (!isRepeatable(Arg) || variableOf(Arg) == Own)
    return without("the argument is too unusual");
  for (const Stmt *S : Facts.statements())
    if (const auto *Declares = dyn_cast<DeclStmt>(S))
      for (const Decl *D : Declares->decls())
        if (const auto *Named = dyn_cast<NamedDecl>(D))
          if (Named->getDeclName().isIdentifier() &&
              Named->getName() == Own->getName())
            return without("the routine's own device object is hidden");
  // A variable that is read nowhere else would be left without a use.
  const VarDecl *Given = variableOf(Arg);
  if (Given && Given->hasLocalStorage() && !isa<ParmVarDecl>(Given) &&
      llvm::count_if(Facts.statements(), [&](const Stmt *S) {
        const auto *Ref = dyn_cast<DeclRefExpr>(S);
        const auto *Cast =
            Ref ? dyn_cast_or_null<CastExpr>(Facts.parent(Ref)) : nullptr;
        if (!Cast || Ref->getDecl() != Given ||
            Cast->getCastKind() != CK_LValueToRValue)
          return false;
        // The other registrations may be mended as well.
        const Stmt *Up = Cast;
        while (isa_and_nonnull<CastExpr, ParenExpr>(Up))
          Up = Facts.parent(Up);
        const auto *User = dyn_cast_or_null<CallExpr>(Up);
        return !User || Facts.effectOf(*User) != model::Effect::Register;
      }) == 0)
    return without("its variable would be left without a use");
  std::optional<unsigned> Begin = Source.offset(Arg->getBeginLoc());
  auto Bytes = Source.bytes(Arg->getSourceRange());
  if (!Begin || !Bytes || !Source.offset(Call.getBeginLoc()) ||
      Source.hasComment(Bytes->first, Bytes->second))
    return without("it is in a macro");
  Draft D;
  D.Title = "pass '" + Own->getName().str() + "'";
  D.Edits.push_back({Bytes->first, Bytes->second, Own->getName().str()});
  return finish({std::move(D)}, nullptr);
}

RepairSet Repairer::repair(const Finding &F) {
  RepairSet Result;
  // One cure is enough: behind it the other would never be reached.
  const bool Again = Mended.count(F.Registration) != 0;
  switch (static_cast<Verdict>(F.Broken)) {
  case Verdict::SentUnchecked:
  case Verdict::LostUnchecked:
    Result = Again ? without("another fix deals with it") : guard(F);
    break;
  case Verdict::SentAfterFailure:
    Result = Again ? without("another fix deals with it") : failureBranch(F);
    break;
  case Verdict::DispatchDropsIrp:
    return droppedIrp(F);
  case Verdict::SentToOwnDevice:
    return deviceArgument(F);
  case Verdict::LeakAfterSuccess:
  case Verdict::LeakUnchecked:
  case Verdict::RegisteredTwice:
    return without("the registration has to be moved by its author");
  default:
    return without("nothing is wrong");
  }
  if (Result.Preferred)
    Mended.insert(F.Registration);
  return Result;
}

} // namespace

struct Repairs::InFunction {
  InFunction(const FunctionFacts &Facts, FailureAction Action)
      : Fixes(Facts, Action) {}
  Repairer Fixes;
  size_t Next = 0; ///< The first finding that has not been repaired.
};

Repairs::Repairs(ProgramFacts &Program, FailureAction Action,
                 llvm::ArrayRef<Finding> All)
    : Program(Program), Action(Action), All(All) {}

Repairs::~Repairs() = default;

RepairSet Repairs::of(const Finding &F) {
  if (!F.Registration || !F.Function || !F.Function->getBody())
    return without("there is no body");
  const SourceText *Source = Program.textAt(F.Registration->getBeginLoc());
  if (!Source)
    return without("it is in a macro, or in no file of the user's");
  if (!Source->offset(F.Function->getBody()->getBeginLoc()) ||
      !Source->offset(F.Function->getBody()->getEndLoc()))
    return without("the function is made by a macro");
  std::unique_ptr<InFunction> &Here = Functions[F.Function];
  if (!Here)
    Here =
        std::make_unique<InFunction>(Program.of(*F.Function, *Source), Action);
  // The fixes of the findings before this one come first, as they will then.
  RepairSet Result;
  for (; Here->Next != All.size(); ++Here->Next) {
    const Finding &Other = All[Here->Next];
    if (Other.Function != F.Function || !Other.Registration)
      continue;
    Result = Here->Fixes.repair(Other);
    if (&Other == &F) {
      ++Here->Next;
      return Result;
    }
  }
  return without("it is none of the findings, or not the next");
}

} // namespace wdm::fixits
