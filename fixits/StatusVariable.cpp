//===- StatusVariable.cpp - What a status is kept in ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/StatusVariable.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include <algorithm>

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

/// True when \p T keeps every NTSTATUS apart.
static bool holdsStatus(QualType T, const ASTContext &Context) {
  return T->isIntegerType() && !T->isBooleanType() && !T->isEnumeralType() &&
         Context.getTypeSize(T) >= 32;
}

Testable StatusVariables::testable(const CallExpr &Call, const Site &Where,
                                   const VarDecl *Liked, IsFree Free,
                                   llvm::ArrayRef<TextEdit> Taken) const {
  Testable Status;
  auto No = [&](const char *Why) {
    Status.Why = Why;
    return Status;
  };
  if (!holdsStatus(Call.getType(), Code.Context))
    return No("its result is no NTSTATUS");
  const std::optional<Slot> Behind = Page.slotOf(Where);
  if (!Behind)
    return No("it is next to a macro");
  if (Source.crossesDirective(Behind->OuterBegin, Behind->End))
    return No("a preprocessor directive is in the statement");
  Status.Test = *Behind;
  if (Where.isKept()) {
    Status.Why = nameStored(Where, Status);
    return Status;
  }
  const std::optional<Keeper> Kept = keeper(Call, Where, Liked, Free, Taken);
  if (!Kept)
    return No("there is no place for a variable");
  std::optional<std::vector<TextEdit>> Store = storeIn(Where, Call, *Kept);
  if (!Store)
    return No("the statement is too unusual");
  Status.Name = {Kept->Name, Kept->Variable, true, true};
  Status.Store = std::move(*Store);
  Status.NewScope = Kept->Scope;
  return Status;
}

//===----------------------------------------------------------------------===//
// A status that is stored
//===----------------------------------------------------------------------===//

/// Names it in \p Status; why it cannot be tested, or null.
const char *StatusVariables::nameStored(const Site &Where,
                                        Testable &Status) const {
  QualType T;
  if (Where.Initialises) {
    if (const char *Why = nameInitialised(Where, Status))
      return Why;
    T = Where.Initialises->getType();
  } else {
    const auto Text = isRepeatable(Where.Stored)
                          ? Source.plainText(Where.Stored->getSourceRange())
                          : std::nullopt;
    if (!Text || Text->find_first_of("\r\n") != StringRef::npos)
      return "what it is stored in cannot be named again";
    const VarDecl *V = variableOf(Where.Stored);
    const bool Local = V && V->hasLocalStorage();
    Status.Name = {Text->str(), Local ? V : nullptr, Local};
    T = Where.Stored->getType();
  }
  if (T.isVolatileQualified())
    return "the variable is volatile";
  if (!holdsStatus(T.getNonReferenceType(), Code.Context))
    return "it is stored in something that cannot hold a status";
  return nullptr;
}

const char *StatusVariables::nameInitialised(const Site &Where,
                                             Testable &Status) const {
  const VarDecl &Kept = *Where.Initialises;
  if (!Kept.hasLocalStorage())
    return "the variable is static";
  Status.Name = {Kept.getName().str(), &Kept, true};
  bool Later = false;
  for (const Decl *D : cast<DeclStmt>(Where.Statement)->decls()) {
    const auto *V = dyn_cast<VarDecl>(D);
    if (Later && V && V->getInit() && !isRepeatable(V->getInit()))
      return "a declaration with a call follows";
    Later |= V == &Kept;
  }
  return isDeclarationFirst() || !Code.Context.getLangOpts().C99
             ? moveBehindDeclarations(Where, Status.Test)
             : nullptr;
}

/// The last of the declarations that follow \p S without a statement between.
static const Stmt *lastDeclarationBehind(const CompoundStmt &Block,
                                         const Stmt *S) {
  const Stmt *Last = nullptr;
  bool Behind = false;
  for (const Stmt *Child : Block.body()) {
    if (Behind && !isa<DeclStmt>(Child))
      break;
    if (Behind)
      Last = Child;
    Behind |= Child == S;
  }
  return Last;
}

