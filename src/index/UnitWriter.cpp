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
  return F.isExternallyVisible() && !F.isInlined() && !F.isMain() &&
         (!F.isTemplateInstantiation() ||
          F.getTemplateSpecializationKind() ==
              TSK_ExplicitInstantiationDefinition);
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

/// The words for what the unit makes of a function.
std::vector<std::string> wordsFor(const engine::DriverFacts &Fact) {
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
  return Words;
}

/// Makes the summary of one unit.
class Summarising {
public:
  Summarising(ASTContext &Context, engine::UnitFacts Found,
              const model::RoutineTable &Routines, UnitSummary &Result)
      : Context(Context), Facts(std::move(Found)), Routines(Routines),
        Result(Result), Keys(Result.File), Virtual(virtualCallsOf(Facts)) {}

  void run() {
    for (const FunctionDecl *F : Facts.Functions)
      if (isForOthers(*F))
        Wanted.insert(F);
    addLeading(Facts, Wanted);
    // What is written may lead to more.
    for (size_t I = 0; I != Wanted.size(); ++I)
      write(*Wanted[I]);
    noteFacts();
    notePassages();
  }

private:
  void write(const FunctionDecl &F);
  void wantNamed(const engine::FlowGraph &Graph);
  void addMethods(const FunctionDecl &F, json::Object &Line);
  void noteFacts();
  void notePassages();
  bool isPrivateField(const ValueDecl &D) const;
  std::optional<Station> stationOf(const ValueDecl *D);
  void noteRoles();
  bool isTold(const FunctionDecl &F, const engine::DriverFacts &Fact) const;
  void noteUses(const FunctionDecl &F, engine::DriverFacts &Fact);
  bool isCalledUnseen(const FunctionDecl &F) const;

  ASTContext &Context;
  engine::UnitFacts Facts;
  const model::RoutineTable &Routines;
  UnitSummary &Result;
  KeyCache Keys;
  const llvm::DenseMap<const FunctionDecl *, std::vector<const FunctionDecl *>>
      Virtual;
  llvm::SetVector<const FunctionDecl *> Wanted;
  llvm::DenseSet<const FunctionDecl *> Written; ///< with their graphs
  llvm::DenseSet<const FunctionDecl *> WrittenCanonical;
  /// Most units take the address of nothing.
  std::optional<model::AddressUses> Uses;
  engine::SiteNumbers Sites;
  const engine::Limits Bounds;
};

/// What it calls with a body here, and the routines whose address it gives
/// away.
void Summarising::wantNamed(const engine::FlowGraph &Graph) {
  for (const engine::FlowCall &Call : Graph.Calls)
    if (Call.Callee)
      Wanted.insert(Call.Callee);
  for (const engine::FlowPlace &P : Graph.Places) {
    if (P.Kind != engine::PlaceKind::Variable || !P.Outlives || !P.Decl)
      continue;
    const auto *Named =
        dyn_cast<FunctionDecl>(static_cast<const NamedDecl *>(P.Decl));
    const FunctionDecl *Definition = nullptr;
    if (Named && Named->hasBody(Definition) &&
        !Definition->isDependentContext())
      Wanted.insert(Definition);
  }
}

void Summarising::addMethods(const FunctionDecl &F, json::Object &Line) {
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
}

void Summarising::write(const FunctionDecl &F) {
  const std::string &Of = Keys.of(F);
  const std::unique_ptr<engine::FlowGraph> Graph =
      Of.empty()
          ? nullptr
          : engine::describeFlow(Context, F, Routines, Sites, Bounds.Blocks);
  if (!Graph)
    return;
  wantNamed(*Graph);
  std::vector<std::string> Files;
  const auto FileNumber = [&](StringRef Path) {
    auto It = llvm::find(Files, Path);
    if (It == Files.end())
      It = Files.insert(It, Path.str());
    return static_cast<unsigned>(It - Files.begin());
  };
  PlaceTexts Places(Context, FileNumber);
  const std::string At = Places.of(F.getLocation()).str();
  const std::optional<std::string> Text =
      writeGraph(*Graph, Context, Keys, Places);
  json::Object Line{{"key", Of},
                    {"name", json::fixUTF8(F.getNameAsString())},
                    {"at", At},
                    {"type", typeOf(F)}};
  addMethods(F, Line);
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
    WrittenCanonical.insert(F.getCanonicalDecl());
  }
  Result.Lines.push_back(std::move(Whole));
}

