// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one header with conditionals on the LLVM version. Nothing else in the
// module asks which LLVM it is built for.

#ifndef WDM_COMPAT_H
#define WDM_COMPAT_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
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

/// The type of a record; clang 22 has no other word for it.
inline clang::QualType tagType(const clang::ASTContext &Context,
                               const clang::RecordDecl &Record) {
#if CLANG_VERSION_MAJOR >= 22
  return clang::QualType(Context.getCanonicalTagType(&Record));
#else
  return Context.getRecordType(&Record);
#endif
}

/// A record that is declared in no scope.
inline clang::RecordDecl *newRecord(clang::ASTContext &Context,
                                    llvm::StringRef Name) {
#if CLANG_VERSION_MAJOR >= 18
  const auto Kind = clang::TagTypeKind::Struct;
#else
  const auto Kind = clang::TTK_Struct;
#endif
  auto *Scope = Context.getTranslationUnitDecl();
  auto *Id = Name.empty() ? nullptr : &Context.Idents.get(Name);
  // C++ code asks records for more.
  if (Context.getLangOpts().CPlusPlus)
    return clang::CXXRecordDecl::Create(Context, Kind, Scope,
                                        clang::SourceLocation(),
                                        clang::SourceLocation(), Id);
  return clang::RecordDecl::Create(Context, Kind, Scope,
                                   clang::SourceLocation(),
                                   clang::SourceLocation(), Id);
}

} // namespace wdm

#endif // WDM_COMPAT_H
