// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Console.h"
#include "tools/lint/Modes.h"
#include "tools/lint/Paths.h"
#include "tools/lint/Process.h"
#include "tools/lint/Remedies.h"
#include "tools/lint/Runner.h"
#include "tools/lint/WholeDriver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"

using namespace llvm;

namespace wdm::lint {

namespace {

/// Includes the kit's header as the files of the tree would.
const char Probe[] = R"(#ifdef __cplusplus
extern "C" {
#endif
#include <wdm.h>
NTSTATUS Probe(PDEVICE_OBJECT Device, PIRP Irp, PIO_COMPLETION_ROUTINE Routine) {
  return IoSetCompletionRoutineEx(Device, Irp, Routine, NULL, TRUE, TRUE, TRUE);
}
#ifdef __cplusplus
}
#endif
)";

/// Looks at one thing after the other, says what it sees, and goes on.
class Doctor {
public:
  explicit Doctor(const Options &Wanted) : Wanted(Wanted) {}
  int run();

private:
  void good(const Twine &Text) { outs() << "  ok       " << Text << '\n'; }
  void note(const Twine &Text) { outs() << "  note     " << Text << '\n'; }
  void bad(const Twine &Text, StringRef Remedy);
  void bad(const std::string &TextAndRemedy);

  bool lookAtTools();
  bool lookAtDatabase();
  void lookAtSources();
  void lookAtIndex();
  void parse();
  void lookAtHeader();
  void report(const std::string &Header, StringRef Error, const Command &C);

