//===- SafeEdit.cpp - The text around an edit -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/SafeEdit.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace clang;
using llvm::StringRef;

namespace wdm::fixits {

std::optional<SourceText> SourceText::of(SourceLocation Loc,
                                         const ASTContext &Context) {
  const SourceManager &Sources = Context.getSourceManager();
  if (Loc.isInvalid() || Loc.isMacroID() || Sources.isInSystemHeader(Loc))
    return std::nullopt;
  FileID File = Sources.getFileID(Loc);
  // Scratch space and pasted tokens are no files.
  if (!Sources.getFileEntryForID(File))
    return std::nullopt;
  bool Invalid = false;
  StringRef Text = Sources.getBufferData(File, &Invalid);
  if (Invalid)
    return std::nullopt;
  return SourceText(Sources.getLocForStartOfFile(File), Text, Sources,
                    Context.getLangOpts());
}

SourceText::SourceText(SourceLocation Start, StringRef Text,
                       const SourceManager &Sources,
                       const LangOptions &Language)
    : Start(Start), Text(Text), Sources(&Sources), Language(&Language) {
  lex(Language);
}

void SourceText::lex(const LangOptions &Language) {
  Lexer Raw(Start, Language, Text.begin(), Text.begin(), Text.end());
  Raw.SetCommentRetentionState(true);

  Conditions.push_back({0, {}});
  unsigned Groups = 0, Hash = 0;
  bool InDirective = false, ExpectName = false;
  Token T;
  for (Raw.LexFromRawLexer(T); T.isNot(tok::eof); Raw.LexFromRawLexer(T)) {
    RawToken R;
    R.Begin = T.getLocation().getRawEncoding() - Start.getRawEncoding();
    R.End = R.Begin + T.getLength();
    R.Kind = T.getKind();
    if (T.isAtStartOfLine())
      InDirective = ExpectName = T.is(tok::hash);
    if (T.isAtStartOfLine() && T.is(tok::hash)) {
      Hash = R.Begin;
    } else if (ExpectName && !R.isComment()) {
      ExpectName = false;
      enter(text(R), Hash, Groups);
    }
    R.Directive = InDirective;
    Tokens.push_back(R);
  }
}

/// What is behind the directive of that name at \p Hash.
void SourceText::enter(StringRef Directive, unsigned Hash, unsigned &Groups) {
  auto Path = Conditions.back().Path;
  if (Directive == "if" || Directive == "ifdef" || Directive == "ifndef")
    Path.push_back({++Groups, 0});
  else if (Directive == "endif" && !Path.empty())
    Path.pop_back();
  else if ((Directive == "else" || Directive.starts_with("elif")) &&
           !Path.empty())
    ++Path.back().second;
  Conditions.push_back({Hash, std::move(Path)});
}

std::optional<unsigned> SourceText::offset(SourceLocation Loc) const {
  if (Loc.isInvalid() || Loc.isMacroID())
    return std::nullopt;
  unsigned Offset = 0;
  if (!Sources->isInFileID(Loc, Sources->getFileID(Start), &Offset))
    return std::nullopt;
  return Offset;
}

std::optional<std::pair<unsigned, unsigned>>
SourceText::bytes(SourceRange Range) const {
  if (Range.isInvalid())
    return std::nullopt;
  CharSourceRange Chars = Lexer::makeFileCharRange(
      CharSourceRange::getTokenRange(Range), *Sources, *Language);
  if (Chars.isInvalid())
    return std::nullopt;
  std::optional<unsigned> Begin = offset(Chars.getBegin());
  std::optional<unsigned> End = offset(Chars.getEnd());
  if (!Begin || !End || crossesDirective(*Begin, *End))
    return std::nullopt;
  return std::make_pair(*Begin, *End);
}

std::optional<StringRef> SourceText::plainText(SourceRange Range) const {
  const auto Bytes = bytes(Range);
  if (!Bytes || hasComment(Bytes->first, Bytes->second))
    return std::nullopt;
  return text(Bytes->first, Bytes->second);
}

unsigned SourceText::lineStart(unsigned At) const {
  size_t Found = Text.find_last_of("\r\n", At);
  unsigned Begin = Found == StringRef::npos ? 0 : Found + 1;
  if (Begin == 0 && Text.substr(0, 3) == "\xEF\xBB\xBF" && At >= 3)
    return 3;
  return Begin;
}

unsigned SourceText::lineEnd(unsigned At) const {
  size_t Found = Text.find_first_of("\r\n", At);
  return Found == StringRef::npos ? Text.size() : Found;
}

StringRef SourceText::indentation(unsigned At) const {
  unsigned Begin = lineStart(At);
  return Text.substr(Begin).take_while(
      [](char C) { return C == ' ' || C == '\t'; });
}

bool SourceText::isFirstOnLine(unsigned At) const {
  return lineStart(At) + indentation(At).size() == At;
}

StringRef SourceText::endOfLine(unsigned At) const {
  size_t End = Text.find('\n', At);
  if (End == StringRef::npos)
    End = Text.rfind('\n', At);
  return End != StringRef::npos && Text.substr(0, End).ends_with("\r") ? "\r\n"
                                                                       : "\n";
}

bool SourceText::isBlank(unsigned Begin, unsigned End) const {
  return text(Begin, End).trim(" \t").empty();
}

unsigned SourceText::columns(StringRef Blanks) const {
  unsigned Column = 0;
  for (char C : Blanks)
    Column = C == '\t' ? (Column / 8 + 1) * 8 : Column + 1;
  return Column;
}

llvm::ArrayRef<RawToken> SourceText::within(unsigned Begin,
                                            unsigned End) const {
  const auto First = llvm::partition_point(
      Tokens, [&](const RawToken &T) { return T.End <= Begin; });
  const auto Last = std::partition_point(
      First, Tokens.end(), [&](const RawToken &T) { return T.Begin < End; });
  return llvm::ArrayRef(Tokens).slice(First - Tokens.begin(), Last - First);
}

const RawToken *SourceText::tokenFrom(unsigned At) const {
  for (const RawToken &T : within(At, Text.size()))
    if (T.Begin >= At && !T.isComment())
      return &T;
  return nullptr;
}

const RawToken *SourceText::tokenBefore(unsigned At) const {
  for (const RawToken &T : llvm::reverse(within(0, At)))
    if (T.End <= At && !T.isComment())
      return &T;
  return nullptr;
}

bool SourceText::hasComment(unsigned Begin, unsigned End) const {
  return llvm::any_of(within(Begin, End),
                      [](const RawToken &T) { return T.isComment(); });
}

bool SourceText::hasIdentifier(StringRef Word, unsigned Begin,
                               unsigned End) const {
  StringRef Previous;
  for (const RawToken &T : within(Begin, End)) {
    if (T.isComment())
      continue;
    if (T.Begin >= Begin && T.End <= End && text(T) == Word &&
        Previous != "." && Previous != "->")
      return true;
    Previous = text(T);
  }
  return false;
}

unsigned SourceText::skipTrailingComments(unsigned At) const {
  unsigned End = At;
  for (const RawToken &T : within(At, Text.size())) {
    if (T.Begin < At)
      continue;
    if (!T.isComment() || lineEnd(End) < T.Begin)
      break;
    End = T.End;
  }
  return End;
}

bool SourceText::crossesDirective(unsigned Begin, unsigned End) const {
  return llvm::any_of(within(Begin, End),
                      [](const RawToken &T) { return T.Directive; });
}

static bool endsStatement(const RawToken &T) {
  return T.Kind == tok::semi || T.Kind == tok::l_brace ||
         T.Kind == tok::r_brace || T.Kind == tok::colon;
}

bool SourceText::startsStatement(unsigned At) const {
  unsigned Depth = 0;
  bool Behind = false; // A directive has been passed.
  bool Ends = true;    // The next token back is the last of its branch.
  StringRef Name;      // Of the directive, once its hash is met.
  for (const RawToken &T : llvm::reverse(within(0, At))) {
    if (T.isComment() || T.Begin >= At)
      continue;
    if (T.Directive) {
      Behind = Ends = true;
      if (T.Kind == tok::hash && isFirstOnLine(T.Begin)) {
        Depth += Name == "endif";
        Depth -= Name.starts_with("if") && Depth > 0;
      }
      Name = text(T);
      continue;
    }
    if (!Ends)
      continue;
    Ends = false;
    if (Behind && !endsStatement(T))
      return false;
    if (Depth == 0)
      return true;
  }
  return true;
}

bool SourceText::isSeenWherever(unsigned Outer, unsigned Inner) const {
  auto PathAt = [this](unsigned At) -> const auto & {
    // The first begins at 0.
    return std::prev(llvm::partition_point(
                         Conditions,
                         [&](const Condition &C) { return C.From <= At; }))
        ->Path;
  };
  const auto &Around = PathAt(Outer);
  const auto &Here = PathAt(Inner);
  return Around.size() <= Here.size() &&
         std::equal(Around.begin(), Around.end(), Here.begin());
}

std::string mostFrequent(const std::map<std::string, unsigned> &Counts) {
  const auto Best = std::max_element(
      Counts.begin(), Counts.end(),
      [](const auto &A, const auto &B) { return A.second < B.second; });
  return Best == Counts.end() ? std::string() : Best->first;
}

namespace {

/// \p Longer without the indentation that it shares with \p Shorter.
std::optional<std::string> stepBetween(StringRef Shorter, StringRef Longer) {
  if (!Longer.consume_front(Shorter))
    return std::nullopt;
  return Longer.str();
}

/// Counts how `{` stands behind if, else, loops and switch. The habit is what
/// most of them do.
class BraceCounter {
public:
  /// \p Code has neither comments nor directives.
  BraceCounter(const SourceText &Source, std::vector<const RawToken *> Code)
      : Source(Source), Code(std::move(Code)) {
    for (size_t I = 0; I != this->Code.size(); ++I)
      count(I);
  }

