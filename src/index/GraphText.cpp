//===- GraphText.cpp - Names and places in an index -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/index/GraphText.h"
#include "src/index/IndexFile.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/Support/Path.h"
#include <array>
#include <charconv>

using namespace clang;

namespace json = llvm::json;

namespace wdm::index {

using llvm::StringRef;

static std::string usrOf(const Decl &D) {
  llvm::SmallString<128> Usr;
  if (clang::index::generateUSRForDecl(&D, Usr))
    return {};
  return json::fixUTF8(Usr);
}

/// A record without a name goes by where it stands: in a record, as its n-th;
/// else in a file. (USRs do not tell those of one record apart.) What C and C++
/// share is called as in C, where no record has a record's name in its own.
static std::string keyOfRecord(const RecordDecl &R) {
  if (R.getIdentifier() && isa<RecordDecl>(R.getDeclContext()) &&
      R.getDeclContext()->isExternCContext())
    return ((R.isUnion() ? "c:@U@" : "c:@S@") + R.getName()).str();
  if (R.getDeclName() || R.getTypedefNameForAnonDecl())
    return usrOf(R);
  if (const auto *Outer = dyn_cast<RecordDecl>(R.getDeclContext())) {
    const std::string Key =
        keyOfRecord(*cast<RecordDecl>(Outer->getCanonicalDecl()));
    unsigned Number = 0;
    for (const Decl *D : Outer->decls()) {
      if (D->getCanonicalDecl() == R.getCanonicalDecl())
        break;
      // In C++ the first of them is the record's own name.
      Number += isa<RecordDecl>(D) && !D->isImplicit();
    }
    return Key.empty() ? Key : Key + "/" + std::to_string(Number);
  }
  const SourceManager &Sources = R.getASTContext().getSourceManager();
  const SourceLocation Loc = Sources.getFileLoc(R.getLocation());
  return ("@" + llvm::sys::path::filename(Sources.getFilename(Loc)) + ":" +
          llvm::Twine(Sources.getSpellingLineNumber(Loc)) + ":" +
          llvm::Twine(Sources.getSpellingColumnNumber(Loc)))
      .str();
}

std::string keyOf(const NamedDecl &D, StringRef Unit) {
  if (const auto *Record = dyn_cast<RecordDecl>(&D))
    return keyOfRecord(*Record);
  if (const auto *Field = dyn_cast<FieldDecl>(&D)) {
    const std::string Of =
        keyOfRecord(*cast<RecordDecl>(Field->getParent()->getCanonicalDecl()));
    return Of.empty() ? Of
                      : Of + "." +
                            (Field->getDeclName()
                                 ? json::fixUTF8(Field->getName())
                                 : std::to_string(Field->getFieldIndex()));
  }
  std::string Key = usrOf(D);
  if (!Key.empty() && !D.isExternallyVisible())
    Key += "#" + hashOf(Unit);
  return Key;
}

StringRef nameIn(StringRef Key) {
  const size_t Last = Key.find_last_of("@.");
  return Last == StringRef::npos ? StringRef() : Key.substr(Last + 1);
}

const std::string &KeyCache::of(const NamedDecl &D) {
  auto [It, New] = Known.try_emplace(&D);
  if (New)
    It->second = keyOf(D, Unit);
  return It->second;
}

StringRef PlaceTexts::of(SourceLocation Loc) {
  if (Loc == LastLoc)
    return Last;
  LastLoc = Loc;
  Last.clear();
  const SourceManager &Sources = Context.getSourceManager();
  Loc = Sources.getFileLoc(Loc);
  if (Loc.isInvalid())
    return Last;
  const auto [Id, Offset] = Sources.getDecomposedLoc(Loc);
  auto [It, New] = Known.try_emplace(Id, -1);
  if (New) {
    llvm::SmallString<256> Path(Sources.getFilename(Loc));
    if (!Path.empty()) {
      Sources.getFileManager().makeAbsolutePath(Path);
      llvm::sys::path::remove_dots(Path, true);
      It->second = Files(Path);
    }
  }
  if (It->second < 0)
    return Last;
  const auto Add = [&](int64_t N) {
    std::array<char, 24> Digits;
    char *const Begin = Digits.data();
    Last.append(Begin, std::to_chars(Begin, Begin + Digits.size(), N).ptr);
  };
  Add(Sources.getLineNumber(Id, Offset));
  Last += ':';
  Add(Sources.getColumnNumber(Id, Offset));
  if (It->second) {
    Last += '@';
    Add(It->second);
  }
  return Last;
}

} // namespace wdm::index
