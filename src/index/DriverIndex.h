//===- DriverIndex.h - The rest of the driver, from its index ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What engine::OtherUnits asks, answered from an IndexFile.
///
/// Stale is unknown: a function of another unit is followed only where all
/// files that the unit was read from have the contents of then; otherwise it is
/// as if there were no index, and a complaint says so. The same where the index
/// does not know the unit that is looked at, or was made with other options of
/// the checks.
///
/// Files of other units become known to the source manager, so that notes can
/// stand in them.
///
/// Cost: a unit of which something is used is hashed, with its headers, once
/// for each translation unit that uses it.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_INDEX_DRIVERINDEX_H
#define WDM_INDEX_DRIVERINDEX_H

#include "src/engine/OtherUnits.h"
#include "src/index/GraphText.h"
#include "src/index/IndexFile.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace wdm::index {

/// The file of \p Path, from a cache: opened again when it has changed. Any
/// thread may ask.
llvm::Expected<std::shared_ptr<IndexFile>> openIndex(llvm::StringRef Path);

/// The main file of a translation unit as summaries name it; empty: it is no
/// file.
std::string mainFileOf(clang::ASTContext &Context);

class DriverIndex : public engine::OtherUnits, private GraphNames {
public:
  /// \p Options: hash of the checks' options. \p Name: of the index, to be
  /// shown.
  DriverIndex(std::shared_ptr<IndexFile> File, clang::ASTContext &Context,
              llvm::StringRef Options, llvm::StringRef Name);

  void setOwn(llvm::ArrayRef<const clang::FunctionDecl *> Functions,
              llvm::ArrayRef<const clang::FunctionDecl *> Called) override;
  const engine::OtherFunction *find(const clang::FunctionDecl &Named) override;
  std::unique_ptr<engine::FlowGraph>
  graphOf(const clang::FunctionDecl &F, engine::SiteNumbers &Sites) override;
  const void *identityOf(const clang::NamedDecl &D) override;
  std::vector<const clang::FunctionDecl *>
  callersOf(const clang::FunctionDecl &F, bool &Unseen) override;
  bool isTable(const clang::ValueDecl &D) override;
  engine::DriverFacts factsOf(const clang::FunctionDecl &F) override;

  /// One sentence each.
  const std::vector<std::string> &complaints() const { return Complaints; }

private:
  struct Entry {
    engine::OtherFunction Function;
    llvm::json::Object Line;
  };

  // GraphNames.
  const void *identity(char Kind, llvm::StringRef Key,
                       llvm::StringRef Name) override;
  const clang::FunctionDecl *callee(llvm::StringRef Key) override;
  clang::SourceLocation place(llvm::StringRef Text) override;

  std::string keyOfFunction(const clang::FunctionDecl &F);
  const clang::FunctionDecl *ownStatic(llvm::StringRef Key);
  std::optional<llvm::json::Object> lineOf(llvm::StringRef Key);
  clang::RecordDecl *record(llvm::StringRef Name);
  void giveType(const clang::FunctionDecl &F, const llvm::json::Object &Line);
  const clang::FunctionDecl *declared(llvm::StringRef Key,
                                      llvm::StringRef Name);
  const Entry *load(llvm::StringRef Key);
  std::unique_ptr<Entry> read(llvm::StringRef Key);
  bool isFresh(uint32_t Unit);
  bool isSame(uint32_t Input, std::string &Path);
  void openFiles(const llvm::json::Object &Line);
  void complain(const std::string &Text);

  std::shared_ptr<IndexFile> File;
  clang::ASTContext &Context;
  const std::string Name;
  const std::string Unit; ///< this one
  bool Usable = false;
  llvm::StringMap<const clang::NamedDecl *> Declared; ///< by key
  llvm::DenseMap<const clang::NamedDecl *, const void *> Identities;
  llvm::DenseMap<const clang::FunctionDecl *, std::string> Keys;
  llvm::StringMap<const clang::FunctionDecl *> Own; ///< definitions
  std::vector<const clang::FunctionDecl *> Statics; ///< those nobody else sees
  llvm::StringMap<const clang::FunctionDecl *> StaticKeys; ///< made of them
  llvm::StringMap<clang::RecordDecl *> Records; ///< by name, of other units
  llvm::StringMap<std::unique_ptr<Entry>> Entries;
  llvm::DenseMap<uint32_t, bool> Fresh, Same;
  std::vector<clang::SourceLocation> Files; ///< of the function being read
  std::vector<std::string> Complaints;
};

} // namespace wdm::index

#endif // WDM_INDEX_DRIVERINDEX_H