  std::optional<BraceStyle> style() const {
    if (SameLine + OwnLine == 0)
      return std::nullopt;
    BraceStyle Style;
    Style.OwnLine = OwnLine > SameLine;
    Style.BlankAfterIf = Loose >= Tight;
    if (Style.OwnLine)
      Style.BraceIndent = mostFrequent(BraceIndents);
    Style.BodyIndent = mostFrequent(BodyIndents);
    return Style;
  }

private:
  StringRef word(size_t I) const { return Source.text(*Code[I]); }

  void count(size_t Keyword) {
    StringRef Word = word(Keyword);
    const bool Bare = Word == "else" || Word == "do";
    if (!Bare && Word != "if" && Word != "for" && Word != "while" &&
        Word != "switch")
      return;
    const size_t Open = Bare ? Keyword + 1 : behindCondition(Keyword);
    if (Open >= Code.size() || Code[Open]->Kind != tok::l_brace)
      return;
    StringRef Base = Source.indentation(Code[Keyword]->Begin);
    countBrace(Base, Code[Open]->Begin);
    if (Open + 1 < Code.size() && Word != "switch")
      countBody(Base, *Code[Open + 1]);
  }

  /// The token behind `(...)`; no token where there is none.
  size_t behindCondition(size_t Keyword) {
    size_t I = Keyword + 1;
    if (I >= Code.size() || Code[I]->Kind != tok::l_paren)
      return Code.size();
    if (word(Keyword) != "while")
      ++(Code[I]->Begin == Code[Keyword]->End ? Tight : Loose);
    unsigned Depth = 0;
    for (; I != Code.size(); ++I) {
      if (Code[I]->Kind == tok::l_paren)
        ++Depth;
      else if (Code[I]->Kind == tok::r_paren && --Depth == 0)
        return I + 1;
    }
    return I;
  }

