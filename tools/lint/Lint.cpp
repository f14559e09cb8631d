// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Delivery.h"
#include "tools/lint/Fixes.h"
#include "tools/lint/Includes.h"
#include "tools/lint/Modes.h"
#include "tools/lint/Paths.h"
#include "tools/lint/Process.h"
#include "tools/lint/Remedies.h"
#include "tools/lint/Report.h"
#include "tools/lint/Runner.h"
#include "tools/lint/WholeDriver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include <chrono>

using namespace llvm;

namespace wdm::lint {

namespace {

const char *wereRead(size_t Units) {
  return Units == 1 ? " was read anew" : " were read anew";
}

class LintRun {
public:
  explicit LintRun(const Options &Wanted) : Wanted(Wanted), Out(Wanted) {}

  int run();

private:
  bool selectUnits();
  bool selectDrivers(const Database &Commands);
  WholeDriver *driverOf(const Unit &One);
  Outcome judge(ArrayRef<Unit> Some);
  int runPass();
  int writeNinja();
  bool askTools();
  void leaveOut();
  void look();
  void lookAtSilenced(std::vector<Finding> &Loud);
  /// Copies without NOLINT, by file.
  using CopiedFiles = std::map<std::string, std::string>;
  json::Array withoutSilence(ArrayRef<std::string> Files, CopiedFiles &Copies);
  bool overlaySilenced(const Unit &One, Includes &Look, CopiedFiles &Copies,
                       size_t Number, UnitRun &Run);
  bool reportProblems(const Outcome &Result);
  void note(Notification::Kind What, const std::string &Text,
            const Place &Where = {}) {
    Report.Notifications.push_back({What, Text, Where});
  }
  void reportMissing();
  void reportParseErrors(const std::map<std::string, ParseError> &Errors);
  void reportUnfinished(const Outcome &Of);
  FixPlan planned() const;
  void applyFixes();
  std::set<std::string> writeFixes(const FixPlan &Plan);
  Outcome judgeAgain(const std::set<std::string> &Files);
  void showDiff();
  std::string summary() const;
  void addSetUpFault(const std::string &Text);
  int finish(int Status);

