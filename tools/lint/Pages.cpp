// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Pages.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace wdm::lint {

namespace {

struct Page {
  StringRef Check;
  StringRef Text;
};

/// `const Page Pages[]`, written by the build.
#include "WdmPages.inc"

/// \p Line with only the links that lead to the web.
std::string withoutLocalLinks(StringRef Line) {
  std::string Result;
  while (!Line.empty()) {
    const size_t Open = Line.find('[');
    const size_t Middle = Line.find("](", Open);
    const size_t Close = Line.find(')', Middle);
    if (Open == StringRef::npos || Middle == StringRef::npos ||
        Close == StringRef::npos)
      break;
    const StringRef Target = Line.slice(Middle + 2, Close);
    Result += Line.take_front(Open);
    if (Target.starts_with("https:"))
      Result += Line.slice(Open, Close + 1);
    else
      Result += Line.slice(Open + 1, Middle);
    Line = Line.drop_front(Close + 1);
  }
  Result += Line;
  return Result;
}

/// \p Text without the signs of Markdown.
std::string plain(StringRef Text) {
  std::string Result;
  SmallVector<StringRef, 64> Lines;
  Text.split(Lines, '\n');
  bool Code = false;
  for (StringRef Line : Lines) {
    if (Line.starts_with("```")) {
      Code = !Code;
      continue;
    }
    if (!Code) {
      Line = Line.ltrim("#> ");
      for (const char C : Line)
        if (C != '`' && C != '*')
          Result += C;
    } else {
      Result += Line;
    }
    Result += '\n';
  }
  return Result;
}

} // namespace

RuleText readPage(StringRef Text) {
  RuleText Rule;
  SmallVector<StringRef, 256> Lines;
  Text.split(Lines, '\n');
  StringRef Section;
  std::string RunTime;
  bool Code = false;
  for (const StringRef Raw : Lines) {
    const StringRef Line = Raw.rtrim('\r');
    if (Line.starts_with("```")) {
      Code = !Code;
      // What stands behind the language is for the tests of the page.
      Rule.Markdown += Line.take_until([](char C) { return C == ' '; });
      Rule.Markdown += '\n';
      continue;
    }
    Rule.Markdown += Code ? Line.str() : withoutLocalLinks(Line);
    Rule.Markdown += '\n';
    if (Code)
      continue;
    if (Line.starts_with("## "))
      Section = Line.drop_front(3);
    if (Section.empty() && Line.starts_with(">"))
      Rule.Short +=
          (Rule.Short.empty() ? "" : " ") + Line.drop_front().trim().str();
    if (Section == "At run time" && !Line.starts_with("#"))
      RunTime += Line.str() + "\n";
    if (Section == "Related rules" && Rule.Uri.empty()) {
      const size_t At = Line.find("](https://");
      if (At != StringRef::npos)
        Rule.Uri = Line.drop_front(At + 2)
                       .take_until([](char C) { return C == ')'; })
                       .str();
    }
  }
  Rule.Plain = StringRef(plain(Rule.Markdown)).trim().str();
  Rule.Full = Rule.Short;
  const std::string Behind = plain(RunTime);
  if (!StringRef(Behind).trim().empty())
    Rule.Full += "\n\n" + StringRef(Behind).trim().str();
  return Rule;
}

RuleText textOf(StringRef Check) {
  for (const Page &P : Pages)
    if (P.Check == Check)
      return readPage(P.Text);
  RuleText Rule;
  Rule.Short = ("The check " + Check + " of clang-tidy.").str();
  Rule.Full = Rule.Plain = Rule.Markdown = Rule.Short;
  // clang-analyzer has a module of two words.
  StringRef Rest = Check;
  StringRef Module = "clang-analyzer";
  if (!Rest.consume_front("clang-analyzer-")) {
    Module = Check.take_until([](char C) { return C == '-'; });
    Rest = Check.drop_front(std::min(Check.size(), Module.size() + 1));
  }
  Rule.Uri = ("https://clang.llvm.org/extra/clang-tidy/checks/" + Module + "/" +
              Rest + ".html")
                 .str();
  return Rule;
}

} // namespace wdm::lint