  void countBrace(StringRef Base, unsigned Brace) {
    // A line such as `} else {` says nothing about where a brace of an `if`
    // stands that is not the first on its line.
    if (!Source.isFirstOnLine(Brace)) {
      ++SameLine;
      return;
    }
    ++OwnLine;
    if (auto Step = stepBetween(Base, Source.indentation(Brace)))
      ++BraceIndents[*Step];
  }

  void countBody(StringRef Base, const RawToken &First) {
    if (!Source.isFirstOnLine(First.Begin) || First.Kind == tok::r_brace)
      return;
    auto Step = stepBetween(Base, Source.indentation(First.Begin));
    if (Step && !Step->empty())
      ++BodyIndents[*Step];
  }

  const SourceText &Source;
  std::vector<const RawToken *> Code;
  unsigned SameLine = 0;
  unsigned OwnLine = 0;
  unsigned Tight = 0;
  unsigned Loose = 0;
  std::map<std::string, unsigned> BraceIndents;
  std::map<std::string, unsigned> BodyIndents;
};

} // namespace

std::optional<BraceStyle> SourceText::habits(unsigned Begin,
                                             unsigned End) const {
  std::vector<const RawToken *> Code;
  for (const RawToken &T : within(Begin, End))
    if (T.Begin >= Begin && T.End <= End && !T.isComment() && !T.Directive)
      Code.push_back(&T);
  return BraceCounter(*this, std::move(Code)).style();
}

std::string SourceText::indentUnit(unsigned Begin, unsigned End) const {
  // The first line of the body against the line of its brace.
  const RawToken *Brace = nullptr;
  for (const RawToken &T : within(Begin, End)) {
    if (T.Begin < Begin || T.End > End || T.isComment() || T.Directive)
      continue;
    if (Brace && T.Kind != tok::r_brace && isFirstOnLine(T.Begin))
      if (auto Step =
              stepBetween(indentation(Brace->Begin), indentation(T.Begin)))
        if (!Step->empty())
          return *Step;
    Brace = T.Kind == tok::l_brace ? &T : nullptr;
  }
  if (Begin > 0 || End < Text.size())
    return indentUnit(0, Text.size());
  return "    ";
}

BraceStyle SourceText::braceStyle(unsigned Begin, unsigned End) const {
  std::optional<BraceStyle> Style = habits(Begin, End);
  std::string Unit;
  if (!Style) {
    Style = habits(0, Text.size());
    // The file may have been indented by several people.
    Unit = indentUnit(Begin, End);
  }
  if (!Style)
    Style.emplace();
  if (!Unit.empty() && Style->BraceIndent.empty())
    Style->BodyIndent = Unit;
  if (Style->BodyIndent.empty())
    Style->BodyIndent = Style->BraceIndent + indentUnit(Begin, End);
  return *Style;
}

FixItHint SourceText::hint(const TextEdit &Edit) const {
  auto At = [&](unsigned Offset) {
    return Start.getLocWithOffset(static_cast<int>(Offset));
  };
  return FixItHint::CreateReplacement(
      CharSourceRange::getCharRange(At(Edit.Begin), At(Edit.End)), Edit.Text);
}

/// Lets an edit whose new text ends in a line's end, or in the blanks of a new
/// line, take the next visible character in.
static bool endVisibly(TextEdit &Edit, const SourceText &Source,
                       unsigned Limit) {
  StringRef Text = Edit.Text;
  if (Text.find_first_of("\r\n") == StringRef::npos ||
      Text.rtrim(" \t\r\n").size() == Text.size())
    return true;
  size_t Next = Source.text().find_first_not_of(" \t\r\n", Edit.End);
  if (Next >= Limit)
    return false;
  Edit.Text += Source.text(Edit.End, Next + 1);
  Edit.End = Next + 1;
  return true;
}

bool settle(std::vector<TextEdit> &Edits, const SourceText &Source) {
  llvm::sort(Edits, [](const TextEdit &A, const TextEdit &B) {
    return std::pair(A.Begin, A.End) < std::pair(B.Begin, B.End);
  });
  std::vector<TextEdit> Joined;
  for (size_t I = 0; I != Edits.size(); ++I) {
    TextEdit &Edit = Edits[I];
    if (!Joined.empty() && Edit.Begin < Joined.back().End)
      return false;
    if (!Joined.empty() && Edit.Begin == Joined.back().End) {
      Joined.back().End = Edit.End;
      Joined.back().Text += Edit.Text;
    } else {
      Joined.push_back(Edit);
    }
    const bool More =
        I + 1 != Edits.size() && Edits[I + 1].Begin == Joined.back().End;
    const unsigned Limit =
        I + 1 == Edits.size() ? Source.text().size() : Edits[I + 1].Begin;
    if (!More && !endVisibly(Joined.back(), Source, Limit))
      return false;
  }
  Edits = std::move(Joined);
  return true;
}

bool collides(const TextEdit &Edit, llvm::ArrayRef<TextEdit> Others) {
  // Two insertions at one place collide; an insertion at the edge of a
  // replaced range does as well.
  return llvm::any_of(Others, [&](const TextEdit &Other) {
    return Edit.Begin <= Other.End && Other.Begin <= Edit.End;
  });
}

} // namespace wdm::fixits
