//===- Witness.cpp - Why something is wrong -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Witness.h"
#include "src/engine/Unparsed.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::engine {

namespace {

/// Notes beyond this are left out, from the middle of the path.
constexpr size_t MaxNotes = 12;

class Teller {
public:
  explicit Teller(std::string StoredIn) : StoredIn(std::move(StoredIn)) {}

  /// \p Overwrite: a note to be told when the path comes to a node.
  void tell(const Solution &S, uint32_t EndIndex, bool Opening,
            const std::optional<std::pair<uint32_t, PathNote>> &Overwrite = {});
  std::vector<PathNote> Notes;

private:
  void tellStep(const Step &X);
  void tellDecision(const Solution &S, const Node &From, const Node &To,
                    const llvm::BitVector &Later);
  bool meetsEvent(const Solution &S, BlockId From, const llvm::BitVector &Later,
                  bool &MeetsTest) const;

  std::string StoredIn;
};

std::string textOf(ASTContext &Context, const Expr *E) {
  if (!E)
    return {};
  const SourceManager &Sources = Context.getSourceManager();
  CharSourceRange Range = Lexer::makeFileCharRange(
      CharSourceRange::getTokenRange(E->getSourceRange()), Sources,
      Context.getLangOpts());
  std::string Text;
  if (Range.isValid()) {
    // On one line, whatever the source's layout.
    bool Space = false;
    for (char C : Lexer::getSourceText(Range, Sources, Context.getLangOpts())) {
      if (C == ' ' || C == '\t' || C == '\n' || C == '\r') {
        Space = !Text.empty();
        continue;
      }
      if (Space)
        Text += ' ';
      Space = false;
      Text += C;
    }
  }
  return Text;
}

bool Teller::meetsEvent(const Solution &S, BlockId From,
                        const llvm::BitVector &Later, bool &MeetsTest) const {
  const FlowGraph &G = *S.Graph;
  llvm::BitVector Seen(G.Blocks.size());
  llvm::SmallVector<BlockId, 16> Work{From};
  bool Meets = false;
  while (!Work.empty()) {
    BlockId B = Work.pop_back_val();
    if (Seen.test(B) || Later.test(B))
      continue;
    Seen.set(B);
    if (S.Tests.test(B))
      MeetsTest = true;
    if (B == G.Exit || S.Eventful.test(B))
      Meets = true;
    if (MeetsTest)
      return true;
    // A path that ends is no way back.
    if (G.Blocks[B].Edges.empty())
      Meets = true;
    // Beyond an event the way there is another story.
    if (S.Eventful.test(B))
      continue;
    for (const FlowEdge &E : G.Blocks[B].Edges)
      Work.push_back(E.To);
  }
  return Meets;
}

void Teller::tellDecision(const Solution &S, const Node &From, const Node &To,
                          const llvm::BitVector &Later) {
  const FlowBlock &B = S.Graph->Blocks[From.Block];
  if (To.Edge < 0 || B.Edges.size() < 2 || !B.Condition)
    return;
  const FlowEdge &Taken = B.Edges[To.Edge];
  // Where the registration is made in this very block, it is unchecked before.
  Knowledge Before = From.In.Life.Known == Knowledge::Idle
                         ? Knowledge::Unchecked
                         : From.In.Life.Known;
  bool Matters = Before != To.In.Life.Known, MeetsTest = false;
  for (size_t I = 0; I != B.Edges.size(); ++I)
    if (static_cast<int32_t>(I) != To.Edge &&
        meetsEvent(S, B.Edges[I].To, Later, MeetsTest))
      Matters = true;
  if (!Matters)
    return;

  PathNote Note;
  const Expr *Subject = B.Condition->IgnoreParenImpCasts();
  if (isa_and_nonnull<SwitchStmt>(B.Terminator)) {
    Note.Kind = NoteKind::Case;
    Note.Subject = Subject;
    Note.Loc = Subject->getExprLoc();
    if (!Taken.Default)
      for (const Assumption &A : Taken.If) {
        const FlowExpr &E = S.Graph->Exprs[A.Condition];
        if (E.Kind == ExprKind::Binary && E.Args.size() == 2) {
          const FlowExpr &Label = S.Graph->Exprs[E.Args[1]];
          if (Label.Kind == ExprKind::Constant)
            Note.Name = std::to_string(Label.Number);
        }
      }
    Notes.push_back(std::move(Note));
    return;
  }
  bool Truth = To.Edge == 0;
  if (!Taken.If.empty())
    Truth = Taken.If.front().Holds;
  // A test that this path goes past: what decided so is an operand of it.
  if (S.Tests.test(From.Block) && From.In.Life == To.In.Life &&
      To.In.Life.Known == Knowledge::Unchecked && !Notes.empty() &&
      Notes.back().Kind == NoteKind::Decision && !StoredIn.empty()) {
    SourceRange Whole = B.Condition->getSourceRange();
    SourceLocation Part = Notes.back().Subject->getBeginLoc();
    if (Part == Whole.getBegin() ||
        (Whole.getBegin() < Part && Part < Whole.getEnd())) {
      Notes.back().Kind = NoteKind::UntestedWhen;
      Notes.back().Name = StoredIn;
      return;
    }
  }
  // The last operand decides; the others were decided before.
  bool Again = true;
  while (Again) {
    Again = false;
    Subject = Subject->IgnoreParenImpCasts();
    if (const auto *Logical = dyn_cast<BinaryOperator>(Subject)) {
      if (Logical->isLogicalOp()) {
        Subject = Logical->getRHS();
        Again = true;
      }
    } else if (const auto *Not = dyn_cast<UnaryOperator>(Subject)) {
      if (Not->getOpcode() == UO_LNot) {
        Subject = Not->getSubExpr();
        Truth = !Truth;
        Again = true;
      }
    }
  }
  Note.Subject = Subject;
  Note.Loc = Subject->getBeginLoc();
  Note.Truth = Truth;
  Note.Kind = NoteKind::Decision;
  if (MeetsTest && To.In.Life.Known == Knowledge::Unchecked &&
      !StoredIn.empty()) {
    Note.Kind = NoteKind::UntestedWhen;
    Note.Name = StoredIn;
  }
  Notes.push_back(std::move(Note));
}

void Teller::tellStep(const Step &X) {
  switch (X.Kind) {
  case Step::Note: {
    PathNote Note;
    Note.Kind = X.What;
    Note.Loc = X.Loc;
    Notes.push_back(std::move(Note));
    return;
  }
  case Step::Call: {
    if (!X.Inner)
      return;
    size_t Before = Notes.size();
    PathNote Enter;
    Enter.Kind = NoteKind::InCall;
    Enter.Loc = X.Loc;
    if (X.Inner->Graph->Function)
      Enter.Name = X.Inner->Graph->Function->getNameAsString();
    Notes.push_back(std::move(Enter));
    tell(*X.Inner, X.InnerEnd, X.Inner->Registers);
    if (Notes.size() == Before + 1)
      Notes.pop_back();
    return;
  }
  case Step::Overwrite:
  case Step::ReturnStmt:
    return;
  }
}

void Teller::tell(
    const Solution &S, uint32_t EndIndex, bool Opening,
    const std::optional<std::pair<uint32_t, PathNote>> &Overwrite) {
  const PathEnd &End = S.Ends[EndIndex];
  std::vector<uint32_t> Path;
  for (int32_t N = static_cast<int32_t>(End.Node); N >= 0;
       N = S.Nodes[N].Previous)
    Path.push_back(static_cast<uint32_t>(N));
  std::reverse(Path.begin(), Path.end());

  if (Opening && S.Registers) {
    // A helper of the helper tells it deeper down.
    bool Deeper = false;
    for (const Step &X : llvm::concat<const Step>(
             Path.size() > 1 ? llvm::ArrayRef<Step>(S.Nodes[Path[1]].Steps)
                             : llvm::ArrayRef<Step>(),
             llvm::ArrayRef<Step>(End.Steps)))
      Deeper |= X.Kind == Step::Call && X.Inner && X.Inner->Registers;
    if (!Deeper) {
      PathNote Note;
      Note.Kind = NoteKind::RegisteredHere;
      Note.Loc = S.RegistrationLoc;
      Notes.push_back(std::move(Note));
    }
  }

  // Walk backwards to know, at each decision, what is still to come.
  llvm::BitVector After(S.Graph->Blocks.size());
  std::vector<llvm::BitVector> AfterOf(Path.size());
  constexpr size_t MaxExact = 4000;
  if (Path.size() > MaxExact) {
    for (uint32_t N : Path)
      After.set(S.Nodes[N].Block);
  }
  for (size_t I = Path.size(); I-- > 0;) {
    if (Path.size() <= MaxExact) {
      After.set(S.Nodes[Path[I]].Block);
      AfterOf[I] = After;
    }
  }
  for (size_t I = 1; I < Path.size(); ++I) {
    const Node &To = S.Nodes[Path[I]];
    const Node &From = S.Nodes[Path[I - 1]];
    if (Overwrite && Overwrite->first == Path[I - 1])
      Notes.push_back(Overwrite->second);
    for (const Step &X : To.Steps)
      tellStep(X);
    if (To.In.Life.Known == Knowledge::Idle)
      continue;
    tellDecision(S, From, To, Path.size() <= MaxExact ? AfterOf[I] : After);
  }
  if (Overwrite && Overwrite->first == End.Node)
    Notes.push_back(Overwrite->second);
  for (const Step &X : End.Steps)
    tellStep(X);
}

/// The statement that overwrites the status on the path, if one does.
const FlowEvent *findOverwrite(const Solution &S, const PathEnd &End,
                               uint32_t RegistrationCall, uint32_t &At) {
  if (!S.StoredIn)
    return nullptr;
  const FlowGraph &G = *S.Graph;
  auto SamePlace = [&](PlaceId P) {
    const FlowPlace &X = G.Places[P], &Y = G.Places[S.StoredIn];
    return P == S.StoredIn ||
           (X.Kind == PlaceKind::Variable && Y.Kind == PlaceKind::Variable &&
            X.Decl == Y.Decl);
  };
  std::vector<uint32_t> Path;
  for (int32_t N = static_cast<int32_t>(End.Node); N >= 0;
       N = S.Nodes[N].Previous)
    Path.push_back(static_cast<uint32_t>(N));
  std::reverse(Path.begin(), Path.end());
  bool Registered = false, Stored = false;
  for (uint32_t Index : Path) {
    const Node &N = S.Nodes[Index];
    const auto &Events = G.Blocks[N.Block].Events;
    for (uint32_t I = N.From; I < Events.size(); ++I) {
      const FlowEvent &E = Events[I];
      if (E.Kind == EventKind::Call && E.Call == RegistrationCall)
        Registered = true;
      if (!Registered)
        continue;
      if (E.Kind == EventKind::Store && SamePlace(E.Place)) {
        if (Stored && E.Origin != S.StoredBy) {
          // x = x; is how some macros say that x is used.
          const FlowExpr &V = G.Exprs[E.Value];
          if (!(V.Kind == ExprKind::Load && SamePlace(V.Place))) {
            At = Index;
            return &E;
          }
        }
        Stored = true;
      }
      // The path may end in the middle of a block.
      if (Index == Path.back() && End.At && E.Origin == End.At &&
          E.Kind == EventKind::Call)
        return nullptr;
    }
  }
  return nullptr;
}

std::string nameOfStore(ASTContext &Context, const Solution &S) {
  if (!S.StoredIn) {
    // A variable and the fields in it.
    std::string Name;
    for (const void *Part : S.StoredInParts) {
      const auto *Named = static_cast<const NamedDecl *>(Part);
      if (!isa<VarDecl, FieldDecl>(Named) || !Named->getDeclName())
        return {};
      Name += (Name.empty() ? "" : ".") + Named->getNameAsString();
    }
    return Name;
  }
  const FlowPlace &P = S.Graph->Places[S.StoredIn];
  if (P.Kind == PlaceKind::Variable)
    return static_cast<const VarDecl *>(P.Decl)->getNameAsString();
  if (const auto *Assign = dyn_cast_or_null<BinaryOperator>(S.StoredBy))
    return textOf(Context, Assign->getLHS());
  if (const auto *Decls = dyn_cast_or_null<DeclStmt>(S.StoredBy))
    if (Decls->isSingleDecl())
      if (const auto *Var = dyn_cast<VarDecl>(Decls->getSingleDecl()))
        return Var->getNameAsString();
  // By a constructor's initialiser.
  if (P.Kind == PlaceKind::Field)
    if (const auto *Field =
            dyn_cast<FieldDecl>(static_cast<const NamedDecl *>(P.Decl)))
      return Field->getNameAsString();
  return {};
}

/// Some condition reads what the status is stored in. (Asked where not all
/// paths were followed.)
bool mayBeTested(const Solution &S) {
  const FlowGraph &G = *S.Graph;
  if (!S.StoredIn || G.Places[S.StoredIn].Kind != PlaceKind::Variable)
    return false;
  llvm::SmallVector<ExprId, 16> Work;
  for (const FlowBlock &B : G.Blocks)
    for (const FlowEdge &Edge : B.Edges)
      for (const Assumption &A : Edge.If)
        Work.push_back(A.Condition);
  llvm::DenseSet<ExprId> Seen;
  while (!Work.empty()) {
    ExprId Id = Work.pop_back_val();
    if (!Seen.insert(Id).second)
      continue;
    const FlowExpr &E = G.Exprs[Id];
    if (E.Kind == ExprKind::Load &&
        G.Places[E.Place].Kind == PlaceKind::Variable &&
        G.Places[E.Place].Decl == G.Places[S.StoredIn].Decl)
      return true;
    Work.append(E.Args.begin(), E.Args.end());
  }
  return false;
}

Finding findingAt(const FlowGraph &G, const Expr &Origin, const FlowCall &Call,
                  Verdict Broken) {
  Finding F;
  F.Broken = Broken;
  F.At = &Origin;
  F.Registration = dyn_cast<CallExpr>(&Origin);
  F.Function = G.Function;
  F.Callee = Call.Name;
  return F;
}

} // namespace

