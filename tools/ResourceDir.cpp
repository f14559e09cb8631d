// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/ResourceDir.h"

#include "clang/Basic/Version.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#if defined(__linux__)
#include <dlfcn.h>
#endif

namespace wdm {
namespace {

bool isResourceDir(llvm::StringRef Dir) {
  llvm::SmallString<256> Header(Dir);
  llvm::sys::path::append(Header, "include", "stddef.h");
  return llvm::sys::fs::exists(Header);
}

/// The resource directory that belongs to a file in the bin or lib folder of an
/// LLVM, links resolved.
std::string resourceDirOf(llvm::StringRef File) {
  llvm::SmallString<256> Real;
  if (File.empty() || llvm::sys::fs::real_path(File, Real))
    return "";
  llvm::SmallString<256> Dir(
      llvm::sys::path::parent_path(llvm::sys::path::parent_path(Real)));
  llvm::sys::path::append(Dir, "lib", "clang", CLANG_VERSION_MAJOR_STRING);
  return std::string(Dir);
}

std::string programOnPath(llvm::StringRef Name) {
  auto Path = llvm::sys::findProgramByName(Name);
  return Path ? *Path : "";
}

std::string loadedLibclang() {
#if defined(__linux__)
  Dl_info Info;
  if (dladdr(reinterpret_cast<void *>(&clang::getClangFullVersion), &Info) &&
      Info.dli_fname)
    return Info.dli_fname;
#endif
  return "";
}

} // namespace

std::string findResourceDir(const char *Argv0) {
  static int Anchor;
  const std::string Own =
      resourceDirOf(llvm::sys::fs::getMainExecutable(Argv0, &Anchor));
  if (isResourceDir(Own))
    return "";
#ifdef _WIN32
  // There a main() cannot add arguments: LLVM takes the command line from the
  // system. The headers are part of what is installed.
  llvm::errs() << "warning: the headers of clang " CLANG_VERSION_STRING
                  " (stddef.h and others) are not in "
               << Own
               << "; unpack the archive as it is, or say where they are with "
                  "-resource-dir among the compiler's arguments\n";
  return "";
#else
  for (const std::string &Dir :
       {std::string(WDM_RESOURCE_DIR), resourceDirOf(loadedLibclang()),
        resourceDirOf(programOnPath("clang-" CLANG_VERSION_MAJOR_STRING)),
        resourceDirOf(programOnPath("clang"))})
    if (isResourceDir(Dir))
      return Dir;
  llvm::errs() << "warning: the headers of clang " CLANG_VERSION_STRING
                  " (stddef.h and others) were not found; install "
                  "libclang-common-" CLANG_VERSION_MAJOR_STRING
                  "-dev, or say where they are with -resource-dir\n";
  return "";
#endif
}

} // namespace wdm
