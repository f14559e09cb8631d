// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WDM_TOOLS_FILEURI_H
#define WDM_TOOLS_FILEURI_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace wdm {

/// The `file:` URI (RFC 8089) of an absolute path, as editors and SARIF want
/// it:
///
///     /a b/c.md           file:///a%20b/c.md
///     C:\a b\c.md         file:///C:/a%20b/c.md
///     \\server\share\c.md file://server/share/c.md
///
/// Bytes other than letters, digits and `-._~/:` are percent-encoded; the path
/// is taken for UTF-8. A backslash is a separator on Windows only.
std::string fileUri(llvm::StringRef Path);

} // namespace wdm

#endif // WDM_TOOLS_FILEURI_H
