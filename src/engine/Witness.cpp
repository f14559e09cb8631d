//===- Witness.cpp - Why something is wrong -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Witness.h"
#include "src/engine/Unparsed.h"
#include "src/engine/Written.h"
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
  Teller(const ASTContext &Context, const Automaton &Rule, std::string StoredIn)
      : Context(Context), Rule(Rule), StoredIn(std::move(StoredIn)) {}

  /// \p Overwrite: a note to be told when the path comes to a node.
  void tell(const Solution &S, uint32_t EndIndex, bool Opening,
            const std::optional<std::pair<uint32_t, PathNote>> &Overwrite = {});
  std::vector<PathNote> Notes;
  /// In the order of the path.
  std::vector<PastEvent> Past;

private:
  void tellStep(const Solution &S, const Step &X);
  void tellOpening(const Solution &S, llvm::ArrayRef<uint32_t> Path,
                   const PathEnd &End);
  void tellDecision(const Solution &S, const Node &From, const Node &To,
                    const llvm::BitVector &Later, BlockId End);
  void tellCase(const FlowGraph &G, const FlowBlock &B, const FlowEdge &Taken);
  void tellBranch(const FlowBlock &B, bool Truth, bool Untested);
  bool tellUntested(const FlowBlock &B);
  bool avoidsEvents(const Solution &S, BlockId From,
                    const llvm::BitVector &Later, BlockId End) const;
  bool meetsEvent(const Solution &S, BlockId From, const llvm::BitVector &Later,
                  bool &MeetsTest) const;

  const ASTContext &Context;
  const Automaton &Rule;
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

/// The end can be reached from \p From, past what happens on the path.
bool Teller::avoidsEvents(const Solution &S, BlockId From,
                          const llvm::BitVector &Later, BlockId End) const {
  llvm::BitVector Seen = Later;
  Seen &= S.Eventful;
  if (Seen.none() || (Seen.count() == 1 && Seen.test(End)))
    return false;
  Seen.reset(End);
  llvm::SmallVector<BlockId, 16> Work{From};
  while (!Work.empty()) {
    BlockId B = Work.pop_back_val();
    if (Seen.test(B))
      continue;
    if (B == End)
      return true;
    Seen.set(B);
    for (const FlowEdge &E : S.Graph->Blocks[B].Edges)
      Work.push_back(E.To);
  }
  return false;
}

/// What the source asks, where the AST is not at hand.
PathNote noteOf(const FlowBlock &B) {
  PathNote Note;
  if (B.Asked) {
    Note.Text = B.Asked->Text;
    Note.Macro = B.Asked->Macro;
    Note.Loc = B.Asked->Loc;
  }
  return Note;
}

/// The number of the case that \p Taken, an edge of a switch, leads to; empty:
/// none.
std::string labelOf(const FlowGraph &G, const FlowEdge &Taken) {
  std::string Name;
  if (Taken.Default)
    return Name;
  for (const Assumption &A : Taken.If) {
    const FlowExpr &E = G.Exprs[A.Condition];
    if (E.Kind != ExprKind::Binary || E.Args.size() != 2)
      continue;
    const FlowExpr &Label = G.Exprs[E.Args[1]];
    if (Label.Kind == ExprKind::Constant)
      Name = std::to_string(Label.Number);
  }
  return Name;
}

void Teller::tellCase(const FlowGraph &G, const FlowBlock &B,
                      const FlowEdge &Taken) {
  PathNote Note = noteOf(B);
  Note.Kind = NoteKind::Case;
  if (B.Condition) {
    Note.Subject = B.Condition->IgnoreParenImpCasts();
    Note.Loc = Note.Subject->getExprLoc();
  }
  Note.Name = labelOf(G, Taken);
  Notes.push_back(std::move(Note));
}

