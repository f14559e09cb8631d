// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Configuration.h"
#include "tools/lint/Console.h"
#include "tools/lint/Paths.h"
#include "tools/lint/Process.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace wdm::lint {

namespace fs = sys::fs;
namespace path = sys::path;

static const char Prefix[] = "wdm-";

/// The names that --list-checks prints.
static std::vector<std::string> listedChecks(StringRef Out) {
  std::vector<std::string> Names;
  SmallVector<StringRef, 64> Lines;
  Out.split(Lines, '\n');
  for (const StringRef Line : Lines)
    if (Line.starts_with("    "))
      Names.push_back(Line.trim().str());
  return Names;
}

/// Calls \p Found with the name and the value of each option that --dump-config
/// prints.
static void forOptions(StringRef Dump,
                       function_ref<void(StringRef, StringRef)> Found) {
  SmallVector<StringRef, 64> Lines;
  Dump.split(Lines, '\n');
  for (const StringRef Line : Lines) {
    auto [Key, Value] = Line.split(':');
    Value = Value.trim();
    if (Value.size() > 1 && (Value.front() == '\'' || Value.front() == '"'))
      Value = Value.drop_front().drop_back();
    Found(Key.trim(), Value);
  }
}

std::string Tidy::find(StringRef Named, StringRef Folder) {
#ifdef _WIN32
  const char Name[] = "wdm-clang-tidy.exe";
#else
  const char Name[] = "wdm-clang-tidy";
#endif
  static int Anchor;
  SmallString<256> Beside(
      path::parent_path(fs::getMainExecutable(nullptr, &Anchor)));
  path::append(Beside, Name);
  if (!Named.empty()) {
    Program = absolutePath(Named);
    if (!fs::can_execute(Program)) {
      const auto OnPath = sys::findProgramByName(Named);
      if (!OnPath || !fs::can_execute(*OnPath))
        return "--clang-tidy: " + Program + " is not there, or is no program";
      Program = *OnPath;
    }
  } else if (fs::can_execute(Beside)) {
    Program = std::string(Beside);
  } else {
    const auto OnPath = sys::findProgramByName("wdm-clang-tidy");
    if (!OnPath)
      return ("wdm-clang-tidy is neither beside wdm-lint (" + Beside +
              ") nor on the PATH\n  build or install it again, or name it with "
              "--clang-tidy FILE")
          .str();
    Program = *OnPath;
  }
  std::string Out;
  std::string Err;
  std::vector<std::string> Call = {Program};
  Call.insert(Call.end(), Always.begin(), Always.end());
  Call.insert(Call.end(),
              {"--checks=-*,wdm-*", "--config={}", "--list-checks"});
  Ended End = runOne(Call, Folder, Out, Err);
  OurChecks = listedChecks(Out);
  if (End.Why != Ended::How::Exited || End.Status != 0 || OurChecks.empty()) {
    std::string Said = Err + End.Message;
    return Program + " does not have the wdm checks" +
           (StringRef(Said).trim().empty() ? "" : ":\n" + indented(Said));
  }
  Call.back() = "--dump-config";
  runOne(Call, Folder, Out, Err);
  forOptions(Out, [&](StringRef Key, StringRef) {
    const auto [Check, Option] = Key.split('.');
    if (Check.starts_with(Prefix) && !Option.empty() &&
        !is_contained(OurOptions, Option))
      OurOptions.push_back(Option.str());
  });
  runOne({Program, "--version"}, Folder, Out, Err);
  const size_t At = Out.find("version ");
  if (At != std::string::npos)
    Version = StringRef(Out)
                  .drop_front(At + 8)
                  .take_until([](char C) { return isSpace(C); })
                  .str();
  return "";
}

/// The .clang-tidy that is nearest to \p Folder; empty if there is none.
static std::string nearest(StringRef Folder) {
  for (; !Folder.empty(); Folder = path::parent_path(Folder)) {
    SmallString<256> Candidate(Folder);
    path::append(Candidate, ".clang-tidy");
    if (fs::is_regular_file(Candidate))
      return std::string(Candidate);
  }
  return "";
}

