//===- Place.cpp - Where lines can go -------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Place.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

//===----------------------------------------------------------------------===//
// The call in its statement
//===----------------------------------------------------------------------===//

/// Enters in \p Where what \p Up makes of its operand \p S; why no edit is
/// possible, or null.
static const char *passThrough(const Expr &Up, const Stmt *S, Site &Where) {
  if (const auto *Cast = dyn_cast<ExplicitCastExpr>(&Up)) {
    if (Cast->getType()->isVoidType() && !Where.Stored)
      Where.VoidCast = Cast;
    Where.Whole = Cast;
    return nullptr;
  }
  if (isa<ParenExpr, ImplicitCastExpr>(Up)) {
    Where.Whole = &Up;
    return nullptr;
  }
  // NTSTATUS status{...};
  if (isa<FullExpr, InitListExpr>(Up))
    return nullptr;
  const auto *Assign = dyn_cast<BinaryOperator>(&Up);
  if (Assign && Assign->getOpcode() == BO_Comma)
    return "it is part of a comma expression";
  if (!Assign || Assign->getOpcode() != BO_Assign || Assign->getRHS() != S ||
      Where.VoidCast)
    return "it is part of an expression";
  if (!Where.Stored)
    Where.Stored = Assign->getLHS();
  Where.Whole = Assign;
  return nullptr;
}

/// From the call up to its statement, without labels.
static const char *findStatement(const FunctionText &Code, const CallExpr &Call,
                                 Site &Where) {
  Where.Whole = &Call;
  const Stmt *S = &Call;
  const Stmt *Up = Code.parent(S);
  while (const auto *Operator = dyn_cast_or_null<Expr>(Up)) {
    if (const char *Why = passThrough(*Operator, S, Where))
      return Why;
    S = Up;
    Up = Code.parent(S);
  }
  if (!Up)
    return "it is no part of a statement";
  const auto *Declares = dyn_cast<DeclStmt>(Up);
  Where.Statement = Declares ? Up : S;
  if (!Declares)
    return nullptr;
  for (const Decl *D : Declares->decls())
    if (const auto *V = dyn_cast<VarDecl>(D))
      if (V->getInit() && Code.isInside(&Call, V->getInit()))
        Where.Initialises = V;
  return Where.Initialises ? nullptr : "it is no plain initialiser";
}

template <typename Loop>
static bool isBodyOfA(const Stmt *S, const Stmt *Control) {
  const auto *L = dyn_cast_or_null<Loop>(Control);
  return L && S == L->getBody();
}

static bool isBodyOf(const Stmt *S, const Stmt *Control) {
  if (const auto *If = dyn_cast_or_null<IfStmt>(Control))
    return S == If->getThen() || S == If->getElse();
  return isBodyOfA<ForStmt>(S, Control) || isBodyOfA<WhileStmt>(S, Control) ||
         isBodyOfA<DoStmt>(S, Control) ||
         isBodyOfA<CXXForRangeStmt>(S, Control);
}

/// From the statement up to the block or the control statement that it is in.
static const char *findSurrounding(const FunctionText &Code, Site &Where) {
  const Stmt *S = Where.Statement;
  const Stmt *Up = Code.parent(S);
  while (isa_and_nonnull<LabelStmt, SwitchCase, AttributedStmt>(Up)) {
    const auto *Case = dyn_cast<CaseStmt>(Up);
    if (Case && Case->getSubStmt() != S)
      return "it is part of an expression";
    S = Up;
    Up = Code.parent(Up);
  }
  Where.Outer = S;
  Where.Block = dyn_cast_or_null<CompoundStmt>(Up);
  if (Where.Block)
    return isa_and_nonnull<StmtExpr>(Code.parent(Up))
               ? "it is in a statement expression"
               : nullptr;
  Where.Control = Up;
  return isBodyOf(S, Up) ? nullptr : "it is part of a condition";
}

Site siteOf(const FunctionText &Code, const CallExpr &Call) {
  Site Where;
  Where.Why = findStatement(Code, Call, Where);
  if (!Where.Why)
    Where.Why = findSurrounding(Code, Where);
  return Where;
}

Site siteOfStatement(const FunctionText &Code, const Stmt &Statement) {
  Site Where;
  Where.Statement = Where.Outer = &Statement;
  const Stmt *Up = Code.parent(&Statement);
  Where.Block = dyn_cast_or_null<CompoundStmt>(Up);
  if (!Where.Block)
    Where.Control = Up;
  return Where;
}

