// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Options.h"
#include "llvm/ADT/ArrayRef.h"
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

The driver as a whole:
  --whole-driver      follow calls across the files of the driver: two passes over
                      them, in which only what has changed is read again
  --cache DIR         where to keep what was made (default: .wdm-lint-cache beside
                      compile_commands.json)
  --driver-of GLOB    the files of one driver, where the tree has several; once for
                      each (default: all files are one driver)
  --pass P            only a part of it: 1 (--shard divides it), merge or 2
                      (--shard divides it)
  --ninja FILE        write a build file for Ninja that does these parts, and do
                      nothing

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
      {"whole-driver", Flag(O.WholeDriver), false},
      {"cache", Text(O.Cache)},
      {"driver-of",
       [&O](StringRef Value) -> std::string {
         O.DriverOf.push_back(Value.str());
         return Value.empty() ? "is empty" : "";
       }},
      {"pass",
       [&O](StringRef Value) -> std::string {
         O.Pass = Value.str();
         return Value == "1" || Value == "merge" || Value == "2"
                    ? ""
                    : "is neither 1, merge nor 2";
       }},
      {"ninja", Text(O.Ninja)},
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

/// Prints what \p Word asks for, if it is about this tool and not a run.
bool answers(StringRef Word) {
  if (Word == "-h" || Word == "-help" || Word == "--help") {
    outs() << Help;
    return true;
  }
  if (Word == "--version" || Word == "-version") {
    outs() << "wdm-lint (wdm-tidy " WDM_VERSION ")\nLLVM " LLVM_VERSION_STRING
           << '\n';
    return true;
  }
  return false;
}

/// Reads the words of a command line one after the other.
class Reader {
public:
  Reader(ArrayRef<const char *> Words, Options &Result)
      : Words(Words), Result(Result), Specs(specsOf(Result)) {}

  /// \returns the status to end with, or -1 to go on.
  int read();

private:
  int readOption(StringRef Word);
  const Spec *named(StringRef Name) const;
  std::string suggestionFor(StringRef Name) const;

  const ArrayRef<const char *> Words;
  Options &Result;
  const std::vector<Spec> Specs;
  size_t Next = 1; ///< the word to read; the first is the program
};

int Reader::read() {
  bool OnlyNames = false;
  while (Next < Words.size()) {
    const StringRef Word = Words[Next++];
    if (OnlyNames || Word == "-" || !Word.starts_with("-")) {
      Result.Names.push_back(Word.str());
      continue;
    }
    if (Word == "--") {
      OnlyNames = true;
      continue;
    }
    if (answers(Word))
      return 0;
    const int Status = readOption(Word);
    if (Status != -1)
      return Status;
  }
  return -1;
}

int Reader::readOption(StringRef Word) {
  StringRef Name = Word.drop_front();
  Name.consume_front("-");
  StringRef Value;
  bool Attached = Name.contains('=');
  if (Attached)
    std::tie(Name, Value) = Name.split('=');
  const Spec *Found = named(Name);
  // -pDIR and -j4.
  if (!Found && (Word.starts_with("-p") || Word.starts_with("-j"))) {
    Found = named(Word.substr(1, 1));
    Value = Word.drop_front(2);
    Attached = true;
  }
  if (!Found)
    return usage("there is no option " + Word + suggestionFor(Name));
  const std::string Shown =
      (Found->Name.size() == 1 ? "-" : "--") + Found->Name.str();
  if (!Found->HasValue && Attached)
    return usage(Shown + " takes no value");
  if (Found->HasValue && !Attached) {
    if (Next >= Words.size())
      return usage(Shown + " needs a value");
    Value = Words[Next++];
  }
  const std::string Wrong = Found->Set(Value);
  if (!Wrong.empty())
    return usage(Shown + (Found->HasValue ? " " + Value.str() : "") + " " +
                 Wrong);
  return -1;
}

const Spec *Reader::named(StringRef Name) const {
  for (const Spec &S : Specs)
    if (S.Name == Name)
      return &S;
  return nullptr;
}

/// Asks whether the option that is most like \p Name is meant.
std::string Reader::suggestionFor(StringRef Name) const {
  const Spec *Near = nullptr;
  unsigned Least = 4;
  for (const Spec &S : Specs) {
    const unsigned Distance = Name.edit_distance(S.Name, true, Least);
    if (S.Name.size() > 2 && Distance < Least) {
      Least = Distance;
      Near = &S;
    }
  }
  return Near ? "; is --" + Near->Name.str() + " meant?" : "";
}

/// What of \p O does not go together; empty: all does.
StringRef contradictionIn(const Options &O) {
  const bool OverTree = O.What == Mode::Lint;
  const bool Changes = O.Fix || O.Diff;
  const bool OnePass = O.Pass == "1" || O.Pass == "2";
  const bool ForWholeDriver = !O.Pass.empty() || !O.Ninja.empty() ||
                              (!O.Cache.empty() && O.What != Mode::Doctor) ||
                              !O.DriverOf.empty();
  const struct {
    bool Holds;
    StringRef Text;
  } Contradictions[] = {
      {O.Fix && O.Diff, "--fix and --diff exclude each other"},
      {!OverTree && (Changes || O.Shards),
       "--fix, --diff and --shard are for a run over a tree"},
      {!O.WholeDriver && ForWholeDriver,
       "--pass, --ninja, --cache and --driver-of go with --whole-driver"},
      {O.WholeDriver && !OverTree, "--whole-driver is for a run over a tree"},
      {O.WholeDriver && O.Shards && !OnePass,
       "--shard divides one pass of --whole-driver: --pass 1 or --pass 2"},
      {!O.Pass.empty() && Changes,
       "--fix and --diff are for all of --whole-driver"},
  };
  for (const auto &One : Contradictions)
    if (One.Holds)
      return One.Text;
  return "";
}

} // namespace

int readOptions(int Count, const char *const *Words, Options &Result) {
  const int Status =
      Reader(ArrayRef(Words, static_cast<size_t>(Count)), Result).read();
  if (Status != -1)
    return Status;
  const StringRef Wrong = contradictionIn(Result);
  return Wrong.empty() ? -1 : usage(Wrong);
}

} // namespace wdm::lint
