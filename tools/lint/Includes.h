// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Which translation units can have something to find: those that can register
/// a completion routine, or, for checks that look at every IRP, have an IRP. A
/// look at the text of a source file and of all that it includes, without a
/// compiler. Answers "no" only where that is certain: a header that is not
/// found, a name that is pasted together, an #include of a macro, a precompiled
/// header count as "yes".
///
/// Not looked at: the headers of the kit that declare what is searched for
/// (wdm.h, ntddk.h, ntifs.h, ntosp.h).
///
/// Cost: each file is read once. Every branch of an #if is followed.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_INCLUDES_H
#define WDM_TOOLS_LINT_INCLUDES_H

#include "tools/lint/Database.h"
#include "llvm/ADT/StringMap.h"
#include <optional>
#include <string>
#include <vector>

namespace wdm::lint {

class Includes {
public:
  /// \p Names are the functions that register, besides the built-in one.
  /// \p AnyIrp: an IRP is enough.
  explicit Includes(std::vector<std::string> Names, bool AnyIrp = false);

  struct Answer {
    bool Registers = false;
    /// The files with a NOLINT comment.
    std::vector<std::string> Silencing;
  };
  /// \p All: look at all files, also after the answer is known.
  Answer look(const Unit &One, bool All);

private:
  struct Facts {
    bool Registers = false;
    bool Silences = false;
    struct Include {
      std::string Name;
      bool Quoted;
    };
    std::vector<Include> Included;
    bool Unknown = false;
  };
  const Facts *facts(llvm::StringRef Path);
  Facts read(llvm::StringRef Text) const;
  bool exists(llvm::StringRef Path);
  /// The file that \p I of the file \p From means in a unit of \p Main, whose
  /// command names the folders \p Searched; empty: it is not there.
  std::string resolve(const Facts::Include &I, llvm::StringRef From,
                      llvm::StringRef Main,
                      llvm::ArrayRef<std::string> Searched);
  void lookAt(const std::string &File, const Command &C, bool All, Answer &A);

  std::vector<std::string> Names;
  const bool AnyIrp;
  llvm::StringMap<std::optional<Facts>> Known;
  llvm::StringMap<bool> Existing;
};

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_INCLUDES_H