/// A test that this path goes past: what was told last, if it is an operand of
/// it, decided so. True: that is told now.
bool Teller::tellUntested(const FlowBlock &B) {
  if (!B.Condition || Notes.empty() || StoredIn.empty())
    return false;
  PathNote &Last = Notes.back();
  if (Last.Kind != NoteKind::Decision || !Last.Subject)
    return false;
  SourceRange Whole = B.Condition->getSourceRange();
  SourceLocation Part = Last.Subject->getBeginLoc();
  if (Part != Whole.getBegin() &&
      !(Whole.getBegin() < Part && Part < Whole.getEnd()))
    return false;
  Last.Kind = NoteKind::UntestedWhen;
  Last.Name = StoredIn;
  return true;
}

/// \p Untested: the status would have been tested on the other way.
void Teller::tellBranch(const FlowBlock &B, bool Truth, bool Untested) {
  PathNote Note = noteOf(B);
  if (B.Condition) {
    const Decided Last = lastDecided(*B.Condition, Context.getSourceManager(),
                                     Context.getLangOpts());
    Truth ^= Last.Opposite;
    Note.Subject = Last.Subject;
    Note.Loc = Last.Subject->getBeginLoc();
  } else {
    Truth ^= B.Asked->Opposite;
  }
  Note.Truth = Truth;
  Note.Kind = NoteKind::Decision;
  if (Untested && !StoredIn.empty()) {
    Note.Kind = NoteKind::UntestedWhen;
    Note.Name = StoredIn;
  }
  Notes.push_back(std::move(Note));
}

void Teller::tellDecision(const Solution &S, const Node &From, const Node &To,
                          const llvm::BitVector &Later, BlockId End) {
  const FlowBlock &B = S.Graph->Blocks[From.Block];
  if (To.Edge < 0 || B.Edges.size() < 2 || (!B.Condition && !B.Asked))
    return;
  const FlowEdge &Taken = B.Edges[To.Edge];
  // Where the registration is made in this very block, it is unchecked before.
  Knowledge Before = From.In.Life.Known == Knowledge::Idle
                         ? Knowledge::Unchecked
                         : From.In.Life.Known;
  bool Matters = Before != To.In.Life.Known, MeetsTest = false;
  for (size_t I = 0; I != B.Edges.size(); ++I)
    if (static_cast<int32_t>(I) != To.Edge &&
        (meetsEvent(S, B.Edges[I].To, Later, MeetsTest) ||
         (Rule.Opens == Opening::AtAnyIrp &&
          avoidsEvents(S, B.Edges[I].To, Later, End))))
      Matters = true;
  if (!Matters)
    return;

  if (B.Asked ? B.Asked->IsSwitch : isa_and_nonnull<SwitchStmt>(B.Terminator)) {
    tellCase(*S.Graph, B, Taken);
    return;
  }
  const bool Unchecked = To.In.Life.Known == Knowledge::Unchecked;
  if (Unchecked && S.Tests.test(From.Block) && From.In.Life == To.In.Life &&
      tellUntested(B))
    return;
  tellBranch(B, Taken.If.empty() ? To.Edge == 0 : Taken.If.front().Holds,
             MeetsTest && Unchecked);
}

/// The name of the function that \p Origin calls, as in the source.
std::string routineOf(const Solution &S, const Stmt *Origin) {
  for (const FlowCall &Call : S.Graph->Calls)
    if (Call.Origin && Call.Origin == Origin)
      return Call.Name;
  return {};
}

void Teller::tellStep(const Solution &S, const Step &X) {
  switch (X.Kind) {
  case Step::Happened: {
    Past.push_back({X.What, X.Loc, routineOf(S, X.Origin)});
    PathNote Note;
    Note.Kind = NoteKind::Happened;
    Note.What = X.What;
    Note.Fault = X.Fault;
    Note.Name = Past.back().Routine;
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
    tell(*X.Inner, X.InnerEnd, X.Inner->Opens);
    if (Notes.size() == Before + 1)
      Notes.pop_back();
    return;
  }
  case Step::ReturnStmt:
    return;
  }
}

