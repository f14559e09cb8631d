//===- UnitSummary.cpp - The summary of one unit, on disk -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/index/IndexFile.h"
#include "src/index/IndexText.h"

using namespace llvm;

namespace wdm::index {

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

  json::Array Ways;
  for (const Passage &P : Passages)
    Ways.push_back(
        json::Array{P.From.Key, P.From.Parameter, P.To.Key, P.To.Parameter});

  std::string Header = compact(json::Value(std::move(Top)));
  Header.pop_back();
  std::string Text =
      Header + ",\n\"inputs\":" + compact(json::Value(std::move(Read))) +
      ",\n\"facts\":" + compact(json::Value(std::move(Told))) +
      ",\n\"passages\":" + compact(json::Value(std::move(Ways))) +
      ",\n\"functions\":[";
  for (size_t I = 0; I != Lines.size(); ++I) {
    Text += I ? ",\n" : "\n";
    Text += Lines[I];
  }
  return Text + "\n]}\n";
}

namespace {

// Each takes a part of what was parsed; false: it is not what text() writes.

bool takeInputs(const json::Array &Rows, std::vector<Input> &To) {
  for (const json::Value &One : Rows) {
    const json::Array *Pair = One.getAsArray();
    const auto Path =
        Pair && Pair->size() == 2 ? (*Pair)[0].getAsString() : std::nullopt;
    const auto Hash = Path ? (*Pair)[1].getAsString() : std::nullopt;
    if (!Hash)
      return false;
    To.push_back({Path->str(), Hash->str()});
  }
  return true;
}

bool takeFacts(const json::Object &Rows,
               StringMap<std::vector<std::string>> &To) {
  for (const auto &[Of, Told] : Rows) {
    const json::Array *List = Told.getAsArray();
    if (!List)
      return false;
    for (const json::Value &Fact : *List) {
      const auto Word = Fact.getAsString();
      if (!Word)
        return false;
      To[Of.str()].push_back(Word->str());
    }
  }
  return true;
}

bool takePassages(const json::Array &Rows, std::vector<Passage> &To) {
  for (const json::Value &One : Rows) {
    const json::Array *Row = One.getAsArray();
    if (!Row || Row->size() != 4)
      return false;
    const auto From = (*Row)[0].getAsString(), Into = (*Row)[2].getAsString();
    const auto FromAt = (*Row)[1].getAsInteger(),
               IntoAt = (*Row)[3].getAsInteger();
    if (!From || !FromAt || !Into || !IntoAt)
      return false;
    To.push_back({{From->str(), *FromAt}, {Into->str(), *IntoAt}});
  }
  return true;
}

bool takeFunctions(json::Array &Rows, std::vector<json::Object> &To) {
  To.reserve(Rows.size());
  for (json::Value &One : Rows) {
    json::Object *Function = One.getAsObject();
    if (!Function || !Function->getString("key") ||
        !Function->getString("name"))
      return false;
    To.push_back(std::move(*Function));
  }
  return true;
}

} // namespace

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
              *Passages = Top->getArray("passages"),
              *Functions = Top->getArray("functions");
  const json::Object *Facts = Top->getObject("facts");
  if (!File || !Key || !Options || !Errors || !Inputs || !Passages ||
      !Functions || !Facts)
    return wrong("is damaged (a part is missing)");
  Result.File = File->str();
  Result.Key = Key->str();
  Result.Options = Options->str();
  Result.HasErrors = *Errors;
  if (!takeInputs(*Inputs, Result.Inputs))
    return wrong("is damaged (an input)");
  if (!takeFacts(*Facts, Result.Facts))
    return wrong("is damaged (a fact)");
  if (!takePassages(*Passages, Result.Passages))
    return wrong("is damaged (a passage)");
  if (!takeFunctions(*Functions, Result.Functions))
    return wrong("is damaged (a function)");
  return Result;
}

} // namespace wdm::index
