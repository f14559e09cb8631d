//===- StatusVariable.cpp - What a status is kept in ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/StatusVariable.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/IdentifierTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"
#include <algorithm>
#include <map>

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

StoredStatus StatusVariables::storedAt(const Site &Where,
                                       const Slot &Behind) const {
  StoredStatus Status =
      Where.Initialises ? initialised(Where, Behind) : assigned(Where, Behind);
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

StoredStatus StatusVariables::assigned(const Site &Where,
                                       const Slot &Behind) const {
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
  auto *It = llvm::find(Block.body(), S);
  if (It == Block.body_end())
    return nullptr;
  while (++It != Block.body_end() && isa<DeclStmt>(*It))
    Last = *It;
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
bool StatusVariables::isEnteredFromOutside(const Stmt *S) const {
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
                  [&](const Stmt *S) { return isEnteredFromOutside(S); }))
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
std::string StatusVariables::gapBefore(const VarDecl &V, unsigned Begin) const {
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

std::optional<TextEdit>
StatusVariables::declarationBehind(const Stmt &Declaration, StringRef Name,
                                   StringRef Eol) const {
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
    Gap = gapBefore(*V, Begin);
  return TextEdit{
      At, At,
      (Eol + Source.indentation(Begin) + "NTSTATUS" + Gap + Name + ";").str()};
}

/// In front of everything in \p Block.
std::optional<TextEdit>
StatusVariables::declarationInFront(const CompoundStmt &Block, StringRef Name,
                                    StringRef Eol) const {
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
    std::optional<TextEdit> Edit = declarationBehind(*S, Name, Eol);
    if (Fits(Edit))
      return Edit;
  }
  std::optional<TextEdit> Edit = declarationInFront(Block, Name, Eol);
  if (!Fits(Edit))
    return std::nullopt;
  // A blank line behind the declarations.
  if (Leading.empty())
    Edit->Text += Eol;
  return Edit;
}

//===----------------------------------------------------------------------===//
// A name
//===----------------------------------------------------------------------===//

/// True when \p Class or a base of it has a member of that name.
static bool hasMember(const CXXRecordDecl &Class, DeclarationName Name) {
  constexpr size_t Most = 64;
  std::vector<const CXXRecordDecl *> Classes{&Class};
  for (size_t I = 0; I != Classes.size() && I < Most; ++I) {
    if (!Classes[I]->lookup(Name).empty())
      return true;
    if (!Classes[I]->hasDefinition())
      continue;
    for (const CXXBaseSpecifier &Base : Classes[I]->bases())
      if (const CXXRecordDecl *B = Base.getType()->getAsCXXRecordDecl())
        Classes.push_back(B);
  }
  return false;
}

bool StatusVariables::isTakenIn(const DeclContext &In, StringRef Name) const {
  const DeclarationName Id(&Code.Context.Idents.get(Name));
  if (const auto *Class = dyn_cast<CXXRecordDecl>(&In))
    return hasMember(*Class, Id);
  const auto *F = dyn_cast<FunctionDecl>(&In);
  if (!F)
    return !In.lookup(Id).empty();
  if (llvm::any_of(F->parameters(), [&](const ParmVarDecl *P) {
        return P->getDeclName() == Id;
      }))
    return true;
  if (F == &Code.Function || !F->hasBody())
    return false;
  // A lambda sees the variables of the function around it.
  std::optional<unsigned> Begin = Source.offset(F->getBody()->getBeginLoc());
  std::optional<unsigned> End = Source.offset(F->getBody()->getEndLoc());
  return !Begin || !End || Source.hasIdentifier(Name, *Begin, *End);
}

/// True when the name means something outside of the function's body.
bool StatusVariables::isTakenOutside(StringRef Name) const {
  if (isNameDeclared(Name, Code.Context))
    return true;
  for (const DeclContext *In = &Code.Function; In; In = In->getLookupParent())
    if (isTakenIn(*In, Name))
      return true;
  return false;
}

/// True when the text of \p Scope has the name, and not as a member's.
bool StatusVariables::isWrittenIn(StringRef Name, const Stmt *Scope) const {
  std::optional<unsigned> Begin = Source.offset(Scope->getBeginLoc());
  std::optional<unsigned> End = Source.offset(Scope->getEndLoc());
  if (!Begin || !End)
    return true;
  StringRef Previous;
  for (const RawToken &T : Source.tokens()) {
    if (T.isComment())
      continue;
    StringRef Word = Source.text(T.Begin, T.End);
    if (T.Begin >= *Begin && T.Begin <= *End && Word == Name &&
        Previous != "." && Previous != "->")
      return true;
    Previous = Word;
  }
  return false;
}

/// True when a scope around \p Scope declares the name.
bool StatusVariables::isDeclaredAround(StringRef Name,
                                       const Stmt *Scope) const {
  const DeclarationName Id(&Code.Context.Idents.get(Name));
  return llvm::any_of(Code.statements(), [&](const Stmt *S) {
    const auto *Declares = dyn_cast<DeclStmt>(S);
    return Declares && llvm::any_of(Declares->decls(), [&](const Decl *D) {
             const auto *Named = dyn_cast<NamedDecl>(D);
             return Named && Named->getDeclName() == Id &&
                    Code.isInside(Scope, Code.parent(S));
           });
  });
}

bool StatusVariables::isUsable(StringRef Name, const Stmt *Scope) const {
  return !isTakenOutside(Name) && !isWrittenIn(Name, Scope) &&
         !isDeclaredAround(Name, Scope) &&
         llvm::none_of(Reserved, [&](const auto &Other) {
           return Other.first == Name && (Code.isInside(Scope, Other.second) ||
                                          Code.isInside(Other.second, Scope));
         });
}

/// What the file calls its other statuses most often; then what is usual.
std::vector<std::string> StatusVariables::likelyNames() const {
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
  std::vector<std::string> Names;
  auto Best = llvm::max_element(
      Counts, [](const auto &A, const auto &B) { return A.second < B.second; });
  if (Best != Counts.end())
    Names.push_back(Best->first);
  for (const char *Usual : {"status", "ntStatus", "registerStatus"})
    Names.push_back(Usual);
  return Names;
}

/// A name as the author would choose it; empty when all are taken.
std::string StatusVariables::newName(const Stmt *Scope) const {
  const std::vector<std::string> Names = likelyNames();
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

void StatusVariables::reserve(const Keeper &Kept) {
  if (!Kept.Variable)
    Reserved.push_back({Kept.Name, Kept.Scope});
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
std::vector<const VarDecl *> StatusVariables::localsAt(const Stmt *At) const {
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
bool StatusVariables::canTake(const VarDecl &V, const CallExpr &Call) const {
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
  std::vector<const VarDecl *> Locals = localsAt(Where.Outer);
  if (Liked && llvm::is_contained(Locals, Liked))
    Locals.insert(Locals.begin(), Liked);
  for (const VarDecl *V : Locals)
    if (canTake(*V, Call) && Free(*V)) {
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
  Kept.Name = newName(Kept.Scope);
  if (Kept.Name.empty())
    return std::nullopt;
  return Kept;
}

/// The blocks around \p S that have declarations, the innermost first; and the
/// function's.
std::vector<const CompoundStmt *>
StatusVariables::blocksAround(const Stmt *S) const {
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
  for (const CompoundStmt *Block : blocksAround(Where.Outer)) {
    Keeper Kept;
    Kept.Scope = Block;
    Kept.Name = newName(Block);
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
std::optional<std::vector<TextEdit>>
StatusVariables::replaceVoidCast(const Site &Where, StringRef Front,
                                 int &Shift) const {
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
std::optional<TextEdit> StatusVariables::moveLine(const RawToken &First,
                                                  StringRef Base,
                                                  int Shift) const {
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
std::optional<std::vector<TextEdit>>
StatusVariables::moveArguments(const CallExpr &Call, int Shift) const {
  const std::vector<TextEdit> None;
  const unsigned Begin = *Source.offset(Call.getBeginLoc());
  const unsigned End = *Source.offset(Call.getEndLoc());
  llvm::ArrayRef<RawToken> Tokens = Source.tokens();
  Tokens = Tokens.drop_while([&](const RawToken &T) {
    return T.Begin < Begin || T.Kind != tok::l_paren;
  });
  if (Tokens.empty() || Shift == 0 ||
      Source.lineStart(Begin) != Source.lineStart(Tokens.front().Begin))
    return None;
  StringRef Base = Source.indentation(Begin);
  const unsigned Column =
      Source.columns(Base) +
      (Tokens.front().End - Source.lineStart(Begin) - Base.size());
  std::vector<TextEdit> Moves;
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
      return None; // Not under the parenthesis.
    std::optional<TextEdit> Move = moveLine(T, Base, Shift);
    if (!Move)
      return None;
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
    Edits = replaceVoidCast(Where, Front, Shift);
  else
    Edits = std::vector<TextEdit>{{Whole->first, Whole->first, Front}};
  std::optional<std::vector<TextEdit>> Moves = moveArguments(Call, Shift);
  if (!Edits || !Moves)
    return std::nullopt;
  if (Kept.Declaration)
    Edits->push_back(*Kept.Declaration);
  Edits->insert(Edits->end(), Moves->begin(), Moves->end());
  return Edits;
}

} // namespace wdm::fixits
