// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/WholeDriver.h"
#include "tools/lint/Paths.h"
#include "tools/lint/Process.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace wdm::lint {

WholeDriver::WholeDriver(const Options &Wanted, const Tidy &T,
                         const Configuration &Config, StringRef Folder,
                         StringRef Driver, Runner &R)
    : Wanted(Wanted), T(T), Config(Config), Folder(Folder), Driver(Driver),
      R(R) {}

std::string WholeDriver::in(StringRef Kind, const Twine &Name) const {
  SmallString<256> Path(Folder);
  sys::path::append(Path, Kind, Name);
  return std::string(Path);
}

std::string WholeDriver::indexPath() const {
  return in("", Driver.empty() ? Twine("driver.json")
                               : "driver-" + index::hashOf(Driver) + ".json");
}

std::string WholeDriver::summaryPath(StringRef File) const {
  return in("units", index::summaryName(File));
}

std::string WholeDriver::findingsPath(StringRef File) const {
  return in("findings", index::summaryName(File));
}

std::string WholeDriver::needsPath(StringRef File) const {
  return in("needs", index::summaryName(File));
}

Error WholeDriver::prepare() const {
  for (StringRef Kind : {"units", "findings", "needs"}) {
    const std::string Path = in(Kind, "");
    if (std::error_code Failed = sys::fs::create_directories(Path))
      return createStringError(Failed, "%s cannot be made: %s", Path.c_str(),
                               Failed.message().c_str());
  }
  return Error::success();
}

const std::string &WholeDriver::hashOfFile(StringRef Path) {
  auto [It, New] = Hashes.try_emplace(Path);
  if (New)
    if (auto Buffer = MemoryBuffer::getFile(Path, false, false))
      It->second = index::hashOf((*Buffer)->getBuffer());
  return It->second;
}

/// Whatever decides what the first pass makes of the unit, besides the files
/// that it reads.
std::string WholeDriver::keyOf(const Unit &One) {
  std::string All = hashOfFile(T.Program) + "\n";
  const auto Add = [&](ArrayRef<std::string> Words) {
    for (const std::string &Word : Words)
      All += Word + "\n";
  };
  for (const Command &C : One.Commands) {
    All += C.Directory + "\n";
    Add(C.Arguments);
  }
  Add(Wanted.ExtraArguments);
  Add(T.Always);
  Add(Config.of(One.File).Arguments);
  if (!Wanted.ConfigFile.empty())
    All += hashOfFile(Wanted.ConfigFile) + "\n";
  for (StringRef Above = sys::path::parent_path(One.File); !Above.empty();
       Above = sys::path::parent_path(Above)) {
    SmallString<256> File(Above);
    sys::path::append(File, ".clang-tidy");
    All += hashOfFile(File) + "\n";
  }
  return index::hashOf(All);
}

const index::UnitSummary *WholeDriver::summaryOf(const Unit &One) {
  auto It = Summaries.find(One.File);
  if (It != Summaries.end())
    return &It->second;
  const std::string Text = contents(summaryPath(One.File));
  if (Text.empty())
    return nullptr;
  Expected<index::UnitSummary> Parsed = index::UnitSummary::parse(Text);
  if (!Parsed) {
    consumeError(Parsed.takeError());
    return nullptr;
  }
  if (Parsed->Key != keyOf(One) || Parsed->File != One.File ||
      any_of(Parsed->Inputs, [&](const index::Input &I) {
        return hashOfFile(I.Path) != I.Hash;
      }))
    return nullptr;
  return &(Summaries[One.File] = std::move(*Parsed));
}

// --- The first pass ---------------------------------------------------------

/// True if \p O says why there may be nothing of \p File.
static bool hasProblem(const Outcome &O, const std::string &File) {
  return O.Crashed.count(File) || O.Failed.count(File) ||
         O.Errors.count(File) || is_contained(O.TimedOut, File);
}

