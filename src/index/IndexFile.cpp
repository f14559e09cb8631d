//===- IndexFile.cpp - What is known of a driver, on disk -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/index/IndexFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <map>
#include <set>

using namespace llvm;

namespace wdm::index {

namespace {

constexpr StringLiteral UnitFormat = "wdm unit summary";
constexpr StringLiteral IndexFormat = "wdm driver index";
constexpr StringLiteral RunAgain =
    "; make it again (wdm-lint --whole-driver does)";

/// `hash offset length`, in a line of its own: they are searched as they stand.
constexpr size_t HashWidth = 16, NumberWidth = 10;
constexpr size_t RowWidth = 1 + HashWidth + 2 * (1 + NumberWidth) + 3;

std::string hex(uint64_t Number) {
  std::string Digits = utohexstr(Number, /*LowerCase=*/true);
  return std::string(HashWidth - Digits.size(), '0') + Digits;
}

std::string padded(uint64_t Number) {
  std::string Digits = utostr(Number);
  return std::string(NumberWidth - std::min(NumberWidth, Digits.size()), '0') +
         Digits;
}

std::string compact(const json::Value &V) {
  std::string Text;
  raw_string_ostream(Text) << V;
  return Text;
}

std::string quoted(StringRef Text) {
  return compact(json::Value(json::fixUTF8(Text)));
}

Error wrong(const Twine &What) {
  return createStringError(inconvertibleErrorCode(), What.str().c_str());
}

/// Says what is wrong with the first member of a file, if anything is.
std::string checkHeader(const json::Object &Header, StringRef Format) {
  const std::optional<StringRef> Found = Header.getString("format");
  if (!Found || (*Found != UnitFormat && *Found != IndexFormat))
    return "is no file of wdm-lint";
  if (*Found != Format)
    return ("is a " + *Found + ", and not a " + Format).str();
  const std::optional<int64_t> Version = Header.getInteger("version");
  const std::optional<StringRef> Writer = Header.getString("writer");
  if (Version != FormatVersion || !Writer || *Writer != writerName())
    return ("was written by " + Writer.value_or("another version") +
            (Version != FormatVersion
                 ? " in version " + Twine(Version.value_or(0)) +
                       " of the format"
                 : Twine("")) +
            ", and this is " + writerName() + RunAgain)
        .str();
  return {};
}

/// What is nested deeper is none of ours; llvm's parser would recurse into it.
Expected<json::Value> parseLine(StringRef Text) {
  constexpr unsigned MaxNesting = 32;
  unsigned Depth = 0;
  bool InString = false;
  for (size_t I = 0; I < Text.size(); ++I) {
    const char C = Text[I];
    if (InString) {
      if (C == '\\')
        ++I;
      else if (C == '"')
        InString = false;
    } else if (C == '"') {
      InString = true;
    } else if (C == '[' || C == '{') {
      if (++Depth > MaxNesting)
        return wrong("nested too deeply");
    } else if ((C == ']' || C == '}') && Depth) {
      --Depth;
    }
  }
  return json::parse(Text);
}

json::Object headerOf(StringRef Format) {
  return json::Object{
      {"format", Format}, {"version", FormatVersion}, {"writer", writerName()}};
}

/// The lines of a member that is an array, without their commas.
std::vector<StringRef> linesOf(StringRef Text) {
  std::vector<StringRef> Lines;
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    Line.consume_back(",");
    if (!Line.empty())
      Lines.push_back(Line);
    Text = Rest;
  }
  return Lines;
}

} // namespace

std::string writerName() {
  return "wdm-tidy " WDM_VERSION " (LLVM " LLVM_VERSION_STRING ")";
}

std::string hashOf(StringRef Contents) { return hex(xxHash64(Contents)); }

std::string summaryName(StringRef MainFile) {
  return (sys::path::filename(MainFile) + "." + hashOf(MainFile) + ".json")
      .str();
}