/// The nodes from the beginning to \p End.
std::vector<uint32_t> pathTo(const Solution &S, const PathEnd &End) {
  std::vector<uint32_t> Path;
  for (int32_t N = static_cast<int32_t>(End.Node); N >= 0;
       N = S.Nodes[N].Previous)
    Path.push_back(static_cast<uint32_t>(N));
  std::reverse(Path.begin(), Path.end());
  return Path;
}

/// For each node of \p Path the blocks from there on; of very long paths, for
/// all of them those of the whole path.
std::vector<llvm::BitVector> laterBlocks(const Solution &S,
                                         llvm::ArrayRef<uint32_t> Path) {
  constexpr size_t MaxExact = 4000;
  llvm::BitVector After(S.Graph->Blocks.size());
  if (Path.size() > MaxExact) {
    for (uint32_t N : Path)
      After.set(S.Nodes[N].Block);
    return {After};
  }
  std::vector<llvm::BitVector> Of(Path.size());
  for (size_t I = Path.size(); I-- > 0;) {
    After.set(S.Nodes[Path[I]].Block);
    Of[I] = After;
  }
  return Of;
}

void Teller::tellOpening(const Solution &S, llvm::ArrayRef<uint32_t> Path,
                         const PathEnd &End) {
  // A helper of the helper tells it deeper down.
  for (const Step &X : llvm::concat<const Step>(
           Path.size() > 1 ? llvm::ArrayRef<Step>(S.Nodes[Path[1]].Steps)
                           : llvm::ArrayRef<Step>(),
           llvm::ArrayRef<Step>(End.Steps)))
    if (X.Kind == Step::Call && X.Inner && X.Inner->Opens)
      return;
  PathNote Note;
  Note.Kind = NoteKind::OpenedHere;
  Note.Loc = S.OpeningLoc;
  Notes.push_back(std::move(Note));
}

void Teller::tell(
    const Solution &S, uint32_t EndIndex, bool Opening,
    const std::optional<std::pair<uint32_t, PathNote>> &Overwrite) {
  const PathEnd &End = S.Ends[EndIndex];
  const std::vector<uint32_t> Path = pathTo(S, End);
  if (Opening && S.Opens)
    tellOpening(S, Path, End);

  // To know, at each decision, what is still to come.
  const std::vector<llvm::BitVector> Later = laterBlocks(S, Path);
  for (size_t I = 1; I < Path.size(); ++I) {
    const Node &To = S.Nodes[Path[I]];
    const Node &From = S.Nodes[Path[I - 1]];
    if (Overwrite && Overwrite->first == Path[I - 1])
      Notes.push_back(Overwrite->second);
    for (const Step &X : To.Steps)
      tellStep(S, X);
    if (To.In.Life.Known == Knowledge::Idle)
      continue;
    tellDecision(S, From, To, Later.size() == 1 ? Later.front() : Later[I],
                 S.Nodes[End.Node].Block);
  }
  if (Overwrite && Overwrite->first == End.Node)
    Notes.push_back(Overwrite->second);
  for (const Step &X : End.Steps)
    tellStep(S, X);
}

/// Finds the statement that overwrites the status on a path.
class OverwriteSearch {
public:
  OverwriteSearch(const Solution &S, const PathEnd &End, uint32_t Registration)
      : S(S), G(*S.Graph), End(End), Registration(Registration) {}

