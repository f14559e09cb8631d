// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Console.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Process.h"
#include <cstdlib>

using namespace llvm;

namespace wdm::lint {

void chooseColors(Colors Choice) {
  const char *No = std::getenv("NO_COLOR");
  const bool Allowed = Choice == Colors::Always || !No || !*No;
  outs().enable_colors(Choice != Colors::Never && Allowed &&
                       (Choice == Colors::Always || outs().has_colors()));
  errs().enable_colors(Choice != Colors::Never && Allowed &&
                       (Choice == Colors::Always || errs().has_colors()));
}

void colored(raw_ostream &Out, raw_ostream::Colors Color, const Twine &Text) {
  Out.changeColor(Color, /*Bold=*/true);
  Out << Text;
  Out.resetColor();
}

void say(const Twine &Text) {
  outs().flush();
  errs() << Text << '\n';
}

static void sayAs(StringRef Kind, raw_ostream::Colors Color,
                  const Twine &Text) {
  outs().flush();
  colored(errs(), Color, Kind + ": ");
  errs() << Text << '\n';
}

void sayError(const Twine &Text) { sayAs("error", raw_ostream::RED, Text); }
void sayWarning(const Twine &Text) {
  sayAs("warning", raw_ostream::MAGENTA, Text);
}
void sayNote(const Twine &Text) { sayAs("note", raw_ostream::CYAN, Text); }

std::string indented(StringRef Text, unsigned By) {
  SmallVector<StringRef, 16> Lines;
  Text.rtrim("\r\n").split(Lines, '\n');
  std::string Result;
  for (const StringRef Line : Lines) {
    if (!Result.empty())
      Result += '\n';
    Result += std::string(By, ' ') + Line.rtrim('\r').str();
  }
  return Result;
}

Progress::Progress(size_t Total, bool Quiet)
    : Total(Total), Terminal(!Quiet && sys::Process::StandardErrIsDisplayed()) {
}

void Progress::step(StringRef Name) {
  ++Done;
  if (!Terminal)
    return;
  const unsigned Columns = sys::Process::StandardErrColumns();
  std::string Line =
      ("[" + Twine(Done) + "/" + Twine(Total) + "] " + Name).str();
  if (Columns > 1 && Line.size() >= Columns)
    Line.resize(Columns - 1);
  clear();
  errs() << Line;
  Shown = true;
}

void Progress::clear() {
  if (!Shown)
    return;
  // A Windows console of old knows no escape sequences.
  const unsigned Columns = sys::Process::StandardErrColumns();
  errs() << '\r' << std::string(Columns > 1 ? Columns - 1 : 78, ' ') << '\r';
  Shown = false;
}

} // namespace wdm::lint