Error writeWhole(StringRef Path, StringRef Text) {
  SmallString<256> Temporary;
  int File = 0;
  if (std::error_code Failed =
          sys::fs::createUniqueFile(Path + ".%%%%%%%%", File, Temporary))
    return wrong(Path + " cannot be written: " + Failed.message());
  raw_fd_ostream Out(File, /*shouldClose=*/true);
  Out << Text;
  Out.close();
  std::error_code Failed = Out.error();
  Out.clear_error();
  if (!Failed)
    Failed = sys::fs::rename(Temporary, Path);
  if (!Failed)
    return Error::success();
  (void)sys::fs::remove(Temporary);
  return wrong(Path + " cannot be written: " + Failed.message());
}

// --- Summaries of units -----------------------------------------------------

std::string UnitSummary::text() const {
  json::Object Top = headerOf(UnitFormat);
  Top["unit"] = json::fixUTF8(File);
  Top["key"] = Key;
  Top["options"] = Options;
  Top["errors"] = HasErrors;
  json::Array Read;
  for (const Input &I : Inputs)
    Read.push_back(json::Array{json::fixUTF8(I.Path), I.Hash});
  json::Object Told;
  for (const auto &Fact : Facts)
    Told[json::fixUTF8(Fact.first())] = json::Array(Fact.second);

  std::string Header = compact(json::Value(std::move(Top)));
  Header.pop_back();
  std::string Text = Header +
                     ",\n\"inputs\":" + compact(json::Value(std::move(Read))) +
                     ",\n\"facts\":" + compact(json::Value(std::move(Told))) +
                     ",\n\"functions\":[";
  for (size_t I = 0; I != Lines.size(); ++I) {
    Text += I ? ",\n" : "\n";
    Text += Lines[I];
  }
  return Text + "\n]}\n";
}

Expected<UnitSummary> UnitSummary::parse(StringRef Text) {
  Expected<json::Value> Parsed = parseLine(Text);
  if (!Parsed)
    return wrong("is damaged (" + toString(Parsed.takeError()) + ")");
  json::Object *Top = Parsed->getAsObject();
  if (!Top)
    return wrong("is no file of wdm-lint");
  const std::string Why = checkHeader(*Top, UnitFormat);
  if (!Why.empty())
    return wrong(Why);
  UnitSummary Result;
  const auto File = Top->getString("unit"), Key = Top->getString("key"),
             Options = Top->getString("options");
  const auto Errors = Top->getBoolean("errors");
  json::Array *Inputs = Top->getArray("inputs"),
              *Functions = Top->getArray("functions");
  const json::Object *Facts = Top->getObject("facts");
  if (!File || !Key || !Options || !Errors || !Inputs || !Functions || !Facts)
    return wrong("is damaged (a part is missing)");
  Result.File = File->str();
  Result.Key = Key->str();
  Result.Options = Options->str();
  Result.HasErrors = *Errors;
  for (const json::Value &One : *Inputs) {
    const json::Array *Pair = One.getAsArray();
    const auto Path =
        Pair && Pair->size() == 2 ? (*Pair)[0].getAsString() : std::nullopt;
    const auto Hash = Path ? (*Pair)[1].getAsString() : std::nullopt;
    if (!Hash)
      return wrong("is damaged (an input)");
    Result.Inputs.push_back({Path->str(), Hash->str()});
  }
  for (const auto &[Of, Told] : *Facts) {
    const json::Array *List = Told.getAsArray();
    if (!List)
      return wrong("is damaged (a fact)");
    for (const json::Value &Fact : *List) {
      const auto Word = Fact.getAsString();
      if (!Word)
        return wrong("is damaged (a fact)");
      Result.Facts[Of.str()].push_back(Word->str());
    }
  }
  Result.Functions.reserve(Functions->size());
  for (json::Value &One : *Functions) {
    json::Object *Function = One.getAsObject();
    if (!Function || !Function->getString("key") ||
        !Function->getString("name"))
      return wrong("is damaged (a function)");
    Result.Functions.push_back(std::move(*Function));
  }
  return Result;
}

