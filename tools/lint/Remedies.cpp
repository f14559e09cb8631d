// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Remedies.h"
#include <initializer_list>
#include <string>

using namespace llvm;

namespace wdm::lint {

StringRef remedyFor(StringRef Error) {
  const std::string Lower = Error.lower();
  const auto HasOneOf = [&](std::initializer_list<StringRef> Words) {
    for (const StringRef Word : Words)
      if (StringRef(Lower).contains(Word))
        return true;
    return false;
  };
  if (HasOneOf({"file not found"}))
    return "the compiler does not find a header: is the tree built, are the "
           "WDK's include folders in the\n  compile commands, and can this "
           "machine see them? (On Linux: package mingw-w64-common, and\n  "
           "--vfsoverlay if only the case of a name differs; "
           "docs/compile-commands.md)";
  if (HasOneOf({"utf-16", "utf-32", "byte order mark"}))
    return "clang reads UTF-8 only: convert the file, "
           "iconv -f UTF-16 -t UTF-8 FILE > NEW";
  if (HasOneOf({"unknown argument", "unsupported option", "no input files",
                "unable to handle compilation", "error reading",
                "no such file"}))
    return "the compile command is not one that clang understands, or names a "
           "file that is not there: generate compile_commands.json again";
  return "clang does not accept the code as it is compiled there: compare the "
         "compile command with that of\n  the real build (defines, include "
         "folders, -fms-extensions, --target); docs/compile-commands.md";
}

} // namespace wdm::lint
