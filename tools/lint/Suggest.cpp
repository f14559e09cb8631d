// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// --suggest-options: what the checks say of functions that they cannot see
// (UnseenFunctions.h), as a .clang-tidy to start from.

#include "tools/lint/Console.h"
#include "tools/lint/Modes.h"
#include "tools/lint/Paths.h"
#include "tools/lint/Process.h"
#include "tools/lint/Runner.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace wdm::lint {

namespace {

struct Candidate {
  std::string Option; ///< empty: none is evident
  std::set<std::string> Reasons;
  std::vector<std::string> Places;
};

/// `unseen function 'NAME' OPTION: WHY`, the message of the module.
bool readMessage(StringRef Message, std::string &Name, std::string &Option,
                 std::string &Why) {
  if (!Message.consume_front("unseen function '"))
    return false;
  StringRef Rest;
  std::tie(Message, Rest) = Message.split("' ");
  Name = Message.str();
  const auto [First, Second] = Rest.split(": ");
  Option = First == "none" ? "" : First.str();
  Why = Second.str();
  return !Second.empty();
}

void print(const std::map<std::string, Candidate> &Found, size_t Files) {
  outs()
      << "# A draft for the .clang-tidy at the top of the tree, from "
      << count(Files, "file") << ".\n"
      << "# Each name is a guess with its reasons: look at the function, then "
         "keep or delete it.\n"
      << "Checks: '-*,wdm-*'\nCheckOptions:\n";
  for (const StringRef Option :
       {"RegistrationFunctions", "DispatchFunctions", "RecoveryFunctions"}) {
    std::vector<std::string> Names;
    for (const auto &[Name, C] : Found) {
      if (C.Option != Option)
        continue;
      Names.push_back(Name);
      outs() << "  # " << Name << ": " << join(C.Reasons, "; ") << "\n  #   "
             << join(C.Places, ", ") << '\n';
    }
    if (Names.empty())
      outs() << "  # " << Option << ": ''\n";
    else
      outs() << "  " << Option << ": '" << join(Names, ";") << "'\n";
  }
  bool Head = false;
  for (const auto &[Name, C] : Found) {
    if (!C.Option.empty())
      continue;
    if (!Head)
      outs()
          << "# For none of the three, as far as can be seen; a function that "
             "keeps the IRP needs no option:\n";
    Head = true;
    outs() << "#   " << Name << ": " << join(C.Reasons, "; ") << " ("
           << join(C.Places, ", ") << ")\n";
  }
  outs().flush();
}

} // namespace

int suggestOptions(const Options &Wanted) {
  (void)isInterrupted();
  const std::string Folder = Wanted.Folder.empty()
                                 ? Database::findForFiles(Wanted.Names)
                                 : Wanted.Folder;
  if (Folder.empty()) {
    sayError("-p DIR is missing: the folder with compile_commands.json");
    return 2;
  }
  Expected<Database> Commands = Database::load(Folder);
  if (!Commands) {
    sayError(toString(Commands.takeError()));
    return 2;
  }
  Expected<std::vector<Unit>> Units = Commands->select(Wanted.Names);
  if (!Units) {
    sayError(toString(Units.takeError()));
    return 2;
  }
  const TemporaryFolder Temporary;
  Tidy T;
  if (!Wanted.Overlay.empty())
    T.Always.push_back("--vfsoverlay=" + absolutePath(Wanted.Overlay));
  const std::string Wrong = T.find(Wanted.ClangTidy, Temporary.path());
  if (!Wrong.empty()) {
    sayError(Wrong);
    return 2;
  }
  std::vector<std::string> Files;
  for (const Unit &One : *Units)
    Files.push_back(One.File);
  const Configuration Config(T, Files, {"wdm-*", Wanted.ConfigFile},
                             Temporary.path());
  for (const std::string &Fault : Config.faults())
    sayError(Fault);
  if (!Config.faults().empty())
    return 2;
  FileNames Names;
  SourceTexts Texts;
  Runner R(Wanted, T, Config, Temporary.path(), Names, Texts);
  Outcome Result = R.run(*Units, Wanted.Quiet, {}, {"--list-unseen-functions"});
  std::map<std::string, Candidate> Found;
  for (const Finding &F : Result.Found.take()) {
    std::string Name;
    std::string Option;
    std::string Why;
    if (!readMessage(F.Message, Name, Option, Why))
      continue;
    Candidate &C = Found[Name];
    // A use that says something wins over one that does not.
    if (C.Option.empty())
      C.Option = Option;
    C.Reasons.insert(Why);
    if (C.Places.size() < 3)
      C.Places.push_back(shown(F.Where.File) + ":" +
                         std::to_string(F.Where.At.Line));
  }
  print(Found, Result.Finished);
  for (const auto &[File, Error] : Result.Errors)
    sayWarning(shown(File) +
               " does not parse, and was seen in part only: " + Error.Message);
  const bool Whole = Result.Crashed.empty() && Result.TimedOut.empty() &&
                     Result.Failed.empty() && Result.Errors.empty() &&
                     !isInterrupted();
  if (!Whole)
    sayError("not all files could be looked at; wdm-lint --doctor says more");
  say(Found.empty()
          ? "no function that the checks would have to be told of"
          : count(Found.size(), "function") + " without a visible body");
  return Whole ? 0 : 2;
}

} // namespace wdm::lint