void Summarising::noteRoles() {
  using model::DriverRoles;
  for (const FunctionDecl *F : Written) {
    engine::DriverFacts &Fact = Facts.Facts[F->getCanonicalDecl()];
    Fact.DeclaredWdm = DriverRoles::isDeclaredWdmDispatch(*F);
    Fact.Declared = !Fact.DeclaredWdm && DriverRoles::isDeclaredDispatch(*F);
    Fact.Completion |= DriverRoles::isDeclaredCompletion(*F);
  }
}

/// Of a static function only its own unit knows; it is asked elsewhere whether
/// it is a completion routine, and what leads to other units.
bool Summarising::isTold(const FunctionDecl &F,
                         const engine::DriverFacts &Fact) const {
  return (F.isExternallyVisible() || Fact.Completion ||
          WrittenCanonical.count(&F)) &&
         !F.getBuiltinID() && !F.isDependentContext();
}

/// Where its address goes.
void Summarising::noteUses(const FunctionDecl &F, engine::DriverFacts &Fact) {
  if (!Fact.Addressed || Fact.Completion || model::irpParameter(F) < 0)
    return;
  if (!Uses)
    Uses.emplace(Context);
  Fact.Hidden = Uses->useOf(F) == model::AddressUse::Unclear;
  llvm::ArrayRef<int64_t> Majors = Uses->majorsOf(F);
  Fact.Majors.assign(Majors.begin(), Majors.end());
  llvm::sort(Fact.Majors);
  Fact.Majors.erase(std::unique(Fact.Majors.begin(), Fact.Majors.end()),
                    Fact.Majors.end());
}

bool Summarising::isCalledUnseen(const FunctionDecl &F) const {
  auto It = Facts.Callers.find(&F);
  return F.isExternallyVisible() && It != Facts.Callers.end() &&
         llvm::any_of(It->second, [&](const FunctionDecl *Caller) {
           return !Written.count(Caller);
         });
}

void Summarising::noteFacts() {
  noteRoles();
  for (auto &[F, Fact] : Facts.Facts) {
    if (!isTold(*F, Fact))
      continue;
    const std::string &Of = Keys.of(*F);
    if (Of.empty())
      continue;
    noteUses(*F, Fact);
    Fact.CalledUnseen = isCalledUnseen(*F);
    std::vector<std::string> Words = wordsFor(Fact);
    if (!Words.empty())
      Result.Facts[Of] = std::move(Words);
  }
  for (const auto &[Table, Filled] : Facts.Tables)
    if (const std::string &Of = Keys.of(*Table);
        !Of.empty() && !isPrivateField(*Table))
      Result.Facts[Of].push_back(Filled ? "table" : "holds");
}

/// Of a record that only this unit has: another one may have one of that name.
bool Summarising::isPrivateField(const ValueDecl &D) const {
  const SourceManager &Sources = Context.getSourceManager();
  return isa<FieldDecl>(D) &&
         Sources.isInMainFile(Sources.getFileLoc(D.getLocation()));
}

/// Nothing: other units cannot name it.
std::optional<Station> Summarising::stationOf(const ValueDecl *D) {
  if (!D)
    return Station();
  int64_t Parameter = Station::Holder;
  const NamedDecl *Named = D;
  if (const auto *Param = dyn_cast<ParmVarDecl>(D)) {
    Parameter = Param->getFunctionScopeIndex();
    Named = dyn_cast<FunctionDecl>(Param->getDeclContext());
  } else if (const auto *F = dyn_cast<FunctionDecl>(D);
             F && model::irpParameter(*F) >= 0) {
    Parameter = Station::Routine;
  }
  if (!Named)
    return std::nullopt;
  std::string Of = Keys.of(*cast<NamedDecl>(Named->getCanonicalDecl()));
  if (Of.empty())
    return std::nullopt;
  if (isPrivateField(*D))
    Of += "#" + hashOf(Result.File);
  return Station{std::move(Of), Parameter};
}

void Summarising::notePassages() {
  for (const auto &[From, To] : Facts.Passages) {
    const std::optional<Station> A = stationOf(From), B = stationOf(To);
    if (A && B)
      Result.Passages.push_back({*A, *B});
  }
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
  Summarising(Context, engine::factsOf(Context, Functions, Routines), Routines,
              Result)
      .run();
  return Result;
}

} // namespace wdm::index
