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

bool holdsStatus(QualType T, const ASTContext &Context) {
  return T->isIntegerType() && !T->isBooleanType() && !T->isEnumeralType() &&
         Context.getTypeSize(T) >= 32;
}

//===----------------------------------------------------------------------===//
// A status that is stored
//===----------------------------------------------------------------------===//

static StoredStatus refused(const char *Why) {
  StoredStatus Status;
  Status.Why = Why;
  return Status;
}

/// Where it is assigned to something.
static StoredStatus assigned(const SourceText &Source, const Site &Where,
                             const Slot &Behind) {
  StoredStatus Status;
  auto Bytes = Source.bytes(Where.Stored->getSourceRange());
  if (!Bytes || !isRepeatable(Where.Stored) ||
      Source.hasComment(Bytes->first, Bytes->second))
    return refused("what it is stored in cannot be named again");
  Status.Text = Source.text(Bytes->first, Bytes->second).str();
  if (StringRef(Status.Text).find_first_of("\r\n") != StringRef::npos)
    return refused("what it is stored in cannot be named again");
  const VarDecl *V = variableOf(Where.Stored);
  Status.Variable = V && V->hasLocalStorage() ? V : nullptr;
  Status.Test = Behind;
  return Status;
}

StoredStatus StatusVariables::storedAt(const Site &Where,
                                       const Slot &Behind) const {
  StoredStatus Status = Where.Initialises ? initialised(Where, Behind)
                                          : assigned(Source, Where, Behind);
  if (Status.Why)
    return Status;
  const QualType T = Where.Initialises ? Where.Initialises->getType()
                                       : Where.Stored->getType();
  if (T.isVolatileQualified())
    return refused("the variable is volatile");
  if (!holdsStatus(T.getNonReferenceType(), Code.Context))
    return refused("it is stored in something that cannot hold a status");
  return Status;
}

