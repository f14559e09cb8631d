// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parts of wdm-lint that need no clang-tidy.

#include "tools/lint/Baseline.h"
#include "tools/lint/Database.h"
#include "tools/lint/Fixes.h"
#include "tools/lint/Includes.h"
#include "tools/lint/Options.h"
#include "tools/lint/Pages.h"
#include "tools/lint/Paths.h"
#include "tools/lint/Process.h"
#include "tools/lint/SourceText.h"
#include "gtest/gtest.h"

using namespace wdm::lint;

namespace {

unsigned offsetOf(const SourceText &Text, llvm::StringRef Word) {
  return static_cast<unsigned>(Text.text().find(Word));
}

std::string functionAround(llvm::StringRef Text) {
  const SourceText Source(Text.str());
  return Source.functionAt(offsetOf(Source, "HERE"));
}

TEST(SourceText, FunctionInC) {
  EXPECT_EQ(
      functionAround("int A(void) {}\nint B(int X)\n{ if (X) { HERE(); }"),
      "B");
  EXPECT_EQ(functionAround("int A(void) {}\nint HERE;"), "");
}

TEST(SourceText, FunctionBehindAnnotations) {
  EXPECT_EQ(functionAround("_IRQL_requires_max_(2)\n__declspec(noinline)\n"
                           "NTSTATUS NTAPI Read(PDEVICE_OBJECT D) { HERE"),
            "Read");
}

TEST(SourceText, FunctionInCpp) {
  EXPECT_EQ(functionAround("namespace a { class B {\n int C() const { HERE"),
            "a::B::C");
  EXPECT_EQ(functionAround("int B::C(int X) : Y(X) { HERE"), "B::C");
  EXPECT_EQ(functionAround("extern \"C\" { int D() { auto L = [] { HERE"), "D");
}

TEST(SourceText, BracesThatDoNotCount) {
  EXPECT_EQ(functionAround("int A() { /* } */ f(\"}\", '}'); // }\n HERE"),
            "A");
  EXPECT_EQ(functionAround("#define X }\nint A() {\n#if 1\n if (a) {\n#else\n"
                           " if (b) {\n#endif\n }\n HERE"),
            "A");
  EXPECT_EQ(functionAround("int T[] = { 1, 2 };\nint A() { HERE"), "A");
}

TEST(SourceText, Call) {
  const SourceText Text("status = F(a, /* b */ g( c ),\r\n\t\"x y\") ; h();");
  EXPECT_EQ(Text.callAt(offsetOf(Text, "F(")), "F(a,g(c),\"x y\")");
  const SourceText NoCall("MACRO; next(1)");
  EXPECT_EQ(NoCall.callAt(0), "MACRO");
}

TEST(SourceText, Columns) {
  // The last letter of the word takes two units of UTF-16.
  const SourceText Text("\xef\xbb\xbfx\n\xc3\xa4 \xf0\x9f\x98\x80 y\n\xe4 z");
  EXPECT_EQ(Text.place(3).Utf16Column, 1u);
  const LineColumn Y = Text.place(offsetOf(Text, "y"));
  EXPECT_EQ(Y.Line, 2u);
  EXPECT_EQ(Y.Utf16Column, 6u);
  EXPECT_EQ(Y.Column, 9u);
  // Latin-1: a byte is a column.
  EXPECT_EQ(Text.place(offsetOf(Text, "z")).Utf16Column, 3u);
}

TEST(SourceText, LineEnds) {
  const SourceText Text("a\r\nb\rc\n");
  EXPECT_EQ(Text.lines(), 4u);
  EXPECT_EQ(Text.line(1), "a");
  EXPECT_EQ(Text.line(2), "b");
  EXPECT_EQ(Text.line(9), "");
}

Mark mark(const char *Print, const char *Context, const char *Uri) {
  return {Print, Context, Uri};
}

TEST(Baseline, OneOldFindingExcusesOneNewOne) {
  const Comparison C = compare({mark("f", "c", "a.c")},
                               {mark("f", "x", "a.c"), mark("f", "c", "a.c")});
  EXPECT_FALSE(C.IsOld[0]);
  EXPECT_TRUE(C.IsOld[1]);
  EXPECT_EQ(C.Gone, 0u);
}

TEST(Baseline, TheSameFileComesFirst) {
  // b.c is a copy of a.c, and not its new name.
  const Comparison C = compare({mark("f", "c", "b.c")},
                               {mark("f", "c", "a.c"), mark("f", "y", "b.c")});
  EXPECT_FALSE(C.IsOld[0]);
  EXPECT_TRUE(C.IsOld[1]);
}

TEST(Baseline, RenamedAndGone) {
  const Comparison C = compare({mark("f", "c", "a.c"), mark("g", "c", "a.c")},
                               {mark("f", "c", "new.c")});
  EXPECT_TRUE(C.IsOld[0]);
  EXPECT_EQ(C.Gone, 1u);
}

Finding findingWith(unsigned Offset, unsigned Length, const char *Text) {
  Finding F;
  F.Where.File = "/f.c";
  F.Fix = {{"/f.c", Offset, Length, Text}};
  return F;
}

bool always(const Finding &) { return true; }

TEST(Fixes, OverlappingOnesAreLeftWhole) {
  std::vector<Finding> All = {findingWith(0, 4, "x"), findingWith(2, 4, "y")};
  All[1].Fix.push_back({"/f.c", 20, 0, "z"});
  const FixPlan Plan = planFixes(All, always);
  EXPECT_EQ(Plan.Fixed, std::vector<size_t>{0});
  EXPECT_EQ(Plan.Overlapping, std::vector<size_t>{1});
  EXPECT_EQ(Plan.Files.at("/f.c").size(), 1u);
}

TEST(Fixes, WhatTwoWantIsDoneOnce) {
  std::vector<Finding> All = {findingWith(3, 0, "v;"), findingWith(3, 0, "v;")};
  All[0].Fix.push_back({"/f.c", 10, 0, "1"});
  All[1].Fix.push_back({"/f.c", 20, 0, "2"});
  const FixPlan Plan = planFixes(All, always);
  EXPECT_EQ(Plan.Fixed.size(), 2u);
  EXPECT_EQ(edited("0123456789012345678901234", Plan.Files.at("/f.c")),
            "012v;3456789"
            "10123456789"
            "201234");
}

TEST(Fixes, Diff) {
  const std::string Text = "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7\r\n8\r\n9";
  EXPECT_EQ(unifiedDiff("f.c", Text, {{"", 12, 1, "five"}, {"", 24, 1, "x"}}),
            "--- a/f.c\n+++ b/f.c\n"
            "@@ -2,8 +2,8 @@\n"
            " 2\r\n 3\r\n 4\r\n-5\r\n+five\r\n 6\r\n 7\r\n 8\r\n"
            "-9\n\\ No newline at end of file\n"
            "+x\n\\ No newline at end of file\n");
  EXPECT_EQ(unifiedDiff("f.c", Text, {{"", 12, 1, "5"}}), "");
}

TEST(Fixes, DiffOfAnInsertionAtTheEnd) {
  EXPECT_EQ(unifiedDiff("f", "a\n", {{"", 2, 0, "b\n"}}),
            "--- a/f\n+++ b/f\n@@ -1,1 +1,2 @@\n a\n+b\n");
}

int read(std::vector<const char *> Words, Options &Result) {
  Words.insert(Words.begin(), "wdm-lint");
  return readOptions(static_cast<int>(Words.size()), Words.data(), Result);
}

TEST(Options, Forms) {
  Options O;
  EXPECT_EQ(read({"-pbuild", "-j4", "-checks=a,b", "--shard", "2/3", "x.c",
                  "--", "-y.c"},
                 O),
            -1);
  EXPECT_EQ(O.Folder, "build");
  EXPECT_EQ(O.Jobs, 4u);
  EXPECT_EQ(O.Checks, "a,b");
  EXPECT_EQ(O.Shard, 2u);
  EXPECT_EQ(O.Names, (std::vector<std::string>{"x.c", "-y.c"}));
}

TEST(Options, Wrong) {
  const std::vector<std::vector<const char *>> Lines = {
      {"--fixx"},
      {"--sarif"},
      {"--sarif="},
      {"--fix=1"},
      {"--fix", "--diff"},
      {"-j", "0"},
      {"-j", "two"},
      {"--shard", "0/4"},
      {"--color", "blue"},
      {"--timeout", "soon"},
      {"--merge", "--doctor", "x"},
      {"--merge", "--fix"}};
  for (const std::vector<const char *> &Line : Lines) {
    Options O;
    EXPECT_EQ(read(Line, O), 2) << Line.front();
  }
}

/// A tree of files that goes with the test.
class Tree {
public:
  std::string write(const char *Name, const std::string &Text) const {
    const std::string Path = Folder.file(Name);
    EXPECT_FALSE(writeFile(Path, Text));
    return Path;
  }
  TemporaryFolder Folder;
};

TEST(Database, ResponseFilesAndPrecompiledHeaders) {
  Tree T;
  T.write("a.rsp", "/Yustdafx.h /Fpx.pch\n/W4");
  T.write("compile_commands.json",
          R"([{"directory": ".", "file": "a.c",
               "arguments": ["C:\\VC\\bin\\cl.exe", "@a.rsp", "a.c"]}])");
  llvm::Expected<Database> D = Database::load(T.Folder.path());
  ASSERT_TRUE(static_cast<bool>(D));
  const Command &C = D->units().front().Commands.front();
  EXPECT_EQ(C.Directory, T.Folder.path());
  EXPECT_TRUE(C.isClStyle());
  EXPECT_TRUE(C.usesPrecompiledHeader());
  EXPECT_EQ(C.withoutPrecompiledHeader(),
            (std::vector<std::string>{"C:\\VC\\bin\\cl.exe", "/W4", "a.c"}));
}

