//===- IndexFile.h - What is known of a driver, on disk ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Two kinds of files, both JSON, one line for each function (docs/index.md):
/// the summary of a translation unit, which the first pass writes, and the
/// index of a driver, which is made of its units' summaries and read by the
/// second pass.
///
/// Both are data from disk. A file that is damaged, cut off, of another kind or
/// of another version of the module gives an error that says so; what a file
/// says of a source file holds only as long as that has the same contents.
///
/// Cost of opening an index: it is mapped, and hashed once (10 MB: 3 ms); a
/// function is found by a binary search and parsed when it is asked for.
///
/// Knows nothing of clang: wdm-lint uses it, too.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_INDEX_INDEXFILE_H
#define WDM_INDEX_INDEXFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wdm::index {

/// Raised with every change of what is written.
constexpr int64_t FormatVersion = 4;

/// Which module wrote a file: the files of another one are not read.
std::string writerName();

/// Of a file's contents, as sixteen hexadecimal digits.
std::string hashOf(llvm::StringRef Contents);

/// Writes a file as a whole or not at all.
llvm::Error writeWhole(llvm::StringRef Path, llvm::StringRef Text);

/// A file that a translation unit was made of.
struct Input {
  std::string Path; ///< absolute
  std::string Hash;
};

/// Gives the contents of a file, or nothing.
using Reader = llvm::function_ref<std::optional<std::string>(llvm::StringRef)>;

/// Where a dispatch routine may go from one unit to another: a function, by its
/// key, what may hold one, or a parameter of a function.
struct Station {
  enum : int64_t { Routine = -1, Holder = -2 };
  std::string Key; ///< Empty: MajorFunction[].
  int64_t Parameter = Holder;
};

/// What is in From goes to To.
struct Passage {
  Station From, To;
};

/// The summary of one translation unit.
struct UnitSummary {
  std::string File;    ///< the main file, absolute
  std::string Key;     ///< of whoever ordered it, see IndexOptions
  std::string Options; ///< of the checks, hashed
  bool HasErrors = false;
  std::vector<Input> Inputs;
  /// What the unit makes of functions: "dispatch", "called", ...
  llvm::StringMap<std::vector<std::string>> Facts;
  std::vector<Passage> Passages;
  /// As in the file (docs/index.md): to be written, and as it was read.
  std::vector<std::string> Lines;
  std::vector<llvm::json::Object> Functions;

  std::string text() const;
  /// \returns an error that says what is wrong, without the file's name.
  static llvm::Expected<UnitSummary> parse(llvm::StringRef Text);
};

/// The name of the summary of \p MainFile in a folder of summaries.
std::string summaryName(llvm::StringRef MainFile);

/// One name, several functions: nothing is known of them.
struct Conflict {
  std::string Name;               ///< of the function
  std::vector<std::string> Files; ///< that define it differently
};

/// What of the driver the second pass over a unit depends on, besides the unit
/// itself.
struct Needs {
  std::string Hash;
  bool Anything = false;
};

struct Merged {
  std::string Text;
  std::vector<Conflict> Conflicts;
  std::vector<Needs> Of; ///< in the order of the units
  size_t Functions = 0;  ///< that others call
};

/// Makes the index of one driver. The order of the units is no matter.
Merged merge(llvm::ArrayRef<const UnitSummary *> Units);

class IndexFile {
public:
  /// \returns an error that names the file and says what to do.
  static llvm::Expected<std::shared_ptr<IndexFile>> open(llvm::StringRef Path);
  static llvm::Expected<std::shared_ptr<IndexFile>>
  read(std::unique_ptr<llvm::MemoryBuffer> Buffer);

  struct UnitLine {
    std::string File;
    std::string Options;
    std::vector<uint32_t> Inputs;
  };
  /// Nothing: the driver has no such unit.
  std::optional<uint32_t> unitOf(llvm::StringRef MainFile) const;
  std::optional<UnitLine> unit(uint32_t Number) const;
  size_t units() const { return Units.size(); }

  /// What stands in the index for the function \p Key; nothing: it is not
  /// there. Invalid: set where what stands there cannot be read.
  std::optional<llvm::json::Object> function(llvm::StringRef Key,
                                             bool &Invalid) const;
  size_t functions() const { return Functions; }

  std::optional<Input> input(uint32_t Number) const;
  size_t inputs() const { return Inputs.size(); }

  /// Looks through the whole index.
  std::vector<Conflict> conflicts() const;

private:
  explicit IndexFile(std::unique_ptr<llvm::MemoryBuffer> Buffer)
      : Buffer(std::move(Buffer)) {}
  llvm::Error prepare();

  std::unique_ptr<llvm::MemoryBuffer> Buffer;
  std::vector<llvm::StringRef> Units, Inputs; ///< lines
  llvm::StringRef Table, Lines;
  size_t Functions = 0;
};

} // namespace wdm::index

#endif // WDM_INDEX_INDEXFILE_H