Configuration::Configuration(const Tidy &T, ArrayRef<std::string> Files,
                             const ConfigurationRequest &Request,
                             StringRef Folder) {
  StringMap<size_t> ByConfig;
  StringMap<std::string> ByFolder;
  std::vector<std::string> Samples;
  for (const std::string &File : Files) {
    const StringRef Parent = path::parent_path(File);
    const auto [Place, New] = ByFolder.try_emplace(Parent);
    if (New)
      Place->second = Request.ConfigFile.empty()
                          ? nearest(Parent)
                          : absolutePath(Request.ConfigFile);
    const auto [Group, First] =
        ByConfig.try_emplace(Place->second, Groups.size());
    if (First) {
      Groups.emplace_back();
      Groups.back().File = Place->second;
      Samples.push_back(File);
    }
    GroupOfFile[File] = Group->second;
  }
  std::vector<bool> Mentioned(Groups.size());
  for (size_t I = 0; I < Groups.size() && !isInterrupted(); ++I) {
    bool Speaks = false;
    ask(T, Samples[I], Groups[I], Request, Folder, Speaks);
    Mentioned[I] = Speaks;
  }
  if (Faults.empty())
    settle(Request, Mentioned, T);
}

/// True if \p Name is one of \p Known, or is likely to be meant for one.
static bool isMeantFor(StringRef Name, ArrayRef<std::string> Known) {
  return any_of(Known, [&](const std::string &One) {
    return Name.edit_distance(One, true, 4) <= 3;
  });
}

/// True if \p Name, which clang-tidy does not know, is one of ours or is meant
/// for one. clang-tidy's own names change with its version.
static bool isOurs(StringRef Name, bool IsCheck, const Tidy &T) {
  if (Name.starts_with(Prefix))
    return true;
  if (IsCheck)
    return isMeantFor(Name, T.OurChecks);
  const auto [Before, After] = Name.split('.');
  return isMeantFor(After.empty() ? Before : After, T.OurOptions);
}

/// Adds to \p Ours each line in which --verify-config complains of a name that
/// is one of ours.
/// \returns the last such line about another name; empty: there is none.
static std::string unknownNames(StringRef Said, const Tidy &T,
                                std::vector<std::string> &Ours) {
  SmallVector<StringRef, 16> Lines;
  Said.split(Lines, '\n');
  std::string Foreign;
  for (StringRef Line : Lines) {
    Line = Line.rtrim();
    const bool IsCheck = Line.contains("unknown check '");
    if (!IsCheck && !Line.contains("unknown check option '"))
      continue;
    const StringRef Name =
        Line.drop_front(Line.find('\'') + 1).take_until([](char C) {
          return C == '\'';
        });
    Line.consume_back(" [-verify-config]");
    if (isOurs(Name, IsCheck, T))
      Ours.push_back(Line.str());
    else
      Foreign = Line.str();
  }
  return Foreign;
}

/// True if clang-tidy, asked to verify a configuration, could not read it.
static bool isUnreadable(StringRef Said, const Ended &End) {
  return Said.contains("Error parsing") || Said.contains("error: ") ||
         (End.Why != Ended::How::Exited && End.Why != Ended::How::TimedOut);
}

/// The function `c` of an entry such as `A::B::c:2`.
static StringRef registrationIn(StringRef Entry) {
  const StringRef Name = Entry.trim();
  const size_t Colon = Name.rfind(':');
  StringRef Last = Name;
  if (Colon != StringRef::npos && Colon > 0 && Name[Colon - 1] != ':')
    Last = Name.take_front(Colon);
  const size_t Before = Last.rfind(':');
  return Before == StringRef::npos ? Last : Last.drop_front(Before + 1);
}

static void addRegistrations(StringRef List, ConfigurationGroup &Group) {
  SmallVector<StringRef, 8> Entries;
  List.split(Entries, ';', -1, false);
  for (const StringRef Entry : Entries) {
    const StringRef Name = registrationIn(Entry);
    if (!Name.empty() && !is_contained(Group.Registrations, Name))
      Group.Registrations.push_back(Name.str());
  }
}