TEST(Database, PrecompiledHeadersOfClang) {
  Command C;
  C.Arguments = {"clang",   "-Xclang",  "-include-pch", "-Xclang", "x.pch",
                 "-Xclang", "-include", "-Xclang",      "x.hxx",   "a.c"};
  EXPECT_FALSE(C.isClStyle());
  EXPECT_TRUE(C.usesPrecompiledHeader());
  EXPECT_EQ(C.withoutPrecompiledHeader(),
            (std::vector<std::string>{"clang", "-Xclang", "-include", "-Xclang",
                                      "x.hxx", "a.c"}));
  // Here it is a path.
  C.Arguments = {"gcc", "/Fp", "a.c"};
  EXPECT_FALSE(C.usesPrecompiledHeader());
}

bool registers(Tree &T, const std::string &Text, bool Named = false) {
  Unit One;
  One.File = T.write("main.c", Text);
  One.Commands = {{T.Folder.path().str(), {"clang", "-I.", "-c", "main.c"}}};
  Includes Look(Named ? std::vector<std::string>{"HookIrp"}
                      : std::vector<std::string>{});
  return Look.look(One, false).Registers;
}

TEST(Includes, WhatIsNotParsed) {
  Tree T;
  T.write("plain.h", "int X;");
  T.write("wdm.h", "NTSTATUS IoSetCompletionRoutineEx(PDEVICE_OBJECT D);");
  EXPECT_FALSE(registers(T, "#include \"plain.h\"\n#include <wdm.h>\n"
                            "#include <stdarg.h>\nint A;"));
  EXPECT_FALSE(registers(T, "void F(void) { HookIrp(1); }"));
}

