// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --from-yaml and --merge: reports of runs that others made.

#include "tools/lint/Delivery.h"
#include "tools/lint/Modes.h"
#include "tools/lint/Paths.h"
#include "tools/lint/Process.h"
#include "tools/lint/Remedies.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <map>
#include <set>

using namespace llvm;

namespace wdm::lint {

/// The files of \p Names; folders stand for their files that end in \p Endings.
static bool filesOf(ArrayRef<std::string> Names, ArrayRef<StringRef> Endings,
                    std::vector<std::string> &Files) {
  for (const std::string &Name : Names) {
    if (!sys::fs::exists(Name)) {
      sayError("there is no file " + Name);
      return false;
    }
    if (!sys::fs::is_directory(Name)) {
      Files.push_back(Name);
      continue;
    }
    std::vector<std::string> Inside;
    std::error_code Code;
    for (sys::fs::directory_iterator It(Name, Code), End; It != End && !Code;
         It.increment(Code))
      if (is_contained(Endings, sys::path::extension(It->path())))
        Inside.push_back(It->path());
    if (Inside.empty()) {
      sayError("no " + Endings.front() + " file in " + Name);
      return false;
    }
    sort(Inside);
    Files.insert(Files.end(), Inside.begin(), Inside.end());
  }
  return true;
}

namespace {

/// What clang-tidy exported for several files, put together.
class Exported {
public:
  Exported() { Run.Root = projectRoot(); }

  /// Adds what is in \p File.
  /// \returns false, with the reason printed.
  bool add(const std::string &File);
  /// Prints what went wrong where clang-tidy ran.
  void reportProblems();

  FindingSet Found;
  SarifRun Run;
  SourceTexts Texts;

private:
  FileNames Names;
  std::vector<std::string> Lost; ///< files with findings, not to be read
};

bool Exported::add(const std::string &File) {
  // run-clang-tidy leaves an empty file where nothing was found.
  const std::string Text = contents(File);
  if (StringRef(Text).trim().empty())
    return true;
  Expected<UnitReport> Read = readExported(Text, Run.Root, Names, Texts);
  if (!Read) {
    sayError(File + " is not what clang-tidy -export-fixes writes: " +
             toString(Read.takeError()));
    return false;
  }
  for (Finding &F : Read->Findings) {
    if (!F.Where.File.empty() && !Texts.get(F.Where.File) &&
        !is_contained(Lost, F.Where.File))
      Lost.push_back(F.Where.File);
    Found.add(std::move(F), Read->MainFile);
  }
  for (const ParseError &E : Read->Errors)
    Run.Notifications.push_back(
        {Notification::Kind::ParseError, E.Message, E.Where});
  for (const std::string &Fault : Read->ConfigurationFaults)
    Run.Notifications.push_back({Notification::Kind::SetUp, Fault, {}});
  return true;
}

void Exported::reportProblems() {
  for (const std::string &File : Lost) {
    sayError("a file with findings cannot be read: " + File +
             "\n  run this where clang-tidy ran");
    Run.Notifications.push_back(
        {Notification::Kind::Failure, File + " cannot be read", {}});
  }
  for (const Notification &N : Run.Notifications)
    if (N.What == Notification::Kind::ParseError)
      sayError((N.Where.File.empty() ? "" : shownPlace(N.Where) + ": ") +
               N.Text);
    else if (N.What == Notification::Kind::SetUp)
      sayError("the configuration: " + N.Text);
}

} // namespace

int fromYaml(const Options &Wanted) {
  if (Wanted.Names.empty()) {
    sayError("--from-yaml: name the files that clang-tidy exported "
             "(-export-fixes FILE), or their folder");
    return 2;
  }
  std::vector<std::string> Files;
  Delivery Out(Wanted);
  if (!filesOf(Wanted.Names, {".yaml", ".yml"}, Files) || !Out.prepare())
    return 2;
  Exported Whole;
  for (const std::string &File : Files)
    if (!Whole.add(File))
      return 2;
  SarifRun &Run = Whole.Run;
  std::vector<Finding> All = Whole.Found.take();
  Out.compareWithBaseline(All, Run.Root);
  Out.print(All, Run.Root, Whole.Texts);
  Whole.reportProblems();
  Run.Successful = Run.Notifications.empty();
  Run.ExitStatus = !Run.Successful ? 2 : Delivery::counting(All) ? 1 : 0;
  say(count(Files.size(), "exported file") + ": " + Out.summary(All));
  if (!Out.write(All, Run, Whole.Texts))
    return 2;
  return Run.ExitStatus;
}

/// Which parts of a whole are not there: `3/8`, ...
static std::string missingParts(ArrayRef<json::Value> Logs) {
  std::map<unsigned, std::set<unsigned>> Parts;
  for (const json::Value &Log : Logs) {
    const auto [Part, Of] = shardOf(Log);
    if (Of)
      Parts[Of].insert(Part);
  }
  std::string Missing;
  for (const auto &[Of, There] : Parts)
    for (unsigned I = 1; I <= Of; ++I)
      if (!There.count(I))
        Missing += (Missing.empty() ? "" : ", ") + std::to_string(I) + "/" +
                   std::to_string(Of);
  return Missing;
}

int merge(const Options &Wanted) {
  if (Wanted.Names.empty()) {
    sayError("--merge: name the SARIF files to put together, or their folder");
    return 2;
  }
  if (Wanted.Sarif.empty() && Wanted.Baseline.empty()) {
    sayError("--merge: --sarif FILE is missing, the file to write");
    return 2;
  }
  std::vector<std::string> Files;
  Delivery Out(Wanted);
  if (!filesOf(Wanted.Names, {".sarif", ".json"}, Files) || !Out.prepare())
    return 2;
  std::vector<json::Value> Logs;
  for (const std::string &File : Files) {
    Expected<json::Value> Log = readSarif(File);
    if (!Log) {
      sayError(toString(Log.takeError()));
      return 2;
    }
    if (!wasSuccessful(*Log))
      sayError("the run that wrote " + File + " was not whole");
    Logs.push_back(std::move(*Log));
  }
  json::Value Whole = mergeSarif(Logs);
  const std::string Missing = missingParts(Logs);
  if (!Missing.empty()) {
    sayError("the reports of these parts are missing: " + Missing);
    addFailure(Whole, "the reports of these parts are missing: " + Missing);
  }
  const size_t Count = marksOf(Whole).size();
  size_t New = Count;
  if (Out.baseline()) {
    const auto [Fresh, Gone] = markNew(Whole, *Out.baseline());
    New = Fresh;
    Out.setGone(Gone);
  }
  say(count(Files.size(), "report") +
      " put together: " + Out.summary(Count, New));
  if (!Out.writeSarif(Whole))
    return 2;
  if (!wasSuccessful(Whole))
    return 2;
  return New ? 1 : 0;
}

} // namespace wdm::lint
