// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Options.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Config/llvm-config.h"
#include <functional>

using namespace llvm;

namespace wdm::lint {

namespace {

const char Help[] = R"(usage: wdm-lint [-p DIR] [options] [files]

Runs the wdm checks on the files of a compile_commands.json.

  -p DIR              the folder with compile_commands.json of the driver's tree;
                      without it the folders above the first file are searched
  files               only these files of the tree, or those in these folders
  --fix               apply the fixes
  --diff              print what --fix would do, and change nothing
  --checks LIST       run these checks (default: those of the tree's .clang-tidy,
                      all of ours where none speaks of them)
  --doctor DIR        look whether everything is in place for that tree instead,
                      and say what to do where it is not
  --suggest-options   print a draft of a .clang-tidy with the driver's own
                      functions that the checks should know

Reports:
  --sarif FILE        write a report in SARIF 2.1.0
  --baseline FILE     report only what is not in this earlier SARIF report, and
                      fail only for that
  --code-quality FILE write GitLab's code quality report
  --from-yaml         the files are what clang-tidy -export-fixes wrote (files or
                      folders): report these
  --merge             the files are SARIF reports of wdm-lint: put them together

Many files:
  -j N                files at a time (default: all processors)
  --shard I/N         only the I-th of N parts of the files, the same on every
                      machine
  --all-files         parse also files in which there can be nothing to find
  --timeout SECONDS   for one file (default 600, 0: none)

The compiler:
  --vfsoverlay FILE   names of files as clang should see them
  --extra-arg ARG     one more argument of the compiler
  --config-file FILE  use this in place of the tree's .clang-tidy
  --clang-tidy FILE   the wdm-clang-tidy to run (default: the one beside wdm-lint)

  --color WHEN        auto, always or never
  -q, --quiet         findings and the summary only
  --version           versions of this tool and of LLVM

exit status: 0 nothing found, 1 findings (with --baseline: new ones), 2 could not
run, or not on all files
)";

struct Spec {
  StringRef Name;
  /// Takes the value; says what is wrong with it, or nothing.
  std::function<std::string(StringRef)> Set;
  bool HasValue = true;
};

std::string setNumber(StringRef Value, unsigned &To) {
  return Value.getAsInteger(10, To) ? "is not a number" : "";
}

std::string setShard(StringRef Value, Options &To) {
  const auto [I, N] = Value.split('/');
  if (I.getAsInteger(10, To.Shard) || N.getAsInteger(10, To.Shards))
    return "is not I/N, such as 1/4";
  if (To.Shards == 0 || To.Shard == 0 || To.Shard > To.Shards)
    return "is none of the parts 1/N to N/N";
  return "";
}

std::string setColor(StringRef Value, Options &To) {
  if (Value == "auto")
    To.Color = Colors::Auto;
  else if (Value == "always")
    To.Color = Colors::Always;
  else if (Value == "never")
    To.Color = Colors::Never;
  else
    return "is not auto, always or never";
  return "";
}

std::vector<Spec> specsOf(Options &O) {
  const auto Text = [](std::string &To) {
    return [&To](StringRef Value) -> std::string {
      To = Value.str();
      return Value.empty() ? "is empty" : "";
    };
  };
  const auto Flag = [](bool &To) {
    return [&To](StringRef) -> std::string {
      To = true;
      return "";
    };
  };
  const auto As = [&O](Mode What) {
    return [&O, What](StringRef) -> std::string {
      if (O.What != Mode::Lint && O.What != What)
        return "goes with none of --doctor, --suggest-options, --from-yaml and "
               "--merge";
      O.What = What;
      return "";
    };
  };
  return {
      {"p", Text(O.Folder)},
      {"fix", Flag(O.Fix), false},
      {"diff", Flag(O.Diff), false},
      {"checks", Text(O.Checks)},
      {"doctor",
       [&O, As](StringRef Value) {
         O.Folder = Value.str();
         return As(Mode::Doctor)(Value);
       }},
      {"suggest-options", As(Mode::SuggestOptions), false},
      {"sarif", Text(O.Sarif)},
      {"baseline", Text(O.Baseline)},
      {"code-quality", Text(O.CodeQuality)},
      {"from-yaml", As(Mode::FromYaml), false},
      {"merge", As(Mode::Merge), false},
      {"j",
       [&O](StringRef Value) -> std::string {
         if (Value.getAsInteger(10, O.Jobs) || O.Jobs == 0)
           return "is not a number of files at a time";
         return "";
       }},
      {"shard", [&O](StringRef Value) { return setShard(Value, O); }},
      {"all-files", Flag(O.AllFiles), false},
      {"timeout",
       [&O](StringRef Value) { return setNumber(Value, O.Timeout); }},
      {"vfsoverlay", Text(O.Overlay)},
      {"extra-arg",
       [&O](StringRef Value) -> std::string {
         O.ExtraArguments.push_back(Value.str());
         return "";
       }},
      {"config-file", Text(O.ConfigFile)},
      {"clang-tidy", Text(O.ClangTidy)},
      {"color", [&O](StringRef Value) { return setColor(Value, O); }},
      {"q", Flag(O.Quiet), false},
      {"quiet", Flag(O.Quiet), false},
  };
}

int usage(const Twine &Text) {
  sayError(Text + "\n  wdm-lint --help lists the options");
  return 2;
}

} // namespace

