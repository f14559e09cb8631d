// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/FileUri.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"

#include <string>

namespace wdm {

std::string fileUri(llvm::StringRef Path) {
  const std::string Slashed = llvm::sys::path::convert_to_slash(Path);
  llvm::StringRef Rest(Slashed);
  std::string Uri = "file:";
  // The two slashes before a server are its own.
  if (!Rest.starts_with("//"))
    Uri += Rest.starts_with("/") ? "//" : "///";
  for (const char C : Rest) {
    if (llvm::isAlnum(C) || llvm::StringRef("-._~/:").contains(C)) {
      Uri += C;
      continue;
    }
    const auto Byte = static_cast<unsigned char>(C);
    Uri += '%';
    Uri += llvm::hexdigit(Byte >> 4);
    Uri += llvm::hexdigit(Byte & 15);
  }
  return Uri;
}

} // namespace wdm
