// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Finding.h"
#include "tools/lint/Paths.h"
#include "clang/Tooling/DiagnosticsYaml.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MD5.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace llvm;

namespace wdm::lint {

namespace tooling = clang::tooling;

std::string hashOf(StringRef Text) {
  MD5 Hash;
  Hash.update(Text);
  MD5::MD5Result Result;
  Hash.final(Result);
  return std::string(Result.digest()).substr(0, 16);
}

std::string FileNames::nameOf(StringRef Path) {
  const auto Known = ByPath.find(Path);
  if (Known != ByPath.end())
    return Known->second;
  const auto [Place, New] = ByReal.try_emplace(realPath(Path), Path.str());
  (void)New;
  return ByPath[Path] = Place->second;
}

void FileNames::prefer(StringRef Path) {
  ByReal[realPath(Path)] = Path.str();
  ByPath.clear();
}

std::string shownPlace(const Place &Where) {
  if (Where.File.empty())
    return "";
  return (shown(Where.File) + Twine(":") + Twine(Where.At.Line) + ":" +
          Twine(Where.At.Column))
      .str();
}

namespace {

class Reader {
public:
  Reader(StringRef Folder, FileNames &Names, SourceTexts &Texts)
      : Folder(Folder), Names(Names), Texts(Texts) {}

  Place placeOf(const tooling::DiagnosticMessage &Message, StringRef Build) {
    Place Result;
    if (Message.FilePath.empty())
      return Result;
    Result.File = nameOf(Message.FilePath, Build);
    Result.Offset = Message.FileOffset;
    if (const SourceText *Text = Texts.get(Result.File))
      Result.At = Text->place(Result.Offset);
    return Result;
  }

  Edits editsOf(const StringMap<tooling::Replacements> &Fix, StringRef Build) {
    Edits Result;
    for (const auto &[Path, Replacements] : Fix)
      for (const tooling::Replacement &R : Replacements) {
        Edit E;
        E.File = nameOf(R.getFilePath(), Build);
        E.Offset = R.getOffset();
        E.Length = R.getLength();
        E.Text = R.getReplacementText().str();
        Result.push_back(std::move(E));
      }
    // The map has no order.
    llvm::sort(Result, [](const Edit &A, const Edit &B) {
      return std::tie(A.File, A.Offset, A.Length) <
             std::tie(B.File, B.Offset, B.Length);
    });
    return Result;
  }

  Finding findingOf(const tooling::Diagnostic &D) {
    Finding F;
    F.Check = D.DiagnosticName;
    F.Message = D.Message.Message;
    F.IsError = D.DiagLevel == tooling::Diagnostic::Error;
    F.Where = placeOf(D.Message, D.BuildDirectory);
    F.Fix = editsOf(D.Message.Fix, D.BuildDirectory);
    for (const tooling::DiagnosticMessage &N : D.Notes) {
      StringRef Text = N.Message;
      if (Text.consume_front("no fix: ")) {
        F.NoFix = Text.str();
      } else if (Text.starts_with("the fix does not leave the function: ")) {
        F.FixRemark = Text.str();
      } else if (!N.Fix.empty()) {
        F.Alternatives.push_back({N.Message, editsOf(N.Fix, D.BuildDirectory)});
      } else {
        F.Path.push_back({N.Message, placeOf(N, D.BuildDirectory)});
      }
    }
    // What tools that apply exported fixes do, too.
    if (F.Fix.empty() && !F.Alternatives.empty()) {
      F.Fix = F.Alternatives.front().Fix;
      F.Alternatives.erase(F.Alternatives.begin());
    }
    std::string Call = F.Message;
    if (const SourceText *Text = Texts.get(F.Where.File)) {
      F.Function = Text->functionAt(F.Where.Offset);
      F.Context = hashOf(Text->around(F.Where.Offset));
      Call = Text->callAt(F.Where.Offset);
    }
    F.Fingerprint = hashOf(F.Check + "\n" + F.Function + "\n" + Call);
    return F;
  }

private:
  std::string nameOf(StringRef Path, StringRef Build) {
    return Names.nameOf(absolutePath(Path, Build.empty() ? Folder : Build));
  }

  StringRef Folder;
  FileNames &Names;
  SourceTexts &Texts;
};

bool isCompileError(const tooling::Diagnostic &D) {
  return D.DiagnosticName == "clang-diagnostic-error";
}

} // namespace

Expected<UnitReport> readExported(StringRef Yaml, StringRef Folder,
                                  FileNames &Names, SourceTexts &Texts) {
  tooling::TranslationUnitDiagnostics Read;
  std::string Complaint;
  const auto Keep = [](const SMDiagnostic &D, void *Context) {
    auto &Text = *static_cast<std::string *>(Context);
    if (Text.empty())
      Text = ("line " + Twine(D.getLineNo()) + ": " + D.getMessage()).str();
  };
  yaml::Input In(Yaml, nullptr, Keep, &Complaint);
  In >> Read;
  if (In.error())
    return createStringError(In.error(), Complaint.empty() ? "no document"
                                                           : Complaint.c_str());
  UnitReport Result;
  Result.MainFile = Read.MainSourceFile;
  Reader R(Folder, Names, Texts);
  for (const tooling::Diagnostic &D : Read.Diagnostics) {
    if (D.DiagnosticName == "clang-tidy-config")
      Result.ConfigurationFaults.push_back(D.Message.Message);
    else if (isCompileError(D))
      Result.Errors.push_back(
          {D.Message.Message, R.placeOf(D.Message, D.BuildDirectory)});
    else if (StringRef(D.Message.Message).starts_with("limit reached: "))
      Result.Limits.push_back(
          {D.Message.Message, R.placeOf(D.Message, D.BuildDirectory)});
    // The compiler's warnings are no findings, whatever -Werror makes of them.
    else if (!StringRef(D.DiagnosticName).starts_with("clang-diagnostic-"))
      Result.Findings.push_back(R.findingOf(D));
  }
  return Result;
}

void FindingSet::add(Finding One, StringRef Unit) {
  const std::string Key =
      (realPath(One.Where.File) + Twine('\n') + Twine(One.Where.Offset) + "\n" +
       One.Check + "\n" + One.Message)
          .str();
  const auto [Place, New] = Known.try_emplace(Key, Found.size());
  if (New) {
    Found.push_back(std::move(One));
  } else if (One.Certain && !Found[Place->second].Certain) {
    One.Units = std::move(Found[Place->second].Units);
    Found[Place->second] = std::move(One);
  }
  Found[Place->second].Units.insert(Unit.str());
}

std::vector<Finding> FindingSet::take() {
  sortFindings(Found);
  Known.clear();
  return std::exchange(Found, {});
}

void sortFindings(std::vector<Finding> &All) {
  llvm::sort(All, [](const Finding &A, const Finding &B) {
    return std::tie(A.Where.File, A.Where.Offset, A.Check, A.Message) <
           std::tie(B.Where.File, B.Where.Offset, B.Check, B.Message);
  });
}

} // namespace wdm::lint
