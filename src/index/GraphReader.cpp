//===- GraphReader.cpp - A function's graph from JSON ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/FlowBuilder.h"
#include "src/index/GraphText.h"
#include "src/index/GraphWords.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace json = llvm::json;

namespace wdm::index {

using namespace engine;
using namespace words;
using llvm::StringRef;
using model::Detail;
using model::Effect;
using model::FieldRole;

namespace {

/// An expression with more parts than this is none that was written.
constexpr uint64_t MaxParts = 1000000;
constexpr unsigned MaxDepth = 4000;
constexpr int64_t MaxSites = 1 << 24;

class ReaderOfGraph {
public:
  ReaderOfGraph(const json::Object &Text, ASTContext &Context,
                GraphNames &Known, SiteNumbers &Sites)
      : Text(Text), Context(Context), Known(Known), Sites(Sites) {}

  std::unique_ptr<FlowGraph> read();

private:
  /// The integer at \p I of \p Row, in [\p Low, \p High]; 0 where the row is
  /// shorter. Anything else makes the whole a failure.
  int64_t number(const json::Array &Row, size_t I, int64_t Low, int64_t High) {
    if (I >= Row.size())
      return check(0, Low, High);
    return check(Row[I].getAsInteger(), Low, High);
  }
  int64_t number(const json::Object &Row, StringRef Name, int64_t Low,
                 int64_t High, int64_t Default = 0) {
    const json::Value *V = Row.get(Name);
    return V ? check(V->getAsInteger(), Low, High) : Default;
  }
  int64_t check(std::optional<int64_t> N, int64_t Low, int64_t High) {
    if (N && *N >= Low && *N <= High)
      return *N;
    Failed = true;
    return Low <= 0 && High >= 0 ? 0 : Low;
  }
  SiteId site(int64_t Relative) const {
    return Relative ? G->FirstSite + static_cast<SiteId>(Relative) - 1 : 0;
  }
  SiteId site(const json::Array &Row, size_t I) {
    return site(number(Row, I, 0, SiteCount));
  }
  ExprId expr(const json::Array &Row, size_t I, int64_t Low = 1) {
    return static_cast<ExprId>(number(Row, I, Low, ExprCount));
  }
  PlaceId place(const json::Array &Row, size_t I, int64_t Low = 1) {
    return static_cast<PlaceId>(number(Row, I, Low, PlaceCount));
  }
  SourceLocation loc(const json::Array &Row, size_t I) {
    const auto At = I < Row.size() ? Row[I].getAsString() : std::nullopt;
    return At ? loc(*At) : SourceLocation();
  }
  SourceLocation loc(StringRef At) {
    return At.empty() ? SourceLocation() : Known.place(At);
  }
  /// What stands for the statement at a place.
  const Stmt *origin(char Kind, SourceLocation Loc) {
    const Stmt *&Known = Origins[{Kind, Loc.getRawEncoding()}];
    if (!Known)
      Known = new (Context) NullStmt(Loc);
    return Known;
  }
  /// A variable of the function.
  const void *local(StringRef Name = {}) {
    return VarDecl::Create(Context, Context.getTranslationUnitDecl(),
                           SourceLocation(), SourceLocation(),
                           Name.empty() ? nullptr : &Context.Idents.get(Name),
                           Context.IntTy, nullptr, SC_Auto);
  }
  const json::Array *rows(StringRef Name) {
    const json::Array *Found = Text.getArray(Name);
    Failed |= !Found;
    return Found;
  }

