// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Sarif.h"
#include "tools/lint/Pages.h"
#include "tools/lint/Paths.h"
#include "tools/lint/Process.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <map>
#include <tuple>

using namespace llvm;

namespace wdm::lint {

static const char ToolName[] = "wdm-lint";
static const char FingerprintKey[] = "wdmFinding/v1";
static const char ContextKey[] = "wdmContext/v1";
static const char SourceRoot[] = "SRCROOT";

static json::Value text(StringRef Text) {
  return json::isUTF8(Text) ? Text.str() : json::fixUTF8(Text);
}

namespace {

class Writer {
public:
  Writer(const SarifRun &Run, SourceTexts &Texts) : Run(Run), Texts(Texts) {}

  json::Object artifact(StringRef File) const {
    const std::string Uri = uriOf(File, Run.Root);
    json::Object Result{{"uri", Uri}};
    if (!StringRef(Uri).starts_with("file:"))
      Result["uriBaseId"] = SourceRoot;
    return Result;
  }

  json::Object region(StringRef File, unsigned Offset, unsigned Length) const {
    const SourceText *Text = Texts.get(File);
    if (!Text)
      return json::Object{{"startLine", 1},
                          {"startColumn", 1},
                          {"endLine", 1},
                          {"endColumn", 1}};
    const LineColumn From = Text->place(Offset);
    const LineColumn To = Text->place(Offset + Length);
    return json::Object{{"startLine", From.Line},
                        {"startColumn", From.Utf16Column},
                        {"endLine", To.Line},
                        {"endColumn", To.Utf16Column}};
  }

  json::Object physical(const Place &Where, bool Snippet) const {
    const SourceText *Text = Texts.get(Where.File);
    const unsigned End =
        Text ? Text->endOfName(Where.Offset) : Where.Offset + 1;
    json::Object Region = region(Where.File, Where.Offset, End - Where.Offset);
    json::Object Result{{"artifactLocation", artifact(Where.File)}};
    if (Snippet && Text) {
      Region["snippet"] =
          json::Object{{"text", text(Text->text().slice(Where.Offset, End))}};
      Result["contextRegion"] = json::Object{
          {"startLine", Where.At.Line},
          {"snippet", json::Object{{"text", text(Text->line(Where.At.Line))}}}};
    }
    Result["region"] = std::move(Region);
    return Result;
  }

  json::Object location(const Place &Where, StringRef Message,
                        bool Snippet = false) const {
    json::Object Result;
    if (!Where.File.empty())
      Result["physicalLocation"] = physical(Where, Snippet);
    if (!Message.empty())
      Result["message"] = json::Object{{"text", text(Message)}};
    return Result;
  }

  json::Value fix(StringRef Title, const Edits &Changes) const {
    std::map<std::string, json::Array> Files;
    for (const Edit &E : Changes) {
      json::Object Region = region(E.File, E.Offset, E.Length);
      Region["byteOffset"] = E.Offset;
      Region["byteLength"] = E.Length;
      json::Object Content;
      // What is no UTF-8 must not be touched.
      if (json::isUTF8(E.Text))
        Content["text"] = E.Text;
      else
        Content["binary"] = encodeBase64(E.Text);
      Files[E.File].push_back(
          json::Object{{"deletedRegion", std::move(Region)},
                       {"insertedContent", std::move(Content)}});
    }
    json::Array Artifacts;
    for (auto &[File, Replacements] : Files)
      Artifacts.push_back(
          json::Object{{"artifactLocation", artifact(File)},
                       {"replacements", std::move(Replacements)}});
    return json::Object{{"description", json::Object{{"text", text(Title)}}},
                        {"artifactChanges", std::move(Artifacts)}};
  }