int readOptions(int Count, const char *const *Words, Options &Result) {
  const std::vector<Spec> Specs = specsOf(Result);
  bool OnlyNames = false;
  for (int I = 1; I < Count; ++I) {
    const StringRef Word = Words[I];
    if (OnlyNames || Word == "-" || !Word.starts_with("-")) {
      Result.Names.push_back(Word.str());
      continue;
    }
    if (Word == "--") {
      OnlyNames = true;
      continue;
    }
    if (Word == "-h" || Word == "-help" || Word == "--help") {
      outs() << Help;
      return 0;
    }
    if (Word == "--version" || Word == "-version") {
      outs() << "wdm-lint (wdm-tidy " WDM_VERSION ")\nLLVM " LLVM_VERSION_STRING
             << '\n';
      return 0;
    }
    StringRef Name = Word.drop_front();
    Name.consume_front("-");
    StringRef Value;
    bool Attached = false;
    if (Name.contains('=')) {
      std::tie(Name, Value) = Name.split('=');
      Attached = true;
    }
    const auto Find = [&](StringRef Wanted) {
      return find_if(Specs, [&](const Spec &S) { return S.Name == Wanted; });
    };
    auto Found = Find(Name);
    // -pDIR and -j4.
    if (Found == Specs.end() && !Word.starts_with("--") &&
        (Word.starts_with("-p") || Word.starts_with("-j"))) {
      Found = Find(Word.substr(1, 1));
      Value = Word.drop_front(2);
      Attached = true;
    }
    if (Found == Specs.end()) {
      const Spec *Near = nullptr;
      unsigned Least = 4;
      for (const Spec &S : Specs) {
        const unsigned Distance = Name.edit_distance(S.Name, true, Least);
        if (S.Name.size() > 2 && Distance < Least) {
          Least = Distance;
          Near = &S;
        }
      }
      return usage("there is no option " + Word +
                   (Near ? "; is --" + Near->Name.str() + " meant?" : ""));
    }
    const std::string Shown =
        (Found->Name.size() == 1 ? "-" : "--") + Found->Name.str();
    if (!Found->HasValue && Attached)
      return usage(Shown + " takes no value");
    if (Found->HasValue && !Attached) {
      if (++I == Count)
        return usage(Shown + " needs a value");
      Value = Words[I];
    }
    const std::string Wrong = Found->Set(Value);
    if (!Wrong.empty())
      return usage(Shown + (Found->HasValue ? " " + Value.str() : "") + " " +
                   Wrong);
  }
  if (Result.Fix && Result.Diff)
    return usage("--fix and --diff exclude each other");
  if (Result.What != Mode::Lint && (Result.Fix || Result.Diff || Result.Shards))
    return usage("--fix, --diff and --shard are for a run over a tree");
  return -1;
}

} // namespace wdm::lint
