// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// clang-tidy with the wdm module and all checks of LLVM inside, for where a
// plugin cannot be loaded.

#include "tools/ResourceDir.h"

#include "clang-tidy/tool/ClangTidyMain.h"

#include <string>
#include <vector>

int main(int argc, const char **argv) {
  std::vector<const char *> Arguments(argv, argv + argc);
  const std::string Dir = wdm::findResourceDir(argv[0]);
  const std::string Extra = "--extra-arg-before=-resource-dir=" + Dir;
  // First of all compiler arguments: the last -resource-dir counts, so one of
  // the user's wins.
  if (!Dir.empty())
    Arguments.insert(Arguments.begin() + 1, Extra.c_str());
  Arguments.push_back(nullptr);
  return clang::tidy::clangTidyMain(static_cast<int>(Arguments.size()) - 1,
                                    Arguments.data());
}