  const Options &Wanted;
  Delivery Out;
  TemporaryFolder Temporary;
  FileNames Names;
  SourceTexts Texts;
  Tidy T;
  std::optional<Configuration> Config;
  std::string Root;
  std::vector<Unit> Units; ///< to be linted
  /// One of the drivers of the tree, as --driver-of gives them.
  struct OneDriver {
    std::string Files; ///< the pattern; empty: all
    std::vector<Unit> Units;
    std::unique_ptr<WholeDriver> Whole;
  };
  std::vector<OneDriver> Drivers;
  std::map<std::string, size_t> DriverNumbers; ///< of files
  std::string Cache, DatabasePath;
  std::unique_ptr<Runner> Run;
  std::vector<Unit> Skipped; ///< in which there can be nothing to find
  bool AnyIrp = false;       ///< a check looks at every IRP
  size_t Silenced = 0;
  size_t OtherShards = 0;
  std::vector<std::string> Missing;
  std::vector<Finding> All;
  Outcome Result;
  SarifRun Report;
  bool Broken = false;
  bool Interrupted = false;
  std::string FoundSummary; ///< before the fixes
  std::string FixSummary;
  std::chrono::steady_clock::time_point Started;
};

/// What clang-tidy shall tell besides its findings.
const std::string ForLint[] = {"--explain-missing-fix", "--report-limits"};

/// True if a check has nothing to say of a file in which nothing registers a
/// completion routine.
bool needsRegistration(StringRef Check) {
  return Check.starts_with("wdm-io-set-completion-") ||
         Check == "wdm-completion-routine-registered";
}

/// Which part of \p Shards a file belongs to, from 1 on: the same whatever
/// else there is, and wherever the tree stands.
unsigned shardOf(StringRef File, StringRef Root, unsigned Shards) {
  const std::string Relative = relativeTo(File, Root);
  const std::string Hash = hashOf(Relative.empty() ? File : Relative);
  uint64_t Number = 0;
  StringRef(Hash).getAsInteger(16, Number);
  return static_cast<unsigned>(Number % Shards) + 1;
}

void LintRun::addSetUpFault(const std::string &Text) {
  sayError(Text);
  Report.Notifications.push_back({Notification::Kind::SetUp, Text, {}});
  Broken = true;
}

bool LintRun::selectUnits() {
  const std::string Folder = Wanted.Folder.empty()
                                 ? Database::findForFiles(Wanted.Names)
                                 : Wanted.Folder;
  if (Folder.empty()) {
    addSetUpFault(
        "-p DIR is missing: the folder with compile_commands.json (there is "
        "none " +
        (Wanted.Names.empty()
             ? std::string("here or in build")
             : "in the folders above " + Wanted.Names.front()) +
        ")\n" + HowToGetDatabase);
    return false;
  }
  Expected<Database> Commands = Database::load(Folder);
  if (!Commands) {
    addSetUpFault(toString(Commands.takeError()));
    return false;
  }
  for (const std::string &Remark : Commands->remarks())
    if (!Wanted.Quiet)
      sayNote(Remark);
  if (Wanted.WholeDriver && !selectDrivers(*Commands))
    return false;
  Expected<std::vector<Unit>> Selected = Commands->select(Wanted.Names);
  if (!Selected) {
    addSetUpFault(toString(Selected.takeError()));
    return false;
  }
  for (Unit &One : *Selected) {
    if (Wanted.Shards &&
        shardOf(One.File, Root, Wanted.Shards) != Wanted.Shard) {
      ++OtherShards;
      continue;
    }
    Names.prefer(One.File);
    Units.push_back(std::move(One));
  }
  return true;
}

bool LintRun::selectDrivers(const Database &Commands) {
  DatabasePath = Commands.path().str();
  Cache = absolutePath(Wanted.Cache.empty() ? cacheOf(Commands.path())
                                            : Wanted.Cache);
  std::vector<GlobPattern> Patterns;
  for (const std::string &Text : Wanted.DriverOf) {
    Expected<GlobPattern> Pattern = GlobPattern::create(Text);
    if (!Pattern) {
      addSetUpFault("--driver-of " + Text +
                    " is no pattern: " + toString(Pattern.takeError()));
      return false;
    }
    Patterns.push_back(std::move(*Pattern));
    Drivers.push_back({Text, {}, nullptr});
  }
  if (Drivers.empty())
    Drivers.push_back({"", {}, nullptr});
  for (const Unit &One : Commands.units()) {
    for (size_t I = 0; I != Drivers.size(); ++I) {
      if (!Patterns.empty() && !Patterns[I].match(One.File) &&
          !Patterns[I].match(shown(One.File)))
        continue;
      Drivers[I].Units.push_back(One);
      DriverNumbers.try_emplace(One.File, I);
    }
  }
  for (const OneDriver &D : Drivers)
    if (D.Units.empty()) {
      addSetUpFault("--driver-of " + D.Files + " matches no file of " +
                    Commands.path().str());
      return false;
    }
  return true;
}

/// Null: the file is of none, and linted by itself.
WholeDriver *LintRun::driverOf(const Unit &One) {
  auto It = DriverNumbers.find(One.File);
  return It == DriverNumbers.end() ? nullptr : Drivers[It->second].Whole.get();
}

bool LintRun::askTools() {
  if (Temporary.path().empty()) {
    addSetUpFault("no folder for temporary files could be made; is the disk "
                  "full?");
    return false;
  }
  if (!Wanted.Overlay.empty()) {
    if (!sys::fs::exists(Wanted.Overlay)) {
      addSetUpFault("--vfsoverlay: there is no file " + Wanted.Overlay);
      return false;
    }
    T.Always.push_back("--vfsoverlay=" + absolutePath(Wanted.Overlay));
  }
  std::string Wrong = T.find(Wanted.ClangTidy, Temporary.path());
  if (!Wrong.empty()) {
    addSetUpFault(Wrong);
    return false;
  }
  std::vector<std::string> Files;
  for (const Unit &One : Units)
    Files.push_back(One.File);
  for (const OneDriver &D : Drivers)
    for (const Unit &One : D.Units)
      if (!is_contained(Files, One.File))
        Files.push_back(One.File);
  Config.emplace(T, Files,
                 ConfigurationRequest{Wanted.Checks, Wanted.ConfigFile},
                 Temporary.path());
  for (const std::string &Fault : Config->faults())
    addSetUpFault(Fault);
  if (!Wanted.Quiet)
    for (const std::string &Remark : Config->remarks())
      sayNote(Remark);
  Run = std::make_unique<Runner>(Wanted, T, *Config, Temporary.path(), Names,
                                 Texts);
  for (OneDriver &D : Drivers)
    D.Whole =
        std::make_unique<WholeDriver>(Wanted, T, *Config, Cache, D.Files, *Run);
  return Config->faults().empty();
}

void LintRun::leaveOut() {
  erase_if(Units, [&](const Unit &One) {
    const bool Off = Config->of(One.File).Silenced;
    Silenced += Off;
    return Off;
  });
  erase_if(Units, [&](const Unit &One) {
    const bool Gone = !sys::fs::exists(One.File);
    if (Gone)
      Missing.push_back(One.File);
    return Gone;
  });
  AnyIrp = !all_of(Config->checks(), needsRegistration);
  // What the user names is looked at.
  if (Wanted.AllFiles || !Wanted.Names.empty() || !Config->onlyOurs() ||
      Wanted.WholeDriver)
    return;
  Includes Look(Config->registrations(), AnyIrp);
  std::vector<Unit> Rest;
  for (Unit &One : Units)
    (Look.look(One, /*All=*/false).Registers ? Rest : Skipped)
        .push_back(std::move(One));
  Units = std::move(Rest);
}

void addTo(Outcome &All, Outcome One) {
  for (Finding &F : One.Found.take()) {
    const std::set<std::string> Of = F.Units;
    for (const std::string &File : Of)
      All.Found.add(F, File);
  }
  All.Errors.merge(One.Errors);
  All.Crashed.merge(One.Crashed);
  All.TimedOut.insert(All.TimedOut.end(), One.TimedOut.begin(),
                      One.TimedOut.end());
  All.Failed.merge(One.Failed);
  All.Limits.merge(One.Limits);
  All.ConfigurationFaults.merge(One.ConfigurationFaults);
  All.Finished += One.Finished;
  All.Memory = std::max(All.Memory, One.Memory);
}

/// Runs the checks on \p Some; where drivers are looked at as a whole, all that
/// has to be known for it is brought up to date before.
Outcome LintRun::judge(ArrayRef<Unit> Some) {
  if (Drivers.empty())
    return Run->run(Some, Wanted.Quiet, {}, ForLint);
  Outcome Result;
  std::set<std::string> Unknown; ///< of no driver, or without a summary
  for (OneDriver &D : Drivers) {
    addTo(Result, D.Whole->summarise(D.Units));
    if (isInterrupted())
      return Result;
    const std::string Wrong = D.Whole->merge(D.Units);
    if (!Wrong.empty()) {
      addSetUpFault(Wrong);
      return Result;
    }
    for (const index::Conflict &One : D.Whole->conflicts())
      if (!Wanted.Quiet)
        sayNote(textOf(One));
  }
  const bool MayLeaveOut =
      !Wanted.AllFiles && Wanted.Names.empty() && Config->onlyOurs();
  Includes Look(Config->registrations(), AnyIrp);
  const auto CanFind = [&](const Unit &One) {
    return !MayLeaveOut || Look.look(One, /*All=*/false).Registers;
  };
  Skipped.clear();
  std::vector<std::vector<Unit>> Of(Drivers.size());
  std::vector<Unit> Alone;
  for (const Unit &One : Some) {
    auto It = DriverNumbers.find(One.File);
    (It == DriverNumbers.end() ? Alone : Of[It->second]).push_back(One);
  }
  // What has failed once is not tried again.
  for (std::vector<Unit> &Units : Of)
    erase_if(Units, [&](const Unit &One) {
      return Result.Crashed.count(One.File) ||
             is_contained(Result.TimedOut, One.File);
    });
  for (size_t I = 0; I != Drivers.size(); ++I)
    addTo(Result, Drivers[I].Whole->judge(Of[I], CanFind, ForLint, Skipped));
  erase_if(Alone, [&](const Unit &One) {
    if (CanFind(One))
      return false;
    Skipped.push_back(One);
    return true;
  });
  addTo(Result, Run->run(Alone, Wanted.Quiet, {}, ForLint));
  return Result;
}

/// One part of a run over whole drivers: what was found is kept, and told by
/// the run that does all.
int LintRun::runPass() {
  Outcome Result;
  std::vector<Unit> Gone;
  for (OneDriver &D : Drivers) {
    std::vector<Unit> Mine;
    for (const Unit &One : Units)
      if (is_contained(map_range(D.Units, [](const Unit &U) { return U.File; }),
                       One.File))
        Mine.push_back(One);
    if (Wanted.Pass == "1") {
      addTo(Result, D.Whole->summarise(Mine));
    } else if (Wanted.Pass == "2") {
      addTo(Result,
            D.Whole->judge(
                Mine, [](const Unit &) { return true; }, ForLint, Gone));
      // Errors in the source are findings of their kind.
      Result.Errors.clear();
    } else {
      const std::string Wrong = D.Whole->merge(D.Units);
      if (!Wrong.empty())
        addSetUpFault(Wrong);
    }
    if (!Wanted.Quiet && Wanted.Pass == "1")
      say(std::to_string(D.Whole->readAnew()) + " of " +
          count(D.Whole->units(), "unit") + wereRead(D.Whole->units()));
  }
  return reportProblems(Result) || Broken ? 2 : 0;
}

int LintRun::writeNinja() {
  std::vector<std::string> Command = {
      sys::fs::getMainExecutable(nullptr, nullptr),
      "-p",
      absolutePath(Wanted.Folder.empty() ? Database::findForFiles(Wanted.Names)
                                         : Wanted.Folder),
      "--whole-driver",
      "--cache",
      Cache};
  const auto Add = [&](StringRef Name, StringRef Value) {
    if (!Value.empty())
      Command.insert(Command.end(), {Name.str(), Value.str()});
  };
  for (const std::string &Files : Wanted.DriverOf)
    Add("--driver-of", Files);
  Add("--checks", Wanted.Checks);
  if (!Wanted.ConfigFile.empty())
    Add("--config-file", absolutePath(Wanted.ConfigFile));
  if (!Wanted.Overlay.empty())
    Add("--vfsoverlay", absolutePath(Wanted.Overlay));
  for (const std::string &Argument : Wanted.ExtraArguments)
    Add("--extra-arg", Argument);
  if (!Wanted.ClangTidy.empty())
    Add("--clang-tidy", absolutePath(Wanted.ClangTidy));
  if (Drivers.size() != 1) {
    addSetUpFault("--ninja is for one driver: give one --driver-of");
    return 2;
  }
  const std::string Text =
      ninjaOf(*Drivers.front().Whole, Drivers.front().Units, Command,
              {T.Program, absolutePath(DatabasePath)});
  if (Error Failed = writeFile(absolutePath(Wanted.Ninja), Text)) {
    addSetUpFault(toString(std::move(Failed)));
    return 2;
  }
  return 0;
}

void LintRun::look() {
  Result = judge(Units);
  All = Result.Found.take();
  if (isInterrupted())
    return;
  if (!Wanted.Sarif.empty())
    lookAtSilenced(All);
}

/// Entries of an overlay that put copies without NOLINT in the place of
/// \p Files.
json::Array LintRun::withoutSilence(ArrayRef<std::string> Files,
                                    CopiedFiles &Copies) {
  json::Array Roots;
  for (const std::string &File : Files) {
    auto [Place, New] = Copies.try_emplace(File);
    if (New) {
      Place->second = Temporary.file("copy" + Twine(Copies.size()));
      std::string Text = contents(File);
      for (size_t At = 0; (At = Text.find("NOLINT", At)) != std::string::npos;)
        Text[At] = 'n';
      if (Error Failed = writeFile(Place->second, Text)) {
        consumeError(std::move(Failed));
        continue;
      }
    }
    Roots.push_back(json::Object{{"type", "file"},
                                 {"name", json::fixUTF8(File)},
                                 {"external-contents", Place->second}});
  }
  return Roots;
}

/// Makes \p Run one of \p One without its NOLINT comments.
/// \returns false if it has none.
bool LintRun::overlaySilenced(const Unit &One, Includes &Look,
                              CopiedFiles &Copies, size_t Number,
                              UnitRun &Run) {
  json::Array Roots =
      withoutSilence(Look.look(One, /*All=*/true).Silencing, Copies);
  if (Roots.empty())
    return false;
  const std::string Overlay =
      Temporary.file("overlay" + Twine(Number) + ".yaml");
  std::string Text;
  raw_string_ostream(Text) << json::Value(
      json::Object{{"version", 0},
                   {"use-external-names", false},
                   {"roots", std::move(Roots)}});
  if (Error Failed = writeFile(Overlay, Text)) {
    consumeError(std::move(Failed));
    return false;
  }
  Run.Overlay = Overlay;
  if (const WholeDriver *Of = driverOf(One))
    Run.Arguments = {"--wdm-index=" + Of->indexPath()};
  return true;
}

/// Adds to \p Loud what only \p Both has, as silenced.
void addSilenced(std::vector<Finding> &Loud, std::vector<Finding> Both) {
  std::set<std::pair<std::string, std::pair<unsigned, std::string>>> Known;
  const auto KeyOf = [](const Finding &F) {
    return std::pair(F.Where.File, std::pair(F.Where.Offset, F.Check));
  };
  for (const Finding &F : Loud)
    Known.insert(KeyOf(F));
  for (Finding &F : Both)
    if (Known.insert(KeyOf(F)).second) {
      F.Silenced = true;
      Loud.push_back(std::move(F));
    }
  sortFindings(Loud);
}

/// A NOLINT comment leaves no trace in what clang-tidy exports: the files that
/// have one are looked at again without them.
void LintRun::lookAtSilenced(std::vector<Finding> &Loud) {
  // clang-tidy takes one overlay only.
  if (!Wanted.Overlay.empty())
    return;
  Includes Look(Config->registrations(), AnyIrp);
  std::map<std::string, UnitRun> Overlays;
  CopiedFiles Copies;
  std::vector<Unit> Again;
  for (const Unit &One : Units) {
    UnitRun Run;
    if (Result.Errors.count(One.File) ||
        !overlaySilenced(One, Look, Copies, Again.size(), Run))
      continue;
    Overlays[One.File] = std::move(Run);
    Again.push_back(One);
  }
  if (Again.empty())
    return;
  Runner R(Wanted, T, *Config, Temporary.path(), Names, Texts);
  addSilenced(Loud, R.run(Again, Wanted.Quiet, Overlays).Found.take());
}

void LintRun::reportMissing() {
  if (Missing.empty())
    return;
  sayError(count(Missing.size(), "file") + " of compile_commands.json " +
           (Missing.size() == 1 ? "does" : "do") + " not exist, such as " +
           Missing.front() + "\n  generate compile_commands.json again");
  for (const std::string &File : Missing)
    note(Notification::Kind::Failure,
         File + " of compile_commands.json does not exist");
}

/// The first of them are shown, and what to do about each kind.
void LintRun::reportParseErrors(
    const std::map<std::string, ParseError> &Errors) {
  if (Errors.empty())
    return;
  const size_t Most = 20;
  sayError(count(Errors.size(), "file") +
           " could not be parsed without errors; findings may be missing "
           "there:");
  std::vector<StringRef> Remedies;
  size_t Number = 0;
  for (const auto &[File, Error] : Errors) {
    const std::string Place = shownPlace(Error.Where);
    if (++Number <= Most)
      say("    " + shown(File) + "\n        " +
          (Place.empty() ? "" : Place + ": ") + "error: " + Error.Message);
    const StringRef Remedy = remedyFor(Error.Message);
    if (!is_contained(Remedies, Remedy))
      Remedies.push_back(Remedy);
    note(Notification::Kind::ParseError,
         shown(File) + " could not be parsed without errors: " + Error.Message,
         Error.Where);
  }
  if (Errors.size() > Most)
    say("    ... and " + Twine(Errors.size() - Most) + " more");
  for (const StringRef Remedy : Remedies)
    say("  " + Remedy);
}

/// The files of which nothing is known.
void LintRun::reportUnfinished(const Outcome &Of) {
  for (const auto &[File, Text] : Of.Crashed) {
    sayError("clang-tidy crashed on " + shown(File) +
             "; please report it, with the file if you can" +
             (Text.empty()
                  ? ""
                  : "\n" + indented(StringRef(Text).take_front(2000))));
    note(Notification::Kind::Crash, "clang-tidy crashed on " + shown(File));
  }
  for (const std::string &File : Of.TimedOut) {
    sayError(shown(File) + " took longer than " + Twine(Wanted.Timeout) +
             " s and was ended; --timeout SECONDS gives it more");
    note(Notification::Kind::Timeout,
         shown(File) + " took too long and was ended");
  }
  for (const auto &[File, Text] : Of.Failed) {
    sayError(shown(File) + " could not be analysed:\n" + indented(Text));
    note(Notification::Kind::Failure,
         shown(File) + " could not be analysed: " + Text);
  }
}

bool LintRun::reportProblems(const Outcome &Of) {
  reportMissing();
  reportParseErrors(Of.Errors);
  reportUnfinished(Of);
  for (const auto &[Place, Limit] : Of.Limits)
    note(Notification::Kind::Remark, Limit.Message, Limit.Where);
  for (const auto &[Text, File] : Of.ConfigurationFaults)
    addSetUpFault((File.empty() ? "the configuration" : File) + ": " + Text);
  return !Missing.empty() || !Of.isWhole();
}

FixPlan LintRun::planned() const {
  return planFixes(All, [&](const Finding &F) {
    return !F.Silenced && F.State != Novelty::Old && F.Certain;
  });
}

void LintRun::showDiff() {
  const FixPlan Plan = planned();
  for (const auto &[File, Changes] : Plan.Files) {
    const SourceText *Text = Texts.get(File);
    std::string Name = relativeTo(File, Root);
    if (Text)
      outs() << unifiedDiff(Name.empty() ? File : Name, Text->text(), Changes);
  }
  outs().flush();
}

/// Writes the files of \p Plan, and says which could not be written.
/// \returns those that were.
std::set<std::string> LintRun::writeFixes(const FixPlan &Plan) {
  std::map<std::string, std::string> NotWritten;
  std::set<std::string> Written;
  for (const auto &[File, Changes] : Plan.Files) {
    const SourceText *Text = Texts.get(File);
    // The file of the run, not one that somebody saves meanwhile.
    if (!Text || contents(File) != Text->text()) {
      NotWritten[File] = "it has changed meanwhile";
      continue;
    }
    if (Error Failed = writeFile(File, edited(Text->text(), Changes))) {
      NotWritten[File] = toString(std::move(Failed));
      continue;
    }
    if (!Wanted.Quiet)
      for (const size_t I : Plan.Fixed)
        if (All[I].Fix.front().File == File)
          say("fixed: " + shownPlace(All[I].Where) + ": " + All[I].Message +
              " [" + All[I].Check + "]");
    Texts.forget(File);
    Written.insert(File);
  }
  for (const auto &[File, Why] : NotWritten) {
    sayError(shown(File) + " was not changed: " + Why);
    Broken = true;
  }
  return Written;
}

/// Judges those of \p Files again that parsed before, and says which no longer
/// do.
Outcome LintRun::judgeAgain(const std::set<std::string> &Files) {
  std::vector<Unit> Again;
  for (const Unit &One : Units)
    if (Files.count(One.File) && !Result.Errors.count(One.File))
      Again.push_back(One);
  Outcome After = judge(Again);
  if (!After.Errors.empty()) {
    Broken = true;
    sayError("no longer parses after the fix; please report it:");
    for (const auto &[File, Error] : After.Errors)
      say("    " + shown(File) + "\n        " + shownPlace(Error.Where) +
          ": error: " + Error.Message);
  }
  return After;
}

void LintRun::applyFixes() {
  const size_t Before = Delivery::counting(All);
  FoundSummary = Out.summary(All);
  const FixPlan Plan = planned();
  const std::set<std::string> Touched = writeFixes(Plan);
  for (const size_t I : Plan.Overlapping)
    sayNote(shownPlace(All[I].Where) + ": left for the next --fix, since its "
                                       "fix meets that of another finding");
  if (Touched.empty()) {
    FixSummary = "nothing fixed";
    return;
  }
  // The units in which a changed file was met.
  std::set<std::string> Changed;
  for (const Finding &F : All)
    if (any_of(F.Fix, [&](const Edit &E) { return Touched.count(E.File); }))
      Changed.insert(F.Units.begin(), F.Units.end());
  Outcome After = judgeAgain(Changed);
  // What was found elsewhere stays.
  std::vector<Finding> Left;
  for (Finding &F : All)
    if (F.Silenced || !F.Certain || none_of(F.Units, [&](const std::string &U) {
          return Changed.count(U) != 0;
        }))
      Left.push_back(std::move(F));
  for (Finding &F : After.Found.take())
    Left.push_back(std::move(F));
  sortFindings(Left);
  All = std::move(Left);
  Out.compareWithBaseline(All, Root);
  const size_t Now = Delivery::counting(All);
  FixSummary = std::to_string(Before > Now ? Before - Now : 0) + " fixed in " +
               count(Touched.size(), "file") + ", " + std::to_string(Now) +
               " left";
}

std::string LintRun::summary() const {
  const size_t Parsed = Result.Finished - Result.Errors.size() -
                        Result.Crashed.size() - Result.TimedOut.size() -
                        Result.Failed.size();
  const auto Seconds = std::chrono::duration_cast<std::chrono::seconds>(
                           std::chrono::steady_clock::now() - Started)
                           .count();
  std::string Text =
      count(Parsed, "file") + " checked in " + std::to_string(Seconds) + " s: ";
  if (Interrupted)
    Text = "interrupted: " + count(Result.Finished, "file") + " of " +
           std::to_string(Units.size()) + " checked: ";
  if (Delivery::counting(All) == 0 && Broken && !Out.baseline() &&
      FixSummary.empty())
    Text += "no findings in the part that could be analysed";
  else if (FixSummary.empty())
    Text += Out.summary(All);
  else
    Text += FoundSummary + ", " + FixSummary;
  for (const OneDriver &D : Drivers)
    Text += "\n" + std::to_string(D.Whole->readAnew()) + " of " +
            count(D.Whole->units(), "unit") +
            (D.Files.empty() ? "" : " of " + D.Files) +
            wereRead(D.Whole->units());
  if (!Skipped.empty())
    Text += "\n" + count(Skipped.size(), "file") + " not parsed: nothing in " +
            (Skipped.size() == 1 ? "it" : "them") +
            (AnyIrp ? " has an IRP" : " can register a completion routine") +
            " (--all-files parses all)";
  if (!Result.Limits.empty())
    Text += "\n" + count(Result.Limits.size(), "function") +
            " not followed to the end, being too large (the first at " +
            Result.Limits.begin()->first + ")";
  if (Silenced)
    Text += "\n" + count(Silenced, "file") +
            " left out: a .clang-tidy turns all our checks off there";
  if (Wanted.Shards)
    Text += "\n" + count(OtherShards, "file") + " in other shards than " +
            std::to_string(Wanted.Shard) + "/" + std::to_string(Wanted.Shards);
  return Text;
}

int LintRun::finish(int Status) {
  Report.Root = Root;
  Report.LlvmVersion = T.Version;
  if (Config)
    Report.Checks = Config->checks();
  Report.Successful = Status != 2;
  Report.ExitStatus = Status;
  Report.Counts = {
      {"filesChecked", static_cast<int64_t>(Result.Finished)},
      {"filesWithoutRegistration", static_cast<int64_t>(Skipped.size())},
      {"filesSilenced", static_cast<int64_t>(Silenced)}};
  if (Wanted.Shards)
    Report.Counts.insert(Report.Counts.end(),
                         {{"shard", Wanted.Shard}, {"shards", Wanted.Shards}});
  if (!Out.write(All, Report, Texts))
    return 2;
  return Status;
}

int LintRun::run() {
  Started = std::chrono::steady_clock::now();
  (void)isInterrupted();
  Root = projectRoot();
  if (!Out.prepare())
    return 2;
  if (!selectUnits() || !askTools())
    return finish(2);
  leaveOut();
  if (!Wanted.Ninja.empty())
    return finish(writeNinja());
  if (!Wanted.Pass.empty())
    return finish(runPass());
  if (!Wanted.Quiet) {
    say("Running " + count(Config->checks().size(), "check") + " on " +
        count(Units.size(), "file") + " with wdm-clang-tidy (LLVM " +
        T.Version + ")");
    const auto AsText =
        static_cast<size_t>(count_if(Units, [](const Unit &One) {
          return any_of(One.Commands, [](const Command &C) {
            return C.usesPrecompiledHeader();
          });
        }));
    if (AsText)
      sayNote("precompiled headers are read as text (" + count(AsText, "file") +
              ")");
  }
  look();
  Interrupted = isInterrupted();
  Out.compareWithBaseline(All, Root);
  if (Wanted.Fix && !Interrupted) {
    Broken |= !Result.Errors.empty();
    applyFixes();
  }
  if (Wanted.Diff)
    showDiff();
  else
    Out.print(All, Root, Texts);
  Broken |= reportProblems(Result);
  if (Interrupted) {
    Broken = true;
    Report.Notifications.push_back(
        {Notification::Kind::Failure, "interrupted by the user", {}});
  }
  say(summary());
  return finish(Broken ? 2 : Delivery::counting(All) ? 1 : 0);
}

} // namespace

int lint(const Options &Wanted) { return LintRun(Wanted).run(); }

} // namespace wdm::lint
