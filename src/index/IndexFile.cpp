//===- IndexFile.cpp - Reading the index of a driver ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/index/IndexFile.h"
#include "src/index/IndexText.h"

using namespace llvm;

namespace wdm::index {

/// The lines of a member that is an array, without their commas.
static std::vector<StringRef> linesOf(StringRef Text) {
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