  bool readHead();
  void readParams(const json::Array &Rows);
  void readNames(const json::Array &Rows);
  struct Name;
  void readName(const json::Array &Row, StringRef Kind, Name &N);
  void readExpr(const json::Array &Row, FlowExpr &E);
  void readPlace(const json::Array &Row, FlowPlace &P);
  void readCall(const json::Object &Row, FlowCall &C);
  void readEvent(const json::Array &Row, FlowEvent &E);
  void readEdge(const json::Array &Row, FlowEdge &E);
  void readBlock(const json::Object &Row, FlowBlock &B);
  /// Calls \p Do with each of \p Rows, lists; anything else makes the whole a
  /// failure.
  template <typename FnTy> void forEachRow(const json::Array &Rows, FnTy Do) {
    for (const json::Value &One : Rows) {
      if (Failed)
        return;
      const json::Array *Row = One.getAsArray();
      Failed |= !Row;
      if (Row)
        Do(*Row);
    }
  }
  /// The same, of objects.
  template <typename FnTy>
  void forEachObject(const json::Array &Rows, FnTy Do) {
    for (const json::Value &One : Rows) {
      if (Failed)
        return;
      const json::Object *Row = One.getAsObject();
      Failed |= !Row;
      if (Row)
        Do(*Row);
    }
  }

