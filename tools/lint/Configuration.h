// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Which checks run on which file, and whether the .clang-tidy files of the
/// tree can be understood. clang-tidy itself is asked; what it only warns of is
/// a fault here, since a check that does not hear its options looks for the
/// wrong thing and finds nothing.
///
/// The tree decides: nothing of its configuration is overridden unless the user
/// asks. Files whose configuration turns all our checks off, in a tree that has
/// them on elsewhere, are left out and counted. Where no configuration speaks
/// of our checks, all of them run and nothing else.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_CONFIGURATION_H
#define WDM_TOOLS_LINT_CONFIGURATION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace wdm::lint {

/// The executable with our checks, and how it is called.
struct Tidy {
  std::string Program;
  std::string Version; ///< of LLVM
  std::vector<std::string> OurChecks;
  std::vector<std::string> OurOptions;
  /// Arguments for every call, such as --vfsoverlay.
  std::vector<std::string> Always;

  /// Finds the executable, beside this one unless \p Named, and asks it.
  /// \returns what is wrong, or an empty string.
  std::string find(llvm::StringRef Named, llvm::StringRef Folder);
};

/// What holds for the files below one .clang-tidy.
struct ConfigurationGroup {
  std::string File; ///< the nearest .clang-tidy; empty: there is none
  std::vector<std::string> Checks;
  /// Arguments for clang-tidy on these files.
  std::vector<std::string> Arguments;
  /// The functions that the options name as registrations.
  std::vector<std::string> Registrations;
  bool Silenced = false;
};

struct ConfigurationRequest {
  std::string Checks;     ///< of the user; empty: what the tree says
  std::string ConfigFile; ///< the same
};

class Configuration {
public:
  /// Asks \p T about the files, once for each .clang-tidy.
  Configuration(const Tidy &T, llvm::ArrayRef<std::string> Files,
                const ConfigurationRequest &Request, llvm::StringRef Folder);

  /// What is wrong, one text each with its place; empty: nothing.
  const std::vector<std::string> &faults() const { return Faults; }
  const std::vector<std::string> &remarks() const { return Remarks; }
  const ConfigurationGroup &of(llvm::StringRef File) const;
  /// All checks that run on some file.
  std::vector<std::string> checks() const;
  /// True if nothing but our checks runs, so that a file without a
  /// registration has nothing to find.
  bool onlyOurs() const;
  std::vector<std::string> registrations() const;

private:
  void ask(const Tidy &T, const std::string &Sample, ConfigurationGroup &Group,
           const ConfigurationRequest &Request, llvm::StringRef Folder,
           bool &Mentioned);
  void settle(const ConfigurationRequest &Request,
              const std::vector<bool> &Mentioned, const Tidy &T);

  std::vector<ConfigurationGroup> Groups;
  llvm::StringMap<size_t> GroupOfFile;
  std::vector<std::string> Faults;
  std::vector<std::string> Remarks;
};

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_CONFIGURATION_H