/// Writes what the summary at \p Path was made of, for Ninja.
static void writeDependencies(const std::string &Path,
                              const index::UnitSummary &S) {
  std::string Text = Path + ":";
  for (const index::Input &I : S.Inputs) {
    Text += " \\\n  ";
    for (const char C : I.Path) {
      if (C == ' ' || C == '#')
        Text += '\\';
      Text += C == '$' ? "$$" : std::string(1, C);
    }
  }
  if (Error Failed = index::writeWhole(Path + ".d", Text + "\n"))
    consumeError(std::move(Failed));
}

Outcome WholeDriver::summarise(ArrayRef<Unit> Units) {
  Outcome Result;
  // Files may have been changed by fixes since.
  Hashes.clear();
  Summaries.clear();
  Total = Units.size();
  if (Error Failed = prepare()) {
    Result.ConfigurationFaults[toString(std::move(Failed))] = "";
    return Result;
  }
  std::vector<Unit> Work;
  std::map<std::string, UnitRun> Runs;
  for (const Unit &One : Units) {
    if (summaryOf(One))
      continue;
    (void)sys::fs::remove(summaryPath(One.File));
    UnitRun &Run = Runs[One.File];
    Run.Arguments = {"--checks=-*,wdm-io-set-completion-routine-ex",
                     "--wdm-summaries=" + in("units", ""),
                     "--wdm-summary-key=" + keyOf(One)};
    Work.push_back(One);
  }
  Read = Work.size();
  Result = R.run(Work, Wanted.Quiet, Runs);
  Result.Finished = 0;
  for (const Unit &One : Work) {
    const index::UnitSummary *S = summaryOf(One);
    if (S && !Wanted.Pass.empty())
      writeDependencies(summaryPath(One.File), *S);
    // Where it could not be run, that has been said.
    if (!S && !hasProblem(Result, One.File))
      Result.Failed[One.File] = "no summary of it could be made; did it "
                                "change meanwhile?";
  }
  // The second pass says it again.
  Result.Errors.clear();
  return Result;
}

// --- The index --------------------------------------------------------------

std::string WholeDriver::merge(ArrayRef<Unit> Units) {
  if (Error Failed = prepare())
    return toString(std::move(Failed));
  std::vector<const index::UnitSummary *> All;
  for (const Unit &One : Units)
    if (const index::UnitSummary *S = summaryOf(One))
      All.push_back(S);
  index::Merged Merged = index::merge(All);
  Conflicts = std::move(Merged.Conflicts);
  const auto Write = [](StringRef Path, StringRef Text) -> std::string {
    if (contents(Path) == Text)
      return {};
    Error Failed = index::writeWhole(Path, Text);
    return Failed ? toString(std::move(Failed)) : "";
  };
  std::string Wrong = Write(indexPath(), Merged.Text);
  for (size_t I = 0; I != All.size() && Wrong.empty(); ++I)
    Wrong =
        Write(needsPath(All[I]->File),
              Merged.Of[I].Hash + (Merged.Of[I].Anything ? " 1\n" : " 0\n"));
  return Wrong;
}

// --- The second pass --------------------------------------------------------

std::string WholeDriver::findingsKey(const index::UnitSummary &S,
                                     StringRef Needs,
                                     ArrayRef<std::string> More) const {
  std::string All = S.Key + "\n" + Needs.str() + "\n";
  for (const index::Input &I : S.Inputs)
    All += I.Path + " " + I.Hash + "\n";
  for (const std::string &Word : More)
    All += Word + "\n";
  return index::hashOf(All);
}

Outcome WholeDriver::judge(ArrayRef<Unit> Units,
                           function_ref<bool(const Unit &)> CanFind,
                           ArrayRef<std::string> More,
                           std::vector<Unit> &Skipped) {
  std::vector<Unit> Work, Kept;
  std::map<std::string, UnitRun> Runs;
  for (const Unit &One : Units) {
    const index::UnitSummary *S = summaryOf(One);
    const std::string Needs = contents(needsPath(One.File));
    UnitRun Run;
    if (S && !Needs.empty()) {
      if (!StringRef(Needs).contains(" 1") && !S->HasErrors && !CanFind(One)) {
        Skipped.push_back(One);
        continue;
      }
      Run.Arguments = {"--wdm-index=" + indexPath()};
      Run.Keep = findingsPath(One.File);
      Run.Key = findingsKey(*S, Needs, More);
      if (StringRef(contents(Run.Keep)).starts_with(Run.Key + "\n")) {
        Kept.push_back(One);
        continue;
      }
    }
    Runs[One.File] = std::move(Run);
    Work.push_back(One);
  }
  Outcome Result = R.run(Work, Wanted.Quiet, Runs, More);
  for (const Unit &One : Kept)
    R.takeKept(One, findingsPath(One.File), Result);
  return Result;
}

