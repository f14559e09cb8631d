//===- Merging.cpp - The index of a driver, from its units ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/index/IndexFile.h"
#include "src/index/IndexText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <map>
#include <set>

using namespace llvm;

namespace wdm::index {

namespace {

// --- What a function's line says --------------------------------------------

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

template <typename T> void sortAndUnique(std::vector<T> &List) {
  llvm::sort(List);
  List.erase(std::unique(List.begin(), List.end()), List.end());
}

std::vector<std::string> sorted(const StringSet<> &Words) {
  std::vector<std::string> Result;
  for (const auto &Word : Words)
    Result.push_back(Word.first().str());
  llvm::sort(Result);
  return Result;
}

// --- What the index holds ---------------------------------------------------

/// Callers, by the key of what they call.
using CallerMap = std::map<std::string, std::vector<std::string>>;

/// What is known of the driver, and what of it units can ask of one another.
class Driver {
public:
  explicit Driver(ArrayRef<const UnitSummary *> Sorted) : Units(Sorted) {
    for (size_t Number = 0; Number != Units.size(); ++Number)
      addUnit(Number);
    distrustDiffering();
    followRoutines();
    wantUsedElsewhere();
    keepCallers();
    keepCalled();
  }

  struct Definition {
    const json::Object *What = nullptr;
    size_t Unit = 0; ///< index into Units
    bool Differs = false;
    std::vector<std::string> Files;
  };

  /// By key.
  std::map<std::string, std::string> lines() const;
  std::vector<Conflict> conflicts() const;

  const std::vector<const UnitSummary *> Units;
  std::map<std::string, Definition> Definitions;
  StringMap<StringSet<>> Facts;
  StringSet<> Kept;   ///< with their graphs
  StringSet<> Tables; ///< no functions: MajorFunction[] is filled from them
  StringSet<> Stored; ///< dispatch routines, by ways through several units
  CallerMap Callers;  ///< of what registers, or leads to one that does

private:
  void addUnit(size_t Number);
  void addFacts(const UnitSummary &U);
  void distrustDiffering();
  void followRoutines();
  void want(StringRef Key);
  void wantUsedElsewhere();
  CallerMap everyCaller() const;
  void addCallersOfOverridden(CallerMap &All);
  std::set<std::string> leadingToRegistration(const CallerMap &All) const;
  void keepCallers();
  void keepCalled();
  json::Object lineOf(StringRef Key) const;