  /// In the events of \p N; \p Last: the path ends there.
  const FlowEvent *in(const Node &N, bool Last) {
    const auto &Events = G.Blocks[N.Block].Events;
    for (uint32_t I = N.From; I < Events.size(); ++I) {
      const FlowEvent &E = Events[I];
      const bool IsCall = E.Kind == EventKind::Call;
      Registered |= IsCall && E.Call == Registration;
      if (!Registered)
        continue;
      if (E.Kind == EventKind::Store && isStatus(E.Place)) {
        if (Stored && overwrites(E))
          return &E;
        Stored = true;
      }
      // The path may end in the middle of a block.
      if (Last && End.At && E.Origin == End.At && IsCall)
        return nullptr;
    }
    return nullptr;
  }

private:
  bool isStatus(PlaceId P) const {
    const FlowPlace &X = G.Places[P], &Y = G.Places[S.StoredIn];
    return P == S.StoredIn ||
           (X.Kind == PlaceKind::Variable && Y.Kind == PlaceKind::Variable &&
            X.Decl == Y.Decl);
  }
  /// x = x; is how some macros say that x is used.
  bool overwrites(const FlowEvent &Store) const {
    const FlowExpr &V = G.Exprs[Store.Value];
    return Store.Origin != S.StoredBy &&
           !(V.Kind == ExprKind::Load && isStatus(V.Place));
  }

  const Solution &S;
  const FlowGraph &G;
  const PathEnd &End;
  const uint32_t Registration;
  bool Registered = false, Stored = false;
};

