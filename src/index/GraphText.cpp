//===- GraphText.cpp - A function's graph as JSON -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/index/GraphText.h"
#include "src/engine/FlowBuilder.h"
#include "src/engine/Written.h"
#include "src/index/IndexFile.h"
#include "src/model/OwnWords.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Index/USRGeneration.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"
#include <array>
#include <charconv>

using namespace clang;

namespace json = llvm::json;

namespace wdm::index {

using namespace engine;
using llvm::StringRef;
using model::Detail;
using model::Effect;
using model::FieldRole;

namespace {

// --- Words ------------------------------------------------------------------

// In the order of the enumerations.
constexpr const char *EffectWords[] = {
    "harmless",   "prints",      "register", "send",         "recover",
    "complete",   "free",        "reuse",    "hand-on",      "alloc",
    "next-stack", "wait",        "raise",    "raise-always", "no-return",
    "abnormal",   "free-memory", "pure",     "nothing"};
static_assert(std::size(EffectWords) ==
              static_cast<size_t>(Effect::Nothing) + 1);
constexpr const char *DetailWords[] = {"",
                                       "waits-for-irp",
                                       "for-good",
                                       "somehow",
                                       "skips",
                                       "sets-routine",
                                       "marks",
                                       "may-mark",
                                       "current-stack",
                                       "copies-stack",
                                       "sets-cancel",
                                       "waits-for-event",
                                       "unlinks",
                                       "zeroes",
                                       "fills",
                                       "copies"};
static_assert(std::size(DetailWords) ==
              static_cast<size_t>(Detail::Copies) + 1);
constexpr const char *OperatorWords[] = {"+",   "-",  "*",    "/",      "%",
                                         "and", "or", "xor",  "<<",     ">>",
                                         "==",  "<",  "next", "current"};
static_assert(std::size(OperatorWords) ==
              static_cast<size_t>(Op::CurrentStack) + 1);
constexpr const char *PlaceWords[] = {"", "v", "t", ".", "*", "[]"};
static_assert(std::size(PlaceWords) ==
              static_cast<size_t>(PlaceKind::Element) + 1);

template <size_t N>
std::optional<unsigned> numberOf(const char *const (&Words)[N],
                                 std::optional<StringRef> Word) {
  for (unsigned I = 0; Word && I != N; ++I)
    if (*Word == Words[I])
      return I;
  return std::nullopt;
}

enum PlaceFlag { Outlives = 1, Pointer = 2, Volatile = 4 };
enum CallFlag {
  OnlyPrints = 1,
  IsMethod = 2,
  ReturnsBool = 4,
  ReturnsPointer = 8,
  ReturnsNumber = 16,
  DiscardedResult = 32,
  NoOrigin = 64,
  Zeroes = 128,
  ZeroesPointer = 256,
};
enum BlockFlag { LoopTest = 1, Counts = 2 };
enum EdgeFlag { Decision = 1, Default = 2 };

constexpr FieldRole LastRole = FieldRole::Own;

} // namespace

static std::string usrOf(const Decl &D) {
  llvm::SmallString<128> Usr;
  if (clang::index::generateUSRForDecl(&D, Usr))
    return {};
  return json::fixUTF8(Usr);
}

/// A record without a name goes by where it stands: in a record, as its n-th;
/// else in a file. (USRs do not tell those of one record apart.)
static std::string keyOfRecord(const RecordDecl &R) {
  if (R.getDeclName() || R.getTypedefNameForAnonDecl())
    return usrOf(R);
  if (const auto *Outer = dyn_cast<RecordDecl>(R.getDeclContext())) {
    const std::string Key =
        keyOfRecord(*cast<RecordDecl>(Outer->getCanonicalDecl()));
    unsigned Number = 0;
    for (const Decl *D : Outer->decls()) {
      if (D->getCanonicalDecl() == R.getCanonicalDecl())
        break;
      Number += isa<RecordDecl>(D);
    }
    return Key.empty() ? Key : Key + "/" + std::to_string(Number);
  }
  const SourceManager &Sources = R.getASTContext().getSourceManager();
  const SourceLocation Loc = Sources.getFileLoc(R.getLocation());
  return ("@" + llvm::sys::path::filename(Sources.getFilename(Loc)) + ":" +
          llvm::Twine(Sources.getSpellingLineNumber(Loc)) + ":" +
          llvm::Twine(Sources.getSpellingColumnNumber(Loc)))
      .str();
}

std::string keyOf(const NamedDecl &D, StringRef Unit) {
  if (const auto *Record = dyn_cast<RecordDecl>(&D))
    return keyOfRecord(*Record);
  if (const auto *Field = dyn_cast<FieldDecl>(&D)) {
    const std::string Of =
        keyOfRecord(*cast<RecordDecl>(Field->getParent()->getCanonicalDecl()));
    return Of.empty() ? Of
                      : Of + "." +
                            (Field->getDeclName()
                                 ? json::fixUTF8(Field->getName())
                                 : std::to_string(Field->getFieldIndex()));
  }
  std::string Key = usrOf(D);
  if (!Key.empty() && !D.isExternallyVisible())
    Key += "#" + hashOf(Unit);
  return Key;
}

/// The name as which most keys end.
static StringRef nameIn(StringRef Key) {
  const size_t Last = Key.find_last_of("@.");
  return Last == StringRef::npos ? StringRef() : Key.substr(Last + 1);
}

const std::string &KeyCache::of(const NamedDecl &D) {
  auto [It, New] = Known.try_emplace(&D);
  if (New)
    It->second = keyOf(D, Unit);
  return It->second;
}

std::string placeText(const ASTContext &Context, SourceLocation Loc,
                      FileNumbers Files) {
  const SourceManager &Sources = Context.getSourceManager();
  Loc = Sources.getFileLoc(Loc);
  if (Loc.isInvalid())
    return {};
  llvm::SmallString<256> Path(Sources.getFilename(Loc));
  if (Path.empty())
    return {};
  Sources.getFileManager().makeAbsolutePath(Path);
  llvm::sys::path::remove_dots(Path, true);
  const unsigned File = Files(Path);
  std::string Text = std::to_string(Sources.getSpellingLineNumber(Loc)) + ":" +
                     std::to_string(Sources.getSpellingColumnNumber(Loc));
  if (File)
    Text += "@" + std::to_string(File);
  return Text;
}

// --- Writing ----------------------------------------------------------------

namespace {

// Text at once: a tree of json::Values for each function costs more than all
// the rest of the pass.

/// A list or an object that is being written, into the text of the whole.
class Row {
public:
  Row(std::string &Text, char Open)
      : Text(Text), Close(Open == '[' ? ']' : '}') {
    Text += Open;
    Begin = Text.size();
  }
  /// The next part of \p In; its member \p Name.
  Row(Row &In, char Open) : Row(In.next(), Open) {}
  Row(Row &In, const char *Name, char Open) : Row(In.next(Name), Open) {}
  Row(const Row &) = delete;
  Row &operator=(const Row &) = delete;
  ~Row() { Text += Close; }