  const Options &Wanted;
  TemporaryFolder Temporary;
  FileNames Names;
  SourceTexts Texts;
  Tidy T;
  std::vector<Unit> Units; ///< those whose file exists
  std::string Cache;       ///< of --whole-driver
  size_t Problems = 0;
};

void Doctor::bad(const Twine &Text, StringRef Remedy) {
  ++Problems;
  outs() << "  PROBLEM  " << Text << '\n';
  SmallVector<StringRef, 8> Lines;
  Remedy.split(Lines, '\n');
  for (const StringRef Line : Lines)
    if (!Line.trim().empty())
      outs() << "             " << Line.trim() << '\n';
}

void Doctor::bad(const std::string &TextAndRemedy) {
  const auto [What, Remedy] = StringRef(TextAndRemedy).split('\n');
  bad(What, Remedy);
}

bool Doctor::lookAtTools() {
  if (!Wanted.Overlay.empty())
    T.Always.push_back("--vfsoverlay=" + absolutePath(Wanted.Overlay));
  const std::string Wrong = T.find(Wanted.ClangTidy, Temporary.path());
  if (!Wrong.empty()) {
    bad(Wrong);
    return false;
  }
  good(T.Program + " (LLVM " + T.Version + ") with " +
       count(T.OurChecks.size(), "check") +
       " of the wdm module: " + join(T.OurChecks, ", "));
  return true;
}

bool Doctor::lookAtDatabase() {
  Expected<Database> Commands = Database::load(Wanted.Folder);
  if (!Commands) {
    bad(toString(Commands.takeError()));
    return false;
  }
  size_t Entries = 0;
  std::vector<std::string> Missing;
  for (const Unit &One : Commands->units()) {
    Entries += One.Commands.size();
    if (sys::fs::exists(One.File))
      Units.push_back(One);
    else
      Missing.push_back(One.File);
    Names.prefer(One.File);
  }
  Cache = Wanted.Cache.empty() ? cacheOf(Commands->path()) : Wanted.Cache;
  good(join(Commands->paths(), ", ") + ": " +
       count(Commands->units().size(), "file") + ", " +
       count(Entries, "compile command"));
  for (const std::string &Remark : Commands->remarks())
    note(Remark);
  if (!Missing.empty()) {
    const StringRef Example = Missing.front();
    const bool Foreign = Example.contains('\\') &&
                         sys::path::is_separator('/') &&
                         !sys::path::is_separator('\\');
    bad(count(Missing.size(), "file") + " of it " +
            (Missing.size() == 1 ? "does" : "do") +
            " not exist here, such as " + Example,
        Foreign ? "generate compile_commands.json again, on this machine; the "
                  "paths are those of a Windows machine"
                : "generate compile_commands.json again, on this machine");
  }
  return true;
}

/// True if \p Text has the name, not as a part of a longer one.
bool hasWord(StringRef Text, StringRef Name) {
  for (size_t At = 0; (At = Text.find(Name, At)) != StringRef::npos; ++At) {
    const size_t End = At + Name.size();
    if ((At == 0 || (!isAlnum(Text[At - 1]) && Text[At - 1] != '_')) &&
        (End == Text.size() || (!isAlnum(Text[End]) && Text[End] != '_')))
      return true;
  }
  return false;
}

void Doctor::lookAtSources() {
  size_t WithEx = 0;
  size_t WithPlain = 0;
  size_t AsText = 0;
  std::vector<std::string> Strange;
  for (const Unit &One : Units) {
    const std::string Text = contents(One.File);
    if (hasUTF16ByteOrderMark(ArrayRef(Text.data(), Text.size())))
      Strange.push_back(One.File);
    if (hasWord(Text, "IoSetCompletionRoutineEx"))
      ++WithEx;
    else if (hasWord(Text, "IoSetCompletionRoutine"))
      ++WithPlain;
    AsText += any_of(One.Commands, [](const Command &C) {
      return C.usesPrecompiledHeader();
    });
  }
  if (!Strange.empty())
    bad(count(Strange.size(), "file") + " in UTF-16, such as " +
            Strange.front(),
        "clang reads UTF-8 only: iconv -f UTF-16 -t UTF-8 FILE > NEW");
  if (WithEx)
    good(count(WithEx, "file") + " of " + Twine(Units.size()) + " mention" +
         (WithEx == 1 ? "s" : "") + " IoSetCompletionRoutineEx");
  else
    note("no file mentions IoSetCompletionRoutineEx: there is nothing to find "
         "(calls through macros and wrappers of headers are seen all the same; "
         "wrappers in libraries can be named, option RegistrationFunctions)");
  if (WithPlain)
    note(
        count(WithPlain, "more file") +
        " with IoSetCompletionRoutine, which cannot fail and is not looked at");
  if (AsText)
    note(count(AsText, "file") +
         " with a precompiled header of another compiler: it is read as text");
}

/// What a run over the whole driver has left, if there was one.
void Doctor::lookAtIndex() {
  SmallString<256> Path(Cache);
  sys::path::append(Path, "driver.json");
  if (!sys::fs::exists(Path))
    return;
  const StringRef Again = "wdm-lint --whole-driver makes it again";
  Expected<std::shared_ptr<index::IndexFile>> File =
      index::IndexFile::open(Path);
  if (!File) {
    bad(toString(File.takeError()), Again);
    return;
  }
  good("the index " + shown(Path) + ": " + count((*File)->units(), "unit"));
  for (uint32_t I = 0; I != (*File)->inputs(); ++I) {
    const std::optional<index::Input> Of = (*File)->input(I);
    if (Of && index::hashOf(contents(Of->Path)) == Of->Hash)
      continue;
    note("it is older than " + (Of ? shown(Of->Path) : "its files") + "; " +
         Again);
    break;
  }
  for (const index::Conflict &One : (*File)->conflicts())
    note(textOf(One));
}

void Doctor::parse() {
  std::vector<std::string> Files;
  for (const Unit &One : Units)
    Files.push_back(One.File);
  const Configuration Config(
      T, Files, ConfigurationRequest{Wanted.Checks, Wanted.ConfigFile},
      Temporary.path());
  for (const std::string &Fault : Config.faults())
    bad(Fault);
  for (const std::string &Remark : Config.remarks())
    note(Remark);
  if (!Config.faults().empty())
    return;
  outs().flush();
  say("  ...      parsing " + count(Units.size(), "file"));
  Runner R(Wanted, T, Config, Temporary.path(), Names, Texts);
  const std::string More[] = {"--report-limits"};
  const Outcome Result = R.run(Units, Wanted.Quiet, {}, More);
  if (!Result.Limits.empty())
    note(count(Result.Limits.size(), "function") +
         " not followed to the end, being too large: the first at " +
         Result.Limits.begin()->first);
  for (const auto &[Text, File] : Result.ConfigurationFaults)
    bad((File.empty() ? "the configuration" : File) + ": " + Text,
        "correct the option there");
  if (Result.isWhole() && Result.Finished == Units.size())
    good(count(Units.size(), "file") + " parsed without errors");
  std::map<StringRef, std::vector<std::string>> Lost;
  for (const auto &[File, Error] : Result.Errors)
    Lost[remedyFor(Error.Message)].push_back(File);
  for (const auto &[Remedy, Some] : Lost) {
    const ParseError &First = Result.Errors.at(Some.front());
    const std::string Place = shownPlace(First.Where);
    bad(count(Some.size(), "file") + " of " + Twine(Units.size()) +
            " not parsed without errors, such as " + shown(Some.front()) +
            ":\n             " + (Place.empty() ? "" : Place + ": ") +
            "error: " + First.Message,
        Remedy);
  }
  for (const auto &[File, Text] : Result.Crashed)
    bad("clang-tidy crashed on " + File, "please report it\n" + Text);
  for (const std::string &File : Result.TimedOut)
    bad(File + " took longer than " + Twine(Wanted.Timeout) + " s",
        "--timeout SECONDS gives it more");
  for (const auto &[File, Text] : Result.Failed)
    bad(File + " could not be analysed", Text);
}

bool isCpp(const Unit &One) {
  const StringRef Ending = sys::path::extension(One.File);
  return Ending == ".cpp" || Ending == ".cc" || Ending == ".cxx" ||
         Ending == ".C" || Ending == ".c++";
}

/// Which wdm.h the compile command of a file leads to.
void Doctor::lookAtHeader() {
  // One in C if there is one: the free headers are made for it.
  const auto First =
      find_if(Units, [](const Unit &One) { return !isCpp(One); });
  const Unit &Sample = First != Units.end() ? *First : Units.front();
  Unit Test;
  // The same language: a -std of C++ is an error in C.
  Test.File = Temporary.file("probe" + sys::path::extension(Sample.File));
  Command C = Sample.Commands.front();
  for (std::string &Argument : C.Arguments)
    if (absolutePath(Argument, C.Directory) == Sample.File ||
        realPath(absolutePath(Argument, C.Directory)) == realPath(Sample.File))
      Argument = Test.File;
  Test.Commands = {C};
  if (Error Failed = writeFile(Test.File, Probe)) {
    bad("the probe could not be written: " + toString(std::move(Failed)),
        "is the disk full?");
    return;
  }
  if (Error Failed = writeDatabase(Temporary.path(), Test, /*AsText=*/true)) {
    bad("the probe could not be written: " + toString(std::move(Failed)),
        "is the disk full?");
    return;
  }
  std::vector<std::string> Call = {T.Program};
  Call.insert(Call.end(), T.Always.begin(), T.Always.end());
  const std::string Yaml = Temporary.file("probe.yaml");
  Call.insert(Call.end(), {"-p", Temporary.path().str(), "--checks=-*,wdm-*",
                           "--config={}", "--export-fixes=" + Yaml,
                           std::string("--extra-arg=") +
                               (C.isClStyle() ? "/clang:-H" : "-H"),
                           Test.File});
  std::string Out;
  std::string Err;
  runOne(Call, Temporary.path(), Out, Err);
  std::string Header;
  SmallVector<StringRef, 64> Lines;
  StringRef(Err).split(Lines, '\n');
  for (StringRef Line : Lines) {
    Line = Line.rtrim();
    const StringRef Path = Line.ltrim('.');
    if (Path != Line && sys::path::filename(Path).equals_insensitive("wdm.h") &&
        Header.empty())
      Header = Path.ltrim().str();
  }
  std::string Error;
  const std::string Exported = contents(Yaml);
  if (!Exported.empty()) {
    Expected<UnitReport> Read =
        readExported(Exported, C.Directory, Names, Texts);
    if (Read && !Read->Errors.empty()) {
      const ParseError &E = Read->Errors.front();
      Error =
          (E.Where.File.empty() ? "" : shownPlace(E.Where) + ": ") + E.Message;
    } else if (!Read) {
      consumeError(Read.takeError());
    }
  }
  if (Header.empty()) {
    if (!Error.empty() && !StringRef(Error).contains("wdm.h"))
      note("the probe for wdm.h with the command of " + shown(Sample.File) +
           " stopped early: " + Error);
    bad("the compile command of " + shown(Sample.File) +
            " does not lead to a wdm.h",
        "on Windows: install the WDK; elsewhere: apt-get install "
        "mingw-w64-common, and\n-isystem /usr/share/mingw-w64/include/ddk "
        "-isystem /usr/share/mingw-w64/include");
    return;
  }
  report(Header, Error, C);
}

/// The include folders that a command names, links resolved.
StringSet<> includeFolders(const Command &C) {
  StringSet<> Folders;
  for (size_t I = 0; I < C.Arguments.size(); ++I) {
    StringRef Word = C.Arguments[I];
    if (!Word.consume_front("-") && !Word.consume_front("/"))
      continue;
    for (const StringRef Option :
         {"external:I", "isystem", "imsvc", "iquote", "I"}) {
      if (!Word.consume_front(Option))
        continue;
      if (Word.empty() && I + 1 < C.Arguments.size())
        Word = C.Arguments[++I];
      Folders.insert(realPath(absolutePath(Word, C.Directory)));
      break;
    }
  }
  return Folders;
}

/// The folders of the WDK around \p Km, its folder with wdm.h, that a driver is
/// compiled with and \p C does not name.
std::vector<std::string> missingFolders(StringRef Km, const Command &C) {
  const StringSet<> Named = includeFolders(C);
  std::vector<std::string> Missing;
  for (const StringRef Part : {"../shared", "crt"}) {
    SmallString<256> Folder(Km);
    sys::path::append(Folder, Part);
    const std::string Absolute = absolutePath(Folder);
    if (!Named.contains(realPath(Absolute)))
      Missing.push_back(Absolute);
  }
  return Missing;
}

/// True if the command says for which processor the kit's headers are read.
bool namesProcessor(const Command &C) {
  for (const StringRef Word : C.Arguments)
    for (const StringRef Name : {"_AMD64_", "_X86_", "_ARM64_", "_ARM_"})
      if (hasWord(Word, Name))
        return true;
  return false;
}

void Doctor::report(const std::string &Header, StringRef Error,
                    const Command &C) {
  std::string Kind = "the WDK's or another's";
  Regex Kit("[\\/]([0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+)[\\/]km[\\/]");
  SmallVector<StringRef, 2> Match;
  std::vector<std::string> Missing;
  if (StringRef(Header).lower().find("mingw") != std::string::npos) {
    Kind = "MinGW-w64's";
  } else if (Kit.match(Header, &Match)) {
    Kind = "the WDK's, " + Match[1].str();
    Missing = missingFolders(sys::path::parent_path(Header), C);
    if (!namesProcessor(C))
      note("the compile command has none of _AMD64_, _X86_, _ARM64_, which a "
           "driver's project defines");
    if (C.isClStyle() && !is_contained(C.Arguments, "/kernel") &&
        !is_contained(C.Arguments, "-kernel"))
      note("the compile command has no /kernel; a driver is compiled with it");
  }
  std::string Add;
  for (const std::string &Folder : Missing) {
    if (!sys::fs::exists(Folder))
      note("the WDK has no " + Folder + ": is it installed as a whole?");
    else
      Add += (Add.empty() ? "" : " ") +
             std::string(C.isClStyle() ? "/I" : "-isystem ") + '"' + Folder +
             '"';
  }
  if (!Error.empty()) {
    bad(Header + " is found, but does not compile: " + Error,
        !Add.empty()
            ? "folders of the WDK are not in the compile command: " + Add
            : "is NTDDI_VERSION set (at least 0x05020000 for "
              "IoSetCompletionRoutineEx)? MinGW's headers need\n"
              "-fgnuc-version=4.2.1; docs/compile-commands.md has all "
              "flags");
    return;
  }
  if (!Add.empty())
    note("folders of the WDK that are not in the compile command: " + Add);
  good("wdm.h is " + Header + " (" + Kind +
       ") and has IoSetCompletionRoutineEx");
}

int Doctor::run() {
  (void)isInterrupted();
  const bool Tools = lookAtTools();
  if (lookAtDatabase() && !Units.empty()) {
    lookAtSources();
    lookAtIndex();
    if (Tools) {
      parse();
      lookAtHeader();
    }
  }
  if (isInterrupted()) {
    outs() << "interrupted\n";
    return 2;
  }
  if (Problems) {
    outs() << count(Problems, "problem") << " to solve\n";
    return 2;
  }
  outs() << "all is well\n";
  return 0;
}

} // namespace

int doctor(const Options &Wanted) { return Doctor(Wanted).run(); }

} // namespace wdm::lint
