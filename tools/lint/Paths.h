// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
///
/// \file
/// Names of files: one spelling to show, one to compare, one for a report.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_TOOLS_LINT_PATHS_H
#define WDM_TOOLS_LINT_PATHS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <string>

namespace wdm::lint {

/// \p Path, absolute and without `.` and `..`; a relative one starts at \p
/// Base. A `..` behind a link is kept where leaving it out would name another
/// file.
std::string absolutePath(llvm::StringRef Path, llvm::StringRef Base = {});

/// \p Path with its links resolved, by which two spellings of one file are
/// known for the same; \p Path itself if there is no such file.
std::string realPath(llvm::StringRef Path);

/// True if \p Path is \p Folder, or in it.
bool isBelow(llvm::StringRef Path, llvm::StringRef Folder);

/// \p Path as it is of use where the user is: relative if it is below the
/// current folder.
std::string shown(llvm::StringRef Path);

/// The folder that reports count their paths from: that with the `.git` around
/// the current folder, or the current folder.
std::string projectRoot();

/// \p Path from \p Root, with slashes, if it is below \p Root by either of its
/// names; an empty string if not.
std::string relativeTo(llvm::StringRef Path, llvm::StringRef Root);

/// \p Path as a URI reference: relative to \p Root, or `file:///...`.
std::string uriOf(llvm::StringRef Path, llvm::StringRef Root);

/// The `file:` URI (RFC 8089) of an absolute path in UTF-8: `file:///a%20b`,
/// `file:///C:/a`, `file://server/share/a`. A backslash is a separator on
/// Windows only.
std::string fileUri(llvm::StringRef Path);

/// The other way round; \p Uri without a scheme is taken relative to \p Root.
std::string pathOfUri(llvm::StringRef Uri, llvm::StringRef Root);

/// Writes \p Text to \p Path: all of it, or the file stays as it was. A link
/// keeps being one, and a file its permissions.
llvm::Error writeFile(llvm::StringRef Path, llvm::StringRef Text);

/// `1 file`, `2 files`.
std::string count(size_t Number, llvm::StringRef Word);

} // namespace wdm::lint

#endif // WDM_TOOLS_LINT_PATHS_H