  Row &operator<<(int64_t N) {
    add(next(), N);
    return *this;
  }
  Row &operator<<(StringRef Word) {
    add(next(), Word);
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
  std::string &next() {
    if (Text.size() != Begin)
      Text += ',';
    return Text;
  }
  std::string &next(const char *Name) {
    next() += '"';
    Text += Name;
    return Text += "\":";
  }
  static void add(std::string &To, int64_t N) {
    std::array<char, 24> Digits;
    char *const Begin = Digits.data();
    To.append(Begin, std::to_chars(Begin, Begin + Digits.size(), N).ptr);
  }
  static void add(std::string &To, StringRef Word) {
    if (llvm::all_of(Word, [](char C) {
          return C >= ' ' && C < 0x7f && C != '"' && C != '\\';
        })) {
      To += '"';
      To.append(Word.data(), Word.size());
      To += '"';
    } else {
      llvm::raw_string_ostream(To) << json::Value(json::fixUTF8(Word));
    }
  }

  std::string &Text;
  size_t Begin;
  char Close;
};

class Writer {
public:
  Writer(const FlowGraph &G, ASTContext &Context, KeyCache &Keys,
         FileNumbers Files)
      : G(G), Context(Context), Keys(Keys), Files(Files) {
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
  std::string place(SourceLocation Loc) {
    if (Loc != LastLoc) {
      LastLoc = Loc;
      LastPlace = placeText(Context, Loc, Files);
    }
    return LastPlace;
  }
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
  void call(const FlowCall &C, Row &R);
  void event(const FlowEvent &E, Row &R);
  void block(const FlowBlock &B, Row &R);

  const FlowGraph &G;
  ASTContext &Context;
  KeyCache &Keys;
  FileNumbers Files;
  bool Failed = false;
  std::string NamesText;
  Row Names{NamesText, '['};
  int64_t NameCount = 1; ///< 0: none
  llvm::DenseMap<const void *, int64_t> NameNumbers;
  SourceLocation LastLoc;
  std::string LastPlace;
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
  const int64_t Numbers[] = {nameOf(P),
                             (P.Outlives ? Outlives : 0) |
                                 (P.Pointer ? Pointer : 0) |
                                 (P.Volatile ? Volatile : 0),
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
  const bool Completes =
      !C.Known && Call &&
      llvm::any_of(Call->arguments(),
                   [](const Expr *Arg) {
                     return model::isIrpPointer(
                         Arg->IgnoreParenImpCasts()->getType());
                   }) &&
      model::soundsCompleting(C.Name);
  const bool Both = model::setsAndSetsBack(C.Name);
  if (!C.Origin->getBeginLoc().isMacroID() && !Waits && !Completes && !Both)
    return;
  const CallWords W = wordsOf(*C.Origin, Context);
  if (!W.Written.empty() && W.Written != C.Name)
    R.field("macro", W.Written);
  if (Waits && model::takenByWaiting(C.Name, W.Object))
    R.field("for", W.Object);
  if (Both && W.OfNothing)
    R.truth("nothing");
  if (Completes && W.Irp >= 0)
    R.field("irp", static_cast<int64_t>(W.Irp))
        .field("status", static_cast<int64_t>(W.Status));
}

void Writer::call(const FlowCall &C, Row &R) {
  // As the source names it: there is no token to look at later.
  std::string Name = C.Name;
  if (C.Loc.isMacroID()) {
    llvm::SmallString<32> Buffer;
    StringRef Token =
        Lexer::getSpelling(Context.getSourceManager().getFileLoc(C.Loc), Buffer,
                           Context.getSourceManager(), Context.getLangOpts());
    if (!Token.empty() && C.Known)
      Name = Token.str();
  }
  R.field("site", site(C.Site)).field("at", place(C.Loc));
  if (!C.Named || Name != C.Named->getNameAsString())
    R.field("name", Name);
  const int64_t Flags =
      (C.OnlyPrints ? OnlyPrints : 0) | (C.IsMethod ? IsMethod : 0) |
      (C.ReturnsBool ? ReturnsBool : 0) |
      (C.ReturnsPointer ? ReturnsPointer : 0) |
      (C.ReturnsNumber ? ReturnsNumber : 0) |
      (C.Discarded ? DiscardedResult : 0) | (C.Origin ? 0 : NoOrigin) |
      (C.Zeroes ? Zeroes : 0) | (C.ZeroesPointer ? ZeroesPointer : 0);
  if (Flags)
    R.field("flags", Flags);
  if (C.Named)
    R.field("calls",
            nameOf('f', *(C.Callee ? C.Callee : C.Named)->getCanonicalDecl()));
  if (C.Known) {
    const model::Routine &Does = C.Routine;
    Row Words(R, "does", '[');
    Words << EffectWords[static_cast<size_t>(Does.Does)];
    if (Does.How != Detail::None || Does.Irp >= 0 || Does.Device >= 0 ||
        Does.Completion >= 0)
      Words << DetailWords[static_cast<size_t>(Does.How)]
            << static_cast<int64_t>(Does.Irp)
            << static_cast<int64_t>(Does.Device)
            << static_cast<int64_t>(Does.Completion);
  }
  if (!C.Args.empty()) {
    Row Args(R, "args", '[');
    for (ExprId Arg : C.Args)
      Args << static_cast<int64_t>(Arg);
  }
  if (!C.ByReference.empty()) {
    Row Refs(R, "refs", '[');
    for (uint32_t Arg : C.ByReference)
      Refs << static_cast<int64_t>(Arg);
  }
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
    R << "use" << Number(E.Value) << place(E.Loc);
    break;
  case EventKind::Return:
    R << "return" << Number(E.Value) << Number(E.Source) << place(E.Loc);
    break;
  case EventKind::Raise:
    R << "raise" << Number(E.Call);
    break;
  case EventKind::EndPath:
    R << "end";
    break;
  case EventKind::Patched: // Stands in the copy of a proof only.
    break;
  }
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
      const int64_t Flags =
          (E.Decision ? Decision : 0) | (E.Default ? Default : 0);
      Row Edge(Edges, '[');
      Edge << static_cast<int64_t>(E.To);
      if (!E.If.empty() || E.Decided || Flags) {
        Row If(Edge, '[');
        for (const Assumption &A : E.If)
          If << (A.Holds ? static_cast<int64_t>(A.Condition)
                         : -static_cast<int64_t>(A.Condition));
      }
      if (E.Decided || Flags)
        Edge << site(E.Decided) << Flags;
    }
  }
  if (B.Condition && B.Edges.size() > 1) {
    const SourceManager &Sources = Context.getSourceManager();
    const bool IsSwitch = isa_and_nonnull<SwitchStmt>(B.Terminator);
    Decided Last{B.Condition->IgnoreParenImpCasts(), false};
    if (!IsSwitch)
      Last = lastDecided(*B.Condition, Sources, Context.getLangOpts());
    const Written Words =
        writtenAs(*Last.Subject, Sources, Context.getLangOpts());
    constexpr size_t MaxText = 200;
    Row Asks(R, "asks", '{');
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
  std::string Text;
  {
    Row Top(Text, '{');
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
    if (!G.OtherValues.empty()) {
      Row Others(Top, "others", '[');
      for (BlockId B : G.OtherValues)
        Others << static_cast<int64_t>(B);
    }
  }
  if (Failed)
    return std::nullopt;
  // Names are known last.
  Text.pop_back();
  return Text + ",\"names\":" + NamesText + "]}";
}

// --- Reading ----------------------------------------------------------------

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

