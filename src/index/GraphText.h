//===- GraphText.h - A function's graph as JSON -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Writes a FlowGraph as JSON, and reads it again in another translation unit.
/// What is read makes the solver do the same as what was written: only places,
/// names and the words of conditions stand in for the AST. The form is
/// described in docs/index.md.
///
/// Reading trusts nothing: every number is checked against what it is a number
/// of, an expression that contains itself or is too large is refused. What
/// cannot be written (a captured variable) makes no graph.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_INDEX_GRAPHTEXT_H
#define WDM_INDEX_GRAPHTEXT_H

#include "src/engine/Flow.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace clang {
class ASTContext;
class Decl;
class FunctionDecl;
class NamedDecl;
} // namespace clang

namespace wdm::engine {
class SiteNumbers;
} // namespace wdm::engine

namespace wdm::index {

/// The name of a function, variable, field or record that is the same in all
/// units; of one with internal linkage, in which \p Unit is a part. Empty: it
/// has none.
std::string keyOf(const clang::NamedDecl &D, llvm::StringRef Unit);

/// The name that most keys end with.
llvm::StringRef nameIn(llvm::StringRef Key);

/// The keys of what several functions of a unit name.
class KeyCache {
public:
  explicit KeyCache(llvm::StringRef Unit) : Unit(Unit) {}
  const std::string &of(const clang::NamedDecl &D);

private:
  const std::string Unit;
  std::unordered_map<const clang::NamedDecl *, std::string> Known;
};

/// Files of places: the first is the function's own.
using FileNumbers = llvm::function_ref<unsigned(llvm::StringRef Path)>;

/// A place as `line:column`, with `@` and a number where it is not in file 0.
class PlaceTexts {
public:
  PlaceTexts(const clang::ASTContext &Context, FileNumbers Files)
      : Context(Context), Files(Files) {}
  /// Until the next call.
  llvm::StringRef of(clang::SourceLocation Loc);

private:
  const clang::ASTContext &Context;
  FileNumbers Files;
  clang::SourceLocation LastLoc;
  llvm::SmallString<16> Last;
  /// Numbers of files; negative: it has no name.
  llvm::SmallDenseMap<clang::FileID, int64_t, 4> Known;
};

/// \returns a JSON object, or nothing.
std::optional<std::string> writeGraph(const engine::FlowGraph &Graph,
                                      clang::ASTContext &Context,
                                      KeyCache &Keys, PlaceTexts &Places);

/// What reading needs to know of the unit that it is read in.
class GraphNames {
public:
  virtual ~GraphNames() = default;
  /// What stands for \p Key in all graphs; declared if need be. The kind is
  /// that of the first word of a name in the text.
  virtual const void *identity(char Kind, llvm::StringRef Key,
                               llvm::StringRef Name) = 0;
  /// The function of that key, if its body is known, or null.
  virtual const clang::FunctionDecl *callee(llvm::StringRef Key) = 0;
  /// A place in the function's files.
  virtual clang::SourceLocation place(llvm::StringRef Text) = 0;
};

/// \returns null where \p Text is not what writeGraph writes.
std::unique_ptr<engine::FlowGraph> readGraph(const llvm::json::Object &Text,
                                             clang::ASTContext &Context,
                                             GraphNames &Names,
                                             engine::SiteNumbers &Sites);

/// Calls \p Do for each call of the graph: of which function, with its name, if
/// its body is wanted; and what the table of routines says, if it is known
/// there. False: \p Text cannot be read.
bool forEachCall(
    const llvm::json::Object &Text,
    llvm::function_ref<void(llvm::StringRef Key, llvm::StringRef Name,
                            bool Known, const model::Routine &)>
        Do);

} // namespace wdm::index

#endif // WDM_INDEX_GRAPHTEXT_H
