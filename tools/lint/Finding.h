// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// A finding of a check, as clang-tidy exports it (-export-fixes), with its
/// places found in the files and each physical file under one name.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_FINDING_H
#define WDM_TOOLS_LINT_FINDING_H

#include "tools/lint/SourceText.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <set>
#include <string>
#include <vector>

namespace wdm::lint {

struct Edit {
  std::string File;
  unsigned Offset = 0;
  unsigned Length = 0;
  std::string Text;

  bool operator==(const Edit &Other) const {
    return File == Other.File && Offset == Other.Offset &&
           Length == Other.Length && Text == Other.Text;
  }
};
using Edits = std::vector<Edit>;

struct Place {
  std::string File; ///< absolute; empty: it has no place
  unsigned Offset = 0;
  LineColumn At;
};

struct Note {
  std::string Text;
  Place Where;
};

/// Another fix than the preferred one.
struct Alternative {
  std::string Title;
  Edits Fix;
};

/// How a finding stands to the baseline.
enum class Novelty { Unknown, New, Old };

struct Finding {
  std::string Check;
  std::string Message;
  bool IsError = false;
  Place Where;
  /// The path, in its order.
  std::vector<Note> Path;
  Edits Fix;
  std::vector<Alternative> Alternatives;
  /// Why there is no fix, if the check says so.
  std::string NoFix;
  /// Why the fix does not do more, if the check says so.
  std::string FixRemark;
  /// The function around it.
  std::string Function;
  /// The same as long as the check, the function and the call are the same.
  std::string Fingerprint;
  /// The same as long as the lines next to it are the same.
  std::string Context;
  /// The translation units in which it was found.
  std::set<std::string> Units;
  /// It was seen by a unit that parses; elsewhere the compiler guesses.
  bool Certain = true;
  /// A NOLINT comment silences it.
  bool Silenced = false;
  Novelty State = Novelty::Unknown;

  bool hasFix() const { return !Fix.empty(); }
};

/// A compile error, or something the compiler says of the command line.
struct ParseError {
  std::string Message;
  Place Where;
};

/// What one translation unit gave.
struct UnitReport {
  std::string MainFile;
  std::vector<Finding> Findings;
  std::vector<ParseError> Errors;
  /// Functions that were too large to be followed to their end.
  std::vector<ParseError> Limits;
  /// What clang-tidy says of the options of checks.
  std::vector<std::string> ConfigurationFaults;
};

/// Gives each physical file one name.
class FileNames {
public:
  /// The name to use for \p Path: the one that was preferred, else the first
  /// that was asked for.
  std::string nameOf(llvm::StringRef Path);
  /// Makes \p Path the name of its file.
  void prefer(llvm::StringRef Path);

private:
  llvm::StringMap<std::string> ByPath;
  llvm::StringMap<std::string> ByReal;
};

/// Reads what clang-tidy exported.
/// \param Yaml the text of the file
/// \param Folder relative paths start there, if the file does not say where
/// \returns an error if it is not what clang-tidy writes.
llvm::Expected<UnitReport> readExported(llvm::StringRef Yaml,
                                        llvm::StringRef Folder,
                                        FileNames &Names, SourceTexts &Texts);

/// The findings of all units: each once, sorted by place. Those of a header
/// come from each unit that includes it; one that parses is believed first.
class FindingSet {
public:
  void add(Finding One, llvm::StringRef Unit);
  size_t size() const { return Found.size(); }
  /// Empties the set.
  std::vector<Finding> take();

private:
  std::vector<Finding> Found;
  llvm::StringMap<size_t> Known;
};

void sortFindings(std::vector<Finding> &All);

/// `file:line:column`, as the user can use it.
std::string shownPlace(const Place &Where);

/// A short and stable name for \p Text.
std::string hashOf(llvm::StringRef Text);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_FINDING_H