  const json::Object &Text;
  ASTContext &Context;
  GraphNames &Known;
  SiteNumbers &Sites;
  std::unique_ptr<FlowGraph> G = std::make_unique<FlowGraph>();
  bool Failed = false;
  int64_t ExprCount = 0, PlaceCount = 0, BlockCount = 0, CallCount = 0,
          SiteCount = 0;
  struct Name {
    const void *Identity = nullptr;
    std::string Key; ///< of a function
    std::string Text;
  };
  std::vector<Name> Names;
  llvm::DenseMap<std::pair<char, unsigned>, const Stmt *> Origins;
};

void ReaderOfGraph::readName(const json::Array &Row, StringRef Kind, Name &N) {
  const auto Word = [&](size_t Number) -> StringRef {
    const auto S =
        Number < Row.size() ? Row[Number].getAsString() : std::nullopt;
    Failed |= !S;
    return S.value_or("");
  };
  if (Kind == "this") {
    if (!G->This)
      G->This = local();
    N.Identity = G->This;
  } else if (Kind == "p") {
    const int64_t Number =
        number(Row, 1, 0, static_cast<int64_t>(G->Params.size()) - 1);
    if (Failed)
      return;
    N.Identity = G->Params[static_cast<size_t>(Number)];
    if (const StringRef Name = Word(2); !Name.empty())
      static_cast<VarDecl *>(const_cast<void *>(N.Identity))
          ->setDeclName(&Context.Idents.get(Name));
  } else if (Kind == "l") {
    N.Identity = local(Word(1));
    G->OwnVariables.insert(N.Identity);
  } else if (Kind == "f" || Kind == "g" || Kind == "m" || Kind == "r") {
    N.Key = Word(1).str();
    Failed |= N.Key.empty();
    if (Failed)
      return;
    N.Text = (Row.size() > 2 ? Word(2) : nameIn(N.Key)).str();
    N.Identity = Known.identity(Kind.front(), N.Key, N.Text);
    if (Kind != "f")
      N.Key.clear();
  } else {
    Failed = true;
  }
}

void ReaderOfGraph::readNames(const json::Array &Rows) {
  // Number 0 is no name, whatever stands there.
  Names.resize(std::max<size_t>(Rows.size(), 1));
  for (size_t I = 1; I < Rows.size() && !Failed; ++I) {
    const json::Array *Row = Rows[I].getAsArray();
    const auto Kind =
        Row && !Row->empty() ? (*Row)[0].getAsString() : std::nullopt;
    if (Kind)
      readName(*Row, *Kind, Names[I]);
    else
      Failed = true;
  }
}

void ReaderOfGraph::readExpr(const json::Array &Row, FlowExpr &E) {
  const auto Kind = Row.empty() ? std::nullopt : Row[0].getAsString();
  const auto Args = [&](size_t From, size_t Least, size_t Most) {
    if (Row.size() < From + Least || Row.size() > From + Most)
      Failed = true;
    for (size_t I = From; I < Row.size() && !Failed; ++I)
      E.Args.push_back(expr(Row, I));
  };
  if (!Kind) {
    Failed = true;
  } else if (*Kind == "c") {
    E.Kind = ExprKind::Constant;
    E.Number = number(Row, 1, INT64_MIN, INT64_MAX);
  } else if (*Kind == "l") {
    E.Kind = ExprKind::Load;
    E.Place = place(Row, 1);
    E.Site = site(Row, 2);
  } else if (*Kind == "&") {
    E.Kind = ExprKind::AddressOf;
    E.Place = place(Row, 1);
  } else if (*Kind == "!") {
    E.Kind = ExprKind::Not;
    Args(1, 1, 1);
  } else if (*Kind == "cast") {
    E.Kind = ExprKind::Cast;
    const int64_t Bits = number(Row, 1, -64, 64);
    Failed |= Bits == 0;
    E.Signed = Bits < 0;
    E.Bits = static_cast<uint8_t>(Bits < 0 ? -Bits : Bits);
    Args(2, 1, 1);
  } else if (*Kind == "&&" || *Kind == "||") {
    E.Kind = *Kind == "&&" ? ExprKind::LogicalAnd : ExprKind::LogicalOr;
    E.Site = site(Row, 1);
    Args(2, 2, 2);
  } else if (*Kind == "?") {
    E.Kind = ExprKind::Select;
    E.Site = site(Row, 1);
    Args(2, 3, 3);
  } else if (*Kind == "f") {
    E.Kind = ExprKind::Opaque;
    E.Site = site(Row, 1);
    Args(2, 0, 64);
  } else if (std::optional<unsigned> Operator = numberOf(OperatorWords, Kind)) {
    E.Kind = ExprKind::Binary;
    E.Operator = static_cast<Op>(*Operator);
    Args(1, 2, 2);
  } else if (!Kind->empty()) {
    Failed = true;
  }
}

void ReaderOfGraph::readPlace(const json::Array &Row, FlowPlace &P) {
  const std::optional<unsigned> Kind =
      numberOf(PlaceWords, Row.empty() ? std::nullopt : Row[0].getAsString());
  if (!Kind) {
    Failed = true;
    return;
  }
  P.Kind = static_cast<PlaceKind>(*Kind);
  const int64_t Number =
      number(Row, 1, 0, static_cast<int64_t>(Names.size()) - 1);
  const int64_t Flags =
      number(Row, 2, 0, Outlives | Pointer | Volatile | OfRequest);
  const bool NeedsBase =
      P.Kind == PlaceKind::Field || P.Kind == PlaceKind::Element;
  const bool NeedsKey =
      P.Kind == PlaceKind::Pointee || P.Kind == PlaceKind::Element;
  P.Base = place(Row, 3, NeedsBase ? 1 : 0);
  P.Key = expr(Row, 4, NeedsKey ? 1 : 0);
  P.Site = site(Row, 5);
  P.Role =
      static_cast<FieldRole>(number(Row, 6, 0, static_cast<int64_t>(LastRole)));
  if (Failed)
    return;
  P.Decl = Names[static_cast<size_t>(Number)].Identity;
  P.Outlives = Flags & Outlives;
  P.Pointer = Flags & Pointer;
  P.Volatile = Flags & Volatile;
  P.OfRequest = Flags & OfRequest;
  if ((P.Kind == PlaceKind::Variable || P.Kind == PlaceKind::Field) && !P.Decl)
    Failed = true;
  if (P.Kind == PlaceKind::Temporary && !P.Site)
    Failed = true;
}

bool readRoutine(const json::Object &Row, model::Routine &R, bool &IsKnown) {
  const json::Array *Does = Row.getArray("does");
  IsKnown = Does != nullptr;
  if (!Does)
    return !Row.get("does");
  const bool Short = Does->size() == 1;
  if (Does->size() != 5 && !Short)
    return false;
  const auto Effect = numberOf(EffectWords, (*Does)[0].getAsString());
  if (!Effect)
    return false;
  R.Does = static_cast<model::Effect>(*Effect);
  if (Short)
    return true;
  const auto Detail = numberOf(DetailWords, (*Does)[1].getAsString());
  if (!Detail)
    return false;
  R.How = static_cast<model::Detail>(*Detail);
  int16_t *const Positions[] = {&R.Irp, &R.Device, &R.Completion};
  for (unsigned I = 0; I != 3; ++I) {
    const auto N = (*Does)[2 + I].getAsInteger();
    if (!N || *N < -1 || *N > 1000)
      return false;
    *Positions[I] = static_cast<int16_t>(*N);
  }
  return true;
}

void ReaderOfGraph::readCall(const json::Object &Row, FlowCall &C) {
  const auto At = Row.getString("at");
  const bool IsNamed = Row.get("calls") != nullptr;
  const int64_t Number =
      IsNamed ? number(Row, "calls", 1, static_cast<int64_t>(Names.size()) - 1)
              : 0;
  if (Failed || !At || !readRoutine(Row, C.Routine, C.Known)) {
    Failed = true;
    return;
  }
  const Name &Called = Names[static_cast<size_t>(Number)];
  Failed |= IsNamed && Called.Key.empty();
  C.Name = Row.getString("name").value_or(Called.Text).str();
  C.Loc = loc(*At);
  C.Site = site(number(Row, "site", 1, SiteCount, 0));
  Failed |= !C.Site;
  const int64_t Flags = number(Row, "flags", 0, 1023);
  C.OnlyPrints = Flags & OnlyPrints;
  C.IsMethod = Flags & IsMethod;
  C.ReturnsBool = Flags & ReturnsBool;
  C.ReturnsPointer = Flags & ReturnsPointer;
  C.ReturnsNumber = Flags & ReturnsNumber;
  C.Discarded = Flags & DiscardedResult;
  C.Zeroes = Flags & Zeroes;
  C.ZeroesPointer = Flags & ZeroesPointer;
  C.TakesIrp = Flags & TakesIrp;
  if (!(Flags & NoOrigin))
    C.Origin = origin('c', C.Loc);
  CallWords W;
  W.Written = Row.getString("macro").value_or("").str();
  W.Object = Row.getString("for").value_or("").str();
  W.OfNothing = Row.getBoolean("nothing").value_or(false);
  W.TakesIrql = Row.getBoolean("irql").value_or(false);
  const int64_t Last =
      Row.getArray("args")
          ? static_cast<int64_t>(Row.getArray("args")->size()) - 1
          : -1;
  W.Irp = static_cast<int16_t>(number(Row, "irp", -1, Last, -1));
  W.Status = static_cast<int16_t>(number(Row, "status", -1, Last, -1));
  C.Words = std::make_shared<const CallWords>(std::move(W));
  C.This = static_cast<ExprId>(number(Row, "this", 1, ExprCount));
  C.Handler =
      static_cast<int32_t>(number(Row, "handler", 0, BlockCount - 1, -1));
  if (const json::Array *Args = Row.getArray("args"))
    for (size_t I = 0; I != Args->size(); ++I)
      C.Args.push_back(expr(*Args, I, 0));
  Failed |= C.Zeroes && C.Args.empty();
  if (const json::Array *Refs = Row.getArray("refs"))
    for (size_t I = 0; I != Refs->size(); ++I)
      C.ByReference.push_back(static_cast<uint32_t>(
          number(*Refs, I, 0, static_cast<int64_t>(C.Args.size()) - 1)));
  if (IsNamed && !Failed) {
    C.Callee = Known.callee(Called.Key);
    C.Named = C.Callee;
    // Its declaration said what its body now shows.
    if (C.Callee) {
      C.Known = C.OnlyPrints = false;
      C.Routine = {};
    }
  }
}

void ReaderOfGraph::readEvent(const json::Array &Row, FlowEvent &E) {
  const auto Kind = Row.empty() ? std::nullopt : Row[0].getAsString();
  size_t At = 0;
  char Sort = 's';
  if (!Kind) {
    Failed = true;
    return;
  }
  if (*Kind == "=") {
    E.Kind = EventKind::Store;
    E.Place = place(Row, 1);
    E.Value = expr(Row, 2);
    E.Site = site(Row, 3);
    At = 4;
  } else if (*Kind == "+=") {
    E.Kind = EventKind::StepPlace;
    E.Place = place(Row, 1);
    E.Number = number(Row, 2, -1, 1);
    E.Site = site(Row, 3);
    Failed |= !E.Site;
    At = 4;
  } else if (*Kind == "?") {
    E.Kind = EventKind::Unknown;
    E.Place = place(Row, 1);
    E.Site = site(Row, 2);
    Failed |= !E.Site;
  } else if (*Kind == "copy") {
    E.Kind = EventKind::CopyRecord;
    E.Place = place(Row, 1);
    E.Source = place(Row, 2);
    At = 3;
  } else if (*Kind == "read") {
    E.Kind = EventKind::Read;
    E.Place = place(Row, 1);
    At = 2;
  } else if (*Kind == "call") {
    E.Kind = EventKind::Call;
    E.Call = static_cast<uint32_t>(number(Row, 1, 0, CallCount - 1));
    if (Failed)
      return;
    const FlowCall &C = G->Calls[E.Call];
    E.Loc = C.Loc;
    E.Origin = C.Origin;
    return;
  } else if (*Kind == "use" || *Kind == "delete") {
    E.Kind = EventKind::Use;
    E.Value = expr(Row, 1);
    E.Number = *Kind == "delete";
    At = 2;
  } else if (*Kind == "return") {
    E.Kind = EventKind::Return;
    E.Value = expr(Row, 1, 0);
    E.Source = place(Row, 2, 0);
    At = 3;
    Sort = 'r';
  } else if (*Kind == "raise") {
    E.Kind = EventKind::Raise;
    E.Call = static_cast<uint32_t>(number(Row, 1, 0, BlockCount - 1));
    E.Number = number(Row, 2, 0, 1);
  } else if (*Kind == "end") {
    E.Kind = EventKind::EndPath;
  } else {
    Failed = true;
  }
  if (At && !Failed) {
    E.Loc = loc(Row, At);
    E.Origin = origin(Sort, E.Loc);
  }
}

void ReaderOfGraph::readEdge(const json::Array &Row, FlowEdge &E) {
  E.To = static_cast<BlockId>(number(Row, 0, 0, BlockCount - 1));
  if (Row.size() > 1) {
    const json::Array *If = Row[1].getAsArray();
    for (size_t I = 0; If && I != If->size(); ++I) {
      const int64_t N = number(*If, I, -ExprCount, ExprCount);
      Failed |= N == 0;
      E.If.push_back({static_cast<ExprId>(N < 0 ? -N : N), N > 0});
    }
    Failed |= !If;
  }
  E.Decided = site(Row, 2);
  const int64_t Flags = number(Row, 3, 0, Decision | Default);
  E.Decision = Flags & Decision;
  E.Default = Flags & Default;
}

void ReaderOfGraph::readBlock(const json::Object &Row, FlowBlock &B) {
  if (const json::Array *Events = Row.getArray("do"))
    forEachRow(*Events, [&](const json::Array &Event) {
      B.Events.emplace_back();
      readEvent(Event, B.Events.back());
    });
  if (const json::Array *Edges = Row.getArray("to"))
    forEachRow(*Edges, [&](const json::Array &Edge) {
      Failed |= Edge.empty();
      if (Failed)
        return;
      B.Edges.emplace_back();
      readEdge(Edge, B.Edges.back());
    });
  if (const json::Object *Asks = Row.getObject("asks")) {
    auto Asked = std::make_shared<Question>();
    Asked->Text = Asks->getString("text").value_or("").str();
    Asked->Macro = Asks->getString("macro").value_or("").str();
    Asked->Loc = loc(Asks->getString("at").value_or(""));
    Asked->Opposite = Asks->getBoolean("not").value_or(false);
    Asked->IsSwitch = Asks->getBoolean("switch").value_or(false);
    B.Asked = std::move(Asked);
  }
  if (const json::Array *Renews = Row.getArray("renews"))
    for (size_t I = 0; I != Renews->size(); ++I)
      B.Renews.push_back(site(number(*Renews, I, 1, SiteCount)));
  const int64_t Flags = number(Row, "flags", 0, LoopTest | Counts);
  B.LoopTest = Flags & LoopTest;
  B.Counts = Flags & Counts;
}

/// Expressions and places are nodes of one graph: none is a part of itself, and
/// none is larger than what can be evaluated. Depth first, without recursion.
class Soundness {
public:
  explicit Soundness(const FlowGraph &G)
      : G(G), Exprs(G.Exprs.size()), All(Exprs + G.Places.size()), Parts(All),
        Depth(All), State(All, New) {}

