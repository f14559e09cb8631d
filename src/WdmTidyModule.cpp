// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registers the checks with clang-tidy, and refuses to work in an LLVM other
// than the one that this object was compiled for.

#include "checks/CompletionRoutineRegisteredCheck.h"
#include "checks/IoSetCompletionExCompleteIrpCheck.h"
#include "checks/IoSetCompletionRoutineExCheck.h"
#include "checks/IoSetCompletionRoutineExDeviceObjectCheck.h"
#include "checks/IrpNotCompletedCheck.h"
#include "checks/IrpUsedAfterCompletionCheck.h"
#include "checks/PendingIrpCheck.h"
#include "src/Compat.h"

#include WDM_CLANG_TIDY_REGISTRY_HEADER

#include "clang/Basic/Version.h"
#include "llvm/ADT/StringRef.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace wdm {
namespace {

/// Ends the process when the running clang is not the one of the build.
///
/// Neither clang-tidy nor the loader would notice: clang's classes have no
/// stable layout and its registry belongs to one LLVM, so a foreign plugin is
/// loaded, finds nothing and the run ends with success. Major and minor have to
/// agree; LLVM keeps its interfaces within a minor release.
class VersionGuard {
public:
  VersionGuard() {
    const std::string Running = clang::getClangFullVersion();
    // "Debian clang version 22.1.8 (...)", the vendor's words vary.
    llvm::StringRef Number(Running);
    const size_t Word = Number.find("version ");
    if (Word != llvm::StringRef::npos)
      Number = Number.drop_front(Word + std::strlen("version "));
    unsigned Major = 0;
    unsigned Minor = 0;
    const bool Readable = !Number.consumeInteger(10, Major) &&
                          Number.consume_front(".") &&
                          !Number.consumeInteger(10, Minor);
    if (Readable && Major == CLANG_VERSION_MAJOR &&
        Minor == CLANG_VERSION_MINOR)
      return;
    std::fprintf(stderr,
                 "error: the wdm module was built for LLVM %s and is running "
                 "in '%s'; use the clang-tidy of LLVM %d.%d, or build the "
                 "module again with "
                 "-DCMAKE_PREFIX_PATH=/usr/lib/llvm-%u\n",
                 CLANG_VERSION_STRING, Running.c_str(), CLANG_VERSION_MAJOR,
                 CLANG_VERSION_MINOR, Major);
    std::fflush(stderr);
    // Inside dlopen: no destructor of a half-loaded library may run.
    std::_Exit(2);
  }
};

// Before every other initialiser of the module, which could already call
// something that the running LLVM has not.
#if defined(__GNUC__)
__attribute__((init_priority(101)))
#endif
const VersionGuard Guard;

class WdmModule : public clang::tidy::ClangTidyModule {
public:
  void addCheckFactories(
      clang::tidy::ClangTidyCheckFactories &CheckFactories) override {
    CheckFactories.registerCheck<IoSetCompletionRoutineExCheck>(
        "wdm-io-set-completion-routine-ex");
    CheckFactories.registerCheck<CompletionRoutineRegisteredCheck>(
        "wdm-completion-routine-registered");
    CheckFactories.registerCheck<IoSetCompletionExCompleteIrpCheck>(
        "wdm-io-set-completion-ex-complete-irp");
    CheckFactories.registerCheck<IoSetCompletionRoutineExDeviceObjectCheck>(
        "wdm-io-set-completion-routine-ex-device-object");
    CheckFactories.registerCheck<IrpUsedAfterCompletionCheck>(
        "wdm-irp-used-after-completion");
    CheckFactories.registerCheck<PendingIrpCheck>("wdm-pending-irp");
    CheckFactories.registerCheck<IrpNotCompletedCheck>("wdm-irp-not-completed");
  }
};

const clang::tidy::ClangTidyModuleRegistry::Add<WdmModule>
    Registration("wdm-module", "Checks for Windows WDM drivers.");

} // namespace
} // namespace wdm
