//===- DriverIndex.cpp - The rest of the driver, from its index -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/index/DriverIndex.h"
#include "src/Compat.h"
#include "src/engine/FlowBuilder.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <mutex>

using namespace clang;

namespace json = llvm::json;

namespace wdm::index {

using engine::DriverFacts;
using engine::FlowGraph;
using engine::OtherFunction;
using llvm::StringRef;
using model::Effect;

llvm::Expected<std::shared_ptr<IndexFile>> openIndex(StringRef Path) {
  struct Opened {
    std::shared_ptr<IndexFile> File;
    llvm::sys::TimePoint<> Time;
    uint64_t Size = 0;
  };
  static std::mutex Lock;
  static llvm::StringMap<Opened> Known;
  std::lock_guard<std::mutex> Guard(Lock);
  Opened &Entry = Known[Path];
  llvm::sys::fs::file_status Status;
  const bool Exists = !llvm::sys::fs::status(Path, Status);
  if (Exists && Entry.File && Entry.Time == Status.getLastModificationTime() &&
      Entry.Size == Status.getSize())
    return Entry.File;
  Entry = {};
  llvm::Expected<std::shared_ptr<IndexFile>> File = IndexFile::open(Path);
  if (File)
    Entry = {*File, Status.getLastModificationTime(), Status.getSize()};
  return File;
}

std::string mainFileOf(ASTContext &Context) {
  const SourceManager &Sources = Context.getSourceManager();
  llvm::SmallString<256> Path(Sources.getFilename(
      Sources.getLocForStartOfFile(Sources.getMainFileID())));
  if (Path.empty())
    return {};
  Sources.getFileManager().makeAbsolutePath(Path);
  llvm::sys::path::remove_dots(Path, true);
  return std::string(Path);
}

DriverIndex::DriverIndex(std::shared_ptr<IndexFile> Of, ASTContext &Context,
                         StringRef Options, StringRef Name)
    : File(std::move(Of)), Context(Context), Name(Name),
      Unit(mainFileOf(Context)) {
  const std::optional<uint32_t> Number = File->unitOf(Unit);
  if (!Number) {
    complain("the index " + this->Name + " does not know " + Unit +
             ": it is of another driver, or older than the file; nothing of "
             "it is used here (wdm-lint --whole-driver makes a new one)");
    return;
  }
  const std::optional<IndexFile::UnitLine> Line = File->unit(*Number);
  Usable = Line && Line->Options == Options;
  if (!Line)
    complain("the index " + this->Name + " is damaged; make it again");
  else if (!Usable)
    complain("the index " + this->Name +
             " was made with other options of the checks; nothing of it is "
             "used (wdm-lint --whole-driver makes a new one)");
}

void DriverIndex::complain(const std::string &Text) {
  if (!llvm::is_contained(Complaints, Text))
    Complaints.push_back(Text);
}

// --- Identities -------------------------------------------------------------

std::string DriverIndex::keyOfFunction(const FunctionDecl &F) {
  const FunctionDecl *Canonical = F.getCanonicalDecl();
  auto [It, New] = Keys.try_emplace(Canonical);
  if (New && Canonical->isExternallyVisible() && !Canonical->getBuiltinID() &&
      !Canonical->isDependentContext())
    It->second = keyOf(*Canonical, Unit);
  return It->second;
}

void DriverIndex::setOwn(llvm::ArrayRef<const FunctionDecl *> Functions,
                         llvm::ArrayRef<const FunctionDecl *> Called) {
  for (const FunctionDecl *F : Functions) {
    const std::string Key = keyOfFunction(*F);
    if (Key.empty()) {
      Statics.push_back(F);
      continue;
    }
    Own[Key] = F;
    Declared.try_emplace(Key, F->getCanonicalDecl());
  }
  for (const FunctionDecl *F : Called) {
    const std::string Key = keyOfFunction(*F);
    if (!Key.empty())
      Declared.try_emplace(Key, F->getCanonicalDecl());
  }
}

/// A static function of this unit: what it is called in the index is asked for
/// only where other units lead to it.
const FunctionDecl *DriverIndex::ownStatic(StringRef Key) {
  if (!Key.ends_with("#" + hashOf(Unit)))
    return nullptr;
  for (const FunctionDecl *F : Statics)
    if (!F->isDependentContext())
      StaticKeys[keyOf(*F->getCanonicalDecl(), Unit)] = F;
  Statics.clear();
  return StaticKeys.lookup(Key);
}

/// A record of which only the name matters.
RecordDecl *DriverIndex::record(StringRef RecordName) {
  RecordDecl *&Known = Records[RecordName];
  if (!Known)
    Known = newRecord(Context, RecordName);
  return Known;
}

/// To one that is declared nowhere in this unit: parameters and result, as far
/// as they matter.
// NOLINTNEXTLINE(readability-function-cognitive-complexity): a table
void DriverIndex::giveType(const FunctionDecl &F, const json::Object &Line) {
  const json::Array *Words = Line.getArray("type");
  if (!F.isImplicit() || F.getNumParams() != 0 || !Words || Words->empty())
    return;
  // NOLINTNEXTLINE(readability-function-cognitive-complexity): a table
  const auto TypeOf = [&](const json::Value &V) -> QualType {
    const StringRef Word = V.getAsString().value_or("");
    const auto PointerTo = [&](StringRef Record) {
      return Context.getPointerType(tagType(Context, *record(Record)));
    };
    return Word == "irp"      ? PointerTo("_IRP")
           : Word == "device" ? PointerTo("_DEVICE_OBJECT")
           : Word == "void"   ? QualType(Context.VoidTy)
           : Word == "bool"   ? QualType(Context.BoolTy)
           : Word == "char"   ? QualType(Context.UnsignedCharTy)
           : Word == "*"      ? QualType(Context.VoidPtrTy)
           : Word == "int"    ? QualType(Context.IntTy)
                              : QualType(Context.DoubleTy);
  };
  llvm::SmallVector<QualType, 8> Types;
  for (size_t I = 1; I != Words->size(); ++I) {
    const QualType T = TypeOf((*Words)[I]);
    Types.push_back(T->isVoidType() ? QualType(Context.DoubleTy) : T);
  }
  auto &New = const_cast<FunctionDecl &>(F);
  New.setType(Context.getFunctionType(TypeOf((*Words)[0]), Types, {}));
  llvm::SmallVector<ParmVarDecl *, 8> Params;
  for (const QualType T : Types)
    Params.push_back(ParmVarDecl::Create(Context, &New, SourceLocation(),
                                         SourceLocation(), nullptr, T, nullptr,
                                         SC_None, nullptr));
  New.setParams(Params);
}

const void *DriverIndex::identityOf(const NamedDecl &D) {
  if (!Usable)
    return &D;
  auto [It, New] = Identities.try_emplace(&D, &D);
  if (!New)
    return It->second;
  std::string Key;
  if (const auto *F = dyn_cast<FunctionDecl>(&D))
    Key = keyOfFunction(*F);
  else if (!isa<VarDecl>(D) || D.isExternallyVisible())
    Key = keyOf(D, Unit);
  if (Key.empty())
    return &D;
  const void *Identity = Declared.try_emplace(Key, &D).first->second;
  return Identities[&D] = Identity;
}

const FunctionDecl *DriverIndex::declared(StringRef Key, StringRef Name) {
  const NamedDecl *&Known = Declared[Key];
  if (!Known) {
    auto *New = FunctionDecl::Create(
        Context, Context.getTranslationUnitDecl(), SourceLocation(),
        SourceLocation(), DeclarationName(&Context.Idents.get(Name)),
        Context.getFunctionNoProtoType(Context.VoidTy), nullptr, SC_Extern);
    New->setImplicit();
    Keys[New] = Key.str();
    Known = New;
  }
  const auto *F = dyn_cast<FunctionDecl>(Known);
  return F ? F->getCanonicalDecl() : nullptr;
}

/// The name of the record in the key of a field: empty for one without.
static StringRef recordIn(StringRef Key) {
  const StringRef Record = Key.rsplit('.').first;
  return Record.contains('/') ? StringRef() : Record.rsplit('@').second;
}

const void *DriverIndex::identity(char Kind, StringRef Key, StringRef Name) {
  if (Kind == 'f')
    return declared(Key, Name);
  const NamedDecl *&Known = Declared[Key];
  if (Known)
    return Known;
  IdentifierInfo *Id = &Context.Idents.get(Name);
  DeclContext *Scope = Context.getTranslationUnitDecl();
  switch (Kind) {
  case 'g':
    Known = VarDecl::Create(Context, Scope, SourceLocation(), SourceLocation(),
                            Id, Context.IntTy, nullptr, SC_Extern);
    break;
  case 'm':
    // In a record of that name: whether it is a part of an IRP is asked.
    Known = FieldDecl::Create(Context, record(recordIn(Key)), SourceLocation(),
                              SourceLocation(), Id, Context.IntTy, nullptr,
                              nullptr, false, ICIS_NoInit);
    break;
  default:
    Known = LabelDecl::Create(Context, Scope, SourceLocation(), Id);
    break;
  }
  return Known;
}

SourceLocation DriverIndex::place(StringRef Text) {
  auto [Position, Number] = Text.split('@');
  auto [LineText, ColumnText] = Position.split(':');
  unsigned File = 0, Line = 0, Column = 0;
  if (LineText.getAsInteger(10, Line) || ColumnText.getAsInteger(10, Column) ||
      (!Number.empty() && Number.getAsInteger(10, File)) || Line == 0 ||
      Column == 0 || File >= Files.size() || Files[File].isInvalid())
    return {};
  SourceManager &Sources = Context.getSourceManager();
  return Sources.translateLineCol(Sources.getFileID(Files[File]), Line, Column);
}

void DriverIndex::openFiles(const json::Object &Line) {
  Files.clear();
  const json::Array *Names = Line.getArray("files");
  SourceManager &Sources = Context.getSourceManager();
  for (size_t I = 0; Names && I != Names->size(); ++I) {
    const auto Path = (*Names)[I].getAsString();
    SourceLocation Start;
    if (Path && !Path->empty()) {
      if (auto Ref = Sources.getFileManager().getFileRef(*Path))
        Start = Sources.getLocForStartOfFile(
            Sources.getOrCreateFileID(*Ref, SrcMgr::C_User));
      else
        llvm::consumeError(Ref.takeError());
    }
    Files.push_back(Start);
  }
}

// --- Functions --------------------------------------------------------------

bool DriverIndex::isSame(uint32_t Number, std::string &Path) {
  const std::optional<Input> I = File->input(Number);
  if (!I)
    return false;
  Path = I->Path;
  auto [It, New] = Same.try_emplace(Number, false);
  if (!New)
    return It->second;
  auto Contents = Context.getSourceManager()
                      .getFileManager()
                      .getVirtualFileSystem()
                      .getBufferForFile(Path);
  return Same[Number] = Contents && hashOf((*Contents)->getBuffer()) == I->Hash;
}

bool DriverIndex::isFresh(uint32_t Number) {
  auto [It, New] = Fresh.try_emplace(Number, false);
  if (!New)
    return It->second;
  const std::optional<IndexFile::UnitLine> Line = File->unit(Number);
  if (!Line) {
    complain("the index " + Name + " is damaged; make it again");
    return false;
  }
  for (const uint32_t I : Line->Inputs) {
    std::string Path;
    if (isSame(I, Path))
      continue;
    complain("the index " + Name + " is older than " + Path + ": what is in " +
             Line->File +
             " is not known here (wdm-lint --whole-driver makes it again)");
    return false;
  }
  return Fresh[Number] = true;
}

std::unique_ptr<DriverIndex::Entry> DriverIndex::read(StringRef Key) {
  std::optional<json::Object> Line = lineOf(Key);
  const json::Object *Graph = Line ? Line->getObject("graph") : nullptr;
  if (!Graph)
    return nullptr;
  const auto Number = Line->getInteger("unit");
  const auto Called = Line->getString("name");
  if (!Number || *Number < 0 || *Number > UINT32_MAX || !Called) {
    complain("the index " + Name + " is damaged; make it again");
    return nullptr;
  }
  if (!isFresh(static_cast<uint32_t>(*Number)))
    return nullptr;
  auto New = std::make_unique<Entry>();
  OtherFunction &F = New->Function;
  F.Function = declared(Key, *Called);
  if (F.Function)
    giveType(*F.Function, *Line);
  F.Stops = Line->getBoolean("stops").value_or(false);
  const bool Read =
      forEachCall(*Graph, [&](StringRef Callee, StringRef Name, bool Known,
                              const model::Routine &R) {
        if (!Callee.empty())
          if (const FunctionDecl *Other = declared(Callee, Name))
            F.Calls.push_back(Other);
        if (!Known)
          return;
        F.Registers |= R.Does == Effect::Register;
        F.Ends |= R.Does == Effect::Send || R.Does == Effect::Complete ||
                  R.Does == Effect::Free || R.Does == Effect::Reuse;
        F.Stops |= R.Does == Effect::NoReturn || R.Does == Effect::RaiseAlways;
      });
  if (!Read || !F.Function) {
    complain("the index " + Name + " is damaged; make it again");
    return nullptr;
  }
  New->Line = std::move(*Line);
  return New;
}

const DriverIndex::Entry *DriverIndex::load(StringRef Key) {
  if (!Usable || Key.empty())
    return nullptr;
  auto It = Entries.find(Key);
  if (It != Entries.end())
    return It->second.get();
  std::unique_ptr<Entry> New = read(Key);
  return (Entries[Key] = std::move(New)).get();
}

const OtherFunction *DriverIndex::find(const FunctionDecl &Named) {
  if (!Usable)
    return nullptr;
  const std::string Key = keyOfFunction(Named);
  if (Key.empty())
    return nullptr;
  Declared.try_emplace(Key, Named.getCanonicalDecl());
  const Entry *Found = load(Key);
  return Found ? &Found->Function : nullptr;
}

const FunctionDecl *DriverIndex::callee(StringRef Key) {
  auto It = Own.find(Key);
  if (It != Own.end())
    return It->second;
  if (const FunctionDecl *Static = ownStatic(Key))
    return Static;
  const Entry *Found = load(Key);
  return Found ? Found->Function.Function : nullptr;
}

std::unique_ptr<FlowGraph> DriverIndex::graphOf(const FunctionDecl &F,
                                                engine::SiteNumbers &Sites) {
  const Entry *Found = load(keyOfFunction(F));
  if (!Found)
    return nullptr;
  openFiles(Found->Line);
  std::unique_ptr<FlowGraph> Graph =
      readGraph(*Found->Line.getObject("graph"), Context, *this, Sites);
  if (!Graph) {
    complain("the index " + Name + " is damaged; make it again");
    return nullptr;
  }
  Graph->Function = Found->Function.Function;
  Graph->Identity = Graph->Function;
  return Graph;
}

std::optional<json::Object> DriverIndex::lineOf(StringRef Key) {
  bool Invalid = false;
  std::optional<json::Object> Line = File->function(Key, Invalid);
  if (Invalid)
    complain("the index " + Name + " is damaged; make it again");
  return Line;
}

std::vector<const FunctionDecl *> DriverIndex::callersOf(const FunctionDecl &F,
                                                         bool &Unseen) {
  std::vector<const FunctionDecl *> Result;
  if (!Usable)
    return Result;
  const std::string Key = keyOfFunction(F);
  const std::optional<json::Object> Line =
      Key.empty() ? std::nullopt : lineOf(Key);
  const json::Array *Keys = Line ? Line->getArray("callers") : nullptr;
  for (size_t I = 0; Keys && I != Keys->size(); ++I) {
    const FunctionDecl *Caller = callee((*Keys)[I].getAsString().value_or(""));
    if (Caller)
      Result.push_back(Caller);
    else
      Unseen = true;
  }
  return Result;
}

bool DriverIndex::isTable(const ValueDecl &D) {
  const std::string Key = Usable ? keyOf(D, Unit) : std::string();
  const std::optional<json::Object> Line =
      Key.empty() ? std::nullopt : lineOf(Key);
  const json::Array *Words = Line ? Line->getArray("facts") : nullptr;
  return Words && llvm::any_of(*Words, [](const json::Value &Word) {
           return Word.getAsString() == StringRef("table");
         });
}

/// N of a word `major N`.
static std::optional<int64_t> majorIn(StringRef Word) {
  int64_t Major = 0;
  if (!Word.consume_front("major ") || Word.getAsInteger(10, Major))
    return std::nullopt;
  return Major;
}

DriverFacts DriverIndex::factsOf(const FunctionDecl &F) {
  DriverFacts Result;
  if (!Usable)
    return Result;
  std::string Key = keyOfFunction(F);
  // What other units do with the address of a static function.
  if (Key.empty() && !F.isDependentContext() && F.isDefined() &&
      model::irpParameter(F) >= 0)
    Key = keyOf(*F.getCanonicalDecl(), Unit);
  if (Key.empty())
    return Result;
  const std::optional<json::Object> Line = lineOf(Key);
  const json::Array *Words = Line ? Line->getArray("facts") : nullptr;
  for (size_t I = 0; Words && I != Words->size(); ++I) {
    const StringRef Word = (*Words)[I].getAsString().value_or("");
    Result.Dispatch |= Word == "dispatch";
    Result.OfKmdf |= Word == "kmdf";
    Result.Completion |= Word == "completion";
    Result.Addressed |= Word == "addressed";
    Result.Called |= Word == "called";
    Result.CalledUnseen |= Word == "unseen";
    Result.Declared |= Word == "role";
    Result.DeclaredWdm |= Word == "wdm-role";
    Result.Hidden |= Word == "hidden";
    if (const std::optional<int64_t> Major = majorIn(Word))
      Result.Majors.push_back(*Major);
  }
  return Result;
}

} // namespace wdm::index
