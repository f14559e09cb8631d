// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Runs clang-tidy on the units of a database, each in a process of its own,
/// and gathers what it exports.
///
/// Memory: a finding is kept, the output of a unit is not. Failures are kept
/// apart from findings; none of them looks like "nothing found".
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_RUNNER_H
#define WDM_TOOLS_LINT_RUNNER_H

#include "tools/lint/Configuration.h"
#include "tools/lint/Database.h"
#include "tools/lint/Finding.h"
#include "tools/lint/Options.h"
#include "tools/lint/Process.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace wdm::lint {

struct Outcome {
  FindingSet Found;
  std::map<std::string, ParseError> Errors; ///< the first of each unit
  std::map<std::string, std::string> Crashed;
  std::vector<std::string> TimedOut;
  std::map<std::string, std::string> Failed;
  /// Functions that were not followed to their end, by their place.
  std::map<std::string, ParseError> Limits;
  /// Option values that cannot be understood -> the configuration
  std::map<std::string, std::string> ConfigurationFaults;
  size_t Finished = 0;
  uint64_t Memory = 0; ///< of the largest unit, in KiB; 0: not known

  bool isWhole() const {
    return Errors.empty() && Crashed.empty() && TimedOut.empty() &&
           Failed.empty() && ConfigurationFaults.empty();
  }
};

/// What is particular to one unit of a run.
struct UnitRun {
  std::string Overlay; ///< for --vfsoverlay
  std::vector<std::string> Arguments;
  /// Not empty: what was exported is kept in this file behind a line with Key,
  /// if nothing went wrong.
  std::string Keep, Key;
};

class Runner {
public:
  Runner(const Options &Wanted, const Tidy &T, const Configuration &Config,
         llvm::StringRef Temporary, FileNames &Names, SourceTexts &Texts)
      : Wanted(Wanted), T(T), Config(Config), Temporary(Temporary),
        Names(Names), Texts(Texts) {}

  /// \p Particular: of some units, by file.
  /// \p More: arguments for clang-tidy.
  Outcome run(llvm::ArrayRef<Unit> Units, bool Quiet,
              const std::map<std::string, UnitRun> &Particular = {},
              llvm::ArrayRef<std::string> More = {});
  /// Takes what a run has kept.
  void takeKept(const Unit &One, llvm::StringRef Path, Outcome &Result);

private:
  void take(const Unit &One, llvm::StringRef Yaml, Outcome &Result);
  Job jobOf(const Unit &One, const std::string &Folder, const UnitRun &Own,
            llvm::ArrayRef<std::string> More) const;
  void takeEnded(const Unit &One, const std::string &Folder, const Ended &End,
                 const UnitRun &Own, Outcome &Result);
  void takeExited(const Unit &One, const std::string &Folder, int Status,
                  const std::string &Said, const UnitRun &Own, Outcome &Result);

  const Options &Wanted;
  const Tidy &T;
  const Configuration &Config;
  llvm::StringRef Temporary;
  FileNames &Names;
  SourceTexts &Texts;
};

/// What clang-tidy says on stderr besides what it always says.
std::string complaintsIn(llvm::StringRef Err);

/// How many files at a time.
unsigned jobsFor(const Options &Wanted);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_RUNNER_H
