// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Fixes.h"
#include "clang/Tooling/Core/Replacement.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace wdm::lint {

namespace tooling = clang::tooling;

FixPlan planFixes(ArrayRef<Finding> All,
                  function_ref<bool(const Finding &)> Allowed) {
  FixPlan Plan;
  // The rules for what meets what are those of clang-apply-replacements.
  std::map<std::string, tooling::Replacements> Files;
  Edits Taken;
  for (size_t I = 0; I < All.size(); ++I) {
    if (!All[I].hasFix() || !Allowed(All[I]))
      continue;
    std::map<std::string, tooling::Replacements> Changed;
    Edits New;
    bool Fits = true;
    for (const Edit &E : All[I].Fix) {
      // Two findings may want the same, such as a variable.
      if (is_contained(Taken, E))
        continue;
      auto [Place, First] = Changed.try_emplace(E.File);
      if (First)
        Place->second = Files[E.File];
      if (Error Conflict = Place->second.add(
              tooling::Replacement(E.File, E.Offset, E.Length, E.Text))) {
        consumeError(std::move(Conflict));
        Fits = false;
        break;
      }
      New.push_back(E);
    }
    if (!Fits) {
      Plan.Overlapping.push_back(I);
      continue;
    }
    for (auto &[File, Replacements] : Changed)
      Files[File] = std::move(Replacements);
    Taken.insert(Taken.end(), New.begin(), New.end());
    Plan.Fixed.push_back(I);
  }
  for (const auto &[File, Replacements] : Files) {
    Edits &Changes = Plan.Files[File];
    for (const tooling::Replacement &R : Replacements)
      Changes.push_back(
          {File, R.getOffset(), R.getLength(), R.getReplacementText().str()});
    if (Changes.empty())
      Plan.Files.erase(File);
  }
  return Plan;
}

std::string edited(StringRef Text, const Edits &Changes) {
  std::string Result;
  size_t At = 0;
  for (const Edit &E : Changes) {
    if (E.Offset < At || E.Offset + E.Length > Text.size())
      continue;
    Result += Text.slice(At, E.Offset);
    Result += E.Text;
    At = E.Offset + E.Length;
  }
  Result += Text.drop_front(At);
  return Result;
}

namespace {

/// Lines that change together: [First, Last) of the old ones become New.
struct Hunk {
  unsigned First;
  unsigned Last;
  std::vector<std::string> New;
};

std::vector<std::string> linesOf(StringRef Text) {
  std::vector<std::string> Result;
  while (!Text.empty()) {
    const size_t End = Text.find('\n');
    const size_t Length = End == StringRef::npos ? Text.size() : End + 1;
    Result.push_back(Text.take_front(Length).str());
    Text = Text.drop_front(Length);
  }
  return Result;
}

void printLine(raw_ostream &Out, char Mark, const std::string &Line) {
  Out << Mark << Line;
  if (Line.empty() || Line.back() != '\n')
    Out << "\n\\ No newline at end of file\n";
}

/// The unified diff of one file.
class Diff {
public:
  explicit Diff(StringRef Text) : Text(Text), Old(linesOf(Text)) {
    size_t Start = 0;
    for (const std::string &Line : Old) {
      Starts.push_back(Start);
      Start += Line.size();
    }
    Starts.push_back(Start);
  }

  std::string print(StringRef Name, const Edits &Changes);

private:
  unsigned lines() const { return static_cast<unsigned>(Old.size()); }
  unsigned lineOf(size_t Offset) const {
    const auto After = upper_bound(Starts, Offset);
    const auto Index = static_cast<unsigned>(After - Starts.begin()) - 1;
    return std::min(Index, lines());
  }

  Hunk takeHunk(const Edits &Changes, size_t &I) const;
  void dropEqualLines(Hunk &H) const;
  size_t endOfGroup(size_t First) const;
  void printGroup(raw_ostream &Out, ArrayRef<Hunk> Group);
  void printLines(raw_ostream &Out, char Mark, unsigned First,
                  unsigned Last) const {
    for (; First < Last; ++First)
      printLine(Out, Mark, Old[First]);
  }