  void readNames(const json::Array &Rows);
  void readExpr(const json::Array &Row, FlowExpr &E);
  void readPlace(const json::Array &Row, FlowPlace &P);
  void readCall(const json::Object &Row, FlowCall &C);
  void readEvent(const json::Array &Row, FlowEvent &E);
  void readBlock(const json::Object &Row, FlowBlock &B);
  bool isSound();

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

void ReaderOfGraph::readNames(const json::Array &Rows) {
  // Number 0 is no name, whatever stands there.
  Names.resize(std::max<size_t>(Rows.size(), 1));
  for (size_t I = 1; I < Rows.size(); ++I) {
    const json::Array *Row = Rows[I].getAsArray();
    const auto Kind =
        Row && !Row->empty() ? (*Row)[0].getAsString() : std::nullopt;
    if (!Kind) {
      Failed = true;
      return;
    }
    const auto Word = [&](size_t Number) -> StringRef {
      const auto S =
          Number < Row->size() ? (*Row)[Number].getAsString() : std::nullopt;
      Failed |= !S;
      return S.value_or("");
    };
    Name &N = Names[I];
    if (*Kind == "this") {
      if (!G->This)
        G->This = local();
      N.Identity = G->This;
    } else if (*Kind == "p") {
      const int64_t Number =
          number(*Row, 1, 0, static_cast<int64_t>(G->Params.size()) - 1);
      if (Failed)
        return;
      N.Identity = G->Params[static_cast<size_t>(Number)];
      if (const StringRef Name = Word(2); !Name.empty())
        static_cast<VarDecl *>(const_cast<void *>(N.Identity))
            ->setDeclName(&Context.Idents.get(Name));
    } else if (*Kind == "l") {
      N.Identity = local(Word(1));
      G->OwnVariables.insert(N.Identity);
    } else if (*Kind == "f" || *Kind == "g" || *Kind == "m" || *Kind == "r") {
      N.Key = Word(1).str();
      if (Failed || N.Key.empty()) {
        Failed = true;
        return;
      }
      N.Text = (Row->size() > 2 ? Word(2) : nameIn(N.Key)).str();
      N.Identity = Known.identity(Kind->front(), N.Key, N.Text);
      if (*Kind != "f")
        N.Key.clear();
    } else {
      Failed = true;
    }
    if (Failed)
      return;
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
  const int64_t Flags = number(Row, 2, 0, Outlives | Pointer | Volatile);
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
  if (Short && Effect) {
    R.Does = static_cast<model::Effect>(*Effect);
    return true;
  }
  if (Short)
    return false;
  const auto Detail = numberOf(DetailWords, (*Does)[1].getAsString());
  if (!Effect || !Detail)
    return false;
  R.Does = static_cast<model::Effect>(*Effect);
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
  const int64_t Flags = number(Row, "flags", 0, 511);
  C.OnlyPrints = Flags & OnlyPrints;
  C.IsMethod = Flags & IsMethod;
  C.ReturnsBool = Flags & ReturnsBool;
  C.ReturnsPointer = Flags & ReturnsPointer;
  C.ReturnsNumber = Flags & ReturnsNumber;
  C.Discarded = Flags & DiscardedResult;
  C.Zeroes = Flags & Zeroes;
  C.ZeroesPointer = Flags & ZeroesPointer;
  if (!(Flags & NoOrigin))
    C.Origin = origin('c', C.Loc);
  CallWords W;
  W.Written = Row.getString("macro").value_or("").str();
  W.Object = Row.getString("for").value_or("").str();
  W.OfNothing = Row.getBoolean("nothing").value_or(false);
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
    C.TakesIrp = C.Callee && model::takesIrp(*C.Callee);
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
  } else if (*Kind == "use") {
    E.Kind = EventKind::Use;
    E.Value = expr(Row, 1);
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

void ReaderOfGraph::readBlock(const json::Object &Row, FlowBlock &B) {
  if (const json::Array *Events = Row.getArray("do"))
    for (const json::Value &One : *Events) {
      const json::Array *Event = One.getAsArray();
      if (!Event || Failed) {
        Failed = true;
        return;
      }
      B.Events.emplace_back();
      readEvent(*Event, B.Events.back());
    }
  if (const json::Array *Edges = Row.getArray("to"))
    for (const json::Value &One : *Edges) {
      const json::Array *Edge = One.getAsArray();
      if (!Edge || Edge->empty() || Failed) {
        Failed = true;
        return;
      }
      FlowEdge E;
      E.To = static_cast<BlockId>(number(*Edge, 0, 0, BlockCount - 1));
      if (Edge->size() > 1) {
        const json::Array *If = (*Edge)[1].getAsArray();
        for (size_t I = 0; If && I != If->size(); ++I) {
          const int64_t N = number(*If, I, -ExprCount, ExprCount);
          Failed |= N == 0;
          E.If.push_back({static_cast<ExprId>(N < 0 ? -N : N), N > 0});
        }
        Failed |= !If;
      }
      E.Decided = site(*Edge, 2);
      const int64_t Flags = number(*Edge, 3, 0, Decision | Default);
      E.Decision = Flags & Decision;
      E.Default = Flags & Default;
      B.Edges.push_back(std::move(E));
    }
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

/// No expression and no place is a part of itself, and none is larger than what
/// can be evaluated.
bool ReaderOfGraph::isSound() {
  // Expressions and places are nodes of one graph; depth first, without
  // recursion.
  const size_t Exprs = G->Exprs.size(), All = Exprs + G->Places.size();
  std::vector<uint64_t> Parts(All);
  std::vector<unsigned> Depth(All);
  enum : char { New, Open, Done };
  std::vector<char> State(All, New);
  const auto ForEachPart = [&](size_t N, auto Do) {
    if (N < Exprs) {
      const FlowExpr &E = G->Exprs[N];
      for (ExprId Arg : E.Args)
        Do(size_t(Arg));
      if (E.Place)
        Do(Exprs + E.Place);
    } else {
      const FlowPlace &P = G->Places[N - Exprs];
      if (P.Base)
        Do(Exprs + P.Base);
      if (P.Key)
        Do(size_t(P.Key));
    }
  };
  std::vector<size_t> Work;
  for (size_t Root = 0; Root != All; ++Root) {
    Work.push_back(Root);
    while (!Work.empty()) {
      const size_t N = Work.back();
      if (State[N] == Done) {
        Work.pop_back();
        continue;
      }
      if (State[N] == Open) {
        uint64_t Sum = 1;
        unsigned Deepest = 0;
        bool Bad = false;
        ForEachPart(N, [&](size_t Part) {
          Bad |= State[Part] != Done;
          Sum += Parts[Part];
          Deepest = std::max(Deepest, Depth[Part]);
        });
        if (Bad || Sum > MaxParts || Deepest >= MaxDepth)
          return false;
        Parts[N] = Sum;
        Depth[N] = Deepest + 1;
        State[N] = Done;
        Work.pop_back();
        continue;
      }
      State[N] = Open;
      bool Circle = false;
      ForEachPart(N, [&](size_t Part) {
        Circle |= State[Part] == Open;
        if (State[Part] == New)
          Work.push_back(Part);
      });
      if (Circle)
        return false;
    }
  }
  return true;
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
  SiteCount = number(Text, "sites", BlockCount, MaxSites, -1);
  if (Failed || SiteCount < 0)
    return nullptr;
  G->FirstSite = Sites.last() + 1;
  Sites.reserve(static_cast<unsigned>(SiteCount));
  G->EndSite = Sites.last() + 1;
  const int64_t Join = number(Text, "join", 1, SiteCount - BlockCount + 1, -1);
  if (Failed || Join < 0)
    return nullptr;
  G->JoinSite = site(Join);
  G->Entry = static_cast<BlockId>(number(Text, "entry", 0, BlockCount - 1));
  G->Exit = static_cast<BlockId>(number(Text, "exit", 0, BlockCount - 1));
  G->EndLoc = loc(Text.getString("end").value_or(""));
  G->Incomplete = Text.getBoolean("incomplete").value_or(false);
  if (Text.getBoolean("this").value_or(false))
    G->This = local();
  for (size_t I = 0; I != ParamRows->size(); ++I) {
    const int64_t Flags = number(*ParamRows, I, 0, 3);
    G->Params.push_back(local());
    G->ParamIsReference.push_back(Flags & 1);
    G->ParamIsIrp.push_back(Flags & 2);
    G->OwnVariables.insert(G->Params.back());
  }
  G->IrpParam = static_cast<int32_t>(
      number(Text, "irp", -1, static_cast<int64_t>(ParamRows->size()) - 1, -1));
  readNames(*NameRows);
  if (Failed)
    return nullptr;

  const auto ForEachRow = [&](const json::Array &Rows, auto Do) {
    for (const json::Value &One : Rows) {
      if (Failed)
        return;
      const json::Array *Row = One.getAsArray();
      Failed |= !Row;
      if (Row)
        Do(*Row);
    }
  };
  const auto ForEachObject = [&](const json::Array &Rows, auto Do) {
    for (const json::Value &One : Rows) {
      if (Failed)
        return;
      const json::Object *Row = One.getAsObject();
      Failed |= !Row;
      if (Row)
        Do(*Row);
    }
  };
  ForEachRow(*ExprRows, [&](const json::Array &Row) {
    G->Exprs.emplace_back();
    readExpr(Row, G->Exprs.back());
  });
  ForEachRow(*PlaceRows, [&](const json::Array &Row) {
    G->Places.emplace_back();
    readPlace(Row, G->Places.back());
  });
  if (Failed || !isSound())
    return nullptr;
  ForEachObject(*CallRows, [&](const json::Object &Row) {
    G->Calls.emplace_back();
    readCall(Row, G->Calls.back());
  });
  if (Failed)
    return nullptr;
  G->Blocks.resize(BlockRows->size());
  size_t Number = 0;
  ForEachObject(*BlockRows, [&](const json::Object &Row) {
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

std::optional<std::string> writeGraph(const FlowGraph &Graph,
                                      ASTContext &Context, KeyCache &Keys,
                                      FileNumbers Files) {
  return Writer(Graph, Context, Keys, Files).write();
}

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