void Configuration::ask(const Tidy &T, const std::string &Sample,
                        ConfigurationGroup &Group,
                        const ConfigurationRequest &Request, StringRef Folder,
                        bool &Mentioned) {
  std::vector<std::string> Call = {T.Program};
  Call.insert(Call.end(), T.Always.begin(), T.Always.end());
  if (!Request.ConfigFile.empty())
    Group.Arguments.push_back("--config-file=" + Group.File);
  if (!Request.Checks.empty())
    Group.Arguments.push_back("--checks=-*," + Request.Checks);
  Call.insert(Call.end(), Group.Arguments.begin(), Group.Arguments.end());
  const auto Ask = [&](const char *What, std::string &Out, std::string &Err) {
    std::vector<std::string> Whole = Call;
    Whole.insert(Whole.end(), {What, Sample, "--"});
    return runOne(Whole, Folder, Out, Err);
  };
  std::string Out;
  std::string Err;
  const Ended End = Ask("--verify-config", Out, Err);
  const std::string Said = Out + Err;
  const std::string Foreign = unknownNames(Said, T, Faults);
  if (isUnreadable(Said, End)) {
    std::string Text = StringRef(Said).trim().str();
    Faults.push_back((Group.File.empty() ? "the configuration" : Group.File) +
                     " cannot be understood:\n" + indented(Text));
    return;
  }
  if (!Foreign.empty())
    Remarks.push_back(Foreign + " (left alone: it is not one of ours)");
  Ask("--list-checks", Out, Err);
  Group.Checks = listedChecks(Out);
  Ask("--dump-config", Out, Err);
  bool Filtered = false;
  forOptions(Out, [&](StringRef Key, StringRef Value) {
    if (Key == "Checks")
      Mentioned = Value.contains("wdm");
    if (Key == "HeaderFilterRegex")
      Filtered = !Value.empty();
    if (Key.ends_with("RegistrationFunctions"))
      addRegistrations(Value, Group);
  });
  if (!Filtered)
    Group.Arguments.push_back("--header-filter=.*");
}

void Configuration::settle(const ConfigurationRequest &Request,
                           const std::vector<bool> &Mentioned, const Tidy &T) {
  if (!Request.Checks.empty()) {
    if (!Groups.empty() && all_of(Groups, [](const ConfigurationGroup &G) {
          return G.Checks.empty();
        }))
      Faults.push_back("no check matches --checks=" + Request.Checks +
                       "\n  ours are " + join(T.OurChecks, ", "));
    return;
  }
  const auto HasOurs = [](const ConfigurationGroup &G) {
    return any_of(G.Checks, [](const std::string &C) {
      return StringRef(C).starts_with(Prefix);
    });
  };
  if (any_of(Groups, HasOurs)) {
    for (ConfigurationGroup &G : Groups)
      G.Silenced = !HasOurs(G) && !G.File.empty();
    // Where no file says anything, ours run.
    for (ConfigurationGroup &G : Groups)
      if (!HasOurs(G) && G.File.empty()) {
        G.Checks = T.OurChecks;
        G.Arguments.push_back("--checks=-*,wdm-*");
      }
    return;
  }
  for (size_t I = 0; I < Groups.size(); ++I)
    if (Mentioned[I])
      Faults.push_back("no check of ours is on: " + Groups[I].File +
                       " turns them off\n  turn one on there, or name it with "
                       "--checks LIST");
  if (!Faults.empty())
    return;
  for (ConfigurationGroup &G : Groups) {
    G.Checks = T.OurChecks;
    G.Arguments.push_back("--checks=-*,wdm-*");
    if (!G.File.empty())
      Remarks.push_back(G.File + " does not speak of the wdm checks: all of "
                                 "them run, and nothing else");
  }
}

const ConfigurationGroup &Configuration::of(StringRef File) const {
  return Groups[GroupOfFile.lookup(File)];
}

std::vector<std::string> Configuration::checks() const {
  std::vector<std::string> All;
  for (const ConfigurationGroup &G : Groups)
    if (!G.Silenced)
      All.insert(All.end(), G.Checks.begin(), G.Checks.end());
  sort(All);
  All.erase(std::unique(All.begin(), All.end()), All.end());
  return All;
}

bool Configuration::onlyOurs() const {
  return all_of(checks(), [](const std::string &C) {
    return StringRef(C).starts_with(Prefix);
  });
}

std::vector<std::string> Configuration::registrations() const {
  std::vector<std::string> All;
  for (const ConfigurationGroup &G : Groups)
    All.insert(All.end(), G.Registrations.begin(), G.Registrations.end());
  return All;
}

} // namespace wdm::lint