// --- Merging ----------------------------------------------------------------

namespace {

/// The keys of the functions that a function's graph speaks of; Calls: it calls
/// them, else it has their address.
void forEachReference(const json::Object &Function,
                      function_ref<void(StringRef Key, bool Calls)> Do) {
  const json::Object *Graph = Function.getObject("graph");
  const json::Array *Names = Graph ? Graph->getArray("names") : nullptr;
  const json::Array *Calls = Graph ? Graph->getArray("calls") : nullptr;
  if (!Names || !Calls)
    return;
  std::vector<bool> Called(Names->size());
  for (const json::Value &One : *Calls)
    if (const json::Object *Call = One.getAsObject())
      if (const auto Number = Call->getInteger("calls"))
        if (*Number >= 0 && static_cast<size_t>(*Number) < Called.size())
          Called[static_cast<size_t>(*Number)] = true;
  for (size_t I = 0; I != Names->size(); ++I) {
    const json::Array *Name = (*Names)[I].getAsArray();
    if (!Name || Name->size() < 2 || (*Name)[0].getAsString() != StringRef("f"))
      continue;
    if (const auto Key = (*Name)[1].getAsString())
      Do(*Key, Called[I]);
  }
}

void forEachKey(const json::Object &Function, StringRef Member,
                function_ref<void(StringRef Key)> Do) {
  if (const json::Array *Keys = Function.getArray(Member))
    for (const json::Value &Key : *Keys)
      if (const auto Text = Key.getAsString())
        Do(*Text);
}

/// Some call of it registers.
bool registers(const json::Object &Function) {
  const json::Object *Graph = Function.getObject("graph");
  const json::Array *Calls = Graph ? Graph->getArray("calls") : nullptr;
  return Calls && any_of(*Calls, [](const json::Value &One) {
           const json::Object *Call = One.getAsObject();
           const json::Array *Does = Call ? Call->getArray("does") : nullptr;
           return Does && !Does->empty() &&
                  (*Does)[0].getAsString() == StringRef("register");
         });
}

class Merger {
public:
  explicit Merger(ArrayRef<const UnitSummary *> All)
      : Units(All.begin(), All.end()) {
    Order.resize(Units.size());
    for (size_t I = 0; I != Order.size(); ++I)
      Order[I] = I;
    llvm::sort(Order, [&](size_t A, size_t B) {
      return Units[A]->File < Units[B]->File;
    });
  }

  Merged run();

private:
  struct Definition {
    const json::Object *What = nullptr;
    size_t Unit = 0; ///< index into Order
    bool Differs = false;
    std::vector<std::string> Files;
  };

  void define();
  void keep();
  void keepCallers();
  void want(StringRef Key);
  json::Object lineOf(StringRef Key) const;
  std::string write();
  Needs needsOf(size_t Unit) const;