  bool check() {
    for (size_t Root = 0; Root != All; ++Root) {
      Work.push_back(Root);
      while (!Work.empty())
        if (!visit(Work.back()))
          return false;
    }
    return true;
  }

private:
  enum : char { New, Open, Done };

  /// Calls \p Do with all that \p N is made of.
  template <typename FnTy> void forEachPart(size_t N, FnTy Do) const {
    if (N < Exprs) {
      const FlowExpr &E = G.Exprs[N];
      for (ExprId Arg : E.Args)
        Do(size_t(Arg));
      if (E.Place)
        Do(Exprs + E.Place);
    } else {
      const FlowPlace &P = G.Places[N - Exprs];
      if (P.Base)
        Do(Exprs + P.Base);
      if (P.Key)
        Do(size_t(P.Key));
    }
  }

  bool visit(size_t N) {
    if (State[N] == New)
      return open(N);
    Work.pop_back();
    return State[N] == Done || close(N);
  }
  /// Its parts come first; false: one of them has it as a part.
  bool open(size_t N) {
    State[N] = Open;
    bool Circle = false;
    forEachPart(N, [&](size_t Part) {
      Circle |= State[Part] == Open;
      if (State[Part] == New)
        Work.push_back(Part);
    });
    return !Circle;
  }
  bool close(size_t N) {
    uint64_t Sum = 1;
    unsigned Deepest = 0;
    bool Bad = false;
    forEachPart(N, [&](size_t Part) {
      Bad |= State[Part] != Done;
      Sum += Parts[Part];
      Deepest = std::max(Deepest, Depth[Part]);
    });
    Parts[N] = Sum;
    Depth[N] = Deepest + 1;
    State[N] = Done;
    return !Bad && Sum <= MaxParts && Deepest < MaxDepth;
  }

