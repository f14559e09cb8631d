# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Substitutions for the tests (the values come from lit.site.cfg.py, written by
# CMake):
#
#   %check_wdm     test/check_wdm.py: a test of a check; see the top of that file
#   %clang_tidy    clang-tidy of the LLVM under test with the plugin loaded
#   %bare_tidy     the same clang-tidy without the plugin
#   %wdm_tidy      wdm-clang-tidy, if it is built (REQUIRES: wdm-clang-tidy)
#   %wdm_clangd    wdm-clangd, if it is built (REQUIRES: wdm-clangd)
#   %plugin        the plugin
#   %wdm_flags     compiler arguments for a driver against the stubs in Inputs
#   %lint          wdm-lint of this build
#   %filecheck     FileCheck, %not, %python, %llvm_major, %llvm_version
#   %source_root   the repository, %build_root the build folder
#
# Features: llvm-16, llvm-19, llvm-22 (the LLVM under test), mingw-ddk (the
# headers of mingw-w64-common), wdm-clang-tidy, wdm-clangd, nvim, sarif-multitool (its
# validator of reports), jsonschema (Python's), ninja, gnu-parallel, xbuild (of Mono),
# sanitizers (a build with WDM_SANITIZE).
#
# lit -Dstandalone=1 runs %check_wdm with wdm-clang-tidy instead of the plugin.

import importlib.util
import os
import shutil
import sys

import lit.formats

config.name = f"wdm (LLVM {config.llvm_major})"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".c", ".cpp", ".test"]
# Sources of a driver, not tests.
config.excludes = ["Inputs", "filter", "filterpp", "runtime.c", "EngineTest.cpp", "LintTest.cpp"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.build_root, "test")

for name in ("HOME", "TMPDIR", "CLANGD_FLAGS", "CI"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.environment["LC_ALL"] = "C.UTF-8"


def tool(name):
    path = os.path.join(config.llvm_tools, name)
    if not os.path.exists(path):
        path = shutil.which(f"{name}-{config.llvm_major}") or ""
    if not path:
        lit_config.fatal(
            f"{name} of LLVM {config.llvm_major} is missing; "
            f"scripts/test installs it"
        )
    return path


# The tools of LLVM are not built with sanitizers, but load what is.
if config.sanitizer_runtime:
    config.environment["LD_PRELOAD"] = config.sanitizer_runtime
    # Memory that LLVM and the module both allocate in would be poisoned by the
    # module alone. Python, git and others leave memory behind at their end. One
    # test has the module in one process twice, as plugin and inside.
    config.environment["ASAN_OPTIONS"] = (
        "allow_user_poisoning=0:detect_leaks=0:detect_odr_violation=0:exitcode=99"
    )
    config.environment["UBSAN_OPTIONS"] = "print_stacktrace=1:exitcode=99"
    config.available_features.add("sanitizers")

clang_tidy = tool("clang-tidy")
filecheck = tool("FileCheck")
inputs = os.path.join(config.test_source_root, "Inputs")
wdm_tidy = os.path.join(config.build_root, "bin", "wdm-clang-tidy")
wdm_clangd = os.path.join(config.build_root, "bin", "wdm-clangd")
standalone = bool(lit_config.params.get("standalone"))

config.available_features.add(f"llvm-{config.llvm_major}")
if os.path.exists("/usr/share/mingw-w64/include/ddk/wdm.h"):
    config.available_features.add("mingw-ddk")
for name, path in (("wdm-clang-tidy", wdm_tidy), ("wdm-clangd", wdm_clangd)):
    if os.path.exists(path):
        config.available_features.add(name)
if os.path.exists(os.path.join(config.build_root, "bin", "wdm-engine-tests")):
    config.available_features.add("engine-tests")
if shutil.which("nvim"):
    config.available_features.add("nvim")
# Installed from npm by scripts/test; a .NET program that would look for ICU.
config.sarif_multitool = os.path.join(
    config.source_root, "build-npm", "node_modules", "@microsoft",
    "sarif-multitool-linux", "Sarif.Multitool")
config.environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1"
if os.access(config.sarif_multitool, os.X_OK):
    config.available_features.add("sarif-multitool")
if shutil.which("ninja"):
    config.available_features.add("ninja")
if shutil.which("parallel"):
    config.available_features.add("gnu-parallel")
if shutil.which("xbuild"):
    config.available_features.add("xbuild")
if importlib.util.find_spec("jsonschema"):
    config.available_features.add("jsonschema")

check_wdm = [
    sys.executable,
    os.path.join(config.test_source_root, "check_wdm.py"),
    "--clang-tidy=" + (wdm_tidy if standalone else clang_tidy),
    "--filecheck=" + filecheck,
    "--inputs=" + inputs,
    "--temp=%t.check",
]
if not standalone:
    check_wdm.append("--plugin=" + config.plugin)

config.substitutions += [
    ("%check_wdm", " ".join(check_wdm)),
    ("%clang_tidy", f"{clang_tidy} --load={config.plugin}"),
    ("%bare_tidy", clang_tidy),
    ("%wdm_tidy", wdm_tidy),
    ("%wdm_clangd", wdm_clangd),
    ("%plugin", config.plugin),
    (
        "%wdm_flags",
        "--target=x86_64-pc-windows-msvc -fms-extensions -fms-compatibility "
        f"-I{inputs}",
    ),
    ("%lint", os.path.join(config.build_root, "bin", "wdm-lint")),
    ("%filecheck", filecheck),
    ("%not", tool("not")),
    ("%python", sys.executable),
    ("%llvm_major", config.llvm_major),
    ("%llvm_version", config.llvm_version),
    ("%llvm_tools", config.llvm_tools),
    ("%source_root", config.source_root),
    ("%build_root", config.build_root),
]