  std::vector<const UnitSummary *> Units;
  std::vector<size_t> Order;
  std::map<std::string, Definition> Definitions;
  StringMap<StringSet<>> Facts;
  StringSet<> Kept;   ///< with their graphs
  StringSet<> Tables; ///< no functions: MajorFunction[] is filled from them
  std::vector<std::string> Work;
  /// Who calls a function that registers, or that leads to one.
  std::map<std::string, std::vector<std::string>> Callers;
  std::map<std::string, std::string> Lines;
};

// NOLINTNEXTLINE(readability-function-cognitive-complexity): to be split
void Merger::define() {
  for (size_t Number = 0; Number != Order.size(); ++Number) {
    const UnitSummary &U = *Units[Order[Number]];
    // What was read of a file with errors may be half of it.
    for (const json::Object &F : U.Functions) {
      if (U.HasErrors)
        break;
      Definition &D = Definitions[F.getString("key")->str()];
      if (!D.What) {
        D.What = &F;
        D.Unit = Number;
      } else if (*D.What != F) {
        D.Differs = true;
      }
      D.Files.push_back(U.File);
    }
    for (const auto &Fact : U.Facts)
      for (const std::string &Word : Fact.second) {
        Facts[Fact.first()].insert(Word);
        if (Word == "table")
          Tables.insert(Fact.first());
        // Its graphs are not there.
        if (U.HasErrors && Word == "called")
          Facts[Fact.first()].insert("unseen");
      }
  }
  // A caller that is two functions is none.
  for (const auto &[Key, D] : Definitions)
    if (D.Differs)
      forEachReference(*D.What, [&](StringRef Of, bool Calls) {
        if (Calls)
          Facts[Of].insert("unseen");
      });
}

void Merger::want(StringRef Key) {
  auto It = Definitions.find(Key.str());
  if (It != Definitions.end() && !It->second.Differs &&
      It->second.What->getObject("graph") && Kept.insert(Key).second)
    Work.push_back(Key.str());
}

/// A graph is wanted where another unit calls the function, or sets it as a
/// completion routine, or a function does so whose graph is wanted; and where
/// the function leads to one that registers, in another unit.
void Merger::keep() {
  for (size_t Number = 0; Number != Order.size(); ++Number) {
    const UnitSummary &U = *Units[Order[Number]];
    for (const auto &Fact : U.Facts) {
      auto It = Definitions.find(Fact.first().str());
      if (It != Definitions.end() && !is_contained(It->second.Files, U.File) &&
          (is_contained(Fact.second, "called") ||
           is_contained(Fact.second, "completion")))
        want(Fact.first());
    }
  }
  keepCallers();
  while (!Work.empty()) {
    const std::string Key = std::move(Work.back());
    Work.pop_back();
    forEachReference(*Definitions[Key].What, [&](StringRef Of, bool Calls) {
      auto Told = Facts.find(Of);
      if (Calls || (Told != Facts.end() && Told->second.count("completion")))
        want(Of);
    });
  }
}

// NOLINTNEXTLINE(readability-function-cognitive-complexity): to be split
void Merger::keepCallers() {
  std::map<std::string, std::vector<std::string>> All;
  std::vector<std::string> Leading;
  for (const auto &[Key, D] : Definitions) {
    if (D.Differs)
      continue;
    forEachReference(*D.What, [&, K = Key](StringRef Of, bool Calls) {
      if (Calls)
        All[Of.str()].push_back(K);
    });
    forEachKey(*D.What, "virtual",
               [&, K = Key](StringRef Of) { All[Of.str()].push_back(K); });
    if (registers(*D.What))
      Leading.push_back(Key);
  }
  // Who calls what it overrides may call it.
  for (const auto &[Key, D] : Definitions)
    forEachKey(*D.What, "overrides", [&, K = Key](StringRef Base) {
      auto Of = All.find(Base.str());
      if (Of != All.end() && K != Base) {
        const std::vector<std::string> More = Of->second;
        std::vector<std::string> &Known = All[K];
        Known.insert(Known.end(), More.begin(), More.end());
      }
      if (Facts.lookup(Base).count("unseen"))
        Facts[K].insert("unseen");
    });
  for (auto &[Key, Of] : All) {
    llvm::sort(Of);
    Of.erase(std::unique(Of.begin(), Of.end()), Of.end());
  }
  std::set<std::string> Leads(Leading.begin(), Leading.end());
  while (!Leading.empty()) {
    const std::string Key = std::move(Leading.back());
    Leading.pop_back();
    for (const std::string &Caller : All[Key])
      if (Leads.insert(Caller).second)
        Leading.push_back(Caller);
  }
  // From those that another unit calls, upward.
  for (const std::string &Key : Leads) {
    auto Told = All.find(Key);
    if (Told == All.end())
      continue;
    const Definition &D = Definitions[Key];
    if (any_of(Told->second, [&](const std::string &Caller) {
          return Definitions[Caller].Unit != D.Unit;
        }))
      Leading.push_back(Key);
  }
  while (!Leading.empty()) {
    const std::string Key = std::move(Leading.back());
    Leading.pop_back();
    auto Told = All.find(Key);
    if (Told == All.end() || !Callers.emplace(Key, Told->second).second)
      continue;
    for (const std::string &Caller : Told->second) {
      want(Caller);
      Leading.push_back(Caller);
    }
  }
}

json::Object Merger::lineOf(StringRef Key) const {
  json::Object Line{{"key", Key}};
  auto It = Definitions.find(Key.str());
  if (It != Definitions.end()) {
    const Definition &D = It->second;
    if (Kept.count(Key)) {
      Line = *D.What;
      Line["unit"] = static_cast<int64_t>(D.Unit);
    }
    auto Of = Callers.find(Key.str());
    if (Of != Callers.end())
      Line["callers"] = json::Array(Of->second);
    if (D.Differs) {
      Line["name"] = *D.What->getString("name");
      Line["differs"] = json::Array(D.Files);
    }
  }
  auto Told = Facts.find(Key);
  if (Told != Facts.end()) {
    std::vector<std::string> Words;
    for (const auto &Word : Told->second)
      Words.push_back(Word.first().str());
    llvm::sort(Words);
    Line["facts"] = json::Array(Words);
  }
  return Line;
}

// NOLINTNEXTLINE(readability-function-cognitive-complexity): to be split
Needs Merger::needsOf(size_t Unit) const {
  const UnitSummary &U = *Units[Order[Unit]];
  std::map<std::string, const std::string *> Used;
  std::vector<std::string> Work;
  Needs Result;
  const auto Use = [&](StringRef Key) {
    auto It = Lines.find(Key.str());
    if (It != Lines.end() && Used.emplace(It->first, &It->second).second)
      Work.push_back(It->first);
  };
  StringSet<> Own;
  for (const json::Object &F : U.Functions)
    Own.insert(*F.getString("key"));
  for (const auto &Fact : U.Facts)
    if (!Own.count(Fact.first())) {
      Result.Anything |= Kept.count(Fact.first()) != 0;
      Use(Fact.first());
    }
  // Who calls its own functions from elsewhere.
  const auto UseCallers = [&](StringRef Key) {
    auto It = Callers.find(Key.str());
    if (It == Callers.end())
      return false;
    for (const std::string &Caller : It->second)
      Use(Caller);
    return true;
  };
  for (const auto &Name : Own)
    if (UseCallers(Name.first())) {
      Result.Anything = true;
      Use(Name.first());
    }
  while (!Work.empty()) {
    const std::string Key = std::move(Work.back());
    Work.pop_back();
    UseCallers(Key);
    if (Kept.count(Key))
      forEachReference(*Definitions.find(Key)->second.What,
                       [&](StringRef Of, bool) { Use(Of); });
  }
  std::string All;
  for (const auto &[Key, Line] : Used) {
    All += *Line + "\n";
    // Findings are kept with their notes, as offsets.
    auto It = Definitions.find(Key);
    if (Kept.count(Key))
      if (const json::Array *Files = It->second.What->getArray("files"))
        for (const json::Value &File : *Files)
          for (const Input &I : Units[Order[It->second.Unit]]->Inputs)
            if (File.getAsString() == StringRef(I.Path))
              All += I.Hash + "\n";
  }
  // Of its own functions: what others make of them.
  for (const auto &Name : Own) {
    auto It = Facts.find(Name.first());
    if (It == Facts.end())
      continue;
    std::vector<StringRef> Words;
    for (const auto &Word : It->second)
      Words.push_back(Word.first());
    llvm::sort(Words);
    auto Mine = U.Facts.find(Name.first());
    for (StringRef Word : Words)
      if (Mine == U.Facts.end() || !is_contained(Mine->second, Word)) {
        Result.Anything = true;
        All += (Name.first() + " " + Word + "\n").str();
      }
  }
  for (const auto &Fact : U.Facts)
    if (is_contained(Fact.second, "holds") && Tables.count(Fact.first())) {
      Result.Anything = true;
      All += (Fact.first() + " table\n").str();
    }
  Result.Hash = hashOf(All);
  return Result;
}

// NOLINTNEXTLINE(readability-function-cognitive-complexity): to be split
std::string Merger::write() {
  // Equal paths with different contents: the unit read another file then.
  std::map<std::pair<std::string, std::string>, uint32_t> InputNumbers;
  std::vector<const Input *> AllInputs;
  std::string UnitLines;
  for (size_t Number = 0; Number != Order.size(); ++Number) {
    const UnitSummary &U = *Units[Order[Number]];
    std::vector<uint32_t> Read;
    for (const Input &I : U.Inputs) {
      auto [It, New] = InputNumbers.try_emplace(
          {I.Path, I.Hash}, static_cast<uint32_t>(AllInputs.size()));
      if (New)
        AllInputs.push_back(&I);
      Read.push_back(It->second);
    }
    llvm::sort(Read);
    Read.erase(std::unique(Read.begin(), Read.end()), Read.end());
    std::string Ranges;
    for (size_t I = 0; I != Read.size();) {
      size_t Last = I;
      while (Last + 1 != Read.size() && Read[Last + 1] == Read[Last] + 1)
        ++Last;
      if (!Ranges.empty())
        Ranges += ",";
      Ranges += utostr(Read[I]);
      if (Last != I)
        Ranges += "-" + utostr(Read[Last]);
      I = Last + 1;
    }
    UnitLines += "{\"file\":" + quoted(U.File) + ",\"inputs\":\"" + Ranges +
                 "\",\"options\":" + quoted(U.Options) + "}" +
                 (Number + 1 == Order.size() ? "\n" : ",\n");
  }
  std::string InputLines;
  for (size_t I = 0; I != AllInputs.size(); ++I)
    InputLines += "[" + quoted(AllInputs[I]->Path) + "," +
                  quoted(AllInputs[I]->Hash) + "]" +
                  (I + 1 == AllInputs.size() ? "\n" : ",\n");

  std::string FunctionLines;
  std::vector<std::pair<std::string, std::pair<size_t, size_t>>> Rows;
  for (const auto &[Key, Line] : Lines) {
    if (!FunctionLines.empty())
      FunctionLines += ",\n";
    Rows.push_back({hashOf(Key), {FunctionLines.size(), Line.size()}});
    FunctionLines += Line;
  }
  FunctionLines += "\n";
  llvm::sort(Rows);

  // Where the parts begin, and their lengths.
  std::string Body;
  std::vector<std::pair<size_t, size_t>> Parts;
  const auto Add = [&](StringRef Name, StringRef Lines) {
    Body += ("\"" + Name + "\":[\n").str();
    Parts.push_back({Body.size(), Lines.size()});
    Body += Lines;
    Body += Name == "functions" ? "]}\n" : "],\n";
  };
  Add("units", UnitLines);
  Add("inputs", InputLines);
  std::string TableLines;
  for (size_t I = 0; I != Rows.size(); ++I) {
    TableLines += "\"" + Rows[I].first + " " + padded(Rows[I].second.first) +
                  " " + padded(Rows[I].second.second) + "\"" +
                  (I + 1 == Rows.size() ? " \n" : ",\n");
  }
  Add("table", TableLines);
  Add("functions", FunctionLines);

  std::string Header = compact(json::Value(headerOf(IndexFormat)));
  Header.pop_back();
  Header += ",\"hash\":\"" + hashOf(Body) + "\",\"parts\":[";
  for (size_t I = 0; I != Parts.size(); ++I)
    Header +=
        (I ? "," : "") + utostr(Parts[I].first) + "," + utostr(Parts[I].second);
  return "{\"header\":" + Header + "]},\n" + Body;
}

Merged Merger::run() {
  define();
  keep();
  for (const auto &[Key, D] : Definitions)
    if (Kept.count(Key) || Facts.count(Key) || Callers.count(Key) || D.Differs)
      Lines[Key] = compact(json::Value(lineOf(Key)));
  for (const auto &Table : Tables)
    if (!Definitions.count(Table.first().str()))
      Lines[Table.first().str()] = compact(json::Value(lineOf(Table.first())));
  Merged Result;
  Result.Text = write();
  Result.Functions = Kept.size();
  Result.Of.resize(Units.size());
  for (size_t Number = 0; Number != Order.size(); ++Number)
    Result.Of[Order[Number]] = needsOf(Number);
  for (const auto &[Key, D] : Definitions)
    if (D.Differs)
      Result.Conflicts.push_back(
          {D.What->getString("name").value_or(Key).str(), D.Files});
  return Result;
}

} // namespace