  const FlowGraph &G;
  const size_t Exprs, All;
  std::vector<uint64_t> Parts;
  std::vector<unsigned> Depth;
  std::vector<char> State;
  std::vector<size_t> Work;
};

/// What is said of the function as a whole.
bool ReaderOfGraph::readHead() {
  SiteCount = number(Text, "sites", BlockCount, MaxSites, -1);
  if (Failed || SiteCount < 0)
    return false;
  G->FirstSite = Sites.last() + 1;
  Sites.reserve(static_cast<unsigned>(SiteCount));
  G->EndSite = Sites.last() + 1;
  const int64_t Join = number(Text, "join", 1, SiteCount - BlockCount + 1, -1);
  if (Failed || Join < 0)
    return false;
  G->JoinSite = site(Join);
  G->Entry = static_cast<BlockId>(number(Text, "entry", 0, BlockCount - 1));
  G->Exit = static_cast<BlockId>(number(Text, "exit", 0, BlockCount - 1));
  G->EndLoc = loc(Text.getString("end").value_or(""));
  G->Incomplete = Text.getBoolean("incomplete").value_or(false);
  if (Text.getBoolean("this").value_or(false))
    G->This = local();
  return true;
}

void ReaderOfGraph::readParams(const json::Array &Rows) {
  for (size_t I = 0; I != Rows.size(); ++I) {
    const int64_t Flags = number(Rows, I, 0, 3);
    G->Params.push_back(local());
    G->ParamIsReference.push_back(Flags & 1);
    G->ParamIsIrp.push_back(Flags & 2);
    G->OwnVariables.insert(G->Params.back());
  }
  G->IrpParam = static_cast<int32_t>(
      number(Text, "irp", -1, static_cast<int64_t>(Rows.size()) - 1, -1));
}

std::unique_ptr<FlowGraph> ReaderOfGraph::read() {
  const json::Array *NameRows = rows("names"), *ExprRows = rows("exprs"),
                    *PlaceRows = rows("places"), *CallRows = rows("calls"),
                    *BlockRows = rows("blocks"), *ParamRows = rows("params");
  if (Failed || BlockRows->empty())
    return nullptr;
  ExprCount = static_cast<int64_t>(ExprRows->size());
  PlaceCount = static_cast<int64_t>(PlaceRows->size());
  BlockCount = static_cast<int64_t>(BlockRows->size());
  CallCount = static_cast<int64_t>(CallRows->size());
  if (!readHead())
    return nullptr;
  readParams(*ParamRows);
  readNames(*NameRows);
  if (Failed)
    return nullptr;

  forEachRow(*ExprRows, [&](const json::Array &Row) {
    G->Exprs.emplace_back();
    readExpr(Row, G->Exprs.back());
  });
  forEachRow(*PlaceRows, [&](const json::Array &Row) {
    G->Places.emplace_back();
    readPlace(Row, G->Places.back());
  });
  if (Failed || !Soundness(*G).check())
    return nullptr;
  forEachObject(*CallRows, [&](const json::Object &Row) {
    G->Calls.emplace_back();
    readCall(Row, G->Calls.back());
  });
  if (Failed)
    return nullptr;
  G->Blocks.resize(BlockRows->size());
  size_t Number = 0;
  forEachObject(*BlockRows, [&](const json::Object &Row) {
    readBlock(Row, G->Blocks[Number++]);
  });
  if (const json::Array *Others = Text.getArray("others"))
    for (size_t I = 0; I != Others->size(); ++I)
      G->OtherValues.push_back(
          static_cast<BlockId>(number(*Others, I, 0, BlockCount - 1)));
  if (Failed)
    return nullptr;
  G->computeOrder();
  G->computeLiveness();
  return std::move(G);
}

} // namespace

std::unique_ptr<FlowGraph> readGraph(const json::Object &Text,
                                     ASTContext &Context, GraphNames &Names,
                                     SiteNumbers &Sites) {
  return ReaderOfGraph(Text, Context, Names, Sites).read();
}

bool forEachCall(
    const json::Object &Text,
    llvm::function_ref<void(StringRef, StringRef, bool, const model::Routine &)>
        Do) {
  const json::Array *Calls = Text.getArray("calls"),
                    *Names = Text.getArray("names");
  if (!Calls || !Names)
    return false;
  for (const json::Value &One : *Calls) {
    const json::Object *Row = One.getAsObject();
    model::Routine Routine;
    bool Known = false;
    if (!Row || !readRoutine(*Row, Routine, Known))
      return false;
    StringRef Key, Called;
    if (const json::Value *Named = Row->get("calls")) {
      const auto Number = Named->getAsInteger();
      if (!Number || *Number < 1 ||
          *Number >= static_cast<int64_t>(Names->size()))
        return false;
      const json::Array *Name =
          (*Names)[static_cast<size_t>(*Number)].getAsArray();
      if (!Name || Name->size() < 2 || !(*Name)[1].getAsString())
        return false;
      Key = *(*Name)[1].getAsString();
      Called = Name->size() > 2 ? (*Name)[2].getAsString().value_or("")
                                : nameIn(Key);
    }
    Do(Key, Called, Known, Routine);
  }
  return true;
}

} // namespace wdm::index
