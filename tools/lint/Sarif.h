// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Reports in SARIF 2.1.0: written, read as a baseline, put together.
///
/// Regions count in lines and in columns of UTF-16, from 1; those of fixes
/// have the bytes as well. Paths are relative to SRCROOT where they can be.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_SARIF_H
#define WDM_TOOLS_LINT_SARIF_H

#include "tools/lint/Baseline.h"
#include "tools/lint/Finding.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace wdm::lint {

/// Something that kept the run from being whole, or a remark on it.
struct Notification {
  enum class Kind { ParseError, Crash, Timeout, Failure, SetUp, Remark } What;
  std::string Text;
  Place Where;
};

struct SarifRun {
  std::string Root;
  std::string LlvmVersion;
  std::vector<std::string> Checks; ///< all that ran
  std::vector<Notification> Notifications;
  int ExitStatus = 0;
  bool Successful = true;
  /// What the summary counts: `checked`, `notParsed`, ...
  std::vector<std::pair<std::string, int64_t>> Counts;
};

/// A log with one run.
llvm::json::Value sarifOf(llvm::ArrayRef<Finding> All, const SarifRun &Run,
                          SourceTexts &Texts);

std::string printed(const llvm::json::Value &Log);

/// Reads a log that wdm-lint wrote.
/// \returns an error that says what is wrong with another one.
llvm::Expected<llvm::json::Value> readSarif(llvm::StringRef Path);

/// The findings of a log, without the silenced ones.
std::vector<Mark> marksOf(const llvm::json::Value &Log);
/// True if the run that wrote it was whole.
bool wasSuccessful(const llvm::json::Value &Log);

Mark markOf(const Finding &F, llvm::StringRef Root);

/// The part that a log is of, as `--shard I/N`; 0/0: it is of all files.
std::pair<unsigned, unsigned> shardOf(const llvm::json::Value &Log);

/// Adds an error to a log, which is then not that of a whole run.
void addFailure(llvm::json::Value &Log, llvm::StringRef Text);

/// One log of many: each result once, the rules of all, successful if all are.
llvm::json::Value mergeSarif(llvm::ArrayRef<llvm::json::Value> Logs);

/// Says in each result whether it is in \p Old; the number of new ones and of
/// those that are gone.
std::pair<size_t, size_t> markNew(llvm::json::Value &Log,
                                  llvm::ArrayRef<Mark> Old);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_SARIF_H
