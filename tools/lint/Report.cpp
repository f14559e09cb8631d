// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Report.h"
#include "tools/lint/Console.h"
#include "tools/lint/Paths.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include <map>

using namespace llvm;

namespace wdm::lint {

static void printPlace(raw_ostream &Out, const Place &Where) {
  if (Where.File.empty())
    return;
  Out.changeColor(raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  Out << shownPlace(Where) << ": ";
  Out.resetColor();
}

static void printLine(raw_ostream &Out, const Place &Where,
                      SourceTexts &Texts) {
  const SourceText *Text = Texts.get(Where.File);
  if (!Text || Where.At.Line == 0)
    return;
  const StringRef Line = Text->line(Where.At.Line);
  const std::string Number = std::to_string(Where.At.Line);
  Out << "  " << Number << " | " << Line << "\n  "
      << std::string(Number.size(), ' ') << " | ";
  // A tab stays one, so that the mark stands where it should.
  for (unsigned I = 0; I + 1 < Where.At.Column && I < Line.size(); ++I) {
    const auto C = static_cast<unsigned char>(Line[I]);
    if ((C & 0xc0) != 0x80)
      Out << (C == '\t' ? '\t' : ' ');
  }
  colored(Out, raw_ostream::GREEN, "^");
  Out << '\n';
}

void printFinding(raw_ostream &Out, const Finding &F, SourceTexts &Texts) {
  printPlace(Out, F.Where);
  if (F.IsError)
    colored(Out, raw_ostream::RED, "error: ");
  else
    colored(Out, raw_ostream::MAGENTA, "warning: ");
  Out << F.Message << " [" << F.Check << "]\n";
  printLine(Out, F.Where, Texts);
  for (const Note &N : F.Path) {
    printPlace(Out, N.Where);
    colored(Out, raw_ostream::CYAN, "note: ");
    Out << N.Text << '\n';
    printLine(Out, N.Where, Texts);
  }
  Out << "  ";
  if (F.hasFix()) {
    colored(Out, raw_ostream::GREEN, "fix:");
    Out << " --fix applies it, --diff shows it";
    if (!F.FixRemark.empty())
      Out << "; " << F.FixRemark;
    for (const Alternative &A : F.Alternatives)
      Out << "\n  or:  " << A.Title;
    Out << '\n';
  } else {
    colored(Out, raw_ostream::YELLOW, "no fix");
    if (!F.NoFix.empty())
      Out << ": " << F.NoFix;
    Out << '\n';
  }
}

static std::string escaped(StringRef Text, bool Property) {
  std::string Result;
  for (const char C : Text)
    if (C == '%' || C == '\r' || C == '\n' ||
        (Property && (C == ':' || C == ',')))
      Result += "%" + toHex(StringRef(&C, 1));
    else
      Result += C;
  return Result;
}

void printAnnotation(raw_ostream &Out, const Finding &F, StringRef Root) {
  std::string Name = relativeTo(F.Where.File, Root);
  if (Name.empty())
    Name = F.Where.File;
  Out << (F.IsError ? "::error" : "::warning")
      << " file=" << escaped(Name, true) << ",line=" << F.Where.At.Line
      << ",col=" << F.Where.At.Column << ",title=" << escaped(F.Check, true)
      << "::" << escaped(F.Message, false);
  for (const Note &N : F.Path)
    Out << "%0A" << escaped(shownPlace(N.Where) + ": " + N.Text, false);
  Out << '\n';
}

std::string codeQuality(ArrayRef<Finding> All, StringRef Root) {
  json::Array Issues;
  std::map<std::string, unsigned> Ordinals;
  for (const Finding &F : All) {
    if (F.Silenced)
      continue;
    std::string Name = relativeTo(F.Where.File, Root);
    if (Name.empty())
      Name = F.Where.File;
    Issues.push_back(json::Object{
        {"description", json::fixUTF8(F.Message)},
        {"check_name", F.Check},
        // One may stand for one issue only.
        {"fingerprint",
         F.Fingerprint + "-" + std::to_string(++Ordinals[F.Fingerprint])},
        {"severity", F.IsError ? "critical" : "major"},
        {"location",
         json::Object{{"path", json::fixUTF8(Name)},
                      {"lines", json::Object{{"begin", F.Where.At.Line}}}}}});
  }
  std::string Text;
  raw_string_ostream Out(Text);
  json::OStream(Out, 2).value(json::Value(std::move(Issues)));
  Out << '\n';
  Out.flush();
  return Text;
}

} // namespace wdm::lint
