// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Runner.h"
#include "src/index/IndexFile.h"
#include "tools/lint/Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Threading.h"

using namespace llvm;

namespace wdm::lint {

unsigned jobsFor(const Options &Wanted) {
  return Wanted.Jobs
             ? Wanted.Jobs
             : std::max(1u, hardware_concurrency().compute_thread_count());
}

std::string complaintsIn(StringRef Err) {
  std::string Result;
  SmallVector<StringRef, 16> Lines;
  Err.split(Lines, '\n');
  for (StringRef Line : Lines) {
    Line = Line.rtrim();
    const StringRef Rest = Line.ltrim("0123456789 ");
    if (Line.empty() || Rest.starts_with("warning generated") ||
        Rest.starts_with("warnings generated") ||
        Rest.starts_with("warnings and ") || Rest.starts_with("warning and ") ||
        Rest.starts_with("error generated") ||
        Rest.starts_with("errors generated") ||
        Rest.starts_with("warning treated as error") ||
        Rest.starts_with("warnings treated as errors") ||
        Line.starts_with("Suppressed ") ||
        Line.starts_with("Use -header-filter") ||
        Line.starts_with("Use -system-headers") ||
        Line.starts_with("Error while processing ") ||
        Line.starts_with("Found compiler error"))
      continue;
    Result += Line.str() + "\n";
  }
  return Result;
}

namespace {

std::string folderOf(StringRef Temporary, size_t Number) {
  SmallString<256> Folder(Temporary);
  sys::path::append(Folder, "unit" + Twine(Number));
  return std::string(Folder);
}

std::string in(StringRef Folder, StringRef Name) {
  SmallString<256> Result(Folder);
  sys::path::append(Result, Name);
  return std::string(Result);
}

/// The error to show: a header that is missing explains all others, and what
/// has a place says more than what has none.
const ParseError &firstOf(const std::vector<ParseError> &Errors) {
  for (const ParseError &E : Errors)
    if (StringRef(E.Message).contains("file not found"))
      return E;
  for (const ParseError &E : Errors)
    if (!E.Where.File.empty())
      return E;
  return Errors.front();
}

} // namespace

void Runner::takeKept(const Unit &One, StringRef Path, Outcome &Result) {
  const std::string Text = contents(Path);
  ++Result.Finished;
  take(One, StringRef(Text).split('\n').second, Result);
}

void Runner::take(const Unit &One, StringRef Yaml, Outcome &Result) {
  if (Yaml.empty())
    return;
  Expected<UnitReport> Report =
      readExported(Yaml, One.Commands.front().Directory, Names, Texts);
  if (!Report) {
    Result.Failed[One.File] = "what clang-tidy exported cannot be read: " +
                              toString(Report.takeError());
    return;
  }
  for (Finding &F : Report->Findings) {
    F.Certain = Report->Errors.empty();
    Result.Found.add(std::move(F), One.File);
  }
  if (!Report->Errors.empty())
    Result.Errors.emplace(One.File, firstOf(Report->Errors));
  for (const ParseError &Limit : Report->Limits)
    Result.Limits.emplace(shownPlace(Limit.Where), Limit);
  for (const std::string &Fault : Report->ConfigurationFaults)
    Result.ConfigurationFaults.emplace(Fault, Config.of(One.File).File);
}

/// The run of clang-tidy on \p One, which keeps its files in \p Folder.
Job Runner::jobOf(const Unit &One, const std::string &Folder,
                  const UnitRun &Own, ArrayRef<std::string> More) const {
  const bool AsText = any_of(
      One.Commands, [](const Command &C) { return C.usesPrecompiledHeader(); });
  if (Error Failed = writeDatabase(Folder, One, AsText))
    // The run will say that it has no compile command.
    consumeError(std::move(Failed));
  Job J;
  J.Arguments = {T.Program};
  const auto Add = [&](ArrayRef<std::string> Words) {
    J.Arguments.insert(J.Arguments.end(), Words.begin(), Words.end());
  };
  if (Own.Overlay.empty())
    Add(T.Always);
  else
    Add("--vfsoverlay=" + Own.Overlay);
  Add({"-p", Folder, "--quiet", "--export-fixes=" + in(Folder, "fixes.yaml")});
  Add(Config.of(One.File).Arguments);
  for (const std::string &Argument : Wanted.ExtraArguments)
    Add("--extra-arg=" + Argument);
  Add(More);
  Add(Own.Arguments);
  Add(One.File);
  J.Out = in(Folder, "out");
  J.Err = in(Folder, "err");
  // What has no place is judged by the configuration of where clang-tidy
  // runs.
  J.Folder = sys::path::parent_path(One.File).str();
  return J;
}

/// What a run that came to its end says of \p One. \p Said: on stderr.
void Runner::takeExited(const Unit &One, const std::string &Folder, int Status,
                        const std::string &Said, const UnitRun &Own,
                        Outcome &Result) {
  const auto Problems = [&] {
    return Result.Errors.size() + Result.Failed.size() +
           Result.ConfigurationFaults.size();
  };
  const size_t Before = Problems();
  const size_t Faults = Result.ConfigurationFaults.size();
  const std::string Yaml = contents(in(Folder, "fixes.yaml"));
  take(One, Yaml, Result);
  const bool Explained = Problems() != Before;
  const bool WarningsAsErrors =
      StringRef(contents(in(Folder, "out"))).contains("-warnings-as-errors]");
  if (Status != 0 && !Explained && !WarningsAsErrors)
    Result.Failed[One.File] =
        Said.empty() ? "clang-tidy ended with status " + std::to_string(Status)
                     : Said;
  else if (StringRef(Said).contains("Error ") && !Explained)
    Result.Failed[One.File] = Said;
  if (Own.Keep.empty() || Result.Failed.count(One.File) ||
      Result.ConfigurationFaults.size() != Faults)
    return;
  if (Error Failed = index::writeWhole(Own.Keep, Own.Key + "\n" + Yaml))
    Result.Failed[One.File] = toString(std::move(Failed));
}

void Runner::takeEnded(const Unit &One, const std::string &Folder,
                       const Ended &End, const UnitRun &Own, Outcome &Result) {
  ++Result.Finished;
  Result.Memory = std::max(Result.Memory, End.Memory);
  const std::string Said = complaintsIn(contents(in(Folder, "err")));
  switch (End.Why) {
  case Ended::How::TimedOut:
    Result.TimedOut.push_back(One.File);
    break;
  case Ended::How::Crashed:
    Result.Crashed[One.File] = Said;
    break;
  case Ended::How::NotStarted:
    Result.Failed[One.File] =
        T.Program + " could not be started: " + End.Message;
    break;
  case Ended::How::Exited:
    takeExited(One, Folder, End.Status, Said, Own, Result);
    break;
  }
}

Outcome Runner::run(ArrayRef<Unit> Units, bool Quiet,
                    const std::map<std::string, UnitRun> &Particular,
                    ArrayRef<std::string> More) {
  Outcome Result;
  Progress Shown(Units.size(), Quiet);
  const UnitRun Plain;
  const auto OwnOf = [&](const Unit &One) -> const UnitRun & {
    const auto Own = Particular.find(One.File);
    return Own == Particular.end() ? Plain : Own->second;
  };
  const auto Next = [&](size_t Number, Job &J) {
    if (Number >= Units.size())
      return false;
    const Unit &One = Units[Number];
    const std::string Folder = folderOf(Temporary, Number);
    (void)sys::fs::create_directory(Folder);
    J = jobOf(One, Folder, OwnOf(One), More);
    return true;
  };
  const auto Done = [&](size_t Number, const Ended &End) {
    const Unit &One = Units[Number];
    const std::string Folder = folderOf(Temporary, Number);
    takeEnded(One, Folder, End, OwnOf(One), Result);
    (void)sys::fs::remove_directories(Folder);
    Shown.step(shown(One.File));
  };
  runAll(Next, Done, jobsFor(Wanted), Wanted.Timeout);
  return Result;
}

} // namespace wdm::lint
