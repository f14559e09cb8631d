//===- IndexText.cpp - Lines of summaries and indexes ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/index/IndexText.h"
#include "src/index/IndexFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace wdm::index {

std::string writerName() {
  return "wdm-tidy " WDM_VERSION " (LLVM " LLVM_VERSION_STRING ")";
}

std::string hashOf(StringRef Contents) {
  const std::string Digits = utohexstr(xxHash64(Contents), /*LowerCase=*/true);
  return std::string(HashWidth - Digits.size(), '0') + Digits;
}

std::string summaryName(StringRef MainFile) {
  return (sys::path::filename(MainFile) + "." + hashOf(MainFile) + ".json")
      .str();
}

Error writeWhole(StringRef Path, StringRef Text) {
  SmallString<256> Temporary;
  int File = 0;
  if (std::error_code Failed =
          sys::fs::createUniqueFile(Path + ".%%%%%%%%", File, Temporary))
    return wrong(Path + " cannot be written: " + Failed.message());
  raw_fd_ostream Out(File, /*shouldClose=*/true);
  Out << Text;
  Out.close();
  std::error_code Failed = Out.error();
  Out.clear_error();
  if (!Failed)
    Failed = sys::fs::rename(Temporary, Path);
  if (!Failed)
    return Error::success();
  (void)sys::fs::remove(Temporary);
  return wrong(Path + " cannot be written: " + Failed.message());
}

std::string compact(const json::Value &V) {
  std::string Text;
  raw_string_ostream(Text) << V;
  return Text;
}

std::string quoted(StringRef Text) {
  return compact(json::Value(json::fixUTF8(Text)));
}

Error wrong(const Twine &What) {
  return createStringError(inconvertibleErrorCode(), What.str().c_str());
}

json::Object headerOf(StringRef Format) {
  return json::Object{
      {"format", Format}, {"version", FormatVersion}, {"writer", writerName()}};
}

std::string checkHeader(const json::Object &Header, StringRef Format) {
  const std::optional<StringRef> Found = Header.getString("format");
  if (!Found || (*Found != UnitFormat && *Found != IndexFormat))
    return "is no file of wdm-lint";
  if (*Found != Format)
    return ("is a " + *Found + ", and not a " + Format).str();
  const std::optional<int64_t> Version = Header.getInteger("version");
  const std::optional<StringRef> Writer = Header.getString("writer");
  if (Version != FormatVersion || !Writer || *Writer != writerName())
    return ("was written by " + Writer.value_or("another version") +
            (Version != FormatVersion
                 ? " in version " + Twine(Version.value_or(0)) +
                       " of the format"
                 : Twine("")) +
            ", and this is " + writerName() + RunAgain)
        .str();
  return {};
}

Expected<json::Value> parseLine(StringRef Text) {
  constexpr unsigned MaxNesting = 32;
  unsigned Depth = 0;
  bool InString = false;
  for (size_t I = 0; I < Text.size(); ++I) {
    const char C = Text[I];
    if (InString) {
      if (C == '\\')
        ++I;
      else if (C == '"')
        InString = false;
    } else if (C == '"') {
      InString = true;
    } else if (C == '[' || C == '{') {
      if (++Depth > MaxNesting)
        return wrong("nested too deeply");
    } else if ((C == ']' || C == '}') && Depth) {
      --Depth;
    }
  }
  return json::parse(Text);
}

} // namespace wdm::index
