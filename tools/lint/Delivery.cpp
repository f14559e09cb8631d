// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Delivery.h"
#include "tools/lint/Paths.h"
#include "tools/lint/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cstdlib>

using namespace llvm;

namespace wdm::lint {

/// True if a file could be written there.
static bool isWritable(StringRef Path) {
  std::string Why;
  const StringRef Folder = sys::path::parent_path(Path);
  if (sys::fs::is_directory(Path))
    Why = "it is a folder";
  else if (!Folder.empty() && !sys::fs::is_directory(Folder))
    Why = "there is no folder " + Folder.str();
  else if (sys::fs::exists(Path)
               ? !sys::fs::can_write(Path)
               : !sys::fs::can_write(Folder.empty() ? "." : Folder))
    Why = "permission denied";
  if (Why.empty())
    return true;
  sayError(Path + " cannot be written: " + Why);
  return false;
}

bool Delivery::prepare() {
  for (const std::string &Path : {Wanted.Sarif, Wanted.CodeQuality})
    if (!Path.empty() && !isWritable(Path))
      return false;
  if (Wanted.Baseline.empty())
    return true;
  Expected<json::Value> Log = readSarif(Wanted.Baseline);
  if (!Log) {
    sayError("the baseline cannot be used: " + toString(Log.takeError()));
    return false;
  }
  if (!wasSuccessful(*Log))
    sayWarning("the run that wrote the baseline " + Wanted.Baseline +
               " was not whole: what it did not see will count as new");
  Old = marksOf(*Log);
  return true;
}

void Delivery::compareWithBaseline(std::vector<Finding> &All, StringRef Root) {
  if (!Old)
    return;
  std::vector<Mark> Marks;
  std::vector<size_t> Which;
  for (size_t I = 0; I < All.size(); ++I) {
    All[I].State = Novelty::Old;
    if (All[I].Silenced)
      continue;
    Marks.push_back(markOf(All[I], Root));
    Which.push_back(I);
  }
  const Comparison Compared = compare(*Old, Marks);
  for (size_t I = 0; I < Which.size(); ++I)
    All[Which[I]].State = Compared.IsOld[I] ? Novelty::Old : Novelty::New;
  Gone = Compared.Gone;
}

static bool counts(const Finding &F) {
  return !F.Silenced && F.State != Novelty::Old;
}

size_t Delivery::counting(ArrayRef<Finding> All) {
  return static_cast<size_t>(count_if(All, counts));
}

void Delivery::print(ArrayRef<Finding> All, StringRef Root,
                     SourceTexts &Texts) const {
  const char *Actions = std::getenv("GITHUB_ACTIONS");
  const bool Annotate = Actions && StringRef(Actions) == "true";
  for (const Finding &F : All) {
    if (!counts(F))
      continue;
    printFinding(outs(), F, Texts);
    if (Annotate)
      printAnnotation(outs(), F, Root);
  }
  outs().flush();
}

std::string Delivery::summary(size_t Count, size_t New) const {
  if (!Old)
    return Count ? count(Count, "finding") : "no findings";
  return (New ? Twine(New) + " new " + (New == 1 ? "finding" : "findings")
              : Twine("no new findings"))
             .str() +
         ", " + std::to_string(Count - New) + " old, " + std::to_string(Gone) +
         " gone";
}

std::string Delivery::summary(ArrayRef<Finding> All) const {
  const auto Loud = static_cast<size_t>(
      count_if(All, [](const Finding &F) { return !F.Silenced; }));
  std::string Text = summary(Loud, counting(All));
  if (Loud != All.size())
    Text += ", " + std::to_string(All.size() - Loud) + " silenced by NOLINT";
  return Text;
}

bool Delivery::writeSarif(const json::Value &Log) const {
  if (Wanted.Sarif.empty())
    return true;
  if (Error Failed = writeFile(Wanted.Sarif, printed(Log))) {
    sayError(Wanted.Sarif +
             " could not be written: " + toString(std::move(Failed)));
    return false;
  }
  return true;
}

bool Delivery::write(ArrayRef<Finding> All, const SarifRun &Run,
                     SourceTexts &Texts) const {
  bool Good = true;
  if (!Wanted.Sarif.empty())
    Good = writeSarif(sarifOf(All, Run, Texts));
  if (!Wanted.CodeQuality.empty())
    if (Error Failed =
            writeFile(Wanted.CodeQuality, codeQuality(All, Run.Root))) {
      sayError(Wanted.CodeQuality +
               " could not be written: " + toString(std::move(Failed)));
      Good = false;
    }
  return Good;
}

} // namespace wdm::lint
