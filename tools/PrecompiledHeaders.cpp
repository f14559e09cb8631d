// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/PrecompiledHeaders.h"
#include "tools/lint/Database.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

using namespace llvm;

namespace wdm {

namespace {

constexpr char Ignore[] = "/Y-";

/// What the command line says of the units.
struct Request {
  std::string Folder;
  std::vector<std::string> Files;
  lint::Command Given; ///< Behind `--`.
  bool IsGiven = false;
};

Request requestOf(ArrayRef<const char *> Arguments) {
  Request R;
  for (size_t I = 1; I < Arguments.size() && !R.IsGiven; ++I) {
    StringRef Word = Arguments[I];
    if (Word == "--") {
      R.IsGiven = true;
      R.Given.Arguments.assign(
          Arguments.begin() + static_cast<ptrdiff_t>(I) + 1, Arguments.end());
    } else if (!Word.starts_with("-")) {
      R.Files.push_back(Word.str());
    } else if (Word = Word.ltrim('-');
               Word == "p" && I + 1 < Arguments.size()) {
      R.Folder = Arguments[++I];
    } else if (Word.consume_front("p=")) {
      R.Folder = Word.str();
    }
  }
  return R;
}

/// A unit has a precompiled header, and all are compiled by cl: the argument is
/// added to all commands.
bool mayIgnore(ArrayRef<lint::Unit> Units) {
  bool Uses = false;
  for (const lint::Unit &One : Units)
    for (const lint::Command &C : One.Commands) {
      if (!C.isClStyle())
        return false;
      Uses |= C.usesPrecompiledHeader();
    }
  return Uses;
}

} // namespace

std::string argumentForPrecompiledHeaders(ArrayRef<const char *> Arguments) {
  // Once is enough.
  for (const StringRef Word : Arguments)
    if (Word.ends_with(Ignore))
      return "";
  Request R = requestOf(Arguments);
  if (R.IsGiven)
    return R.Given.isClStyle() && R.Given.usesPrecompiledHeader() ? Ignore : "";
  if (R.Files.empty())
    return "";
  if (R.Folder.empty())
    R.Folder = lint::Database::findFor(R.Files.front());
  if (R.Folder.empty())
    return "";
  Expected<lint::Database> Commands = lint::Database::load(R.Folder);
  if (!Commands) {
    consumeError(Commands.takeError());
    return "";
  }
  Expected<std::vector<lint::Unit>> Units = Commands->select(R.Files);
  if (!Units) {
    consumeError(Units.takeError());
    return "";
  }
  return mayIgnore(*Units) ? std::string("--extra-arg=") + Ignore : "";
}

} // namespace wdm
