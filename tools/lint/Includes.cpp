// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Includes.h"
#include "tools/lint/Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace wdm::lint {

namespace path = sys::path;

Includes::Includes(std::vector<std::string> N, bool AnyIrp)
    : Names(std::move(N)), AnyIrp(AnyIrp) {
  // A part of the name is enough, for macros that paste it together; and the
  // type by which a helper of another file is known.
  for (const char *Name :
       {"CompletionRoutineEx", "RoutineEx", "PIO_COMPLETION_ROUTINE"})
    Names.push_back(Name);
}

Includes::Facts Includes::read(StringRef Text) const {
  Facts F;
  F.Registers =
      any_of(Names, [&](const std::string &N) { return Text.contains(N); }) ||
      (Text.contains("##") && Text.contains("CompletionRoutine")) ||
      (AnyIrp && Text.contains_insensitive("irp"));
  F.Silences = Text.contains("NOLINT");
  for (size_t At = 0; (At = Text.find('#', At)) != StringRef::npos;) {
    // Only blanks and comments before it; the rest of the line is enough.
    StringRef Rest = Text.drop_front(++At).ltrim(" \t");
    if (!Rest.consume_front("include") && !Rest.consume_front("import"))
      continue;
    Rest.consume_front("_next");
    if (Rest.empty() || isAlnum(Rest.front()) || Rest.front() == '_')
      continue;
    Rest = Rest.ltrim(" \t\\\r\n");
    if (Rest.empty())
      continue;
    const char Open = Rest.front();
    if (Open == '"' || Open == '<') {
      const char Close = Open == '<' ? '>' : '"';
      const StringRef Name = Rest.drop_front().take_until(
          [&](char C) { return C == Close || C == '\n'; });
      F.Included.push_back({Name.str(), Open == '"'});
    } else {
      // A macro's name, or a comment.
      F.Unknown = true;
    }
  }
  return F;
}

const Includes::Facts *Includes::facts(StringRef Path) {
  auto [Place, New] = Known.try_emplace(Path);
  if (New) {
    auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                        /*RequiresNullTerminator=*/false);
    if (Buffer) {
      const StringRef Text = (*Buffer)->getBuffer();
      // clang will complain of it.
      if (hasUTF16ByteOrderMark(ArrayRef(Text.data(), Text.size()))) {
        Place->second.emplace();
        Place->second->Unknown = true;
      } else {
        Place->second = read(Text);
      }
    }
  }
  return Place->second ? &*Place->second : nullptr;
}

bool Includes::exists(StringRef Path) {
  auto [Place, New] = Existing.try_emplace(Path);
  if (New)
    Place->second = sys::fs::is_regular_file(Path);
  return Place->second;
}

namespace {

/// What a command says of headers.
struct Search {
  std::vector<std::string> Folders;
  std::vector<std::string> Forced;
};

Search searchOf(const Command &C) {
  Search S;
  const bool ClStyle = C.isClStyle();
  static constexpr StringRef Options[] = {
      "-isystem",    "-imsvc",   "-iquote", "-idirafter",
      "-external:I", "-include", "-I",      "-FI"};
  for (size_t I = 1; I < C.Arguments.size(); ++I) {
    std::string Plain = C.Arguments[I];
    if (ClStyle && Plain.size() > 1 && Plain[0] == '/')
      Plain[0] = '-';
    StringRef Argument = Plain;
    Argument.consume_front("-clang:");
    for (const StringRef Option : Options) {
      StringRef Value = Argument;
      if ((Option == "-FI" && !ClStyle) || !Value.consume_front(Option))
        continue;
      if (Option == "-include" && Value.starts_with("-pch"))
        break;
      if (Value.empty() && I + 1 < C.Arguments.size())
        Value = C.Arguments[++I];
      if (Option == "-FI" || Option == "-include")
        S.Forced.push_back(Value.str());
      else
        S.Folders.push_back(absolutePath(Value, C.Directory));
      break;
    }
  }
  return S;
}

/// The kit's, which declare what is searched for.
bool isOfKit(StringRef Path) {
  const std::string Name = path::filename(Path).lower();
  return Name == "wdm.h" || Name == "ntddk.h" || Name == "ntifs.h" ||
         Name == "ntosp.h";
}

/// The compiler's own: there is nothing of a driver in them.
bool isCompilersOwn(StringRef Name) {
  static const StringSet<> Own = {
      "stddef.h", "stdarg.h", "stdint.h",    "stdbool.h",   "limits.h",
      "float.h",  "intrin.h", "immintrin.h", "emmintrin.h", "xmmintrin.h",
      "vadefs.h", "sal.h",    "excpt.h",     "string.h",    "stdlib.h",
      "stdio.h",  "wchar.h",  "ctype.h"};
  return Own.count(Name);
}

} // namespace

std::string Includes::resolve(const Facts::Include &I, StringRef From,
                              StringRef Main, ArrayRef<std::string> Searched) {
  if (path::is_absolute(I.Name))
    return exists(I.Name) ? I.Name : "";
  std::vector<std::string> Folders;
  if (I.Quoted) {
    Folders.push_back(path::parent_path(From).str());
    // cl.exe looks beside the files that include this one, too.
    Folders.push_back(path::parent_path(Main).str());
  }
  Folders.insert(Folders.end(), Searched.begin(), Searched.end());
  for (const std::string &Folder : Folders) {
    std::string Candidate = absolutePath(I.Name, Folder);
    if (exists(Candidate))
      return Candidate;
  }
  return "";
}

void Includes::lookAt(const std::string &File, const Command &C, bool All,
                      Answer &A) {
  const Search S = searchOf(C);
  StringSet<> Seen;
  std::vector<std::string> Open = {File};
  for (const std::string &Name : S.Forced) {
    const std::string Plain = absolutePath(Name, C.Directory);
    Open.push_back(
        exists(Plain) ? Plain : resolve({Name, true}, File, File, S.Folders));
  }
  while (!Open.empty() && (All || !A.Registers)) {
    const std::string Path = Open.back();
    Open.pop_back();
    if (!Seen.insert(Path).second || isOfKit(Path))
      continue;
    const Facts *F = facts(Path);
    if (!F) {
      A.Registers = true;
      continue;
    }
    A.Registers |= F->Registers || F->Unknown;
    if (F->Silences)
      A.Silencing.push_back(Path);
    for (const Facts::Include &I : F->Included) {
      const std::string Found = resolve(I, Path, File, S.Folders);
      if (!Found.empty())
        Open.push_back(Found);
      else if (!isCompilersOwn(I.Name))
        A.Registers = true;
    }
  }
}

Includes::Answer Includes::look(const Unit &One, bool All) {
  Answer A;
  for (const Command &C : One.Commands) {
    // What a precompiled header holds cannot be seen.
    for (const std::string &Argument : C.Arguments)
      A.Registers |= Argument == "-include-pch";
    lookAt(One.File, C, All, A);
    if (A.Registers && !All)
      break;
  }
  sort(A.Silencing);
  A.Silencing.erase(std::unique(A.Silencing.begin(), A.Silencing.end()),
                    A.Silencing.end());
  return A;
}

} // namespace wdm::lint
