// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Database.h"
#include "tools/lint/Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"

using namespace llvm;

namespace wdm::lint {

namespace fs = sys::fs;
namespace path = sys::path;

const char HowToGetDatabase[] =
    "  With CMake (Ninja or Makefiles): cmake "
    "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON ...\n"
    "  With MSBuild (.vcxproj): see docs/compile-commands.md";

static const char FileName[] = "compile_commands.json";

static Error wrong(const Twine &Text) {
  return createStringError(inconvertibleErrorCode(), Text.str().c_str());
}

bool Command::isClStyle() const {
  if (is_contained(Arguments, "--driver-mode=cl"))
    return true;
  if (Arguments.empty())
    return false;
  // Of a Windows machine even where that is not this one.
  StringRef Name = StringRef(Arguments.front());
  Name = Name.substr(Name.find_last_of("/\\") + 1);
  const std::string Lower = Name.lower();
  Name = Lower;
  Name.consume_back(".exe");
  return Name == "cl" || Name.starts_with("clang-cl");
}

static bool isClOption(StringRef Argument, StringRef Name) {
  return (Argument.consume_front("/") || Argument.consume_front("-")) &&
         Argument.starts_with(Name);
}

/// How many arguments from \p At on are about a precompiled header.
static size_t precompiledAt(ArrayRef<std::string> Arguments, size_t At,
                            bool ClStyle) {
  const StringRef Argument = Arguments[At];
  if (ClStyle && (isClOption(Argument, "Yu") || isClOption(Argument, "Yc") ||
                  isClOption(Argument, "Fp") || isClOption(Argument, "YX"))) {
    // /Fp: NAME
    return Argument.substr(1) == "Fp:" ? 2 : 1;
  }
  if (Argument == "-include-pch")
    return 2;
  if (Argument == "-Xclang" && At + 3 < Arguments.size() &&
      (Arguments[At + 1] == "-include-pch" || Arguments[At + 1] == "-emit-pch"))
    return Arguments[At + 1] == "-emit-pch" ? 2 : 4;
  return 0;
}

bool Command::usesPrecompiledHeader() const {
  const bool ClStyle = isClStyle();
  for (size_t I = 0; I < Arguments.size(); ++I)
    if (precompiledAt(Arguments, I, ClStyle))
      return true;
  return false;
}

std::vector<std::string> Command::withoutPrecompiledHeader() const {
  const bool ClStyle = isClStyle();
  std::vector<std::string> Rest;
  for (size_t I = 0; I < Arguments.size();) {
    if (const size_t Skip = precompiledAt(Arguments, I, ClStyle)) {
      I += Skip;
      continue;
    }
    Rest.push_back(Arguments[I++]);
  }
  return Rest;
}

/// The text of a JSON file in UTF-8.
static Expected<std::string> readText(StringRef Path) {
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return errorCodeToError(Buffer.getError());
  StringRef Text = (*Buffer)->getBuffer();
  if (hasUTF16ByteOrderMark(ArrayRef(Text.data(), Text.size()))) {
    std::string Converted;
    if (!convertUTF16ToUTF8String(ArrayRef(Text.data(), Text.size()),
                                  Converted))
      return wrong("it is not UTF-16, although it begins as such");
    return Converted;
  }
  Text.consume_front("\xef\xbb\xbf");
  return Text.str();
}

static void expandResponseFiles(Command &C) {
  if (none_of(C.Arguments, [](const std::string &A) {
        return StringRef(A).starts_with("@");
      }))
    return;
  BumpPtrAllocator Allocator;
  SmallVector<const char *, 64> Words;
  for (const std::string &Argument : C.Arguments)
    Words.push_back(Argument.c_str());
#ifdef _WIN32
  cl::ExpansionContext Context(Allocator, cl::TokenizeWindowsCommandLine);
#else
  cl::ExpansionContext Context(Allocator, cl::TokenizeGNUCommandLine);
#endif
  Context.setCurrentDir(C.Directory);
  // What cannot be read stays, and clang complains of it.
  consumeError(Context.expandResponseFiles(Words));
  // Some of the words are those of the old ones.
  C.Arguments = std::vector<std::string>(Words.begin(), Words.end());
}

static std::vector<std::string> split(StringRef Text) {
  BumpPtrAllocator Allocator;
  StringSaver Saver(Allocator);
  SmallVector<const char *, 64> Words;
#ifdef _WIN32
  cl::TokenizeWindowsCommandLine(Text, Saver, Words);
#else
  cl::TokenizeGNUCommandLine(Text, Saver, Words);
#endif
  return {Words.begin(), Words.end()};
}

/// The words of the command of \p Entry.
/// \returns what is wrong with them, or an empty string.
static std::string readWords(const json::Object &Entry,
                             std::vector<std::string> &Words) {
  if (const json::Array *Arguments = Entry.getArray("arguments")) {
    for (const json::Value &Argument : *Arguments) {
      const auto Word = Argument.getAsString();
      if (!Word)
        return ": an argument is not a string";
      Words.push_back(Word->str());
    }
    return "";
  }
  const auto Line = Entry.getString("command");
  if (!Line)
    return " has neither \"command\" nor \"arguments\"";
  Words = split(*Line);
  return "";
}

/// Reads one entry of a database in \p Folder. \p Stray grows by the semicolons
/// that are left out.
/// \returns what is wrong with it, or an empty string.
static std::string readEntry(const json::Value &One, StringRef Folder,
                             std::string &Name, Command &C, size_t &Stray) {
  const json::Object *Entry = One.getAsObject();
  if (!Entry)
    return " is not an object";
  const auto File = Entry->getString("file");
  if (!File || File->empty())
    return " has no \"file\"";
  C.Directory =
      absolutePath(Entry->getString("directory").value_or("."), Folder);
  std::string Wrong = readWords(*Entry, C.Arguments);
  if (!Wrong.empty())
    return Wrong;
  const size_t Before = C.Arguments.size();
  erase_if(C.Arguments, [](const std::string &A) { return A == ";"; });
  Stray += Before - C.Arguments.size();
  if (C.Arguments.empty())
    return " has an empty command";
  expandResponseFiles(C);
  Name = absolutePath(*File, C.Directory);
  return "";
}

Error Database::read(StringRef Path) {
  const auto Unreadable = [&](const Twine &Why) {
    return wrong(Path + " cannot be read: " + Why + "\n  generate it again\n" +
                 HowToGetDatabase);
  };
  Expected<std::string> Text = readText(Path);
  if (!Text)
    return Unreadable(toString(Text.takeError()));
  if (!json::isUTF8(*Text))
    Text = json::fixUTF8(*Text);
  Expected<json::Value> Parsed = json::parse(*Text);
  if (!Parsed)
    return Unreadable("not JSON: " + toString(Parsed.takeError()));
  const json::Array *Entries = Parsed->getAsArray();
  if (!Entries)
    return Unreadable("not a list of commands");
  StringMap<size_t> Known;
  for (size_t I = 0; I < Units.size(); ++I)
    Known[Units[I].File] = I;
  const StringRef Folder = path::parent_path(Path);
  size_t Stray = 0;
  for (size_t I = 0; I < Entries->size(); ++I) {
    std::string Name;
    Command C;
    const std::string Wrong = readEntry((*Entries)[I], Folder, Name, C, Stray);
    if (!Wrong.empty())
      return Unreadable("entry " + Twine(I + 1) + Wrong);
    const auto Place = Known.try_emplace(Name, Units.size());
    if (Place.second)
      Units.push_back({Name, {}});
    Units[Place.first->second].Commands.push_back(std::move(C));
  }
  if (Entries->empty())
    return wrong(Path +
                 " is empty: it lists no file\n"
                 "  was it written before anything was configured or "
                 "built?\n" +
                 HowToGetDatabase);
  if (Stray)
    Remarks.push_back(count(Stray, "stray semicolon") +
                      " left out of the commands of " + Path.str());
  Paths.push_back(Path.str());
  return Error::success();
}

/// The databases that MSBuild leaves below \p Folder.
static std::vector<std::string> databasesOfMsBuild(StringRef Folder) {
  std::vector<std::string> Found;
  std::error_code Code;
  for (fs::recursive_directory_iterator It(Folder, Code), End;
       It != End && !Code; It.increment(Code)) {
    if (It.level() > 5)
      It.no_push();
    const StringRef Name = path::filename(It->path());
    if (Name.starts_with(".") || Name == "node_modules") {
      It.no_push();
      continue;
    }
    if (Name != FileName)
      continue;
    const StringRef Parent = path::filename(path::parent_path(It->path()));
    if (Parent.ends_with_insensitive(".ClangTidy"))
      Found.push_back(It->path());
  }
  sort(Found);
  return Found;
}

void Database::sortUnits() {
  sort(Units, [](const Unit &A, const Unit &B) { return A.File < B.File; });
}

Expected<Database> Database::load(StringRef FolderOrFile) {
  Database Result;
  std::string Folder = absolutePath(FolderOrFile);
  if (path::filename(Folder) == FileName)
    Folder = path::parent_path(Folder).str();
  if (!fs::is_directory(Folder))
    return wrong((fs::exists(Folder) ? Folder + " is no folder"
                                     : "there is no folder " + Folder) +
                 "\n  -p names the folder with compile_commands.json");
  SmallString<256> Path(Folder);
  path::append(Path, FileName);
  if (fs::exists(Path)) {
    if (Error Failed = Result.read(Path))
      return std::move(Failed);
    Result.sortUnits();
    return Result;
  }
  const std::vector<std::string> Several = databasesOfMsBuild(Folder);
  if (Several.empty())
    return wrong("there is no compile_commands.json in " + Folder + "\n" +
                 HowToGetDatabase);
  for (const std::string &One : Several)
    if (Error Failed = Result.read(One))
      return std::move(Failed);
  Result.Remarks.push_back("using " +
                           count(Several.size(), "compile_commands.json") +
                           " that MSBuild left in " + Folder);
  Result.sortUnits();
  return Result;
}

std::string Database::findFor(StringRef File) {
  const std::string Path = absolutePath(File);
  for (StringRef Folder = path::parent_path(Path); !Folder.empty();
       Folder = path::parent_path(Folder))
    for (const StringRef Sub : {"", "build"}) {
      SmallString<256> Candidate(Folder);
      path::append(Candidate, Sub, FileName);
      if (fs::exists(Candidate))
        return std::string(path::parent_path(Candidate));
    }
  return "";
}

std::string Database::findForFiles(ArrayRef<std::string> Files) {
  if (!Files.empty())
    return findFor(StringRef(Files.front()));
  // Not further up: nobody means all of a tree that he is somewhere in.
  for (const StringRef Folder : {".", "build"}) {
    SmallString<256> Candidate(Folder);
    path::append(Candidate, FileName);
    if (fs::exists(Candidate))
      return Folder.str();
  }
  return "";
}

Expected<std::vector<Unit>>
Database::select(ArrayRef<std::string> Names) const {
  if (Names.empty())
    return Units;
  std::vector<bool> Chosen(Units.size());
  std::vector<std::string> Real;
  for (const Unit &One : Units)
    Real.push_back(realPath(One.File));
  std::string Unknown;
  for (const std::string &Name : Names) {
    const std::string Wanted = realPath(absolutePath(Name));
    const bool Folder = fs::is_directory(Wanted);
    bool Found = false;
    for (size_t I = 0; I < Units.size(); ++I)
      if (Real[I] == Wanted || (Folder && isBelow(Real[I], Wanted)))
        Found = Chosen[I] = true;
    if (!Found)
      Unknown += (Unknown.empty() ? "" : ", ") + Name;
  }
  if (!Unknown.empty())
    return wrong("not in " + path() + ": " + Unknown +
                 "\n  name source files (not headers) that are listed there, "
                 "such as " +
                 shown(Units.front().File));
  std::vector<Unit> Result;
  for (size_t I = 0; I < Units.size(); ++I)
    if (Chosen[I])
      Result.push_back(Units[I]);
  return Result;
}

Error writeDatabase(StringRef Folder, const Unit &One, bool AsText) {
  json::Array Entries;
  for (const Command &C : One.Commands)
    Entries.push_back(json::Object{
        {"directory", json::fixUTF8(C.Directory)},
        {"file", json::fixUTF8(One.File)},
        {"arguments",
         json::Array(AsText ? C.withoutPrecompiledHeader() : C.Arguments)}});
  std::string Text;
  raw_string_ostream(Text) << json::Value(std::move(Entries));
  SmallString<256> Path(Folder);
  path::append(Path, FileName);
  return writeFile(Path, Text);
}

} // namespace wdm::lint