/// The statement that overwrites the status on the path, if one does.
const FlowEvent *findOverwrite(const Solution &S, const PathEnd &End,
                               uint32_t RegistrationCall, uint32_t &At) {
  if (!S.StoredIn)
    return nullptr;
  OverwriteSearch Search(S, End, RegistrationCall);
  for (uint32_t Index : pathTo(S, End))
    if (const FlowEvent *E = Search.in(S.Nodes[Index], Index == End.Node)) {
      At = Index;
      return E;
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

} // namespace

namespace {

/// What became of the status, and where.
struct StatusStory {
  StatusFate Fate = StatusFate::Discarded;
  std::optional<std::pair<uint32_t, PathNote>> Overwrite;
};

StatusStory storyOfStatus(const FunctionStory &Story,
                          const SubjectStory &Subject, const Solution &Found,
                          const PathEnd &End, const std::string &StoredIn) {
  StatusStory Result;
  const FlowCall &Call = Story.Graph->Calls[static_cast<size_t>(Subject.Call)];
  uint32_t At = 0;
  const FlowEvent *Overwrite =
      findOverwrite(Found, End, static_cast<uint32_t>(Subject.Call), At);
  if (Overwrite) {
    PathNote Note;
    Note.Kind = NoteKind::Overwritten;
    Note.Loc = Overwrite->Loc;
    Note.Name = StoredIn;
    Result.Overwrite.emplace(At, std::move(Note));
  }
  if (Overwrite || (End.By == Happening::OpenAgain && !StoredIn.empty() &&
                    isa_and_nonnull<CallExpr>(End.At)))
    Result.Fate = StatusFate::Overwritten;
  else if (Subject.Found->Tested ||
           (Subject.Found->GaveUp && mayBeTested(*Subject.Found)))
    Result.Fate = StatusFate::TestedSometimes;
  else if (!StoredIn.empty() || !Call.Discarded)
    Result.Fate = StatusFate::NeverTested;
  return Result;
}

/// Whether the fault is mended by what its return statement returns.
void findMend(const FaultKind &Kind, const SubjectStory &Subject,
              const PathEnd &Fault, Finding &F) {
  const engine::Mend &Mend = Kind.Mend;
  if (!Mend.Return || !isa_and_nonnull<ReturnStmt>(Fault.At) ||
      !Subject.Found || Subject.Found->GaveUp)
    return;
  for (const PathEnd &End : Subject.Found->Ends) {
    // A path that ended early might have come here.
    if (End.Broken != NoFault && End.Broken != Kind.Id && End.At != Fault.At)
      return;
    if (End.At != Fault.At)
      continue;
    if (End.By != Fault.By || !Mend.fits(End.Final.Life))
      return;
    if (!(Mend.In >> End.Final.Life.Place & 1))
      F.OnlyInsteadOfSuccess = true;
  }
  F.ReturnInstead = Mend.Return;
}

} // namespace

std::optional<Finding> explainWithoutPath(const Automaton &Rule,
                                          const FunctionStory &Story,
                                          const SubjectStory &Subject) {
  const FlowCall &Call = Story.Graph->Calls[static_cast<size_t>(Subject.Call)];
  Finding F;
  F.Broken = Rule.WhenDiscarded;
  F.Of = &Rule;
  F.Rule = Rule.faultKind(Rule.WhenDiscarded)->Rule;
  F.At = dyn_cast_or_null<Expr>(Call.Origin);
  F.Registration = dyn_cast_or_null<CallExpr>(Call.Origin);
  F.Function = Story.Graph->Function;
  F.Callee = Call.Name;
  if (!F.At)
    return std::nullopt;
  return F;
}

std::optional<Finding> explain(ASTContext &Context, const Automaton &Rule,
                               const FunctionStory &Story,
                               const SubjectStory &Subject,
                               const Solution &Found, uint32_t EndIndex) {
  const FlowGraph &G = *Story.Graph;
  const PathEnd &End = Found.Ends[EndIndex];
  const FaultKind *Kind = Rule.faultKind(End.Broken);
  if (!Kind)
    return std::nullopt;

  Finding F;
  F.Broken = End.Broken;
  F.Of = &Rule;
  F.Rule = Kind->Rule;
  F.Function = G.Function;
  F.FaultAt = End.At;
  F.FaultLoc = End.Loc;
  StatusStory Status;
  const bool Registers = Rule.Opens == Opening::AtRegistration;
  if (Registers) {
    const FlowCall &Call = G.Calls[static_cast<size_t>(Subject.Call)];
    F.At = dyn_cast_or_null<Expr>(Call.Origin);
    F.Registration = dyn_cast_or_null<CallExpr>(Call.Origin);
    if (!F.At)
      return std::nullopt;
    F.Callee = Call.Name;
    F.StoredIn = nameOfStore(Context, *Subject.Found);
    Status = storyOfStatus(Story, Subject, Found, End, F.StoredIn);
    F.Fate = Status.Fate;
  }
  if (G.Function && (hasUnparsedMention(Context, *G.Function, F.StoredIn) ||
                     hasUnparsedIrp(Context, *G.Function, End.At)))
    return std::nullopt;

  Teller T(Context, Rule, F.StoredIn);
  T.tell(Found, EndIndex, false,
         Kind->TellsOverwrite ? Status.Overwrite : std::nullopt);
  const bool Told = !T.Notes.empty() && T.Notes.back().Fault == End.Broken;
  F.Last = Told ? T.Past.back()
                : PastEvent{End.By, End.Loc, routineOf(Found, End.At)};
  if (Told)
    T.Past.pop_back();
  for (const PastEvent &Event : llvm::reverse(T.Past))
    if (bit(Event.What) & Disposes) {
      F.Disposed = Event;
      break;
    }

  if (!Registers) {
    findMend(*Kind, Subject, End, F);
    // The warning stands there.
    if (Told && T.Notes.back().Loc == End.Loc)
      T.Notes.pop_back();
  } else if (!Told) {
    PathNote Note;
    Note.Kind = NoteKind::Ends;
    Note.Fault = End.Broken;
    Note.What = End.By;
    Note.Truth = End.At != nullptr;
    Note.Loc = End.Loc;
    // Where the IRP was ended, that note says it all.
    if (!(Kind->SaidByLastDisposal && F.Disposed))
      T.Notes.push_back(std::move(Note));
  }
  if (T.Notes.size() > MaxNotes)
    T.Notes.erase(T.Notes.begin() + MaxNotes / 2, T.Notes.end() - MaxNotes / 2);
  F.Notes = std::move(T.Notes);
  return F;
}

} // namespace wdm::engine