  json::Value result(const Finding &F, unsigned Ordinal, size_t Rule) const {
    json::Object Result{
        {"ruleId", F.Check},
        {"ruleIndex", Rule},
        {"kind", "fail"},
        {"level", F.IsError ? "error" : "warning"},
        {"message", json::Object{{"text", text(F.Message)}}},
        {"fingerprints", json::Object{{FingerprintKey, F.Fingerprint}}},
        {"partialFingerprints",
         json::Object{{ContextKey, F.Context},
                      {"primaryLocationLineHash",
                       F.Fingerprint + ":" + std::to_string(Ordinal)}}}};
    json::Object Where = location(F.Where, "", /*Snippet=*/true);
    if (!F.Function.empty())
      Where["logicalLocations"] = json::Array{json::Object{
          {"fullyQualifiedName", text(F.Function)}, {"kind", "function"}}};
    Result["locations"] = json::Array{std::move(Where)};
    if (!F.Path.empty()) {
      json::Array Steps;
      Steps.push_back(json::Object{{"location", location(F.Where, F.Message)},
                                   {"importance", "essential"}});
      json::Array Related;
      int64_t Id = 0;
      for (const Note &N : F.Path) {
        if (!N.Where.File.empty())
          Steps.push_back(json::Object{{"location", location(N.Where, N.Text)},
                                       {"importance", "essential"}});
        json::Object Other = location(N.Where, N.Text);
        Other["id"] = ++Id;
        Related.push_back(std::move(Other));
      }
      Result["codeFlows"] = json::Array{json::Object{
          {"threadFlows",
           json::Array{json::Object{{"locations", std::move(Steps)}}}}}};
      Result["relatedLocations"] = std::move(Related);
    }
    if (F.hasFix()) {
      json::Array Fixes;
      const auto [Fault, Advice] = StringRef(F.Message).rsplit("; ");
      Fixes.push_back(
          fix(Advice.empty() ? StringRef("apply the fix") : Advice, F.Fix));
      for (const Alternative &A : F.Alternatives)
        Fixes.push_back(fix(A.Title, A.Fix));
      Result["fixes"] = std::move(Fixes);
    }
    if (!F.NoFix.empty())
      Result["properties"] = json::Object{{"noFix", text(F.NoFix)}};
    if (!F.FixRemark.empty())
      Result["properties"] = json::Object{{"fixRemark", text(F.FixRemark)}};
    if (F.Silenced)
      Result["suppressions"] = json::Array{json::Object{
          {"kind", "inSource"}, {"justification", "a NOLINT comment"}}};
    if (F.State != Novelty::Unknown)
      Result["baselineState"] = F.State == Novelty::New ? "new" : "unchanged";
    return Result;
  }

private:
  const SarifRun &Run;
  SourceTexts &Texts;
};

/// `wdm-io-set-completion-routine-ex` as `IoSetCompletionRoutineEx`.
std::string pascalCase(StringRef Check) {
  Check.consume_front("wdm-");
  std::string Result;
  bool Upper = true;
  for (const char C : Check) {
    if (!isAlnum(C)) {
      Upper = true;
      continue;
    }
    Result += Upper ? toUpper(C) : C;
    Upper = false;
  }
  return Result;
}

json::Value ruleOf(const std::string &Check) {
  const RuleText Text = textOf(Check);
  return json::Object{
      {"id", Check},
      {"name", pascalCase(Check)},
      {"shortDescription", json::Object{{"text", text(Text.Short)}}},
      {"fullDescription", json::Object{{"text", text(Text.Full)}}},
      {"help", json::Object{{"text", text(Text.Plain)},
                            {"markdown", text(Text.Markdown)}}},
      {"helpUri", Text.Uri},
      {"defaultConfiguration", json::Object{{"level", "warning"}}},
      {"properties",
       json::Object{{"tags", json::Array{"reliability", "windows-driver"}},
                    {"precision", "high"},
                    {"problem.severity", "warning"}}}};
}

struct Descriptor {
  Notification::Kind Kind;
  const char *Id;
  const char *Text;
  const char *Level;
};
constexpr Descriptor Descriptors[] = {
    {Notification::Kind::ParseError, "parse-error",
     "A file could not be parsed without errors; findings may be missing.",
     "error"},
    {Notification::Kind::Crash, "crash", "The analysis of a file crashed.",
     "error"},
    {Notification::Kind::Timeout, "timeout",
     "The analysis of a file took too long and was ended.", "error"},
    {Notification::Kind::Failure, "failure", "A file could not be analysed.",
     "error"},
    {Notification::Kind::SetUp, "set-up",
     "The configuration or the compile commands are wrong.", "error"},
    {Notification::Kind::Remark, "remark", "A remark on the run.", "note"},
};

} // namespace

Mark markOf(const Finding &F, StringRef Root) {
  return {F.Fingerprint, F.Context,
          F.Where.File.empty() ? "" : uriOf(F.Where.File, Root)};
}

json::Value sarifOf(ArrayRef<Finding> All, const SarifRun &Run,
                    SourceTexts &Texts) {
  const Writer W(Run, Texts);
  std::vector<std::string> Checks = Run.Checks;
  for (const Finding &F : All)
    Checks.push_back(F.Check);
  sort(Checks);
  Checks.erase(std::unique(Checks.begin(), Checks.end()), Checks.end());
  json::Array Rules;
  std::map<std::string, size_t> Index;
  for (const std::string &Check : Checks) {
    Index[Check] = Rules.size();
    Rules.push_back(ruleOf(Check));
  }
  json::Array Results;
  std::map<std::string, unsigned> Ordinals;
  for (const Finding &F : All)
    Results.push_back(W.result(F, ++Ordinals[F.Fingerprint], Index[F.Check]));

  json::Array OfTools;
  json::Array OfSetUp;
  for (const Notification &N : Run.Notifications) {
    const auto *D = find_if(
        Descriptors, [&](const Descriptor &One) { return One.Kind == N.What; });
    json::Object O{{"level", D->Level},
                   {"message", json::Object{{"text", text(N.Text)}}},
                   {"descriptor", json::Object{{"id", D->Id}}}};
    if (!N.Where.File.empty())
      O["locations"] = json::Array{W.location(N.Where, "")};
    (N.What == Notification::Kind::SetUp ? OfSetUp : OfTools)
        .push_back(std::move(O));
  }
  json::Array Notices;
  for (const Descriptor &D : Descriptors)
    Notices.push_back(json::Object{
        {"id", D.Id},
        {"shortDescription", json::Object{{"text", D.Text}}},
        {"fullDescription", json::Object{{"text", D.Text}}},
        {"help", json::Object{{"text", D.Text}, {"markdown", D.Text}}},
        {"defaultConfiguration", json::Object{{"level", D.Level}}}});
  json::Object Invocation{{"executionSuccessful", Run.Successful},
                          {"exitCode", Run.ExitStatus}};
  if (!OfTools.empty())
    Invocation["toolExecutionNotifications"] = std::move(OfTools);
  if (!OfSetUp.empty())
    Invocation["toolConfigurationNotifications"] = std::move(OfSetUp);
  json::Object Counts;
  for (const auto &[Key, Value] : Run.Counts)
    Counts[Key] = Value;
  json::Object Driver{{"name", ToolName},
                      {"version", WDM_VERSION},
                      {"semanticVersion", WDM_VERSION},
                      {"rules", std::move(Rules)},
                      {"notifications", std::move(Notices)}};
  if (!Run.LlvmVersion.empty())
    Driver["fullName"] = std::string(ToolName) + " " WDM_VERSION " (LLVM " +
                         Run.LlvmVersion + ")";
  json::Object One{{"tool", json::Object{{"driver", std::move(Driver)}}},
                   {"automationDetails", json::Object{{"id", "wdm-lint/"}}},
                   {"columnKind", "utf16CodeUnits"},
                   {"invocations", json::Array{std::move(Invocation)}},
                   {"results", std::move(Results)}};
  if (!Counts.empty())
    One["properties"] = std::move(Counts);
  if (!Run.Root.empty())
    One["originalUriBaseIds"] = json::Object{
        {SourceRoot, json::Object{{"uri", fileUri(Run.Root) + "/"}}}};
  return json::Object{
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs", json::Array{std::move(One)}}};
}

std::string printed(const json::Value &Log) {
  std::string Text;
  raw_string_ostream Out(Text);
  json::OStream(Out, 2).value(Log);
  Out << '\n';
  Out.flush();
  return Text;
}

// --- Reading ---

static json::Array *resultsOf(json::Object &Run) {
  return Run.getArray("results");
}

static const json::Object *driverOf(const json::Object &Run) {
  const json::Object *Tool = Run.getObject("tool");
  return Tool ? Tool->getObject("driver") : nullptr;
}

static Error wrong(const Twine &Text) {
  return createStringError(inconvertibleErrorCode(), Text.str().c_str());
}

/// \returns what is wrong with a run, to follow its file's name; empty: it is
/// one of ours.
static std::string faultOf(const json::Value &One) {
  const json::Object *Run = One.getAsObject();
  const json::Object *Driver = Run ? driverOf(*Run) : nullptr;
  const StringRef Name = Driver ? Driver->getString("name").value_or("") : "";
  if (Name != ToolName)
    return (" was written by " + (Name.empty() ? "another tool" : Name) +
            ", not by wdm-lint: its findings have no fingerprints of ours\n"
            "  write it with wdm-lint --sarif FILE")
        .str();
  const json::Array *Results = Run->getArray("results");
  if (!Results)
    return ": its run has no results: it was not whole";
  for (const json::Value &R : *Results) {
    const json::Object *Result = R.getAsObject();
    const json::Object *Prints =
        Result ? Result->getObject("fingerprints") : nullptr;
    if (!Prints || !Prints->getString(FingerprintKey))
      return std::string(": a result has no fingerprint ") + FingerprintKey +
             "\n  write it again with this wdm-lint";
  }
  return "";
}

Expected<json::Value> readSarif(StringRef Path) {
  if (!sys::fs::exists(Path))
    return wrong("there is no file " + Path);
  auto Buffer = MemoryBuffer::getFile(Path, false, false);
  if (!Buffer)
    return wrong(Path + " cannot be read: " + Buffer.getError().message());
  StringRef Text = (*Buffer)->getBuffer();
  Text.consume_front("\xef\xbb\xbf");
  if (Text.trim().empty())
    return wrong(Path + " is empty");
  auto Parsed = json::parse(Text);
  if (!Parsed)
    return wrong(Path + " is not JSON: " + toString(Parsed.takeError()));
  const json::Object *Log = Parsed->getAsObject();
  const auto Version = Log ? Log->getString("version") : std::nullopt;
  const json::Array *Runs = Log ? Log->getArray("runs") : nullptr;
  if (!Version || !Runs)
    return wrong(Path + " is JSON, but no SARIF");
  if (*Version != "2.1.0")
    return wrong(Path + " is SARIF " + *Version + "; only 2.1.0 is understood");
  if (Runs->empty())
    return wrong(Path + " has no run");
  for (const json::Value &One : *Runs) {
    const std::string Fault = faultOf(One);
    if (!Fault.empty())
      return wrong(Path + Fault);
  }
  return std::move(*Parsed);
}

/// The first location of a result in a file; null: it has none.
static const json::Object *firstPlace(const json::Object &Result) {
  const json::Array *Locations = Result.getArray("locations");
  const json::Object *First = Locations && !Locations->empty()
                                  ? Locations->front().getAsObject()
                                  : nullptr;
  return First ? First->getObject("physicalLocation") : nullptr;
}

static std::string firstUri(const json::Object &Result) {
  const json::Object *Physical = firstPlace(Result);
  const json::Object *Artifact =
      Physical ? Physical->getObject("artifactLocation") : nullptr;
  return Artifact ? Artifact->getString("uri").value_or("").str() : "";
}

static bool isSilenced(const json::Object &Result) {
  const json::Array *Suppressions = Result.getArray("suppressions");
  return Suppressions && !Suppressions->empty();
}

static Mark markOf(const json::Object &Result) {
  Mark M;
  if (const json::Object *Prints = Result.getObject("fingerprints"))
    M.Fingerprint = Prints->getString(FingerprintKey).value_or("").str();
  if (const json::Object *Prints = Result.getObject("partialFingerprints"))
    M.Context = Prints->getString(ContextKey).value_or("").str();
  M.Uri = firstUri(Result);
  return M;
}

template <typename Function>
static void forResults(const json::Value &Log, Function Do) {
  for (const json::Value &One : *Log.getAsObject()->getArray("runs"))
    if (const json::Array *Results = One.getAsObject()->getArray("results"))
      for (const json::Value &R : *Results)
        Do(*R.getAsObject());
}

std::vector<Mark> marksOf(const json::Value &Log) {
  std::vector<Mark> Marks;
  forResults(Log, [&](const json::Object &Result) {
    if (!isSilenced(Result) &&
        Result.getString("baselineState").value_or("") != "absent")
      Marks.push_back(markOf(Result));
  });
  return Marks;
}

bool wasSuccessful(const json::Value &Log) {
  for (const json::Value &One : *Log.getAsObject()->getArray("runs")) {
    const json::Array *Invocations = One.getAsObject()->getArray("invocations");
    if (!Invocations)
      continue;
    for (const json::Value &I : *Invocations)
      if (const json::Object *O = I.getAsObject())
        if (!O->getBoolean("executionSuccessful").value_or(true))
          return false;
  }
  return true;
}

static const char ShardKey[] = "shard";
static const char ShardsKey[] = "shards";

std::pair<unsigned, unsigned> shardOf(const json::Value &Log) {
  for (const json::Value &One : *Log.getAsObject()->getArray("runs"))
    if (const json::Object *Numbers =
            One.getAsObject()->getObject("properties"))
      return {
          static_cast<unsigned>(Numbers->getInteger(ShardKey).value_or(0)),
          static_cast<unsigned>(Numbers->getInteger(ShardsKey).value_or(0))};
  return {0, 0};
}

void addFailure(json::Value &Log, StringRef Text) {
  json::Object &Run =
      *Log.getAsObject()->getArray("runs")->front().getAsObject();
  json::Object &Invocation =
      *Run.getArray("invocations")->front().getAsObject();
  Invocation["executionSuccessful"] = false;
  Invocation["exitCode"] = 2;
  json::Array &Said =
      *Invocation.try_emplace("toolExecutionNotifications", json::Array())
           .first->second.getAsArray();
  Said.push_back(json::Object{{"level", "error"},
                              {"message", json::Object{{"text", text(Text)}}},
                              {"descriptor", json::Object{{"id", "failure"}}}});
}

namespace {

/// Puts logs together.
class Merger {
public:
  void add(const json::Value &Log);
  /// Puts what was gathered in the place of what \p Run has.
  void moveTo(json::Object &Run);

private:
  /// The place, the rule and the message: equal results are one, and the order
  /// is that of the files.
  using Key =
      std::tuple<std::string, int64_t, int64_t, std::string, std::string>;
  static Key keyOf(const json::Object &Result);

  void addRules(const json::Object &Run);
  void addCounts(const json::Object &Run);
  void addInvocations(const json::Object &Run);
  json::Object invocation();
  json::Array results(const std::map<std::string, int64_t> &RuleNumbers);

  std::map<std::string, json::Value> Rules; ///< by their names
  std::map<Key, json::Value> Results;
  std::map<std::string, int64_t> Counts;
  /// The notifications of an invocation.
  struct Notices {
    const char *Name;
    json::Array All;
  };
  Notices Said[2] = {{"toolExecutionNotifications", {}},
                     {"toolConfigurationNotifications", {}}};
  int64_t Status = 0;
  bool Successful = true;
};

Merger::Key Merger::keyOf(const json::Object &Result) {
  const json::Object *Physical = firstPlace(Result);
  const json::Object *Region =
      Physical ? Physical->getObject("region") : nullptr;
  const json::Object *Message = Result.getObject("message");
  return {firstUri(Result),
          Region ? Region->getInteger("startLine").value_or(0) : 0,
          Region ? Region->getInteger("startColumn").value_or(0) : 0,
          Result.getString("ruleId").value_or("").str(),
          Message ? Message->getString("text").value_or("").str() : ""};
}

void Merger::addRules(const json::Object &Run) {
  if (const json::Array *Known = driverOf(Run)->getArray("rules"))
    for (const json::Value &Rule : *Known)
      if (const json::Object *O = Rule.getAsObject())
        Rules.emplace(O->getString("id").value_or("").str(), Rule);
}

void Merger::addCounts(const json::Object &Run) {
  if (const json::Object *Numbers = Run.getObject("properties"))
    for (const auto &[Name, Number] : *Numbers)
      if (Number.getAsInteger() && Name != ShardKey && Name != ShardsKey)
        Counts[StringRef(Name).str()] += *Number.getAsInteger();
}

void Merger::addInvocations(const json::Object &Run) {
  const json::Array *Invocations = Run.getArray("invocations");
  if (!Invocations)
    return;
  for (const json::Value &One : *Invocations) {
    const json::Object *O = One.getAsObject();
    if (!O)
      continue;
    Status = std::max(Status, O->getInteger("exitCode").value_or(0));
    for (Notices &To : Said)
      if (const json::Array *Those = O->getArray(To.Name))
        for (const json::Value &N : *Those)
          if (!is_contained(To.All, N))
            To.All.push_back(N);
  }
}

void Merger::add(const json::Value &Log) {
  Successful &= wasSuccessful(Log);
  for (const json::Value &One : *Log.getAsObject()->getArray("runs")) {
    const json::Object &Run = *One.getAsObject();
    addRules(Run);
    addCounts(Run);
    addInvocations(Run);
  }
  forResults(Log, [&](const json::Object &Result) {
    Results.emplace(keyOf(Result), json::Object(Result));
  });
}

json::Object Merger::invocation() {
  json::Object Invocation{{"executionSuccessful", Successful},
                          {"exitCode", Status}};
  for (Notices &One : Said)
    if (!One.All.empty())
      Invocation[One.Name] = std::move(One.All);
  return Invocation;
}

/// The results, with the numbers that their rules and fingerprints have now.
json::Array Merger::results(const std::map<std::string, int64_t> &RuleNumbers) {
  json::Array All;
  std::map<std::string, unsigned> Ordinals;
  for (auto &[Place, Result] : Results) {
    json::Object &O = *Result.getAsObject();
    const auto Rule =
        RuleNumbers.find(O.getString("ruleId").value_or("").str());
    O["ruleIndex"] = Rule == RuleNumbers.end() ? 0 : Rule->second;
    const Mark M = markOf(O);
    if (json::Object *Partial = O.getObject("partialFingerprints"))
      (*Partial)["primaryLocationLineHash"] =
          M.Fingerprint + ":" + std::to_string(++Ordinals[M.Fingerprint]);
    All.push_back(std::move(Result));
  }
  return All;
}

void Merger::moveTo(json::Object &Run) {
  json::Array NewRules;
  std::map<std::string, int64_t> RuleNumbers;
  for (auto &[Id, Rule] : Rules) {
    RuleNumbers[Id] = static_cast<int64_t>(NewRules.size());
    NewRules.push_back(Rule);
  }
  (*Run.getObject("tool")->getObject("driver"))["rules"] = std::move(NewRules);
  Run["results"] = results(RuleNumbers);
  Run["invocations"] = json::Array{invocation()};
  json::Object Numbers;
  for (const auto &[Name, Number] : Counts)
    Numbers[Name] = Number;
  if (!Numbers.empty())
    Run["properties"] = std::move(Numbers);
}

} // namespace

json::Value mergeSarif(ArrayRef<json::Value> Logs) {
  Merger All;
  for (const json::Value &Log : Logs)
    All.add(Log);
  json::Value Whole = Logs.front();
  json::Array &Runs = *Whole.getAsObject()->getArray("runs");
  // Of several runs of the first log this is the only one that stays.
  json::Value Run = std::move(Runs.front());
  All.moveTo(*Run.getAsObject());
  Runs = json::Array{std::move(Run)};
  return Whole;
}

std::pair<size_t, size_t> markNew(json::Value &Log, ArrayRef<Mark> Old) {
  const std::vector<Mark> New = marksOf(Log);
  const Comparison Compared = compare(Old, New);
  size_t At = 0;
  size_t Fresh = 0;
  for (json::Value &One : *Log.getAsObject()->getArray("runs"))
    for (json::Value &R : *resultsOf(*One.getAsObject())) {
      json::Object &Result = *R.getAsObject();
      // A baseline leaves no result without a state.
      bool IsOld = true;
      if (!isSilenced(Result)) {
        IsOld = Compared.IsOld[At++];
        Fresh += !IsOld;
      }
      Result["baselineState"] = IsOld ? "unchanged" : "new";
    }
  return {Fresh, Compared.Gone};
}

} // namespace wdm::lint