TEST(Includes, WhatIsParsed) {
  Tree T;
  T.write("hook.h", "#define REGISTER(X) IoSetCompletionRoutine##X\n");
  T.write("paste.h", "#define SET(X) Io##X##CompletionRoutine ## Ex\n");
  T.write("deep.h", "#\tinclude \\\n  \"hook.h\"\n");
  T.write("declared.h", "NTSTATUS Set(PIRP I, PIO_COMPLETION_ROUTINE R);");
  EXPECT_TRUE(registers(T, "IoSetCompletionRoutineEx(a, b);"));
  EXPECT_TRUE(registers(T, "#include \"paste.h\"\n"));
  EXPECT_TRUE(registers(T, "#include <declared.h>\n"));
  EXPECT_TRUE(registers(T, "void F(void) { HookIrp(1); }", true));
  // What is not known.
  EXPECT_TRUE(registers(T, "#include \"gone.h\"\n"));
  EXPECT_TRUE(registers(T, "#include HEADER\n"));
  EXPECT_TRUE(registers(T, "#include \"deep.h\"\n"));
}

TEST(Pages, Parts) {
  const RuleText Rule = readPage(
      "# wdm-x\n\n> One\n> rule.\n\n## At run time\n\nIt *hangs*.\n\n"
      "## Wrong code\n\n```c wrong brief\nint x;\n```\n\n## Related rules\n\n"
      "- [A](https://e.org/a) and [B](b.md)\n");
  EXPECT_EQ(Rule.Short, "One rule.");
  EXPECT_EQ(Rule.Full, "One rule.\n\nIt hangs.");
  EXPECT_EQ(Rule.Uri, "https://e.org/a");
  EXPECT_NE(Rule.Markdown.find("```c\nint x;"), std::string::npos);
  EXPECT_NE(Rule.Markdown.find("[A](https://e.org/a) and B"),
            std::string::npos);
  EXPECT_EQ(textOf("clang-analyzer-core.NullDereference").Uri,
            "https://clang.llvm.org/extra/clang-tidy/checks/clang-analyzer/"
            "core.NullDereference.html");
}

TEST(Paths, Uris) {
  EXPECT_EQ(fileUri("/a b/%.c"), "file:///a%20b/%25.c");
  EXPECT_EQ(fileUri("C:/a b/\xC3\xA9.c"), "file:///C:/a%20b/%C3%A9.c");
  EXPECT_EQ(fileUri("//server/share/a.c"), "file://server/share/a.c");
  EXPECT_EQ(uriOf("/r/a/b.c", "/r"), "a/b.c");
  EXPECT_EQ(uriOf("/rest/b.c", "/r"), "file:///rest/b.c");
  EXPECT_EQ(uriOf("/r/a:b.c", "/r"), "a%3Ab.c");
}

} // namespace