const Stmt *statementOf(const IfStmt &If, Arm Which) {
  return Which == Arm::Then ? If.getThen() : If.getElse();
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

Places::Places(const FunctionText &Code)
    : Code(Code), Source(Code.Source),
      Page(Source, Code.BodyBegin, Code.BodyEnd) {}

/// The indentation of the first child behind \p Begin that is no label and not
/// \p Except; where none is, of the last one before it.
std::string Places::childIndent(const CompoundStmt &Block, unsigned Begin,
                                const Stmt *Except) const {
  std::string Indent;
  for (const Stmt *Child : Block.body()) {
    std::optional<unsigned> At = Source.offset(Child->getBeginLoc());
    if (isa<LabelStmt, SwitchCase>(Child) || Child == Except || !At ||
        !Source.isFirstOnLine(*At))
      continue;
    Indent = Source.indentation(*At).str();
    if (*At > Begin)
      break;
  }
  return Indent;
}

std::optional<Slot> Places::slotOf(const Site &Where) const {
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
  Slot S;
  S.Begin = *Begin;
  S.OuterBegin = *Outer;
  S.End = End->End;
  S.Labelled = Where.Outer != Where.Statement;
  S.InBlock = Where.Block != nullptr;
  if (S.InBlock) {
    S.Sibling = childIndent(*Where.Block, S.Begin, Where.Outer);
    return S;
  }
  if (Where.Control->getBeginLoc().isMacroID())
    return std::nullopt;
  S.ControlBegin = Code.begin(Where.Control);
  S.IsDo = isa<DoStmt>(Where.Control);
  const auto *If = dyn_cast<IfStmt>(Where.Control);
  if (If && Where.Outer == If->getElse()) {
    std::optional<unsigned> Else = Source.offset(If->getElseLoc());
    if (!Else)
      return std::nullopt;
    S.ControlBegin = *Else;
  }
  return S;
}

//===----------------------------------------------------------------------===//
// Lines
//===----------------------------------------------------------------------===//

static Placed refused(const char *Why) { return Placed{{}, Why}; }

Placed Places::guardBehind(const Slot &S, StringRef Condition,
                           Lines Text) const {
  Placed Result;
  std::string Guard =
      Page.guard(Page.indentOf(S), Source.endOfLine(S.Begin), Condition, Text);
  if (!Page.append(S, Guard, Result.Edits))
    return refused("there is no place for the test");
  return Result;
}

/// Behind the brace or the semicolon that ends \p S.
std::optional<unsigned> Places::endOf(const Stmt &S) const {
  std::optional<unsigned> At = Source.offset(S.getEndLoc());
  const RawToken *Last = At ? Source.tokenFrom(*At) : nullptr;
  if (Last && Last->Kind != tok::r_brace && Last->Kind != tok::semi)
    Last = Source.tokenFrom(Last->End);
  return Last && (Last->Kind == tok::r_brace || Last->Kind == tok::semi)
             ? std::optional<unsigned>(Last->End)
             : std::nullopt;
}

Placed Places::guardAround(const Slot &S, StringRef Condition,
                           const Stmt &Last) const {
  const unsigned Open = Source.skipTrailingComments(S.End);
  std::optional<unsigned> End = endOf(Last);
  if (!End || !S.InBlock || S.Labelled || !Source.isBlankToEnd(Open) ||
      Source.crossesDirective(S.End, *End))
    return refused("there is no place for the test");
  const unsigned Close = Source.skipTrailingComments(*End);
  if (!Source.isBlankToEnd(Close))
    return refused("there is no place for the test");
  const std::string Indent = Page.indentOf(S);
  const std::string Eol = Source.endOfLine(S.Begin).str();
  const llvm::ArrayRef<RawToken> Inside = Source.within(Open, Close);
  if (Inside.empty())
    return refused("there is no place for the test");
  // Blank lines stay in front of it.
  unsigned At = Source.lineStart(Inside.front().Begin);
  for (char C : {'\n', '\r'})
    if (At > Open && Source.text()[At - 1] == C)
      --At;
  Placed Result;
  Result.Edits.push_back(
      {At, At,
       Eol + Indent + Page.condition(Condition) + Page.open(Indent, Eol)});
  const std::string Step = Page.step(Indent);
  unsigned Line = Source.lineStart(Open);
  for (const RawToken &T : Inside) {
    if (Source.text(T).find_first_of("\r\n") != StringRef::npos)
      return refused("there is no place for the test");
    if (Source.lineStart(T.Begin) == Line)
      continue;
    Line = Source.lineStart(T.Begin);
    if (!Source.isFirstOnLine(T.Begin))
      return refused("there is no place for the test");
    Result.Edits.push_back({Line, Line, Step});
  }
  Result.Edits.push_back(
      {Source.lineEnd(Close), Source.lineEnd(Close), Page.close(Indent, Eol)});
  return Result;
}

Placed Places::appendInside(const CompoundStmt &Block, unsigned If,
                            Lines Text) const {
  std::optional<unsigned> Brace = Source.offset(Block.getRBracLoc());
  if (!Brace || !Source.offset(Block.getLBracLoc()))
    return refused("the branch of the failure is in a macro");
  std::string Indent = childIndent(Block, *Brace, nullptr);
  const std::string Outer = Source.indentation(If).str();
  if (Indent.empty())
    Indent = Outer + Page.style().BodyIndent;
  const std::string Eol = Source.endOfLine(If).str();
  std::string Added = Page.lines(Indent, Eol, Text);
  if (Source.isFirstOnLine(*Brace)) {
    unsigned At = Source.lineStart(*Brace);
    return Placed{{{At, At, Added}}};
  }
  const RawToken *Before = Source.tokenBefore(*Brace);
  if (!Before || !Source.isBlank(Before->End, *Brace))
    return refused("the branch of the failure is too unusual");
  return Placed{{{Before->End, *Brace, Eol + Added + Outer}}};
}

Placed Places::appendTo(const IfStmt &If, Arm Which, Lines Text) const {
  const Stmt *Branch = statementOf(If, Which);
  if (!Branch)
    return addElse(If, Text);
  if (const auto *Block = dyn_cast<CompoundStmt>(Branch))
    return appendInside(*Block, Code.begin(&If), Text);
  if (!isa<Expr>(Branch))
    return refused("the branch of the failure is too unusual");
  std::optional<Slot> S = slotOf(siteOfStatement(Code, *Branch));
  if (!S)
    return refused("the branch of the failure is in a macro");
  StringRef Eol = Source.endOfLine(Code.begin(&If));
  std::string Added = Page.lines(Page.indentOf(*S), Eol, Text);
  Added.resize(Added.size() - Eol.size());
  Placed Result;
  if (!Page.append(*S, Added, Result.Edits))
    return refused("there is no place for the braces");
  return Result;
}

Placed Places::addElse(const IfStmt &If, Lines Text) const {
  const auto *Then = dyn_cast<CompoundStmt>(If.getThen());
  std::optional<unsigned> Brace =
      Then ? Source.offset(Then->getRBracLoc()) : std::nullopt;
  if (!Brace || If.getElse() || !Source.isBlankToEnd(*Brace + 1))
    return refused("there is no place for an else");
  const unsigned At = *Brace + 1;
  const std::string Eol = Source.endOfLine(At).str();
  const std::string Indent = Source.indentation(Code.begin(&If)).str();
  const std::string Else =
      Page.style().OwnLine ? Eol + Indent + "else" : " else";
  return Placed{{{At, At, Else + Page.block(Indent, Eol, Text)}}};
}

/// `if (failed) return status;`: braces around both.
Placed Places::wrapBefore(const Slot &Jump, Lines Text) const {
  const RawToken *Before = Source.tokenBefore(Jump.Begin);
  const unsigned Behind = Source.skipTrailingComments(Jump.End);
  if (!Before || Before->Kind != tok::r_paren ||
      Source.crossesDirective(Before->Begin, Jump.End) ||
      Source.hasComment(Before->End, Jump.Begin) ||
      !Source.isBlankToEnd(Behind))
    return refused("there is no place for the braces");
  const std::string Eol = Source.endOfLine(Jump.Begin).str();
  const std::string Indent = Page.indentOf(Jump);
  const std::string Base = Source.indentation(Jump.ControlBegin).str();
  const unsigned End = Source.lineEnd(Behind);
  return Placed{
      {{Before->End, Jump.Begin,
        Page.open(Base, Eol) + Eol + Page.lines(Indent, Eol, Text) + Indent},
       {End, End, Page.close(Base, Eol)}}};
}

Placed Places::insertBefore(const Slot &Jump, const Stmt &First,
                            Lines Text) const {
  if (!Jump.InBlock)
    return wrapBefore(Jump, Text);
  const unsigned At = Code.begin(&First);
  if (!Source.isFirstOnLine(At))
    return refused("there is no line of its own");
  const unsigned Line = Source.lineStart(At);
  return Placed{
      {{Line, Line,
        Page.lines(Source.indentation(At), Source.endOfLine(At), Text)}}};
}

} // namespace wdm::fixits