StoredStatus StatusVariables::initialised(const Site &Where,
                                          const Slot &Behind) const {
  StoredStatus Status;
  Status.Variable = Where.Initialises;
  Status.Text = Where.Initialises->getName().str();
  Status.Test = Behind;
  if (!Where.Initialises->hasLocalStorage())
    return refused("the variable is static");
  bool Later = false;
  for (const Decl *D : cast<DeclStmt>(Where.Statement)->decls()) {
    const auto *V = dyn_cast<VarDecl>(D);
    if (Later && V && V->getInit() && !isRepeatable(V->getInit()))
      return refused("a declaration with a call follows");
    Later |= V == Where.Initialises;
  }
  if (isDeclarationFirst() || !Code.Context.getLangOpts().C99)
    Status.Why = moveBehindDeclarations(Where, Status.Test);
  return Status;
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

namespace {

/// How a block mixes its declarations with other statements.
struct Mixture {
  bool Mixed = false;         ///< A declaration stands behind a statement.
  bool Uninitialised = false; ///< In front is a variable without a value.
};

Mixture mixtureOf(const CompoundStmt &Block) {
  Mixture Found;
  bool Leading = true;
  for (const Stmt *Child : Block.body()) {
    const auto *Declares = dyn_cast<DeclStmt>(Child);
    if (!Declares) {
      Leading = false;
      continue;
    }
    Found.Mixed |= !Leading;
    for (const Decl *D : Declares->decls())
      if (const auto *V = dyn_cast<VarDecl>(D))
        Found.Uninitialised |= !V->hasInit();
  }
  return Found;
}

} // namespace

/// True when the function keeps its declarations in front of the statements of
/// each block, or has none and is C.
bool StatusVariables::isDeclarationFirst() const {
  bool Uninitialised = false;
  for (const Stmt *S : Code.statements()) {
    const auto *Block = dyn_cast<CompoundStmt>(S);
    if (!Block)
      continue;
    const Mixture Here = mixtureOf(*Block);
    if (Here.Mixed)
      return false;
    Uninitialised |= Here.Uninitialised;
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
  const bool First =
      std::all_of(Where.Block->body_begin(), Here,
                  [](const Stmt *S) { return isa<DeclStmt>(S); });
  if (First || !isDeclarationFirst())
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
           Source.isSeenWherever(Use, Edit->Begin) &&
           llvm::none_of(
               Taken,
               [&](const TextEdit &Other) { return collide(*Edit, Other); });
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

/// The variables that \p Scope, the parent of \p Child, has for it, in the
/// order of the text.
static std::vector<const VarDecl *> variablesFor(const Stmt *Scope,
                                                 const Stmt *Child) {
  std::vector<const VarDecl *> Found;
  if (const auto *If = dyn_cast<IfStmt>(Scope))
    if (const VarDecl *V = If->getConditionVariable())
      Found.push_back(V);
  const auto *Block = dyn_cast<CompoundStmt>(Scope);
  if (!Block)
    return Found;
  for (const Stmt *S : Block->body()) {
    if (S == Child)
      break;
    if (const auto *Declares = dyn_cast<DeclStmt>(S))
      for (const Decl *D : Declares->decls())
        if (const auto *V = dyn_cast<VarDecl>(D))
          Found.push_back(V);
  }
  return Found;
}

/// The local variables that can be named at \p At, the nearest first.
static std::vector<const VarDecl *> localsAt(const FunctionText &Code,
                                             const Stmt *At) {
  std::vector<const VarDecl *> Found;
  std::vector<StringRef> Hidden;
  for (const Stmt *S = At, *Up = Code.parent(S); Up;
       S = Up, Up = Code.parent(Up)) {
    const std::vector<const VarDecl *> Here = variablesFor(Up, S);
    for (const VarDecl *V : llvm::reverse(Here))
      if (V->getDeclName().isIdentifier() &&
          !llvm::is_contained(Hidden, V->getName())) {
        Found.push_back(V);
        Hidden.push_back(V->getName());
      }
  }
  return Found;
}

/// True when \p V is a status that the statement of \p Call could set.
static bool canTake(const FunctionText &Code, const VarDecl &V,
                    const CallExpr &Call) {
  const SourceText &Source = Code.Source;
  std::optional<unsigned> At = Source.offset(V.getLocation());
  return At && !V.getType().isConstQualified() && isStatusType(V.getType()) &&
         Source.isSeenWherever(*At, Code.begin(&Call)) &&
         isVisibleAt(Code, V, &Call) &&
         // The registration may be written a second time.
         llvm::none_of(Code.statements(), [&](const Stmt *S) {
           const auto *Ref = dyn_cast<DeclRefExpr>(S);
           return Ref && Ref->getDecl() == &V && Code.isInside(Ref, &Call);
         });
}

std::optional<Keeper>
StatusVariables::find(const CallExpr &Call, const Site &Where,
                      const VarDecl *Liked, IsFree Free,
                      llvm::ArrayRef<TextEdit> Taken) const {
  std::vector<const VarDecl *> Locals = localsAt(Code, Where.Outer);
  if (Liked && llvm::is_contained(Locals, Liked))
    Locals.insert(Locals.begin(), Liked);
  for (const VarDecl *V : Locals)
    if (canTake(Code, *V, Call) && Free(*V)) {
      Keeper Kept;
      Kept.Variable = V;
      Kept.Name = V->getName().str();
      return Kept;
    }
  if (!isNameDeclared("NTSTATUS", Code.Context))
    return std::nullopt;
  return newKeeper(Where, Code.begin(&Call), Taken);
}

std::optional<Keeper> StatusVariables::keeperInPlace(const Site &Where) const {
  Keeper Kept;
  Kept.InPlace = true;
  Kept.Scope = Where.Block;
  if (!Kept.Scope)
    Kept.Scope = Where.Outer;
  Kept.Name = Names.choose(Kept.Scope);
  if (Kept.Name.empty())
    return std::nullopt;
  return Kept;
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

std::optional<Keeper>
StatusVariables::newKeeper(const Site &Where, unsigned Use,
                           llvm::ArrayRef<TextEdit> Taken) const {
  if (mayDeclareHere(Where, Habit::AsAuthor))
    return keeperInPlace(Where);
  for (const CompoundStmt *Block : blocksAround(Code, Where.Outer)) {
    Keeper Kept;
    Kept.Scope = Block;
    Kept.Name = Names.choose(Block);
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
      (Kept.InPlace ? "NTSTATUS " : "") + Kept.Name + " = ";
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
