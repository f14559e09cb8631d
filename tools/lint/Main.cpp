// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// wdm-lint: our checks on a whole tree.

#include "tools/lint/Modes.h"
#include "llvm/Support/InitLLVM.h"

using namespace wdm::lint;

int main(int argc, char **argv) {
  const llvm::InitLLVM Init(argc, argv);
  chooseColors(Colors::Auto);
  Options Wanted;
  const int Status = readOptions(argc, argv, Wanted);
  if (Status >= 0)
    return Status;
  chooseColors(Wanted.Color);
  switch (Wanted.What) {
  case Mode::Lint:
    return lint(Wanted);
  case Mode::Doctor:
    return doctor(Wanted);
  case Mode::SuggestOptions:
    return suggestOptions(Wanted);
  case Mode::FromYaml:
    return fromYaml(Wanted);
  case Mode::Merge:
    return merge(Wanted);
  }
  return 2;
}
