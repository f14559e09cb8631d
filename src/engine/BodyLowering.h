//===- BodyLowering.h - Termination handlers for clang::CFG -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// clang::CFG builds no graph for a function that contains `__finally`. This
/// lends it a body that means the same without: the termination handler
/// stands after the guarded block, and again before every `return`, `goto`,
/// `break` and `continue` that leaves it; `__leave` becomes a jump to the end
/// of the block. The statements themselves are the author's own.
///
/// In: the body of a function, changed in place. Out: the same body with some
/// statements exchanged, and markers (literals that stand as statements) for
/// what has no statement of its own. The destructor puts every statement back;
/// a graph that was built in between stays valid, for the nodes live as long
/// as the ASTContext.
///
/// Approximated: a handler that runs because an exception passes through is
/// not modelled (the path ends at the call that raises).
/// Cost: linear in the body, times the handlers around a jump.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_BODYLOWERING_H
#define WDM_ENGINE_BODYLOWERING_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"

namespace clang {
class CallExpr;
class OpaqueValueExpr;
} // namespace clang

namespace wdm::engine {

struct Marker {
  enum KindTy : uint8_t {
    EntersTry,   ///< Statement is the try statement that has a handler.
    SavesReturn, ///< Saved keeps the value of a `return` over the handlers.
    RunsHandler, ///< A termination handler runs next; Early: by a jump.
  } Kind;
  const clang::Stmt *Statement = nullptr;
  const clang::OpaqueValueExpr *Saved = nullptr;
  bool Early = false;
};

class BodyLowering {
public:
  explicit BodyLowering(clang::ASTContext &Context, clang::DeclContext *Owner)
      : Context(Context), Owner(Owner) {}
  ~BodyLowering();
  BodyLowering(const BodyLowering &) = delete;
  BodyLowering &operator=(const BodyLowering &) = delete;

  clang::Stmt *lower(clang::Stmt *Body);

  /// Null for an ordinary statement.
  const Marker *markerOf(const clang::Stmt *S) const {
    auto It = Markers.find(S);
    return It == Markers.end() ? nullptr : &It->second;
  }
  /// The try statement whose exception handler a call in it may reach.
  const clang::Stmt *handlerOf(const clang::CallExpr *Call) const {
    return Handlers.lookup(Call);
  }

  /// True for the value of a `return` that a marker saves.
  bool isSaved(const clang::OpaqueValueExpr *E) const { return Saved.count(E); }

private:
  struct Exits;
  void walk(clang::Stmt *&Slot, const clang::Stmt *Handler);
  void divert(clang::Stmt *&Slot, Exits &Of, bool InLoop, bool InSwitch,
              bool InTry);
  clang::Stmt *flatten(clang::SEHTryStmt *Try);
  void exchange(clang::Stmt *&Slot, clang::Stmt *New);
  clang::Stmt *mark(Marker M, clang::SourceLocation Loc);
  clang::CompoundStmt *compound(llvm::ArrayRef<clang::Stmt *> Body,
                                clang::SourceLocation Loc);

  clang::ASTContext &Context;
  clang::DeclContext *Owner;
  llvm::SmallVector<std::pair<clang::Stmt **, clang::Stmt *>, 16> Exchanged;
  llvm::DenseMap<const clang::Stmt *, Marker> Markers;
  llvm::DenseMap<const clang::CallExpr *, const clang::Stmt *> Handlers;
  llvm::DenseSet<const clang::OpaqueValueExpr *> Saved;
};

} // namespace wdm::engine

#endif // WDM_ENGINE_BODYLOWERING_H
