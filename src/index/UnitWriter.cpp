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
#include "src/model/AddressUses.h"
#include "src/model/DriverRoles.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
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

/// Who leads from outside to what other units do with an IRP: of those the
/// fixes there ask.
void addLeading(const engine::UnitFacts &Facts,
                llvm::SetVector<const FunctionDecl *> &Wanted) {
  llvm::DenseSet<const FunctionDecl *> Seen;
  llvm::SmallVector<const FunctionDecl *, 32> Work(Facts.Passing.begin(),
                                                   Facts.Passing.end());
  while (!Work.empty()) {
    const FunctionDecl *F = Work.pop_back_val();
    if (!Seen.insert(F).second)
      continue;
    auto It = Facts.Callers.find(F->getCanonicalDecl());
    if (It != Facts.Callers.end())
      Work.append(It->second.begin(), It->second.end());
  }
  // In the order of the unit.
  for (const FunctionDecl *F : Facts.Functions)
    if (Seen.count(F))
      Wanted.insert(F);
}

/// The virtual methods that functions call, as the source names them: the
/// graphs do not know which are meant.
llvm::DenseMap<const FunctionDecl *, std::vector<const FunctionDecl *>>
virtualCallsOf(const engine::UnitFacts &Facts) {
  llvm::DenseMap<const FunctionDecl *, std::vector<const FunctionDecl *>> Found;
  for (const auto &[F, Callers] : Facts.Callers)
    if (const auto *Method = dyn_cast<CXXMethodDecl>(F);
        Method && Method->isVirtual())
      for (const FunctionDecl *Caller : Callers)
        Found[Caller].push_back(F);
  return Found;
}

/// What \p Method stands in for.
void addOverridden(const CXXMethodDecl &Method, StringRef Unit,
                   std::vector<std::string> &Keys) {
  for (const CXXMethodDecl *Base : Method.overridden_methods()) {
    Keys.push_back(keyOf(*Base->getCanonicalDecl(), Unit));
    addOverridden(*Base, Unit, Keys);
  }
}

/// Result and parameters, as far as a fix asks for them.
// NOLINTNEXTLINE(readability-function-cognitive-complexity): a table
json::Array typeOf(const FunctionDecl &F) {
  // NOLINTNEXTLINE(readability-function-cognitive-complexity): a table
  const auto WordOf = [](QualType T) {
    return T->isVoidType()                            ? "void"
           : model::isIrpPointer(T)                   ? "irp"
           : model::isDevicePointer(T)                ? "device"
           : T->isPointerType()                       ? "*"
           : T->isBooleanType()                       ? "bool"
           : T->isCharType()                          ? "char"
           : T->isIntegralOrUnscopedEnumerationType() ? "int"
                                                      : "other";
  };
  json::Array Words{WordOf(F.getReturnType())};
  for (const ParmVarDecl *Param : F.parameters())
    Words.push_back(WordOf(Param->getType()));
  return Words;
}

