//===- Layout.cpp - Lines in the author's style ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Layout.h"
#include "llvm/ADT/Twine.h"

using llvm::StringRef;
using namespace clang;

namespace wdm::fixits {

Layout::Layout(const SourceText &Source, unsigned FunctionBegin,
               unsigned FunctionEnd)
    : Source(Source), Style(Source.braceStyle(FunctionBegin, FunctionEnd)) {}

/// A call that is too long for one line continues under its first argument.
static std::string folded(StringRef Indent, StringRef Eol, StringRef Line) {
  constexpr unsigned Width = 90;
  size_t Paren = Line.find('(');
  if (Indent.size() + Line.size() <= Width || Paren == StringRef::npos ||
      Indent.contains('\t'))
    return (Indent + Line).str();
  std::string Text = (Indent + Line.take_front(Paren + 1)).str();
  size_t Column = Text.size();
  const size_t Under = Column;
  StringRef Rest = Line.drop_front(Paren + 1);
  while (!Rest.empty()) {
    size_t Comma = Rest.find(", ");
    StringRef Piece =
        Comma == StringRef::npos ? Rest : Rest.take_front(Comma + 1);
    Rest = Comma == StringRef::npos ? StringRef() : Rest.drop_front(Comma + 2);
    if (Column > Under && Column + 1 + Piece.size() > Width) {
      Text += Eol.str() + std::string(Under, ' ');
      Column = Under;
    } else if (Column > Under) {
      Text += ' ';
      ++Column;
    }
    Text += Piece;
    Column += Piece.size();
  }
  return Text;
}

std::string Layout::lines(StringRef Indent, StringRef Eol,
                          llvm::ArrayRef<std::string> Lines) const {
  std::string Text;
  for (const std::string &Line : Lines)
    Text += folded(Indent, Eol, Line) + Eol.str();
  return Text;
}

/// \p Step of indentation for a line indented by \p Indent: lines of blanks
/// stay lines of blanks where the function has both.
static std::string stepFor(StringRef Indent, StringRef Step) {
  if (Indent.empty() || Step.empty())
    return Step.str();
  const bool Tabs = Indent.contains('\t');
  if (!Tabs && Step.contains('\t'))
    return std::string(Indent.size() % 8 == 0 ? 8 : 4, ' ');
  if (Tabs && !Indent.contains(' ') && !Step.contains('\t'))
    return "\t";
  return Step.str();
}

std::string Layout::condition(StringRef Condition) const {
  return ((Style.BlankAfterIf ? "if (" : "if(") + Condition + ")").str();
}

std::string Layout::step(StringRef Indent) const {
  return stepFor(Indent, Style.BodyIndent);
}

std::string Layout::block(StringRef Indent, StringRef Eol,
                          llvm::ArrayRef<std::string> Lines) const {
  return open(Indent, Eol) + Eol.str() +
         lines(Indent.str() + step(Indent), Eol, Lines) + brace(Indent) + "}";
}

std::string Layout::guard(StringRef Indent, StringRef Eol, StringRef Condition,
                          llvm::ArrayRef<std::string> Lines) const {
  return Indent.str() + condition(Condition) + block(Indent, Eol, Lines);
}

std::string Layout::indentOf(const Slot &S) const {
  if (Source.isFirstOnLine(S.Begin))
    return Source.indentation(S.Begin).str();
  if (!S.InBlock)
    return Source.indentation(S.ControlBegin).str() + Style.BodyIndent;
  if (S.Labelled)
    return !S.Sibling.empty()
               ? S.Sibling
               : Source.indentation(S.OuterBegin).str() + Style.BodyIndent;
  const RawToken *Before = Source.tokenBefore(S.Begin);
  if (Before && Before->Kind == tok::l_brace)
    return Source.indentation(S.Begin).str() + Style.BodyIndent;
  return Source.indentation(S.Begin).str();
}

/// What a brace is indented by.
std::string Layout::brace(StringRef Indent) const {
  return Indent.str() + stepFor(Indent, Style.BraceIndent);
}

std::string Layout::open(StringRef Indent, StringRef Eol) const {
  return Style.OwnLine ? Eol.str() + brace(Indent) + "{" : " {";
}

std::string Layout::close(StringRef Indent, StringRef Eol) const {
  return Eol.str() + brace(Indent) + "}";
}

/// The brace in front of a body that has none.
bool Layout::openBefore(const Slot &S, const RawToken &Before,
                        std::vector<TextEdit> &Edits) const {
  if (Before.Directive ||
      (Before.Kind != tok::r_paren && Before.Kind != tok::raw_identifier))
    return false;
  const std::string Eol = Source.endOfLine(S.Begin).str();
  const std::string Brace = open(Source.indentation(S.ControlBegin), Eol);
  if (Source.lineEnd(Before.End) < S.OuterBegin) {
    unsigned At =
        Style.OwnLine ? Source.skipTrailingComments(Before.End) : Before.End;
    if (Style.OwnLine && !Source.isBlankToEnd(At))
      return false;
    Edits.push_back({At, At, Brace});
    return true;
  }
  if (!Source.isBlank(Before.End, S.OuterBegin))
    return false; // A comment between the two, on one line.
  Edits.push_back({Before.End, S.OuterBegin, Brace + Eol + indentOf(S)});
  return true;
}

/// The statement gets a line of its own, where others are on it before.
void Layout::breakLineBefore(const Slot &S, const RawToken &Before,
                             std::vector<TextEdit> &Edits) const {
  if (S.Labelled || Source.lineEnd(Before.End) < S.OuterBegin ||
      !Source.isBlank(Before.End, S.OuterBegin) ||
      (Before.Kind != tok::l_brace && Before.Kind != tok::semi &&
       Before.Kind != tok::r_brace))
    return;
  Edits.push_back({Before.End, S.OuterBegin,
                   Source.endOfLine(S.Begin).str() + indentOf(S)});
}

bool Layout::addBehind(const Slot &S, StringRef Text,
                       std::vector<TextEdit> &Edits) const {
  unsigned At = Source.skipTrailingComments(S.End);
  const RawToken *Next = Source.tokenFrom(At);
  // `} else` and `} while` share a line.
  const bool Continues =
      !S.InBlock && !Style.OwnLine && Next &&
      (Source.text(Next->Begin, Next->End) == "else" || S.IsDo) &&
      Source.text(At, Next->Begin).trim(" \t\r\n").empty();
  if (Source.isBlankToEnd(At) && !Continues) {
    // The last blanks of the line stay with the statement.
    At = Source.lineEnd(At);
    Edits.push_back({At, At, Text.str()});
    return true;
  }
  if (!Next || Next->Directive ||
      (!Continues && !Source.isBlank(At, Next->Begin)))
    return false;
  const std::string Eol = Source.endOfLine(S.Begin).str();
  std::string Again = Eol;
  if (Continues)
    Again = " ";
  else if (!S.InBlock)
    Again += Source.indentation(S.ControlBegin);
  else if (Next->Kind == tok::r_brace)
    Again += Source.indentation(S.OuterBegin);
  else
    Again += indentOf(S);
  Edits.push_back({At, Next->Begin, Text.str() + Again});
  return true;
}

bool Layout::append(const Slot &S, StringRef Behind,
                    std::vector<TextEdit> &Edits) const {
  const RawToken *Before = Source.tokenBefore(S.OuterBegin);
  if (!Before)
    return false;
  const std::string Eol = Source.endOfLine(S.Begin).str();
  if (S.InBlock) {
    // An `if` of another configuration may stand in front of it.
    if (Source.crossesDirective(S.OuterBegin, S.End) ||
        !Source.startsStatement(S.OuterBegin))
      return false;
    breakLineBefore(S, *Before, Edits);
    return addBehind(S, Eol + Behind.str(), Edits);
  }
  if (Source.crossesDirective(Before->Begin, S.End) ||
      !openBefore(S, *Before, Edits))
    return false;
  return addBehind(
      S, Eol + Behind.str() + close(Source.indentation(S.ControlBegin), Eol),
      Edits);
}

} // namespace wdm::fixits
