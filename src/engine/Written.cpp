//===- Written.cpp - How an expression stands in the source ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Written.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::engine {

namespace {

/// The first and the last token of something.
struct Tokens {
  SourceLocation First, Last;
};

class Finder {
public:
  Finder(const SourceManager &Sources, const LangOptions &Language)
      : Sources(Sources), Language(Language) {}

  Written find(Tokens T) const {
    for (unsigned Steps = 0; Steps != MaxSteps; ++Steps) {
      if (T.First.isFileID() && T.Last.isFileID())
        return {textOf(T), {}};
      if (Sources.getFileID(T.First) != Sources.getFileID(T.Last)) {
        meet(T);
      } else if (Sources.isMacroArgExpansion(T.First)) {
        T = {Sources.getImmediateSpellingLoc(T.First),
             Sources.getImmediateSpellingLoc(T.Last)};
      } else if (isWhole(T)) {
        CharSourceRange Use = Sources.getImmediateExpansionRange(T.First);
        T = {Use.getBegin(), Use.getEnd()};
      } else {
        std::string Macro =
            Lexer::getImmediateMacroName(T.First, Sources, Language).str();
        return {textOf({Sources.getSpellingLoc(T.First),
                        Sources.getSpellingLoc(T.Last)}),
                std::move(Macro)};
      }
    }
    return {};
  }

private:
  /// Macros in macros.
  static constexpr unsigned MaxSteps = 256;

  /// Brings two tokens of different expansions to one level: that of the
  /// innermost one that both come from.
  void meet(Tokens &T) const {
    llvm::SmallVector<SourceLocation, 8> Outward{T.First};
    while (Outward.back().isMacroID() && Outward.size() != MaxSteps)
      Outward.push_back(
          Sources.getImmediateExpansionRange(Outward.back()).getBegin());
    while (true) {
      const FileID Here = Sources.getFileID(T.Last);
      const auto *Same = llvm::find_if(Outward, [&](SourceLocation Loc) {
        return Sources.getFileID(Loc) == Here;
      });
      if (Same != Outward.end()) {
        T.First = *Same;
        return;
      }
      if (T.Last.isFileID()) {
        T.First = Sources.getFileLoc(T.First);
        return;
      }
      T.Last = Sources.getImmediateExpansionRange(T.Last).getEnd();
    }
  }

  /// True when \p T is all of an expansion, but for parentheses.
  bool isWhole(Tokens T) const {
    const FileID Body = Sources.getFileID(T.First);
    const SourceLocation Start = Sources.getComposedLoc(Body, 0);
    bool Invalid = false;
    const char *Text =
        Sources.getCharacterData(Sources.getSpellingLoc(Start), &Invalid);
    if (Invalid)
      return true;
    const unsigned Size = Sources.getFileIDSize(Body);
    const unsigned First = Sources.getFileOffset(T.First);
    const unsigned Last =
        Sources.getFileOffset(T.Last) +
        Lexer::MeasureTokenLength(Sources.getSpellingLoc(T.Last), Sources,
                                  Language);
    return Last <= Size && isOnly(llvm::StringRef(Text, First), " \t\r\n\\(") &&
           isOnly(llvm::StringRef(Text + Last, Size - Last), " \t\r\n\\)");
  }

  static bool isOnly(llvm::StringRef Text, llvm::StringRef Characters) {
    return Text.find_first_not_of(Characters) == llvm::StringRef::npos;
  }

  std::string textOf(Tokens T) const {
    bool Invalid = false;
    const llvm::StringRef Text =
        Lexer::getSourceText(CharSourceRange::getTokenRange(T.First, T.Last),
                             Sources, Language, &Invalid);
    std::string Result;
    bool Space = false;
    for (size_t I = 0; I != Text.size() && !Invalid; ++I) {
      const char C = Text[I];
      const bool Continues = C == '\\' && I + 1 != Text.size() &&
                             (Text[I + 1] == '\n' || Text[I + 1] == '\r');
      if (C == ' ' || C == '\t' || C == '\r' || C == '\n' || Continues) {
        Space = !Result.empty();
        continue;
      }
      if (Space)
        Result += ' ';
      Space = false;
      Result += C;
    }
    return Result;
  }

  const SourceManager &Sources;
  const LangOptions &Language;
};

} // namespace

Written writtenAs(const Expr &E, const SourceManager &Sources,
                  const LangOptions &Language) {
  return Finder(Sources, Language).find({E.getBeginLoc(), E.getEndLoc()});
}

Decided lastDecided(const Expr &Condition, const SourceManager &Sources,
                    const LangOptions &Language) {
  auto IsPartOfAMacro = [&](const Expr &E) {
    return !writtenAs(E, Sources, Language).Macro.empty();
  };
  Decided Result{Condition.IgnoreParenImpCasts(), false};
  while (true) {
    if (const auto *Logical = dyn_cast<BinaryOperator>(Result.Subject)) {
      if (!Logical->isLogicalOp())
        return Result;
      Result.Subject = Logical->getRHS();
    } else {
      const auto *Not = dyn_cast<UnaryOperator>(Result.Subject);
      if (!Not || Not->getOpcode() != UO_LNot)
        return Result;
      // FAILED(status) is a name for !NT_SUCCESS(status).
      if (Not->getBeginLoc().isMacroID() &&
          IsPartOfAMacro(*Not->getSubExpr()) && !IsPartOfAMacro(*Not))
        return Result;
      Result.Subject = Not->getSubExpr();
      Result.Opposite = !Result.Opposite;
    }
    Result.Subject = Result.Subject->IgnoreParenImpCasts();
  }
}

std::string macroOf(const Stmt &Call, const SourceManager &Sources,
                    const LangOptions &Language) {
  std::string Name;
  for (SourceLocation Loc = Call.getBeginLoc(); Loc.isMacroID();
       Loc = Sources.getImmediateMacroCallerLoc(Loc))
    Name = Lexer::getImmediateMacroName(Loc, Sources, Language).str();
  return Name;
}

CallWords wordsOf(const Stmt &Origin, ASTContext &Context) {
  CallWords Words;
  Words.Written =
      macroOf(Origin, Context.getSourceManager(), Context.getLangOpts());
  const auto *Call = dyn_cast<CallExpr>(&Origin);
  if (!Call || Call->getNumArgs() == 0)
    return Words;
  QualType T = Call->getArg(0)->IgnoreParenCasts()->getType();
  if (!T.isNull() && T->isPointerType())
    T = T->getPointeeType();
  if (const RecordDecl *Record = T.isNull() ? nullptr : T->getAsRecordDecl())
    Words.Object = Record->getName().str();
  Words.OfNothing = Call->getArg(0)->isNullPointerConstant(
      Context, Expr::NPC_ValueDependentIsNotNull);
  for (unsigned I = 0; I != Call->getNumArgs(); ++I) {
    const QualType Of = Call->getArg(I)->IgnoreParenImpCasts()->getType();
    if (model::isIrpPointer(Of))
      Words.Irp = static_cast<int16_t>(I);
    else if (model::isStatusType(Of))
      Words.Status = static_cast<int16_t>(I);
    else
      Words.TakesIrql |= model::isIrqlPointer(Of);
  }
  return Words;
}

} // namespace wdm::engine
