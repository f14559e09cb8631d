// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Findings on their way out, whatever they come from: compared with the
/// baseline, printed, written into reports.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_DELIVERY_H
#define WDM_TOOLS_LINT_DELIVERY_H

#include "tools/lint/Options.h"
#include "tools/lint/Sarif.h"
#include <optional>

namespace wdm::lint {

class Delivery {
public:
  explicit Delivery(const Options &Wanted) : Wanted(Wanted) {}

  /// Reads the baseline and tries whether the reports can be written: what
  /// would be an error after a long run is one before it.
  /// \returns false, with the reason printed.
  bool prepare();

  /// Marks what is new.
  void compareWithBaseline(std::vector<Finding> &All, llvm::StringRef Root);

  /// Prints those to be printed.
  void print(llvm::ArrayRef<Finding> All, llvm::StringRef Root,
             SourceTexts &Texts) const;

  /// \returns false, with the reason printed.
  bool write(llvm::ArrayRef<Finding> All, const SarifRun &Run,
             SourceTexts &Texts) const;
  bool writeSarif(const llvm::json::Value &Log) const;

  /// How many findings count for the status.
  static size_t counting(llvm::ArrayRef<Finding> All);
  /// `12 findings`, or how they stand to the baseline.
  std::string summary(llvm::ArrayRef<Finding> All) const;
  std::string summary(size_t All, size_t New) const;

  const std::optional<std::vector<Mark>> &baseline() const { return Old; }
  void setGone(size_t Number) { Gone = Number; }

private:
  const Options &Wanted;
  std::optional<std::vector<Mark>> Old;
  size_t Gone = 0;
};

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_DELIVERY_H