std::string cacheOf(StringRef Database) {
  SmallString<256> Folder(sys::path::parent_path(Database));
  sys::path::append(Folder, ".wdm-lint-cache");
  return std::string(Folder);
}

std::string textOf(const index::Conflict &One) {
  std::string Text = "'" + One.Name + "' is defined differently in ";
  for (size_t I = 0; I != One.Files.size(); ++I)
    Text += (I == 0                      ? ""
             : I + 1 == One.Files.size() ? " and "
                                         : ", ") +
            shown(One.Files[I]);
  return Text + ": its calls from other files are not followed" +
         (One.Name == "DriverEntry" || One.Name == "GsDriverEntry"
              ? " (are these several drivers? --driver-of tells them apart)"
              : "");
}

// --- Ninja ------------------------------------------------------------------

namespace {

std::string escaped(StringRef Path) {
  std::string Result;
  for (const char C : Path) {
    if (C == '$' || C == ' ' || C == ':')
      Result += '$';
    Result += C;
  }
  return Result;
}

std::string shellWord(StringRef Word) {
  std::string Result = "'";
  for (const char C : Word) {
    if (C == '\'')
      Result += "'\\''";
    else if (C == '$')
      Result += "$$";
    else
      Result += C;
  }
  return Result + "'";
}

} // namespace

std::string ninjaOf(const WholeDriver &Driver, ArrayRef<Unit> Units,
                    ArrayRef<std::string> Command,
                    ArrayRef<std::string> Tools) {
  std::string Call;
  for (const std::string &Word : Command)
    Call += (Call.empty() ? "" : " ") + shellWord(Word);
  std::string Text =
      "# Made by wdm-lint --ninja. Each step is a process of its "
      "own.\nninja_required_version = 1.7\n\n"
      "rule summary\n"
      "  command = " +
      Call +
      " --pass 1 -q $in\n"
      "  depfile = $out.d\n  deps = gcc\n  restat = 1\n"
      "  description = SUMMARY $in\n\n"
      "rule index\n"
      "  command = " +
      Call +
      " --pass merge -q\n  restat = 1\n"
      "  description = INDEX $out\n\n"
      "rule findings\n"
      "  command = " +
      Call +
      " --pass 2 -q $in\n  restat = 1\n"
      "  description = FINDINGS $in\n\n";
  std::string With;
  for (const std::string &Tool : Tools)
    With += " " + escaped(Tool);
  std::string Summaries, Needs, Findings;
  for (const Unit &One : Units) {
    const std::string Summary = escaped(Driver.summaryPath(One.File));
    Summaries += " " + Summary;
    Needs += " " + escaped(Driver.needsPath(One.File));
    Findings += " " + escaped(Driver.findingsPath(One.File));
    Text += "build " + Summary + ": summary " + escaped(One.File) + " |" +
            With + "\n";
  }
  const std::string Index = escaped(Driver.indexPath());
  Text += "\nbuild " + Index + Needs + ": index |" + Summaries + "\n\n";
  for (const Unit &One : Units)
    Text += "build " + escaped(Driver.findingsPath(One.File)) + ": findings " +
            escaped(One.File) + " | " + escaped(Driver.summaryPath(One.File)) +
            " " + escaped(Driver.needsPath(One.File)) + With + " || " + Index +
            "\n";
  return Text + "\nbuild all: phony" + Findings + "\ndefault all\n";
}

} // namespace wdm::lint
