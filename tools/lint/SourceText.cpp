// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/SourceText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace wdm::lint {

static bool isNameCharacter(char C) {
  return isAlnum(C) || C == '_' || C == '$' ||
         static_cast<unsigned char>(C) >= 0x80;
}

SourceText::SourceText(std::string T) : Text(std::move(T)) {
  Starts.push_back(0);
  for (size_t I = 0; I < Text.size(); ++I)
    if (Text[I] == '\n' ||
        (Text[I] == '\r' && (I + 1 == Text.size() || Text[I + 1] != '\n')))
      Starts.push_back(static_cast<unsigned>(I + 1));
}

unsigned SourceText::startOf(unsigned Line) const {
  if (Line == 0)
    return 0;
  return Line <= Starts.size() ? Starts[Line - 1]
                               : static_cast<unsigned>(Text.size());
}

LineColumn SourceText::place(unsigned Offset) const {
  Offset = std::min<unsigned>(Offset, static_cast<unsigned>(Text.size()));
  const auto After = llvm::upper_bound(Starts, Offset);
  LineColumn Result;
  Result.Line = static_cast<unsigned>(After - Starts.begin());
  const unsigned Start = Starts[Result.Line - 1];
  Result.Column = Offset - Start + 1;
  Result.Utf16Column = 1;
  unsigned I = Start;
  // The mark is no column.
  if (I == 0 && StringRef(Text).starts_with("\xef\xbb\xbf"))
    I = 3;
  while (I < Offset) {
    const auto C = static_cast<unsigned char>(Text[I]);
    // What is not UTF-8 counts one by one.
    unsigned Length = C >= 0xf0 ? 4 : C >= 0xe0 ? 3 : C >= 0xc2 ? 2 : 1;
    for (unsigned J = 1; J < Length; ++J)
      if (I + J >= Text.size() ||
          (static_cast<unsigned char>(Text[I + J]) & 0xc0) != 0x80)
        Length = 1;
    Result.Utf16Column += Length == 4 ? 2 : 1;
    I += Length;
  }
  return Result;
}

StringRef SourceText::line(unsigned Line) const {
  const unsigned Start = startOf(Line);
  return StringRef(Text).slice(Start, startOf(Line + 1)).rtrim("\r\n");
}

unsigned SourceText::endOfName(unsigned Offset) const {
  unsigned End = Offset;
  while (End < Text.size() && isNameCharacter(Text[End]))
    ++End;
  if (End == Offset && End < Text.size() && Text[End] != '\n' &&
      Text[End] != '\r')
    ++End;
  return End;
}

/// Past the comment, the string or the character that begins at \p I; \p I
/// itself if none does.
static size_t skipToken(StringRef Text, size_t I, bool &Comment) {
  Comment = false;
  const StringRef Rest = Text.drop_front(I);
  if (Rest.starts_with("//")) {
    Comment = true;
    const size_t End = Text.find('\n', I);
    return End == StringRef::npos ? Text.size() : End;
  }
  if (Rest.starts_with("/*")) {
    Comment = true;
    const size_t End = Text.find("*/", I + 2);
    return End == StringRef::npos ? Text.size() : End + 2;
  }
  const char Quote = Text[I];
  if (Quote != '"' && Quote != '\'')
    return I;
  // A digit's separator of C++.
  if (Quote == '\'' && I > 0 && isAlnum(Text[I - 1]) && I + 1 < Text.size() &&
      isAlnum(Text[I + 1]) && isDigit(Text[I - 1]))
    return I + 1;
  for (size_t J = I + 1; J < Text.size(); ++J) {
    if (Text[J] == '\\')
      ++J;
    else if (Text[J] == Quote)
      return J + 1;
    else if (Text[J] == '\n')
      return J;
  }
  return Text.size();
}

std::string SourceText::callAt(unsigned Offset) const {
  const StringRef All(Text);
  std::string Result;
  unsigned Depth = 0;
  bool Blank = false;
  for (size_t I = Offset; I < All.size();) {
    bool Comment = false;
    const size_t Behind = skipToken(All, I, Comment);
    if (Behind != I && Comment) {
      Blank = true;
      I = Behind;
      continue;
    }
    const char C = All[I];
    if (isSpace(C)) {
      Blank = true;
      ++I;
      continue;
    }
    if (Depth == 0 && !isNameCharacter(C) && C != '(')
      break;
    if (Depth == 0 && Blank && isNameCharacter(C))
      break;
    if (Blank && !Result.empty() && isNameCharacter(Result.back()) &&
        isNameCharacter(C))
      Result += ' ';
    Blank = false;
    const size_t End = Behind == I ? I + 1 : Behind;
    Result += All.slice(I, End);
    I = End;
    if (C == '(')
      ++Depth;
    if (C == ')' && --Depth == 0)
      break;
    // Unbalanced: this is no call.
    if (Result.size() > 4096)
      break;
  }
  return Result;
}

