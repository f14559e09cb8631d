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
/// else in a file. (USRs do not tell those of one record apart.)
static std::string keyOfRecord(const RecordDecl &R) {
  if (R.getDeclName() || R.getTypedefNameForAnonDecl())
    return usrOf(R);
  if (const auto *Outer = dyn_cast<RecordDecl>(R.getDeclContext())) {
    const std::string Key =
        keyOfRecord(*cast<RecordDecl>(Outer->getCanonicalDecl()));
    unsigned Number = 0;
    for (const Decl *D : Outer->decls()) {
      if (D->getCanonicalDecl() == R.getCanonicalDecl())
        break;
      Number += isa<RecordDecl>(D);
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

std::string placeText(const ASTContext &Context, SourceLocation Loc,
                      FileNumbers Files) {
  const SourceManager &Sources = Context.getSourceManager();
  Loc = Sources.getFileLoc(Loc);
  if (Loc.isInvalid())
    return {};
  llvm::SmallString<256> Path(Sources.getFilename(Loc));
  if (Path.empty())
    return {};
  Sources.getFileManager().makeAbsolutePath(Path);
  llvm::sys::path::remove_dots(Path, true);
  const unsigned File = Files(Path);
  std::string Text = std::to_string(Sources.getSpellingLineNumber(Loc)) + ":" +
                     std::to_string(Sources.getSpellingColumnNumber(Loc));
  if (File)
    Text += "@" + std::to_string(File);
  return Text;
}

} // namespace wdm::index