// NOLINTNEXTLINE(readability-function-cognitive-complexity): to be split
void noteFacts(ASTContext &Context, engine::UnitFacts &Facts,
               const llvm::DenseSet<const FunctionDecl *> &Written,
               UnitSummary &Result) {
  using model::DriverRoles;
  for (const FunctionDecl *F : Written) {
    engine::DriverFacts &Fact = Facts.Facts[F->getCanonicalDecl()];
    Fact.DeclaredWdm = DriverRoles::isDeclaredWdmDispatch(*F);
    Fact.Declared = !Fact.DeclaredWdm && DriverRoles::isDeclaredDispatch(*F);
    Fact.Completion |= DriverRoles::isDeclaredCompletion(*F);
  }
  // Most units take the address of nothing.
  std::optional<model::AddressUses> Uses;
  llvm::DenseSet<const FunctionDecl *> Static;
  for (const FunctionDecl *F : Written)
    Static.insert(F->getCanonicalDecl());
  for (auto &[F, Fact] : Facts.Facts) {
    // Of a static function only its own unit knows; it is asked elsewhere
    // whether it is a completion routine, and what leads to other units.
    if ((!F->isExternallyVisible() && !Fact.Completion && !Static.count(F)) ||
        F->getBuiltinID() || F->isDependentContext())
      continue;
    std::string Of = keyOf(*F, Result.File);
    if (Of.empty())
      continue;
    if (Fact.Addressed && !Fact.Completion && model::irpParameter(*F) >= 0) {
      if (!Uses)
        Uses.emplace(Context);
      Fact.Hidden = Uses->useOf(*F) == model::AddressUse::Unclear;
      llvm::ArrayRef<int64_t> Majors = Uses->majorsOf(*F);
      Fact.Majors.assign(Majors.begin(), Majors.end());
      llvm::sort(Fact.Majors);
      Fact.Majors.erase(std::unique(Fact.Majors.begin(), Fact.Majors.end()),
                        Fact.Majors.end());
    }
    if (F->isExternallyVisible()) {
      auto It = Facts.Callers.find(F);
      Fact.CalledUnseen =
          It != Facts.Callers.end() &&
          llvm::any_of(It->second, [&](const FunctionDecl *Caller) {
            return !Written.count(Caller);
          });
    }
    std::vector<std::string> Words;
    for (const auto &[Word, Holds] : {std::pair("dispatch", Fact.Dispatch),
                                      {"kmdf", Fact.OfKmdf},
                                      {"completion", Fact.Completion},
                                      {"addressed", Fact.Addressed},
                                      {"called", Fact.Called},
                                      {"unseen", Fact.CalledUnseen},
                                      {"role", Fact.Declared},
                                      {"wdm-role", Fact.DeclaredWdm},
                                      {"hidden", Fact.Hidden}})
      if (Holds)
        Words.push_back(Word);
    for (const int64_t Major : Fact.Majors)
      Words.push_back("major " + std::to_string(Major));
    if (!Words.empty())
      Result.Facts[Of] = std::move(Words);
  }
  for (const auto &[Table, Filled] : Facts.Tables)
    if (std::string Of = keyOf(*Table, Result.File); !Of.empty())
      Result.Facts[Of].push_back(Filled ? "table" : "holds");
}

} // namespace

// NOLINTNEXTLINE(readability-function-cognitive-complexity): to be split
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

  engine::UnitFacts Facts = engine::factsOf(Context, Functions, Routines);
  llvm::SetVector<const FunctionDecl *> Wanted;
  for (const FunctionDecl *F : Facts.Functions)
    if (isForOthers(*F))
      Wanted.insert(F);
  addLeading(Facts, Wanted);
  const auto Virtual = virtualCallsOf(Facts);
  KeyCache Keys(Result.File);
  llvm::DenseSet<const FunctionDecl *> Written;
  engine::SiteNumbers Sites;
  const engine::Limits Bounds;
  for (size_t I = 0; I != Wanted.size(); ++I) {
    const FunctionDecl &F = *Wanted[I];
    const std::string &Of = Keys.of(F);
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
        writeGraph(*Graph, Context, Keys, FileNumber);
    json::Object Line{{"key", Of},
                      {"name", json::fixUTF8(F.getNameAsString())},
                      {"at", At},
                      {"type", typeOf(F)}};
    std::vector<std::string> Methods;
    if (const auto *Method = dyn_cast<CXXMethodDecl>(&F))
      addOverridden(*Method, Result.File, Methods);
    if (!Methods.empty())
      Line["overrides"] = json::Array(Methods);
    Methods.clear();
    for (const FunctionDecl *Called : Virtual.lookup(&F))
      Methods.push_back(Keys.of(*Called));
    llvm::sort(Methods);
    if (!Methods.empty())
      Line["virtual"] = json::Array(Methods);
    if (Facts.Stopping.count(F.getCanonicalDecl()))
      Line["stops"] = true;
    json::Array Names;
    for (const std::string &File : Files)
      Names.push_back(json::fixUTF8(File));
    Line["files"] = std::move(Names);
    std::string Whole;
    llvm::raw_string_ostream(Whole) << json::Value(std::move(Line));
    if (Text) {
      Whole.back() = ',';
      Whole += "\"graph\":" + *Text + "}";
      Written.insert(&F);
    }
    Result.Lines.push_back(std::move(Whole));
  }
  noteFacts(Context, Facts, Written, Result);
  return Result;
}

} // namespace wdm::index