namespace {

/// A pair of braces that is open.
struct Scope {
  enum Kind { Named, Body, Other } What;
  std::string Name;
};

/// True if `name(` names no function.
bool isAnnotation(StringRef Name) {
  return Name.starts_with("__") ||
         (Name.starts_with("_") && Name.ends_with("_")) || Name == "alignas" ||
         Name == "decltype" || Name == "noexcept";
}

/// The qualified name that \p Text ends in.
StringRef nameBehind(StringRef Text) {
  Text = Text.rtrim();
  size_t Start = Text.size();
  while (Start > 0 && (isNameCharacter(Text[Start - 1]) ||
                       Text[Start - 1] == ':' || Text[Start - 1] == '~'))
    --Start;
  return Text.drop_front(Start);
}

/// The function whose body begins behind \p Head, by the first parenthesis
/// whose name is no keyword or annotation: `name(`. Empty: there is none.
StringRef functionIn(StringRef Head) {
  unsigned Depth = 0;
  for (size_t I = 0; I < Head.size(); ++I) {
    if (Head[I] == ')' && Depth > 0)
      --Depth;
    if (Head[I] != '(' || Depth++ != 0)
      continue;
    const StringRef Name = nameBehind(Head.take_front(I));
    if (!Name.empty() && !isAnnotation(Name) && !isDigit(Name.front()))
      return Name;
  }
  return "";
}

/// Past the last \p Keyword of \p Head, where it is a word of its own.
size_t behindLast(StringRef Keyword, StringRef Head) {
  size_t Behind = StringRef::npos;
  for (size_t At = 0; (At = Head.find(Keyword, At)) != StringRef::npos; ++At) {
    const size_t End = At + Keyword.size();
    if ((At == 0 || !isNameCharacter(Head[At - 1])) &&
        (End == Head.size() || !isNameCharacter(Head[End])))
      Behind = End;
  }
  return Behind;
}

/// What the text before a brace, from the last `;` or brace on, opens.
Scope scopeOf(StringRef Head, bool InBody) {
  if (InBody)
    return {Scope::Other, ""};
  Head = Head.trim();
  const StringRef Function = functionIn(Head);
  if (!Function.empty())
    return {Scope::Body, Function.ltrim(':').str()};
  for (const StringRef Keyword : {"namespace", "class", "struct", "union"}) {
    const size_t Behind = behindLast(Keyword, Head);
    if (Behind == StringRef::npos)
      continue;
    const StringRef Name = Head.drop_front(Behind).ltrim().take_while(
        [](char C) { return isNameCharacter(C) || C == ':'; });
    return {Scope::Named, Name.rtrim(':').str()};
  }
  if (Head.ends_with("\"C\"") || Head.ends_with("\"C++\""))
    return {Scope::Named, ""};
  // An initialiser, an enum.
  return {Scope::Other, ""};
}

/// Follows the braces of a text from its beginning on.
class Braces {
public:
  explicit Braces(StringRef Text) : All(Text) {}

  void readTo(size_t Offset) {
    while (At < All.size() && At < Offset)
      step();
  }
  /// The function that is open, with what it is in; empty: there is none.
  std::string function() const;

private:
  void step();
  void readDirective();
  void readCharacter(char C);

  const StringRef All;
  size_t At = 0;
  std::vector<Scope> Open;
  /// The branches of an #if that are skipped: one brace must not count twice.
  std::vector<bool> Skipping;
  std::string Head; ///< from the last `;` or brace on
  bool LineBegins = true;
};

void Braces::step() {
  const char C = All[At];
  if (C == '\n') {
    LineBegins = true;
    Head += ' ';
    ++At;
    return;
  }
  if (LineBegins && C == '#') {
    readDirective();
    return;
  }
  if (!isSpace(C))
    LineBegins = false;
  bool Comment = false;
  const size_t Behind = skipToken(All, At, Comment);
  if (Behind != At) {
    if (!Comment)
      Head += All.slice(At, Behind);
    At = Behind;
    return;
  }
  ++At;
  if (none_of(Skipping, [](bool S) { return S; }))
    readCharacter(C);
}

void Braces::readDirective() {
  const StringRef Directive = All.drop_front(At + 1).ltrim(" \t");
  if (Directive.starts_with("if"))
    Skipping.push_back(false);
  else if (Directive.starts_with("el") && !Skipping.empty())
    Skipping.back() = true;
  else if (Directive.starts_with("endif") && !Skipping.empty())
    Skipping.pop_back();
  // To its end, over continued lines.
  for (; At < All.size() && All[At] != '\n'; ++At)
    if (All[At] == '\\' && All.drop_front(At + 1).ltrim('\r').starts_with("\n"))
      At = All.find('\n', At);
}

void Braces::readCharacter(char C) {
  if (C == '{') {
    const bool InBody =
        any_of(Open, [](const Scope &S) { return S.What == Scope::Body; });
    Open.push_back(scopeOf(Head, InBody));
  } else if (C == '}' && !Open.empty()) {
    Open.pop_back();
  }
  if (C == '{' || C == '}' || C == ';')
    Head.clear();
  else
    Head += C;
}

std::string Braces::function() const {
  std::string Name;
  for (const Scope &S : Open) {
    if (S.What != Scope::Other && !S.Name.empty())
      Name += (Name.empty() ? "" : "::") + S.Name;
    if (S.What == Scope::Body)
      return Name;
  }
  return "";
}

} // namespace

std::string SourceText::functionAt(unsigned Offset) const {
  Braces Before(Text);
  Before.readTo(Offset);
  return Before.function();
}

std::string SourceText::around(unsigned Offset) const {
  const auto Squeezed = [](StringRef Line) {
    std::string Result;
    for (const char C : Line)
      if (!isSpace(C))
        Result += C;
    return Result;
  };
  const unsigned Line = place(Offset).Line;
  std::string Result;
  for (unsigned Before = Line; Before > 1;) {
    Result = Squeezed(line(--Before));
    if (!Result.empty())
      break;
  }
  Result += '\n';
  for (unsigned After = Line; After < lines();) {
    const std::string Next = Squeezed(line(++After));
    if (!Next.empty())
      return Result + Next;
  }
  return Result;
}

const SourceText *SourceTexts::get(StringRef Path) {
  auto [Place, New] = Files.try_emplace(Path);
  if (New) {
    auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                        /*RequiresNullTerminator=*/false);
    if (Buffer)
      Place->second =
          std::make_unique<SourceText>((*Buffer)->getBuffer().str());
  }
  return Place->second.get();
}

} // namespace wdm::lint
