//===- UnitWriter.cpp - The summary of a translation unit -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/index/UnitWriter.h"
#include "src/engine/Analysis.h"
#include "src/engine/FlowBuilder.h"
#include "src/engine/OtherUnits.h"
#include "src/index/DriverIndex.h"
#include "src/index/GraphText.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace clang;

namespace json = llvm::json;

namespace wdm::index {

using llvm::StringRef;

namespace {

/// True for what other units call by its name, and have no body of.
bool isForOthers(const FunctionDecl &F) {
  return F.isExternallyVisible() && !F.isInlined() &&
         !F.isTemplateInstantiation() && !F.isMain();
}

std::vector<Input> inputsOf(const SourceManager &Sources) {
  std::vector<Input> Result;
  llvm::StringMap<bool> Known;
  for (unsigned I = 0, N = Sources.local_sloc_entry_size(); I != N; ++I) {
    const SrcMgr::SLocEntry &Entry = Sources.getLocalSLocEntry(I);
    if (!Entry.isFile())
      continue;
    const SrcMgr::ContentCache &Contents = Entry.getFile().getContentCache();
    const auto Text = Contents.getBufferDataIfLoaded();
    // Not a file: what the command line defines, and the like.
    if (!Contents.OrigEntry || !Text)
      continue;
    llvm::SmallString<256> Path(Entry.getFile().getName());
    Sources.getFileManager().makeAbsolutePath(Path);
    llvm::sys::path::remove_dots(Path, true);
    if (Known.try_emplace(Path, true).second)
      Result.push_back({json::fixUTF8(Path), hashOf(*Text)});
  }
  return Result;
}

} // namespace

UnitSummary summarise(ASTContext &Context,
                      const std::vector<const FunctionDecl *> &Functions,
                      const model::RoutineTable &Routines, StringRef Options,
                      StringRef Key) {
  UnitSummary Result;
  Result.File = mainFileOf(Context);
  Result.Key = Key.str();
  Result.Options = Options.str();
  Result.HasErrors = Context.getDiagnostics().hasErrorOccurred();
  Result.Inputs = inputsOf(Context.getSourceManager());

  const engine::UnitFacts Facts = engine::factsOf(Context, Functions, Routines);
  for (const auto &[F, Fact] : Facts.Facts) {
    // Of a static function only its own unit knows; it is asked elsewhere
    // whether it is a completion routine.
    if ((!F->isExternallyVisible() && !Fact.Completion) || F->getBuiltinID() ||
        F->isDependentContext())
      continue;
    std::string Of = keyOf(*F, Result.File);
    if (Of.empty())
      continue;
    std::vector<std::string> &Words = Result.Facts[Of];
    for (const auto &[Word, Holds] : {std::pair("dispatch", Fact.Dispatch),
                                      {"kmdf", Fact.OfKmdf},
                                      {"completion", Fact.Completion},
                                      {"addressed", Fact.Addressed},
                                      {"called", Fact.Called}})
      if (Holds)
        Words.push_back(Word);
  }

  llvm::SetVector<const FunctionDecl *> Wanted;
  for (const FunctionDecl *F : Facts.Functions)
    if (isForOthers(*F))
      Wanted.insert(F);
  engine::SiteNumbers Sites;
  const engine::Limits Bounds;
  for (size_t I = 0; I != Wanted.size(); ++I) {
    const FunctionDecl &F = *Wanted[I];
    const std::string Of = keyOf(F, Result.File);
    std::unique_ptr<engine::FlowGraph> Graph =
        Of.empty()
            ? nullptr
            : engine::buildFlow(Context, F, Routines, Sites, Bounds.Blocks);
    if (!Graph)
      continue;
    for (const engine::FlowCall &Call : Graph->Calls)
      if (Call.Callee)
        Wanted.insert(Call.Callee);
    // Routines whose address it gives away.
    for (const engine::FlowPlace &P : Graph->Places)
      if (P.Kind == engine::PlaceKind::Variable && P.Outlives && P.Decl) {
        const auto *Named =
            dyn_cast<FunctionDecl>(static_cast<const NamedDecl *>(P.Decl));
        const FunctionDecl *Definition = nullptr;
        if (Named && Named->hasBody(Definition) &&
            !Definition->isDependentContext())
          Wanted.insert(Definition);
      }
    std::vector<std::string> Files;
    const auto FileNumber = [&](StringRef Path) {
      auto It = llvm::find(Files, Path);
      if (It == Files.end())
        It = Files.insert(It, Path.str());
      return static_cast<unsigned>(It - Files.begin());
    };
    const std::string At = placeText(Context, F.getLocation(), FileNumber);
    const std::optional<std::string> Text =
        writeGraph(*Graph, Context, Result.File, FileNumber);
    json::Object Line{
        {"key", Of}, {"name", json::fixUTF8(F.getNameAsString())}, {"at", At}};
    if (Facts.Stopping.count(F.getCanonicalDecl()))
      Line["stops"] = true;
    json::Array Names;
    for (const std::string &File : Files)
      Names.push_back(json::fixUTF8(File));
    Line["files"] = std::move(Names);
    std::string Written;
    llvm::raw_string_ostream(Written) << json::Value(std::move(Line));
    if (Text) {
      Written.back() = ',';
      Written += "\"graph\":" + *Text + "}";
    }
    Result.Lines.push_back(std::move(Written));
  }
  return Result;
}

} // namespace wdm::index
