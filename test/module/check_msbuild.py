# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_msbuild.py SOURCE-ROOT

Reads what msbuild/ and the sample project say to MSBuild and NuGet."""

import fnmatch
import os
import re
import sys
import xml.etree.ElementTree as ET

root = sys.argv[1]
MSBUILD = "{http://schemas.microsoft.com/developer/msbuild/2003}"
NUGET = "{http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd}"
# As public projects set them, and the documentation of Visual Studio names them.
READ_BY_VISUAL_STUDIO = {
    *("EnableClangTidyCodeAnalysis", "RunCodeAnalysis", "ClangTidyToolPath"),
    *("ClangTidyToolExe", "ClangTidyChecks"),
}
OURS = {"WdmTidy", "WdmTidyChecks", "WdmTidyRoot"}
# What cmake/windows/Package.cmake and tools/CMakeLists.txt install.
ARCHIVE = [
    *("bin/wdm-clang-tidy.exe", "bin/wdm-clangd.exe", "lib/clang/19/include/stddef.h"),
    *("build/native/wdm-tidy.props", "build/native/wdm-tidy.targets"),
    *("doc/README.md", "licenses/LICENSE"),
]


def read(*names):
    with open(os.path.join(root, *names), encoding="utf-8") as f:
        return f.read()


def parse(text, namespace, kind):
    document = ET.fromstring(text)
    assert document.tag == namespace + kind, document.tag
    return document


def names_in(text):
    """The properties that expressions name."""
    return set(re.findall(r"\$\((\w+)\)", text))


def archived(pattern):
    pattern = pattern.replace("\\", "/").replace("**", "*")
    return any(fnmatch.fnmatch(name, pattern) for name in ARCHIVE)


text = read("msbuild", "wdm-tidy.props")
props = parse(text, MSBUILD, "Project")
conditions = [group.get("Condition") for group in props]
assert conditions == [None, "'$(WdmTidy)' != 'false'"], conditions
ours, theirs = [[p.tag[len(MSBUILD) :] for p in group] for group in props]
assert set(ours) == OURS, ours
assert set(theirs) == READ_BY_VISUAL_STUDIO, theirs
assert names_in(text) <= OURS | READ_BY_VISUAL_STUDIO | {"MSBuildThisFileDirectory"}
values = {p.tag[len(MSBUILD) :]: p.text for group in props for p in group}
assert archived("bin/" + values["ClangTidyToolExe"])
assert values["ClangTidyToolPath"] == "$(WdmTidyRoot)\\bin"
assert values["WdmTidyChecks"] == "-*,wdm-*"
print(f"wdm-tidy.props: {len(ours) + len(theirs)} properties")

text = read("msbuild", "wdm-tidy.targets")
targets = parse(text, MSBUILD, "Project")
found = targets.findall(MSBUILD + "Target")
assert [t.get("BeforeTargets") for t in found] == ["ClangTidy"]
assert names_in(text) <= OURS | READ_BY_VISUAL_STUDIO, names_in(text)
print(f"wdm-tidy.targets: {len(found)} target")

package = parse(read("msbuild", "wdm-tidy.nuspec"), NUGET, "package")
assert package.find(f"{NUGET}metadata/{NUGET}id").text == "wdm-tidy"
files = package.findall(f"{NUGET}files/{NUGET}file")
for file in files:
    assert archived(file.get("src")), file.get("src")
# NuGet imports only what has the package's name, from here.
native = {f.get("src") for f in files if f.get("target") == "build\\native"}
assert native == {f"build\\native\\wdm-tidy.{e}" for e in ("props", "targets")}, native
print(f"wdm-tidy.nuspec: {len(files)} files")

project = parse(read("test", "drivers", "filter", "latflt.vcxproj"), MSBUILD, "Project")
sources = [e.get("Include") for e in project.iter(MSBUILD + "ClCompile") if e.get("Include")]
cmake = re.search(r"add_library\(latflt OBJECT([^)]*)", read("test", "drivers", "filter", "CMakeLists.txt"))
assert sources == cmake[1].split(), sources
for header in project.iter(MSBUILD + "ClInclude"):
    assert os.path.exists(os.path.join(root, "test", "drivers", "filter", header.get("Include")))
imports = [e.get("Project") for e in project.iter(MSBUILD + "Import")]
for path in imports:
    if path.startswith("..\\"):
        assert archived(path[len("..\\") :]), path
# Behind the toolset's properties, before its targets.
order = [i for i in imports if "wdm-tidy.props" in i or "Microsoft.Cpp." in i]
assert [os.path.splitext(i)[0].split(".")[-1] for i in order[1:3]] == ["Cpp", "\\build\\native\\wdm-tidy"], order
print(f"latflt.vcxproj: {len(sources)} sources")
