// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Paths.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace wdm::lint {

namespace fs = sys::fs;
namespace path = sys::path;

std::string absolutePath(StringRef Path, StringRef Base) {
  SmallString<256> Result(Path);
  if (Base.empty())
    (void)fs::make_absolute(Result);
  else
    path::append(Result = Base, Path);
  if (path::is_absolute(Path))
    Result = Path;
  if (!path::is_absolute(Result))
    (void)fs::make_absolute(Result);
  SmallString<256> Plain(Result);
  path::native(Plain);
  path::remove_dots(Plain, /*remove_dot_dot=*/true);
  if (fs::exists(Result) && !fs::equivalent(Twine(Result), Twine(Plain)))
    return std::string(Result);
  return std::string(Plain);
}

std::string realPath(StringRef Path) {
  SmallString<256> Real;
  // On Windows it is empty, and no error, where the system does not tell the
  // name of an open file: all files would be the same one.
  if (fs::real_path(Path, Real) || Real.empty())
    return std::string(Path);
  return std::string(Real);
}

bool isBelow(StringRef Path, StringRef Folder) {
  while (!Folder.empty() && path::is_separator(Folder.back()))
    Folder = Folder.drop_back();
  return Path == Folder ||
         (Path.size() > Folder.size() && Path.consume_front(Folder) &&
          path::is_separator(Path.front()));
}

std::string shown(StringRef Path) {
  SmallString<256> Here;
  if (!fs::current_path(Here) && isBelow(Path, Here) && Path != Here) {
    StringRef Rest = Path.drop_front(Here.size());
    while (!Rest.empty() && path::is_separator(Rest.front()))
      Rest = Rest.drop_front();
    return std::string(Rest);
  }
  return std::string(Path);
}

std::string projectRoot() {
  SmallString<256> Here;
  if (fs::current_path(Here))
    return "";
  for (StringRef Folder = Here; !Folder.empty();
       Folder = path::parent_path(Folder)) {
    SmallString<256> Git(Folder);
    path::append(Git, ".git");
    if (fs::exists(Git))
      return std::string(Folder);
  }
  return std::string(Here);
}

std::string relativeTo(StringRef Path, StringRef Root) {
  if (Root.empty())
    return "";
  const std::string Paths[] = {std::string(Path), realPath(Path)};
  const std::string Roots[] = {std::string(Root), realPath(Root)};
  for (const std::string &P : Paths)
    for (const std::string &R : Roots)
      if (isBelow(P, R) && P.size() > R.size()) {
        StringRef Rest = StringRef(P).drop_front(R.size());
        while (!Rest.empty() && path::is_separator(Rest.front()))
          Rest = Rest.drop_front();
        return path::convert_to_slash(Rest);
      }
  return "";
}

static std::string percentEncoded(StringRef Text) {
  std::string Result;
  for (const char C : Text) {
    if (isAlnum(C) || StringRef("-._~/:!$&'()*+,;=@").contains(C)) {
      Result += C;
      continue;
    }
    Result += '%';
    Result += hexdigit(static_cast<unsigned char>(C) >> 4);
    Result += hexdigit(static_cast<unsigned char>(C) & 15);
  }
  return Result;
}

std::string fileUri(StringRef Path) {
  std::string Slashed = path::convert_to_slash(Path);
  if (StringRef(Slashed).starts_with("//"))
    return "file:" + percentEncoded(Slashed);
  if (!StringRef(Slashed).starts_with("/"))
    Slashed.insert(0, "/");
  return "file://" + percentEncoded(Slashed);
}

std::string uriOf(StringRef Path, StringRef Root) {
  const std::string Relative = relativeTo(Path, Root);
  if (Relative.empty())
    return fileUri(Path);
  // The first part of a relative reference may have no colon.
  std::string Encoded = percentEncoded(Relative);
  for (size_t I = 0; I < Encoded.size() && Encoded[I] != '/'; ++I)
    if (Encoded[I] == ':')
      Encoded.replace(I, 1, "%3A");
  return Encoded;
}

std::string pathOfUri(StringRef Uri, StringRef Root) {
  std::string Plain;
  bool Absolute = Uri.consume_front("file://");
  for (size_t I = 0; I < Uri.size(); ++I) {
    if (Uri[I] == '%' && I + 2 < Uri.size() && isHexDigit(Uri[I + 1]) &&
        isHexDigit(Uri[I + 2])) {
      Plain += static_cast<char>(hexFromNibbles(Uri[I + 1], Uri[I + 2]));
      I += 2;
    } else {
      Plain += Uri[I];
    }
  }
  if (!Absolute)
    return absolutePath(Plain, Root);
  // file:///C:/...
  if (Plain.size() > 2 && Plain[0] == '/' && Plain[2] == ':')
    Plain.erase(0, 1);
  return absolutePath(Plain);
}

Error writeFile(StringRef Path, StringRef Text) {
  std::error_code Code;
  fs::file_status Status;
  const bool Exists = !fs::status(Path, Status);
  if (Exists && fs::is_directory(Status))
    return createStringError(std::make_error_code(std::errc::is_a_directory),
                             "it is a folder");
  auto WriteTo = [&](raw_fd_ostream &Out) -> Error {
    Out << Text;
    Out.close();
    const std::error_code Failed = Out.error();
    Out.clear_error();
    return Failed ? errorCodeToError(Failed) : Error::success();
  };
  // A device or a pipe.
  if (Exists && !fs::is_regular_file(Status)) {
    raw_fd_ostream Out(Path, Code, fs::OF_None);
    if (Code)
      return errorCodeToError(Code);
    return WriteTo(Out);
  }
  const std::string Target = Exists ? realPath(Path) : std::string(Path);
  if (Exists && !fs::can_write(Target))
    return errorCodeToError(std::make_error_code(std::errc::permission_denied));
  SmallString<256> Temporary;
  int Descriptor = -1;
  // The model's % would be taken for a digit to choose.
  SmallString<256> Model(path::parent_path(Target));
  if (Model.empty())
    Model = ".";
  path::append(Model, ".wdm-lint-%%%%%%%%.tmp");
  if (StringRef(path::parent_path(Target)).contains('%')) {
    SmallString<256> Name(path::parent_path(Target));
    path::append(Name, ".wdm-lint.tmp");
    Temporary = Name;
    Code = fs::openFileForWrite(Temporary, Descriptor, fs::CD_CreateAlways,
                                fs::OF_None);
  } else {
    Code = fs::createUniqueFile(Model, Descriptor, Temporary);
  }
  if (Code)
    return errorCodeToError(Code);
  raw_fd_ostream Out(Descriptor, /*shouldClose=*/true);
  if (Error Failed = WriteTo(Out)) {
    (void)fs::remove(Temporary);
    return Failed;
  }
  if (Exists)
    (void)fs::setPermissions(Temporary, Status.permissions());
  else
    (void)fs::setPermissions(Temporary,
                             static_cast<fs::perms>(0666 & ~fs::getUmask()));
  if ((Code = fs::rename(Temporary, Target))) {
    (void)fs::remove(Temporary);
    return errorCodeToError(Code);
  }
  return Error::success();
}

std::string count(size_t Number, StringRef Word) {
  return (Twine(Number) + " " + Word + (Number == 1 ? "" : "s")).str();
}

} // namespace wdm::lint
