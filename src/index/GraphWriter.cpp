//===- GraphWriter.cpp - A function's graph as JSON -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Written.h"
#include "src/index/GraphText.h"
#include "src/index/GraphWords.h"
#include "src/model/OwnWords.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include <array>
#include <charconv>

using namespace clang;

namespace json = llvm::json;

namespace wdm::index {

using namespace engine;
using namespace words;
using llvm::StringRef;

namespace {

// Text at once: a tree of json::Values for each function costs more than all
// the rest of the pass.

using Text = llvm::SmallString<0>;

/// A list or an object that is being written, into the text of the whole. Of
/// words that come from the source the quotes are checked; those that are char
/// pointers are ours.
class Row {
public:
  Row(Text &To, char Open) : To(To), Close(Open == '[' ? ']' : '}') {
    To.push_back(Open);
    Begin = To.size();
  }
  /// The next part of \p In; its member \p Name.
  Row(Row &In, char Open) : Row(In.next(), Open) {}
  Row(Row &In, const char *Name, char Open) : Row(In.next(Name), Open) {}
  Row(const Row &) = delete;
  Row &operator=(const Row &) = delete;
  ~Row() { To.push_back(Close); }

  template <typename Value> Row &operator<<(const Value &V) {
    add(next(), V);
    return *this;
  }
  template <typename Value> Row &field(const char *Name, const Value &V) {
    add(next(Name), V);
    return *this;
  }
  Row &truth(const char *Name) {
    next(Name) += "true";
    return *this;
  }

private:
  Text &next() {
    if (To.size() != Begin)
      To.push_back(',');
    return To;
  }
  Text &next(const char *Name) {
    next().push_back('"');
    To += Name;
    To.push_back('"');
    To.push_back(':');
    return To;
  }
  static void add(Text &To, int64_t N) {
    if (N >= 0 && N < 10) {
      To.push_back(static_cast<char>('0' + N));
      return;
    }
    std::array<char, 24> Digits;
    char *const Begin = Digits.data();
    To.append(Begin, std::to_chars(Begin, Begin + Digits.size(), N).ptr);
  }
  static void add(Text &To, const char *Word) {
    To.push_back('"');
    To += Word;
    To.push_back('"');
  }
  static void add(Text &To, StringRef Word) {
    if (llvm::all_of(Word, [](char C) {
          return C >= ' ' && C < 0x7f && C != '"' && C != '\\';
        })) {
      To.push_back('"');
      To += Word;
      To.push_back('"');
    } else {
      llvm::raw_svector_ostream(To) << json::Value(json::fixUTF8(Word));
    }
  }

  Text &To;
  size_t Begin;
  char Close;
};

/// A list of numbers as the member \p Name, where there are any.
template <typename Numbers>
void numbers(Row &In, const char *Name, const Numbers &All) {
  if (All.empty())
    return;
  Row List(In, Name, '[');
  for (auto N : All)
    List << static_cast<int64_t>(N);
}

class Writer {
public:
  Writer(const FlowGraph &G, ASTContext &Context, KeyCache &Keys,
         PlaceTexts &Places)
      : G(G), Context(Context), Keys(Keys), Places(Places) {
    // Number 0 is no name.
    Row Nothing(Names, '[');
  }

  std::optional<std::string> write();

private:
  int64_t site(SiteId Site) {
    if (!Site)
      return 0;
    if (!G.owns(Site))
      Failed = true;
    return static_cast<int64_t>(Site) - G.FirstSite + 1;
  }
  StringRef place(SourceLocation Loc) { return Places.of(Loc); }
  /// The number of a name: \p Write is called for a new one.
  template <typename Writes> int64_t name(const void *Key, Writes Write) {
    auto [It, New] = NameNumbers.try_emplace(Key, NameCount);
    if (New) {
      Row R(Names, '[');
      Write(R);
      ++NameCount;
    }
    return It->second;
  }
  int64_t nameOf(const FlowPlace &P);
  int64_t nameOf(char Kind, const NamedDecl &D);
  void expr(const FlowExpr &E, Row &R);
  void placeRow(const FlowPlace &P, Row &R);
  void addWords(const FlowCall &C, Row &R);
  int64_t flagsOf(const FlowCall &C) const;
  std::string nameOfCall(const FlowCall &C) const;
  void call(const FlowCall &C, Row &R);
  void event(const FlowEvent &E, Row &R);
  void edge(const FlowEdge &E, Row &R);
  void question(const FlowBlock &B, Row &In);
  void block(const FlowBlock &B, Row &R);

