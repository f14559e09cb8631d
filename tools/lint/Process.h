// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Child processes, several at a time, each with a limit of time. One thread:
/// what a child crashes or hangs is its own.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_PROCESS_H
#define WDM_TOOLS_LINT_PROCESS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <cstdint>
#include <string>
#include <vector>

namespace wdm::lint {

struct Job {
  std::vector<std::string> Arguments; ///< the first is the program
  std::string Out;                    ///< file for stdout
  std::string Err;                    ///< file for stderr
  std::string Folder;                 ///< to run in; empty: the current one
};

struct Ended {
  enum class How {
    Exited,
    Crashed,
    TimedOut,
    NotStarted,
  } Why = How::NotStarted;
  int Status = 0;      ///< if it exited
  std::string Message; ///< if it could not be started
  uint64_t Memory = 0; ///< at most, in KiB; 0: not known
};

/// True once the user has pressed Ctrl-C. The first call makes the press
/// known, in place of the end of the process; a second press ends it.
bool isInterrupted();

/// Runs \p Next's jobs, \p Parallel at a time, until it gives none.
/// \param Next fills in job \p Number, counted from 0; false: there is none
/// \param Done is told of each end, in the order of the ends
/// \param Seconds after which a job is ended; 0: never
/// Stops early when the user interrupts; what runs is then ended, and not
/// told.
void runAll(llvm::function_ref<bool(size_t Number, Job &Next)> Next,
            llvm::function_ref<void(size_t Number, const Ended &End)> Done,
            unsigned Parallel, unsigned Seconds);

/// Runs one job and gives what it printed.
Ended runOne(std::vector<std::string> Arguments, llvm::StringRef Folder,
             std::string &Out, std::string &Err, unsigned Seconds = 60);

/// A folder of our own among the temporary ones, removed at the end.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;
  /// Empty if there could be none.
  llvm::StringRef path() const { return Path; }
  std::string file(const llvm::Twine &Name) const;

private:
  std::string Path;
};

/// What is in a file; empty if it cannot be read.
std::string contents(llvm::StringRef Path);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_PROCESS_H
