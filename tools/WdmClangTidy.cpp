// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// clang-tidy with the wdm module and all checks of LLVM inside, for where a
// plugin cannot be loaded.

#include "checks/RegistrationCheck.h"
#include "tools/Arguments.h"
#include "tools/Exit.h"
#include "tools/PrecompiledHeaders.h"
#include "tools/ResourceDir.h"

#include "clang-tidy/tool/ClangTidyMain.h"
#include "llvm/Support/CommandLine.h"
#ifdef _WIN32
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#endif
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace {

// For wdm-lint. Options of clang's own command line, since arguments that are
// taken out here would be there again on Windows.
const llvm::cl::opt<bool, true>
    Explain("explain-missing-fix", llvm::cl::Hidden,
            llvm::cl::location(wdm::RegistrationCheck::ExplainByDefault),
            llvm::cl::desc("What ExplainMissingFix is where nothing says it"));
const llvm::cl::opt<bool, true>
    Limits("report-limits", llvm::cl::Hidden,
           llvm::cl::location(wdm::RegistrationCheck::LimitsByDefault),
           llvm::cl::desc("What ReportLimits is where nothing says it"));
const llvm::cl::opt<bool, true>
    ListUnseen("list-unseen-functions", llvm::cl::Hidden,
               llvm::cl::location(wdm::RegistrationCheck::ListUnseen),
               llvm::cl::desc("List the functions that options could name"));

const llvm::cl::opt<std::string, true>
    Index("wdm-index", llvm::cl::Hidden,
          llvm::cl::location(wdm::RegistrationCheck::IndexByDefault),
          llvm::cl::desc("What Index is where nothing says it"));
const llvm::cl::opt<std::string, true>
    Summaries("wdm-summaries", llvm::cl::Hidden,
              llvm::cl::location(wdm::RegistrationCheck::SummariesByDefault),
              llvm::cl::desc("What Summaries is where nothing says it"));
const llvm::cl::opt<std::string, true>
    SummaryKey("wdm-summary-key", llvm::cl::Hidden,
               llvm::cl::location(wdm::RegistrationCheck::SummaryKey),
               llvm::cl::desc("Words to be copied to the summary"));

} // namespace

int main(int argc, const char **argv) {
  llvm::cl::AddExtraVersionPrinter(
      [](llvm::raw_ostream &Out) { Out << "wdm-tidy " WDM_VERSION "\n"; });
  const std::vector<std::string> Given = wdm::argumentsOf(argc, argv);
  std::vector<const char *> Arguments;
  for (const std::string &Word : Given)
    Arguments.push_back(Word.c_str());
  const std::string AsText = wdm::argumentForPrecompiledHeaders(Arguments);
  const std::string Dir = wdm::findResourceDir(argv[0]);
  const std::string Extra = "--extra-arg-before=-resource-dir=" + Dir;
  // First of all compiler arguments: the last -resource-dir counts, so one of
  // the user's wins.
  if (!Dir.empty())
    Arguments.insert(Arguments.begin() + 1, Extra.c_str());
  if (!AsText.empty()) {
    llvm::errs() << "note: precompiled headers are read as text (/Y-)\n";
    Arguments.insert(AsText == "/Y-" ? Arguments.end() : Arguments.begin() + 1,
                     AsText.c_str());
#ifdef _WIN32
    // clang-tidy reads its command line from the system: a new one it is.
    return llvm::sys::ExecuteAndWait(
        llvm::sys::fs::getMainExecutable(nullptr, nullptr),
        std::vector<llvm::StringRef>(Arguments.begin(), Arguments.end()));
#endif
  }
  Arguments.push_back(nullptr);
  return wdm::exitWith(clang::tidy::clangTidyMain(
      static_cast<int>(Arguments.size()) - 1, Arguments.data()));
}
