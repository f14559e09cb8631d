// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one header with conditionals on the LLVM version. Nothing else in the
// module asks which LLVM it is built for.

#ifndef WDM_COMPAT_H
#define WDM_COMPAT_H

#include "clang/AST/Attr.h"
#include "clang/Basic/Version.h"

#if CLANG_VERSION_MAJOR < 16
#error "The wdm module needs LLVM 16 or newer."
#endif

/// The header that declares ClangTidyModuleRegistry, for a computed #include:
/// clang-tidy 22 moved the registry into ClangTidyModule.h and warns about the
/// old header, which goes away in 24. Not included here, so that the engine
/// can use this file without seeing clang-tidy.
#if CLANG_VERSION_MAJOR >= 22
#define WDM_CLANG_TIDY_REGISTRY_HEADER "clang-tidy/ClangTidyModule.h"
#else
#define WDM_CLANG_TIDY_REGISTRY_HEADER "clang-tidy/ClangTidyModuleRegistry.h"
#endif

namespace wdm {

/// The condition of `[[assume(condition)]]`, or null: there is such an
/// attribute from clang 19.
inline const clang::Expr *assumedBy([[maybe_unused]] const clang::Attr &A) {
#if CLANG_VERSION_MAJOR >= 19
  if (const auto *Assume = llvm::dyn_cast<clang::CXXAssumeAttr>(&A))
    return Assume->getAssumption();
#endif
  return nullptr;
}

} // namespace wdm

#endif // WDM_COMPAT_H
