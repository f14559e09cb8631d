// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// compile_commands.json, as build systems write it.
///
/// In: a folder with the file, the file itself, or a folder below which MSBuild
/// left one for each project (`*.ClangTidy`).
/// Out: one unit per source file, with all its commands, split into arguments
/// and with response files put in.
/// Taken as they are met: a byte order mark, UTF-16, a relative `directory` (it
/// starts at the file's folder), stray semicolons among the arguments, which
/// MSBuild is known to leave.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_DATABASE_H
#define WDM_TOOLS_LINT_DATABASE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace wdm::lint {

struct Command {
  std::string Directory;
  std::vector<std::string> Arguments;

  /// True if the options are those of cl.exe.
  bool isClStyle() const;
  /// True if the file is understood only with a precompiled header that clang
  /// cannot read.
  bool usesPrecompiledHeader() const;
  /// The arguments without what makes or uses a precompiled header: the header
  /// is then read as text.
  std::vector<std::string> withoutPrecompiledHeader() const;
};

struct Unit {
  std::string File; ///< absolute
  std::vector<Command> Commands;
};

class Database {
public:
  /// \returns an error that says what is wrong and what to do about it.
  static llvm::Expected<Database> load(llvm::StringRef FolderOrFile);

  /// Finds the database of \p File as clang's tools do: in one of the folders
  /// above it, or in `build` there. Empty if there is none.
  static std::string findFor(llvm::StringRef File);
  /// The folder to use where the user names none: that of the first file, or
  /// with no file this folder or `build`. Empty if there is none.
  static std::string findForFiles(llvm::ArrayRef<std::string> Files);

  /// The units that \p Names name, files or folders; all if there is no name.
  llvm::Expected<std::vector<Unit>>
  select(llvm::ArrayRef<std::string> Names) const;

  /// Sorted by file.
  const std::vector<Unit> &units() const { return Units; }
  /// The file that was read; the first of several.
  llvm::StringRef path() const { return Paths.front(); }
  const std::vector<std::string> &paths() const { return Paths; }
  /// What was put right, to be shown to the user.
  const std::vector<std::string> &remarks() const { return Remarks; }

private:
  llvm::Error read(llvm::StringRef Path);
  void sortUnits();

  std::vector<Unit> Units;
  std::vector<std::string> Paths;
  std::vector<std::string> Remarks;
};

/// Writes a database with the commands of \p One into \p Folder.
/// \p AsText: without precompiled headers.
llvm::Error writeDatabase(llvm::StringRef Folder, const Unit &One, bool AsText);

/// How to get a compile_commands.json, in indented lines.
extern const char HowToGetDatabase[];

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_DATABASE_H
