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

/// What the text before a brace, from the last `;` or brace on, opens.
Scope scopeOf(StringRef Head, bool InBody) {
  if (InBody)
    return {Scope::Other, ""};
  Head = Head.trim();
  // The first parenthesis whose name is no keyword or annotation: `name(`.
  unsigned Depth = 0;
  for (size_t I = 0; I < Head.size(); ++I) {
    if (Head[I] == '(') {
      if (Depth++ == 0) {
        const StringRef Before = Head.take_front(I).rtrim();
        size_t Start = Before.size();
        while (Start > 0 &&
               (isNameCharacter(Before[Start - 1]) ||
                Before[Start - 1] == ':' || Before[Start - 1] == '~'))
          --Start;
        const StringRef Name = Before.drop_front(Start);
        const bool Annotation =
            Name.starts_with("__") ||
            (Name.starts_with("_") && Name.ends_with("_")) ||
            Name == "alignas" || Name == "decltype" || Name == "noexcept";
        if (!Name.empty() && !Annotation && !isDigit(Name.front())) {
          return {Scope::Body, Name.ltrim(':').str()};
        }
      }
    } else if (Head[I] == ')' && Depth > 0) {
      --Depth;
    }
  }
  for (const StringRef Keyword : {"namespace", "class", "struct", "union"}) {
    size_t At = StringRef::npos;
    for (size_t From = 0; (From = Head.find(Keyword, From)) != StringRef::npos;
         ++From)
      if ((From == 0 || !isNameCharacter(Head[From - 1])) &&
          (From + Keyword.size() == Head.size() ||
           !isNameCharacter(Head[From + Keyword.size()])))
        At = From;
    if (At == StringRef::npos)
      continue;
    StringRef Name = Head.drop_front(At + Keyword.size()).ltrim();
    Name =
        Name.take_while([](char C) { return isNameCharacter(C) || C == ':'; });
    return {Scope::Named, Name.rtrim(':').str()};
  }
  if (Head.ends_with("\"C\"") || Head.ends_with("\"C++\""))
    return {Scope::Named, ""};
  // An initialiser, an enum.
  return {Scope::Other, ""};
}

} // namespace

std::string SourceText::functionAt(unsigned Offset) const {
  const StringRef All(Text);
  std::vector<Scope> Open;
  // The branches of an #if that are skipped: one brace must not count twice.
  std::vector<bool> Skipping;
  std::string Head;
  bool LineBegins = true;
  for (size_t I = 0; I < All.size() && I < Offset;) {
    const char C = All[I];
    if (C == '\n') {
      LineBegins = true;
      Head += ' ';
      ++I;
      continue;
    }
    if (LineBegins && C == '#') {
      StringRef Directive = All.drop_front(I + 1).ltrim(" \t");
      if (Directive.starts_with("if"))
        Skipping.push_back(false);
      else if (Directive.starts_with("el") && !Skipping.empty())
        Skipping.back() = true;
      else if (Directive.starts_with("endif") && !Skipping.empty())
        Skipping.pop_back();
      // To its end, over continued lines.
      while (I < All.size() && All[I] != '\n') {
        if (All[I] == '\\' &&
            All.drop_front(I + 1).ltrim('\r').starts_with("\n"))
          I = All.find('\n', I);
        ++I;
      }
      continue;
    }
    if (!isSpace(C))
      LineBegins = false;
    bool Comment = false;
    const size_t Behind = skipToken(All, I, Comment);
    if (Behind != I) {
      if (!Comment)
        Head += All.slice(I, Behind);
      I = Behind;
      continue;
    }
    ++I;
    if (any_of(Skipping, [](bool S) { return S; }))
      continue;
    if (C == '{') {
      const bool InBody =
          any_of(Open, [](const Scope &S) { return S.What == Scope::Body; });
      Open.push_back(scopeOf(Head, InBody));
      Head.clear();
    } else if (C == '}') {
      if (!Open.empty())
        Open.pop_back();
      Head.clear();
    } else if (C == ';') {
      Head.clear();
    } else {
      Head += C;
    }
  }
  std::string Name;
  for (const Scope &S : Open) {
    if (S.What != Scope::Other && !S.Name.empty())
      Name += (Name.empty() ? "" : "::") + S.Name;
    if (S.What == Scope::Body)
      return Name;
  }
  return "";
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
