// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Linting a driver as a whole, in two passes (docs/index.md): a summary of
/// each unit; the index that is made of them; the checks on each unit, which
/// read the index.
///
/// What was made is kept in a folder, and made again only where something has
/// changed that it was made from: for a summary the unit, its headers, its
/// command, its .clang-tidy, wdm-clang-tidy; for findings the same, and what
/// the unit asks the rest of the driver. The folder is of use on other
/// machines, as long as the tree stands at the same place there.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_WHOLEDRIVER_H
#define WDM_TOOLS_LINT_WHOLEDRIVER_H

#include "src/index/IndexFile.h"
#include "tools/lint/Runner.h"
#include <functional>

namespace wdm::lint {

class WholeDriver {
public:
  /// \p Folder: where to keep things. \p Driver: which of several drivers it
  /// is; empty: there is one.
  WholeDriver(const Options &Wanted, const Tidy &T, const Configuration &Config,
              llvm::StringRef Folder, llvm::StringRef Driver, Runner &R);

  /// The first pass over \p Units, all or a part of the driver's.
  /// \returns what went wrong; parse errors are left to the second pass.
  Outcome summarise(llvm::ArrayRef<Unit> Units);
  /// Makes the index from the summaries of \p Units, all of the driver's.
  /// \returns what is wrong, or an empty string.
  std::string merge(llvm::ArrayRef<Unit> Units);
  /// The second pass over \p Units. \p CanFind: whether there can be something
  /// in a unit that asks the other units nothing.
  Outcome judge(llvm::ArrayRef<Unit> Units,
                llvm::function_ref<bool(const Unit &)> CanFind,
                llvm::ArrayRef<std::string> More, std::vector<Unit> &Skipped);

  size_t units() const { return Total; }
  size_t readAnew() const { return Read; }
  const std::vector<index::Conflict> &conflicts() const { return Conflicts; }

  std::string indexPath() const;
  std::string summaryPath(llvm::StringRef File) const;
  std::string findingsPath(llvm::StringRef File) const;
  std::string needsPath(llvm::StringRef File) const;

private:
  std::string keyOf(const Unit &One);
  const std::string &hashOfFile(llvm::StringRef Path);
  /// The summary of \p One, if it is there and still holds.
  const index::UnitSummary *summaryOf(const Unit &One);
  std::string in(llvm::StringRef Kind, const llvm::Twine &Name) const;
  llvm::Error prepare() const;
  std::string findingsKey(const index::UnitSummary &S, llvm::StringRef Needs,
                          llvm::ArrayRef<std::string> More) const;

  const Options &Wanted;
  const Tidy &T;
  const Configuration &Config;
  const std::string Folder, Driver;
  Runner &R;
  size_t Total = 0, Read = 0;
  llvm::StringMap<std::string> Hashes; ///< of files, by path
  std::map<std::string, index::UnitSummary> Summaries;
  std::vector<index::Conflict> Conflicts;
};

/// The default of --cache for a database.
std::string cacheOf(llvm::StringRef Database);

/// What to tell of a conflict.
std::string textOf(const index::Conflict &One);

/// Writes a build file for Ninja that makes the same, unit by unit.
/// \p Command: of wdm-lint, with all options but those of a pass.
std::string ninjaOf(const WholeDriver &Driver, llvm::ArrayRef<Unit> Units,
                    llvm::ArrayRef<std::string> Command,
                    llvm::ArrayRef<std::string> Tools);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_WHOLEDRIVER_H