  std::vector<std::string> Work;
};

void Driver::addUnit(size_t Number) {
  const UnitSummary &U = *Units[Number];
  addFacts(U);
  // What was read of a file with errors may be half of it.
  if (U.HasErrors)
    return;
  for (const json::Object &F : U.Functions) {
    Definition &D = Definitions[F.getString("key")->str()];
    if (!D.What) {
      D.What = &F;
      D.Unit = Number;
    } else if (*D.What != F) {
      D.Differs = true;
    }
    D.Files.push_back(U.File);
  }
}

void Driver::addFacts(const UnitSummary &U) {
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

/// A caller that is two functions is none.
void Driver::distrustDiffering() {
  for (const auto &[Key, D] : Definitions)
    if (D.Differs)
      forEachReference(*D.What, [&](StringRef Of, bool Calls) {
        if (Calls)
          Facts[Of].insert("unseen");
      });
}

/// From MajorFunction[] back, through parameters of functions.
void Driver::followRoutines() {
  using Place = std::pair<StringRef, int64_t>;
  std::map<Place, std::vector<const Station *>> Into;
  for (const UnitSummary *U : Units)
    for (const Passage &P : U->Passages) {
      auto Of = Definitions.find(P.To.Key);
      if (Of == Definitions.end() || !Of->second.Differs)
        Into[{P.To.Key, P.To.Parameter}].push_back(&P.From);
    }
  std::set<Place> Reached;
  std::vector<Place> Open{{"", Station::Holder}};
  while (!Open.empty()) {
    const Place At = Open.back();
    Open.pop_back();
    for (const Station *From : Into[At]) {
      if (!Reached.insert({From->Key, From->Parameter}).second)
        continue;
      if (From->Parameter == Station::Routine) {
        Facts[From->Key].insert("dispatch");
        Stored.insert(From->Key);
      } else if (From->Parameter == Station::Holder) {
        Facts[From->Key].insert("table");
        Tables.insert(From->Key);
      }
      Open.push_back({From->Key, From->Parameter});
    }
  }
}

void Driver::want(StringRef Key) {
  auto It = Definitions.find(Key.str());
  if (It != Definitions.end() && !It->second.Differs &&
      It->second.What->getObject("graph") && Kept.insert(Key).second)
    Work.push_back(Key.str());
}

/// A graph is wanted where another unit calls the function, or sets it as a
/// completion routine ...
void Driver::wantUsedElsewhere() {
  for (const UnitSummary *U : Units)
    for (const auto &Fact : U->Facts) {
      auto It = Definitions.find(Fact.first().str());
      if (It != Definitions.end() && !is_contained(It->second.Files, U->File) &&
          (is_contained(Fact.second, "called") ||
           is_contained(Fact.second, "completion")))
        want(Fact.first());
    }
}

/// ... or a function does so whose graph is wanted ...
void Driver::keepCalled() {
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

CallerMap Driver::everyCaller() const {
  CallerMap All;
  for (const auto &[Key, D] : Definitions) {
    if (D.Differs)
      continue;
    forEachReference(*D.What, [&, K = Key](StringRef Of, bool Calls) {
      if (Calls)
        All[Of.str()].push_back(K);
    });
    forEachKey(*D.What, "virtual",
               [&, K = Key](StringRef Of) { All[Of.str()].push_back(K); });
  }
  return All;
}

/// Who calls what a method overrides may call the method.
void Driver::addCallersOfOverridden(CallerMap &All) {
  for (const auto &[Key, D] : Definitions)
    forEachKey(*D.What, "overrides", [&, K = Key](StringRef Base) {
      auto Of = All.find(Base.str());
      if (Of != All.end() && K != Base) {
        const std::vector<std::string> More = Of->second;
        std::vector<std::string> &Known = All[K];
        Known.insert(Known.end(), More.begin(), More.end());
      }
      auto Told = Facts.find(Base);
      if (Told != Facts.end() && Told->second.count("unseen"))
        Facts[K].insert("unseen");
    });
}

/// Those that register, who calls them, and so on.
std::set<std::string>
Driver::leadingToRegistration(const CallerMap &All) const {
  std::vector<std::string> Open;
  for (const auto &[Key, D] : Definitions)
    if (!D.Differs && registers(*D.What))
      Open.push_back(Key);
  std::set<std::string> Leads(Open.begin(), Open.end());
  while (!Open.empty()) {
    auto Of = All.find(Open.back());
    Open.pop_back();
    if (Of == All.end())
      continue;
    for (const std::string &Caller : Of->second)
      if (Leads.insert(Caller).second)
        Open.push_back(Caller);
  }
  return Leads;
}

/// ... and where the function leads to one that registers, in another unit.
void Driver::keepCallers() {
  CallerMap All = everyCaller();
  addCallersOfOverridden(All);
  for (auto &[Key, Of] : All)
    sortAndUnique(Of);
  // From those that another unit calls, upward.
  std::vector<std::string> Open;
  for (const std::string &Key : leadingToRegistration(All)) {
    auto Told = All.find(Key);
    const Definition &D = Definitions[Key];
    if (Told != All.end() &&
        any_of(Told->second, [&](const std::string &Caller) {
          return Definitions[Caller].Unit != D.Unit;
        }))
      Open.push_back(Key);
  }
  while (!Open.empty()) {
    const std::string Key = std::move(Open.back());
    Open.pop_back();
    const std::vector<std::string> &Of = All[Key];
    if (!Callers.emplace(Key, Of).second)
      continue;
    for (const std::string &Caller : Of) {
      want(Caller);
      Open.push_back(Caller);
    }
  }
}

json::Object Driver::lineOf(StringRef Key) const {
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
  if (Told != Facts.end())
    Line["facts"] = json::Array(sorted(Told->second));
  return Line;
}

std::map<std::string, std::string> Driver::lines() const {
  std::map<std::string, std::string> Lines;
  const auto Add = [&](StringRef Key) {
    Lines[Key.str()] = compact(json::Value(lineOf(Key)));
  };
  for (const auto &[Key, D] : Definitions)
    if (Kept.count(Key) || Facts.count(Key) || Callers.count(Key) || D.Differs)
      Add(Key);
  for (const StringSet<> *Others : {&Tables, &Stored})
    for (const auto &Key : *Others)
      if (!Definitions.count(Key.first().str()))
        Add(Key.first());
  return Lines;
}

std::vector<Conflict> Driver::conflicts() const {
  std::vector<Conflict> Result;
  for (const auto &[Key, D] : Definitions)
    if (D.Differs)
      Result.push_back(
          {D.What->getString("name").value_or(Key).str(), D.Files});
  return Result;
}

// --- What a unit asks -------------------------------------------------------

/// Which lines of the index the second pass over one unit can come to.
class Asking {
public:
  Asking(const Driver &All, const std::map<std::string, std::string> &Lines,
         const UnitSummary &U)
      : All(All), Lines(Lines), U(U) {
    for (const json::Object &F : U.Functions)
      Own.insert(*F.getString("key"));
  }

  Needs find() {
    useNamed();
    useCallersOfOwn();
    follow();
    addUsed();
    addFactsOfOwn();
    addTables();
    Result.Hash = hashOf(Asked);
    return std::move(Result);
  }

private:
  void use(StringRef Key) {
    auto It = Lines.find(Key.str());
    if (It != Lines.end() && Used.emplace(It->first, &It->second).second)
      Work.push_back(It->first);
  }
  /// False: nobody asks who calls that function.
  bool useCallers(StringRef Key) {
    auto It = All.Callers.find(Key.str());
    if (It == All.Callers.end())
      return false;
    for (const std::string &Caller : It->second)
      use(Caller);
    return true;
  }
  void useNamed();
  void useCallersOfOwn();
  void follow();
  void addUsed();
  void addFiles(const Driver::Definition &D);
  void addFactsOf(StringRef Name);
  void addFactsOfOwn();
  void addTables();

  const Driver &All;
  const std::map<std::string, std::string> &Lines;
  const UnitSummary &U;
  StringSet<> Own;
  std::map<std::string, const std::string *> Used;
  std::vector<std::string> Work;
  std::string Asked;
  Needs Result;
};

void Asking::useNamed() {
  for (const auto &Fact : U.Facts)
    if (!Own.count(Fact.first())) {
      Result.Anything |= All.Kept.count(Fact.first()) != 0;
      use(Fact.first());
    }
}

/// Who calls its own functions from elsewhere.
void Asking::useCallersOfOwn() {
  for (const auto &Name : Own)
    if (useCallers(Name.first())) {
      Result.Anything = true;
      use(Name.first());
    }
}

void Asking::follow() {
  while (!Work.empty()) {
    const std::string Key = std::move(Work.back());
    Work.pop_back();
    useCallers(Key);
    if (All.Kept.count(Key))
      forEachReference(*All.Definitions.find(Key)->second.What,
                       [&](StringRef Of, bool) { use(Of); });
  }
}

void Asking::addUsed() {
  for (const auto &[Key, Line] : Used) {
    Asked += *Line + "\n";
    if (All.Kept.count(Key))
      addFiles(All.Definitions.find(Key)->second);
  }
}

/// Findings are kept with their notes, as offsets.
void Asking::addFiles(const Driver::Definition &D) {
  forEachKey(*D.What, "files", [&](StringRef File) {
    for (const Input &I : All.Units[D.Unit]->Inputs)
      if (File == I.Path)
        Asked += I.Hash + "\n";
  });
}

void Asking::addFactsOf(StringRef Name) {
  auto It = All.Facts.find(Name);
  if (It == All.Facts.end())
    return;
  auto Mine = U.Facts.find(Name);
  for (const std::string &Word : sorted(It->second))
    if (Mine == U.Facts.end() || !is_contained(Mine->second, Word)) {
      Result.Anything = true;
      Asked += (Name + " " + Word + "\n").str();
    }
}

/// What others make of its own functions, and of those that it gives away.
void Asking::addFactsOfOwn() {
  for (const auto &Name : Own)
    addFactsOf(Name.first());
  for (const Passage &P : U.Passages)
    if (P.From.Parameter == Station::Routine)
      addFactsOf(P.From.Key);
}

void Asking::addTables() {
  for (const auto &Fact : U.Facts)
    if (is_contained(Fact.second, "holds") && All.Tables.count(Fact.first())) {
      Result.Anything = true;
      Asked += (Fact.first() + " table\n").str();
    }
}

// --- The text ---------------------------------------------------------------

std::string padded(uint64_t Number) {
  std::string Digits = utostr(Number);
  return std::string(NumberWidth - std::min(NumberWidth, Digits.size()), '0') +
         Digits;
}

/// `1-3,7`, of sorted numbers.
std::string rangesOf(ArrayRef<uint32_t> Numbers) {
  std::string Text;
  for (size_t I = 0; I != Numbers.size();) {
    size_t Last = I;
    while (Last + 1 != Numbers.size() && Numbers[Last + 1] == Numbers[Last] + 1)
      ++Last;
    if (!Text.empty())
      Text += ",";
    Text += utostr(Numbers[I]);
    if (Last != I)
      Text += "-" + utostr(Numbers[Last]);
    I = Last + 1;
  }
  return Text;
}

/// The members of an index, as they are known.
class IndexWriter {
public:
  void addUnits(ArrayRef<const UnitSummary *> Units);
  void addTableAndFunctions(const std::map<std::string, std::string> &Lines);
  std::string whole() const;

private:
  void add(StringRef Name, StringRef Lines, StringRef End = "],\n");

  std::string Body;
  /// Where the members begin, and their lengths.
  std::vector<std::pair<size_t, size_t>> Parts;
};

void IndexWriter::add(StringRef Name, StringRef Lines, StringRef End) {
  Body += ("\"" + Name + "\":[\n").str();
  Parts.push_back({Body.size(), Lines.size()});
  Body += Lines;
  Body += End;
}

void IndexWriter::addUnits(ArrayRef<const UnitSummary *> Units) {
  // Equal paths with different contents: the unit read another file then.
  std::map<std::pair<StringRef, StringRef>, uint32_t> Numbers;
  std::string UnitLines, InputLines;
  for (const UnitSummary *U : Units) {
    std::vector<uint32_t> Read;
    for (const Input &I : U->Inputs) {
      auto [It, New] = Numbers.try_emplace(
          {I.Path, I.Hash}, static_cast<uint32_t>(Numbers.size()));
      if (New)
        InputLines += (InputLines.empty() ? "[" : ",\n[") + quoted(I.Path) +
                      "," + quoted(I.Hash) + "]";
      Read.push_back(It->second);
    }
    sortAndUnique(Read);
    UnitLines += (UnitLines.empty() ? "" : ",\n") +
                 ("{\"file\":" + quoted(U->File)) + ",\"inputs\":\"" +
                 rangesOf(Read) + "\",\"options\":" + quoted(U->Options) + "}";
  }
  const auto End = [](std::string &Lines) {
    if (!Lines.empty())
      Lines += "\n";
  };
  End(UnitLines);
  End(InputLines);
  add("units", UnitLines);
  add("inputs", InputLines);
}

void IndexWriter::addTableAndFunctions(
    const std::map<std::string, std::string> &Lines) {
  std::string Functions;
  std::vector<std::pair<std::string, std::pair<size_t, size_t>>> Rows;
  for (const auto &[Key, Line] : Lines) {
    if (!Functions.empty())
      Functions += ",\n";
    Rows.push_back({hashOf(Key), {Functions.size(), Line.size()}});
    Functions += Line;
  }
  Functions += "\n";
  llvm::sort(Rows);
  std::string Table;
  for (size_t I = 0; I != Rows.size(); ++I)
    Table += "\"" + Rows[I].first + " " + padded(Rows[I].second.first) + " " +
             padded(Rows[I].second.second) + "\"" +
             (I + 1 == Rows.size() ? " \n" : ",\n");
  add("table", Table);
  add("functions", Functions, "]}\n");
}

std::string IndexWriter::whole() const {
  std::string Header = compact(json::Value(headerOf(IndexFormat)));
  Header.pop_back();
  Header += ",\"hash\":\"" + hashOf(Body) + "\",\"parts\":[";
  for (size_t I = 0; I != Parts.size(); ++I)
    Header +=
        (I ? "," : "") + utostr(Parts[I].first) + "," + utostr(Parts[I].second);
  return "{\"header\":" + Header + "]},\n" + Body;
}

} // namespace

Merged merge(ArrayRef<const UnitSummary *> Units) {
  std::vector<size_t> Order(Units.size());
  for (size_t I = 0; I != Order.size(); ++I)
    Order[I] = I;
  llvm::sort(Order, [&](size_t A, size_t B) {
    return Units[A]->File < Units[B]->File;
  });
  std::vector<const UnitSummary *> Sorted;
  for (const size_t Number : Order)
    Sorted.push_back(Units[Number]);

  const Driver All(Sorted);
  const std::map<std::string, std::string> Lines = All.lines();
  IndexWriter Text;
  Text.addUnits(Sorted);
  Text.addTableAndFunctions(Lines);
  Merged Result;
  Result.Text = Text.whole();
  Result.Functions = All.Kept.size();
  Result.Conflicts = All.conflicts();
  for (const UnitSummary *U : Units)
    Result.Of.push_back(Asking(All, Lines, *U).find());
  return Result;
}

} // namespace wdm::index