/// A test must not stand among the declarations: in C before C99, and where the
/// author has none there.
const char *StatusVariables::moveBehindDeclarations(const Site &Where,
                                                    Slot &Test) const {
  const Stmt *Last =
      Where.Block ? lastDeclarationBehind(*Where.Block, Where.Outer) : nullptr;
  if (!Last)
    return nullptr;
  // What they call would be done on failure as well.
  const bool Calls = llvm::any_of(Code.statements(), [&](const Stmt *S) {
    if (!isa<CallExpr, CXXConstructExpr>(S))
      return false;
    return Code.isInside(S, Last) ||
           (Code.begin(S) > Test.End && Code.begin(S) <= Code.begin(Last) &&
            !Code.isInside(S, Where.Statement));
  });
  if (Calls) {
    const LangOptions &Language = Code.Context.getLangOpts();
    return Language.CPlusPlus || Language.C99
               ? nullptr
               : "a declaration with a call follows";
  }
  std::optional<Slot> After = Page.slotOf(siteOfStatement(Code, *Last));
  if (!After || Source.crossesDirective(Test.End, After->End))
    return "a preprocessor directive is in between";
  Test = *After;
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Where a variable may be declared
//===----------------------------------------------------------------------===//

static bool isBehindDeclarationsOnly(const CompoundStmt &Block, const Stmt *S) {
  for (const Stmt *Other : Block.body())
    if (Other == S || !isa<DeclStmt>(Other))
      return Other == S;
  return true;
}

/// True when the function keeps its declarations in front of the statements of
/// each block, or has none and is C.
bool StatusVariables::isDeclarationFirst() const {
  bool Uninitialised = false;
  for (const Stmt *S : Code.statements()) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    const auto *Block = dyn_cast_or_null<CompoundStmt>(Code.parent(S));
    if (!Declares || !Block)
      continue;
    if (!isBehindDeclarationsOnly(*Block, S))
      return false;
    Uninitialised |= llvm::any_of(Declares->decls(), [](const Decl *D) {
      const auto *V = dyn_cast<VarDecl>(D);
      return V && !V->hasInit();
    });
  }
  return !Code.Context.getLangOpts().CPlusPlus || Uninitialised;
}

/// True when \p S has a label that a jump from outside of it may lead to.
static bool isEnteredFromOutside(const FunctionText &Code, const Stmt *S) {
  return llvm::any_of(Code.statements(), [&](const Stmt *Inner) {
    if (!isa<LabelStmt, SwitchCase>(Inner) || !Code.isInside(Inner, S))
      return false;
    if (isa<LabelStmt>(Inner))
      return true;
    const Stmt *Up = Inner;
    while (Up && !isa<SwitchStmt>(Up))
      Up = Code.parent(Up);
    return !Up || !Code.isInside(Up, S);
  });
}

/// True when a declaration may stand in place of the statement.
bool StatusVariables::mayDeclareHere(const Site &Where, Habit Allowed) const {
  if (Where.Outer != Where.Statement)
    return false; // Behind a label.
  if (!Where.Block)
    return true; // In braces of its own.
  auto *Here = llvm::find(Where.Block->body(), Where.Outer);
  // No jump may pass the initialiser.
  if (std::any_of(std::next(Here), Where.Block->body_end(),
                  [&](const Stmt *S) { return isEnteredFromOutside(Code, S); }))
    return false;
  if (isBehindDeclarationsOnly(*Where.Block, Where.Outer) ||
      !isDeclarationFirst())
    return true;
  const LangOptions &Language = Code.Context.getLangOpts();
  return Allowed == Habit::AsLanguage && (Language.C99 || Language.CPlusPlus);
}

