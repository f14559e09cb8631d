// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/PrecompiledHeaders.h"
#include "tools/lint/Database.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

using namespace llvm;

namespace wdm {

std::string argumentForPrecompiledHeaders(ArrayRef<const char *> Arguments) {
  // Once is enough.
  for (const StringRef Word : Arguments)
    if (Word.ends_with("/Y-"))
      return "";
  std::string Folder;
  std::vector<std::string> Files;
  for (size_t I = 1; I < Arguments.size(); ++I) {
    StringRef Word = Arguments[I];
    if (Word == "--") {
      lint::Command Given;
      Given.Arguments.assign(Arguments.begin() + static_cast<ptrdiff_t>(I) + 1,
                             Arguments.end());
      return Given.isClStyle() && Given.usesPrecompiledHeader() ? "/Y-" : "";
    }
    if (!Word.starts_with("-")) {
      Files.push_back(Word.str());
      continue;
    }
    Word = Word.ltrim('-');
    if (Word == "p" && I + 1 < Arguments.size())
      Folder = Arguments[++I];
    else if (Word.consume_front("p="))
      Folder = Word.str();
  }
  if (Files.empty())
    return "";
  if (Folder.empty())
    Folder = lint::Database::findFor(Files.front());
  if (Folder.empty())
    return "";
  Expected<lint::Database> Commands = lint::Database::load(Folder);
  if (!Commands) {
    consumeError(Commands.takeError());
    return "";
  }
  Expected<std::vector<lint::Unit>> Units = Commands->select(Files);
  if (!Units) {
    consumeError(Units.takeError());
    return "";
  }
  bool Uses = false;
  for (const lint::Unit &One : *Units)
    for (const lint::Command &C : One.Commands) {
      // The argument is added to all commands.
      if (!C.isClStyle())
        return "";
      Uses |= C.usesPrecompiledHeader();
    }
  return Uses ? "--extra-arg=/Y-" : "";
}

} // namespace wdm