  const FlowGraph &G;
  ASTContext &Context;
  KeyCache &Keys;
  PlaceTexts &Places;
  bool Failed = false;
  Text NamesText;
  Row Names{NamesText, '['};
  int64_t NameCount = 1; ///< 0: none
  llvm::DenseMap<const void *, int64_t> NameNumbers;
};

int64_t Writer::nameOf(char Kind, const NamedDecl &D) {
  auto It = NameNumbers.find(&D);
  if (It != NameNumbers.end())
    return It->second;
  const std::string &Key = Keys.of(D);
  if (Key.empty()) {
    Failed = true;
    return 0;
  }
  return name(&D, [&](Row &R) {
    R << StringRef(&Kind, 1) << Key;
    if (const std::string Name = D.getNameAsString(); Name != nameIn(Key))
      R << Name;
  });
}

int64_t Writer::nameOf(const FlowPlace &P) {
  if (!P.Decl)
    return 0;
  if (P.Kind == PlaceKind::Variable && P.Decl == G.This && !P.Outlives)
    return name(reinterpret_cast<const char *>(&G.This),
                [](Row &R) { R << "this"; });
  auto It = NameNumbers.find(P.Decl);
  if (It != NameNumbers.end())
    return It->second;
  const auto &D = *static_cast<const NamedDecl *>(P.Decl);
  for (size_t I = 0; I != G.Params.size(); ++I)
    if (P.Decl == G.Params[I])
      return name(P.Decl, [&](Row &R) {
        R << "p" << static_cast<int64_t>(I) << D.getNameAsString();
      });
  const auto AsLocal = [&](Row &R) { R << "l" << D.getNameAsString(); };
  if (P.Kind == PlaceKind::Temporary)
    return name(P.Decl, AsLocal);
  if (isa<FunctionDecl>(D))
    return nameOf('f', D);
  if (isa<RecordDecl>(D))
    return nameOf('r', D);
  if (isa<FieldDecl>(D))
    return nameOf('m', D);
  if (P.Outlives)
    return nameOf('g', D);
  // What a lambda captures belongs to a graph that is not here.
  if (!G.OwnVariables.count(P.Decl))
    Failed = true;
  return name(P.Decl, AsLocal);
}

void Writer::expr(const FlowExpr &E, Row &R) {
  switch (E.Kind) {
  case ExprKind::None:
    R << "";
    return;
  case ExprKind::Constant:
    R << "c" << E.Number;
    return;
  case ExprKind::Load:
    R << "l" << static_cast<int64_t>(E.Place);
    if (E.Site)
      R << site(E.Site);
    return;
  case ExprKind::AddressOf:
    R << "&" << static_cast<int64_t>(E.Place);
    return;
  case ExprKind::Binary:
    R << OperatorWords[static_cast<size_t>(E.Operator)];
    break;
  case ExprKind::Not:
    R << "!";
    break;
  case ExprKind::Cast:
    R << "cast" << static_cast<int64_t>(E.Signed ? -E.Bits : E.Bits);
    break;
  case ExprKind::LogicalAnd:
    R << "&&" << site(E.Site);
    break;
  case ExprKind::LogicalOr:
    R << "||" << site(E.Site);
    break;
  case ExprKind::Select:
    R << "?" << site(E.Site);
    break;
  case ExprKind::Opaque:
    R << "f" << site(E.Site);
    break;
  }
  for (ExprId Arg : E.Args)
    R << static_cast<int64_t>(Arg);
}

void Writer::placeRow(const FlowPlace &P, Row &R) {
  const int64_t Numbers[] = {
      nameOf(P),
      (P.Outlives ? Outlives : 0) | (P.Pointer ? Pointer : 0) |
          (P.Volatile ? Volatile : 0) | (P.OfRequest ? OfRequest : 0),
      static_cast<int64_t>(P.Base),
      static_cast<int64_t>(P.Key),
      site(P.Site),
      static_cast<int64_t>(P.Role)};
  size_t Last = std::size(Numbers);
  while (Last != 0 && Numbers[Last - 1] == 0)
    --Last;
  R << PlaceWords[static_cast<size_t>(P.Kind)];
  for (size_t I = 0; I != Last; ++I)
    R << Numbers[I];
}

/// Of what only fixes ask, what matters to this call.
void Writer::addWords(const FlowCall &C, Row &R) {
  if (C.Name.empty())
    return;
  // Where there is no macro and no such name, there is nothing to tell.
  const bool Waits = model::takenByWaiting(C.Name, "KMUTEX").has_value();
  const auto *Call = dyn_cast<CallExpr>(C.Origin);
  const auto Takes = [&](bool (*Is)(QualType)) {
    return !C.Known && Call &&
           llvm::any_of(Call->arguments(), [&](const Expr *Arg) {
             return Is(Arg->IgnoreParenImpCasts()->getType());
           });
  };
  const bool Completes =
      Takes(model::isIrpPointer) && model::soundsCompleting(C.Name);
  const bool Raises = Takes(model::isIrqlPointer);
  const bool Both = model::setsAndSetsBack(C.Name);
  if (!C.Origin->getBeginLoc().isMacroID() && !Waits && !Completes && !Raises &&
      !Both)
    return;
  const CallWords W = wordsOf(*C.Origin, Context);
  if (!W.Written.empty() && W.Written != C.Name)
    R.field("macro", W.Written);
  if (Waits && model::takenByWaiting(C.Name, W.Object))
    R.field("for", W.Object);
  if (Both && W.OfNothing)
    R.truth("nothing");
  if (Raises)
    R.truth("irql");
  if (Completes && W.Irp >= 0)
    R.field("irp", static_cast<int64_t>(W.Irp))
        .field("status", static_cast<int64_t>(W.Status));
}

/// As the source names it: there is no token to look at later.
std::string Writer::nameOfCall(const FlowCall &C) const {
  if (!C.Loc.isMacroID() || !C.Known)
    return C.Name;
  const SourceManager &Sources = Context.getSourceManager();
  llvm::SmallString<32> Buffer;
  const StringRef Token = Lexer::getSpelling(Sources.getFileLoc(C.Loc), Buffer,
                                             Sources, Context.getLangOpts());
  return Token.empty() ? C.Name : Token.str();
}

int64_t Writer::flagsOf(const FlowCall &C) const {
  const std::pair<bool, CallFlag> Flags[] = {
      {C.OnlyPrints, OnlyPrints},       {C.IsMethod, IsMethod},
      {C.ReturnsBool, ReturnsBool},     {C.ReturnsPointer, ReturnsPointer},
      {C.ReturnsNumber, ReturnsNumber}, {C.Discarded, DiscardedResult},
      {C.Origin == nullptr, NoOrigin},  {C.Zeroes, Zeroes},
      {C.ZeroesPointer, ZeroesPointer}, {C.TakesIrp, TakesIrp}};
  int64_t Result = 0;
  for (const auto &[Set, Flag] : Flags)
    Result |= Set ? Flag : 0;
  return Result;
}

void Writer::call(const FlowCall &C, Row &R) {
  R.field("site", site(C.Site)).field("at", place(C.Loc));
  if (const std::string Name = nameOfCall(C);
      !C.Named || Name != C.Named->getNameAsString())
    R.field("name", Name);
  const int64_t Flags = flagsOf(C);
  if (Flags)
    R.field("flags", Flags);
  if (C.Named)
    R.field("calls",
            nameOf('f', *(C.Callee ? C.Callee : C.Named)->getCanonicalDecl()));
  if (C.Known) {
    const model::Routine &Does = C.Routine;
    Row Words(R, "does", '[');
    Words << EffectWords[static_cast<size_t>(Does.Does)];
    if (Does.How != model::Detail::None || Does.Irp >= 0 || Does.Device >= 0 ||
        Does.Completion >= 0)
      Words << DetailWords[static_cast<size_t>(Does.How)]
            << static_cast<int64_t>(Does.Irp)
            << static_cast<int64_t>(Does.Device)
            << static_cast<int64_t>(Does.Completion);
  }
  numbers(R, "args", C.Args);
  numbers(R, "refs", C.ByReference);
  if (C.This)
    R.field("this", static_cast<int64_t>(C.This));
  if (C.Handler >= 0)
    R.field("handler", static_cast<int64_t>(C.Handler));
  if (C.Origin && !C.Callee)
    addWords(C, R);
}

void Writer::event(const FlowEvent &E, Row &R) {
  const auto Number = [](uint32_t N) { return static_cast<int64_t>(N); };
  switch (E.Kind) {
  case EventKind::Store:
    R << "=" << Number(E.Place) << Number(E.Value) << site(E.Site)
      << place(E.Loc);
    break;
  case EventKind::StepPlace:
    R << "+=" << Number(E.Place) << E.Number << site(E.Site) << place(E.Loc);
    break;
  case EventKind::Unknown:
    R << "?" << Number(E.Place) << site(E.Site);
    break;
  case EventKind::CopyRecord:
    R << "copy" << Number(E.Place) << Number(E.Source) << place(E.Loc);
    break;
  case EventKind::Read:
    R << "read" << Number(E.Place) << place(E.Loc);
    break;
  case EventKind::Call:
    R << "call" << Number(E.Call);
    break;
  case EventKind::Use:
    R << (E.Number != 0 ? "delete" : "use") << Number(E.Value) << place(E.Loc);
    break;
  case EventKind::Return:
    R << "return" << Number(E.Value) << Number(E.Source) << place(E.Loc);
    break;
  case EventKind::Raise:
    R << "raise" << Number(E.Call);
    if (E.Number != 0)
      R << E.Number;
    break;
  case EventKind::EndPath:
    R << "end";
    break;
  case EventKind::Patched: // Stands in the copy of a proof only.
    break;
  }
}

void Writer::edge(const FlowEdge &E, Row &R) {
  const int64_t Flags = (E.Decision ? Decision : 0) | (E.Default ? Default : 0);
  R << static_cast<int64_t>(E.To);
  if (!E.If.empty() || E.Decided || Flags) {
    Row If(R, '[');
    for (const Assumption &A : E.If)
      If << (A.Holds ? static_cast<int64_t>(A.Condition)
                     : -static_cast<int64_t>(A.Condition));
  }
  if (E.Decided || Flags)
    R << site(E.Decided) << Flags;
}

/// What \p B decides, as in the source.
void Writer::question(const FlowBlock &B, Row &In) {
  const SourceManager &Sources = Context.getSourceManager();
  const bool IsSwitch = isa_and_nonnull<SwitchStmt>(B.Terminator);
  Decided Last{B.Condition->IgnoreParenImpCasts(), false};
  if (!IsSwitch)
    Last = lastDecided(*B.Condition, Sources, Context.getLangOpts());
  const Written Words =
      writtenAs(*Last.Subject, Sources, Context.getLangOpts());
  constexpr size_t MaxText = 200;
  Row Asks(In, "asks", '{');
  Asks.field("text", StringRef(Words.Text).take_front(MaxText))
      .field("at", place(IsSwitch ? Last.Subject->getExprLoc()
                                  : Last.Subject->getBeginLoc()));
  if (!Words.Macro.empty())
    Asks.field("macro", Words.Macro);
  if (Last.Opposite)
    Asks.truth("not");
  if (IsSwitch)
    Asks.truth("switch");
}

void Writer::block(const FlowBlock &B, Row &R) {
  if (!B.Events.empty()) {
    Row Events(R, "do", '[');
    for (const FlowEvent &E : B.Events) {
      Row One(Events, '[');
      event(E, One);
    }
  }
  if (!B.Edges.empty()) {
    Row Edges(R, "to", '[');
    for (const FlowEdge &E : B.Edges) {
      Row One(Edges, '[');
      edge(E, One);
    }
  }
  if (B.Condition && B.Edges.size() > 1)
    question(B, R);
  if (!B.Renews.empty()) {
    Row Renews(R, "renews", '[');
    for (SiteId S : B.Renews)
      Renews << site(S);
  }
  const int64_t Flags = (B.LoopTest ? LoopTest : 0) | (B.Counts ? Counts : 0);
  if (Flags)
    R.field("flags", Flags);
}

std::optional<std::string> Writer::write() {
  Text Whole;
  {
    Row Top(Whole, '{');
    const auto Rows = [&](const char *Name, const auto &All, size_t First,
                          char Open, auto Write) {
      Row List(Top, Name, '[');
      for (size_t I = First; I != All.size(); ++I) {
        Row One(List, Open);
        Write(All[I], One);
      }
    };
    Rows("exprs", G.Exprs, 1, '[',
         [&](const FlowExpr &E, Row &R) { expr(E, R); });
    Rows("places", G.Places, 1, '[',
         [&](const FlowPlace &P, Row &R) { placeRow(P, R); });
    Rows("calls", G.Calls, 0, '{',
         [&](const FlowCall &C, Row &R) { call(C, R); });
    Rows("blocks", G.Blocks, 0, '{',
         [&](const FlowBlock &B, Row &R) { block(B, R); });
    {
      Row Params(Top, "params", '[');
      for (size_t I = 0; I != G.Params.size(); ++I)
        Params << static_cast<int64_t>((G.ParamIsReference[I] ? 1 : 0) |
                                       (G.ParamIsIrp[I] ? 2 : 0));
    }
    Top.field("irp", static_cast<int64_t>(G.IrpParam))
        .field("sites", static_cast<int64_t>(G.EndSite) - G.FirstSite)
        .field("join", site(G.JoinSite))
        .field("entry", static_cast<int64_t>(G.Entry))
        .field("exit", static_cast<int64_t>(G.Exit))
        .field("end", place(G.EndLoc));
    if (G.This)
      Top.truth("this");
    if (G.Incomplete)
      Top.truth("incomplete");
    numbers(Top, "others", G.OtherValues);
  }
  if (Failed)
    return std::nullopt;
  // Names are known last.
  Whole.pop_back();
  return (Whole + ",\"names\":" + NamesText + "]}").str();
}

/// Does not compile where a part of a graph has got another field: it has to be
/// written and read, or to be computed when it is read.
[[maybe_unused]] void
nameEveryField(const FlowExpr &Expr, const FlowPlace &Place,
               const FlowCall &Call, const FlowEvent &Event,
               const FlowEdge &Edge, const FlowBlock &Block,
               const CallWords &Words, const Question &Asked) {
  {
    [[maybe_unused]] const auto &[Kind, Operator, Bits, Signed, Number, Place,
                                  Site, Args] = Expr;
  }
  {
    [[maybe_unused]] const auto &[Kind, Outlives, Pointer, Volatile, OfRequest,
                                  Decl, Base, Key, Site, Role] = Place;
  }
  {
    // Filled in for proofs only: Guessed, StatusArgument, Handles.
    [[maybe_unused]] const auto &[Site, Known, OnlyPrints, Routine, Callee,
                                  Named, Origin, Loc, TakesIrp, Name, Args,
                                  ByReference, This, IsMethod, ReturnsBool,
                                  ReturnsPointer, ReturnsNumber, Handler,
                                  Guessed, StatusArgument, Discarded, Zeroes,
                                  ZeroesPointer, Handles, Words] = Call;
  }
  {
    [[maybe_unused]] const auto &[Kind, Place, Source, Value, Number, Site,
                                  Call, Loc, Origin] = Event;
  }
  {
    [[maybe_unused]] const auto &[To, If, Decided, Decision, Default] = Edge;
  }
  {
    // Asked stands for Condition, Terminator, TerminatorLoc; computed: Order,
    // Reachable.
    [[maybe_unused]] const auto &[Events, Edges, Condition, Terminator, Asked,
                                  TerminatorLoc, Renews, LoopTest, Counts,
                                  Order, Reachable] = Block;
  }
  {
    [[maybe_unused]] const auto &[Written, Object, OfNothing, TakesIrql, Irp,
                                  Status] = Words;
  }
  {
    [[maybe_unused]] const auto &[Text, Macro, Loc, Opposite, IsSwitch] = Asked;
  }
}

} // namespace

std::optional<std::string> writeGraph(const FlowGraph &Graph,
                                      ASTContext &Context, KeyCache &Keys,
                                      PlaceTexts &Places) {
  return Writer(Graph, Context, Keys, Places).write();
}

} // namespace wdm::index
