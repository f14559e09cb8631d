//===- Reporter.h - From a finding to a warning -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The wording of the module: a finding becomes one warning at the name of the
/// function that registers, and notes for its path. A location in a macro's
/// body becomes the place where the macro is used; one in a macro's argument
/// the place where the argument is written.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_REPORT_REPORTER_H
#define WDM_REPORT_REPORTER_H

#include "src/engine/Analysis.h"
#include <string>

namespace clang {
class SourceManager;
class LangOptions;
} // namespace clang

namespace wdm::report {

/// Where the warning stands.
clang::SourceLocation locationOf(const engine::Finding &F,
                                 const clang::SourceManager &Sources);

/// The warning's text, without the check's name.
std::string messageOf(const engine::Finding &F,
                      const clang::SourceManager &Sources,
                      const clang::LangOptions &Language);

struct Note {
  clang::SourceLocation Loc;
  std::string Text;
};

/// The path, in its order.
std::vector<Note> notesOf(const engine::Finding &F,
                          const clang::SourceManager &Sources,
                          const clang::LangOptions &Language);

/// Says that a function was not followed to its end. Begins with the words
/// `limit reached:`, by which tools count such messages.
std::string messageOf(const engine::LeftOut &Left);

} // namespace wdm::report

#endif // WDM_REPORT_REPORTER_H