Merged merge(ArrayRef<const UnitSummary *> Units) {
  return Merger(Units).run();
}

// --- Reading an index -------------------------------------------------------

Expected<std::shared_ptr<IndexFile>> IndexFile::open(StringRef Path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer = MemoryBuffer::getFile(
      Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return wrong("the index " + Path +
                 " cannot be read: " + Buffer.getError().message());
  Expected<std::shared_ptr<IndexFile>> Result = read(std::move(*Buffer));
  if (!Result)
    return wrong("the index " + Path + " " + toString(Result.takeError()));
  return Result;
}

Expected<std::shared_ptr<IndexFile>>
IndexFile::read(std::unique_ptr<MemoryBuffer> Buffer) {
  std::shared_ptr<IndexFile> Result(new IndexFile(std::move(Buffer)));
  if (Error Wrong = Result->prepare())
    return std::move(Wrong);
  return Result;
}

Error IndexFile::prepare() {
  const StringRef All = Buffer->getBuffer();
  auto [First, Body] = All.split('\n');
  if (!First.consume_front("{\"header\":") || !First.consume_back(","))
    return wrong(All.empty() ? "is empty" : "is no index of wdm-lint");
  Expected<json::Value> Parsed = parseLine(First);
  if (!Parsed)
    return wrong("is damaged (" + toString(Parsed.takeError()) + ")" +
                 RunAgain);
  const json::Object *Header = Parsed->getAsObject();
  if (!Header)
    return wrong("is no index of wdm-lint");
  const std::string Why = checkHeader(*Header, IndexFormat);
  if (!Why.empty())
    return wrong(Why);
  if (Header->getString("hash") != StringRef(hashOf(Body)))
    return wrong("is damaged, or not whole" + Twine(RunAgain));
  const json::Array *Parts = Header->getArray("parts");
  std::vector<StringRef> Found;
  for (size_t I = 0; Parts && I + 1 < Parts->size(); I += 2) {
    const auto At = (*Parts)[I].getAsInteger(),
               Size = (*Parts)[I + 1].getAsInteger();
    if (!At || !Size || *At < 0 || *Size < 0 ||
        static_cast<uint64_t>(*At) > Body.size() ||
        static_cast<uint64_t>(*Size) > Body.size() - *At)
      break;
    Found.push_back(Body.substr(*At, *Size));
  }
  if (Found.size() != 4 || Found[2].size() % RowWidth != 0)
    return wrong("is damaged (its parts)" + Twine(RunAgain));
  Units = linesOf(Found[0]);
  Inputs = linesOf(Found[1]);
  Table = Found[2];
  Lines = Found[3];
  Functions = Table.size() / RowWidth;
  return Error::success();
}

std::optional<uint32_t> IndexFile::unitOf(StringRef MainFile) const {
  const std::string Begin = "{\"file\":" + quoted(MainFile) + ",";
  for (size_t I = 0; I != Units.size(); ++I)
    if (Units[I].starts_with(Begin))
      return static_cast<uint32_t>(I);
  return std::nullopt;
}

std::optional<IndexFile::UnitLine> IndexFile::unit(uint32_t Number) const {
  if (Number >= Units.size())
    return std::nullopt;
  Expected<json::Value> Parsed = parseLine(Units[Number]);
  if (!Parsed) {
    consumeError(Parsed.takeError());
    return std::nullopt;
  }
  const json::Object *Line = Parsed->getAsObject();
  const auto File = Line ? Line->getString("file") : std::nullopt;
  const auto Options = Line ? Line->getString("options") : std::nullopt;
  auto Ranges = Line ? Line->getString("inputs") : std::nullopt;
  if (!File || !Options || !Ranges)
    return std::nullopt;
  UnitLine Result{File->str(), Options->str(), {}};
  while (!Ranges->empty()) {
    auto [Range, Rest] = Ranges->split(',');
    auto [Low, High] = Range.split('-');
    uint32_t From = 0, To = 0;
    if (Low.getAsInteger(10, From))
      return std::nullopt;
    To = From;
    if (!High.empty() && High.getAsInteger(10, To))
      return std::nullopt;
    if (To < From || To >= Inputs.size())
      return std::nullopt;
    for (uint32_t I = From; I <= To; ++I)
      Result.Inputs.push_back(I);
    if (Result.Inputs.size() > Inputs.size())
      return std::nullopt;
    *Ranges = Rest;
  }
  return Result;
}

std::optional<Input> IndexFile::input(uint32_t Number) const {
  if (Number >= Inputs.size())
    return std::nullopt;
  Expected<json::Value> Parsed = parseLine(Inputs[Number]);
  if (!Parsed) {
    consumeError(Parsed.takeError());
    return std::nullopt;
  }
  const json::Array *Pair = Parsed->getAsArray();
  if (!Pair || Pair->size() != 2)
    return std::nullopt;
  const auto Path = (*Pair)[0].getAsString(), Hash = (*Pair)[1].getAsString();
  if (!Path || !Hash)
    return std::nullopt;
  return Input{Path->str(), Hash->str()};
}

std::vector<Conflict> IndexFile::conflicts() const {
  std::vector<Conflict> Result;
  for (StringRef Line : linesOf(Lines)) {
    if (!Line.contains("\"differs\":["))
      continue;
    Expected<json::Value> Parsed = parseLine(Line);
    if (!Parsed) {
      consumeError(Parsed.takeError());
      continue;
    }
    const json::Object *Object = Parsed->getAsObject();
    const json::Array *Files = Object ? Object->getArray("differs") : nullptr;
    const auto Name = Object ? Object->getString("name") : std::nullopt;
    if (!Files || !Name)
      continue;
    Result.push_back({Name->str(), {}});
    for (const json::Value &File : *Files)
      Result.back().Files.push_back(File.getAsString().value_or("").str());
  }
  return Result;
}

std::optional<json::Object> IndexFile::function(StringRef Key,
                                                bool &Invalid) const {
  Invalid = false;
  const std::string Wanted = hashOf(Key);
  const auto HashAt = [&](size_t Row) {
    return Table.substr(Row * RowWidth + 1, HashWidth);
  };
  size_t Low = 0, High = Functions;
  while (Low < High) {
    const size_t Middle = Low + (High - Low) / 2;
    if (HashAt(Middle) < StringRef(Wanted))
      Low = Middle + 1;
    else
      High = Middle;
  }
  for (; Low < Functions && HashAt(Low) == StringRef(Wanted); ++Low) {
    const StringRef Row = Table.substr(Low * RowWidth, RowWidth);
    uint64_t At = 0, Size = 0;
    if (Row.substr(2 + HashWidth, NumberWidth).getAsInteger(10, At) ||
        Row.substr(3 + HashWidth + NumberWidth, NumberWidth)
            .getAsInteger(10, Size) ||
        At > Lines.size() || Size > Lines.size() - At) {
      Invalid = true;
      return std::nullopt;
    }
    Expected<json::Value> Parsed = parseLine(Lines.substr(At, Size));
    json::Object *Object = Parsed ? Parsed->getAsObject() : nullptr;
    if (!Parsed)
      consumeError(Parsed.takeError());
    const auto Found = Object ? Object->getString("key") : std::nullopt;
    if (!Found) {
      Invalid = true;
      return std::nullopt;
    }
    if (*Found == Key)
      return std::move(*Object);
  }
  return std::nullopt;
}

} // namespace wdm::index
