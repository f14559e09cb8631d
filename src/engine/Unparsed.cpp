//===- Unparsed.cpp - Code that did not make it into the AST --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Unparsed.h"
#include "src/model/Routines.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::engine {

namespace {

void collectMentions(const Stmt *Root, const SourceManager &Sources,
                     llvm::DenseSet<SourceLocation> &Mentions) {
  llvm::SmallVector<const Stmt *, 32> Work{Root};
  while (!Work.empty()) {
    const Stmt *S = Work.pop_back_val();
    if (!S)
      continue;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(S))
      Mentions.insert(Sources.getFileLoc(Ref->getLocation()));
    else if (const auto *Member = dyn_cast<MemberExpr>(S))
      Mentions.insert(Sources.getFileLoc(Member->getMemberLoc()));
    else if (const auto *Decls = dyn_cast<DeclStmt>(S))
      for (const Decl *D : Decls->decls())
        Mentions.insert(Sources.getFileLoc(D->getLocation()));
    if (const auto *Lambda = dyn_cast<LambdaExpr>(S))
      Work.push_back(Lambda->getBody());
    for (const Stmt *Child : S->children())
      Work.push_back(Child);
  }
}

bool vanishes(llvm::StringRef Macro) {
  return model::RoutineTable::looksLikePrinting(Macro) ||
         model::isAssertion(Macro) ||
         Macro.contains_insensitive("unreferenced");
}

} // namespace

bool hasUnparsedMention(ASTContext &Context, const FunctionDecl &Function,
                        llvm::StringRef Name) {
  if (Name.empty() || !Context.getDiagnostics().hasErrorOccurred() ||
      !Function.getBody())
    return false;
  const SourceManager &Sources = Context.getSourceManager();
  SourceRange Body = Function.getBody()->getSourceRange();
  SourceLocation Begin = Sources.getFileLoc(Body.getBegin());
  SourceLocation End = Sources.getFileLoc(Body.getEnd());
  if (Sources.getFileID(Begin) != Sources.getFileID(End))
    return false;
  llvm::DenseSet<SourceLocation> Mentions;
  collectMentions(Function.getBody(), Sources, Mentions);

  bool Invalid = false;
  llvm::StringRef Text =
      Sources.getBufferData(Sources.getFileID(Begin), &Invalid);
  if (Invalid)
    return false;
  Lexer Raw(Sources.getLocForStartOfFile(Sources.getFileID(Begin)),
            Context.getLangOpts(), Text.begin(),
            Text.begin() + Sources.getFileOffset(Begin), Text.end());
  // The macro or function whose parentheses are open, by depth.
  llvm::SmallVector<bool, 16> Vanishing;
  llvm::StringRef Last;
  Token T;
  while (!Raw.LexFromRawLexer(T)) {
    if (Sources.getFileOffset(T.getLocation()) > Sources.getFileOffset(End))
      break;
    bool Outer = !Vanishing.empty() && Vanishing.back();
    if (T.is(tok::l_paren)) {
      Vanishing.push_back(Outer || vanishes(Last));
      // KdPrint((...))
      continue;
    }
    if (T.is(tok::r_paren)) {
      if (!Vanishing.empty())
        Vanishing.pop_back();
    } else if (T.isOneOf(tok::semi, tok::l_brace, tok::r_brace)) {
      // Unbalanced code starts afresh with the next statement.
      Vanishing.clear();
    }
    Last = T.is(tok::raw_identifier) ? T.getRawIdentifier() : llvm::StringRef();
    if (Last == Name && !Outer && !Mentions.count(T.getLocation()))
      return true;
  }
  return false;
}

/// Of \p S.
static bool namesUnparsedIrp(ASTContext &Context, const FunctionDecl &Function,
                             const Stmt &S) {
  if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
    return model::isIrpPointer(Ref->getType()) &&
           Ref->getDecl()->getDeclName().isIdentifier() &&
           hasUnparsedMention(Context, Function, Ref->getDecl()->getName());
  return llvm::any_of(S.children(), [&](const Stmt *Child) {
    return Child && namesUnparsedIrp(Context, Function, *Child);
  });
}

bool hasUnparsedIrp(ASTContext &Context, const FunctionDecl &Function,
                    const Stmt *At) {
  if (!Context.getDiagnostics().hasErrorOccurred())
    return false;
  return (At && namesUnparsedIrp(Context, Function, *At)) ||
         llvm::any_of(Function.parameters(), [&](const ParmVarDecl *P) {
           return model::isIrpPointer(P->getType()) &&
                  P->getDeclName().isIdentifier() &&
                  hasUnparsedMention(Context, Function, P->getName());
         });
}

} // namespace wdm::engine