std::optional<Finding>
explainWithoutPath(const FunctionStory &Story,
                   const RegistrationStory &Registration) {
  const FlowCall &Call = Story.Graph->Calls[Registration.Call];
  const Expr *Origin = Call.Origin;
  if (!Origin)
    return std::nullopt;
  return findingAt(*Story.Graph, *Origin, Call, Verdict::LostUnchecked);
}

std::optional<Finding> explain(ASTContext &Context, const FunctionStory &Story,
                               const RegistrationStory &Registration,
                               const Solution &Found, uint32_t EndIndex) {
  const FlowGraph &G = *Story.Graph;
  const FlowCall &Call = G.Calls[Registration.Call];
  const Expr *Origin = Call.Origin;
  if (!Origin)
    return std::nullopt;
  const PathEnd &End = Found.Ends[EndIndex];

  Finding F = findingAt(G, *Origin, Call, End.Broken);
  F.StoredIn = nameOfStore(Context, *Registration.Found);
  F.FaultAt = End.At;
  if (G.Function && hasUnparsedMention(Context, *G.Function, F.StoredIn))
    return std::nullopt;

  Rule Broken = ruleOf(End.Broken);
  uint32_t OverwriteAt = 0;
  const FlowEvent *Overwrite =
      findOverwrite(Found, End, Registration.Call, OverwriteAt);
  std::optional<std::pair<uint32_t, PathNote>> OverwriteNote;
  if (Overwrite && Broken == Rule::Check) {
    PathNote Note;
    Note.Kind = NoteKind::Overwritten;
    Note.Loc = Overwrite->Loc;
    Note.Name = F.StoredIn;
    OverwriteNote.emplace(OverwriteAt, std::move(Note));
  }
  Teller T(F.StoredIn);
  T.tell(Found, EndIndex, false, OverwriteNote);

  bool Again =
      End.Broken == Verdict::LostUnchecked && End.At && isa<CallExpr>(End.At);
  if (Overwrite || (Again && !F.StoredIn.empty()))
    F.Fate = StatusFate::Overwritten;
  else if (Registration.Found->Tested ||
           (Registration.Found->GaveUp && mayBeTested(*Registration.Found)))
    F.Fate = StatusFate::TestedSometimes;
  else if (F.StoredIn.empty() && Call.Discarded)
    F.Fate = StatusFate::Discarded;
  else
    F.Fate = StatusFate::NeverTested;

  if (End.Broken != Verdict::SentUnchecked &&
      End.Broken != Verdict::SentAfterFailure &&
      End.Broken != Verdict::SentToOwnDevice) {
    PathNote Note;
    Note.Truth = End.At != nullptr; // At a return statement.
    Note.Loc = End.Loc;
    switch (End.Broken) {
    case Verdict::LostUnchecked:
      Note.Kind =
          Again ? NoteKind::RegisteredAgain : NoteKind::ReturnsUnchecked;
      break;
    case Verdict::DispatchDropsIrp:
      Note.Kind = NoteKind::ReturnsUncompleted;
      break;
    default:
      Note.Kind = NoteKind::ReturnsUnsent;
      break;
    }
    // Where the IRP was ended, that note says it all.
    bool Ended = Note.Kind == NoteKind::ReturnsUnsent &&
                 llvm::any_of(T.Notes, [](const PathNote &N) {
                   return N.Kind == NoteKind::Completed ||
                          N.Kind == NoteKind::Freed ||
                          N.Kind == NoteKind::Reused;
                 });
    if (!Ended)
      T.Notes.push_back(std::move(Note));
  }
  if (T.Notes.size() > MaxNotes)
    T.Notes.erase(T.Notes.begin() + MaxNotes / 2, T.Notes.end() - MaxNotes / 2);
  F.Notes = std::move(T.Notes);
  return F;
}

} // namespace wdm::engine