/// What stands between NTSTATUS and a name, when the names stand in a column as
/// that of \p V, whose declaration begins at \p Begin.
static std::string gapBefore(const SourceText &Source, const VarDecl &V,
                             unsigned Begin) {
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

static std::optional<TextEdit> declarationBehind(const SourceText &Source,
                                                 const Stmt &Declaration,
                                                 StringRef Name,
                                                 StringRef Eol) {
  unsigned Begin = *Source.offset(Declaration.getBeginLoc());
  const RawToken *Semi =
      Source.tokenFrom(*Source.offset(Declaration.getEndLoc()));
  if (!Semi || Semi->Kind != tok::semi || !Source.isFirstOnLine(Begin))
    return std::nullopt;
  unsigned At = Source.skipTrailingComments(Semi->End);
  if (!Source.isBlankToEnd(At))
    return std::nullopt;
  At = Source.lineEnd(At);
  std::string Gap(1, ' ');
  if (const auto *V =
          dyn_cast<VarDecl>(*cast<DeclStmt>(Declaration).decl_begin()))
    Gap = gapBefore(Source, *V, Begin);
  return TextEdit{
      At, At,
      (Eol + Source.indentation(Begin) + "NTSTATUS" + Gap + Name + ";").str()};
}

/// In front of everything in \p Block.
static std::optional<TextEdit> declarationInFront(const FunctionText &Code,
                                                  const CompoundStmt &Block,
                                                  StringRef Name,
                                                  StringRef Eol) {
  const SourceText &Source = Code.Source;
  std::optional<unsigned> Brace = Source.offset(Block.getLBracLoc());
  if (!Brace || Block.body_empty())
    return std::nullopt;
  unsigned At = Source.skipTrailingComments(*Brace + 1);
  if (!Source.isBlankToEnd(At))
    return std::nullopt;
  At = Source.lineEnd(At);
  std::string Indent;
  const RawToken *First = Source.tokenFrom(*Brace + 1);
  if (First && !First->Directive && Source.isFirstOnLine(First->Begin))
    Indent = Source.indentation(First->Begin).str();
  else
    Indent = Source.indentation(*Brace).str() +
             Source.indentUnit(Code.BodyBegin, Code.BodyEnd);
  return TextEdit{At, At, (Eol + Indent + "NTSTATUS " + Name + ";").str()};
}

/// `NTSTATUS Name;` behind the declarations at the start of \p Block, at a
/// place that no other fix uses.
std::optional<TextEdit>
StatusVariables::declarationIn(const CompoundStmt &Block, StringRef Name,
                               unsigned Use,
                               llvm::ArrayRef<TextEdit> Taken) const {
  std::vector<const Stmt *> Leading;
  for (const Stmt *S : Block.body()) {
    if (!isa<DeclStmt>(S) || !Source.offset(S->getBeginLoc()) ||
        !Source.offset(S->getEndLoc()))
      break;
    Leading.push_back(S);
  }
  auto Fits = [&](const std::optional<TextEdit> &Edit) {
    return Edit && Edit->Begin < Use &&
           Source.isSeenWherever(Edit->Begin, Use) &&
           Source.isSeenWherever(Use, Edit->Begin) && !collides(*Edit, Taken);
  };
  StringRef Eol = Source.endOfLine(Use);
  for (const Stmt *S : llvm::reverse(Leading)) {
    std::optional<TextEdit> Edit = declarationBehind(Source, *S, Name, Eol);
    if (Fits(Edit))
      return Edit;
  }
  std::optional<TextEdit> Edit = declarationInFront(Code, Block, Name, Eol);
  if (!Fits(Edit))
    return std::nullopt;
  // A blank line behind the declarations.
  if (Leading.empty())
    Edit->Text += Eol;
  return Edit;
}

//===----------------------------------------------------------------------===//
// A variable for a status that is discarded
//===----------------------------------------------------------------------===//

/// The local variables that are declared around \p At, the nearest first.
static std::vector<const VarDecl *> localsAt(const FunctionText &Code,
                                             const Stmt *At) {
  std::vector<const VarDecl *> Found;
  for (const Stmt *S = At, *Up = Code.parent(S); Up;
       S = Up, Up = Code.parent(Up)) {
    if (const auto *If = dyn_cast<IfStmt>(Up))
      if (const VarDecl *V = If->getConditionVariable())
        Found.push_back(V);
    const auto *Block = dyn_cast<CompoundStmt>(Up);
    if (!Block)
      continue;
    std::vector<const VarDecl *> Here;
    for (const Stmt *Other : Block->body()) {
      if (Other == S)
        break;
      if (const auto *Declares = dyn_cast<DeclStmt>(Other))
        for (const Decl *D : Declares->decls())
          if (const auto *V = dyn_cast<VarDecl>(D))
            Here.push_back(V);
    }
    Found.insert(Found.end(), Here.rbegin(), Here.rend());
  }
  return Found;
}

/// True when \p V is a status that the statement of \p Call could set.
static bool canTake(const FunctionText &Code, const VarDecl &V,
                    const CallExpr &Call) {
  std::optional<unsigned> At = Code.Source.offset(V.getLocation());
  // (The registration may be written a second time.)
  return At && !V.getType().isConstQualified() && isStatusType(V.getType()) &&
         Code.Source.isSeenWherever(*At, Code.begin(&Call)) &&
         isNamedAt(Code, V, Call) && !proof::names(Code, Call, V);
}

std::optional<StatusVariables::Keeper>
StatusVariables::keeper(const CallExpr &Call, const Site &Where,
                        const VarDecl *Liked, IsFree Free,
                        llvm::ArrayRef<TextEdit> Taken) const {
  std::vector<const VarDecl *> Locals = localsAt(Code, Where.Outer);
  if (Liked && llvm::is_contained(Locals, Liked))
    Locals.insert(Locals.begin(), Liked);
  for (const VarDecl *V : Locals)
    if (canTake(Code, *V, Call) && Free(*V))
      return Keeper{V->getName().str(), V, nullptr, {}};
  if (!isNameDeclared("NTSTATUS", Code.Context))
    return std::nullopt;
  return newKeeper(Where, Code.begin(&Call), Taken);
}

std::optional<StatusVariables::Keeper>
StatusVariables::keeperInPlace(const Site &Where) const {
  const Stmt *Scope = Where.Block ? Where.Block : Where.Outer;
  Keeper Kept{Names.choose(Scope), nullptr, Scope, {}};
  return Kept.Name.empty() ? std::nullopt : std::optional(std::move(Kept));
}

/// The blocks around \p S that have declarations, the innermost first; and the
/// function's.
static std::vector<const CompoundStmt *> blocksAround(const FunctionText &Code,
                                                      const Stmt *S) {
  std::vector<const CompoundStmt *> Blocks;
  const CompoundStmt *Outermost = nullptr;
  for (const Stmt *Up = Code.parent(S); Up; Up = Code.parent(Up)) {
    const auto *Block = dyn_cast<CompoundStmt>(Up);
    if (!Block)
      continue;
    Outermost = Block;
    // The block of a switch has no place in front of its first label.
    if (!isa_and_nonnull<SwitchStmt>(Code.parent(Block)) &&
        !Block->body_empty() && isa<DeclStmt>(Block->body_front()))
      Blocks.push_back(Block);
  }
  if (Outermost && !llvm::is_contained(Blocks, Outermost))
    Blocks.push_back(Outermost);
  return Blocks;
}

std::optional<StatusVariables::Keeper>
StatusVariables::newKeeper(const Site &Where, unsigned Use,
                           llvm::ArrayRef<TextEdit> Taken) const {
  if (mayDeclareHere(Where, Habit::AsAuthor))
    return keeperInPlace(Where);
  for (const CompoundStmt *Block : blocksAround(Code, Where.Outer)) {
    Keeper Kept{Names.choose(Block), nullptr, Block, {}};
    if (Kept.Name.empty())
      continue;
    Kept.Declaration = declarationIn(*Block, Kept.Name, Use, Taken);
    if (Kept.Declaration)
      return Kept;
  }
  // Another fix declares there already.
  if (mayDeclareHere(Where, Habit::AsLanguage))
    return keeperInPlace(Where);
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// The statement that keeps it
//===----------------------------------------------------------------------===//

/// \p Front instead of the cast; \p Shift becomes what the call moves by.
static std::optional<std::vector<TextEdit>>
replaceVoidCast(const SourceText &Source, const Site &Where, StringRef Front,
                int &Shift) {
  const auto *Cast = cast<ExplicitCastExpr>(Where.VoidCast);
  if (Cast != Where.Whole)
    return std::nullopt; // More around the cast.
  auto Whole = Source.bytes(Cast->getSourceRange());
  auto Inner = Source.bytes(Cast->getSubExprAsWritten()->getSourceRange());
  if (!Whole || !Inner || Source.hasComment(Whole->first, Inner->first))
    return std::nullopt;
  std::vector<TextEdit> Edits;
  if (isa<CStyleCastExpr>(Cast)) {
    if (Inner->second != Whole->second)
      return std::nullopt;
  } else {
    // static_cast<void>(...) and void(...)
    const RawToken *Close = Source.tokenFrom(Inner->second);
    if (!Close || Close->Kind != tok::r_paren || Close->End != Whole->second)
      return std::nullopt;
    Edits.push_back({Inner->second, Close->End, std::string()});
  }
  Edits.push_back({Whole->first, Inner->first, Front.str()});
  Shift -= static_cast<int>(Inner->first - Whole->first);
  return Edits;
}

/// Moves the line that begins with \p First by \p Shift columns; nothing where
/// its blanks do not allow it. \p Base indents the statement.
static std::optional<TextEdit> moveLine(const SourceText &Source,
                                        const RawToken &First, StringRef Base,
                                        int Shift) {
  StringRef Indent = Source.indentation(First.Begin);
  if (Shift > 0) {
    // Tabs for the columns cannot take any number of blanks.
    if (Indent.drop_front(std::min(Base.size(), Indent.size())).contains('\t'))
      return std::nullopt;
    return TextEdit{First.Begin, First.Begin, std::string(Shift, ' ')};
  }
  unsigned Less = static_cast<unsigned>(-Shift);
  if (Indent.size() < Less || Indent.take_back(Less).contains('\t'))
    return std::nullopt;
  return TextEdit{First.Begin - Less, First.Begin, std::string()};
}

/// Moves the lines that stand under the call's parenthesis along with it, all
/// or none. Nothing where a directive is among them.
static std::optional<std::vector<TextEdit>>
moveArguments(const SourceText &Source, const CallExpr &Call, int Shift) {
  std::vector<TextEdit> Moves;
  const unsigned Begin = *Source.offset(Call.getBeginLoc());
  const unsigned End = *Source.offset(Call.getEndLoc());
  llvm::ArrayRef<RawToken> Tokens = Source.tokens();
  Tokens = Tokens.drop_while([&](const RawToken &T) {
    return T.Begin < Begin || T.Kind != tok::l_paren;
  });
  if (Tokens.empty() || Shift == 0 ||
      Source.lineStart(Begin) != Source.lineStart(Tokens.front().Begin))
    return Moves;
  StringRef Base = Source.indentation(Begin);
  const unsigned Column =
      Source.columns(Base) +
      (Tokens.front().End - Source.lineStart(Begin) - Base.size());
  unsigned Line = Source.lineStart(Tokens.front().Begin);
  for (const RawToken &T : Tokens.drop_front()) {
    if (T.Begin > End)
      break;
    if (T.Directive)
      return std::nullopt;
    if (Source.lineStart(T.Begin) == Line)
      continue;
    Line = Source.lineStart(T.Begin);
    if (!Source.isFirstOnLine(T.Begin))
      continue; // Inside a comment that began before.
    if (Source.columns(Source.indentation(T.Begin)) < Column)
      return std::vector<TextEdit>(); // Not under the parenthesis.
    std::optional<TextEdit> Move = moveLine(Source, T, Base, Shift);
    if (!Move)
      return std::vector<TextEdit>();
    Moves.push_back(*Move);
  }
  return Moves;
}

std::optional<std::vector<TextEdit>>
StatusVariables::storeIn(const Site &Where, const CallExpr &Call,
                         const Keeper &Kept) const {
  const std::string Front =
      (Kept.Variable || Kept.Declaration ? "" : "NTSTATUS ") + Kept.Name +
      " = ";
  auto Whole = Source.bytes(Where.Whole->getSourceRange());
  if (!Whole || !Source.offset(Call.getBeginLoc()) ||
      !Source.offset(Call.getEndLoc()))
    return std::nullopt;
  int Shift = static_cast<int>(Front.size());
  std::optional<std::vector<TextEdit>> Edits;
  if (Where.VoidCast)
    Edits = replaceVoidCast(Source, Where, Front, Shift);
  else
    Edits = std::vector<TextEdit>{{Whole->first, Whole->first, Front}};
  std::optional<std::vector<TextEdit>> Moves =
      moveArguments(Source, Call, Shift);
  if (!Edits || !Moves)
    return std::nullopt;
  if (Kept.Declaration)
    Edits->push_back(*Kept.Declaration);
  Edits->insert(Edits->end(), Moves->begin(), Moves->end());
  return Edits;
}

} // namespace wdm::fixits