  static constexpr unsigned Context = 3;

  const StringRef Text;
  const std::vector<std::string> Old;
  std::vector<size_t> Starts; ///< of the lines, and the end
  std::vector<Hunk> Hunks;
  int Shift = 0; ///< of the lines behind what is printed
};

/// The lines that the change at \p I alters, with all further changes of these
/// lines; \p I is then behind them.
Hunk Diff::takeHunk(const Edits &Changes, size_t &I) const {
  const unsigned First = lineOf(Changes[I].Offset);
  unsigned Last = First + 1;
  Edits Here;
  for (; I < Changes.size() && lineOf(Changes[I].Offset) <= Last; ++I) {
    Last = std::max(Last, lineOf(Changes[I].Offset + Changes[I].Length) + 1);
    Here.push_back(Changes[I]);
  }
  Last = std::min(Last, lines());
  for (Edit &E : Here)
    E.Offset -= static_cast<unsigned>(Starts[First]);
  return {First, Last,
          linesOf(edited(Text.slice(Starts[First], Starts[Last]), Here))};
}

/// Leaves out what is the same before and after.
void Diff::dropEqualLines(Hunk &H) const {
  while (H.First < H.Last && !H.New.empty() && H.New.front() == Old[H.First]) {
    H.New.erase(H.New.begin());
    ++H.First;
  }
  while (H.First < H.Last && !H.New.empty() &&
         H.New.back() == Old[H.Last - 1]) {
    H.New.pop_back();
    --H.Last;
  }
}

/// Past the hunks from \p First on whose context meets.
size_t Diff::endOfGroup(size_t First) const {
  size_t End = First + 1;
  while (End < Hunks.size() &&
         Hunks[End].First <= Hunks[End - 1].Last + 2 * Context)
    ++End;
  return End;
}

void Diff::printGroup(raw_ostream &Out, ArrayRef<Hunk> Group) {
  const unsigned From =
      Group.front().First - std::min(Group.front().First, Context);
  const unsigned To = std::min(Group.back().Last + Context, lines());
  int Added = 0;
  for (const Hunk &H : Group)
    Added +=
        static_cast<int>(H.New.size()) - static_cast<int>(H.Last - H.First);
  const int NewCount = static_cast<int>(To - From) + Added;
  Out << "@@ -" << (To > From ? From + 1 : From) << ',' << To - From << " +"
      << static_cast<int>(From) + Shift + (NewCount ? 1 : 0) << ',' << NewCount
      << " @@\n";
  unsigned Line = From;
  for (const Hunk &H : Group) {
    printLines(Out, ' ', Line, H.First);
    printLines(Out, '-', H.First, H.Last);
    for (const std::string &New : H.New)
      printLine(Out, '+', New);
    Line = H.Last;
  }
  printLines(Out, ' ', Line, To);
  Shift += Added;
}

std::string Diff::print(StringRef Name, const Edits &Changes) {
  for (size_t I = 0; I < Changes.size();) {
    Hunk H = takeHunk(Changes, I);
    dropEqualLines(H);
    if (H.First < H.Last || !H.New.empty())
      Hunks.push_back(std::move(H));
  }
  if (Hunks.empty())
    return "";
  std::string Result;
  raw_string_ostream Out(Result);
  Out << "--- a/" << Name << "\n+++ b/" << Name << "\n";
  for (size_t I = 0; I < Hunks.size();) {
    const size_t End = endOfGroup(I);
    printGroup(Out, ArrayRef(Hunks).slice(I, End - I));
    I = End;
  }
  Out.flush();
  return Result;
}

} // namespace

std::string unifiedDiff(StringRef Name, StringRef Text, const Edits &Changes) {
  return Diff(Text).print(Name, Changes);
}

} // namespace wdm::lint
